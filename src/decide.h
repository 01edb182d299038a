/* decide.h
 *
 * The decision table: what becomes of a presented ticket.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_DECIDE_H
#define WOLFTICKET_DECIDE_H

#include "port.h"
#include "error.h"

typedef struct {
    byte use;    /* resume the session */
    byte renew;  /* send a new ticket, or new tickets */
    byte abort;  /* end the handshake */
} wt_verdict;

/* The answer when the application has no dec_cb. */
wolfTicket_RETURN wt_default_answer(wolfTicket_STATUS status);

/* Looks status and answer up.  Returns WT_OK, or, with verdict->abort set,
 * why the handshake has to end. */
wt_error wt_decide(wolfTicket_STATUS status, wolfTicket_RETURN answer,
    wt_verdict* verdict);

#endif /* WOLFTICKET_DECIDE_H */
