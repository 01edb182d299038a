/* keywatch.c
 *
 * The thread that looks at a key file from time to time.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keywatch.h"
#include "keyformat.h"
#include "error.h"

#ifdef WT_HAVE_KEYWATCH

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#define SAID_SZ  480

struct wt_keywatch {
    pthread_t thread;
    pthread_mutex_t mutex;     /* of stop */
    pthread_cond_t wake;
    clockid_t clock;           /* that wake goes by */
    int stop;
    word32 millis;
    void (*onFailure)(const char* text, void* arg);
    void* arg;
    wolfTicket_KeyFile* file;
    char said[SAID_SZ];        /* the last failure, if nothing else happened */
};

/* Waits for the time, or for the end, which is 1. */
static int Pause(wt_keywatch* watch)
{
    word64 until = wt_keyfile_millis(watch->clock) + watch->millis;
    struct timespec t;
    int timedOut = 0;
    int ret;

    t.tv_sec = (time_t)(until / 1000);
    t.tv_nsec = (long)(until % 1000) * 1000000;
    (void)pthread_mutex_lock(&watch->mutex);
    while (!watch->stop && !timedOut)
        timedOut = pthread_cond_timedwait(&watch->wake, &watch->mutex,
            &t) != 0;
    ret = watch->stop;
    (void)pthread_mutex_unlock(&watch->mutex);
    return ret;
}

static void Report(wt_keywatch* watch)
{
    const char* text = wolfTicket_KeyFile_error();

    if (XSTRNCMP(watch->said, text, SAID_SZ - 1) != 0) {
        XSTRNCPY(watch->said, text, SAID_SZ - 1);
        watch->onFailure(text, watch->arg);
    }
}

static void* Watch(void* arg)
{
    wt_keywatch* watch = (wt_keywatch*)arg;

    while (!Pause(watch)) {
        if (wolfTicket_KeyFile_refresh(watch->file))
            watch->said[0] = '\0';
        else if (watch->onFailure != NULL)
            Report(watch);
    }
    return NULL;
}

/* A condition that goes by a clock that nobody sets, where there is one. */
static int InitWake(wt_keywatch* watch)
{
    int ret;

    watch->clock = CLOCK_REALTIME;
#if defined(_POSIX_CLOCK_SELECTION) && _POSIX_CLOCK_SELECTION > 0 && \
    defined(CLOCK_MONOTONIC)
    {
        pthread_condattr_t attr;

        ret = pthread_condattr_init(&attr) == 0;
        if (ret == 1) {
            if (pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0)
                watch->clock = CLOCK_MONOTONIC;
            ret = pthread_cond_init(&watch->wake, &attr) == 0;
            (void)pthread_condattr_destroy(&attr);
        }
    }
#else
    ret = pthread_cond_init(&watch->wake, NULL) == 0;
#endif
    return ret;
}

/* The application's handlers run in the application's threads. */
static int StartThread(wt_keywatch* watch)
{
    sigset_t all, former;
    int ret = 0;

    (void)sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &former) == 0) {
        ret = pthread_create(&watch->thread, NULL, Watch, watch) == 0;
        (void)pthread_sigmask(SIG_SETMASK, &former, NULL);
    }
    return ret;
}

static int StartWatcher(wt_keywatch* watch)
{
    int ret = 0;

    if (pthread_mutex_init(&watch->mutex, NULL) != 0)
        return 0;
    if (InitWake(watch)) {
        ret = StartThread(watch);
        if (ret != 1)
            (void)pthread_cond_destroy(&watch->wake);
    }
    if (ret != 1)
        (void)pthread_mutex_destroy(&watch->mutex);
    return ret;
}

wt_keywatch* wt_keywatch_start(wolfTicket_KeyFile* file, word32 millis,
    void (*on_failure)(const char* text, void* arg), void* arg)
{
    wt_keywatch* watch = (wt_keywatch*)XMALLOC(sizeof(*watch), NULL,
        DYNAMIC_TYPE_TMP_BUFFER);

    if (watch == NULL) {
        (void)wt_keytext("%s", wt_error_text(WT_E_MEMORY));
        return NULL;
    }
    XMEMSET(watch, 0, sizeof(*watch));
    watch->millis = millis;
    watch->onFailure = on_failure;
    watch->arg = arg;
    watch->file = file;
    if (!StartWatcher(watch)) {
        (void)wt_keytext("no thread can be started: the process has too many, "
            "or too little memory");
        XFREE(watch, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        watch = NULL;
    }
    return watch;
}

void wt_keywatch_stop(wt_keywatch* watch)
{
    if (watch == NULL)
        return;
    (void)pthread_mutex_lock(&watch->mutex);
    watch->stop = 1;
    (void)pthread_cond_signal(&watch->wake);
    (void)pthread_mutex_unlock(&watch->mutex);
    (void)pthread_join(watch->thread, NULL);
    (void)pthread_cond_destroy(&watch->wake);
    (void)pthread_mutex_destroy(&watch->mutex);
    XFREE(watch, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}

void wt_keywatch_forget(wt_keywatch* watch)
{
    /* Its mutex cannot be freed, being in a state that nobody knows. */
    XFREE(watch, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}

#endif /* WT_HAVE_KEYWATCH */
