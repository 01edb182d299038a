/* client.c
 *
 * Client contexts and connections: found, configured, freed in whatever way.
 *
 * A context's record is found by its address and by the slot that holds the
 * application's callback for new sessions, which is empty on every new
 * context.  The record of a connection hangs on its ex_data; its memory is
 * not given back before wolfTicket_cleanup(), so that a stale pointer to it
 * can be followed and then be seen not to fit.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "clientrec.h"

typedef struct wt_client_ctx {
    WOLFSSL_CTX* ctx;
    struct wt_client_ctx* next;
    int owners;
    int fd;
    wt_file_id file;
} wt_client_ctx;

static wt_client_ctx* contexts = NULL;
static wt_registry places;
static wt_client* freeRecords = NULL;

int wt_client_fail(wt_client* client, wt_error err)
{
    return wt_fail((client != NULL) ? &client->error : NULL, err);
}

/* ---- contexts ----------------------------------------------------------- */

/* With the lock held. */
static void ForgetContext(const WOLFSSL_CTX* ctx)
{
    wt_client_ctx** link = &contexts;
    wt_client_ctx* gone;

    while (*link != NULL) {
        gone = *link;
        if (ctx == NULL || gone->ctx == ctx) {
            *link = gone->next;
            XFREE(gone, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        }
        else {
            link = &gone->next;
        }
    }
}

#ifdef WT_HAVE_SERIAL

static wt_client_ctx* FindContext(const WOLFSSL_CTX* ctx)
{
    wt_client_ctx* context = contexts;

    while (context != NULL && context->ctx != ctx)
        context = context->next;
    return context;
}

/* Fills the slot of a context that is in our hands, while the application has
 * no callback. */
static int NoCallback(WOLFSSL* ssl, WOLFSSL_SESSION* session)
{
    (void)ssl;
    (void)session;
    return 0;
}

typedef int (*wt_new_session_cb)(WOLFSSL* ssl, WOLFSSL_SESSION* session);

/* With the lock held.  cb NULL: the one that there is, if any. */
static int Hook(WOLFSSL_CTX* ctx, wt_new_session_cb cb)
{
    int ret = 1;

    if (wt_ctx_slot(ctx, WT_CTX_SLOT_NEW_SESSION) == NULL) {
        /* What is known of this address is of a context that is gone. */
        ForgetContext(ctx);
        ret = wt_ctx_slot_set(ctx, WT_CTX_SLOT_NEW_SESSION,
            (wt_function)NoCallback);
        if (ret == 1)
            wolfSSL_CTX_sess_set_new_cb(ctx, wt_client_arrived);
    }
    if (ret == 1 && cb != NULL)
        ret = wt_ctx_slot_set(ctx, WT_CTX_SLOT_NEW_SESSION, (wt_function)cb);
    return ret;
}

int wt_client_hook(WOLFSSL_CTX* ctx)
{
    int ret;

    wt_lock();
    ret = Hook(ctx, NULL);
    wt_unlock();
    if (ret == 0)
        (void)wt_fail(NULL, WT_E_PLATFORM);
    return ret;
}

void wolfTicket_CTX_sess_set_new_cb(WOLFSSL_CTX* ctx,
    int (*cb)(WOLFSSL* ssl, WOLFSSL_SESSION* session))
{
    if (ctx != NULL && wt_port_init()) {
        wt_lock();
        if (!Hook(ctx, (cb != NULL) ? cb : NoCallback))
            wolfSSL_CTX_sess_set_new_cb(ctx, cb);
        wt_unlock();
    }
}

/* With the lock held. */
static wt_error SetFile(WOLFSSL_CTX* ctx, int fd, const wt_file_id* file)
{
    wt_client_ctx* context;
    wt_error ret = WT_OK;

    if (!Hook(ctx, NULL))
        return WT_E_PLATFORM;
    context = FindContext(ctx);
    if (context == NULL) {
        context = (wt_client_ctx*)XMALLOC(sizeof(*context), NULL,
            DYNAMIC_TYPE_TMP_BUFFER);
        if (context == NULL) {
            ret = WT_E_MEMORY;
        }
        else {
            XMEMSET(context, 0, sizeof(*context));
            context->ctx = ctx;
            context->owners = 1;
            context->next = contexts;
            contexts = context;
        }
    }
    if (ret == WT_OK) {
        context->fd = fd;
        context->file = *file;
    }
    return ret;
}

int wt_client_configure(WOLFSSL_CTX* ctx, int fd)
{
    wt_error err = WT_OK;
    wt_file_id file;

    XMEMSET(&file, 0, sizeof(file));
    if (ctx == NULL)
        err = WT_E_NULL;
    else if (!wt_port_init())
        err = WT_E_PLATFORM;
    else if (fd >= 0)
        err = wt_sessionfile_id(fd, &file);
    if (err == WT_OK && fd >= 0) {
        wt_lock();
        err = SetFile(ctx, fd, &file);
        wt_unlock();
        /* TLS 1.2 asks for tickets only when told to. */
        if (err == WT_OK)
            (void)wolfSSL_CTX_UseSessionTicket(ctx);
    }
    else if (err == WT_OK) {
        wt_lock();
        ForgetContext(ctx);
        wt_unlock();
    }
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}

void wt_client_up_ref(WOLFSSL_CTX* ctx)
{
    wt_client_ctx* context;

    wt_lock();
    context = FindContext(ctx);
    if (context != NULL)
        context->owners++;
    wt_unlock();
}

/* The callback stays, for connections that outlive this. */
void wt_client_forget(WOLFSSL_CTX* ctx)
{
    wt_client_ctx* context;

    wt_lock();
    context = FindContext(ctx);
    if (context != NULL && --context->owners <= 0)
        ForgetContext(ctx);
    wt_unlock();
}

/* With the lock held. */
static void TakeSettings(wt_client* client, WOLFSSL_CTX* ctx)
{
    wt_client_ctx* context = NULL;

    if (wt_ctx_slot(ctx, WT_CTX_SLOT_NEW_SESSION) != NULL)
        context = FindContext(ctx);
    if (context != NULL) {
        client->fd = context->fd;
        client->file = context->file;
    }
}

#else

int wt_client_hook(WOLFSSL_CTX* ctx)
{
    (void)ctx;
    return wt_fail(NULL, WT_E_NO_SERIAL);
}

#ifdef HAVE_EXT_CACHE
void wolfTicket_CTX_sess_set_new_cb(WOLFSSL_CTX* ctx,
    int (*cb)(WOLFSSL* ssl, WOLFSSL_SESSION* session))
{
    wolfSSL_CTX_sess_set_new_cb(ctx, cb);
}
#endif

int wt_client_configure(WOLFSSL_CTX* ctx, int fd)
{
    int ret = 1;

    if (ctx == NULL)
        ret = wt_fail(NULL, WT_E_NULL);
    else if (fd >= 0)
        ret = wt_fail(NULL, WT_E_NO_SERIAL);
    return ret;
}

void wt_client_up_ref(WOLFSSL_CTX* ctx)
{
    (void)ctx;
}

void wt_client_forget(WOLFSSL_CTX* ctx)
{
    (void)ctx;
}

static void TakeSettings(wt_client* client, WOLFSSL_CTX* ctx)
{
    (void)client;
    (void)ctx;
}

#endif /* WT_HAVE_SERIAL */

/* ---- connections -------------------------------------------------------- */

wt_client* wt_client_of(const WOLFSSL* ssl)
{
    wt_client* client = NULL;

    if (ssl != NULL && wt_port_init()) {
#ifdef WT_HAVE_EX_DATA
        client = (wt_client*)wt_client_slot(WT_UNCONST(WOLFSSL*, ssl));
        if (client != NULL && client->ssl != ssl)
            client = NULL;
#else
        wt_lock();
        if (places.sz > 0)
            client = (wt_client*)wt_registry_find(&places, ssl);
        wt_unlock();
#endif
    }
    return client;
}

/* What a record holds, to be given back without the lock. */
static void Empty(wt_client* client)
{
    wolfSSL_SESSION_free(client->session);
    if (client->store != NULL)
        wt_store_drop(client->store);
    wt_session_discard(&client->bytes);
    wt_session_discard(&client->pending);
    wt_wipe(client, sizeof(*client));
}

static void Recycle(wt_client* client)
{
    Empty(client);
    wt_lock();
    client->nextFree = freeRecords;
    freeRecords = client;
    wt_unlock();
}

/* The record of a connection that was freed by plain wolfSSL_free(), taken
 * out; NULL when there is none (left). */
static wt_client* TakeDead(const WOLFSSL* ssl)
{
    wt_client* dead;

    wt_lock();
    if (places.sz == 0)
        places.sz = (size_t)wolfSSL_GetObjectSize();
    dead = (wt_client*)wt_registry_evict(&places, ssl);
    wt_unlock();
    return dead;
}

static wt_client* NewRecord(WOLFSSL* ssl)
{
    wt_client* client;
    int added;

    while ((client = TakeDead(ssl)) != NULL)
        Recycle(client);
    wt_lock();
    client = freeRecords;
    if (client != NULL)
        freeRecords = client->nextFree;
    wt_unlock();
    if (client == NULL)
        client = (wt_client*)XMALLOC(sizeof(*client), NULL,
            DYNAMIC_TYPE_TMP_BUFFER);
    if (client != NULL) {
        XMEMSET(client, 0, sizeof(*client));
        client->ssl = ssl;
        client->fd = -1;
        client->version = (word16)wolfSSL_version(ssl);
        wt_lock();
        added = wt_registry_add(&places, &client->place, ssl, client);
        if (added)
            TakeSettings(client, wolfSSL_get_SSL_CTX(ssl));
        wt_unlock();
        if (!added) {
            Recycle(client);
            client = NULL;
        }
    }
    return client;
}

static void Release(wt_client* client)
{
#ifdef WT_HAVE_EX_DATA
    (void)wt_client_slot_set(client->ssl, NULL);
#endif
    wt_lock();
    wt_registry_remove(&places, &client->place);
    wt_unlock();
    Recycle(client);
}

void wt_client_new(WOLFSSL* ssl)
{
    wt_client* client;

    if (ssl == NULL || !wt_port_init())
        return;
    client = NewRecord(ssl);
#ifdef WT_HAVE_EX_DATA
    if (client != NULL && !wt_client_slot_set(ssl, client)) {
        Release(client);
        client = NULL;
    }
#endif
    if (client == NULL) {
        (void)wt_fail(NULL, WT_E_MEMORY);
    }
    else if (client->fd >= 0) {
        wt_client_hook_done(client);
        client->hasTrust = (byte)wt_trust_print(ssl, client->trust);
        wt_client_look_early(client);
    }
}

/* What wolfTicket_connect() does after a handshake, for those who have called
 * wolfSSL_connect(). */
static void Conclude(wt_client* client)
{
    if (client->done || wolfSSL_is_init_finished(client->ssl))
        wt_client_done(client, 0);
    else
        wt_client_failed(client, wolfSSL_get_error(client->ssl, -1));
}

void wt_client_free(WOLFSSL* ssl)
{
    wt_client* client = wt_client_of(ssl);

    if (client != NULL) {
        Conclude(client);
        wt_client_put_back(client);
        Release(client);
    }
}

#ifdef OPENSSL_EXTRA
int wt_client_clear(WOLFSSL* ssl)
{
    wt_client* client = wt_client_of(ssl);
    HandShakeDoneCb cb = (client != NULL) ? client->doneCb : NULL;
    void* arg = (client != NULL) ? client->doneArg : NULL;
    int hooked = client != NULL && client->hooked;
    int ret;

    wt_client_free(ssl);
    ret = wolfSSL_clear(ssl);
    wt_client_new(ssl);
    client = wt_client_of(ssl);
#ifdef WT_HAVE_SERIAL
    if (client != NULL)
        (void)wt_client_random_of(ssl, client->before);
#endif
    if (hooked)
        (void)wt_client_set_done_cb(ssl, cb, arg);
    return ret;
}
#endif

int wt_client_set_done_cb(WOLFSSL* ssl, HandShakeDoneCb cb, void* arg)
{
    wt_client* client = wt_client_of(ssl);

    if (client != NULL) {
        client->doneCb = cb;
        client->doneArg = arg;
        wt_client_hook_done(client);
    }
    return client != NULL;
}

const char* wt_client_error(const WOLFSSL* ssl)
{
    wt_client* client = wt_client_of(ssl);

    return (client != NULL) ? wt_error_text(WT_LOAD(&client->error)) : NULL;
}

void wt_client_cleanup(void)
{
    wt_client* client = NULL;

    if (!wt_port_init())
        return;
    do {
        wt_lock();
        client = (wt_client*)wt_registry_any(&places);
        if (client != NULL)
            wt_registry_remove(&places, &client->place);
        wt_unlock();
        if (client != NULL)
            Recycle(client);
    } while (client != NULL);
    wt_lock();
    while ((client = freeRecords) != NULL) {
        freeRecords = client->nextFree;
        XFREE(client, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    }
    wt_registry_free(&places);
    ForgetContext(NULL);
    wt_unlock();
}

/* ---- public ------------------------------------------------------------- */

int wolfTicket_connect(WOLFSSL* ssl)
{
    wt_client* client = wt_client_of(ssl);
    int ret = WOLFSSL_FATAL_ERROR;
    int start = 1;

    if (ssl == NULL) {
        (void)wt_fail(NULL, WT_E_NULL);
        start = 0;
    }
    else if (client != NULL && !client->begun) {
        client->begun = 1;
        start = wt_client_look(client);
        /* Out of memory: it looks again the next time. */
        client->begun = (byte)start;
    }
    if (start)
        ret = wolfSSL_connect(ssl);
    if (start && client != NULL) {
        if (ret == WOLFSSL_SUCCESS)
            wt_client_done(client, 1);
        else
            wt_client_failed(client, wolfSSL_get_error(ssl, ret));
    }
    return ret;
}

/* How many sessions the next connection could choose from. */
static int Left(wt_client* client)
{
    int ret = 0;
    wt_blob blob;
    byte trust[WT_TRUST_SZ];

    if (client->store != NULL) {
        ret = wt_store_left(client->store, client->peer);
    }
    else if (client->fd >= 0 && wt_trust_print(client->ssl, trust)) {
        XMEMSET(&blob, 0, sizeof(blob));
        ret = wt_client_read(client, trust, &blob) == WT_OK;
        wt_session_discard(&blob);
    }
    return ret;
}

int wolfTicket_get_client_info(WOLFSSL* ssl, wolfTicket_ClientInfo* info)
{
    wt_client* client = wt_client_of(ssl);
    int ret = 0;

    if (ssl == NULL || info == NULL) {
        (void)wt_client_fail(client, WT_E_NULL);
    }
    else if (client == NULL) {
        (void)wt_fail(NULL, WT_E_CLIENT_UNKNOWN);
    }
    else {
        Conclude(client);
        XMEMSET(info, 0, sizeof(*info));
        info->offered = client->offered;
        info->resumed = client->resumed;
        info->again = client->again;
        info->received = client->received;
        info->kept = client->kept;
        info->left = Left(client);
        if (client->offered) {
            info->age = client->age;
            info->lifetime = client->facts.lifetime;
        }
        if (WT_LOAD(&client->error) != WT_OK)
            info->report = wt_error_text(WT_LOAD(&client->error));
        ret = 1;
    }
    return ret;
}
