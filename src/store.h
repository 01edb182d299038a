/* store.h
 *
 * The sessions of a client, by peer.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_SRC_STORE_H
#define WOLFTICKET_SRC_STORE_H

#include "port.h"
#include "session.h"
#include "trust.h"

#include <wolfticket/store.h>

/* A peer and what its verification depends on, in short.  Of the peer alone
 * (wt_store_whom()) and of the settings for verification comes what sessions
 * are found by.  1, or 0 with wt_fail() told. */
#define WT_PEER_SZ 32
int wt_store_peer(WOLFSSL* ssl, const wolfTicket_Peer* peer,
    byte key[WT_PEER_SZ]);
int wt_store_whom(const wolfTicket_Peer* peer, byte whom[WT_PEER_SZ]);
int wt_store_key(const byte whom[WT_PEER_SZ], const byte trust[WT_TRUST_SZ],
    byte key[WT_PEER_SZ]);

/* References. */
void wt_store_hold(wolfTicket_Store* store);
void wt_store_drop(wolfTicket_Store* store);

/* The newest session, for the caller to free, and what it is; a TLS 1.3 one
 * is then no longer in the store.  NULL when there is none. */
WOLFSSL_SESSION* wt_store_take(wolfTicket_Store* store,
    const byte key[WT_PEER_SZ], wt_session_facts* facts);

/* Puts a copy in, at its place by the time that its ticket arrived.  1, or 0
 * with wt_fail() told. */
int wt_store_put(wolfTicket_Store* store, const byte key[WT_PEER_SZ],
    WOLFSSL_SESSION* session);

/* The server has refused this TLS 1.2 session: out of the store with it. */
void wt_store_refused(wolfTicket_Store* store, const byte key[WT_PEER_SZ],
    WOLFSSL_SESSION* session);

/* How many could be taken. */
int wt_store_left(wolfTicket_Store* store, const byte key[WT_PEER_SZ]);

/* All sessions that live as bytes, the newest of the peer used last first:
 * for each its peer's key, four bytes of size, and it.  1, or 0 with
 * wt_fail() told.  The caller wipes and frees the blob. */
#define WT_ENTRY_HEAD_SZ (WT_PEER_SZ + 4)
#define WT_EXPORT_MAX    (256u * 1024 * 1024)
int wt_store_export(wolfTicket_Store* store, wt_blob* out, word32* count);

/* Takes in what wt_store_export() has made, or anything else: all that lives,
 * as used before what is there; or nothing, unless every byte is right.  1,
 * or 0 with wt_fail() told. */
int wt_store_import(wolfTicket_Store* store, const byte* mem, word32 sz,
    word32 count);

#endif /* WOLFTICKET_SRC_STORE_H */
