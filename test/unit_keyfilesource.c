/* unit_keyfilesource.c
 *
 * A key file as the source of a ring.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyfollow_fixture.h"
#include "keyring.h"
#include "error.h"

#include <sys/stat.h>

#define N80 WOLFTICKET_KEYFILE_NGINX_80

static wolfTicket_KeyRing* ring;
static word64 now;

static int tell_time(word64* out, void* arg)
{
    (void)arg;
    *out = now;
    return 1;
}

static wolfTicket_KeyRing* ring_of(wolfTicket_KEYFILE format)
{
    wolfTicket_SourceOptions options;
    const wolfTicket_Source* source;
    wolfTicket_KeyRing* ret;
    void* self = NULL;

    memset(&options, 0, sizeof(options));
    options.time_cb = tell_time;
    source = wolfTicket_KeyFile_source(path, format, &self);
    ck_assert_ptr_nonnull(source);
    ret = wolfTicket_KeyRing_new_source(source, self, &options);
    ck_assert_ptr_nonnull(ret);
    return ret;
}

/* Of long ago, by the file's own time: the last change cannot be set, so we
 * wait for it to be. */
static void put_and_rest(wolfTicket_KEYFILE format, int first, int count)
{
    put_keys(path, format, first, count);
    usleep((REST + 100) * 1000);
}

static void begin(void)
{
    files_setup();
    now = TH_NOW;
    put_keys(path, N80, 1, 2);
    ring = ring_of(N80);
}

static void end(void)
{
    wolfTicket_KeyRing_free(ring);
    files_teardown();
}

static int refresh(void)
{
    return wolfTicket_KeyRing_refresh(ring, NULL);
}

static wolfTicket_SourceReport report_now(void)
{
    wolfTicket_SourceReport report;

    ck_assert_int_eq(wolfTicket_KeyRing_get_report(ring, &report), 1);
    return report;
}

START_TEST(a_ring_has_what_the_file_has_in_every_format)
{
    wolfTicket_KEYFILE format = (wolfTicket_KEYFILE)_i;
    wolfTicket_KeyRing* own;
    int any;

    for (any = 0; any < 2; any++) {
        put_keys(path, format, 3, 4);
        own = ring_of(any ? WOLFTICKET_KEYFILE_ANY : format);
        ck_assert_int_eq(wolfTicket_KeyRing_count(own), 0);
        ck_assert_int_eq(wolfTicket_KeyRing_refresh(own, NULL), 1);
        ck_assert(ring_has(own, 3, 4, is_haproxy(format)));
        wolfTicket_KeyRing_free(own);
    }
}
END_TEST

START_TEST(a_change_is_taken_in_when_it_rests_and_seals_a_refresh_later)
{
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 1, 2, 0));
    put_and_rest(N80, 0, 3);
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 0, 3, 1));
    now += 12; /* a refresh period, and what a round may take */
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 0, 3, 0));
    /* What is taken out is gone, and there is no other to wait for. */
    put_and_rest(N80, 5, 1);
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 5, 1, 0));
}
END_TEST

START_TEST(a_file_that_cannot_be_used_leaves_the_keys_and_is_reported)
{
    wolfTicket_SourceReport report;

    ck_assert_int_eq(refresh(), 1);
    ck_assert_int_eq(unlink(path), 0);
    now += 5;
    ck_assert_int_eq(refresh(), 0);
    ck_assert_str_eq(wolfTicket_CTX_error(NULL),
        wt_error_text(WT_E_SOURCE_AWAY));
    ck_assert(ring_has(ring, 1, 2, 0));
    report = report_now();
    ck_assert_int_eq(report.state, WOLFTICKET_SOURCE_AWAY);
    ck_assert_uint_eq(report.since, TH_NOW + 5);
    ck_assert_ptr_nonnull(strstr(report.text, path));
    put_file(path, (const byte*)"nonsense", 8);
    usleep((REST + 100) * 1000);
    ck_assert_int_eq(refresh(), 0);
    ck_assert_str_eq(wolfTicket_CTX_error(NULL),
        wt_error_text(WT_E_SOURCE_REFUSED));
    report = report_now();
    ck_assert_int_eq(report.state, WOLFTICKET_SOURCE_REFUSED);
    ck_assert_ptr_nonnull(strstr(report.text, "8 bytes"));
    ck_assert(ring_has(ring, 1, 2, 0));
    put_and_rest(N80, 1, 2);
    ck_assert_int_eq(refresh(), 1);
    ck_assert_str_eq(report_now().text, "");
}
END_TEST

START_TEST(before_there_is_a_file_there_are_no_keys)
{
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(refresh(), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 0);
    put_keys(path, N80, 1, 1);
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 1, 1, 0));
}
END_TEST

START_TEST(no_key_is_proposed_to_a_file)
{
    ck_assert_int_eq(refresh(), 1);
    now += 100 * 86400;
    ck_assert_int_eq(refresh(), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 0);
    ck_assert(ring_has(ring, 1, 2, 0));
    ck_assert_uint_eq(report_now().proposed, 0);
}
END_TEST

START_TEST(null_is_refused_and_memory_that_fails_told)
{
    void* self = NULL;

    ck_assert_ptr_null(wolfTicket_KeyFile_source(NULL, N80, &self));
    ck_assert_ptr_null(wolfTicket_KeyFile_source(path, N80, NULL));
    ck_assert_str_eq(wolfTicket_KeyFile_error(), wt_error_text(WT_E_NULL));
}
END_TEST

START_TEST(without_memory_there_is_no_source)
{
    void* self = NULL;

    th_mem_use(TH_MEM_COUNT);
    files_setup();
    th_mem_fail_at(1);
    th_mem_arm(1);
    ck_assert_ptr_null(wolfTicket_KeyFile_source(path, N80, &self));
    th_mem_arm(0);
    th_mem_fail_at(0);
    ck_assert_str_eq(wolfTicket_KeyFile_error(), wt_error_text(WT_E_MEMORY));
    ck_assert_ptr_null(self);
    files_teardown();
}
END_TEST

static Suite* keyfilesource_suite(void)
{
    Suite* suite = suite_create("keyfile, source");
    TCase* tc = tcase_create("all");
    TCase* bare = tcase_create("memory");

    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_ring_has_what_the_file_has_in_every_format,
        FORMAT_NEW, FORMATS);
    tcase_add_test(tc,
        a_change_is_taken_in_when_it_rests_and_seals_a_refresh_later);
    tcase_add_test(tc,
        a_file_that_cannot_be_used_leaves_the_keys_and_is_reported);
    tcase_add_test(tc, before_there_is_a_file_there_are_no_keys);
    tcase_add_test(tc, no_key_is_proposed_to_a_file);
    tcase_add_test(tc, null_is_refused_and_memory_that_fails_told);
    suite_add_tcase(suite, tc);
    tcase_add_test(bare, without_memory_there_is_no_source);
    suite_add_tcase(suite, bare);
    return suite;
}

int main(void)
{
    return th_run(keyfilesource_suite());
}
