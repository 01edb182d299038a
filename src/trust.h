/* trust.h
 *
 * What the verification of a client's peer depends on, in short.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TRUST_H
#define WOLFTICKET_TRUST_H

#include "port.h"

#define WT_TRUST_SZ 32

/* A hash of verify mode and depth, certificate authorities, whether there is
 * a verify callback, the name to be found in the peer's certificate where it
 * is one of OpenSSL's layer, and the client's own certificate, as far as
 * wolfSSL tells; equal for equal settings in every process.  Where wolfSSL
 * does not tell all of them it is the context's own and no other's, in this
 * process alone.  1, or 0 when memory or wolfSSL fails. */
int wt_trust_print(WOLFSSL* ssl, byte out[WT_TRUST_SZ]);

/* 1 when the peer of ssl was verified and found good, or was not to be
 * verified. */
int wt_trust_kept(WOLFSSL* ssl);

/* A context is about to be freed; everything goes, at wolfTicket_cleanup(). */
void wt_trust_forget(WOLFSSL_CTX* ctx);
void wt_trust_cleanup(void);

#endif /* WOLFTICKET_TRUST_H */
