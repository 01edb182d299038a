/* scenario_count.c
 *
 * How many tickets are sent: by the handshake, on request, after
 * post-handshake client authentication.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "scenario.h"

#include <stdio.h>
#include <string.h>

#include <sys/socket.h>

enum { SLOT_FIRST, SLOT_SECOND };

static const size_t counts[] = { 0, 1, 2, 5, 10, 40 };

#define COUNTS (sizeof(counts) / sizeof(counts[0]))

/* ------------------------------------------------------------------------ */
/* Set beforehand                                                           */
/* ------------------------------------------------------------------------ */

static void Defaults(void)
{
    SSL_CTX* ctx = Context_new(PASS_13);
    SSL*     ssl = SSL_new(ctx);

    Say("count.default.context", "%u", (unsigned)SSL_CTX_get_num_tickets(ctx));
    Say("count.default.connection", "%u", (unsigned)SSL_get_num_tickets(ssl));
    Say("count.set.context", "%d", SSL_CTX_set_num_tickets(ctx, 7));
    Say("count.read.context", "%u", (unsigned)SSL_CTX_get_num_tickets(ctx));
    Say("count.read.older-connection", "%u",
        (unsigned)SSL_get_num_tickets(ssl));
    SSL_free(ssl);

    ssl = SSL_new(ctx);
    Say("count.read.newer-connection", "%u",
        (unsigned)SSL_get_num_tickets(ssl));
    Say("count.set.connection", "%d", SSL_set_num_tickets(ssl, 3));
    Say("count.read.connection", "%u", (unsigned)SSL_get_num_tickets(ssl));
    Say("count.read.context-afterwards", "%u",
        (unsigned)SSL_CTX_get_num_tickets(ctx));
    Say("count.set.connection-255", "%d", SSL_set_num_tickets(ssl, 255));
    Say("count.set.connection-256", "%d", SSL_set_num_tickets(ssl, 256));
    Say("count.read.connection-256", "%u",
        (unsigned)SSL_get_num_tickets(ssl));
    SSL_free(ssl);
    SSL_CTX_free(ctx);
}

/* n after a full handshake, min(n, 1) after a resumption. */
static void PerContext(Pass pass, size_t n)
{
    SSL_CTX* ctx = Context_new(pass);
    SSL_CTX* source = ctx;
    Outcome  out;
    SSL*     ssl;

    /* A ticket to resume with, even when n is none. */
    Watch_reset(ANSWER_DEFAULT);
    Visit(source, pass, &out, SLOT_FIRST, "new");

    Say(Key("count.%s.context-%u.set", Pass_name(pass), (unsigned)n), "%d",
        SSL_CTX_set_num_tickets(ctx, n));
    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, pass, &out, "new");
    Say_outcome(Key("count.%s.context-%u.full", Pass_name(pass),
        (unsigned)n), &out);
    Say(Key("count.%s.context-%u.read", Pass_name(pass), (unsigned)n), "%u",
        (unsigned)SSL_get_num_tickets(ssl));
    Connection_close(ssl);

    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("count.%s.context-%u.resumed", Pass_name(pass),
        (unsigned)n), &out);
    Watch_reset(SSL_TICKET_RETURN_USE_RENEW);
    Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("count.%s.context-%u.USE_RENEW", Pass_name(pass),
        (unsigned)n), &out);
    Watch_reset(SSL_TICKET_RETURN_IGNORE_RENEW);
    Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("count.%s.context-%u.IGNORE_RENEW", Pass_name(pass),
        (unsigned)n), &out);
    SSL_CTX_free(ctx);
}

static void PerConnection(size_t n)
{
    SSL_CTX* ctx = Context_new(PASS_13);
    Outcome  out;
    SSL*     ssl;

    Watch_reset(ANSWER_DEFAULT);
    ssl = Connection_open(ctx, PASS_13, "new");
    Say(Key("count.connection-%u.set", (unsigned)n), "%d",
        SSL_set_num_tickets(ssl, n));
    Connection_shake(ssl, &out);
    Say_outcome(Key("count.connection-%u.full", (unsigned)n), &out);
    Say(Key("count.connection-%u.read", (unsigned)n), "%u",
        (unsigned)SSL_get_num_tickets(ssl));
    Connection_close(ssl);

    /* It was that connection's alone. */
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, PASS_13, &out, SLOT_FIRST, "new");
    Say_outcome(Key("count.connection-%u.next", (unsigned)n), &out);

    Watch_reset(ANSWER_DEFAULT);
    ssl = Connection_open(ctx, PASS_13, "sess=0");
    (void)SSL_set_num_tickets(ssl, n);
    Connection_shake(ssl, &out);
    Say_outcome(Key("count.connection-%u.resumed", (unsigned)n), &out);
    Connection_close(ssl);
    SSL_CTX_free(ctx);
}

/* Two tickets of one handshake, each used, in both orders. */
static void Independent(void)
{
    SSL_CTX* ctx = Context_new(PASS_13);
    Outcome  out;
    Report   report;
    SSL*     ssl;
    int      i;

    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, PASS_13, &out, "new");
    Peer_ask(&report, "save %d 0", SLOT_FIRST);
    Say("count.two.first-saved", "%d", report.ok);
    Peer_ask(&report, "save %d 1", SLOT_SECOND);
    Say("count.two.second-saved", "%d", report.ok);
    Connection_close(ssl);
    for (i = 0; i < 4; i++) {
        Watch_reset(ANSWER_DEFAULT);
        Visit(ctx, PASS_13, &out, -1, "sess=%d",
            (i == 0 || i == 3) ? SLOT_SECOND : SLOT_FIRST);
        Say_outcome(Key("count.two.use-%d", i + 1), &out);
    }
    SSL_CTX_free(ctx);
}

void Scenario_count(void)
{
    size_t i;

    Defaults();
    for (i = 0; i < COUNTS; i++) {
        PerContext(PASS_13, counts[i]);
        PerConnection(counts[i]);
    }
    /* In TLS 1.2 the number says nothing. */
    for (i = 0; i < 3; i++) {
        PerContext(PASS_12MAX, counts[i]);
        PerContext(PASS_12ANY, counts[i]);
    }
    nonBlocking = 1;
    PerConnection(3);
    nonBlocking = 0;
    Independent();
}

/* ------------------------------------------------------------------------ */
/* On request                                                               */
/* ------------------------------------------------------------------------ */

/* Asks n times; what was asked for goes with the next write. */
static void Ask(SSL* ssl, const char* name, int n)
{
    Report report;
    int    i;
    int    granted = 0;

    watch.gen = 0;
    for (i = 0; i < n; i++) {
        granted += SSL_new_session_ticket(ssl);
    }
    Say(Key("request.%s.granted", name), "%d of %d", granted, n);
    Say(Key("request.%s.gen-at-once", name), "%d", watch.gen);
    Say(Key("request.%s.write", name), "%d", Connection_write(ssl, "w"));
    Peer_ask(&report, "read 1");
    Say(Key("request.%s.read", name), "ok=%d data=%s nst-in-front=%d gen=%d",
        report.ok, report.data, report.tickets, watch.gen);
}

static void Refusals(void)
{
    static const Pass below[] = { PASS_12MAX, PASS_12ANY };
    SSL_CTX* ctx;
    SSL*     ssl;
    Outcome  out;
    size_t   i;

    ctx = SSL_CTX_new(TLS_client_method());
    ssl = SSL_new(ctx);
    Say("request.client", "%d", SSL_new_session_ticket(ssl));
    SSL_free(ssl);
    SSL_CTX_free(ctx);

    ctx = Context_new(PASS_13);
    Watch_reset(ANSWER_DEFAULT);
    ssl = Connection_open(ctx, PASS_13, "new");
    Say("request.before-handshake", "%d", SSL_new_session_ticket(ssl));
    Connection_shake(ssl, &out);
    Say_outcome("request.before-handshake.then", &out);
    Connection_close(ssl);
    SSL_CTX_free(ctx);

    for (i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
        ctx = Context_new(below[i]);
        Watch_reset(ANSWER_DEFAULT);
        ssl = Connect(ctx, below[i], &out, "new");
        Ask(ssl, Pass_name(below[i]), 1);
        Connection_close(ssl);
        SSL_CTX_free(ctx);
    }
}

/* do_handshake delivers with no data at all. */
static void Flush(SSL_CTX* ctx)
{
    Outcome out;
    Report  report;
    SSL*    ssl;
    int     granted;

    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, PASS_13, &out, "new");
    Say("request.flush.nothing", "%d", SSL_do_handshake(ssl));
    watch.gen = 0;
    granted = SSL_new_session_ticket(ssl);
    granted += SSL_new_session_ticket(ssl);
    granted += SSL_new_session_ticket(ssl);
    Say("request.flush.granted", "%d", granted);
    Say("request.flush.do_handshake", "%d", SSL_do_handshake(ssl));
    Say("request.flush.gen", "%d", watch.gen);
    Peer_ask(&report, "await 3");
    Say("request.flush.came", "ok=%d nst=%d", report.ok, report.tickets);
    /* Nothing is left for the write. */
    Say("request.flush.write", "%d", Connection_write(ssl, "w"));
    Peer_ask(&report, "read 1");
    Say("request.flush.read", "data=%s nst-in-front=%d", report.data,
        report.tickets);
    Connection_close(ssl);
}

/* Data set after the handshake goes into the tickets asked for then. */
static void WithData(SSL_CTX* ctx)
{
    Outcome out;
    Report  report;
    SSL*    ssl;

    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, PASS_13, &out, "new");
    Say("request.data.set1", "%d", SSL_SESSION_set1_ticket_appdata(
        SSL_get_session(ssl), "later", 5));
    Ask(ssl, "data", 1);
    Peer_ask(&report, "save %d 2", SLOT_FIRST);
    Say("request.data.saved", "%d", report.ok);
    Connection_close(ssl);

    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, PASS_13, &out, "sess=%d", SLOT_FIRST);
    Say_outcome("request.data.resumed", &out);
    Say("request.data.found", "dec=%s session=%s", watch.data,
        Appdata(SSL_get_session(ssl)));
    /* And the tickets asked for on a resumed connection inherit it. */
    Ask(ssl, "data-resumed", 1);
    Peer_ask(&report, "save %d 1", SLOT_FIRST);
    Connection_close(ssl);
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, PASS_13, &out, -1, "sess=%d", SLOT_FIRST);
    Say("request.data.found-again", "kind=%s dec=%s", out.client.kind,
        watch.data);
}

/* gen_cb ends the connection while a ticket asked for is made. */
static void Ended(SSL_CTX* ctx)
{
    Outcome out;
    Report  report;
    SSL*    ssl;
    int     ret;

    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, PASS_13, &out, "new");
    watch.genReturn = 0;
    Say("request.gen-0.granted", "%d", SSL_new_session_ticket(ssl));
    ret = Connection_write(ssl, "w");
    Say("request.gen-0.write", "%s", (ret > 0) ? "ok" : "fails");
    (void)shutdown(SSL_get_fd(ssl), SHUT_WR);
    Peer_ask(&report, "read 1");
    Say("request.gen-0.read", "ok=%d data=%s alert=%s", report.ok,
        report.data, report.alert);
    Connection_close(ssl);
}

void Scenario_request(void)
{
    SSL_CTX* ctx;
    SSL*     ssl;
    Outcome  out;

    Refusals();

    ctx = Context_new(PASS_13);
    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, PASS_13, &out, "new");
    Ask(ssl, "one", 1);
    Ask(ssl, "two", 2);
    Ask(ssl, "none", 0);
    Ask(ssl, "twenty", 20);
    Connection_close(ssl);

    Flush(ctx);
    WithData(ctx);
    Ended(ctx);

    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, PASS_13, &out, SLOT_FIRST, "new");
    Watch_reset(SSL_TICKET_RETURN_USE);
    ssl = Connect(ctx, PASS_13, &out, "sess=%d", SLOT_FIRST);
    Say_outcome("request.after-USE.handshake", &out);
    Ask(ssl, "after-USE", 2);
    Connection_close(ssl);
    Watch_reset(SSL_TICKET_RETURN_IGNORE);
    ssl = Connect(ctx, PASS_13, &out, "sess=%d", SLOT_FIRST);
    Ask(ssl, "after-IGNORE", 1);
    Connection_close(ssl);

    (void)SSL_CTX_set_num_tickets(ctx, 0);
    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, PASS_13, &out, "new");
    Say_outcome("request.after-0.handshake", &out);
    Ask(ssl, "after-0", 2);
    Connection_close(ssl);

    nonBlocking = 1;
    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, PASS_13, &out, "new");
    Ask(ssl, "non-blocking", 2);
    Connection_close(ssl);
    nonBlocking = 0;
    SSL_CTX_free(ctx);
}
