/* fleet.c
 *
 * Ticket keys that the example server shares with others through Redis.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE /* getsubopt() and strdup() with -std=c99 */
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/stat.h>

#include "fleet.h"

#ifdef WITH_REDIS

#include <wolfticket/redis.h>

#define SECRET_MAX 4096

enum { SECRET, HOST, PORT, PATH, DB, USER, PASSWORD, PREFIX, NODE, REFRESH,
    PERIOD, CLOCK, WORDS };
static char* const words[] = { "secret", "host", "port", "path", "db", "user",
    "password", "prefix", "node", "refresh", "period", "clock", NULL };

static wolfTicket_Redis* redis;
static wolfTicket_KeyRing* ring;
static int threaded;
static time_t next;
static long ahead;

/* ---- what is said ------------------------------------------------------- */

static int complain(const char* what, const char* why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    return 0;
}

/* Fills values with what each word has, NULL where it is not there. */
static int read_words(char* text, char* values[WORDS])
{
    char* value;
    int which;
    int ret = 1;

    while (ret && *text != '\0') {
        which = getsubopt(&text, words, &value);
        if (which < 0 || value == NULL || *value == '\0') {
            ret = complain(value != NULL ? value : "-R", "no option of -R");
        }
        else {
            values[which] = value;
        }
    }
    if (ret && values[SECRET] == NULL) {
        ret = complain("-R", "secret=FILE is missing");
    }
    return ret;
}

static int read_number(char* const values[WORDS], int which, long min,
    long max, long* value)
{
    char* end = NULL;

    *value = 0;
    if (values[which] != NULL) {
        *value = strtol(values[which], &end, 10);
    }
    return end == NULL || (*end == '\0' && *value >= min && *value <= max) ||
        complain(words[which], "out of range");
}

/* Reads a file that only its owner may read.  The number of bytes, 0 after
 * having said what is wrong. */
static size_t read_secret(const char* path, char* text, size_t room)
{
    FILE* file = fopen(path, "rb");
    struct stat info;
    size_t got = 0;

    if (file == NULL || fstat(fileno(file), &info) != 0) {
        perror(path);
    }
    else if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        complain(path, "others may read or write it: chmod 600");
    }
    else {
        setvbuf(file, NULL, _IONBF, 0); /* no copy is left behind */
        got = fread(text, 1, room, file);
        if (got == 0 || got == room) {
            complain(path, got == 0 ? "empty" : "too long");
            got = 0;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return got;
}

static void wipe(void* mem, size_t sz)
{
    volatile char* p = (volatile char*)mem;

    while (sz-- > 0) {
        *p++ = 0;
    }
}

/* ---- the ring ----------------------------------------------------------- */

static int wrong_clock(word64* now, void* arg)
{
    (void)arg;
    *now = (word64)((long)time(NULL) + ahead);
    return 1;
}

static void tell(const char* line, void* arg)
{
    (void)arg;
    printf("  %s\n", line);
}

static int reach_redis(char* const values[WORDS], unsigned int lifetime)
{
    wolfTicket_RedisOptions options;
    char secret[SECRET_MAX], password[256];
    long port, db;
    int ret;

    memset(&options, 0, sizeof(options));
    memset(password, 0, sizeof(password));
    options.secret_sz = read_secret(values[SECRET], secret, sizeof(secret));
    ret = options.secret_sz > 0 && read_number(values, PORT, 1, 65535, &port)
        && read_number(values, DB, 0, 65535, &db);
    if (ret && values[PASSWORD] != NULL) {
        ret = read_secret(values[PASSWORD], password,
            sizeof(password) - 1) > 0;
        password[strcspn(password, "\r\n")] = '\0';
        options.password = password;
    }
    if (ret) {
        options.secret = (const unsigned char*)secret;
        options.host = values[HOST];
        options.path = values[PATH];
        options.port = (unsigned int)port;
        options.database = (unsigned int)db;
        options.username = values[USER];
        options.prefix = values[PREFIX];
        options.node = values[NODE];
        options.lifetime = lifetime;
        redis = wolfTicket_Redis_new(&options);
        ret = redis != NULL || complain("-R", wolfTicket_Redis_error());
    }
    wipe(secret, sizeof(secret));
    wipe(password, sizeof(password));
    return ret;
}

static int make_ring(WOLFSSL_CTX* ctx, char* const values[WORDS])
{
    wolfTicket_SourceOptions options;
    long refresh, period;

    memset(&options, 0, sizeof(options));
    if (!read_number(values, REFRESH, 1, 3600, &refresh) ||
            !read_number(values, PERIOD, 1, WOLFTICKET_MAX_LIFETIME, &period)
            || !read_number(values, CLOCK, -86400, 86400, &ahead)) {
        return 0;
    }
    options.refresh = (unsigned int)refresh;
    options.period = (unsigned int)period;
    options.time_cb = values[CLOCK] != NULL ? wrong_clock : NULL;
    ring = wolfTicket_KeyRing_new_source(wolfTicket_Redis_source(redis),
        redis, &options);
    return (ring != NULL && wolfTicket_CTX_set_key_ring(ctx, ring) &&
        wolfTicket_KeyRing_set_log_cb(ring, tell, NULL)) ||
        complain("-R", wolfTicket_CTX_error(NULL));
}

int join_fleet(WOLFSSL_CTX* ctx, const char* what, unsigned int lifetime)
{
    char* values[WORDS] = { NULL };
    char* text = strdup(what);
    int ret = text != NULL && read_words(text, values) &&
        reach_redis(values, lifetime) && make_ring(ctx, values);

    free(text);
    if (ret) {
        ask_fleet(); /* so that the first client gets a ticket */
        threaded = wolfTicket_KeyRing_start(ring);
    }
    return ret;
}

void ask_fleet(void)
{
    unsigned int ms = 0;

    if (ring != NULL && !threaded && time(NULL) >= next) {
        /* What is wrong has been told by the log. */
        wolfTicket_KeyRing_refresh(ring, &ms);
        next = time(NULL) + (time_t)(ms / 1000);
    }
}

void leave_fleet(void)
{
    if (ring != NULL) {
        wolfTicket_KeyRing_stop(ring);
        wolfTicket_KeyRing_free(ring);
        ring = NULL;
    }
    wolfTicket_Redis_free(redis);
    redis = NULL;
}

#else

int join_fleet(WOLFSSL_CTX* ctx, const char* what, unsigned int lifetime)
{
    (void)ctx; (void)what; (void)lifetime;
    fprintf(stderr, "-R: this was built without libwolfticket-redis\n");
    return 0;
}

void ask_fleet(void)
{
}

void leave_fleet(void)
{
}

#endif /* WITH_REDIS */
