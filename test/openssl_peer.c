/* openssl_peer.c
 *
 * A client of OpenSSL's, of DTLS 1.2 or TLS, over whatever carries its bytes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "openssl_peer.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <stdlib.h>
#include <string.h>

struct op_client {
    SSL_CTX* ctx;
    SSL* ssl;
    BIO_METHOD* method;
    op_net net;
    int alert;
    int tickets;
};

/* ---- its transport ------------------------------------------------------- */

static int Write(BIO* bio, const char* buf, int sz)
{
    op_client* client = (op_client*)BIO_get_data(bio);
    int n = client->net.send(client->net.arg, buf, sz);

    BIO_clear_retry_flags(bio);
    if (n <= 0) {
        BIO_set_retry_write(bio);
        n = -1;
    }
    return n;
}

static int Read(BIO* bio, char* buf, int sz)
{
    op_client* client = (op_client*)BIO_get_data(bio);
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

static BIO* NewBio(op_client* client)
{
    BIO* bio = NULL;

    client->method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK,
        "bytes in memory");
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
    op_client* client = (op_client*)SSL_get_app_data(ssl);

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
        ((op_client*)arg)->tickets++;
}

/* ---- the client ---------------------------------------------------------- */

static int Setup(op_client* client, const SSL_METHOD* method, const char* ca,
    SSL_SESSION* session)
{
    BIO* bio;
    int ret = 0;

    client->ctx = SSL_CTX_new(method);
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

static op_client* New(const SSL_METHOD* method, const char* ca,
    const op_net* net, void* session)
{
    op_client* client = (op_client*)calloc(1, sizeof(*client));

    if (client != NULL) {
        client->net = *net;
        client->alert = -1;
        if (!Setup(client, method, ca, (SSL_SESSION*)session)) {
            op_free(client);
            client = NULL;
        }
    }
    return client;
}

op_client* op_new(const char* ca, const op_net* net, void* session)
{
    return New(DTLS_client_method(), ca, net, session);
}

op_client* op_new_tls(const char* ca, const op_net* net, void* session,
    const op_wants* wants)
{
    op_client* client = New(TLS_client_method(), ca, net, session);
    int ok = client != NULL;

    if (ok && wants->version != 0)
        ok = SSL_set_min_proto_version(client->ssl, wants->version) &&
            SSL_set_max_proto_version(client->ssl, wants->version);
    if (ok && wants->groups != NULL)
        ok = SSL_set1_groups_list(client->ssl, wants->groups) == 1;
    if (ok && wants->name != NULL)
        ok = SSL_set_tlsext_host_name(client->ssl, wants->name) == 1;
    if (ok && wants->withoutTicket)
        SSL_set_options(client->ssl, SSL_OP_NO_TICKET);
    if (ok && wants->pskAlone)
        SSL_set_options(client->ssl, SSL_OP_ALLOW_NO_DHE_KEX);
    if (!ok) {
        op_free(client);
        client = NULL;
    }
    return client;
}

void op_free(op_client* client)
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

int op_connect(op_client* client)
{
    int ret = SSL_connect(client->ssl);
    int err;

    if (ret != 1) {
        err = SSL_get_error(client->ssl, ret);
        ret = (err == SSL_ERROR_WANT_READ || err == SSL_ERROR_WANT_WRITE)
            ? 0 : -1;
    }
    return ret;
}

int op_read(op_client* client, char* buf, int sz)
{
    int n = SSL_read(client->ssl, buf, sz);

    return (n > 0) ? n : 0;
}

int op_write(op_client* client, const char* buf, int sz)
{
    int n = SSL_write(client->ssl, buf, sz);

    return (n > 0) ? n : 0;
}

int op_resumed(op_client* client)
{
    return SSL_session_reused(client->ssl);
}

int op_alert(op_client* client)
{
    return client->alert;
}

int op_has_ticket(op_client* client)
{
    return client->tickets;
}

void* op_session(op_client* client)
{
    return SSL_get1_session(client->ssl);
}

void op_session_free(void* session)
{
    SSL_SESSION_free((SSL_SESSION*)session);
}
