/* known.c
 *
 * The keys and tombstones that a node knows of.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "redis/known.h"

#include <string.h>

#define SKEW_MAX   600      /* seconds that clocks may differ */
#define RESERVES   4        /* that are given at most */

const wt_redis_tomb* wt_redis_known_tomb(const wt_redis_memory* memory,
    const byte name[16])
{
    int i;

    for (i = 0; i < memory->tombCount; i++) {
        if (memcmp(memory->tombs[i].name, name, 16) == 0)
            return &memory->tombs[i];
    }
    return NULL;
}

const wt_redis_known* wt_redis_known_key(const wt_redis_memory* memory,
    const byte name[16])
{
    int i;

    for (i = 0; i < memory->keyCount; i++) {
        if (memcmp(memory->keys[i].key.name, name, 16) == 0)
            return &memory->keys[i];
    }
    return NULL;
}

static void Remove(wt_redis_memory* memory, int i)
{
    memory->keyCount--;
    XMEMMOVE(&memory->keys[i], &memory->keys[i + 1],
        (size_t)(memory->keyCount - i) * sizeof(memory->keys[0]));
    wt_redis_wipe(&memory->keys[memory->keyCount], sizeof(memory->keys[0]));
}

void wt_redis_known_prune(wt_redis_memory* memory, word64 now)
{
    int i;

    for (i = memory->keyCount - 1; i >= 0; i--) {
        const wolfTicket_SourceKey* key = &memory->keys[i].key;

        if ((key->opens_until != 0 && key->opens_until <= now) ||
                wt_redis_known_tomb(memory, key->name) != NULL)
            Remove(memory, i);
    }
    for (i = memory->tombCount - 1; i >= 0; i--) {
        if (memory->tombs[i].keepUntil <= now)
            memory->tombs[i] = memory->tombs[--memory->tombCount];
    }
}

/* Later from, or, so that all nodes sort alike, the larger name. */
static int IsNewer(const wolfTicket_SourceKey* a, const wolfTicket_SourceKey* b)
{
    if (a->active_from != b->active_from)
        return a->active_from > b->active_from;
    return memcmp(a->name, b->name, 16) > 0;
}

void wt_redis_known_add(wt_redis_memory* memory, const wt_redis_known* key)
{
    int at = 0;
    int i;

    for (i = 0; i < memory->keyCount; i++) {
        if (memcmp(memory->keys[i].key.name, key->key.name, 16) == 0) {
            memory->keys[i].slot = key->slot;
            XMEMCPY(memory->keys[i].record, key->record, WT_REDIS_KEY_SZ);
            return;
        }
    }
    while (at < memory->keyCount && IsNewer(&memory->keys[at].key, &key->key))
        at++;
    if (at < WT_REDIS_KNOWN) {
        if (memory->keyCount == WT_REDIS_KNOWN)
            memory->keyCount--;
        XMEMMOVE(&memory->keys[at + 1], &memory->keys[at],
            (size_t)(memory->keyCount - at) * sizeof(memory->keys[0]));
        memory->keys[at] = *key;
        memory->keyCount++;
    }
}

void wt_redis_known_bury(wt_redis_memory* memory, const wt_redis_tomb* tomb)
{
    int at = memory->tombCount;
    int i;

    if (wt_redis_known_tomb(memory, tomb->name) != NULL)
        return;
    if (at == WT_REDIS_TOMBS) {
        at = 0;
        for (i = 1; i < WT_REDIS_TOMBS; i++) {
            if (memory->tombs[i].keepUntil < memory->tombs[at].keepUntil)
                at = i;
        }
    }
    else {
        memory->tombCount++;
    }
    memory->tombs[at] = *tomb;
}

/* ---- what a source gives ------------------------------------------------ */

/* The reserve keys of this moment, the newest first: the next one when clocks
 * that differ may have come to it, and those under which tickets live. */
static int Reserve(const wolfTicket_Redis* redis, word64 now,
    wolfTicket_SourceKey* keys, int max)
{
    word32 period = redis->reservePeriod;
    word64 number = now / period;
    word32 skew = (period / 2 < SKEW_MAX) ? period / 2 : SKEW_MAX;
    int count = 0;

    if (now % period >= period - skew)
        number++;
    for (; count < max; number--) {
        if ((number + 1) * period + redis->lifetime <= now)
            break;
        if (!wt_redis_reserve_key(&redis->seals, period, number, &keys[count]))
            break;
        keys[count].opens_until = keys[count].seals_until + redis->lifetime;
        if (wt_redis_known_tomb(&redis->memory, keys[count].name) == NULL)
            count++;
        if (number == 0)
            break;
    }
    return count;
}

int wt_redis_known_give(const wolfTicket_Redis* redis, word64 now,
    wolfTicket_SourceKey* keys, int max)
{
    const wt_redis_memory* memory = &redis->memory;
    wolfTicket_SourceKey reserve[RESERVES];
    int reserves = Reserve(redis, now, reserve, (max < RESERVES) ? max :
        RESERVES);
    int count = 0;
    int i;

    for (i = 0; i < memory->keyCount && count < max - reserves; i++)
        keys[count++] = memory->keys[i].key;
    for (i = 0; i < reserves; i++)
        keys[count++] = reserve[i];
    wt_redis_wipe(reserve, sizeof(reserve));
    return count;
}
