/* embed_alert.c
 *
 * The embedded core's way to end a handshake with internal_error.
 *
 * wolfSSL has no public way to send an alert of one's choice: the connection's
 * send callback is replaced by one that sends the alert's record and then
 * fails.  The former callback is known when it was set through this header's
 * names, or is wolfSSL's own for sockets.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed.h"

#ifdef WOLFTICKET_EMBEDDED

/* alert, version, length 2, fatal, internal_error */
static const byte alert[] = { 0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x50 };

static CallbackIOSend Former(const wt_econtext* context,
    const wt_erecord* record)
{
    CallbackIOSend ret = record->ioSend;

    if (ret == NULL)
        ret = context->ioSend;
#if !defined(WOLFSSL_USER_IO) && !defined(WOLFSSL_NO_SOCK)
    if (ret == NULL)
        ret = EmbedSend;
#endif
    return ret;
}

static int AbortSend(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    wt_econtext* context;
    wt_erecord* record = wt_embed_record(ssl, &context);
    CallbackIOSend former = NULL;
    int sent = 0;

    (void)buf;
    (void)sz;
    if (record != NULL)
        former = Former(context, record);
    while (former != NULL && sent >= 0 && record->alertSent < sizeof(alert)) {
        char rest[sizeof(alert)];
        int left = (int)sizeof(alert) - record->alertSent;

        XMEMCPY(rest, alert + record->alertSent, (size_t)left);
        sent = former(ssl, rest, left, arg);
        if (sent > left)
            sent = left;
        if (sent > 0)
            record->alertSent = (byte)(record->alertSent + sent);
        else
            break;
    }
    return (sent == WOLFSSL_CBIO_ERR_WANT_WRITE) ? sent
                                                 : WOLFSSL_CBIO_ERR_GENERAL;
}

void wt_embed_abort(wt_erecord* record, wt_error why)
{
    if (!(record->flags & WT_R_ABORTED)) {
        record->flags |= WT_R_ABORTED;
        (void)wt_fail(&record->error, why);
        /* A datagram's record has a number that wolfSSL does not tell. */
        if (wolfSSL_dtls(record->ssl))
            record->alertSent = sizeof(alert);
        wolfSSL_SSLSetIOSend(record->ssl, AbortSend);
    }
}

void wt_embed_alert_now(wt_erecord* record)
{
    if (!wt_is_tls13(record->ssl))
        (void)AbortSend(record->ssl, NULL, 0,
            wolfSSL_GetIOWriteCtx(record->ssl));
}

#endif /* WOLFTICKET_EMBEDDED */
