/* issue.c
 *
 * Tickets that a server makes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "issue.h"
#include "offer.h"
#include "alert.h"
#include "nonce.h"

static size_t appdataRoom = WOLFTICKET_MIN_APPDATA_MAX;

size_t wt_appdata_room(void)
{
    return WT_LOAD(&appdataRoom);
}

void wt_appdata_room_seen(size_t room)
{
    if (WT_LOAD(&appdataRoom) != room)
        WT_STORE(&appdataRoom, room);
}

static int AskApplication(wt_conn* conn)
{
    wt_context* context = conn->context;

    return context->genCb == NULL ||
        context->genCb(conn->ssl, context->arg) == 1;
}

static int Describe(wt_conn* conn, wt_ticket* ticket)
{
    wt_blob* data = wt_conn_data(conn);
    word64 now;
    int ret = wt_keyring_time(conn->context->ring, &now);

    /* A clock that fails now told the time when the ticket was presented; a
     * ticket that looks older than it is lives a little shorter. */
    if (!ret && conn->seenAt != 0) {
        now = conn->seenAt;
        ret = 1;
    }
    if (ret) {
        if (conn->fullAt == 0)
            conn->fullAt = (word32)now;
        ticket->issued = (word32)now;
        ticket->chainAge = (ticket->issued > conn->fullAt)
            ? ticket->issued - conn->fullAt : 0;
        ticket->renewals = conn->renewals;
        ticket->ticketNonce = conn->nextNonce;
        ticket->data = data->mem;
        ticket->dataSz = data->sz;
    }
    return ret;
}

static int Seal(wt_conn* conn, wt_frame* frame, const byte* nonce)
{
    wt_key key;
    wt_checks checks;
    wt_ticket ticket;
    const byte* sidCtx;
    word32 sidCtxSz;
    int ret;

    sidCtx = wt_conn_sid_ctx(conn, &sidCtxSz);
    ret = conn->context->ring != NULL && Describe(conn, &ticket) &&
        wt_offer_bind(conn) &&
        wt_keyring_sealing(conn->context->ring, &key);
    if (ret) {
        ret = wt_binding_checks(&conn->binding, sidCtx, sidCtxSz, &key,
            &checks) && wt_seal(&key, nonce, &checks, &ticket, frame);
        wt_wipe(&key, sizeof(key));
    }
    return ret;
}

static void CountIssued(wt_conn* conn)
{
    wt_context_count(conn->context, WT_COUNT_ISSUED);
    if (conn->resumed)
        wt_context_count(conn->context, WT_COUNT_RENEWED);
}

/* wolfSSL has promised the client a ticket: one has to come. */
static void Withhold(wt_conn* conn, wt_frame* frame, const byte* nonce,
    wt_error why)
{
    wt_seal_dead(nonce, frame);
    if (why != WT_OK) {
        (void)wt_fail(&conn->error, why);
        (void)wt_fail(&conn->context->error, why);
        wt_context_count(conn->context, WT_COUNT_WITHHELD);
    }
}

static void EndConnection(wt_conn* conn)
{
    if (wt_is_tls13(conn->ssl)) {
        conn->aborted = 1;
        (void)wt_fail(&conn->error, WT_E_GEN_CB);
    }
    else {
        wt_alert_abort_now(conn, WT_E_GEN_CB);
    }
}

static int NextNonce(wt_context* context, byte nonce[WT_NONCE_SZ])
{
    wolfTicket_KeyRing* ring = context->ring;

    return ring != NULL && wt_nonce_next(ring, nonce);
}

int wt_issue(wt_conn* conn, wt_frame* frame)
{
    byte nonce[WT_NONCE_SZ];
    word32 room = wt_seal_room(frame->encSz, frame->encMax);
    int ret = 1;

    wt_appdata_room_seen(room);
    if (!NextNonce(conn->context, nonce)) {
        ret = wt_fail(&conn->error, WT_E_RANDOM);
    }
    else if (conn->withhold) {
        Withhold(conn, frame, nonce, WT_OK);
    }
    else if (!AskApplication(conn)) {
        EndConnection(conn);
        ret = 0;
    }
    else if (wt_conn_data(conn)->sz > room) {
        Withhold(conn, frame, nonce, WT_E_APPDATA_ROOM);
    }
    else if (!Seal(conn, frame, nonce)) {
        Withhold(conn, frame, nonce, WT_E_SEAL);
    }
    else {
        CountIssued(conn);
    }
    conn->sent++;
    conn->nonces++;
    conn->nextNonce++;
    return ret;
}

int wt_issue_dead(wt_context* context, wt_frame* frame)
{
    byte nonce[WT_NONCE_SZ];
    int ret = NextNonce(context, nonce);

    if (ret) {
        wt_seal_dead(nonce, frame);
        wt_context_count(context, WT_COUNT_WITHHELD);
    }
    return ret;
}
