/* clientrec.h
 *
 * The record of a client connection, for the sources that fill it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_CLIENTREC_H
#define WOLFTICKET_CLIENTREC_H

#include "client.h"
#include "sessionfile.h"
#include "store.h"

#define WT_PRINT_SZ 32

typedef struct wt_client {
    WOLFSSL* ssl;
    wt_place place;
    struct wt_client* nextFree;
    byte error;                 /* wt_error, the last failure */

    /* Where its sessions are kept. */
    int fd;                     /* -1: in no file */
    wt_file_id file;
    wolfTicket_Store* store;
    byte whom[WT_PEER_SZ];      /* the peer by itself */
    byte peer[WT_PEER_SZ];      /* and under the settings below */
    byte hooked;                /* the done callback is ours */
    HandShakeDoneCb doneCb;     /* the application's */
    void* doneArg;

    /* What it offers. */
    word16 version;             /* what it speaks at most */
    byte offered;
    byte begun;                 /* wolfTicket_connect() was called */
    byte again;
    byte failed;                /* and what was offered is dropped */
    byte done;                  /* the handshake was; wolfSSL forgets that
                                 * with the last close notify */
    byte resumed;
    byte hasTrust;
    byte before[WT_RANDOM_SZ];  /* what wolfSSL_clear() has left */
    byte changed;               /* the settings have, on the way */
    byte foreign;               /* so, or what it resumed was not of our
                                 * offering: what arrives is not kept */
    wt_blob bytes;              /* the session of the file, as it was read */
    byte trust[WT_TRUST_SZ];    /* the settings for verification, of the offer
                                 * and then of the handshake */
    WOLFSSL_SESSION* session;   /* that of the store, as it was taken */
    wt_session_facts facts;
    word32 age;

    /* What arrives. */
    byte haveTicket;
    byte ticket[WT_PRINT_SZ];   /* print of the newest, or the one offered */
    wt_blob pending;            /* arrived before the handshake was done */
    int received;
    int kept;
} wt_client;

/* The record of a connection made by wolfTicket_new(), NULL for others. */
wt_client* wt_client_of(const WOLFSSL* ssl);

/* Remembers a failure of the connection.  Always returns 0. */
int wt_client_fail(wt_client* client, wt_error err);

/* Takes wolfSSL's callback for new sessions.  1, or 0 with wt_fail() told. */
int wt_client_hook(WOLFSSL_CTX* ctx);

/* ---- clientoffer.c ------------------------------------------------------ */

/* A look at the file: right after wolfTicket_new(), and once more when the
 * handshake begins.  0 when the handshake must not begin. */
void wt_client_look_early(wt_client* client);
int  wt_client_look(wt_client* client);

/* The random of its first message, zeros before.  1, or 0 when wolfSSL does
 * not know it any more. */
int wt_client_random_of(WOLFSSL* ssl, byte random[WT_RANDOM_SZ]);

/* Has it sent its first message, as far as can be known? */
int wt_client_sent(const wt_client* client);

/* The session of its file, as bytes. */
wt_error wt_client_read(wt_client* client, const byte trust[WT_TRUST_SZ],
    wt_blob* blob);

/* The handshake has failed with wolfSSL's error err. */
void wt_client_failed(wt_client* client, int err);

/* The connection ends without having sent what it has taken. */
void wt_client_put_back(wt_client* client);

/* ---- clientversion.c ---------------------------------------------------- */

/* May the connection speak the session's version, and offer its suite? */
int wt_client_allows(wt_client* client, const wt_session_facts* facts);

/* Does it offer this cipher suite?  1 also when that cannot be told. */
int wt_client_has_suite(wt_client* client, word16 suite);

/* ---- clientrecv.c ------------------------------------------------------- */

/* wolfSSL's callback for new sessions. */
int wt_client_arrived(WOLFSSL* ssl, WOLFSSL_SESSION* session);

/* The handshake is done, in this moment or some time ago: what waited for
 * that is kept. */
void wt_client_done(wt_client* client, int atItsEnd);

/* Calls wt_client_done() when wolfSSL's handshake is done. */
void wt_client_hook_done(wt_client* client);

/* By what the store finds the sessions of its peer.  1 or 0. */
int wt_client_name(wt_client* client);

/* 1 and a print by which a ticket is known again. */
int wt_client_print(const byte* mem, const wt_session_facts* facts,
    byte out[WT_PRINT_SZ]);

#endif /* WOLFTICKET_CLIENTREC_H */
