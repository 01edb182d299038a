/* client.h
 *
 * The other end of the wire: a client that keeps its session.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef FIRMWARE_CLIENT_H
#define FIRMWARE_CLIENT_H

#include "wire.h"

typedef struct {
    WOLFSSL_CTX* ctx;
    WOLFSSL* ssl;
    wire_end wire;
    WOLFSSL_SESSION* session;  /* offered next time, or NULL */
    const char* serverName;    /* asked for, or NULL */
    int tickets;               /* that this connection has received */
} client;

/* version: 13 or 12.  1, or 0 when wolfSSL fails. */
int client_init(client* c, int version);
void client_free(client* c);

/* A connection over c->wire that offers the session. */
int client_open(client* c);
/* 1 done, 0 not yet, -1 failed. */
int client_connect(client* c);
/* What the server says: bytes, 0 when there is nothing, -1 failed. */
int client_read(client* c, char* text, int sz);
/* Ends the connection and keeps its session in place of the former one. */
void client_close(client* c);

void client_forget(client* c);

#endif /* FIRMWARE_CLIENT_H */
