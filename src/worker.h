/* worker.h
 *
 * A thread of the library's that does something now and then.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_WORKER_H
#define WOLFTICKET_WORKER_H

#include "port.h"

#if defined(HAVE_UNISTD_H) && defined(HAVE_PTHREAD_ATFORK) && \
    !defined(SINGLE_THREADED)
    #define WT_HAVE_WORKERS
#endif

#ifdef WT_HAVE_WORKERS

#include <pthread.h>
#include <time.h>

/* In a child of fork() there is no such thread, and its mutex, which is in a
 * state that nobody knows, is left as it is. */
typedef struct {
    pthread_t thread;
    pthread_mutex_t mutex;     /* of stop */
    pthread_cond_t wake;
    clockid_t clock;           /* that wake goes by */
    int stop;
} wt_worker;

/* Prepared, and then started; run takes no signals.  1 or 0. */
int  wt_worker_init(wt_worker* worker);
int  wt_worker_start(wt_worker* worker, void* (*run)(void* arg), void* arg);

/* For the thread: the time in milliseconds, a pause until then, and whether it
 * is to end.  The pause ends early for that, and then returns 1. */
word64 wt_worker_now(const wt_worker* worker);
int  wt_worker_pause(wt_worker* worker, word64 until);
int  wt_worker_stopped(wt_worker* worker);

/* For others: it is to end; waits until it has. */
void wt_worker_stop(wt_worker* worker);
void wt_worker_join(wt_worker* worker);

/* When it has ended, or was never started. */
void wt_worker_free(wt_worker* worker);

#endif /* WT_HAVE_WORKERS */

#endif /* WOLFTICKET_WORKER_H */
