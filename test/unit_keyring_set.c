/* unit_keyring_set.c
 *
 * Keys by hand, all at once; and under clocks that jump or fail.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keys_fixture.h"
#include "ring.h"

#include <wolfssl/wolfcrypt/memory.h>

/* The keys from first on, in falling order: the newest in front. */
static void make_set(wolfTicket_Key* set, int first, int count)
{
    int i;

    for (i = 0; i < count; i++)
        set[i] = key_no(first - i);
}

/* ---- all at once -------------------------------------------------------- */

/* Counts of keys, and how many of them open only. */
static const struct {
    int count;
    int sealsFrom;
} sets[] = {
    { 1, 0 }, { 2, 0 }, { 2, 1 }, { 3, 0 }, { 3, 1 }, { 3, 2 }, { 8, 0 },
    { 8, 1 }, { 8, 7 }
};
#define SETS (int)(sizeof(sets) / sizeof(sets[0]))

/* _i / SETS: an automatic ring, an empty one, or one with other keys. */
START_TEST(a_set_replaces_what_there_was_in_this_second)
{
    int count = sets[_i % SETS].count;
    int sealsFrom = sets[_i % SETS].sealsFrom;
    wolfTicket_KeyRing* ring = (_i / SETS == 0) ? ring_new(LIFE)
                                                : manual_new(LIFE);
    wolfTicket_Key set[WOLFTICKET_MAX_KEYS];
    wolfTicket_KeyInfo infos[LISTED];
    wt_key former;
    int had = _i / SETS != 1;
    int i;

    memset(&former, 0, sizeof(former));
    if (_i / SETS == 2) {
        add(ring, 20);
        add_at(ring, 21, ringNow + 5);
    }
    if (had)
        former = sealing(ring);
    make_set(set, count - 1, count);
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, set, count,
        sealsFrom), 1);
    memset(set, 0xEE, sizeof(set));
    ck_assert_int_eq(opens(ring, &former), 0);
    ck_assert_int_eq(opens_no(ring, 21), 0);
    ck_assert_int_eq(seals_no(ring, count - 1 - sealsFrom), 1);
    ck_assert_int_eq(list(ring, infos), count);
    for (i = 0; i < count; i++) {
        ck_assert_mem_eq(infos[i].name, key_no(count - 1 - i).name, 16);
        ck_assert_int_eq(infos[i].state, (i == sealsFrom)
            ? WOLFTICKET_KEY_SEALS : WOLFTICKET_KEY_OPENS);
        ck_assert_uint_eq(infos[i].opens_until, 0);
        ck_assert_int_eq(opens_no(ring, i), 1);
    }

    /* They stay, and nothing rotates. */
    ringNow += 1000 * DAY;
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), count);
    ck_assert_int_eq(seals_no(ring, count - 1 - sealsFrom), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(in_a_set_the_one_after_a_revoked_key_seals)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key set[4];

    make_set(set, 3, 4);
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, set, 4, 1), 1);
    ck_assert_int_eq(seals_no(ring, 2), 1);
    ck_assert_int_eq(revoke_no(ring, 2), 1);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    ck_assert_int_eq(revoke_no(ring, 1), 1);
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ck_assert_int_eq(revoke_no(ring, 0), 1);
    /* The one in front of them was to open only. */
    ck_assert_int_eq(seals_any(ring), 0);
    ck_assert_int_eq(opens_no(ring, 3), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* A file that grows at its front, as servers exchange it. */
START_TEST(keys_that_stay_keep_their_time)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key set[3];
    wolfTicket_KeyInfo info;
    ring_view before, after;
    wt_key first;
    word64 start = ringNow;

    make_set(set, 0, 1);
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, set, 1, 0), 1);
    first = sealing(ring);
    ringNow += 1000;
    make_set(set, 1, 2);
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, set, 2, 1), 1);
    ck_assert_int_eq(seals(ring, &first), 1);
    ck_assert_int_eq(listed(ring, first.name, &info), 1);
    ck_assert_int_eq(info.state, WOLFTICKET_KEY_SEALS);
    ck_assert_uint_eq(info.active_from, start);

    ringNow += 1000;
    make_set(set, 2, 3);
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, set, 3, 1), 1);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    ck_assert_int_eq(opens(ring, &first), 1);
    ck_assert_int_eq(listed(ring, first.name, &info), 1);
    ck_assert_uint_eq(info.active_from, start);

    /* The same once more changes nothing. */
    before = view(ring);
    ringNow += 1000;
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, set, 3, 1), 1);
    after = view(ring);
    ck_assert_int_eq(same_view(&before, &after), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_key_of_a_known_name_with_other_secrets_is_another_key)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);
    wt_key former;

    add(ring, 0);
    former = sealing(ring);
    memcpy(key.aes, key_no(1).aes, sizeof(key.aes));
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, &key, 1, 0), 1);
    ck_assert_int_eq(opens(ring, &former), 0);
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_set_in_which_a_key_repeats_is_refused)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key set[WOLFTICKET_MAX_KEYS];
    ring_view before, after;
    int i, j, k;

    add(ring, 20);
    add_at(ring, 21, ringNow + 50);
    before = view(ring);
    for (i = 0; i < WOLFTICKET_MAX_KEYS; i++) {
        for (j = 0; j < i; j++) {
            for (k = 0; k < 3; k++) {
                make_set(set, 7, WOLFTICKET_MAX_KEYS);
                if (k != 0)     /* the name */
                    memcpy(set[i].name, set[j].name, 16);
                if (k != 1) {   /* the secrets */
                    memcpy(set[i].aes, set[j].aes, 32);
                    memcpy(set[i].hmac, set[j].hmac, 32);
                }
                ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, set,
                    WOLFTICKET_MAX_KEYS, 0), 0);
                ck_assert_int_eq(error_is(WT_E_KEY_REPEATED), 1);
            }
        }
    }
    after = view(ring);
    ck_assert_int_eq(same_view(&before, &after), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_set_of_no_or_too_many_keys_is_refused)
{
    static const int wrong[][3] = { { 0, 0, WT_E_NULL }, { -1, 0, WT_E_NULL },
        { 9, 0, WT_E_KEY_FULL }, { 1000000, 0, WT_E_KEY_FULL },
        { 3, -1, WT_E_KEY_PLACE }, { 3, 4, WT_E_KEY_PLACE },
        { 3, 1000, WT_E_KEY_PLACE } };
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key set[WOLFTICKET_MAX_KEYS + 1];
    ring_view before, after;

    add(ring, 20);
    before = view(ring);
    make_set(set, 8, WOLFTICKET_MAX_KEYS + 1);
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, set, wrong[_i][0],
        wrong[_i][1]), 0);
    ck_assert_int_eq(error_is(wrong[_i][2]), 1);
    after = view(ring);
    ck_assert_int_eq(same_view(&before, &after), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- the clock ---------------------------------------------------------- */

static const long long jumps[] = { 6, 60, 3600, 86400, 31536000,
    50 * 31536000LL };
#define JUMPS (int)(sizeof(jumps) / sizeof(jumps[0]))

START_TEST(a_jump_ahead_wakes_a_key_that_waits)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);

    add(ring, 0);
    add_at(ring, 1, ringNow + 6);
    ringNow += (word64)jumps[_i];
    ck_assert_int_eq(seals_no(ring, 1), 1);

    /* Back again, one of them seals, and it opens what it seals. */
    ringNow -= (word64)jumps[_i];
    ck_assert_int_eq(seals_any(ring), 1);
    ck_assert_int_eq(opens_no(ring, 1), 1);
    ringNow += 10;
    ck_assert_int_eq(seals_no(ring, 1), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_jump_back_lets_a_key_wait_for_its_time)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    word64 from = ringNow + 1000;
    int i;

    add(ring, 0);
    add_at(ring, 1, from);
    ringNow += 500;
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ringNow -= (word64)jumps[_i];
    ck_assert_int_eq(seals_no(ring, 0), 1);
    for (i = 0; i < 10; i++) {
        ringNow += (from - 1 - ringNow) / 2;
        ck_assert_int_eq(seals_no(ring, 0), 1);
    }
    ringNow = from - 1;
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ringNow = from;
    ck_assert_int_eq(seals_no(ring, 1), 1);
    ringNow = from - 1 + LIFE;
    ck_assert_int_eq(opens_no(ring, 0), 1);
    ringNow += 1;
    ck_assert_int_eq(opens_no(ring, 0), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(after_a_jump_back_a_key_added_for_now_seals_now)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    word64 last;

    add(ring, 0);
    ringNow -= (word64)jumps[_i];
    ck_assert_int_eq(seals_no(ring, 0), 1);
    add(ring, 1);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    ck_assert_int_eq(state_of(ring, 0), WOLFTICKET_KEY_OPENS);
    last = ringNow;
    ringNow = last + LIFE;
    ck_assert_int_eq(opens_no(ring, 0), 1);
    ringNow = last + LIFE + 6;
    ck_assert_int_eq(opens_no(ring, 0), 0);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_jump_back_revives_no_key)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);

    add(ring, 0);
    ringNow += 10;
    ck_assert_int_eq(retire_no(ring, 0), 1);
    add(ring, 1);
    ringNow += LIFE + 2;
    ck_assert_int_eq(opens_no(ring, 0), 0);
    ringNow -= (word64)jumps[_i];
    ck_assert_int_eq(opens_no(ring, 0), 0);
    ck_assert_int_eq(seals_no(ring, 1), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(while_the_clock_fails_the_keys_serve_on_and_none_wakes)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    word64 from = ringNow + 100;

    add(ring, 0);
    add_at(ring, 1, from);
    clockFails = 1;
    ringNow = from + 50;
    ck_assert_int_eq(seals_no(ring, 0), 1);
    ck_assert_int_eq(opens_no(ring, 1), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 2);
    clockFails = 0;
    ck_assert_int_eq(seals_no(ring, 1), 1);

    /* The former one has maybe sealed until a second ago. */
    ringNow = from + 50 - 1 + LIFE;
    ck_assert_int_eq(opens_no(ring, 0), 1);
    ringNow = from + 50 + LIFE + 1;
    ck_assert_int_eq(opens_no(ring, 0), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_clock_that_jumps_at_random_never_stops_the_ring)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    word64 state = 777;
    int next = 1;
    int i;

    add(ring, 0);
    for (i = 0; i < th_many(20000); i++) {
        wt_key key;
        wolfTicket_Key fresh = key_no(next % 90);

        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        clockFails = state % 11 == 0;
        ringNow = (state % 7 == 0) ? state >> (state % 63)
                                   : START + (state >> 8) % (400 * DAY);
        key = sealing(ring);
        ck_assert_int_eq(opens(ring, &key), 1);
        if (state % 13 == 0 && wolfTicket_KeyRing_add_key(ring, &fresh,
                (state % 2) ? 0 : ringNow + state % 100000, 0, 0))
            next++;
        if (state % 5 == 0 && wolfTicket_KeyRing_count(ring) > 4)
            (void)wolfTicket_KeyRing_revoke_key(ring, key.name);
        ck_assert_int_le(wolfTicket_KeyRing_count(ring),
            WOLFTICKET_MAX_KEYS);
        if (!seals_any(ring)) {
            clockFails = 0;
            ck_assert_int_eq(wolfTicket_KeyRing_count(ring) <
                WOLFTICKET_MAX_KEYS, 1);
            fresh = key_no(next++ % 90);
            ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &fresh, 0, 0,
                0), 1);
        }
    }
    ck_assert_int_gt(next, 2);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- in memory ---------------------------------------------------------- */

static byte* blockMem;
static int blockFreed;

static void block_free(void* ptr)
{
    if (ptr != NULL && ptr == blockMem)
        blockFreed = 1;
    else
        free(ptr);
}

static int in_ring(const byte* what, size_t sz)
{
    size_t i;
    int found = 0;

    for (i = 0; i + sz <= sizeof(wolfTicket_KeyRing); i++) {
        if (memcmp(blockMem + i, what, sz) == 0)
            found++;
    }
    return found;
}

/* Nothing of the key, as it was given or as it seals, or all of it. */
static void check_in_ring(int n, const wt_key* key, int live)
{
    wolfTicket_Key given = key_no(n);

    ck_assert_int_eq(in_ring(key->secret, 8) > 0, live);
    ck_assert_int_eq(in_ring(key->secret + 24, 8) > 0, live);
    ck_assert_int_eq(in_ring(key->salt, 8) > 0, live);
    if (!live) {
        ck_assert_int_eq(in_ring(given.aes, 8), 0);
        ck_assert_int_eq(in_ring(given.aes + 24, 8), 0);
        ck_assert_int_eq(in_ring(given.hmac, 8), 0);
        ck_assert_int_eq(in_ring(given.hmac + 24, 8), 0);
    }
}

enum { BY_TIME, BY_RETIRING, BY_REVOKING, BY_SET, DEATHS };

START_TEST(a_key_that_dies_is_nowhere_in_the_ring)
{
    wolfTicket_KeyRing* ring;
    wolfTicket_Key set[WOLFTICKET_MAX_KEYS];
    wt_key key[WOLFTICKET_MAX_KEYS];
    size_t j;
    int i, n;

    ck_assert_int_eq(th_allocators(malloc, block_free, realloc), 0);
    ring = manual_new(LIFE);
    blockMem = (byte*)ring;
    for (n = 0; n < WOLFTICKET_MAX_KEYS; n++) {
        wolfTicket_Key given = key_no(n);

        ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &given, 0, 0,
            (_i == BY_RETIRING) ? WOLFTICKET_KEY_KEEP : 0), 1);
        key[n] = sealing(ring);
        ringNow += 100;
    }
    for (n = 0; n < WOLFTICKET_MAX_KEYS - 1; n++) {
        switch (_i) {
            case BY_TIME:
                ringNow = START + 100 * ((word64)n + 1) + LIFE + 1;
                break;
            case BY_RETIRING:
                ck_assert_int_eq(retire_no(ring, n), 1);
                ringNow += LIFE + 2;
                break;
            case BY_REVOKING:
                ck_assert_int_eq(revoke_no(ring, n), 1);
                break;
            default:
                make_set(set, WOLFTICKET_MAX_KEYS - 1,
                    WOLFTICKET_MAX_KEYS - 1 - n);
                ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, set,
                    WOLFTICKET_MAX_KEYS - 1 - n, 0), 1);
                break;
        }
        ck_assert_int_eq(seals_no(ring, WOLFTICKET_MAX_KEYS - 1), 1);
        ck_assert_int_eq(opens_no(ring, n), 0);
        for (i = 0; i < WOLFTICKET_MAX_KEYS; i++)
            check_in_ring(i, &key[i], opens_no(ring, i));
    }
    wolfTicket_KeyRing_free(ring);
    ck_assert_int_eq(blockFreed, 1);
    for (j = 0; j < sizeof(wolfTicket_KeyRing); j++)
        ck_assert_uint_eq(blockMem[j], 0);
    free(blockMem);
}
END_TEST

static Suite* set_suite(void)
{
    Suite* suite = suite_create("keyring, sets and clocks");
    TCase* tc = tcase_create("sets");

    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_add_loop_test(tc, a_set_replaces_what_there_was_in_this_second, 0,
        3 * SETS);
    tcase_add_test(tc, in_a_set_the_one_after_a_revoked_key_seals);
    tcase_add_test(tc, keys_that_stay_keep_their_time);
    tcase_add_test(tc,
        a_key_of_a_known_name_with_other_secrets_is_another_key);
    tcase_add_test(tc, a_set_in_which_a_key_repeats_is_refused);
    tcase_add_loop_test(tc, a_set_of_no_or_too_many_keys_is_refused, 0, 7);
    suite_add_tcase(suite, tc);

    tc = tcase_create("clock");
    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_jump_ahead_wakes_a_key_that_waits, 0, JUMPS);
    tcase_add_loop_test(tc, a_jump_back_lets_a_key_wait_for_its_time, 0,
        JUMPS);
    tcase_add_loop_test(tc, after_a_jump_back_a_key_added_for_now_seals_now,
        0, JUMPS);
    tcase_add_loop_test(tc, a_jump_back_revives_no_key, 0, JUMPS);
    tcase_add_test(tc,
        while_the_clock_fails_the_keys_serve_on_and_none_wakes);
    tcase_add_test(tc, a_clock_that_jumps_at_random_never_stops_the_ring);
    suite_add_tcase(suite, tc);

    tc = tcase_create("memory");
    tcase_add_checked_fixture(tc, ring_setup, NULL);
    tcase_add_loop_test(tc, a_key_that_dies_is_nowhere_in_the_ring, 0,
        DEATHS);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(set_suite());
}
