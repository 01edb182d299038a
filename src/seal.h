/* seal.h
 *
 * The sealed ticket: its format, written and read.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_SEAL_H
#define WOLFTICKET_SEAL_H

#include "port.h"
#include "keyring.h"

/* Bytes of a binding check. */
#define WT_CHECK_SZ  4

typedef struct {
    byte sidCtx[WT_CHECK_SZ];
    byte name[WT_CHECK_SZ];
    byte alpn[WT_CHECK_SZ];
} wt_checks;

#ifndef WOLFTICKET_EMBEDDED
/* Who says that a ticket has been used. */
typedef enum {
    WT_SINGLE_NOT,      /* it resumes any number of times */
    WT_SINGLE_CB,
    WT_SINGLE_FILTER    /* its maker's */
} wt_single;
#endif

/* What we put into a ticket beside wolfSSL's contents. */
typedef struct {
    word32 issued;      /* seconds since 1970 */
    word32 chainAge;    /* seconds since the chain's full handshake, then */
    word32 renewals;
    byte ticketNonce;
    const byte* data;   /* application data; opening: into the work buffer */
    word32 dataSz;
#ifndef WOLFTICKET_EMBEDDED
    byte kept;          /* data is a handle to it, WT_HANDLE_SZ bytes */
    byte single;        /* wt_single; see singleuse.c */
#endif
} wt_ticket;

/* Never repeats: nonce[12] | size of the data, cut to units of 256[1]. */
#define WT_HANDLE_SZ  13

#define WT_MAX_CHAIN_AGE  0xFFFFFu
#define WT_MAX_RENEWALS   0xFFFu

/* wolfSSL's frame around a ticket, as its callback gives it. */
typedef struct {
    byte* keyName;      /* WOLFSSL_TICKET_NAME_SZ */
    byte* iv;           /* WOLFSSL_TICKET_IV_SZ */
    byte* mac;          /* WOLFSSL_TICKET_MAC_SZ */
    byte* enc;
    word32 encSz;       /* sealing: wolfSSL's contents; opening: all of it */
    word32 encMax;      /* sealing: the most that may come out */
    word32 version;     /* of the protocol, as wolfSSL_version() gives it */
#ifdef WOLFTICKET_EMBEDDED
    byte* work;         /* WT_STACK_WORK bytes of the context's storage */
#endif
} wt_frame;

/* What is sealed, from flags to contents: written to msg, which has room for
 * wt_message_max() bytes; returns the size. */
word32 wt_message_write(const wt_ticket* ticket, const byte* contents,
    word32 contentsSz, byte* msg);
word32 wt_message_max(const wt_ticket* ticket, word32 contentsSz);

/* And read, whoever made it: 1 with ticket->data and *contents inside msg, or
 * 0 when it makes no sense. */
int wt_message_read(const byte* msg, word32 msgSz, wt_ticket* ticket,
    const byte** contents, word32* contentsSz);

/* Application data that fits beside contentsSz bytes in a message of all. */
word32 wt_message_room(word32 contentsSz, word32 all);

/* Application data that fits beside contentsSz bytes in an enc of encMax. */
word32 wt_seal_room(word32 contentsSz, word32 encMax);

/* Seals frame->enc in place, fills the other fields and sets frame->encSz to
 * what came out.  Returns 1, or 0 with all of the frame wiped, which is left to
 * the caller in the embedded core. */
int wt_seal(const wt_key* key, const byte nonce[WT_AEAD_NONCE_SZ],
    const wt_checks* checks, const wt_ticket* ticket, wt_frame* frame);

/* Wipes all of a frame. */
void wt_seal_wipe(wt_frame* frame);

/* A ticket that nobody can open, and that says nothing: for when wolfSSL has
 * promised one and none can be made. */
void wt_seal_dead(wt_frame* frame);

/* The checks that a ticket carries, sealed or not. */
void wt_seal_checks(const wt_frame* frame, wt_checks* checks);

/* 1 when the frame can be a ticket of this format. */
int wt_seal_format(const wt_frame* frame);

/* Opens into work, of wt_seal_work_size() bytes, and leaves the frame alone.
 * Returns 1 and sets ticket and *contents and *contentsSz, wolfSSL's part,
 * both inside work; 0 when the seal does not fit or what is under it makes
 * no sense.  The caller wipes work. */
int wt_open(const wt_key* key, const wt_frame* frame, byte* work,
    wt_ticket* ticket, const byte** contents, word32* contentsSz);
word32 wt_seal_work_size(word32 encSz);

/* Enough work for the tickets of common builds, on the stack. */
#ifdef WOLFTICKET_EMBEDDED
    #define WT_STACK_WORK  (WOLFTICKET_MAX_TICKET + 32) /* not on a stack */
#else
    #define WT_STACK_WORK  320
#endif

#endif /* WOLFTICKET_SEAL_H */
