/* check.h
 *
 * As much of the Check library as the suites use, for processors that there
 * is no package for.  Each test runs in a process of its own.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * environment: CK_TIMEOUT_MULTIPLIER, as in Check
 */

#ifndef CROSS_CHECK_H
#define CROSS_CHECK_H

#include <stdint.h>
#include <string.h>

typedef void (*cross_test_fn)(int);
typedef void (*cross_fixture_fn)(void);
typedef struct Suite Suite;
typedef struct TCase TCase;
typedef struct SRunner SRunner;

typedef struct {
    const char* name;
    cross_test_fn run;
} cross_test;

#define START_TEST(test)                                          \
    static void test##_body(int _i);                              \
    static const cross_test test##_test = { #test, test##_body }; \
    static const cross_test* test = &test##_test;                 \
    static void test##_body(int _i)                               \
    {                                                             \
        (void)_i;
#define END_TEST }

Suite* suite_create(const char* name);
void suite_add_tcase(Suite* suite, TCase* tc);
TCase* tcase_create(const char* name);
void tcase_set_timeout(TCase* tc, double seconds);
void tcase_add_checked_fixture(TCase* tc, cross_fixture_fn setup,
    cross_fixture_fn teardown);
#define tcase_add_test(tc, test)  cross_add(tc, test, 0, 1)
#define tcase_add_loop_test(tc, test, from, to)  cross_add(tc, test, from, to)
void cross_add(TCase* tc, const cross_test* test, int from, int to);

enum { CK_NORMAL };
SRunner* srunner_create(Suite* suite);
void srunner_run_all(SRunner* runner, int mode);
int srunner_ntests_failed(SRunner* runner);
void srunner_free(SRunner* runner);

/* ---- what is asserted --------------------------------------------------- */

void cross_failed(const char* file, int line, const char* format, ...)
    __attribute__((noreturn, format(printf, 3, 4)));

#define ck_abort_msg(...)  cross_failed(__FILE__, __LINE__, __VA_ARGS__)
#define ck_assert_msg(holds, ...) \
    ((holds) ? (void)0 : ck_abort_msg(__VA_ARGS__))
#define ck_assert(holds)  ck_assert_msg(holds, "%s", #holds)

#define CROSS_COMPARE(type, x, op, y)                                  \
    do {                                                               \
        type crossX = (type)(x);                                       \
        type crossY = (type)(y);                                       \
        ck_assert_msg(crossX op crossY, "%s %s %s: %lld, %lld", #x,    \
            #op, #y, (long long)crossX, (long long)crossY);            \
    } while (0)

#define ck_assert_int_eq(x, y)   CROSS_COMPARE(intmax_t, x, ==, y)
#define ck_assert_int_ne(x, y)   CROSS_COMPARE(intmax_t, x, !=, y)
#define ck_assert_int_lt(x, y)   CROSS_COMPARE(intmax_t, x, <, y)
#define ck_assert_int_le(x, y)   CROSS_COMPARE(intmax_t, x, <=, y)
#define ck_assert_int_gt(x, y)   CROSS_COMPARE(intmax_t, x, >, y)
#define ck_assert_int_ge(x, y)   CROSS_COMPARE(intmax_t, x, >=, y)
#define ck_assert_uint_eq(x, y)  CROSS_COMPARE(uintmax_t, x, ==, y)
#define ck_assert_uint_ne(x, y)  CROSS_COMPARE(uintmax_t, x, !=, y)
#define ck_assert_uint_lt(x, y)  CROSS_COMPARE(uintmax_t, x, <, y)
#define ck_assert_uint_le(x, y)  CROSS_COMPARE(uintmax_t, x, <=, y)
#define ck_assert_uint_gt(x, y)  CROSS_COMPARE(uintmax_t, x, >, y)
#define ck_assert_uint_ge(x, y)  CROSS_COMPARE(uintmax_t, x, >=, y)

#define ck_assert_ptr_eq(x, y)   ck_assert((const void*)(x) == (y))
#define ck_assert_ptr_ne(x, y)   ck_assert((const void*)(x) != (y))
#define ck_assert_ptr_null(x)    ck_assert((x) == NULL)
#define ck_assert_ptr_nonnull(x) ck_assert((x) != NULL)
#define ck_assert_mem_eq(x, y, sz)  ck_assert(memcmp(x, y, sz) == 0)
#define ck_assert_mem_ne(x, y, sz)  ck_assert(memcmp(x, y, sz) != 0)
#define ck_assert_str_eq(x, y)   ck_assert(strcmp(x, y) == 0)
#define ck_assert_str_ne(x, y)   ck_assert(strcmp(x, y) != 0)

#endif /* CROSS_CHECK_H */
