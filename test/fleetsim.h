/* fleetsim.h
 *
 * A fleet that shares its ticket keys through Redis, simulated.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 *   fleetsim.c         what happens to which fleet, and what has to hold
 *   fleetsim_world.c   clocks, the network, the nodes' rounds
 *   fleetsim_redis.c   Redis, and what a node has to do with it
 *   fleetsim_measure.c tickets that travel, and who knows what when
 *   fleetsim_ring.c    a node's ring: the library's own
 *
 * No thread, no socket: the time is a number, all chance follows from a seed,
 * and the same arguments give the same table on every machine.
 */

#ifndef TEST_FLEETSIM_H
#define TEST_FLEETSIM_H

#ifndef WOLFTICKET_SOURCE_H
    #define WOLFTICKET_SOURCE_TYPES_ONLY
    #include <wolfticket/source.h>
#endif

typedef uint64_t sim_ms;   /* since the world began */

#define SIM_EPOCH     1700000000u /* seconds since 1970 when it began */
#define SIM_MAX_KEYS  4096        /* made in one run */
#define SIM_SLOTS     32          /* keys in a set */

/* What a fleet is like.  Shares are of 1000. */
typedef struct {
    int nodes;
    unsigned int refresh;    /* seconds */
    unsigned int period;
    unsigned int lifetime;
    unsigned int seconds;    /* that the run takes */
    unsigned int skew;       /* ms: clocks are off by up to that, either way */
    unsigned int lost;       /* share of pushes that are */
    unsigned int flaky;      /* share of rounds that fail, one by one */
    uint64_t seed;
} sim_fleet;

typedef struct {
    wolfTicket_SourceKey source;
    uint32_t slot;
    sim_ms made;             /* when Redis had it */
    sim_ms first_sealed;     /* 0: not yet */
    int knew;                /* nodes that had it then, of those below */
    int could;               /* nodes that Redis can be reached from */
    sim_ms known;            /* when the last of those that reach Redis had */
    int missing;             /* nodes that do not have it yet */
    sim_ms revoked;          /* 0: not */
    int holding;             /* nodes that still have it, since then */
    sim_ms forgotten;        /* when the last of those that reach Redis did */
} sim_key;

/* Sets of keys by number, oldest first; reserve keys have numbers below 0. */
typedef struct {
    int count;
    int keys[SIM_SLOTS];
} sim_set;

typedef struct {
    int64_t skew;            /* ms */
    int cut;                 /* from Redis, and so from its pushes */
    int subscribed;
    unsigned int round;      /* events of former rounds are void */
    int busy;                /* in a round */
    int again;               /* news came meanwhile */
    int due;                 /* news have come and are not yet fetched */
    sim_set known, buried;   /* what its source knows: keys, revoked ones */
    sim_set came, came_buried; /* what is under way to it */
    sim_ms told;             /* when it told Redis that it is there */
    uint32_t print;          /* and with which keys */
    int proposal;            /* what is under way from it */
    unsigned int next;       /* ms until its next round */
    void* ring;              /* of fleetsim_ring.c */
    sim_set has;             /* what the ring has: opens, or will */
} sim_node;

typedef struct {
    int up;
    unsigned int delay;      /* ms added to every answer */
    sim_set slots, buried;
} sim_redis;

/* What a run has found out. */
typedef struct {
    unsigned long sent, opened;           /* tickets, where nothing was odd */
    unsigned long odd_sent, odd_opened;   /* in the windows that the scenario
                                           * names */
    unsigned long reserve;                /* sealed with a reserve key */
    unsigned long commands;               /* to Redis */
    unsigned long peak, burst;            /* in one second; in a tenth */
    unsigned long messages;               /* pushed by Redis */
    unsigned long second, tenth;          /* the commands of this one */
    sim_ms second_began, tenth_began;
    int twins;                            /* two keys for one period */
    int early;                            /* keys that sealed before all knew
                                           * them who could */
    long slowest_key;                     /* ms */
    long slowest_revoked;
    long agreed;                          /* ms from the last thing that ended
                                           * until all agree again; or: */
#define SIM_NEVER  (-2)
#define SIM_NOT    (-1)                   /* there was none */
    int made;                             /* keys */
} sim_found;

typedef struct sim_world sim_world;
typedef void (*sim_script)(sim_world* world); /* things that happen: see
                                               * sim_at() */

enum { SIM_CUT, SIM_HEAL, SIM_REDIS_DOWN, SIM_REDIS_UP, SIM_REDIS_EMPTY,
    SIM_SLOW, SIM_FAST, SIM_REVOKE, SIM_ODD, SIM_EVEN, SIM_RESTART, SIM_AHEAD,
    SIM_CUT_FAST };

struct sim_world {
    sim_fleet fleet;
    sim_ms now;
    uint64_t random;
    sim_node* nodes;
    sim_redis redis;
    sim_key keys[SIM_MAX_KEYS];
    int key_count;
    int odd;                 /* in a window */
    int until_key;           /* SIM_CUT_FAST */
    sim_ms settled_from;     /* when the last thing ended, 0: nothing yet */
    sim_found found;
    struct sim_event* heap;
    size_t events, room;
    uint64_t order;
};

/* ---- fleetsim_world.c --------------------------------------------------- */

/* Runs a fleet; script says beforehand what happens.  0 when memory ends. */
int sim_run(const sim_fleet* fleet, sim_script script, sim_found* found);

/* In a script: at a second of the run, something happens; share is of 1000
 * nodes, or milliseconds for SIM_SLOW, or seconds that the first node's clock
 * is ahead for SIM_AHEAD.  SIM_CUT_FAST cuts those off whose clocks are so many
 * milliseconds ahead, until somebody else has made a key. */
void sim_at(sim_world* world, unsigned int second, int what,
    unsigned int share);

uint32_t sim_random(sim_world* world, uint32_t below);

/* A node's clock, in seconds since 1970. */
uint64_t sim_clock(const sim_world* world, const sim_node* node);

/* ---- fleetsim_redis.c --------------------------------------------------- */

/* Redis has got so many commands. */
void sim_command(sim_world* world, unsigned int count);
/* HSETNX of a key into its slot: 1 when nothing was there. */
int  sim_take(sim_world* world, int key);
/* The slot behind all of these. */
uint32_t sim_next_slot(const sim_world* world, const sim_set* set);

/* What has come to a node from Redis is added to what it knows; it puts back
 * what Redis has lost, takes out what has ended, and tells of itself. */
void sim_take_in(sim_world* world, sim_node* node);

/* Sets: adds a key in its place (of more than fit the oldest goes), takes one
 * out, takes out what has run out. */
void sim_add(const sim_world* world, sim_set* set, int key);
void sim_remove(sim_set* set, int key);
void sim_expire(const sim_world* world, sim_set* set, uint64_t now);

/* ---- fleetsim_measure.c ------------------------------------------------- */

/* A ticket sealed at a node, and when it comes to which: 0 when no key
 * seals. */
typedef struct {
    int key;
    int node;                /* where it comes to */
    int odd;
    sim_ms after;
} sim_ticket;
int  sim_seal(sim_world* world, sim_ticket* ticket);
void sim_open(sim_world* world, const sim_ticket* ticket);

void sim_learned(sim_world* world, int key);
void sim_dropped(sim_world* world, int key);
int  sim_in(const sim_set* set, int key);
/* After every second: has all that is known arrived everywhere? */
void sim_look(sim_world* world);
void sim_sum_up(sim_world* world);

/* ---- fleetsim_ring.c ---------------------------------------------------- */

/* A node's ring, empty.  1, or 0 without memory. */
int  sim_ring_new(sim_world* world, sim_node* node);
void sim_ring_free(sim_node* node);
/* The node begins anew. */
void sim_ring_restart(sim_world* world, sim_node* node);

/* One round of the ring, whose source gives these keys and the reserve: 1 and
 * a proposal when a new key is due (NULL: that is overlooked).  *next is set
 * to the milliseconds until the next round. */
int sim_ring_round(sim_world* world, sim_node* node, const sim_set* keys,
    sim_key* proposal, unsigned int* next);

/* The key that seals at this moment, SIM_NO_KEY: none. */
#define SIM_NO_KEY (-1000000)
int sim_ring_sealing(sim_world* world, sim_node* node);

#endif /* TEST_FLEETSIM_H */
