/* kdf.c
 *
 * HKDF with SHA-256.
 *
 * wolfSSL has it where it has TLS 1.3; HMAC it has always.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "kdf.h"

#include <wolfssl/wolfcrypt/hmac.h>

#ifdef HAVE_HKDF

int wt_kdf_extract(const byte* salt, word32 saltSz, const byte* ikm,
    word32 ikmSz, byte prk[WT_PRK_SZ])
{
    return wc_HKDF_Extract(WC_SHA256, salt, saltSz, ikm, ikmSz, prk) == 0;
}

int wt_kdf_expand(const byte prk[WT_PRK_SZ], const byte* info, word32 infoSz,
    byte* out, word32 outSz)
{
    return wc_HKDF_Expand(WC_SHA256, prk, WT_PRK_SZ, info, infoSz, out,
        outSz) == 0;
}

#else

/* Of up to three parts, one behind the other. */
static int Mac(const byte* key, word32 keySz, const byte* a, word32 aSz,
    const byte* b, word32 bSz, const byte* c, word32 cSz, byte* out)
{
    Hmac hmac;
    int ret = wc_HmacInit(&hmac, NULL, INVALID_DEVID);

    if (ret == 0) {
        ret = wc_HmacSetKey(&hmac, WC_SHA256, key, keySz);
        if (ret == 0 && aSz > 0)
            ret = wc_HmacUpdate(&hmac, a, aSz);
        if (ret == 0 && bSz > 0)
            ret = wc_HmacUpdate(&hmac, b, bSz);
        if (ret == 0 && cSz > 0)
            ret = wc_HmacUpdate(&hmac, c, cSz);
        if (ret == 0)
            ret = wc_HmacFinal(&hmac, out);
        wc_HmacFree(&hmac);
    }
    wt_wipe(&hmac, sizeof(hmac));
    return ret == 0;
}

int wt_kdf_extract(const byte* salt, word32 saltSz, const byte* ikm,
    word32 ikmSz, byte prk[WT_PRK_SZ])
{
    return Mac(salt, saltSz, ikm, ikmSz, NULL, 0, NULL, 0, prk);
}

int wt_kdf_expand(const byte prk[WT_PRK_SZ], const byte* info, word32 infoSz,
    byte* out, word32 outSz)
{
    byte block[WT_PRK_SZ];
    byte number = 0;
    word32 part;
    int ret = outSz <= 255 * WT_PRK_SZ;

    while (ret && outSz > 0) {
        part = (outSz < WT_PRK_SZ) ? outSz : WT_PRK_SZ;
        number++;
        ret = Mac(prk, WT_PRK_SZ, block, (number > 1) ? WT_PRK_SZ : 0, info,
            infoSz, &number, 1, block);
        if (ret)
            XMEMCPY(out, block, part);
        out += part;
        outSz -= part;
    }
    wt_wipe(block, sizeof(block));
    return ret;
}

#endif /* HAVE_HKDF */
