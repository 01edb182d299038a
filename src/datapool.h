/* datapool.h
 *
 * Application data kept in the memory of the process.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_DATAPOOL_H
#define WOLFTICKET_DATAPOOL_H

#include "port.h"

#include <wolfticket/datastore.h>

typedef struct wt_pool wt_pool;

typedef struct {
    size_t held;            /* entries */
    size_t bytes;           /* allocated, the rows included */
    unsigned long evicted;  /* alive, for lack of room */
} wt_pool_counts;

/* The pool of the contexts that share a key ring; references are counted with
 * the one lock held.  Nobody uses it when the last one is dropped: then all
 * goes that is in it.  NULL when out of memory; dropping NULL is allowed. */
wt_pool* wt_pool_new(void);
void     wt_pool_hold(wt_pool* pool);
void     wt_pool_drop(wt_pool* pool);
int      wt_pool_shared(const wt_pool* pool);

/* All that follows from any thread, without the one lock.  Times are seconds
 * since 1970. */

/* Keeps a copy for seconds, and lets the oldest go until no more than limit
 * bytes are allocated.  1, or 0: there is no room, or no memory. */
int wt_pool_put(wt_pool* pool, const byte id[WOLFTICKET_DATA_ID_SZ],
    const byte* sealed, word32 sz, word32 now, word32 seconds, size_t limit);

/* As a data store's.  1 or 0. */
int wt_pool_get(wt_pool* pool, const byte id[WOLFTICKET_DATA_ID_SZ],
    byte* sealed, size_t* sz, word32 now);

/* 1 when there was something. */
int wt_pool_remove(wt_pool* pool, const byte id[WOLFTICKET_DATA_ID_SZ]);

/* Lets the oldest go until no more than limit bytes are allocated. */
void wt_pool_trim(wt_pool* pool, size_t limit);

/* Wipes what has run out.  No lock where that is nothing. */
void wt_pool_sweep(wt_pool* pool, word32 now);

void wt_pool_count(wt_pool* pool, wt_pool_counts* counts);

/* The most that one entry may have where limit bytes may be allocated; 0: there
 * can be none. */
size_t wt_pool_largest(size_t limit);

#endif /* WOLFTICKET_DATAPOOL_H */
