/* storetable.c
 *
 * A store's memory: lists of sessions by peer, and their bounds.
 *
 * Peers hang in rows, by the first bytes of their key, which is a hash, and
 * in one list by their last use.  The lists of sessions begin with the one
 * whose ticket arrived last.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "storetable.h"

#define FIRST_ROWS 16

/* As much of the bytes as the rows may take, at most. */
#define ROWS_SHARE 8

int wt_saved_same(const wt_saved* saved, const byte* mem,
    const wt_session_facts* facts)
{
    return saved->facts.ticketSz == facts->ticketSz &&
        XMEMCMP(saved->mem + saved->facts.ticketAt, mem + facts->ticketAt,
            facts->ticketSz) == 0;
}

/* ---- memory ------------------------------------------------------------- */

static size_t SizeOf(word32 sz)
{
    return sizeof(wt_saved) + sz;
}

int wt_saved_new(const byte key[WT_PEER_SZ], const byte* mem, word32 sz,
    const wt_session_facts* facts, wt_saved** saved, wt_peer** peer)
{
    *saved = (wt_saved*)XMALLOC(SizeOf(sz), NULL, DYNAMIC_TYPE_SESSION);
    *peer = (wt_peer*)XMALLOC(sizeof(**peer), NULL, DYNAMIC_TYPE_SESSION);
    if (*saved == NULL || *peer == NULL) {
        XFREE(*saved, NULL, DYNAMIC_TYPE_SESSION);
        XFREE(*peer, NULL, DYNAMIC_TYPE_SESSION);
        *saved = NULL;
        *peer = NULL;
        return 0;
    }
    (*saved)->next = NULL;
    (*saved)->facts = *facts;
    (*saved)->sz = sz;
    XMEMCPY((*saved)->mem, mem, sz);
    XMEMSET(*peer, 0, sizeof(**peer));
    XMEMCPY((*peer)->key, key, WT_PEER_SZ);
    return 1;
}

void wt_saved_free(wt_saved* saved)
{
    if (saved != NULL) {
        wt_wipe(saved, SizeOf(saved->sz));
        XFREE(saved, NULL, DYNAMIC_TYPE_SESSION);
    }
}

void wt_peer_free(wt_peer* peer)
{
    XFREE(peer, NULL, DYNAMIC_TYPE_SESSION);
}

int wt_table_init(wt_table* table)
{
    table->rows = (wt_peer**)XMALLOC(FIRST_ROWS * sizeof(*table->rows), NULL,
        DYNAMIC_TYPE_SESSION);
    if (table->rows == NULL)
        return 0;
    XMEMSET(table->rows, 0, FIRST_ROWS * sizeof(*table->rows));
    table->rowCount = FIRST_ROWS;
    table->bytes = FIRST_ROWS * sizeof(*table->rows);
    return 1;
}

void wt_table_clear(wt_table* table)
{
    while (table->newest != NULL)
        wt_saved_free(wt_table_unlink(table, table->newest,
            &table->newest->first));
}

void wt_table_free(wt_table* table)
{
    wt_table_clear(table);
    XFREE(table->rows, NULL, DYNAMIC_TYPE_SESSION);
}

int wt_table_fits(const wt_table* table, word32 sz)
{
    size_t least = table->rowCount * sizeof(*table->rows);

    /* There may be more rows before it is in. */
    if (least < table->maxBytes / ROWS_SHARE)
        least = table->maxBytes / ROWS_SHARE;
    least += sizeof(wt_peer);
    return least <= table->maxBytes && SizeOf(sz) <= table->maxBytes - least;
}

/* ---- peers -------------------------------------------------------------- */

static wt_peer** RowOf(wt_peer** rows, size_t count,
    const byte key[WT_PEER_SZ])
{
    return &rows[wt_get(key, 4) & (count - 1)];
}

wt_peer* wt_table_find(const wt_table* table, const byte key[WT_PEER_SZ])
{
    wt_peer* peer = *RowOf(table->rows, table->rowCount, key);

    while (peer != NULL && XMEMCMP(peer->key, key, WT_PEER_SZ) != 0)
        peer = peer->chain;
    return peer;
}

/* With fewer rows it just takes longer. */
static void GrowRows(wt_table* table)
{
    size_t count = table->rowCount * 2;
    size_t more = table->rowCount * sizeof(*table->rows);
    wt_peer** rows;
    wt_peer* peer;

    if (table->peers < table->rowCount ||
            2 * more > table->maxBytes / ROWS_SHARE)
        return;
    rows = (wt_peer**)XMALLOC(count * sizeof(*rows), NULL,
        DYNAMIC_TYPE_SESSION);
    if (rows == NULL)
        return;
    XMEMSET(rows, 0, count * sizeof(*rows));
    for (peer = table->newest; peer != NULL; peer = peer->older) {
        wt_peer** row = RowOf(rows, count, peer->key);

        peer->chain = *row;
        *row = peer;
    }
    XFREE(table->rows, NULL, DYNAMIC_TYPE_SESSION);
    table->rows = rows;
    table->rowCount = count;
    table->bytes += more;
}

static void UseListRemove(wt_table* table, wt_peer* peer)
{
    if (peer->newer != NULL)
        peer->newer->older = peer->older;
    else
        table->newest = peer->older;
    if (peer->older != NULL)
        peer->older->newer = peer->newer;
    else
        table->oldest = peer->newer;
}

static void UseListAdd(wt_table* table, wt_peer* peer, wt_use use)
{
    wt_peer* newer = (use == WT_AS_OLDEST) ? table->oldest : NULL;
    wt_peer* older = (use == WT_AS_OLDEST) ? NULL : table->newest;

    peer->newer = newer;
    peer->older = older;
    if (newer != NULL)
        newer->older = peer;
    else
        table->newest = peer;
    if (older != NULL)
        older->newer = peer;
    else
        table->oldest = peer;
}

void wt_table_touch(wt_table* table, wt_peer* peer)
{
    UseListRemove(table, peer);
    UseListAdd(table, peer, WT_AS_NEWEST);
}

static void PeerAdd(wt_table* table, wt_peer* peer, wt_use use)
{
    wt_peer** row;

    GrowRows(table);
    row = RowOf(table->rows, table->rowCount, peer->key);
    peer->chain = *row;
    *row = peer;
    UseListAdd(table, peer, use);
    table->peers++;
    table->bytes += sizeof(*peer);
}

static void PeerRemove(wt_table* table, wt_peer* peer)
{
    wt_peer** link = RowOf(table->rows, table->rowCount, peer->key);

    while (*link != peer)
        link = &(*link)->chain;
    *link = peer->chain;
    UseListRemove(table, peer);
    table->peers--;
    table->bytes -= sizeof(*peer);
    wt_peer_free(peer);
}

/* ---- sessions ----------------------------------------------------------- */

wt_saved* wt_table_unlink(wt_table* table, wt_peer* peer, wt_saved** link)
{
    wt_saved* saved = *link;

    *link = saved->next;
    saved->next = NULL;
    peer->count--;
    table->sessions--;
    table->bytes -= SizeOf(saved->sz);
    if (peer->first == NULL)
        PeerRemove(table, peer);
    return saved;
}

wt_peer* wt_table_remove_if(wt_table* table, wt_peer* peer, wt_doomed doomed,
    const void* arg)
{
    wt_saved** link = &peer->first;
    size_t left = peer->count;
    size_t i;

    /* With the last session the peer goes, and the list with it. */
    for (i = peer->count; i > 0; i--) {
        if (doomed(*link, arg)) {
            left--;
            wt_saved_free(wt_table_unlink(table, peer, link));
        }
        else {
            link = &(*link)->next;
        }
    }
    return (left > 0) ? peer : NULL;
}

static void RemoveOldest(wt_table* table, wt_peer* peer)
{
    wt_saved** link = &peer->first;

    while ((*link)->next != NULL)
        link = &(*link)->next;
    wt_saved_free(wt_table_unlink(table, peer, link));
}

/* By the arrival of their tickets, and the last one put in first. */
static void SessionAdd(wt_table* table, wt_peer* peer, wt_saved* saved,
    wt_use use)
{
    wt_saved** link = &peer->first;
    /* What is loaded comes newest first. */
    word32 before = saved->facts.received - ((use == WT_AS_OLDEST) ? 1u : 0u);

    while (*link != NULL && (*link)->facts.received > before)
        link = &(*link)->next;
    saved->next = *link;
    *link = saved;
    peer->count++;
    table->sessions++;
    table->bytes += SizeOf(saved->sz);
}

static int IsReusable(const wt_saved* saved)
{
    return !wt_session_is_tls13(&saved->facts);
}

/* Of the same ticket there is one, always.  A TLS 1.2 session serves again
 * and again, so that its peer needs the newest one only; and a client that
 * cannot stand a refusal would meet one for each of the older ones. */
static int IsObsolete(const wt_saved* old, const void* arg)
{
    const wt_saved* saved = (const wt_saved*)arg;

    return old != saved && (wt_saved_same(old, saved->mem, &saved->facts) ||
        (IsReusable(old) && IsReusable(saved) &&
            old->facts.received <= saved->facts.received));
}

static int IsSuperseded(const wt_peer* peer, const wt_saved* saved)
{
    const wt_saved* other = peer->first;

    while (other != NULL && !(IsReusable(other) && IsReusable(saved) &&
            other->facts.received > saved->facts.received))
        other = other->next;
    return other != NULL;
}

/* The peer that was used longest ago gives its oldest sessions; it may be the
 * one that was just added to. */
static void MakeRoom(wt_table* table)
{
    while (table->peers > table->maxPeers || table->bytes > table->maxBytes)
        RemoveOldest(table, table->oldest);
}

void wt_table_insert(wt_table* table, wt_saved* saved, wt_peer* peer,
    wt_use use)
{
    wt_peer* known = wt_table_find(table, peer->key);

    if (known == NULL) {
        PeerAdd(table, peer, use);
    }
    else {
        wt_peer_free(peer);
        peer = known;
        if (use == WT_AS_NEWEST)
            wt_table_touch(table, peer);
    }
    if (IsSuperseded(peer, saved)) {
        wt_saved_free(saved);
    }
    else {
        SessionAdd(table, peer, saved, use);
        (void)wt_table_remove_if(table, peer, IsObsolete, saved);
        if (peer->count > table->perPeer)
            RemoveOldest(table, peer);
        MakeRoom(table);
    }
}
