/* keyfollow.c
 *
 * A key ring that follows a key file.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyfile.h"
#include "keyformat.h"
#include "keyreader.h"
#include "keyring.h"
#include "keywatch.h"
#include "error.h"

#ifdef WT_HAVE_KEYFILES

#include <unistd.h>

#define WATCH_MAX     86400   /* seconds */

struct wolfTicket_KeyFile {
    wolfTicket_KeyRing* ring;
    char* path;
    wt_keyreader reader;
    pid_t process;             /* with the one lock: whose watcher */
#ifdef WT_HAVE_KEYWATCH
    wt_keywatch* watch;
#endif
};

/* ---- one at a time ------------------------------------------------------ */

/* For this thread alone; also so that no child inherits keys that a thread
 * was reading, and that nobody in it would ever wipe.  A process that was made
 * by fork() has no watcher, and looks at the file anew. */
static void Enter(wolfTicket_KeyFile* file)
{
    pid_t process = getpid();

    wt_lock();
    if (file->process != process) {
#ifdef WT_HAVE_KEYWATCH
        wt_keywatch_forget(file->watch);
        file->watch = NULL;
#endif
        wt_keyreader_forget(&file->reader);
        file->process = process;
    }
    wt_unlock();
    wt_enter(WT_MUTEX_KEY_FILES);
}

static void Leave(wolfTicket_KeyFile* file)
{
    (void)file;
    wt_leave(WT_MUTEX_KEY_FILES);
}

/* ---- taking in ---------------------------------------------------------- */

void wt_keyfile_set_clock(wolfTicket_KeyFile* file, wt_keyfile_clock clock,
    void* arg)
{
    file->reader.clock = clock;
    file->reader.clockArg = arg;
}

/* Fills the ring, at once or if there is something new that is at rest.  1, or
 * 0 with a text. */
static int TakeIn(wolfTicket_KeyFile* file, int atOnce)
{
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];
    int seals = 0;
    int count = wt_keyreader_read(&file->reader, atOnce, keys,
        WOLFTICKET_MAX_KEYS, &seals);
    int ret = count >= 0;

    if (count > 0 && !wolfTicket_KeyRing_set_keys(file->ring, keys, count,
            seals)) {
        (void)wt_keytext("%s", wt_error_text(wt_thread_error()));
        (void)wt_keytext_of(file->path);
        ret = 0;
    }
    if (count > 0 && ret)
        wt_keyreader_taken(&file->reader);
    wt_wipe(keys, sizeof(keys));
    return ret;
}

static wolfTicket_KeyFile* FileNew(wolfTicket_KeyRing* ring, const char* path,
    wolfTicket_KEYFILE format)
{
    size_t sz = XSTRLEN(path) + 1;
    wolfTicket_KeyFile* file = (wolfTicket_KeyFile*)XMALLOC(sizeof(*file) + sz,
        NULL, DYNAMIC_TYPE_TMP_BUFFER);

    if (file == NULL) {
        (void)wt_keytext("%s", wt_error_text(WT_E_MEMORY));
        return NULL;
    }
    XMEMSET(file, 0, sizeof(*file));
    file->path = (char*)(file + 1);
    XMEMCPY(file->path, path, sz);
    wt_keyreader_init(&file->reader, file->path, format);
    file->ring = ring;
    file->process = getpid();
    wt_lock();
    wt_keyring_hold(ring);
    wt_unlock();
    return file;
}

wolfTicket_KeyFile* wolfTicket_KeyFile_follow(wolfTicket_KeyRing* ring,
    const char* path, wolfTicket_KEYFILE format)
{
    wolfTicket_KeyFile* file = NULL;

    if (ring == NULL || path == NULL) {
        (void)wt_keytext("%s", wt_error_text(WT_E_NULL));
        return NULL;
    }
    file = FileNew(ring, path, format);
    if (file != NULL && wolfTicket_KeyFile_reload(file) != 1) {
        wolfTicket_KeyFile_free(file);
        file = NULL;
    }
    return file;
}

int wolfTicket_KeyFile_refresh(wolfTicket_KeyFile* file)
{
    int ret;

    if (file == NULL)
        return wt_keytext("%s", wt_error_text(WT_E_NULL));
    Enter(file);
    ret = TakeIn(file, 0);
    Leave(file);
    return ret;
}

int wolfTicket_KeyFile_reload(wolfTicket_KeyFile* file)
{
    int ret;

    if (file == NULL)
        return wt_keytext("%s", wt_error_text(WT_E_NULL));
    Enter(file);
    ret = TakeIn(file, 1);
    Leave(file);
    return ret;
}

/* ---- the thread --------------------------------------------------------- */

#ifdef WT_HAVE_KEYWATCH

int wt_keyfile_watch(wolfTicket_KeyFile* file, word32 millis,
    void (*on_failure)(const char* text, void* arg), void* arg)
{
    int ret = 0;

    Enter(file);
    if (file->watch != NULL) {
        (void)wt_keytext("it is watched by a thread already");
    }
    else {
        file->watch = wt_keywatch_start(file, millis, on_failure, arg);
        ret = file->watch != NULL;
    }
    Leave(file);
    return (ret == 1) ? 1 : wt_keytext_of(file->path);
}

/* Without the file's mutex, which the thread may be waiting for. */
static void StopWatching(wolfTicket_KeyFile* file)
{
    wt_keywatch* watch;

    Enter(file);
    watch = file->watch;
    file->watch = NULL;
    Leave(file);
    wt_keywatch_stop(watch);
}

#endif /* WT_HAVE_KEYWATCH */

int wolfTicket_KeyFile_watch(wolfTicket_KeyFile* file, unsigned int seconds,
    void (*on_failure)(const char* text, void* arg), void* arg)
{
    if (file == NULL)
        return wt_keytext("%s", wt_error_text(WT_E_NULL));
    if (seconds < 1 || seconds > WATCH_MAX)
        return wt_keytext("a file is looked at every 1 to %d seconds",
            WATCH_MAX);
#ifdef WT_HAVE_KEYWATCH
    return wt_keyfile_watch(file, (word32)seconds * 1000, on_failure, arg);
#else
    (void)on_failure;
    (void)arg;
    return wt_keytext("this build has no threads: call "
        "wolfTicket_KeyFile_refresh() now and then");
#endif
}

void wolfTicket_KeyFile_free(wolfTicket_KeyFile* file)
{
    if (file == NULL)
        return;
#ifdef WT_HAVE_KEYWATCH
    StopWatching(file);
#endif
    wt_lock();
    wt_keyring_drop(file->ring);
    wt_unlock();
    XFREE(file, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}

#else /* !WT_HAVE_KEYFILES */

wolfTicket_KeyFile* wolfTicket_KeyFile_follow(wolfTicket_KeyRing* ring,
    const char* path, wolfTicket_KEYFILE format)
{
    wolfTicket_KEYFILE any;

    (void)ring;
    /* Its text says what to do. */
    (void)wolfTicket_KeyFile_read(path, &any, NULL, 0, NULL);
    (void)format;
    return NULL;
}

/* Nobody has one of these. */
int wolfTicket_KeyFile_refresh(wolfTicket_KeyFile* file)
{
    (void)file;
    return wt_keytext("%s", wt_error_text(WT_E_NULL));
}

int wolfTicket_KeyFile_reload(wolfTicket_KeyFile* file)
{
    return wolfTicket_KeyFile_refresh(file);
}

int wolfTicket_KeyFile_watch(wolfTicket_KeyFile* file, unsigned int seconds,
    void (*on_failure)(const char* text, void* arg), void* arg)
{
    (void)seconds;
    (void)on_failure;
    (void)arg;
    return wolfTicket_KeyFile_refresh(file);
}

void wolfTicket_KeyFile_free(wolfTicket_KeyFile* file)
{
    (void)file;
}

#endif /* WT_HAVE_KEYFILES */
