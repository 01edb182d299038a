/* unit_issue.c
 *
 * Tickets that a server makes: gen_cb and application data.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"

#include <wolfticket/datastore.h>

static unsigned char pattern[4096];

static void FillPattern(void)
{
    size_t i;

    for (i = 0; i < sizeof(pattern); i++)
        pattern[i] = (unsigned char)(i * 31 + 7);
}

typedef struct {
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    th_app app;
} world;

static void Begin(world* w, int mode)
{
    FillPattern();
    memset(w, 0, sizeof(*w));
    w->sc = th_server_ctx(mode);
    w->cc = th_client_ctx(mode);
    th_app_init(&w->app);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(w->sc, th_gen,
        th_dec, &w->app), 1);
}

static void End(world* w)
{
    wolfTicket_CTX_free(w->sc);
    wolfSSL_CTX_free(w->cc);
}

/* What the connection's session has. */
static void Has(WOLFSSL* ssl, const unsigned char* want, size_t wantSz)
{
    void* data = NULL;
    size_t sz = 0;

    ck_assert_int_eq(wolfTicket_SESSION_get0_ticket_appdata(
        wolfSSL_get_session(ssl), &data, &sz), 1);
    ck_assert_uint_eq(sz, wantSz);
    if (wantSz > 0)
        ck_assert_mem_eq(data, want, wantSz);
    else
        ck_assert_ptr_null(data);
}

/* ---- sizes --------------------------------------------------------------- */

#if defined(WOLFSSL_TICKET_EXTRA_PADDING_SZ) && \
        WOLFSSL_TICKET_EXTRA_PADDING_SZ >= 1000
    #define MUST_TRAVEL 1000
#else
    #define MUST_TRAVEL WOLFTICKET_MIN_APPDATA_MAX
#endif

START_TEST(every_size_up_to_the_room_travels)
{
    WOLFSSL_SESSION* session;
    th_pair pair;
    size_t max, sz;
    size_t step = (size_t)th_step();
    world w;

    Begin(&w, _i);
    ck_assert_uint_eq(wolfTicket_CTX_ticket_room(w.sc),
        WOLFTICKET_MIN_APPDATA_MAX);
    wolfSSL_SESSION_free(th_get_session(w.sc, w.cc));
    max = wolfTicket_CTX_ticket_room(w.sc);
    ck_assert_uint_ge(max, MUST_TRAVEL);
    ck_assert_uint_lt(max, sizeof(pattern));
    for (sz = 0; sz <= max; sz += (sz + step > max && sz < max) ? max - sz
            : step) {
        w.app.genData = pattern;
        w.app.genDataSz = sz;
        session = th_get_session(w.sc, w.cc);
        ck_assert_int_eq(w.app.genSet, 1);
        w.app.genData = NULL;
        th_open(&pair, w.sc, w.cc, session, TH_OURS);
        ck_assert_int_eq(th_verdict(&pair, NULL), 1);
        Has(pair.server, pattern, sz);
        th_close(&pair);
        wolfSSL_SESSION_free(session);
    }
    End(&w);
}
END_TEST

START_TEST(data_that_does_not_fit_is_an_error_and_changes_nothing)
{
    th_pair pair;
    size_t max;
    world w;

    Begin(&w, _i);
    ck_assert_int_eq(wolfTicket_CTX_set_data_memory(w.sc, 0), 1);
    wolfSSL_SESSION_free(th_get_session(w.sc, w.cc));
    max = wolfTicket_CTX_ticket_room(w.sc);
    ck_assert_uint_eq(wolfTicket_CTX_appdata_max(w.sc), max);
    w.app.genData = pattern;
    w.app.genDataSz = max + 1;
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(th_set_data(pair.server, "former"), 1);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(w.app.genSet, 0);
    ck_assert_str_eq(wolfTicket_error(pair.server), "application data of this "
        "size does not fit a ticket: see wolfTicket_CTX_appdata_max()");
    Has(pair.server, (const unsigned char*)"former", 6);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(
        wolfSSL_get_session(pair.server), pattern, (size_t)-1), 0);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(
        wolfSSL_get_session(pair.server), pattern, 65536), 0);
    Has(pair.server, (const unsigned char*)"former", 6);
    th_close(&pair);
    End(&w);
}
END_TEST

/* ---- copied, replaced, cleared, inherited -------------------------------- */

START_TEST(data_is_copied_replaced_and_cleared)
{
    unsigned char own[8] = "own";
    WOLFSSL_SESSION* ss;
    th_pair pair;
    world w;

    Begin(&w, _i);
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ss = wolfSSL_get_session(pair.server);
    Has(pair.server, NULL, 0);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(ss, own, 3), 1);
    own[0] = 'X';
    Has(pair.server, (const unsigned char*)"own", 3);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(ss, "longer data",
        11), 1);
    Has(pair.server, (const unsigned char*)"longer data", 11);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(ss, "s", 1), 1);
    Has(pair.server, (const unsigned char*)"s", 1);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(ss, NULL, 0), 1);
    Has(pair.server, NULL, 0);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(ss, "again", 5),
        1);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(ss, "x", 0), 1);
    Has(pair.server, NULL, 0);
    th_close(&pair);
    End(&w);
}
END_TEST

START_TEST(data_set_before_the_handshake_is_in_its_tickets)
{
    WOLFSSL_SESSION* session;
    th_pair pair;
    world w;

    Begin(&w, _i);
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(th_set_data(pair.server, "early"), 1);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    th_close(&pair);
    ck_assert_int_eq(th_try(w.sc, w.cc, session, NULL), 1);
    ck_assert_uint_eq(w.app.seenSz, 5);
    ck_assert_mem_eq(w.app.seen, "early", 5);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

START_TEST(data_is_inherited_over_ten_renewals)
{
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;
    world w;
    int i;

    Begin(&w, TH_TLS13);
    w.app.genData = "alice";
    w.app.genDataSz = 5;
    session = th_get_session(w.sc, w.cc);
    w.app.genData = NULL;
    for (i = 0; i < 12; i++) {
        if (i == 10) {          /* other data */
            w.app.genData = "bob";
            w.app.genDataSz = 3;
        }
        if (i == 11)            /* none */
            w.app.genDataSz = 0;
        th_open(&pair, w.sc, w.cc, session, (i & 1) ? TH_PLAIN : TH_OURS);
        ck_assert_int_eq(th_verdict(&pair, &info), 1);
        ck_assert_uint_eq(info.renewals, (unsigned int)i);
        ck_assert_uint_eq(w.app.seenSz, (i < 11) ? 5 : 3);
        ck_assert_mem_eq(w.app.seen, (i < 11) ? "alice" : "bob",
            w.app.seenSz);
        wolfSSL_SESSION_free(session);
        session = wolfSSL_get1_session(pair.client);
        th_close(&pair);
    }
    ck_assert_int_eq(th_try(w.sc, w.cc, session, NULL), 1);
    ck_assert_uint_eq(w.app.seenSz, 0);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

/* ---- callbacks ----------------------------------------------------------- */

START_TEST(data_travels_without_callbacks)
{
    WOLFSSL_SESSION* session;
    th_pair pair;
    world w;

    Begin(&w, _i);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(w.sc, NULL, NULL,
        NULL), 1);
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(th_set_data(pair.server, "alice"), 1);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    th_close(&pair);
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, NULL), 1);
    Has(pair.server, (const unsigned char*)"alice", 5);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    ck_assert_int_eq(w.app.genCalls + w.app.decCalls, 0);
    End(&w);
}
END_TEST

START_TEST(gen_cb_that_refuses_on_request_ends_the_connection)
{
    unsigned char octet;
    th_pair pair;
    world w;

    Begin(&w, TH_TLS13);
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    w.app.genAnswer = 0;
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_le(wolfTicket_write(pair.server, "x", 1), 0);
    ck_assert_int_eq(th_client_reads(&pair, &octet, 1), 0);
    ck_assert_int_eq(pair.tickets, 2);
    ck_assert_int_eq(th_client_alert(&pair), TH_SEES_KEYS ? 80 : -1);
    ck_assert_str_eq(wolfTicket_error(pair.server),
        "gen_cb returned 0: the connection was ended");
    th_close(&pair);
    End(&w);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("issue");
    TCase* tc = th_case(suite, "data", 0);

    tcase_add_loop_test(tc, every_size_up_to_the_room_travels, 0, TH_MODES);
    tcase_add_loop_test(tc,
        data_that_does_not_fit_is_an_error_and_changes_nothing, 0, TH_MODES);
    tcase_add_loop_test(tc, data_is_copied_replaced_and_cleared, 0, TH_MODES);
    tcase_add_loop_test(tc, data_set_before_the_handshake_is_in_its_tickets,
        0, TH_MODES);
    tcase_add_test(tc, data_is_inherited_over_ten_renewals);
    tcase_add_loop_test(tc, data_travels_without_callbacks, 0, TH_MODES);
    tcase_add_test(tc, gen_cb_that_refuses_on_request_ends_the_connection);
    return th_run(suite);
}
