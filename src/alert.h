/* alert.h
 *
 * Ending a handshake with a fatal internal_error alert.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_ALERT_H
#define WOLFTICKET_ALERT_H

#include "connection.h"

/* While the server sends in clear: the next thing the connection sends is the
 * alert, and then nothing more; the handshake fails with SOCKET_ERROR_E.  why
 * is remembered. */
void wt_alert_abort(wt_conn* conn, wt_error why);

/* The same from the ticket callback, whose failure makes wolfSSL give up
 * without sending anything: the alert goes out right now, encrypted if the
 * connection is.  In DTLS 1.2 it needs the number of the record that wolfSSL
 * would send, and in DTLS 1.3 there is none.  1 when wolfSSL has to get a
 * ticket all the same, in whose place the alert goes out. */
int wt_alert_abort_now(wt_conn* conn, wt_error why);

/* Sends the alert of an aborted connection right now, for the same reason. */
void wt_alert_now(wt_conn* conn);

#endif /* WOLFTICKET_ALERT_H */
