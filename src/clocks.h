/* clocks.h
 *
 * The clocks of the system, in milliseconds.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_CLOCKS_H
#define WOLFTICKET_CLOCKS_H

#include "port.h"

#ifdef HAVE_UNISTD_H

#include <time.h>

/* The time of a clock, 0 when it has none. */
word64 wt_millis(clockid_t clock);

/* The same of one that nobody sets, where there is one. */
word64 wt_steady_millis(void);

#endif /* HAVE_UNISTD_H */

#endif /* WOLFTICKET_CLOCKS_H */
