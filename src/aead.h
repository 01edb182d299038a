/* aead.h
 *
 * Authenticated encryption of a short message with one call.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_AEAD_H
#define WOLFTICKET_AEAD_H

#include "port.h"

#define WT_AEAD_KEY_SZ    32
#define WT_AEAD_NONCE_SZ  12
#define WT_AEAD_TAG_SZ    16

/* As they stand in the ticket. */
typedef enum {
    WT_AEAD_AES256_GCM        = 1,
    WT_AEAD_CHACHA20_POLY1305 = 2
} wt_aead;

/* The one that this build of wolfSSL does faster. */
wt_aead wt_aead_best(void);

/* Encrypts or decrypts msg in place.  Return 1, or 0: the algorithm is not in
 * this build, wolfSSL failed, or, opening, the tag does not fit; msg is then
 * wiped. */
int wt_aead_seal(wt_aead alg, const byte key[WT_AEAD_KEY_SZ],
    const byte nonce[WT_AEAD_NONCE_SZ], const byte* aad, word32 aadSz,
    byte* msg, word32 msgSz, byte tag[WT_AEAD_TAG_SZ]);
int wt_aead_open(wt_aead alg, const byte key[WT_AEAD_KEY_SZ],
    const byte nonce[WT_AEAD_NONCE_SZ], const byte* aad, word32 aadSz,
    byte* msg, word32 msgSz, const byte tag[WT_AEAD_TAG_SZ]);

#ifdef WOLFTICKET_EMBEDDED
/* Sets the one cipher up for the key at this place, unless it is; before it
 * seals or opens.  And wipes it, before keys are moved or changed. */
void wt_aead_prepare(const byte key[WT_AEAD_KEY_SZ]);
void wt_aead_forget(void);
#endif

#endif /* WOLFTICKET_AEAD_H */
