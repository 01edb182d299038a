/* unit_storetable.c
 *
 * A store's bounds and sums: compared with a plain list of everything.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "store_fixture.h"

/* ---- bounds -------------------------------------------------------------- */

START_TEST(the_oldest_session_of_a_peer_goes)
{
    word32 i;

    sf_new_store(0, 3, 0);
    for (i = 1; i <= 5; i++)
        ck_assert_int_eq(sf_put_key(1, 1, i, TH_NOW), 1);
    ck_assert_int_eq(sf_left(1), 3);
    /* One that is older than all there are is itself the one. */
    ck_assert_int_eq(sf_put_key(1, 1, 9, TH_NOW - 1), 1);
    ck_assert_int_eq(sf_left(1), 3);
    sf_check_table();
    for (i = 5; i >= 3; i--)
        ck_assert_int_eq(sf_take_key(1), i);
}
END_TEST

START_TEST(the_peer_used_longest_ago_goes)
{
    sf_new_store(3, 0, 0);
    ck_assert_int_eq(sf_put_key(1, 0, 1, TH_NOW), 1);
    ck_assert_int_eq(sf_put_key(2, 1, 2, TH_NOW), 1);
    ck_assert_int_eq(sf_put_key(2, 1, 22, TH_NOW), 1);
    ck_assert_int_eq(sf_put_key(3, 1, 3, TH_NOW), 1);
    ck_assert_int_eq(sf_take_key(1), 1);
    ck_assert_int_eq(sf_put_key(4, 1, 4, TH_NOW), 1);
    ck_assert_int_eq(sf_left(1), 1);
    ck_assert_int_eq(sf_left(2), 0);
    ck_assert_int_eq(sf_left(3), 1);
    ck_assert_int_eq(sf_left(4), 1);
    /* Counting is no use. */
    ck_assert_int_eq(sf_put_key(5, 1, 5, TH_NOW), 1);
    ck_assert_int_eq(sf_left(3), 0);
    ck_assert_int_eq(sf_left(1), 1);
    sf_check_table();
}
END_TEST

/* The bytes of n sessions of as many peers, and a few more. */
static size_t BytesFor(size_t n)
{
    return 16 * sizeof(wt_peer*) + n * (sizeof(wt_peer) + sizeof(wt_saved) +
        sf_model[1].sz) + 32;
}

START_TEST(bytes_are_made_from_the_peer_used_longest_ago)
{
    sf_new_store(0, 0, BytesFor(4));
    ck_assert_int_eq(sf_put_key(1, 1, 1, TH_NOW - 3), 1);
    ck_assert_int_eq(sf_put_key(1, 1, 2, TH_NOW - 2), 1);
    ck_assert_int_eq(sf_put_key(2, 1, 3, TH_NOW - 9), 1);
    ck_assert_int_eq(sf_put_key(3, 1, 4, TH_NOW - 9), 1);
    ck_assert_int_eq(sf_count(NULL), 4);
    ck_assert_int_eq(sf_put_key(4, 1, 5, TH_NOW), 1);
    ck_assert_int_eq(sf_count(NULL), 4);
    ck_assert_int_eq(sf_left(1), 1);
    ck_assert_int_eq(sf_take_key(1), 2);
    sf_check_table();
}
END_TEST

START_TEST(a_lone_peer_makes_room_for_itself)
{
    word32 i;

    sf_new_store(0, 100, BytesFor(3));
    for (i = 1; i <= 20; i++) {
        ck_assert_int_eq(sf_put_key(1, 1, i, TH_NOW), 1);
        sf_check_table();
    }
    ck_assert_int_ge(sf_left(1), 3);
    ck_assert_int_eq(sf_take_key(1), 20);
}
END_TEST

START_TEST(defaults_hold)
{
    sf_new_store(0, 0, 0);
    ck_assert_uint_eq(sf_store->table.maxPeers, WOLFTICKET_STORE_PEERS);
    ck_assert_uint_eq(sf_store->table.perPeer, WOLFTICKET_STORE_PER_PEER);
    ck_assert_uint_eq(sf_store->table.maxBytes, WOLFTICKET_STORE_BYTES);
    sf_new_store((size_t)-1, (size_t)-1, (size_t)-1);
    ck_assert_int_eq(sf_put_key(1, 1, 1, TH_NOW), 1);
    ck_assert_int_eq(sf_take_key(1), 1);
    sf_check_table();
}
END_TEST

/* ---- many ---------------------------------------------------------------- */

START_TEST(ten_thousand_peers_have_their_place)
{
    word32 n = (word32)th_many(10000);
    word32 i;

    sf_new_store(n, 2, 256u * 1024 * 1024);
    for (i = 0; i < n; i++)
        SF_MUST(sf_put_key(i, 1, i, TH_NOW) == 1);
    sf_check_table();
    ck_assert_uint_eq(sf_store->table.peers, n);
    /* Few to a row. */
    ck_assert_uint_ge(sf_store->table.rowCount, n / 2);
    for (i = n; i-- > 0; )
        SF_MUST(sf_take_key(i) == (long)i);
    sf_check_table();
    ck_assert_uint_eq(sf_store->table.peers, 0);
    ck_assert_uint_eq(sf_store->table.bytes,
        sf_store->table.rowCount * sizeof(wt_peer*));
}
END_TEST

/* Rows may be few, but nothing depends on it. */
START_TEST(peers_of_one_row_are_told_apart)
{
    WOLFSSL_SESSION* session;
    wt_session_facts facts;
    byte key[WT_PEER_SZ];
    word32 i;

    memset(key, 0xAB, sizeof(key));
    for (i = 0; i < 100; i++) {
        key[WT_PEER_SZ - 1] = (byte)i;
        session = sf_session(1, i, TH_NOW, SF_LIFETIME);
        ck_assert_int_eq(wt_store_put(sf_store, key, session), 1);
        wolfSSL_SESSION_free(session);
    }
    sf_check_table();
    for (i = 0; i < 100; i += 2) {
        key[WT_PEER_SZ - 1] = (byte)i;
        ck_assert_int_eq(sf_number(wt_store_take(sf_store, key, &facts)), i);
        ck_assert_ptr_null(wt_store_take(sf_store, key, &facts));
    }
    sf_check_table();
    for (i = 1; i < 100; i += 2) {
        key[WT_PEER_SZ - 1] = (byte)i;
        ck_assert_int_eq(sf_number(wt_store_take(sf_store, key, &facts)), i);
    }
}
END_TEST

/* ---- against a plain list ------------------------------------------------ */

#define MODEL_MAX 64
#define MODEL_PEERS 6

typedef struct {
    word32 peer;
    word32 n;
    int tls13;
    word64 received;
} entry;

/* Peers by last use, the last first; and sessions of a peer, the newest
 * first. */
typedef struct {
    entry all[MODEL_MAX];
    int count;
    word32 use[MODEL_PEERS];
    int used;
    int maxPeers;
    int perPeer;
    int maxSessions;
} model;

static word32 seed;

static word32 Random(word32 below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static void ModelRemove(model* m, int i)
{
    word32 peer = m->all[i].peer;
    int j, k;

    memmove(&m->all[i], &m->all[i + 1],
        (size_t)(m->count - i - 1) * sizeof(m->all[0]));
    m->count--;
    for (j = 0; j < m->count && m->all[j].peer != peer; j++)
        ;
    if (j == m->count) {
        for (k = 0; m->use[k] != peer; k++)
            ;
        memmove(&m->use[k], &m->use[k + 1],
            (size_t)(m->used - k - 1) * sizeof(m->use[0]));
        m->used--;
    }
}

static void ModelTouch(model* m, word32 peer)
{
    int k;

    for (k = 0; k < m->used && m->use[k] != peer; k++)
        ;
    if (k == m->used)
        m->used++;
    memmove(&m->use[1], &m->use[0], (size_t)k * sizeof(m->use[0]));
    m->use[0] = peer;
}

/* The last entry of peer, -1: none. */
static int ModelOldest(const model* m, word32 peer, int* count)
{
    int ret = -1;
    int i;

    *count = 0;
    for (i = 0; i < m->count; i++) {
        if (m->all[i].peer == peer) {
            ret = i;
            (*count)++;
        }
    }
    return ret;
}

static int Reusable(const entry* a, const entry* b)
{
    return a->peer == b->peer && !a->tls13 && !b->tls13;
}

static void ModelPut(model* m, entry e)
{
    int count, i, oldest;

    ModelTouch(m, e.peer);
    for (i = 0; i < m->count; i++) {
        if (Reusable(&m->all[i], &e) && m->all[i].received > e.received)
            return;
    }
    for (i = 0; i < m->count && (m->all[i].peer != e.peer ||
            m->all[i].received > e.received); i++)
        ;
    memmove(&m->all[i + 1], &m->all[i],
        (size_t)(m->count - i) * sizeof(m->all[0]));
    m->all[i] = e;
    m->count++;
    for (i = m->count - 1; i >= 0; i--) {
        entry* old = &m->all[i];

        if (old->peer == e.peer && (old->n != e.n || old->tls13 != e.tls13) &&
                Reusable(old, &e) && old->received <= e.received)
            ModelRemove(m, i);
    }
    oldest = ModelOldest(m, e.peer, &count);
    if (count > m->perPeer)
        ModelRemove(m, oldest);
    while (m->used > m->maxPeers || m->count > m->maxSessions)
        ModelRemove(m, ModelOldest(m, m->use[m->used - 1], &count));
}

static void ModelTake(model* m, word32 peer, long want)
{
    int i;

    for (i = 0; i < m->count && m->all[i].peer != peer; i++)
        ;
    SF_MUST(want == ((i < m->count) ? (long)m->all[i].n : -1L));
    if (i < m->count) {
        ModelTouch(m, peer);
        if (m->all[i].tls13)
            ModelRemove(m, i);
    }
}

static void ModelForget(model* m, word32 peer)
{
    int count;
    int i;

    while ((i = ModelOldest(m, peer, &count)) >= 0)
        ModelRemove(m, i);
}

/* All sessions have one size, and there are few peers, so that in the model a
 * limit on bytes is one on sessions. */
START_TEST(whatever_is_done_the_store_agrees_with_a_list)
{
    int steps = th_many(2000);
    byte key[WT_PEER_SZ];
    int i, j, count;
    word32 n = 1;
    wt_peer* found;
    model m;

    memset(&m, 0, sizeof(m));
    seed = (word32)_i * 7919u + 1;
    m.maxPeers = (int)Random(MODEL_PEERS - 1) + 1;
    m.perPeer = (int)Random(5) + 1;
    m.maxSessions = MODEL_MAX - 2;
    sf_new_store((size_t)m.maxPeers, (size_t)m.perPeer, 0);
    for (i = 0; i < steps; i++) {
        word32 peer = Random(MODEL_PEERS - 1);
        word32 what = Random(16);
        entry e;

        e.peer = peer;
        e.n = n++;
        e.tls13 = Random(4) != 0;
        e.received = TH_NOW - Random(4);
        if (what < 9) {
            SF_MUST(sf_put_key(peer, e.tls13, e.n, e.received) == 1);
            ModelPut(&m, e);
        }
        else if (what < 15) {
            ModelTake(&m, peer, sf_take_key(peer));
        }
        else {
            sf_key(peer, key);
            found = wt_table_find(&sf_store->table, key);
            while (found != NULL) {
                wt_saved_free(wt_table_unlink(&sf_store->table, found,
                    &found->first));
                found = wt_table_find(&sf_store->table, key);
            }
            ModelForget(&m, peer);
        }
        sf_check_table();
        SF_MUST(sf_count(NULL) == m.count);
        for (j = 0; j < MODEL_PEERS; j++) {
            (void)ModelOldest(&m, (word32)j, &count);
            SF_MUST(sf_left((word32)j) == count);
        }
    }
}
END_TEST

int main(void)
{
    Suite* s = suite_create("storetable");
    TCase* tc;

    tc = th_case(s, "bounds", 1);
    tcase_add_checked_fixture(tc, sf_setup, sf_teardown);
    tcase_add_test(tc, the_oldest_session_of_a_peer_goes);
    tcase_add_test(tc, the_peer_used_longest_ago_goes);
    tcase_add_test(tc, bytes_are_made_from_the_peer_used_longest_ago);
    tcase_add_test(tc, a_lone_peer_makes_room_for_itself);
    tcase_add_test(tc, defaults_hold);

    tc = th_case(s, "many", 1);
    tcase_add_checked_fixture(tc, sf_setup, sf_teardown);
    tcase_add_test(tc, ten_thousand_peers_have_their_place);
    tcase_add_test(tc, peers_of_one_row_are_told_apart);

    tc = th_case(s, "model", 1);
    tcase_add_checked_fixture(tc, sf_setup, sf_teardown);
    tcase_add_loop_test(tc, whatever_is_done_the_store_agrees_with_a_list, 0,
        8);
    return th_run(s);
}
