/* settings_keys.c
 *
 * Ticket keys that a config is given, the last 4 of them.
 *
 * They wait in the config until a server has been given a lifetime, because
 * it says how long they seal; from then on they go to the ring at once.  Of a
 * key in the ring only a hash is kept here: the ring wipes it in time.
 *
 * All with the config locked, but for the public function.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "settings.h"
#include "ring.h"

#include <wolfssl/wolfcrypt/hash.h>

#define KEY_SZ      WOLFTICKET_CONFIG_KEY_SZ
#define KEY_AES_SZ  32
#define KEY_HMAC_SZ (KEY_SZ - KEY_AES_SZ)
#define REV_SZ      4

static void KeyName(word32 rev, byte name[WOLFTICKET_NAME_SZ])
{
    XMEMSET(name, 0, WOLFTICKET_NAME_SZ);
    wt_put(name, rev, REV_SZ);
}

/* The 48 bytes are the cipher's secret and the HMAC's. */
static void MakeKey(word32 rev, const byte key[KEY_SZ], wolfTicket_Key* out)
{
    XMEMSET(out, 0, sizeof(*out));
    KeyName(rev, out->name);
    XMEMCPY(out->aes, key, KEY_AES_SZ);
    out->aes_sz = KEY_AES_SZ;
    XMEMCPY(out->hmac, key + KEY_AES_SZ, KEY_HMAC_SZ);
    out->hmac_sz = KEY_HMAC_SZ;
}

/* Oldest first; they seal from when they were added. */
int wt_config_put_keys(wolfTicket_config* config)
{
    word64 now;
    int ret = 1;
    int i;

    if (!wt_keyring_time(config->ring, &now))
        now = 0;
    for (i = config->keyCount - 1; ret && i >= 0; i--) {
        wt_config_key* key = &config->keys[i];

        if (key->waits) {
            ret = wolfTicket_KeyRing_add_key(config->ring, &key->key,
                (key->added <= now) ? key->added : 0, config->lifetime, 0);
            key->waits = !ret;
            if (ret)
                wt_wipe(&key->key, sizeof(key->key));
        }
    }
    return ret;
}

/* Puts a key in front; the last one gives way. */
static void Remember(wolfTicket_config* config, const wt_config_key* key)
{
    wt_config_key* last = &config->keys[WOLFTICKET_CONFIG_KEYS - 1];
    byte name[WOLFTICKET_NAME_SZ];
    int i;

    if (config->keyCount == WOLFTICKET_CONFIG_KEYS) {
        KeyName(last->rev, name);
        /* It may have died of age. */
        if (!last->waits)
            (void)wolfTicket_KeyRing_revoke_key(config->ring, name);
        config->keyCount--;
    }
    for (i = config->keyCount; i > 0; i--)
        config->keys[i] = config->keys[i - 1];
    config->keys[0] = *key;
    config->keyCount++;
}

static int SameKey(const wt_config_key* a, const wt_config_key* b)
{
    return wt_equal(a->print, b->print, sizeof(a->print));
}

/* Of the same rev, or under another one the same. */
static const wt_config_key* FindKey(const wolfTicket_config* config,
    const wt_config_key* key)
{
    int i = 0;

    while (i < config->keyCount && config->keys[i].rev != key->rev &&
            !SameKey(&config->keys[i], key))
        i++;
    return (i < config->keyCount) ? &config->keys[i] : NULL;
}

static int RefusesKeys(const wolfTicket_KeyRing* ring)
{
    int ret;

    wt_lock();
    ret = !wt_ring_source_of(ring)->byHand;
    wt_unlock();
    return ret;
}

/* With a lifetime known to the ring; else it waits. */
static int PutOrWait(wolfTicket_config* config, wt_config_key* key)
{
    word32 lifetime = (config->lifetime != 0) ? config->lifetime
                                              : config->applied;
    int ret = 1;

    if (config->ring == NULL)
        config->ring = wolfTicket_KeyRing_new_manual(NULL, NULL, NULL, NULL);
    if (config->ring == NULL) {
        ret = 0;
    }
    else if (config->applied != 0) {
        ret = wolfTicket_KeyRing_add_key(config->ring, &key->key, 0, lifetime,
            0);
        wt_wipe(&key->key, sizeof(key->key));
    }
    else if (RefusesKeys(config->ring)) {
        ret = wt_fail(NULL, WT_E_KEY_KIND);
    }
    else {
        key->waits = 1;
        if (!wt_keyring_time(config->ring, &key->added))
            key->added = 0;
    }
    return ret;
}

static int AddKey(wolfTicket_config* config, wt_config_key* key)
{
    const wt_config_key* known = FindKey(config, key);
    int ret = 0;

    if (known == NULL) {
        if (PutOrWait(config, key))
            Remember(config, key);
        else
            ret = wt_config_fail_as_told(config);
    }
    else if (known != &config->keys[0] || known->rev != key->rev ||
            !SameKey(known, key)) {
        ret = wt_config_fail(config, "ticket key already present");
    }
    return ret;
}

int wolfTicket_config_add_ticket_key(wolfTicket_config* config,
    uint32_t keyrev, unsigned char* key, size_t keylen)
{
    wt_config_key added;
    wt_error err = WT_OK;
    int ret;

    if (config != NULL && keylen != KEY_SZ)
        return wt_config_fail(config, "wrong amount of ticket key data");
    if (config == NULL || key == NULL)
        return wt_config_fail_with(config, WT_E_NULL);

    XMEMSET(&added, 0, sizeof(added));
    added.rev = keyrev;
    MakeKey(keyrev, key, &added.key);
    err = wt_key_check(&added.key);
    if (err == WT_OK && wc_Sha256Hash(key, KEY_SZ, added.print) != 0)
        err = WT_E_MEMORY;
    if (err == WT_OK) {
        wt_config_lock(config);
        ret = AddKey(config, &added);
        wt_config_unlock(config);
    }
    else {
        ret = wt_config_fail_with(config, err);
    }
    wt_wipe(&added, sizeof(added));
    return ret;
}
