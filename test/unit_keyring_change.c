/* unit_keyring_change.c
 *
 * Keys by hand that go: retired, revoked, replaced; and rings that change
 * their kind.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keys_fixture.h"

/* ---- retired ------------------------------------------------------------ */

/* A key retired in this second may have sealed in it. */
static void check_last_ticket(wolfTicket_KeyRing* ring, int n)
{
    word64 last = ringNow;

    ringNow = last + LIFE - 1;
    ck_assert_int_eq(opens_no(ring, n), 1);
    ringNow = last + LIFE;
    ck_assert_int_eq(opens_no(ring, n), 1);
    ringNow = last + LIFE + 1;
    ck_assert_int_eq(opens_no(ring, n), 0);
    ck_assert_int_eq(state_of(ring, n), -1);
}

START_TEST(a_sealing_key_that_is_retired_opens_its_last_ticket)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);

    add(ring, 0);
    ringNow += 100 * DAY;
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ck_assert_int_eq(retire_no(ring, 0), 1);
    ck_assert_int_eq(seals_any(ring), 0);
    ck_assert_int_eq(state_of(ring, 0), WOLFTICKET_KEY_OPENS);
    check_last_ticket(ring, 0);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_waiting_key_that_is_retired_never_seals)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);

    add(ring, 0);
    add_at(ring, 1, ringNow + 60);
    ck_assert_int_eq(retire_no(ring, 1), 1);
    ck_assert_int_eq(state_of(ring, 1), WOLFTICKET_KEY_OPENS);

    /* Other processes may know it, and have clocks of their own. */
    ck_assert_int_eq(opens_no(ring, 1), 1);
    ringNow += 60;
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ringNow += LIFE + 2;
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ck_assert_int_eq(opens_no(ring, 1), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* Whether the key is one that is kept, or only opens. */
static const int kept[] = {
    0, WOLFTICKET_KEY_KEEP, WOLFTICKET_KEY_OPENS_ONLY,
    WOLFTICKET_KEY_KEEP | WOLFTICKET_KEY_OPENS_ONLY
};
#define KEPT (int)(sizeof(kept) / sizeof(kept[0]))

START_TEST(a_key_that_is_retired_twice_lives_no_longer)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);
    wolfTicket_KeyInfo first, second;
    word64 last;

    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, kept[_i]),
        1);
    add(ring, 1);
    ringNow += 50;
    last = ringNow;
    ck_assert_int_eq(retire_no(ring, 0), 1);
    ck_assert_int_eq(listed(ring, key.name, &first), 1);
    ringNow += LIFE / 2;
    (void)retire_no(ring, 0);
    ck_assert_int_eq(listed(ring, key.name, &second), 1);
    ck_assert_uint_eq(first.opens_until, second.opens_until);
    ck_assert_uint_le(second.opens_until, last + LIFE + 1);
    ringNow = last + LIFE + 1;
    ck_assert_int_eq(opens_no(ring, 0), 0);
    ck_assert_int_eq(retire_no(ring, 0), 0);
    ck_assert_int_eq(error_is(WT_E_KEY_UNKNOWN), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_key_that_no_longer_seals_is_retired_to_its_own_end)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    word64 last;

    add(ring, 0);
    last = ringNow;
    add(ring, 1);
    ringNow += LIFE - 10;
    ck_assert_int_eq(retire_no(ring, 0), 1);
    ringNow = last + LIFE;
    ck_assert_int_eq(opens_no(ring, 0), 1);
    ringNow++;
    ck_assert_int_eq(opens_no(ring, 0), 0);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(when_the_sealing_key_is_retired_a_former_one_seals_again)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);

    add(ring, 0);
    add(ring, 1);
    add_at(ring, 2, ringNow + 50);
    ck_assert_int_eq(retire_no(ring, 1), 1);
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ringNow += 50;
    ck_assert_int_eq(seals_no(ring, 2), 1);
    ck_assert_int_eq(retire_no(ring, 0), 1);
    ck_assert_int_eq(retire_no(ring, 2), 1);
    ck_assert_int_eq(seals_any(ring), 0);
    check_last_ticket(ring, 2);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- revoked ------------------------------------------------------------ */

START_TEST(a_revoked_key_is_gone_in_this_second)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);

    add(ring, 0);
    add(ring, 1);
    add_at(ring, 2, ringNow + 10);
    ck_assert_int_eq(revoke_no(ring, _i), 1);
    ck_assert_int_eq(opens_no(ring, _i), 0);
    ck_assert_int_eq(seals_no(ring, _i), 0);
    ck_assert_int_eq(state_of(ring, _i), -1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 2);
    ck_assert_int_eq(seals_no(ring, (_i == 1) ? 0 : 1), 1);
    ringNow += 10;
    ck_assert_int_eq(seals_no(ring, (_i == 2) ? 1 : 2), 1);
    ck_assert_int_eq(opens_no(ring, _i), 0);
    ck_assert_int_eq(revoke_no(ring, _i), 0);
    ck_assert_int_eq(error_is(WT_E_KEY_UNKNOWN), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(the_newest_former_key_that_is_not_retired_seals_again)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    int i;

    for (i = 0; i < 4; i++) {
        add(ring, i);
        ringNow += 100;
    }
    ck_assert_int_eq(retire_no(ring, 2), 1);
    ck_assert_int_eq(seals_no(ring, 3), 1);
    ck_assert_int_eq(revoke_no(ring, 3), 1);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    ck_assert_int_eq(state_of(ring, 1), WOLFTICKET_KEY_SEALS);
    ringNow += 5 * LIFE;
    ck_assert_int_eq(seals_no(ring, 1), 1);

    /* What it seals now lives as long as any other ticket. */
    add(ring, 5);
    ck_assert_int_eq(seals_no(ring, 5), 1);
    check_last_ticket(ring, 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_key_that_opens_only_never_follows_a_revoked_one)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);

    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0,
        WOLFTICKET_KEY_OPENS_ONLY), 1);
    add(ring, 1);
    ck_assert_int_eq(revoke_no(ring, 1), 1);
    ck_assert_int_eq(seals_any(ring), 0);
    ck_assert_int_eq(opens_no(ring, 0), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(when_the_last_key_is_revoked_nothing_seals)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);

    add(ring, 0);
    ck_assert_int_eq(revoke_no(ring, 0), 1);
    ck_assert_int_eq(seals_any(ring), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 0);
    ringNow += 1;
    ck_assert_int_eq(seals_any(ring), 0);
    ck_assert_int_eq(randomCalls, 0);
    add(ring, 1);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_name_of_no_key_is_neither_retired_nor_revoked)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);
    ring_view before, after;
    int bit;

    add(ring, 0);
    add(ring, 1);
    before = view(ring);
    for (bit = 0; bit < 8 * WOLFTICKET_NAME_SZ; bit += th_step()) {
        key.name[bit / 8] ^= (unsigned char)(1 << bit % 8);
        ck_assert_int_eq(wolfTicket_KeyRing_retire_key(ring, key.name), 0);
        ck_assert_int_eq(error_is(WT_E_KEY_UNKNOWN), 1);
        ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, key.name), 0);
        ck_assert_int_eq(error_is(WT_E_KEY_UNKNOWN), 1);
        key.name[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    after = view(ring);
    ck_assert_int_eq(same_view(&before, &after), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- automatic rings ---------------------------------------------------- */

START_TEST(an_automatic_ring_makes_a_new_key_for_a_revoked_one)
{
    wolfTicket_KeyRing* ring = ring_new(LIFE);
    wt_key former = sealing(ring);
    wt_key key, next;

    ringNow += 100;
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    key = sealing(ring);
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, key.name), 1);
    ck_assert_int_eq(opens(ring, &key), 0);
    next = sealing(ring);
    ck_assert_int_eq(same_key(&next, &key), 0);
    ck_assert_int_eq(same_key(&next, &former), 0);
    ck_assert_int_eq(opens(ring, &former), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 2);

    /* It is a key like any other. */
    ringNow += 5399;
    ck_assert_int_eq(seals(ring, &next), 1);
    ringNow++;
    ck_assert_int_eq(seals(ring, &next), 0);
    ck_assert_int_eq(opens(ring, &next), 1);

    /* One that only opens leaves no gap. */
    key = sealing(ring);
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, next.name), 1);
    ck_assert_int_eq(opens(ring, &next), 0);
    ck_assert_int_eq(seals(ring, &key), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

static const random_mode badModes[] = { RANDOM_FAILS, RANDOM_ZERO };

/* _i / 2: former keys that are still there. */
START_TEST(without_a_new_key_nothing_seals_until_there_is_one)
{
    wolfTicket_KeyRing* ring = ring_new(LIFE);
    wt_key key, next;
    unsigned long rotations, failures;
    int i;

    for (i = 0; i < _i / 2; i++) {
        ringNow += 100;
        ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    }
    key = sealing(ring);
    randomMode = badModes[_i % 2];
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, key.name), 1);
    ck_assert_int_eq(opens(ring, &key), 0);
    for (i = 0; i < 50; i++) {
        ck_assert_int_eq(seals_any(ring), 0);
        ck_assert_int_eq(wolfTicket_KeyRing_count(ring), _i / 2);
        ck_assert_int_eq(opens(ring, &key), 0);
        ringNow += 1;
    }
    wt_keyring_counts(ring, &rotations, &failures);
    ck_assert_uint_ge(failures, 50);

    randomMode = RANDOM_GOOD;
    next = sealing(ring);
    ck_assert_int_eq(same_key(&next, &key), 0);
    ck_assert_int_eq(opens(ring, &key), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), _i / 2 + 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(an_automatic_ring_retires_by_itself)
{
    wolfTicket_KeyRing* ring = ring_new(LIFE);
    wt_key key = sealing(ring);

    ck_assert_int_eq(wolfTicket_KeyRing_retire_key(ring, key.name), 0);
    ck_assert_int_eq(error_is(WT_E_KEY_KIND), 1);
    ck_assert_int_eq(seals(ring, &key), 1);
    ringNow += 5400;
    ck_assert_int_eq(seals(ring, &key), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- from automatic to by hand ------------------------------------------ */

/* How long the first key by hand waits: also longer than a key would seal,
 * and than it would open. */
static const word64 firsts[] = { 0, 1, 100, 5399, 5400, 5401, 20000 };
#define FIRSTS (int)(sizeof(firsts) / sizeof(firsts[0]))

START_TEST(a_ring_s_own_key_seals_until_one_by_hand_is_active)
{
    wolfTicket_KeyRing* ring = ring_new(LIFE);
    wt_key own = sealing(ring);
    word64 from;
    int i;

    ringNow += 50;
    from = ringNow + firsts[_i];
    add_at(ring, 0, from);
    ck_assert_int_eq(opens_no(ring, 0), 1);
    for (i = 0; ringNow < from; i++) {
        ck_assert_int_eq(seals(ring, &own), 1);
        ringNow = (i % 2 || from - ringNow < 98) ? from - (from - ringNow) / 2
                                                 : ringNow + 97;
        if (from - ringNow == 1) {
            ck_assert_int_eq(seals(ring, &own), 1);
            ringNow = from;
        }
    }
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ck_assert_int_eq(opens(ring, &own), 1);
    ringNow = from - 1 + LIFE;
    ck_assert_int_eq(opens(ring, &own), 1);
    /* Added for now, it came in the middle of a second. */
    ringNow += (firsts[_i] == 0) ? 2 : 1;
    ck_assert_int_eq(opens(ring, &own), 0);

    /* And nothing rotates any more. */
    for (i = 0; i < 20; i++) {
        ringNow += LIFE;
        ck_assert_int_eq(seals_no(ring, 0), 1);
    }
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 0);
    ck_assert_int_eq(error_is(WT_E_KEY_KIND), 1);
    counts(ring, 0, 0);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_ring_that_was_automatic_never_is_again)
{
    wolfTicket_KeyRing* ring = ring_new(LIFE);
    wt_key own = sealing(ring);

    add(ring, 0);
    ck_assert_int_eq(revoke_no(ring, 0), 1);
    ck_assert_int_eq(seals_any(ring), 0);
    ck_assert_int_eq(opens(ring, &own), 1);
    ringNow += 3 * LIFE;
    ck_assert_int_eq(seals_any(ring), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_refused_key_leaves_a_ring_automatic)
{
    wolfTicket_KeyRing* ring = ring_new(LIFE);
    wolfTicket_Key key = key_no(0);
    wt_key own = sealing(ring);

    memset(key.aes, 0, sizeof(key.aes));
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, &key, 1, 0), 0);
    ck_assert_int_eq(seals(ring, &own), 1);
    ringNow += 5400;
    ck_assert_int_eq(seals(ring, &own), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    counts(ring, 2, 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_key_that_opens_only_leaves_a_ring_automatic)
{
    wolfTicket_KeyRing* ring = ring_new(LIFE);
    wolfTicket_Key key = key_no(0);
    wt_key own = sealing(ring);
    int i;

    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0,
        WOLFTICKET_KEY_OPENS_ONLY), 1);
    for (i = 0; i < 20; i++) {
        own = sealing(ring);
        ck_assert_int_eq(seals_no(ring, 0), 0);
        ck_assert_int_eq(opens_no(ring, 0), 1);
        ringNow += 5400;
        ck_assert_int_eq(seals(ring, &own), 0);
        ck_assert_int_eq(opens(ring, &own), 1);
    }
    counts(ring, 20, 0);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    ck_assert_int_eq(revoke_no(ring, 0), 1);
    ck_assert_int_eq(opens_no(ring, 0), 0);
    ck_assert_int_eq(seals_any(ring), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_ring_s_own_key_has_a_name_too)
{
    wolfTicket_KeyRing* ring = ring_new(LIFE);
    wolfTicket_Key key = key_no(0);
    wt_key own = sealing(ring);

    memcpy(key.name, own.name, sizeof(key.name));
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0), 0);
    ck_assert_int_eq(error_is(WT_E_KEY_REPEATED), 1);
    add_at(ring, 0, ringNow + 100);
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, own.name), 1);
    ck_assert_int_eq(seals_any(ring), 0);
    ck_assert_int_eq(opens(ring, &own), 0);
    ringNow += 100;
    ck_assert_int_eq(seals_no(ring, 0), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- refused without any change ----------------------------------------- */

START_TEST(a_rotation_by_mistake_changes_nothing)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    word64 from = ringNow + 100;
    wolfTicket_KeyInfo info;

    add(ring, 0);
    add_at(ring, 1, from);
    ringNow = from;
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 0);
    ck_assert_int_eq(error_is(WT_E_KEY_KIND), 1);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    ck_assert_int_eq(listed(ring, key_no(0).name, &info), 1);
    ringNow = from + LIFE;
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 0);
    ck_assert_int_eq(opens_no(ring, 0), 0);
    counts(ring, 0, 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

static Suite* change_suite(void)
{
    Suite* suite = suite_create("keyring, keys that go");
    TCase* tc = tcase_create("retired");

    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_add_test(tc, a_sealing_key_that_is_retired_opens_its_last_ticket);
    tcase_add_test(tc, a_waiting_key_that_is_retired_never_seals);
    tcase_add_loop_test(tc, a_key_that_is_retired_twice_lives_no_longer, 0,
        KEPT);
    tcase_add_test(tc, a_key_that_no_longer_seals_is_retired_to_its_own_end);
    tcase_add_test(tc,
        when_the_sealing_key_is_retired_a_former_one_seals_again);
    suite_add_tcase(suite, tc);

    tc = tcase_create("revoked");
    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_add_loop_test(tc, a_revoked_key_is_gone_in_this_second, 0, 3);
    tcase_add_test(tc, the_newest_former_key_that_is_not_retired_seals_again);
    tcase_add_test(tc, a_key_that_opens_only_never_follows_a_revoked_one);
    tcase_add_test(tc, when_the_last_key_is_revoked_nothing_seals);
    tcase_add_test(tc, a_name_of_no_key_is_neither_retired_nor_revoked);
    suite_add_tcase(suite, tc);

    tc = tcase_create("automatic");
    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_add_test(tc, an_automatic_ring_makes_a_new_key_for_a_revoked_one);
    tcase_add_loop_test(tc,
        without_a_new_key_nothing_seals_until_there_is_one, 0, 6);
    tcase_add_test(tc, an_automatic_ring_retires_by_itself);
    tcase_add_loop_test(tc, a_ring_s_own_key_seals_until_one_by_hand_is_active,
        0, FIRSTS);
    tcase_add_test(tc, a_ring_that_was_automatic_never_is_again);
    tcase_add_test(tc, a_refused_key_leaves_a_ring_automatic);
    tcase_add_test(tc, a_key_that_opens_only_leaves_a_ring_automatic);
    tcase_add_test(tc, a_ring_s_own_key_has_a_name_too);
    tcase_add_test(tc, a_rotation_by_mistake_changes_nothing);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(change_suite());
}
