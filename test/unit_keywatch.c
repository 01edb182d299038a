/* unit_keywatch.c
 *
 * The thread that looks at a key file: what it takes in and reports, and that
 * it ends, in parents and children.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyfollow_fixture.h"
#include "keyring.h"

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define N80     WOLFTICKET_KEYFILE_NGINX_80
#define SOON    2        /* milliseconds between two looks */
#define NEVER   86400000
#define PATIENT 20000    /* looks of ours, a millisecond apart */

static wolfTicket_KeyRing* ring;
static wolfTicket_KeyFile* file;

static int reports;
static char report[512];
static pthread_mutex_t reporting = PTHREAD_MUTEX_INITIALIZER;
static sigset_t blocked;

static void keep_report(const char* text, void* arg)
{
    ck_assert(arg == &reports);
    pthread_mutex_lock(&reporting);
    snprintf(report, sizeof(report), "%s", text);
    (void)pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    reports++;
    pthread_mutex_unlock(&reporting);
}

static int count_reports(void)
{
    int ret;

    pthread_mutex_lock(&reporting);
    ret = reports;
    pthread_mutex_unlock(&reporting);
    return ret;
}

/* Keys 1 and 2 in a file that is followed, and whatever comes is at rest. */
static void begin(void)
{
    files_setup();
    ring = manual_ring();
    put_keys(path, N80, 1, 2);
    file = follow(ring, N80);
    file_age(1000000000);
    reports = 0;
}

static void end(void)
{
    wolfTicket_KeyFile_free(file);
    wolfTicket_KeyRing_free(ring);
    files_teardown();
}

/* In place of the file in one step, as others should do it. */
static void replace(int first, int count)
{
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];

    pattern_keys(first, count, 32, keys);
    ck_assert_int_eq(wolfTicket_KeyFile_write(path, N80, keys, count), 1);
}

static void damage(const char* text)
{
    char other[160];

    snprintf(other, sizeof(other), "%s/other", directory);
    put_file(other, (const byte*)text, strlen(text));
    ck_assert_int_eq(rename(other, path), 0);
}

static void wait_for_keys(int first, int count)
{
    int n = PATIENT;

    while (n-- > 0 && !ring_has(ring, first, count, 0))
        usleep(1000);
    ck_assert(ring_has(ring, first, count, 0));
}

static void wait_for_reports(int want)
{
    int n = PATIENT;

    while (n-- > 0 && count_reports() < want)
        usleep(1000);
    ck_assert_int_eq(count_reports(), want);
}

/* ---- what it does ------------------------------------------------------- */

START_TEST(changes_are_taken_in_as_they_come)
{
    int i;

    ck_assert_int_eq(wt_keyfile_watch(file, SOON, keep_report, &reports), 1);
    for (i = 2; i < 12; i++) {
        replace(i, 1 + i % 2);
        wait_for_keys(i, 1 + i % 2);
    }
    ck_assert_int_eq(count_reports(), 0);
}
END_TEST

START_TEST(a_failure_is_reported_once_until_something_else_happens)
{
    ck_assert_int_eq(wt_keyfile_watch(file, SOON, keep_report, &reports), 1);
    damage("nonsense");
    wait_for_reports(1);
    ck_assert_ptr_nonnull(strstr(report, path));
    ck_assert_ptr_nonnull(strstr(report, "8 bytes"));
    usleep(50 * 1000 * SOON);
    ck_assert_int_eq(count_reports(), 1);
    damage("more nonsense");
    wait_for_reports(2);
    ck_assert(ring_has(ring, 1, 2, 0));
    replace(3, 2);
    wait_for_keys(3, 2);
    damage("more nonsense");
    wait_for_reports(3);
}
END_TEST

START_TEST(without_anybody_to_report_to_it_goes_on)
{
    ck_assert_int_eq(wt_keyfile_watch(file, SOON, NULL, NULL), 1);
    damage("nonsense");
    usleep(10 * 1000 * SOON);
    replace(3, 2);
    wait_for_keys(3, 2);
}
END_TEST

START_TEST(signals_go_to_the_threads_of_the_application)
{
    ck_assert_int_eq(wt_keyfile_watch(file, SOON, keep_report, &reports), 1);
    damage("nonsense");
    wait_for_reports(1);
    ck_assert_int_eq(sigismember(&blocked, SIGTERM), 1);
    ck_assert_int_eq(sigismember(&blocked, SIGHUP), 1);
    ck_assert_int_eq(sigismember(&blocked, SIGALRM), 1);
    ck_assert_int_eq(pthread_sigmask(SIG_BLOCK, NULL, &blocked), 0);
    ck_assert_int_eq(sigismember(&blocked, SIGTERM), 0);
}
END_TEST

START_TEST(it_ends_at_once_however_long_it_would_wait)
{
    int i;

    for (i = 0; i < th_many(200); i++) {
        ck_assert_int_eq(wt_keyfile_watch(file, NEVER, NULL, NULL), 1);
        wolfTicket_KeyFile_free(file);
        file = wolfTicket_KeyFile_follow(ring, path, N80);
        ck_assert_ptr_nonnull(file);
    }
}
END_TEST

START_TEST(there_is_one_thread_and_its_time_has_limits)
{
    ck_assert_int_eq(wolfTicket_KeyFile_watch(NULL, 1, NULL, NULL), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_watch(file, 0, NULL, NULL), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_watch(file, 86401, NULL, NULL), 0);
    ck_assert(error_has("1 to 86400 seconds"));
    ck_assert_int_eq(wolfTicket_KeyFile_watch(file, 86400, NULL, NULL), 1);
    ck_assert_int_eq(wolfTicket_KeyFile_watch(file, 1, NULL, NULL), 0);
    ck_assert(error_has("it is watched by a thread already"));
}
END_TEST

/* ---- with others -------------------------------------------------------- */

static int stop;

/* Handshakes need no more of the ring than this. */
static void* use_ring(void* arg)
{
    size_t good = 1;
    wt_key key;

    (void)arg;
    while (good > 0 && !__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
        if (!wt_keyring_sealing(ring, &key))
            good = 0;
    }
    return (void*)good;
}

static void* reload_file(void* arg)
{
    size_t good = 1;

    (void)arg;
    while (good > 0 && !__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
        if (!wolfTicket_KeyFile_refresh(file))
            good = 0;
        (void)wolfTicket_KeyFile_reload(file);
    }
    return (void*)good;
}

START_TEST(any_thread_may_look_while_all_others_use_the_ring)
{
    pthread_t threads[4];
    void* good;
    int i;

    ck_assert_int_eq(wt_keyfile_watch(file, 1, NULL, NULL), 1);
    for (i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL,
            (i < 2) ? use_ring : reload_file, NULL), 0);
    for (i = 0; i < th_many(300); i++)
        replace(i % 20, 1 + i % 2);
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    for (i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(threads[i], &good), 0);
        ck_assert_ptr_nonnull(good);
    }
    wait_for_keys((th_many(300) - 1) % 20, 1 + (th_many(300) - 1) % 2);
}
END_TEST

/* ---- children ----------------------------------------------------------- */

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

static int child_does(int what)
{
    int good = 1;
    int n = PATIENT;

    if (what >= 1)
        good = wolfTicket_KeyFile_refresh(file) && ring_has(ring, 3, 2, 0);
    if (what >= 2 && CHILD_THREADS && good) {
        good = wt_keyfile_watch(file, SOON, NULL, NULL);
        replace(5, 1);
        while (good && n-- > 0 && !ring_has(ring, 5, 1, 0))
            usleep(1000);
        good = good && ring_has(ring, 5, 1, 0);
    }
    wolfTicket_KeyFile_free(file);
    return good ? 0 : 1;
}

START_TEST(a_child_has_no_thread_and_may_start_one)
{
    int what, i, status;
    pid_t child;

    ck_assert_int_eq(wt_keyfile_watch(file, 1, NULL, NULL), 1);
    for (i = 0; i < th_many(60); i++) {
        for (what = 0; what < 3; what++) {
            replace(3, 2);
            child = fork();
            ck_assert_int_ge(child, 0);
            if (child == 0) {
                (void)alarm(30);
                _exit(child_does(what));
            }
            ck_assert_int_eq(waitpid(child, &status, 0), child);
            ck_assert_int_eq(status, 0);
        }
    }
    replace(6, 1);
    wait_for_keys(6, 1);
}
END_TEST

/* ---- memory ------------------------------------------------------------- */

START_TEST(without_memory_there_is_no_thread)
{
    wolfTicket_KeyRing* own;
    wolfTicket_KeyFile* followed;
    long live;

    th_mem_use(TH_MEM_COUNT);
    own = manual_ring();
    put_keys(path, N80, 1, 2);
    live = th_mem_live();
    followed = wolfTicket_KeyFile_follow(own, path, N80);
    ck_assert_ptr_nonnull(followed);
    th_mem_arm(1);
    th_mem_fail_at(1);
    ck_assert_int_eq(wt_keyfile_watch(followed, NEVER, NULL, NULL), 0);
    ck_assert(error_has("out of memory"));
    th_mem_fail_at(0);
    ck_assert_int_eq(wt_keyfile_watch(followed, NEVER, NULL, NULL), 1);
    wolfTicket_KeyFile_free(followed);
    ck_assert_int_eq(th_mem_live(), live);
    wolfTicket_KeyRing_free(own);
}
END_TEST

static Suite* keywatch_suite(void)
{
    Suite* suite = suite_create("keywatch");
    TCase* tc = th_case(suite, "thread", 1);

    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, changes_are_taken_in_as_they_come);
    tcase_add_test(tc,
        a_failure_is_reported_once_until_something_else_happens);
    tcase_add_test(tc, without_anybody_to_report_to_it_goes_on);
    tcase_add_test(tc, signals_go_to_the_threads_of_the_application);
    tcase_add_test(tc, it_ends_at_once_however_long_it_would_wait);
    tcase_add_test(tc, there_is_one_thread_and_its_time_has_limits);
    tcase_add_test(tc, any_thread_may_look_while_all_others_use_the_ring);
    tcase_add_test(tc, a_child_has_no_thread_and_may_start_one);

    tc = th_case(suite, "memory", 1);
    tcase_add_checked_fixture(tc, directory_setup, directory_teardown);
    tcase_add_test(tc, without_memory_there_is_no_thread);
    return suite;
}

int main(void)
{
    return th_run(keywatch_suite());
}
