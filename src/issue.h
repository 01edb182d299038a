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

/* For a connection without a record: a ticket that nobody can open. */
void wt_issue_dead(wt_context* context, wt_frame* frame);

#endif /* WOLFTICKET_ISSUE_H */
