/* aead.c
 *
 * Authenticated encryption of a short message with one call.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "aead.h"

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/chacha20_poly1305.h>

#if defined(HAVE_CHACHA) && defined(HAVE_POLY1305)
    #define WT_HAVE_CHACHA
#endif
#if defined(HAVE_AESGCM) && !defined(NO_AES_256)
    #define WT_HAVE_AES
#endif
#if !defined(WT_HAVE_CHACHA) && !defined(WT_HAVE_AES)
    #error wolfTicket needs a wolfSSL with ChaCha20-Poly1305 or AES-256-GCM
#endif

wt_aead wt_aead_best(void)
{
    /* Without instructions of its own AES is the slower one by half. */
#if defined(WT_HAVE_AES) && (!defined(WT_HAVE_CHACHA) || \
        defined(WOLFSSL_AESNI) || defined(WOLFSSL_ARMASM))
    return WT_AEAD_AES256_GCM;
#else
    return WT_AEAD_CHACHA20_POLY1305;
#endif
}

#ifdef WT_HAVE_AES

#ifdef WOLFTICKET_EMBEDDED
/* One cipher, under the lock; its tables take no stack. */
static Aes prepared;
static const byte* preparedFor = NULL;

void wt_aead_forget(void)
{
    if (preparedFor != NULL)
        wc_AesFree(&prepared);
    wt_wipe(&prepared, sizeof(prepared));
    preparedFor = NULL;
}

void wt_aead_prepare(const byte key[WT_AEAD_KEY_SZ])
{
    if (preparedFor != key) {
        wt_aead_forget();
        if (wc_AesInit(&prepared, NULL, INVALID_DEVID) == 0 &&
                wc_AesGcmSetKey(&prepared, key, WT_AEAD_KEY_SZ) == 0)
            preparedFor = key;
    }
}

static int AesGcm(int seal, const byte* key, const byte* nonce,
    const byte* aad, word32 aadSz, byte* msg, word32 msgSz, byte* tag)
{
    int ret = -1;

    if (preparedFor == key && seal)
        ret = wc_AesGcmEncrypt(&prepared, msg, msg, msgSz, nonce,
            WT_AEAD_NONCE_SZ, tag, WT_AEAD_TAG_SZ, aad, aadSz);
    else if (preparedFor == key)
        ret = wc_AesGcmDecrypt(&prepared, msg, msg, msgSz, nonce,
            WT_AEAD_NONCE_SZ, tag, WT_AEAD_TAG_SZ, aad, aadSz);
    return ret;
}
#else
static int AesGcm(int seal, const byte* key, const byte* nonce,
    const byte* aad, word32 aadSz, byte* msg, word32 msgSz, byte* tag)
{
    Aes aes;
    int ret = wc_AesInit(&aes, NULL, INVALID_DEVID);

    if (ret != 0)
        return ret;
    ret = wc_AesGcmSetKey(&aes, key, WT_AEAD_KEY_SZ);
    if (ret == 0 && seal)
        ret = wc_AesGcmEncrypt(&aes, msg, msg, msgSz, nonce, WT_AEAD_NONCE_SZ,
            tag, WT_AEAD_TAG_SZ, aad, aadSz);
    else if (ret == 0)
        ret = wc_AesGcmDecrypt(&aes, msg, msg, msgSz, nonce, WT_AEAD_NONCE_SZ,
            tag, WT_AEAD_TAG_SZ, aad, aadSz);
    wc_AesFree(&aes);
    wt_wipe(&aes, sizeof(aes));
    return ret;
}
#endif /* WOLFTICKET_EMBEDDED */

#elif defined(WOLFTICKET_EMBEDDED)
void wt_aead_forget(void)
{
}

void wt_aead_prepare(const byte key[WT_AEAD_KEY_SZ])
{
    (void)key;
}
#endif /* WT_HAVE_AES */

int wt_aead_seal(wt_aead alg, const byte key[WT_AEAD_KEY_SZ],
    const byte nonce[WT_AEAD_NONCE_SZ], const byte* aad, word32 aadSz,
    byte* msg, word32 msgSz, byte tag[WT_AEAD_TAG_SZ])
{
    int ret = -1;

#ifdef WT_HAVE_AES
    if (alg == WT_AEAD_AES256_GCM)
        ret = AesGcm(1, key, nonce, aad, aadSz, msg, msgSz, tag);
#endif
#ifdef WT_HAVE_CHACHA
    if (alg == WT_AEAD_CHACHA20_POLY1305)
        ret = wc_ChaCha20Poly1305_Encrypt(key, nonce, aad, aadSz, msg, msgSz,
            msg, tag);
#endif
    if (ret != 0)
        wt_wipe(msg, msgSz);
    return ret == 0;
}

int wt_aead_open(wt_aead alg, const byte key[WT_AEAD_KEY_SZ],
    const byte nonce[WT_AEAD_NONCE_SZ], const byte* aad, word32 aadSz,
    byte* msg, word32 msgSz, const byte tag[WT_AEAD_TAG_SZ])
{
    int ret = -1;

#ifdef WT_HAVE_AES
    if (alg == WT_AEAD_AES256_GCM)
        ret = AesGcm(0, key, nonce, aad, aadSz, msg, msgSz,
            WT_UNCONST(byte*, tag));
#endif
#ifdef WT_HAVE_CHACHA
    if (alg == WT_AEAD_CHACHA20_POLY1305)
        ret = wc_ChaCha20Poly1305_Decrypt(key, nonce, aad, aadSz, msg, msgSz,
            tag, msg);
#endif
    if (ret != 0)
        wt_wipe(msg, msgSz);
    return ret == 0;
}
