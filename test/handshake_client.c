/* handshake_client.c
 *
 * Clients of many kinds at a server, and what becomes of their visits.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "handshake_client.h"

#include <stdio.h>

/* ---- kinds --------------------------------------------------------------- */

const char* const hs_kind_names[KINDS] = {
    [PLAIN] = "plain",
    [RETRIED] = "retried",
    [NAMED] = "named",
    [RENAMED] = "renamed",
    [WITHOUT_TICKETS] = "without tickets",
    [CERTIFIED] = "certified",
    [PSK_ALONE] = "without key exchange",
    [TRICKLING] = "trickling",
    [OPENSSL] = "OpenSSL's",
    [OPENSSL_RETRIED] = "OpenSSL's, retried",
    [OPENSSL_RENAMED] = "OpenSSL's, renamed",
    [OPENSSL_SESSION_ID] = "OpenSSL's, by session id",
    [OPENSSL_PSK_ALONE] = "OpenSSL's, without key exchange",
    [OPENSSL_TRICKLING] = "OpenSSL's, trickling"
};

static const char* CertPath(const char* name)
{
    static char path[256];
    const char* dir = getenv("WOLFTICKET_TEST_CERTS");

    (void)snprintf(path, sizeof(path), "%s/%s", (dir != NULL) ? dir : "certs",
        name);
    return path;
}

static int IsOpenssl(int kind)
{
    return kind >= OPENSSL;
}

int hs_is_of_its_own(int kind, int mode)
{
    int in13 = kind == RETRIED || kind == OPENSSL_RETRIED ||
        kind == PSK_ALONE || kind == OPENSSL_PSK_ALONE;
    int in12 = kind == WITHOUT_TICKETS || kind == OPENSSL_SESSION_ID;

    return th_is_tls13(mode) ? !in12 : !in13;
}

int hs_is_renamed(int kind)
{
    return kind == RENAMED || kind == OPENSSL_RENAMED;
}

/* The server name of a visit, NULL: it sends none. */
static const char* NameOf(int kind, int nth)
{
    static const char* const names[HS_VISITS] = {
        "one.example.org", "two.example.org", "three.example.org",
        "four.example.org", "five.example.org"
    };

    return hs_is_renamed(kind) ? names[nth]
        : (kind == NAMED) ? "www.example.org" : NULL;
}

/* ---- a transport --------------------------------------------------------- */

static int trickling;

/* 1 or 0, as if by chance: what takes turns could do so in step for ever. */
static int Toss(void)
{
    static unsigned int state = 1;

    state = state * 1103515245u + 12345u;
    return (int)((state >> 16) & 1);
}

static int Recv(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    if (trickling && Toss())
        return WOLFSSL_CBIO_ERR_WANT_READ;
    return th_recv(ssl, buf, trickling ? 1 : sz, arg);
}

static int PeerSend(void* arg, const char* buf, int sz)
{
    int n = th_send(NULL, (char*)(size_t)buf, sz, arg);

    return (n > 0) ? n : 0;
}

static int PeerRecv(void* arg, char* buf, int sz)
{
    int n = th_recv(NULL, buf, trickling ? 1 : sz, arg);

    return (n > 0) ? n : 0;
}

/* ---- contexts ------------------------------------------------------------ */

WOLFSSL_CTX* hs_server_ctx(int mode, int kind, int ours)
{
    WOLFSSL_CTX* sc = th_server_ctx_raw(mode);

    wolfSSL_CTX_SetIORecv(sc, Recv);
    if (ours)
        wolfTicket_CTX_SetIOSend(sc, th_send);
    else
        wolfSSL_CTX_SetIOSend(sc, th_send);
    if (kind == CERTIFIED) {
        ck_assert_int_eq(wolfSSL_CTX_load_verify_locations(sc,
            CertPath("ca.pem"), NULL), WOLFSSL_SUCCESS);
        wolfSSL_CTX_set_verify(sc, WOLFSSL_VERIFY_PEER |
            WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    return sc;
}

WOLFSSL_CTX* hs_client_ctx(int mode, int kind)
{
    WOLFSSL_CTX* cc = th_client_ctx(mode);

    if (kind == WITHOUT_TICKETS) {
        wolfSSL_CTX_free(cc);
        cc = wolfSSL_CTX_new(th_is_tls13(mode) ? wolfSSLv23_client_method()
                                               : wolfTLSv1_2_client_method());
        ck_assert_ptr_nonnull(cc);
        ck_assert_int_eq(wolfSSL_CTX_load_verify_locations(cc,
            CertPath("ca.pem"), NULL), WOLFSSL_SUCCESS);
        wolfSSL_CTX_SetIOSend(cc, th_send);
    }
    wolfSSL_CTX_SetIORecv(cc, Recv);
    if (kind == CERTIFIED) {
        ck_assert_int_eq(wolfSSL_CTX_use_certificate_file(cc,
            CertPath("client.pem"), WOLFSSL_FILETYPE_PEM), WOLFSSL_SUCCESS);
        ck_assert_int_eq(wolfSSL_CTX_use_PrivateKey_file(cc,
            CertPath("client.key"), WOLFSSL_FILETYPE_PEM), WOLFSSL_SUCCESS);
    }
    return cc;
}

/* ---- a visit ------------------------------------------------------------- */

static void OpenPeer(hs_visit* v, int mode, int kind, void* session,
    const char* name)
{
    op_net net = { PeerSend, PeerRecv, NULL };
    op_wants wants;

    memset(&wants, 0, sizeof(wants));
    wants.version = th_is_tls13(mode) ? 0x0304 : 0x0303;
    wants.groups = (kind == OPENSSL_RETRIED) ? "X448:P-256" : NULL;
    wants.name = name;
    wants.withoutTicket = kind == OPENSSL_SESSION_ID;
    wants.pskAlone = kind == OPENSSL_PSK_ALONE;
    net.arg = &v->pair.clientIo;
    v->peer = op_new_tls(CertPath("ca.pem"), &net, session, &wants);
    ck_assert_ptr_nonnull(v->peer);
}

/* What a client of wolfSSL's has set. */
static void SetClient(WOLFSSL* client, int kind, const char* name)
{
    (void)client;
    (void)name;
    if (kind == RETRIED)
        ck_assert_int_eq(wolfSSL_NoKeyShares(client), WOLFSSL_SUCCESS);
#ifdef HAVE_SNI
    if (name != NULL)
        ck_assert_int_eq(wolfSSL_UseSNI(client, WOLFSSL_SNI_HOST_NAME, name,
            (unsigned short)strlen(name)), WOLFSSL_SUCCESS);
#endif
#ifdef HAVE_ALPN
    if (kind == NAMED)
        ck_assert_int_eq(wolfSSL_UseALPN(client, (char*)(size_t)"h2", 2,
            WOLFSSL_ALPN_CONTINUE_ON_MISMATCH), WOLFSSL_SUCCESS);
#endif
#ifdef WOLFSSL_TLS13
    if (kind == PSK_ALONE)
        ck_assert_int_eq(wolfSSL_no_dhe_psk(client), 0);
#endif
}

void hs_open(hs_visit* v, WOLFSSL_CTX* sc, WOLFSSL_CTX* cc, int mode,
    int kind, void* session, int nth, int plain)
{
    memset(v, 0, sizeof(*v));
    if (IsOpenssl(kind)) {
        th_open_server(&v->pair, sc, plain);
        ck_assert_ptr_nonnull(v->pair.server);
        OpenPeer(v, mode, kind, session, NameOf(kind, nth));
    }
    else {
        th_open(&v->pair, sc, cc, NULL, plain);
        SetClient(v->pair.client, kind, NameOf(kind, nth));
        /* One without a ticket may be of no use. */
        if (session != NULL)
            (void)wolfSSL_set_session(v->pair.client,
                (WOLFSSL_SESSION*)session);
    }
    v->trickles = trickling = kind == TRICKLING || kind == OPENSSL_TRICKLING;
}

void hs_close(hs_visit* v)
{
    op_free(v->peer);
    th_close(&v->pair);
    trickling = 0;
}

void* hs_session_of(hs_visit* v)
{
    return (v->peer != NULL) ? op_session(v->peer)
                             : (void*)wolfSSL_get1_session(v->pair.client);
}

void hs_free_session(int kind, void* session)
{
    if (IsOpenssl(kind) && session != NULL)
        op_session_free(session);
    else if (session != NULL)
        wolfSSL_SESSION_free((WOLFSSL_SESSION*)session);
}

/* May the side go on?  wolfSSL 5.5 has error 0 where a socket is full. */
static int MayGoOn(WOLFSSL* ssl, int* error)
{
    int err = wolfSSL_get_error(ssl, -1);
    int ret = err == 0 || err == WOLFSSL_ERROR_WANT_READ ||
        err == WOLFSSL_ERROR_WANT_WRITE;

    if (!ret)
        *error = err;
    return ret;
}

static int Connect(hs_visit* v, int* stopped, int* error)
{
    int ret;

    if (v->peer != NULL) {
        ret = op_connect(v->peer);
        if (ret < 0)
            *error = -1;
        *stopped |= ret < 0;
        return ret == 1;
    }
    ret = wolfSSL_connect(v->pair.client) == WOLFSSL_SUCCESS;
    if (!ret && !MayGoOn(v->pair.client, error))
        *stopped = 1;
    return ret;
}

static int Accept(hs_visit* v, hs_way way, int* stopped, int* error)
{
    WOLFSSL* ssl = v->pair.server;
    int ret;

    if (way == HS_PLAIN)
        ret = wolfSSL_accept(ssl) == WOLFSSL_SUCCESS;
    else if (way == HS_USUAL)
        ret = th_accept(&v->pair);
    else if (way == HS_ACCEPT)
        ret = wolfTicket_accept(ssl) == WOLFSSL_SUCCESS;
    else
        ret = wolfTicket_do_handshake(ssl) == WOLFSSL_SUCCESS;
    if (!ret && !MayGoOn(ssl, error))
        *stopped = 1;
    return ret;
}

void hs_shake(hs_visit* v, hs_way way, hs_result* r)
{
    long rounds = v->trickles ? 40000 : 24;
    int clientStopped = 0, serverStopped = 0;

    while (rounds-- > 0 && r->done != TH_BOTH_DONE &&
            !(clientStopped && serverStopped)) {
        if (v->trickles)
            v->pair.serverIo.budget = v->pair.clientIo.budget = Toss();
        if (!(r->done & TH_CLIENT_DONE) && !clientStopped &&
                Connect(v, &clientStopped, &r->clientError))
            r->done |= TH_CLIENT_DONE;
        if (!(r->done & TH_SERVER_DONE) && !serverStopped &&
                Accept(v, way, &serverStopped, &r->serverError))
            r->done |= TH_SERVER_DONE;
    }
}

#define PIECE 3000

int hs_flows(hs_visit* v, int ours)
{
    static char out[PIECE];
    static char in[PIECE];
    WOLFSSL* s = v->pair.server;
    WOLFSSL* c = v->pair.client;
    long rounds = v->trickles ? 40000 : 24;
    int sent, got, n, side;
    int ret = 1;

    memset(out, 'd', sizeof(out));
    for (side = 0; side < 2; side++) {
        sent = got = 0;
        memset(in, 0, sizeof(in));
        while (rounds-- > 0 && got < PIECE) {
            if (v->trickles)
                v->pair.serverIo.budget = v->pair.clientIo.budget = 60;
            if (sent < PIECE) {
                if (side == 0)
                    n = (v->peer != NULL)
                        ? op_write(v->peer, out + sent, PIECE - sent)
                        : wolfSSL_write(c, out + sent, PIECE - sent);
                else
                    n = ours ? wolfTicket_write(s, out + sent, PIECE - sent)
                             : wolfSSL_write(s, out + sent, PIECE - sent);
                sent += (n > 0) ? n : 0;
            }
            else {
                /* What is left in the buffer goes with the next call. */
                v->pair.serverIo.budget = v->pair.clientIo.budget = -1;
            }
            if (side == 1)
                n = (v->peer != NULL)
                    ? op_read(v->peer, in + got, PIECE - got)
                    : wolfSSL_read(c, in + got, PIECE - got);
            else
                n = ours ? wolfTicket_read(s, in + got, PIECE - got)
                         : wolfSSL_read(s, in + got, PIECE - got);
            got += (n > 0) ? n : 0;
        }
        ret = ret && got == PIECE && memcmp(in, out, PIECE) == 0;
    }
    return ret;
}

