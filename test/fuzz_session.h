/* fuzz_session.h
 *
 * What the fuzz targets of clients' sessions share: sessions as bytes, and a
 * client that offers one.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_FUZZ_SESSION_H
#define WOLFTICKET_TEST_FUZZ_SESSION_H

#include "fuzz.h"
#include "session.h"

#include <wolfssl/wolfcrypt/asn_public.h>

#define FZ_SESSION_MAX  4096
#define FZ_SESSIONS     4
#define FZ_LIFETIME     0x70000000u   /* wolfSSL's own clock does not stand */

/* By these bits: of TLS 1.2, not 1.3; with a certificate. */
enum { FZ_TLS12 = 1, FZ_CHAIN = 2 };

typedef struct {
    byte mem[FZ_SESSION_MAX];
    size_t sz;
} fz_session;

static fz_session fzSession[FZ_SESSIONS];
static WOLFSSL_CTX* fzClient = NULL;

static inline time_t fz_time(time_t* t)
{
    if (t != NULL)
        *t = (time_t)FZ_NOW;
    return (time_t)FZ_NOW;
}

/* Side, two words, no session id, secret, two bytes. */
#define FZ_BEFORE_CHAIN  (1 + 4 + 4 + 1 + 48 + 1 + 1)

/* A certificate of 40 bytes, as far as lengths go. */
static inline void fz_add_chain(fz_session* s)
{
    const size_t at = FZ_BEFORE_CHAIN;
    wt_session_facts facts;
    fz_session with = *s;

    with.mem[at] = 1;
    wt_put(with.mem + at + 1, 40, 2);
    memset(with.mem + at + 3, 0x30, 40);
    memcpy(with.mem + at + 43, s->mem + at + 1, s->sz - at - 1);
    with.sz = s->sz + 42;
    /* Not in every build. */
    if (wt_session_read(with.mem, (word32)with.sz, &facts))
        *s = with;
}

/* The suite behind the version, in TLS 1.3: wolfSSL needs one it knows. */
static inline void fz_set_suite(fz_session* s)
{
    size_t at = FZ_BEFORE_CHAIN;

    if (wt_get(s->mem + at, 2) != 0x0304)
        at++;
    if (wt_get(s->mem + at, 2) == 0x0304)
        wt_put(s->mem + at + 2, 0x1301, 2);
}

/* The bytes of a session with a ticket, which wolfSSL has no call to make. */
static inline void fz_make_session(int bits)
{
    WOLFSSL_SESSION* session = wt_session_blank((bits & FZ_TLS12) ? 0x0303
                                                                  : 0x0304);
    fz_session* s = &fzSession[bits];
    wt_session_facts facts;
    unsigned char* p = s->mem;
    const size_t more = 100;
    int sz = wolfSSL_i2d_SSL_SESSION(session, NULL);

    FZ_CHECK(session != NULL && sz > 0 && (size_t)sz + more < sizeof(s->mem));
    FZ_CHECK(wolfSSL_i2d_SSL_SESSION(session, &p) == sz);
    wolfSSL_SESSION_free(session);
    s->sz = (size_t)sz;
    (void)wt_session_read(s->mem, (word32)s->sz, &facts);
    FZ_CHECK(facts.ticketAt >= 2 && facts.ticketSz == 0);
    memmove(s->mem + facts.ticketAt + more, s->mem + facts.ticketAt,
        s->sz - facts.ticketAt);
    memset(s->mem + facts.ticketAt, 0x54 + bits, more);
    wt_put(s->mem + facts.ticketAt - 2, (word32)more, 2);
    s->sz += more;
    wt_put(s->mem + 1, FZ_NOW - 60, 4);
    wt_put(s->mem + 5, FZ_LIFETIME, 4);
    memset(s->mem + 10, 0x5E, 48);      /* no random secret */
    fz_set_suite(s);
    if (bits & FZ_CHAIN)
        fz_add_chain(s);
    FZ_CHECK(wt_session_read(s->mem, (word32)s->sz, &facts) == 1);
    FZ_CHECK(wt_session_lives(&facts, FZ_NOW));
}

static inline int fz_send_nothing(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    (void)ssl;
    fz_inside((const byte*)buf, (size_t)sz, (const byte*)buf, (size_t)sz);
    *(int*)arg += sz;
    return sz;
}

static inline int fz_receive_nothing(WOLFSSL* ssl, char* buf, int sz,
    void* arg)
{
    (void)ssl;
    (void)buf;
    (void)sz;
    (void)arg;
    return WOLFSSL_CBIO_ERR_WANT_READ;
}

static inline void fz_sessions(void)
{
    int bits;

    FZ_CHECK(wolfSSL_Init() == WOLFSSL_SUCCESS);
    FZ_CHECK(wc_SetTimeCb(fz_time) == 0);
    for (bits = 0; bits < FZ_SESSIONS; bits++)
        fz_make_session(bits);
    fzClient = wolfSSL_CTX_new(wolfSSLv23_client_method());
    FZ_CHECK(fzClient != NULL);
    wolfSSL_CTX_set_verify(fzClient, WOLFSSL_VERIFY_NONE, NULL);
    wolfSSL_CTX_SetIOSend(fzClient, fz_send_nothing);
    wolfSSL_CTX_SetIORecv(fzClient, fz_receive_nothing);
}

/* A session goes into a connection, which writes its first message; it has to
 * get that far with a session that some wolfSSL has made. */
static inline void fz_offer(WOLFSSL_SESSION* session, int connect, int isGood)
{
    WOLFSSL* ssl = wolfSSL_new(fzClient);
    int sent = 0;
    int err;

    FZ_CHECK(ssl != NULL);
    wolfSSL_SetIOWriteCtx(ssl, &sent);
    if (wolfSSL_set_session(ssl, session) == WOLFSSL_SUCCESS && connect) {
        FZ_CHECK(wolfSSL_connect(ssl) != WOLFSSL_SUCCESS);
        err = wolfSSL_get_error(ssl, -1);
        FZ_CHECK(!isGood || err == WOLFSSL_ERROR_WANT_READ);
        FZ_CHECK(err != WOLFSSL_ERROR_WANT_READ || sent > 0);
    }
    else {
        FZ_CHECK(!isGood || !connect);
    }
    wolfSSL_free(ssl);
}

#endif /* WOLFTICKET_TEST_FUZZ_SESSION_H */
