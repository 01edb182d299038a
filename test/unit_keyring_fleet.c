/* unit_keyring_fleet.c
 *
 * Servers that share a secret: their clients resume at any of them.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keys_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

/* A server whose keys follow from the secret, by a clock of its own. */
static WOLFSSL_CTX* member(int mode, word64* clock, word32 lifetime)
{
    WOLFSSL_CTX* ctx = th_server_ctx(mode);
    wolfTicket_KeyRing* ring = derived_new(clock, PERIOD, 1);

    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(ctx, lifetime), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(ctx, ring), 1);
    wolfTicket_KeyRing_free(ring);
    return ctx;
}

/* ---- handshakes --------------------------------------------------------- */

START_TEST(a_client_resumes_at_another_server_of_the_fleet)
{
    word64 clockA = START, clockB = START;
    WOLFSSL_CTX* a = member(_i, &clockA, LIFE);
    WOLFSSL_CTX* b = member(_i, &clockB, LIFE);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session = th_get_session(a, cc);
    wolfTicket_Info info;

    ck_assert_int_eq(th_try(b, cc, session, &info), 1);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_USED);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(a);
    wolfTicket_CTX_free(b);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(a_server_with_another_secret_does_not_open_it)
{
    word64 clock = START;
    WOLFSSL_CTX* a = member(_i, &clock, LIFE);
    WOLFSSL_CTX* b;
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session = th_get_session(a, cc);
    wolfTicket_Info info;

    shared[0] ^= 0x80;
    b = member(_i, &clock, LIFE);
    ck_assert_int_eq(th_try(b, cc, session, &info), 0);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_UNKNOWN_KEY);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(a);
    wolfTicket_CTX_free(b);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* Seconds by which the second server's clock is ahead, the second of the
 * period in which the first one seals, and what becomes of the ticket: its
 * time counts as well as its key. */
static const struct {
    int ahead;
    word32 second;
    wolfTicket_CAUSE cause;
} aparts[] = {
    { 1, PERIOD - 1, WOLFTICKET_CAUSE_USED },
    { 61, PERIOD - 1, WOLFTICKET_CAUSE_USED },
    { 3600, PERIOD - 1, WOLFTICKET_CAUSE_USED },
    { 7200, PERIOD - 1, WOLFTICKET_CAUSE_USED },
    { 7201, PERIOD - 1, WOLFTICKET_CAUSE_UNKNOWN_KEY },
    { 7201, PERIOD - 2, WOLFTICKET_CAUSE_EXPIRED },
    { -1, 0, WOLFTICKET_CAUSE_USED },
    { -60, 0, WOLFTICKET_CAUSE_USED },
    { -61, 0, WOLFTICKET_CAUSE_USED },
    { -1800, 1800, WOLFTICKET_CAUSE_USED },
    { -3599, 0, WOLFTICKET_CAUSE_USED },
    { -3600, 0, WOLFTICKET_CAUSE_USED },
    { -3600, PERIOD - 1, WOLFTICKET_CAUSE_USED },
    { -3601, 0, WOLFTICKET_CAUSE_UNKNOWN_KEY },
    { -3601, PERIOD - 1, WOLFTICKET_CAUSE_NOT_YET }
};
#define APARTS (int)(sizeof(aparts) / sizeof(aparts[0]))

START_TEST(clocks_of_a_fleet_may_be_a_period_apart)
{
    int mode = _i / APARTS;
    int i = _i % APARTS;
    word64 clockA = START / PERIOD * PERIOD + aparts[i].second;
    word64 clockB = clockA + (word64)(long long)aparts[i].ahead;
    WOLFSSL_CTX* a = member(mode, &clockA, LIFE);
    WOLFSSL_CTX* b = member(mode, &clockB, LIFE);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session = th_get_session(a, cc);
    wolfTicket_Info info;

    ck_assert_int_eq(th_try(b, cc, session, &info),
        aparts[i].cause == WOLFTICKET_CAUSE_USED);
    ck_assert_str_eq(wolfTicket_CAUSE_name(info.cause),
        wolfTicket_CAUSE_name(aparts[i].cause));
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(a);
    wolfTicket_CTX_free(b);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* The last second of a period, and the last one of the ticket's life.  wolfSSL
 * checks that life too, by a clock that does not stand. */
START_TEST(no_ticket_is_cut_short_by_the_end_of_a_period)
{
    static const word32 lifetimes[] = { 60, 3600, 3601, LIFE, 6 * 3600 };
    word32 lifetime = lifetimes[_i / 2];
    int mode = (_i % 2) ? TH_TLS13 : TH_TLS12;
    word64 clock = (START / PERIOD + 1) * PERIOD - 1;
    WOLFSSL_CTX* sc = member(mode, &clock, lifetime);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session = th_get_session(sc, cc);
    wolfTicket_Info info;

    clock += lifetime;
    ck_assert_int_eq(th_try(sc, cc, session, &info), 1);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_USED);
    clock += 1;
    ck_assert_int_eq(th_try(sc, cc, session, &info), 0);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- processes ---------------------------------------------------------- */

#ifdef OPENSSL_EXTRA /* a session is sent from one to the other */

static void write_all(int fd, const void* mem, size_t sz)
{
    const char* p = (const char*)mem;

    while (sz > 0) {
        ssize_t n = write(fd, p, sz);

        if (n <= 0)
            _exit(1);
        p += n;
        sz -= (size_t)n;
    }
}

/* The child is a server, and its own client; the session goes home. */
static void child(WOLFSSL_CTX* sc, int mode, int fd)
{
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session;
    unsigned char* mem = NULL;
    int sz;

    if (sc == NULL) {
        /* Begun anew: nothing is taken over but the secret. */
        sc = member(mode, &ringNow, LIFE);
    }
    session = th_get_session(sc, cc);
    sz = wolfSSL_i2d_SSL_SESSION(session, &mem);
    if (sz <= 0)
        _exit(2);
    write_all(fd, mem, (size_t)sz);
    XFREE(mem, NULL, DYNAMIC_TYPE_OPENSSL);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
    wolfTicket_cleanup();
    _exit(0);
}

static WOLFSSL_SESSION* session_of_child(WOLFSSL_CTX* sc, int mode)
{
    unsigned char mem[16384];
    const unsigned char* p = mem;
    WOLFSSL_SESSION* session;
    size_t sz = 0;
    ssize_t n;
    int fd[2];
    int status = -1;
    pid_t pid;

    ck_assert_int_eq(pipe(fd), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0)
        child(sc, mode, fd[1]);
    close(fd[1]);
    while ((n = read(fd[0], mem + sz, sizeof(mem) - sz)) > 0)
        sz += (size_t)n;
    close(fd[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    session = wolfSSL_d2i_SSL_SESSION(NULL, &p, (long)sz);
    ck_assert_ptr_nonnull(session);
    return session;
}

/* _i % 2: the child is forked from a server, or has to begin anew. */
START_TEST(processes_that_share_a_secret_agree)
{
    int mode = (_i / 2) ? TH_TLS13 : TH_TLS12;
    WOLFSSL_CTX* sc = member(mode, &ringNow, LIFE);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session = session_of_child((_i % 2) ? sc : NULL, mode);
    WOLFSSL_CTX* restarted;
    wolfTicket_Info info;

    ringNow += 60;
    ck_assert_int_eq(th_try(sc, cc, session, &info), 1);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_USED);
    ck_assert_uint_eq(info.age, 60);

    /* And after this one has been restarted, two periods later. */
    wolfTicket_CTX_free(sc);
    wolfTicket_cleanup();
    ringNow = START + LIFE;
    restarted = member(mode, &ringNow, LIFE);
    ck_assert_int_eq(th_try(restarted, cc, session, &info), 1);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_USED);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(restarted);
    wolfSSL_CTX_free(cc);
}
END_TEST

#endif /* OPENSSL_EXTRA */

/* ---- lifetimes ---------------------------------------------------------- */

static const struct {
    unsigned int period;
    unsigned int lifetime;
    int fits;
} fits[] = {
    { 3600, 1, 1 }, { 3600, 7200, 1 }, { 3600, 6 * 3600, 1 },
    { 3600, 6 * 3600 + 1, 0 }, { 3600, 604800, 0 }, { 60, 360, 1 },
    { 60, 361, 0 }, { 60, 7200, 0 }, { 100800, 604800, 1 },
    { 100799, 604800, 0 }, { 604800, 604800, 1 }
};
#define FITS (int)(sizeof(fits) / sizeof(fits[0]))

/* Whether the ring comes first, or the lifetime. */
START_TEST(a_lifetime_that_the_keys_cannot_serve_is_refused)
{
    int ringFirst = _i % 2;
    int want = fits[_i / 2].fits;
    unsigned int lifetime = fits[_i / 2].lifetime;
    wolfTicket_KeyRing* ring = derived_new(&ringNow, fits[_i / 2].period, 1);
    WOLFSSL_CTX* ctx = wolfSSL_CTX_new(wolfSSLv23_server_method());
    wolfTicket_KeyRing* former;
    wt_key key;

    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(ctx, ringFirst ? 60
        : lifetime), 1);
    former = wolfTicket_CTX_get_key_ring(ctx);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(ctx, ring),
        ringFirst || want);
    if (ringFirst) {
        ck_assert_int_eq(wolfTicket_CTX_set_lifetime(ctx, lifetime), want);
        ck_assert_ptr_eq(wolfTicket_CTX_get_key_ring(ctx), ring);
        ck_assert_uint_eq(wolfTicket_CTX_get_lifetime(ctx), want ? lifetime
                                                                 : 60);
    }
    else {
        ck_assert_ptr_eq(wolfTicket_CTX_get_key_ring(ctx), want ? ring
                                                                : former);
        ck_assert_uint_eq(wolfTicket_CTX_get_lifetime(ctx), lifetime);
    }
    if (!want)
        ck_assert_msg(error_is(WT_E_PERIOD_LIFE), "%s",
            wolfTicket_CTX_error(NULL));
    key = sealing(ring);
    ringNow += want ? lifetime : 60;
    if (want || ringFirst)
        ck_assert_int_eq(opens(ring, &key), 1);
    wolfTicket_CTX_free(ctx);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* wolfSSL has setters of its own, that nobody can refuse. */
START_TEST(a_timeout_set_behind_our_back_outlives_no_key)
{
    WOLFSSL_CTX* sc = member(TH_TLS13, &ringNow, LIFE);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;

    (void)wolfSSL_CTX_set_timeout(sc, WOLFTICKET_MAX_LIFETIME);
    session = th_get_session(sc, cc);
    ck_assert_uint_le(wolfTicket_CTX_get_lifetime(sc), 6 * PERIOD);
    ringNow += wolfTicket_CTX_get_lifetime(sc);
    ck_assert_int_eq(th_try(sc, cc, session, &info), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

static Suite* fleet_suite(void)
{
    Suite* suite = suite_create("keyring, fleet");
    TCase* tc = tcase_create("handshakes");

    tcase_add_checked_fixture(tc, derived_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_client_resumes_at_another_server_of_the_fleet,
        0, TH_MODES);
    tcase_add_loop_test(tc, a_server_with_another_secret_does_not_open_it, 0,
        TH_MODES);
    tcase_add_loop_test(tc, clocks_of_a_fleet_may_be_a_period_apart, 0,
        TH_MODES * APARTS);
    tcase_add_loop_test(tc, no_ticket_is_cut_short_by_the_end_of_a_period, 0,
        10);
    suite_add_tcase(suite, tc);

    tc = tcase_create("processes");
    tcase_add_checked_fixture(tc, derived_setup, th_teardown);
    tcase_set_timeout(tc, 60);
#ifdef OPENSSL_EXTRA
    tcase_add_loop_test(tc, processes_that_share_a_secret_agree, 0, 4);
#endif
    suite_add_tcase(suite, tc);

    tc = tcase_create("lifetimes");
    tcase_add_checked_fixture(tc, derived_setup, th_teardown);
    tcase_add_loop_test(tc, a_lifetime_that_the_keys_cannot_serve_is_refused,
        0, 2 * FITS);
    tcase_add_test(tc, a_timeout_set_behind_our_back_outlives_no_key);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(fleet_suite());
}
