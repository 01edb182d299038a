/* fleetsim.c
 *
 * A fleet that shares its ticket keys through Redis, simulated: a table of
 * what comes of it, and what has to hold.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * usage: fleetsim [-s SEED] [-n NODES] [LINE ...]
 * Without -n 200 nodes; without lines all of them, else those with one of
 * these words in them.  The result is 0 when every line's figures are within
 * its limits.
 *
 * Ticket life is 400 s, so that a run of 40 minutes is one of 6 lives; a new
 * key is due every 300 s, a node asks Redis every 7.5 to 10 s.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleetsim.h"

#define REFRESH   10
#define LIFETIME  400
#define PERIOD    (LIFETIME * 3 / 4)
#define SECONDS   2400
#define MAX_NODES 100000

/* ---- what happens ------------------------------------------------------- */

static void Nothing(sim_world* world)
{
    (void)world;
}

static void ShortPartition(sim_world* world)
{
    sim_at(world, 400, SIM_CUT, 300);
    sim_at(world, 490, SIM_HEAL, 0);
}

/* A part of the fleet does not reach Redis for so long that a key is made
 * without it.  The window ends when the last ticket has that was sealed in
 * it. */
static void LongPartition(sim_world* world)
{
    sim_at(world, 400, SIM_CUT, 300);
    sim_at(world, 560, SIM_ODD, 0);
    sim_at(world, 1400, SIM_HEAL, 0);
    sim_at(world, 1400 + LIFETIME + 2 * REFRESH, SIM_EVEN, 0);
}

/* Those whose clocks are ahead do not make the keys: they learn of them when,
 * for them, it is time to seal. */
static void FastCut(sim_world* world)
{
    unsigned int at;

    for (at = 100; at < SECONDS; at += PERIOD)
        sim_at(world, at, SIM_CUT_FAST, 10000);
}

static void Away(sim_world* world)
{
    sim_at(world, 400, SIM_REDIS_DOWN, 0);
    sim_at(world, 1700, SIM_REDIS_UP, 0);
}

static void Emptied(sim_world* world)
{
    sim_at(world, 500, SIM_REDIS_DOWN, 0);
    sim_at(world, 505, SIM_REDIS_EMPTY, 0);
    sim_at(world, 525, SIM_RESTART, 300);
    sim_at(world, 900, SIM_REDIS_DOWN, 0);
    sim_at(world, 1400, SIM_REDIS_EMPTY, 0);
    sim_at(world, 1420, SIM_RESTART, 300);
}

static void Slow(sim_world* world)
{
    sim_at(world, 400, SIM_SLOW, 300);
    sim_at(world, 900, SIM_FAST, 0);
    sim_at(world, 1000, SIM_SLOW, 5000);
    sim_at(world, 1200, SIM_FAST, 0);
}

static void Revocation(sim_world* world)
{
    sim_at(world, 500, SIM_REVOKE, 0);
    sim_at(world, 1250, SIM_REVOKE, 0);
}

static void Restarts(sim_world* world)
{
    unsigned int at;

    for (at = 400; at < 1200; at += 20)
        sim_at(world, at, SIM_RESTART, 50);
}

/* One node believes that it is a day later. */
static void Ahead(sim_world* world)
{
    sim_at(world, 500, SIM_AHEAD, 86400);
}

/* ---- what has to come of it --------------------------------------------- */

#define ANY (-1)

typedef struct {
    const char* name;
    sim_script script;
    unsigned int skew;     /* ms */
    unsigned int lost;     /* of 1000 pushes */
    unsigned int flaky;    /* of 1000 requests */
    double share;          /* % of tickets that open elsewhere, at least */
    double odd;            /* the same, in the window */
    int early;             /* keys that seal before all have them, at most */
    int twins;             /* keys for a period that has one, at most */
    long key;              /* ms until all have a new key, at most */
    long revoked;          /* ms until nobody has one that was revoked */
    long agreed;           /* ms until all agree after the last event */
} Line;

static const Line lines[] = {
    { "calm, clocks within 1 s",  Nothing, 500, 0, 0,
        100, ANY, 0, 0, 1000, ANY, ANY },
    { "clocks within 60 s",       Nothing, 30000, 0, 0,
        100, ANY, 0, 0, 1000, ANY, ANY },
    { "1 of 10 pushes lost",      Nothing, 500, 100, 0,
        100, ANY, 0, 0, 11000, ANY, ANY },
    { "all pushes lost",          Nothing, 500, 1000, 0,
        100, ANY, 0, 0, 11000, ANY, ANY },
    { "no pushes, fast clocks late", FastCut, 30000, 1000, 0,
        100, ANY, 0, 0, ANY, ANY, ANY },
    { "3 of 10 requests fail",    Nothing, 500, 100, 300,
        99.9, ANY, ANY, 0, ANY, ANY, ANY },
    { "nodes restart, 5 % each 20 s", Restarts, 500, 0, 0,
        99.9, ANY, ANY, 0, 11000, ANY, 11000 },
    { "30 % cut off for 90 s",    ShortPartition, 500, 0, 0,
        100, ANY, 0, 0, ANY, ANY, 11000 },
    { "30 % cut off for 1000 s",  LongPartition, 500, 0, 0,
        100, 79, 0, 0, ANY, ANY, 30000 },
    { "Redis away for 1300 s",    Away, 500, 0, 0,
        99.9, ANY, 0, 0, 11000, ANY, 40000 },
    { "Redis empty after 5 and 500 s", Emptied, 500, 0, 0,
        99.9, ANY, 0, 0, ANY, ANY, 40000 },
    { "Redis slow, then too slow", Slow, 500, 0, 0,
        100, ANY, 0, 0, ANY, ANY, 11000 },
    { "revoked",                  Revocation, 500, 0, 0,
        99.9, ANY, 0, 0, 1000, 1000, ANY },
    { "revoked, 1 of 10 pushes lost", Revocation, 500, 100, 0,
        99.9, ANY, 0, 0, 11000, 11000, ANY },
    { "revoked, all pushes lost", Revocation, 500, 1000, 0,
        99.9, ANY, 0, 0, 11000, 11000, ANY },
    /* What clocks that are not set do: not promised, but known. */
    { "one clock a day ahead",    Ahead, 500, 0, 0,
        99.2, ANY, 14, ANY, ANY, ANY, ANY },
};
#define LINES (sizeof(lines) / sizeof(lines[0]))

static double Share(unsigned long part, unsigned long all)
{
    return all == 0 ? 100.0 : 100.0 * (double)part / (double)all;
}

static void Seconds(long ms)
{
    if (ms < 0)
        printf("       -");
    else
        printf(" %7.2f", (double)ms / 1000);
}

static int Over(const char* what, double found, double limit, int more)
{
    int over = limit != ANY && (more ? found > limit : found < limit);

    if (over)
        printf("    FAIL %s: %.3f, and the limit is %.3f\n", what, found,
            limit);
    return over;
}

/* The number of limits that do not hold. */
static int Judge(const Line* line, const sim_found* found, int nodes)
{
    int bad = 0;

    bad += Over("tickets that open elsewhere, %",
        Share(found->opened, found->sent), line->share, 0);
    bad += Over("the same in the window, %",
        Share(found->odd_opened, found->odd_sent), line->odd, 0);
    bad += Over("keys that seal before all have them", found->early,
        line->early, 1);
    bad += Over("s until all have a new key", (double)found->slowest_key /
        1000, line->key < 0 ? ANY : (double)line->key / 1000, 1);
    bad += Over("s until nobody has a revoked key",
        (double)found->slowest_revoked / 1000,
        line->revoked < 0 ? ANY : (double)line->revoked / 1000, 1);
    bad += Over("s until all agree", (double)found->agreed / 1000,
        line->agreed < 0 ? ANY : (double)line->agreed / 1000, 1);
    bad += Over("commands in 0.1 s, for each node", (double)found->burst /
        nodes, 4, 1);
    bad += Over("two keys for a period", found->twins, line->twins, 1);
    if (line->twins != ANY) {
        bad += Over("keys in all", found->made, SECONDS / PERIOD - 3, 0);
        bad += Over("keys in all", found->made, SECONDS / PERIOD + 4, 1);
    }
    if (found->agreed == SIM_NEVER) {
        printf("    FAIL they never agree again\n");
        bad++;
    }
    return bad;
}

static void Head(const sim_fleet* fleet)
{
    printf("%d nodes, seed %llu\n"
        "%-30s %8s %8s %8s %7s %7s %7s %7s %7s %7s %6s\n",
        fleet->nodes, (unsigned long long)fleet->seed, "",
        "open", "in the", "reserve", "key", "revoked", "agree", "cmds", "in a",
        "in", "early");
    printf("%-30s %8s %8s %8s %7s %7s %7s %7s %7s %7s %6s\n", "what happens",
        "%", "window %", "keys %", "all, s", "none, s", "after s", "per s",
        "second", "0.1 s", "keys");
}

static int RunLine(const Line* line, const sim_fleet* common)
{
    sim_fleet fleet = *common;
    sim_found found;
    int bad = 1;

    fleet.skew = line->skew;
    fleet.lost = line->lost;
    fleet.flaky = line->flaky;
    if (!sim_run(&fleet, line->script, &found)) {
        printf("FAIL %s: no memory\n", line->name);
    }
    else {
        printf("%-30s %8.3f", line->name, Share(found.opened, found.sent));
        if (found.odd_sent > 0)
            printf(" %8.3f", Share(found.odd_opened, found.odd_sent));
        else
            printf("        -");
        printf(" %8.2f", Share(found.reserve, found.sent + found.odd_sent));
        Seconds(found.slowest_key);
        Seconds(found.slowest_revoked);
        Seconds(found.agreed);
        printf(" %7.1f %7lu %7lu %6d\n",
            (double)found.commands / fleet.seconds, found.peak, found.burst,
            found.early);
        bad = Judge(line, &found, fleet.nodes);
    }
    fflush(stdout);
    return bad;
}

int main(int argc, char** argv)
{
    sim_fleet fleet;
    size_t i;
    int passed = 0, failed = 0, at;

    memset(&fleet, 0, sizeof(fleet));
    fleet.nodes = 200;
    fleet.refresh = REFRESH;
    fleet.period = PERIOD;
    fleet.lifetime = LIFETIME;
    fleet.seconds = SECONDS;
    fleet.seed = 1;
    for (at = 1; at + 1 < argc && argv[at][0] == '-'; at += 2) {
        if (argv[at][1] == 's')
            fleet.seed = strtoull(argv[at + 1], NULL, 10);
        else if (argv[at][1] == 'n')
            fleet.nodes = atoi(argv[at + 1]);
    }
    if (fleet.nodes < 2 || fleet.nodes > MAX_NODES) {
        fprintf(stderr, "usage: fleetsim [-s SEED] [-n NODES] [LINE ...]\n");
        return 2;
    }
    Head(&fleet);
    for (i = 0; i < LINES; i++) {
        int wanted = at >= argc;
        int j;

        for (j = at; j < argc; j++)
            wanted = wanted || strstr(lines[i].name, argv[j]) != NULL;
        if (wanted && RunLine(&lines[i], &fleet) == 0)
            passed++;
        else if (wanted)
            failed++;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
