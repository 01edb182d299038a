/* unit_dtls_lossy.c
 *
 * DTLS over a network that loses, doubles and reorders: the application is
 * asked once for each ticket all the same.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "dtls_fixture.h"

#define SEEDS    40
#define TIMEOUTS 20

static const struct {
    int lost;
    int doubled;
    int overtaken;
} networks[] = {
    { 0, 100, 0 }, { 0, 0, 30 }, { 10, 0, 0 }, { 15, 20, 15 }
};

#define NETWORKS ((int)(sizeof(networks) / sizeof(networks[0])))

/* wolfSSL does not get through every one of them: 1 if it did. */
static int Handshake(td_pair* pair, int network, unsigned long seed)
{
    pair->net.lost = networks[network].lost;
    pair->net.doubled = networks[network].doubled;
    pair->net.overtaken = networks[network].overtaken;
    pair->net.random.state = seed * 2654435761ul;
    return td_handshake_timeouts(pair, TIMEOUTS) == TH_BOTH_DONE;
}

/* Both done, the network is perfect again and the rest arrives: with the
 * tickets that were lost, which DTLS 1.3 sends until they are acknowledged. */
static void Rest(td_pair* pair, int tickets)
{
    int i;

    memset(&pair->net, 0, sizeof(pair->net));
    td_settle(pair);
    for (i = 0; i < 40 && pair->tickets < tickets; i++) {
        td_timeout(pair->server);
        td_timeout(pair->client);
        td_settle(pair);
    }
}

/* Does wolfSSL alone get through? */
static int Alone(int mode, int network, unsigned long seed)
{
    WOLFSSL_CTX* sc = td_server_ctx(mode);
    WOLFSSL_CTX* cc = td_client_ctx(mode);
    td_pair pair;
    int ret;

    td_open(&pair, sc, cc, NULL, TH_PLAIN);
    ret = Handshake(&pair, network, seed);
    td_close(&pair);
    wolfSSL_CTX_free(sc);
    wolfSSL_CTX_free(cc);
    return ret;
}

typedef struct {
    int mode;
    int network;
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    th_app app;
    int full;       /* handshakes gone through */
    int alone;      /* that wolfSSL goes through without us */
    int resumed;
} world;

/* Those that were made arrive. */
static void CheckTickets(const world* w, td_pair* pair, int tickets)
{
    Rest(pair, tickets);
    ck_assert_int_eq(w->app.genCalls, tickets);
    ck_assert_int_eq(pair->tickets, tickets);
}

static WOLFSSL_SESSION* Full(world* w, unsigned long seed)
{
    int once = td_is_13(w->mode) ? 0 : 1;
    WOLFSSL_SESSION* session = NULL;
    td_pair pair;
    int done;

    th_app_init(&w->app);
    w->app.genData = "alice";
    w->app.genDataSz = 5;
    td_open(&pair, w->sc, w->cc, NULL, (int)(seed % 2));
    done = Handshake(&pair, w->network, seed);
    w->full += done;
    ck_assert_int_le(w->app.decCalls, once);
    ck_assert_int_le(w->app.genCalls, 1);
    if (done) {
        ck_assert_int_eq(w->app.decCalls, once);
        CheckTickets(w, &pair, 1);
        if (pair.tickets == 1)
            session = wolfSSL_get1_session(pair.client);
    }
    td_close(&pair);
    return session;
}

static void Resume(world* w, WOLFSSL_SESSION* session, unsigned long seed)
{
    int renewed = (td_is_13(w->mode) ||
        wolfSSL_lib_version_hex() >= 0x05007000) ? 1 : 0;
    td_pair pair;
    int done, resumed;

    th_app_init(&w->app);
    w->app.decAnswer = WOLFTICKET_RETURN_USE_RENEW;
    td_open(&pair, w->sc, w->cc, session, (int)(seed % 2));
    done = Handshake(&pair, w->network, seed + 1000);
    ck_assert_int_le(w->app.decCalls, 1);
    ck_assert_int_le(w->app.genCalls, renewed);
    if (done) {
        ck_assert_int_eq(w->app.decCalls, 1);
        /* A ticket of DTLS 1.3 that was long on its way looks too young to
         * wolfSSL, which then does not resume. */
        resumed = wolfSSL_session_reused(pair.server);
        ck_assert(th_has_data(pair.server, resumed ? "alice" : ""));
        CheckTickets(w, &pair, renewed);
        w->resumed += resumed;
    }
    td_close(&pair);
}

START_TEST(every_ticket_is_asked_about_and_made_once)
{
    int seeds = th_many(SEEDS);
    WOLFSSL_SESSION* session;
    world w;
    int seed;

    memset(&w, 0, sizeof(w));
    w.mode = _i % TD_MODES;
    w.network = _i / TD_MODES;
    w.sc = td_server_ctx(w.mode);
    w.cc = td_client_ctx(w.mode);
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(w.sc, th_gen, th_dec,
        &w.app));
    /* As many as wolfSSL sends, for the network to do the same to them. */
    ck_assert(wolfTicket_CTX_set_num_tickets(w.sc, 1));
    for (seed = 1; seed <= seeds; seed++) {
        session = Full(&w, (unsigned long)seed);
        w.alone += Alone(w.mode, w.network, (unsigned long)seed);
        ck_assert_int_eq(w.full, w.alone);
        if (session != NULL)
            Resume(&w, session, (unsigned long)seed);
        wolfSSL_SESSION_free(session);
    }
    ck_assert_int_gt(w.full, seeds / 2);
    ck_assert_int_gt(w.resumed, seeds / 4);
    if (networks[w.network].lost + networks[w.network].overtaken == 0)
        ck_assert_int_eq(w.resumed, seeds);
    wolfTicket_CTX_free(w.sc);
    wolfSSL_CTX_free(w.cc);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("dtls_lossy");
    TCase* tc = th_case(suite, "networks", 0);

    tcase_add_loop_test(tc, every_ticket_is_asked_about_and_made_once, 0,
        NETWORKS * TD_MODES);
    return th_run(suite);
}
