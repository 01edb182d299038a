/* unit_ring_source.c
 *
 * Rings with a source: when a key is due, which one seals, what is kept.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "source_fixture.h"

static key_store store;
static node one, two;
static wolfTicket_KeyRing* ring;
static wolfTicket_KeyRing* other;

static void begin(void)
{
    ring_setup();
    memset(&store, 0, sizeof(store));
    node_init(&one, &store);
    node_init(&two, &store);
    ring = fed_ring(&one);
    other = fed_ring(&two);
}

static void end(void)
{
    wolfTicket_KeyRing_free(ring);
    wolfTicket_KeyRing_free(other);
    ck_assert_int_eq(one.destroyed, 1);
    ck_assert_int_eq(two.destroyed, 1);
    th_teardown();
}

/* ---- when a key is due -------------------------------------------------- */

#define NEVER_DUE 0
#define NOW       1000000u
/* Of a key: when it seals from, relative to NOW. */
#define NO_KEY    (-1000000)

static const struct {
    const char* name;
    long newest, former;      /* NO_KEY: there is none */
    unsigned int flags;       /* of the newest */
    int force;
    long due;                 /* the active_from to propose; 0: none */
} plans[] = {
    { "none at all", NO_KEY, NO_KEY, 0, 0, 20 },
    { "just made", 20, NO_KEY, 0, 0, NEVER_DUE },
    { "in the middle of its period", -2700, NO_KEY, 0, 0, NEVER_DUE },
    { "a second too early", -5379, NO_KEY, 0, 0, NEVER_DUE },
    { "the lead before its period's end", -5380, NO_KEY, 0, 0, 20 },
    { "at its end", -5400, NO_KEY, 0, 0, 20 },
    { "long after it", -50000, NO_KEY, 0, 0, 20 },
    { "the next is known", 20, -5380, 0, 0, NEVER_DUE },
    { "a reserve key is none", 20, NO_KEY, WOLFTICKET_SOURCE_RESERVE, 0, 20 },
    { "one that only opens is none", 20, NO_KEY, WOLFTICKET_SOURCE_OPENS_ONLY,
        0, 20 },
    { "the one behind it counts", 20, -100, WOLFTICKET_SOURCE_OPENS_ONLY, 0,
        NEVER_DUE },
    { "as far ahead as can be", 5420, NO_KEY, 0, 0, NEVER_DUE },
    { "further ahead than anybody makes one", 5421, NO_KEY, 0, 0, 20 },
    { "a year ahead, and a good one", 31536000, -100, 0, 0, NEVER_DUE },
    { "a year ahead, and an old one", 31536000, -5390, 0, 0, 20 },
    { "by hand, in the middle", -2700, NO_KEY, 0, 1, 20 },
    { "by hand, with one that waits", 20, -100, 0, 1, 21 },
    { "by hand, with none", NO_KEY, NO_KEY, 0, 1, 20 }
};

START_TEST(a_key_is_due_two_refreshes_before_the_period_ends)
{
    wolfTicket_SourceKey keys[2], made;
    int count = 0;
    int due;

    if (plans[_i].former != NO_KEY)
        pattern_source_key(1, (uint64_t)((long)NOW + plans[_i].former),
            &keys[count++]);
    if (plans[_i].newest != NO_KEY) {
        pattern_source_key(2, (uint64_t)((long)NOW + plans[_i].newest),
            &keys[count]);
        keys[count++].flags = plans[_i].flags;
    }
    due = wt_ring_plan(keys, count, NOW, REFRESH, PERIOD, LIFE,
        plans[_i].force, &made);
    ck_assert_msg(due == (plans[_i].due != NEVER_DUE), "%s: due %d",
        plans[_i].name, due);
    if (due) {
        ck_assert_msg(made.active_from == NOW + (uint64_t)plans[_i].due,
            "%s: from %ld", plans[_i].name, (long)(made.active_from - NOW));
        ck_assert_uint_eq(made.seals_until, made.active_from + 2 * PERIOD);
        ck_assert_uint_eq(made.opens_until, made.seals_until + LIFE);
    }
}
END_TEST

START_TEST(an_empty_source_gets_one_key_which_seals_when_all_know_it)
{
    refresh(ring);
    ck_assert_int_eq(store.count, 1);
    ck_assert_uint_eq(store.keys[0].active_from, START + LEAD_TIME);
    ck_assert_int_eq(seals_now(ring), -1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);
    refresh(other);
    ck_assert_int_eq(two.proposals, 0);
    ringNow += LEAD_TIME - 1;
    ck_assert_int_eq(seals_now(ring), -1);
    ringNow++;
    ck_assert_int_eq(seals_now(ring), store.keys[0].name[0]);
    ck_assert_int_eq(seals_now(other), store.keys[0].name[0]);
    ck_assert_uint_eq(report_of(ring).proposed, 1);
    ck_assert_uint_eq(report_of(ring).fetches, 2);
}
END_TEST

START_TEST(of_two_that_find_a_key_due_one_makes_it)
{
    key_store empty;
    wolfTicket_SourceReport report;

    memset(&empty, 0, sizeof(empty));
    refresh(ring);
    two.before = &empty;
    refresh(other);
    ck_assert_int_eq(store.count, 1);
    ck_assert_int_eq(two.proposals, 1);
    report = report_of(other);
    ck_assert_uint_eq(report.lost, 1);
    ck_assert_uint_eq(report.proposed, 0);
    ck_assert(has_name(other, store.keys[0].name));
}
END_TEST

START_TEST(hours_of_rotations_are_made_once_each_and_both_rings_always_agree)
{
    int i;
    wt_key a, b;

    one.reserve = two.reserve = 1;
    for (i = 0; i < th_many(6000); i++) {
        refresh((i % 3 != 0) ? ring : other);
        refresh((i % 3 == 0) ? ring : other);
        a = sealing(ring);
        b = sealing(other);
        ck_assert(same_key(&a, &b));
        ck_assert_int_le(wolfTicket_KeyRing_count(ring), WOLFTICKET_MAX_KEYS);
        while (store.count > 6)
            memmove(&store.keys[0], &store.keys[1],
                (size_t)--store.count * sizeof(store.keys[0]));
        ringNow += REFRESH;
    }
    ck_assert_uint_eq(report_of(ring).proposed + report_of(other).proposed,
        1 + (unsigned long)((th_many(6000) - 1) * (int)REFRESH / (int)PERIOD));
    ck_assert_uint_eq(report_of(ring).dropped, 0);
}
END_TEST

/* ---- which one seals ---------------------------------------------------- */

START_TEST(a_key_that_is_new_here_waits_for_a_refresh_whatever_its_time)
{
    store_add(&store, 1, START - 100);
    refresh(ring);
    ck_assert_int_eq(seals_now(ring), 1);
    /* A maker's clock is behind ours. */
    store_add(&store, 2, START - 5);
    refresh(ring);
    ck_assert_int_eq(seals_now(ring), 1);
    ck_assert(has_key(ring, 2));
    ringNow += REFRESH + 1;
    refresh(ring);
    ck_assert_int_eq(seals_now(ring), 1);
    ringNow++;
    ck_assert_int_eq(seals_now(ring), 2);
    counts(ring, 1, 0);
}
END_TEST

START_TEST(who_has_none_to_seal_with_takes_the_newest_at_once)
{
    store_add(&store, 1, START - 100);
    store_add(&store, 2, START - 1);
    store_add(&store, 3, START + 1);
    refresh(ring);
    ck_assert_int_eq(seals_now(ring), 2);
}
END_TEST

START_TEST(keys_that_only_open_and_keys_of_the_past_do_not_seal)
{
    store_add(&store, 1, START - 100);
    store_add(&store, 2, START - 50);
    store_add(&store, 3, START - 40);
    store.keys[1].flags = WOLFTICKET_SOURCE_OPENS_ONLY;
    store.keys[2].seals_until = START;
    refresh(ring);
    ck_assert_int_eq(seals_now(ring), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 3);
}
END_TEST

START_TEST(the_reserve_seals_only_while_no_other_key_does)
{
    int hour;

    one.reserve = 1;
    refresh(ring);
    hour = seals_now(ring);
    ck_assert_int_eq(hour, (int)(START / 3600 % 100) + 100);
    ringNow += LEAD_TIME;
    ck_assert_int_eq(seals_now(ring), store.keys[0].name[0]);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 4);
}
END_TEST

START_TEST(a_handshake_asks_no_source)
{
    int i;

    refresh(ring);
    i = one.fetches;
    for (; ringNow < START + 4 * LIFE; ringNow += 7)
        (void)seals_now(ring);
    ck_assert_int_eq(one.fetches, i);
    ck_assert_int_eq(one.proposals, 1);
    /* And keys have died all the same. */
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 0);
}
END_TEST

START_TEST(a_key_dies_at_its_end)
{
    store_add(&store, 1, START);
    store.keys[0].seals_until = START + 10;
    store.keys[0].opens_until = START + 20;
    refresh(ring);
    ringNow += 10;
    ck_assert_int_eq(seals_now(ring), -1);
    ck_assert(has_key(ring, 1));
    ringNow += 9;
    ck_assert(has_key(ring, 1));
    ringNow++;
    ck_assert(!has_key(ring, 1));
    refresh(ring);
    ck_assert(!has_key(ring, 1));
}
END_TEST

/* ---- revocation --------------------------------------------------------- */

START_TEST(a_key_that_the_source_has_no_more_is_wiped_with_the_next_round)
{
    byte* mem = (byte*)ring;
    size_t i;
    int found = 0;

    store_add(&store, 1, START - 100);
    store_add(&store, 2, START - 50);
    refresh(ring);
    ck_assert_int_eq(seals_now(ring), 2);
    store_remove(&store, store.keys[1].name);
    refresh(ring);
    ck_assert_int_eq(seals_now(ring), 1);
    ck_assert(!has_key(ring, 2));
    for (i = 0; i + 16 <= sizeof(*ring); i++)
        found |= mem[i] == 2 && memcmp(mem + i, mem + i + 1, 15) == 0;
    ck_assert(!found);
}
END_TEST

START_TEST(what_seals_after_a_revocation_is_what_was_before_and_a_new_key_comes)
{
    store_add(&store, 1, START - PERIOD - 100);
    store_add(&store, 2, START - 100);
    refresh(ring);
    ck_assert_int_eq(one.proposals, 0);
    store_remove(&store, store.keys[1].name);
    refresh(ring);
    ck_assert_int_eq(seals_now(ring), 1);
    ck_assert_int_eq(one.proposals, 1);
    ringNow += LEAD_TIME;
    ck_assert_int_eq(seals_now(ring), store.keys[1].name[0]);
}
END_TEST

START_TEST(a_key_that_stays_is_not_touched)
{
    word32 generation;

    store_add(&store, 1, START - 100);
    store_add(&store, 2, START - 50);
    refresh(ring);
    generation = wt_keyring_generation(ring);
    refresh(ring);
    store.keys[1].opens_until += 1000;
    refresh(ring);
    ck_assert_uint_eq(wt_keyring_generation(ring), generation);
    ringNow = (word64)store.keys[1].opens_until - 1;
    ck_assert(has_key(ring, 2));
}
END_TEST

/* ---- away --------------------------------------------------------------- */

START_TEST(without_its_source_a_ring_lives_on_what_it_had_and_then_the_reserve)
{
    wt_key a, b;

    store_add(&store, 1, START);
    refresh(ring);
    refresh(other);
    one.away = two.away = 1;
    ringNow += 2 * PERIOD - 1;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(ring, NULL), 0);
    ck_assert(error_is(WT_E_SOURCE_AWAY));
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(other, NULL), 0);
    ck_assert_int_eq(seals_now(ring), 1);
    ringNow++;
    a = sealing(ring);
    b = sealing(other);
    ck_assert_int_ge(a.name[0], 100);
    ck_assert(same_key(&a, &b));
    ck_assert(has_key(ring, 1));
    /* And back. */
    one.away = two.away = 0;
    refresh(ring);
    refresh(other);
    ck_assert_int_eq(store.count, 2);
    ringNow += LEAD_TIME;
    ck_assert_int_eq(seals_now(ring), store.keys[1].name[0]);
    ck_assert_int_eq(seals_now(other), store.keys[1].name[0]);
}
END_TEST

START_TEST(a_fetch_that_fails_changes_nothing)
{
    store_add(&store, 1, START);
    refresh(ring);
    store_add(&store, 2, START);
    one.fetchFails = 1;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(ring, NULL), 0);
    ck_assert(error_is(WT_E_SOURCE));
    ck_assert(!has_key(ring, 2));
    ck_assert_int_eq(seals_now(ring), 1);
    ck_assert_uint_eq(report_of(ring).failures, 1);
    one.answer = WOLFTICKET_SOURCE_MAX_KEYS + 1;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(ring, NULL), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);
    one.answer = 0;
    refresh(ring);
    ck_assert(has_key(ring, 2));
}
END_TEST

START_TEST(a_round_wipes_what_is_over_though_the_source_gives_nothing)
{
    store_add(&store, 1, START);
    refresh(ring);
    ringNow = (word64)store.keys[0].opens_until;
    one.fetchFails = 1;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(ring, NULL), 0);
    /* Without a look of ours. */
    ck_assert_uint_eq(wt_keytable_count(&ring->table), 0);
}
END_TEST

START_TEST(a_proposal_that_fails_is_tried_again)
{
    one.proposeFails = 1;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(ring, NULL), 0);
    ck_assert(error_is(WT_E_KEY_FAILED));
    ck_assert_int_eq(store.count, 0);
    refresh(ring);
    ck_assert_int_eq(store.count, 1);
    ck_assert_uint_eq(report_of(ring).failures, 1);
    ck_assert_uint_eq(report_of(ring).proposed, 1);
}
END_TEST

START_TEST(a_source_that_refuses_is_told_apart)
{
    wolfTicket_SourceReport report;

    one.refused = 1;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(ring, NULL), 0);
    ck_assert(error_is(WT_E_SOURCE_REFUSED));
    report = report_of(ring);
    ck_assert_int_eq(report.state, WOLFTICKET_SOURCE_REFUSED);
    ck_assert_str_eq(report.text, "pulled the plug");
    ck_assert_uint_eq(report.since, START);
}
END_TEST

/* ---- clocks ------------------------------------------------------------- */

START_TEST(a_jump_ahead_costs_the_keys_until_the_next_round_after_it)
{
    store_add(&store, 1, START - 100);
    refresh(ring);
    ringNow += 365 * DAY;
    ck_assert_int_eq(seals_now(ring), -1);
    ck_assert(!has_key(ring, 1));
    /* It makes a key, of its own time, which nobody else is led astray by. */
    refresh(ring);
    ck_assert_int_eq(store.count, 2);
    ringNow = START + 20;
    refresh(other);
    ck_assert_int_eq(seals_now(other), 1);
    ck_assert_int_eq(two.proposals, 0);
    ringNow = START + PERIOD;
    refresh(other);
    ck_assert_int_eq(two.proposals, 1);
    ck_assert_int_eq(store.count, 3);
    refresh(ring);
    ck_assert_int_eq(seals_now(ring), 1);
    ringNow += LEAD_TIME;
    ck_assert_int_eq(seals_now(ring), store.keys[2].name[0]);
}
END_TEST

START_TEST(a_jump_back_brings_back_no_key_that_the_source_has_dropped)
{
    store_add(&store, 1, START - 100);
    store_add(&store, 2, START + 100);
    refresh(ring);
    ringNow = START + 200;
    refresh(ring);
    ck_assert_int_eq(seals_now(ring), 2);
    store_remove(&store, store.keys[0].name);
    refresh(ring);
    ringNow = START - 50;
    ck_assert_int_eq(seals_now(ring), -1);
    ck_assert(!has_key(ring, 1));
    ringNow = START + 100;
    ck_assert_int_eq(seals_now(ring), 2);
}
END_TEST

START_TEST(a_clock_that_fails_leaves_all_as_it_is)
{
    int fetches;

    store_add(&store, 1, START - 100);
    refresh(ring);
    fetches = one.fetches;
    clockFails = 1;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(ring, NULL), 0);
    ck_assert(error_is(WT_E_CLOCK));
    ck_assert_int_eq(one.fetches, fetches);
    ck_assert_int_eq(seals_now(ring), 1);
}
END_TEST

static Suite* source_suite(void)
{
    Suite* suite = suite_create("ring, source");
    TCase* tc = tcase_create("all");

    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_key_is_due_two_refreshes_before_the_period_ends,
        0, (int)(sizeof(plans) / sizeof(plans[0])));
    tcase_add_test(tc,
        an_empty_source_gets_one_key_which_seals_when_all_know_it);
    tcase_add_test(tc, of_two_that_find_a_key_due_one_makes_it);
    tcase_add_test(tc,
        hours_of_rotations_are_made_once_each_and_both_rings_always_agree);
    tcase_add_test(tc,
        a_key_that_is_new_here_waits_for_a_refresh_whatever_its_time);
    tcase_add_test(tc, who_has_none_to_seal_with_takes_the_newest_at_once);
    tcase_add_test(tc, keys_that_only_open_and_keys_of_the_past_do_not_seal);
    tcase_add_test(tc, the_reserve_seals_only_while_no_other_key_does);
    tcase_add_test(tc, a_handshake_asks_no_source);
    tcase_add_test(tc, a_key_dies_at_its_end);
    tcase_add_test(tc,
        a_key_that_the_source_has_no_more_is_wiped_with_the_next_round);
    tcase_add_test(tc,
        what_seals_after_a_revocation_is_what_was_before_and_a_new_key_comes);
    tcase_add_test(tc, a_key_that_stays_is_not_touched);
    tcase_add_test(tc,
        without_its_source_a_ring_lives_on_what_it_had_and_then_the_reserve);
    tcase_add_test(tc, a_fetch_that_fails_changes_nothing);
    tcase_add_test(tc,
        a_round_wipes_what_is_over_though_the_source_gives_nothing);
    tcase_add_test(tc, a_proposal_that_fails_is_tried_again);
    tcase_add_test(tc, a_source_that_refuses_is_told_apart);
    tcase_add_test(tc,
        a_jump_ahead_costs_the_keys_until_the_next_round_after_it);
    tcase_add_test(tc,
        a_jump_back_brings_back_no_key_that_the_source_has_dropped);
    tcase_add_test(tc, a_clock_that_fails_leaves_all_as_it_is);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(source_suite());
}
