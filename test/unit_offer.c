/* unit_offer.c
 *
 * Tickets that a client presents: the decision table and its neighbourhood.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"

#define INTERNAL_ERROR 80

/* ---- the decision table ------------------------------------------------- */

enum { FAIL, FULL, USED };

typedef struct {
    const char* what;
    int tls13;
    int wrongKey;
    int result[5];      /* by answer */
    int tickets[5];     /* sent */
} row;

static const row table[] = {
    /*                             ABORT IGNORE I_RENEW USE  U_RENEW */
    { "1.3 valid",     1, 0, { FAIL, FULL, FULL, USED, USED },
                             { 0,    0,    2,    0,    1    } },
    { "1.3 wrong key", 1, 1, { FAIL, FULL, FULL, FAIL, FAIL },
                             { 0,    0,    2,    0,    0    } },
    { "1.2 valid",     0, 0, { FAIL, FULL, FULL, USED, USED },
                             { 0,    0,    1,    0,    1    } },
    { "1.2 wrong key", 0, 1, { FAIL, FULL, FULL, FAIL, FAIL },
                             { 0,    0,    1,    0,    0    } }
};

#define ANSWERS  5
#define CELLS    ((int)(sizeof(table) / sizeof(table[0])) * 2 * ANSWERS)

/* What a wolfSSL cannot do in TLS 1.2, as the README says. */
static int TicketsOfBuild(const row* r, int answer)
{
    int ret = r->tickets[answer];
    word32 version = wolfSSL_lib_version_hex();

    if (!r->tls13 && r->result[answer] == USED && version < 0x05007000)
        ret = 0;
    if (!r->tls13 && r->result[answer] == FULL && version < 0x05009000)
        ret = 0;
    return ret;
}

static void CheckDec(const th_app* app, const row* r)
{
    ck_assert_int_eq(app->decCalls, 1);
    ck_assert_uint_eq(app->keyNameSz, WOLFTICKET_NAME_SZ);
    if (r->wrongKey)
        ck_assert_int_eq(app->status, WOLFTICKET_NO_DECRYPT);
    else
        ck_assert_int_eq(app->status, r->tls13 ? WOLFTICKET_SUCCESS_RENEW
                                               : WOLFTICKET_SUCCESS);
    ck_assert_int_eq(app->hadSession, !r->wrongKey);
    ck_assert_uint_eq(app->seenSz, r->wrongKey ? 0 : 5);
    if (!r->wrongKey)
        ck_assert_mem_eq(app->seen, "alice", 5);
}

START_TEST(every_cell_of_the_decision_table_holds)
{
    const row* r = &table[_i / (2 * ANSWERS)];
    int answer = _i % ANSWERS;
    int onlyMode = (_i / ANSWERS) % 2;
    int mode = r->tls13 ? (onlyMode ? TH_TLS13_ONLY : TH_TLS13)
                        : (onlyMode ? TH_TLS12_ONLY : TH_TLS12);
    WOLFSSL_CTX* sc = th_server_ctx(mode);
    WOLFSSL_CTX* other = th_server_ctx(mode);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session;
    th_app app;
    th_pair pair;

    th_app_init(&app);
    app.genData = "alice";
    app.genDataSz = 5;
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec, &app));
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(other, th_gen, th_dec,
        &app));
    session = th_get_session(r->wrongKey ? other : sc, cc);
    th_app_init(&app);
    app.decAnswer = answer;

    th_open(&pair, sc, cc, session, TH_OURS);
    if (r->result[answer] == FAIL) {
        ck_assert_int_eq(th_handshake(&pair), 0);
        ck_assert_int_eq(th_client_alert(&pair), INTERNAL_ERROR);
        ck_assert(th_has_data(pair.server, ""));
        ck_assert_str_ne(wolfTicket_error(pair.server), "no error");
    }
    else {
        ck_assert_int_eq(th_verdict(&pair, NULL), r->result[answer] == USED);
        ck_assert_int_eq(pair.tickets, TicketsOfBuild(r, answer));
        ck_assert(th_has_data(pair.server,
            (r->result[answer] == USED) ? "alice" : ""));
    }
    ck_assert_int_eq(app.genCalls, pair.tickets);
    CheckDec(&app, r);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfTicket_CTX_free(other);
    wolfSSL_CTX_free(cc);
}
END_TEST

static void CheckDead(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc, th_pair* pair,
    th_app* app)
{
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;

    ck_assert_int_le(pair->tickets, 1);
    if (pair->tickets == 1) {
        session = wolfSSL_get1_session(pair->client);
        app->decAnswer = TH_DEFAULT_ANSWER;
        ck_assert_int_eq(th_try(sc, cc, session, &info), 0);
        ck_assert_int_eq(info.status, WOLFTICKET_NO_DECRYPT);
        wolfSSL_SESSION_free(session);
    }
}

START_TEST(empty_extension_is_answered_by_the_table)
{
    int answer = _i % ANSWERS;
    int mode = (_i < ANSWERS) ? TH_TLS12 : TH_TLS12_ONLY;
    WOLFSSL_CTX* sc = th_server_ctx(mode);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    int ok = answer == WOLFTICKET_RETURN_IGNORE ||
        answer == WOLFTICKET_RETURN_IGNORE_RENEW;
    int plain;

    for (plain = 0; plain < 2; plain++) {
        th_app app;
        th_pair pair;

        th_app_init(&app);
        app.decAnswer = answer;
        ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec,
            &app));
        th_open(&pair, sc, cc, NULL, plain);
        ck_assert_int_eq(th_handshake(&pair), ok ? TH_BOTH_DONE : 0);
        ck_assert_int_eq(app.decCalls, 1);
        ck_assert_int_eq(app.status, WOLFTICKET_EMPTY);
        ck_assert_int_eq(app.hadSession, 0);
        ck_assert_uint_eq(app.keyNameSz, 0);
        ck_assert_int_eq(app.genCalls,
            answer == WOLFTICKET_RETURN_IGNORE_RENEW);
        /* A server of any version shows its ClientHello too late to break
         * the promise of a ticket, one without message callback not at all:
         * it is one that nobody can open. */
        if ((mode == TH_TLS12 || !TH_SEES_HELLOS) &&
                answer == WOLFTICKET_RETURN_IGNORE)
            CheckDead(sc, cc, &pair, &app);
        else
            ck_assert_int_eq(pair.tickets, app.genCalls);
        if (!ok)
            ck_assert_int_eq(th_client_alert(&pair), INTERNAL_ERROR);
        th_close(&pair);
    }
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(answer_that_is_none_aborts)
{
    static const int answers[] = { 5, -2, 255, 256, 259, 0x7FFFFFFF };
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session;
    th_app app;
    th_pair pair;

    th_app_init(&app);
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec, &app));
    session = th_get_session(sc, cc);
    app.decAnswer = answers[_i];
    th_open(&pair, sc, cc, session, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), 0);
    ck_assert_int_eq(th_client_alert(&pair), INTERNAL_ERROR);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- once ---------------------------------------------------------------- */

/* The server prefers suites that the ticket is not of, so that wolfSSL asks
 * again and again. */
START_TEST(ticket_has_one_status_however_many_suites_are_tried)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* other = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_CTX* one = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session;
    th_app app;
    int wrongKey = _i & 1;

    ck_assert_int_eq(wolfSSL_CTX_set_cipher_list(one,
        "TLS13-AES128-GCM-SHA256"), WOLFSSL_SUCCESS);
    ck_assert_int_eq(wolfSSL_CTX_set_cipher_list(sc,
        "TLS13-AES256-GCM-SHA384:TLS13-CHACHA20-POLY1305-SHA256:"
        "TLS13-AES128-GCM-SHA256"), WOLFSSL_SUCCESS);
    th_app_init(&app);
    app.genData = "alice";
    app.genDataSz = 5;
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec, &app));
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(other, th_gen, NULL, &app));
    session = th_get_session(wrongKey ? other : sc, one);
    th_app_init(&app);
    app.decAnswer = (_i & 2) ? WOLFTICKET_RETURN_IGNORE : TH_DEFAULT_ANSWER;
    ck_assert_int_eq(th_try(sc, cc, session, NULL), _i == 0);
    ck_assert_int_eq(app.decCalls, 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfTicket_CTX_free(other);
    wolfSSL_CTX_free(cc);
    wolfSSL_CTX_free(one);
}
END_TEST

/* A HelloRetryRequest is a ServerHello too. */
#ifdef OPENSSL_EXTRA
static int hellos;

static void CountHellos(int isWrite, int version, int contentType,
    const void* buf, size_t sz, WOLFSSL* ssl, void* arg)
{
    const unsigned char* p = (const unsigned char*)buf;

    (void)version;
    (void)ssl;
    (void)arg;
    if (isWrite && contentType == 22 && sz > 6 && (p[0] == 2 ||
            (p[0] == 22 && p[5] == 2)))
        hellos++;
}
#endif

START_TEST(ticket_has_one_status_through_a_hello_retry_request)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* other = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session;
    th_app app;
    th_pair pair;
    int group = WOLFSSL_ECC_SECP256R1;
    int wrongKey = _i & 1;

    /* Both, since newer clients offer the group of their session alone. */
    ck_assert_int_eq(wolfSSL_CTX_set_groups(sc, &group, 1), WOLFSSL_SUCCESS);
    ck_assert_int_eq(wolfSSL_CTX_set_groups(other, &group, 1),
        WOLFSSL_SUCCESS);
#ifdef OPENSSL_EXTRA
    ck_assert_int_eq(wolfTicket_CTX_set_msg_callback(sc, CountHellos), 1);
#endif
    th_app_init(&app);
    app.genData = "alice";
    app.genDataSz = 5;
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec, &app));
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(other, th_gen, NULL, &app));
    session = th_get_session(wrongKey ? other : sc, cc);
    th_app_init(&app);
    app.decAnswer = (_i & 2) ? WOLFTICKET_RETURN_IGNORE_RENEW
                             : TH_DEFAULT_ANSWER;
#ifdef OPENSSL_EXTRA
    hellos = 0;
#endif
    th_open(&pair, sc, cc, session, (_i & 4) ? TH_PLAIN : TH_OURS);
    ck_assert_int_eq(wolfSSL_UseKeyShare(pair.client, WOLFSSL_ECC_SECP384R1),
        WOLFSSL_SUCCESS);
    ck_assert_int_eq(th_verdict(&pair, NULL), (_i & 3) == 0);
#ifdef OPENSSL_EXTRA
    ck_assert_int_eq(hellos, 2);
#endif
    ck_assert_int_eq(app.decCalls, 1);
    ck_assert_int_eq(pair.tickets, ((_i & 3) == 0) ? 1 : 2);
    ck_assert(th_has_data(pair.server, ((_i & 3) == 0) ? "alice" : ""));
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfTicket_CTX_free(other);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- times -------------------------------------------------------------- */

static const struct {
    long later;
    int lifetime;
    int limit;
    wolfTicket_CAUSE cause;
} ages[] = {
    { 0,       7200,   604800, WOLFTICKET_CAUSE_USED },
    { 7200,    7200,   604800, WOLFTICKET_CAUSE_USED },
    { 7201,    7200,   604800, WOLFTICKET_CAUSE_EXPIRED },
    { 86400,   7200,   604800, WOLFTICKET_CAUSE_UNKNOWN_KEY },
    { 60,      60,     604800, WOLFTICKET_CAUSE_USED },
    { 604800,  604800, 604800, WOLFTICKET_CAUSE_USED },
    { 100,     7200,   100,    WOLFTICKET_CAUSE_USED },
    { 101,     7200,   100,    WOLFTICKET_CAUSE_RENEWAL_LIMIT },
    { -60,     7200,   604800, WOLFTICKET_CAUSE_USED },
    { -61,     7200,   604800, WOLFTICKET_CAUSE_NOT_YET },
    { -100000, 7200,   604800, WOLFTICKET_CAUSE_NOT_YET }
};

#define AGES ((int)(sizeof(ages) / sizeof(ages[0])))

START_TEST(ticket_lives_as_long_as_it_should)
{
    int mode = _i / AGES;
    int i = _i % AGES;
    WOLFSSL_CTX* sc = th_server_ctx(mode);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_clock clock;

    th_use_clock(sc, &clock);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc,
        (unsigned int)ages[i].lifetime), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_renewal_limit(sc,
        (unsigned int)ages[i].limit), 1);
    session = th_get_session(sc, cc);
    clock.now = (word64)((long)TH_NOW + ages[i].later);
    ck_assert_int_eq(th_try(sc, cc, session, &info),
        ages[i].cause == WOLFTICKET_CAUSE_USED);
    /* A key may be gone by the time its tickets have run out. */
    if (info.cause != WOLFTICKET_CAUSE_UNKNOWN_KEY ||
            ages[i].cause != WOLFTICKET_CAUSE_EXPIRED)
        ck_assert_int_eq((int)info.cause, (int)ages[i].cause);
    if (info.cause == WOLFTICKET_CAUSE_USED && ages[i].later > 0)
        ck_assert_int_eq((int)info.age, ages[i].later);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(renewed_tickets_never_outlive_the_limit)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_clock clock;
    th_pair pair;
    int resumed = 0;
    int i;

    th_use_clock(sc, &clock);
    ck_assert_int_eq(wolfTicket_CTX_set_renewal_limit(sc, 20000), 1);
    session = th_get_session(sc, cc);
    for (i = 1; i <= 8; i++) {
        clock.now = TH_NOW + (word64)i * 3000;
        th_open(&pair, sc, cc, session, TH_OURS);
        resumed += th_verdict(&pair, &info);
        if (i <= 6) {
            ck_assert_uint_eq(info.full_handshake, TH_NOW);
            ck_assert_uint_eq(info.renewals, (unsigned int)i - 1);
            ck_assert_uint_eq(info.age, 3000);
            wolfSSL_SESSION_free(session);
            session = wolfSSL_get1_session(pair.client);
        }
        else {
            ck_assert_int_eq((int)info.cause, (int)((i == 7)
                ? WOLFTICKET_CAUSE_RENEWAL_LIMIT : info.cause));
        }
        th_close(&pair);
    }
    ck_assert_int_eq(resumed, 6);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(older_key_is_success_renew)
{
    WOLFSSL_CTX* sc = th_server_ctx(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session;
    th_app app;

    th_app_init(&app);
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, NULL, th_dec, &app));
    session = th_get_session(sc, cc);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(wolfTicket_CTX_get_key_ring(
        sc)), 1);
    ck_assert_int_eq(th_try(sc, cc, session, NULL), 1);
    ck_assert_int_eq(app.status, WOLFTICKET_SUCCESS_RENEW);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(two_tickets_of_one_handshake_resume_each)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session = th_get_session(sc, cc);

    /* The same one twice too: nothing is used up. */
    ck_assert_int_eq(th_try(sc, cc, session, NULL), 1);
    ck_assert_int_eq(th_try(sc, cc, session, NULL), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("offer");
    TCase* tc = th_case(suite, "table", 0);

    tcase_add_loop_test(tc, every_cell_of_the_decision_table_holds, 0, CELLS);
    tcase_add_loop_test(tc, empty_extension_is_answered_by_the_table, 0,
        2 * ANSWERS);
    tcase_add_loop_test(tc, answer_that_is_none_aborts, 0, 6);
    tc = th_case(suite, "once", 0);
    tcase_add_loop_test(tc,
        ticket_has_one_status_however_many_suites_are_tried, 0, 4);
    tcase_add_loop_test(tc,
        ticket_has_one_status_through_a_hello_retry_request, 0, 8);
    tc = th_case(suite, "times", 0);
    tcase_add_loop_test(tc, ticket_lives_as_long_as_it_should, 0,
        TH_MODES * AGES);
    tcase_add_test(tc, renewed_tickets_never_outlive_the_limit);
    tcase_add_loop_test(tc, older_key_is_success_renew, 0, TH_MODES);
    tcase_add_test(tc, two_tickets_of_one_handshake_resume_each);
    return th_run(suite);
}
