/* error.c
 *
 * Every failure the application can meet, and its text.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "error.h"

#ifndef WOLFTICKET_NO_ERROR_TEXTS

static const char* const texts[WT_E_LAST] = {
    "no error",
    "an argument is NULL that must not be",
    "out of memory",
    "no mutex, or no ex_data slot left: wolfSSL has 5 for each kind of object",
    "the clock cannot tell the time: set one that can",
    "the random generator failed",
    "wolfTicket is not attached to this context: call wolfTicket_CTX_attach()",
    "this is for servers: the connection is a client's",
    "connection not known yet: make it with wolfTicket_new(), or call this "
        "when the client's first message has been answered",
    "session not known: it has to be the one of a server connection made by "
        "wolfTicket_new(), or of one whose client has been answered",
    "too many tickets: 0 to 255 can be sent on a connection",
    "tickets can be sent on request in TLS 1.3 only",
    "the handshake is not done yet",
    "this connection has sent as many tickets as TLS 1.3 allows: 255",
    "application data of this size does not fit a ticket: see "
        "wolfTicket_CTX_appdata_max()",
    "no ticket was made: the session's application data does not fit it",
    "the lifetime has to be 1 to 604800 seconds",
    "the renewal limit has to be 1 to 1048575 seconds",
    "a session id context has 0 to 32 bytes",
    "no room for a new key: tickets under all the others still live",
    "a new key could not be made, the former one serves on: check the random "
        "generator",
    "no ticket was made: key, nonce or cipher failed",
    "gen_cb returned 0: the connection was ended",
    "dec_cb returned ABORT: the handshake was ended",
    "dec_cb returned USE or USE_RENEW for a ticket that cannot be used, or no "
        "wolfTicket_RETURN at all: the handshake was ended",
    "the handshake was ended without an alert: the connection's send callback "
        "is unknown, set it with wolfTicket_SSLSetIOSend()",
    "the ticket was made for another server name, ALPN list or context id, "
        "which showed only after it was opened: the handshake was ended",
    "a handshake passed without wolfTicket: its message callback was replaced, "
        "set yours with wolfTicket_CTX_set_msg_callback()",
    "tickets were switched off behind wolfTicket's back, or its ticket "
        "callback replaced: use wolfTicket_CTX_set_num_tickets(), and attach "
        "every context that a connection may be switched to",
    "a connection whose handshake was ended cannot be used again: free it",
    "no ticket was made: no key seals at this moment, add one",
    "a key has secrets of 16 or 32 bytes",
    "a key whose secrets are all zero, or all one byte, is no key",
    "a key of this name, or with these secrets, is in the ring already",
    "no key of this name is in the ring",
    "this ring gets its keys another way: see wolfticket/keys.h",
    "the ring is full: revoke a key that is no longer needed",
    "a key has flags that this version does not know",
    "the first key that seals has to be one of those given, or none",
    "ticket keys have 80 bytes: a name of 16, an HMAC key of 32, an AES key "
        "of 32",
    "a secret has 32 to 65535 bytes, which are not all the same",
    "the period has to be 60 to 604800 seconds",
    "the tickets' lifetime is more than this ring's keys can serve: make the "
        "period longer, or the lifetime shorter",
    "the key that seals has no 80-byte form: it was given in another, or "
        "derived",
    "the ticket key callback returned an error: the handshake was ended",
    "this wolfSSL has no OpenSSL layer: build it with --enable-opensslextra",
    "this is for client connections made with wolfTicket_new()",
    "the server refused the ticket, and this wolfSSL cannot go on after that: "
        "the ticket was dropped, connect again",
    "this wolfSSL cannot serialise sessions: build it with "
        "--enable-opensslextra and -DHAVE_EXT_CACHE",
    "the session file cannot be used: it has to be a regular file with mode "
        "0600, owned by the effective user and open for reading and writing",
    "the session is damaged, a full handshake is made",
    "the session was saved by another build of wolfSSL or wolfTicket, a full "
        "handshake is made",
    "the session has run out, a full handshake is made",
    "the session was made under other settings for verification, a full "
        "handshake is made",
    "the session is of a protocol version or cipher suite that the connection "
        "does not offer, a full handshake is made",
    "another process is writing the session file: it was left alone",
    "the session could not be written: check space and rights",
    "the peer was not verified: its session is not kept",
    "the session has no ticket",
    "a ticket cannot be kept: it is longer than wolfSSL can offer, or memory "
        "has run out",
    "settings were changed after the session was offered, and the handshake "
        "was ended: set up the connection first, or call wolfTicket_connect()",
    "the session does not fit the store's limit on bytes",
    "storage has to be all zero, and a context has one: see "
        "wolfTicket_CTX_embed()",
    "all records are in use: free connections with wolfTicket_free(), or make "
        "WOLFTICKET_MAX_CONNECTIONS larger",
    "the keys could not be saved: check what the flash callback writes to",
    "a context with a heap hint of its own cannot be attached in this build: "
        "give wolfSSL a global hint (wolfSSL_SetGlobalHeapHint()), or build "
        "it with --enable-opensslextra",
    "this wolfSSL has no clients: build it without NO_WOLFSSL_CLIENT",
    "this wolfSSL has no servers: build it without NO_WOLFSSL_SERVER",
    "no tickets over DTLS 1.3 with this wolfSSL: take 5.9 or later, or build "
        "it with --enable-opensslextra",
#ifndef WOLFTICKET_EMBEDDED
    "the source gave no keys, those that the ring has serve on: see "
        "wolfTicket_KeyRing_get_report()",
    "a source is asked every 1 to 3600 seconds, and a key seals for 4 times "
        "that at least",
    "the source of the keys is away, those that the ring has serve on: see "
        "wolfTicket_KeyRing_get_report()",
    "the source refuses us its keys, those that the ring has serve on: see "
        "wolfTicket_KeyRing_get_report()",
    "a thread does this for the ring: stop it first",
    "no thread can be started: this build has none, or the process too many; "
        "call wolfTicket_KeyRing_refresh() now and then",
    "no memory can be shared with other processes here",
    "too many processes have been stopped while they changed the shared ring: "
        "nothing was changed",
    "application data has 65535 bytes at most, and a quarter of the data "
        "memory: see wolfTicket_CTX_appdata_max()",
    "no ticket was made: the session's application data could not be kept, "
        "in memory or in the data store",
    "a data store needs put and get",
    "a filter remembers 4096 to 268435456 tickets",
    "the process has a filter of another size: it has to be the same for all "
        "contexts, and is set with the first",
    "early data was not accepted: a ticket that resumes more than once lets "
        "anybody send it again, call wolfTicket_CTX_set_single_use() first"
#endif
};

const char* wt_error_text(int err)
{
    return (err >= 0 && err < WT_E_LAST) ? texts[err] : texts[WT_OK];
}

#else

/* "7": in two digits at most, and valid until the next call. */
const char* wt_error_text(int err)
{
    static char text[3];
    char* p = text;

    if (err < 0 || err >= WT_E_LAST)
        err = WT_OK;
    if (err >= 10)
        *p++ = (char)('0' + err / 10);
    *p++ = (char)('0' + err % 10);
    *p = 0;
    return text;
}

#endif /* WOLFTICKET_NO_ERROR_TEXTS */

static WT_THREAD_LOCAL byte threadError;

int wt_fail(byte* obj, wt_error err)
{
    threadError = (byte)err;
    if (obj != NULL)
        WT_STORE(obj, (byte)err);
    return 0;
}

int wt_thread_error(void)
{
    return threadError;
}
