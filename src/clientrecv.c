/* clientrecv.c
 *
 * Tickets that arrive at a client, each kept at that moment.
 *
 * In TLS 1.2 the ticket comes before its message is proven genuine by the
 * server's Finished: it waits for that.  In TLS 1.3 it comes after.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "clientrec.h"

#include <wolfssl/wolfcrypt/hash.h>

#ifdef WT_HAVE_SERIAL

int wt_client_print(const byte* mem, const wt_session_facts* facts,
    byte out[WT_PRINT_SZ])
{
    return wc_Sha256Hash(mem + facts->ticketAt, facts->ticketSz, out) == 0;
}

static wt_error KeepInFile(wt_client* client, const wt_blob* blob)
{
    wt_file_id now;
    wt_error ret = wt_sessionfile_id(client->fd, &now);

    if (ret == WT_OK && (now.device != client->file.device ||
            now.inode != client->file.inode))
        ret = WT_E_SESSION_FILE;
    if (ret == WT_OK)
        ret = wt_sessionfile_write(client->fd, client->trust, blob->mem,
            blob->sz);
    return ret;
}

int wt_client_name(wt_client* client)
{
    return client->store == NULL || !client->hasTrust ||
        wt_store_key(client->whom, client->trust, client->peer);
}

static wt_error KeepInStore(wt_client* client, const wt_blob* blob)
{
    wt_error ret = WT_OK;
    WOLFSSL_SESSION* session = wt_session_unpack(blob->mem, blob->sz);

    if (session == NULL || !wt_client_name(client))
        ret = WT_E_MEMORY;
    else if (!wt_store_put(client->store, client->peer, session))
        ret = (wt_error)wt_thread_error();
    wolfSSL_SESSION_free(session);
    return ret;
}

static void Keep(wt_client* client, const wt_blob* blob)
{
    wt_error err = WT_OK;

    if (client->foreign || !client->hasTrust || !wt_trust_kept(client->ssl))
        err = WT_E_SESSION_UNVERIFIED;
    else if (client->store != NULL)
        err = KeepInStore(client, blob);
    else
        err = KeepInFile(client, blob);
    if (err == WT_OK)
        client->kept++;
    else
        (void)wt_client_fail(client, err);
}

static void Settle(wt_client* client)
{
    if (client->pending.sz > 0) {
        Keep(client, &client->pending);
        wt_session_discard(&client->pending);
    }
}

/* A server of TLS 1.2 may leave the lifetime to the client, as OpenSSL's do
 * when they renew a ticket, or claim more than a century; wolfSSL would take
 * the session for one that has run out. */
static void MendLifetime(const wt_client* client, WOLFSSL_SESSION* session)
{
    long timeout = wolfSSL_SESSION_get_timeout(session);
    long want = timeout;

    if (timeout <= 0 && !wt_is_tls13(client->ssl)) {
        want = WOLFTICKET_DEFAULT_LIFETIME;
        if (client->offered && wolfSSL_session_reused(client->ssl) == 1)
            want = (long)client->facts.lifetime;
    }
    if (want > WOLFTICKET_MAX_LIFETIME)
        want = WOLFTICKET_MAX_LIFETIME;
    if (want != timeout)
        (void)wolfSSL_SSL_SESSION_set_timeout(session, want);
}

/* wolfSSL tells of a session several times in a handshake, before its ticket
 * has come, and also when there is only the ticket that was offered; whose
 * secret is another one after a full handshake. */
static int IsNew(wt_client* client, const wt_blob* blob,
    wt_session_facts* facts)
{
    byte print[WT_PRINT_SZ];
    int ret;

    ret = wt_session_read(blob->mem, blob->sz, facts) &&
        wt_client_print(blob->mem, facts, print) && (!client->haveTicket ||
            XMEMCMP(print, client->ticket, WT_PRINT_SZ) != 0);
    if (ret) {
        XMEMCPY(client->ticket, print, WT_PRINT_SZ);
        client->haveTicket = 1;
    }
    return ret;
}

static void Arrived(wt_client* client, WOLFSSL_SESSION* session)
{
    wt_session_facts facts;
    wt_blob blob;
    int isNew;

    XMEMSET(&blob, 0, sizeof(blob));
    MendLifetime(client, session);
    if (wt_session_pack(session, &blob)) {
        isNew = IsNew(client, &blob, &facts);
        if (isNew)
            client->received++;
        /* In TLS 1.3 a ticket that lives for no time is to be discarded. */
        if (!isNew || facts.lifetime == 0)
            wt_blob_clear(&blob);
    }
    else if (wolfSSL_SESSION_has_ticket(session) == WOLFSSL_SUCCESS) {
        client->received++;
        (void)wt_client_fail(client, WT_E_SESSION_SIZE);
    }
    if (blob.sz > 0) {
        wt_session_discard(&client->pending);
        client->pending = blob;
        XMEMSET(&blob, 0, sizeof(blob));
        if (client->done || wt_is_tls13(client->ssl) ||
                wolfSSL_is_init_finished(client->ssl))
            Settle(client);
    }
    wt_session_discard(&blob);
}

int wt_client_arrived(WOLFSSL* ssl, WOLFSSL_SESSION* session)
{
    wt_client* client = wt_client_of(ssl);
    int (*next)(WOLFSSL* s, WOLFSSL_SESSION* sess);
    int ret = 0;

    if (client != NULL && (client->fd >= 0 || client->store != NULL))
        Arrived(client, session);
    next = (int (*)(WOLFSSL* s, WOLFSSL_SESSION* sess))
        wt_ctx_slot(wolfSSL_get_SSL_CTX(ssl), WT_CTX_SLOT_NEW_SESSION);
    if (next != NULL)
        ret = next(ssl, session);
    return ret;
}

#else

static void Settle(wt_client* client)
{
    (void)client;
}

#endif /* WT_HAVE_SERIAL */

/* All that arrives was made under the settings of the handshake, whatever
 * they are changed to.  Those are known when it begins, with
 * wolfTicket_connect(); otherwise when it ends. */
static void Judge(wt_client* client, int atItsEnd)
{
    byte now[WT_TRUST_SZ];

    if (!wt_trust_print(client->ssl, now)) {
        client->foreign = 1;
    }
    else if (!client->hasTrust) {
        client->foreign = !atItsEnd;
        XMEMCPY(client->trust, now, WT_TRUST_SZ);
        client->hasTrust = 1;
    }
    else if (!wt_equal(now, client->trust, WT_TRUST_SZ)) {
        if (client->offered || client->begun || !atItsEnd)
            client->foreign = client->changed = 1;
        XMEMCPY(client->trust, now, WT_TRUST_SZ);
        client->hasTrust = 1;
    }
    if (client->resumed && !client->offered)
        client->foreign = 1;
}

void wt_client_done(wt_client* client, int atItsEnd)
{
    if (!client->done) {
        client->done = 1;
        client->resumed = wolfSSL_session_reused(client->ssl) == 1;
        if (client->store != NULL || client->fd >= 0)
            Judge(client, atItsEnd);
    }
    Settle(client);
}

/* A session was resumed that the connection, as it was set up when its
 * handshake began, would not have offered: nobody has verified the peer as it
 * wants.  wolfTicket_connect() has seen to that. */
static int Misused(wt_client* client)
{
#ifdef WT_HAVE_SERIAL
    return client->offered && client->resumed && !client->begun &&
        (client->changed ||
        !wt_client_has_suite(client, client->facts.suite));
#else
    (void)client;
    return 0;       /* nothing is offered but by the application */
#endif
}

static int Done(WOLFSSL* ssl, void* arg)
{
    wt_client* client = wt_client_of(ssl);
    int ret = 0;

    (void)arg;
    if (client != NULL) {
        wt_client_done(client, 1);
        if (Misused(client)) {
            (void)wt_client_fail(client, WT_E_SESSION_MISUSED);
            ret = WOLFSSL_FATAL_ERROR;
        }
        if (ret == 0 && client->doneCb != NULL)
            ret = client->doneCb(ssl, client->doneArg);
    }
    return ret;
}

void wt_client_hook_done(wt_client* client)
{
    if (!client->hooked) {
        (void)wolfSSL_SetHsDoneCb(client->ssl, Done, NULL);
        client->hooked = 1;
    }
}
