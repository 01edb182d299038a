/* bench_tls.c
 *
 * Connections in memory: a client and a server in one thread.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Two server contexts have wolfTicket, one has what wolfSSL does by itself.
 * wolfSSL has no getter for a context's ticket callback, so its place in the
 * context is found by setting one and looking what has changed.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE
#endif

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfticket/singleuse.h>

#define USE_CERT_BUFFERS_256
#include <wolfssl/certs_test.h>

#define ROUND_TRIPS 20

static WOLFSSL_CTX* clientCtx[BENCH_VERSIONS];
static bench_sizes probed;

static double Clock(clockid_t id)
{
    struct timespec now;

    (void)clock_gettime(id, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double bench_now(void)
{
    return Clock(CLOCK_MONOTONIC);
}

void bench_thread_done(void)
{
#if defined(HAVE_ECC) && defined(FP_ECC) && defined(HAVE_THREAD_LS)
    wc_ecc_fp_free();
#endif
}

static int waitsCount;

void bench_count_waits(int on)
{
    waitsCount = on;
}

/* The thread's own clock stands still while another process has the
 * processor. */
double bench_time(void)
{
    return waitsCount ? bench_now() : Clock(CLOCK_THREAD_CPUTIME_ID);
}

static void StartServer(bench_conn* conn)
{
    if (conn->timed)
        conn->serverNs -= bench_time();
}

static void StopServer(bench_conn* conn)
{
    if (conn->timed)
        conn->serverNs += bench_time();
}

/* ---- transport ---------------------------------------------------------- */

static int Recv(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    bench_pipe* pipe = ((bench_end*)arg)->in;
    int left = pipe->tail - pipe->head;

    (void)ssl;
    if (left == 0)
        return WOLFSSL_CBIO_ERR_WANT_READ;
    if (sz > left)
        sz = left;
    memcpy(buf, pipe->mem + pipe->head, (size_t)sz);
    pipe->head += sz;
    if (pipe->head == pipe->tail)
        pipe->head = pipe->tail = 0;
    return sz;
}

static int Send(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    bench_pipe* pipe = ((bench_end*)arg)->out;

    (void)ssl;
    if (pipe == NULL)
        return sz;
    if ((size_t)sz > sizeof(pipe->mem) - (size_t)pipe->tail)
        return WOLFSSL_CBIO_ERR_GENERAL;
    memcpy(pipe->mem + pipe->tail, buf, (size_t)sz);
    pipe->tail += sz;
    return sz;
}

void bench_mute(bench_conn* conn)
{
    conn->serverEnd.out = NULL;
}

/* ---- one connection ----------------------------------------------------- */

static int Create(const bench_side* side, bench_version version,
    bench_conn* conn)
{
    StartServer(conn);
    conn->server = side->ours ? wolfTicket_new(side->ctx)
                              : wolfSSL_new(side->ctx);
    StopServer(conn);
    conn->client = wolfSSL_new(clientCtx[version]);
    if (conn->client == NULL || conn->server == NULL)
        return 0;
    conn->up.head = conn->up.tail = 0;
    conn->down.head = conn->down.tail = 0;
    conn->clientEnd.in = conn->serverEnd.out = &conn->down;
    conn->clientEnd.out = conn->serverEnd.in = &conn->up;
    wolfSSL_SetIOReadCtx(conn->client, &conn->clientEnd);
    wolfSSL_SetIOWriteCtx(conn->client, &conn->clientEnd);
    wolfSSL_SetIOReadCtx(conn->server, &conn->serverEnd);
    wolfSSL_SetIOWriteCtx(conn->server, &conn->serverEnd);
    return 1;
}

static int Shake(bench_conn* conn)
{
    int client = 0;
    int server = 0;
    int i;

    for (i = 0; i < ROUND_TRIPS && (client != 1 || server != 1); i++) {
        if (client != 1)
            client = wolfSSL_connect(conn->client);
        if (server != 1) {
            StartServer(conn);
            server = wolfSSL_accept(conn->server);
            StopServer(conn);
        }
    }
    return client == 1 && server == 1;
}

int bench_connect(const bench_side* side, bench_version version, int resume,
    bench_conn* conn)
{
    int ret = Create(side, version, conn);

    if (ret && resume)
        ret = wolfSSL_set_session(conn->client, side->session[version])
            == WOLFSSL_SUCCESS;
    if (ret)
        ret = Shake(conn);
    if (ret && resume)
        ret = wolfSSL_session_reused(conn->server) == 1;
    if (!ret)
        bench_disconnect(side, conn);
    return ret;
}

void bench_disconnect(const bench_side* side, bench_conn* conn)
{
    wolfSSL_free(conn->client);
    StartServer(conn);
    if (side->ours)
        wolfTicket_free(conn->server);
    else
        wolfSSL_free(conn->server);
    StopServer(conn);
    conn->client = conn->server = NULL;
}

/* ---- contexts ----------------------------------------------------------- */

static WOLFSSL_CTX* ServerCtx(void)
{
    WOLFSSL_CTX* ctx = wolfSSL_CTX_new(wolfSSLv23_server_method());

    if (ctx != NULL && (
            wolfSSL_CTX_use_certificate_buffer(ctx, serv_ecc_der_256,
                sizeof_serv_ecc_der_256, WOLFSSL_FILETYPE_ASN1)
                != WOLFSSL_SUCCESS ||
            wolfSSL_CTX_use_PrivateKey_buffer(ctx, ecc_key_der_256,
                sizeof_ecc_key_der_256, WOLFSSL_FILETYPE_ASN1)
                != WOLFSSL_SUCCESS)) {
        wolfSSL_CTX_free(ctx);
        ctx = NULL;
    }
    if (ctx != NULL) {
        wolfSSL_CTX_SetIORecv(ctx, Recv);
        wolfSSL_CTX_SetIOSend(ctx, Send);
    }
    return ctx;
}

static int ClientCtxNew(bench_version version)
{
    WOLFSSL_CTX* ctx = wolfSSL_CTX_new((version == BENCH_TLS13)
        ? wolfTLSv1_3_client_method() : wolfTLSv1_2_client_method());

    clientCtx[version] = ctx;
    if (ctx != NULL) {
        wolfSSL_CTX_set_verify(ctx, WOLFSSL_VERIFY_NONE, NULL);
        (void)wolfSSL_CTX_UseSessionTicket(ctx);
        wolfSSL_CTX_SetIORecv(ctx, Recv);
        wolfSSL_CTX_SetIOSend(ctx, Send);
    }
    return ctx != NULL;
}

/* The application's callbacks of our side. */
static int GiveData(WOLFSSL* ssl, void* arg)
{
    WOLFSSL_SESSION* session = wolfSSL_get_session(ssl);
    static const byte data[BENCH_LARGE_SZ] = { 'w', 'h', 'o' };
    void* mem = NULL;
    size_t sz = 0;
    int dataSz = ((const bench_side*)arg)->dataSz;
    int ret = wolfTicket_SESSION_get0_ticket_appdata(session, &mem, &sz);

    if (ret == 1 && sz == 0 && dataSz > 0)
        ret = wolfTicket_SESSION_set1_ticket_appdata(session, data,
            (size_t)dataSz);
    return ret;
}

static wolfTicket_RETURN UseAll(WOLFSSL* ssl, WOLFSSL_SESSION* session,
    const unsigned char* keyName, size_t keyNameSz, wolfTicket_STATUS status,
    void* arg)
{
    (void)ssl;
    (void)session;
    (void)keyName;
    (void)keyNameSz;
    (void)arg;
    return (status == WOLFTICKET_SUCCESS_RENEW) ? WOLFTICKET_RETURN_USE_RENEW
        : (status == WOLFTICKET_SUCCESS) ? WOLFTICKET_RETURN_USE
        : WOLFTICKET_RETURN_IGNORE_RENEW;
}

/* Learns the sizes and refuses. */
static int Probe(WOLFSSL* ssl, unsigned char keyName[WOLFSSL_TICKET_NAME_SZ],
    unsigned char iv[WOLFSSL_TICKET_IV_SZ],
    unsigned char mac[WOLFSSL_TICKET_MAC_SZ], int enc, unsigned char* ticket,
    int inLen, int* outLen, void* arg)
{
    (void)ssl;
    (void)keyName;
    (void)iv;
    (void)mac;
    (void)ticket;
    (void)arg;
    if (enc) {
        probed.contents = inLen;
        probed.most = *outLen;
    }
    return WOLFSSL_TICKET_RET_REJECT;
}

/* Where in a context its ticket callback lies.  A probing context is spent on
 * it, and shows the sizes as well.  0 when it is not found. */
static size_t CallbackPlace(void)
{
    SessionTicketEncCb probe = Probe;
    bench_side side;
    bench_conn* conn = (bench_conn*)calloc(1, sizeof(*conn));
    byte* before = NULL;
    size_t sz = 0, at, place = 0;

    memset(&side, 0, sizeof(side));
    side.ctx = ServerCtx();
    if (side.ctx != NULL) {
        sz = bench_block_size(side.ctx);
        before = (byte*)malloc(sz);
    }
    if (conn != NULL && before != NULL) {
        memcpy(before, side.ctx, sz);
        (void)wolfSSL_CTX_set_TicketEncCb(side.ctx, Probe);
        for (at = 0; place == 0 && at + sizeof(probe) <= sz;
                at += sizeof(probe)) {
            if (memcmp((byte*)side.ctx + at, &probe, sizeof(probe)) == 0 &&
                    memcmp(before + at, &probe, sizeof(probe)) != 0)
                place = at;
        }
        (void)bench_connect(&side, BENCH_TLS13, 0, conn);
        if (conn->server != NULL)
            bench_disconnect(&side, conn);
    }
    wolfSSL_CTX_free(side.ctx);
    free(before);
    free(conn);
    return place;
}

int bench_renew(bench_side* side, bench_version version, bench_conn* conn)
{
    char byteRead;
    int ret = wolfSSL_write(conn->server, "x", 1) == 1 &&
        wolfSSL_read(conn->client, &byteRead, 1) == 1;

    if (ret) {
        wolfSSL_SESSION_free(side->session[version]);
        side->session[version] = wolfSSL_get1_session(conn->client);
        ret = side->session[version] != NULL;
    }
    return ret;
}

int bench_session(bench_side* side, bench_version version)
{
    bench_conn* conn = (bench_conn*)calloc(1, sizeof(*conn));
    int ret = conn != NULL && bench_connect(side, version, 0, conn);

    if (ret) {
        ret = bench_renew(side, version, conn);
        bench_disconnect(side, conn);
    }
    free(conn);
    return ret;
}

static int SideNew(bench_side* side, int ours, int dataSz, size_t place)
{
    int ret;
    int i;

    side->ours = ours;
    side->dataSz = dataSz;
    side->ctx = ServerCtx();
    ret = side->ctx != NULL;
    if (ret && ours)
        ret = wolfTicket_CTX_set_session_ticket_cb(side->ctx, GiveData,
            UseAll, side);
    if (ret) {
        memcpy(&side->cb, (byte*)side->ctx + place, sizeof(side->cb));
        side->arg = wolfSSL_CTX_get_TicketEncCtx(side->ctx);
    }
    for (i = 0; ret && i < BENCH_VERSIONS; i++)
        ret = bench_session(side, (bench_version)i);
    return ret;
}

int bench_clients_new(void)
{
    return ClientCtxNew(BENCH_TLS12) && ClientCtxNew(BENCH_TLS13);
}

void bench_clients_free(void)
{
    int i;

    for (i = 0; i < BENCH_VERSIONS; i++)
        wolfSSL_CTX_free(clientCtx[i]);
    wolfTicket_cleanup();
}

int bench_side_new(bench_side* side, int dataSz)
{
    memset(side, 0, sizeof(*side));
    return SideNew(side, 1, dataSz, 0);
}

int bench_sides_new(bench_side sides[BENCH_SIDES], bench_sizes* sizes)
{
    size_t place = CallbackPlace();
    int ret = place != 0 && probed.contents != 0;

    memset(sides, 0, BENCH_SIDES * sizeof(*sides));
    if (!ret)
        (void)fprintf(stderr, "wolfSSL's ticket callback was not found\n");
    *sizes = probed;
    return ret && SideNew(&sides[BENCH_OURS], 1, BENCH_DATA_SZ, place) &&
        SideNew(&sides[BENCH_BARE], 1, 0, place) &&
        SideNew(&sides[BENCH_THEIRS], 0, 0, place) &&
        SideNew(&sides[BENCH_LARGE], 1, BENCH_LARGE_SZ, place);
}

/* An answer at once: what is not ours is not measured. */
static int ClaimAll(const unsigned char id[16], unsigned int age,
    unsigned int seconds_left, void* arg)
{
    (void)id;
    (void)arg;
    return age + seconds_left > 0;
}

int bench_singles_new(bench_side sides[BENCH_SINGLES])
{
    bench_side* filter = &sides[BENCH_FILTER];
    bench_side* callback = &sides[BENCH_CALLBACK];
    int ret = 1;
    int i;

    memset(sides, 0, BENCH_SINGLES * sizeof(*sides));
    for (i = 0; ret && i < BENCH_SINGLES; i++)
        ret = bench_side_new(&sides[i], 0);
    return ret && wolfTicket_CTX_set_single_use(filter->ctx, 1) == 1 &&
        wolfTicket_CTX_set_single_use_cb(callback->ctx, ClaimAll, NULL) == 1;
}

void bench_side_free(bench_side* side)
{
    int i;

    for (i = 0; i < BENCH_VERSIONS; i++)
        wolfSSL_SESSION_free(side->session[i]);
    if (side->ours)
        wolfTicket_CTX_free(side->ctx);
    else
        wolfSSL_CTX_free(side->ctx);
}

void bench_sides_free(bench_side sides[BENCH_SIDES])
{
    int i;

    for (i = 0; i < BENCH_SIDES; i++)
        bench_side_free(&sides[i]);
}
