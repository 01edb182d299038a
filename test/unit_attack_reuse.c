/* unit_attack_reuse.c
 *
 * Attacks on connections that serve one client after the other.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#define WOLFTICKET_NO_REDIRECT
#include "harness.h"

/* wolfSSL_clear() is there then. */
#ifdef OPENSSL_EXTRA

static th_app app;

static WOLFSSL_CTX* Server(int mode)
{
    WOLFSSL_CTX* sc = th_server_ctx(mode);

    th_app_init(&app);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec,
        &app), 1);
    return sc;
}

/* A session whose ticket carries the text. */
static WOLFSSL_SESSION* SessionWith(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    const char* text)
{
    WOLFSSL_SESSION* session;

    th_app_init(&app);
    app.genData = text;
    app.genDataSz = strlen(text);
    session = th_get_session(sc, cc);
    th_app_init(&app);
    return session;
}

/* A client of TLS 1.2 that resumes by its session id. */
static WOLFSSL_CTX* TicketlessClient(void)
{
    WOLFSSL_CTX* cc = wolfSSL_CTX_new(wolfTLSv1_2_client_method());

    ck_assert_ptr_nonnull(cc);
    wolfSSL_CTX_set_verify(cc, WOLFSSL_VERIFY_NONE, NULL);
    wolfSSL_CTX_SetIORecv(cc, th_recv);
    wolfSSL_CTX_SetIOSend(cc, th_send);
    return cc;
}

enum { CLEAR_OURS, CLEAR_PLAIN, CLEARS };

/* The client is gone; its connection is cleared. */
static WOLFSSL* Vanish(th_pair* pair, int how)
{
    WOLFSSL* ssl = pair->server;
    WOLFSSL_SESSION* former = wolfSSL_get_session(ssl);

    pair->server = NULL;
    th_close(pair);
    if (how == CLEAR_OURS)
        ck_assert_int_eq(wolfTicket_clear(ssl), 1);
    else
        ck_assert_int_eq(wolfSSL_clear(ssl), WOLFSSL_SUCCESS);
    ck_assert_ptr_eq(wolfSSL_get_session(ssl), former);
    return ssl;
}

/* The next client, on the same connection. */
static void OpenOn(th_pair* pair, WOLFSSL* ssl, WOLFSSL_CTX* sc,
    WOLFSSL_CTX* cc, WOLFSSL_SESSION* session)
{
    th_open(pair, sc, cc, session, TH_OURS);
    wolfTicket_free(pair->server);
    pair->server = ssl;
    wolfSSL_SetIOReadCtx(ssl, &pair->serverIo);
    wolfSSL_SetIOWriteCtx(ssl, &pair->serverIo);
}

static void KnowsNothingOfAlice(th_pair* pair)
{
    wolfTicket_Info info;

    ck_assert(th_has_data(pair->server, ""));
    ck_assert_int_eq(wolfTicket_get_info(pair->server, &info), 1);
    /* TLS 1.2: the client's own empty extension. */
    ck_assert_int_eq(info.presented, info.status == WOLFTICKET_EMPTY);
    ck_assert_uint_eq(info.key_name_len, 0);
    ck_assert_uint_eq(info.full_handshake, 0);
    ck_assert_uint_eq(info.renewals, 0);
}

/* Memory is handed out again at once. */
static void Begin(void)
{
    th_mem_use(TH_MEM_SAME);
    th_setup();
}

static void End(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc)
{
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}

/* ---- clients that vanish ------------------------------------------------- */

/* Alice shows her ticket and stops. */
static WOLFSSL* AliceStops(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    WOLFSSL_SESSION* alices, int plain, int how)
{
    th_pair pair;

    th_open(&pair, sc, cc, alices, TH_OURS);
    if (plain) {
        wolfTicket_free(pair.server);
        pair.server = wolfSSL_new(sc);
        ck_assert_ptr_nonnull(pair.server);
        wolfSSL_SetIOReadCtx(pair.server, &pair.serverIo);
        wolfSSL_SetIOWriteCtx(pair.server, &pair.serverIo);
    }
    ck_assert_int_eq(th_connect(&pair), 0);
    ck_assert_int_eq(th_accept(&pair), 0);
    ck_assert_int_eq(app.decCalls, 1);
    ck_assert_uint_eq(app.seenSz, 5);
    return Vanish(&pair, how);
}

enum { BOB_FULL, BOB_SESSION_ID, BOB_NEW_TICKETS };

static const struct {
    int mode;
    int bob;
} vanished[] = {
    { TH_TLS13,      BOB_FULL },
    { TH_TLS13,      BOB_SESSION_ID },
    { TH_TLS13,      BOB_NEW_TICKETS },
    { TH_TLS13_ONLY, BOB_FULL },
    { TH_TLS13_ONLY, BOB_NEW_TICKETS },
    { TH_TLS12,      BOB_FULL },
    { TH_TLS12,      BOB_SESSION_ID },
    { TH_TLS12,      BOB_NEW_TICKETS },
    { TH_TLS12_ONLY, BOB_FULL },
    { TH_TLS12_ONLY, BOB_SESSION_ID },
    { TH_TLS12_ONLY, BOB_NEW_TICKETS }
};
#define VANISHED ((int)(sizeof(vanished) / sizeof(vanished[0])))

START_TEST(client_that_vanished_leaves_nothing_to_the_next)
{
    int how = _i % CLEARS;
    int bob = vanished[(_i / CLEARS) % VANISHED].bob;
    int mode = vanished[(_i / CLEARS) % VANISHED].mode;
    int plain = _i / CLEARS / VANISHED;
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    WOLFSSL_CTX* bobs;
    WOLFSSL_SESSION* alices;
    WOLFSSL_SESSION* own = NULL;
    WOLFSSL* ssl;
    th_pair pair;

    Begin();
    sc = Server(mode);
    cc = th_client_ctx(mode);
    bobs = (bob == BOB_SESSION_ID) ? TicketlessClient() : th_client_ctx(mode);
    alices = SessionWith(sc, cc, "alice");
    if (bob == BOB_SESSION_ID)
        own = th_get_session(sc, bobs);
    th_app_init(&app);

    ssl = AliceStops(sc, cc, alices, plain, how);
    OpenOn(&pair, ssl, sc, bobs, own);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    /* wolfSSL_clear() leaves on that a TLS 1.2 ticket was shown, and wolfSSL
     * then looks at no session id. */
    ck_assert_int_eq(wolfSSL_session_reused(ssl),
        own != NULL && th_is_tls13(mode));
    KnowsNothingOfAlice(&pair);
    th_exchange(&pair);
    KnowsNothingOfAlice(&pair);
    if (bob == BOB_NEW_TICKETS) {
        WOLFSSL_SESSION* next = wolfSSL_get1_session(pair.client);

        ck_assert_int_eq(pair.tickets, th_is_tls13(mode) ? 2 : 1);
        th_app_init(&app);
        ck_assert_int_eq(th_try(sc, bobs, next, NULL), 1);
        ck_assert_int_eq(app.decCalls, 1);
        ck_assert_uint_eq(app.seenSz, 0);
        wolfSSL_SESSION_free(next);
    }
    th_close(&pair);
    wolfSSL_SESSION_free(alices);
    wolfSSL_SESSION_free(own);
    wolfSSL_CTX_free(bobs);
    End(sc, cc);
}
END_TEST

START_TEST(cleared_connection_has_its_session_in_get0_and_set1)
{
    int stopped = _i / TH_MODES;
    int mode = _i % TH_MODES;
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    WOLFSSL_SESSION* alices;
    WOLFSSL* ssl;
    th_pair pair;

    Begin();
    sc = Server(mode);
    cc = th_client_ctx(mode);
    alices = SessionWith(sc, cc, "alice");
    if (stopped) {
        ssl = AliceStops(sc, cc, alices, 0, CLEAR_OURS);
    }
    else {
        th_open(&pair, sc, cc, NULL, TH_OURS);
        ssl = Vanish(&pair, CLEAR_OURS);
    }
    ck_assert_int_eq(th_set_data(ssl, "before"), 1);
    ck_assert(th_has_data(ssl, "before"));
    OpenOn(&pair, ssl, sc, cc, alices);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wolfSSL_session_reused(ssl), 1);
    ck_assert(th_has_data(ssl, "alice"));
    ck_assert_int_eq(th_set_data(ssl, "after"), 1);
    ck_assert(th_has_data(ssl, "after"));
    th_close(&pair);
    wolfSSL_SESSION_free(alices);
    End(sc, cc);
}
END_TEST

/* ---- a session's memory in other hands ----------------------------------- */

static int DoneCounts(WOLFSSL* ssl, void* arg)
{
    (void)ssl;
    ++*(int*)arg;
    return 0;
}

START_TEST(live_connection_keeps_its_settings_when_another_gets_its_memory)
{
    WOLFSSL* others[20];
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    WOLFSSL_SESSION* former;
    WOLFSSL* live;
    th_pair pair;
    int done = 0;
    int i, met = 0;

    th_mem_use(TH_MEM_NEVER);
    th_setup();
    sc = Server(TH_TLS13);
    cc = th_client_ctx(TH_TLS13);
    th_open(&pair, sc, cc, NULL, TH_OURS);
    live = pair.server;
    ck_assert_int_eq(wolfTicket_set_num_tickets(live, 0), 1);
    ck_assert_int_eq(wolfTicket_SetHsDoneCb(live, DoneCounts, &done), 1);
    ck_assert_int_eq(th_connect(&pair), 0);
    ck_assert_int_eq(th_accept(&pair), 0);
    pair.server = NULL;
    former = wolfSSL_get_session(live);
    ck_assert_int_eq(wolfSSL_clear(live), WOLFSSL_SUCCESS);
    ck_assert_ptr_ne(wolfSSL_get_session(live), former);
    th_close(&pair);
    th_mem_use(TH_MEM_SAME);
    for (i = 0; i < 20; i++) {
        others[i] = wolfTicket_new(sc);
        ck_assert_ptr_nonnull(others[i]);
        met |= wolfSSL_get_session(others[i]) == former;
    }
    ck_assert_int_eq(met, 1);

    ck_assert_uint_eq(wolfTicket_get_num_tickets(live), 0);
    OpenOn(&pair, live, sc, cc, NULL);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, 0);
    ck_assert_int_eq(done, 1);
    ck_assert_int_eq(th_set_data(live, "live"), 1);
    for (i = 0; i < 20; i++) {
        ck_assert(th_has_data(others[i], ""));
        wolfTicket_free(others[i]);
    }
    ck_assert(th_has_data(live, "live"));
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
    th_teardown();
}
END_TEST

/* ---- a hello that was written by hand ------------------------------------ */

#ifdef WOLFSSL_TLS13

/* Behind the headers of record and message and the version. */
#define RANDOM_AT (5 + 4 + 2)
#define RANDOM_SZ 32

/* Alice's ticket with a wrong age, which wolfSSL passes over without a look
 * at the binder, and without a key share: a HelloRetryRequest.  The random is
 * of random, all of it. */
static WOLFSSL* OddHello(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    WOLFSSL_SESSION* alices, unsigned char random, int how)
{
    unsigned char ticket[TH_TICKET_MAX];
    size_t sz = th_ticket_of(cc, alices, ticket);
    size_t i;
    th_pair pair;

    th_open(&pair, sc, cc, alices, TH_OURS);
    ck_assert_int_eq(wolfSSL_NoKeyShares(pair.client), WOLFSSL_SUCCESS);
    ck_assert_int_eq(th_connect(&pair), 0);
    memset(pair.toServer.mem + RANDOM_AT, random, RANDOM_SZ);
    for (i = 0; i + sz < pair.toServer.sz && memcmp(pair.toServer.mem + i,
            ticket, sz) != 0; i++)
        ;
    ck_assert_uint_lt(i + sz, pair.toServer.sz);
    pair.toServer.mem[i + sz] ^= 0x80;
    ck_assert_int_eq(th_accept(&pair), 0);
    ck_assert_int_eq(wolfSSL_want_read(pair.server), 1);
    ck_assert_uint_gt(pair.toClient.sz, 0);
    ck_assert_int_eq(app.decCalls, 1);
    return Vanish(&pair, how);
}

START_TEST(zero_client_random_leaves_nothing_to_the_next)
{
    static const unsigned char randoms[] = { 0, 0xFF, 0x55 };
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    WOLFSSL_SESSION* alices;
    WOLFSSL* ssl;
    th_pair pair;

    Begin();
    sc = Server(TH_TLS13);
    cc = th_client_ctx(TH_TLS13);
    alices = SessionWith(sc, cc, "alice");
    ssl = OddHello(sc, cc, alices, randoms[_i / CLEARS], _i % CLEARS);
    OpenOn(&pair, ssl, sc, cc, NULL);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    KnowsNothingOfAlice(&pair);
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, 2);
    th_close(&pair);
    wolfSSL_SESSION_free(alices);
    End(sc, cc);
}
END_TEST

#endif /* WOLFSSL_TLS13 */

/* ---- after ABORT --------------------------------------------------------- */

START_TEST(connection_ended_by_abort_cannot_be_cleared)
{
    int mode = _i % TH_MODES;
    int fromGen = _i / TH_MODES;
    WOLFSSL_CTX* sc = Server(mode);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session = SessionWith(sc, cc, "alice");
    th_pair pair;

    if (fromGen)
        app.genAnswer = 0;
    else
        app.decAnswer = WOLFTICKET_RETURN_ABORT;
    th_open(&pair, sc, cc, fromGen ? NULL : session, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair) & TH_SERVER_DONE, 0);
    ck_assert_int_eq(wolfTicket_clear(pair.server), 0);
    ck_assert_str_eq(wolfTicket_error(pair.server), "a connection whose "
        "handshake was ended cannot be used again: free it");
    /* Nor does it say anything more, or give anything away. */
    ck_assert(th_has_data(pair.server, ""));
    ck_assert_int_eq(wolfTicket_clear(pair.server), 0);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

#endif /* OPENSSL_EXTRA */

int main(void)
{
    Suite* suite = suite_create("attack_reuse");
    TCase* tc = th_case(suite, "memory", 1);

#ifdef OPENSSL_EXTRA
    tcase_add_loop_test(tc, client_that_vanished_leaves_nothing_to_the_next, 0,
        CLEARS * VANISHED * 2);
    tcase_add_loop_test(tc, cleared_connection_has_its_session_in_get0_and_set1,
        0, 2 * TH_MODES);
    tcase_add_test(tc,
        live_connection_keeps_its_settings_when_another_gets_its_memory);
#ifdef WOLFSSL_TLS13
    tcase_add_loop_test(tc, zero_client_random_leaves_nothing_to_the_next, 0,
        3 * CLEARS);
#endif
    tc = th_case(suite, "abort", 0);
    tcase_add_loop_test(tc, connection_ended_by_abort_cannot_be_cleared, 0,
        2 * TH_MODES);
#else
    (void)tc;
#endif
    return th_run(suite);
}
