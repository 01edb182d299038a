/* unit_tlsext_ticket.c
 *
 * Tickets of a key callback: bound, with their room, and when all fails.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"
#include "largedata_fixture.h"

#ifdef OPENSSL_EXTRA

#include "keycb_fixture.h"
#include "connection.h"

#include <wolfticket/datastore.h>

typedef struct {
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    th_app app;
    int tls13;
} world;

static void Begin(world* w, int mode)
{
    memset(w, 0, sizeof(*w));
    w->tls13 = th_is_tls13(mode);
    w->sc = th_server_ctx(mode);
    w->cc = th_client_ctx(mode);
    th_app_init(&w->app);
    keys_init(NULL);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(w->sc, th_gen,
        th_dec, &w->app), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(w->sc, keys_cb),
        1);
}

static void End(world* w)
{
    wolfTicket_CTX_free(w->sc);
    wolfSSL_CTX_free(w->cc);
}

/* ---- bound --------------------------------------------------------------- */

typedef struct {
    const char* name;
    const char* alpn;
    const char* id;
} about;

static const struct {
    about made;
    about presented;
    int cause;
} table[] = {
    { { NULL, NULL, NULL },     { NULL, NULL, NULL },
        WOLFTICKET_CAUSE_USED },
    { { "a.org", "h2", "one" }, { "a.org", "h2", "one" },
        WOLFTICKET_CAUSE_USED },
    { { "a.org", NULL, NULL },  { "b.org", NULL, NULL },
        WOLFTICKET_CAUSE_BINDING },
    { { "a.org", NULL, NULL },  { NULL, NULL, NULL },
        WOLFTICKET_CAUSE_BINDING },
    { { NULL, NULL, NULL },     { "a.org", NULL, NULL },
        WOLFTICKET_CAUSE_BINDING },
    { { NULL, "h2", NULL },     { NULL, "http/1.1", NULL },
        WOLFTICKET_CAUSE_BINDING },
    { { NULL, "h2", NULL },     { NULL, NULL, NULL },
        WOLFTICKET_CAUSE_BINDING },
    { { NULL, NULL, NULL },     { NULL, "h2", NULL },
        WOLFTICKET_CAUSE_BINDING },
    { { NULL, NULL, "one" },    { NULL, NULL, "two" },
        WOLFTICKET_CAUSE_BAD_SEAL },
    { { NULL, NULL, "one" },    { NULL, NULL, NULL },
        WOLFTICKET_CAUSE_BAD_SEAL },
    { { NULL, NULL, NULL },     { NULL, NULL, "one" },
        WOLFTICKET_CAUSE_BAD_SEAL }
};

#define ROWS ((int)(sizeof(table) / sizeof(table[0])))

static void Open(th_pair* pair, world* w, WOLFSSL_SESSION* session,
    const about* what)
{
    const char* id = (what->id != NULL) ? what->id : "";
    char list[32];

    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(w->sc,
        (const unsigned char*)id, (unsigned int)strlen(id)), 1);
    th_open(pair, w->sc, w->cc, session, TH_OURS);
    if (what->name != NULL)
        ck_assert_int_eq(wolfSSL_UseSNI(pair->client, WOLFSSL_SNI_HOST_NAME,
            what->name, (word16)strlen(what->name)), WOLFSSL_SUCCESS);
    if (what->alpn != NULL) {
        strcpy(list, what->alpn);
        ck_assert_int_eq(wolfSSL_UseALPN(pair->client, list,
            (unsigned int)strlen(list), WOLFSSL_ALPN_CONTINUE_ON_MISMATCH),
            WOLFSSL_SUCCESS);
    }
}

START_TEST(a_ticket_opens_only_where_it_belongs)
{
    int row = _i / TH_MODES;
    int good = table[row].cause == WOLFTICKET_CAUSE_USED;
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;
    int done;
    world w;

    Begin(&w, _i % TH_MODES);
    Open(&pair, &w, NULL, &table[row].made);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(th_set_data(pair.server, "secret"), 1);
    th_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    th_close(&pair);

    Open(&pair, &w, session, &table[row].presented);
    done = th_handshake(&pair);
    ck_assert_int_eq(done == TH_BOTH_DONE &&
        wolfSSL_session_reused(pair.server), good);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_int_eq((int)info.cause, table[row].cause);
    ck_assert_int_eq(keys.shown, 1);
    if (good || w.tls13)
        ck_assert_int_eq(done, TH_BOTH_DONE);
    if (!good)
        ck_assert(th_has_data(pair.server, ""));
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

/* ---- room ---------------------------------------------------------------- */

START_TEST(the_room_is_that_of_the_context)
{
    static const char* const ciphers[] = { "AES-128-CBC", "AES-128-CTR" };
    unsigned char data[4096];
    WOLFSSL_SESSION* session;
    size_t max, ring, c;
    world w;

    memset(data, 'd', sizeof(data));
    Begin(&w, _i);
    ck_assert_int_eq(wolfTicket_CTX_set_data_memory(w.sc, 0), 1);
    for (c = 0; c < 2; c++) {
        keys.cipher = ciphers[c];
        wolfSSL_SESSION_free(th_get_session(w.sc, w.cc));
        max = wolfTicket_CTX_ticket_room(w.sc);
        ck_assert_uint_ge(max, WOLFTICKET_MIN_KEY_CB_APPDATA_MAX);
        w.app.genData = data;
        w.app.genDataSz = max;
        session = th_get_session(w.sc, w.cc);
        ck_assert_int_eq(w.app.genSet, 1);
        w.app.genData = NULL;
        ck_assert_int_eq(th_try(w.sc, w.cc, session, NULL), 1);
        ck_assert_uint_eq(w.app.seenSz, max);
        wolfSSL_SESSION_free(session);
        w.app.genData = data;
        w.app.genDataSz = max + 1;
        wolfSSL_SESSION_free(th_get_session(w.sc, w.cc));
        ck_assert_int_eq(w.app.genSet, 0);
        w.app.genData = NULL;
    }
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(w.sc, NULL), 1);
    ring = wolfTicket_CTX_ticket_room(w.sc);
    ck_assert_uint_gt(ring, max);
    End(&w);
}
END_TEST

START_TEST(data_that_does_not_fit_travels)
{
    static const char* const ciphers[] = { "AES-128-CBC", "AES-256-CTR" };
    static const size_t sizes[] = { 0, 1, 255, 256, 1000, 16000, 60000 };
    WOLFSSL_SESSION* session;
    ld_world w;
    size_t c, i;

    keys_init(NULL);
    ld_begin(&w, _i);
    w.decAnswer = WOLFTICKET_RETURN_USE_RENEW;
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(w.sc, keys_cb),
        1);
    for (c = 0; c < 2; c++) {
        keys.cipher = ciphers[c];
        for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            session = ld_first(&w, sizes[i], (unsigned int)i);
            ld_resume(&w, &session);
            ld_resume(&w, &session);
            wolfSSL_SESSION_free(session);
        }
    }
    ck_assert_uint_eq(ld_stats(w.sc).withheld, 0);
    ld_end(&w);
}
END_TEST

/* More than fits is inherited where a context changes from its ring. */
START_TEST(data_that_no_longer_fits_is_withheld_and_told)
{
    unsigned char data[4096];
    wolfTicket_Stats stats;
    th_pair pair;
    world w;

    memset(data, 'd', sizeof(data));
    Begin(&w, _i);
    ck_assert_int_eq(wolfTicket_CTX_set_data_memory(w.sc, 0), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(w.sc, NULL), 1);
    wolfSSL_SESSION_free(th_get_session(w.sc, w.cc));
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(
        wolfSSL_get_session(pair.server), data,
        wolfTicket_CTX_ticket_room(w.sc)), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(w.sc, keys_cb),
        1);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(w.sc, &stats), 1);
    ck_assert_uint_ge(stats.withheld, 1);
    ck_assert_str_eq(wolfTicket_error(pair.server), "no ticket was made: the "
        "session's application data does not fit it");
    th_close(&pair);
    End(&w);
}
END_TEST

/* ---- a setup of no use --------------------------------------------------- */

static const struct { const char* cipher; const char* digest; } useless[] = {
    { NULL, "SHA256" }, { "AES-256-CBC", NULL }, { NULL, NULL },
    { "AES-256-GCM", "SHA256" }
};

START_TEST(what_was_not_set_up_makes_and_opens_nothing)
{
    int row = _i / TH_MODES;
    int promised = th_promises(_i % TH_MODES);
    WOLFSSL_SESSION* session;
    wolfTicket_Stats stats;
    wolfTicket_Info info;
    th_pair pair;
    world w;

    Begin(&w, _i % TH_MODES);
    session = th_get_session(w.sc, w.cc);
    th_app_init(&w.app);
    keys.cipher = useless[row].cipher;
    keys.digest = useless[row].digest;
    ck_assert_int_eq(th_try(w.sc, w.cc, session, &info), 0);
    ck_assert_int_eq((int)info.cause, WOLFTICKET_CAUSE_INTERNAL);
    ck_assert_int_eq((int)w.app.status, WOLFTICKET_NO_DECRYPT);
    ck_assert_int_eq(w.app.genCalls, 0);
    wolfSSL_SESSION_free(session);

    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, promised);
    ck_assert_int_eq(w.app.genCalls, 0);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(w.sc, &stats), 1);
    ck_assert_uint_ge(stats.withheld, 1);
    ck_assert_str_eq(wolfTicket_error(pair.server), "no ticket was made: key, "
        "nonce or cipher failed");
    th_close(&pair);
    End(&w);
}
END_TEST

/* ---- nothing is left ----------------------------------------------------- */

static void NothingLeft(const wt_conn* conn)
{
    int i;

    ck_assert_ptr_null(conn->sealer);
    for (i = 0; i < WT_MAX_OFFERS; i++)
        ck_assert_ptr_null(conn->offer[i].plain);
}

START_TEST(what_was_opened_goes_with_the_handshake)
{
    WOLFSSL_SESSION* session;
    th_pair pair;
    world w;

    Begin(&w, _i);
    session = th_get_session(w.sc, w.cc);
    keys.opening = 2;
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, NULL), 1);
    NothingLeft(wt_conn_of(pair.server));
    th_close(&pair);
    /* Refused, by the application. */
    w.app.decAnswer = WOLFTICKET_RETURN_IGNORE;
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, NULL), 0);
    NothingLeft(wt_conn_of(pair.server));
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

/* A handshake that stops in its midst. */
START_TEST(what_was_opened_goes_with_the_connection)
{
    WOLFSSL_SESSION* session;
    th_pair pair;
    world w;
    int plain;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    Begin(&w, _i);
    session = th_get_session(w.sc, w.cc);
    keys.opening = 2;
    for (plain = 0; plain < 2; plain++) {
        th_open(&pair, w.sc, w.cc, session, plain);
        (void)th_connect(&pair);
        (void)th_accept(&pair);
        ck_assert_int_ge(keys.shown, 1);
        th_close(&pair);
    }
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    (void)th_connect(&pair);
    (void)th_accept(&pair);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    End(&w);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

/* ---- memory -------------------------------------------------------------- */

START_TEST(failing_allocation_is_survived)
{
    int resume = _i / TH_MODES;
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;
    long n, calls = 0;
    int done;
    world w;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    Begin(&w, _i % TH_MODES);
    w.app.genData = "alice";
    w.app.genDataSz = 5;
    session = th_get_session(w.sc, w.cc);
    keys.opening = 2;
    for (n = 1; n == 1 || calls >= n - 1; n++) {
        th_open(&pair, w.sc, w.cc, resume ? session : NULL, TH_OURS);
        th_mem_fail_at(n);
        done = th_handshake_armed(&pair);
        calls = th_mem_calls();
        th_mem_fail_at(0);
        if (calls < n)
            ck_assert_int_eq(done, TH_BOTH_DONE);
        ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
        th_close(&pair);
        ck_assert_int_eq(th_try(w.sc, w.cc, session, NULL), 1);
        ck_assert_uint_eq(w.app.seenSz, 5);
    }
    ck_assert_int_gt(n, 2);
    wolfSSL_SESSION_free(session);
    End(&w);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("tlsext_ticket");
    TCase* tc = th_case(suite, "tickets", 0);
    TCase* mem = th_case(suite, "memory", 1);

    tcase_add_loop_test(tc, a_ticket_opens_only_where_it_belongs, 0,
        TH_MODES * ROWS);
    tcase_add_loop_test(tc, the_room_is_that_of_the_context, 0, TH_MODES);
    tcase_add_loop_test(tc, data_that_does_not_fit_travels, 0, TH_MODES);
    tcase_add_loop_test(tc, data_that_no_longer_fits_is_withheld_and_told, 0,
        TH_MODES);
    tcase_add_loop_test(tc, what_was_not_set_up_makes_and_opens_nothing, 0,
        TH_MODES * (int)(sizeof(useless) / sizeof(useless[0])));
    tcase_add_loop_test(tc, what_was_opened_goes_with_the_handshake, 0,
        TH_MODES);
    tcase_add_loop_test(mem, what_was_opened_goes_with_the_connection, 0,
        TH_MODES);
    tcase_add_loop_test(mem, failing_allocation_is_survived, 0,
        TH_MODES * 2);
    return th_run(suite);
}

#else

int main(void)
{
    return th_run(suite_create("tlsext_ticket"));
}

#endif /* OPENSSL_EXTRA */
