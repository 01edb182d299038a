/* unit_attack_handshake.c
 *
 * Whoever completes a handshake with plain wolfSSL completes it with wolfTicket
 * too: all that a server can set, against clients of many kinds, beside a twin
 * of the server that has no wolfTicket.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "handshake_fixture.h"
#include "handshake_client.h"
#include "session.h"

#include <wolfticket/store.h>

#include <wolfssl/error-ssl.h>

#define INTERNAL_ERROR 80

/* The session of which visit is presented, the first one's where that has
 * none; STRANGE is of another server: at the visit STRANGER. */
enum { NONE = -1, STRANGE = HS_VISITS, STRANGER = HS_VISITS - 1 };
static const int presents[HS_VISITS] = { NONE, 0, 1, 0, STRANGE };

/* ---- servers ------------------------------------------------------------- */

typedef struct {
    WOLFSSL_CTX* ctx;
    int mode;
    int kind;
    hs_server* ours;        /* NULL: it is a twin */
    hs_twin twin;
    WOLFSSL_CTX* former;    /* of a twin that refuses tickets once */
} server;

static int Lapses(const server* s, int nth)
{
    return nth > 0 && s->ours == NULL && (s->twin == HS_REFUSING ||
        (s->twin == HS_LAPSING && nth == 1));
}

static int IsQuiet(const server* s, int nth)
{
    return Lapses(s, nth) || (s->ours == NULL && s->twin == HS_QUIET);
}

/* A context of its own opens no tickets of others'. */
static void Prepare(server* s, int nth)
{
    if (nth > 0 && s->ours != NULL)
        hs_next(s->ctx, s->ours, nth);
    if (s->former != NULL) {
        wolfSSL_CTX_free(s->ctx);
        s->ctx = s->former;
        s->former = NULL;
    }
    if (Lapses(s, nth)) {
        s->former = s->ctx;
        s->ctx = hs_server_ctx(s->mode, s->kind, 0);
    }
}

static hs_result Visit(server* s, WOLFSSL_CTX* cc, void* session, int nth,
    void** made)
{
    int ours = s->ours != NULL;
    hs_result r;
    hs_visit v;

    memset(&r, 0, sizeof(r));
    hs_open(&v, s->ctx, cc, s->mode, s->kind, session, nth,
        ours ? nth % 2 : TH_PLAIN);
    /* In TLS 1.2 the first of these refuses tickets, too. */
    if (session != NULL && Lapses(s, nth))
        (void)wolfSSL_NoTicketTLSv12(v.pair.server);
    if (session != NULL && IsQuiet(s, nth))
        (void)wolfSSL_no_ticket_TLSv13(v.pair.server);
    hs_shake(&v, ours ? (hs_way)(nth % HS_WAYS) : HS_PLAIN, &r);
    if (r.done == TH_BOTH_DONE) {
        v.pair.serverIo.budget = v.pair.clientIo.budget = -1;
        r.data = hs_flows(&v, ours);
        r.resumed = wolfSSL_session_reused(v.pair.server);
        *made = hs_session_of(&v);
    }
    r.clientAlert = (v.peer != NULL) ? op_alert(v.peer)
                                     : th_client_alert(&v.pair);
    hs_close(&v);
    return r;
}

static void Open(server* s, int mode, int kind, hs_server* ours, hs_twin twin)
{
    memset(s, 0, sizeof(*s));
    s->mode = mode;
    s->kind = kind;
    s->ours = ours;
    s->twin = twin;
    s->ctx = hs_server_ctx(mode, kind, ours != NULL);
}

static void Visits(server* s, hs_result results[HS_VISITS])
{
    WOLFSSL_CTX* cc = hs_client_ctx(s->mode, s->kind);
    void* sessions[HS_VISITS + 1] = { NULL };
    server stranger;
    void* session;
    int i;

    Open(&stranger, s->mode, s->kind, NULL, HS_OPEN);
    (void)Visit(&stranger, cc, NULL, 0, &sessions[STRANGE]);
    for (i = 0; i < HS_VISITS; i++) {
        Prepare(s, i);
        session = (presents[i] != NONE) ? sessions[presents[i]] : NULL;
        if (i > 0 && session == NULL)
            session = sessions[0];
        results[i] = Visit(s, cc, session, i, &sessions[i]);
    }
    for (i = 0; i <= HS_VISITS; i++)
        hs_free_session(s->kind, sessions[i]);
    wolfSSL_CTX_free(stranger.ctx);
    wolfSSL_CTX_free(cc);
}

static void Twin(int mode, int kind, hs_twin twin, hs_result results[HS_VISITS])
{
    server s;

    Open(&s, mode, kind, NULL, twin);
    Visits(&s, results);
    wolfSSL_CTX_free(s.former);
    wolfSSL_CTX_free(s.ctx);
}

/* 0 where there is no such feature. */
static int Ours(int mode, int kind, int feature, hs_result results[HS_VISITS])
{
    static hs_server ours;
    server s;
    int ret;

    Open(&s, mode, kind, &ours, HS_OPEN);
    ret = hs_set(s.ctx, &ours, feature);
    if (ret)
        Visits(&s, results);
    hs_unset(s.ctx, &ours);
    return ret;
}

/* ---- beside the twins ---------------------------------------------------- */

/* wolfSSL clients of TLS 1.2 give up when a ticket is refused: at servers of
 * wolfSSL's alone, too? */
static int GivesUp(int mode, const hs_result* ours, const hs_result* twin)
{
    return !th_is_tls13(mode) && ours->clientError == OUT_OF_ORDER_E &&
        twin->clientError == OUT_OF_ORDER_E;
}

/* The second exception of README: a name that comes behind a ticket of TLS 1.2,
 * and is another one than the ticket's, is known too late to refuse it. */
static int IsNameTooLate(int mode, int kind, const hs_result* ours)
{
    return LIBWOLFSSL_VERSION_HEX < 0x05009000 && mode == TH_TLS12 &&
        kind == RENAMED && ours->clientAlert == INTERNAL_ERROR;
}

static int IsComplete(const hs_result* r)
{
    return r->done == TH_BOTH_DONE && r->data;
}

static void Compare(int mode, int kind, int feature,
    hs_result twins[HS_TWINS][HS_VISITS])
{
    const hs_result* twin = twins[hs_twin_of(feature)];
    hs_result ours[HS_VISITS];
    int there = Ours(mode, kind, feature, ours);
    int i;

    for (i = 0; there && i < HS_VISITS; i++) {
        if (IsComplete(&twin[i]) && !IsComplete(&ours[i]) &&
                !GivesUp(mode, &ours[i], &twins[HS_REFUSING][i]) &&
                !IsNameTooLate(mode, kind, &ours[i]))
            ck_abort_msg("%s, mode %d, %s, visit %d: done %d, data %d, "
                "server %d, client %d", hs_kind_names[kind], mode,
                featureNames[feature], i, ours[i].done, ours[i].data,
                ours[i].serverError, ours[i].clientError);
        /* Or all this would be about full handshakes. */
        if (feature == NOTHING && !hs_is_renamed(kind))
            ck_assert_int_eq(ours[i].resumed, twin[i].resumed);
    }
}

START_TEST(who_completes_without_wolfticket_completes_with_it)
{
    int kind = _i % KINDS;
    int mode = _i / KINDS;
    hs_result twins[HS_TWINS][HS_VISITS];
    int i;

    for (i = 0; hs_is_of_its_own(kind, mode) && i < HS_TWINS; i++)
        Twin(mode, kind, (hs_twin)i, twins[i]);
    /* Who is refused by wolfSSL shows nothing. */
    for (i = 0; hs_is_of_its_own(kind, mode) && i < STRANGER; i++)
        ck_assert(hs_is_renamed(kind) ||
            IsComplete(&twins[HS_OPEN][i]));
    /* Where all is slow each client meets some, and all together meet all. */
    for (i = kind % th_step(); hs_is_of_its_own(kind, mode) && i < FEATURES;
            i += th_step())
        Compare(mode, kind, i, twins);
}
END_TEST

/* ---- the client's side --------------------------------------------------- */

#ifdef WT_HAVE_SERIAL

/* A session that wolfSSL gives after a handshake of TLS 1.3 without a new
 * ticket has the old ticket and another secret: BAD_BINDER the next time. */
static const int noNewTicket[] = { USES, STOPS, SEALS_NO_MORE, IGNORES_ONCE };

static void Join(th_pair* pair, WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    wolfTicket_Store* store)
{
    wolfTicket_Peer peer;

    memset(&peer, 0, sizeof(peer));
    peer.host = "www.example.org";
    peer.port = 443;
    th_open_server(pair, sc, TH_OURS);
    pair->client = wolfTicket_new(cc);
    ck_assert_ptr_nonnull(pair->client);
    wolfSSL_SetIOReadCtx(pair->client, &pair->clientIo);
    wolfSSL_SetIOWriteCtx(pair->client, &pair->clientIo);
    ck_assert_int_eq(wolfTicket_set_store(pair->client, store, &peer), 1);
}

START_TEST(what_our_client_keeps_completes)
{
    wolfTicket_Store* store = wolfTicket_Store_new(0, 0, 0, NULL, NULL);
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    hs_server s;
    th_pair pair;
    int i;

    ck_assert_int_eq(hs_set(sc, &s, noNewTicket[_i]), 1);
    for (i = 0; i < HS_VISITS; i++) {
        if (i > 0)
            hs_next(sc, &s, i);
        Join(&pair, sc, cc, store);
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        th_exchange(&pair);
        if (i == 1)
            ck_assert_int_eq(wolfSSL_session_reused(pair.server),
                noNewTicket[_i] != IGNORES_ONCE);
        wolfTicket_free(pair.client);
        pair.client = NULL;
        th_close(&pair);
    }
    hs_unset(sc, &s);
    wolfTicket_CTX_free(cc);
    wolfTicket_Store_free(store);
}
END_TEST

#endif

int main(void)
{
    Suite* suite = suite_create("attack_handshake");
    TCase* tc = th_case(suite, "handshake", 0);

    tcase_add_loop_test(tc, who_completes_without_wolfticket_completes_with_it,
        0, KINDS * TH_MODES);
#ifdef WT_HAVE_SERIAL
    tcase_add_loop_test(tc, what_our_client_keeps_completes, 0,
        (int)(sizeof(noNewTicket) / sizeof(noNewTicket[0])));
#endif
    return th_run(suite);
}
