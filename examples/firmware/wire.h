/* wire.h
 *
 * What joins a server and a client in one image: two rings of bytes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef FIRMWARE_WIRE_H
#define FIRMWARE_WIRE_H

#include <wolfssl/wolfcrypt/settings.h>
#include <wolfssl/ssl.h>

#define WIRE_SZ 4096

typedef struct {
    unsigned char mem[WIRE_SZ];
    unsigned int first;
    unsigned int count;
} wire_ring;

typedef struct {
    wire_ring toServer;
    wire_ring toClient;
} wire;

/* One end, the argument of the callbacks. */
typedef struct {
    wire_ring* in;
    wire_ring* out;
} wire_end;

void wire_join(wire* both, wire_end* server, wire_end* client);

/* wolfSSL's transport; a ring that is empty, or full, is WANT_READ or
 * WANT_WRITE. */
int wire_recv(WOLFSSL* ssl, char* buf, int sz, void* arg);
int wire_send(WOLFSSL* ssl, char* buf, int sz, void* arg);

#endif /* FIRMWARE_WIRE_H */
