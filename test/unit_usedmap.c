/* unit_usedmap.c
 *
 * Which tickets have been used: exact, and one who claims a ticket gets it.
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

#define CLAIMERS 2

static wolfTicket_KeyRing* ring;

static void setup(void)
{
    th_setup();
    ring = wolfTicket_KeyRing_new();
    ck_assert_ptr_nonnull(ring);
}

static void teardown(void)
{
    wolfTicket_KeyRing_free(ring);
    th_teardown();
}

/* Memory that all processes of a test write into; no test asks for more than
 * goes with it. */
static void* shared_new(size_t sz)
{
    void* mem = mmap(NULL, sz, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(mem, MAP_FAILED);
    return mem;
}

static void begin(word32 tickets)
{
    ck_assert_int_eq(wt_used_begin(ring, tickets), WT_OK);
}

/* n nonces. */
static nonce_t* take(size_t n)
{
    nonce_t* ret = (nonce_t*)malloc(n * sizeof(nonce_t));
    size_t i;

    ck_assert_ptr_nonnull(ret);
    for (i = 0; i < n; i++)
        ck_assert_int_eq(wt_used_nonce(ring, ret[i]), 1);
    return ret;
}

static int compare(const void* a, const void* b)
{
    return memcmp(a, b, WT_NONCE_SZ);
}

static void check_unique(nonce_t* nonces, size_t n)
{
    size_t i;

    qsort(nonces, n, sizeof(nonce_t), compare);
    for (i = 1; i < n; i++)
        ck_assert_int_ne(memcmp(nonces[i - 1], nonces[i], WT_NONCE_SZ), 0);
}

static void await(pid_t pid, int killed)
{
    int status;

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    if (!killed) {
        ck_assert(WIFEXITED(status));
        ck_assert_int_eq(WEXITSTATUS(status), 0);
    }
}

/* ---- one process -------------------------------------------------------- */

START_TEST(a_ticket_is_fresh_once_however_often_it_is_looked_at)
{
    nonce_t* n;
    int i;

    begin(0);
    n = take(5000);
    for (i = 0; i < 5000; i++) {
        ck_assert_int_eq(wt_used_look(n[i]), WT_USED_FRESH);
        ck_assert_int_eq(wt_used_look(n[i]), WT_USED_FRESH);
        ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_FRESH);
        ck_assert_int_eq(wt_used_look(n[i]), WT_USED_BEFORE);
        ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_BEFORE);
        if (i + 1 < 5000)
            ck_assert_int_eq(wt_used_look(n[i + 1]), WT_USED_FRESH);
    }
    for (i = 0; i < 5000; i++)
        ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_BEFORE);
    check_unique(n, 5000);
    free(n);
}
END_TEST

static const word32 windows[] = { LEAST, LEAST + 1, 10000, 65536, 100001 };
#define WINDOWS ((int)(sizeof(windows) / sizeof(windows[0])))

/* Three times round: of what was made last the map knows all, with every
 * third used, and of what was made long ago nothing. */
START_TEST(the_last_tickets_are_remembered_and_older_ones_refused)
{
    word32 window = windows[_i];
    size_t all = (size_t)window * 3;
    nonce_t* n = (nonce_t*)malloc(all * sizeof(nonce_t));
    size_t i, k;

    ck_assert_ptr_nonnull(n);
    begin(window);
    for (i = 0; i < all; i++) {
        ck_assert_int_eq(wt_used_nonce(ring, n[i]), 1);
        if (i % 3 == 0)
            ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_FRESH);
        /* The oldest that it has promised to remember. */
        if (i + 1 >= window) {
            k = i + 1 - window;
            ck_assert_int_eq(wt_used_look(n[k]),
                (k % 3 == 0) ? WT_USED_BEFORE : WT_USED_FRESH);
        }
    }
    for (i = all - window; i < all; i++)
        ck_assert_int_eq(wt_used_look(n[i]),
            (i % 3 == 0) ? WT_USED_BEFORE : WT_USED_FRESH);
    for (i = 0; i + window + window / 8 + 512 < all; i++) {
        ck_assert_int_eq(wt_used_look(n[i]), WT_USED_UNKNOWN);
        ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_UNKNOWN);
    }
    check_unique(n, all);
    free(n);
}
END_TEST

START_TEST(nonces_of_others_are_unknown)
{
    nonce_t n;
    nonce_t mine;
    th_random random;
    int i;

    memset(&random, 0, sizeof(random));
    begin(LEAST);
    ck_assert_int_eq(wt_used_nonce(ring, mine), 1);
    for (i = 0; i < 1000; i++) {
        (void)th_rand(n, sizeof(n), &random);
        ck_assert_int_eq(wt_used_claim(n), WT_USED_UNKNOWN);
        ck_assert_int_eq(wt_nonce_next(ring, n), 1);
        ck_assert_int_eq(wt_used_claim(n), WT_USED_UNKNOWN);
    }
    /* And those that are near. */
    for (i = 0; i < 8; i++) {
        memcpy(n, mine, sizeof(n));
        n[7 - i] = (byte)(n[7 - i] + 1);
        ck_assert_int_eq(wt_used_claim(n), WT_USED_UNKNOWN);
        n[7 - i] = (byte)(n[7 - i] - 2);
        ck_assert_int_eq(wt_used_claim(n), WT_USED_UNKNOWN);
    }
    for (i = 8; i < 10; i++) {
        memcpy(n, mine, sizeof(n));
        n[i]++;
        ck_assert_int_eq(wt_used_claim(n), WT_USED_UNKNOWN);
    }
    ck_assert_int_eq(wt_used_claim(mine), WT_USED_FRESH);
}
END_TEST

START_TEST(what_was_made_before_a_restart_is_unknown)
{
    nonce_t* before;
    nonce_t* after;
    int i;

    begin(LEAST);
    before = take(1000);
    wt_used_cleanup();
    for (i = 0; i < 1000; i++)
        ck_assert_int_eq(wt_used_claim(before[i]), WT_USED_UNKNOWN);
    ck_assert_int_eq(wt_used_nonce(ring, before[0]), 0);
    begin(LEAST);
    after = take(1000);
    for (i = 0; i < 1000; i++) {
        ck_assert_int_eq(wt_used_claim(before[i]), WT_USED_UNKNOWN);
        ck_assert_int_eq(wt_used_claim(after[i]), WT_USED_FRESH);
    }
    free(before);
    free(after);
}
END_TEST

START_TEST(there_is_one_map_of_one_size)
{
    begin(LEAST * 2);
    ck_assert_int_eq(wt_used_begin(ring, 0), WT_OK);
    ck_assert_int_eq(wt_used_begin(ring, LEAST * 2), WT_OK);
    ck_assert_int_eq(wt_used_begin(ring, LEAST), WT_E_SINGLE_SIZE);
    ck_assert_int_eq(wt_used_begin(ring, WOLFTICKET_SINGLE_USE_TICKETS),
        WT_E_SINGLE_SIZE);
    wt_used_cleanup();
    begin(0);
    ck_assert_int_eq(wt_used_begin(ring, WOLFTICKET_SINGLE_USE_TICKETS),
        WT_OK);
    ck_assert_int_eq(wt_used_begin(ring, LEAST * 2), WT_E_SINGLE_SIZE);
}
END_TEST

START_TEST(without_random_bytes_there_is_no_map)
{
    th_random random;
    wolfTicket_KeyRing* other;
    nonce_t n;

    memset(&random, 0, sizeof(random));
    other = wolfTicket_KeyRing_new_ex(NULL, NULL, th_rand, &random);
    ck_assert_ptr_nonnull(other);
    random.failAll = 1;
    random.failAt = random.calls + 1;
    ck_assert_int_eq(wt_used_begin(other, 0), WT_E_RANDOM);
    ck_assert_int_eq(wt_used_nonce(ring, n), 0);
    random.failAt = 0;
    ck_assert_int_eq(wt_used_begin(other, 0), WT_OK);
    wolfTicket_KeyRing_free(other);
}
END_TEST

/* ---- processes ---------------------------------------------------------- */

static pid_t (* const forks[])(void) = { fork, raw_fork };
#define FORKS 2

#define WORKERS 6
#define EACH    20000

/* With a lease that has begun when they are forked. */
START_TEST(workers_never_give_a_number_twice)
{
    size_t all = (WORKERS + 1) * EACH;
    nonce_t* n = (nonce_t*)shared_new(all * sizeof(nonce_t));
    pid_t pid[WORKERS];
    size_t i, w;

    begin(0);
    for (i = 0; i < 10; i++)
        ck_assert_int_eq(wt_used_nonce(ring, n[i]), 1);
    for (w = 0; w < WORKERS; w++) {
        pid[w] = forks[_i]();
        ck_assert_int_ge(pid[w], 0);
        if (pid[w] == 0) {
            for (i = 0; i < EACH; i++) {
                if (!wt_used_nonce(ring, n[(w + 1) * EACH + i]))
                    _exit(1);
            }
            _exit(0);
        }
    }
    for (i = 10; i < EACH; i++)
        ck_assert_int_eq(wt_used_nonce(ring, n[i]), 1);
    for (w = 0; w < WORKERS; w++)
        await(pid[w], 0);
    for (i = 0; i < all; i++)
        ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_FRESH);
    check_unique(n, all);
    (void)munmap(n, all * sizeof(nonce_t));
}
END_TEST

typedef struct {
    int ready;
    int won[CLAIMERS];
    int lost[CLAIMERS];
    int unknown;
    size_t count;
    nonce_t nonce[EACH];
} race;

/* Until all are at their step-th. */
static void meet(race* r, int step)
{
    int spins = 0;

    (void)__atomic_add_fetch(&r->ready, 1, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(&r->ready, __ATOMIC_ACQUIRE) < step * CLAIMERS) {
        if (++spins % 1000 == 0)
            (void)sched_yield();
    }
}

/* All at once, in the same order, and every few tickets from the same start:
 * where there are processors for it, they claim one in the same moment. */
static void claim_all(race* r, int me)
{
    wt_used used;
    size_t i;

    for (i = 0; i < r->count; i++) {
        if (i % 4 == 0)
            meet(r, (int)(i / 4) + 1);
        used = wt_used_claim(r->nonce[i]);
        r->won[me] += used == WT_USED_FRESH;
        r->lost[me] += used == WT_USED_BEFORE;
        if (used == WT_USED_UNKNOWN)
            (void)__atomic_add_fetch(&r->unknown, 1, __ATOMIC_ACQ_REL);
    }
}

static race* race_new(void)
{
    race* r = (race*)shared_new(sizeof(race));
    size_t i;

    begin(0);
    r->count = (size_t)th_many(EACH);
    for (i = 0; i < r->count; i++)
        ck_assert_int_eq(wt_used_nonce(ring, r->nonce[i]), 1);
    return r;
}

static void race_check(race* r)
{
    int won = 0;
    int lost = 0;
    int i;

    for (i = 0; i < CLAIMERS; i++) {
        won += r->won[i];
        lost += r->lost[i];
    }
    ck_assert_int_eq(won, (int)r->count);
    ck_assert_int_eq(lost, (int)r->count * (CLAIMERS - 1));
    ck_assert_int_eq(r->unknown, 0);
    (void)munmap(r, sizeof(*r));
}

START_TEST(of_processes_that_claim_a_ticket_one_gets_it)
{
    race* r = race_new();
    pid_t pid[CLAIMERS];
    int i;

    for (i = 0; i < CLAIMERS; i++) {
        pid[i] = forks[_i]();
        ck_assert_int_ge(pid[i], 0);
        if (pid[i] == 0) {
            claim_all(r, i);
            _exit(0);
        }
    }
    for (i = 0; i < CLAIMERS; i++)
        await(pid[i], 0);
    race_check(r);
}
END_TEST

START_TEST(a_process_that_was_forked_before_has_a_map_of_its_own)
{
    nonce_t* n = (nonce_t*)shared_new(2 * sizeof(nonce_t));
    int pipes[2];
    char go = 0;
    pid_t pid;

    ck_assert_int_eq(pipe(pipes), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        if (wt_used_begin(ring, LEAST) != WT_OK ||
                !wt_used_nonce(ring, n[1]) || read(pipes[0], &go, 1) != 1)
            _exit(1);
        _exit(wt_used_claim(n[0]) == WT_USED_UNKNOWN &&
            wt_used_claim(n[1]) == WT_USED_FRESH ? 0 : 2);
    }
    begin(LEAST);
    ck_assert_int_eq(wt_used_nonce(ring, n[0]), 1);
    ck_assert_int_eq(write(pipes[1], "g", 1), 1);
    await(pid, 0);
    ck_assert_int_eq(wt_used_claim(n[1]), WT_USED_UNKNOWN);
    ck_assert_int_eq(wt_used_claim(n[0]), WT_USED_FRESH);
    (void)close(pipes[0]);
    (void)close(pipes[1]);
    (void)munmap(n, 2 * sizeof(nonce_t));
}
END_TEST

/* Workers take and claim without end and are killed at any instant. */
START_TEST(killed_workers_leave_a_map_that_works)
{
    struct { nonce_t all[LEAST]; int won[LEAST]; }* s = shared_new(sizeof(*s));
    int rounds = 5 + th_many(40);
    nonce_t n;
    pid_t pid;
    int i, k;

    begin(LEAST);
    for (k = 0; k < rounds; k++) {
        for (i = 0; i < 256; i++) {
            ck_assert_int_eq(wt_used_nonce(ring, s->all[i]), 1);
            s->won[i] = 0;
        }
        pid = fork();
        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
            for (i = 0; ; i = (i + 1) % 256) {
                if (wt_used_claim(s->all[i]) == WT_USED_FRESH)
                    s->won[i]++;
                if (i % 64 == 0)
                    (void)wt_used_nonce(ring, n);
            }
        }
        (void)usleep((useconds_t)(k * 97 % 1000));
        (void)kill(pid, SIGKILL);
        await(pid, 1);
        for (i = 0; i < 256; i++) {
            wt_used used = wt_used_claim(s->all[i]);

            ck_assert_int_le(s->won[i] + (used == WT_USED_FRESH), 1);
        }
        ck_assert_int_eq(wt_used_nonce(ring, n), 1);
        ck_assert_int_eq(wt_used_claim(n), WT_USED_FRESH);
        ck_assert_int_eq(wt_used_claim(n), WT_USED_BEFORE);
    }
    (void)munmap(s, sizeof(*s));
}
END_TEST

/* One that makes a ticket now and then: each is remembered as long as all
 * the others are. */
START_TEST(an_idle_process_makes_tickets_that_last)
{
    nonce_t mine;
    nonce_t* n = NULL;
    pid_t pid;
    int i;

    begin(LEAST);
    for (i = 0; i < 20; i++) {
        ck_assert_int_eq(wt_used_nonce(ring, mine), 1);
        ck_assert_int_eq(wt_used_look(mine), WT_USED_FRESH);
        pid = fork();
        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
            /* It has counted its whole lease as made, not more. */
            n = (nonce_t*)malloc((LEAST - 64) * sizeof(nonce_t));
            for (i = 0; i < (int)LEAST - 64; i++) {
                if (n == NULL || !wt_used_nonce(ring, n[i]))
                    _exit(1);
            }
            _exit(0);
        }
        await(pid, 0);
        ck_assert_int_eq(wt_used_claim(mine), WT_USED_FRESH);
    }
}
END_TEST

/* ---- threads ------------------------------------------------------------ */

#ifndef SINGLE_THREADED

static struct { race* r; int me; } claimer[CLAIMERS];

static void* claim_thread(void* arg)
{
    int i = *(int*)arg;

    claim_all(claimer[i].r, claimer[i].me);
    return NULL;
}

START_TEST(of_threads_that_claim_a_ticket_one_gets_it)
{
    race* r = race_new();
    pthread_t thread[CLAIMERS];
    int number[CLAIMERS];
    int i;

    for (i = 0; i < CLAIMERS; i++) {
        number[i] = i;
        claimer[i].r = r;
        claimer[i].me = i;
        ck_assert_int_eq(pthread_create(&thread[i], NULL, claim_thread,
            &number[i]), 0);
    }
    for (i = 0; i < CLAIMERS; i++)
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    race_check(r);
}
END_TEST

static nonce_t* made[CLAIMERS];

static void* make_thread(void* arg)
{
    made[*(int*)arg] = take(EACH);
    return NULL;
}

START_TEST(threads_never_give_a_number_twice)
{
    pthread_t thread[CLAIMERS];
    int number[CLAIMERS];
    nonce_t* all = (nonce_t*)malloc(CLAIMERS * EACH * sizeof(nonce_t));
    int i, k;

    ck_assert_ptr_nonnull(all);
    begin(0);
    for (i = 0; i < CLAIMERS; i++) {
        number[i] = i;
        ck_assert_int_eq(pthread_create(&thread[i], NULL, make_thread,
            &number[i]), 0);
    }
    for (i = 0; i < CLAIMERS; i++) {
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
        for (k = 0; k < EACH; k++)
            ck_assert_int_eq(wt_used_claim(made[i][k]), WT_USED_FRESH);
        memcpy(all + i * EACH, made[i], EACH * sizeof(nonce_t));
        free(made[i]);
    }
    check_unique(all, CLAIMERS * EACH);
    free(all);
}
END_TEST

/* Tickets are claimed while a map as small as can be goes round under them:
 * what one thread has got no other one gets, also not a ticket that has the
 * former's place. */
static struct {
    size_t count;
    size_t made;
    nonce_t* nonce;
    byte* won;
    int twice;
} rounds;

static void* chase(void* arg)
{
    size_t i, k;

    (void)arg;
    for (i = 0; i < rounds.count; i++) {
        while (__atomic_load_n(&rounds.made, __ATOMIC_ACQUIRE) <= i)
            ;
        /* At the far end of what is remembered, and near it. */
        k = (i > LEAST + 300) ? i - (LEAST + 300) : i;
        if (wt_used_claim(rounds.nonce[k]) == WT_USED_FRESH &&
                __atomic_add_fetch(&rounds.won[k], 1, __ATOMIC_ACQ_REL) > 1)
            (void)__atomic_add_fetch(&rounds.twice, 1, __ATOMIC_ACQ_REL);
        if (wt_used_claim(rounds.nonce[i]) == WT_USED_FRESH &&
                __atomic_add_fetch(&rounds.won[i], 1, __ATOMIC_ACQ_REL) > 1)
            (void)__atomic_add_fetch(&rounds.twice, 1, __ATOMIC_ACQ_REL);
    }
    return NULL;
}

START_TEST(no_ticket_is_got_twice_while_the_map_goes_round)
{
    pthread_t thread[2];
    size_t i;

    memset(&rounds, 0, sizeof(rounds));
    rounds.count = (size_t)th_many(200000);
    rounds.nonce = (nonce_t*)malloc(rounds.count * sizeof(nonce_t));
    rounds.won = (byte*)calloc(rounds.count, 1);
    ck_assert(rounds.nonce != NULL && rounds.won != NULL);
    begin(LEAST);
    for (i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, chase, NULL), 0);
    for (i = 0; i < rounds.count; i++) {
        ck_assert_int_eq(wt_used_nonce(ring, rounds.nonce[i]), 1);
        __atomic_store_n(&rounds.made, i + 1, __ATOMIC_RELEASE);
    }
    for (i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    ck_assert_int_eq(rounds.twice, 0);
    free(rounds.nonce);
    free(rounds.won);
}
END_TEST

#endif /* !SINGLE_THREADED */

int main(void)
{
    Suite* suite = suite_create("usedmap");
    TCase* tc = th_case(suite, "usedmap", 1);

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_ticket_is_fresh_once_however_often_it_is_looked_at);
    tcase_add_loop_test(tc,
        the_last_tickets_are_remembered_and_older_ones_refused, 0, WINDOWS);
    tcase_add_test(tc, nonces_of_others_are_unknown);
    tcase_add_test(tc, what_was_made_before_a_restart_is_unknown);
    tcase_add_test(tc, there_is_one_map_of_one_size);
    tcase_add_test(tc, without_random_bytes_there_is_no_map);
    tcase_add_loop_test(tc, workers_never_give_a_number_twice, 0, FORKS);
    tcase_add_loop_test(tc, of_processes_that_claim_a_ticket_one_gets_it, 0,
        FORKS);
    tcase_add_test(tc, a_process_that_was_forked_before_has_a_map_of_its_own);
    tcase_add_test(tc, killed_workers_leave_a_map_that_works);
    tcase_add_test(tc, an_idle_process_makes_tickets_that_last);
#ifndef SINGLE_THREADED
    tcase_add_test(tc, of_threads_that_claim_a_ticket_one_gets_it);
    tcase_add_test(tc, threads_never_give_a_number_twice);
    tcase_add_test(tc, no_ticket_is_got_twice_while_the_map_goes_round);
#endif
    return th_run(suite);
}
