/* usedmap.h
 *
 * Which tickets have been used: a bit for each of the last ones made.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_USEDMAP_H
#define WOLFTICKET_USEDMAP_H

#include "port.h"
#include "error.h"
#include "keyring.h"
#include "nonce.h"

typedef enum {
    WT_USED_FRESH,      /* not used yet; claimed: and used from now on */
    WT_USED_BEFORE,
    WT_USED_UNKNOWN     /* too old, or made by somebody else */
} wt_used;

/* Makes the process's map, for that many tickets; 0: for as many as the one
 * there is, or WOLFTICKET_SINGLE_USE_TICKETS.  ring is for its generator.
 * WT_OK, or why there is none of that size. */
wt_error wt_used_begin(wolfTicket_KeyRing* ring, word32 tickets);

/* Part of wolfTicket_cleanup(). */
void wt_used_cleanup(void);

/* The nonce of the next ticket that the map is to know.  Takes the lock once
 * per process.  1, or 0 when there is no map or the generator fails. */
int wt_used_nonce(wolfTicket_KeyRing* ring, byte nonce[WT_NONCE_SZ]);

/* What is known of the ticket with this nonce; claiming marks a fresh one as
 * used.  However many threads and processes claim one ticket at once, one of
 * them finds it fresh. */
wt_used wt_used_look(const byte nonce[WT_NONCE_SZ]);
wt_used wt_used_claim(const byte nonce[WT_NONCE_SZ]);

#endif /* WOLFTICKET_USEDMAP_H */
