/* alert.h
 *
 * Ending a handshake with a fatal internal_error alert.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_ALERT_H
#define WOLFTICKET_ALERT_H

#include "connection.h"

/* The next thing the connection sends is the alert, and then nothing more:
 * the handshake fails with SOCKET_ERROR_E.  why is remembered.  Only while
 * the server sends in clear. */
void wt_alert_abort(wt_conn* conn, wt_error why);

/* The same, sending the alert right now: for the ticket callback of TLS 1.2,
 * whose failure makes wolfSSL give up without sending anything. */
void wt_alert_abort_now(wt_conn* conn, wt_error why);

#endif /* WOLFTICKET_ALERT_H */
