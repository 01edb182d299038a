/* unit_issue_nokey.c
 *
 * No key seals, or not for so long: no ticket is made, and none promised.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"

typedef struct {
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    wolfTicket_KeyRing* ring;
    th_app app;
    th_clock clock;
    int mode;
    int tls13;
} world;

static void Begin(world* w, int mode)
{
    memset(w, 0, sizeof(*w));
    w->mode = mode;
    w->tls13 = th_is_tls13(mode);
    w->sc = th_server_ctx(mode);
    w->cc = th_client_ctx(mode);
    w->clock.now = TH_NOW;
    w->ring = wolfTicket_KeyRing_new_manual(th_time, &w->clock, NULL, NULL);
    ck_assert_ptr_nonnull(w->ring);
    th_app_init(&w->app);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(w->sc, th_gen,
        th_dec, &w->app), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(w->sc, w->ring), 1);
}

static void End(world* w)
{
    wolfTicket_KeyRing_free(w->ring);
    wolfTicket_CTX_free(w->sc);
    wolfSSL_CTX_free(w->cc);
}

static void AddKey(world* w, unsigned int sealFor)
{
    wolfTicket_Key key;

    ck_assert_int_eq(wolfTicket_Key_generate(w->ring, &key, 32), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_add_key(w->ring, &key, 0, sealFor, 0),
        1);
}

static int Promised(const world* w)
{
    return th_promises(w->mode);
}

static void NoneWasMade(world* w, th_pair* pair, unsigned long times)
{
    wolfTicket_Stats stats;

    ck_assert_int_eq(pair->tickets, Promised(w));
    ck_assert_int_eq(w->app.genCalls, 0);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(w->sc, &stats), 1);
    ck_assert_uint_eq(stats.issued, 0);
    ck_assert_uint_eq(stats.withheld, times);
    ck_assert_str_eq(wolfTicket_error(pair->server), "no ticket was made: no "
        "key seals at this moment, add one");
    ck_assert_str_eq(wolfTicket_CTX_error(w->sc),
        wolfTicket_error(pair->server));
}

START_TEST(without_a_key_no_ticket_is_made)
{
    th_pair pair;
    world w;
    int plain = _i / TH_MODES;

    Begin(&w, _i % TH_MODES);
    th_open(&pair, w.sc, w.cc, NULL, plain);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    NoneWasMade(&w, &pair, w.tls13 ? 2 : 1);
    th_close(&pair);
    End(&w);
}
END_TEST

START_TEST(one_on_request_neither_until_there_is_a_key)
{
    th_pair pair;
    world w;

    Begin(&w, _i);
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_eq(wolfTicket_do_handshake(pair.server), 1);
    th_exchange(&pair);
    NoneWasMade(&w, &pair, 3);
    AddKey(&w, 0);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_eq(wolfTicket_do_handshake(pair.server), 1);
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, 1);
    ck_assert_int_eq(w.app.genCalls, 1);
    th_close(&pair);
    End(&w);
}
END_TEST

START_TEST(a_key_that_seals_no_more_opens_and_renews_nothing)
{
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    wolfTicket_Stats stats;
    th_pair pair;
    world w;

    Begin(&w, _i);
    AddKey(&w, 100);
    session = th_get_session(w.sc, w.cc);
    th_app_init(&w.app);
    w.clock.now += 200;
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, &info), 1);
    ck_assert_int_eq((int)w.app.status, WOLFTICKET_SUCCESS_RENEW);
    ck_assert_uint_eq(info.sent, 0);
    ck_assert_int_eq(pair.tickets, 0);
    ck_assert_int_eq(w.app.genCalls, 0);
    th_close(&pair);

    /* Refused: a full handshake, and no ticket either. */
    w.app.decAnswer = WOLFTICKET_RETURN_IGNORE_RENEW;
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, &info), 0);
    ck_assert_int_eq(pair.tickets, 0);
    ck_assert_int_eq(w.app.genCalls, 0);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(w.sc, &stats), 1);
    if (w.tls13)
        ck_assert_uint_eq(stats.withheld, 3);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

/* ---- lifetimes that a ring cannot serve ---------------------------------- */

static wolfTicket_KeyRing* Derived(unsigned int period)
{
    unsigned char secret[32];
    wolfTicket_KeyRing* ring;
    size_t i;

    for (i = 0; i < sizeof(secret); i++)
        secret[i] = (unsigned char)(i + 1);
    ring = wolfTicket_KeyRing_new_derived(secret, sizeof(secret), period,
        NULL, NULL);
    ck_assert_ptr_nonnull(ring);
    return ring;
}

static const char tooLong[] = "the tickets' lifetime is more than this ring's "
    "keys can serve: make the period longer, or the lifetime shorter";

START_TEST(a_ring_that_cannot_serve_the_lifetime_is_refused)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    wolfTicket_KeyRing* ring = Derived(60);
    wolfTicket_KeyRing* own;

    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc, 7200), 1);
    own = wolfTicket_CTX_get_key_ring(sc);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(sc, ring), 0);
    ck_assert_str_eq(wolfTicket_CTX_error(sc), tooLong);
    ck_assert_ptr_eq(wolfTicket_CTX_get_key_ring(sc), own);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc, 360), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(sc, ring), 1);
    ck_assert_ptr_eq(wolfTicket_CTX_get_key_ring(sc), ring);
    wolfTicket_KeyRing_free(ring);
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(a_lifetime_that_the_ring_cannot_serve_is_refused)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    wolfTicket_KeyRing* ring = Derived(60);

    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc, 300), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(sc, ring), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc, 361), 0);
    ck_assert_str_eq(wolfTicket_CTX_error(sc), tooLong);
    ck_assert_uint_eq(wolfTicket_CTX_get_lifetime(sc), 300);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc, 360), 1);
    ck_assert_uint_eq(wolfTicket_CTX_get_lifetime(sc), 360);
    wolfTicket_KeyRing_free(ring);
    wolfTicket_CTX_free(sc);
}
END_TEST

#ifdef OPENSSL_EXTRA
/* Set behind our back, it is put right with the next handshake. */
START_TEST(a_timeout_that_the_ring_cannot_serve_is_taken_back)
{
    WOLFSSL_CTX* sc = th_server_ctx(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    wolfTicket_KeyRing* ring = Derived(60);
    WOLFSSL_SESSION* session;

    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc, 300), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(sc, ring), 1);
    (void)wolfSSL_CTX_set_timeout(sc, 5000);
    session = th_get_session(sc, cc);
    ck_assert_uint_eq(wolfTicket_CTX_get_lifetime(sc), 300);
    ck_assert_int_eq(wolfSSL_SSL_CTX_get_timeout(sc), 300);
    ck_assert_int_eq(th_try(sc, cc, session, NULL), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_KeyRing_free(ring);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST
#endif

int main(void)
{
    Suite* suite = suite_create("issue_nokey");
    TCase* tc = th_case(suite, "no key", 0);

    tcase_add_loop_test(tc, without_a_key_no_ticket_is_made, 0, TH_MODES * 2);
    tcase_add_loop_test(tc, one_on_request_neither_until_there_is_a_key, 0,
        TH_TLS12);
    tcase_add_loop_test(tc, a_key_that_seals_no_more_opens_and_renews_nothing,
        0, TH_MODES);
    tcase_add_test(tc, a_ring_that_cannot_serve_the_lifetime_is_refused);
    tcase_add_test(tc, a_lifetime_that_the_ring_cannot_serve_is_refused);
#ifdef OPENSSL_EXTRA
    tcase_add_loop_test(tc, a_timeout_that_the_ring_cannot_serve_is_taken_back,
        0, TH_MODES);
#endif
    return th_run(suite);
}
