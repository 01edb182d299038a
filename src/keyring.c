/* keyring.c
 *
 * The keys that tickets are sealed and opened with, and their rotation.
 *
 * Readers copy a key without a lock: the table exists twice, a generation
 * number says which copy is valid, and a reader that finds the number changed
 * after its copy reads again.  A writer, with the lock held, fills the other
 * copy, publishes it, and then overwrites the former one, so that a dead key
 * is nowhere.  Table words are stored with release and loaded with acquire:
 * who sees a word of a later table also sees the later generation.
 *
 * Keys age by the ring's own time, which follows the clock forwards and
 * stands still while the clock goes back.  So a jump ahead can only end keys
 * early, a jump back revives none, and rotation goes on after either.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyring.h"
#include "error.h"

#include <wolfssl/wolfcrypt/random.h>

#define KEY_SZ     (WOLFTICKET_NAME_SZ + WT_AEAD_KEY_SZ + WT_KEY_SALT_SZ)
#define KEY_WORDS  (KEY_SZ / sizeof(word32))
#define LATE_LOOK  5  /* seconds */
#define MAX_STEP   (((word64)1) << 32)  /* beyond every lifetime */
#define KEY_DRAWS  4  /* tries to get a name that no other key has */

typedef struct {
    word32 count;
    word32 words[WOLFTICKET_MAX_KEYS][KEY_WORDS]; /* newest first */
} wt_key_table;

typedef struct {
    word64 born;     /* ring time */
    word64 retired;  /* after its last second of sealing; 0 while it seals */
} wt_key_age;

struct wolfTicket_KeyRing {
    wt_key_table table[2];
    word32 generation;   /* its last bit is the valid table */
    wt_key_age age[WOLFTICKET_MAX_KEYS];
    word64 clock;        /* the clock's last answer */
    word64 now;          /* ring time */
    word32 lifetime;     /* the longest of all the contexts' */
    byte overdue;        /* the sealing key serves beyond its time */
    unsigned long rotations;
    unsigned long failures;
    wolfTicket_TimeCb timeCb;
    void* timeArg;
    wolfTicket_RandCb randCb;
    void* randArg;
    int refs;
};

/* ---- clock and generator ------------------------------------------------ */

int wt_keyring_time(wolfTicket_KeyRing* ring, word64* now)
{
    int ret;

    if (ring->timeCb != NULL) {
        ret = ring->timeCb(now, ring->timeArg) == 1;
    }
    else {
        *now = wt_clock();
        ret = *now != 0;
    }
    return ret;
}

int wt_fresh_random(byte* out, word32 sz)
{
    WC_RNG rng;
    int ret = wc_InitRng(&rng);

    if (ret == 0) {
        ret = wc_RNG_GenerateBlock(&rng, out, sz);
        (void)wc_FreeRng(&rng);
    }
    return ret == 0;
}

int wt_keyring_random(wolfTicket_KeyRing* ring, byte* out, word32 sz)
{
    return (ring->randCb != NULL) ? ring->randCb(out, sz, ring->randArg) == 1
                                  : wt_fresh_random(out, sz);
}

/* ---- the table ---------------------------------------------------------- */

static wt_key_table* ValidTable(wolfTicket_KeyRing* ring)
{
    return &ring->table[ring->generation & 1];
}

static void StoreTable(wt_key_table* to, const wt_key_table* from)
{
    word32 i, j;

    for (i = 0; i < WOLFTICKET_MAX_KEYS; i++) {
        for (j = 0; j < KEY_WORDS; j++)
            WT_STORE(&to->words[i][j], from->words[i][j]);
    }
    WT_STORE(&to->count, from->count);
}

static void PublishTable(wolfTicket_KeyRing* ring, wt_key_table* next)
{
    word32 generation = ring->generation + 1;

    StoreTable(&ring->table[generation & 1], next);
    WT_STORE(&ring->generation, generation);
    StoreTable(&ring->table[(generation + 1) & 1], next);
    wt_wipe(next, sizeof(*next));
}

/* Copies the key at place i.  1, or 0 when there are not so many. */
static int CopyKey(wolfTicket_KeyRing* ring, word32 i, wt_key* key)
{
    word32 words[KEY_WORDS];
    const byte* bytes = (const byte*)words;
    word32 generation, j;
    int ret;

    do {
        const wt_key_table* table;

        generation = WT_LOAD(&ring->generation);
        table = &ring->table[generation & 1];
        ret = i < WT_LOAD(&table->count);
        for (j = 0; ret && j < KEY_WORDS; j++)
            words[j] = WT_LOAD(&table->words[i][j]);
    } while (WT_LOAD(&ring->generation) != generation);

    if (ret) {
        XMEMCPY(key->name, bytes, WOLFTICKET_NAME_SZ);
        XMEMCPY(key->secret, bytes + WOLFTICKET_NAME_SZ, WT_AEAD_KEY_SZ);
        XMEMCPY(key->salt, bytes + WOLFTICKET_NAME_SZ + WT_AEAD_KEY_SZ,
            WT_KEY_SALT_SZ);
        key->current = (i == 0);
        wt_wipe(words, sizeof(words));
    }
    return ret;
}

/* ---- rotation, all with the lock held ----------------------------------- */

static int AllZero(const byte* mem, size_t sz)
{
    byte any = 0;

    while (sz-- > 0)
        any |= *mem++;
    return any == 0;
}

/* A key that could be taken for another, or for none, is no key. */
static int KeyUsable(const wt_key_table* table, const byte* key)
{
    const byte* secret = key + WOLFTICKET_NAME_SZ;
    int ret = !AllZero(key, WT_KEY_ID_SZ) && !AllZero(secret, WT_AEAD_KEY_SZ);
    word32 i;

    for (i = 0; i < table->count; i++) {
        const byte* other = (const byte*)table->words[i];

        if (XMEMCMP(other, key, WT_KEY_ID_SZ) == 0 ||
                wt_equal(other + WOLFTICKET_NAME_SZ, secret, WT_AEAD_KEY_SZ))
            ret = 0;
    }
    return ret;
}

static int DrawKey(wolfTicket_KeyRing* ring, const wt_key_table* table,
    word32 words[KEY_WORDS])
{
    int ret = 0;
    int tries;

    for (tries = 0; ret == 0 && tries < KEY_DRAWS; tries++) {
        if (!wt_keyring_random(ring, (byte*)words, KEY_SZ))
            break;
        ret = KeyUsable(table, (const byte*)words);
    }
    return ret;
}

static word64 SealingPeriod(const wolfTicket_KeyRing* ring)
{
    word64 period = (word64)ring->lifetime * 3 / 4;

    return (period == 0) ? 1 : period;
}

/* Puts a new key in front.  Returns WT_OK or why not; the ring is then as it
 * was, but for its count of failures. */
static wt_error AddKey(wolfTicket_KeyRing* ring)
{
    wt_key_table next;
    wt_error ret = WT_OK;
    word64 due = ring->age[0].born + SealingPeriod(ring);
    word32 i;

    XMEMCPY(&next, ValidTable(ring), sizeof(next));
    if (next.count == WOLFTICKET_MAX_KEYS) {
        ret = WT_E_KEYS_FULL;
    }
    else {
        for (i = next.count; i > 0; i--) {
            XMEMCPY(next.words[i], next.words[i - 1], KEY_SZ);
        }
        if (!DrawKey(ring, ValidTable(ring), next.words[0]))
            ret = WT_E_KEY_FAILED;
    }
    if (ret == WT_OK) {
        for (i = next.count; i > 0; i--)
            ring->age[i] = ring->age[i - 1];
        if (next.count > 0 && ring->age[1].retired == 0)
            ring->age[1].retired = (ring->overdue || due > ring->now)
                ? ring->now + 1 : due;
        ring->age[0].born = ring->now;
        ring->age[0].retired = 0;
        ring->overdue = 0;
        next.count++;
        PublishTable(ring, &next);
        ring->rotations++;
    }
    else {
        ring->failures++;
        if (due <= ring->now)
            ring->overdue = 1;
        wt_wipe(&next, sizeof(next));
    }
    return ret;
}

/* Takes out the keys whose last ticket has run out. */
static void DropDeadKeys(wolfTicket_KeyRing* ring)
{
    wt_key_table next;
    word32 i, kept = 1;
    word32 count = ValidTable(ring)->count;

    XMEMCPY(&next, ValidTable(ring), sizeof(next));
    for (i = 1; i < count; i++) {
        if (ring->now < ring->age[i].retired + ring->lifetime) {
            if (kept != i) {
                XMEMCPY(next.words[kept], next.words[i], KEY_SZ);
                ring->age[kept] = ring->age[i];
            }
            kept++;
        }
    }
    if (kept < count) {
        for (i = kept; i < WOLFTICKET_MAX_KEYS; i++)
            wt_wipe(next.words[i], KEY_SZ);
        next.count = kept;
        PublishTable(ring, &next);
    }
    wt_wipe(&next, sizeof(next));
}

static void Maintain(wolfTicket_KeyRing* ring)
{
    /* A first look drops what makes room, a second what the new key has
     * pushed over its end. */
    DropDeadKeys(ring);
    if (ring->now - ring->age[0].born >= SealingPeriod(ring)) {
        if (AddKey(ring) == WT_OK)
            DropDeadKeys(ring);
    }
}

static void AdvanceTo(wolfTicket_KeyRing* ring, word64 clock)
{
    /* A step back of a moment is another thread's look at the clock that got
     * here later; taken for a jump it would let time run twice. */
    if (clock < ring->clock && ring->clock - clock <= LATE_LOOK)
        return;
    if (clock > ring->clock) {
        word64 step = clock - ring->clock;

        ring->now += (step > MAX_STEP) ? MAX_STEP : step;
    }
    WT_STORE(&ring->clock, clock);
}

static int LookChanges(wolfTicket_KeyRing* ring, word64 clock)
{
    word64 last = WT_LOAD(&ring->clock);

    return clock > last || last - clock > LATE_LOOK;
}

/* Does what is due; free when the clock shows what it showed last. */
static void Tick(wolfTicket_KeyRing* ring)
{
    word64 clock;

    if (wt_keyring_time(ring, &clock) && LookChanges(ring, clock)) {
        wt_lock();
        /* Once more, as other threads may have waited for the lock. */
        if (wt_keyring_time(ring, &clock))
            AdvanceTo(ring, clock);
        Maintain(ring);
        wt_unlock();
    }
}

/* ---- for the other modules ---------------------------------------------- */

int wt_keyring_sealing(wolfTicket_KeyRing* ring, wt_key* key)
{
    Tick(ring);
    return CopyKey(ring, 0, key);
}

int wt_keyring_opening(wolfTicket_KeyRing* ring, const byte id[WT_KEY_ID_SZ],
    int n, wt_key* key)
{
    word32 i;
    int ret = 0;

    if (n == 0)
        Tick(ring);
    for (i = 0; ret == 0 && CopyKey(ring, i, key); i++) {
        if (XMEMCMP(key->name, id, WT_KEY_ID_SZ) == 0 && n-- == 0)
            ret = 1;
    }
    if (ret == 0)
        wt_wipe(key, sizeof(*key));
    return ret;
}

void wt_keyring_lifetime(wolfTicket_KeyRing* ring, word32 seconds)
{
    if (seconds > ring->lifetime)
        ring->lifetime = seconds;
}

void wt_keyring_hold(wolfTicket_KeyRing* ring)
{
    ring->refs++;
}

void wt_keyring_drop(wolfTicket_KeyRing* ring)
{
    if (ring != NULL && --ring->refs == 0) {
        wt_wipe(ring, sizeof(*ring));
        XFREE(ring, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    }
}

void wt_keyring_counts(wolfTicket_KeyRing* ring, unsigned long* rotations,
    unsigned long* failures)
{
    wt_lock();
    *rotations = ring->rotations;
    *failures = ring->failures;
    wt_unlock();
}

/* ---- public ------------------------------------------------------------- */

wolfTicket_KeyRing* wolfTicket_KeyRing_new(void)
{
    return wolfTicket_KeyRing_new_ex(NULL, NULL, NULL, NULL);
}

wolfTicket_KeyRing* wolfTicket_KeyRing_new_ex(wolfTicket_TimeCb time_cb,
    void* time_arg, wolfTicket_RandCb rand_cb, void* rand_arg)
{
    wolfTicket_KeyRing* ring = NULL;
    wt_error err = WT_OK;

    if (!wt_port_init())
        err = WT_E_PLATFORM;
    if (err == WT_OK) {
        ring = (wolfTicket_KeyRing*)XMALLOC(sizeof(*ring), NULL,
            DYNAMIC_TYPE_TMP_BUFFER);
        if (ring == NULL)
            err = WT_E_MEMORY;
    }
    if (err == WT_OK) {
        XMEMSET(ring, 0, sizeof(*ring));
        ring->timeCb = time_cb;
        ring->timeArg = time_arg;
        ring->randCb = rand_cb;
        ring->randArg = rand_arg;
        ring->lifetime = 1;
        ring->refs = 1;
        if (!wt_keyring_time(ring, &ring->clock))
            err = WT_E_CLOCK;
    }
    if (err == WT_OK) {
        wt_lock();
        if (AddKey(ring) != WT_OK)
            err = WT_E_RANDOM;
        ring->rotations = 0;
        wt_unlock();
    }
    if (err != WT_OK) {
        (void)wt_fail(NULL, err);
        wolfTicket_KeyRing_free(ring);
        ring = NULL;
    }
    return ring;
}

void wolfTicket_KeyRing_free(wolfTicket_KeyRing* ring)
{
    if (ring != NULL) {
        wt_lock();
        wt_keyring_drop(ring);
        wt_unlock();
    }
}

int wolfTicket_KeyRing_rotate(wolfTicket_KeyRing* ring)
{
    wt_error err = WT_E_NULL;
    word64 clock;

    if (ring != NULL) {
        wt_lock();
        if (wt_keyring_time(ring, &clock))
            AdvanceTo(ring, clock);
        DropDeadKeys(ring);
        err = AddKey(ring);
        wt_unlock();
    }
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}

int wolfTicket_KeyRing_count(wolfTicket_KeyRing* ring)
{
    int ret = 0;

    if (ring == NULL) {
        (void)wt_fail(NULL, WT_E_NULL);
    }
    else {
        Tick(ring);
        wt_lock();
        ret = (int)ValidTable(ring)->count;
        wt_unlock();
    }
    return ret;
}
