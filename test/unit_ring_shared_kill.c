/* unit_ring_shared_kill.c
 *
 * One ring for forked processes, whatever becomes of any of them, at whatever
 * instant.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "shared_fixture.h"

/* ---- killed, and stopped ------------------------------------------------ */

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

/* One that found a slot which it may take back, and sleeps until the slot is
 * shown, or painted, anew. */
START_TEST(who_wakes_late_takes_back_no_slot_that_is_used_again)
{
    pid_t child = fork_child(), painter = 0;
    wt_key key;
    int i;

    if (child == 0) {
        arm(WT_STEP_FOUND_LEFT, SIGSTOP);
        CHECK(wolfTicket_KeyRing_rotate(ring) == 1);
        _exit(0);
    }
    await_stopped(child);
    for (i = 0; i < _i; i++)
        ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    painter = fork_child();
    if (painter == 0) {
        arm(WT_STEP_PAINTED, SIGSTOP);
        (void)wolfTicket_KeyRing_rotate(ring);
        _exit(0);
    }
    await_stopped(painter);
    key = sealing(ring);
    ck_assert_int_eq(kill(child, SIGCONT), 0);
    await(child);
    ck_assert(seals(ring, &key));
    ck_assert_uint_eq(rotations(), (unsigned long)_i + 1);
    ck_assert_int_eq(kill(painter, SIGCONT), 0);
    await(painter);
    ck_assert(opens(ring, &key));
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    ck_assert_uint_eq(rotations(), (unsigned long)_i + 3);
    ck_assert(is_tidy());
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

static Suite* kill_suite(void)
{
    Suite* suite = suite_create("ring, shared, killed");
    TCase* tc = tcase_create("all");

    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc,
        a_process_killed_at_any_step_leaves_a_ring_that_goes_on, 0, WT_STEPS);
    tcase_add_loop_test(tc,
        a_process_stopped_at_any_step_keeps_nobody_and_goes_on_itself, 0,
        WT_STEPS);
    tcase_add_loop_test(tc,
        a_picture_that_changes_while_it_is_copied_is_copied_again, 0, 5);
    tcase_add_loop_test(tc,
        who_wakes_late_takes_back_no_slot_that_is_used_again, 0, 5);
    tcase_add_loop_test(tc,
        a_process_stopped_and_then_killed_takes_nothing_along, 0, WT_STEPS);
    tcase_add_test(tc,
        with_every_slot_in_the_hands_of_stopped_processes_nothing_changes);
    tcase_add_test(tc,
        without_a_slot_for_a_change_of_its_own_a_ring_has_those_of_others);
    tcase_add_test(tc,
        killed_at_random_many_hundreds_of_times_the_workers_leave_it_whole);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(kill_suite());
}
