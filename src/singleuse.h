/* singleuse.h
 *
 * Tickets that resume once: what becomes of one.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_WT_SINGLEUSE_H
#define WOLFTICKET_WT_SINGLEUSE_H

#include "connection.h"
#include "nonce.h"
#include "seal.h"

/* Who is to say that the ticket which is about to be made has been used?  And
 * its nonce: 1, or 0 when the generator fails. */
wt_single wt_single_kind(const wt_conn* conn);
int  wt_single_nonce(const wt_conn* conn, byte nonce[WT_NONCE_SZ]);

/* A ticket that may be used but for that: _USED, or why not.  It stays as it
 * is, however often it is looked at. */
wolfTicket_CAUSE wt_single_look(const wt_conn* conn, const wt_frame* frame,
    const wt_ticket* ticket);

/* One that nothing else keeps from being used, once on a connection: _USED,
 * and by nobody else from now on, or why not. */
wolfTicket_CAUSE wt_single_claim(wt_conn* conn, wt_offer* offer);

/* Around the making of tickets: those that resume more than once promise no
 * early data.  Returns what to put back. */
unsigned int wt_single_hold_early(wt_conn* conn);
void wt_single_leave_early(wt_conn* conn, unsigned int held);

/* May the application have the early data that wolfSSL has read?  Where not,
 * the failure is told. */
int  wt_single_early(wt_conn* conn);

#endif /* WOLFTICKET_WT_SINGLEUSE_H */
