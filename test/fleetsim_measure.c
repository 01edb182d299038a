/* fleetsim_measure.c
 *
 * What is found out about a simulated fleet: tickets that travel from one
 * node to another, who knows which key when, who agrees with whom.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "fleetsim.h"

#define NEARLY 60      /* s: what ends then may have ended by other clocks */
#define SETTLED 60000  /* ms: until then nodes are still being started */

int sim_in(const sim_set* set, int key)
{
    int i;

    for (i = 0; i < set->count && set->keys[i] != key; i++) {
    }
    return i < set->count;
}

/* ---- tickets ------------------------------------------------------------ */

/* A third comes back within a second, as a browser's next connection does, a
 * third within a minute, a third any time while the ticket lives. */
static sim_ms ComesBack(sim_world* world)
{
    sim_ms ret;

    switch (sim_random(world, 3)) {
        case 0:  ret = 20 + sim_random(world, 980);                   break;
        case 1:  ret = 20 + sim_random(world, 60000);                 break;
        default: ret = sim_random(world, world->fleet.lifetime * 1000);
    }
    return ret;
}

int sim_seal(sim_world* world, sim_ticket* ticket)
{
    int nodes = world->fleet.nodes;
    int from = (int)sim_random(world, (uint32_t)nodes);
    int key = sim_ring_sealing(world, &world->nodes[from]);

    ticket->node = (from + 1 + (int)sim_random(world, (uint32_t)nodes - 1)) %
        nodes;
    ticket->odd = world->odd;
    ticket->after = ComesBack(world);
    ticket->key = key;
    /* No ticket opens nowhere. */
    if (key == SIM_NO_KEY && world->odd)
        world->found.odd_sent++;
    else if (key == SIM_NO_KEY)
        world->found.sent++;
    else if (key < 0)
        world->found.reserve++;
    return key != SIM_NO_KEY;
}

/* A ticket under a key that was revoked is meant not to open. */
void sim_open(sim_world* world, const sim_ticket* ticket)
{
    int opens = sim_in(&world->nodes[ticket->node].has, ticket->key);

    if (ticket->key >= 0 && world->keys[ticket->key].revoked != 0)
        return;
    if (ticket->odd || world->odd) {
        world->found.odd_sent++;
        world->found.odd_opened += (unsigned long)opens;
    }
    else {
        world->found.sent++;
        world->found.opened += (unsigned long)opens;
    }
}

/* ---- who knows ---------------------------------------------------------- */

void sim_learned(sim_world* world, int key)
{
    sim_key* k = &world->keys[key];

    if (k->revoked != 0)
        k->holding++;
    if (k->known == 0 && --k->missing == 0)
        k->known = world->now;
}

void sim_dropped(sim_world* world, int key)
{
    sim_key* k = &world->keys[key];

    if (k->known == 0)
        k->missing++;
    if (k->revoked != 0 && --k->holding == 0)
        k->forgotten = world->now;
}

/* Somebody seals with it for the first time: who does not know it yet? */
static void FirstSealed(sim_world* world, int key)
{
    sim_key* k = &world->keys[key];
    int i;

    k->first_sealed = world->now;
    for (i = 0; i < world->fleet.nodes; i++) {
        /* One that has nothing yet is being started. */
        if (!world->nodes[i].cut && world->nodes[i].has.count > 0) {
            k->could++;
            k->knew += sim_in(&world->nodes[i].has, key);
        }
    }
    if (k->knew < k->could && !world->odd && k->revoked == 0 &&
            k->made > SETTLED)
        world->found.early++;
}

/* It has what Redis has, and needs no reserve key. */
static int Agrees(const sim_world* world, const sim_node* node, int sealing)
{
    const sim_set* slots = &world->redis.slots;
    uint64_t now = SIM_EPOCH + world->now / 1000;
    int i, ret = sealing >= 0;

    for (i = 0; ret && i < slots->count; i++)
        ret = sim_in(&node->has, slots->keys[i]) ||
            world->keys[slots->keys[i]].source.opens_until <= now + NEARLY;
    return ret;
}

void sim_look(sim_world* world)
{
    int agree = 1;
    int i, key;

    for (i = 0; i < world->fleet.nodes; i++) {
        key = sim_ring_sealing(world, &world->nodes[i]);
        if (key >= 0 && world->keys[key].first_sealed == 0)
            FirstSealed(world, key);
        agree = agree && Agrees(world, &world->nodes[i], key);
    }
    if (world->found.agreed == SIM_NEVER && agree)
        world->found.agreed = (long)(world->now - world->settled_from);
}

/* ---- in the end --------------------------------------------------------- */

void sim_sum_up(sim_world* world)
{
    sim_found* found = &world->found;
    int i;

    found->slowest_key = found->slowest_revoked = SIM_NOT;
    for (i = 0; i < world->key_count; i++) {
        const sim_key* key = &world->keys[i];
        /* What has not arrived is as slow as the run was long. */
        sim_ms known = key->known != 0 ? key->known : world->now;
        sim_ms forgotten = key->forgotten != 0 ? key->forgotten : world->now;

        if (key->made > SETTLED && key->revoked == 0 &&
                (long)(known - key->made) > found->slowest_key &&
                (key->known != 0 || world->now - key->made >
                    (sim_ms)world->fleet.refresh * 2000))
            found->slowest_key = (long)(known - key->made);
        if (key->revoked != 0 &&
                (long)(forgotten - key->revoked) > found->slowest_revoked)
            found->slowest_revoked = (long)(forgotten - key->revoked);
    }
}
