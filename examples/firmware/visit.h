/* visit.h
 *
 * One connection of the client to the server, from open to close.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef FIRMWARE_VISIT_H
#define FIRMWARE_VISIT_H

#include "client.h"
#include "server.h"

/* The two that meet; the connection that was last. */
extern client visitor;
extern server_conn served;

/* Handshake and greeting: 1, or 0 when it failed. */
int visit(void);

/* The same, 1 when the server got to know the client by its certificate, in a
 * full handshake, or knew it by its ticket alone; otherwise says what was. */
int visit_new(void);
int visit_known(void);

/* Memory for wolfSSL, for both ends: 1 or 0. */
int visit_begin(void);
void visit_end(void);

#endif /* FIRMWARE_VISIT_H */
