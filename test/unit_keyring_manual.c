/* unit_keyring_manual.c
 *
 * Keys by hand: added, waiting, sealing, and their last ticket.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keys_fixture.h"

/* ---- adding ------------------------------------------------------------- */

START_TEST(a_ring_for_keys_by_hand_is_empty_and_seals_nothing)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);

    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_list(ring, NULL, 0), 0);
    ck_assert_int_eq(seals_any(ring), 0);
    ringNow += 100 * DAY;
    ck_assert_int_eq(seals_any(ring), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 0);
    ck_assert_int_eq(randomCalls, 0);
    counts(ring, 0, 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_ring_without_callbacks_takes_keys_as_well)
{
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new_manual(NULL, NULL, NULL,
        NULL);

    ck_assert_ptr_nonnull(ring);
    add(ring, 0);
    ck_assert_int_eq(seals_no(ring, 0), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* Sizes that are taken. */
static const size_t sizes[] = { 16, 32 };

START_TEST(a_key_of_every_size_seals_at_once_and_opens)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);
    wt_key sealed;

    key.aes_sz = sizes[_i % 2];
    key.hmac_sz = sizes[_i / 2];
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0), 1);
    memset(&key, 0xEE, sizeof(key));
    sealed = sealing(ring);
    key = key_no(0);
    ck_assert_mem_eq(sealed.name, key.name, sizeof(key.name));
    ck_assert_int_eq(opens(ring, &sealed), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);

    /* It is not used as it was given. */
    ck_assert_mem_ne(sealed.secret, key.aes, 16);
    ck_assert_mem_ne(sealed.secret, key.hmac, 16);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(keys_whose_names_begin_alike_are_two_keys)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key a = key_no(0);
    wolfTicket_Key b = key_no(1);
    wt_key keyA, keyB, found;

    memcpy(b.name, a.name, (size_t)_i);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &a, 0, 0, 0), 1);
    keyA = sealing(ring);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &b, 0, 0, 0), 1);
    keyB = sealing(ring);
    ck_assert_mem_eq(keyB.name, b.name, sizeof(b.name));
    ck_assert_int_eq(opens(ring, &keyA), 1);
    ck_assert_int_eq(opens(ring, &keyB), 1);
    ck_assert_int_eq(wt_keyring_opening(ring, a.name, 1, &found),
        _i >= WT_KEY_ID_SZ);
    ck_assert_int_eq(wt_keyring_opening(ring, a.name, 2, &found), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* libtls's revision 0. */
START_TEST(a_name_of_zeros_is_a_name)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);
    wolfTicket_KeyInfo info;

    memset(key.name, 0, sizeof(key.name));
    add(ring, 1);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0), 1);
    ck_assert_int_eq(seals_name(ring, key.name), 1);
    ck_assert_int_eq(opens_name(ring, key.name), 1);
    ck_assert_int_eq(listed(ring, key.name, &info), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_retire_key(ring, key.name), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, key.name), 1);
    ck_assert_int_eq(opens_name(ring, key.name), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- waiting and sealing ------------------------------------------------ */

/* How long from now a key is to wait. */
static const word64 waits[] = { 1, 2, 60, 3600, 7200, 7201, 86400, 31536000 };
#define WAITS (int)(sizeof(waits) / sizeof(waits[0]))

START_TEST(a_key_that_waits_opens_at_once_and_seals_from_its_second_on)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    word64 from = ringNow + waits[_i];

    add(ring, 0);
    add_at(ring, 1, from);
    ck_assert_int_eq(state_of(ring, 1), WOLFTICKET_KEY_WAITS);
    ck_assert_int_eq(opens_no(ring, 1), 1);
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ringNow = from - 1;
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ck_assert_int_eq(opens_no(ring, 1), 1);
    ringNow = from;
    ck_assert_int_eq(seals_no(ring, 1), 1);
    ck_assert_int_eq(state_of(ring, 1), WOLFTICKET_KEY_SEALS);
    ck_assert_int_eq(state_of(ring, 0), WOLFTICKET_KEY_OPENS);

    /* The last ticket of the former one was made a second ago. */
    ringNow = from - 1 + LIFE;
    ck_assert_int_eq(opens_no(ring, 0), 1);
    ringNow++;
    ck_assert_int_eq(opens_no(ring, 0), 0);
    ck_assert_int_eq(state_of(ring, 0), -1);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_ring_that_nobody_used_meanwhile_keeps_the_former_as_long)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    word64 from = ringNow + waits[_i];

    add(ring, 0);
    add_at(ring, 1, from);
    ringNow = from - 1 + LIFE;
    ck_assert_int_eq(opens_no(ring, 0), 1);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    ringNow++;
    ck_assert_int_eq(opens_no(ring, 0), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(the_first_key_may_wait_and_nothing_seals_before)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);

    add_at(ring, 0, ringNow + 50);
    ck_assert_int_eq(seals_any(ring), 0);
    ck_assert_int_eq(opens_no(ring, 0), 1);
    ringNow += 49;
    ck_assert_int_eq(seals_any(ring), 0);
    ringNow++;
    ck_assert_int_eq(seals_no(ring, 0), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* Orders in which three keys, active at +0, +100, +200, can be added. */
static const int orders[6][3] = {
    { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 },
    { 2, 1, 0 }
};

START_TEST(in_whatever_order_keys_are_added_each_seals_in_its_time)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    word64 start = ringNow;
    int i;

    for (i = 0; i < 3; i++)
        add_at(ring, orders[_i][i], start + 100 * (word64)orders[_i][i]);
    for (i = 0; i < 300; i++) {
        ringNow = start + (word64)i;
        ck_assert_int_eq(seals_no(ring, i / 100), 1);
        ck_assert_int_eq(opens_no(ring, 0) + opens_no(ring, 1) +
            opens_no(ring, 2), 3);
    }
    ringNow = start + 99 + LIFE;
    ck_assert_int_eq(opens_no(ring, 0), 1);
    ringNow++;
    ck_assert_int_eq(opens_no(ring, 0), 0);
    ringNow += 99;
    ck_assert_int_eq(opens_no(ring, 1), 1);
    ringNow++;
    ck_assert_int_eq(opens_no(ring, 1), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(of_two_keys_of_one_second_the_later_one_seals)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);

    add(ring, 0);
    add(ring, 1);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    add_at(ring, 2, ringNow + 10);
    add_at(ring, 3, ringNow + 10);
    ringNow += 10;
    ck_assert_int_eq(seals_no(ring, 3), 1);
    ck_assert_int_eq(opens_no(ring, 2), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_key_of_a_former_time_opens_and_does_not_seal)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);

    add(ring, 0);
    add_at(ring, 1, ringNow - 50);
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ck_assert_int_eq(opens_no(ring, 1), 1);
    ck_assert_int_eq(state_of(ring, 1), WOLFTICKET_KEY_OPENS);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_key_seals_for_as_long_as_it_was_told)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);
    word64 from = ringNow + (word64)(_i * 40);

    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, (_i == 0) ? 0
        : from, 300, 0), 1);
    ringNow = from;
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ringNow = from + 299;
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ringNow = from + 300;
    ck_assert_int_eq(seals_any(ring), 0);
    ck_assert_int_eq(state_of(ring, 0), WOLFTICKET_KEY_OPENS);
    ringNow = from + 299 + LIFE;
    ck_assert_int_eq(opens_no(ring, 0), 1);
    ringNow++;
    ck_assert_int_eq(opens_no(ring, 0), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 0);
    add(ring, 0);
    ck_assert_int_eq(seals_no(ring, 0), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_key_whose_time_was_over_before_it_came_never_seals)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);

    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, ringNow - 5000,
        4000, 0), 1);
    ck_assert_int_eq(seals_any(ring), 0);
    ck_assert_int_eq(opens_no(ring, 0), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- flags -------------------------------------------------------------- */

START_TEST(a_key_that_opens_only_does_so_until_it_is_told_otherwise)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);

    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0,
        WOLFTICKET_KEY_OPENS_ONLY), 1);
    ck_assert_int_eq(seals_any(ring), 0);
    ck_assert_int_eq(opens_no(ring, 0), 1);
    add(ring, 1);
    ringNow += 1000 * DAY;
    ck_assert_int_eq(opens_no(ring, 0), 1);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    ck_assert_int_eq(revoke_no(ring, 1), 1);
    ck_assert_int_eq(seals_any(ring), 0);

    /* Others may have sealed with it a second ago. */
    ck_assert_int_eq(retire_no(ring, 0), 1);
    ringNow += LIFE;
    ck_assert_int_eq(opens_no(ring, 0), 1);
    ringNow += 2;
    ck_assert_int_eq(opens_no(ring, 0), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_key_that_is_kept_opens_long_after_it_has_sealed)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);

    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0,
        WOLFTICKET_KEY_KEEP), 1);
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ringNow += 100;
    add(ring, 1);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    ringNow += 1000 * DAY;
    ck_assert_int_eq(opens_no(ring, 0), 1);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    ck_assert_int_eq(retire_no(ring, 0), 1);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    ringNow += LIFE + 2;
    ck_assert_int_eq(opens_no(ring, 0), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

static Suite* manual_suite(void)
{
    Suite* suite = suite_create("keyring, by hand");
    TCase* tc = tcase_create("adding");

    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_add_test(tc, a_ring_for_keys_by_hand_is_empty_and_seals_nothing);
    tcase_add_test(tc, a_ring_without_callbacks_takes_keys_as_well);
    tcase_add_loop_test(tc, a_key_of_every_size_seals_at_once_and_opens, 0, 4);
    tcase_add_loop_test(tc, keys_whose_names_begin_alike_are_two_keys, 0,
        WOLFTICKET_NAME_SZ);
    tcase_add_test(tc, a_name_of_zeros_is_a_name);
    suite_add_tcase(suite, tc);

    tc = tcase_create("sealing");
    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_add_loop_test(tc,
        a_key_that_waits_opens_at_once_and_seals_from_its_second_on, 0,
        WAITS);
    tcase_add_loop_test(tc,
        a_ring_that_nobody_used_meanwhile_keeps_the_former_as_long, 0, WAITS);
    tcase_add_test(tc, the_first_key_may_wait_and_nothing_seals_before);
    tcase_add_loop_test(tc,
        in_whatever_order_keys_are_added_each_seals_in_its_time, 0, 6);
    tcase_add_test(tc, of_two_keys_of_one_second_the_later_one_seals);
    tcase_add_test(tc, a_key_of_a_former_time_opens_and_does_not_seal);
    tcase_add_loop_test(tc, a_key_seals_for_as_long_as_it_was_told, 0, 3);
    tcase_add_test(tc, a_key_whose_time_was_over_before_it_came_never_seals);
    tcase_add_test(tc,
        a_key_that_opens_only_does_so_until_it_is_told_otherwise);
    tcase_add_test(tc, a_key_that_is_kept_opens_long_after_it_has_sealed);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(manual_suite());
}
