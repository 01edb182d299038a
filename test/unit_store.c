/* unit_store.c
 *
 * The sessions of a client: what is given out, to whom, and what goes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "store_fixture.h"

/* ---- giving out ---------------------------------------------------------- */

START_TEST(the_newest_session_comes_first)
{
    ck_assert_int_eq(sf_put(&sf_peer, 1, 1, TH_NOW - 2), 1);
    ck_assert_int_eq(sf_put(&sf_peer, 1, 3, TH_NOW), 1);
    ck_assert_int_eq(sf_put(&sf_peer, 1, 2, TH_NOW - 1), 1);
    ck_assert_int_eq(sf_count(&sf_peer), 3);
    ck_assert_int_eq(sf_take(&sf_peer), 3);
    ck_assert_int_eq(sf_take(&sf_peer), 2);
    ck_assert_int_eq(sf_take(&sf_peer), 1);
    ck_assert_int_eq(sf_take(&sf_peer), -1);
    sf_error_is(WT_OK);
    ck_assert_int_eq(sf_count(NULL), 0);
    sf_check_table();
}
END_TEST

START_TEST(of_one_second_the_last_one_comes_first)
{
    word32 i;

    for (i = 1; i <= 4; i++)
        ck_assert_int_eq(sf_put(&sf_peer, 1, i, TH_NOW), 1);
    for (i = 4; i >= 1; i--)
        ck_assert_int_eq(sf_take(&sf_peer), i);
}
END_TEST

START_TEST(a_tls12_session_is_given_out_again_and_again)
{
    int i;

    ck_assert_int_eq(sf_put(&sf_peer, 0, 1, TH_NOW), 1);
    for (i = 0; i < 3; i++)
        ck_assert_int_eq(sf_take(&sf_peer), 1);
    ck_assert_int_eq(sf_count(&sf_peer), 1);
    sf_clock.now += SF_LIFETIME;
    ck_assert_int_eq(sf_take(&sf_peer), -1);
    sf_check_table();
}
END_TEST

START_TEST(a_session_comes_back_byte_by_byte)
{
    WOLFSSL_SESSION* session = sf_session(_i, 77, TH_NOW, SF_LIFETIME);
    wt_blob before;
    wt_blob after;

    memset(&before, 0, sizeof(before));
    memset(&after, 0, sizeof(after));
    ck_assert_int_eq(wt_session_pack(session, &before), 1);
    ck_assert_int_eq(wolfTicket_Store_put(sf_store, sf_ssl, &sf_peer,
        session), 1);
    wolfSSL_SESSION_free(session);
    session = wolfTicket_Store_take(sf_store, sf_ssl, &sf_peer);
    ck_assert_ptr_nonnull(session);
    ck_assert_int_eq(wt_session_pack(session, &after), 1);
    ck_assert_uint_eq(before.sz, after.sz);
    ck_assert_mem_eq(before.mem, after.mem, before.sz);
    wolfSSL_SESSION_free(session);
    wt_session_discard(&before);
    wt_session_discard(&after);
}
END_TEST

START_TEST(put_back_is_no_duplicate)
{
    WOLFSSL_SESSION* session;
    int i;

    ck_assert_int_eq(sf_put(&sf_peer, _i, 1, TH_NOW - 5), 1);
    for (i = 0; i < 3; i++) {
        session = wolfTicket_Store_take(sf_store, sf_ssl, &sf_peer);
        ck_assert_ptr_nonnull(session);
        ck_assert_int_eq(wolfTicket_Store_put(sf_store, sf_ssl, &sf_peer,
            session), 1);
        ck_assert_int_eq(wolfTicket_Store_put(sf_store, sf_ssl, &sf_peer,
            session), 1);
        wolfSSL_SESSION_free(session);
        ck_assert_int_eq(sf_count(NULL), 1);
    }
    sf_check_table();
}
END_TEST

START_TEST(put_back_keeps_its_age)
{
    WOLFSSL_SESSION* old;

    ck_assert_int_eq(sf_put(&sf_peer, 1, 1, TH_NOW - 50), 1);
    old = wolfTicket_Store_take(sf_store, sf_ssl, &sf_peer);
    ck_assert_int_eq(sf_put(&sf_peer, 1, 2, TH_NOW), 1);
    ck_assert_int_eq(wolfTicket_Store_put(sf_store, sf_ssl, &sf_peer, old),
        1);
    wolfSSL_SESSION_free(old);
    ck_assert_int_eq(sf_take(&sf_peer), 2);
    sf_clock.now = TH_NOW - 50 + SF_LIFETIME;
    ck_assert_int_eq(sf_count(&sf_peer), 0);
}
END_TEST

/* ---- TLS 1.2 ------------------------------------------------------------- */

START_TEST(a_new_tls12_ticket_replaces_the_old_one)
{
    ck_assert_int_eq(sf_put(&sf_peer, 0, 1, TH_NOW - 9), 1);
    ck_assert_int_eq(sf_put(&sf_peer, 1, 5, TH_NOW - 10), 1);
    ck_assert_int_eq(sf_put(&sf_peer, 0, 2, TH_NOW), 1);
    ck_assert_int_eq(sf_count(&sf_peer), 2);
    ck_assert_int_eq(sf_take(&sf_peer), 2);
    /* Nor does an old one that is put back replace the new. */
    ck_assert_int_eq(sf_put(&sf_peer, 0, 1, TH_NOW - 9), 1);
    ck_assert_int_eq(sf_count(&sf_peer), 2);
    ck_assert_int_eq(sf_take(&sf_peer), 2);
    sf_check_table();
}
END_TEST

START_TEST(a_refused_session_is_gone_and_no_other)
{
    WOLFSSL_SESSION* other = sf_session(0, 2, TH_NOW, SF_LIFETIME);
    WOLFSSL_SESSION* refused;
    wt_session_facts facts;
    byte key[WT_PEER_SZ];

    sf_key(7, key);
    ck_assert_int_eq(sf_put_key(7, 0, 1, TH_NOW - 9), 1);
    ck_assert_int_eq(sf_put_key(7, 1, 5, TH_NOW - 10), 1);
    ck_assert_int_eq(sf_put_key(8, 0, 1, TH_NOW - 9), 1);
    wt_store_refused(sf_store, key, other);
    ck_assert_int_eq(sf_left(7), 2);
    refused = wt_store_take(sf_store, key, &facts);
    ck_assert_uint_eq(facts.version, 0x0303);
    wt_store_refused(sf_store, key, refused);
    wt_store_refused(sf_store, key, refused);
    ck_assert_int_eq(sf_left(7), 1);
    ck_assert_int_eq(sf_take_key(7), 5);
    ck_assert_int_eq(sf_left(8), 1);
    sf_check_table();
    wolfSSL_SESSION_free(other);
    wolfSSL_SESSION_free(refused);
}
END_TEST

START_TEST(a_tls13_session_cannot_be_refused)
{
    WOLFSSL_SESSION* session = sf_session(1, 1, TH_NOW, SF_LIFETIME);
    byte key[WT_PEER_SZ];

    sf_key(1, key);
    ck_assert_int_eq(wt_store_put(sf_store, key, session), 1);
    wt_store_refused(sf_store, key, session);
    ck_assert_int_eq(sf_left(1), 1);
    wolfSSL_SESSION_free(session);
}
END_TEST

/* ---- refusals ------------------------------------------------------------ */

START_TEST(a_session_without_a_ticket_is_refused)
{
    WOLFSSL_SESSION* session = wolfSSL_SESSION_new();

    ck_assert_ptr_nonnull(session);
    ck_assert_int_eq(wolfTicket_Store_put(sf_store, sf_ssl, &sf_peer,
        session), 0);
    sf_error_is(WT_E_SESSION_NONE);
    ck_assert_int_eq(sf_count(NULL), 0);
    wolfSSL_SESSION_free(session);
}
END_TEST

START_TEST(a_session_that_has_run_out_is_refused)
{
    ck_assert_int_eq(sf_put(&sf_peer, _i, 1, TH_NOW - SF_LIFETIME), 0);
    sf_error_is(WT_E_SESSION_EXPIRED);
    ck_assert_int_eq(sf_put(&sf_peer, _i, 1, TH_NOW - SF_LIFETIME + 1), 1);
}
END_TEST

/* The session remembers how its own verification ended. */
START_TEST(a_session_of_an_unverified_peer_is_refused)
{
    WOLFSSL_SESSION* session;
    wt_session_facts facts;
    wt_blob blob;
    word32 i;
    int found = 0;

    memset(&blob, 0, sizeof(blob));
    session = sf_session(_i, 1, TH_NOW, SF_LIFETIME);
    ck_assert_int_eq(wt_session_pack(session, &blob), 1);
    wolfSSL_SESSION_free(session);
    for (i = 0; i < blob.sz && !found; i++) {
        blob.mem[i] ^= 1;
        found = wt_session_read(blob.mem, blob.sz, &facts) &&
            facts.verify != 0;
        if (!found)
            blob.mem[i] ^= 1;
    }
    ck_assert_int_eq(found, 1);
    session = wt_session_unpack(blob.mem, blob.sz);
    ck_assert_int_eq(wolfTicket_Store_put(sf_store, sf_ssl, &sf_peer,
        session), 0);
    sf_error_is(WT_E_SESSION_UNVERIFIED);
    ck_assert_int_eq(sf_count(NULL), 0);
    wolfSSL_SESSION_free(session);
    wt_session_discard(&blob);
}
END_TEST

static int Accept(int preverify, WOLFSSL_X509_STORE_CTX* store)
{
    (void)preverify;
    (void)store;
    return 1;
}

/* A callback lets a peer pass that nobody vouches for. */
START_TEST(a_session_of_a_failed_verification_is_refused)
{
    int mode = (_i == 0) ? TH_TLS12 : TH_TLS13;
    WOLFSSL_CTX* sc = th_server_ctx(mode);
    WOLFSSL_CTX* cc = wolfSSL_CTX_new((_i == 0)
        ? wolfTLSv1_2_client_method() : wolfSSLv23_client_method());
    WOLFSSL_SESSION* session;
    th_pair pair;

    wolfSSL_CTX_SetIORecv(cc, th_recv);
    wolfSSL_CTX_SetIOSend(cc, th_send);
    ck_assert_int_eq(wolfSSL_CTX_UseSessionTicket(cc), WOLFSSL_SUCCESS);
    wolfSSL_CTX_set_verify(cc, WOLFSSL_VERIFY_PEER, Accept);
    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    ck_assert_int_eq(wolfTicket_Store_put(sf_store, pair.client, &sf_peer,
        session), 0);
    sf_error_is(WT_E_SESSION_UNVERIFIED);
    /* Nor by way of a connection that has not verified anything. */
    ck_assert_int_eq(wolfTicket_Store_put(sf_store, sf_ssl, &sf_peer,
        session), 0);
    ck_assert_int_eq(sf_count(NULL), 0);
    wolfSSL_SESSION_free(session);
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(what_can_never_fit_is_refused)
{
    size_t least = 16 * sizeof(wt_peer*) + sizeof(wt_peer) + sizeof(wt_saved) +
        sf_model[1].sz;

    sf_new_store(0, 0, least + least / 7 + 8);
    ck_assert_int_eq(sf_put(&sf_peer, 1, 1, TH_NOW), 1);
    sf_check_table();
    sf_new_store(0, 0, least - 1);
    ck_assert_int_eq(sf_put(&sf_peer, 1, 1, TH_NOW), 0);
    sf_error_is(WT_E_STORE_ROOM);
    sf_new_store(0, 0, 1);
    ck_assert_int_eq(sf_put(&sf_peer, 1, 1, TH_NOW), 0);
    sf_error_is(WT_E_STORE_ROOM);
    ck_assert_int_eq(sf_count(NULL), 0);
}
END_TEST

START_TEST(bad_calls_fail_with_a_text)
{
    WOLFSSL_SESSION* session = sf_session(1, 1, TH_NOW, SF_LIFETIME);
    wolfTicket_Peer bad = sf_peer;

    ck_assert_int_eq(wolfTicket_Store_put(NULL, sf_ssl, &sf_peer, session),
        0);
    sf_error_is(WT_E_NULL);
    ck_assert_int_eq(wolfTicket_Store_put(sf_store, NULL, &sf_peer, session),
        0);
    ck_assert_int_eq(wolfTicket_Store_put(sf_store, sf_ssl, NULL, session),
        0);
    ck_assert_int_eq(wolfTicket_Store_put(sf_store, sf_ssl, &sf_peer, NULL),
        0);
    bad.host = NULL;
    ck_assert_int_eq(wolfTicket_Store_put(sf_store, sf_ssl, &bad, session),
        0);
    bad = sf_peer;
    bad.alpn_len = 1;
    ck_assert_int_eq(wolfTicket_Store_put(sf_store, sf_ssl, &bad, session),
        0);
    bad = sf_peer;
    bad.trust_len = 1;
    ck_assert_int_eq(wolfTicket_Store_put(sf_store, sf_ssl, &bad, session),
        0);
    sf_error_is(WT_E_NULL);
    ck_assert_ptr_null(wolfTicket_Store_take(NULL, sf_ssl, &sf_peer));
    ck_assert_ptr_null(wolfTicket_Store_take(sf_store, NULL, &sf_peer));
    ck_assert_ptr_null(wolfTicket_Store_take(sf_store, sf_ssl, NULL));
    sf_error_is(WT_E_NULL);
    ck_assert_int_eq(wolfTicket_Store_count(NULL, sf_ssl, &sf_peer), 0);
    sf_error_is(WT_E_NULL);
    ck_assert_int_eq(wolfTicket_Store_count(sf_store, NULL, &sf_peer), 0);
    ck_assert_int_eq(wolfTicket_Store_count(sf_store, NULL, NULL), 0);
    ck_assert_int_eq(wolfTicket_Store_forget(NULL, sf_ssl, &sf_peer), 0);
    ck_assert_int_eq(wolfTicket_Store_forget(sf_store, NULL, &sf_peer), 0);
    ck_assert_int_eq(wolfTicket_Store_forget(sf_store, sf_ssl, &bad), 0);
    wolfTicket_Store_free(NULL);
    wolfSSL_SESSION_free(session);
}
END_TEST

int main(void)
{
    Suite* s = suite_create("store");
    TCase* tc;

    tc = th_case(s, "giving out", 1);
    tcase_add_checked_fixture(tc, sf_setup, sf_teardown);
    tcase_add_test(tc, the_newest_session_comes_first);
    tcase_add_test(tc, of_one_second_the_last_one_comes_first);
    tcase_add_test(tc, a_tls12_session_is_given_out_again_and_again);
    tcase_add_loop_test(tc, a_session_comes_back_byte_by_byte, 0, 2);
    tcase_add_loop_test(tc, put_back_is_no_duplicate, 0, 2);
    tcase_add_test(tc, put_back_keeps_its_age);
    tcase_add_test(tc, a_new_tls12_ticket_replaces_the_old_one);
    tcase_add_test(tc, a_refused_session_is_gone_and_no_other);
    tcase_add_test(tc, a_tls13_session_cannot_be_refused);

    tc = th_case(s, "refusals", 1);
    tcase_add_checked_fixture(tc, sf_setup, sf_teardown);
    tcase_add_test(tc, a_session_without_a_ticket_is_refused);
    tcase_add_loop_test(tc, a_session_that_has_run_out_is_refused, 0, 2);
    tcase_add_loop_test(tc, a_session_of_an_unverified_peer_is_refused, 0, 2);
    tcase_add_loop_test(tc, a_session_of_a_failed_verification_is_refused, 0,
        2);
    tcase_add_test(tc, what_can_never_fit_is_refused);
    tcase_add_test(tc, bad_calls_fail_with_a_text);
    return th_run(s);
}
