/* hello_fixture.h
 *
 * What the suites of the hello messages share: a builder of all kinds.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_HELLO_FIXTURE_H
#define WOLFTICKET_TEST_HELLO_FIXTURE_H

#include "hello.h"
#include "harness.h"

#define MAX_SZ 2048

typedef struct {
    byte mem[MAX_SZ];
    word32 sz;
} message;

static inline void put(message* m, word32 value, int bytes)
{
    ck_assert_uint_le(m->sz + 4, MAX_SZ);
    wt_put(m->mem + m->sz, value, bytes);
    m->sz += (word32)bytes;
}

static inline void put_mem(message* m, const void* mem, word32 sz)
{
    ck_assert_uint_le(m->sz + sz, MAX_SZ);
    memcpy(m->mem + m->sz, mem, sz);
    m->sz += sz;
}

/* A part behind its length: begin() leaves room for it, end() fills it in. */
static inline word32 begin(message* m, int bytes)
{
    put(m, 0, bytes);
    return m->sz;
}

static inline void end(message* m, word32 start, int bytes)
{
    wt_put(m->mem + start - bytes, m->sz - start, bytes);
}

typedef enum {
    CLIENT      = 0,
    SERVER      = 1,    /* a ServerHello */
    DTLS        = 2,
    RECORD      = 4,    /* with its record header; DTLS always */
    TLS13       = 8,
    NAME        = 16,
    ALPN        = 32,
    TICKET      = 64,
    EMPTY       = 128,  /* an empty ticket extension */
    NO_EXT      = 256,  /* not even their length */
    RETRY       = 512,
    ODD         = 1024, /* extensions of all sizes that nobody knows */
    COOKIE      = 2048
} trait;

static const byte retryRandom[32] = {
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11,
    0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E,
    0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C
};
static const char hostName[] = "www.example.org";
static const char alpnList[] = "\x02h2\x08http/1.1";
#define ALPN_SZ 12

static inline void put_versions(message* m, int traits)
{
    word32 ext;

    put(m, 43, 2);
    ext = begin(m, 2);
    if (traits & SERVER) {
        put(m, (traits & DTLS) ? 0xFEFC : 0x0304, 2);
    }
    else {
        word32 list = begin(m, 1);

        put(m, 0x7A7A, 2);
        put(m, (traits & DTLS) ? 0xFEFC : 0x0304, 2);
        put(m, (traits & DTLS) ? 0xFEFD : 0x0303, 2);
        end(m, list, 1);
    }
    end(m, ext, 2);
}

static inline void put_name(message* m)
{
    word32 ext, list;

    put(m, 0, 2);
    ext = begin(m, 2);
    list = begin(m, 2);
    put(m, 0, 1);
    put(m, sizeof(hostName) - 1, 2);
    put_mem(m, hostName, sizeof(hostName) - 1);
    end(m, list, 2);
    end(m, ext, 2);
}

static inline void put_alpn(message* m)
{
    word32 ext, list;

    put(m, 16, 2);
    ext = begin(m, 2);
    list = begin(m, 2);
    put_mem(m, alpnList, ALPN_SZ);
    end(m, list, 2);
    end(m, ext, 2);
}

static inline void put_odd(message* m)
{
    word32 sz, ext;

    for (sz = 0; sz < 8; sz++) {
        put(m, 0xFE00 + sz, 2);
        ext = begin(m, 2);
        put_mem(m, retryRandom, sz);
        end(m, ext, 2);
    }
}

static inline void put_extensions(message* m, int traits)
{
    word32 all = begin(m, 2);

    if (traits & ODD)
        put_odd(m);
    if (traits & NAME)
        put_name(m);
    if (traits & TLS13)
        put_versions(m, traits);
    if (traits & EMPTY) {
        put(m, 35, 2);
        put(m, 0, 2);
    }
    if (traits & TICKET) {
        put(m, 35, 2);
        put(m, 200, 2);
        m->sz += 200;
    }
    if (traits & ALPN)
        put_alpn(m);
    end(m, all, 2);
}

static inline void put_body(message* m, int traits)
{
    put(m, (traits & DTLS) ? 0xFEFD : 0x0303, 2);
    if (traits & RETRY)
        put_mem(m, retryRandom, 32);
    else
        m->sz += 32;
    put(m, 32, 1);
    m->sz += 32;
    if (traits & SERVER) {
        put(m, 0x1301, 2);
        put(m, 0, 1);
    }
    else {
        if (traits & DTLS) {
            put(m, (traits & COOKIE) ? 20 : 0, 1);
            m->sz += (traits & COOKIE) ? 20 : 0;
        }
        put(m, 4, 2);
        put(m, 0x1301, 2);
        put(m, 0x1302, 2);
        put(m, 1, 1);
        put(m, 0, 1);
    }
    if (!(traits & NO_EXT))
        put_extensions(m, traits);
}

static inline void build(message* m, int traits)
{
    int type = (traits & SERVER) ? WT_HS_SERVER_HELLO : WT_HS_CLIENT_HELLO;
    word32 record = 0;
    word32 body;

    memset(m, 0, sizeof(*m));
    if (traits & DTLS) {
        put(m, 22, 1);
        put(m, 0xFEFD, 2);
        m->sz += 8;
        record = begin(m, 2);
        put(m, (word32)type, 1);
        body = begin(m, 3);
        m->sz += 8;
        put_body(m, traits);
        wt_put(m->mem + body - 3, m->sz - body - 8, 3);
        wt_put(m->mem + body + 5, m->sz - body - 8, 3);
    }
    else {
        if (traits & RECORD) {
            put(m, 22, 1);
            put(m, 0x0301, 2);
            record = begin(m, 2);
        }
        put(m, (word32)type, 1);
        body = begin(m, 3);
        put_body(m, traits);
        end(m, body, 3);
    }
    if (record > 0)
        end(m, record, 2);
}

/* Reads sz bytes of mem from a block of exactly that size; what the reader
 * points to has to lie in it. */
static inline int read_exact(const byte* mem, word32 sz, wt_hello* hello)
{
    byte* copy = (byte*)malloc((sz > 0) ? sz : 1);
    int ret;

    ck_assert_ptr_nonnull(copy);
    if (sz > 0)
        memcpy(copy, mem, sz);
    ret = wt_hello_read(copy, sz, hello);
    ck_assert(ret == 0 || ret == 1);
    if (ret == 1) {
        ck_assert(hello->type == WT_HS_CLIENT_HELLO ||
            hello->type == WT_HS_SERVER_HELLO);
        if (hello->name != NULL) {
            ck_assert(hello->name >= copy && hello->name < copy + sz);
            ck_assert_uint_le(hello->nameSz,
                (size_t)(copy + sz - hello->name));
        }
        if (hello->alpn != NULL) {
            ck_assert(hello->alpn >= copy && hello->alpn < copy + sz);
            ck_assert_uint_le(hello->alpnSz,
                (size_t)(copy + sz - hello->alpn));
        }
    }
    free(copy);
    return ret;
}

static const int hellos[] = {
    CLIENT, CLIENT | RECORD, CLIENT | NO_EXT, CLIENT | NO_EXT | RECORD,
    CLIENT | TLS13, CLIENT | NAME, CLIENT | ALPN, CLIENT | TICKET,
    CLIENT | EMPTY, CLIENT | ODD, CLIENT | TLS13 | NAME | ALPN | ODD,
    CLIENT | RECORD | TLS13 | NAME | ALPN | ODD | TICKET,
    CLIENT | RECORD | NAME | ALPN | EMPTY | ODD,
    CLIENT | DTLS, CLIENT | DTLS | NO_EXT, CLIENT | DTLS | TLS13,
    CLIENT | DTLS | COOKIE | NAME | ALPN | TICKET | ODD,
    CLIENT | DTLS | COOKIE | NAME | TLS13,
    SERVER, SERVER | RECORD, SERVER | NO_EXT, SERVER | TLS13,
    SERVER | EMPTY, SERVER | EMPTY | ODD | RECORD, SERVER | RETRY | TLS13,
    SERVER | RETRY | TLS13 | RECORD, SERVER | DTLS, SERVER | DTLS | EMPTY,
    SERVER | DTLS | TLS13, SERVER | DTLS | RETRY | TLS13
};
#define HELLOS (int)(sizeof(hellos) / sizeof(hellos[0]))

#endif /* WOLFTICKET_TEST_HELLO_FIXTURE_H */
