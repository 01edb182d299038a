/* dtls.h
 *
 * What is different where a server speaks DTLS.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_DTLS_H
#define WOLFTICKET_DTLS_H

#include "connection.h"
#include "hello.h"

/* The longest ticket with application data that is made for a client over
 * DTLS, in bytes on the wire: a ClientHello has to bring it back in one
 * datagram, of 1400 bytes at most in wolfSSL unless told otherwise, and may
 * have 600 bytes of its own, a long server name and a list of protocols. */
#define WT_DTLS_TICKET_MAX 512

/* Bytes of an alert in clear. */
#define WT_DTLS_ALERT_SZ 15

/* Does the connection speak it? */
int  wt_dtls(WOLFSSL* ssl);

/* Called from the ticket callback: is wolfSSL looking at a ClientHello whose
 * sender it does not know yet, and of which it will keep nothing? */
int  wt_dtls_stateless(const wt_conn* conn);

/* Can that not be told?  Then there is no ticket: wolfSSL before 5.9 shows the
 * stage of DTLS 1.3 by the client's random alone, which lean builds hide. */
int  wt_dtls_blind(WOLFSSL* ssl);

/* A HelloVerifyRequest goes out: its cookie is remembered ... */
void wt_dtls_cookie_sent(wt_conn* conn, const wt_hello* hello);
/* ... and is it the one that a ClientHello brings?  Then the client gets
 * these messages.  One that we do not know may be good as well. */
int  wt_dtls_cookie_good(const wt_conn* conn, const wt_hello* hello);

/* The fatal internal_error alert that takes the place of a record in clear,
 * which wolfSSL was about to send and which is not sent.  The bytes of the
 * alert, or 0 when the record is none or not in clear. */
int  wt_dtls_alert(const byte* record, int sz, byte alert[WT_DTLS_ALERT_SZ]);

/* What may come out of wolfSSL's encMax bytes of room for its encSz. */
word32 wt_dtls_room(word32 encSz, word32 encMax);

#endif /* WOLFTICKET_DTLS_H */
