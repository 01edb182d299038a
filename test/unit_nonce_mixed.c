/* unit_nonce_mixed.c
 *
 * Nonces of both sources under one key, those of nonce.c and the numbers of
 * the filter: none repeats, whoever forks and whenever.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE
#endif

#include "nonce_fixture.h"
#include "usedmap.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

#define MOST     200000
#define THREADS  3

/* All that any process or thread of a test has made. */
typedef struct {
    size_t count;
    int failed;
    nonce_t nonce[MOST];
} heap;

static heap* all;
static wolfTicket_KeyRing* ring;

static void begin(void)
{
    th_setup();
    ring = wolfTicket_KeyRing_new();
    ck_assert_ptr_nonnull(ring);
    all = (heap*)mmap(NULL, sizeof(heap), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(all, MAP_FAILED);
    ck_assert_int_eq(wt_used_begin(ring, LEAST), WT_OK);
}

static void end(void)
{
    (void)munmap(all, sizeof(heap));
    wolfTicket_KeyRing_free(ring);
    th_teardown();
}

/* So many of each, in turn. */
static void take(int count)
{
    size_t at = __atomic_fetch_add(&all->count, (size_t)count * 2,
        __ATOMIC_ACQ_REL);
    int i;

    if (at + (size_t)count * 2 > MOST) {
        all->failed = 1;
        count = 0;
    }
    for (i = 0; i < count; i++) {
        if (!wt_nonce_next(ring, all->nonce[at + (size_t)i * 2]) ||
                !wt_used_nonce(ring, all->nonce[at + (size_t)i * 2 + 1]))
            all->failed = 1;
    }
}

static int compare(const void* a, const void* b)
{
    return memcmp(a, b, WT_NONCE_SZ);
}

static void check_unique(size_t count)
{
    static const nonce_t none;
    size_t i;

    ck_assert_int_eq(all->failed, 0);
    ck_assert_uint_eq(all->count, count);
    qsort(all->nonce, count, sizeof(nonce_t), compare);
    ck_assert_mem_ne(all->nonce[0], none, WT_NONCE_SZ);
    for (i = 1; i < count; i++)
        ck_assert_mem_ne(all->nonce[i - 1], all->nonce[i], WT_NONCE_SZ);
}

static void await(pid_t pid)
{
    int status;

    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
            WEXITSTATUS(status) != 0)
        all->failed = 1;
}

static pid_t (* const forks[])(void) = { fork, raw_fork };
#define FORKS 2

/* ---- processes ---------------------------------------------------------- */

#define DEPTH 5

/* Each has two children, and goes on with leases that have begun. */
static void family(int kind, int depth)
{
    pid_t pid[2];
    int i;

    take(50);
    for (i = 0; i < 2 && depth > 1; i++) {
        pid[i] = forks[kind]();
        if (pid[i] == 0) {
            family(kind, depth - 1);
            _exit(0);
        }
        take(50);
    }
    take(50);
    for (i = 0; i < 2 && depth > 1; i++)
        await(pid[i]);
}

START_TEST(children_of_children_repeat_no_nonce_of_either_source)
{
    family(_i, DEPTH);
    /* The 16 of the last generation have taken 100 of each, the others 200. */
    check_unique(16 * 200 + 15 * 400);
}
END_TEST

/* The parent has used nothing, the children live for one ticket. */
START_TEST(workers_for_one_ticket_repeat_no_nonce_of_either_source)
{
    int n = th_many(500);
    int i;
    pid_t pid;

    for (i = 0; i < n; i++) {
        pid = forks[_i]();
        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
            take(1);
            _exit(0);
        }
        await(pid);
    }
    check_unique((size_t)n * 2);
}
END_TEST

/* In one context of a worker with single use, in another without: those that
 * the filter did not number it never knows. */
START_TEST(the_filter_vouches_for_its_own_numbers_alone)
{
    pid_t pid;
    size_t i, own = 0;

    take(100);
    pid = forks[_i]();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        take(300);
        for (i = 0; i < 200; i += 2)
            (void)wt_used_claim(all->nonce[i + 1]);
        _exit(0);
    }
    await(pid);
    take(100);
    for (i = 0; i < all->count; i += 2) {
        ck_assert_int_eq(wt_used_claim(all->nonce[i]), WT_USED_UNKNOWN);
        own += wt_used_claim(all->nonce[i + 1]) == WT_USED_FRESH;
        ck_assert_int_eq(wt_used_claim(all->nonce[i + 1]), WT_USED_BEFORE);
    }
    ck_assert_uint_eq(own, 400);
    check_unique(1000);
}
END_TEST

/* As at the end of a counter, or where a fork was told of that was none. */
START_TEST(a_process_of_a_new_number_goes_on_with_its_map)
{
    nonce_t first;
    int i;

    ck_assert_int_eq(wt_used_nonce(ring, first), 1);
    for (i = 0; i < 50; i++) {
        take(40);
        wt_nonce_forked();
        ck_assert_uint_eq(wt_nonce_process(), 0);
    }
    ck_assert_int_eq(wt_used_claim(first), WT_USED_FRESH);
    ck_assert_int_eq(wt_used_claim(first), WT_USED_BEFORE);
    check_unique(50 * 80);
}
END_TEST

/* ---- a map after another ------------------------------------------------ */

/* The ring stays.  A worker goes on with the former map, and later has one of
 * its own too. */
START_TEST(a_map_after_another_repeats_no_nonce_and_knows_none_of_its_tickets)
{
    enum { MAPS = 20 };
    nonce_t before, after;
    int go[2];
    pid_t pid;
    char c = 0;
    int i;

    for (i = 0; i < MAPS; i++) {
        take(10);
        ck_assert_int_eq(wt_used_nonce(ring, before), 1);
        ck_assert_int_eq(pipe(go), 0);
        pid = forks[_i]();
        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
            take(50);
            if (read(go[0], &c, 1) != 1)
                all->failed = 1;
            take(50);
            if (wt_used_claim(before) != WT_USED_FRESH ||
                    wt_used_claim(before) != WT_USED_BEFORE)
                all->failed = 1;
            wt_used_cleanup();
            if (wt_used_begin(ring, LEAST) != WT_OK)
                all->failed = 1;
            take(50);
            _exit(wt_used_claim(before) != WT_USED_UNKNOWN);
        }
        wt_used_cleanup();
        ck_assert_int_eq(wt_used_claim(before), WT_USED_UNKNOWN);
        ck_assert_int_eq(wt_used_begin(ring, LEAST), WT_OK);
        take(80);
        ck_assert_int_eq(wt_used_nonce(ring, after), 1);
        ck_assert_int_eq(wt_used_claim(before), WT_USED_UNKNOWN);
        ck_assert_int_eq(write(go[1], "g", 1), 1);
        await(pid);
        ck_assert_int_eq(wt_used_claim(before), WT_USED_UNKNOWN);
        ck_assert_int_eq(wt_used_claim(after), WT_USED_FRESH);
        (void)close(go[0]);
        (void)close(go[1]);
    }
    check_unique(MAPS * 480);
}
END_TEST

/* ---- threads ------------------------------------------------------------ */

#ifndef SINGLE_THREADED

static int arrived;
static int goOn;

static void* with_a_lease(void* arg)
{
    (void)arg;
    take(100);
    (void)__atomic_add_fetch(&arrived, 1, __ATOMIC_ACQ_REL);
    while (!__atomic_load_n(&goOn, __ATOMIC_ACQUIRE))
        (void)sched_yield();
    take(600);
    return NULL;
}

static void* alone(void* arg)
{
    (void)arg;
    take(350);
    return NULL;
}

static void run_threads(void* (*run)(void*), pthread_t* thread)
{
    int i;

    for (i = 0; i < THREADS; i++) {
        if (pthread_create(&thread[i], NULL, run, NULL) != 0)
            all->failed = 1;
    }
}

static void join(pthread_t* thread)
{
    int i;

    for (i = 0; i < THREADS; i++)
        (void)pthread_join(thread[i], NULL);
}

/* A thread with leases forks while others have theirs; in the child there are
 * threads anew, and a child again. */
static void* forks_between(void* arg)
{
    pthread_t thread[THREADS];
    pid_t pid, grandchild;

    take(100);
    pid = fork();
    if (pid == 0) {
        run_threads(alone, thread);
        take(350);
        grandchild = fork();
        if (grandchild == 0) {
            run_threads(alone, thread);
            take(350);
            join(thread);
            _exit(0);
        }
        join(thread);
        await(grandchild);
        _exit(0);
    }
    __atomic_store_n(&goOn, 1, __ATOMIC_RELEASE);
    take(300);
    await(pid);
    return arg;
}

START_TEST(threads_that_have_leases_when_one_of_them_forks_repeat_no_nonce)
{
    int rounds = 1 + th_many(5);
    pthread_t thread[THREADS];
    pthread_t forker;
    int i;

    for (i = 0; i < rounds; i++) {
        arrived = goOn = 0;
        run_threads(with_a_lease, thread);
        while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) < THREADS)
            (void)sched_yield();
        ck_assert_int_eq(pthread_create(&forker, NULL, forks_between, NULL),
            0);
        ck_assert_int_eq(pthread_join(forker, NULL), 0);
        join(thread);
    }
    check_unique((size_t)rounds * 2 * (THREADS * 700 + 400 +
        2 * (THREADS + 1) * 350));
}
END_TEST

#endif /* !SINGLE_THREADED */

int main(void)
{
    Suite* suite = suite_create("nonce, both sources");
    TCase* tc = th_case(suite, "nonce_mixed", 1);

    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_loop_test(tc,
        children_of_children_repeat_no_nonce_of_either_source, 0, FORKS);
    tcase_add_loop_test(tc,
        workers_for_one_ticket_repeat_no_nonce_of_either_source, 0, FORKS);
    tcase_add_loop_test(tc, the_filter_vouches_for_its_own_numbers_alone, 0,
        FORKS);
    tcase_add_test(tc, a_process_of_a_new_number_goes_on_with_its_map);
    tcase_add_loop_test(tc,
        a_map_after_another_repeats_no_nonce_and_knows_none_of_its_tickets, 0,
        FORKS);
#ifndef SINGLE_THREADED
    tcase_add_test(tc,
        threads_that_have_leases_when_one_of_them_forks_repeat_no_nonce);
#endif
    return th_run(suite);
}
