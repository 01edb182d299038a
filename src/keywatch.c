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

#define SAID_SZ  480

struct wt_keywatch {
    wt_worker worker;
    word32 millis;
    void (*onFailure)(const char* text, void* arg);
    void* arg;
    wolfTicket_KeyFile* file;
    char said[SAID_SZ];        /* the last failure, if nothing else happened */
};

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

    while (!wt_worker_pause(&watch->worker,
            wt_worker_now(&watch->worker) + watch->millis)) {
        if (wolfTicket_KeyFile_refresh(watch->file))
            watch->said[0] = '\0';
        else if (watch->onFailure != NULL)
            Report(watch);
    }
    return NULL;
}

static int StartWatcher(wt_keywatch* watch)
{
    int ret = wt_worker_init(&watch->worker);

    if (ret && !wt_worker_start(&watch->worker, Watch, watch)) {
        wt_worker_free(&watch->worker);
        ret = 0;
    }
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
    wt_worker_stop(&watch->worker);
    wt_worker_join(&watch->worker);
    wt_worker_free(&watch->worker);
    XFREE(watch, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}

void wt_keywatch_forget(wt_keywatch* watch)
{
    XFREE(watch, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}

#endif /* WT_HAVE_KEYWATCH */
