/* info.c
 *
 * Knowing what happened: one connection's ticket, a context's counts, errors.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "connection.h"
#include "client.h"

static int Opened(const wt_offer* offer)
{
    return offer->issued != 0;
}

static void DescribeOffer(const wt_conn* conn, const wt_offer* offer,
    wolfTicket_Info* info)
{
    info->status = offer->status;
    info->answer = offer->answer;
    info->cause = (wolfTicket_CAUSE)offer->cause;
    if (Opened(offer)) {
        XMEMCPY(info->key_name, offer->keyName, WOLFTICKET_NAME_SZ);
        info->key_name_len = WOLFTICKET_NAME_SZ;
        info->renewals = offer->renewals;
        info->full_handshake = offer->issued - offer->chainAge;
        info->data_kept = offer->kept;
        if (conn->seenAt > offer->issued)
            info->age = conn->seenAt - offer->issued;
    }
}

int wolfTicket_get_info(WOLFSSL* ssl, wolfTicket_Info* info)
{
    wt_conn* conn = wt_conn_of(ssl);
    int ret = 0;

    if (ssl == NULL || info == NULL) {
        (void)wt_fail((conn != NULL) ? &conn->error : NULL, WT_E_NULL);
    }
    else if (conn == NULL || wt_is_client(ssl)) {
        (void)wt_fail(NULL, wt_is_client(ssl) ? WT_E_CLIENT
                                              : WT_E_UNKNOWN_SSL);
    }
    else {
        wt_conn_settle_if_done(conn);
        wt_conn_adopt(conn);
        XMEMSET(info, 0, sizeof(*info));
        info->status = WOLFTICKET_NONE;
        info->answer = WOLFTICKET_RETURN_IGNORE_RENEW;
        info->presented = conn->presented;
        info->resumed = conn->resumed;
        info->sent = conn->sent;
        info->queued = conn->queued;
        if (conn->shown > 0)
            DescribeOffer(conn, &conn->offer[conn->shown - 1], info);
        else if (conn->presented > 0)
            DescribeOffer(conn, &conn->empty, info);
        ret = 1;
    }
    return ret;
}

static unsigned long Sum(wt_context* context, int counter)
{
    unsigned long sum = 0;
    size_t i;

    for (i = 0; i < sizeof(context->stripe) / sizeof(context->stripe[0]); i++)
        sum += WT_LOAD(&context->stripe[i].count[counter]);
    return sum;
}

static void DataStats(wt_context* context, wolfTicket_Stats* stats)
{
    wt_pool_counts counts;

    stats->data_kept = Sum(context, WT_COUNT_DATA_KEPT);
    stats->data_failed = Sum(context, WT_COUNT_DATA_FAILED);
    stats->data_removed = Sum(context, WT_COUNT_DATA_REMOVED);
    wt_pool_count(context->pool, &counts);
    stats->data_evicted = counts.evicted;
    stats->data_held = (unsigned long)counts.held;
    stats->data_bytes = (unsigned long)counts.bytes;
}

int wolfTicket_CTX_get_stats(WOLFSSL_CTX* ctx, wolfTicket_Stats* stats)
{
    wt_context* context = wt_context_find(ctx);
    int i;
    int ret = 0;

    if (ctx == NULL || stats == NULL) {
        (void)wt_fail(NULL, WT_E_NULL);
    }
    else if (context == NULL) {
        (void)wt_fail(NULL, WT_E_NOT_ATTACHED);
    }
    else {
        XMEMSET(stats, 0, sizeof(*stats));
        stats->issued = Sum(context, WT_COUNT_ISSUED);
        stats->renewed = Sum(context, WT_COUNT_RENEWED);
        stats->resumed = Sum(context, WT_COUNT_RESUMED);
        stats->full = Sum(context, WT_COUNT_FULL);
        stats->withheld = Sum(context, WT_COUNT_WITHHELD);
        for (i = 0; i < WOLFTICKET_CAUSE_COUNT; i++)
            stats->presented[i] = Sum(context, WT_COUNT_CAUSE + i);
        wt_keyring_counts(context->ring, &stats->rotations,
            &stats->rotation_failures);
        DataStats(context, stats);
        ret = 1;
    }
    return ret;
}

const char* wolfTicket_CTX_error(const WOLFSSL_CTX* ctx)
{
    wt_context* context = wt_context_find(ctx);

    return wt_error_text((context != NULL) ? WT_LOAD(&context->error)
                                           : wt_thread_error());
}

const char* wolfTicket_error(const WOLFSSL* ssl)
{
    wt_conn* conn = wt_conn_of(ssl);
    const char* text = (conn == NULL) ? wt_client_error(ssl) : NULL;

    if (text == NULL)
        text = wt_error_text((conn != NULL) ? conn->error
                                            : wt_thread_error());
    return text;
}
