/* client.c
 *
 * The other end of the wire: a client that keeps its session.
 *
 * Plain wolfSSL: the firmware is about the server, and this client stands for
 * another machine.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "client.h"
#include "certs.h"

#include <string.h>

static int TicketArrived(WOLFSSL* ssl, const unsigned char* ticket, int sz,
    void* arg)
{
    (void)ssl;
    (void)ticket;
    (void)sz;
    ((client*)arg)->tickets++;
    return 0;
}

static int Certificates(WOLFSSL_CTX* ctx)
{
    return wolfSSL_CTX_load_verify_buffer(ctx, certs_ca, (long)certs_caSz,
            WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS &&
        wolfSSL_CTX_use_certificate_buffer(ctx, certs_client,
            (long)certs_clientSz, WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS &&
        wolfSSL_CTX_use_PrivateKey_buffer(ctx, certs_clientKey,
            (long)certs_clientKeySz, WOLFSSL_FILETYPE_ASN1) ==
                WOLFSSL_SUCCESS;
}

int client_init(client* c, int version)
{
    memset(c, 0, sizeof(*c));
    c->ctx = wolfSSL_CTX_new((version == 13) ? wolfTLSv1_3_client_method()
                                             : wolfTLSv1_2_client_method());
    if (c->ctx == NULL || !Certificates(c->ctx) ||
            wolfSSL_CTX_UseSessionTicket(c->ctx) != WOLFSSL_SUCCESS)
        return 0;
    wolfSSL_CTX_SetIORecv(c->ctx, wire_recv);
    wolfSSL_CTX_SetIOSend(c->ctx, wire_send);
    return 1;
}

void client_forget(client* c)
{
    wolfSSL_SESSION_free(c->session);
    c->session = NULL;
}

void client_free(client* c)
{
    client_forget(c);
    wolfSSL_CTX_free(c->ctx);
    c->ctx = NULL;
}

int client_open(client* c)
{
    int ret = 1;

    c->tickets = 0;
    c->ssl = wolfSSL_new(c->ctx);
    if (c->ssl == NULL)
        return 0;
    wolfSSL_SetIOReadCtx(c->ssl, &c->wire);
    wolfSSL_SetIOWriteCtx(c->ssl, &c->wire);
    if (wolfSSL_set_SessionTicket_cb(c->ssl, TicketArrived, c) !=
            WOLFSSL_SUCCESS)
        ret = 0;
#ifdef HAVE_SNI
    if (c->serverName != NULL && wolfSSL_UseSNI(c->ssl, WOLFSSL_SNI_HOST_NAME,
            c->serverName, (word16)strlen(c->serverName)) != WOLFSSL_SUCCESS)
        ret = 0;
#endif
    if (c->session != NULL &&
            wolfSSL_set_session(c->ssl, c->session) != WOLFSSL_SUCCESS)
        ret = 0;
    return ret;
}

int client_connect(client* c)
{
    int ret = wolfSSL_connect(c->ssl);

    if (ret != WOLFSSL_SUCCESS)
        ret = wolfSSL_want_read(c->ssl) || wolfSSL_want_write(c->ssl) ? 0
                                                                      : -1;
    return ret;
}

int client_read(client* c, char* text, int sz)
{
    int ret = wolfSSL_read(c->ssl, text, sz);

    if (ret <= 0)
        ret = wolfSSL_want_read(c->ssl) ? 0 : -1;
    return ret;
}

void client_close(client* c)
{
    WOLFSSL_SESSION* session = NULL;

    if (c->ssl != NULL && c->tickets > 0)
        session = wolfSSL_get1_session(c->ssl);
    if (session != NULL) {
        client_forget(c);
        c->session = session;
    }
    wolfSSL_free(c->ssl);
    c->ssl = NULL;
}
