/* unit_sessionfile.c
 *
 * The session file: what goes in comes out, and only that.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "sessionfile_fixture.h"

#include <wolfssl/wolfcrypt/hash.h>

static char path[SF_PATH_SZ];
static int fd;
static byte image[2 * WT_SESSIONFILE_MAX];
static byte mem[SF_ROOM];

static void Setup(void)
{
    th_setup();
    fd = sf_open(path);
}

static void Teardown(void)
{
    (void)close(fd);
    (void)unlink(path);
    th_teardown();
}

/* ---- in and out --------------------------------------------------------- */

START_TEST(empty_file_holds_no_session)
{
    sf_expect_error(fd, WT_E_SESSION_NONE);
    ck_assert_uint_eq(sf_size(fd), 0);
}
END_TEST

START_TEST(last_session_written_is_the_one_read)
{
    word32 n;

    for (n = 0; n < 300; n++) {
        ck_assert_int_eq(sf_write(fd, n), WT_OK);
        sf_expect(fd, n);
        ck_assert_uint_lt(sf_size(fd), 6 * 1024);
    }
}
END_TEST

START_TEST(largest_sessions_take_turns)
{
    sf_parts parts = sf_good();
    wt_blob blob = { NULL, 0, 0 };
    word32 sz;
    int i;

    parts.version = 0x0303;
    parts.ticket = 65000;
    for (i = 0; i < 12; i++) {
        parts.fill = (byte)i;
        parts.ticket = (i % 3 == 2) ? 100 : 65000 - (word32)i;
        sz = sf_make(mem, &parts, sf_tail());
        ck_assert_int_eq(wt_sessionfile_write(fd, sf_trust, mem, sz), WT_OK);
        ck_assert_int_eq(wt_sessionfile_read(fd, sf_trust, &blob), WT_OK);
        ck_assert_uint_eq(blob.sz, sz);
        ck_assert_mem_eq(blob.mem, mem, sz);
        ck_assert_uint_lt(sf_size(fd), 256 * 1024);
    }
    ck_assert_int_eq(wt_sessionfile_write(fd, sf_trust, mem,
        WT_SESSION_MAX + 1), WT_E_SESSION_WRITE);
    wt_session_discard(&blob);
}
END_TEST

START_TEST(only_the_live_session_is_left_in_the_file)
{
    size_t sz;
    size_t at;
    word32 n;

    for (n = 20; n < 60; n++) {
        ck_assert_int_eq(sf_write(fd, n), WT_OK);
        sz = sf_load(fd, image, sizeof(image));
        /* The former session's ticket is nowhere. */
        for (at = 0; at + 12 < sz; at++) {
            memset(mem, (int)(n - 1), 12);
            ck_assert_mem_ne(image + at, mem, 12);
        }
    }
}
END_TEST

START_TEST(written_nothing_is_nothing)
{
    ck_assert_int_eq(wt_sessionfile_write(fd, sf_trust, NULL, 0), WT_OK);
    ck_assert_int_eq(sf_write(fd, 1), WT_OK);
    ck_assert_int_eq(wt_sessionfile_write(fd, sf_trust, NULL, 0), WT_OK);
    sf_expect_error(fd, WT_E_SESSION_NONE);
    ck_assert_uint_eq(sf_size(fd), 0);
}
END_TEST

START_TEST(only_the_very_session_is_dropped)
{
    word32 sz = sf_nth(mem, 1);
    word32 sz2 = sf_nth(image, 2);

    ck_assert_int_eq(wt_sessionfile_write(fd, sf_trust, image, sz2), WT_OK);
    ck_assert_int_eq(wt_sessionfile_drop(fd, mem, sz), WT_OK);
    sf_expect(fd, 2);
    ck_assert_int_eq(wt_sessionfile_drop(fd, image, sz2), WT_OK);
    sf_expect_error(fd, WT_E_SESSION_NONE);
    ck_assert_int_eq(wt_sessionfile_drop(fd, image, sz2), WT_OK);
}
END_TEST

START_TEST(offset_of_the_descriptor_is_the_callers)
{
    ck_assert_int_eq(lseek(fd, 77, SEEK_SET), 77);
    ck_assert_int_eq(sf_write(fd, 1), WT_OK);
    sf_expect(fd, 1);
    ck_assert_int_eq(sf_write(fd, 2), WT_OK);
    ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 77);
}
END_TEST

/* ---- descriptors -------------------------------------------------------- */

enum { CLOSED, NEGATIVE, PIPE, DIRECTORY, DEVICE, READ_ONLY, WRITE_ONLY,
       APPENDING, GROUP, EXECUTABLE, READABLE, OTHERS, DESCRIPTORS };

static int Descriptor(int kind)
{
    int pipes[2];
    int ret = fd;

    switch (kind) {
        case CLOSED:     ret = dup(fd);
                         (void)close(ret);                      break;
        case NEGATIVE:   ret = -1;                              break;
        case PIPE:       ck_assert_int_eq(pipe(pipes), 0);
                         ret = pipes[1];                        break;
        case DIRECTORY:  ret = open("/tmp", O_RDONLY);          break;
        case DEVICE:     ret = open("/dev/null", O_RDWR);       break;
        case READ_ONLY:  ret = open(path, O_RDONLY);            break;
        case WRITE_ONLY: ret = open(path, O_WRONLY);            break;
        case APPENDING:  ret = open(path, O_RDWR | O_APPEND);   break;
        case GROUP:      ck_assert_int_eq(fchmod(fd, 0640), 0); break;
        case EXECUTABLE: ck_assert_int_eq(fchmod(fd, 0700), 0); break;
        case READABLE:   ck_assert_int_eq(fchmod(fd, 0604), 0); break;
        case OTHERS:
            /* One who may give files away can lose one. */
            if (fchown(fd, 1234, (gid_t)-1) != 0)
                ck_assert_int_eq(fchmod(fd, 0400), 0);
            break;
        default:
            break;
    }
    return ret;
}

START_TEST(unfit_descriptor_is_refused_each_time)
{
    static byte after[4096];
    wt_file_id id;
    size_t sz;
    int bad;

    ck_assert_int_eq(wt_sessionfile_id(fd, &id), WT_OK);
    ck_assert_int_eq(sf_write(fd, 1), WT_OK);
    sz = sf_load(fd, image, sizeof(image));
    bad = Descriptor(_i);
    ck_assert_int_eq(wt_sessionfile_id(bad, &id), WT_E_SESSION_FILE);
    sf_expect_error(bad, WT_E_SESSION_FILE);
    ck_assert_int_eq(sf_write(bad, 2), WT_E_SESSION_FILE);
    ck_assert_int_eq(wt_sessionfile_write(bad, sf_trust, NULL, 0),
        WT_E_SESSION_FILE);
    ck_assert_int_eq(wt_sessionfile_drop(bad, mem, 1), WT_E_SESSION_FILE);
    ck_assert_uint_eq(sf_load(fd, after, sizeof(after)), sz);
    ck_assert_mem_eq(after, image, sz);
    if (bad != fd && bad >= 0 && _i != CLOSED)
        (void)close(bad);
}
END_TEST

/* ---- contents ----------------------------------------------------------- */

#define BLOCK 64
#define HEAD  71     /* magic, number, size, build, trust */

/* Makes the checksum right again after a change of one of the bytes. */
static void Change(size_t at, byte value)
{
    static byte record[SF_ROOM];
    size_t sz = sf_load(fd, image, sizeof(image));
    size_t n;
    size_t i;
    word32 size;

    for (i = 0, n = 0; i < sz; i++) {
        if (i % BLOCK != 0)
            record[n++] = image[i];
    }
    record[at] = value;
    size = wt_get(record + 19, 4);
    ck_assert_int_eq(wc_Sha256Hash(record, HEAD + size, record + HEAD + size),
        0);
    for (i = 0, n = 0; i < sz; i++) {
        if (i % BLOCK != 0)
            image[i] = record[n++];
    }
    sf_save(fd, image, sz);
}

START_TEST(session_of_other_settings_is_not_given)
{
    byte other[WT_TRUST_SZ];
    wt_blob blob = { NULL, 0, 0 };
    int i;

    ck_assert_int_eq(sf_write(fd, 1), WT_OK);
    for (i = 0; i < WT_TRUST_SZ; i++) {
        memcpy(other, sf_trust, sizeof(other));
        other[i] ^= 1;
        ck_assert_int_eq(wt_sessionfile_read(fd, other, &blob),
            WT_E_SESSION_TRUST);
        ck_assert_uint_eq(blob.sz, 0);
    }
    sf_expect(fd, 1);
    wt_session_discard(&blob);
}
END_TEST

START_TEST(session_of_another_build_is_foreign)
{
    ck_assert_int_eq(sf_write(fd, 1), WT_OK);
    Change(0, 'o');
    sf_expect(fd, 1);      /* the checksum is made right */
    Change(23, 0x77);
    sf_expect_error(fd, WT_E_SESSION_FOREIGN);
    ck_assert_int_eq(sf_write(fd, 2), WT_OK);
    sf_expect(fd, 2);
}
END_TEST

START_TEST(bytes_that_are_no_session_are_damaged)
{
    ck_assert_int_eq(sf_write(fd, 1), WT_OK);
    Change(HEAD + 9, 33);    /* the length of its session id */
    sf_expect_error(fd, WT_E_SESSION_DAMAGED);
}
END_TEST

START_TEST(session_that_has_run_out_or_is_not_yet_is_not_given)
{
    sf_parts parts = sf_good();
    word32 now = (word32)wt_clock();

    parts.bornOn = (_i == 0) ? now - 4000 : now + 4000;
    ck_assert_int_eq(wt_sessionfile_write(fd, sf_trust, mem,
        sf_make(mem, &parts, sf_tail())), WT_OK);
    sf_expect_error(fd, WT_E_SESSION_EXPIRED);
}
END_TEST

START_TEST(every_changed_byte_is_noticed)
{
    size_t sz;
    size_t at;

    ck_assert_int_eq(sf_write(fd, 1), WT_OK);
    sz = sf_load(fd, image, sizeof(image));
    for (at = 0; at < sz; at += (size_t)th_step()) {
        image[at] ^= (byte)(1 << (at % 8));
        sf_save(fd, image, sz);
        sf_expect_error(fd, WT_E_SESSION_DAMAGED);
        image[at] ^= (byte)(1 << (at % 8));
    }
    sf_save(fd, image, sz);
    sf_expect(fd, 1);
}
END_TEST

START_TEST(every_truncation_is_noticed_and_mended_by_the_next_write)
{
    size_t sz;
    size_t cut;

    ck_assert_int_eq(sf_write(fd, 1), WT_OK);
    sz = sf_load(fd, image, sizeof(image));
    for (cut = 1; cut < sz; cut += (size_t)th_step()) {
        sf_save(fd, image, cut);
        sf_expect_error(fd, WT_E_SESSION_DAMAGED);
        if (cut % 64 < 2) {
            ck_assert_int_eq(sf_write(fd, 2), WT_OK);
            sf_expect(fd, 2);
        }
    }
}
END_TEST

START_TEST(garbage_is_no_session_and_the_next_write_replaces_it)
{
    static const size_t sizes[] = { 1, 63, 64, 65, 127, 128, 129, 5000,
        WT_SESSIONFILE_MAX };
    th_random random = { 1, 0, 0, 0 };
    size_t sz = sizes[_i];
    int kind;

    for (kind = 0; kind < 4; kind++) {
        (void)th_rand(image, (word32)sz, &random);
        if (kind == 1)
            memset(image, 0, sz);
        if (kind >= 2) {
            /* Records, as far as their beginnings go. */
            size_t at;

            for (at = 0; at + 40 < sz; at += 64) {
                memcpy(image + at, "wolfTicket1\n", 12);
                wt_put(image + at + 20, (kind == 2) ? 0xFFFFFFFFu : 60000, 4);
            }
        }
        sf_save(fd, image, sz);
        sf_expect_error(fd, WT_E_SESSION_DAMAGED);
        ck_assert_int_eq(sf_write(fd, 3), WT_OK);
        sf_expect(fd, 3);
        ck_assert_uint_lt(sf_size(fd), 6 * 1024);
    }
}
END_TEST

START_TEST(file_that_is_too_large_is_left_alone)
{
    ck_assert_int_eq(ftruncate(fd, WT_SESSIONFILE_MAX + 1), 0);
    sf_expect_error(fd, WT_E_SESSION_DAMAGED);
    ck_assert_int_eq(sf_write(fd, 1), WT_E_SESSION_FILE);
    ck_assert_uint_eq(sf_size(fd), WT_SESSIONFILE_MAX + 1);
    ck_assert_int_eq(ftruncate(fd, (off_t)1 << 40), 0);
    sf_expect_error(fd, WT_E_SESSION_DAMAGED);
    ck_assert_int_eq(sf_write(fd, 1), WT_E_SESSION_FILE);
}
END_TEST

START_TEST(what_was_appended_does_not_matter)
{
    size_t sz;

    ck_assert_int_eq(sf_write(fd, 1), WT_OK);
    sz = sf_size(fd);
    memset(image, 'w', 5000);
    ck_assert_int_eq(pwrite(fd, image, 5000, (off_t)sz), 5000);
    sf_expect(fd, 1);
    ck_assert_int_eq(sf_write(fd, 2), WT_OK);
    sf_expect(fd, 2);
    ck_assert_uint_lt(sf_size(fd), 6 * 1024);
}
END_TEST

/* A server that knows the format sends a ticket with a record in it, with or
 * without what begins its blocks.  Wherever that comes to lie, it never
 * counts: not even when the record around it is damaged. */
START_TEST(record_in_a_ticket_is_not_found)
{
    static byte inner[8192];
    wt_session_facts facts;
    sf_parts parts = sf_good();
    size_t innerSz;
    size_t all;
    size_t i;
    word32 sz;
    word32 shift;

    ck_assert_int_eq(sf_write(fd, 7), WT_OK);
    all = sf_load(fd, image, sizeof(image));
    for (i = 0, innerSz = 0; i < all; i++) {
        if (_i == 0 || i % BLOCK != 0)
            inner[innerSz++] = image[i];
    }
    parts.version = 0x0303;
    parts.ticket = (word32)innerSz + 64;
    for (shift = 0; shift < 64; shift++) {
        sz = sf_make(mem, &parts, sf_tail());
        ck_assert_int_eq(wt_session_read(mem, sz, &facts), 1);
        memcpy(mem + facts.ticketAt + shift, inner, innerSz);
        ck_assert_int_eq(ftruncate(fd, 0), 0);
        ck_assert_int_eq(wt_sessionfile_write(fd, sf_trust, mem, sz), WT_OK);
        all = sf_load(fd, image, sizeof(image));
        memset(image, 0, BLOCK);
        sf_save(fd, image, all);
        sf_expect_error(fd, WT_E_SESSION_DAMAGED);
    }
}
END_TEST

/* A number as large as can be is followed by the smallest. */
START_TEST(numbers_may_come_round)
{
    int i;

    ck_assert_int_eq(sf_write(fd, 1), WT_OK);
    for (i = 0; i < 8; i++)
        Change(11 + (size_t)i, 0xFF);
    sf_expect(fd, 1);
    ck_assert_int_eq(sf_write(fd, 2), WT_OK);
    sf_expect(fd, 2);
    ck_assert_int_eq(sf_write(fd, 3), WT_OK);
    sf_expect(fd, 3);
}
END_TEST

static Suite* Tests(void)
{
    Suite* suite = suite_create("sessionfile");
    TCase* tc = th_case(suite, "sessionfile", 1);

    tcase_add_checked_fixture(tc, Setup, Teardown);
    tcase_add_test(tc, empty_file_holds_no_session);
    tcase_add_test(tc, last_session_written_is_the_one_read);
    tcase_add_test(tc, largest_sessions_take_turns);
    tcase_add_test(tc, only_the_live_session_is_left_in_the_file);
    tcase_add_test(tc, written_nothing_is_nothing);
    tcase_add_test(tc, only_the_very_session_is_dropped);
    tcase_add_test(tc, offset_of_the_descriptor_is_the_callers);
    tcase_add_loop_test(tc, unfit_descriptor_is_refused_each_time, 0,
        DESCRIPTORS);
    tcase_add_test(tc, session_of_other_settings_is_not_given);
    tcase_add_test(tc, session_of_another_build_is_foreign);
    tcase_add_test(tc, bytes_that_are_no_session_are_damaged);
    tcase_add_loop_test(tc,
        session_that_has_run_out_or_is_not_yet_is_not_given, 0, 2);
    tcase_add_test(tc, every_changed_byte_is_noticed);
    tcase_add_test(tc,
        every_truncation_is_noticed_and_mended_by_the_next_write);
    tcase_add_loop_test(tc,
        garbage_is_no_session_and_the_next_write_replaces_it, 0, 9);
    tcase_add_test(tc, file_that_is_too_large_is_left_alone);
    tcase_add_test(tc, what_was_appended_does_not_matter);
    tcase_add_loop_test(tc, record_in_a_ticket_is_not_found, 0, 2);
    tcase_add_test(tc, numbers_may_come_round);
    return suite;
}

int main(void)
{
    return th_run(Tests());
}
