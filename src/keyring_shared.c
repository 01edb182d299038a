/* keyring_shared.c
 *
 * One ring for forked processes.
 *
 * What a ring is lies in shared memory as a picture of it, in one of some
 * slots, and a head says in which, and how many pictures there have been.  Each
 * process has a ring of its own that it takes from there, so readers are as
 * free as those of any ring: a look at the head is all that a handshake adds.
 * Who wants to change the ring changes a draft, paints its picture into a slot
 * that nobody has, and moves the head with a compare-and-swap.  Who finds the
 * head moved meanwhile begins anew, from what the other one has made: a
 * rotation that two find due is made by one.
 *
 * There is no lock between processes, so none can be held by one that was
 * killed or stopped: at each instant the head shows a whole picture.  What
 * such a process leaves behind is a slot with its process number on it.  Those
 * of the dead are taken back by the next who makes a change; one that is
 * stopped keeps its slot, which it may be about to paint.
 *
 *   owner  0      nobody has the slot: it is wiped
 *          SHOWN  it was, or is, what the head shows
 *          other  the process that paints it, or that wipes it
 *
 * Changes of an owner are compare-and-swaps as well, and beside the owner
 * stands how often the slot has been claimed: a process that slept over one
 * takes nothing from those who were faster, also when they have come round to
 * what it saw.  Readers copy a picture word
 * for word, and drop the copy when the head has moved by its end.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "ring.h"
#include "ringfeed.h"
#include "keyring_shared.h"

#ifdef WT_HAVE_SHARED_RINGS

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

/* For tests, which are killed and stopped in each. */
#ifndef WT_SHARED_STEP
    #define WT_SHARED_STEP(step)
#endif

#define SLOTS      32u
#define SHOWN      0xFFFFFFFFu

/* A slot's tag: how often it has been claimed, and its owner. */
#define OWNER(tag)         ((word32)(tag))
#define OWNED_BY(tag, by)  (((tag) >> 32 << 32) | (by))
#define CLAIMED_BY(tag, by) OWNED_BY((tag) + ((word64)1 << 32), by)

/* Also when wolfSSL knows no threads. */
#define LOAD(p)        __atomic_load_n((p), __ATOMIC_SEQ_CST)
#define STORE(p, v)    __atomic_store_n((p), (v), __ATOMIC_SEQ_CST)

/* The picture.  What passes without a change comes first. */
typedef struct {
    word64 clock;
    word64 now;
    wt_key_copy keys;
    wt_key_meta meta[WOLFTICKET_MAX_KEYS];
    word64 rotations;
    word64 failures;
    word32 lifetime;
    word32 kind;
    word32 overdue;
    word32 spare;      /* a whole number of words of 8 bytes */
} wt_picture;

#define SAME_FROM  offsetof(wt_picture, keys)
#define WORDS      (sizeof(wt_picture) / sizeof(word32))
/* In the middle of the first key. */
#define HALF_KEY   ((offsetof(wt_picture, keys) + \
                     offsetof(wt_key_copy, words)) / sizeof(word32) + \
                    WT_KEY_WORDS / 2)

typedef struct {
    word64 tag;
    word32 words[WORDS];
} wt_slot;

/* In shared memory. */
typedef struct {
    word64 head;       /* pictures so far * SLOTS + the slot; 0: wiped */
    word32 users;      /* processes, as far as fork() has told */
    word32 spare;
    wt_slot slots[SLOTS];
} wt_common;

/* In this process's, where no core dump has it.  The ring comes first: its
 * address is that of the mapping. */
struct wt_ring_shared {
    wolfTicket_KeyRing ring;
    wolfTicket_KeyRing draft;
    wt_picture before;         /* that the draft was made from */
    wt_picture after;
    wt_common* common;
    word64 seen;               /* the head that the ring is of */
    word64 pulled;             /* and the draft */
    wt_ring_shared* next;
};

static wt_ring_shared* all;    /* with the lock held */

/* ---- memory ------------------------------------------------------------- */

/* Wiped by the kernel; NULL when there is none. */
static void* Map(size_t sz, int flags)
{
    void* mem = mmap(NULL, sz, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS,
        -1, 0);

    if (mem == MAP_FAILED)
        return NULL;
#ifdef MADV_DONTDUMP
    (void)madvise(mem, sz, MADV_DONTDUMP);
#endif
    return mem;
}

static void Unmap(void* mem, size_t sz)
{
    if (mem != NULL)
        (void)munmap(mem, sz);
}

/* ---- pictures ----------------------------------------------------------- */

static void Paint(const wolfTicket_KeyRing* ring, wt_picture* picture)
{
    XMEMSET(picture, 0, sizeof(*picture));
    picture->clock = ring->clock;
    picture->now = ring->now;
    XMEMCPY(&picture->keys, &ring->table.copy[ring->table.generation & 1],
        sizeof(picture->keys));
    XMEMCPY(picture->meta, ring->meta, sizeof(picture->meta));
    picture->rotations = ring->rotations;
    picture->failures = ring->failures;
    picture->lifetime = ring->lifetime;
    picture->kind = ring->kind;
    picture->overdue = ring->overdue;
}

/* Into a ring of this process: its threads may be reading its table. */
static void Install(wolfTicket_KeyRing* ring, const wt_picture* picture)
{
    wt_keytable_load(&ring->table, &picture->keys);
    XMEMCPY(ring->meta, picture->meta, sizeof(ring->meta));
    ring->rotations = (unsigned long)picture->rotations;
    ring->failures = (unsigned long)picture->failures;
    ring->lifetime = picture->lifetime;
    ring->kind = (byte)picture->kind;
    ring->overdue = (byte)picture->overdue;
}

/* Copies the picture of a head; 0 when that has moved. */
static int CopyOut(wt_common* common, word64 head, wt_picture* picture)
{
    wt_slot* slot = &common->slots[head % SLOTS];
    word32* words = (word32*)picture;
    size_t i;

    for (i = 0; i < WORDS; i++) {
        if (i == HALF_KEY) {
            WT_SHARED_STEP(WT_STEP_HALF_COPIED);
        }
        words[i] = LOAD(&slot->words[i]);
    }
    return LOAD(&common->head) == head;
}

static void CopyIn(wt_slot* slot, const wt_picture* picture)
{
    const word32* words = (const word32*)picture;
    size_t i;

    for (i = 0; i < WORDS; i++) {
        if (i == WORDS / 2) {
            WT_SHARED_STEP(WT_STEP_HALF_PAINTED);
        }
        STORE(&slot->words[i], words[i]);
    }
}

static void WipeSlot(wt_slot* slot)
{
    size_t i;

    for (i = 0; i < WORDS; i++) {
        if (i == WORDS / 2) {
            WT_SHARED_STEP(WT_STEP_HALF_WIPED);
        }
        STORE(&slot->words[i], 0u);
    }
}

/* ---- slots -------------------------------------------------------------- */

static int Swap(wt_slot* slot, word64 from, word64 to)
{
    return __atomic_compare_exchange_n(&slot->tag, &from, to, 0,
        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* By its owner, whose tag it has. */
static void Release(wt_slot* slot, word64 tag)
{
    WipeSlot(slot);
    (void)Swap(slot, tag, OWNED_BY(tag, 0));
}

static int IsGone(word32 process)
{
    return kill((pid_t)process, 0) != 0 && errno == ESRCH;
}

/* What nobody will ever use: of a former self or of one that is dead, and
 * what once was shown.  The owner is looked at before the head: one that is
 * shown is shown from before it says so, and the dead show nothing more. */
static int IsLeft(wt_common* common, word32 i, word32 owner, word32 me)
{
    return (owner == SHOWN || owner == me || IsGone(owner)) &&
        LOAD(&common->head) % SLOTS != i;
}

/* Takes back what was left behind, what was shown until now included. */
static void Sweep(wt_common* common, word32 me)
{
    word32 i;

    for (i = 0; i < SLOTS; i++) {
        wt_slot* slot = &common->slots[i];
        word64 tag = LOAD(&slot->tag);

        if (OWNER(tag) != 0 && IsLeft(common, i, OWNER(tag), me)) {
            WT_SHARED_STEP(WT_STEP_FOUND_LEFT);
            if (Swap(slot, tag, CLAIMED_BY(tag, me))) {
                WT_SHARED_STEP(WT_STEP_TAKEN_BACK);
                Release(slot, CLAIMED_BY(tag, me));
            }
        }
    }
}

/* A slot to paint, *tag ours; NULL when all are taken, which takes as many
 * processes that have been stopped in the middle of it. */
static wt_slot* Claim(wt_common* common, word32 me, word32* place,
    word64* tag)
{
    wt_slot* ret = NULL;
    word32 i;

    for (i = 0; ret == NULL && i < SLOTS; i++) {
        word64 former = LOAD(&common->slots[i].tag);

        *place = i;
        *tag = CLAIMED_BY(former, me);
        if (OWNER(former) == 0 && Swap(&common->slots[i], former, *tag))
            ret = &common->slots[i];
    }
    return ret;
}

static wt_slot* ClaimOrSweep(wt_common* common, word32 me, word32* place,
    word64* tag)
{
    wt_slot* slot = Claim(common, me, place, tag);

    if (slot == NULL) {
        Sweep(common, me);
        slot = Claim(common, me, place, tag);
    }
    return slot;
}

/* ---- pull and push ------------------------------------------------------ */

int wt_shared_news(wolfTicket_KeyRing* ring)
{
    return ring->shared != NULL && __atomic_load_n(&ring->shared->common->head,
        __ATOMIC_ACQUIRE) != WT_LOAD(&ring->shared->seen);
}

/* The last picture there is. */
static word64 Look(wt_common* common, wt_picture* picture)
{
    word64 head;

    do
        head = LOAD(&common->head);
    while (!CopyOut(common, head, picture));
    return head;
}

wolfTicket_KeyRing* wt_shared_pull(wolfTicket_KeyRing* ring)
{
    wt_ring_shared* shared = ring->shared;
    wolfTicket_KeyRing* draft;

    if (shared == NULL)
        return ring;
    draft = &shared->draft;
    shared->pulled = Look(shared->common, &shared->before);
    if (shared->pulled == 0) {
        /* The others, who could not know of us, think that they were the last
         * (see Leave()): we go on alone. */
        Paint(ring, &shared->before);
    }
    Install(draft, &shared->before);
    /* Time that has passed since the picture, as this process has seen it. */
    draft->clock = ring->clock;
    draft->now = ring->now;
    if (shared->pulled != shared->seen) {
        draft->clock = shared->before.clock;
        draft->now = shared->before.now;
    }
    draft->blind = WT_LOAD(&ring->blind);
    draft->log = ring->log;
    WT_SHARED_STEP(WT_STEP_PULLED);
    return draft;
}

/* What is valid now, with the draft's time. */
static void Take(wolfTicket_KeyRing* ring, const wt_picture* picture,
    word64 head)
{
    wt_ring_shared* shared = ring->shared;
    wolfTicket_KeyRing* draft = &shared->draft;

    if (picture != NULL) {
        Install(ring, picture);
        WT_STORE(&shared->seen, head);
    }
    ring->now = draft->now;
    WT_STORE(&ring->clock, draft->clock);
    WT_STORE(&ring->blind, draft->blind);
}

/* What has happened is to be told. */
static void TakeLog(wolfTicket_KeyRing* ring)
{
    const wt_ring_log* log = &ring->shared->draft.log;

    XMEMCPY(ring->log.events, log->events, sizeof(ring->log.events));
    WT_STORE(&ring->log.count, log->count);
}

/* Makes the picture the one that is shown.  As wt_shared_push(). */
static int Show(wt_ring_shared* shared, word64* shown)
{
    wt_common* common = shared->common;
    word32 me = (word32)getpid();
    word64 head = shared->pulled;
    word32 place;
    word64 tag;
    wt_slot* slot;
    int ret = -1;

    slot = ClaimOrSweep(common, me, &place, &tag);
    if (slot != NULL) {
        WT_SHARED_STEP(WT_STEP_CLAIMED);
        CopyIn(slot, &shared->after);
        WT_SHARED_STEP(WT_STEP_PAINTED);
        *shown = (head / SLOTS + 1) * SLOTS + place;
        ret = __atomic_compare_exchange_n(&common->head, &head, *shown, 0,
            __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
        if (ret) {
            WT_SHARED_STEP(WT_STEP_SHOWN);
            (void)Swap(slot, tag, OWNED_BY(tag, SHOWN));
            WT_SHARED_STEP(WT_STEP_MARKED);
            Sweep(common, me);
        }
        else {
            Release(slot, tag);
        }
    }
    return ret;
}

int wt_shared_push(wolfTicket_KeyRing* ring)
{
    wt_ring_shared* shared = ring->shared;
    word64 head;
    int changed;
    int ret = 1;

    if (shared == NULL)
        return 1;
    head = shared->pulled;
    Paint(&shared->draft, &shared->after);
    changed = XMEMCMP((const byte*)&shared->before + SAME_FROM,
        (const byte*)&shared->after + SAME_FROM,
        sizeof(wt_picture) - SAME_FROM) != 0;
    if (changed && head != 0)
        ret = Show(shared, &head);
    if (ret == 1) {
        Take(ring, (changed || head != shared->seen) ? &shared->after : NULL,
            head);
        TakeLog(ring);
    }
    /* What others have done reaches us all the same. */
    else if (ret < 0 && head != shared->seen) {
        Take(ring, &shared->before, head);
    }
    wt_wipe(&shared->before, sizeof(shared->before));
    wt_wipe(&shared->after, sizeof(shared->after));
    wt_wipe(&shared->draft.table, sizeof(shared->draft.table));
    wt_wipe(shared->draft.meta, sizeof(shared->draft.meta));
    return ret;
}

/* ---- made and freed ----------------------------------------------------- */

int wt_shared_can(void)
{
    return 1;
}

wolfTicket_KeyRing* wt_shared_new(void)
{
    wt_ring_shared* shared = (wt_ring_shared*)Map(sizeof(*shared),
        MAP_PRIVATE);
    wt_common* common = (wt_common*)Map(sizeof(*common), MAP_SHARED);

    if (shared == NULL || common == NULL) {
        Unmap(shared, sizeof(*shared));
        Unmap(common, sizeof(*common));
        return NULL;
    }
    common->users = 1;
    shared->common = common;
    return &shared->ring;
}

void wt_shared_begin(wolfTicket_KeyRing* ring)
{
    wt_ring_shared* shared = ring->shared;
    wt_common* common = shared->common;

    shared->draft = *ring;
    wt_wipe(&shared->draft.table, sizeof(shared->draft.table));
    wt_wipe(shared->draft.meta, sizeof(shared->draft.meta));
    Paint(ring, &shared->before);
    CopyIn(&common->slots[0], &shared->before);
    wt_wipe(&shared->before, sizeof(shared->before));
    common->slots[0].tag = SHOWN;
    shared->seen = SLOTS;
    STORE(&common->head, (word64)SLOTS);
    shared->next = all;
    all = shared;
}

void wt_shared_before_fork(void)
{
    wt_ring_shared* shared;

    for (shared = all; shared != NULL; shared = shared->next)
        (void)__atomic_add_fetch(&shared->common->users, 1u,
            __ATOMIC_SEQ_CST);
}

/* Those that fork() was told of, and who did not say good-bye, are counted for
 * ever: the kernel wipes the memory with the last of them. */
static void Leave(wt_common* common)
{
#ifdef WT_KNOWS_FORKS
    word32 i;

    if (__atomic_sub_fetch(&common->users, 1u, __ATOMIC_SEQ_CST) == 0) {
        STORE(&common->head, (word64)0);
        for (i = 0; i < SLOTS; i++)
            WipeSlot(&common->slots[i]);
    }
#endif
    Unmap(common, sizeof(*common));
}

void wt_shared_free(wolfTicket_KeyRing* ring)
{
    wt_ring_shared* shared = ring->shared;
    wt_ring_shared** link = &all;

    while (*link != NULL && *link != shared)
        link = &(*link)->next;
    if (*link != NULL)
        *link = shared->next;
    Leave(shared->common);
    wt_wipe(shared, sizeof(*shared));
    Unmap(shared, sizeof(*shared));
}

#else /* !WT_HAVE_SHARED_RINGS */

int wt_shared_can(void)
{
    return 0;
}

wolfTicket_KeyRing* wt_shared_new(void)
{
    return NULL;
}

void wt_shared_begin(wolfTicket_KeyRing* ring)
{
    (void)ring;
}

int wt_shared_news(wolfTicket_KeyRing* ring)
{
    (void)ring;
    return 0;
}

wolfTicket_KeyRing* wt_shared_pull(wolfTicket_KeyRing* ring)
{
    return ring;
}

int wt_shared_push(wolfTicket_KeyRing* ring)
{
    (void)ring;
    return 1;
}

void wt_shared_free(wolfTicket_KeyRing* ring)
{
    (void)ring;
}

void wt_shared_before_fork(void)
{
}

#endif /* WT_HAVE_SHARED_RINGS */
