/* unit_singleuse.c
 *
 * A TLS 1.3 ticket resumes once: by the filter.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "singleuse_fixture.h"

#ifdef OPENSSL_EXTRA
    #include "keycb_fixture.h"
#endif

static void begin(su_world* w, int mode)
{
    su_begin(w, mode);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(w->sc, 1), 1);
}

/* ---- once ---------------------------------------------------------------- */

START_TEST(a_ticket_resumes_once_and_is_refused_from_then_on)
{
    WOLFSSL_SESSION* session;
    wolfTicket_Stats stats;
    su_world w;
    int i;

    begin(&w, su_modes[_i]);
    session = su_session(&w);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(w.app.status, WOLFTICKET_SUCCESS_RENEW);
    ck_assert_int_eq(w.app.genCalls, 1);
    for (i = 0; i < 3; i++) {
        ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_REPLAYED);
        ck_assert_int_eq(w.app.decCalls, 1);
        ck_assert_int_eq(w.app.status, WOLFTICKET_NO_DECRYPT);
        ck_assert_int_eq(w.app.hadSession, 0);
        /* The client gets new ones. */
        ck_assert_int_eq(w.app.genCalls, 2);
    }
    ck_assert_int_eq(wolfTicket_CTX_get_stats(w.sc, &stats), 1);
    ck_assert_uint_eq(stats.presented[WOLFTICKET_CAUSE_USED], 1);
    ck_assert_uint_eq(stats.presented[WOLFTICKET_CAUSE_REPLAYED], 3);
    ck_assert_uint_eq(stats.presented[WOLFTICKET_CAUSE_UNVOUCHED], 0);
    ck_assert_uint_eq(stats.resumed, 1);
    ck_assert_uint_eq(stats.full, 4);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

START_TEST(a_chain_of_renewals_goes_on_with_each_ticket_used_once)
{
    WOLFSSL_SESSION* session;
    WOLFSSL_SESSION* next;
    su_world w;
    th_pair pair;
    int i;

    begin(&w, su_modes[_i % SU_MODES]);
    session = su_session(&w);
    for (i = 0; i < 20; i++) {
        th_open(&pair, w.sc, w.cc, session, _i / SU_MODES);
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        th_exchange(&pair);
        ck_assert_int_eq(wolfSSL_session_reused(pair.server), 1);
        ck_assert(th_has_data(pair.server, "alice"));
        next = wolfSSL_get1_session(pair.client);
        th_close(&pair);
        ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_REPLAYED);
        wolfSSL_SESSION_free(session);
        session = next;
    }
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

/* On one connection that is used again for another client. */
#ifdef OPENSSL_EXTRA
START_TEST(a_connection_that_was_cleared_does_not_remember_a_claim)
{
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;
    su_world w;

    begin(&w, su_modes[_i]);
    session = su_session(&w);
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, &info), 1);
    ck_assert_int_eq(wolfTicket_clear(pair.server), 1);
    wolfSSL_free(pair.client);
    pair.toServer.sz = pair.toClient.sz = 0;
    pair.client = wolfSSL_new(w.cc);
    wolfSSL_SetIOReadCtx(pair.client, &pair.clientIo);
    wolfSSL_SetIOWriteCtx(pair.client, &pair.clientIo);
    ck_assert_int_eq(wolfSSL_set_session(pair.client, session),
        WOLFSSL_SUCCESS);
    ck_assert_int_eq(th_verdict(&pair, &info), 0);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_REPLAYED);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST
#endif

START_TEST(tickets_of_tls12_are_not_subject_to_it)
{
    WOLFSSL_SESSION* session;
    su_world w;
    int i;

    begin(&w, (_i == 0) ? TH_TLS12 : TH_TLS12_ONLY);
    session = su_session(&w);
    for (i = 0; i < 3; i++)
        ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

/* ---- what dec_cb says ---------------------------------------------------- */

static const struct {
    int done;
    wolfTicket_CAUSE cause;
    wolfTicket_CAUSE after;     /* of the same ticket, used then */
    int tickets;
} answers[] = {
    { 0, WOLFTICKET_CAUSE_ABORT, WOLFTICKET_CAUSE_USED, 0 },
    { TH_BOTH_DONE, WOLFTICKET_CAUSE_APPLICATION, WOLFTICKET_CAUSE_USED, 0 },
    { TH_BOTH_DONE, WOLFTICKET_CAUSE_APPLICATION, WOLFTICKET_CAUSE_USED, 2 },
    { TH_BOTH_DONE, WOLFTICKET_CAUSE_USED, WOLFTICKET_CAUSE_REPLAYED, 0 },
    { TH_BOTH_DONE, WOLFTICKET_CAUSE_USED, WOLFTICKET_CAUSE_REPLAYED, 1 }
};
#define ANSWERS 5

START_TEST(a_ticket_that_dec_cb_does_not_use_stays_good)
{
    int answer = _i / SU_MODES;
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;
    su_world w;

    begin(&w, su_modes[_i % SU_MODES]);
    session = su_session(&w);
    w.app.decAnswer = answer;
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), answers[answer].done);
    if (answers[answer].done)
        th_exchange(&pair);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_int_eq(info.cause, answers[answer].cause);
    ck_assert_int_eq(pair.tickets, answers[answer].tickets);
    th_close(&pair);
    w.app.decAnswer = TH_DEFAULT_ANSWER;
    ck_assert_int_eq(su_try(&w, session), answers[answer].after);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

/* The decision table's row NO_DECRYPT holds for a ticket that was used. */
START_TEST(dec_cb_answers_for_a_used_ticket_as_for_one_that_does_not_open)
{
    static const struct { int done; int tickets; } rows[ANSWERS] = {
        { 0, 0 }, { TH_BOTH_DONE, 0 }, { TH_BOTH_DONE, 2 }, { 0, 0 }, { 0, 0 }
    };
    int answer = _i / SU_MODES;
    WOLFSSL_SESSION* session;
    th_pair pair;
    su_world w;

    begin(&w, su_modes[_i % SU_MODES]);
    session = su_session(&w);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    w.app.decAnswer = answer;
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), rows[answer].done);
    if (rows[answer].done)
        th_exchange(&pair);
    ck_assert_int_eq(w.app.status, WOLFTICKET_NO_DECRYPT);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 0);
    ck_assert_int_eq(pair.tickets, rows[answer].tickets);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

/* Another connection with the same ticket goes from end to end while dec_cb is
 * asked about it. */
static struct {
    su_world* w;
    WOLFSSL_SESSION* session;
    int answer;
    int nested;
} overtaker;

static wolfTicket_RETURN Overtaken(WOLFSSL* ssl, WOLFSSL_SESSION* ss,
    const unsigned char* keyname, size_t keyname_len, wolfTicket_STATUS status,
    void* arg)
{
    wolfTicket_Info info;

    (void)ssl;
    (void)ss;
    (void)keyname;
    (void)keyname_len;
    (void)arg;
    ck_assert_int_eq(status, WOLFTICKET_SUCCESS_RENEW);
    if (overtaker.nested++ > 0)
        return WOLFTICKET_RETURN_USE_RENEW;
    ck_assert_int_eq(th_try(overtaker.w->sc, overtaker.w->cc,
        overtaker.session, &info), 1);
    return overtaker.answer;
}

START_TEST(who_is_overtaken_makes_a_full_handshake_and_gets_tickets)
{
    wolfTicket_Info info;
    th_pair pair;
    su_world w;

    begin(&w, su_modes[_i % SU_MODES]);
    overtaker.w = &w;
    overtaker.session = su_session(&w);
    overtaker.nested = 0;
    overtaker.answer = (_i / SU_MODES) ? WOLFTICKET_RETURN_USE
                                       : WOLFTICKET_RETURN_USE_RENEW;
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(w.sc, NULL,
        Overtaken, NULL), 1);
    th_open(&pair, w.sc, w.cc, overtaker.session, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, &info), 0);
    ck_assert_int_eq(overtaker.nested, 2);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_REPLAYED);
    ck_assert_int_eq(info.answer, overtaker.answer);
    ck_assert_int_eq(info.resumed, 0);
    ck_assert_int_eq(pair.tickets, 2);
    ck_assert(th_has_data(pair.server, ""));
    th_close(&pair);
    ck_assert_uint_eq(su_count(w.sc, WOLFTICKET_CAUSE_USED), 1);
    ck_assert_uint_eq(su_count(w.sc, WOLFTICKET_CAUSE_REPLAYED), 1);
    wolfSSL_SESSION_free(overtaker.session);
    su_end(&w);
}
END_TEST

/* ---- stages -------------------------------------------------------------- */

START_TEST(a_retry_claims_once)
{
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;
    su_world w;

    begin(&w, su_modes[_i]);
    session = su_session(&w);
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(wolfSSL_NoKeyShares(pair.client), WOLFSSL_SUCCESS);
    ck_assert_int_eq(th_verdict(&pair, &info), 1);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(w.app.decCalls, 1);
    th_close(&pair);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_REPLAYED);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

/* What the filter knows nothing of is not claimed either. */
START_TEST(a_ticket_that_is_refused_for_another_reason_stays_good)
{
    WOLFSSL_SESSION* session;
    su_world w;

    begin(&w, su_modes[_i]);
    session = su_session(&w);
    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(w.sc,
        (const unsigned char*)"other", 5), 1);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_BINDING);
    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(w.sc, NULL, 0), 1);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_REPLAYED);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

/* ---- what is not vouched for --------------------------------------------- */

START_TEST(a_ticket_of_another_process_or_from_before_a_restart_is_refused)
{
    WOLFSSL_SESSION* session;
    su_world w;

    begin(&w, su_modes[_i]);
    session = su_session(&w);
    wolfTicket_CTX_free(w.sc);
    wolfTicket_cleanup();
    w.sc = su_server(su_modes[_i], &w.app);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(w.sc, 1), 1);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_UNVOUCHED);
    ck_assert_int_eq(w.app.status, WOLFTICKET_NO_DECRYPT);
    ck_assert_int_eq(w.app.genCalls, 2);
    ck_assert_uint_eq(su_count(w.sc, WOLFTICKET_CAUSE_UNVOUCHED), 1);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

START_TEST(a_ticket_that_is_older_than_what_is_remembered_is_refused)
{
    WOLFSSL_SESSION* old;
    WOLFSSL_SESSION* later;
    th_pair pair;
    su_world w;
    int i;

    su_begin(&w, su_modes[_i]);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_tickets(w.sc,
        WOLFTICKET_MIN_SINGLE_USE_TICKETS), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(w.sc, 250), 1);
    old = su_session(&w);
    later = su_session(&w);
    for (i = 0; i < 15; i++) {
        th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        th_close(&pair);
    }
    /* 4000 since. */
    ck_assert_int_eq(su_try(&w, later), WOLFTICKET_CAUSE_USED);
    for (i = 0; i < 6; i++) {
        th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        th_close(&pair);
    }
    ck_assert_int_eq(su_try(&w, old), WOLFTICKET_CAUSE_UNVOUCHED);
    ck_assert_int_eq(su_try(&w, later), WOLFTICKET_CAUSE_UNVOUCHED);
    wolfSSL_SESSION_free(old);
    wolfSSL_SESSION_free(later);
    su_end(&w);
}
END_TEST

START_TEST(contexts_of_a_process_vouch_for_each_others_tickets)
{
    WOLFSSL_SESSION* session;
    WOLFSSL_CTX* first;
    WOLFSSL_CTX* second;
    su_world w;

    begin(&w, su_modes[_i]);
    first = w.sc;
    second = su_server(su_modes[_i], &w.app);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(second, 1), 1);
    session = su_session(&w);
    w.sc = second;
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    w.sc = first;
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_REPLAYED);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(second);
    su_end(&w);
}
END_TEST

START_TEST(a_ticket_for_one_use_does_not_open_where_nobody_counts)
{
    WOLFSSL_SESSION* session;
    WOLFSSL_CTX* counts;
    su_world w;

    begin(&w, su_modes[_i]);
    counts = w.sc;
    session = su_session(&w);
    w.sc = su_server(su_modes[_i], &w.app);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_UNVOUCHED);
    wolfTicket_CTX_free(w.sc);
    w.sc = counts;
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

START_TEST(a_ticket_from_before_it_was_switched_on_is_refused)
{
    WOLFSSL_SESSION* session;
    su_world w;
    int i;

    su_begin(&w, su_modes[_i]);
    session = su_session(&w);
    for (i = 0; i < 2; i++)
        ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(w.sc, 1), 1);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_UNVOUCHED);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(w.sc, 0), 1);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

#ifdef OPENSSL_EXTRA
START_TEST(the_filter_knows_no_tickets_of_a_key_callback)
{
    WOLFSSL_SESSION* session;
    su_world w;

    begin(&w, su_modes[_i]);
    keys_init(NULL);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(w.sc, keys_cb),
        1);
    w.app.genDataSz = 3;
    session = su_session(&w);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_UNVOUCHED);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_UNVOUCHED);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST
#endif

/* ---- settings ------------------------------------------------------------ */

START_TEST(wrong_settings_are_told)
{
    su_world w;
    WOLFSSL_CTX* other;

    ck_assert_int_eq(wolfTicket_CTX_set_single_use(NULL, 1), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(NULL, 0), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_cb(NULL, NULL, NULL), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_tickets(NULL, 65536), 0);
    ck_assert_str_eq(wolfTicket_CTX_error(NULL),
        "an argument is NULL that must not be");
    su_begin(&w, su_modes[_i]);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_tickets(w.sc,
        WOLFTICKET_MIN_SINGLE_USE_TICKETS - 1), 0);
    ck_assert_str_eq(wolfTicket_CTX_error(w.sc),
        "a filter remembers 4096 to 268435456 tickets");
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_tickets(w.sc,
        WOLFTICKET_MAX_SINGLE_USE_TICKETS + 1), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_tickets(w.sc, 65536), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_tickets(w.sc, 65537), 0);
    ck_assert_ptr_nonnull(strstr(wolfTicket_CTX_error(w.sc), "another size"));
    other = su_server(su_modes[_i], &w.app);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(other, 1), 1);
    wolfTicket_CTX_free(other);
    /* A client's is accepted and left alone. */
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(w.cc, 1), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(w.cc, 0), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_cb(w.cc, NULL, NULL), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_tickets(w.cc, 4096), 1);
    su_end(&w);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("singleuse");
    TCase* tc = th_case(suite, "singleuse", 0);

    tcase_add_loop_test(tc,
        a_ticket_resumes_once_and_is_refused_from_then_on, 0, SU_MODES);
    tcase_add_loop_test(tc,
        a_chain_of_renewals_goes_on_with_each_ticket_used_once, 0,
#ifdef OPENSSL_EXTRA
        2 *
#endif
        SU_MODES);
#ifdef OPENSSL_EXTRA
    tcase_add_loop_test(tc,
        a_connection_that_was_cleared_does_not_remember_a_claim, 0, SU_MODES);
    tcase_add_loop_test(tc, the_filter_knows_no_tickets_of_a_key_callback, 0,
        SU_MODES);
#endif
    tcase_add_loop_test(tc, tickets_of_tls12_are_not_subject_to_it, 0, 2);
    tcase_add_loop_test(tc, a_ticket_that_dec_cb_does_not_use_stays_good, 0,
        SU_MODES * ANSWERS);
    tcase_add_loop_test(tc,
        dec_cb_answers_for_a_used_ticket_as_for_one_that_does_not_open, 0,
        SU_MODES * ANSWERS);
    tcase_add_loop_test(tc,
        who_is_overtaken_makes_a_full_handshake_and_gets_tickets, 0,
        2 * SU_MODES);
    tcase_add_loop_test(tc, a_retry_claims_once, 0, SU_MODES);
    tcase_add_loop_test(tc,
        a_ticket_that_is_refused_for_another_reason_stays_good, 0, SU_MODES);
    tcase_add_loop_test(tc,
        a_ticket_of_another_process_or_from_before_a_restart_is_refused, 0,
        SU_MODES);
    tcase_add_loop_test(tc,
        a_ticket_that_is_older_than_what_is_remembered_is_refused, 0,
        SU_MODES);
    tcase_add_loop_test(tc,
        contexts_of_a_process_vouch_for_each_others_tickets, 0, SU_MODES);
    tcase_add_loop_test(tc,
        a_ticket_for_one_use_does_not_open_where_nobody_counts, 0, SU_MODES);
    tcase_add_loop_test(tc,
        a_ticket_from_before_it_was_switched_on_is_refused, 0, SU_MODES);
    tcase_add_loop_test(tc, wrong_settings_are_told, 0, SU_MODES);
    return th_run(suite);
}
