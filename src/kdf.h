/* kdf.h
 *
 * HKDF with SHA-256.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_KDF_H
#define WOLFTICKET_KDF_H

#include "port.h"

#define WT_PRK_SZ 32

/* RFC 5869, 2.2 and 2.3.  1, or 0 when wolfSSL fails; the caller wipes what
 * came out. */
int wt_kdf_extract(const byte* salt, word32 saltSz, const byte* ikm,
    word32 ikmSz, byte prk[WT_PRK_SZ]);
int wt_kdf_expand(const byte prk[WT_PRK_SZ], const byte* info, word32 infoSz,
    byte* out, word32 outSz);

#endif /* WOLFTICKET_KDF_H */
