/* course.c
 *
 * The course of a handshake: begun, done, forgotten, and whose data it has.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "connection.h"
#include "data.h"
#include "issue.h"
#include "offer.h"
#include "opened.h"
#include "secret.h"

void wt_conn_forget(wt_conn* conn)
{
    wt_opened_forget(conn);
    wt_issue_forget(conn);
    wt_blob_clear(&conn->offered);
    wt_blob_clear(&conn->sealed);
    wt_blob_clear(&conn->resumption);
    wt_data_forget(conn);
    conn->print = conn->secretPrint = 0;
    conn->helloKnown = 0;
    conn->alertSz = conn->answered = conn->bypassed = 0;
    conn->agreed = conn->alertInPlace = 0;
    conn->resumed = conn->renew = conn->aborted = conn->withhold = 0;
    conn->adopted = 0;
    conn->bound = conn->lateName = conn->lateAlpn = 0;
    conn->helloTicket = 0;
    conn->countedDone = conn->writePending = conn->flushing = 0;
    conn->clientAuth = 0;
    conn->nonces = conn->nextNonce = conn->alertSent = 0;
    conn->fullAt = conn->renewals = 0;
    conn->presented = conn->sent = conn->queued = conn->skipped = 0;
    conn->offerCount = conn->current = conn->inOffer = conn->shown = 0;
    conn->offeredBy = 0;
}

static int OtherHello(const wt_conn* conn, const byte* random)
{
    return conn->helloKnown && (random == NULL ||
        XMEMCMP(conn->helloRandom, random, WT_RANDOM_SZ) != 0);
}

void wt_conn_begin(wt_conn* conn, const byte* random)
{
    int another = conn->state == WT_HS_DONE ||
        (conn->state == WT_HS_RUNNING &&
            (conn->answered || OtherHello(conn, random)));

    /* The connection was cleared for another client, also in the midst of a
     * handshake, or negotiates anew. */
    if (wt_conn_follow_session(conn) || another) {
        wt_blob_clear(&conn->data);
        wt_conn_forget(conn);
    }
    conn->helloKnown = random != NULL;
    if (random != NULL)
        XMEMCPY(conn->helloRandom, random, WT_RANDOM_SZ);
    conn->state = WT_HS_RUNNING;
}

/* Is the session that of the ticket accepted last?  Then the connection goes
 * on with the ticket's chain. */
static int IsTickets(wt_conn* conn)
{
    const wt_offer* offer;
    int ret = 0;

    conn->resumed = wolfSSL_session_reused(conn->ssl) == 1;
    if (conn->resumed && conn->current > 0 && wt_offer_proven(conn)) {
        offer = &conn->offer[conn->current - 1];
        conn->fullAt = offer->issued - offer->chainAge;
        conn->renewals = offer->renewals + 1;
        ret = 1;
    }
    return ret;
}

void wt_conn_again(wt_conn* conn)
{
    if (conn->state == WT_HS_RUNNING) {
        wt_conn_forget(conn);
        conn->state = WT_HS_NEW;
    }
}

/* Its data becomes the session's. */
static void TakeOver(wt_conn* conn)
{
    wt_blob former = conn->data;

    conn->data = conn->offered;
    conn->offered = former;
    conn->shown = conn->current;
    conn->adopted = 1;
    wt_data_proven(conn);
}

void wt_conn_chosen(wt_conn* conn)
{
    if (conn->state == WT_HS_RUNNING && conn->current > 0 &&
            wolfSSL_session_reused(conn->ssl) == 1 && !wt_offer_proven(conn))
        conn->current = 0;
}

/* wolfSSL checks the binder and then makes the ServerHello, which it does not
 * show when early data came in, but which has a random. */
void wt_conn_adopt(wt_conn* conn)
{
    if (conn->state == WT_HS_RUNNING && !conn->adopted && !conn->aborted &&
            conn->current > 0 && wt_is_tls13(conn->ssl) &&
            wt_server_print(conn->ssl) != conn->serverPrint) {
        wt_conn_chosen(conn);
        if (IsTickets(conn)) {
            TakeOver(conn);
            /* wolfSSL has copied the ticket's session over the
             * connection's. */
            wt_conn_tag_session(conn);
        }
    }
}

void wt_conn_settle(wt_conn* conn)
{
    if (conn->state == WT_HS_DONE)
        return;
    conn->state = WT_HS_DONE;
    conn->cookieSz = 0;
    /* Where the hellos do not pass by, this is the first look at a name that
     * stood behind the ticket. */
    wt_offer_check_binding(conn);
    if (IsTickets(conn) && !conn->aborted && !conn->adopted)
        TakeOver(conn);
    wt_opened_forget(conn);
    wt_blob_clear(&conn->offered);
    wt_blob_clear(&conn->sealed);
    wt_conn_print(conn);
}

/* In TLS 1.2 a ticket is renewed before the client's Finished, which is what
 * proves that the former was its own. */
void wt_conn_before_ticket(wt_conn* conn)
{
    if (!wt_is_tls13(conn->ssl) && conn->state == WT_HS_RUNNING &&
            !wolfSSL_is_init_finished(conn->ssl) &&
            wolfSSL_session_reused(conn->ssl) == 1)
        conn->inOffer = (byte)IsTickets(conn);
    else
        wt_conn_settle(conn);
}

void wt_conn_after_ticket(wt_conn* conn)
{
    conn->inOffer = 0;
}

void wt_conn_settle_if_done(wt_conn* conn)
{
    if (conn->state == WT_HS_RUNNING && wolfSSL_is_init_finished(conn->ssl))
        wt_conn_settle(conn);
}

wt_blob* wt_conn_data(wt_conn* conn)
{
#ifndef WT_HOLDS_SESSIONS
    wt_conn_settle_if_done(conn);
    wt_conn_adopt(conn);
#endif
    return conn->inOffer ? &conn->offered : &conn->data;
}

const byte* wt_conn_sid_ctx(const wt_conn* conn, word32* sz)
{
    *sz = conn->hasSidCtx ? conn->sidCtxSz : conn->context->sidCtxSz;
    return conn->hasSidCtx ? conn->sidCtx : conn->context->sidCtx;
}
