/* unit_error.c
 *
 * Failures and their texts.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "error.h"
#include "harness.h"

#include <limits.h>
#include <pthread.h>

START_TEST(every_failure_has_a_text_of_its_own)
{
    const char* text = wt_error_text(_i);
    int i;

    ck_assert_ptr_nonnull(text);
    ck_assert_uint_gt(strlen(text), 5);
    ck_assert_uint_lt(strlen(text), 200);
    for (i = 0; i < WT_E_LAST; i++) {
        if (i != _i)
            ck_assert_str_ne(text, wt_error_text(i));
    }
    /* It stands behind the program's own words, and on one line. */
    ck_assert_ptr_null(strchr(text, '\n'));
    ck_assert_int_ne(text[strlen(text) - 1], '.');
    ck_assert_int_ne(text[strlen(text) - 1], ' ');
}
END_TEST

START_TEST(a_number_that_is_no_failure_has_the_text_of_none)
{
    static const int odd[] = {
        INT_MIN, -1, WT_E_LAST, WT_E_LAST + 1, 255, INT_MAX
    };
    size_t i;

    for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
        ck_assert_str_eq(wt_error_text(odd[i]), wt_error_text(WT_OK));
}
END_TEST

START_TEST(a_failure_is_remembered_by_thread_and_object)
{
    byte object = WT_OK;

    ck_assert_int_eq(wt_thread_error(), WT_OK);
    ck_assert_int_eq(wt_fail(NULL, (wt_error)_i), 0);
    ck_assert_int_eq(wt_thread_error(), _i);
    ck_assert_int_eq(wt_fail(&object, (wt_error)_i), 0);
    ck_assert_int_eq(object, _i);
    ck_assert_int_eq(wt_fail(NULL, WT_E_NULL), 0);
    ck_assert_int_eq(object, _i);
    ck_assert_int_eq(wt_thread_error(), WT_E_NULL);
}
END_TEST

#ifndef SINGLE_THREADED
static void* other_thread(void* arg)
{
    int* seen = (int*)arg;

    seen[0] = wt_thread_error();
    (void)wt_fail(NULL, WT_E_CLOCK);
    seen[1] = wt_thread_error();
    return NULL;
}

START_TEST(a_thread_sees_its_own_failures_alone)
{
    pthread_t thread;
    int seen[2] = { -1, -1 };

    (void)wt_fail(NULL, WT_E_RANDOM);
    ck_assert_int_eq(pthread_create(&thread, NULL, other_thread, seen), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(seen[0], WT_OK);
    ck_assert_int_eq(seen[1], WT_E_CLOCK);
    ck_assert_int_eq(wt_thread_error(), WT_E_RANDOM);
}
END_TEST
#endif

START_TEST(without_an_object_the_threads_failure_is_told)
{
    (void)wt_fail(NULL, WT_E_LIFETIME);
    ck_assert_str_eq(wolfTicket_CTX_error(NULL),
        wt_error_text(WT_E_LIFETIME));
    ck_assert_str_eq(wolfTicket_error(NULL), wt_error_text(WT_E_LIFETIME));
}
END_TEST

static Suite* error_suite(void)
{
    Suite* suite = suite_create("error");
    TCase* tc = tcase_create("texts");

    tcase_add_loop_test(tc, every_failure_has_a_text_of_its_own, 0,
        WT_E_LAST);
    tcase_add_test(tc, a_number_that_is_no_failure_has_the_text_of_none);
    tcase_add_loop_test(tc, a_failure_is_remembered_by_thread_and_object, 0,
        WT_E_LAST);
#ifndef SINGLE_THREADED
    tcase_add_test(tc, a_thread_sees_its_own_failures_alone);
#endif
    tcase_add_test(tc, without_an_object_the_threads_failure_is_told);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(error_suite());
}
