/* connection.h
 *
 * What wolfTicket keeps for a server's WOLFSSL.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_CONNECTION_H
#define WOLFTICKET_CONNECTION_H

#include "port.h"
#include "blob.h"
#include "error.h"
#include "registry.h"
#include "context.h"
#include "binding.h"
#include "decide.h"

/* Tickets of one ClientHello that are looked at; more are refused unseen. */
#define WT_MAX_OFFERS 4

/* The client's random. */
#define WT_RANDOM_SZ 32

/* The cookie that a client of DTLS 1.2 has to bring. */
#define WT_COOKIE_SZ 32

/* The longest alert record: an encrypted one. */
#define WT_ALERT_MAX 24

/* The peer's Finished, by which an answered client authentication shows. */
#define WT_FINISHED_SZ 96

/* A presented ticket and what was decided about it. */
typedef struct {
    byte iv[WOLFSSL_TICKET_IV_SZ];  /* these tell it from the others */
    byte wireName[WOLFSSL_TICKET_NAME_SZ];
    word32 encSz;
    byte keyName[WOLFTICKET_NAME_SZ];
    wt_checks checks;
    byte salt[WT_KEY_SALT_SZ];      /* that they are keyed with */
    byte keyRenews;
    byte* plain;                    /* what was sealed, see opened.c */
    word32 plainSz;
    word32 plainCap;
    byte keyNameSz;
    byte status;
    byte answer;
    byte cause;
    byte use;
    byte kept;                      /* its data is outside of it */
    byte claimed;                   /* for this connection alone */
    byte nonce;
    word32 issued;
    word32 chainAge;
    word32 renewals;
} wt_offer;

/* Of a ticket's data that is kept outside of it: what it is kept under, and
 * the same of the ticket that this one renewed, or zeros. */
typedef struct {
    byte is;
    byte id[WOLFTICKET_DATA_ID_SZ];
    byte former[WOLFTICKET_DATA_ID_SZ];
} wt_kept;

typedef enum {
    WT_HS_NEW,      /* nothing heard of the client yet */
    WT_HS_RUNNING,
    WT_HS_DONE
} wt_hs_state;

typedef struct wt_conn {
    WOLFSSL* ssl;
    WOLFSSL_SESSION* session;
    wt_context* context;
    wt_place sslPlace;
    wt_place sessionPlace;
    struct wt_conn* nextFree;

    /* Settings; they outlive a handshake. */
    HandShakeDoneCb doneCb;          /* the application's */
    void* doneArg;
#ifdef WT_HAVE_MSG_CB
    SSL_Msg_Cb msgCb;
#endif
    CallbackIOSend ioSend;
    byte hasMsgCb;
    byte hasSidCtx;
    byte sidCtxSz;
    byte sidCtx[WOLFTICKET_SID_CTX_MAX];
    byte error;                      /* wt_error, the last failure */
    word16 numTickets;

    /* The handshake and what came of it. */
    byte state;                      /* wt_hs_state */
    byte hooked;                     /* the done callback is ours */
    byte agreed;                     /* the application's done callback has */
    byte isClient;                   /* it has turned out to be one */
    byte answered;                   /* the ServerHello has passed */
    byte sending;                    /* wolfSSL is in our hands */
    byte bypassed;                   /* it sends tickets without us */
    word64 secretPrint;              /* of the ticket accepted last, or 0 */
    byte helloKnown;
    byte helloRandom[WT_RANDOM_SZ];  /* tells the client's hello from others */
    byte cookieSz;                   /* DTLS: what was sent to the client */
    byte cookie[WT_COOKIE_SZ];
    byte resumed;
    byte adopted;                    /* data is the ticket's already */
    byte renew;                      /* what was presented asks for new ones */
    byte aborted;
    byte withhold;                   /* EMPTY was answered with IGNORE */
    byte bound;                      /* binding is complete */
    byte lateName;                   /* opened before the name was known */
    byte lateAlpn;
    word32 helloTicket;              /* size of the ticket in a ClientHello */
    byte countedDone;
    byte writePending;
    byte flushing;                   /* tickets are in wolfSSL's buffer */
    byte clientAuth;                 /* asked for after the handshake */
    byte nonces;                     /* tickets sent: each took a nonce */
    byte alertInPlace;               /* DTLS: of the next record */
    byte alertSent;
    byte alertSz;
    byte alert[WT_ALERT_MAX];        /* what ends the connection */
    word64 serverPrint;              /* of the server's random, when a ticket
                                      * was accepted last */
    word64 print;                    /* tells its session from a later one */
    byte nextNonce;                  /* wolfSSL's next ticket nonce */
    word16 presented;
    word16 sent;
    word16 skipped;                  /* due, and could not be made */
    word16 queued;
    byte canMake;                    /* the next ticket, and it may */
    struct wt_keycb* sealer;         /* the application's, for that one */
    word32 seenAt;                   /* when the ticket was presented */
    word32 fullAt;                   /* the chain's full handshake, or 0 */
    word32 renewals;
    wt_binding binding;
    wt_blob data;                    /* the session's application data */
    wt_blob offered;                 /* a ticket's, not yet proven */
    wt_kept kept;                    /* of the ticket that was resumed by */
    wt_kept offeredKept;             /* of the one that offered is from */
    byte fetches;                    /* of data, in this handshake */
    byte offerCount;
    byte current;                    /* offer + 1 that was accepted last */
    byte offeredBy;                  /* offer + 1 that offered belongs to */
    byte inOffer;                    /* the application sees offered */
    byte shown;                      /* offer + 1 that info speaks of */
    wt_offer offer[WT_MAX_OFFERS];
    wt_offer empty;                  /* EMPTY, or one we never got to see */
    wt_blob sealed;                  /* the ticket accepted last, in whole */
    byte peerFinished[WT_FINISHED_SZ];
    wt_blob resumption;              /* the secret before client auth */
} wt_conn;

/* The record of ssl, NULL when there is none yet.  No lock. */
wt_conn* wt_conn_of(const WOLFSSL* ssl);

/* The same; makes one for a server connection of an attached context.  NULL
 * with the failure remembered. */
wt_conn* wt_conn_get(WOLFSSL* ssl, wt_context* context);

/* The record whose connection owns session, or NULL. */
wt_conn* wt_conn_of_session(WOLFSSL_SESSION* session);

/* wolfSSL may have given it another session: 1 when it is a new one. */
int  wt_conn_follow_session(wt_conn* conn);
/* Has the session it has know the record, also when wolfSSL has copied another
 * one over it. */
void wt_conn_tag_session(wt_conn* conn);

/* ---- a handshake's course: course.c -------------------------------------- */

/* What there is of a handshake goes; settings stay, and what is set for the
 * coming one. */
void wt_conn_forget(wt_conn* conn);

/* A hello has come in, or been answered, with this client random (NULL: not
 * known): what there is of another handshake is forgotten. */
void wt_conn_begin(wt_conn* conn, const byte* random);

/* The same after a hello that was answered without keeping anything; what the
 * application has set for the handshake stays. */
void wt_conn_again(wt_conn* conn);

/* The connection whose callback the application is in; its session is found
 * without a search.  Returns the former one, to be put back. */
wt_conn* wt_conn_enter(wt_conn* conn);
void     wt_conn_leave(wt_conn* former);

/* Remembers by what the session will be known. */
void wt_conn_print(wt_conn* conn);

/* TLS 1.3, with the ServerHello: forgets which ticket was accepted last if
 * wolfSSL resumes by another session. */
void wt_conn_chosen(wt_conn* conn);

/* TLS 1.3, once there is a ServerHello: takes a ticket's application data
 * over.  Early data comes before the end of the handshake. */
void wt_conn_adopt(wt_conn* conn);

/* Once the handshake is over: takes a ticket's application data over if the
 * session was resumed, forgets it if not. */
void wt_conn_settle(wt_conn* conn);
/* The same when wolfSSL says that it is over. */
void wt_conn_settle_if_done(wt_conn* conn);

/* Around the making of a ticket.  Settles the handshake before, or, where the
 * client has not proven yet that the ticket it resumes with is its own, lends
 * that one's data until after. */
void wt_conn_before_ticket(wt_conn* conn);
void wt_conn_after_ticket(wt_conn* conn);

/* Forgets everything about the connection and gives the record back. */
void wt_conn_release(wt_conn* conn);

/* The session's application data, as the application sees it now. */
wt_blob* wt_conn_data(wt_conn* conn);

const byte* wt_conn_sid_ctx(const wt_conn* conn, word32* sz);

/* A client for sure; a connection of either side is none yet. */
int wt_is_client(WOLFSSL* ssl);

#endif /* WOLFTICKET_CONNECTION_H */
