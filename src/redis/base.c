/* base.c
 *
 * What the sources of libwolfticket-redis need from the platform.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "redis/base.h"

#include <wolfticket/redis.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <wolfssl/wolfcrypt/random.h>

#if !defined(SINGLE_THREADED) && defined(HAVE_PTHREAD_ATFORK)
    #include <pthread.h>
#endif

#define ERROR_SZ 256

static WT_THREAD_LOCAL char errorText[ERROR_SZ];

/* ---- the lock ----------------------------------------------------------- */

#ifndef SINGLE_THREADED
enum { BASE_NEW, BASE_BUSY, BASE_READY, BASE_FAILED };

static wolfSSL_Mutex mutex;
static int state = BASE_NEW;
#endif

void wt_redis_lock(void)
{
#ifndef SINGLE_THREADED
    (void)wc_LockMutex(&mutex);
#endif
}

void wt_redis_unlock(void)
{
#ifndef SINGLE_THREADED
    (void)wc_UnLockMutex(&mutex);
#endif
}

#ifndef SINGLE_THREADED
static int Start(void)
{
    int ret = wc_InitMutex(&mutex) == 0;

#ifdef HAVE_PTHREAD_ATFORK
    if (ret)
        ret = pthread_atfork(wt_redis_lock, wt_redis_unlock,
            wt_redis_unlock) == 0;
#endif
    return ret;
}
#endif

int wt_redis_start(void)
{
#ifdef SINGLE_THREADED
    return 1;
#else
    int expected = BASE_NEW;

    if (WT_LOAD(&state) == BASE_NEW &&
            __atomic_compare_exchange_n(&state, &expected, BASE_BUSY, 0,
                __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        WT_STORE(&state, Start() ? BASE_READY : BASE_FAILED);
    while (WT_LOAD(&state) == BASE_BUSY)
        ;
    return WT_LOAD(&state) == BASE_READY;
#endif
}

/* ---- time --------------------------------------------------------------- */

word64 wt_redis_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (word64)now.tv_sec * 1000 + (word64)now.tv_nsec / 1000000;
}

void wt_redis_sleep(word64 until)
{
    word64 now = wt_redis_ms();
    struct timespec pause;

    if (until > now) {
        pause.tv_sec = (time_t)((until - now) / 1000);
        pause.tv_nsec = (long)((until - now) % 1000) * 1000000;
        (void)nanosleep(&pause, NULL);
    }
}

/* ---- bytes -------------------------------------------------------------- */

int wt_redis_random(byte* out, word32 sz)
{
    WC_RNG rng;
    int ret = wc_InitRng(&rng) == 0;

    if (ret) {
        ret = wc_RNG_GenerateBlock(&rng, out, sz) == 0;
        (void)wc_FreeRng(&rng);
    }
    return ret;
}

void wt_redis_wipe(void* mem, size_t sz)
{
    volatile byte* p = (volatile byte*)mem;

    while (sz-- > 0)
        *p++ = 0;
}

char* wt_redis_copy(const char* text)
{
    size_t sz = (text != NULL) ? strlen(text) + 1 : 0;
    char* copy = (sz > 0) ? (char*)XMALLOC(sz, NULL, DYNAMIC_TYPE_TMP_BUFFER)
        : NULL;

    if (copy != NULL)
        XMEMCPY(copy, text, sz);
    return copy;
}

void wt_redis_drop(char* text)
{
    if (text != NULL) {
        wt_redis_wipe(text, strlen(text));
        XFREE(text, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    }
}

void wt_redis_put64(byte* out, word64 value)
{
    int i;

    for (i = 7; i >= 0; i--) {
        out[i] = (byte)value;
        value >>= 8;
    }
}

word64 wt_redis_get64(const byte* in)
{
    word64 value = 0;
    int i;

    for (i = 0; i < 8; i++)
        value = (value << 8) | in[i];
    return value;
}

static const char digits[] = "0123456789abcdef";

void wt_redis_hex(const byte* mem, size_t sz, char* text)
{
    size_t i;

    for (i = 0; i < sz; i++) {
        text[2 * i] = digits[mem[i] >> 4];
        text[2 * i + 1] = digits[mem[i] & 15];
    }
    text[2 * sz] = '\0';
}

int wt_redis_unhex(const char* text, size_t textSz, byte* mem, size_t sz)
{
    size_t i;

    if (textSz != 2 * sz)
        return 0;
    for (i = 0; i < textSz; i++) {
        const char* digit = (text[i] != '\0') ? strchr(digits, text[i]) : NULL;

        if (digit == NULL)
            return 0;
        mem[i / 2] = (byte)((mem[i / 2] << 4) | (digit - digits));
    }
    return 1;
}

/* ---- errors ------------------------------------------------------------- */

int wt_redis_fail(const char* text)
{
    (void)snprintf(errorText, sizeof(errorText), "%s", text);
    return 0;
}

const char* wolfTicket_Redis_error(void)
{
    return errorText;
}
