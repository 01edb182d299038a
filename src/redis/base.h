/* base.h
 *
 * What the sources of libwolfticket-redis need from the platform.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Of the core they use the macros of port.h, and none of its functions: the
 * library is one of its own.
 */

#ifndef WOLFTICKET_REDIS_BASE_H
#define WOLFTICKET_REDIS_BASE_H

#include "port.h"

/* The one lock, held for moments and never over I/O; across a fork too, so
 * that a child finds it free.  wt_redis_start() makes it: 1 or 0. */
int  wt_redis_start(void);
void wt_redis_lock(void);
void wt_redis_unlock(void);

/* Milliseconds of a clock that does not jump. */
word64 wt_redis_ms(void);
/* Sleeps until then, at the most. */
void   wt_redis_sleep(word64 until);

/* 1, or 0 when wolfSSL's generator fails. */
int  wt_redis_random(byte* out, word32 sz);

/* Overwrites secrets; the compiler cannot drop it. */
void wt_redis_wipe(void* mem, size_t sz);

/* A copy, NULL of NULL or without memory; wiped as it is freed. */
char* wt_redis_copy(const char* text);
void  wt_redis_drop(char* text);

/* Big-endian numbers of 8 bytes. */
void   wt_redis_put64(byte* out, word64 value);
word64 wt_redis_get64(const byte* in);

/* 2 * sz hexadecimal digits and a 0; and back: 1, or 0 when it is not those
 * of sz bytes. */
void wt_redis_hex(const byte* mem, size_t sz, char* text);
int  wt_redis_unhex(const char* text, size_t textSz, byte* mem, size_t sz);

/* The text of wolfTicket_Redis_error(); returns 0. */
int wt_redis_fail(const char* text);

#endif /* WOLFTICKET_REDIS_BASE_H */
