/* twohello_fixture.h
 *
 * A TLS 1.3 ClientHello that offers more than a client of wolfSSL does.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The extension is the last one of the hello:
 *     extension_type[2] size[2]
 *     identities_size[2]  { size[2] identity obfuscated_ticket_age[4] } ...
 *     binders_size[2]     { size[1] binder } ...
 * A binder is an HMAC of the hello in front of the binders (RFC 8446,
 * 4.2.11.2), here under a secret whose hash is SHA-256.
 */

#ifndef WOLFTICKET_TEST_TWOHELLO_FIXTURE_H
#define WOLFTICKET_TEST_TWOHELLO_FIXTURE_H

#include "harness.h"

#include <wolfssl/wolfcrypt/hash.h>
#include <wolfssl/wolfcrypt/hmac.h>

#define TW_HASH_SZ    32
#define TW_SECRET_SZ  48
#define TW_RECORD_SZ  5
#define TW_MESSAGE_SZ 4
#define TW_AGE_SZ     4
#define TW_HELLO_MAX  4096

/* ---- binders ------------------------------------------------------------- */

static inline void tw_expand(const unsigned char* secret, const char* label,
    const unsigned char* context, size_t contextSz, unsigned char* out)
{
    unsigned char info[128];
    size_t labelSz = strlen(label);
    size_t sz = 0;

    info[sz++] = 0;
    info[sz++] = TW_HASH_SZ;
    info[sz++] = (unsigned char)(6 + labelSz);
    memcpy(info + sz, "tls13 ", 6);
    memcpy(info + sz + 6, label, labelSz);
    sz += 6 + labelSz;
    info[sz++] = (unsigned char)contextSz;
    memcpy(info + sz, context, contextSz);
    sz += contextSz;
    ck_assert_int_eq(wc_HKDF_Expand(WC_SHA256, secret, TW_HASH_SZ, info,
        (word32)sz, out, TW_HASH_SZ), 0);
}

/* What a client of ours offers beside the ticket of another. */
typedef struct {
    unsigned char identity[TH_TICKET_MAX];
    size_t sz;
    unsigned char secret[TW_HASH_SZ];
    const char* label;              /* of the binder's key */
} tw_own;

/* A session whose ticket, or whatever stands for one, has the nonce 0. */
static inline void tw_own_session(tw_own* own, WOLFSSL_CTX* clientCtx,
    WOLFSSL_SESSION* session)
{
    static const unsigned char nonce[1] = { 0 };
    unsigned char secret[TW_SECRET_SZ];
    word32 sz = sizeof(own->identity);
    WOLFSSL* ssl = wolfSSL_new(clientCtx);

    ck_assert_ptr_nonnull(ssl);
    ck_assert_int_eq(wolfSSL_set_session(ssl, session), WOLFSSL_SUCCESS);
    ck_assert_int_eq(wolfSSL_get_SessionTicket(ssl, own->identity, &sz),
        WOLFSSL_SUCCESS);
    wolfSSL_free(ssl);
    own->sz = sz;
    ck_assert_int_ge(wolfSSL_SESSION_get_master_key(session, secret,
        sizeof(secret)), TW_HASH_SZ);
    tw_expand(secret, "resumption", nonce, sizeof(nonce), own->secret);
    own->label = "res binder";
}

/* Of a hello cut in front of its binders. */
static inline void tw_binder(const tw_own* own, const unsigned char* hello,
    size_t sz, unsigned char binder[TW_HASH_SZ])
{
    unsigned char secret[TW_HASH_SZ];
    unsigned char hash[TW_HASH_SZ];
    Hmac hmac;

    memcpy(secret, own->secret, sizeof(secret));
    ck_assert_int_eq(wc_HKDF_Extract(WC_SHA256, NULL, 0, secret,
        sizeof(secret), secret), 0);
    ck_assert_int_eq(wc_Sha256Hash((const unsigned char*)"", 0, hash), 0);
    tw_expand(secret, own->label, hash, sizeof(hash), secret);
    tw_expand(secret, "finished", hash, 0, secret);
    ck_assert_int_eq(wc_Sha256Hash(hello, (word32)sz, hash), 0);
    ck_assert_int_eq(wc_HmacInit(&hmac, NULL, INVALID_DEVID), 0);
    ck_assert_int_eq(wc_HmacSetKey(&hmac, WC_SHA256, secret, sizeof(secret)),
        0);
    ck_assert_int_eq(wc_HmacUpdate(&hmac, hash, sizeof(hash)), 0);
    ck_assert_int_eq(wc_HmacFinal(&hmac, binder), 0);
    wc_HmacFree(&hmac);
}

/* ---- the hello ----------------------------------------------------------- */

typedef struct {
    unsigned char mem[TW_HELLO_MAX];
    size_t sz;
} tw_hello;

/* The number of that many bytes becomes larger. */
static inline void tw_add(unsigned char* at, size_t more, int bytes)
{
    size_t value = more;
    int i;

    for (i = 0; i < bytes; i++)
        value += (size_t)at[i] << (8 * (bytes - 1 - i));
    for (i = bytes; i-- > 0; value >>= 8)
        at[i] = (unsigned char)value;
}

static inline void tw_insert(tw_hello* h, size_t at, const void* mem, size_t sz)
{
    ck_assert_uint_le(h->sz + sz, sizeof(h->mem));
    memmove(h->mem + at + sz, h->mem + at, h->sz - at);
    memcpy(h->mem + at, mem, sz);
    h->sz += sz;
}

static inline size_t tw_extensions_at(const tw_hello* h)
{
    size_t at = TW_RECORD_SZ + TW_MESSAGE_SZ + 2 + 32;

    at += 1u + h->mem[at];
    at += 2u + ((size_t)h->mem[at] << 8) + h->mem[at + 1];
    return at + 1u + h->mem[at];
}

/* The last place: the id of a session stands in front too. */
static inline size_t tw_find(const tw_hello* h, const void* mem, size_t sz)
{
    size_t i = h->sz - sz;

    while (i > 0 && memcmp(h->mem + i, mem, sz) != 0)
        i--;
    ck_assert_uint_gt(i, 0);
    return i;
}

/* The hello that waits for the server, which offers own, is to offer other
 * too, in front of it or behind.  Age and binder of that one are wrong. */
static inline void tw_offer_too(th_pair* pair, const tw_own* own,
    const unsigned char* other, size_t otherSz, int inFront)
{
    static const unsigned char zeros[1 + TW_HASH_SZ] = { TW_HASH_SZ };
    unsigned char identity[2 + TH_TICKET_MAX + TW_AGE_SZ];
    unsigned char binder[TW_HASH_SZ];
    size_t identitySz = 2 + otherSz + TW_AGE_SZ;
    size_t more = identitySz + sizeof(zeros);
    size_t at, binders;
    tw_hello h;

    ck_assert_uint_le(pair->toServer.sz, sizeof(h.mem));
    memcpy(h.mem, pair->toServer.mem, pair->toServer.sz);
    h.sz = pair->toServer.sz;
    at = tw_find(&h, own->identity, own->sz);
    binders = at + own->sz + TW_AGE_SZ;
    /* What we know of binders is right. */
    tw_binder(own, h.mem + TW_RECORD_SZ, binders - TW_RECORD_SZ, binder);
    ck_assert_mem_eq(h.mem + binders + 3, binder, TW_HASH_SZ);

    memset(identity, 0, sizeof(identity));
    tw_add(identity, otherSz, 2);
    memcpy(identity + 2, other, otherSz);
    tw_add(h.mem + 3, more, 2);
    tw_add(h.mem + TW_RECORD_SZ + 1, more, 3);
    tw_add(h.mem + tw_extensions_at(&h), more, 2);
    tw_add(h.mem + at - 6, more, 2);
    tw_add(h.mem + at - 4, identitySz, 2);
    tw_add(h.mem + binders, sizeof(zeros), 2);
    tw_insert(&h, binders + (inFront ? 2 : 3 + TW_HASH_SZ), zeros,
        sizeof(zeros));
    tw_insert(&h, inFront ? at - 2 : binders, identity, identitySz);
    binders += identitySz;
    tw_binder(own, h.mem + TW_RECORD_SZ, binders - TW_RECORD_SZ, binder);
    memcpy(h.mem + binders + 3 + (inFront ? sizeof(zeros) : 0), binder,
        TW_HASH_SZ);

    pair->toServer.sz = 0;
    ck_assert_int_eq(th_send(pair->client, (char*)h.mem, (int)h.sz,
        &pair->clientIo), (int)h.sz);
}

#endif /* WOLFTICKET_TEST_TWOHELLO_FIXTURE_H */
