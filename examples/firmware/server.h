/* server.h
 *
 * A server that knows its clients again by their tickets, without a heap and
 * without an operating system.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef FIRMWARE_SERVER_H
#define FIRMWARE_SERVER_H

#include "wire.h"

#include <wolfticket/embedded.h>

/* Names of clients, with the 0 at their end. */
#define SERVER_NAME_SZ 33

typedef struct {
    wire_end wire;
    WOLFSSL* ssl;
    char name[SERVER_NAME_SZ];  /* from the client's certificate */
    int certificates;           /* of clients that were looked at */
    wolfTicket_Info info;       /* how it went, once it is closed */
} server_conn;

/* The server's part of switching on, with the ticket keys that the flash
 * memory has, and of switching off, when its RAM is lost.  1 or 0. */
int server_start(void);
void server_stop(void);

/* Seals with a new key from now on; tickets under the former one still open.
 * 1, or 0 when it could not be saved. */
int server_new_key(void);

/* A connection over conn->wire.  1 or 0. */
int server_open(server_conn* conn);
/* 1 done, 0 not yet, -1 failed. */
int server_accept(server_conn* conn);
/* Says hello, or welcomes back whom it knows by the ticket.  1 or 0. */
int server_greet(server_conn* conn);
void server_close(server_conn* conn);

#endif /* FIRMWARE_SERVER_H */
