/* keyring_shared.h
 *
 * One ring for forked processes: how it is made.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_KEYRING_SHARED_H
#define WOLFTICKET_KEYRING_SHARED_H

#include "port.h"

#include <wolfticket/keys.h>

#ifdef WT_HAVE_FORK
    #include <sys/mman.h>
    #ifdef MAP_ANONYMOUS
        #define WT_HAVE_SHARED_RINGS
    #endif
#endif
#if !defined(SINGLE_THREADED) && defined(HAVE_PTHREAD_ATFORK)
    #define WT_KNOWS_FORKS
#endif

/* The instants of a change. */
enum {
    WT_STEP_HALF_COPIED,
    WT_STEP_PULLED,
    WT_STEP_CLAIMED,
    WT_STEP_HALF_PAINTED,
    WT_STEP_PAINTED,
    WT_STEP_SHOWN,
    WT_STEP_MARKED,
    WT_STEP_FOUND_LEFT,
    WT_STEP_TAKEN_BACK,
    WT_STEP_HALF_WIPED,
    WT_STEPS
};

/* 1 where there are such rings. */
int wt_shared_can(void);

/* Memory for one, for wt_shared_free(); it becomes one when its member shared
 * points to itself.  NULL: there is none. */
wolfTicket_KeyRing* wt_shared_new(void);

/* From now on the ring, which is whole, is what is shared; with the lock
 * held. */
void wt_shared_begin(wolfTicket_KeyRing* ring);

/* Before each fork(), with the lock held. */
void wt_shared_before_fork(void);

#endif /* WOLFTICKET_KEYRING_SHARED_H */
