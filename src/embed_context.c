/* embed_context.c
 *
 * The embedded core's contexts: their storage, and what is set for them.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed.h"

#ifdef WOLFTICKET_EMBEDDED

static wolfTicket_Storage* storages = NULL;

/* ---- storage ------------------------------------------------------------ */

wolfTicket_Storage* wt_embed_find(const WOLFSSL_CTX* ctx)
{
    wolfTicket_Storage* storage = storages;

    while (storage != NULL && storage->context.ctx != ctx)
        storage = storage->context.next;
    return (ctx != NULL) ? storage : NULL;
}

static int IsZero(const wolfTicket_Storage* storage)
{
    const byte* p = (const byte*)storage;
    byte any = 0;
    size_t i;

    for (i = 0; i < sizeof(*storage); i++)
        any |= p[i];
    return any == 0;
}

/* wolfSSL's own timeout is the tickets' lifetime, and it sends none itself:
 * they go out with the done callback of each connection. */
static int Hook(WOLFSSL_CTX* ctx, wolfTicket_Storage* storage)
{
    int ret = wolfSSL_CTX_set_TicketEncCb(ctx, wt_embed_ticket) ==
            WOLFSSL_SUCCESS &&
        wolfSSL_CTX_set_TicketEncCtx(ctx, storage) == WOLFSSL_SUCCESS &&
        wolfSSL_CTX_set_TicketHint(ctx, WOLFTICKET_DEFAULT_LIFETIME) ==
            WOLFSSL_SUCCESS;

#ifdef WOLFSSL_TLS13
    if (ret)
        (void)wolfSSL_CTX_set_num_tickets(ctx, 0);
#endif
#ifndef NO_SESSION_CACHE
    if (ret)
        (void)wolfSSL_CTX_set_timeout(ctx, WOLFTICKET_DEFAULT_LIFETIME);
#endif
    return ret;
}

static wt_error Embed(WOLFSSL_CTX* ctx, wolfTicket_Storage* storage)
{
    wt_econtext* context = &storage->context;
    wt_error ret = WT_OK;

    if (!IsZero(storage) || wt_embed_find(ctx) != NULL) {
        ret = WT_E_STORAGE;
    }
    else if (!Hook(ctx, storage)) {
        ret = WT_E_PLATFORM;
    }
    else {
        context->ctx = ctx;
        context->numTickets = WOLFTICKET_DEFAULT_TICKETS;
        context->lifetime = WOLFTICKET_DEFAULT_LIFETIME;
        context->renewalLimit = WOLFTICKET_DEFAULT_RENEWAL_LIMIT;
        context->next = storages;
        storages = storage;
    }
    return ret;
}

int wolfTicket_CTX_embed(WOLFSSL_CTX* ctx, wolfTicket_Storage* storage)
{
    wt_error err = WT_E_NULL;

    if (ctx != NULL && storage != NULL) {
        err = WT_E_PLATFORM;
        if (wt_embed_port()) {
            wt_lock();
            err = (wt_embed_find(ctx) == storage) ? WT_OK
                                                  : Embed(ctx, storage);
            wt_unlock();
        }
    }
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}

wolfTicket_Storage* wt_embed_attach(WOLFSSL_CTX* ctx)
{
    wolfTicket_Storage* storage = NULL;
    wt_error err = WT_E_NULL;

    if (ctx != NULL && wt_embed_port()) {
        wt_lock();
        storage = wt_embed_find(ctx);
        wt_unlock();
        err = WT_E_NOT_ATTACHED;
    }
#ifndef WOLFTICKET_NO_HEAP
    if (err == WT_E_NOT_ATTACHED && storage == NULL) {
        storage = (wolfTicket_Storage*)XMALLOC(sizeof(*storage), NULL,
            DYNAMIC_TYPE_TMP_BUFFER);
        err = WT_E_MEMORY;
        if (storage != NULL) {
            XMEMSET(storage, 0, sizeof(*storage));
            wt_lock();
            err = Embed(ctx, storage);
            storage->context.allocated = err == WT_OK;
            wt_unlock();
            if (err != WT_OK) {
                XFREE(storage, NULL, DYNAMIC_TYPE_TMP_BUFFER);
                storage = NULL;
            }
        }
    }
#endif
    if (storage == NULL)
        (void)wt_fail(NULL, err);
    return storage;
}

int wolfTicket_CTX_attach(WOLFSSL_CTX* ctx)
{
    return wt_embed_attach(ctx) != NULL;
}

/* Takes the storage out and wipes it; with the lock held. */
static wolfTicket_Storage* TakeOut(const WOLFSSL_CTX* ctx)
{
    wolfTicket_Storage* storage = wt_embed_find(ctx);
    wolfTicket_Storage** place = &storages;
    byte allocated;

    if (storage != NULL) {
        while (*place != storage)
            place = &(*place)->context.next;
        *place = storage->context.next;
        wt_aead_forget();
        allocated = storage->context.allocated;
        wt_wipe(storage, sizeof(*storage));
        if (allocated) {
#ifndef WOLFTICKET_NO_HEAP
            XFREE(storage, NULL, DYNAMIC_TYPE_TMP_BUFFER);
#endif
        }
    }
    return storage;
}

int wolfTicket_CTX_detach(WOLFSSL_CTX* ctx)
{
    int found;

    wt_lock();
    found = TakeOut(ctx) != NULL;
    wt_unlock();
    /* The callback stays: what it now makes opens nowhere. */
    if (found)
        (void)wolfSSL_CTX_set_TicketEncCtx(ctx, NULL);
    return found ? 1 : wt_fail(NULL, WT_E_NOT_ATTACHED);
}

void wolfTicket_CTX_free(WOLFSSL_CTX* ctx)
{
    if (ctx != NULL) {
        wt_lock();
        (void)TakeOut(ctx);
        wt_unlock();
        wolfSSL_CTX_free(ctx);
    }
}

void wolfTicket_cleanup(void)
{
    wt_lock();
    while (storages != NULL)
        (void)TakeOut(storages->context.ctx);
    wt_unlock();
}

/* ---- records ------------------------------------------------------------ */

static wt_erecord* Find(const WOLFSSL* ssl, const WOLFSSL_SESSION* session,
    wt_econtext** context)
{
    wolfTicket_Storage* storage;
    wt_erecord* ret = NULL;
    int i;

    wt_lock();
    for (storage = storages; storage != NULL && ret == NULL;
            storage = storage->context.next) {
        for (i = 0; i < WOLFTICKET_MAX_CONNECTIONS && ret == NULL; i++) {
            wt_erecord* record = &storage->record[i];

            if (record->ssl != NULL && (record->ssl == ssl ||
                    (session != NULL && record->session == session))) {
                ret = record;
                if (context != NULL)
                    *context = &storage->context;
            }
        }
    }
    wt_unlock();
    return ret;
}

wt_erecord* wt_embed_record(const WOLFSSL* ssl, wt_econtext** context)
{
    return Find(ssl, NULL, context);
}

wt_erecord* wt_embed_record_of(const WOLFSSL_SESSION* session,
    wt_econtext** context)
{
    return Find(NULL, session, context);
}

/* ---- settings ----------------------------------------------------------- */

/* Tells a context's failure; returns 1 or 0. */
static int Tell(wolfTicket_Storage* storage, wt_error err)
{
    return storage != NULL &&
        (err == WT_OK || wt_fail(&storage->context.error, err));
}

int wolfTicket_CTX_set_session_ticket_cb(WOLFSSL_CTX* ctx,
    wolfTicket_CTX_generate_session_ticket_fn gen_cb,
    wolfTicket_CTX_decrypt_session_ticket_fn dec_cb, void* arg)
{
    wolfTicket_Storage* storage = wt_embed_attach(ctx);

    if (storage != NULL) {
        storage->context.genCb = gen_cb;
        storage->context.decCb = dec_cb;
        storage->context.arg = arg;
    }
    return Tell(storage, WT_OK);
}

int wolfTicket_CTX_set_num_tickets(WOLFSSL_CTX* ctx, size_t num_tickets)
{
    wolfTicket_Storage* storage = wt_embed_attach(ctx);
    wt_error err = (num_tickets > WOLFTICKET_MAX_TICKETS) ? WT_E_COUNT : WT_OK;

    if (storage != NULL && err == WT_OK)
        storage->context.numTickets = (byte)num_tickets;
    return Tell(storage, err);
}

size_t wolfTicket_CTX_get_num_tickets(const WOLFSSL_CTX* ctx)
{
    wolfTicket_Storage* storage;
    size_t ret = (ctx != NULL) ? WOLFTICKET_DEFAULT_TICKETS : 0;

    wt_lock();
    storage = wt_embed_find(ctx);
    if (storage != NULL)
        ret = storage->context.numTickets;
    wt_unlock();
    return ret;
}

#ifdef WOLFSSL_TLS13
int wolfTicket_CTX_no_ticket_TLSv13(WOLFSSL_CTX* ctx)
{
    return wolfTicket_CTX_set_num_tickets(ctx, 0)
        ? 0 : wolfSSL_CTX_no_ticket_TLSv13(ctx);
}
#endif

int wolfTicket_CTX_set_lifetime(WOLFSSL_CTX* ctx, unsigned int seconds)
{
    wolfTicket_Storage* storage = wt_embed_attach(ctx);
    wt_error err = WT_OK;

    if (seconds < 1 || seconds > WOLFTICKET_MAX_LIFETIME)
        err = WT_E_LIFETIME;
    if (storage != NULL && err == WT_OK) {
        storage->context.lifetime = seconds;
#ifndef NO_SESSION_CACHE
        (void)wolfSSL_CTX_set_timeout(ctx, seconds);
#endif
        (void)wolfSSL_CTX_set_TicketHint(ctx, (int)seconds);
    }
    return Tell(storage, err);
}

int wolfTicket_CTX_set_TicketHint(WOLFSSL_CTX* ctx, int hint)
{
    return wolfTicket_CTX_set_lifetime(ctx, (hint > 0) ? (unsigned int)hint
                                                       : 0);
}

unsigned int wolfTicket_CTX_get_lifetime(const WOLFSSL_CTX* ctx)
{
    wolfTicket_Storage* storage;
    unsigned int ret = WOLFTICKET_DEFAULT_LIFETIME;

    wt_lock();
    storage = wt_embed_find(ctx);
    if (storage != NULL)
        ret = storage->context.lifetime;
    wt_unlock();
    return ret;
}

int wolfTicket_CTX_set_renewal_limit(WOLFSSL_CTX* ctx, unsigned int seconds)
{
    wolfTicket_Storage* storage = wt_embed_attach(ctx);
    wt_error err = WT_OK;

    if (seconds < 1 || seconds > WOLFTICKET_MAX_RENEWAL_LIMIT)
        err = WT_E_RENEWAL_LIMIT;
    if (storage != NULL && err == WT_OK)
        storage->context.renewalLimit = seconds;
    return Tell(storage, err);
}

unsigned int wolfTicket_CTX_get_renewal_limit(const WOLFSSL_CTX* ctx)
{
    wolfTicket_Storage* storage;
    unsigned int ret = WOLFTICKET_DEFAULT_RENEWAL_LIMIT;

    wt_lock();
    storage = wt_embed_find(ctx);
    if (storage != NULL)
        ret = storage->context.renewalLimit;
    wt_unlock();
    return ret;
}

int wolfTicket_CTX_set_session_id_context(WOLFSSL_CTX* ctx,
    const unsigned char* sid_ctx, unsigned int sid_ctx_len)
{
    wolfTicket_Storage* storage = wt_embed_attach(ctx);
    wt_error err = WT_OK;

    if (sid_ctx_len > WOLFTICKET_SID_CTX_MAX)
        err = WT_E_SID_CTX;
    else if (sid_ctx == NULL && sid_ctx_len > 0)
        err = WT_E_NULL;
    if (storage != NULL && err == WT_OK) {
        if (sid_ctx_len > 0)
            XMEMCPY(storage->context.sidCtx, sid_ctx, sid_ctx_len);
        storage->context.sidCtxSz = (byte)sid_ctx_len;
    }
#ifdef OPENSSL_EXTRA
    if (ctx != NULL && err == WT_OK)
        (void)wolfSSL_CTX_set_session_id_context(ctx, (sid_ctx_len > 0)
            ? sid_ctx : (const unsigned char*)"", sid_ctx_len);
#endif
    return Tell(storage, err);
}

void wolfTicket_CTX_SetIOSend(WOLFSSL_CTX* ctx, CallbackIOSend cb)
{
    wolfTicket_Storage* storage;

    wt_lock();
    storage = wt_embed_find(ctx);
    if (storage != NULL)
        storage->context.ioSend = cb;
    wt_unlock();
    wolfSSL_CTX_SetIOSend(ctx, cb);
}

#endif /* WOLFTICKET_EMBEDDED */
