/* datapool.c
 *
 * Application data kept in the memory of the process.
 *
 * Entries hang in rows, by the first bytes of their id, which nobody can
 * choose, and in one list by age.  All of a context's tickets live equally
 * long, so that the oldest entry runs out first; where a lifetime was changed
 * one that has run out may have to wait for those before it, unseen.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "datapool.h"

#define FIRST_ROWS 16

/* As much of the bytes as the rows may take, and as one entry may, at
 * most. */
#define ROWS_SHARE  8
#define ENTRY_SHARE 4

#define NEVER 0xFFFFFFFFu

typedef struct wt_entry {
    struct wt_entry* chain; /* in the row */
    struct wt_entry* newer;
    struct wt_entry* older;
    word32 until;           /* its last second */
    word32 sz;
    byte id[WOLFTICKET_DATA_ID_SZ];
    byte mem[];
} wt_entry;

struct wt_pool {
    wt_entry** rows;        /* NULL: nothing was ever kept */
    size_t rowCount;        /* a power of 2 */
    wt_entry* newest;
    wt_entry* oldest;
    size_t held;
    size_t bytes;
    unsigned long evicted;
    word32 firstEnd;        /* the oldest's until, NEVER without any */
    int refs;
};

/* ---- references --------------------------------------------------------- */

wt_pool* wt_pool_new(void)
{
    wt_pool* pool = (wt_pool*)XMALLOC(sizeof(*pool), NULL,
        DYNAMIC_TYPE_TMP_BUFFER);

    if (pool != NULL) {
        XMEMSET(pool, 0, sizeof(*pool));
        pool->firstEnd = NEVER;
        pool->refs = 1;
    }
    return pool;
}

void wt_pool_hold(wt_pool* pool)
{
    pool->refs++;
}

int wt_pool_shared(const wt_pool* pool)
{
    return pool->refs > 1;
}

/* ---- entries, under the mutex ------------------------------------------- */

static size_t SizeOf(word32 sz)
{
    return sizeof(wt_entry) + sz;
}

static void FreeEntry(wt_entry* entry)
{
    if (entry != NULL) {
        wt_wipe(entry, SizeOf(entry->sz));
        XFREE(entry, NULL, DYNAMIC_TYPE_SESSION);
    }
}

static wt_entry** RowOf(wt_entry** rows, size_t count, const byte* id)
{
    return &rows[wt_get(id, 4) & (count - 1)];
}

/* The link to the entry of this id; the link to nothing when there is none.
 * NULL when there are no rows. */
static wt_entry** FindLink(const wt_pool* pool, const byte* id)
{
    wt_entry** link = NULL;

    if (pool->rows != NULL) {
        link = RowOf(pool->rows, pool->rowCount, id);
        while (*link != NULL &&
                XMEMCMP((*link)->id, id, WOLFTICKET_DATA_ID_SZ) != 0)
            link = &(*link)->chain;
    }
    return link;
}

static void Aged(wt_pool* pool)
{
    WT_STORE(&pool->firstEnd,
        (pool->oldest != NULL) ? pool->oldest->until : NEVER);
}

static void Unlink(wt_pool* pool, wt_entry** link)
{
    wt_entry* entry = *link;

    *link = entry->chain;
    if (entry->newer != NULL)
        entry->newer->older = entry->older;
    else
        pool->newest = entry->older;
    if (entry->older != NULL)
        entry->older->newer = entry->newer;
    else
        pool->oldest = entry->newer;
    pool->held--;
    pool->bytes -= SizeOf(entry->sz);
    Aged(pool);
    FreeEntry(entry);
}

static void Link(wt_pool* pool, wt_entry* entry)
{
    wt_entry** row = RowOf(pool->rows, pool->rowCount, entry->id);

    entry->chain = *row;
    *row = entry;
    entry->newer = NULL;
    entry->older = pool->newest;
    if (pool->newest != NULL)
        pool->newest->newer = entry;
    else
        pool->oldest = entry;
    pool->newest = entry;
    pool->held++;
    pool->bytes += SizeOf(entry->sz);
    Aged(pool);
}

static void RemoveOldest(wt_pool* pool)
{
    Unlink(pool, FindLink(pool, pool->oldest->id));
}

static void Sweep(wt_pool* pool, word32 now)
{
    while (pool->oldest != NULL && pool->oldest->until < now)
        RemoveOldest(pool);
}

/* The rows go last: they were made for a larger pool. */
static void MakeRoom(wt_pool* pool, size_t limit)
{
    while (pool->oldest != NULL && pool->bytes > limit) {
        RemoveOldest(pool);
        pool->evicted++;
    }
    if (pool->bytes > limit) {
        XFREE(pool->rows, NULL, DYNAMIC_TYPE_SESSION);
        pool->rows = NULL;
        pool->rowCount = pool->bytes = 0;
    }
}

/* ---- rows --------------------------------------------------------------- */

/* With fewer rows it just takes longer; without any nothing can be kept. */
static void GrowRows(wt_pool* pool, size_t limit)
{
    size_t count = (pool->rows == NULL) ? FIRST_ROWS : pool->rowCount * 2;
    wt_entry** rows = NULL;
    wt_entry* entry;

    if (pool->rows == NULL || (pool->held >= pool->rowCount &&
            count * sizeof(*rows) <= limit / ROWS_SHARE))
        rows = (wt_entry**)XMALLOC(count * sizeof(*rows), NULL,
            DYNAMIC_TYPE_SESSION);
    if (rows == NULL)
        return;
    XMEMSET(rows, 0, count * sizeof(*rows));
    for (entry = pool->newest; entry != NULL; entry = entry->older) {
        wt_entry** row = RowOf(rows, count, entry->id);

        entry->chain = *row;
        *row = entry;
    }
    pool->bytes += (count - pool->rowCount) * sizeof(*rows);
    XFREE(pool->rows, NULL, DYNAMIC_TYPE_SESSION);
    pool->rows = rows;
    pool->rowCount = count;
}

size_t wt_pool_largest(size_t limit)
{
    size_t share = limit / ENTRY_SHARE;

    /* A pool of less than the first rows take holds nothing. */
    return (share > FIRST_ROWS * sizeof(wt_entry*) + sizeof(wt_entry))
        ? share - sizeof(wt_entry) : 0;
}

/* ---- the pool ----------------------------------------------------------- */

void wt_pool_drop(wt_pool* pool)
{
    if (pool != NULL && --pool->refs == 0) {
        while (pool->oldest != NULL)
            RemoveOldest(pool);
        XFREE(pool->rows, NULL, DYNAMIC_TYPE_SESSION);
        XFREE(pool, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    }
}

static wt_entry* NewEntry(const byte* id, const byte* sealed, word32 sz,
    word32 until)
{
    wt_entry* entry = (wt_entry*)XMALLOC(SizeOf(sz), NULL,
        DYNAMIC_TYPE_SESSION);

    if (entry != NULL) {
        XMEMCPY(entry->id, id, WOLFTICKET_DATA_ID_SZ);
        XMEMCPY(entry->mem, sealed, sz);
        entry->sz = sz;
        entry->until = until;
    }
    return entry;
}

int wt_pool_put(wt_pool* pool, const byte id[WOLFTICKET_DATA_ID_SZ],
    const byte* sealed, word32 sz, word32 now, word32 seconds, size_t limit)
{
    wt_entry* entry = NULL;
    wt_entry** former;
    size_t largest = wt_pool_largest(limit);
    int ret = 0;

    if (largest > 0 && sz <= largest)
        entry = NewEntry(id, sealed, sz, now + seconds);
    if (entry != NULL) {
        wt_enter(WT_MUTEX_DATA);
        Sweep(pool, now);
        former = FindLink(pool, id);
        if (former != NULL && *former != NULL)
            Unlink(pool, former);
        GrowRows(pool, limit);
        MakeRoom(pool, limit - SizeOf(sz));
        if (pool->rows == NULL)
            GrowRows(pool, limit);
        if (pool->rows != NULL) {
            Link(pool, entry);
            ret = 1;
        }
        wt_leave(WT_MUTEX_DATA);
    }
    if (!ret)
        FreeEntry(entry);
    return ret;
}

int wt_pool_get(wt_pool* pool, const byte id[WOLFTICKET_DATA_ID_SZ],
    byte* sealed, size_t* sz, word32 now)
{
    wt_entry** link;
    int ret = 0;

    wt_enter(WT_MUTEX_DATA);
    link = FindLink(pool, id);
    if (link != NULL && *link != NULL && (*link)->until >= now &&
            (*link)->sz <= *sz) {
        *sz = (*link)->sz;
        XMEMCPY(sealed, (*link)->mem, *sz);
        ret = 1;
    }
    wt_leave(WT_MUTEX_DATA);
    return ret;
}

int wt_pool_remove(wt_pool* pool, const byte id[WOLFTICKET_DATA_ID_SZ])
{
    wt_entry** link;
    int ret;

    wt_enter(WT_MUTEX_DATA);
    link = FindLink(pool, id);
    ret = link != NULL && *link != NULL;
    if (ret)
        Unlink(pool, link);
    wt_leave(WT_MUTEX_DATA);
    return ret;
}

void wt_pool_trim(wt_pool* pool, size_t limit)
{
    wt_enter(WT_MUTEX_DATA);
    MakeRoom(pool, limit);
    wt_leave(WT_MUTEX_DATA);
}

void wt_pool_sweep(wt_pool* pool, word32 now)
{
    if (WT_LOAD(&pool->firstEnd) < now) {
        wt_enter(WT_MUTEX_DATA);
        Sweep(pool, now);
        wt_leave(WT_MUTEX_DATA);
    }
}

void wt_pool_count(wt_pool* pool, wt_pool_counts* counts)
{
    wt_enter(WT_MUTEX_DATA);
    counts->held = pool->held;
    counts->bytes = pool->bytes;
    counts->evicted = pool->evicted;
    wt_leave(WT_MUTEX_DATA);
}
