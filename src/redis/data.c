/* data.c
 *
 * Application data that does not fit a ticket, in Redis.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "redis/pool.h"
#include "redis/reply.h"

#include <wolfticket/datastore.h>

#include <stdio.h>
#include <string.h>

#define LARGEST (65536 + 1024)   /* what is sealed, with what that adds */

/* One command about the data of id, "SET" and so on; place, of
 * WT_REDIS_PLACE_SZ bytes, is kept until it is sent. */
static void Begin(const wolfTicket_Redis* redis, const char* word,
    const byte id[16], char* place, wt_redis_command* command)
{
    char hex[2 * 16 + 1];

    wt_redis_hex(id, 16, hex);
    wt_redis_place(redis, "data:", hex, place);
    wt_redis_words(command, word, place, (char*)NULL);
}

/* A reply, or NULL; the caller frees it. */
static redisReply* Call(wolfTicket_Redis* redis,
    const wt_redis_command* command, size_t limit)
{
    char text[WT_REDIS_TEXT_SZ];
    redisReply* reply = NULL;

    if (wt_redis_call(redis, WT_REDIS_FOR_HANDSHAKE, command, 1, limit,
            &reply, text) == WT_REDIS_FINE &&
            reply->type == REDIS_REPLY_ERROR) {
        (void)wt_redis_complaint(reply, text);
        wt_redis_free_replies(&reply, 1);
    }
    if (reply == NULL)
        (void)wt_redis_fail(text);
    wt_redis_lock();
    redis->stats.data_calls++;
    redis->stats.data_failures += reply == NULL;
    wt_redis_unlock();
    return reply;
}

static int Put(void* self, const unsigned char id[WOLFTICKET_DATA_ID_SZ],
    const unsigned char* sealed, size_t sz, unsigned int seconds)
{
    wolfTicket_Redis* redis = (wolfTicket_Redis*)self;
    char place[WT_REDIS_PLACE_SZ];
    char life[24];
    wt_redis_command command;
    redisReply* reply = NULL;
    int ret;

    if (sz > LARGEST)
        return wt_redis_fail("that is more than the data of a ticket");
    Begin(redis, "SET", id, place, &command);
    (void)snprintf(life, sizeof(life), "%llu",
        1000ULL * ((seconds > 0) ? seconds : 1));
    wt_redis_add(&command, sealed, sz);
    wt_redis_add(&command, "PX", 2);
    wt_redis_add(&command, life, strlen(life));
    reply = Call(redis, &command, WT_REDIS_SHORT);
    ret = wt_redis_is_ok(reply);
    wt_redis_free_replies(&reply, 1);
    return ret;
}

static int Get(void* self, const unsigned char id[WOLFTICKET_DATA_ID_SZ],
    unsigned char* sealed, size_t* sz)
{
    wolfTicket_Redis* redis = (wolfTicket_Redis*)self;
    char place[WT_REDIS_PLACE_SZ];
    wt_redis_command command;
    redisReply* reply = NULL;
    int ret = -1;

    Begin(redis, "GET", id, place, &command);
    reply = Call(redis, &command, LARGEST + WT_REDIS_SHORT);
    if (reply != NULL && reply->type == REDIS_REPLY_NIL) {
        ret = 0;
    }
    else if (wt_redis_is_string(reply)) {
        ret = reply->len <= *sz;
        if (ret) {
            XMEMCPY(sealed, reply->str, reply->len);
            *sz = reply->len;
        }
    }
    wt_redis_free_replies(&reply, 1);
    return ret;
}

static void Remove(void* self, const unsigned char id[WOLFTICKET_DATA_ID_SZ])
{
    wolfTicket_Redis* redis = (wolfTicket_Redis*)self;
    char place[WT_REDIS_PLACE_SZ];
    wt_redis_command command;
    redisReply* reply = NULL;

    Begin(redis, "UNLINK", id, place, &command);
    reply = Call(redis, &command, WT_REDIS_SHORT);
    wt_redis_free_replies(&reply, 1);
}

const wolfTicket_DataStore* wolfTicket_Redis_data_store(void)
{
    static const wolfTicket_DataStore store = { Put, Get, Remove };

    return &store;
}
