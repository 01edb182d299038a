/* unit_registry.c
 *
 * Which object lives at which address: compared with a plain map of every
 * address.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "registry.h"
#include "harness.h"

#include <stdint.h>

#define SZ 37

/* For the long loops: Check takes note of every assertion. */
#define MUST(cond)  do { if (!(cond)) ck_abort_msg("%s", #cond); } while (0)

static const void* at(size_t address)
{
    return (const void*)(uintptr_t)address;
}

static void reg_init(wt_registry* reg, size_t sz)
{
    memset(reg, 0, sizeof(*reg));
    reg->sz = sz;
}

/* ---- overlaps ----------------------------------------------------------- */

START_TEST(an_object_evicts_exactly_what_it_overlaps_with)
{
    static const size_t bases[] = {
        1000, 999, 1001, 37 * 64, 37 * 64 - 1, 37 * 63 + 1, 0x7FFFFFFF1234
    };
    size_t i, start;

    for (i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
        for (start = bases[i] - 3 * SZ; start <= bases[i] + 3 * SZ; start++) {
            size_t apart = (start > bases[i]) ? start - bases[i]
                                              : bases[i] - start;
            wt_registry reg;
            wt_place place;
            int owner;

            reg_init(&reg, SZ);
            memset(&place, 0, sizeof(place));
            ck_assert_int_eq(wt_registry_add(&reg, &place, at(bases[i]),
                &owner), 1);
            ck_assert_ptr_eq(wt_registry_evict(&reg, at(start)),
                (apart < SZ) ? &owner : NULL);
            ck_assert_uint_eq(reg.count, apart >= SZ);
            ck_assert_ptr_eq(wt_registry_find(&reg, at(bases[i])),
                (apart < SZ) ? NULL : &owner);
            ck_assert_ptr_null(wt_registry_evict(&reg, at(start)));
            wt_registry_free(&reg);
        }
    }
}
END_TEST

START_TEST(an_object_evicts_both_that_it_lies_across)
{
    wt_registry reg;
    wt_place place[3];
    int owner[3];
    void* first;
    void* second;
    int i;

    reg_init(&reg, SZ);
    memset(place, 0, sizeof(place));
    for (i = 0; i < 3; i++)
        ck_assert_int_eq(wt_registry_add(&reg, &place[i],
            at(5000 + (size_t)i * SZ), &owner[i]), 1);
    first = wt_registry_evict(&reg, at(5010));
    second = wt_registry_evict(&reg, at(5010));
    ck_assert((first == &owner[0] && second == &owner[1]) ||
        (first == &owner[1] && second == &owner[0]));
    ck_assert_ptr_null(wt_registry_evict(&reg, at(5010)));
    ck_assert_ptr_eq(wt_registry_any(&reg), &owner[2]);
    wt_registry_free(&reg);
}
END_TEST

START_TEST(the_ends_of_memory_are_places_like_others)
{
    static const size_t ends[] = {
        1, SZ - 1, SZ, SZ + 1, SIZE_MAX, SIZE_MAX - SZ, SIZE_MAX - 2 * SZ
    };
    size_t i;

    for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        wt_registry reg;
        wt_place place;
        int owner;

        reg_init(&reg, SZ);
        memset(&place, 0, sizeof(place));
        ck_assert_int_eq(wt_registry_add(&reg, &place, at(ends[i]), &owner),
            1);
        ck_assert_ptr_eq(wt_registry_find(&reg, at(ends[i])), &owner);
        ck_assert_ptr_null(wt_registry_evict(&reg, at(ends[i] ^ 0x4000)));
        ck_assert_ptr_eq(wt_registry_evict(&reg, at(ends[i])), &owner);
        wt_registry_free(&reg);
    }
}
END_TEST

START_TEST(an_empty_registry_has_nothing)
{
    wt_registry reg;
    wt_place place;

    reg_init(&reg, SZ);
    memset(&place, 0, sizeof(place));
    ck_assert_ptr_null(wt_registry_evict(&reg, at(1000)));
    ck_assert_ptr_null(wt_registry_find(&reg, at(1000)));
    ck_assert_ptr_null(wt_registry_any(&reg));
    wt_registry_remove(&reg, &place);
    ck_assert_uint_eq(reg.count, 0);
    wt_registry_free(&reg);
    wt_registry_free(&reg);
}
END_TEST

START_TEST(what_was_taken_out_may_be_taken_out_again)
{
    wt_registry reg;
    wt_place place[2];
    int owner[2];

    reg_init(&reg, SZ);
    memset(place, 0, sizeof(place));
    ck_assert_int_eq(wt_registry_add(&reg, &place[0], at(1000), &owner[0]),
        1);
    ck_assert_int_eq(wt_registry_add(&reg, &place[1], at(1000 + SZ),
        &owner[1]), 1);
    wt_registry_remove(&reg, &place[0]);
    wt_registry_remove(&reg, &place[0]);
    ck_assert_uint_eq(reg.count, 1);
    ck_assert_ptr_null(wt_registry_find(&reg, at(1000)));
    ck_assert_ptr_eq(wt_registry_find(&reg, at(1000 + SZ)), &owner[1]);

    /* And be put in anew, elsewhere. */
    ck_assert_int_eq(wt_registry_add(&reg, &place[0], at(9000), &owner[0]),
        1);
    ck_assert_ptr_eq(wt_registry_find(&reg, at(9000)), &owner[0]);
    wt_registry_free(&reg);
}
END_TEST

/* ---- many --------------------------------------------------------------- */

#define SPACE  20000    /* addresses from 1 on */
#define STEPS  100000

/* Objects come to random addresses, as an allocator might hand them out, and
 * some are freed properly. */
START_TEST(random_objects_are_known_as_a_map_knows_them)
{
    static wt_place place[SPACE];
    static byte lives[SPACE];
    wt_registry reg;
    word64 state = 88172645463325252u + (word64)_i;
    word32 count = 0;
    void* out;
    int step, steps = th_many(STEPS);

    reg_init(&reg, SZ);
    for (step = 0; step < steps; step++) {
        size_t start, other, n = 0, want = 0;

        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        start = SZ + (size_t)(state >> 20) % (SPACE - 2 * SZ);
        if (state % 5 == 0) {
            wt_registry_remove(&reg, &place[start]);
            count -= lives[start];
            lives[start] = 0;
        }
        else {
            for (other = start - SZ + 1; other < start + SZ; other++)
                want += lives[other];
            while ((out = wt_registry_evict(&reg, at(start))) != NULL) {
                other = (size_t)((wt_place*)out - place);
                MUST(other < SPACE && lives[other] == 1);
                MUST(other > start - SZ && other < start + SZ);
                lives[other] = 0;
                n++;
            }
            MUST(n == want);
            MUST(wt_registry_add(&reg, &place[start], at(start),
                &place[start]) == 1);
            lives[start] = 1;
            count += 1 - (word32)n;
        }
        MUST(reg.count == count);
        other = (size_t)(state >> 40) % SPACE;
        MUST(wt_registry_find(&reg, at(other)) ==
            (lives[other] ? &place[other] : NULL));
    }
    while ((out = wt_registry_any(&reg)) != NULL) {
        MUST(lives[(wt_place*)out - place] == 1);
        wt_registry_remove(&reg, (wt_place*)out);
        count--;
    }
    ck_assert_uint_eq(count, 0);
    wt_registry_free(&reg);
}
END_TEST

START_TEST(a_hundred_thousand_objects_are_all_found)
{
    size_t n = (size_t)th_many(STEPS);
    wt_place* place = (wt_place*)calloc(n, sizeof(*place));
    wt_registry reg;
    size_t i;

    ck_assert_ptr_nonnull(place);
    reg_init(&reg, SZ);
    for (i = 0; i < n; i++) {
        MUST(wt_registry_evict(&reg, at(4096 + i * SZ)) == NULL);
        MUST(wt_registry_add(&reg, &place[i], at(4096 + i * SZ),
            &place[i]) == 1);
    }
    ck_assert_uint_eq(reg.count, n);
    /* Growth keeps the chains short, and takes no more than it needs. */
    ck_assert_uint_ge(reg.buckets, n);
    ck_assert_uint_le(reg.buckets, (2 * n > 64) ? 2 * n : 64);
    for (i = 0; i < n; i++)
        MUST(wt_registry_find(&reg, at(4096 + i * SZ)) == &place[i]);
    for (i = 0; i < n; i += 2)
        wt_registry_remove(&reg, &place[i]);
    for (i = 0; i < n; i++)
        MUST(wt_registry_evict(&reg, at(4096 + i * SZ)) ==
            ((i % 2 == 0) ? NULL : &place[i]));
    ck_assert_uint_eq(reg.count, 0);
    wt_registry_free(&reg);
    free(place);
}
END_TEST

START_TEST(the_same_memory_again_and_again_takes_one_place)
{
    wt_registry reg;
    wt_place place[2];
    int i;

    reg_init(&reg, SZ);
    memset(place, 0, sizeof(place));
    for (i = 0; i < th_many(STEPS); i++) {
        MUST(wt_registry_evict(&reg, at(77777)) ==
            ((i > 0) ? &place[(i + 1) % 2] : NULL));
        MUST(wt_registry_add(&reg, &place[i % 2], at(77777),
            &place[i % 2]) == 1);
        MUST(reg.count == 1);
    }
    ck_assert_uint_eq(reg.buckets, 64);
    wt_registry_free(&reg);
}
END_TEST

/* ---- memory ------------------------------------------------------------- */

START_TEST(without_memory_the_first_is_refused_and_later_ones_are_not)
{
    static wt_place place[1000];
    wt_registry reg;
    size_t i;

    th_mem_use(TH_MEM_COUNT);
    th_mem_arm(1);
    reg_init(&reg, SZ);
    th_mem_fail_at(1);
    ck_assert_int_eq(wt_registry_add(&reg, &place[0], at(1000), &place[0]),
        0);
    ck_assert_uint_eq(reg.count, 0);
    ck_assert_ptr_null(wt_registry_find(&reg, at(1000)));
    wt_registry_remove(&reg, &place[0]);

    for (i = 0; i < 1000; i++) {
        /* The first 64 buckets are had, and never more. */
        th_mem_fail_at((i == 0) ? 0 : 1);
        ck_assert_int_eq(wt_registry_add(&reg, &place[i], at(1000 + i * SZ),
            &place[i]), 1);
    }
    ck_assert_uint_eq(reg.buckets, 64);
    for (i = 0; i < 1000; i++)
        ck_assert_ptr_eq(wt_registry_find(&reg, at(1000 + i * SZ)),
            &place[i]);

    /* When there is memory again it grows. */
    th_mem_fail_at(0);
    for (i = 0; i < 1000; i++) {
        wt_registry_remove(&reg, &place[i]);
        ck_assert_int_eq(wt_registry_add(&reg, &place[i], at(1000 + i * SZ),
            &place[i]), 1);
    }
    ck_assert_uint_ge(reg.buckets, 1000);
    for (i = 0; i < 1000; i++)
        ck_assert_ptr_eq(wt_registry_find(&reg, at(1000 + i * SZ)),
            &place[i]);
    wt_registry_free(&reg);
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

static Suite* registry_suite(void)
{
    Suite* suite = suite_create("registry");
    TCase* tc = tcase_create("overlaps");

    tcase_add_test(tc, an_object_evicts_exactly_what_it_overlaps_with);
    tcase_add_test(tc, an_object_evicts_both_that_it_lies_across);
    tcase_add_test(tc, the_ends_of_memory_are_places_like_others);
    tcase_add_test(tc, an_empty_registry_has_nothing);
    tcase_add_test(tc, what_was_taken_out_may_be_taken_out_again);
    suite_add_tcase(suite, tc);

    tc = tcase_create("many");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, random_objects_are_known_as_a_map_knows_them, 0,
        4);
    tcase_add_test(tc, a_hundred_thousand_objects_are_all_found);
    tcase_add_test(tc, the_same_memory_again_and_again_takes_one_place);
    tcase_add_test(tc,
        without_memory_the_first_is_refused_and_later_ones_are_not);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(registry_suite());
}
