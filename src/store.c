/* store.c
 *
 * The sessions of a client, by peer.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "storetable.h"
#include "error.h"
#include "trust.h"

/* ---- one at a time ------------------------------------------------------ */

void wt_store_lock(void)
{
    wt_enter(WT_MUTEX_STORES);
}

void wt_store_unlock(void)
{
    wt_leave(WT_MUTEX_STORES);
}

/* ---- stores ------------------------------------------------------------- */

wolfTicket_Store* wolfTicket_Store_new(size_t max_peers, size_t per_peer,
    size_t max_bytes, wolfTicket_TimeCb time_cb, void* time_arg)
{
    wolfTicket_Store* store = NULL;
    int made = 0;

    if (!wt_port_init()) {
        (void)wt_fail(NULL, WT_E_PLATFORM);
        return NULL;
    }
    store = (wolfTicket_Store*)XMALLOC(sizeof(*store), NULL,
        DYNAMIC_TYPE_SESSION);
    if (store != NULL) {
        XMEMSET(store, 0, sizeof(*store));
        store->table.maxPeers = (max_peers > 0) ? max_peers
                                                : WOLFTICKET_STORE_PEERS;
        store->table.perPeer = (per_peer > 0) ? per_peer
                                              : WOLFTICKET_STORE_PER_PEER;
        store->table.maxBytes = (max_bytes > 0) ? max_bytes
                                                : WOLFTICKET_STORE_BYTES;
        store->timeCb = time_cb;
        store->timeArg = time_arg;
        store->refs = 1;
        made = wt_table_init(&store->table);
    }
    if (!made) {
        XFREE(store, NULL, DYNAMIC_TYPE_SESSION);
        store = NULL;
        (void)wt_fail(NULL, WT_E_MEMORY);
    }
    return store;
}

void wt_store_hold(wolfTicket_Store* store)
{
    (void)WT_ADD(&store->refs, 1);
}

void wt_store_drop(wolfTicket_Store* store)
{
    if (WT_ADD(&store->refs, -1) == 0) {
        wt_table_free(&store->table);
        XFREE(store, NULL, DYNAMIC_TYPE_SESSION);
    }
}

void wolfTicket_Store_free(wolfTicket_Store* store)
{
    if (store != NULL)
        wt_store_drop(store);
}

const char* wolfTicket_Store_error(void)
{
    return wt_error_text(wt_thread_error());
}

/* ---- time --------------------------------------------------------------- */

int wt_store_now(wolfTicket_Store* store, word64* now)
{
    int ret;

    *now = 0;
    if (store->timeCb != NULL) {
        ret = store->timeCb(now, store->timeArg) == 1;
    }
    else {
        *now = wt_clock();
        ret = (*now != 0);
    }
    return ret ? 1 : wt_fail(NULL, WT_E_CLOCK);
}

/* Two clocks, or one that is being set, may differ by so many seconds.  What
 * comes from a later time than that has an age that nobody knows. */
#define SKEW  60

int wt_store_lives(const wt_session_facts* facts, word64 now)
{
    if (now < facts->received && facts->received - now <= SKEW)
        now = facts->received;
    return wt_session_lives(facts, now) &&
        (!wt_session_is_tls13(facts) ||
            now - facts->received < WOLFTICKET_MAX_LIFETIME);
}

static int HasRunOut(const wt_saved* saved, const void* arg)
{
    return !wt_store_lives(&saved->facts, *(const word64*)arg);
}

/* ---- taking ------------------------------------------------------------- */

WOLFSSL_SESSION* wt_store_take(wolfTicket_Store* store,
    const byte key[WT_PEER_SZ], wt_session_facts* facts)
{
    WOLFSSL_SESSION* session = NULL;
    wt_peer* peer;
    word64 now;

    if (!wt_store_now(store, &now))
        return NULL;
    wt_store_lock();
    peer = wt_table_find(&store->table, key);
    if (peer != NULL)
        peer = wt_table_remove_if(&store->table, peer, HasRunOut, &now);
    if (peer == NULL) {
        (void)wt_fail(NULL, WT_OK);
    }
    else {
        *facts = peer->first->facts;
        session = wt_session_unpack(peer->first->mem, peer->first->sz);
        if (session == NULL)
            (void)wt_fail(NULL, WT_E_MEMORY);
        wt_table_touch(&store->table, peer);
    }
    if (session != NULL && wt_session_is_tls13(facts))
        wt_saved_free(wt_table_unlink(&store->table, peer, &peer->first));
    wt_store_unlock();
    return session;
}

WOLFSSL_SESSION* wolfTicket_Store_take(wolfTicket_Store* store, WOLFSSL* ssl,
    const wolfTicket_Peer* peer)
{
    wt_session_facts facts;
    byte key[WT_PEER_SZ];

    if (store == NULL) {
        (void)wt_fail(NULL, WT_E_NULL);
        return NULL;
    }
    return wt_store_peer(ssl, peer, key) ? wt_store_take(store, key, &facts)
                                         : NULL;
}

/* ---- putting ------------------------------------------------------------ */

/* What there is to say against a session; WT_OK: nothing. */
static wt_error Objection(wolfTicket_Store* store, const wt_blob* blob,
    wt_session_facts* facts)
{
    wt_error ret = WT_OK;
    word64 now;

    if (!wt_session_read(blob->mem, blob->sz, facts))
        ret = WT_E_SESSION_DAMAGED;
    else if (facts->ticketSz == 0)
        ret = WT_E_SESSION_NONE;
    else if (facts->verify != 0)
        ret = WT_E_SESSION_UNVERIFIED;
    else if (!wt_store_now(store, &now))
        ret = WT_E_CLOCK;
    else if (!wt_store_lives(facts, now))
        ret = WT_E_SESSION_EXPIRED;
    return ret;
}

/* wolfSSL does not say why it makes no bytes. */
static wt_error WhyNotPacked(const WOLFSSL_SESSION* session)
{
#ifdef WT_HAVE_SERIAL
    return wolfSSL_SESSION_has_ticket(session) ? WT_E_MEMORY
                                               : WT_E_SESSION_NONE;
#else
    (void)session;
    return WT_E_LACKS_SERIAL;
#endif
}

int wt_store_put(wolfTicket_Store* store, const byte key[WT_PEER_SZ],
    WOLFSSL_SESSION* session)
{
    wt_session_facts facts;
    wt_saved* saved = NULL;
    wt_peer* peer = NULL;
    wt_blob blob;
    wt_error err;

    XMEMSET(&blob, 0, sizeof(blob));
    if (wt_session_pack(session, &blob))
        err = Objection(store, &blob, &facts);
    else
        err = WhyNotPacked(session);
    if (err == WT_OK && !wt_saved_new(key, blob.mem, blob.sz, &facts, &saved,
            &peer))
        err = WT_E_MEMORY;
    if (err == WT_OK) {
        wt_store_lock();
        if (wt_table_fits(&store->table, blob.sz))
            wt_table_insert(&store->table, saved, peer, WT_AS_NEWEST);
        else
            err = WT_E_STORE_ROOM;
        wt_store_unlock();
    }
    if (err == WT_E_STORE_ROOM) {
        wt_saved_free(saved);
        wt_peer_free(peer);
    }
    wt_session_discard(&blob);
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}

int wolfTicket_Store_put(wolfTicket_Store* store, WOLFSSL* ssl,
    const wolfTicket_Peer* peer, WOLFSSL_SESSION* session)
{
    byte key[WT_PEER_SZ];

    if (store == NULL || session == NULL)
        return wt_fail(NULL, WT_E_NULL);
    if (!wt_store_peer(ssl, peer, key))
        return 0;
    if (!wt_trust_kept(ssl))
        return wt_fail(NULL, WT_E_SESSION_UNVERIFIED);
    return wt_store_put(store, key, session);
}

/* ---- the rest ----------------------------------------------------------- */

typedef struct {
    const byte* mem;    /* NULL: not known */
    wt_session_facts facts;
} wt_refusal;

static int IsRefused(const wt_saved* saved, const void* arg)
{
    const wt_refusal* refusal = (const wt_refusal*)arg;

    return !wt_session_is_tls13(&saved->facts) && (refusal->mem == NULL ||
        wt_saved_same(saved, refusal->mem, &refusal->facts));
}

/* When its bytes cannot be had, every TLS 1.2 session of the peer goes: one
 * that is refused again costs a connection. */
void wt_store_refused(wolfTicket_Store* store, const byte key[WT_PEER_SZ],
    WOLFSSL_SESSION* session)
{
    wt_refusal refusal;
    wt_peer* peer;
    wt_blob blob;

    XMEMSET(&blob, 0, sizeof(blob));
    XMEMSET(&refusal, 0, sizeof(refusal));
    if (wt_session_pack(session, &blob) &&
            wt_session_read(blob.mem, blob.sz, &refusal.facts))
        refusal.mem = blob.mem;
    wt_store_lock();
    peer = wt_table_find(&store->table, key);
    if (peer != NULL)
        (void)wt_table_remove_if(&store->table, peer, IsRefused, &refusal);
    wt_store_unlock();
    wt_session_discard(&blob);
}

static int CountPeer(const wt_peer* peer, word64 now)
{
    const wt_saved* saved;
    int count = 0;

    for (saved = peer->first; saved != NULL; saved = saved->next)
        count += wt_store_lives(&saved->facts, now);
    return count;
}

/* NULL as key: all peers. */
static int Count(wolfTicket_Store* store, const byte* key)
{
    const wt_peer* peer;
    word64 now;
    int count = 0;

    if (!wt_store_now(store, &now))
        return 0;
    wt_store_lock();
    peer = (key != NULL) ? wt_table_find(&store->table, key)
                         : store->table.newest;
    for (; peer != NULL; peer = (key == NULL) ? peer->older : NULL)
        count += CountPeer(peer, now);
    wt_store_unlock();
    return count;
}

int wt_store_left(wolfTicket_Store* store, const byte key[WT_PEER_SZ])
{
    return Count(store, key);
}

int wolfTicket_Store_count(wolfTicket_Store* store, WOLFSSL* ssl,
    const wolfTicket_Peer* peer)
{
    byte key[WT_PEER_SZ];

    if (store == NULL)
        return wt_fail(NULL, WT_E_NULL);
    if (peer == NULL)
        return Count(store, NULL);
    return wt_store_peer(ssl, peer, key) ? Count(store, key) : 0;
}

static int Everything(const wt_saved* saved, const void* arg)
{
    (void)saved;
    (void)arg;
    return 1;
}

int wolfTicket_Store_forget(wolfTicket_Store* store, WOLFSSL* ssl,
    const wolfTicket_Peer* peer)
{
    byte key[WT_PEER_SZ];
    wt_peer* found;

    if (store == NULL)
        return wt_fail(NULL, WT_E_NULL);
    if (peer != NULL && !wt_store_peer(ssl, peer, key))
        return 0;
    wt_store_lock();
    if (peer == NULL) {
        wt_table_clear(&store->table);
    }
    else {
        found = wt_table_find(&store->table, key);
        if (found != NULL)
            (void)wt_table_remove_if(&store->table, found, Everything, NULL);
    }
    wt_store_unlock();
    return 1;
}
