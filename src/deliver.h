/* deliver.h
 *
 * Tickets on their way out: how many, and when.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_DELIVER_H
#define WOLFTICKET_DELIVER_H

#include "connection.h"

/* wolfSSL's HandShakeDoneCb: sends what the handshake calls for, then what
 * was asked for, and passes on to the application's. */
int wt_deliver_done(WOLFSSL* ssl, void* arg);

#endif /* WOLFTICKET_DELIVER_H */
