/* base64.c
 *
 * Base64 of secrets, exact to the last bit.
 *
 * wolfSSL's writer is not in every build, and its reader overlooks what
 * stands behind a padding or a zero byte.  Here neither a table nor a branch
 * depends on what is secret.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "base64.h"

#define PAD '='

/* All ones where low <= c <= high, otherwise 0. */
static word32 Within(word32 c, word32 low, word32 high)
{
    return (((c - low) | (high - c)) >> 31) - 1;
}

/* Sets *bad when c is no digit. */
static word32 Digit(byte c, word32* bad)
{
    word32 upper = Within(c, 'A', 'Z');
    word32 lower = Within(c, 'a', 'z');
    word32 number = Within(c, '0', '9');
    word32 plus = Within(c, '+', '+');
    word32 slash = Within(c, '/', '/');

    *bad |= ~(upper | lower | number | plus | slash);
    return (upper & ((word32)c - 'A')) | (lower & ((word32)c - 'a' + 26)) |
        (number & ((word32)c - '0' + 52)) | (plus & 62) | (slash & 63);
}

static byte Letter(word32 v)
{
    return (byte)((Within(v, 0, 25) & (v + 'A')) |
        (Within(v, 26, 51) & (v - 26 + 'a')) |
        (Within(v, 52, 61) & (v - 52 + '0')) |
        (Within(v, 62, 62) & '+') | (Within(v, 63, 63) & '/'));
}

int wt_base64_char(byte c)
{
    word32 bad = 0;

    (void)Digit(c, &bad);
    return bad == 0 || c == PAD;
}

word32 wt_base64_size(word32 sz)
{
    return (sz + 2) / 3 * 4;
}

int wt_base64_decode(const byte* in, byte* out, word32 outSz)
{
    word32 bad = 0;
    word32 digits = (outSz * 8 + 5) / 6;
    word32 bits = 0, held = 0, n = 0, i;

    for (i = 0; i < digits; i++) {
        held = (held << 6) | Digit(in[i], &bad);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[n++] = (byte)(held >> bits);
            held &= ((word32)1 << bits) - 1;
        }
    }
    bad |= held;
    for (; i < wt_base64_size(outSz); i++)
        bad |= (word32)(in[i] ^ PAD);
    return bad == 0 && n == outSz;
}

void wt_base64_encode(const byte* in, word32 inSz, byte* out)
{
    word32 bits = 0, held = 0, n = 0, i;

    for (i = 0; i < inSz; i++) {
        held = (held << 8) | in[i];
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            out[n++] = Letter((held >> bits) & 63);
            held &= ((word32)1 << bits) - 1;
        }
    }
    if (bits > 0)
        out[n++] = Letter((held << (6 - bits)) & 63);
    while (n < wt_base64_size(inSz))
        out[n++] = PAD;
}
