/* harness_mem.c
 *
 * Allocators for tests: counting, failing, reusing at once or never.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Every block has a header with its size.  Blocks that are handed out again
 * still hold what their former owner left, as with most allocators.
 */

#include "harness.h"

#include <wolfssl/wolfcrypt/memory.h>

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

/* Takes the place of wolfSSL's function of this name, which XMALLOC() is, so
 * that our allocations can be told from wolfSSL's: wolfSSL itself leaks when
 * some of its own fail. */
void* wolfSSL_Malloc(size_t sz)
{
    if (armed && IsOurs(__builtin_return_address(0)) && ++calls == failAt)
        return NULL;
    return inUse ? Malloc(sz) : malloc(sz);
}

void th_mem_use(th_mem_mode want)
{
    mode = want;
    live = calls = failAt = 0;
    armed = 0;
    inUse = 1;
    ck_assert_int_eq(wolfSSL_SetAllocators(Malloc, Free, Realloc), 0);
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
