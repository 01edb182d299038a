/* unit_embed.c
 *
 * The embedded core: data, decisions, counts, over real handshakes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed_fixture.h"

#include <wolfssl/error-ssl.h>

static th_app app;

static WOLFSSL_CTX* server(int mode)
{
    WOLFSSL_CTX* sc = eb_server(mode, &storage);

    th_app_init(&app);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec,
        &app), 1);
    return sc;
}

static void end(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc, WOLFSSL_SESSION* session)
{
    static const wolfTicket_Storage none;

    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
    ck_assert_mem_eq(&storage, &none, sizeof(none));
}

/* ---- data --------------------------------------------------------------- */

START_TEST(data_comes_back_with_the_client_and_is_inherited)
{
    WOLFSSL_CTX* sc = server(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session;
    th_pair pair;
    int n;

    app.genData = "who it is";
    app.genDataSz = 9;
    session = th_get_session(sc, cc);
    app.genData = NULL;
    for (n = 0; n < 3; n++) {
        th_open(&pair, sc, cc, session, TH_OURS);
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        ck_assert_int_eq(wolfSSL_session_reused(pair.server), 1);
        ck_assert_int_eq(th_has_data(pair.server, "who it is"), 1);
        th_exchange(&pair);
        wolfSSL_SESSION_free(session);
        session = wolfSSL_get1_session(pair.client);
        th_close(&pair);
    }
    end(sc, cc, session);
}
END_TEST

static const size_t sizes[] = { 0, 1, 31, 32 };

START_TEST(every_size_up_to_the_room_round_trips)
{
    char data[WOLFTICKET_MAX_APPDATA + 1];
    int mode = _i / 4;
    WOLFSSL_CTX* sc = server(mode);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session;
    th_pair pair;

    memset(data, 'x', sizeof(data));
    app.genData = data;
    app.genDataSz = sizes[_i % 4];
    session = th_get_session(sc, cc);
    ck_assert_int_eq(app.genSet, 1);
    ck_assert_uint_eq(wolfTicket_CTX_appdata_max(sc), WOLFTICKET_MAX_APPDATA);
    data[sizes[_i % 4]] = 0;
    th_open(&pair, sc, cc, session, TH_OURS);
    app.genData = NULL;
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(th_has_data(pair.server, data), 1);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(
        wolfSSL_get_session(pair.server), data, WOLFTICKET_MAX_APPDATA + 1),
        0);
    ck_assert_int_eq(th_has_data(pair.server, data), 1);
    th_close(&pair);
    end(sc, cc, session);
}
END_TEST

/* ---- decisions ---------------------------------------------------------- */

enum { VALID, WRONG_KEY, EMPTY };
/* GIVES_UP: the server goes on, a wolfSSL client whose TLS 1.2 ticket was
 * refused does not; OpenSSL's do. */
enum { FAIL = -1, FULL = 0, RESUMED = 1, GIVES_UP = 2 };

#define ABORT        WOLFTICKET_RETURN_ABORT
#define IGNORE       WOLFTICKET_RETURN_IGNORE
#define IGNORE_RENEW WOLFTICKET_RETURN_IGNORE_RENEW
#define USE          WOLFTICKET_RETURN_USE
#define USE_RENEW    WOLFTICKET_RETURN_USE_RENEW

#if LIBWOLFSSL_VERSION_HEX >= 0x05009000
    #define NEWEST 1
#else
    #define NEWEST 0
#endif

/* OpenSSL's table, two tickets set; and what differs: EMPTY with IGNORE
 * sends a ticket that opens nowhere, and older versions cannot refuse and
 * renew in TLS 1.2. */
static const struct {
    int mode;
    int what;
    int answer;
    int becomes;
    int tickets;
} cells[] = {
    { TH_TLS13, VALID, ABORT, FAIL, 0 },
    { TH_TLS13, VALID, IGNORE, FULL, 0 },
    { TH_TLS13, VALID, IGNORE_RENEW, FULL, 2 },
    { TH_TLS13, VALID, USE, RESUMED, 0 },
    { TH_TLS13, VALID, USE_RENEW, RESUMED, 1 },
    { TH_TLS13, VALID, 5, FAIL, 0 },
    { TH_TLS13, VALID, -7, FAIL, 0 },
    { TH_TLS13, WRONG_KEY, ABORT, FAIL, 0 },
    { TH_TLS13, WRONG_KEY, IGNORE, FULL, 0 },
    { TH_TLS13, WRONG_KEY, IGNORE_RENEW, FULL, 2 },
    { TH_TLS13, WRONG_KEY, USE, FAIL, 0 },
    { TH_TLS13, WRONG_KEY, USE_RENEW, FAIL, 0 },
    { TH_TLS12, VALID, ABORT, FAIL, 0 },
    { TH_TLS12, VALID, IGNORE, GIVES_UP, 0 },
    { TH_TLS12, VALID, IGNORE_RENEW, NEWEST ? FULL : GIVES_UP, NEWEST },
    { TH_TLS12, VALID, USE, RESUMED, 0 },
    { TH_TLS12, VALID, USE_RENEW, RESUMED, 1 },
    { TH_TLS12, WRONG_KEY, ABORT, FAIL, 0 },
    { TH_TLS12, WRONG_KEY, IGNORE, GIVES_UP, 0 },
    { TH_TLS12, WRONG_KEY, IGNORE_RENEW, NEWEST ? FULL : GIVES_UP, NEWEST },
    { TH_TLS12, WRONG_KEY, USE, FAIL, 0 },
    { TH_TLS12, WRONG_KEY, USE_RENEW, FAIL, 0 },
    { TH_TLS12, EMPTY, ABORT, FAIL, 0 },
    { TH_TLS12, EMPTY, IGNORE, FULL, 0 },
    { TH_TLS12, EMPTY, IGNORE_RENEW, FULL, 1 },
    { TH_TLS12, EMPTY, USE, FAIL, 0 },
    { TH_TLS12, EMPTY, USE_RENEW, FAIL, 0 }
};
#define CELLS (int)(sizeof(cells) / sizeof(cells[0]))

static wolfTicket_STATUS statusOf(int i)
{
    wolfTicket_STATUS ret = WOLFTICKET_NO_DECRYPT;

    if (cells[i].what == EMPTY)
        ret = WOLFTICKET_EMPTY;
    else if (cells[i].what == VALID)
        ret = (cells[i].mode == TH_TLS13) ? WOLFTICKET_SUCCESS_RENEW
                                          : WOLFTICKET_SUCCESS;
    return ret;
}

static void exchange_if_done(th_pair* pair, int done)
{
    if (done == TH_BOTH_DONE)
        th_exchange(pair);
}

START_TEST(decision_table_is_openssls)
{
    WOLFSSL_CTX* sc = server(cells[_i].mode);
    WOLFSSL_CTX* cc = th_client_ctx(cells[_i].mode);
    WOLFSSL_SESSION* session = NULL;
    wolfTicket_Info info;
    th_pair pair;
    int done;

    if (cells[_i].what != EMPTY)
        session = th_get_session(sc, cc);
    if (cells[_i].what == WRONG_KEY) {
        wt_aead_forget();
        storage.context.keys.key[0].secret[5] ^= 0x10;
    }
    th_app_init(&app);
    app.decAnswer = cells[_i].answer;
    th_open(&pair, sc, cc, session, TH_OURS);
    done = th_handshake(&pair);
    exchange_if_done(&pair, done);
    ck_assert_int_eq(done == TH_BOTH_DONE,
        cells[_i].becomes == FULL || cells[_i].becomes == RESUMED);
    if (cells[_i].becomes == GIVES_UP)
        ck_assert_int_eq(wolfSSL_get_error(pair.client, -1), OUT_OF_ORDER_E);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server),
        cells[_i].becomes == RESUMED);
    ck_assert_int_eq(app.decCalls, 1);
    ck_assert_int_eq(app.status, statusOf(_i));
    ck_assert_int_eq(app.hadSession, cells[_i].what == VALID);
    ck_assert_uint_eq(app.keyNameSz,
        (cells[_i].what == EMPTY) ? 0 : 4);
    ck_assert_int_eq(app.genCalls, cells[_i].tickets);
    if (cells[_i].mode == TH_TLS13)
        ck_assert_int_eq(pair.tickets, cells[_i].tickets);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_int_eq(info.presented, 1);
    ck_assert_int_eq(info.status, statusOf(_i));
    ck_assert_int_eq(info.answer, (cells[_i].answer == -7 ||
        cells[_i].answer == 5) ? ABORT : cells[_i].answer);
    if (cells[_i].becomes == FAIL)
        ck_assert_int_eq(th_client_alert(&pair), internal_error);
    th_close(&pair);
    end(sc, cc, session);
}
END_TEST

START_TEST(gen_cb_that_fails_ends_the_connection)
{
    WOLFSSL_CTX* sc = server(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    th_pair pair;

    app.genAnswer = 0;
    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair) & TH_SERVER_DONE, 0);
    if (!th_is_tls13(_i))
        ck_assert_int_eq(th_client_alert(&pair), internal_error);
    ck_assert_int_eq(app.genCalls, 1);
    th_close(&pair);
    end(sc, cc, NULL);
}
END_TEST

/* ---- counts ------------------------------------------------------------- */

static const int counts[] = { 0, 1, 2, 3, 17, 255 };

START_TEST(as_many_tickets_as_were_set)
{
    WOLFSSL_CTX* sc = server(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    wolfTicket_Info info;
    th_pair pair;

    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(sc, 256), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(sc, 5), 1);
    ck_assert_uint_eq(wolfTicket_CTX_get_num_tickets(sc), 5);
    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_uint_eq(wolfTicket_get_num_tickets(pair.server), 5);
    ck_assert_int_eq(wolfTicket_set_num_tickets(pair.server, 256), 0);
    ck_assert_int_eq(wolfTicket_set_num_tickets(pair.server,
        (size_t)counts[_i]), 1);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, counts[_i]);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_uint_eq(info.sent, (unsigned int)counts[_i]);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server),
        counts[_i] < 255);
    th_close(&pair);
    end(sc, cc, NULL);
}
END_TEST

START_TEST(tickets_on_request_go_out_before_the_next_write)
{
    WOLFSSL_CTX* sc = server(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    unsigned char buf[4];
    th_pair pair;

    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(sc, 0), 1);
    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 0);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_eq(wolfTicket_write(pair.server, "x", 1), 1);
    ck_assert_int_eq(th_client_reads(&pair, buf, 4), 1);
    ck_assert_int_eq(pair.tickets, 2);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_eq(wolfTicket_do_handshake(pair.server), 1);
    ck_assert_int_eq(th_client_reads(&pair, buf, 4), 0);
    ck_assert_int_eq(pair.tickets, 3);
    th_close(&pair);
    end(sc, cc, NULL);
}
END_TEST

/* A transport that takes _i bytes, blocks once, and then takes some more. */
START_TEST(no_ticket_is_lost_on_a_transport_that_blocks)
{
    WOLFSSL_CTX* sc = server(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    th_pair pair;
    int done = 0;
    int i;

    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(sc, 3), 1);
    th_open(&pair, sc, cc, NULL, TH_OURS);
    for (i = 0; i < 4000 && done != TH_BOTH_DONE; i++) {
        pair.serverIo.budget = 1 + _i * 7;
        if (th_accept(&pair))
            done |= TH_SERVER_DONE;
        if (th_connect(&pair))
            done |= TH_CLIENT_DONE;
    }
    ck_assert_int_eq(done, TH_BOTH_DONE);
    pair.serverIo.budget = -1;
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, 3);
    th_close(&pair);
    end(sc, cc, NULL);
}
END_TEST

START_TEST(a_thousand_chained_resumptions_never_fail)
{
    WOLFSSL_CTX* sc = server(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session;
    th_pair pair;
    int resumed = 0;
    int n;

    app.genData = "chain";
    app.genDataSz = 5;
    session = th_get_session(sc, cc);
    for (n = 0; n < th_many(1000); n++) {
        th_open(&pair, sc, cc, session, TH_OURS);
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        resumed += wolfSSL_session_reused(pair.server);
        th_exchange(&pair);
        wolfSSL_SESSION_free(session);
        session = wolfSSL_get1_session(pair.client);
        th_close(&pair);
    }
    ck_assert_int_ge(resumed, th_many(1000) * 99 / 100);
    end(sc, cc, session);
}
END_TEST

static Suite* embed_suite(void)
{
    Suite* suite = suite_create("embedded core");
    TCase* tc = eb_case(suite, "data");

    tcase_add_loop_test(tc, data_comes_back_with_the_client_and_is_inherited,
        0, TH_MODES);
    tcase_add_loop_test(tc, every_size_up_to_the_room_round_trips, 0,
        TH_MODES * 4);
    tc = eb_case(suite, "decisions");
    tcase_add_loop_test(tc, decision_table_is_openssls, 0, CELLS);
    tcase_add_loop_test(tc, gen_cb_that_fails_ends_the_connection, 0,
        TH_MODES);
    tc = eb_case(suite, "counts");
    tcase_add_loop_test(tc, as_many_tickets_as_were_set, 0,
        (int)(sizeof(counts) / sizeof(counts[0])));
    tcase_add_test(tc, tickets_on_request_go_out_before_the_next_write);
    tcase_add_loop_test(tc, no_ticket_is_lost_on_a_transport_that_blocks, 0,
        60);
    tcase_add_loop_test(tc, a_thousand_chained_resumptions_never_fail, 0,
        TH_MODES);
    return suite;
}

int main(void)
{
    return th_run(embed_suite());
}
