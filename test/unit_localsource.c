/* unit_localsource.c
 *
 * Sources that need nobody else: what they give, and rings that have one
 * beside rings that do the same by themselves.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "source_fixture.h"

#define HOUR  3600u

static byte shared[WOLFTICKET_MIN_SECRET];

static void begin(void)
{
    size_t i;

    ring_setup();
    for (i = 0; i < sizeof(shared); i++)
        shared[i] = (byte)(i + 1);
}

static void begin_counting(void)
{
    th_mem_use(TH_MEM_COUNT);
    begin();
}

static const wolfTicket_Source* automatic(void** self)
{
    const wolfTicket_Source* source = wolfTicket_Automatic_source(self);

    ck_assert_ptr_nonnull(source);
    return source;
}

static const wolfTicket_Source* derived(void** self)
{
    const wolfTicket_Source* source = wolfTicket_Derived_source(shared,
        sizeof(shared), HOUR, self);

    ck_assert_ptr_nonnull(source);
    return source;
}

static wolfTicket_KeyRing* ring_of(const wolfTicket_Source* source, void* self)
{
    return fed_ring_of(source, self, 0, read_clock, NULL);
}

/* ---- automatic ----------------------------------------------------------- */

START_TEST(the_first_key_seals_at_once_and_each_for_a_period)
{
    void* self = NULL;
    const wolfTicket_Source* source = automatic(&self);
    wolfTicket_KeyRing* ring = ring_of(source, self);
    wt_key first, before, now;
    word64 changed = START;
    int changes = 0;

    ck_assert_int_eq(seals_now(ring), -1);
    refresh(ring);
    first = before = sealing(ring);
    while (ringNow < START + 6 * PERIOD) {
        ringNow += REFRESH;
        refresh(ring);
        now = sealing(ring);
        if (!same_key(&now, &before)) {
            changes++;
            ck_assert_uint_ge(ringNow - changed, PERIOD);
            ck_assert_uint_le(ringNow - changed, PERIOD + 4 * REFRESH);
            ck_assert_int_eq(opens(ring, &before), 1);
            changed = ringNow;
            before = now;
        }
    }
    ck_assert_int_ge(changes, 5);
    ck_assert_int_eq(opens(ring, &first), 0);
    /* The one to come is known. */
    ck_assert_int_ge((int)report_of(ring).proposed, changes + 1);
    ck_assert_uint_eq(report_of(ring).dropped, 0);
    ck_assert_uint_eq(report_of(ring).rejected, 0);
    ck_assert_int_eq(report_of(ring).state, WOLFTICKET_SOURCE_OK);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* On demand, more often than there is room for keys. */
START_TEST(a_forced_change_is_a_proposal_as_any)
{
    void* self = NULL;
    const wolfTicket_Source* source = automatic(&self);
    wolfTicket_KeyRing* ring = ring_of(source, self);
    wt_key before, now;
    int i;

    refresh(ring);
    before = sealing(ring);
    for (i = 0; i < 3 * WOLFTICKET_MAX_KEYS; i++) {
        ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
        ck_assert_int_eq(seals(ring, &before), 1);
        ringNow += 3 * REFRESH;
        refresh(ring);
        now = sealing(ring);
        ck_assert_int_eq(same_key(&now, &before), 0);
        ck_assert_int_eq(opens(ring, &before), 1);
        before = now;
    }
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(what_is_proposed_is_given_newest_first_until_it_is_over)
{
    void* self = NULL;
    const wolfTicket_Source* source = automatic(&self);
    wolfTicket_SourceKey keys[WOLFTICKET_SOURCE_MAX_KEYS];
    wolfTicket_SourceKey key;
    int i, count;

    ck_assert_int_eq(source->fetch(self, START, keys, 32), 0);
    for (i = 1; i <= 20; i++) {
        pattern_source_key(i, START + (uint64_t)i * 100, &key);
        ck_assert_int_eq(source->propose(self, START, &key), 1);
        count = source->fetch(self, START, keys, WOLFTICKET_SOURCE_MAX_KEYS);
        ck_assert_int_eq(count, (i < WOLFTICKET_MAX_KEYS) ? i
                                                      : WOLFTICKET_MAX_KEYS);
        ck_assert_mem_eq(keys[0].aes, key.aes, sizeof(key.aes));
        ck_assert_mem_eq(keys[0].hmac, key.hmac, sizeof(key.hmac));
        ck_assert_uint_eq(keys[0].active_from, (i == 1) ? START
                                                        : key.active_from);
    }
    for (i = 1; i < count; i++)
        ck_assert_uint_lt(keys[i].active_from, keys[i - 1].active_from);
    ck_assert_int_eq(source->fetch(self, START, keys, 3), 3);
    ck_assert_int_eq(keys[0].name[0], 20);
    ck_assert_int_eq(source->fetch(self, key.opens_until - 1, keys, 32), 1);
    ck_assert_int_eq(source->fetch(self, key.opens_until, keys, 32), 0);
    source->destroy(self);
}
END_TEST

/* ---- derived ------------------------------------------------------------- */

/* Times that are refreshed late, jumps, and the clock at its beginning. */
START_TEST(a_ring_of_the_source_has_the_keys_of_a_derived_ring)
{
    static const word64 starts[] = { 0, HOUR, 5 * HOUR + 17, START };
    void* self = NULL;
    const wolfTicket_Source* source = derived(&self);
    wolfTicket_KeyRing* ring;
    wolfTicket_KeyRing* own;
    wt_key ours, theirs;
    int i;

    ringNow = starts[_i];
    ring = ring_of(source, self);
    own = wolfTicket_KeyRing_new_derived(shared, sizeof(shared), HOUR,
        read_clock, NULL);
    ck_assert_ptr_nonnull(own);
    ring_lifetime(own, LIFE);
    for (i = 0; i < 200; i++) {
        refresh(ring);
        ours = sealing(ring);
        theirs = sealing(own);
        ck_assert_int_eq(same_key(&ours, &theirs), 1);
        ck_assert_int_eq(opens(own, &ours), 1);
        ringNow += (i % 40 == 39) ? 20 * HOUR : HOUR / 7;
    }
    ck_assert_uint_eq(report_of(ring).dropped, 0);
    ck_assert_uint_eq(report_of(ring).rejected, 0);
    ck_assert_uint_eq(report_of(ring).proposed, 0);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 0);
    wolfTicket_KeyRing_free(ring);
    wolfTicket_KeyRing_free(own);
}
END_TEST

/* A ring that nobody refreshes goes on to the next period's key by itself,
 * and does not seal with a key for ever. */
START_TEST(a_ring_that_is_not_refreshed_seals_for_two_periods_more)
{
    void* self = NULL;
    const wolfTicket_Source* source = derived(&self);
    wolfTicket_KeyRing* ring;
    wt_key first, second;

    ringNow = START / HOUR * HOUR;
    ring = ring_of(source, self);
    refresh(ring);
    first = sealing(ring);
    ringNow += HOUR;
    second = sealing(ring);
    ck_assert_int_eq(same_key(&first, &second), 0);
    ck_assert_int_eq(opens(ring, &first), 1);
    ringNow += 2 * HOUR - 1;
    ck_assert_int_eq(seals(ring, &second), 1);
    ringNow++;
    ck_assert_int_eq(seals_now(ring), -1);
    refresh(ring);
    ck_assert_int_ne(seals_now(ring), -1);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(it_gives_no_more_than_there_is_room_for)
{
    void* self = NULL;
    const wolfTicket_Source* source = derived(&self);
    wolfTicket_SourceKey keys[WOLFTICKET_SOURCE_MAX_KEYS];
    int max, count, i;

    for (max = 0; max <= WOLFTICKET_SOURCE_MAX_KEYS; max++) {
        memset(keys, 0x5A, sizeof(keys));
        count = source->fetch(self, START, keys, max);
        ck_assert_int_eq(count, (max < WOLFTICKET_MAX_KEYS) ? max
                                                      : WOLFTICKET_MAX_KEYS);
        for (i = 0; i < count; i++)
            ck_assert_uint_eq(keys[i].active_from,
                (START / HOUR + 1 - (uint64_t)i) * HOUR);
        if (count < WOLFTICKET_SOURCE_MAX_KEYS)
            ck_assert_int_eq(keys[count].name[0], 0x5A);
    }
    source->destroy(self);
}
END_TEST

START_TEST(what_a_derived_ring_refuses_the_source_does)
{
    void* self = &shared;

    ck_assert_ptr_null(wolfTicket_Derived_source(NULL, 32, HOUR, &self));
    ck_assert_str_eq(wolfTicket_CTX_error(NULL), wt_error_text(WT_E_NULL));
    ck_assert_ptr_null(wolfTicket_Derived_source(shared, 31, HOUR, &self));
    ck_assert_str_eq(wolfTicket_CTX_error(NULL), wt_error_text(WT_E_SECRET));
    ck_assert_ptr_null(wolfTicket_Derived_source(shared, 32,
        WOLFTICKET_MIN_PERIOD - 1, &self));
    ck_assert_str_eq(wolfTicket_CTX_error(NULL), wt_error_text(WT_E_PERIOD));
    ck_assert_ptr_null(wolfTicket_Derived_source(shared, 32, HOUR, NULL));
    ck_assert_str_eq(wolfTicket_CTX_error(NULL), wt_error_text(WT_E_NULL));
    memset(shared, 7, sizeof(shared));
    ck_assert_ptr_null(wolfTicket_Derived_source(shared, 32, HOUR, &self));
    ck_assert_str_eq(wolfTicket_CTX_error(NULL), wt_error_text(WT_E_SECRET));
    ck_assert_ptr_null(wolfTicket_Automatic_source(NULL));
    ck_assert_str_eq(wolfTicket_CTX_error(NULL), wt_error_text(WT_E_NULL));
    ck_assert_ptr_eq(self, &shared);
}
END_TEST

/* ---- both ---------------------------------------------------------------- */

static const wolfTicket_Source* any(int kind, void** self)
{
    return kind ? wolfTicket_Derived_source(shared, sizeof(shared), HOUR, self)
                : wolfTicket_Automatic_source(self);
}

START_TEST(without_memory_there_is_no_source)
{
    void* self = &shared;
    long before = th_mem_live();

    th_mem_fail_at(1);
    th_mem_arm(1);
    ck_assert_ptr_null(any(_i, &self));
    th_mem_arm(0);
    ck_assert_ptr_eq(self, &shared);
    ck_assert_str_eq(wolfTicket_CTX_error(NULL), wt_error_text(WT_E_MEMORY));
    ck_assert_int_eq(th_mem_live(), before);
}
END_TEST

static unsigned char* watched;
static size_t watchedSz;
static int seen;

static void look_and_free(void* ptr)
{
    size_t i;

    if (ptr != NULL && ptr == watched) {
        seen++;
        for (i = 0; i < watchedSz; i++)
            ck_assert_int_eq(watched[i], 0);
    }
    free(ptr);
}

START_TEST(a_source_that_is_gone_leaves_no_key)
{
    wolfTicket_SourceKey key;
    const wolfTicket_Source* source;
    void* self = NULL;

    ck_assert_int_eq(th_allocators(malloc, look_and_free, realloc), 0);
    source = any(_i, &self);
    ck_assert_ptr_nonnull(source);
    watched = (unsigned char*)self;
    watchedSz = WT_PRK_SZ;
    if (source->propose != NULL) {
        watchedSz = sizeof(key);
        pattern_source_key(9, START, &key);
        ck_assert_int_eq(source->propose(self, START, &key), 1);
    }
    ck_assert(!wt_one_byte(watched, watchedSz));
    source->destroy(self);
    ck_assert_int_eq(seen, 1);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("localsource");
    TCase* tc = th_case(suite, "sources", 1);

    tcase_add_checked_fixture(tc, begin, th_teardown);
    tcase_add_test(tc, the_first_key_seals_at_once_and_each_for_a_period);
    tcase_add_test(tc, a_forced_change_is_a_proposal_as_any);
    tcase_add_test(tc, what_is_proposed_is_given_newest_first_until_it_is_over);
    tcase_add_loop_test(tc, a_ring_of_the_source_has_the_keys_of_a_derived_ring,
        0, 4);
    tcase_add_test(tc, a_ring_that_is_not_refreshed_seals_for_two_periods_more);
    tcase_add_test(tc, it_gives_no_more_than_there_is_room_for);
    tcase_add_test(tc, what_a_derived_ring_refuses_the_source_does);
    tcase_add_loop_test(tc, a_source_that_is_gone_leaves_no_key, 0, 2);
    tc = th_case(suite, "memory", 1);
    tcase_add_checked_fixture(tc, begin_counting, th_teardown);
    tcase_add_loop_test(tc, without_memory_there_is_no_source, 0, 2);
    return th_run(suite);
}
