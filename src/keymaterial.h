/* keymaterial.h
 *
 * What a key is made of: what is one, which are the same, and what sources have
 * of it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_KEYMATERIAL_H
#define WOLFTICKET_KEYMATERIAL_H

#include "error.h"
#include "port.h"

#include <wolfticket/source.h>

/* The sz bytes are all the same. */
int wt_one_byte(const byte* mem, size_t sz);

/* WT_OK, or what is wrong with a key by itself. */
wt_error wt_key_check(const wolfTicket_Key* key);

/* 1 when both have the same secrets, in constant time. */
int wt_key_same(const wolfTicket_Key* a, const wolfTicket_Key* b);

/* WT_OK, or what is wrong with a shared secret and its period. */
wt_error wt_secret_check(const byte* secret, size_t sz, word32 period);

/* Times and flags of a source's key stay as they are. */
void wt_key_to_source(const wolfTicket_Key* from, wolfTicket_SourceKey* key);
void wt_key_from_source(const wolfTicket_SourceKey* from, wolfTicket_Key* key);

#endif /* WOLFTICKET_KEYMATERIAL_H */
