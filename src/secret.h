/* secret.h
 *
 * What wolfSSL shows of a connection's secrets, and what we tell by them.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_SECRET_H
#define WOLFTICKET_SECRET_H

#include "port.h"

#define WT_SECRET_SZ 48

/* A short form that tells two sessions apart; 0: there is no secret yet, or
 * this build does not show it. */
word64 wt_session_print(const WOLFSSL_SESSION* session);

/* The random of the client's hello, which tells it from others: 32 bytes of
 * wolfSSL's, or NULL where they are not to be had. */
const byte* wt_client_random(WOLFSSL* ssl);

/* What tells the random of the server's hello from what was there before; 0
 * where wolfSSL does not show it. */
word64 wt_server_print(WOLFSSL* ssl);

/* The session's secret.  1, or 0 where it is not to be had.  Wipe it. */
int wt_session_secret(const WOLFSSL_SESSION* session,
    byte secret[WT_SECRET_SZ]);

/* 1 when a TLS 1.2 connection's master secret, or that of the session which
 * one of TLS 1.3 is resuming, stands in a ticket's contents: it is that
 * ticket, and not another memory of wolfSSL's, by which the session is
 * resumed.  Where a build cannot tell: 1 if its version keeps to a ticket that
 * it has opened. */
int wt_secret_from(WOLFSSL* ssl, const byte* contents, word32 sz);

/* The same in two steps, without the contents in the second: a print of the
 * secret in a ticket, 0 before wt_secret_from() has found out where it
 * stands, and whether it is the connection's. */
word64 wt_secret_print(const byte* contents, word32 sz);
int    wt_secret_is(WOLFSSL* ssl, word64 print);

/* Replaces secret in contents by another.  Does nothing if it is not there. */
void wt_secret_replace(byte* contents, word32 sz,
    const byte secret[WT_SECRET_SZ], const byte other[WT_SECRET_SZ]);

#endif /* WOLFTICKET_SECRET_H */
