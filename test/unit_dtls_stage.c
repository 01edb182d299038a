/* unit_dtls_stage.c
 *
 * DTLS before the client has shown that it is there: nobody is asked, and
 * nothing stays.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "dtls_fixture.h"
#ifdef OPENSSL_EXTRA
#include "keycb_fixture.h"
#endif

/* Where a ClientHello stands in its datagram, and in it the random. */
#define SEQUENCE_AT 5
#define HELLO_AT    (13 + 12)
#define RANDOM_AT   (HELLO_AT + 2)
#define SESSION_AT  (RANDOM_AT + 32)

typedef struct {
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    WOLFSSL_SESSION* session;
    th_app app;
} world;

static void Begin(world* w, int mode)
{
    w->sc = td_server_ctx(mode);
    w->cc = td_client_ctx(mode);
    th_app_init(&w->app);
    w->app.genData = "alice";
    w->app.genDataSz = 5;
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(w->sc, th_gen, th_dec,
        &w->app));
    w->session = td_get_session(w->sc, w->cc);
    th_app_init(&w->app);
}

static void End(world* w)
{
    wolfSSL_SESSION_free(w->session);
    wolfTicket_CTX_free(w->sc);
    wolfSSL_CTX_free(w->cc);
}

static unsigned long Presented(WOLFSSL_CTX* ctx)
{
    wolfTicket_Stats stats;
    unsigned long sum = 0;
    int i;

    ck_assert_int_eq(wolfTicket_CTX_get_stats(ctx, &stats), 1);
    for (i = 0; i < WOLFTICKET_CAUSE_COUNT; i++)
        sum += stats.presented[i];
    return sum;
}

/* Lets the client send its first ClientHello, and takes it from the wire. */
static int FirstHello(td_pair* pair, unsigned char hello[TD_DATAGRAM])
{
    int sz;

    ck_assert_int_ne(wolfSSL_connect(pair->client), WOLFSSL_SUCCESS);
    ck_assert_int_eq(pair->toServer->count, 1);
    sz = pair->toServer->sz[0];
    memcpy(hello, pair->toServer->mem[0], (size_t)sz);
    pair->toServer->count = 0;
    return sz;
}

/* The server gets this datagram; what it answers is taken from the wire. */
static void Present(td_pair* pair, const unsigned char* hello, int sz)
{
    td_push(pair->toServer, (const char*)hello, sz);
    ck_assert_int_ne(wolfSSL_accept(pair->server), WOLFSSL_SUCCESS);
    ck_assert(wolfSSL_want_read(pair->server));
    ck_assert_int_eq(pair->toServer->count, 0);
    pair->toClient->count = 0;
}

/* Another client's ClientHello. */
static void Forge(unsigned char* hello, unsigned int n)
{
    hello[SEQUENCE_AT + 4] = (unsigned char)(n >> 8);
    hello[SEQUENCE_AT + 5] = (unsigned char)n;
    hello[RANDOM_AT] = (unsigned char)(n >> 16);
    hello[RANDOM_AT + 1] = (unsigned char)(n >> 8);
    hello[RANDOM_AT + 2] = (unsigned char)n;
}

/* ---- the first ClientHello ----------------------------------------------- */

START_TEST(first_hello_asks_nobody_and_the_second_once)
{
    int mode = _i % TD_MODES;
    int plain = _i / TD_MODES % 2;
    int withTicket = _i / TD_MODES / 2;
    unsigned long presented;
    unsigned char hello[TD_DATAGRAM];
    td_pair pair;
    world w;
    int i, sz;

    Begin(&w, mode);
    presented = Presented(w.sc);
    td_open(&pair, w.sc, w.cc, withTicket ? w.session : NULL, plain);
    sz = FirstHello(&pair, hello);
    for (i = 0; i < 3; i++)
        Present(&pair, hello, sz);
    ck_assert_int_eq(w.app.decCalls, 0);
    ck_assert_int_eq(w.app.genCalls, 0);
    ck_assert_uint_eq(Presented(w.sc), presented);

    td_push(pair.toServer, (const char*)hello, sz);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(w.app.decCalls, (withTicket || !td_is_13(mode)) ? 1 : 0);
    ck_assert_uint_eq(Presented(w.sc),
        presented + (unsigned long)w.app.decCalls);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), withTicket);
    ck_assert(th_has_data(pair.server, withTicket ? "alice" : ""));
    td_close(&pair);
    End(&w);
}
END_TEST

START_TEST(info_tells_nothing_of_a_first_hello)
{
    int mode = _i;
    unsigned char hello[TD_DATAGRAM];
    wolfTicket_Info info;
    td_pair pair;
    world w;
    int sz;

    Begin(&w, mode);
    td_open(&pair, w.sc, w.cc, w.session, TH_OURS);
    sz = FirstHello(&pair, hello);
    Present(&pair, hello, sz);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_int_eq(info.presented, 0);
    ck_assert_int_eq(info.status, WOLFTICKET_NONE);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_NONE);
    ck_assert(th_has_data(pair.server, ""));
    td_close(&pair);
    End(&w);
}
END_TEST

/* A client that comes and goes before another takes its place. */
START_TEST(first_hello_of_another_leaves_nothing_for_the_client)
{
    int mode = _i % TD_MODES;
    int refuse = _i / TD_MODES;
    unsigned char hello[TD_DATAGRAM];
    td_pair pair;
    td_pair stranger;
    world w;
    int sz;

    Begin(&w, mode);
    if (refuse)
        w.app.decAnswer = WOLFTICKET_RETURN_IGNORE_RENEW;
    td_open(&stranger, w.sc, w.cc, w.session, TH_OURS);
    sz = FirstHello(&stranger, hello);
    td_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    Present(&pair, hello, sz);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    td_exchange(&pair);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 0);
    ck_assert(th_has_data(pair.server, ""));
    ck_assert_int_eq(w.app.decCalls, td_is_13(mode) ? 0 : 1);
    if (!td_is_13(mode))
        ck_assert_int_eq(w.app.status, WOLFTICKET_EMPTY);
    ck_assert_int_eq(pair.tickets, td_is_13(mode) ? 2 : 1);
    td_close(&stranger);
    td_close(&pair);
    End(&w);
}
END_TEST

START_TEST(data_set_before_the_first_hello_stays)
{
    int mode = _i;
    unsigned char hello[TD_DATAGRAM];
    td_pair pair;
    world w;
    int i, sz;

    Begin(&w, mode);
    td_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert(th_set_data(pair.server, "mine"));
    sz = FirstHello(&pair, hello);
    for (i = 0; i < 4; i++) {
        Forge(hello, (unsigned int)i);
        Present(&pair, hello, sz);
    }
    td_close(&pair);

    td_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert(th_set_data(pair.server, "mine"));
    Present(&pair, hello, sz);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    ck_assert(th_has_data(pair.server, "mine"));
    td_close(&pair);
    End(&w);
}
END_TEST

/* ---- cookies that are none ----------------------------------------------- */

/* DTLS 1.2: a ClientHello with a cookie, longer by it. */
static int AddCookie(unsigned char* hello, int sz, int cookieSz)
{
    int at = SESSION_AT + 1 + hello[SESSION_AT];
    int body;

    ck_assert_int_eq(hello[at], 0);
    memmove(hello + at + 1 + cookieSz, hello + at + 1, (size_t)(sz - at - 1));
    hello[at] = (unsigned char)cookieSz;
    memset(hello + at + 1, 0x5A, (size_t)cookieSz);
    sz += cookieSz;
    hello[11] = (unsigned char)((sz - 13) >> 8);
    hello[12] = (unsigned char)(sz - 13);
    body = sz - HELLO_AT;
    hello[15] = hello[23] = (unsigned char)(body >> 8);
    hello[16] = hello[24] = (unsigned char)body;
    return sz;
}

START_TEST(cookie_that_is_not_ours_asks_nobody)
{
    int mode = _i % TD_MODES;
    int withTicket = _i / TD_MODES;
    unsigned char hello[TD_DATAGRAM];
    td_pair pair;
    world w;
    int sz;

    if (td_is_13(mode))     /* its cookie is an extension */
        return;
    Begin(&w, mode);
    w.app.decAnswer = WOLFTICKET_RETURN_IGNORE;
    td_open(&pair, w.sc, w.cc, withTicket ? w.session : NULL, TH_OURS);
    sz = FirstHello(&pair, hello);
    Present(&pair, hello, AddCookie(hello, sz, 32));
    hello[SESSION_AT + 1 + hello[SESSION_AT]] = 32;
    ck_assert_int_eq(w.app.decCalls, 0);
    td_close(&pair);

    /* Neither is the real client's the worse for it. */
    td_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    sz = FirstHello(&pair, hello);
    td_push(pair.toServer, (const char*)hello, sz);
    w.app.decAnswer = TH_DEFAULT_ANSWER;
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(w.app.decCalls, 1);
    ck_assert_int_eq(pair.tickets, 1);
    td_close(&pair);
    End(&w);
}
END_TEST

/* ---- floods -------------------------------------------------------------- */

#define FLOOD 10000

/* What is allocated stays as it is after the first hello. */
START_TEST(flood_of_first_hellos_asks_nobody_and_keeps_nothing)
{
    int mode = _i % TD_MODES;
    int plain = _i / TD_MODES;
    unsigned long presented;
    unsigned char hello[TD_DATAGRAM];
    td_pair pair;
    world w;
    long live;
    int i, sz;
    int n = th_many(FLOOD);

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    Begin(&w, mode);
    presented = Presented(w.sc);
    td_open(&pair, w.sc, w.cc, w.session, plain);
    sz = FirstHello(&pair, hello);
    Present(&pair, hello, sz);
    live = th_mem_live();
    for (i = 0; i < n; i++) {
        Forge(hello, (unsigned int)i);
        Present(&pair, hello, sz);
        ck_assert_int_eq(th_mem_live(), live);
    }
    ck_assert_int_eq(w.app.decCalls, 0);
    ck_assert_uint_eq(Presented(w.sc), presented);

    /* The client is still welcome. */
    td_close(&pair);
    ck_assert_int_eq(td_resume(w.sc, w.cc, w.session, plain), 1);
    ck_assert_int_eq(w.app.decCalls, 1);
    End(&w);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

/* Each on a connection of its own, which the application frees without us:
 * there is no more memory in use at the end than after the first few. */
START_TEST(flood_of_connections_leaves_no_record)
{
    int mode = _i;
    unsigned char hello[TD_DATAGRAM];
    td_pair pair;
    td_pair target;
    world w;
    long live = 0;
    int i, sz;
    int n = th_many(FLOOD / 10);

    th_mem_use(TH_MEM_SAME);
    th_setup();
    Begin(&w, mode);
    td_open(&pair, w.sc, w.cc, w.session, TH_OURS);
    sz = FirstHello(&pair, hello);
    for (i = 0; i < n; i++) {
        td_open(&target, w.sc, w.cc, NULL, TH_PLAIN);
        Forge(hello, (unsigned int)i);
        Present(&target, hello, sz);
        td_close(&target);
        if (i == 4)
            live = th_mem_live();
    }
    ck_assert_int_eq(th_mem_live(), live);
    ck_assert_int_eq(w.app.decCalls, 0);
    td_close(&pair);
    End(&w);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

/* ---- the second ClientHello ---------------------------------------------- */

/* The server's answer is lost, and the client says it again. */
START_TEST(second_hello_that_comes_again_asks_once)
{
    int mode = _i;
    td_pair pair;
    world w;
    int done = 0;

    Begin(&w, mode);
    td_open(&pair, w.sc, w.cc, w.session, TH_OURS);
    (void)td_step(&pair, TH_CLIENT_DONE, &done);
    (void)td_step(&pair, TH_SERVER_DONE, &done);
    (void)td_step(&pair, TH_CLIENT_DONE, &done);
    pair.serverIo.cut = 1;
    (void)td_step(&pair, TH_SERVER_DONE, &done);
    ck_assert_int_eq(w.app.decCalls, 1);
    td_timeout(pair.client);
    (void)td_step(&pair, TH_SERVER_DONE, &done);
    pair.serverIo.cut = 0;
    ck_assert_int_eq(td_handshake_timeouts(&pair, 20), TH_BOTH_DONE);
    ck_assert_int_eq(w.app.decCalls, 1);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 1);
    ck_assert(th_has_data(pair.server, "alice"));
    td_close(&pair);
    End(&w);
}
END_TEST

#ifdef OPENSSL_EXTRA /* has wolfSSL_clear(), and EVP */
START_TEST(after_a_clear_the_first_hello_asks_nobody_again)
{
    int mode = _i;
    unsigned char hello[TD_DATAGRAM];
    td_pair pair;
    td_pair next;
    world w;
    int sz;

    Begin(&w, mode);
    td_open(&pair, w.sc, w.cc, w.session, TH_OURS);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(w.app.decCalls, 1);
    ck_assert_int_eq(wolfTicket_clear(pair.server), 1);
    td_open(&next, w.sc, w.cc, w.session, TH_OURS);
    sz = FirstHello(&next, hello);
    pair.toServer->count = pair.toClient->count = 0;
    td_push(pair.toServer, (const char*)hello, sz);
    (void)wolfSSL_accept(pair.server);
    ck_assert_int_eq(w.app.decCalls, 1);
    td_close(&pair);
    td_close(&next);
    End(&w);
}
END_TEST

/* ---- the application's keys ---------------------------------------------- */

START_TEST(key_callback_is_not_asked_about_a_first_hello)
{
    int mode = _i;
    unsigned char hello[TD_DATAGRAM];
    WOLFSSL_CTX* sc = td_server_ctx(mode);
    WOLFSSL_CTX* cc = td_client_ctx(mode);
    WOLFSSL_SESSION* session;
    td_pair pair;
    int i, sz;

    keys_init(NULL);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(sc, keys_cb), 1);
    session = td_get_session(sc, cc);
    td_open(&pair, sc, cc, session, TH_OURS);
    sz = FirstHello(&pair, hello);
    for (i = 0; i < 3; i++)
        Present(&pair, hello, sz);
    ck_assert_int_eq(keys.shown, 0);
    td_push(pair.toServer, (const char*)hello, sz);
    ck_assert_int_eq(td_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 1);
    ck_assert_int_eq(keys.shown, 1);
    td_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST
#endif

int main(void)
{
    Suite* suite = suite_create("dtls_stage");
    TCase* tc = th_case(suite, "hellos", 0);

    tcase_add_loop_test(tc, first_hello_asks_nobody_and_the_second_once, 0,
        4 * TD_MODES);
    tcase_add_loop_test(tc, info_tells_nothing_of_a_first_hello, 0, TD_MODES);
    tcase_add_loop_test(tc,
        first_hello_of_another_leaves_nothing_for_the_client, 0,
        2 * TD_MODES);
    tcase_add_loop_test(tc, data_set_before_the_first_hello_stays, 0,
        TD_MODES);
    tcase_add_loop_test(tc, cookie_that_is_not_ours_asks_nobody, 0,
        2 * TD_MODES);
    tcase_add_loop_test(tc, second_hello_that_comes_again_asks_once, 0,
        TD_MODES);
#ifdef OPENSSL_EXTRA
    tcase_add_loop_test(tc, after_a_clear_the_first_hello_asks_nobody_again,
        0, TD_MODES);
    tcase_add_loop_test(tc, key_callback_is_not_asked_about_a_first_hello, 0,
        TD_MODES);
#endif
    tc = th_case(suite, "floods", 1);
    tcase_add_loop_test(tc,
        flood_of_first_hellos_asks_nobody_and_keeps_nothing, 0, 2 * TD_MODES);
    tcase_add_loop_test(tc, flood_of_connections_leaves_no_record, 0,
        TD_MODES);
    return th_run(suite);
}
