/* handshake_client.h
 *
 * Clients of many kinds at a server, and what becomes of their visits.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_HANDSHAKE_CLIENT_H
#define WOLFTICKET_TEST_HANDSHAKE_CLIENT_H

#define WOLFTICKET_NO_REDIRECT
#include "harness.h"
#include "openssl_peer.h"

enum {
    PLAIN,
    RETRIED,        /* its key share is not the server's: HelloRetryRequest */
    NAMED,          /* server name and ALPN */
    RENAMED,        /* another server name each time */
    WITHOUT_TICKETS,/* resumes by session id */
    CERTIFIED,      /* client authentication */
    PSK_ALONE,      /* resumes without key exchange */
    TRICKLING,      /* a byte at a time, in both directions */
    OPENSSL,
    OPENSSL_RETRIED,
    OPENSSL_RENAMED,
    OPENSSL_SESSION_ID,
    OPENSSL_PSK_ALONE,
    OPENSSL_TRICKLING,
    KINDS
};

extern const char* const hs_kind_names[KINDS];

/* Is it another one than the plain one, in this protocol? */
int hs_is_of_its_own(int kind, int mode);
int hs_is_renamed(int kind);

/* What they need of a server, and of themselves. */
WOLFSSL_CTX* hs_server_ctx(int mode, int kind, int ours);
WOLFSSL_CTX* hs_client_ctx(int mode, int kind);

/* ---- a visit ------------------------------------------------------------- */

#define HS_VISITS 5     /* of one client */

typedef struct {
    th_pair pair;
    op_client* peer;        /* OpenSSL's, or NULL */
    int trickles;
} hs_visit;

typedef struct {
    int done;           /* TH_..._DONE */
    int data;           /* it has flown, in both directions */
    int resumed;
    int serverError;
    int clientError;
    int clientAlert;    /* that it was sent last */
} hs_result;

/* The nth visit, with a session or NULL.  plain: see th_open_server(). */
void hs_open(hs_visit* v, WOLFSSL_CTX* sc, WOLFSSL_CTX* cc, int mode, int kind,
    void* session, int nth, int plain);
void hs_close(hs_visit* v);

/* What the server calls to accept. */
typedef enum {
    HS_USUAL,       /* th_accept() */
    HS_ACCEPT,      /* wolfTicket_accept() */
    HS_DO,          /* wolfTicket_do_handshake() */
    HS_WAYS,
    HS_PLAIN = HS_WAYS  /* wolfSSL_accept(): no wolfTicket at all */
} hs_way;
void hs_shake(hs_visit* v, hs_way way, hs_result* r);

/* The client sends a piece, the server gets it whole, and the other way round;
 * ours: by wolfTicket_read() and wolfTicket_write(). */
int hs_flows(hs_visit* v, int ours);

/* What the client would present next time. */
void* hs_session_of(hs_visit* v);
void hs_free_session(int kind, void* session);

#endif /* WOLFTICKET_TEST_HANDSHAKE_CLIENT_H */
