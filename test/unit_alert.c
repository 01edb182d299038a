/* unit_alert.c
 *
 * Ending a handshake: the client gets internal_error over any transport.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#define INTERNAL_ERROR 80

/* ---- transports ---------------------------------------------------------- */

typedef enum {
    BY_SOCKET,
#ifdef OPENSSL_EXTRA
    BY_BIO,
#endif
    BY_CTX_BEFORE,  /* callback set on the context before it is attached */
    BY_CTX_AFTER,
    BY_SSL,         /* set on the connection */
    TRANSPORTS
} transport;

static int socketPair[2];
static int sends;

static int CountingSend(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    sends++;
    return th_send(ssl, buf, sz, arg);
}

static WOLFSSL_CTX* ServerCtx(int mode, transport by, th_app* app)
{
    WOLFSSL_CTX* sc = th_server_ctx_raw(mode);

    if (by >= BY_CTX_BEFORE)
        wolfSSL_CTX_SetIORecv(sc, th_recv);
    if (by == BY_CTX_BEFORE)
        wolfTicket_CTX_SetIOSend(sc, CountingSend);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec,
        app), 1);
    if (by == BY_CTX_AFTER)
        wolfTicket_CTX_SetIOSend(sc, CountingSend);
    return sc;
}

#ifdef OPENSSL_EXTRA
/* Two BIOs that are joined; the connections own them then. */
static void UseBios(th_pair* pair)
{
    WOLFSSL_BIO* server = wolfSSL_BIO_new(wolfSSL_BIO_s_bio());
    WOLFSSL_BIO* client = wolfSSL_BIO_new(wolfSSL_BIO_s_bio());

    ck_assert_int_eq(wolfSSL_BIO_set_write_buf_size(server, 20000),
        WOLFSSL_SUCCESS);
    ck_assert_int_eq(wolfSSL_BIO_set_write_buf_size(client, 20000),
        WOLFSSL_SUCCESS);
    ck_assert_int_eq(wolfSSL_BIO_make_bio_pair(server, client),
        WOLFSSL_SUCCESS);
    wolfSSL_set_bio(pair->server, server, server);
    wolfSSL_set_bio(pair->client, client, client);
}
#endif

static void UseSockets(th_pair* pair)
{
    int i;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, socketPair), 0);
    for (i = 0; i < 2; i++)
        ck_assert_int_eq(fcntl(socketPair[i], F_SETFL, O_NONBLOCK), 0);
    ck_assert_int_eq(wolfSSL_set_fd(pair->server, socketPair[0]),
        WOLFSSL_SUCCESS);
    ck_assert_int_eq(wolfSSL_set_fd(pair->client, socketPair[1]),
        WOLFSSL_SUCCESS);
}

static WOLFSSL_CTX* ClientCtx(int mode, transport by)
{
    return (by >= BY_CTX_BEFORE) ? th_client_ctx(mode)
                                 : th_client_ctx_raw(mode);
}

static void Open(th_pair* pair, WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    WOLFSSL_SESSION* session, transport by, int plain)
{
    socketPair[0] = socketPair[1] = -1;
    th_open(pair, sc, cc, session, plain);
    if (by == BY_SSL)
        wolfTicket_SSLSetIOSend(pair->server, CountingSend);
#ifdef OPENSSL_EXTRA
    else if (by == BY_BIO)
        UseBios(pair);
#endif
    else if (by == BY_SOCKET)
        UseSockets(pair);
}

static void Close(th_pair* pair)
{
    th_close(pair);
    if (socketPair[0] >= 0) {
        (void)close(socketPair[0]);
        (void)close(socketPair[1]);
    }
}

/* ---- from dec_cb --------------------------------------------------------- */

START_TEST(abort_reaches_the_client_over_any_transport)
{
    transport by = (transport)(_i % TRANSPORTS);
    int mode = (_i / TRANSPORTS) % TH_MODES;
    int plain = _i / TRANSPORTS / TH_MODES;
    th_app app;
    WOLFSSL_CTX* sc = ServerCtx(mode, by, &app);
    WOLFSSL_CTX* cc = ClientCtx(mode, by);
    WOLFSSL_SESSION* session;
    th_pair pair;

    th_app_init(&app);
    Open(&pair, sc, cc, NULL, by, plain);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    Close(&pair);

    app.decAnswer = WOLFTICKET_RETURN_ABORT;
    Open(&pair, sc, cc, session, by, plain);
    sends = 0;
    ck_assert_int_eq(th_handshake(&pair), 0);
    ck_assert_int_eq(th_client_alert(&pair), INTERNAL_ERROR);
    ck_assert_str_eq(wolfTicket_error(pair.server),
        "dec_cb returned ABORT: the handshake was ended");
    /* Not another byte behind the alert. */
    ck_assert_int_le(sends, 1);
    ck_assert_int_eq(app.decCalls, th_is_tls13(mode) ? 1 : 2);
    Close(&pair);

    /* The next handshake works. */
    app.decAnswer = TH_DEFAULT_ANSWER;
    Open(&pair, sc, cc, session, by, plain);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 1);
    Close(&pair);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(abort_survives_a_transport_that_blocks)
{
    int mode = _i;
    th_app app;
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    WOLFSSL_SESSION* session;
    th_pair pair;
    int k, i;

    th_app_init(&app);
    sc = ServerCtx(mode, BY_CTX_AFTER, &app);
    cc = th_client_ctx(mode);
    session = th_get_session(sc, cc);
    app.decAnswer = WOLFTICKET_RETURN_ABORT;
    for (k = 0; k < 8; k++) {
        Open(&pair, sc, cc, session, BY_CTX_AFTER, TH_OURS);
        ck_assert_int_eq(th_connect(&pair), 0);
        pair.serverIo.budget = k;
        for (i = 0; i < 3; i++) {
            ck_assert_int_eq(th_accept(&pair), 0);
            pair.serverIo.budget = -1;
        }
        ck_assert_int_eq(th_connect(&pair), 0);
        ck_assert_int_eq(th_client_alert(&pair), INTERNAL_ERROR);
        ck_assert_uint_eq(pair.toClient.sz, 0);
        Close(&pair);
    }
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- from gen_cb --------------------------------------------------------- */

START_TEST(gen_cb_that_refuses_ends_the_connection)
{
    transport by = (transport)(_i % TRANSPORTS);
    int mode = (_i / TRANSPORTS) % TH_MODES;
    th_app app;
    WOLFSSL_CTX* sc = ServerCtx(mode, by, &app);
    WOLFSSL_CTX* cc = ClientCtx(mode, by);
    unsigned char octet;
    th_pair pair;

    th_app_init(&app);
    app.genAnswer = 0;
    Open(&pair, sc, cc, NULL, by, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair) & TH_SERVER_DONE, 0);
    if (th_is_tls13(mode))
        (void)th_client_reads(&pair, &octet, 1);
    /* An alert in clear would be none any more. */
    ck_assert_int_eq(th_client_alert(&pair),
        (th_is_tls13(mode) && !TH_SEES_KEYS) ? -1 : INTERNAL_ERROR);
    ck_assert_str_eq(wolfTicket_error(pair.server),
        "gen_cb returned 0: the connection was ended");
    ck_assert_int_eq(app.genCalls, 1);
    Close(&pair);
    app.genAnswer = 1;
    Open(&pair, sc, cc, NULL, by, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    Close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- a callback that nobody told us of ----------------------------------- */

#undef wolfSSL_SSLSetIOSend
#undef wolfSSL_CTX_SetIOSend

START_TEST(unknown_transport_still_ends_the_handshake)
{
    th_app app;
    WOLFSSL_CTX* sc = ServerCtx(TH_TLS13, BY_CTX_AFTER, &app);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session;
    th_pair pair;

    th_app_init(&app);
    session = th_get_session(sc, cc);
    wolfTicket_CTX_SetIOSend(sc, NULL);
    wolfSSL_CTX_SetIOSend(sc, th_send);
    app.decAnswer = WOLFTICKET_RETURN_ABORT;
    th_open(&pair, sc, cc, session, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), 0);
    ck_assert_int_eq(th_client_alert(&pair), -1);
    ck_assert_str_eq(wolfTicket_error(pair.server), "the handshake was ended "
        "without an alert: the connection's send callback is unknown, set it "
        "with wolfTicket_SSLSetIOSend()");
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("alert");
    TCase* tc = th_case(suite, "alert", 0);

    tcase_add_loop_test(tc, abort_reaches_the_client_over_any_transport, 0,
        2 * TRANSPORTS * TH_MODES);
    tcase_add_loop_test(tc, abort_survives_a_transport_that_blocks, 0,
        TH_MODES);
    tcase_add_loop_test(tc, gen_cb_that_refuses_ends_the_connection, 0,
        TRANSPORTS * TH_MODES);
    tcase_add_test(tc, unknown_transport_still_ends_the_handshake);
    return th_run(suite);
}
