/* embed_info.c
 *
 * Knowing what happened in the embedded core: one connection's ticket, errors.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed.h"

#ifdef WOLFTICKET_EMBEDDED

int wolfTicket_get_info(WOLFSSL* ssl, wolfTicket_Info* info)
{
    wt_erecord* record = wt_embed_record(ssl, NULL);
    const wt_eoffer* offer;

    if (ssl == NULL || info == NULL)
        return wt_fail(NULL, WT_E_NULL);
    if (record == NULL)
        return wt_fail(NULL, WT_E_UNKNOWN_SSL);
    XMEMSET(info, 0, sizeof(*info));
    info->status = WOLFTICKET_NONE;
    info->answer = WOLFTICKET_RETURN_IGNORE_RENEW;
    info->presented = record->presented;
    info->resumed = (record->flags & WT_R_RESUMED) != 0;
    info->sent = record->sent;
    info->queued = record->queued;
    if (record->shown > 0) {
        offer = &record->offer[record->shown - 1];
        info->status = offer->status;
        info->answer = offer->answer;
        info->cause = (wolfTicket_CAUSE)offer->cause;
        if (record->flags & WT_R_OPENED) {
            XMEMCPY(info->key_name, record->keyId, WT_KEY_ID_SZ);
            info->key_name_len = WT_KEY_ID_SZ;
            info->age = record->age;
            info->renewals = record->renewals;
            if (record->flags & WT_R_ACCEPTED)
                info->full_handshake = record->fullAt;
        }
    }
    return 1;
}

const char* wolfTicket_CTX_error(const WOLFSSL_CTX* ctx)
{
    wolfTicket_Storage* storage;
    int err = wt_thread_error();

    wt_lock();
    storage = wt_embed_find(ctx);
    if (storage != NULL)
        err = storage->context.error;
    wt_unlock();
    return wt_error_text(err);
}

const char* wolfTicket_error(const WOLFSSL* ssl)
{
    wt_erecord* record = wt_embed_record(ssl, NULL);

    return wt_error_text((record != NULL) ? record->error
                                          : wt_thread_error());
}

#endif /* WOLFTICKET_EMBEDDED */
