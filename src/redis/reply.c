/* reply.c
 *
 * What a reply of Redis' says.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "redis/reply.h"

#include <stdlib.h>
#include <string.h>

int wt_redis_is_string(const redisReply* reply)
{
    return reply != NULL && reply->type == REDIS_REPLY_STRING;
}

int wt_redis_is_ok(const redisReply* reply)
{
    return reply != NULL && reply->type == REDIS_REPLY_STATUS &&
        reply->len == 2 && memcmp(reply->str, "OK", 2) == 0;
}

word64 wt_redis_seconds(const char* text)
{
    char* end = NULL;
    unsigned long long n = strtoull(text, &end, 10);

    return (text[0] >= '1' && text[0] <= '9' && *end == '\0') ? n : 0;
}

word64 wt_redis_time(const redisReply* reply)
{
    return (reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 &&
            wt_redis_is_string(reply->element[0]))
        ? wt_redis_seconds(reply->element[0]->str) : 0;
}
