/* keylist.c
 *
 * What there is to know of a ring's keys; keys made, and given out.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "ring.h"

/* The name of a generated key: random[4] | "wT" | seconds since 1970[6] |
 * random[4].  Tickets show the first four bytes alone. */
#define MARK        "wT"
#define MARK_SZ     2
#define OFF_MARK    WT_KEY_ID_SZ
#define OFF_MADE    (OFF_MARK + MARK_SZ)
#define MADE_SZ     6
#define LATEST      (((word64)1) << 33)  /* the year 2242 */

static const char* const stateNames[] = { "waits", "seals", "opens" };

const char* wolfTicket_KEY_STATE_name(wolfTicket_KEY_STATE state)
{
    int i = (int)state;

    return (i >= 0 && i <= WOLFTICKET_KEY_OPENS) ? stateNames[i]
        : stateNames[WOLFTICKET_KEY_OPENS];
}

/* ---- listing ------------------------------------------------------------ */

static void DescribeKey(const wolfTicket_KeyRing* ring, word32 i,
    wolfTicket_KeyInfo* info)
{
    const wt_key_meta* meta = &ring->meta[i];
    word32 sealing = wt_keytable_sealing_place(&ring->table);
    int never = (meta->flags & (WT_KEY_RETIRED |
        WOLFTICKET_KEY_OPENS_ONLY)) != 0;
    int kept = (meta->flags & (WOLFTICKET_KEY_KEEP |
        WOLFTICKET_KEY_OPENS_ONLY)) != 0 &&
        (meta->flags & WT_KEY_RETIRED) == 0;
    int waits = (ring->kind == WT_RING_DERIVED) ? i < sealing
        : (ring->kind == WT_RING_FED) ? !never && ring->clock < meta->from
        : (meta->flags & WT_KEY_ACTIVE) == 0 && !never;

    XMEMSET(info, 0, sizeof(*info));
    XMEMCPY(info->name, meta->material.name, WOLFTICKET_NAME_SZ);
    info->state = WOLFTICKET_KEY_OPENS;
    if (i == sealing)
        info->state = WOLFTICKET_KEY_SEALS;
    else if (waits)
        info->state = WOLFTICKET_KEY_WAITS;
    info->active_from = meta->from;
    if (ring->kind == WT_RING_DERIVED)
        info->opens_until = meta->from + ring->period +
            (wt_keytable_count(&ring->table) - 2) * (word64)ring->period;
    else if (ring->kind == WT_RING_FED)
        info->opens_until = meta->opensUntil;
    else if (meta->ended != 0 && !kept)
        info->opens_until = ring->clock + meta->ended + ring->lifetime -
            ring->now;
}

int wolfTicket_KeyRing_list(wolfTicket_KeyRing* ring,
    wolfTicket_KeyInfo* infos, int max)
{
    int ret = -1;
    int i;

    if (ring == NULL || max < 0 || (infos == NULL && max > 0)) {
        (void)wt_fail(NULL, WT_E_NULL);
    }
    else {
        do {
            wolfTicket_KeyRing* draft = wt_ring_enter(ring);

            wt_ring_maintain(draft);
            ret = (int)wt_keytable_count(&draft->table);
            for (i = 0; i < ret && i < max; i++)
                DescribeKey(draft, (word32)i, &infos[i]);
        } while (!wt_ring_leave(ring, NULL));
    }
    return ret;
}

/* ---- keys made, and given out ------------------------------------------- */

static int Random(wolfTicket_KeyRing* ring, byte* out, word32 sz)
{
    int ret;

    if (ring == NULL) {
        ret = wt_fresh_random(out, sz);
    }
    else {
        wt_lock();
        ret = wt_keyring_random(ring, out, sz);
        wt_unlock();
    }
    return ret;
}

static word64 Now(wolfTicket_KeyRing* ring)
{
    word64 now = 0;

    if (ring == NULL)
        now = wt_clock();
    else if (!wt_keyring_time(ring, &now))
        now = 0;
    return now;
}

static void Sign(byte name[WOLFTICKET_NAME_SZ], word64 now)
{
    XMEMCPY(name + OFF_MARK, MARK, MARK_SZ);
    wt_put(name + OFF_MADE, (word32)(now >> 32), MADE_SZ - 4);
    wt_put(name + OFF_MADE + MADE_SZ - 4, (word32)now, 4);
}

int wolfTicket_Key_generate(wolfTicket_KeyRing* ring, wolfTicket_Key* key,
    size_t sz)
{
    wolfTicket_Key made;
    wt_error err = WT_OK;

    XMEMSET(&made, 0, sizeof(made));
    made.aes_sz = made.hmac_sz = sz;
    if (key == NULL)
        err = WT_E_NULL;
    else if (sz != 16 && sz != 32)
        err = WT_E_KEY_SIZE;
    else if (!wt_port_init())
        err = WT_E_PLATFORM;
    else if (!Random(ring, made.name, WOLFTICKET_NAME_SZ) ||
            !Random(ring, made.aes, (word32)sz) ||
            !Random(ring, made.hmac, (word32)sz) ||
            wt_key_check(&made) != WT_OK || wt_one_byte(made.name, 4))
        err = WT_E_RANDOM;
    if (err == WT_OK) {
        Sign(made.name, Now(ring));
        *key = made;
    }
    wt_wipe(&made, sizeof(made));
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}

word64 wolfTicket_Key_made(const unsigned char name[WOLFTICKET_NAME_SZ])
{
    word64 ret = 0;

    if (name != NULL && XMEMCMP(name + OFF_MARK, MARK, MARK_SZ) == 0)
        ret = ((word64)wt_get(name + OFF_MADE, MADE_SZ - 4) << 32) |
            wt_get(name + OFF_MADE + MADE_SZ - 4, 4);
    /* A name that has the mark by chance, mostly. */
    return (ret <= LATEST) ? ret : 0;
}

int wt_keyring_export(wolfTicket_KeyRing* ring, wolfTicket_Key* key)
{
    wt_error err;
    word32 at;

    do {
        wolfTicket_KeyRing* draft = wt_ring_enter(ring);

        err = WT_OK;
        wt_ring_maintain(draft);
        at = wt_keytable_sealing_place(&draft->table);
        if (at == WT_NO_KEY)
            err = WT_E_NO_KEY;
        else if (draft->meta[at].material.aes_sz != 32 ||
                draft->meta[at].material.hmac_sz != 32)
            err = WT_E_KEY_EXPORT;
        else
            *key = draft->meta[at].material;
    } while (!wt_ring_leave(ring, NULL));
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}
