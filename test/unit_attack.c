/* unit_attack.c
 *
 * What attackers, and applications that go their own ways, have tried.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

/* What happens when wolfSSL's functions are called behind our back. */
#define WOLFTICKET_NO_REDIRECT
#include "harness.h"
#include "hooks.h"

#define SECRET    "data of the victim"
#define SECRET_SZ 18
#define HOST      "h.example"
#define HOST_SZ   9

/* More than any handshake here sends, less than a flood of tickets. */
#define BOUND 16384

static th_app app;

static void UseApp(WOLFSSL_CTX* sc)
{
    th_app_init(&app);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec,
        &app), 1);
}

#if defined(HAVE_SNI) && defined(OPENSSL_EXTRA)

static void AskFor(th_pair* pair)
{
    ck_assert_int_eq(wolfSSL_UseSNI(pair->client, WOLFSSL_SNI_HOST_NAME, HOST,
        HOST_SZ), WOLFSSL_SUCCESS);
}

/* ---- a ticket that is not what resumes ----------------------------------- */

#define HEAD_SZ  (WOLFSSL_TICKET_NAME_SZ + WOLFSSL_TICKET_IV_SZ + 2)
#define FRAME_SZ (HEAD_SZ + WOLFSSL_TICKET_MAC_SZ)

static unsigned char stolen[TH_TICKET_MAX];
static size_t stolenSz;
static int verdict;

/* Shows the stolen ticket to the ticket callback, in the midst of the
 * ClientHello, and drops whatever it answers: wolfSSL does so for a ticket
 * whose contents do not suit it, and then goes by the session id.  wolfSSL's
 * client sends only one of both. */
static int ShowStolen(WOLFSSL* ssl, int* alert, void* arg)
{
    unsigned char ticket[TH_TICKET_MAX];
    int encSz = (int)(stolenSz - FRAME_SZ);

    (void)alert;
    memcpy(ticket, stolen, stolenSz);
    verdict = wt_hook_ticket(ssl, ticket, ticket + WOLFSSL_TICKET_NAME_SZ,
        ticket + stolenSz - WOLFSSL_TICKET_MAC_SZ, 0, ticket + HEAD_SZ, encSz,
        &encSz, wolfSSL_CTX_get_TicketEncCtx((WOLFSSL_CTX*)arg));
    return 0;
}

/* A session with a ticket and the victim's data in it; the ticket's bytes. */
static void Steal(WOLFSSL_CTX* sc, int mode)
{
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session;
    th_pair pair;

    app.genData = SECRET;
    app.genDataSz = SECRET_SZ;
    th_open(&pair, sc, cc, NULL, TH_OURS);
    AskFor(&pair);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    th_close(&pair);
    stolenSz = th_ticket_of(cc, session, stolen);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    th_app_init(&app);
}

/* The attacker has a session id and its secret, and no ticket. */
static WOLFSSL_CTX* TicketlessClient(void)
{
    WOLFSSL_CTX* cc = wolfSSL_CTX_new(wolfTLSv1_2_client_method());

    ck_assert_ptr_nonnull(cc);
    wolfSSL_CTX_set_verify(cc, WOLFSSL_VERIFY_NONE, NULL);
    wolfSSL_CTX_SetIORecv(cc, th_recv);
    wolfSSL_CTX_SetIOSend(cc, th_send);
    return cc;
}

static WOLFSSL_SESSION* OwnSession(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc)
{
    WOLFSSL_SESSION* session;
    th_pair pair;

    th_open(&pair, sc, cc, NULL, TH_PLAIN);
    AskFor(&pair);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    ck_assert_ptr_nonnull(session);
    th_close(&pair);
    return session;
}

static const struct {
    int ticket;      /* the victim's protocol */
    int server;
    int plain;
    int expected;
} thefts[] = {
    { TH_TLS13, TH_TLS13,      TH_OURS,  WOLFSSL_TICKET_RET_REJECT },
    { TH_TLS13, TH_TLS13,      TH_PLAIN, WOLFSSL_TICKET_RET_REJECT },
    { TH_TLS13, TH_TLS12_ONLY, TH_OURS,  WOLFSSL_TICKET_RET_REJECT },
    { TH_TLS13, TH_TLS12_ONLY, TH_PLAIN, WOLFSSL_TICKET_RET_REJECT },
    { TH_TLS12, TH_TLS13,      TH_OURS,  WOLFSSL_TICKET_RET_OK },
    { TH_TLS12, TH_TLS13,      TH_PLAIN, WOLFSSL_TICKET_RET_OK },
    { TH_TLS12, TH_TLS12_ONLY, TH_OURS,  WOLFSSL_TICKET_RET_OK },
    { TH_TLS12, TH_TLS12_ONLY, TH_PLAIN, WOLFSSL_TICKET_RET_OK }
};

START_TEST(stolen_ticket_beside_an_own_session_id_shows_no_data)
{
    WOLFSSL_CTX* theirs = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* sc = th_server_ctx(thefts[_i].server);
    WOLFSSL_CTX* cc = TicketlessClient();
    WOLFSSL_SESSION* own;
    th_pair pair;

    UseApp(theirs);
    UseApp(sc);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(sc,
        wolfTicket_CTX_get_key_ring(theirs)), 1);
    Steal(theirs, thefts[_i].ticket);
    own = OwnSession(sc, cc);
    wolfSSL_CTX_set_servername_callback(sc, ShowStolen);
    ck_assert_int_eq(wolfSSL_CTX_set_servername_arg(sc, sc), WOLFSSL_SUCCESS);

    th_open(&pair, sc, cc, own, thefts[_i].plain);
    AskFor(&pair);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(verdict, thefts[_i].expected);
    ck_assert_int_eq(app.decCalls, 1);
    /* By the session id: the ticket's secret is the victim's. */
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 1);
    ck_assert(th_has_data(pair.server, ""));
    th_exchange(&pair);
    ck_assert(th_has_data(pair.server, ""));
    if (thefts[_i].expected == WOLFSSL_TICKET_RET_REJECT) {
        wolfTicket_Info info;

        ck_assert_int_eq(app.status, WOLFTICKET_NO_DECRYPT);
        ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
        ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_BAD_SEAL);
        ck_assert_uint_eq(info.key_name_len, 0);
        ck_assert_uint_eq(info.full_handshake, 0);
    }
    th_close(&pair);
    wolfSSL_SESSION_free(own);
    wolfTicket_CTX_free(sc);
    wolfTicket_CTX_free(theirs);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- contexts that come and go ------------------------------------------- */

static WOLFSSL_CTX* other;
static WOLFSSL_CTX* gone;
static int touched;

/* Takes the place of wolfSSL's function, which sanitizers do not look into. */
long wolfSSL_SSL_CTX_get_timeout(const WOLFSSL_CTX* ctx)
{
    touched |= ctx == gone;
    return 0;
}

static int Switch(WOLFSSL* ssl, int* alert, void* arg)
{
    (void)alert;
    gone = (WOLFSSL_CTX*)arg;
    ck_assert_ptr_nonnull(wolfSSL_set_SSL_CTX(ssl, other));
    return 0;
}

enum { FREE_OURS, FREE_PLAIN, FREE_DETACHED, FREES };

static void FreeContext(WOLFSSL_CTX* ctx, int how)
{
    if (how == FREE_DETACHED)
        ck_assert_int_eq(wolfTicket_CTX_detach(ctx), 1);
    if (how == FREE_OURS)
        wolfTicket_CTX_free(ctx);
    else
        wolfSSL_CTX_free(ctx);
}

/* What reloading a certificate does: the last to hold the former context is
 * the connection, until it is switched to the new one. */
START_TEST(context_freed_during_a_handshake_that_leaves_it_is_not_touched)
{
    int how = _i % FREES;
    int attached = (_i / FREES) % 2;
    int plain = (_i / FREES / 2) % 2;
    int mode = (_i / FREES / 4) % TH_MODES;
    WOLFSSL_CTX* sc = th_server_ctx(mode);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    wolfTicket_Info info;
    th_pair pair;

    other = th_server_ctx(mode);
    UseApp(sc);
    if (attached)
        UseApp(other);
    wolfSSL_CTX_set_servername_callback(sc, Switch);
    ck_assert_int_eq(wolfSSL_CTX_set_servername_arg(sc, sc), WOLFSSL_SUCCESS);
    gone = NULL;
    touched = 0;
    th_open(&pair, sc, cc, NULL, plain);
    AskFor(&pair);
    pair.serverIo.budget = BOUND;
    FreeContext(sc, how);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_uint_lt(pair.toClient.sz, BOUND / 2);
    th_exchange(&pair);
    ck_assert_ptr_eq(gone, sc);
    /* Known or not, asking is safe. */
    (void)wolfTicket_get_info(pair.server, &info);
    (void)wolfTicket_new_session_ticket(pair.server);
    ck_assert_int_eq(wolfTicket_write(pair.server, "x", 1), 1);
    th_close(&pair);
    ck_assert_int_eq(touched, 0);
    wolfTicket_CTX_free(other);
    wolfSSL_CTX_free(cc);
}
END_TEST

#endif /* HAVE_SNI && OPENSSL_EXTRA */

/* ---- tickets taken away from us ------------------------------------------ */

enum {
    NO_TICKET_CTX, NO_TICKET_SSL, OTHER_CALLBACK, NO_CALLBACK, SNI_SWITCH,
    SNI_NO_CALLBACK, BYPASSES
};

static int OtherCallback(WOLFSSL* ssl, unsigned char* name, unsigned char* iv,
    unsigned char* mac, int enc, unsigned char* ticket, int sz, int* outSz,
    void* arg)
{
    (void)ssl;
    (void)ticket;
    (void)arg;
    memset(name, 1, WOLFSSL_TICKET_NAME_SZ);
    memset(iv, 2, WOLFSSL_TICKET_IV_SZ);
    memset(mac, 3, WOLFSSL_TICKET_MAC_SZ);
    *outSz = sz;
    return enc ? WOLFSSL_TICKET_RET_OK : WOLFSSL_TICKET_RET_REJECT;
}

static WOLFSSL_CTX* Bypassed(int how)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);

    UseApp(sc);
    if (how == NO_TICKET_CTX)
        ck_assert_int_eq(wolfSSL_CTX_no_ticket_TLSv13(sc), 0);
    else if (how == OTHER_CALLBACK)
        ck_assert_int_eq(wolfSSL_CTX_set_TicketEncCb(sc, OtherCallback),
            WOLFSSL_SUCCESS);
    else if (how == NO_CALLBACK)
        ck_assert_int_eq(wolfSSL_CTX_set_TicketEncCb(sc, NULL),
            WOLFSSL_SUCCESS);
#if defined(HAVE_SNI) && defined(OPENSSL_EXTRA)
    other = th_server_ctx(TH_TLS13);
    if (how == SNI_NO_CALLBACK)
        ck_assert_int_eq(wolfSSL_CTX_set_TicketEncCb(other, NULL),
            WOLFSSL_SUCCESS);
    if (how == SNI_SWITCH || how == SNI_NO_CALLBACK)
        wolfSSL_CTX_set_servername_callback(sc, Switch);
#endif
    return sc;
}

START_TEST(tickets_taken_away_behind_our_back_never_flood_nor_fail)
{
    int how = _i / 2;
    WOLFSSL_CTX* sc = Bypassed(how);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    th_pair pair;

    th_open(&pair, sc, cc, NULL, _i % 2);
#if defined(HAVE_SNI) && defined(OPENSSL_EXTRA)
    AskFor(&pair);
#endif
    if (how == NO_TICKET_SSL)
        ck_assert_int_eq(wolfSSL_no_ticket_TLSv13(pair.server), 0);
    pair.serverIo.budget = BOUND;
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_gt(pair.serverIo.budget, BOUND / 2);
    th_exchange(&pair);
    ck_assert_int_le(pair.tickets, 2);
    /* Nor do they when they are asked for. */
    (void)wolfTicket_new_session_ticket(pair.server);
    ck_assert_int_eq(wolfTicket_do_handshake(pair.server), 1);
    ck_assert_int_gt(pair.serverIo.budget, BOUND / 2);
    th_close(&pair);
    wolfTicket_CTX_free(sc);
#if defined(HAVE_SNI) && defined(OPENSSL_EXTRA)
    wolfTicket_CTX_free(other);
#endif
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(no_ticket_told_to_us_sends_none_at_all)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    th_pair pair;

    UseApp(sc);
    if (_i == 0)
        ck_assert_int_eq(wolfTicket_CTX_no_ticket_TLSv13(sc), 0);
    th_open(&pair, sc, cc, NULL, TH_OURS);
    if (_i == 1)
        ck_assert_int_eq(wolfTicket_no_ticket_TLSv13(pair.server), 0);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, 0);
    ck_assert_int_eq(app.genCalls, 0);
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- callbacks that call back -------------------------------------------- */

static int depth;
static int deepest;

static int GenFlushes(WOLFSSL* ssl, void* arg)
{
    int* calls = (int*)arg;

    if (++depth > deepest)
        deepest = depth;
    if (++*calls < 10) {
        (void)wolfTicket_new_session_ticket(ssl);
        ck_assert_int_eq(wolfTicket_do_handshake(ssl), 1);
    }
    depth--;
    return 1;
}

START_TEST(do_handshake_from_gen_cb_does_not_recurse)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    int calls = 0;
    th_pair pair;

    depth = deepest = 0;
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, GenFlushes,
        NULL, &calls), 1);
    th_open(&pair, sc, cc, NULL, _i);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wolfTicket_do_handshake(pair.server), 1);
    th_exchange(&pair);
    ck_assert_int_eq(deepest, 1);
    ck_assert_int_ge(calls, 2);
    ck_assert_int_eq(pair.tickets, calls);
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

typedef struct {
    int calls;
    int answer;
} done_app;

static int Done(WOLFSSL* ssl, void* arg)
{
    done_app* done = (done_app*)arg;

    (void)ssl;
    done->calls++;
    return done->answer;
}

START_TEST(done_callback_that_refuses_goes_on_refusing)
{
    WOLFSSL_CTX* sc = th_server_ctx(_i % TH_MODES);
    WOLFSSL_CTX* cc = th_client_ctx(_i % TH_MODES);
    done_app done = { 0, -7777 };
    th_pair pair;
    int i, calls;

    UseApp(sc);
    th_open(&pair, sc, cc, NULL, _i / TH_MODES);
    ck_assert_int_eq(wolfTicket_SetHsDoneCb(pair.server, Done, &done), 1);
    ck_assert_int_eq(th_handshake(&pair), TH_CLIENT_DONE);
    calls = done.calls;
    ck_assert_int_ge(calls, 1);
    for (i = 1; i <= 10; i++) {
        ck_assert_int_eq(th_accept(&pair), 0);
        ck_assert_int_eq(wolfSSL_get_error(pair.server, -1), -7777);
        ck_assert_int_eq(done.calls, calls + i);
    }
    done.answer = 0;
    ck_assert_int_eq(th_accept(&pair), 1);
    ck_assert_int_eq(done.calls, calls + 11);
    /* It has agreed. */
    ck_assert_int_eq(wolfTicket_do_handshake(pair.server), 1);
    th_exchange(&pair);
    ck_assert_int_eq(done.calls, calls + 11);
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("attack");
    TCase* tc = th_case(suite, "attack", 0);

#if defined(HAVE_SNI) && defined(OPENSSL_EXTRA)
    tcase_add_loop_test(tc,
        stolen_ticket_beside_an_own_session_id_shows_no_data, 0,
        (int)(sizeof(thefts) / sizeof(thefts[0])));
    tcase_add_loop_test(tc,
        context_freed_during_a_handshake_that_leaves_it_is_not_touched, 0,
        FREES * 4 * TH_MODES);
#endif
    tcase_add_loop_test(tc,
        tickets_taken_away_behind_our_back_never_flood_nor_fail, 0,
        2 * BYPASSES);
    tcase_add_loop_test(tc, no_ticket_told_to_us_sends_none_at_all, 0, 2);
    tcase_add_loop_test(tc, do_handshake_from_gen_cb_does_not_recurse, 0, 2);
    tcase_add_loop_test(tc, done_callback_that_refuses_goes_on_refusing, 0,
        2 * TH_MODES);
    return th_run(suite);
}
