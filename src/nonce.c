/* nonce.c
 *
 * Nonces that never repeat: across threads, forks and restarts.
 *
 * A nonce is the process's prefix, 8 random bytes, and a counter of 4.  The
 * prefix and the counter lie in a page that the kernel wipes in a child, so a
 * fork of any kind, pid namespaces and raw clone() included, finds no prefix
 * and draws its own.  Where there is no such page, a fork handler forgets the
 * prefix, and a change of the process number tells.  Threads take counters in
 * leases, so that a ticket touches no memory that others write; a lease is
 * good only while the process's prefix is the one it was taken under.
 *
 * Two processes that share a key repeat a nonce only if their prefixes are
 * equal: with 65,536 processes under one key the odds are 2^-33.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "nonce.h"

/* The embedded core has a counter of its own where nothing can be forked. */
#if !defined(WOLFTICKET_EMBEDDED) || defined(WT_HAVE_FORK)

#ifdef WT_HAVE_FORK
    #include <sys/mman.h>
    #include <unistd.h>
#endif

#define WT_NONCE_LEASE 256
#define COUNTERS       (((word64)1) << 32)

typedef struct {
    word64 prefix;  /* 0: none yet, or wiped by a fork */
    word64 next;    /* used up from 2^32 on */
    word64 process;
} wt_nonce_source;

typedef struct {
    word64 prefix;
    word32 next;
    word32 left;
} wt_nonce_lease;

static wt_nonce_source plainSource;
static wt_nonce_source* source = &plainSource;
static WT_THREAD_LOCAL wt_nonce_lease lease;

#ifdef WT_HAVE_FORK
static int wiped = 0; /* the kernel wipes the source in a child */
#endif

void wt_nonce_forked(void)
{
    WT_STORE(&source->prefix, (word64)0);
}

#if defined(WT_HAVE_FORK) && defined(MADV_WIPEONFORK)
/* QEMU's user mode takes any advice for a success and does not follow it:
 * who accepts advice that there is none of has not understood this one. */
static int CanWipe(void* mem, size_t sz)
{
    return madvise(mem, sz, -1) != 0 &&
        madvise(mem, sz, MADV_WIPEONFORK) == 0;
}
#endif

void wt_nonce_init(void)
{
#if defined(WT_HAVE_FORK) && defined(MADV_WIPEONFORK)
    long page = sysconf(_SC_PAGESIZE);
    void* mem;

    if (page >= (long)sizeof(*source)) {
        mem = mmap(NULL, (size_t)page, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (mem != MAP_FAILED) {
            if (CanWipe(mem, (size_t)page)) {
                source = (wt_nonce_source*)mem;
                wiped = 1;
            }
            else {
                (void)munmap(mem, (size_t)page);
            }
        }
    }
#endif
}

static word64 ProcessNumber(void)
{
#ifdef WT_HAVE_FORK
    return wiped ? 0 : (word64)getpid();
#else
    return 0;
#endif
}

/* With the lock held. */
static int DrawPrefix(wolfTicket_KeyRing* ring)
{
    word64 prefix = 0;
    word64 fresh = 0;
    int ret = wt_keyring_random(ring, (byte*)&prefix, sizeof(prefix)) &&
        wt_fresh_random((byte*)&fresh, sizeof(fresh));

    /* An application's generator may have been forked with the process. */
    prefix ^= fresh;
    if (ret == 1 && prefix == 0)
        ret = 0;
    if (ret == 1) {
        /* In this order: who pairs a counter with another prefix than it was
         * made for sees the prefix change. */
        WT_STORE(&source->prefix, (word64)0);
        WT_STORE(&source->next, (word64)0);
        WT_STORE(&source->process, ProcessNumber());
        WT_STORE(&source->prefix, prefix);
    }
    return ret;
}

/* With the lock held. */
static int SourceReady(wolfTicket_KeyRing* ring)
{
    int ret = 1;

    if (WT_LOAD(&source->prefix) == 0 ||
            WT_LOAD(&source->process) != ProcessNumber() ||
            WT_LOAD(&source->next) + WT_NONCE_LEASE > COUNTERS)
        ret = DrawPrefix(ring);
    return ret;
}

/* 1, or 0 when a new prefix is due. */
static int TryLease(void)
{
    word64 prefix = WT_LOAD(&source->prefix);
    word64 end;
    int ret = 0;

    if (prefix != 0 && WT_LOAD(&source->process) == ProcessNumber() &&
            WT_LOAD(&source->next) < COUNTERS) {
        end = WT_ADD(&source->next, (word64)WT_NONCE_LEASE);
        if (end <= COUNTERS && WT_LOAD(&source->prefix) == prefix) {
            lease.prefix = prefix;
            lease.next = (word32)(end - WT_NONCE_LEASE);
            lease.left = WT_NONCE_LEASE;
            ret = 1;
        }
    }
    return ret;
}

static int TakeLease(wolfTicket_KeyRing* ring)
{
    int ret = TryLease();

    while (ret == 0 && wt_nonce_warm(ring))
        ret = TryLease();
    return ret;
}

int wt_nonce_warm(wolfTicket_KeyRing* ring)
{
    int ret;

    wt_lock();
    ret = SourceReady(ring);
    wt_unlock();
    return ret;
}

#ifndef WOLFTICKET_EMBEDDED
word64 wt_nonce_process(void)
{
    word64 prefix = WT_LOAD(&source->prefix);

    return (WT_LOAD(&source->process) == ProcessNumber()) ? prefix : 0;
}
#endif

static int LeaseGood(void)
{
    int ret = lease.left > 0 && lease.prefix == WT_LOAD(&source->prefix);

#ifdef WT_HAVE_FORK
    if (ret && !wiped && WT_LOAD(&source->process) != ProcessNumber())
        ret = 0;
#endif
    return ret;
}

int wt_nonce_next(wolfTicket_KeyRing* ring, byte nonce[WT_NONCE_SZ])
{
    int ret = 1;

    if (!LeaseGood())
        ret = TakeLease(ring);
    if (ret == 1) {
        XMEMCPY(nonce, &lease.prefix, WT_NONCE_PREFIX_SZ);
        wt_put(nonce + WT_NONCE_PREFIX_SZ, lease.next, 4);
        lease.next++;
        lease.left--;
    }
    return ret;
}

#endif /* !WOLFTICKET_EMBEDDED || WT_HAVE_FORK */
