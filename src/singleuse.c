/* singleuse.c
 *
 * Tickets that resume once: what becomes of one.
 *
 * The order of things: a ticket is opened, its times and names are checked,
 * the filter is looked at, dec_cb is asked, and when it has said USE the
 * ticket is claimed.  Claimed last, a ticket that is not used for any other
 * reason stays good, and the claim callback, which may be another machine,
 * hears of no ticket but those that are about to be used.  wolfSSL compares
 * the client's binder only after that: who has seen a ticket pass can use it
 * up without being able to use it.  All that comes of it is a full handshake.
 *
 * A ticket for one use says so under its seal, and who counts it: its maker's
 * filter or a callback.  It is refused where another counts, or nobody, which
 * would not know of its use.  It is the only one that promises early data.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "singleuse.h"
#include "usedmap.h"

#include <wolfticket/singleuse.h>
#include <wolfssl/wolfcrypt/hash.h>

#ifdef OPENSSL_EXTRA
    #define HAS_KEY_CB(conn) ((conn)->context->keyCb != NULL)
#else
    #define HAS_KEY_CB(conn) 0
#endif

/* ---- settings ----------------------------------------------------------- */

/* With the filter, for tickets, or what there is in its place. */
static int SwitchOn(WOLFSSL_CTX* ctx, word32 tickets, int keepCb,
    wolfTicket_ClaimCb cb, void* arg)
{
    int client;
    wt_context* context = wt_context_attach(ctx, &client);
    wt_error err = WT_OK;

    if (context != NULL) {
        if (keepCb) {
            cb = context->claimCb;
            arg = context->claimArg;
        }
        if (cb == NULL || tickets != 0)
            err = wt_used_begin(context->ring, tickets);
        if (err == WT_OK) {
            context->claimCb = cb;
            context->claimArg = arg;
            context->singleUse = 1;
        }
        else {
            (void)wt_fail(&context->error, err);
        }
    }
    return (context != NULL && err == WT_OK) || client;
}

int wolfTicket_CTX_set_single_use(WOLFSSL_CTX* ctx, int on)
{
    int client;
    wt_context* context;
    int ret;

    if (on) {
        ret = SwitchOn(ctx, 0, 1, NULL, NULL);
    }
    else {
        context = wt_context_attach(ctx, &client);
        if (context != NULL) {
            context->singleUse = 0;
            context->claimCb = NULL;
            context->claimArg = NULL;
        }
        ret = context != NULL || client;
    }
    return ret;
}

int wolfTicket_CTX_set_single_use_tickets(WOLFSSL_CTX* ctx,
    unsigned int tickets)
{
    wt_context* context = wt_context_find(ctx);
    int ret;

    if (tickets < WOLFTICKET_MIN_SINGLE_USE_TICKETS ||
            tickets > WOLFTICKET_MAX_SINGLE_USE_TICKETS)
        ret = wt_fail((context != NULL) ? &context->error : NULL,
            WT_E_SINGLE_TICKETS);
    else
        ret = SwitchOn(ctx, tickets, 1, NULL, NULL);
    return ret;
}

int wolfTicket_CTX_set_single_use_cb(WOLFSSL_CTX* ctx, wolfTicket_ClaimCb cb,
    void* arg)
{
    return SwitchOn(ctx, 0, 0, cb, arg);
}

/* ---- tickets that go out ------------------------------------------------ */

wt_single wt_single_kind(const wt_conn* conn)
{
    wt_single ret = WT_SINGLE_NOT;

    if (conn->context->singleUse && wt_is_tls13(conn->ssl))
        ret = (conn->context->claimCb != NULL) ? WT_SINGLE_CB
                                               : WT_SINGLE_FILTER;
    return ret;
}

int wt_single_nonce(const wt_conn* conn, byte nonce[WT_NONCE_SZ])
{
    wolfTicket_KeyRing* ring = conn->context->ring;

    return (wt_single_kind(conn) == WT_SINGLE_FILTER)
        ? wt_used_nonce(ring, nonce) : wt_nonce_next(ring, nonce);
}

/* ---- tickets that come in ----------------------------------------------- */

static wolfTicket_CAUSE CauseOf(wt_used used)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_UNVOUCHED;

    if (used == WT_USED_FRESH)
        ret = WOLFTICKET_CAUSE_USED;
    else if (used == WT_USED_BEFORE)
        ret = WOLFTICKET_CAUSE_REPLAYED;
    return ret;
}

/* Would wolfSSL accept early data with the ticket?  It has read the
 * extensions before it looks at tickets. */
static int BringsEarly(WOLFSSL* ssl)
{
#ifdef WOLFSSL_EARLY_DATA
    return wolfSSL_get_early_data_status(ssl) > WOLFSSL_EARLY_DATA_NOT_SENT;
#else
    (void)ssl;
    return 0;
#endif
}

wolfTicket_CAUSE wt_single_look(const wt_conn* conn, const wt_frame* frame,
    const wt_ticket* ticket)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_USED;

    if (!wt_is_tls13(conn->ssl))
        ret = WOLFTICKET_CAUSE_USED;
    else if (!conn->context->singleUse)
        /* Refused, the client's early data is skipped. */
        ret = (ticket->single != WT_SINGLE_NOT || BringsEarly(conn->ssl))
            ? WOLFTICKET_CAUSE_UNVOUCHED : WOLFTICKET_CAUSE_USED;
    else if (conn->context->claimCb == NULL)
        /* The nonce of a ticket under a key callback is the callback's. */
        ret = CauseOf(HAS_KEY_CB(conn) ? WT_USED_UNKNOWN
                                       : wt_used_look(frame->iv));
    else if (ticket->single == WT_SINGLE_FILTER)
        ret = WOLFTICKET_CAUSE_UNVOUCHED;
    return ret;
}

/*     SHA-256(salt | 'U' | key_name[16] | iv[16]), cut to 16 bytes
 * where salt is the key's, as in binding.c; all of iv and key_name is under
 * the ticket's seal. */
static int ClaimId(const wt_offer* offer, byte id[WOLFTICKET_CLAIM_ID_SZ])
{
    byte input[WT_KEY_SALT_SZ + 1 + WOLFSSL_TICKET_NAME_SZ +
        WOLFSSL_TICKET_IV_SZ];
    byte hash[WC_SHA256_DIGEST_SIZE];
    byte* p = input;
    int ret;

    XMEMCPY(p, offer->salt, WT_KEY_SALT_SZ);
    p += WT_KEY_SALT_SZ;
    *p++ = 'U';
    XMEMCPY(p, offer->wireName, WOLFSSL_TICKET_NAME_SZ);
    p += WOLFSSL_TICKET_NAME_SZ;
    XMEMCPY(p, offer->iv, WOLFSSL_TICKET_IV_SZ);
    ret = wc_Sha256Hash(input, sizeof(input), hash) == 0;
    if (ret)
        XMEMCPY(id, hash, WOLFTICKET_CLAIM_ID_SZ);
    wt_wipe(input, sizeof(input));
    return ret;
}

/* By the slowest of the clocks that the ticket may be shown to. */
static unsigned int SecondsLeft(const wt_conn* conn, const wt_offer* offer)
{
    word32 life = WT_LOAD(&conn->context->lifetime);
    word32 chain = conn->context->renewalLimit;
    word32 age = (conn->seenAt > offer->issued) ? conn->seenAt - offer->issued
                                                : 0;
    word32 ahead = (offer->issued > conn->seenAt)
        ? offer->issued - conn->seenAt : 0;

    chain = (chain > offer->chainAge) ? chain - offer->chainAge : 0;
    if (life > chain)
        life = chain;
    life = (life > age) ? life - age : 0;
    return life + ahead + 1 + 2 * wt_keyring_skew(conn->context->ring);
}

/* By the fastest of those that it may have been made by. */
static unsigned int AgeOf(const wt_conn* conn, const wt_offer* offer)
{
    word32 age = (conn->seenAt > offer->issued) ? conn->seenAt - offer->issued
                                                : 0;

    return age + 1 + 2 * wt_keyring_skew(conn->context->ring);
}

static wt_used AskCb(wt_conn* conn, const wt_offer* offer)
{
    byte id[WOLFTICKET_CLAIM_ID_SZ];
    wt_conn* former;
    wt_used ret = WT_USED_UNKNOWN;
    int answer;

    if (ClaimId(offer, id)) {
        former = wt_conn_enter(conn);
        answer = conn->context->claimCb(id, AgeOf(conn, offer),
            SecondsLeft(conn, offer), conn->context->claimArg);
        wt_conn_leave(former);
        if (answer == 1)
            ret = WT_USED_FRESH;
        else if (answer == 0)
            ret = WT_USED_BEFORE;
    }
    return ret;
}

wolfTicket_CAUSE wt_single_claim(wt_conn* conn, wt_offer* offer)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_USED;
    wt_single kind = wt_single_kind(conn);

    if (kind != WT_SINGLE_NOT) {
        if (kind == WT_SINGLE_CB)
            ret = CauseOf(AskCb(conn, offer));
        else
            ret = CauseOf(wt_used_claim(offer->iv));
        offer->claimed = ret == WOLFTICKET_CAUSE_USED;
    }
    return ret;
}

/* ---- early data --------------------------------------------------------- */

#ifdef WOLFSSL_EARLY_DATA

/* wolfSSL skips early data that it does not accept up to the same number, so
 * it must stand while the client may send some. */
unsigned int wt_single_hold_early(wt_conn* conn)
{
    unsigned int held = 0;

    if (wt_single_kind(conn) == WT_SINGLE_NOT) {
        held = (unsigned int)wolfSSL_get_max_early_data(conn->ssl);
        (void)wolfSSL_set_max_early_data(conn->ssl, 0);
    }
    return held;
}

void wt_single_leave_early(wt_conn* conn, unsigned int held)
{
    if (held > 0)
        (void)wolfSSL_set_max_early_data(conn->ssl, held);
}

int wt_single_early(wt_conn* conn)
{
    int ret = conn->current > 0 && conn->offer[conn->current - 1].claimed;

    if (!conn->context->singleUse) {
        (void)wt_fail(&conn->error, WT_E_EARLY_DATA);
        (void)wt_fail(&conn->context->error, WT_E_EARLY_DATA);
    }
    return ret;
}

#else

unsigned int wt_single_hold_early(wt_conn* conn)
{
    (void)conn;
    return 0;
}

void wt_single_leave_early(wt_conn* conn, unsigned int held)
{
    (void)conn;
    (void)held;
}

#endif /* WOLFSSL_EARLY_DATA */
