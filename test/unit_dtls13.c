/* unit_dtls13.c
 *
 * DTLS 1.3: how many tickets, and tickets on request.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "dtls_fixture.h"

#include <wolfticket/singleuse.h>

typedef struct {
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    th_app app;
} world;

static void Begin(world* w, int mode)
{
    w->sc = td_server_ctx(mode);
    w->cc = td_client_ctx(mode);
    th_app_init(&w->app);
    w->app.genData = "alice";
    w->app.genDataSz = 5;
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(w->sc, th_gen, th_dec,
        &w->app));
}

static void End(world* w)
{
    wolfTicket_CTX_free(w->sc);
    wolfSSL_CTX_free(w->cc);
}

static void Open(world* w, td_pair* pair, WOLFSSL_SESSION* session)
{
    td_open(pair, w->sc, w->cc, session, TH_OURS);
    ck_assert_int_eq(td_handshake(pair), TH_BOTH_DONE);
    td_exchange(pair);
}

#ifndef TD_BLIND

START_TEST(number_of_tickets_is_that_asked_for)
{
    static const size_t numbers[] = { 0, 1, 2, 3, 8 };
    WOLFSSL_SESSION* session = NULL;
    td_pair pair;
    size_t i;
    world w;

    Begin(&w, TD_13_ONLY);
    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(w.sc, numbers[i]), 1);
        w.app.genCalls = 0;
        Open(&w, &pair, NULL);
        ck_assert_int_eq(w.app.genCalls, (int)numbers[i]);
        ck_assert_int_eq(pair.tickets, (int)numbers[i]);
        wolfSSL_SESSION_free(session);
        session = wolfSSL_get1_session(pair.client);
        td_close(&pair);
        if (numbers[i] == 0)
            continue;
        w.app.genCalls = 0;
        Open(&w, &pair, session);
        ck_assert_int_eq(wolfSSL_session_reused(pair.server), 1);
        ck_assert_int_eq(w.app.genCalls, 1);
        ck_assert_int_eq(pair.tickets, 1);
        td_close(&pair);
    }
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

START_TEST(connection_has_a_number_of_its_own)
{
    td_pair pair;
    world w;

    Begin(&w, TD_13_ONLY);
    td_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(wolfTicket_set_num_tickets(pair.server, 3), 1);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    td_exchange(&pair);
    ck_assert_int_eq(pair.tickets, 3);
    ck_assert_uint_eq(wolfTicket_get_num_tickets(pair.server), 3);
    td_close(&pair);
    End(&w);
}
END_TEST

START_TEST(tickets_on_request_go_out_with_the_next_write)
{
    WOLFSSL_SESSION* session;
    td_pair pair;
    world w;

    Begin(&w, TD_13_ONLY);
    td_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 0);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    td_exchange(&pair);
    w.app.genData = "later";
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_eq(w.app.genCalls, 2);
    td_exchange(&pair);
    ck_assert_int_eq(w.app.genCalls, 4);
    ck_assert_int_eq(pair.tickets, 4);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_eq(wolfTicket_do_handshake(pair.server), 1);
    td_settle(&pair);
    ck_assert_int_eq(pair.tickets, 5);
    session = wolfSSL_get1_session(pair.client);
    td_close(&pair);

    Open(&w, &pair, session);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 1);
    ck_assert(th_has_data(pair.server, "later"));
    td_close(&pair);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

/* It was made once, and is sent until the client has acknowledged it. */
START_TEST(ticket_that_is_lost_comes_again)
{
    td_pair pair;
    world w;
    int i;

    Begin(&w, TD_13_ONLY);
    Open(&w, &pair, NULL);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    pair.serverIo.cut = 1;
    ck_assert_int_eq(wolfTicket_do_handshake(pair.server), 1);
    pair.serverIo.cut = 0;
    td_settle(&pair);
    ck_assert_int_eq(pair.tickets, 2);
    for (i = 0; i < 4 && pair.tickets == 2; i++) {
        td_timeout(pair.server);
        td_settle(&pair);
    }
    ck_assert_int_eq(pair.tickets, 3);
    ck_assert_int_eq(w.app.genCalls, 3);
    td_close(&pair);
    End(&w);
}
END_TEST

/* ---- single use ---------------------------------------------------------- */

/* What the first message asks for is looked at, and not claimed: a client that
 * does not come back leaves its ticket as it was. */
START_TEST(ticket_resumes_once_and_only_a_client_that_is_there_claims_it)
{
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    td_pair pair;
    world w;
    int i;

    Begin(&w, TD_13_ONLY);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(w.sc, 1), 1);
    session = td_get_session(w.sc, w.cc);
    for (i = 0; i < 3; i++) {
        td_open(&pair, w.sc, w.cc, session, TH_OURS);
        (void)wolfSSL_connect(pair.client);
        (void)wolfSSL_accept(pair.server);
        td_close(&pair);
    }
    ck_assert_int_eq(td_resume(w.sc, w.cc, session, TH_OURS), 1);
    for (i = 0; i < 3; i++) {
        w.app.decCalls = 0;
        td_open(&pair, w.sc, w.cc, session, TH_OURS);
        ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
        td_exchange(&pair);
        ck_assert_int_eq(wolfSSL_session_reused(pair.server), 0);
        ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
        ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_REPLAYED);
        ck_assert_int_eq(w.app.decCalls, 1);
        ck_assert_int_eq(w.app.status, WOLFTICKET_NO_DECRYPT);
        ck_assert_int_eq(pair.tickets, 2);
        td_close(&pair);
    }
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

static int Claim(const unsigned char id[16], unsigned int age,
    unsigned int seconds_left, void* arg)
{
    (void)id;
    (void)age;
    (void)seconds_left;
    (*(int*)arg)++;
    return 1;
}

START_TEST(claim_callback_is_asked_once_and_behind_the_cookie)
{
    WOLFSSL_SESSION* session;
    td_pair pair;
    int calls = 0;
    world w;

    Begin(&w, TD_13_ONLY);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_cb(w.sc, Claim, &calls),
        1);
    session = td_get_session(w.sc, w.cc);
    td_open(&pair, w.sc, w.cc, session, TH_OURS);
    (void)wolfSSL_connect(pair.client);
    (void)wolfSSL_accept(pair.server);
    ck_assert_int_eq(calls, 0);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 1);
    ck_assert_int_eq(calls, 1);
    td_close(&pair);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

#else

/* Not the contents, which is all that wolfSSL asks of it. */
static int Foreign(WOLFSSL* ssl, unsigned char name[WOLFSSL_TICKET_NAME_SZ],
    unsigned char iv[WOLFSSL_TICKET_IV_SZ],
    unsigned char mac[WOLFSSL_TICKET_MAC_SZ], int enc, unsigned char* ticket,
    int inLen, int* outLen, void* arg)
{
    (void)ssl;
    (void)arg;
    if (enc) {
        memset(ticket, 4, (size_t)inLen);
        memset(name, 1, WOLFSSL_TICKET_NAME_SZ);
        memset(iv, 2, WOLFSSL_TICKET_IV_SZ);
        memset(mac, 3, WOLFSSL_TICKET_MAC_SZ);
    }
    *outLen = inLen;
    return WOLFSSL_TICKET_RET_OK;
}

START_TEST(no_tickets_where_the_cookie_stage_cannot_be_told)
{
    int mode = (_i == 0) ? (int)TD_13_ONLY : (int)TD_13;
    td_pair pair;
    world w;

    Begin(&w, mode);
    Open(&w, &pair, NULL);
    ck_assert_int_eq(pair.tickets, 0);
    ck_assert_int_eq(w.app.genCalls + w.app.decCalls, 0);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 0);
    ck_assert_str_eq(wolfTicket_error(pair.server), "no tickets over DTLS 1.3 "
        "with this wolfSSL: take 5.9 or later, or build it with "
        "--enable-opensslextra");
    td_close(&pair);
    End(&w);
}
END_TEST

/* A server that wolfTicket has nothing to do with. */
static WOLFSSL_CTX* ForeignServer(void)
{
    WOLFSSL_CTX* ctx = wolfSSL_CTX_new(wolfDTLSv1_3_server_method());

    th_server_certs(ctx);
    wolfSSL_CTX_SetIORecv(ctx, td_recv);
    #undef wolfSSL_CTX_SetIOSend
    wolfSSL_CTX_SetIOSend(ctx, td_send);
    ck_assert_int_eq(wolfSSL_CTX_set_TicketEncCb(ctx, Foreign),
        WOLFSSL_SUCCESS);
    return ctx;
}

START_TEST(a_ticket_is_refused_and_nobody_is_asked)
{
    WOLFSSL_CTX* other = ForeignServer();
    WOLFSSL_SESSION* session;
    td_pair pair;
    world w;

    Begin(&w, TD_13_ONLY);
    td_open(&pair, other, w.cc, NULL, TH_PLAIN);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    td_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    td_close(&pair);
    Open(&w, &pair, session);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 0);
    ck_assert_int_eq(w.app.genCalls + w.app.decCalls, 0);
    td_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(other);
    End(&w);
}
END_TEST

#endif

int main(void)
{
    Suite* suite = suite_create("dtls13");
    TCase* tc = th_case(suite, "tickets", 0);

#ifndef TD_BLIND
    tcase_add_test(tc, number_of_tickets_is_that_asked_for);
    tcase_add_test(tc, connection_has_a_number_of_its_own);
    tcase_add_test(tc, tickets_on_request_go_out_with_the_next_write);
    tcase_add_test(tc, ticket_that_is_lost_comes_again);
    tcase_add_test(tc,
        ticket_resumes_once_and_only_a_client_that_is_there_claims_it);
    tcase_add_test(tc, claim_callback_is_asked_once_and_behind_the_cookie);
#else
    tcase_add_loop_test(tc, no_tickets_where_the_cookie_stage_cannot_be_told,
        0, 2);
    tcase_add_test(tc, a_ticket_is_refused_and_nobody_is_asked);
#endif
    return th_run(suite);
}
