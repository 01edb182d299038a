/* trust_fixture.h
 *
 * Certificates made on the spot: authorities, and what they sign.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_TRUST_FIXTURE_H
#define WOLFTICKET_TEST_TRUST_FIXTURE_H

#include "harness.h"

#include <wolfssl/wolfcrypt/asn_public.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/random.h>

#include <stdio.h>

#if defined(WOLFSSL_CERT_GEN) && defined(WOLFSSL_CERT_EXT) && \
        defined(HAVE_ECC)
    #define TF_CAN_MAKE
#endif

typedef struct {
    byte der[1024];
    int sz;
#ifdef TF_CAN_MAKE
    ecc_key key;
    int hasKey;
#endif
} tf_cert;

#ifdef TF_CAN_MAKE

enum { TF_CA = 1, TF_KEEP_KEY = 2, TF_NO_IDS = 4 };

/* A certificate for name, signed by issuer (NULL: by itself).  With
 * TF_KEEP_KEY its key, made before, serves once more. */
static inline void tf_make(tf_cert* cert, const char* name, tf_cert* issuer,
    int flags)
{
    tf_cert* signer = (issuer != NULL) ? issuer : cert;
    WC_RNG rng;
    Cert c;
    int sz;

    ck_assert_int_eq(wc_InitRng(&rng), 0);
    if (!(flags & TF_KEEP_KEY)) {
        ck_assert_int_eq(wc_ecc_init(&cert->key), 0);
        ck_assert_int_eq(wc_ecc_make_key(&rng, 32, &cert->key), 0);
        cert->hasKey = 1;
    }
    ck_assert_int_eq(wc_InitCert_ex(&c, NULL, INVALID_DEVID), 0);
    (void)snprintf(c.subject.commonName, sizeof(c.subject.commonName), "%s",
        name);
    c.isCA = (flags & TF_CA) != 0;
    if (c.isCA)
        ck_assert_int_eq(wc_SetKeyUsage(&c, "keyCertSign"), 0);
    c.sigType = CTC_SHA256wECDSA;
    c.daysValid = 30;
    if (!(flags & TF_NO_IDS)) {
        ck_assert_int_eq(wc_SetSubjectKeyIdFromPublicKey_ex(&c, ECC_TYPE,
            &cert->key), 0);
        ck_assert_int_eq(wc_SetAuthKeyIdFromPublicKey_ex(&c, ECC_TYPE,
            &signer->key), 0);
    }
    if (issuer != NULL) {
        ck_assert_int_eq(wc_SetIssuerBuffer(&c, issuer->der, issuer->sz), 0);
    }
    else {
        memcpy(&c.issuer, &c.subject, sizeof(c.issuer));
        c.selfSigned = 1;
    }
    sz = wc_MakeCert_ex(&c, cert->der, sizeof(cert->der), ECC_TYPE,
        &cert->key, &rng);
    ck_assert_int_gt(sz, 0);
    sz = wc_SignCert_ex(c.bodySz, c.sigType, cert->der, sizeof(cert->der),
        ECC_TYPE, &signer->key, &rng);
    ck_assert_int_gt(sz, 0);
    cert->sz = sz;
    (void)wc_FreeRng(&rng);
}

static inline void tf_free(tf_cert* cert)
{
    if (cert->hasKey)
        wc_ecc_free(&cert->key);
    memset(cert, 0, sizeof(*cert));
}

#endif /* TF_CAN_MAKE */

/* A client context without any authority. */
static inline WOLFSSL_CTX* tf_ctx(void)
{
    WOLFSSL_CTX* ctx = wolfSSL_CTX_new(wolfSSLv23_client_method());

    ck_assert_ptr_nonnull(ctx);
    return ctx;
}

static inline void tf_path(char path[256], const char* name)
{
    const char* dir = getenv("WOLFTICKET_TEST_CERTS");

    (void)snprintf(path, 256, "%s/%s", (dir != NULL) ? dir : "certs", name);
}

static inline void tf_trust_file(WOLFSSL_CTX* ctx, const char* name)
{
    char path[256];

    tf_path(path, name);
    ck_assert_int_eq(wolfSSL_CTX_load_verify_locations(ctx, path, NULL),
        WOLFSSL_SUCCESS);
}

static inline void tf_trust(WOLFSSL_CTX* ctx, const tf_cert* cert)
{
    ck_assert_int_eq(wolfSSL_CTX_load_verify_buffer(ctx, cert->der,
        cert->sz, WOLFSSL_FILETYPE_ASN1), WOLFSSL_SUCCESS);
}

static inline void tf_use_file(WOLFSSL_CTX* ctx, const char* name)
{
    char path[256];

    tf_path(path, name);
    ck_assert_int_eq(wolfSSL_CTX_use_certificate_file(ctx, path,
        WOLFSSL_FILETYPE_PEM), WOLFSSL_SUCCESS);
}

#endif /* WOLFTICKET_TEST_TRUST_FIXTURE_H */
