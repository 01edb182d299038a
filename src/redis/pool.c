/* pool.c
 *
 * Connections that are not in use, and who may make new ones.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Who needs a connection takes one, or makes one if there is none, and gives
 * it back; nobody waits for another one's.  A connection whose reply did not
 * come in time is closed, since the reply may come later.
 *
 * A Redis that is away would hold every handshake for as long as the deadline
 * is.  So after some failures there is a pause in which they fail at once;
 * when it is over one of them tries, the others wait for what it finds.
 */

#include "redis/pool.h"

#include <stdio.h>
#include <unistd.h>

#define FAILURES     3
#define PAUSE_MIN    50     /* ms */
#define PAUSE_MAX    2000

/* ---- failures ----------------------------------------------------------- */

/* Under the lock. */
static word64 Pause(int failures)
{
    word64 pause = PAUSE_MIN;

    for (; failures > FAILURES && pause < PAUSE_MAX; failures--)
        pause *= 2;
    return (pause < PAUSE_MAX) ? pause : PAUSE_MAX;
}

static void Failed(wolfTicket_Redis* redis, int nobodyThere)
{
    wt_redis_lock();
    redis->failuresInRow++;
    if (nobodyThere && redis->failuresInRow < FAILURES)
        redis->failuresInRow = FAILURES;
    if (redis->failuresInRow >= FAILURES)
        redis->quietUntil = wt_redis_ms() + Pause(redis->failuresInRow);
    if (nobodyThere)
        redis->stats.connect_failures++;
    wt_redis_unlock();
}

static void Worked(wolfTicket_Redis* redis)
{
    wt_redis_lock();
    redis->failuresInRow = 0;
    redis->quietUntil = 0;
    wt_redis_unlock();
}

/* 1 when a handshake may try. */
static int MayTry(wolfTicket_Redis* redis)
{
    word64 now = wt_redis_ms();
    int ret;

    wt_redis_lock();
    ret = now >= redis->quietUntil;
    if (ret && redis->failuresInRow >= FAILURES)
        redis->quietUntil = now + Pause(redis->failuresInRow);
    wt_redis_unlock();
    return ret;
}

/* ---- connections -------------------------------------------------------- */

/* One that is not in use, or NULL.  In a new process there is none: what was
 * inherited is closed, which leaves the parent's open. */
static wt_redis_conn* TakeIdle(wolfTicket_Redis* redis)
{
    wt_redis_conn* inherited[WT_REDIS_IDLE];
    wt_redis_conn* conn = NULL;
    int count = 0;
    int i;

    wt_redis_lock();
    if (redis->pid != getpid()) {
        count = redis->idleCount;
        XMEMCPY(inherited, redis->idle, sizeof(inherited));
        redis->idleCount = 0;
        redis->pid = getpid();
    }
    if (redis->idleCount > 0)
        conn = redis->idle[--redis->idleCount];
    wt_redis_unlock();
    for (i = 0; i < count; i++)
        wt_redis_close(inherited[i]);
    return conn;
}

static void GiveBack(wolfTicket_Redis* redis, wt_redis_conn* conn)
{
    int kept = 0;

    wt_redis_lock();
    if (!conn->broken && redis->pid == getpid() &&
            redis->idleCount < WT_REDIS_IDLE) {
        redis->idle[redis->idleCount++] = conn;
        kept = 1;
    }
    wt_redis_unlock();
    if (!kept)
        wt_redis_close(conn);
}

static wt_redis_outcome Take(wolfTicket_Redis* redis, word64 deadline,
    wt_redis_conn** conn, char* text)
{
    wt_redis_outcome ret = WT_REDIS_FINE;

    while ((*conn = TakeIdle(redis)) != NULL && !wt_redis_is_fresh(*conn))
        wt_redis_close(*conn);
    if (*conn == NULL) {
        ret = wt_redis_connect(&redis->address, deadline, conn, text);
        if (ret == WT_REDIS_FINE) {
            wt_redis_lock();
            redis->stats.connections++;
            wt_redis_unlock();
        }
        else {
            Failed(redis, 1);
        }
    }
    return ret;
}

void wt_redis_pool_empty(wolfTicket_Redis* redis)
{
    while (redis->idleCount > 0)
        wt_redis_close(redis->idle[--redis->idleCount]);
}

/* ---- commands ----------------------------------------------------------- */

void wt_redis_free_replies(redisReply* replies[], int count)
{
    while (count > 0) {
        if (replies[--count] != NULL)
            freeReplyObject(replies[count]);
        replies[count] = NULL;
    }
}

static wt_redis_outcome Exchange(wolfTicket_Redis* redis, wt_redis_conn* conn,
    const wt_redis_command* commands, int count, word64 deadline,
    size_t limit, redisReply* replies[], char* text)
{
    wt_redis_outcome ret = WT_REDIS_FINE;
    int i = 0;

    if (wt_redis_send(conn, commands, count, deadline)) {
        for (; i < count; i++) {
            replies[i] = wt_redis_receive(conn, deadline, limit);
            if (replies[i] == NULL)
                break;
        }
    }
    if (i < count) {
        ret = WT_REDIS_AWAY;
        /* Who has too many clients says so, and hangs up. */
        if (i > 0 && replies[0]->type == REDIS_REPLY_ERROR)
            ret = wt_redis_complaint(replies[0], text);
        else
            (void)snprintf(text, WT_REDIS_TEXT_SZ, conn->broken
                ? "the connection to Redis broke, or what came is no answer "
                  "of Redis'" : "Redis did not answer in time");
        conn->broken = 1;
        wt_redis_free_replies(replies, i);
        Failed(redis, 0);
    }
    else {
        Worked(redis);
    }
    return ret;
}

/* run: NULL when it is not wanted. */
static wt_redis_outcome Call(wolfTicket_Redis* redis, int handshake,
    const wt_redis_command* commands, int count, size_t limit,
    redisReply* replies[], char* run, char* text)
{
    word64 now = wt_redis_ms();
    wt_redis_conn* conn = NULL;
    wt_redis_outcome ret;

    if (handshake && !MayTry(redis)) {
        (void)snprintf(text, WT_REDIS_TEXT_SZ, "Redis is away");
        return WT_REDIS_AWAY;
    }
    ret = Take(redis, now + (handshake ? redis->handshakeMs :
        redis->connectMs), &conn, text);
    if (ret == WT_REDIS_FINE) {
        if (!handshake)
            now = wt_redis_ms();
        now += handshake ? redis->handshakeMs : redis->commandMs;
        if (run != NULL && conn->run[0] == '\0') {
            ret = wt_redis_ask_run(conn, now, text);
            if (ret != WT_REDIS_FINE)
                Failed(redis, 0);
        }
        if (ret == WT_REDIS_FINE)
            ret = Exchange(redis, conn, commands, count, now, limit, replies,
                text);
        if (run != NULL)
            XMEMCPY(run, conn->run, WT_REDIS_RUN_SZ);
        GiveBack(redis, conn);
    }
    return ret;
}

wt_redis_outcome wt_redis_call(wolfTicket_Redis* redis,
    wt_redis_purpose purpose, const wt_redis_command* commands, int count,
    size_t limit, redisReply* replies[], char* text)
{
    return Call(redis, purpose == WT_REDIS_FOR_HANDSHAKE, commands, count,
        limit, replies, NULL, text);
}

wt_redis_outcome wt_redis_call_run(wolfTicket_Redis* redis,
    const wt_redis_command* commands, int count, size_t limit,
    redisReply* replies[], char run[WT_REDIS_RUN_SZ], char* text)
{
    return Call(redis, 1, commands, count, limit, replies, run, text);
}
