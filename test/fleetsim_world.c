/* fleetsim_world.c
 *
 * A simulated fleet: clocks, the network, Redis, the nodes' rounds.
 *
 * What a node does in a round is what a ring does with libwolfticket-redis
 * behind it: it fetches all keys, proposes one when that is due (HSETNX: the
 * first one has the slot), fetches again, and sleeps for a while that differs
 * each time.  A key that Redis has taken is pushed to all who listen.  A node
 * that cannot reach Redis keeps what it knew, and its reserve keys.  Redis
 * that has lost everything gets it back from the first node that comes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include <stdlib.h>
#include <string.h>

#include "fleetsim.h"

#define WAY_MIN  1     /* ms to Redis and back, at least */
#define WAY_MORE 3     /* and up to so many more */
#define PATIENCE 500   /* ms after which a node gives Redis up */
#define TICKETS  20    /* ms between two */
#define SPREAD   500   /* ms, as in src/redis/push.c */

enum { EV_ROUND, EV_FETCH, EV_FETCHED, EV_PROPOSE, EV_PROPOSED, EV_FAILED,
    EV_PUSHED, EV_DUE, EV_SEAL, EV_OPEN, EV_SECOND, EV_HAPPENS };

struct sim_event {
    sim_ms at;
    uint64_t order;      /* of two at the same time the older goes first */
    int what;
    int node;
    unsigned int round;
    int a;               /* EV_FETCH: 1 when it is the last of the round */
    unsigned int b;
    sim_ticket ticket;
};

/* ---- chance and time ---------------------------------------------------- */

/* splitmix64 */
uint32_t sim_random(sim_world* world, uint32_t below)
{
    uint64_t x = (world->random += 0x9E3779B97F4A7C15u);

    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    x ^= x >> 31;
    return below == 0 ? 0 : (uint32_t)((x >> 16) % below);
}

uint64_t sim_clock(const sim_world* world, const sim_node* node)
{
    return (uint64_t)((int64_t)(world->now + (uint64_t)SIM_EPOCH * 1000) +
        node->skew) / 1000;
}

/* ---- events: a binary heap ---------------------------------------------- */

static int Before(const struct sim_event* a, const struct sim_event* b)
{
    return a->at < b->at || (a->at == b->at && a->order < b->order);
}

static void Push(sim_world* world, struct sim_event event)
{
    size_t i = world->events;

    if (i == world->room) {
        size_t room = world->room * 2 + 1024;
        struct sim_event* heap = (struct sim_event*)realloc(world->heap,
            room * sizeof(*heap));

        if (heap == NULL)
            abort();
        world->heap = heap;
        world->room = room;
    }
    event.order = world->order++;
    world->events++;
    while (i > 0 && Before(&event, &world->heap[(i - 1) / 2])) {
        world->heap[i] = world->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    world->heap[i] = event;
}

static struct sim_event Pop(sim_world* world)
{
    struct sim_event first = world->heap[0];
    struct sim_event last = world->heap[--world->events];
    size_t i = 0, child;

    while ((child = 2 * i + 1) < world->events) {
        if (child + 1 < world->events &&
                Before(&world->heap[child + 1], &world->heap[child]))
            child++;
        if (!Before(&world->heap[child], &last))
            break;
        world->heap[i] = world->heap[child];
        i = child;
    }
    world->heap[i] = last;
    return first;
}

static void At(sim_world* world, sim_ms in, int what, int node, int a)
{
    struct sim_event event;

    memset(&event, 0, sizeof(event));
    event.at = world->now + in;
    event.what = what;
    event.node = node;
    event.round = world->nodes[node].round;
    event.a = a;
    Push(world, event);
}

void sim_at(sim_world* world, unsigned int second, int what,
    unsigned int share)
{
    struct sim_event event;

    memset(&event, 0, sizeof(event));
    event.at = (sim_ms)second * 1000;
    event.what = EV_HAPPENS;
    event.a = what;
    event.b = share;
    Push(world, event);
}

/* ---- the network -------------------------------------------------------- */

static sim_ms Way(sim_world* world)
{
    return WAY_MIN + sim_random(world, WAY_MORE + 1);
}

static int Reaches(const sim_world* world, const sim_node* node)
{
    return world->redis.up && !node->cut && world->redis.delay < PATIENCE;
}

/* PUBLISH: to each who listens, some of it lost. */
static void Publish(sim_world* world)
{
    int i;

    sim_command(world, 1);
    for (i = 0; i < world->fleet.nodes; i++) {
        sim_node* node = &world->nodes[i];

        if (node->subscribed && !node->cut) {
            world->found.messages++;
            if (sim_random(world, 1000) >= world->fleet.lost)
                At(world, Way(world), EV_PUSHED, i, 0);
        }
    }
}

/* ---- a node's round ----------------------------------------------------- */

/* The source gives what it knows to the ring.  1 when a key is due, which
 * then is proposal; that may be NULL. */
static int Give(sim_world* world, sim_node* node, sim_key* proposal)
{
    sim_expire(world, &node->known, sim_clock(world, node));
    return sim_ring_round(world, node, &node->known, proposal, &node->next);
}

/* News: each node fetches them at a moment of its own. */
static void PutOff(sim_world* world, int i)
{
    if (!world->nodes[i].due) {
        world->nodes[i].due = 1;
        At(world, sim_random(world, SPREAD), EV_DUE, i, 0);
    }
}

static void EndRound(sim_world* world, int i)
{
    sim_node* node = &world->nodes[i];

    node->busy = 0;
    node->round++;
    At(world, node->next, EV_ROUND, i, 0);
    if (node->again)
        PutOff(world, i);
    node->again = 0;
}

static void Ask(sim_world* world, int i, int what, int last)
{
    sim_node* node = &world->nodes[i];

    if (!Reaches(world, node) ||
            sim_random(world, 1000) < world->fleet.flaky)
        At(world, PATIENCE, EV_FAILED, i, 0);
    else
        At(world, Way(world) / 2 + 1 + world->redis.delay, what, i, last);
}

static void BeginRound(sim_world* world, int i)
{
    world->nodes[i].busy = 1;
    Ask(world, i, EV_FETCH, 0);
}

/* At Redis: what a node asks for is on its way. */
static void Fetch(sim_world* world, int i, int last)
{
    sim_node* node = &world->nodes[i];
    sim_redis* redis = &world->redis;

    if (!Reaches(world, node)) {
        At(world, PATIENCE, EV_FAILED, i, 0);
        return;
    }
    sim_command(world, 3); /* HGETALL, HGETALL, TIME */
    node->subscribed = 1;
    node->came = redis->slots;
    node->came_buried = redis->buried;
    At(world, Way(world) / 2, EV_FETCHED, i, last);
}

static void Fetched(sim_world* world, int i, int last)
{
    sim_node* node = &world->nodes[i];
    sim_key proposal;
    int room = world->key_count < SIM_MAX_KEYS;

    memset(&proposal, 0, sizeof(proposal));
    sim_take_in(world, node);
    if (Give(world, node, last || !room ? NULL : &proposal)) {
        proposal.slot = sim_next_slot(world, &node->came);
        if (sim_next_slot(world, &node->known) > proposal.slot)
            proposal.slot = sim_next_slot(world, &node->known);
        node->proposal = world->key_count;
        world->keys[world->key_count++] = proposal;
        Ask(world, i, EV_PROPOSE, 0);
    }
    else {
        EndRound(world, i);
    }
}

/* Two keys for one period, or nearly. */
static void FindTwins(sim_world* world, int key)
{
    uint64_t from = world->keys[key].source.active_from;
    int i;

    for (i = 0; i < key; i++) {
        uint64_t other = world->keys[i].source.active_from;

        if (world->keys[i].made != 0 && world->keys[i].revoked == 0 &&
                (from > other ? from - other : other - from) <
                world->fleet.period / 2)
            world->found.twins++;
    }
}

static void Propose(sim_world* world, int i)
{
    sim_node* node = &world->nodes[i];
    sim_key* key = &world->keys[node->proposal];
    int j;

    if (!Reaches(world, node)) {
        At(world, PATIENCE, EV_FAILED, i, 0);
        return;
    }
    sim_command(world, 1); /* HSETNX */
    if (sim_take(world, node->proposal)) {
        key->made = world->now;
        key->missing = world->fleet.nodes;
        world->found.made++;
        FindTwins(world, node->proposal);
        Publish(world);
        for (j = 0; j < world->fleet.nodes && world->until_key; j++)
            world->nodes[j].cut = 0;
        world->until_key = 0;
    }
    At(world, Way(world) / 2, EV_PROPOSED, i, 0);
}

/* ---- what happens ------------------------------------------------------- */

/* It begins anew, with nothing. */
static void Restart(sim_world* world, int i)
{
    static const sim_set none = { 0, { 0 } };
    sim_node* node = &world->nodes[i];

    sim_ring_restart(world, node);
    node->known = node->buried = none;
    node->told = 0;
    node->round++;
    node->busy = node->again = node->due = node->subscribed = 0;
    At(world, 1 + sim_random(world, 50), EV_ROUND, i, 0);
}

/* The key that most seal with is revoked, in Redis. */
static void Revoke(sim_world* world)
{
    sim_redis* redis = &world->redis;
    int key = SIM_NO_KEY;
    int i;

    for (i = 0; i < redis->slots.count; i++) {
        if (world->keys[redis->slots.keys[i]].source.active_from <=
                SIM_EPOCH + world->now / 1000)
            key = redis->slots.keys[i];
    }
    if (key != SIM_NO_KEY) {
        world->keys[key].revoked = world->now;
        for (i = 0; i < world->fleet.nodes; i++)
            world->keys[key].holding += sim_in(&world->nodes[i].has, key);
        sim_add(world, &redis->buried, key);
        sim_remove(&redis->slots, key);
        sim_command(world, 2);
        Publish(world);
    }
}

static void Happens(sim_world* world, int what, unsigned int share)
{
    sim_redis* redis = &world->redis;
    int i;

    if (what == SIM_CUT_FAST)
        world->until_key = 1;
    if (what == SIM_AHEAD)
        world->nodes[0].skew = (int64_t)share * 1000;

    for (i = 0; i < world->fleet.nodes; i++) {
        if (what == SIM_CUT && sim_random(world, 1000) < share)
            world->nodes[i].cut = 1;
        else if (what == SIM_CUT_FAST && world->nodes[i].skew > (int)share)
            world->nodes[i].cut = 1;
        else if (what == SIM_HEAL)
            world->nodes[i].cut = 0;
        else if (what == SIM_RESTART && sim_random(world, 1000) < share)
            Restart(world, i);
        else if (what == SIM_REDIS_DOWN)
            world->nodes[i].subscribed = 0;
        if (world->nodes[i].cut)
            world->nodes[i].subscribed = 0;
    }
    if (what == SIM_REDIS_DOWN)
        redis->up = 0;
    else if (what == SIM_REDIS_UP || what == SIM_REDIS_EMPTY)
        redis->up = 1;
    if (what == SIM_REDIS_EMPTY) {
        redis->slots.count = 0;
        redis->buried.count = 0;
    }
    if (what == SIM_SLOW || what == SIM_FAST)
        redis->delay = what == SIM_SLOW ? share : 0;
    if (what == SIM_REVOKE)
        Revoke(world);
    if (what == SIM_ODD || what == SIM_EVEN)
        world->odd = what == SIM_ODD;
    if (what == SIM_HEAL || what == SIM_REDIS_UP || what == SIM_REDIS_EMPTY ||
            what == SIM_FAST || what == SIM_RESTART) {
        world->settled_from = world->now;
        world->found.agreed = SIM_NEVER;
    }
}

static void Seal(sim_world* world)
{
    struct sim_event event;

    memset(&event, 0, sizeof(event));
    if (sim_seal(world, &event.ticket)) {
        event.what = EV_OPEN;
        event.at = world->now + event.ticket.after;
        Push(world, event);
    }
    At(world, TICKETS, EV_SEAL, 0, 0);
}

static void Dispatch(sim_world* world, const struct sim_event* event)
{
    sim_node* node = &world->nodes[event->node];
    int i = event->node;
    int late = event->round != node->round;

    switch (event->what) {
        case EV_ROUND:    if (!late) BeginRound(world, i);           break;
        case EV_FETCH:    if (!late) Fetch(world, i, event->a);      break;
        case EV_FETCHED:  if (!late) Fetched(world, i, event->a);    break;
        case EV_PROPOSE:  if (!late) Propose(world, i);              break;
        case EV_PROPOSED: if (!late) Ask(world, i, EV_FETCH, 1);     break;
        case EV_FAILED:
            if (!late) {
                (void)Give(world, node, NULL);
                EndRound(world, i);
            }
            break;
        case EV_PUSHED:
            if (node->busy)
                node->again = 1;
            else
                PutOff(world, i);
            break;
        case EV_DUE:
            if (node->busy) {
                At(world, 1, EV_DUE, i, 0);
            }
            else if (node->due) {
                node->due = 0;
                node->round++; /* instead of the one that was to come */
                BeginRound(world, i);
            }
            break;
        case EV_SEAL:     Seal(world);                               break;
        case EV_OPEN:     sim_open(world, &event->ticket);           break;
        case EV_HAPPENS:  Happens(world, event->a, event->b);        break;
        case EV_SECOND:
            sim_look(world);
            At(world, 1000, EV_SECOND, 0, 0);
            break;
        default:
            break;
    }
}

int sim_run(const sim_fleet* fleet, sim_script script, sim_found* found)
{
    sim_world* world = (sim_world*)calloc(1, sizeof(*world));
    struct sim_event event;
    int ready = 0;
    int i, ret = 0;

    if (world != NULL)
        world->nodes = (sim_node*)calloc((size_t)fleet->nodes,
            sizeof(*world->nodes));
    if (world != NULL && world->nodes != NULL) {
        world->fleet = *fleet;
        while (ready < fleet->nodes &&
                sim_ring_new(world, &world->nodes[ready]))
            ready++;
    }
    if (ready == fleet->nodes) {
        world->random = fleet->seed;
        world->redis.up = 1;
        world->found.agreed = SIM_NOT;
        for (i = 0; i < fleet->nodes; i++) {
            world->nodes[i].skew = (int64_t)sim_random(world,
                2 * fleet->skew + 1) - (int64_t)fleet->skew;
            /* They were not all started at once. */
            At(world, sim_random(world, fleet->refresh * 1000), EV_ROUND, i,
                0);
        }
        At(world, 1000, EV_SECOND, 0, 0);
        At(world, (sim_ms)fleet->refresh * 3000, EV_SEAL, 0, 0);
        script(world);
        while (world->now <= (sim_ms)fleet->seconds * 1000) {
            event = Pop(world);
            world->now = event.at;
            Dispatch(world, &event);
        }
        sim_sum_up(world);
        *found = world->found;
        ret = 1;
    }
    while (ready > 0)
        sim_ring_free(&world->nodes[--ready]);
    if (world != NULL) {
        free(world->heap);
        free(world->nodes);
    }
    free(world);
    return ret;
}
