/* keytable.h
 *
 * The keys of a ring where threads that seal and open find them.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_KEYTABLE_H
#define WOLFTICKET_KEYTABLE_H

#include "keyring.h"

#define WT_KEY_WORDS ((WOLFTICKET_NAME_SZ + WT_AEAD_KEY_SZ + WT_KEY_SALT_SZ) \
                      / sizeof(word32))
#define WT_NO_KEY    0xFFFFFFFFu

typedef struct {
    word32 count;
    word32 sealing;  /* the place of the key that seals, or WT_NO_KEY */
    word32 words[WOLFTICKET_MAX_KEYS][WT_KEY_WORDS];
} wt_key_copy;

typedef struct {
    wt_key_copy copy[2];
    word32 generation;  /* its last bit is the valid copy */
} wt_key_table;

/* ---- for readers, without a lock ---------------------------------------- */

/* Copies the key at place i.  1, or 0 when there are not so many. */
int wt_keytable_get(const wt_key_table* table, word32 i, wt_key* key);

/* Copies the n-th key, from 0, that has this id.  1, or 0 when there are not
 * so many. */
int wt_keytable_find(const wt_key_table* table, const byte id[WT_KEY_ID_SZ],
    int n, wt_key* key);

/* Copies the key that seals.  1, or 0 when none does. */
int wt_keytable_sealing(const wt_key_table* table, wt_key* key);

/* ---- for the writer, with the lock held --------------------------------- */

/* They change a draft, which wt_keytable_publish() makes valid at once. */
void wt_keytable_insert(wt_key_table* table, word32 at, const wt_key* key);
void wt_keytable_remove(wt_key_table* table, word32 at);
void wt_keytable_seal_with(wt_key_table* table, word32 i);
void wt_keytable_publish(wt_key_table* table);
/* All of another table's, valid at once. */
void wt_keytable_load(wt_key_table* table, const wt_key_copy* from);

/* What is valid. */
word32 wt_keytable_count(const wt_key_table* table);
word32 wt_keytable_sealing_place(const wt_key_table* table);

#endif /* WOLFTICKET_KEYTABLE_H */
