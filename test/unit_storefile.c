/* unit_storefile.c
 *
 * A store's file: written whole or not at all, believed whole or not at all.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "store_fixture.h"

#include <wolfssl/wolfcrypt/sha256.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char dir[64];
static char path[96];
static unsigned char key[40];

/* Without a key and with one. */
#define KEY(i)     ((i) ? key : NULL), ((i) ? sizeof(key) : 0)

#define HEAD_SZ   64

static void file_setup(void)
{
    size_t i;

    sf_setup();
    (void)snprintf(dir, sizeof(dir), "storefile.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    (void)snprintf(path, sizeof(path), "%s/store", dir);
    for (i = 0; i < sizeof(key); i++)
        key[i] = (unsigned char)(i * 7 + 1);
}

static void counting_setup(void)
{
    th_mem_use(TH_MEM_COUNT);
    file_setup();
}

/* What lies in the directory. */
static int files(void)
{
    DIR* d = opendir(dir);
    struct dirent* entry;
    int count = 0;

    ck_assert_ptr_nonnull(d);
    while ((entry = readdir(d)) != NULL)
        count += entry->d_name[0] != '.';
    (void)closedir(d);
    return count;
}

static void file_teardown(void)
{
    char name[400];
    struct dirent* entry;
    DIR* d = opendir(dir);

    while (d != NULL && (entry = readdir(d)) != NULL) {
        (void)snprintf(name, sizeof(name), "%s/%s", dir, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            ck_assert_int_eq(remove(name), 0);
    }
    (void)closedir(d);
    ck_assert_int_eq(rmdir(dir), 0);
    sf_teardown();
}

static int save(int keyed)
{
    return wolfTicket_Store_save(sf_store, path, KEY(keyed));
}

static int load(int keyed)
{
    return wolfTicket_Store_load(sf_store, path, KEY(keyed));
}

static size_t slurp(unsigned char* mem, size_t max)
{
    FILE* f = fopen(path, "rb");
    size_t n;

    ck_assert_ptr_nonnull(f);
    n = fread(mem, 1, max, f);
    (void)fclose(f);
    ck_assert_uint_lt(n, max);
    return n;
}

/* In place of what there is, with mode 0600. */
static void spill(const unsigned char* mem, size_t sz)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);

    SF_MUST(fd >= 0 && fchmod(fd, 0600) == 0);
    SF_MUST(write(fd, mem, sz) == (ssize_t)sz);
    SF_MUST(ftruncate(fd, (off_t)sz) == 0);
    SF_MUST(close(fd) == 0);
}

/* Three sessions of two peers. */
static void fill(void)
{
    ck_assert_int_eq(sf_put_key(1, 1, 11, TH_NOW - 1), 1);
    ck_assert_int_eq(sf_put_key(1, 1, 12, TH_NOW), 1);
    ck_assert_int_eq(sf_put_key(2, 0, 21, TH_NOW), 1);
}

static void is_filled(void)
{
    ck_assert_int_eq(sf_count(NULL), 3);
    ck_assert_int_eq(sf_take_key(1), 12);
    ck_assert_int_eq(sf_take_key(1), 11);
    ck_assert_int_eq(sf_take_key(2), 21);
    sf_check_table();
}

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

static void refuses(int keyed, wt_error err)
{
    if (load(keyed) != 0)
        ck_abort_msg("loaded");
    SF_MUST(strcmp(wolfTicket_Store_error(), wt_error_text(err)) == 0);
    SF_MUST(sf_store->table.sessions == 1);
}

/* A store that holds one session, so that it shows when anything changes. */
static void one_session(void)
{
    sf_new_store(0, 0, 0);
    ck_assert_int_eq(sf_put_key(9, 1, 99, TH_NOW), 1);
}

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

/* ---- the file itself ----------------------------------------------------- */

static const int modes[] = {
    0600, 0400, 0200, 0640, 0604, 0660, 0644, 0666, 0700, 04600, 01600, 0
};
#define MODES (int)(sizeof(modes) / sizeof(modes[0]))

START_TEST(only_mode_0600_is_believed)
{
    fill();
    ck_assert_int_eq(save(1), 1);
    one_session();
    ck_assert_int_eq(chmod(path, (mode_t)modes[_i]), 0);
    if (modes[_i] == 0600)
        ck_assert_int_eq(load(1), 1);
    else
        refuses(1, WT_E_SESSION_FILE);
}
END_TEST

/* Only root can give files away; for others there is nothing to be tried. */
START_TEST(another_users_file_is_not_believed)
{
    fill();
    ck_assert_int_eq(save(0), 1);
    one_session();
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(path, 1, (gid_t)-1), 0);
        refuses(0, WT_E_SESSION_FILE);
        ck_assert_int_eq(chown(path, 0, (gid_t)-1), 0);
    }
    ck_assert_int_eq(load(0), 1);
}
END_TEST

START_TEST(what_is_no_file_is_not_believed)
{
    char other[128];

    fill();
    ck_assert_int_eq(save(0), 1);
    one_session();
    (void)snprintf(other, sizeof(other), "%s/other", dir);
    ck_assert_int_eq(rename(path, other), 0);
    refuses(0, WT_E_SESSION_FILE);
    ck_assert_int_eq(symlink("other", path), 0);
    refuses(0, WT_E_SESSION_FILE);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkdir(path, 0600), 0);
    refuses(0, WT_E_SESSION_FILE);
    ck_assert_int_eq(rmdir(path), 0);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    refuses(0, WT_E_SESSION_FILE);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rename(other, path), 0);
    ck_assert_int_eq(load(0), 1);
}
END_TEST

/* A hole takes no space, and no memory either. */
START_TEST(a_huge_file_is_not_read)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);

    one_session();
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ftruncate(fd, (off_t)1 << 34), 0);
    ck_assert_int_eq(close(fd), 0);
    refuses(0, WT_E_SESSION_FILE);
}
END_TEST

START_TEST(no_umask_changes_the_mode)
{
    static const mode_t masks[] = { 0, 0777, 0077 };
    struct stat st;
    mode_t before = umask(masks[_i]);

    fill();
    ck_assert_int_eq(save(0), 1);
    (void)umask(before);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_mode & 07777, 0600);
}
END_TEST

START_TEST(a_link_is_replaced_and_not_followed)
{
    char other[128];
    struct stat st;

    (void)snprintf(other, sizeof(other), "%s/other", dir);
    ck_assert_int_eq(symlink("other", path), 0);
    ck_assert_int_eq(save(0), 1);
    ck_assert_int_eq(lstat(path, &st), 0);
    ck_assert(S_ISREG(st.st_mode));
    ck_assert_int_ne(access(other, F_OK), 0);
}
END_TEST

START_TEST(a_place_that_cannot_be_written_is_reported)
{
    char bad[400];

    fill();
    (void)snprintf(bad, sizeof(bad), "%s/no/store", dir);
    ck_assert_int_eq(wolfTicket_Store_save(sf_store, bad, NULL, 0), 0);
    sf_error_is(WT_E_SESSION_WRITE);
    (void)snprintf(bad, sizeof(bad), "%s/", dir);
    ck_assert_int_eq(wolfTicket_Store_save(sf_store, bad, NULL, 0), 0);
    sf_error_is(WT_E_SESSION_WRITE);
    ck_assert_int_eq(wolfTicket_Store_save(sf_store, "", NULL, 0), 0);
    sf_error_is(WT_E_SESSION_WRITE);
    /* In place of a directory, and with a name that leaves no room. */
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert_int_eq(save(0), 0);
    sf_error_is(WT_E_SESSION_WRITE);
    ck_assert_int_eq(rmdir(path), 0);
    (void)snprintf(bad, sizeof(bad), "%s/", dir);
    memset(bad + strlen(bad), 'n', 255 - 10);
    bad[strlen(dir) + 1 + 245] = '\0';
    ck_assert_int_eq(wolfTicket_Store_save(sf_store, bad, NULL, 0), 0);
    sf_error_is(WT_E_SESSION_WRITE);
    ck_assert_int_eq(files(), 0);
}
END_TEST

START_TEST(a_name_without_a_directory_is_one_in_this)
{
    fill();
    ck_assert_int_eq(chdir(dir), 0);
    ck_assert_int_eq(wolfTicket_Store_save(sf_store, "plain", NULL, 0), 1);
    ck_assert_int_eq(wolfTicket_Store_load(sf_store, "plain", NULL, 0), 1);
    ck_assert_int_eq(wolfTicket_Store_load(sf_store, "./plain", NULL, 0), 1);
    ck_assert_int_eq(chdir(".."), 0);
}
END_TEST

/* As when the device is full. */
START_TEST(a_failed_write_leaves_the_old_file)
{
    struct rlimit limit;
    struct rlimit small;

    fill();
    ck_assert_int_eq(save(0), 1);
    ck_assert_int_eq(sf_put_key(3, 1, 31, TH_NOW), 1);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    small = limit;
    small.rlim_cur = 1000;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    ck_assert_int_eq(save(0), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    sf_error_is(WT_E_SESSION_WRITE);
    ck_assert_int_eq(files(), 1);
    sf_new_store(0, 0, 0);
    ck_assert_int_eq(load(0), 1);
    is_filled();
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

/* ---- kills --------------------------------------------------------------- */

/* Saves store 1, of one session, and 2, of two, in turn, for ever. */
static void SaveForEver(wolfTicket_Store* one, wolfTicket_Store* two)
{
    for (;;) {
        if (!wolfTicket_Store_save(two, path, KEY(1)) ||
                !wolfTicket_Store_save(one, path, KEY(1)))
            _exit(1);
    }
}

/* Microseconds that a few saves take here. */
static long SavesTake(void)
{
    struct timespec before;
    struct timespec after;
    int i;

    ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &before), 0);
    for (i = 0; i < 4; i++)
        ck_assert_int_eq(save(1), 1);
    ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &after), 0);
    return (after.tv_sec - before.tv_sec) * 1000000 +
        (after.tv_nsec - before.tv_nsec) / 1000 + 1;
}

/* Sessions in the file that a killed child leaves. */
static int AfterKill(wolfTicket_Store* one, wolfTicket_Store* two, long delay)
{
    int status;
    int ret;
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0)
        SaveForEver(one, two);
    (void)usleep((useconds_t)delay);
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status));
    sf_store = NULL;
    sf_new_store(0, 0, 0);
    ck_assert_int_eq(load(1), 1);
    ret = sf_count(NULL);
    wolfTicket_Store_free(sf_store);
    sf_store = one;
    return ret;
}

/* Kills at random instants, and more of them on a machine that is too busy
 * for either file to be seen. */
START_TEST(a_kill_leaves_the_old_file_or_the_new_one)
{
    int kills = th_many(100);
    wolfTicket_Store* one = sf_store;
    wolfTicket_Store* two;
    int seen[3] = { 0, 0, 0 };
    long most;
    int i, n;

    ck_assert_int_eq(sf_put_key(1, 1, 1, TH_NOW), 1);
    sf_store = NULL;
    sf_new_store(0, 0, 0);
    ck_assert_int_eq(sf_put_key(1, 1, 1, TH_NOW), 1);
    ck_assert_int_eq(sf_put_key(2, 1, 2, TH_NOW), 1);
    two = sf_store;
    sf_store = one;
    most = SavesTake();
    srand(1);
    for (i = 0; i < kills || (i < 10 * kills && (seen[1] == 0 ||
            seen[2] == 0)); i++) {
        n = AfterKill(one, two, rand() % most + i * most / kills / 4);
        ck_assert(n == 1 || n == 2);
        seen[n]++;
    }
    wolfTicket_Store_free(two);
    ck_assert_int_gt(seen[1], 0);
    ck_assert_int_gt(seen[2], 0);
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

    tc = th_case(s, "the file", 1);
    tcase_add_checked_fixture(tc, file_setup, file_teardown);
    tcase_add_loop_test(tc, only_mode_0600_is_believed, 0, MODES);
    tcase_add_test(tc, another_users_file_is_not_believed);
    tcase_add_test(tc, what_is_no_file_is_not_believed);
    tcase_add_test(tc, a_huge_file_is_not_read);
    tcase_add_loop_test(tc, no_umask_changes_the_mode, 0, 3);
    tcase_add_test(tc, a_link_is_replaced_and_not_followed);
    tcase_add_test(tc, a_place_that_cannot_be_written_is_reported);
    tcase_add_test(tc, a_name_without_a_directory_is_one_in_this);
    tcase_add_test(tc, a_failed_write_leaves_the_old_file);
    tcase_add_test(tc, a_kill_leaves_the_old_file_or_the_new_one);

    tc = th_case(s, "failures", 1);
    tcase_add_checked_fixture(tc, counting_setup, file_teardown);
    tcase_add_loop_test(tc, a_save_that_fails_leaves_the_old_file, 0, 2);
    tcase_add_loop_test(tc, a_load_that_fails_changes_nothing, 0, 2);
    tcase_add_loop_test(tc, a_dead_clock_saves_and_loads_nothing, 0, 2);
    return th_run(s);
}
