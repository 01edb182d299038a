/* keyformat.h
 *
 * Ticket keys as bytes of a file, and the texts of what is wrong with them.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_KEYFORMAT_H
#define WOLFTICKET_KEYFORMAT_H

#include "port.h"

#include <wolfticket/keyfile.h>

/* Bytes of a file at most: 6 years of HAProxy's keys, one a day. */
#define WT_KEYFILE_MAX     (256 * 1024)
/* Bytes of a key at most: of itself, and as a line. */
#define WT_KEY_BYTES_MAX   80
#define WT_KEY_LINE_MAX    108

/* Room for keys as wt_keyformat_put() writes them. */
#define WT_KEY_PUT_MAX     (WOLFTICKET_MAX_KEYS * (WT_KEY_LINE_MAX + 1))

/* Writes the keys as a file has them; out has WT_KEY_PUT_MAX bytes.  Returns
 * how many it took, or 0 with a text. */
word32 wt_keyformat_put(wolfTicket_KEYFILE format, const wolfTicket_Key* keys,
    int count, byte* out);

/* Makes the thread's text; always returns 0. */
#ifdef __GNUC__
__attribute__((format(printf, 1, 2)))
#endif
int wt_keytext(const char* format, ...);

/* Puts the name of a file in front of the thread's text; returns 0. */
int wt_keytext_of(const char* path);

#endif /* WOLFTICKET_KEYFORMAT_H */
