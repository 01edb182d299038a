/* bench.h
 *
 * What the sources of the benchmark share.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef BENCH_H
#define BENCH_H

#ifdef HAVE_CONFIG_H
    #include "config.h"
#endif

#define WOLFTICKET_NO_REDIRECT
#include <wolfticket/ticket.h>
#include <wolfssl/wolfcrypt/types.h>

#if !defined(WOLFSSL_TLS13) || defined(WOLFSSL_NO_TLS12) || \
        defined(NO_WOLFSSL_CLIENT)
    #error "the benchmark needs a wolfSSL with TLS 1.2, TLS 1.3 and clients"
#endif

#define BENCH_DATA_SZ  32    /* application data in every ticket of ours */
#define BENCH_LARGE_SZ 16000 /* more than fits one, kept on the server */
#define BENCH_CHAIN    200   /* renewals in a row: wolfSSL ends them at 255 */
#define BENCH_ENC_MAX  8192
#define BENCH_MANY     100   /* tickets sealed in one handshake */

/* ---- bench_count.c: what wolfSSL and wolfTicket call -------------------- */

typedef struct {
    double allocs;
    double locks;
    double randoms;
} bench_counts;

/* Before anything else of wolfSSL's.  1 or 0. */
int  bench_count_init(void);
void bench_count_start(void);
void bench_count_stop(bench_counts* counts, int tickets);
/* 1 when the calls of that kind are really seen in this build. */
int  bench_sees_locks(void);
int  bench_sees_randoms(void);
/* The size of a block that wolfSSL allocated. */
size_t bench_block_size(const void* block);

/* ---- bench_instr.c: instructions ---------------------------------------- */

/* Instructions that op(arg) takes, once warm; negative when they cannot be
 * counted here. */
double bench_instructions(int (*op)(void*), void* arg);
/* How they are counted, or why not. */
const char* bench_instructions_how(void);

/* ---- bench_tls.c: connections in memory --------------------------------- */

typedef enum { BENCH_TLS12, BENCH_TLS13, BENCH_VERSIONS } bench_version;

/* One of those that are compared. */
typedef struct {
    int ours;
    int dataSz;                            /* the application's, in a ticket */
    WOLFSSL_CTX* ctx;
    SessionTicketEncCb cb;                 /* the context's, and its argument */
    void* arg;
    WOLFSSL_SESSION* session[BENCH_VERSIONS];  /* a client's, to resume */
} bench_side;

typedef struct {
    byte mem[32768];
    int  head;
    int  tail;
} bench_pipe;

typedef struct {
    bench_pipe* in;
    bench_pipe* out;      /* NULL: sent to nowhere */
} bench_end;

/* Both ends of one connection. */
typedef struct {
    bench_pipe up;
    bench_pipe down;
    bench_end clientEnd;
    bench_end serverEnd;
    WOLFSSL* client;
    WOLFSSL* server;
    int timed;            /* add up what the server takes */
    double serverNs;
} bench_conn;

/* What wolfSSL puts into a ticket, and the most it takes back. */
typedef struct {
    int contents;
    int most;
} bench_sizes;

/* Contexts: with wolfTicket and data, with wolfTicket and none, with what
 * wolfSSL does by itself, and with wolfTicket and large data.  1 or 0. */
typedef enum {
    BENCH_OURS,
    BENCH_BARE,
    BENCH_THEIRS,
    BENCH_LARGE,
    BENCH_SIDES
} bench_side_id;
int  bench_clients_new(void);   /* before all others */
void bench_clients_free(void);  /* behind all others */
int  bench_sides_new(bench_side sides[BENCH_SIDES], bench_sizes* sizes);
/* A new session to resume, whose ticket has come: the default's live for 300
 * seconds only. */
int  bench_session(bench_side* side, bench_version version);
/* The client takes the ticket that has come over a connection, if one has, and
 * presents it from then on. */
int  bench_renew(bench_side* side, bench_version version, bench_conn* conn);
void bench_sides_free(bench_side sides[BENCH_SIDES]);

/* Contexts with wolfTicket and no data: tickets that resume once by the
 * filter, once by a claim callback, and as often as they like. */
typedef enum {
    BENCH_FILTER,
    BENCH_CALLBACK,
    BENCH_OFTEN,
    BENCH_SINGLES
} bench_single_id;
int  bench_singles_new(bench_side sides[BENCH_SINGLES]);
/* One of ours, with so much data. */
int  bench_side_new(bench_side* side, int dataSz);
void bench_side_free(bench_side* side);

/* A handshake, resumed if resume is set and then required to be.  1 or 0. */
int  bench_connect(const bench_side* side, bench_version version, int resume,
    bench_conn* conn);
void bench_disconnect(const bench_side* side, bench_conn* conn);
/* The server's messages go nowhere from now on. */
void bench_mute(bench_conn* conn);

/* What wolfSSL keeps for a thread goes with it. */
void bench_thread_done(void);

/* ns, by the clock on the wall. */
double bench_now(void);
/* ns of what is measured: the thread's own, unless what it waits counts. */
double bench_time(void);
void bench_count_waits(int on);

/* ---- bench_ticket.c: the ticket callback alone -------------------------- */

typedef struct {
    byte keyName[WOLFSSL_TICKET_NAME_SZ];
    byte iv[WOLFSSL_TICKET_IV_SZ];
    byte mac[WOLFSSL_TICKET_MAC_SZ];
    byte enc[BENCH_ENC_MAX];
    int  encSz;
} bench_ticket;

/* A server connection whose ticket callback is called by hand. */
typedef struct {
    const bench_side* side;
    bench_sizes sizes;
    int many;
    bench_conn* conn;
    bench_ticket opened;   /* is opened again and again */
    bench_ticket sealed;   /* is sealed again and again */
    byte hello[1024];      /* a ClientHello with names, ours only */
    size_t helloSz;
} bench_desk;

/* names: the client sends a server name and an ALPN list, and the ticket is
 * bound to them. */
int  bench_desk_new(bench_desk* desk, const bench_side* side,
    const bench_sizes* sizes, int names);
void bench_desk_free(bench_desk* desk);

/* All take a bench_desk and return 1 or 0.  Opens one ticket and seals one. */
int  bench_open_seal(void* desk);
/* Opens one and seals many: up to 250, which is a handshake's limit. */
int  bench_open_seals(void* desk);
/* The same, sealed and sent by wolfSSL. */
int  bench_open_sends(void* desk);

#endif /* BENCH_H */
