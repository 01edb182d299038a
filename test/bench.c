/* bench.c
 *
 * What wolfTicket costs, beside wolfSSL's default ticket callback.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * usage: bench [SECONDS]        about how long to measure, 35 unless told
 *
 * Both run in one process and in turns.  The default's tickets carry no data,
 * ours 32 bytes, with both of the application's callbacks set.  A target that
 * is missed is said so; only a failure to measure is one of the program.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE
#endif

#include "bench.h"
#include "bench_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wolfssl/version.h>
#include <wolfssl/wolfcrypt/hash.h>
#include <wolfticket/version.h>

#define DEFAULT_SECONDS  35
#define COUNTED_TICKETS  5000
#define COUNTED_SHAKES   50

typedef struct {
    bench_side side[BENCH_SIDES];
    bench_sizes sizes;
    bench_desk ours[2];     /* for a thread each */
    bench_desk theirs[2];
    bench_desk bare;        /* ours without data */
    bench_desk named;       /* ours with names to be bound to */
    double seconds;
} bench;

/* ---- the table ---------------------------------------------------------- */

typedef enum { NO_TARGET, AT_MOST, AT_LEAST } target_kind;

static void Head(const char* title)
{
    (void)printf("\n%-38s %10s %10s %8s\n", title, "wolfTicket", "default",
        "ratio");
}

static void Target(double value, target_kind kind, double target)
{
    int reached = (kind == AT_MOST) ? value <= target : value >= target;

    if (kind != NO_TARGET)
        (void)printf("   %s %-5g %s", (kind == AT_MOST) ? "<=" : ">=", target,
            reached ? "reached" : "MISSED");
    (void)printf("\n");
}

static void Pair(const char* text, int digits, const bench_pair* p,
    target_kind kind, double target)
{
    (void)printf("%-38s %10.*f %10.*f %8.3f", text, digits, p->ours, digits,
        p->theirs, p->ratio);
    Target(p->ratio, kind, target);
}

/* Figures of which ours is what counts. */
static void Each(const char* text, double ours, double theirs,
    target_kind kind, double target)
{
    (void)printf("%-38s %10.3f %10.3f %8s", text, ours, theirs, "");
    Target(ours, kind, target);
}

/* ---- sealing and opening ------------------------------------------------ */

/* Takes apart what opening one and sealing one, and opening one and sealing n,
 * cost. */
static void Split(const bench_pair* both, const bench_pair* several, int n,
    bench_pair* seal, bench_pair* open)
{
    seal->ours = (several->ours - both->ours) / (n - 1);
    seal->theirs = (several->theirs - both->theirs) / (n - 1);
    seal->ratio = seal->ours / seal->theirs;
    open->ours = both->ours - seal->ours;
    open->theirs = both->theirs - seal->theirs;
    open->ratio = open->ours / open->theirs;
}

static int Costs(bench* b)
{
    bench_pair seal, both, open, many, bare, named, sent;
    void* ours = &b->ours[0];
    void* theirs = &b->theirs[0];
    double part = b->seconds * 0.05;
    int ret = bench_in_turns(bench_open_seal, ours, theirs, part * 2, &both) &&
        bench_in_turns(bench_open_seals, ours, theirs, part, &many) &&
        bench_in_turns(bench_open_sends, ours, theirs, part, &sent) &&
        bench_in_turns(bench_open_seal, &b->bare, theirs, part, &bare) &&
        bench_in_turns(bench_open_seal, &b->named, theirs, part, &named);

    if (ret) {
        Split(&both, &many, BENCH_MANY, &seal, &open);
        sent.ours = (sent.ours - open.ours) / BENCH_MANY;
        sent.theirs = (sent.theirs - open.theirs) / BENCH_MANY;
        Head("ns for a ticket");
        Pair("seal", 0, &seal, NO_TARGET, 0);
        Pair("open", 0, &open, NO_TARGET, 0);
        Pair("seal + open", 0, &both, AT_MOST, 1.0);
        Pair("the same, without data", 0, &bare, NO_TARGET, 0);
        if (b->named.helloSz > 0)
            Pair("the same, bound to SNI and ALPN", 0, &named, NO_TARGET, 0);
        Pair("wolfSSL_send_SessionTicket()", 0, &sent, NO_TARGET, 0);
    }
    return ret;
}

static int CountInstructions(int (*op)(void*), bench* b, bench_pair* result)
{
    result->ours = bench_instructions(op, &b->ours[0]);
    result->theirs = bench_instructions(op, &b->theirs[0]);
    result->ratio = result->ours / result->theirs;
    return result->ours > 0 && result->theirs > 0;
}

static void Instructions(bench* b)
{
    bench_pair seal, both, open, two;

    b->ours[0].many = b->theirs[0].many = 2;
    Head("instructions for a ticket");
    if (CountInstructions(bench_open_seal, b, &both) &&
            CountInstructions(bench_open_seals, b, &two)) {
        Split(&both, &two, 2, &seal, &open);
        Pair("seal", 0, &seal, NO_TARGET, 0);
        Pair("open", 0, &open, NO_TARGET, 0);
        Pair("seal + open", 0, &both, NO_TARGET, 0);
    }
    (void)printf("  (%s)\n", bench_instructions_how());
    b->ours[0].many = b->theirs[0].many = BENCH_MANY;
}

static int Counts(bench* b)
{
    bench_counts ours, theirs;
    int ret = bench_count(bench_open_seal, &b->ours[0], COUNTED_TICKETS,
            &ours) &&
        bench_count(bench_open_seal, &b->theirs[0], COUNTED_TICKETS, &theirs);

    if (ret) {
        Head("calls for a ticket sealed and opened");
        Each("allocations", ours.allocs, theirs.allocs, AT_MOST, 0);
        if (bench_sees_locks())
            Each("locks", ours.locks, theirs.locks, AT_MOST, 0);
        else
            (void)printf("locks: this build hides them\n");
        if (bench_sees_randoms())
            Each("random generator", ours.randoms, theirs.randoms, AT_MOST,
                0);
        else
            (void)printf("random generator: this build hides the calls\n");
        (void)printf("  (between two looks at the keys' age, one a second)\n");
    }
    return ret;
}

/* ---- threads ------------------------------------------------------------ */

/* No memory but its own: what this machine can do with two threads. */
static int HashAlone(void* arg)
{
    byte msg[256] = { 3 };
    byte hash[WC_SHA256_DIGEST_SIZE];

    (void)arg;
    return wc_Sha256Hash(msg, sizeof(msg), hash) == 0;
}

static int Threads(bench* b)
{
    bench_team ours = { bench_open_seal, { NULL, NULL }, 0 };
    bench_team team[3];
    int ret;

    team[0] = team[1] = team[2] = ours;
    team[0].arg[0] = &b->ours[0];
    team[0].arg[1] = &b->ours[1];
    team[1].arg[0] = &b->theirs[0];
    team[1].arg[1] = &b->theirs[1];
    team[2].op = HashAlone;
    ret = bench_scaling(team, 3, b->seconds * 0.16);
    if (ret && team[0].ratio > 0) {
        Head("two threads to one");
        Each("seal + open", team[0].ratio, team[1].ratio, AT_LEAST, 1.9);
        (void)printf("  (hashing, with nothing shared: %.3f%s)\n",
            team[2].ratio, (team[2].ratio >= 1.9) ? ""
            : ": this machine was too busy\n  for the target");
    }
    return ret;
}

/* ---- handshakes --------------------------------------------------------- */

static int ShakersNew(bench* b, bench_version version,
    bench_shaker shakers[BENCH_SIDES][2])
{
    int ret = 1;
    int i;

    for (i = 0; i < BENCH_SIDES; i++) {
        ret &= bench_session(&b->side[i], version);
        ret &= bench_shaker_new(&shakers[i][0], &b->side[i], version);
        ret &= bench_shaker_new(&shakers[i][1], &b->side[i], version);
    }
    return ret;
}

static void ShakersFree(bench_shaker shakers[BENCH_SIDES][2])
{
    int i;

    for (i = 0; i < BENCH_SIDES; i++) {
        bench_shaker_free(&shakers[i][0]);
        bench_shaker_free(&shakers[i][1]);
    }
}

static void ShowHandshakes(const char* name, const bench_pair pairs[4],
    const bench_counts counts[2], const bench_team team[2])
{
    char head[64];

    (void)snprintf(head, sizeof(head), "resumed handshakes, %s", name);
    Head(head);
    Pair("a second, without data", 0, &pairs[0], AT_LEAST, 0.99);
    Pair("a second, 32 bytes of data", 0, &pairs[1], NO_TARGET, 0);
    Pair("ns in the server, without data", 0, &pairs[2], NO_TARGET, 0);
    Pair("ns in the server, 32 bytes of data", 0, &pairs[3], NO_TARGET, 0);
    if (team[0].ratio > 0)
        Each("two threads to one", team[0].ratio, team[1].ratio, NO_TARGET,
            0);
    Each("allocations, client and server", counts[0].allocs,
        counts[1].allocs, NO_TARGET, 0);
    if (bench_sees_locks())
        Each("locks, client and server", counts[0].locks, counts[1].locks,
            NO_TARGET, 0);
}

/* A ticket with data makes the client's first message longer, and both ends
 * hash it with up to five hashes: so like is compared with like, and what data
 * costs is shown beside it. */
static int Handshakes(bench* b, const char* name, bench_version version)
{
    bench_shaker shakers[BENCH_SIDES][2];
    bench_pair pairs[4];
    bench_counts counts[2];
    bench_team team[2];
    bench_shaker* theirs = &shakers[BENCH_THEIRS][0];
    double part = b->seconds * 0.04;
    int ret = ShakersNew(b, version, shakers) &&
        bench_handshakes(&shakers[BENCH_BARE][0], theirs, part * 2,
            &pairs[0]) &&
        bench_handshakes(&shakers[BENCH_OURS][0], theirs, part, &pairs[1]) &&
        bench_servers(&shakers[BENCH_BARE][0], theirs, part, &pairs[2]) &&
        bench_servers(&shakers[BENCH_OURS][0], theirs, part, &pairs[3]) &&
        bench_shaker_count(&shakers[BENCH_OURS][0], COUNTED_SHAKES,
            &counts[0]) &&
        bench_shaker_count(theirs, COUNTED_SHAKES, &counts[1]);

    if (ret) {
        bench_shaker_team(shakers[BENCH_OURS], &team[0]);
        bench_shaker_team(shakers[BENCH_THEIRS], &team[1]);
        ret = bench_scaling(team, 2, b->seconds * 0.06);
    }
    if (ret)
        ShowHandshakes(name, pairs, counts, team);
    ShakersFree(shakers);
    return ret;
}

/* ---- large data --------------------------------------------------------- */

/* Data that is kept on the server against data that fits the ticket.  The
 * client takes each new ticket and presents it next. */
static int LargeData(bench* b, const char* name, bench_version version)
{
    bench_shaker large, small;
    bench_pair pair;
    int ret = bench_session(&b->side[BENCH_LARGE], version) &&
        bench_session(&b->side[BENCH_OURS], version) &&
        bench_shaker_new(&large, &b->side[BENCH_LARGE], version);

    if (ret) {
        ret = bench_shaker_new(&small, &b->side[BENCH_OURS], version);
        if (ret) {
            large.chain = &b->side[BENCH_LARGE];
            small.chain = &b->side[BENCH_OURS];
            ret = bench_servers(&large, &small, b->seconds * 0.04, &pair);
            bench_shaker_free(&small);
        }
        bench_shaker_free(&large);
    }
    if (ret)
        (void)printf("%-38s %10.1f %10.1f %8.1f\n", name, pair.ours / 1e3,
            pair.theirs / 1e3, (pair.ours - pair.theirs) / 1e3);
    return ret;
}

static int Large(bench* b)
{
    char head[64];

    (void)snprintf(head, sizeof(head), "us in the server, %d bytes of data",
        BENCH_LARGE_SZ);
    (void)printf("\n%-38s %10s %10s %8s\n", head, "kept", "32 bytes",
        "more");
    return LargeData(b, "resumed and renewed, TLS 1.3", BENCH_TLS13) &&
        LargeData(b, "resumed, TLS 1.2", BENCH_TLS12);
}

/* ---- single use --------------------------------------------------------- */

static void ShowSingle(const char* text, const bench_pair* p)
{
    (void)printf("%-38s %10.2f %10.2f %8.3f\n", text, p->ours / 1e3,
        p->theirs / 1e3, p->ratio);
}

/* Each handshake presents the ticket of the one before. */
static int SingleUse(bench* b)
{
    static const char* const names[] = { "filter", "claim callback" };
    bench_side side[BENCH_SINGLES];
    bench_shaker shaker[BENCH_SINGLES];
    bench_pair server, both;
    char text[64];
    int ret;
    int i;

    memset(shaker, 0, sizeof(shaker));
    ret = bench_singles_new(side);
    for (i = 0; ret && i < BENCH_SINGLES; i++) {
        ret = bench_session(&side[i], BENCH_TLS13) &&
            bench_shaker_new(&shaker[i], &side[i], BENCH_TLS13);
        shaker[i].chain = &side[i];
    }
    if (ret)
        (void)printf("\n%-38s %10s %10s %8s\n",
            "us for a resumed handshake, TLS 1.3", "single use", "without",
            "ratio");
    for (i = 0; ret && i < BENCH_OFTEN; i++) {
        ret = bench_servers(&shaker[i], &shaker[BENCH_OFTEN],
                b->seconds * 0.08, &server) &&
            bench_handshakes(&shaker[i], &shaker[BENCH_OFTEN],
                b->seconds * 0.08, &both);
        if (ret) {
            (void)snprintf(text, sizeof(text), "in the server, %s", names[i]);
            ShowSingle(text, &server);
            both.ours = 1e9 / both.ours;
            both.theirs = 1e9 / both.theirs;
            both.ratio = 1 / both.ratio;
            (void)snprintf(text, sizeof(text), "client and server, %s",
                names[i]);
            ShowSingle(text, &both);
        }
    }
    for (i = 0; i < BENCH_SINGLES; i++) {
        bench_shaker_free(&shaker[i]);
        bench_side_free(&side[i]);
    }
    return ret;
}

/* ---- main --------------------------------------------------------------- */

static void Introduce(const bench* b)
{
    double load;

    (void)printf("wolfTicket " WOLFTICKET_VERSION ", %d bytes of data in a "
        "ticket, beside the default ticket\ncallback of wolfSSL "
        LIBWOLFSSL_VERSION_STRING ", which carries none; %d bytes of "
        "wolfSSL's own\n", BENCH_DATA_SZ, b->sizes.contents);
    if (getloadavg(&load, 1) == 1 && load > 0.5)
        (void)printf("Other programs are running (load %.1f): figures close "
            "to a target say little.\n", load);
}

static int Prepare(bench* b)
{
    const bench_side* ours = &b->side[BENCH_OURS];
    int i;
    int ret = bench_clients_new() && bench_sides_new(b->side, &b->sizes) &&
        bench_desk_new(&b->bare, &b->side[BENCH_BARE], &b->sizes, 0) &&
        bench_desk_new(&b->named, ours, &b->sizes, 1);

    for (i = 0; ret && i < 2; i++)
        ret = bench_desk_new(&b->ours[i], ours, &b->sizes, 0) &&
            bench_desk_new(&b->theirs[i], &b->side[BENCH_THEIRS], &b->sizes,
                0);
    return ret;
}

static void Finish(bench* b)
{
    int i;

    for (i = 0; i < 2; i++) {
        bench_desk_free(&b->ours[i]);
        bench_desk_free(&b->theirs[i]);
    }
    bench_desk_free(&b->bare);
    bench_desk_free(&b->named);
    bench_sides_free(b->side);
    bench_clients_free();
}

int main(int argc, char** argv)
{
    static bench b;
    int ret = 0;

    b.seconds = (argc > 1) ? atof(argv[1]) : DEFAULT_SECONDS;
    if (argc > 2 || b.seconds <= 0) {
        (void)fprintf(stderr, "usage: bench [SECONDS]\n");
        return 2;
    }
    if (bench_count_init() && wolfSSL_Init() == WOLFSSL_SUCCESS) {
        ret = Prepare(&b);
        if (ret)
            Introduce(&b);
        ret = ret && Costs(&b);
        if (ret)
            Instructions(&b);
        ret = ret && Counts(&b) && Threads(&b) &&
            Handshakes(&b, "TLS 1.3", BENCH_TLS13) &&
            Handshakes(&b, "TLS 1.2", BENCH_TLS12) && Large(&b) &&
            SingleUse(&b);
        Finish(&b);
        (void)wolfSSL_Cleanup();
    }
    if (!ret)
        (void)fprintf(stderr, "bench: a ticket or a handshake failed: %s\n",
            wolfTicket_CTX_error(NULL));
    return !ret;
}
