/* fleetsim_ring.c
 *
 * A node's ring in a simulated fleet: the library's own, with a source that
 * is asked when the network's answer has come.
 *
 * When a key is due, which one seals, what fits and what is wiped, and when
 * the next round is, are the library's decisions; nothing of it is repeated
 * here.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyring.h"

#include <stdlib.h>
#include <string.h>
#include <wolfticket/source.h>

#include "fleetsim.h"

#define SKEW_MAX   600   /* as in src/redis/known.c */
#define RESERVES   4
#define RESERVED   0xFE  /* first byte of a reserve key's name */

typedef struct {
    sim_world* world;
    sim_node* node;
    wolfTicket_KeyRing* ring;
    wolfTicket_SourceKey keys[WOLFTICKET_SOURCE_MAX_KEYS];
    int count;
    int may_propose;
    sim_key* proposal;   /* where it goes; NULL: it was made */
} sim_ring;

/* ---- the source --------------------------------------------------------- */

static int Fetch(void* self, uint64_t now, wolfTicket_SourceKey* keys, int max)
{
    sim_ring* ring = (sim_ring*)self;
    int count = ring->count < max ? ring->count : max;

    (void)now;
    memcpy(keys, ring->keys, (size_t)count * sizeof(*keys));
    return count;
}

/* It goes to Redis later; here the answer is a lie without consequences. */
static int Propose(void* self, uint64_t now, const wolfTicket_SourceKey* key)
{
    sim_ring* ring = (sim_ring*)self;

    (void)now;
    if (ring->proposal != NULL)
        ring->proposal->source = *key;
    ring->proposal = NULL;
    return 0;
}

static const wolfTicket_Source source = {
    "simulation", Fetch, Propose, NULL, NULL, NULL
};

static int Clock(word64* now, void* arg)
{
    sim_ring* ring = (sim_ring*)arg;

    *now = sim_clock(ring->world, ring->node);
    return 1;
}

static int Random(unsigned char* out, word32 sz, void* arg)
{
    sim_ring* ring = (sim_ring*)arg;

    while (sz > 0)
        out[--sz] = (unsigned char)sim_random(ring->world, 256);
    out[0] &= 0x7F; /* no name of a reserve key */
    return 1;
}

/* ---- the ring ----------------------------------------------------------- */

int sim_ring_new(sim_world* world, sim_node* node)
{
    wolfTicket_SourceOptions options;
    sim_ring* ring = (sim_ring*)calloc(1, sizeof(*ring));

    if (ring != NULL) {
        memset(&options, 0, sizeof(options));
        options.refresh = world->fleet.refresh;
        options.period = world->fleet.period;
        options.time_cb = Clock;
        options.time_arg = ring;
        options.rand_cb = Random;
        options.rand_arg = ring;
        ring->world = world;
        ring->node = node;
        ring->ring = wolfTicket_KeyRing_new_source(&source, ring, &options);
        if (ring->ring == NULL) {
            free(ring);
            ring = NULL;
        }
    }
    if (ring != NULL) {
        /* What the first context does. */
        wt_lock();
        (void)wt_keyring_lifetime(ring->ring, world->fleet.lifetime);
        wt_unlock();
    }
    node->ring = ring;
    return ring != NULL;
}

void sim_ring_free(sim_node* node)
{
    sim_ring* ring = (sim_ring*)node->ring;

    if (ring != NULL)
        wolfTicket_KeyRing_free(ring->ring);
    free(ring);
    node->ring = NULL;
}

/* ---- reserve keys, as in src/redis/known.c ------------------------------ */

static wolfTicket_SourceKey ReserveKey(const sim_world* world,
    uint64_t number)
{
    wolfTicket_SourceKey key;
    size_t i;

    memset(&key, 0, sizeof(key));
    memset(key.aes, RESERVED, sizeof(key.aes));
    memset(key.hmac, 1, sizeof(key.hmac));
    for (i = 0; i < 8; i++)
        key.name[8 + i] = key.aes[i] = key.hmac[i] =
            (unsigned char)(number >> (8 * i));
    key.name[0] = RESERVED;
    /* Tickets tell keys apart by the first four bytes. */
    for (i = 0; i < 3; i++)
        key.name[1 + i] = key.name[8 + i];
    key.aes_sz = key.hmac_sz = 32;
    key.flags = WOLFTICKET_SOURCE_RESERVE;
    key.active_from = number * world->fleet.lifetime;
    key.seals_until = key.active_from + world->fleet.lifetime;
    key.opens_until = key.seals_until + world->fleet.lifetime;
    return key;
}

static void AddReserve(sim_ring* ring, uint64_t now)
{
    uint64_t period = ring->world->fleet.lifetime;
    uint64_t number = now / period;
    uint64_t skew = period / 2 < SKEW_MAX ? period / 2 : SKEW_MAX;
    int i;

    if (now % period >= period - skew)
        number++;
    for (i = 0; i < RESERVES && (number + 1) * period +
            ring->world->fleet.lifetime > now; i++)
        ring->keys[ring->count++] = ReserveKey(ring->world, number--);
}

/* ---- what the ring has -------------------------------------------------- */

static int NumberOf(const sim_world* world, const unsigned char* name)
{
    uint64_t number = 0;
    int i;

    if (name[0] == RESERVED) {
        for (i = 7; i >= 0; i--)
            number = number << 8 | name[8 + i];
        return -1 - (int)(number - SIM_EPOCH / world->fleet.lifetime + 500);
    }
    for (i = world->key_count - 1; i >= 0 && memcmp(name,
            world->keys[i].source.name, 16) != 0; i--) {
    }
    return i;
}

/* Tells what has been learned and what is gone.  Gives the key that seals. */
static int Look(sim_world* world, sim_node* node)
{
    wolfTicket_KeyInfo infos[WOLFTICKET_MAX_KEYS];
    const sim_ring* ring = (const sim_ring*)node->ring;
    int count = wolfTicket_KeyRing_list(ring->ring, infos,
        WOLFTICKET_MAX_KEYS);
    sim_set former = node->has;
    int sealing = SIM_NO_KEY;
    int i;

    node->has.count = 0;
    for (i = 0; i < count; i++) {
        int key = NumberOf(world, infos[i].name);

        node->has.keys[node->has.count++] = key;
        if (infos[i].state == WOLFTICKET_KEY_SEALS)
            sealing = key;
        if (key >= 0 && !sim_in(&former, key))
            sim_learned(world, key);
    }
    for (i = 0; i < former.count; i++) {
        if (former.keys[i] >= 0 && !sim_in(&node->has, former.keys[i]))
            sim_dropped(world, former.keys[i]);
    }
    return sealing;
}

int sim_ring_sealing(sim_world* world, sim_node* node)
{
    return Look(world, node);
}

int sim_ring_round(sim_world* world, sim_node* node, const sim_set* keys,
    sim_key* proposal, unsigned int* next)
{
    sim_ring* ring = (sim_ring*)node->ring;
    int i;

    ring->count = 0;
    for (i = keys->count - 1; i >= 0; i--)
        ring->keys[ring->count++] = world->keys[keys->keys[i]].source;
    AddReserve(ring, sim_clock(world, node));
    ring->proposal = proposal;
    (void)wolfTicket_KeyRing_refresh(ring->ring, next);
    (void)Look(world, node);
    return proposal != NULL && ring->proposal == NULL;
}

void sim_ring_restart(sim_world* world, sim_node* node)
{
    int i;

    for (i = 0; i < node->has.count; i++) {
        if (node->has.keys[i] >= 0)
            sim_dropped(world, node->has.keys[i]);
    }
    node->has.count = 0;
    sim_ring_free(node);
    if (!sim_ring_new(world, node))
        abort();
}
