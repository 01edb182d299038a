/* hello.c
 *
 * Reads what we need to know of the ClientHello and the ServerHello.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "hello.h"

#define RECORD_HANDSHAKE  22
#define RECORD_SZ         5
#define DTLS_RECORD_SZ    13
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
        (void)Take(r, RECORD_SZ);
    else if (r->sz > 1 && r->p[0] == RECORD_HANDSHAKE && r->p[1] == 0xFE) {
        (void)Take(r, DTLS_RECORD_SZ);
        *dtls = 1;
    }
}

/* The head of a DTLS message in whole: type, length, sequence, and offset and
 * length of the fragment. */
static wt_reader DtlsBody(wt_reader* r, wt_hello* hello)
{
    wt_reader body;

    hello->type = (int)Number(r, 1);
    body.sz = Number(r, 3);
    (void)Take(r, 8);
    body.p = Take(r, body.sz);
    body.ok = r->ok;
    return body;
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

static void ReadClientHello(wt_reader* body, int dtls, wt_hello* hello)
{
    wt_reader cookie;

    (void)Part(body, 1);         /* session id */
    if (dtls) {
        cookie = Part(body, 1);
        hello->cookie = cookie.p;
        hello->cookieSz = (word32)cookie.sz;
    }
    (void)Part(body, 2);         /* cipher suites */
    (void)Part(body, 1);         /* compression methods */
}

static void ReadServerHello(wt_reader* body, wt_hello* hello)
{
    (void)Part(body, 1);         /* session id */
    (void)Take(body, 3);         /* cipher suite, compression method */
    hello->retry = hello->random != NULL &&
        XMEMCMP(hello->random, retryRandom, RANDOM_SZ) == 0;
}

static int ReadBody(wt_reader* body, int dtls, wt_hello* hello)
{
    wt_reader cookie;

    (void)Take(body, 2);         /* version */
    if (hello->type == WT_HS_VERIFY_REQUEST) {
        cookie = Part(body, 1);
        hello->cookie = cookie.p;
        hello->cookieSz = (word32)cookie.sz;
    }
    else {
        hello->random = Take(body, RANDOM_SZ);
        if (hello->type == WT_HS_CLIENT_HELLO)
            ReadClientHello(body, dtls, hello);
        else
            ReadServerHello(body, hello);
        if (body->ok && body->sz > 0)
            ReadExtensions(body, hello);
    }
    return body->ok;
}

static wt_reader Begin(const byte* msg, size_t msgSz, wt_hello* hello)
{
    wt_reader r;

    XMEMSET(hello, 0, sizeof(*hello));
    r.p = msg;
    r.sz = (msg != NULL) ? msgSz : 0;
    r.ok = msg != NULL;
    return r;
}

static int IsHello(int type)
{
    return type == WT_HS_CLIENT_HELLO || type == WT_HS_SERVER_HELLO;
}

int wt_hello_read(const byte* msg, size_t msgSz, wt_hello* hello)
{
    wt_reader r = Begin(msg, msgSz, hello);
    wt_reader body;
    int dtls;

    SkipRecordHeader(&r, &dtls);
    if (dtls) {
        body = DtlsBody(&r, hello);
    }
    else {
        hello->type = (int)Number(&r, 1);
        body = Part(&r, 3);
    }
    return IsHello(hello->type) && ReadBody(&body, dtls, hello);
}

int wt_hello_read_sent(const byte* msg, size_t msgSz, wt_hello* hello)
{
    wt_reader r = Begin(msg, msgSz, hello);
    wt_reader body;

    (void)Take(&r, DTLS_RECORD_SZ);
    body = DtlsBody(&r, hello);
    return (hello->type == WT_HS_SERVER_HELLO ||
            hello->type == WT_HS_VERIFY_REQUEST) && ReadBody(&body, 1, hello);
}

int wt_hello_read_received(const byte* msg, size_t msgSz, wt_hello* hello)
{
    wt_reader r = Begin(msg, msgSz, hello);
    wt_reader body;

    (void)Take(&r, 1);
    body = Part(&r, 3);
    hello->type = WT_HS_CLIENT_HELLO;
    return body.ok && r.sz == 0 && body.sz > 1 && body.p[0] == 0xFE &&
        body.p[1] >= 0xFD && ReadBody(&body, 1, hello) && body.sz == 0;
}
