/* scenario_auth.c
 *
 * Tickets and the client's identity: post-handshake authentication.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "scenario.h"

#include <stdio.h>
#include <string.h>

enum { SLOT_BEFORE, SLOT_AFTER };

#define NOBODY "nobody"

/* The common name of the client's certificate, in a static buffer. */
static const char* ClientName(SSL* ssl)
{
    static char name[64];
    X509*       cert = SSL_get_peer_certificate(ssl);

    snprintf(name, sizeof(name), "%s", NOBODY);
    if (cert != NULL) {
        (void)X509_NAME_get_text_by_NID(X509_get_subject_name(cert),
            NID_commonName, name, (int)sizeof(name));
        X509_free(cert);
    }

    return name;
}

/* Puts into every ticket whom it is for.  A resumed connection may have no
 * certificate; its tickets inherit the name. */
static int NameTicket(SSL* ssl, void* arg)
{
    const char* name = ClientName(ssl);
    int         ret = 1;

    (void)arg;
    watch.gen++;
    if (strcmp(name, NOBODY) != 0) {
        ret = SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), name,
            strlen(name));
    }

    return ret;
}

/* Asks for the certificate; its tickets come with the answer.  The bytes in
 * both directions see to it that each side has read what the other sent. */
static void Authenticate(SSL* ssl, const char* name, int index)
{
    Report report;
    char   text[16];

    watch.gen = 0;
    SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    Say(Key("post-auth.%s.asked", name), "%d",
        SSL_verify_client_post_handshake(ssl));
    Say(Key("post-auth.%s.do_handshake", name), "%d", SSL_do_handshake(ssl));
    Say(Key("post-auth.%s.write", name), "%d", Connection_write(ssl, "q"));
    Peer_ask(&report, "read 1");
    Say(Key("post-auth.%s.client-read", name), "data=%s nst=%d", report.data,
        report.tickets);
    Peer_ask(&report, "write a");
    Say(Key("post-auth.%s.read", name), "%d",
        Connection_read(ssl, text, sizeof(text)));
    Say(Key("post-auth.%s.got", name), "%s from %s", text, ClientName(ssl));
    Say(Key("post-auth.%s.answer", name), "%d", Connection_write(ssl, "r"));
    Peer_ask(&report, "read 1");
    Say(Key("post-auth.%s.tickets", name), "data=%s nst=%d gen=%d",
        report.data, report.tickets, watch.gen);
    Peer_ask(&report, "save %d %d", SLOT_AFTER, index);
    Say(Key("post-auth.%s.saved", name), "%d", report.ok);
}

static void Redeem(SSL_CTX* ctx, const char* name)
{
    Outcome out;
    SSL*    ssl;

    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, PASS_13, &out, "sess=%d cert=client", SLOT_AFTER);
    Say(Key("post-auth.%s.redeemed", name), "kind=%s dec=%s session=%s",
        out.client.kind, watch.data, Appdata(SSL_get_session(ssl)));
    Connection_close(ssl);
}

/* A full handshake that sends n tickets, and n again, or other. */
static void AfterFull(SSL_CTX* ctx, const char* name, size_t n, size_t other)
{
    Outcome out;
    Report  report;
    SSL*    ssl;

    (void)SSL_CTX_set_num_tickets(ctx, n);
    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, PASS_13, &out, "new cert=client");
    Say(Key("post-auth.%s.handshake", name), "%s nst=%d gen=%d from %s",
        out.client.kind, out.client.tickets, watch.gen, ClientName(ssl));
    Peer_ask(&report, "save %d 0", SLOT_BEFORE);
    if (other != n) {
        (void)SSL_set_num_tickets(ssl, other);
    }
    Authenticate(ssl, name, (int)n);
    Connection_close(ssl);
    if (other > 0) {
        Redeem(ctx, name);
    }
}

static void AfterResumption(SSL_CTX* ctx, const char* name, int answer,
    int index)
{
    Outcome out;
    SSL*    ssl;

    (void)SSL_CTX_set_num_tickets(ctx, 2);
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, PASS_13, &out, SLOT_BEFORE, "new cert=client");
    Watch_reset(answer);
    ssl = Connect(ctx, PASS_13, &out, "sess=%d cert=client", SLOT_BEFORE);
    Say(Key("post-auth.%s.handshake", name), "%s nst=%d dec=%s",
        out.client.kind, out.client.tickets, watch.data);
    Authenticate(ssl, name, index);
    Connection_close(ssl);
}

/* The certificate given in the handshake itself, and what resumes from it. */
static void InHandshake(SSL_CTX* ctx, Pass pass)
{
    static const unsigned char sid[] = "auth";
    Outcome out;
    Report  report;
    SSL*    ssl;

    (void)SSL_CTX_set_session_ticket_cb(ctx, NameTicket, DecCb, &watch);
    (void)SSL_CTX_set_session_id_context(ctx, sid, sizeof(sid));
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, pass, &out, "new cert=client2");
    Say(Key("auth.%s.first", Pass_name(pass)), "%s from %s", out.client.kind,
        ClientName(ssl));
    Peer_ask(&report, "save %d 0", SLOT_BEFORE);
    Connection_close(ssl);
    Watch_reset(ANSWER_DEFAULT);
    ssl = Connect(ctx, pass, &out, "sess=%d cert=client2", SLOT_BEFORE);
    Say(Key("auth.%s.resumed", Pass_name(pass)), "%s session=%s",
        out.client.kind, Appdata(SSL_get_session(ssl)));
    Say(Key("auth.%s.resumed.peer", Pass_name(pass)), "%s", ClientName(ssl));
    Connection_close(ssl);
}

void Scenario_post_auth(void)
{
    SSL_CTX* ctx;
    int      pass;

    for (pass = 0; pass < PASS_COUNT; pass++) {
        ctx = Context_new((Pass)pass);
        InHandshake(ctx, (Pass)pass);
        SSL_CTX_free(ctx);
    }

    ctx = Context_new(PASS_13);
    (void)SSL_CTX_set_session_ticket_cb(ctx, NameTicket, DecCb, &watch);
    AfterFull(ctx, "full-2", 2, 2);
    AfterFull(ctx, "full-1", 1, 1);
    AfterFull(ctx, "full-5", 5, 5);
    AfterFull(ctx, "full-0", 0, 0);
    AfterFull(ctx, "full-2-then-3", 2, 3);
    AfterFull(ctx, "full-2-then-0", 2, 0);
    AfterFull(ctx, "full-0-then-1", 0, 1);
    AfterResumption(ctx, "resumed", SSL_TICKET_RETURN_USE_RENEW, 1);
    Redeem(ctx, "resumed");
    AfterResumption(ctx, "resumed-by-USE", SSL_TICKET_RETURN_USE, 0);
    SSL_CTX_free(ctx);
}
