/* list.c
 *
 * What people see: the keys in Redis, and the nodes of the fleet.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "redis/fetch.h"
#include "redis/pool.h"
#include "redis/reply.h"

#include <stdio.h>
#include <string.h>

#define NODES_AT_A_TIME 6
#define NODES_MAX       16384

/* The reply to one command; NULL, with a text, unless it is of that type. */
static redisReply* Call(wolfTicket_Redis* redis,
    const wt_redis_command* command, int type)
{
    char text[WT_REDIS_TEXT_SZ];
    redisReply* reply = NULL;

    if (wt_redis_call(redis, WT_REDIS_FOR_SOURCE, command, 1,
            WT_REDIS_REPLY_MAX, &reply, text) == WT_REDIS_FINE &&
            reply->type != type) {
        (void)wt_redis_complaint(reply, text);
        wt_redis_free_replies(&reply, 1);
    }
    if (reply == NULL)
        (void)wt_redis_fail(text);
    return reply;
}

static redisReply* HashOf(wolfTicket_Redis* redis, const char* what)
{
    char place[WT_REDIS_PLACE_SZ];
    wt_redis_command command;

    wt_redis_place(redis, what, NULL, place);
    wt_redis_words(&command, "HGETALL", place, (char*)NULL);
    return Call(redis, &command, REDIS_REPLY_ARRAY);
}

/* ---- keys --------------------------------------------------------------- */

static wolfTicket_REDIS_ENTRY KindOf(wt_redis_verdict verdict)
{
    switch (verdict) {
        case WT_REDIS_AUTHENTIC:     return WOLFTICKET_REDIS_KEY;
        case WT_REDIS_OTHER_SECRET:  return WOLFTICKET_REDIS_OTHER_SECRET;
        case WT_REDIS_OTHER_VERSION: return WOLFTICKET_REDIS_OTHER_VERSION;
        default:                     return WOLFTICKET_REDIS_DAMAGED;
    }
}

static void ReadKey(const wt_redis_seals* seals, const redisReply* field,
    const redisReply* value, wolfTicket_RedisEntry* entry)
{
    wolfTicket_SourceKey key;
    wt_redis_verdict verdict = WT_REDIS_DAMAGED;

    XMEMSET(entry, 0, sizeof(*entry));
    XMEMSET(&key, 0, sizeof(key));
    if (wt_redis_is_string(field))
        entry->slot = wt_redis_slot(field->str, field->len);
    if (entry->slot != 0 && wt_redis_is_string(value))
        verdict = wt_redis_key_open(seals, entry->slot, value->str,
            value->len, &key);
    entry->kind = KindOf(verdict);
    if (verdict == WT_REDIS_AUTHENTIC) {
        XMEMCPY(entry->name, key.name, 16);
        entry->flags = key.flags;
        entry->active_from = key.active_from;
        entry->seals_until = key.seals_until;
        entry->opens_until = key.opens_until;
    }
    wt_redis_wipe(&key, sizeof(key));
}

static int ReadTomb(const wt_redis_seals* seals, const redisReply* field,
    const redisReply* value, wolfTicket_RedisEntry* entry)
{
    wt_redis_tomb tomb;
    byte name[16];
    wt_redis_verdict verdict = WT_REDIS_DAMAGED;

    XMEMSET(entry, 0, sizeof(*entry));
    XMEMSET(name, 0, sizeof(name));
    if (wt_redis_is_string(field) && wt_redis_is_string(value) &&
            wt_redis_unhex(field->str, field->len, name, sizeof(name)))
        verdict = wt_redis_tomb_open(seals, name, value->str, value->len,
            &tomb);
    entry->kind = (verdict == WT_REDIS_AUTHENTIC) ? WOLFTICKET_REDIS_REVOKED
        : KindOf(verdict);
    if (verdict == WT_REDIS_AUTHENTIC) {
        XMEMCPY(entry->name, name, 16);
        entry->active_from = tomb.revoked;
        entry->opens_until = tomb.keepUntil;
    }
    return verdict == WT_REDIS_AUTHENTIC;
}

/* Keys first, the latest in front. */
static int IsBefore(const wolfTicket_RedisEntry* a,
    const wolfTicket_RedisEntry* b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind;
    return a->active_from > b->active_from;
}

/* Among count entries, of which max can be kept. */
static void Insert(wolfTicket_RedisEntry* entries, int max, int count,
    const wolfTicket_RedisEntry* entry)
{
    int at = (count < max) ? count : max;

    while (at > 0 && IsBefore(entry, &entries[at - 1])) {
        if (at < max)
            entries[at] = entries[at - 1];
        at--;
    }
    if (at < max)
        entries[at] = *entry;
}

/* A record that somebody has put back does not make a revoked key one that
 * is none. */
static void Revoked(wolfTicket_RedisEntry* entries, int count,
    const byte name[16])
{
    int i;

    for (i = 0; i < count; i++) {
        if (entries[i].kind == WOLFTICKET_REDIS_KEY &&
                memcmp(entries[i].name, name, 16) == 0)
            entries[i].kind = WOLFTICKET_REDIS_REVOKED;
    }
}

int wolfTicket_Redis_list_keys(wolfTicket_Redis* redis,
    wolfTicket_RedisEntry* entries, int max)
{
    redisReply* keys = NULL;
    redisReply* revoked = NULL;
    wolfTicket_RedisEntry entry;
    int count = -1;
    size_t i;

    if (redis == NULL || max < 0 || (entries == NULL && max > 0))
        return wt_redis_fail("an argument is NULL that must not be") - 1;
    keys = HashOf(redis, "keys");
    if (keys != NULL)
        revoked = HashOf(redis, "revoked");
    if (revoked != NULL) {
        count = 0;
        for (i = 0; i + 1 < keys->elements; i += 2) {
            ReadKey(&redis->seals, keys->element[i], keys->element[i + 1],
                &entry);
            Insert(entries, max, count++, &entry);
        }
        for (i = 0; i + 1 < revoked->elements; i += 2) {
            if (ReadTomb(&redis->seals, revoked->element[i],
                    revoked->element[i + 1], &entry))
                Revoked(entries, (count < max) ? count : max, entry.name);
            Insert(entries, max, count++, &entry);
        }
    }
    wt_redis_free_replies(&keys, 1);
    wt_redis_free_replies(&revoked, 1);
    return count;
}

/* ---- nodes -------------------------------------------------------------- */

typedef struct {
    wolfTicket_RedisNode* nodes;
    int max, count, rejected;
} node_list;

static void ReadNode(const wt_redis_seals* seals, const redisReply* id,
    const redisReply* value, node_list* list)
{
    wolfTicket_RedisNode node;
    byte name[WT_REDIS_NODE_ID_SZ];
    int at = list->count;

    if (value->type == REDIS_REPLY_NIL)
        return; /* it has just been forgotten */
    XMEMSET(name, 0, sizeof(name));
    if (!wt_redis_is_string(id) || !wt_redis_is_string(value) ||
            !wt_redis_unhex(id->str, id->len, name, sizeof(name)) ||
            wt_redis_node_open(seals, name, value->str, value->len, &node)
                != WT_REDIS_AUTHENTIC) {
        list->rejected++;
        return;
    }
    if (at > list->max)
        at = list->max;
    while (at > 0 && node.heard > list->nodes[at - 1].heard) {
        if (at < list->max)
            list->nodes[at] = list->nodes[at - 1];
        at--;
    }
    if (at < list->max)
        list->nodes[at] = node;
    list->count++;
}

/* Up to NODES_AT_A_TIME of them with one command. */
static int ReadNodes(wolfTicket_Redis* redis, redisReply** ids, int count,
    node_list* list)
{
    char places[NODES_AT_A_TIME][WT_REDIS_PLACE_SZ];
    char id[2 * WT_REDIS_NODE_ID_SZ + 1];
    wt_redis_command command;
    redisReply* reply;
    int ret;
    int i;

    wt_redis_words(&command, "MGET", (char*)NULL);
    for (i = 0; i < count; i++) {
        (void)snprintf(id, sizeof(id), "%s", wt_redis_is_string(ids[i])
            ? ids[i]->str : "");
        wt_redis_place(redis, "node:", id, places[i]);
        wt_redis_add(&command, places[i], strlen(places[i]));
    }
    reply = Call(redis, &command, REDIS_REPLY_ARRAY);
    ret = reply != NULL && reply->elements == (size_t)count;
    for (i = 0; i < count && ret; i++)
        ReadNode(&redis->seals, ids[i], reply->element[i], list);
    wt_redis_free_replies(&reply, 1);
    return ret;
}

int wolfTicket_Redis_list_nodes(wolfTicket_Redis* redis,
    wolfTicket_RedisNode* nodes, int max, int* rejected)
{
    char place[WT_REDIS_PLACE_SZ];
    wt_redis_command command;
    redisReply* ids;
    node_list list;
    size_t i;
    size_t n;
    int ret = 0;

    if (redis == NULL || max < 0 || (nodes == NULL && max > 0))
        return wt_redis_fail("an argument is NULL that must not be") - 1;
    XMEMSET(&list, 0, sizeof(list));
    list.nodes = nodes;
    list.max = max;
    wt_redis_place(redis, "nodes", NULL, place);
    wt_redis_words(&command, "ZRANGE", place, "0", "-1", (char*)NULL);
    ids = Call(redis, &command, REDIS_REPLY_ARRAY);
    if (ids != NULL) {
        ret = ids->elements <= NODES_MAX;
        if (!ret)
            (void)wt_redis_fail("there are too many nodes in Redis");
        for (i = 0; i < ids->elements && ret; i += n) {
            n = ids->elements - i;
            if (n > NODES_AT_A_TIME)
                n = NODES_AT_A_TIME;
            ret = ReadNodes(redis, ids->element + i, (int)n, &list);
        }
    }
    wt_redis_free_replies(&ids, 1);
    if (rejected != NULL)
        *rejected = list.rejected;
    return ret ? list.count : -1;
}
