/* unit_deliver.c
 *
 * Tickets on their way out: how many, when, and on transports that block.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"

/* ---- how many ------------------------------------------------------------ */

static const int counts[] = { 0, 1, 2, 3, 10, 255 };

START_TEST(as_many_tickets_are_sent_as_were_asked_for)
{
    int n = counts[_i / 3];
    int how = _i % 3;       /* set on the context; on ours; on a plain one */
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_app app;
    th_pair pair;

    th_app_init(&app);
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec, &app));
    session = th_get_session(sc, cc);
    app.genCalls = 0;
    if (how == 0)
        ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(sc, (size_t)n), 1);
    th_open(&pair, sc, cc, NULL, (how == 2) ? TH_PLAIN : TH_OURS);
    if (how > 0)
        ck_assert_int_eq(wolfTicket_set_num_tickets(pair.server, (size_t)n),
            1);
    ck_assert_uint_eq(wolfTicket_get_num_tickets(pair.server), (size_t)n);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, n);
    ck_assert_int_eq(app.genCalls, n);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_uint_eq(info.sent, (unsigned int)n);
    th_close(&pair);

    /* On a resumption one at most. */
    th_open(&pair, sc, cc, session, (how == 2) ? TH_PLAIN : TH_OURS);
    if (how > 0)
        ck_assert_int_eq(wolfTicket_set_num_tickets(pair.server, (size_t)n),
            1);
    ck_assert_int_eq(th_verdict(&pair, NULL), 1);
    ck_assert_int_eq(pair.tickets, (n > 0) ? 1 : 0);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(more_than_255_tickets_are_refused)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL* ssl = wolfTicket_new(sc);

    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(sc, 256), 0);
    ck_assert_str_ne(wolfTicket_CTX_error(sc), "no error");
    ck_assert_uint_eq(wolfTicket_CTX_get_num_tickets(sc), 2);
    ck_assert_int_eq(wolfTicket_set_num_tickets(ssl, 256), 0);
    ck_assert_str_ne(wolfTicket_error(ssl), "no error");
    ck_assert_uint_eq(wolfTicket_get_num_tickets(ssl), 2);
    ck_assert_int_eq(wolfTicket_set_num_tickets(ssl, (size_t)-1), 0);
    ck_assert_int_eq(wolfTicket_set_num_tickets(ssl, 255), 1);
    ck_assert_uint_eq(wolfTicket_get_num_tickets(ssl), 255);
    wolfTicket_free(ssl);
    wolfTicket_CTX_free(sc);
}
END_TEST

/* ---- WANT_WRITE ---------------------------------------------------------- */

/* Lets the handshake go on until the server has only its tickets to send. */
static void UpToTheTickets(th_pair* pair)
{
    ck_assert_int_eq(th_connect(pair), 0);
    ck_assert_int_eq(th_accept(pair), 0);
    ck_assert_int_eq(th_connect(pair), 1);
}

/* Calls again while the transport blocks, which takes k bytes each time, or
 * k once and then all. */
static int Accepts(th_pair* pair, long k, int once)
{
    int calls = 0;
    int ret = 0;

    pair->serverIo.budget = k;
    while (ret != 1 && calls++ < 4000) {
        ret = wolfTicket_accept(pair->server);
        if (ret != 1) {
            ck_assert_int_eq(wolfSSL_get_error(pair->server, ret),
                WOLFSSL_ERROR_WANT_WRITE);
            pair->serverIo.budget = once ? -1 : k;
        }
    }
    pair->serverIo.budget = -1;
    return ret == 1;
}

/* The size of a ticket flight, once. */
static size_t FlightSize(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    WOLFSSL_SESSION* session)
{
    th_pair pair;
    size_t ret;

    th_open(&pair, sc, cc, session, TH_OURS);
    UpToTheTickets(&pair);
    ck_assert_uint_eq(pair.toClient.sz, 0);
    ck_assert_int_eq(th_accept(&pair), 1);
    ret = pair.toClient.sz;
    th_close(&pair);
    return ret;
}

START_TEST(blocking_at_any_byte_loses_no_ticket)
{
    int once = _i & 1;
    int resume = _i & 2;
    int n = resume ? 1 : 3;
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session = NULL;
    size_t flight;
    long k;
    th_app app;
    th_pair pair;

    th_app_init(&app);
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec, &app));
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(sc, 3), 1);
    if (resume)
        session = th_get_session(sc, cc);
    flight = FlightSize(sc, cc, session);
    ck_assert_uint_gt(flight, 100);
    for (k = once ? 0 : 1; k <= (long)flight; k += th_step()) {
        app.genCalls = 0;
        th_open(&pair, sc, cc, session, (k & 1) ? TH_PLAIN : TH_OURS);
        UpToTheTickets(&pair);
        ck_assert_int_eq(Accepts(&pair, k, once), 1);
        ck_assert_uint_eq(pair.serverIo.blocked > 0, k < (long)flight);
        th_exchange(&pair);
        ck_assert_int_eq(pair.tickets, n);
        ck_assert_int_eq(app.genCalls, n);
        th_close(&pair);
    }
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* The server's own flight before that. */
START_TEST(blocking_in_the_handshake_loses_no_ticket)
{
    WOLFSSL_CTX* sc = th_server_ctx(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    th_pair pair;
    long k;
    int i, client, server;

    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    for (k = 1; k < 1500; k += 131) {
        th_open(&pair, sc, cc, NULL, TH_OURS);
        client = server = 0;
        for (i = 0; i < 6000 && !(client && server); i++) {
            pair.serverIo.budget = k;
            if (!client)
                client = th_connect(&pair);
            if (!server)
                server = wolfTicket_do_handshake(pair.server) == 1;
        }
        ck_assert_int_eq(client && server, 1);
        pair.serverIo.budget = -1;
        th_exchange(&pair);
        ck_assert_int_eq(pair.tickets, th_is_tls13(_i) ? 2 : 1);
        th_close(&pair);
    }
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- on request ---------------------------------------------------------- */

static void OpenDone(th_pair* pair, WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    WOLFSSL_SESSION* session)
{
    th_open(pair, sc, cc, session, TH_OURS);
    ck_assert_int_eq(th_handshake(pair), TH_BOTH_DONE);
    th_exchange(pair);
    pair->tickets = 0;
}

START_TEST(request_needs_a_tls13_server_that_is_done)
{
    WOLFSSL_CTX* sc = th_server_ctx(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    wolfTicket_Info info;
    th_pair pair;

    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(wolfTicket_new_session_ticket(NULL), 0);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 0);
    ck_assert_str_eq(wolfTicket_error(pair.server),
        "the handshake is not done yet");
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.client), 0);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.client), 0);
    ck_assert_str_eq(wolfTicket_error(pair.client),
        "this is for servers: the connection is a client's");
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server),
        th_is_tls13(_i));
    if (!th_is_tls13(_i))
        ck_assert_str_eq(wolfTicket_error(pair.server),
            "tickets can be sent on request in TLS 1.3 only");
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_uint_eq(info.queued, (unsigned int)th_is_tls13(_i));
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(two_requests_go_out_in_front_of_one_byte)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    unsigned char octet[8];
    th_pair pair;

    OpenDone(&pair, sc, cc, NULL);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_uint_eq(pair.toClient.sz, 0);
    ck_assert_int_eq(wolfTicket_write(pair.server, "x", 1), 1);
    /* The next read returns the byte, whatever is in front of it. */
    ck_assert_int_eq(wolfSSL_read(pair.client, octet, sizeof(octet)), 1);
    ck_assert_int_eq(octet[0], 'x');
    ck_assert_int_eq(pair.tickets, 2);
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(do_handshake_sends_at_once)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    unsigned char octet;
    th_pair pair;

    OpenDone(&pair, sc, cc, NULL);
    ck_assert_int_eq(wolfTicket_do_handshake(pair.server), 1);
    ck_assert_uint_eq(pair.toClient.sz, 0);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_eq(wolfTicket_do_handshake(pair.server), 1);
    ck_assert_int_eq(th_client_reads(&pair, &octet, 1), 0);
    ck_assert_int_eq(pair.tickets, 1);
    th_exchange(&pair);
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* Requests and a write through a transport that takes k bytes at a time. */
START_TEST(blocking_at_any_byte_keeps_requests_and_data_in_order)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    unsigned char buf[256];
    unsigned char data[200];
    int once = _i;
    size_t i;
    long k;
    int calls, ret;
    th_pair pair;

    for (i = 0; i < sizeof(data); i++)
        data[i] = (unsigned char)i;
    for (k = 1; k < 760; k += 3 * th_step()) {
        OpenDone(&pair, sc, cc, NULL);
        ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
        ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
        pair.serverIo.budget = k;
        ret = 0;
        for (calls = 0; ret <= 0 && calls < 2000; calls++) {
            ret = wolfTicket_write(pair.server, data, sizeof(data));
            if (ret <= 0) {
                ck_assert_int_eq(wolfSSL_get_error(pair.server, ret),
                    WOLFSSL_ERROR_WANT_WRITE);
                pair.serverIo.budget = once ? -1 : k;
            }
        }
        ck_assert_int_eq(ret, (int)sizeof(data));
        pair.serverIo.budget = -1;
        ck_assert_int_eq(wolfTicket_write(pair.server, "end", 3), 3);
        ck_assert_int_eq(th_client_reads(&pair, buf, sizeof(buf)),
            (int)sizeof(data) + 3);
        ck_assert_mem_eq(buf, data, sizeof(data));
        ck_assert_mem_eq(buf + sizeof(data), "end", 3);
        ck_assert_int_eq(pair.tickets, 2);
        th_close(&pair);
    }
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(request_during_a_half_done_write_waits_for_the_next)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    static unsigned char data[1000];
    static unsigned char buf[2048];
    wolfTicket_Info info;
    th_pair pair;
    long k;
    int ret;

    for (k = 0; k < 1000; k += 53) {
        OpenDone(&pair, sc, cc, NULL);
        pair.serverIo.budget = k;
        ret = wolfTicket_write(pair.server, data, sizeof(data));
        ck_assert_int_le(ret, 0);
        ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
        (void)wolfTicket_do_handshake(pair.server);
        pair.serverIo.budget = -1;
        ck_assert_int_eq(wolfTicket_write(pair.server, data, sizeof(data)),
            (int)sizeof(data));
        ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
        ck_assert_uint_eq(info.queued, 1);
        ck_assert_int_eq(th_client_reads(&pair, buf, sizeof(buf)),
            (int)sizeof(data));
        ck_assert_int_eq(pair.tickets, 0);
        ck_assert_int_eq(wolfTicket_write(pair.server, "x", 1), 1);
        ck_assert_int_eq(th_client_reads(&pair, buf, sizeof(buf)), 1);
        ck_assert_int_eq(pair.tickets, 1);
        th_close(&pair);
    }
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(two_hundred_and_fifty_five_is_the_end)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    th_pair pair;
    int i;

    OpenDone(&pair, sc, cc, NULL);
    for (i = 2; i < 255; i++)
        ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 0);
    ck_assert_str_eq(wolfTicket_error(pair.server), "this connection has sent "
        "as many tickets as TLS 1.3 allows: 255");
    ck_assert_int_eq(wolfTicket_do_handshake(pair.server), 1);
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, 253);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 0);
    ck_assert_int_eq(wolfTicket_write(pair.server, "x", 1), 1);
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- after the exceptions ------------------------------------------------ */

START_TEST(request_works_where_the_handshake_sent_none)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session = NULL;
    unsigned char octet;
    th_app app;
    th_pair pair;

    th_app_init(&app);
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec, &app));
    if (_i == 0) {
        ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(sc, 0), 1);
    }
    else {
        session = th_get_session(sc, cc);
        app.decAnswer = (_i == 1) ? WOLFTICKET_RETURN_USE
                                  : WOLFTICKET_RETURN_IGNORE;
    }
    th_open(&pair, sc, cc, session, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), _i == 1);
    ck_assert_int_eq(pair.tickets, 0);
    ck_assert_int_eq(th_set_data(pair.server, "alice"), 1);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_eq(wolfTicket_write(pair.server, "x", 1), 1);
    ck_assert_int_eq(th_client_reads(&pair, &octet, 1), 1);
    ck_assert_int_eq(pair.tickets, 1);
    wolfSSL_SESSION_free(session);
    session = wolfSSL_get1_session(pair.client);
    th_close(&pair);
    app.decAnswer = TH_DEFAULT_ANSWER;
    ck_assert_int_eq(th_try(sc, cc, session, NULL), 1);
    ck_assert_mem_eq(app.seen, "alice", 5);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(thousand_chained_resumptions_never_fail)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session = th_get_session(sc, cc);
    wolfTicket_Info info;
    th_pair pair;
    int n = th_many(1000);
    int resumed = 0;
    int i;

    for (i = 0; i < n; i++) {
        th_open(&pair, sc, cc, session, TH_OURS);
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        th_exchange(&pair);
        ck_assert_int_ge(pair.tickets, 1);
        resumed += wolfSSL_session_reused(pair.server);
        ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
        if (wolfSSL_session_reused(pair.server))
            ck_assert_int_eq((int)info.cause, WOLFTICKET_CAUSE_USED);
        else
            ck_assert_int_eq((int)info.cause, WOLFTICKET_CAUSE_CHAIN);
        wolfSSL_SESSION_free(session);
        session = wolfSSL_get1_session(pair.client);
        th_close(&pair);
    }
    /* Some wolfSSL needs a full handshake when a chain's nonces run out. */
    ck_assert_int_ge(resumed, n - n / 250 - 1);
    if (wolfSSL_lib_version_hex() < 0x05009000)
        ck_assert_int_eq(resumed, n);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("deliver");
    TCase* tc = th_case(suite, "counts", 0);

    tcase_add_loop_test(tc, as_many_tickets_are_sent_as_were_asked_for, 0,
        3 * (int)(sizeof(counts) / sizeof(counts[0])));
    tcase_add_test(tc, more_than_255_tickets_are_refused);
    tcase_add_test(tc, thousand_chained_resumptions_never_fail);
    tc = th_case(suite, "blocking", 0);
    tcase_add_loop_test(tc, blocking_at_any_byte_loses_no_ticket, 0, 4);
    tcase_add_loop_test(tc, blocking_in_the_handshake_loses_no_ticket, 0,
        TH_MODES);
    tcase_add_loop_test(tc,
        blocking_at_any_byte_keeps_requests_and_data_in_order, 0, 2);
    tc = th_case(suite, "request", 0);
    tcase_add_loop_test(tc, request_needs_a_tls13_server_that_is_done, 0,
        TH_MODES);
    tcase_add_test(tc, two_requests_go_out_in_front_of_one_byte);
    tcase_add_test(tc, do_handshake_sends_at_once);
    tcase_add_test(tc, request_during_a_half_done_write_waits_for_the_next);
    tcase_add_test(tc, two_hundred_and_fifty_five_is_the_end);
    tcase_add_loop_test(tc, request_works_where_the_handshake_sent_none, 0, 3);
    return th_run(suite);
}
