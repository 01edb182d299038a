/* binding.h
 *
 * What a ticket is bound to: context id, server name, ALPN list.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_BINDING_H
#define WOLFTICKET_BINDING_H

#include "port.h"
#include "seal.h"
#include "hello.h"

/* A value in short: its length and itself, or, too long for that, 255 and the
 * beginning of its hash. */
#define WT_SHORT_SZ 32

/* The embedded core asks wolfSSL alone, which may know of neither. */
#if !defined(WOLFTICKET_EMBEDDED) || defined(HAVE_SNI) || defined(HAVE_ALPN)
    #define WT_HAVE_NAMES
#endif

/* What the client of a connection asked for. */
typedef struct {
    byte hasName;
    byte hasAlpn;
#ifdef WT_HAVE_NAMES
    byte name[WT_SHORT_SZ];
    byte alpn[WT_SHORT_SZ];
#endif
} wt_binding;

/* From a ClientHello, or from what wolfSSL knows at this moment.  1, or 0
 * when memory or wolfSSL's hash fails. */
int wt_binding_of_hello(const wt_hello* hello, wt_binding* binding);
int wt_binding_of_ssl(WOLFSSL* ssl, wt_binding* binding);

/* The checks that a ticket of this binding carries under key.  1 or 0. */
int wt_binding_checks(const wt_binding* binding, const byte* sidCtx,
    word32 sidCtxSz, const wt_key* key, wt_checks* checks);

#endif /* WOLFTICKET_BINDING_H */
