/* fuzz.h
 *
 * What the fuzz targets share: the input, taken apart, and things that do the
 * same in every run.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * A target is a source fuzz_NAME.c.  Linked with libFuzzer (run-fuzz.sh) it
 * looks for inputs of its own; linked with fuzz_replay.c, by any compiler, it
 * goes through those of corpus/NAME and some thousand made of them.  It says
 * what has to be true with FZ_CHECK().
 */

#ifndef WOLFTICKET_TEST_FUZZ_H
#define WOLFTICKET_TEST_FUZZ_H

#include "port.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

/* NAME. */
extern const char fz_name[];

static inline void fz_fail(const char* file, int line, const char* what)
{
    (void)fflush(stdout);
    (void)fprintf(stderr, "%s:%d: not true: %s\n", file, line, what);
    abort();
}

#define FZ_CHECK(what) \
    ((what) ? (void)0 : fz_fail(__FILE__, __LINE__, #what))

/* ---- servers ------------------------------------------------------------- */

/* Some builds of wolfSSL make no server connection as long as the context has
 * no certificate.  Packaged ones do, and need none. */
static inline void fz_give_certificate(WOLFSSL_CTX* ctx)
{
    const char* dir = getenv("WOLFTICKET_TEST_CERTS");
    char path[256];

    if (dir == NULL)
        return;
    (void)snprintf(path, sizeof(path), "%s/server.pem", dir);
    FZ_CHECK(wolfSSL_CTX_use_certificate_file(ctx, path,
        WOLFSSL_FILETYPE_PEM) == WOLFSSL_SUCCESS);
    (void)snprintf(path, sizeof(path), "%s/server.key", dir);
    FZ_CHECK(wolfSSL_CTX_use_PrivateKey_file(ctx, path,
        WOLFSSL_FILETYPE_PEM) == WOLFSSL_SUCCESS);
}

/* ---- the same in every run ---------------------------------------------- */

#define FZ_NOW 1700000000u

static inline int fz_clock(word64* now, void* arg)
{
    (void)arg;
    *now = FZ_NOW;
    return 1;
}

/* xorshift64 */
static inline int fz_random(unsigned char* out, word32 sz, void* arg)
{
    static word64 state = 88172645463325252u;
    word32 i;

    (void)arg;
    for (i = 0; i < sz; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out[i] = (unsigned char)(state >> 24);
    }
    return 1;
}

/* ---- memory ------------------------------------------------------------- */

/* A block of its own and no byte too long, for AddressSanitizer to see a read
 * or write beside it. */
static inline byte* fz_exact(size_t sz)
{
    byte* mem = (byte*)calloc((sz > 0) ? sz : 1, 1);

    FZ_CHECK(mem != NULL);
    return mem;
}

static inline byte* fz_copy(const void* from, size_t sz)
{
    byte* mem = fz_exact(sz);

    if (sz > 0)
        memcpy(mem, from, sz);
    return mem;
}

/* Reads every byte of part, which has to lie within whole. */
static inline void fz_inside(const byte* part, size_t sz, const byte* whole,
    size_t wholeSz)
{
    volatile byte seen = 0;
    size_t i;

    FZ_CHECK(part >= whole && part <= whole + wholeSz);
    FZ_CHECK(sz <= (size_t)(whole + wholeSz - part));
    for (i = 0; i < sz; i++)
        seen ^= part[i];
    (void)seen;
}

static inline int fz_same(const void* a, size_t aSz, const void* b, size_t bSz)
{
    return aSz == bSz && (aSz == 0 || memcmp(a, b, aSz) == 0);
}

/* ---- the input ---------------------------------------------------------- */

/* What is left of it; zeros when nothing is. */
typedef struct {
    const uint8_t* p;
    size_t sz;
} fz_input;

static inline word32 fz_number(fz_input* in, int bytes)
{
    word32 ret = 0;

    while (bytes-- > 0) {
        ret <<= 8;
        if (in->sz > 0) {
            ret |= *in->p++;
            in->sz--;
        }
    }
    return ret;
}

/* The next sz bytes, or fewer. */
static inline fz_input fz_take(fz_input* in, size_t sz)
{
    fz_input part = *in;

    if (part.sz > sz)
        part.sz = sz;
    in->p += part.sz;
    in->sz -= part.sz;
    return part;
}

/* One edit of 4 bytes: how, where, and a value.  Returns the new size. */
static inline size_t fz_edit(fz_input* in, byte* mem, size_t sz, size_t max)
{
    word32 how = fz_number(in, 1);
    size_t at = fz_number(in, 2) % (sz + 1);
    byte value = (byte)fz_number(in, 1);
    size_t more = (how >> 2) + 1;

    if ((how & 3) == 2) {
        sz = at;
    }
    else if ((how & 3) == 3) {
        if (more > max - sz)
            more = max - sz;
        memmove(mem + at + more, mem + at, sz - at);
        memset(mem + at, value, more);
        sz += more;
    }
    else if (at < sz) {
        mem[at] = (byte)(((how & 3) == 0) ? mem[at] ^ value : value);
    }
    return sz;
}

/* What is left of the input, as it is, or, after an even byte, as edits of
 * base; up to max bytes in mem, baseSz and more.  Returns their number. */
static inline size_t fz_material(fz_input* in, const void* base,
    size_t baseSz, byte* mem, size_t max)
{
    size_t sz;

    if (fz_number(in, 1) & 1) {
        sz = (in->sz < max) ? in->sz : max;
        if (sz > 0)
            memcpy(mem, in->p, sz);
        (void)fz_take(in, sz);
    }
    else {
        sz = baseSz;
        memcpy(mem, base, sz);
        while (in->sz > 0)
            sz = fz_edit(in, mem, sz, max);
    }
    return sz;
}

#endif /* WOLFTICKET_TEST_FUZZ_H */
