/* decide.c
 *
 * The decision table: what becomes of a presented ticket.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "decide.h"

enum {
    ABORT  = 0,     /* the application wants it so */
    REFUSE = 1,
    USE    = 2,
    RENEW  = 4,
    WRONG  = 8      /* an answer that the status does not allow */
};

#define FIRST_STATUS  WOLFTICKET_EMPTY
#define LAST_STATUS   WOLFTICKET_SUCCESS_RENEW
#define LAST_ANSWER   WOLFTICKET_RETURN_USE_RENEW

/* The one place that says what happens.  Rows: status; columns: answer. */
static const byte table[][LAST_ANSWER + 1] = {
    /*               ABORT  IGNORE  IGNORE_RENEW    USE    USE_RENEW   */
    /* EMPTY     */ { ABORT, REFUSE, REFUSE | RENEW, WRONG, WRONG       },
    /* NO_DECRYPT*/ { ABORT, REFUSE, REFUSE | RENEW, WRONG, WRONG       },
    /* SUCCESS   */ { ABORT, REFUSE, REFUSE | RENEW, USE,   USE | RENEW },
    /* .._RENEW  */ { ABORT, REFUSE, REFUSE | RENEW, USE,   USE | RENEW }
};

wolfTicket_RETURN wt_default_answer(wolfTicket_STATUS status)
{
    wolfTicket_RETURN ret = WOLFTICKET_RETURN_IGNORE_RENEW;

    if (status == WOLFTICKET_SUCCESS)
        ret = WOLFTICKET_RETURN_USE;
    else if (status == WOLFTICKET_SUCCESS_RENEW)
        ret = WOLFTICKET_RETURN_USE_RENEW;
    return ret;
}

wt_error wt_decide(wolfTicket_STATUS status, wolfTicket_RETURN answer,
    wt_verdict* verdict)
{
    wt_error ret = WT_OK;
    int cell = WRONG;

    if (status >= FIRST_STATUS && status <= LAST_STATUS && answer >= 0 &&
            answer <= LAST_ANSWER)
        cell = table[status - FIRST_STATUS][answer];
    if (cell == ABORT)
        ret = WT_E_DEC_ABORT;
    else if (cell == WRONG)
        ret = WT_E_DEC_USE;
    verdict->use = (cell & USE) != 0;
    verdict->renew = (cell & RENEW) != 0;
    verdict->abort = ret != WT_OK;
    return ret;
}
