/* keyderive.h
 *
 * Keys that follow from other keys, or from a secret and the time.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_KEYDERIVE_H
#define WOLFTICKET_KEYDERIVE_H

#include "kdf.h"
#include "keyring.h"

/* The sealing key of a key by hand.  1, or 0 when wolfSSL fails. */
int wt_derive_key(const wolfTicket_Key* from, wt_key* key);

/* What is kept of a shared secret.  1 or 0. */
int wt_derive_secret(const byte* secret, size_t sz, byte prk[WT_PRK_SZ]);

/* The key of a period, numbered from 1970 on.  1 or 0. */
int wt_derive_period(const byte prk[WT_PRK_SZ], word32 period, word64 number,
    wolfTicket_Key* key);

#endif /* WOLFTICKET_KEYDERIVE_H */
