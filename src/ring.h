/* ring.h
 *
 * A key ring from within: what its sources share.
 *
 *   keyring_new.c rings made and freed
 *   keyring.c     clock, generator, who seals, who dies
 *   keysource.c   keys of the ring's own making: drawn, or of a period
 *   keymanual.c   keys by hand: added, replaced, retired, revoked
 *   keylist.c     what there is to know of a ring; keys made and given out
 *   keyderive.c   keys that follow from others, or from a secret
 *   keytable.c    where sealing and opening find them
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_RING_H
#define WOLFTICKET_RING_H

#include "keytable.h"
#include "keyderive.h"
#include "error.h"

typedef enum {
    WT_RING_AUTOMATIC,
    WT_RING_MANUAL,
    WT_RING_DERIVED
} wt_ring_kind;

/* Beside the flags of wolfTicket_KeyRing_add_key(). */
#define WT_KEY_MANUAL   0x10  /* added by hand */
#define WT_KEY_RETIRED  0x20  /* never seals again */
#define WT_KEY_ACTIVE   0x40  /* its time to seal has come */

/* Ring time begins here, so that a key may have begun before the ring. */
#define WT_RING_START  (((word64)1) << 32)

/* What is known of a key beside what seals; same place as in the table. */
typedef struct {
    wolfTicket_Key material;  /* what it was made of; sizes 0: not known */
    word64 from;     /* the clock's time from which it may seal */
    word64 began;    /* ring time when it became active */
    word64 ended;    /* ring time after its last second of sealing, 0 while
                      * it seals, or before it ever has */
    word32 sealFor;  /* seconds from began on, 0: no limit */
    byte flags;
} wt_key_meta;

struct wolfTicket_KeyRing {
    wt_key_table table;
    wt_key_meta meta[WOLFTICKET_MAX_KEYS];  /* newest first */
    word64 clock;        /* the clock's last answer */
    word64 now;          /* ring time */
    word32 lifetime;     /* the longest of all the contexts' */
    word32 period;       /* of a derived ring */
    word64 number;       /* of the period that a derived ring is in */
    byte prk[WT_PRK_SZ]; /* of a derived ring */
    byte kind;           /* wt_ring_kind */
    byte overdue;        /* a new key is wanted, and could not be made */
    byte blind;          /* the clock has failed since the last look */
    unsigned long rotations;
    unsigned long failures;
    wolfTicket_TimeCb timeCb;
    void* timeArg;
    wolfTicket_RandCb randCb;
    void* randArg;
    int refs;
};

/* All with the lock held. */

/* Looks at the clock and does what is due. */
void wt_ring_maintain(wolfTicket_KeyRing* ring);

/* Its parts: looks at the clock; and ends, wakes and drops keys. */
void wt_ring_look(wolfTicket_KeyRing* ring);
void wt_ring_age(wolfTicket_KeyRing* ring);

/* Makes the changes of the draft valid, after having chosen who seals. */
void wt_ring_publish(wolfTicket_KeyRing* ring);

/* Into the draft, and out of it. */
void wt_ring_insert(wolfTicket_KeyRing* ring, word32 at, const wt_key* key,
    const wt_key_meta* meta);
void wt_ring_remove(wolfTicket_KeyRing* ring, word32 at);
word32 wt_ring_draft_count(const wolfTicket_KeyRing* ring);

/* Puts a key of the ring's own making in front.  WT_OK or why not. */
wt_error wt_ring_rotate(wolfTicket_KeyRing* ring);
/* 1 when that is due. */
int wt_ring_due(const wolfTicket_KeyRing* ring);

/* Gives a derived ring the keys of the period that is now, and, anew, those
 * around period number: 1, or 0 when wolfSSL fails and it stays as it was. */
void wt_ring_follow_periods(wolfTicket_KeyRing* ring);
int  wt_ring_fill_periods(wolfTicket_KeyRing* ring, word64 number);
/* 1 when it has room for the keys that tickets of this lifetime need. */
int  wt_ring_can_serve(const wolfTicket_KeyRing* ring, word32 lifetime);

/* The sz bytes are all the same. */
int wt_one_byte(const byte* mem, size_t sz);

/* WT_OK, or what is wrong with a key by itself. */
wt_error wt_key_check(const wolfTicket_Key* key);

/* 1 when both have the same secrets, in constant time. */
int wt_key_same(const wolfTicket_Key* a, const wolfTicket_Key* b);

#endif /* WOLFTICKET_RING_H */
