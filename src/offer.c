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
#include "secret.h"

/* Clocks of one fleet may differ by this many seconds. */
#define CLOCK_SKEW 60

/* wolfSSL versions, as wolfSSL_lib_version_hex() gives them. */
#define FIRST_KEEPS_CREATE      0x05007000u /* TLS 1.2: use and renew */
#define FIRST_REFUSE_AND_RENEW  0x05009000u /* TLS 1.2 */
#define FIRST_NONCE_OVERFLOW    0x05009000u /* fails at the 256th nonce */
#define LAST_TICKET_NONCE       254

/* ---- judging ------------------------------------------------------------ */

typedef struct {
    wt_key key;
    wt_ticket ticket;
    const byte* contents;
    word32 contentsSz;
    byte* work;
    byte* stack;
    word32 workSz;
} wt_opened;

/* wolfSSL overlooks what a client appends to a ticket; so do we where the
 * ClientHello did not pass. */
static int WholeTicket(const wt_conn* conn, const wt_frame* frame)
{
    return conn->helloTicket == 0 || conn->helloTicket ==
        frame->encSz + WOLFSSL_TICKET_NAME_SZ + WOLFSSL_TICKET_IV_SZ + 2 +
        WOLFSSL_TICKET_MAC_SZ;
}

/* Finds the key and opens: there may be several keys of one id. */
static wolfTicket_CAUSE OpenSeal(wt_conn* conn, const wt_frame* frame,
    wt_opened* opened)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_UNKNOWN_KEY;
    wolfTicket_KeyRing* ring = conn->context->ring;
    int n;

    if (!wt_seal_format(frame) || !WholeTicket(conn, frame))
        return WOLFTICKET_CAUSE_FORMAT;
    for (n = 0; ret != WOLFTICKET_CAUSE_USED && ring != NULL &&
            wt_keyring_opening(ring, frame->keyName, n, &opened->key); n++) {
        ret = wt_open(&opened->key, frame, opened->work, &opened->ticket,
            &opened->contents, &opened->contentsSz)
            ? WOLFTICKET_CAUSE_USED : WOLFTICKET_CAUSE_BAD_SEAL;
    }
    return ret;
}

static wolfTicket_CAUSE CheckTimes(wt_conn* conn, const wt_ticket* ticket)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_USED;
    word64 now = 0;
    word64 age = 0;

    if (!wt_keyring_time(conn->context->ring, &now))
        return WOLFTICKET_CAUSE_INTERNAL;
    conn->seenAt = (word32)now;
    if (now > ticket->issued)
        age = now - ticket->issued;
    if (ticket->issued > now + CLOCK_SKEW)
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
static wolfTicket_CAUSE CheckBinding(wt_conn* conn, const wt_frame* frame,
    const wt_key* key, int tls13)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_USED;
    wt_binding binding = conn->binding;
    wt_checks want, have;
    const byte* sidCtx;
    word32 sidCtxSz;
    int mayCome = !conn->bound && !tls13;

    if ((!conn->bound && !wt_binding_of_ssl(conn->ssl, &binding)))
        return WOLFTICKET_CAUSE_INTERNAL;
    sidCtx = wt_conn_sid_ctx(conn, &sidCtxSz);
    if (!wt_binding_checks(&binding, sidCtx, sidCtxSz, key, &want))
        return WOLFTICKET_CAUSE_INTERNAL;
    wt_seal_checks(frame, &have);

    conn->lateName = mayCome && !binding.hasName;
    conn->lateAlpn = mayCome && !binding.hasAlpn;
    if (!wt_equal(want.sidCtx, have.sidCtx, WT_CHECK_SZ))
        ret = WOLFTICKET_CAUSE_BINDING;
    if (!conn->lateName && !wt_equal(want.name, have.name, WT_CHECK_SZ))
        ret = WOLFTICKET_CAUSE_BINDING;
    if (!conn->lateAlpn && !wt_equal(want.alpn, have.alpn, WT_CHECK_SZ))
        ret = WOLFTICKET_CAUSE_BINDING;
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

/* by: the number of the offer, from 1. */
static int OfferData(wt_conn* conn, const wt_opened* opened, byte by)
{
    int ret = 1;

    /* What dec_cb may have changed is kept when wolfSSL asks again. */
    if (conn->offeredBy != by) {
        ret = wt_blob_set(&conn->offered, opened->ticket.data,
            opened->ticket.dataSz);
        conn->offeredBy = ret ? by : 0;
    }
    return ret;
}

static wolfTicket_CAUSE Judge(wt_conn* conn, const wt_frame* frame, int tls13,
    wt_opened* opened)
{
    wolfTicket_CAUSE ret = OpenSeal(conn, frame, opened);

    if (ret == WOLFTICKET_CAUSE_USED)
        ret = CheckTimes(conn, &opened->ticket);
    if (ret == WOLFTICKET_CAUSE_USED)
        ret = CheckBinding(conn, frame, &opened->key, tls13);
    if (ret == WOLFTICKET_CAUSE_USED)
        ret = CheckChain(&opened->ticket, tls13);
    if (ret == WOLFTICKET_CAUSE_USED && !OfferData(conn, opened,
            conn->offerCount))
        ret = WOLFTICKET_CAUSE_INTERNAL;
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
        conn->inDecCb = 1;
        answer = context->decCb(conn->ssl,
            good ? wolfSSL_get_session(conn->ssl) : NULL,
            (offer->keyNameSz > 0) ? offer->keyName : NULL, offer->keyNameSz,
            status, context->arg);
        conn->inDecCb = 0;
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
    Count(conn, offer, cause);
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

static wt_offer* AddOffer(wt_conn* conn, const wt_frame* frame)
{
    wt_offer* offer = NULL;

    if (conn->offerCount < WT_MAX_OFFERS) {
        offer = &conn->offer[conn->offerCount++];
        XMEMSET(offer, 0, sizeof(*offer));
        offer->encSz = frame->encSz;
        XMEMCPY(offer->wireName, frame->keyName, WOLFSSL_TICKET_NAME_SZ);
        XMEMCPY(offer->iv, frame->iv, WOLFSSL_TICKET_IV_SZ);
        XMEMCPY(offer->keyName, frame->keyName, WOLFTICKET_NAME_SZ);
        offer->keyNameSz = WOLFTICKET_NAME_SZ;
        wt_seal_checks(frame, &offer->checks);
    }
    return offer;
}

static void FillOffer(wt_offer* offer, const wt_opened* opened,
    wolfTicket_CAUSE cause, int tls13)
{
    int opens = cause != WOLFTICKET_CAUSE_FORMAT &&
        cause != WOLFTICKET_CAUSE_UNKNOWN_KEY &&
        cause != WOLFTICKET_CAUSE_BAD_SEAL;

    if (opens) {
        XMEMCPY(offer->keyName, opened->key.name, WOLFTICKET_NAME_SZ);
        offer->issued = opened->ticket.issued;
        offer->chainAge = opened->ticket.chainAge;
        offer->renewals = opened->ticket.renewals;
        offer->nonce = opened->ticket.ticketNonce;
    }
    offer->status = WOLFTICKET_NO_DECRYPT;
    if (cause == WOLFTICKET_CAUSE_USED)
        offer->status = (tls13 || !opened->key.current)
            ? WOLFTICKET_SUCCESS_RENEW : WOLFTICKET_SUCCESS;
}

/* The ticket accepted last, as it came in: wolfSSL 5.5 overwrites its own
 * copy, and after the handshake it has to be proven.
 *     keyName | iv | mac | enc */
#define KEPT_ENC (WOLFSSL_TICKET_NAME_SZ + WOLFSSL_TICKET_IV_SZ + \
                  WOLFSSL_TICKET_MAC_SZ)

static int KeptFrame(wt_conn* conn, wt_frame* frame)
{
    byte* mem = conn->sealed.mem;
    int ret = conn->sealed.sz > KEPT_ENC;

    if (ret) {
        frame->keyName = mem;
        frame->iv = mem + WOLFSSL_TICKET_NAME_SZ;
        frame->mac = frame->iv + WOLFSSL_TICKET_IV_SZ;
        frame->enc = mem + KEPT_ENC;
        frame->encSz = frame->encMax = conn->sealed.sz - KEPT_ENC;
        frame->version = (word32)wolfSSL_version(conn->ssl);
    }
    return ret;
}

static int KeepFrame(wt_conn* conn, const wt_frame* frame)
{
    wt_frame kept;
    int ret = wt_blob_resize(&conn->sealed, KEPT_ENC + frame->encSz) &&
        KeptFrame(conn, &kept);

    if (ret) {
        XMEMCPY(kept.keyName, frame->keyName, WOLFSSL_TICKET_NAME_SZ);
        XMEMCPY(kept.iv, frame->iv, WOLFSSL_TICKET_IV_SZ);
        XMEMCPY(kept.mac, frame->mac, WOLFSSL_TICKET_MAC_SZ);
        XMEMCPY(kept.enc, frame->enc, frame->encSz);
    }
    return ret;
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

static int UseAnswer(const wt_offer* offer, int tls13)
{
    return (!tls13 && offer->answer == WOLFTICKET_RETURN_USE_RENEW &&
            wolfSSL_lib_version_hex() >= FIRST_KEEPS_CREATE)
        ? WOLFSSL_TICKET_RET_CREATE : WOLFSSL_TICKET_RET_OK;
}

static int RefuseAnswer(wt_conn* conn, int tls13)
{
#ifndef NO_WOLFSSL_CLIENT
    if (!tls13 && conn->renew && !conn->aborted &&
            wolfSSL_lib_version_hex() >= FIRST_REFUSE_AND_RENEW)
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
    conn->secretPrint = tls13 ? 0
        : wt_secret_print(opened->contents, opened->contentsSz);
    conn->current = (byte)(offer - conn->offer + 1);
    conn->nextNonce = (byte)(offer->nonce + 1);
    return UseAnswer(offer, tls13);
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
    cause = Judge(conn, frame, tls13, opened);
    FillOffer(offer, opened, cause, tls13);
    Ask(conn, offer, cause);
    if (offer->use && !conn->aborted && KeepFrame(conn, frame)) {
        ret = Accept(conn, offer, frame, opened, tls13);
    }
    else {
        wt_blob_clear(&conn->offered);
        conn->offeredBy = 0;
        ret = RefuseAnswer(conn, tls13);
    }
    return ret;
}

/* A ticket once more, from the copy: wolfSSL 5.5 has overwritten its own. */
static int OpenAgain(wt_conn* conn, wt_offer* offer, wt_frame* frame,
    wt_opened* opened, int tls13)
{
    int ret = WOLFSSL_TICKET_RET_REJECT;
    byte number = (byte)(offer - conn->offer + 1);

    if (offer->use && !conn->aborted) {
        wt_frame copy = *frame;

        if (conn->current == number)
            (void)KeptFrame(conn, &copy);
        /* A second ClientHello may ask for another server name. */
        if (OpenSeal(conn, &copy, opened) == WOLFTICKET_CAUSE_USED &&
                CheckBinding(conn, frame, &opened->key, tls13) ==
                    WOLFTICKET_CAUSE_USED &&
                OfferData(conn, opened, number) &&
                (conn->current == number || KeepFrame(conn, frame)))
            ret = Accept(conn, offer, frame, opened, tls13);
    }
    return ret;
}

/* Room to open a ticket of encSz bytes in. */
static int OpenStart(wt_opened* opened, byte* stack, word32 encSz)
{
    XMEMSET(opened, 0, sizeof(*opened));
    opened->stack = stack;
    opened->work = stack;
    opened->workSz = wt_seal_work_size(encSz);
    if (opened->workSz > WT_STACK_WORK)
        opened->work = (byte*)XMALLOC(opened->workSz, NULL,
            DYNAMIC_TYPE_TMP_BUFFER);
    return opened->work != NULL;
}

static void OpenEnd(wt_opened* opened)
{
    if (opened->work != NULL)
        wt_wipe(opened->work, opened->workSz);
    if (opened->work != opened->stack)
        XFREE(opened->work, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    wt_wipe(opened, sizeof(*opened));
}

int wt_offer_open(wt_conn* conn, wt_frame* frame)
{
    byte stack[WT_STACK_WORK];
    wt_opened opened;
    wt_offer* offer;
    int tls13 = wt_is_tls13(conn->ssl);
    int ret = WOLFSSL_TICKET_RET_REJECT;

    if (OpenStart(&opened, stack, frame->encSz) && !conn->aborted) {
        offer = FindOffer(conn, frame);
        ret = (offer == NULL)
            ? OpenNew(conn, frame, &opened, tls13)
            : OpenAgain(conn, offer, frame, &opened, tls13);
    }
    OpenEnd(&opened);
    return ret;
}

int wt_offer_proven(wt_conn* conn)
{
    byte stack[WT_STACK_WORK];
    wt_opened opened;
    wt_frame frame;
    int ret = wt_is_tls13(conn->ssl);

    /* TLS 1.3 proves it with the binder. */
    if (!ret && conn->secretPrint != 0) {
        ret = wt_secret_is(conn->ssl, conn->secretPrint);
    }
    else if (!ret && KeptFrame(conn, &frame)) {
        if (OpenStart(&opened, stack, frame.encSz) &&
                OpenSeal(conn, &frame, &opened) == WOLFTICKET_CAUSE_USED)
            ret = wt_secret_from(conn->ssl, opened.contents,
                opened.contentsSz);
        OpenEnd(&opened);
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

static int FindKey(wt_conn* conn, const byte* name, wt_key* key)
{
    int found = 0;
    int n;

    for (n = 0; !found && conn->context->ring != NULL &&
            wt_keyring_opening(conn->context->ring, name, n, key); n++)
        found = XMEMCMP(key->name, name, WOLFTICKET_NAME_SZ) == 0;
    return found;
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
    ok = wt_offer_bind(conn) && FindKey(conn, offer->keyName, &key);
    if (ok) {
        ok = wt_binding_checks(&conn->binding, sidCtx, sidCtxSz, &key, &want)
            && wt_equal(want.name, offer->checks.name, WT_CHECK_SZ)
            && wt_equal(want.alpn, offer->checks.alpn, WT_CHECK_SZ);
        wt_wipe(&key, sizeof(key));
    }
    if (!ok) {
        offer->use = 0;
        Count(conn, offer, WOLFTICKET_CAUSE_BINDING);
        conn->shown = conn->current;
        wt_alert_abort(conn, WT_E_LATE_BINDING);
    }
    conn->lateName = conn->lateAlpn = 0;
}
