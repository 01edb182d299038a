/* keyfile.c
 *
 * Ticket keys in files: read with care, replaced in one step.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyfile.h"
#include "keyformat.h"
#include "error.h"

#ifdef WT_HAVE_KEYFILES

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef O_CLOEXEC
    #define O_CLOEXEC 0
#endif

#define RIGHTS       07777
#define OTHERS       (S_IRWXG | S_IRWXO)
#define TEMP_SUFFIX  ".XXXXXX"

/* ---- texts -------------------------------------------------------------- */

static const struct {
    int number;
    const char* text;
} reasons[] = {
    { ENOENT,       "there is no such file or directory" },
    { EACCES,       "permission denied: check the rights of the file and of "
                    "the directories above it" },
    { EPERM,        "not permitted to this user" },
    { ENOTDIR,      "a part of its path is no directory" },
    { EISDIR,       "it is a directory" },
    { ELOOP,        "too many symbolic links, or a circle of them" },
    { ENAMETOOLONG, "the name is too long" },
    { EMFILE,       "the process has too many files open" },
    { ENFILE,       "the system has too many files open" },
    { ENOMEM,       "out of memory" },
    { ENOSPC,       "no space is left on the device" },
    { EROFS,        "the file system is read-only" },
    { EFBIG,        "the process may not write files of that size" },
    { EIO,          "the device failed" }
};

static int Failed(const char* what, int number)
{
    const char* text = NULL;
    size_t i;

    for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (reasons[i].number == number)
            text = reasons[i].text;
    }
    return (text != NULL) ? wt_keytext("%s: %s", what, text)
                          : wt_keytext("%s: system error %d", what, number);
}

/* ---- what a file shows -------------------------------------------------- */

#ifdef __APPLE__
    #define MODIFIED st_mtimespec
    #define CHANGED  st_ctimespec
#else
    #define MODIFIED st_mtim
    #define CHANGED  st_ctim
#endif

static word64 Nanoseconds(const struct timespec* t)
{
    return (t->tv_sec > 0)
        ? (word64)t->tv_sec * 1000000000u + (word64)t->tv_nsec : 0;
}

static void MarkOf(const struct stat* status, wt_keyfile_mark* mark)
{
    mark->dev = status->st_dev;
    mark->ino = status->st_ino;
    mark->size = status->st_size;
    mark->modified = Nanoseconds(&status->MODIFIED);
    mark->changed = Nanoseconds(&status->CHANGED);
}

int wt_keyfile_same(const wt_keyfile_mark* a, const wt_keyfile_mark* b)
{
    return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
        a->modified == b->modified && a->changed == b->changed;
}

int wt_keyfile_look(const char* path, wt_keyfile_mark* mark)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        (void)Failed("it cannot be looked at", errno);
        return wt_keytext_of(path);
    }
    MarkOf(&status, mark);
    return 1;
}

int wt_keyfile_allowed(const struct stat* status, uid_t user)
{
    if (!S_ISREG(status->st_mode))
        return wt_keytext("it is not a regular file");
    if (status->st_uid != user && status->st_uid != 0)
        return wt_keytext("it belongs to user %lu: it has to be the effective "
            "user's, %lu, or root's", (unsigned long)status->st_uid,
            (unsigned long)user);
    if ((status->st_mode & OTHERS) != 0)
        return wt_keytext("it has mode %04o: group and others must not have "
            "any right, use chmod 600; replace the keys if others could read "
            "them", (unsigned int)(status->st_mode & RIGHTS));
    return 1;
}

/* ---- reading ------------------------------------------------------------ */

/* Reads up to sz bytes, fewer at the end of the file; -1 with a text. */
static long ReadAll(int fd, byte* mem, size_t sz)
{
    size_t done = 0;
    ssize_t n = 1;

    while (done < sz && n != 0) {
        n = read(fd, mem + done, sz - done);
        if (n > 0) {
            done += (size_t)n;
        }
        else if (n < 0 && errno != EINTR) {
            (void)Failed("it cannot be read", errno);
            return -1;
        }
    }
    return (long)done;
}

/* A file of that status, into mem, which has room for a byte more than that.
 * 1, 0 with a text, or -1 with a text when it changed meanwhile. */
static int ReadUnchanged(int fd, const wt_keyfile_mark* mark, byte* mem)
{
    wt_keyfile_mark after;
    struct stat status;
    long sz = ReadAll(fd, mem, (size_t)mark->size + 1);
    int ret = 0;

    if (sz >= 0 && fstat(fd, &status) != 0) {
        (void)Failed("it cannot be looked at", errno);
    }
    else if (sz >= 0) {
        MarkOf(&status, &after);
        ret = 1;
        if ((off_t)sz != mark->size || !wt_keyfile_same(mark, &after)) {
            (void)wt_keytext("it changed while it was read: try again");
            ret = -1;
        }
    }
    return ret;
}

/* The keys of an open file; as wt_keyfile_load(). */
static int LoadOpen(int fd, const wt_keyfile_mark* before,
    wt_keyfile_mark* mark, wolfTicket_KEYFILE* format, wolfTicket_Key* keys,
    int max, int* seals)
{
    struct stat status;
    byte* mem = NULL;
    size_t sz = 0;
    int ret = 0;

    if (fstat(fd, &status) != 0)
        return Failed("it cannot be looked at", errno);
    if (!wt_keyfile_allowed(&status, geteuid()))
        return 0;
    if (status.st_size > WT_KEYFILE_MAX)
        return wt_keytext("it has more than %d bytes: take old keys out",
            WT_KEYFILE_MAX);
    MarkOf(&status, mark);
    if (before != NULL && !wt_keyfile_same(before, mark)) {
        (void)wt_keytext("it changed before it was read: try again");
        return -1;
    }

    sz = (size_t)status.st_size + 1;
    mem = (byte*)XMALLOC(sz, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    if (mem == NULL)
        return wt_keytext("%s", wt_error_text(WT_E_MEMORY));
    ret = ReadUnchanged(fd, mark, mem);
    if (ret == 1)
        ret = wolfTicket_KeyFile_parse(mem, sz - 1, format, keys, max, seals);
    wt_wipe(mem, sz);
    XFREE(mem, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    return ret;
}

int wt_keyfile_load(const char* path, const wt_keyfile_mark* before,
    wt_keyfile_mark* mark, wolfTicket_KEYFILE* format, wolfTicket_Key* keys,
    int max, int* seals)
{
    /* Not to be held up by a pipe that somebody put there. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    int ret = 0;

    if (fd < 0) {
        (void)Failed("it cannot be opened", errno);
    }
    else {
        ret = LoadOpen(fd, before, mark, format, keys, max, seals);
        (void)close(fd);
    }
    if (ret <= 0)
        (void)wt_keytext_of(path);
    return ret;
}

int wolfTicket_KeyFile_read(const char* path, wolfTicket_KEYFILE* format,
    wolfTicket_Key* keys, int max, int* seals)
{
    wt_keyfile_mark mark;
    int ret;

    if (path == NULL || format == NULL || keys == NULL || seals == NULL)
        return wt_keytext("%s", wt_error_text(WT_E_NULL));
    if (max < 1)
        return wt_keytext("no room for a key");
    ret = wt_keyfile_load(path, NULL, &mark, format, keys, max, seals);
    if (ret <= 0) {
        wt_wipe(keys, (size_t)max * sizeof(*keys));
        ret = 0;
    }
    return ret;
}

/* ---- writing ------------------------------------------------------------ */

typedef struct {
    char target[PATH_MAX];
    char temp[PATH_MAX + sizeof(TEMP_SUFFIX)];
    int exists;           /* there is a file to be replaced, of this status */
    struct stat status;
} place;

/* Finds out what is to be replaced: not a link, but what it points to. */
static int FindPlace(const char* path, place* at)
{
    at->exists = 0;
    if (realpath(path, at->target) == NULL) {
        if (errno != ENOENT)
            return Failed("it cannot be written", errno);
        if (XSTRLEN(path) >= sizeof(at->target))
            return Failed("it cannot be written", ENAMETOOLONG);
        XMEMCPY(at->target, path, XSTRLEN(path) + 1);
    }
    if (lstat(at->target, &at->status) == 0) {
        if (!S_ISREG(at->status.st_mode))
            return wt_keytext("it is not a regular file, or a link to "
                "nothing: it is left alone");
        at->exists = 1;
    }
    else if (errno != ENOENT) {
        return Failed("it cannot be written", errno);
    }
    (void)snprintf(at->temp, sizeof(at->temp), "%s%s", at->target,
        TEMP_SUFFIX);
    return 1;
}

static int WriteAll(int fd, const byte* mem, size_t sz)
{
    size_t done = 0;
    ssize_t n;

    while (done < sz) {
        n = write(fd, mem + done, sz - done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            return Failed("it cannot be written", (n < 0) ? errno : EIO);
    }
    return 1;
}

/* Group and rights, before there is a secret in the file.  It belongs to the
 * effective user, whoever had the former one: it is given to nobody. */
static int Dress(int fd, const place* at)
{
    mode_t mode = S_IRUSR | S_IWUSR;

    if (at->exists && (at->status.st_mode & S_IRWXU) == S_IRUSR)
        mode = S_IRUSR;
    if (at->exists && fchown(fd, (uid_t)-1, at->status.st_gid) != 0 &&
            errno != EPERM)
        return Failed("it cannot be written", errno);
    return (fchmod(fd, mode) == 0) ? 1
                                   : Failed("it cannot be written", errno);
}

/* The new name outlives a crash only when the directory is on the disk too.
 * Not every file system can do that, and without it a crash leaves the old
 * file, which is whole as well. */
static void SyncDirectory(char* target)
{
    char* slash = NULL;
    char* p;
    int fd;

    for (p = target; *p != '\0'; p++) {
        if (*p == '/')
            slash = p;
    }
    if (slash != NULL)
        slash[(slash == target) ? 1 : 0] = '\0';
    fd = open((slash != NULL) ? target : ".", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
}

static int Replace(place* at, const byte* mem, size_t sz)
{
    int fd = mkstemp(at->temp);
    int ret = 0;

    if (fd < 0)
        return Failed("no file can be made beside it", errno);
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    ret = Dress(fd, at) && WriteAll(fd, mem, sz);
    if (ret == 1 && fsync(fd) != 0)
        ret = Failed("it cannot be written", errno);
    if (close(fd) != 0 && ret == 1)
        ret = Failed("it cannot be written", errno);
    if (ret == 1 && rename(at->temp, at->target) != 0)
        ret = Failed("it cannot be replaced", errno);
    if (ret == 1)
        SyncDirectory(at->target);
    else
        (void)unlink(at->temp);
    return ret;
}

int wolfTicket_KeyFile_write(const char* path, wolfTicket_KEYFILE format,
    const wolfTicket_Key* keys, int count)
{
    byte mem[WT_KEY_PUT_MAX];
    place at;
    word32 sz;
    int ret = 0;

    if (path == NULL || keys == NULL)
        return wt_keytext("%s", wt_error_text(WT_E_NULL));
    sz = wt_keyformat_put(format, keys, count, mem);
    if (sz > 0)
        ret = FindPlace(path, &at) && Replace(&at, mem, sz);
    wt_wipe(mem, sizeof(mem));
    if (ret != 1)
        (void)wt_keytext_of(path);
    return ret;
}

#else /* !WT_HAVE_KEYFILES */

#define NO_FILES "key files need a POSIX system: read the file yourself and " \
    "call wolfTicket_KeyFile_parse()"

int wolfTicket_KeyFile_read(const char* path, wolfTicket_KEYFILE* format,
    wolfTicket_Key* keys, int max, int* seals)
{
    (void)path;
    (void)format;
    (void)keys;
    (void)max;
    (void)seals;
    return wt_keytext(NO_FILES);
}

int wolfTicket_KeyFile_write(const char* path, wolfTicket_KEYFILE format,
    const wolfTicket_Key* keys, int count)
{
    (void)path;
    (void)format;
    (void)keys;
    (void)count;
    return wt_keytext(NO_FILES);
}

#endif /* WT_HAVE_KEYFILES */
