/* hooks.h
 *
 * The functions that wolfSSL calls: the way of a ticket begins here.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_HOOKS_H
#define WOLFTICKET_HOOKS_H

#include "connection.h"

/* SessionTicketEncCb, with the wt_context as userCtx. */
int wt_hook_ticket(WOLFSSL* ssl, unsigned char keyName[WOLFSSL_TICKET_NAME_SZ],
    unsigned char iv[WOLFSSL_TICKET_IV_SZ],
    unsigned char mac[WOLFSSL_TICKET_MAC_SZ], int enc, unsigned char* ticket,
    int inLen, int* outLen, void* userCtx);

#ifdef WT_HAVE_MSG_CB
void wt_hook_message(int isWrite, int version, int contentType,
    const void* buf, size_t sz, WOLFSSL* ssl, void* arg);
#endif

/* Sets the done callback of a connection. */
void wt_hook_connection(wt_conn* conn);

/* The record of a server's connection of an attached context, made if need
 * be, its done callback ours; NULL for others. */
wt_conn* wt_hook_server(WOLFSSL* ssl);

#endif /* WOLFTICKET_HOOKS_H */
