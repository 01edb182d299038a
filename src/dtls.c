/* dtls.c
 *
 * What is different where a server speaks DTLS.
 *
 * A server answers a first ClientHello without keeping anything, with a
 * cookie that a second one has to bring.  wolfSSL does both with the same
 * WOLFSSL, and shows us the first one as it shows us the second: in DTLS 1.2
 * through the message callback, in DTLS 1.3 through the ticket callback.  The
 * first may come from anybody, with any sender's address; so the application
 * must not hear of it, and nothing of it may stay.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "dtls.h"
#include "secret.h"

/* wolfSSL_is_stateful() is there from here on. */
#define FIRST_TELLS_STATE 0x05009000

/* wolfSSL_version()'s word for DTLS 1.3. */
#define DTLS13 0xFEFC

/* What wolfSSL gives at the least for application data. */
#define LEAST_ROOM 32

#define RECORD_SZ        13
#define RECORD_ALERT     21
#define RECORD_HANDSHAKE 22
#define FRAME_SZ (WOLFSSL_TICKET_NAME_SZ + WOLFSSL_TICKET_IV_SZ + 2 + \
                  WOLFSSL_TICKET_MAC_SZ)

int wt_dtls(WOLFSSL* ssl)
{
#ifdef WOLFSSL_DTLS
    return wolfSSL_dtls(ssl) == 1;
#else
    (void)ssl;
    return 0;
#endif
}

int wt_dtls_blind(WOLFSSL* ssl)
{
#if defined(WOLFSSL_DTLS13) && !defined(OPENSSL_EXTRA) && \
        LIBWOLFSSL_VERSION_HEX < FIRST_TELLS_STATE
    return wt_dtls(ssl) && wolfSSL_version(ssl) == DTLS13;
#else
    (void)ssl;
    return 0;
#endif
}

#if defined(WOLFSSL_DTLS) && LIBWOLFSSL_VERSION_HEX >= FIRST_TELLS_STATE

int wt_dtls_stateless(const wt_conn* conn)
{
    return wt_dtls(conn->ssl) && !wolfSSL_is_stateful(conn->ssl);
}

#else

static int IsZero(const byte* random)
{
    byte any = 0;
    int i;

    for (i = 0; i < WT_RANDOM_SZ; i++)
        any |= random[i];
    return any == 0;
}

/* wolfSSL has taken the client's random over by the time it reads the
 * extensions, but not yet where it answers without keeping anything: then the
 * connection has none, or that of its former handshake. */
int wt_dtls_stateless(const wt_conn* conn)
{
    const byte* random;
    int same;
    int ret = 0;

    if (wt_dtls(conn->ssl)) {
        random = wt_client_random(conn->ssl);
        if (random != NULL) {
            same = XMEMCMP(random, conn->helloRandom, WT_RANDOM_SZ) == 0;
            ret = IsZero(random) ||
                ((conn->state == WT_HS_RUNNING) ? conn->helloKnown && !same
                                                : same);
        }
    }
    return ret;
}

#endif

void wt_dtls_cookie_sent(wt_conn* conn, const wt_hello* hello)
{
    conn->cookieSz = 0;
    if (hello->cookieSz <= sizeof(conn->cookie)) {
        conn->cookieSz = (byte)hello->cookieSz;
        XMEMCPY(conn->cookie, hello->cookie, hello->cookieSz);
    }
}

int wt_dtls_cookie_good(const wt_conn* conn, const wt_hello* hello)
{
    return conn->cookieSz > 0 && hello->cookieSz == conn->cookieSz &&
        wt_equal(hello->cookie, conn->cookie, conn->cookieSz);
}

/*     content type | version 2 | epoch 2 | sequence number 6 | length 2
 *     | level | description
 * With the number of the record that is not sent no number is used twice, and
 * none is left out. */
int wt_dtls_alert(const byte* record, int sz, byte alert[WT_DTLS_ALERT_SZ])
{
    static const byte rest[] = { 0x00, 0x02, 0x02, 0x50 };
    int ret = 0;

    if (sz > RECORD_SZ && record[0] == RECORD_HANDSHAKE &&
            record[1] == 0xFE && record[3] == 0 && record[4] == 0) {
        XMEMCPY(alert, record, RECORD_SZ - 2);
        alert[0] = RECORD_ALERT;
        XMEMCPY(alert + RECORD_SZ - 2, rest, sizeof(rest));
        ret = WT_DTLS_ALERT_SZ;
    }
    return ret;
}

word32 wt_dtls_room(word32 encSz, word32 encMax)
{
    word32 most = WT_DTLS_TICKET_MAX - FRAME_SZ;

    /* Never less than what every build has. */
    if (most < encSz + LEAST_ROOM)
        most = encSz + LEAST_ROOM;
    return (encMax < most) ? encMax : most;
}
