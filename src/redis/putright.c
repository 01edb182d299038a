/* putright.c
 *
 * What a node writes: what is missing, and that it is there.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Nodes that do the same at once do no harm: a key is put into its slot only
 * if nothing is there, and the next fetch sees what has become of it.
 */

#include "redis/fetch.h"
#include "redis/pool.h"

#include <stdio.h>
#include <unistd.h>

#define TELL_EVERY   30000   /* ms */
#define FORGET_AFTER "300"   /* s */
#define FORGET       300
#define LEAVE_FOR    86400   /* s: when nobody has come for so long */
#define NUMBER_SZ    24

/* Commands, and the bytes that they point to. */
typedef struct {
    wt_redis_command commands[WT_REDIS_REPLIES];
    int count;
    char keys[WT_REDIS_PLACE_SZ];
    char revoked[WT_REDIS_PLACE_SZ];
    char nodes[WT_REDIS_PLACE_SZ];
    char node[WT_REDIS_PLACE_SZ];
    char slots[WT_REDIS_MISSING + WT_REDIS_VIEW_DEAD][NUMBER_SZ];
    int slotCount;
    char names[WT_REDIS_MISSING + WT_REDIS_VIEW_DEAD][2 * 16 + 1];
    int nameCount;
    byte tombs[WT_REDIS_MISSING][WT_REDIS_TOMB_SZ];
    byte record[WT_REDIS_NODE_SZ];
    char id[2 * WT_REDIS_NODE_ID_SZ + 1];
    char now[NUMBER_SZ], before[NUMBER_SZ];
    char keysFor[NUMBER_SZ], tombsFor[NUMBER_SZ];
} batch;

static wt_redis_command* Next(batch* b)
{
    return &b->commands[b->count++];
}

static const char* Slot(batch* b, word32 slot)
{
    char* text = b->slots[b->slotCount++];

    (void)snprintf(text, NUMBER_SZ, "%u", (unsigned int)slot);
    return text;
}

static const char* Name(batch* b, const byte name[16])
{
    char* text = b->names[b->nameCount++];

    wt_redis_hex(name, 16, text);
    return text;
}

/* ---- what is missing, and what has ended -------------------------------- */

static void PutKeys(wolfTicket_Redis* redis, const wt_redis_view* view,
    wt_redis_missing* missing, batch* b)
{
    word32 slot = 1;
    int i;

    for (i = 0; i < missing->keyCount; i++) {
        wt_redis_known* known = &missing->keys[i];
        wt_redis_command* command;

        /* Another key has its slot: it goes behind all of them. */
        if (wt_redis_view_has(view, known->slot)) {
            slot = wt_redis_view_free(view, slot);
            known->slot = slot++;
            if (!wt_redis_key_seal(&redis->seals, known->slot, &known->key,
                    known->record))
                continue;
        }
        if (known->slot >= redis->nextSlot)
            redis->nextSlot = wt_redis_view_free(view, known->slot + 1);
        command = Next(b);
        wt_redis_words(command, "HSETNX", b->keys, Slot(b, known->slot),
            (char*)NULL);
        wt_redis_add(command, known->record, WT_REDIS_KEY_SZ);
    }
}

static void PutTombs(wolfTicket_Redis* redis, const wt_redis_missing* missing,
    batch* b)
{
    int i;

    for (i = 0; i < missing->tombCount; i++) {
        if (wt_redis_tomb_seal(&redis->seals, &missing->tombs[i],
                b->tombs[i])) {
            wt_redis_command* command = Next(b);

            wt_redis_words(command, "HSET", b->revoked,
                Name(b, missing->tombs[i].name), (char*)NULL);
            wt_redis_add(command, b->tombs[i], WT_REDIS_TOMB_SZ);
        }
    }
}

static void TakeOut(const wt_redis_view* view, batch* b)
{
    int i;

    for (i = 0; i < view->deadCount; i++)
        wt_redis_words(Next(b), "HDEL", b->keys, Slot(b, view->dead[i]),
            (char*)NULL);
    for (i = 0; i < view->deadTombCount; i++)
        wt_redis_words(Next(b), "HDEL", b->revoked,
            Name(b, view->deadTombs[i]), (char*)NULL);
}

/* When the last node is gone, what it leaves goes as well. */
static void Expire(wolfTicket_Redis* redis, word64 now, batch* b)
{
    word64 keys = 0, tombs = 0;
    int forever = 0;
    int i;

    wt_redis_lock();
    for (i = 0; i < redis->memory.keyCount; i++) {
        const wolfTicket_SourceKey* key = &redis->memory.keys[i].key;

        forever |= key->opens_until == 0;
        if (key->opens_until > now && key->opens_until - now > keys)
            keys = key->opens_until - now;
    }
    for (i = 0; i < redis->memory.tombCount; i++) {
        if (redis->memory.tombs[i].keepUntil - now > tombs)
            tombs = redis->memory.tombs[i].keepUntil - now;
    }
    wt_redis_unlock();
    (void)snprintf(b->keysFor, NUMBER_SZ, "%llu",
        (unsigned long long)(keys + LEAVE_FOR));
    (void)snprintf(b->tombsFor, NUMBER_SZ, "%llu",
        (unsigned long long)(tombs + LEAVE_FOR));
    if (forever)
        wt_redis_words(Next(b), "PERSIST", b->keys, (char*)NULL);
    else if (keys > 0)
        wt_redis_words(Next(b), "EXPIRE", b->keys, b->keysFor, (char*)NULL);
    if (tombs > 0)
        wt_redis_words(Next(b), "EXPIRE", b->revoked, b->tombsFor,
            (char*)NULL);
}

/* ---- this node ---------------------------------------------------------- */

static word32 Print(const wolfTicket_RedisNode* node)
{
    word32 print = 2166136261u + node->key_count;
    unsigned int i, j;

    for (i = 0; i < node->key_count; i++) {
        for (j = 0; j < 16; j++)
            print = (print ^ node->keys[i][j]) * 16777619u;
    }
    return print;
}

static void Describe(wolfTicket_Redis* redis, word64 now,
    wolfTicket_RedisNode* node)
{
    int i;

    XMEMSET(node, 0, sizeof(*node));
    node->heard = now;
    if (redis->node != NULL) {
        (void)snprintf(node->node, sizeof(node->node), "%s", redis->node);
    }
    else {
        char host[sizeof(node->node) - 12] = "";

        if (gethostname(host, sizeof(host) - 1) != 0)
            host[0] = '\0';
        (void)snprintf(node->node, sizeof(node->node), "%s:%ld", host,
            (long)getpid());
    }
    wt_redis_lock();
    node->state = redis->state;
    for (i = 0; i < redis->memory.keyCount &&
            i < WOLFTICKET_REDIS_NODE_KEYS; i++)
        XMEMCPY(node->keys[i], redis->memory.keys[i].key.name, 16);
    node->key_count = (unsigned int)i;
    wt_redis_unlock();
}

/* 1 when it is time to tell, and the commands for it are there.  Who has been
 * silent for long is told by Redis' clock. */
static int Tell(wolfTicket_Redis* redis, word64 now, word64 time, batch* b)
{
    wolfTicket_RedisNode node;
    word64 ms = wt_redis_ms();
    word32 print;
    wt_redis_command* command;

    if (redis->nodePid != getpid()) {
        if (!wt_redis_random(redis->nodeId, sizeof(redis->nodeId)))
            return 0;
        redis->nodePid = getpid();
        redis->nodeTold = 0;
    }
    Describe(redis, now, &node);
    print = Print(&node);
    if (redis->nodeTold != 0 && print == redis->nodePrint &&
            ms - redis->nodeTold < TELL_EVERY)
        return 0;
    wt_redis_hex(redis->nodeId, sizeof(redis->nodeId), b->id);
    if (!wt_redis_node_seal(&redis->seals, redis->nodeId, &node, b->record))
        return 0;
    wt_redis_place(redis, "node:", b->id, b->node);
    (void)snprintf(b->now, NUMBER_SZ, "%llu",
        (unsigned long long)((time != 0) ? time : now));
    (void)snprintf(b->before, NUMBER_SZ, "%llu",
        (unsigned long long)((time > FORGET) ? time - FORGET : 0));
    command = Next(b);
    wt_redis_words(command, "SET", b->node, (char*)NULL);
    wt_redis_add(command, b->record, WT_REDIS_NODE_SZ);
    wt_redis_add(command, "EX", 2);
    wt_redis_add(command, FORGET_AFTER, sizeof(FORGET_AFTER) - 1);
    wt_redis_words(Next(b), "ZADD", b->nodes, b->now, b->id, (char*)NULL);
    wt_redis_words(Next(b), "ZREMRANGEBYSCORE", b->nodes, "-inf", b->before,
        (char*)NULL);
    wt_redis_words(Next(b), "EXPIRE", b->nodes, FORGET_AFTER, (char*)NULL);
    redis->nodeTold = (ms != 0) ? ms : 1;
    redis->nodePrint = print;
    return 1;
}

/* ---- all ---------------------------------------------------------------- */

/* What Redis said to the first that it did not take, if any. */
static void Note(wolfTicket_Redis* redis, redisReply* replies[], int count)
{
    char text[WT_REDIS_TEXT_SZ];
    int i;

    redis->wrote[0] = '\0';
    for (i = 0; i < count; i++) {
        if (replies[i]->type == REDIS_REPLY_ERROR) {
            (void)wt_redis_complaint(replies[i], text);
            (void)snprintf(redis->wrote, sizeof(redis->wrote),
                "nothing can be written: %.130s", text);
            redis->nodeTold = 0;
            break;
        }
    }
}

void wt_redis_put_right(wolfTicket_Redis* redis, word64 now,
    const wt_redis_view* view, wt_redis_missing* missing)
{
    redisReply* replies[WT_REDIS_REPLIES];
    char text[WT_REDIS_TEXT_SZ];
    batch* b = (batch*)XMALLOC(sizeof(*b), NULL, DYNAMIC_TYPE_TMP_BUFFER);

    if (b == NULL)
        return;
    XMEMSET(b, 0, sizeof(*b));
    XMEMSET(replies, 0, sizeof(replies));
    wt_redis_place(redis, "keys", NULL, b->keys);
    wt_redis_place(redis, "revoked", NULL, b->revoked);
    wt_redis_place(redis, "nodes", NULL, b->nodes);
    PutTombs(redis, missing, b);
    PutKeys(redis, view, missing, b);
    TakeOut(view, b);
    if (Tell(redis, now, view->time, b) || missing->keyCount > 0 ||
            missing->tombCount > 0)
        Expire(redis, now, b);
    if (b->count > 0) {
        if (wt_redis_call(redis, WT_REDIS_FOR_SOURCE, b->commands, b->count,
                WT_REDIS_REPLY_MAX, replies, text) == WT_REDIS_FINE)
            Note(redis, replies, b->count);
        else
            redis->nodeTold = 0;
        wt_redis_free_replies(replies, b->count);
    }
    XFREE(b, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}
