/* unit_early.c
 *
 * Early data (0-RTT): dec_cb has answered before any of it is delivered.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "dtls_fixture.h"
#include "largedata_fixture.h"

#include <wolfticket/singleuse.h>

#define INTERNAL_ERROR 80
#define MAX_EARLY      4096

static const char request[] = "GET / HTTP/1.1";
#define REQUEST_SZ ((int)sizeof(request) - 1)

static const int modes[] = { TH_TLS13, TH_TLS13_ONLY };
#define MODES ((int)(sizeof(modes) / sizeof(modes[0])))

typedef struct {
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    WOLFSSL_SESSION* session;
    th_app app;
    th_clock clock;
} world;

static void Begin(world* w, int mode)
{
    w->sc = th_server_ctx(mode);
    w->cc = th_client_ctx(mode);
    th_app_init(&w->app);
    w->app.genData = "alice";
    w->app.genDataSz = 5;
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(w->sc, th_gen, th_dec,
        &w->app));
    th_use_clock(w->sc, &w->clock);
    ck_assert_int_eq(wolfSSL_CTX_set_max_early_data(w->sc, MAX_EARLY) >= 0, 1);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(w->sc, 1), 1);
    w->session = th_get_session(w->sc, w->cc);
    th_app_init(&w->app);
}

static void End(world* w)
{
    wolfSSL_SESSION_free(w->session);
    wolfTicket_CTX_free(w->sc);
    wolfSSL_CTX_free(w->cc);
}

/* The client's ClientHello with early data behind it. */
static void SendEarly(th_pair* pair)
{
    int sz = 0;

    ck_assert_int_eq(wolfSSL_write_early_data(pair->client, request,
        REQUEST_SZ, &sz), REQUEST_SZ);
    ck_assert_int_eq(sz, REQUEST_SZ);
}

/* All the early data that the server delivers, by pieces of so many bytes;
 * seen is called before and behind each. */
static int ReadEarly(th_pair* pair, world* w, char* buf, int piece,
    void (*seen)(th_pair* pair, world* w, int sz))
{
    int sz = 0;
    int n = 1;
    int ret = 1;

    while (ret > 0 && n > 0) {
        n = 0;
        ret = wolfSSL_read_early_data(pair->server, buf + sz, piece, &n);
        /* Whoever gets a byte has answered. */
        if (n > 0)
            ck_assert_int_eq(w->app.decCalls, 1);
        sz += n;
        if (seen != NULL && n > 0)
            seen(pair, w, sz);
    }
    return sz;
}

/* ---- the answers --------------------------------------------------------- */

/* By answer: does early data arrive, and does the handshake succeed? */
static const struct {
    int early;
    int done;
    int resumed;
    int tickets;
} answers[] = {
    { 0, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 1, 0, 2 },
    { 1, 1, 1, 0 }, { 1, 1, 1, 1 }
};

#define ANSWERS 5

START_TEST(early_data_arrives_only_if_dec_cb_has_let_it)
{
    int mode = modes[_i % MODES];
    int answer = _i / MODES % ANSWERS;
    int plain = _i / MODES / ANSWERS;
    char buf[64];
    th_pair pair;
    world w;

    Begin(&w, mode);
    w.app.decAnswer = answer;
    th_open(&pair, w.sc, w.cc, w.session, plain);
    SendEarly(&pair);
    memset(buf, 0, sizeof(buf));
    ck_assert_int_eq(ReadEarly(&pair, &w, buf, (int)sizeof(buf), NULL),
        answers[answer].early ? REQUEST_SZ : 0);
    ck_assert_str_eq(buf, answers[answer].early ? request : "");
    ck_assert_int_eq(w.app.decCalls, 1);
    ck_assert_uint_eq(w.app.seenSz, 5);
    ck_assert_mem_eq(w.app.seen, "alice", 5);
    ck_assert_int_eq(th_handshake(&pair),
        answers[answer].done ? TH_BOTH_DONE : 0);
    if (answers[answer].done) {
        th_exchange(&pair);
        ck_assert_int_eq(pair.tickets, answers[answer].tickets);
        ck_assert(th_has_data(pair.server,
            answers[answer].resumed ? "alice" : ""));
    }
    else {
        ck_assert_int_eq(th_client_alert(&pair), INTERNAL_ERROR);
        ck_assert(th_has_data(pair.server, ""));
    }
    ck_assert_int_eq(wolfSSL_session_reused(pair.server),
        answers[answer].resumed);
    ck_assert_int_eq(w.app.decCalls, 1);
    th_close(&pair);
    End(&w);
}
END_TEST

/* ---- tickets that do not open -------------------------------------------- */

enum { OTHER_KEY, EXPIRED, OTHER_NAME, CHANGED, WHYS };

static void Spoil(world* w, th_pair* pair, int why)
{
    unsigned char ticket[TH_TICKET_MAX];
    wolfTicket_KeyRing* ring;
    size_t sz;

    if (why == OTHER_KEY) {
        ring = wolfTicket_KeyRing_new();
        ck_assert_int_eq(wolfTicket_CTX_set_key_ring(w->sc, ring), 1);
        wolfTicket_KeyRing_free(ring);
    }
    else if (why == EXPIRED) {
        w->clock.now += WOLFTICKET_DEFAULT_LIFETIME + 1;
    }
    else if (why == OTHER_NAME) {
        ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(w->sc,
            (const unsigned char*)"other", 5), 1);
    }
    else {
        sz = th_ticket_of(w->cc, w->session, ticket);
        ticket[sz / 2] ^= 1;
        ck_assert_int_eq(wolfSSL_set_SessionTicket(pair->client, ticket,
            (word32)sz), WOLFSSL_SUCCESS);
    }
}

START_TEST(ticket_that_does_not_open_brings_no_early_data)
{
    int mode = modes[_i % MODES];
    int why = _i / MODES;
    char buf[64];
    th_pair pair;
    world w;

    Begin(&w, mode);
    th_open(&pair, w.sc, w.cc, w.session, TH_OURS);
    Spoil(&w, &pair, why);
    SendEarly(&pair);
    ck_assert_int_eq(ReadEarly(&pair, &w, buf, (int)sizeof(buf), NULL), 0);
    ck_assert_int_eq(w.app.decCalls, 1);
    ck_assert_int_eq(w.app.status, WOLFTICKET_NO_DECRYPT);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 0);
    th_exchange(&pair);
    th_close(&pair);
    End(&w);
}
END_TEST

/* ---- again --------------------------------------------------------------- */

/* The client's first flight, recorded and sent once more, and the ticket
 * presented once more by its owner; both with early data. */
START_TEST(early_data_that_is_replayed_is_not_delivered_again)
{
    int mode = modes[_i % MODES];
    int plain = _i / MODES;
    unsigned char* flight;
    wolfTicket_Info info;
    char buf[64];
    th_pair pair;
    th_pair replay;
    size_t sz;
    world w;
    int i;

    Begin(&w, mode);
    th_open(&pair, w.sc, w.cc, w.session, plain);
    SendEarly(&pair);
    sz = pair.toServer.sz;
    flight = (unsigned char*)malloc(sz);
    ck_assert_ptr_nonnull(flight);
    memcpy(flight, pair.toServer.mem, sz);
    ck_assert_int_eq(ReadEarly(&pair, &w, buf, (int)sizeof(buf), NULL),
        REQUEST_SZ);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_close(&pair);

    for (i = 0; i < 3; i++) {
        w.app.decCalls = 0;
        th_open_server(&replay, w.sc, plain);
        replay.toServer.mem = (unsigned char*)malloc(sz);
        ck_assert_ptr_nonnull(replay.toServer.mem);
        memcpy(replay.toServer.mem, flight, sz);
        replay.toServer.sz = replay.toServer.cap = sz;
        ck_assert_int_eq(ReadEarly(&replay, &w, buf, (int)sizeof(buf), NULL),
            0);
        ck_assert_int_eq(w.app.status, WOLFTICKET_NO_DECRYPT);
        ck_assert_int_eq(wolfTicket_get_info(replay.server, &info), 1);
        ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_REPLAYED);
        ck_assert_int_le(wolfSSL_read(replay.server, buf, sizeof(buf)), 0);
        th_close(&replay);
    }

    w.app.decCalls = 0;
    th_open(&pair, w.sc, w.cc, w.session, plain);
    SendEarly(&pair);
    ck_assert_int_eq(ReadEarly(&pair, &w, buf, (int)sizeof(buf), NULL), 0);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 0);
    th_close(&pair);
    free(flight);
    End(&w);
}
END_TEST

static int Claim(const unsigned char id[16], unsigned int age,
    unsigned int seconds_left, void* arg)
{
    (void)id;
    (void)age;
    (void)seconds_left;
    return *(int*)arg;
}

START_TEST(early_data_arrives_only_if_the_ticket_was_claimed)
{
    static const int claims[] = { 1, 0, -1, 7 };
    int mode = modes[_i % MODES];
    int claim = claims[_i / MODES];
    char buf[64];
    th_pair pair;
    world w;

    Begin(&w, mode);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_cb(w.sc, Claim, &claim),
        1);
    wolfSSL_SESSION_free(w.session);
    w.session = th_get_session(w.sc, w.cc);
    th_open(&pair, w.sc, w.cc, w.session, TH_OURS);
    SendEarly(&pair);
    ck_assert_int_eq(ReadEarly(&pair, &w, buf, (int)sizeof(buf), NULL),
        (claim == 1) ? REQUEST_SZ : 0);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), claim == 1);
    th_close(&pair);
    End(&w);
}
END_TEST

/* ---- without single use -------------------------------------------------- */

static void SwitchOff(world* w)
{
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(w->sc, 0), 1);
    wolfSSL_SESSION_free(w->session);
    w->session = th_get_session(w->sc, w->cc);
    th_app_init(&w->app);
}

/* A client that sends some in spite of that has it skipped. */
START_TEST(a_ticket_that_resumes_often_promises_no_early_data)
{
    int mode = modes[_i % MODES];
    int plain = _i / MODES;
    char buf[64];
    th_pair pair;
    world w;
    int sz = 0;
    int i;

    Begin(&w, mode);
    SwitchOff(&w);
    ck_assert_uint_eq(wolfSSL_SESSION_get_max_early_data(w.session), 0);
    for (i = 0; i < 4; i++) {
        th_open(&pair, w.sc, w.cc, w.session, plain);
        if (i % 2)
            (void)wolfSSL_write_early_data(pair.client, request, REQUEST_SZ,
                &sz);
        else
            (void)th_connect(&pair);
        ck_assert_int_eq(wolfTicket_read_early_data(pair.server, buf,
            sizeof(buf), &sz) <= 0 || sz == 0, 1);
        ck_assert_int_eq(sz, 0);
        ck_assert_ptr_nonnull(strstr(wolfTicket_error(pair.server),
            "wolfTicket_CTX_set_single_use()"));
        ck_assert_str_eq(wolfTicket_CTX_error(w.sc),
            wolfTicket_error(pair.server));
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        th_exchange(&pair);
        ck_assert_int_eq(wolfSSL_session_reused(pair.server), i % 2 == 0);
        ck_assert_int_le(wolfSSL_read(pair.server, buf, sizeof(buf)), 0);
        th_close(&pair);
    }
    End(&w);
}
END_TEST

/* A ticket that says otherwise: one for single use, by the same keys, or one
 * that the application has had wolfSSL make. */
enum { SINGLE_TICKET, OWN_TICKET, OTHER_TICKETS };

START_TEST(early_data_without_single_use_is_skipped)
{
    int mode = modes[_i % MODES];
    int kind = _i / MODES;
    WOLFSSL_SESSION* session = NULL;
    wolfTicket_Info info;
    char buf[64];
    th_pair pair;
    world w;

    Begin(&w, mode);
    if (kind == SINGLE_TICKET) {
        session = th_get_session(w.sc, w.cc);
        ck_assert_int_eq(wolfTicket_CTX_set_single_use(w.sc, 0), 1);
    }
    else {
        SwitchOff(&w);
        th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        ck_assert_int_eq(wolfSSL_send_SessionTicket(pair.server),
            WOLFSSL_SUCCESS);
        th_exchange(&pair);
        session = wolfSSL_get1_session(pair.client);
        th_close(&pair);
    }
    ck_assert_uint_eq(wolfSSL_SESSION_get_max_early_data(session), MAX_EARLY);
    th_app_init(&w.app);
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    SendEarly(&pair);
    ck_assert_int_eq(ReadEarly(&pair, &w, buf, (int)sizeof(buf), NULL), 0);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_UNVOUCHED);
    ck_assert_int_eq(info.resumed, 0);
    ck_assert_int_eq(w.app.status, WOLFTICKET_NO_DECRYPT);
    th_exchange(&pair);
    ck_assert_int_le(wolfSSL_read(pair.server, buf, sizeof(buf)), 0);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

/* ---- of others ----------------------------------------------------------- */

/* A client with a ticket that it has no secret for: the ticket opens, but its
 * data is nobody's. */
START_TEST(stolen_ticket_brings_neither_early_data_nor_the_owners)
{
    int mode = modes[_i];
    unsigned char ticket[TH_TICKET_MAX];
    WOLFSSL_SESSION* thief;
    char buf[64];
    th_pair pair;
    world w;
    size_t sz;

    Begin(&w, mode);
    thief = th_get_session(w.sc, w.cc);
    th_app_init(&w.app);
    sz = th_ticket_of(w.cc, w.session, ticket);
    th_open(&pair, w.sc, w.cc, thief, TH_OURS);
    ck_assert_int_eq(wolfSSL_set_SessionTicket(pair.client, ticket,
        (word32)sz), WOLFSSL_SUCCESS);
    SendEarly(&pair);
    ck_assert_int_eq(ReadEarly(&pair, &w, buf, (int)sizeof(buf), NULL), 0);
    ck_assert_int_eq(w.app.decCalls, 1);
    ck_assert_int_ne(w.app.status, WOLFTICKET_NO_DECRYPT);
    ck_assert(th_has_data(pair.server, ""));
    (void)th_handshake(&pair);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 0);
    ck_assert(th_has_data(pair.server, ""));
    th_close(&pair);
    wolfSSL_SESSION_free(thief);
    End(&w);
}
END_TEST

/* ---- the data of the ticket ---------------------------------------------- */

static void IsAlice(th_pair* pair, world* w, int sz)
{
    wolfTicket_Info info;

    (void)w;
    (void)sz;
    ck_assert_int_eq(wolfSSL_is_init_finished(pair->server), 0);
    ck_assert(th_has_data(pair->server, "alice"));
    ck_assert_int_eq(wolfTicket_get_info(pair->server, &info), 1);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(info.resumed, 1);
}

START_TEST(data_of_the_ticket_is_there_while_early_data_is_read)
{
    int mode = modes[_i % MODES];
    int plain = _i / MODES;
    char buf[64];
    th_pair pair;
    world w;

    Begin(&w, mode);
    th_open(&pair, w.sc, w.cc, w.session, plain);
    SendEarly(&pair);
    ck_assert_int_eq(ReadEarly(&pair, &w, buf, 3, IsAlice), REQUEST_SZ);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert(th_has_data(pair.server, "alice"));
    th_close(&pair);
    End(&w);
}
END_TEST

static void IsLarge(th_pair* pair, world* w, int sz)
{
    (void)w;
    (void)sz;
    ck_assert_int_eq(wolfSSL_is_init_finished(pair->server), 0);
    ck_assert(ld_has(pair->server, 30000, 5));
}

START_TEST(so_is_data_that_does_not_fit_the_ticket)
{
    ld_world large;
    char buf[64];
    th_pair pair;
    world w;

    Begin(&w, modes[_i]);
    memset(&large, 0, sizeof(large));
    large.sc = w.sc;
    large.cc = w.cc;
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(w.sc, ld_gen, NULL,
        &large), 1);
    wolfSSL_SESSION_free(w.session);
    w.session = ld_first(&large, 30000, 5);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(w.sc, th_gen,
        th_dec, &w.app), 1);
    th_open(&pair, w.sc, w.cc, w.session, TH_OURS);
    SendEarly(&pair);
    ck_assert_int_eq(ReadEarly(&pair, &w, buf, 3, IsLarge), REQUEST_SZ);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert(ld_has(pair.server, 30000, 5));
    th_close(&pair);
    End(&w);
}
END_TEST

static void BecomesBob(th_pair* pair, world* w, int sz)
{
    (void)w;
    (void)sz;
    ck_assert(th_set_data(pair->server, "bob"));
}

START_TEST(data_set_while_early_data_is_read_travels_on)
{
    int mode = modes[_i];
    WOLFSSL_SESSION* renewed;
    char buf[64];
    th_pair pair;
    world w;

    Begin(&w, mode);
    th_open(&pair, w.sc, w.cc, w.session, TH_OURS);
    SendEarly(&pair);
    ck_assert_int_eq(ReadEarly(&pair, &w, buf, 5, BecomesBob), REQUEST_SZ);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert(th_has_data(pair.server, "bob"));
    ck_assert_int_eq(pair.tickets, 1);
    renewed = wolfSSL_get1_session(pair.client);
    th_close(&pair);

    /* And the renewed ticket brings early data as well. */
    th_app_init(&w.app);
    th_open(&pair, w.sc, w.cc, renewed, TH_OURS);
    SendEarly(&pair);
    ck_assert_int_eq(ReadEarly(&pair, &w, buf, (int)sizeof(buf), NULL),
        REQUEST_SZ);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert(th_has_data(pair.server, "bob"));
    th_close(&pair);
    wolfSSL_SESSION_free(renewed);
    End(&w);
}
END_TEST

/* ---- how much ------------------------------------------------------------ */

START_TEST(tickets_say_how_much_early_data_wolfssl_takes)
{
    static const unsigned int sizes[] = { 0, 1, 500, MAX_EARLY };
    int mode = modes[_i];
    char buf[64];
    th_pair pair;
    world w;
    size_t i;
    int sz;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        Begin(&w, mode);
        (void)wolfSSL_CTX_set_max_early_data(w.sc, sizes[i]);
        wolfSSL_SESSION_free(w.session);
        w.session = th_get_session(w.sc, w.cc);
        ck_assert_uint_eq(wolfSSL_SESSION_get_max_early_data(w.session),
            sizes[i]);
        w.app.decCalls = 0;
        th_open(&pair, w.sc, w.cc, w.session, TH_OURS);
        sz = 0;
        (void)wolfSSL_write_early_data(pair.client, request, REQUEST_SZ, &sz);
        ck_assert_int_eq(ReadEarly(&pair, &w, buf, (int)sizeof(buf), NULL),
            (sizes[i] >= (unsigned int)REQUEST_SZ) ? REQUEST_SZ : 0);
        th_close(&pair);
        End(&w);
    }
}
END_TEST

/* A client that is told to try again has sent its early data for nothing;
 * wolfSSL's own does not get through such a handshake, with us or without. */
START_TEST(early_data_before_a_retry_is_lost_and_dec_cb_called_once)
{
    int mode = modes[_i];
    char buf[64];
    th_pair pair;
    world w;

    Begin(&w, mode);
    th_open(&pair, w.sc, w.cc, w.session, TH_OURS);
    ck_assert_int_eq(wolfSSL_NoKeyShares(pair.client), WOLFSSL_SUCCESS);
    SendEarly(&pair);
    ck_assert_int_eq(ReadEarly(&pair, &w, buf, (int)sizeof(buf), NULL), 0);
    (void)th_handshake(&pair);
    ck_assert_int_eq(w.app.decCalls, 1);
    th_close(&pair);
    End(&w);
}
END_TEST

#ifdef WOLFSSL_DTLS13
/* Over DTLS every client has to show first that it is there: with a retry. */
START_TEST(early_data_over_dtls_is_not_delivered)
{
    WOLFSSL_CTX* sc = td_server_ctx(TD_13_ONLY);
    WOLFSSL_CTX* cc = td_client_ctx(TD_13_ONLY);
    WOLFSSL_SESSION* session;
    char buf[64];
    th_app app;
    td_pair pair;
    int i, n;
    int sz = 0;

    th_app_init(&app);
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec, &app));
    ck_assert_int_ge(wolfSSL_CTX_set_max_early_data(sc, MAX_EARLY), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(sc, 1), 1);
    session = td_get_session(sc, cc);
    td_open(&pair, sc, cc, session, TH_OURS);
    (void)wolfSSL_write_early_data(pair.client, request, REQUEST_SZ, &sz);
    for (i = 0; i < 8; i++) {
        n = 0;
        (void)wolfSSL_read_early_data(pair.server, buf, sizeof(buf), &n);
        ck_assert_int_eq(n, 0);
        (void)wolfSSL_connect(pair.client);
    }
    ck_assert_int_le(app.decCalls, 1);
    td_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST
#endif

int main(void)
{
    Suite* suite = suite_create("early");
    TCase* tc = th_case(suite, "early", 0);

    tcase_add_loop_test(tc, early_data_arrives_only_if_dec_cb_has_let_it, 0,
        2 * MODES * ANSWERS);
    tcase_add_loop_test(tc, ticket_that_does_not_open_brings_no_early_data, 0,
        MODES * WHYS);
    tcase_add_loop_test(tc,
        early_data_that_is_replayed_is_not_delivered_again, 0, 2 * MODES);
    tcase_add_loop_test(tc,
        early_data_arrives_only_if_the_ticket_was_claimed, 0, MODES * 4);
    tcase_add_loop_test(tc, a_ticket_that_resumes_often_promises_no_early_data,
        0, 2 * MODES);
    tcase_add_loop_test(tc, early_data_without_single_use_is_skipped, 0,
        MODES * OTHER_TICKETS);
    tcase_add_loop_test(tc,
        data_of_the_ticket_is_there_while_early_data_is_read, 0, 2 * MODES);
    tcase_add_loop_test(tc, so_is_data_that_does_not_fit_the_ticket, 0,
        MODES);
    tcase_add_loop_test(tc, data_set_while_early_data_is_read_travels_on, 0,
        MODES);
    tcase_add_loop_test(tc, tickets_say_how_much_early_data_wolfssl_takes, 0,
        MODES);
    tcase_add_loop_test(tc,
        early_data_before_a_retry_is_lost_and_dec_cb_called_once, 0, MODES);
    tcase_add_loop_test(tc,
        stolen_ticket_brings_neither_early_data_nor_the_owners, 0, MODES);
#ifdef WOLFSSL_DTLS13
    tcase_add_test(tc, early_data_over_dtls_is_not_delivered);
#endif
    return th_run(suite);
}
