/* keycb.c
 *
 * Tickets under a cipher and an HMAC that the application sets up.
 *
 * wolfSSL's frame, see seal.c, is filled so:
 *
 *     key_name   the application's
 *     iv         the application's
 *     enc        sealed[16 ...]
 *     mac        sealed[0 ... 15] | tag[16]
 *
 * The sealed bytes are what the application's cipher makes of
 *
 *     server name check[4]
 *     alpn check[4]
 *     flags[1] ... contents[]    as in seal.c
 *
 * and tag is the beginning of what its HMAC makes of
 *
 *     "wolfTicket key callback 1" | key_name[16] | iv[16] | enc_len[2] |
 *     protocol version[2] | context id length[1] | context id | sealed
 *
 * so that, other than with wolfSSL's own layer for such callbacks, no field
 * and no length of the frame can be changed.  The tag is checked before
 * anything is decrypted.  It has 16 bytes, and the mac's other half carries
 * sealed data, because on a common build a ticket has room for 32 bytes more
 * than wolfSSL's contents and a block cipher pads.
 *
 * The checks are those of binding.c; they are inside of the seal, since the
 * names in front of it are the application's, and their salt is the beginning
 * of its HMAC of
 *
 *     "wolfTicket binding" | key_name | iv
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keycb.h"

#define TAG_SZ      16
#define MAC_SPARE   (WOLFSSL_TICKET_MAC_SZ - TAG_SZ)
#define CHECKS_SZ   (2 * WT_CHECK_SZ)

word32 wt_keycb_room(word32 contentsSz, word32 encMax, word32 blockSz)
{
    word32 all = MAC_SPARE + encMax;

    if (blockSz > 1)
        all = all / blockSz * blockSz - 1;
    return wt_message_room(contentsSz + CHECKS_SZ, all);
}

#ifdef WT_HAVE_KEY_CB

#define TAG_LABEL      "wolfTicket key callback 1"
#define BINDING_LABEL  "wolfTicket binding"

/* ---- asking ------------------------------------------------------------- */

/* AES in CBC or CTR mode, in the right direction and with a key.  The others
 * would need what this frame has no place for, or hide nothing.  wolfSSL
 * works without a key in CTR mode; but a key that was set has rounds. */
static int CipherUsable(wt_keycb* key, int enc)
{
    unsigned long mode = wolfSSL_EVP_CIPHER_CTX_mode(&key->cipher);
    int blockSz = wolfSSL_EVP_CIPHER_CTX_block_size(&key->cipher);

    key->blockSz = (word32)blockSz;
    return ((mode == WOLFSSL_EVP_CIPH_CBC_MODE && blockSz == WT_KEYCB_BLOCK) ||
            (mode == WOLFSSL_EVP_CIPH_CTR_MODE && blockSz == 1)) &&
        key->cipher.enc == enc && key->cipher.cipher.aes.rounds > 0;
}

/* The HMAC as the application has keyed it, whatever it has done since; fails
 * where it has not. */
static int HmacBegin(wt_keycb* key)
{
    return wolfSSL_HMAC_Init_ex(&key->hmac, NULL, 0, NULL, NULL)
        == WOLFSSL_SUCCESS;
}

static int HmacAdd(wt_keycb* key, const void* mem, word32 sz)
{
    return sz == 0 || wolfSSL_HMAC_Update(&key->hmac,
        (const unsigned char*)mem, (int)sz) == WOLFSSL_SUCCESS;
}

/* The beginning of the digest. */
static int HmacEnd(wt_keycb* key, byte out[TAG_SZ])
{
    byte digest[WC_MAX_DIGEST_SIZE];
    unsigned int sz = 0;
    int ret = wolfSSL_HMAC_Final(&key->hmac, digest, &sz) == WOLFSSL_SUCCESS
        && sz >= TAG_SZ;

    if (ret)
        XMEMCPY(out, digest, TAG_SZ);
    wt_wipe(digest, sizeof(digest));
    return ret;
}

static int MakeSalt(wt_keycb* key)
{
    return HmacBegin(key) &&
        HmacAdd(key, BINDING_LABEL, sizeof(BINDING_LABEL) - 1) &&
        HmacAdd(key, key->name, WOLFSSL_TICKET_NAME_SZ) &&
        HmacAdd(key, key->iv, WOLFSSL_TICKET_IV_SZ) &&
        HmacEnd(key, key->salt);
}

static int AllZero(const byte* mem, size_t sz)
{
    byte any = 0;

    while (sz-- > 0)
        any |= *mem++;
    return any == 0;
}

/* wolfSSL takes no name or iv that is all zero.  A cipher that was given no iv
 * would use zeros each time, and one that was given another than the ticket
 * carries could not be opened. */
static int SealsAsTold(const wt_keycb* key)
{
    return !AllZero(key->name, WOLFSSL_TICKET_NAME_SZ) &&
        !AllZero(key->iv, WOLFSSL_TICKET_IV_SZ) &&
        XMEMCMP(key->cipher.iv, key->iv, WOLFSSL_TICKET_IV_SZ) == 0;
}

static int Usable(wt_keycb* key, int enc)
{
    return CipherUsable(key, enc) && (!enc || SealsAsTold(key)) &&
        MakeSalt(key);
}

wt_keycb* wt_keycb_ask(wolfTicket_CTX_tlsext_ticket_key_fn cb, WOLFSSL* ssl,
    const byte* name, const byte* iv)
{
    wt_keycb* key = (wt_keycb*)XMALLOC(sizeof(*key), NULL,
        DYNAMIC_TYPE_TMP_BUFFER);
    int enc = name == NULL;
    int said;

    if (key != NULL) {
        XMEMSET(key, 0, sizeof(*key));
        wolfSSL_EVP_CIPHER_CTX_init(&key->cipher);
        (void)wolfSSL_HMAC_CTX_Init(&key->hmac);
        if (!enc) {
            XMEMCPY(key->name, name, WOLFSSL_TICKET_NAME_SZ);
            XMEMCPY(key->iv, iv, WOLFSSL_TICKET_IV_SZ);
        }
        said = cb(ssl, key->name, key->iv, &key->cipher, &key->hmac, enc);
        if (!enc) {
            XMEMCPY(key->name, name, WOLFSSL_TICKET_NAME_SZ);
            XMEMCPY(key->iv, iv, WOLFSSL_TICKET_IV_SZ);
        }
        /* As OpenSSL takes it: what is more than 2 is as good as 1. */
        if (said < 0)
            key->result = WT_KEYCB_ERROR;
        else if (said == 0)
            key->result = WT_KEYCB_NONE;
        else if (!Usable(key, enc))
            key->result = WT_KEYCB_FAILED;
        else
            key->result = (said == 2) ? WT_KEYCB_RENEW : WT_KEYCB_OK;
    }
    return key;
}

void wt_keycb_free(wt_keycb* key)
{
    if (key != NULL) {
        (void)wolfSSL_EVP_CIPHER_CTX_cleanup(&key->cipher);
        wolfSSL_HMAC_CTX_cleanup(&key->hmac);
        wt_wipe(key, sizeof(*key));
        XFREE(key, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    }
}

/* ---- the frame ---------------------------------------------------------- */

static int MakeTag(wt_keycb* key, const wt_sid_ctx* sidCtx,
    const wt_frame* frame, byte tag[TAG_SZ])
{
    byte lengths[5];

    wt_put(lengths, frame->encSz, 2);
    wt_put(lengths + 2, frame->version, 2);
    wt_put(lengths + 4, sidCtx->sz, 1);
    return HmacBegin(key) &&
        HmacAdd(key, TAG_LABEL, sizeof(TAG_LABEL) - 1) &&
        HmacAdd(key, key->name, WOLFSSL_TICKET_NAME_SZ) &&
        HmacAdd(key, key->iv, WOLFSSL_TICKET_IV_SZ) &&
        HmacAdd(key, lengths, sizeof(lengths)) &&
        HmacAdd(key, sidCtx->id, sidCtx->sz) &&
        HmacAdd(key, frame->mac, MAC_SPARE) &&
        HmacAdd(key, frame->enc, frame->encSz) &&
        HmacEnd(key, tag);
}

/* Runs the cipher over msg in place.  The size of what comes out, at most a
 * block more; 0 when it fails. */
static word32 RunCipher(wt_keycb* key, byte* msg, word32 sz)
{
    int most = 0;
    int rest = 0;
    int ok = wolfSSL_EVP_CipherUpdate(&key->cipher, msg, &most, msg, (int)sz)
        == WOLFSSL_SUCCESS && most >= 0 && (word32)most <= sz &&
        wolfSSL_EVP_CipherFinal(&key->cipher, msg + most, &rest)
        == WOLFSSL_SUCCESS && rest >= 0;

    return ok ? (word32)(most + rest) : 0;
}

static word32 WriteMessage(const wt_checks* checks, const wt_ticket* ticket,
    const wt_frame* frame, byte* msg)
{
    XMEMCPY(msg, checks->name, WT_CHECK_SZ);
    XMEMCPY(msg + WT_CHECK_SZ, checks->alpn, WT_CHECK_SZ);
    return CHECKS_SZ + wt_message_write(ticket, frame->enc, frame->encSz,
        msg + CHECKS_SZ);
}

int wt_keycb_seal(wt_keycb* key, const wt_sid_ctx* sidCtx,
    const wt_checks* checks, const wt_ticket* ticket, wt_frame* frame)
{
    word32 workSz = CHECKS_SZ + wt_message_max(ticket, frame->encSz) +
        WT_KEYCB_BLOCK;
    byte* work = NULL;
    word32 sz = 0;
    int ret = 0;

    if (ticket->dataSz <= wt_keycb_room(frame->encSz, frame->encMax,
            key->blockSz))
        work = (byte*)XMALLOC(workSz, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    if (work != NULL) {
        sz = RunCipher(key, work, WriteMessage(checks, ticket, frame, work));
        /* With padding switched off the size is the application's luck. */
        if (sz >= MAC_SPARE + frame->encSz && sz <= MAC_SPARE + frame->encMax) {
            XMEMCPY(frame->keyName, key->name, WOLFSSL_TICKET_NAME_SZ);
            XMEMCPY(frame->iv, key->iv, WOLFSSL_TICKET_IV_SZ);
            XMEMCPY(frame->mac, work, MAC_SPARE);
            XMEMCPY(frame->enc, work + MAC_SPARE, sz - MAC_SPARE);
            frame->encSz = sz - MAC_SPARE;
            ret = MakeTag(key, sidCtx, frame, frame->mac + MAC_SPARE);
        }
        wt_wipe(work, workSz);
        XFREE(work, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    }
    if (ret != 1)
        wt_seal_wipe(frame);
    return ret;
}

word32 wt_keycb_open_size(const wt_frame* frame)
{
    return MAC_SPARE + frame->encSz + WT_KEYCB_BLOCK;
}

word32 wt_keycb_open(wt_keycb* key, const wt_sid_ctx* sidCtx,
    const wt_frame* frame, byte* out)
{
    byte tag[TAG_SZ];
    word32 sz = MAC_SPARE + frame->encSz;
    word32 ret = 0;

    if (MakeTag(key, sidCtx, frame, tag) &&
            wt_equal(tag, frame->mac + MAC_SPARE, TAG_SZ)) {
        XMEMCPY(out, frame->mac, MAC_SPARE);
        XMEMCPY(out + MAC_SPARE, frame->enc, frame->encSz);
        ret = RunCipher(key, out, sz);
    }
    wt_wipe(tag, sizeof(tag));
    return ret;
}

int wt_keycb_read(const byte* msg, word32 msgSz, wt_checks* checks,
    wt_ticket* ticket, const byte** contents, word32* contentsSz)
{
    int ret = msgSz > CHECKS_SZ;

    if (ret) {
        XMEMSET(checks, 0, sizeof(*checks));
        XMEMCPY(checks->name, msg, WT_CHECK_SZ);
        XMEMCPY(checks->alpn, msg + WT_CHECK_SZ, WT_CHECK_SZ);
        ret = wt_message_read(msg + CHECKS_SZ, msgSz - CHECKS_SZ, ticket,
            contents, contentsSz);
    }
    return ret;
}

#endif /* WT_HAVE_KEY_CB */
