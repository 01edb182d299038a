/* server.c
 *
 * A server that knows its clients again by their tickets, without a heap and
 * without an operating system.
 *
 * A client shows its certificate once.  Its name goes into the ticket, which
 * the client keeps for the server: on the next connection there is no
 * certificate, no signature and no look-up, and still the server knows who it
 * is; also after the power was off, because the keys that tickets are sealed
 * with are in flash memory.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "server.h"
#include "board.h"
#include "certs.h"
#include "flash.h"

#include <string.h>

/* All that wolfTicket ever needs. */
static wolfTicket_Storage storage;
static WOLFSSL_CTX* ctx;

/* ---- who is it ---------------------------------------------------------- */

/* wolfSSL has verified a certificate, or not. */
static int Verified(int ok, WOLFSSL_X509_STORE_CTX* store)
{
    server_conn* conn = (server_conn*)store->userCtx;

    if (ok && store->error_depth == 0 && conn != NULL) {
        conn->certificates++;
        strncpy(conn->name, store->domain, sizeof(conn->name) - 1);
    }
    return ok;
}

/* A ticket is about to be made: put into it who the client is. */
static int Remember(WOLFSSL* ssl, void* arg)
{
    const server_conn* conn = (const server_conn*)wolfSSL_GetIOReadCtx(ssl);

    (void)arg;
    return conn->name[0] == '\0' || wolfTicket_SESSION_set1_ticket_appdata(
        wolfSSL_get_session(ssl), conn->name, strlen(conn->name));
}

/* ---- on and off --------------------------------------------------------- */

static int Certificates(void)
{
    wolfSSL_CTX_set_verify(ctx, WOLFSSL_VERIFY_PEER |
        WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT, Verified);
    return wolfSSL_CTX_load_verify_buffer(ctx, certs_ca, (long)certs_caSz,
            WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS &&
        wolfSSL_CTX_use_certificate_buffer(ctx, certs_server,
            (long)certs_serverSz, WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS &&
        wolfSSL_CTX_use_PrivateKey_buffer(ctx, certs_serverKey,
            (long)certs_serverKeySz, WOLFSSL_FILETYPE_ASN1) ==
                WOLFSSL_SUCCESS;
}

int server_start(void)
{
    int ret;

    ctx = wolfSSL_CTX_new(wolfSSLv23_server_method());
    ret = ctx != NULL && Certificates() &&
        wolfTicket_CTX_embed(ctx, &storage) &&
        wolfTicket_CTX_set_flash(ctx, flash_save, flash_load, NULL) &&
        wolfTicket_CTX_set_session_ticket_cb(ctx, Remember, NULL, NULL);
    if (ctx != NULL) {
        wolfSSL_CTX_SetIORecv(ctx, wire_recv);
        wolfSSL_CTX_SetIOSend(ctx, wire_send);
        /* Client and server share wolfSSL's cache here: what is resumed has
         * to be resumed by its ticket. */
        (void)wolfSSL_CTX_set_session_cache_mode(ctx, WOLFSSL_SESS_CACHE_OFF);
    }
    if (ret != 1)
        say("server: %s\n", wolfTicket_CTX_error(ctx));
    return ret;
}

void server_stop(void)
{
    wolfTicket_CTX_free(ctx);
    ctx = NULL;
}

int server_new_key(void)
{
    return wolfTicket_CTX_rotate_keys(ctx, NULL);
}

/* ---- connections -------------------------------------------------------- */

int server_open(server_conn* conn)
{
    conn->name[0] = '\0';
    conn->certificates = 0;
    conn->ssl = wolfTicket_new(ctx);
    if (conn->ssl != NULL) {
        wolfSSL_SetIOReadCtx(conn->ssl, conn);
        wolfSSL_SetIOWriteCtx(conn->ssl, conn);
        wolfSSL_SetCertCbCtx(conn->ssl, conn);
    }
    return conn->ssl != NULL;
}

int server_accept(server_conn* conn)
{
    int ret = wolfSSL_accept(conn->ssl);

    if (ret != WOLFSSL_SUCCESS)
        ret = wolfSSL_want_read(conn->ssl) || wolfSSL_want_write(conn->ssl)
            ? 0 : -1;
    return ret;
}

static int Say(server_conn* conn, const char* text, size_t sz)
{
    return wolfTicket_write(conn->ssl, text, (int)sz) == (int)sz;
}

int server_greet(server_conn* conn)
{
    void* name = NULL;
    size_t sz = 0;
    int ret;

    if (wolfTicket_SESSION_get0_ticket_appdata(wolfSSL_get_session(conn->ssl),
            &name, &sz) && wolfSSL_session_reused(conn->ssl) && sz > 0)
        ret = Say(conn, "welcome back, ", 14) &&
            Say(conn, (const char*)name, sz);
    else
        ret = Say(conn, "hello, ", 7) &&
            Say(conn, conn->name, strlen(conn->name));
    return ret;
}

void server_close(server_conn* conn)
{
    memset(&conn->info, 0, sizeof(conn->info));
    if (conn->ssl != NULL)
        (void)wolfTicket_get_info(conn->ssl, &conn->info);
    wolfTicket_free(conn->ssl);
    conn->ssl = NULL;
}
