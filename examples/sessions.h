/* sessions.h
 *
 * Where the example client keeps its sessions, from one run to the next.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef EXAMPLES_SESSIONS_H
#define EXAMPLES_SESSIONS_H

#include <wolfticket/store.h>

/* Makes the connections of ctx keep the newest session in a file.  Returns
 * its descriptor, to be closed when ctx is gone, or -1 after having said what
 * is wrong. */
int open_session_file(WOLFSSL_CTX* ctx, const char* path);

/* A store for all sessions, so many for each server, with those of a file in
 * it; path may be NULL, or of a file that is not there yet.  NULL after
 * having said what is wrong. */
wolfTicket_Store* open_store(const char* path, size_t per_peer);

/* Frees a store, written to a file before; either may be NULL.  Returns 0
 * after having said what is wrong. */
int close_store(wolfTicket_Store* store, const char* path);

#endif /* EXAMPLES_SESSIONS_H */
