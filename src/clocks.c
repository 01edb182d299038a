/* clocks.c
 *
 * The clocks of the system, in milliseconds.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "clocks.h"

#ifdef HAVE_UNISTD_H

#include <unistd.h>

word64 wt_millis(clockid_t clock)
{
    struct timespec t;

    if (clock_gettime(clock, &t) != 0 || t.tv_sec < 0)
        return 0;
    return (word64)t.tv_sec * 1000 + (word64)t.tv_nsec / 1000000;
}

word64 wt_steady_millis(void)
{
#ifdef CLOCK_MONOTONIC
    return wt_millis(CLOCK_MONOTONIC);
#else
    return wt_millis(CLOCK_REALTIME);
#endif
}

#endif /* HAVE_UNISTD_H */
