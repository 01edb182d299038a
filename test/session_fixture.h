/* session_fixture.h
 *
 * Serialised sessions made by hand, good ones and all kinds of bad ones.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_SESSION_FIXTURE_H
#define WOLFTICKET_TEST_SESSION_FIXTURE_H

#include "harness.h"
#include "session.h"

/* The lengths of a session's parts. */
typedef struct {
    word32 bornOn;
    word32 timeout;
    word16 version;
    byte side;
    byte verify;
    word32 id;
    word32 alt;         /* 0 or 32 */
    word32 chain;       /* certificates */
    word32 cert;        /* bytes of each */
    word32 server;
    word32 context;
    word32 nonce;
    word32 ticket;
    byte fill;          /* what the ticket is made of */
} sf_parts;

#define SF_ROOM 70000

static inline sf_parts sf_good(void)
{
    sf_parts parts;

    memset(&parts, 0, sizeof(parts));
    parts.bornOn = (word32)wt_clock() - 10;
    parts.timeout = 3600;
    parts.version = 0x0304;
    parts.side = WOLFSSL_CLIENT_END;
    parts.id = 32;
    parts.nonce = 1;
    parts.ticket = 200;
    parts.fill = 0x42;
    return parts;
}

static inline word32 sf_put(byte* out, word32 at, word32 value, int bytes)
{
    wt_put(out + at, value, bytes);
    return at + (word32)bytes;
}

static inline word32 sf_fill(byte* out, word32 at, byte what, word32 sz)
{
    memset(out + at, what, sz);
    return at + sz;
}

/* The bytes of a session with these parts; how many. */
static inline word32 sf_make(byte* out, const sf_parts* p, word32 tailSz)
{
    word32 at = 0;
#ifdef SESSION_CERTS
    word32 i;
#endif

    at = sf_put(out, at, p->side, 1);
    at = sf_put(out, at, p->bornOn, 4);
    at = sf_put(out, at, p->timeout, 4);
    at = sf_put(out, at, p->id, 1);
    at = sf_fill(out, at, 1, p->id);
    at = sf_fill(out, at, 2, WOLFSSL_MAX_MASTER_KEY_LENGTH);
    at = sf_put(out, at, 1, 1);
    at = sf_put(out, at, p->alt, 1);
    at = sf_fill(out, at, 3, p->alt);
#ifdef SESSION_CERTS
    at = sf_put(out, at, p->chain, 1);
    for (i = 0; i < p->chain; i++) {
        at = sf_put(out, at, p->cert, 2);
        at = sf_fill(out, at, 4, p->cert);
    }
#endif
    at = sf_put(out, at, p->version, 2);
    at = sf_put(out, at, 0x1301, 2);
#ifndef NO_CLIENT_CACHE
    at = sf_put(out, at, p->server, 2);
    at = sf_fill(out, at, 5, p->server);
#endif
    at = sf_put(out, at, p->context, 1);
    at = sf_fill(out, at, 6, p->context);
    at = sf_put(out, at, p->verify, 1);
#ifdef WOLFSSL_TLS13
    at = sf_put(out, at, 23, 2);
    #ifndef WOLFSSL_32BIT_MILLI_TIME
    at = sf_put(out, at, 0, 4);
    #endif
    at = sf_put(out, at, p->bornOn, 4);
    at = sf_put(out, at, 7, 4);
    at = sf_put(out, at, p->nonce, 1);
    at = sf_fill(out, at, 8, p->nonce);
#endif
#ifdef WOLFSSL_EARLY_DATA
    at = sf_put(out, at, 0, 4);
#endif
    at = sf_put(out, at, p->ticket, 2);
    at = sf_fill(out, at, p->fill, p->ticket);
    return sf_fill(out, at, 9, tailSz);
}

/* What this build of wolfSSL appends. */
static inline word32 sf_tail(void)
{
    static word32 tail = 0xFFFF;
    wt_session_facts facts;
    byte mem[1024];
    sf_parts parts;
    word32 sz;

    if (tail == 0xFFFF) {
        parts = sf_good();
        for (tail = 0; tail <= 96; tail++) {
            sz = sf_make(mem, &parts, tail);
            if (wt_session_read(mem, sz, &facts))
                break;
        }
    }
    return tail;
}

/* A good session of ticketSz bytes of fill. */
static inline word32 sf_session(byte* out, byte fill, word32 ticketSz)
{
    sf_parts parts = sf_good();

    parts.fill = fill;
    parts.ticket = ticketSz;
    return sf_make(out, &parts, sf_tail());
}

#endif /* WOLFTICKET_TEST_SESSION_FIXTURE_H */
