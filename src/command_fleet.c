/* command_fleet.c
 *
 * The program wolfticket: fleet, what lies in Redis and who has taken it in.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifdef HAVE_CONFIG_H
    #include "config.h"
#endif

#include "command.h"

#ifndef HAVE_REDIS

int command_fleet(const command_request* request)
{
    return command_failed(request->file, "this wolfticket was built without "
        "hiredis, and has no fleet");
}

#else

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <wolfticket/redis.h>

#define SECRET_MAX   65535
#define ENTRIES      64
#define NODES        256
#define COLUMNS      48      /* of a time line */
#define COLUMN_NAMES 16      /* keys that the table of nodes has */
#define EVERY        2       /* seconds */
#define TIME_SZ      32
#define HOST_SZ      256

/* All that one drawing shows. */
typedef struct {
    wolfTicket_RedisEntry entries[ENTRIES];
    int entryCount;          /* that there are, and that are here */
    int entriesHere;
    wolfTicket_RedisNode nodes[NODES];
    int nodeCount;
    int nodesHere;
    int nodesRejected;
    uint64_t now;
} fleet;

/* ---- files -------------------------------------------------------------- */

/* A file that nobody else can read, of max bytes at most.  Their number, or 0,
 * and it has been said why. */
static size_t ReadPrivate(const char* file, unsigned char* mem, size_t max)
{
    struct stat status;
    const char* reason = NULL;
    ssize_t n = 0;
    size_t sz = 0;
    int fd = open(file, O_RDONLY | O_NONBLOCK | O_NOCTTY);

    if (fd < 0 || fstat(fd, &status) != 0)
        reason = strerror(errno);
    else if (!S_ISREG(status.st_mode))
        reason = "it is no regular file";
    else if (status.st_uid != geteuid() && status.st_uid != 0)
        reason = "it is another user's";
    else if ((status.st_mode & 077) != 0)
        reason = "others can read it: chmod 600";
    else if (status.st_size > (off_t)max)
        reason = "it is too large";
    while (reason == NULL && sz < max &&
            (n = read(fd, mem + sz, max - sz)) > 0) {
        sz += (size_t)n;
    }
    if (reason == NULL && n < 0)
        reason = strerror(errno);
    if (reason == NULL && sz == 0)
        reason = "it is empty";
    if (fd >= 0)
        (void)close(fd);
    if (reason != NULL) {
        (void)command_failed(file, reason);
        sz = 0;
    }
    return sz;
}

/* ---- where -------------------------------------------------------------- */

/* A path, HOST, HOST:PORT or [HOST]:PORT. */
static int ReadAddress(const char* text, wolfTicket_RedisOptions* options,
    char host[HOST_SZ])
{
    const char* colon = strrchr(text, ':');
    size_t sz = strlen(text);
    char* end = NULL;

    if (strchr(text, '/') != NULL) {
        options->path = text;
        return COMMAND_DONE;
    }
    if (colon != NULL && (text[0] == '[' || strchr(text, ':') == colon)) {
        unsigned long port = strtoul(colon + 1, &end, 10);

        if (colon[1] < '0' || colon[1] > '9' || *end != '\0' || port == 0 ||
                port > 65535) {
            return command_failed(text, "a port is 1 to 65535");
        }
        options->port = (unsigned int)port;
        sz = (size_t)(colon - text);
    }
    if (sz >= 2 && text[0] == '[' && text[sz - 1] == ']') {
        text++;
        sz -= 2;
    }
    if (sz == 0 || sz >= HOST_SZ) {
        return command_failed(text, "this is no address");
    }
    memcpy(host, text, sz);
    host[sz] = '\0';
    options->host = host;
    return COMMAND_DONE;
}

/* Opens what the request tells.  The password is the first line of its
 * file. */
static wolfTicket_Redis* Open(const command_request* request)
{
    wolfTicket_RedisOptions options;
    wolfTicket_Redis* redis = NULL;
    static unsigned char secret[SECRET_MAX];
    static char password[4096];
    char host[HOST_SZ];
    size_t sz = ReadPrivate(request->file, secret, sizeof(secret));
    int good = sz > 0;

    memset(&options, 0, sizeof(options));
    options.secret = secret;
    options.secret_sz = sz;
    options.username = request->username;
    options.prefix = request->prefix;
    options.database = (unsigned int)request->database;
    if (good && request->password != NULL) {
        good = ReadPrivate(request->password, (unsigned char*)password,
            sizeof(password) - 1) > 0;
        password[strcspn(password, "\r\n")] = '\0';
        options.password = password;
    }
    if (good && request->address != NULL) {
        good = ReadAddress(request->address, &options, host) == COMMAND_DONE;
    }
    if (good) {
        redis = wolfTicket_Redis_new(&options);
        if (redis == NULL) {
            (void)command_failed(request->file, wolfTicket_Redis_error());
        }
    }
    command_wipe(secret, sizeof(secret));
    command_wipe(password, sizeof(password));
    return redis;
}

/* ---- times -------------------------------------------------------------- */

static const char* Clock(uint64_t when, char text[TIME_SZ])
{
    time_t seconds = (time_t)when;
    struct tm parts;

    if (when == 0 || gmtime_r(&seconds, &parts) == NULL ||
            strftime(text, TIME_SZ, "%m-%d %H:%M:%S", &parts) == 0) {
        memcpy(text, "-", 2);
    }
    return text;
}

/* How long, in two units at most: "3d04h", "2h05m", "1m30s". */
static const char* Span(uint64_t seconds, char text[TIME_SZ])
{
    unsigned long n = (unsigned long)seconds;

    if (n >= 86400)
        (void)snprintf(text, TIME_SZ, "%lud%02luh", n / 86400,
            n % 86400 / 3600);
    else if (n >= 3600)
        (void)snprintf(text, TIME_SZ, "%luh%02lum", n / 3600, n % 3600 / 60);
    else
        (void)snprintf(text, TIME_SZ, "%lum%02lus", n / 60, n % 60);
    return text;
}

/* ---- keys --------------------------------------------------------------- */

/* When another one seals in its place: the next later one that is there. */
static uint64_t SealsUntil(const fleet* f, int i)
{
    const wolfTicket_RedisEntry* key = &f->entries[i];
    uint64_t until = (key->seals_until != 0) ? key->seals_until : UINT64_MAX;
    int j;

    for (j = i - 1; j >= 0; j--) {
        const wolfTicket_RedisEntry* later = &f->entries[j];

        if (later->kind == WOLFTICKET_REDIS_KEY &&
                !(later->flags & WOLFTICKET_SOURCE_OPENS_ONLY) &&
                later->active_from < until) {
            until = later->active_from;
        }
    }
    return until;
}

static wolfTicket_KEY_STATE StateAt(const fleet* f, int i, uint64_t when)
{
    const wolfTicket_RedisEntry* key = &f->entries[i];

    if (key->flags & WOLFTICKET_SOURCE_OPENS_ONLY)
        return WOLFTICKET_KEY_OPENS;
    if (when < key->active_from)
        return WOLFTICKET_KEY_WAITS;
    return (when < SealsUntil(f, i)) ? WOLFTICKET_KEY_SEALS
        : WOLFTICKET_KEY_OPENS;
}

static const char* StateName(const fleet* f, int i)
{
    switch (f->entries[i].kind) {
        case WOLFTICKET_REDIS_KEY:
            if (f->entries[i].opens_until != 0 &&
                    f->entries[i].opens_until <= f->now) {
                return "ended";
            }
            return wolfTicket_KEY_STATE_name(StateAt(f, i, f->now));
        case WOLFTICKET_REDIS_REVOKED:       return "revoked";
        case WOLFTICKET_REDIS_OTHER_SECRET:  return "sealed with another "
            "fleet secret";
        case WOLFTICKET_REDIS_OTHER_VERSION: return "of a newer version";
        default:                             return "not authentic";
    }
}

/* From the first that seals, or now, to the last that opens. */
static void Range(const fleet* f, uint64_t* from, uint64_t* until)
{
    int i;

    *from = f->now;
    *until = f->now + 60;
    for (i = 0; i < f->entriesHere; i++) {
        const wolfTicket_RedisEntry* key = &f->entries[i];

        if (key->kind != WOLFTICKET_REDIS_KEY)
            continue;
        if (key->active_from < *from)
            *from = key->active_from;
        if (key->opens_until > *until)
            *until = key->opens_until;
    }
}

static void DrawLine(const fleet* f, int i, uint64_t from, uint64_t until)
{
    static const char marks[] = { '.', '#', '-' };
    const wolfTicket_RedisEntry* key = &f->entries[i];
    int column;

    for (column = 0; column < COLUMNS; column++) {
        uint64_t when = from + (until - from) * (uint64_t)column / COLUMNS;
        uint64_t next = from + (until - from) * (uint64_t)(column + 1) /
            COLUMNS;

        if (when <= f->now && f->now < next)
            putchar('|');
        else if (key->opens_until != 0 && when >= key->opens_until)
            putchar(' ');
        else
            putchar(marks[StateAt(f, i, when)]);
    }
    putchar('\n');
}

/* Nodes that have the key. */
static int TakenBy(const fleet* f, const wolfTicket_RedisEntry* key)
{
    int n = 0;
    int i;
    unsigned int k;

    for (i = 0; i < f->nodesHere; i++) {
        for (k = 0; k < f->nodes[i].key_count; k++) {
            if (memcmp(f->nodes[i].keys[k], key->name, 16) == 0) {
                n++;
                break;
            }
        }
    }
    return n;
}

static void DrawKeys(const fleet* f)
{
    char text[TIME_SZ];
    uint64_t from, until;
    int i;

    Range(f, &from, &until);
    printf(" no  name      state    seals from      taken in by\n");
    for (i = 0; i < f->entriesHere; i++) {
        const wolfTicket_RedisEntry* key = &f->entries[i];

        if (key->kind == WOLFTICKET_REDIS_KEY ||
                key->kind == WOLFTICKET_REDIS_REVOKED) {
            printf("%3d  %02x%02x%02x%02x  %-7s  %s  ", i + 1, key->name[0],
                key->name[1], key->name[2], key->name[3], StateName(f, i),
                Clock(key->active_from, text));
            printf("%d of %d\n", TakenBy(f, key), f->nodeCount);
        }
        else {
            printf("%3d  slot %-3u  %s\n", i + 1, key->slot, StateName(f, i));
        }
    }
    printf("\n     %-*s", COLUMNS - 14, Clock(from, text));
    printf("%14s\n", Clock(until, text));
    for (i = 0; i < f->entriesHere; i++) {
        if (f->entries[i].kind == WOLFTICKET_REDIS_KEY) {
            printf("%3d  ", i + 1);
            DrawLine(f, i, from, until);
        }
    }
    printf("     . waits  # seals  - opens  | now\n");
}

/* ---- nodes -------------------------------------------------------------- */

static const char* NodeState(int state)
{
    switch (state) {
        case WOLFTICKET_SOURCE_OK:      return "ok";
        case WOLFTICKET_SOURCE_AWAY:    return "away";
        case WOLFTICKET_SOURCE_REFUSED: return "refused";
        default:                        return "?";
    }
}

static int Has(const wolfTicket_RedisNode* node, const unsigned char* name)
{
    unsigned int k;

    for (k = 0; k < node->key_count; k++) {
        if (memcmp(node->keys[k], name, 16) == 0)
            return 1;
    }
    return 0;
}

/* Names are the nodes' own, of any bytes. */
static void PrintName(const char* name, int width)
{
    for (; *name != '\0' && width > 0; name++, width--) {
        putchar((*name >= ' ' && *name <= '~') ? *name : '?');
    }
    printf("%*s", width, "");
}

static void DrawNodes(const fleet* f)
{
    char text[TIME_SZ];
    int i, k;

    printf("\nnode                              heard      state    keys\n");
    for (i = 0; i < f->nodesHere; i++) {
        const wolfTicket_RedisNode* node = &f->nodes[i];

        PrintName(node->node, 32);
        printf("  %-9s  %-7s ", (node->heard < f->now)
            ? Span(f->now - node->heard, text) : "now",
            NodeState(node->state));
        for (k = 0; k < f->entriesHere && k < COLUMN_NAMES; k++) {
            if (f->entries[k].kind == WOLFTICKET_REDIS_KEY) {
                if (Has(node, f->entries[k].name))
                    printf(" %d", k + 1);
                else
                    printf(" -");
            }
        }
        putchar('\n');
    }
    if (f->nodeCount > f->nodesHere)
        printf("and %d more\n", f->nodeCount - f->nodesHere);
    if (f->nodesRejected > 0)
        printf("%d nodes are not authentic\n", f->nodesRejected);
}

/* ---- all ---------------------------------------------------------------- */

static int Look(wolfTicket_Redis* redis, fleet* f)
{
    time_t now = time(NULL);

    memset(f, 0, sizeof(*f));
    f->now = (uint64_t)now;
    f->entryCount = wolfTicket_Redis_list_keys(redis, f->entries, ENTRIES);
    if (f->entryCount < 0)
        return 0;
    f->nodeCount = wolfTicket_Redis_list_nodes(redis, f->nodes, NODES,
        &f->nodesRejected);
    f->entriesHere = (f->entryCount < ENTRIES) ? f->entryCount : ENTRIES;
    f->nodesHere = (f->nodeCount < NODES) ? f->nodeCount : NODES;
    return f->nodeCount >= 0;
}

static void Draw(const fleet* f)
{
    char text[TIME_SZ];

    printf("%s UTC: %d entr%s, %d node%s\n", Clock(f->now, text),
        f->entryCount, (f->entryCount == 1) ? "y" : "ies", f->nodeCount,
        (f->nodeCount == 1) ? "" : "s");
    DrawKeys(f);
    if (f->entryCount > f->entriesHere)
        printf("and %d more entries\n", f->entryCount - f->entriesHere);
    DrawNodes(f);
}

int command_fleet(const command_request* request)
{
    static fleet f;
    wolfTicket_Redis* redis = Open(request);
    int ret = (redis != NULL) ? COMMAND_DONE : COMMAND_FAILED;
    int again = request->watch;

    while (ret == COMMAND_DONE) {
        int seen = Look(redis, &f);

        if (again && isatty(STDOUT_FILENO))
            printf("\033[H\033[J");
        if (seen)
            Draw(&f);
        else if (again)
            printf("%s\n", wolfTicket_Redis_error());
        else
            ret = command_failed((request->address != NULL)
                ? request->address : "127.0.0.1", wolfTicket_Redis_error());
        if (!again)
            break;
        if (fflush(stdout) != 0)
            break;
        (void)sleep(EVERY);
    }
    wolfTicket_Redis_free(redis);
    return ret;
}

#endif /* HAVE_REDIS */
