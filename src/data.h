/* data.h
 *
 * Application data that does not fit a ticket: sealed, kept, fetched.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_DATA_H
#define WOLFTICKET_DATA_H

#include "connection.h"
#include "opened.h"
#include "seal.h"

/* A piece of data on its way into a ticket. */
typedef struct {
    byte handle[WT_HANDLE_SZ];
    byte id[WOLFTICKET_DATA_ID_SZ];
} wt_piece;

/* Keeps the data of a ticket that is about to be sealed in frame, under the
 * key with this salt, and leaves in ticket the handle, which is piece's.
 * WT_OK, or why not. */
wt_error wt_data_keep(wt_conn* conn, const byte salt[WT_KEY_SALT_SZ],
    const wt_frame* frame, wt_ticket* ticket, wt_piece* piece);

/* The ticket was not made. */
void wt_data_unkeep(wt_conn* conn, const wt_piece* piece);

/* Fetches the data that opened has a handle to, as what the connection was
 * offered.  _USED, or why not. */
wolfTicket_CAUSE wt_data_fetch(wt_conn* conn, const wt_opened* opened);

/* What was offered is the connection's, proven: deletes what the ticket
 * before kept. */
void wt_data_proven(wt_conn* conn);

/* What is known of data that is kept, forgotten. */
void wt_data_forget(wt_conn* conn);

/* Wipes what has run out in the memory of a context. */
void wt_data_sweep(const wt_context* context, word64 now);

#endif /* WOLFTICKET_DATA_H */
