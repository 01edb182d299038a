/* secret.c
 *
 * What wolfSSL shows of a connection's secrets, and what we tell by them.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "secret.h"

#define RANDOM_SZ 32

/* Enough to tell random values apart, and not worth a hash in every
 * handshake: it never leaves the process. */
static word64 Fold(const byte* value, size_t sz)
{
    word64 print = 0;
    word64 word;

    for (; sz >= sizeof(word); sz -= sizeof(word), value += sizeof(word)) {
        XMEMCPY(&word, value, sizeof(word));
        print = ((print << 13) | (print >> 51)) ^ word;
    }
    return print;
}

/* Where the secret of wt_secret_replace() or wt_secret_from() stands, or
 * NULL. */
static const byte* Find(const byte* contents, word32 sz, const byte* secret)
{
    word32 i;

    for (i = 0; i + WT_SECRET_SZ <= sz; i++) {
        if (wt_equal(contents + i, secret, WT_SECRET_SZ))
            return contents + i;
    }
    return NULL;
}

/* Where wolfSSL puts the secret, + 1; 0: not seen yet. */
static word32 secretPlace = 0;

word64 wt_secret_print(const byte* contents, word32 sz)
{
    word32 place = WT_LOAD(&secretPlace);

    return (place > 0 && place - 1 + WT_SECRET_SZ <= sz)
        ? Fold(contents + place - 1, WT_SECRET_SZ) : 0;
}

void wt_secret_replace(byte* contents, word32 sz,
    const byte secret[WT_SECRET_SZ], const byte other[WT_SECRET_SZ])
{
    const byte* place = Find(contents, sz, secret);

    if (place != NULL)
        XMEMCPY(contents + (place - contents), other, WT_SECRET_SZ);
}

#ifdef OPENSSL_EXTRA

int wt_session_secret(const WOLFSSL_SESSION* session,
    byte secret[WT_SECRET_SZ])
{
    return wolfSSL_SESSION_get_master_key(session, secret, WT_SECRET_SZ) ==
        WT_SECRET_SZ;
}

word64 wt_session_print(const WOLFSSL_SESSION* session)
{
    byte secret[WT_SECRET_SZ];
    word64 print = 0;

    if (wt_session_secret(session, secret))
        print = Fold(secret, sizeof(secret));
    wt_wipe(secret, sizeof(secret));
    return print;
}

/* wolfSSL's own copies, which it drops after the handshake. */
static int Keys(WOLFSSL* ssl, byte** master, byte** clientRandom)
{
    byte* serverRandom;
    word32 masterSz, serverSz, clientSz;

    return wolfSSL_get_keys(ssl, master, &masterSz, &serverRandom, &serverSz,
            clientRandom, &clientSz) == WOLFSSL_SUCCESS &&
        masterSz == WT_SECRET_SZ && clientSz == RANDOM_SZ;
}

const byte* wt_client_random(WOLFSSL* ssl)
{
    byte* master;
    byte* random;

    return Keys(ssl, &master, &random) ? random : NULL;
}

word64 wt_server_print(WOLFSSL* ssl)
{
    byte* master;
    byte* clientRandom;
    byte* random;
    word32 masterSz, sz, clientSz;

    return (wolfSSL_get_keys(ssl, &master, &masterSz, &random, &sz,
            &clientRandom, &clientSz) == WOLFSSL_SUCCESS && sz == RANDOM_SZ)
        ? Fold(random, RANDOM_SZ) : 0;
}

/* The connection's, of the handshake just done; in TLS 1.3, while it is not
 * done, that of the session which is resumed.  1 or 0. */
static int MasterSecret(WOLFSSL* ssl, byte secret[WT_SECRET_SZ])
{
    byte* master;
    byte* random;
    int ret = !wt_is_tls13(ssl) && Keys(ssl, &master, &random);

    if (ret)
        XMEMCPY(secret, master, WT_SECRET_SZ);
    else
        ret = wt_session_secret(wolfSSL_get_session(ssl), secret);
    return ret;
}

int wt_secret_from(WOLFSSL* ssl, const byte* contents, word32 sz)
{
    byte secret[WT_SECRET_SZ];
    const byte* place = NULL;

    if (MasterSecret(ssl, secret))
        place = Find(contents, sz, secret);
    if (place != NULL)
        WT_STORE(&secretPlace, (word32)(place - contents) + 1);
    wt_wipe(secret, sizeof(secret));
    return place != NULL;
}

int wt_secret_is(WOLFSSL* ssl, word64 print)
{
    byte secret[WT_SECRET_SZ];
    int ret = MasterSecret(ssl, secret) &&
        Fold(secret, WT_SECRET_SZ) == print;

    wt_wipe(secret, sizeof(secret));
    return ret;
}

#else

int wt_session_secret(const WOLFSSL_SESSION* session,
    byte secret[WT_SECRET_SZ])
{
    (void)session;
    (void)secret;
    return 0;
}

word64 wt_session_print(const WOLFSSL_SESSION* session)
{
    (void)session;
    return 0;
}

const byte* wt_client_random(WOLFSSL* ssl)
{
    (void)ssl;
    return NULL;
}

word64 wt_server_print(WOLFSSL* ssl)
{
    (void)ssl;
    return 0;
}

/* Older versions may drop a ticket once it was opened, and resume by a session
 * id instead. */
#define FIRST_STAYS_WITH_IT 0x05007000u

int wt_secret_from(WOLFSSL* ssl, const byte* contents, word32 sz)
{
    (void)ssl;
    (void)contents;
    (void)sz;
    return wolfSSL_lib_version_hex() >= FIRST_STAYS_WITH_IT;
}

int wt_secret_is(WOLFSSL* ssl, word64 print)
{
    (void)ssl;
    (void)print;
    return wolfSSL_lib_version_hex() >= FIRST_STAYS_WITH_IT;
}

#endif
