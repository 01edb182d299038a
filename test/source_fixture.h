/* source_fixture.h
 *
 * What the suites of sources share: one that several rings have in common,
 * and that does as it is told.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_SOURCE_FIXTURE_H
#define WOLFTICKET_TEST_SOURCE_FIXTURE_H

#include "keyring_fixture.h"
#include "ringfeed.h"

#include <wolfticket/source.h>

#include <stdio.h>

#define LIFE      7200u
#define REFRESH   10u
#define PERIOD    (LIFE / 4 * 3)
#define LEAD_TIME (2 * REFRESH)

/* What all share. */
typedef struct {
    wolfTicket_SourceKey keys[WOLFTICKET_SOURCE_MAX_KEYS];
    int count;
} key_store;

/* What one ring sees of it. */
typedef struct {
    key_store* store;
    int away;            /* it gives what it knew, and a reserve */
    int reserve;         /* it has one, also when it is not away */
    int fetchFails;      /* the next so many */
    int proposeFails;
    int refused;
    int answer;          /* fetch returns it unless it is 0 */
    uint64_t newest;     /* that the last fetch gave */
    key_store knew;
    key_store* before;   /* shown to one fetch in place of the store */
    int fetches;
    int proposals;
    int destroyed;
    int news;            /* what wait returns; by several threads */
    uint64_t since;
} node;

static inline void pattern_source_key(int n, uint64_t from,
    wolfTicket_SourceKey* key)
{
    memset(key, 0, sizeof(*key));
    memset(key->name, n, sizeof(key->name));
    memset(key->aes, n, sizeof(key->aes));
    memset(key->hmac, n, sizeof(key->hmac));
    key->aes[0] = (unsigned char)~n;
    key->hmac[0] = (unsigned char)~n;
    key->aes_sz = key->hmac_sz = 32;
    key->active_from = from;
    key->seals_until = from + 2 * PERIOD;
    key->opens_until = key->seals_until + LIFE;
}

static inline void store_add(key_store* store, int n, uint64_t from)
{
    ck_assert_int_lt(store->count, WOLFTICKET_SOURCE_MAX_KEYS);
    pattern_source_key(n, from, &store->keys[store->count++]);
}

static inline void store_remove(key_store* store, const unsigned char* name)
{
    int i = 0;

    while (i < store->count && memcmp(store->keys[i].name, name, 16) != 0)
        i++;
    ck_assert_int_lt(i, store->count);
    store->keys[i] = store->keys[--store->count];
}

/* One for each hour, the next and the last included; in front of the keys: the
 * ring does not rely on the order. */
static inline int put_reserve(uint64_t now, wolfTicket_SourceKey* keys)
{
    uint64_t hour = now / 3600;
    int i;

    for (i = 0; i < 3; i++) {
        pattern_source_key((int)((hour + 1 - (uint64_t)i) % 100) + 100,
            (hour + 1 - (uint64_t)i) * 3600, &keys[i]);
        keys[i].flags = WOLFTICKET_SOURCE_RESERVE;
        keys[i].seals_until = 0;
        keys[i].opens_until = 0;
    }
    return 3;
}

static inline int node_fetch(void* self, uint64_t now,
    wolfTicket_SourceKey* keys, int max)
{
    node* n = (node*)self;
    key_store* from = (n->before != NULL) ? n->before : n->store;
    int count = 0;
    int i;

    ck_assert_int_eq(max, WOLFTICKET_SOURCE_MAX_KEYS);
    n->fetches++;
    if (n->fetchFails > 0) {
        n->fetchFails--;
        return -1;
    }
    n->before = NULL;
    if (!n->away)
        n->knew = *from;
    if (n->away || n->reserve)
        count = put_reserve(now, keys);
    n->newest = 0;
    for (i = 0; i < n->knew.count; i++) {
        if (n->knew.keys[i].active_from > n->newest)
            n->newest = n->knew.keys[i].active_from;
        keys[count++] = n->knew.keys[i];
    }
    return (n->answer != 0) ? n->answer : count;
}

static inline int node_propose(void* self, uint64_t now,
    const wolfTicket_SourceKey* key)
{
    node* n = (node*)self;
    int i;

    (void)now;
    n->proposals++;
    if (n->away || n->proposeFails > 0) {
        n->proposeFails -= n->proposeFails > 0;
        return -1;
    }
    for (i = 0; i < n->store->count; i++) {
        if (n->store->keys[i].active_from > n->newest)
            return 0;
    }
    ck_assert_int_lt(n->store->count, WOLFTICKET_SOURCE_MAX_KEYS);
    n->store->keys[n->store->count++] = *key;
    return 1;
}

static inline void node_report(void* self, uint64_t now,
    wolfTicket_SourceReport* report)
{
    node* n = (node*)self;

    (void)now;
    report->state = n->refused ? WOLFTICKET_SOURCE_REFUSED
        : n->away ? WOLFTICKET_SOURCE_AWAY : WOLFTICKET_SOURCE_OK;
    report->since = n->since;
    if (report->state != WOLFTICKET_SOURCE_OK)
        snprintf(report->text, sizeof(report->text), "pulled the plug");
}

static inline void node_destroy(void* self)
{
    ((node*)self)->destroyed++;
}

static const wolfTicket_Source plainSource = {
    "store", node_fetch, node_propose, NULL, node_report, node_destroy
};

static inline void node_init(node* n, key_store* store)
{
    memset(n, 0, sizeof(*n));
    n->store = store;
    n->since = START;
}

static inline wolfTicket_KeyRing* fed_ring_of(const wolfTicket_Source* source,
    void* self, unsigned int period, wolfTicket_TimeCb timeCb, void* timeArg)
{
    wolfTicket_SourceOptions options;
    wolfTicket_KeyRing* ring;

    memset(&options, 0, sizeof(options));
    options.refresh = REFRESH;
    options.period = period;
    options.time_cb = timeCb;
    options.time_arg = timeArg;
    options.rand_cb = draw_random;
    ring = wolfTicket_KeyRing_new_source(source, self, &options);
    ck_assert_ptr_nonnull(ring);
    ring_lifetime(ring, LIFE);
    return ring;
}

static inline wolfTicket_KeyRing* fed_ring(node* n)
{
    return fed_ring_of(&plainSource, n, 0, read_clock, NULL);
}

/* One round, that has to do well. */
static inline void refresh(wolfTicket_KeyRing* ring)
{
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(ring, NULL), 1);
}

static inline wolfTicket_SourceReport report_of(wolfTicket_KeyRing* ring)
{
    wolfTicket_SourceReport report;

    ck_assert_int_eq(wolfTicket_KeyRing_get_report(ring, &report), 1);
    return report;
}

/* The first byte of the name of the key that seals, as patterns have it; -1
 * when none does. */
static inline int seals_now(wolfTicket_KeyRing* ring)
{
    wt_key key;

    return wt_keyring_sealing(ring, &key) ? key.name[0] : -1;
}

/* Whether a key of that name is in the ring. */
static inline int has_name(wolfTicket_KeyRing* ring, const unsigned char* name)
{
    wolfTicket_KeyInfo infos[WOLFTICKET_MAX_KEYS];
    int count = wolfTicket_KeyRing_list(ring, infos, WOLFTICKET_MAX_KEYS);
    int i = 0;

    while (i < count && memcmp(infos[i].name, name, 16) != 0)
        i++;
    return i < count;
}

static inline int has_key(wolfTicket_KeyRing* ring, int n)
{
    unsigned char name[16];

    memset(name, n, sizeof(name));
    return has_name(ring, name);
}

#endif /* WOLFTICKET_TEST_SOURCE_FIXTURE_H */
