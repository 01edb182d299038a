/* bench_run.c
 *
 * The ways to measure: in turns, with threads, by the handshake.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * What is compared runs in turns of some milliseconds, A B B A, so that what
 * else the machine does falls on both; the figures are medians of the rounds.
 * One thread's time is the thread's own, that of two is the wall's.
 */

#include "bench.h"
#include "bench_run.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ROUNDS    2000
#define MIN_ROUNDS    5
#define TURN_NS       1.5e6   /* how long a turn takes */
#define THREAD_NS     2e7     /* the same with threads, which need to start */
#define THREADS       2
#define TEAMS_MAX     4
#define COUNT_RUNS    6

static int Ascending(const void* a, const void* b)
{
    double x = *(const double*)a;
    double y = *(const double*)b;

    return (x > y) - (x < y);
}

static double Median(double* v, int n)
{
    qsort(v, (size_t)n, sizeof(*v), Ascending);
    return (n % 2) ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* ---- in turns ----------------------------------------------------------- */

/* ns for n calls, or negative when one fails. */
static double Turn(bench_op op, void* arg, int n)
{
    double start = bench_time();
    int ok = 1;
    int i;

    for (i = 0; i < n; i++)
        ok &= op(arg);
    return ok ? bench_time() - start : -1;
}

/* Calls that take about that long, at least one; 0 when the call fails. */
static int CallsPerTurn(bench_op op, void* arg, double ns)
{
    double best = -1;
    int i;

    for (i = 0; i < 10; i++) {
        double took = Turn(op, arg, 1);

        if (took < 0)
            return 0;
        if (best < 0 || took < best)
            best = took;
    }
    return (best >= ns) ? 1 : (int)(ns / (best + 1)) + 1;
}

/* Enters the turns of one round.  1, or 0 when one had failed. */
static int SetRound(bench_pair* round, double a1, double b1, double b2,
    double a2, int n)
{
    round->ours = (a1 + a2) / 2 / n;
    round->theirs = (b1 + b2) / 2 / n;
    round->ratio = (a1 + a2) / (b1 + b2);
    return a1 > 0 && b1 > 0 && b2 > 0 && a2 > 0;
}

static void Medians(const bench_pair* round, int rounds, bench_pair* result)
{
    static double v[MAX_ROUNDS];
    int i;

    for (i = 0; i < rounds; i++)
        v[i] = round[i].ours;
    result->ours = Median(v, rounds);
    for (i = 0; i < rounds; i++)
        v[i] = round[i].theirs;
    result->theirs = Median(v, rounds);
    for (i = 0; i < rounds; i++)
        v[i] = round[i].ratio;
    result->ratio = Median(v, rounds);
}

int bench_in_turns(bench_op op, void* ours, void* theirs, double seconds,
    bench_pair* result)
{
    static bench_pair round[MAX_ROUNDS];
    double end = bench_now() + seconds * 1e9;
    int n = CallsPerTurn(op, ours, TURN_NS);
    int rounds = 0;
    int ok = n > 0;

    while (ok && rounds < MAX_ROUNDS &&
            (rounds < MIN_ROUNDS || bench_now() < end)) {
        double a1 = Turn(op, ours, n);
        double b1 = Turn(op, theirs, n);
        double b2 = Turn(op, theirs, n);
        double a2 = Turn(op, ours, n);

        ok = SetRound(&round[rounds++], a1, b1, b2, a2, n);
    }
    if (ok)
        Medians(round, rounds, result);
    return ok;
}

/* ---- handshakes --------------------------------------------------------- */

static int Handshake(void* arg)
{
    bench_shaker* shaker = (bench_shaker*)arg;
    int ret = 1;

    if (shaker->chain != NULL && ++shaker->renewals % BENCH_CHAIN == 0)
        ret = bench_session(shaker->chain, shaker->version);
    if (ret)
        ret = bench_connect(shaker->side, shaker->version, 1, shaker->conn);
    if (ret && shaker->chain != NULL)
        ret = bench_renew(shaker->chain, shaker->version, shaker->conn);
    if (shaker->conn->server != NULL)
        bench_disconnect(shaker->side, shaker->conn);
    return ret;
}

int bench_handshakes(bench_shaker* ours, bench_shaker* theirs,
    double seconds, bench_pair* result)
{
    int ret = bench_in_turns(Handshake, ours, theirs, seconds, result);

    result->ours = 1e9 / result->ours;
    result->theirs = 1e9 / result->theirs;
    result->ratio = 1 / result->ratio;
    return ret;
}

/* The server's own ns of n handshakes, or negative when one fails. */
static double ServerTurn(bench_shaker* shaker, int n)
{
    int ok;

    shaker->conn->timed = 1;
    shaker->conn->serverNs = 0;
    ok = Turn(Handshake, shaker, n) > 0;
    shaker->conn->timed = 0;
    return ok ? shaker->conn->serverNs : -1;
}

int bench_servers(bench_shaker* ours, bench_shaker* theirs, double seconds,
    bench_pair* result)
{
    static bench_pair round[MAX_ROUNDS];
    double end = bench_now() + seconds * 1e9;
    int n = CallsPerTurn(Handshake, ours, TURN_NS);
    int rounds = 0;
    int ok = n > 0;

    while (ok && rounds < MAX_ROUNDS &&
            (rounds < MIN_ROUNDS || bench_now() < end)) {
        double a1 = ServerTurn(ours, n);
        double b1 = ServerTurn(theirs, n);
        double b2 = ServerTurn(theirs, n);
        double a2 = ServerTurn(ours, n);

        ok = SetRound(&round[rounds++], a1, b1, b2, a2, n);
    }
    if (ok)
        Medians(round, rounds, result);
    return ok;
}

int bench_shaker_new(bench_shaker* shaker, const bench_side* side,
    bench_version version)
{
    shaker->side = side;
    shaker->version = version;
    shaker->chain = NULL;
    shaker->renewals = 0;
    shaker->conn = (bench_conn*)calloc(1, sizeof(*shaker->conn));
    return shaker->conn != NULL;
}

void bench_shaker_free(bench_shaker* shaker)
{
    free(shaker->conn);
    shaker->conn = NULL;
}

/* ---- threads ------------------------------------------------------------ */

typedef struct {
    pthread_barrier_t* barrier;
    bench_op op;
    void* arg;
    int n;
    int ok;
    double start;
    double end;
} worker;

static void* Work(void* arg)
{
    worker* w = (worker*)arg;
    int i;

    (void)pthread_barrier_wait(w->barrier);
    w->start = bench_now();
    for (i = 0; i < w->n; i++)
        w->ok &= w->op(w->arg);
    w->end = bench_now();
    bench_thread_done();
    return NULL;
}

/* ns from the first start to the last end of that many threads with n calls
 * each; negative when something fails. */
static double Together(bench_op op, void* const* args, int threads, int n)
{
    pthread_barrier_t barrier;
    pthread_t id[THREADS];
    worker w[THREADS];
    double start, end;
    int i, ok;

    if (pthread_barrier_init(&barrier, NULL, (unsigned int)threads) != 0)
        return -1;
    for (i = 0; i < threads; i++) {
        memset(&w[i], 0, sizeof(w[i]));
        w[i].barrier = &barrier;
        w[i].op = op;
        w[i].arg = args[i];
        w[i].n = n;
        w[i].ok = 1;
        /* Those that wait at the barrier would wait for ever. */
        if (pthread_create(&id[i], NULL, Work, &w[i]) != 0)
            abort();
    }
    for (i = 0; i < threads; i++)
        (void)pthread_join(id[i], NULL);
    (void)pthread_barrier_destroy(&barrier);
    start = w[0].start;
    end = w[0].end;
    ok = w[0].ok;
    for (i = 1; i < threads; i++) {
        if (w[i].start < start)
            start = w[i].start;
        if (w[i].end > end)
            end = w[i].end;
        ok &= w[i].ok;
    }
    return ok ? end - start : -1;
}

int bench_scaling(bench_team* teams, int count, double seconds)
{
    static double ratio[TEAMS_MAX][MAX_ROUNDS];
    int n[TEAMS_MAX];
    double end;
    int rounds = 0;
    int ok = count <= TEAMS_MAX;
    int i;

    for (i = 0; ok && i < count; i++)
        teams[i].ratio = 0;
#ifdef SINGLE_THREADED
    count = 0;
#endif
    for (i = 0; ok && i < count; i++) {
        n[i] = CallsPerTurn(teams[i].op, teams[i].arg[0], THREAD_NS);
        ok = n[i] > 0;
    }
    end = bench_now() + seconds * 1e9;
    while (ok && rounds < MAX_ROUNDS &&
            (rounds < MIN_ROUNDS || bench_now() < end)) {
        for (i = 0; ok && i < count; i++) {
            bench_team* t = &teams[i];
            double one = Together(t->op, t->arg, 1, n[i]);
            double two = Together(t->op, t->arg, 2, n[i]);
            double other = Together(t->op, t->arg + 1, 1, n[i]);

            ok = one > 0 && two > 0 && other > 0;
            ratio[i][rounds] = (one + other) / two;
        }
        rounds++;
    }
    for (i = 0; ok && i < count; i++)
        teams[i].ratio = Median(ratio[i], rounds);
    return ok;
}

void bench_shaker_team(bench_shaker* shakers, bench_team* team)
{
    team->op = Handshake;
    team->arg[0] = &shakers[0];
    team->arg[1] = &shakers[1];
}

/* ---- counts ------------------------------------------------------------- */

static void Least(double* value, double other)
{
    if (other < *value)
        *value = other;
}

/* The first run warms up, the others tell what is steady: wolfTicket looks
 * after its keys once a second, and one of them is in between. */
int bench_count(bench_op op, void* arg, int n, bench_counts* counts)
{
    bench_counts run;
    int ok = 1;
    int i, j;

    for (j = 0; j < COUNT_RUNS; j++) {
        bench_count_start();
        for (i = 0; i < n; i++)
            ok &= op(arg);
        bench_count_stop(&run, n);
        if (j <= 1)
            *counts = run;
        Least(&counts->allocs, run.allocs);
        Least(&counts->locks, run.locks);
        Least(&counts->randoms, run.randoms);
    }
    return ok;
}

int bench_shaker_count(bench_shaker* shaker, int n, bench_counts* counts)
{
    return bench_count(Handshake, shaker, n, counts);
}
