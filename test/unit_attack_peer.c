/* unit_attack_peer.c
 *
 * Peers and transports that are not what one expects.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#define WOLFTICKET_NO_REDIRECT
#include "harness.h"

static th_app app;

static WOLFSSL_CTX* Server(int mode)
{
    WOLFSSL_CTX* sc = th_server_ctx(mode);

    th_app_init(&app);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec,
        &app), 1);
    return sc;
}

/* ---- clients that could be servers --------------------------------------- */

#if defined(OPENSSL_EXTRA) || defined(WOLFSSL_EITHER_SIDE)

static WOLFSSL_CTX* EitherSideClient(void)
{
    WOLFSSL_CTX* cc = wolfSSL_CTX_new(wolfSSLv23_method());

    ck_assert_ptr_nonnull(cc);
    /* wolfSSL 5.7 would offer suites for shared keys that it has not. */
    ck_assert_int_eq(wolfSSL_CTX_set_cipher_list(cc,
        "TLS13-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256"),
        WOLFSSL_SUCCESS);
    wolfSSL_CTX_set_verify(cc, WOLFSSL_VERIFY_NONE, NULL);
    wolfSSL_CTX_SetIORecv(cc, th_recv);
    wolfSSL_CTX_SetIOSend(cc, th_send);
    ck_assert_int_eq(wolfSSL_CTX_UseSessionTicket(cc), WOLFSSL_SUCCESS);
    return cc;
}

static int DoneCounts(WOLFSSL* ssl, void* arg)
{
    (void)ssl;
    ++*(int*)arg;
    return 0;
}

/* A client made by wolfTicket_new(), which cannot know; 1 if resumed. */
static int EitherSide(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    WOLFSSL_SESSION** session, int* done)
{
    th_pair pair;
    int ret;

    th_open_server(&pair, sc, TH_OURS);
    pair.client = wolfTicket_new(cc);
    ck_assert_ptr_nonnull(pair.client);
    wolfSSL_SetIOReadCtx(pair.client, &pair.clientIo);
    wolfSSL_SetIOWriteCtx(pair.client, &pair.clientIo);
    ck_assert_int_eq(wolfTicket_SetHsDoneCb(pair.client, DoneCounts, done), 1);
    if (*session != NULL)
        ck_assert_int_eq(wolfSSL_set_session(pair.client, *session),
            WOLFSSL_SUCCESS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ret = wolfSSL_session_reused(pair.client);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), ret);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.client), 0);
    wolfSSL_SESSION_free(*session);
    *session = wolfSSL_get1_session(pair.client);
    wolfTicket_free(pair.client);
    pair.client = NULL;
    th_close(&pair);
    return ret;
}

START_TEST(client_on_an_either_side_method_connects_and_resumes)
{
    WOLFSSL_CTX* sc = Server(_i);
    WOLFSSL_CTX* cc = EitherSideClient();
    WOLFSSL_SESSION* session = NULL;
    wolfTicket_Stats stats;
    int done = 0;
    int i;

    for (i = 0; i < 3; i++)
        ck_assert_int_eq(EitherSide(sc, cc, &session, &done), i > 0);
    ck_assert_int_eq(done, 3);
    /* Its handshakes are no server's. */
    ck_assert_int_eq(wolfTicket_CTX_get_stats(cc, &stats), 1);
    ck_assert_uint_eq(stats.full, 0);
    ck_assert_uint_eq(stats.resumed, 0);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfTicket_CTX_free(cc);
}
END_TEST

#endif /* OPENSSL_EXTRA || WOLFSSL_EITHER_SIDE */

/* ---- a transport that takes little --------------------------------------- */

/* From the tickets on: in the midst of the handshake's own flight wolfSSL 5.5
 * says 0 whoever asks. */
START_TEST(accept_says_want_write_whenever_tickets_fill_the_transport)
{
    static const long budgets[] = { 0, 1, 40, 250, 1000 };
    const int tickets = 20;
    WOLFSSL_CTX* sc = Server(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    th_pair pair;
    size_t blocked;
    int i, err, ret = 0;

    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(sc, tickets), 1);
    th_open(&pair, sc, cc, NULL, _i % 2);
    ck_assert_int_eq(th_connect(&pair), 0);
    ck_assert_int_eq(wolfTicket_accept(pair.server), WOLFSSL_FATAL_ERROR);
    ck_assert_int_eq(wolfSSL_want_read(pair.server), 1);
    ck_assert_int_eq(th_connect(&pair), 1);
    for (i = 0; i < 40000 && ret != WOLFSSL_SUCCESS; i++) {
        blocked = pair.serverIo.blocked;
        pair.serverIo.budget = (i % 3 == 0) ? budgets[_i / 2] + 1 : 0;
        ret = wolfTicket_accept(pair.server);
        err = (ret == WOLFSSL_SUCCESS) ? 0
            : wolfSSL_get_error(pair.server, ret);
        ck_assert_int_eq(err, (ret == WOLFSSL_SUCCESS) ? 0
            : WOLFSSL_ERROR_WANT_WRITE);
        ck_assert_int_eq(pair.serverIo.blocked > blocked,
            ret != WOLFSSL_SUCCESS);
    }
    ck_assert_int_eq(ret, WOLFSSL_SUCCESS);
    ck_assert_uint_ge(pair.serverIo.blocked, 9);
    pair.serverIo.budget = -1;
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, tickets);
    ck_assert_int_eq(app.genCalls, tickets);
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- bytes behind a ticket ----------------------------------------------- */

/* What a ticket without data is shorter than one with all there is room for:
 * of longer ones wolfSSL makes an end itself. */
#define ROOM 32

START_TEST(ticket_with_bytes_behind_it_is_refused_where_its_hello_shows)
{
    WOLFSSL_CTX* sc = Server(TH_TLS12_ONLY);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS12_ONLY);
    WOLFSSL_SESSION* session = th_get_session(sc, cc);
    unsigned char ticket[TH_TICKET_MAX];
    size_t sz = th_ticket_of(cc, session, ticket);
    wolfTicket_Info info;
    size_t more;
    th_pair pair;

    memset(ticket + sz, 0x5A, ROOM);
    for (more = 0; more <= ROOM; more++) {
        th_app_init(&app);
        th_open(&pair, sc, cc, session, _i);
        ck_assert_int_eq(wolfSSL_set_SessionTicket(pair.client, ticket,
            (word32)(sz + more)), WOLFSSL_SUCCESS);
        ck_assert_int_eq(th_verdict(&pair, &info), more == 0 ||
            !TH_SEES_HELLOS);
        ck_assert_int_eq(app.decCalls, 1);
        if (more > 0 && TH_SEES_HELLOS) {
            ck_assert_int_eq(app.status, WOLFTICKET_NO_DECRYPT);
            ck_assert_int_eq(app.hadSession, 0);
            ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_FORMAT);
            ck_assert(th_has_data(pair.server, ""));
        }
        th_close(&pair);
    }
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("attack_peer");
    TCase* tc = th_case(suite, "peer", 0);

#if defined(OPENSSL_EXTRA) || defined(WOLFSSL_EITHER_SIDE)
    tcase_add_loop_test(tc,
        client_on_an_either_side_method_connects_and_resumes, 0, TH_MODES);
#endif
    tcase_add_loop_test(tc,
        accept_says_want_write_whenever_tickets_fill_the_transport, 0, 2 * 5);
    tcase_add_loop_test(tc,
        ticket_with_bytes_behind_it_is_refused_where_its_hello_shows, 0, 2);
    return th_run(suite);
}
