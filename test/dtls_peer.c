/* dtls_peer.c
 *
 * A DTLS 1.2 client of OpenSSL's, over whatever carries its datagrams.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "dtls_peer.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <stdlib.h>
#include <string.h>

struct dp_client {
    SSL_CTX* ctx;
    SSL* ssl;
    BIO_METHOD* method;
    dp_net net;
    int alert;
    int tickets;
};

/* ---- datagrams ----------------------------------------------------------- */

static int Write(BIO* bio, const char* buf, int sz)
{
    dp_client* client = (dp_client*)BIO_get_data(bio);

    return client->net.send(client->net.arg, buf, sz);
}

static int Read(BIO* bio, char* buf, int sz)
{
    dp_client* client = (dp_client*)BIO_get_data(bio);
    int n = client->net.recv(client->net.arg, buf, sz);

    BIO_clear_retry_flags(bio);
    if (n <= 0) {
        BIO_set_retry_read(bio);
        n = -1;
    }
    return n;
}

static long Control(BIO* bio, int cmd, long num, void* ptr)
{
    (void)bio;
    (void)num;
    (void)ptr;
    return cmd == BIO_CTRL_FLUSH || cmd == BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT;
}

static BIO* NewBio(dp_client* client)
{
    BIO* bio = NULL;

    client->method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK,
        "datagrams in memory");
    if (client->method != NULL &&
            BIO_meth_set_write(client->method, Write) &&
            BIO_meth_set_read(client->method, Read) &&
            BIO_meth_set_ctrl(client->method, Control))
        bio = BIO_new(client->method);
    if (bio != NULL) {
        BIO_set_data(bio, client);
        BIO_set_init(bio, 1);
    }
    return bio;
}

/* ---- what happens -------------------------------------------------------- */

static void Told(const SSL* ssl, int where, int value)
{
    dp_client* client = (dp_client*)SSL_get_app_data(ssl);

    if ((where & SSL_CB_ALERT) && (where & SSL_CB_READ) &&
            (value >> 8) == SSL3_AL_FATAL)
        client->alert = value & 0xFF;
}

static void Message(int isWrite, int version, int type, const void* buf,
    size_t sz, SSL* ssl, void* arg)
{
    (void)version;
    (void)ssl;
    if (!isWrite && type == SSL3_RT_HANDSHAKE && sz > 0 &&
            *(const unsigned char*)buf == SSL3_MT_NEWSESSION_TICKET)
        ((dp_client*)arg)->tickets++;
}

/* ---- the client ---------------------------------------------------------- */

static int Setup(dp_client* client, const char* ca, SSL_SESSION* session)
{
    BIO* bio;
    int ret = 0;

    client->ctx = SSL_CTX_new(DTLS_client_method());
    if (client->ctx != NULL &&
            SSL_CTX_load_verify_locations(client->ctx, ca, NULL)) {
        SSL_CTX_set_verify(client->ctx, SSL_VERIFY_PEER, NULL);
        client->ssl = SSL_new(client->ctx);
    }
    bio = (client->ssl != NULL) ? NewBio(client) : NULL;
    if (bio != NULL) {
        SSL_set_bio(client->ssl, bio, bio);
        SSL_set_app_data(client->ssl, client);
        SSL_set_info_callback(client->ssl, Told);
        SSL_set_msg_callback(client->ssl, Message);
        SSL_set_msg_callback_arg(client->ssl, client);
        SSL_set_options(client->ssl, SSL_OP_NO_QUERY_MTU);
        (void)SSL_set_mtu(client->ssl, 1400);
        ret = session == NULL || SSL_set_session(client->ssl, session);
    }
    return ret;
}

dp_client* dp_new(const char* ca, const dp_net* net, void* session)
{
    dp_client* client = (dp_client*)calloc(1, sizeof(*client));

    if (client != NULL) {
        client->net = *net;
        client->alert = -1;
        if (!Setup(client, ca, (SSL_SESSION*)session)) {
            dp_free(client);
            client = NULL;
        }
    }
    return client;
}

void dp_free(dp_client* client)
{
    if (client != NULL) {
        /* Or its session would never be offered. */
        if (client->ssl != NULL)
            SSL_set_shutdown(client->ssl, SSL_SENT_SHUTDOWN |
                SSL_RECEIVED_SHUTDOWN);
        SSL_free(client->ssl);
        SSL_CTX_free(client->ctx);
        BIO_meth_free(client->method);
        free(client);
    }
}

int dp_connect(dp_client* client)
{
    int ret = SSL_connect(client->ssl);

    if (ret != 1)
        ret = (SSL_get_error(client->ssl, ret) == SSL_ERROR_WANT_READ) ? 0
                                                                       : -1;
    return ret;
}

int dp_read(dp_client* client, char* buf, int sz)
{
    int n = SSL_read(client->ssl, buf, sz);

    return (n > 0) ? n : 0;
}

int dp_resumed(dp_client* client)
{
    return SSL_session_reused(client->ssl);
}

int dp_alert(dp_client* client)
{
    return client->alert;
}

int dp_has_ticket(dp_client* client)
{
    return client->tickets;
}

void* dp_session(dp_client* client)
{
    return SSL_get1_session(client->ssl);
}

void dp_session_free(void* session)
{
    SSL_SESSION_free((SSL_SESSION*)session);
}
