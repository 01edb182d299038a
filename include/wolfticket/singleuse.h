/* singleuse.h
 *
 * Tickets that resume once.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * A TLS 1.3 ticket of a context with single use resumes one session.  Whoever
 * presents it again, be it the client, or somebody who has recorded its first
 * message, gets a full handshake: early data cannot be played back.  Two
 * connections that present one ticket at the same time, in two threads or in
 * two processes forked from one, get one resumption between them.
 *
 * Tickets of TLS 1.2 are not subject to it: clients keep and reuse them by
 * design.
 *
 * A ticket made for single use opens nowhere else, one that the filter counts
 * not where a callback does, and the other way round.  Nor is early data
 * accepted anywhere else.
 */

#ifndef WOLFTICKET_SINGLEUSE_H
#define WOLFTICKET_SINGLEUSE_H

#include <wolfticket/ticket.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef WOLFTICKET_EMBEDDED

/* Tickets that the filter remembers: unless said otherwise, at the least and
 * at the most. */
#define WOLFTICKET_SINGLE_USE_TICKETS       1048576u
#define WOLFTICKET_MIN_SINGLE_USE_TICKETS   4096u
#define WOLFTICKET_MAX_SINGLE_USE_TICKETS   268435456u

/* Bytes of what a ticket is known by to a claim callback. */
#define WOLFTICKET_CLAIM_ID_SZ              16

/* Switches single use on or off, off with the claim callback.  Before the
 * first handshake of the context.
 *
 * On, without a callback, a filter in memory says whether a ticket has been
 * used.  There is one in a process, for all of its contexts; it is made by the
 * first call, for WOLFTICKET_SINGLE_USE_TICKETS tickets in 288 KB, and freed
 * by wolfTicket_cleanup().  It never errs: a ticket is refused as used
 * (WOLFTICKET_CAUSE_REPLAYED) if it was, and as not vouched for
 * (WOLFTICKET_CAUSE_UNVOUCHED) if the filter does not know it, because more
 * than that many tickets have been made since, or because it was made by
 * another process, before a restart, without single use, or under a key
 * callback (wolfTicket_CTX_set_tlsext_ticket_key_cb()).
 *
 * Processes that are forked after the first call share the filter, each with
 * all the others, and resume each other's tickets, where they share the keys.
 * One that is forked before makes its own.  So does, where the system has no
 * memory to share, every one that calls this after its fork; until then it
 * makes no ticket that resumes. */
WOLFTICKET_API int wolfTicket_CTX_set_single_use(WOLFSSL_CTX* ctx, int on);

/* The same as on, for a filter that remembers the last tickets tickets,
 * WOLFTICKET_MIN_SINGLE_USE_TICKETS ... WOLFTICKET_MAX_SINGLE_USE_TICKETS, in
 * tickets * 9 / 32 bytes.  Threads and processes take numbers for up to 256
 * tickets at a time; those count as made.  Fails when the process has a filter
 * of another size. */
WOLFTICKET_API int wolfTicket_CTX_set_single_use_tickets(WOLFSSL_CTX* ctx,
    unsigned int tickets);

/* Says, in one step, whether a ticket is used for the first time, and that it
 * is used from now on.
 *  id            the ticket: a keyed hash, which says nothing of it, the same
 *                wherever the key is; valid during the call
 *  age           seconds since it was made, at the most: what clocks may differ
 *                by is in it.  Who has forgotten what was before may answer -1
 *                to older ones
 *  seconds_left  how long it may yet be presented, on a machine whose clock
 *                is behind too: remember it for that long at the least
 * Return 1: first use; 0: used before (WOLFTICKET_CAUSE_REPLAYED); -1, or
 * anything else: cannot tell (WOLFTICKET_CAUSE_UNVOUCHED).  The ticket is used
 * after 1 alone.  Called by the thread of the handshake, which waits; several
 * threads may call it at once. */
typedef int (*wolfTicket_ClaimCb)(const unsigned char id[16],
    unsigned int age, unsigned int seconds_left, void* arg);

/* Switches single use on, and asks cb in place of the filter; NULL: goes back
 * to the filter.  arg is passed to it and stays the caller's.
 *
 * A ticket is claimed once on a connection, however often wolfSSL looks at it
 * and after a HelloRetryRequest as well, and only when nothing else keeps it
 * from being used: it opens, is in its time, bound to the names asked for, and
 * dec_cb has answered USE or USE_RENEW.  So a ticket that dec_cb IGNOREs stays
 * good, and nobody hears of tickets that are refused anyway.  The filter is
 * asked before dec_cb, which then gets WOLFTICKET_NO_DECRYPT for a ticket that
 * was used; and again, to claim it.  What dec_cb has said USE to and what is
 * then refused leads to a full handshake with new tickets; _get_info() tells
 * cause. */
WOLFTICKET_API int wolfTicket_CTX_set_single_use_cb(WOLFSSL_CTX* ctx,
    wolfTicket_ClaimCb cb, void* arg);

#endif /* !WOLFTICKET_EMBEDDED */

#ifdef __cplusplus
}
#endif

#endif /* WOLFTICKET_SINGLEUSE_H */
