/* basic.c
 *
 * What every source may need: wiping, comparing, numbers as bytes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "port.h"

void wt_wipe(void* mem, size_t sz)
{
#ifdef __GNUC__
    XMEMSET(mem, 0, sz);
    __asm__ __volatile__("" : : "r"(mem) : "memory");
#else
    volatile byte* p = (volatile byte*)mem;

    while (sz-- > 0)
        *p++ = 0;
#endif
}

int wt_equal(const byte* a, const byte* b, size_t sz)
{
    byte diff = 0;
    size_t i;

    for (i = 0; i < sz; i++)
        diff |= (byte)(a[i] ^ b[i]);
    return diff == 0;
}

void wt_put(byte* out, word32 value, int bytes)
{
    while (bytes-- > 0) {
        out[bytes] = (byte)value;
        value >>= 8;
    }
}

word32 wt_get(const byte* in, int bytes)
{
    word32 value = 0;

    while (bytes-- > 0)
        value = (value << 8) | *in++;
    return value;
}

int wt_is_tls13(WOLFSSL* ssl)
{
    int version = wolfSSL_version(ssl);

    return version == 0x0304 || version == 0xFEFC;
}
