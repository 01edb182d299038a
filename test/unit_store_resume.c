/* unit_store_resume.c
 *
 * Stores and real servers: each connection resumes with a ticket of its own.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "store_fixture.h"

#define CONNECTIONS 5

/* Tickets go into the store as they arrive.  Newer wolfSSL also tells of a
 * session whose ticket is still to come. */
static int Arrived(WOLFSSL* ssl, WOLFSSL_SESSION* session)
{
    int has = wolfSSL_SESSION_has_ticket(session);

    ck_assert_int_eq(wolfTicket_Store_put(sf_store, ssl, &sf_peer, session),
        has);
    if (!has)
        sf_error_is(WT_E_SESSION_NONE);
    return 0;
}

static WOLFSSL_CTX* server;
static WOLFSSL_CTX* client;

static void resume_setup(int mode)
{
    sf_setup();
    sf_clock.now = wt_clock();
    server = th_server_ctx(mode);
    client = th_client_ctx(mode);
    wolfSSL_CTX_set_verify(client, WOLFSSL_VERIFY_PEER, NULL);
    wolfSSL_CTX_sess_set_new_cb(client, Arrived);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(server, CONNECTIONS), 1);
}

static void resume_setup13(void)
{
    resume_setup(TH_TLS13);
}

static void resume_setup12(void)
{
    resume_setup(TH_TLS12);
}

static void resume_teardown(void)
{
    wolfTicket_CTX_free(server);
    wolfSSL_CTX_free(client);
    sf_teardown();
}

/* One full handshake, and what the server sends. */
static void first(void)
{
    th_pair pair;

    th_open(&pair, server, client, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(wolfSSL_session_reused(pair.client), 0);
    th_close(&pair);
}

static int left(void)
{
    WOLFSSL* ssl = wolfSSL_new(client);
    int ret = wolfTicket_Store_count(sf_store, ssl, &sf_peer);

    wolfSSL_free(ssl);
    return ret;
}

static void open_with_session(th_pair* pair)
{
    WOLFSSL_SESSION* session;

    th_open(pair, server, client, NULL, TH_OURS);
    session = wolfTicket_Store_take(sf_store, pair->client, &sf_peer);
    ck_assert_ptr_nonnull(session);
    ck_assert_int_eq(wolfSSL_set_session(pair->client, session),
        WOLFSSL_SUCCESS);
    wolfSSL_SESSION_free(session);
}

/* All have their sessions before any begins. */
static void resume_in_parallel(int tls13)
{
    static byte tickets[CONNECTIONS][TH_TICKET_MAX];
    th_pair pair[CONNECTIONS];
    wolfTicket_Info info;
    word32 sz;
    int i, j;

    memset(tickets, 0, sizeof(tickets));
    for (i = 0; i < CONNECTIONS; i++) {
        open_with_session(&pair[i]);
        sz = TH_TICKET_MAX;
        ck_assert_int_eq(wolfSSL_get_SessionTicket(pair[i].client,
            tickets[i], &sz), WOLFSSL_SUCCESS);
        for (j = 0; j < i; j++)
            ck_assert_int_eq(memcmp(tickets[i], tickets[j], TH_TICKET_MAX)
                == 0, !tls13);
    }
    ck_assert_int_eq(left(), tls13 ? 0 : 1);
    for (i = 0; i < CONNECTIONS; i++) {
        ck_assert_int_eq(th_handshake(&pair[i]), TH_BOTH_DONE);
        th_exchange(&pair[i]);
        ck_assert_int_eq(wolfSSL_session_reused(pair[i].client), 1);
        ck_assert_int_eq(wolfSSL_session_reused(pair[i].server), 1);
        ck_assert_int_eq(wolfTicket_get_info(pair[i].server, &info), 1);
        ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_USED);
    }
    for (i = 0; i < CONNECTIONS; i++)
        th_close(&pair[i]);
}

START_TEST(parallel_connections_resume_with_a_ticket_each)
{
    int i;

    first();
    ck_assert_int_eq(left(), CONNECTIONS);
    for (i = 0; i < 3; i++) {
        resume_in_parallel(1);
        /* Each has brought a new one. */
        ck_assert_int_eq(left(), CONNECTIONS);
    }
    sf_check_table();
}
END_TEST

START_TEST(parallel_connections_of_tls12_share_a_ticket)
{
    first();
    ck_assert_int_eq(left(), 1);
    resume_in_parallel(0);
    ck_assert_int_eq(left(), 1);
    sf_check_table();
}
END_TEST

/* A connection that comes to nothing before it has sent anything. */
START_TEST(a_session_that_was_put_back_still_resumes)
{
    WOLFSSL_SESSION* session;
    th_pair pair;
    int i;

    first();
    for (i = 0; i < 3; i++) {
        th_open(&pair, server, client, NULL, TH_OURS);
        session = wolfTicket_Store_take(sf_store, pair.client, &sf_peer);
        ck_assert_int_eq(wolfSSL_set_session(pair.client, session),
            WOLFSSL_SUCCESS);
        ck_assert_int_eq(wolfTicket_Store_put(sf_store, pair.client,
            &sf_peer, session), 1);
        wolfSSL_SESSION_free(session);
        th_close(&pair);
        ck_assert_int_eq(left(), (_i == 0) ? 1 : CONNECTIONS);
    }
    open_with_session(&pair);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(wolfSSL_session_reused(pair.client), 1);
    th_close(&pair);
}
END_TEST

/* As after a restart: other objects, the same settings. */
START_TEST(sessions_from_a_file_resume)
{
    const char* path = "storeresume.tmp";

    first();
    ck_assert_int_eq(wolfTicket_Store_save(sf_store, path, NULL, 0), 1);
    sf_new_store(0, 0, 0);
    wolfSSL_CTX_free(client);
    client = th_client_ctx((_i == 0) ? TH_TLS12 : TH_TLS13);
    wolfSSL_CTX_set_verify(client, WOLFSSL_VERIFY_PEER, NULL);
    wolfSSL_CTX_sess_set_new_cb(client, Arrived);
    ck_assert_int_eq(wolfTicket_Store_load(sf_store, path, NULL, 0), 1);
    ck_assert_int_eq(remove(path), 0);
    resume_in_parallel(_i);
}
END_TEST

int main(void)
{
    Suite* s = suite_create("store_resume");
    TCase* tc;

    tc = th_case(s, "tls 1.3", 1);
    tcase_add_checked_fixture(tc, resume_setup13, resume_teardown);
    tcase_add_test(tc, parallel_connections_resume_with_a_ticket_each);
    tcase_add_loop_test(tc, a_session_that_was_put_back_still_resumes, 1, 2);
    tcase_add_loop_test(tc, sessions_from_a_file_resume, 1, 2);

    tc = th_case(s, "tls 1.2", 1);
    tcase_add_checked_fixture(tc, resume_setup12, resume_teardown);
    tcase_add_test(tc, parallel_connections_of_tls12_share_a_ticket);
    tcase_add_loop_test(tc, a_session_that_was_put_back_still_resumes, 0, 1);
    tcase_add_loop_test(tc, sessions_from_a_file_resume, 0, 1);
    return th_run(s);
}
