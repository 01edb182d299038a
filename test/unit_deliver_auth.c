/* unit_deliver_auth.c
 *
 * Tickets after post-handshake client authentication.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"

#include <stdio.h>

#ifdef WOLFSSL_POST_HANDSHAKE_AUTH

static char dir[200];

static const char* Path(const char* name)
{
    static char path[256];
    const char* env = getenv("WOLFTICKET_TEST_CERTS");

    (void)snprintf(dir, sizeof(dir), "%s", (env != NULL) ? env : "certs");
    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    return path;
}

static WOLFSSL_CTX* AuthServer(void)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);

    ck_assert_int_eq(wolfSSL_CTX_load_verify_locations(sc, Path("ca.pem"),
        NULL), WOLFSSL_SUCCESS);
    return sc;
}

static WOLFSSL_CTX* AuthClient(void)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);

    ck_assert_int_eq(wolfSSL_CTX_use_certificate_file(cc, Path("client.pem"),
        WOLFSSL_FILETYPE_PEM), WOLFSSL_SUCCESS);
    ck_assert_int_eq(wolfSSL_CTX_use_PrivateKey_file(cc, Path("client.key"),
        WOLFSSL_FILETYPE_PEM), WOLFSSL_SUCCESS);
    ck_assert_int_eq(wolfSSL_CTX_allow_post_handshake_auth(cc), 0);
    return cc;
}

/* The server asks, the client answers with a byte behind it, and the server
 * reads both. */
static void Authenticate(th_pair* pair)
{
    unsigned char octet = 0;
    int calls;
    int ret = 0;

    wolfSSL_set_verify(pair->server, WOLFSSL_VERIFY_PEER, NULL);
    ck_assert_int_eq(wolfTicket_verify_client_post_handshake(pair->server), 1);
    ck_assert_int_eq(wolfTicket_do_handshake(pair->server), 1);
    ck_assert_uint_gt(pair->toClient.sz, 0);
    ck_assert_int_eq(th_client_reads(pair, &octet, 1), 0);
    ck_assert_int_eq(wolfSSL_write(pair->client, "y", 1), 1);
    for (calls = 0; ret != 1 && calls < 4; calls++) {
        ret = wolfTicket_read(pair->server, &octet, 1);
        if (ret != 1)
            ck_assert_int_eq(wolfSSL_get_error(pair->server, ret),
                WOLFSSL_ERROR_WANT_READ);
    }
    ck_assert_int_eq(ret, 1);
    ck_assert_int_eq(octet, 'y');
}

START_TEST(authentication_brings_tickets_with_the_new_identity)
{
    static const int numbers[] = { 2, 0, 3, 1 };
    int n = numbers[_i];
    WOLFSSL_CTX* sc = AuthServer();
    WOLFSSL_CTX* cc = AuthClient();
    WOLFSSL_SESSION* session;
    th_app app;
    th_pair pair;

    th_app_init(&app);
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec, &app));
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(sc, (size_t)n), 1);
    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, n);
    pair.tickets = app.genCalls = 0;
    app.genData = "alice";
    app.genDataSz = 5;
    Authenticate(&pair);
    ck_assert_int_eq(wolfTicket_write(pair.server, "x", 1), 1);
    {
        unsigned char octet;

        ck_assert_int_eq(th_client_reads(&pair, &octet, 1), 1);
    }
    ck_assert_int_eq(pair.tickets, n);
    ck_assert_int_eq(app.genCalls, n);
    if (n > 0) {
        ck_assert(th_has_data(pair.server, "alice"));
        session = wolfSSL_get1_session(pair.client);
        th_close(&pair);
        app.genData = NULL;

        /* The identity travels.  A resumed wolfSSL client cannot be asked
         * for a certificate, other clients can. */
        th_open(&pair, sc, cc, session, TH_OURS);
        ck_assert_int_eq(th_verdict(&pair, NULL), 1);
        ck_assert(th_has_data(pair.server, "alice"));
        ck_assert_int_eq(pair.tickets, 1);
        wolfSSL_SESSION_free(session);
    }
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(unanswered_request_brings_no_ticket)
{
    WOLFSSL_CTX* sc = AuthServer();
    WOLFSSL_CTX* cc = AuthClient();
    unsigned char octet;
    th_pair pair;

    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(wolfTicket_verify_client_post_handshake(NULL), 0);
    ck_assert_int_eq(wolfTicket_verify_client_post_handshake(pair.server), 0);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, 2);
    ck_assert_int_eq(wolfTicket_verify_client_post_handshake(pair.client), 0);
    ck_assert_int_eq(wolfTicket_verify_client_post_handshake(pair.server), 1);
    /* The client writes before it has read the request. */
    ck_assert_int_eq(wolfSSL_write(pair.client, "y", 1), 1);
    ck_assert_int_eq(wolfTicket_read(pair.server, &octet, 1), 1);
    ck_assert_int_eq(wolfTicket_write(pair.server, "x", 1), 1);
    ck_assert_int_eq(th_client_reads(&pair, &octet, 1), 1);
    ck_assert_int_eq(pair.tickets, 2);
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

#endif

int main(void)
{
    Suite* suite = suite_create("deliver_auth");
    TCase* tc = th_case(suite, "auth", 0);

#ifdef WOLFSSL_POST_HANDSHAKE_AUTH
    tcase_add_loop_test(tc,
        authentication_brings_tickets_with_the_new_identity, 0, 4);
    tcase_add_test(tc, unanswered_request_brings_no_ticket);
#endif
    (void)tc;
    return th_run(suite);
}
