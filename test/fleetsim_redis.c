/* fleetsim_redis.c
 *
 * Redis in a simulated fleet, and what a node reads from it and writes to it:
 * what src/redis does, with numbers in place of sealed keys.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "fleetsim.h"

#define TELL     30000 /* ms after which a node tells that it is there */
#define LEFT_FOR 600   /* seconds that a key stays in Redis when it has ended */

/* So many more of a time that is so long. */
static void Count(sim_ms now, sim_ms length, unsigned int count,
    sim_ms* began, unsigned long* sum, unsigned long* peak)
{
    if (now >= *began + length) {
        *began = now - now % length;
        *sum = 0;
    }
    *sum += count;
    if (*sum > *peak)
        *peak = *sum;
}

void sim_command(sim_world* world, unsigned int count)
{
    sim_found* found = &world->found;

    found->commands += count;
    Count(world->now, 1000, count, &found->second_began, &found->second,
        &found->peak);
    Count(world->now, 100, count, &found->tenth_began, &found->tenth,
        &found->burst);
}

static int Ended(const sim_world* world, int key, uint64_t now)
{
    return world->keys[key].source.opens_until <= now;
}

/* What has run out. */
void sim_expire(const sim_world* world, sim_set* set, uint64_t now)
{
    int i, kept = 0;

    for (i = 0; i < set->count; i++) {
        if (!Ended(world, set->keys[i], now))
            set->keys[kept++] = set->keys[i];
    }
    set->count = kept;
}

void sim_remove(sim_set* set, int key)
{
    int i, kept = 0;

    for (i = 0; i < set->count; i++) {
        if (set->keys[i] != key)
            set->keys[kept++] = set->keys[i];
    }
    set->count = kept;
}

/* In its place by active_from; of more than fit the oldest goes. */
void sim_add(const sim_world* world, sim_set* set, int key)
{
    int at;

    if (sim_in(set, key))
        return;
    if (set->count == SIM_SLOTS)
        sim_remove(set, set->keys[0]);
    for (at = set->count++; at > 0 &&
            world->keys[set->keys[at - 1]].source.active_from >
            world->keys[key].source.active_from; at--)
        set->keys[at] = set->keys[at - 1];
    set->keys[at] = key;
}

/* HSETNX.  1 when it was the first. */
int sim_take(sim_world* world, int key)
{
    sim_redis* redis = &world->redis;
    int i;

    if (sim_in(&redis->buried, key))
        return 0;
    for (i = 0; i < redis->slots.count; i++) {
        if (world->keys[redis->slots.keys[i]].slot == world->keys[key].slot)
            return 0;
    }
    sim_add(world, &redis->slots, key);
    return 1;
}

uint32_t sim_next_slot(const sim_world* world, const sim_set* set)
{
    uint32_t slot = 0;
    int i;

    for (i = 0; i < set->count; i++) {
        if (world->keys[set->keys[i]].slot > slot)
            slot = world->keys[set->keys[i]].slot;
    }
    return slot + 1;
}

/* Another key has its slot: it goes behind all of them. */
static void PutBack(sim_world* world, const sim_node* node, int key)
{
    sim_key* k = &world->keys[key];
    int i;

    for (i = 0; i < node->came.count; i++) {
        if (world->keys[node->came.keys[i]].slot == k->slot)
            k->slot = sim_next_slot(world, &node->came);
    }
    sim_command(world, 1); /* HSETNX */
    (void)sim_take(world, key);
}

static uint32_t Print(const sim_set* set)
{
    uint32_t print = (uint32_t)set->count;
    int i;

    for (i = 0; i < set->count; i++)
        print = print * 16777619u + (uint32_t)set->keys[i];
    return print;
}

/* Puts back what Redis has lost, takes out what has ended, and tells of the
 * node. */
static void PutRight(sim_world* world, sim_node* node)
{
    uint64_t now = sim_clock(world, node);
    uint64_t time = SIM_EPOCH + world->now / 1000; /* Redis' */
    uint64_t over = time < now ? time : now;
    int wrote = 0;
    int i;

    for (i = 0; i < node->buried.count; i++) {
        int key = node->buried.keys[i];

        if (!sim_in(&node->came_buried, key)) {
            sim_command(world, 1); /* HSET */
            sim_add(world, &world->redis.buried, key);
            wrote = 1;
        }
    }
    for (i = 0; i < node->known.count; i++) {
        if (!sim_in(&node->came, node->known.keys[i])) {
            PutBack(world, node, node->known.keys[i]);
            wrote = 1;
        }
    }
    for (i = 0; i < node->came.count; i++) {
        int key = node->came.keys[i];

        if (world->keys[key].source.opens_until + LEFT_FOR <= over) {
            sim_command(world, 1); /* HDEL */
            sim_remove(&world->redis.slots, key);
        }
    }
    if (node->told == 0 || world->now - node->told >= TELL ||
            node->print != Print(&node->known)) {
        sim_command(world, 4); /* SET, ZADD, ZREMRANGEBYSCORE, EXPIRE */
        node->told = world->now;
        node->print = Print(&node->known);
        wrote = 1;
    }
    if (wrote)
        sim_command(world, node->buried.count > 0 ? 2 : 1); /* EXPIRE */
}

/* What came from Redis is added to what is known. */
void sim_take_in(sim_world* world, sim_node* node)
{
    int i;

    for (i = 0; i < node->came_buried.count; i++)
        sim_add(world, &node->buried, node->came_buried.keys[i]);
    for (i = 0; i < node->came.count; i++)
        sim_add(world, &node->known, node->came.keys[i]);
    for (i = 0; i < node->buried.count; i++)
        sim_remove(&node->known, node->buried.keys[i]);
    sim_expire(world, &node->known, sim_clock(world, node));
    PutRight(world, node);
}
