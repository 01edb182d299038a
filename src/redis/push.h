/* push.h
 *
 * Waiting for news.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_REDIS_PUSH_H
#define WOLFTICKET_REDIS_PUSH_H

#include "redis/handle.h"

/* For wolfTicket_Redis_free(). */
void wt_redis_push_close(wolfTicket_Redis* redis);

#endif /* WOLFTICKET_REDIS_PUSH_H */
