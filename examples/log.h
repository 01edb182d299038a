/* log.h
 *
 * Shows what wolfTicket can tell of a connection and of a context.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef EXAMPLES_LOG_H
#define EXAMPLES_LOG_H

#include <wolfticket/ticket.h>

/* What was presented, what became of it, and what was sent; ok is what
 * wolfSSL_accept() said.  ssl may be NULL. */
void log_handshake(WOLFSSL* ssl, int ok);

/* What has been issued, resumed and refused so far. */
void log_stats(WOLFSSL_CTX* ctx);

#endif /* EXAMPLES_LOG_H */
