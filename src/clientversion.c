/* clientversion.c
 *
 * Which protocol versions and cipher suites a client connection offers.
 *
 * wolfSSL_set_session() makes a client speak the session's version, whatever
 * it was told to speak.  Methods for one version differ from those for many
 * in nothing that can be asked for; but their first messages do.
 * A session of TLS 1.3 whose suite is not offered makes a connection fail
 * before it has sent anything.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "clientrec.h"

#ifdef WT_HAVE_SERIAL

#define HELLO_MAX       4096
#define RECORD_HEAD     5
#define MESSAGE_HEAD    4
#define EXT_VERSIONS    43

typedef struct {
    byte mem[HELLO_MAX];
    word32 sz;
    word32 at;
} wt_caught;

static int Catch(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    wt_caught* hello = (wt_caught*)arg;

    (void)ssl;
    if ((word32)sz > HELLO_MAX - hello->sz)
        return WOLFSSL_CBIO_ERR_GENERAL;
    XMEMCPY(hello->mem + hello->sz, buf, (size_t)sz);
    hello->sz += (word32)sz;
    return sz;
}

static int NoAnswer(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    (void)ssl;
    (void)buf;
    (void)sz;
    (void)arg;
    return WOLFSSL_CBIO_ERR_WANT_READ;
}

/* A number, which is passed; 0 at the end. */
static word32 Next(wt_caught* hello, int bytes)
{
    word32 ret = 0;

    if (hello->sz - hello->at >= (word32)bytes)
        ret = wt_get(hello->mem + hello->at, bytes);
    else
        bytes = (int)(hello->sz - hello->at);
    hello->at += (word32)bytes;
    return ret;
}

static void Pass(wt_caught* hello, word32 sz)
{
    hello->at = (hello->sz - hello->at < sz) ? hello->sz : hello->at + sz;
}

/* Is version among those that the message has an extension for? */
static int Names(wt_caught* hello, word16 version)
{
    word32 type;
    word32 sz;

    Pass(hello, RECORD_HEAD + MESSAGE_HEAD + 2 + WT_RANDOM_SZ);
    Pass(hello, Next(hello, 1));        /* session id */
    Pass(hello, Next(hello, 2));        /* cipher suites */
    Pass(hello, Next(hello, 1));        /* compression */
    (void)Next(hello, 2);
    while (hello->at < hello->sz) {
        type = Next(hello, 2);
        sz = Next(hello, 2);
        if (type != EXT_VERSIONS) {
            Pass(hello, sz);
            continue;
        }
        for (sz = Next(hello, 1); sz >= 2; sz -= 2) {
            if (Next(hello, 2) == version)
                return 1;
        }
        return 0;
    }
    return 0;
}

/* The application's callbacks are not for a connection that it does not
 * know. */
static void Silence(WOLFSSL* probe)
{
#ifdef OPENSSL_EXTRA
    (void)wolfSSL_set_msg_callback(probe, NULL);
#endif
#ifndef NO_PSK
    wolfSSL_set_psk_client_callback(probe, NULL);
    #ifdef WOLFSSL_TLS13
    wolfSSL_set_psk_client_tls13_callback(probe, NULL);
    #endif
#endif
    (void)probe;
}

/* What a connection of the context would say first. */
static int Offers(WOLFSSL_CTX* ctx, word16 version)
{
    WOLFSSL* probe = NULL;
    int ret = 0;
    wt_caught* hello = (wt_caught*)XMALLOC(sizeof(*hello), NULL,
        DYNAMIC_TYPE_TMP_BUFFER);

    if (hello != NULL) {
        hello->sz = hello->at = 0;
        probe = wolfSSL_new(ctx);
    }
    if (probe != NULL) {
        wolfSSL_SSLSetIOSend(probe, Catch);
        wolfSSL_SSLSetIORecv(probe, NoAnswer);
        wolfSSL_SetIOWriteCtx(probe, hello);
        wolfSSL_SetIOReadCtx(probe, hello);
        Silence(probe);
        (void)wolfSSL_connect(probe);
        ret = Names(hello, version);
        wolfSSL_free(probe);
    }
    XFREE(hello, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    return ret;
}

#ifdef OPENSSL_EXTRA
static int Same(const char* a, const char* b)
{
    return a != NULL && b != NULL && XSTRCMP(a, b) == 0;
}

/* By name: what gives a suite's number gives the connection's instead. */
static int Lists(const WOLFSSL* ssl, word16 suite)
{
    byte high = (byte)(suite >> 8);
    byte low = (byte)suite;
    WOLFSSL_STACK* suites = (WOLFSSL_STACK*)wolfSSL_get_ciphers_compat(ssl);
    int count = (suites != NULL) ? wolfSSL_sk_SSL_CIPHER_num(suites) : 0;
    int ret = count <= 0;
    const char* name;
    int i;

    for (i = 0; i < count && !ret; i++) {
        name = wolfSSL_CIPHER_get_name(wolfSSL_sk_SSL_CIPHER_value(suites,
            i));
        ret = Same(name, wolfSSL_get_cipher_name_iana_from_suite(high, low))
            || Same(name, wolfSSL_get_cipher_name_from_suite(high, low));
    }
    return ret;
}

/* wolfSSL makes a connection's list once, and shows it from then on: before
 * the handshake begins, when the application may still change it, that of
 * another connection has to do. */
int wt_client_has_suite(wt_client* client, word16 suite)
{
    WOLFSSL* probe = NULL;
    int ret = 1;

    if (suite != 0 && (client->begun || client->done)) {
        ret = Lists(client->ssl, suite);
    }
    else if (suite != 0) {
        probe = wolfSSL_new(wolfSSL_get_SSL_CTX(client->ssl));
        ret = probe != NULL && Lists(probe, suite);
        wolfSSL_free(probe);
    }
    return ret;
}
#else
int wt_client_has_suite(wt_client* client, word16 suite)
{
    (void)client;
    (void)suite;
    return 1;
}
#endif

/* Older versions, and those of DTLS, are not worth the trouble. */
int wt_client_allows(wt_client* client, const wt_session_facts* facts)
{
    int ret = facts->version == client->version;

    if (!ret && client->version == 0x0304 && facts->version == 0x0303 &&
            (wolfSSL_get_options(client->ssl) & WOLFSSL_OP_NO_TLSv1_2) == 0)
        ret = Offers(wolfSSL_get_SSL_CTX(client->ssl), facts->version);
    return ret && wt_client_has_suite(client, facts->suite);
}

#endif /* WT_HAVE_SERIAL */
