/* keycb.h
 *
 * Tickets under a cipher and an HMAC that the application sets up.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_KEYCB_H
#define WOLFTICKET_KEYCB_H

#include "port.h"
#include "error.h"
#include "seal.h"

#if defined(OPENSSL_EXTRA) && !defined(NO_AES)
    #define WT_HAVE_KEY_CB
#endif

/* Application data that fits beside contentsSz bytes in an enc of encMax,
 * under a cipher that fills up to blocks of blockSz (1: does not). */
word32 wt_keycb_room(word32 contentsSz, word32 encMax, word32 blockSz);

/* Of AES-CBC, the usual choice. */
#define WT_KEYCB_BLOCK  16

#ifdef WT_HAVE_KEY_CB

#include <wolfssl/openssl/evp.h>
#include <wolfssl/openssl/hmac.h>

/* What the callback said, as in SSL_CTX_set_tlsext_ticket_key_cb(3); or that
 * nothing can be done with what it has set up. */
typedef enum {
    WT_KEYCB_ERROR  = -1,
    WT_KEYCB_NONE   = 0,    /* sealing: no ticket; opening: not decrypted */
    WT_KEYCB_OK     = 1,
    WT_KEYCB_RENEW  = 2,    /* opening: and renew it */
    WT_KEYCB_FAILED = 3
} wt_keycb_result;

/* What the callback has set up for one ticket. */
typedef struct wt_keycb {
    WOLFSSL_EVP_CIPHER_CTX cipher;
    WOLFSSL_HMAC_CTX hmac;
    byte name[WOLFSSL_TICKET_NAME_SZ];
    byte iv[WOLFSSL_TICKET_IV_SZ];
    byte salt[WT_KEY_SALT_SZ];      /* keys the binding checks */
    word32 blockSz;
    wt_keycb_result result;
} wt_keycb;

/* A session id context. */
typedef struct {
    const byte* id;
    word32 sz;
} wt_sid_ctx;

/* Asks the callback, once; name and iv are a presented ticket's, or NULL for
 * a new one.  Returns what it has set up, for wt_keycb_free(), or NULL when
 * out of memory. */
wt_keycb* wt_keycb_ask(wolfTicket_CTX_tlsext_ticket_key_fn cb, WOLFSSL* ssl,
    const byte* name, const byte* iv);
void wt_keycb_free(wt_keycb* key);

/* As wt_seal(); checks->sidCtx is not used.  Once for each key asked for. */
int wt_keycb_seal(wt_keycb* key, const wt_sid_ctx* sidCtx,
    const wt_checks* checks, const wt_ticket* ticket, wt_frame* frame);

/* Opens into out, of wt_keycb_open_size() bytes; leaves the frame alone.
 * Returns the size of what was sealed, for wt_keycb_read(), or 0. */
word32 wt_keycb_open(wt_keycb* key, const wt_sid_ctx* sidCtx,
    const wt_frame* frame, byte* out);
word32 wt_keycb_open_size(const wt_frame* frame);

/* What was sealed: 1 with ticket->data and *contents inside of msg, and with
 * checks but for checks->sidCtx; 0 when it makes no sense. */
int wt_keycb_read(const byte* msg, word32 msgSz, wt_checks* checks,
    wt_ticket* ticket, const byte** contents, word32* contentsSz);

#endif /* WT_HAVE_KEY_CB */

#endif /* WOLFTICKET_KEYCB_H */
