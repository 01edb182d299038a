/* keyring_source.c
 *
 * Rings whose keys a source gives: what is taken in, and which key seals.
 *
 * The times of such keys are those of the clock, which all who share them go
 * by; a jump of it brings back none that was wiped unless the source gives it
 * again.  Clocks of a fleet differ all the same, and one that is late must not
 * be given a ticket that it cannot open yet: so a key that came while another
 * one seals waits for one refresh period of the ring's own time, and for what
 * a round takes, in which every other ring has asked the source, before it
 * seals.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "ring.h"
#include "ringfeed.h"

#define RESERVES  3  /* that there is room for: the next, this, the last */
#define GRACE     2  /* seconds that a round may take, and the clock's own */

/* ---- who seals, who dies ------------------------------------------------ */

static int MaySeal(word64 clock, unsigned int opensOnly, word64 from,
    word64 until)
{
    return opensOnly == 0 && from <= clock && (until == 0 || clock < until);
}

/* In the draft, newest first: the newest active key that all know; or else a
 * reserve key; or else one that is new, where there is no other. */
static word32 ChooseFed(const wolfTicket_KeyRing* ring)
{
    enum { KNOWN, RESERVE, ANY, PASSES } pass;
    word32 count = wt_ring_draft_count(ring);
    word32 chosen = WT_NO_KEY;
    word32 i;

    for (pass = KNOWN; chosen == WT_NO_KEY && pass < PASSES; pass++) {
        for (i = 0; chosen == WT_NO_KEY && i < count; i++) {
            const wt_key_meta* meta = &ring->meta[i];
            int reserve = (meta->flags & WT_KEY_RESERVE) != 0;

            if (reserve == (pass == RESERVE) && MaySeal(ring->clock,
                    meta->flags & WOLFTICKET_KEY_OPENS_ONLY, meta->from,
                    meta->sealsUntil) && (pass != KNOWN ||
                    ring->now - meta->began >= ring->feed->refresh + GRACE))
                chosen = i;
        }
    }
    return chosen;
}

static void PublishFed(wolfTicket_KeyRing* ring, word32 chosen)
{
    if (chosen != WT_NO_KEY && wt_ring_newly_seals(ring, chosen)) {
        if (wt_keytable_sealing_place(&ring->table) != WT_NO_KEY)
            ring->rotations++;
        wt_ring_note(ring, WT_TOLD_SEALS, ring->meta[chosen].material.name);
    }
    wt_keytable_seal_with(&ring->table, chosen);
    wt_keytable_publish(&ring->table);
}

static int Over(word64 clock, word64 until)
{
    return until != 0 && clock >= until;
}

static void MaintainFed(wolfTicket_KeyRing* ring)
{
    word32 sealing = wt_keytable_sealing_place(&ring->table);
    int changed = 0;
    word32 i = 0;

    while (i < wt_ring_draft_count(ring)) {
        if (Over(ring->clock, ring->meta[i].opensUntil)) {
            wt_ring_remove(ring, i);
            changed = 1;
        }
        else {
            i++;
        }
    }
    i = ChooseFed(ring);
    if (changed || i != sealing)
        PublishFed(ring, i);
}

const wt_ring_source wt_ring_fed = {
    "source", MaintainFed, NULL, NULL, 0
};

/* ---- which of the source's keys ----------------------------------------- */

static int SameSecrets(const wolfTicket_SourceKey* a,
    const wolfTicket_SourceKey* b)
{
    wolfTicket_Key one, other;
    int ret;

    wt_key_from_source(a, &one);
    wt_key_from_source(b, &other);
    ret = wt_key_same(&one, &other);
    wt_wipe(&one, sizeof(one));
    wt_wipe(&other, sizeof(other));
    return ret;
}

/* It is one, and not one of those before it. */
static int IsKey(const wolfTicket_SourceKey* keys, int at)
{
    wolfTicket_Key key;
    int ret;
    int i;

    wt_key_from_source(&keys[at], &key);
    ret = wt_key_check(&key) == WT_OK;
    wt_wipe(&key, sizeof(key));
    for (i = 0; ret && i < at; i++)
        ret = XMEMCMP(keys[i].name, keys[at].name, WOLFTICKET_NAME_SZ) != 0 &&
            !SameSecrets(&keys[i], &keys[at]);
    return ret;
}

static int IsReserve(const wolfTicket_SourceKey* key)
{
    return (key->flags & WOLFTICKET_SOURCE_RESERVE) != 0;
}

/* Newest first, the reserve behind. */
static int Before(const wolfTicket_SourceKey* a, const wolfTicket_SourceKey* b)
{
    return (IsReserve(a) != IsReserve(b)) ? IsReserve(b)
        : a->active_from > b->active_from;
}

static void Sort(wolfTicket_SourceKey* keys, int count)
{
    wolfTicket_SourceKey key;
    int i, j;

    for (i = 1; i < count; i++) {
        key = keys[i];
        for (j = i; j > 0 && Before(&key, &keys[j - 1]); j--)
            keys[j] = keys[j - 1];
        keys[j] = key;
    }
    wt_wipe(&key, sizeof(key));
}

/* Drops what is no key, and what is over.  The number that is left. */
static int Weed(wolfTicket_SourceKey* keys, int count, word64 clock,
    unsigned long* rejected)
{
    int left = 0;
    int i;

    for (i = 0; i < count; i++) {
        keys[left] = keys[i];
        if (!IsKey(keys, left))
            (*rejected)++;
        else if (!Over(clock, keys[left].opens_until))
            left++;
    }
    return left;
}

/* Drops keys that no clock near ours has made, the farthest first.  Returns
 * how many are left. */
static int DropFar(wolfTicket_SourceKey* keys, int count, int others, int room,
    word64 farthest)
{
    int n = 0;

    while (others - n > room && keys[n].active_from > farthest)
        n++;
    XMEMMOVE(keys, &keys[n], (size_t)(count - n) * sizeof(keys[0]));
    return count - n;
}

/* Drops what does not fit: what is far ahead, and then the oldest; but never
 * what is to seal. */
static int Fit(wolfTicket_SourceKey* keys, int count, word64 clock,
    word64 farthest, unsigned long* dropped)
{
    int reserves = 0;
    int all = count;
    int others, room, i;

    for (i = 0; i < count; i++)
        reserves += IsReserve(&keys[i]);
    room = WOLFTICKET_MAX_KEYS -
        ((reserves > RESERVES) ? RESERVES : reserves);
    count = DropFar(keys, count, count - reserves, room, farthest);
    others = count - reserves;
    if (reserves > RESERVES)
        reserves = RESERVES;
    if (others > room) {
        i = 0;
        while (i < others && !MaySeal(clock, keys[i].flags &
                WOLFTICKET_SOURCE_OPENS_ONLY, keys[i].active_from,
                keys[i].seals_until))
            i++;
        if (i >= room && i < others)
            keys[room - 1] = keys[i];
        XMEMMOVE(&keys[room], &keys[others],
            (size_t)reserves * sizeof(keys[0]));
        others = room;
    }
    *dropped += (unsigned long)(all - others - reserves);
    return others + reserves;
}

/* ---- taken in ----------------------------------------------------------- */

/* A ring's keys, before they are its. */
typedef struct {
    wt_key key[WOLFTICKET_MAX_KEYS];
    wt_key_meta meta[WOLFTICKET_MAX_KEYS];
    word32 count;
} wt_key_set;

/* A key that the ring has is as it was; another begins to be known now, or
 * always was, where there is none to seal until then.  1, or 0 when wolfSSL
 * fails. */
static int Meet(const wolfTicket_KeyRing* ring, const wt_key_meta* meta,
    wt_key* key, word64* began)
{
    word32 at = wt_ring_place_of(ring, meta->material.name);

    if (at != WT_NO_KEY && wt_key_same(&ring->meta[at].material,
            &meta->material)) {
        *began = ring->meta[at].began;
        return wt_keytable_get(&ring->table, at, key);
    }
    *began = (wt_keytable_sealing_place(&ring->table) == WT_NO_KEY) ? 0
        : ring->now;
    return wt_derive_key(&meta->material, key);
}

static void MakeSet(const wolfTicket_KeyRing* ring,
    const wolfTicket_SourceKey* keys, int count, wt_key_set* set,
    unsigned long* rejected)
{
    int i;

    set->count = 0;
    for (i = 0; i < count; i++) {
        wt_key_meta* meta = &set->meta[set->count];

        XMEMSET(meta, 0, sizeof(*meta));
        wt_key_from_source(&keys[i], &meta->material);
        meta->from = keys[i].active_from;
        meta->sealsUntil = keys[i].seals_until;
        meta->opensUntil = keys[i].opens_until;
        if ((keys[i].flags & WOLFTICKET_SOURCE_OPENS_ONLY) != 0)
            meta->flags |= WOLFTICKET_KEY_OPENS_ONLY;
        if (IsReserve(&keys[i]))
            meta->flags |= WT_KEY_RESERVE;
        if (Meet(ring, meta, &set->key[set->count], &meta->began))
            set->count++;
        else
            (*rejected)++;
    }
}

/* In the same places, so that no reader has to be disturbed. */
static int SameKeys(const wolfTicket_KeyRing* ring, const wt_key_set* set)
{
    int ret = wt_keytable_count(&ring->table) == set->count;
    word32 i;

    for (i = 0; ret && i < set->count; i++) {
        const wolfTicket_Key* key = &set->meta[i].material;

        ret = XMEMCMP(ring->meta[i].material.name, key->name,
            WOLFTICKET_NAME_SZ) == 0 && wt_key_same(&ring->meta[i].material,
            key);
    }
    return ret;
}

static void Replace(wolfTicket_KeyRing* ring, const wt_key_set* set)
{
    word32 i;

    while (wt_ring_draft_count(ring) > 0)
        wt_ring_remove(ring, 0);
    for (i = 0; i < set->count; i++)
        wt_ring_insert(ring, i, &set->key[i], &set->meta[i]);
    PublishFed(ring, ChooseFed(ring));
}

void wt_ring_take_in(wolfTicket_KeyRing* ring, wolfTicket_SourceKey* keys,
    int count, word32 ahead, unsigned long* rejected, unsigned long* dropped)
{
    wt_key_set set;

    Sort(keys, count);
    do {
        wolfTicket_KeyRing* draft = wt_ring_enter(ring);

        wt_ring_look(draft);
        count = Weed(keys, count, draft->clock, rejected);
        count = Fit(keys, count, draft->clock, draft->clock + ahead, dropped);
        MakeSet(draft, keys, count, &set, rejected);
        if (SameKeys(draft, &set)) {
            XMEMCPY(draft->meta, set.meta,
                set.count * sizeof(draft->meta[0]));
            MaintainFed(draft);
        }
        else {
            Replace(draft, &set);
        }
    } while (!wt_ring_leave(ring, NULL));
    wt_wipe(&set, sizeof(set));
}
