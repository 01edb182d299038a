/* session.c
 *
 * A client's session as bytes, checked before they are parsed.
 *
 * The bytes are what wolfSSL_i2d_SSL_SESSION() makes, in the order of Walk().
 * wolfSSL_d2i_SSL_SESSION() of older versions copies what they announce into
 * arrays of fixed size; so everything is measured here first, by the limits
 * of these arrays.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "session.h"

#ifdef WT_HAVE_SERIAL

#include <wolfssl/wolfcrypt/hash.h>

/* wolfSSL's own limits; its header with their names is not installed. */
#define SESSION_ID_MAX   32
#define SECRET_SZ        WOLFSSL_MAX_MASTER_KEY_LENGTH

#ifdef MAX_CHAIN_DEPTH
    #define CHAIN_MAX    MAX_CHAIN_DEPTH
#else
    #define CHAIN_MAX    9
#endif

/* The name of the setting for large certificates has changed. */
#ifdef MAX_X509_SIZE
    #define CERT_MAX     MAX_X509_SIZE
#elif (defined(HAVE_PQC) || LIBWOLFSSL_VERSION_HEX >= 0x05007002) && \
        (defined(HAVE_FALCON) || defined(HAVE_DILITHIUM) || \
         defined(WOLFSSL_HAVE_MLDSA))
    #define CERT_MAX     (8 * 1024)
#elif defined(WOLFSSL_HAPROXY)
    #define CERT_MAX     3072
#else
    #define CERT_MAX     2048
#endif

#if defined(NO_SHA) && !defined(NO_SHA256) && \
        LIBWOLFSSL_VERSION_HEX >= 0x05007002
    #define SERVER_ID_MAX 32
#else
    #define SERVER_ID_MAX 20
#endif

#ifdef WOLFSSL_TICKET_NONCE_MALLOC
    #define NONCE_MAX    255
#elif defined(TLS13_TICKET_NONCE_STATIC_SZ)
    #define NONCE_MAX    TLS13_TICKET_NONCE_STATIC_SZ
#else
    #define NONCE_MAX    8
#endif

/* With a longer one in TLS 1.3 wolfSSL cannot build its first message. */
#ifdef MAX_PSK_ID_LEN
    #define TICKET_MAX13 MAX_PSK_ID_LEN
#else
    #define TICKET_MAX13 1536
#endif

#ifdef WOLFSSL_32BIT_MILLI_TIME
    #define SEEN_SZ      4
#else
    #define SEEN_SZ      8
#endif

#define SECOND_AT        1    /* side comes first, then two words */
#define TIMEOUT_AT       5

/* ---- walking ------------------------------------------------------------ */

typedef struct {
    const byte* mem;
    word32 sz;
    word32 at;
    byte bad;
} wt_walk;

typedef struct {
    word32 idSz;
    word32 secretAt;
    word32 suiteAt;     /* 0: not there */
    word32 versionAt;
    word32 verifyAt;    /* 0: not there */
    word32 ticketAt;
    word32 ticketSz;
    word32 end;         /* where what we know of ends */
} wt_layout;

/* Where the next sz bytes begin. */
static word32 Pass(wt_walk* walk, word32 sz)
{
    word32 at = walk->at;

    if (walk->bad || walk->sz - walk->at < sz)
        walk->bad = 1;
    else
        walk->at += sz;
    return at;
}

static word32 Number(wt_walk* walk, int bytes)
{
    word32 at = Pass(walk, (word32)bytes);

    return walk->bad ? 0 : wt_get(walk->mem + at, bytes);
}

/* A length, which is returned, and as many bytes. */
static word32 Vector(wt_walk* walk, int bytes, word32 max)
{
    word32 sz = Number(walk, bytes);

    if (sz > max)
        walk->bad = 1;
    (void)Pass(walk, sz);
    return sz;
}

#ifdef SESSION_CERTS
static void Chain(wt_walk* walk)
{
    word32 count = Number(walk, 1);

    if (count > CHAIN_MAX)
        walk->bad = 1;
    for (; count > 0 && !walk->bad; count--)
        (void)Vector(walk, 2, CERT_MAX);
}
#endif

static void Identity(wt_walk* walk, wt_layout* layout)
{
    word32 alt;

    (void)Pass(walk, 1 + 4 + 4);            /* side, bornOn, timeout */
    layout->idSz = Vector(walk, 1, SESSION_ID_MAX);
    layout->secretAt = Pass(walk, SECRET_SZ);
    (void)Pass(walk, 1);                    /* haveEMS */
    alt = Number(walk, 1);
    if (alt != 0 && alt != SESSION_ID_MAX)
        walk->bad = 1;
    (void)Pass(walk, alt);
}

static void Protocol(wt_walk* walk, wt_layout* layout)
{
#ifdef SESSION_CERTS
    Chain(walk);
#endif
    layout->versionAt = Pass(walk, 2);
#if defined(SESSION_CERTS) || !defined(NO_RESUME_SUITE_CHECK) || \
        defined(WOLFSSL_TLS13)
    layout->suiteAt = Pass(walk, 2);
#endif
#ifndef NO_CLIENT_CACHE
    (void)Vector(walk, 2, SERVER_ID_MAX);
#endif
    (void)Vector(walk, 1, SESSION_ID_MAX);  /* context id: OPENSSL_EXTRA */
    layout->verifyAt = Pass(walk, 1);
}

static void Ticket(wt_walk* walk, wt_layout* layout)
{
#ifdef WOLFSSL_TLS13
    (void)Pass(walk, 2 + SEEN_SZ + 4);      /* group, seen, age add */
    (void)Vector(walk, 1, NONCE_MAX);
#endif
#ifdef WOLFSSL_EARLY_DATA
    (void)Pass(walk, 4);
#endif
    layout->ticketSz = Number(walk, 2);
    layout->ticketAt = Pass(walk, layout->ticketSz);
}

static int Walk(const byte* mem, word32 sz, wt_layout* layout)
{
    wt_walk walk;

    XMEMSET(layout, 0, sizeof(*layout));
    walk.mem = mem;
    walk.sz = sz;
    walk.at = 0;
    walk.bad = 0;
    Identity(&walk, layout);
    Protocol(&walk, layout);
    Ticket(&walk, layout);
    layout->end = walk.at;
    return !walk.bad;
}

/* ---- what this wolfSSL appends ------------------------------------------ */

enum { TAIL_UNKNOWN = -1, TAIL_STRANGE = -2 };

static int tailSz = TAIL_UNKNOWN;

/* 5.9 appends hashes of server name and ALPN, each of a build's own size. */
static int IsTail(word32 sz)
{
    return sz == 0 || sz == 20 || sz == 32 || sz == 48 || sz == 40 ||
        sz == 64 || sz == 96;
}

/* The bytes of a new session, for the caller to free. */
static byte* FreshBytes(int* sz)
{
    WOLFSSL_SESSION* session = wolfSSL_SESSION_new();
    byte* mem = NULL;
    byte* p;

    *sz = (session != NULL) ? wolfSSL_i2d_SSL_SESSION(session, NULL) : 0;
    if (*sz > 0 && *sz <= WT_SESSION_MAX)
        mem = (byte*)XMALLOC((size_t)*sz, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    if (mem != NULL) {
        p = mem;
        (void)wolfSSL_i2d_SSL_SESSION(session, &p);
    }
    wolfSSL_SESSION_free(session);
    return mem;
}

/* Bytes behind the ticket, by a session that is all but empty; negative when
 * that cannot be told, or does not look like what we know. */
static int TailSz(void)
{
    int ret = WT_LOAD(&tailSz);
    wt_layout layout;
    byte* mem;
    int sz;

    if (ret == TAIL_UNKNOWN) {
        mem = FreshBytes(&sz);
        if (mem != NULL) {
            ret = TAIL_STRANGE;
            if (Walk(mem, (word32)sz, &layout) &&
                    IsTail((word32)sz - layout.end))
                ret = sz - (int)layout.end;
            XFREE(mem, NULL, DYNAMIC_TYPE_TMP_BUFFER);
            WT_STORE(&tailSz, ret);
        }
    }
    return ret;
}

/* ---- public to the sources ---------------------------------------------- */

static int IsVersion(word32 version)
{
    return (version >= 0x0301 && version <= 0x0304) || version == 0xFEFF ||
        version == 0xFEFD || version == 0xFEFC;
}

/* What wolfSSL can build the first message of TLS 1.3 with: 5.5 makes room
 * for as many bytes of a session id as there are, and writes 32. */
static int FitsTls13(const wt_layout* layout)
{
    return (layout->idSz == 0 || layout->idSz == SESSION_ID_MAX) &&
        layout->ticketSz <= TICKET_MAX13;
}

int wt_session_read(const byte* mem, word32 sz, wt_session_facts* facts)
{
    wt_layout layout;
    int tail = TailSz();
    int ret = 0;

    XMEMSET(facts, 0, sizeof(*facts));
    if (mem != NULL && sz <= WT_SESSION_MAX && tail >= 0 &&
            Walk(mem, sz, &layout) && sz - layout.end == (word32)tail) {
        facts->received = wt_get(mem + SECOND_AT, 4);
        facts->lifetime = wt_get(mem + TIMEOUT_AT, 4);
        facts->version = (word16)wt_get(mem + layout.versionAt, 2);
        if (layout.suiteAt != 0)
            facts->suite = (word16)wt_get(mem + layout.suiteAt, 2);
        facts->verify = mem[layout.verifyAt];
        facts->ticketSz = (word16)layout.ticketSz;
        facts->ticketAt = layout.ticketAt;
        ret = mem[0] == WOLFSSL_CLIENT_END && IsVersion(facts->version) &&
            layout.ticketSz > 0 &&
            (!wt_session_is_tls13(facts) || FitsTls13(&layout));
    }
    return ret;
}

int wt_session_pack(WOLFSSL_SESSION* session, wt_blob* blob)
{
    wt_session_facts facts;
    byte* p;
    int sz = 0;
    int ret = 0;

    if (session != NULL)
        sz = wolfSSL_i2d_SSL_SESSION(session, NULL);
    if (sz > 0 && sz <= WT_SESSION_MAX && wt_blob_resize(blob, (word32)sz)) {
        p = blob->mem;
        ret = wolfSSL_i2d_SSL_SESSION(session, &p) == sz &&
            wt_session_read(blob->mem, blob->sz, &facts);
        if (!ret)
            wt_blob_clear(blob);
    }
    return ret;
}

WOLFSSL_SESSION* wt_session_unpack(const byte* mem, word32 sz)
{
    WOLFSSL_SESSION* session = NULL;
    wt_session_facts facts;
    const byte* p = mem;

    if (wt_session_read(mem, sz, &facts))
        session = wolfSSL_d2i_SSL_SESSION(NULL, &p, (long)sz);
    return session;
}

/* Its life is short but not over: wolfSSL takes no notice of a session that
 * has run out. */
#define BLANK_LIFETIME 60

static int FillBlank(byte* mem, word32 sz, word16 version)
{
    wt_layout layout;
    int ret = 0;

    if (Walk(mem, sz, &layout)) {
        mem[0] = WOLFSSL_CLIENT_END;
        wt_put(mem + SECOND_AT, (word32)wt_clock(), 4);
        wt_put(mem + TIMEOUT_AT, BLANK_LIFETIME, 4);
        wt_put(mem + layout.versionAt, version, 2);
        ret = wt_fresh_random(mem + layout.secretAt, SECRET_SZ);
    }
    return ret;
}

WOLFSSL_SESSION* wt_session_blank(word16 version)
{
    WOLFSSL_SESSION* session = NULL;
    const byte* p;
    int sz;
    byte* mem = FreshBytes(&sz);

    if (mem != NULL) {
        p = mem;
        if (TailSz() >= 0 && FillBlank(mem, (word32)sz, version))
            session = wolfSSL_d2i_SSL_SESSION(NULL, &p, (long)sz);
        wt_wipe(mem, (size_t)sz);
        XFREE(mem, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    }
    return session;
}

/* Whatever makes the bytes of one build another one's poison. */
void wt_session_build(byte out[WT_SESSION_BUILD_SZ])
{
    byte hash[WC_SHA256_DIGEST_SIZE];
    byte in[64];
    int tail = TailSz();

    XMEMSET(in, 0, sizeof(in));
    XMEMCPY(in, "wolfTicket session 1", 20);
    wt_put(in + 20, wolfSSL_lib_version_hex(), 4);
    wt_put(in + 24, LIBWOLFSSL_VERSION_HEX, 4);
    wt_put(in + 28, (word32)tail, 4);
    wt_put(in + 32, SECRET_SZ, 2);
    wt_put(in + 34, SERVER_ID_MAX, 2);
    wt_put(in + 36, NONCE_MAX, 2);
    wt_put(in + 38, SEEN_SZ, 2);
    wt_put(in + 40, CERT_MAX, 4);
    wt_put(in + 44, CHAIN_MAX, 2);
#ifdef SESSION_CERTS
    in[46] = 1;
#endif
#ifdef WOLFSSL_TLS13
    in[47] = 1;
#endif
#ifdef NO_CLIENT_CACHE
    in[48] = 1;
#endif
#ifdef WOLFSSL_EARLY_DATA
    in[49] = 1;
#endif
    XMEMSET(hash, 0, sizeof(hash));
    (void)wc_Sha256Hash(in, sizeof(in), hash);
    XMEMCPY(out, hash, WT_SESSION_BUILD_SZ);
}

#else

int wt_session_read(const byte* mem, word32 sz, wt_session_facts* facts)
{
    (void)mem;
    (void)sz;
    XMEMSET(facts, 0, sizeof(*facts));
    return wt_fail(NULL, WT_E_LACKS_SERIAL);
}

int wt_session_pack(WOLFSSL_SESSION* session, wt_blob* blob)
{
    (void)session;
    (void)blob;
    return wt_fail(NULL, WT_E_LACKS_SERIAL);
}

WOLFSSL_SESSION* wt_session_unpack(const byte* mem, word32 sz)
{
    (void)mem;
    (void)sz;
    (void)wt_fail(NULL, WT_E_LACKS_SERIAL);
    return NULL;
}

WOLFSSL_SESSION* wt_session_blank(word16 version)
{
    (void)version;
    (void)wt_fail(NULL, WT_E_LACKS_SERIAL);
    return NULL;
}

void wt_session_build(byte out[WT_SESSION_BUILD_SZ])
{
    XMEMSET(out, 0, WT_SESSION_BUILD_SZ);
}

#endif /* WT_HAVE_SERIAL */

void wt_session_discard(wt_blob* blob)
{
    wt_blob_free(blob);
}

int wt_session_is_tls13(const wt_session_facts* facts)
{
    return facts->version == 0x0304 || facts->version == 0xFEFC;
}

/* wolfSSL adds the two in 32 bits, as we do not. */
int wt_session_lives(const wt_session_facts* facts, word64 now)
{
    return now >= facts->received &&
        now - facts->received < facts->lifetime;
}
