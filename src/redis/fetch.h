/* fetch.h
 *
 * The parts of the source.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_REDIS_FETCH_H
#define WOLFTICKET_REDIS_FETCH_H

#include "redis/view.h"

#define WT_REDIS_MISSING 8     /* of each kind in one round */

/* What is missing in Redis. */
typedef struct {
    wt_redis_known keys[WT_REDIS_MISSING];
    int keyCount;
    wt_redis_tomb tombs[WT_REDIS_MISSING];
    int tombCount;
} wt_redis_missing;

/* The functions of the source; see wolfticket/source.h. */
int  wt_redis_fetch(void* self, uint64_t now, wolfTicket_SourceKey* keys,
    int max);
int  wt_redis_propose(void* self, uint64_t now,
    const wolfTicket_SourceKey* key);
int  wt_redis_wait(void* self, unsigned int ms);
void wt_redis_report(void* self, uint64_t now,
    wolfTicket_SourceReport* report);

/* What Redis has. */
wt_redis_outcome wt_redis_ask(wolfTicket_Redis* redis, word64 now,
    wt_redis_view* view, char* text);

/* Redis could not be asked. */
void wt_redis_failed(wolfTicket_Redis* redis, word64 now,
    wt_redis_outcome outcome, const char* text);

/* Puts in what is missing, takes out what has ended, and tells of this node
 * where it is time. */
void wt_redis_put_right(wolfTicket_Redis* redis, word64 now,
    const wt_redis_view* view, wt_redis_missing* missing);

/* Tells all nodes that there is something to fetch. */
void wt_redis_news(const wolfTicket_Redis* redis, wt_redis_command* command,
    char place[WT_REDIS_PLACE_SZ]);

#endif /* WOLFTICKET_REDIS_FETCH_H */
