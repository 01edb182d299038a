/* keys.h
 *
 * The key ring: the keys that tickets are sealed and opened with.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Every attached context has a ring, its own unless it is given one.  There
 * are four kinds, by where the keys come from:
 *
 *  automatic  the ring makes its keys.  A key seals for three quarters of the
 *             longest lifetime among the ring's contexts.
 *  by hand    the application adds keys, retires and revokes them.  The first
 *             key added that is to seal turns an automatic ring into one of
 *             this kind, for good: what it had made itself seals until that
 *             key is active, and then only opens.
 *  derived    the keys follow from a secret and the time, so that processes
 *             and machines with that secret agree without talking.
 *  source     the application, or a library, says where they come from: see
 *             wolfticket/source.h, which also has a thread and a log for each
 *             kind of ring.
 *
 * In each kind a key that no longer seals opens until the last ticket under
 * it has run out: no ticket is cut short by a rotation.  Keys live in memory
 * alone and are wiped as they die.
 *
 * Any thread may call any function at any time, handshakes included.  The
 * callbacks of a ring must not call wolfTicket.  Functions return 1, or 0
 * with nothing changed and a text that wolfTicket_CTX_error(NULL) gives in
 * the same thread, unless they say otherwise.
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

/* A ring without any key, for keys added by hand: it seals nothing before one
 * is active. */
WOLFTICKET_API wolfTicket_KeyRing* wolfTicket_KeyRing_new_manual(
    wolfTicket_TimeCb time_cb, void* time_arg, wolfTicket_RandCb rand_cb,
    void* rand_arg);

/* A ring whose keys follow from secret, secret_sz bytes of at least
 * WOLFTICKET_MIN_SECRET and at most 65535 that are not all equal, and from the
 * time: one key for every period of period seconds since 1970,
 * WOLFTICKET_MIN_PERIOD to WOLFTICKET_MAX_LIFETIME.  The key of the next
 * period is accepted as well, and those of earlier ones for as long as tickets
 * under them live, at least the last one: clocks may differ by up to a period.
 * The same secret, period and wolfTicket version give the same keys
 * everywhere.  The secret is not kept, and what is kept is wiped with the
 * ring.  The lifetime of the ring's contexts may be WOLFTICKET_MAX_KEYS - 2
 * periods at most. */
#define WOLFTICKET_MIN_SECRET 32
#define WOLFTICKET_MIN_PERIOD 60
WOLFTICKET_API wolfTicket_KeyRing* wolfTicket_KeyRing_new_derived(
    const unsigned char* secret, size_t secret_sz, unsigned int period,
    wolfTicket_TimeCb time_cb, void* time_arg);

/* An automatic ring for processes that are made by fork() after it, each of
 * which has it by then: it rotates once for all of them, what one of them does
 * (rotate, add, retire, revoke, a key file that it follows) reaches the others
 * with their next look, and a process that is killed or stopped at any instant
 * leaves it usable.  No process ever waits for another.  Otherwise as
 * wolfTicket_KeyRing_new_ex(); its log, thread and references are each
 * process's own.  NULL also where memory cannot be shared.  A change fails
 * while 31 processes are stopped in the middle of one.
 *
 * The keys lie in memory that core dumps leave out where the system can do
 * that, once for all and once for each process, which wipes its own with its
 * last reference, and those of all when it is the last; those of processes that
 * were killed are wiped by the kernel.  Processes made without fork(), by
 * clone() itself, are not counted there. */
WOLFTICKET_API wolfTicket_KeyRing* wolfTicket_KeyRing_new_shared(
    wolfTicket_TimeCb time_cb, void* time_arg, wolfTicket_RandCb rand_cb,
    void* rand_arg);

/* Gives back the caller's reference; the ring goes with its last context.
 * NULL is allowed. */
WOLFTICKET_API void wolfTicket_KeyRing_free(wolfTicket_KeyRing* ring);

/* Makes a new key now and seals with it from now on; for automatic rings.  In
 * one with a source that takes keys it proposes one, to seal as soon as all can
 * know it, as wolfTicket_KeyRing_refresh() does.
 * Fails when the random generator does, or when the ring is full of keys that
 * are still needed to open tickets; the former key then serves on. */
WOLFTICKET_API int wolfTicket_KeyRing_rotate(wolfTicket_KeyRing* ring);

/* The number of keys that open tickets at this moment; 0 for NULL. */
WOLFTICKET_API int wolfTicket_KeyRing_count(wolfTicket_KeyRing* ring);

/* ---- keys by hand -------------------------------------------------------- */

/* A key as servers exchange them: a name that tickets show, and the secrets
 * of a cipher and of an HMAC, sz bytes each, 16 or 32.  wolfTicket makes its
 * own sealing key of all of them (HKDF-SHA256), so that it never uses a key
 * in two ways.  Two keys may have the same first 4 bytes of the name, but not
 * all 16.  The caller wipes it after use. */
typedef struct wolfTicket_Key {
    unsigned char name[WOLFTICKET_NAME_SZ];
    unsigned char aes[32];
    unsigned char hmac[32];
    size_t        aes_sz;    /* 16 or 32 */
    size_t        hmac_sz;   /* 16 or 32 */
} wolfTicket_Key;

/* What a key is for; flags of wolfTicket_KeyRing_add_key(). */
enum {
    WOLFTICKET_KEY_OPENS_ONLY = 1, /* it never seals: opens until it is
                                    * retired or revoked; an automatic ring
                                    * stays one */
    WOLFTICKET_KEY_KEEP       = 2  /* it opens until it is retired or revoked,
                                    * however long another one has sealed */
};

/* Adds a copy of key.  It opens from now on and seals from active_from on,
 * seconds since 1970 by the ring's clock (0: now), until one of a later (or
 * the same) active_from is active: give other processes the time to add it
 * before.  seal_for limits how many seconds it seals, 0: no limit; when they
 * are over, no older key seals in its place.  Refused:
 * a name or secrets that another live key has, secrets that are all zero or
 * all one byte, other sizes than 16 and 32, a full ring, a derived ring.  A
 * name may be all zero. */
WOLFTICKET_API int wolfTicket_KeyRing_add_key(wolfTicket_KeyRing* ring,
    const wolfTicket_Key* key, word64 active_from, unsigned int seal_for,
    int flags);

/* Makes count keys, 1 ... WOLFTICKET_MAX_KEYS, the only ones, at once: those
 * that the ring had and that are not among them no longer open from now on.
 * The first seals_from of them open only; the next one seals, or, if that is
 * revoked, the one after it.  All have WOLFTICKET_KEY_KEEP.  What
 * wolfTicket_KeyRing_add_key() refuses is refused here for all. */
WOLFTICKET_API int wolfTicket_KeyRing_set_keys(wolfTicket_KeyRing* ring,
    const wolfTicket_Key* keys, int count, int seals_from);

/* The key of this name seals no more, and opens until its tickets have run
 * out.  If it was the one that seals, the newest before it that is not retired
 * does.  For keys added by hand, and in rings filled by hand. */
WOLFTICKET_API int wolfTicket_KeyRing_retire_key(wolfTicket_KeyRing* ring,
    const unsigned char name[WOLFTICKET_NAME_SZ]);

/* The key of this name is gone now, wiped: tickets under it no longer open.
 * If it was the one that seals, the newest key before it that is not retired
 * seals; an automatic ring makes a new one, and seals nothing until it can.
 * Not for derived rings: give them another secret. */
WOLFTICKET_API int wolfTicket_KeyRing_revoke_key(wolfTicket_KeyRing* ring,
    const unsigned char name[WOLFTICKET_NAME_SZ]);

typedef enum wolfTicket_KEY_STATE {
    WOLFTICKET_KEY_WAITS,    /* opens, and will seal */
    WOLFTICKET_KEY_SEALS,    /* seals and opens */
    WOLFTICKET_KEY_OPENS     /* opens, seals no more, or never has */
} wolfTicket_KEY_STATE;

/* "waits", "seals", "opens"; static, never NULL. */
WOLFTICKET_API const char* wolfTicket_KEY_STATE_name(
    wolfTicket_KEY_STATE state);

typedef struct wolfTicket_KeyInfo {
    unsigned char name[WOLFTICKET_NAME_SZ];
    wolfTicket_KEY_STATE state;
    word64 active_from;      /* seconds since 1970: seals from then on */
    word64 opens_until;      /* seconds since 1970; 0: no end is set */
} wolfTicket_KeyInfo;

/* Fills up to max infos with what there is to know of the ring's keys, newest
 * first, never a secret.  Returns the number of keys the ring has, which may
 * be more than max (infos may be NULL with a max of 0), or -1. */
WOLFTICKET_API int wolfTicket_KeyRing_list(wolfTicket_KeyRing* ring,
    wolfTicket_KeyInfo* infos, int max);

/* Draws a key from the ring's generator, or wolfSSL's if ring is NULL; aes
 * and hmac get sz bytes each, 16 or 32.  Adds it nowhere.  The name tells
 * wolfTicket_Key_made() when, by the clock of the ring, or wolfSSL's. */
WOLFTICKET_API int wolfTicket_Key_generate(wolfTicket_KeyRing* ring,
    wolfTicket_Key* key, size_t sz);

/* Seconds since 1970 when the key of this name was generated, 0 when the name
 * does not tell. */
WOLFTICKET_API word64 wolfTicket_Key_made(
    const unsigned char name[WOLFTICKET_NAME_SZ]);

/* ---- contexts ------------------------------------------------------------ */

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
