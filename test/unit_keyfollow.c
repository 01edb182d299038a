/* unit_keyfollow.c
 *
 * A ring that follows a file: what is taken in, when, and what is not.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyfollow_fixture.h"

#include <sys/stat.h>
#include <sys/wait.h>

#define N80 WOLFTICKET_KEYFILE_NGINX_80
#define H80 WOLFTICKET_KEYFILE_HAPROXY_80

static wolfTicket_KeyRing* ring;
static wolfTicket_KeyFile* file;

/* Keys 1 and 2 in a file that is followed and at rest. */
static void begin(void)
{
    files_setup();
    ring = manual_ring();
    put_keys(path, N80, 1, 2);
    file = follow(ring, N80);
    ck_assert(ring_has(ring, 1, 2, 0));
}

static void end(void)
{
    wolfTicket_KeyFile_free(file);
    wolfTicket_KeyRing_free(ring);
    files_teardown();
}

static int refresh(void)
{
    return wolfTicket_KeyFile_refresh(file);
}

/* ---- what is taken in --------------------------------------------------- */

START_TEST(a_ring_gets_the_keys_of_every_format)
{
    wolfTicket_KEYFILE format = (wolfTicket_KEYFILE)_i;
    wolfTicket_KeyRing* own = manual_ring();
    wolfTicket_KeyFile* followed;
    int any;

    for (any = 0; any < 2; any++) {
        put_keys(path, format, 3, 2);
        followed = follow(own, any ? WOLFTICKET_KEYFILE_ANY : format);
        ck_assert(ring_has(own, 3, 2, is_haproxy(format)));
        put_keys(path, format, 2, 4);
        file_age(REST);
        ck_assert_int_eq(wolfTicket_KeyFile_refresh(followed), 1);
        ck_assert(ring_has(own, 2, 4, is_haproxy(format)));
        wolfTicket_KeyFile_free(followed);
        ck_assert(ring_has(own, 2, 4, is_haproxy(format)));
    }
    wolfTicket_KeyRing_free(own);
}
END_TEST

START_TEST(of_many_keys_a_ring_gets_the_newest)
{
    char other[160];
    byte mem[BYTES_MAX];
    wolfTicket_Key keys[4];
    word32 sz = 0;
    int i;

    /* Twelve lines, 12 to 1. */
    snprintf(other, sizeof(other), "%s/many", directory);
    for (i = 8; i >= 0; i -= 4) {
        pattern_keys(1 + i, 4, 32, keys);
        sz += bytes_of(H80, keys, 4, mem + sz);
    }
    put_file(other, mem, sz);
    wolfTicket_KeyFile_free(file);
    file = wolfTicket_KeyFile_follow(ring, other, H80);
    ck_assert_ptr_nonnull(file);
    ck_assert(ring_has(ring, 1, WOLFTICKET_MAX_KEYS, 1));
}
END_TEST

START_TEST(a_file_that_is_replaced_is_followed)
{
    char other[160];

    snprintf(other, sizeof(other), "%s/new", directory);
    put_keys(other, N80, 4, 3);
    ck_assert_int_eq(rename(other, path), 0);
    file_age(REST - 1);
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 1, 2, 0));
    file_age(REST);
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 4, 3, 0));
}
END_TEST

START_TEST(a_link_that_is_turned_is_followed)
{
    char one[160], two[160], turned[160];

    snprintf(one, sizeof(one), "%s/one", directory);
    snprintf(two, sizeof(two), "%s/two", directory);
    snprintf(turned, sizeof(turned), "%s/turned", directory);
    ck_assert_int_eq(rename(path, one), 0);
    ck_assert_int_eq(symlink("one", path), 0);
    put_keys(two, N80, 5, 1);
    file_age(REST);
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 1, 2, 0));
    ck_assert_int_eq(symlink("two", turned), 0);
    ck_assert_int_eq(rename(turned, path), 0);
    file_age(REST);
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 5, 1, 0));
}
END_TEST

/* Shown by taking a key out of the ring, which reading would bring back. */
START_TEST(a_file_that_has_not_changed_is_not_read)
{
    wolfTicket_Key key;
    int i;

    pattern_key(2, 32, &key);
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, key.name), 1);
    for (i = 0; i < 10; i++) {
        wallNow += 10000;
        steadyNow += 10000;
        ck_assert_int_eq(refresh(), 1);
        ck_assert(ring_has(ring, 1, 1, 0));
    }
    ck_assert_int_eq(wolfTicket_KeyFile_reload(file), 1);
    ck_assert(ring_has(ring, 1, 2, 0));
}
END_TEST

/* ---- when --------------------------------------------------------------- */

START_TEST(a_change_is_taken_in_when_it_is_two_seconds_old)
{
    put_keys(path, N80, 3, 2);
    file_age(0);
    ck_assert_int_eq(refresh(), 1);
    file_age(REST - 1);
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 1, 2, 0));
    file_age(REST);
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 3, 2, 0));
}
END_TEST

/* The file's time is another machine's, which is ahead. */
START_TEST(or_when_it_was_seen_the_same_for_two_seconds)
{
    put_keys(path, N80, 3, 2);
    file_age(-10000);
    ck_assert_int_eq(refresh(), 1);
    steadyNow += REST - 1;
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 1, 2, 0));
    /* It begins anew with each change. */
    put_keys(path, N80, 4, 3);
    steadyNow += REST;
    ck_assert_int_eq(refresh(), 1);
    steadyNow += REST - 1;
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 1, 2, 0));
    steadyNow += 1;
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 4, 3, 0));
}
END_TEST

START_TEST(a_time_that_a_program_has_set_does_not_count)
{
    const struct timespec old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };

    put_keys(path, N80, 3, 2);
    ck_assert_int_eq(utimensat(AT_FDCWD, path, old, 0), 0);
    file_age(REST - 1);
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 1, 2, 0));
}
END_TEST

START_TEST(a_signal_need_not_wait)
{
    put_keys(path, N80, 3, 2);
    file_age(0);
    ck_assert_int_eq(wolfTicket_KeyFile_reload(file), 1);
    ck_assert(ring_has(ring, 3, 2, 0));
}
END_TEST

/* Within one tick of a file system's clock a second change shows nowhere. */
START_TEST(what_was_taken_in_young_is_read_again_when_it_is_old)
{
    wolfTicket_Key key;

    pattern_key(4, 32, &key);
    put_keys(path, N80, 3, 2);
    file_age(0);
    ck_assert_int_eq(wolfTicket_KeyFile_reload(file), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, key.name), 1);
    file_age(REST - 1);
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 3, 1, 0));
    file_age(REST);
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 3, 2, 0));
}
END_TEST

/* ---- what is not -------------------------------------------------------- */

START_TEST(a_file_half_written_leaves_the_running_keys_alone)
{
    wolfTicket_KEYFILE format = _i ? H80 : N80;
    wolfTicket_Key keys[3];
    byte mem[BYTES_MAX];
    word32 sz, cut, keySz;

    pattern_keys(5, 3, 32, keys);
    sz = bytes_of(format, keys, 3, mem);
    keySz = sz / 3;
    wolfTicket_KeyFile_free(file);
    for (cut = 0; cut < sz; cut += (word32)th_step()) {
        int whole = cut > 0 && (cut % keySz == 0 ||
            (format == H80 && cut % keySz == keySz - 1));

        put_keys(path, format, 1, 2);
        file = follow(ring, format);
        put_file(path, mem, cut);
        /* While it may be written, whatever it has ... */
        file_age(REST - 1);
        ck_assert_int_eq(refresh(), 1);
        steadyNow += REST - 1;
        ck_assert_int_eq(refresh(), 1);
        ck_assert(ring_has(ring, 1, 2, format == H80));
        /* ... and when it is left like that. */
        file_age(REST);
        ck_assert_int_eq(refresh(), whole);
        ck_assert(whole || ring_has(ring, 1, 2, format == H80));
        ck_assert(whole || error_has(path));
        put_file(path, mem, sz);
        file_age(REST);
        ck_assert_int_eq(refresh(), 1);
        ck_assert(ring_has(ring, 5, 3, format == H80));
        wolfTicket_KeyFile_free(file);
    }
    file = NULL;
}
END_TEST

START_TEST(a_bad_file_is_reported_until_it_is_good)
{
    int i;

    put_file(path, (const byte*)"nonsense", 8);
    file_age(REST);
    for (i = 0; i < 3; i++) {
        ck_assert_int_eq(refresh(), 0);
        ck_assert(error_has(path));
        ck_assert(error_has("8 bytes"));
        ck_assert_int_eq(wolfTicket_KeyFile_reload(file), 0);
        ck_assert(ring_has(ring, 1, 2, 0));
    }
    put_keys(path, N80, 3, 2);
    file_age(REST);
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 3, 2, 0));
}
END_TEST

START_TEST(rights_owner_and_kind_are_looked_at_each_time)
{
    ck_assert_int_eq(chmod(path, 0640), 0);
    file_age(REST);
    ck_assert_int_eq(refresh(), 0);
    ck_assert(error_has("mode 0640"));
    ck_assert_int_eq(chmod(path, 0600), 0);
    file_age(REST);
    ck_assert_int_eq(refresh(), 1);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(refresh(), 0);
    ck_assert(error_has("there is no such file"));
    ck_assert_int_eq(mkdir(path, 0700), 0);
    file_age(REST);
    ck_assert_int_eq(refresh(), 0);
    ck_assert(error_has("not a regular file"));
    ck_assert(ring_has(ring, 1, 2, 0));
    ck_assert_int_eq(rmdir(path), 0);
    put_keys(path, N80, 3, 2);
    file_age(REST);
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 3, 2, 0));
}
END_TEST

START_TEST(a_file_that_cannot_be_used_is_not_followed)
{
    byte secret[32];
    wolfTicket_KeyRing* derived;
    int i;

    for (i = 0; i < 32; i++)
        secret[i] = (byte)(i * 5);
    derived = wolfTicket_KeyRing_new_derived(secret, 32, 3600, NULL, NULL);
    ck_assert_ptr_nonnull(derived);
    ck_assert_ptr_null(wolfTicket_KeyFile_follow(derived, path, N80));
    ck_assert(error_has(path));
    ck_assert(error_has("this ring gets its keys another way"));
    wolfTicket_KeyRing_free(derived);

    ck_assert_ptr_null(wolfTicket_KeyFile_follow(ring, path,
        WOLFTICKET_KEYFILE_NGINX_48));
    ck_assert(error_has("160 bytes"));
    ck_assert_ptr_null(wolfTicket_KeyFile_follow(ring, path,
        WOLFTICKET_KEYFILE_COUNT));
    ck_assert_ptr_null(wolfTicket_KeyFile_follow(ring, "/nowhere/at/all",
        N80));
    ck_assert_ptr_null(wolfTicket_KeyFile_follow(NULL, path, N80));
    ck_assert_ptr_null(wolfTicket_KeyFile_follow(ring, NULL, N80));
    ck_assert_int_eq(wolfTicket_KeyFile_refresh(NULL), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_reload(NULL), 0);
    wolfTicket_KeyFile_free(NULL);
    ck_assert(ring_has(ring, 1, 2, 0));
}
END_TEST

START_TEST(the_ring_is_held)
{
    wolfTicket_KeyRing* own = manual_ring();
    wolfTicket_KeyFile* followed = wolfTicket_KeyFile_follow(own, path, N80);

    ck_assert_ptr_nonnull(followed);
    wolfTicket_KeyRing_free(own);
    ck_assert_int_eq(wolfTicket_KeyFile_reload(followed), 1);
    ck_assert(ring_has(own, 1, 2, 0));
    wolfTicket_KeyFile_free(followed);
}
END_TEST

/* ---- a child ------------------------------------------------------------ */

START_TEST(a_child_follows_by_itself)
{
    int status;
    pid_t child;

    put_keys(path, N80, 3, 2);
    file_age(REST);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        int good = refresh() && ring_has(ring, 3, 2, 0);

        wolfTicket_KeyFile_free(file);
        _exit(good ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert(ring_has(ring, 1, 2, 0));
    ck_assert_int_eq(refresh(), 1);
    ck_assert(ring_has(ring, 3, 2, 0));
}
END_TEST

/* ---- handshakes --------------------------------------------------------- */

START_TEST(no_ticket_is_lost_to_a_new_key_and_no_handshake_to_a_lost_one)
{
    WOLFSSL_CTX* server = th_server_ctx(_i);
    WOLFSSL_CTX* client = th_client_ctx(_i);
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;

    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(server, ring), 1);
    session = th_get_session(server, client);
    ck_assert_int_eq(th_try(server, client, session, &info), 1);

    /* Key 0 is new, keys 1 and 2 stay. */
    put_keys(path, N80, 0, 3);
    file_age(REST);
    ck_assert_int_eq(refresh(), 1);
    ck_assert_int_eq(th_try(server, client, session, &info), 1);

    put_keys(path, N80, 6, 1);
    file_age(REST);
    ck_assert_int_eq(refresh(), 1);
    ck_assert_int_eq(th_try(server, client, session, &info), 0);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(server);
    wolfSSL_CTX_free(client);
}
END_TEST

/* ---- memory ------------------------------------------------------------- */

START_TEST(without_memory_nothing_is_followed_and_nothing_lost)
{
    wolfTicket_KeyRing* own;
    wolfTicket_KeyFile* followed = NULL;
    long live;
    int n;

    th_mem_use(TH_MEM_COUNT);
    own = manual_ring();
    put_keys(path, N80, 1, 2);
    live = th_mem_live();
    th_mem_arm(1);
    for (n = 1; followed == NULL; n++) {
        ck_assert_int_lt(n, 20);
        th_mem_fail_at(n);
        followed = wolfTicket_KeyFile_follow(own, path, N80);
        ck_assert(followed != NULL || error_has("out of memory"));
        ck_assert(followed != NULL || th_mem_live() == live);
    }
    ck_assert_int_gt(n, 2);
    put_keys(path, N80, 3, 2);
    th_mem_fail_at(1);
    ck_assert_int_eq(wolfTicket_KeyFile_reload(followed), 0);
    ck_assert(ring_has(own, 1, 2, 0));
    th_mem_fail_at(0);
    ck_assert_int_eq(wolfTicket_KeyFile_reload(followed), 1);
    ck_assert(ring_has(own, 3, 2, 0));
    wolfTicket_KeyFile_free(followed);
    ck_assert_int_eq(th_mem_live(), live);
    wolfTicket_KeyRing_free(own);
}
END_TEST

static Suite* keyfollow_suite(void)
{
    Suite* suite = suite_create("keyfollow");
    TCase* tc = th_case(suite, "taken in", 1);

    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_loop_test(tc, a_ring_gets_the_keys_of_every_format, FORMAT_NEW,
        FORMATS);
    tcase_add_test(tc, of_many_keys_a_ring_gets_the_newest);
    tcase_add_test(tc, a_file_that_is_replaced_is_followed);
    tcase_add_test(tc, a_link_that_is_turned_is_followed);
    tcase_add_test(tc, a_file_that_has_not_changed_is_not_read);
    tcase_add_test(tc, a_change_is_taken_in_when_it_is_two_seconds_old);
    tcase_add_test(tc, or_when_it_was_seen_the_same_for_two_seconds);
    tcase_add_test(tc, a_time_that_a_program_has_set_does_not_count);
    tcase_add_test(tc, a_signal_need_not_wait);
    tcase_add_test(tc, what_was_taken_in_young_is_read_again_when_it_is_old);
    tcase_add_loop_test(tc, a_file_half_written_leaves_the_running_keys_alone,
        0, 2);
    tcase_add_test(tc, a_bad_file_is_reported_until_it_is_good);
    tcase_add_test(tc, rights_owner_and_kind_are_looked_at_each_time);
    tcase_add_test(tc, a_file_that_cannot_be_used_is_not_followed);
    tcase_add_test(tc, the_ring_is_held);
    tcase_add_test(tc, a_child_follows_by_itself);
    tcase_add_loop_test(tc,
        no_ticket_is_lost_to_a_new_key_and_no_handshake_to_a_lost_one, 0,
        TH_MODES);

    tc = th_case(suite, "memory", 1);
    tcase_add_checked_fixture(tc, directory_setup, directory_teardown);
    tcase_add_test(tc, without_memory_nothing_is_followed_and_nothing_lost);
    return suite;
}

int main(void)
{
    return th_run(keyfollow_suite());
}
