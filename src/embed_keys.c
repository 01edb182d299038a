/* embed_keys.c
 *
 * The embedded core's keys: rotated, kept in flash; and its nonces.
 *
 * A key seals for three quarters of the lifetime and opens for one lifetime
 * more, so that no ticket is cut short; three places do.  Their age is told
 * by a time of their own, which follows wolfSSL's clock forward and stands
 * when that one jumps back: no jump revives a key.
 *
 * What is saved is the table as it stands.  A slot counts when its checksum
 * fits, the newer one of two that do: so a write may be torn at any byte.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed.h"
#include "nonce.h"

#include <wolfssl/wolfcrypt/hash.h>

#ifdef WOLFTICKET_EMBEDDED

/* "wT", a version, and the size, since another build has another table. */
#define MAGIC   (0x77540100u | (word32)(sizeof(wolfTicket_EmbeddedKeys) & 0xFF))
#define SUM_SZ  sizeof(((wolfTicket_EmbeddedKeys*)0)->sum)
#define LAST    (WOLFTICKET_EMBEDDED_KEYS - 1)

/* The keys' own time begins here, since 0 means never. */
#define START   1

/* ---- nonces ------------------------------------------------------------- */

#ifdef WT_HAVE_FORK

int wt_embed_nonce(WOLFSSL* ssl, byte nonce[WT_AEAD_NONCE_SZ])
{
    (void)ssl;
    return wt_nonce_next(NULL, nonce);
}

#else

/* All contexts': prefix, drawn at each start, and a counter. */
static byte prefix[WT_AEAD_NONCE_SZ - 4];
static word32 counter = 0;

int wt_embed_nonce(WOLFSSL* ssl, byte nonce[WT_AEAD_NONCE_SZ])
{
    int ret = 1;

    wt_lock();
    if (counter == 0)
        ret = wt_embed_random(ssl, prefix, sizeof(prefix));
    if (ret) {
        XMEMCPY(nonce, prefix, sizeof(prefix));
        wt_put(nonce + sizeof(prefix), counter, 4);
        counter++;
    }
    wt_unlock();
    return ret;
}

#endif /* WT_HAVE_FORK */

/* ---- flash -------------------------------------------------------------- */

#ifndef WOLFTICKET_NO_FLASH

static int Sum(const wolfTicket_EmbeddedKeys* keys, byte sum[SUM_SZ])
{
    byte hash[WC_SHA256_DIGEST_SIZE];
    int ret = wc_Sha256Hash((const byte*)keys,
        (word32)(sizeof(*keys) - SUM_SZ), hash) == 0;

    XMEMCPY(sum, hash, SUM_SZ);
    return ret;
}

static int Load(wt_econtext* context, byte slot)
{
    wolfTicket_EmbeddedKeys* keys = &context->keys;
    byte sum[SUM_SZ];

    return context->load(context->flashArg, slot, (byte*)keys,
            sizeof(*keys)) == 1 &&
        keys->magic == MAGIC && Sum(keys, sum) &&
        XMEMCMP(sum, keys->sum, SUM_SZ) == 0;
}

/* Both are looked at in the table itself: there is no room for a second. */
static void LoadNewest(wt_econtext* context)
{
    int first = Load(context, 0);
    word32 number = context->keys.number;
    int second = Load(context, 1);

    context->slot = 0;
    /* The difference counts, since numbers may wrap round. */
    if (first && (!second || (int)(number - context->keys.number) > 0)) {
        first = Load(context, 0);
        second = 0;
        context->slot = 1;
    }
    if (!first && !second)
        wt_wipe(&context->keys, sizeof(context->keys));
}

static wt_error Save(wt_econtext* context)
{
    wt_error ret = WT_OK;

    if (context->save != NULL && context->unsaved) {
        context->keys.magic = MAGIC;
        context->keys.number++;
        if (Sum(&context->keys, context->keys.sum) &&
                context->save(context->flashArg, context->slot,
                    (const byte*)&context->keys, sizeof(context->keys)) == 1) {
            context->slot ^= 1;
            context->unsaved = 0;
        }
        else {
            ret = WT_E_FLASH;
        }
    }
    return ret;
}

#endif /* !WOLFTICKET_NO_FLASH */

/* ---- the table ---------------------------------------------------------- */

/* In seconds of the keys' own time. */
static int Look(wolfTicket_EmbeddedKeys* keys)
{
    word32 clock = (word32)wt_clock();
    int ret = clock != 0;

    if (ret) {
        if (keys->now == 0)
            keys->now = START;
        else if (clock > keys->clock)
            keys->now += clock - keys->clock;
        keys->clock = clock;
    }
    return ret;
}

static void Changed(wt_econtext* context)
{
    wt_aead_forget();
#ifndef WOLFTICKET_NO_FLASH
    context->unsaved = 1;
#else
    (void)context;
#endif
}

static int Lives(const wt_econtext* context, const wt_key* key)
{
    return key->began != 0 && (key->ended == 0 ||
        context->keys.now - key->ended <= context->lifetime);
}

static void DropDead(wt_econtext* context)
{
    wt_key* key = context->keys.key;
    int i;

    for (i = 0; i <= LAST; i++) {
        if (key[i].began != 0 && !Lives(context, &key[i])) {
            wt_wipe(&key[i], sizeof(key[i]));
            Changed(context);
        }
    }
}

static int Due(const wt_econtext* context)
{
    const wt_key* key = &context->keys.key[0];
    word32 age = context->keys.now - key->began;

    return key->began == 0 || key->ended != 0 ||
        age >= context->lifetime - context->lifetime / 4;
}

static wt_error Rotate(wt_econtext* context, WOLFSSL* ssl)
{
    wt_key* key = context->keys.key;
    wt_key* fresh = (wt_key*)context->work;
    wt_error ret = WT_OK;

    do {
        /* Name, secret and salt, in this order. */
        if (!wt_embed_random(ssl, (byte*)fresh, offsetof(wt_key, began)))
            ret = WT_E_KEY_FAILED;
        /* No two of one id: the first one found is the one. */
    } while (ret == WT_OK && (wt_get(fresh->name, WT_KEY_ID_SZ) == 0 ||
        wt_embed_opening(context, fresh->name) != NULL));
    if (ret == WT_OK) {
        if (key[0].began != 0 && key[0].ended == 0)
            key[0].ended = context->keys.now;
        XMEMMOVE(&key[1], &key[0], LAST * sizeof(key[0]));
        fresh->began = context->keys.now;
        fresh->ended = 0;
        key[0] = *fresh;
        Changed(context);
    }
    wt_wipe(fresh, sizeof(*fresh));
    return ret;
}

wt_error wt_embed_keys(wt_econtext* context, WOLFSSL* ssl, int rotate)
{
    wt_error ret = WT_E_CLOCK;

    if (Look(&context->keys)) {
        ret = WT_OK;
        DropDead(context);
        if (rotate || Due(context))
            ret = Rotate(context, ssl);
#ifndef WOLFTICKET_NO_FLASH
        if (ret == WT_OK)
            ret = Save(context);
#endif
    }
    return ret;
}

/* No name begins with four zeros here. */
void wt_key_id(const byte name[WT_KEY_ID_SZ], byte id[WT_KEY_ID_SZ])
{
    XMEMCPY(id, name, WT_KEY_ID_SZ);
}

const wt_key* wt_embed_sealing(const wt_econtext* context)
{
    const wt_key* key = &context->keys.key[0];

    return (key->began != 0 && key->ended == 0) ? key : NULL;
}

const wt_key* wt_embed_opening(const wt_econtext* context,
    const byte id[WT_KEY_ID_SZ])
{
    const wt_key* key = context->keys.key;
    int i;

    for (i = 0; i <= LAST; i++) {
        if (Lives(context, &key[i]) &&
                XMEMCMP(key[i].name, id, WT_KEY_ID_SZ) == 0)
            return &key[i];
    }
    return NULL;
}

/* ---- public ------------------------------------------------------------- */

static int Maintain(WOLFSSL_CTX* ctx, WOLFSSL* ssl, int rotate)
{
    wolfTicket_Storage* storage;
    wt_error err = WT_E_NOT_ATTACHED;

    wt_lock();
    storage = wt_embed_find(ctx);
    if (storage != NULL)
        err = wt_embed_keys(&storage->context, ssl, rotate);
    if (err != WT_OK)
        (void)wt_fail((storage != NULL) ? &storage->context.error : NULL, err);
    wt_unlock();
    return err == WT_OK;
}

int wolfTicket_CTX_maintain_keys(WOLFSSL_CTX* ctx, WOLFSSL* ssl)
{
    return Maintain(ctx, ssl, 0);
}

int wolfTicket_CTX_rotate_keys(WOLFSSL_CTX* ctx, WOLFSSL* ssl)
{
    return Maintain(ctx, ssl, 1);
}

#ifndef WOLFTICKET_NO_FLASH
int wolfTicket_CTX_set_flash(WOLFSSL_CTX* ctx, wolfTicket_FlashSave save,
    wolfTicket_FlashLoad load, void* arg)
{
    wolfTicket_Storage* storage;
    wt_econtext* context;
    wt_error err = WT_OK;

    wt_lock();
    storage = wt_embed_find(ctx);
    if (storage == NULL)
        err = WT_E_NOT_ATTACHED;
    else if ((save == NULL) != (load == NULL))
        err = WT_E_NULL;
    if (err == WT_OK) {
        context = &storage->context;
        context->save = save;
        context->load = load;
        context->flashArg = arg;
        if (load != NULL) {
            wt_aead_forget();
            LoadNewest(context);
            context->unsaved = context->keys.key[0].began == 0;
        }
    }
    else {
        (void)wt_fail((storage != NULL) ? &storage->context.error : NULL, err);
    }
    wt_unlock();
    return err == WT_OK;
}
#endif

#endif /* WOLFTICKET_EMBEDDED */
