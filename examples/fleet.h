/* fleet.h
 *
 * Ticket keys that the example server shares with others through Redis.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef EXAMPLES_FLEET_H
#define EXAMPLES_FLEET_H

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

/* Makes ctx seal and open with the keys of a fleet.  what says which, words
 * with commas between them:
 *  secret=FILE    the fleet secret: 32 random bytes or more, which nobody else
 *                 may read.  This one has to be there
 *  host=, port=   where Redis is; 127.0.0.1 and 6379
 *  path=          or its unix socket
 *  db=            the number of its database; 0
 *  user=          its user; with
 *  password=FILE  the first line of a file that nobody else may read
 *  prefix=        of the names in Redis; wolfticket:
 *  node=          what to call this server
 *  refresh=       seconds between two rounds; 10
 *  period=        seconds that a key seals; three quarters of a ticket's life
 *  clock=         seconds that this server's clock is ahead, or, below 0,
 *                 behind: for tests
 * A thread asks Redis from then on.  lifetime is that of the tickets.  0 after
 * having said what is wrong; that Redis does not answer is nothing wrong. */
int join_fleet(WOLFSSL_CTX* ctx, const char* what, unsigned int lifetime);

/* Asks Redis where this wolfSSL has no threads, and it is time. */
void ask_fleet(void);

/* When the context is gone. */
void leave_fleet(void);

#endif /* EXAMPLES_FLEET_H */
