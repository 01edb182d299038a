/* unit_ring_shared.c
 *
 * One ring for forked processes: whatever becomes of any of them, at whatever
 * instant.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

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

static int read_common(word64* now, void* arg)
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

static void begin(void)
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

static void end(void)
{
    wolfTicket_KeyRing_free(ring);
    ck_assert_ptr_null(all);
    ck_assert_int_eq(munmap(common, sizeof(*common)), 0);
    th_teardown();
}

static void pass(word64 seconds)
{
    (void)__atomic_add_fetch(&common->now, seconds, __ATOMIC_SEQ_CST);
}

static unsigned long rotations(void)
{
    unsigned long ret, failures;

    wt_keyring_counts(ring, &ret, &failures);
    return ret;
}

/* All slots but the one that is shown are free, and wiped. */
static int is_tidy(void)
{
    wt_common* shared = ring->shared->common;
    int ret = 1;
    size_t j;
    word32 i;

    for (i = 0; i < SLOTS; i++) {
        if (i != shared->head % SLOTS) {
            ret = ret && shared->slots[i].owner == 0;
            for (j = 0; j < WORDS; j++)
                ret = ret && shared->slots[i].words[j] == 0;
        }
    }
    return ret;
}

static pid_t fork_child(void)
{
    pid_t child = fork();

    ck_assert_int_ge(child, 0);
    return child;
}

/* Ends well. */
static void await(pid_t child)
{
    int status;

    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(common->failed == 0, "a child failed in line %d",
        common->failed);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void await_killed(pid_t child)
{
    int status;

    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void await_stopped(pid_t child)
{
    int status;

    ck_assert_int_eq(waitpid(child, &status, WUNTRACED), child);
    ck_assert(WIFSTOPPED(status));
}

/* ---- what one does reaches all ------------------------------------------ */

START_TEST(a_key_that_one_process_makes_is_every_others)
{
    wt_key before = sealing(ring), after;
    pid_t child = fork_child();

    if (child == 0) {
        CHECK(wolfTicket_KeyRing_rotate(ring) == 1);
        CHECK(!seals(ring, &before) && opens(ring, &before));
        _exit(0);
    }
    await(child);
    ck_assert_int_eq(wt_keyring_sealing(ring, &after), 1);
    ck_assert(!same_key(&before, &after));
    ck_assert(opens(ring, &before));
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 2);
    ck_assert_uint_eq(rotations(), 1);
    ck_assert(is_tidy());
}
END_TEST

START_TEST(a_key_that_one_process_revokes_opens_nowhere)
{
    wt_key key = sealing(ring);
    pid_t child = fork_child();

    if (child == 0) {
        CHECK(wolfTicket_KeyRing_revoke_key(ring, key.name) == 1);
        _exit(0);
    }
    await(child);
    ck_assert(!opens(ring, &key));
    ck_assert(!seals(ring, &key));
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);
}
END_TEST

START_TEST(keys_by_hand_reach_all_and_make_the_ring_one_of_that_kind_for_all)
{
    wolfTicket_Key key, others[3];
    wt_key derived;
    pid_t child;
    int i;

    ck_assert_int_eq(wolfTicket_Key_generate(NULL, &key, 32), 1);
    for (i = 0; i < 3; i++)
        ck_assert_int_eq(wolfTicket_Key_generate(NULL, &others[i], 16), 1);
    child = fork_child();
    if (child == 0) {
        CHECK(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0) == 1);
        _exit(0);
    }
    await(child);
    ck_assert(wt_derive_key(&key, &derived));
    ck_assert(seals(ring, &derived));
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 0);
    ck_assert(error_is(WT_E_KEY_KIND));
    child = fork_child();
    if (child == 0) {
        CHECK(wolfTicket_KeyRing_set_keys(ring, others, 3, 1) == 1);
        CHECK(wolfTicket_KeyRing_retire_key(ring, others[1].name) == 1);
        _exit(0);
    }
    await(child);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 3);
    ck_assert(!opens(ring, &derived));
    ck_assert(wt_derive_key(&others[2], &derived));
    ck_assert(seals(ring, &derived));
}
END_TEST

START_TEST(the_lifetime_is_the_longest_of_all_processes)
{
    pid_t child = fork_child();

    if (child == 0) {
        ring_lifetime(ring, 2 * LIFE);
        _exit(0);
    }
    await(child);
    pass(2 * PERIOD - 1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 1);
    pass(1);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 2);
}
END_TEST

START_TEST(a_generator_that_was_forked_makes_no_key_twice)
{
    wolfTicket_KeyRing* told;
    wt_key mine;
    pid_t child;

    told = wolfTicket_KeyRing_new_shared(read_common, NULL, draw_random, NULL);
    ck_assert_ptr_nonnull(told);
    child = fork_child();
    if (child == 0) {
        CHECK(wolfTicket_KeyRing_rotate(told) == 1);
        CHECK(wt_keyring_sealing(told, &common->key));
        /* Out of the ring, where it would be recognised. */
        CHECK(wolfTicket_KeyRing_revoke_key(told, common->key.name) == 1);
        _exit(0);
    }
    await(child);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(told), 1);
    mine = sealing(told);
    ck_assert(memcmp(mine.name, common->key.name, sizeof(mine.name)) != 0);
    ck_assert(memcmp(mine.secret, common->key.secret, sizeof(mine.secret)) !=
        0);
    randomMode = RANDOM_FAILS;
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(told), 0);
    ck_assert(seals(told, &mine));
    ck_assert_ptr_null(wolfTicket_KeyRing_new_shared(read_common, NULL,
        draw_random, NULL));
    wolfTicket_KeyRing_free(told);
}
END_TEST

START_TEST(keys_die_in_each_process_at_the_same_time)
{
    wt_key key = sealing(ring);
    pid_t child;

    pass(PERIOD);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 2);
    child = fork_child();
    if (child == 0) {
        CHECK(opens(ring, &key));
        pass(LIFE);
        CHECK(!opens(ring, &key));
        _exit(0);
    }
    await(child);
    ck_assert(!opens(ring, &key));
    ck_assert(is_tidy());
}
END_TEST

/* Its ring time is ahead of ours then. */
START_TEST(a_jump_of_the_clock_that_one_process_has_seen_is_everybodys)
{
    wt_key key = sealing(ring);
    pid_t child = fork_child();

    if (child == 0) {
        pass(LIFE);
        CHECK(!seals(ring, &key));
        pass((word64)0 - LIFE);
        CHECK(wolfTicket_KeyRing_count(ring) == 2);
        _exit(0);
    }
    await(child);
    ck_assert(!seals(ring, &key));
    ck_assert(opens(ring, &key));
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 2);
    ck_assert_uint_eq(rotations(), 1);
    pass(PERIOD - 1);
    ck_assert_uint_eq(wolfTicket_KeyRing_count(ring), 2);
    ck_assert_uint_eq(rotations(), 1);
}
END_TEST

/* ---- load --------------------------------------------------------------- */

/* Seals and opens until it is told to stop. */
static void work(int me)
{
    wt_key key, found;

    (void)__atomic_add_fetch(&common->ready, 1, __ATOMIC_SEQ_CST);
    while (!__atomic_load_n(&common->stop, __ATOMIC_SEQ_CST)) {
        word64 now = __atomic_load_n(&common->now, __ATOMIC_SEQ_CST);

        CHECK(wt_keyring_sealing(ring, &key));
        CHECK(wt_keyring_opening(ring, key.name, 0, &found));
        CHECK(same_key(&key, &found));
        common->work[me]++;
        __atomic_store_n(&common->seen[me], now, __ATOMIC_SEQ_CST);
    }
    wolfTicket_KeyRing_free(ring);
    _exit(0);
}

static void wait_until_seen(word64 now)
{
    int i;

    for (i = 0; i < WORKERS; i++) {
        while (__atomic_load_n(&common->seen[i], __ATOMIC_SEQ_CST) < now &&
                common->failed == 0)
            sched_yield();
    }
}

START_TEST(workers_under_load_make_each_rotation_once)
{
    pid_t children[WORKERS];
    int many = th_many(400);
    int i;

    for (i = 0; i < WORKERS; i++) {
        children[i] = fork_child();
        if (children[i] == 0)
            work(i);
    }
    for (i = 1; i <= many; i++) {
        pass(PERIOD);
        wait_until_seen(START + (word64)i * PERIOD);
        ck_assert_uint_eq(rotations(), (unsigned long)i);
    }
    __atomic_store_n(&common->stop, 1, __ATOMIC_SEQ_CST);
    for (i = 0; i < WORKERS; i++)
        await(children[i]);
    ck_assert_uint_eq(rotations(), (unsigned long)many);
    ck_assert_uint_eq(ring->failures, 0);
    ck_assert(is_tidy());
    ck_assert_uint_eq(ring->shared->common->users, 1);
}
END_TEST

static int by_bytes(const void* a, const void* b)
{
    return memcmp(a, b, WT_NONCE_SZ);
}

START_TEST(nonces_never_repeat_across_workers)
{
    pid_t children[WORKERS];
    byte* nonces = (byte*)common->nonces;
    int i, j;

    for (i = 0; i < WORKERS; i++) {
        children[i] = fork_child();
        if (children[i] == 0) {
            for (j = 0; j < NONCES; j++)
                CHECK(wt_nonce_next(ring, common->nonces[i][j]));
            _exit(0);
        }
    }
    for (i = 0; i < WORKERS; i++)
        await(children[i]);
    qsort(nonces, WORKERS * NONCES, WT_NONCE_SZ, by_bytes);
    for (i = 1; i < WORKERS * NONCES; i++)
        ck_assert_int_ne(memcmp(nonces + i * WT_NONCE_SZ,
            nonces + (i - 1) * WT_NONCE_SZ, WT_NONCE_SZ), 0);
}
END_TEST

/* ---- killed, and stopped ------------------------------------------------ */

static void arm(int step, int sig)
{
    armedStep = step;
    armedSignal = sig;
}

/* More often than there are slots. */
START_TEST(a_process_killed_at_any_step_leaves_a_ring_that_goes_on)
{
    wt_key key, after;
    unsigned long before;
    pid_t child;
    int i;

    for (i = 0; i < 2 * (int)SLOTS; i++) {
        key = sealing(ring);
        before = rotations();
        child = fork_child();
        if (child == 0) {
            arm(_i, SIGKILL);
            pass(PERIOD);
            (void)wt_keyring_sealing(ring, &after);
            _exit(0);
        }
        await_killed(child);
        /* Made by one or the other. */
        after = sealing(ring);
        ck_assert(!same_key(&key, &after));
        ck_assert(opens(ring, &key));
        ck_assert_uint_eq(rotations(), before + 1);
    }
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    ck_assert(is_tidy());
}
END_TEST

START_TEST(a_process_stopped_at_any_step_keeps_nobody_and_goes_on_itself)
{
    wt_key key = sealing(ring), after;
    pid_t child = fork_child();

    if (child == 0) {
        arm(_i, SIGSTOP);
        pass(PERIOD);
        CHECK(wt_keyring_sealing(ring, &after));
        CHECK(!same_key(&key, &after));
        CHECK(opens(ring, &key));
        _exit(0);
    }
    await_stopped(child);
    after = sealing(ring);
    ck_assert(!same_key(&key, &after));
    ck_assert(opens(ring, &key));
    ck_assert_uint_eq(rotations(), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, after.name), 1);
    ck_assert(!opens(ring, &after));
    /* It comes late, and changes nothing of that. */
    ck_assert_int_eq(kill(child, SIGCONT), 0);
    await(child);
    ck_assert(!opens(ring, &after));
    ck_assert(opens(ring, &key));
    ck_assert_uint_eq(rotations(), 2);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    ck_assert(is_tidy());
}
END_TEST

START_TEST(a_picture_that_changes_while_it_is_copied_is_copied_again)
{
    wt_key key = sealing(ring);
    pid_t child = fork_child();
    int i;

    if (child == 0) {
        while (!__atomic_load_n(&common->ready, __ATOMIC_SEQ_CST))
            sched_yield();
        arm(WT_STEP_HALF_COPIED, SIGSTOP);
        CHECK(wt_keyring_sealing(ring, &key));
        CHECK(same_key(&key, &common->key));
        _exit(0);
    }
    /* Each picture has one key, so that two of them mixed look like one. */
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, key.name), 1);
    key = sealing(ring);
    __atomic_store_n(&common->ready, 1, __ATOMIC_SEQ_CST);
    await_stopped(child);
    for (i = 0; i <= _i; i++) {
        ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, key.name), 1);
        key = sealing(ring);
    }
    common->key = key;
    ck_assert_int_eq(kill(child, SIGCONT), 0);
    await(child);
}
END_TEST

START_TEST(a_process_stopped_and_then_killed_takes_nothing_along)
{
    wt_key after;
    pid_t child = fork_child();
    int i;

    if (child == 0) {
        arm(_i, SIGSTOP);
        pass(PERIOD);
        (void)wt_keyring_sealing(ring, &after);
        _exit(0);
    }
    await_stopped(child);
    for (i = 0; i < 2 * (int)SLOTS; i++) {
        pass(LIFE);
        after = sealing(ring);
        ck_assert_uint_eq(rotations(), (unsigned long)i + 1 +
            (_i >= WT_STEP_SHOWN));
    }
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    await_killed(child);
    ck_assert(seals(ring, &after));
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    ck_assert(is_tidy());
}
END_TEST

START_TEST(with_every_slot_in_the_hands_of_stopped_processes_nothing_changes)
{
    pid_t children[SLOTS];
    wt_key key = sealing(ring), after;
    int i;

    for (i = 0; i < (int)SLOTS - 1; i++) {
        children[i] = fork_child();
        if (children[i] == 0) {
            arm(WT_STEP_PAINTED, SIGSTOP);
            (void)wolfTicket_KeyRing_rotate(ring);
            _exit(0);
        }
        await_stopped(children[i]);
    }
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 0);
    ck_assert(error_is(WT_E_SHARED_FULL));
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, key.name), 0);
    ck_assert(error_is(WT_E_SHARED_FULL));
    pass(PERIOD);
    ck_assert(seals(ring, &key));
    ck_assert_uint_eq(rotations(), 0);
    ck_assert_int_eq(kill(children[0], SIGKILL), 0);
    await_killed(children[0]);
    after = sealing(ring);
    ck_assert(seals(ring, &after));
    pass(1);
    ck_assert(!seals(ring, &key));
    ck_assert_uint_eq(rotations(), 1);
    for (i = 1; i < (int)SLOTS - 1; i++) {
        ck_assert_int_eq(kill(children[i], SIGKILL), 0);
        await_killed(children[i]);
    }
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    ck_assert(is_tidy());
}
END_TEST

START_TEST(without_a_slot_for_a_change_of_its_own_a_ring_has_those_of_others)
{
    pid_t children[SLOTS];
    wt_key key = sealing(ring);
    pid_t child;
    int i;

    for (i = 0; i < (int)SLOTS - 1; i++) {
        if (i == (int)SLOTS - 2) {
            child = fork_child();
            if (child == 0) {
                CHECK(wolfTicket_KeyRing_revoke_key(ring, key.name) == 1);
                _exit(0);
            }
            await(child);
        }
        children[i] = fork_child();
        if (children[i] == 0) {
            arm(WT_STEP_CLAIMED, SIGSTOP);
            (void)wolfTicket_KeyRing_rotate(ring);
            _exit(0);
        }
        await_stopped(children[i]);
    }
    pass(PERIOD);
    ck_assert(!opens(ring, &key));
    ck_assert(!seals(ring, &key));
    for (i = 0; i < (int)SLOTS - 1; i++) {
        ck_assert_int_eq(kill(children[i], SIGKILL), 0);
        await_killed(children[i]);
    }
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    ck_assert(is_tidy());
}
END_TEST

/* Rotates and revokes as fast as it can. */
static void hammer(int me)
{
    wolfTicket_KeyInfo infos[WOLFTICKET_MAX_KEYS];
    wt_key key, found;
    int count;

    for (;;) {
        (void)wolfTicket_KeyRing_rotate(ring);
        CHECK(wt_keyring_sealing(ring, &key));
        count = wolfTicket_KeyRing_list(ring, infos, WOLFTICKET_MAX_KEYS);
        CHECK(count > 0 && count <= WOLFTICKET_MAX_KEYS);
        CHECK(infos[0].state == WOLFTICKET_KEY_SEALS);
        if (count > 3)
            (void)wolfTicket_KeyRing_revoke_key(ring, infos[count - 1].name);
        if (wt_keyring_opening(ring, key.name, 0, &found))
            CHECK(same_key(&key, &found));
        common->work[me]++;
    }
}

START_TEST(killed_at_random_many_hundreds_of_times_the_workers_leave_it_whole)
{
    pid_t children[4];
    wolfTicket_KeyInfo infos[WOLFTICKET_MAX_KEYS];
    wt_key key;
    unsigned int seed = 1;
    unsigned long before = 0;
    int kills = th_many(800);
    int i;

    for (i = 0; i < 4; i++) {
        children[i] = fork_child();
        if (children[i] == 0)
            hammer(i);
    }
    while (kills-- > 0) {
        seed = seed * 1103515245u + 12345u;
        usleep(seed >> 16 & 0x7FF);
        i = (int)(seed >> 28 & 3);
        ck_assert_int_eq(kill(children[i], SIGKILL), 0);
        ck_assert_int_eq(waitpid(children[i], NULL, 0), children[i]);
        ck_assert_msg(common->failed == 0, "line %d", common->failed);
        key = sealing(ring);
        ck_assert_int_gt(wolfTicket_KeyRing_list(ring, infos,
            WOLFTICKET_MAX_KEYS), 0);
        ck_assert_uint_ge(rotations(), before);
        before = rotations();
        children[i] = fork_child();
        if (children[i] == 0)
            hammer(i);
    }
    for (i = 0; i < 4; i++) {
        ck_assert_int_eq(kill(children[i], SIGKILL), 0);
        ck_assert_int_eq(waitpid(children[i], NULL, 0), children[i]);
    }
    ck_assert_uint_gt(before, 100);
    key = sealing(ring);
    while (wolfTicket_KeyRing_rotate(ring) != 1) {
        int count = wolfTicket_KeyRing_list(ring, infos, WOLFTICKET_MAX_KEYS);

        ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring,
            infos[count - 1].name), 1);
    }
    ck_assert(!seals(ring, &key));
    ck_assert(is_tidy());
}
END_TEST

/* ---- its end ------------------------------------------------------------ */

START_TEST(who_goes_takes_nothing_from_those_who_stay)
{
    pid_t child = fork_child();
    wt_key key;

    if (child == 0) {
        wolfTicket_KeyRing_free(ring);
        _exit(0);
    }
    await(child);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    key = sealing(ring);
    ck_assert(opens(ring, &key));
    child = fork_child();
    if (child == 0) {
        /* The parent has gone by then. */
        while (!__atomic_load_n(&common->stop, __ATOMIC_SEQ_CST))
            sched_yield();
        CHECK(seals(ring, &key));
        CHECK(wolfTicket_KeyRing_rotate(ring) == 1);
        CHECK(!seals(ring, &key) && opens(ring, &key));
        wolfTicket_KeyRing_free(ring);
        _exit(0);
    }
    wolfTicket_KeyRing_free(ring);
    __atomic_store_n(&common->stop, 1, __ATOMIC_SEQ_CST);
    await(child);
    ring = wolfTicket_KeyRing_new_shared(read_common, NULL, NULL, NULL);
    ck_assert_ptr_nonnull(ring);
}
END_TEST

#if defined(SYS_clone) && defined(WT_KNOWS_FORKS) && \
    (defined(__x86_64__) || defined(__aarch64__))
START_TEST(the_last_one_wipes_it_and_who_was_not_counted_goes_on_alone)
{
    wt_key key = sealing(ring), after;
    pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        wt_common* shared = ring->shared->common;
        word32 i, j;

        while (!__atomic_load_n(&common->stop, __ATOMIC_SEQ_CST))
            ;
        for (i = 0; i < SLOTS; i++) {
            for (j = 0; j < WORDS; j++)
                CHECK(shared->slots[i].words[j] == 0);
        }
        CHECK(shared->head == 0);
        CHECK(seals(ring, &key));
        pass(PERIOD);
        CHECK(wt_keyring_sealing(ring, &after));
        CHECK(!same_key(&key, &after) && opens(ring, &key));
        CHECK(wolfTicket_KeyRing_rotate(ring) == 1);
        CHECK(wolfTicket_KeyRing_count(ring) == 3);
        _exit(0);
    }
    wolfTicket_KeyRing_free(ring);
    __atomic_store_n(&common->stop, 1, __ATOMIC_SEQ_CST);
    await(child);
    ring = wolfTicket_KeyRing_new_shared(read_common, NULL, NULL, NULL);
    ck_assert_ptr_nonnull(ring);
}
END_TEST
#define HAS_CLONE 1
#else
#define HAS_CLONE 0
#endif

START_TEST(a_clock_that_fails_stops_no_news)
{
    wt_key key = sealing(ring);
    pid_t child = fork_child();

    if (child == 0) {
        CHECK(wolfTicket_KeyRing_revoke_key(ring, key.name) == 1);
        _exit(0);
    }
    await(child);
    clockFails = 1;
    ck_assert(!opens(ring, &key));
    ck_assert(!seals(ring, &key));
}
END_TEST

static Suite* shared_suite(void)
{
    Suite* suite = suite_create("ring, shared");
    TCase* tc = tcase_create("all");

    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, a_key_that_one_process_makes_is_every_others);
    tcase_add_test(tc, a_key_that_one_process_revokes_opens_nowhere);
    tcase_add_test(tc,
        keys_by_hand_reach_all_and_make_the_ring_one_of_that_kind_for_all);
    tcase_add_test(tc, the_lifetime_is_the_longest_of_all_processes);
    tcase_add_test(tc, a_generator_that_was_forked_makes_no_key_twice);
    tcase_add_test(tc, keys_die_in_each_process_at_the_same_time);
    tcase_add_test(tc,
        a_jump_of_the_clock_that_one_process_has_seen_is_everybodys);
    tcase_add_test(tc, workers_under_load_make_each_rotation_once);
    tcase_add_test(tc, nonces_never_repeat_across_workers);
    tcase_add_loop_test(tc,
        a_process_killed_at_any_step_leaves_a_ring_that_goes_on, 0, WT_STEPS);
    tcase_add_loop_test(tc,
        a_process_stopped_at_any_step_keeps_nobody_and_goes_on_itself, 0,
        WT_STEPS);
    tcase_add_loop_test(tc,
        a_picture_that_changes_while_it_is_copied_is_copied_again, 0, 5);
    tcase_add_loop_test(tc,
        a_process_stopped_and_then_killed_takes_nothing_along, 0, WT_STEPS);
    tcase_add_test(tc,
        with_every_slot_in_the_hands_of_stopped_processes_nothing_changes);
    tcase_add_test(tc,
        without_a_slot_for_a_change_of_its_own_a_ring_has_those_of_others);
    tcase_add_test(tc,
        killed_at_random_many_hundreds_of_times_the_workers_leave_it_whole);
    tcase_add_test(tc, who_goes_takes_nothing_from_those_who_stay);
#if HAS_CLONE
    tcase_add_test(tc,
        the_last_one_wipes_it_and_who_was_not_counted_goes_on_alone);
#else
    puts("left out: raw clone(), which this machine or build has not");
#endif
    tcase_add_test(tc, a_clock_that_fails_stops_no_news);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(shared_suite());
}
