/* fuzz_ticket.h
 *
 * What the fuzz targets of the ticket share: servers, frames as wolfSSL makes
 * them of a ticket, and a second hand that seals.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_FUZZ_TICKET_H
#define WOLFTICKET_TEST_FUZZ_TICKET_H

#include "fuzz.h"
#include "hooks.h"
#include "seal.h"

#define FZ_HEAD    (WOLFSSL_TICKET_NAME_SZ + WOLFSSL_TICKET_IV_SZ + 2)
#define FZ_FIXED   (FZ_HEAD + WOLFSSL_TICKET_MAC_SZ)
#define FZ_SPARE   19     /* sealed bytes in iv and mac */
#define FZ_HEADER  11     /* of the sealed message */
#define FZ_AAD_SZ  21
#define FZ_FORMAT  0x10   /* version 1, in the upper half */

/* ---- servers ------------------------------------------------------------ */

/* TLS 1.3, TLS 1.2 */
static WOLFSSL_CTX* fzServer[2];
static const word32 fzVersion[2] = { 0x0304, 0x0303 };

static inline int fz_send(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    (void)ssl;
    (void)arg;
    fz_inside((const byte*)buf, (size_t)sz, (const byte*)buf, (size_t)sz);
    return sz;
}

/* Both on one ring, whose clock stands still. */
static inline wolfTicket_KeyRing* fz_servers(
    wolfTicket_CTX_decrypt_session_ticket_fn decCb)
{
    wolfTicket_KeyRing* ring;
    int i;

    FZ_CHECK(wolfSSL_Init() == WOLFSSL_SUCCESS);
    ring = wolfTicket_KeyRing_new_ex(fz_clock, NULL, fz_random, NULL);
    FZ_CHECK(ring != NULL);
    fzServer[0] = wolfSSL_CTX_new(wolfTLSv1_3_server_method());
    fzServer[1] = wolfSSL_CTX_new(wolfTLSv1_2_server_method());
    for (i = 0; i < 2; i++) {
        FZ_CHECK(fzServer[i] != NULL);
        fz_give_certificate(fzServer[i]);
        wolfTicket_CTX_SetIOSend(fzServer[i], fz_send);
        FZ_CHECK(wolfTicket_CTX_set_session_ticket_cb(fzServer[i], NULL,
            decCb, NULL) == 1);
        FZ_CHECK(wolfTicket_CTX_set_key_ring(fzServer[i], ring) == 1);
    }
    return ring;
}

/* ---- frames ------------------------------------------------------------- */

/* Each field a block of its own. */
static inline void fz_frame_new(wt_frame* frame, word32 encSz, word32 encMax,
    word32 version)
{
    frame->keyName = fz_exact(WOLFSSL_TICKET_NAME_SZ);
    frame->iv = fz_exact(WOLFSSL_TICKET_IV_SZ);
    frame->mac = fz_exact(WOLFSSL_TICKET_MAC_SZ);
    frame->enc = fz_exact(encMax);
    frame->encSz = encSz;
    frame->encMax = encMax;
    frame->version = version;
}

static inline void fz_frame_free(wt_frame* frame)
{
    free(frame->keyName);
    free(frame->iv);
    free(frame->mac);
    free(frame->enc);
}

/* Bytes of a ticket from at on; behind its end there is something else. */
static inline void fz_piece(byte* out, size_t outSz, const byte* ticket,
    size_t sz, size_t at)
{
    size_t i;

    for (i = 0; i < outSz; i++)
        out[i] = (at + i < sz) ? ticket[at + i] : 0xA5;
}

/* The way of wolfSSL, which believes enc_len: the mac stands behind as many
 * bytes, and it may well stand outside of the ticket. */
static inline void fz_split(wt_frame* frame, const byte* ticket, size_t sz,
    word32 version)
{
    byte len[2];

    fz_piece(len, 2, ticket, sz, FZ_HEAD - 2);
    fz_frame_new(frame, wt_get(len, 2), wt_get(len, 2), version);
    fz_piece(frame->keyName, WOLFSSL_TICKET_NAME_SZ, ticket, sz, 0);
    fz_piece(frame->iv, WOLFSSL_TICKET_IV_SZ, ticket, sz,
        WOLFSSL_TICKET_NAME_SZ);
    fz_piece(frame->enc, frame->encSz, ticket, sz, FZ_HEAD);
    fz_piece(frame->mac, WOLFSSL_TICKET_MAC_SZ, ticket, sz,
        FZ_HEAD + frame->encSz);
}

/* And back; ticket has FZ_FIXED + encSz bytes. */
static inline size_t fz_join(const wt_frame* frame, byte* ticket)
{
    memcpy(ticket, frame->keyName, WOLFSSL_TICKET_NAME_SZ);
    memcpy(ticket + WOLFSSL_TICKET_NAME_SZ, frame->iv, WOLFSSL_TICKET_IV_SZ);
    wt_put(ticket + FZ_HEAD - 2, frame->encSz, 2);
    memcpy(ticket + FZ_HEAD, frame->enc, frame->encSz);
    memcpy(ticket + FZ_HEAD + frame->encSz, frame->mac,
        WOLFSSL_TICKET_MAC_SZ);
    return FZ_FIXED + frame->encSz;
}

/* ---- sealing ------------------------------------------------------------ */

/* What beside the message makes a ticket. */
typedef struct {
    const wt_key* key;
    wt_aead alg;
    byte nonce;
    wt_checks checks;
    word32 version;
} fz_sealing;

/* A message of at least FZ_SPARE bytes; the format as its description says
 * it. */
static inline void fz_seal(const fz_sealing* how, const byte* message,
    word32 sz, wt_frame* frame)
{
    byte* copy = fz_copy(message, sz);
    byte aad[FZ_AAD_SZ];

    fz_frame_new(frame, sz - FZ_SPARE, sz - FZ_SPARE, how->version);
    memcpy(frame->keyName, how->key->name, WT_KEY_ID_SZ);
    memcpy(frame->keyName + WT_KEY_ID_SZ, &how->checks, sizeof(wt_checks));
    memset(frame->iv, how->nonce, WT_AEAD_NONCE_SZ);
    frame->iv[12] = (byte)(FZ_FORMAT | how->alg);
    memcpy(aad, frame->keyName, 16);
    aad[16] = frame->iv[12];
    wt_put(aad + 17, frame->encSz, 2);
    wt_put(aad + 19, how->version, 2);
    FZ_CHECK(wt_aead_seal(how->alg, how->key->secret, frame->iv, aad,
        FZ_AAD_SZ, copy, sz, frame->mac + 16) == 1);
    memcpy(frame->iv + 13, copy, 3);
    memcpy(frame->mac, copy + 3, 16);
    if (frame->encSz > 0)
        memcpy(frame->enc, copy + FZ_SPARE, frame->encSz);
    free(copy);
}

/* ---- the sealed message ------------------------------------------------- */

#define FZ_MESSAGE_MAX   8192
#define FZ_CONTENTS_SZ   150
#define FZ_DATA          "application"
#define FZ_DATA_SZ       11
#define FZ_SKEW          60
#define FZ_NONCE_LIMIT   254

/* A message taken apart by the description of the format. */
typedef struct {
    byte mem[FZ_MESSAGE_MAX + 32];
    word32 sz;
    int makesSense;
    word32 issued;
    word32 chainAge;
    word32 renewals;
    byte nonce;
    int kept;           /* the data is a handle, to what is not there */
    int single;         /* it is for one use */
    word32 dataAt;
    word32 dataSz;
} fz_message;

/* The part of it that begins at at. */
static inline void fz_take_apart(fz_message* m, word32 at)
{
    const byte* p = m->mem + at;
    word32 len = p[10];

    m->kept = (p[0] & 1) != 0;
    m->single = (p[0] & 6) != 0;
    m->makesSense = p[0] <= 5;
    m->issued = wt_get(p + 1, 4);
    m->chainAge = wt_get(p + 5, 4) >> 12;
    m->renewals = wt_get(p + 5, 4) & 0xFFF;
    m->nonce = p[9];
    m->dataAt = at + FZ_HEADER;
    if (len == 255) {
        len = wt_get(p + FZ_HEADER, 2);
        m->dataAt += 2;
        m->makesSense &= len >= 255;
    }
    m->dataSz = len;
    m->makesSense &= !m->kept || len == WT_HANDLE_SZ;
    m->makesSense &= at + FZ_HEADER + 2 <= m->sz &&
        m->dataAt + len <= m->sz;
}

static inline const byte* fz_contents(const fz_message* m, word32* sz)
{
    *sz = m->sz - m->dataAt - m->dataSz;
    return m->mem + m->dataAt + m->dataSz;
}

static inline void fz_good_message(fz_message* m, word32 at)
{
    byte* p = m->mem + at;

    memset(m->mem, 0, sizeof(m->mem));
    wt_put(p + 1, FZ_NOW - 10, 4);
    wt_put(p + 5, (100 << 12) | 3, 4);
    p[9] = 7;
    p[10] = FZ_DATA_SZ;
    memcpy(p + FZ_HEADER, FZ_DATA, FZ_DATA_SZ);
    memset(p + FZ_HEADER + FZ_DATA_SZ, 0x60, FZ_CONTENTS_SZ);
    m->sz = at + FZ_HEADER + FZ_DATA_SZ + FZ_CONTENTS_SZ;
    fz_take_apart(m, at);
}

/* What has to come of a ticket with this message; bound: what it is bound to
 * does not fit. */
static inline wolfTicket_CAUSE fz_expected(const fz_message* m, int bound,
    int tls13, WOLFSSL_CTX* ctx)
{
    word64 age = (m->issued < FZ_NOW) ? FZ_NOW - m->issued : 0;
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_USED;

    if (!m->makesSense)
        ret = WOLFTICKET_CAUSE_BAD_SEAL;
    else if (m->issued > FZ_NOW + FZ_SKEW)
        ret = WOLFTICKET_CAUSE_NOT_YET;
    else if (age > wolfTicket_CTX_get_lifetime(ctx))
        ret = WOLFTICKET_CAUSE_EXPIRED;
    else if (age + m->chainAge > wolfTicket_CTX_get_renewal_limit(ctx))
        ret = WOLFTICKET_CAUSE_RENEWAL_LIMIT;
    else if (bound)
        ret = WOLFTICKET_CAUSE_BINDING;
    else if (tls13 && m->nonce >= FZ_NONCE_LIMIT &&
            wolfSSL_lib_version_hex() >= 0x05009000)
        ret = WOLFTICKET_CAUSE_CHAIN;
    else if (tls13 && m->single)
        ret = WOLFTICKET_CAUSE_UNVOUCHED;
    else if (m->kept)
        ret = WOLFTICKET_CAUSE_DATA_GONE;
    return ret;
}

/* ---- wolfSSL's calls ---------------------------------------------------- */

/* Decryption; the frame is written to as wolfSSL's buffer would be. */
static inline int fz_present(WOLFSSL* ssl, wt_frame* frame, word32* outSz)
{
    WOLFSSL_CTX* ctx = wolfSSL_get_SSL_CTX(ssl);
    int outLen = (int)frame->encSz;
    int ret = wt_hook_ticket(ssl, frame->keyName, frame->iv, frame->mac, 0,
        frame->enc, (int)frame->encSz, &outLen,
        wolfSSL_CTX_get_TicketEncCtx(ctx));

    FZ_CHECK(ret == WOLFSSL_TICKET_RET_OK || ret == WOLFSSL_TICKET_RET_REJECT
        || ret == WOLFSSL_TICKET_RET_CREATE);
    FZ_CHECK(outLen >= 0 && outLen <= (int)frame->encSz);
    *outSz = (word32)outLen;
    return ret;
}

/* A ClientHello, of TLS 1.2 with the ticket in it, of TLS 1.3 without; its
 * random is that of a connection without a handshake: zeros. */
static inline void fz_client_hello(WOLFSSL* ssl, int tls13,
    const byte* ticket, size_t sz)
{
    static const byte versions[] = { 2, 3, 4 };
    const byte* ext = tls13 ? versions : ticket;
    size_t extSz = tls13 ? sizeof(versions) : sz;
    size_t bodySz = 2 + 32 + 1 + 4 + 2 + 2 + 4 + extSz;
    byte* msg = fz_exact(4 + bodySz);
    byte* p = msg + 4 + 2 + 32 + 1;

    msg[0] = 1;
    wt_put(msg + 1, (word32)bodySz, 3);
    wt_put(msg + 4, 0x0303, 2);
    wt_put(p, 0x00021301, 4);                   /* cipher suites */
    wt_put(p + 4, 0x0100, 2);                   /* compression */
    wt_put(p + 6, (word32)(4 + extSz), 2);
    wt_put(p + 8, tls13 ? 43 : 35, 2);
    wt_put(p + 10, (word32)extSz, 2);
    if (extSz > 0)
        memcpy(p + 12, ext, extSz);
#ifdef WT_HAVE_MSG_CB
    wt_hook_message(0, wolfSSL_version(ssl), 22, msg, 4 + bodySz, ssl, NULL);
#else
    (void)ssl;
#endif
    free(msg);
}

static inline void fz_server_hello(WOLFSSL* ssl, int tls13)
{
    static const byte tls12Hello[] = { 2, 0, 0, 38, 3, 3,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0xC0, 0x2B, 0 };
    static const byte tls13Hello[] = { 2, 0, 0, 46, 3, 3,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0x13, 0x01, 0, 0, 6, 0, 43, 0, 2, 3, 4 };
    const byte* hello = tls13 ? tls13Hello : tls12Hello;
    size_t sz = tls13 ? sizeof(tls13Hello) : sizeof(tls12Hello);

#ifdef WT_HAVE_MSG_CB
    wt_hook_message(1, wolfSSL_version(ssl), 22, hello, sz, ssl, NULL);
#else
    (void)ssl;
    (void)hello;
    (void)sz;
#endif
}

#endif /* WOLFTICKET_TEST_FUZZ_TICKET_H */
