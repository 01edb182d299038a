/* known.h
 *
 * The keys and tombstones that a node knows of.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_REDIS_KNOWN_H
#define WOLFTICKET_REDIS_KNOWN_H

#include "redis/handle.h"

/* All under the lock where the memory is shared.  What has ended by now, or is
 * revoked, is wiped. */
void wt_redis_known_prune(wt_redis_memory* memory, word64 now);

/* Adds a key; of one of its name only the place is taken over.  Where there is
 * no more room the oldest goes. */
void wt_redis_known_add(wt_redis_memory* memory, const wt_redis_known* key);

/* The tombstone of this name, and the key, or NULL. */
const wt_redis_tomb* wt_redis_known_tomb(const wt_redis_memory* memory,
    const byte name[16]);
const wt_redis_known* wt_redis_known_key(const wt_redis_memory* memory,
    const byte name[16]);

/* Adds a tombstone unless there is one; where there is no more room the one
 * that ends first goes. */
void wt_redis_known_bury(wt_redis_memory* memory, const wt_redis_tomb* tomb);

/* What a source gives: keys that are known, and the reserve. */
int wt_redis_known_give(const wolfTicket_Redis* redis, word64 now,
    wolfTicket_SourceKey* keys, int max);

#endif /* WOLFTICKET_REDIS_KNOWN_H */
