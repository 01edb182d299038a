/* unit_dtls_peer.c
 *
 * DTLS 1.2 with a client of OpenSSL's, which stands a refused ticket.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "dtls_fixture.h"
#include "openssl_peer.h"

#include <stdio.h>

#define INTERNAL_ERROR 80

typedef struct {
    td_queue* toServer;
    td_queue* toClient;
    td_net net;
    td_io io;
    WOLFSSL* server;
    op_client* client;
} peers;

static int FromClient(void* arg, const char* buf, int sz)
{
    td_push(((peers*)arg)->toServer, buf, sz);
    return sz;
}

static int ToClient(void* arg, char* buf, int sz)
{
    td_queue* q = ((peers*)arg)->toClient;
    int n = 0;

    if (q->count > 0) {
        n = (q->sz[0] < sz) ? q->sz[0] : sz;
        memcpy(buf, q->mem[0], (size_t)n);
        td_drop(q, 0);
    }
    return n;
}

static void Open(peers* p, WOLFSSL_CTX* sc, void* session, int plain)
{
    const char* dir = getenv("WOLFTICKET_TEST_CERTS");
    char ca[256];
    op_net net;

    memset(p, 0, sizeof(*p));
    p->toServer = (td_queue*)calloc(1, sizeof(td_queue));
    p->toClient = (td_queue*)calloc(1, sizeof(td_queue));
    ck_assert(p->toServer != NULL && p->toClient != NULL);
    p->io.in = p->toServer;
    p->io.out = p->toClient;
    p->io.net = &p->net;
    p->server = td_new_server(sc, plain, &p->io);
    net.send = FromClient;
    net.recv = ToClient;
    net.arg = p;
    (void)snprintf(ca, sizeof(ca), "%s/ca.pem", (dir != NULL) ? dir : "certs");
    p->client = op_new(ca, &net, session);
    ck_assert_ptr_nonnull(p->client);
}

static void Close(peers* p, int plain)
{
    op_free(p->client);
    if (plain)
        wolfSSL_free(p->server);
    else
        wolfTicket_free(p->server);
    free(p->toServer);
    free(p->toClient);
}

static int Handshake(peers* p)
{
    int done = 0;
    int i;

    for (i = 0; i < 12 && done != TH_BOTH_DONE; i++) {
        if (!(done & TH_CLIENT_DONE) && op_connect(p->client) == 1)
            done |= TH_CLIENT_DONE;
        if (!(done & TH_SERVER_DONE) &&
                wolfSSL_accept(p->server) == WOLFSSL_SUCCESS)
            done |= TH_SERVER_DONE;
    }
    if (done == TH_BOTH_DONE) {
        char buf[8];

        ck_assert_int_eq(wolfTicket_write(p->server, "hello", 5), 5);
        ck_assert_int_eq(op_read(p->client, buf, sizeof(buf)), 5);
        ck_assert_int_eq(op_resumed(p->client),
            wolfSSL_session_reused(p->server));
    }
    return done;
}

static void* GetSession(WOLFSSL_CTX* sc)
{
    void* session;
    peers p;

    Open(&p, sc, NULL, TH_OURS);
    ck_assert_int_eq(Handshake(&p), TH_BOTH_DONE);
    ck_assert_int_eq(op_has_ticket(p.client), 1);
    session = op_session(p.client);
    ck_assert_ptr_nonnull(session);
    Close(&p, TH_OURS);
    return session;
}

/* ---- the decision table -------------------------------------------------- */

enum { FAIL, FULL, USED };

typedef struct {
    int wrongKey;
    int result[5];      /* by answer */
    int tickets[5];
} row;

static const row table[] = {
    /*     ABORT IGNORE I_RENEW USE  U_RENEW */
    { 0, { FAIL, FULL, FULL, USED, USED }, { 0, 0, 1, 0, 1 } },
    { 1, { FAIL, FULL, FULL, FAIL, FAIL }, { 0, 0, 1, 0, 0 } }
};

#define ANSWERS 5
#define ROWS    ((int)(sizeof(table) / sizeof(table[0])))

static int Server(int i)
{
#ifdef WOLFSSL_DTLS13
    return (i % 2) ? TD_12 : TD_12_ONLY;
#else
    (void)i;
    return TD_12_ONLY;
#endif
}

static int TicketsOfBuild(const row* r, int answer)
{
    word32 version = wolfSSL_lib_version_hex();
    int ret = r->tickets[answer];

    if ((r->result[answer] == USED && version < 0x05007000) ||
            (r->result[answer] == FULL && version < 0x05009000))
        ret = 0;
    return ret;
}

START_TEST(every_cell_of_the_decision_table_holds)
{
    const row* r = &table[_i / 4 / ANSWERS];
    int answer = _i / 4 % ANSWERS;
    int plain = _i / 2 % 2;
    WOLFSSL_CTX* sc = td_server_ctx(Server(_i));
    WOLFSSL_CTX* other = td_server_ctx(Server(_i));
    void* session;
    th_app app;
    peers p;

    th_app_init(&app);
    app.genData = "alice";
    app.genDataSz = 5;
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec, &app));
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(other, th_gen, th_dec,
        &app));
    session = GetSession(r->wrongKey ? other : sc);
    th_app_init(&app);
    app.decAnswer = answer;
    Open(&p, sc, session, plain);
    if (r->result[answer] == FAIL) {
        ck_assert_int_eq(Handshake(&p), 0);
        ck_assert_int_eq(op_alert(p.client), INTERNAL_ERROR);
        ck_assert(th_has_data(p.server, ""));
    }
    else {
        ck_assert_int_eq(Handshake(&p), TH_BOTH_DONE);
        ck_assert_int_eq(op_resumed(p.client), r->result[answer] == USED);
        ck_assert_int_eq(op_has_ticket(p.client), TicketsOfBuild(r, answer));
        ck_assert(th_has_data(p.server,
            (r->result[answer] == USED) ? "alice" : ""));
    }
    ck_assert_int_eq(app.decCalls, 1);
    ck_assert_int_eq(app.status, r->wrongKey ? WOLFTICKET_NO_DECRYPT
                                             : WOLFTICKET_SUCCESS);
    ck_assert_int_eq(app.genCalls, op_has_ticket(p.client));
    Close(&p, plain);
    op_session_free(session);
    wolfTicket_CTX_free(sc);
    wolfTicket_CTX_free(other);
}
END_TEST

START_TEST(empty_extension_is_answered_by_the_table)
{
    int answer = _i / 4;
    int plain = _i / 2 % 2;
    int mode = Server(_i);
    int ok = answer == WOLFTICKET_RETURN_IGNORE ||
        answer == WOLFTICKET_RETURN_IGNORE_RENEW;
    WOLFSSL_CTX* sc = td_server_ctx(mode);
    th_app app;
    peers p;

    th_app_init(&app);
    app.decAnswer = answer;
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec, &app));
    Open(&p, sc, NULL, plain);
    ck_assert_int_eq(Handshake(&p), ok ? TH_BOTH_DONE : 0);
    ck_assert_int_eq(app.decCalls, 1);
    ck_assert_int_eq(app.status, WOLFTICKET_EMPTY);
    if (!ok)
        ck_assert_int_eq(op_alert(p.client), INTERNAL_ERROR);
    ck_assert_int_eq(app.genCalls, answer == WOLFTICKET_RETURN_IGNORE_RENEW);
    /* Where wolfSSL does not show the ClientHello it has promised one. */
    if (answer == WOLFTICKET_RETURN_IGNORE)
        ck_assert_int_eq(op_has_ticket(p.client), !td_hello_is_seen(mode));
    Close(&p, plain);
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(gen_cb_that_refuses_ends_the_handshake_with_an_alert)
{
    WOLFSSL_CTX* sc = td_server_ctx(Server(_i));
    th_app app;
    peers p;

    th_app_init(&app);
    app.genAnswer = 0;
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec, &app));
    Open(&p, sc, NULL, TH_OURS);
    ck_assert_int_eq(Handshake(&p), 0);
    ck_assert_int_eq(op_alert(p.client), INTERNAL_ERROR);
    ck_assert_int_eq(op_has_ticket(p.client), 0);
    ck_assert_int_eq(app.genCalls, 1);
    Close(&p, TH_OURS);
    wolfTicket_CTX_free(sc);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("dtls_peer");
    TCase* tc = th_case(suite, "openssl", 0);

    tcase_add_loop_test(tc, every_cell_of_the_decision_table_holds, 0,
        4 * ANSWERS * ROWS);
    tcase_add_loop_test(tc, empty_extension_is_answered_by_the_table, 0,
        4 * ANSWERS);
    tcase_add_loop_test(tc,
        gen_cb_that_refuses_ends_the_handshake_with_an_alert, 0, 2);
    return th_run(suite);
}
