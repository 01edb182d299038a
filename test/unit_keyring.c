/* unit_keyring.c
 *
 * The key ring in good order: rotation, the life of keys, and their end.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyring_fixture.h"

#include <wolfssl/wolfcrypt/memory.h>

#include <malloc.h>

#define ROUNDING  16   /* of the allocator, at most */

/* Lifetimes, and how long a key seals: three quarters, but a second. */
static const struct {
    word32 lifetime;
    word32 seals;
} lives[] = {
    { 1, 1 }, { 2, 1 }, { 3, 2 }, { 4, 3 }, { 5, 3 }, { 60, 45 },
    { 7200, 5400 }, { 7201, 5400 }, { 604800, 453600 }
};
#define LIVES (int)(sizeof(lives) / sizeof(lives[0]))

/* ---- rotation ----------------------------------------------------------- */

START_TEST(a_new_ring_has_one_key_that_seals_and_opens)
{
    wolfTicket_KeyRing* ring = ring_new(7200);
    wt_key key = sealing(ring);

    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);
    ck_assert_int_eq(opens(ring, &key), 1);
    ck_assert_mem_eq(key.name, randomLast, sizeof(key.name));
    /* Sealing needs a key of its own, not those that are given out. */
    ck_assert_mem_ne(key.secret, randomLast + 16, sizeof(key.secret));
    ck_assert_mem_ne(key.secret, randomLast + 48, sizeof(key.secret));
    counts(ring, 0, 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_ring_without_callbacks_has_keys_of_its_own)
{
    wolfTicket_KeyRing* a = wolfTicket_KeyRing_new();
    wolfTicket_KeyRing* b = wolfTicket_KeyRing_new();
    wt_key keyA, keyB;
    word64 now = 0;

    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(b);
    keyA = sealing(a);
    keyB = sealing(b);
    ck_assert_mem_ne(keyA.name, keyB.name, WT_KEY_ID_SZ);
    ck_assert_mem_ne(keyA.secret, keyB.secret, sizeof(keyA.secret));
    ck_assert_mem_ne(keyA.salt, keyB.salt, sizeof(keyA.salt));
    ck_assert_int_eq(opens(a, &keyB), 0);
    ck_assert_int_eq(wt_keyring_time(a, &now), 1);
    ck_assert_uint_gt(now, START);
    wolfTicket_KeyRing_free(a);
    wolfTicket_KeyRing_free(b);
}
END_TEST

START_TEST(a_key_seals_for_three_quarters_of_the_lifetime)
{
    wolfTicket_KeyRing* ring = ring_new(lives[_i].lifetime);
    int round;

    for (round = 1; round <= 20; round++) {
        wt_key key = sealing(ring);

        ringNow += lives[_i].seals - 1;
        ck_assert_int_eq(seals(ring, &key), 1);
        ringNow++;
        ck_assert_int_eq(seals(ring, &key), 0);
        ck_assert_int_eq(opens(ring, &key), 1);
        counts(ring, (unsigned long)round, 0);
    }
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* The last ticket is made in the last second in which the key seals.  It is
 * as old as its lifetime that many seconds later, and must open until then. */
static void check_end_of_life(word32 lifetime, word32 sealsFor, int ticking)
{
    wolfTicket_KeyRing* ring = ring_new(lifetime);
    wt_key key = sealing(ring);
    word64 last;

    ringNow += sealsFor - 1;
    ck_assert_int_eq(seals(ring, &key), 1);
    last = ringNow;
    while (ticking && ringNow < last + lifetime) {
        ringNow += (lifetime > 10000) ? lifetime / 1000 : 1;
        if (ringNow > last + lifetime)
            ringNow = last + lifetime;
        ck_assert_int_eq(opens(ring, &key), 1);
    }
    ringNow = last + lifetime;
    ck_assert_int_eq(opens(ring, &key), 1);
    ringNow = last + lifetime + 1;
    ck_assert_int_eq(opens(ring, &key), 0);
    wolfTicket_KeyRing_free(ring);
}

START_TEST(a_key_opens_its_last_ticket_until_that_runs_out)
{
    check_end_of_life(lives[_i].lifetime, lives[_i].seals, 1);
}
END_TEST

START_TEST(a_ring_that_nobody_used_meanwhile_keeps_a_key_as_long)
{
    check_end_of_life(lives[_i].lifetime, lives[_i].seals, 0);
}
END_TEST

START_TEST(a_key_rotated_away_by_hand_opens_its_last_ticket_to_the_end)
{
    word32 lifetime = lives[_i].lifetime;
    wolfTicket_KeyRing* ring = ring_new(lifetime);
    wt_key key = sealing(ring);

    /* Sealed and rotated within the same second. */
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    ck_assert_int_eq(seals(ring, &key), 0);
    ringNow += lifetime - 1;
    ck_assert_int_eq(opens(ring, &key), 1);
    ringNow += 1;
    ck_assert_int_eq(opens(ring, &key), 1);
    ringNow += 2;
    ck_assert_int_eq(opens(ring, &key), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(rotation_by_hand_starts_a_new_period)
{
    wolfTicket_KeyRing* ring = ring_new(7200);
    wt_key key;

    ringNow += 5000;
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    key = sealing(ring);
    ringNow += 5399;
    ck_assert_int_eq(seals(ring, &key), 1);
    ringNow++;
    ck_assert_int_eq(seals(ring, &key), 0);
    counts(ring, 2, 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(no_more_keys_than_needed_live)
{
    wolfTicket_KeyRing* ring = ring_new(lives[_i].lifetime);
    int n;

    for (n = 0; n < 1000; n++) {
        (void)sealing(ring);
        ck_assert_int_ge(wolfTicket_KeyRing_count(ring), 1);
        ck_assert_int_le(wolfTicket_KeyRing_count(ring), 4);
        ringNow += 1 + lives[_i].lifetime / 50;
    }
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* A ticket now and then through 30 days: each opens as long as it lives. */
START_TEST(thirty_days_pass_and_every_ticket_lives_its_life)
{
    enum { TICKETS = 512, STEP = 61 };
    static wt_key key[TICKETS];
    static word64 issued[TICKETS];
    wolfTicket_KeyRing* ring = ring_new(7200);
    word64 end = START + 30 * DAY;
    unsigned long rotations, failures;
    int n = 0;

    while (ringNow < end) {
        int old = n % TICKETS;

        if (n >= TICKETS) {
            /* 512 steps of 61 seconds are more than a key lives. */
            ck_assert_int_eq(opens(ring, &key[old]), 0);
            old = (n - 7200 / STEP) % TICKETS;
            ck_assert_uint_le(ringNow - issued[old], 7200);
            ck_assert_int_eq(opens(ring, &key[old]), 1);
            old = (n - 60) % TICKETS;
            ck_assert_int_eq(opens(ring, &key[old]), 1);
        }
        key[n % TICKETS] = sealing(ring);
        issued[n % TICKETS] = ringNow;
        ck_assert_int_le(wolfTicket_KeyRing_count(ring), 3);
        ringNow += STEP;
        n++;
    }
    wt_keyring_counts(ring, &rotations, &failures);
    /* 480 periods, each late by less than a step. */
    ck_assert_uint_le(rotations, 480);
    ck_assert_uint_ge(rotations, 30 * DAY / (5400 + STEP));
    ck_assert_uint_eq(failures, 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- lifetimes ---------------------------------------------------------- */

START_TEST(a_longer_lifetime_makes_every_key_live_longer)
{
    wolfTicket_KeyRing* ring = ring_new(100);
    wt_key first = sealing(ring);
    wt_key second;

    ringNow += 75;
    second = sealing(ring);
    ck_assert_int_eq(same_key(&first, &second), 0);
    ring_lifetime(ring, 1000);

    /* Tickets made before live 100 seconds, those made now 1000. */
    ringNow += 749;
    ck_assert_int_eq(seals(ring, &second), 1);
    ringNow++;
    ck_assert_int_eq(seals(ring, &second), 0);
    ringNow += 999;
    ck_assert_int_eq(opens(ring, &second), 1);
    ringNow++;
    ck_assert_int_eq(opens(ring, &second), 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_shorter_lifetime_shortens_nothing)
{
    wolfTicket_KeyRing* ring = ring_new(7200);
    wt_key key = sealing(ring);

    ring_lifetime(ring, 1);
    ringNow += 5399;
    ck_assert_int_eq(seals(ring, &key), 1);
    ringNow += 7200;
    ck_assert_int_eq(opens(ring, &key), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- finding ------------------------------------------------------------ */

START_TEST(every_live_key_is_found_and_only_the_newest_is_current)
{
    wolfTicket_KeyRing* ring = ring_new(7200);
    wt_key key[WOLFTICKET_MAX_KEYS];
    wt_key found, none;
    int i;

    memset(&none, 0, sizeof(none));
    for (i = 0; i < WOLFTICKET_MAX_KEYS; i++) {
        if (i > 0)
            ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
        key[i] = sealing(ring);
    }
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), WOLFTICKET_MAX_KEYS);
    for (i = 0; i < WOLFTICKET_MAX_KEYS; i++) {
        ck_assert_int_eq(wt_keyring_opening(ring, key[i].name, 0, &found), 1);
        ck_assert_int_eq(same_key(&found, &key[i]), 1);
        ck_assert_int_eq(found.current, i == WOLFTICKET_MAX_KEYS - 1);

        /* There is no second of this name, and no secret left over. */
        ck_assert_int_eq(wt_keyring_opening(ring, key[i].name, 1, &found), 0);
        ck_assert_mem_eq(&found, &none, sizeof(found));
    }
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(a_name_of_no_key_finds_none)
{
    static const byte zero[WT_KEY_ID_SZ] = { 0, 0, 0, 0 };
    wolfTicket_KeyRing* ring = ring_new(7200);
    wt_key key = sealing(ring);
    wt_key found, none;
    int i;

    memset(&none, 0, sizeof(none));
    for (i = 0; i < WT_KEY_ID_SZ * 8; i++) {
        key.name[i / 8] ^= (byte)(1 << i % 8);
        memset(&found, 0xFF, sizeof(found));
        ck_assert_int_eq(wt_keyring_opening(ring, key.name, 0, &found), 0);
        ck_assert_mem_eq(&found, &none, sizeof(found));
        key.name[i / 8] ^= (byte)(1 << i % 8);
    }
    ck_assert_int_eq(wt_keyring_opening(ring, zero, 0, &found), 0);
    ck_assert_int_eq(wt_keyring_opening(ring, key.name, 0, &found), 1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* ---- sharing ------------------------------------------------------------ */

START_TEST(two_contexts_share_one_ring)
{
    WOLFSSL_CTX* a = wolfSSL_CTX_new(wolfSSLv23_server_method());
    WOLFSSL_CTX* b = wolfSSL_CTX_new(wolfSSLv23_server_method());
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new_ex(read_clock, NULL,
        draw_random, NULL);
    wt_key key;

    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(a, 100), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(a, ring), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(b, 400), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(b, ring), 1);
    wolfTicket_KeyRing_free(ring);
    ck_assert_ptr_eq(wolfTicket_CTX_get_key_ring(a), ring);
    ck_assert_ptr_eq(wolfTicket_CTX_get_key_ring(b), ring);

    /* The keys live for the longer of the lifetimes, and stay when the
     * context goes that had it. */
    key = sealing(ring);
    wolfTicket_CTX_free(b);
    ringNow += 299;
    ck_assert_int_eq(seals(ring, &key), 1);
    ringNow += 400;
    ck_assert_int_eq(opens(ring, &key), 1);
    ringNow++;
    ck_assert_int_eq(opens(ring, &key), 0);
    wolfTicket_CTX_free(a);
}
END_TEST

START_TEST(a_ring_given_twice_to_a_context_is_held_once)
{
    WOLFSSL_CTX* ctx = wolfSSL_CTX_new(wolfSSLv23_server_method());
    wolfTicket_KeyRing* ring = ring_new(7200);

    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(ctx, ring), 1);
    wolfTicket_KeyRing_free(ring);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(ctx,
        wolfTicket_CTX_get_key_ring(ctx)), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);
    wolfTicket_CTX_free(ctx);
}
END_TEST

/* ---- the end of keys ---------------------------------------------------- */

/* The ring's block; it is kept when it is freed. */
static byte* blockMem;
static size_t blockSz;
static int blockFreed;

static void block_free(void* ptr)
{
    if (ptr != NULL && ptr == blockMem)
        blockFreed = 1;
    else
        free(ptr);
}

static wolfTicket_KeyRing* block_ring(void)
{
    wolfTicket_KeyRing* ring;

    ck_assert_int_eq(th_allocators(malloc, block_free, realloc), 0);
    ring = ring_new(7200);
    blockMem = (byte*)ring;
    blockSz = malloc_usable_size(ring);
    return ring;
}

static int in_block(const byte* what, size_t sz)
{
    size_t i;
    int found = 0;

    for (i = 0; i + sz <= blockSz; i++) {
        if (memcmp(blockMem + i, what, sz) == 0)
            found++;
    }
    return found;
}

/* Steps much shorter than a period, so that keys also die when none is made
 * in their place at that moment. */
START_TEST(dead_keys_are_nowhere_in_the_ring)
{
    enum { KEYS = 30 };
    wolfTicket_KeyRing* ring = block_ring();
    wt_key key[KEYS];
    int n = 0;
    int step, i;

    for (step = 0; n < KEYS; step++) {
        if (step % 23 == 22)
            ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
        if (n == 0 || !seals(ring, &key[n - 1]))
            key[n++] = sealing(ring);
        for (i = 0; i < n; i++) {
            /* It shows that this finds what is there; parts of a key, as one
             * that is only partly overwritten is not gone. */
            int live = opens(ring, &key[i]);

            ck_assert_int_eq(in_block(key[i].secret, 8) > 0, live);
            ck_assert_int_eq(in_block(key[i].secret + 24, 8) > 0, live);
            ck_assert_int_eq(in_block(key[i].salt, 8) > 0, live);
        }
        ringNow += 611;
    }
    wolfTicket_KeyRing_free(ring);
    ck_assert_int_eq(blockFreed, 1);
    for (i = 0; i < KEYS; i++)
        ck_assert_int_eq(in_block(key[i].secret, 4), 0);
    free(blockMem);
}
END_TEST

START_TEST(a_freed_ring_is_all_zero)
{
    wolfTicket_KeyRing* ring;
    size_t i;

    ring = block_ring();
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    wolfTicket_KeyRing_free(ring);
    ck_assert_int_eq(blockFreed, 1);
    /* The allocator's own rounding is not the ring's. */
    for (i = 0; i < blockSz - ROUNDING; i++)
        ck_assert_uint_eq(blockMem[i], 0);
    free(blockMem);
}
END_TEST

static Suite* keyring_suite(void)
{
    Suite* suite = suite_create("keyring");
    TCase* tc = tcase_create("rotation");

    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_new_ring_has_one_key_that_seals_and_opens);
    tcase_add_test(tc, a_ring_without_callbacks_has_keys_of_its_own);
    tcase_add_loop_test(tc, a_key_seals_for_three_quarters_of_the_lifetime,
        0, LIVES);
    tcase_add_loop_test(tc, a_key_opens_its_last_ticket_until_that_runs_out,
        0, LIVES);
    tcase_add_loop_test(tc,
        a_ring_that_nobody_used_meanwhile_keeps_a_key_as_long, 0, LIVES);
    tcase_add_loop_test(tc,
        a_key_rotated_away_by_hand_opens_its_last_ticket_to_the_end, 0,
        LIVES);
    tcase_add_test(tc, rotation_by_hand_starts_a_new_period);
    tcase_add_loop_test(tc, no_more_keys_than_needed_live, 0, LIVES);
    tcase_add_test(tc, thirty_days_pass_and_every_ticket_lives_its_life);
    suite_add_tcase(suite, tc);

    tc = tcase_create("use");
    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_add_test(tc, a_longer_lifetime_makes_every_key_live_longer);
    tcase_add_test(tc, a_shorter_lifetime_shortens_nothing);
    tcase_add_test(tc,
        every_live_key_is_found_and_only_the_newest_is_current);
    tcase_add_test(tc, a_name_of_no_key_finds_none);
    tcase_add_test(tc, two_contexts_share_one_ring);
    tcase_add_test(tc, a_ring_given_twice_to_a_context_is_held_once);
    suite_add_tcase(suite, tc);

    tc = tcase_create("end");
    tcase_add_checked_fixture(tc, ring_setup, NULL);
    tcase_add_test(tc, dead_keys_are_nowhere_in_the_ring);
    tcase_add_test(tc, a_freed_ring_is_all_zero);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(keyring_suite());
}
