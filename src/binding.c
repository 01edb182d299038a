/* binding.c
 *
 * What a ticket is bound to: context id, server name, ALPN list.
 *
 *     name check = SHA-256(salt | 'S' | len[1] | context id | digest[16])
 *     alpn check = SHA-256(salt | 'A' | 0[1] | digest[16])
 *
 * cut to 6 bytes, where salt is the key's and digest the first 16 bytes of
 * the SHA-256 of the name, or of the ALPN names with commas between them.  A
 * check is all zero when there is neither context id nor name, or no ALPN.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "binding.h"

#include <wolfssl/wolfcrypt/sha256.h>

static int Digest(const byte* data, word32 sz, byte out[WT_DIGEST_SZ])
{
    byte hash[WC_SHA256_DIGEST_SIZE];
    int ret = wc_Sha256Hash(data, sz, hash) == 0;

    if (ret == 1)
        XMEMCPY(out, hash, WT_DIGEST_SZ);
    return ret;
}

/* The names as wolfSSL's getter gives them, which is how both ways to know
 * them come to the same digest. */
static int DigestAlpnList(const byte* list, word32 sz, byte out[WT_DIGEST_SZ])
{
    wc_Sha256 sha;
    byte hash[WC_SHA256_DIGEST_SIZE];
    word32 i = 0;
    int ret = wc_InitSha256(&sha) == 0;

    while (ret == 1 && i < sz) {
        word32 len = list[i++];

        if (len > sz - i)
            ret = 0;
        if (ret == 1 && i > 1)
            ret = wc_Sha256Update(&sha, (const byte*)",", 1) == 0;
        if (ret == 1)
            ret = wc_Sha256Update(&sha, list + i, len) == 0;
        i += len;
    }
    if (ret == 1)
        ret = wc_Sha256Final(&sha, hash) == 0;
    if (ret == 1)
        XMEMCPY(out, hash, WT_DIGEST_SZ);
    wc_Sha256Free(&sha);
    return ret;
}

int wt_binding_of_hello(const wt_hello* hello, wt_binding* binding)
{
    int ret = 1;

    XMEMSET(binding, 0, sizeof(*binding));
    if (hello->name != NULL) {
        binding->hasName = 1;
        ret = Digest(hello->name, hello->nameSz, binding->name);
    }
    if (ret == 1 && hello->alpn != NULL) {
        binding->hasAlpn = 1;
        ret = DigestAlpnList(hello->alpn, hello->alpnSz, binding->alpn);
    }
    return ret;
}

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
            ret = Digest((const byte*)name, sz, binding->name);
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
            ret = Digest((const byte*)list, sz, binding->alpn);
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

static int Check(const wt_key* key, byte label, const byte* id, word32 idSz,
    const byte* digest, byte check[WT_CHECK_SZ])
{
    byte input[WT_KEY_SALT_SZ + 2 + WOLFTICKET_SID_CTX_MAX + WT_DIGEST_SZ];
    byte hash[WC_SHA256_DIGEST_SIZE];
    word32 sz = WT_KEY_SALT_SZ;
    int ret;

    XMEMCPY(input, key->salt, WT_KEY_SALT_SZ);
    input[sz++] = label;
    input[sz++] = (byte)idSz;
    if (idSz > 0)
        XMEMCPY(input + sz, id, idSz);
    sz += idSz;
    XMEMCPY(input + sz, digest, WT_DIGEST_SZ);
    sz += WT_DIGEST_SZ;
    ret = wc_Sha256Hash(input, sz, hash) == 0;
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
    if (binding->hasName || sidCtxSz > 0)
        ret = Check(key, 'S', sidCtx, sidCtxSz, binding->name, checks->name);
    if (ret == 1 && binding->hasAlpn)
        ret = Check(key, 'A', NULL, 0, binding->alpn, checks->alpn);
    return ret;
}
