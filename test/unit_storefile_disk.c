/* unit_storefile_disk.c
 *
 * A store's file as the file system sees it: modes, owners, links, kills.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "storefile_fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

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

    /* In this order: an assertion is a message to Check, and whoever is
     * killed while he sends one spoils all that follow. */
    if (pid == 0)
        SaveForEver(one, two);
    ck_assert_int_gt(pid, 0);
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
    Suite* s = suite_create("storefile_disk");
    TCase* tc;

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
    return th_run(s);
}
