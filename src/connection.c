/* connection.c
 *
 * Connections: made, found again, freed in whatever way.
 *
 * A record hangs on its connection's ex_data, which is empty on every new
 * connection and gone with it, so no connection ever sees another's record.
 * Records of connections that were freed by plain wolfSSL_free() are found by
 * the registry when their memory is used again, and recycled.  The memory of
 * records is never given back before wolfTicket_cleanup(): a stale pointer to
 * one can be followed and then be seen not to fit.
 *
 * Lean builds have no ex_data, or no secrets to tell sessions by
 * (WT_HOLDS_SESSIONS).  There a record keeps a reference to its connection's
 * session, which on a server is the same from wolfSSL_new() to
 * wolfSSL_free().  wolfSSL cannot give its memory to another one meanwhile: a
 * connection at the address of one that was freed has another session, and
 * nothing of the former's.  The price is that session, which plain
 * wolfSSL_free() leaves behind with the record.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "connection.h"
#include "client.h"
#include "hooks.h"
#include "issue.h"
#include "opened.h"
#include "secret.h"
#include "trust.h"
#include "usedmap.h"

/* No two sessions lie closer together: each holds a ticket of more. */
#define SESSION_MIN_SZ 256

static wt_registry sslPlaces;
static wt_registry sessionPlaces;
static wt_conn* freeRecords = NULL;
static WT_THREAD_LOCAL wt_conn* current = NULL;

/* ---- sessions ----------------------------------------------------------- */

/* The connection's own, for a record to keep. */
static WOLFSSL_SESSION* TakeSession(WOLFSSL* ssl)
{
#ifdef WT_HOLDS_SESSIONS
    return wolfSSL_get1_session(ssl);
#else
    return wolfSSL_get_session(ssl);
#endif
}

static void DropSession(wt_conn* conn)
{
#ifdef WT_HOLDS_SESSIONS
    wolfSSL_SESSION_free(conn->session);
#endif
    WT_STORE(&conn->session, NULL);
}

#ifdef WT_HOLDS_SESSIONS
/* Is it ssl's record, and not that of a connection which was freed before? */
static int IsOwn(const wt_conn* conn, WOLFSSL* ssl)
{
    WOLFSSL_SESSION* session = wolfSSL_get1_session(ssl);
    int ret = conn->ssl == ssl && conn->session == session;

    wolfSSL_SESSION_free(session);
    return ret;
}
#endif

/* ---- records, with the lock held ---------------------------------------- */

/* All but the memory of the blobs goes. */
static void Empty(wt_conn* conn)
{
    wt_blob data, offered, sealed, resumption;

    wt_opened_forget(conn);
    wt_issue_forget(conn);
    wt_blob_clear(&conn->data);
    wt_blob_clear(&conn->offered);
    wt_blob_clear(&conn->sealed);
    wt_blob_clear(&conn->resumption);
    data = conn->data;
    offered = conn->offered;
    sealed = conn->sealed;
    resumption = conn->resumption;
    DropSession(conn);
    wt_wipe(conn, sizeof(*conn));
    conn->data = data;
    conn->offered = offered;
    conn->sealed = sealed;
    conn->resumption = resumption;
}

static void Recycle(wt_conn* conn)
{
    wt_registry_remove(&sslPlaces, &conn->sslPlace);
    wt_registry_remove(&sessionPlaces, &conn->sessionPlace);
    wt_context_drop(conn->context);
    Empty(conn);
    conn->nextFree = freeRecords;
    freeRecords = conn;
}

static wt_conn* TakeRecord(void)
{
    wt_conn* conn = freeRecords;

    if (conn != NULL) {
        freeRecords = conn->nextFree;
        conn->nextFree = NULL;
    }
    else {
        conn = (wt_conn*)XMALLOC(sizeof(*conn), NULL, DYNAMIC_TYPE_TMP_BUFFER);
        if (conn != NULL)
            XMEMSET(conn, 0, sizeof(*conn));
    }
    return conn;
}

/* The connection may well live: wolfSSL_clear() replaces its session. */
static void EvictSession(const void* session)
{
    wt_conn* former;

    while ((former = (wt_conn*)wt_registry_evict(&sessionPlaces, session))
            != NULL)
        DropSession(former);
}

static void EvictDead(const void* ssl, const void* session)
{
    wt_conn* dead;

    if (sslPlaces.sz == 0) {
        sslPlaces.sz = (size_t)wolfSSL_GetObjectSize();
        sessionPlaces.sz = SESSION_MIN_SZ;
    }
    while ((dead = (wt_conn*)wt_registry_evict(&sslPlaces, ssl)) != NULL)
        Recycle(dead);
    EvictSession(session);
}

static wt_conn* NewRecord(WOLFSSL* ssl, WOLFSSL_SESSION* session,
    wt_context* context)
{
    wt_conn* conn;

    EvictDead(ssl, session);
    conn = TakeRecord();
    if (conn != NULL) {
        if (wt_registry_add(&sslPlaces, &conn->sslPlace, ssl, conn) &&
                wt_registry_add(&sessionPlaces, &conn->sessionPlace, session,
                    conn)) {
            conn->ssl = ssl;
            conn->context = context;
            conn->numTickets = (word16)WT_LOAD(&context->numTickets);
            wt_context_hold(context);
            WT_STORE(&conn->session, session);
        }
        else {
            Recycle(conn);
            conn = NULL;
        }
    }
#ifdef WT_HOLDS_SESSIONS
    if (conn == NULL)
        wolfSSL_SESSION_free(session);
#endif
    return conn;
}

/* wolfSSL gave the connection a new session object (wolfSSL_clear()). */
static void ChangeSession(wt_conn* conn)
{
    WOLFSSL_SESSION* session = TakeSession(conn->ssl);

    wt_lock();
    wt_registry_remove(&sessionPlaces, &conn->sessionPlace);
    DropSession(conn);
    EvictSession(session);
    (void)wt_registry_add(&sessionPlaces, &conn->sessionPlace, session, conn);
    WT_STORE(&conn->session, session);
    wt_unlock();
}

static int TagSession(wt_conn* conn, WOLFSSL_SESSION* session)
{
#ifdef WT_HOLDS_SESSIONS
    (void)session;
    return conn != NULL;
#else
    return wt_session_slot_set(session, conn);
#endif
}

void wt_conn_tag_session(wt_conn* conn)
{
    (void)TagSession(conn, conn->session);
}

/* A session object that wolfSSL has made since we last looked, maybe at the
 * address of the former.  In the course of a handshake it may copy an older
 * session over the slot. */
static int SessionIsNew(const wt_conn* conn, WOLFSSL_SESSION* session)
{
    int ret = session != conn->session;

#ifndef WT_HOLDS_SESSIONS
    if (conn->state == WT_HS_NEW)
        ret |= wt_session_slot(session) != conn;
#endif
    return ret;
}

int wt_conn_follow_session(wt_conn* conn)
{
    WOLFSSL_SESSION* session = wolfSSL_get_session(conn->ssl);
    int fresh = SessionIsNew(conn, session);

    if (session != conn->session)
        ChangeSession(conn);
    if (fresh)
        wt_conn_tag_session(conn);
    return fresh;
}

/* ---- finding ------------------------------------------------------------ */

wt_conn* wt_conn_of(const WOLFSSL* ssl)
{
    wt_conn* conn = NULL;

    if (ssl != NULL && wt_port_init()) {
#ifdef WT_HAVE_EX_DATA
        conn = (wt_conn*)wt_ssl_slot(WT_UNCONST(WOLFSSL*, ssl));
        if (conn != NULL && conn->ssl != ssl)
            conn = NULL;
#else
        wt_lock();
        if (sslPlaces.sz > 0)
            conn = (wt_conn*)wt_registry_find(&sslPlaces, ssl);
        if (conn != NULL && !IsOwn(conn, WT_UNCONST(WOLFSSL*, ssl)))
            conn = NULL;
        wt_unlock();
#endif
    }
    return conn;
}

/* Hangs it on the connection.  1 or 0. */
static int Tie(wt_conn* conn)
{
#ifdef WT_HAVE_EX_DATA
    return wt_ssl_slot_set(conn->ssl, conn) &&
        TagSession(conn, conn->session);
#else
    return conn != NULL;
#endif
}

static void Untie(wt_conn* conn)
{
#ifdef WT_HAVE_EX_DATA
    (void)wt_ssl_slot_set(conn->ssl, NULL);
    (void)TagSession(NULL, wolfSSL_get_session(conn->ssl));
#else
    (void)conn;
#endif
}

wt_conn* wt_conn_get(WOLFSSL* ssl, wt_context* context)
{
    wt_conn* conn = wt_conn_of(ssl);
    WOLFSSL_SESSION* session;

    if (conn == NULL && ssl != NULL && context != NULL) {
        session = TakeSession(ssl);
        wt_lock();
        conn = NewRecord(ssl, session, context);
        wt_unlock();
        if (conn != NULL && !Tie(conn)) {
            Untie(conn);
            wt_lock();
            Recycle(conn);
            wt_unlock();
            conn = NULL;
        }
        if (conn == NULL)
            (void)wt_fail(&context->error, WT_E_MEMORY);
    }
    return conn;
}

wt_conn* wt_conn_enter(wt_conn* conn)
{
    wt_conn* former = current;

    current = conn;
    return former;
}

void wt_conn_leave(wt_conn* former)
{
    current = former;
}

void wt_conn_print(wt_conn* conn)
{
    conn->print = wt_session_print(wolfSSL_get_session(conn->ssl));
}

/* The record that is registered for the session's address may be a dead
 * connection's.  A session that had its handshake is known by its secret, one
 * that has not yet by its slot, which wolfSSL's cache has not touched then. */
static int IsOwner(const wt_conn* conn, WOLFSSL_SESSION* session)
{
#ifdef WT_HOLDS_SESSIONS
    return conn->session == session;
#else
    return (conn->print != 0) ? conn->print == wt_session_print(session)
                              : wt_session_slot(session) == conn;
#endif
}

wt_conn* wt_conn_of_session(WOLFSSL_SESSION* session)
{
    wt_conn* conn = current;

    if (session == NULL || !wt_port_init())
        return NULL;
    if (conn == NULL || conn->session != session) {
        wt_lock();
        conn = (sessionPlaces.sz > 0)
            ? (wt_conn*)wt_registry_find(&sessionPlaces, session) : NULL;
        if (conn != NULL && !IsOwner(conn, session))
            conn = NULL;
        wt_unlock();
    }
    /* The session is alive, its connection need not be. */
    if (conn != NULL && conn->isClient)
        conn = NULL;
#ifndef WT_HOLDS_SESSIONS
    if (conn != NULL && conn->state != WT_HS_DONE && wt_is_client(conn->ssl))
        conn = NULL;
#endif
    return conn;
}

/* ---- its end ------------------------------------------------------------- */

int wt_is_client(WOLFSSL* ssl)
{
    return wolfSSL_GetSide(ssl) == WOLFSSL_CLIENT_END;
}

void wt_conn_release(wt_conn* conn)
{
    wt_context* context;
    WOLFSSL_CTX* ctx;
    int last;

    if (conn != NULL) {
        Untie(conn);
        context = conn->context;
        ctx = wolfSSL_get_SSL_CTX(conn->ssl);
        wt_lock();
        last = wt_context_is_last(context);
        if (last)
            wt_context_hold(context);
        Recycle(conn);
        wt_unlock();
        if (last)
            wt_context_leave(context, ctx);
    }
}

/* ---- public ------------------------------------------------------------- */

WOLFSSL* wolfTicket_new(WOLFSSL_CTX* ctx)
{
    int client;
    wt_context* context = wt_context_attach(ctx, &client);
    WOLFSSL* ssl = NULL;
    wt_conn* conn = NULL;

    if (context != NULL || client)
        ssl = wolfSSL_new(ctx);
    if (ssl != NULL && context != NULL) {
        conn = wt_conn_get(ssl, context);
        if (conn != NULL) {
            wt_hook_connection(conn);
        }
        else {
            wolfSSL_free(ssl);
            ssl = NULL;
        }
    }
    else if (ssl == NULL && ctx != NULL) {
        (void)wt_fail((context != NULL) ? &context->error : NULL,
            (wt_error)((context != NULL || client) ? WT_E_MEMORY
                                                   : wt_thread_error()));
    }
    else if (ssl != NULL) {
        wt_client_new(ssl);
    }
    return ssl;
}

void wolfTicket_free(WOLFSSL* ssl)
{
    if (ssl != NULL) {
        wt_conn_release(wt_conn_of(ssl));
        wt_client_free(ssl);
        wolfSSL_free(ssl);
    }
}

#ifdef OPENSSL_EXTRA
int wolfTicket_clear(WOLFSSL* ssl)
{
    wt_conn* conn = wt_conn_of(ssl);
    int client = ssl != NULL && wt_is_client(ssl);
    int ret;

    /* wolfSSL keeps what it could not send, for the next client to get. */
    if (conn != NULL && conn->aborted)
        return wt_fail(&conn->error, WT_E_ABORTED);
    /* From here on another connection may get the session's memory. */
    if (conn != NULL) {
        wt_lock();
        wt_registry_remove(&sessionPlaces, &conn->sessionPlace);
        DropSession(conn);
        wt_unlock();
    }
    ret = client ? wt_client_clear(ssl) : wolfSSL_clear(ssl);
    if (conn != NULL) {
        wt_blob_clear(&conn->data);
        wt_conn_forget(conn);
        conn->cookieSz = 0;
        conn->state = WT_HS_NEW;
        ChangeSession(conn);
        (void)TagSession(conn, conn->session);
    }
    return ret == WOLFSSL_SUCCESS;
}
#endif

void wolfTicket_cleanup(void)
{
    wt_conn* conn;

    if (!wt_port_init())
        return;
    wt_lock();
    while ((conn = (wt_conn*)wt_registry_any(&sslPlaces)) != NULL)
        Recycle(conn);
    while ((conn = freeRecords) != NULL) {
        freeRecords = conn->nextFree;
        wt_blob_free(&conn->data);
        wt_blob_free(&conn->offered);
        wt_blob_free(&conn->sealed);
        wt_blob_free(&conn->resumption);
        XFREE(conn, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    }
    wt_registry_free(&sslPlaces);
    wt_registry_free(&sessionPlaces);
    wt_unlock();
    wt_client_cleanup();
    wt_trust_cleanup();
    wt_context_cleanup();
    wt_ringthread_cleanup();
    wt_feed_bury();
    wt_used_cleanup();
}
