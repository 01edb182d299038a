/* embed_deliver.c
 *
 * The embedded core's tickets on their way out: how many, and when.
 *
 * In TLS 1.3 wolfSSL's own loop is told to send none; they are sent from the
 * done callback, which wolfSSL calls again until it succeeds.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed.h"

#include <wolfssl/error-ssl.h>

#ifdef WOLFTICKET_EMBEDDED

/* ---- sending ------------------------------------------------------------ */

#ifdef WOLFSSL_TLS13

/* After the handshake, by the decision table. */
static int Target(const wt_erecord* record)
{
    int n = record->numTickets;

    if ((record->flags & WT_R_RESUMED) && n > 1)
        n = 1;
    if (record->presented > 0 && !(record->flags & WT_R_RENEW))
        n = 0;
    return n;
}

/* Sends one ticket.  0, or wolfSSL's error; one for which the transport had
 * no room is in wolfSSL's buffer and counts as sent. */
static int SendOne(wt_erecord* record)
{
    byte before = record->sent;
    int ret;

    record->flags |= WT_R_SENDING;
    ret = wolfSSL_send_SessionTicket(record->ssl);
    record->flags &= ~(word32)WT_R_SENDING;
    ret = (ret == WOLFSSL_SUCCESS) ? 0
                                   : wolfSSL_get_error(record->ssl, ret);
    if (ret == WOLFSSL_ERROR_WANT_WRITE)
        ret = WANT_WRITE;
    /* wolfSSL did not ask for a ticket: it has been told to send none. */
    if (record->sent == before) {
        record->numTickets = record->queued = 0;
        if (ret == BAD_TICKET_ENCRYPT)
            ret = 0;
        (void)wt_fail(&record->error, WT_E_BYPASSED);
    }
    return (ret > 0) ? WOLFSSL_FATAL_ERROR : ret;
}

static int SendDue(wt_econtext* context, wt_erecord* record)
{
    int ret = 0;

    /* Without a key or a clock none is promised. */
    wt_lock();
    if (wt_embed_keys(context, record->ssl, 0) == WT_E_CLOCK ||
            wt_embed_sealing(context) == NULL) {
        record->queued = 0;
        record->flags |= WT_R_SENT_DUE;
        wt_embed_fail(context, record, WT_E_NO_KEY);
    }
    wt_unlock();
    while (ret == 0 && !(record->flags & WT_R_SENT_DUE) &&
            record->sent < Target(record))
        ret = SendOne(record);
    while (ret == 0 && record->queued > 0) {
        record->queued--;
        if (record->sent < WOLFTICKET_MAX_TICKETS)
            ret = SendOne(record);
    }
    return ret;
}

#else
#define SendDue(context, record) 0
#endif /* WOLFSSL_TLS13 */

int wt_embed_done(WOLFSSL* ssl, void* arg)
{
    wt_econtext* context;
    wt_erecord* record = wt_embed_record(ssl, &context);
    int ret = 0;

    (void)arg;
    if (record == NULL || (record->flags & WT_R_SENDING))
        return 0;
    wt_embed_settle(context, record);
    if (record->flags & WT_R_ABORTED)
        ret = WOLFSSL_FATAL_ERROR;
    else if (wt_is_tls13(ssl) && !WT_NO_TICKETS(ssl))
        ret = SendDue(context, record);
    if (ret == 0) {
        record->flags |= WT_R_SENT_DUE;
        if (!(record->flags & WT_R_AGREED) && record->doneCb != NULL)
            ret = record->doneCb(ssl, record->doneArg);
        if (ret >= 0)
            record->flags |= WT_R_AGREED;
    }
    return ret;
}

/* ---- on request --------------------------------------------------------- */

int wolfTicket_new_session_ticket(WOLFSSL* ssl)
{
    wt_erecord* record = wt_embed_record(ssl, NULL);
    wt_error err = WT_OK;

    if (ssl == NULL)
        err = WT_E_NULL;
    else if (record == NULL)
        err = WT_E_UNKNOWN_SSL;
    else if (!wolfSSL_is_init_finished(ssl))
        err = WT_E_NOT_DONE;
    else if (!wt_is_tls13(ssl) || WT_NO_TICKETS(ssl))
        err = WT_E_NOT_TLS13;
    else if (record->sent + record->queued >= WOLFTICKET_MAX_TICKETS)
        err = WT_E_NO_NONCES;
    else
        record->queued++;
    return wt_embed_told(record, err);
}

int wolfTicket_accept(WOLFSSL* ssl)
{
    return wolfSSL_accept(ssl);
}

/* Tickets asked for go out, and what is left of former ones: wolfSSL flushes
 * its buffer and calls the done callback again. */
static int Flush(wt_erecord* record)
{
    int ret = WOLFSSL_SUCCESS;

    if (!(record->flags & WT_R_WRITING) && (record->queued > 0 ||
            (record->flags & WT_R_FLUSHING))) {
        ret = wolfSSL_accept(record->ssl);
        record->flags &= ~(word32)WT_R_FLUSHING;
        if (ret != WOLFSSL_SUCCESS)
            record->flags |= WT_R_FLUSHING;
    }
    return ret;
}

int wolfTicket_do_handshake(WOLFSSL* ssl)
{
    wt_erecord* record = wt_embed_record(ssl, NULL);
    int ret = WOLFSSL_SUCCESS;

    if (ssl == NULL)
        ret = wt_fail(NULL, WT_E_NULL);
    else if (record == NULL)
        ret = wolfSSL_negotiate(ssl);
    else if (record->flags & WT_R_SENDING)
        ret = WOLFSSL_SUCCESS;  /* called from gen_cb: all is on its way */
    else if (!(record->flags & WT_R_AGREED))
        ret = wolfSSL_accept(ssl);
    else
        ret = Flush(record);
    return ret;
}

int wolfTicket_write(WOLFSSL* ssl, const void* data, int sz)
{
    wt_erecord* record = wt_embed_record(ssl, NULL);
    int ret = WOLFSSL_SUCCESS;

    if (ssl == NULL) {
        (void)wt_fail(NULL, WT_E_NULL);
        return BAD_FUNC_ARG;
    }
    if (record != NULL && (record->flags & WT_R_AGREED) &&
            !(record->flags & WT_R_SENDING))
        ret = Flush(record);
    if (ret == WOLFSSL_SUCCESS) {
        ret = wolfSSL_write(ssl, data, sz);
        if (record != NULL) {
            record->flags &= ~(word32)WT_R_WRITING;
            if (ret <= 0 &&
                    wolfSSL_get_error(ssl, ret) == WOLFSSL_ERROR_WANT_WRITE)
                record->flags |= WT_R_WRITING;
        }
    }
    return ret;
}

int wolfTicket_read(WOLFSSL* ssl, void* data, int sz)
{
    return wolfSSL_read(ssl, data, sz);
}

#endif /* WOLFTICKET_EMBEDDED */
