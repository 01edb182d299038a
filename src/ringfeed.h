/* ringfeed.h
 *
 * What a ring has beside its keys: a source, and a thread.
 *
 * It outlives the ring for as long as its thread or the source's end take,
 * which cannot be waited for where a ring goes: with the lock held.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_RINGFEED_H
#define WOLFTICKET_RINGFEED_H

#include "ring.h"
#include "worker.h"

typedef struct wt_ringthread wt_ringthread;

/* What went wrong in a round; each is told once. */
enum {
    WT_ROUND_NO_KEYS     = 1,   /* the source gave none */
    WT_ROUND_NOT_MADE    = 2,   /* a new key could not be made */
    WT_ROUND_NOT_TAKEN   = 4,   /* or not be proposed */
    WT_ROUND_REJECTED    = 8,   /* keys that are none */
    WT_ROUND_DROPPED     = 16   /* keys that do not fit */
};

/* All but source, self, refresh and period with the lock held. */
struct wt_ring_feed {
    wolfTicket_KeyRing* ring;          /* NULL: gone */
    const wolfTicket_Source* source;   /* NULL: a thread alone */
    void* self;
    word32 refresh;                    /* seconds */
    word32 period;                     /* 0: of the lifetime */
    wolfTicket_SourceReport report;    /* the ring's counts and own state */
    word64 toldSince;                  /* of the state that was told last */
    int toldState;
    int troubles;                      /* of the last round */
    wt_ringthread* thread;
    wt_ring_feed* next;                /* of those whose ring is gone */
};

/* One without a source; NULL when memory has run out. */
wt_ring_feed* wt_feed_new(wolfTicket_KeyRing* ring);
/* Gives it one. */
wt_error wt_feed_set(wt_ring_feed* feed, const wolfTicket_Source* source,
    const wolfTicket_SourceOptions* options);

/* With the lock held: the ring is gone. */
void wt_feed_orphan(wt_ring_feed* feed);
/* With it: leaves the feed to wt_feed_bury(). */
void wt_feed_leave(wt_ring_feed* feed);

/* With the lock held: the name of the ring's source. */
const char* wt_ring_name(const wolfTicket_KeyRing* ring);

/* 1 when it has a source that does; no lock. */
int wt_ring_takes_proposals(wolfTicket_KeyRing* ring);

/* One round; 1, or 0 with wt_fail() told.  force: a new key is due now. */
int wt_ring_round(wolfTicket_KeyRing* ring, int force, word32* nextMs);

/* Makes *key's times when a new key is due, which is 1.  keys are those of the
 * source, in any order. */
int wt_ring_plan(const wolfTicket_SourceKey* keys, int count, word64 now,
    word32 refresh, word32 period, word32 lifetime, int force,
    wolfTicket_SourceKey* key);

/* With the lock held: forgets the thread of another process. */
void wt_ringthread_forget(wt_ring_feed* feed);
/* And tells that of this one that the ring is gone: 1 when there is one, which
 * then calls wt_feed_leave(). */
int wt_ringthread_orphan(wt_ring_feed* feed);

#endif /* WOLFTICKET_RINGFEED_H */
