/* unit_embed_dtls.c
 *
 * The embedded core over DTLS.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed_fixture.h"
#include "dtls_fixture.h"

#if LIBWOLFSSL_VERSION_HEX >= 0x05009000
    #define TICKETS 1
#else
    #define TICKETS 0
#endif

static th_app app;

static WOLFSSL_CTX* server(int mode)
{
    WOLFSSL_CTX* sc = td_server_ctx(mode);

    ck_assert_int_eq(wolfTicket_CTX_embed(sc, &storage), 1);
    wolfTicket_CTX_SetIOSend(sc, td_send);
    th_app_init(&app);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec,
        &app), 1);
    return sc;
}

/* The cookie's stage asks nobody: dec_cb hears of the ticket once. */
START_TEST(data_come_back_and_the_application_is_asked_once)
{
    WOLFSSL_CTX* sc = server(_i);
    WOLFSSL_CTX* cc = td_client_ctx(_i);
    WOLFSSL_SESSION* session;
    td_pair pair;

    app.genData = "over DTLS";
    app.genDataSz = 9;
    session = td_get_session(sc, cc);
    ck_assert_int_eq(app.genCalls > 0, TICKETS);
    th_app_init(&app);
    /* A client of DTLS 1.3 has no session without a ticket. */
    td_open(&pair, sc, cc, (TICKETS || !td_is_13(_i)) ? session : NULL,
        TH_OURS);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    td_exchange(&pair);
    ck_assert_int_eq(th_has_data(pair.server, TICKETS ? "over DTLS" : ""), 1);
    ck_assert_int_eq(app.decCalls, TICKETS);
    td_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
}
END_TEST

#if TICKETS
/* Hellos with a ticket from anybody: nobody is asked, nothing is kept. */
START_TEST(hellos_of_unknown_senders_leave_nothing)
{
    WOLFSSL_CTX* sc = server(_i);
    WOLFSSL_CTX* cc = td_client_ctx(_i);
    WOLFSSL_SESSION* session;
    wolfTicket_EmbeddedRecord before;
    WOLFSSL* server1;
    WOLFSSL* client;
    td_pair pair;
    int n;

    app.genData = "over DTLS";
    app.genDataSz = 9;
    session = td_get_session(sc, cc);
    th_app_init(&app);
    td_open(&pair, sc, cc, NULL, TH_OURS);
    server1 = pair.server;
    before = storage.record[0];
    for (n = 0; n < th_many(200); n++) {
        client = td_new_client(cc, session, &pair.clientIo);
        (void)wolfSSL_connect(client);
        (void)wolfSSL_accept(server1);
        pair.toServer->count = pair.toClient->count = 0;
        wolfSSL_free(client);
    }
    ck_assert_int_eq(app.decCalls, 0);
    ck_assert_mem_eq(&before, &storage.record[0], sizeof(before));
    td_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
}
END_TEST

#endif

static Suite* dtls_suite(void)
{
    Suite* suite = suite_create("embedded core, DTLS");
    TCase* tc = eb_case(suite, "dtls");

    tcase_add_loop_test(tc, data_come_back_and_the_application_is_asked_once,
        0, TD_MODES);
#if TICKETS
    tcase_add_loop_test(tc, hellos_of_unknown_senders_leave_nothing, 0,
        TD_MODES);
#endif
    return suite;
}

int main(void)
{
    return th_run(dtls_suite());
}
