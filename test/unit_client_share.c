/* unit_client_share.c
 *
 * Client records: freed in whatever way, shared callbacks, threads, memory.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "client_fixture.h"

#include <pthread.h>

static cf_world w;

/* ---- the application's callbacks ---------------------------------------- */

static int told;
static int keep;
static WOLFSSL_SESSION* kept;

static int NewSession(WOLFSSL* ssl, WOLFSSL_SESSION* session)
{
    (void)ssl;
    told++;
    if (keep) {
        wolfSSL_SESSION_free(kept);
        kept = session;
    }
    return keep;
}

/* Set before the file, after it, or with none at all. */
START_TEST(application_is_told_of_new_sessions_too)
{
    cf_begin(&w, TH_TLS13);
    told = 0;
    keep = _i % 2;
    kept = NULL;
    if (_i / 2 == 0) {
        wolfTicket_CTX_sess_set_new_cb(w.cc, NewSession);
    }
    else {
        wolfTicket_CTX_free(w.cc);
        w.cc = th_client_ctx(TH_TLS13);
        wolfSSL_CTX_set_verify(w.cc, WOLFSSL_VERIFY_PEER, NULL);
        wolfTicket_CTX_sess_set_new_cb(w.cc, NewSession);
        if (_i / 2 == 1)
            ck_assert_int_eq(wt_client_configure(w.cc, w.fd), 1);
    }
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 0);
    ck_assert_int_eq(told, 2);
    ck_assert_int_eq(w.info.kept, (_i / 2 == 2) ? 0 : 2);
    if (keep)
        ck_assert_int_eq(th_resume(w.sc, w.cc, kept, TH_OURS), 1);
    wolfSSL_SESSION_free(kept);
    kept = NULL;
    keep = 0;
    wolfTicket_CTX_sess_set_new_cb(w.cc, NULL);
    told = 0;
    ck_assert_int_eq(cf_visit(&w, CF_OURS), _i / 2 != 2);
    ck_assert_int_eq(told, 0);
    cf_end(&w);
}
END_TEST

/* Of connections that are none of ours. */
START_TEST(application_is_told_of_plain_connections)
{
    WOLFSSL_SESSION* session;

    cf_begin(&w, TH_TLS13);
    told = 0;
    wolfTicket_CTX_sess_set_new_cb(w.cc, NewSession);
    session = th_get_session(w.sc, w.cc);
    ck_assert_int_eq(told, 2);
    wolfSSL_SESSION_free(session);
    cf_open(&w);
    cf_info(&w);
    ck_assert_int_eq(w.info.left, 0);
    cf_close(&w);
    cf_end(&w);
}
END_TEST

static int doneCalls;

static int HandshakeDone(WOLFSSL* ssl, void* arg)
{
    (void)ssl;
    doneCalls += *(int*)arg;
    return 0;
}

START_TEST(done_callback_is_called_in_its_turn)
{
    int one = 1;

    cf_begin(&w, _i);
    doneCalls = 0;
    cf_open(&w);
    ck_assert_int_eq(wt_client_set_done_cb(w.pair.client, HandshakeDone,
        &one), 1);
    ck_assert_int_eq(cf_handshake(&w.pair, CF_PLAIN), TH_BOTH_DONE);
    ck_assert_int_eq(doneCalls, 1);
    cf_close(&w);
    ck_assert_int_eq(wt_client_set_done_cb(NULL, HandshakeDone, &one), 0);
    cf_end(&w);
}
END_TEST

/* A callback of the application in the place of ours: the ticket of TLS 1.2
 * waits for the next that is asked of us. */
START_TEST(replaced_done_callback_loses_nothing)
{
    int one = 1;

    cf_begin(&w, TH_TLS12);
    cf_open(&w);
    ck_assert_int_eq(wolfSSL_SetHsDoneCb(w.pair.client, HandshakeDone, &one),
        WOLFSSL_SUCCESS);
    ck_assert_int_eq(cf_handshake(&w.pair, CF_PLAIN), TH_BOTH_DONE);
    cf_close(&w);
    ck_assert_int_eq(cf_visit(&w, CF_PLAIN), 1);
    cf_end(&w);
}
END_TEST

/* ---- lifetimes ---------------------------------------------------------- */

/* Servers of TLS 1.2 may leave it open, or exaggerate. */
START_TEST(strange_lifetimes_are_mended)
{
    static const struct {
        int hint;
        unsigned long lifetime;
    } hints[] = { { 0, WOLFTICKET_DEFAULT_LIFETIME }, { 100, 100 },
        { 0x1000000, WOLFTICKET_MAX_LIFETIME } };

    cf_begin(&w, TH_TLS12);
    /* Newer servers do not exaggerate that much. */
    if (wolfSSL_CTX_set_TicketHint(w.sc, hints[_i].hint) != WOLFSSL_SUCCESS) {
        ck_assert_int_eq(_i, 2);
        cf_end(&w);
        return;
    }
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 0);
    cf_open(&w);
    ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
    cf_info(&w);
    ck_assert_int_eq(w.info.offered, 1);
    ck_assert_int_eq(w.info.resumed, 1);
    ck_assert_uint_eq(w.info.lifetime, hints[_i].lifetime);
    cf_close(&w);
    cf_end(&w);
}
END_TEST

/* ---- freed in whatever way ---------------------------------------------- */

START_TEST(connection_outlives_its_context)
{
    WOLFSSL_CTX* cc;

    cf_begin(&w, _i);
    told = keep = 0;
    wolfTicket_CTX_sess_set_new_cb(w.cc, NewSession);
    cf_open(&w);
    cc = w.cc;
    wolfTicket_CTX_free(cc);
    ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
    th_exchange(&w.pair);
    cf_info(&w);
    ck_assert_int_ge(w.info.kept, 1);
    ck_assert_int_ge(told, 1);
    cf_close(&w);
    w.cc = cf_client_ctx(_i, w.fd);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 1);
    cf_end(&w);
}
END_TEST

START_TEST(context_of_two_owners_keeps_its_file)
{
    cf_begin(&w, TH_TLS13);
    ck_assert_int_eq(wolfSSL_CTX_up_ref(w.cc), WOLFSSL_SUCCESS);
    wt_client_up_ref(w.cc);
    wolfTicket_CTX_free(w.cc);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 0);
    ck_assert_int_eq(w.info.kept, 2);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 1);
    cf_end(&w);
}
END_TEST

/* With an allocator that hands out what was freed last. */
START_TEST(new_object_at_an_old_address_inherits_nothing)
{
    WOLFSSL_CTX* cc;
    WOLFSSL* old;
    int same = 0;
    int i;

    th_mem_use(TH_MEM_SAME);
    th_setup();
    cf_begin(&w, TH_TLS13);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 0);
    for (i = 0; i < 20; i++) {
        /* A connection freed by plain wolfSSL_free(), another in its place. */
        cf_open(&w);
        ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
        th_exchange(&w.pair);
        old = w.pair.client;
        th_close(&w.pair);
        cc = th_client_ctx(TH_TLS13);
        th_open_server(&w.pair, w.sc, TH_OURS);
        cf_join(&w.pair, wolfTicket_new(cc));
        same += w.pair.client == old;
        cf_info(&w);
        ck_assert_int_eq(w.info.offered, 0);
        ck_assert_int_eq(w.info.received, 0);
        ck_assert_int_eq(w.info.left, 0);
        cf_close(&w);
        wolfSSL_CTX_free(cc);
        cf_open(&w);
        ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
        cf_close(&w);
        /* A context freed by plain wolfSSL_CTX_free(). */
        cc = w.cc;
        wolfSSL_CTX_free(w.cc);
        w.cc = th_client_ctx(TH_TLS13);
        wolfSSL_CTX_set_verify(w.cc, WOLFSSL_VERIFY_PEER, NULL);
        same += w.cc == cc;
        if (i % 2)
            wolfTicket_CTX_sess_set_new_cb(w.cc, NewSession);
        ck_assert_int_eq(cf_visit(&w, CF_OURS), 0);
        ck_assert_int_eq(w.info.offered, 0);
        ck_assert_int_eq(w.info.kept, 0);
        ck_assert_int_eq(wt_client_configure(w.cc, w.fd), 1);
    }
    ck_assert_int_gt(same, 0);
    cf_end(&w);
    th_teardown();
}
END_TEST

START_TEST(nothing_is_left_after_the_cleanup)
{
    long live;
    int i;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    cf_begin(&w, TH_TLS13);
    (void)cf_visit(&w, CF_OURS);
    cf_end(&w);
    th_teardown();
    live = th_mem_live();
    for (i = 0; i < 3; i++) {
        th_setup();
        cf_begin(&w, TH_TLS13);
        (void)cf_visit(&w, CF_OURS);
        cf_open(&w);
        (void)cf_handshake(&w.pair, CF_OURS);
        th_close(&w.pair);
        wolfSSL_CTX_free(w.cc);
        wolfTicket_CTX_free(w.sc);
        (void)close(w.fd);
        th_teardown();
        ck_assert_int_eq(th_mem_live(), live);
    }
}
END_TEST

/* Each of our allocations fails in turn: no handshake does, neither one that
 * resumes nor one that is the first. */
START_TEST(without_memory_handshakes_are_full_and_succeed)
{
    unsigned char buf[8];
    long fired = 1;
    long n;
    int resumed = 0;
    int round;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    cf_begin(&w, _i / 2);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 0);
    for (n = 1; fired; n++) {
        if (_i % 2)
            ck_assert_int_eq(ftruncate(w.fd, 0), 0);
        th_open_server(&w.pair, w.sc, TH_OURS);
        th_mem_fail_at(n);
        th_mem_arm(1);
        cf_join(&w.pair, wolfTicket_new(w.cc));
        for (round = 0; round < 3; round++) {
            (void)wolfTicket_connect(w.pair.client);
            /* The server has its own troubles: they are tested elsewhere. */
            th_mem_arm(0);
            (void)th_accept(&w.pair);
            th_mem_arm(1);
        }
        th_mem_arm(0);
        ck_assert_msg(cf_handshake(&w.pair, CF_OURS) == TH_BOTH_DONE,
            "allocation %ld", n);
        ck_assert_int_eq(wolfSSL_write(w.pair.server, "x", 1), 1);
        th_mem_arm(1);
        ck_assert_int_eq(th_client_reads(&w.pair, buf, 1), 1);
        fired = th_mem_calls() >= n;
        th_mem_arm(0);
        resumed += wolfSSL_session_reused(w.pair.client);
        cf_close(&w);
        ck_assert_int_lt(n, 200);
    }
    ck_assert_int_ge(n, 7);
    ck_assert_int_eq(resumed > 0, _i % 2 == 0);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 1);
    cf_end(&w);
    th_teardown();
}
END_TEST

/* ---- threads ------------------------------------------------------------ */

#ifndef SINGLE_THREADED
/* Nothing of Check's here: it is for one thread alone. */
static void* Visits(void* arg)
{
    th_pair pair;
    wolfTicket_ClientInfo info;
    unsigned char buf[8];
    size_t bad = 0;
    int i;

    (void)arg;
    for (i = 0; i < th_many(40); i++) {
        th_open_server(&pair, w.sc, TH_OURS);
        pair.client = wolfTicket_new(w.cc);
        wolfSSL_SetIOReadCtx(pair.client, &pair.clientIo);
        wolfSSL_SetIOWriteCtx(pair.client, &pair.clientIo);
        bad += cf_handshake(&pair, i % 2) != TH_BOTH_DONE;
        bad += wolfSSL_write(pair.server, "x", 1) != 1;
        bad += th_client_reads(&pair, buf, 1) != 1;
        bad += !wolfTicket_get_client_info(pair.client, &info);
        bad += info.received != info.kept || info.received == 0;
        bad += i > 0 && !info.resumed;
        wolfTicket_free(pair.client);
        pair.client = NULL;
        th_close(&pair);
    }
    th_leave_thread();
    return (void*)bad;
}

START_TEST(threads_share_a_context_and_its_file)
{
    pthread_t thread[4];
    void* bad;
    int i;

    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new();

    cf_begin(&w, TH_TLS13);
    /* The clock of the fixture is for one thread. */
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(w.sc, ring), 1);
    wolfTicket_KeyRing_free(ring);
    for (i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, Visits, NULL), 0);
    for (i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(thread[i], &bad), 0);
        ck_assert_ptr_null(bad);
    }
    cf_end(&w);
}
END_TEST
#endif

static Suite* Tests(void)
{
    Suite* suite = suite_create("client_share");
    TCase* tc = th_case(suite, "client_share", 0);

    tcase_add_loop_test(tc, application_is_told_of_new_sessions_too, 0, 6);
    tcase_add_test(tc, application_is_told_of_plain_connections);
    tcase_add_loop_test(tc, done_callback_is_called_in_its_turn, 0, TH_MODES);
    tcase_add_test(tc, replaced_done_callback_loses_nothing);
    tcase_add_loop_test(tc, strange_lifetimes_are_mended, 0, 3);
    tcase_add_loop_test(tc, connection_outlives_its_context, 0, TH_MODES);
    tcase_add_test(tc, context_of_two_owners_keeps_its_file);
#ifndef SINGLE_THREADED
    tcase_add_test(tc, threads_share_a_context_and_its_file);
#endif
    tc = th_case(suite, "memory", 1);
    tcase_add_test(tc, new_object_at_an_old_address_inherits_nothing);
    tcase_add_test(tc, nothing_is_left_after_the_cleanup);
    tcase_add_loop_test(tc, without_memory_handshakes_are_full_and_succeed, 0,
        2 * TH_MODES);
    return suite;
}

int main(void)
{
    return th_run(Tests());
}
