/* ringthread.c
 *
 * The thread that refreshes a ring.
 *
 * It belongs to the ring's feed, and holds the ring during a round alone, so
 * that the ring can go meanwhile: who drops it last only says so, and the
 * thread ends the feed, and itself, unless wolfTicket_cleanup() waits for it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "ring.h"
#include "ringfeed.h"

#ifdef WT_HAVE_WORKERS

#include <unistd.h>

#define WAIT_MS  100  /* at most, in a source */

struct wt_ringthread {
    wt_worker worker;
    word64 process;            /* whose it is */
    wt_ring_feed* feed;        /* until alone */
    byte holds;                /* a reference to the ring; with the one lock */
    byte alone;                /* the ring is gone; the same */
    wt_ringthread* next;
};

/* All that nobody has stopped yet; with the lock held. */
static wt_ringthread* threads;

/* ---- waiting ------------------------------------------------------------ */

/* In small parts, so that an end is noticed.  One that a source has given back
 * early, without news, is slept through. */
static int WaitInSource(wt_ringthread* thread, word64 until)
{
    const wt_ring_feed* feed = thread->feed;
    int news = 0;
    word64 now = wt_worker_now(&thread->worker);

    while (!news && now < until && !wt_worker_stopped(&thread->worker)) {
        word64 end = (until - now > WAIT_MS) ? now + WAIT_MS : until;

        news = feed->source->wait(feed->self, (unsigned int)(end - now)) == 1;
        if (!news)
            (void)wt_worker_pause(&thread->worker, end);
        now = wt_worker_now(&thread->worker);
    }
    return wt_worker_stopped(&thread->worker);
}

static int Wait(wt_ringthread* thread, word32 ms)
{
    const wolfTicket_Source* source = thread->feed->source;
    word64 until = wt_worker_now(&thread->worker) + ms;

    return (source != NULL && source->wait != NULL)
        ? WaitInSource(thread, until) : wt_worker_pause(&thread->worker, until);
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
    wt_worker_free(&thread->worker);
    XFREE(thread, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}

/* 1 when it was one of them. */
static int Unlink(wt_ringthread* thread)
{
    wt_ringthread** link = &threads;

    while (*link != NULL && *link != thread)
        link = &(*link)->next;
    if (*link == NULL)
        return 0;
    *link = thread->next;
    return 1;
}

/* Who stops the thread holds the ring; without one only the clean-up may join
 * us. */
static void EndAlone(wt_ringthread* thread)
{
    wt_ring_feed* feed = thread->feed;
    int alone;

    wt_lock();
    alone = feed->ring == NULL;
    if (alone) {
        feed->thread = NULL;
        wt_feed_leave(feed);
    }
    wt_unlock();
    if (alone) {
        wt_feed_bury();
        wt_lock();
        if (Unlink(thread)) {
            (void)pthread_detach(thread->worker.thread);
            FreeThread(thread);
        }
        wt_unlock();
    }
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

static wt_ringthread* NewThread(wt_ring_feed* feed)
{
    wt_ringthread* thread = (wt_ringthread*)XMALLOC(sizeof(*thread), NULL,
        DYNAMIC_TYPE_TMP_BUFFER);

    if (thread == NULL)
        return NULL;
    XMEMSET(thread, 0, sizeof(*thread));
    thread->feed = feed;
    thread->process = (word64)getpid();
    if (!wt_worker_init(&thread->worker)) {
        XFREE(thread, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        thread = NULL;
    }
    return thread;
}

/* The thread of the process that this was forked from has not come along, but
 * what it held has. */
void wt_ringthread_forget(wt_ring_feed* feed)
{
    if (feed->thread != NULL && feed->thread->process != (word64)getpid()) {
        if (feed->thread->holds)
            feed->ring->refs--;
        (void)Unlink(feed->thread);
        XFREE(feed->thread, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        feed->thread = NULL;
    }
}

static wt_ringthread* ThreadOf(wt_ring_feed* feed)
{
    wt_ringthread_forget(feed);
    return feed->thread;
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
    else if (!wt_worker_start(&thread->worker, Refresh, thread)) {
        FreeThread(thread);
        ret = WT_E_NO_THREADS;
    }
    else {
        ring->feed->thread = thread;
        thread->next = threads;
        threads = thread;
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
        (void)Unlink(thread);
    }
    wt_unlock();
    if (thread != NULL) {
        wt_worker_stop(&thread->worker);
        wt_worker_join(&thread->worker);
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
    wt_ringthread* thread = feed->thread;

    if (thread != NULL) {
        thread->alone = 1;
        wt_worker_stop(&thread->worker);
    }
    return thread != NULL;
}

/* One that has no ring any more, or the last part in it. */
static wt_ringthread* TakeOrphan(void)
{
    wt_ringthread* ret;

    wt_lock();
    ret = threads;
    while (ret != NULL && !ret->alone && !(ret->holds &&
            ret->feed->ring->refs == 1))
        ret = ret->next;
    (void)Unlink(ret);
    wt_unlock();
    return ret;
}

void wt_ringthread_cleanup(void)
{
    wt_ringthread* thread;

    while ((thread = TakeOrphan()) != NULL) {
        /* In a child of fork() there are none of its parent's. */
        if (thread->process == (word64)getpid()) {
            wt_worker_join(&thread->worker);
            FreeThread(thread);
        }
        else {
            XFREE(thread, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        }
    }
}

#else /* !WT_HAVE_WORKERS */

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

void wt_ringthread_cleanup(void)
{
}

#endif /* WT_HAVE_WORKERS */
