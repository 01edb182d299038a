/* unit_dtls.c
 *
 * DTLS: the decision table, application data, bindings, and what is told.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "dtls_fixture.h"

#include <wolfticket/datastore.h>

#define INTERNAL_ERROR 80

typedef struct {
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* other;     /* with keys of its own */
    WOLFSSL_CTX* cc;
    th_app app;
} world;

static void Begin(world* w, int mode)
{
    w->sc = td_server_ctx(mode);
    w->other = td_server_ctx(mode);
    w->cc = td_client_ctx(mode);
    th_app_init(&w->app);
    w->app.genData = "alice";
    w->app.genDataSz = 5;
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(w->sc, th_gen, th_dec,
        &w->app));
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(w->other, th_gen, th_dec,
        &w->app));
}

static void End(world* w)
{
    wolfTicket_CTX_free(w->sc);
    wolfTicket_CTX_free(w->other);
    wolfSSL_CTX_free(w->cc);
}

/* Forgets what was counted. */
static void Answer(world* w, int answer)
{
    th_app_init(&w->app);
    w->app.decAnswer = answer;
}

/* ---- the decision table ------------------------------------------------- */

enum { FAIL, FULL, USED };

typedef struct {
    int wrongKey;
    int result[5];      /* by answer */
    int tickets[5];     /* sent in DTLS 1.3 */
} row;

static const row table[] = {
    /*     ABORT IGNORE I_RENEW USE  U_RENEW */
    { 0, { FAIL, FULL, FULL, USED, USED }, { 0, 0, 2, 0, 1 } },
    { 1, { FAIL, FULL, FULL, FAIL, FAIL }, { 0, 0, 2, 0, 0 } }
};

#define ANSWERS 5
#define CELLS   ((int)(sizeof(table) / sizeof(table[0])) * ANSWERS * TD_MODES)

/* What a wolfSSL cannot do in DTLS 1.2 is what it cannot in TLS 1.2. */
static int TicketsOfBuild(const row* r, int answer, int mode)
{
    word32 version = wolfSSL_lib_version_hex();
    int ret = r->tickets[answer];

    if (!td_is_13(mode) && ret > 1)
        ret = 1;
    if (!td_is_13(mode) && ((r->result[answer] == USED &&
            version < 0x05007000) || (r->result[answer] == FULL &&
            version < 0x05009000)))
        ret = 0;
    return ret;
}

/* A wolfSSL client of DTLS 1.2 may give up when its ticket is refused: the
 * server's half then has to do; unit_dtls_peer.c goes through with it. */
static void CheckHandshake(td_pair* pair, int mode, int used, int tickets)
{
    int done = td_handshake(pair);

    if (done == TH_BOTH_DONE) {
        td_exchange(pair);
        ck_assert_int_eq(wolfSSL_session_reused(pair->client), used);
        ck_assert_int_eq(pair->tickets, tickets);
    }
    else {
        ck_assert(!td_is_13(mode) && !used);
        ck_assert_int_eq(wolfSSL_get_error(pair->client, -1), OUT_OF_ORDER_E);
    }
    ck_assert_int_eq(wolfSSL_session_reused(pair->server), used);
}

static void CheckDec(const th_app* app, const row* r, int mode)
{
    ck_assert_int_eq(app->decCalls, 1);
    ck_assert_uint_eq(app->keyNameSz, WOLFTICKET_NAME_SZ);
    if (r->wrongKey)
        ck_assert_int_eq(app->status, WOLFTICKET_NO_DECRYPT);
    else
        ck_assert_int_eq(app->status, td_is_13(mode)
            ? WOLFTICKET_SUCCESS_RENEW : WOLFTICKET_SUCCESS);
    ck_assert_int_eq(app->hadSession, !r->wrongKey);
    ck_assert_uint_eq(app->seenSz, r->wrongKey ? 0 : 5);
    if (!r->wrongKey)
        ck_assert_mem_eq(app->seen, "alice", 5);
}

START_TEST(every_cell_of_the_decision_table_holds)
{
    int mode = _i % TD_MODES;
    const row* r = &table[_i / TD_MODES / ANSWERS];
    int answer = _i / TD_MODES % ANSWERS;
    int plain;
    WOLFSSL_SESSION* session;
    td_pair pair;
    world w;

    Begin(&w, mode);
    for (plain = 0; plain < 2; plain++) {
        w.app.genData = "alice";
        w.app.genDataSz = 5;
        session = td_get_session(r->wrongKey ? w.other : w.sc, w.cc);
        Answer(&w, answer);
        td_open(&pair, w.sc, w.cc, session, plain);
        if (r->result[answer] == FAIL) {
            ck_assert_int_eq(td_handshake(&pair), 0);
            ck_assert_int_eq(td_client_alert(&pair), INTERNAL_ERROR);
            ck_assert(th_has_data(pair.server, ""));
            ck_assert_str_ne(wolfTicket_error(pair.server), "no error");
        }
        else {
            CheckHandshake(&pair, mode, r->result[answer] == USED,
                TicketsOfBuild(r, answer, mode));
            ck_assert(th_has_data(pair.server,
                (r->result[answer] == USED) ? "alice" : ""));
        }
        ck_assert_int_eq(w.app.genCalls, pair.tickets);
        CheckDec(&w.app, r, mode);
        td_close(&pair);
        wolfSSL_SESSION_free(session);
        Answer(&w, TH_DEFAULT_ANSWER);
    }
    End(&w);
}
END_TEST

/* The number of tickets that the client gets of a server whose dec_cb answers
 * EMPTY with IGNORE: where wolfSSL does not show the ClientHello, one that
 * nobody can open. */
static void CheckIgnored(world* w, td_pair* pair, int mode)
{
    WOLFSSL_SESSION* session;

    ck_assert_int_eq(w->app.genCalls, 0);
    if (td_hello_is_seen(mode)) {
        ck_assert_int_eq(pair->tickets, 0);
    }
    else {
        ck_assert_int_eq(pair->tickets, 1);
        session = wolfSSL_get1_session(pair->client);
        Answer(w, TH_DEFAULT_ANSWER);
        td_close(pair);
        td_open(pair, w->sc, w->cc, session, TH_OURS);
        CheckHandshake(pair, mode, 0,
            (wolfSSL_lib_version_hex() < 0x05009000) ? 0 : 1);
        ck_assert_int_eq(w->app.status, WOLFTICKET_NO_DECRYPT);
        wolfSSL_SESSION_free(session);
    }
}

START_TEST(empty_extension_is_answered_by_the_table)
{
    int answer = _i % ANSWERS;
    int mode = _i / ANSWERS % TD_MODES;
    int ok = answer == WOLFTICKET_RETURN_IGNORE ||
        answer == WOLFTICKET_RETURN_IGNORE_RENEW;
    int plain = _i / ANSWERS / TD_MODES;
    td_pair pair;
    world w;

    if (td_is_13(mode))     /* it has no such extension */
        return;
    Begin(&w, mode);
    Answer(&w, answer);
    td_open(&pair, w.sc, w.cc, NULL, plain);
    ck_assert_int_eq(td_handshake(&pair), ok ? TH_BOTH_DONE : 0);
    ck_assert_int_eq(w.app.decCalls, 1);
    ck_assert_int_eq(w.app.status, WOLFTICKET_EMPTY);
    ck_assert_uint_eq(w.app.keyNameSz, 0);
    ck_assert_int_eq(w.app.hadSession, 0);
    if (!ok) {
        ck_assert_int_eq(td_client_alert(&pair), INTERNAL_ERROR);
    }
    else if (answer == WOLFTICKET_RETURN_IGNORE) {
        CheckIgnored(&w, &pair, mode);
    }
    else {
        ck_assert_int_eq(w.app.genCalls, 1);
        ck_assert_int_eq(pair.tickets, 1);
    }
    td_close(&pair);
    End(&w);
}
END_TEST

/* Of a length that wolfSSL refuses without showing it: only a server limited
 * to DTLS 1.2 hears of it, by the ClientHello. */
START_TEST(ticket_of_another_length_is_told_as_in_tls)
{
    static const unsigned char blob[60] = { 1, 2, 3 };
    int mode = _i;
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    td_pair pair;
    world w;

    if (!td_hello_is_seen(mode))
        return;
    Begin(&w, mode);
    session = td_get_session(w.sc, w.cc);
    Answer(&w, TH_DEFAULT_ANSWER);
    td_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(wolfSSL_set_SessionTicket(pair.client, blob,
        sizeof(blob)), WOLFSSL_SUCCESS);
    (void)td_handshake(&pair);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 0);
    ck_assert_int_eq(w.app.decCalls, 1);
    ck_assert_int_eq(w.app.status, WOLFTICKET_NO_DECRYPT);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_FORMAT);
    td_close(&pair);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

START_TEST(without_callbacks_tickets_carry_what_was_set)
{
    int mode = _i;
    WOLFSSL_CTX* sc = td_server_ctx(mode);
    WOLFSSL_CTX* cc = td_client_ctx(mode);
    WOLFSSL_SESSION* session;
    td_pair pair;
    int round;

    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    td_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert(th_set_data(pair.server, "dave"));
    for (round = 0; round < 4; round++) {
        ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
        td_exchange(&pair);
        ck_assert_int_eq(wolfSSL_session_reused(pair.server), round > 0);
        ck_assert(th_has_data(pair.server, "dave"));
        session = wolfSSL_get1_session(pair.client);
        td_close(&pair);
        td_open(&pair, sc, cc, session, TH_OURS);
        wolfSSL_SESSION_free(session);
    }
    td_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- how much ----------------------------------------------------------- */

/* All that is promised comes back in a ClientHello that fits a datagram. */
START_TEST(as_much_data_as_is_promised_travels)
{
    static unsigned char data[4096];
    int mode = _i;
    WOLFSSL_SESSION* session;
    td_pair pair;
    size_t max;
    void* got;
    size_t sz;
    world w;

    memset(data, 0xA5, sizeof(data));
    Begin(&w, mode);
    wolfSSL_SESSION_free(td_get_session(w.sc, w.cc));
    ck_assert_int_eq(wolfTicket_CTX_set_data_memory(w.sc, 0), 1);
    max = wolfTicket_CTX_appdata_max(w.sc);
    ck_assert_uint_ge(max, WOLFTICKET_MIN_APPDATA_MAX);
    ck_assert_uint_le(max, 512);
    ck_assert_uint_eq(wolfTicket_CTX_ticket_room(w.sc), max);
    w.app.genData = NULL;
    td_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(
        wolfSSL_get_session(pair.server), data, max + 1), 0);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(
        wolfSSL_get_session(pair.server), data, max), 1);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    td_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    td_close(&pair);

    td_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 1);
    ck_assert_int_eq(wolfTicket_SESSION_get0_ticket_appdata(
        wolfSSL_get_session(pair.server), &got, &sz), 1);
    ck_assert_uint_eq(sz, max);
    ck_assert_mem_eq(got, data, max);
    td_close(&pair);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

#ifdef WOLFSSL_STATIC_MEMORY
/* wolfSSL's static memory has no block that is large enough. */
static void OwnMemory(void)
{
    th_mem_use(TH_MEM_COUNT);
}
#endif

/* And what is more stays on the server: the ticket is as small as ever. */
START_TEST(data_that_does_not_fit_a_datagram_travels)
{
    static unsigned char data[60000];
    static const size_t sizes[] = { 256, 1000, 16000, 60000 };
    size_t i, sz;
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    td_pair pair;
    void* got;
    world w;

    memset(data, 0xA5, sizeof(data));
    Begin(&w, _i);
    w.app.genData = NULL;
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        td_open(&pair, w.sc, w.cc, NULL, TH_OURS);
        ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(
            wolfSSL_get_session(pair.server), data, sizes[i]), 1);
        ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
        td_exchange(&pair);
        session = wolfSSL_get1_session(pair.client);
        td_close(&pair);
        td_open(&pair, w.sc, w.cc, session, TH_OURS);
        ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
        ck_assert_int_eq(wolfSSL_session_reused(pair.server), 1);
        ck_assert_int_eq(wolfTicket_SESSION_get0_ticket_appdata(
            wolfSSL_get_session(pair.server), &got, &sz), 1);
        ck_assert_uint_eq(sz, sizes[i]);
        ck_assert_mem_eq(got, data, sz);
        ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
        ck_assert_int_eq(info.data_kept,
            sz > wolfTicket_CTX_ticket_room(w.sc));
        td_close(&pair);
        wolfSSL_SESSION_free(session);
    }
    End(&w);
}
END_TEST

/* ---- for whom ----------------------------------------------------------- */

/* Some builds of wolfSSL keep the name only for a server that asks for it. */
static int AnyName(WOLFSSL* ssl, int* alert, void* arg)
{
    (void)ssl;
    (void)alert;
    (void)arg;
    return 0;
}

static void UseName(td_pair* pair, const char* name)
{
    if (name != NULL)
        ck_assert_int_eq(wolfSSL_UseSNI(pair->client, WOLFSSL_SNI_HOST_NAME,
            name, (word16)strlen(name)), WOLFSSL_SUCCESS);
}

START_TEST(ticket_opens_only_for_the_name_it_was_made_for)
{
    static const struct {
        const char* made;
        const char* presented;
        int opens;
    } rows[] = {
        { NULL, NULL, 1 },               { "a.example", "a.example", 1 },
        { "a.example", "b.example", 0 }, { "a.example", NULL, 0 },
        { NULL, "a.example", 0 }
    };
    int mode = _i;
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    td_pair pair;
    size_t i;
    int done;
    world w;

    Begin(&w, mode);
    (void)wolfSSL_CTX_set_servername_callback(w.sc, AnyName);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        td_open(&pair, w.sc, w.cc, NULL, TH_OURS);
        UseName(&pair, rows[i].made);
        ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
        td_exchange(&pair);
        session = wolfSSL_get1_session(pair.client);
        td_close(&pair);

        w.app.decCalls = 0;
        td_open(&pair, w.sc, w.cc, session, TH_OURS);
        UseName(&pair, rows[i].presented);
        done = td_handshake(&pair);
        ck_assert_int_eq(w.app.decCalls, 1);
        /* Seen too late, it fails the handshake: see the README. */
        ck_assert_int_eq(done == TH_BOTH_DONE &&
            wolfSSL_session_reused(pair.server), rows[i].opens);
        ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
        ck_assert_int_eq(info.cause, rows[i].opens ? WOLFTICKET_CAUSE_USED
                                                   : WOLFTICKET_CAUSE_BINDING);
        td_close(&pair);
        wolfSSL_SESSION_free(session);
    }
    End(&w);
}
END_TEST

START_TEST(ticket_opens_only_for_the_context_id_it_was_made_for)
{
    int mode = _i;
    WOLFSSL_SESSION* session;
    world w;

    Begin(&w, mode);
    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(w.sc,
        (const unsigned char*)"one", 3), 1);
    session = td_get_session(w.sc, w.cc);
    ck_assert_int_eq(td_resume(w.sc, w.cc, session, TH_OURS), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(w.sc,
        (const unsigned char*)"two", 3), 1);
    if (td_is_13(mode))
        ck_assert_int_eq(td_resume(w.sc, w.cc, session, TH_OURS), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(w.sc,
        (const unsigned char*)"one", 3), 1);
    ck_assert_int_eq(td_resume(w.sc, w.cc, session, TH_PLAIN), 1);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

/* ---- what is told ------------------------------------------------------- */

START_TEST(info_and_counts_are_those_of_tls)
{
    int mode = _i;
    int tickets = td_is_13(mode) ? 2 : 1;
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    wolfTicket_Stats stats;
    td_pair pair;
    world w;

    Begin(&w, mode);
    session = td_get_session(w.sc, w.cc);
    td_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    td_exchange(&pair);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_int_eq(info.presented, 1);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(info.resumed, 1);
    ck_assert_uint_eq(info.key_name_len, WOLFTICKET_NAME_SZ);
    ck_assert_uint_eq(info.renewals, 0);
    ck_assert_uint_eq(info.sent, td_is_13(mode) ? 1 : 0);
    ck_assert_uint_eq(info.queued, 0);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(w.sc, &stats), 1);
    ck_assert_uint_eq(stats.full, 1);
    ck_assert_uint_eq(stats.resumed, 1);
    ck_assert_uint_eq(stats.issued, (unsigned long)tickets + info.sent);
    ck_assert_uint_eq(stats.renewed, info.sent);
    ck_assert_uint_eq(stats.withheld, 0);
    ck_assert_uint_eq(stats.presented[WOLFTICKET_CAUSE_USED], 1);
    ck_assert_uint_eq(stats.presented[WOLFTICKET_CAUSE_EMPTY],
        td_is_13(mode) ? 0 : 1);
    td_close(&pair);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

/* ---- many, and one after another ---------------------------------------- */

#define CLIENTS 6

START_TEST(clients_of_one_context_do_not_mix)
{
    int mode = _i;
    WOLFSSL_SESSION* session[CLIENTS];
    td_pair pair[CLIENTS];
    char name[2] = { 0, 0 };
    int done[CLIENTS];
    int round, i;
    world w;

    Begin(&w, mode);
    for (i = 0; i < CLIENTS; i++) {
        name[0] = (char)('a' + i);
        w.app.genData = name;
        w.app.genDataSz = 1;
        session[i] = td_get_session(w.sc, w.cc);
        done[i] = 0;
    }
    w.app.genData = NULL;
    w.app.decCalls = 0;
    for (i = 0; i < CLIENTS; i++)
        td_open(&pair[i], w.sc, w.cc, session[i], i % 2);
    for (round = 0; round < 8; round++) {
        for (i = 0; i < CLIENTS; i++)
            (void)td_step(&pair[i], TH_CLIENT_DONE, &done[i]);
        for (i = CLIENTS; i > 0; i--)
            (void)td_step(&pair[i - 1], TH_SERVER_DONE, &done[i - 1]);
    }
    for (i = 0; i < CLIENTS; i++) {
        name[0] = (char)('a' + i);
        ck_assert_int_eq(done[i], TH_BOTH_DONE);
        ck_assert_int_eq(wolfSSL_session_reused(pair[i].server), 1);
        ck_assert(th_has_data(pair[i].server, name));
        td_close(&pair[i]);
        wolfSSL_SESSION_free(session[i]);
    }
    ck_assert_int_eq(w.app.decCalls, CLIENTS);
    End(&w);
}
END_TEST

#ifdef OPENSSL_EXTRA /* has wolfSSL_clear() */
START_TEST(cleared_connection_knows_nothing_of_the_former_client)
{
    int mode = _i;
    WOLFSSL_SESSION* session;
    td_pair pair;
    world w;

    Begin(&w, mode);
    session = td_get_session(w.sc, w.cc);
    td_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    td_exchange(&pair);
    ck_assert(th_has_data(pair.server, "alice"));
    ck_assert_int_eq(wolfTicket_clear(pair.server), 1);
    ck_assert(th_has_data(pair.server, ""));
    td_close(&pair);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST
#endif

/* ---- gen_cb ------------------------------------------------------------- */

/* DTLS 1.2 sends the ticket before it encrypts, DTLS 1.3 after: see the
 * README. */
START_TEST(gen_cb_that_refuses_ends_the_handshake)
{
    int mode = _i;
    unsigned char got[8];
    td_pair pair;
    world w;

    Begin(&w, mode);
    w.app.genAnswer = 0;
    td_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(td_handshake(&pair) & TH_SERVER_DONE, 0);
    ck_assert_int_eq(w.app.genCalls, 1);
    ck_assert_int_eq(pair.tickets, 0);
    ck_assert_str_eq(wolfTicket_error(pair.server),
        "gen_cb returned 0: the connection was ended");
    ck_assert_int_le(wolfSSL_read(pair.client, got, sizeof(got)), 0);
    ck_assert_int_eq(td_client_alert(&pair), td_is_13(mode) ? -1
                                                            : INTERNAL_ERROR);
    ck_assert_int_ne(wolfSSL_accept(pair.server), WOLFSSL_SUCCESS);
    ck_assert_int_le(wolfSSL_write(pair.server, "x", 1), 0);
    ck_assert_int_eq(w.app.genCalls, 1);
    td_close(&pair);
    w.app.genAnswer = 1;
    wolfSSL_SESSION_free(td_get_session(w.sc, w.cc));
    End(&w);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("dtls");
    TCase* tc = th_case(suite, "table", 0);

    tcase_add_loop_test(tc, every_cell_of_the_decision_table_holds, 0, CELLS);
    tcase_add_loop_test(tc, empty_extension_is_answered_by_the_table, 0,
        2 * ANSWERS * TD_MODES);
    tcase_add_loop_test(tc, ticket_of_another_length_is_told_as_in_tls, 0,
        TD_MODES);
    tcase_add_loop_test(tc, without_callbacks_tickets_carry_what_was_set, 0,
        TD_MODES);
    tc = th_case(suite, "connections", 0);
    tcase_add_loop_test(tc, as_much_data_as_is_promised_travels, 0, TD_MODES);
    tcase_add_loop_test(tc, ticket_opens_only_for_the_name_it_was_made_for, 0,
        TD_MODES);
    tcase_add_loop_test(tc,
        ticket_opens_only_for_the_context_id_it_was_made_for, 0, TD_MODES);
    tcase_add_loop_test(tc, info_and_counts_are_those_of_tls, 0, TD_MODES);
    tcase_add_loop_test(tc, clients_of_one_context_do_not_mix, 0, TD_MODES);
#ifdef OPENSSL_EXTRA
    tcase_add_loop_test(tc,
        cleared_connection_knows_nothing_of_the_former_client, 0, TD_MODES);
#endif
    tcase_add_loop_test(tc, gen_cb_that_refuses_ends_the_handshake, 0,
        TD_MODES);
    tc = th_case(suite, "large data", 0);
#ifdef WOLFSSL_STATIC_MEMORY
    tcase_add_unchecked_fixture(tc, OwnMemory, NULL);
#endif
    tcase_add_loop_test(tc, data_that_does_not_fit_a_datagram_travels, 0,
        TD_MODES);
    return th_run(suite);
}
