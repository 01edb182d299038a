/* embed_record.c
 *
 * The embedded core's connections: their records, and application data.
 *
 * A record is taken by wolfTicket_new() and given back by wolfTicket_free().
 * A connection that was freed without that leaves its record behind, which is
 * wiped when wolfTicket_new() makes another at the same address.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed.h"

#ifdef WOLFTICKET_EMBEDDED

/* ---- records ------------------------------------------------------------ */

void wt_embed_release(wt_erecord* record)
{
    wt_wipe(record, sizeof(*record));
}

void wt_embed_fail(wt_econtext* context, wt_erecord* record, wt_error err)
{
    context->error = (byte)err;
    (void)wt_fail(&record->error, err);
}

int wt_embed_told(wt_erecord* record, wt_error err)
{
    return err == WT_OK ||
        wt_fail((record != NULL) ? &record->error : NULL, err);
}

/* All that is of one handshake; settings stay, and data that were set for
 * it. */
static void Forget(wt_erecord* record)
{
    wt_wipe(record->offered, sizeof(record->offered));
    wt_wipe(record->offer, sizeof(record->offer));
    record->offeredSz = 0;
    record->flags = 0;
    record->fullAt = 0;
    record->sent = record->queued = record->nextNonce = 0;
    record->presented = record->shown = 0;
}

/* With the lock held. */
static wt_erecord* Take(wolfTicket_Storage* storage, WOLFSSL* ssl)
{
    wt_erecord* ret = NULL;
    int i;

    for (i = 0; i < WOLFTICKET_MAX_CONNECTIONS; i++) {
        wt_erecord* record = &storage->record[i];

        if (record->ssl == ssl)
            wt_embed_release(record);
        if (ret == NULL && record->ssl == NULL)
            ret = record;
    }
    if (ret != NULL) {
        ret->ssl = ssl;
        ret->numTickets = storage->context.numTickets;
        /* Keys are drawn now, while the connection has a generator. */
        (void)wt_embed_keys(&storage->context, ssl, 0);
    }
    return ret;
}

WOLFSSL* wolfTicket_new(WOLFSSL_CTX* ctx)
{
    wolfTicket_Storage* storage = wt_embed_attach(ctx);
    WOLFSSL* ssl = (storage != NULL) ? wolfSSL_new(ctx) : NULL;
    wt_erecord* record;

    if (ssl != NULL && wolfSSL_is_server(ssl) == 1) {
        wt_lock();
        record = Take(storage, ssl);
        wt_unlock();
        if (record != NULL) {
            record->session = wolfSSL_get_session(ssl);
            if (WT_NO_TICKETS(ssl))
                (void)wolfSSL_NoTicketTLSv12(ssl);
            (void)wolfSSL_SetHsDoneCb(ssl, wt_embed_done, NULL);
        }
        else {
            (void)wt_fail(&storage->context.error, WT_E_RECORDS);
            wolfSSL_free(ssl);
            ssl = NULL;
        }
    }
    else if (storage != NULL && ssl == NULL) {
        (void)wt_fail(&storage->context.error, WT_E_MEMORY);
    }
    return ssl;
}

void wolfTicket_free(WOLFSSL* ssl)
{
    wt_erecord* record = wt_embed_record(ssl, NULL);

    if (record != NULL) {
        wt_lock();
        wt_embed_release(record);
        wt_unlock();
    }
    wolfSSL_free(ssl);
}

/* ---- a handshake's course ----------------------------------------------- */

void wt_embed_begin(wt_erecord* record)
{
    if (record->flags & WT_R_DONE) {
        /* Negotiated anew. */
        wt_wipe(record->data, sizeof(record->data));
        record->dataSz = 0;
        Forget(record);
    }
    record->flags |= WT_R_RUNNING;
}

void wt_embed_settle(wt_econtext* context, wt_erecord* record)
{
    if (record->flags & WT_R_DONE)
        return;
    wt_embed_check_late(context, record);
    record->flags |= WT_R_DONE;
    if (wolfSSL_session_reused(record->ssl) == 1) {
        record->flags |= WT_R_RESUMED;
        if (record->flags & WT_R_ACCEPTED) {
            XMEMCPY(record->data, record->offered, sizeof(record->data));
            record->dataSz = record->offeredSz;
        }
    }
    if ((record->flags & (WT_R_RESUMED | WT_R_ACCEPTED)) !=
            (WT_R_RESUMED | WT_R_ACCEPTED))
        record->fullAt = 0;
    wt_wipe(record->offered, sizeof(record->offered));
    record->offeredSz = 0;
}

/* ---- application data --------------------------------------------------- */

/* Where the application sees its data now. */
static byte* DataOf(wt_econtext* context, wt_erecord* record,
    unsigned short** sz)
{
    int offered = (record->flags & WT_R_ON_OFFER) != 0;

    if ((record->flags & WT_R_RUNNING) &&
            wolfSSL_is_init_finished(record->ssl))
        wt_embed_settle(context, record);
    *sz = offered ? &record->offeredSz : &record->dataSz;
    return offered ? record->offered : record->data;
}

int wolfTicket_SESSION_set1_ticket_appdata(WOLFSSL_SESSION* ss,
    const void* data, size_t len)
{
    wt_econtext* context;
    wt_erecord* record = wt_embed_record_of(ss, &context);
    unsigned short* sz;
    byte* to;
    wt_error err = WT_OK;

    if (ss == NULL || (data == NULL && len > 0))
        err = WT_E_NULL;
    else if (record == NULL)
        err = WT_E_UNKNOWN_SESSION;
    else if (len > wt_embed_room())
        err = WT_E_APPDATA_SIZE;
    if (err == WT_OK) {
        to = DataOf(context, record, &sz);
        /* data may be a part of what there is. */
        if (len > 0)
            XMEMMOVE(to, data, len);
        wt_wipe(to + len, WOLFTICKET_MAX_APPDATA - len);
        *sz = (unsigned short)len;
    }
    return wt_embed_told(record, err);
}

int wolfTicket_SESSION_get0_ticket_appdata(WOLFSSL_SESSION* ss, void** data,
    size_t* len)
{
    wt_econtext* context;
    wt_erecord* record;
    unsigned short* sz;
    byte* from;

    if (ss == NULL || data == NULL || len == NULL)
        return wt_fail(NULL, WT_E_NULL);
    *data = NULL;
    *len = 0;
    record = wt_embed_record_of(ss, &context);
    if (record != NULL) {
        from = DataOf(context, record, &sz);
        if (*sz > 0) {
            *data = from;
            *len = *sz;
        }
    }
    return 1;
}

size_t wolfTicket_CTX_appdata_max(WOLFSSL_CTX* ctx)
{
    return (ctx != NULL) ? wt_embed_room() : 0;
}

/* ---- settings ----------------------------------------------------------- */

static int SetTickets(WOLFSSL* ssl, size_t num_tickets)
{
    wt_erecord* record = wt_embed_record(ssl, NULL);
    wt_error err = WT_OK;

    if (ssl == NULL)
        err = WT_E_NULL;
    else if (record == NULL)
        err = WT_E_UNKNOWN_SSL;
    else if (num_tickets > WOLFTICKET_MAX_TICKETS)
        err = WT_E_COUNT;
    else
        record->numTickets = (byte)num_tickets;
    return wt_embed_told(record, err);
}

int wolfTicket_set_num_tickets(WOLFSSL* ssl, size_t num_tickets)
{
    return SetTickets(ssl, num_tickets);
}

size_t wolfTicket_get_num_tickets(const WOLFSSL* ssl)
{
    wt_erecord* record = wt_embed_record(ssl, NULL);

    return (record != NULL) ? record->numTickets : 0;
}

#ifdef WOLFSSL_TLS13
int wolfTicket_no_ticket_TLSv13(WOLFSSL* ssl)
{
    return SetTickets(ssl, 0) ? 0 : wolfSSL_no_ticket_TLSv13(ssl);
}
#endif

int wolfTicket_SetHsDoneCb(WOLFSSL* ssl, HandShakeDoneCb cb, void* user_ctx)
{
    wt_erecord* record = wt_embed_record(ssl, NULL);

    if (record == NULL)
        return wolfSSL_SetHsDoneCb(ssl, cb, user_ctx) == WOLFSSL_SUCCESS;
    record->doneCb = cb;
    record->doneArg = user_ctx;
    return 1;
}

void wolfTicket_SSLSetIOSend(WOLFSSL* ssl, CallbackIOSend cb)
{
    wt_erecord* record = wt_embed_record(ssl, NULL);

    if (record != NULL)
        record->ioSend = cb;
    wolfSSL_SSLSetIOSend(ssl, cb);
}

#endif /* WOLFTICKET_EMBEDDED */
