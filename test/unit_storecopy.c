/* unit_storecopy.c
 *
 * A store in one piece: bytes that may be anything.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Whoever holds the key of a sealed file, or writes one in clear, decides on
 * these bytes.
 */

#include "store_fixture.h"

static wt_blob copy;
static word32 count;

/* Three sessions of two peers, and a store with one of a third. */
static void copy_setup(void)
{
    sf_setup();
    memset(&copy, 0, sizeof(copy));
    ck_assert_int_eq(sf_put_key(1, 1, 11, TH_NOW - 1), 1);
    ck_assert_int_eq(sf_put_key(1, 1, 12, TH_NOW), 1);
    ck_assert_int_eq(sf_put_key(2, 0, 21, TH_NOW), 1);
    ck_assert_int_eq(wt_store_export(sf_store, &copy, &count), 1);
    ck_assert_uint_eq(count, 3);
    sf_new_store(0, 0, 0);
    ck_assert_int_eq(sf_put_key(9, 1, 99, TH_NOW), 1);
}

static void copy_teardown(void)
{
    wt_session_discard(&copy);
    sf_teardown();
}

/* From memory of exactly that size, so that reading on is noticed. */
static int import(const byte* mem, word32 sz, word32 n)
{
    byte* exact = (byte*)malloc((sz > 0) ? sz : 1);
    int ret;

    SF_MUST(exact != NULL);
    if (sz > 0)
        memcpy(exact, mem, sz);
    ret = wt_store_import(sf_store, exact, sz, n);
    free(exact);
    return ret;
}

static void refuses(const byte* mem, word32 sz, word32 n)
{
    SF_MUST(import(mem, sz, n) == 0);
    SF_MUST(wt_thread_error() == WT_E_SESSION_DAMAGED);
    SF_MUST(sf_store->table.sessions == 1);
}

START_TEST(what_was_exported_is_imported)
{
    ck_assert_int_eq(import(copy.mem, copy.sz, count), 1);
    ck_assert_int_eq(sf_count(NULL), 4);
    ck_assert_int_eq(import(copy.mem, copy.sz, count), 1);
    ck_assert_int_eq(sf_count(NULL), 4);
    ck_assert_int_eq(import(NULL, 0, 0), 1);
    sf_check_table();
}
END_TEST

START_TEST(a_wrong_number_of_entries_is_refused)
{
    static const word32 counts[] = {
        0, 1, 2, 4, 5, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF
    };
    size_t i;

    for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        refuses(copy.mem, copy.sz, counts[i]);
    refuses(copy.mem, 0, 1);
    refuses(copy.mem, 0, 0xFFFFFFFF);
}
END_TEST

START_TEST(every_truncation_is_refused)
{
    word32 i;

    for (i = 0; i < copy.sz; i += (word32)th_step())
        refuses(copy.mem, i, count);
}
END_TEST

START_TEST(a_byte_more_is_refused)
{
    byte* mem = (byte*)calloc(copy.sz + 64, 1);
    word32 i;

    memcpy(mem, copy.mem, copy.sz);
    for (i = 1; i <= 64; i++) {
        refuses(mem, copy.sz + i, count);
        refuses(mem, copy.sz + i, count + 1);
    }
    free(mem);
}
END_TEST

/* Sizes of the first entry. */
START_TEST(a_wrong_size_is_refused)
{
    word32 right = wt_get(copy.mem + WT_PEER_SZ, 4);
    const word32 sizes[] = {
        0, 1, right - 1, right + 1, right + WT_ENTRY_HEAD_SZ,
        right * 2 + WT_ENTRY_HEAD_SZ, copy.sz - WT_ENTRY_HEAD_SZ,
        copy.sz - WT_ENTRY_HEAD_SZ + 1, copy.sz, 65535, 65536, 0x7FFFFFFF,
        0x80000000, 0xFFFFFFFF, 0xFFFFFFFF - WT_ENTRY_HEAD_SZ
    };
    size_t i;
    word32 n;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        wt_put(copy.mem + WT_PEER_SZ, sizes[i], 4);
        for (n = 1; n <= 4; n++)
            refuses(copy.mem, copy.sz, n);
    }
}
END_TEST

/* Many flips make another good session, of another peer or another secret:
 * that is for the holder of the key to decide.  The store stays whole. */
START_TEST(a_flipped_byte_breaks_nothing)
{
    WOLFSSL_SESSION* session;
    wt_session_facts facts;
    word32 i;
    int bit;

    for (i = 0; i < copy.sz; i += (word32)th_step()) {
        bit = (int)(i % 8);
        copy.mem[i] ^= (byte)(1 << bit);
        (void)import(copy.mem, copy.sz, count);
        sf_check_table();
        while (sf_store->table.newest != NULL) {
            session = wt_store_take(sf_store, sf_store->table.newest->key,
                &facts);
            wolfSSL_SESSION_free(session);
            if (session == NULL || !wt_session_is_tls13(&facts))
                ck_assert_int_eq(wolfTicket_Store_forget(sf_store, NULL,
                    NULL), 1);
        }
        copy.mem[i] ^= (byte)(1 << bit);
    }
}
END_TEST

START_TEST(noise_breaks_nothing)
{
    byte mem[300];
    word32 state = (word32)_i + 1;
    int round, i;

    for (round = 0; round < th_many(2000); round++) {
        for (i = 0; i < (int)sizeof(mem); i++) {
            state = state * 1664525u + 1013904223u;
            mem[i] = (byte)(state >> 24);
        }
        wt_put(mem + WT_PEER_SZ, state % (sizeof(mem) - WT_ENTRY_HEAD_SZ + 1),
            4);
        (void)import(mem, sizeof(mem), 1 + state % 3);
        SF_MUST(sf_store->table.sessions == 1);
    }
}
END_TEST

/* None such is ever exported. */
START_TEST(an_unverified_session_is_refused)
{
    word32 at = WT_ENTRY_HEAD_SZ;
    word32 sz = wt_get(copy.mem + WT_PEER_SZ, 4);
    wt_session_facts facts;
    int found = 0;
    word32 i;

    for (i = at; i < at + sz && !found; i++) {
        copy.mem[i] ^= 1;
        found = wt_session_read(copy.mem + at, sz, &facts) &&
            facts.verify != 0;
        if (!found)
            copy.mem[i] ^= 1;
    }
    ck_assert_int_eq(found, 1);
    refuses(copy.mem, copy.sz, count);
}
END_TEST

START_TEST(what_is_too_large_for_this_store_is_left_out)
{
    sf_new_store(0, 0, 500);
    ck_assert_int_eq(import(copy.mem, copy.sz, count), 1);
    ck_assert_int_eq(sf_count(NULL), 0);
    sf_check_table();
    sf_new_store(1, 1, 0);
    ck_assert_int_eq(import(copy.mem, copy.sz, count), 1);
    ck_assert_int_eq(sf_count(NULL), 1);
    ck_assert_int_eq(sf_take_key(2), 21);
    sf_check_table();
}
END_TEST

int main(void)
{
    Suite* s = suite_create("storecopy");
    TCase* tc = th_case(s, "import", 1);

    tcase_add_checked_fixture(tc, copy_setup, copy_teardown);
    tcase_add_test(tc, what_was_exported_is_imported);
    tcase_add_test(tc, a_wrong_number_of_entries_is_refused);
    tcase_add_test(tc, every_truncation_is_refused);
    tcase_add_test(tc, a_byte_more_is_refused);
    tcase_add_test(tc, a_wrong_size_is_refused);
    tcase_add_test(tc, a_flipped_byte_breaks_nothing);
    tcase_add_loop_test(tc, noise_breaks_nothing, 0, 3);
    tcase_add_test(tc, an_unverified_session_is_refused);
    tcase_add_test(tc, what_is_too_large_for_this_store_is_left_out);
    return th_run(s);
}
