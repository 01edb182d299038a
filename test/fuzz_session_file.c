/* fuzz_session_file.c
 *
 * Any bytes as a session file, and any bytes as the session in a good one.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * input: settings[1] | with SET_RECORDS: records, each
 *                        number[1] | faults[1] | length[2] | material: the
 *                        session, or edits of a good one
 *                      without: material: the file, or edits of a good one
 * (see fz_material())
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE     /* memfd_create() */
#endif

#include "fuzz_session.h"
#include "sessionfile.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wolfssl/wolfcrypt/hash.h>

const char fz_name[] = "session_file";

enum {
    SET_SESSION  = 3,   /* FZ_... bits of the good session */
    SET_RECORDS  = 4,
    SET_CONNECT  = 8,   /* the session is offered in a first message */
    /* of a record */
    HAS_BUILD    = 1,   /* made by another build */
    HAS_TRUST    = 2,   /* for another trust */
    HAS_LENGTH   = 4,   /* says it were a byte longer */
    HAS_SUM      = 8,   /* does not have its checksum */
    HAS_BLOCK    = 16,  /* one of its blocks is another record's */
    HAS_GAP      = 32,  /* stands behind some other block */
    HAS_TAIL     = 64   /* has bytes behind it in its last block */
};

/* The format, as its description says it. */
#define BLOCK_SZ     64
#define BODY_SZ      63
#define MAGIC        "olfTicket1\n"
#define HEAD_SZ      (11 + 8 + 4 + 16 + 32)
#define SUM_SZ       32
#define MAX_RECORDS  4
#define FILE_MAX     (2 * MAX_RECORDS * FZ_SESSION_MAX)

static const byte trust[WT_TRUST_SZ] = { 0x74, 0x72, 0x75, 0x73, 0x74 };
static const byte otherTrust[WT_TRUST_SZ] = { 0x6F, 0x74, 0x68, 0x65, 0x72 };
static int fd = -1;

typedef struct {
    byte mem[FILE_MAX];
    size_t sz;
} file;

static file good[FZ_SESSIONS];

/* ---- records ------------------------------------------------------------ */

/* Appends a record.  1 when there is nothing wrong with it. */
static int Append(file* f, word32 number, int faults, const byte* session,
    size_t sz)
{
    size_t all = HEAD_SZ + sz + SUM_SZ;
    size_t blocks = (all + BODY_SZ - 1) / BODY_SZ;
    byte* record = fz_exact(blocks * BODY_SZ);
    byte* to = f->mem + f->sz;
    size_t i;

    memcpy(record, MAGIC, 11);
    wt_put(record + 11 + 4, number, 4);
    wt_put(record + 19, (word32)sz + ((faults & HAS_LENGTH) ? 1 : 0), 4);
    wt_session_build(record + 23);
    record[23] ^= (faults & HAS_BUILD) ? 1 : 0;
    memcpy(record + 39, (faults & HAS_TRUST) ? otherTrust : trust,
        WT_TRUST_SZ);
    memcpy(record + HEAD_SZ, session, sz);
    FZ_CHECK(wc_Sha256Hash(record, (word32)(HEAD_SZ + sz),
        record + HEAD_SZ + sz) == 0);
    record[HEAD_SZ + sz] ^= (faults & HAS_SUM) ? 0x80 : 0;
    if (all % BODY_SZ != 0)
        record[blocks * BODY_SZ - 1] |= (faults & HAS_TAIL) ? 1 : 0;
    if (faults & HAS_GAP) {
        memset(to, 'x', BLOCK_SZ);
        to += BLOCK_SZ;
    }
    for (i = 0; i < blocks; i++, to += BLOCK_SZ) {
        to[0] = (i == 0) ? 'w' : '.';
        memcpy(to + 1, record + i * BODY_SZ, BODY_SZ);
    }
    if (faults & HAS_BLOCK)
        to[-BLOCK_SZ] = 'w';
    f->sz = (size_t)(to - f->mem);
    free(record);
    return (faults & (HAS_LENGTH | HAS_SUM | HAS_BLOCK)) == 0 &&
        (all % BODY_SZ == 0 || !(faults & HAS_TAIL));
}

static wt_error Expected(int faults, const byte* session, size_t sz)
{
    wt_session_facts facts;
    wt_error ret = WT_OK;

    if (faults & HAS_BUILD)
        ret = WT_E_SESSION_FOREIGN;
    else if (!wt_session_read(session, (word32)sz, &facts))
        ret = WT_E_SESSION_DAMAGED;
    else if (faults & HAS_TRUST)
        ret = WT_E_SESSION_TRUST;
    else if (!wt_session_lives(&facts, FZ_NOW))
        ret = WT_E_SESSION_EXPIRED;
    return ret;
}

static void Start(void)
{
    int i;

    fz_sessions();
    fd = memfd_create("session", 0);
    FZ_CHECK(fd >= 0 && fchmod(fd, 0600) == 0);
    for (i = 0; i < FZ_SESSIONS; i++)
        FZ_CHECK(Append(&good[i], 1, 0, fzSession[i].mem, fzSession[i].sz)
            == 1);
}

/* The file of a run; *expected is what has to come of it, or -1. */
static void MakeFile(fz_input* in, int set, file* f, int* expected)
{
    static byte session[FZ_SESSION_MAX];
    const fz_session* base = &fzSession[set & SET_SESSION];
    word32 best = 0;
    int any = 0;
    int i;

    f->sz = 0;
    *expected = -1;
    if (!(set & SET_RECORDS)) {
        f->sz = fz_material(in, good[set & SET_SESSION].mem,
            good[set & SET_SESSION].sz, f->mem, sizeof(f->mem));
        return;
    }
    for (i = 0; i < MAX_RECORDS && in->sz > 0; i++) {
        word32 number = fz_number(in, 1);
        int faults = (int)fz_number(in, 1);
        fz_input part = fz_take(in, fz_number(in, 2));
        size_t sz = fz_material(&part, base->mem, base->sz, session,
            sizeof(session));

        if (Append(f, number, faults, session, sz) &&
                (!any || number > best)) {
            any = 1;
            best = number;
            *expected = (int)Expected(faults, session, sz);
        }
    }
    if (!any)
        *expected = (f->sz == 0) ? WT_E_SESSION_NONE : WT_E_SESSION_DAMAGED;
}

/* ---- the session -------------------------------------------------------- */

/* What the walk lets through wolfSSL parses, and makes the same bytes of. */
static void Parse(const byte* mem, size_t sz, const fz_session* base,
    int connect)
{
    byte* copy = fz_copy(mem, sz);
    wt_session_facts facts;
    wt_blob again;
    WOLFSSL_SESSION* session;

    memset(&again, 0, sizeof(again));
    session = wt_session_unpack(copy, (word32)sz);
    FZ_CHECK((session != NULL) == wt_session_read(copy, (word32)sz, &facts));
    if (session != NULL) {
        fz_inside(copy + facts.ticketAt, facts.ticketSz, copy, sz);
        FZ_CHECK(wt_session_pack(session, &again) == 1);
        FZ_CHECK(fz_same(again.mem, again.sz, copy, sz));
        fz_offer(session, connect, fz_same(mem, sz, base->mem, base->sz));
        wolfSSL_SESSION_free(session);
    }
    wt_session_discard(&again);
    free(copy);
}

/* ---- the file ----------------------------------------------------------- */

static void Put(const file* f)
{
    FZ_CHECK(ftruncate(fd, 0) == 0);
    FZ_CHECK(f->sz == 0 ||
        pwrite(fd, f->mem, f->sz, 0) == (ssize_t)f->sz);
}

static wt_error Read(const byte* which, wt_blob* blob)
{
    wt_error ret = wt_sessionfile_read(fd, which, blob);

    FZ_CHECK(ret == WT_OK || blob->sz == 0);
    return ret;
}

/* Whatever the file was, it takes a session, and gives it up again. */
static void WriteAgain(const byte* mem, size_t sz)
{
    wt_blob blob;

    memset(&blob, 0, sizeof(blob));
    FZ_CHECK(wt_sessionfile_write(fd, trust, mem, (word32)sz) == WT_OK);
    FZ_CHECK(Read(trust, &blob) == WT_OK);
    FZ_CHECK(fz_same(blob.mem, blob.sz, mem, sz));
    FZ_CHECK(Read(otherTrust, &blob) == WT_E_SESSION_TRUST);
    FZ_CHECK(wt_sessionfile_drop(fd, mem, (word32)sz - 1) == WT_OK);
    FZ_CHECK(Read(trust, &blob) == WT_OK);
    FZ_CHECK(wt_sessionfile_drop(fd, mem, (word32)sz) == WT_OK);
    FZ_CHECK(Read(trust, &blob) == WT_E_SESSION_NONE);
    wt_session_discard(&blob);
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static file f;
    fz_input in = { data, size };
    int set = (int)fz_number(&in, 1);
    const fz_session* base;
    wt_blob blob;
    wt_error ret;
    int expected;

    if (fd < 0)
        Start();
    memset(&blob, 0, sizeof(blob));
    base = &fzSession[set & SET_SESSION];
    MakeFile(&in, set, &f, &expected);
    Put(&f);
    ret = Read(trust, &blob);
    FZ_CHECK(expected < 0 || (int)ret == expected);
    FZ_CHECK((ret == WT_E_SESSION_NONE) == (f.sz == 0));
    if (ret == WT_OK) {
        Parse(blob.mem, blob.sz, base, (set & SET_CONNECT) != 0);
        WriteAgain(blob.mem, blob.sz);
    }
    else {
        WriteAgain(base->mem, base->sz);
    }
    wt_session_discard(&blob);
    return 0;
}
