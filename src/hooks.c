/* hooks.c
 *
 * The functions that wolfSSL calls: the way of a ticket begins here.
 *
 *   a hello passes     wt_hook_message  -> offer.c (EMPTY, late binding)
 *   a ticket comes in  wt_hook_ticket   -> offer.c -> opened.c -> seal.c
 *                                          and keyring.c, or keycb.c;
 *                                          binding.c; dec_cb; decide.c;
 *                                          alert.c if the handshake must end
 *   handshake done     wt_deliver_done  -> deliver.c
 *   a ticket goes out  wt_hook_ticket   -> issue.c; gen_cb; seal.c or keycb.c
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "hooks.h"
#include "alert.h"
#include "client.h"
#include "deliver.h"
#include "dtls.h"
#include "hello.h"
#include "issue.h"
#include "offer.h"
#include "secret.h"

#define CONTENT_HANDSHAKE 22

void wt_hook_connection(wt_conn* conn)
{
    if (!conn->hooked) {
        (void)wolfSSL_SetHsDoneCb(conn->ssl, wt_deliver_done, conn);
        conn->hooked = 1;
    }
}

static wt_conn* ConnectionOf(WOLFSSL* ssl)
{
    wt_conn* conn = wt_conn_of(ssl);

    if (conn == NULL && !wt_is_client(ssl))
        conn = wt_conn_get(ssl, wt_context_find(wolfSSL_get_SSL_CTX(ssl)));
    return conn;
}

wt_conn* wt_hook_server(WOLFSSL* ssl)
{
    wt_conn* conn = ConnectionOf(ssl);

    if (conn != NULL)
        wt_hook_connection(conn);
    return conn;
}

static void Follow(wt_conn* conn)
{
    wt_context_follow_timeout(conn->context, wolfSSL_get_SSL_CTX(conn->ssl));
}

/* ---- tickets ------------------------------------------------------------ */

#ifdef WT_HAVE_MSG_CB
/* The hellos did not pass wt_hook_message(). */
static void Unheard(wt_conn* conn, int first)
{
    if (first) {
        (void)wt_fail(&conn->error, WT_E_MSG_CB);
        (void)wt_fail(&conn->context->error, WT_E_MSG_CB);
    }
}
#else
/* Nobody shows us the hellos.  In TLS 1.2 the first sign of an empty ticket
 * extension is that wolfSSL makes the ticket which it has promised by then;
 * and it is not too late yet to refuse what was bound to other names. */
static void Unheard(wt_conn* conn, int first)
{
    int noTicket = 0;

    if (conn->state == WT_HS_DONE || wt_is_tls13(conn->ssl))
        return;
    if (first) {
        wt_offer_empty(conn, &noTicket);
        conn->withhold = (byte)noTicket;
    }
    wt_offer_check_binding(conn);
    wt_alert_now(conn);
}
#endif

static int Encrypt(wt_conn* conn, wt_context* context, wt_frame* frame,
    int* outLen)
{
    int ret = 1;

    if (conn != NULL) {
        int first = conn->state == WT_HS_NEW;

        if (first)
            wt_conn_begin(conn, wt_client_random(conn->ssl));
        Unheard(conn, first);
        if (!conn->aborted)
            wt_conn_before_ticket(conn);
        ret = wt_issue(conn, frame);
        wt_conn_after_ticket(conn);
    }
    else {
        wt_issue_dead(context, frame);
    }
    *outLen = (int)frame->encSz;
    return ret ? WOLFSSL_TICKET_RET_OK : WOLFSSL_TICKET_RET_FATAL;
}

static int Decrypt(wt_conn* conn, wt_frame* frame, int* outLen)
{
    int ret = WOLFSSL_TICKET_RET_REJECT;

    if (conn != NULL && wt_dtls_stateless(conn)) {
        ret = wt_offer_peek(conn, frame);
    }
    else if (conn != NULL && !wt_dtls_blind(conn->ssl)) {
        wt_conn_begin(conn, wt_client_random(conn->ssl));
        Follow(conn);
        ret = wt_offer_open(conn, frame);
    }
    *outLen = (int)frame->encSz;
    return ret;
}

int wt_hook_ticket(WOLFSSL* ssl, unsigned char keyName[WOLFSSL_TICKET_NAME_SZ],
    unsigned char iv[WOLFSSL_TICKET_IV_SZ],
    unsigned char mac[WOLFSSL_TICKET_MAC_SZ], int enc, unsigned char* ticket,
    int inLen, int* outLen, void* userCtx)
{
    wt_context* context = wt_context_of_ticket(ssl, userCtx);
    wt_conn* conn;
    wt_frame frame;

    if (context == NULL || inLen <= 0 || *outLen < inLen)
        return WOLFSSL_TICKET_RET_REJECT;
    conn = wt_conn_get(ssl, context);
    if (conn != NULL)
        wt_hook_connection(conn);
    frame.keyName = keyName;
    frame.iv = iv;
    frame.mac = mac;
    frame.enc = ticket;
    frame.encSz = (word32)inLen;
    frame.encMax = (word32)*outLen;
    frame.version = (word32)wolfSSL_version(ssl);
    return enc ? Encrypt(conn, context, &frame, outLen)
               : Decrypt(conn, &frame, outLen);
}

/* ---- messages ----------------------------------------------------------- */

#ifdef WT_HAVE_MSG_CB

/* Of a client over DTLS it is said only after it has shown that it is there;
 * until then all that is kept is forgotten with the next message. */
static int MayAsk(const wt_conn* conn, const wt_hello* hello)
{
    return !wt_dtls(conn->ssl) || wt_dtls_cookie_good(conn, hello);
}

static void ClientHello(wt_conn* conn, const wt_hello* hello)
{
    int tls13 = hello->tls13 && wt_is_tls13(conn->ssl);
    int noTicket = 0;

    /* Before TLS 1.3 there is one to a handshake: the next is another's.  In
     * DTLS wolfSSL has kept nothing of the former. */
    if (wt_dtls(conn->ssl) && !conn->answered)
        wt_conn_again(conn);
    else if (!tls13 && conn->state == WT_HS_RUNNING)
        conn->answered = 1;
    wt_conn_begin(conn, hello->random);
    Follow(conn);
    /* In TLS 1.3 there may be a second one. */
    if (!conn->bound && !tls13)
        conn->bound = (byte)wt_binding_of_hello(hello, &conn->binding);
    if (!tls13 && hello->hasTicket && hello->ticketSz > 0)
        wt_offer_hello(conn, hello);
    if (!tls13 && hello->hasTicket && hello->ticketSz == 0 &&
            conn->presented == 0 && MayAsk(conn, hello)) {
        wt_offer_empty(conn, &noTicket);
#ifndef NO_WOLFSSL_SERVER
        if (noTicket || conn->aborted || !wt_issue_possible(conn))
            (void)wolfSSL_NoTicketTLSv12(conn->ssl);
#endif
    }
}

static void ServerHello(wt_conn* conn, const wt_hello* hello)
{
    int noTicket = 0;

    if (hello->retry)
        return;
    wt_conn_begin(conn, wt_client_random(conn->ssl));
    conn->answered = 1;
    Follow(conn);
    if (hello->tls13) {
        wt_conn_chosen(conn);
    }
    else {
        wt_offer_check_binding(conn);
        if (conn->helloTicket && conn->presented == 0) {
            wt_offer_unseen(conn);
        }
        else if (hello->hasTicket && conn->presented == 0) {
            /* The ClientHello did not pass here; the ticket is promised. */
            wt_offer_empty(conn, &noTicket);
            conn->withhold = (byte)noTicket;
        }
    }
    (void)wt_offer_bind(conn);
}

/* A hello on its way; wolfSSL shows those of DTLS in other forms. */
static int ReadHello(const wt_conn* conn, int isWrite, const void* buf,
    size_t sz, wt_hello* hello)
{
    int ret;

    if (!wt_dtls(conn->ssl))
        ret = wt_hello_read((const byte*)buf, sz, hello);
    else if (isWrite)
        ret = wt_hello_read_sent((const byte*)buf, sz, hello);
    else
        ret = wt_hello_read_received((const byte*)buf, sz, hello);
    return ret;
}

void wt_hook_message(int isWrite, int version, int contentType,
    const void* buf, size_t sz, WOLFSSL* ssl, void* arg)
{
    wt_conn* conn = ConnectionOf(ssl);
    wt_hello hello;
    SSL_Msg_Cb next;

    if (conn != NULL && contentType == CONTENT_HANDSHAKE &&
            ReadHello(conn, isWrite, buf, sz, &hello)) {
        wt_hook_connection(conn);
        if (!isWrite && hello.type == WT_HS_CLIENT_HELLO)
            ClientHello(conn, &hello);
        else if (isWrite && hello.type == WT_HS_SERVER_HELLO)
            ServerHello(conn, &hello);
        else if (isWrite && hello.type == WT_HS_VERIFY_REQUEST)
            wt_dtls_cookie_sent(conn, &hello);
    }
    if (conn != NULL && conn->hasMsgCb)
        next = conn->msgCb;
    else
        next = wt_context_msg_cb(wolfSSL_get_SSL_CTX(ssl));
    if (next != NULL)
        next(isWrite, version, contentType, buf, sz, ssl, arg);
}

int wolfTicket_CTX_set_msg_callback(WOLFSSL_CTX* ctx, SSL_Msg_Cb cb)
{
    int ret = 0;

    if (wt_context_set_msg_cb(ctx, cb))
        ret = wt_context_find(ctx) != NULL ||
            wolfSSL_CTX_set_msg_callback(ctx, cb) == WOLFSSL_SUCCESS;
    return ret;
}

int wolfTicket_set_msg_callback(WOLFSSL* ssl, SSL_Msg_Cb cb)
{
    wt_conn* conn = NULL;
    int ret = 0;

    if (ssl == NULL) {
        (void)wt_fail(NULL, WT_E_NULL);
    }
    else {
        conn = ConnectionOf(ssl);
        if (conn != NULL) {
            conn->msgCb = cb;
            conn->hasMsgCb = 1;
            cb = wt_hook_message;
        }
        ret = wolfSSL_set_msg_callback(ssl, cb) == WOLFSSL_SUCCESS;
    }
    return ret;
}

#endif /* WT_HAVE_MSG_CB */

/* ---- callbacks shared with the application ------------------------------ */

int wolfTicket_SetHsDoneCb(WOLFSSL* ssl, HandShakeDoneCb cb, void* user_ctx)
{
    wt_conn* conn = NULL;
    int ret = 0;

    if (ssl == NULL) {
        (void)wt_fail(NULL, WT_E_NULL);
    }
    else {
        conn = ConnectionOf(ssl);
        if (conn != NULL) {
            conn->doneCb = cb;
            conn->doneArg = user_ctx;
            wt_hook_connection(conn);
            ret = 1;
        }
        else {
            ret = wt_client_set_done_cb(ssl, cb, user_ctx) ||
                wolfSSL_SetHsDoneCb(ssl, cb, user_ctx) == WOLFSSL_SUCCESS;
        }
    }
    return ret;
}

void wolfTicket_CTX_SetIOSend(WOLFSSL_CTX* ctx, CallbackIOSend cb)
{
    if (ctx != NULL && wt_port_init()) {
#ifdef WT_HAVE_EX_DATA
        (void)wt_ctx_slot_set(ctx, WT_CTX_SLOT_IO_SEND, (wt_function)cb);
#else
        wt_context_set_io_send(ctx, cb);
#endif
    }
    wolfSSL_CTX_SetIOSend(ctx, cb);
}

void wolfTicket_SSLSetIOSend(WOLFSSL* ssl, CallbackIOSend cb)
{
    wt_conn* conn = (ssl != NULL) ? ConnectionOf(ssl) : NULL;

    if (conn != NULL)
        conn->ioSend = cb;
    wolfSSL_SSLSetIOSend(ssl, cb);
}
