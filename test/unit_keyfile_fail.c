/* unit_keyfile_fail.c
 *
 * Ticket keys in files when the system fails: every call it makes, in turn,
 * files that change under the reader, and memory.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The functions of the C library are replaced by ones that do the same until
 * they are told otherwise.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE /* RTLD_NEXT */
#endif

#include "keyfile_fixture.h"

#include <dlfcn.h>
#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* ---- the C library ------------------------------------------------------ */

typedef enum { NOTHING, READ, WRITE, FSYNC, CLOSE, RENAME, FCHMOD, MKSTEMP,
    CALLS } call;

#define DIED 42

static call failing;          /* this one fails, */
static int failingNumber;     /* with this errno, */
static int failingAfter;      /* after so many that do not */
static int lifetime = -1;     /* the process dies at the call after so many */
static int piecemeal;         /* a byte at a time, with interruptions */
static void (*meanwhile)(void);  /* happens behind the first read() */

static int fails(call what)
{
    int ret = failing == what && failingAfter-- <= 0;

    if (lifetime >= 0 && lifetime-- == 0)
        _exit(DIED);
    if (ret)
        errno = failingNumber;
    return ret;
}

/* ISO C knows no way from a pointer to a function. */
#define NEXT(type, name) \
    static type next; \
    void* found; \
    if (next == NULL) { \
        found = dlsym(RTLD_NEXT, name); \
        memcpy(&next, &found, sizeof(next)); \
    }

typedef ssize_t (*read_fn)(int, void*, size_t);
typedef ssize_t (*write_fn)(int, const void*, size_t);
typedef int (*fd_fn)(int);
typedef int (*rename_fn)(const char*, const char*);
typedef int (*fchmod_fn)(int, mode_t);
typedef int (*mkstemp_fn)(char*);

static int interrupted(void)
{
    static int turn;

    turn = !turn;
    if (piecemeal && turn)
        errno = EINTR;
    return piecemeal && turn;
}

ssize_t read(int fd, void* mem, size_t sz)
{
    void (*now)(void) = meanwhile;
    ssize_t ret;

    NEXT(read_fn, "read")
    if (fails(READ) || interrupted())
        return -1;
    ret = next(fd, mem, (piecemeal && sz > 0) ? 1 : sz);
    meanwhile = NULL;
    if (now != NULL)
        now();
    return ret;
}

ssize_t write(int fd, const void* mem, size_t sz)
{
    NEXT(write_fn, "write")
    if (fails(WRITE) || interrupted())
        return -1;
    return next(fd, mem, (piecemeal && sz > 0) ? 1 : sz);
}

int fsync(int fd)
{
    NEXT(fd_fn, "fsync")
    return fails(FSYNC) ? -1 : next(fd);
}

int close(int fd)
{
    int ret;

    NEXT(fd_fn, "close")
    ret = next(fd);
    return fails(CLOSE) ? -1 : ret;
}

int rename(const char* from, const char* to)
{
    NEXT(rename_fn, "rename")
    return fails(RENAME) ? -1 : next(from, to);
}

int fchmod(int fd, mode_t mode)
{
    NEXT(fchmod_fn, "fchmod")
    return fails(FCHMOD) ? -1 : next(fd, mode);
}

int mkstemp(char* name)
{
    NEXT(mkstemp_fn, "mkstemp")
    return fails(MKSTEMP) ? -1 : next(name);
}

/* ---- writing ------------------------------------------------------------ */

static int write_keys(int first, int count)
{
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];

    pattern_keys(first, count, 32, keys);
    return wolfTicket_KeyFile_write(path, WOLFTICKET_KEYFILE_NGINX_80, keys,
        count);
}

/* The keys that the file has, first to last. */
static int has_keys(int first, int count)
{
    wolfTicket_KEYFILE format = WOLFTICKET_KEYFILE_NGINX_80;
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS], want;
    int seals, i;
    int ret = wolfTicket_KeyFile_read(path, &format, keys,
        WOLFTICKET_MAX_KEYS, &seals) == count;

    for (i = 0; i < count && ret; i++) {
        pattern_key(first + i, 32, &want);
        ret = same(&want, &keys[i]);
    }
    return ret;
}

static const struct {
    call what;
    int number;
    int after;
    const char* text;
} failures[] = {
    { WRITE,   ENOSPC, 0, "no space is left on the device" },
    { WRITE,   EIO,    0, "the device failed" },
    { WRITE,   EDQUOT, 0, "system error" },
    { FSYNC,   EIO,    0, "the device failed" },
    { CLOSE,   EIO,    0, "the device failed" },
    { RENAME,  EROFS,  0, "it cannot be replaced: the file system is "
                          "read-only" },
    { RENAME,  EPERM,  0, "not permitted" },
    { FCHMOD,  EPERM,  0, "not permitted" },
    { MKSTEMP, EACCES, 0, "no file can be made beside it: permission" },
    { MKSTEMP, EMFILE, 0, "too many files open" }
};
#define FAILURES (int)(sizeof(failures) / sizeof(failures[0]))

START_TEST(a_failed_write_leaves_the_former_file_and_no_other)
{
    ck_assert_int_eq(write_keys(1, 2), 1);
    failing = failures[_i].what;
    failingNumber = failures[_i].number;
    failingAfter = failures[_i].after;
    ck_assert_int_eq(write_keys(3, 3), 0);
    failing = NOTHING;
    ck_assert(error_has(path));
    ck_assert(error_has(failures[_i].text));
    ck_assert_int_eq(names_in_directory(), 1);
    ck_assert(has_keys(1, 2));
    ck_assert_int_eq(write_keys(3, 3), 1);
    ck_assert(has_keys(3, 3));
}
END_TEST

START_TEST(a_write_that_fails_half_way_is_none)
{
    ck_assert_int_eq(write_keys(1, 2), 1);
    for (failingAfter = 0; failingAfter < 240; ) {
        int after = failingAfter;

        failing = WRITE;
        failingNumber = ENOSPC;
        piecemeal = 1;
        ck_assert_int_eq(write_keys(3, 3), 0);
        failing = NOTHING;
        piecemeal = 0;
        ck_assert_int_eq(names_in_directory(), 1);
        ck_assert(has_keys(1, 2));
        failingAfter = after + 1;
    }
}
END_TEST

START_TEST(a_writer_that_dies_at_any_call_leaves_the_old_file_or_the_new)
{
    int status = DIED << 8;
    int n, olds = 0, news = 0;
    pid_t child;

    ck_assert_int_eq(write_keys(1, 2), 1);
    for (n = 0; WEXITSTATUS(status) == DIED; n += th_step()) {
        ck_assert_int_lt(n, 2000);
        child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            piecemeal = 1;
            lifetime = n;
            _exit(write_keys(3, 3) ? 0 : 1);
        }
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert(WIFEXITED(status));
        olds += has_keys(1, 2);
        news += has_keys(3, 3);
        ck_assert_int_eq(olds + news, n / th_step() + 1);
        ck_assert_int_eq(write_keys(1, 2), 1);
    }
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    /* A step for each byte, and one at least behind the renaming. */
    ck_assert_int_gt(olds, 240 / th_step());
    ck_assert_int_gt(news, 0);
}
END_TEST

/* The new file is whole, whatever a crash makes of its name. */
START_TEST(a_directory_that_cannot_be_synchronised_is_no_failure)
{
    ck_assert_int_eq(write_keys(1, 2), 1);
    failing = FSYNC;
    failingNumber = EINVAL;
    failingAfter = 1;
    ck_assert_int_eq(write_keys(3, 3), 1);
    failing = NOTHING;
    ck_assert(has_keys(3, 3));
}
END_TEST

START_TEST(bytes_come_and_go_one_by_one_and_with_interruptions)
{
    piecemeal = 1;
    ck_assert_int_eq(write_keys(1, 8), 1);
    piecemeal = 0;
    ck_assert(has_keys(1, 8));
    piecemeal = 1;
    ck_assert(has_keys(1, 8));
    piecemeal = 0;
}
END_TEST

/* ---- reading ------------------------------------------------------------ */

static void another_key(void)
{
    put_keys(path, WOLFTICKET_KEYFILE_NGINX_80, 1, 3);
}

static void one_key_fewer(void)
{
    put_keys(path, WOLFTICKET_KEYFILE_NGINX_80, 1, 1);
}

static void other_keys(void)
{
    put_keys(path, WOLFTICKET_KEYFILE_NGINX_80, 6, 2);
}

static void (*const changes[])(void) = {
    another_key, one_key_fewer, other_keys
};
#define CHANGES (int)(sizeof(changes) / sizeof(changes[0]))

START_TEST(a_file_that_changes_while_it_is_read_is_not_used)
{
    wolfTicket_KEYFILE format = WOLFTICKET_KEYFILE_NGINX_80;
    /* Within one tick of its clock a file system may show no change. */
    const struct timespec old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];
    wt_keyfile_mark mark;
    int seals;

    put_keys(path, WOLFTICKET_KEYFILE_NGINX_80, 1, 2);
    ck_assert_int_eq(utimensat(AT_FDCWD, path, old, 0), 0);
    meanwhile = changes[_i];
    ck_assert_int_eq(wt_keyfile_load(path, NULL, &mark, &format, keys,
        WOLFTICKET_MAX_KEYS, &seals), -1);
    ck_assert(error_has("it changed while it was read"));

    put_keys(path, WOLFTICKET_KEYFILE_NGINX_80, 1, 2);
    ck_assert_int_eq(utimensat(AT_FDCWD, path, old, 0), 0);
    meanwhile = changes[_i];
    ck_assert_int_eq(wolfTicket_KeyFile_read(path, &format, keys,
        WOLFTICKET_MAX_KEYS, &seals), 0);
    ck_assert_int_gt(wolfTicket_KeyFile_read(path, &format, keys,
        WOLFTICKET_MAX_KEYS, &seals), 0);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_named)
{
    put_keys(path, WOLFTICKET_KEYFILE_NGINX_80, 1, 2);
    failing = READ;
    failingNumber = EIO;
    failingAfter = 0;
    ck_assert(!has_keys(1, 2));
    failing = NOTHING;
    ck_assert(error_has(path));
    ck_assert(error_has("it cannot be read: the device failed"));
    ck_assert(has_keys(1, 2));
}
END_TEST

/* ---- memory ------------------------------------------------------------- */

START_TEST(without_memory_nothing_is_read_and_nothing_lost)
{
    put_keys(path, WOLFTICKET_KEYFILE_NGINX_80, 1, 2);
    th_mem_use(TH_MEM_COUNT);
    th_mem_arm(1);
    th_mem_fail_at(1);
    ck_assert(!has_keys(1, 2));
    ck_assert(error_has("out of memory"));
    th_mem_fail_at(0);
    ck_assert(has_keys(1, 2));
    ck_assert_int_eq(th_mem_calls(), 1);
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

static wolfTicket_Key watched;
static int leaks;

/* Looks for the secrets above in what is freed. */
static void watch_free(void* mem)
{
    size_t i;

    for (i = 0; mem != NULL && i + 8 <= 160; i++) {
        if (memcmp((byte*)mem + i, watched.aes, 8) == 0 ||
                memcmp((byte*)mem + i, watched.hmac, 8) == 0)
            leaks++;
    }
    free(mem);
}

START_TEST(what_was_read_is_wiped_before_it_is_freed)
{
    pattern_key(1, 32, &watched);
    put_keys(path, WOLFTICKET_KEYFILE_NGINX_80, 1, 2);
    ck_assert_int_eq(th_allocators(malloc, watch_free, realloc), 0);
    ck_assert(has_keys(1, 2));
    ck_assert_int_eq(leaks, 0);
}
END_TEST

static Suite* keyfile_fail_suite(void)
{
    Suite* suite = suite_create("keyfile_fail");
    TCase* tc = th_case(suite, "failures", 1);

    tcase_add_checked_fixture(tc, files_setup, files_teardown);
    tcase_add_loop_test(tc,
        a_failed_write_leaves_the_former_file_and_no_other, 0, FAILURES);
    tcase_add_test(tc, a_write_that_fails_half_way_is_none);
    tcase_add_test(tc,
        a_writer_that_dies_at_any_call_leaves_the_old_file_or_the_new);
    tcase_add_test(tc,
        a_directory_that_cannot_be_synchronised_is_no_failure);
    tcase_add_test(tc, bytes_come_and_go_one_by_one_and_with_interruptions);
    tcase_add_loop_test(tc, a_file_that_changes_while_it_is_read_is_not_used,
        0, CHANGES);
    tcase_add_test(tc, a_file_that_cannot_be_read_is_named);

    tc = th_case(suite, "memory", 1);
    tcase_add_checked_fixture(tc, directory_setup, directory_teardown);
    tcase_add_test(tc, without_memory_nothing_is_read_and_nothing_lost);
    tcase_add_test(tc, what_was_read_is_wiped_before_it_is_freed);
    return suite;
}

int main(void)
{
    return th_run(keyfile_fail_suite());
}
