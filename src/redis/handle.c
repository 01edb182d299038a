/* handle.c
 *
 * A wolfTicket_Redis, made and freed.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "redis/fetch.h"
#include "redis/pool.h"
#include "redis/push.h"

#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#define HOST        "127.0.0.1"
#define PORT        6379
#define PREFIX      "wolfticket:"
#define CONNECT_MS  1000
#define COMMAND_MS  1000
#define HANDSHAKE_MS 5
#define MS_MAX      60000
#define PERIOD_MIN  60
#define SECRET_MAX  65535

void wt_redis_place(const wolfTicket_Redis* redis, const char* what,
    const char* id, char place[WT_REDIS_PLACE_SZ])
{
    (void)snprintf(place, WT_REDIS_PLACE_SZ, "%s%s%s", redis->prefix, what,
        (id != NULL) ? id : "");
}

/* ---- options ------------------------------------------------------------ */

static int AllEqual(const unsigned char* mem, size_t sz)
{
    return memcmp(mem, mem + 1, sz - 1) == 0;
}

/* NULL, or what is wrong with them. */
static const char* Complain(const wolfTicket_RedisOptions* options)
{
    struct sockaddr_un local;
    word32 lifetime;

    if (options == NULL)
        return "an argument is NULL that must not be";
    lifetime = (options->lifetime != 0) ? options->lifetime :
        WOLFTICKET_DEFAULT_LIFETIME;
    if (options->secret == NULL ||
            options->secret_sz < WOLFTICKET_REDIS_MIN_SECRET ||
            options->secret_sz > SECRET_MAX ||
            AllEqual(options->secret, options->secret_sz))
        return "a fleet secret has 32 to 65535 bytes that are not all equal";
    if (options->path != NULL && (options->path[0] == '\0' ||
            strlen(options->path) >= sizeof(local.sun_path)))
        return "the path of the unix socket is empty or too long";
    if (options->port > 65535)
        return "a port is 1 to 65535";
    if (options->username != NULL && options->password == NULL)
        return "a username needs a password";
    if (options->prefix != NULL && (options->prefix[0] == '\0' ||
            strlen(options->prefix) > WT_REDIS_PREFIX_MAX))
        return "a prefix has 1 to 64 bytes";
    if (options->node != NULL && strlen(options->node) > WT_REDIS_NODE_MAX)
        return "the name of a node has up to 63 bytes";
    if (options->connect_ms > MS_MAX || options->command_ms > MS_MAX ||
            options->handshake_ms > MS_MAX)
        return "a deadline is 60000 milliseconds at most";
    if (lifetime > WOLFTICKET_MAX_LIFETIME)
        return "the lifetime has to be 1 to 604800 seconds";
    if (options->reserve_period != 0 &&
            (options->reserve_period < PERIOD_MIN ||
            options->reserve_period > WOLFTICKET_MAX_LIFETIME ||
            options->reserve_period < lifetime / 2))
        return "a reserve period has 60 to 604800 seconds, and half of the "
            "lifetime at least";
    return NULL;
}

static unsigned int Or(unsigned int value, unsigned int otherwise)
{
    return (value != 0) ? value : otherwise;
}

/* A copy, which has to be there if text is. */
static int Copied(char** copy, const char* text)
{
    *copy = wt_redis_copy(text);
    return *copy != NULL || text == NULL;
}

static int TakeOver(wolfTicket_Redis* redis,
    const wolfTicket_RedisOptions* options)
{
    wt_redis_address* address = &redis->address;

    redis->connectMs = Or(options->connect_ms, CONNECT_MS);
    redis->commandMs = Or(options->command_ms, COMMAND_MS);
    redis->handshakeMs = Or(options->handshake_ms, HANDSHAKE_MS);
    redis->lifetime = Or(options->lifetime, WOLFTICKET_DEFAULT_LIFETIME);
    redis->reservePeriod = Or(options->reserve_period,
        (redis->lifetime < PERIOD_MIN) ? PERIOD_MIN : redis->lifetime);
    address->port = Or(options->port, PORT);
    address->database = options->database;
    if (!Copied(&address->path, options->path) ||
            !Copied(&address->host, (options->host != NULL) ? options->host :
                HOST) ||
            !Copied(&address->username, options->username) ||
            !Copied(&address->password, options->password) ||
            !Copied(&redis->prefix, (options->prefix != NULL)
                ? options->prefix : PREFIX) ||
            !Copied(&redis->node, options->node))
        return wt_redis_fail("out of memory");
    if (!wt_redis_seals_new(&redis->seals, options->secret,
            options->secret_sz, redis->prefix))
        return wt_redis_fail("wolfSSL could not derive keys");
    return 1;
}

/* ---- objects ------------------------------------------------------------ */

wolfTicket_Redis* wolfTicket_Redis_new(const wolfTicket_RedisOptions* options)
{
    const char* complaint = Complain(options);
    wolfTicket_Redis* redis = NULL;

    if (complaint != NULL) {
        (void)wt_redis_fail(complaint);
    }
    else if (!wt_redis_start()) {
        (void)wt_redis_fail("the platform has no mutex left");
    }
    else {
        redis = (wolfTicket_Redis*)XMALLOC(sizeof(*redis), NULL,
            DYNAMIC_TYPE_TMP_BUFFER);
        if (redis == NULL)
            (void)wt_redis_fail("out of memory");
    }
    if (redis != NULL) {
        XMEMSET(redis, 0, sizeof(*redis));
        redis->refs = 1;
        if (!TakeOver(redis, options)) {
            wolfTicket_Redis_free(redis);
            redis = NULL;
        }
    }
    /* A name that is not known yet may be so later. */
    if (redis != NULL)
        (void)wt_redis_resolve(&redis->address);
    return redis;
}

/* The source of a ring outlives the ring by a moment, in its thread. */
static void Drop(void* self)
{
    wolfTicket_Redis* redis = (wolfTicket_Redis*)self;
    int left;

    wt_redis_lock();
    left = --redis->refs;
    wt_redis_unlock();
    if (left > 0)
        return;
    wt_redis_pool_empty(redis);
    wt_redis_push_close(redis);
    wt_redis_drop(redis->address.path);
    wt_redis_drop(redis->address.host);
    wt_redis_drop(redis->address.username);
    wt_redis_drop(redis->address.password);
    wt_redis_drop(redis->prefix);
    wt_redis_drop(redis->node);
    wt_redis_wipe(redis, sizeof(*redis));
    XFREE(redis, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}

void wolfTicket_Redis_free(wolfTicket_Redis* redis)
{
    if (redis != NULL)
        Drop(redis);
}

const wolfTicket_Source wt_redis_source = {
    "redis", wt_redis_fetch, wt_redis_propose, wt_redis_wait, wt_redis_report,
    Drop
};

const wolfTicket_Source* wolfTicket_Redis_source(wolfTicket_Redis* redis)
{
    if (redis == NULL) {
        (void)wt_redis_fail("an argument is NULL that must not be");
        return NULL;
    }
    wt_redis_lock();
    redis->refs++;
    wt_redis_unlock();
    return &wt_redis_source;
}

int wolfTicket_Redis_get_stats(wolfTicket_Redis* redis,
    wolfTicket_RedisStats* stats)
{
    if (redis == NULL || stats == NULL)
        return wt_redis_fail("an argument is NULL that must not be");
    wt_redis_lock();
    *stats = redis->stats;
    wt_redis_unlock();
    return 1;
}
