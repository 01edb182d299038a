/* unit_attack_client.c
 *
 * What servers, and applications that go their own ways, have tried with
 * clients: sessions that cross to other settings, hooks that get lost.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "client_fixture.h"
#include "wolfticket/store.h"

#define MODE(i) ((i) / 2)
#define HOW(i)  ((i) % 2)
#define WAYS    (2 * TH_MODES)

typedef void (*change)(WOLFSSL* ssl);

static cf_world w;
static wolfTicket_Store* store;
static wolfTicket_Peer peer;

static void Nothing(WOLFSSL* ssl)
{
    (void)ssl;
}

static void VerifyNone(WOLFSSL* ssl)
{
    wolfSSL_set_verify(ssl, WOLFSSL_VERIFY_NONE, NULL);
}

static void VerifyPeer(WOLFSSL* ssl)
{
    wolfSSL_set_verify(ssl, WOLFSSL_VERIFY_PEER, NULL);
}

static void BeginStore(int mode)
{
    cf_begin(&w, mode);
    ck_assert_int_eq(wt_client_configure(w.cc, -1), 1);
    store = wolfTicket_Store_new(0, 0, 0, NULL, NULL);
    ck_assert_ptr_nonnull(store);
    memset(&peer, 0, sizeof(peer));
    peer.host = "server.example";
    peer.port = 443;
}

static void EndStore(void)
{
    wolfTicket_Store_free(store);
    store = NULL;
    cf_end(&w);
}

static void End(void)
{
    if (store != NULL)
        EndStore();
    else
        cf_end(&w);
}

static void Tie(void)
{
    ck_assert_int_eq(wolfTicket_set_store(w.pair.client, store, &peer), 1);
}

/* One connection, with settings that change before it is tied to the store,
 * before its handshake, and before the tickets of TLS 1.3 are read; 1 when it
 * resumed. */
static int Visit(int how, change before, change between, change behind)
{
    cf_open(&w);
    before(w.pair.client);
    if (store != NULL)
        Tie();
    between(w.pair.client);
    ck_assert_int_eq(cf_handshake(&w.pair, how), TH_BOTH_DONE);
    behind(w.pair.client);
    th_exchange(&w.pair);
    cf_info(&w);
    cf_close(&w);
    return w.info.resumed;
}

/* ---- settings for verification ------------------------------------------ */

START_TEST(peer_that_was_not_verified_is_not_believed_later)
{
    BeginStore(MODE(_i));
    ck_assert_int_eq(Visit(HOW(_i), Nothing, VerifyNone, Nothing), 0);
    ck_assert_int_eq(Visit(HOW(_i), Nothing, Nothing, Nothing), 0);
    ck_assert_int_ge(w.info.kept, 1);
    ck_assert_int_eq(Visit(HOW(_i), Nothing, Nothing, Nothing), 1);
    End();
}
END_TEST

START_TEST(session_taken_too_early_is_put_back)
{
    BeginStore(_i);
    ck_assert_int_eq(Visit(CF_OURS, VerifyNone, Nothing, Nothing), 0);
    ck_assert_int_eq(Visit(CF_OURS, VerifyNone, VerifyPeer, Nothing), 0);
    ck_assert_int_eq(w.info.offered, 0);
    ck_assert_int_eq(Visit(CF_OURS, VerifyNone, Nothing, Nothing), 1);
    End();
}
END_TEST

/* Plain wolfSSL_connect() does not look: such a handshake must fail. */
START_TEST(connection_that_asks_for_it_is_verified)
{
    BeginStore(_i);
    ck_assert_int_eq(Visit(CF_OURS, VerifyNone, Nothing, Nothing), 0);
    cf_open(&w);
    VerifyNone(w.pair.client);
    Tie();
    VerifyPeer(w.pair.client);
    ck_assert(!(cf_handshake(&w.pair, CF_PLAIN) & TH_CLIENT_DONE) ||
        wolfSSL_session_reused(w.pair.client) == 0);
    cf_close(&w);
    End();
}
END_TEST

START_TEST(settings_changed_behind_the_handshake_do_not_count)
{
    cf_begin(&w, MODE(_i));
    ck_assert_int_eq(Visit(HOW(_i), Nothing, VerifyNone, VerifyPeer), 0);
    ck_assert_int_eq(Visit(HOW(_i), Nothing, Nothing, Nothing), 0);
    ck_assert_int_eq(Visit(HOW(_i), Nothing, Nothing, Nothing), 1);
    End();
}
END_TEST

/* The application has a session of a connection that verified nobody, and
 * offers it on one that should, before or after wolfTicket has looked. */
START_TEST(tickets_of_a_foreign_session_are_not_kept)
{
    WOLFSSL_CTX* plain = th_client_ctx(_i / 2);
    WOLFSSL_SESSION* session;

    cf_begin(&w, _i / 2);
    wolfSSL_CTX_set_verify(plain, WOLFSSL_VERIFY_NONE, NULL);
    session = th_get_session(w.sc, plain);
    if (_i % 2)
        ck_assert_int_eq(Visit(CF_OURS, Nothing, Nothing, Nothing), 0);
    cf_open(&w);
    ck_assert_int_eq(wolfSSL_set_session(w.pair.client, session),
        WOLFSSL_SUCCESS);
    ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
    th_exchange(&w.pair);
    cf_info(&w);
    ck_assert_int_eq(w.info.resumed, 1);
    ck_assert_int_eq(w.info.offered, 0);
    ck_assert_int_eq(w.info.kept, 0);
    cf_close(&w);
    /* Only what was verified is there. */
    ck_assert_int_eq(Visit(CF_OURS, Nothing, Nothing, Nothing), _i % 2);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(plain);
    End();
}
END_TEST

/* ---- protocol and cipher suites ----------------------------------------- */

START_TEST(minimum_version_of_a_connection_holds)
{
    cf_begin(&w, TH_TLS12_ONLY);
    wolfTicket_CTX_free(w.cc);
    w.cc = th_client_ctx(TH_TLS13);
    wolfSSL_CTX_set_verify(w.cc, WOLFSSL_VERIFY_PEER, NULL);
    ck_assert_int_eq(wt_client_configure(w.cc, w.fd), 1);
    ck_assert_int_eq(Visit(CF_OURS, Nothing, Nothing, Nothing), 0);
    ck_assert_int_eq(Visit(CF_OURS, Nothing, Nothing, Nothing), 1);
    cf_open(&w);
    ck_assert_int_eq(wolfSSL_SetMinVersion(w.pair.client, WOLFSSL_TLSV1_3),
        WOLFSSL_SUCCESS);
    ck_assert_int_eq(cf_handshake(&w.pair, HOW(_i)) & TH_CLIENT_DONE, 0);
    cf_close(&w);
    End();
}
END_TEST

static const char small[] = "TLS13-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
static const char large[] = "TLS13-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";

/* wolfSSL fails when it is to offer a session whose suite it does not. */
START_TEST(session_of_a_suite_no_longer_wanted_fails_nothing)
{
    int how = _i % 2;

    if (_i / 2)
        BeginStore(TH_TLS13);
    else
        cf_begin(&w, TH_TLS13);
    wolfSSL_CTX_set_cipher_list(w.cc, small);
    ck_assert_int_eq(Visit(how, Nothing, Nothing, Nothing), 0);
    ck_assert_int_eq(Visit(how, Nothing, Nothing, Nothing), 1);
    wolfSSL_CTX_set_cipher_list(w.cc, large);
    ck_assert_int_eq(Visit(how, Nothing, Nothing, Nothing), 0);
    ck_assert_int_eq(Visit(how, Nothing, Nothing, Nothing), 1);
    End();
}
END_TEST

static void Large(WOLFSSL* ssl)
{
    ck_assert_int_eq(wolfSSL_set_cipher_list(ssl, large), WOLFSSL_SUCCESS);
}

START_TEST(suites_of_a_connection_count)
{
    if (_i)
        BeginStore(TH_TLS13);
    else
        cf_begin(&w, TH_TLS13);
    wolfSSL_CTX_set_cipher_list(w.cc, small);
    ck_assert_int_eq(Visit(CF_OURS, Nothing, Nothing, Nothing), 0);
    ck_assert_int_eq(Visit(CF_OURS, Nothing, Large, Nothing), 0);
    ck_assert_int_eq(Visit(CF_OURS, Nothing, Large, Nothing), 1);
    End();
}
END_TEST

/* ---- reuse -------------------------------------------------------------- */

static int vetoes;

static int Veto(WOLFSSL* ssl, void* arg)
{
    (void)ssl;
    (void)arg;
    vetoes++;
    return -7777;
}

/* The same client connection, once more. */
static void Again(void)
{
    WOLFSSL* client = w.pair.client;

    ck_assert_int_eq(wolfTicket_clear(client), 1);
    w.pair.client = NULL;
    th_close(&w.pair);
    th_open_server(&w.pair, w.sc, TH_OURS);
    cf_join(&w.pair, client);
}

START_TEST(veto_of_the_application_outlives_a_clear)
{
    cf_begin(&w, MODE(_i));
    cf_open(&w);
    ck_assert_int_eq(wolfTicket_SetHsDoneCb(w.pair.client, Veto, NULL), 1);
    vetoes = 0;
    ck_assert_int_eq(cf_handshake(&w.pair, HOW(_i)) & TH_CLIENT_DONE, 0);
    ck_assert_int_eq(vetoes, 1);
    Again();
    ck_assert_int_eq(cf_handshake(&w.pair, HOW(_i)) & TH_CLIENT_DONE, 0);
    ck_assert_int_eq(vetoes, 2);
    cf_close(&w);
    End();
}
END_TEST

START_TEST(cleared_connection_serves_another_peer)
{
    int many = th_is_tls13(_i) ? 2 : 1;

    BeginStore(_i);
    cf_open(&w);
    Tie();
    ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
    th_exchange(&w.pair);
    Again();
    peer.host = "other.example";
    Tie();
    ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
    ck_assert_int_eq(wolfSSL_session_reused(w.pair.client), 0);
    th_exchange(&w.pair);
    cf_info(&w);
    ck_assert_int_eq(w.info.kept, many);
    ck_assert_int_eq(w.info.left, many);
    /* And the first one again, which it knows. */
    Again();
    peer.host = "server.example";
    Tie();
    ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
    ck_assert_int_eq(wolfSSL_session_reused(w.pair.client), 1);
    cf_close(&w);
    End();
}
END_TEST

/* ---- tickets ------------------------------------------------------------ */

/* In TLS 1.3 a lifetime of 0 says "discard"; in TLS 1.2 it says nothing. */
START_TEST(ticket_without_a_life_is_kept_in_tls12_alone)
{
    int kept = !th_is_tls13(_i);
    WOLFSSL_CTX* sc = th_server_ctx(_i);
    int i;

    cf_begin(&w, _i);
    ck_assert_int_eq(wolfSSL_CTX_set_TicketHint(sc, 0), WOLFSSL_SUCCESS);
    for (i = 0; i < 2; i++) {
        th_open_server(&w.pair, sc, TH_PLAIN);
        cf_join(&w.pair, wolfTicket_new(w.cc));
        ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
        th_exchange(&w.pair);
        cf_info(&w);
        ck_assert_int_eq(w.info.offered, i == 1 && kept);
        ck_assert_int_eq(w.info.left, kept);
        cf_close(&w);
    }
    wolfSSL_CTX_free(sc);
    End();
}
END_TEST

static Suite* Tests(void)
{
    Suite* suite = suite_create("attack_client");
    TCase* tc = th_case(suite, "attack_client", 0);

    tcase_add_loop_test(tc, peer_that_was_not_verified_is_not_believed_later,
        0, WAYS);
    tcase_add_loop_test(tc, session_taken_too_early_is_put_back, 0, TH_MODES);
    tcase_add_loop_test(tc, connection_that_asks_for_it_is_verified, 0,
        TH_MODES);
    tcase_add_loop_test(tc, settings_changed_behind_the_handshake_do_not_count,
        0, WAYS);
    tcase_add_loop_test(tc, tickets_of_a_foreign_session_are_not_kept, 0,
        WAYS);
    tcase_add_loop_test(tc, minimum_version_of_a_connection_holds, 0, 2);
    tcase_add_loop_test(tc,
        session_of_a_suite_no_longer_wanted_fails_nothing, 0, 4);
    tcase_add_loop_test(tc, suites_of_a_connection_count, 0, 2);
    tcase_add_loop_test(tc, veto_of_the_application_outlives_a_clear, 0,
        WAYS);
    tcase_add_loop_test(tc, cleared_connection_serves_another_peer, 0,
        TH_MODES);
    tcase_add_loop_test(tc, ticket_without_a_life_is_kept_in_tls12_alone, 0,
        TH_MODES);
    return suite;
}

int main(void)
{
    return th_run(Tests());
}
