/* unit_config.c
 *
 * Settings that contexts share: every answer and every text of libtls.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "config_fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* ---- keys ---------------------------------------------------------------- */

static const struct {
    size_t len;
    const char* text;
} lengths[] = {
    { 0, "wrong amount of ticket key data" },
    { 16, "wrong amount of ticket key data" },
    { 32, "wrong amount of ticket key data" },
    { 47, "wrong amount of ticket key data" },
    { 48, NULL },
    { 49, "wrong amount of ticket key data" },
    { 80, "wrong amount of ticket key data" },
    { (size_t)-1, "wrong amount of ticket key data" }
};

START_TEST(a_key_has_48_bytes)
{
    unsigned char key[80];

    memcpy(key, key48(1), 48);
    memcpy(key + 48, key48(2), 32);
    ck_assert_int_eq(wolfTicket_config_add_ticket_key(config, 1, key,
        lengths[_i].len), (lengths[_i].text == NULL) ? 0 : -1);
    says(config, lengths[_i].text);
}
END_TEST

/* Each column is a call: rev and key, 0 for no call. */
typedef struct {
    uint32_t rev;
    unsigned char key;
} call;

static const struct {
    call calls[7];
    const char* text;   /* of the last one */
} orders[] = {
    { { { 1, 1 } }, NULL },
    { { { 0, 1 } }, NULL },
    { { { 0xFFFFFFFF, 1 } }, NULL },
    { { { 0xFFFFFFFF, 1 }, { 0, 2 } }, NULL },
    { { { 2, 2 }, { 1, 1 } }, NULL },
    { { { 1, 1 }, { 1, 1 } }, NULL },
    { { { 0, 1 }, { 0, 1 } }, NULL },
    { { { 1, 1 }, { 2, 2 }, { 2, 2 } }, NULL },
    { { { 1, 1 }, { 1, 2 } }, "ticket key already present" },
    { { { 0, 1 }, { 0, 2 } }, "ticket key already present" },
    { { { 1, 1 }, { 2, 2 }, { 1, 1 } }, "ticket key already present" },
    { { { 1, 1 }, { 2, 2 }, { 1, 3 } }, "ticket key already present" },
    { { { 1, 1 }, { 2, 2 }, { 3, 3 }, { 4, 4 }, { 1, 1 } },
      "ticket key already present" },
    { { { 1, 1 }, { 2, 2 }, { 3, 3 }, { 4, 4 }, { 5, 5 }, { 1, 1 } }, NULL },
    { { { 1, 1 }, { 2, 2 }, { 3, 3 }, { 4, 4 }, { 5, 5 }, { 1, 6 } }, NULL },
    { { { 1, 1 }, { 2, 2 }, { 3, 3 }, { 4, 4 }, { 5, 5 }, { 2, 2 } },
      "ticket key already present" },
    { { { 0, 1 }, { 2, 2 }, { 3, 3 }, { 4, 4 }, { 5, 5 }, { 0, 1 } }, NULL },
    { { { 1, 1 }, { 2, 1 } }, "ticket key already present" },
    { { { 1, 1 }, { 2, 2 }, { 2, 1 } }, "ticket key already present" }
};

static void try_order(int i)
{
    const call* calls = orders[i].calls;

    while (calls[1].key != 0) {
        ck_assert_int_eq(add(calls->rev, calls->key), 0);
        calls++;
    }
    ck_assert_int_eq(add(calls->rev, calls->key),
        (orders[i].text == NULL) ? 0 : -1);
    says(config, orders[i].text);
}

START_TEST(a_rev_is_taken_once_while_it_is_kept)
{
    try_order(_i);
}
END_TEST

START_TEST(a_rev_is_taken_once_while_it_is_kept_by_servers_too)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);

    ck_assert_int_eq(wolfTicket_config_set_session_lifetime(config, 100), 0);
    ck_assert_int_eq(wolfTicket_CTX_configure(sc, config), 0);
    try_order(_i);
    wolfTicket_CTX_free(sc);
}
END_TEST

/* Sameness of each half: 32 bytes of cipher, 16 of HMAC. */
static const struct {
    size_t from;
    size_t to;
    unsigned char byte;
} weak[] = {
    { 0, 48, 0 }, { 0, 48, 0xFF }, { 0, 48, 'x' },
    { 0, 32, 0 }, { 32, 48, 0 }, { 0, 32, 7 }, { 32, 48, 7 }
};

START_TEST(a_key_of_one_byte_is_refused)
{
    unsigned char key[WOLFTICKET_CONFIG_KEY_SZ];

    memcpy(key, key48(1), sizeof(key));
    memset(key + weak[_i].from, weak[_i].byte, weak[_i].to - weak[_i].from);
    ck_assert_int_eq(wolfTicket_config_add_ticket_key(config, 1, key,
        sizeof(key)), -1);
    says(config, "a key whose secrets are all zero, or all one byte, is no "
        "key");
    /* Its rev is free. */
    ck_assert_int_eq(add(1, 1), 0);
}
END_TEST

/* ---- lifetime and id ----------------------------------------------------- */

static const struct {
    int lifetime;
    const char* text;
} lifetimes[] = {
    { 0, NULL }, { 4, NULL }, { 5, NULL }, { 86399, NULL }, { 86400, NULL },
    { 1, "session lifetime too small" },
    { 2, "session lifetime too small" },
    { 3, "session lifetime too small" },
    { -1, "session lifetime too small" },
    { -2147483647 - 1, "session lifetime too small" },
    { 86401, "session lifetime too large" },
    { 604800, "session lifetime too large" },
    { 2147483647, "session lifetime too large" }
};

START_TEST(a_lifetime_is_0_or_4_to_86400)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    int good = lifetimes[_i].text == NULL;
    unsigned int want = (good && lifetimes[_i].lifetime != 0)
        ? (unsigned int)lifetimes[_i].lifetime : 300;

    ck_assert_int_eq(wolfTicket_config_set_session_lifetime(config, 300), 0);
    ck_assert_int_eq(wolfTicket_CTX_configure(sc, config), 0);
    ck_assert_int_eq(wolfTicket_config_set_session_lifetime(config,
        lifetimes[_i].lifetime), good ? 0 : -1);
    says(config, lifetimes[_i].text);
    ck_assert_int_eq(wolfTicket_CTX_configure(sc, config), 0);
    ck_assert_uint_eq(wolfTicket_CTX_get_lifetime(sc), want);
    ck_assert_uint_eq(wolfTicket_CTX_get_renewal_limit(sc), want);
#ifdef OPENSSL_EXTRA
    ck_assert_int_eq(wolfSSL_SSL_CTX_get_timeout(sc), (long)want);
#endif
    wolfTicket_CTX_free(sc);
}
END_TEST

static const struct {
    size_t len;
    const char* text;
} ids[] = {
    { 0, NULL }, { 1, NULL }, { 31, NULL }, { 32, NULL },
    { 33, "session ID too large" },
    { 64, "session ID too large" },
    { (size_t)-1, "session ID too large" }
};

START_TEST(a_session_id_has_up_to_32_bytes)
{
    unsigned char id[64];

    memset(id, 'i', sizeof(id));
    ck_assert_int_eq(wolfTicket_config_set_session_id(config, id,
        ids[_i].len), (ids[_i].text == NULL) ? 0 : -1);
    says(config, ids[_i].text);
}
END_TEST

/* ---- the session file ---------------------------------------------------- */

static void set_fd(int fd, const char* text)
{
    ck_assert_int_eq(wolfTicket_config_set_session_fd(config, fd),
        (text == NULL) ? 0 : -1);
    says(config, text);
}

START_TEST(a_session_file_is_taken_and_switched_off)
{
    int fd = temp_file(0600);

    set_fd(fd, NULL);
    set_fd(-1, NULL);
    set_fd(-1, NULL);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

static const int badFds[] = { -2, 1000, 2147483647, -2147483647 - 1 };

START_TEST(a_bad_descriptor_is_no_session_file)
{
    set_fd(badFds[_i],
        "failed to stat session file: Bad file descriptor");
}
END_TEST

START_TEST(a_closed_descriptor_is_no_session_file)
{
    int fd = temp_file(0600);

    ck_assert_int_eq(close(fd), 0);
    set_fd(fd, "failed to stat session file: Bad file descriptor");
}
END_TEST

START_TEST(what_is_no_regular_file_is_no_session_file)
{
    int fds[2];
    int other;

    ck_assert_int_eq(pipe(fds), 0);
    set_fd(fds[0], "session file is not a regular file");
    set_fd(fds[1], "session file is not a regular file");
    ck_assert_int_eq(close(fds[0]), 0);
    ck_assert_int_eq(close(fds[1]), 0);
    other = open(".", O_RDONLY);
    ck_assert_int_ge(other, 0);
    set_fd(other, "session file is not a regular file");
    ck_assert_int_eq(close(other), 0);
    other = open("/dev/null", O_RDWR);
    ck_assert_int_ge(other, 0);
    set_fd(other, "session file is not a regular file");
    ck_assert_int_eq(close(other), 0);
}
END_TEST

static const struct {
    mode_t mode;
    const char* text;
} modes[] = {
    { 0600, NULL },
    { 0644, "session file has incorrect permissions (644 != 600)" },
    { 0640, "session file has incorrect permissions (640 != 600)" },
    { 0604, "session file has incorrect permissions (604 != 600)" },
    { 0700, "session file has incorrect permissions (700 != 600)" },
    { 0400, "session file has incorrect permissions (400 != 600)" },
    { 0200, "session file has incorrect permissions (200 != 600)" },
    { 0777, "session file has incorrect permissions (777 != 600)" },
    { 04600, "session file has incorrect permissions (4600 != 600)" },
    { 0, "session file has incorrect permissions (0 != 600)" }
};

START_TEST(a_session_file_has_mode_0600)
{
    int fd = temp_file(modes[_i].mode);

    set_fd(fd, modes[_i].text);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* A file that is not ours: only root can give one away, and only root may
 * have none that another user owns. */
static int foreign_file(char text[96])
{
    int fd;

    if (geteuid() == 0) {
        fd = temp_file(0644);
        ck_assert_int_eq(fchown(fd, 1234, (gid_t)-1), 0);
        (void)snprintf(text, 96,
            "session file has incorrect owner (uid 1234 != 0)");
    }
    else {
        fprintf(stderr, "unit_config: not root, so /etc/passwd stands for a "
            "file of another owner\n");
        fd = open("/etc/passwd", O_RDONLY);
        (void)snprintf(text, 96,
            "session file has incorrect owner (uid 0 != %lu)",
            (unsigned long)geteuid());
    }
    ck_assert_int_ge(fd, 0);
    return fd;
}

/* Its mode is wrong as well: the owner comes first. */
START_TEST(a_session_file_belongs_to_the_effective_user)
{
    char text[96];
    int fd = foreign_file(text);

    set_fd(fd, text);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* What is for servers does nothing to it. */
START_TEST(a_client_takes_the_file_alone)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    wolfTicket_config* other = wolfTicket_config_new();
    int fd = temp_file(0600);

    ck_assert_int_eq(wolfTicket_CTX_configure(cc, other), 0);
    set_fd(fd, NULL);
    ck_assert_int_eq(wolfTicket_config_set_session_lifetime(config, 100), 0);
    ck_assert_int_eq(add(1, 1), 0);
#if defined(OPENSSL_EXTRA) && defined(HAVE_EXT_CACHE)
    ck_assert_int_eq(wolfTicket_CTX_configure(cc, config), 0);
#else
    ck_assert_int_eq(wolfTicket_CTX_configure(cc, config), -1);
    ck_assert_str_eq(wolfTicket_config_error(config), "this wolfSSL cannot "
        "serialise sessions: build it with --enable-opensslextra and "
        "-DHAVE_EXT_CACHE");
#endif
    ck_assert_ptr_null(wolfTicket_CTX_get_key_ring(cc));
    ck_assert_int_eq(wolfTicket_CTX_configure(cc, other), 0);
    wolfTicket_config_free(other);
    wolfTicket_CTX_free(cc);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("config");
    TCase* tc = th_case(suite, "the table of libtls", 1);

    tcase_add_checked_fixture(tc, begin, end);
    ROWS(tc, a_key_has_48_bytes, lengths);
    ROWS(tc, a_rev_is_taken_once_while_it_is_kept, orders);
    ROWS(tc, a_rev_is_taken_once_while_it_is_kept_by_servers_too, orders);
    ROWS(tc, a_key_of_one_byte_is_refused, weak);
    ROWS(tc, a_lifetime_is_0_or_4_to_86400, lifetimes);
    ROWS(tc, a_session_id_has_up_to_32_bytes, ids);
    tcase_add_test(tc, a_session_file_is_taken_and_switched_off);
    ROWS(tc, a_bad_descriptor_is_no_session_file, badFds);
    tcase_add_test(tc, a_closed_descriptor_is_no_session_file);
    tcase_add_test(tc, what_is_no_regular_file_is_no_session_file);
    ROWS(tc, a_session_file_has_mode_0600, modes);
    tcase_add_test(tc, a_session_file_belongs_to_the_effective_user);
    tcase_add_test(tc, a_client_takes_the_file_alone);
    return th_run(suite);
}
