/* storecopy.c
 *
 * All of a store's sessions in one piece, and back.
 *
 * An entry is peer[32] | size[4] | session.  The newest session of the peer
 * used last comes first.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "storetable.h"
#include "error.h"

/* Writes what lives, and returns its size; out may be NULL. */
static size_t Export(const wt_table* table, word64 now, byte* out,
    word32* count)
{
    const wt_saved* saved;
    const wt_peer* peer;
    size_t sz = 0;

    *count = 0;
    for (peer = table->newest; peer != NULL; peer = peer->older) {
        for (saved = peer->first; saved != NULL; saved = saved->next) {
            if (!wt_store_lives(&saved->facts, now))
                continue;
            if (out != NULL) {
                XMEMCPY(out + sz, peer->key, WT_PEER_SZ);
                wt_put(out + sz + WT_PEER_SZ, saved->sz, 4);
                XMEMCPY(out + sz + WT_ENTRY_HEAD_SZ, saved->mem, saved->sz);
            }
            sz += WT_ENTRY_HEAD_SZ + (size_t)saved->sz;
            (*count)++;
        }
    }
    return sz;
}

int wt_store_export(wolfTicket_Store* store, wt_blob* out, word32* count)
{
    wt_error err = WT_OK;
    word64 now;
    size_t sz;

    if (!wt_store_now(store, &now))
        return 0;
    wt_store_lock();
    sz = Export(&store->table, now, NULL, count);
    if (sz > WT_EXPORT_MAX)
        err = WT_E_STORE_ROOM;
    else if (!wt_blob_resize(out, (word32)sz))
        err = WT_E_MEMORY;
    else
        (void)Export(&store->table, now, out->mem, count);
    wt_store_unlock();
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}

/* What will be inserted, in order: sessions by next, peers by chain. */
typedef struct {
    wt_saved* saved;
    wt_saved** savedEnd;
    wt_peer* peer;
    wt_peer** peerEnd;
} wt_import;

static wt_error ImportOne(wt_import* list, const byte* key, const byte* mem,
    word32 sz, word64 now)
{
    wt_session_facts facts;
    wt_error ret = WT_OK;

    if (!wt_session_read(mem, sz, &facts) || facts.ticketSz == 0 ||
            facts.verify != 0) {
        ret = WT_E_SESSION_DAMAGED;
    }
    else if (wt_store_lives(&facts, now)) {
        if (!wt_saved_new(key, mem, sz, &facts, list->savedEnd,
                list->peerEnd)) {
            ret = WT_E_MEMORY;
        }
        else {
            list->savedEnd = &(*list->savedEnd)->next;
            list->peerEnd = &(*list->peerEnd)->chain;
        }
    }
    return ret;
}

static wt_error ImportRead(wt_import* list, const byte* mem, word32 sz,
    word32 count, word64 now)
{
    wt_error ret = WT_OK;
    word32 entrySz;

    for (; ret == WT_OK && count > 0; count--) {
        if (sz < WT_ENTRY_HEAD_SZ)
            return WT_E_SESSION_DAMAGED;
        entrySz = wt_get(mem + WT_PEER_SZ, 4);
        sz -= WT_ENTRY_HEAD_SZ;
        if (entrySz > sz)
            return WT_E_SESSION_DAMAGED;
        ret = ImportOne(list, mem, mem + WT_ENTRY_HEAD_SZ, entrySz, now);
        mem += WT_ENTRY_HEAD_SZ + entrySz;
        sz -= entrySz;
    }
    return (ret == WT_OK && sz > 0) ? WT_E_SESSION_DAMAGED : ret;
}

/* Into the table, or away. */
static void ImportEnd(wolfTicket_Store* store, wt_import* list, int good)
{
    while (list->saved != NULL) {
        wt_saved* saved = list->saved;
        wt_peer* peer = list->peer;

        list->saved = saved->next;
        list->peer = peer->chain;
        if (good && wt_table_fits(&store->table, saved->sz)) {
            wt_table_insert(&store->table, saved, peer, WT_AS_OLDEST);
        }
        else {
            wt_saved_free(saved);
            wt_peer_free(peer);
        }
    }
}

int wt_store_import(wolfTicket_Store* store, const byte* mem, word32 sz,
    word32 count)
{
    wt_import list;
    wt_error err;
    word64 now;

    if (!wt_store_now(store, &now))
        return 0;
    XMEMSET(&list, 0, sizeof(list));
    list.savedEnd = &list.saved;
    list.peerEnd = &list.peer;
    err = ImportRead(&list, mem, sz, count, now);
    wt_store_lock();
    ImportEnd(store, &list, err == WT_OK);
    wt_store_unlock();
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}
