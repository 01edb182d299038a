/* embed_issue.c
 *
 * Tickets that the embedded core makes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed.h"

#ifdef WOLFTICKET_EMBEDDED

/* wolfSSL's contents and what may come out of them, as the last ticket showed
 * them. */
static word32 contentsSz = 0;
static word32 sealedMax = 0;

size_t wt_embed_room(void)
{
    size_t ret = WOLFTICKET_MIN_APPDATA_MAX;

    wt_lock();
    if (sealedMax != 0)
        ret = wt_seal_room(contentsSz, sealedMax);
    wt_unlock();
    return (ret < WOLFTICKET_MAX_APPDATA) ? ret : WOLFTICKET_MAX_APPDATA;
}

/* A TLS 1.2 client has asked for a ticket, and presented none. */
static void AskEmpty(wt_econtext* context, wt_erecord* record)
{
    wt_eoffer* offer = &record->offer[0];

    offer->status = WOLFTICKET_EMPTY;
    offer->cause = WOLFTICKET_CAUSE_EMPTY;
    record->shown = 1;
    wt_embed_ask(context, record, offer);
    if (!(record->flags & WT_R_RENEW))
        record->flags |= WT_R_WITHHOLD;
}

static void Describe(const wt_econtext* context, wt_erecord* record,
    wt_ticket* ticket)
{
    word32 now = context->keys.clock;

    if (record->fullAt == 0) {
        record->fullAt = now;
        record->renewals = 0;
    }
    ticket->issued = now;
    ticket->chainAge = (now > record->fullAt) ? now - record->fullAt : 0;
    ticket->renewals = record->renewals;
    if (record->flags & WT_R_RESUMED)
        ticket->renewals++;
    ticket->ticketNonce = record->nextNonce;
    ticket->data = record->data;
    ticket->dataSz = record->dataSz;
}

/* With the lock held. */
static wt_error Seal(wt_econtext* context, wt_erecord* record,
    const byte nonce[WT_AEAD_NONCE_SZ], wt_frame* frame)
{
    wt_binding binding;
    wt_checks checks;
    wt_ticket ticket;
    const wt_key* key;
    wt_error ret = wt_embed_keys(context, record->ssl, 0);

    if (ret == WT_E_CLOCK)
        return ret;
    key = wt_embed_sealing(context);
    if (key == NULL)
        return WT_E_NO_KEY;
    wt_aead_prepare(key->secret);
    Describe(context, record, &ticket);
    if (!wt_binding_of_ssl(record->ssl, &binding) ||
            !wt_binding_checks(&binding, context->sidCtx, context->sidCtxSz,
                key, &checks) ||
            !wt_seal(key, nonce, &checks, &ticket, frame))
        return WT_E_SEAL;
    return WT_OK;
}

static wt_error Make(wt_econtext* context, wt_erecord* record,
    wt_frame* frame)
{
    byte nonce[WT_AEAD_NONCE_SZ];
    wt_error ret = WT_OK;

    if (record->sent == WOLFTICKET_MAX_TICKETS)
        ret = WT_E_NO_NONCES;
    if (ret == WT_OK && context->genCb != NULL &&
            context->genCb(record->ssl, context->arg) == 0)
        ret = WT_E_GEN_CB;
    if (ret == WT_OK && record->dataSz > wt_seal_room(frame->encSz,
            frame->encMax))
        ret = WT_E_APPDATA_ROOM;
    if (ret == WT_OK && !wt_embed_nonce(record->ssl, nonce))
        ret = WT_E_RANDOM;
    if (ret == WT_OK) {
        wt_lock();
        ret = Seal(context, record, nonce, frame);
        wt_unlock();
    }
    return ret;
}

int wt_embed_issue(wt_econtext* context, wt_erecord* record, wt_frame* frame)
{
    wt_error err = WT_OK;

    wt_lock();
    contentsSz = frame->encSz;
    sealedMax = frame->encMax;
    wt_unlock();
    wt_embed_settle(context, record);
    if (!wt_is_tls13(record->ssl) && record->presented == 0)
        AskEmpty(context, record);
    if (!(record->flags & (WT_R_ABORTED | WT_R_WITHHOLD)))
        err = Make(context, record, frame);
    if (err == WT_E_GEN_CB)
        wt_embed_abort(record, err);
    else if (err != WT_OK)
        wt_embed_fail(context, record, err);
    if (record->flags & WT_R_ABORTED)
        wt_embed_alert_now(record);
    else if (err != WT_OK || (record->flags & WT_R_WITHHOLD))
        wt_seal_dead(frame);    /* wolfSSL has promised the client one */
    if (record->sent < WOLFTICKET_MAX_TICKETS) {
        record->sent++;
        record->nextNonce++;
    }
    return !(record->flags & WT_R_ABORTED);
}

#endif /* WOLFTICKET_EMBEDDED */
