/* appdata.c
 *
 * The application's side: its data, counts and context id of a connection.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "connection.h"
#include "hooks.h"

int wolfTicket_SESSION_set1_ticket_appdata(WOLFSSL_SESSION* ss,
    const void* data, size_t len)
{
    wt_conn* conn = wt_conn_of_session(ss);
    wt_error err = WT_OK;

    if (ss == NULL || (data == NULL && len > 0))
        err = WT_E_NULL;
    else if (conn == NULL)
        err = WT_E_UNKNOWN_SESSION;
    else if (len > wt_appdata_max(conn->context))
        err = (wt_appdata_max(conn->context) > wt_appdata_room(conn->context))
            ? WT_E_DATA_SIZE : WT_E_APPDATA_SIZE;
    else if (!wt_blob_set(wt_conn_data(conn), (const byte*)data,
            (word32)len))
        err = WT_E_MEMORY;
    if (err != WT_OK)
        (void)wt_fail((conn != NULL) ? &conn->error : NULL, err);
    return err == WT_OK;
}

int wolfTicket_SESSION_get0_ticket_appdata(WOLFSSL_SESSION* ss, void** data,
    size_t* len)
{
    wt_conn* conn;
    wt_blob* blob;
    int ret = 0;

    if (ss == NULL || data == NULL || len == NULL) {
        (void)wt_fail(NULL, WT_E_NULL);
    }
    else {
        *data = NULL;
        *len = 0;
        conn = wt_conn_of_session(ss);
        blob = (conn != NULL) ? wt_conn_data(conn) : NULL;
        if (blob != NULL && blob->sz > 0) {
            *data = blob->mem;
            *len = blob->sz;
        }
        ret = 1;
    }
    return ret;
}

size_t wolfTicket_CTX_appdata_max(WOLFSSL_CTX* ctx)
{
    size_t ret = 0;

    if (ctx == NULL)
        (void)wt_fail(NULL, WT_E_NULL);
    else
        ret = wt_appdata_max(wt_context_find(ctx));
    return ret;
}

size_t wolfTicket_CTX_ticket_room(WOLFSSL_CTX* ctx)
{
    size_t ret = 0;

    if (ctx == NULL)
        (void)wt_fail(NULL, WT_E_NULL);
    else
        ret = wt_appdata_room(wt_context_find(ctx));
    return ret;
}

/* The record of a server connection, made if need be. */
static wt_conn* ServerConnection(WOLFSSL* ssl, wt_error* err)
{
    wt_conn* conn = wt_conn_of(ssl);
    wt_context* context = NULL;
    int client;

    *err = WT_OK;
    if (ssl == NULL) {
        *err = WT_E_NULL;
    }
    else if (wt_is_client(ssl)) {
        *err = WT_E_CLIENT;
    }
    else if (conn == NULL) {
        context = wt_context_attach(wolfSSL_get_SSL_CTX(ssl), &client);
        conn = wt_conn_get(ssl, context);
        if (conn == NULL)
            *err = (wt_error)wt_thread_error();
        else
            wt_hook_connection(conn);
    }
    return conn;
}

int wolfTicket_set_num_tickets(WOLFSSL* ssl, size_t num_tickets)
{
    wt_error err;
    wt_conn* conn = ServerConnection(ssl, &err);

    if (err == WT_OK && num_tickets > WOLFTICKET_MAX_TICKETS)
        err = WT_E_COUNT;
    if (err == WT_OK)
        conn->numTickets = (word16)num_tickets;
    else
        (void)wt_fail((conn != NULL) ? &conn->error : NULL, err);
    return err == WT_OK;
}

size_t wolfTicket_get_num_tickets(const WOLFSSL* ssl)
{
    wt_conn* conn = wt_conn_of(ssl);
    size_t ret = 0;

    if (ssl == NULL)
        (void)wt_fail(NULL, WT_E_NULL);
    else if (conn != NULL)
        ret = conn->numTickets;
    else
        ret = wolfTicket_CTX_get_num_tickets(
            wolfSSL_get_SSL_CTX(WT_UNCONST(WOLFSSL*, ssl)));
    return ret;
}

#ifdef WOLFSSL_TLS13
/* wolfSSL's flag can never be taken back, and with it wolfSSL sends requested
 * tickets empty: ours is the number. */
int wolfTicket_CTX_no_ticket_TLSv13(WOLFSSL_CTX* ctx)
{
    int client = 0;
    wt_context* context = wt_context_attach(ctx, &client);

    return (context == NULL || !wolfTicket_CTX_set_num_tickets(ctx, 0))
        ? wolfSSL_CTX_no_ticket_TLSv13(ctx) : 0;
}

int wolfTicket_no_ticket_TLSv13(WOLFSSL* ssl)
{
    return (ssl == NULL || wt_is_client(ssl) || !wt_is_tls13(ssl) ||
            !wolfTicket_set_num_tickets(ssl, 0))
        ? wolfSSL_no_ticket_TLSv13(ssl) : 0;
}
#endif

int wolfTicket_set_session_id_context(WOLFSSL* ssl,
    const unsigned char* sid_ctx, unsigned int sid_ctx_len)
{
    wt_error err;
    wt_conn* conn = ServerConnection(ssl, &err);

    if (err == WT_E_CLIENT)
        err = WT_OK;
    if (err == WT_OK && sid_ctx_len > WOLFTICKET_SID_CTX_MAX)
        err = WT_E_SID_CTX;
    else if (err == WT_OK && sid_ctx == NULL && sid_ctx_len > 0)
        err = WT_E_NULL;
    if (err == WT_OK && conn != NULL) {
        if (sid_ctx_len > 0)
            XMEMCPY(conn->sidCtx, sid_ctx, sid_ctx_len);
        conn->sidCtxSz = (byte)sid_ctx_len;
        conn->hasSidCtx = 1;
    }
#ifdef OPENSSL_EXTRA
    if (err == WT_OK)
        (void)wolfSSL_set_session_id_context(ssl, (sid_ctx_len > 0)
            ? sid_ctx : (const unsigned char*)"", sid_ctx_len);
#endif
    if (err != WT_OK)
        (void)wt_fail((conn != NULL) ? &conn->error : NULL, err);
    return err == WT_OK;
}
