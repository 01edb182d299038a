/* redis_fixture.h
 *
 * What the suites of libwolfticket-redis share: a redis-server of the test's
 * own, another that says what it is told, and sources.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_REDIS_FIXTURE_H
#define WOLFTICKET_TEST_REDIS_FIXTURE_H

#include "redis/handle.h"
#include "redis/record.h"

#include "harness.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define START     1700000000u
#define LIFETIME  7200u
#define HOUR      3600u
#define DAY       86400u
#define ROOM      32     /* keys that are asked for */

static char redisDir[64];
static char redisPath[96];
static pid_t redisServer;
static char redisPort[8] = "0";     /* of loopback, beside the socket */

/* ---- a redis-server ------------------------------------------------------ */

static inline int redis_dial(void)
{
    struct sockaddr_un at;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    memset(&at, 0, sizeof(at));
    at.sun_family = AF_UNIX;
    (void)snprintf(at.sun_path, sizeof(at.sun_path), "%s", redisPath);
    ck_assert_int_ge(fd, 0);
    if (connect(fd, (struct sockaddr*)&at, sizeof(at)) != 0) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

/* Until somebody listens there. */
static inline void redis_await(void)
{
    int tries;
    int fd;

    for (tries = 0; tries < 1000; tries++) {
        fd = redis_dial();
        if (fd >= 0) {
            (void)close(fd);
            return;
        }
        if (waitpid(redisServer, NULL, WNOHANG) != 0)
            break;
        (void)poll(NULL, 0, 10);
    }
    ck_abort_msg("no redis-server listens at %s: is it installed?",
        redisPath);
}

static inline void redis_place(void)
{
    if (redisDir[0] == '\0') {
        (void)snprintf(redisDir, sizeof(redisDir), "/tmp/wt-redis-XXXXXX");
        ck_assert_ptr_nonnull(mkdtemp(redisDir));
        (void)snprintf(redisPath, sizeof(redisPath), "%s/socket", redisDir);
    }
}

/* Starts one that keeps nothing; with a password unless that is NULL. */
static inline void redis_start_with(const char* password)
{
    const char* program = getenv("REDIS_SERVER");

    redis_place();
    redisServer = fork();
    ck_assert_int_ge(redisServer, 0);
    if (redisServer == 0) {
        (void)execlp((program != NULL) ? program : "redis-server",
            "redis-server", "--port", redisPort, "--bind", "127.0.0.1",
            "--unixsocket", redisPath,
            "--save", "", "--appendonly", "no", "--dir", redisDir,
            "--logfile", "log", "--databases", "4",
            (password != NULL) ? "--requirepass" : (char*)NULL, password,
            (char*)NULL);
        _exit(127);
    }
    redis_await();
}

static inline void redis_start(void)
{
    redis_start_with(NULL);
}

static inline void redis_kill(void)
{
    int status;

    if (redisServer > 0) {
        (void)kill(redisServer, SIGKILL);
        ck_assert_int_eq(waitpid(redisServer, &status, 0), redisServer);
        redisServer = 0;
        (void)unlink(redisPath);
    }
}

/* Stands still, as a Redis whose disk or network does, and goes on. */
static inline void redis_stop(void)
{
    ck_assert_int_eq(kill(redisServer, SIGSTOP), 0);
}

static inline void redis_go_on(void)
{
    ck_assert_int_eq(kill(redisServer, SIGCONT), 0);
}

static inline void redis_clean(void)
{
    char log[160];

    (void)snprintf(log, sizeof(log), "%s/log", redisDir);
    (void)unlink(log);
    (void)unlink(redisPath);
    (void)rmdir(redisDir);
    redisDir[0] = '\0';
}

static inline void redis_setup(void)
{
    th_setup();
    redis_start();
}

static inline void redis_teardown(void)
{
    redis_kill();
    redis_clean();
    th_teardown();
}

/* ---- what is in it ------------------------------------------------------- */

static inline redisReply* redis_say(const char* format, ...)
{
    redisContext* context = redisConnectUnix(redisPath);
    redisReply* reply;
    va_list args;

    ck_assert_ptr_nonnull(context);
    ck_assert_msg(context->err == 0, "%s", context->errstr);
    va_start(args, format);
    reply = (redisReply*)redisvCommand(context, format, args);
    va_end(args);
    ck_assert_ptr_nonnull(reply);
    ck_assert_msg(reply->type != REDIS_REPLY_ERROR, "%s", reply->str);
    redisFree(context);
    return reply;
}

#define redis_do(...) freeReplyObject(redis_say(__VA_ARGS__))

static inline long long redis_number(redisReply* reply)
{
    long long n = reply->integer;

    ck_assert_int_eq(reply->type, REDIS_REPLY_INTEGER);
    freeReplyObject(reply);
    return n;
}

/* How many there are: "keys", "revoked". */
static inline long long redis_entries(const char* what)
{
    return redis_number(redis_say("HLEN wolfticket:%s", what));
}

/* The record in slot 1, and one that is put there by who can write to Redis. */
static inline redisReply* redis_record(void)
{
    return redis_say("HGET wolfticket:keys 1");
}

static inline void redis_plant(const char* slot, const void* mem, size_t sz)
{
    redis_do("HSET wolfticket:keys %s %b", slot, mem, sz);
}

/* ---- sources ------------------------------------------------------------- */

static const unsigned char secretA[32] = "the secret of the first fleet..";
static const unsigned char secretB[32] = "the secret of another fleet....";

/* No claim has been missing for so many seconds. */
static inline void redis_remembers(wolfTicket_Redis* redis, int seconds)
{
    static const unsigned char id[16] = "to begin with";
    redisReply* lies;
    long long from;

    ck_assert_int_ge(wolfTicket_Redis_claim(id, 0, 1, redis), 0);
    lies = redis_say("GET wolfticket:used");
    ck_assert_int_eq(lies->type, REDIS_REPLY_STRING);
    ck_assert_uint_gt(lies->len, 41);
    from = atoll(lies->str + 41);
    ck_assert(from > seconds);
    redis_do("SET wolfticket:used %b%lld", lies->str, (size_t)41,
        from - seconds);
    freeReplyObject(lies);
}

static inline wolfTicket_RedisOptions redis_options(void)
{
    wolfTicket_RedisOptions options;

    memset(&options, 0, sizeof(options));
    options.path = redisPath;
    options.secret = secretA;
    options.secret_sz = sizeof(secretA);
    options.lifetime = LIFETIME;
    options.connect_ms = options.command_ms = 5000;
    options.handshake_ms = 5000;
    return options;
}

static inline wolfTicket_Redis* redis_with(wolfTicket_RedisOptions options)
{
    wolfTicket_Redis* redis = wolfTicket_Redis_new(&options);

    ck_assert_msg(redis != NULL, "%s", wolfTicket_Redis_error());
    return redis;
}

static inline wolfTicket_Redis* redis_new(void)
{
    return redis_with(redis_options());
}

/* Deadlines that a server which does not answer lets pass. */
static inline wolfTicket_RedisOptions redis_hasty(void)
{
    wolfTicket_RedisOptions options = redis_options();

    options.connect_ms = options.command_ms = 200;
    options.handshake_ms = 50;
    return options;
}

/* Keys of a fetch; the reserve is behind the others. */
typedef struct {
    wolfTicket_SourceKey keys[ROOM];
    int all;
    int count;      /* that are no reserve */
} fetched;

static inline fetched fetch(wolfTicket_Redis* redis, word64 now)
{
    fetched f;

    memset(&f, 0, sizeof(f));
    f.all = wt_redis_source.fetch(redis, now, f.keys, ROOM);
    ck_assert_int_ge(f.all, 0);
    ck_assert_int_le(f.all, ROOM);
    while (f.count < f.all &&
            !(f.keys[f.count].flags & WOLFTICKET_SOURCE_RESERVE))
        f.count++;
    return f;
}

static inline wolfTicket_SourceReport report(wolfTicket_Redis* redis,
    word64 now)
{
    wolfTicket_SourceReport r;

    memset(&r, 0, sizeof(r));
    wt_redis_source.report(redis, now, &r);
    return r;
}

/* A key as the ring would propose it, of number's bytes. */
static inline wolfTicket_SourceKey make_key(int number, word64 from)
{
    wolfTicket_SourceKey key;
    int i;

    memset(&key, 0, sizeof(key));
    for (i = 0; i < 32; i++) {
        key.aes[i] = (unsigned char)(number * 3 + i);
        key.hmac[i] = (unsigned char)(number * 5 + 7 * i + 1);
    }
    memset(key.name, number, sizeof(key.name));
    key.aes_sz = key.hmac_sz = 32;
    key.active_from = from;
    key.seals_until = from + 2 * HOUR;
    key.opens_until = key.seals_until + LIFETIME;
    return key;
}

static inline int propose(wolfTicket_Redis* redis, word64 now, int number,
    word64 from)
{
    wolfTicket_SourceKey key = make_key(number, from);

    return wt_redis_source.propose(redis, now, &key);
}

static inline int same_key(const wolfTicket_SourceKey* a,
    const wolfTicket_SourceKey* b)
{
    return memcmp(a->name, b->name, 16) == 0 && a->aes_sz == b->aes_sz &&
        a->hmac_sz == b->hmac_sz &&
        memcmp(a->aes, b->aes, sizeof(a->aes)) == 0 &&
        memcmp(a->hmac, b->hmac, sizeof(a->hmac)) == 0 &&
        a->flags == b->flags && a->active_from == b->active_from &&
        a->seals_until == b->seals_until && a->opens_until == b->opens_until;
}

static inline int has_key(const fetched* f, int number)
{
    unsigned char name[16];
    int i;

    memset(name, number, sizeof(name));
    for (i = 0; i < f->count; i++) {
        if (memcmp(f->keys[i].name, name, 16) == 0)
            return 1;
    }
    return 0;
}

/* A node that has put key 1 there, fetched at START. */
static inline wolfTicket_Redis* redis_with_key(int number)
{
    wolfTicket_Redis* redis = redis_new();

    (void)fetch(redis, START);
    ck_assert_int_eq(propose(redis, START, number, START + 20), 1);
    return redis;
}

/* The waiting of a ring's thread, until there are news. */
static inline int await_news(wolfTicket_Redis* redis)
{
    int tries;

    for (tries = 0; tries < 200; tries++) {
        if (wt_redis_source.wait(redis, 100))
            return 1;
    }
    return 0;
}

#endif /* WOLFTICKET_TEST_REDIS_FIXTURE_H */
