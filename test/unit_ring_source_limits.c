/* unit_ring_source_limits.c
 *
 * Rings with a source: what fits, what is refused, what fails.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "source_fixture.h"

static key_store store;
static node one;
static wolfTicket_KeyRing* ring;

static void begin(void)
{
    ring_setup();
    memset(&store, 0, sizeof(store));
    node_init(&one, &store);
    ring = fed_ring(&one);
}

static void end(void)
{
    wolfTicket_KeyRing_free(ring);
    ck_assert_int_eq(one.destroyed, 1);
    th_teardown();
}

/* ---- room --------------------------------------------------------------- */

START_TEST(what_does_not_fit_is_dropped_the_oldest_first)
{
    int i;

    one.reserve = 1;
    for (i = 0; i < 9; i++)
        store_add(&store, i + 1, START - 900 + (uint64_t)i * 100);
    refresh(ring);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), WOLFTICKET_MAX_KEYS);
    for (i = 0; i < 9; i++)
        ck_assert_int_eq(has_key(ring, i + 1), i >= 4);
    ck_assert_int_eq(seals_now(ring), 9);
    ck_assert_uint_eq(report_of(ring).dropped, 4);
}
END_TEST

START_TEST(keys_to_come_do_not_push_out_the_one_that_seals)
{
    int i;

    store_add(&store, 1, START - 100);
    for (i = 0; i < 12; i++)
        store_add(&store, i + 2, START + 100 + (uint64_t)i);
    refresh(ring);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), WOLFTICKET_MAX_KEYS);
    ck_assert_int_eq(seals_now(ring), 1);
}
END_TEST

/* Old keys open tickets; of those to come the next one will be wanted. */
START_TEST(keys_of_a_clock_that_is_ahead_do_not_push_out_old_ones)
{
    int i;

    one.reserve = 1;
    for (i = 0; i < 4; i++)
        store_add(&store, i + 1, START - 400 + (uint64_t)i * 100);
    for (i = 0; i < 6; i++)
        store_add(&store, i + 5, START + 10 + (uint64_t)i * 86400);
    refresh(ring);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), WOLFTICKET_MAX_KEYS);
    for (i = 0; i < 10; i++)
        ck_assert_int_eq(has_key(ring, i + 1), i < 5);
    ck_assert_int_eq(seals_now(ring), 4);
    ck_assert_uint_eq(report_of(ring).dropped, 5);
}
END_TEST

/* They are sealed with where clocks are ahead, by less than a minute. */
START_TEST(keys_of_a_fleet_whose_clocks_differ_are_worth_more_than_old_ones)
{
    int i;

    one.reserve = 1;
    for (i = 0; i < 9; i++)
        store_add(&store, i + 1, START - 60 + (uint64_t)i * 15);
    refresh(ring);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), WOLFTICKET_MAX_KEYS);
    for (i = 0; i < 9; i++)
        ck_assert_int_eq(has_key(ring, i + 1), i >= 4);
    ck_assert_int_eq(seals_now(ring), 5);
}
END_TEST

START_TEST(what_is_no_key_is_left_out_and_counted)
{
    int i;

    for (i = 0; i < 8; i++)
        store_add(&store, i + 1, START - 100 + (uint64_t)i);
    memset(store.keys[0].aes, 0, 32);
    memset(store.keys[1].hmac, 7, 32);
    store.keys[2].aes_sz = 0;
    store.keys[3].aes_sz = 33;
    store.keys[4].hmac_sz = (size_t)-1;
    memcpy(store.keys[5].name, store.keys[7].name, 16);
    memcpy(store.keys[6].aes, store.keys[7].aes, 32);
    memcpy(store.keys[6].hmac, store.keys[7].hmac, 32);
    refresh(ring);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);
    ck_assert_int_eq(seals_now(ring), 8);
    ck_assert_uint_eq(report_of(ring).rejected, 7);
}
END_TEST

/* ---- failures ----------------------------------------------------------- */

START_TEST(without_random_bytes_no_key_is_proposed)
{
    randomMode = RANDOM_FAILS;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(ring, NULL), 0);
    ck_assert(error_is(WT_E_KEY_FAILED));
    ck_assert_int_eq(one.proposals, 0);
    randomMode = RANDOM_ZERO;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(ring, NULL), 0);
    ck_assert_int_eq(one.proposals, 0);
    counts(ring, 0, 2);
    randomMode = RANDOM_GOOD;
    refresh(ring);
    ck_assert_int_eq(store.count, 1);
}
END_TEST

START_TEST(keys_by_hand_are_refused)
{
    wolfTicket_Key key;

    store_add(&store, 1, START);
    refresh(ring);
    ck_assert_int_eq(wolfTicket_Key_generate(NULL, &key, 32), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0), 0);
    ck_assert(error_is(WT_E_KEY_KIND));
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, &key, 1, 0), 0);
    ck_assert(error_is(WT_E_KEY_KIND));
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, store.keys[0].name),
        0);
    ck_assert(error_is(WT_E_KEY_KIND));
    ck_assert_int_eq(wolfTicket_KeyRing_retire_key(ring, store.keys[0].name),
        0);
    ck_assert(error_is(WT_E_KEY_KIND));
    ck_assert_int_eq(seals_now(ring), 1);
}
END_TEST

START_TEST(a_rotation_by_hand_proposes_a_key)
{
    store_add(&store, 1, START);
    refresh(ring);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    ck_assert_int_eq(store.count, 2);
    ck_assert_uint_eq(store.keys[1].active_from, START + LEAD_TIME);
    ck_assert_int_eq(seals_now(ring), 1);
    ringNow += LEAD_TIME;
    ck_assert_int_eq(seals_now(ring), store.keys[1].name[0]);
}
END_TEST

START_TEST(a_source_that_takes_no_keys_is_not_asked_to)
{
    static const wolfTicket_Source givesOnly = {
        "file", node_fetch, NULL, NULL, NULL, NULL
    };
    node n;
    wolfTicket_KeyRing* fed;
    wolfTicket_SourceReport report;

    node_init(&n, &store);
    fed = fed_ring_of(&givesOnly, &n, 0, read_clock, NULL);
    refresh(fed);
    ck_assert_int_eq(n.fetches, 1);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(fed), 0);
    ck_assert(error_is(WT_E_KEY_KIND));
    store_add(&store, 1, START);
    refresh(fed);
    ck_assert_int_eq(seals_now(fed), 1);
    /* Without a report of its own. */
    report = report_of(fed);
    ck_assert_int_eq(report.state, WOLFTICKET_SOURCE_OK);
    ck_assert_uint_eq(report.since, START);
    n.fetchFails = 1;
    ringNow += 5;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(fed, NULL), 0);
    report = report_of(fed);
    ck_assert_int_eq(report.state, WOLFTICKET_SOURCE_AWAY);
    ck_assert_uint_eq(report.since, START + 5);
    wolfTicket_KeyRing_free(fed);
    ck_assert_int_eq(n.destroyed, 0);
}
END_TEST

/* ---- options, times ----------------------------------------------------- */

static const struct {
    unsigned int refresh, period;
    int good;
} options[] = {
    { 0, 0, 1 }, { 1, 0, 1 }, { 3600, 0, 1 }, { 3601, 0, 0 },
    { (unsigned int)-1, 0, 0 }, { 10, 40, 1 }, { 10, 39, 0 }, { 0, 39, 0 },
    { 0, 40, 1 }, { 1, 604800, 1 }, { 1, 604801, 0 }
};

START_TEST(options_out_of_range_are_refused_and_the_source_is_left_alone)
{
    wolfTicket_SourceOptions chosen;
    wolfTicket_KeyRing* fed;
    node n;

    node_init(&n, &store);
    memset(&chosen, 0, sizeof(chosen));
    chosen.refresh = options[_i].refresh;
    chosen.period = options[_i].period;
    fed = wolfTicket_KeyRing_new_source(&plainSource, &n, &chosen);
    ck_assert_int_eq(fed != NULL, options[_i].good);
    if (fed == NULL)
        ck_assert(error_is(WT_E_SOURCE_OPTIONS));
    wolfTicket_KeyRing_free(fed);
    ck_assert_int_eq(n.destroyed, options[_i].good);
}
END_TEST

START_TEST(null_is_refused)
{
    static const wolfTicket_Source nothing = {
        "nothing", NULL, NULL, NULL, NULL, NULL
    };
    wolfTicket_SourceReport report;
    unsigned int ms = 0;

    ck_assert_ptr_null(wolfTicket_KeyRing_new_source(NULL, NULL, NULL));
    ck_assert(error_is(WT_E_NULL));
    ck_assert_ptr_null(wolfTicket_KeyRing_new_source(&nothing, NULL, NULL));
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(NULL, &ms), 0);
    ck_assert_uint_gt(ms, 0);
    ck_assert_int_eq(wolfTicket_KeyRing_get_report(NULL, &report), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_get_report(ring, NULL), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_set_log_cb(NULL, NULL, NULL), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_start(NULL), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_stop(NULL), 0);
    ck_assert_int_eq(one.destroyed, 0);
}
END_TEST

#ifndef WT_HAVE_WORKERS
START_TEST(a_build_without_threads_starts_none_and_says_so)
{
    ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 0);
    ck_assert(error_is(WT_E_NO_THREADS));
    ck_assert_int_eq(wolfTicket_KeyRing_stop(ring), 1);
}
END_TEST
#endif

START_TEST(the_next_round_is_three_quarters_of_a_refresh_away_to_all_of_it)
{
    unsigned int ms, least = 100000, most = 0;
    int i;

    for (i = 0; i < 300; i++) {
        ck_assert_int_eq(wolfTicket_KeyRing_refresh(ring, &ms), 1);
        ck_assert_uint_gt(ms, REFRESH * 750 - 1);
        ck_assert_uint_le(ms, REFRESH * 1000);
        least = (ms < least) ? ms : least;
        most = (ms > most) ? ms : most;
    }
    ck_assert_uint_lt(least, REFRESH * 770);
    ck_assert_uint_gt(most, REFRESH * 980);
    one.fetchFails = 1;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(ring, &ms), 0);
    ck_assert_uint_gt(ms, REFRESH * 750 - 1);
}
END_TEST

static Suite* limits_suite(void)
{
    Suite* suite = suite_create("ring, source, limits");
    TCase* tc = tcase_create("all");

    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, what_does_not_fit_is_dropped_the_oldest_first);
    tcase_add_test(tc,
        keys_of_a_clock_that_is_ahead_do_not_push_out_old_ones);
    tcase_add_test(tc,
        keys_of_a_fleet_whose_clocks_differ_are_worth_more_than_old_ones);
    tcase_add_test(tc, keys_to_come_do_not_push_out_the_one_that_seals);
    tcase_add_test(tc, what_is_no_key_is_left_out_and_counted);
    tcase_add_test(tc, without_random_bytes_no_key_is_proposed);
    tcase_add_test(tc, keys_by_hand_are_refused);
    tcase_add_test(tc, a_rotation_by_hand_proposes_a_key);
    tcase_add_test(tc, a_source_that_takes_no_keys_is_not_asked_to);
    tcase_add_loop_test(tc,
        options_out_of_range_are_refused_and_the_source_is_left_alone, 0,
        (int)(sizeof(options) / sizeof(options[0])));
    tcase_add_test(tc, null_is_refused);
#ifndef WT_HAVE_WORKERS
    tcase_add_test(tc, a_build_without_threads_starts_none_and_says_so);
#endif
    tcase_add_test(tc,
        the_next_round_is_three_quarters_of_a_refresh_away_to_all_of_it);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(limits_suite());
}
