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
#include "secret.h"

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

    wt_conn* former;
    int ret = 1;

    if (context->genCb != NULL) {
        former = wt_conn_enter(conn);
        ret = context->genCb(conn->ssl, context->arg) != 0;
        wt_conn_leave(former);
    }
    return ret;
}

/* After client authentication wolfSSL 5.5 seals a secret into tickets that no
 * client has: every handshake that offers one fails.  The right one is the
 * handshake's. */
static void RestoreSecret(wt_conn* conn, wt_frame* frame)
{
    byte now[WT_SECRET_SZ];

    if (conn->resumption.sz == WT_SECRET_SZ &&
            wt_session_secret(wolfSSL_get_session(conn->ssl), now))
        wt_secret_replace(frame->enc, frame->encSz, now,
            conn->resumption.mem);
    wt_wipe(now, sizeof(now));
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

static wt_error Seal(wt_conn* conn, wt_frame* frame)
{
    byte nonce[WT_NONCE_SZ];
    wt_key key;
    wt_checks checks;
    wt_ticket ticket;
    const byte* sidCtx;
    word32 sidCtxSz;
    wolfTicket_KeyRing* ring = conn->context->ring;
    int ok;

    if (ring == NULL)
        return WT_E_NOT_ATTACHED;
    if (!wt_nonce_next(ring, nonce))
        return WT_E_RANDOM;
    if (!Describe(conn, &ticket))
        return WT_E_CLOCK;
    sidCtx = wt_conn_sid_ctx(conn, &sidCtxSz);
    ok = wt_offer_bind(conn) && wt_keyring_sealing(ring, &key);
    if (ok) {
        ok = wt_binding_checks(&conn->binding, sidCtx, sidCtxSz, &key,
            &checks) && wt_seal(&key, nonce, &checks, &ticket, frame);
        wt_wipe(&key, sizeof(key));
    }
    return ok ? WT_OK : WT_E_SEAL;
}

static void CountIssued(wt_conn* conn)
{
    wt_context_count(conn->context, WT_COUNT_ISSUED);
    if (conn->resumed)
        wt_context_count(conn->context, WT_COUNT_RENEWED);
}

/* wolfSSL has promised the client a ticket, and fails the handshake without
 * one: it gets one that nobody can open. */
static void Withhold(wt_conn* conn, wt_frame* frame, wt_error why)
{
    wt_seal_dead(frame);
    if (why != WT_OK) {
        (void)wt_fail(&conn->error, why);
        (void)wt_fail(&conn->context->error, why);
        wt_context_count(conn->context, WT_COUNT_WITHHELD);
    }
}


int wt_issue(wt_conn* conn, wt_frame* frame)
{
    word32 room = wt_seal_room(frame->encSz, frame->encMax);
    wt_error err = WT_OK;
    int ret = 1;

    wt_appdata_room_seen(room);
    if (conn->aborted)
        return 0;
    if (conn->nonces == WOLFTICKET_MAX_TICKETS) {
        Withhold(conn, frame, WT_E_NO_NONCES);
        return ret;
    }
    if (conn->withhold) {
        Withhold(conn, frame, WT_OK);
    }
    else if (!AskApplication(conn)) {
        wt_alert_abort_now(conn, WT_E_GEN_CB);
        ret = 0;
    }
    else {
        RestoreSecret(conn, frame);
        err = (wt_conn_data(conn)->sz > room) ? WT_E_APPDATA_ROOM
                                              : Seal(conn, frame);
        if (err == WT_OK)
            CountIssued(conn);
        else
            Withhold(conn, frame, err);
    }
    conn->sent++;
    conn->nonces++;
    conn->nextNonce++;
    return ret;
}

void wt_issue_dead(wt_context* context, wt_frame* frame)
{
    wt_seal_dead(frame);
    wt_context_count(context, WT_COUNT_WITHHELD);
}
