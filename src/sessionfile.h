/* sessionfile.h
 *
 * One session in a file of which there is only the descriptor.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_SESSIONFILE_H
#define WOLFTICKET_SESSIONFILE_H

#include "session.h"
#include "trust.h"

/* A file that is larger than this is none of ours, and left alone. */
#define WT_SESSIONFILE_MAX  (1024 * 1024)

/* Which file a descriptor is open on, so that another one that has got its
 * number later is not taken for it. */
typedef struct {
    word64 device;
    word64 inode;
} wt_file_id;

/* WT_OK when fd is fit for a session file, and which it is. */
wt_error wt_sessionfile_id(int fd, wt_file_id* id);

/* Reads the session into blob, as wt_session_pack() made it.  WT_OK,
 * WT_E_SESSION_NONE for an empty file, or what is wrong; blob is then
 * empty. */
wt_error wt_sessionfile_read(int fd, const byte trust[WT_TRUST_SZ],
    wt_blob* blob);

/* Puts a session in place of what the file holds; at every moment the file
 * holds either.  mem NULL, sz 0: the file holds none any more. */
wt_error wt_sessionfile_write(int fd, const byte trust[WT_TRUST_SZ],
    const byte* mem, word32 sz);

/* Empties the file if it still holds this very session. */
wt_error wt_sessionfile_drop(int fd, const byte* mem, word32 sz);

#endif /* WOLFTICKET_SESSIONFILE_H */
