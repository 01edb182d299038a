/* keyfilesource.c
 *
 * A key file as the source of a ring.
 *
 * A file has no times: its keys are numbered in their order, the newest
 * highest, and those in front of the one that seals only open.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyfile.h"
#include "keyformat.h"
#include "keymaterial.h"
#include "keyreader.h"
#include "error.h"

#ifdef WT_HAVE_KEYFILES

#include <stdio.h>

typedef struct {
    wt_keyreader reader;
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];
    int count;
    int seals;
    wolfTicket_SourceReport report;  /* with the one lock held */
} wt_file_source;

/* ---- fetch -------------------------------------------------------------- */

/* A WOLFTICKET_SOURCE_STATE; the text is the thread's. */
static int Look(wt_file_source* file)
{
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];
    int seals = 0;
    int count = wt_keyreader_read(&file->reader, file->count == 0, keys,
        WOLFTICKET_MAX_KEYS, &seals);

    if (count > 0) {
        XMEMCPY(file->keys, keys, sizeof(file->keys));
        file->count = count;
        file->seals = seals;
        wt_keyreader_taken(&file->reader);
    }
    wt_wipe(keys, sizeof(keys));
    return (count == WT_KEYREADER_GONE) ? WOLFTICKET_SOURCE_AWAY
        : (count == WT_KEYREADER_BAD) ? WOLFTICKET_SOURCE_REFUSED
                                      : WOLFTICKET_SOURCE_OK;
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
    XMEMSET(key, 0, sizeof(*key));
    wt_key_to_source(&file->keys[i], key);
    key->active_from = (uint64_t)(file->count - i);
    key->flags = (i < file->seals) ? WOLFTICKET_SOURCE_OPENS_ONLY : 0;
}

static int Fetch(void* self, uint64_t now, wolfTicket_SourceKey* keys, int max)
{
    wt_file_source* file = (wt_file_source*)self;
    int ret, i;

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
    XMEMCPY(file + 1, path, sz);
    wt_keyreader_init(&file->reader, (const char*)(file + 1), format);
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
