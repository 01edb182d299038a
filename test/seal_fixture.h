/* seal_fixture.h
 *
 * What the suites of the sealed ticket share: frames, and a second hand that
 * writes and reads the format.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Every buffer is a block of its own and exactly as long as it has to be, so
 * that AddressSanitizer and valgrind see a read or write beside it.
 */

#ifndef WOLFTICKET_TEST_SEAL_FIXTURE_H
#define WOLFTICKET_TEST_SEAL_FIXTURE_H

#include "seal.h"

#include "harness.h"

#define NAME_SZ    WOLFSSL_TICKET_NAME_SZ
#define IV_SZ      WOLFSSL_TICKET_IV_SZ
#define MAC_SZ     WOLFSSL_TICKET_MAC_SZ
#define SPARE_SZ   19   /* sealed bytes in iv and mac */
#define HEADER_SZ  11
#define AAD_SZ     21
#define VERSION_TLS13  0x0304
#define VERSION    0x10

/* The same bytes in every run; i-th of a row that begins with start. */
static inline void pattern(byte* out, word32 sz, byte start)
{
    word32 i;

    for (i = 0; i < sz; i++)
        out[i] = (byte)(start + i * 7);
}

static inline byte* exact(word32 sz)
{
    byte* mem = (byte*)calloc((sz > 0) ? sz : 1, 1);

    ck_assert_ptr_nonnull(mem);
    return mem;
}

/* xorshift64: bytes that look random, the same in every run. */
static inline word64 next_random(word64* state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static inline void random_bytes(word64* state, byte* out, word32 sz)
{
    word32 i;

    for (i = 0; i < sz; i++)
        out[i] = (byte)(next_random(state) >> 24);
}

static inline void make_key(wt_key* key)
{
    memset(key, 0, sizeof(*key));
    pattern(key->name, sizeof(key->name), 0x11);
    pattern(key->secret, sizeof(key->secret), 0x33);
    pattern(key->salt, sizeof(key->salt), 0x77);
    key->current = 1;
}

static inline void make_checks(wt_checks* checks)
{
    pattern((byte*)checks, sizeof(*checks), 0x22);
}

static inline void frame_new(wt_frame* frame, word32 encSz, word32 encMax)
{
    frame->keyName = exact(NAME_SZ);
    frame->iv = exact(IV_SZ);
    frame->mac = exact(MAC_SZ);
    frame->enc = exact(encMax);
    frame->encSz = encSz;
    frame->encMax = encMax;
    frame->version = VERSION_TLS13;
}

static inline void frame_free(wt_frame* frame)
{
    free(frame->keyName);
    free(frame->iv);
    free(frame->mac);
    free(frame->enc);
}

/* A copy whose enc has encSz bytes: the first of from's, then zeros. */
static inline void frame_copy(wt_frame* frame, const wt_frame* from,
    word32 encSz)
{
    word32 sz = (encSz < from->encSz) ? encSz : from->encSz;

    frame_new(frame, encSz, encSz);
    memcpy(frame->keyName, from->keyName, NAME_SZ);
    memcpy(frame->iv, from->iv, IV_SZ);
    memcpy(frame->mac, from->mac, MAC_SZ);
    if (sz > 0)
        memcpy(frame->enc, from->enc, sz);
    frame->version = from->version;
}

/* Reads every byte of what was opened, and that it lies inside of work. */
static inline void walk(const byte* part, word32 sz, const byte* work,
    word32 workSz)
{
    volatile byte seen = 0;
    word32 i;

    ck_assert(part >= work && part <= work + workSz);
    ck_assert_uint_le(sz, (size_t)(work + workSz - part));
    for (i = 0; i < sz; i++)
        seen ^= part[i];
    (void)seen;
}

/* 1 when the frame opens; what came out is looked at and thrown away. */
static inline int opens(const wt_key* key, const wt_frame* frame)
{
    word32 workSz = wt_seal_work_size(frame->encSz);
    byte* work = exact(workSz);
    const byte* contents = NULL;
    word32 contentsSz = 0;
    wt_ticket ticket;
    int ret;

    memset(&ticket, 0, sizeof(ticket));
    ret = wt_open(key, frame, work, &ticket, &contents, &contentsSz);
    if (ret == 1) {
        walk(ticket.data, ticket.dataSz, work, workSz);
        walk(contents, contentsSz, work, workSz);
        ck_assert_ptr_eq(ticket.data + ticket.dataSz, contents);
        ck_assert_ptr_eq(contents + contentsSz, work + workSz);
    }
    free(work);
    return ret;
}

/* The format once more, as its description says it. */
static inline void hand_aad(const wt_frame* frame, byte aad[AAD_SZ])
{
    memcpy(aad, frame->keyName, 16);
    aad[16] = frame->iv[12];
    aad[17] = (byte)(frame->encSz >> 8);
    aad[18] = (byte)frame->encSz;
    aad[19] = (byte)(frame->version >> 8);
    aad[20] = (byte)frame->version;
}

/* A frame of any message of at least SPARE_SZ bytes, sealed under key. */
static inline void hand_seal(const wt_key* key, wt_aead alg, const byte* msg,
    word32 msgSz, wt_frame* frame)
{
    byte aad[AAD_SZ];
    byte* copy = exact(msgSz);
    wt_checks checks;

    ck_assert_uint_ge(msgSz, SPARE_SZ);
    frame_new(frame, msgSz - SPARE_SZ, msgSz - SPARE_SZ);
    make_checks(&checks);
    memcpy(frame->keyName, key->name, 4);
    memcpy(frame->keyName + 4, &checks, 12);
    pattern(frame->iv, 12, 0x44);
    frame->iv[12] = (byte)(VERSION | alg);
    hand_aad(frame, aad);
    memcpy(copy, msg, msgSz);
    ck_assert_int_eq(wt_aead_seal(alg, key->secret, frame->iv, aad, AAD_SZ,
        copy, msgSz, frame->mac + 16), 1);
    memcpy(frame->iv + 13, copy, 3);
    memcpy(frame->mac, copy + 3, 16);
    if (frame->encSz > 0)
        memcpy(frame->enc, copy + SPARE_SZ, frame->encSz);
    free(copy);
}

/* The message of a frame, the caller's to free; NULL if the tag is wrong. */
static inline byte* hand_open(const wt_key* key, const wt_frame* frame)
{
    byte aad[AAD_SZ];
    byte* msg = exact(SPARE_SZ + frame->encSz);

    hand_aad(frame, aad);
    memcpy(msg, frame->iv + 13, 3);
    memcpy(msg + 3, frame->mac, 16);
    if (frame->encSz > 0)
        memcpy(msg + SPARE_SZ, frame->enc, frame->encSz);
    if (!wt_aead_open((wt_aead)(frame->iv[12] & 0x0F), key->secret,
            frame->iv, aad, AAD_SZ, msg, SPARE_SZ + frame->encSz,
            frame->mac + 16)) {
        free(msg);
        msg = NULL;
    }
    return msg;
}

#endif /* WOLFTICKET_TEST_SEAL_FIXTURE_H */
