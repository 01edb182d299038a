/* store_fixture.h
 *
 * A store, its clock, and as many sessions as a test needs.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * One handshake makes a session; its copies get tickets, times and lives of
 * their own.  A ticket's first bytes hold its number.
 */

#ifndef WOLFTICKET_TEST_STORE_FIXTURE_H
#define WOLFTICKET_TEST_STORE_FIXTURE_H

#define WOLFTICKET_NO_REDIRECT
#include "storetable.h"
#include "error.h"
#include "harness.h"

#define SF_LIFETIME 3600

/* Where wolfSSL's serialisation has them. */
#define SF_RECEIVED_AT 1
#define SF_LIFETIME_AT 5

static th_clock sf_clock;
static wolfTicket_Store* sf_store;
static WOLFSSL_CTX* sf_ctx;     /* a client's */
static WOLFSSL* sf_ssl;
static wt_blob sf_model[2];     /* of TLS 1.2 and 1.3 */

static const wolfTicket_Peer sf_peer = {
    "www.example", 443, "www.example", NULL, 0, NULL, 0
};

static inline void sf_take_model(int tls13)
{
    int mode = tls13 ? TH_TLS13 : TH_TLS12;
    WOLFSSL_CTX* sc = th_server_ctx(mode);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session;

    session = th_get_session(sc, cc);
    ck_assert_int_eq(wt_session_pack(session, &sf_model[tls13]), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}

static inline void sf_new_store(size_t peers, size_t perPeer, size_t bytes)
{
    wolfTicket_Store_free(sf_store);
    sf_store = wolfTicket_Store_new(peers, perPeer, bytes, th_time, &sf_clock);
    ck_assert_ptr_nonnull(sf_store);
}

static inline void sf_setup(void)
{
    th_setup();
    memset(&sf_clock, 0, sizeof(sf_clock));
    sf_clock.now = TH_NOW;
    memset(sf_model, 0, sizeof(sf_model));
    sf_take_model(0);
    sf_take_model(1);
    sf_ctx = th_client_ctx(TH_TLS13);
    sf_ssl = wolfSSL_new(sf_ctx);
    ck_assert_ptr_nonnull(sf_ssl);
    sf_store = NULL;
    sf_new_store(0, 0, 0);
}

static inline void sf_teardown(void)
{
    wolfTicket_Store_free(sf_store);
    wolfSSL_free(sf_ssl);
    wolfSSL_CTX_free(sf_ctx);
    wt_session_discard(&sf_model[0]);
    wt_session_discard(&sf_model[1]);
    th_teardown();
}

/* ---- sessions ------------------------------------------------------------ */

static inline wt_session_facts sf_facts(const wt_blob* blob)
{
    wt_session_facts facts;

    ck_assert_int_eq(wt_session_read(blob->mem, blob->sz, &facts), 1);
    return facts;
}

/* Session number n, for the caller to free. */
static inline WOLFSSL_SESSION* sf_session(int tls13, word32 n, word64 received,
    word32 lifetime)
{
    wt_session_facts facts = sf_facts(&sf_model[tls13]);
    byte* mem = sf_model[tls13].mem;
    WOLFSSL_SESSION* session;

    wt_put(mem + SF_RECEIVED_AT, (word32)received, 4);
    wt_put(mem + SF_LIFETIME_AT, lifetime, 4);
    wt_put(mem + facts.ticketAt, n, 4);
    session = wt_session_unpack(mem, sf_model[tls13].sz);
    if (session == NULL)
        ck_abort_msg("no session");
    return session;
}

/* The number of a session, which is freed; -1 for NULL. */
static inline long sf_number(WOLFSSL_SESSION* session)
{
    wt_session_facts facts;
    wt_blob blob;
    long ret = -1;

    if (session != NULL) {
        memset(&blob, 0, sizeof(blob));
        ck_assert_int_eq(wt_session_pack(session, &blob), 1);
        facts = sf_facts(&blob);
        ret = (long)wt_get(blob.mem + facts.ticketAt, 4);
        wt_session_discard(&blob);
        wolfSSL_SESSION_free(session);
    }
    return ret;
}

static inline int sf_put(const wolfTicket_Peer* peer, int tls13, word32 n,
    word64 received)
{
    WOLFSSL_SESSION* session = sf_session(tls13, n, received, SF_LIFETIME);
    int ret = wolfTicket_Store_put(sf_store, sf_ssl, peer, session);

    wolfSSL_SESSION_free(session);
    return ret;
}

static inline long sf_take(const wolfTicket_Peer* peer)
{
    return sf_number(wolfTicket_Store_take(sf_store, sf_ssl, peer));
}

static inline int sf_count(const wolfTicket_Peer* peer)
{
    return wolfTicket_Store_count(sf_store, sf_ssl, peer);
}

/* The same by key, without what finding out the key costs. */
static inline void sf_key(word32 n, byte key[WT_PEER_SZ])
{
    memset(key, 0, WT_PEER_SZ);
    /* As a hash spreads them. */
    wt_put(key, n * 2654435761u, 4);
    wt_put(key + 4, n, 4);
}

static inline int sf_put_key(word32 peer, int tls13, word32 n, word64 received)
{
    WOLFSSL_SESSION* session = sf_session(tls13, n, received, SF_LIFETIME);
    byte key[WT_PEER_SZ];
    int ret;

    sf_key(peer, key);
    ret = wt_store_put(sf_store, key, session);
    wolfSSL_SESSION_free(session);
    return ret;
}

static inline long sf_take_key(word32 peer)
{
    wt_session_facts facts;
    byte key[WT_PEER_SZ];

    sf_key(peer, key);
    return sf_number(wt_store_take(sf_store, key, &facts));
}

static inline int sf_left(word32 peer)
{
    byte key[WT_PEER_SZ];

    sf_key(peer, key);
    return wt_store_left(sf_store, key);
}

static inline void sf_error_is(wt_error err)
{
    ck_assert_str_eq(wolfTicket_Store_error(), wt_error_text(err));
}

/* ---- the table ----------------------------------------------------------- */

#define SF_MUST(cond) do { if (!(cond)) ck_abort_msg("%s", #cond); } while (0)

/* Every list and every sum. */
static inline void sf_check_table(void)
{
    const wt_table* table = &sf_store->table;
    size_t bytes = table->rowCount * sizeof(*table->rows);
    size_t sessions = 0;
    size_t peers = 0;
    size_t inRows = 0;
    const wt_peer* newer = NULL;
    const wt_peer* peer;
    const wt_saved* saved;
    size_t i;

    for (peer = table->newest; peer != NULL; peer = peer->older) {
        size_t count = 0;

        SF_MUST(peer->newer == newer);
        SF_MUST(wt_table_find(table, peer->key) == peer);
        SF_MUST(peer->first != NULL);
        for (saved = peer->first; saved != NULL; saved = saved->next) {
            SF_MUST(saved->next == NULL ||
                saved->next->facts.received <= saved->facts.received);
            bytes += sizeof(*saved) + saved->sz;
            count++;
        }
        SF_MUST(count == peer->count && count <= table->perPeer);
        sessions += count;
        bytes += sizeof(*peer);
        peers++;
        newer = peer;
    }
    for (i = 0; i < table->rowCount; i++) {
        for (peer = table->rows[i]; peer != NULL; peer = peer->chain)
            inRows++;
    }
    SF_MUST(table->oldest == newer);
    SF_MUST(peers == table->peers && peers == inRows);
    SF_MUST(sessions == table->sessions);
    SF_MUST(bytes == table->bytes);
    SF_MUST(peers <= table->maxPeers && bytes <= table->maxBytes);
}

#endif /* WOLFTICKET_TEST_STORE_FIXTURE_H */
