/* unit_nonce_limit.c
 *
 * Nonces at the end of their counter, and where the kernel wipes no memory.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The source is compiled in once more, under other names, so that the test
 * can set its counter, and without MADV_WIPEONFORK, so that the process number
 * has to tell a child from its parent.
 */

#ifdef HAVE_CONFIG_H
    #include "config.h"
#endif

#ifdef HAVE_SYS_MMAN_H
    #include <sys/mman.h>
    #undef MADV_WIPEONFORK
#endif

#define wt_nonce_init    copy_nonce_init
#define wt_nonce_forked  copy_nonce_forked
#define wt_nonce_warm    copy_nonce_warm
#define wt_nonce_next    copy_nonce_next
#define wt_nonce_process copy_nonce_process
#include "nonce.c"

#include "harness.h"

#include <pthread.h>
#include <sys/wait.h>

#define LIMIT (((word64)1) << 32)

typedef byte nonce_t[WT_NONCE_SZ];

static wolfTicket_KeyRing* ring;
static int randomFails;
static long randomCalls;

static int draw(unsigned char* out, word32 sz, void* arg)
{
    word32 i;

    (void)arg;
    randomCalls++;
    for (i = 0; i < sz; i++)
        out[i] = (byte)(randomCalls * 31 + (long)i * 7);
    return !randomFails;
}

static void begin(void)
{
    th_setup();
    randomFails = 0;
    ring = wolfTicket_KeyRing_new_ex(NULL, NULL, draw, NULL);
    ck_assert_ptr_nonnull(ring);
    wt_nonce_init();
    randomCalls = 0;
}

static void end(void)
{
    wolfTicket_KeyRing_free(ring);
    th_teardown();
}

static int compare(const void* a, const void* b)
{
    return memcmp(a, b, WT_NONCE_SZ);
}

static void check_unique(nonce_t* nonces, size_t count)
{
    size_t i;

    qsort(nonces, count, sizeof(nonce_t), compare);
    for (i = 1; i < count; i++)
        ck_assert_mem_ne(nonces[i - 1], nonces[i], WT_NONCE_SZ);
}

/* ---- the counter -------------------------------------------------------- */

START_TEST(a_counter_at_its_end_gets_a_new_prefix)
{
    enum { FIRST = 2 * WT_NONCE_LEASE, ALL = 5 * WT_NONCE_LEASE };
    static nonce_t nonces[ALL];
    int i;

    ck_assert_int_eq(wt_nonce_warm(ring), 1);
    source->next = LIMIT - FIRST;
    for (i = 0; i < ALL; i++) {
        ck_assert_int_eq(wt_nonce_next(ring, nonces[i]), 1);
        if (i == FIRST - 1)
            ck_assert_mem_eq(nonces[i] + WT_NONCE_PREFIX_SZ,
                "\xFF\xFF\xFF\xFF", 4);
        ck_assert_int_eq(memcmp(nonces[i], nonces[0], WT_NONCE_PREFIX_SZ)
            == 0, i < FIRST);
        ck_assert_int_eq(randomCalls, (i < FIRST) ? 1 : 2);
    }
    check_unique(nonces, ALL);
}
END_TEST

START_TEST(what_is_left_of_a_counter_is_dropped_if_it_is_no_lease)
{
    enum { ALL = 2 * WT_NONCE_LEASE };
    static nonce_t nonces[ALL];
    word64 left;
    int i;

    for (left = 0; left < WT_NONCE_LEASE; left += 51) {
        ck_assert_int_eq(wt_nonce_warm(ring), 1);
        source->next = LIMIT - left;
        lease.left = 0;
        for (i = 0; i < ALL; i++) {
            ck_assert_int_eq(wt_nonce_next(ring, nonces[i]), 1);
            ck_assert_mem_eq(nonces[i], nonces[0], WT_NONCE_PREFIX_SZ);
        }
        check_unique(nonces, ALL);
    }
}
END_TEST

START_TEST(at_its_end_and_without_random_bytes_a_counter_stops)
{
    nonce_t nonce;
    int i;

    ck_assert_int_eq(wt_nonce_warm(ring), 1);
    source->next = LIMIT - WT_NONCE_LEASE;
    for (i = 0; i < WT_NONCE_LEASE; i++)
        ck_assert_int_eq(wt_nonce_next(ring, nonce), 1);
    randomFails = 1;
    for (i = 0; i < 1000; i++)
        ck_assert_int_eq(wt_nonce_next(ring, nonce), 0);
    ck_assert_int_eq(wt_nonce_warm(ring), 0);
    randomFails = 0;
    ck_assert_int_eq(wt_nonce_next(ring, nonce), 1);
}
END_TEST

typedef struct {
    nonce_t* nonces;
    int count;
    int ok;
} part;

#ifndef SINGLE_THREADED
static void* fill_part(void* arg)
{
    part* p = (part*)arg;
    int i;

    p->ok = 1;
    for (i = 0; p->ok && i < p->count; i++)
        p->ok = wt_nonce_next(ring, p->nonces[i]);
    return NULL;
}

START_TEST(threads_pass_the_end_of_a_counter_together)
{
    enum { EACH = 20 * WT_NONCE_LEASE };
    static nonce_t nonces[5 * EACH];
    pthread_t thread[4];
    part p[5];
    int i;

    ck_assert_int_eq(wt_nonce_warm(ring), 1);
    source->next = LIMIT - 30 * WT_NONCE_LEASE;
    for (i = 0; i < 5; i++) {
        p[i].nonces = nonces + i * EACH;
        p[i].count = EACH;
    }
    for (i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, fill_part, &p[i]),
            0);
    (void)fill_part(&p[4]);
    for (i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    for (i = 0; i < 5; i++)
        ck_assert_int_eq(p[i].ok, 1);
    ck_assert_int_eq(randomCalls, 2);
    check_unique(nonces, 5 * EACH);
}
END_TEST
#endif

/* ---- no wiped memory ---------------------------------------------------- */

#ifdef WT_HAVE_FORK

/* 0 when the child got a nonce of a prefix of its own. */
static int child_has_own_prefix(const byte* parent)
{
    nonce_t nonce;
    pid_t pid = fork();
    int status = 1;

    if (pid == 0) {
        randomCalls += 100;
        _exit(wt_nonce_next(ring, nonce) &&
            memcmp(nonce, parent, WT_NONCE_PREFIX_SZ) != 0 ? 0 : 1);
    }
    return (pid > 0 && waitpid(pid, &status, 0) == pid) ? status : 1;
}

START_TEST(a_child_draws_a_prefix_of_its_own_by_its_process_number)
{
    nonce_t nonce, later;
    int i;

    ck_assert_int_eq(wiped, 0);
    ck_assert_int_eq(wt_nonce_next(ring, nonce), 1);
    for (i = 0; i < 20; i++)
        ck_assert_int_eq(child_has_own_prefix(nonce), 0);
    ck_assert_int_eq(wt_nonce_next(ring, later), 1);
    ck_assert_mem_eq(nonce, later, WT_NONCE_PREFIX_SZ);
    ck_assert_int_eq(randomCalls, 1);
}
END_TEST

START_TEST(a_child_without_random_bytes_gets_no_nonce)
{
    nonce_t nonce;
    pid_t pid;
    int status = 1;

    ck_assert_int_eq(wt_nonce_next(ring, nonce), 1);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        randomFails = 1;
        _exit(wt_nonce_next(ring, nonce) ? 1 : 0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}
END_TEST

/* A grandchild can have the number of a process that is gone. */
START_TEST(a_child_of_the_same_process_number_is_told_by_the_fork_handler)
{
    nonce_t nonce, other;
    int i;

    ck_assert_int_eq(wt_nonce_next(ring, nonce), 1);
    for (i = 0; i < 20; i++) {
        wt_nonce_forked();
        ck_assert_int_eq(wt_nonce_next(ring, other), 1);
        ck_assert_mem_ne(nonce, other, WT_NONCE_PREFIX_SZ);
    }
    randomFails = 1;
    wt_nonce_forked();
    ck_assert_int_eq(wt_nonce_next(ring, other), 0);
}
END_TEST

#endif /* WT_HAVE_FORK */

static Suite* limit_suite(void)
{
    Suite* suite = suite_create("nonce, at its limit");
    TCase* tc = tcase_create("counter");

    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, a_counter_at_its_end_gets_a_new_prefix);
    tcase_add_test(tc,
        what_is_left_of_a_counter_is_dropped_if_it_is_no_lease);
    tcase_add_test(tc, at_its_end_and_without_random_bytes_a_counter_stops);
#ifndef SINGLE_THREADED
    tcase_add_test(tc, threads_pass_the_end_of_a_counter_together);
#endif
    suite_add_tcase(suite, tc);

#ifdef WT_HAVE_FORK
    tc = tcase_create("no wiped memory");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc,
        a_child_draws_a_prefix_of_its_own_by_its_process_number);
    tcase_add_test(tc, a_child_without_random_bytes_gets_no_nonce);
    tcase_add_test(tc,
        a_child_of_the_same_process_number_is_told_by_the_fork_handler);
    suite_add_tcase(suite, tc);
#endif
    return suite;
}

int main(void)
{
    return th_run(limit_suite());
}
