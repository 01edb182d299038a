/* keyring_new.c
 *
 * Rings made and freed.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "ring.h"
#include "ringfeed.h"
#include "keyring_shared.h"

/* A ring without keys, in memory of its own or, partly, shared.  NULL with
 * *err set. */
static wolfTicket_KeyRing* NewRingIn(int shared, wt_ring_kind kind,
    wolfTicket_TimeCb timeCb, void* timeArg, wt_error* err)
{
    wolfTicket_KeyRing* ring = NULL;

    if (!wt_port_init())
        *err = WT_E_PLATFORM;
    if (*err == WT_OK) {
        ring = shared ? wt_shared_new() : (wolfTicket_KeyRing*)XMALLOC(
            sizeof(*ring), NULL, DYNAMIC_TYPE_TMP_BUFFER);
        if (ring == NULL)
            *err = WT_E_MEMORY;
    }
    if (*err == WT_OK) {
        XMEMSET(ring, 0, sizeof(*ring));
        if (shared)
            ring->shared = (wt_ring_shared*)ring;
        ring->table.copy[0].sealing = ring->table.copy[1].sealing = WT_NO_KEY;
        ring->kind = (byte)kind;
        ring->timeCb = timeCb;
        ring->timeArg = timeArg;
        ring->lifetime = 1;
        ring->now = WT_RING_START;
        ring->refs = 1;
        if (!wt_keyring_time(ring, &ring->clock))
            *err = WT_E_CLOCK;
    }
    return ring;
}

static wolfTicket_KeyRing* NewRing(wt_ring_kind kind,
    wolfTicket_TimeCb timeCb, void* timeArg, wt_error* err)
{
    return NewRingIn(0, kind, timeCb, timeArg, err);
}

/* What a maker of rings returns. */
static wolfTicket_KeyRing* Made(wolfTicket_KeyRing* ring, wt_error err)
{
    if (err != WT_OK) {
        (void)wt_fail(NULL, err);
        wolfTicket_KeyRing_free(ring);
        ring = NULL;
    }
    return ring;
}

wolfTicket_KeyRing* wolfTicket_KeyRing_new(void)
{
    return wolfTicket_KeyRing_new_ex(NULL, NULL, NULL, NULL);
}

static wolfTicket_KeyRing* NewAutomatic(int shared, wolfTicket_TimeCb timeCb,
    void* timeArg, wolfTicket_RandCb randCb, void* randArg)
{
    wt_error err = WT_OK;
    wolfTicket_KeyRing* ring = NewRingIn(shared, WT_RING_AUTOMATIC, timeCb,
        timeArg, &err);

    if (err == WT_OK) {
        ring->randCb = randCb;
        ring->randArg = randArg;
        wt_lock();
        if (wt_ring_rotate(ring) != WT_OK)
            err = WT_E_RANDOM;
        ring->rotations = 0;
        if (shared && err == WT_OK)
            wt_shared_begin(ring);
        wt_unlock();
    }
    return Made(ring, err);
}

wolfTicket_KeyRing* wolfTicket_KeyRing_new_ex(wolfTicket_TimeCb time_cb,
    void* time_arg, wolfTicket_RandCb rand_cb, void* rand_arg)
{
    return NewAutomatic(0, time_cb, time_arg, rand_cb, rand_arg);
}

wolfTicket_KeyRing* wolfTicket_KeyRing_new_shared(wolfTicket_TimeCb time_cb,
    void* time_arg, wolfTicket_RandCb rand_cb, void* rand_arg)
{
    wolfTicket_KeyRing* ring = NULL;

    if (!wt_shared_can())
        (void)wt_fail(NULL, WT_E_NO_SHARED);
    else
        ring = NewAutomatic(1, time_cb, time_arg, rand_cb, rand_arg);
    return ring;
}

wolfTicket_KeyRing* wolfTicket_KeyRing_new_manual(wolfTicket_TimeCb time_cb,
    void* time_arg, wolfTicket_RandCb rand_cb, void* rand_arg)
{
    wt_error err = WT_OK;
    wolfTicket_KeyRing* ring = NewRing(WT_RING_MANUAL, time_cb, time_arg,
        &err);

    if (err == WT_OK) {
        ring->randCb = rand_cb;
        ring->randArg = rand_arg;
    }
    return Made(ring, err);
}

wolfTicket_KeyRing* wolfTicket_KeyRing_new_derived(
    const unsigned char* secret, size_t secret_sz, unsigned int period,
    wolfTicket_TimeCb time_cb, void* time_arg)
{
    wt_error err = wt_secret_check(secret, secret_sz, period);
    wolfTicket_KeyRing* ring = NULL;

    if (err == WT_OK)
        ring = NewRing(WT_RING_DERIVED, time_cb, time_arg, &err);
    if (err == WT_OK) {
        ring->period = period;
        wt_lock();
        if (!wt_derive_secret(secret, secret_sz, ring->prk) ||
                !wt_ring_fill_periods(ring, ring->clock / period))
            err = WT_E_KEY_FAILED;
        wt_unlock();
    }
    return Made(ring, err);
}

/* Gives the ring its source; on failure without that it is the caller's. */
static wt_error Feed(wolfTicket_KeyRing* ring, const wolfTicket_Source* source,
    void* self, const wolfTicket_SourceOptions* options)
{
    wt_error ret = WT_OK;

    ring->feed = wt_feed_new(ring);
    if (ring->feed == NULL)
        ret = WT_E_MEMORY;
    if (ret == WT_OK)
        ret = wt_feed_set(ring->feed, source, options);
    if (ret == WT_OK)
        ring->feed->self = self;
    else if (ring->feed != NULL)
        ring->feed->source = NULL;
    return ret;
}

wolfTicket_KeyRing* wolfTicket_KeyRing_new_source(
    const wolfTicket_Source* source, void* self,
    const wolfTicket_SourceOptions* options)
{
    wolfTicket_SourceOptions chosen;
    wolfTicket_KeyRing* ring = NULL;
    wt_error err = WT_OK;

    XMEMSET(&chosen, 0, sizeof(chosen));
    if (options != NULL)
        chosen = *options;
    if (source == NULL || source->fetch == NULL)
        err = WT_E_NULL;
    if (err == WT_OK)
        ring = NewRing(WT_RING_FED, chosen.time_cb, chosen.time_arg, &err);
    if (err == WT_OK) {
        ring->randCb = chosen.rand_cb;
        ring->randArg = chosen.rand_arg;
        err = Feed(ring, source, self, &chosen);
    }
    return Made(ring, err);
}

void wolfTicket_KeyRing_free(wolfTicket_KeyRing* ring)
{
    if (ring != NULL) {
        wt_lock();
        wt_keyring_drop(ring);
        wt_unlock();
        wt_feed_bury();
    }
}

int wolfTicket_KeyRing_rotate(wolfTicket_KeyRing* ring)
{
    wt_error err = WT_E_NULL;
    word32 ms;

    if (ring != NULL && wt_ring_takes_proposals(ring)) {
        return wt_ring_round(ring, 1, &ms);
    }
    else if (ring != NULL) {
        do {
            wolfTicket_KeyRing* draft = wt_ring_enter(ring);
            const wt_ring_source* source = wt_ring_source_of(draft);

            err = (source->rotate != NULL) ? source->rotate(draft)
                                           : WT_E_KEY_KIND;
        } while (!wt_ring_leave(ring, &err));
    }
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}

int wolfTicket_KeyRing_count(wolfTicket_KeyRing* ring)
{
    int ret = 0;

    if (ring == NULL) {
        (void)wt_fail(NULL, WT_E_NULL);
    }
    else {
        wt_keyring_tick(ring);
        wt_lock();
        ret = (int)wt_keytable_count(&ring->table);
        wt_unlock();
    }
    return ret;
}
