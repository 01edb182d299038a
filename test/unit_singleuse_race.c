/* unit_singleuse_race.c
 *
 * Connections that race with one ticket: one of them resumes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "singleuse_fixture.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define RACERS 3

/* For all racers, also those of other processes. */
typedef struct {
    int ready;
    int resumed;
    int full;
    int wrong;
} race;

/* ---- the store of a fleet, in memory that is shared ---------------------- */

#define SLOTS 4096

typedef struct {
    unsigned long long taken[SLOTS];
} store;

static int Claim(const unsigned char id[16], unsigned int age,
    unsigned int seconds_left, void* arg)
{
    store* s = (store*)arg;
    unsigned long long name;
    unsigned long long none;
    int i;

    (void)age;
    memcpy(&name, id, sizeof(name));
    for (i = 0; i < SLOTS; i++) {
        none = 0;
        if (__atomic_compare_exchange_n(&s->taken[i], &none, name, 0,
                __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            return seconds_left > 0;
        if (none == name)
            return 0;
    }
    return -1;
}

static void* shared_new(size_t sz)
{
    void* mem = mmap(NULL, sz, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(mem, MAP_FAILED);
    return mem;
}

/* ---- racers -------------------------------------------------------------- */

/* Check's assertions are for the test's own thread and process: here what
 * goes wrong is counted. */
static void present(su_world* w, WOLFSSL_CTX* cc, WOLFSSL_SESSION* session,
    race* r, int round)
{
    wolfTicket_Info info;
    th_pair pair;

    th_open(&pair, w->sc, cc, session, TH_OURS);
    (void)__atomic_add_fetch(&r->ready, 1, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(&r->ready, __ATOMIC_ACQUIRE) < round * RACERS)
        (void)sched_yield();
    if (th_handshake(&pair) != TH_BOTH_DONE ||
            !wolfTicket_get_info(pair.server, &info)) {
        (void)__atomic_add_fetch(&r->wrong, 1, __ATOMIC_ACQ_REL);
    }
    else if (wolfSSL_session_reused(pair.server)) {
        (void)__atomic_add_fetch(&r->resumed, 1, __ATOMIC_ACQ_REL);
    }
    else {
        (void)__atomic_add_fetch(&r->full, 1, __ATOMIC_ACQ_REL);
        if (info.cause != WOLFTICKET_CAUSE_REPLAYED)
            (void)__atomic_add_fetch(&r->wrong, 1, __ATOMIC_ACQ_REL);
    }
    th_close(&pair);
}

enum { FILTER, CALLBACK, KINDS };

static store* begin(su_world* w, int kind)
{
    store* s = (store*)shared_new(sizeof(store));

    su_begin(w, TH_TLS13);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(w->sc, NULL, NULL,
        NULL), 1);
    if (kind == FILTER)
        ck_assert_int_eq(wolfTicket_CTX_set_single_use(w->sc, 1), 1);
    else
        ck_assert_int_eq(wolfTicket_CTX_set_single_use_cb(w->sc, Claim, s),
            1);
    return s;
}

static void end(su_world* w, store* s)
{
    su_end(w);
    (void)munmap(s, sizeof(*s));
}

static void check(const race* r, int rounds)
{
    ck_assert_int_eq(r->wrong, 0);
    ck_assert_int_eq(r->resumed, rounds);
    ck_assert_int_eq(r->full, rounds * (RACERS - 1));
}

/* ---- processes ----------------------------------------------------------- */

#define FORK_ROUNDS 100

static void work(su_world* w, WOLFSSL_SESSION** sessions, race* r, int rounds)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    int i;

    for (i = 0; i < rounds; i++)
        present(w, cc, sessions[i], r, i + 1);
    _exit(0);
}

START_TEST(of_workers_that_race_with_a_ticket_one_resumes)
{
    WOLFSSL_SESSION* sessions[FORK_ROUNDS];
    race* r = (race*)shared_new(sizeof(race));
    int rounds = 5 + th_many(FORK_ROUNDS - 5);
    pid_t pid[RACERS];
    su_world w;
    store* s;
    int status;
    int i;

    s = begin(&w, _i);
    for (i = 0; i < rounds; i++)
        sessions[i] = su_session(&w);
    for (i = 0; i < RACERS; i++) {
        pid[i] = fork();
        ck_assert_int_ge(pid[i], 0);
        if (pid[i] == 0)
            work(&w, sessions, r, rounds);
    }
    for (i = 0; i < RACERS; i++) {
        ck_assert_int_eq(waitpid(pid[i], &status, 0), pid[i]);
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    check(r, rounds);
    /* Nor does it where they were all forked from. */
    for (i = 0; i < 5; i++)
        ck_assert_int_eq(su_try(&w, sessions[i]), WOLFTICKET_CAUSE_REPLAYED);
    for (i = 0; i < rounds; i++)
        wolfSSL_SESSION_free(sessions[i]);
    (void)munmap(r, sizeof(*r));
    end(&w, s);
}
END_TEST

/* It has no part in the filter: none of its tickets is good elsewhere, and
 * none of the others' there. */
START_TEST(a_worker_forked_before_the_filter_vouches_for_its_own_alone)
{
    WOLFSSL_SESSION* session;
    su_world w;
    int go[2];
    int status;
    char got = 0;
    pid_t pid;

    su_begin(&w, TH_TLS13);
    session = su_session(&w);   /* by the keys that both have */
    wolfSSL_SESSION_free(session);
    ck_assert_int_eq(pipe(go), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(w.sc, 1), 1);
    session = su_session(&w);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        /* As one that has not been there when the filter was made. */
        wolfTicket_CTX_free(w.sc);
        wolfTicket_cleanup();
        w.sc = su_server(TH_TLS13, &w.app);
        if (wolfTicket_CTX_set_single_use(w.sc, 1) != 1)
            _exit(1);
        if (su_try(&w, session) != WOLFTICKET_CAUSE_UNVOUCHED)
            _exit(2);
        wolfSSL_SESSION_free(session);
        session = su_session(&w);
        _exit(su_try(&w, session) == WOLFTICKET_CAUSE_USED &&
            write(go[1], "g", 1) == 1 ? 0 : 3);
    }
    ck_assert_int_eq(read(go[0], &got, 1), 1);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_REPLAYED);
    wolfSSL_SESSION_free(session);
    (void)close(go[0]);
    (void)close(go[1]);
    su_end(&w);
}
END_TEST

/* ---- threads ------------------------------------------------------------- */

#ifndef SINGLE_THREADED

#define THREAD_ROUNDS 150

typedef struct {
    su_world* w;
    WOLFSSL_SESSION** sessions;     /* copies of its own */
    race* r;
    int rounds;
} racer;

static void* run(void* arg)
{
    racer* me = (racer*)arg;
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    int i;

    for (i = 0; i < me->rounds; i++)
        present(me->w, cc, me->sessions[i], me->r, i + 1);
    wolfSSL_CTX_free(cc);
    th_leave_thread();
    return NULL;
}

START_TEST(of_threads_that_race_with_a_ticket_one_resumes)
{
    WOLFSSL_SESSION* sessions[RACERS][THREAD_ROUNDS];
    pthread_t thread[RACERS];
    racer racers[RACERS];
    wolfTicket_Stats stats;
    int rounds = 5 + th_many(THREAD_ROUNDS - 5);
    race r;
    su_world w;
    store* s;
    int i, k;

    memset(&r, 0, sizeof(r));
    s = begin(&w, _i);
    for (i = 0; i < rounds; i++) {
        sessions[0][i] = su_session(&w);
        for (k = 1; k < RACERS; k++) {
            sessions[k][i] = wolfSSL_SESSION_dup(sessions[0][i]);
            ck_assert_ptr_nonnull(sessions[k][i]);
        }
    }
    for (k = 0; k < RACERS; k++) {
        racers[k].w = &w;
        racers[k].sessions = sessions[k];
        racers[k].r = &r;
        racers[k].rounds = rounds;
        ck_assert_int_eq(pthread_create(&thread[k], NULL, run, &racers[k]),
            0);
    }
    for (k = 0; k < RACERS; k++)
        ck_assert_int_eq(pthread_join(thread[k], NULL), 0);
    check(&r, rounds);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(w.sc, &stats), 1);
    ck_assert_uint_eq(stats.presented[WOLFTICKET_CAUSE_USED],
        (unsigned long)rounds);
    ck_assert_uint_eq(stats.presented[WOLFTICKET_CAUSE_REPLAYED],
        (unsigned long)rounds * (RACERS - 1));
    for (i = 0; i < rounds; i++) {
        for (k = 0; k < RACERS; k++)
            wolfSSL_SESSION_free(sessions[k][i]);
    }
    end(&w, s);
}
END_TEST

#endif /* !SINGLE_THREADED */

int main(void)
{
    Suite* suite = suite_create("singleuse_race");
    TCase* tc = th_case(suite, "singleuse_race", 0);

    tcase_add_loop_test(tc, of_workers_that_race_with_a_ticket_one_resumes, 0,
        KINDS);
    tcase_add_test(tc,
        a_worker_forked_before_the_filter_vouches_for_its_own_alone);
#ifndef SINGLE_THREADED
    tcase_add_loop_test(tc, of_threads_that_race_with_a_ticket_one_resumes, 0,
        KINDS);
#endif
    return th_run(suite);
}
