/* embedded.h
 *
 * The embedded core: tickets without a heap, in storage of the application's.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * For servers that compile wolfSSL from source: firmware, and whoever wants
 * wolfTicket without configure.  Compile the sources that src/embedded.txt
 * lists beside wolfSSL's, with the same settings and WOLFTICKET_EMBEDDED
 * (wolfticket/settings.h).  wolfticket/ticket.h is then what it is elsewhere:
 * application data, callbacks, numbers of tickets, lifetimes, session id
 * contexts, info.  The tickets are the same too.  In short:
 *
 *     static wolfTicket_Storage storage;
 *
 *     wolfTicket_CTX_embed(ctx, &storage);
 *     wolfTicket_CTX_set_session_ticket_cb(ctx, remember, decide, NULL);
 *     ssl = wolfTicket_new(ctx);
 *     ...
 *     wolfTicket_free(ssl);
 *
 * What is other than in the whole library:
 *  - Connections are made by wolfTicket_new() and freed by wolfTicket_free().
 *    One made by wolfSSL_new() gets no tickets, and its client's are refused.
 *    wolfTicket_new() returns NULL when all records are in use.
 *  - Keys are the storage's own: drawn from the generator of a connection,
 *    rotated when three quarters of the lifetime have passed, kept across
 *    restarts by wolfTicket_CTX_set_flash().  Key names have 4
 *    bytes.
 *  - gen_cb returning 0 in TLS 1.3 ends the connection without an alert.
 *  - In TLS 1.2 an EMPTY ticket shows only when the ticket has been promised,
 *    so IGNORE then sends one that opens nowhere; and a server name or ALPN
 *    list of another ticket may show only at the end of the handshake, which
 *    then fails.
 *  - In DTLS a handshake is ended without an alert.  With wolfSSL before 5.9
 *    there are no tickets in DTLS, and every handshake is a full one.
 *  - There are no counts of a context, no ticket key callback, no message
 *    callback, no tickets after client authentication within a connection, and
 *    no single use: such a ticket of another server is refused.
 *  - A client with a session in wolfSSL's own cache, of another context that
 *    sends no tickets (WOLFSSL_OP_NO_TICKET, OPENSSL_EXTRA), may present a TLS
 *    1.3 ticket that it saw pass beside that session, and the application is
 *    shown that ticket's data: give such contexts WOLFSSL_SESS_CACHE_OFF.
 *  - With threads wolfSSL's mutex is held while a ticket is sealed or opened,
 *    not while the application's callbacks run.  wolfTicket_CTX_embed() is
 *    called for the first time before there are threads.
 */

#ifndef WOLFTICKET_EMBEDDED_H
#define WOLFTICKET_EMBEDDED_H

#include <wolfticket/ticket.h>

#ifdef WOLFTICKET_EMBEDDED

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------ */
/* Storage                                                                  */
/* ------------------------------------------------------------------------ */

/* The one that seals and two that still open: with a key of three quarters of
 * a lifetime no more are ever needed. */
#define WOLFTICKET_EMBEDDED_KEYS 3

/* The fields are wolfTicket's; they stand here for their sizes. */

typedef struct wolfTicket_EmbeddedKey {
    unsigned char name[4];
    unsigned char secret[32];
    unsigned char salt[16];
    word32 began;       /* seconds of the keys' own time */
    word32 ended;       /* when it sealed last, 0: it seals */
} wolfTicket_EmbeddedKey;

/* What goes into flash, as it stands in memory. */
typedef struct wolfTicket_EmbeddedKeys {
    word32 magic;
    word32 number;      /* the larger of two slots is the newer one */
    word32 clock;       /* wolfSSL's time, when it was last looked at */
    word32 now;         /* the keys' own time, which only goes forward */
    wolfTicket_EmbeddedKey key[WOLFTICKET_EMBEDDED_KEYS]; /* newest first */
    unsigned char sum[8];
} wolfTicket_EmbeddedKeys;

typedef struct wolfTicket_EmbeddedOffer {
    unsigned char tag[8];
    unsigned char status;
    unsigned char answer;
    unsigned char cause;
    unsigned char use;
} wolfTicket_EmbeddedOffer;

/* Small fields first: an instruction reaches them in half the space. */
typedef struct wolfTicket_EmbeddedRecord {
    unsigned char numTickets;
    unsigned char sent;
    unsigned char queued;
    unsigned char nextNonce;
    unsigned char presented;
    unsigned char shown;            /* offer + 1 */
    unsigned char alertSent;
    unsigned char error;
    unsigned char keyId[4];         /* of the ticket shown */
    word32 flags;
    unsigned short renewals;
    unsigned short dataSz;
    unsigned short offeredSz;
    WOLFSSL* ssl;                   /* NULL: free */
    WOLFSSL_SESSION* session;
    HandShakeDoneCb doneCb;
    void* doneArg;
    CallbackIOSend ioSend;
    word32 age;                     /* of the ticket shown */
    word32 fullAt;                  /* the chain's full handshake, or 0 */
    wolfTicket_EmbeddedOffer offer[WOLFTICKET_MAX_OFFERS];
#if defined(HAVE_SNI) || defined(HAVE_ALPN)
    unsigned char checks[8];        /* bound to, and not seen yet */
#endif
    unsigned char data[WOLFTICKET_MAX_APPDATA];
    unsigned char offered[WOLFTICKET_MAX_APPDATA];
} wolfTicket_EmbeddedRecord;

typedef int (*wolfTicket_FlashSave)(void* arg, unsigned int slot,
    const unsigned char* data, unsigned int sz);
typedef int (*wolfTicket_FlashLoad)(void* arg, unsigned int slot,
    unsigned char* data, unsigned int sz);

typedef struct wolfTicket_EmbeddedContext {
    unsigned char allocated;
    unsigned char error;
    unsigned char numTickets;
    unsigned char sidCtxSz;
#ifndef WOLFTICKET_NO_FLASH
    unsigned char slot;             /* that is written next */
    unsigned char unsaved;
    wolfTicket_FlashSave save;
    wolfTicket_FlashLoad load;
    void* flashArg;
#endif
    struct wolfTicket_Storage* next;
    WOLFSSL_CTX* ctx;
    wolfTicket_CTX_generate_session_ticket_fn genCb;
    wolfTicket_CTX_decrypt_session_ticket_fn decCb;
    void* arg;
    CallbackIOSend ioSend;
    word32 lifetime;
    word32 renewalLimit;
    wolfTicket_EmbeddedKeys keys;
    unsigned char sidCtx[WOLFTICKET_SID_CTX_MAX];
    /* Wiped after each use; too much for a stack. */
    word32 work[(WOLFTICKET_MAX_TICKET + 35) / 4];
} wolfTicket_EmbeddedContext;

/* All that wolfTicket keeps for one context.  Starts out all zero. */
typedef struct wolfTicket_Storage {
    wolfTicket_EmbeddedContext context;
    wolfTicket_EmbeddedRecord record[WOLFTICKET_MAX_CONNECTIONS];
} wolfTicket_Storage;

/* Hooks wolfTicket into a server context, with this storage, which has to be
 * all zero and stays in use until wolfTicket_CTX_free() or
 * wolfTicket_CTX_detach(), which leave it so.  1, or 0: a NULL, a client's
 * context, storage that is not all zero, or no mutex.  A context that has
 * storage keeps it: 0 for any other. */
WOLFTICKET_API int wolfTicket_CTX_embed(WOLFSSL_CTX* ctx,
    wolfTicket_Storage* storage);

/* Does what is due to the keys: rotates, writes to flash, wipes what has run
 * out.  All of that also happens when a ticket comes in or goes out; an
 * application that calls this now and then keeps slow flash out of its
 * handshakes.  ssl is any connection of the context's that is not done with
 * its handshake, for its random generator, or NULL for a generator that
 * wolfSSL makes for the purpose.  1, or 0 with a text on the context: no key
 * could be made, or not be saved; the former ones serve on. */
WOLFTICKET_API int wolfTicket_CTX_maintain_keys(WOLFSSL_CTX* ctx,
    WOLFSSL* ssl);

/* A new key at once, as when the former was in use for long enough: what a
 * device whose clock does not survive a restart does at its start. */
WOLFTICKET_API int wolfTicket_CTX_rotate_keys(WOLFSSL_CTX* ctx, WOLFSSL* ssl);

/* ------------------------------------------------------------------------ */
/* Keys that survive a restart                                              */
/* ------------------------------------------------------------------------ */

#ifndef WOLFTICKET_NO_FLASH

/* Bytes of a slot. */
#define WOLFTICKET_FLASH_SZ  ((unsigned int)sizeof(wolfTicket_EmbeddedKeys))

/* Has keys saved to flash and loaded from it, in two slots, numbers 0 and 1,
 * of WOLFTICKET_FLASH_SZ bytes, written in turn: a write that is torn leaves
 * the other slot.  Each holds all keys, numbered and with a checksum.
 *
 *  save   writes sz bytes to a slot, over what it held.  1, or 0 when it
 *         fails: the keys are used all the same, and saved when they are next
 *         looked at
 *  load   reads sz bytes of a slot.  1, or 0: there is nothing
 *  arg    is passed to both and stays the caller's
 *
 * Called before the first connection.  What is found in flash is used at once;
 * when there is nothing whole in it, keys are made and saved with the first
 * connection, then with each rotation: by default 16 times a day.  Both
 * callbacks may be called from a handshake; they must not call wolfTicket.
 * The slots hold secrets in clear: who can read them opens the tickets of the
 * last hours, who can write them makes tickets.  They are this device's, in
 * its byte order and for this build.
 *
 * The keys' age is taken from wolfSSL's clock: where that begins anew with
 * each restart the time that a device is off does not count, and tickets of
 * before do not open.
 *
 * 1, or 0 when the context has no storage or a callback is missing.  Two NULLs
 * switch it off. */
WOLFTICKET_API int wolfTicket_CTX_set_flash(WOLFSSL_CTX* ctx,
    wolfTicket_FlashSave save, wolfTicket_FlashLoad load, void* arg);

#endif /* !WOLFTICKET_NO_FLASH */

#ifdef __cplusplus
}
#endif

#endif /* WOLFTICKET_EMBEDDED */

#endif /* WOLFTICKET_EMBEDDED_H */
