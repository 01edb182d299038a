/* bench_redis.c
 *
 * What a handshake costs with what libwolfticket-redis keeps in Redis: keys,
 * claims of tickets that resume once, and large data.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * usage: bench_redis [SECONDS]  about how long to measure, 30 unless told
 *
 * The redis-server is one of its own, at a unix socket of this machine: over a
 * network its distance comes on top.  A claim and large data wait for it in the
 * middle of a handshake, so their time is the wall's.
 *
 * environment: REDIS_SERVER, the program, "redis-server" unless set
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE
#endif

#include "bench.h"
#include "bench_run.h"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <wolfticket/redis.h>
#include <wolfticket/singleuse.h>

#define DEFAULT_SECONDS  30
#define DEADLINE_MS      1000  /* a busy machine is no failure here */
#define MEMORY_SECONDS   600   /* for which no claim has been lost */

typedef enum {
    OWN,        /* an automatic ring's keys */
    KEYS,       /* Redis' */
    CLAIMS,
    SMALL,      /* 32 bytes of data, in the ticket */
    LARGE,      /* more, kept in Redis */
    SIDES
} side_id;

static char dir[] = "/tmp/wt-bench-XXXXXX";
static char path[sizeof(dir) + 16];
static pid_t server;
static double seconds = DEFAULT_SECONDS;

/* ---- redis-server -------------------------------------------------------- */

static void RunServer(void)
{
    const char* program = getenv("REDIS_SERVER");

    if (program == NULL || program[0] == '\0')
        program = "redis-server";
    (void)execlp(program, program, "--port", "0", "--unixsocket", path,
        "--save", "", "--appendonly", "no", "--dir", dir, "--logfile", "log",
        (char*)NULL);
    (void)fprintf(stderr, "%s cannot be run: is it installed?\n", program);
    _exit(127);
}

static redisContext* Dial(void)
{
    redisContext* redis = redisConnectUnix(path);

    if (redis != NULL && redis->err != 0) {
        redisFree(redis);
        redis = NULL;
    }
    return redis;
}

static int StartServer(void)
{
    redisContext* redis = NULL;
    int tries;

    if (mkdtemp(dir) == NULL)
        return 0;
    (void)snprintf(path, sizeof(path), "%s/socket", dir);
    server = fork();
    if (server == 0)
        RunServer();
    for (tries = 0; server > 0 && redis == NULL && tries < 1000 &&
            waitpid(server, NULL, WNOHANG) == 0; tries++) {
        (void)poll(NULL, 0, 10);
        redis = Dial();
    }
    if (redis != NULL)
        redisFree(redis);
    return redis != NULL;
}

static void StopServer(void)
{
    char log[sizeof(path)];

    if (server > 0) {
        (void)kill(server, SIGTERM);
        (void)waitpid(server, NULL, 0);
    }
    (void)snprintf(log, sizeof(log), "%s/log", dir);
    (void)unlink(log);
    (void)unlink(path);
    (void)rmdir(dir);
}

static wolfTicket_Redis* RedisNew(void)
{
    static const unsigned char secret[32] = "the secret of a fleet of one...";
    wolfTicket_RedisOptions options;

    memset(&options, 0, sizeof(options));
    options.path = path;
    options.secret = secret;
    options.secret_sz = sizeof(secret);
    options.handshake_ms = DEADLINE_MS;
    return wolfTicket_Redis_new(&options);
}

/* A Redis vouches for tickets of some minutes after it was new: this one says
 * that it has been there for longer. */
static int Remember(wolfTicket_Redis* claims)
{
    static const unsigned char id[16] = "to begin with";
    redisContext* redis = Dial();
    redisReply* reply = NULL;
    long long from;
    int ret = redis != NULL && wolfTicket_Redis_claim(id, 0, 1, claims) >= 0;

    if (ret)
        reply = (redisReply*)redisCommand(redis, "GET wolfticket:used");
    ret = reply != NULL && reply->type == REDIS_REPLY_STRING &&
        reply->len > 41;
    if (ret) {
        from = atoll(reply->str + 41) - MEMORY_SECONDS;
        freeReplyObject(redisCommand(redis, "SET wolfticket:used %b%lld",
            reply->str, (size_t)41, from));
    }
    freeReplyObject(reply);
    if (redis != NULL)
        redisFree(redis);
    return ret;
}

/* ---- figures ------------------------------------------------------------- */

static void Head(const char* title, const char* ours, const char* theirs,
    const char* last)
{
    (void)printf("\n%-38s %10s %10s %8s\n", title, ours, theirs, last);
}

static void Ratio(const char* text, const bench_pair* p)
{
    (void)printf("%-38s %10.0f %10.0f %8.3f\n", text, p->ours, p->theirs,
        p->ratio);
}

static void More(const char* text, const bench_pair* p)
{
    (void)printf("%-38s %10.1f %10.1f %8.1f\n", text, p->ours / 1e3,
        p->theirs / 1e3, (p->ours - p->theirs) / 1e3);
}

/* Each handshake presents the ticket of the one before if they are a chain. */
static int Compare(bench_side* ours, bench_side* theirs,
    bench_version version, int chain, double part, bench_pair* shakes,
    bench_pair* served)
{
    bench_shaker one, other;
    int ret;

    memset(&one, 0, sizeof(one));
    memset(&other, 0, sizeof(other));
    ret = bench_session(ours, version) && bench_session(theirs, version) &&
        bench_shaker_new(&one, ours, version) &&
        bench_shaker_new(&other, theirs, version);
    if (ret && chain) {
        one.chain = ours;
        other.chain = theirs;
    }
    if (ret && shakes != NULL)
        ret = bench_handshakes(&one, &other, part, shakes);
    ret = ret && bench_servers(&one, &other, part, served);
    bench_shaker_free(&one);
    bench_shaker_free(&other);
    return ret;
}

static int Keys(bench_side side[SIDES], const char* name,
    bench_version version)
{
    bench_pair shakes, served;
    char head[64];
    int ret = Compare(&side[KEYS], &side[OWN], version, 0, seconds * 0.12,
        &shakes, &served);

    if (ret) {
        (void)snprintf(head, sizeof(head), "resumed handshakes, %s", name);
        Head(head, "Redis' keys", "own keys", "ratio");
        Ratio("a second", &shakes);
        Ratio("ns in the server", &served);
    }
    return ret;
}

/* Of a claim alone, without a handshake around it. */
static int ClaimAlone(wolfTicket_Redis* redis, double part)
{
    unsigned char id[16] = { 0 };
    double start = bench_now();
    double now = start;
    int ret = 1;
    unsigned int n;

    for (n = 0; ret && now - start < part * 1e9; n++) {
        memcpy(id, &n, sizeof(n));
        ret = wolfTicket_Redis_claim(id, 0, 60, redis) == 1;
        now = bench_now();
    }
    if (ret)
        (void)printf("%-38s %10.1f\n", "a claim by itself",
            (now - start) / n / 1e3);
    return ret;
}

static int Claims(bench_side side[SIDES], wolfTicket_Redis* redis)
{
    bench_pair served;
    int ret = Compare(&side[CLAIMS], &side[OWN], BENCH_TLS13, 1,
        seconds * 0.12, NULL, &served);

    if (ret) {
        Head("single use, us in the server", "by Redis", "without", "more");
        More("resumed and renewed, TLS 1.3", &served);
        ret = ClaimAlone(redis, seconds * 0.04);
    }
    return ret;
}

static int Large(bench_side side[SIDES])
{
    char head[64];
    bench_pair served;
    int ret = Compare(&side[LARGE], &side[SMALL], BENCH_TLS13, 1,
        seconds * 0.12, NULL, &served);

    if (ret) {
        (void)snprintf(head, sizeof(head), "%d bytes of data, us in the server",
            BENCH_LARGE_SZ);
        Head(head, "in Redis", "32 bytes", "more");
        More("resumed and renewed, TLS 1.3", &served);
        ret = Compare(&side[LARGE], &side[SMALL], BENCH_TLS12, 1,
            seconds * 0.12, NULL, &served);
    }
    if (ret)
        More("resumed, TLS 1.2", &served);
    return ret;
}

/* ---- main ---------------------------------------------------------------- */

static int Prepare(bench_side side[SIDES], wolfTicket_Redis* redis,
    wolfTicket_KeyRing** ring)
{
    static const int sizes[SIDES] = {
        0, 0, 0, BENCH_DATA_SZ, BENCH_LARGE_SZ
    };
    int ret = Remember(redis);
    int i;

    for (i = 0; ret && i < SIDES; i++)
        ret = bench_side_new(&side[i], sizes[i]);
    *ring = wolfTicket_KeyRing_new_source(wolfTicket_Redis_source(redis),
        redis, NULL);
    return ret && *ring != NULL &&
        wolfTicket_CTX_set_key_ring(side[KEYS].ctx, *ring) == 1 &&
        wolfTicket_KeyRing_refresh(*ring, NULL) == 1 &&
        wolfTicket_KeyRing_start(*ring) == 1 &&
        wolfTicket_CTX_set_single_use_cb(side[CLAIMS].ctx,
            wolfTicket_Redis_claim, redis) == 1 &&
        wolfTicket_CTX_set_data_store(side[LARGE].ctx,
            wolfTicket_Redis_data_store(), redis) == 1;
}

static int Measure(bench_side side[SIDES], wolfTicket_Redis* redis)
{
    int ret = Keys(side, "TLS 1.3", BENCH_TLS13) &&
        Keys(side, "TLS 1.2", BENCH_TLS12);

    bench_count_waits(1);
    return ret && Claims(side, redis) && Large(side);
}

static int Run(void)
{
    static bench_side side[SIDES];
    wolfTicket_KeyRing* ring = NULL;
    wolfTicket_Redis* redis = RedisNew();
    int ret = redis != NULL && bench_clients_new() &&
        Prepare(side, redis, &ring) &&
        Measure(side, redis);
    int i;

    if (!ret)
        (void)fprintf(stderr, "bench_redis: a handshake or a command failed: "
            "%s; %s\n", wolfTicket_CTX_error(NULL), wolfTicket_Redis_error());
    for (i = 0; i < SIDES; i++)
        bench_side_free(&side[i]);
    wolfTicket_KeyRing_free(ring);
    bench_clients_free();
    wolfTicket_Redis_free(redis);
    return ret;
}

int main(int argc, char** argv)
{
    int ret = 0;

    if (argc > 1)
        seconds = atof(argv[1]);
    if (argc > 2 || seconds <= 0) {
        (void)fprintf(stderr, "usage: bench_redis [SECONDS]\n");
        return 2;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    if (StartServer() && bench_count_init() &&
            wolfSSL_Init() == WOLFSSL_SUCCESS) {
        ret = Run();
        (void)wolfSSL_Cleanup();
    }
    StopServer();
    return !ret;
}
