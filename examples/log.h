/* log.h
 *
 * Shows what wolfTicket can tell of a connection and of a context.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef EXAMPLES_LOG_H
#define EXAMPLES_LOG_H

#include <stdio.h>
#include <wolfticket/client.h>

/* Server: what was presented, what became of it, and what was sent; ok is what
 * wolfSSL_accept() said.  ssl may be NULL. */
void log_handshake(WOLFSSL* ssl, int ok);

/* Server: what has been issued, resumed and refused so far. */
void log_stats(WOLFSSL_CTX* ctx);

/* Client: what was offered and what the server made of it; ok is what
 * wolfTicket_connect() said. */
void log_offer(WOLFSSL* ssl, int ok, FILE* out);

/* Client: the tickets that have arrived, and how many there are now. */
void log_tickets(WOLFSSL* ssl, FILE* out);

#endif /* EXAMPLES_LOG_H */
