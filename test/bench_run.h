/* bench_run.h
 *
 * The ways to measure: in turns, with threads, by the handshake.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include "bench.h"

/* What is measured: 1, or 0 when it fails. */
typedef int (*bench_op)(void* arg);

/* Medians; the ratio is one of its own, not that of the two. */
typedef struct {
    double ours;
    double theirs;
    double ratio;   /* ours to theirs */
} bench_pair;

typedef struct {
    const bench_side* side;
    bench_version version;
    bench_conn* conn;
    bench_side* chain;  /* the side, when each resumption's ticket is the next
                         * one's; else NULL */
} bench_shaker;

int  bench_shaker_new(bench_shaker* shaker, const bench_side* side,
    bench_version version);
void bench_shaker_free(bench_shaker* shaker);

/* ns per call.  All return 1, or 0 when a call fails. */
int bench_in_turns(bench_op op, void* ours, void* theirs, double seconds,
    bench_pair* result);

/* Resumed handshakes a second, client and server in one thread; and the ns
 * that the server takes of it. */
int bench_handshakes(bench_shaker* ours, bench_shaker* theirs,
    double seconds, bench_pair* result);
int bench_servers(bench_shaker* ours, bench_shaker* theirs, double seconds,
    bench_pair* result);

/* What two threads do, each with an argument of its own, and how much more
 * that is than one does in the same time. */
typedef struct {
    bench_op op;
    void* arg[2];
    double ratio;
} bench_team;

/* Measures the teams in turns.  Where wolfSSL is for one thread alone the
 * ratios are 0. */
int bench_scaling(bench_team* teams, int count, double seconds);
/* Lets a team shake hands, one shaker for each thread. */
void bench_shaker_team(bench_shaker* shakers, bench_team* team);

/* What n calls call, each. */
int bench_count(bench_op op, void* arg, int n, bench_counts* counts);
int bench_shaker_count(bench_shaker* shaker, int n, bench_counts* counts);

#endif /* BENCH_RUN_H */
