/* unit_config_servers.c
 *
 * Configured servers: switched off, and who opens whose tickets.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "config_fixture.h"

/* ---- off ----------------------------------------------------------------- */

START_TEST(lifetime_0_sends_no_ticket_and_resumes_nothing)
{
    WOLFSSL_CTX* sc = server_of(config, _i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    int tickets;
    WOLFSSL_SESSION* session = session_of(sc, cc, &tickets);
    wolfTicket_Stats stats;

    ck_assert_int_eq(tickets, 0);
    if (session != NULL)
        ck_assert_int_eq(th_try(sc, cc, session, NULL), 0);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(sc, &stats), 1);
    ck_assert_uint_eq(stats.issued, 0);
    ck_assert_uint_eq(stats.withheld, 0);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(keys_switch_nothing_on)
{
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc = th_client_ctx(_i);

    ck_assert_int_eq(add(1, 1), 0);
    sc = server_of(config, _i);
    ck_assert_int_eq(add(2, 2), 0);
    tickets_are(sc, cc, _i, 0);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* A client that knows no tickets, against wolfSSL's own session cache; with a
 * lifetime it does resume, so this shows what lifetime 0 does. */
START_TEST(lifetime_0_resumes_no_session_of_wolfssls_cache)
{
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS12);
    WOLFSSL_CTX* plain = wolfSSL_CTX_new(wolfTLSv1_2_client_method());
    WOLFSSL_SESSION* session;
    int tickets;

    /* wolfSSL's cache mistakes an id of all of 32 bytes. */
    ck_assert_int_eq(wolfTicket_config_set_session_id(config,
        (const unsigned char*)"short", 5), 0);
    live(_i ? LIFE : 0);
    sc = server_of(config, TH_TLS12);
    wolfSSL_CTX_set_verify(plain, WOLFSSL_VERIFY_NONE, NULL);
    wolfSSL_CTX_SetIORecv(plain, th_recv);
    wolfSSL_CTX_SetIOSend(plain, th_send);
    session = session_of(sc, plain, &tickets);
    ck_assert_int_eq(tickets, 0);
    ck_assert_int_eq(session != NULL && th_resume(sc, plain, session, TH_OURS),
        _i);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(plain);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(tickets_are_switched_off_and_on_again)
{
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session;

    live(LIFE);
    sc = server_of(config, _i);
    session = th_get_session(sc, cc);
    live(0);
    /* It is the configuring that counts. */
    ck_assert_int_eq(th_try(sc, cc, session, NULL), 1);
    ck_assert_int_eq(wolfTicket_CTX_configure(sc, config), 0);
    ck_assert_int_eq(th_try(sc, cc, session, NULL), 0);
    tickets_are(sc, cc, _i, 0);
    live(LIFE);
    ck_assert_int_eq(wolfTicket_CTX_configure(sc, config), 0);
    tickets_are(sc, cc, _i, 1);
    ck_assert_int_eq(th_try(sc, cc, session, NULL), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- who opens whose ----------------------------------------------------- */

/* Another process: a config and a server of its own. */
static const struct {
    int rev;
    unsigned char key;
    const char* id;
    int opens;
} peers[] = {
    { 5, 1, "one id", 1 },
    { 5, 1, "another id", 0 },
    { 5, 1, "", 0 },
    { 5, 1, NULL, 0 },
    { 5, 2, "one id", 0 },
    { 6, 1, "one id", 0 }
};

static wolfTicket_config* peer_config(int i)
{
    wolfTicket_config* peer = wolfTicket_config_new();
    const char* id = peers[i].id;

    ck_assert_ptr_nonnull(peer);
    ck_assert_int_eq(wolfTicket_config_set_session_lifetime(peer, LIFE), 0);
    if (id != NULL)
        ck_assert_int_eq(wolfTicket_config_set_session_id(peer,
            (const unsigned char*)id, strlen(id)), 0);
    ck_assert_int_eq(wolfTicket_config_add_ticket_key(peer,
        (uint32_t)peers[i].rev, key48(peers[i].key), 48), 0);
    return peer;
}

static void peer_opens(int i, int mode)
{
    wolfTicket_config* one = peer_config(0);
    wolfTicket_config* other = peer_config(i);
    WOLFSSL_CTX* first = server_of(one, mode);
    WOLFSSL_CTX* second = server_of(other, mode);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session = th_get_session(first, cc);

    ck_assert_int_eq(th_try(second, cc, session, NULL), peers[i].opens);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(first);
    wolfTicket_CTX_free(second);
    wolfSSL_CTX_free(cc);
    wolfTicket_config_free(one);
    wolfTicket_config_free(other);
}

START_TEST(a_ticket_opens_elsewhere_with_the_same_key_and_id_tls13)
{
    peer_opens(_i, TH_TLS13);
}
END_TEST

START_TEST(a_ticket_opens_elsewhere_with_the_same_key_and_id_tls12)
{
    peer_opens(_i, TH_TLS12);
}
END_TEST

START_TEST(an_empty_id_binds_to_none)
{
    wolfTicket_config* one = peer_config(2);
    wolfTicket_config* other = peer_config(2);
    WOLFSSL_CTX* first = server_of(one, _i);
    WOLFSSL_CTX* second = server_of(other, _i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session = th_get_session(first, cc);

    ck_assert_int_eq(th_try(second, cc, session, NULL), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(first);
    wolfTicket_CTX_free(second);
    wolfSSL_CTX_free(cc);
    wolfTicket_config_free(one);
    wolfTicket_config_free(other);
}
END_TEST

/* Automatic keys and a random id, shared; and nobody needs the config any
 * more. */
START_TEST(contexts_of_one_config_share_all_and_outlive_it)
{
    WOLFSSL_CTX* first;
    WOLFSSL_CTX* second;
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session;

    live(LIFE);
    first = server_of(config, _i);
    second = server_of(config, _i);
    ck_assert_ptr_eq(wolfTicket_CTX_get_key_ring(first),
        wolfTicket_CTX_get_key_ring(second));
    wolfTicket_config_free(config);
    config = NULL;
    session = th_get_session(first, cc);
    wolfTicket_CTX_free(first);
    ck_assert_int_eq(th_try(second, cc, session, NULL), 1);
    tickets_are(second, cc, _i, 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(second);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(a_config_outlives_its_contexts)
{
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session;

    live(LIFE);
    sc = server_of(config, _i);
    session = th_get_session(sc, cc);
    wolfTicket_CTX_free(sc);
    ck_assert_int_eq(add(1, 1), 0);
    sc = server_of(config, _i);
    ck_assert_int_eq(th_try(sc, cc, session, NULL), 1);
    wolfSSL_SESSION_free(session);
    session = th_get_session(sc, cc);
    ck_assert_int_eq(resumes(sc, cc, session, 1), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(a_later_config_replaces_an_earlier_one)
{
    wolfTicket_config* other = peer_config(0);
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session;

    live(2 * LIFE);
    sc = server_of(config, _i);
    session = th_get_session(sc, cc);
    ck_assert_int_eq(wolfTicket_CTX_configure(sc, other), 0);
    ck_assert_int_eq(th_try(sc, cc, session, NULL), 0);
    ck_assert_uint_eq(wolfTicket_CTX_get_lifetime(sc), LIFE);
    ck_assert_uint_eq(wolfTicket_CTX_get_renewal_limit(sc), LIFE);
    ck_assert_int_eq(wolfTicket_CTX_configure(sc, config), 0);
    ck_assert_int_eq(th_try(sc, cc, session, NULL), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_config_free(other);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("config_servers");
    TCase* tc = th_case(suite, "servers", 1);

    tcase_add_checked_fixture(tc, begin, end);
    LOOP(tc, lifetime_0_sends_no_ticket_and_resumes_nothing, TH_MODES);
    LOOP(tc, keys_switch_nothing_on, TH_MODES);
    LOOP(tc, lifetime_0_resumes_no_session_of_wolfssls_cache, 2);
    LOOP(tc, tickets_are_switched_off_and_on_again, TH_MODES);
    ROWS(tc, a_ticket_opens_elsewhere_with_the_same_key_and_id_tls13, peers);
    ROWS(tc, a_ticket_opens_elsewhere_with_the_same_key_and_id_tls12, peers);
    LOOP(tc, an_empty_id_binds_to_none, TH_MODES);
    LOOP(tc, contexts_of_one_config_share_all_and_outlive_it, TH_MODES);
    LOOP(tc, a_config_outlives_its_contexts, TH_MODES);
    LOOP(tc, a_later_config_replaces_an_earlier_one, TH_MODES);
    return th_run(suite);
}
