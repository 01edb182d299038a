/* reply.h
 *
 * What a reply of Redis' says.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_REDIS_REPLY_H
#define WOLFTICKET_REDIS_REPLY_H

#include "redis/base.h"

#include <hiredis.h>

/* Of a reply that says no more than that it was done, or how often. */
#define WT_REDIS_SHORT 4096

/* 1 when it is there, and a string, or the word OK. */
int wt_redis_is_string(const redisReply* reply);
int wt_redis_is_ok(const redisReply* reply);

/* A number of seconds, which text is and nothing else; 0: it is none. */
word64 wt_redis_seconds(const char* text);

/* What time it is by Redis' clock, of a reply to TIME; 0: it does not say. */
word64 wt_redis_time(const redisReply* reply);

#endif /* WOLFTICKET_REDIS_REPLY_H */
