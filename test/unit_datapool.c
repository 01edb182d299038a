/* unit_datapool.c
 *
 * Application data kept in memory: bounds, order, ends.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"
#include "datapool.h"

#include <malloc.h>

#define NOW  1000u
#define LIFE 100u
#define SZ   1000u

static byte mem[SZ];
static byte got[SZ];

/* The first bytes choose the row. */
static void MakeId(byte id[WOLFTICKET_DATA_ID_SZ], word32 n, word32 row)
{
    memset(id, 0x5A, WOLFTICKET_DATA_ID_SZ);
    wt_put(id, row, 4);
    wt_put(id + 4, n, 4);
}

static int Put(wt_pool* pool, word32 n, word32 sz, word32 now, size_t limit)
{
    byte id[WOLFTICKET_DATA_ID_SZ];

    MakeId(id, n, n * 2654435761u);
    memset(mem, (int)n, sizeof(mem));
    return wt_pool_put(pool, id, mem, sz, now, LIFE, limit);
}

/* 1 when it is there, and as it was put. */
static int Get(wt_pool* pool, word32 n, word32 sz, word32 now)
{
    byte id[WOLFTICKET_DATA_ID_SZ];
    size_t gotSz = sizeof(got);
    int ret;

    MakeId(id, n, n * 2654435761u);
    memset(mem, (int)n, sizeof(mem));
    ret = wt_pool_get(pool, id, got, &gotSz, now);
    if (ret) {
        ck_assert_uint_eq(gotSz, sz);
        ck_assert_mem_eq(got, mem, sz);
    }
    else {
        ck_assert_uint_eq(gotSz, sizeof(got));
    }
    return ret;
}

static int Remove(wt_pool* pool, word32 n)
{
    byte id[WOLFTICKET_DATA_ID_SZ];

    MakeId(id, n, n * 2654435761u);
    return wt_pool_remove(pool, id);
}

static wt_pool_counts Counts(wt_pool* pool)
{
    wt_pool_counts counts;

    wt_pool_count(pool, &counts);
    return counts;
}

/* ---- there and gone ------------------------------------------------------ */

START_TEST(what_was_put_is_there_until_it_is_removed)
{
    wt_pool* pool = wt_pool_new();
    size_t limit = 1000000;
    word32 n;

    ck_assert_int_eq(Get(pool, 1, SZ, NOW), 0);
    ck_assert_int_eq(Remove(pool, 1), 0);
    ck_assert_uint_eq(Counts(pool).bytes, 0);
    for (n = 0; n < 300; n++)
        ck_assert_int_eq(Put(pool, n, n, NOW, limit), 1);
    ck_assert_uint_eq(Counts(pool).held, 300);
    for (n = 0; n < 300; n++)
        ck_assert_int_eq(Get(pool, n, n, NOW), 1);
    for (n = 0; n < 300; n += 3) {
        ck_assert_int_eq(Remove(pool, n), 1);
        ck_assert_int_eq(Remove(pool, n), 0);
    }
    for (n = 0; n < 300; n++)
        ck_assert_int_eq(Get(pool, n, n, NOW), n % 3 != 0);
    ck_assert_uint_eq(Counts(pool).held, 200);
    ck_assert_uint_eq(Counts(pool).evicted, 0);
    wt_pool_drop(pool);
}
END_TEST

START_TEST(entries_of_one_row_are_told_apart)
{
    wt_pool* pool = wt_pool_new();
    byte id[WOLFTICKET_DATA_ID_SZ];
    size_t sz;
    word32 n;

    for (n = 0; n < 50; n++) {
        MakeId(id, n, 7);
        memset(mem, (int)n, sizeof(mem));
        ck_assert_int_eq(wt_pool_put(pool, id, mem, 100, NOW, LIFE, 100000),
            1);
    }
    for (n = 0; n < 50; n++) {
        MakeId(id, 49 - n, 7);
        sz = sizeof(got);
        ck_assert_int_eq(wt_pool_get(pool, id, got, &sz, NOW), 1);
        ck_assert_uint_eq(got[0], 49 - n);
        if (n % 2)
            ck_assert_int_eq(wt_pool_remove(pool, id), 1);
    }
    ck_assert_uint_eq(Counts(pool).held, 25);
    wt_pool_drop(pool);
}
END_TEST

START_TEST(the_last_of_one_id_counts)
{
    wt_pool* pool = wt_pool_new();
    size_t sz = sizeof(got);
    byte id[WOLFTICKET_DATA_ID_SZ];

    ck_assert_int_eq(Put(pool, 1, 500, NOW, 100000), 1);
    ck_assert_int_eq(Put(pool, 1, 20, NOW, 100000), 1);
    ck_assert_int_eq(Get(pool, 1, 20, NOW), 1);
    ck_assert_uint_eq(Counts(pool).held, 1);
    /* One byte less room than there has to be. */
    MakeId(id, 1, 2654435761u);
    sz = 19;
    ck_assert_int_eq(wt_pool_get(pool, id, got, &sz, NOW), 0);
    sz = 20;
    ck_assert_int_eq(wt_pool_get(pool, id, got, &sz, NOW), 1);
    wt_pool_drop(pool);
}
END_TEST

/* ---- ends ---------------------------------------------------------------- */

START_TEST(an_entry_ends_with_its_last_second)
{
    wt_pool* pool = wt_pool_new();
    word32 n;

    for (n = 0; n < 10; n++)
        ck_assert_int_eq(Put(pool, n, SZ, NOW + n, 1000000), 1);
    ck_assert_int_eq(Get(pool, 0, SZ, NOW + LIFE), 1);
    ck_assert_int_eq(Get(pool, 0, SZ, NOW + LIFE + 1), 0);
    ck_assert_uint_eq(Counts(pool).held, 10);
    wt_pool_sweep(pool, NOW + LIFE);
    ck_assert_uint_eq(Counts(pool).held, 10);
    wt_pool_sweep(pool, NOW + LIFE + 4);
    ck_assert_uint_eq(Counts(pool).held, 6);
    ck_assert_int_eq(Get(pool, 4, SZ, NOW + LIFE + 4), 1);
    /* A new one does it as well. */
    ck_assert_int_eq(Put(pool, 10, SZ, NOW + LIFE + 9, 1000000), 1);
    ck_assert_uint_eq(Counts(pool).held, 2);
    ck_assert_uint_eq(Counts(pool).evicted, 0);
    wt_pool_sweep(pool, NOW + 10 * LIFE);
    ck_assert_uint_eq(Counts(pool).held, 0);
    wt_pool_drop(pool);
}
END_TEST

/* A lifetime that was made shorter: the later one runs out first. */
START_TEST(an_entry_that_runs_out_behind_others_is_not_found)
{
    wt_pool* pool = wt_pool_new();
    byte id[WOLFTICKET_DATA_ID_SZ];
    size_t sz = sizeof(got);

    ck_assert_int_eq(Put(pool, 1, SZ, NOW, 1000000), 1);
    MakeId(id, 2, 2);
    ck_assert_int_eq(wt_pool_put(pool, id, mem, SZ, NOW, 10, 1000000), 1);
    wt_pool_sweep(pool, NOW + 11);
    ck_assert_int_eq(wt_pool_get(pool, id, got, &sz, NOW + 11), 0);
    ck_assert_int_eq(Get(pool, 1, SZ, NOW + 11), 1);
    wt_pool_sweep(pool, NOW + LIFE + 1);
    ck_assert_uint_eq(Counts(pool).held, 0);
    wt_pool_drop(pool);
}
END_TEST

/* ---- bounds -------------------------------------------------------------- */

START_TEST(the_oldest_make_room_for_the_new)
{
    wt_pool* pool = wt_pool_new();
    size_t limit = 20000;
    word32 first = 0;
    word32 n, i;

    for (n = 0; n < 500; n++) {
        ck_assert_int_eq(Put(pool, n, SZ, NOW, limit), 1);
        ck_assert_uint_le(Counts(pool).bytes, limit);
        first = n + 1 - (word32)Counts(pool).held;
        for (i = (n > 40) ? n - 40 : 0; i <= n; i++)
            ck_assert_int_eq(Get(pool, i, SZ, NOW), i >= first);
    }
    ck_assert_uint_ge(Counts(pool).held, 17);
    ck_assert_uint_eq(Counts(pool).evicted, 500 - Counts(pool).held);
    wt_pool_drop(pool);
}
END_TEST

START_TEST(every_limit_is_kept)
{
    wt_pool* pool = wt_pool_new();
    size_t limit;
    word32 n = 0;
    int i;

    for (limit = 0; limit < 12000; limit += 37) {
        for (i = 0; i < 4; i++, n++) {
            word32 sz = (n * 7919u) % SZ;
            int fits = sz <= wt_pool_largest(limit) &&
                wt_pool_largest(limit) > 0;

            ck_assert_int_eq(Put(pool, n, sz, NOW, limit), fits);
            if (fits) {
                ck_assert_uint_le(Counts(pool).bytes, limit);
                ck_assert_int_eq(Get(pool, n, sz, NOW), 1);
            }
        }
    }
    wt_pool_drop(pool);
}
END_TEST

/* Also with rows that were made for a higher bound. */
START_TEST(a_lower_limit_holds_at_once)
{
    wt_pool* pool = wt_pool_new();
    word32 n;

    for (n = 0; n < 4000; n++)
        ck_assert_int_eq(Put(pool, n, 10, NOW, 10000000), 1);
    wt_pool_trim(pool, 100000);
    ck_assert_uint_le(Counts(pool).bytes, 100000);
    ck_assert_int_eq(Get(pool, 3999, 10, NOW), 1);
    ck_assert_int_eq(Get(pool, 0, 10, NOW), 0);
    ck_assert_int_eq(Put(pool, 5000, 10, NOW, 4000), 1);
    ck_assert_uint_le(Counts(pool).bytes, 4000);
    ck_assert_int_eq(Get(pool, 5000, 10, NOW), 1);
    wt_pool_trim(pool, 0);
    ck_assert_uint_eq(Counts(pool).bytes, 0);
    ck_assert_uint_eq(Counts(pool).held, 0);
    ck_assert_int_eq(Put(pool, 1, 10, NOW, 0), 0);
    ck_assert_int_eq(Put(pool, 1, 10, NOW, 100000), 1);
    wt_pool_drop(pool);
}
END_TEST

START_TEST(what_is_larger_than_its_share_is_refused_and_evicts_nothing)
{
    wt_pool* pool = wt_pool_new();
    size_t largest = wt_pool_largest(3000);

    ck_assert_uint_gt(largest, 400);
    ck_assert_uint_lt(largest, 750);
    ck_assert_int_eq(Put(pool, 1, 100, NOW, 3000), 1);
    ck_assert_int_eq(Put(pool, 2, (word32)largest + 1, NOW, 3000), 0);
    ck_assert_int_eq(Get(pool, 1, 100, NOW), 1);
    ck_assert_int_eq(Put(pool, 2, (word32)largest, NOW, 3000), 1);
    wt_pool_drop(pool);
}
END_TEST

/* Each allocation of a put, failing: nothing is lost but what was to come. */
START_TEST(a_failing_allocation_changes_nothing)
{
    wt_pool* pool;
    word32 n, kept = 0;
    int fails = 0;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    pool = wt_pool_new();
    for (n = 0; n < 200; n++) {
        int ret;

        th_mem_fail_at(1 + (n & 1));
        th_mem_arm(1);
        ret = Put(pool, n, 100, NOW, 1000000);
        th_mem_arm(0);
        th_mem_fail_at(0);
        kept += (word32)ret;
        fails += !ret;
        ck_assert_int_eq(Get(pool, n, 100, NOW), ret);
        ck_assert_uint_eq(Counts(pool).held, kept);
    }
    ck_assert_int_ge(fails, 100);
    ck_assert_int_ge((int)kept, 90);
    wt_pool_drop(pool);
    th_mem_fail_at(1);
    th_mem_arm(1);
    ck_assert_ptr_null(wt_pool_new());
    th_mem_arm(0);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

/* ---- traces -------------------------------------------------------------- */

static int freedDirty;

static void WatchFree(void* p)
{
    const unsigned char* bytes = (const unsigned char*)p;
    size_t sz = (p != NULL) ? malloc_usable_size(p) : 0;
    size_t i, run = 0;

    for (i = 0; i < sz; i++) {
        run = (bytes[i] == 0xC3) ? run + 1 : 0;
        freedDirty += run == 8;
    }
    free(p);
}

START_TEST(nothing_is_left_of_an_entry)
{
    wt_pool* pool;
    word32 n;

    ck_assert_int_eq(th_allocators(malloc, WatchFree, realloc), 0);
    pool = wt_pool_new();
    for (n = 0; n < 50; n++) {
        byte id[WOLFTICKET_DATA_ID_SZ];

        MakeId(id, n, n);
        memset(mem, 0xC3, sizeof(mem));
        ck_assert_int_eq(wt_pool_put(pool, id, mem, SZ, NOW, LIFE, 20000), 1);
        if (n % 5 == 0)
            ck_assert_int_eq(wt_pool_remove(pool, id), 1);
    }
    wt_pool_trim(pool, 10000);
    wt_pool_sweep(pool, NOW + 2 * LIFE);
    wt_pool_drop(pool);
    ck_assert_int_eq(freedDirty, 0);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("datapool");
    TCase* tc = th_case(suite, "there", 0);

    tcase_add_test(tc, what_was_put_is_there_until_it_is_removed);
    tcase_add_test(tc, entries_of_one_row_are_told_apart);
    tcase_add_test(tc, the_last_of_one_id_counts);
    tc = th_case(suite, "ends", 0);
    tcase_add_test(tc, an_entry_ends_with_its_last_second);
    tcase_add_test(tc, an_entry_that_runs_out_behind_others_is_not_found);
    tc = th_case(suite, "bounds", 0);
    tcase_add_test(tc, the_oldest_make_room_for_the_new);
    tcase_add_test(tc, every_limit_is_kept);
    tcase_add_test(tc, a_lower_limit_holds_at_once);
    tcase_add_test(tc,
        what_is_larger_than_its_share_is_refused_and_evicts_nothing);
    tc = th_case(suite, "memory", 1);
    tcase_add_test(tc, a_failing_allocation_changes_nothing);
    tcase_add_test(tc, nothing_is_left_of_an_entry);
    return th_run(suite);
}
