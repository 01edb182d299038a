/* view.h
 *
 * What Redis has, as one fetch saw it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_REDIS_VIEW_H
#define WOLFTICKET_REDIS_VIEW_H

#include "redis/handle.h"

#define WT_REDIS_VIEW_SLOTS  256
/* No more than this can come in one reply, so one more slot is free. */
#define WT_REDIS_ENTRIES_MAX (WT_REDIS_ELEMENTS_MAX / 2 + 8)
#define WT_REDIS_VIEW_DEAD   4
#define WT_REDIS_REPLY_MAX   4194304   /* bytes */

typedef struct {
    word64 time;                         /* Redis', 0: it does not tell */
    wt_redis_memory memory;              /* what is authentic and lives */
    word32 slots[WT_REDIS_VIEW_SLOTS];   /* that something is in */
    int slotCount;
    word32 lastSlot;                     /* of authentic keys */
    byte above[WT_REDIS_ENTRIES_MAX / 8]; /* bits: slots behind it in use */
    word32 dead[WT_REDIS_VIEW_DEAD];     /* of keys to take out */
    int deadCount;
    byte deadTombs[WT_REDIS_VIEW_DEAD][16];
    int deadTombCount;
    unsigned int authentic, damaged, stale, otherSecret, otherVersion;
} wt_redis_view;

/* From HGETALL's replies, both arrays, and TIME's, which may be an error. */
void wt_redis_view_read(const wt_redis_seals* seals, word64 now,
    const redisReply* keys, const redisReply* revoked, const redisReply* time,
    wt_redis_view* view);

/* Is there something in the slot, as far as can be told? */
int wt_redis_view_has(const wt_redis_view* view, word32 slot);
/* A slot behind all keys that nothing is in, not before this one. */
word32 wt_redis_view_free(const wt_redis_view* view, word32 from);

/* The number of a slot, 0 when it is none. */
word32 wt_redis_slot(const char* text, size_t sz);

#endif /* WOLFTICKET_REDIS_VIEW_H */
