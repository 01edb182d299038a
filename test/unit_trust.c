/* unit_trust.c
 *
 * What the verification of a client's peer depends on, in short.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#define WOLFTICKET_NO_REDIRECT
#include "trust.h"
#include "trust_fixture.h"

#include <wolfssl/openssl/ssl.h>

static void Print(WOLFSSL_CTX* ctx, byte out[WT_TRUST_SZ])
{
    WOLFSSL* ssl = wolfSSL_new(ctx);

    ck_assert_ptr_nonnull(ssl);
    memset(out, 0, WT_TRUST_SZ);
    ck_assert_int_eq(wt_trust_print(ssl, out), 1);
    wolfSSL_free(ssl);
}

static int Same(WOLFSSL_CTX* a, WOLFSSL_CTX* b)
{
    byte x[WT_TRUST_SZ];
    byte y[WT_TRUST_SZ];

    Print(a, x);
    Print(b, y);
    return memcmp(x, y, sizeof(x)) == 0;
}

/* ---- settings ------------------------------------------------------------ */

static int Accept(int preverify, WOLFSSL_X509_STORE_CTX* store)
{
    (void)preverify;
    (void)store;
    return 1;
}

static int AcceptToo(int preverify, WOLFSSL_X509_STORE_CTX* store)
{
    return Accept(preverify, store);
}

typedef void (*change)(WOLFSSL_CTX* ctx, WOLFSSL* ssl);

static void NoVerification(WOLFSSL_CTX* ctx, WOLFSSL* ssl)
{
    (void)ctx;
    wolfSSL_set_verify(ssl, WOLFSSL_VERIFY_NONE, NULL);
}

static void FailWithout(WOLFSSL_CTX* ctx, WOLFSSL* ssl)
{
    (void)ctx;
    wolfSSL_set_verify(ssl, WOLFSSL_VERIFY_PEER |
        WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
}

static void Depth(WOLFSSL_CTX* ctx, WOLFSSL* ssl)
{
    (void)ctx;
    wolfSSL_set_verify_depth(ssl, 2);
}

static void Callback(WOLFSSL_CTX* ctx, WOLFSSL* ssl)
{
    (void)ctx;
    wolfSSL_set_verify(ssl, WOLFSSL_VERIFY_PEER, Accept);
}

static void Authority(WOLFSSL_CTX* ctx, WOLFSSL* ssl)
{
    (void)ssl;
    tf_trust_file(ctx, "ca.pem");
}

static void Certificate(WOLFSSL_CTX* ctx, WOLFSSL* ssl)
{
    char path[256];

    (void)ctx;
    tf_path(path, "client.pem");
    ck_assert_int_eq(wolfSSL_use_certificate_file(ssl, path,
        WOLFSSL_FILETYPE_PEM), WOLFSSL_SUCCESS);
}

static void OtherCertificate(WOLFSSL_CTX* ctx, WOLFSSL* ssl)
{
    char path[256];

    (void)ctx;
    tf_path(path, "client2.pem");
    ck_assert_int_eq(wolfSSL_use_certificate_file(ssl, path,
        WOLFSSL_FILETYPE_PEM), WOLFSSL_SUCCESS);
}

static void ContextCertificate(WOLFSSL_CTX* ctx, WOLFSSL* ssl)
{
    (void)ssl;
    tf_use_file(ctx, "server.pem");
}

static void HostName(WOLFSSL_CTX* ctx, WOLFSSL* ssl)
{
    (void)ctx;
    ck_assert_int_eq(wolfSSL_set1_host(ssl, "localhost"), WOLFSSL_SUCCESS);
}

static void OtherHostName(WOLFSSL_CTX* ctx, WOLFSSL* ssl)
{
    (void)ctx;
    ck_assert_int_eq(wolfSSL_set1_host(ssl, "localhosts"), WOLFSSL_SUCCESS);
}

static const change changes[] = {
    NULL, NoVerification, FailWithout, Depth, Callback, Authority,
    Certificate, OtherCertificate, ContextCertificate, HostName, OtherHostName
};
#define CHANGES (int)(sizeof(changes) / sizeof(changes[0]))

static void Changed(int i, byte out[WT_TRUST_SZ])
{
    WOLFSSL_CTX* ctx = tf_ctx();
    WOLFSSL* ssl;

    wolfSSL_CTX_set_verify(ctx, WOLFSSL_VERIFY_PEER, NULL);
    ssl = wolfSSL_new(ctx);
    ck_assert_ptr_nonnull(ssl);
    if (changes[i] != NULL)
        changes[i](ctx, ssl);
    if (changes[i] == ContextCertificate) {
        wolfSSL_free(ssl);
        ssl = wolfSSL_new(ctx);
        ck_assert_ptr_nonnull(ssl);
    }
    ck_assert_int_eq(wt_trust_print(ssl, out), 1);
    wolfSSL_free(ssl);
    wolfSSL_CTX_free(ctx);
}

START_TEST(each_setting_makes_a_print_of_its_own)
{
    byte mine[WT_TRUST_SZ];
    byte other[WT_TRUST_SZ];
    int i;

    Changed(_i, mine);
    for (i = 0; i < CHANGES; i++) {
        Changed(i, other);
        ck_assert_int_eq(memcmp(mine, other, sizeof(mine)) == 0, i == _i);
    }
}
END_TEST

/* Another run of the program has another address for the same callback. */
START_TEST(of_a_callback_only_its_being_there_counts)
{
    WOLFSSL_CTX* a = tf_ctx();
    WOLFSSL_CTX* b = tf_ctx();

    wolfSSL_CTX_set_verify(a, WOLFSSL_VERIFY_PEER, Accept);
    wolfSSL_CTX_set_verify(b, WOLFSSL_VERIFY_PEER, AcceptToo);
    ck_assert_int_eq(Same(a, b), 1);
    wolfSSL_CTX_set_verify(b, WOLFSSL_VERIFY_PEER, NULL);
    ck_assert_int_eq(Same(a, b), 0);
    wolfSSL_CTX_free(a);
    wolfSSL_CTX_free(b);
}
END_TEST

START_TEST(bad_calls_fail)
{
    byte out[WT_TRUST_SZ];

    ck_assert_int_eq(wt_trust_print(NULL, out), 0);
    ck_assert_int_eq(wt_trust_kept(NULL), 0);
    wt_trust_forget(NULL);
    wt_trust_cleanup();
    wt_trust_cleanup();
}
END_TEST

/* ---- authorities --------------------------------------------------------- */

/* A context that the application adds to while it is in use. */
START_TEST(authorities_added_later_count)
{
    WOLFSSL_CTX* ctx = tf_ctx();
    WOLFSSL* ssl = wolfSSL_new(ctx);
    byte before[WT_TRUST_SZ];
    byte after[WT_TRUST_SZ];

    ck_assert_int_eq(wt_trust_print(ssl, before), 1);
    tf_trust_file(ctx, "ca.pem");
    ck_assert_int_eq(wt_trust_print(ssl, after), 1);
    ck_assert_mem_ne(before, after, sizeof(before));
    ck_assert_int_eq(wolfSSL_CTX_UnloadCAs(ctx), WOLFSSL_SUCCESS);
    ck_assert_int_eq(wt_trust_print(ssl, after), 1);
    ck_assert_mem_eq(before, after, sizeof(before));
    wolfSSL_free(ssl);
    wolfSSL_CTX_free(ctx);
}
END_TEST

/* ---- handshakes ---------------------------------------------------------- */

/* Verify mode, whether there is a callback that accepts all, whether the
 * authority is known; and whether the session may be kept. */
static const struct {
    int mode;
    int callback;
    int known;
    int kept;
} verdicts[] = {
    { WOLFSSL_VERIFY_PEER, 0, 1, 1 },
    { WOLFSSL_VERIFY_PEER, 1, 1, 1 },
    { WOLFSSL_VERIFY_PEER, 1, 0, 0 },
    { WOLFSSL_VERIFY_NONE, 0, 1, 1 },
    { WOLFSSL_VERIFY_NONE, 0, 0, 1 }
};
#define VERDICTS (int)(sizeof(verdicts) / sizeof(verdicts[0]))

START_TEST(only_what_was_found_good_is_kept)
{
    int v = _i % VERDICTS;
    int mode = (_i < VERDICTS) ? TH_TLS13 : TH_TLS12;
    WOLFSSL_CTX* sc = th_server_ctx_raw(mode);
    WOLFSSL_CTX* cc = wolfSSL_CTX_new((mode == TH_TLS13)
        ? wolfSSLv23_client_method() : wolfTLSv1_2_client_method());
    th_pair pair;

    wolfSSL_CTX_SetIORecv(sc, th_recv);
    wolfSSL_CTX_SetIOSend(sc, th_send);
    wolfSSL_CTX_SetIORecv(cc, th_recv);
    wolfSSL_CTX_SetIOSend(cc, th_send);
    if (verdicts[v].known)
        tf_trust_file(cc, "ca.pem");
    wolfSSL_CTX_set_verify(cc, verdicts[v].mode,
        verdicts[v].callback ? Accept : NULL);
    th_open(&pair, sc, cc, NULL, TH_PLAIN);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wt_trust_kept(pair.client), verdicts[v].kept);
    th_close(&pair);
    wolfSSL_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

int main(void)
{
    Suite* s = suite_create("trust");
    TCase* tc;

    tc = th_case(s, "settings", 0);
    tcase_add_loop_test(tc, each_setting_makes_a_print_of_its_own, 0,
        CHANGES);
    tcase_add_test(tc, of_a_callback_only_its_being_there_counts);
    tcase_add_test(tc, bad_calls_fail);
    tcase_add_test(tc, authorities_added_later_count);

    tc = th_case(s, "handshakes", 0);
    tcase_add_loop_test(tc, only_what_was_found_good_is_kept, 0,
        2 * VERDICTS);
    return th_run(s);
}
