/* keysource.c
 *
 * Keys of a ring's own making: drawn at random, or derived for a period.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "ring.h"

#define KEY_DRAWS  4  /* tries to get a name that no other key has */
#define DRAWN_SZ   (WOLFTICKET_NAME_SZ + 2 * 32)

/* ---- automatic rotation ------------------------------------------------- */

/* A key that could be taken for another, or for none, is no key. */
static int Usable(const wolfTicket_KeyRing* ring, const wolfTicket_Key* key)
{
    static const byte noId[WT_KEY_ID_SZ] = { 0 };
    int ret = wt_key_check(key) == WT_OK &&
        XMEMCMP(key->name, noId, WT_KEY_ID_SZ) != 0;
    word32 i;

    for (i = 0; i < wt_keytable_count(&ring->table); i++) {
        const wolfTicket_Key* other = &ring->meta[i].material;

        if (XMEMCMP(other->name, key->name, WT_KEY_ID_SZ) == 0 ||
                wt_key_same(other, key))
            ret = 0;
    }
    return ret;
}

/* The generator of a ring that is shared was maybe forked with the process. */
static int DrawBytes(wolfTicket_KeyRing* ring, byte* mem, word32 sz)
{
    byte fresh[DRAWN_SZ];
    int ret = wt_keyring_random(ring, mem, sz);
    word32 i;

    if (ret && ring->shared != NULL) {
        ret = wt_fresh_random(fresh, sz);
        for (i = 0; ret && i < sz; i++)
            mem[i] ^= fresh[i];
        wt_wipe(fresh, sizeof(fresh));
    }
    return ret;
}

int wt_ring_draw(wolfTicket_KeyRing* ring, wolfTicket_Key* key)
{
    byte mem[DRAWN_SZ];
    int ret = 0;
    int tries;

    key->aes_sz = sizeof(key->aes);
    key->hmac_sz = sizeof(key->hmac);
    for (tries = 0; ret == 0 && tries < KEY_DRAWS; tries++) {
        if (!DrawBytes(ring, mem, sizeof(mem)))
            break;
        XMEMCPY(key->name, mem, sizeof(key->name));
        XMEMCPY(key->aes, mem + sizeof(key->name), sizeof(key->aes));
        XMEMCPY(key->hmac, mem + sizeof(key->name) + sizeof(key->aes),
            sizeof(key->hmac));
        ret = Usable(ring, key);
    }
    wt_wipe(mem, sizeof(mem));
    return ret;
}

static word64 SealingPeriod(const wolfTicket_KeyRing* ring)
{
    word64 period = (word64)ring->lifetime * 3 / 4;

    return (period == 0) ? 1 : period;
}

static int RotationDue(const wolfTicket_KeyRing* ring)
{
    return wt_keytable_count(&ring->table) == 0 ||
        ring->now - ring->meta[0].began >= SealingPeriod(ring);
}

/* The key that has sealed so far.  What it sealed beyond its time, because
 * nobody came to rotate, it did not. */
static void EndFormer(wolfTicket_KeyRing* ring, wt_key_meta* former)
{
    word64 due = former->began + SealingPeriod(ring);

    if (former->ended == 0)
        former->ended = (ring->overdue || due > ring->now) ? ring->now + 1
                                                           : due;
    former->flags |= WT_KEY_RETIRED;
}

wt_error wt_ring_rotate(wolfTicket_KeyRing* ring)
{
    wt_key_meta meta;
    wt_key key;
    wt_error ret = WT_OK;

    XMEMSET(&meta, 0, sizeof(meta));
    if (wt_keytable_count(&ring->table) == WOLFTICKET_MAX_KEYS)
        ret = WT_E_KEYS_FULL;
    else if (!wt_ring_draw(ring, &meta.material) ||
            !wt_derive_key(&meta.material, &key))
        ret = WT_E_KEY_FAILED;
    if (ret == WT_OK) {
        meta.from = ring->clock;
        meta.began = ring->now;
        meta.flags = WT_KEY_ACTIVE;
        if (wt_keytable_count(&ring->table) > 0)
            EndFormer(ring, &ring->meta[0]);
        wt_ring_insert(ring, 0, &key, &meta);
        ring->overdue = 0;
        ring->rotations++;
        wt_ring_publish(ring);
    }
    else {
        ring->failures++;
        if (!ring->overdue)
            wt_ring_note(ring, WT_TOLD_FAILED, NULL);
        if (RotationDue(ring))
            ring->overdue = 1;
    }
    wt_wipe(&key, sizeof(key));
    wt_wipe(&meta, sizeof(meta));
    return ret;
}

static void MaintainAutomatic(wolfTicket_KeyRing* ring)
{
    /* A first look drops what makes room, a second what the new key has pushed
     * over its end. */
    wt_ring_age(ring);
    if (RotationDue(ring) || wt_keytable_sealing_place(&ring->table) != 0) {
        if (wt_ring_rotate(ring) == WT_OK)
            wt_ring_age(ring);
    }
}

static wt_error RotateAutomatic(wolfTicket_KeyRing* ring)
{
    wt_ring_look(ring);
    wt_ring_age(ring);
    return wt_ring_rotate(ring);
}

const wt_ring_source wt_ring_automatic = {
    "automatic", MaintainAutomatic, RotateAutomatic, NULL, 1
};

/* ---- keys of periods ---------------------------------------------------- */

/* Periods in which a ticket may still come, after the one it was sealed in. */
static word32 OldPeriods(word32 lifetime, word32 period)
{
    word32 n = lifetime / period + ((lifetime % period != 0) ? 1 : 0);

    return (n == 0) ? 1 : n;
}

static int CanServe(const wolfTicket_KeyRing* ring, word32 lifetime)
{
    return OldPeriods(lifetime, ring->period) <= WOLFTICKET_MAX_KEYS - 2;
}

/* The next period, this one, and those before it. */
static word32 KeysOf(const wolfTicket_KeyRing* ring, word64 number)
{
    word32 old = OldPeriods(ring->lifetime, ring->period);

    return ((number < old) ? (word32)number : old) + 2;
}

/* The periods around number.  They are all derived anew: this is once in a
 * period.  1, or 0 when wolfSSL fails; the ring is then as it was. */
int wt_ring_fill_periods(wolfTicket_KeyRing* ring, word64 number)
{
    wt_key keys[WOLFTICKET_MAX_KEYS];
    wolfTicket_Key material;
    wt_key_meta meta;
    word32 count = KeysOf(ring, number);
    int ret = 1;
    word32 i;

    for (i = 0; ret && i < count; i++)
        ret = wt_derive_period(ring->prk, ring->period, number + 1 - i,
            &material) && wt_derive_key(&material, &keys[i]);
    if (ret) {
        while (wt_ring_draft_count(ring) > 0)
            wt_ring_remove(ring, 0);
        for (i = 0; i < count; i++) {
            XMEMSET(&meta, 0, sizeof(meta));
            XMEMCPY(meta.material.name, keys[i].name, WOLFTICKET_NAME_SZ);
            meta.from = (number + 1 - i) * ring->period;
            wt_ring_insert(ring, i, &keys[i], &meta);
        }
        wt_keytable_seal_with(&ring->table, 1);
        wt_keytable_publish(&ring->table);
        ring->number = number;
    }
    wt_wipe(keys, sizeof(keys));
    wt_wipe(&material, sizeof(material));
    return ret;
}

static void FollowPeriods(wolfTicket_KeyRing* ring)
{
    word64 number = ring->clock / ring->period;

    if (number != ring->number ||
            wt_keytable_count(&ring->table) < KeysOf(ring, number)) {
        if (wt_ring_fill_periods(ring, number)) {
            ring->rotations++;
            ring->overdue = 0;
            wt_ring_note(ring, WT_TOLD_SEALS, ring->meta[1].material.name);
        }
        else {
            ring->failures++;
            if (!ring->overdue)
                wt_ring_note(ring, WT_TOLD_FAILED, NULL);
            ring->overdue = 1;
        }
    }
}

const wt_ring_source wt_ring_derived = {
    "derived", FollowPeriods, NULL, CanServe, 0
};
