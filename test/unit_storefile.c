/* unit_storefile.c
 *
 * A store's file: written whole or not at all, believed whole or not at all.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "storefile_fixture.h"

#include <wolfssl/wolfcrypt/hash.h>

/* ---- there and back ------------------------------------------------------ */

START_TEST(what_was_saved_is_loaded)
{
    struct stat st;

    fill();
    ck_assert_int_eq(save(_i), 1);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_mode & 07777, 0600);
    ck_assert_int_eq(files(), 1);
    is_filled();
    sf_new_store(0, 0, 0);
    ck_assert_int_eq(load(_i), 1);
    is_filled();
}
END_TEST

START_TEST(an_empty_store_is_saved_too)
{
    ck_assert_int_eq(save(_i), 1);
    ck_assert_int_eq(load(_i), 1);
    ck_assert_int_eq(sf_count(NULL), 0);
}
END_TEST

START_TEST(what_has_run_out_is_neither_saved_nor_loaded)
{
    ck_assert_int_eq(sf_put_key(1, 1, 1, TH_NOW - 100), 1);
    ck_assert_int_eq(sf_put_key(1, 1, 2, TH_NOW), 1);
    ck_assert_int_eq(sf_put_key(2, 1, 3, TH_NOW - 50), 1);
    sf_clock.now = TH_NOW - 100 + SF_LIFETIME;
    ck_assert_int_eq(save(_i), 1);
    sf_clock.now = TH_NOW;
    sf_new_store(0, 0, 0);
    ck_assert_int_eq(load(_i), 1);
    ck_assert_int_eq(sf_count(NULL), 2);
    sf_new_store(0, 0, 0);
    sf_clock.now = TH_NOW - 50 + SF_LIFETIME;
    ck_assert_int_eq(load(_i), 1);
    ck_assert_int_eq(sf_take_key(1), 2);
    ck_assert_int_eq(sf_count(NULL), 0);
}
END_TEST

START_TEST(loading_merges_by_time)
{
    ck_assert_int_eq(sf_put_key(1, 1, 1, TH_NOW - 5), 1);
    ck_assert_int_eq(sf_put_key(1, 1, 3, TH_NOW - 1), 1);
    ck_assert_int_eq(sf_put_key(2, 0, 4, TH_NOW - 9), 1);
    ck_assert_int_eq(sf_put_key(3, 0, 6, TH_NOW), 1);
    ck_assert_int_eq(save(_i), 1);
    sf_new_store(0, 0, 0);
    ck_assert_int_eq(sf_put_key(1, 1, 2, TH_NOW - 3), 1);
    ck_assert_int_eq(sf_put_key(1, 1, 3, TH_NOW - 1), 1);
    ck_assert_int_eq(sf_put_key(2, 0, 5, TH_NOW - 8), 1);
    ck_assert_int_eq(sf_put_key(3, 0, 7, TH_NOW - 1), 1);
    ck_assert_int_eq(load(_i), 1);
    ck_assert_int_eq(load(_i), 1);
    ck_assert_int_eq(sf_count(NULL), 5);
    ck_assert_int_eq(sf_take_key(1), 3);
    ck_assert_int_eq(sf_take_key(1), 2);
    ck_assert_int_eq(sf_take_key(1), 1);
    ck_assert_int_eq(sf_take_key(2), 5);
    ck_assert_int_eq(sf_take_key(3), 6);
    sf_check_table();
}
END_TEST

/* Peers that this process has used are worth more than those of a file, and
 * of a file those used last. */
START_TEST(loading_displaces_nothing)
{
    word32 i;

    for (i = 0; i < 8; i++)
        ck_assert_int_eq(sf_put_key(i, 1, i, TH_NOW), 1);
    ck_assert_int_eq(save(_i), 1);
    sf_new_store(5, 0, 0);
    ck_assert_int_eq(sf_put_key(100, 1, 100, TH_NOW), 1);
    ck_assert_int_eq(sf_put_key(101, 1, 101, TH_NOW), 1);
    ck_assert_int_eq(load(_i), 1);
    ck_assert_int_eq(sf_count(NULL), 5);
    ck_assert_int_eq(sf_left(100), 1);
    ck_assert_int_eq(sf_left(101), 1);
    for (i = 5; i < 8; i++)
        ck_assert_int_eq(sf_left(i), 1);
    sf_check_table();
}
END_TEST

START_TEST(two_sealed_files_have_nothing_in_common)
{
    static unsigned char a[16384];
    static unsigned char b[16384];
    size_t sz, i;
    int same = 0;

    fill();
    ck_assert_int_eq(save(1), 1);
    sz = slurp(a, sizeof(a));
    ck_assert_int_eq(save(1), 1);
    ck_assert_uint_eq(slurp(b, sizeof(b)), sz);
    for (i = HEAD_SZ; i < sz; i++)
        same += a[i] == b[i];
    ck_assert_int_lt(same, (int)(sz / 32));
    /* And neither shows a session. */
    for (i = 0; i + 32 < sz; i++)
        ck_assert_mem_ne(a + i, sf_model[1].mem + 20, 32);
}
END_TEST

/* ---- refused ------------------------------------------------------------- */

START_TEST(a_flipped_byte_is_noticed_wherever_it_is)
{
    static unsigned char mem[16384];
    size_t sz, i;

    fill();
    ck_assert_int_eq(save(_i), 1);
    sz = slurp(mem, sizeof(mem));
    one_session();
    for (i = 0; i < sz; i += (size_t)th_step()) {
        mem[i] ^= (unsigned char)(1u << (i % 8));
        spill(mem, sz);
        refuses(_i, WT_E_SESSION_DAMAGED);
        mem[i] ^= (unsigned char)(1u << (i % 8));
    }
    spill(mem, sz);
    ck_assert_int_eq(load(_i), 1);
    ck_assert_int_eq(sf_count(NULL), 4);
}
END_TEST

START_TEST(a_truncated_or_longer_file_is_noticed)
{
    static unsigned char mem[16384];
    size_t sz, i;

    memset(mem, 0, sizeof(mem));
    fill();
    ck_assert_int_eq(save(_i), 1);
    sz = slurp(mem, sizeof(mem));
    one_session();
    for (i = 0; i < sz; i += (size_t)th_step()) {
        spill(mem, i);
        refuses(_i, WT_E_SESSION_DAMAGED);
    }
    for (i = 1; i < 70; i++) {
        spill(mem, sz + i);
        refuses(_i, WT_E_SESSION_DAMAGED);
    }
}
END_TEST

START_TEST(another_key_or_none_does_not_open_it)
{
    fill();
    ck_assert_int_eq(save(1), 1);
    one_session();
    refuses(0, WT_E_SESSION_DAMAGED);
    key[sizeof(key) - 1] ^= 1;
    refuses(1, WT_E_SESSION_DAMAGED);
    key[sizeof(key) - 1] ^= 1;
    ck_assert_int_eq(wolfTicket_Store_load(sf_store, path, key,
        sizeof(key) - 1), 0);
    ck_assert_int_eq(save(0), 1);
    refuses(1, WT_E_SESSION_DAMAGED);
}
END_TEST

START_TEST(a_key_that_is_none_is_refused)
{
    unsigned char same[32];

    memset(same, 0x5A, sizeof(same));
    ck_assert_int_eq(wolfTicket_Store_save(sf_store, path, key, 31), 0);
    sf_error_is(WT_E_SECRET);
    ck_assert_int_eq(wolfTicket_Store_save(sf_store, path, key, 0), 0);
    sf_error_is(WT_E_SECRET);
    ck_assert_int_eq(wolfTicket_Store_save(sf_store, path, same, 32), 0);
    sf_error_is(WT_E_SECRET);
    ck_assert_int_eq(wolfTicket_Store_save(sf_store, path, NULL, 32), 0);
    sf_error_is(WT_E_NULL);
    ck_assert_int_eq(wolfTicket_Store_load(sf_store, path, key, 31), 0);
    sf_error_is(WT_E_SECRET);
    ck_assert_int_eq(files(), 0);
    ck_assert_int_eq(wolfTicket_Store_save(sf_store, NULL, NULL, 0), 0);
    sf_error_is(WT_E_NULL);
    ck_assert_int_eq(wolfTicket_Store_save(NULL, path, NULL, 0), 0);
    ck_assert_int_eq(wolfTicket_Store_load(sf_store, NULL, NULL, 0), 0);
    ck_assert_int_eq(wolfTicket_Store_load(NULL, path, NULL, 0), 0);
    ck_assert_int_eq(wolfTicket_Store_save(sf_store, path, key, 32), 1);
}
END_TEST

/* What it is in clear, made good again: sizes and the like that are wrong on
 * purpose.  Offsets are of the head's fields. */
static const struct {
    size_t at;
    wt_error err;
} forged[] = {
    { 0, WT_E_SESSION_DAMAGED },    /* magic */
    { 7, WT_E_SESSION_FOREIGN },    /* format */
    { 8, WT_E_SESSION_DAMAGED },    /* kind: it would be sealed */
    { 12, WT_E_SESSION_FOREIGN },   /* build */
    { 27, WT_E_SESSION_FOREIGN },
    { 60, WT_E_SESSION_DAMAGED },   /* size */
    { 63, WT_E_SESSION_DAMAGED },
    { 64, WT_E_SESSION_DAMAGED },   /* number of entries */
    { 67, WT_E_SESSION_DAMAGED },
    { 68 + WT_PEER_SZ, WT_E_SESSION_DAMAGED },     /* size of the first */
    { 68 + WT_PEER_SZ + 3, WT_E_SESSION_DAMAGED }
};
#define FORGED (int)(sizeof(forged) / sizeof(forged[0]))

START_TEST(a_checksum_alone_makes_nothing_right)
{
    static unsigned char mem[16384];
    size_t sz;

    fill();
    ck_assert_int_eq(save(0), 1);
    sz = slurp(mem, sizeof(mem));
    one_session();
    mem[forged[_i].at] ^= 1;
    ck_assert_int_eq(wc_Sha256Hash(mem, (word32)sz - 32, mem + sz - 32), 0);
    spill(mem, sz);
    refuses(0, forged[_i].err);
}
END_TEST

/* ---- failures ------------------------------------------------------------ */

START_TEST(a_save_that_fails_leaves_the_old_file)
{
    long live;
    long n = 0;
    int ret = 0;

    fill();
    ck_assert_int_eq(save(_i), 1);
    ck_assert_int_eq(sf_put_key(3, 1, 31, TH_NOW), 1);
    live = th_mem_live();
    while (ret == 0) {
        th_mem_fail_at(++n);
        th_mem_arm(1);
        ret = save(_i);
        th_mem_arm(0);
        ck_assert_int_eq(th_mem_live(), live);
        ck_assert_int_eq(files(), 1);
        if (ret == 0) {
            sf_error_is(WT_E_MEMORY);
            ck_assert_int_eq(load(_i), 1);
            ck_assert_int_eq(sf_count(NULL), 4);
            live = th_mem_live();
        }
        ck_assert_int_lt(n, 20);
    }
    ck_assert_int_gt(n, 3);
    sf_new_store(0, 0, 0);
    ck_assert_int_eq(load(_i), 1);
    ck_assert_int_eq(sf_count(NULL), 4);
}
END_TEST

START_TEST(a_load_that_fails_changes_nothing)
{
    long live;
    long n = 0;
    int ret = 0;

    fill();
    ck_assert_int_eq(save(_i), 1);
    one_session();
    live = th_mem_live();
    while (ret == 0) {
        th_mem_fail_at(++n);
        th_mem_arm(1);
        ret = load(_i);
        th_mem_arm(0);
        if (ret == 0) {
            sf_error_is(WT_E_MEMORY);
            ck_assert_int_eq(th_mem_live(), live);
            ck_assert_int_eq(sf_count(NULL), 1);
            sf_check_table();
        }
        ck_assert_int_lt(n, 30);
    }
    ck_assert_int_gt(n, 6);
    ck_assert_int_eq(sf_count(NULL), 4);
}
END_TEST

START_TEST(a_dead_clock_saves_and_loads_nothing)
{
    fill();
    ck_assert_int_eq(save(_i), 1);
    one_session();
    sf_clock.failAt = sf_clock.calls + 1;
    sf_clock.failAll = 1;
    ck_assert_int_eq(save(_i), 0);
    sf_error_is(WT_E_CLOCK);
    refuses(_i, WT_E_CLOCK);
    sf_clock.failAt = 0;
    sf_clock.failAll = 0;
    ck_assert_int_eq(load(_i), 1);
    ck_assert_int_eq(sf_count(NULL), 4);
}
END_TEST

int main(void)
{
    Suite* s = suite_create("storefile");
    TCase* tc;

    tc = th_case(s, "there and back", 1);
    tcase_add_checked_fixture(tc, file_setup, file_teardown);
    tcase_add_loop_test(tc, what_was_saved_is_loaded, 0, 2);
    tcase_add_loop_test(tc, an_empty_store_is_saved_too, 0, 2);
    tcase_add_loop_test(tc, what_has_run_out_is_neither_saved_nor_loaded, 0,
        2);
    tcase_add_loop_test(tc, loading_merges_by_time, 0, 2);
    tcase_add_loop_test(tc, loading_displaces_nothing, 0, 2);
    tcase_add_test(tc, two_sealed_files_have_nothing_in_common);

    tc = th_case(s, "refused", 1);
    tcase_add_checked_fixture(tc, file_setup, file_teardown);
    tcase_add_loop_test(tc, a_flipped_byte_is_noticed_wherever_it_is, 0, 2);
    tcase_add_loop_test(tc, a_truncated_or_longer_file_is_noticed, 0, 2);
    tcase_add_loop_test(tc, a_checksum_alone_makes_nothing_right, 0, FORGED);
    tcase_add_test(tc, another_key_or_none_does_not_open_it);
    tcase_add_test(tc, a_key_that_is_none_is_refused);

    tc = th_case(s, "failures", 1);
    tcase_add_checked_fixture(tc, counting_setup, file_teardown);
    tcase_add_loop_test(tc, a_save_that_fails_leaves_the_old_file, 0, 2);
    tcase_add_loop_test(tc, a_load_that_fails_changes_nothing, 0, 2);
    tcase_add_loop_test(tc, a_dead_clock_saves_and_loads_nothing, 0, 2);
    return th_run(s);
}
