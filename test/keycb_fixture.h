/* keycb_fixture.h
 *
 * An application's ticket key callback, and what it was asked.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_KEYCB_FIXTURE_H
#define WOLFTICKET_TEST_KEYCB_FIXTURE_H

#include "harness.h"

#include <wolfssl/openssl/evp.h>
#include <wolfssl/openssl/hmac.h>

#define KEY_NAME "application key!"

/* A callback has no argument.  Each test sets what its is to do. */
static struct {
    const char* cipher;       /* NULL: none is set up */
    const char* digest;
    int sealing;              /* what it returns */
    int opening;
    unsigned char key;        /* another one, another key */
    unsigned char serial;     /* makes each iv another */
    int asked;                /* to seal */
    int shown;                /* a ticket */
    int shownOther;           /* of another name */
    int genCallsSeen;         /* when asked to seal last */
    th_app* app;
} keys;

static void keys_init(th_app* app)
{
    memset(&keys, 0, sizeof(keys));
    keys.cipher = "AES-256-CBC";
    keys.digest = "SHA256";
    keys.sealing = keys.opening = 1;
    keys.app = app;
}

static int keys_cb(WOLFSSL* ssl, unsigned char* name, unsigned char* iv,
    WOLFSSL_EVP_CIPHER_CTX* cipher, WOLFSSL_HMAC_CTX* hmac, int enc)
{
    unsigned char secret[32];
    int ret = enc ? keys.sealing : keys.opening;

    ck_assert_ptr_nonnull(ssl);
    memset(secret, keys.key + 1, sizeof(secret));
    if (enc) {
        keys.asked++;
        memcpy(name, KEY_NAME, WOLFTICKET_NAME_SZ);
        memset(iv, ++keys.serial, 16);
        if (keys.app != NULL)
            keys.genCallsSeen = keys.app->genCalls;
    }
    else {
        keys.shown++;
        if (memcmp(name, KEY_NAME, WOLFTICKET_NAME_SZ) != 0) {
            keys.shownOther++;
            ret = (ret > 0) ? 0 : ret;
        }
    }
    if (keys.cipher != NULL && ret > 0)
        ck_assert_int_eq(wolfSSL_EVP_CipherInit(cipher,
            wolfSSL_EVP_get_cipherbyname(keys.cipher), secret, iv, enc), 1);
    if (keys.digest != NULL && ret > 0)
        (void)wolfSSL_HMAC_Init_ex(hmac, secret, sizeof(secret),
            wolfSSL_EVP_get_digestbyname(keys.digest), NULL);
    return ret;
}

#endif /* WOLFTICKET_TEST_KEYCB_FIXTURE_H */
