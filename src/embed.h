/* embed.h
 *
 * The embedded core from within: what its sources share.
 *
 *   embed_context.c  storage, and what is set for a context
 *   embed_record.c   connections: their records, and application data
 *   embed_hook.c     what wolfSSL calls: the way of a ticket begins here
 *   embed_offer.c    tickets that a client presents
 *   embed_issue.c    tickets that the server makes
 *   embed_deliver.c  how many are sent, and when
 *   embed_keys.c     keys, nonces, their storage in flash
 *   embed_alert.c    the alert that ends a handshake
 *   embed_info.c     knowing what happened
 *   embed_port.c     lock, clock, generator
 *
 * and, shared with the whole library: seal.c and aead.c (the ticket),
 * binding.c, decide.c (the decision table), cause.c, error.c, basic.c, and
 * nonce.c where processes can fork.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_EMBED_H
#define WOLFTICKET_EMBED_H

#include "port.h"
#include "error.h"
#include "seal.h"
#include "binding.h"
#include "decide.h"

#include <wolfticket/embedded.h>

#ifdef WOLFTICKET_EMBEDDED /* else the sources are empty */

typedef wolfTicket_EmbeddedContext wt_econtext;
typedef wolfTicket_EmbeddedRecord  wt_erecord;
typedef wolfTicket_EmbeddedOffer   wt_eoffer;

/* Of a record. */
enum {
    WT_R_RUNNING  = 0x0001,  /* the client has been heard of */
    WT_R_DONE     = 0x0002,  /* the handshake is over, or all but */
    WT_R_RESUMED  = 0x0004,
    WT_R_RENEW    = 0x0008,  /* what was presented asks for new tickets */
    WT_R_ABORTED  = 0x0010,
    WT_R_AGREED   = 0x0020,  /* the application's done callback has */
    WT_R_ON_OFFER = 0x0040,  /* it sees the data of a ticket not yet proven */
    WT_R_ACCEPTED = 0x0080,  /* wolfSSL has got a ticket's contents */
    WT_R_SENDING  = 0x0100,  /* wolfSSL is in our hands */
    WT_R_SENT_DUE = 0x0200,  /* what the handshake calls for is out */
    WT_R_WRITING  = 0x0400,  /* a write is half done */
    WT_R_FLUSHING = 0x0800,  /* tickets are in wolfSSL's buffer */
    WT_R_WITHHOLD = 0x1000,  /* EMPTY was answered with IGNORE */
    WT_R_LATE     = 0x2000,  /* name or ALPN list may still differ */
    WT_R_OPENED   = 0x4000   /* the ticket shown did open */
};

/* A first ClientHello of DTLS may come from anybody: wolfSSL 5.9 tells it from
 * the second.  Before, there are no tickets in DTLS. */
#ifdef WOLFSSL_DTLS
    #if LIBWOLFSSL_VERSION_HEX >= 0x05009000
        #define WT_UNKNOWN_SENDER(ssl) \
            (wolfSSL_dtls(ssl) && !wolfSSL_is_stateful(ssl))
        #define WT_NO_TICKETS(ssl) 0
    #else
        #define WT_UNKNOWN_SENDER(ssl) wolfSSL_dtls(ssl)
        #define WT_NO_TICKETS(ssl)     wolfSSL_dtls(ssl)
    #endif
#else
    #define WT_UNKNOWN_SENDER(ssl) 0
    #define WT_NO_TICKETS(ssl)     0
#endif

/* The storage of a context, NULL when it has none; with the lock held. */
wolfTicket_Storage* wt_embed_find(const WOLFSSL_CTX* ctx);

/* The same without the lock, and with storage from the heap where that is
 * allowed.  NULL with wt_fail() told. */
wolfTicket_Storage* wt_embed_attach(WOLFSSL_CTX* ctx);

/* The record of a connection or of its session, NULL when there is none; and
 * the context it is of, unless context is NULL. */
wt_erecord* wt_embed_record(const WOLFSSL* ssl, wt_econtext** context);
wt_erecord* wt_embed_record_of(const WOLFSSL_SESSION* session,
    wt_econtext** context);

/* A ClientHello has come: what there is of another handshake is forgotten. */
void wt_embed_begin(wt_erecord* record);

/* Once the handshake is over: takes a ticket's data over if the session was
 * resumed by it, forgets them if not. */
void wt_embed_settle(wt_econtext* context, wt_erecord* record);

/* Wipes a record; it is free then. */
void wt_embed_release(wt_erecord* record);

/* wt_fail() for a record and its context. */
void wt_embed_fail(wt_econtext* context, wt_erecord* record, wt_error err);

/* 1 when err is none, else 0 and wt_fail() for a record that may be NULL. */
int wt_embed_told(wt_erecord* record, wt_error err);

/* SessionTicketEncCb. */
int wt_embed_ticket(WOLFSSL* ssl, unsigned char name[WOLFSSL_TICKET_NAME_SZ],
    unsigned char iv[WOLFSSL_TICKET_IV_SZ],
    unsigned char mac[WOLFSSL_TICKET_MAC_SZ], int enc, unsigned char* ticket,
    int inLen, int* outLen, void* arg);

/* Answers wolfSSL's two kinds of call. */
int wt_embed_open(wt_econtext* context, wt_erecord* record, wt_frame* frame);
int wt_embed_issue(wt_econtext* context, wt_erecord* record, wt_frame* frame);

/* With the ClientHello of TLS 1.2 read whole: ends the handshake if a ticket
 * was accepted that is bound to another name or list. */
void wt_embed_check_late(wt_econtext* context, wt_erecord* record);

/* dec_cb, or the default, for an offer with its status and cause; and what
 * follows. */
void wt_embed_ask(wt_econtext* context, wt_erecord* record, wt_eoffer* offer);

/* HandShakeDoneCb. */
int wt_embed_done(WOLFSSL* ssl, void* arg);

/* Ends the handshake, for this reason: the next thing that the connection
 * sends is the alert, and then nothing more. */
void wt_embed_abort(wt_erecord* record, wt_error why);

/* Sends it at once, where the server still sends in clear: wolfSSL gives up
 * without sending anything when its ticket callback fails. */
void wt_embed_alert_now(wt_erecord* record);

/* Bytes of application data that tickets have room for. */
size_t wt_embed_room(void);

/* A nonce that no other ticket under these keys has.  1 or 0. */
int wt_embed_nonce(WOLFSSL* ssl, byte nonce[WT_AEAD_NONCE_SZ]);

/* ---- keys, with the lock held ------------------------------------------- */

/* Does what is due.  WT_OK, or why there is no new key, or none in flash. */
wt_error wt_embed_keys(wt_econtext* context, WOLFSSL* ssl, int rotate);

/* The key that seals, NULL when there is none; the n-th that has this id. */
const wt_key* wt_embed_sealing(const wt_econtext* context);
const wt_key* wt_embed_opening(const wt_econtext* context,
    const byte id[WT_KEY_ID_SZ]);

/* ---- platform ----------------------------------------------------------- */

/* Makes the lock.  1 or 0. */
int wt_embed_port(void);

/* From the connection's generator, or one made for the purpose.  1 or 0. */
int wt_embed_random(WOLFSSL* ssl, byte* out, word32 sz);

#endif /* WOLFTICKET_EMBEDDED */

#endif /* WOLFTICKET_EMBED_H */
