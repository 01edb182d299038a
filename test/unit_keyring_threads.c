/* unit_keyring_threads.c
 *
 * The key ring under many threads: whole keys, and none that live is missed.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyring_fixture.h"
#include "keyderive.h"

#include <pthread.h>

/* Keys whose parts show that they belong together. */
static int draw_linked(unsigned char* out, word32 sz, void* arg)
{
    word32 i;

    if (!draw_random(out, sz, arg))
        return 0;
    for (i = WOLFTICKET_NAME_SZ; sz == KEY_SZ && i < sz; i++)
        out[i] = (byte)(out[i % WOLFTICKET_NAME_SZ] ^ i);
    return 1;
}

static int linked(const wt_key* key)
{
    wolfTicket_Key drawn;
    wt_key whole;
    byte all[KEY_SZ];
    word32 i;

    for (i = 0; i < KEY_SZ; i++)
        all[i] = (i < WOLFTICKET_NAME_SZ) ? key->name[i]
            : (byte)(key->name[i % WOLFTICKET_NAME_SZ] ^ i);
    memcpy(drawn.name, all, 16);
    memcpy(drawn.aes, all + 16, 32);
    memcpy(drawn.hmac, all + 48, 32);
    drawn.aes_sz = drawn.hmac_sz = 32;
    return wt_derive_key(&drawn, &whole) && same_key(&whole, key);
}

static word64 sharedNow;
static int threadsStop;

static int read_shared_clock(word64* now, void* arg)
{
    (void)arg;
    *now = __atomic_load_n(&sharedNow, __ATOMIC_SEQ_CST);
    return 1;
}

/* Returns the number of keys read, or NULL for one that was torn or lost. */
static void* read_keys(void* arg)
{
    wolfTicket_KeyRing* ring = (wolfTicket_KeyRing*)arg;
    size_t n = 1;
    wt_key key, found;

    while (n > 0 && !__atomic_load_n(&threadsStop, __ATOMIC_SEQ_CST)) {
        n++;
        if (!wt_keyring_sealing(ring, &key) || !linked(&key) ||
                !wt_keyring_opening(ring, key.name, 0, &found) ||
                !same_key(&key, &found))
            n = 0;
    }
    return (void*)n;
}

START_TEST(readers_never_see_a_torn_key_and_never_miss_a_live_one)
{
    pthread_t thread[3];
    void* result;
    wolfTicket_KeyRing* ring;
    int i;

    sharedNow = START;
    ring = wolfTicket_KeyRing_new_ex(read_shared_clock, NULL, draw_linked,
        NULL);
    ck_assert_ptr_nonnull(ring);
    ring_lifetime(ring, 7200);
    for (i = 0; i < 3; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, read_keys, ring), 0);

    /* A reader may stand still between its two calls for as long as the
     * system likes, so no key dies while the threads run. */
    for (i = 0; i < th_many(20000); i++) {
        if (i % 3000 < WOLFTICKET_MAX_KEYS - 1)
            (void)wolfTicket_KeyRing_rotate(ring);
        (void)wolfTicket_KeyRing_count(ring);
    }
    __atomic_store_n(&threadsStop, 1, __ATOMIC_SEQ_CST);
    for (i = 0; i < 3; i++) {
        ck_assert_int_eq(pthread_join(thread[i], &result), 0);
        ck_assert_ptr_nonnull(result);
    }
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* The same while keys die: only that none is torn. */
static void* read_sealing(void* arg)
{
    wolfTicket_KeyRing* ring = (wolfTicket_KeyRing*)arg;
    size_t n = 1;
    wt_key key;

    while (n > 0 && !__atomic_load_n(&threadsStop, __ATOMIC_SEQ_CST)) {
        n++;
        if (!wt_keyring_sealing(ring, &key) || !linked(&key))
            n = 0;
        if (n > 0 && wt_keyring_opening(ring, key.name, 0, &key) &&
                !linked(&key))
            n = 0;
    }
    return (void*)n;
}

START_TEST(keys_come_and_go_under_the_readers)
{
    pthread_t thread[3];
    void* result;
    wolfTicket_KeyRing* ring;
    unsigned long rotations, failures;
    int many = th_many(20000);
    int i;

    sharedNow = START;
    ring = wolfTicket_KeyRing_new_ex(read_shared_clock, NULL, draw_linked,
        NULL);
    ck_assert_ptr_nonnull(ring);
    ring_lifetime(ring, 4);
    for (i = 0; i < 3; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, read_sealing, ring),
            0);
    for (i = 0; i < many; i++) {
        (void)__atomic_add_fetch(&sharedNow, 3, __ATOMIC_SEQ_CST);
        (void)wolfTicket_KeyRing_count(ring);
    }
    __atomic_store_n(&threadsStop, 1, __ATOMIC_SEQ_CST);
    for (i = 0; i < 3; i++) {
        ck_assert_int_eq(pthread_join(thread[i], &result), 0);
        ck_assert_ptr_nonnull(result);
    }
    wt_keyring_counts(ring, &rotations, &failures);
    ck_assert_uint_ge(rotations, (unsigned long)many);
    ck_assert_uint_eq(failures, 0);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

static Suite* threads_suite(void)
{
    Suite* suite = suite_create("keyring, threads");
    TCase* tc = tcase_create("readers");

    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc,
        readers_never_see_a_torn_key_and_never_miss_a_live_one);
    tcase_add_test(tc, keys_come_and_go_under_the_readers);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(threads_suite());
}
