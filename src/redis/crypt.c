/* crypt.c
 *
 * What is made of the fleet secret: HKDF-SHA256 and AES-256-GCM.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 *     prk    HKDF-Extract(salt "wolfTicket redis 1", fleet secret)
 *     okm    HKDF-Expand(prk, "s" | salt[16] | aad): key[32] | nonce[12]
 */

#include "redis/crypt.h"

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/hmac.h>

#define LABEL      "wolfTicket redis 1"
#define KEY_SZ     32
#define NONCE_SZ   12

/* Up to three parts, one behind the other. */
static int Mac(const byte* key, size_t keySz, const byte* a, size_t aSz,
    const byte* b, size_t bSz, const byte* c, size_t cSz, byte* out)
{
    Hmac hmac;
    int ret = wc_HmacInit(&hmac, NULL, INVALID_DEVID);

    if (ret == 0) {
        ret = wc_HmacSetKey(&hmac, WC_SHA256, key, (word32)keySz);
        if (ret == 0 && aSz > 0)
            ret = wc_HmacUpdate(&hmac, a, (word32)aSz);
        if (ret == 0 && bSz > 0)
            ret = wc_HmacUpdate(&hmac, b, (word32)bSz);
        if (ret == 0 && cSz > 0)
            ret = wc_HmacUpdate(&hmac, c, (word32)cSz);
        if (ret == 0)
            ret = wc_HmacFinal(&hmac, out);
        wc_HmacFree(&hmac);
    }
    wt_redis_wipe(&hmac, sizeof(hmac));
    return ret == 0;
}

int wt_redis_extract(const byte* secret, size_t sz, byte prk[WT_REDIS_PRK_SZ])
{
    return Mac((const byte*)LABEL, sizeof(LABEL) - 1, secret, sz, NULL, 0,
        NULL, 0, prk);
}

int wt_redis_expand(const byte prk[WT_REDIS_PRK_SZ], const byte* info,
    size_t infoSz, byte* out, size_t outSz)
{
    byte block[WT_REDIS_PRK_SZ];
    byte number = 0;
    size_t part;
    int ret = infoSz <= WT_REDIS_INFO_MAX &&
        outSz <= (size_t)255 * WT_REDIS_PRK_SZ;

    while (ret && outSz > 0) {
        part = (outSz < sizeof(block)) ? outSz : sizeof(block);
        number++;
        ret = Mac(prk, WT_REDIS_PRK_SZ, block, (number > 1) ? sizeof(block) :
            0, info, infoSz, &number, 1, block);
        if (ret)
            XMEMCPY(out, block, part);
        out += part;
        outSz -= part;
    }
    wt_redis_wipe(block, sizeof(block));
    return ret;
}

static int Aead(int seal, const byte* prk, const byte* salt, const byte* aad,
    size_t aadSz, byte* msg, size_t sz, byte* tag)
{
    byte info[WT_REDIS_INFO_MAX];
    byte okm[KEY_SZ + NONCE_SZ];
    Aes aes;
    int ret = -1;

    if (aadSz > sizeof(info) - WT_REDIS_SALT_SZ - 1)
        return 0;
    info[0] = 's';
    XMEMCPY(info + 1, salt, WT_REDIS_SALT_SZ);
    XMEMCPY(info + 1 + WT_REDIS_SALT_SZ, aad, aadSz);
    if (wt_redis_expand(prk, info, 1 + WT_REDIS_SALT_SZ + aadSz, okm,
            sizeof(okm)) && wc_AesInit(&aes, NULL, INVALID_DEVID) == 0) {
        ret = wc_AesGcmSetKey(&aes, okm, KEY_SZ);
        if (ret == 0 && seal)
            ret = wc_AesGcmEncrypt(&aes, msg, msg, (word32)sz, okm + KEY_SZ,
                NONCE_SZ, tag, WT_REDIS_TAG_SZ, aad, (word32)aadSz);
        else if (ret == 0)
            ret = wc_AesGcmDecrypt(&aes, msg, msg, (word32)sz, okm + KEY_SZ,
                NONCE_SZ, tag, WT_REDIS_TAG_SZ, aad, (word32)aadSz);
        wc_AesFree(&aes);
        wt_redis_wipe(&aes, sizeof(aes));
    }
    wt_redis_wipe(okm, sizeof(okm));
    if (ret != 0)
        wt_redis_wipe(msg, sz);
    return ret == 0;
}

int wt_redis_seal(const byte prk[WT_REDIS_PRK_SZ], const byte* salt,
    const byte* aad, size_t aadSz, byte* msg, size_t sz,
    byte tag[WT_REDIS_TAG_SZ])
{
    return Aead(1, prk, salt, aad, aadSz, msg, sz, tag);
}

int wt_redis_open(const byte prk[WT_REDIS_PRK_SZ], const byte* salt,
    const byte* aad, size_t aadSz, byte* msg, size_t sz,
    const byte tag[WT_REDIS_TAG_SZ])
{
    return Aead(0, prk, salt, aad, aadSz, msg, sz, WT_UNCONST(byte*, tag));
}
