/* unit_keyfile.c
 *
 * Ticket keys in files: whose they may be, what they may be, and that they
 * are replaced in one step.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyfile_fixture.h"

#include <sys/stat.h>

static int read_keys(const char* name, wolfTicket_KEYFILE format,
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS])
{
    int seals;

    return wolfTicket_KeyFile_read(name, &format, keys, WOLFTICKET_MAX_KEYS,
        &seals);
}

static int write_keys(const char* name, wolfTicket_KEYFILE format, int first,
    int count)
{
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];

    pattern_keys(first, count, secret_size(format), keys);
    return wolfTicket_KeyFile_write(name, format, keys, count);
}

static unsigned int mode_of(const char* name)
{
    struct stat status;

    ck_assert_int_eq(stat(name, &status), 0);
    return (unsigned int)(status.st_mode & 07777);
}

/* ---- round trips -------------------------------------------------------- */

START_TEST(what_is_written_is_read)
{
    wolfTicket_KEYFILE format = (wolfTicket_KEYFILE)_i;
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS], back[WOLFTICKET_MAX_KEYS];
    int count, i, seals;

    for (count = 1; count <= WOLFTICKET_MAX_KEYS; count++) {
        wolfTicket_KEYFILE found = format;

        pattern_keys(count, count, secret_size(format), keys);
        ck_assert_int_eq(wolfTicket_KeyFile_write(path, format, keys, count),
            1);
        ck_assert_int_eq(wolfTicket_KeyFile_read(path, &found, back,
            WOLFTICKET_MAX_KEYS, &seals), count);
        for (i = 0; i < count; i++)
            ck_assert(same(&keys[i], &back[i]));
        ck_assert_int_eq(seals, is_haproxy(format) && count > 1);
        ck_assert_int_eq(names_in_directory(), 1);
    }
}
END_TEST

START_TEST(nobody_else_ever_has_a_right)
{
    static const mode_t masks[] = { 0, 022, 077, 0777 };
    size_t i;

    for (i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
        mode_t was = umask(masks[i]);

        ck_assert_int_eq(unlink(path) == 0, i > 0);
        ck_assert_int_eq(write_keys(path, WOLFTICKET_KEYFILE_NGINX_80, 1, 1),
            1);
        (void)umask(was);
        ck_assert_uint_eq(mode_of(path), 0600);
    }
}
END_TEST

START_TEST(a_file_that_is_replaced_keeps_what_it_may)
{
    static const struct {
        mode_t was, is;
    } modes[] = {
        { 0600, 0600 }, { 0400, 0400 }, { 0644, 0600 }, { 0440, 0400 },
        { 0777, 0600 }, { 0000, 0600 }
    };
    struct stat before, after;
    size_t i;

    for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        ck_assert_int_eq(write_keys(path, WOLFTICKET_KEYFILE_NGINX_80, 1, 1),
            1);
        /* Of the groups that root may give, any other than its own. */
        if (geteuid() == 0)
            ck_assert_int_eq(chown(path, 0, (gid_t)(1000 + i)), 0);
        ck_assert_int_eq(chmod(path, modes[i].was), 0);
        ck_assert_int_eq(stat(path, &before), 0);
        ck_assert_int_eq(write_keys(path, WOLFTICKET_KEYFILE_NGINX_80, 2, 1),
            1);
        ck_assert_int_eq(stat(path, &after), 0);
        ck_assert_uint_eq(mode_of(path), modes[i].is);
        ck_assert_uint_eq(after.st_uid, geteuid());
        ck_assert_uint_eq(after.st_gid, before.st_gid);
        ck_assert_uint_ne(after.st_ino, before.st_ino);
        ck_assert_int_eq(chmod(path, 0600), 0);
    }
}
END_TEST

START_TEST(a_link_goes_on_pointing_to_the_file)
{
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];
    struct stat status;
    char link[160], there[160];

    snprintf(link, sizeof(link), "%s/link", directory);
    snprintf(there, sizeof(there), "%s/there", directory);
    ck_assert_int_eq(mkdir(there, 0700), 0);
    snprintf(there, sizeof(there), "%s/there/keys", directory);
    ck_assert_int_eq(write_keys(there, WOLFTICKET_KEYFILE_NGINX_80, 1, 1), 1);
    ck_assert_int_eq(symlink("there/keys", link), 0);
    ck_assert_int_eq(read_keys(link, WOLFTICKET_KEYFILE_ANY, keys), 1);
    ck_assert_int_eq(write_keys(link, WOLFTICKET_KEYFILE_NGINX_80, 2, 2), 1);
    ck_assert_int_eq(lstat(link, &status), 0);
    ck_assert(S_ISLNK(status.st_mode));
    ck_assert_int_eq(read_keys(there, WOLFTICKET_KEYFILE_ANY, keys), 2);
    ck_assert_int_eq(names_in_directory(), 2);
}
END_TEST

START_TEST(a_relative_name_will_do)
{
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];

    ck_assert_int_eq(chdir(directory), 0);
    ck_assert_int_eq(write_keys("here", WOLFTICKET_KEYFILE_APACHE_48, 1, 1),
        1);
    ck_assert_int_eq(read_keys("here", WOLFTICKET_KEYFILE_APACHE_48, keys),
        1);
    ck_assert_int_eq(write_keys("./here", WOLFTICKET_KEYFILE_APACHE_48, 1, 2),
        1);
    ck_assert_int_eq(read_keys("here", WOLFTICKET_KEYFILE_APACHE_48, keys),
        2);
    ck_assert_int_eq(names_in_directory(), 1);
    ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

/* ---- whose, and what ---------------------------------------------------- */

START_TEST(a_right_of_anybody_else_is_refused)
{
    mode_t mode = (mode_t)_i;
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];
    char text[32];

    put_keys(path, WOLFTICKET_KEYFILE_NGINX_80, 1, 1);
    ck_assert_int_eq(chmod(path, 0600 | mode), 0);
    ck_assert_int_eq(read_keys(path, WOLFTICKET_KEYFILE_ANY, keys), 0);
    snprintf(text, sizeof(text), "it has mode %04o: ",
        (unsigned int)(0600 | mode));
    ck_assert(error_has(path));
    ck_assert(error_has(text));
    ck_assert(error_has("chmod 600"));
    ck_assert_int_eq(chmod(path, 0400), 0);
    ck_assert_int_eq(read_keys(path, WOLFTICKET_KEYFILE_ANY, keys), 1);
}
END_TEST

static const struct {
    mode_t mode;
    uid_t owner, user;
    int allowed;
} owners[] = {
    { S_IFREG | 0600, 0, 0, 1 },       { S_IFREG | 0600, 33, 33, 1 },
    { S_IFREG | 0400, 0, 33, 1 },      { S_IFREG | 0700, 33, 33, 1 },
    { S_IFREG | 0600, 33, 0, 0 },      { S_IFREG | 0600, 33, 34, 0 },
    { S_IFREG | 0640, 33, 33, 0 },     { S_IFREG | 0604, 0, 0, 0 },
    { S_IFREG | 0610, 0, 0, 0 },       { S_IFREG | 0601, 0, 0, 0 },
    { S_IFDIR | 0600, 0, 0, 0 },       { S_IFIFO | 0600, 0, 0, 0 },
    { S_IFCHR | 0600, 0, 0, 0 },       { S_IFBLK | 0600, 0, 0, 0 },
    { S_IFSOCK | 0600, 0, 0, 0 },      { S_IFLNK | 0600, 0, 0, 0 }
};
#define OWNERS (int)(sizeof(owners) / sizeof(owners[0]))

START_TEST(the_owner_is_the_user_or_root)
{
    struct stat status;

    memset(&status, 0, sizeof(status));
    status.st_mode = owners[_i].mode;
    status.st_uid = owners[_i].owner;
    ck_assert_int_eq(wt_keyfile_allowed(&status, owners[_i].user),
        owners[_i].allowed);
}
END_TEST

/* That wolfTicket_KeyFile_read() asks, too: with a file of somebody else's
 * where one can be made, and otherwise with the one that everybody has. */
START_TEST(a_file_of_somebody_else_is_refused)
{
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];

    put_keys(path, WOLFTICKET_KEYFILE_NGINX_80, 1, 1);
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(path, 12345, 0), 0);
        ck_assert_int_eq(read_keys(path, WOLFTICKET_KEYFILE_ANY, keys), 0);
        ck_assert(error_has("it belongs to user 12345"));
    }
    else {
        ck_assert_int_eq(read_keys("/etc/passwd", WOLFTICKET_KEYFILE_ANY,
            keys), 0);
        ck_assert(error_has("it has mode 0644"));
    }
}
END_TEST

START_TEST(what_is_no_file_is_refused_at_once)
{
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];
    char name[160], longName[5000];
    int fd;

    ck_assert_int_eq(read_keys(path, WOLFTICKET_KEYFILE_ANY, keys), 0);
    ck_assert(error_has("there is no such file"));
    ck_assert_int_eq(read_keys("", WOLFTICKET_KEYFILE_ANY, keys), 0);
    ck_assert_int_eq(read_keys(directory, WOLFTICKET_KEYFILE_ANY, keys), 0);
    ck_assert(error_has("it is not a regular file"));
    ck_assert_int_eq(read_keys("/dev/zero", WOLFTICKET_KEYFILE_ANY, keys), 0);
    ck_assert(error_has("it is not a regular file"));
    /* Nobody writes to the pipe. */
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(read_keys(path, WOLFTICKET_KEYFILE_ANY, keys), 0);
    ck_assert(error_has("it is not a regular file"));
    snprintf(name, sizeof(name), "%s/round", directory);
    ck_assert_int_eq(symlink("round", name), 0);
    ck_assert_int_eq(read_keys(name, WOLFTICKET_KEYFILE_ANY, keys), 0);
    ck_assert(error_has("too many symbolic links"));
    snprintf(name, sizeof(name), "%s/keys/more", directory);
    ck_assert_int_eq(read_keys(name, WOLFTICKET_KEYFILE_ANY, keys), 0);
    ck_assert(error_has("is no directory"));
    memset(longName, 'x', sizeof(longName));
    longName[sizeof(longName) - 1] = '\0';
    ck_assert_int_eq(read_keys(longName, WOLFTICKET_KEYFILE_ANY, keys), 0);
    ck_assert(error_has("the name is too long"));

    /* Larger than any key file: it is not even read. */
    snprintf(name, sizeof(name), "%s/large", directory);
    fd = open(name, O_WRONLY | O_CREAT, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ftruncate(fd, (off_t)1 << 40), 0);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(read_keys(name, WOLFTICKET_KEYFILE_ANY, keys), 0);
    ck_assert(error_has("more than 262144 bytes"));
}
END_TEST

START_TEST(what_is_no_file_is_not_replaced)
{
    struct stat status;
    char name[160], longName[5000];

    ck_assert_int_eq(write_keys(directory, WOLFTICKET_KEYFILE_NGINX_80, 1, 1),
        0);
    ck_assert(error_has("not a regular file"));
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(write_keys(path, WOLFTICKET_KEYFILE_NGINX_80, 1, 1), 0);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert(S_ISFIFO(status.st_mode));
    snprintf(name, sizeof(name), "%s/no/keys", directory);
    ck_assert_int_eq(write_keys(name, WOLFTICKET_KEYFILE_NGINX_80, 1, 1), 0);
    ck_assert(error_has("there is no such file or directory"));
    snprintf(name, sizeof(name), "%s/dangling", directory);
    ck_assert_int_eq(symlink("nothing", name), 0);
    ck_assert_int_eq(write_keys(name, WOLFTICKET_KEYFILE_NGINX_80, 1, 1), 0);
    ck_assert(error_has("link to nothing"));
    memset(longName, 'x', sizeof(longName));
    longName[sizeof(longName) - 1] = '\0';
    ck_assert_int_eq(write_keys(longName, WOLFTICKET_KEYFILE_NGINX_80, 1, 1),
        0);
    ck_assert(error_has("the name is too long"));
    ck_assert_int_eq(names_in_directory(), 2);
}
END_TEST

START_TEST(the_text_names_the_file_and_the_keys_are_wiped)
{
    static const char* const cuts[] = { "line 3 has", "line 3 is", "" };
    static const wolfTicket_Key none[WOLFTICKET_MAX_KEYS];
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];
    byte mem[BYTES_MAX];
    word32 sz;
    int i;

    pattern_keys(0, 3, 32, keys);
    sz = bytes_of(WOLFTICKET_KEYFILE_HAPROXY_80, keys, 3, mem);
    for (i = 0; i < 2; i++) {
        if (i == 1)
            mem[sz - 5] = '*';
        put_file(path, mem, (i == 0) ? sz - 7 : sz);
        memset(keys, 0x5A, sizeof(keys));
        ck_assert_int_eq(read_keys(path, WOLFTICKET_KEYFILE_HAPROXY_80, keys),
            0);
        ck_assert(error_has(path));
        ck_assert(error_has(cuts[i]));
        ck_assert_mem_eq(keys, none, sizeof(keys));
    }
}
END_TEST

START_TEST(bad_calls_fail)
{
    wolfTicket_KEYFILE format = WOLFTICKET_KEYFILE_NGINX_80;
    wolfTicket_KEYFILE none = WOLFTICKET_KEYFILE_COUNT;
    wolfTicket_Key key;
    int seals;

    put_keys(path, format, 1, 1);
    pattern_key(1, 32, &key);
    ck_assert_int_eq(wolfTicket_KeyFile_read(NULL, &format, &key, 1, &seals),
        0);
    ck_assert_int_eq(wolfTicket_KeyFile_read(path, NULL, &key, 1, &seals), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_read(path, &format, NULL, 1, &seals),
        0);
    ck_assert_int_eq(wolfTicket_KeyFile_read(path, &format, &key, 1, NULL),
        0);
    ck_assert_int_eq(wolfTicket_KeyFile_read(path, &format, &key, 0, &seals),
        0);
    ck_assert_int_eq(wolfTicket_KeyFile_read(path, &none, &key, 1, &seals),
        0);
    ck_assert_int_eq(wolfTicket_KeyFile_read(path, &format, &key, 1, &seals),
        1);
    ck_assert_int_eq(wolfTicket_KeyFile_write(NULL, format, &key, 1), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_write(path, format, NULL, 1), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_write(path, none, &key, 1), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_write(path, WOLFTICKET_KEYFILE_ANY,
        &key, 1), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_write(path, format, &key, 0), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_write(path, format, &key, 9), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_write(path,
        WOLFTICKET_KEYFILE_NGINX_48, &key, 1), 0);
    ck_assert_int_eq(names_in_directory(), 1);
}
END_TEST

static Suite* keyfile_suite(void)
{
    Suite* suite = suite_create("keyfile");
    TCase* tc = th_case(suite, "files", 1);

    tcase_add_checked_fixture(tc, files_setup, files_teardown);
    tcase_add_loop_test(tc, what_is_written_is_read, FORMAT_NEW, FORMATS);
    tcase_add_test(tc, nobody_else_ever_has_a_right);
    tcase_add_test(tc, a_file_that_is_replaced_keeps_what_it_may);
    tcase_add_test(tc, a_link_goes_on_pointing_to_the_file);
    tcase_add_test(tc, a_relative_name_will_do);
    tcase_add_loop_test(tc, a_right_of_anybody_else_is_refused, 1, 0100);
    tcase_add_loop_test(tc, the_owner_is_the_user_or_root, 0, OWNERS);
    tcase_add_test(tc, a_file_of_somebody_else_is_refused);
    tcase_add_test(tc, what_is_no_file_is_refused_at_once);
    tcase_add_test(tc, what_is_no_file_is_not_replaced);
    tcase_add_test(tc, the_text_names_the_file_and_the_keys_are_wiped);
    tcase_add_test(tc, bad_calls_fail);
    return suite;
}

int main(void)
{
    return th_run(keyfile_suite());
}
