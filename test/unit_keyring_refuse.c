/* unit_keyring_refuse.c
 *
 * Keys by hand that are refused, without any change.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keys_fixture.h"

typedef enum { PART_AES, PART_HMAC, PART_BOTH } part;

/* What is wrong with the key of number 7, and the error. */
static const struct {
    const char* what;
    part which;
    int size;           /* -1: the fill byte instead */
    int fill;
    int error;
} bad[] = {
    { "no aes", PART_AES, 0, 0, WT_E_KEY_SIZE },
    { "aes of 8", PART_AES, 8, 0, WT_E_KEY_SIZE },
    { "aes of 15", PART_AES, 15, 0, WT_E_KEY_SIZE },
    { "aes of 17", PART_AES, 17, 0, WT_E_KEY_SIZE },
    { "aes of 24", PART_AES, 24, 0, WT_E_KEY_SIZE },
    { "aes of 31", PART_AES, 31, 0, WT_E_KEY_SIZE },
    { "aes of 33", PART_AES, 33, 0, WT_E_KEY_SIZE },
    { "aes of 64", PART_AES, 64, 0, WT_E_KEY_SIZE },
    { "no hmac", PART_HMAC, 0, 0, WT_E_KEY_SIZE },
    { "hmac of 8", PART_HMAC, 8, 0, WT_E_KEY_SIZE },
    { "hmac of 15", PART_HMAC, 15, 0, WT_E_KEY_SIZE },
    { "hmac of 24", PART_HMAC, 24, 0, WT_E_KEY_SIZE },
    { "hmac of 33", PART_HMAC, 33, 0, WT_E_KEY_SIZE },
    { "neither", PART_BOTH, 0, 0, WT_E_KEY_SIZE },
    { "the sizes of another program", PART_BOTH, 48, 0, WT_E_KEY_SIZE },
    { "both of a size beyond all", PART_BOTH, 0x10000020, 0, WT_E_KEY_SIZE },
    { "zeros", PART_BOTH, -1, 0x00, WT_E_KEY_WEAK },
    { "ones", PART_BOTH, -1, 0xFF, WT_E_KEY_WEAK },
    { "one byte", PART_BOTH, -1, 0x41, WT_E_KEY_WEAK },
    { "aes of zeros", PART_AES, -1, 0x00, WT_E_KEY_WEAK },
    { "aes of one byte", PART_AES, -1, 0x7F, WT_E_KEY_WEAK },
    { "hmac of zeros", PART_HMAC, -1, 0x00, WT_E_KEY_WEAK },
    { "hmac of one byte", PART_HMAC, -1, 0x20, WT_E_KEY_WEAK }
};
#define BAD (int)(sizeof(bad) / sizeof(bad[0]))

static wolfTicket_Key bad_key(int i)
{
    wolfTicket_Key key = key_no(7);

    if (bad[i].which != PART_HMAC) {
        if (bad[i].size >= 0)
            key.aes_sz = (size_t)bad[i].size;
        else
            memset(key.aes, bad[i].fill, sizeof(key.aes));
    }
    if (bad[i].which != PART_AES) {
        if (bad[i].size >= 0)
            key.hmac_sz = (size_t)bad[i].size;
        else
            memset(key.hmac, bad[i].fill, sizeof(key.hmac));
    }
    return key;
}

/* Adds, as a single key and among three, what must not be taken. */
static void check_refused(wolfTicket_KeyRing* ring, const wolfTicket_Key* key,
    int error)
{
    ring_view before, after;
    wolfTicket_Key set[3];
    int place;

    before = view(ring);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, key, 0, 0, 0), 0);
    ck_assert_msg(error_is(error), "%s", wolfTicket_CTX_error(NULL));
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, key, ringNow + 9, 5,
        WOLFTICKET_KEY_KEEP), 0);
    after = view(ring);
    ck_assert_int_eq(same_view(&before, &after), 1);

    /* A set replaces the ring's keys: only what is wrong by itself is. */
    if (error == WT_E_KEY_SIZE || error == WT_E_KEY_WEAK) {
        for (place = 0; place < 3; place++) {
            set[0] = key_no(4);
            set[1] = key_no(5);
            set[2] = key_no(6);
            set[place] = *key;
            ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, set, 3, 0), 0);
            ck_assert_int_eq(error_is(error), 1);
            after = view(ring);
            ck_assert_int_eq(same_view(&before, &after), 1);
        }
    }
}

START_TEST(a_key_that_is_none_is_refused_and_changes_nothing)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = bad_key(_i);

    check_refused(ring, &key, bad[_i].error);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 0);
    add(ring, 0);
    add_at(ring, 1, ringNow + 60);
    ringNow += 30;
    check_refused(ring, &key, bad[_i].error);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* What is behind a secret of 16 bytes does not make it strong. */
START_TEST(a_weak_secret_of_16_bytes_is_seen_in_a_field_of_32)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(7);

    key.aes_sz = key.hmac_sz = 16;
    memset(key.aes, 0, 16);
    check_refused(ring, &key, WT_E_KEY_WEAK);
    key = key_no(7);
    key.aes_sz = key.hmac_sz = 16;
    memset(key.hmac, 3, 16);
    check_refused(ring, &key, WT_E_KEY_WEAK);

    /* And what is weak behind it, not weak. */
    key = key_no(7);
    key.aes_sz = key.hmac_sz = 16;
    memset(key.aes + 16, 0, 16);
    memset(key.hmac + 16, 0, 16);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* In which state the other key is that has the same name or secrets. */
enum { SAME_SEALING, SAME_WAITING, SAME_OPENS_ONLY, SAME_RETIRED, SAMES };

START_TEST(a_name_or_secrets_of_a_live_key_are_refused)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);

    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key,
        (_i == SAME_WAITING) ? ringNow + 99 : 0, 0,
        (_i == SAME_OPENS_ONLY) ? WOLFTICKET_KEY_OPENS_ONLY : 0), 1);
    if (_i == SAME_RETIRED)
        ck_assert_int_eq(retire_no(ring, 0), 1);
    add(ring, 1);

    check_refused(ring, &key, WT_E_KEY_REPEATED);     /* all the same */
    key = key_no(7);
    memcpy(key.name, key_no(0).name, sizeof(key.name));
    check_refused(ring, &key, WT_E_KEY_REPEATED);     /* the name */
    key = key_no(0);
    memcpy(key.name, key_no(7).name, sizeof(key.name));
    check_refused(ring, &key, WT_E_KEY_REPEATED);     /* the secrets */
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_name_is_free_again_when_its_key_is_gone)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(7);

    add(ring, 0);
    add(ring, 1);
    ck_assert_int_eq(revoke_no(ring, 0), 1);
    add(ring, 0);
    ck_assert_int_eq(seals_no(ring, 0), 1);

    /* And when it has run out. */
    ck_assert_int_eq(retire_no(ring, 1), 1);
    ringNow += LIFE + 2;
    memcpy(key.name, key_no(1).name, sizeof(key.name));
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_ninth_key_is_refused_until_there_is_room)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(WOLFTICKET_MAX_KEYS);
    int i;

    for (i = 0; i < WOLFTICKET_MAX_KEYS; i++) {
        ck_assert_int_eq(wolfTicket_KeyRing_count(ring), i);
        add_at(ring, i, (i % 2) ? ringNow + 1000 + (word64)i : 0);
    }
    check_refused(ring, &key, WT_E_KEY_FULL);
    for (i = 0; i < WOLFTICKET_MAX_KEYS; i++)
        ck_assert_int_eq(opens_no(ring, i), 1);
    ck_assert_int_eq(revoke_no(ring, 3), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0), 1);
    key = key_no(WOLFTICKET_MAX_KEYS + 1);
    check_refused(ring, &key, WT_E_KEY_FULL);

    /* Keys that have died since make room without being asked. */
    for (i = 0; i < WOLFTICKET_MAX_KEYS; i += 2)
        ck_assert_int_eq(retire_no(ring, i), 1);
    ringNow += LIFE + 2;
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(flags_of_a_later_version_are_refused)
{
    static const int flags[] = { 4, 8, 16, 32, 64, 128, 256, -1 };
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);
    ring_view before, after;

    add(ring, 1);
    before = view(ring);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, flags[_i]),
        0);
    ck_assert_int_eq(error_is(WT_E_KEY_FLAGS), 1);
    after = view(ring);
    ck_assert_int_eq(same_view(&before, &after), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(null_is_refused)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);

    ck_assert_int_eq(wolfTicket_KeyRing_add_key(NULL, &key, 0, 0, 0), 0);
    ck_assert_int_eq(error_is(WT_E_NULL), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, NULL, 0, 0, 0), 0);
    ck_assert_int_eq(error_is(WT_E_NULL), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(NULL, &key, 1, 0), 0);
    ck_assert_int_eq(error_is(WT_E_NULL), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, NULL, 1, 0), 0);
    ck_assert_int_eq(error_is(WT_E_NULL), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_retire_key(NULL, key.name), 0);
    ck_assert_int_eq(error_is(WT_E_NULL), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_retire_key(ring, NULL), 0);
    ck_assert_int_eq(error_is(WT_E_NULL), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(NULL, key.name), 0);
    ck_assert_int_eq(error_is(WT_E_NULL), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, NULL), 0);
    ck_assert_int_eq(error_is(WT_E_NULL), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(without_a_clock_or_memory_there_is_no_ring)
{
    clockFails = 1;
    ck_assert_ptr_null(wolfTicket_KeyRing_new_manual(read_clock, NULL,
        draw_random, NULL));
    ck_assert_int_eq(error_is(WT_E_CLOCK), 1);
    clockFails = 0;
    th_teardown();

    th_mem_use(TH_MEM_COUNT);
    th_mem_arm(1);
    th_setup();
    th_mem_fail_at(1);
    ck_assert_ptr_null(wolfTicket_KeyRing_new_manual(read_clock, NULL,
        draw_random, NULL));
    ck_assert_int_eq(error_is(WT_E_MEMORY), 1);
    th_mem_fail_at(0);
    th_mem_arm(0);
}
END_TEST

/* What is done to a running server's keys cannot fail for want of memory. */
START_TEST(only_the_making_of_a_ring_takes_memory)
{
    wolfTicket_KeyRing* ring;
    wolfTicket_KeyInfo infos[LISTED];
    wolfTicket_Key set[3];
    int i;

    th_teardown();
    th_mem_use(TH_MEM_COUNT);
    th_mem_arm(1);
    th_setup();
    ring = manual_new(LIFE);
    th_mem_fail_at(1);
    ck_assert_int_eq(wolfTicket_Key_generate(ring, &set[0], 32), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &set[0], 0, 0, 0), 1);
    add_at(ring, 1, ringNow + 10);
    ringNow += 10;
    ck_assert_int_eq(seals_no(ring, 1), 1);
    ck_assert_int_eq(retire_no(ring, 1), 1);
    for (i = 0; i < 3; i++)
        set[i] = key_no(i);
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, set, 3, 1), 1);
    ck_assert_int_eq(revoke_no(ring, 1), 1);
    ck_assert_int_eq(list(ring, infos), 2);
    ck_assert_int_eq(seals_no(ring, 2), 1);
    ck_assert_int_eq(th_mem_calls(), 0);
    th_mem_fail_at(0);
    th_mem_arm(0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

static Suite* refuse_suite(void)
{
    Suite* suite = suite_create("keyring, refused");
    TCase* tc = tcase_create("refusing");

    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_add_loop_test(tc, a_key_that_is_none_is_refused_and_changes_nothing,
        0, BAD);
    tcase_add_test(tc, a_weak_secret_of_16_bytes_is_seen_in_a_field_of_32);
    tcase_add_loop_test(tc, a_name_or_secrets_of_a_live_key_are_refused, 0,
        SAMES);
    tcase_add_test(tc, a_name_is_free_again_when_its_key_is_gone);
    tcase_add_test(tc, a_ninth_key_is_refused_until_there_is_room);
    tcase_add_loop_test(tc, flags_of_a_later_version_are_refused, 0, 8);
    tcase_add_test(tc, null_is_refused);
    tcase_add_test(tc, without_a_clock_or_memory_there_is_no_ring);
    tcase_add_test(tc, only_the_making_of_a_ring_takes_memory);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(refuse_suite());
}
