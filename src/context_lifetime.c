/* context_lifetime.c
 *
 * How long a context's tickets live, told to all who have to know.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "context.h"

/* wolfSSL's own when nobody sets one. */
#define WOLFSSL_DEFAULT_TIMEOUT 500

static void SetHint(WOLFSSL_CTX* ctx, word32 seconds)
{
#ifndef NO_WOLFSSL_SERVER
    (void)wolfSSL_CTX_set_TicketHint(ctx, (int)seconds);
#else
    (void)ctx;
    (void)seconds;
#endif
}

/* Lifetime, hint and timeout go together: a hint longer than the keys live
 * makes clients come with tickets that cannot be opened, and a timeout
 * shorter than the hint makes wolfSSL refuse good ones. */
static void TellLifetime(wt_context* context)
{
    (void)wolfSSL_CTX_set_timeout(context->ctx, context->lifetime);
    SetHint(context->ctx, context->lifetime);
}

/* 1, or 0 when the ring's keys cannot serve so long. */
static int TakeLifetime(wt_context* context, word32 seconds)
{
    int ret;

    wt_lock();
    ret = wt_keyring_lifetime(context->ring, seconds);
    wt_unlock();
    if (ret)
        WT_STORE(&context->lifetime, seconds);
    else
        WT_STORE(&context->error, WT_E_PERIOD_LIFE);
    return ret;
}

/* wolfSSL's timeout, 0 where it does not tell. */
static word32 Timeout(WOLFSSL_CTX* ctx)
{
    long timeout = 0;

#if defined(OPENSSL_EXTRA) || defined(OPENSSL_ALL)
    timeout = wolfSSL_SSL_CTX_get_timeout(ctx);
    if (timeout < 0 || timeout > WOLFTICKET_MAX_LIFETIME)
        timeout = WOLFTICKET_MAX_LIFETIME;
#else
    (void)ctx;
#endif
    return (word32)timeout;
}

/* What the application has set, if it has. */
static word32 FirstLifetime(WOLFSSL_CTX* ctx)
{
    word32 timeout = Timeout(ctx);

    return (timeout == 0 || timeout == WOLFSSL_DEFAULT_TIMEOUT)
        ? WOLFTICKET_DEFAULT_LIFETIME : timeout;
}

int wt_context_set_lifetime(wt_context* context, word32 seconds)
{
    int ret = TakeLifetime(context, seconds);

    if (ret)
        TellLifetime(context);
    return ret;
}

void wt_context_follow_timeout(wt_context* context, WOLFSSL_CTX* ctx)
{
    word32 timeout = (context->attached && context->ctx == ctx)
        ? Timeout(ctx) : 0;

    /* One that is refused is taken back, or clients would be told of it. */
    if (timeout != 0 && timeout != WT_LOAD(&context->lifetime) &&
            !TakeLifetime(context, timeout))
        TellLifetime(context);
}

void wt_context_first_lifetime(wt_context* context)
{
    (void)TakeLifetime(context, FirstLifetime(context->ctx));
    TellLifetime(context);
}
