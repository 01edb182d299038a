/* context.c
 *
 * Contexts: attached, hooked into, detached.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "context.h"
#include "client.h"
#include "connection.h"
#include "dtls.h"
#include "hooks.h"
#include "nonce.h"
#include "trust.h"

/* wolfSSL's own number when nobody sets one. */
#define WOLFSSL_DEFAULT_TICKETS 1

static wt_context* contexts = NULL;

/* ---- what only servers have --------------------------------------------- */

#ifndef NO_WOLFSSL_SERVER

/* The record hangs on the ticket callback's argument.  With WOLFSSL_HAPROXY
 * wolfSSL calls a context's callback with the argument of the context that the
 * connection began with, and its own callback would take our record for its
 * keys: there the argument stays as it was. */
static void* TicketCtx(const WOLFSSL_CTX* ctx)
{
#ifdef WT_MARKS_CONTEXTS
    wt_function record = wt_ctx_slot(WT_UNCONST(WOLFSSL_CTX*, ctx),
        WT_CTX_SLOT_RECORD);
    void* ret = NULL;

    XMEMCPY(&ret, &record, sizeof(ret));
    return ret;
#else
    return wolfSSL_CTX_get_TicketEncCtx(WT_UNCONST(WOLFSSL_CTX*, ctx));
#endif
}

static void SetTicketCb(WOLFSSL_CTX* ctx, SessionTicketEncCb cb, void* arg)
{
#ifdef WT_MARKS_CONTEXTS
    wt_function record = NULL;

    XMEMCPY(&record, &arg, sizeof(record));
    (void)wt_ctx_slot_set(ctx, WT_CTX_SLOT_RECORD, record);
#else
    (void)wolfSSL_CTX_set_TicketEncCtx(ctx, arg);
#endif
    (void)wolfSSL_CTX_set_TicketEncCb(ctx, cb);
}

static void SetOwnTickets(WOLFSSL_CTX* ctx, unsigned int n)
{
#ifdef WOLFSSL_TLS13
    (void)wolfSSL_CTX_set_num_tickets(ctx, n);
#else
    (void)ctx;
    (void)n;
#endif
}

#else

/* Every context is a client's, and none is ever attached. */
#define TicketCtx(ctx)             ((void)(ctx), (void*)NULL)
#define SetTicketCb(ctx, cb, arg)  ((void)(ctx), (void)(arg))
#define SetOwnTickets(ctx, n)      ((void)(ctx), (void)(n))

#endif

/* ---- records ------------------------------------------------------------ */

wt_context* wt_context_of_ticket(const WOLFSSL* ssl, void* arg)
{
#ifdef WT_MARKS_CONTEXTS
    (void)arg;
    return (wt_context*)TicketCtx(wolfSSL_get_SSL_CTX(
        WT_UNCONST(WOLFSSL*, ssl)));
#else
    (void)ssl;
    return (wt_context*)arg;
#endif
}

wt_context* wt_context_find(const WOLFSSL_CTX* ctx)
{
    wt_context* context = NULL;

    if (ctx != NULL && wt_port_init()) {
        wt_lock();
        context = contexts;
        while (context != NULL &&
                (context->ctx != ctx || !context->attached))
            context = context->next;
        /* Another context at the address of one that was freed. */
        if (context != NULL && TicketCtx(ctx) != context)
            context = NULL;
        wt_unlock();
    }
    return context;
}

void wt_context_hold(wt_context* context)
{
    context->refs++;
}

void wt_context_drop(wt_context* context)
{
    wt_context** link = &contexts;

    if (context == NULL || --context->refs > 0)
        return;
    while (*link != context)
        link = &(*link)->next;
    *link = context->next;
    wt_keyring_drop(context->ring);
    wt_pool_drop(context->pool);
    wt_wipe(context, sizeof(*context));
    XFREE(context, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}

/* With the lock held: the keys go now, the record with its connections. */
static void Retire(wt_context* context)
{
    context->attached = 0;
    context->ctx = NULL;
    wt_keyring_drop(context->ring);
    context->ring = NULL;
    wt_pool_drop(context->pool);
    context->pool = NULL;
#ifdef OPENSSL_EXTRA
    context->keyCb = NULL;
#endif
    wt_context_drop(context);
}

/* With the lock held. */
static void RetireAllOf(const WOLFSSL_CTX* ctx)
{
    wt_context* context = contexts;

    while (context != NULL) {
        wt_context* next = context->next;

        if (context->attached && (ctx == NULL || context->ctx == ctx))
            Retire(context);
        context = next;
    }
}

int wt_context_use_ring(wt_context* context, wolfTicket_KeyRing* ring)
{
    const wt_context* other = contexts;
    wt_pool* pool;

    while (other != NULL && (other == context || other->ring != ring))
        other = other->next;
    if (other != NULL || context->ring == ring ||
            !wt_pool_shared(context->pool)) {
        pool = (other != NULL) ? other->pool : context->pool;
        wt_pool_hold(pool);
    }
    else {
        pool = wt_pool_new();
    }
    if (pool != NULL) {
        wt_pool_drop(context->pool);
        context->pool = pool;
        wt_keyring_hold(ring);
        wt_keyring_drop(context->ring);
        context->ring = ring;
    }
    return pool != NULL;
}

void wt_context_count(wt_context* context, int counter)
{
#ifdef SINGLE_THREADED
    context->stripe[0].count[counter]++;
#else
    WT_ADD(&context->stripe[wt_thread_number() % WT_STRIPES].count[counter],
        1UL);
#endif
}

/* ---- attaching ---------------------------------------------------------- */

/* wolfSSL has no getter for a context's side and protocol, but a connection
 * has. */
static int IsClient(WOLFSSL_CTX* ctx, int* dtls)
{
#ifdef NO_WOLFSSL_SERVER
    (void)ctx;
    *dtls = 0;
    return 1;
#else
    int ret = 0;
    WOLFSSL* probe = wolfSSL_new(ctx);

    *dtls = 0;
    if (probe != NULL) {
        *dtls = wt_dtls(probe);
        ret = wt_is_client(probe);
        wolfSSL_free(probe);
    }
    return ret;
#endif
}

void wt_context_send_all(WOLFSSL_CTX* ctx)
{
    SetOwnTickets(ctx, 0);
}

static void HookIn(wt_context* context)
{
    SetTicketCb(context->ctx, wt_hook_ticket, context);
    wt_context_send_all(context->ctx);
#ifdef WT_HAVE_MSG_CB
    (void)wolfSSL_CTX_set_msg_callback(context->ctx, wt_hook_message);
#endif
    wt_context_first_lifetime(context);
}

/* A reference to a session would outlive what it was allocated from. */
static int HasOwnHeap(WOLFSSL_CTX* ctx)
{
#if defined(WT_HOLDS_SESSIONS) && defined(WOLFSSL_STATIC_MEMORY)
    return wolfSSL_CTX_GetHeap(ctx, NULL) != NULL;
#else
    (void)ctx;
    return 0;
#endif
}

static wt_error NewContext(WOLFSSL_CTX* ctx, int dtls, wt_context** out)
{
    wt_error ret = HasOwnHeap(ctx) ? WT_E_HEAP : WT_OK;
    wolfTicket_KeyRing* ring = NULL;
    wt_context* context = NULL;
    wt_pool* pool = NULL;

    if (ret == WT_OK) {
        ring = wolfTicket_KeyRing_new();
        if (ring == NULL)
            ret = (wt_error)wt_thread_error();
    }
    if (ret == WT_OK && !wt_nonce_warm(ring))
        ret = WT_E_RANDOM;
    if (ret == WT_OK) {
        context = (wt_context*)XMALLOC(sizeof(*context), NULL,
            DYNAMIC_TYPE_TMP_BUFFER);
        pool = wt_pool_new();
        if (context == NULL || pool == NULL)
            ret = WT_E_MEMORY;
    }
    if (ret == WT_OK) {
        XMEMSET(context, 0, sizeof(*context));
        context->ctx = ctx;
        context->refs = 1;
        context->owners = 1;
        context->attached = 1;
        context->dtls = (byte)dtls;
        context->numTickets = WOLFTICKET_DEFAULT_TICKETS;
        context->renewalLimit = WOLFTICKET_DEFAULT_RENEWAL_LIMIT;
        context->ring = ring;
        context->pool = pool;
        context->dataMemory = WOLFTICKET_DEFAULT_DATA_MEMORY;
        wt_lock();
        RetireAllOf(ctx);
#ifndef WT_HAVE_EX_DATA
        context->ioSend = wt_early_send_forget(ctx);
        context->earlySend = 1;
#endif
        context->next = contexts;
        contexts = context;
        wt_unlock();
        HookIn(context);
    }
    else {
        wolfTicket_KeyRing_free(ring);
        XFREE(context, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        context = NULL;
        wt_pool_drop(pool);
    }
    *out = context;
    return ret;
}

wt_context* wt_context_attach(WOLFSSL_CTX* ctx, int* client)
{
    wt_context* context = NULL;
    wt_error err = WT_OK;
    int dtls;

    *client = 0;
    if (ctx == NULL)
        err = WT_E_NULL;
    else if (!wt_port_init())
        err = WT_E_PLATFORM;
    else
        context = wt_context_find(ctx);
    if (err == WT_OK && context == NULL) {
        *client = IsClient(ctx, &dtls);
        if (!*client)
            err = NewContext(ctx, dtls, &context);
    }
    if (err != WT_OK)
        (void)wt_fail(NULL, err);
    return context;
}

void wt_context_cleanup(void)
{
    wt_lock();
    RetireAllOf(NULL);
#ifndef WT_HAVE_EX_DATA
    (void)wt_early_send_forget(NULL);
#endif
    wt_unlock();
}

int wolfTicket_CTX_attach(WOLFSSL_CTX* ctx)
{
    int client;

    return wt_context_attach(ctx, &client) != NULL || client;
}

static void Detach(wt_context* context, WOLFSSL_CTX* ctx)
{
    SetTicketCb(ctx, NULL, NULL);
    SetOwnTickets(ctx, WOLFSSL_DEFAULT_TICKETS);
#ifdef WT_HAVE_MSG_CB
    (void)wolfSSL_CTX_set_msg_callback(ctx, wt_context_msg_cb(ctx));
#endif
    wt_lock();
    Retire(context);
    wt_unlock();
    wt_feed_bury();
}

int wolfTicket_CTX_detach(WOLFSSL_CTX* ctx)
{
    wt_context* context = wt_context_find(ctx);

    if (context != NULL)
        Detach(context, ctx);
    else
        (void)wt_fail(NULL, (ctx == NULL) ? WT_E_NULL : WT_E_NOT_ATTACHED);
    return context != NULL;
}

int wt_context_is_last(const wt_context* context)
{
    return context->attached && context->owners == 0 && context->refs == 2;
}

void wt_context_leave(wt_context* context, WOLFSSL_CTX* ctx)
{
    if (context->ctx == ctx)
        Detach(context, ctx);
    wt_lock();
    /* Switched to another context, the connection has not kept its first one
     * alive. */
    if (context->attached)
        Retire(context);
    wt_context_drop(context);
    wt_unlock();
    wt_feed_bury();
}

int wolfTicket_CTX_up_ref(WOLFSSL_CTX* ctx)
{
    wt_context* context = wt_context_find(ctx);
    int ret = 0;

    if (ctx == NULL)
        (void)wt_fail(NULL, WT_E_NULL);
    else
        ret = wolfSSL_CTX_up_ref(ctx) == WOLFSSL_SUCCESS;
    if (ret && context != NULL) {
        wt_lock();
        context->owners++;
        wt_unlock();
    }
    else if (ret) {
        wt_client_up_ref(ctx);
    }
    return ret;
}

/* A context lives on as long as it has connections, and they need its
 * keys. */
void wolfTicket_CTX_free(WOLFSSL_CTX* ctx)
{
    wt_context* context = wt_context_find(ctx);
    int last = 0;

    if (context != NULL) {
        wt_lock();
        if (context->owners > 0)
            context->owners--;
        last = context->owners == 0 && context->refs == 1;
        wt_unlock();
        if (last)
            Detach(context, ctx);
    }
    else if (ctx != NULL) {
        wt_client_forget(ctx);
    }
#ifndef WT_HAVE_EX_DATA
    if (ctx != NULL && wt_port_init()) {
        wt_lock();
        (void)wt_early_send_forget(ctx);
        wt_unlock();
    }
#endif
    if (ctx != NULL)
        wt_trust_forget(ctx);
    wolfSSL_CTX_free(ctx);
}
