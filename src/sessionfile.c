/* sessionfile.c
 *
 * One session in a file of which there is only the descriptor.
 *
 * A new record goes in front of the one that counts if there is room, behind
 * it if not.  When it is on the disk, and not before, the former one is wiped
 * and the file cut off behind the new one.  See sessionrecord.c for what a
 * record is.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE     /* F_OFD_SETLK */
#endif

#include "sessionfile.h"
#include "sessionrecord.h"

#if defined(HAVE_UNISTD_H) || defined(__unix__) || defined(__APPLE__)
    #define WT_HAVE_SESSIONFILE
#endif

#ifdef WT_HAVE_SESSIONFILE

#include <sys/stat.h>
#include <sys/types.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* ---- the file ----------------------------------------------------------- */

static wt_error Check(int fd, struct stat* st)
{
    int flags = (fd >= 0) ? fcntl(fd, F_GETFL) : -1;
    int good = flags >= 0 && fstat(fd, st) == 0;

    /* What is appended goes to the end, whatever offset pwrite() is given. */
    if (good && ((flags & O_ACCMODE) != O_RDWR || (flags & O_APPEND)))
        good = 0;
    if (good && (!S_ISREG(st->st_mode) || st->st_uid != geteuid() ||
            (st->st_mode & 0777) != 0600))
        good = 0;
    return good ? WT_OK : WT_E_SESSION_FILE;
}

/* As many of sz bytes as the file has from at on; -1 on failure. */
static long ReadAt(int fd, byte* mem, word32 sz, word32 at)
{
    word32 got = 0;
    ssize_t n = 1;

    while (got < sz && n != 0) {
        n = pread(fd, mem + got, sz - got, (off_t)(at + got));
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0)
            got += (word32)n;
    }
    return (long)got;
}

static int WriteAt(int fd, const byte* mem, word32 sz, word32 at)
{
    word32 put = 0;
    ssize_t n = 1;

    while (put < sz && n != 0) {
        n = pwrite(fd, mem + put, sz - put, (off_t)(at + put));
        if (n < 0 && errno != EINTR)
            return 0;
        if (n > 0)
            put += (word32)n;
    }
    return put == sz;
}

static int CutAt(int fd, word32 at)
{
    int ret;

    do {
        ret = ftruncate(fd, (off_t)at);
    } while (ret != 0 && errno == EINTR);
    return ret == 0;
}

static int Flush(int fd)
{
    int ret;

    do {
#if defined(_POSIX_SYNCHRONIZED_IO) && _POSIX_SYNCHRONIZED_IO > 0
        ret = fdatasync(fd);
#else
        ret = fsync(fd);
#endif
    } while (ret != 0 && errno == EINTR);
    return ret == 0;
}

/* All of the file. */
static wt_error Load(int fd, wt_blob* file)
{
    wt_error ret;
    struct stat st;
    long got;

    ret = Check(fd, &st);
    if (ret == WT_OK && (st.st_size < 0 || st.st_size > WT_SESSIONFILE_MAX))
        ret = WT_E_SESSION_DAMAGED;
    if (ret == WT_OK && !wt_blob_resize(file, (word32)st.st_size))
        ret = WT_E_MEMORY;
    if (ret == WT_OK) {
        got = ReadAt(fd, file->mem, file->sz, 0);
        if (got < 0)
            ret = WT_E_SESSION_FILE;
        else
            file->sz = (word32)got;
    }
    return ret;
}

/* ---- keeping others out ------------------------------------------------- */

static int BeginThreads(void)
{
    int ret = wt_port_init();

    if (ret)
        wt_enter(WT_MUTEX_SESSION_FILES);
    return ret;
}

static void EndThreads(void)
{
    wt_leave(WT_MUTEX_SESSION_FILES);
}

static int SetLock(int fd, int cmd, short type, off_t byte0)
{
    struct flock lock;

    XMEMSET(&lock, 0, sizeof(lock));
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte0;
    lock.l_len = 1;
    return fcntl(fd, cmd, &lock);
}

static wt_error LockError(void)
{
    return (errno == EACCES || errno == EAGAIN) ? WT_E_SESSION_BUSY
                                                : WT_E_SESSION_WRITE;
}

/* Two locks: the one of the process tells a child from its parent, that share
 * the open file; the one of the open file does not go when the application
 * closes another descriptor of the same file. */
#define PROCESS_BYTE  0
#define OPEN_BYTE     1

static wt_error LockProcesses(int fd)
{
    wt_error ret = WT_OK;

    if (SetLock(fd, F_SETLK, F_WRLCK, PROCESS_BYTE) != 0)
        ret = LockError();
#ifdef F_OFD_SETLK
    if (ret == WT_OK && SetLock(fd, F_OFD_SETLK, F_WRLCK, OPEN_BYTE) != 0 &&
            errno != EINVAL) {
        ret = LockError();
        (void)SetLock(fd, F_SETLK, F_UNLCK, PROCESS_BYTE);
    }
#endif
    return ret;
}

static void UnlockProcesses(int fd)
{
#ifdef F_OFD_SETLK
    (void)SetLock(fd, F_OFD_SETLK, F_UNLCK, OPEN_BYTE);
#endif
    (void)SetLock(fd, F_SETLK, F_UNLCK, PROCESS_BYTE);
}

/* ---- what there is to do ------------------------------------------------ */

/* Is it one of ours, for this connection, alive? */
static wt_error Judge(const wt_blob* record, const byte trust[WT_TRUST_SZ])
{
    wt_error ret = WT_OK;
    byte build[WT_SESSION_BUILD_SZ];
    wt_session_facts facts;
    word32 sz;
    const byte* mem = wt_record_session(record, &sz);

    wt_session_build(build);
    if (XMEMCMP(wt_record_build(record), build, sizeof(build)) != 0)
        ret = WT_E_SESSION_FOREIGN;
    else if (!wt_session_read(mem, sz, &facts))
        ret = WT_E_SESSION_DAMAGED;
    else if (!wt_equal(wt_record_trust(record), trust, WT_TRUST_SZ))
        ret = WT_E_SESSION_TRUST;
    else if (!wt_session_lives(&facts, wt_clock()))
        ret = WT_E_SESSION_EXPIRED;
    return ret;
}

/* One look at the file, which another process may be writing. */
static wt_error Look(int fd, wt_blob* record)
{
    wt_error ret;
    wt_blob file;
    wt_record_place place;
    int found = 0;

    XMEMSET(&file, 0, sizeof(file));
    ret = Load(fd, &file);
    if (ret == WT_OK)
        found = wt_record_find(&file, record, &place);
    if (ret == WT_OK && found < 0)
        ret = WT_E_MEMORY;
    else if (ret == WT_OK && found == 0)
        ret = (file.sz == 0) ? WT_E_SESSION_NONE : WT_E_SESSION_DAMAGED;
    wt_session_discard(&file);
    return ret;
}

wt_error wt_sessionfile_read(int fd, const byte trust[WT_TRUST_SZ],
    wt_blob* blob)
{
    wt_error ret = WT_E_PLATFORM;
    wt_error locked;
    wt_blob record;
    const byte* mem;
    word32 sz;

    XMEMSET(&record, 0, sizeof(record));
    wt_blob_clear(blob);
    if (!BeginThreads())
        return ret;
    ret = Look(fd, &record);
    if (ret == WT_E_SESSION_DAMAGED) {
        /* A writer may have wiped the former record behind our back, and put
         * the new one where we had looked already. */
        locked = LockProcesses(fd);
        if (locked == WT_OK) {
            ret = Look(fd, &record);
            UnlockProcesses(fd);
        }
        else {
            ret = (locked == WT_E_SESSION_BUSY) ? locked : ret;
        }
    }
    EndThreads();
    if (ret == WT_OK)
        ret = Judge(&record, trust);
    if (ret == WT_OK) {
        mem = wt_record_session(&record, &sz);
        if (!wt_blob_set(blob, mem, sz))
            ret = WT_E_MEMORY;
    }
    wt_session_discard(&record);
    return ret;
}

/* Is there what was written? */
static int Arrived(int fd, const wt_blob* blocks, word32 at)
{
    wt_blob back;
    int ret;

    XMEMSET(&back, 0, sizeof(back));
    ret = wt_blob_resize(&back, blocks->sz) &&
        ReadAt(fd, back.mem, back.sz, at) == (long)back.sz &&
        wt_equal(back.mem, blocks->mem, back.sz);
    wt_session_discard(&back);
    return ret;
}

/* From here on the file holds the new session: whatever fails now leaves more
 * behind than it should, but nothing that counts. */
static void WipeRest(int fd, wt_blob* file, word32 at, word32 end)
{
    if (at > 0 && at <= file->sz) {
        wt_wipe(file->mem, at);
        (void)WriteAt(fd, file->mem, at, 0);
    }
    (void)CutAt(fd, end);
}

static wt_error Replace(int fd, wt_blob* file, const wt_record_place* former,
    const byte trust[WT_TRUST_SZ], const byte* mem, word32 sz)
{
    wt_error ret = WT_OK;
    wt_blob blocks;
    word32 at = 0;

    XMEMSET(&blocks, 0, sizeof(blocks));
    if (!wt_record_make(former->number + 1, trust, mem, sz, &blocks))
        ret = WT_E_MEMORY;
    if (ret == WT_OK && former->end > 0 && blocks.sz > former->at)
        at = former->end;
    if (ret == WT_OK && !(WriteAt(fd, blocks.mem, blocks.sz, at) &&
            Flush(fd) && Arrived(fd, &blocks, at))) {
        ret = WT_E_SESSION_WRITE;
        if (at + blocks.sz > file->sz)
            (void)CutAt(fd, file->sz);
    }
    if (ret == WT_OK)
        WipeRest(fd, file, at, at + blocks.sz);
    wt_session_discard(&blocks);
    return ret;
}

/* With the file to ourselves. */
typedef wt_error (*wt_change)(int fd, wt_blob* file, const wt_blob* record,
    const wt_record_place* place, const byte* trust, const byte* mem,
    word32 sz);

static wt_error Write(int fd, wt_blob* file, const wt_blob* record,
    const wt_record_place* place, const byte* trust, const byte* mem,
    word32 sz)
{
    wt_error ret = WT_OK;

    (void)record;
    if (mem != NULL)
        ret = Replace(fd, file, place, trust, mem, sz);
    else if (file->sz > 0 && !CutAt(fd, 0))
        ret = WT_E_SESSION_WRITE;
    return ret;
}

static wt_error Drop(int fd, wt_blob* file, const wt_blob* record,
    const wt_record_place* place, const byte* trust, const byte* mem,
    word32 sz)
{
    wt_error ret = WT_OK;
    const byte* held;
    word32 heldSz;

    (void)file;
    (void)trust;
    if (place->end > 0) {
        held = wt_record_session(record, &heldSz);
        if (heldSz == sz && wt_equal(held, mem, sz) && !CutAt(fd, 0))
            ret = WT_E_SESSION_WRITE;
    }
    return ret;
}

static wt_error Change(int fd, wt_change change, const byte* trust,
    const byte* mem, word32 sz)
{
    wt_error ret;
    wt_blob file;
    wt_blob record;
    wt_record_place place;

    XMEMSET(&file, 0, sizeof(file));
    XMEMSET(&record, 0, sizeof(record));
    ret = Load(fd, &file);
    if (ret == WT_E_SESSION_DAMAGED)
        ret = WT_E_SESSION_FILE;    /* too large to be touched */
    if (ret == WT_OK)
        ret = LockProcesses(fd);
    if (ret == WT_OK) {
        /* Again: it may have changed until we had it. */
        ret = Load(fd, &file);
        if (ret == WT_OK && wt_record_find(&file, &record, &place) < 0)
            ret = WT_E_MEMORY;
        if (ret == WT_OK)
            ret = change(fd, &file, &record, &place, trust, mem, sz);
        UnlockProcesses(fd);
    }
    wt_session_discard(&file);
    wt_session_discard(&record);
    return ret;
}

wt_error wt_sessionfile_write(int fd, const byte trust[WT_TRUST_SZ],
    const byte* mem, word32 sz)
{
    wt_error ret = WT_E_PLATFORM;

    if (sz > WT_SESSION_MAX) {
        ret = WT_E_SESSION_WRITE;
    }
    else if (BeginThreads()) {
        ret = Change(fd, Write, trust, mem, sz);
        EndThreads();
    }
    return ret;
}

wt_error wt_sessionfile_drop(int fd, const byte* mem, word32 sz)
{
    wt_error ret = WT_E_PLATFORM;

    if (BeginThreads()) {
        ret = Change(fd, Drop, NULL, mem, sz);
        EndThreads();
    }
    return ret;
}

wt_error wt_sessionfile_id(int fd, wt_file_id* id)
{
    struct stat st;
    wt_error ret = Check(fd, &st);

    if (ret == WT_OK) {
        id->device = (word64)st.st_dev;
        id->inode = (word64)st.st_ino;
    }
    return ret;
}

#else

wt_error wt_sessionfile_id(int fd, wt_file_id* id)
{
    (void)fd;
    (void)id;
    return WT_E_SESSION_FILE;
}

wt_error wt_sessionfile_read(int fd, const byte trust[WT_TRUST_SZ],
    wt_blob* blob)
{
    (void)fd;
    (void)trust;
    wt_blob_clear(blob);
    return WT_E_SESSION_FILE;
}

wt_error wt_sessionfile_write(int fd, const byte trust[WT_TRUST_SZ],
    const byte* mem, word32 sz)
{
    (void)fd;
    (void)trust;
    (void)mem;
    (void)sz;
    return WT_E_SESSION_FILE;
}

wt_error wt_sessionfile_drop(int fd, const byte* mem, word32 sz)
{
    (void)fd;
    (void)mem;
    (void)sz;
    return WT_E_SESSION_FILE;
}

#endif /* WT_HAVE_SESSIONFILE */
