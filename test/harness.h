/* harness.h
 *
 * What the test suites share: a server and a client joined in memory.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Certificates are read from the directory that the environment variable
 * WOLFTICKET_TEST_CERTS names, "certs" without it; make-certs.sh makes them.
 */

#ifndef WOLFTICKET_TEST_HARNESS_H
#define WOLFTICKET_TEST_HARNESS_H

#ifdef HAVE_CONFIG_H
    #include "config.h"
#endif

#include <wolfticket/ticket.h>
#include <wolfticket/keys.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- protocols ---------------------------------------------------------- */

/* Server and client methods that meet. */
typedef enum {
    TH_TLS13,       /* both any version */
    TH_TLS13_ONLY,  /* the server TLS 1.3 alone */
    TH_TLS12,       /* the server any version, the client TLS 1.2 */
    TH_TLS12_ONLY,  /* the server TLS 1.2 alone */
    TH_MODES
} th_mode;

int th_is_tls13(int mode);

/* In a wolfSSL of one version a test that makes a context of another is left
 * out, and says so.  These are for what it would have called then. */
#ifndef WOLFSSL_TLS13
    #define wolfTLSv1_3_server_method()        th_no_method(3)
    #define wolfTLSv1_3_client_method()        th_no_method(3)
    #define wolfSSL_CTX_no_ticket_TLSv13(ctx)  ((void)(ctx), -1)
    #define wolfSSL_no_ticket_TLSv13(ssl)      ((void)(ssl), -1)
    #define wolfTicket_CTX_no_ticket_TLSv13(c) ((void)(c), -1)
    #define wolfTicket_no_ticket_TLSv13(ssl)   ((void)(ssl), -1)
    #define wolfSSL_UseKeyShare(ssl, group)    ((void)(ssl), (void)(group), 0)
    #define wolfSSL_NoKeyShares(ssl)           ((void)(ssl), 0)
#endif
#ifdef WOLFSSL_NO_TLS12
    #define wolfTLSv1_2_server_method()        th_no_method(2)
    #define wolfTLSv1_2_client_method()        th_no_method(2)
#endif
WOLFSSL_METHOD* th_no_method(int version);

/* What this wolfSSL shows: the hellos, by its message callback; and the keys
 * that an alert of TLS 1.3 is encrypted with. */
#ifdef OPENSSL_EXTRA
    #define TH_SEES_HELLOS 1
#else
    #define TH_SEES_HELLOS 0
#endif
#ifdef ATOMIC_USER
    #define TH_SEES_KEYS   1
#else
    #define TH_SEES_KEYS   0
#endif

/* Has a server promised a ticket of TLS 1.2 by the time that we see the
 * ClientHello?  One that could do TLS 1.3 has, one without message callback
 * always. */
int th_promises(int mode);

WOLFSSL_CTX* th_server_ctx(int mode);
WOLFSSL_CTX* th_client_ctx(int mode);
/* The same, with wolfSSL's own transport. */
WOLFSSL_CTX* th_server_ctx_raw(int mode);
WOLFSSL_CTX* th_client_ctx_raw(int mode);

/* What they need of certificates; the client's tickets are switched on. */
void th_server_certs(WOLFSSL_CTX* ctx);
void th_client_certs(WOLFSSL_CTX* ctx);

/* Check fixtures: wolfSSL begun and ended, wolfTicket cleaned up.  Where
 * wolfSSL has static memory all that it allocates comes from one, unless
 * th_mem_use() was called. */
void th_setup(void);
void th_teardown(void);

/* Runs one suite, as main() does. */
int th_run(Suite* suite);

/* n, or as many fewer as CK_TIMEOUT_MULTIPLIER says that the machine is
 * slower under a sanitizer or valgrind. */
int th_many(int n);
/* And how far apart what is tried in a loop may then lie: 1 natively. */
int th_step(void);
/* At the end of a thread: wolfSSL may keep tables for each that has made a
 * handshake. */
void th_leave_thread(void);

/* A test case of the suite, with the fixture above unless bare, and seconds
 * to run. */
TCase* th_case(Suite* suite, const char* name, int bare);

/* ---- connections -------------------------------------------------------- */

typedef struct {
    unsigned char* mem;
    size_t sz;
    size_t cap;
} th_queue;

/* One side's transport, the argument of its callbacks. */
typedef struct {
    th_queue* in;
    th_queue* out;
    long budget;        /* bytes it may still send, -1: any number */
    size_t blocked;     /* times that it might not */
} th_io;

typedef struct {
    WOLFSSL* server;
    WOLFSSL* client;
    th_queue toServer;
    th_queue toClient;
    th_io serverIo;
    th_io clientIo;
    int tickets;        /* that the client has received */
    int plain;          /* made by wolfSSL_new() */
} th_pair;

enum { TH_SERVER_DONE = 1, TH_CLIENT_DONE = 2, TH_BOTH_DONE = 3 };

/* How server connections are made and freed. */
enum { TH_OURS = 0, TH_PLAIN = 1 };

int th_recv(WOLFSSL* ssl, char* buf, int sz, void* arg);
int th_send(WOLFSSL* ssl, char* buf, int sz, void* arg);

/* Makes both connections, the client with session unless that is NULL.
 * Empties what a former use of the pair has left. */
void th_open(th_pair* pair, WOLFSSL_CTX* serverCtx, WOLFSSL_CTX* clientCtx,
    WOLFSSL_SESSION* session, int plain);
/* The same without the client; only for the server's sake. */
void th_open_server(th_pair* pair, WOLFSSL_CTX* serverCtx, int plain);
void th_close(th_pair* pair);

/* Goes on until neither gets further; TH_..._DONE bits. */
int th_handshake(th_pair* pair);
/* The same with th_mem_arm() on for the server's part. */
int th_handshake_armed(th_pair* pair);

/* The server's half, and the client's: 1 when done. */
int th_accept(th_pair* pair);
int th_connect(th_pair* pair);

/* The server writes, the client reads it, and the tickets in front of it. */
void th_exchange(th_pair* pair);

/* Reads all that is there for the client; bytes of application data. */
int th_client_reads(th_pair* pair, unsigned char* buf, int sz);

/* The last alert that the client received, -1 without any. */
int th_client_alert(th_pair* pair);

/* A full handshake and an exchange; the session the client then has.  The
 * caller frees it. */
WOLFSSL_SESSION* th_get_session(WOLFSSL_CTX* serverCtx,
    WOLFSSL_CTX* clientCtx);

/* A resumption attempt with session and an exchange; 1 when it resumed.  The
 * handshake has to succeed. */
int th_resume(WOLFSSL_CTX* serverCtx, WOLFSSL_CTX* clientCtx,
    WOLFSSL_SESSION* session, int plain);

/* Goes through the handshake of a pair whose client presents a ticket.  1 when
 * the session was resumed, 0 when the handshake was full; in TLS 1.2 a client
 * that cannot stand a refusal may give up then (OUT_OF_ORDER_E), which is for
 * the client to explain.  info may be NULL. */
int th_verdict(th_pair* pair, wolfTicket_Info* info);
/* The same for a pair that is made for it and freed. */
int th_try(WOLFSSL_CTX* serverCtx, WOLFSSL_CTX* clientCtx,
    WOLFSSL_SESSION* session, wolfTicket_Info* info);

/* The ticket in a session, for a client that is to present it. */
#define TH_TICKET_MAX 1024
size_t th_ticket_of(WOLFSSL_CTX* clientCtx, WOLFSSL_SESSION* session,
    unsigned char ticket[TH_TICKET_MAX]);

/* ---- the application ---------------------------------------------------- */

enum { TH_DEFAULT_ANSWER = -1 };

/* The argument of th_gen() and th_dec(). */
typedef struct {
    int genCalls;
    int decCalls;
    int genAnswer;             /* what th_gen() returns */
    const void* genData;       /* what it sets, NULL: nothing */
    size_t genDataSz;
    int genSet;                /* what set1 said */
    int decAnswer;             /* TH_DEFAULT_ANSWER: as without dec_cb */
    wolfTicket_STATUS status;
    int hadSession;
    size_t keyNameSz;
    unsigned char keyName[WOLFTICKET_NAME_SZ];
    size_t seenSz;
    unsigned char seen[64];
} th_app;

void th_app_init(th_app* app);
int th_gen(WOLFSSL* ssl, void* arg);
wolfTicket_RETURN th_dec(WOLFSSL* ssl, WOLFSSL_SESSION* ss,
    const unsigned char* keyname, size_t keyname_len, wolfTicket_STATUS status,
    void* arg);

/* Sets, and compares, a connection's application data. */
int th_set_data(WOLFSSL* ssl, const char* text);
int th_has_data(WOLFSSL* ssl, const char* text);

/* ---- clock and generator ------------------------------------------------ */

/* For wolfTicket_KeyRing_new_ex(): a clock that stands still, and a count of
 * the calls after which one fails. */
typedef struct {
    word64 now;
    long calls;
    long failAt;    /* the call that fails, from 1; 0: none */
    int failAll;    /* and all that follow */
} th_clock;

typedef struct {
    word64 state;
    long calls;
    long failAt;
    int failAll;
} th_random;

#define TH_NOW 1700000000u

int th_time(word64* now, void* arg);
int th_rand(unsigned char* out, word32 sz, void* arg);

/* A ring on clock, given to ctx, which holds it; there are none in the
 * embedded core. */
void th_use_clock(WOLFSSL_CTX* ctx, th_clock* clock);

/* ---- memory ------------------------------------------------------------- */

typedef enum {
    TH_MEM_COUNT,    /* the C library's, counted */
    TH_MEM_SAME,     /* hands out what was freed last */
    TH_MEM_NEVER     /* hands out nothing twice */
} th_mem_mode;

/* wolfSSL_SetAllocators(), also where wolfSSL has static memory. */
typedef void* (*th_malloc)(size_t sz);
typedef void (*th_free)(void* mem);
typedef void* (*th_realloc)(void* mem, size_t sz);
int th_allocators(th_malloc mallocFn, th_free freeFn, th_realloc reallocFn);

/* wolfSSL's allocators, from now on; before the first wolfSSL object. */
void th_mem_use(th_mem_mode mode);
void th_mem_pool(void);      /* static memory, if wolfSSL has it */
long th_mem_live(void);      /* blocks that are not freed */
void th_mem_fail_at(long n); /* the n-th armed allocation, 0: none */
void th_mem_arm(int on);     /* whether wolfTicket's allocations count */
long th_mem_calls(void);     /* armed allocations since th_mem_fail_at() */

#endif /* WOLFTICKET_TEST_HARNESS_H */
