/* source.h
 *
 * Key rings that take their keys from somewhere: the interface of a source.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The ring decides, the source carries.  When a new key is due, which key
 * seals, and what is wiped is the ring's business, in each process alike; a
 * source says which keys there are, takes a proposal for a new one, and tells
 * how it is.  Nothing of a source is ever called from a handshake: that is
 * done by wolfTicket_KeyRing_refresh(), from the application's loop, or by a
 * thread of the library's, wolfTicket_KeyRing_start().  In a handshake a key
 * whose time has come begins to seal, and one whose time is over is wiped: that
 * is local.
 *
 * A new key is proposed two refresh periods before it is to seal, so that all
 * who share the source know it by then: a key that is new to a ring which has
 * one to seal with seals there after one refresh period at the earliest,
 * whatever the clocks say.  Who makes it is whose proposal the source takes
 * first.  The newest key that is active seals; when there is none, the newest
 * active reserve key does; when there is none of those either, nothing does,
 * and handshakes go on without tickets.
 *
 * A source needs no type of wolfSSL's.  One that is to be compiled without
 * wolfSSL's headers defines WOLFTICKET_SOURCE_TYPES_ONLY before it includes
 * this, and has the types alone.
 */

#ifndef WOLFTICKET_SOURCE_H
#define WOLFTICKET_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what a source is ---------------------------------------------------- */

/* How many keys a ring asks for; it keeps WOLFTICKET_MAX_KEYS of them. */
#define WOLFTICKET_SOURCE_MAX_KEYS 32

/* Flags of a key. */
#define WOLFTICKET_SOURCE_OPENS_ONLY 1u  /* it never seals */
#define WOLFTICKET_SOURCE_RESERVE    2u  /* it seals only while no other key
                                          * does */

/* A key, as the ring proposes it and the source gives it.  The name is what
 * tickets show the first four bytes of; secrets that are all zero or all one
 * byte are no key. */
typedef struct wolfTicket_SourceKey {
    unsigned char name[16];
    unsigned char aes[32];
    unsigned char hmac[32];
    size_t aes_sz;          /* 16 or 32 */
    size_t hmac_sz;         /* 16 or 32 */
    unsigned int flags;
    uint64_t active_from;   /* seconds since 1970: seals from then on, unless
                             * one of a later time is active */
    uint64_t seals_until;   /* no longer from then on; 0: no limit */
    uint64_t opens_until;   /* gone from then on; 0: for as long as the source
                             * has it */
} wolfTicket_SourceKey;

typedef enum wolfTicket_SOURCE_STATE {
    WOLFTICKET_SOURCE_OK,
    WOLFTICKET_SOURCE_AWAY,     /* it cannot be reached: the keys that it gave
                                 * last serve on */
    WOLFTICKET_SOURCE_REFUSED   /* it can, but a secret, a version or a password
                                 * is wrong: somebody has to do something */
} wolfTicket_SOURCE_STATE;

/* How a source is. */
typedef struct wolfTicket_SourceReport {
    int state;              /* a wolfTicket_SOURCE_STATE */
    uint64_t since;         /* seconds since 1970: of that state */
    unsigned long fetches;  /* by the ring: times that it asked for keys */
    unsigned long failures; /* fetches and proposals that failed */
    unsigned long proposed; /* proposals that were taken */
    unsigned long lost;     /* proposals that another one's was before */
    unsigned long rejected; /* entries that were not authentic, or no keys */
    unsigned long dropped;  /* keys that the ring had no room for, in all */
    char text[160];         /* what is wrong and what to do, "" when nothing
                             * is; no secrets */
} wolfTicket_SourceReport;

/* The functions of a source; self is what the ring was made with.  fetch,
 * propose and destroy are never called at the same time, not even for two
 * rings of one process; a fork() waits until they have returned, so that a
 * child finds self whole.  A source that has a connection has to notice
 * by the process number that it is in a child, and make one of its own: the
 * parent uses the other.
 *
 * They must not call wolfTicket functions that take a ring or a context. */
typedef struct wolfTicket_Source {
    /* What it is, a word for texts and log lines. */
    const char* name;

    /* Fills keys, room for max of them, with all there are, newest (the latest
     * active_from) first and the reserve keys behind them; now is the ring's
     * clock, seconds since 1970.  Returns their number; -1: not now, and the
     * ring keeps what it has.  A key that the ring has and that is not given
     * is wiped: that is how keys are revoked.  A source that cannot be reached
     * gives what it knew, and its reserve, and says so in its report.  The
     * ring wipes keys after use. */
    int (*fetch)(void* self, uint64_t now, wolfTicket_SourceKey* keys,
        int max);

    /* A new key for all who share the source.  1: taken.  0: another one was
     * first, that is, there is a key of a later active_from than all that the
     * last fetch gave: of those who saw the same newest key one is taken, the
     * others fetch what was.  -1: it could not be done.  NULL: the keys are
     * made elsewhere. */
    int (*propose)(void* self, uint64_t now, const wolfTicket_SourceKey* key);

    /* Waits up to ms milliseconds for news.  1: there are some, refresh now;
     * 0: none.  It is for the thread of wolfTicket_KeyRing_start() alone, which
     * calls it with 100 milliseconds at most, and may run while a process is
     * forked: it only waits, and leaves what comes to the next fetch.  One
     * that returns 0 early is not called again before the time is over.  NULL:
     * there is no news but by fetch. */
    int (*wait)(void* self, unsigned int ms);

    /* Sets state, since, rejected and text, *report being all zero; the ring
     * adds the rest.  By any thread, also while another is in fetch, propose
     * or wait.  NULL: it is OK whenever the last fetch was. */
    void (*report)(void* self, uint64_t now, wolfTicket_SourceReport* report);

    /* The ring is gone: frees self.  NULL: there is nothing to free. */
    void (*destroy)(void* self);
} wolfTicket_Source;

#ifdef __cplusplus
}
#endif

/* ---- rings that have one ------------------------------------------------- */

#ifndef WOLFTICKET_SOURCE_TYPES_ONLY

#include <wolfticket/keys.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What can be set; all zero is a good choice. */
typedef struct wolfTicket_SourceOptions {
    unsigned int refresh;   /* seconds from one round to the next, 1 ... 3600;
                             * 0: 10.  The same for all who share the source */
    unsigned int period;    /* seconds that a key seals before the next one
                             * does, 4 times refresh at least; 0: three
                             * quarters of the longest lifetime among the
                             * ring's contexts */
    wolfTicket_TimeCb time_cb;  /* NULL: wolfSSL's */
    void* time_arg;
    wolfTicket_RandCb rand_cb;  /* NULL: wolfSSL's */
    void* rand_arg;
} wolfTicket_SourceOptions;

/* A ring that takes its keys from source, and has none before the first
 * refresh.  *source has to stay, self is the ring's from now on (its destroy is
 * called when ring and contexts are gone).  options may be NULL.  NULL on
 * failure, and self is still the caller's then.
 *
 * A key seals for a period, may seal for two if no other comes, and opens for
 * one lifetime more; the ring holds WOLFTICKET_MAX_KEYS, three of them reserve
 * keys: with a period of half the lifetime or more all of them fit.  Keys by
 * hand are refused (revoke them where the source has them). */
WOLFTICKET_API wolfTicket_KeyRing* wolfTicket_KeyRing_new_source(
    const wolfTicket_Source* source, void* self,
    const wolfTicket_SourceOptions* options);

/* Sources that need nobody else; *self is to be given to
 * wolfTicket_KeyRing_new_source() with what is returned, to one ring, or to the
 * source's destroy.  They are never away, and have no report of their own.
 * NULL when an argument is wrong, or memory or wolfSSL fails;
 * wolfTicket_CTX_error(NULL) says which, and *self is as it was.
 *
 * automatic   what the ring makes, kept in this process: what
 *             wolfTicket_KeyRing_new() does by itself, which needs no refresh.
 *             The first key seals at once
 * derived     what wolfTicket_KeyRing_new_derived() has, of the same arguments,
 *             the same limits and the same keys: tickets of one ring open in
 *             the other.  Keys of WOLFTICKET_MAX_KEYS - 2 periods open, in
 *             place of those of a lifetime; the refresh period has to be
 *             shorter than period */
WOLFTICKET_API const wolfTicket_Source* wolfTicket_Automatic_source(
    void** self);
WOLFTICKET_API const wolfTicket_Source* wolfTicket_Derived_source(
    const unsigned char* secret, size_t secret_sz, unsigned int period,
    void** self);

/* One round: fetches, proposes a new key when one is due, and fetches again.
 * It takes as long as the source does.  *next_ms (NULL: not wanted) is set to
 * the milliseconds after which to call again, three quarters of the refresh
 * period to all of it, at random, so that a fleet does not come at once; also
 * on failure.  Returns 1, or 0 when the source answered -1, is away or
 * refuses, or when no key could be made: wolfTicket_CTX_error(NULL) says
 * which, and the report more.  What the ring has serves on.  Any thread may
 * call it, also beside the one below.
 *
 * Rings without a source do what is due, as in a handshake; *next_ms is then
 * 1000. */
WOLFTICKET_API int wolfTicket_KeyRing_refresh(wolfTicket_KeyRing* ring,
    unsigned int* next_ms);

/* Starts a thread that does that, at once and from then on, until
 * wolfTicket_KeyRing_stop() or until the ring is gone; it takes no signals.
 * Also for rings without a source.  A process made by fork() has no such
 * thread and may start one.  Fails where the platform or the build has no
 * threads, and when there is one already.
 *
 * wolfTicket_KeyRing_stop() returns when the thread has ended, 1 also when
 * there was none; not to be called by a callback that the thread calls. */
WOLFTICKET_API int wolfTicket_KeyRing_start(wolfTicket_KeyRing* ring);
WOLFTICKET_API int wolfTicket_KeyRing_stop(wolfTicket_KeyRing* ring);

/* How the ring's source is.  For rings without one: OK or, when no new key
 * could be made when it was due, AWAY; proposed counts the rotations. */
WOLFTICKET_API int wolfTicket_KeyRing_get_report(wolfTicket_KeyRing* ring,
    wolfTicket_SourceReport* report);

/* Sets what is told of rotations and failures: one line each, without a line
 * feed, valid during the call, never a secret (of a key the four bytes that
 * its tickets show).  A failure is told once until something else happens.
 * It is called by whichever thread found out, also in the middle of a
 * handshake, by several threads at once, and with no lock held but that of a
 * key file that the ring follows; it must not call wolfTicket.  NULL: nothing
 * is told. */
typedef void (*wolfTicket_LogCb)(const char* line, void* arg);
WOLFTICKET_API int wolfTicket_KeyRing_set_log_cb(wolfTicket_KeyRing* ring,
    wolfTicket_LogCb log_cb, void* arg);

#ifdef __cplusplus
}
#endif

#endif /* !WOLFTICKET_SOURCE_TYPES_ONLY */

#endif /* WOLFTICKET_SOURCE_H */
