/* opened.h
 *
 * A presented ticket opened, the first time and again.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_OPENED_H
#define WOLFTICKET_OPENED_H

#include "connection.h"
#include "seal.h"

typedef struct {
    wt_key key;         /* under the application's: name and salt alone */
    wt_checks checks;   /* that the ticket carries */
    wt_ticket ticket;
    int renew;          /* its key wants it renewed */
    const byte* contents;
    word32 contentsSz;
    byte* work;
    byte* stack;
    word32 workSz;
} wt_opened;

/* Room to open a ticket of encSz bytes in, which may be stack, and its end.
 * 1, or 0 when out of memory; the end is then needed as well. */
int  wt_opened_begin(wt_opened* opened, byte stack[WT_STACK_WORK],
    word32 encSz);
void wt_opened_end(wt_opened* opened);

/* Opens the ticket of a new offer: _USED, or why not.  _ABORT: the
 * application's key callback failed. */
wolfTicket_CAUSE wt_opened_first(wt_conn* conn, wt_offer* offer,
    const wt_frame* frame, wt_opened* opened);

/* Opens one that nothing is to be known of afterwards.  The application is
 * not asked: with a key callback none opens. */
wolfTicket_CAUSE wt_opened_peek(wt_conn* conn, const wt_frame* frame,
    wt_opened* opened);

/* Opens it once more: from frame or, where there is none or wolfSSL has
 * overwritten it, from what was kept. */
wolfTicket_CAUSE wt_opened_again(wt_conn* conn, wt_offer* offer,
    const wt_frame* frame, wt_opened* opened);

/* Keeps what wt_opened_again() needs of the ticket accepted last.  1 or 0. */
int  wt_opened_keep(wt_conn* conn, const wt_offer* offer,
    const wt_frame* frame);

/* Wipes and frees what is kept of one offer under an application's key, and
 * of all of a connection. */
void wt_opened_drop(wt_offer* offer);
void wt_opened_forget(wt_conn* conn);

#endif /* WOLFTICKET_OPENED_H */
