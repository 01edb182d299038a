/* unit_sessionfile_kill.c
 *
 * The session file holds the old session or the new one, whenever its writer
 * is stopped, and whoever else writes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "sessionfile_fixture.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

static char path[SF_PATH_SZ];
static int fd;

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

/* ---- a writer that stops after so many bytes ---------------------------- */

/* These take the place of the C library's functions.  What is counted: bytes
 * written, and each cut of the file as one. */
static long budget = -1;

static long Spend(long want)
{
    long ret = want;

    if (budget >= 0) {
        ret = (want < budget) ? want : budget;
        budget -= ret;
    }
    return ret;
}

ssize_t pwrite(int file, const void* mem, size_t sz, off_t at)
{
    long n = Spend((long)sz);

    if (n == 0 && sz > 0) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_pwrite64, file, mem, (size_t)n, at);
}

int ftruncate(int file, off_t sz)
{
    if (Spend(1) == 0) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_ftruncate, file, sz);
}

/* The file is made anew for each byte; _i is where the old session lies. */
START_TEST(writer_stopped_at_any_byte_leaves_the_old_or_the_new)
{
    static byte before[8192];
    static const struct {
        word32 first;
        word32 old;
        word32 new;
    } cases[] = { { 1, 1, 2 }, { 2, 1, 2 }, { 7, 3, 4 }, { 3, 7, 0 },
        { 0, 7, 3 } };
    word32 old = cases[_i].old;
    word32 new = cases[_i].new;
    wt_error told;
    wt_error err;
    size_t sz;
    long n;
    int olds = 0;
    word32 got = old;
    int done = 0;

    ck_assert_int_eq(sf_write(fd, cases[_i].first), WT_OK);
    ck_assert_int_eq(sf_write(fd, old), WT_OK);
    sz = sf_load(fd, before, sizeof(before));
    for (n = 0; !done; n++) {
        sf_save(fd, before, sz);
        budget = n;
        told = sf_write(fd, new);
        done = budget > 0;
        budget = -1;
        got = sf_read(fd, &err);
        ck_assert_int_eq(err, WT_OK);
        /* What is told to be written counts from then on. */
        ck_assert(told != WT_OK || got == new);
        ck_assert_msg(got == old || got == new, "%ld: %u", n, got);
        /* Never back again. */
        ck_assert(got == new || olds == n);
        olds += got == old;
        ck_assert_int_lt(n, 10000);
        /* And the next writer goes on from there. */
        if (n % 50 == 0) {
            ck_assert_int_eq(sf_write(fd, 9), WT_OK);
            sf_expect(fd, 9);
        }
    }
    ck_assert_uint_eq(got, new);
    ck_assert_int_gt(olds, 100);
}
END_TEST

START_TEST(failed_write_is_told_and_changes_nothing)
{
    ck_assert_int_eq(sf_write(fd, 1), WT_OK);
    budget = 40;
    ck_assert_int_eq(sf_write(fd, 2), WT_E_SESSION_WRITE);
    ck_assert_int_eq(wt_sessionfile_write(fd, sf_trust, NULL, 0),
        WT_E_SESSION_WRITE);
    budget = -1;
    sf_expect(fd, 1);
}
END_TEST

/* ---- a writer that is killed -------------------------------------------- */

typedef struct {
    word32 begun;    /* what it is writing, or has written */
    word32 done;     /* what it has written */
} progress;

static void WriteForEver(volatile progress* p)
{
    word32 n;

    for (n = p->done + 1; ; n++) {
        p->begun = n;
        if (sf_write(fd, n) != WT_OK)
            _exit(1);
        p->done = n;
    }
}

static void KillOne(volatile progress* p, unsigned int* seed)
{
    struct timespec rest = { 0, 0 };
    pid_t child = fork();
    int status = 0;

    /* In this order: see sf_nth(). */
    if (child == 0)
        WriteForEver(p);
    ck_assert_int_gt(child, 0);
    *seed = *seed * 1103515245u + 12345u;
    rest.tv_nsec = (long)(*seed / 65536 % 2000) * 1000;
    (void)nanosleep(&rest, NULL);
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
}

/* On a disk most of the time goes by while the new session is on its way to
 * it; in memory, while it is written and the former one wiped. */
START_TEST(killed_writer_leaves_the_old_or_the_new)
{
    static const char* const dirs[] = { "/tmp", "/dev/shm" };
    volatile progress* p = (volatile progress*)mmap(NULL, sizeof(*p),
        PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    unsigned int seed = (unsigned int)time(NULL);
    int kills = th_many(1000);
    int within = 0;
    int news = 0;
    wt_error err;
    word32 got;
    int i;

    (void)close(fd);
    (void)unlink(path);
    fd = sf_open_in((access(dirs[_i], W_OK) == 0) ? dirs[_i] : "/tmp", path);
    ck_assert_ptr_ne((void*)p, MAP_FAILED);
    p->done = p->begun = 0;
    ck_assert_int_eq(sf_write(fd, 0), WT_OK);
    for (i = 0; i < kills; i++) {
        KillOne(p, &seed);
        got = sf_read(fd, &err);
        ck_assert_int_eq(err, WT_OK);
        ck_assert_msg(got == p->done || got == p->begun, "%u %u %u", got,
            p->done, p->begun);
        within += p->done != p->begun;
        news += p->done != p->begun && got == p->begun;
        p->done = got;
    }
    printf("%d kills, %d of them within a write: %d old, %d new sessions; "
        "%u written\n", kills, within, within - news, news, p->begun);
    ck_assert_uint_lt(sf_size(fd), 6 * 1024);
    (void)munmap((void*)p, sizeof(*p));
}
END_TEST

/* ---- others ------------------------------------------------------------- */

static void SetLock(int file, int cmd, short type, off_t at)
{
    struct flock lock;

    memset(&lock, 0, sizeof(lock));
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = at;
    lock.l_len = 1;
    ck_assert_int_eq(fcntl(file, cmd, &lock), 0);
}

/* A process that is stopped in the midst of writing: it has the locks. */
static pid_t Busy(int own)
{
    int ready[2];
    char c;
    pid_t child;

    ck_assert_int_eq(pipe(ready), 0);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        (void)alarm(60);
        SetLock(own ? open(path, O_RDWR) : fd, F_SETLK, F_WRLCK, 0);
        if (write(ready[1], "x", 1) == 1)
            (void)pause();
        _exit(0);
    }
    ck_assert_int_eq(read(ready[0], &c, 1), 1);
    (void)close(ready[0]);
    (void)close(ready[1]);
    return child;
}

/* Its own open file, or the parent's. */
START_TEST(file_that_another_process_writes_is_left_alone)
{
    static byte before[8192];
    static byte after[8192];
    pid_t child;
    size_t sz;

    ck_assert_int_eq(sf_write(fd, 1), WT_OK);
    sz = sf_load(fd, before, sizeof(before));
    child = Busy(_i);
    ck_assert_int_eq(sf_write(fd, 2), WT_E_SESSION_BUSY);
    ck_assert_int_eq(wt_sessionfile_write(fd, sf_trust, NULL, 0),
        WT_E_SESSION_BUSY);
    ck_assert_uint_eq(sf_load(fd, after, sizeof(after)), sz);
    ck_assert_mem_eq(before, after, sz);
    sf_expect(fd, 1);
    sf_save(fd, before, sz / 2);
    sf_expect_error(fd, WT_E_SESSION_BUSY);
    sf_save(fd, before, sz);
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert_int_eq(sf_write(fd, 2), WT_OK);
    sf_expect(fd, 2);
}
END_TEST

START_TEST(processes_that_write_at_once_never_spoil_the_file)
{
    int writes = th_many(300);
    pid_t child[3];
    wt_error err;
    word32 n;
    int status;
    int i;

    ck_assert_int_eq(sf_write(fd, 0), WT_OK);
    for (i = 0; i < 3; i++) {
        child[i] = fork();
        ck_assert_int_ge(child[i], 0);
        if (child[i] == 0) {
            /* One shares the open file with the parent. */
            int file = (i == 0) ? fd : open(path, O_RDWR);
            int bad = 0;

            for (n = 0; n < (word32)writes; n++) {
                err = sf_write(file, n * 3 + (word32)i);
                bad |= err != WT_OK && err != WT_E_SESSION_BUSY;
                bad |= sf_read(file, &err) == SF_NONE &&
                    err != WT_E_SESSION_BUSY;
            }
            _exit(bad);
        }
    }
    for (n = 0; n < (word32)writes; n++) {
        if (sf_read(fd, &err) == SF_NONE)
            ck_assert_int_eq(err, WT_E_SESSION_BUSY);
    }
    for (i = 0; i < 3; i++) {
        ck_assert_int_eq(waitpid(child[i], &status, 0), child[i]);
        ck_assert_int_eq(status, 0);
    }
    ck_assert_uint_ne(sf_read(fd, &err), SF_NONE);
}
END_TEST

/* Nothing of Check's here: it is for one thread alone. */
static void* WriteAndRead(void* arg)
{
    static const int count = 200;
    byte mem[4096];
    wt_blob blob = { NULL, 0, 0 };
    wt_session_facts facts;
    size_t bad = 0;
    word32 sz;
    int i;

    for (i = 0; i < th_many(count); i++) {
        sz = sf_session(mem, (byte)(size_t)arg, 100 + (word32)i);
        bad += wt_sessionfile_write(fd, sf_trust, mem, sz) != WT_OK;
        bad += wt_sessionfile_read(fd, sf_trust, &blob) != WT_OK;
        bad += !wt_session_read(blob.mem, blob.sz, &facts);
    }
    wt_session_discard(&blob);
    return (void*)bad;
}

#ifndef SINGLE_THREADED
START_TEST(threads_wait_for_each_other)
{
    pthread_t thread[4];
    void* bad;
    size_t i;

    (void)sf_tail();
    for (i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, WriteAndRead,
            (void*)i), 0);
    for (i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(thread[i], &bad), 0);
        ck_assert_ptr_null(bad);
    }
}
END_TEST
#endif

/* A child that is born while another thread writes can write itself. */
START_TEST(child_of_a_threaded_process_is_not_locked_out)
{
    pthread_t thread;
    void* bad;
    wt_error err;
    int status;
    int i;

    (void)sf_tail();
    ck_assert_int_eq(sf_write(fd, 1), WT_OK);
    ck_assert_int_eq(pthread_create(&thread, NULL, WriteAndRead, NULL), 0);
    for (i = 0; i < th_many(50); i++) {
        pid_t child = fork();

        ck_assert_int_ge(child, 0);
        if (child == 0) {
            err = sf_write(fd, 5);
            /* At an exit ThreadSanitizer would miss the parent's thread. */
            if (err == WT_OK || err == WT_E_SESSION_BUSY)
                (void)kill(getpid(), SIGKILL);
            _exit(1);
        }
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert(WIFSIGNALED(status));
    }
    ck_assert_int_eq(pthread_join(thread, &bad), 0);
}
END_TEST

START_TEST(without_memory_the_old_session_stays)
{
    wt_error err;
    word32 now = 1;
    long live;
    long n;

    th_mem_use(TH_MEM_COUNT);
    Setup();
    ck_assert_int_eq(sf_write(fd, 1), WT_OK);
    sf_expect(fd, 1);
    live = th_mem_live();
    for (n = 1, err = WT_E_MEMORY; n < 30; n++) {
        word32 got;

        th_mem_fail_at(n);
        th_mem_arm(1);
        err = sf_write(fd, (word32)n + 1);
        th_mem_arm(0);
        if (err == WT_OK)
            now = (word32)n + 1;
        else
            ck_assert(err == WT_E_MEMORY || err == WT_E_SESSION_WRITE);
        th_mem_fail_at(n);
        th_mem_arm(1);
        got = sf_read(fd, &err);
        th_mem_arm(0);
        if (err == WT_OK)
            ck_assert_uint_eq(got, now);
        else
            ck_assert_int_eq(err, WT_E_MEMORY);
        got = sf_read(fd, &err);
        ck_assert(got == now || got == (word32)n + 1);
        now = got;
        ck_assert_int_eq(th_mem_live(), live);
    }
    ck_assert_uint_eq(now, 30);
    Teardown();
}
END_TEST

static Suite* Tests(void)
{
    Suite* suite = suite_create("sessionfile_kill");
    TCase* tc = th_case(suite, "sessionfile_kill", 1);

    tcase_add_checked_fixture(tc, Setup, Teardown);
    tcase_add_loop_test(tc,
        writer_stopped_at_any_byte_leaves_the_old_or_the_new, 0, 5);
    tcase_add_test(tc, failed_write_is_told_and_changes_nothing);
    tcase_add_loop_test(tc, file_that_another_process_writes_is_left_alone,
        0, 2);
    tcase_add_test(tc, processes_that_write_at_once_never_spoil_the_file);
#ifndef SINGLE_THREADED
    tcase_add_test(tc, threads_wait_for_each_other);
#endif
    tcase_add_test(tc, child_of_a_threaded_process_is_not_locked_out);
    tc = th_case(suite, "kill", 1);
    tcase_add_checked_fixture(tc, Setup, Teardown);
    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, killed_writer_leaves_the_old_or_the_new, 0, 2);
    tc = th_case(suite, "memory", 1);
    tcase_add_test(tc, without_memory_the_old_session_stays);
    return suite;
}

int main(void)
{
    return th_run(Tests());
}
