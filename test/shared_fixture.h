/* shared_fixture.h
 *
 * What the suites of shared rings share: a ring, what its processes have in
 * common, and signals at the steps of a change.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_SHARED_FIXTURE_H
#define WOLFTICKET_TEST_SHARED_FIXTURE_H

#include "keyring_fixture.h"

static void at_step(int step);
#define WT_SHARED_STEP(step) at_step(step)
#include "keyring_shared.c"

#include "nonce.h"
#include "keyderive.h"

#include <sched.h>
#include <stdio.h>
#include <sys/wait.h>

#if defined(__linux__)
    #include <sys/syscall.h>
#endif

#define LIFE      7200u
#define PERIOD    (LIFE / 4 * 3)
#define WORKERS   6
#define NONCES    3000

/* What the processes of a test have in common. */
typedef struct {
    word64 now;
    int stop;
    int ready;
    int failed;           /* a line of this file */
    word64 seen[WORKERS]; /* the time that each has worked at */
    unsigned long work[WORKERS];
    wt_key key;
    byte nonces[WORKERS][NONCES][WT_NONCE_SZ];
} control;

static control* common;
static wolfTicket_KeyRing* ring;
static int armedStep = -1;
static int armedSignal;

static void at_step(int step)
{
    if (step == armedStep) {
        armedStep = -1;
        raise(armedSignal);
    }
}

static inline int read_common(word64* now, void* arg)
{
    (void)arg;
    *now = __atomic_load_n(&common->now, __ATOMIC_SEQ_CST);
    return !clockFails;
}

/* In a child nothing is asserted: it says where. */
#define CHECK(what) \
    do { \
        if (!(what)) { \
            int none = 0; \
            (void)__atomic_compare_exchange_n(&common->failed, &none, \
                __LINE__, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
            _exit(1); \
        } \
    } while (0)

static inline void begin(void)
{
    ring_setup();
    armedStep = -1;
    common = (control*)mmap(NULL, sizeof(*common), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(common != MAP_FAILED);
    common->now = START;
    ring = wolfTicket_KeyRing_new_shared(read_common, NULL, NULL, NULL);
    ck_assert_ptr_nonnull(ring);
    ring_lifetime(ring, LIFE);
}

static inline void end(void)
{
    wolfTicket_KeyRing_free(ring);
    ck_assert_ptr_null(all);
    ck_assert_int_eq(munmap(common, sizeof(*common)), 0);
    th_teardown();
}

static inline void pass(word64 seconds)
{
    (void)__atomic_add_fetch(&common->now, seconds, __ATOMIC_SEQ_CST);
}

static inline unsigned long rotations(void)
{
    unsigned long ret, failures;

    wt_keyring_counts(ring, &ret, &failures);
    return ret;
}

/* All slots but the one that is shown are free, and wiped. */
static inline int is_tidy(void)
{
    wt_common* shared = ring->shared->common;
    int ret = 1;
    size_t j;
    word32 i;

    for (i = 0; i < SLOTS; i++) {
        if (i != shared->head % SLOTS) {
            ret = ret && OWNER(shared->slots[i].tag) == 0;
            for (j = 0; j < WORDS; j++)
                ret = ret && shared->slots[i].words[j] == 0;
        }
    }
    return ret;
}

static inline pid_t fork_child(void)
{
    pid_t child = fork();

    ck_assert_int_ge(child, 0);
    return child;
}

/* Ends well. */
static inline void await(pid_t child)
{
    int status;

    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(common->failed == 0, "a child failed in line %d",
        common->failed);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static inline void await_killed(pid_t child)
{
    int status;

    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static inline void await_stopped(pid_t child)
{
    int status;

    ck_assert_int_eq(waitpid(child, &status, WUNTRACED), child);
    ck_assert(WIFSTOPPED(status));
}

static inline void arm(int step, int sig)
{
    armedStep = step;
    armedSignal = sig;
}

#endif /* WOLFTICKET_TEST_SHARED_FIXTURE_H */
