/* store.h
 *
 * The sessions of a client that talks to many servers.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * A store keeps several sessions for each peer, as many as its server sends
 * tickets.  A TLS 1.3 session is given out once, a TLS 1.2 one until it has
 * run out; the newest first.  Sessions belong to a peer, and to what their
 * verification depended on: they are never given to a connection that differs
 * in any of it.  Any thread may use a store at any time; after a fork only
 * one of the processes, since both would give the same sessions out.
 *
 * Functions return 1, or 0 with nothing changed and a text, that
 * wolfTicket_Store_error() gives in the same thread, unless they say
 * otherwise.
 */

#ifndef WOLFTICKET_STORE_H
#define WOLFTICKET_STORE_H

#include <wolfticket/client.h>
#include <wolfticket/keys.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wolfTicket_Store wolfTicket_Store;

/* Whom a connection is to.  Strings and bytes stay the caller's and are
 * needed during the call only.  Of the connection itself wolfTicket adds what
 * wolfSSL tells: verify mode and depth, certificate authorities, the client's
 * own certificate. */
typedef struct wolfTicket_Peer {
    const char* host;        /* name or address; letters' case is ignored */
    unsigned short port;
    const char* sni;         /* server name sent, NULL: none is */
    const unsigned char* alpn; /* protocols offered, in the form or the order
                              * the application likes, NULL: none are */
    size_t alpn_len;
    const unsigned char* trust; /* whatever else verification depends on that
                              * wolfSSL does not tell: the name given to
                              * wolfSSL_check_domain_name() if it is not
                              * always host, what a verify callback does, a
                              * connection's own certificate store, pinned
                              * keys, revocation lists; NULL: nothing */
    size_t trust_len;
} wolfTicket_Peer;

/* Limits: the oldest sessions of the peer that was used longest ago go first.
 * 0 stands for the default. */
#define WOLFTICKET_STORE_PEERS      256
#define WOLFTICKET_STORE_PER_PEER   8
#define WOLFTICKET_STORE_BYTES      (1024 * 1024)

/* A store of at most max_peers peers, per_peer sessions for each, and
 * max_bytes in all.  time_cb as for key rings, NULL: wolfSSL's clock.  NULL
 * when out of memory. */
WOLFTICKET_API wolfTicket_Store* wolfTicket_Store_new(size_t max_peers,
    size_t per_peer, size_t max_bytes, wolfTicket_TimeCb time_cb,
    void* time_arg);

/* Gives back the caller's reference; connections that use the store keep it.
 * The sessions are wiped with the last.  NULL is allowed. */
WOLFTICKET_API void wolfTicket_Store_free(wolfTicket_Store* store);

/* The text of the calling thread's last failure with a store. */
WOLFTICKET_API const char* wolfTicket_Store_error(void);

/* Ties a client connection, made with wolfTicket_new() and fully set up, to
 * the store: takes the newest session for peer and offers it, and puts every
 * ticket that arrives into the store.  Call it before the handshake.  1 also
 * when there is nothing to offer: wolfTicket_get_client_info() tells.  If the
 * connection is freed by wolfTicket_free() before it has sent anything, the
 * session is put back. */
WOLFTICKET_API int wolfTicket_set_store(WOLFSSL* ssl, wolfTicket_Store* store,
    const wolfTicket_Peer* peer);

/* The newest session for peer, that the caller owns and frees with
 * wolfSSL_SESSION_free(); NULL when there is none, which is "no error".  A TLS
 * 1.3 session is then no longer in the store. */
WOLFTICKET_API WOLFSSL_SESSION* wolfTicket_Store_take(wolfTicket_Store* store,
    WOLFSSL* ssl, const wolfTicket_Peer* peer);

/* Puts a copy of a session into the store, or one that was taken and not
 * used back.  Refused: a session without a ticket, one that has run out, one
 * whose connection ssl verified its peer with a result other than
 * X509_V_OK. */
WOLFTICKET_API int wolfTicket_Store_put(wolfTicket_Store* store, WOLFSSL* ssl,
    const wolfTicket_Peer* peer, WOLFSSL_SESSION* session);

/* Sessions that could be taken for peer now; for NULL as peer, in all. */
WOLFTICKET_API int wolfTicket_Store_count(wolfTicket_Store* store,
    WOLFSSL* ssl, const wolfTicket_Peer* peer);

/* Forgets every session for peer; for NULL as peer, all there are. */
WOLFTICKET_API int wolfTicket_Store_forget(wolfTicket_Store* store,
    WOLFSSL* ssl, const wolfTicket_Peer* peer);

/* Writes all sessions to a file, mode 0600, in place of what it was by an
 * atomic rename.  With a key, key_sz of at least WOLFTICKET_MIN_SECRET secret
 * bytes, the file is sealed; without one (NULL, 0) it is in clear, with a
 * checksum. */
WOLFTICKET_API int wolfTicket_Store_save(wolfTicket_Store* store,
    const char* path, const unsigned char* key, size_t key_sz);

/* Adds the sessions of a file, those that still live, to the store.  The file
 * has to be regular, of the effective user, mode 0600, and made with the same
 * key, or without one; it is checked in whole before anything is taken. */
WOLFTICKET_API int wolfTicket_Store_load(wolfTicket_Store* store,
    const char* path, const unsigned char* key, size_t key_sz);

#ifdef __cplusplus
}
#endif

#endif /* WOLFTICKET_STORE_H */
