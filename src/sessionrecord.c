/* sessionrecord.c
 *
 * The records of a session file, in memory.
 *
 * A file that cannot be replaced by renaming can still be changed at one
 * stroke, when what it holds is never written over.  It consists of blocks of
 * 64 bytes.  A record begins at any of them, and the valid one with the
 * highest number counts:
 *
 *   block   first byte 'w', in further blocks of the record '.'; 63 bytes
 *   record  "olfTicket1\n" | number[8] | size[4] | build[16] | trust[32] |
 *           session[size] | SHA-256 of all that[32] | zeros to the block's end
 *
 * Blocks have first bytes of their own so that no record can be inside of
 * another: what a session consists of is in large part what its server sent,
 * and a server must not be able to write records.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "sessionrecord.h"

#include <wolfssl/wolfcrypt/hash.h>

#define BLOCK_SZ    64
#define BODY_SZ     (BLOCK_SZ - 1)
#define FIRST       'w'
#define FURTHER     '.'

#define MAGIC       "olfTicket1\n"
#define MAGIC_SZ    11
#define NUMBER_AT   MAGIC_SZ
#define SIZE_AT     (NUMBER_AT + 8)
#define BUILD_AT    (SIZE_AT + 4)
#define TRUST_AT    (BUILD_AT + WT_SESSION_BUILD_SZ)
#define HEAD_SZ     (TRUST_AT + WT_TRUST_SZ)

/* Kills leave a few records that do not count; a file that is full of them is
 * not worth the time it takes to look at all. */
#define LOOKS_MAX   64

static word32 RecordSz(word32 sz)
{
    return HEAD_SZ + sz + WC_SHA256_DIGEST_SIZE;
}

static word32 Blocks(word32 recordSz)
{
    return (recordSz + BODY_SZ - 1) / BODY_SZ;
}

static word64 Get64(const byte* in)
{
    return ((word64)wt_get(in, 4) << 32) | wt_get(in + 4, 4);
}

static void Put64(byte* out, word64 value)
{
    wt_put(out, (word32)(value >> 32), 4);
    wt_put(out + 4, (word32)value, 4);
}

/* Joins the bodies of blocks; 0 if one of them is another record's, or what
 * is behind the record is not zeros. */
static int Join(const byte* blocks, byte* out, word32 sz)
{
    word32 n = Blocks(sz);
    word32 last = sz - (n - 1) * BODY_SZ;
    word32 i;
    int ret = 1;

    for (i = 0; i < n; i++) {
        if (blocks[i * BLOCK_SZ] != ((i == 0) ? FIRST : FURTHER))
            ret = 0;
        XMEMCPY(out + i * BODY_SZ, blocks + i * BLOCK_SZ + 1,
            (i + 1 < n) ? BODY_SZ : last);
    }
    for (i = last; i < BODY_SZ; i++) {
        if (blocks[(n - 1) * BLOCK_SZ + 1 + i] != 0)
            ret = 0;
    }
    return ret;
}

static void Split(const byte* record, word32 sz, byte* blocks)
{
    word32 n = Blocks(sz);
    word32 i;

    XMEMSET(blocks, 0, n * BLOCK_SZ);
    for (i = 0; i < n; i++) {
        blocks[i * BLOCK_SZ] = (i == 0) ? FIRST : FURTHER;
        XMEMCPY(blocks + i * BLOCK_SZ + 1, record + i * BODY_SZ,
            (i + 1 < n) ? BODY_SZ : sz - i * BODY_SZ);
    }
}

/* The record's bytes, without the blocks', if there is one at this place.  1,
 * 0: there is none, -1: out of memory. */
static int RecordAt(const wt_blob* file, word32 at, wt_blob* record)
{
    const byte* blocks = file->mem + at;
    byte hash[WC_SHA256_DIGEST_SIZE];
    word32 sz;

    if (file->sz - at < 2 * BLOCK_SZ || blocks[0] != FIRST ||
            XMEMCMP(blocks + 1, MAGIC, MAGIC_SZ) != 0)
        return 0;
    sz = wt_get(blocks + 1 + SIZE_AT, 4);
    if (sz > WT_SESSION_MAX ||
            Blocks(RecordSz(sz)) > (file->sz - at) / BLOCK_SZ)
        return 0;
    if (!wt_blob_resize(record, RecordSz(sz)))
        return -1;
    return Join(blocks, record->mem, record->sz) &&
        wc_Sha256Hash(record->mem, HEAD_SZ + sz, hash) == 0 &&
        wt_equal(hash, record->mem + HEAD_SZ + sz, sizeof(hash));
}

int wt_record_find(const wt_blob* file, wt_blob* best, wt_record_place* place)
{
    wt_blob record;
    wt_blob swap;
    word32 at = 0;
    int looks = 0;
    int here = 0;

    XMEMSET(&record, 0, sizeof(record));
    XMEMSET(place, 0, sizeof(*place));
    while (here >= 0 && looks < LOOKS_MAX && at + BLOCK_SZ <= file->sz) {
        word32 blocks = 1;

        looks += file->mem[at] == FIRST;
        here = RecordAt(file, at, &record);
        if (here == 1) {
            word64 number = Get64(record.mem + NUMBER_AT);

            blocks = Blocks(record.sz);
            if (place->end == 0 || number > place->number) {
                place->at = at;
                place->end = at + blocks * BLOCK_SZ;
                place->number = number;
                swap = *best;
                *best = record;
                record = swap;
            }
        }
        at += blocks * BLOCK_SZ;
    }
    wt_session_discard(&record);
    return (here < 0) ? -1 : place->end > 0;
}

int wt_record_make(word64 number, const byte trust[WT_TRUST_SZ],
    const byte* mem, word32 sz, wt_blob* blocks)
{
    wt_blob record;
    int ret;

    XMEMSET(&record, 0, sizeof(record));
    ret = wt_blob_resize(&record, RecordSz(sz)) &&
        wt_blob_resize(blocks, Blocks(RecordSz(sz)) * BLOCK_SZ);
    if (ret) {
        XMEMCPY(record.mem, MAGIC, MAGIC_SZ);
        Put64(record.mem + NUMBER_AT, number);
        wt_put(record.mem + SIZE_AT, sz, 4);
        wt_session_build(record.mem + BUILD_AT);
        XMEMCPY(record.mem + TRUST_AT, trust, WT_TRUST_SZ);
        XMEMCPY(record.mem + HEAD_SZ, mem, sz);
        ret = wc_Sha256Hash(record.mem, HEAD_SZ + sz,
            record.mem + HEAD_SZ + sz) == 0;
        Split(record.mem, record.sz, blocks->mem);
    }
    wt_session_discard(&record);
    return ret;
}

const byte* wt_record_build(const wt_blob* record)
{
    return record->mem + BUILD_AT;
}

const byte* wt_record_trust(const wt_blob* record)
{
    return record->mem + TRUST_AT;
}

const byte* wt_record_session(const wt_blob* record, word32* sz)
{
    *sz = record->sz - RecordSz(0);
    return record->mem + HEAD_SZ;
}
