/* exposition.h
 *
 * What wolfTicket counts, in Prometheus' text format.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef EXAMPLES_EXPOSITION_H
#define EXAMPLES_EXPOSITION_H

#include <stdio.h>
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

/* Writes every number there is for ctx: counters, which only grow until the
 * server ends, and gauges.  No key, no name of one, nothing of clients. */
void expose(WOLFSSL_CTX* ctx, FILE* out);

#endif /* EXAMPLES_EXPOSITION_H */
