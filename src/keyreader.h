/* keyreader.h
 *
 * A key file that is read again when it has changed, and is at rest.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_KEYREADER_H
#define WOLFTICKET_KEYREADER_H

#include "keyfile.h"

#ifdef WT_HAVE_KEYFILES

typedef struct {
    const char* path;          /* the caller's */
    wolfTicket_KEYFILE format;
    wt_keyfile_clock clock;
    void* clockArg;
    byte isTaken;              /* taken is what the caller has, at rest */
    byte isSeen;               /* seen is waiting to be at rest, since seenAt */
    wt_keyfile_mark taken;
    wt_keyfile_mark seen;
    word64 seenAt;
    wt_keyfile_mark last;      /* of what was read last */
    byte wasAtRest;
} wt_keyreader;

void wt_keyreader_init(wt_keyreader* reader, const char* path,
    wolfTicket_KEYFILE format);

/* Looks at the file as if for the first time. */
void wt_keyreader_forget(wt_keyreader* reader);

/* Reads up to max keys, at once, or if they are others than those taken last
 * and at rest.  Their number; WT_KEYREADER_SAME: there is nothing to take in;
 * _GONE: no file that can be looked at, _BAD: no keys that can be used, both
 * with a text. */
enum {
    WT_KEYREADER_SAME = 0,
    WT_KEYREADER_GONE = -1,
    WT_KEYREADER_BAD  = -2
};
int  wt_keyreader_read(wt_keyreader* reader, int atOnce, wolfTicket_Key* keys,
    int max, int* seals);

/* The caller has what was read last. */
void wt_keyreader_taken(wt_keyreader* reader);

#endif /* WT_HAVE_KEYFILES */

#endif /* WOLFTICKET_KEYREADER_H */
