/* wire.c
 *
 * What joins a server and a client in one image: two rings of bytes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "wire.h"

#include <string.h>

void wire_join(wire* both, wire_end* server, wire_end* client)
{
    memset(both, 0, sizeof(*both));
    server->in = client->out = &both->toServer;
    server->out = client->in = &both->toClient;
}

int wire_recv(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    wire_ring* ring = ((wire_end*)arg)->in;
    int n = 0;

    (void)ssl;
    while (n < sz && ring->count > 0) {
        buf[n++] = (char)ring->mem[ring->first];
        ring->first = (ring->first + 1) % WIRE_SZ;
        ring->count--;
    }
    return (n > 0) ? n : WOLFSSL_CBIO_ERR_WANT_READ;
}

int wire_send(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    wire_ring* ring = ((wire_end*)arg)->out;
    int n = 0;

    (void)ssl;
    while (n < sz && ring->count < WIRE_SZ) {
        ring->mem[(ring->first + ring->count) % WIRE_SZ] =
            (unsigned char)buf[n++];
        ring->count++;
    }
    return (n > 0) ? n : WOLFSSL_CBIO_ERR_WANT_WRITE;
}
