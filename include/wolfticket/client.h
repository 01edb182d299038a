/* client.h
 *
 * Resumption for clients: what is offered, what arrives, what came of it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * A client connection offers a session from the session file of its context's
 * config (wolfticket/config.h), from a store (wolfticket/store.h), or one
 * that the application sets itself.  Each ticket is kept at the moment it
 * arrives: in TLS 1.2 with the end of the handshake, in TLS 1.3 within any
 * later read.
 *
 * The session file holds one session, of the newest ticket; at every moment
 * the former or the new one, whenever the process is killed.  It is for one
 * server: another gets a file of its own.  It is checked before each use; a
 * damaged or foreign file, or a session that has run out or was made under
 * other settings for verification, means a full handshake and a text in
 * wolfTicket_error(), never a failed one.  Processes may share it: whoever
 * comes second while another writes leaves it alone.
 *
 * A session goes round the verification of the peer.  wolfTicket_new() offers
 * one only when the connection verifies its peer by then; settings may change
 * until wolfTicket_connect(), which takes back what no longer fits, and offers
 * the sessions of connections that do not verify.
 *
 * A session that a handshake has failed with, other than by waiting, is
 * dropped: it makes no second one fail.
 *
 * Needs a wolfSSL that serialises sessions (OPENSSL_EXTRA with
 * HAVE_EXT_CACHE, as Debian's).
 */

#ifndef WOLFTICKET_CLIENT_H
#define WOLFTICKET_CLIENT_H

#include <wolfticket/ticket.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wolfTicket_ClientInfo {
    int offered;             /* 1: a session was offered */
    int resumed;             /* 1: and the server took it */
    int again;               /* 1: the handshake failed only because the
                              * server refused the ticket: connect again */
    int received;            /* tickets that arrived for file or store */
    int kept;                /* of which it has taken so many */
    int left;                /* sessions for this peer still in the store, or
                              * in the file, that can be offered next */
    unsigned long age;       /* seconds from the arrival of the ticket offered
                              * to its offer */
    unsigned long lifetime;  /* seconds that its server said it would live */
    const char* report;      /* why a session was not offered, or a ticket
                              * not kept, and what to do; static.  NULL when
                              * there is nothing to report */
} wolfTicket_ClientInfo;

/* Tells what was offered and received on a client connection made with
 * wolfTicket_new(); at any time.  Of a session that the application has set
 * itself it knows only whether it was resumed.  1, or 0 with a text in
 * wolfTicket_error(). */
WOLFTICKET_API int wolfTicket_get_client_info(WOLFSSL* ssl,
    wolfTicket_ClientInfo* info);

/* wolfSSL_connect() for connections of wolfTicket_new(), which first looks at
 * the session file once more, and plain wolfSSL_connect() for others.  Older
 * wolfSSL clients end the handshake with OUT_OF_ORDER_E (-373) when the server
 * refuses a TLS 1.2 ticket: the ticket is then dropped from file or store,
 * wolfTicket_error() says so, and "again" is set in the info: a new connection
 * does without it.  Returns what wolfSSL_connect() returns. */
WOLFTICKET_API int wolfTicket_connect(WOLFSSL* ssl);

#ifdef HAVE_EXT_CACHE
/* wolfSSL_CTX_sess_set_new_cb(), whose callback wolfTicket needs as well; it
 * is called in its turn, and what it returns decides, as in wolfSSL, whether
 * it has kept the session. */
WOLFTICKET_API void wolfTicket_CTX_sess_set_new_cb(WOLFSSL_CTX* ctx,
    int (*cb)(WOLFSSL* ssl, WOLFSSL_SESSION* session));
#endif

#ifdef __cplusplus
}
#endif

#ifndef WOLFTICKET_NO_REDIRECT
    #define wolfSSL_connect              wolfTicket_connect
    #ifdef HAVE_EXT_CACHE
        #define wolfSSL_CTX_sess_set_new_cb wolfTicket_CTX_sess_set_new_cb
    #endif
#endif

#endif /* WOLFTICKET_CLIENT_H */
