/* keymanual.c
 *
 * Keys by hand: added, replaced, retired, revoked.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "ring.h"

#define PUBLIC_FLAGS (WOLFTICKET_KEY_OPENS_ONLY | WOLFTICKET_KEY_KEEP)

/* ---- checking ----------------------------------------------------------- */

/* A key of the same name or secrets, that lives. */
static int Repeated(const wolfTicket_KeyRing* ring, const wolfTicket_Key* key)
{
    int ret = 0;
    word32 i;

    for (i = 0; i < wt_keytable_count(&ring->table); i++) {
        const wolfTicket_Key* other = &ring->meta[i].material;

        if (XMEMCMP(other->name, key->name, WOLFTICKET_NAME_SZ) == 0 ||
                wt_key_same(other, key))
            ret = 1;
    }
    return ret;
}

static void Describe(wt_key_meta* meta, const wolfTicket_Key* key, int flags)
{
    XMEMSET(meta, 0, sizeof(*meta));
    meta->material = *key;
    meta->flags = (byte)(flags | WT_KEY_MANUAL);
}

/* ---- one key ------------------------------------------------------------ */

/* From now on, which is after all that was before, also when the clock has
 * gone back. */
static void ActivateNow(const wolfTicket_KeyRing* ring, wt_key_meta* meta)
{
    word32 i;

    meta->from = ring->clock;
    for (i = 0; i < wt_keytable_count(&ring->table); i++) {
        if ((ring->meta[i].flags & WT_KEY_ACTIVE) != 0 &&
                ring->meta[i].from > meta->from)
            meta->from = ring->meta[i].from;
    }
    meta->began = ring->now;
    meta->flags |= WT_KEY_ACTIVE;
}

/* In front of those that are not to seal after it; behind all if it never
 * seals. */
static word32 PlaceFor(const wolfTicket_KeyRing* ring, const wt_key_meta* meta)
{
    word32 count = wt_keytable_count(&ring->table);
    word32 i = 0;

    if ((meta->flags & WOLFTICKET_KEY_OPENS_ONLY) != 0)
        i = count;
    while (i < count && ring->meta[i].from > meta->from &&
            (ring->meta[i].flags & WOLFTICKET_KEY_OPENS_ONLY) == 0)
        i++;
    return i;
}

/* The key that seals has maybe done so in this very second. */
static void EndSealing(wolfTicket_KeyRing* ring)
{
    word32 at = wt_keytable_sealing_place(&ring->table);

    if (at != WT_NO_KEY)
        ring->meta[at].ended = ring->now + 1;
}

static wt_error Add(wolfTicket_KeyRing* ring, const wolfTicket_Key* key,
    wt_key_meta* meta)
{
    wt_key derived;
    wt_error ret = wt_key_check(key);

    wt_ring_maintain(ring);
    if (ret == WT_OK && Repeated(ring, key))
        ret = WT_E_KEY_REPEATED;
    if (ret == WT_OK && wt_keytable_count(&ring->table) == WOLFTICKET_MAX_KEYS)
        ret = WT_E_KEY_FULL;
    if (ret == WT_OK && !wt_derive_key(key, &derived))
        ret = WT_E_KEY_FAILED;
    if (ret == WT_OK) {
        if (meta->from == 0)
            ActivateNow(ring, meta);
        if ((meta->flags & WOLFTICKET_KEY_OPENS_ONLY) == 0) {
            ring->kind = WT_RING_MANUAL;
            if ((meta->flags & WT_KEY_ACTIVE) != 0 ||
                    meta->from <= ring->clock)
                EndSealing(ring);
        }
        wt_ring_insert(ring, PlaceFor(ring, meta), &derived, meta);
        wt_ring_publish(ring);
        wt_wipe(&derived, sizeof(derived));
    }
    return ret;
}

int wolfTicket_KeyRing_add_key(wolfTicket_KeyRing* ring,
    const wolfTicket_Key* key, word64 active_from, unsigned int seal_for,
    int flags)
{
    wt_key_meta meta;
    wt_error err = WT_E_NULL;

    if ((flags & ~PUBLIC_FLAGS) != 0) {
        err = WT_E_KEY_FLAGS;
    }
    else if (ring != NULL && key != NULL) {
        Describe(&meta, key, flags);
        meta.from = active_from;
        meta.sealFor = seal_for;
        do {
            wolfTicket_KeyRing* draft = wt_ring_enter(ring);
            wt_key_meta one = meta;

            err = wt_ring_source_of(draft)->byHand ? Add(draft, key, &one)
                                                   : WT_E_KEY_KIND;
            wt_wipe(&one, sizeof(one));
        } while (!wt_ring_leave(ring, &err));
        wt_wipe(&meta, sizeof(meta));
    }
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}

/* ---- all of them -------------------------------------------------------- */

static wt_error CheckAll(const wolfTicket_Key* keys, int count)
{
    wt_error ret = WT_OK;
    int i, j;

    for (i = 0; i < count && ret == WT_OK; i++) {
        ret = wt_key_check(&keys[i]);
        for (j = 0; j < i && ret == WT_OK; j++) {
            if (XMEMCMP(keys[i].name, keys[j].name, WOLFTICKET_NAME_SZ) == 0
                    || wt_key_same(&keys[i], &keys[j]))
                ret = WT_E_KEY_REPEATED;
        }
    }
    return ret;
}

static wt_error DeriveAll(const wolfTicket_Key* keys, int count,
    wt_key* derived)
{
    wt_error ret = WT_OK;
    int i;

    for (i = 0; i < count && ret == WT_OK; i++) {
        if (!wt_derive_key(&keys[i], &derived[i]))
            ret = WT_E_KEY_FAILED;
    }
    return ret;
}

/* Since when a key that stays may seal; for others it is now. */
static word64 SealsSince(const wolfTicket_KeyRing* ring,
    const wolfTicket_Key* key)
{
    word32 at = wt_ring_place_of(ring, key->name);

    return (at != WT_NO_KEY && (ring->meta[at].flags & WT_KEY_ACTIVE) != 0 &&
        wt_key_same(&ring->meta[at].material, key)) ? ring->meta[at].from
                                                     : ring->clock;
}

/* With the lock held; nothing here fails. */
static void ReplaceAll(wolfTicket_KeyRing* ring, const wolfTicket_Key* keys,
    const wt_key* derived, int count, int sealsFrom)
{
    word64 since[WOLFTICKET_MAX_KEYS];
    wt_key_meta meta;
    int i;

    for (i = 0; i < count; i++)
        since[i] = SealsSince(ring, &keys[i]);
    ring->kind = WT_RING_MANUAL;
    while (wt_ring_draft_count(ring) > 0)
        wt_ring_remove(ring, 0);
    for (i = 0; i < count; i++) {
        Describe(&meta, &keys[i], WOLFTICKET_KEY_KEEP |
            ((i < sealsFrom) ? WOLFTICKET_KEY_OPENS_ONLY : 0));
        meta.from = since[i];
        wt_ring_insert(ring, (word32)i, &derived[i], &meta);
    }
    wt_ring_publish(ring);
    wt_wipe(&meta, sizeof(meta));
}

int wolfTicket_KeyRing_set_keys(wolfTicket_KeyRing* ring,
    const wolfTicket_Key* keys, int count, int seals_from)
{
    wt_key derived[WOLFTICKET_MAX_KEYS];
    wt_error err = WT_OK;

    if (ring == NULL || keys == NULL || count < 1)
        err = WT_E_NULL;
    else if (count > WOLFTICKET_MAX_KEYS)
        err = WT_E_KEY_FULL;
    else if (seals_from < 0 || seals_from > count)
        err = WT_E_KEY_PLACE;
    if (err == WT_OK)
        err = CheckAll(keys, count);
    if (err == WT_OK)
        err = DeriveAll(keys, count, derived);
    if (err == WT_OK) {
        do {
            wolfTicket_KeyRing* draft = wt_ring_enter(ring);

            wt_ring_look(draft);
            if (wt_ring_source_of(draft)->byHand)
                ReplaceAll(draft, keys, derived, count, seals_from);
            else
                err = WT_E_KEY_KIND;
        } while (!wt_ring_leave(ring, &err));
    }
    wt_wipe(derived, sizeof(derived));
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}

static void MaintainManual(wolfTicket_KeyRing* ring)
{
    wt_ring_age(ring);
}

const wt_ring_source wt_ring_manual = {
    "by hand", MaintainManual, NULL, NULL, 1
};

/* ---- retire, revoke ----------------------------------------------------- */

static wt_error Retire(wolfTicket_KeyRing* ring, word32 at)
{
    wt_key_meta* meta = &ring->meta[at];
    wt_error ret = WT_OK;

    if ((meta->flags & WT_KEY_MANUAL) == 0 && ring->kind != WT_RING_MANUAL) {
        ret = WT_E_KEY_KIND;
    }
    else {
        /* One that never sealed has no tickets to wait for, but other
         * processes may have made some under it. */
        if (meta->ended == 0 || ((meta->flags & (WOLFTICKET_KEY_KEEP |
                WOLFTICKET_KEY_OPENS_ONLY)) != 0 &&
                (meta->flags & WT_KEY_RETIRED) == 0))
            meta->ended = ring->now + 1;
        meta->flags |= WT_KEY_RETIRED | WT_KEY_ACTIVE;
        wt_ring_publish(ring);
    }
    return ret;
}

static wt_error Revoke(wolfTicket_KeyRing* ring, word32 at)
{
    wt_error ret = WT_OK;

    if (!wt_ring_source_of(ring)->byHand) {
        ret = WT_E_KEY_KIND;
    }
    else {
        wt_ring_note(ring, WT_TOLD_REVOKED, ring->meta[at].material.name);
        wt_ring_remove(ring, at);
        wt_ring_publish(ring);
        /* If that fails now it is tried again with each look. */
        if (ring->kind == WT_RING_AUTOMATIC && at == 0) {
            ring->overdue = 1;
            (void)wt_ring_rotate(ring);
        }
    }
    return ret;
}

static int ByName(wolfTicket_KeyRing* ring,
    const byte name[WOLFTICKET_NAME_SZ],
    wt_error (*act)(wolfTicket_KeyRing* ring, word32 at))
{
    wt_error err = WT_E_NULL;
    word32 at;

    if (ring != NULL && name != NULL) {
        do {
            wolfTicket_KeyRing* draft = wt_ring_enter(ring);

            wt_ring_maintain(draft);
            at = wt_ring_place_of(draft, name);
            err = (at == WT_NO_KEY) ? WT_E_KEY_UNKNOWN : act(draft, at);
        } while (!wt_ring_leave(ring, &err));
    }
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}

int wolfTicket_KeyRing_retire_key(wolfTicket_KeyRing* ring,
    const unsigned char name[WOLFTICKET_NAME_SZ])
{
    return ByName(ring, name, Retire);
}

int wolfTicket_KeyRing_revoke_key(wolfTicket_KeyRing* ring,
    const unsigned char name[WOLFTICKET_NAME_SZ])
{
    return ByName(ring, name, Revoke);
}
