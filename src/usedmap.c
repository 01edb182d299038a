/* usedmap.c
 *
 * Which tickets have been used: a bit for each of the last ones made.
 *
 * Tickets for one use are numbered, and the nonce of each says its number:
 *
 *     base + number / 2^32 [8] | number modulo 2^32 [4]     big-endian
 *
 * where base is random, and meets a prefix of nonce.c's under the same key as
 * seldom as two of those meet.  Number n has its bit at place n modulo the
 * size of the map, which is a row of words,
 *
 *     round [32] | used [32]
 *
 * each for 32 tickets of one round, number / size + 1.  Place and round are
 * compared and the bit is set in one step, so that a ticket's bit cannot be
 * mistaken for that of the ticket which has its place a round later, and of
 * all who claim a ticket at once one is the first.
 *
 * The map is made before workers are forked and lies in memory that they
 * share.  Numbers are taken from it in leases, as in nonce.c, by an atomic
 * addition that no two processes can see the same result of; a lease that a
 * fork has copied is good in the parent alone.  A worker that dies takes the
 * rest of its lease with it and leaves nothing half done that matters: a word
 * is written whole, and one that was not written speaks for no ticket.
 *
 * Where no memory can be shared, a map is its maker's.  The copy that a fork
 * makes would give numbers that the parent gives too, and vouch for tickets
 * that the parent vouches for: it is no map, and the child makes its own when
 * it asks for one.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "usedmap.h"

#include <wolfticket/singleuse.h>

#ifdef WT_HAVE_FORK
    #include <sys/mman.h>
    #if !defined(MAP_ANONYMOUS) && defined(MAP_ANON)
        #define MAP_ANONYMOUS MAP_ANON
    #endif
#endif

#if defined(WT_HAVE_FORK) && defined(MAP_ANONYMOUS)
    #define MAP_IS_SHARED   /* with the children of its maker */
#elif defined(WT_HAVE_FORK)
    #define MAP_IS_COPIED
#endif

#define WORD_TICKETS  32u
#define MAX_LEASE     256u
#define ROUND(word)   ((word32)((word) >> 32))

/* Processes may share it where threads cannot be: not WT_LOAD() and so on. */
#define SHARED_LOAD(p)    __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define SHARED_STORE(p,v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define SHARED_ADD(p, v)  __atomic_add_fetch((p), (v), __ATOMIC_ACQ_REL)
#define SHARED_CAS(p, old, v) __atomic_compare_exchange_n((p), (old), (v), 0, \
    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)

typedef struct wt_usedmap {
    word64 next;    /* number of the next lease's first ticket */
    byte apart[56]; /* what follows is only read */
    word64 base;
    word64 size;    /* tickets that have a bit */
    word32 tickets; /* that are remembered: what the map was made for */
    word32 lease;   /* numbers in one */
    word64 bytes;
#ifdef MAP_IS_COPIED
    word64 process; /* that it is the map of */
    struct wt_usedmap* former;
#endif
    word64 word[];
} wt_usedmap;

typedef struct {
    word64 process; /* that took it */
    word64 base;    /* of the map that it was taken from */
    word64 first;
    word64 next;
    word64 end;
} wt_used_lease;

static wt_usedmap* theMap = NULL;
static WT_THREAD_LOCAL wt_used_lease lease;

/* The process's map, or NULL. */
static wt_usedmap* Map(void)
{
    wt_usedmap* ret = WT_LOAD(&theMap);

#ifdef MAP_IS_COPIED
    if (ret != NULL && ret->process != wt_nonce_process())
        ret = NULL;
#endif
    return ret;
}

/* ---- made and freed ----------------------------------------------------- */

static void* NewMemory(size_t sz)
{
#ifdef MAP_IS_SHARED
    void* mem = mmap(NULL, sz, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return (mem == MAP_FAILED) ? NULL : mem;
#else
    void* mem = XMALLOC(sz, NULL, DYNAMIC_TYPE_TMP_BUFFER);

    if (mem != NULL)
        XMEMSET(mem, 0, sz);
    return mem;
#endif
}

static void FreeMemory(void* mem, size_t sz)
{
#ifdef MAP_IS_SHARED
    (void)munmap(mem, sz);
#else
    (void)sz;
    XFREE(mem, NULL, DYNAMIC_TYPE_TMP_BUFFER);
#endif
}

/* Numbers that a thread may be behind with and still use up. */
static word32 Slack(word32 tickets)
{
    return tickets / 8;
}

/* A thread or process that makes few tickets holds numbers back; with small
 * leases there can be more of them. */
static word32 LeaseOf(word32 tickets)
{
    word32 ret = tickets / 4096;

    if (ret > MAX_LEASE)
        ret = MAX_LEASE;
    return (ret + WORD_TICKETS - 1) / WORD_TICKETS * WORD_TICKETS;
}

/* With the lock held. */
static wt_error Make(wolfTicket_KeyRing* ring, word32 tickets)
{
    word32 leaseSz = LeaseOf(tickets);
    word64 size = ((word64)tickets + Slack(tickets) + leaseSz - 1) / leaseSz *
        leaseSz;
    size_t bytes = sizeof(wt_usedmap) +
        (size_t)(size / WORD_TICKETS) * sizeof(word64);
    word64 base = 0;
    word64 fresh = 0;
    wt_usedmap* map = NULL;
    wt_error ret = WT_E_RANDOM;

    /* As in nonce.c, an application's generator alone is not relied on. */
    if (wt_keyring_random(ring, (byte*)&base, sizeof(base)) &&
            wt_fresh_random((byte*)&fresh, sizeof(fresh))) {
        ret = WT_E_MEMORY;
        map = (wt_usedmap*)NewMemory(bytes);
    }
    if (map != NULL) {
        map->base = base ^ fresh;
        map->size = size;
        map->tickets = tickets;
        map->lease = leaseSz;
        map->bytes = bytes;
#ifdef MAP_IS_COPIED
        /* A thread may be looking at the former one. */
        map->process = wt_nonce_process();
        map->former = theMap;
#endif
        WT_STORE(&theMap, map);
        ret = WT_OK;
    }
    return ret;
}

wt_error wt_used_begin(wolfTicket_KeyRing* ring, word32 tickets)
{
    wt_error ret = WT_OK;
    wt_usedmap* map;

#ifdef MAP_IS_COPIED
    if (!wt_nonce_warm(ring))
        return WT_E_RANDOM;
#endif
    wt_lock();
    map = Map();
    if (map != NULL && tickets != 0 && tickets != map->tickets)
        ret = WT_E_SINGLE_SIZE;
    else if (map == NULL)
        ret = Make(ring, (tickets != 0) ? tickets
                                        : WOLFTICKET_SINGLE_USE_TICKETS);
    wt_unlock();
    return ret;
}

void wt_used_cleanup(void)
{
    wt_usedmap* map;
    wt_usedmap* former = NULL;

    wt_lock();
    map = theMap;
    WT_STORE(&theMap, NULL);
    wt_unlock();
    for (; map != NULL; map = former) {
#ifdef MAP_IS_COPIED
        former = map->former;
#endif
        FreeMemory(map, (size_t)map->bytes);
    }
}

/* ---- numbers ------------------------------------------------------------ */

/* Speaks for the tickets of a lease from now on, for those that had their
 * places no longer. */
static void Open(wt_usedmap* map, word64 first)
{
    word64 round = first / map->size + 1;
    word32 at = (word32)(first % map->size) / WORD_TICKETS;
    word32 i;

    /* Cut to 32 bits it would be that of old tickets, with none used. */
    if (round >> 32 != 0)
        round = 0;
    for (i = 0; i < map->lease / WORD_TICKETS; i++)
        SHARED_STORE(&map->word[at + i], round << 32);
}

/* A fork that comes between two looks at the process is seen here, or by who
 * uses the lease. */
static int TakeLease(wt_usedmap* map, wolfTicket_KeyRing* ring)
{
    word64 process = wt_nonce_process();
    word64 first;
    int ret = 0;

    while (ret == 0 && (process != 0 || wt_nonce_warm(ring))) {
        process = wt_nonce_process();
        first = SHARED_ADD(&map->next, (word64)map->lease) - map->lease;
        if (process != 0 && process == wt_nonce_process()) {
            Open(map, first);
            lease.process = process;
            lease.base = map->base;
            lease.first = lease.next = first;
            lease.end = first + map->lease;
            ret = 1;
        }
    }
    return ret;
}

/* One left behind by the others would make tickets that are soon forgotten. */
static int LeaseGood(wt_usedmap* map)
{
    return lease.next < lease.end && lease.base == map->base &&
        lease.process == wt_nonce_process() &&
        SHARED_LOAD(&map->next) - lease.first <=
            (word64)Slack(map->tickets) + map->lease;
}

int wt_used_nonce(wolfTicket_KeyRing* ring, byte nonce[WT_NONCE_SZ])
{
    wt_usedmap* map = Map();
    word64 prefix;
    int ret = 0;

    if (map != NULL)
        ret = LeaseGood(map) || TakeLease(map, ring);
    if (ret) {
        prefix = map->base + (lease.next >> 32);
        wt_put(nonce, (word32)(prefix >> 32), 4);
        wt_put(nonce + 4, (word32)prefix, 4);
        wt_put(nonce + WT_NONCE_PREFIX_SZ, (word32)lease.next, 4);
        lease.next++;
    }
    return ret;
}

/* ---- bits --------------------------------------------------------------- */

/* The word that a ticket's bit would be in, with the bit and the round; NULL
 * for a nonce that is not of this map. */
static word64* Find(wt_usedmap* map, const byte nonce[WT_NONCE_SZ],
    word32* round, word64* bit)
{
    word64 prefix = ((word64)wt_get(nonce, 4) << 32) | wt_get(nonce + 4, 4);
    word64 number = ((prefix - map->base) << 32) |
        wt_get(nonce + WT_NONCE_PREFIX_SZ, 4);
    word64 at = number % map->size;
    word64 turn = number / map->size + 1;
    int ours = (prefix - map->base) >> 32 == 0 && turn >> 32 == 0;

    *round = (word32)turn;
    *bit = (word64)1 << (at % WORD_TICKETS);
    return ours ? &map->word[at / WORD_TICKETS] : NULL;
}

static wt_used State(word64 word, word32 round, word64 bit)
{
    wt_used ret = WT_USED_FRESH;

    if (ROUND(word) != round)
        ret = WT_USED_UNKNOWN;
    else if (word & bit)
        ret = WT_USED_BEFORE;
    return ret;
}

wt_used wt_used_look(const byte nonce[WT_NONCE_SZ])
{
    wt_usedmap* map = Map();
    word64* word = NULL;
    word64 bit;
    word32 round;

    if (map != NULL)
        word = Find(map, nonce, &round, &bit);
    return (word != NULL) ? State(SHARED_LOAD(word), round, bit)
                          : WT_USED_UNKNOWN;
}

wt_used wt_used_claim(const byte nonce[WT_NONCE_SZ])
{
    wt_usedmap* map = Map();
    word64* word = NULL;
    word64 bit;
    word64 old;
    word32 round;
    wt_used ret = WT_USED_UNKNOWN;

    if (map != NULL)
        word = Find(map, nonce, &round, &bit);
    if (word != NULL) {
        old = SHARED_LOAD(word);
        do {
            ret = State(old, round, bit);
        } while (ret == WT_USED_FRESH && !SHARED_CAS(word, &old, old | bit));
    }
    return ret;
}
