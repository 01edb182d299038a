/* log.c
 *
 * Shows what wolfTicket can tell of a connection and of a context.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include <stdio.h>
#include <string.h>

#include "log.h"

static const char* const statuses[] = { "out of memory", "error", "none",
    "empty", "no decrypt", "success", "success, renew" };
static const char* const answers[] = { "abort", "ignore", "ignore and renew",
    "use", "use and renew" };

void log_handshake(WOLFSSL* ssl, int ok)
{
    wolfTicket_Info info;

    if (!ok) {
        printf("no handshake: error %d\n", wolfSSL_get_error(ssl, 0));
    }
    else {
        printf("%s, %s\n", wolfSSL_get_version(ssl),
            wolfSSL_session_reused(ssl) ? "resumed" : "full handshake");
    }
    if (wolfTicket_get_info(ssl, &info)) {
        if (info.presented > 0) {
            printf("  ticket %s: status %s, answer %s\n",
                wolfTicket_CAUSE_name(info.cause), statuses[info.status],
                answers[info.answer]);
        }
        if (info.cause == WOLFTICKET_CAUSE_USED) {
            printf("  ticket issued %lu s ago, %u renewals before\n",
                info.age, info.renewals);
        }
        printf("  tickets sent: %u\n", info.sent);
    }
}

void log_stats(WOLFSSL_CTX* ctx)
{
    wolfTicket_Stats stats;
    int i;

    if (wolfTicket_CTX_get_stats(ctx, &stats)) {
        printf("%lu full handshakes, %lu resumed\n", stats.full,
            stats.resumed);
        printf("tickets: %lu issued, %lu of them renewed", stats.issued,
            stats.renewed);
        for (i = WOLFTICKET_CAUSE_USED; i < WOLFTICKET_CAUSE_COUNT; i++) {
            if (stats.presented[i] > 0) {
                printf(", %lu %s", stats.presented[i],
                    wolfTicket_CAUSE_name((wolfTicket_CAUSE)i));
            }
        }
        printf("\n");
    }
}

void log_offer(WOLFSSL* ssl, int ok, FILE* out)
{
    wolfTicket_ClientInfo info;

    if (!wolfTicket_get_client_info(ssl, &info)) {
        fprintf(out, "%s\n", wolfTicket_error(ssl));
        memset(&info, 0, sizeof(info));
    }
    else if (!info.again && info.report != NULL) {
        fprintf(out, "%s\n", info.report);
    }

    if (info.again) {
        fprintf(out, "ticket refused, connecting again\n");
    }
    else if (!ok) {
        fprintf(out, "no handshake: error %d\n", wolfSSL_get_error(ssl, 0));
    }
    else if (info.resumed) {
        fprintf(out, "%s, resumed with a ticket %lu s old: ",
            wolfSSL_get_version(ssl), info.age);
    }
    else {
        fprintf(out, "%s, full handshake%s: ", wolfSSL_get_version(ssl),
            info.offered ? ", the ticket was not taken" : "");
    }
}

void log_tickets(WOLFSSL* ssl, FILE* out)
{
    wolfTicket_ClientInfo info;

    if (wolfTicket_get_client_info(ssl, &info)) {
        fprintf(out, "  tickets: %d arrived, %d kept, %d left\n",
            info.received, info.kept, info.left);
    }
}
