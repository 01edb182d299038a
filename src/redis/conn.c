/* conn.c
 *
 * One connection to Redis, and commands with a deadline.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * hiredis writes commands and reads replies; the socket is ours, since its
 * timeouts are for each system call, and a server that sends a byte now and
 * then would hold a handshake for as long as it likes.  What a reply may take
 * of memory is bounded too: in bytes as they come, in elements before hiredis
 * makes room for them.
 */

#include "redis/handle.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
    #define MSG_NOSIGNAL 0
#endif

#define GREETING_MAX  1024
#define PIECE_SZ      16384
#define COMPLAINT_MAX 72
#define INFO_MAX      16384
#define RUN           "\nrun_id:"

/* ---- commands ----------------------------------------------------------- */

void wt_redis_add(wt_redis_command* command, const void* mem, size_t sz)
{
    if (command->count < WT_REDIS_ARGS) {
        command->arg[command->count] = (const char*)mem;
        command->sz[command->count] = sz;
        command->count++;
    }
}

void wt_redis_words(wt_redis_command* command, ...)
{
    const char* word;
    va_list words;

    command->count = 0;
    va_start(words, command);
    while ((word = va_arg(words, const char*)) != NULL)
        wt_redis_add(command, word, strlen(word));
    va_end(words);
}

/* ---- the socket --------------------------------------------------------- */

/* 1 when it is ready before the deadline. */
static int Await(int fd, short events, word64 deadline)
{
    struct pollfd entry;
    word64 now;
    int ret;

    entry.fd = fd;
    entry.events = events;
    do {
        now = wt_redis_ms();
        entry.revents = 0;
        ret = poll(&entry, 1, (now < deadline) ? (int)(deadline - now) : 0);
    } while (ret < 0 && errno == EINTR);
    return ret > 0;
}

static int Prepare(int fd, int isTcp)
{
    int one = 1;

    if (isTcp)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    return fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
        fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

/* A connected socket, or -1 with errno. */
static int Dial(const struct sockaddr* to, socklen_t toSz, word64 deadline)
{
    int error = 0;
    socklen_t sz = sizeof(error);
    int fd = socket(to->sa_family, SOCK_STREAM, 0);

    if (fd < 0)
        return -1;
    if (!Prepare(fd, to->sa_family != AF_UNIX)) {
        error = errno;
    }
    else if (connect(fd, to, toSz) != 0) {
        /* A unix socket whose queue is full says EAGAIN, and never gets
         * ready: it is as if nobody listened. */
        if (errno != EINPROGRESS)
            error = errno;
        else if (!Await(fd, POLLOUT, deadline))
            error = ETIMEDOUT;
        else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &sz) != 0)
            error = errno;
    }
    if (error != 0) {
        (void)close(fd);
        errno = error;
        fd = -1;
    }
    return fd;
}

int wt_redis_resolve(wt_redis_address* address)
{
    struct addrinfo hints;
    struct addrinfo* list = NULL;
    struct addrinfo* one;
    char port[16];
    int ret;

    if (address->path != NULL)
        return 1;
    XMEMSET(&hints, 0, sizeof(hints));
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    (void)snprintf(port, sizeof(port), "%u", address->port);
    ret = getaddrinfo(address->host, port, &hints, &list) == 0;
    if (ret) {
        wt_redis_lock();
        address->count = 0;
        for (one = list; one != NULL && address->count < WT_REDIS_ADDRESSES;
                one = one->ai_next) {
            if (one->ai_addrlen <= sizeof(address->at[0])) {
                XMEMCPY(&address->at[address->count], one->ai_addr,
                    one->ai_addrlen);
                address->atSz[address->count++] = one->ai_addrlen;
            }
        }
        wt_redis_unlock();
        freeaddrinfo(list);
    }
    return ret;
}

static int DialAny(const wt_redis_address* address, word64 deadline)
{
    struct sockaddr_storage at[WT_REDIS_ADDRESSES];
    socklen_t sz[WT_REDIS_ADDRESSES];
    struct sockaddr_un local;
    int count, i;
    int fd = -1;

    if (address->path != NULL) {
        XMEMSET(&local, 0, sizeof(local));
        local.sun_family = AF_UNIX;
        (void)snprintf(local.sun_path, sizeof(local.sun_path), "%s",
            address->path);
        return Dial((const struct sockaddr*)&local, sizeof(local), deadline);
    }
    wt_redis_lock();
    count = address->count;
    XMEMCPY(at, address->at, sizeof(at));
    XMEMCPY(sz, address->atSz, sizeof(sz));
    wt_redis_unlock();
    errno = EHOSTUNREACH;
    for (i = 0; i < count && fd < 0; i++)
        fd = Dial((const struct sockaddr*)&at[i], sz[i], deadline);
    return fd;
}

/* ---- replies ------------------------------------------------------------ */

static void* BoundedArray(const redisReadTask* task,
    wt_redis_elements count)
{
    const wt_redis_conn* conn = (const wt_redis_conn*)task->privdata;

    return (count <= WT_REDIS_ELEMENTS_MAX) ? conn->makeArray(task, count)
        : NULL;
}

/* hiredis' own, with a bound in front of its arrays. */
static int ReaderNew(wt_redis_conn* conn)
{
    conn->reader = redisReaderCreate();
    if (conn->reader != NULL) {
        conn->fn = *conn->reader->fn;
        conn->makeArray = conn->fn.createArray;
        conn->fn.createArray = BoundedArray;
        conn->reader->fn = &conn->fn;
        conn->reader->privdata = conn;
    }
    return conn->reader != NULL;
}

redisReply* wt_redis_receive(wt_redis_conn* conn, word64 deadline,
    size_t limit)
{
    char piece[PIECE_SZ];
    void* reply = NULL;
    int late = 0;
    ssize_t n;

    while (!conn->broken) {
        if (redisReaderGetReply(conn->reader, &reply) != REDIS_OK) {
            conn->broken = 1;
        }
        else if (reply != NULL) {
            conn->got = 0;
            return (redisReply*)reply;
        }
        else if (conn->got > limit) {
            conn->broken = 1;
        }
        else if (late || !Await(conn->fd, POLLIN, deadline)) {
            return NULL;
        }
        else {
            n = recv(conn->fd, piece, sizeof(piece), 0);
            if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN &&
                    errno != EWOULDBLOCK))
                conn->broken = 1;
            else if (n > 0 && redisReaderFeed(conn->reader, piece,
                    (size_t)n) != REDIS_OK)
                conn->broken = 1;
            else if (n > 0)
                conn->got += (size_t)n;
            /* There are servers that always have one more byte. */
            late = wt_redis_ms() > deadline;
        }
    }
    return NULL;
}

int wt_redis_is_fresh(const wt_redis_conn* conn)
{
    return !conn->broken && !Await(conn->fd, POLLIN, 0);
}

/* ---- sending ------------------------------------------------------------ */

static int SendAll(wt_redis_conn* conn, const char* mem, size_t sz,
    word64 deadline)
{
    ssize_t n;

    while (sz > 0 && !conn->broken) {
        n = send(conn->fd, mem, sz, MSG_NOSIGNAL);
        if (n > 0) {
            mem += n;
            sz -= (size_t)n;
        }
        else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            if (!Await(conn->fd, POLLOUT, deadline))
                conn->broken = 1;
        }
        else if (n == 0 || errno != EINTR) {
            conn->broken = 1;
        }
    }
    return !conn->broken;
}

/* hiredis' bytes of a command, wiped as they are freed: a password may be among
 * them. */
static long long Format(const wt_redis_command* command, char** mem)
{
    *mem = NULL;
    return redisFormatCommandArgv(mem, command->count,
        WT_UNCONST(const char**, command->arg), command->sz);
}

static void FreeFormat(char* mem, long long sz)
{
    if (sz > 0) {
        wt_redis_wipe(mem, (size_t)sz);
        redisFreeCommand(mem);
    }
}

/* Adds bytes behind all; the old ones are wiped.  NULL without memory. */
static char* Join(char* all, size_t sz, const char* more, size_t moreSz)
{
    char* joined = (char*)XMALLOC(sz + moreSz, NULL, DYNAMIC_TYPE_TMP_BUFFER);

    if (joined != NULL) {
        if (sz > 0)
            XMEMCPY(joined, all, sz);
        XMEMCPY(joined + sz, more, moreSz);
    }
    if (all != NULL) {
        wt_redis_wipe(all, sz);
        XFREE(all, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    }
    return joined;
}

int wt_redis_send(wt_redis_conn* conn, const wt_redis_command* commands,
    int count, word64 deadline)
{
    char* all = NULL;
    char* one;
    size_t sz = 0;
    long long n;
    int i;

    for (i = 0; i < count && !conn->broken; i++) {
        n = Format(&commands[i], &one);
        if (n <= 0) {
            conn->broken = 1;
        }
        /* One alone, which may be large, is not copied. */
        else if (count == 1) {
            (void)SendAll(conn, one, (size_t)n, deadline);
        }
        else {
            all = Join(all, sz, one, (size_t)n);
            sz = (all != NULL) ? sz + (size_t)n : 0;
            conn->broken = all == NULL;
        }
        FreeFormat(one, n);
    }
    if (all != NULL) {
        (void)SendAll(conn, all, sz, deadline);
        wt_redis_wipe(all, sz);
        XFREE(all, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    }
    return !conn->broken;
}

/* ---- what Redis says ---------------------------------------------------- */

static int Begins(const char* text, const char* with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

wt_redis_outcome wt_redis_complaint(const redisReply* reply, char* text)
{
    char said[COMPLAINT_MAX + 1];
    size_t sz = 0;
    wt_redis_outcome ret = WT_REDIS_AWAY;

    if (reply->type != REDIS_REPLY_ERROR) {
        (void)snprintf(text, WT_REDIS_TEXT_SZ,
            "what listens there does not answer as Redis does");
        return ret;
    }
    for (; sz < reply->len && sz < COMPLAINT_MAX; sz++)
        said[sz] = isprint((unsigned char)reply->str[sz]) ? reply->str[sz]
            : '?';
    said[sz] = '\0';
    if (Begins(said, "NOAUTH") || Begins(said, "WRONGPASS") ||
            Begins(said, "NOPERM") || Begins(said, "ERR invalid password") ||
            Begins(said, "ERR AUTH") || Begins(said, "ERR Client sent AUTH")) {
        ret = WT_REDIS_REFUSED;
        (void)snprintf(text, WT_REDIS_TEXT_SZ, "Redis refuses us, give the "
            "right username and password: %s", said);
    }
    else if (Begins(said, "ERR DB index") ||
            Begins(said, "ERR invalid DB index")) {
        ret = WT_REDIS_REFUSED;
        (void)snprintf(text, WT_REDIS_TEXT_SZ, "Redis has no such database, "
            "give the right number: %s", said);
    }
    else {
        (void)snprintf(text, WT_REDIS_TEXT_SZ, "Redis answers: %s", said);
    }
    return ret;
}

/* ---- connections -------------------------------------------------------- */

static wt_redis_conn* ConnNew(int fd)
{
    wt_redis_conn* conn = (wt_redis_conn*)XMALLOC(sizeof(*conn), NULL,
        DYNAMIC_TYPE_TMP_BUFFER);

    if (conn != NULL) {
        XMEMSET(conn, 0, sizeof(*conn));
        conn->fd = fd;
    }
    if (conn == NULL || !ReaderNew(conn)) {
        XFREE(conn, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        (void)close(fd);
        conn = NULL;
    }
    return conn;
}

void wt_redis_close(wt_redis_conn* conn)
{
    if (conn != NULL) {
        (void)close(conn->fd);
        redisReaderFree(conn->reader);
        XFREE(conn, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    }
}

/* Who we are, and which database. */
static wt_redis_outcome Greet(const wt_redis_address* address,
    wt_redis_conn* conn, word64 deadline, char* text)
{
    wt_redis_command commands[2];
    char database[16];
    wt_redis_outcome ret = WT_REDIS_FINE;
    int count = 0;
    int i;

    XMEMSET(commands, 0, sizeof(commands));
    if (address->password != NULL && address->username != NULL)
        wt_redis_words(&commands[count++], "AUTH", address->username,
            address->password, (char*)NULL);
    else if (address->password != NULL)
        wt_redis_words(&commands[count++], "AUTH", address->password,
            (char*)NULL);
    if (address->database != 0) {
        (void)snprintf(database, sizeof(database), "%u", address->database);
        wt_redis_words(&commands[count++], "SELECT", database, (char*)NULL);
    }
    (void)wt_redis_send(conn, commands, count, deadline);
    for (i = 0; i < count && ret == WT_REDIS_FINE; i++) {
        redisReply* reply = wt_redis_receive(conn, deadline, GREETING_MAX);

        if (reply == NULL) {
            ret = WT_REDIS_AWAY;
            (void)snprintf(text, WT_REDIS_TEXT_SZ, "Redis does not answer");
        }
        else if (reply->type != REDIS_REPLY_STATUS) {
            ret = wt_redis_complaint(reply, text);
        }
        freeReplyObject(reply);
    }
    return ret;
}

wt_redis_outcome wt_redis_connect(const wt_redis_address* address,
    word64 deadline, wt_redis_conn** conn, char* text)
{
    wt_redis_outcome ret = WT_REDIS_AWAY;
    int fd = DialAny(address, deadline);

    *conn = NULL;
    if (fd < 0) {
        (void)snprintf(text, WT_REDIS_TEXT_SZ, "Redis cannot be reached: %s",
            strerror(errno));
    }
    else {
        *conn = ConnNew(fd);
        if (*conn != NULL)
            ret = Greet(address, *conn, deadline, text);
        else
            (void)snprintf(text, WT_REDIS_TEXT_SZ, "out of memory");
    }
    if (ret != WT_REDIS_FINE) {
        wt_redis_close(*conn);
        *conn = NULL;
    }
    return ret;
}

/* ---- which run of Redis' ------------------------------------------------- */

/* Out of lines "name:value".  1, or 0 when it is not there. */
static int ReadRun(const char* lines, char run[WT_REDIS_RUN_SZ])
{
    const char* at = strstr(lines, RUN);
    size_t sz = 0;

    if (at != NULL) {
        at += strlen(RUN);
        while (sz < WT_REDIS_RUN_SZ - 1 && isxdigit((unsigned char)at[sz])) {
            run[sz] = at[sz];
            sz++;
        }
    }
    run[sz] = '\0';
    return sz == WT_REDIS_RUN_SZ - 1;
}

wt_redis_outcome wt_redis_ask_run(wt_redis_conn* conn, word64 deadline,
    char* text)
{
    redisReply* reply = NULL;
    wt_redis_command command;
    wt_redis_outcome ret = WT_REDIS_AWAY;

    wt_redis_words(&command, "INFO", "server", (char*)NULL);
    if (wt_redis_send(conn, &command, 1, deadline))
        reply = wt_redis_receive(conn, deadline, INFO_MAX);
    if (reply == NULL) {
        conn->broken = 1;
        (void)snprintf(text, WT_REDIS_TEXT_SZ, "Redis did not answer in time");
    }
    else if (reply->type != REDIS_REPLY_STRING) {
        ret = wt_redis_complaint(reply, text);
    }
    else if (!ReadRun(reply->str, conn->run)) {
        conn->run[0] = '\0';
        (void)snprintf(text, WT_REDIS_TEXT_SZ,
            "what listens there does not tell its run_id, as Redis does");
    }
    else {
        ret = WT_REDIS_FINE;
    }
    freeReplyObject(reply);
    return ret;
}
