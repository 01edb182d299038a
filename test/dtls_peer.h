/* dtls_peer.h
 *
 * A DTLS 1.2 client of OpenSSL's, over whatever carries its datagrams.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_DTLS_PEER_H
#define WOLFTICKET_TEST_DTLS_PEER_H

/* Both say how many bytes; 0: there is nothing to read. */
typedef struct {
    int (*send)(void* arg, const char* buf, int sz);
    int (*recv)(void* arg, char* buf, int sz);
    void* arg;
} dp_net;

typedef struct dp_client dp_client;

/* ca is the name of a file.  session is dp_session()'s, or NULL.  NULL on
 * failure. */
dp_client* dp_new(const char* ca, const dp_net* net, void* session);
void dp_free(dp_client* client);

/* One step: 1 when done, 0 when it waits, -1 when it has failed. */
int dp_connect(dp_client* client);
/* Bytes read, 0 when there are none. */
int dp_read(dp_client* client, char* buf, int sz);

int dp_resumed(dp_client* client);
/* The last fatal alert that came in, -1 without any. */
int dp_alert(dp_client* client);
/* Did the server send a ticket on this connection? */
int dp_has_ticket(dp_client* client);

void* dp_session(dp_client* client);
void dp_session_free(void* session);

#endif /* WOLFTICKET_TEST_DTLS_PEER_H */
