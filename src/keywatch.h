/* keywatch.h
 *
 * The thread that looks at a key file from time to time.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_KEYWATCH_H
#define WOLFTICKET_KEYWATCH_H

#include "keyfile.h"
#include "worker.h"

#if defined(WT_HAVE_KEYFILES) && defined(WT_HAVE_WORKERS)
    #define WT_HAVE_KEYWATCH
#endif

#ifdef WT_HAVE_KEYWATCH

typedef struct wt_keywatch wt_keywatch;

/* Starts it; as wolfTicket_KeyFile_watch(), in milliseconds.  NULL with a
 * text. */
wt_keywatch* wt_keywatch_start(wolfTicket_KeyFile* file, word32 millis,
    void (*on_failure)(const char* text, void* arg), void* arg);

/* Ends it, and waits for that.  NULL is allowed. */
void wt_keywatch_stop(wt_keywatch* watch);

/* Frees it in a child of fork(), where there is no such thread. */
void wt_keywatch_forget(wt_keywatch* watch);

#endif /* WT_HAVE_KEYWATCH */

#endif /* WOLFTICKET_KEYWATCH_H */
