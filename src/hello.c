/* hello.c
 *
 * Reads what we need to know of the ClientHello and the ServerHello.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "hello.h"

#define RECORD_HANDSHAKE  22
#define EXT_SERVER_NAME   0
#define EXT_ALPN          16
#define EXT_TICKET        35
#define EXT_VERSIONS      43
#define RANDOM_SZ         32
#define VERSION_TLS13     0x0304
#define VERSION_DTLS13    0xFEFC

/* SHA-256 of "HelloRetryRequest" in place of the random (RFC 8446, 4.1.3). */
static const byte retryRandom[RANDOM_SZ] = {
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11,
    0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E,
    0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C
};

/* What is left to read; ok turns 0 for good when something is missing. */
typedef struct {
    const byte* p;
    size_t sz;
    int ok;
} wt_reader;

static const byte* Take(wt_reader* r, size_t sz)
{
    const byte* ret = NULL;

    if (r->ok && sz <= r->sz) {
        ret = r->p;
        r->p += sz;
        r->sz -= sz;
    }
    else {
        r->ok = 0;
    }
    return ret;
}

static word32 Number(wt_reader* r, int bytes)
{
    const byte* p = Take(r, (size_t)bytes);

    return (p == NULL) ? 0 : wt_get(p, bytes);
}

/* A part that stands behind its length. */
static wt_reader Part(wt_reader* r, int lengthBytes)
{
    wt_reader part;

    part.sz = Number(r, lengthBytes);
    part.p = Take(r, part.sz);
    part.ok = r->ok;
    return part;
}

static void SkipRecordHeader(wt_reader* r, int* dtls)
{
    *dtls = 0;
    if (r->sz > 1 && r->p[0] == RECORD_HANDSHAKE && r->p[1] == 0x03)
        (void)Take(r, 5);
    else if (r->sz > 1 && r->p[0] == RECORD_HANDSHAKE && r->p[1] == 0xFE) {
        (void)Take(r, 13);
        *dtls = 1;
    }
}

static void ReadName(wt_reader r, wt_hello* hello)
{
    wt_reader list = Part(&r, 2);
    word32 type = Number(&list, 1);
    wt_reader name = Part(&list, 2);

    if (name.ok && type == 0 && name.sz > 0) {
        hello->name = name.p;
        hello->nameSz = (word32)name.sz;
    }
}

static void ReadAlpn(wt_reader r, wt_hello* hello)
{
    wt_reader list = Part(&r, 2);

    if (list.ok && list.sz > 0) {
        hello->alpn = list.p;
        hello->alpnSz = (word32)list.sz;
    }
}

static void ReadVersions(wt_reader r, wt_hello* hello)
{
    wt_reader list = r;

    if (hello->type == WT_HS_CLIENT_HELLO)
        list = Part(&r, 1);
    while (list.ok && list.sz > 0) {
        word32 version = Number(&list, 2);

        if (version == VERSION_TLS13 || version == VERSION_DTLS13)
            hello->tls13 = 1;
    }
}

static void ReadExtensions(wt_reader* r, wt_hello* hello)
{
    wt_reader all = Part(r, 2);

    while (all.ok && all.sz > 0) {
        word32 type = Number(&all, 2);
        wt_reader ext = Part(&all, 2);

        if (!ext.ok) {
            r->ok = 0;
        }
        else if (type == EXT_SERVER_NAME &&
                hello->type == WT_HS_CLIENT_HELLO) {
            ReadName(ext, hello);
        }
        else if (type == EXT_ALPN && hello->type == WT_HS_CLIENT_HELLO) {
            ReadAlpn(ext, hello);
        }
        else if (type == EXT_VERSIONS) {
            ReadVersions(ext, hello);
        }
        else if (type == EXT_TICKET) {
            hello->hasTicket = 1;
            hello->ticket = ext.p;
            hello->ticketSz = (word32)ext.sz;
        }
    }
}

int wt_hello_read(const byte* msg, size_t msgSz, wt_hello* hello)
{
    wt_reader r;
    wt_reader body;
    const byte* random;
    int dtls;

    XMEMSET(hello, 0, sizeof(*hello));
    r.p = msg;
    r.sz = (msg != NULL) ? msgSz : 0;
    r.ok = msg != NULL;

    SkipRecordHeader(&r, &dtls);
    hello->type = (int)Number(&r, 1);
    if (hello->type != WT_HS_CLIENT_HELLO &&
            hello->type != WT_HS_SERVER_HELLO)
        return 0;
    if (dtls) {
        word32 sz = Number(&r, 3);

        (void)Take(&r, 8);       /* sequence, fragment offset and length */
        body.sz = sz;
        body.p = Take(&r, sz);
        body.ok = r.ok;
    }
    else {
        body = Part(&r, 3);
    }

    (void)Take(&body, 2);        /* legacy version */
    random = Take(&body, RANDOM_SZ);
    hello->random = random;
    (void)Part(&body, 1);        /* session id */
    if (hello->type == WT_HS_CLIENT_HELLO) {
        if (dtls)
            (void)Part(&body, 1);    /* cookie */
        (void)Part(&body, 2);    /* cipher suites */
        (void)Part(&body, 1);    /* compression methods */
    }
    else {
        (void)Take(&body, 3);    /* cipher suite, compression method */
        hello->retry = random != NULL &&
            XMEMCMP(random, retryRandom, RANDOM_SZ) == 0;
    }
    if (body.ok && body.sz > 0)
        ReadExtensions(&body, hello);
    return body.ok;
}
