/* who.h
 *
 * Who the client is, and how that gets into its tickets.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef EXAMPLES_WHO_H
#define EXAMPLES_WHO_H

#include <wolfticket/ticket.h>

/* Puts name into the session's application data.  1, or 0 with a word on
 * standard output. */
int keep_name(WOLFSSL* ssl, const char* name);

/* Asks the client for its name, and keeps it.  1 or 0. */
int ask_name(WOLFSSL* ssl);

#endif /* EXAMPLES_WHO_H */
