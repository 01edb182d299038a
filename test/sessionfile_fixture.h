/* sessionfile_fixture.h
 *
 * Session files for tests: sessions that can be told apart, and what a file
 * holds.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_SESSIONFILE_FIXTURE_H
#define WOLFTICKET_TEST_SESSIONFILE_FIXTURE_H

#define WOLFTICKET_NO_REDIRECT
#include "session_fixture.h"
#include "sessionfile.h"

#include <sys/stat.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define SF_PATH_SZ 64

static const byte sf_trust[WT_TRUST_SZ] = "these settings";

/* A new empty file, mode 0600. */
static inline int sf_open_in(const char* dir, char path[SF_PATH_SZ])
{
    int fd;

    (void)snprintf(path, SF_PATH_SZ, "%s/wolfticket-test-XXXXXX", dir);
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(fchmod(fd, 0600), 0);
    return fd;
}

static inline int sf_open(char path[SF_PATH_SZ])
{
    return sf_open_in("/tmp", path);
}

/* The n-th session: the size of its ticket goes up and down with n, and the
 * ticket begins with n. */
static inline word32 sf_nth(byte* out, word32 n)
{
    wt_session_facts facts;
    word32 sz = sf_session(out, (byte)n, 16 + n * 193 % 1400);

    /* No assertion: it would be a message to Check, and whoever is killed
     * while he sends one spoils all that follow. */
    if (!wt_session_read(out, sz, &facts))
        abort();
    wt_put(out + facts.ticketAt, n, 4);
    return sz;
}

static inline wt_error sf_write(int fd, word32 n)
{
    static byte mem[SF_ROOM];

    return wt_sessionfile_write(fd, sf_trust, mem, sf_nth(mem, n));
}

/* Which session the file holds, checked in whole; 0xFFFFFFFF and *err when it
 * gives none. */
#define SF_NONE 0xFFFFFFFFu

static inline word32 sf_read(int fd, wt_error* err)
{
    static byte mem[SF_ROOM];
    wt_blob blob = { NULL, 0, 0 };
    wt_session_facts facts;
    word32 n = SF_NONE;

    *err = wt_sessionfile_read(fd, sf_trust, &blob);
    if (*err == WT_OK) {
        ck_assert_int_eq(wt_session_read(blob.mem, blob.sz, &facts), 1);
        n = wt_get(blob.mem + facts.ticketAt, 4);
        /* All but the time when it was made, which goes on. */
        ck_assert_uint_eq(blob.sz, sf_nth(mem, n));
        ck_assert_mem_eq(blob.mem + facts.ticketAt, mem + facts.ticketAt,
            facts.ticketSz);
    }
    else {
        ck_assert_uint_eq(blob.sz, 0);
    }
    wt_session_discard(&blob);
    return n;
}

#define sf_expect(fd, n) do { \
    wt_error sfErr; \
    ck_assert_uint_eq(sf_read(fd, &sfErr), n); \
    ck_assert_int_eq(sfErr, WT_OK); \
} while (0)

#define sf_expect_error(fd, want) do { \
    wt_error sfErr; \
    ck_assert_uint_eq(sf_read(fd, &sfErr), SF_NONE); \
    ck_assert_int_eq(sfErr, want); \
} while (0)

/* All of a file, and a file of all that. */
static inline size_t sf_load(int fd, byte* out, size_t room)
{
    ssize_t n = pread(fd, out, room, 0);

    ck_assert_int_ge(n, 0);
    return (size_t)n;
}

static inline void sf_save(int fd, const byte* mem, size_t sz)
{
    ck_assert_int_eq(ftruncate(fd, 0), 0);
    ck_assert_int_eq(pwrite(fd, mem, sz, 0), (ssize_t)sz);
}

static inline size_t sf_size(int fd)
{
    struct stat st;

    ck_assert_int_eq(fstat(fd, &st), 0);
    return (size_t)st.st_size;
}

#endif /* WOLFTICKET_TEST_SESSIONFILE_FIXTURE_H */
