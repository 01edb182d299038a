/* dtls_fixture.h
 *
 * A DTLS server and its client, joined in memory by a network that loses,
 * doubles and reorders datagrams as its seed says.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_DTLS_FIXTURE_H
#define WOLFTICKET_TEST_DTLS_FIXTURE_H

#include "harness.h"

#include <wolfssl/error-ssl.h>

#include <sys/time.h>
#include <time.h>

/* DTLS 1.3 without tickets, see wt_dtls_blind(). */
#if defined(WOLFSSL_DTLS13) && !defined(OPENSSL_EXTRA) && \
        LIBWOLFSSL_VERSION_HEX < 0x05009000
    #define TD_BLIND
#endif

/* Server and client that meet; TD_MODES of them with tickets. */
typedef enum {
#ifndef WOLFSSL_NO_TLS12
    TD_12_ONLY,     /* the server DTLS 1.2 alone */
    #ifdef WOLFSSL_DTLS13
    TD_12,          /* the server any version, the client DTLS 1.2 */
    #endif
#endif
#ifdef TD_BLIND
    TD_MODES,
#endif
#ifdef WOLFSSL_DTLS13
    #ifndef WOLFSSL_NO_TLS12
    TD_13,          /* the server any version, the client DTLS 1.3 */
    #endif
    TD_13_ONLY,     /* both DTLS 1.3 alone */
#endif
#ifndef TD_BLIND
    TD_MODES
#else
    TD_MODES_AND_BLIND
#endif
} td_mode;

#define TD_QUEUE    128
#define TD_DATAGRAM 2048

typedef struct {
    int sz[TD_QUEUE];
    unsigned char mem[TD_QUEUE][TD_DATAGRAM];
    int count;
} td_queue;

/* Of a hundred datagrams so many; all 0 is a perfect network. */
typedef struct {
    th_random random;
    int lost;
    int doubled;
    int overtaken;  /* by the one behind it */
} td_net;

typedef struct {
    td_queue* in;
    td_queue* out;
    td_net* net;
    int sent;       /* datagrams that were to be sent */
    int cut;        /* what is sent from here on is lost */
} td_io;

typedef struct {
    WOLFSSL* server;
    WOLFSSL* client;
    td_queue* toServer;
    td_queue* toClient;
    td_io serverIo;
    td_io clientIo;
    td_net net;
    int tickets;    /* that the client has received */
    int plain;
} td_pair;

/* ---- the clock ---------------------------------------------------------- */

/* In DTLS 1.3 wolfSSL sends nothing again before a second has passed, by the
 * one or the other of these functions, which it finds here before the C
 * library's. */
static time_t td_waited;

int gettimeofday(struct timeval* now, void* zone)
{
    struct timespec real;

    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &real) != 0)
        return -1;
    now->tv_sec = real.tv_sec + td_waited;
    now->tv_usec = (suseconds_t)(real.tv_nsec / 1000);
    return 0;
}

time_t time(time_t* out)
{
    struct timeval now;
    time_t ret = (gettimeofday(&now, NULL) == 0) ? now.tv_sec : (time_t)-1;

    if (out != NULL)
        *out = ret;
    return ret;
}

/* Nothing comes, for two seconds. */
static inline void td_timeout(WOLFSSL* ssl)
{
    td_waited += 2;
    (void)wolfSSL_dtls_got_timeout(ssl);
}

/* ---- the network -------------------------------------------------------- */

static inline int td_chance(td_net* net, int percent)
{
    unsigned char dice[2];

    if (percent == 0)
        return 0;
    (void)th_rand(dice, sizeof(dice), &net->random);
    return (dice[0] * 256 + dice[1]) % 100 < percent;
}

static inline void td_push(td_queue* q, const char* buf, int sz)
{
    ck_assert_int_lt(q->count, TD_QUEUE);
    ck_assert_int_le(sz, TD_DATAGRAM);
    memcpy(q->mem[q->count], buf, (size_t)sz);
    q->sz[q->count++] = sz;
}

static inline void td_drop(td_queue* q, int i)
{
    q->count--;
    for (; i < q->count; i++) {
        memcpy(q->mem[i], q->mem[i + 1], (size_t)q->sz[i + 1]);
        q->sz[i] = q->sz[i + 1];
    }
}

/* The last but one moves behind the last. */
static inline void td_overtake(td_queue* q)
{
    if (q->count > 1 && q->count < TD_QUEUE) {
        int i = q->count - 2;

        td_push(q, (const char*)q->mem[i], q->sz[i]);
        td_drop(q, i);
    }
}

static inline int td_send(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    td_io* io = (td_io*)arg;

    (void)ssl;
    io->sent++;
    if (!io->cut && !td_chance(io->net, io->net->lost)) {
        td_push(io->out, buf, sz);
        if (td_chance(io->net, io->net->overtaken))
            td_overtake(io->out);
        if (td_chance(io->net, io->net->doubled))
            td_push(io->out, buf, sz);
    }
    return sz;
}

static inline int td_recv(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    td_queue* q = ((td_io*)arg)->in;
    int n;

    (void)ssl;
    if (q->count == 0)
        return WOLFSSL_CBIO_ERR_WANT_READ;
    n = (q->sz[0] < sz) ? q->sz[0] : sz;
    memcpy(buf, q->mem[0], (size_t)n);
    td_drop(q, 0);
    return n;
}

/* ---- contexts ----------------------------------------------------------- */

static inline int td_is_13(int mode)
{
#if defined(WOLFSSL_NO_TLS12)
    (void)mode;
    return 1;
#elif defined(WOLFSSL_DTLS13)
    return mode == TD_13 || mode == TD_13_ONLY;
#else
    (void)mode;
    return 0;
#endif
}

/* Does the server speak DTLS 1.2 and nothing else? */
static inline int td_is_12_only(int mode)
{
#ifndef WOLFSSL_NO_TLS12
    return mode == TD_12_ONLY;
#else
    (void)mode;
    return 0;
#endif
}

/* wolfSSL shows us the ClientHello of a client of DTLS 1.2. */
static inline int td_hello_is_seen(int mode)
{
#ifdef OPENSSL_EXTRA
    return td_is_12_only(mode);
#else
    (void)mode;
    return 0;
#endif
}

static inline WOLFSSL_CTX* td_server_ctx(int mode)
{
    WOLFSSL_METHOD* method = NULL;
    WOLFSSL_CTX* ctx;

#ifndef WOLFSSL_NO_TLS12
    if (mode == TD_12_ONLY)
        method = wolfDTLSv1_2_server_method();
    #ifdef WOLFSSL_DTLS13
    if (mode == TD_12 || mode == TD_13)
        method = wolfDTLS_server_method();
    #endif
#endif
#ifdef WOLFSSL_DTLS13
    if (mode == TD_13_ONLY)
        method = wolfDTLSv1_3_server_method();
#endif
    ctx = wolfSSL_CTX_new(method);
    th_server_certs(ctx);
    wolfSSL_CTX_SetIORecv(ctx, td_recv);
    wolfTicket_CTX_SetIOSend(ctx, td_send);
    return ctx;
}

static inline WOLFSSL_CTX* td_client_ctx(int mode)
{
    WOLFSSL_CTX* ctx;

    WOLFSSL_METHOD* method = NULL;

#ifdef WOLFSSL_DTLS13
    if (td_is_13(mode))
        method = wolfDTLSv1_3_client_method();
#endif
#ifndef WOLFSSL_NO_TLS12
    if (!td_is_13(mode))
        method = wolfDTLSv1_2_client_method();
#endif
    ctx = wolfSSL_CTX_new(method);
    th_client_certs(ctx);
    wolfSSL_CTX_SetIORecv(ctx, td_recv);
    wolfSSL_CTX_SetIOSend(ctx, td_send);
    return ctx;
}

/* ---- connections -------------------------------------------------------- */

static inline int td_ticket_arrived(WOLFSSL* ssl, const unsigned char* ticket,
    int sz, void* arg)
{
    (void)ssl;
    (void)ticket;
    (void)sz;
    ((td_pair*)arg)->tickets++;
    return 0;
}

static inline void td_attach(WOLFSSL* ssl, td_io* io)
{
    ck_assert_ptr_nonnull(ssl);
    wolfSSL_SetIOReadCtx(ssl, io);
    wolfSSL_SetIOWriteCtx(ssl, io);
    wolfSSL_dtls_set_using_nonblock(ssl, 1);
    /* A time-out comes when nothing else does. */
    ck_assert_int_eq(wolfSSL_dtls_set_timeout_max(ssl, 1 << 30),
        WOLFSSL_SUCCESS);
}

static inline WOLFSSL* td_new_server(WOLFSSL_CTX* ctx, int plain, td_io* io)
{
    WOLFSSL* ssl = plain ? wolfSSL_new(ctx) : wolfTicket_new(ctx);

    td_attach(ssl, io);
    return ssl;
}

static inline WOLFSSL* td_new_client(WOLFSSL_CTX* ctx,
    WOLFSSL_SESSION* session, td_io* io)
{
    WOLFSSL* ssl = wolfSSL_new(ctx);

    td_attach(ssl, io);
    if (session != NULL)
        ck_assert_int_eq(wolfSSL_set_session(ssl, session), WOLFSSL_SUCCESS);
    return ssl;
}

static inline void td_open(td_pair* pair, WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    WOLFSSL_SESSION* session, int plain)
{
    memset(pair, 0, sizeof(*pair));
    pair->plain = plain;
    pair->toServer = (td_queue*)calloc(1, sizeof(td_queue));
    pair->toClient = (td_queue*)calloc(1, sizeof(td_queue));
    ck_assert(pair->toServer != NULL && pair->toClient != NULL);
    pair->serverIo.in = pair->clientIo.out = pair->toServer;
    pair->serverIo.out = pair->clientIo.in = pair->toClient;
    pair->serverIo.net = pair->clientIo.net = &pair->net;
    pair->server = td_new_server(sc, plain, &pair->serverIo);
    pair->client = td_new_client(cc, session, &pair->clientIo);
    ck_assert_int_eq(wolfSSL_set_SessionTicket_cb(pair->client,
        td_ticket_arrived, pair), WOLFSSL_SUCCESS);
}

static inline void td_close(td_pair* pair)
{
    wolfSSL_free(pair->client);
    if (pair->plain)
        wolfSSL_free(pair->server);
    else
        wolfTicket_free(pair->server);
    free(pair->toServer);
    free(pair->toClient);
}

/* ---- handshakes --------------------------------------------------------- */

/* What has come in for a side that is done: tickets, or the other's last
 * flight once more.  Application data is none. */
static inline void td_listen(WOLFSSL* ssl)
{
    char got;
    int i;

    for (i = 0; i < 4; i++)
        ck_assert_int_le(wolfSSL_read(ssl, &got, 1), 0);
}

/* One step of a side.  Does it go on? */
static inline int td_step(td_pair* pair, int side, int* done)
{
    WOLFSSL* ssl = (side == TH_CLIENT_DONE) ? pair->client : pair->server;
    int ret;

    if (*done & side) {
        td_listen(ssl);
        return 1;
    }
    ret = (side == TH_CLIENT_DONE) ? wolfSSL_connect(ssl)
                                   : wolfSSL_accept(ssl);
    if (ret == WOLFSSL_SUCCESS)
        *done |= side;
    return ret == WOLFSSL_SUCCESS ||
        wolfSSL_want_read(ssl) || wolfSSL_want_write(ssl);
}

/* Goes on until both are done, or neither has anything more to say after so
 * many time-outs; TH_..._DONE bits. */
static inline int td_handshake_timeouts(td_pair* pair, int timeouts)
{
    int client = 1;
    int server = 1;
    int done = 0;
    int rounds = 1000;  /* two that answer each other for ever */

    while (done != TH_BOTH_DONE && (client || server) && rounds-- > 0) {
        int sent = pair->serverIo.sent + pair->clientIo.sent;

        if (client)
            client = td_step(pair, TH_CLIENT_DONE, &done);
        if (server)
            server = td_step(pair, TH_SERVER_DONE, &done);
        if (sent == pair->serverIo.sent + pair->clientIo.sent &&
                (!client || pair->toClient->count == 0) &&
                (!server || pair->toServer->count == 0)) {
            if (timeouts-- == 0)
                break;
            if (client)
                td_timeout(pair->client);
            if (server)
                td_timeout(pair->server);
        }
    }
    return done;
}

/* Of a perfect network. */
static inline int td_handshake(td_pair* pair)
{
    return td_handshake_timeouts(pair, 0);
}

/* All that the network still has arrives, with ACKs and retransmissions. */
static inline void td_settle(td_pair* pair)
{
    int i;

    for (i = 0; i < 8; i++) {
        td_listen(pair->client);
        td_listen(pair->server);
    }
}

/* The server writes, the client reads it, and the tickets in front of it. */
static inline void td_exchange(td_pair* pair)
{
    char buf[16];
    int n = 0;
    int i;

    ck_assert_int_eq(wolfTicket_write(pair->server, "hello", 5), 5);
    for (i = 0; i < 16 && n != 5; i++)
        n = wolfSSL_read(pair->client, buf, sizeof(buf));
    ck_assert_int_eq(n, 5);
    ck_assert_mem_eq(buf, "hello", 5);
    td_settle(pair);
}

static inline int td_client_alert(td_pair* pair)
{
    WOLFSSL_ALERT_HISTORY history;

    memset(&history, 0, sizeof(history));
    (void)wolfSSL_get_alert_history(pair->client, &history);
    return history.last_rx.code;
}

/* A full handshake and an exchange; the session the client then has.  The
 * caller frees it. */
static inline WOLFSSL_SESSION* td_get_session(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc)
{
    WOLFSSL_SESSION* session;
    td_pair pair;

    td_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    td_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    ck_assert_ptr_nonnull(session);
    td_close(&pair);
    return session;
}

/* A resumption attempt and an exchange; 1 when it resumed. */
static inline int td_resume(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    WOLFSSL_SESSION* session, int plain)
{
    td_pair pair;
    int ret;

    td_open(&pair, sc, cc, session, plain);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    td_exchange(&pair);
    ret = wolfSSL_session_reused(pair.client);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), ret);
    td_close(&pair);
    return ret;
}

#endif /* WOLFTICKET_TEST_DTLS_FIXTURE_H */
