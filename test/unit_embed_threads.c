/* unit_embed_threads.c
 *
 * The embedded core in several threads, for ThreadSanitizer to look at.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed_fixture.h"

#include <pthread.h>

static WOLFSSL_CTX* sc;
static int rounds;

/* A server and its client; every resumption brings this thread's data. */
static void* oneThread(void* arg)
{
    int mode = *(int*)arg % TH_MODES;
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session = NULL;
    char name[16];
    th_pair pair;
    int n;

    memset(name, 'a' + *(int*)arg, sizeof(name));
    name[15] = 0;
    for (n = 0; n < rounds; n++) {
        th_open(&pair, sc, cc, session, TH_OURS);
        if (session == NULL)
            ck_assert_int_eq(th_set_data(pair.server, name), 1);
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        ck_assert_int_eq(th_has_data(pair.server, name), 1);
        th_exchange(&pair);
        wolfSSL_SESSION_free(session);
        session = wolfSSL_get1_session(pair.client);
        th_close(&pair);
        /* Twice: with three places no ticket is cut short. */
        if (*(int*)arg == 0 && (n == rounds / 3 || n == rounds / 2))
            ck_assert_int_eq(wolfTicket_CTX_rotate_keys(sc, NULL), 1);
        if (n % 16 == 15) {
            wolfSSL_SESSION_free(session);
            session = NULL;
        }
    }
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    return NULL;
}

START_TEST(threads_share_a_context)
{
    pthread_t thread[WOLFTICKET_MAX_CONNECTIONS];
    int number[WOLFTICKET_MAX_CONNECTIONS];
    int i;

    rounds = th_many(100);
    sc = eb_server(TH_TLS13, &storage);
    for (i = 0; i < WOLFTICKET_MAX_CONNECTIONS; i++) {
        number[i] = i;
        ck_assert_int_eq(pthread_create(&thread[i], NULL, oneThread,
            &number[i]), 0);
    }
    for (i = 0; i < WOLFTICKET_MAX_CONNECTIONS; i++)
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    wolfTicket_CTX_free(sc);
}
END_TEST

/* One key and one counter: what all the threads drew is compared. */
enum { DRAWS = 20000, THREADS = 4 };
static byte drawn[THREADS][DRAWS][WT_AEAD_NONCE_SZ];

static void* draw(void* arg)
{
    int i = *(int*)arg;
    int n;

    for (n = 0; n < DRAWS; n++)
        ck_assert_int_eq(wt_embed_nonce(NULL, drawn[i][n]), 1);
    return NULL;
}

static int compare(const void* a, const void* b)
{
    return memcmp(a, b, WT_AEAD_NONCE_SZ);
}

START_TEST(no_nonce_repeats_across_threads)
{
    pthread_t thread[THREADS];
    int number[THREADS];
    int i;

    ck_assert_int_eq(wt_embed_port(), 1);
    for (i = 0; i < THREADS; i++) {
        number[i] = i;
        ck_assert_int_eq(pthread_create(&thread[i], NULL, draw, &number[i]),
            0);
    }
    for (i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    qsort(drawn, (size_t)THREADS * DRAWS, WT_AEAD_NONCE_SZ, compare);
    for (i = 1; i < THREADS * DRAWS; i++)
        ck_assert_int_ne(memcmp(drawn[0][0] + (size_t)(i - 1) *
            WT_AEAD_NONCE_SZ, drawn[0][0] + (size_t)i * WT_AEAD_NONCE_SZ,
            WT_AEAD_NONCE_SZ), 0);
}
END_TEST

static Suite* threads_suite(void)
{
    Suite* suite = suite_create("embedded core, threads");
    TCase* tc = eb_case(suite, "threads");

    tcase_add_test(tc, threads_share_a_context);
    tcase_add_test(tc, no_nonce_repeats_across_threads);
    return suite;
}

int main(void)
{
    return th_run(threads_suite());
}
