/* binding.c
 *
 * What a ticket is bound to: context id, server name, ALPN list.
 *
 *     context id check   SHA-256(salt | 'C' | context id)
 *     server name check  SHA-256(salt | 'S' | short(name)[32])
 *     alpn check         SHA-256(salt | 'A' | short(list)[32])
 *
 * cut to 4 bytes, where salt is the key's, list the ALPN names with a comma
 * between each, and short(x) is: the length of x in one byte, x, and zeros;
 * or, where x has more than 31 bytes, 255 and the first 31 bytes of
 * SHA-256(x).  So most checks take one block of SHA-256.  A check is all zero
 * where there is nothing to bind to.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "binding.h"

#include <wolfssl/error-ssl.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/hash.h>

#define SHORT_MAX   (WT_SHORT_SZ - 1)
#define SHORT_HASH  255
#define MAX_ALPN_SZ 512

#ifdef WT_HAVE_NAMES

static int Shorten(const byte* value, word32 sz, byte out[WT_SHORT_SZ])
{
    byte hash[WC_SHA256_DIGEST_SIZE];
    int ret = 1;

    XMEMSET(out, 0, WT_SHORT_SZ);
    if (sz <= SHORT_MAX) {
        out[0] = (byte)sz;
        XMEMCPY(out + 1, value, sz);
    }
    else {
        ret = wc_Sha256Hash(value, sz, hash) == 0;
        out[0] = SHORT_HASH;
        XMEMCPY(out + 1, hash, SHORT_MAX);
    }
    return ret;
}

/* The names of a ClientHello, each behind its length, as wolfSSL's getter
 * gives them: with commas between, so that both ways to know
 * them come to the same. */
static int ShortenAlpn(const byte* list, word32 sz, byte out[WT_SHORT_SZ])
{
    byte names[MAX_ALPN_SZ];
    word32 i = 0;
    int ret = sz > 0 && sz <= sizeof(names);

    if (ret)
        XMEMCPY(names, list, sz);
    while (ret && i < sz) {
        word32 len = names[i];

        names[i++] = ',';
        if (len > sz - i)
            ret = 0;
        i += len;
    }
    return ret && Shorten(names + 1, sz - 1, out);
}

int wt_binding_of_hello(const wt_hello* hello, wt_binding* binding)
{
    int ret = 1;

    XMEMSET(binding, 0, sizeof(*binding));
    if (hello->name != NULL) {
        binding->hasName = 1;
        ret = Shorten(hello->name, hello->nameSz, binding->name);
    }
    if (ret == 1 && hello->alpn != NULL) {
        binding->hasAlpn = 1;
        ret = ShortenAlpn(hello->alpn, hello->alpnSz, binding->alpn);
    }
    return ret;
}

#endif /* WT_HAVE_NAMES */

int wt_binding_of_ssl(WOLFSSL* ssl, wt_binding* binding)
{
    int ret = 1;

    XMEMSET(binding, 0, sizeof(*binding));
#ifdef HAVE_SNI
    {
        void* name = NULL;
        word16 sz = wolfSSL_SNI_GetRequest(ssl, WOLFSSL_SNI_HOST_NAME, &name);

        if (sz > 0 && name != NULL) {
            binding->hasName = 1;
            ret = Shorten((const byte*)name, sz, binding->name);
        }
    }
#endif
#ifdef HAVE_ALPN
    if (ret == 1) {
        char* list = NULL;
        word16 sz = 0;
        int err = wolfSSL_ALPN_GetPeerProtocol(ssl, &list, &sz);

        if (err == WOLFSSL_SUCCESS && list != NULL) {
            binding->hasAlpn = 1;
            ret = Shorten((const byte*)list, sz, binding->alpn);
            (void)wolfSSL_ALPN_FreePeerProtocol(ssl, &list);
        }
        else if (err == MEMORY_ERROR || err == MEMORY_E) {
            ret = 0;
        }
    }
#endif
    (void)ssl;
    return ret;
}

/* value: WOLFTICKET_SID_CTX_MAX bytes at most. */
static int Check(const wt_key* key, byte label, const byte* value, word32 sz,
    byte check[WT_CHECK_SZ])
{
    byte input[WT_KEY_SALT_SZ + 1 + WOLFTICKET_SID_CTX_MAX];
    byte hash[WC_SHA256_DIGEST_SIZE];
    int ret;

    XMEMCPY(input, key->salt, WT_KEY_SALT_SZ);
    input[WT_KEY_SALT_SZ] = label;
    XMEMCPY(input + WT_KEY_SALT_SZ + 1, value, sz);
    ret = wc_Sha256Hash(input, WT_KEY_SALT_SZ + 1 + sz, hash) == 0;
    if (ret == 1)
        XMEMCPY(check, hash, WT_CHECK_SZ);
    wt_wipe(input, sizeof(input));
    return ret;
}

int wt_binding_checks(const wt_binding* binding, const byte* sidCtx,
    word32 sidCtxSz, const wt_key* key, wt_checks* checks)
{
    int ret = 1;

    XMEMSET(checks, 0, sizeof(*checks));
    if (sidCtxSz > 0)
        ret = Check(key, 'C', sidCtx, sidCtxSz, checks->sidCtx);
#ifdef WT_HAVE_NAMES
    if (ret == 1 && binding->hasName)
        ret = Check(key, 'S', binding->name, WT_SHORT_SZ, checks->name);
    if (ret == 1 && binding->hasAlpn)
        ret = Check(key, 'A', binding->alpn, WT_SHORT_SZ, checks->alpn);
#else
    (void)binding;
#endif
    return ret;
}
