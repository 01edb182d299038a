/* keyfile.h
 *
 * Ticket keys in files: looked at, read, followed.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_SRC_KEYFILE_H
#define WOLFTICKET_SRC_KEYFILE_H

#include "port.h"

#include <wolfticket/keyfile.h>

#if defined(HAVE_UNISTD_H) && !defined(NO_FILESYSTEM)
    #define WT_HAVE_KEYFILES
#endif

#ifdef WT_HAVE_KEYFILES

#include <sys/types.h>
#include <sys/stat.h>
#include <time.h>

/* What a file shows of its contents without being read: two that are equal
 * are the same contents, once some time has passed since the change. */
typedef struct {
    dev_t dev;
    ino_t ino;
    off_t size;
    word64 modified;   /* nanoseconds since 1970 */
    word64 changed;
} wt_keyfile_mark;

/* Makes the mark of the file of that path; 1, or 0 with a text. */
int wt_keyfile_look(const char* path, wt_keyfile_mark* mark);
int wt_keyfile_same(const wt_keyfile_mark* a, const wt_keyfile_mark* b);

/* Whether a file may be used by a process of that user; 1, or 0 with a
 * text. */
int wt_keyfile_allowed(const struct stat* status, uid_t user);

/* As wolfTicket_KeyFile_read(), for a file that has to have the mark *before
 * unless that is NULL; sets *mark to the one it has.  -1, with a text, when it
 * is another one, or changed while it was read. */
int wt_keyfile_load(const char* path, const wt_keyfile_mark* before,
    wt_keyfile_mark* mark, wolfTicket_KEYFILE* format, wolfTicket_Key* keys,
    int max, int* seals);

/* The time in milliseconds: since 1970, and by a clock that nobody sets. */
typedef void (*wt_keyfile_clock)(word64* wall, word64* steady, void* arg);

/* Replaces the clock of a followed file; for tests. */
void wt_keyfile_set_clock(wolfTicket_KeyFile* file, wt_keyfile_clock clock,
    void* arg);

/* wolfTicket_KeyFile_watch() in milliseconds. */
int wt_keyfile_watch(wolfTicket_KeyFile* file, word32 millis,
    void (*on_failure)(const char* text, void* arg), void* arg);

#endif /* WT_HAVE_KEYFILES */

#endif /* WOLFTICKET_SRC_KEYFILE_H */
