/* unit_largedata_threads.c
 *
 * Large application data from many threads, in a memory that is too small.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "largedata_fixture.h"

#include <pthread.h>

#define THREADS 4

static struct {
    WOLFSSL_CTX* sc;
    word64 now;
    int rounds;
    int running;
    unsigned long handshakes;
    unsigned long resumed;
    unsigned long wrong;
} shared;

static int SharedTime(word64* now, void* arg)
{
    (void)arg;
    *now = __atomic_load_n(&shared.now, __ATOMIC_RELAXED);
    return 1;
}

static void Wrong(void)
{
    __atomic_add_fetch(&shared.wrong, 1, __ATOMIC_RELAXED);
}

/* What resumes has the data of this thread, whole. */
static void OneConnection(WOLFSSL_CTX* cc, WOLFSSL_SESSION** session,
    unsigned int number, size_t sz)
{
    th_pair pair;
    unsigned char octet;
    int resumed;

    th_open(&pair, shared.sc, cc, *session, TH_OURS);
    if (*session == NULL && !ld_set(pair.server, sz, number))
        Wrong();
    if (th_handshake(&pair) != TH_BOTH_DONE)
        Wrong();
    resumed = wolfSSL_session_reused(pair.server) == 1;
    if (resumed) {
        __atomic_add_fetch(&shared.resumed, 1, __ATOMIC_RELAXED);
        if (!ld_has(pair.server, sz, number))
            Wrong();
    }
    else if (*session != NULL && !ld_has(pair.server, 0, 0)) {
        Wrong();
    }
    if (wolfTicket_write(pair.server, "x", 1) != 1 ||
            th_client_reads(&pair, &octet, 1) != 1)
        Wrong();
    wolfSSL_SESSION_free(*session);
    *session = (resumed || *session == NULL)
        ? wolfSSL_get1_session(pair.client) : NULL;
    __atomic_add_fetch(&shared.handshakes, 1, __ATOMIC_RELAXED);
    th_close(&pair);
}

static void* Client(void* arg)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session = NULL;
    unsigned int number = *(unsigned int*)arg;
    int i;

    for (i = 0; i < shared.rounds; i++)
        OneConnection(cc, &session, number, 3000 + 5000 * (size_t)number);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    th_leave_thread();
    __atomic_sub_fetch(&shared.running, 1, __ATOMIC_RELEASE);
    return NULL;
}

/* The clock goes on, and somebody looks all the time. */
static void* Watch(void* arg)
{
    wolfTicket_Stats stats;

    while (__atomic_load_n(&shared.running, __ATOMIC_ACQUIRE) > 0) {
        __atomic_add_fetch(&shared.now, 1, __ATOMIC_RELAXED);
        if (!wolfTicket_CTX_get_stats(shared.sc, &stats) ||
                stats.data_bytes > *(unsigned long*)arg)
            Wrong();
    }
    return NULL;
}

START_TEST(threads_share_the_memory)
{
    static unsigned int number[THREADS];
    /* Enough for all, and for about half. */
    static unsigned long limits[] = { 4000000, 150000 };
    pthread_t client[THREADS];
    pthread_t watcher;
    wolfTicket_KeyRing* ring;
    wolfTicket_Stats stats;
    unsigned int i;

    memset(&shared, 0, sizeof(shared));
    shared.now = TH_NOW;
    shared.rounds = 20 + th_many(60);
    shared.running = THREADS;
    shared.sc = th_server_ctx(TH_TLS13);
    ring = wolfTicket_KeyRing_new_ex(SharedTime, NULL, NULL, NULL);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(shared.sc, ring), 1);
    wolfTicket_KeyRing_free(ring);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(shared.sc, 604800), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_data_memory(shared.sc, limits[_i]),
        1);
    for (i = 0; i < THREADS; i++) {
        number[i] = i;
        ck_assert_int_eq(pthread_create(&client[i], NULL, Client, &number[i]),
            0);
    }
    ck_assert_int_eq(pthread_create(&watcher, NULL, Watch, &limits[_i]), 0);
    for (i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(client[i], NULL), 0);
    ck_assert_int_eq(pthread_join(watcher, NULL), 0);
    ck_assert_uint_eq(shared.wrong, 0);
    ck_assert_uint_eq(shared.handshakes,
        (unsigned long)(THREADS * shared.rounds));
    ck_assert_uint_gt(shared.resumed, 0);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(shared.sc, &stats), 1);
    ck_assert_uint_eq(stats.resumed, shared.resumed);
    ck_assert_uint_eq(stats.withheld, 0);
    if (_i == 0)
        ck_assert_uint_eq(stats.data_evicted, 0);
    wolfTicket_CTX_free(shared.sc);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("largedata_threads");
    TCase* tc = ld_case(suite, "threads");

    tcase_add_loop_test(tc, threads_share_the_memory, 0, 2);
    return th_run(suite);
}
