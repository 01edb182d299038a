/* base64.h
 *
 * Base64 of secrets, exact to the last bit.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_BASE64_H
#define WOLFTICKET_BASE64_H

#include "port.h"

/* Characters that sz bytes take, padding included. */
word32 wt_base64_size(word32 sz);

/* Whether c is one of them. */
int wt_base64_char(byte c);

/* Reads the wt_base64_size(outSz) characters that outSz bytes are written as.
 * 1, or 0 for any other characters. */
int wt_base64_decode(const byte* in, byte* out, word32 outSz);

/* Writes wt_base64_size(inSz) characters, without an end of line. */
void wt_base64_encode(const byte* in, word32 inSz, byte* out);

#endif /* WOLFTICKET_BASE64_H */
