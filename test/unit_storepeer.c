/* unit_storepeer.c
 *
 * Whom a session is for: what separates peers, and what does not.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "store_fixture.h"
#include "trust_fixture.h"

#define BYTES(s) (const unsigned char*)(s), sizeof(s) - 1
#define NONE     NULL, 0

/* None of these is another one.  Several differ only in where one field ends
 * and the next begins. */
static const wolfTicket_Peer peers[] = {
    { "host", 443, NULL, NONE, NONE },
    { "hosts", 443, NULL, NONE, NONE },
    { "hos", 443, NULL, NONE, NONE },
    { "", 443, NULL, NONE, NONE },
    { "host.", 443, NULL, NONE, NONE },
    { "host", 444, NULL, NONE, NONE },
    { "host", 0, NULL, NONE, NONE },
    { "host", 0xBB01, NULL, NONE, NONE },
    { "host", 443, "", NONE, NONE },
    { "host", 443, "host", NONE, NONE },
    { "host", 443, "HOST", NONE, NONE },
    { "host", 443, "hos", BYTES("t"), NONE },
    { "hos", 443, "thost", NONE, NONE },
    { "host", 443, NULL, BYTES(""), NONE },
    { "host", 443, NULL, BYTES("h2"), NONE },
    { "host", 443, NULL, BYTES("h2\0"), NONE },
    { "host", 443, NULL, BYTES("\2h2\10http/1.1"), NONE },
    { "host", 443, NULL, BYTES("\10http/1.1\2h2"), NONE },
    { "host", 443, "h2", NONE, NONE },
    { "host", 443, NULL, NONE, BYTES("h2") },
    { "host", 443, NULL, NONE, BYTES("") },
    { "host", 443, NULL, BYTES("h"), BYTES("2") },
    { "host", 443, NULL, BYTES(""), BYTES("h2") },
    { "host", 443, "", BYTES(""), BYTES("") },
    /* The same bytes in a row, but for the sizes between them. */
    { "host", 443, NULL, BYTES("a\1\0\0\0\0b"), BYTES("c") },
    { "host", 443, NULL, BYTES("a"), BYTES("b\1\0\0\0\0c") },
    { "host", 443, NULL, NONE, BYTES("h2\0") },
    { "host", 443, NULL, NONE, BYTES("H2") },
    { "h\xf6st", 443, NULL, NONE, NONE },
    { "h\xd6st", 443, NULL, NONE, NONE }
};
#define PEERS (int)(sizeof(peers) / sizeof(peers[0]))

START_TEST(a_session_is_given_to_its_own_peer_only)
{
    int i;

    ck_assert_int_eq(sf_put(&peers[_i], 1, 7, TH_NOW), 1);
    for (i = 0; i < PEERS; i++) {
        if (i != _i) {
            ck_assert_int_eq(sf_count(&peers[i]), 0);
            ck_assert_int_eq(sf_take(&peers[i]), -1);
            ck_assert_int_eq(wolfTicket_Store_forget(sf_store, sf_ssl,
                &peers[i]), 1);
        }
    }
    ck_assert_int_eq(sf_count(&peers[_i]), 1);
    ck_assert_int_eq(sf_take(&peers[_i]), 7);
}
END_TEST

START_TEST(case_of_the_host_does_not_matter)
{
    static const char* const forms[] = {
        "abcxyz-019.example", "ABCXYZ-019.EXAMPLE", "AbcXyz-019.eXample"
    };
    wolfTicket_Peer peer = sf_peer;
    int i;

    peer.host = forms[_i];
    ck_assert_int_eq(sf_put(&peer, 1, 7, TH_NOW), 1);
    for (i = 0; i < 3; i++) {
        peer.host = forms[i];
        ck_assert_int_eq(sf_count(&peer), 1);
    }
    /* Only letters have a case. */
    peer.host = "abcxyz\x0d" "019.example";
    ck_assert_int_eq(sf_count(&peer), 0);
    peer.host = "abcxyz-019\x0e" "example";
    ck_assert_int_eq(sf_count(&peer), 0);
}
END_TEST

START_TEST(what_the_caller_gives_is_needed_during_the_call_only)
{
    char host[] = "www.example";
    wolfTicket_Peer peer = sf_peer;

    peer.host = host;
    ck_assert_int_eq(sf_put(&peer, 1, 7, TH_NOW), 1);
    memset(host, 'x', sizeof(host) - 1);
    ck_assert_int_eq(sf_count(&sf_peer), 1);
}
END_TEST

START_TEST(a_long_host_name_counts_to_its_end)
{
    static char host[5000];
    wolfTicket_Peer peer = sf_peer;

    memset(host, 'a', sizeof(host) - 1);
    peer.host = host;
    ck_assert_int_eq(sf_put(&peer, 1, 7, TH_NOW), 1);
    host[sizeof(host) - 2] = 'b';
    ck_assert_int_eq(sf_count(&peer), 0);
    host[sizeof(host) - 2] = 'A';
    ck_assert_int_eq(sf_count(&peer), 1);
}
END_TEST

/* ---- connections --------------------------------------------------------- */

/* Client certificates, by files; "": none. */
static const char* const mine[] = { "", "client.pem", "client2.pem" };

static WOLFSSL* as(WOLFSSL_CTX* ctx, const char* file)
{
    WOLFSSL* ssl = wolfSSL_new(ctx);
    char path[256];

    ck_assert_ptr_nonnull(ssl);
    if (file[0] != '\0') {
        tf_path(path, file);
        ck_assert_int_eq(wolfSSL_use_certificate_file(ssl, path,
            WOLFSSL_FILETYPE_PEM), WOLFSSL_SUCCESS);
    }
    return ssl;
}

/* A session made as alice must not be offered as bob. */
START_TEST(a_session_belongs_to_the_clients_own_certificate)
{
    WOLFSSL_SESSION* session = sf_session(1, 3, TH_NOW, SF_LIFETIME);
    int by = _i / 3;
    int to = _i % 3;
    WOLFSSL* first = as(sf_ctx, mine[by]);
    WOLFSSL* second = as(sf_ctx, mine[to]);

    ck_assert_int_eq(wolfTicket_Store_put(sf_store, first, &sf_peer, session),
        1);
    ck_assert_int_eq(wolfTicket_Store_count(sf_store, second, &sf_peer),
        by == to);
    ck_assert_int_eq(sf_number(wolfTicket_Store_take(sf_store, second,
        &sf_peer)), (by == to) ? 3 : -1);
    wolfSSL_free(first);
    wolfSSL_free(second);
    wolfSSL_SESSION_free(session);
}
END_TEST

START_TEST(a_session_belongs_to_what_verified_it)
{
    WOLFSSL_CTX* same = th_client_ctx(TH_TLS13);
    WOLFSSL_CTX* none = tf_ctx();
    WOLFSSL_CTX* more = th_client_ctx(TH_TLS13);
    WOLFSSL* ssl;

    ck_assert_int_eq(sf_put(&sf_peer, 1, 3, TH_NOW), 1);
    ssl = wolfSSL_new(same);
    ck_assert_int_eq(wolfTicket_Store_count(sf_store, ssl, &sf_peer), 1);
    wolfSSL_set_verify(ssl, WOLFSSL_VERIFY_NONE, NULL);
    ck_assert_int_eq(wolfTicket_Store_count(sf_store, ssl, &sf_peer),
        wolfSSL_CTX_get_verify_mode(sf_ctx) == WOLFSSL_VERIFY_NONE);
    wolfSSL_set_verify(ssl, WOLFSSL_VERIFY_PEER, NULL);
    ck_assert_int_eq(wolfTicket_Store_count(sf_store, ssl, &sf_peer), 0);
    wolfSSL_free(ssl);
    ssl = wolfSSL_new(none);
    ck_assert_int_eq(wolfTicket_Store_count(sf_store, ssl, &sf_peer), 0);
    wolfSSL_free(ssl);
#ifdef TF_CAN_MAKE
    {
        tf_cert root;

        memset(&root, 0, sizeof(root));
        tf_make(&root, "another root", NULL, TF_CA);
        tf_trust(more, &root);
        ssl = wolfSSL_new(more);
        ck_assert_int_eq(wolfTicket_Store_count(sf_store, ssl, &sf_peer), 0);
        wolfSSL_free(ssl);
        tf_free(&root);
    }
#endif
    ck_assert_int_eq(sf_count(&sf_peer), 1);
    wolfSSL_CTX_free(same);
    wolfSSL_CTX_free(none);
    wolfSSL_CTX_free(more);
}
END_TEST

int main(void)
{
    Suite* s = suite_create("storepeer");
    TCase* tc;

    tc = th_case(s, "fields", 1);
    tcase_add_checked_fixture(tc, sf_setup, sf_teardown);
    tcase_add_loop_test(tc, a_session_is_given_to_its_own_peer_only, 0,
        PEERS);
    tcase_add_loop_test(tc, case_of_the_host_does_not_matter, 0, 3);
    tcase_add_test(tc, what_the_caller_gives_is_needed_during_the_call_only);
    tcase_add_test(tc, a_long_host_name_counts_to_its_end);

    tc = th_case(s, "connections", 1);
    tcase_add_checked_fixture(tc, sf_setup, sf_teardown);
    tcase_add_loop_test(tc, a_session_belongs_to_the_clients_own_certificate,
        0, 9);
    tcase_add_test(tc, a_session_belongs_to_what_verified_it);
    return th_run(s);
}
