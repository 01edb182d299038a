/* blob.h
 *
 * Bytes that grow with what they hold and keep their memory.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_BLOB_H
#define WOLFTICKET_BLOB_H

#include "port.h"

typedef struct {
    byte* mem;
    word32 sz;
    word32 cap;
} wt_blob;

/* 1, or 0 when out of memory; the blob is then as it was. */
int  wt_blob_set(wt_blob* blob, const byte* mem, word32 sz);
int  wt_blob_resize(wt_blob* blob, word32 sz);  /* contents are lost */

/* Wipes what it holds, and with free, or where it is more than is worth to be
 * kept, gives the memory back too. */
void wt_blob_clear(wt_blob* blob);
void wt_blob_free(wt_blob* blob);

#endif /* WOLFTICKET_BLOB_H */
