/* ring.h
 *
 * A key ring from within: what its sources share.
 *
 *   keyring_new.c     rings made and freed
 *   keyring.c         clock, generator, who seals, who dies
 *   keysource.c       keys of the ring's own making: drawn, or of a period
 *   localsource.c     the same as sources, for rings that are refreshed
 *   keymanual.c       keys by hand: added, replaced, retired, revoked
 *   keyring_source.c  keys of a source: what is taken in, and which key seals
 *   ringround.c       when a source is asked, and what it is asked
 *   ringthread.c      the thread that does so
 *   keyring_shared.c  one ring for forked processes
 *   ringlog.c         what is told of it
 *   keylist.c         what there is to know of a ring; keys made and given out
 *   keyderive.c       keys that follow from others, or from a secret
 *   keymaterial.c     what a key is made of
 *   keytable.c        where sealing and opening find them
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_RING_H
#define WOLFTICKET_RING_H

#include "keytable.h"
#include "keyderive.h"
#include "keymaterial.h"

typedef enum {
    WT_RING_AUTOMATIC,
    WT_RING_MANUAL,
    WT_RING_DERIVED,
    WT_RING_FED,       /* by a source of the application's */
    WT_RING_KINDS
} wt_ring_kind;

/* How a ring comes by its keys: what differs between the kinds.  Fed ones take
 * them from a wolfTicket_Source; the others are local, so that no refresh has
 * to be called for them.  All with the lock held. */
typedef struct {
    const char* name;
    /* Does what is due: local, and quick. */
    void (*maintain)(wolfTicket_KeyRing* ring);
    /* A new key now, on demand; NULL: not of the ring's own making. */
    wt_error (*rotate)(wolfTicket_KeyRing* ring);
    /* Whether tickets of that lifetime can be served; NULL: any. */
    int (*serves)(const wolfTicket_KeyRing* ring, word32 lifetime);
    byte byHand;       /* takes keys by hand */
} wt_ring_source;

const wt_ring_source* wt_ring_source_of(const wolfTicket_KeyRing* ring);
extern const wt_ring_source wt_ring_automatic, wt_ring_manual,
    wt_ring_derived, wt_ring_fed;

/* Beside the flags of wolfTicket_KeyRing_add_key(). */
#define WT_KEY_MANUAL   0x10  /* added by hand */
#define WT_KEY_RETIRED  0x20  /* never seals again */
#define WT_KEY_ACTIVE   0x40  /* its time to seal has come */
#define WT_KEY_RESERVE  0x80  /* seals only while no other key does */

/* Ring time begins here, so that a key may have begun before the ring. */
#define WT_RING_START  (((word64)1) << 32)

/* What is known of a key beside what seals; same place as in the table. */
typedef struct {
    wolfTicket_Key material;  /* what it was made of; sizes 0: not known */
    word64 from;     /* the clock's time from which it may seal */
    word64 began;    /* ring time when it became active */
    word64 ended;    /* ring time after its last second of sealing, 0 while
                      * it seals, or before it ever has */
    word64 sealsUntil;  /* of a source's key, by the clock; 0: no limit */
    word64 opensUntil;
    word32 sealFor;  /* seconds from began on, 0: no limit */
    byte flags;
} wt_key_meta;

/* What is to be told of a ring when the lock is free. */
typedef enum {
    WT_TOLD_SEALS,     /* a key seals from now on */
    WT_TOLD_FAILED,    /* no new key could be made */
    WT_TOLD_REVOKED
} wt_told;
#define WT_TOLD_MAX 4

typedef struct {
    wolfTicket_LogCb cb;
    void* arg;
    byte count;
    struct {
        byte what;
        byte id[WT_KEY_ID_SZ];
    } events[WT_TOLD_MAX];  /* the latest */
} wt_ring_log;

typedef struct wt_ring_feed wt_ring_feed;
typedef struct wt_ring_shared wt_ring_shared;

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
    wt_ring_log log;
    wt_ring_feed* feed;      /* its source and thread, NULL: neither */
    wt_ring_shared* shared;  /* with forked processes, NULL: with none */
    wolfTicket_TimeCb timeCb;
    void* timeArg;
    wolfTicket_RandCb randCb;
    void* randArg;
    int refs;
};

/* Takes the lock, and gives the ring to be changed, which for a shared one is
 * a draft; and makes the changes valid, gives back the lock and tells of what
 * happened.  0: another process was faster, and all has to be done again.
 * *err, unless that is NULL, becomes a failure if it was none. */
wolfTicket_KeyRing* wt_ring_enter(wolfTicket_KeyRing* ring);
int wt_ring_leave(wolfTicket_KeyRing* ring, wt_error* err);

/* Once the lock is free: calls the log callback, if there is anything. */
void wt_ring_tell(wolfTicket_KeyRing* ring);
/* With the lock held: notes it for then.  id may be NULL. */
void wt_ring_note(wolfTicket_KeyRing* ring, wt_told what, const byte* id);

/* All with the lock held. */

/* Looks at the clock and does what is due. */
void wt_ring_maintain(wolfTicket_KeyRing* ring);

/* Its parts: looks at the clock; and ends, wakes and drops keys. */
void wt_ring_look(wolfTicket_KeyRing* ring);
void wt_ring_age(wolfTicket_KeyRing* ring);

/* Makes the changes of the draft valid, after having chosen who seals. */
void wt_ring_publish(wolfTicket_KeyRing* ring);

/* 1 when the key at that place of the draft is another than the one that is
 * valid for sealing. */
int wt_ring_newly_seals(const wolfTicket_KeyRing* ring, word32 at);

/* The place of the key of this name, or WT_NO_KEY. */
word32 wt_ring_place_of(const wolfTicket_KeyRing* ring,
    const byte name[WOLFTICKET_NAME_SZ]);

/* Into the draft, and out of it. */
void wt_ring_insert(wolfTicket_KeyRing* ring, word32 at, const wt_key* key,
    const wt_key_meta* meta);
void wt_ring_remove(wolfTicket_KeyRing* ring, word32 at);
word32 wt_ring_draft_count(const wolfTicket_KeyRing* ring);

/* Puts a key of the ring's own making in front.  WT_OK or why not. */
wt_error wt_ring_rotate(wolfTicket_KeyRing* ring);

/* A key that the ring does not have, from its generator.  1 or 0. */
int wt_ring_draw(wolfTicket_KeyRing* ring, wolfTicket_Key* key);

/* Gives a derived ring the keys around period number: 1, or 0 when wolfSSL
 * fails and it stays as it was. */
int wt_ring_fill_periods(wolfTicket_KeyRing* ring, word64 number);

/* ---- keyring_source.c --------------------------------------------------- */

/* Keys that a source has given become all that the ring has, as far as they
 * are some, live, and fit; those it had before keep what is known of them.
 * Where there is no room for all, those that begin more than ahead seconds from
 * now go first.  Sorts keys.  Takes the lock.  *rejected and *dropped count
 * up. */
void wt_ring_take_in(wolfTicket_KeyRing* ring, wolfTicket_SourceKey* keys,
    int count, word32 ahead, unsigned long* rejected, unsigned long* dropped);

/* ---- keyring_shared.c, with the lock held ------------------------------- */

/* What others have made of the ring that is not taken in yet; no lock. */
int wt_shared_news(wolfTicket_KeyRing* ring);
/* The draft of a shared ring as it is now, any other ring itself. */
wolfTicket_KeyRing* wt_shared_pull(wolfTicket_KeyRing* ring);
/* Makes it valid for all.  1, 0: pull again, another process was faster, -1:
 * there is no room to do it, and the ring is as it was. */
int wt_shared_push(wolfTicket_KeyRing* ring);
/* The last reference of this process is gone. */
void wt_shared_free(wolfTicket_KeyRing* ring);

#endif /* WOLFTICKET_RING_H */
