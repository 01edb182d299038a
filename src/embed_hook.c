/* embed_hook.c
 *
 * What wolfSSL calls in the embedded core: the way of a ticket begins here.
 *
 *   a ticket comes in  wt_embed_ticket -> embed_offer.c: embed_keys.c, seal.c,
 *                                         binding.c; dec_cb; decide.c;
 *                                         embed_alert.c if it must end
 *   handshake done     wt_embed_done   -> embed_deliver.c
 *   a ticket goes out  wt_embed_ticket -> embed_issue.c: gen_cb;
 *                                         embed_keys.c, seal.c
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed.h"

#ifdef WOLFTICKET_EMBEDDED

int wt_embed_ticket(WOLFSSL* ssl, unsigned char name[WOLFSSL_TICKET_NAME_SZ],
    unsigned char iv[WOLFSSL_TICKET_IV_SZ],
    unsigned char mac[WOLFSSL_TICKET_MAC_SZ], int enc, unsigned char* ticket,
    int inLen, int* outLen, void* arg)
{
    wt_econtext* context;
    wt_erecord* record = wt_embed_record(ssl, &context);
    int ret = WOLFSSL_TICKET_RET_REJECT;
    wt_frame frame;

    (void)arg;
    if (inLen <= 0 || *outLen < inLen)
        return ret;
    frame.keyName = name;
    frame.iv = iv;
    frame.mac = mac;
    frame.enc = ticket;
    frame.encSz = (word32)inLen;
    frame.encMax = (word32)*outLen;
    frame.version = (word32)wolfSSL_version(ssl);
    frame.work = NULL;
    if (record == NULL) {
        /* Not made by wolfTicket_new(): there is nobody to ask. */
        if (enc) {
            wt_seal_dead(&frame);
            ret = WOLFSSL_TICKET_RET_OK;
        }
    }
    else if (enc) {
        frame.work = (byte*)context->work;
        ret = wt_embed_issue(context, record, &frame)
            ? WOLFSSL_TICKET_RET_OK : WOLFSSL_TICKET_RET_FATAL;
    }
    else if (!WT_UNKNOWN_SENDER(ssl)) {
        frame.work = (byte*)context->work;
        wt_embed_begin(record);
        ret = wt_embed_open(context, record, &frame);
    }
    *outLen = (int)frame.encSz;
    return ret;
}

#endif /* WOLFTICKET_EMBEDDED */
