/* hello.h
 *
 * Reads what we need to know of the ClientHello and the ServerHello.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_HELLO_H
#define WOLFTICKET_HELLO_H

#include "port.h"

enum {
    WT_HS_CLIENT_HELLO = 1,
    WT_HS_SERVER_HELLO = 2,
    WT_HS_VERIFY_REQUEST = 3  /* DTLS 1.2: try again, with this cookie */
};

typedef struct {
    int type;             /* of the handshake message */
    const byte* random;   /* 32 bytes */
    const byte* cookie;   /* DTLS 1.2: of a ClientHello or VerifyRequest */
    word32 cookieSz;
    int retry;            /* a HelloRetryRequest */
    int tls13;            /* offers, or has chosen, TLS 1.3 */
    int hasTicket;        /* the session ticket extension of TLS 1.2 is there */
    const byte* ticket;
    word32 ticketSz;
    const byte* name;     /* the server name, NULL without one */
    word32 nameSz;
    const byte* alpn;     /* protocol names, each behind its length */
    word32 alpnSz;
} wt_hello;

/* Reads a message as wolfSSL's message callback hands it over, with or
 * without its record header.  The pointers lie in msg.  Returns 1 for a whole
 * and well-formed hello, 0 for anything else. */
int wt_hello_read(const byte* msg, size_t msgSz, wt_hello* hello);

/* The same for DTLS, where wolfSSL hands over something else.  A message that
 * it sends stands behind room for the record header, which is filled in later
 * in DTLS 1.3: also a HelloVerifyRequest, which has a cookie only. */
int wt_hello_read_sent(const byte* msg, size_t msgSz, wt_hello* hello);

/* Of the header of a message that came in there are the last four bytes, the
 * type is not among them: what reads as a ClientHello to the last byte is
 * taken for one. */
int wt_hello_read_received(const byte* msg, size_t msgSz, wt_hello* hello);

#endif /* WOLFTICKET_HELLO_H */
