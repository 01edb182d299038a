/* unit_singleuse_cb.c
 *
 * A TLS 1.3 ticket resumes once: by the application's claim callback.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "singleuse_fixture.h"

#ifdef OPENSSL_EXTRA
    #include "keycb_fixture.h"
#endif

#define IDS 64

/* What it was asked, and a store that it looks into. */
typedef struct {
    int answer;     /* of every claim; STORE: what the store says */
    int calls;
    unsigned int age;
    unsigned int left;
    unsigned char id[IDS][WOLFTICKET_CLAIM_ID_SZ];
    int count;
} claims;

enum { STORE = 100 };

static int Claim(const unsigned char id[16], unsigned int age,
    unsigned int seconds_left, void* arg)
{
    claims* c = (claims*)arg;
    int ret = c->answer;
    int i;

    c->calls++;
    c->age = age;
    c->left = seconds_left;
    if (ret == STORE) {
        ret = 1;
        for (i = 0; i < c->count; i++) {
            if (memcmp(c->id[i], id, WOLFTICKET_CLAIM_ID_SZ) == 0)
                ret = 0;
        }
    }
    if (ret == 1 && c->count < IDS)
        memcpy(c->id[c->count++], id, WOLFTICKET_CLAIM_ID_SZ);
    return ret;
}

static void begin(su_world* w, int mode, claims* c, int answer)
{
    su_begin(w, mode);
    memset(c, 0, sizeof(*c));
    c->answer = answer;
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_cb(w->sc, Claim, c), 1);
}

static const struct {
    int answer;
    wolfTicket_CAUSE cause;
} answers[] = {
    { 1, WOLFTICKET_CAUSE_USED },
    { 0, WOLFTICKET_CAUSE_REPLAYED },
    { -1, WOLFTICKET_CAUSE_UNVOUCHED },
    { 2, WOLFTICKET_CAUSE_UNVOUCHED },
    { 7, WOLFTICKET_CAUSE_UNVOUCHED },
    { -7, WOLFTICKET_CAUSE_UNVOUCHED }
};
#define ANSWERS ((int)(sizeof(answers) / sizeof(answers[0])))

/* dec_cb says so, or is not there. */
enum { USE, USE_RENEW, NONE, WAYS };

START_TEST(a_ticket_is_used_after_1_alone)
{
    int row = _i / SU_MODES % ANSWERS;
    int way = _i / SU_MODES / ANSWERS;
    int used = answers[row].answer == 1;
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;
    su_world w;
    claims c;

    begin(&w, su_modes[_i % SU_MODES], &c, answers[row].answer);
    session = su_session(&w);
    w.app.decAnswer = (way == USE) ? WOLFTICKET_RETURN_USE
                                   : WOLFTICKET_RETURN_USE_RENEW;
    if (way == NONE)
        ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(w.sc, NULL,
            NULL, NULL), 1);
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, &info), used);
    ck_assert_int_eq(c.calls, 1);
    ck_assert_int_eq(info.cause, answers[row].cause);
    ck_assert_int_eq(info.presented, 1);
    ck_assert(th_has_data(pair.server, used ? "alice" :
        (way == NONE) ? "" : "alice"));
    /* Who was refused has no ticket left, and gets new ones. */
    ck_assert_int_eq(pair.tickets, !used ? 2 : (way == USE) ? 0 : 1);
    th_close(&pair);
    ck_assert_uint_eq(su_count(w.sc, answers[row].cause), 1);
    ck_assert_uint_eq(su_count(w.sc, WOLFTICKET_CAUSE_USED), used);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

START_TEST(a_store_lets_every_ticket_resume_once)
{
    WOLFSSL_SESSION* session[3];
    su_world w;
    claims c;
    int i, k;

    begin(&w, su_modes[_i], &c, STORE);
    for (i = 0; i < 3; i++)
        session[i] = su_session(&w);
    for (k = 0; k < 3; k++) {
        for (i = 0; i < 3; i++)
            ck_assert_int_eq(su_try(&w, session[i]), (k == 0)
                ? WOLFTICKET_CAUSE_USED : WOLFTICKET_CAUSE_REPLAYED);
    }
    ck_assert_int_eq(c.calls, 9);
    ck_assert_int_eq(c.count, 3);
    for (i = 0; i < 3; i++)
        wolfSSL_SESSION_free(session[i]);
    su_end(&w);
}
END_TEST

/* Servers with the same keys know a ticket by the same name, also after a
 * restart, and others by none. */
START_TEST(the_same_ticket_has_the_same_id_wherever_its_key_is)
{
    WOLFSSL_SESSION* session;
    su_world w;
    claims c;

    begin(&w, su_modes[_i], &c, STORE);
    session = su_session(&w);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    wolfTicket_CTX_free(w.sc);
    wolfTicket_cleanup();
    w.sc = su_server(su_modes[_i], &w.app);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_cb(w.sc, Claim, &c), 1);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_REPLAYED);
    ck_assert_int_eq(c.calls, 2);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

/* ---- when it is asked ---------------------------------------------------- */

START_TEST(only_a_ticket_that_is_about_to_be_used_is_claimed)
{
    static const struct { int answer; int calls; } rows[] = {
        { WOLFTICKET_RETURN_ABORT, 0 },
        { WOLFTICKET_RETURN_IGNORE, 0 },
        { WOLFTICKET_RETURN_IGNORE_RENEW, 0 },
        { WOLFTICKET_RETURN_USE, 1 },
        { WOLFTICKET_RETURN_USE_RENEW, 1 }
    };
    int row = _i / SU_MODES;
    WOLFSSL_SESSION* session;
    th_pair pair;
    su_world w;
    claims c;

    begin(&w, su_modes[_i % SU_MODES], &c, STORE);
    session = su_session(&w);
    w.app.decAnswer = rows[row].answer;
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    (void)th_handshake(&pair);
    ck_assert_int_eq(w.app.decCalls, 1);
    ck_assert_int_eq(c.calls, rows[row].calls);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

START_TEST(tickets_that_are_refused_anyway_are_not_claimed)
{
    unsigned char keys80[WOLFTICKET_TICKET_KEYS_SZ];
    WOLFSSL_SESSION* session;
    su_world w;
    claims c;

    begin(&w, su_modes[_i], &c, STORE);
    session = su_session(&w);
    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(w.sc,
        (const unsigned char*)"other", 5), 1);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_BINDING);
    memset(keys80, 0x31, sizeof(keys80));
    keys80[20] = keys80[60] = 7;
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(w.sc, keys80,
        sizeof(keys80)), 1);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_UNKNOWN_KEY);
    ck_assert_int_eq(c.calls, 0);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

/* A client that comes without a ticket, and one of TLS 1.2. */
START_TEST(nobody_is_asked_where_there_is_nothing_to_claim)
{
    WOLFSSL_SESSION* session;
    su_world w;
    claims c;
    int i;

    begin(&w, _i, &c, 0);
    session = su_session(&w);
    ck_assert_int_eq(c.calls, 0);
    if (!th_is_tls13(_i)) {
        for (i = 0; i < 2; i++)
            ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
        ck_assert_int_eq(c.calls, 0);
    }
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

START_TEST(a_retry_claims_once)
{
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;
    su_world w;
    claims c;

    begin(&w, su_modes[_i], &c, STORE);
    session = su_session(&w);
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(wolfSSL_NoKeyShares(pair.client), WOLFSSL_SUCCESS);
    ck_assert_int_eq(th_verdict(&pair, &info), 1);
    ck_assert_int_eq(c.calls, 1);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

/* ---- how long ------------------------------------------------------------ */

/* A mark that is kept so long outlives the ticket, by the clock of every
 * server that could take it. */
START_TEST(age_and_seconds_left_are_those_of_the_ticket_or_its_chain)
{
    static const struct {
        unsigned int lifetime;
        unsigned int chain;
        unsigned int age;
        unsigned int left;
    } rows[] = {
        { 7200, 604800, 0, 7200 },
        { 7200, 604800, 100, 7100 },
        { 7200, 604800, 7200, 0 },
        { 7200, 3600, 100, 3500 },
        { 604800, 604800, 1, 604799 },
        { 60, 604800, 59, 1 }
    };
    int row = _i / SU_MODES;
    WOLFSSL_SESSION* session;
    th_clock clock;
    su_world w;
    claims c;

    begin(&w, su_modes[_i % SU_MODES], &c, STORE);
    th_use_clock(w.sc, &clock);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(w.sc, rows[row].lifetime), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_renewal_limit(w.sc, rows[row].chain),
        1);
    session = su_session(&w);
    clock.now += rows[row].age;
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    ck_assert_uint_gt(c.left, rows[row].left);
    ck_assert_uint_le(c.left, rows[row].left + 121);
    ck_assert_uint_gt(c.age, rows[row].age);
    ck_assert_uint_le(c.age, rows[row].age + 121);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

/* ---- settings ------------------------------------------------------------ */

START_TEST(without_a_callback_the_filter_is_there_again)
{
    WOLFSSL_SESSION* session;
    su_world w;
    claims c;

    begin(&w, su_modes[_i], &c, 1);
    session = su_session(&w);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    /* Switched on once more, the callback stays. */
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(w.sc, 1), 1);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(c.calls, 3);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_cb(w.sc, NULL, NULL), 1);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_UNVOUCHED);
    wolfSSL_SESSION_free(session);
    session = su_session(&w);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_REPLAYED);
    ck_assert_int_eq(c.calls, 3);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

START_TEST(switched_off_nobody_is_asked)
{
    WOLFSSL_SESSION* session;
    su_world w;
    claims c;

    begin(&w, su_modes[_i], &c, 0);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(w.sc, 0), 1);
    session = su_session(&w);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(c.calls, 0);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

/* One that was made before it was switched on can be claimed as any other. */
START_TEST(a_ticket_from_before_can_be_claimed)
{
    WOLFSSL_SESSION* session;
    su_world w;
    claims c;

    su_begin(&w, su_modes[_i]);
    session = su_session(&w);
    memset(&c, 0, sizeof(c));
    c.answer = STORE;
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_cb(w.sc, Claim, &c), 1);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_REPLAYED);
    wolfSSL_SESSION_free(session);
    su_end(&w);
}
END_TEST

#ifdef OPENSSL_EXTRA
START_TEST(a_ticket_of_a_key_callback_resumes_once)
{
    WOLFSSL_SESSION* session;
    WOLFSSL_SESSION* other;
    su_world w;
    claims c;

    begin(&w, su_modes[_i], &c, STORE);
    keys_init(NULL);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(w.sc, keys_cb),
        1);
    w.app.genDataSz = 3;
    session = su_session(&w);
    other = su_session(&w);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_REPLAYED);
    ck_assert_int_eq(su_try(&w, other), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(su_try(&w, other), WOLFTICKET_CAUSE_REPLAYED);
    /* And does not open where nobody counts. */
    wolfSSL_SESSION_free(session);
    session = su_session(&w);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(w.sc, 0), 1);
    ck_assert_int_eq(su_try(&w, session), WOLFTICKET_CAUSE_UNVOUCHED);
    wolfSSL_SESSION_free(session);
    wolfSSL_SESSION_free(other);
    su_end(&w);
}
END_TEST
#endif

int main(void)
{
    Suite* suite = suite_create("singleuse_cb");
    TCase* tc = th_case(suite, "singleuse_cb", 0);

    tcase_add_loop_test(tc, a_ticket_is_used_after_1_alone, 0,
        SU_MODES * ANSWERS * WAYS);
    tcase_add_loop_test(tc, a_store_lets_every_ticket_resume_once, 0,
        SU_MODES);
    tcase_add_loop_test(tc,
        the_same_ticket_has_the_same_id_wherever_its_key_is, 0, SU_MODES);
    tcase_add_loop_test(tc, only_a_ticket_that_is_about_to_be_used_is_claimed,
        0, SU_MODES * 5);
    tcase_add_loop_test(tc, tickets_that_are_refused_anyway_are_not_claimed,
        0, SU_MODES);
    tcase_add_loop_test(tc, nobody_is_asked_where_there_is_nothing_to_claim,
        0, TH_MODES);
    tcase_add_loop_test(tc, a_retry_claims_once, 0, SU_MODES);
    tcase_add_loop_test(tc,
        age_and_seconds_left_are_those_of_the_ticket_or_its_chain, 0,
        SU_MODES * 6);
    tcase_add_loop_test(tc, without_a_callback_the_filter_is_there_again, 0,
        SU_MODES);
    tcase_add_loop_test(tc, switched_off_nobody_is_asked, 0, SU_MODES);
    tcase_add_loop_test(tc, a_ticket_from_before_can_be_claimed, 0, SU_MODES);
#ifdef OPENSSL_EXTRA
    tcase_add_loop_test(tc, a_ticket_of_a_key_callback_resumes_once, 0,
        SU_MODES);
#endif
    return th_run(suite);
}
