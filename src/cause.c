/* cause.c
 *
 * A word for what became of a ticket.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "port.h"

static const char* const causeNames[WOLFTICKET_CAUSE_COUNT] = {
    "no ticket", "used", "empty", "bad format", "unknown key", "bad seal",
    "expired", "renewal limit", "from the future", "bound elsewhere",
    "chain too long", "ignored", "aborted", "internal failure",
#ifndef WOLFTICKET_EMBEDDED
    "data gone", "data unreachable", "data not the ticket's",
    "used before", "no longer vouched for"
#endif
};

const char* wolfTicket_CAUSE_name(wolfTicket_CAUSE cause)
{
    int i = (int)cause;

    return (i >= 0 && i < WOLFTICKET_CAUSE_COUNT) ? causeNames[i]
                                                  : causeNames[0];
}
