/* unit_threads.c
 *
 * One context, many threads, rotation at any moment.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"

#include <pthread.h>

#define THREADS 4

static struct {
    WOLFSSL_CTX* sc;
    word64 now;
    int running;
    int rounds;
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

/* Puts the connection's own argument into the ticket. */
static int Gen(WOLFSSL* ssl, void* arg)
{
    (void)arg;
    return th_has_data(ssl, "") ? th_set_data(ssl, "data") : 1;
}

static wolfTicket_RETURN Dec(WOLFSSL* ssl, WOLFSSL_SESSION* ss,
    const unsigned char* keyname, size_t keyname_len, wolfTicket_STATUS status,
    void* arg)
{
    void* data = NULL;
    size_t sz = 0;

    (void)ssl;
    (void)keyname;
    (void)keyname_len;
    (void)arg;
    if (ss != NULL && (!wolfTicket_SESSION_get0_ticket_appdata(ss, &data, &sz)
            || sz != 4 || memcmp(data, "data", 4) != 0))
        __atomic_add_fetch(&shared.wrong, 1, __ATOMIC_RELAXED);
    return (ss == NULL) ? WOLFTICKET_RETURN_IGNORE_RENEW
        : (status == WOLFTICKET_SUCCESS) ? WOLFTICKET_RETURN_USE
                                         : WOLFTICKET_RETURN_USE_RENEW;
}

/* Check's assertions are for the main thread: here failures are counted. */
static int OneConnection(WOLFSSL_CTX* cc, WOLFSSL_SESSION** session,
    int plain)
{
    th_pair pair;
    wolfTicket_Info info;
    unsigned char octet;
    int ret;

    th_open(&pair, shared.sc, cc, *session, plain);
    ret = th_handshake(&pair) == TH_BOTH_DONE &&
        wolfTicket_write(pair.server, "x", 1) == 1 &&
        th_client_reads(&pair, &octet, 1) == 1 &&
        wolfTicket_get_info(pair.server, &info) == 1 &&
        th_has_data(pair.server, "data");
    __atomic_add_fetch(&shared.handshakes, 1, __ATOMIC_RELAXED);
    if (ret && wolfSSL_session_reused(pair.server))
        __atomic_add_fetch(&shared.resumed, 1, __ATOMIC_RELAXED);
    wolfSSL_SESSION_free(*session);
    *session = ret ? wolfSSL_get1_session(pair.client) : NULL;
    th_close(&pair);
    return ret;
}

static void* Client(void* arg)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session = NULL;
    int i;

    for (i = 0; i < shared.rounds; i++) {
        if (!OneConnection(cc, &session, (*(int*)arg + i) & 1))
            __atomic_add_fetch(&shared.wrong, 1, __ATOMIC_RELAXED);
    }
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    th_leave_thread();
    __atomic_sub_fetch(&shared.running, 1, __ATOMIC_RELEASE);
    return NULL;
}

/* The clock goes on by half an hour a step, so that keys come and die. */
static void* Rotate(void* arg)
{
    wolfTicket_KeyRing* ring = (wolfTicket_KeyRing*)arg;
    wolfTicket_Stats stats;

    while (__atomic_load_n(&shared.running, __ATOMIC_ACQUIRE) > 0) {
        __atomic_add_fetch(&shared.now, 1800, __ATOMIC_RELAXED);
        (void)wolfTicket_KeyRing_rotate(ring);
        if (wolfTicket_KeyRing_count(ring) < 1 ||
                !wolfTicket_CTX_get_stats(shared.sc, &stats))
            __atomic_add_fetch(&shared.wrong, 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

START_TEST(threads_share_a_context_while_its_keys_rotate)
{
    static int number[THREADS];
    pthread_t client[THREADS];
    pthread_t rotator;
    wolfTicket_KeyRing* ring;
    wolfTicket_Stats stats;
    int i;

    memset(&shared, 0, sizeof(shared));
    shared.now = TH_NOW;
    shared.running = THREADS;
    shared.rounds = 20 + th_many(130);
    shared.sc = th_server_ctx(TH_TLS13);
    ring = wolfTicket_KeyRing_new_ex(SharedTime, NULL, NULL, NULL);
    ck_assert_ptr_nonnull(ring);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(shared.sc, Gen, Dec,
        NULL), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(shared.sc, ring), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(shared.sc, 604800), 1);
    for (i = 0; i < THREADS; i++) {
        number[i] = i;
        ck_assert_int_eq(pthread_create(&client[i], NULL, Client, &number[i]),
            0);
    }
    ck_assert_int_eq(pthread_create(&rotator, NULL, Rotate, ring), 0);
    for (i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(client[i], NULL), 0);
    ck_assert_int_eq(pthread_join(rotator, NULL), 0);

    ck_assert_uint_eq(shared.wrong, 0);
    ck_assert_uint_eq(shared.handshakes,
        (unsigned long)(THREADS * shared.rounds));
    ck_assert_int_eq(wolfTicket_CTX_get_stats(shared.sc, &stats), 1);
    ck_assert_uint_eq(stats.resumed, shared.resumed);
    ck_assert_uint_eq(stats.full + stats.resumed, shared.handshakes);
    ck_assert_uint_eq(stats.renewed, shared.resumed);
    ck_assert_uint_eq(stats.issued, stats.renewed + 2 * stats.full);
    ck_assert_uint_eq(stats.withheld, 0);
    wolfTicket_KeyRing_free(ring);
    wolfTicket_CTX_free(shared.sc);
}
END_TEST

/* Contexts of their own, connections made and freed side by side. */
static void* OwnContext(void* arg)
{
    int i;

    for (i = 0; i < shared.rounds; i++) {
        WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
        WOLFSSL* first = wolfTicket_new(sc);
        WOLFSSL* second = wolfSSL_new(sc);

        if (first == NULL || second == NULL || !th_set_data(first, "a") ||
                !wolfTicket_set_num_tickets(second, 3) ||
                !th_set_data(second, "b") || !th_has_data(first, "a"))
            __atomic_add_fetch(&shared.wrong, 1, __ATOMIC_RELAXED);
        wolfTicket_free(first);
        if ((*(int*)arg + i) & 1)
            wolfSSL_free(second);
        else
            wolfTicket_free(second);
        wolfTicket_CTX_free(sc);
    }
    th_leave_thread();
    return NULL;
}

START_TEST(threads_make_and_free_contexts_of_their_own)
{
    static int number[THREADS];
    pthread_t thread[THREADS];
    int i;

    memset(&shared, 0, sizeof(shared));
    shared.rounds = 5 + th_many(100);
    for (i = 0; i < THREADS; i++) {
        number[i] = i;
        ck_assert_int_eq(pthread_create(&thread[i], NULL, OwnContext,
            &number[i]), 0);
    }
    for (i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    ck_assert_uint_eq(shared.wrong, 0);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("threads");
    TCase* tc = th_case(suite, "threads", 0);

    tcase_add_test(tc, threads_share_a_context_while_its_keys_rotate);
    tcase_add_test(tc, threads_make_and_free_contexts_of_their_own);
    return th_run(suite);
}
