/* unit_store_life.c
 *
 * How long a session stays in a store, and how it and the store end.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "store_fixture.h"

/* ---- time ---------------------------------------------------------------- */

/* Seconds from a ticket's arrival, by the store's clock; whether it can then
 * be taken. */
static const struct {
    long seconds;
    word32 lifetime;
    int tls13;
    int lives;
} ages[] = {
    { 0, 100, 0, 1 }, { 0, 100, 1, 1 },
    { 99, 100, 0, 1 }, { 99, 100, 1, 1 },
    { 100, 100, 0, 0 }, { 100, 100, 1, 0 },
    { 1000000, 100, 0, 0 }, { 1000000, 100, 1, 0 },
    /* The clock went back. */
    { -1, 100, 1, 1 }, { -60, 100, 1, 1 }, { -61, 100, 1, 0 },
    { -60, 100, 0, 1 }, { -61, 100, 0, 0 }, { -1000000, 100, 0, 0 },
    /* Seven days are the most in TLS 1.3, whatever a server says. */
    { 604799, 0xFFFFFFFFu, 1, 1 }, { 604800, 0xFFFFFFFFu, 1, 0 },
    { 604800, 0xFFFFFFFFu, 0, 1 }, { 0, 0, 1, 0 }, { 0, 0, 0, 0 }
};
#define AGES (int)(sizeof(ages) / sizeof(ages[0]))

START_TEST(a_session_lives_as_long_as_it_may)
{
    word64 received = TH_NOW;
    WOLFSSL_SESSION* session = sf_session(ages[_i].tls13, 1, received,
        ages[_i].lifetime);

    if (ages[_i].lifetime > 0)
        ck_assert_int_eq(wolfTicket_Store_put(sf_store, sf_ssl, &sf_peer,
            session), 1);
    sf_clock.now = (word64)((long)received + ages[_i].seconds);
    ck_assert_int_eq(sf_count(&sf_peer), ages[_i].lives);
    ck_assert_int_eq(sf_count(NULL), ages[_i].lives);
    ck_assert_int_eq(sf_take(&sf_peer), ages[_i].lives ? 1 : -1);
    /* And put now? */
    ck_assert_int_eq(wolfTicket_Store_put(sf_store, sf_ssl, &sf_peer,
        session), ages[_i].lives);
    wolfSSL_SESSION_free(session);
    sf_check_table();
}
END_TEST

START_TEST(a_dead_clock_gives_nothing_and_loses_nothing)
{
    ck_assert_int_eq(sf_put(&sf_peer, 1, 1, TH_NOW), 1);
    sf_clock.failAll = 1;
    sf_clock.failAt = sf_clock.calls + 1;
    ck_assert_int_eq(sf_take(&sf_peer), -1);
    sf_error_is(WT_E_CLOCK);
    ck_assert_int_eq(sf_count(&sf_peer), 0);
    sf_error_is(WT_E_CLOCK);
    ck_assert_int_eq(sf_put(&sf_peer, 1, 2, TH_NOW), 0);
    sf_error_is(WT_E_CLOCK);
    sf_clock.failAll = 0;
    sf_clock.failAt = 0;
    ck_assert_int_eq(sf_count(NULL), 1);
    ck_assert_int_eq(sf_take(&sf_peer), 1);
}
END_TEST

START_TEST(wolfssls_clock_serves_without_another)
{
    wolfTicket_Store* store = wolfTicket_Store_new(0, 0, 0, NULL, NULL);
    WOLFSSL_SESSION* session = sf_session(1, 1, wt_clock(), SF_LIFETIME);

    ck_assert_int_eq(wolfTicket_Store_put(store, sf_ssl, &sf_peer, session),
        1);
    ck_assert_int_eq(wolfTicket_Store_count(store, sf_ssl, &sf_peer), 1);
    wolfSSL_SESSION_free(session);
    session = sf_session(1, 1, TH_NOW, SF_LIFETIME);
    ck_assert_int_eq(wolfTicket_Store_put(store, sf_ssl, &sf_peer, session),
        0);
    wolfSSL_SESSION_free(session);
    wolfTicket_Store_free(store);
}
END_TEST

/* ---- forgetting ---------------------------------------------------------- */

START_TEST(one_peer_is_forgotten_or_all)
{
    wolfTicket_Peer other = sf_peer;

    other.port = 8443;
    ck_assert_int_eq(sf_put(&sf_peer, 1, 1, TH_NOW), 1);
    ck_assert_int_eq(sf_put(&sf_peer, 1, 2, TH_NOW), 1);
    ck_assert_int_eq(sf_put(&other, 1, 3, TH_NOW), 1);
    ck_assert_int_eq(wolfTicket_Store_forget(sf_store, sf_ssl, &sf_peer), 1);
    ck_assert_int_eq(wolfTicket_Store_forget(sf_store, sf_ssl, &sf_peer), 1);
    ck_assert_int_eq(sf_count(&sf_peer), 0);
    ck_assert_int_eq(sf_count(NULL), 1);
    sf_check_table();
    ck_assert_int_eq(sf_put(&sf_peer, 1, 1, TH_NOW), 1);
    ck_assert_int_eq(wolfTicket_Store_forget(sf_store, NULL, NULL), 1);
    ck_assert_int_eq(sf_count(NULL), 0);
    sf_check_table();
}
END_TEST

START_TEST(the_last_reference_ends_a_store)
{
    long live = th_mem_live();
    wolfTicket_Store* store = wolfTicket_Store_new(0, 0, 0, NULL, NULL);
    WOLFSSL_SESSION* session = sf_session(0, 1, wt_clock(), SF_LIFETIME);
    wt_session_facts facts;
    byte key[WT_PEER_SZ];

    sf_key(1, key);
    ck_assert_int_eq(wt_store_put(store, key, session), 1);
    wolfSSL_SESSION_free(session);
    wt_store_hold(store);
    wolfTicket_Store_free(store);
    ck_assert_int_eq(sf_number(wt_store_take(store, key, &facts)), 1);
    wt_store_drop(store);
    ck_assert_int_eq(th_mem_live(), live);
}
END_TEST

/* ---- memory -------------------------------------------------------------- */

static void setup_counting(void)
{
    th_mem_use(TH_MEM_COUNT);
    sf_setup();
}

/* Freed blocks stay where they are, with what they held. */
static void setup_never(void)
{
    th_mem_use(TH_MEM_NEVER);
    sf_setup();
}

static void forget_all(void)
{
    ck_assert_int_eq(wolfTicket_Store_forget(sf_store, NULL, NULL), 1);
}

static void take_it(void)
{
    ck_assert_int_eq(sf_take_key(1), 9);
}

static void replace_it(void)
{
    ck_assert_int_eq(sf_put_key(1, 1, 9, TH_NOW), 1);
}

static void crowd_it_out(void)
{
    word32 i;

    for (i = 0; i < WOLFTICKET_STORE_PER_PEER; i++)
        ck_assert_int_eq(sf_put_key(1, 1, 100 + i, TH_NOW + 1), 1);
}

static void let_it_run_out(void)
{
    sf_clock.now += SF_LIFETIME;
    ck_assert_int_eq(sf_take_key(1), -1);
}

static void free_the_store(void)
{
    wolfTicket_Store_free(sf_store);
    sf_store = NULL;
}

static void (*const ends[])(void) = {
    forget_all, take_it, replace_it, crowd_it_out, let_it_run_out,
    free_the_store
};
#define ENDS (int)(sizeof(ends) / sizeof(ends[0]))

START_TEST(a_session_that_goes_is_wiped)
{
    const byte* mem;
    word32 sz, i;

    ck_assert_int_eq(sf_put_key(1, 1, 9, TH_NOW), 1);
    mem = sf_store->table.newest->first->mem;
    sz = sf_store->table.newest->first->sz;
    ends[_i]();
    for (i = 0; i < sz; i++)
        SF_MUST(mem[i] == 0);
}
END_TEST

START_TEST(a_store_that_cannot_be_made_leaves_nothing)
{
    wolfTicket_Store* store = NULL;
    long live = th_mem_live();
    long n = 0;

    while (store == NULL) {
        th_mem_fail_at(++n);
        th_mem_arm(1);
        store = wolfTicket_Store_new(0, 0, 0, NULL, NULL);
        th_mem_arm(0);
        if (store == NULL) {
            sf_error_is(WT_E_MEMORY);
            ck_assert_int_eq(th_mem_live(), live);
        }
        ck_assert_int_lt(n, 10);
    }
    ck_assert_int_gt(n, 2);
    wolfTicket_Store_free(store);
    ck_assert_int_eq(th_mem_live(), live);
}
END_TEST

/* With 16 peers there the next one also makes the rows grow. */
START_TEST(a_put_that_fails_changes_nothing)
{
    WOLFSSL_SESSION* session = sf_session(1, 99, TH_NOW, SF_LIFETIME);
    word32 peers = (_i == 0) ? 1 : 16;
    size_t bytes;
    int ret = 0;
    long live;
    long n = 0;
    word32 i;

    for (i = 0; i < peers; i++)
        ck_assert_int_eq(sf_put_key(i, 1, i, TH_NOW), 1);
    bytes = sf_store->table.bytes;
    live = th_mem_live();
    while (ret == 0) {
        th_mem_fail_at(++n);
        th_mem_arm(1);
        ret = wolfTicket_Store_put(sf_store, sf_ssl, &sf_peer, session);
        th_mem_arm(0);
        if (ret == 0) {
            sf_error_is(WT_E_MEMORY);
            ck_assert_uint_eq(sf_store->table.bytes, bytes);
            ck_assert_int_eq(th_mem_live(), live);
            ck_assert_int_eq(sf_count(NULL), (int)peers);
        }
        sf_check_table();
        ck_assert_int_lt(n, 50);
    }
    ck_assert_int_gt(n, 3);
    wolfSSL_SESSION_free(session);
}
END_TEST

/* wolfSSL makes nothing of what it is given, as when its memory runs out. */
START_TEST(a_take_that_fails_loses_nothing)
{
    byte* first;
    long n = 0;
    int ret = -1;

    ck_assert_int_eq(sf_put(&sf_peer, 1, 5, TH_NOW), 1);
    first = sf_store->table.newest->first->mem;
    *first ^= 0xFF;
    ck_assert_ptr_null(wolfTicket_Store_take(sf_store, sf_ssl, &sf_peer));
    sf_error_is(WT_E_MEMORY);
    ck_assert_int_eq(sf_count(&sf_peer), 1);
    *first ^= 0xFF;
    while (ret < 0) {
        WOLFSSL_SESSION* session;

        th_mem_fail_at(++n);
        th_mem_arm(1);
        session = wolfTicket_Store_take(sf_store, sf_ssl, &sf_peer);
        th_mem_arm(0);
        if (session == NULL) {
            sf_error_is(WT_E_MEMORY);
            ck_assert_int_eq(sf_count(&sf_peer), 1);
        }
        ret = (int)sf_number(session);
        ck_assert_int_lt(n, 50);
    }
    ck_assert_int_eq(ret, 5);
    ck_assert_int_eq(sf_count(NULL), 0);
}
END_TEST

int main(void)
{
    Suite* s = suite_create("store_life");
    TCase* tc;

    tc = th_case(s, "time", 1);
    tcase_add_checked_fixture(tc, sf_setup, sf_teardown);
    tcase_add_loop_test(tc, a_session_lives_as_long_as_it_may, 0, AGES);
    tcase_add_test(tc, a_dead_clock_gives_nothing_and_loses_nothing);
    tcase_add_test(tc, wolfssls_clock_serves_without_another);

    tc = th_case(s, "forgetting", 1);
    tcase_add_checked_fixture(tc, setup_counting, sf_teardown);
    tcase_add_test(tc, one_peer_is_forgotten_or_all);
    tcase_add_test(tc, the_last_reference_ends_a_store);
    tcase_add_test(tc, a_store_that_cannot_be_made_leaves_nothing);
    tcase_add_loop_test(tc, a_put_that_fails_changes_nothing, 0, 2);
    tcase_add_test(tc, a_take_that_fails_loses_nothing);

    tc = th_case(s, "wiping", 1);
    tcase_add_checked_fixture(tc, setup_never, sf_teardown);
    tcase_add_loop_test(tc, a_session_that_goes_is_wiped, 0, ENDS);
    return th_run(s);
}
