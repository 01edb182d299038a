/* clientoffer.c
 *
 * What a client offers: a session of its file, or of a store.
 *
 * A session goes round the verification of the peer, so it must come from a
 * connection with the same settings for it.  Settings may change until the
 * handshake begins, which wolfSSL does not tell; therefore there are two
 * looks at the file.  The early one lets a plain wolfSSL_connect() resume; it
 * leaves connections alone that do not verify their peer (yet).  The one in
 * wolfTicket_connect() takes back what no longer fits.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "clientrec.h"

#include <wolfssl/error-ssl.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/hash.h>

#ifdef WT_HAVE_SERIAL

/* Larger ones wolfSSL cannot offer in TLS 1.3. */
#define TICKET_MAX 2048

int wt_client_random_of(WOLFSSL* ssl, byte random[WT_RANDOM_SZ])
{
    XMEMSET(random, 0, WT_RANDOM_SZ);
    return wolfSSL_get_client_random(ssl, random, WT_RANDOM_SZ) ==
        WT_RANDOM_SZ;
}

int wt_client_sent(const wt_client* client)
{
    byte random[WT_RANDOM_SZ];

    /* wolfSSL forgets it after the handshake, and then gives nothing. */
    return wt_client_random_of(client->ssl, random) == 0 ||
        !wt_equal(random, client->before, WT_RANDOM_SZ);
}

/* ---- offering ----------------------------------------------------------- */

static wt_error Offer(wt_client* client, WOLFSSL_SESSION* session)
{
    wt_error ret = WT_OK;
    word64 now = wt_clock();

    if (!wt_client_allows(client, &client->facts))
        ret = WT_E_SESSION_SUITE;
    else if (wolfSSL_set_session(client->ssl, session) != WOLFSSL_SUCCESS)
        ret = WT_E_SESSION_TRUST;
    if (ret == WT_OK) {
        client->offered = 1;
        client->age = (now > client->facts.received)
            ? (word32)(now - client->facts.received) : 0;
    }
    return ret;
}

wt_error wt_client_read(wt_client* client, const byte trust[WT_TRUST_SZ],
    wt_blob* blob)
{
    wt_file_id now;
    wt_error ret = wt_sessionfile_id(client->fd, &now);

    if (ret == WT_OK && (now.device != client->file.device ||
            now.inode != client->file.inode))
        ret = WT_E_SESSION_FILE;
    if (ret == WT_OK)
        ret = wt_sessionfile_read(client->fd, trust, blob);
    return ret;
}

static void OfferFile(wt_client* client)
{
    WOLFSSL_SESSION* session = NULL;
    wt_error err = WT_OK;

    if (!wt_trust_print(client->ssl, client->trust))
        err = WT_E_MEMORY;
    if (err == WT_OK)
        err = wt_client_read(client, client->trust, &client->bytes);
    if (err == WT_OK) {
        session = wt_session_unpack(client->bytes.mem, client->bytes.sz);
        if (session == NULL || !wt_session_read(client->bytes.mem,
                client->bytes.sz, &client->facts) || !wt_client_print(
                client->bytes.mem, &client->facts, client->ticket))
            err = WT_E_MEMORY;
    }
    if (err == WT_OK)
        err = Offer(client, session);
    client->haveTicket = client->offered;
    if (err != WT_OK)
        wt_session_discard(&client->bytes);
    if (err != WT_OK && err != WT_E_SESSION_NONE)
        (void)wt_client_fail(client, err);
    wolfSSL_SESSION_free(session);
}

/* Takes back what was offered; 0 when that cannot be done. */
static int Withdraw(wt_client* client)
{
    word16 version = (word16)wolfSSL_version(client->ssl);
    WOLFSSL_SESSION* blank;
    int ret = 0;

    /* It is the session's, unless the application has set another since. */
    if (version == client->facts.version)
        version = client->version;
    blank = wt_session_blank(version);
    if (blank != NULL)
        ret = wolfSSL_set_session(client->ssl, blank) == WOLFSSL_SUCCESS;
    wolfSSL_SESSION_free(blank);
    if (ret) {
        client->version = version;
        client->offered = client->haveTicket = 0;
        client->age = 0;
        wt_session_discard(&client->bytes);
        XMEMSET(&client->facts, 0, sizeof(client->facts));
    }
    else {
        (void)wt_client_fail(client, WT_E_MEMORY);
    }
    return ret;
}

/* ---- the store ---------------------------------------------------------- */

static void GiveBack(wolfTicket_Store* store, const byte peer[WT_PEER_SZ],
    WOLFSSL_SESSION* session, const wt_session_facts* facts)
{
    /* Others have not left the store. */
    if (session != NULL && wt_session_is_tls13(facts))
        (void)wt_store_put(store, peer, session);
    wolfSSL_SESSION_free(session);
}

void wt_client_put_back(wt_client* client)
{
    if (client->session != NULL && !wt_client_sent(client))
        GiveBack(client->store, client->peer, client->session,
            &client->facts);
    else
        wolfSSL_SESSION_free(client->session);
    client->session = NULL;
}

/* wolfSSL gets a session of its own: newer versions write into what they are
 * given. */
static void OfferStore(wt_client* client)
{
    WOLFSSL_SESSION* session = NULL;
    wt_error err = WT_E_MEMORY;

    if (!wt_trust_print(client->ssl, client->trust) ||
            !wt_store_key(client->whom, client->trust, client->peer)) {
        (void)wt_client_fail(client, WT_E_MEMORY);
        return;
    }
    client->hasTrust = 1;
    client->session = wt_store_take(client->store, client->peer,
        &client->facts);
    if (client->session == NULL)
        return;
    if (wt_session_pack(client->session, &client->bytes) &&
            wt_session_read(client->bytes.mem, client->bytes.sz,
                &client->facts) &&
            wt_client_print(client->bytes.mem, &client->facts,
                client->ticket))
        session = wt_session_unpack(client->bytes.mem, client->bytes.sz);
    if (session != NULL)
        err = Offer(client, session);
    if (err != WT_OK) {
        (void)wt_client_fail(client, err);
        GiveBack(client->store, client->peer, client->session,
            &client->facts);
        client->session = NULL;
    }
    client->haveTicket = client->offered;
    wt_session_discard(&client->bytes);
    wolfSSL_SESSION_free(session);
}

/* ---- the looks ---------------------------------------------------------- */

void wt_client_look_early(wt_client* client)
{
#ifdef OPENSSL_ALL
    if (wolfSSL_get_verify_mode(client->ssl) & WOLFSSL_VERIFY_PEER)
        OfferFile(client);
#else
    /* Whether the peer is to be verified cannot be asked for. */
    (void)client;
#endif
}

/* Is what wolfSSL would offer still what we have set? */
static int Replaced(wt_client* client)
{
    byte ticket[TICKET_MAX];
    byte print[WT_PRINT_SZ];
    word32 sz = sizeof(ticket);

    return wolfSSL_get_SessionTicket(client->ssl, ticket, &sz) ==
            WOLFSSL_SUCCESS && sz > 0 &&
        wc_Sha256Hash(ticket, sz, print) == 0 &&
        !wt_equal(print, client->ticket, WT_PRINT_SZ);
}

/* Have the settings changed since it was offered? */
static int Changed(wt_client* client)
{
    byte trust[WT_TRUST_SZ];

    return !wt_trust_print(client->ssl, trust) ||
        !wt_equal(trust, client->trust, WT_TRUST_SZ) ||
        wolfSSL_version(client->ssl) != client->facts.version ||
        !wt_client_has_suite(client, client->facts.suite);
}

/* A session that the application has set itself is left alone. */
static int SetByOthers(wt_client* client)
{
    byte ticket[TICKET_MAX];
    word32 sz = sizeof(ticket);
    int ret = !client->offered && wolfSSL_get_SessionTicket(client->ssl,
        ticket, &sz) == WOLFSSL_SUCCESS && sz > 0;

    if (ret && wc_Sha256Hash(ticket, sz, client->ticket) == 0)
        client->haveTicket = 1;
    return ret;
}

static int LookAgain(wt_client* client)
{
    int ret = 1;

    if (client->offered && Replaced(client)) {
        wt_client_put_back(client);
        client->offered = 0;
        client->age = 0;
        wt_session_discard(&client->bytes);
    }
    else if (client->offered && Changed(client)) {
        wt_client_put_back(client);
        ret = Withdraw(client);
    }
    if (ret && !client->offered && !SetByOthers(client)) {
        client->version = (word16)wolfSSL_version(client->ssl);
        WT_STORE(&client->error, WT_OK);
        if (client->store != NULL)
            OfferStore(client);
        else
            OfferFile(client);
    }
    return ret;
}

int wt_client_look(wt_client* client)
{
    int ret = 1;

    if ((client->store != NULL || client->fd >= 0) && !wt_client_sent(client))
        ret = LookAgain(client);
    /* Under these the handshake is made. */
    if (ret && !wt_client_sent(client)) {
        ret = wt_trust_print(client->ssl, client->trust);
        client->hasTrust = (byte)ret;
        if (!ret)
            (void)wt_client_fail(client, WT_E_MEMORY);
    }
    return ret;
}

/* ---- tying to a store --------------------------------------------------- */

/* From a file, or from the store that it was tied to before. */
static int TakeBack(wt_client* client)
{
    int ret = 1;

    if (client->offered && !wt_client_sent(client)) {
        wt_client_put_back(client);
        ret = Withdraw(client);
    }
    return ret;
}

int wolfTicket_set_store(WOLFSSL* ssl, wolfTicket_Store* store,
    const wolfTicket_Peer* peer)
{
    wt_client* client = wt_client_of(ssl);
    byte whom[WT_PEER_SZ];
    int ret = 0;

    if (ssl == NULL || store == NULL || peer == NULL)
        (void)wt_client_fail(client, WT_E_NULL);
    else if (client == NULL)
        (void)wt_fail(NULL, WT_E_CLIENT_UNKNOWN);
    else if (!wt_store_whom(peer, whom) ||
            !wt_client_hook(wolfSSL_get_SSL_CTX(ssl)))
        (void)wt_client_fail(client, (wt_error)wt_thread_error());
    else
        ret = TakeBack(client);
    if (ret) {
        wt_store_hold(store);
        if (client->store != NULL)
            wt_store_drop(client->store);
        client->store = store;
        XMEMCPY(client->whom, whom, sizeof(whom));
        (void)wolfSSL_UseSessionTicket(ssl);
        wt_client_hook_done(client);
        if (!wt_client_sent(client))
            OfferStore(client);
        else
            wt_client_name(client);
    }
    return ret;
}

/* ---- failures ----------------------------------------------------------- */

/* Not over yet, or over for reasons that no session has a part in.  A server
 * that merely hangs up is not innocent: so wolfSSL's do when the secret does
 * not fit the ticket. */
static int IsInnocent(int err)
{
    return err == 0 || err == WOLFSSL_ERROR_WANT_READ ||
        err == WOLFSSL_ERROR_WANT_WRITE ||
        err == WOLFSSL_ERROR_WANT_CONNECT ||
        err == WOLFSSL_ERROR_WANT_ACCEPT ||
        err == WANT_READ || err == WANT_WRITE || err == WC_PENDING_E ||
        err == MEMORY_E;
}

/* A session that a handshake fails with must not make the next one fail. */
void wt_client_failed(wt_client* client, int err)
{
    if (IsInnocent(err) || client->failed || !wt_client_sent(client))
        return;
    client->failed = 1;
    if (err == OUT_OF_ORDER_E && client->haveTicket &&
            !wt_is_tls13(client->ssl)) {
        client->again = 1;
        (void)wt_client_fail(client, WT_E_AGAIN);
    }
    if (client->session != NULL)
        wt_store_refused(client->store, client->peer, client->session);
    else if (client->bytes.sz > 0)
        (void)wt_sessionfile_drop(client->fd, client->bytes.mem,
            client->bytes.sz);
}

#else

void wt_client_look_early(wt_client* client)
{
    (void)client;
}

int wt_client_look(wt_client* client)
{
    (void)client;
    return 1;
}

wt_error wt_client_read(wt_client* client, const byte trust[WT_TRUST_SZ],
    wt_blob* blob)
{
    (void)client;
    (void)trust;
    wt_blob_clear(blob);
    return WT_E_NO_SERIAL;
}

void wt_client_failed(wt_client* client, int err)
{
    (void)client;
    (void)err;
}

void wt_client_put_back(wt_client* client)
{
    (void)client;
}

int wolfTicket_set_store(WOLFSSL* ssl, wolfTicket_Store* store,
    const wolfTicket_Peer* peer)
{
    (void)store;
    (void)peer;
    return wt_client_fail(wt_client_of(ssl), WT_E_NO_SERIAL);
}

#endif /* WT_HAVE_SERIAL */
