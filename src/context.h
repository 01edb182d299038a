/* context.h
 *
 * What wolfTicket keeps for a WOLFSSL_CTX.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_CONTEXT_H
#define WOLFTICKET_CONTEXT_H

#include "port.h"
#include "error.h"
#include "datapool.h"
#include "keyring.h"

#include <wolfticket/singleuse.h>

#define WT_STRIPES 8  /* counters that threads seldom share */

typedef enum {
    WT_COUNT_ISSUED,
    WT_COUNT_RENEWED,
    WT_COUNT_RESUMED,
    WT_COUNT_FULL,
    WT_COUNT_WITHHELD,
    WT_COUNT_DATA_KEPT,
    WT_COUNT_DATA_FAILED,
    WT_COUNT_DATA_REMOVED,
    WT_COUNT_CAUSE,   /* the first of WOLFTICKET_CAUSE_COUNT */
    WT_COUNTERS = WT_COUNT_CAUSE + WOLFTICKET_CAUSE_COUNT
} wt_counter;

typedef struct {
    unsigned long count[WT_COUNTERS];
    byte apart[64];   /* keeps stripes on cache lines of their own */
} wt_stripe;

typedef struct wt_context {
    WOLFSSL_CTX* ctx;
    struct wt_context* next;
    int refs;                /* the context's own and its connections' */
    int owners;              /* of the WOLFSSL_CTX, as far as we were told */
    byte attached;
    byte dtls;
    byte off;                /* a config's lifetime 0: tickets are not meant */
    byte error;              /* wt_error, the last failure */
    byte singleUse;          /* a TLS 1.3 ticket resumes once */
    byte sidCtxSz;
    byte sidCtx[WOLFTICKET_SID_CTX_MAX];
    word32 numTickets;
    word32 lifetime;
    word32 renewalLimit;
    wolfTicket_KeyRing* ring;
    wt_pool* pool;           /* data in memory; the ring's contexts share it */
    size_t dataMemory;       /* that it may take */
    wolfTicket_DataStore store;  /* in its place, if it has functions */
    void* storeSelf;
    wolfTicket_CTX_generate_session_ticket_fn genCb;
    wolfTicket_CTX_decrypt_session_ticket_fn decCb;
    void* arg;
    wolfTicket_ClaimCb claimCb;  /* in place of the filter */
    void* claimArg;
#ifdef OPENSSL_EXTRA
    wolfTicket_CTX_tlsext_ticket_key_fn keyCb;  /* in place of the ring */
    word32 keyCbBlock;       /* that it pads to, as last seen */
#endif
#ifndef WT_HAVE_EX_DATA
    CallbackIOSend ioSend;   /* the application's, if we were told of it */
    byte earlySend;          /* before the context was attached */
#ifdef WT_HAVE_MSG_CB
    SSL_Msg_Cb msgCb;        /* the application's */
#endif
#endif
#ifdef SINGLE_THREADED
    wt_stripe stripe[1];
#else
    wt_stripe stripe[WT_STRIPES];
#endif
} wt_context;

/* The record whose ticket callback was called for ssl, with this argument. */
wt_context* wt_context_of_ticket(const WOLFSSL* ssl, void* arg);

/* The record of an attached context, NULL for any other. */
wt_context* wt_context_find(const WOLFSSL_CTX* ctx);

/* The same, attaching first.  NULL on failure, which is remembered; *client
 * is set to 1 when ctx is a client's, which has none. */
wt_context* wt_context_attach(WOLFSSL_CTX* ctx, int* client);

/* References, with the lock held. */
void wt_context_hold(wt_context* context);
void wt_context_drop(wt_context* context);

/* With the lock held: have all owners freed the context, and is there but one
 * connection? */
int  wt_context_is_last(const wt_context* context);

/* Detaches a context of which that is true, when that connection has gone,
 * and gives back a reference.  Without the lock.  ctx is the connection's
 * context and alive. */
void wt_context_leave(wt_context* context, WOLFSSL_CTX* ctx);

/* Makes tickets, keys and wolfSSL follow a lifetime.  1, or 0 with the error
 * remembered: the ring's keys cannot serve so long. */
int  wt_context_set_lifetime(wt_context* context, word32 seconds);

/* The lifetime that it begins with: what the application has set, if it has. */
void wt_context_first_lifetime(wt_context* context);

/* Has wolfSSL's own loop send no tickets: all go out through deliver.c. */
void wt_context_send_all(WOLFSSL_CTX* ctx);

/* Takes over a timeout that was set with wolfSSL_CTX_set_timeout(), if ctx,
 * the connection's, is still the one that the record is for. */
void wt_context_follow_timeout(wt_context* context, WOLFSSL_CTX* ctx);

void wt_context_count(wt_context* context, int counter);

#ifndef WT_HAVE_EX_DATA
/* The send callback that the application has set for a context, attached or
 * not, and that of an attached one.  unsure: without those that may have been
 * another context's at the same address. */
void wt_context_set_io_send(WOLFSSL_CTX* ctx, CallbackIOSend cb);
CallbackIOSend wt_context_io_send(const wt_context* context, int unsure);

/* With the lock held: forgets what was set for a context that is not attached,
 * or, with NULL, for all of them.  The callback of the last. */
CallbackIOSend wt_early_send_forget(const WOLFSSL_CTX* ctx);
#endif

#ifdef WT_HAVE_MSG_CB
/* The application's message callback of a context.  Setting returns 1, or 0
 * with the failure remembered. */
int wt_context_set_msg_cb(WOLFSSL_CTX* ctx, SSL_Msg_Cb cb);
SSL_Msg_Cb wt_context_msg_cb(WOLFSSL_CTX* ctx);
#endif

/* The room for application data, as the last ticket showed it; issue.c. */
size_t wt_appdata_room(const wt_context* context);

/* And that there is in all, data kept outside of tickets included; data.c. */
size_t wt_appdata_max(const wt_context* context);

/* With the lock held: has the context use ring from now on, and the data
 * memory of the others that do.  1, or 0 when out of memory. */
int wt_context_use_ring(wt_context* context, wolfTicket_KeyRing* ring);

/* Drops what plain wolfSSL_CTX_free() left behind. */
void wt_context_cleanup(void);

#endif /* WOLFTICKET_CONTEXT_H */
