/* alert.c
 *
 * Ending a handshake with a fatal internal_error alert.
 *
 * wolfSSL has no public way to send an alert of one's choice.  So the
 * connection's send callback is replaced by one that puts the alert's record
 * onto the former transport and then fails, which ends the handshake on both
 * sides.  wolfSSL has no getter for the former callback either: it is the one
 * set through our functions, or a BIO, or wolfSSL's default for sockets, which
 * shows by its argument lying inside the connection itself.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "alert.h"
#include "dtls.h"
#include "record13.h"

/* alert, version, length 2, fatal, internal_error */
static const byte clearAlert[] = { 0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x50 };

/* The context's send callback.  Without ex_data one that was set before the
 * context was attached is known by an address alone, and not believed where
 * the connection uses wolfSSL's own transport. */
static CallbackIOSend ContextSend(wt_conn* conn, int inside)
{
#ifdef WT_HAVE_EX_DATA
    (void)inside;
    return (CallbackIOSend)wt_ctx_slot(wolfSSL_get_SSL_CTX(conn->ssl),
        WT_CTX_SLOT_IO_SEND);
#else
    return wt_context_io_send(conn->context, inside);
#endif
}

static int InsideConnection(const WOLFSSL* ssl, const void* p)
{
    return (const byte*)p >= (const byte*)ssl &&
        (const byte*)p < (const byte*)ssl + wolfSSL_GetObjectSize();
}

#if defined(OPENSSL_EXTRA) && !defined(NO_BIO)
static int MayRetry(WOLFSSL_BIO* bio)
{
#ifdef OPENSSL_ALL
    return wolfSSL_BIO_should_retry(bio);
#else
    (void)bio;
    return 0;       /* not to be asked */
#endif
}
#endif

#if !defined(WOLFSSL_USER_IO) && !defined(WOLFSSL_NO_SOCK)
static int SocketSend(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
#ifdef WOLFSSL_DTLS
    if (wt_dtls(ssl))
        return EmbedSendTo(ssl, buf, sz, arg);
#endif
    return EmbedSend(ssl, buf, sz, arg);
}
#endif

static int FormerSend(wt_conn* conn, byte* buf, int sz)
{
    WOLFSSL* ssl = conn->ssl;
    void* arg = wolfSSL_GetIOWriteCtx(ssl);
    CallbackIOSend send = conn->ioSend;
    int ret = WOLFSSL_CBIO_ERR_GENERAL;

    if (send == NULL)
        send = ContextSend(conn, InsideConnection(ssl, arg));
    if (send != NULL) {
        ret = send(ssl, (char*)buf, sz, arg);
    }
#if defined(OPENSSL_EXTRA) && !defined(NO_BIO)
    else if (wolfSSL_SSL_get_wbio(ssl) != NULL) {
        ret = wolfSSL_BIO_write(wolfSSL_SSL_get_wbio(ssl), buf, sz);
        if (ret <= 0)
            ret = MayRetry(wolfSSL_SSL_get_wbio(ssl))
                ? WOLFSSL_CBIO_ERR_WANT_WRITE : WOLFSSL_CBIO_ERR_GENERAL;
    }
#endif
#if !defined(WOLFSSL_USER_IO) && !defined(WOLFSSL_NO_SOCK)
    else if (InsideConnection(ssl, arg)) {
        ret = SocketSend(ssl, (char*)buf, sz, arg);
    }
#endif
    else {
        (void)wt_fail(&conn->error, WT_E_NO_TRANSPORT);
    }
    return ret;
}

/* Returns what a send callback returns: failure, or WANT_WRITE while the
 * transport takes no more. */
static int SendAlert(wt_conn* conn)
{
    int ret = WOLFSSL_CBIO_ERR_GENERAL;

    while (conn->alertSent < conn->alertSz) {
        int left = conn->alertSz - conn->alertSent;
        int sent = FormerSend(conn, conn->alert + conn->alertSent, left);

        if (sent == WOLFSSL_CBIO_ERR_WANT_WRITE) {
            ret = WOLFSSL_CBIO_ERR_WANT_WRITE;
            break;
        }
        if (sent <= 0 || sent > left)
            sent = left;
        conn->alertSent = (byte)(conn->alertSent + sent);
    }
    return ret;
}

static int AbortSend(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    wt_conn* conn = wt_conn_of(ssl);
    int ret = WOLFSSL_CBIO_ERR_GENERAL;

    (void)arg;
    if (conn != NULL && conn->alertInPlace) {
        conn->alertSz = (byte)wt_dtls_alert((const byte*)buf, sz, conn->alert);
        conn->alertInPlace = 0;
    }
    if (conn != NULL && conn->aborted)
        ret = SendAlert(conn);
    else if (conn != NULL)
        ret = FormerSend(conn, (byte*)buf, sz); /* cleared for another client */
    return ret;
}

static void End(wt_conn* conn, wt_error why)
{
    conn->aborted = 1;
    (void)wt_fail(&conn->error, why);
    wolfSSL_SSLSetIOSend(conn->ssl, AbortSend);
}

static void ClearAlert(wt_conn* conn)
{
    /* A datagram's alert needs the record number, which wolfSSL does not tell
     * but puts into what it sends next.  None in clear is any use once records
     * are encrypted. */
    if (wt_dtls(conn->ssl)) {
        conn->alertInPlace = 1;
    }
    else if (!wolfSSL_is_init_finished(conn->ssl)) {
        XMEMCPY(conn->alert, clearAlert, sizeof(clearAlert));
        conn->alertSz = sizeof(clearAlert);
    }
}

void wt_alert_abort(wt_conn* conn, wt_error why)
{
    if (!conn->aborted) {
        ClearAlert(conn);
        End(conn, why);
    }
}

void wt_alert_now(wt_conn* conn)
{
    if (conn->aborted && !conn->alertInPlace)
        (void)SendAlert(conn);
}

int wt_alert_abort_now(wt_conn* conn, wt_error why)
{
    if (!conn->aborted) {
        if (!wt_is_tls13(conn->ssl))
            ClearAlert(conn);
        else if (!wt_dtls(conn->ssl) &&
                wt_record13_alert(conn->ssl, conn->alert))
            conn->alertSz = WT_ALERT13_SZ;
        End(conn, why);
        if (!conn->alertInPlace)
            (void)SendAlert(conn);
    }
    return conn->alertInPlace;
}
