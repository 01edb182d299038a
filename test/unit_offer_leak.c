/* unit_offer_leak.c
 *
 * Tickets that we accept and wolfSSL does not: their data goes nowhere.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"

#define SECRET    "data of alice"
#define SECRET_SZ 13

static const struct {
    int plain;
    int answer;
} ways[] = {
    { TH_OURS,  TH_DEFAULT_ANSWER },
    { TH_PLAIN, TH_DEFAULT_ANSWER },
    { TH_OURS,  WOLFTICKET_RETURN_USE },
    { TH_PLAIN, WOLFTICKET_RETURN_USE_RENEW }
};
#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

static th_app app;

static WOLFSSL_CTX* Server(int mode, wolfTicket_KeyRing* ring)
{
    WOLFSSL_CTX* sc = th_server_ctx(mode);

    th_app_init(&app);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec,
        &app), 1);
    if (ring != NULL)
        ck_assert_int_eq(wolfTicket_CTX_set_key_ring(sc, ring), 1);
    return sc;
}

/* A session whose ticket carries the secret. */
static WOLFSSL_SESSION* SecretSession(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc)
{
    WOLFSSL_SESSION* session;

    th_app_init(&app);
    app.genData = SECRET;
    app.genDataSz = SECRET_SZ;
    session = th_get_session(sc, cc);
    th_app_init(&app);
    return session;
}

static void SawSecret(void)
{
    ck_assert_int_eq(app.decCalls, 1);
    ck_assert_int_ge(app.status, WOLFTICKET_SUCCESS);
    ck_assert_uint_eq(app.seenSz, SECRET_SZ);
    ck_assert_mem_eq(app.seen, SECRET, SECRET_SZ);
}

#ifdef OPENSSL_EXTRA
/* The session with another secret, which is what a thief of a ticket has. */
static WOLFSSL_SESSION* Stolen(WOLFSSL_SESSION* session)
{
    /* side, bornOn, timeout; a length and the session id; the secret */
    const int idLen = 1 + 4 + 4;
    WOLFSSL_SESSION* ret;
    unsigned char* der = NULL;
    const unsigned char* in;
    int sz = wolfSSL_i2d_SSL_SESSION(session, &der);

    ck_assert_int_gt(sz, idLen);
    ck_assert_int_gt(sz, idLen + 1 + der[idLen] + 32);
    der[idLen + 1 + der[idLen] + 31] ^= 1;
    in = der;
    ret = wolfSSL_d2i_SSL_SESSION(NULL, &in, sz);
    ck_assert_ptr_nonnull(ret);
    XFREE(der, NULL, DYNAMIC_TYPE_OPENSSL);
    return ret;
}
#endif

/* A full handshake with a new client: nothing of the former one in it. */
static void NextClientIsClean(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc, int plain)
{
    th_pair pair;

    th_app_init(&app);
    th_open(&pair, sc, cc, NULL, plain);
    ck_assert(th_has_data(pair.server, ""));
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert(th_has_data(pair.server, ""));
    th_close(&pair);
}

#ifdef OPENSSL_EXTRA
START_TEST(wrong_binder_leaves_no_data)
{
    WOLFSSL_CTX* sc = Server((_i < WAYS) ? TH_TLS13 : TH_TLS13_ONLY, NULL);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* theirs = SecretSession(sc, cc);
    WOLFSSL_SESSION* stolen = Stolen(theirs);
    th_pair pair;

    th_app_init(&app);
    app.decAnswer = ways[_i % WAYS].answer;
    th_open(&pair, sc, cc, stolen, ways[_i % WAYS].plain);
    ck_assert_int_eq(th_handshake(&pair), 0);
    SawSecret();
    ck_assert(th_has_data(pair.server, ""));
    ck_assert_int_eq(app.genCalls, 0);
    ck_assert_int_eq(wolfTicket_clear(pair.server), 1);
    ck_assert(th_has_data(pair.server, ""));
    th_close(&pair);
    NextClientIsClean(sc, cc, TH_PLAIN);
    NextClientIsClean(sc, cc, TH_OURS);
    wolfSSL_SESSION_free(theirs);
    wolfSSL_SESSION_free(stolen);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST
#endif

/* A ticket of one session in another: its age, for one, does not fit, and
 * wolfSSL goes on without it. */
START_TEST(ticket_in_another_session_leaves_no_data)
{
    WOLFSSL_CTX* sc = Server((_i < WAYS) ? TH_TLS13 : TH_TLS13_ONLY, NULL);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* theirs = SecretSession(sc, cc);
    WOLFSSL_SESSION* own = th_get_session(sc, cc);
    unsigned char ticket[TH_TICKET_MAX];
    size_t sz = th_ticket_of(cc, theirs, ticket);
    th_pair pair;

    th_app_init(&app);
    app.decAnswer = ways[_i % WAYS].answer;
    th_open(&pair, sc, cc, own, ways[_i % WAYS].plain);
    ck_assert_int_eq(wolfSSL_set_SessionTicket(pair.client, ticket,
        (word32)sz), WOLFSSL_SUCCESS);
    (void)th_handshake(&pair);
    SawSecret();
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 0);
    ck_assert(th_has_data(pair.server, ""));
    th_close(&pair);
    NextClientIsClean(sc, cc, TH_PLAIN);
    NextClientIsClean(sc, cc, TH_OURS);
    wolfSSL_SESSION_free(theirs);
    wolfSSL_SESSION_free(own);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

#ifdef OPENSSL_EXTRA
/* The connection is cleared and serves another client. */
START_TEST(unused_ticket_leaves_no_data_to_the_next_on_the_connection)
{
    WOLFSSL_CTX* sc = Server(TH_TLS13, NULL);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* theirs = SecretSession(sc, cc);
    WOLFSSL_SESSION* own = th_get_session(sc, cc);
    unsigned char ticket[TH_TICKET_MAX];
    size_t sz = th_ticket_of(cc, theirs, ticket);
    th_pair pair, next;

    th_open(&pair, sc, cc, own, TH_OURS);
    ck_assert_int_eq(wolfSSL_set_SessionTicket(pair.client, ticket,
        (word32)sz), WOLFSSL_SUCCESS);
    ck_assert_int_eq(th_verdict(&pair, NULL), 0);
    ck_assert_int_eq(th_set_data(pair.server, "other data"), 1);
    (void)wolfSSL_shutdown(pair.server);
    /* By our call, or by wolfSSL's alone. */
    if (_i == 0)
        ck_assert_int_eq(wolfTicket_clear(pair.server), 1);
    else
        ck_assert_int_eq(wolfSSL_clear(pair.server), WOLFSSL_SUCCESS);

    th_app_init(&app);
    th_open(&next, sc, cc, NULL, TH_OURS);
    wolfTicket_free(next.server);
    next.server = pair.server;
    pair.server = NULL;
    wolfSSL_SetIOReadCtx(next.server, &next.serverIo);
    wolfSSL_SetIOWriteCtx(next.server, &next.serverIo);
    ck_assert_int_eq(th_handshake(&next), TH_BOTH_DONE);
    ck_assert(th_has_data(next.server, ""));
    ck_assert_int_eq(app.decCalls, 0);
    ck_assert_int_eq(app.genCalls, 2);
    th_exchange(&next);
    th_close(&next);
    th_close(&pair);
    wolfSSL_SESSION_free(theirs);
    wolfSSL_SESSION_free(own);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST
#endif

/* A server that has not the ticket's suite: a full handshake.  The tickets
 * that come of it must not have the data either. */
START_TEST(other_cipher_suite_leaves_no_data)
{
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new();
    WOLFSSL_CTX* sc = Server(TH_TLS13, ring);
    WOLFSSL_CTX* strict = Server(TH_TLS13, ring);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_CTX* one = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session;
    th_pair pair;

    ck_assert_int_eq(wolfSSL_CTX_set_cipher_list(one,
        "TLS13-AES128-GCM-SHA256"), WOLFSSL_SUCCESS);
    ck_assert_int_eq(wolfSSL_CTX_set_cipher_list(strict, (_i < WAYS)
        ? "TLS13-CHACHA20-POLY1305-SHA256:TLS13-AES256-GCM-SHA384"
        : "TLS13-AES256-GCM-SHA384"), WOLFSSL_SUCCESS);
    session = SecretSession(sc, one);
    app.decAnswer = ways[_i % WAYS].answer;
    th_open(&pair, strict, cc, session, ways[_i % WAYS].plain);
    ck_assert_int_eq(th_verdict(&pair, NULL), 0);
    SawSecret();
    ck_assert(th_has_data(pair.server, ""));
    wolfSSL_SESSION_free(session);
    session = wolfSSL_get1_session(pair.client);
    if (pair.tickets > 0) {
        th_app_init(&app);
        ck_assert_int_eq(th_try(strict, cc, session, NULL), 1);
        ck_assert_uint_eq(app.seenSz, 0);
    }
    th_close(&pair);
    NextClientIsClean(strict, cc, TH_PLAIN);
    wolfSSL_SESSION_free(session);
    wolfTicket_KeyRing_free(ring);
    wolfTicket_CTX_free(sc);
    wolfTicket_CTX_free(strict);
    wolfSSL_CTX_free(cc);
    wolfSSL_CTX_free(one);
}
END_TEST

/* A ticket of TLS 1.3 in a ClientHello of TLS 1.2, and the other way round. */
START_TEST(ticket_of_another_version_leaves_no_data)
{
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new();
    int from = (_i & 1) ? TH_TLS13 : TH_TLS12;
    int to = (_i & 1) ? TH_TLS12 : TH_TLS13;
    WOLFSSL_CTX* sc = Server(TH_TLS13, ring);
    WOLFSSL_CTX* fromClient = th_client_ctx(from);
    WOLFSSL_CTX* toClient = th_client_ctx(to);
    WOLFSSL_SESSION* theirs = SecretSession(sc, fromClient);
    WOLFSSL_SESSION* own = th_get_session(sc, toClient);
    unsigned char ticket[TH_TICKET_MAX];
    size_t sz = th_ticket_of(fromClient, theirs, ticket);
    th_pair pair;

    th_app_init(&app);
    th_open(&pair, sc, toClient, own, (_i & 2) ? TH_PLAIN : TH_OURS);
    ck_assert_int_eq(wolfSSL_set_SessionTicket(pair.client, ticket,
        (word32)sz), WOLFSSL_SUCCESS);
    ck_assert_int_eq(th_verdict(&pair, NULL), 0);
    ck_assert_int_eq(app.decCalls, 1);
    ck_assert(th_has_data(pair.server, ""));
    th_close(&pair);
    NextClientIsClean(sc, toClient, TH_PLAIN);
    wolfSSL_SESSION_free(theirs);
    wolfSSL_SESSION_free(own);
    wolfTicket_KeyRing_free(ring);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(fromClient);
    wolfSSL_CTX_free(toClient);
}
END_TEST

/* TLS 1.2: the thief gets as far as the Finished messages. */
START_TEST(wrong_master_secret_leaves_no_data)
{
    WOLFSSL_CTX* sc = Server((_i < WAYS) ? TH_TLS12 : TH_TLS12_ONLY, NULL);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS12);
    WOLFSSL_SESSION* theirs = SecretSession(sc, cc);
    WOLFSSL_SESSION* own = th_get_session(sc, cc);
    unsigned char ticket[TH_TICKET_MAX];
    size_t sz = th_ticket_of(cc, theirs, ticket);
    th_pair pair;

    th_app_init(&app);
    app.decAnswer = ways[_i % WAYS].answer;
    th_open(&pair, sc, cc, own, ways[_i % WAYS].plain);
    ck_assert_int_eq(wolfSSL_set_SessionTicket(pair.client, ticket,
        (word32)sz), WOLFSSL_SUCCESS);
    ck_assert_int_eq(th_handshake(&pair), 0);
    SawSecret();
    ck_assert(th_has_data(pair.server, ""));
    th_close(&pair);
    NextClientIsClean(sc, cc, TH_PLAIN);
    wolfSSL_SESSION_free(theirs);
    wolfSSL_SESSION_free(own);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* What dec_cb puts into a session belongs to it only if it is resumed. */
static wolfTicket_RETURN SetAndIgnore(WOLFSSL* ssl, WOLFSSL_SESSION* ss,
    const unsigned char* keyname, size_t keyname_len, wolfTicket_STATUS status,
    void* arg)
{
    (void)ssl;
    (void)keyname;
    (void)keyname_len;
    (void)status;
    if (ss != NULL)
        ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(ss, "changed",
            7), 1);
    return *(wolfTicket_RETURN*)arg;
}

START_TEST(data_set_in_dec_cb_goes_with_the_ticket)
{
    WOLFSSL_CTX* sc = Server(_i, NULL);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session = SecretSession(sc, cc);
    wolfTicket_RETURN answer = WOLFTICKET_RETURN_USE_RENEW;
    th_pair pair;

    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, NULL,
        SetAndIgnore, &answer), 1);
    th_open(&pair, sc, cc, session, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, NULL), 1);
    ck_assert(th_has_data(pair.server, "changed"));
    th_close(&pair);
    answer = WOLFTICKET_RETURN_IGNORE_RENEW;
    th_open(&pair, sc, cc, session, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, NULL), 0);
    ck_assert(th_has_data(pair.server, ""));
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* valgrind sees whether the connection is looked at, which is gone. */
START_TEST(session_that_outlives_its_connection_shows_nobody_elses_data)
{
    int mode = _i % TH_MODES;
    int plain = _i / TH_MODES;
    WOLFSSL_CTX* sc = Server(mode, NULL);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* kept;
    th_pair pair;
    void* data;
    size_t sz;

    app.genData = "alice";
    app.genDataSz = 5;
    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert(th_has_data(pair.server, "alice"));
    kept = wolfSSL_get1_session(pair.server);
    if (plain) {
        wolfSSL_free(pair.server);
        pair.server = NULL;
    }
    th_close(&pair);
    ck_assert_int_eq(wolfTicket_SESSION_get0_ticket_appdata(kept, &data, &sz),
        1);
    if (!plain || sz != 5)
        ck_assert_uint_eq(sz, 0);

    app.genData = "another's";
    app.genDataSz = 9;
    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert(th_has_data(pair.server, "another's"));
    ck_assert_int_eq(wolfTicket_SESSION_get0_ticket_appdata(kept, &data, &sz),
        1);
    if (!plain || sz != 5)
        ck_assert_uint_eq(sz, 0);
    th_close(&pair);
    wolfSSL_SESSION_free(kept);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("offer_leak");
    TCase* tc = th_case(suite, "leak", 0);

#ifdef OPENSSL_EXTRA
    tcase_add_loop_test(tc, wrong_binder_leaves_no_data, 0, 2 * WAYS);
#endif
#ifdef OPENSSL_EXTRA
    tcase_add_loop_test(tc,
        unused_ticket_leaves_no_data_to_the_next_on_the_connection, 0, 2);
#endif
    tcase_add_loop_test(tc, ticket_in_another_session_leaves_no_data, 0,
        2 * WAYS);
    tcase_add_loop_test(tc, other_cipher_suite_leaves_no_data, 0, 2 * WAYS);
    tcase_add_loop_test(tc, ticket_of_another_version_leaves_no_data, 0, 4);
    tcase_add_loop_test(tc, wrong_master_secret_leaves_no_data, 0, 2 * WAYS);
    tcase_add_loop_test(tc, data_set_in_dec_cb_goes_with_the_ticket, 0,
        TH_MODES);
    tcase_add_loop_test(tc,
        session_that_outlives_its_connection_shows_nobody_elses_data, 0,
        2 * TH_MODES);
    return th_run(suite);
}
