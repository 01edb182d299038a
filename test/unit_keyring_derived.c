/* unit_keyring_derived.c
 *
 * Keys from a shared secret and the time: rings that agree without talking.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keys_fixture.h"
#include "ring.h"

#include <wolfssl/wolfcrypt/memory.h>

/* ---- refused ------------------------------------------------------------ */

static const struct {
    const char* what;
    size_t sz;
    int fill;          /* -1: as it is */
    unsigned int period;
    int error;
} refused[] = {
    { "no byte", 0, -1, PERIOD, WT_E_SECRET },
    { "31 bytes", 31, -1, PERIOD, WT_E_SECRET },
    { "32 zeros", 32, 0, PERIOD, WT_E_SECRET },
    { "64 zeros", 64, 0, PERIOD, WT_E_SECRET },
    { "32 times the same", 32, 'x', PERIOD, WT_E_SECRET },
    { "64 times the same", 64, 0xFF, PERIOD, WT_E_SECRET },
    { "no period", 32, -1, 0, WT_E_PERIOD },
    { "59 seconds", 32, -1, WOLFTICKET_MIN_PERIOD - 1, WT_E_PERIOD },
    { "7 days and a second", 32, -1, WOLFTICKET_MAX_LIFETIME + 1,
      WT_E_PERIOD },
    { "as long as can be", 32, -1, 0xFFFFFFFFu, WT_E_PERIOD }
};
#define REFUSED (int)(sizeof(refused) / sizeof(refused[0]))

START_TEST(a_poor_secret_and_an_odd_period_are_refused)
{
    if (refused[_i].fill >= 0)
        memset(shared, refused[_i].fill, refused[_i].sz);
    ck_assert_ptr_null(wolfTicket_KeyRing_new_derived(shared, refused[_i].sz,
        refused[_i].period, read_clock, NULL));
    ck_assert_msg(error_is(refused[_i].error), "%s: %s", refused[_i].what,
        wolfTicket_CTX_error(NULL));
}
END_TEST

START_TEST(without_secret_clock_or_memory_there_is_no_ring)
{
    ck_assert_ptr_null(wolfTicket_KeyRing_new_derived(NULL, SECRET_SZ, PERIOD,
        read_clock, NULL));
    ck_assert_int_eq(error_is(WT_E_NULL), 1);
    clockFails = 1;
    ck_assert_ptr_null(wolfTicket_KeyRing_new_derived(shared, SECRET_SZ,
        PERIOD, read_clock, NULL));
    ck_assert_int_eq(error_is(WT_E_CLOCK), 1);
    clockFails = 0;
    th_teardown();

    th_mem_use(TH_MEM_COUNT);
    th_mem_arm(1);
    th_setup();
    th_mem_fail_at(1);
    ck_assert_ptr_null(wolfTicket_KeyRing_new_derived(shared, SECRET_SZ,
        PERIOD, read_clock, NULL));
    ck_assert_int_eq(error_is(WT_E_MEMORY), 1);
    th_mem_fail_at(0);
    th_mem_arm(0);
}
END_TEST

START_TEST(the_shortest_and_longest_are_taken)
{
    static const unsigned int periods[] = { WOLFTICKET_MIN_PERIOD,
        WOLFTICKET_MAX_LIFETIME };
    size_t sz = (_i / 2) ? sizeof(shared) : SECRET_SZ;
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new_derived(shared, sz,
        periods[_i % 2], NULL, NULL);

    ck_assert_ptr_nonnull(ring);
    ck_assert_int_eq(seals_any(ring), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(such_a_ring_takes_no_key_and_gives_none_up)
{
    wolfTicket_KeyRing* ring = derived_new(&ringNow, PERIOD, LIFE);
    wolfTicket_Key key = key_no(0);
    wt_key own = sealing(ring);
    ring_view before = view(ring);
    ring_view after;

    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0), 0);
    ck_assert_int_eq(error_is(WT_E_KEY_KIND), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0,
        WOLFTICKET_KEY_OPENS_ONLY), 0);
    ck_assert_int_eq(error_is(WT_E_KEY_KIND), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(ring, &key, 1, 0), 0);
    ck_assert_int_eq(error_is(WT_E_KEY_KIND), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_retire_key(ring, own.name), 0);
    ck_assert_int_eq(error_is(WT_E_KEY_KIND), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, own.name), 0);
    ck_assert_int_eq(error_is(WT_E_KEY_KIND), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 0);
    ck_assert_int_eq(error_is(WT_E_KEY_KIND), 1);
    after = view(ring);
    ck_assert_int_eq(same_view(&before, &after), 1);

    /* And goes on with the time. */
    ringNow += PERIOD;
    ck_assert_int_eq(seals(ring, &own), 0);
    ck_assert_int_eq(opens(ring, &own), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- agreement ---------------------------------------------------------- */

static const unsigned int someperiods[] = { 60, 61, 3600, 86400, 604800 };
#define SOMEPERIODS (int)(sizeof(someperiods) / sizeof(someperiods[0]))

START_TEST(rings_of_one_secret_and_period_agree_at_any_time)
{
    unsigned int period = someperiods[_i];
    word64 clockA = START, clockB = START;
    wolfTicket_KeyRing* a = derived_new(&clockA, period, period);
    wolfTicket_KeyRing* b = derived_new(&clockB, period, period);
    int i;

    for (i = 0; i < th_many(500); i++) {
        wt_key keyA = sealing(a);
        wt_key keyB = sealing(b);
        wt_key fresh = key_at(clockA, period);

        ck_assert_int_eq(same_key(&keyA, &fresh), 1);
        ck_assert(clockB != clockA || same_key(&keyA, &keyB));
        /* One of them sleeps through most of it. */
        clockA += period / 7 + 1;
        if (i % 5 != 0)
            (void)sealing(a);
        else
            clockB = clockA;
    }
    wolfTicket_KeyRing_free(a);
    wolfTicket_KeyRing_free(b);
}
END_TEST

START_TEST(rings_of_another_secret_or_period_have_nothing_in_common)
{
    word64 clock = START;
    wolfTicket_KeyRing* ring[4];
    wt_key key[4];
    int i, j;

    ring[0] = derived_new(&clock, PERIOD, LIFE);
    ring[1] = derived_new(&clock, PERIOD + 1, LIFE);
    shared[SECRET_SZ - 1] ^= 1;
    ring[2] = derived_new(&clock, PERIOD, LIFE);
    shared[SECRET_SZ - 1] ^= 1;
    ring[3] = wolfTicket_KeyRing_new_derived(shared, SECRET_SZ + 1, PERIOD,
        read_own_clock, &clock);
    for (i = 0; i < 4; i++)
        key[i] = sealing(ring[i]);
    for (i = 0; i < 4; i++) {
        for (j = 0; j < 4; j++)
            ck_assert_int_eq(opens(ring[i], &key[j]), i == j);
    }
    for (i = 0; i < 4; i++)
        wolfTicket_KeyRing_free(ring[i]);
}
END_TEST

START_TEST(a_key_serves_from_its_first_second_to_its_last)
{
    unsigned int period = someperiods[_i];
    word64 first = (START / period + 1) * period;
    word64 clock = first - 1;
    wolfTicket_KeyRing* ring = derived_new(&clock, period, period);
    wt_key former = sealing(ring);
    wt_key key;

    clock = first;
    key = sealing(ring);
    ck_assert_int_eq(same_key(&former, &key), 0);
    clock = first + period - 1;
    ck_assert_int_eq(seals(ring, &key), 1);
    clock = first + period;
    ck_assert_int_eq(seals(ring, &key), 0);
    ck_assert_int_eq(opens(ring, &key), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- clocks that differ ------------------------------------------------- */

START_TEST(what_one_seals_the_other_opens_up_to_a_period_apart)
{
    static const int apart[] = { 0, 1, 1800, 3599, 3600 };
    word64 clockA, clockB;
    word64 at;
    int ahead;

    for (ahead = -1; ahead <= 1; ahead += 2) {
        for (at = START; at < START + PERIOD; at += 199 * (word64)th_step()) {
            wolfTicket_KeyRing *a, *b;
            wt_key key;

            clockA = at;
            clockB = (word64)((long long)at + ahead * apart[_i]);
            a = derived_new(&clockA, PERIOD, 60);
            b = derived_new(&clockB, PERIOD, 60);
            key = sealing(a);
            ck_assert_int_eq(opens(b, &key), 1);
            key = sealing(b);
            ck_assert_int_eq(opens(a, &key), 1);
            wolfTicket_KeyRing_free(a);
            wolfTicket_KeyRing_free(b);
        }
    }
}
END_TEST

static const struct {
    unsigned int period;
    word32 lifetime;
    word32 old;         /* former keys that are needed */
} lives[] = {
    { 3600, 1, 1 }, { 3600, 3599, 1 }, { 3600, 3600, 1 }, { 3600, 3601, 2 },
    { 3600, 7200, 2 }, { 3600, 7201, 3 }, { 3600, 21600, 6 },
    { 60, 60, 1 }, { 60, 360, 6 }, { 604800, 604800, 1 }
};
#define LIVES (int)(sizeof(lives) / sizeof(lives[0]))

START_TEST(a_former_key_opens_its_last_ticket_until_that_runs_out)
{
    unsigned int period = lives[_i].period;
    word64 last = (START / period + 1) * period - 1;
    word64 clock = last;
    wolfTicket_KeyRing* ring = derived_new(&clock, period,
        lives[_i].lifetime);
    wt_key key = sealing(ring);
    word64 step;

    ck_assert_int_eq(wolfTicket_KeyRing_count(ring),
        (int)lives[_i].old + 2);
    for (step = 0; step < 50; step++) {
        clock = last + lives[_i].lifetime * step / 50;
        ck_assert_int_eq(opens(ring, &key), 1);
    }
    clock = last + lives[_i].lifetime;
    ck_assert_int_eq(opens(ring, &key), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring),
        (int)lives[_i].old + 2);

    /* And not for ever. */
    clock = last + 1 + (word64)period * lives[_i].old;
    ck_assert_int_eq(opens(ring, &key), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_ring_that_is_made_late_opens_what_others_have_sealed)
{
    unsigned int period = lives[_i].period;
    word64 clock = START, later = START + lives[_i].lifetime;
    wolfTicket_KeyRing* before = derived_new(&clock, period,
        lives[_i].lifetime);
    wt_key key = sealing(before);
    wolfTicket_KeyRing* after;

    wolfTicket_KeyRing_free(before);
    after = derived_new(&later, period, lives[_i].lifetime);
    ck_assert_int_eq(opens(after, &key), 1);
    wolfTicket_KeyRing_free(after);
}
END_TEST

/* ---- clocks that jump or fail ------------------------------------------- */

START_TEST(whatever_the_clock_did_the_ring_is_where_the_others_are)
{
    word64 clock = START;
    wolfTicket_KeyRing* ring = derived_new(&clock, PERIOD, LIFE);
    wt_key key, want;
    word64 state = 99;
    int i;

    for (i = 0; i < th_many(2000); i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        clock = (state % 7 == 0) ? state >> (state % 63)
                                 : START + (state >> 8) % (400 * DAY);
        key = sealing(ring);
        want = key_at(clock, PERIOD);
        /* A step back of a moment is taken for another thread's look. */
        if (!same_key(&key, &want)) {
            want = key_at(clock + 5, PERIOD);
            ck_assert_int_eq(same_key(&key, &want), 1);
        }
        ck_assert_int_eq(opens(ring, &want), 1);
    }
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(the_first_periods_of_all_and_the_last_are_periods)
{
    static const word64 edges[] = { 0, 1, PERIOD - 1, PERIOD, 2 * PERIOD,
        8 * PERIOD, 0xFFFFFFFFu, (word64)1 << 32, (word64)0 - 2,
        (word64)0 - 1 };
    word64 clock = edges[_i];
    wolfTicket_KeyRing* ring = derived_new(&clock, PERIOD, LIFE);
    wolfTicket_KeyInfo infos[LISTED];
    wt_key key = sealing(ring);
    unsigned long rotations, failures;
    int i;

    ck_assert_int_eq(opens(ring, &key), 1);
    ck_assert_int_ge(list(ring, infos), 2);
    for (i = 0; i < 10; i++)
        ck_assert_int_ge(list(ring, infos), 2);
    wt_keyring_counts(ring, &rotations, &failures);
    ck_assert_uint_le(rotations, 1);
    ck_assert_uint_eq(failures, 0);
    clock = START;
    key = key_at(START, PERIOD);
    ck_assert_int_eq(seals(ring, &key), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(while_the_clock_fails_the_keys_serve_on)
{
    wolfTicket_KeyRing* ring = derived_new(&ringNow, PERIOD, LIFE);
    wt_key key = sealing(ring);
    ring_view before = view(ring);
    ring_view after;

    clockFails = 1;
    ringNow += 100 * DAY;
    after = view(ring);
    ck_assert_int_eq(same_view(&before, &after), 1);
    ck_assert_int_eq(seals(ring, &key), 1);
    clockFails = 0;
    ck_assert_int_eq(opens(ring, &key), 0);
    key = key_at(ringNow, PERIOD);
    ck_assert_int_eq(seals(ring, &key), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- in memory ---------------------------------------------------------- */

/* The ring's block; it is kept when it is freed. */
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

START_TEST(neither_the_secret_nor_a_dead_key_is_in_the_ring)
{
    word64 clock = START;
    wolfTicket_KeyRing* ring;
    wt_key key[20];
    byte prk[WT_PRK_SZ];
    size_t j;
    int i, n;

    ck_assert_int_eq(th_allocators(malloc, block_free, realloc), 0);
    ring = derived_new(&clock, PERIOD, PERIOD);
    blockMem = (byte*)ring;
    for (n = 0; n < 20; n++) {
        key[n] = sealing(ring);
        for (j = 0; j + 8 <= SECRET_SZ; j++)
            ck_assert_int_eq(in_ring(shared + j, 8), 0);
        for (i = 0; i <= n; i++) {
            int live = opens(ring, &key[i]);

            ck_assert_int_eq(in_ring(key[i].secret, 8) > 0, live);
            ck_assert_int_eq(in_ring(key[i].secret + 24, 8) > 0, live);
            ck_assert_int_eq(in_ring(key[i].salt, 8) > 0, live);
        }
        clock += PERIOD;
    }
    ck_assert_int_eq(wt_derive_secret(shared, SECRET_SZ, prk), 1);
    ck_assert_int_gt(in_ring(prk, 8), 0);
    wolfTicket_KeyRing_free(ring);
    ck_assert_int_eq(blockFreed, 1);
    for (j = 0; j < sizeof(wolfTicket_KeyRing); j++)
        ck_assert_uint_eq(blockMem[j], 0);
    free(blockMem);
}
END_TEST

START_TEST(the_list_tells_the_next_key_this_one_and_the_former_ones)
{
    word64 clock = START;
    word64 first = START / PERIOD * PERIOD;
    wolfTicket_KeyRing* ring = derived_new(&clock, PERIOD, LIFE);
    wolfTicket_KeyInfo infos[LISTED];
    wt_key key;
    int i;

    ck_assert_int_eq(list(ring, infos), 4);
    for (i = 0; i < 4; i++) {
        word64 from = first + PERIOD - (word64)i * PERIOD;

        key = key_at(from, PERIOD);
        ck_assert_mem_eq(infos[i].name, key.name, sizeof(key.name));
        ck_assert_uint_eq(infos[i].active_from, from);
        ck_assert_int_eq(infos[i].state, (i == 0) ? WOLFTICKET_KEY_WAITS
            : (i == 1) ? WOLFTICKET_KEY_SEALS : WOLFTICKET_KEY_OPENS);
        clock = infos[i].opens_until - 1;
        ck_assert_int_eq(opens(ring, &key), 1);
        clock++;
        ck_assert_int_eq(opens(ring, &key), 0);
    }
    wolfTicket_KeyRing_free(ring);
}
END_TEST

static Suite* derived_suite(void)
{
    Suite* suite = suite_create("keyring, derived");
    TCase* tc = tcase_create("making");

    tcase_add_checked_fixture(tc, derived_setup, th_teardown);
    tcase_add_loop_test(tc, a_poor_secret_and_an_odd_period_are_refused, 0,
        REFUSED);
    tcase_add_test(tc, without_secret_clock_or_memory_there_is_no_ring);
    tcase_add_loop_test(tc, the_shortest_and_longest_are_taken, 0, 4);
    tcase_add_test(tc, such_a_ring_takes_no_key_and_gives_none_up);
    suite_add_tcase(suite, tc);

    tc = tcase_create("agreement");
    tcase_add_checked_fixture(tc, derived_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, rings_of_one_secret_and_period_agree_at_any_time,
        0, SOMEPERIODS);
    tcase_add_test(tc,
        rings_of_another_secret_or_period_have_nothing_in_common);
    tcase_add_loop_test(tc, a_key_serves_from_its_first_second_to_its_last, 0,
        SOMEPERIODS);
    tcase_add_loop_test(tc,
        what_one_seals_the_other_opens_up_to_a_period_apart, 0, 5);
    tcase_add_loop_test(tc,
        a_former_key_opens_its_last_ticket_until_that_runs_out, 0, LIVES);
    tcase_add_loop_test(tc,
        a_ring_that_is_made_late_opens_what_others_have_sealed, 0, LIVES);
    suite_add_tcase(suite, tc);

    tc = tcase_create("clock");
    tcase_add_checked_fixture(tc, derived_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc,
        whatever_the_clock_did_the_ring_is_where_the_others_are);
    tcase_add_loop_test(tc,
        the_first_periods_of_all_and_the_last_are_periods, 0, 10);
    tcase_add_test(tc, while_the_clock_fails_the_keys_serve_on);
    tcase_add_test(tc,
        the_list_tells_the_next_key_this_one_and_the_former_ones);
    suite_add_tcase(suite, tc);

    tc = tcase_create("memory");
    tcase_add_checked_fixture(tc, derived_setup, NULL);
    tcase_add_test(tc, neither_the_secret_nor_a_dead_key_is_in_the_ring);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(derived_suite());
}
