/* unit_keyring_list.c
 *
 * What there is to know of a ring's keys, and keys that are generated.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keys_fixture.h"

/* ---- states ------------------------------------------------------------- */

START_TEST(states_have_words)
{
    ck_assert_str_eq(wolfTicket_KEY_STATE_name(WOLFTICKET_KEY_WAITS),
        "waits");
    ck_assert_str_eq(wolfTicket_KEY_STATE_name(WOLFTICKET_KEY_SEALS),
        "seals");
    ck_assert_str_eq(wolfTicket_KEY_STATE_name(WOLFTICKET_KEY_OPENS),
        "opens");
    ck_assert_ptr_nonnull(wolfTicket_KEY_STATE_name(
        (wolfTicket_KEY_STATE)-1));
    ck_assert_ptr_nonnull(wolfTicket_KEY_STATE_name(
        (wolfTicket_KEY_STATE)3));
    ck_assert_ptr_nonnull(wolfTicket_KEY_STATE_name(
        (wolfTicket_KEY_STATE)0x7FFFFFFF));
}
END_TEST

static void check_info(const wolfTicket_KeyInfo* info,
    const unsigned char* name, wolfTicket_KEY_STATE state, word64 from,
    word64 until)
{
    ck_assert_mem_eq(info->name, name, WOLFTICKET_NAME_SZ);
    ck_assert_int_eq(info->state, state);
    ck_assert_uint_eq(info->active_from, from);
    ck_assert_uint_eq(info->opens_until, until);
}

START_TEST(a_ring_tells_its_keys_newest_first)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    word64 start = ringNow;
    wolfTicket_KeyInfo infos[LISTED];
    wolfTicket_Key key;

    add(ring, 0);
    ringNow += 100;
    add(ring, 1);
    ringNow += 100;
    add_at(ring, 3, start + 5000);
    add_at(ring, 2, start + 4000);
    key = key_no(4);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0,
        WOLFTICKET_KEY_OPENS_ONLY), 1);

    ck_assert_int_eq(list(ring, infos), 5);
    check_info(&infos[0], key_no(3).name, WOLFTICKET_KEY_WAITS, start + 5000,
        0);
    check_info(&infos[1], key_no(2).name, WOLFTICKET_KEY_WAITS, start + 4000,
        0);
    check_info(&infos[2], key_no(1).name, WOLFTICKET_KEY_SEALS, start + 100,
        0);
    /* The first sealed in the second in which the next was added. */
    check_info(&infos[3], key_no(0).name, WOLFTICKET_KEY_OPENS, start,
        start + 100 + 1 + LIFE);
    ck_assert_mem_eq(infos[4].name, key_no(4).name, WOLFTICKET_NAME_SZ);
    ck_assert_int_eq(infos[4].state, WOLFTICKET_KEY_OPENS);
    ck_assert_uint_eq(infos[4].opens_until, 0);

    ringNow = start + 4000;
    ck_assert_int_eq(list(ring, infos), 5);
    ck_assert_int_eq(infos[0].state, WOLFTICKET_KEY_WAITS);
    ck_assert_int_eq(infos[1].state, WOLFTICKET_KEY_SEALS);
    check_info(&infos[2], key_no(1).name, WOLFTICKET_KEY_OPENS, start + 100,
        start + 4000 + LIFE);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* "until": not in that second any more. */
START_TEST(a_key_opens_until_the_second_that_the_list_tells)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);
    wolfTicket_KeyInfo info;

    if (_i == 0) {              /* overtaken */
        add(ring, 0);
        add_at(ring, 1, ringNow + 77);
        ringNow += 80;
    }
    else if (_i == 1) {         /* retired */
        add(ring, 0);
        ringNow += 33;
        ck_assert_int_eq(retire_no(ring, 0), 1);
    }
    else {                      /* over */
        ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 44, 0), 1);
        ringNow += 50;
    }
    ck_assert_int_eq(listed(ring, key.name, &info), 1);
    ck_assert_uint_gt(info.opens_until, ringNow);
    ringNow += 500;
    ck_assert_int_eq(listed(ring, key.name, &info), 1);
    ringNow = info.opens_until - 1;
    ck_assert_int_eq(opens_no(ring, 0), 1);
    ringNow++;
    ck_assert_int_eq(opens_no(ring, 0), 0);
    ck_assert_int_eq(listed(ring, key.name, &info), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_kept_key_has_no_end_until_it_is_retired)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = key_no(0);
    wolfTicket_KeyInfo info;

    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0,
        WOLFTICKET_KEY_KEEP), 1);
    add(ring, 1);
    ringNow += 10;
    ck_assert_int_eq(listed(ring, key.name, &info), 1);
    ck_assert_uint_eq(info.opens_until, 0);
    ck_assert_int_eq(retire_no(ring, 0), 1);
    ck_assert_int_eq(listed(ring, key.name, &info), 1);
    ck_assert_uint_ge(info.opens_until, ringNow);
    ck_assert_uint_le(info.opens_until, ringNow + LIFE + 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(an_automatic_ring_tells_its_keys_as_well)
{
    wolfTicket_KeyRing* ring = ring_new(LIFE);
    wolfTicket_KeyInfo infos[LISTED];
    word64 start = ringNow;
    wt_key former = sealing(ring);
    wt_key key;

    ringNow += 5400;
    key = sealing(ring);
    ck_assert_int_eq(list(ring, infos), 2);
    check_info(&infos[0], key.name, WOLFTICKET_KEY_SEALS, start + 5400, 0);
    check_info(&infos[1], former.name, WOLFTICKET_KEY_OPENS, start,
        start + 5400 + LIFE);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(the_list_does_by_itself_what_is_due)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);

    add(ring, 0);
    add_at(ring, 1, ringNow + 10);
    ringNow += 10;
    ck_assert_int_eq(state_of(ring, 1), WOLFTICKET_KEY_SEALS);
    ringNow += LIFE;
    ck_assert_int_eq(wolfTicket_KeyRing_list(ring, NULL, 0), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- room --------------------------------------------------------------- */

START_TEST(a_list_is_cut_where_the_caller_has_no_room)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_KeyInfo all[LISTED];
    wolfTicket_KeyInfo* some;
    int i;

    for (i = 0; i < WOLFTICKET_MAX_KEYS; i++)
        add(ring, i);
    ck_assert_int_eq(list(ring, all), WOLFTICKET_MAX_KEYS);

    /* A block of its own, so that a write beside it is seen. */
    some = (wolfTicket_KeyInfo*)malloc(((_i > 0) ? (size_t)_i : 1) *
        sizeof(*some));
    ck_assert_ptr_nonnull(some);
    ck_assert_int_eq(wolfTicket_KeyRing_list(ring, (_i > 0) ? some : NULL,
        _i), WOLFTICKET_MAX_KEYS);
    for (i = 0; i < _i && i < WOLFTICKET_MAX_KEYS; i++)
        check_info(&some[i], all[i].name, all[i].state, all[i].active_from,
            all[i].opens_until);
    free(some);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_bad_call_of_the_list_is_an_error)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_KeyInfo info;

    ck_assert_int_eq(wolfTicket_KeyRing_list(NULL, &info, 1), -1);
    ck_assert_int_eq(error_is(WT_E_NULL), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_list(NULL, NULL, 0), -1);
    ck_assert_int_eq(wolfTicket_KeyRing_list(ring, NULL, 1), -1);
    ck_assert_int_eq(error_is(WT_E_NULL), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_list(ring, &info, -1), -1);
    ck_assert_str_ne(wolfTicket_CTX_error(NULL), "no error");
    ck_assert_int_eq(wolfTicket_KeyRing_list(ring, &info, 0), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_list(ring, NULL, 0), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- secrets ------------------------------------------------------------ */

static int holds(const byte* mem, size_t memSz, const byte* what, size_t sz)
{
    size_t i;
    int ret = 0;

    for (i = 0; !ret && i + sz <= memSz; i++)
        ret = memcmp(mem + i, what, sz) == 0;
    return ret;
}

START_TEST(a_list_holds_no_secret)
{
    wolfTicket_KeyRing* ring = (_i == 0) ? manual_new(LIFE) : ring_new(LIFE);
    byte fill[2 * LISTED * sizeof(wolfTicket_KeyInfo)];
    wolfTicket_KeyInfo* infos = (wolfTicket_KeyInfo*)(void*)fill;
    wolfTicket_Key key;
    wt_key sealed[3];
    int i, j;

    for (i = 0; i < 3; i++) {
        if (_i == 0)
            add(ring, i);
        else
            ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
        sealed[i] = sealing(ring);
    }
    memset(fill, 0xA5, sizeof(fill));
    ck_assert_int_ge(wolfTicket_KeyRing_list(ring, infos, LISTED), 3);
    for (i = 0; i < 3; i++) {
        key = key_no(i);
        ck_assert_int_eq(holds(fill, sizeof(fill), sealed[i].name, 16), 1);
        for (j = 0; j + 4 <= 32; j++) {
            ck_assert_int_eq(holds(fill, sizeof(fill), sealed[i].secret + j,
                4), 0);
            ck_assert_int_eq(holds(fill, sizeof(fill), key.aes + j, 4), 0);
            ck_assert_int_eq(holds(fill, sizeof(fill), key.hmac + j, 4), 0);
            if (j + 4 <= 16)
                ck_assert_int_eq(holds(fill, sizeof(fill),
                    sealed[i].salt + j, 4), 0);
        }
    }
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- generated keys ----------------------------------------------------- */

START_TEST(a_generated_key_can_be_added_and_tells_when_it_was_made)
{
    size_t sz = (_i % 2) ? 32 : 16;
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key, other;
    static const byte zero[32];

    memset(&key, 0xEE, sizeof(key));
    ringNow += 12345;
    ck_assert_int_eq(wolfTicket_Key_generate(ring, &key, sz), 1);
    ck_assert_uint_eq(key.aes_sz, sz);
    ck_assert_uint_eq(key.hmac_sz, sz);
    ck_assert_uint_eq(wolfTicket_Key_made(key.name), START + 12345);
    ck_assert_mem_eq(key.aes + sz, zero, 32 - sz);
    ck_assert_mem_eq(key.hmac + sz, zero, 32 - sz);
    ck_assert_mem_ne(key.aes, key.hmac, sz);
    ck_assert_int_gt(randomCalls, 0);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 0);

    /* Within one second, too. */
    ck_assert_int_eq(wolfTicket_Key_generate(ring, &other, sz), 1);
    ck_assert_mem_ne(key.name, other.name, WT_KEY_ID_SZ);
    ck_assert_mem_ne(key.aes, other.aes, sz);
    ck_assert_mem_ne(key.hmac, other.hmac, sz);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &other, 0, 0, 0), 1);
    ck_assert_int_eq(seals_name(ring, other.name), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(without_a_ring_wolfssl_s_generator_and_clock_serve)
{
    wolfTicket_Key key, other;
    word64 before = wt_clock();
    word64 made;

    ck_assert_int_eq(wolfTicket_Key_generate(NULL, &key, 32), 1);
    ck_assert_int_eq(wolfTicket_Key_generate(NULL, &other, 32), 1);
    made = wolfTicket_Key_made(key.name);
    ck_assert_uint_ge(made, before);
    ck_assert_uint_le(made, wt_clock());
    ck_assert_mem_ne(key.name, other.name, WT_KEY_ID_SZ);
    ck_assert_mem_ne(key.aes, other.aes, 32);
    ck_assert_mem_ne(key.hmac, other.hmac, 32);
    ck_assert_int_eq(randomCalls, 0);
}
END_TEST

START_TEST(a_bad_call_of_generate_is_an_error_and_writes_nothing)
{
    static const size_t wrong[] = { 0, 1, 8, 15, 17, 24, 31, 33, 48, 64,
        (size_t)-1 };
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key, untouched;
    size_t i;

    memset(&key, 0xEE, sizeof(key));
    untouched = key;
    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        ck_assert_int_eq(wolfTicket_Key_generate(ring, &key, wrong[i]), 0);
        ck_assert_int_eq(error_is(WT_E_KEY_SIZE), 1);
    }
    ck_assert_int_eq(wolfTicket_Key_generate(ring, NULL, 32), 0);
    ck_assert_int_eq(error_is(WT_E_NULL), 1);
    ck_assert_int_eq(wolfTicket_Key_generate(NULL, NULL, 32), 0);
    ck_assert_mem_eq(&key, &untouched, sizeof(key));
    ck_assert_uint_eq(wolfTicket_Key_made(NULL), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* A generator whose n-th call fails, or gives zeros. */
static struct {
    long calls;
    long badCall;
    int zeros;
} one;

static int draw_but_one(unsigned char* out, word32 sz, void* arg)
{
    int bad = ++one.calls == one.badCall;

    if (bad && !one.zeros)
        return 0;
    if (!draw_random(out, sz, arg))
        return 0;
    if (bad)
        memset(out, 0, sz);
    return 1;
}

START_TEST(a_generator_that_fails_at_any_call_gives_no_key)
{
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new_manual(read_clock, NULL,
        draw_but_one, NULL);
    wolfTicket_Key key, untouched;
    long calls, i;

    ck_assert_ptr_nonnull(ring);
    memset(&key, 0xEE, sizeof(key));
    untouched = key;
    one.calls = one.badCall = 0;
    one.zeros = _i;
    ck_assert_int_eq(wolfTicket_Key_generate(ring, &key, 32), 1);
    calls = one.calls;
    ck_assert_int_ge(calls, 1);
    for (i = 1; i <= calls; i++) {
        key = untouched;
        one.calls = 0;
        one.badCall = i;
        ck_assert_int_eq(wolfTicket_Key_generate(ring, &key, 32), 0);
        ck_assert_int_eq(error_is(WT_E_RANDOM), 1);
        ck_assert_mem_eq(&key, &untouched, sizeof(key));
    }
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_clock_that_fails_gives_a_key_of_no_known_time)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key;

    clockFails = 1;
    ck_assert_int_eq(wolfTicket_Key_generate(ring, &key, 32), 1);
    ck_assert_uint_eq(wolfTicket_Key_made(key.name), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- names that do not tell --------------------------------------------- */

START_TEST(a_name_from_elsewhere_tells_no_time)
{
    byte name[WOLFTICKET_NAME_SZ];
    int many = th_many(1000000);
    int told = 0;
    int i;

    /* libtls's: a number, and zeros. */
    memset(name, 0, sizeof(name));
    for (i = 0; i < many / 10; i++) {
        wt_put(name, (word32)i, 4);
        told += wolfTicket_Key_made(name) != 0;
    }
    /* One byte, text, and what other servers draw. */
    for (i = 0; i < 256; i++) {
        memset(name, i, sizeof(name));
        told += wolfTicket_Key_made(name) != 0;
    }
    memcpy(name, "my ticket key 01", sizeof(name));
    told += wolfTicket_Key_made(name) != 0;
    for (i = 0; i < many; i++) {
        (void)draw_random(name, sizeof(name), NULL);
        told += wolfTicket_Key_made(name) != 0;
    }
    ck_assert_int_eq(told, 0);
}
END_TEST

static Suite* list_suite(void)
{
    Suite* suite = suite_create("keyring, list");
    TCase* tc = tcase_create("list");

    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_add_test(tc, states_have_words);
    tcase_add_test(tc, a_ring_tells_its_keys_newest_first);
    tcase_add_loop_test(tc, a_key_opens_until_the_second_that_the_list_tells,
        0, 3);
    tcase_add_test(tc, a_kept_key_has_no_end_until_it_is_retired);
    tcase_add_test(tc, an_automatic_ring_tells_its_keys_as_well);
    tcase_add_test(tc, the_list_does_by_itself_what_is_due);
    tcase_add_loop_test(tc, a_list_is_cut_where_the_caller_has_no_room, 0,
        WOLFTICKET_MAX_KEYS + 2);
    tcase_add_test(tc, a_bad_call_of_the_list_is_an_error);
    tcase_add_loop_test(tc, a_list_holds_no_secret, 0, 2);
    suite_add_tcase(suite, tc);

    tc = tcase_create("generated");
    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc,
        a_generated_key_can_be_added_and_tells_when_it_was_made, 0, 2);
    tcase_add_test(tc, without_a_ring_wolfssl_s_generator_and_clock_serve);
    tcase_add_test(tc, a_bad_call_of_generate_is_an_error_and_writes_nothing);
    tcase_add_loop_test(tc, a_generator_that_fails_at_any_call_gives_no_key,
        0, 2);
    tcase_add_test(tc, a_clock_that_fails_gives_a_key_of_no_known_time);
    tcase_add_test(tc, a_name_from_elsewhere_tells_no_time);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(list_suite());
}
