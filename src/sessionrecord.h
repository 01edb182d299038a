/* sessionrecord.h
 *
 * The records of a session file, in memory.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_SESSIONRECORD_H
#define WOLFTICKET_SESSIONRECORD_H

#include "session.h"
#include "trust.h"

/* Where a record lies in its file. */
typedef struct {
    word32 at;
    word32 end;         /* where the next could begin; 0: there is none */
    word64 number;
} wt_record_place;

/* Makes a record, as it is written. */
int wt_record_make(word64 number, const byte trust[WT_TRUST_SZ],
    const byte* mem, word32 sz, wt_blob* blocks);

/* Finds the record that counts in all of a file; record gets its bytes,
 * without those of the blocks.  1, 0: there is none, -1: out of memory. */
int wt_record_find(const wt_blob* file, wt_blob* record,
    wt_record_place* place);

/* The parts of a record. */
const byte* wt_record_build(const wt_blob* record);
const byte* wt_record_trust(const wt_blob* record);
const byte* wt_record_session(const wt_blob* record, word32* sz);

#endif /* WOLFTICKET_SESSIONRECORD_H */
