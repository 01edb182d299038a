/* claim.c
 *
 * Single use: one atomic command says whether a ticket is used already.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Redis can forget: it is restarted without what it had, or with what it had
 * some time ago, or emptied.  So beside the claims lies since when there is
 * none missing, and in which run of Redis'.  Where that is not there, or of
 * another run, it begins anew, and a ticket of before is refused.  It is read
 * after the claim was made: who empties Redis in between is seen.
 */

#include "redis/pool.h"
#include "redis/reply.h"

#include <stdio.h>
#include <string.h>

#define SINCE_SZ (WT_REDIS_RUN_SZ + 24)

typedef struct {
    char run[WT_REDIS_RUN_SZ];  /* that has answered */
    word64 now;                 /* by Redis' clock */
    word64 since;               /* seconds that no claim is missing for */
    int known;                  /* it lies there */
} memory;

/* ---- since when ---------------------------------------------------------- */

/* "RUN SECONDS", and what time it is.  1, or 0 when that is no time. */
static int ReadSince(const redisReply* lies, const redisReply* time,
    memory* m)
{
    size_t sz = strlen(m->run);
    word64 from = 0;

    m->now = wt_redis_time(time);
    if (lies->type == REDIS_REPLY_STRING && lies->len > sz + 1 &&
            memcmp(lies->str, m->run, sz) == 0 && lies->str[sz] == ' ')
        from = wt_redis_seconds(lies->str + sz + 1);
    m->known = from != 0 && from <= m->now;
    m->since = m->known ? m->now - from : 0;
    return m->now != 0;
}

/* Others may do the same at the same time: what lies there in the end is
 * never too early.  If it cannot be written the next claim tries again. */
static void BeginAnew(wolfTicket_Redis* redis, const char* place,
    const memory* m)
{
    char value[SINCE_SZ];
    char text[WT_REDIS_TEXT_SZ];
    redisReply* reply = NULL;
    wt_redis_command command;

    (void)snprintf(value, sizeof(value), "%s %llu", m->run,
        (unsigned long long)m->now);
    wt_redis_words(&command, "SET", place, value, (char*)NULL);
    if (wt_redis_call(redis, WT_REDIS_FOR_HANDSHAKE, &command, 1,
            WT_REDIS_SHORT, &reply, text) == WT_REDIS_FINE)
        wt_redis_free_replies(&reply, 1);
}

/* ---- claims -------------------------------------------------------------- */

/* OK when it was set, nil when it was there. */
static int Verdict(const redisReply* reply)
{
    if (wt_redis_is_ok(reply))
        return 1;
    return (reply->type == REDIS_REPLY_NIL) ? 0 : -1;
}

/* What the three replies say to a ticket of this age; -1 with text. */
static int Judge(wolfTicket_Redis* redis, redisReply* replies[3],
    const char* place, unsigned int age, memory* m, char* text)
{
    int ret = Verdict(replies[0]);

    if (ret < 0) {
        (void)wt_redis_complaint(replies[0], text);
    }
    else if (!ReadSince(replies[1], replies[2], m)) {
        ret = -1;
        (void)wt_redis_complaint(replies[2], text);
    }
    else if (ret == 1) {
        if (!m->known)
            BeginAnew(redis, place, m);
        if (age > m->since) {
            ret = -1;
            (void)snprintf(text, WT_REDIS_TEXT_SZ, "Redis was empty or "
                "started anew: who has used this ticket before is not known");
        }
    }
    return ret;
}

static int Claim(wolfTicket_Redis* redis, const byte id[16], unsigned int age,
    unsigned int seconds)
{
    char hex[2 * 16 + 1];
    char place[WT_REDIS_PLACE_SZ];
    char since[WT_REDIS_PLACE_SZ];
    char life[24];
    char text[WT_REDIS_TEXT_SZ];
    redisReply* replies[3] = { NULL, NULL, NULL };
    wt_redis_command commands[3];
    memory m;
    int ret = -1;

    XMEMSET(&m, 0, sizeof(m));
    wt_redis_hex(id, 16, hex);
    wt_redis_place(redis, "use:", hex, place);
    wt_redis_place(redis, "used", NULL, since);
    (void)snprintf(life, sizeof(life), "%llu",
        1000ULL * ((seconds > 0) ? seconds : 1));
    wt_redis_words(&commands[0], "SET", place, "1", "NX", "PX", life,
        (char*)NULL);
    wt_redis_words(&commands[1], "GET", since, (char*)NULL);
    wt_redis_words(&commands[2], "TIME", (char*)NULL);
    if (wt_redis_call_run(redis, commands, 3, WT_REDIS_SHORT, replies,
            m.run, text) == WT_REDIS_FINE) {
        ret = Judge(redis, replies, since, age, &m, text);
        wt_redis_free_replies(replies, 3);
    }
    if (ret < 0)
        (void)wt_redis_fail(text);
    return ret;
}

int wolfTicket_Redis_claim(const unsigned char id[16], unsigned int age,
    unsigned int seconds_left, void* redis)
{
    wolfTicket_Redis* r = (wolfTicket_Redis*)redis;
    int ret;

    if (id == NULL || redis == NULL) {
        (void)wt_redis_fail("an argument is NULL that must not be");
        return -1;
    }
    ret = Claim(r, id, age, seconds_left);
    wt_redis_lock();
    r->stats.claims++;
    r->stats.claims_used += ret == 0;
    r->stats.claims_unknown += ret < 0;
    wt_redis_unlock();
    return ret;
}
