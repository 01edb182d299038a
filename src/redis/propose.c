/* propose.c
 *
 * A new key for all, and one for nobody any more.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * A new key goes into the first slot behind those of the last fetch, if
 * nothing is there: of all nodes that saw the same newest key one puts it in.
 */

#include "redis/fetch.h"
#include "redis/known.h"
#include "redis/pool.h"
#include "redis/reply.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_SZ   24
/* No key lives longer: two periods and a lifetime, of a week at most. */
#define TOMB_FOR    (4 * 604800u)
/* After the key's end, for clocks that are behind. */
#define TOMB_MORE   3600
#define FOREVER     315360000u

void wt_redis_news(const wolfTicket_Redis* redis, wt_redis_command* command,
    char place[WT_REDIS_PLACE_SZ])
{
    wt_redis_place(redis, "news", NULL, place);
    wt_redis_words(command, "PUBLISH", place, "1", (char*)NULL);
}

/* ---- a new key ---------------------------------------------------------- */

/* It is there: known here, kept long enough, and told.  What fails of this is
 * done by the next fetches. */
static void Taken(wolfTicket_Redis* redis, word64 now,
    const wt_redis_known* known)
{
    char news[WT_REDIS_PLACE_SZ];
    char text[WT_REDIS_TEXT_SZ];
    redisReply* reply = NULL;
    wt_redis_command command;

    wt_redis_lock();
    wt_redis_known_add(&redis->memory, known);
    wt_redis_known_prune(&redis->memory, now);
    redis->nextSlot = known->slot + 1;
    wt_redis_unlock();
    redis->nodeTold = 0;
    wt_redis_news(redis, &command, news);
    (void)wt_redis_call(redis, WT_REDIS_FOR_SOURCE, &command, 1,
        WT_REDIS_SHORT, &reply, text);
    wt_redis_free_replies(&reply, 1);
}

static int Put(wolfTicket_Redis* redis, word64 now, const wt_redis_known* key)
{
    char keys[WT_REDIS_PLACE_SZ];
    char slot[NUMBER_SZ];
    char text[WT_REDIS_TEXT_SZ];
    redisReply* reply = NULL;
    wt_redis_command command;
    wt_redis_outcome outcome;
    int ret = -1;

    wt_redis_place(redis, "keys", NULL, keys);
    (void)snprintf(slot, sizeof(slot), "%u", (unsigned int)key->slot);
    wt_redis_words(&command, "HSETNX", keys, slot, (char*)NULL);
    wt_redis_add(&command, key->record, WT_REDIS_KEY_SZ);
    outcome = wt_redis_call(redis, WT_REDIS_FOR_SOURCE, &command, 1,
        WT_REDIS_SHORT, &reply, text);
    if (outcome != WT_REDIS_FINE) {
        wt_redis_failed(redis, now, outcome, text);
    }
    else if (reply->type == REDIS_REPLY_INTEGER) {
        ret = reply->integer == 1;
        redis->wrote[0] = '\0';
    }
    else {
        (void)wt_redis_complaint(reply, text);
        (void)snprintf(redis->wrote, sizeof(redis->wrote),
            "no key can be made: %.130s", text);
        wt_redis_lock();
        (void)snprintf(redis->text, sizeof(redis->text), "%s", redis->wrote);
        wt_redis_unlock();
    }
    wt_redis_free_replies(&reply, 1);
    return ret;
}

int wt_redis_propose(void* self, uint64_t now,
    const wolfTicket_SourceKey* key)
{
    wolfTicket_Redis* redis = (wolfTicket_Redis*)self;
    wt_redis_known known;
    int ret = -1;
    int may;

    XMEMSET(&known, 0, sizeof(known));
    wt_redis_lock();
    may = redis->since != 0 && redis->state == WOLFTICKET_SOURCE_OK;
    known.slot = redis->nextSlot;
    wt_redis_unlock();
    known.key = *key;
    if (may && known.slot != 0 && wt_redis_key_seal(&redis->seals, known.slot,
            key, known.record))
        ret = Put(redis, now, &known);
    if (ret == 1)
        Taken(redis, now, &known);
    wt_redis_wipe(&known, sizeof(known));
    return ret;
}

/* ---- revocation --------------------------------------------------------- */

static int Bury(wolfTicket_Redis* redis, const wt_redis_tomb* tomb,
    word32 slot)
{
    char revoked[WT_REDIS_PLACE_SZ], keys[WT_REDIS_PLACE_SZ];
    char news[WT_REDIS_PLACE_SZ];
    char field[2 * 16 + 1];
    char number[NUMBER_SZ];
    char text[WT_REDIS_TEXT_SZ];
    byte record[WT_REDIS_TOMB_SZ];
    redisReply* replies[3] = { NULL, NULL, NULL };
    wt_redis_command commands[3];
    int count = 0;
    int ret;

    if (!wt_redis_tomb_seal(&redis->seals, tomb, record))
        return wt_redis_fail("wolfSSL's random generator or cipher failed");
    wt_redis_place(redis, "revoked", NULL, revoked);
    wt_redis_place(redis, "keys", NULL, keys);
    wt_redis_hex(tomb->name, 16, field);
    (void)snprintf(number, sizeof(number), "%u", (unsigned int)slot);
    wt_redis_words(&commands[count], "HSET", revoked, field, (char*)NULL);
    wt_redis_add(&commands[count++], record, sizeof(record));
    wt_redis_news(redis, &commands[count++], news);
    if (slot != 0)
        wt_redis_words(&commands[count++], "HDEL", keys, number, (char*)NULL);
    ret = wt_redis_call(redis, WT_REDIS_FOR_SOURCE, commands, count,
        WT_REDIS_SHORT, replies, text) == WT_REDIS_FINE;
    if (ret && replies[0]->type != REDIS_REPLY_INTEGER) {
        (void)wt_redis_complaint(replies[0], text);
        ret = 0;
    }
    wt_redis_free_replies(replies, count);
    return ret ? 1 : wt_redis_fail(text);
}

int wolfTicket_Redis_revoke(wolfTicket_Redis* redis, uint64_t now,
    const unsigned char name[16])
{
    const wt_redis_known* known;
    wt_redis_tomb tomb;
    word32 slot = 0;

    if (redis == NULL || name == NULL)
        return wt_redis_fail("an argument is NULL that must not be");
    XMEMCPY(tomb.name, name, 16);
    tomb.revoked = now;
    tomb.keepUntil = now + TOMB_FOR;
    wt_redis_lock();
    known = wt_redis_known_key(&redis->memory, name);
    if (known != NULL) {
        slot = known->slot;
        tomb.keepUntil = (known->key.opens_until != 0)
            ? known->key.opens_until + TOMB_MORE : now + FOREVER;
    }
    wt_redis_known_bury(&redis->memory, &tomb);
    wt_redis_known_prune(&redis->memory, now);
    wt_redis_unlock();
    return Bury(redis, &tomb, slot);
}
