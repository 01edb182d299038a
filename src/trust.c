/* trust.c
 *
 * What the verification of a client's peer depends on, in short.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The print is SHA-256 over
 *
 *   label | mode[4] | depth[4] | callback[1] | names | authorities[1+32] |
 *   certificate[1+32]
 *
 * names are the checks on the peer's name that wolfSSL's OpenSSL layer keeps,
 * each string with its length in front.  What wolfSSL does not tell is
 * replaced by a number of the context and the process, so that such prints
 * never meet one of another context.
 */

#include "trust.h"
#include "keyring.h"

#include <wolfssl/wolfcrypt/hash.h>

/* What wolfSSL tells of a client, in this build. */
#if defined(OPENSSL_ALL) && !defined(NO_CERTS)
    #define WT_TELLS_SETTINGS
#endif
#if defined(OPENSSL_EXTRA) && defined(KEEP_OUR_CERT) && !defined(NO_CERTS)
    #define WT_TELLS_CERTIFICATE
#endif
#if defined(OPENSSL_EXTRA) && defined(WOLFSSL_SIGNER_DER_CERT) && \
        !defined(NO_FILESYSTEM) && !defined(NO_CERTS)
    #define WT_TELLS_AUTHORITIES
#endif
#if defined(WT_TELLS_AUTHORITIES) && defined(PERSIST_CERT_CACHE) && \
        !defined(NO_WOLFSSL_CLIENT)
    #define WT_REMEMBERS
#endif
#if !defined(WT_TELLS_SETTINGS) || !defined(WT_TELLS_CERTIFICATE) || \
        !defined(WT_TELLS_AUTHORITIES)
    #define WT_TELLS_TOO_LITTLE
#endif
#if defined(WT_TELLS_TOO_LITTLE) || !defined(WT_REMEMBERS)
    #define WT_NEEDS_OWN
#endif

#define LABEL "wolfTicket trust 1"

enum { PART_NONE = 0, PART_HASH = 1, PART_OWN = 2 };

#ifdef WT_NEEDS_OWN

/* ---- numbers for what cannot be told ------------------------------------ */

/* A context that is freed must not leave its number to the next one at the
 * same address. */
#define STRIPES 64
static word32 freed[STRIPES];
static byte processId[16];
static int haveProcessId;

static int StripeOf(const WOLFSSL_CTX* ctx)
{
    return (int)(((size_t)ctx >> 4) % STRIPES);
}

static int OwnPrint(const WOLFSSL_CTX* ctx, byte out[WT_TRUST_SZ])
{
    byte in[sizeof(processId) + sizeof(ctx) + sizeof(word32)];
    word32 count;
    int ret;

    wt_lock();
    if (!haveProcessId)
        haveProcessId = wt_fresh_random(processId, sizeof(processId));
    ret = haveProcessId;
    count = freed[StripeOf(ctx)];
    XMEMCPY(in, processId, sizeof(processId));
    wt_unlock();
    XMEMCPY(in + sizeof(processId), &ctx, sizeof(ctx));
    XMEMCPY(in + sizeof(processId) + sizeof(ctx), &count, sizeof(count));
    return ret == 1 && wc_Sha256Hash(in, sizeof(in), out) == 0;
}

#endif /* WT_NEEDS_OWN */

#ifdef WT_TELLS_AUTHORITIES

/* ---- certificate authorities -------------------------------------------- */

typedef struct {
    WOLFSSL_X509* x509;
    byte state;
    byte hash[WC_SHA256_DIGEST_SIZE];
} wt_ca;

enum { CA_OPEN, CA_ANCHOR, CA_DERIVED };

static int Issued(const wt_ca* issuer, const wt_ca* ca)
{
    WOLFSSL_EVP_PKEY* key;
    int ret = 0;

    if (wolfSSL_X509_check_issued(issuer->x509, ca->x509) != 0)
        return 0;
    key = wolfSSL_X509_get_pubkey(issuer->x509);
    if (key != NULL)
        ret = (wolfSSL_X509_verify(ca->x509, key) == WOLFSSL_SUCCESS);
    wolfSSL_EVP_PKEY_free(key);
    return ret;
}

/* Is cas[i] signed by another one, of those in a state of at least from? */
static int HasIssuer(const wt_ca* cas, int count, int i, int from)
{
    int j;

    for (j = 0; j < count; j++) {
        if (j != i && cas[j].state >= from && Issued(&cas[j], &cas[i]))
            return 1;
    }
    return 0;
}

/* wolfSSL adds the intermediate authorities that servers send to those of the
 * context, where nothing tells them apart.  What follows from the others by a
 * signature does not count, or the first handshake would change the print.
 * One that follows from nothing does, whoever has sent it: wolfSSL trusts it
 * from now on. */
static void FindAnchors(wt_ca* cas, int count)
{
    int found;
    int i;

    for (i = 0; i < count; i++) {
        if (wolfSSL_X509_check_issued(cas[i].x509, cas[i].x509) == 0)
            cas[i].state = CA_ANCHOR;
    }
    for (i = 0; i < count; i++) {
        if (cas[i].state == CA_OPEN && !HasIssuer(cas, count, i, CA_OPEN))
            cas[i].state = CA_ANCHOR;
    }
    do {
        found = 0;
        for (i = 0; i < count; i++) {
            if (cas[i].state == CA_OPEN &&
                    HasIssuer(cas, count, i, CA_ANCHOR)) {
                cas[i].state = CA_DERIVED;
                found = 1;
            }
        }
    } while (found);
}

/* Over the first count hashes, in order of their size. */
static int HashAnchors(wt_ca* cas, int count, byte out[WT_TRUST_SZ])
{
    byte swap[WC_SHA256_DIGEST_SIZE];
    wc_Sha256 sha;
    int ret;
    int i;
    int j;

    for (i = 1; i < count; i++) {
        XMEMCPY(swap, cas[i].hash, sizeof(swap));
        for (j = i; j > 0 &&
                XMEMCMP(cas[j - 1].hash, swap, sizeof(swap)) > 0; j--)
            XMEMCPY(cas[j].hash, cas[j - 1].hash, sizeof(swap));
        XMEMCPY(cas[j].hash, swap, sizeof(swap));
    }
    ret = wc_InitSha256_ex(&sha, NULL, INVALID_DEVID);
    for (i = 0; ret == 0 && i < count; i++)
        ret = wc_Sha256Update(&sha, cas[i].hash, sizeof(cas[i].hash));
    if (ret == 0)
        ret = wc_Sha256Final(&sha, out);
    wc_Sha256Free(&sha);
    return ret == 0;
}

static int HashStack(WOLFSSL_STACK* stack, byte out[WT_TRUST_SZ])
{
    int count = wolfSSL_sk_X509_num(stack);
    const byte* der;
    wt_ca* cas;
    int anchors = 0;
    int ret = 1;
    int sz;
    int i;

    if (count <= 0 || count > 0xFFFF)
        return 0;
    cas = (wt_ca*)XMALLOC((size_t)count * sizeof(*cas), NULL,
        DYNAMIC_TYPE_TMP_BUFFER);
    if (cas == NULL)
        return 0;
    XMEMSET(cas, 0, (size_t)count * sizeof(*cas));
    for (i = 0; i < count; i++) {
        cas[i].x509 = wolfSSL_sk_X509_value(stack, i);
        if (cas[i].x509 == NULL)
            ret = 0;
    }
    if (ret == 1)
        FindAnchors(cas, count);
    for (i = 0; ret == 1 && i < count; i++) {
        if (cas[i].state == CA_DERIVED)
            continue;
        der = wolfSSL_X509_get_der(cas[i].x509, &sz);
        ret = der != NULL && wc_Sha256Hash(der, (word32)sz,
            cas[anchors++].hash) == 0;
    }
    ret = ret && HashAnchors(cas, anchors, out);
    XFREE(cas, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    return ret;
}

#ifdef WT_REMEMBERS

/* A context with the authorities of a whole system takes longer to read than
 * a handshake lasts, so what was found is remembered, beside wolfSSL's own
 * image of the authorities, by which we notice when they change.  The image
 * has names and keys, not all of the certificates: with few of them we do
 * without. */
#define MEMORIES   4
#define IMAGE_MIN  2048

typedef struct {
    WOLFSSL_CTX* ctx;
    byte* image;
    int sz;
    byte print[WT_TRUST_SZ];
} wt_memory;

static wt_memory memories[MEMORIES];
static int nextMemory;

/* The image, for the caller to free; NULL: there is none, or no memory. */
static byte* ImageOf(WOLFSSL_CTX* ctx, int* sz)
{
    byte* image = NULL;
    int used = 0;

    *sz = wolfSSL_CTX_get_cert_cache_memsize(ctx);
    if (*sz >= IMAGE_MIN)
        image = (byte*)XMALLOC((size_t)*sz, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    if (image != NULL && (wolfSSL_CTX_memsave_cert_cache(ctx, image, *sz,
            &used) != WOLFSSL_SUCCESS || used != *sz)) {
        XFREE(image, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        image = NULL;
    }
    return image;
}

static void Forget(wt_memory* memory)
{
    XFREE(memory->image, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    XMEMSET(memory, 0, sizeof(*memory));
}

static int Remembered(WOLFSSL_CTX* ctx, const byte* image, int sz,
    byte out[WT_TRUST_SZ])
{
    int ret = 0;
    int i;

    wt_lock();
    for (i = 0; i < MEMORIES && ret == 0; i++) {
        if (memories[i].ctx == ctx && memories[i].sz == sz &&
                XMEMCMP(memories[i].image, image, (size_t)sz) == 0) {
            XMEMCPY(out, memories[i].print, WT_TRUST_SZ);
            ret = 1;
        }
    }
    wt_unlock();
    return ret;
}

/* Takes image over. */
static void Remember(WOLFSSL_CTX* ctx, byte* image, int sz,
    const byte print[WT_TRUST_SZ])
{
    int i;

    wt_lock();
    for (i = 0; i < MEMORIES && memories[i].ctx != ctx; i++)
        ;
    if (i == MEMORIES) {
        i = nextMemory;
        nextMemory = (nextMemory + 1) % MEMORIES;
    }
    Forget(&memories[i]);
    memories[i].ctx = ctx;
    memories[i].image = image;
    memories[i].sz = sz;
    XMEMCPY(memories[i].print, print, WT_TRUST_SZ);
    wt_unlock();
}

/* wolfSSL gives no list both when there are no authorities and when it
 * failed.  Without any the image is as large as a new context's. */
static int NoAuthorities(WOLFSSL_CTX* ctx)
{
    WOLFSSL_CTX* empty = wolfSSL_CTX_new(wolfSSLv23_client_method());
    int ret = 0;

    if (empty != NULL)
        ret = wolfSSL_CTX_get_cert_cache_memsize(ctx) ==
            wolfSSL_CTX_get_cert_cache_memsize(empty);
    wolfSSL_CTX_free(empty);
    return ret;
}

#endif /* WT_REMEMBERS */

/* The kind of part it is, -1 when memory or wolfSSL fails. */
static int ReadAuthorities(WOLFSSL_CTX* ctx, byte out[WT_TRUST_SZ])
{
    WOLFSSL_STACK* stack =
        wolfSSL_CertManagerGetCerts(wolfSSL_CTX_GetCertManager(ctx));
    int ret = -1;

    if (stack != NULL && HashStack(stack, out))
        ret = PART_HASH;
#ifdef WT_REMEMBERS
    else if (stack == NULL && NoAuthorities(ctx))
        ret = PART_NONE;
#else
    else if (stack == NULL && OwnPrint(ctx, out))
        ret = PART_OWN;
#endif
    wolfSSL_sk_X509_pop_free(stack, NULL);
    return ret;
}

static int Authorities(WOLFSSL_CTX* ctx, byte out[WT_TRUST_SZ])
{
    int ret = PART_HASH;
#ifdef WT_REMEMBERS
    byte* again;
    int againSz;
    int sz;
    byte* image = ImageOf(ctx, &sz);

    if (image == NULL || !Remembered(ctx, image, sz, out)) {
        ret = ReadAuthorities(ctx, out);
        again = (image != NULL && ret == PART_HASH) ? ImageOf(ctx, &againSz)
                                                    : NULL;
        if (again != NULL && againSz == sz &&
                XMEMCMP(image, again, (size_t)sz) == 0) {
            Remember(ctx, image, sz, out);
            image = NULL;
        }
        XFREE(again, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    }
    XFREE(image, NULL, DYNAMIC_TYPE_TMP_BUFFER);
#else
    ret = ReadAuthorities(ctx, out);
#endif
    return ret;
}

#endif /* WT_TELLS_AUTHORITIES */

/* ---- the rest ----------------------------------------------------------- */

#ifdef WT_TELLS_CERTIFICATE
static int OwnCertificate(WOLFSSL* ssl, byte out[WT_TRUST_SZ])
{
    WOLFSSL_X509* x509;
    const byte* der;
    int ret = PART_NONE;
    int sz = 0;

    /* wolfSSL keeps what it makes in the context, without a lock. */
    wt_lock();
    x509 = wolfSSL_get_certificate(ssl);
    if (x509 != NULL) {
        der = wolfSSL_X509_get_der(x509, &sz);
        ret = (der != NULL && wc_Sha256Hash(der, (word32)sz, out) == 0)
            ? PART_HASH : -1;
    }
    wt_unlock();
    return ret;
}
#endif

#ifdef WT_TELLS_SETTINGS
static int AddNumber(wc_Sha256* sha, word32 value)
{
    byte number[4];

    wt_put(number, value, 4);
    return wc_Sha256Update(sha, number, sizeof(number)) == 0;
}

static int AddText(wc_Sha256* sha, const char* text)
{
    word32 sz = (word32)XSTRLEN(text);

    return AddNumber(sha, sz) &&
        (sz == 0 || wc_Sha256Update(sha, (const byte*)text, sz) == 0);
}

static int AddNames(wc_Sha256* sha, WOLFSSL* ssl)
{
    const WOLFSSL_X509_VERIFY_PARAM* param = wolfSSL_get0_param(ssl);

    return param == NULL || (AddNumber(sha, (word32)param->flags) &&
        AddNumber(sha, param->hostFlags) && AddText(sha, param->hostName) &&
        AddText(sha, param->ipasc));
}

static int AddSettings(wc_Sha256* sha, WOLFSSL* ssl)
{
    return AddNumber(sha, (word32)wolfSSL_get_verify_mode(ssl)) &&
        AddNumber(sha, (word32)wolfSSL_get_verify_depth(ssl)) &&
        AddNumber(sha, wolfSSL_get_verify_callback(ssl) != NULL) &&
        AddNames(sha, ssl);
}
#endif /* WT_TELLS_SETTINGS */

static int AddPart(wc_Sha256* sha, int kind, const byte part[WT_TRUST_SZ])
{
    byte byte1 = (byte)kind;

    return kind >= 0 && wc_Sha256Update(sha, &byte1, 1) == 0 &&
        (kind == PART_NONE || wc_Sha256Update(sha, part, WT_TRUST_SZ) == 0);
}

static int AddParts(wc_Sha256* sha, WOLFSSL* ssl)
{
    WOLFSSL_CTX* ctx = wolfSSL_get_SSL_CTX(ssl);
    byte part[WT_TRUST_SZ];
    int kind;
    int ret = 1;

#ifdef WT_TELLS_SETTINGS
    ret = AddSettings(sha, ssl);
#endif
#ifdef WT_TELLS_AUTHORITIES
    kind = (ret == 1) ? Authorities(ctx, part) : -1;
    ret = AddPart(sha, kind, part);
#endif
#ifdef WT_TELLS_CERTIFICATE
    kind = (ret == 1) ? OwnCertificate(ssl, part) : -1;
    ret = AddPart(sha, kind, part);
#endif
#ifdef WT_TELLS_TOO_LITTLE
    kind = (ret == 1 && OwnPrint(ctx, part)) ? PART_OWN : -1;
    ret = AddPart(sha, kind, part);
#endif
    return ret;
}

int wt_trust_print(WOLFSSL* ssl, byte out[WT_TRUST_SZ])
{
    wc_Sha256 sha;
    int ret;

    if (ssl == NULL || !wt_port_init() ||
            wc_InitSha256_ex(&sha, NULL, INVALID_DEVID) != 0)
        return 0;
    ret = wc_Sha256Update(&sha, (const byte*)LABEL, sizeof(LABEL)) == 0 &&
        AddParts(&sha, ssl) && wc_Sha256Final(&sha, out) == 0;
    wc_Sha256Free(&sha);
    return ret;
}

int wt_trust_kept(WOLFSSL* ssl)
{
#ifdef OPENSSL_EXTRA
    /* Where the peer is not to be verified wolfSSL says that all went well. */
    return ssl != NULL && wolfSSL_get_verify_result(ssl) == 0;
#else
    (void)ssl;
    return 0;
#endif
}

void wt_trust_forget(WOLFSSL_CTX* ctx)
{
#ifdef WT_REMEMBERS
    int i;
#endif

    if (!wt_port_init())
        return;
    wt_lock();
#ifdef WT_NEEDS_OWN
    freed[StripeOf(ctx)]++;
#endif
#ifdef WT_REMEMBERS
    for (i = 0; i < MEMORIES; i++) {
        if (memories[i].ctx == ctx)
            Forget(&memories[i]);
    }
#endif
    wt_unlock();
}

void wt_trust_cleanup(void)
{
#ifdef WT_REMEMBERS
    int i;

    if (!wt_port_init())
        return;
    wt_lock();
    for (i = 0; i < MEMORIES; i++)
        Forget(&memories[i]);
    wt_unlock();
#endif
}
