/* scenario_data.c
 *
 * The callbacks one by one, and the application data in tickets.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "scenario.h"

#include <stdio.h>
#include <string.h>

enum { SLOT_FIRST, SLOT_NEXT };

#define ALPN " alpn=scenario"

/* ------------------------------------------------------------------------ */
/* Callbacks that are not there, or fail                                    */
/* ------------------------------------------------------------------------ */

/* Data that the ALPN callback puts into the session, NULL: none.  It runs
 * when the session exists and no ticket has been made, in both protocols. */
static const char* alpnData;

static int AlpnCb(SSL* ssl, const unsigned char** out, unsigned char* outLen,
    const unsigned char* in, unsigned int inLen, void* arg)
{
    (void)inLen;
    (void)arg;
    if (alpnData != NULL && SSL_SESSION_set1_ticket_appdata(
            SSL_get_session(ssl), alpnData, strlen(alpnData)) != 1) {
        printf("# ALPN callback: set1 failed\n");
    }
    *out = in + 1;
    *outLen = in[0];

    return SSL_TLSEXT_ERR_OK;
}

/* Data set without gen_cb's help, and read with or without dec_cb's. */
static void Absent(Pass pass, const char* name, int gen, int dec)
{
    SSL_CTX* ctx = Context_new(pass);
    SSL*     ssl;
    Outcome  out;
    Report   report;
    int      i;

    Say(Key("callbacks.%s.%s.set", Pass_name(pass), name), "%d",
        SSL_CTX_set_session_ticket_cb(ctx, gen ? GenCb : NULL,
            dec ? DecCb : NULL, &watch));
    SSL_CTX_set_alpn_select_cb(ctx, AlpnCb, NULL);

    alpnData = "without-callbacks";
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, SLOT_FIRST, "new" ALPN);
    Say_outcome(Key("callbacks.%s.%s.first", Pass_name(pass), name), &out);
    alpnData = NULL;

    for (i = 0; i < 2; i++) {
        Watch_reset(ANSWER_DEFAULT);
        ssl = Connect(ctx, pass, &out, "sess=%d" ALPN, SLOT_FIRST);
        Say_outcome(Key("callbacks.%s.%s.resumed-%d", Pass_name(pass), name,
            i + 1), &out);
        Say(Key("callbacks.%s.%s.data-%d", Pass_name(pass), name, i + 1),
            "dec=%s session=%s", watch.data, Appdata(SSL_get_session(ssl)));
        if (out.client.tickets > 0) {
            Peer_ask(&report, "save %d 0", SLOT_FIRST);
        }
        Connection_close(ssl);
    }
    SSL_CTX_free(ctx);
}

/* gen_cb ends the connection, or returns what nobody asked it to. */
static void GenReturns(Pass pass, int value)
{
    SSL_CTX* ctx = Context_new(pass);
    Outcome  out;

    Watch_reset(ANSWER_DEFAULT);
    watch.genReturn = value;
    Visit(ctx, pass, &out, -1, "new");
    Say_outcome(Key("callbacks.%s.gen-returns-%d.first", Pass_name(pass),
        value), &out);

    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, SLOT_FIRST, "new");
    Watch_reset(SSL_TICKET_RETURN_USE_RENEW);
    watch.genReturn = value;
    Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("callbacks.%s.gen-returns-%d.resumed", Pass_name(pass),
        value), &out);

    /* What failed leaves nothing behind. */
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("callbacks.%s.gen-returns-%d.afterwards",
        Pass_name(pass), value), &out);
    SSL_CTX_free(ctx);
}

/* Each context has callbacks and an argument of its own. */
static void Argument(void)
{
    SSL_CTX* ctx = Context_new(PASS_13);
    Outcome  out;
    Watch    other;

    memset(&other, 0, sizeof(other));
    Say("callbacks.argument.set", "%d", SSL_CTX_set_session_ticket_cb(ctx,
        GenCb, DecCb, &other));
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, PASS_13, &out, SLOT_FIRST, "new");
    Say("callbacks.argument.other-seen-by-gen", "%d", watch.wrongArg);
    Watch_reset(ANSWER_DEFAULT);
    watch.answer = SSL_TICKET_RETURN_USE;
    Visit(ctx, PASS_13, &out, -1, "sess=%d", SLOT_FIRST);
    Say("callbacks.argument.other-seen-by-dec", "%d", watch.wrongArg);

    Say("callbacks.argument.set-again", "%d", SSL_CTX_set_session_ticket_cb(
        ctx, GenCb, DecCb, &watch));
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, PASS_13, &out, -1, "sess=%d", SLOT_FIRST);
    Say("callbacks.argument.former-seen", "%d", watch.wrongArg);
    SSL_CTX_free(ctx);
}

void Scenario_callbacks(void)
{
    int pass;

    for (pass = 0; pass < PASS_COUNT; pass++) {
        Absent((Pass)pass, "no-gen", 0, 1);
        Absent((Pass)pass, "no-dec", 1, 0);
        Absent((Pass)pass, "neither", 0, 0);
        GenReturns((Pass)pass, 0);
        GenReturns((Pass)pass, 2);
    }
    Argument();
}

/* ------------------------------------------------------------------------ */
/* Application data                                                         */
/* ------------------------------------------------------------------------ */

static void GenSets(const void* data, size_t len)
{
    watch.genSets = 1;
    watch.genData = data;
    watch.genLen = len;
}

/* Resumes with the ticket in SLOT_NEXT, and says what was found in it.  The
 * new ticket, if there is one, takes its place. */
static void Resume(SSL_CTX* ctx, Pass pass, const char* name)
{
    Outcome out;
    Report  report;
    SSL*    ssl = Connect(ctx, pass, &out, "sess=%d", SLOT_NEXT);

    Say(Key("appdata.%s.%s", Pass_name(pass), name),
        "kind=%s dec=%s session=%s", out.client.kind, watch.data,
        Appdata(SSL_get_session(ssl)));
    Say(Key("appdata.%s.%s.nst", Pass_name(pass), name), "%d",
        out.client.tickets);
    if (out.client.tickets > 0) {
        Peer_ask(&report, "save %d 0", SLOT_NEXT);
    }
    Connection_close(ssl);
}

/* Renewed tickets inherit the data, unless somebody sets other. */
static void Chain(SSL_CTX* ctx, Pass pass)
{
    int i;

    for (i = 1; i <= 5; i++) {
        Watch_reset(SSL_TICKET_RETURN_USE_RENEW);
        Resume(ctx, pass, Key("inherited-%d", i));
    }
    Watch_reset(SSL_TICKET_RETURN_USE_RENEW);
    GenSets("other", 5);
    Resume(ctx, pass, "renewed-with-other-data");
    Watch_reset(SSL_TICKET_RETURN_USE_RENEW);
    Resume(ctx, pass, "other-data");
    Watch_reset(SSL_TICKET_RETURN_USE_RENEW);
    GenSets(NULL, 0);
    Resume(ctx, pass, "renewed-with-none");
    Watch_reset(SSL_TICKET_RETURN_USE_RENEW);
    Resume(ctx, pass, "none-left");
    Watch_reset(SSL_TICKET_RETURN_USE_RENEW);
    watch.decSets = 1;
    watch.decData = "by-dec";
    watch.decLen = 6;
    Resume(ctx, pass, "set-in-dec");
    Watch_reset(SSL_TICKET_RETURN_USE_RENEW);
    Resume(ctx, pass, "after-set-in-dec");
}

/* A full handshake with the data given, its ticket in SLOT_NEXT. */
static void First(SSL_CTX* ctx, Pass pass, const char* name,
    const void* data, size_t len)
{
    Outcome out;
    Report  report;
    SSL*    ssl;

    Watch_reset(ANSWER_DEFAULT);
    GenSets(data, len);
    ssl = Connect(ctx, pass, &out, "new");
    Say(Key("appdata.%s.%s", Pass_name(pass), name), "session=%s",
        Appdata(SSL_get_session(ssl)));
    Peer_ask(&report, "save %d 0", SLOT_NEXT);
    Connection_close(ssl);
}

static void Refused(SSL_CTX* ctx, Pass pass)
{
    First(ctx, pass, "before-refusal", "refused", 7);
    Watch_reset(SSL_TICKET_RETURN_IGNORE);
    Resume(ctx, pass, "ignored");
    Watch_reset(SSL_TICKET_RETURN_IGNORE_RENEW);
    Resume(ctx, pass, "ignored-and-renewed");
    Watch_reset(SSL_TICKET_RETURN_USE);
    Resume(ctx, pass, "after-ignored-and-renewed");
}

/* set1 copies, replaces and clears. */
static void Copies(SSL_CTX* ctx)
{
    char         buffer[16];
    Outcome      out;
    SSL_SESSION* session;
    SSL*         ssl;

    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, PASS_13, &out, "new");
    session = SSL_get_session(ssl);
    Say("appdata.set1.before", "%s", Appdata(session));
    memcpy(buffer, "copied", 6);
    Say("appdata.set1.returns", "%d",
        SSL_SESSION_set1_ticket_appdata(session, buffer, 6));
    memset(buffer, 'x', sizeof(buffer));
    Say("appdata.set1.copied", "%s", Appdata(session));
    Say("appdata.set1.replacing-returns", "%d",
        SSL_SESSION_set1_ticket_appdata(session, "longer than before", 18));
    Say("appdata.set1.replaced", "%s", Appdata(session));
    Say("appdata.set1.clearing-returns", "%d",
        SSL_SESSION_set1_ticket_appdata(session, NULL, 0));
    Say("appdata.set1.cleared", "%s", Appdata(session));
    (void)SSL_SESSION_set1_ticket_appdata(session, "again", 5);
    Say("appdata.set1.no-data-returns", "%d",
        SSL_SESSION_set1_ticket_appdata(session, NULL, 5));
    Say("appdata.set1.no-data", "%s", Appdata(session));
    (void)SSL_SESSION_set1_ticket_appdata(session, "again", 5);
    Say("appdata.set1.no-length-returns", "%d",
        SSL_SESSION_set1_ticket_appdata(session, "x", 0));
    Say("appdata.set1.no-length", "%s", Appdata(session));
    Connection_close(ssl);
}

/* More than wolfSSL has room for in a ticket, and OpenSSL puts into one. */
static void Sizes(Pass pass)
{
    static const size_t  sizes[] = {41, 255, 256, 1000, 4000, 16000};
    static unsigned char data[16000];
    SSL_CTX*             ctx = Context_new(pass);
    size_t               i;

    for (i = 0; i < sizeof(data); i++) {
        data[i] = (unsigned char)(' ' + i % 89);
    }
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        First(ctx, pass, Key("size-%u", (unsigned)sizes[i]), data, sizes[i]);
        Watch_reset(SSL_TICKET_RETURN_USE);
        Resume(ctx, pass, Key("size-%u.resumed", (unsigned)sizes[i]));
        Watch_reset(SSL_TICKET_RETURN_USE_RENEW);
        Resume(ctx, pass, Key("size-%u.renewed", (unsigned)sizes[i]));
        Watch_reset(SSL_TICKET_RETURN_USE);
        Resume(ctx, pass, Key("size-%u.again", (unsigned)sizes[i]));
    }
    SSL_CTX_free(ctx);
}

void Scenario_appdata(void)
{
    /* As much as every build has room for, and not text. */
    unsigned char binary[40];
    SSL_CTX*      ctx;
    size_t        i;
    int           pass;

    for (i = 0; i < sizeof(binary); i++) {
        binary[i] = (unsigned char)(i % 3);
    }
    for (pass = 0; pass < PASS_COUNT; pass++) {
        ctx = Context_new((Pass)pass);
        First(ctx, (Pass)pass, "first", "first", 5);
        Chain(ctx, (Pass)pass);
        First(ctx, (Pass)pass, "binary", binary, sizeof(binary));
        Watch_reset(SSL_TICKET_RETURN_USE);
        Resume(ctx, (Pass)pass, "binary-resumed");
        First(ctx, (Pass)pass, "none", NULL, 0);
        Watch_reset(SSL_TICKET_RETURN_USE);
        Resume(ctx, (Pass)pass, "none-resumed");
        Refused(ctx, (Pass)pass);
        SSL_CTX_free(ctx);
        Sizes((Pass)pass);
    }
    ctx = Context_new(PASS_13);
    Copies(ctx);
    SSL_CTX_free(ctx);
}
