/* unit_keyring_fail.c
 *
 * The key ring in trouble: clocks that jump or fail, generators that fail or
 * repeat themselves, no room.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyring_fixture.h"

/* Seconds by which a ring may be late after a step back. */
#define SMALL_STEP  60

/* ---- the clock ---------------------------------------------------------- */

static const struct {
    const char* what;
    long long by;
} jumps[] = {
    { "a second", 1 }, { "a minute", 60 }, { "an hour", 3600 },
    { "a day", 86400 }, { "a year", 31536000 },
    { "50 years", 50 * 31536000LL }, { "10^15 seconds", 1000000000000000LL }
};
#define JUMPS (int)(sizeof(jumps) / sizeof(jumps[0]))

static word64 back_by(long long by)
{
    return (ringNow > (word64)by) ? ringNow - (word64)by : 0;
}

START_TEST(a_clock_that_jumps_back_neither_ends_a_key_nor_stops_rotation)
{
    wolfTicket_KeyRing* ring = ring_new(7200);
    wt_key key;

    ringNow += 100;
    key = sealing(ring);
    ringNow = back_by(jumps[_i].by);
    ck_assert_int_eq(seals(ring, &key), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);

    /* 100 seconds of its period are gone.  A ring may take a small step back
     * for the late look of a thread, and then waits until it is made up. */
    ringNow += 5299;
    ck_assert_int_eq(seals(ring, &key), 1);
    ringNow += SMALL_STEP + 1;
    ck_assert_int_eq(seals(ring, &key), 0);
    ringNow += 7199 - SMALL_STEP;
    ck_assert_int_eq(opens(ring, &key), 1);
    ringNow += SMALL_STEP + 1;
    ck_assert_int_eq(opens(ring, &key), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_clock_that_jumps_back_revives_no_key)
{
    wolfTicket_KeyRing* ring = ring_new(7200);
    wt_key key = sealing(ring);

    ringNow += 5400;
    (void)sealing(ring);
    ringNow += 7200;
    ck_assert_int_eq(opens(ring, &key), 0);
    ringNow = back_by(jumps[_i].by);
    ck_assert_int_eq(opens(ring, &key), 0);
    ringNow += (word64)jumps[_i].by;
    ck_assert_int_eq(opens(ring, &key), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_clock_that_jumps_ahead_does_not_stop_rotation)
{
    wolfTicket_KeyRing* ring = ring_new(7200);
    wt_key key = sealing(ring);
    wt_key next;
    int i;

    ringNow += (word64)jumps[_i].by;
    ck_assert_int_eq(seals(ring, &key), jumps[_i].by < 5400);
    ck_assert_int_eq(opens(ring, &key), jumps[_i].by < 5400 + 7200);
    for (i = 0; i < 5; i++) {
        next = sealing(ring);
        ringNow += 5400;
        ck_assert_int_eq(seals(ring, &next), 0);
        ck_assert_int_eq(opens(ring, &next), 1);
    }
    ck_assert_int_eq(opens(ring, &key), 0);
    counts(ring, (jumps[_i].by < 5400) ? 5 : 6, 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_clock_that_jumps_ahead_and_back_leaves_a_new_key_that_lives_on)
{
    wolfTicket_KeyRing* ring = ring_new(7200);
    wt_key key;

    ringNow += (word64)jumps[_i].by;
    key = sealing(ring);
    ringNow -= (word64)jumps[_i].by;
    ck_assert_int_eq(seals(ring, &key), 1);
    ringNow += 1000;
    ck_assert_int_eq(seals(ring, &key), 1);
    ringNow += 5400;
    ck_assert_int_eq(seals(ring, &key), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_clock_at_0_or_at_its_end_is_a_clock)
{
    wolfTicket_KeyRing* ring = ring_new(7200);
    wt_key key = sealing(ring);
    wt_key retired;
    int i;

    ringNow = 0;
    ck_assert_int_eq(seals(ring, &key), 1);
    for (i = 0; i < 20; i++) {
        ringNow = (word64)0 - 1;
        retired = sealing(ring);
        ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
        ringNow = (i % 2) ? 0 : START;
        (void)sealing(ring);
    }

    /* Whatever it showed: time that passes ends keys. */
    for (i = 0; i < 8; i++) {
        ringNow += 5400;
        key = sealing(ring);
    }
    ck_assert_int_eq(opens(ring, &retired), 0);
    ck_assert_int_le(wolfTicket_KeyRing_count(ring), 3);
    ringNow += 5400;
    ck_assert_int_eq(seals(ring, &key), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_clock_that_jumps_at_random_never_stops_the_ring)
{
    wolfTicket_KeyRing* ring = ring_new(7200);
    word64 state = 12345;
    wt_key key, former;
    int i;

    for (i = 0; i < 20000; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        clockFails = state % 11 == 0;
        ringNow = (state % 7 == 0) ? state >> (state % 63)
                                   : START + (state >> 8) % (400 * DAY);
        key = sealing(ring);
        ck_assert_int_eq(opens(ring, &key), 1);
        ck_assert_int_ge(wolfTicket_KeyRing_count(ring), 1);
    }
    clockFails = 0;
    for (i = 0; i < 4; i++) {
        former = sealing(ring);
        ringNow += 5400;
        ck_assert_int_eq(seals(ring, &former), 0);
    }
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(while_the_clock_fails_the_keys_serve_on)
{
    wolfTicket_KeyRing* ring = ring_new(7200);
    wt_key key = sealing(ring);
    word64 now;

    clockFails = 1;
    ringNow += 100 * DAY;
    ck_assert_int_eq(wt_keyring_time(ring, &now), 0);
    ck_assert_int_eq(seals(ring, &key), 1);
    ck_assert_int_eq(opens(ring, &key), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    ck_assert_int_eq(seals(ring, &key), 0);
    ck_assert_int_eq(opens(ring, &key), 1);
    clockFails = 0;
    ck_assert_int_eq(opens(ring, &key), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(without_a_clock_there_is_no_ring)
{
    clockFails = 1;
    ck_assert_ptr_null(wolfTicket_KeyRing_new_ex(read_clock, NULL,
        draw_random, NULL));
    ck_assert_int_eq(error_is(WT_E_CLOCK), 1);
    ck_assert_int_eq(randomCalls, 0);
}
END_TEST

/* Between a thread's look at the clock and what it does about it, another
 * thread comes, later and with a later time. */
static wolfTicket_KeyRing* raceRing;
static int race;

static int race_clock(word64* now, void* arg)
{
    word64 mine = ringNow;

    (void)arg;
    if (race > 0) {
        ringNow += (word64)race;
        race = 0;
        (void)sealing(raceRing);
    }
    else {
        mine = ringNow;
    }
    *now = mine;
    return 1;
}

START_TEST(threads_that_read_the_clock_at_once_do_not_age_the_keys)
{
    word64 start;
    wt_key key;

    raceRing = wolfTicket_KeyRing_new_ex(race_clock, NULL, draw_random, NULL);
    ck_assert_ptr_nonnull(raceRing);
    ring_lifetime(raceRing, 7200);
    key = sealing(raceRing);
    start = ringNow;
    while (ringNow < start + 5399) {
        race = 1;
        (void)sealing(raceRing);
        ck_assert_int_eq(seals(raceRing, &key), 1);
    }
    ringNow++;
    ck_assert_int_eq(seals(raceRing, &key), 0);
    wolfTicket_KeyRing_free(raceRing);
}
END_TEST

/* ---- the generator ------------------------------------------------------ */

static const random_mode badModes[] = {
    RANDOM_FAILS, RANDOM_ZERO, RANDOM_REPEATS, RANDOM_SAME_ID,
    RANDOM_SAME_SECRET, RANDOM_ZERO_ID, RANDOM_ZERO_SECRET
};
#define BAD_MODES (int)(sizeof(badModes) / sizeof(badModes[0]))

START_TEST(while_no_key_can_be_made_the_old_one_serves_on)
{
    wolfTicket_KeyRing* ring = ring_new(100);
    wt_key key = sealing(ring);
    word64 last;
    unsigned long i;

    randomMode = badModes[_i];
    ringNow += 75;
    for (i = 1; i <= 1000; i++) {
        ck_assert_int_eq(seals(ring, &key), 1);
        ck_assert_int_eq(opens(ring, &key), 1);
        counts(ring, 0, i);
        ringNow++;
    }
    last = ringNow - 1;

    randomMode = RANDOM_GOOD;
    ck_assert_int_eq(seals(ring, &key), 0);
    counts(ring, 1, 1000);

    /* The last ticket under it lives its life. */
    ringNow = last + 100;
    ck_assert_int_eq(opens(ring, &key), 1);
    ringNow = last + 102;
    ck_assert_int_eq(opens(ring, &key), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_rotation_that_fails_changes_nothing)
{
    wolfTicket_KeyRing* ring = ring_new(7200);
    wt_key key = sealing(ring);

    randomMode = badModes[_i];
    ringNow += 10;
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 0);
    ck_assert_int_eq(error_is(WT_E_KEY_FAILED), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);
    counts(ring, 0, 1);
    randomMode = RANDOM_GOOD;
    ringNow += 5389;
    ck_assert_int_eq(seals(ring, &key), 1);
    ringNow++;
    ck_assert_int_eq(seals(ring, &key), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_ticket_sealed_after_a_late_rotation_failed_lives_its_life)
{
    wolfTicket_KeyRing* ring = ring_new(100);
    wt_key key = sealing(ring);
    word64 last;

    randomMode = badModes[_i];
    ringNow += 170;
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 0);
    ck_assert_int_eq(seals(ring, &key), 1);
    last = ringNow;

    randomMode = RANDOM_GOOD;
    ringNow++;
    ck_assert_int_eq(seals(ring, &key), 0);
    ringNow = last + 100;
    ck_assert_int_eq(opens(ring, &key), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(without_random_bytes_there_is_no_ring)
{
    static const random_mode modes[] = {
        RANDOM_FAILS, RANDOM_ZERO, RANDOM_ZERO_ID, RANDOM_ZERO_SECRET
    };

    randomMode = modes[_i];
    ck_assert_ptr_null(wolfTicket_KeyRing_new_ex(read_clock, NULL,
        draw_random, NULL));
    ck_assert_int_eq(error_is(WT_E_RANDOM), 1);
    ck_assert_int_le(randomCalls, 4);
}
END_TEST

START_TEST(without_memory_there_is_no_ring)
{
    th_mem_use(TH_MEM_COUNT);
    th_mem_arm(1);
    ring_setup();
    th_mem_fail_at(1);
    ck_assert_ptr_null(wolfTicket_KeyRing_new_ex(read_clock, NULL,
        draw_random, NULL));
    ck_assert_int_eq(error_is(WT_E_MEMORY), 1);
    th_mem_fail_at(0);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

START_TEST(a_generator_is_not_asked_without_end)
{
    wolfTicket_KeyRing* ring = ring_new(7200);

    randomMode = RANDOM_REPEATS;
    randomCalls = 0;
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 0);
    ck_assert_int_le(randomCalls, 4);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- room --------------------------------------------------------------- */

START_TEST(a_full_ring_takes_no_key_and_loses_none)
{
    wolfTicket_KeyRing* ring = ring_new(7200);
    wt_key key[WOLFTICKET_MAX_KEYS];
    int i;

    for (i = 0; i < WOLFTICKET_MAX_KEYS; i++) {
        if (i > 0)
            ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
        key[i] = sealing(ring);
        ringNow += 10;
    }
    for (i = 0; i < 3; i++) {
        ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 0);
        ck_assert_int_eq(error_is(WT_E_KEYS_FULL), 1);
    }
    ck_assert_int_eq(seals(ring, &key[WOLFTICKET_MAX_KEYS - 1]), 1);
    for (i = 0; i < WOLFTICKET_MAX_KEYS; i++)
        ck_assert_int_eq(opens(ring, &key[i]), 1);

    /* The first has no ticket any more: there is room for one. */
    ringNow = START + 10 + 7200 + 1;
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    ck_assert_int_eq(opens(ring, &key[0]), 0);
    for (i = 2; i < WOLFTICKET_MAX_KEYS; i++)
        ck_assert_int_eq(opens(ring, &key[i]), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_ring_that_is_full_when_a_key_is_due_goes_on_with_it)
{
    wolfTicket_KeyRing* ring = ring_new(100);
    wt_key key;
    word64 start;
    unsigned long rotations, failures;
    int i;

    for (i = 1; i < WOLFTICKET_MAX_KEYS; i++)
        ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    key = sealing(ring);
    start = ringNow;
    ringNow = start + 75;
    ck_assert_int_eq(seals(ring, &key), 1);
    wt_keyring_counts(ring, &rotations, &failures);
    ck_assert_uint_eq(failures, 1);
    while (seals(ring, &key))
        ringNow++;
    ck_assert_uint_le(ringNow, start + 102);
    ck_assert_int_eq(opens(ring, &key), 1);
    ringNow += 99;
    ck_assert_int_eq(opens(ring, &key), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_ring_that_is_null_is_an_error)
{
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(NULL), 0);
    ck_assert_int_eq(error_is(WT_E_NULL), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(NULL), 0);
    wolfTicket_KeyRing_free(NULL);
}
END_TEST

static Suite* keyring_suite(void)
{
    Suite* suite = suite_create("keyring, failing");
    TCase* tc = tcase_create("clock");

    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc,
        a_clock_that_jumps_back_neither_ends_a_key_nor_stops_rotation, 0,
        JUMPS);
    tcase_add_loop_test(tc, a_clock_that_jumps_back_revives_no_key, 0, JUMPS);
    tcase_add_loop_test(tc, a_clock_that_jumps_ahead_does_not_stop_rotation,
        0, JUMPS);
    tcase_add_loop_test(tc,
        a_clock_that_jumps_ahead_and_back_leaves_a_new_key_that_lives_on, 0,
        JUMPS);
    tcase_add_test(tc, a_clock_at_0_or_at_its_end_is_a_clock);
    tcase_add_test(tc, a_clock_that_jumps_at_random_never_stops_the_ring);
    tcase_add_test(tc, while_the_clock_fails_the_keys_serve_on);
    tcase_add_test(tc, without_a_clock_there_is_no_ring);
    tcase_add_test(tc,
        threads_that_read_the_clock_at_once_do_not_age_the_keys);
    suite_add_tcase(suite, tc);

    tc = tcase_create("generator");
    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_add_loop_test(tc, while_no_key_can_be_made_the_old_one_serves_on, 0,
        BAD_MODES);
    tcase_add_loop_test(tc, a_rotation_that_fails_changes_nothing, 0,
        BAD_MODES);
    tcase_add_loop_test(tc,
        a_ticket_sealed_after_a_late_rotation_failed_lives_its_life, 0,
        BAD_MODES);
    tcase_add_loop_test(tc, without_random_bytes_there_is_no_ring, 0, 4);
    tcase_add_test(tc, a_generator_is_not_asked_without_end);
    suite_add_tcase(suite, tc);

    tc = tcase_create("memory");
    tcase_add_test(tc, without_memory_there_is_no_ring);
    suite_add_tcase(suite, tc);

    tc = tcase_create("room");
    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_full_ring_takes_no_key_and_loses_none);
    tcase_add_test(tc, a_ring_that_is_full_when_a_key_is_due_goes_on_with_it);
    tcase_add_test(tc, a_ring_that_is_null_is_an_error);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(keyring_suite());
}
