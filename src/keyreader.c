/* keyreader.c
 *
 * A key file that is read again when it has changed, and is at rest.
 *
 * A file that changes may be in the middle of being written, and a whole
 * number of keys is no sign that it is not.  So a change is taken in when the
 * file has been at rest for a while: by its own time, or, since that may be
 * another machine's, by ours.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyreader.h"
#include "clocks.h"

#ifdef WT_HAVE_KEYFILES

#define REST_MILLIS   2000

static void SystemClock(word64* wall, word64* steady, void* arg)
{
    (void)arg;
    *wall = wt_millis(CLOCK_REALTIME);
    *steady = wt_steady_millis();
}

void wt_keyreader_init(wt_keyreader* reader, const char* path,
    wolfTicket_KEYFILE format)
{
    XMEMSET(reader, 0, sizeof(*reader));
    reader->path = path;
    reader->format = format;
    reader->clock = SystemClock;
}

void wt_keyreader_forget(wt_keyreader* reader)
{
    reader->isTaken = 0;
    reader->isSeen = 0;
}

/* Whether the file has not changed for long enough by its own time.  That of
 * its last change counts, which no program can set. */
static int OldEnough(wt_keyreader* reader, const wt_keyfile_mark* mark)
{
    word64 wall, steady;
    word64 changed = mark->changed / 1000000;

    reader->clock(&wall, &steady, reader->clockArg);
    return changed <= wall && wall - changed >= REST_MILLIS;
}

/* Or whether we have seen it the same for long enough. */
static int AtRest(wt_keyreader* reader, const wt_keyfile_mark* mark)
{
    word64 wall, steady;
    int ret = OldEnough(reader, mark);

    if (ret != 1) {
        reader->clock(&wall, &steady, reader->clockArg);
        if (reader->isSeen && wt_keyfile_same(&reader->seen, mark)) {
            ret = steady >= reader->seenAt &&
                steady - reader->seenAt >= REST_MILLIS;
        }
        else {
            reader->seen = *mark;
            reader->seenAt = steady;
            reader->isSeen = 1;
        }
    }
    return ret;
}

int wt_keyreader_read(wt_keyreader* reader, int atOnce, wolfTicket_Key* keys,
    int max, int* seals)
{
    wolfTicket_KEYFILE format = reader->format;
    wt_keyfile_mark mark;
    int ret = WT_KEYREADER_SAME;

    if (wt_keyfile_look(reader->path, &mark) != 1) {
        reader->isSeen = 0;
        ret = WT_KEYREADER_GONE;
    }
    else if (atOnce || (!(reader->isTaken && wt_keyfile_same(&reader->taken,
            &mark)) && AtRest(reader, &mark))) {
        ret = wt_keyfile_load(reader->path, atOnce ? NULL : &mark,
            &reader->last, &format, keys, max, seals);
        /* Until it is at rest a change within one tick of the file system's
         * clock would leave no mark: it is looked at again then. */
        if (ret > 0)
            reader->wasAtRest = (byte)(!atOnce || OldEnough(reader,
                &reader->last));
        else if (ret < 0 && !atOnce)
            ret = WT_KEYREADER_SAME;   /* it is not at rest after all */
        else
            ret = WT_KEYREADER_BAD;
    }
    return ret;
}

void wt_keyreader_taken(wt_keyreader* reader)
{
    reader->isTaken = reader->wasAtRest;
    reader->taken = reader->last;
    reader->isSeen = 0;
}

#endif /* WT_HAVE_KEYFILES */
