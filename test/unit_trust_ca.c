/* unit_trust_ca.c
 *
 * Certificate authorities and what a print says of them.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#define WOLFTICKET_NO_REDIRECT
#include "trust.h"
#include "trust_fixture.h"

#include <wolfssl/openssl/ssl.h>

#include <pthread.h>

#ifdef TF_CAN_MAKE

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

/* As many as it takes to be remembered. */
#define ROOTS 20
static tf_cert root[ROOTS];
static tf_cert middle[2];

/* middle[0] is signed by root[0], middle[1] by middle[0]. */
static void make_certs(void)
{
    char name[16];
    int i;

    th_setup();
    for (i = 0; i < ROOTS; i++) {
        (void)snprintf(name, sizeof(name), "root %d", i);
        tf_make(&root[i], name, NULL, TF_CA);
    }
    tf_make(&middle[0], "middle 0", &root[0], TF_CA);
    tf_make(&middle[1], "middle 1", &middle[0], TF_CA);
}

static void free_certs(void)
{
    int i;

    for (i = 0; i < ROOTS; i++)
        tf_free(&root[i]);
    tf_free(&middle[0]);
    tf_free(&middle[1]);
    wt_trust_cleanup();
    th_teardown();
}

static WOLFSSL_CTX* with_roots(int from, int to)
{
    WOLFSSL_CTX* ctx = tf_ctx();
    int i;

    for (i = from; i != to; i += (from < to) ? 1 : -1)
        tf_trust(ctx, &root[i]);
    return ctx;
}

START_TEST(the_order_of_authorities_does_not_matter)
{
    static const int counts[] = { 1, 2, 3, 4, ROOTS - 1 };
    WOLFSSL_CTX* up = with_roots(0, counts[_i]);
    WOLFSSL_CTX* down = with_roots(counts[_i] - 1, -1);
    WOLFSSL_CTX* less = with_roots(1, counts[_i]);
    WOLFSSL_CTX* more = with_roots(0, counts[_i] + 1);

    ck_assert_int_eq(Same(up, down), 1);
    ck_assert_int_eq(Same(up, less), 0);
    ck_assert_int_eq(Same(up, more), 0);
    wolfSSL_CTX_free(up);
    wolfSSL_CTX_free(down);
    wolfSSL_CTX_free(less);
    wolfSSL_CTX_free(more);
}
END_TEST

/* What wolfSSL learns from servers by the way. */
START_TEST(intermediate_authorities_of_known_ones_do_not_count)
{
    WOLFSSL_CTX* plain = with_roots(0, 2);
    WOLFSSL_CTX* learned = with_roots(0, 2);

    tf_trust(learned, &middle[0]);
    ck_assert_int_eq(Same(plain, learned), 1);
    tf_trust(learned, &middle[1]);
    ck_assert_int_eq(Same(plain, learned), 1);
    wolfSSL_CTX_free(plain);
    wolfSSL_CTX_free(learned);
}
END_TEST

START_TEST(intermediate_authorities_that_stand_alone_count)
{
    WOLFSSL_CTX* none = tf_ctx();
    WOLFSSL_CTX* first = tf_ctx();
    WOLFSSL_CTX* second = tf_ctx();
    WOLFSSL_CTX* both = tf_ctx();
    WOLFSSL_CTX* other = with_roots(1, 2);
    WOLFSSL_CTX* otherAlone = with_roots(1, 2);

    tf_trust(first, &middle[0]);
    tf_trust(second, &middle[1]);
    tf_trust(both, &middle[0]);
    tf_trust(both, &middle[1]);
    tf_trust(other, &middle[0]);
    ck_assert_int_eq(Same(none, first), 0);
    ck_assert_int_eq(Same(none, second), 0);
    ck_assert_int_eq(Same(first, second), 0);
    ck_assert_int_eq(Same(other, otherAlone), 0);
    /* The second follows from the first. */
    ck_assert_int_eq(Same(first, both), 1);
    wolfSSL_CTX_free(none);
    wolfSSL_CTX_free(first);
    wolfSSL_CTX_free(second);
    wolfSSL_CTX_free(both);
    wolfSSL_CTX_free(other);
    wolfSSL_CTX_free(otherAlone);
}
END_TEST

/* Only its signature makes it follow, not the name of its issuer. */
START_TEST(an_issuer_of_the_same_name_is_not_enough)
{
    tf_cert impostor;
    tf_cert below;
    WOLFSSL_CTX* a = tf_ctx();
    WOLFSSL_CTX* b = tf_ctx();

    memset(&impostor, 0, sizeof(impostor));
    memset(&below, 0, sizeof(below));
    tf_make(&impostor, "root 0", NULL, TF_CA | TF_NO_IDS);
    tf_make(&below, "below", &impostor, TF_CA | TF_NO_IDS);
    tf_trust(a, &root[0]);
    tf_trust(b, &root[0]);
    tf_trust(b, &below);
    ck_assert_int_eq(Same(a, b), 0);
    wolfSSL_CTX_free(a);
    wolfSSL_CTX_free(b);
    tf_free(&impostor);
    tf_free(&below);
}
END_TEST

/* Two that have signed each other, without a root: neither may vanish. */
START_TEST(authorities_that_sign_each_other_count)
{
    tf_cert one;
    tf_cert two;
    WOLFSSL_CTX* a = tf_ctx();
    WOLFSSL_CTX* b = tf_ctx();

    memset(&one, 0, sizeof(one));
    memset(&two, 0, sizeof(two));
    tf_make(&one, "one", NULL, TF_CA);
    tf_make(&two, "two", &one, TF_CA);
    tf_make(&one, "one", &two, TF_CA | TF_KEEP_KEY);
    tf_trust(b, &one);
    tf_trust(b, &two);
    ck_assert_int_eq(Same(a, b), 0);
    wolfSSL_CTX_free(a);
    wolfSSL_CTX_free(b);
    tf_free(&one);
    tf_free(&two);
}
END_TEST

/* With many authorities the result is remembered. */
START_TEST(what_is_remembered_is_what_was_found)
{
    WOLFSSL_CTX* ctx = with_roots(0, ROOTS - 1);
    byte fresh[WT_TRUST_SZ];
    byte again[WT_TRUST_SZ];
    int i;

    Print(ctx, fresh);
    for (i = 0; i < 3; i++) {
        Print(ctx, again);
        ck_assert_mem_eq(fresh, again, sizeof(fresh));
    }
    tf_trust(ctx, &root[ROOTS - 1]);
    Print(ctx, again);
    ck_assert_mem_ne(fresh, again, sizeof(fresh));
    ck_assert_int_eq(wolfSSL_CTX_UnloadCAs(ctx), WOLFSSL_SUCCESS);
    for (i = ROOTS - 2; i >= 0; i--)
        tf_trust(ctx, &root[i]);
    Print(ctx, again);
    ck_assert_mem_eq(fresh, again, sizeof(fresh));
    wt_trust_forget(ctx);
    Print(ctx, again);
    ck_assert_mem_eq(fresh, again, sizeof(fresh));
    wt_trust_forget(ctx);
    wolfSSL_CTX_free(ctx);
}
END_TEST

START_TEST(more_contexts_than_can_be_remembered_work)
{
    WOLFSSL_CTX* ctx[9];
    byte print[9][WT_TRUST_SZ];
    byte again[WT_TRUST_SZ];
    int i, round;

    for (i = 0; i < 9; i++) {
        ctx[i] = with_roots(0, ROOTS - 1);
        if (i > 0)
            wolfSSL_CTX_set_verify_depth(ctx[i], i);
        Print(ctx[i], print[i]);
    }
    for (round = 0; round < 2; round++) {
        for (i = 0; i < 9; i++) {
            Print(ctx[i], again);
            ck_assert_mem_eq(print[i], again, sizeof(again));
        }
    }
    for (i = 0; i < 9; i++)
        wolfSSL_CTX_free(ctx[i]);
}
END_TEST

/* A renewed authority of the same name and key, in another context. */
START_TEST(contexts_do_not_share_what_is_remembered)
{
    WOLFSSL_CTX* a = with_roots(0, ROOTS);
    WOLFSSL_CTX* b = with_roots(1, ROOTS);

    tf_make(&root[0], "root 0", NULL, TF_CA | TF_KEEP_KEY);
    tf_trust(b, &root[0]);
    ck_assert_int_eq(Same(a, b), 0);
    ck_assert_int_eq(Same(a, b), 0);
    wolfSSL_CTX_free(a);
    wolfSSL_CTX_free(b);
}
END_TEST

/* ---- memory and threads -------------------------------------------------- */

START_TEST(a_failed_allocation_makes_no_other_print)
{
    WOLFSSL_CTX* ctx;
    WOLFSSL* ssl;
    byte good[WT_TRUST_SZ];
    byte out[WT_TRUST_SZ];
    long live;
    long n = 0;
    int ret = 0;

    ctx = with_roots(0, (_i == 0) ? 2 : ROOTS);
    ssl = wolfSSL_new(ctx);
    ck_assert_int_eq(wt_trust_print(ssl, good), 1);
    wt_trust_forget(ctx);
    live = th_mem_live();
    do {
        th_mem_fail_at(++n);
        th_mem_arm(1);
        ret = wt_trust_print(ssl, out);
        th_mem_arm(0);
        if (ret == 1)
            ck_assert_mem_eq(out, good, sizeof(good));
        wt_trust_forget(ctx);
        ck_assert_int_eq(th_mem_live(), live);
    } while (th_mem_calls() >= n);
    ck_assert_int_eq(ret, 1);
    ck_assert_int_gt(n, 1);
    wolfSSL_free(ssl);
    wolfSSL_CTX_free(ctx);
}
END_TEST

static void count_memory(void)
{
    th_mem_use(TH_MEM_COUNT);
    make_certs();
}

#ifndef SINGLE_THREADED

typedef struct {
    WOLFSSL_CTX* ctx;
    byte want[WT_TRUST_SZ];
    int wrong;
} job;

static void* Work(void* arg)
{
    job* j = (job*)arg;
    byte out[WT_TRUST_SZ];
    int i;

    for (i = 0; i < 30; i++) {
        WOLFSSL* ssl = wolfSSL_new(j->ctx);

        if (ssl == NULL || !wt_trust_print(ssl, out) ||
                memcmp(out, j->want, sizeof(out)) != 0)
            j->wrong++;
        wolfSSL_free(ssl);
        if (i % 7 == 0)
            wt_trust_forget(j->ctx);
    }
    return NULL;
}

START_TEST(threads_agree)
{
    WOLFSSL_CTX* ctx = with_roots(0, (_i == 0) ? 2 : ROOTS);
    WOLFSSL_CTX* twin = with_roots(0, (_i == 0) ? 2 : ROOTS);
    pthread_t thread[8];
    job jobs[8];
    int i;

    /* The first to ask for a certificate makes wolfSSL parse it. */
    tf_use_file(ctx, "client.pem");
    tf_use_file(twin, "client.pem");
    for (i = 0; i < 8; i++) {
        jobs[i].ctx = ctx;
        jobs[i].wrong = 0;
        Print(twin, jobs[i].want);
    }
    for (i = 0; i < 8; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, Work, &jobs[i]), 0);
    for (i = 0; i < 8; i++) {
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
        ck_assert_int_eq(jobs[i].wrong, 0);
    }
    wolfSSL_CTX_free(ctx);
    wolfSSL_CTX_free(twin);
}
END_TEST

#endif

/* ---- handshakes ---------------------------------------------------------- */

/* A server whose certificate hangs two authorities below the root, both of
 * which it sends. */
static WOLFSSL_CTX* deep_server(void)
{
    static byte pem[3 * 2048];
    const tf_cert* chain[3];
    WOLFSSL_CTX* ctx = wolfSSL_CTX_new(wolfSSLv23_server_method());
    byte key[256];
    tf_cert leaf;
    int keySz;
    int sz = 0;
    int n, i;

    memset(&leaf, 0, sizeof(leaf));
    tf_make(&leaf, "leaf", &middle[1], 0);
    chain[0] = &leaf;
    chain[1] = &middle[1];
    chain[2] = &middle[0];
    for (i = 0; i < 3; i++) {
        n = wc_DerToPem(chain[i]->der, (word32)chain[i]->sz, pem + sz,
            (word32)sizeof(pem) - (word32)sz, CERT_TYPE);
        ck_assert_int_gt(n, 0);
        sz += n;
    }
    ck_assert_int_eq(wolfSSL_CTX_use_certificate_chain_buffer(ctx, pem, sz),
        WOLFSSL_SUCCESS);
    keySz = wc_EccKeyToDer(&leaf.key, key, sizeof(key));
    ck_assert_int_gt(keySz, 0);
    ck_assert_int_eq(wolfSSL_CTX_use_PrivateKey_buffer(ctx, key, keySz,
        WOLFSSL_FILETYPE_ASN1), WOLFSSL_SUCCESS);
    wolfSSL_CTX_SetIORecv(ctx, th_recv);
    wolfSSL_CTX_SetIOSend(ctx, th_send);
    tf_free(&leaf);
    return ctx;
}

START_TEST(a_handshake_leaves_the_print_as_it_was)
{
    WOLFSSL_CTX* sc = deep_server();
    WOLFSSL_CTX* cc = with_roots(0, (_i == 0) ? 1 : ROOTS);
    byte before[WT_TRUST_SZ];
    byte after[WT_TRUST_SZ];
    th_pair pair;

    wolfSSL_CTX_SetIORecv(cc, th_recv);
    wolfSSL_CTX_SetIOSend(cc, th_send);
    wolfSSL_CTX_set_verify(cc, WOLFSSL_VERIFY_PEER, NULL);
    Print(cc, before);
    th_open(&pair, sc, cc, NULL, TH_PLAIN);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wt_trust_print(pair.client, after), 1);
    ck_assert_mem_eq(before, after, sizeof(before));
    th_close(&pair);
    Print(cc, after);
    ck_assert_mem_eq(before, after, sizeof(before));
    wolfSSL_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST
#endif /* TF_CAN_MAKE */

int main(void)
{
    Suite* s = suite_create("trust_ca");

#ifdef TF_CAN_MAKE
    TCase* tc;

    tc = th_case(s, "authorities", 1);
    tcase_add_checked_fixture(tc, make_certs, free_certs);
    tcase_add_loop_test(tc, the_order_of_authorities_does_not_matter, 0, 5);
    tcase_add_test(tc, intermediate_authorities_of_known_ones_do_not_count);
    tcase_add_test(tc, intermediate_authorities_that_stand_alone_count);
    tcase_add_test(tc, an_issuer_of_the_same_name_is_not_enough);
    tcase_add_test(tc, authorities_that_sign_each_other_count);
    tcase_add_test(tc, what_is_remembered_is_what_was_found);
    tcase_add_test(tc, more_contexts_than_can_be_remembered_work);
    tcase_add_test(tc, contexts_do_not_share_what_is_remembered);
    tcase_add_loop_test(tc, a_handshake_leaves_the_print_as_it_was, 0, 2);
#ifndef SINGLE_THREADED
    tcase_add_loop_test(tc, threads_agree, 0, 2);
#endif

    tc = th_case(s, "memory", 1);
    tcase_add_checked_fixture(tc, count_memory, free_certs);
    tcase_add_loop_test(tc, a_failed_allocation_makes_no_other_print, 0, 2);
#else
    (void)th_case(s, "no certificates can be made with this wolfSSL", 0);
#endif
    return th_run(s);
}
