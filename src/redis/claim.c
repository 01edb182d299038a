/* claim.c
 *
 * Single use: one atomic command says whether a ticket is used already.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "redis/pool.h"

#include <stdio.h>
#include <string.h>

#define SHORT_REPLY 4096

/* OK when it was set, nil when it was there. */
static int Verdict(const redisReply* reply)
{
    if (reply->type == REDIS_REPLY_STATUS && reply->len == 2 &&
            memcmp(reply->str, "OK", 2) == 0)
        return 1;
    return (reply->type == REDIS_REPLY_NIL) ? 0 : -1;
}

static int Claim(wolfTicket_Redis* redis, const byte id[16],
    unsigned int seconds)
{
    char hex[2 * 16 + 1];
    char place[WT_REDIS_PLACE_SZ];
    char life[24];
    char text[WT_REDIS_TEXT_SZ];
    redisReply* reply = NULL;
    wt_redis_command command;
    int ret = -1;

    wt_redis_hex(id, 16, hex);
    wt_redis_place(redis, "use:", hex, place);
    (void)snprintf(life, sizeof(life), "%llu",
        1000ULL * ((seconds > 0) ? seconds : 1));
    wt_redis_words(&command, "SET", place, "1", "NX", "PX", life, (char*)NULL);
    if (wt_redis_call(redis, WT_REDIS_FOR_HANDSHAKE, &command, 1, SHORT_REPLY,
            &reply, text) == WT_REDIS_FINE) {
        ret = Verdict(reply);
        if (ret < 0)
            (void)wt_redis_complaint(reply, text);
        wt_redis_free_replies(&reply, 1);
    }
    if (ret < 0)
        (void)wt_redis_fail(text);
    return ret;
}

int wolfTicket_Redis_claim(const unsigned char id[16],
    unsigned int seconds_left, void* redis)
{
    wolfTicket_Redis* r = (wolfTicket_Redis*)redis;
    int ret;

    if (id == NULL || redis == NULL) {
        (void)wt_redis_fail("an argument is NULL that must not be");
        return -1;
    }
    ret = Claim(r, id, seconds_left);
    wt_redis_lock();
    r->stats.claims++;
    r->stats.claims_used += ret == 0;
    r->stats.claims_unknown += ret < 0;
    wt_redis_unlock();
    return ret;
}
