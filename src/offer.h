/* offer.h
 *
 * Tickets that a client presents: opened, judged, remembered.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_OFFER_H
#define WOLFTICKET_OFFER_H

#include "connection.h"
#include "seal.h"

/* Answers wolfSSL's decryption call: a WOLFSSL_TICKET_RET_ value; on OK and
 * CREATE frame->enc holds wolfSSL's contents and frame->encSz their size. */
int  wt_offer_open(wt_conn* conn, wt_frame* frame);

/* The same where wolfSSL will look again, and see whether the client is there
 * at all: by the ticket alone, and nothing of it stays. */
int  wt_offer_peek(wt_conn* conn, wt_frame* frame);

/* Was it by the ticket accepted last that the session was resumed?  wolfSSL
 * may drop a ticket after it was opened, and resume a session that it has in
 * its own cache. */
int  wt_offer_proven(wt_conn* conn);

/* An empty ticket extension (TLS 1.2).  *noTicket is set when the client
 * must not get a ticket. */
void wt_offer_empty(wt_conn* conn, int* noTicket);

/* A ClientHello of TLS 1.2 has a ticket in it; wolfSSL may show it yet ... */
void wt_offer_hello(wt_conn* conn, const wt_hello* hello);
/* ... but has refused it without, because of its length. */
void wt_offer_unseen(wt_conn* conn);

/* With the ClientHello read whole: ends the handshake if it resumes by a
 * ticket that is bound to something else. */
void wt_offer_check_binding(wt_conn* conn);

/* The binding, from wolfSSL, if the ClientHello has not given it. */
int  wt_offer_bind(wt_conn* conn);

#endif /* WOLFTICKET_OFFER_H */
