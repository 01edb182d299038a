/* talk.h
 *
 * What the example client says to a server, and hears from it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef EXAMPLES_TALK_H
#define EXAMPLES_TALK_H

#include <stdio.h>
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

/* Both read until the server ends the connection, and with that take in the
 * tickets that TLS 1.3 brings after the handshake.  1 when it has ended it
 * properly, else 0. */

/* Shows what the server says, and answers with name when a line is a
 * question. */
int answer_questions(WOLFSSL* ssl, const char* name, FILE* out);

/* Asks a web server for its first page, and shows how large it is. */
int fetch_page(WOLFSSL* ssl, FILE* out);

#endif /* EXAMPLES_TALK_H */
