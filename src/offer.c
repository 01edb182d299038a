/* offer.c
 *
 * Tickets that a client presents: opened, judged, remembered.
 *
 * wolfSSL may ask about one ticket many times: 5.5 for every cipher suite,
 * every version again after a HelloRetryRequest.  The application is asked
 * once, and wolfSSL gets the same answer each time.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "offer.h"
#include "alert.h"
#include "data.h"
#include "issue.h"
#include "opened.h"
#include "secret.h"
#include "singleuse.h"

/* wolfSSL versions, as wolfSSL_lib_version_hex() gives them. */
#define FIRST_KEEPS_CREATE      0x05007000u /* TLS 1.2: use and renew */
#define FIRST_REFUSE_AND_RENEW  0x05009000u /* TLS 1.2 */
#define FIRST_NONCE_OVERFLOW    0x05009000u /* fails at the 256th nonce */
#define LAST_TICKET_NONCE       254

/* ---- judging ------------------------------------------------------------ */

static wolfTicket_CAUSE CheckTimes(const wt_conn* conn,
    const wt_ticket* ticket, word32* seenAt)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_USED;
    word64 now = 0;
    word64 age = 0;

    /* Detached meanwhile. */
    if (conn->context->ring == NULL)
        return WOLFTICKET_CAUSE_UNKNOWN_KEY;
    if (!wt_keyring_time(conn->context->ring, &now))
        return WOLFTICKET_CAUSE_INTERNAL;
    *seenAt = (word32)now;
    wt_data_sweep(conn->context, now);
    if (now > ticket->issued)
        age = now - ticket->issued;
    if (ticket->issued > now + wt_keyring_skew(conn->context->ring))
        ret = WOLFTICKET_CAUSE_NOT_YET;
    else if (age > WT_LOAD(&conn->context->lifetime))
        ret = WOLFTICKET_CAUSE_EXPIRED;
    else if (age + ticket->chainAge > conn->context->renewalLimit)
        ret = WOLFTICKET_CAUSE_RENEWAL_LIMIT;
    return ret;
}

int wt_offer_bind(wt_conn* conn)
{
    int ret = 1;

    if (!conn->bound) {
        ret = wt_binding_of_ssl(conn->ssl, &conn->binding);
        conn->bound = (byte)ret;
    }
    return ret;
}

/* In TLS 1.2 wolfSSL hands the ticket over in the midst of the ClientHello:
 * a server name or ALPN list that is not there may still come. */
static wolfTicket_CAUSE CheckBinding(wt_conn* conn, wt_offer* offer,
    const wt_opened* opened, int tls13)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_USED;
    wt_binding binding = conn->binding;
    const wt_checks* have = &opened->checks;
    wt_checks want;
    const byte* sidCtx;
    word32 sidCtxSz;
    int mayCome = !conn->bound && !tls13;

    if ((!conn->bound && !wt_binding_of_ssl(conn->ssl, &binding)))
        return WOLFTICKET_CAUSE_INTERNAL;
    sidCtx = wt_conn_sid_ctx(conn, &sidCtxSz);
    if (!wt_binding_checks(&binding, sidCtx, sidCtxSz, &opened->key, &want))
        return WOLFTICKET_CAUSE_INTERNAL;

    conn->lateName = mayCome && !binding.hasName;
    conn->lateAlpn = mayCome && !binding.hasAlpn;
    if (!wt_equal(want.sidCtx, have->sidCtx, WT_CHECK_SZ))
        ret = WOLFTICKET_CAUSE_BINDING;
    if (!conn->lateName && !wt_equal(want.name, have->name, WT_CHECK_SZ))
        ret = WOLFTICKET_CAUSE_BINDING;
    if (!conn->lateAlpn && !wt_equal(want.alpn, have->alpn, WT_CHECK_SZ))
        ret = WOLFTICKET_CAUSE_BINDING;
    offer->checks = *have;
    XMEMCPY(offer->salt, opened->key.salt, WT_KEY_SALT_SZ);
    return ret;
}

/* The nonce of a ticket's successor has to fit a byte where wolfSSL fails
 * the handshake if it does not. */
static wolfTicket_CAUSE CheckChain(const wt_ticket* ticket, int tls13)
{
    return (tls13 && ticket->ticketNonce >= LAST_TICKET_NONCE &&
            wolfSSL_lib_version_hex() >= FIRST_NONCE_OVERFLOW)
        ? WOLFTICKET_CAUSE_CHAIN : WOLFTICKET_CAUSE_USED;
}

/* The ticket's data, fetched where it is not in it.  by: the number of the
 * offer, from 1. */
static wolfTicket_CAUSE OfferData(wt_conn* conn, const wt_opened* opened,
    byte by)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_USED;

    /* What dec_cb may have changed is kept when wolfSSL asks again. */
    if (conn->offeredBy != by) {
        if (opened->ticket.kept) {
            ret = wt_data_fetch(conn, opened);
        }
        else {
            conn->offeredKept.is = 0;
            if (!wt_blob_set(&conn->offered, opened->ticket.data,
                    opened->ticket.dataSz))
                ret = WOLFTICKET_CAUSE_INTERNAL;
        }
        conn->offeredBy = (ret == WOLFTICKET_CAUSE_USED) ? by : 0;
    }
    return ret;
}

static wolfTicket_CAUSE Judge(wt_conn* conn, wt_offer* offer,
    const wt_frame* frame, int tls13, wt_opened* opened)
{
    wolfTicket_CAUSE ret = wt_opened_first(conn, offer, frame, opened);

    if (ret == WOLFTICKET_CAUSE_USED)
        ret = CheckTimes(conn, &opened->ticket, &conn->seenAt);
    if (ret == WOLFTICKET_CAUSE_USED)
        ret = CheckBinding(conn, offer, opened, tls13);
    if (ret == WOLFTICKET_CAUSE_USED)
        ret = CheckChain(&opened->ticket, tls13);
    if (ret == WOLFTICKET_CAUSE_USED)
        ret = wt_single_look(conn, frame, &opened->ticket);
    if (ret == WOLFTICKET_CAUSE_USED)
        ret = OfferData(conn, opened, conn->offerCount);
    return ret;
}

/* ---- asking ------------------------------------------------------------- */

static void Count(wt_conn* conn, wt_offer* offer, wolfTicket_CAUSE cause)
{
    offer->cause = (byte)cause;
    wt_context_count(conn->context, WT_COUNT_CAUSE + (int)cause);
}

/* The application's answer, and what follows from it. */
static void Ask(wt_conn* conn, wt_offer* offer, wolfTicket_CAUSE cause)
{
    wt_context* context = conn->context;
    wolfTicket_STATUS status = (wolfTicket_STATUS)offer->status;
    wolfTicket_RETURN answer = wt_default_answer(status);
    int good = status == WOLFTICKET_SUCCESS ||
        status == WOLFTICKET_SUCCESS_RENEW;
    wt_verdict verdict;
    wt_error err;
    wt_conn* former;

    conn->presented++;
    if (context->decCb != NULL) {
        former = wt_conn_enter(conn);
        conn->inOffer = 1;
        answer = context->decCb(conn->ssl,
            good ? wolfSSL_get_session(conn->ssl) : NULL,
            (offer->keyNameSz > 0) ? offer->keyName : NULL, offer->keyNameSz,
            status, context->arg);
        conn->inOffer = 0;
        wt_conn_leave(former);
    }
    err = wt_decide(status, answer, &verdict);
    offer->answer = (answer >= 0 && answer <= WOLFTICKET_RETURN_USE_RENEW)
        ? (byte)answer : WOLFTICKET_RETURN_ABORT;
    offer->use = verdict.use;
    conn->renew |= verdict.renew;
    if (verdict.abort) {
        wt_alert_abort(conn, err);
        cause = WOLFTICKET_CAUSE_ABORT;
    }
    else if (good && !verdict.use) {
        cause = WOLFTICKET_CAUSE_APPLICATION;
    }
    else if (verdict.use) {
        cause = wt_single_claim(conn, offer);
        if (cause != WOLFTICKET_CAUSE_USED) {
            /* Another was faster; the client has no ticket left. */
            offer->use = 0;
            conn->renew = 1;
        }
    }
    Count(conn, offer, cause);
}

/* The application's key callback ends the handshake, as in OpenSSL without a
 * word to dec_cb. */
static void KeyFailed(wt_conn* conn, wt_offer* offer)
{
    conn->presented++;
    offer->answer = WOLFTICKET_RETURN_ABORT;
    wt_alert_abort(conn, WT_E_KEY_CB);
    Count(conn, offer, WOLFTICKET_CAUSE_ABORT);
}

/* ---- remembering -------------------------------------------------------- */

/* By its nonce, which no two tickets share.  Not by the mac: where a client
 * has lengthened enc_len, wolfSSL 5.5 looks for it behind the ticket. */
static wt_offer* FindOffer(wt_conn* conn, const wt_frame* frame)
{
    int i;

    for (i = 0; i < conn->offerCount; i++) {
        wt_offer* offer = &conn->offer[i];

        if (offer->encSz == frame->encSz &&
                XMEMCMP(offer->iv, frame->iv, WOLFSSL_TICKET_IV_SZ) == 0 &&
                XMEMCMP(offer->wireName, frame->keyName,
                    WOLFSSL_TICKET_NAME_SZ) == 0)
            return offer;
    }
    return NULL;
}

/* wolfSSL 5.7 keeps every ticket of a TLS 1.3 hello that was opened for it, and
 * resumes by any of them without another word.  So it gets one. */
static int HasOne(const wt_conn* conn)
{
    return conn->current > 0 && wt_is_tls13(conn->ssl);
}

static wt_offer* AddOffer(wt_conn* conn, const wt_frame* frame)
{
    wt_offer* offer = NULL;

    if (!HasOne(conn) && conn->offerCount < WT_MAX_OFFERS) {
        offer = &conn->offer[conn->offerCount++];
        wt_opened_drop(offer);
        XMEMSET(offer, 0, sizeof(*offer));
        offer->encSz = frame->encSz;
        XMEMCPY(offer->wireName, frame->keyName, WOLFSSL_TICKET_NAME_SZ);
        XMEMCPY(offer->iv, frame->iv, WOLFSSL_TICKET_IV_SZ);
        XMEMCPY(offer->keyName, frame->keyName, WOLFTICKET_NAME_SZ);
        offer->keyNameSz = WOLFTICKET_NAME_SZ;
    }
    return offer;
}

static void FillOffer(wt_offer* offer, const wt_opened* opened,
    wolfTicket_CAUSE cause)
{
    if (opened->contents != NULL) {
        XMEMCPY(offer->keyName, opened->key.name, WOLFTICKET_NAME_SZ);
        offer->issued = opened->ticket.issued;
        offer->chainAge = opened->ticket.chainAge;
        offer->renewals = opened->ticket.renewals;
        offer->nonce = opened->ticket.ticketNonce;
        offer->kept = opened->ticket.kept;
    }
    offer->status = WOLFTICKET_NO_DECRYPT;
    if (cause == WOLFTICKET_CAUSE_USED)
        offer->status = opened->renew ? WOLFTICKET_SUCCESS_RENEW
                                      : WOLFTICKET_SUCCESS;
}

/* ---- answering wolfSSL -------------------------------------------------- */

/* wolfSSL's contents into its own buffer. */
static void HandOver(wt_frame* frame, const wt_opened* opened)
{
    word32 sz = opened->contentsSz;

    /* Beyond the frame there is only our padding. */
    if (sz > frame->encSz)
        sz = frame->encSz;
    XMEMCPY(frame->enc, opened->contents, sz);
    frame->encSz = sz;
}

/* A ticket that cannot be made must not be promised either. */
static int UseAnswer(wt_conn* conn, const wt_offer* offer, int tls13)
{
    return (!tls13 && offer->answer == WOLFTICKET_RETURN_USE_RENEW &&
            wolfSSL_lib_version_hex() >= FIRST_KEEPS_CREATE &&
            wt_issue_possible(conn))
        ? WOLFSSL_TICKET_RET_CREATE : WOLFSSL_TICKET_RET_OK;
}

static int RefuseAnswer(wt_conn* conn, int tls13)
{
#ifndef NO_WOLFSSL_CLIENT
    if (!tls13 && conn->renew && !conn->aborted &&
            wolfSSL_lib_version_hex() >= FIRST_REFUSE_AND_RENEW &&
            wt_issue_possible(conn))
        (void)wolfSSL_UseSessionTicket(conn->ssl);
#else
    (void)conn;
    (void)tls13;
#endif
    return WOLFSSL_TICKET_RET_REJECT;
}

static int Accept(wt_conn* conn, wt_offer* offer, wt_frame* frame,
    const wt_opened* opened, int tls13)
{
    HandOver(frame, opened);
    conn->serverPrint = tls13 ? wt_server_print(conn->ssl) : 0;
    conn->secretPrint = wt_secret_print(opened->contents, opened->contentsSz);
    conn->current = (byte)(offer - conn->offer + 1);
    conn->nextNonce = (byte)(offer->nonce + 1);
    return UseAnswer(conn, offer, tls13);
}

static void Refuse(wt_conn* conn, wt_offer* offer)
{
    wt_opened_drop(offer);
    wt_blob_clear(&conn->offered);
    conn->offeredKept.is = 0;
    conn->offeredBy = 0;
}

/* A ticket for the first time. */
static int OpenNew(wt_conn* conn, wt_frame* frame, wt_opened* opened,
    int tls13)
{
    wolfTicket_CAUSE cause;
    wt_offer* offer = AddOffer(conn, frame);
    int ret = WOLFSSL_TICKET_RET_REJECT;

    if (offer == NULL)
        return ret;
    conn->shown = conn->offerCount;
    cause = Judge(conn, offer, frame, tls13, opened);
    FillOffer(offer, opened, cause);
    if (cause == WOLFTICKET_CAUSE_ABORT)
        KeyFailed(conn, offer);
    else
        Ask(conn, offer, cause);
    if (offer->use && !conn->aborted && wt_opened_keep(conn, offer, frame)) {
        ret = Accept(conn, offer, frame, opened, tls13);
    }
    else {
        Refuse(conn, offer);
        ret = RefuseAnswer(conn, tls13);
    }
    return ret;
}

/* A ticket once more. */
static int OpenAgain(wt_conn* conn, wt_offer* offer, wt_frame* frame,
    wt_opened* opened, int tls13)
{
    wolfTicket_CAUSE cause = WOLFTICKET_CAUSE_INTERNAL;
    int ret = WOLFSSL_TICKET_RET_REJECT;

    if (!offer->use || conn->aborted)
        return ret;
    /* A second ClientHello may ask for another server name. */
    cause = wt_opened_again(conn, offer, frame, opened);
    if (cause == WOLFTICKET_CAUSE_USED)
        cause = CheckBinding(conn, offer, opened, tls13);
    if (cause == WOLFTICKET_CAUSE_USED)
        cause = OfferData(conn, opened, (byte)(offer - conn->offer + 1));
    if (cause != WOLFTICKET_CAUSE_USED) {
        offer->use = 0;
        offer->cause = (byte)cause;
    }
    else if (wt_opened_keep(conn, offer, frame)) {
        ret = Accept(conn, offer, frame, opened, tls13);
    }
    return ret;
}

int wt_offer_open(wt_conn* conn, wt_frame* frame)
{
    byte stack[WT_STACK_WORK];
    wt_opened opened;
    wt_offer* offer;
    int tls13 = wt_is_tls13(conn->ssl);
    int ret = WOLFSSL_TICKET_RET_REJECT;

    if (wt_opened_begin(&opened, stack, frame->encSz) && !conn->aborted) {
        offer = FindOffer(conn, frame);
        ret = (offer == NULL)
            ? OpenNew(conn, frame, &opened, tls13)
            : OpenAgain(conn, offer, frame, &opened, tls13);
    }
    wt_opened_end(&opened);
    return ret;
}

int wt_offer_peek(wt_conn* conn, wt_frame* frame)
{
    byte stack[WT_STACK_WORK];
    wt_opened opened;
    word32 now;
    int ret = WOLFSSL_TICKET_RET_REJECT;

    if (wt_opened_begin(&opened, stack, frame->encSz) &&
            wt_opened_peek(conn, frame, &opened) == WOLFTICKET_CAUSE_USED &&
            CheckTimes(conn, &opened.ticket, &now) == WOLFTICKET_CAUSE_USED &&
            wt_single_look(conn, frame, &opened.ticket)
                == WOLFTICKET_CAUSE_USED) {
        HandOver(frame, &opened);
        ret = WOLFSSL_TICKET_RET_OK;
    }
    wt_opened_end(&opened);
    return ret;
}

int wt_offer_proven(wt_conn* conn)
{
    byte stack[WT_STACK_WORK];
    wt_opened opened;
    wt_offer* offer = &conn->offer[conn->current - 1];
    int ret = wt_is_tls13(conn->ssl);
    /* In TLS 1.3 the binder was that of this ticket, or of a session of
     * wolfSSL's own cache, which shows until the handshake is done. */
    int shows = !ret || conn->state != WT_HS_DONE;

    if (shows && conn->secretPrint != 0) {
        ret = wt_secret_is(conn->ssl, conn->secretPrint);
    }
    else if (shows) {
        if (wt_opened_begin(&opened, stack, offer->encSz) &&
                wt_opened_again(conn, offer, NULL, &opened)
                    == WOLFTICKET_CAUSE_USED)
            ret = wt_secret_from(conn->ssl, opened.contents,
                opened.contentsSz);
        wt_opened_end(&opened);
    }
    return ret;
}

/* ---- what wolfSSL does not show ----------------------------------------- */

void wt_offer_hello(wt_conn* conn, const wt_hello* hello)
{
    word32 sz = hello->ticketSz;

    if (sz > WOLFTICKET_NAME_SZ)
        sz = WOLFTICKET_NAME_SZ;
    XMEMSET(&conn->empty, 0, sizeof(conn->empty));
    XMEMCPY(conn->empty.keyName, hello->ticket, sz);
    conn->empty.keyNameSz = (byte)sz;
    conn->helloTicket = hello->ticketSz;
}

void wt_offer_empty(wt_conn* conn, int* noTicket)
{
    XMEMSET(&conn->empty, 0, sizeof(conn->empty));
    conn->empty.status = WOLFTICKET_EMPTY;
    Ask(conn, &conn->empty, WOLFTICKET_CAUSE_EMPTY);
    *noTicket = !conn->renew;
}

void wt_offer_unseen(wt_conn* conn)
{
    conn->empty.status = WOLFTICKET_NO_DECRYPT;
    Ask(conn, &conn->empty, WOLFTICKET_CAUSE_FORMAT);
}

void wt_offer_check_binding(wt_conn* conn)
{
    wt_key key;
    wt_checks want;
    wt_offer* offer;
    const byte* sidCtx;
    word32 sidCtxSz;
    int ok;

    if ((!conn->lateName && !conn->lateAlpn) || conn->current == 0)
        return;
    offer = &conn->offer[conn->current - 1];
    sidCtx = wt_conn_sid_ctx(conn, &sidCtxSz);
    XMEMCPY(key.salt, offer->salt, WT_KEY_SALT_SZ);
    ok = wt_offer_bind(conn) &&
        wt_binding_checks(&conn->binding, sidCtx, sidCtxSz, &key, &want) &&
        wt_equal(want.name, offer->checks.name, WT_CHECK_SZ) &&
        wt_equal(want.alpn, offer->checks.alpn, WT_CHECK_SZ);
    wt_wipe(key.salt, WT_KEY_SALT_SZ);
    if (!ok) {
        offer->use = 0;
        Count(conn, offer, WOLFTICKET_CAUSE_BINDING);
        conn->shown = conn->current;
        /* wolfSSL 5.9 compares names itself, and has declined the ticket. */
        if (wolfSSL_session_reused(conn->ssl) == 1)
            wt_alert_abort(conn, WT_E_LATE_BINDING);
    }
    conn->lateName = conn->lateAlpn = 0;
}
