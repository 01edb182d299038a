/* nonce.h
 *
 * Nonces that never repeat: across threads, forks and restarts.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_NONCE_H
#define WOLFTICKET_NONCE_H

#include "port.h"
#include "keyring.h"

#define WT_NONCE_SZ         12
#define WT_NONCE_PREFIX_SZ  8

/* Part of wt_port_init(). */
void wt_nonce_init(void);

/* For the child of a fork. */
void wt_nonce_forked(void);

/* Draws the process's prefix now if it has none, from the ring's generator.
 * Returns 1, or 0 when the generator fails. */
int wt_nonce_warm(wolfTicket_KeyRing* ring);

#ifndef WOLFTICKET_EMBEDDED
/* A number that no other process has, no parent and no child either: the
 * prefix; 0 when one has to be drawn first. */
word64 wt_nonce_process(void);
#endif

/* Writes the next nonce.  Takes the lock and calls the ring's generator once
 * per process and 2^32 nonces.
 * Returns 1, or 0 when that generator fails. */
int wt_nonce_next(wolfTicket_KeyRing* ring, byte nonce[WT_NONCE_SZ]);

#endif /* WOLFTICKET_NONCE_H */
