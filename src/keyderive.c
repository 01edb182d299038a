/* keyderive.c
 *
 * Keys that follow from other keys, or from a secret and the time.
 *
 * A key by hand has the two secrets that servers with AES-CBC and HMAC need.
 * Ours is the HKDF-SHA256 (RFC 5869) of
 *
 *     salt   "wolfTicket key 1"
 *     ikm    aes | hmac
 *     info   name[16] | bytes of aes[1] | bytes of hmac[1]
 *     okm    secret[32] | salt of the binding checks[16]
 *
 * so that a key file can be shared with another program without one key
 * serving two ciphers.  The key of period n of a shared secret is one like
 * those by hand,
 *
 *     salt   "wolfTicket secret 2"
 *     ikm    the secret
 *     info   seconds of a period[4] | n[8]
 *     okm    name[16] | aes[32] | hmac[32]
 *
 * numbers big-endian.  Machines of different versions share keys: the labels
 * change with any of this.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyderive.h"

#define KEY_LABEL     "wolfTicket key 1"
#define SECRET_LABEL  "wolfTicket secret 2"
#define LABEL_SZ(s)   (sizeof(s) - 1)

#define KEY_INFO_SZ   (WOLFTICKET_NAME_SZ + 2)
#define PERIOD_INFO_SZ 12

static int Extract(const char* label, size_t labelSz, const byte* ikm,
    size_t ikmSz, byte prk[WT_PRK_SZ])
{
    return wt_kdf_extract((const byte*)label, (word32)labelSz, ikm,
        (word32)ikmSz, prk);
}

int wt_derive_key(const wolfTicket_Key* from, wt_key* key)
{
    byte ikm[sizeof(from->aes) + sizeof(from->hmac)];
    byte okm[WT_AEAD_KEY_SZ + WT_KEY_SALT_SZ];
    byte info[KEY_INFO_SZ];
    byte prk[WT_PRK_SZ];
    int ret;

    XMEMCPY(ikm, from->aes, from->aes_sz);
    XMEMCPY(ikm + from->aes_sz, from->hmac, from->hmac_sz);
    XMEMCPY(info, from->name, WOLFTICKET_NAME_SZ);
    info[WOLFTICKET_NAME_SZ] = (byte)from->aes_sz;
    info[WOLFTICKET_NAME_SZ + 1] = (byte)from->hmac_sz;

    ret = Extract(KEY_LABEL, LABEL_SZ(KEY_LABEL), ikm,
            from->aes_sz + from->hmac_sz, prk) &&
        wt_kdf_expand(prk, info, KEY_INFO_SZ, okm, sizeof(okm));
    if (ret) {
        XMEMCPY(key->name, from->name, WOLFTICKET_NAME_SZ);
        XMEMCPY(key->secret, okm, WT_AEAD_KEY_SZ);
        XMEMCPY(key->salt, okm + WT_AEAD_KEY_SZ, WT_KEY_SALT_SZ);
        key->current = 0;
    }
    wt_wipe(ikm, sizeof(ikm));
    wt_wipe(okm, sizeof(okm));
    wt_wipe(prk, sizeof(prk));
    return ret;
}

int wt_derive_secret(const byte* secret, size_t sz, byte prk[WT_PRK_SZ])
{
    return Extract(SECRET_LABEL, LABEL_SZ(SECRET_LABEL), secret, sz, prk);
}

int wt_derive_period(const byte prk[WT_PRK_SZ], word32 period, word64 number,
    wolfTicket_Key* key)
{
    byte okm[WOLFTICKET_NAME_SZ + sizeof(key->aes) + sizeof(key->hmac)];
    byte info[PERIOD_INFO_SZ];
    int ret;

    wt_put(info, period, 4);
    wt_put(info + 4, (word32)(number >> 32), 4);
    wt_put(info + 8, (word32)number, 4);
    ret = wt_kdf_expand(prk, info, PERIOD_INFO_SZ, okm, sizeof(okm));
    if (ret) {
        XMEMCPY(key->name, okm, sizeof(key->name));
        XMEMCPY(key->aes, okm + sizeof(key->name), sizeof(key->aes));
        XMEMCPY(key->hmac, okm + sizeof(key->name) + sizeof(key->aes),
            sizeof(key->hmac));
        key->aes_sz = sizeof(key->aes);
        key->hmac_sz = sizeof(key->hmac);
    }
    wt_wipe(okm, sizeof(okm));
    return ret;
}
