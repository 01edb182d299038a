/* scenario_refuse.c
 *
 * Tickets that do not fit: changed, cut, invented, or meant for elsewhere.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "scenario.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SLOT_FIRST, SLOT_SECOND };

/* ------------------------------------------------------------------------ */
/* Damage                                                                   */
/* ------------------------------------------------------------------------ */

static const char* const damages[] = {
    "flip=0", "flip=50", "flip=100", "flip=200", "flip=500", "flip=900",
    "flip=1000",
    "cut=1", "cut=2", "cut=16", "cut=31", "cut=32", "cut=33", "cut=64",
    "keep=1", "keep=2", "keep=15", "keep=16", "keep=17", "keep=31", "keep=32",
    "keep=33", "keep=34", "keep=48", "keep=64", "keep=100",
    "blob=1", "blob=16", "blob=31", "blob=32", "blob=33", "blob=65",
    "blob=100", "blob=200", "blob=206", "blob=255", "blob=256", "blob=300",
    "blob=500", "blob=1000", "blob=2000", "blob=5000", "blob=10000"
};

/* The handshake goes through in full; what dec_cb was told is an observation
 * of its own.  In TLS 1.2 dec_cb wants no new ticket, in TLS 1.3 new ones, so
 * that this says the same whether it was asked or not: asking is the table's
 * business.  At last the ticket as it was resumes still. */
static void Damaged(Pass pass)
{
    SSL_CTX* ctx = Context_new(pass);
    Outcome  out;
    size_t   i;
    int      answer;

    answer = (pass == PASS_13) ? SSL_TICKET_RETURN_IGNORE_RENEW :
        SSL_TICKET_RETURN_IGNORE;

    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, SLOT_FIRST, "new");
    for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        Watch_reset(answer);
        Visit(ctx, pass, &out, -1, "sess=%d %s", SLOT_FIRST, damages[i]);
        Say(Key("refuse.%s.%s", Pass_name(pass), damages[i]),
            "hs=%s kind=%s nst=%d alert=%s", out.ok ? "ok" : "fail",
            out.client.kind, out.client.tickets, out.client.alert);
        Say(Key("refuse.%s.%s.told", Pass_name(pass), damages[i]),
            "dec=%s ss=%s keyname=%u", (watch.dec > 0) ? watch.status : "-",
            (watch.dec > 0) ? watch.ss : "-", (unsigned)watch.keynameLen);
    }
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("refuse.%s.unchanged", Pass_name(pass)), &out);
    SSL_CTX_free(ctx);
}

/* A client that knows no tickets. */
static void NoExtension(Pass pass)
{
    SSL_CTX* ctx = Context_new(pass);
    Outcome  out;

    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, -1, "noext");
    Say_outcome(Key("refuse.%s.no-extension", Pass_name(pass)), &out);
    SSL_CTX_free(ctx);
}

/* With wolfSSL's and OpenSSL's own session cache on, a ticket refused is not
 * to come back in through it. */
static void Cached(Pass pass)
{
    SSL_CTX* ctx = Context_new(pass);
    Outcome  out;

    (void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_SERVER);
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, SLOT_FIRST, "new");
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("refuse.%s.cache.valid", Pass_name(pass)), &out);
    Watch_reset(SSL_TICKET_RETURN_IGNORE);
    Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("refuse.%s.cache.IGNORE", Pass_name(pass)), &out);
    Watch_reset(SSL_TICKET_RETURN_IGNORE_RENEW);
    Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("refuse.%s.cache.IGNORE_RENEW", Pass_name(pass)), &out);
    Watch_reset(SSL_TICKET_RETURN_IGNORE);
    Visit(ctx, pass, &out, -1, "sess=%d flip=500", SLOT_FIRST);
    Say_outcome(Key("refuse.%s.cache.changed", Pass_name(pass)), &out);
    SSL_CTX_free(ctx);
}

void Scenario_refuse(void)
{
    int pass;

    for (pass = 0; pass < PASS_COUNT; pass++) {
        Damaged((Pass)pass);
        if (pass != PASS_13) {
            NoExtension((Pass)pass);
        }
        Cached((Pass)pass);
    }
}

/* ------------------------------------------------------------------------ */
/* Meant for elsewhere                                                      */
/* ------------------------------------------------------------------------ */

static int SniCb(SSL* ssl, int* alert, void* arg)
{
    (void)alert;
    if (arg != NULL) {
        (void)SSL_set_SSL_CTX(ssl, (SSL_CTX*)arg);
    }

    return SSL_TLSEXT_ERR_OK;
}

static int AlpnCb(SSL* ssl, const unsigned char** out, unsigned char* outLen,
    const unsigned char* in, unsigned int inLen, void* arg)
{
    (void)ssl;
    (void)inLen;
    (void)arg;
    *out = in + 1;
    *outLen = in[0];

    return SSL_TLSEXT_ERR_OK;
}

/* What happens is one observation; what dec_cb was told on the way another,
 * since the binding may be checked before or after it; the number of tickets
 * a third, since a full handshake sends more. */
static void Elsewhere(SSL_CTX* ctx, Pass pass, const char* name,
    const char* words)
{
    Outcome out;

    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, -1, "sess=%d %s", SLOT_FIRST, words);
    Say(Key("binding.%s.%s", Pass_name(pass), name), "hs=%s kind=%s",
        out.ok ? "ok" : "fail", out.client.kind);
    Say(Key("binding.%s.%s.nst", Pass_name(pass), name), "%d",
        out.client.tickets);
    Say(Key("binding.%s.%s.told", Pass_name(pass), name), "dec=%s ss=%s",
        watch.status, watch.ss);
}

static void SessionIdContext(Pass pass)
{
    static const unsigned char one[] = { 'o', 'n', 'e' };
    static const unsigned char two[] = { 't', 'w', 'o' };
    SSL_CTX* ctx = Context_new(pass);
    Outcome  out;
    SSL*     ssl;

    Say(Key("binding.%s.sid.set", Pass_name(pass)), "%d",
        SSL_CTX_set_session_id_context(ctx, one, sizeof(one)));
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, SLOT_FIRST, "new");
    Elsewhere(ctx, pass, "sid.same", "new");
    Say(Key("binding.%s.sid.set-other", Pass_name(pass)), "%d",
        SSL_CTX_set_session_id_context(ctx, two, sizeof(two)));
    Elsewhere(ctx, pass, "sid.other", "new");
    Say(Key("binding.%s.sid.set-shorter", Pass_name(pass)), "%d",
        SSL_CTX_set_session_id_context(ctx, one, 2));
    Elsewhere(ctx, pass, "sid.shorter", "new");

    /* And back, for one connection. */
    Watch_reset(ANSWER_DEFAULT);
    ssl = Connection_open(ctx, pass, "sess=0");
    Say(Key("binding.%s.sid.set-connection", Pass_name(pass)), "%d",
        SSL_set_session_id_context(ssl, one, sizeof(one)));
    Connection_shake(ssl, &out);
    Say_outcome(Key("binding.%s.sid.connection", Pass_name(pass)), &out);
    Connection_close(ssl);
    SSL_CTX_free(ctx);
}

static void Names(Pass pass)
{
    SSL_CTX* ctx = Context_new(pass);
    Outcome  out;

    (void)SSL_CTX_set_tlsext_servername_callback(ctx, SniCb);
    (void)SSL_CTX_set_tlsext_servername_arg(ctx, NULL);
    SSL_CTX_set_alpn_select_cb(ctx, AlpnCb, NULL);
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, SLOT_FIRST, "new sni=a.example alpn=one");
    Elsewhere(ctx, pass, "names.same", "sni=a.example alpn=one");
    Elsewhere(ctx, pass, "sni.other", "sni=b.example alpn=one");
    Elsewhere(ctx, pass, "sni.none", "alpn=one");
    Elsewhere(ctx, pass, "alpn.other", "sni=a.example alpn=two");
    Elsewhere(ctx, pass, "alpn.none", "sni=a.example");
    SSL_CTX_free(ctx);
}

/* The server name callback goes over to another context in the middle. */
static void Switched(Pass pass)
{
    SSL_CTX* ctx = Context_new(pass);
    SSL_CTX* other = Context_new(pass);
    Outcome  out;

    (void)SSL_CTX_set_tlsext_servername_callback(ctx, SniCb);
    (void)SSL_CTX_set_tlsext_servername_arg(ctx, other);
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, SLOT_FIRST, "new sni=a.example");
    Say_outcome(Key("binding.%s.switch.first", Pass_name(pass)), &out);
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, SLOT_SECOND, "sess=%d sni=a.example", SLOT_FIRST);
    Say_outcome(Key("binding.%s.switch.resumed", Pass_name(pass)), &out);
    SSL_CTX_free(ctx);
    SSL_CTX_free(other);
}

void Scenario_binding(void)
{
    int pass;

    for (pass = 0; pass < PASS_COUNT; pass++) {
        SessionIdContext((Pass)pass);
        Names((Pass)pass);
        Switched((Pass)pass);
    }
}

/* ------------------------------------------------------------------------ */
/* Sundry                                                                   */
/* ------------------------------------------------------------------------ */

/* A server that wants another group than the client guessed gets its first
 * message twice, and presents its ticket twice. */
static void SecondHello(void)
{
    SSL_CTX* ctx = Context_new(PASS_13);
    Outcome  out;

    Say("sundry.retry.groups", "%d",
        (int)SSL_CTX_set1_groups_list(ctx, "P-256"));
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, PASS_13, &out, SLOT_FIRST, "new");
    Say("sundry.retry.first", "hs=%d nst=%d gen=%d hellos=%d", out.ok,
        out.client.tickets, watch.gen, out.client.hellos);
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, PASS_13, &out, -1, "sess=%d", SLOT_FIRST);
    Say("sundry.retry.resumed", "kind=%s nst=%d gen=%d hellos=%d",
        out.client.kind, out.client.tickets, watch.gen, out.client.hellos);
    Say("sundry.retry.told", "dec=%s", watch.status);
    SSL_CTX_free(ctx);
}

/* The same with the connection's bytes going through a BIO. */
static void ThroughBio(Pass pass, int answer, const char* name)
{
    SSL_CTX* ctx = Context_new(pass);
    Outcome  out;
    SSL*     ssl;
    BIO*     bio;

    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, SLOT_FIRST, "new");
    Watch_reset(answer);
    ssl = Connection_open(ctx, pass, "sess=0");
    bio = BIO_new_socket(SSL_get_fd(ssl), BIO_NOCLOSE);
    SSL_set_bio(ssl, bio, bio);
    Connection_shake(ssl, &out);
    Say_outcome(Key("sundry.%s.bio.%s", Pass_name(pass), name), &out);
    Connection_close(ssl);
    SSL_CTX_free(ctx);
}

/* One object for two connections: what the first had, the second has not. */
static void Cleared(Pass pass)
{
    SSL_CTX* ctx = Context_new(pass);
    Outcome  out;
    Report   report;
    SSL*     ssl;
    SSL*     next;
    int      fd;

    Watch_reset(ANSWER_DEFAULT);
    watch.genSets = 1;
    watch.genData = "former";
    watch.genLen = 6;
    ssl = Connect(ctx, pass, &out, "new");
    Say(Key("sundry.%s.clear.former", Pass_name(pass)), "%s",
        Appdata(SSL_get_session(ssl)));
    Peer_ask(&report, "close");
    fd = SSL_get_fd(ssl);
    Say(Key("sundry.%s.clear", Pass_name(pass)), "%d", SSL_clear(ssl));
    close(fd);

    Watch_reset(ANSWER_DEFAULT);
    next = Connection_open(ctx, pass, "new");
    fd = SSL_get_fd(next);
    SSL_free(next);
    (void)SSL_set_fd(ssl, fd);
    Connection_shake(ssl, &out);
    Say_outcome(Key("sundry.%s.clear.next", Pass_name(pass)), &out);
    Say(Key("sundry.%s.clear.next.data", Pass_name(pass)), "%s",
        Appdata(SSL_get_session(ssl)));
    Connection_close(ssl);
    SSL_CTX_free(ctx);
}

/* Values, and what is not a ticket call but was taken over with them. */
static void Values(void)
{
    SSL_CTX* ctx = Context_new(PASS_13);

    Say("sundry.values.status", "%d %d %d %d %d %d %d",
        SSL_TICKET_FATAL_ERR_MALLOC, SSL_TICKET_FATAL_ERR_OTHER,
        SSL_TICKET_NONE, SSL_TICKET_EMPTY, SSL_TICKET_NO_DECRYPT,
        SSL_TICKET_SUCCESS, SSL_TICKET_SUCCESS_RENEW);
    Say("sundry.values.return", "%d %d %d %d %d", SSL_TICKET_RETURN_ABORT,
        SSL_TICKET_RETURN_IGNORE, SSL_TICKET_RETURN_IGNORE_RENEW,
        SSL_TICKET_RETURN_USE, SSL_TICKET_RETURN_USE_RENEW);
    Say("sundry.timeout.default", "%ld", (long)SSL_CTX_set_timeout(ctx, 100));
    Say("sundry.timeout.former", "%ld", (long)SSL_CTX_set_timeout(ctx, 200));
    Say("sundry.timeout.now", "%ld", (long)SSL_CTX_get_timeout(ctx));
    SSL_CTX_free(ctx);
}

/* The application's message callback sees what it would see. */
static int helloSeen;

static void SeeMessage(int sent, int version, int type, const void* buf,
    size_t len, SSL* ssl, void* arg)
{
    const unsigned char* msg = (const unsigned char*)buf;

    (void)version;
    (void)ssl;
    (void)arg;
    /* wolfSSL shows what it sends with the record's header in front. */
    if (len > 5 && msg[0] == 22) {
        msg += 5;
    }
    helloSeen |= (sent && type == 22 && len > 0 && msg[0] == 2);
}

/* The context's callback, the connection's in its place, and none. */
static void Messages(Pass pass)
{
    static const char* const whose[] = { "context", "connection", "none" };
    SSL_CTX* ctx = Context_new(pass);
    SSL*     ssl;
    Outcome  out;
    int      i;

    for (i = 0; i < 3; i++) {
        SSL_CTX_set_msg_callback(ctx, (i == 0) ? SeeMessage : NULL);
        helloSeen = 0;
        Watch_reset(SSL_TICKET_RETURN_IGNORE);
        ssl = Connection_open(ctx, pass, "new");
        if (i == 1) {
            SSL_set_msg_callback(ssl, SeeMessage);
        }
        Connection_shake(ssl, &out);
        Say(Key("sundry.%s.messages.%s", Pass_name(pass), whose[i]),
            "hs=%s seen=%d", out.ok ? "ok" : "fail", helloSeen);
        Connection_close(ssl);
    }
    SSL_CTX_free(ctx);
}

/* SSL_write_ex() delivers as SSL_write() does. */
static void ExtendedCalls(void)
{
    SSL_CTX* ctx = Context_new(PASS_13);
    SSL*     ssl;
    Outcome  out;
    Report   report;
    char     text[16];
    size_t   n = 77;

    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, PASS_13, &out, "new");
    Say("sundry.ex.granted", "%d", SSL_new_session_ticket(ssl));
    Say("sundry.ex.write", "%d", SSL_write_ex(ssl, "four", 4, &n));
    Say("sundry.ex.written", "%u", (unsigned)n);
    Peer_ask(&report, "read 4");
    Say("sundry.ex.came", "data=%s nst-in-front=%d", report.data,
        report.tickets);
    Peer_ask(&report, "write answer");
    memset(text, 0, sizeof(text));
    Say("sundry.ex.read", "%d", SSL_read_ex(ssl, text, 15, &n));
    Say("sundry.ex.got", "%s %u", text, (unsigned)n);
    Connection_close(ssl);
    SSL_CTX_free(ctx);
}

/* Both protocols on non-blocking sockets. */
static void NonBlocking(Pass pass)
{
    SSL_CTX* ctx = Context_new(pass);
    Outcome  out;

    nonBlocking = 1;
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, SLOT_FIRST, "new");
    Say_outcome(Key("sundry.%s.non-blocking.first", Pass_name(pass)), &out);
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("sundry.%s.non-blocking.resumed", Pass_name(pass)), &out);
    Watch_reset(SSL_TICKET_RETURN_ABORT);
    Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("sundry.%s.non-blocking.ABORT", Pass_name(pass)), &out);
    nonBlocking = 0;
    SSL_CTX_free(ctx);
}

void Scenario_sundry(void)
{
    int pass;

    Values();
    SecondHello();
    ExtendedCalls();
    for (pass = 0; pass < PASS_COUNT; pass++) {
        ThroughBio((Pass)pass, SSL_TICKET_RETURN_ABORT, "ABORT");
        ThroughBio((Pass)pass, ANSWER_DEFAULT, "default");
        Cleared((Pass)pass);
        NonBlocking((Pass)pass);
        Messages((Pass)pass);
    }
}
