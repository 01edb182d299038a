/* issue.c
 *
 * Tickets that a server makes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "issue.h"
#include "offer.h"
#include "alert.h"
#include "data.h"
#include "dtls.h"
#include "keycb.h"
#include "nonce.h"
#include "secret.h"
#include "singleuse.h"

/* ---- application data --------------------------------------------------- */

/* wolfSSL's contents and what may come out of them, 2 bytes each, of the last
 * ticket; 0 before there is one.  Room is told by them. */
static word32 lastSizes = 0;

static word32 Room(const wt_context* context, word32 contentsSz, word32 encMax)
{
    word32 ret;

    if (context != NULL && context->dtls)
        encMax = wt_dtls_room(contentsSz, encMax);
    ret = wt_seal_room(contentsSz, encMax);
#ifdef WT_HAVE_KEY_CB
    if (context != NULL && context->keyCb != NULL)
        ret = wt_keycb_room(contentsSz, encMax, WT_LOAD(&context->keyCbBlock));
#endif
    return ret;
}

size_t wt_appdata_room(const wt_context* context)
{
    word32 sizes = WT_LOAD(&lastSizes);
    size_t ret = WOLFTICKET_MIN_APPDATA_MAX;

    if (sizes != 0)
        ret = Room(context, sizes >> 16, sizes & 0xFFFF);
#ifdef WT_HAVE_KEY_CB
    else if (context != NULL && context->keyCb != NULL)
        ret = WOLFTICKET_MIN_KEY_CB_APPDATA_MAX;
#endif
    return ret;
}

static void SizesSeen(const wt_frame* frame)
{
    word32 sizes = (frame->encSz << 16) | (frame->encMax & 0xFFFF);

    if (WT_LOAD(&lastSizes) != sizes)
        WT_STORE(&lastSizes, sizes);
}

/* ---- can one be made? --------------------------------------------------- */

static void Tell(wt_conn* conn, wt_error why)
{
    (void)wt_fail(&conn->error, why);
    (void)wt_fail(&conn->context->error, why);
    wt_context_count(conn->context, WT_COUNT_WITHHELD);
}

#ifdef WT_HAVE_KEY_CB

void wt_issue_forget(wt_conn* conn)
{
    wt_keycb_free(conn->sealer);
    conn->sealer = NULL;
    conn->canMake = 0;
}

/* 1, also when the callback has failed: the ticket's turn then ends the
 * connection. */
static int AskKeyCb(wt_conn* conn)
{
    wt_context* context = conn->context;
    wt_conn* former = wt_conn_enter(conn);
    byte sending = conn->sending;
    wt_keycb* key;
    int ret = 0;

    /* A callback that writes must not be asked again. */
    conn->sending = 1;
    key = wt_keycb_ask(context->keyCb, conn->ssl, NULL, NULL);
    conn->sending = sending;
    wt_conn_leave(former);
    if (key == NULL) {
        Tell(conn, WT_E_MEMORY);
    }
    else if (key->result == WT_KEYCB_FAILED) {
        Tell(conn, WT_E_SEAL);
    }
    else if (key->result != WT_KEYCB_NONE) {
        conn->sealer = key;
        key = NULL;
        if (conn->sealer->result != WT_KEYCB_ERROR)
            WT_STORE(&context->keyCbBlock, conn->sealer->blockSz);
        ret = 1;
    }
    wt_keycb_free(key);
    return ret;
}

static int KeyCbFailed(const wt_conn* conn)
{
    return conn->sealer != NULL && conn->sealer->result == WT_KEYCB_ERROR;
}

#define HAS_KEY_CB(conn) ((conn)->context->keyCb != NULL)
#else

void wt_issue_forget(wt_conn* conn)
{
    conn->canMake = 0;
}

#define HAS_KEY_CB(conn)  0
#define AskKeyCb(conn)    0
#define KeyCbFailed(conn) 0
#endif /* WT_HAVE_KEY_CB */

int wt_issue_possible(wt_conn* conn)
{
    wolfTicket_KeyRing* ring = conn->context->ring;

    if (conn->context->off)
        return 0;
    if (!conn->canMake && HAS_KEY_CB(conn)) {
        conn->canMake = (byte)AskKeyCb(conn);
    }
    else if (!conn->canMake) {
        if (ring == NULL)
            Tell(conn, WT_E_NOT_ATTACHED);
        else if (!wt_keyring_can_seal(ring))
            Tell(conn, WT_E_NO_KEY);
        else
            conn->canMake = 1;
    }
    return conn->canMake;
}

/* ---- making it ---------------------------------------------------------- */

static int AskApplication(wt_conn* conn)
{
    wt_context* context = conn->context;

    wt_conn* former;
    int ret = 1;

    if (context->genCb != NULL) {
        former = wt_conn_enter(conn);
        ret = context->genCb(conn->ssl, context->arg) != 0;
        wt_conn_leave(former);
    }
    return ret;
}

/* After client authentication wolfSSL 5.5 seals a secret into tickets that no
 * client has: every handshake that offers one fails.  The right one is the
 * handshake's. */
static void RestoreSecret(wt_conn* conn, wt_frame* frame)
{
    byte now[WT_SECRET_SZ];

    if (conn->resumption.sz == WT_SECRET_SZ &&
            wt_session_secret(wolfSSL_get_session(conn->ssl), now))
        wt_secret_replace(frame->enc, frame->encSz, now,
            conn->resumption.mem);
    wt_wipe(now, sizeof(now));
}

static int Describe(wt_conn* conn, wt_ticket* ticket)
{
    wt_blob* data = wt_conn_data(conn);
    word64 now;
    int ret = wt_keyring_time(conn->context->ring, &now);

    /* A clock that fails now told the time when the ticket was presented; a
     * ticket that looks older than it is lives a little shorter. */
    if (!ret && conn->seenAt != 0) {
        now = conn->seenAt;
        ret = 1;
    }
    if (ret) {
        if (conn->fullAt == 0)
            conn->fullAt = (word32)now;
        ticket->issued = (word32)now;
        ticket->chainAge = (ticket->issued > conn->fullAt)
            ? ticket->issued - conn->fullAt : 0;
        ticket->renewals = conn->renewals;
        ticket->ticketNonce = conn->nextNonce;
        ticket->single = (byte)wt_single_kind(conn);
        ticket->data = data->mem;
        ticket->dataSz = data->sz;
        ticket->kept = 0;
        wt_data_sweep(conn->context, now);
    }
    return ret;
}

static int Fits(const wt_conn* conn, word32 sz, const wt_frame* frame)
{
    return sz <= Room(conn->context, frame->encSz, frame->encMax);
}

/* Data that there is no room for is kept, and is not when no ticket comes of
 * it. */
static wt_error KeepData(wt_conn* conn, const wt_key* key,
    const wt_frame* frame, wt_ticket* ticket, wt_piece* piece)
{
    return Fits(conn, ticket->dataSz, frame) ? WT_OK
        : wt_data_keep(conn, key->salt, frame, ticket, piece);
}

static wt_error Sealed(wt_conn* conn, int ok, const wt_ticket* ticket,
    const wt_piece* piece)
{
    if (!ok && ticket->kept)
        wt_data_unkeep(conn, piece);
    return ok ? WT_OK : WT_E_SEAL;
}

static wt_error SealByRing(wt_conn* conn, wt_ticket* ticket, wt_frame* frame)
{
    byte nonce[WT_NONCE_SZ];
    wt_key key;
    wt_checks checks;
    wt_piece piece;
    const byte* sidCtx;
    word32 sidCtxSz;
    wolfTicket_KeyRing* ring = conn->context->ring;
    wt_error ret;

    if (!wt_single_nonce(conn, nonce))
        return WT_E_RANDOM;
    if (!wt_keyring_sealing(ring, &key))
        return WT_E_NO_KEY;
    sidCtx = wt_conn_sid_ctx(conn, &sidCtxSz);
    ret = KeepData(conn, &key, frame, ticket, &piece);
    if (ret == WT_OK)
        ret = Sealed(conn, wt_offer_bind(conn) &&
            wt_binding_checks(&conn->binding, sidCtx, sidCtxSz, &key,
                &checks) &&
            wt_seal(&key, nonce, &checks, ticket, frame), ticket, &piece);
    wt_wipe(&key, sizeof(key));
    return ret;
}

#ifdef WT_HAVE_KEY_CB
static wt_error SealByKeyCb(wt_conn* conn, wt_ticket* ticket, wt_frame* frame)
{
    wt_key key;
    wt_checks checks;
    wt_sid_ctx sidCtx;
    wt_piece piece;
    wt_error ret;

    sidCtx.id = wt_conn_sid_ctx(conn, &sidCtx.sz);
    XMEMCPY(key.salt, conn->sealer->salt, WT_KEY_SALT_SZ);
    ret = KeepData(conn, &key, frame, ticket, &piece);
    if (ret == WT_OK)
        ret = Sealed(conn, wt_offer_bind(conn) &&
            wt_binding_checks(&conn->binding, NULL, 0, &key, &checks) &&
            wt_keycb_seal(conn->sealer, &sidCtx, &checks, ticket, frame),
            ticket, &piece);
    wt_wipe(key.salt, WT_KEY_SALT_SZ);
    return ret;
}
#endif

static wt_error Seal(wt_conn* conn, wt_frame* frame)
{
    wt_ticket ticket;
    wt_error ret = WT_E_CLOCK;

    if (conn->context->ring == NULL) {
        ret = WT_E_NOT_ATTACHED;
    }
    else if (Describe(conn, &ticket)) {
#ifdef WT_HAVE_KEY_CB
        if (conn->sealer != NULL)
            ret = SealByKeyCb(conn, &ticket, frame);
        else
#endif
            ret = SealByRing(conn, &ticket, frame);
    }
    return ret;
}

static void CountIssued(wt_conn* conn)
{
    wt_context_count(conn->context, WT_COUNT_ISSUED);
    if (conn->resumed)
        wt_context_count(conn->context, WT_COUNT_RENEWED);
}

/* Asks the application for its data and seals. */
static wt_error Make(wt_conn* conn, wt_frame* frame)
{
    wt_error ret;

    if (!AskApplication(conn))
        return WT_E_GEN_CB;
    RestoreSecret(conn, frame);
    /* It may have been set while more was possible. */
    if (!Fits(conn, wt_conn_data(conn)->sz, frame) &&
            wt_conn_data(conn)->sz > wt_appdata_max(conn->context))
        ret = WT_E_APPDATA_ROOM;
    else
        ret = Seal(conn, frame);
    return ret;
}

int wt_issue(wt_conn* conn, wt_frame* frame)
{
    wt_error err = WT_OK;
    int made = 0;
    int goOn = 1;

    SizesSeen(frame);
    if (conn->aborted) {
        if (conn->alertInPlace)
            wt_seal_dead(frame);    /* the alert goes out instead */
        return conn->alertInPlace;
    }
    if (conn->nonces == WOLFTICKET_MAX_TICKETS) {
        Tell(conn, WT_E_NO_NONCES);
        wt_seal_dead(frame);
        return 1;
    }
    if (!conn->withhold && wt_issue_possible(conn)) {
        err = KeyCbFailed(conn) ? WT_E_KEY_CB : Make(conn, frame);
        made = err == WT_OK;
    }
    if (err == WT_E_KEY_CB || err == WT_E_GEN_CB)
        goOn = wt_alert_abort_now(conn, err);
    else if (err != WT_OK)
        Tell(conn, err);
    if (made)
        CountIssued(conn);
    else if (goOn)
        wt_seal_dead(frame);    /* wolfSSL has promised the client one */
    wt_issue_forget(conn);
    conn->sent++;
    conn->nonces++;
    conn->nextNonce++;
    return goOn;
}

void wt_issue_dead(wt_context* context, wt_frame* frame)
{
    wt_seal_dead(frame);
    wt_context_count(context, WT_COUNT_WITHHELD);
}
