/* keyring.c
 *
 * Key rings: their clock, the life of their keys, automatic rotation.
 *
 * Keys age by the ring's own time, which follows the clock forwards and
 * stands still while the clock goes back.  So a jump ahead can only end keys
 * early, a jump back revives none, and rotation goes on after either.
 *
 * The key that seals is the newest that is active and meant to.  A key that no
 * longer does opens for one lifetime more.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "ring.h"
#include "ringfeed.h"

#include <wolfssl/wolfcrypt/random.h>

#define LATE_LOOK  5  /* seconds */
#define CLOCK_SKEW 60 /* seconds: what clocks of one fleet may differ by */
#define MAX_STEP   (((word64)1) << 32)  /* beyond every lifetime */

/* ---- clock and generator ------------------------------------------------ */

int wt_keyring_time(wolfTicket_KeyRing* ring, word64* now)
{
    int ret;

    if (ring->timeCb != NULL) {
        ret = ring->timeCb(now, ring->timeArg) == 1;
    }
    else {
        *now = wt_clock();
        ret = *now != 0;
    }
    return ret;
}

int wt_fresh_random(byte* out, word32 sz)
{
    WC_RNG rng;
    int ret = wc_InitRng(&rng);

    if (ret == 0) {
        ret = wc_RNG_GenerateBlock(&rng, out, sz);
        (void)wc_FreeRng(&rng);
    }
    return ret == 0;
}

word32 wt_keyring_skew(const wolfTicket_KeyRing* ring)
{
    return (ring->period != 0) ? ring->period : CLOCK_SKEW;
}

int wt_keyring_random(wolfTicket_KeyRing* ring, byte* out, word32 sz)
{
    return (ring->randCb != NULL) ? ring->randCb(out, sz, ring->randArg) == 1
                                  : wt_fresh_random(out, sz);
}

/* ---- the draft, all with the lock held ---------------------------------- */

word32 wt_ring_draft_count(const wolfTicket_KeyRing* ring)
{
    return ring->table.copy[(ring->table.generation + 1) & 1].count;
}

void wt_ring_insert(wolfTicket_KeyRing* ring, word32 at, const wt_key* key,
    const wt_key_meta* meta)
{
    word32 i;

    for (i = wt_ring_draft_count(ring); i > at; i--)
        ring->meta[i] = ring->meta[i - 1];
    ring->meta[at] = *meta;
    wt_keytable_insert(&ring->table, at, key);
}

word32 wt_ring_place_of(const wolfTicket_KeyRing* ring,
    const byte name[WOLFTICKET_NAME_SZ])
{
    word32 count = wt_keytable_count(&ring->table);
    word32 i = 0;

    while (i < count && XMEMCMP(ring->meta[i].material.name, name,
            WOLFTICKET_NAME_SZ) != 0)
        i++;
    return (i < count) ? i : WT_NO_KEY;
}

void wt_ring_remove(wolfTicket_KeyRing* ring, word32 at)
{
    word32 last = wt_ring_draft_count(ring) - 1;
    word32 i;

    for (i = at; i < last; i++)
        ring->meta[i] = ring->meta[i + 1];
    wt_wipe(&ring->meta[last], sizeof(ring->meta[last]));
    wt_keytable_remove(&ring->table, at);
}

/* ---- who seals ---------------------------------------------------------- */

static int SealTimeOver(const wolfTicket_KeyRing* ring, const wt_key_meta* meta)
{
    return meta->sealFor != 0 && ring->now >= meta->began + meta->sealFor;
}

static int ForSealing(const wt_key_meta* meta)
{
    return (meta->flags & WT_KEY_ACTIVE) != 0 &&
        (meta->flags & (WOLFTICKET_KEY_OPENS_ONLY | WT_KEY_RETIRED)) == 0;
}

/* A key's time has come; how long ago tells the clock, unless it was dead. */
static void Activate(wolfTicket_KeyRing* ring, wt_key_meta* meta)
{
    word64 late = 0;

    if (!WT_LOAD(&ring->blind) && ring->clock > meta->from)
        late = ring->clock - meta->from;
    if (late > ring->now)
        late = ring->now;
    meta->flags |= WT_KEY_ACTIVE;
    meta->began = ring->now - late;
}

/* Keys that wait and need wait no longer.  The first one by hand ends the
 * sealing of those that the ring had made. */
static void ActivateDue(wolfTicket_KeyRing* ring)
{
    word32 count = wt_ring_draft_count(ring);
    int byHand = 0;
    word32 i;

    for (i = 0; i < count; i++) {
        wt_key_meta* meta = &ring->meta[i];

        if ((meta->flags & WT_KEY_ACTIVE) == 0 && meta->from <= ring->clock)
            Activate(ring, meta);
        if ((meta->flags & WT_KEY_MANUAL) != 0 && ForSealing(meta))
            byHand = 1;
    }
    for (i = 0; byHand && i < count; i++) {
        if ((ring->meta[i].flags & WT_KEY_MANUAL) == 0)
            ring->meta[i].flags |= WT_KEY_RETIRED;
    }
}

/* When a key that was sealing did so last. */
static word64 EndOf(const wolfTicket_KeyRing* ring, const wt_key_meta* meta,
    word64 successorBegan)
{
    word64 end = ring->now + 1;

    if (SealTimeOver(ring, meta))
        end = meta->began + meta->sealFor;
    else if (!WT_LOAD(&ring->blind) && successorBegan > meta->began &&
            successorBegan < end)
        end = successorBegan;
    return end;
}

int wt_ring_newly_seals(const wolfTicket_KeyRing* ring, word32 at)
{
    wt_key former;
    int ret = !wt_keytable_sealing(&ring->table, &former) ||
        XMEMCMP(former.name, ring->meta[at].material.name,
            WOLFTICKET_NAME_SZ) != 0;

    wt_wipe(&former, sizeof(former));
    return ret;
}

static void ChooseSealing(wolfTicket_KeyRing* ring)
{
    word32 count = wt_ring_draft_count(ring);
    word32 chosen = WT_NO_KEY;
    word64 began = ring->now + 1;
    word32 i;

    ActivateDue(ring);
    for (i = 0; i < count && chosen == WT_NO_KEY; i++) {
        if (ForSealing(&ring->meta[i]))
            chosen = i;
    }
    /* When its time is over, an older one's is all the more. */
    if (chosen != WT_NO_KEY && SealTimeOver(ring, &ring->meta[chosen]))
        chosen = WT_NO_KEY;
    if (chosen != WT_NO_KEY) {
        ring->meta[chosen].ended = 0;
        began = ring->meta[chosen].began;
    }
    for (i = 0; i < count; i++) {
        wt_key_meta* meta = &ring->meta[i];

        if (i != chosen && meta->ended == 0 &&
                (meta->flags & WT_KEY_ACTIVE) != 0)
            meta->ended = EndOf(ring, meta, began);
    }
    if (chosen != WT_NO_KEY && wt_ring_newly_seals(ring, chosen))
        wt_ring_note(ring, WT_TOLD_SEALS, ring->meta[chosen].material.name);
    wt_keytable_seal_with(&ring->table, chosen);
}

void wt_ring_publish(wolfTicket_KeyRing* ring)
{
    ChooseSealing(ring);
    wt_keytable_publish(&ring->table);
}

/* ---- who dies ----------------------------------------------------------- */

static int Dead(const wolfTicket_KeyRing* ring, const wt_key_meta* meta)
{
    int kept = (meta->flags & (WOLFTICKET_KEY_KEEP |
        WOLFTICKET_KEY_OPENS_ONLY)) != 0 &&
        (meta->flags & WT_KEY_RETIRED) == 0;

    return !kept && meta->ended != 0 &&
        ring->now >= meta->ended + ring->lifetime;
}

/* Takes out the keys whose last ticket has run out.  1 when there were. */
static int DropDead(wolfTicket_KeyRing* ring)
{
    int ret = 0;
    word32 i = 0;

    while (i < wt_ring_draft_count(ring)) {
        if (Dead(ring, &ring->meta[i])) {
            wt_ring_remove(ring, i);
            ret = 1;
        }
        else {
            i++;
        }
    }
    return ret;
}

/* ---- what is due -------------------------------------------------------- */

static void AdvanceTo(wolfTicket_KeyRing* ring, word64 clock)
{
    /* A step back of a moment is another thread's look at the clock that got
     * here later; taken for a jump it would let time run twice. */
    if (clock < ring->clock && ring->clock - clock <= LATE_LOOK)
        return;
    if (clock > ring->clock) {
        word64 step = clock - ring->clock;

        ring->now += (step > MAX_STEP) ? MAX_STEP : step;
    }
    WT_STORE(&ring->clock, clock);
}

/* What changed since the last look, and who dies of it.  The draft is what is
 * valid, but for keys that are dropped here. */
void wt_ring_age(wolfTicket_KeyRing* ring)
{
    word32 sealing = wt_keytable_sealing_place(&ring->table);
    int changed;

    ChooseSealing(ring);
    changed = ring->table.copy[(ring->table.generation + 1) & 1].sealing !=
        sealing;
    if (DropDead(ring) || changed)
        wt_ring_publish(ring);
}

void wt_ring_look(wolfTicket_KeyRing* ring)
{
    word64 clock;

    if (wt_keyring_time(ring, &clock))
        AdvanceTo(ring, clock);
}

const wt_ring_source* wt_ring_source_of(const wolfTicket_KeyRing* ring)
{
    static const wt_ring_source* const sources[WT_RING_KINDS] = {
        &wt_ring_automatic, &wt_ring_manual, &wt_ring_derived, &wt_ring_fed
    };

    return sources[ring->kind];
}

void wt_ring_maintain(wolfTicket_KeyRing* ring)
{
    wt_ring_look(ring);
    wt_ring_source_of(ring)->maintain(ring);
    WT_STORE(&ring->blind, (byte)0);
}

wolfTicket_KeyRing* wt_ring_enter(wolfTicket_KeyRing* ring)
{
    wt_lock();
    return wt_shared_pull(ring);
}

int wt_ring_leave(wolfTicket_KeyRing* ring, wt_error* err)
{
    int ret = wt_shared_push(ring);

    wt_unlock();
    wt_ring_tell(ring);
    if (ret < 0 && err != NULL && *err == WT_OK)
        *err = WT_E_SHARED_FULL;
    return ret != 0;
}

static int LookChanges(wolfTicket_KeyRing* ring, word64 clock)
{
    word64 last = WT_LOAD(&ring->clock);

    return clock > last || last - clock > LATE_LOOK;
}

void wt_keyring_tick(wolfTicket_KeyRing* ring)
{
    word64 clock;
    int blind = !wt_keyring_time(ring, &clock);

    if (blind)
        WT_STORE(&ring->blind, (byte)1);
    if (wt_shared_news(ring) || (!blind && LookChanges(ring, clock))) {
        do {
            wolfTicket_KeyRing* draft = wt_ring_enter(ring);

            /* It looks once more, as other threads may have waited as well. */
            if (!blind)
                wt_ring_maintain(draft);
        } while (!wt_ring_leave(ring, NULL));
    }
}

/* ---- for the other modules ---------------------------------------------- */

int wt_keyring_sealing(wolfTicket_KeyRing* ring, wt_key* key)
{
    wt_keyring_tick(ring);
    return wt_keytable_sealing(&ring->table, key);
}

int wt_keyring_can_seal(wolfTicket_KeyRing* ring)
{
    wt_key key;
    int ret = wt_keyring_sealing(ring, &key);

    wt_wipe(&key, sizeof(key));
    return ret;
}

int wt_keyring_opening(wolfTicket_KeyRing* ring, const byte id[WT_KEY_ID_SZ],
    int n, wt_key* key)
{
    int ret;

    if (n == 0)
        wt_keyring_tick(ring);
    ret = wt_keytable_find(&ring->table, id, n, key);
    if (ret == 0)
        wt_wipe(key, sizeof(*key));
    return ret;
}

word32 wt_keyring_generation(wolfTicket_KeyRing* ring)
{
    return WT_LOAD(&ring->table.generation);
}

int wt_keyring_lifetime(wolfTicket_KeyRing* ring, word32 seconds)
{
    int ret = 1;

    do {
        wolfTicket_KeyRing* draft = wt_shared_pull(ring);
        const wt_ring_source* source = wt_ring_source_of(draft);

        if (seconds > draft->lifetime) {
            if (source->serves != NULL && !source->serves(draft, seconds)) {
                ret = wt_fail(NULL, WT_E_PERIOD_LIFE);
            }
            else {
                draft->lifetime = seconds;
                /* What is kept for longer now may have to be made anew. */
                if (source->serves != NULL)
                    source->maintain(draft);
            }
        }
    } while (wt_shared_push(ring) == 0);
    return ret;
}

void wt_keyring_hold(wolfTicket_KeyRing* ring)
{
    ring->refs++;
}

void wt_keyring_drop(wolfTicket_KeyRing* ring)
{
    if (ring != NULL && ring->feed != NULL)
        wt_ringthread_forget(ring->feed);
    if (ring != NULL && --ring->refs == 0) {
        if (ring->feed != NULL)
            wt_feed_orphan(ring->feed);
        if (ring->shared != NULL) {
            wt_shared_free(ring);
        }
        else {
            wt_wipe(ring, sizeof(*ring));
            XFREE(ring, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        }
    }
}

void wt_keyring_counts(wolfTicket_KeyRing* ring, unsigned long* rotations,
    unsigned long* failures)
{
    do {
        wolfTicket_KeyRing* draft = wt_ring_enter(ring);

        *rotations = draft->rotations;
        *failures = draft->failures;
    } while (!wt_ring_leave(ring, NULL));
}
