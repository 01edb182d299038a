/* ringlog.c
 *
 * What is told of a ring: keys that begin to seal, failures.
 *
 * A line is noted where it happens, with the lock held, and told when the lock
 * is free.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "ring.h"
#include "ringfeed.h"

#include <stdio.h>

#define LINE_SZ 120

void wt_ring_note(wolfTicket_KeyRing* ring, wt_told what, const byte* id)
{
    wt_ring_log* log = &ring->log;
    byte at = log->count;

    if (log->cb == NULL)
        return;
    if (at == WT_TOLD_MAX) {
        at--;
        XMEMMOVE(&log->events[0], &log->events[1],
            at * sizeof(log->events[0]));
    }
    XMEMSET(&log->events[at], 0, sizeof(log->events[at]));
    log->events[at].what = (byte)what;
    if (id != NULL)
        XMEMCPY(log->events[at].id, id, WT_KEY_ID_SZ);
    WT_STORE(&log->count, (byte)(at + 1));
}

static void Format(char* line, const char* who, int what, const byte* id)
{
    switch (what) {
        case WT_TOLD_SEALS:
            (void)snprintf(line, LINE_SZ, "%s: key %02x%02x%02x%02x seals from "
                "now on", who, id[0], id[1], id[2], id[3]);
            break;
        case WT_TOLD_REVOKED:
            (void)snprintf(line, LINE_SZ, "%s: key %02x%02x%02x%02x is "
                "revoked", who, id[0], id[1], id[2], id[3]);
            break;
        default:
            (void)snprintf(line, LINE_SZ, "%s: a new key is due and could not "
                "be made", who);
            break;
    }
}

void wt_ring_tell(wolfTicket_KeyRing* ring)
{
    wt_ring_log log;
    const char* who;
    char line[LINE_SZ];
    int i;

    if (WT_LOAD(&ring->log.count) == 0)
        return;
    wt_lock();
    log = ring->log;
    WT_STORE(&ring->log.count, (byte)0);
    who = wt_ring_name(ring);
    wt_unlock();
    for (i = 0; log.cb != NULL && i < log.count; i++) {
        Format(line, who, log.events[i].what, log.events[i].id);
        log.cb(line, log.arg);
    }
}

const char* wt_ring_name(const wolfTicket_KeyRing* ring)
{
    return (ring->kind == WT_RING_FED) ? ring->feed->source->name
                                       : wt_ring_source_of(ring)->name;
}

int wolfTicket_KeyRing_set_log_cb(wolfTicket_KeyRing* ring,
    wolfTicket_LogCb log_cb, void* arg)
{
    if (ring == NULL)
        return wt_fail(NULL, WT_E_NULL);
    wt_lock();
    ring->log.cb = log_cb;
    ring->log.arg = arg;
    WT_STORE(&ring->log.count, (byte)0);
    wt_unlock();
    return 1;
}
