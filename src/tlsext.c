/* tlsext.c
 *
 * The keys of a context: its ring, and what OpenSSL's programs set.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "context.h"
#include "keycb.h"

/* ---- the key ring ------------------------------------------------------- */

int wolfTicket_CTX_set_key_ring(WOLFSSL_CTX* ctx, wolfTicket_KeyRing* ring)
{
    int client = 0;
    wt_context* context = NULL;
    int ret = 0;

    if (ring == NULL)
        (void)wt_fail(NULL, WT_E_NULL);
    else
        context = wt_context_attach(ctx, &client);
    if (context != NULL) {
        wt_lock();
        ret = wt_keyring_lifetime(ring, context->lifetime);
        if (!ret) {
            WT_STORE(&context->error, WT_E_PERIOD_LIFE);
        }
        else {
            ret = wt_context_use_ring(context, ring);
            if (!ret)
                (void)wt_fail(&context->error, WT_E_MEMORY);
        }
        wt_unlock();
        wt_feed_bury();
    }
    return ret || client;
}

wolfTicket_KeyRing* wolfTicket_CTX_get_key_ring(const WOLFSSL_CTX* ctx)
{
    wt_context* context = wt_context_find(ctx);

    return (context != NULL) ? context->ring : NULL;
}

/* ---- OpenSSL's ---------------------------------------------------------- */

/* Their order. */
#define HALF_SZ   32
#define HMAC_OFF  WOLFTICKET_NAME_SZ
#define AES_OFF   (HMAC_OFF + HALF_SZ)

static int Fail(wt_context* context, wt_error err)
{
    return wt_fail((context != NULL) ? &context->error : NULL, err);
}

/* The context's record, when the call makes sense; else *ret is the answer. */
static wt_context* ServerContext(WOLFSSL_CTX* ctx, const void* keys, long len,
    int* client, long* ret)
{
    wt_context* context = NULL;

    *client = 0;
    *ret = 0;
    if (keys == NULL) {
        *ret = WOLFTICKET_TICKET_KEYS_SZ;
    }
    else {
        context = wt_context_attach(ctx, client);
        if (len != WOLFTICKET_TICKET_KEYS_SZ && (context != NULL || *client)) {
            (void)Fail(context, WT_E_KEYS_LENGTH);
            context = NULL;
            *client = 0;
        }
    }
    return context;
}

long wolfTicket_CTX_set_tlsext_ticket_keys(WOLFSSL_CTX* ctx, const void* keys,
    long keys_len)
{
    const byte* from = (const byte*)keys;
    wolfTicket_Key key;
    int client;
    long ret;
    wt_context* context = ServerContext(ctx, keys, keys_len, &client, &ret);

    if (context != NULL) {
        XMEMCPY(key.name, from, WOLFTICKET_NAME_SZ);
        XMEMCPY(key.hmac, from + HMAC_OFF, HALF_SZ);
        XMEMCPY(key.aes, from + AES_OFF, HALF_SZ);
        key.hmac_sz = key.aes_sz = HALF_SZ;
        ret = wolfTicket_KeyRing_set_keys(context->ring, &key, 1, 0);
        if (ret != 1)
            (void)Fail(context, (wt_error)wt_thread_error());
        wt_wipe(&key, sizeof(key));
    }
    else if (client) {
        ret = 1;
    }
    return ret;
}

long wolfTicket_CTX_get_tlsext_ticket_keys(WOLFSSL_CTX* ctx, void* keys,
    long keys_len)
{
    byte* to = (byte*)keys;
    wolfTicket_Key key;
    int client;
    long ret;
    wt_context* context = ServerContext(ctx, keys, keys_len, &client, &ret);

    if (context != NULL) {
        ret = wt_keyring_export(context->ring, &key);
        if (ret == 1) {
            XMEMCPY(to, key.name, WOLFTICKET_NAME_SZ);
            XMEMCPY(to + HMAC_OFF, key.hmac, HALF_SZ);
            XMEMCPY(to + AES_OFF, key.aes, HALF_SZ);
        }
        else {
            (void)Fail(context, (wt_error)wt_thread_error());
        }
        wt_wipe(&key, sizeof(key));
    }
    else if (client) {
        (void)wt_fail(NULL, WT_E_CLIENT);
    }
    return ret;
}

#ifdef OPENSSL_EXTRA
int wolfTicket_CTX_set_tlsext_ticket_key_cb(WOLFSSL_CTX* ctx,
    wolfTicket_CTX_tlsext_ticket_key_fn cb)
{
    int client;
    wt_context* context = wt_context_attach(ctx, &client);
    int ret = context != NULL || client;

    if (context != NULL) {
#ifdef WT_HAVE_KEY_CB
        context->keyCb = cb;
        context->keyCbBlock = WT_KEYCB_BLOCK;
#else
        ret = cb == NULL || Fail(context, WT_E_NO_EVP);
#endif
    }
    return ret;
}
#endif
