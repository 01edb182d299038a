/* unit_nonce.c
 *
 * Nonces never repeat: not across threads, not across forks of any kind.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE
#endif

#include "nonce_fixture.h"

#include <wolfssl/wolfcrypt/random.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>

#define MANY     100000
#define THREADS  4
#define WORKERS  8

/* Nonces that all processes of a test write into. */
static nonce_t* nonces;
static size_t nonceCount;

static wolfTicket_KeyRing* ring;
static int randomFails;
static int randomZero;
static long randomCalls;

/* wolfSSL's generator, with a switch. */
static int draw(unsigned char* out, word32 sz, void* arg)
{
    WC_RNG rng;
    int ret = 0;

    (void)arg;
    randomCalls++;
    if (!randomFails && wc_InitRng(&rng) == 0) {
        ret = wc_RNG_GenerateBlock(&rng, out, sz) == 0;
        (void)wc_FreeRng(&rng);
    }
    if (randomZero)
        memset(out, 0, sz);
    return ret;
}

static void begin(void)
{
    th_setup();
    randomFails = randomZero = 0;
    ring = wolfTicket_KeyRing_new_ex(NULL, NULL, draw, NULL);
    ck_assert_ptr_nonnull(ring);
    randomCalls = 0;
}

static void end(void)
{
    wolfTicket_KeyRing_free(ring);
    th_teardown();
}

static void share(size_t count)
{
    nonceCount = count;
    nonces = (nonce_t*)mmap(NULL, count * sizeof(nonce_t),
        PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(nonces != (nonce_t*)MAP_FAILED);
}

static int compare(const void* a, const void* b)
{
    return memcmp(a, b, WT_NONCE_SZ);
}

/* Sorts all, looks for two that are equal, and for one that nobody wrote. */
static void check_unique(void)
{
    static const nonce_t none;
    size_t i;

    qsort(nonces, nonceCount, sizeof(nonce_t), compare);
    ck_assert_mem_ne(nonces[0], none, WT_NONCE_SZ);
    for (i = 1; i < nonceCount; i++) {
        if (memcmp(nonces[i - 1], nonces[i], WT_NONCE_SZ) == 0)
            ck_abort_msg("nonce %lu of %lu repeats", (unsigned long)i,
                (unsigned long)nonceCount);
    }
    ck_assert_int_eq(munmap(nonces, nonceCount * sizeof(nonce_t)), 0);
}

/* The nonces from first on.  1, or 0 when one could not be had. */
static int fill(size_t first, size_t count)
{
    size_t i;
    int ret = 1;

    for (i = first; ret && i < first + count; i++)
        ret = wt_nonce_next(ring, nonces[i]);
    return ret;
}

/* ---- forks -------------------------------------------------------------- */

/* Into a pid namespace of its own, where the child is process 1. */
static pid_t namespace_fork(void)
{
    return raw_clone(SIGCHLD | CLONE_NEWPID);
}

static const struct {
    const char* name;
    pid_t (*fork)(void);
} kinds[] = {
    { "fork", fork }, { "raw clone", raw_fork },
    { "pid namespace", namespace_fork }
};
#define KINDS (int)(sizeof(kinds) / sizeof(kinds[0]))

/* 1 in this process and kind, unless the system forbids it, which is said. */
static int permitted(int kind)
{
    pid_t pid = kinds[kind].fork();
    int status;
    int ret = 1;

    if (pid == 0)
        _exit(0);
    if (pid < 0) {
        ck_assert_msg(errno == EPERM || errno == ENOSYS || errno == EINVAL,
            "%s: errno %d", kinds[kind].name, errno);
        printf("not permitted here, and not tested: %s\n", kinds[kind].name);
        ret = 0;
    }
    else {
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    }
    return ret;
}

static void await(pid_t pid)
{
    int status;

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
}

START_TEST(workers_that_were_forked_never_repeat_a_nonce)
{
    pid_t pid[WORKERS];
    size_t many = (size_t)th_many(MANY);
    int i;

    if (!permitted(_i))
        return;
    /* Worker 0 is the parent, with a lease that has begun and goes on. */
    share((WORKERS + 1) * many);
    ck_assert_int_eq(fill(0, 10), 1);
    for (i = 0; i < WORKERS; i++) {
        pid[i] = kinds[_i].fork();
        ck_assert_int_ge(pid[i], 0);
        if (pid[i] == 0)
            _exit(fill((size_t)(i + 1) * many, many) ? 0 : 1);
    }
    ck_assert_int_eq(fill(10, many - 10), 1);
    for (i = 0; i < WORKERS; i++)
        await(pid[i]);
    check_unique();
}
END_TEST

/* Each generation begins a lease, forks in the midst of it, and goes on. */
static int generations(int kind, int left, size_t first, size_t each)
{
    int status = 1;
    int ret = fill(first, each / 2);
    pid_t pid = 0;

    if (ret && left > 1) {
        pid = kinds[kind].fork();
        if (pid == 0)
            _exit(generations(kind, left - 1, first + each, each) ? 0 : 1);
    }
    ret = ret && fill(first + each / 2, each - each / 2);
    if (ret && pid != 0)
        ret = pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
    return ret;
}

START_TEST(forks_of_forks_never_repeat_a_nonce)
{
    if (!permitted(_i))
        return;
    share(6 * 1001);
    ck_assert_int_eq(generations(_i, 6, 0, 1001), 1);
    check_unique();
}
END_TEST

START_TEST(forks_before_the_first_nonce_never_repeat_one)
{
    pid_t pid[WORKERS];
    int i;

    if (!permitted(_i))
        return;
    share((WORKERS + 1) * 1000);
    for (i = 0; i < WORKERS; i++) {
        pid[i] = kinds[_i].fork();
        ck_assert_int_ge(pid[i], 0);
        if (pid[i] == 0)
            _exit(fill((size_t)(i + 1) * 1000, 1000) ? 0 : 1);
    }
    ck_assert_int_eq(fill(0, 1000), 1);
    for (i = 0; i < WORKERS; i++)
        await(pid[i]);
    check_unique();
}
END_TEST

/* A prefork server: warm, never used in the parent. */
START_TEST(forks_of_a_warm_parent_never_repeat_a_nonce)
{
    pid_t pid[WORKERS];
    int i;

    if (!permitted(_i))
        return;
    share(WORKERS * 1000);
    ck_assert_int_eq(wt_nonce_warm(ring), 1);
    for (i = 0; i < WORKERS; i++) {
        pid[i] = kinds[_i].fork();
        ck_assert_int_ge(pid[i], 0);
        if (pid[i] == 0)
            _exit(fill((size_t)i * 1000, 1000) ? 0 : 1);
    }
    for (i = 0; i < WORKERS; i++)
        await(pid[i]);
    check_unique();
}
END_TEST

/* A child whose generator fails must not go on with the parent's. */
START_TEST(a_child_without_random_bytes_gets_no_nonce_until_it_has_some)
{
    pid_t pid;
    nonce_t nonce;
    int i;

    if (!permitted(_i))
        return;
    share(2000);
    ck_assert_int_eq(fill(0, 10), 1);
    pid = kinds[_i].fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        randomFails = 1;
        for (i = 0; i < 1000; i++) {
            if (wt_nonce_next(ring, nonce))
                _exit(2);
        }
        randomFails = 0;
        _exit(fill(1000, 1000) ? 0 : 1);
    }
    ck_assert_int_eq(fill(10, 990), 1);
    await(pid);
    check_unique();
}
END_TEST

/* Processes that come and go: every one of them alone counts from 0.  Once
 * more with an application's generator that goes on alike in all of them. */
START_TEST(many_short_lived_processes_never_repeat_a_nonce)
{
    int n = th_many(1000);
    int i;

    randomZero = _i;
    share((size_t)n + 1);
    ck_assert_int_eq(fill((size_t)n, 1), 1);
    for (i = 0; i < n; i++) {
        pid_t pid = fork();

        ck_assert_int_ge(pid, 0);
        if (pid == 0)
            _exit(fill((size_t)i, 1) ? 0 : 1);
        await(pid);
    }
    check_unique();
}
END_TEST

/* ---- threads ------------------------------------------------------------ */

#ifndef SINGLE_THREADED

typedef struct {
    size_t first;
    size_t count;
    int ok;
} part;

static void* fill_part(void* arg)
{
    part* p = (part*)arg;

    p->ok = fill(p->first, p->count);
    return NULL;
}

START_TEST(threads_never_repeat_a_nonce)
{
    pthread_t thread[THREADS];
    part p[THREADS];
    size_t many = (size_t)th_many(MANY);
    int i;

    share(THREADS * many);
    for (i = 0; i < THREADS; i++) {
        p[i].first = (size_t)i * many;
        p[i].count = many;
        ck_assert_int_eq(pthread_create(&thread[i], NULL, fill_part, &p[i]),
            0);
    }
    for (i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
        ck_assert_int_eq(p[i].ok, 1);
    }
    ck_assert_int_eq(randomCalls, 1);
    check_unique();
}
END_TEST

START_TEST(threads_that_come_and_go_never_repeat_a_nonce)
{
    int n = th_many(2000);
    int i;

    share((size_t)n * 3);
    for (i = 0; i < n; i++) {
        pthread_t thread;
        part p;

        p.first = (size_t)i * 3;
        p.count = 3;
        ck_assert_int_eq(pthread_create(&thread, NULL, fill_part, &p), 0);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
        ck_assert_int_eq(p.ok, 1);
    }
    check_unique();
}
END_TEST

/* Threads take nonces and rotate keys all the time while others fork: the
 * child finds the lock free. */
static int stop;

static void* keep_busy(void* arg)
{
    nonce_t nonce;

    (void)arg;
    while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
        (void)wt_nonce_next(ring, nonce);
        (void)wt_nonce_warm(ring);
    }
    return NULL;
}

START_TEST(a_child_of_busy_threads_is_not_locked_out)
{
    pthread_t thread[2];
    int n = th_many(200);
    int i;

    share((size_t)n * 600);
    for (i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, keep_busy, NULL),
            0);
    for (i = 0; i < n; i++) {
        pid_t pid = fork();

        ck_assert_int_ge(pid, 0);
        if (pid == 0)
            _exit(fill((size_t)i * 600, 600) ? 0 : 1);
        await(pid);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    for (i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    check_unique();
}
END_TEST

#endif /* !SINGLE_THREADED */

/* ---- one process -------------------------------------------------------- */

START_TEST(a_process_asks_the_generator_once)
{
    ck_assert_int_eq(wt_nonce_warm(ring), 1);
    ck_assert_int_eq(wt_nonce_warm(ring), 1);
    share(MANY);
    ck_assert_int_eq(fill(0, MANY), 1);
    check_unique();
    ck_assert_int_eq(randomCalls, 1);
}
END_TEST

START_TEST(one_process_has_one_prefix_for_all_its_rings)
{
    wolfTicket_KeyRing* other = wolfTicket_KeyRing_new();
    nonce_t a, b;
    int i;

    ck_assert_ptr_nonnull(other);
    for (i = 0; i < 1000; i++) {
        ck_assert_int_eq(wt_nonce_next(ring, a), 1);
        ck_assert_int_eq(wt_nonce_next(other, b), 1);
        ck_assert_mem_eq(a, b, WT_NONCE_PREFIX_SZ);
        ck_assert_mem_ne(a + WT_NONCE_PREFIX_SZ, b + WT_NONCE_PREFIX_SZ, 4);
    }
    wolfTicket_KeyRing_free(other);
}
END_TEST

/* As one that was forked with the process would. */
START_TEST(a_generator_that_repeats_repeats_no_nonce)
{
    nonce_t mine, theirs;
    int fd[2];
    int status;
    pid_t child;

    randomZero = 1;
    ck_assert_int_eq(pipe(fd), 0);
    ck_assert_int_eq(wt_nonce_next(ring, mine), 1);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        _exit(wt_nonce_next(ring, theirs) != 1 ||
            write(fd[1], theirs, sizeof(theirs)) != (ssize_t)sizeof(theirs));
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    ck_assert_int_eq(read(fd[0], theirs, sizeof(theirs)),
        (int)sizeof(theirs));
    ck_assert_mem_ne(mine, theirs, WT_NONCE_PREFIX_SZ);
    close(fd[0]);
    close(fd[1]);
}
END_TEST

START_TEST(without_random_bytes_there_is_no_nonce_and_then_there_is)
{
    nonce_t nonce;

    randomFails = 1;
    ck_assert_int_eq(wt_nonce_warm(ring), 0);
    ck_assert_int_eq(wt_nonce_next(ring, nonce), 0);
    ck_assert_int_eq(wt_nonce_next(ring, nonce), 0);
    randomFails = 0;
    ck_assert_int_eq(wt_nonce_next(ring, nonce), 1);

    /* What there is serves on. */
    randomFails = 1;
    ck_assert_int_eq(wt_nonce_warm(ring), 1);
    share(2000);
    ck_assert_int_eq(fill(0, 2000), 1);
    check_unique();
}
END_TEST

static Suite* nonce_suite(void)
{
    Suite* suite = suite_create("nonce");
    TCase* tc = tcase_create("forks");

    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, workers_that_were_forked_never_repeat_a_nonce, 0,
        KINDS);
    tcase_add_loop_test(tc, forks_of_forks_never_repeat_a_nonce, 0, KINDS);
    tcase_add_loop_test(tc, forks_before_the_first_nonce_never_repeat_one, 0,
        KINDS);
    tcase_add_loop_test(tc, forks_of_a_warm_parent_never_repeat_a_nonce, 0,
        KINDS);
    tcase_add_loop_test(tc,
        a_child_without_random_bytes_gets_no_nonce_until_it_has_some, 0,
        KINDS);
    tcase_add_loop_test(tc, many_short_lived_processes_never_repeat_a_nonce,
        0, 2);
    suite_add_tcase(suite, tc);

#ifndef SINGLE_THREADED
    tc = tcase_create("threads");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, threads_never_repeat_a_nonce);
    tcase_add_test(tc, threads_that_come_and_go_never_repeat_a_nonce);
    tcase_add_test(tc, a_child_of_busy_threads_is_not_locked_out);
    suite_add_tcase(suite, tc);
#endif

    tc = tcase_create("one process");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, a_process_asks_the_generator_once);
    tcase_add_test(tc, one_process_has_one_prefix_for_all_its_rings);
    tcase_add_test(tc, a_generator_that_repeats_repeats_no_nonce);
    tcase_add_test(tc,
        without_random_bytes_there_is_no_nonce_and_then_there_is);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(nonce_suite());
}
