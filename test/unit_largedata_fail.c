/* unit_largedata_fail.c
 *
 * Large application data where memory, clock or generator fail, and what is
 * left of it in memory; a process that forks.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "largedata_fixture.h"

#include <malloc.h>

#ifdef HAVE_UNISTD_H
    #include <sys/wait.h>
    #include <unistd.h>
#endif

#define LARGE 20000

/* ---- memory -------------------------------------------------------------- */

/* What resumes has its data, whole.  1 when an allocation has failed. */
static int OneFailure(ld_world* w, WOLFSSL_SESSION* session, long n)
{
    WOLFSSL_SESSION* renewed = NULL;
    wolfTicket_Info info;
    th_pair pair;
    int done, failed, resumed;

    th_open(&pair, w->sc, w->cc, session, TH_OURS);
    th_mem_fail_at(n);
    done = th_handshake_armed(&pair);
    failed = th_mem_calls() >= n;
    th_mem_fail_at(0);
    resumed = wolfSSL_session_reused(pair.server) == 1;
    if (resumed && done == TH_BOTH_DONE)
        ck_assert(ld_has(pair.server, LARGE, 1));
    else
        ck_assert_int_eq(failed, 1);
    if (done == TH_BOTH_DONE) {
        th_exchange(&pair);
        renewed = wolfSSL_get1_session(pair.client);
    }
    th_close(&pair);
    /* And what was made meanwhile, if it resumes; after a full handshake it
     * has no data. */
    if (renewed != NULL) {
        w->saw = 0;
        if (th_try(w->sc, w->cc, renewed, &info) && resumed)
            ck_assert_int_eq(w->saw, 1);
        wolfSSL_SESSION_free(renewed);
    }
    return failed;
}

START_TEST(a_failing_allocation_never_resumes_without_the_data)
{
    WOLFSSL_SESSION* session;
    ld_world w;
    long n;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    ld_begin(&w, _i % TH_MODES);
    w.decAnswer = WOLFTICKET_RETURN_USE_RENEW;
    session = ld_first(&w, LARGE, 1);
    for (n = 1; OneFailure(&w, session, n); n++) {
        ck_assert_int_lt(n, 200);
        /* The former is as good as ever, unless its successor came back. */
        wolfSSL_SESSION_free(session);
        session = ld_first(&w, LARGE, 1);
    }
    ck_assert_int_gt(n, 1);
    wolfSSL_SESSION_free(session);
    ld_end(&w);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

/* A full handshake: its ticket has the data, or opens nowhere. */
START_TEST(a_failing_allocation_makes_no_ticket_without_the_data)
{
    WOLFSSL_SESSION* session;
    th_pair pair;
    ld_world w;
    long n;
    int failed = 1;
    int withheld = 0;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    ld_begin(&w, _i);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(w.sc, 1), 1);
    w.sz = LARGE;
    w.seed = 1;
    for (n = 1; failed; n++) {
        int done;

        ck_assert_int_lt(n, 200);
        th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
        ck_assert_int_eq(ld_set(pair.server, LARGE, 1), 1);
        th_mem_fail_at(n);
        done = th_handshake_armed(&pair);
        failed = th_mem_calls() >= n;
        th_mem_fail_at(0);
        ck_assert_int_eq(done, TH_BOTH_DONE);
        th_exchange(&pair);
        session = wolfSSL_get1_session(pair.client);
        th_close(&pair);
        w.saw = 0;
        if (th_try(w.sc, w.cc, session, NULL))
            ck_assert_int_eq(w.saw, 1);
        else
            withheld++;
        wolfSSL_SESSION_free(session);
    }
    ck_assert_int_ge(withheld, 1);
    ck_assert_uint_eq(ld_stats(w.sc).withheld, (unsigned long)withheld);
    ld_end(&w);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

START_TEST(a_set1_that_fails_keeps_the_former_data)
{
    th_pair pair;
    ld_world w;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    ld_begin(&w, TH_TLS13);
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(ld_set(pair.server, 5000, 1), 1);
    th_mem_fail_at(1);
    th_mem_arm(1);
    ck_assert_int_eq(ld_set(pair.server, 60000, 2), 0);
    th_mem_arm(0);
    ck_assert_str_eq(wolfTicket_error(pair.server), "out of memory");
    ck_assert(ld_has(pair.server, 5000, 1));
    th_close(&pair);
    ld_end(&w);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

/* ---- traces -------------------------------------------------------------- */

#define TRACE 0xC3
static int dirty;

/* wolfSSL's ciphers may leave some blocks on the stack, and it copies such
 * leftovers into sessions. */
#define MOST_OF_WOLFSSL 256

static void WatchFree(void* mem)
{
    const unsigned char* p = (const unsigned char*)mem;
    size_t sz = (mem != NULL) ? malloc_usable_size(mem) : 0;
    size_t i, run = 0;

    for (i = 0; i < sz; i++) {
        run = (p[i] == TRACE) ? run + 1 : 0;
        dirty += run == MOST_OF_WOLFSSL;
    }
    free(mem);
}

static int SetTrace(WOLFSSL* ssl)
{
    static unsigned char data[LARGE];

    memset(data, TRACE, sizeof(data));
    return wolfTicket_SESSION_set1_ticket_appdata(wolfSSL_get_session(ssl),
        data, sizeof(data));
}

START_TEST(no_data_is_left_in_memory_that_was_given_back)
{
    WOLFSSL_SESSION* session;
    th_pair pair;
    ld_world w;
    int i;

    ck_assert_int_eq(th_allocators(malloc, WatchFree, realloc), 0);
    ld_begin(&w, _i);
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(SetTrace(pair.server), 1);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    th_close(&pair);
    for (i = 0; i < 3; i++) {
        th_open(&pair, w.sc, w.cc, session, TH_OURS);
        ck_assert_int_eq(th_verdict(&pair, NULL), 1);
        ck_assert_int_eq(ld_set(pair.server, 30000, 1), 1);
        ck_assert_int_eq(SetTrace(pair.server), 1);
        wolfSSL_SESSION_free(session);
        session = wolfSSL_get1_session(pair.client);
        th_close(&pair);
    }
    wolfSSL_SESSION_free(session);
    ld_end(&w);
    wolfTicket_cleanup();
    ck_assert_int_eq(dirty, 0);
}
END_TEST

/* ---- clock and generator ------------------------------------------------- */

START_TEST(a_failing_generator_makes_no_ticket_without_the_data)
{
    wolfTicket_KeyRing* ring;
    WOLFSSL_SESSION* session;
    th_random random;
    ld_world w;

    ld_begin(&w, _i);
    memset(&random, 0, sizeof(random));
    random.state = 1;
    ring = wolfTicket_KeyRing_new_ex(th_time, &w.clock, th_rand, &random);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(w.sc, ring), 1);
    wolfTicket_KeyRing_free(ring);
    session = ld_first(&w, LARGE, 1);
    random.failAt = random.calls + 1;
    random.failAll = 1;
    w.clock.failAt = w.clock.calls + 3;
    ld_resume(&w, &session);
    w.clock.failAt = 0;
    ld_resume(&w, &session);
    wolfSSL_SESSION_free(session);
    ld_end(&w);
}
END_TEST

/* ---- forks --------------------------------------------------------------- */

#if defined(HAVE_UNISTD_H) && !defined(SINGLE_THREADED)
/* The child has what there was, and what both add stays with each. */
START_TEST(a_child_has_a_copy_of_its_own)
{
    WOLFSSL_SESSION* session;
    WOLFSSL_SESSION* later;
    wolfTicket_Info info;
    ld_world w;
    pid_t pid;
    int status = -1;

    ld_begin(&w, _i);
    w.decAnswer = WOLFTICKET_RETURN_USE;
    session = ld_first(&w, LARGE, 1);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        int good = th_try(w.sc, w.cc, session, NULL) == 1 && w.saw;

        later = ld_first(&w, LARGE, 2);
        good = good && th_try(w.sc, w.cc, later, NULL) == 1 && w.saw;
        _exit(good ? 7 : 1);
    }
    later = ld_first(&w, LARGE, 1);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 7);
    ck_assert_int_eq(th_try(w.sc, w.cc, session, &info), 1);
    ck_assert_int_eq(w.saw, 1);
    ck_assert_int_eq(th_try(w.sc, w.cc, later, &info), 1);
    ck_assert_int_eq(w.saw, 1);
    wolfSSL_SESSION_free(session);
    wolfSSL_SESSION_free(later);
    ld_end(&w);
}
END_TEST
#endif

int main(void)
{
    Suite* suite = suite_create("largedata_fail");
    TCase* tc = th_case(suite, "memory", 1);

    tcase_add_loop_test(tc,
        a_failing_allocation_never_resumes_without_the_data, 0, TH_MODES);
    tcase_add_loop_test(tc,
        a_failing_allocation_makes_no_ticket_without_the_data, 0, TH_MODES);
    tcase_add_test(tc, a_set1_that_fails_keeps_the_former_data);
    tcase_add_loop_test(tc, no_data_is_left_in_memory_that_was_given_back, 0,
        TH_MODES);
    tc = ld_case(suite, "ring");
    tcase_add_loop_test(tc,
        a_failing_generator_makes_no_ticket_without_the_data, 0, TH_MODES);
#if defined(HAVE_UNISTD_H) && !defined(SINGLE_THREADED)
    tc = ld_case(suite, "forks");
    tcase_add_loop_test(tc, a_child_has_a_copy_of_its_own, 0, TH_MODES);
#endif
    return th_run(suite);
}
