/* keymaterial.c
 *
 * What a key is made of: what is one, which are the same, and what sources have
 * of it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keymaterial.h"

int wt_one_byte(const byte* mem, size_t sz)
{
    byte differ = 0;
    size_t i;

    for (i = 1; i < sz; i++)
        differ |= (byte)(mem[i] ^ mem[0]);
    return differ == 0;
}

wt_error wt_key_check(const wolfTicket_Key* key)
{
    wt_error ret = WT_OK;

    if ((key->aes_sz != 16 && key->aes_sz != 32) ||
            (key->hmac_sz != 16 && key->hmac_sz != 32))
        ret = WT_E_KEY_SIZE;
    else if (wt_one_byte(key->aes, key->aes_sz) ||
            wt_one_byte(key->hmac, key->hmac_sz))
        ret = WT_E_KEY_WEAK;
    return ret;
}

int wt_key_same(const wolfTicket_Key* a, const wolfTicket_Key* b)
{
    return a->aes_sz == b->aes_sz && a->hmac_sz == b->hmac_sz &&
        a->aes_sz != 0 && wt_equal(a->aes, b->aes, a->aes_sz) &&
        wt_equal(a->hmac, b->hmac, a->hmac_sz);
}

wt_error wt_secret_check(const byte* secret, size_t sz, word32 period)
{
    wt_error ret = WT_OK;

    if (secret == NULL)
        ret = WT_E_NULL;
    else if (sz < WOLFTICKET_MIN_SECRET || sz > 0xFFFF ||
            wt_one_byte(secret, sz))
        ret = WT_E_SECRET;
    else if (period < WOLFTICKET_MIN_PERIOD ||
            period > WOLFTICKET_MAX_LIFETIME)
        ret = WT_E_PERIOD;
    return ret;
}

void wt_key_to_source(const wolfTicket_Key* from, wolfTicket_SourceKey* key)
{
    XMEMCPY(key->name, from->name, sizeof(key->name));
    XMEMCPY(key->aes, from->aes, sizeof(key->aes));
    XMEMCPY(key->hmac, from->hmac, sizeof(key->hmac));
    key->aes_sz = from->aes_sz;
    key->hmac_sz = from->hmac_sz;
}

void wt_key_from_source(const wolfTicket_SourceKey* from, wolfTicket_Key* key)
{
    XMEMSET(key, 0, sizeof(*key));
    XMEMCPY(key->name, from->name, sizeof(key->name));
    XMEMCPY(key->aes, from->aes, sizeof(key->aes));
    XMEMCPY(key->hmac, from->hmac, sizeof(key->hmac));
    key->aes_sz = from->aes_sz;
    key->hmac_sz = from->hmac_sz;
}
