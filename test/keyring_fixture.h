/* keyring_fixture.h
 *
 * What the suites of the key ring share: a clock and a generator that do as
 * they are told, and short ways to ask a ring.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_KEYRING_FIXTURE_H
#define WOLFTICKET_TEST_KEYRING_FIXTURE_H

#include "keyring.h"
#include "error.h"

#include "harness.h"

#define START   1700000000u
#define DAY     86400u
/* What a ring draws for a key: name, and 32 bytes for each of two secrets. */
#define SECRETS_SZ  64
#define KEY_SZ  (WOLFTICKET_NAME_SZ + SECRETS_SZ)

/* The clock of all rings of a test, and whether it fails. */
static word64 ringNow;
static int clockFails;

typedef enum {
    RANDOM_GOOD,
    RANDOM_FAILS,
    RANDOM_ZERO,
    RANDOM_REPEATS,     /* the same bytes as the last time */
    RANDOM_SAME_ID,
    RANDOM_SAME_SECRET,
    RANDOM_ZERO_ID,
    RANDOM_ZERO_SECRET
} random_mode;

static random_mode randomMode;
static word64 randomState;
static long randomCalls;
static byte randomLast[KEY_SZ];

static inline int read_clock(word64* now, void* arg)
{
    (void)arg;
    *now = ringNow;
    return !clockFails;
}

/* xorshift64, the same in every run. */
static inline int draw_random(unsigned char* out, word32 sz, void* arg)
{
    word32 i;

    (void)arg;
    randomCalls++;
    if (randomMode == RANDOM_FAILS)
        return 0;
    for (i = 0; i < sz; i++) {
        randomState ^= randomState << 13;
        randomState ^= randomState >> 7;
        randomState ^= randomState << 17;
        out[i] = (byte)(randomState >> 24);
    }
    if (sz == KEY_SZ) {
        if (randomMode == RANDOM_SAME_ID)
            memcpy(out, randomLast, WT_KEY_ID_SZ);
        else if (randomMode == RANDOM_SAME_SECRET)
            memcpy(out + WOLFTICKET_NAME_SZ,
                randomLast + WOLFTICKET_NAME_SZ, SECRETS_SZ);
        else if (randomMode == RANDOM_REPEATS)
            memcpy(out, randomLast, sz);
        memcpy(randomLast, out, sz);
    }
    if (randomMode == RANDOM_ZERO)
        memset(out, 0, sz);
    else if (randomMode == RANDOM_ZERO_ID && sz == KEY_SZ)
        memset(out, 0, WT_KEY_ID_SZ);
    else if (randomMode == RANDOM_ZERO_SECRET && sz == KEY_SZ)
        memset(out + WOLFTICKET_NAME_SZ, 0, SECRETS_SZ);
    return 1;
}

static inline void ring_setup(void)
{
    th_setup();
    ringNow = START;
    clockFails = 0;
    randomMode = RANDOM_GOOD;
    randomState = 88172645463325252u;
    randomCalls = 0;
}

/* What a context does that is given a ring. */
static inline void ring_lifetime(wolfTicket_KeyRing* ring, word32 lifetime)
{
    wt_lock();
    wt_keyring_lifetime(ring, lifetime);
    wt_unlock();
}

static inline wolfTicket_KeyRing* ring_new(word32 lifetime)
{
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new_ex(read_clock, NULL,
        draw_random, NULL);

    ck_assert_ptr_nonnull(ring);
    ring_lifetime(ring, lifetime);
    return ring;
}

static inline wt_key sealing(wolfTicket_KeyRing* ring)
{
    wt_key key;

    ck_assert_int_eq(wt_keyring_sealing(ring, &key), 1);
    ck_assert_int_eq(key.current, 1);
    return key;
}

static inline int same_key(const wt_key* a, const wt_key* b)
{
    return memcmp(a->name, b->name, sizeof(a->name)) == 0 &&
        memcmp(a->secret, b->secret, sizeof(a->secret)) == 0 &&
        memcmp(a->salt, b->salt, sizeof(a->salt)) == 0;
}

/* 1 when the ring still opens what was sealed under key. */
static inline int opens(wolfTicket_KeyRing* ring, const wt_key* key)
{
    wt_key found;
    int ret = 0;
    int n;

    for (n = 0; !ret && wt_keyring_opening(ring, key->name, n, &found); n++)
        ret = same_key(&found, key);
    return ret;
}

static inline int seals(wolfTicket_KeyRing* ring, const wt_key* key)
{
    wt_key now = sealing(ring);

    return same_key(&now, key);
}

static inline void counts(wolfTicket_KeyRing* ring, unsigned long rotations,
    unsigned long failures)
{
    unsigned long r, f;

    wt_keyring_counts(ring, &r, &f);
    ck_assert_uint_eq(r, rotations);
    ck_assert_uint_eq(f, failures);
}

static inline int error_is(int err)
{
    return strcmp(wolfTicket_CTX_error(NULL), wt_error_text(err)) == 0;
}

#endif /* WOLFTICKET_TEST_KEYRING_FIXTURE_H */
