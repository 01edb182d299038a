/* unit_chaos.c
 *
 * Every allocation, clock call and random call made to fail in turn.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"

/* ---- memory -------------------------------------------------------------- */

/* All that an application does with a connection, with one allocation that
 * fails.  Returns whether one has. */
static int OneFailure(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    WOLFSSL_SESSION* session, long n, int plain)
{
    th_pair pair;
    int done;

    memset(&pair, 0, sizeof(pair));
    th_mem_fail_at(n);
    th_mem_arm(1);
    th_open_server(&pair, sc, plain);
    th_mem_arm(0);
    if (pair.server == NULL) {
        ck_assert_int_ge(th_mem_calls(), n);
        th_close(&pair);
        return 1;
    }
    pair.client = wolfSSL_new(cc);
    ck_assert_ptr_nonnull(pair.client);
    wolfSSL_SetIOReadCtx(pair.client, &pair.clientIo);
    wolfSSL_SetIOWriteCtx(pair.client, &pair.clientIo);
    if (session != NULL)
        ck_assert_int_eq(wolfSSL_set_session(pair.client, session),
            WOLFSSL_SUCCESS);
    done = th_handshake_armed(&pair);
    if (done == TH_BOTH_DONE) {
        th_mem_arm(1);
        (void)th_set_data(pair.server, "0123456789012345678901234567890123");
        (void)wolfTicket_new_session_ticket(pair.server);
        (void)wolfTicket_write(pair.server, "x", 1);
        th_mem_arm(0);
    }
    else {
        ck_assert_int_ge(th_mem_calls(), n);
    }
    th_close(&pair);
    return th_mem_calls() >= n;
}

/* A server that has no record waiting for its next connection. */
static WOLFSSL_CTX* Restart(WOLFSSL_CTX* former, wolfTicket_KeyRing* ring,
    int mode, th_app* app)
{
    WOLFSSL_CTX* sc;

    wolfTicket_CTX_free(former);
    wolfTicket_cleanup();
    sc = th_server_ctx(mode);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec,
        app), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(sc, ring), 1);
    return sc;
}

START_TEST(failing_allocation_is_survived)
{
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    WOLFSSL_SESSION* session;
    th_app app;
    wolfTicket_KeyRing* ring;
    long n;
    int mode = _i % TH_MODES;
    int resume = (_i / TH_MODES) & 1;
    int plain = (_i / TH_MODES) & 2;
    int fresh = (_i / TH_MODES) & 4;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    ring = wolfTicket_KeyRing_new();
    cc = th_client_ctx(mode);
    th_app_init(&app);
    app.genData = "alice";
    app.genDataSz = 5;
    sc = Restart(NULL, ring, mode, &app);
    session = th_get_session(sc, cc);
    for (n = 1; OneFailure(sc, cc, resume ? session : NULL, n,
            plain ? TH_PLAIN : TH_OURS); n++) {
        th_mem_fail_at(0);
        ck_assert_int_eq(th_try(sc, cc, session, NULL), 1);
        ck_assert_uint_eq(app.seenSz, 5);
        ck_assert_mem_eq(app.seen, "alice", 5);
        if (fresh)
            sc = Restart(sc, ring, mode, &app);
    }
    /* At least a record, or its data. */
    ck_assert_int_gt(n, 1);
    ck_assert_int_eq(th_try(sc, cc, session, NULL), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_KeyRing_free(ring);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

START_TEST(failing_allocation_makes_attach_fail_cleanly)
{
    WOLFSSL_CTX* sc;
    long base, n;
    int ret = 0;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    sc = th_server_ctx(TH_TLS13);
    base = th_mem_live();
    for (n = 1; ret == 0; n++) {
        ck_assert_int_lt(n, 1000);
        th_mem_fail_at(n);
        th_mem_arm(1);
        ret = wolfTicket_CTX_attach(sc);
        th_mem_arm(0);
        if (th_mem_calls() < n) {
            ck_assert_int_eq(ret, 1);
        }
        else if (ret == 0) {
            ck_assert_str_ne(wolfTicket_CTX_error(sc), "no error");
            ck_assert_ptr_null(wolfTicket_CTX_get_key_ring(sc));
            ck_assert_int_eq(th_mem_live(), base);
        }
    }
    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    ck_assert_ptr_nonnull(wolfTicket_CTX_get_key_ring(sc));
    wolfTicket_CTX_free(sc);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

START_TEST(failing_set1_keeps_the_former_data)
{
    WOLFSSL_CTX* sc;
    WOLFSSL* ssl;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    sc = th_server_ctx(TH_TLS13);
    ssl = wolfTicket_new(sc);
    ck_assert_int_eq(th_set_data(ssl, "short"), 1);
    th_mem_fail_at(1);
    th_mem_arm(1);
    ck_assert_int_eq(th_set_data(ssl, "a longer one, which needs memory"), 0);
    th_mem_arm(0);
    ck_assert_int_ge(th_mem_calls(), 1);
    ck_assert_str_eq(wolfTicket_error(ssl), "out of memory");
    ck_assert(th_has_data(ssl, "short"));
    wolfTicket_free(ssl);
    wolfTicket_CTX_free(sc);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

/* ---- clock and generator ------------------------------------------------- */

START_TEST(ring_without_clock_or_generator_is_refused)
{
    th_clock clock;
    th_random random;

    memset(&clock, 0, sizeof(clock));
    memset(&random, 0, sizeof(random));
    clock.now = TH_NOW;
    if (_i == 0)
        clock.failAt = 1;
    else
        random.failAt = 1;
    ck_assert_ptr_null(wolfTicket_KeyRing_new_ex(th_time, &clock, th_rand,
        &random));
    ck_assert_str_eq(wolfTicket_CTX_error(NULL), (_i == 0)
        ? "the clock cannot tell the time: set one that can"
        : "the random generator failed");
}
END_TEST

typedef struct {
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    th_clock clock;
    th_random random;
} world;

static void NewWorld(world* w, int mode)
{
    wolfTicket_KeyRing* ring;

    memset(w, 0, sizeof(*w));
    w->sc = th_server_ctx(mode);
    w->cc = th_client_ctx(mode);
    w->clock.now = TH_NOW;
    w->random.state = 1;
    ring = wolfTicket_KeyRing_new_ex(th_time, &w->clock, th_rand, &w->random);
    ck_assert_ptr_nonnull(ring);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(w->sc, ring), 1);
    wolfTicket_KeyRing_free(ring);
}

static void EndWorld(world* w)
{
    wolfTicket_CTX_free(w->sc);
    wolfSSL_CTX_free(w->cc);
}

/* A full handshake, a resumption, both with a rotation due: they may come to
 * nothing, but not to a failed handshake. */
static void Scenario(world* w)
{
    WOLFSSL_SESSION* session;
    th_pair pair;

    w->clock.now += 6000;
    th_open(&pair, w->sc, w->cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_ge(pair.tickets, 1);
    session = wolfSSL_get1_session(pair.client);
    th_close(&pair);
    w->clock.now += 6000;
    (void)th_try(w->sc, w->cc, session, NULL);
    wolfSSL_SESSION_free(session);
}

START_TEST(failing_call_of_clock_or_generator_fails_no_handshake)
{
    int mode = _i % TH_MODES;
    int which = (_i / TH_MODES) & 1;
    int all = (_i / TH_MODES) & 2;
    WOLFSSL_SESSION* session;
    world w;
    long n;
    long* failAt = which ? &w.random.failAt : &w.clock.failAt;
    long* calls = which ? &w.random.calls : &w.clock.calls;

    NewWorld(&w, mode);
    w.clock.failAll = w.random.failAll = all != 0;
    for (n = 1; n < 200; n++) {
        *calls = 0;
        *failAt = n;
        Scenario(&w);
        *failAt = 0;
        if (*calls < n)
            break;
        /* The next handshakes are as if nothing had happened. */
        w.clock.now += 20000;
        session = th_get_session(w.sc, w.cc);
        ck_assert_int_eq(th_try(w.sc, w.cc, session, NULL), 1);
        wolfSSL_SESSION_free(session);
    }
    ck_assert_int_gt(n, 1);
    ck_assert_int_lt(n, 200);
    EndWorld(&w);
}
END_TEST

START_TEST(failed_rotation_is_counted_and_the_old_key_serves_on)
{
    wolfTicket_Stats stats;
    WOLFSSL_SESSION* session;
    world w;

    NewWorld(&w, _i);
    w.random.calls = 0;
    w.random.failAt = 1;
    w.random.failAll = 1;
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(wolfTicket_CTX_get_key_ring(
        w.sc)), 0);
    w.clock.now += 7000;
    session = th_get_session(w.sc, w.cc);
    ck_assert_int_eq(th_try(w.sc, w.cc, session, NULL), 1);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(w.sc, &stats), 1);
    ck_assert_uint_eq(stats.rotations, 0);
    ck_assert_uint_ge(stats.rotation_failures, 2);
    ck_assert_uint_eq(stats.withheld, 0);
    wolfSSL_SESSION_free(session);
    EndWorld(&w);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("chaos");
    TCase* tc = th_case(suite, "memory", 1);

    tcase_add_loop_test(tc, failing_allocation_is_survived, 0, 8 * TH_MODES);
    tcase_add_test(tc, failing_allocation_makes_attach_fail_cleanly);
    tcase_add_test(tc, failing_set1_keeps_the_former_data);
    tc = th_case(suite, "ring", 0);
    tcase_add_loop_test(tc, ring_without_clock_or_generator_is_refused, 0, 2);
    tcase_add_loop_test(tc,
        failing_call_of_clock_or_generator_fails_no_handshake, 0,
        4 * TH_MODES);
    tcase_add_loop_test(tc,
        failed_rotation_is_counted_and_the_old_key_serves_on, 0, TH_MODES);
    return th_run(suite);
}
