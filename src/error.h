/* error.h
 *
 * Every failure the application can meet, and its text.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_ERROR_H
#define WOLFTICKET_ERROR_H

#include "port.h"

typedef enum {
    WT_OK = 0,
    WT_E_NULL,
    WT_E_MEMORY,
    WT_E_PLATFORM,
    WT_E_CLOCK,
    WT_E_RANDOM,
    WT_E_NOT_ATTACHED,
    WT_E_CLIENT,
    WT_E_UNKNOWN_SSL,
    WT_E_UNKNOWN_SESSION,
    WT_E_COUNT,
    WT_E_NOT_TLS13,
    WT_E_NOT_DONE,
    WT_E_NO_NONCES,
    WT_E_APPDATA_SIZE,
    WT_E_APPDATA_ROOM,
    WT_E_LIFETIME,
    WT_E_RENEWAL_LIMIT,
    WT_E_SID_CTX,
    WT_E_KEYS_FULL,
    WT_E_KEY_FAILED,
    WT_E_SEAL,
    WT_E_GEN_CB,
    WT_E_DEC_ABORT,
    WT_E_DEC_USE,
    WT_E_NO_TRANSPORT,
    WT_E_LATE_BINDING,
    WT_E_MSG_CB,
    WT_E_BYPASSED,
    WT_E_ABORTED,
    WT_E_NO_KEY,
    WT_E_KEY_SIZE,
    WT_E_KEY_WEAK,
    WT_E_KEY_REPEATED,
    WT_E_KEY_UNKNOWN,
    WT_E_KEY_KIND,
    WT_E_KEY_FULL,
    WT_E_KEY_FLAGS,
    WT_E_KEY_PLACE,
    WT_E_KEYS_LENGTH,
    WT_E_SECRET,
    WT_E_PERIOD,
    WT_E_PERIOD_LIFE,
    WT_E_KEY_EXPORT,
    WT_E_KEY_CB,
    WT_E_NO_EVP,
    WT_E_CLIENT_UNKNOWN,
    WT_E_AGAIN,
    WT_E_NO_SERIAL,
    WT_E_SESSION_FILE,
    WT_E_SESSION_DAMAGED,
    WT_E_SESSION_FOREIGN,
    WT_E_SESSION_EXPIRED,
    WT_E_SESSION_TRUST,
    WT_E_SESSION_SUITE,
    WT_E_SESSION_BUSY,
    WT_E_SESSION_WRITE,
    WT_E_SESSION_UNVERIFIED,
    WT_E_SESSION_NONE,
    WT_E_SESSION_SIZE,
    WT_E_SESSION_MISUSED,
    WT_E_STORE_ROOM,
    WT_E_STORAGE,
    WT_E_RECORDS,
    WT_E_FLASH,
    WT_E_HEAP,
    WT_E_NO_CLIENT,
    WT_E_NO_SERVER,
    WT_E_DTLS_BLIND,
#ifndef WOLFTICKET_EMBEDDED
    WT_E_SOURCE,
    WT_E_SOURCE_OPTIONS,
    WT_E_SOURCE_AWAY,
    WT_E_SOURCE_REFUSED,
    WT_E_SOURCE_THREAD,
    WT_E_NO_THREADS,
    WT_E_NO_SHARED,
    WT_E_SHARED_FULL,
    WT_E_DATA_SIZE,
    WT_E_DATA_KEPT,
    WT_E_DATA_STORE,
    WT_E_SINGLE_TICKETS,
    WT_E_SINGLE_SIZE,
    WT_E_EARLY_DATA,
#endif
    WT_E_LAST
} wt_error;

/* Remembers err as the last failure of the thread and, unless obj is NULL, of
 * the object whose error byte it is.  Always returns 0. */
int wt_fail(byte* obj, wt_error err);

const char* wt_error_text(int err);

/* The last failure of the calling thread. */
int wt_thread_error(void);

#endif /* WOLFTICKET_ERROR_H */
