/* context_callbacks.c
 *
 * Callbacks of a context that the application and wolfTicket share.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "context.h"

#ifndef WT_HAVE_EX_DATA

/* ---- sending ------------------------------------------------------------ */

/* Of contexts that are not attached, which have nothing of ours to know them
 * by but the address. */
typedef struct wt_early {
    const WOLFSSL_CTX* ctx;
    CallbackIOSend ioSend;
    struct wt_early* next;
} wt_early;

static wt_early* early = NULL;

CallbackIOSend wt_early_send_forget(const WOLFSSL_CTX* ctx)
{
    wt_early** link = &early;
    CallbackIOSend ret = NULL;

    while (*link != NULL) {
        wt_early* gone = *link;

        if (ctx == NULL || gone->ctx == ctx) {
            ret = gone->ioSend;
            *link = gone->next;
            XFREE(gone, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        }
        else {
            link = &gone->next;
        }
    }
    return ret;
}

void wt_context_set_io_send(WOLFSSL_CTX* ctx, CallbackIOSend cb)
{
    wt_context* context = wt_context_find(ctx);
    wt_early* entry = NULL;

    wt_lock();
    (void)wt_early_send_forget(ctx);
    if (context != NULL) {
        context->ioSend = cb;
        context->earlySend = 0;
    }
    else if (cb != NULL) {
        entry = (wt_early*)XMALLOC(sizeof(*entry), NULL,
            DYNAMIC_TYPE_TMP_BUFFER);
    }
    if (entry != NULL) {
        entry->ctx = ctx;
        entry->ioSend = cb;
        entry->next = early;
        early = entry;
    }
    wt_unlock();
}

CallbackIOSend wt_context_io_send(const wt_context* context, int unsure)
{
    int known = !context->earlySend || !unsure;

#if defined(WOLFSSL_USER_IO) || defined(WOLFSSL_NO_SOCK)
    known = 1;      /* there is no other */
#endif
    return known ? context->ioSend : NULL;
}

#endif /* !WT_HAVE_EX_DATA */

#ifdef WT_HAVE_MSG_CB

/* ---- messages ----------------------------------------------------------- */

int wt_context_set_msg_cb(WOLFSSL_CTX* ctx, SSL_Msg_Cb cb)
{
    int ret = 0;

    if (ctx == NULL) {
        (void)wt_fail(NULL, WT_E_NULL);
    }
    else {
#ifdef WT_HAVE_EX_DATA
        ret = wt_port_init() &&
            wt_ctx_slot_set(ctx, WT_CTX_SLOT_MSG_CB, (wt_function)cb);
        if (!ret)
            (void)wt_fail(NULL, WT_E_PLATFORM);
#else
        /* There is no place to remember it for later. */
        int client;
        wt_context* context = wt_context_attach(ctx, &client);

        if (context != NULL)
            context->msgCb = cb;
        ret = context != NULL || client;
#endif
    }
    return ret;
}

SSL_Msg_Cb wt_context_msg_cb(WOLFSSL_CTX* ctx)
{
#ifdef WT_HAVE_EX_DATA
    return (SSL_Msg_Cb)wt_ctx_slot(ctx, WT_CTX_SLOT_MSG_CB);
#else
    wt_context* context = wt_context_find(ctx);

    return (context != NULL) ? context->msgCb : NULL;
#endif
}

#endif /* WT_HAVE_MSG_CB */
