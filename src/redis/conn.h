/* conn.h
 *
 * One connection to Redis, and commands with a deadline.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_REDIS_CONN_H
#define WOLFTICKET_REDIS_CONN_H

#include "redis/base.h"

#include <hiredis.h>
#include <sys/socket.h>

#define WT_REDIS_ADDRESSES 4
#define WT_REDIS_ARGS      8

/* Of the arrays that are read. */
#define WT_REDIS_ELEMENTS_MAX 65536
/* The name that Redis gives itself at each start: 40 characters. */
#define WT_REDIS_RUN_SZ       41

/* Where Redis is. */
typedef struct {
    char* path;
    char* host;
    char* username;
    char* password;
    unsigned int port;
    unsigned int database;
    struct sockaddr_storage at[WT_REDIS_ADDRESSES];  /* under the lock */
    socklen_t atSz[WT_REDIS_ADDRESSES];
    int count;
} wt_redis_address;

/* Looks host up.  1, or 0: the addresses are as they were. */
int wt_redis_resolve(wt_redis_address* address);

#if HIREDIS_MAJOR >= 1
typedef size_t wt_redis_elements;
#else
typedef int wt_redis_elements;
#endif

typedef struct {
    int fd;
    redisReader* reader;
    redisReplyObjectFunctions fn;
    void* (*makeArray)(const redisReadTask*, wt_redis_elements);
    size_t got;              /* bytes since the last whole reply */
    char run[WT_REDIS_RUN_SZ]; /* which run of Redis' it is to; "": not asked */
    int broken;              /* nothing can be told any more */
} wt_redis_conn;

typedef struct {
    const char* arg[WT_REDIS_ARGS];
    size_t sz[WT_REDIS_ARGS];
    int count;
} wt_redis_command;

/* A command of strings, the last one NULL. */
void wt_redis_words(wt_redis_command* command, ...);
/* One more argument, of bytes. */
void wt_redis_add(wt_redis_command* command, const void* mem, size_t sz);

/* What became of an attempt; texts have WT_REDIS_TEXT_SZ bytes and say what
 * to do. */
typedef enum {
    WT_REDIS_FINE,
    WT_REDIS_AWAY,
    WT_REDIS_REFUSED
} wt_redis_outcome;

/* Connects, says who we are and selects the database, until deadline. */
wt_redis_outcome wt_redis_connect(const wt_redis_address* address,
    word64 deadline, wt_redis_conn** conn, char* text);
void wt_redis_close(wt_redis_conn* conn);

/* Asks for conn->run, until deadline. */
wt_redis_outcome wt_redis_ask_run(wt_redis_conn* conn, word64 deadline,
    char* text);

/* Sends commands in one piece.  1, or 0: the connection is broken. */
int wt_redis_send(wt_redis_conn* conn, const wt_redis_command* commands,
    int count, word64 deadline);

/* The next reply, of limit bytes at most; the caller frees it.  NULL: none by
 * the deadline, or the connection is broken. */
redisReply* wt_redis_receive(wt_redis_conn* conn, word64 deadline,
    size_t limit);

/* 1 when the connection can serve: open, and with nothing to read. */
int wt_redis_is_fresh(const wt_redis_conn* conn);

/* What an error of Redis' means, with a text. */
wt_redis_outcome wt_redis_complaint(const redisReply* reply, char* text);

#endif /* WOLFTICKET_REDIS_CONN_H */
