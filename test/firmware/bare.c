/* bare.c
 *
 * The least that an application can do for tickets by itself: what wolfTicket
 * is measured against.
 *
 * Nothing is left out that a ticket needs to be safe: a fresh iv for each, key
 * name, iv and length authenticated, as wolfSSL's own callback does, and the
 * key schedule, which is a secret, wiped.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "bare.h"

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/random.h>

#include <string.h>

#define KEY_SZ    32
#define NONCE_SZ  12
#define TAG_SZ    16
#define AAD_SZ    (WOLFSSL_TICKET_NAME_SZ + WOLFSSL_TICKET_IV_SZ + 2)

static WC_RNG rng;
static byte key[KEY_SZ];
static byte name[WOLFSSL_TICKET_NAME_SZ];

static int Ticket(WOLFSSL* ssl, unsigned char keyName[WOLFSSL_TICKET_NAME_SZ],
    unsigned char iv[WOLFSSL_TICKET_IV_SZ],
    unsigned char mac[WOLFSSL_TICKET_MAC_SZ], int enc, unsigned char* ticket,
    int inLen, int* outLen, void* arg)
{
    byte aad[AAD_SZ];
    Aes aes;
    int ret = 0;

    (void)ssl;
    (void)arg;
    if (enc) {
        memcpy(keyName, name, sizeof(name));
        memset(mac, 0, WOLFSSL_TICKET_MAC_SZ);
        ret = wc_RNG_GenerateBlock(&rng, iv, WOLFSSL_TICKET_IV_SZ);
    }
    else if (memcmp(keyName, name, sizeof(name)) != 0) {
        ret = -1;
    }
    if (ret == 0)
        ret = wc_AesInit(&aes, NULL, INVALID_DEVID);
    if (ret != 0)
        return WOLFSSL_TICKET_RET_REJECT;

    memcpy(aad, name, sizeof(name));
    memcpy(aad + sizeof(name), iv, WOLFSSL_TICKET_IV_SZ);
    aad[AAD_SZ - 2] = (byte)(inLen >> 8);
    aad[AAD_SZ - 1] = (byte)inLen;
    ret = wc_AesGcmSetKey(&aes, key, KEY_SZ);
    if (ret == 0 && enc)
        ret = wc_AesGcmEncrypt(&aes, ticket, ticket, (word32)inLen, iv,
            NONCE_SZ, mac, TAG_SZ, aad, sizeof(aad));
    else if (ret == 0)
        ret = wc_AesGcmDecrypt(&aes, ticket, ticket, (word32)inLen, iv,
            NONCE_SZ, mac, TAG_SZ, aad, sizeof(aad));
    wc_AesFree(&aes);
    *outLen = inLen;
    return (ret == 0) ? WOLFSSL_TICKET_RET_OK : WOLFSSL_TICKET_RET_REJECT;
}

int bare_attach(WOLFSSL_CTX* ctx)
{
    return wc_InitRng(&rng) == 0 &&
        wc_RNG_GenerateBlock(&rng, key, sizeof(key)) == 0 &&
        wc_RNG_GenerateBlock(&rng, name, sizeof(name)) == 0 &&
        wolfSSL_CTX_set_TicketEncCb(ctx, Ticket) == WOLFSSL_SUCCESS;
}

void bare_detach(void)
{
    (void)wc_FreeRng(&rng);
}
