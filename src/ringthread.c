/* ringthread.c
 *
 * The thread that refreshes a ring.
 *
 * It belongs to the ring's feed, and holds the ring during a round alone, so
 * that the ring can go meanwhile: who drops it last only says so, and the
 * thread ends the feed, and itself.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "ring.h"
#include "ringfeed.h"

#ifdef WT_HAVE_RINGTHREAD

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#define WAIT_MS  100  /* at most, in a source */

struct wt_ringthread {
    pthread_t thread;
    pthread_mutex_t mutex;     /* of stop */
    pthread_cond_t wake;
    clockid_t clock;           /* that wake goes by */
    int stop;
    byte holds;                /* a reference to the ring; with the one lock */
    wt_ring_feed* feed;
};

/* ---- waiting ------------------------------------------------------------ */

static word64 Millis(const wt_ringthread* thread)
{
    struct timespec t;

    if (clock_gettime(thread->clock, &t) != 0 || t.tv_sec < 0)
        return 0;
    return (word64)t.tv_sec * 1000 + (word64)t.tv_nsec / 1000000;
}

/* Until then, or until the end, which is 1. */
static int Pause(wt_ringthread* thread, word64 until)
{
    struct timespec t;
    int timedOut = 0;
    int ret;

    t.tv_sec = (time_t)(until / 1000);
    t.tv_nsec = (long)(until % 1000) * 1000000;
    (void)pthread_mutex_lock(&thread->mutex);
    while (!thread->stop && !timedOut)
        timedOut = pthread_cond_timedwait(&thread->wake, &thread->mutex,
            &t) != 0;
    ret = thread->stop;
    (void)pthread_mutex_unlock(&thread->mutex);
    return ret;
}

static int Stopped(wt_ringthread* thread)
{
    int ret;

    (void)pthread_mutex_lock(&thread->mutex);
    ret = thread->stop;
    (void)pthread_mutex_unlock(&thread->mutex);
    return ret;
}

/* In small parts, so that an end is noticed.  One that a source has given back
 * early, without news, is slept through. */
static int WaitInSource(wt_ringthread* thread, word64 until)
{
    const wt_ring_feed* feed = thread->feed;
    int news = 0;
    word64 now = Millis(thread);

    while (!news && now < until && !Stopped(thread)) {
        word64 end = (until - now > WAIT_MS) ? now + WAIT_MS : until;

        news = feed->source->wait(feed->self, (unsigned int)(end - now)) == 1;
        if (!news)
            (void)Pause(thread, end);
        now = Millis(thread);
    }
    return Stopped(thread);
}

static int Wait(wt_ringthread* thread, word32 ms)
{
    const wolfTicket_Source* source = thread->feed->source;
    word64 until = Millis(thread) + ms;

    return (source != NULL && source->wait != NULL)
        ? WaitInSource(thread, until) : Pause(thread, until);
}

/* ---- the thread --------------------------------------------------------- */

static wolfTicket_KeyRing* HoldRing(wt_ringthread* thread)
{
    wolfTicket_KeyRing* ring;

    wt_lock();
    ring = thread->feed->ring;
    if (ring != NULL) {
        wt_keyring_hold(ring);
        thread->holds = 1;
    }
    wt_unlock();
    return ring;
}

static void DropRing(wt_ringthread* thread, wolfTicket_KeyRing* ring)
{
    wt_lock();
    thread->holds = 0;
    wt_keyring_drop(ring);
    wt_unlock();
}

static void FreeThread(wt_ringthread* thread)
{
    (void)pthread_cond_destroy(&thread->wake);
    (void)pthread_mutex_destroy(&thread->mutex);
    XFREE(thread, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}

/* Who stops the thread holds the ring; without one nobody will join us. */
static void EndAlone(wt_ringthread* thread)
{
    wt_ring_feed* feed = thread->feed;
    int alone;

    wt_lock();
    alone = feed->ring == NULL;
    if (alone) {
        feed->thread = NULL;
        (void)pthread_detach(thread->thread);
        FreeThread(thread);
        wt_feed_leave(feed);
    }
    wt_unlock();
    if (alone)
        wt_feed_bury();
}

static void* Refresh(void* arg)
{
    wt_ringthread* thread = (wt_ringthread*)arg;
    wolfTicket_KeyRing* ring;
    word32 ms;
    int stop = 0;

    while (!stop && (ring = HoldRing(thread)) != NULL) {
        (void)wt_ring_round(ring, 0, &ms);
        DropRing(thread, ring);
        stop = Wait(thread, ms);
    }
    EndAlone(thread);
    return NULL;
}

/* ---- begun and ended ---------------------------------------------------- */

/* A condition that goes by a clock that nobody sets, where there is one. */
static int InitWake(wt_ringthread* thread)
{
    int ret;

    thread->clock = CLOCK_REALTIME;
#if defined(_POSIX_CLOCK_SELECTION) && _POSIX_CLOCK_SELECTION > 0 && \
    defined(CLOCK_MONOTONIC)
    {
        pthread_condattr_t attr;

        ret = pthread_condattr_init(&attr) == 0;
        if (ret == 1) {
            if (pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0)
                thread->clock = CLOCK_MONOTONIC;
            ret = pthread_cond_init(&thread->wake, &attr) == 0;
            (void)pthread_condattr_destroy(&attr);
        }
    }
#else
    ret = pthread_cond_init(&thread->wake, NULL) == 0;
#endif
    return ret;
}

/* The application's handlers run in the application's threads. */
static int Create(wt_ringthread* thread)
{
    sigset_t allSignals, former;
    int ret = 0;

    (void)sigfillset(&allSignals);
    if (pthread_sigmask(SIG_SETMASK, &allSignals, &former) == 0) {
        ret = pthread_create(&thread->thread, NULL, Refresh, thread) == 0;
        (void)pthread_sigmask(SIG_SETMASK, &former, NULL);
    }
    return ret;
}

static wt_ringthread* NewThread(wt_ring_feed* feed)
{
    wt_ringthread* thread = (wt_ringthread*)XMALLOC(sizeof(*thread), NULL,
        DYNAMIC_TYPE_TMP_BUFFER);

    if (thread == NULL)
        return NULL;
    XMEMSET(thread, 0, sizeof(*thread));
    thread->feed = feed;
    if (pthread_mutex_init(&thread->mutex, NULL) != 0) {
        XFREE(thread, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        thread = NULL;
    }
    else if (!InitWake(thread)) {
        (void)pthread_mutex_destroy(&thread->mutex);
        XFREE(thread, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        thread = NULL;
    }
    return thread;
}

/* The thread of the process that this was forked from has not come along, but
 * what it held has; its mutex cannot be freed, being in a state that nobody
 * knows. */
void wt_ringthread_forget(wt_ring_feed* feed)
{
    if (feed->thread != NULL && feed->process != (word64)getpid()) {
        if (feed->thread->holds)
            feed->ring->refs--;
        XFREE(feed->thread, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        feed->thread = NULL;
    }
}

static wt_ringthread* ThreadOf(wt_ring_feed* feed)
{
    wt_ringthread_forget(feed);
    return feed->thread;
}

static void Signal(wt_ringthread* thread)
{
    (void)pthread_mutex_lock(&thread->mutex);
    thread->stop = 1;
    (void)pthread_cond_signal(&thread->wake);
    (void)pthread_mutex_unlock(&thread->mutex);
}

/* With the lock held: the thread looks for its ring only after that. */
static wt_error Start(wolfTicket_KeyRing* ring)
{
    wt_error ret = WT_OK;
    wt_ringthread* thread;

    if (ring->feed == NULL)
        ring->feed = wt_feed_new(ring);
    if (ring->feed == NULL)
        return WT_E_MEMORY;
    if (ThreadOf(ring->feed) != NULL)
        return WT_E_SOURCE_THREAD;
    thread = NewThread(ring->feed);
    if (thread == NULL) {
        ret = WT_E_MEMORY;
    }
    else if (!Create(thread)) {
        FreeThread(thread);
        ret = WT_E_NO_THREADS;
    }
    else {
        ring->feed->thread = thread;
        ring->feed->process = (word64)getpid();
    }
    return ret;
}

int wolfTicket_KeyRing_start(wolfTicket_KeyRing* ring)
{
    wt_error err = WT_E_NULL;

    if (ring != NULL) {
        wt_lock();
        err = Start(ring);
        wt_unlock();
    }
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}

int wolfTicket_KeyRing_stop(wolfTicket_KeyRing* ring)
{
    wt_ringthread* thread = NULL;

    if (ring == NULL)
        return wt_fail(NULL, WT_E_NULL);
    wt_lock();
    wt_keyring_hold(ring);
    if (ring->feed != NULL) {
        thread = ThreadOf(ring->feed);
        ring->feed->thread = NULL;
    }
    wt_unlock();
    if (thread != NULL) {
        Signal(thread);
        (void)pthread_join(thread->thread, NULL);
        FreeThread(thread);
    }
    wt_lock();
    wt_keyring_drop(ring);
    wt_unlock();
    wt_feed_bury();
    return 1;
}

int wt_ringthread_orphan(wt_ring_feed* feed)
{
    if (feed->thread != NULL)
        Signal(feed->thread);
    return feed->thread != NULL;
}

#else /* !WT_HAVE_RINGTHREAD */

int wolfTicket_KeyRing_start(wolfTicket_KeyRing* ring)
{
    return wt_fail(NULL, (ring == NULL) ? WT_E_NULL : WT_E_NO_THREADS);
}

int wolfTicket_KeyRing_stop(wolfTicket_KeyRing* ring)
{
    return (ring != NULL) ? 1 : wt_fail(NULL, WT_E_NULL);
}

int wt_ringthread_orphan(wt_ring_feed* feed)
{
    (void)feed;
    return 0;
}

void wt_ringthread_forget(wt_ring_feed* feed)
{
    (void)feed;
}

#endif /* WT_HAVE_RINGTHREAD */
