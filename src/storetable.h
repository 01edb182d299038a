/* storetable.h
 *
 * A store's memory: lists of sessions by peer, and their bounds.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_STORETABLE_H
#define WOLFTICKET_STORETABLE_H

#include "store.h"

/* A session as bytes. */
typedef struct wt_saved {
    struct wt_saved* next;
    wt_session_facts facts;
    word32 sz;
    byte mem[];
} wt_saved;

typedef struct wt_peer {
    struct wt_peer* chain;      /* in the row */
    struct wt_peer* newer;      /* by last use */
    struct wt_peer* older;
    wt_saved* first;            /* the newest session; never NULL between
                                 * calls */
    size_t count;
    byte key[WT_PEER_SZ];
} wt_peer;

typedef struct {
    wt_peer** rows;
    size_t rowCount;            /* a power of 2 */
    wt_peer* newest;
    wt_peer* oldest;
    size_t peers;
    size_t sessions;
    size_t bytes;               /* allocated, the rows included */
    size_t maxPeers;
    size_t perPeer;
    size_t maxBytes;
} wt_table;

struct wolfTicket_Store {
    wt_table table;
    wolfTicket_TimeCb timeCb;
    void* timeArg;
    int refs;
};

void wt_store_lock(void);
void wt_store_unlock(void);

/* The store's time.  1, or 0 with wt_fail() told.  Without it nothing is known
 * to live: nothing is given out, nothing taken in, and nothing lost. */
int wt_store_now(wolfTicket_Store* store, word64* now);

/* Can a session be given out at this time? */
int wt_store_lives(const wt_session_facts* facts, word64 now);

/* 1, or 0 when out of memory. */
int  wt_table_init(wt_table* table);
/* Wipes and frees all there is. */
void wt_table_free(wt_table* table);
/* The same but for the table itself. */
void wt_table_clear(wt_table* table);

/* A copy of a session and, in advance, the peer it may need.  1, or 0 when
 * out of memory. */
int  wt_saved_new(const byte key[WT_PEER_SZ], const byte* mem, word32 sz,
    const wt_session_facts* facts, wt_saved** saved, wt_peer** peer);
void wt_saved_free(wt_saved* saved);
void wt_peer_free(wt_peer* peer);

/* Could a session of sz bytes be in the table at all? */
int  wt_table_fits(const wt_table* table, word32 sz);

/* The peer, or NULL; and makes it the one used last. */
wt_peer* wt_table_find(const wt_table* table, const byte key[WT_PEER_SZ]);
void wt_table_touch(wt_table* table, wt_peer* peer);

/* When was the peer of a session used last: now, or before all others that
 * are known? */
typedef enum {
    WT_AS_NEWEST,
    WT_AS_OLDEST
} wt_use;

/* Takes both over, which wt_saved_new() has made, replaces what is obsolete
 * by it, and makes room.  Does not fail; the session may be older than all
 * that there is room for. */
void wt_table_insert(wt_table* table, wt_saved* saved, wt_peer* peer,
    wt_use use);

/* Takes *link, in the list of peer, out of the table, for the caller to free,
 * and the peer with the last one. */
wt_saved* wt_table_unlink(wt_table* table, wt_peer* peer, wt_saved** link);

/* Frees the sessions of peer that doomed() says 1 of.  peer, or NULL when none
 * is left. */
typedef int (*wt_doomed)(const wt_saved* saved, const void* arg);
wt_peer* wt_table_remove_if(wt_table* table, wt_peer* peer, wt_doomed doomed,
    const void* arg);

/* Do both hold the same ticket? */
int  wt_saved_same(const wt_saved* saved, const byte* mem,
    const wt_session_facts* facts);

#endif /* WOLFTICKET_STORETABLE_H */
