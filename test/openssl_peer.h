/* openssl_peer.h
 *
 * A client of OpenSSL's, of DTLS 1.2 or TLS, over whatever carries its bytes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_OPENSSL_PEER_H
#define WOLFTICKET_TEST_OPENSSL_PEER_H

/* Both say how many bytes; 0: there is nothing to read. */
typedef struct {
    int (*send)(void* arg, const char* buf, int sz);
    int (*recv)(void* arg, char* buf, int sz);
    void* arg;
} op_net;

typedef struct op_client op_client;

/* ca is the name of a file.  session is op_session()'s, or NULL.  NULL on
 * failure. */
op_client* op_new(const char* ca, const op_net* net, void* session);

/* What a client of TLS may want. */
typedef struct {
    int version;        /* 0x0303, 0x0304, or 0: both */
    const char* groups; /* key shares: the first one's is sent; or NULL */
    const char* name;   /* the server's, or NULL */
    int withoutTicket;  /* in TLS 1.2 no ticket extension: resumes by id */
    int pskAlone;       /* resumes without key exchange where that may be */
} op_wants;

/* The same over TLS. */
op_client* op_new_tls(const char* ca, const op_net* net, void* session,
    const op_wants* wants);
void op_free(op_client* client);

/* One step: 1 when done, 0 when it waits, -1 when it has failed. */
int op_connect(op_client* client);
/* Bytes read, 0 when there are none. */
int op_read(op_client* client, char* buf, int sz);
/* Bytes written, 0 when there is no room. */
int op_write(op_client* client, const char* buf, int sz);

int op_resumed(op_client* client);
/* The last fatal alert that came in, -1 without any. */
int op_alert(op_client* client);
/* Did the server send a ticket on this connection? */
int op_has_ticket(op_client* client);

void* op_session(op_client* client);
void op_session_free(void* session);

#endif /* WOLFTICKET_TEST_OPENSSL_PEER_H */
