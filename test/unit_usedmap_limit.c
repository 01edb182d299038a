/* unit_usedmap_limit.c
 *
 * Which tickets have been used, where the numbers become large.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The source is compiled in once more, under other names, so that the test
 * can set its counter.
 */

#ifdef HAVE_CONFIG_H
    #include "config.h"
#endif

#include "usedmap_fixture.h"
#include "nonce_fixture.h"

#define ROUNDS   (((word64)1) << 32)    /* that a word can tell apart */

static wolfTicket_KeyRing* ring;

static void begin(void)
{
    th_setup();
    ring = wolfTicket_KeyRing_new();
    ck_assert_ptr_nonnull(ring);
    ck_assert_int_eq(wt_used_begin(ring, LEAST), WT_OK);
}

static void end(void)
{
    wt_used_cleanup();
    wolfTicket_KeyRing_free(ring);
    th_teardown();
}

/* As if so many tickets had been made. */
static void go_to(word64 number)
{
    theMap->next = number / theMap->lease * theMap->lease;
    lease.next = lease.end = 0;
}

static void take(nonce_t* n, int count)
{
    int i;

    for (i = 0; i < count; i++)
        ck_assert_int_eq(wt_used_nonce(ring, n[i]), 1);
}

static int compare(const void* a, const void* b)
{
    return memcmp(a, b, WT_NONCE_SZ);
}

static void check_unique(nonce_t* n, int count)
{
    int i;

    qsort(n, (size_t)count, sizeof(nonce_t), compare);
    for (i = 1; i < count; i++)
        ck_assert_mem_ne(n[i - 1], n[i], WT_NONCE_SZ);
}

/* As the documentation has it. */
START_TEST(a_lease_is_for_256_tickets_at_the_most)
{
    word32 tickets;

    for (tickets = LEAST; tickets <= WOLFTICKET_MAX_SINGLE_USE_TICKETS;
            tickets += tickets / 3) {
        ck_assert_uint_ge(LeaseOf(tickets), WORD_TICKETS);
        ck_assert_uint_le(LeaseOf(tickets), 256);
        ck_assert_uint_eq(LeaseOf(tickets) % WORD_TICKETS, 0);
    }
    ck_assert_uint_eq(LeaseOf(WOLFTICKET_MAX_SINGLE_USE_TICKETS), 256);
}
END_TEST

/* Where the lower half of the number begins anew the upper one goes on: a
 * nonce is none of those at the beginning, and no ticket is good again. */
START_TEST(numbers_pass_2_to_the_32_and_all_halves_after_it)
{
    enum { ALL = 3000 };
    static const word64 at[] = {
        ((word64)1) << 32, ((word64)2) << 32, ((word64)255) << 32,
        ((word64)1) << 40, ((word64)1) << 41
    };
    enum { PLACES = sizeof(at) / sizeof(at[0]) };
    static nonce_t n[(PLACES + 1) * ALL];
    int i, k;

    take(n, ALL);
    for (i = 0; i < ALL; i++)
        ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_FRESH);
    for (k = 0; k < PLACES; k++) {
        go_to(at[k] - ALL / 2);
        take(n + (k + 1) * ALL, ALL);
        for (i = (k + 1) * ALL; i < (k + 2) * ALL; i++) {
            ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_FRESH);
            ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_BEFORE);
        }
        for (i = 0; i < (k + 1) * ALL; i++)
            ck_assert_int_ne(wt_used_claim(n[i]), WT_USED_FRESH);
    }
    check_unique(n, (PLACES + 1) * ALL);
}
END_TEST

/* A base that is about to come round itself. */
START_TEST(a_base_may_be_any)
{
    static const word64 bases[] = {
        0, 1, 0xFFFFFFFFu, 0xFFFFFFFF00000000u, 0xFFFFFFFFFFFFFFFFu
    };
    enum { ALL = 1000 };
    static nonce_t n[2 * ALL];
    int i, k;

    for (k = 0; k < (int)(sizeof(bases) / sizeof(bases[0])); k++) {
        theMap->base = bases[k];
        go_to(0);
        take(n, ALL);
        go_to((((word64)3) << 32) - ALL / 2);
        take(n + ALL, ALL);
        for (i = ALL; i < 2 * ALL; i++) {
            ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_FRESH);
            ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_BEFORE);
        }
        check_unique(n, 2 * ALL);
    }
}
END_TEST

/* A word has 32 bits for its round.  When they are used up no ticket is
 * vouched for: neither a new one, nor, a second time, one of the round that
 * those bits once stood for. */
START_TEST(when_the_rounds_come_round_no_ticket_is_good_again)
{
    enum { ALL = 1000 };
    static nonce_t n[ALL], late[ALL];
    word64 turn;
    int i;

    take(n, ALL);
    for (i = 0; i < ALL; i++)
        ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_FRESH);
    for (turn = ROUNDS - 1; turn <= ROUNDS + 1; turn++) {
        go_to(turn * theMap->size);
        take(late, ALL);
        for (i = 0; i < ALL; i++) {
            ck_assert_int_ne(wt_used_claim(n[i]), WT_USED_FRESH);
            ck_assert_int_eq(wt_used_claim(late[i]), WT_USED_UNKNOWN);
        }
    }
    /* The last ones that it knows. */
    go_to((ROUNDS - 2) * theMap->size);
    take(late, ALL);
    for (i = 0; i < ALL; i++) {
        ck_assert_int_eq(wt_used_claim(late[i]), WT_USED_FRESH);
        ck_assert_int_eq(wt_used_claim(late[i]), WT_USED_BEFORE);
    }
}
END_TEST

/* One that took its lease and slept while the others went round: what it
 * writes then makes no ticket good a second time. */
START_TEST(who_wakes_a_round_late_makes_no_used_ticket_good)
{
    enum { ALL = 64 };
    static nonce_t sleeper[ALL], n[ALL];
    word64 first = 10 * (word64)theMap->size;
    int i;

    go_to(first);
    (void)SHARED_ADD(&theMap->next, (word64)theMap->lease);
    go_to(first + theMap->size);
    take(n, 2);
    ck_assert_int_eq(wt_used_claim(n[0]), WT_USED_FRESH);
    Open(theMap, first);
    for (i = 0; i < 2; i++) {
        ck_assert_int_ne(wt_used_claim(n[i]), WT_USED_FRESH);
        ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_UNKNOWN);
    }
    lease.process = wt_nonce_process();
    lease.base = theMap->base;
    lease.first = lease.next = first;
    lease.end = first + theMap->lease;
    /* And it makes no more of so old ones. */
    take(sleeper, 1);
    ck_assert_uint_gt(lease.first, first);
    take(sleeper + 1, ALL - 1);
    for (i = 0; i < ALL; i++) {
        ck_assert_int_eq(wt_used_claim(sleeper[i]), WT_USED_FRESH);
        ck_assert_int_eq(wt_used_claim(sleeper[i]), WT_USED_BEFORE);
    }
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("usedmap, at its limit");
    TCase* tc = th_case(suite, "usedmap_limit", 1);

    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, a_lease_is_for_256_tickets_at_the_most);
    tcase_add_test(tc, numbers_pass_2_to_the_32_and_all_halves_after_it);
    tcase_add_test(tc, a_base_may_be_any);
    tcase_add_test(tc, when_the_rounds_come_round_no_ticket_is_good_again);
    tcase_add_test(tc, who_wakes_a_round_late_makes_no_used_ticket_good);
    return th_run(suite);
}
