/* context_set.c
 *
 * What the application sets for a context.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "context.h"

int wolfTicket_CTX_set_session_ticket_cb(WOLFSSL_CTX* ctx,
    wolfTicket_CTX_generate_session_ticket_fn gen_cb,
    wolfTicket_CTX_decrypt_session_ticket_fn dec_cb, void* arg)
{
    int client;
    wt_context* context = wt_context_attach(ctx, &client);

    if (context != NULL) {
        context->genCb = gen_cb;
        context->decCb = dec_cb;
        context->arg = arg;
    }
    return context != NULL || client;
}

int wolfTicket_CTX_set_num_tickets(WOLFSSL_CTX* ctx, size_t num_tickets)
{
    int client;
    wt_context* context = wt_context_attach(ctx, &client);
    int ret = client;

    if (context != NULL && num_tickets > WOLFTICKET_MAX_TICKETS) {
        ret = wt_fail(&context->error, WT_E_COUNT);
    }
    else if (context != NULL) {
        WT_STORE(&context->numTickets, (word32)num_tickets);
        wt_context_send_all(ctx);
        ret = 1;
    }
    return ret;
}

size_t wolfTicket_CTX_get_num_tickets(const WOLFSSL_CTX* ctx)
{
    wt_context* context = wt_context_find(ctx);
    size_t ret = 0;

    if (ctx == NULL)
        (void)wt_fail(NULL, WT_E_NULL);
    else
        ret = (context != NULL) ? WT_LOAD(&context->numTickets)
                                : WOLFTICKET_DEFAULT_TICKETS;
    return ret;
}

int wolfTicket_CTX_set_lifetime(WOLFSSL_CTX* ctx, unsigned int seconds)
{
    int client;
    wt_context* context = wt_context_attach(ctx, &client);
    int ret = client;

    if (context != NULL) {
        if (seconds == 0 || seconds > WOLFTICKET_MAX_LIFETIME) {
            ret = wt_fail(&context->error, WT_E_LIFETIME);
        }
        else {
            ret = wt_context_set_lifetime(context, seconds);
        }
    }
    return ret;
}

unsigned int wolfTicket_CTX_get_lifetime(const WOLFSSL_CTX* ctx)
{
    wt_context* context = wt_context_find(ctx);

    return (context != NULL) ? WT_LOAD(&context->lifetime)
                             : WOLFTICKET_DEFAULT_LIFETIME;
}

int wolfTicket_CTX_set_TicketHint(WOLFSSL_CTX* ctx, int hint)
{
    int ret;

    if (hint <= 0)
        ret = wt_fail(NULL, WT_E_LIFETIME);
    else
        ret = wolfTicket_CTX_set_lifetime(ctx, (unsigned int)hint);
    return ret;
}

int wolfTicket_CTX_set_renewal_limit(WOLFSSL_CTX* ctx, unsigned int seconds)
{
    int client;
    wt_context* context = wt_context_attach(ctx, &client);
    int ret = client;

    if (context != NULL) {
        if (seconds == 0 || seconds > WOLFTICKET_MAX_RENEWAL_LIMIT) {
            ret = wt_fail(&context->error, WT_E_RENEWAL_LIMIT);
        }
        else {
            context->renewalLimit = seconds;
            ret = 1;
        }
    }
    return ret;
}

unsigned int wolfTicket_CTX_get_renewal_limit(const WOLFSSL_CTX* ctx)
{
    wt_context* context = wt_context_find(ctx);

    return (context != NULL) ? context->renewalLimit
                             : WOLFTICKET_DEFAULT_RENEWAL_LIMIT;
}

int wolfTicket_CTX_set_session_id_context(WOLFSSL_CTX* ctx,
    const unsigned char* sid_ctx, unsigned int sid_ctx_len)
{
    int client;
    wt_context* context = wt_context_attach(ctx, &client);
    int ret = client;

    if (context != NULL && sid_ctx_len > WOLFTICKET_SID_CTX_MAX) {
        ret = wt_fail(&context->error, WT_E_SID_CTX);
    }
    else if (context != NULL && sid_ctx == NULL && sid_ctx_len > 0) {
        ret = wt_fail(&context->error, WT_E_NULL);
    }
    else if (context != NULL) {
        if (sid_ctx_len > 0)
            XMEMCPY(context->sidCtx, sid_ctx, sid_ctx_len);
        context->sidCtxSz = (byte)sid_ctx_len;
        ret = 1;
    }
#if defined(OPENSSL_EXTRA) || defined(HAVE_EXT_CACHE)
    if (ret == 1)
        (void)wolfSSL_CTX_set_session_id_context(ctx, (sid_ctx_len > 0)
            ? sid_ctx : (const unsigned char*)"", sid_ctx_len);
#endif
    return ret;
}
