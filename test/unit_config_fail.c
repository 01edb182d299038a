/* unit_config_fail.c
 *
 * Configs: errors, whose they are, and what they leave.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "settings.h"
#include "config_fixture.h"

#include <wolfssl/wolfcrypt/random.h>

#include <pthread.h>

#define IS_NULL "an argument is NULL that must not be"

/* ---- errors -------------------------------------------------------------- */

START_TEST(an_error_leaves_what_was_set)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* other = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    wolfTicket_config* same = wolfTicket_config_new();
    unsigned char id[33] = "the id of the two";
    WOLFSSL_SESSION* session;

    ck_assert_int_eq(wolfTicket_config_set_session_id(same, id, 32), 0);
    ck_assert_int_eq(wolfTicket_config_set_session_lifetime(same, 100), 0);
    ck_assert_int_eq(wolfTicket_config_add_ticket_key(same, 7, key48(7), 48),
        0);
    ck_assert_int_eq(wolfTicket_config_set_session_id(config, id, 32), 0);
    ck_assert_int_eq(wolfTicket_config_set_session_lifetime(config, 100), 0);
    ck_assert_int_eq(add(7, 7), 0);

    ck_assert_int_eq(wolfTicket_config_set_session_id(config,
        (const unsigned char*)"another that is too long, by one byte", 33),
        -1);
    ck_assert_int_eq(wolfTicket_config_set_session_id(config, NULL, 1), -1);
    ck_assert_int_eq(wolfTicket_config_set_session_lifetime(config, 3), -1);
    ck_assert_int_eq(add(7, 8), -1);
    ck_assert_int_eq(wolfTicket_config_add_ticket_key(config, 8, key48(8), 47),
        -1);
    ck_assert_int_eq(wolfTicket_CTX_configure(sc, same), 0);
    ck_assert_int_eq(wolfTicket_CTX_configure(other, config), 0);
    ck_assert_int_eq(wolfTicket_CTX_configure(NULL, config), -1);
    session = th_get_session(sc, cc);
    ck_assert_int_eq(th_try(other, cc, session, NULL), 1);

    wolfSSL_SESSION_free(session);
    wolfTicket_config_free(same);
    wolfTicket_CTX_free(sc);
    wolfTicket_CTX_free(other);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(null_is_refused_with_a_text)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new();

    says(NULL, NULL);
    ck_assert_int_eq(wolfTicket_config_set_session_fd(NULL, -1), -1);
    says(NULL, IS_NULL);
    ck_assert_int_eq(wolfTicket_config_set_session_id(NULL, key48(1), 1), -1);
    ck_assert_int_eq(wolfTicket_config_set_session_lifetime(NULL, 4), -1);
    ck_assert_int_eq(wolfTicket_config_add_ticket_key(NULL, 1, key48(1), 48),
        -1);
    ck_assert_int_eq(wolfTicket_config_set_key_ring(NULL, ring), -1);
    ck_assert_int_eq(wolfTicket_CTX_configure(sc, NULL), -1);
    ck_assert_int_eq(wolfTicket_CTX_configure(NULL, NULL), -1);
    says(NULL, IS_NULL);
    says(config, NULL);
    ck_assert_int_eq(wolfTicket_config_set_key_ring(config, NULL), -1);
    says(config, IS_NULL);
    ck_assert_int_eq(wolfTicket_config_add_ticket_key(config, 1, NULL, 48),
        -1);
    ck_assert_int_eq(wolfTicket_CTX_configure(NULL, config), -1);
    says(config, IS_NULL);
    ck_assert_int_eq(wolfTicket_config_set_session_id(config, NULL, 0), 0);
    wolfTicket_config_free(NULL);
    wolfTicket_KeyRing_free(ring);
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(each_config_has_its_own_error)
{
    wolfTicket_config* other = wolfTicket_config_new();
    wolfTicket_config* third;

    ck_assert_int_eq(wolfTicket_config_set_session_lifetime(config, 1), -1);
    says(other, NULL);
    ck_assert_int_eq(wolfTicket_config_set_session_lifetime(other, 86401), -1);
    says(config, "session lifetime too small");
    says(other, "session lifetime too large");
    says(NULL, NULL);
    ck_assert_int_eq(wolfTicket_config_set_session_id(config, key48(1), 33),
        -1);
    says(config, "session ID too large");
    says(other, "session lifetime too large");
    wolfTicket_config_free(other);
    /* Most likely at the same address. */
    third = wolfTicket_config_new();
    says(third, NULL);
    wolfTicket_config_free(third);
}
END_TEST

START_TEST(the_errors_of_many_configs_push_out_the_oldest)
{
    wolfTicket_config* many[6];
    int i;

    for (i = 0; i < 6; i++) {
        many[i] = wolfTicket_config_new();
        ck_assert_ptr_nonnull(many[i]);
        ck_assert_int_eq(wolfTicket_config_set_session_lifetime(many[i],
            (i % 2) ? 1 : 86401), -1);
    }
    for (i = 0; i < 6; i++) {
        says(many[i], (i < 2) ? NULL : (i % 2) ? "session lifetime too small"
                                               : "session lifetime too large");
    }
    for (i = 0; i < 6; i++)
        wolfTicket_config_free(many[i]);
}
END_TEST

#ifndef SINGLE_THREADED
static void* fail_elsewhere(void* arg)
{
    int* ok = (int*)arg;
    const char* text;

    *ok = wolfTicket_config_error(config) == NULL &&
        wolfTicket_config_set_session_lifetime(config, 86401) == -1;
    text = wolfTicket_config_error(config);
    *ok = *ok && text != NULL &&
        strcmp(text, "session lifetime too large") == 0;
    return NULL;
}

START_TEST(each_thread_has_its_own_error)
{
    pthread_t thread;
    int ok = 0;

    ck_assert_int_eq(wolfTicket_config_set_session_lifetime(config, 1), -1);
    ck_assert_int_eq(pthread_create(&thread, NULL, fail_elsewhere, &ok), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(ok, 1);
    says(config, "session lifetime too small");
}
END_TEST
#endif

/* ---- what fails by itself ------------------------------------------------ */

/* Takes the place of wolfSSL's. */
static int randomFails;

int wc_InitRng(WC_RNG* rng)
{
    return randomFails ? RNG_FAILURE_E
                       : wc_InitRng_ex(rng, NULL, INVALID_DEVID);
}

START_TEST(no_config_is_made_without_a_random_id)
{
    wolfTicket_config* none;

    randomFails = 1;
    none = wolfTicket_config_new();
    randomFails = 0;
    ck_assert_ptr_null(none);
    says(NULL, "the random generator failed");
}
END_TEST

/* A client takes no file where wolfSSL does not serialise sessions. */
#if defined(OPENSSL_EXTRA) && defined(HAVE_EXT_CACHE)
    #define CLIENTS_FD(fd) (fd)
#else
    #define CLIENTS_FD(fd) (-1)
#endif

/* All of a config's life, one allocation of which fails.  0 when none was
 * left to fail. */
static int one_failure(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc, long n)
{
    int fd = temp_file(0600);
    wolfTicket_config* c;
    int done = 0;

    th_mem_fail_at(n);
    th_mem_arm(1);
    c = wolfTicket_config_new();
    if (c != NULL)
        done = wolfTicket_config_set_session_lifetime(c, 100) == 0 &&
            wolfTicket_config_add_ticket_key(c, 1, key48(1), 48) == 0 &&
            wolfTicket_CTX_configure(sc, c) == 0 &&
            wolfTicket_config_add_ticket_key(c, 2, key48(2), 48) == 0 &&
            wolfTicket_config_set_session_fd(c, CLIENTS_FD(fd)) == 0 &&
            wolfTicket_CTX_configure(cc, c) == 0;
    th_mem_arm(0);
    ck_assert_int_eq(done, th_mem_calls() < n);
    if (!done) {
        says(c, "out of memory");
        /* And then it works. */
        if (c == NULL)
            c = wolfTicket_config_new();
        ck_assert_int_eq(wolfTicket_config_set_session_lifetime(c, 100), 0);
        ck_assert_int_eq(wolfTicket_config_add_ticket_key(c, 3, key48(3), 48),
            0);
        ck_assert_int_eq(wolfTicket_CTX_configure(sc, c), 0);
        ck_assert_int_eq(wolfTicket_config_set_session_fd(c, CLIENTS_FD(fd)),
            0);
        ck_assert_int_eq(wolfTicket_CTX_configure(cc, c), 0);
    }
    ck_assert_int_eq(close(fd), 0);
    wolfTicket_config_free(c);
    return !done;
}

/* The same with contexts of its own, and all of it gone afterwards. */
static int one_round(long n)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    int failed = one_failure(sc, cc, n);

    wolfTicket_CTX_free(sc);
    wolfTicket_CTX_free(cc);
    wolfTicket_cleanup();
    return failed;
}

START_TEST(every_allocation_may_fail)
{
    long live;
    long n = 1;

    /* What wolfSSL keeps for itself, it has after this. */
    ck_assert_int_eq(one_round(10000), 0);
    live = th_mem_live();
    while (n < 100 && one_round(n)) {
        ck_assert_int_eq(th_mem_live(), live);
        n++;
    }
    ck_assert_int_gt(n, 3);
    ck_assert_int_lt(n, 100);
    ck_assert_int_eq(th_mem_live(), live);
}
END_TEST

/* ---- wiping -------------------------------------------------------------- */

static int holds(const void* mem, size_t sz, const void* part, size_t partSz)
{
    const unsigned char* p = (const unsigned char*)mem;
    size_t i;

    for (i = 0; i + partSz <= sz; i++) {
        if (memcmp(p + i, part, partSz) == 0)
            return 1;
    }
    return 0;
}

/* The allocator hands out nothing twice, so freed memory can be looked at. */
START_TEST(a_config_keeps_no_key_that_it_need_not)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    wolfTicket_config* c = wolfTicket_config_new();
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new_manual(NULL, NULL, NULL,
        NULL);
    static const unsigned char zeros[sizeof(*c)];
    uint32_t rev;

    ck_assert_int_eq(wolfTicket_config_set_key_ring(c, ring), 0);
    for (rev = 0; rev < 5; rev++)
        ck_assert_int_eq(wolfTicket_config_add_ticket_key(c, rev,
            key48((unsigned char)rev), 48), 0);
    ck_assert_int_eq(holds(c, sizeof(*c), key48(4), 16), 1);
    /* Pushed out. */
    ck_assert_int_eq(holds(c, sizeof(*c), key48(0), 16), 0);
    if (_i) {
        ck_assert_int_eq(wolfTicket_config_set_session_lifetime(c, 100), 0);
        ck_assert_int_eq(wolfTicket_CTX_configure(sc, c), 0);
        ck_assert_int_eq(holds(c, sizeof(*c), key48(4), 16), 0);
        ck_assert_int_eq(wolfTicket_config_add_ticket_key(c, 5, key48(5), 48),
            0);
        ck_assert_int_eq(holds(c, sizeof(*c), key48(5), 16), 0);
        ck_assert_int_eq(holds(c, sizeof(*c), key48(1), 16), 0);
    }
    wolfTicket_config_free(c);
    ck_assert_mem_eq(c, zeros, sizeof(*c));
    wolfTicket_KeyRing_free(ring);
    wolfTicket_CTX_free(sc);
}
END_TEST

static void begin_counted(void)
{
    th_mem_use(TH_MEM_COUNT);
    th_setup();
}

static void begin_kept(void)
{
    th_mem_use(TH_MEM_NEVER);
    th_setup();
}

int main(void)
{
    Suite* suite = suite_create("config_fail");
    TCase* tc = th_case(suite, "errors", 1);

    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, an_error_leaves_what_was_set);
    tcase_add_test(tc, null_is_refused_with_a_text);
    tcase_add_test(tc, each_config_has_its_own_error);
    tcase_add_test(tc, the_errors_of_many_configs_push_out_the_oldest);
#ifndef SINGLE_THREADED
    tcase_add_test(tc, each_thread_has_its_own_error);
#endif
    tcase_add_test(tc, no_config_is_made_without_a_random_id);

    tc = th_case(suite, "memory", 1);
    tcase_add_checked_fixture(tc, begin_counted, th_teardown);
    tcase_add_test(tc, every_allocation_may_fail);

    tc = th_case(suite, "wiping", 1);
    tcase_add_checked_fixture(tc, begin_kept, th_teardown);
    LOOP(tc, a_config_keeps_no_key_that_it_need_not, 2);
    return th_run(suite);
}
