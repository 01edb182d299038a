/* metrics.h
 *
 * The example server's numbers, for Prometheus to fetch.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef EXAMPLES_METRICS_H
#define EXAMPLES_METRICS_H

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

/* Answers GET /metrics with the numbers of ctx from now on, whenever the
 * server waits for something (see await in common.h): a port of 127.0.0.1, 0
 * for any, or, with a slash in it, the path of a unix socket.  Prints which.
 * 0 after having said what is wrong. */
int metrics_open(WOLFSSL_CTX* ctx, const char* where);

/* Ends that. */
void metrics_close(void);

#endif /* EXAMPLES_METRICS_H */
