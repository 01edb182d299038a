/* worker.c
 *
 * A thread of the library's that does something now and then.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "worker.h"

#ifdef WT_HAVE_WORKERS

#include "clocks.h"

#include <signal.h>
#include <unistd.h>

/* A condition that goes by a clock that nobody sets, where there is one. */
static int InitWake(wt_worker* worker)
{
    int ret;

    worker->clock = CLOCK_REALTIME;
#if defined(_POSIX_CLOCK_SELECTION) && _POSIX_CLOCK_SELECTION > 0 && \
    defined(CLOCK_MONOTONIC)
    {
        pthread_condattr_t attr;

        ret = pthread_condattr_init(&attr) == 0;
        if (ret == 1) {
            if (pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0)
                worker->clock = CLOCK_MONOTONIC;
            ret = pthread_cond_init(&worker->wake, &attr) == 0;
            (void)pthread_condattr_destroy(&attr);
        }
    }
#else
    ret = pthread_cond_init(&worker->wake, NULL) == 0;
#endif
    return ret;
}

int wt_worker_init(wt_worker* worker)
{
    int ret = pthread_mutex_init(&worker->mutex, NULL) == 0;

    worker->stop = 0;
    if (ret && !InitWake(worker)) {
        (void)pthread_mutex_destroy(&worker->mutex);
        ret = 0;
    }
    return ret;
}

/* The application's handlers run in the application's threads. */
int wt_worker_start(wt_worker* worker, void* (*run)(void* arg), void* arg)
{
    sigset_t all, former;
    int ret = 0;

    (void)sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &former) == 0) {
        ret = pthread_create(&worker->thread, NULL, run, arg) == 0;
        (void)pthread_sigmask(SIG_SETMASK, &former, NULL);
    }
    return ret;
}

word64 wt_worker_now(const wt_worker* worker)
{
    return wt_millis(worker->clock);
}

int wt_worker_pause(wt_worker* worker, word64 until)
{
    struct timespec t;
    int timedOut = 0;
    int ret;

    t.tv_sec = (time_t)(until / 1000);
    t.tv_nsec = (long)(until % 1000) * 1000000;
    (void)pthread_mutex_lock(&worker->mutex);
    while (!worker->stop && !timedOut)
        timedOut = pthread_cond_timedwait(&worker->wake, &worker->mutex,
            &t) != 0;
    ret = worker->stop;
    (void)pthread_mutex_unlock(&worker->mutex);
    return ret;
}

int wt_worker_stopped(wt_worker* worker)
{
    int ret;

    (void)pthread_mutex_lock(&worker->mutex);
    ret = worker->stop;
    (void)pthread_mutex_unlock(&worker->mutex);
    return ret;
}

void wt_worker_stop(wt_worker* worker)
{
    (void)pthread_mutex_lock(&worker->mutex);
    worker->stop = 1;
    (void)pthread_cond_signal(&worker->wake);
    (void)pthread_mutex_unlock(&worker->mutex);
}

void wt_worker_join(wt_worker* worker)
{
    (void)pthread_join(worker->thread, NULL);
}

void wt_worker_free(wt_worker* worker)
{
    (void)pthread_cond_destroy(&worker->wake);
    (void)pthread_mutex_destroy(&worker->mutex);
}

#endif /* WT_HAVE_WORKERS */
