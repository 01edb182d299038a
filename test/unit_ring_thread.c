/* unit_ring_thread.c
 *
 * The thread that refreshes a ring: that it does, and that it ends, in parents
 * and children, also when the ring goes first; and shared rings under threads.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "source_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENT 20000    /* looks of ours, a millisecond apart */

static key_store store;
static node one;
static wolfTicket_KeyRing* ring;
static int slowFetch;        /* milliseconds */
static int inFetch;
static int waits;
static unsigned int longest;
static int lines;
static char line[240];
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static sigset_t blocked;

/* The fixture's source, for several threads. */
static int slow_fetch(void* self, uint64_t now, wolfTicket_SourceKey* keys,
    int max)
{
    int ret;

    __atomic_store_n(&inFetch, 1, __ATOMIC_SEQ_CST);
    usleep((useconds_t)__atomic_load_n(&slowFetch, __ATOMIC_SEQ_CST) * 1000);
    pthread_mutex_lock(&guard);
    (void)pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    ret = node_fetch(self, now, keys, max);
    pthread_mutex_unlock(&guard);
    __atomic_store_n(&inFetch, 0, __ATOMIC_SEQ_CST);
    return ret;
}

static int locked_propose(void* self, uint64_t now,
    const wolfTicket_SourceKey* key)
{
    int ret;

    pthread_mutex_lock(&guard);
    ret = node_propose(self, now, key);
    pthread_mutex_unlock(&guard);
    return ret;
}

static int wait_for_news(void* self, unsigned int ms)
{
    node* n = (node*)self;
    int ret = 0;
    unsigned int i;

    (void)__atomic_add_fetch(&waits, 1, __ATOMIC_SEQ_CST);
    pthread_mutex_lock(&guard);
    if (ms > longest)
        longest = ms;
    pthread_mutex_unlock(&guard);
    for (i = 0; i < ms && !ret; i++) {
        ret = __atomic_exchange_n(&n->news, 0, __ATOMIC_SEQ_CST);
        if (!ret)
            usleep(1000);
    }
    return ret;
}

/* It has none, and says so at once. */
static int no_news(void* self, unsigned int ms)
{
    (void)self;
    (void)ms;
    (void)__atomic_add_fetch(&waits, 1, __ATOMIC_SEQ_CST);
    return 0;
}

static void locked_report(void* self, uint64_t now,
    wolfTicket_SourceReport* report)
{
    pthread_mutex_lock(&guard);
    node_report(self, now, report);
    pthread_mutex_unlock(&guard);
}

static void locked_destroy(void* self)
{
    pthread_mutex_lock(&guard);
    node_destroy(self);
    pthread_mutex_unlock(&guard);
}

static const wolfTicket_Source threaded = {
    "store", slow_fetch, locked_propose, wait_for_news, locked_report,
    locked_destroy
};
static const wolfTicket_Source hasty = {
    "store", slow_fetch, locked_propose, no_news, NULL, locked_destroy
};
static const wolfTicket_Source deaf = {
    "store", slow_fetch, locked_propose, NULL, NULL, locked_destroy
};

static int value(const int* what)
{
    int ret;

    pthread_mutex_lock(&guard);
    ret = *what;
    pthread_mutex_unlock(&guard);
    return ret;
}

static void wait_for(const int* what, int least)
{
    int n = PATIENT;

    while (n-- > 0 && value(what) < least)
        usleep(1000);
    ck_assert_int_ge(value(what), least);
}

/* The ring's rounds in this suite come every second. */
static wolfTicket_KeyRing* quick_ring(const wolfTicket_Source* source)
{
    wolfTicket_SourceOptions options;
    wolfTicket_KeyRing* ret;

    memset(&options, 0, sizeof(options));
    options.refresh = 1;
    ret = wolfTicket_KeyRing_new_source(source, &one, &options);
    ck_assert_ptr_nonnull(ret);
    ring_lifetime(ret, LIFE);
    return ret;
}

static void begin(void)
{
    ring_setup();
    memset(&store, 0, sizeof(store));
    node_init(&one, &store);
    waits = 0;
    longest = 0;
    slowFetch = 0;
    ring = quick_ring(&threaded);
}

static void end(void)
{
    wolfTicket_KeyRing_free(ring);
    wait_for(&one.destroyed, 1);
    th_teardown();
}

/* ---- what it does ------------------------------------------------------- */

START_TEST(it_refreshes_at_once_and_again_and_takes_no_signals)
{
    ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
    wait_for(&store.count, 1);
    wait_for(&one.fetches, 4);
    ck_assert_int_eq(wolfTicket_KeyRing_stop(ring), 1);
    ck_assert_int_eq(sigismember(&blocked, SIGTERM), 1);
    ck_assert_int_eq(sigismember(&blocked, SIGUSR1), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);
    ck_assert_int_le((int)longest, 100);
}
END_TEST

START_TEST(news_bring_the_next_round_at_once)
{
    int i, fetches;

    ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
    for (i = 0; i < 50; i++) {
        fetches = value(&one.fetches);
        __atomic_store_n(&one.news, 1, __ATOMIC_SEQ_CST);
        wait_for(&one.fetches, fetches + 1);
    }
    ck_assert_int_eq(wolfTicket_KeyRing_stop(ring), 1);
}
END_TEST

START_TEST(a_source_that_does_not_wait_is_not_asked_all_the_time)
{
    wolfTicket_KeyRing_free(ring);
    one.destroyed = 0;
    ring = quick_ring(&hasty);
    ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
    wait_for(&one.fetches, 3);
    ck_assert_int_eq(wolfTicket_KeyRing_stop(ring), 1);
    /* Ten a second, and some for a machine that is slow to say so. */
    ck_assert_int_lt(waits, 11 * one.fetches);
}
END_TEST

START_TEST(a_source_without_news_is_asked_in_time)
{
    wolfTicket_KeyRing_free(ring);
    one.destroyed = 0;
    ring = quick_ring(&deaf);
    ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
    wait_for(&one.fetches, 4);
    ck_assert_int_eq(wolfTicket_KeyRing_stop(ring), 1);
}
END_TEST

START_TEST(there_is_one_and_it_can_be_started_again)
{
    int i;

    for (i = 0; i < 20; i++) {
        ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
        ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 0);
        ck_assert(error_is(WT_E_SOURCE_THREAD));
        ck_assert_int_eq(wolfTicket_KeyRing_stop(ring), 1);
        ck_assert_int_eq(wolfTicket_KeyRing_stop(ring), 1);
    }
}
END_TEST

START_TEST(the_application_may_refresh_beside_it)
{
    int i;

    ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
    for (i = 0; i < 200; i++) {
        __atomic_store_n(&one.news, 1, __ATOMIC_SEQ_CST);
        refresh(ring);
        ck_assert_int_eq(report_of(ring).state, WOLFTICKET_SOURCE_OK);
    }
    ck_assert_int_eq(wolfTicket_KeyRing_stop(ring), 1);
    ck_assert_int_eq(store.count, 1);
}
END_TEST

static void keep_line(const char* text, void* arg)
{
    ck_assert(arg == &lines);
    pthread_mutex_lock(&guard);
    snprintf(line, sizeof(line), "%s", text);
    lines++;
    pthread_mutex_unlock(&guard);
}

START_TEST(a_ring_without_source_rotates_when_nobody_comes)
{
    wolfTicket_KeyRing* automatic = ring_new(LIFE);

    lines = 0;
    ck_assert_int_eq(wolfTicket_KeyRing_set_log_cb(automatic, keep_line,
        &lines), 1);
    ringNow += PERIOD;
    ck_assert_int_eq(wolfTicket_KeyRing_start(automatic), 1);
    wait_for(&lines, 1);
    ck_assert_int_eq(wolfTicket_KeyRing_stop(automatic), 1);
    counts(automatic, 1, 0);
    ck_assert_ptr_nonnull(strstr(line, "automatic: key "));
    wolfTicket_KeyRing_free(automatic);
}
END_TEST

/* ---- its end ------------------------------------------------------------ */

START_TEST(a_ring_that_goes_takes_its_thread_along)
{
    int i;

    for (i = 0; i < 20; i++) {
        ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
        if (i % 2 == 0)
            wait_for(&one.fetches, 1);
        wolfTicket_KeyRing_free(ring);
        wait_for(&one.destroyed, 1);
        node_init(&one, &store);
        ring = quick_ring(&threaded);
    }
}
END_TEST

START_TEST(a_ring_that_goes_in_the_middle_of_a_round_goes_after_it)
{
    int n = PATIENT;

    slowFetch = 50;
    ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
    while (n-- > 0 && !__atomic_load_n(&inFetch, __ATOMIC_SEQ_CST))
        usleep(1000);
    wolfTicket_KeyRing_free(ring);
    wait_for(&one.destroyed, 1);
    ck_assert_int_eq(__atomic_load_n(&inFetch, __ATOMIC_SEQ_CST), 0);
    slowFetch = 0;
    node_init(&one, &store);
    ring = quick_ring(&threaded);
}
END_TEST

/* In the middle of a round, and while it waits. */
START_TEST(the_clean_up_waits_for_threads_without_a_ring)
{
    int n = PATIENT;

    slowFetch = _i ? 50 : 0;
    ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
    if (_i) {
        while (n-- > 0 && !__atomic_load_n(&inFetch, __ATOMIC_SEQ_CST))
            usleep(1000);
    }
    else {
        wait_for(&one.fetches, 1);
    }
    wolfTicket_KeyRing_free(ring);
    wolfTicket_cleanup();
    ck_assert_int_eq(__atomic_load_n(&one.destroyed, __ATOMIC_SEQ_CST), 1);
    slowFetch = 0;
    node_init(&one, &store);
    ring = quick_ring(&threaded);
}
END_TEST

static void* stop_it(void* arg)
{
    (void)wolfTicket_KeyRing_stop((wolfTicket_KeyRing*)arg);
    return NULL;
}

START_TEST(two_that_stop_it_at_once_both_get_away)
{
    pthread_t thread;
    int i;

    for (i = 0; i < 20; i++) {
        ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
        ck_assert_int_eq(pthread_create(&thread, NULL, stop_it, ring), 0);
        ck_assert_int_eq(wolfTicket_KeyRing_stop(ring), 1);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
    }
}
END_TEST

/* ---- forks -------------------------------------------------------------- */

static int ends_well(pid_t child)
{
    int status = 0;

    return waitpid(child, &status, 0) == child && WIFEXITED(status) &&
        WEXITSTATUS(status) == 0;
}

/* ThreadSanitizer ends a child that makes threads: there it only looks. */
#if defined(__SANITIZE_THREAD__)
    #define CHILD_THREADS 0
#elif defined(__has_feature)
    #if __has_feature(thread_sanitizer)
        #define CHILD_THREADS 0
    #endif
#endif
#ifndef CHILD_THREADS
    #define CHILD_THREADS 1
#endif

/* 1 when the child has rounds of its own, made by its own thread. */
static int child_works(void)
{
    int before = value(&one.fetches);
    int n = PATIENT;

    usleep(20000);
    if (value(&one.fetches) != before)
        return 0;
    if (!CHILD_THREADS)
        return wolfTicket_KeyRing_refresh(ring, NULL) == 1 &&
            wolfTicket_KeyRing_stop(ring) == 1;
    if (wolfTicket_KeyRing_start(ring) != 1 ||
            wolfTicket_KeyRing_start(ring) != 0)
        return 0;
    while (n-- > 0 && value(&one.fetches) == before)
        usleep(1000);
    return value(&one.fetches) > before &&
        wolfTicket_KeyRing_refresh(ring, NULL) == 1 &&
        wolfTicket_KeyRing_stop(ring) == 1;
}

START_TEST(a_child_has_no_thread_and_may_start_one)
{
    pid_t child;
    int i;

    ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
    wait_for(&one.fetches, 1);
    for (i = 0; i < 5; i++) {
        child = fork();
        if (child == 0) {
            /* Maybe a thread had it that is not here. */
            (void)pthread_mutex_init(&guard, NULL);
            _exit(!child_works());
        }
        ck_assert(ends_well(child));
    }
    ck_assert_int_eq(wolfTicket_KeyRing_stop(ring), 1);
}
END_TEST

START_TEST(a_fork_in_the_middle_of_a_round_waits_for_its_end)
{
    pid_t child;
    int i;

    slowFetch = 20;
    ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
    for (i = 0; i < 10; i++) {
        __atomic_store_n(&one.news, 1, __ATOMIC_SEQ_CST);
        while (!__atomic_load_n(&inFetch, __ATOMIC_SEQ_CST))
            usleep(100);
        child = fork();
        if (child == 0) {
            int whole = !__atomic_load_n(&inFetch, __ATOMIC_SEQ_CST);

            (void)pthread_mutex_init(&guard, NULL);
            wolfTicket_KeyRing_free(ring);
            _exit(!(whole && one.destroyed == 1));
        }
        ck_assert(ends_well(child));
    }
    slowFetch = 0;
    ck_assert_int_eq(wolfTicket_KeyRing_stop(ring), 1);
}
END_TEST

static int telling;

static void tell_slowly(const char* text, void* arg)
{
    (void)text;
    (void)arg;
    __atomic_store_n(&telling, 1, __ATOMIC_SEQ_CST);
    usleep(200000);
}

/* In the middle of a round, but outside of the source. */
START_TEST(a_child_lets_go_of_what_its_parents_thread_held)
{
    pid_t child;

    ck_assert_int_eq(wolfTicket_KeyRing_set_log_cb(ring, tell_slowly, NULL),
        1);
    ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
    while (!__atomic_load_n(&telling, __ATOMIC_SEQ_CST))
        usleep(100);
    child = fork();
    if (child == 0) {
        (void)pthread_mutex_init(&guard, NULL);
        wolfTicket_KeyRing_free(ring);
        _exit(one.destroyed != 1);
    }
    ck_assert(ends_well(child));
    ck_assert_int_eq(wolfTicket_KeyRing_stop(ring), 1);
}
END_TEST

/* ---- a shared ring, many threads in many processes ---------------------- */

typedef struct {
    word64 now;
    int stop;
    int failed;
} control;

static control* common;
static wolfTicket_KeyRing* shared;

static int read_common(word64* now, void* arg)
{
    (void)arg;
    *now = __atomic_load_n(&common->now, __ATOMIC_SEQ_CST);
    return 1;
}

/* A key may die while its reader stands still. */
static int is_found(const wt_key* key, word64 since)
{
    wt_key found;
    word64 now;

    if (wt_keyring_opening(shared, key->name, 0, &found))
        return same_key(key, &found);
    (void)read_common(&now, NULL);
    return now - since >= LIFE;
}

static void* read_keys(void* arg)
{
    wt_key key;
    word64 now;

    (void)arg;
    while (!__atomic_load_n(&common->stop, __ATOMIC_SEQ_CST)) {
        (void)read_common(&now, NULL);
        if (!wt_keyring_sealing(shared, &key) || !is_found(&key, now))
            __atomic_store_n(&common->failed, 1, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

static void work(int rotations)
{
    pthread_t threads[3];
    int i;

    for (i = 0; i < 3; i++) {
        if (pthread_create(&threads[i], NULL, read_keys, NULL) != 0)
            _exit(1);
    }
    for (i = 0; i < rotations; i++) {
        (void)__atomic_add_fetch(&common->now, PERIOD / 2, __ATOMIC_SEQ_CST);
        usleep(500);
    }
    if (rotations > 0)
        __atomic_store_n(&common->stop, 1, __ATOMIC_SEQ_CST);
    for (i = 0; i < 3; i++)
        (void)pthread_join(threads[i], NULL);
}

START_TEST(threads_of_many_processes_read_a_shared_ring_while_it_rotates)
{
    unsigned long rotations, failures;
    pid_t children[2];
    int many = th_many(600);
    int i;

    common = (control*)mmap(NULL, sizeof(*common), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(common != MAP_FAILED);
    common->now = START;
    shared = wolfTicket_KeyRing_new_shared(read_common, NULL, NULL, NULL);
    ck_assert_ptr_nonnull(shared);
    ring_lifetime(shared, LIFE);
    for (i = 0; i < 2; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            work(0);
            _exit(0);
        }
    }
    work(many);
    for (i = 0; i < 2; i++)
        ck_assert(ends_well(children[i]));
    ck_assert_int_eq(common->failed, 0);
    wt_keyring_counts(shared, &rotations, &failures);
    ck_assert_uint_gt(rotations, 0);
    ck_assert_uint_eq(failures, 0);
    wolfTicket_KeyRing_free(shared);
    ck_assert_int_eq(munmap(common, sizeof(*common)), 0);
}
END_TEST

static Suite* thread_suite(void)
{
    Suite* suite = suite_create("ring, thread");
    TCase* tc = tcase_create("all");

    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, it_refreshes_at_once_and_again_and_takes_no_signals);
    tcase_add_test(tc, news_bring_the_next_round_at_once);
    tcase_add_test(tc, a_source_that_does_not_wait_is_not_asked_all_the_time);
    tcase_add_test(tc, a_source_without_news_is_asked_in_time);
    tcase_add_test(tc, there_is_one_and_it_can_be_started_again);
    tcase_add_test(tc, the_application_may_refresh_beside_it);
    tcase_add_test(tc, a_ring_without_source_rotates_when_nobody_comes);
    tcase_add_test(tc, a_ring_that_goes_takes_its_thread_along);
    tcase_add_test(tc, a_ring_that_goes_in_the_middle_of_a_round_goes_after_it);
    tcase_add_loop_test(tc, the_clean_up_waits_for_threads_without_a_ring, 0,
        2);
    tcase_add_test(tc, two_that_stop_it_at_once_both_get_away);
    tcase_add_test(tc, a_child_has_no_thread_and_may_start_one);
    tcase_add_test(tc, a_fork_in_the_middle_of_a_round_waits_for_its_end);
    tcase_add_test(tc, a_child_lets_go_of_what_its_parents_thread_held);
    tcase_add_test(tc,
        threads_of_many_processes_read_a_shared_ring_while_it_rotates);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(thread_suite());
}
