/* keys.h
 *
 * The key ring: the keys that tickets are sealed and opened with.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Every attached context has a ring, its own unless it is given one.  A ring
 * makes its first key when it is made and rotates by itself: a key seals for
 * three quarters of the longest lifetime among the ring's contexts, and opens
 * until the last ticket sealed under it has run out.  Keys live in memory
 * alone, are wiped as they die, and never die early because of a rotation.
 *
 * Any thread may call any function at any time, handshakes included.  The
 * callbacks of a ring must not call wolfTicket.
 *
 * Contexts that an SNI callback switches between should share a ring: in TLS
 * 1.2 a ticket is opened before the switch, and made after it.
 */

#ifndef WOLFTICKET_KEYS_H
#define WOLFTICKET_KEYS_H

#include <wolfticket/ticket.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wolfTicket_KeyRing wolfTicket_KeyRing;

/* Keys a ring holds at most, the one that seals included. */
#define WOLFTICKET_MAX_KEYS 8

/* The time: sets *now to seconds since 1970 and returns 1, or 0 when it
 * cannot tell.  It may jump in either direction.  Called by several threads
 * at once. */
typedef int (*wolfTicket_TimeCb)(word64* now, void* arg);

/* Random bytes fit for keys: fills out and returns 1, or 0.  Calls never
 * overlap within one process. */
typedef int (*wolfTicket_RandCb)(unsigned char* out, word32 sz, void* arg);

/* A ring with a first key, from wolfSSL's generator and clock, or from the
 * given ones (NULL: wolfSSL's); time_arg and rand_arg are passed on and stay
 * the caller's, and have to outlive the ring.  NULL when memory, the clock or
 * the generator fails: wolfTicket_CTX_error(NULL) tells which. */
WOLFTICKET_API wolfTicket_KeyRing* wolfTicket_KeyRing_new(void);
WOLFTICKET_API wolfTicket_KeyRing* wolfTicket_KeyRing_new_ex(
    wolfTicket_TimeCb time_cb, void* time_arg, wolfTicket_RandCb rand_cb,
    void* rand_arg);

/* Gives back the caller's reference; the ring goes with its last context.
 * NULL is allowed. */
WOLFTICKET_API void wolfTicket_KeyRing_free(wolfTicket_KeyRing* ring);

/* Makes a new key now and seals with it from now on.  Fails when the random
 * generator does, or when the ring is full of keys that are still needed to
 * open tickets; the former key then serves on. */
WOLFTICKET_API int wolfTicket_KeyRing_rotate(wolfTicket_KeyRing* ring);

/* The number of keys that open tickets at this moment. */
WOLFTICKET_API int wolfTicket_KeyRing_count(wolfTicket_KeyRing* ring);

/* Makes ctx seal and open with ring, together with every other context that
 * does, in place of the ring it had.  The context holds a reference of its
 * own.  Set it before the first handshake. */
WOLFTICKET_API int wolfTicket_CTX_set_key_ring(WOLFSSL_CTX* ctx,
    wolfTicket_KeyRing* ring);

/* The ring of a context, NULL when wolfTicket is not attached to it.  It
 * belongs to the context: no reference is taken. */
WOLFTICKET_API wolfTicket_KeyRing* wolfTicket_CTX_get_key_ring(
    const WOLFSSL_CTX* ctx);

#ifdef __cplusplus
}
#endif

#endif /* WOLFTICKET_KEYS_H */
