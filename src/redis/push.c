/* push.c
 *
 * Waiting for news: a connection of its own that has subscribed to them.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * A message says no more than that there is something to fetch, so nobody can
 * say anything wrong.  It comes to all nodes at once, and Redis would have all
 * of them at its door: each lets a random share of SPREAD pass, which leaves
 * half a second until all are to have what is new.  What comes meanwhile stays
 * in the socket, and makes no fetch of its own; many messages make no more than
 * ten fetches a second.  Who has just subscribed fetches as well, since
 * messages may have been missed.
 */

#include "redis/fetch.h"
#include "redis/push.h"

#include <string.h>
#include <unistd.h>

#define PAUSE_MIN     100    /* ms, between attempts */
#define PAUSE_MAX     5000
#define NEWS_EVERY    100    /* ms */
#define SPREAD        500    /* ms */
#define SILENT_FOR    5000   /* ms, then it is asked */
#define MESSAGE_MAX   4096
#define DRAIN_MAX     1000

/* A fork may come at any moment here, see below: what is to be freed is not
 * ours any more. */
static void Close(wolfTicket_Redis* redis)
{
    wt_redis_conn* conn = redis->push;

    redis->push = NULL;
    if (conn != NULL && redis->pushPid == getpid())
        wt_redis_close(conn);
    else if (conn != NULL)
        (void)close(conn->fd);
}

/* A random share of it; 0 when wolfSSL's generator fails. */
static word64 Share(word64 ms)
{
    byte dice[2] = { 0, 0 };

    (void)wt_redis_random(dice, sizeof(dice));
    return ms * (256u * dice[0] + dice[1]) / 65536;
}

static void Broke(wolfTicket_Redis* redis)
{
    Close(redis);
    redis->pushPause = (redis->pushPause == 0) ? PAUSE_MIN :
        2 * redis->pushPause;
    if (redis->pushPause > PAUSE_MAX)
        redis->pushPause = PAUSE_MAX;
    /* A fleet does not come back in step. */
    redis->pushNext = wt_redis_ms() + redis->pushPause / 2 +
        Share(redis->pushPause / 2);
}

static int IsText(const redisReply* reply, const char* text)
{
    return reply->type == REDIS_REPLY_STRING && reply->len == strlen(text) &&
        memcmp(reply->str, text, reply->len) == 0;
}

typedef enum { PUSH_NEWS, PUSH_OTHER, PUSH_NONSENSE } push_kind;

static push_kind Kind(const redisReply* reply)
{
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements < 2)
        return PUSH_NONSENSE;
    if (IsText(reply->element[0], "message"))
        return PUSH_NEWS;
    return (IsText(reply->element[0], "subscribe") ||
        IsText(reply->element[0], "pong")) ? PUSH_OTHER : PUSH_NONSENSE;
}

/* 1 when it has subscribed. */
static int Subscribe(wolfTicket_Redis* redis)
{
    char text[WT_REDIS_TEXT_SZ];
    char news[WT_REDIS_PLACE_SZ];
    wt_redis_command command;
    redisReply* reply = NULL;
    wt_redis_conn* conn = NULL;
    word64 deadline = wt_redis_ms() + redis->connectMs;
    int ret = 0;

    redis->pushPid = getpid();
    if (wt_redis_connect(&redis->address, deadline, &conn, text) ==
            WT_REDIS_FINE) {
        redis->push = conn;
        wt_redis_place(redis, "news", NULL, news);
        wt_redis_words(&command, "SUBSCRIBE", news, (char*)NULL);
        if (wt_redis_send(redis->push, &command, 1, deadline))
            reply = wt_redis_receive(redis->push, deadline, MESSAGE_MAX);
        ret = reply != NULL && Kind(reply) == PUSH_OTHER;
        if (reply != NULL)
            freeReplyObject(reply);
    }
    if (ret) {
        redis->pushPause = 0;
        redis->pushHeard = wt_redis_ms();
    }
    else {
        Broke(redis);
    }
    return ret;
}

/* Asks a connection that says nothing whether it is still there. */
static void Ping(wolfTicket_Redis* redis)
{
    wt_redis_command command;
    word64 silent = wt_redis_ms() - redis->pushHeard;

    if (silent >= 2 * SILENT_FOR + redis->commandMs) {
        Broke(redis);
    }
    else if (silent >= SILENT_FOR && !redis->pushAsked) {
        wt_redis_words(&command, "PING", (char*)NULL);
        redis->pushAsked = 1;
        if (!wt_redis_send(redis->push, &command, 1, wt_redis_ms() + 1))
            Broke(redis);
    }
}

/* Listens until deadline; 1 when there are news. */
static int Listen(wolfTicket_Redis* redis, word64 deadline)
{
    redisReply* reply;
    push_kind kind = PUSH_OTHER;
    int news = 0;
    int n;

    for (n = 0; n < DRAIN_MAX && redis->push != NULL; n++) {
        reply = wt_redis_receive(redis->push, news ? 0 : deadline,
            MESSAGE_MAX);
        if (reply == NULL) {
            if (redis->push->broken)
                Broke(redis);
            break;
        }
        kind = Kind(reply);
        freeReplyObject(reply);
        redis->pushHeard = wt_redis_ms();
        redis->pushAsked = 0;
        if (kind == PUSH_NEWS)
            news = 1;
        else if (kind == PUSH_NONSENSE)
            Broke(redis);
    }
    if (redis->push != NULL)
        Ping(redis);
    return news;
}

static word64 Earlier(word64 a, word64 b)
{
    return (a < b) ? a : b;
}

/* News have come: when they are fetched. */
static void PutOff(wolfTicket_Redis* redis)
{
    word64 now = wt_redis_ms();
    word64 next = redis->pushNews + NEWS_EVERY;

    redis->pushDue = now + Share(SPREAD);
    if (redis->pushNews != 0 && redis->pushDue < next)
        redis->pushDue = next;
}

/* The news that have come: 1 when it is time to fetch them. */
static int IsDue(wolfTicket_Redis* redis, word64 deadline)
{
    int ret;

    wt_redis_sleep(Earlier(redis->pushDue, deadline));
    ret = wt_redis_ms() >= redis->pushDue;
    if (ret) {
        (void)Listen(redis, 0);
        redis->pushDue = 0;
        redis->pushNews = wt_redis_ms();
        wt_redis_lock();
        redis->stats.pushes++;
        wt_redis_unlock();
    }
    return ret;
}

static int WaitUntil(wolfTicket_Redis* redis, word64 deadline)
{

    /* In a child of who waited.  The thread that did may have been in the
     * middle of a message, so the connection's memory is left alone. */
    if (redis->push != NULL && redis->pushPid != getpid()) {
        Close(redis);
        redis->pushNext = 0;
    }
    if (redis->pushDue != 0)
        return IsDue(redis, deadline);
    if (redis->push == NULL && wt_redis_ms() >= redis->pushNext)
        return Subscribe(redis);
    if (redis->push == NULL)
        wt_redis_sleep(Earlier(redis->pushNext, deadline));
    else if (Listen(redis, deadline))
        PutOff(redis);
    return 0;
}

int wt_redis_wait(void* self, unsigned int ms)
{
    wolfTicket_Redis* redis = (wolfTicket_Redis*)self;
    word64 deadline = wt_redis_ms() + ms;
    int ret = 0;
    int mine;

    wt_redis_lock();
    mine = !redis->pushBusy || redis->pushOwner != getpid();
    if (mine) {
        redis->pushBusy = 1;
        redis->pushOwner = getpid();
    }
    wt_redis_unlock();
    if (!mine) {
        wt_redis_sleep(deadline);
        return 0;
    }
    do {
        ret = WaitUntil(redis, deadline);
    } while (!ret && wt_redis_ms() < deadline);
    wt_redis_lock();
    redis->pushBusy = 0;
    wt_redis_unlock();
    return ret;
}

void wt_redis_push_close(wolfTicket_Redis* redis)
{
    Close(redis);
}
