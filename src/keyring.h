/* keyring.h
 *
 * The keys that tickets are sealed and opened with, and their rotation.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_KEYRING_H
#define WOLFTICKET_KEYRING_H

#include "port.h"
#include "aead.h"

#include <wolfticket/keys.h>
#ifdef WOLFTICKET_EMBEDDED
    #include <wolfticket/embedded.h>
#endif

#define WT_KEY_ID_SZ    4   /* the part of the name that a ticket carries */
#define WT_KEY_SALT_SZ  16

#ifdef WOLFTICKET_EMBEDDED
/* One in the application's storage. */
typedef wolfTicket_EmbeddedKey wt_key;
#else
/* A copy of one key, for the stack; wipe it after use. */
typedef struct {
    byte name[WOLFTICKET_NAME_SZ];
    byte secret[WT_AEAD_KEY_SZ];
    byte salt[WT_KEY_SALT_SZ];  /* keys the binding checks */
    byte current;               /* 1: the one that seals */
} wt_key;
#endif

/* Copies the key that seals at this moment, after any rotation that is due.
 * Returns 1, or 0 when there is none. */
int wt_keyring_sealing(wolfTicket_KeyRing* ring, wt_key* key);
int wt_keyring_can_seal(wolfTicket_KeyRing* ring);

/* The part of a name that a ticket carries: its first bytes, or, as wolfSSL
 * takes no name of zeros, others in place of zeros. */
void wt_key_id(const byte name[WT_KEY_ID_SZ], byte id[WT_KEY_ID_SZ]);

/* Copies the n-th (from 0) live key that has this id.  Returns 1, or 0 when
 * there are no more.  Who counts up n and finds the generation changed at the
 * end may have missed one. */
int wt_keyring_opening(wolfTicket_KeyRing* ring, const byte id[WT_KEY_ID_SZ],
    int n, wt_key* key);

word32 wt_keyring_generation(wolfTicket_KeyRing* ring);

/* Does what is due; free when the clock shows what it showed last. */
void wt_keyring_tick(wolfTicket_KeyRing* ring);

/* The ring's clock: seconds since 1970.  1, or 0 when it cannot tell. */
int wt_keyring_time(wolfTicket_KeyRing* ring, word64* now);

/* By how many seconds the clocks of those that share the ring's keys may
 * differ. */
word32 wt_keyring_skew(const wolfTicket_KeyRing* ring);

/* The ring's generator, with the lock held.  1 or 0. */
int wt_keyring_random(wolfTicket_KeyRing* ring, byte* out, word32 sz);

/* wolfSSL's generator, seeded anew for the few bytes that are ever needed: no
 * state that a fork could double, and none to be found in memory.  1 or 0. */
int wt_fresh_random(byte* out, word32 sz);

/* Makes every key serve tickets that live for seconds; with the lock held.
 * 1, or 0 with wt_fail() told when this ring's keys cannot. */
int wt_keyring_lifetime(wolfTicket_KeyRing* ring, word32 seconds);

/* The key that seals, as it was added or drawn; the caller wipes it.  1, or 0
 * with wt_fail() told: none does, or it has no form with 32 bytes each. */
int wt_keyring_export(wolfTicket_KeyRing* ring, wolfTicket_Key* key);

/* References, with the lock held. */
void wt_keyring_hold(wolfTicket_KeyRing* ring);
void wt_keyring_drop(wolfTicket_KeyRing* ring);

/* Without it, some time after a drop: ends the sources of rings that are
 * gone, which have to be let go of. */
void wt_feed_bury(void);

/* Waits for the threads whose rings are gone; no lock. */
void wt_ringthread_cleanup(void);

void wt_keyring_counts(wolfTicket_KeyRing* ring, unsigned long* rotations,
    unsigned long* failures);

#endif /* WOLFTICKET_KEYRING_H */
