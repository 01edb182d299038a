/* datastore.h
 *
 * Application data that does not fit a ticket, kept on the server.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * wolfSSL leaves little room in a ticket, 40 bytes as Debian 12 builds it
 * (wolfTicket_CTX_ticket_room()).  Larger data, up to WOLFTICKET_MAX_DATA
 * bytes, stays on the server: in the memory of the process, or in a store that
 * many processes and machines share.  The ticket then carries a handle.  The
 * application sees no difference; wolfTicket_SESSION_set1_ticket_appdata()
 * and wolfTicket_SESSION_get0_ticket_appdata() are the same.
 *
 * What is kept is encrypted and authenticated under a key that follows from
 * the ticket and is nowhere else, so memory and stores hold no plain data, and
 * what was changed, cut, exchanged or kept from another day does not open.
 *
 * Every ticket has data of its own, so that the tickets of one handshake
 * serve independently.  It is deleted when the ticket's life ends, or when a
 * ticket that renewed it comes back: no earlier, since a renewed ticket may
 * never arrive, and its client then has the former one only.
 *
 * A ticket whose data is not there, cannot be reached or does not open is one
 * that does not decrypt: dec_cb gets WOLFTICKET_NO_DECRYPT and the client a
 * full handshake; WOLFTICKET_CAUSE_DATA_GONE, _AWAY and _BAD tell why.  Data
 * that cannot be kept when a ticket is made, because memory has run out or
 * the store has failed, makes no handshake fail: the client gets a ticket
 * that opens nowhere, counted in wolfTicket_Stats as withheld and data_failed,
 * and never one that would resume without its data.
 *
 * The embedded core keeps no data outside of tickets.
 */

#ifndef WOLFTICKET_DATASTORE_H
#define WOLFTICKET_DATASTORE_H

#include <wolfticket/ticket.h>

#ifndef WOLFTICKET_EMBEDDED

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that a process keeps for a context unless told otherwise. */
#define WOLFTICKET_DEFAULT_DATA_MEMORY  16777216

/* Bytes of the id that data is kept under; not a secret. */
#define WOLFTICKET_DATA_ID_SZ           16

/* What sealing adds to the application's data: the most that a store is given
 * at a time is WOLFTICKET_MAX_DATA more than this. */
#define WOLFTICKET_DATA_OVERHEAD        33

/* Bytes that may be kept in the memory of the process, all that is allocated
 * for it included; 0: none, then only what fits a ticket can be set.  When it
 * is full the oldest goes first, and the tickets it belonged to with it: a
 * client that makes many connections can push out the data of others.  Data
 * of more than a quarter of bytes is refused when it is set.  What is over a
 * new, lower bound goes at once, or, where the memory is shared, when this
 * context next adds to it.
 * Contexts that share a key ring share this memory, as their tickets open in
 * each of them, and each keeps to its own bound when it adds; it lives as
 * long as the last of them.  A process that was forked has a copy and does not
 * see what others add: where workers share a ring, use a store.
 * 1, also for a client context, or 0. */
WOLFTICKET_API int wolfTicket_CTX_set_data_memory(WOLFSSL_CTX* ctx,
    size_t bytes);

/* A store.  Its functions are called in the course of handshakes, by any
 * number of threads at once, without a lock, and the handshake waits for
 * them: one that asks another machine needs a deadline of its own.  They must
 * not call wolfTicket or wolfSSL with the connection that is being served;
 * they are not told which one that is. */
typedef struct wolfTicket_DataStore {
    /* Keeps sz bytes under id, in place of what may be there, for that many
     * seconds, after which they are to be deleted.  sealed is valid during
     * the call.  1, or 0 when it failed. */
    int (*put)(void* self, const unsigned char id[WOLFTICKET_DATA_ID_SZ],
        const unsigned char* sealed, size_t sz, unsigned int seconds);
    /* Copies what there is under id into sealed, which has room for *sz
     * bytes, and sets *sz to its size.  1; 0: there is nothing, or it is
     * longer than *sz; -1: it cannot tell, being unreachable or too slow. */
    int (*get)(void* self, const unsigned char id[WOLFTICKET_DATA_ID_SZ],
        unsigned char* sealed, size_t* sz);
    /* Deletes what there is under id, now or soon.  NULL: cannot; it then
     * lives as long as put() was told. */
    void (*remove)(void* self, const unsigned char id[WOLFTICKET_DATA_ID_SZ]);
} wolfTicket_DataStore;

/* Keeps data in this store from now on, and no longer in the memory of the
 * process; NULL: in memory again.  *store is copied; self is handed to its
 * functions, stays the caller's, and has to live as long as the context and
 * its connections.  Servers whose tickets open for each other find each
 * other's data if they share the store.
 * 1, also for a client context, or 0: put or get is NULL. */
WOLFTICKET_API int wolfTicket_CTX_set_data_store(WOLFSSL_CTX* ctx,
    const wolfTicket_DataStore* store, void* self);

#ifdef __cplusplus
}
#endif

#endif /* !WOLFTICKET_EMBEDDED */

#endif /* WOLFTICKET_DATASTORE_H */
