/* record13.c
 *
 * The encrypted internal_error alert of TLS 1.3.
 *
 * Once the handshake is done an alert in clear is no alert any more, and
 * wolfSSL offers no way to send one.  Where it is built to show the
 * connection's write key and sequence number (ATOMIC_USER), the record can be
 * made here: RFC 8446, 5.2 and 5.3.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "record13.h"

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/chacha20_poly1305.h>

#define HEADER_SZ  5
#define INNER_SZ   3
#define TAG_SZ     16
#define NONCE_SZ   12

#if defined(ATOMIC_USER) && defined(WORD64_AVAILABLE) && \
    defined(WOLFSSL_TLS13)

static int Encrypt(WOLFSSL* ssl, const byte* nonce, const byte* header,
    byte* inner, byte* tag)
{
    const byte* key = wolfSSL_GetServerWriteKey(ssl);
    int cipher = wolfSSL_GetBulkCipher(ssl);
    int ret = -1;

#ifdef HAVE_AESGCM
    if (cipher == wolfssl_aes_gcm) {
        Aes aes;

        ret = wc_AesInit(&aes, NULL, INVALID_DEVID);
        if (ret == 0) {
            ret = wc_AesGcmSetKey(&aes, key, (word32)wolfSSL_GetKeySize(ssl));
            if (ret == 0)
                ret = wc_AesGcmEncrypt(&aes, inner, inner, INNER_SZ, nonce,
                    NONCE_SZ, tag, TAG_SZ, header, HEADER_SZ);
            wc_AesFree(&aes);
        }
        wt_wipe(&aes, sizeof(aes));
    }
#endif
#if defined(HAVE_CHACHA) && defined(HAVE_POLY1305)
    if (cipher == wolfssl_chacha)
        ret = wc_ChaCha20Poly1305_Encrypt(key, nonce, header, HEADER_SZ,
            inner, INNER_SZ, inner, tag);
#endif
    (void)key;
    (void)cipher;
    return ret == 0;
}

int wt_record13_alert(WOLFSSL* ssl, byte record[WT_ALERT13_SZ])
{
    static const byte head[HEADER_SZ + INNER_SZ] = {
        0x17, 0x03, 0x03, 0x00, INNER_SZ + TAG_SZ, /* application data */
        0x02, 0x50, 0x15                   /* fatal, internal_error, alert */
    };
    const byte* iv = wolfSSL_GetServerWriteIV(ssl);
    byte nonce[NONCE_SZ];
    word64 seq = 0;
    int i;

    if (iv == NULL || wolfSSL_GetServerWriteKey(ssl) == NULL)
        return 0;
    (void)wolfSSL_GetSequenceNumber(ssl, &seq);
    XMEMCPY(nonce, iv, NONCE_SZ);
    for (i = 0; i < 8; i++)
        nonce[NONCE_SZ - 1 - i] ^= (byte)(seq >> (8 * i));
    XMEMCPY(record, head, sizeof(head));
    return Encrypt(ssl, nonce, record, record + HEADER_SZ,
        record + HEADER_SZ + INNER_SZ);
}

#else

int wt_record13_alert(WOLFSSL* ssl, byte record[WT_ALERT13_SZ])
{
    (void)ssl;
    (void)record;
    return 0;
}

#endif
