/* issue.h
 *
 * Tickets that a server makes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_ISSUE_H
#define WOLFTICKET_ISSUE_H

#include "connection.h"
#include "seal.h"

/* Answers wolfSSL's encryption call: asks the application for its data and
 * seals the frame.  Returns 1, or 0 when the connection has to end. */
int wt_issue(wt_conn* conn, wt_frame* frame);

/* Before a ticket is promised: 1 when it can be made, or has to end the
 * connection; 0 when not, with the reason told.  Asks the application's key
 * callback, and no more than once for each ticket. */
int wt_issue_possible(wt_conn* conn);

/* Wipes what that one has set up for a ticket that was not made. */
void wt_issue_forget(wt_conn* conn);

/* For a connection without a record: a ticket that nobody can open. */
void wt_issue_dead(wt_context* context, wt_frame* frame);

#endif /* WOLFTICKET_ISSUE_H */
