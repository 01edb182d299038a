/* fetch.c
 *
 * The source: what Redis has and what this node knows, brought together.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * What a node knows it keeps, and puts back where it is missing: a Redis that
 * was restarted empty has all keys and tombstones again after the first
 * refresh of any node.
 */

#include "redis/fetch.h"
#include "redis/known.h"
#include "redis/pool.h"

#include <stdio.h>
#include <string.h>

/* ---- how it is ---------------------------------------------------------- */

/* Under the lock. */
static void SetState(wolfTicket_Redis* redis, word64 now, int state,
    const char* text)
{
    if (redis->since == 0 || redis->state != state)
        redis->since = (now != 0) ? now : 1;
    redis->state = state;
    (void)snprintf(redis->text, sizeof(redis->text), "%s", text);
}

/* What is to be said of what was seen; under the lock. */
static void Judge(wolfTicket_Redis* redis, word64 now,
    const wt_redis_view* view)
{
    unsigned int bad = view->damaged + view->stale + view->otherSecret +
        view->otherVersion;
    int alone = view->authentic == 0 && redis->memory.keyCount == 0;
    char text[WT_REDIS_TEXT_SZ];

    redis->rejected += bad;
    if (alone && view->otherVersion > 0) {
        SetState(redis, now, WOLFTICKET_SOURCE_REFUSED, "the keys in Redis "
            "were written by a newer wolfTicket: update this node");
    }
    else if (alone && view->otherSecret > 0) {
        SetState(redis, now, WOLFTICKET_SOURCE_REFUSED, "the keys in Redis "
            "are sealed with another fleet secret: give this node the "
            "fleet's, or another prefix");
    }
    else if (bad > 0) {
        (void)snprintf(text, sizeof(text), "entries in Redis are left alone: "
            "%u not authentic, %u of another time, %u of another secret, "
            "%u of a newer version", view->damaged, view->stale,
            view->otherSecret, view->otherVersion);
        SetState(redis, now, WOLFTICKET_SOURCE_OK, text);
    }
    else {
        SetState(redis, now, WOLFTICKET_SOURCE_OK, (redis->wrote[0] != '\0' ||
            view->time != 0) ? redis->wrote : "Redis does not tell the time "
            "(command TIME): what has ended is left there");
    }
}

void wt_redis_failed(wolfTicket_Redis* redis, word64 now,
    wt_redis_outcome outcome, const char* text)
{
    wt_redis_lock();
    SetState(redis, now, (outcome == WT_REDIS_REFUSED)
        ? WOLFTICKET_SOURCE_REFUSED : WOLFTICKET_SOURCE_AWAY, text);
    wt_redis_unlock();
}

void wt_redis_report(void* self, uint64_t now,
    wolfTicket_SourceReport* report)
{
    wolfTicket_Redis* redis = (wolfTicket_Redis*)self;

    wt_redis_lock();
    report->state = (redis->since != 0) ? redis->state
        : WOLFTICKET_SOURCE_AWAY;
    report->since = (redis->since != 0) ? redis->since : now;
    report->rejected = redis->rejected;
    (void)snprintf(report->text, sizeof(report->text), "%s",
        (redis->since != 0) ? redis->text : "Redis has not been asked yet");
    wt_redis_unlock();
}

/* ---- one fetch ---------------------------------------------------------- */

/* Both memories become what the two have together, and what is missing in
 * Redis is noted.  Under the lock. */
static void Merge(wolfTicket_Redis* redis, word64 now,
    const wt_redis_view* view, wt_redis_missing* missing)
{
    wt_redis_memory* memory = &redis->memory;
    int i;

    for (i = 0; i < view->memory.tombCount; i++)
        wt_redis_known_bury(memory, &view->memory.tombs[i]);
    for (i = 0; i < view->memory.keyCount; i++)
        wt_redis_known_add(memory, &view->memory.keys[i]);
    wt_redis_known_prune(memory, now);
    for (i = 0; i < memory->keyCount && missing->keyCount < WT_REDIS_MISSING;
            i++) {
        if (wt_redis_known_key(&view->memory, memory->keys[i].key.name) ==
                NULL)
            missing->keys[missing->keyCount++] = memory->keys[i];
    }
    for (i = 0; i < memory->tombCount &&
            missing->tombCount < WT_REDIS_MISSING; i++) {
        if (wt_redis_known_tomb(&view->memory, memory->tombs[i].name) == NULL)
            missing->tombs[missing->tombCount++] = memory->tombs[i];
    }
}

wt_redis_outcome wt_redis_ask(wolfTicket_Redis* redis, word64 now,
    wt_redis_view* view, char* text)
{
    char keys[WT_REDIS_PLACE_SZ], revoked[WT_REDIS_PLACE_SZ];
    redisReply* replies[3] = { NULL, NULL, NULL };
    wt_redis_command commands[3];
    wt_redis_outcome ret;
    int i;

    wt_redis_place(redis, "keys", NULL, keys);
    wt_redis_place(redis, "revoked", NULL, revoked);
    wt_redis_words(&commands[0], "HGETALL", keys, (char*)NULL);
    wt_redis_words(&commands[1], "HGETALL", revoked, (char*)NULL);
    wt_redis_words(&commands[2], "TIME", (char*)NULL);
    ret = wt_redis_call(redis, WT_REDIS_FOR_SOURCE, commands, 3,
        WT_REDIS_REPLY_MAX, replies, text);
    for (i = 0; i < 2 && ret == WT_REDIS_FINE; i++) {
        if (replies[i]->type != REDIS_REPLY_ARRAY)
            ret = wt_redis_complaint(replies[i], text);
    }
    if (ret == WT_REDIS_FINE)
        wt_redis_view_read(&redis->seals, now, replies[0], replies[1],
            replies[2], view);
    wt_redis_free_replies(replies, 3);
    return ret;
}

int wt_redis_fetch(void* self, uint64_t now, wolfTicket_SourceKey* keys,
    int max)
{
    wolfTicket_Redis* redis = (wolfTicket_Redis*)self;
    char text[WT_REDIS_TEXT_SZ] = "";
    wt_redis_missing missing;
    wt_redis_view view;
    wt_redis_outcome outcome;
    int writes = 0;
    int ret;

    XMEMSET(&missing, 0, sizeof(missing));
    XMEMSET(&view, 0, sizeof(view));
    outcome = wt_redis_ask(redis, now, &view, text);
    if (outcome == WT_REDIS_FINE) {
        wt_redis_lock();
        Merge(redis, now, &view, &missing);
        redis->nextSlot = wt_redis_view_free(&view, 1);
        Judge(redis, now, &view);
        writes = redis->state == WOLFTICKET_SOURCE_OK;
        wt_redis_unlock();
        if (writes)
            wt_redis_put_right(redis, now, &view, &missing);
    }
    else {
        wt_redis_failed(redis, now, outcome, text);
        (void)wt_redis_resolve(&redis->address);
    }
    wt_redis_lock();
    wt_redis_known_prune(&redis->memory, now);
    ret = wt_redis_known_give(redis, now, keys, max);
    wt_redis_unlock();
    wt_redis_wipe(&missing, sizeof(missing));
    wt_redis_wipe(&view, sizeof(view));
    return ret;
}
