/* unit_store_threads.c
 *
 * One store and many threads: no TLS 1.3 session is given out twice, and none
 * gets lost.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "store_fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#define THREADS  8
#define SESSIONS 64
#define PEERS    4

static int held[SESSIONS];      /* by how many threads */
static int wrong;
static int rounds;
static byte keys[PEERS][WT_PEER_SZ];

static int Fixed(word64* now, void* arg)
{
    (void)arg;
    *now = TH_NOW;
    return 1;
}

static void threads_setup(void)
{
    word32 i;

    sf_setup();
    wolfTicket_Store_free(sf_store);
    sf_store = wolfTicket_Store_new(0, SESSIONS, 0, Fixed, NULL);
    ck_assert_ptr_nonnull(sf_store);
    memset(held, 0, sizeof(held));
    wrong = 0;
    rounds = th_many(2000);
    for (i = 0; i < PEERS; i++)
        sf_key(i, keys[i]);
}

static void run(void* (*work)(void*), int threads)
{
    pthread_t thread[THREADS + 1];
    int number[THREADS + 1];
    int i;

    for (i = 0; i < threads; i++) {
        number[i] = i;
        ck_assert_int_eq(pthread_create(&thread[i], NULL, work, &number[i]),
            0);
    }
    for (i = 0; i < threads; i++)
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    ck_assert_int_eq(wrong, 0);
}

/* The number that sf_session() gave it. */
static int NumberOf(WOLFSSL_SESSION* session)
{
    wt_session_facts facts;
    wt_blob blob;
    int ret = -1;

    memset(&blob, 0, sizeof(blob));
    if (wt_session_pack(session, &blob) &&
            wt_session_read(blob.mem, blob.sz, &facts))
        ret = (int)wt_get(blob.mem + facts.ticketAt, 4);
    wt_session_discard(&blob);
    return ret;
}

static void Wrong(void)
{
    (void)__atomic_add_fetch(&wrong, 1, __ATOMIC_RELAXED);
}

/* ---- take and put back --------------------------------------------------- */

static void* TakeAndPutBack(void* arg)
{
    int me = *(int*)arg;
    wt_session_facts facts;
    WOLFSSL_SESSION* session;
    int i, n, peer;

    for (i = 0; i < rounds; i++) {
        peer = (me + i) % PEERS;
        session = wt_store_take(sf_store, keys[peer], &facts);
        if (session == NULL)
            continue;
        n = NumberOf(session);
        if (n < 0 || n >= SESSIONS || n % PEERS != peer ||
                __atomic_add_fetch(&held[n], 1, __ATOMIC_ACQ_REL) != 1) {
            Wrong();
        }
        else {
            (void)__atomic_sub_fetch(&held[n], 1, __ATOMIC_ACQ_REL);
            if (!wt_store_put(sf_store, keys[peer], session))
                Wrong();
        }
        wolfSSL_SESSION_free(session);
    }
    return NULL;
}

START_TEST(no_session_is_held_by_two_threads)
{
    word32 i;

    for (i = 0; i < SESSIONS; i++)
        ck_assert_int_eq(sf_put_key(i % PEERS, 1, i, TH_NOW), 1);
    run(TakeAndPutBack, THREADS);
    ck_assert_int_eq(sf_count(NULL), SESSIONS);
    sf_check_table();
    for (i = 0; i < SESSIONS; i++) {
        long n = sf_take_key(i % PEERS);

        ck_assert_int_ge(n, 0);
        ck_assert_int_eq(held[n]++, 0);
    }
    ck_assert_int_eq(sf_count(NULL), 0);
}
END_TEST

/* ---- take until nothing is left ------------------------------------------ */

static void* TakeAll(void* arg)
{
    wt_session_facts facts;
    WOLFSSL_SESSION* session;
    int n;

    (void)arg;
    while ((session = wt_store_take(sf_store, keys[0], &facts)) != NULL) {
        n = NumberOf(session);
        if (n < 0 || n >= SESSIONS ||
                __atomic_add_fetch(&held[n], 1, __ATOMIC_ACQ_REL) != 1)
            Wrong();
        wolfSSL_SESSION_free(session);
    }
    return NULL;
}

START_TEST(each_session_is_taken_once)
{
    word32 i;
    int round;

    for (round = 0; round < 20; round++) {
        memset(held, 0, sizeof(held));
        for (i = 0; i < SESSIONS; i++)
            ck_assert_int_eq(sf_put_key(0, 1, i, TH_NOW), 1);
        run(TakeAll, THREADS);
        for (i = 0; i < SESSIONS; i++)
            ck_assert_int_eq(held[i], 1);
        ck_assert_int_eq(sf_count(NULL), 0);
        sf_check_table();
    }
}
END_TEST

/* ---- everything at once -------------------------------------------------- */

static char path[96];

static void DoAnything(int what, int n, WOLFSSL_SESSION* session)
{
    static const unsigned char key[32] = { 1, 2, 3 };
    wt_session_facts facts;
    WOLFSSL_SESSION* taken = NULL;

    switch (what) {
        case 0:
            wt_store_hold(sf_store);
            (void)wolfTicket_Store_count(sf_store, NULL, NULL);
            wt_store_drop(sf_store);
            break;
        case 1:
            wt_store_refused(sf_store, keys[n], session);
            break;
        case 2:
            (void)wt_store_left(sf_store, keys[n]);
            break;
        case 3:
            if (n == 0 && !wolfTicket_Store_save(sf_store, path, key,
                    sizeof(key)))
                Wrong();
            break;
        case 4:
            if (n == 0 && !wolfTicket_Store_load(sf_store, path, key,
                    sizeof(key)))
                Wrong();
            break;
        case 5:
            if (n == 0)
                (void)wolfTicket_Store_forget(sf_store, NULL, NULL);
            break;
        case 6:
        case 7:
            if (!wt_store_put(sf_store, keys[n], session))
                Wrong();
            break;
        default:
            taken = wt_store_take(sf_store, keys[n], &facts);
            break;
    }
    wolfSSL_SESSION_free(taken);
}

static WOLFSSL_SESSION* sessions[THREADS];

static void* Anything(void* arg)
{
    int me = *(int*)arg;
    word32 state = (word32)me * 77u + 1;
    int i;

    for (i = 0; i < rounds / 2; i++) {
        state = state * 1664525u + 1013904223u;
        DoAnything((int)((state >> 24) % 12), (int)((state >> 16) % PEERS),
            sessions[me]);
    }
    return NULL;
}

START_TEST(everything_at_once_breaks_nothing)
{
    static const unsigned char key[32] = { 1, 2, 3 };
    int i;

    (void)snprintf(path, sizeof(path), "storethreads.%ld", (long)getpid());
    ck_assert_int_eq(wolfTicket_Store_save(sf_store, path, key, sizeof(key)),
        1);
    for (i = 0; i < THREADS; i++)
        sessions[i] = sf_session(i % 2, (word32)i, TH_NOW, SF_LIFETIME);
    run(Anything, THREADS);
    sf_check_table();
    for (i = 0; i < THREADS; i++)
        wolfSSL_SESSION_free(sessions[i]);
    ck_assert_int_eq(unlink(path), 0);
}
END_TEST

/* ---- with connections ---------------------------------------------------- */

static void* ByConnection(void* arg)
{
    WOLFSSL_SESSION* session;
    WOLFSSL* ssl;
    int i;

    (void)arg;
    for (i = 0; i < rounds / 40; i++) {
        ssl = wolfSSL_new(sf_ctx);
        session = wolfTicket_Store_take(sf_store, ssl, &sf_peer);
        if (session != NULL &&
                !wolfTicket_Store_put(sf_store, ssl, &sf_peer, session))
            Wrong();
        wolfSSL_SESSION_free(session);
        wolfSSL_free(ssl);
    }
    return NULL;
}

START_TEST(connections_of_one_context_share_a_store)
{
    word32 i;

    for (i = 0; i < THREADS; i++)
        ck_assert_int_eq(sf_put(&sf_peer, 1, i, TH_NOW), 1);
    run(ByConnection, THREADS);
    ck_assert_int_eq(sf_count(&sf_peer), THREADS);
}
END_TEST

int main(void)
{
    Suite* s = suite_create("store_threads");
    TCase* tc = th_case(s, "threads", 1);

    tcase_add_checked_fixture(tc, threads_setup, sf_teardown);
    tcase_add_test(tc, no_session_is_held_by_two_threads);
    tcase_add_test(tc, each_session_is_taken_once);
    tcase_add_test(tc, everything_at_once_breaks_nothing);
    tcase_add_test(tc, connections_of_one_context_share_a_store);
    return th_run(s);
}
