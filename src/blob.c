/* blob.c
 *
 * Bytes that grow with what they hold and keep their memory, within limits.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "blob.h"

/* As much as tickets have; what is larger is data of single connections. */
#define MOST_KEPT 4096

int wt_blob_resize(wt_blob* blob, word32 sz)
{
    byte* larger;
    int ret = 1;

    if (sz > blob->cap) {
        larger = (byte*)XMALLOC(sz, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        if (larger == NULL) {
            ret = 0;
        }
        else {
            wt_blob_clear(blob);
            XFREE(blob->mem, NULL, DYNAMIC_TYPE_TMP_BUFFER);
            blob->mem = larger;
            blob->cap = sz;
        }
    }
    if (ret == 1) {
        if (blob->sz > sz)
            wt_wipe(blob->mem + sz, blob->sz - sz);
        blob->sz = sz;
    }
    return ret;
}

int wt_blob_set(wt_blob* blob, const byte* mem, word32 sz)
{
    int ret = 1;

    if (sz > blob->cap) {
        ret = wt_blob_resize(blob, sz);
        if (ret == 1)
            XMEMCPY(blob->mem, mem, sz);
    }
    else {
        /* mem may be a part of what the blob holds. */
        if (sz > 0)
            XMEMMOVE(blob->mem, mem, sz);
        ret = wt_blob_resize(blob, sz);
    }
    return ret;
}

void wt_blob_clear(wt_blob* blob)
{
    if (blob->mem != NULL)
        wt_wipe(blob->mem, blob->sz);
    blob->sz = 0;
    if (blob->cap > MOST_KEPT) {
        XFREE(blob->mem, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        blob->mem = NULL;
        blob->cap = 0;
    }
}

void wt_blob_free(wt_blob* blob)
{
    wt_blob_clear(blob);
    XFREE(blob->mem, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    blob->mem = NULL;
    blob->cap = 0;
}
