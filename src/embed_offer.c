/* embed_offer.c
 *
 * Tickets that a client presents to the embedded core.
 *
 * wolfSSL may ask about one ticket twice, after a HelloRetryRequest; the
 * application is asked once.  The ticket is opened and judged each time.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed.h"

#ifdef WOLFTICKET_EMBEDDED

#if LIBWOLFSSL_VERSION_HEX < 0x05007002
    #error the embedded core needs wolfSSL 5.7.2 or later: before, a ticket \
           is handed over many times, and overwritten
#endif
#if LIBWOLFSSL_VERSION_HEX >= 0x05009000
    #define REFUSES_AND_RENEWS      /* TLS 1.2 */
    #define LAST_TICKET_NONCE 254   /* fails at the 256th of a chain */
#endif

/* Seconds that a ticket may be from the future. */
#define CLOCK_SKEW 60

#define IS_TLS13(frame) ((frame)->version == 0x0304 || \
                         (frame)->version == 0xFEFC)

/* ---- judging ------------------------------------------------------------ */

static int SameChecks(const wt_econtext* context, wt_erecord* record,
    const wt_key* key, const wt_frame* frame)
{
    wt_binding binding;
    wt_checks have;
    wt_checks want;

    if (!wt_binding_of_ssl(record->ssl, &binding) ||
            !wt_binding_checks(&binding, context->sidCtx, context->sidCtxSz,
                key, &want))
        return 0;
    wt_seal_checks(frame, &have);
#ifdef WT_HAVE_NAMES
    record->flags &= ~(word32)WT_R_LATE;
    /* In TLS 1.2 a name or list that is not there may still come. */
    if (!IS_TLS13(frame) && (!binding.hasName || !binding.hasAlpn)) {
        record->flags |= WT_R_LATE;
        XMEMCPY(record->checks, have.name, WT_CHECK_SZ);
        XMEMCPY(record->checks + WT_CHECK_SZ, have.alpn, WT_CHECK_SZ);
        if (!binding.hasName)
            XMEMCPY(want.name, have.name, WT_CHECK_SZ);
        if (!binding.hasAlpn)
            XMEMCPY(want.alpn, have.alpn, WT_CHECK_SZ);
    }
#endif
    return wt_equal((const byte*)&want, (const byte*)&have, sizeof(want));
}

/* Of a ticket that has opened; *age is set. */
static wolfTicket_CAUSE Judge(const wt_econtext* context,
    const wt_ticket* ticket, const wt_frame* frame, word32* age)
{
    word32 now = context->keys.clock;
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_USED;

    *age = (now > ticket->issued) ? now - ticket->issued : 0;
    if (ticket->issued > now + CLOCK_SKEW)
        ret = WOLFTICKET_CAUSE_NOT_YET;
    else if (*age > context->lifetime)
        ret = WOLFTICKET_CAUSE_EXPIRED;
    else if (*age + ticket->chainAge > context->renewalLimit)
        ret = WOLFTICKET_CAUSE_RENEWAL_LIMIT;
    else if (ticket->dataSz > WOLFTICKET_MAX_APPDATA)
        ret = WOLFTICKET_CAUSE_FORMAT;
#ifdef LAST_TICKET_NONCE
    else if (IS_TLS13(frame) && ticket->ticketNonce >= LAST_TICKET_NONCE)
        ret = WOLFTICKET_CAUSE_CHAIN;
#endif
    (void)frame;
    return ret;
}

/* ---- opening ------------------------------------------------------------ */

/* What a ticket has told about itself, or no offer can take it. */
static void Keep(wt_erecord* record, const wt_ticket* ticket, word32 age,
    const wt_key* key)
{
    record->age = age;
    record->fullAt = ticket->issued - ticket->chainAge;
    record->renewals = (unsigned short)ticket->renewals;
    record->nextNonce = (byte)(ticket->ticketNonce + 1);
    XMEMCPY(record->keyId, key->name, WT_KEY_ID_SZ);
    record->flags |= WT_R_OPENED;
}

/* Opens into wolfSSL's buffer; with the lock held.  keepData: the
 * application's data go to the record.  *renews is set when the key is not the
 * newest. */
static wolfTicket_CAUSE Open(wt_econtext* context, wt_erecord* record,
    wt_frame* frame, int keepData, int* renews)
{
    const wt_key* key;
    const byte* contents;
    wt_ticket ticket;
    word32 sz;
    word32 age;
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_BAD_SEAL;

    if (wt_seal_work_size(frame->encSz) > WT_STACK_WORK ||
            !wt_seal_format(frame))
        return WOLFTICKET_CAUSE_FORMAT;
    key = wt_embed_opening(context, frame->keyName);
    if (key == NULL)
        return WOLFTICKET_CAUSE_UNKNOWN_KEY;
    wt_aead_prepare(key->secret);
    if (wt_open(key, frame, frame->work, &ticket, &contents, &sz)) {
        *renews = key != wt_embed_sealing(context);
        ret = Judge(context, &ticket, frame, &age);
        if (ret == WOLFTICKET_CAUSE_USED &&
                !SameChecks(context, record, key, frame))
            ret = WOLFTICKET_CAUSE_BINDING;
        Keep(record, &ticket, age, key);
    }
    if (ret == WOLFTICKET_CAUSE_USED) {
        if (keepData) {
            XMEMCPY(record->offered, ticket.data, ticket.dataSz);
            record->offeredSz = (unsigned short)ticket.dataSz;
        }
        /* Beyond the frame there is only our padding. */
        if (sz > frame->encSz)
            sz = frame->encSz;
        XMEMCPY(frame->enc, contents, sz);
        frame->encSz = sz;
    }
    wt_wipe(frame->work, WT_STACK_WORK);
    return ret;
}

/* ---- asking ------------------------------------------------------------- */

void wt_embed_ask(wt_econtext* context, wt_erecord* record, wt_eoffer* offer)
{
    wolfTicket_STATUS status = offer->status;
    wolfTicket_RETURN answer = wt_default_answer(status);
    int good = status >= WOLFTICKET_SUCCESS;
    wt_verdict verdict;
    wt_error err;

    if (context->decCb != NULL) {
        record->flags |= WT_R_ON_OFFER;
        answer = context->decCb(record->ssl,
            good ? wolfSSL_get_session(record->ssl) : NULL,
            (status == WOLFTICKET_EMPTY) ? NULL : record->keyId,
            (status == WOLFTICKET_EMPTY) ? 0 : WT_KEY_ID_SZ, status,
            context->arg);
        record->flags &= ~(word32)WT_R_ON_OFFER;
    }
    record->presented++;
    err = wt_decide(status, answer, &verdict);
    offer->answer = (answer >= 0 && answer <= WOLFTICKET_RETURN_USE_RENEW)
        ? (byte)answer : WOLFTICKET_RETURN_ABORT;
    offer->use = verdict.use;
    if (verdict.renew)
        record->flags |= WT_R_RENEW;
    if (verdict.abort) {
        wt_embed_abort(record, err);
        offer->cause = WOLFTICKET_CAUSE_ABORT;
    }
    else if (good && !verdict.use) {
        offer->cause = WOLFTICKET_CAUSE_APPLICATION;
    }
}

/* ---- answering wolfSSL -------------------------------------------------- */

/* 8 bytes of its nonce: the end of the prefix, and the counter. */
#define TAG_SZ     8
#define TAG(frame) ((frame)->iv + WT_AEAD_NONCE_SZ - TAG_SZ)

static wt_eoffer* Find(wt_erecord* record, const wt_frame* frame)
{
    int i;

    for (i = 0; i < WOLFTICKET_MAX_OFFERS && i < record->presented; i++) {
        if (XMEMCMP(record->offer[i].tag, TAG(frame), TAG_SZ) == 0)
            return &record->offer[i];
    }
    return NULL;
}

static wt_eoffer* Add(wt_erecord* record, const wt_frame* frame)
{
    wt_eoffer* offer = NULL;

#if WOLFTICKET_MAX_OFFERS > 1
    /* wolfSSL may resume by any ticket of a hello that was opened for it, and
     * does not say by which: it gets one. */
    if (record->flags & WT_R_ACCEPTED)
        return NULL;
#endif
    if (record->presented < WOLFTICKET_MAX_OFFERS) {
        offer = &record->offer[record->presented];
        XMEMCPY(offer->tag, TAG(frame), TAG_SZ);
        record->flags &= ~(word32)WT_R_OPENED;
        /* What there is of its key's name. */
        XMEMCPY(record->keyId, frame->keyName, WT_KEY_ID_SZ);
    }
    return offer;
}

/* wolfSSL's contents are in its buffer by now, where it did open. */
static int Answer(wt_erecord* record, const wt_eoffer* offer,
    const wt_frame* frame)
{
    int ret = WOLFSSL_TICKET_RET_OK;

    if (offer->use) {
        record->flags |= WT_R_ACCEPTED;
        if (!IS_TLS13(frame) &&
                offer->answer == WOLFTICKET_RETURN_USE_RENEW)
            ret = WOLFSSL_TICKET_RET_CREATE;
    }
    else {
        wt_wipe(frame->enc, frame->encSz);
        wt_wipe(record->offered, sizeof(record->offered));
        record->offeredSz = 0;
        record->nextNonce = 0;
        record->fullAt = 0;
        record->flags &= ~(word32)(WT_R_ACCEPTED | WT_R_LATE);
#if defined(REFUSES_AND_RENEWS) && !defined(NO_WOLFSSL_CLIENT)
        if (!IS_TLS13(frame) && (record->flags & WT_R_RENEW) &&
                !(record->flags & WT_R_ABORTED))
            (void)wolfSSL_UseSessionTicket(record->ssl);
#endif
        ret = WOLFSSL_TICKET_RET_REJECT;
    }
    return ret;
}

int wt_embed_open(wt_econtext* context, wt_erecord* record, wt_frame* frame)
{
    wt_eoffer* offer = Find(record, frame);
    int again = offer != NULL;
    int renews = 0;
    wolfTicket_CAUSE cause = WOLFTICKET_CAUSE_INTERNAL;

    if (!again)
        offer = Add(record, frame);
    if (offer == NULL || (record->flags & WT_R_ABORTED) ||
            (again && !offer->use))
        return WOLFSSL_TICKET_RET_REJECT;
    wt_lock();
    if (wt_embed_keys(context, record->ssl, 0) != WT_E_CLOCK)
        cause = Open(context, record, frame, !again, &renews);
    wt_unlock();
    record->shown = (byte)(offer - record->offer + 1);
    if (!again) {
        offer->status = WOLFTICKET_NO_DECRYPT;
        if (cause == WOLFTICKET_CAUSE_USED)
            offer->status = (renews || IS_TLS13(frame))
                ? WOLFTICKET_SUCCESS_RENEW : WOLFTICKET_SUCCESS;
        offer->cause = (byte)cause;
        wt_embed_ask(context, record, offer);
    }
    else if (cause != WOLFTICKET_CAUSE_USED) {
        /* A second ClientHello may ask for another server name. */
        offer->use = 0;
        offer->cause = (byte)cause;
    }
    return Answer(record, offer, frame);
}

/* ---- late --------------------------------------------------------------- */

#ifdef WT_HAVE_NAMES
static int SameLate(wt_econtext* context, const wt_erecord* record)
{
    const wt_key* key;
    wt_binding binding;
    wt_checks want;
    int ret = 0;

    wt_lock();
    key = wt_embed_opening(context, record->keyId);
    if (key != NULL && wt_binding_of_ssl(record->ssl, &binding) &&
            wt_binding_checks(&binding, NULL, 0, key, &want))
        ret = wt_equal(want.name, record->checks, WT_CHECK_SZ) &&
            wt_equal(want.alpn, record->checks + WT_CHECK_SZ, WT_CHECK_SZ);
    wt_unlock();
    return ret;
}

void wt_embed_check_late(wt_econtext* context, wt_erecord* record)
{
    if ((record->flags & WT_R_LATE) && !SameLate(context, record)) {
        record->flags &= ~(word32)WT_R_ACCEPTED;
        record->offer[record->shown - 1].cause = WOLFTICKET_CAUSE_BINDING;
        wt_embed_abort(record, WT_E_LATE_BINDING);
    }
    record->flags &= ~(word32)WT_R_LATE;
}
#else
void wt_embed_check_late(wt_econtext* context, wt_erecord* record)
{
    (void)context;
    (void)record;
}
#endif

#endif /* WOLFTICKET_EMBEDDED */
