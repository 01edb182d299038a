/* bench_count.c
 *
 * Counts allocations, locks and random-generator calls.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The program's own pthread_mutex_lock() and wc_RNG_GenerateBlock() stand in
 * front of those of the shared libraries, for all callers.  The latter is
 * weak, so that it gives way where wolfSSL is linked statically; whether calls
 * are seen is tried out.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE
#endif

#include "bench.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <wolfssl/wolfcrypt/memory.h>
#include <wolfssl/wolfcrypt/random.h>

/* In front of every block, and keeps it aligned. */
typedef union {
    size_t sz;
    byte apart[32];
} block_head;

typedef int (*lock_fn)(pthread_mutex_t* mutex);
typedef int (*random_fn)(WC_RNG* rng, byte* out, word32 sz);

/* Only one thread runs while something is counted. */
static volatile int counting = 0;
static volatile long allocs, locks, randoms;

/* The next definition of a function, behind this program's. */
static void Next(const char* name, void* fn, size_t sz)
{
    void* symbol = dlsym(RTLD_NEXT, name);

    memcpy(fn, &symbol, sz);
}

int pthread_mutex_lock(pthread_mutex_t* mutex)
{
    static lock_fn next = NULL;

    if (next == NULL)
        Next("pthread_mutex_lock", &next, sizeof(next));
    if (counting)
        locks++;
    return next(mutex);
}

__attribute__((weak))
int wc_RNG_GenerateBlock(WC_RNG* rng, byte* out, word32 sz)
{
    static random_fn next = NULL;

    if (next == NULL)
        Next("wc_RNG_GenerateBlock", &next, sizeof(next));
    if (counting)
        randoms++;
    return next(rng, out, sz);
}

/* ---- memory ------------------------------------------------------------- */

static void* Renew(void* block, size_t sz)
{
    block_head* head = (block == NULL) ? NULL : (block_head*)block - 1;

    head = (block_head*)realloc(head, sizeof(*head) + sz);
    if (head == NULL)
        return NULL;
    head->sz = sz;
    if (counting)
        allocs++;
    return head + 1;
}

static void* Take(size_t sz)
{
    return Renew(NULL, sz);
}

static void Give(void* block)
{
    if (block != NULL)
        free((block_head*)block - 1);
}

size_t bench_block_size(const void* block)
{
    return ((const block_head*)block - 1)->sz;
}

/* ---- counting ----------------------------------------------------------- */

#ifdef WOLFSSL_STATIC_MEMORY

static void* TakeFrom(size_t sz, void* heap, int type)
{
    (void)heap;
    (void)type;
    return Take(sz);
}

static void GiveTo(void* block, void* heap, int type)
{
    (void)heap;
    (void)type;
    Give(block);
}

static void* RenewFrom(void* block, size_t sz, void* heap, int type)
{
    (void)heap;
    (void)type;
    return Renew(block, sz);
}

int bench_count_init(void)
{
    return wolfSSL_SetAllocators(TakeFrom, GiveTo, RenewFrom) == 0;
}

#else

int bench_count_init(void)
{
    return wolfSSL_SetAllocators(Take, Give, Renew) == 0;
}

#endif

void bench_count_start(void)
{
    allocs = locks = randoms = 0;
    counting = 1;
}

void bench_count_stop(bench_counts* counts, int tickets)
{
    counting = 0;
    counts->allocs = (double)allocs / tickets;
    counts->locks = (double)locks / tickets;
    counts->randoms = (double)randoms / tickets;
}

int bench_sees_locks(void)
{
    wolfSSL_Mutex mutex;
    bench_counts counts;

    if (wc_InitMutex(&mutex) != 0)
        return 0;
    bench_count_start();
    (void)wc_LockMutex(&mutex);
    (void)wc_UnLockMutex(&mutex);
    bench_count_stop(&counts, 1);
    (void)wc_FreeMutex(&mutex);
    return counts.locks > 0;
}

/* wolfSSL's own calls have to be seen, not those of this program alone. */
int bench_sees_randoms(void)
{
    WC_RNG rng;
    bench_counts counts;
    byte out;

    if (wc_InitRng(&rng) != 0)
        return 0;
    bench_count_start();
    (void)wc_RNG_GenerateByte(&rng, &out);
    bench_count_stop(&counts, 1);
    (void)wc_FreeRng(&rng);
    return counts.randoms > 0;
}
