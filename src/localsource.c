/* localsource.c
 *
 * Sources that need nobody else: keys that this process makes, and keys that
 * follow from a secret and the time.
 *
 * Rings of these kinds (keysource.c) do the same by themselves, in the middle
 * of a handshake; here it is done when the ring is refreshed.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyderive.h"
#include "keymaterial.h"

/* The source, or NULL and a text. */
static const wolfTicket_Source* Made(const wolfTicket_Source* source,
    wt_error err)
{
    if (err != WT_OK) {
        (void)wt_fail(NULL, err);
        source = NULL;
    }
    return source;
}

/* ---- keys that this process makes --------------------------------------- */

typedef struct {
    wolfTicket_SourceKey keys[WOLFTICKET_MAX_KEYS];  /* newest first */
    int count;
} made_keys;

static int FetchMade(void* self, uint64_t now, wolfTicket_SourceKey* keys,
    int max)
{
    const made_keys* made = (const made_keys*)self;
    int ret = 0;
    int i;

    for (i = 0; i < made->count && ret < max; i++) {
        if (now < made->keys[i].opens_until)
            keys[ret++] = made->keys[i];
    }
    return ret;
}

/* Nobody else has to learn the first one before it seals. */
static int ProposeMade(void* self, uint64_t now,
    const wolfTicket_SourceKey* key)
{
    made_keys* made = (made_keys*)self;
    int i;

    if (made->count == WOLFTICKET_MAX_KEYS)
        made->count--;
    for (i = made->count; i > 0 &&
            made->keys[i - 1].active_from <= key->active_from; i--)
        made->keys[i] = made->keys[i - 1];
    made->keys[i] = *key;
    if (made->count++ == 0)
        made->keys[0].active_from = now;
    return 1;
}

static void DestroyMade(void* self)
{
    wt_wipe(self, sizeof(made_keys));
    XFREE(self, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}

const wolfTicket_Source* wolfTicket_Automatic_source(void** self)
{
    static const wolfTicket_Source source = {
        "automatic", FetchMade, ProposeMade, NULL, NULL, DestroyMade
    };
    wt_error err = WT_OK;
    made_keys* made = NULL;

    if (self == NULL)
        err = WT_E_NULL;
    if (err == WT_OK) {
        made = (made_keys*)XMALLOC(sizeof(*made), NULL,
            DYNAMIC_TYPE_TMP_BUFFER);
        if (made == NULL)
            err = WT_E_MEMORY;
    }
    if (err == WT_OK) {
        XMEMSET(made, 0, sizeof(*made));
        *self = made;
    }
    return Made(&source, err);
}

/* ---- keys of a secret and the time -------------------------------------- */

typedef struct {
    byte prk[WT_PRK_SZ];
    word32 period;
} period_keys;

static int Derive(const period_keys* periods, word64 number,
    wolfTicket_SourceKey* key)
{
    wolfTicket_Key material;
    int ret = wt_derive_period(periods->prk, periods->period, number,
        &material);

    if (ret) {
        XMEMSET(key, 0, sizeof(*key));
        wt_key_to_source(&material, key);
        key->active_from = number * periods->period;
        key->seals_until = key->active_from + 2 * (word64)periods->period;
    }
    wt_wipe(&material, sizeof(material));
    return ret;
}

/* The next period's, this one's, and as many before it as a ring has room
 * for. */
static int FetchPeriods(void* self, uint64_t now, wolfTicket_SourceKey* keys,
    int max)
{
    const period_keys* periods = (const period_keys*)self;
    word64 number = now / periods->period;
    int ret = (number < WOLFTICKET_MAX_KEYS - 2) ? (int)number + 2
                                                 : WOLFTICKET_MAX_KEYS;
    int i;

    if (ret > max)
        ret = max;
    for (i = 0; i < ret; i++) {
        if (!Derive(periods, number + 1 - (word64)i, &keys[i]))
            ret = -1;
    }
    return ret;
}

static void DestroyPeriods(void* self)
{
    wt_wipe(self, sizeof(period_keys));
    XFREE(self, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}

const wolfTicket_Source* wolfTicket_Derived_source(
    const unsigned char* secret, size_t secret_sz, unsigned int period,
    void** self)
{
    static const wolfTicket_Source source = {
        "derived", FetchPeriods, NULL, NULL, NULL, DestroyPeriods
    };
    wt_error err = (self != NULL) ? wt_secret_check(secret, secret_sz, period)
                                  : WT_E_NULL;
    period_keys* periods = NULL;

    if (err == WT_OK) {
        periods = (period_keys*)XMALLOC(sizeof(*periods), NULL,
            DYNAMIC_TYPE_TMP_BUFFER);
        if (periods == NULL)
            err = WT_E_MEMORY;
    }
    if (err == WT_OK) {
        periods->period = period;
        if (wt_derive_secret(secret, secret_sz, periods->prk)) {
            *self = periods;
        }
        else {
            err = WT_E_KEY_FAILED;
            DestroyPeriods(periods);
        }
    }
    return Made(&source, err);
}
