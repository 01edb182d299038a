/* deliver.c
 *
 * Tickets on their way out: how many, and when.
 *
 * In TLS 1.3 wolfSSL's own loop is told to send none: it loses tickets when a
 * socket would block, and cannot be told a number for one connection.  They
 * are sent from the done callback, which wolfSSL calls again until it
 * succeeds.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "deliver.h"
#include "dtls.h"
#include "hooks.h"
#include "issue.h"
#include "secret.h"
#include "singleuse.h"

#include <wolfssl/error-ssl.h>
#include <wolfticket/client.h>

/* ---- how many ----------------------------------------------------------- */

/* After the handshake, by the decision table. */
static word32 Target(const wt_conn* conn)
{
    word32 n = conn->numTickets;

    if (conn->resumed && n > 1)
        n = 1;
    if (conn->presented > 0 && !conn->renew)
        n = 0;
    return n;
}

static int CanSend(const wt_conn* conn)
{
    return conn->context->attached && !conn->aborted && !conn->bypassed &&
        conn->nonces < WOLFTICKET_MAX_TICKETS && !wt_dtls_blind(conn->ssl);
}

/* ---- sending ------------------------------------------------------------ */

/* Sends one ticket.  1, or 0: *err is what wolfSSL says.  A ticket for which
 * the socket had no room is in wolfSSL's buffer and counts as sent. */
static int SendOne(wt_conn* conn, int* err)
{
    int ret = 0;

#if defined(WOLFSSL_TLS13) && !defined(NO_WOLFSSL_SERVER)
    byte nonces = conn->nonces;
    unsigned int early = wt_single_hold_early(conn);

    conn->sending = 1;
    ret = wolfSSL_send_SessionTicket(conn->ssl);
    conn->sending = 0;
    wt_single_leave_early(conn, early);
    if (ret != WOLFSSL_SUCCESS) {
        *err = wolfSSL_get_error(conn->ssl, ret);
        if (*err == WOLFSSL_ERROR_WANT_WRITE)
            *err = WANT_WRITE;
    }
    /* The application took tickets, or the ticket callback, away from us in
     * some way that wolfSSL does not tell.  It then goes without. */
    if (conn->nonces == nonces) {
        conn->bypassed = 1;
        (void)wt_fail(&conn->error, WT_E_BYPASSED);
        if (*err == BAD_TICKET_ENCRYPT)
            *err = 0;
        ret = (*err == 0) ? WOLFSSL_SUCCESS : ret;
    }
#else
    (void)conn;
    *err = BAD_FUNC_ARG;
#endif
    return ret == WOLFSSL_SUCCESS;
}

/* Sends all that is due.  0, or a negative error of wolfSSL's. */
static int SendDue(wt_conn* conn)
{
    int ret = 0;

    while (ret == 0 && (word32)conn->sent + conn->skipped < Target(conn) &&
            !conn->countedDone && CanSend(conn)) {
        if (!wt_issue_possible(conn))
            conn->skipped++;
        else if (!SendOne(conn, &ret) && ret >= 0)
            ret = WOLFSSL_FATAL_ERROR;
    }
    while (ret == 0 && conn->queued > 0 && CanSend(conn)) {
        conn->queued--;
        if (wt_issue_possible(conn) && !SendOne(conn, &ret) && ret >= 0)
            ret = WOLFSSL_FATAL_ERROR;
    }
    wt_issue_forget(conn);
    if (conn->queued > 0 && !CanSend(conn)) {
        if (conn->nonces == WOLFTICKET_MAX_TICKETS)
            (void)wt_fail(&conn->error, WT_E_NO_NONCES);
        conn->queued = 0;
    }
    return ret;
}

static void CountDone(wt_conn* conn)
{
    if (!conn->countedDone) {
        conn->countedDone = 1;
        wt_context_count(conn->context,
            conn->resumed ? WT_COUNT_RESUMED : WT_COUNT_FULL);
    }
}

/* wolfSSL calls its done callback again when a later flush of tickets goes
 * through its handshake function; the application hears of the handshake
 * until it has agreed. */
static int TellApplication(wt_conn* conn)
{
    int ret = 0;

    if (!conn->agreed && conn->doneCb != NULL)
        ret = conn->doneCb(conn->ssl, conn->doneArg);
    conn->agreed = ret >= 0;
    return ret;
}

int wt_deliver_done(WOLFSSL* ssl, void* arg)
{
    wt_conn* conn = wt_conn_of(ssl);
    int ret = 0;

    /* A connection of either side has turned out to be a client's, whose
     * session wolfSSL may have replaced. */
    if (wolfSSL_is_server(ssl) != 1) {
        conn = (wt_conn*)arg;
        if (conn->ssl == ssl) {
            conn->isClient = 1;
            ret = TellApplication(conn);
        }
        return ret;
    }
    if (conn == NULL || conn->sending)
        return 0;
    wt_conn_settle(conn);
    if (conn->aborted)
        ret = WOLFSSL_FATAL_ERROR;
    else if (wt_is_tls13(ssl))
        ret = SendDue(conn);
    if (ret == 0) {
        if (!conn->countedDone)
            wt_conn_print(conn);
        CountDone(conn);
        ret = TellApplication(conn);
    }
    return ret;
}

/* ---- asking for more ---------------------------------------------------- */

static wt_error MayQueue(WOLFSSL* ssl, const wt_conn* conn)
{
    wt_error ret = WT_OK;

    if (ssl == NULL)
        ret = WT_E_NULL;
    else if (!wolfSSL_is_server(ssl))
        ret = WT_E_CLIENT;
    else if (!wolfSSL_is_init_finished(ssl))
        ret = WT_E_NOT_DONE;
    else if (!wt_is_tls13(ssl))
        ret = WT_E_NOT_TLS13;
    else if (wt_dtls_blind(ssl))
        ret = WT_E_DTLS_BLIND;
    else if (conn == NULL)
        ret = WT_E_UNKNOWN_SSL;
    else if (!conn->context->attached)
        ret = WT_E_NOT_ATTACHED;
    else if (conn->nonces + conn->queued >= WOLFTICKET_MAX_TICKETS)
        ret = WT_E_NO_NONCES;
    return ret;
}

int wolfTicket_new_session_ticket(WOLFSSL* ssl)
{
    wt_conn* conn = wt_conn_of(ssl);
    wt_error err = MayQueue(ssl, conn);

    if (err == WT_OK)
        conn->queued++;
    else
        (void)wt_fail((conn != NULL) ? &conn->error : NULL, err);
    return err == WT_OK;
}

static int Accept(WOLFSSL* ssl)
{
#ifndef NO_WOLFSSL_SERVER
    return wolfSSL_accept(ssl);
#else
    (void)wt_fail(NULL, (ssl == NULL) ? WT_E_NULL : WT_E_NO_SERVER);
    return WOLFSSL_FATAL_ERROR;
#endif
}

/* Lets wolfSSL flush its buffer and call wt_deliver_done() again.  Its write
 * would take bytes of a ticket that are still in the buffer for bytes of the
 * application's data. */
static int Flush(WOLFSSL* ssl)
{
    int ret = Accept(ssl);

    /* wolfSSL 5.5 forgets to say so when the socket is still full; an empty
     * write says it, or sends what was left. */
    if (ret != WOLFSSL_SUCCESS && wolfSSL_get_error(ssl, ret) == 0) {
        ret = wolfSSL_write(ssl, "", 0);
        if (wolfSSL_get_error(ssl, ret) != WOLFSSL_ERROR_WANT_WRITE)
            ret = Accept(ssl);
    }
    return ret;
}

/* The handshake, up to the done callback: wolfSSL calls itself finished while
 * its last messages still lie in its buffer. */
static int Finish(WOLFSSL* ssl, wt_conn* conn)
{
    int ret = wolfSSL_is_init_finished(ssl) ? Flush(ssl)
                                            : wolfSSL_negotiate(ssl);

    /* Not counted by now: the done callback is no longer ours. */
    if (ret == WOLFSSL_SUCCESS)
        conn->countedDone = 1;
    return ret;
}

/* Without the message callback nothing else tells of a handshake in time, when
 * the connection was made by plain wolfSSL_new(). */
static wt_conn* Begin(WOLFSSL* ssl)
{
#ifdef WT_HAVE_MSG_CB
    return wt_conn_of(ssl);
#else
    return (ssl != NULL) ? wt_hook_server(ssl) : NULL;
#endif
}

int wolfTicket_accept(WOLFSSL* ssl)
{
    (void)Begin(ssl);
    return (ssl != NULL) ? Flush(ssl) : Accept(ssl);
}

#ifdef WOLFSSL_EARLY_DATA
int wolfTicket_read_early_data(WOLFSSL* ssl, void* data, int sz, int* outSz)
{
    int ret = wolfSSL_read_early_data(ssl, data, sz, outSz);
    wt_conn* conn = wt_conn_of(ssl);

    if (conn != NULL && !wt_is_client(ssl)) {
        wt_conn_adopt(conn);
        if (!wt_single_early(conn) && ret > 0 && *outSz > 0) {
            wt_wipe(data, (size_t)*outSz);
            *outSz = ret = 0;
        }
    }
    return ret;
}
#endif

int wolfTicket_do_handshake(WOLFSSL* ssl)
{
    wt_conn* conn = Begin(ssl);
    int ret = WOLFSSL_SUCCESS;

    if (ssl == NULL)
        ret = wt_fail(NULL, WT_E_NULL);
    else if (conn != NULL && conn->sending)
        ret = WOLFSSL_SUCCESS;   /* called from gen_cb: all is on its way */
    else if (wt_is_client(ssl))
        ret = wolfTicket_connect(ssl);
    else if (conn == NULL || wolfSSL_is_server(ssl) != 1)
        ret = wolfSSL_negotiate(ssl);
    else if (!conn->countedDone)
        ret = Finish(ssl, conn);
    else if (!conn->writePending && (conn->queued > 0 || conn->flushing)) {
        ret = Flush(ssl);
        conn->flushing = ret != WOLFSSL_SUCCESS;
    }
    return ret;
}

#ifdef WOLFSSL_POST_HANDSHAKE_AUTH
/* How we see that the client has answered: the peer's Finished changes, or,
 * where wolfSSL does not show that, the peer's certificate. */
static void PeerFinished(WOLFSSL* ssl, byte out[WT_FINISHED_SZ])
{
    XMEMSET(out, 0, WT_FINISHED_SZ);
#ifdef WOLFSSL_HAVE_TLS_UNIQUE
    (void)wolfSSL_get_peer_finished(ssl, out, WT_FINISHED_SZ);
#elif defined(KEEP_PEER_CERT)
    {
        WOLFSSL_X509* cert = wolfSSL_get_peer_certificate(ssl);
        int sz = WT_FINISHED_SZ - 1;

        if (cert != NULL) {
            out[0] = 1;
            (void)wolfSSL_X509_get_serial_number(cert, out + 1, &sz);
        }
        wolfSSL_FreeX509(cert);
    }
#else
    (void)ssl;
#endif
}

/* wolfSSL 5.5 changes the session's secret while it authenticates the client,
 * the client does not: see issue.c. */
static void SaveSecret(wt_conn* conn)
{
    byte secret[WT_SECRET_SZ];

    if (conn->resumption.sz == 0 &&
            wt_session_secret(wolfSSL_get_session(conn->ssl), secret))
        (void)wt_blob_set(&conn->resumption, secret, WT_SECRET_SZ);
    wt_wipe(secret, sizeof(secret));
}

int wolfTicket_verify_client_post_handshake(WOLFSSL* ssl)
{
    wt_conn* conn = wt_conn_of(ssl);
    int ret;

    if (ssl == NULL) {
        ret = wt_fail(NULL, WT_E_NULL);
    }
    else {
        if (conn != NULL) {
            PeerFinished(ssl, conn->peerFinished);
            SaveSecret(conn);
        }
        ret = wolfSSL_request_certificate(ssl) == WOLFSSL_SUCCESS;
        if (conn != NULL && ret)
            conn->clientAuth = conn->flushing = 1;
    }
    return ret;
}

static void QueueForClientAuth(wt_conn* conn)
{
    byte finished[WT_FINISHED_SZ];
    word32 n = conn->numTickets;

    if (conn->clientAuth) {
        PeerFinished(conn->ssl, finished);
        if (XMEMCMP(finished, conn->peerFinished, WT_FINISHED_SZ) != 0) {
            conn->clientAuth = 0;
            wt_conn_print(conn);
            if (conn->resumed && n > 1)
                n = 1;
            conn->queued = (word16)(conn->queued + n);
        }
    }
}
#else
static void QueueForClientAuth(wt_conn* conn)
{
    (void)conn;
}
#endif

int wolfTicket_write(WOLFSSL* ssl, const void* data, int sz)
{
    wt_conn* conn = wt_conn_of(ssl);
    int ret = WOLFSSL_SUCCESS;

    if (ssl == NULL) {
        (void)wt_fail(NULL, WT_E_NULL);
        return BAD_FUNC_ARG;
    }
    if (conn != NULL && !conn->writePending &&
            wolfSSL_is_server(ssl) == 1 && wolfSSL_is_init_finished(ssl)) {
        QueueForClientAuth(conn);
        ret = wolfTicket_do_handshake(ssl);
    }
    if (ret == WOLFSSL_SUCCESS) {
        ret = wolfSSL_write(ssl, data, sz);
        if (conn != NULL)
            conn->writePending = ret <= 0 &&
                wolfSSL_get_error(ssl, ret) == WOLFSSL_ERROR_WANT_WRITE;
    }
    return ret;
}

int wolfTicket_read(WOLFSSL* ssl, void* data, int sz)
{
    wt_conn* conn = wt_conn_of(ssl);
    int ret;

    if (ssl == NULL) {
        (void)wt_fail(NULL, WT_E_NULL);
        return BAD_FUNC_ARG;
    }
    ret = wolfSSL_read(ssl, data, sz);
    if (conn != NULL && conn->clientAuth) {
        int again = ret < 0 &&
            wolfSSL_get_error(ssl, ret) == WOLFSSL_ERROR_WANT_READ;

        QueueForClientAuth(conn);
        if ((ret > 0 || again) && conn->queued > 0 && !conn->writePending) {
            (void)wolfTicket_do_handshake(ssl);
            /* For wolfSSL_get_error() to speak of the read. */
            if (again)
                ret = wolfSSL_read(ssl, data, sz);
        }
    }
    return ret;
}
