/* harness_mem.c
 *
 * Allocators for tests: counting, failing, reusing at once or never.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Every block has a header with its size.  Blocks that are handed out again
 * still hold what their former owner left, as with most allocators.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE /* RTLD_NEXT */
#endif
#include "harness.h"

#include <wolfssl/wolfcrypt/memory.h>

#include <dlfcn.h>

/* A union, so that what follows is aligned for anything. */
typedef union th_block {
    struct {
        size_t sz;
        union th_block* next;
    } head;
    long double align;
} th_block;

#define LISTS 64

static th_mem_mode mode;
static th_block* freed[LISTS];
static long live;
static long calls;
static long failAt;
static int armed;
static int inUse;

static th_block** List(size_t sz)
{
    return &freed[(sz / 16) % LISTS];
}

static th_block* TakeFreed(size_t sz)
{
    th_block** link = List(sz);
    th_block* block;

    while (*link != NULL && (*link)->head.sz != sz)
        link = &(*link)->head.next;
    block = *link;
    if (block != NULL)
        *link = block->head.next;
    return block;
}

static void* Malloc(size_t sz)
{
    th_block* block = NULL;

    if (mode == TH_MEM_SAME)
        block = TakeFreed(sz);
    if (block == NULL)
        block = (th_block*)malloc(sizeof(*block) + sz);
    if (block == NULL)
        return NULL;
    block->head.sz = sz;
    block->head.next = NULL;
    live++;
    return block + 1;
}

static void Free(void* mem)
{
    th_block* block = (th_block*)mem;
    th_block** list;

    if (block == NULL)
        return;
    block--;
    live--;
    if (mode == TH_MEM_COUNT) {
        free(block);
    }
    else {
        list = List(block->head.sz);
        block->head.next = *list;
        *list = block;
    }
}

static void* Realloc(void* mem, size_t sz)
{
    void* larger = Malloc(sz);
    size_t old;

    if (larger != NULL && mem != NULL) {
        old = ((th_block*)mem - 1)->head.sz;
        memcpy(larger, mem, (old < sz) ? old : sz);
        Free(mem);
    }
    return larger;
}

/* Where the linker has put the tests and the sources that they test. */
extern char __executable_start;
extern char etext;

static int IsOurs(const void* caller)
{
    return (const char*)caller >= &__executable_start &&
        (const char*)caller < &etext;
}

#ifdef WOLFSSL_STATIC_MEMORY

/* ---- static memory ------------------------------------------------------- */

#define POOL_SZ (24 * 1024 * 1024)

/* wolfSSL overlooks what wolfSSL_SetAllocators() sets where it has static
 * memory: its three functions are ours there, and call those of the library
 * unless a test has set others. */
static th_malloc mallocFn;
static th_free freeFn;
static th_realloc reallocFn;
static unsigned char pool[POOL_SZ];
static WOLFSSL_HEAP_HINT* hint;

int th_allocators(th_malloc newMalloc, th_free newFree, th_realloc newRealloc)
{
    mallocFn = newMalloc;
    freeFn = newFree;
    reallocFn = newRealloc;
    return 0;
}

static int IsOfPool(const void* mem)
{
    return (const unsigned char*)mem >= pool &&
        (const unsigned char*)mem < pool + POOL_SZ;
}

void th_mem_pool(void)
{
    if (!inUse && hint == NULL) {
        ck_assert_int_eq(wc_LoadStaticMemory(&hint, pool, POOL_SZ,
            WOLFMEM_GENERAL, 1), 0);
        (void)wolfSSL_SetGlobalHeapHint(hint);
    }
}

/* The library's function of that name. */
static void Next(void* function, const char* name)
{
    void* symbol = dlsym(RTLD_NEXT, name);

    memcpy(function, &symbol, sizeof(symbol));
}

void* wolfSSL_Malloc(size_t sz, void* heap, int type)
{
    void* (*next)(size_t, void*, int);

    if (armed && IsOurs(__builtin_return_address(0)) && ++calls == failAt)
        return NULL;
    if (mallocFn != NULL)
        return mallocFn(sz);
    Next(&next, "wolfSSL_Malloc");
    return next(sz, heap, type);
}

void wolfSSL_Free(void* mem, void* heap, int type)
{
    void (*next)(void*, void*, int);

    if (freeFn != NULL && !IsOfPool(mem)) {
        freeFn(mem);
    }
    else {
        Next(&next, "wolfSSL_Free");
        next(mem, heap, type);
    }
}

void* wolfSSL_Realloc(void* mem, size_t sz, void* heap, int type)
{
    void* (*next)(void*, size_t, void*, int);

    if (reallocFn != NULL && !IsOfPool(mem))
        return reallocFn(mem, sz);
    Next(&next, "wolfSSL_Realloc");
    return next(mem, sz, heap, type);
}

#else

int th_allocators(th_malloc newMalloc, th_free newFree, th_realloc newRealloc)
{
    return wolfSSL_SetAllocators(newMalloc, newFree, newRealloc);
}

void th_mem_pool(void)
{
}

/* Takes the place of wolfSSL's function of this name, which XMALLOC() is, so
 * that our allocations can be told from wolfSSL's: wolfSSL itself leaks when
 * some of its own fail. */
void* wolfSSL_Malloc(size_t sz)
{
    if (armed && IsOurs(__builtin_return_address(0)) && ++calls == failAt)
        return NULL;
    return inUse ? Malloc(sz) : malloc(sz);
}

#endif /* WOLFSSL_STATIC_MEMORY */

void th_mem_use(th_mem_mode want)
{
    mode = want;
    live = calls = failAt = 0;
    armed = 0;
    inUse = 1;
    ck_assert_int_eq(th_allocators(Malloc, Free, Realloc), 0);
}

long th_mem_live(void)
{
    return live;
}

void th_mem_fail_at(long n)
{
    calls = 0;
    failAt = n;
}

void th_mem_arm(int on)
{
    armed = on;
}

long th_mem_calls(void)
{
    return calls;
}
