/* harness.c
 *
 * What the test suites share: a server and a client joined in memory.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#define WOLFTICKET_NO_REDIRECT
#include "harness.h"

#include <wolfssl/error-ssl.h>
#include <wolfssl/wolfcrypt/ecc.h>

#include <stdio.h>

/* ---- contexts ----------------------------------------------------------- */

int th_is_tls13(int mode)
{
    return mode == TH_TLS13 || mode == TH_TLS13_ONLY;
}

int th_promises(int mode)
{
#ifdef WOLFSSL_TLS13
    int late = mode == TH_TLS12;
#else
    int late = 0;
#endif

    return !th_is_tls13(mode) && (late || !TH_SEES_HELLOS);
}

static void CertPath(char path[256], const char* name)
{
    const char* dir = getenv("WOLFTICKET_TEST_CERTS");

    (void)snprintf(path, 256, "%s/%s", (dir != NULL) ? dir : "certs", name);
}

WOLFSSL_METHOD* th_no_method(int version)
{
    printf("left out: a test of TLS 1.%d\n", version);
    (void)fflush(stdout);
    exit(EXIT_SUCCESS);
    return NULL;
}

static void NeedsMode(int mode)
{
#if defined(WOLFSSL_TLS13) && !defined(WOLFSSL_NO_TLS12)
    (void)mode;
#else
    #ifdef WOLFSSL_TLS13
    int there = th_is_tls13(mode);
    #else
    int there = !th_is_tls13(mode);
    #endif

    if (!there)
        (void)th_no_method(th_is_tls13(mode) ? 3 : 2);
#endif
}

#if !defined(NO_WOLFSSL_SERVER)

void th_server_certs(WOLFSSL_CTX* ctx)
{
    char path[256];

    ck_assert_ptr_nonnull(ctx);
    CertPath(path, "server.pem");
    ck_assert_msg(wolfSSL_CTX_use_certificate_file(ctx, path,
        WOLFSSL_FILETYPE_PEM) == WOLFSSL_SUCCESS, "cannot load %s", path);
    CertPath(path, "server.key");
    ck_assert_msg(wolfSSL_CTX_use_PrivateKey_file(ctx, path,
        WOLFSSL_FILETYPE_PEM) == WOLFSSL_SUCCESS, "cannot load %s", path);
}

WOLFSSL_CTX* th_server_ctx_raw(int mode)
{
    WOLFSSL_METHOD* method;
    WOLFSSL_CTX* ctx;

    NeedsMode(mode);
    if (mode == TH_TLS13_ONLY)
        method = wolfTLSv1_3_server_method();
    else if (mode == TH_TLS12_ONLY)
        method = wolfTLSv1_2_server_method();
    else
        method = wolfSSLv23_server_method();
    ctx = wolfSSL_CTX_new(method);
    th_server_certs(ctx);
    return ctx;
}

WOLFSSL_CTX* th_server_ctx(int mode)
{
    WOLFSSL_CTX* ctx = th_server_ctx_raw(mode);

    wolfSSL_CTX_SetIORecv(ctx, th_recv);
    wolfTicket_CTX_SetIOSend(ctx, th_send);
    return ctx;
}

#endif

#if !defined(NO_WOLFSSL_CLIENT)

void th_client_certs(WOLFSSL_CTX* ctx)
{
    char path[256];

    ck_assert_ptr_nonnull(ctx);
    CertPath(path, "ca.pem");
    ck_assert_msg(wolfSSL_CTX_load_verify_locations(ctx, path, NULL) ==
        WOLFSSL_SUCCESS, "cannot load %s", path);
    ck_assert_int_eq(wolfSSL_CTX_UseSessionTicket(ctx), WOLFSSL_SUCCESS);
}

WOLFSSL_CTX* th_client_ctx_raw(int mode)
{
    WOLFSSL_CTX* ctx;

    NeedsMode(mode);
    ctx = wolfSSL_CTX_new(th_is_tls13(mode)
        ? wolfSSLv23_client_method() : wolfTLSv1_2_client_method());
    th_client_certs(ctx);
    return ctx;
}

WOLFSSL_CTX* th_client_ctx(int mode)
{
    WOLFSSL_CTX* ctx = th_client_ctx_raw(mode);

    wolfSSL_CTX_SetIORecv(ctx, th_recv);
    wolfSSL_CTX_SetIOSend(ctx, th_send);
    return ctx;
}

#endif

void th_setup(void)
{
    th_mem_pool();
    ck_assert_int_eq(wolfSSL_Init(), WOLFSSL_SUCCESS);
}

void th_teardown(void)
{
    wolfTicket_cleanup();
    (void)wolfSSL_Cleanup();
}

int th_run(Suite* suite)
{
    SRunner* runner = srunner_create(suite);
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return (failed == 0) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int th_many(int n)
{
    const char* text = getenv("CK_TIMEOUT_MULTIPLIER");
    int slower = (text != NULL) ? atoi(text) : 1;

    return (slower > 1) ? n / slower : n;
}

int th_step(void)
{
    return 100 / th_many(100);
}

void th_leave_thread(void)
{
#ifdef FP_ECC
    wc_ecc_fp_free();
#endif
}

TCase* th_case(Suite* suite, const char* name, int bare)
{
    TCase* tc = tcase_create(name);

    if (!bare)
        tcase_add_checked_fixture(tc, th_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return tc;
}

/* ---- transport ---------------------------------------------------------- */

int th_recv(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    th_queue* q = ((th_io*)arg)->in;
    size_t n = (size_t)sz;

    (void)ssl;
    if (q->sz == 0)
        return WOLFSSL_CBIO_ERR_WANT_READ;
    if (n > q->sz)
        n = q->sz;
    memcpy(buf, q->mem, n);
    q->sz -= n;
    memmove(q->mem, q->mem + n, q->sz);
    return (int)n;
}

int th_send(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    th_io* io = (th_io*)arg;
    th_queue* q = io->out;
    size_t n = (size_t)sz;

    (void)ssl;
    if (io->budget >= 0 && n > (size_t)io->budget)
        n = (size_t)io->budget;
    if (n == 0) {
        io->blocked++;
        return WOLFSSL_CBIO_ERR_WANT_WRITE;
    }
    if (q->sz + n > q->cap) {
        q->cap = (q->sz + n) * 2;
        q->mem = (unsigned char*)realloc(q->mem, q->cap);
        ck_assert_ptr_nonnull(q->mem);
    }
    memcpy(q->mem + q->sz, buf, n);
    q->sz += n;
    if (io->budget >= 0)
        io->budget -= (long)n;
    return (int)n;
}

/* ---- connections -------------------------------------------------------- */

#if !defined(NO_WOLFSSL_SERVER) && !defined(NO_WOLFSSL_CLIENT)

static void ClearPair(th_pair* pair)
{
    free(pair->toServer.mem);
    free(pair->toClient.mem);
    memset(pair, 0, sizeof(*pair));
}

static int TicketArrived(WOLFSSL* ssl, const unsigned char* ticket, int sz,
    void* arg)
{
    (void)ssl;
    (void)ticket;
    (void)sz;
    ((th_pair*)arg)->tickets++;
    return 0;
}

void th_open_server(th_pair* pair, WOLFSSL_CTX* serverCtx, int plain)
{
    memset(pair, 0, sizeof(*pair));
    pair->plain = plain;
    pair->serverIo.in = pair->clientIo.out = &pair->toServer;
    pair->serverIo.out = pair->clientIo.in = &pair->toClient;
    pair->serverIo.budget = pair->clientIo.budget = -1;
    pair->server = plain ? wolfSSL_new(serverCtx) : wolfTicket_new(serverCtx);
    if (pair->server != NULL) {
        wolfSSL_SetIOReadCtx(pair->server, &pair->serverIo);
        wolfSSL_SetIOWriteCtx(pair->server, &pair->serverIo);
    }
}

void th_open(th_pair* pair, WOLFSSL_CTX* serverCtx, WOLFSSL_CTX* clientCtx,
    WOLFSSL_SESSION* session, int plain)
{
    th_open_server(pair, serverCtx, plain);
    pair->client = wolfSSL_new(clientCtx);
    ck_assert_ptr_nonnull(pair->server);
    ck_assert_ptr_nonnull(pair->client);
    wolfSSL_SetIOReadCtx(pair->client, &pair->clientIo);
    wolfSSL_SetIOWriteCtx(pair->client, &pair->clientIo);
    ck_assert_int_eq(wolfSSL_set_SessionTicket_cb(pair->client, TicketArrived,
        pair), WOLFSSL_SUCCESS);
    if (session != NULL)
        ck_assert_int_eq(wolfSSL_set_session(pair->client, session),
            WOLFSSL_SUCCESS);
}

void th_close(th_pair* pair)
{
    wolfSSL_free(pair->client);
    if (pair->plain)
        wolfSSL_free(pair->server);
    else
        wolfTicket_free(pair->server);
    ClearPair(pair);
}

/* Without its OpenSSL layer wolfSSL does not show the beginning of a
 * handshake: there ours takes the place of wolfSSL_accept(), as in the
 * sources of an application. */
int th_accept(th_pair* pair)
{
#ifdef OPENSSL_EXTRA
    return wolfSSL_accept(pair->server) == WOLFSSL_SUCCESS;
#else
    return wolfTicket_accept(pair->server) == WOLFSSL_SUCCESS;
#endif
}

int th_connect(th_pair* pair)
{
    return wolfSSL_connect(pair->client) == WOLFSSL_SUCCESS;
}

static int Handshake(th_pair* pair, int armed)
{
    int done = 0;
    int i;

    for (i = 0; i < 12 && done != TH_BOTH_DONE; i++) {
        if (!(done & TH_CLIENT_DONE) && th_connect(pair))
            done |= TH_CLIENT_DONE;
        if (armed)
            th_mem_arm(1);
        if (!(done & TH_SERVER_DONE) && th_accept(pair))
            done |= TH_SERVER_DONE;
        if (armed)
            th_mem_arm(0);
    }
    return done;
}

int th_handshake(th_pair* pair)
{
    return Handshake(pair, 0);
}

int th_handshake_armed(th_pair* pair)
{
    return Handshake(pair, 1);
}

int th_client_reads(th_pair* pair, unsigned char* buf, int sz)
{
    int got = 0;
    int n = 1;

    while (n > 0 && got < sz) {
        n = wolfSSL_read(pair->client, buf + got, sz - got);
        if (n > 0)
            got += n;
    }
    return got;
}

void th_exchange(th_pair* pair)
{
    unsigned char buf[16];

    ck_assert_int_eq(wolfSSL_write(pair->server, "hello", 5), 5);
    ck_assert_int_eq(th_client_reads(pair, buf, sizeof(buf)), 5);
    ck_assert_mem_eq(buf, "hello", 5);
}

int th_client_alert(th_pair* pair)
{
    WOLFSSL_ALERT_HISTORY history;

    memset(&history, 0, sizeof(history));
    (void)wolfSSL_get_alert_history(pair->client, &history);
    return history.last_rx.code;
}

WOLFSSL_SESSION* th_get_session(WOLFSSL_CTX* serverCtx, WOLFSSL_CTX* clientCtx)
{
    WOLFSSL_SESSION* session;
    th_pair pair;

    th_open(&pair, serverCtx, clientCtx, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    ck_assert_ptr_nonnull(session);
    th_close(&pair);
    return session;
}

int th_resume(WOLFSSL_CTX* serverCtx, WOLFSSL_CTX* clientCtx,
    WOLFSSL_SESSION* session, int plain)
{
    th_pair pair;
    int ret;

    th_open(&pair, serverCtx, clientCtx, session, plain);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ret = wolfSSL_session_reused(pair.client);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), ret);
    th_close(&pair);
    return ret;
}

int th_verdict(th_pair* pair, wolfTicket_Info* info)
{
    int done = th_handshake(pair);
    int ret = wolfSSL_session_reused(pair->server);

    if (done == TH_BOTH_DONE) {
        th_exchange(pair);
        ck_assert_int_eq(wolfSSL_session_reused(pair->client), ret);
    }
    else {
        ck_assert_int_eq(wolfSSL_version(pair->server), 0x0303);
        ck_assert_int_eq(ret, 0);
        ck_assert_int_eq(wolfSSL_get_error(pair->client, -1), OUT_OF_ORDER_E);
    }
    if (info != NULL)
        ck_assert_int_eq(wolfTicket_get_info(pair->server, info), 1);
    return ret;
}

int th_try(WOLFSSL_CTX* serverCtx, WOLFSSL_CTX* clientCtx,
    WOLFSSL_SESSION* session, wolfTicket_Info* info)
{
    th_pair pair;
    int ret;

    th_open(&pair, serverCtx, clientCtx, session, TH_OURS);
    ret = th_verdict(&pair, info);
    th_close(&pair);
    return ret;
}

size_t th_ticket_of(WOLFSSL_CTX* clientCtx, WOLFSSL_SESSION* session,
    unsigned char ticket[TH_TICKET_MAX])
{
    WOLFSSL* ssl = wolfSSL_new(clientCtx);
    word32 sz = TH_TICKET_MAX;

    ck_assert_ptr_nonnull(ssl);
    ck_assert_int_eq(wolfSSL_set_session(ssl, session), WOLFSSL_SUCCESS);
    ck_assert_int_eq(wolfSSL_get_SessionTicket(ssl, ticket, &sz),
        WOLFSSL_SUCCESS);
    ck_assert_uint_gt(sz, 66);
    wolfSSL_free(ssl);
    return sz;
}

#endif

/* ---- the application ---------------------------------------------------- */

void th_app_init(th_app* app)
{
    memset(app, 0, sizeof(*app));
    app->genAnswer = 1;
    app->decAnswer = TH_DEFAULT_ANSWER;
    app->status = WOLFTICKET_NONE;
}

int th_gen(WOLFSSL* ssl, void* arg)
{
    th_app* app = (th_app*)arg;

    app->genCalls++;
    if (app->genData != NULL)
        app->genSet = wolfTicket_SESSION_set1_ticket_appdata(
            wolfSSL_get_session(ssl), app->genData, app->genDataSz);
    return app->genAnswer;
}

wolfTicket_RETURN th_dec(WOLFSSL* ssl, WOLFSSL_SESSION* ss,
    const unsigned char* keyname, size_t keyname_len, wolfTicket_STATUS status,
    void* arg)
{
    th_app* app = (th_app*)arg;
    wolfTicket_RETURN ret = WOLFTICKET_RETURN_IGNORE_RENEW;
    void* data = NULL;

    (void)ssl;
    app->decCalls++;
    app->status = status;
    app->hadSession = ss != NULL;
    app->keyNameSz = keyname_len;
    if (keyname_len > 0 && keyname_len <= sizeof(app->keyName))
        memcpy(app->keyName, keyname, keyname_len);
    app->seenSz = 0;
    if (ss != NULL && wolfTicket_SESSION_get0_ticket_appdata(ss, &data,
            &app->seenSz) && data != NULL && app->seenSz <= sizeof(app->seen))
        memcpy(app->seen, data, app->seenSz);
    if (app->decAnswer != TH_DEFAULT_ANSWER)
        ret = app->decAnswer;
    else if (status == WOLFTICKET_SUCCESS)
        ret = WOLFTICKET_RETURN_USE;
    else if (status == WOLFTICKET_SUCCESS_RENEW)
        ret = WOLFTICKET_RETURN_USE_RENEW;
    return ret;
}

int th_set_data(WOLFSSL* ssl, const char* text)
{
    return wolfTicket_SESSION_set1_ticket_appdata(wolfSSL_get_session(ssl),
        text, strlen(text));
}

int th_has_data(WOLFSSL* ssl, const char* text)
{
    void* data = NULL;
    size_t sz = 0;

    ck_assert_int_eq(wolfTicket_SESSION_get0_ticket_appdata(
        wolfSSL_get_session(ssl), &data, &sz), 1);
    return sz == strlen(text) && (sz == 0 || memcmp(data, text, sz) == 0);
}

/* ---- clock and generator ------------------------------------------------ */

static int Fails(long* calls, long failAt, int failAll)
{
    long n = ++*calls;

    return failAt > 0 && (n == failAt || (failAll && n > failAt));
}

int th_time(word64* now, void* arg)
{
    th_clock* clock = (th_clock*)arg;

    *now = clock->now;
    return !Fails(&clock->calls, clock->failAt, clock->failAll);
}

int th_rand(unsigned char* out, word32 sz, void* arg)
{
    th_random* random = (th_random*)arg;
    word32 i;

    for (i = 0; i < sz; i++) {
        random->state = random->state * 6364136223846793005ull + 1442695041ull;
        out[i] = (unsigned char)(random->state >> 56);
    }
    return !Fails(&random->calls, random->failAt, random->failAll);
}

#ifndef WOLFTICKET_EMBEDDED
void th_use_clock(WOLFSSL_CTX* ctx, th_clock* clock)
{
    wolfTicket_KeyRing* ring;

    memset(clock, 0, sizeof(*clock));
    clock->now = TH_NOW;
    ring = wolfTicket_KeyRing_new_ex(th_time, clock, NULL, NULL);
    ck_assert_ptr_nonnull(ring);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(ctx, ring), 1);
    wolfTicket_KeyRing_free(ring);
}
#endif
