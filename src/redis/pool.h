/* pool.h
 *
 * Connections that are not in use, and who may make new ones.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_REDIS_POOL_H
#define WOLFTICKET_REDIS_POOL_H

#include "redis/handle.h"

/* Who asks: a handshake does not try what has just failed. */
typedef enum {
    WT_REDIS_FOR_SOURCE,
    WT_REDIS_FOR_HANDSHAKE
} wt_redis_purpose;

#define WT_REDIS_REPLIES 40

/* Sends the commands and gets a reply to each, of limit bytes at most, within
 * the time that the purpose allows; no lock is held meanwhile.  FINE also when
 * a reply is an error of Redis'.  The caller frees the replies; there are none
 * unless it is FINE. */
wt_redis_outcome wt_redis_call(wolfTicket_Redis* redis,
    wt_redis_purpose purpose, const wt_redis_command* commands, int count,
    size_t limit, redisReply* replies[], char* text);
void wt_redis_free_replies(redisReply* replies[], int count);

/* The same for a handshake, and which run of Redis' has answered. */
wt_redis_outcome wt_redis_call_run(wolfTicket_Redis* redis,
    const wt_redis_command* commands, int count, size_t limit,
    redisReply* replies[], char run[WT_REDIS_RUN_SZ], char* text);

/* Closes those that are not in use; for wolfTicket_Redis_free(). */
void wt_redis_pool_empty(wolfTicket_Redis* redis);

#endif /* WOLFTICKET_REDIS_POOL_H */
