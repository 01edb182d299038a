/* session.h
 *
 * A client's session as bytes, checked before they are parsed.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_SESSION_H
#define WOLFTICKET_SESSION_H

#include "connection.h"

/* wolfSSL can turn a session into bytes and back. */
#if defined(OPENSSL_EXTRA) && defined(HAVE_EXT_CACHE) && \
        defined(WT_HAVE_EX_DATA) && defined(HAVE_SESSION_TICKET) && !defined(NO_SESSION_CACHE)
    #define WT_HAVE_SERIAL
#endif

/* A session that is larger than this is none. */
#define WT_SESSION_MAX  65535

/* What its bytes tell without wolfSSL. */
typedef struct {
    word32 received;    /* seconds since 1970: when the ticket arrived */
    word32 lifetime;    /* seconds that it lives from then on */
    word16 version;     /* of the protocol: 0x0303, 0x0304, ... */
    word16 suite;       /* 0: not told */
    byte verify;        /* the peer's verification, 0: it went well */
    word16 ticketSz;
    word32 ticketAt;    /* where in the bytes the ticket begins */
} wt_session_facts;

/* Serialises session into blob, which grows.  1, or 0 when wolfSSL or memory
 * fails, or the session has no ticket. */
int wt_session_pack(WOLFSSL_SESSION* session, wt_blob* blob);

/* Walks over bytes that may be anything, and makes sure that wolfSSL can
 * parse them.  1 and facts, or 0. */
int wt_session_read(const byte* mem, word32 sz, wt_session_facts* facts);

/* Is it of TLS 1.3 or DTLS 1.3? */
int wt_session_is_tls13(const wt_session_facts* facts);

/* Does it live at this moment?  0 also when it comes from the future. */
int wt_session_lives(const wt_session_facts* facts, word64 now);

/* The session of bytes that wt_session_read() has found good, for the caller
 * to free; NULL when they are not or memory fails. */
WOLFSSL_SESSION* wt_session_unpack(const byte* mem, word32 sz);

/* A session with a secret that nobody knows and without a ticket, to put in
 * place of one that must not be offered: wolfSSL cannot take one back.  NULL
 * when wolfSSL, memory or the random generator fails. */
WOLFSSL_SESSION* wt_session_blank(word16 version);

/* Wipes a blob and gives its memory back. */
void wt_session_discard(wt_blob* blob);

/* 16 bytes that tell this build's serialisation from others. */
#define WT_SESSION_BUILD_SZ 16
void wt_session_build(byte out[WT_SESSION_BUILD_SZ]);

#endif /* WOLFTICKET_SESSION_H */
