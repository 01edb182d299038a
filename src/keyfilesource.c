/* keyfilesource.c
 *
 * A key file as the source of a ring.
 *
 * A file has no times: its keys are numbered in their order, the newest
 * highest, and those in front of the one that seals only open.  As for a ring
 * that follows a file (keyfollow.c) a change is taken in when the file has been
 * at rest for a while.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyfile.h"
#include "keyformat.h"
#include "error.h"

#ifdef WT_HAVE_KEYFILES

#include <stdio.h>

#define REST_MILLIS 2000

typedef struct {
    char* path;
    wolfTicket_KEYFILE format;
    byte isTaken;              /* keys are those of the file with that mark */
    byte isSeen;               /* seen is waiting to be at rest, since seenAt */
    wt_keyfile_mark taken;
    wt_keyfile_mark seen;
    word64 seenAt;
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];
    int count;
    int seals;
    wolfTicket_SourceReport report;  /* with the one lock held */
} wt_file_source;

/* ---- at rest ------------------------------------------------------------ */

static word64 Steady(void)
{
#ifdef CLOCK_MONOTONIC
    return wt_keyfile_millis(CLOCK_MONOTONIC);
#else
    return wt_keyfile_millis(CLOCK_REALTIME);
#endif
}

/* By the file's own time, or as we have seen it. */
static int AtRest(wt_file_source* file, const wt_keyfile_mark* mark)
{
    word64 wall = wt_keyfile_millis(CLOCK_REALTIME);
    word64 changed = mark->changed / 1000000;
    int ret = changed <= wall && wall - changed >= REST_MILLIS;

    if (!ret && file->isSeen && wt_keyfile_same(&file->seen, mark)) {
        ret = Steady() - file->seenAt >= REST_MILLIS;
    }
    else if (!ret) {
        file->seen = *mark;
        file->seenAt = Steady();
        file->isSeen = 1;
    }
    return ret;
}

/* ---- fetch -------------------------------------------------------------- */

/* 1, 0 with a text, -1 when the file is changing. */
static int TakeIn(wt_file_source* file, const wt_keyfile_mark* before)
{
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];
    wolfTicket_KEYFILE format = file->format;
    wt_keyfile_mark mark;
    int seals = 0;
    int count = wt_keyfile_load(file->path, before, &mark, &format, keys,
        WOLFTICKET_MAX_KEYS, &seals);

    if (count > 0) {
        XMEMCPY(file->keys, keys, sizeof(file->keys));
        file->count = count;
        file->seals = seals;
        /* One of a moment ago may change once more without a new mark. */
        file->isTaken = (byte)AtRest(file, &mark);
        file->taken = mark;
    }
    wt_wipe(keys, sizeof(keys));
    return (count > 0) ? 1 : count;
}

/* A WOLFTICKET_SOURCE_STATE; the text is the thread's. */
static int Look(wt_file_source* file)
{
    wt_keyfile_mark mark;
    int ret = WOLFTICKET_SOURCE_OK;

    if (wt_keyfile_look(file->path, &mark) != 1) {
        file->isSeen = 0;
        ret = WOLFTICKET_SOURCE_AWAY;
    }
    else if (!(file->isTaken && wt_keyfile_same(&file->taken, &mark)) &&
            (file->count == 0 || AtRest(file, &mark))) {
        if (TakeIn(file, &mark) == 0)
            ret = WOLFTICKET_SOURCE_REFUSED;
    }
    return ret;
}

static void Note(wt_file_source* file, int state, word64 now)
{
    wolfTicket_SourceReport* report = &file->report;

    wt_lock();
    if (report->since == 0 || report->state != state)
        report->since = now;
    report->state = state;
    report->text[0] = '\0';
    if (state != WOLFTICKET_SOURCE_OK)
        (void)snprintf(report->text, sizeof(report->text), "%s",
            wolfTicket_KeyFile_error());
    wt_unlock();
}

static void Give(const wt_file_source* file, int i, wolfTicket_SourceKey* key)
{
    const wolfTicket_Key* from = &file->keys[i];

    XMEMSET(key, 0, sizeof(*key));
    XMEMCPY(key->name, from->name, sizeof(key->name));
    XMEMCPY(key->aes, from->aes, sizeof(key->aes));
    XMEMCPY(key->hmac, from->hmac, sizeof(key->hmac));
    key->aes_sz = from->aes_sz;
    key->hmac_sz = from->hmac_sz;
    key->active_from = (uint64_t)(file->count - i);
    key->flags = (i < file->seals) ? WOLFTICKET_SOURCE_OPENS_ONLY : 0;
}

static int Fetch(void* self, uint64_t now, wolfTicket_SourceKey* keys, int max)
{
    wt_file_source* file = (wt_file_source*)self;
    int ret = file->count;
    int i;

    Note(file, Look(file), now);
    ret = (file->count < max) ? file->count : max;
    for (i = 0; i < ret; i++)
        Give(file, i, &keys[i]);
    return (ret > 0) ? ret : -1;
}

/* ---- the source --------------------------------------------------------- */

static void Report(void* self, uint64_t now, wolfTicket_SourceReport* report)
{
    (void)now;
    wt_lock();
    *report = ((wt_file_source*)self)->report;
    wt_unlock();
}

static void Destroy(void* self)
{
    wt_wipe(self, sizeof(wt_file_source));
    XFREE(self, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}

static const wolfTicket_Source source = {
    "key file", Fetch, NULL, NULL, Report, Destroy
};

const wolfTicket_Source* wolfTicket_KeyFile_source(const char* path,
    wolfTicket_KEYFILE format, void** self)
{
    wt_file_source* file = NULL;
    size_t sz;

    if (path == NULL || self == NULL) {
        (void)wt_keytext("%s", wt_error_text(WT_E_NULL));
        return NULL;
    }
    sz = XSTRLEN(path) + 1;
    file = (wt_file_source*)XMALLOC(sizeof(*file) + sz, NULL,
        DYNAMIC_TYPE_TMP_BUFFER);
    if (file == NULL) {
        (void)wt_keytext("%s", wt_error_text(WT_E_MEMORY));
        return NULL;
    }
    XMEMSET(file, 0, sizeof(*file));
    file->path = (char*)(file + 1);
    XMEMCPY(file->path, path, sz);
    file->format = format;
    *self = file;
    return &source;
}

#else /* !WT_HAVE_KEYFILES */

const wolfTicket_Source* wolfTicket_KeyFile_source(const char* path,
    wolfTicket_KEYFILE format, void** self)
{
    wolfTicket_KEYFILE any;

    (void)format;
    (void)self;
    /* Its text says what to do. */
    (void)wolfTicket_KeyFile_read(path, &any, NULL, 0, NULL);
    return NULL;
}

#endif /* WT_HAVE_KEYFILES */
