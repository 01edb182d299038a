/* keytable.c
 *
 * The keys of a ring where threads that seal and open find them.
 *
 * Readers copy a key without a lock: the table exists twice, a generation
 * number says which copy is valid, and a reader that finds the number changed
 * after its copy reads again.  A writer, with the lock held, changes the other
 * copy, the draft, makes it valid, and then brings the former one to the same
 * state, so that a dead key is nowhere.  Table words are stored with release
 * and loaded with acquire: who sees a word of a later table also sees the
 * later generation.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keytable.h"

/* ---- ids ---------------------------------------------------------------- */

#define NO_ZERO 0xFFFFFFFFu

/* An id as a word of the table, with the zeros replaced. */
static word32 Id(word32 word)
{
    return (word == 0) ? NO_ZERO : word;
}

void wt_key_id(const byte name[WT_KEY_ID_SZ], byte id[WT_KEY_ID_SZ])
{
    word32 word;

    XMEMCPY(&word, name, sizeof(word));
    word = Id(word);
    XMEMCPY(id, &word, sizeof(word));
}

/* ---- readers ------------------------------------------------------------ */

static const wt_key_copy* Valid(const wt_key_table* table, word32 generation)
{
    return &table->copy[generation & 1];
}

static void Unpack(word32 words[WT_KEY_WORDS], int current, wt_key* key)
{
    const byte* bytes = (const byte*)words;

    XMEMCPY(key->name, bytes, WOLFTICKET_NAME_SZ);
    XMEMCPY(key->secret, bytes + WOLFTICKET_NAME_SZ, WT_AEAD_KEY_SZ);
    XMEMCPY(key->salt, bytes + WOLFTICKET_NAME_SZ + WT_AEAD_KEY_SZ,
        WT_KEY_SALT_SZ);
    key->current = (byte)current;
    wt_wipe(words, WT_KEY_WORDS * sizeof(word32));
}

/* The place of the n-th key of an id; without an end if there is none. */
static word32 PlaceOf(const wt_key_copy* copy, word32 count, word32 id, int n)
{
    word32 place = 0;

    while (place < count && (Id(WT_LOAD(&copy->words[place][0])) != id ||
            n-- > 0))
        place++;
    return place;
}

/* What to look for: a place, the n-th key of an id, or what seals. */
typedef struct {
    enum { BY_PLACE, BY_ID, SEALING } by;
    word32 what;
    int n;
} wt_key_search;

/* All of it within one generation: who looks while keys go finds each that
 * stays. */
static int Copy(const wt_key_table* table, const wt_key_search* search,
    wt_key* key)
{
    word32 words[WT_KEY_WORDS];
    word32 generation, sealing, count, place, j;
    int ret;

    do {
        const wt_key_copy* copy;

        generation = WT_LOAD(&table->generation);
        copy = Valid(table, generation);
        sealing = WT_LOAD(&copy->sealing);
        count = WT_LOAD(&copy->count);
        if (count > WOLFTICKET_MAX_KEYS)
            count = WOLFTICKET_MAX_KEYS;
        place = (search->by == SEALING) ? sealing : search->what;
        if (search->by == BY_ID)
            place = PlaceOf(copy, count, search->what, search->n);
        ret = place < count;
        for (j = 0; ret && j < WT_KEY_WORDS; j++)
            words[j] = WT_LOAD(&copy->words[place][j]);
    } while (WT_LOAD(&table->generation) != generation);

    if (ret)
        Unpack(words, place == sealing, key);
    return ret;
}

int wt_keytable_get(const wt_key_table* table, word32 i, wt_key* key)
{
    wt_key_search search = { BY_PLACE, 0, 0 };

    search.what = i;
    return Copy(table, &search, key);
}

int wt_keytable_find(const wt_key_table* table, const byte id[WT_KEY_ID_SZ],
    int n, wt_key* key)
{
    wt_key_search search = { BY_ID, 0, 0 };

    XMEMCPY(&search.what, id, WT_KEY_ID_SZ);
    search.what = Id(search.what);
    search.n = n;
    return Copy(table, &search, key);
}

int wt_keytable_sealing(const wt_key_table* table, wt_key* key)
{
    wt_key_search search = { SEALING, 0, 0 };

    return Copy(table, &search, key);
}

/* ---- the writer --------------------------------------------------------- */

static wt_key_copy* Draft(wt_key_table* table)
{
    return &table->copy[(table->generation + 1) & 1];
}

static void StoreWords(word32 to[WT_KEY_WORDS],
    const word32 from[WT_KEY_WORDS])
{
    word32 j;

    for (j = 0; j < WT_KEY_WORDS; j++)
        WT_STORE(&to[j], from[j]);
}

static void StoreCopy(wt_key_copy* to, const wt_key_copy* from)
{
    word32 i;

    for (i = 0; i < WOLFTICKET_MAX_KEYS; i++)
        StoreWords(to->words[i], from->words[i]);
    WT_STORE(&to->count, from->count);
    WT_STORE(&to->sealing, from->sealing);
}

void wt_keytable_insert(wt_key_table* table, word32 at, const wt_key* key)
{
    wt_key_copy* draft = Draft(table);
    word32 words[WT_KEY_WORDS];
    byte* bytes = (byte*)words;
    word32 i;

    for (i = draft->count; i > at; i--)
        StoreWords(draft->words[i], draft->words[i - 1]);
    XMEMCPY(bytes, key->name, WOLFTICKET_NAME_SZ);
    XMEMCPY(bytes + WOLFTICKET_NAME_SZ, key->secret, WT_AEAD_KEY_SZ);
    XMEMCPY(bytes + WOLFTICKET_NAME_SZ + WT_AEAD_KEY_SZ, key->salt,
        WT_KEY_SALT_SZ);
    StoreWords(draft->words[at], words);
    wt_wipe(words, sizeof(words));
    WT_STORE(&draft->count, draft->count + 1);
}

void wt_keytable_remove(wt_key_table* table, word32 at)
{
    static const word32 nothing[WT_KEY_WORDS] = { 0 };
    wt_key_copy* draft = Draft(table);
    word32 i;

    for (i = at; i + 1 < draft->count; i++)
        StoreWords(draft->words[i], draft->words[i + 1]);
    StoreWords(draft->words[draft->count - 1], nothing);
    WT_STORE(&draft->count, draft->count - 1);
}

void wt_keytable_seal_with(wt_key_table* table, word32 i)
{
    WT_STORE(&Draft(table)->sealing, i);
}

void wt_keytable_publish(wt_key_table* table)
{
    wt_key_copy* draft = Draft(table);
    wt_key_copy* former = &table->copy[table->generation & 1];

    WT_STORE(&table->generation, table->generation + 1);
    StoreCopy(former, draft);
}

void wt_keytable_load(wt_key_table* table, const wt_key_copy* from)
{
    StoreCopy(Draft(table), from);
    wt_keytable_publish(table);
}

word32 wt_keytable_count(const wt_key_table* table)
{
    return Valid(table, table->generation)->count;
}

word32 wt_keytable_sealing_place(const wt_key_table* table)
{
    return Valid(table, table->generation)->sealing;
}
