/* keys_fixture.h
 *
 * What the suites of keys that are not the ring's own share: keys by number,
 * and short ways to ask what became of them.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_KEYS_FIXTURE_H
#define WOLFTICKET_TEST_KEYS_FIXTURE_H

#include "keyring_fixture.h"

#define LIFE    7200u
#define LISTED  (WOLFTICKET_MAX_KEYS + 2)

/* The key of number n: all of its parts follow from n, and no few bytes in a
 * row are anywhere else. */
static inline wolfTicket_Key key_no(int n)
{
    wolfTicket_Key key;
    int i;

    memset(&key, 0, sizeof(key));
    for (i = 0; i < (int)sizeof(key.name); i++)
        key.name[i] = (unsigned char)(0xA0 + n + i * 3);
    for (i = 0; i < (int)sizeof(key.aes); i++) {
        key.aes[i] = (unsigned char)(n * 37 + i * i * 7 + i * 11 + 1);
        key.hmac[i] = (unsigned char)(n * 53 + i * i * 9 + i * 13 + 2);
    }
    key.aes_sz = sizeof(key.aes);
    key.hmac_sz = sizeof(key.hmac);
    return key;
}

static inline wolfTicket_KeyRing* manual_new(word32 lifetime)
{
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new_manual(read_clock, NULL,
        draw_random, NULL);

    ck_assert_ptr_nonnull(ring);
    ring_lifetime(ring, lifetime);
    return ring;
}

/* Adds it for now, or for later. */
static inline void add(wolfTicket_KeyRing* ring, int n)
{
    wolfTicket_Key key = key_no(n);

    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0), 1);
}

static inline void add_at(wolfTicket_KeyRing* ring, int n, word64 from)
{
    wolfTicket_Key key = key_no(n);

    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, from, 0, 0), 1);
}

/* The number of keys the ring has. */
static inline int list(wolfTicket_KeyRing* ring,
    wolfTicket_KeyInfo infos[LISTED])
{
    int n;

    memset(infos, 0, LISTED * sizeof(*infos));
    n = wolfTicket_KeyRing_list(ring, infos, LISTED);
    ck_assert_int_ge(n, 0);
    ck_assert_int_le(n, WOLFTICKET_MAX_KEYS);
    return n;
}

/* What the list says of a name: 1 and info, or 0 when it is not there. */
static inline int listed(wolfTicket_KeyRing* ring, const unsigned char* name,
    wolfTicket_KeyInfo* info)
{
    wolfTicket_KeyInfo infos[LISTED];
    int count = list(ring, infos);
    int i, found = 0;

    memset(info, 0, sizeof(*info));
    for (i = 0; i < count; i++) {
        if (memcmp(infos[i].name, name, WOLFTICKET_NAME_SZ) == 0) {
            *info = infos[i];
            found++;
        }
    }
    ck_assert_int_le(found, 1);
    return found;
}

/* The key's state, -1 when it is not listed. */
static inline int state_of(wolfTicket_KeyRing* ring, int n)
{
    wolfTicket_Key key = key_no(n);
    wolfTicket_KeyInfo info;

    return listed(ring, key.name, &info) ? (int)info.state : -1;
}

/* 1 when the ring opens tickets under the key of this name. */
static inline int opens_name(wolfTicket_KeyRing* ring,
    const unsigned char* name)
{
    wt_key found;
    int ret = 0;
    int n;

    for (n = 0; !ret && wt_keyring_opening(ring, name, n, &found); n++)
        ret = memcmp(found.name, name, WOLFTICKET_NAME_SZ) == 0;
    return ret;
}

static inline int opens_no(wolfTicket_KeyRing* ring, int n)
{
    wolfTicket_Key key = key_no(n);

    return opens_name(ring, key.name);
}

/* 1 when a key seals at all, and then which name it has. */
static inline int seals_any(wolfTicket_KeyRing* ring)
{
    wt_key key;

    return wt_keyring_sealing(ring, &key);
}

static inline int seals_name(wolfTicket_KeyRing* ring,
    const unsigned char* name)
{
    wt_key key;

    return wt_keyring_sealing(ring, &key) &&
        memcmp(key.name, name, WOLFTICKET_NAME_SZ) == 0;
}

static inline int seals_no(wolfTicket_KeyRing* ring, int n)
{
    wolfTicket_Key key = key_no(n);

    return seals_name(ring, key.name);
}

static inline int retire_no(wolfTicket_KeyRing* ring, int n)
{
    wolfTicket_Key key = key_no(n);

    return wolfTicket_KeyRing_retire_key(ring, key.name);
}

static inline int revoke_no(wolfTicket_KeyRing* ring, int n)
{
    wolfTicket_Key key = key_no(n);

    return wolfTicket_KeyRing_revoke_key(ring, key.name);
}

/* All that a caller can see of a ring, to tell that a call has changed
 * nothing. */
typedef struct {
    int count;
    int listed;
    int sealed;
    wolfTicket_KeyInfo infos[LISTED];
    wt_key sealing;
    unsigned long rotations;
} ring_view;

static inline ring_view view(wolfTicket_KeyRing* ring)
{
    ring_view v;
    unsigned long failures;

    memset(&v, 0, sizeof(v));
    v.count = wolfTicket_KeyRing_count(ring);
    v.listed = list(ring, v.infos);
    v.sealed = wt_keyring_sealing(ring, &v.sealing);
    if (!v.sealed)
        memset(&v.sealing, 0, sizeof(v.sealing));
    wt_keyring_counts(ring, &v.rotations, &failures);
    return v;
}

static inline int same_view(const ring_view* a, const ring_view* b)
{
    int ret = a->count == b->count && a->listed == b->listed &&
        a->sealed == b->sealed && a->rotations == b->rotations &&
        same_key(&a->sealing, &b->sealing);
    int i;

    for (i = 0; ret && i < a->listed; i++) {
        const wolfTicket_KeyInfo* x = &a->infos[i];
        const wolfTicket_KeyInfo* y = &b->infos[i];

        ret = memcmp(x->name, y->name, sizeof(x->name)) == 0 &&
            x->state == y->state && x->active_from == y->active_from &&
            x->opens_until == y->opens_until;
    }
    return ret;
}

/* ---- from a shared secret ---------------------------------------------- */

#define SECRET_SZ  WOLFTICKET_MIN_SECRET
#define PERIOD     3600u

static byte shared[64];

static inline void derived_setup(void)
{
    size_t i;

    ring_setup();
    for (i = 0; i < sizeof(shared); i++)
        shared[i] = (byte)(i * 29 + 5);
}

/* Every ring has a clock of its own here. */
static inline int read_own_clock(word64* now, void* arg)
{
    *now = *(const word64*)arg;
    return !clockFails;
}

static inline wolfTicket_KeyRing* derived_new(word64* clock,
    unsigned int period, word32 lifetime)
{
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new_derived(shared,
        SECRET_SZ, period, read_own_clock, clock);

    ck_assert_ptr_nonnull(ring);
    ring_lifetime(ring, lifetime);
    return ring;
}

/* The key that a ring made at this moment would seal with. */
static inline wt_key key_at(word64 when, unsigned int period)
{
    word64 clock = when;
    wolfTicket_KeyRing* ring = derived_new(&clock, period, 1);
    wt_key key = sealing(ring);

    wolfTicket_KeyRing_free(ring);
    return key;
}

#endif /* WOLFTICKET_TEST_KEYS_FIXTURE_H */
