/* keys.h
 *
 * Ticket keys that the example server takes from a file.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef EXAMPLES_KEYS_H
#define EXAMPLES_KEYS_H

#include <wolfticket/keyfile.h>

/* Makes ctx seal and open tickets with the keys of a file of the format so
 * named ("any" will do): they outlive the server, and its fellows that have
 * the file open each other's tickets.  NULL after having said what is
 * wrong. */
wolfTicket_KeyFile* follow_keys(WOLFSSL_CTX* ctx, const char* path,
    const char* name);

/* Takes in what has changed: at once after SIGHUP, else when the file has
 * been at rest for a while.  NULL is allowed. */
void renew_keys(wolfTicket_KeyFile* keys);

#endif /* EXAMPLES_KEYS_H */
