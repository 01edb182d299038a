/* unit_keyring_manual_threads.c
 *
 * Keys by hand and from a secret, changed under threads that seal and open.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Check's assertions are for the main thread: the others count what is wrong.
 */

#include "keys_fixture.h"

#include <pthread.h>
#include <sched.h>

#define READERS  3
#define KEYS     90

static struct {
    wolfTicket_KeyRing* ring;
    word64 now;
    int clockFails;
    int randomFails;
    int stop;
    unsigned long wrong;
    unsigned long sealed;
    unsigned long resumed;
    word32 lifetime;
    wt_key expected[KEYS];      /* what a key of this number seals with */
    int revoking[KEYS];         /* a revocation of it has begun */
    int revoked[KEYS];          /* it is over */
    WOLFSSL_CTX* sc;
} all;

static int shared_time(word64* now, void* arg)
{
    (void)arg;
    *now = __atomic_load_n(&all.now, __ATOMIC_SEQ_CST);
    return !__atomic_load_n(&all.clockFails, __ATOMIC_SEQ_CST);
}

/* Calls do not overlap, says the header: so this needs no lock. */
static int shared_random(unsigned char* out, word32 sz, void* arg)
{
    return !__atomic_load_n(&all.randomFails, __ATOMIC_SEQ_CST) &&
        draw_random(out, sz, arg);
}

static void wrong(void)
{
    (void)__atomic_add_fetch(&all.wrong, 1, __ATOMIC_SEQ_CST);
}

static int stopped(void)
{
    return __atomic_load_n(&all.stop, __ATOMIC_SEQ_CST);
}

static void pass_time(word64 seconds)
{
    (void)__atomic_add_fetch(&all.now, seconds, __ATOMIC_SEQ_CST);
}

static void begin(wolfTicket_KeyRing* ring, word32 lifetime)
{
    wolfTicket_KeyRing* scratch = manual_new(1);
    int n;

    ck_assert_ptr_nonnull(ring);
    for (n = 0; n < KEYS; n++) {
        add(scratch, n);
        all.expected[n] = sealing(scratch);
        ck_assert_int_eq(revoke_no(scratch, n), 1);
    }
    wolfTicket_KeyRing_free(scratch);
    all.ring = ring;
    all.lifetime = lifetime;
    ring_lifetime(ring, lifetime);
}

static wolfTicket_KeyRing* shared_manual(void)
{
    all.now = START;
    return wolfTicket_KeyRing_new_manual(shared_time, NULL, shared_random,
        NULL);
}

static void start(pthread_t* thread, int count, void* (*run)(void* arg))
{
    int i;

    for (i = 0; i < count; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, run, NULL), 0);
}

/* On a busy machine all could be over before the threads have had a turn. */
static void await_first(void)
{
    while (__atomic_load_n(&all.sealed, __ATOMIC_SEQ_CST) == 0)
        sched_yield();
}

static void finish(pthread_t* thread, int count)
{
    int i;

    __atomic_store_n(&all.stop, 1, __ATOMIC_SEQ_CST);
    for (i = 0; i < count; i++)
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    ck_assert_uint_eq(all.wrong, 0);
}

/* The number of a key of key_no(), -1 for any other. */
static int number_of(const wt_key* key)
{
    int n;

    for (n = 0; n < KEYS; n++) {
        if (memcmp(all.expected[n].name, key->name, 16) == 0)
            return n;
    }
    return -1;
}

/* ---- sealing and opening ------------------------------------------------ */

/* One ticket: under a whole key that was not revoked before, and which opens
 * until its lifetime is over or it is revoked. */
static void one_ticket(void)
{
    word64 before = __atomic_load_n(&all.now, __ATOMIC_SEQ_CST);
    int was[KEYS];
    wt_key key, found;
    int n, i;

    for (n = 0; n < KEYS; n++)
        was[n] = __atomic_load_n(&all.revoked[n], __ATOMIC_SEQ_CST);
    if (!wt_keyring_sealing(all.ring, &key))
        return;
    n = number_of(&key);
    if (n < 0 || !same_key(&key, &all.expected[n]) || was[n]) {
        wrong();
        return;
    }
    (void)__atomic_add_fetch(&all.sealed, 1, __ATOMIC_SEQ_CST);
    for (i = 0; i < 4; i++) {
        int opened = wt_keyring_opening(all.ring, key.name, 0, &found);

        if (opened && !same_key(&key, &found))
            wrong();
        if (!opened && !__atomic_load_n(&all.revoking[n], __ATOMIC_SEQ_CST) &&
                __atomic_load_n(&all.now, __ATOMIC_SEQ_CST) - before <=
                    all.lifetime)
            wrong();
    }
}

static void* seal_and_open(void* arg)
{
    (void)arg;
    while (!stopped())
        one_ticket();
    return NULL;
}

/* What is listed is whole as well, and in order. */
static void* look_on(void* arg)
{
    wolfTicket_KeyInfo infos[LISTED];
    int i, count, seal;

    (void)arg;
    while (!stopped()) {
        count = wolfTicket_KeyRing_list(all.ring, infos, LISTED);
        seal = 0;
        for (i = 0; i < count; i++)
            seal += infos[i].state == WOLFTICKET_KEY_SEALS;
        if (count < 0 || count > WOLFTICKET_MAX_KEYS || seal > 1 ||
                wolfTicket_KeyRing_count(all.ring) > WOLFTICKET_MAX_KEYS)
            wrong();
    }
    return NULL;
}

static int free_name(int n)
{
    return !opens_name(all.ring, all.expected[n].name);
}

START_TEST(keys_are_added_and_retired_and_no_ticket_fails_to_open)
{
    pthread_t thread[READERS + 1];
    int many = th_many(20000);
    int n = 0;
    int i;

    begin(shared_manual(), 1000);
    add(all.ring, n++);
    start(thread, READERS, seal_and_open);
    await_first();
    start(thread + READERS, 1, look_on);
    for (i = 0; i < many; i++) {
        wolfTicket_Key key = key_no(n);

        pass_time(1 + (word64)(i % 200));
        if (free_name(n) && wolfTicket_KeyRing_add_key(all.ring, &key,
                (i % 3) ? all.now + (word64)(i % 97) : 0, 0,
                (i % 7) ? 0 : WOLFTICKET_KEY_KEEP))
            n = (n + 1) % KEYS;
        if (i % 2)
            (void)retire_no(all.ring, (n + KEYS - 2 - i % 5) % KEYS);
        (void)wolfTicket_KeyRing_rotate(all.ring);
        __atomic_store_n(&all.clockFails, i % 50 == 49, __ATOMIC_SEQ_CST);
    }
    finish(thread, READERS + 1);
    ck_assert_uint_gt(all.sealed, 0);
    wolfTicket_KeyRing_free(all.ring);
}
END_TEST

START_TEST(a_revoked_key_never_seals_again_under_threads)
{
    pthread_t thread[READERS + 1];
    int many = th_many(KEYS);
    int n;

    begin(shared_manual(), 1000);
    add(all.ring, 0);
    start(thread, READERS, seal_and_open);
    await_first();
    start(thread + READERS, 1, look_on);
    for (n = 1; n < many; n++) {
        unsigned long before = __atomic_load_n(&all.sealed, __ATOMIC_SEQ_CST);
        long i;

        add(all.ring, n);
        pass_time(1);
        /* Until some tickets have been sealed under it, if threads run. */
        for (i = 0; i < 2000 && __atomic_load_n(&all.sealed,
                __ATOMIC_SEQ_CST) < before + 50; i++)
            (void)wolfTicket_KeyRing_count(all.ring);
        __atomic_store_n(&all.revoking[n - 1], 1, __ATOMIC_SEQ_CST);
        ck_assert_int_eq(revoke_no(all.ring, n - 1), 1);
        __atomic_store_n(&all.revoked[n - 1], 1, __ATOMIC_SEQ_CST);
        ck_assert_int_eq(opens_no(all.ring, n - 1), 0);
    }
    finish(thread, READERS + 1);
    ck_assert_uint_gt(all.sealed, 0);
    ck_assert_int_eq(wolfTicket_KeyRing_count(all.ring), 1);
    wolfTicket_KeyRing_free(all.ring);
}
END_TEST

/* What is taken out in front of a key moves it in the table. */
static void* open_first(void* arg)
{
    wt_key found;

    (void)arg;
    while (!stopped()) {
        if (!wt_keyring_opening(all.ring, all.expected[0].name, 0, &found) ||
                !same_key(&found, &all.expected[0]))
            wrong();
        (void)__atomic_add_fetch(&all.sealed, 1, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

START_TEST(a_key_is_found_while_those_in_front_of_it_come_and_go)
{
    pthread_t thread[READERS];
    int many = th_many(20000);
    int i, n;

    begin(shared_manual(), 1000);
    add(all.ring, 0);
    start(thread, READERS, open_first);
    for (i = 0; i < many || __atomic_load_n(&all.sealed,
            __ATOMIC_SEQ_CST) < 1000; i++) {
        for (n = 1; n < 4; n++)
            add_at(all.ring, n, all.now + (word64)n);
        for (n = 1; n < 4; n++)
            ck_assert_int_eq(revoke_no(all.ring, (i % 2) ? n : 4 - n), 1);
    }
    finish(thread, READERS);
    wolfTicket_KeyRing_free(all.ring);
}
END_TEST

/* A file that is taken in again and again, with another key that seals. */
START_TEST(sets_are_replaced_and_no_ticket_fails_to_open)
{
    pthread_t thread[READERS];
    wolfTicket_Key set[3];
    int many = th_many(5000);
    int i, j;

    begin(shared_manual(), 1000);
    set[0] = key_no(0);
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(all.ring, set, 1, 0), 1);
    start(thread, READERS, seal_and_open);
    await_first();
    for (i = 0; i < many; i++) {
        for (j = 0; j < 3; j++)
            set[j] = key_no(2 - j);
        ck_assert_int_eq(wolfTicket_KeyRing_set_keys(all.ring, set, 3,
            i % 3), 1);
        if (i % 16 == 0)
            pass_time(1);
    }
    finish(thread, READERS);
    ck_assert_uint_gt(all.sealed, 0);
    wolfTicket_KeyRing_free(all.ring);
}
END_TEST

/* ---- automatic rings ---------------------------------------------------- */

/* Every ticket opens, unless a key was revoked meanwhile: then this has
 * changed, or is odd. */
static int revocations;

static void* seal_and_open_own(void* arg)
{
    wt_key key, found;

    (void)arg;
    while (!stopped()) {
        int before = __atomic_load_n(&revocations, __ATOMIC_SEQ_CST);

        if (wt_keyring_sealing(all.ring, &key)) {
            (void)__atomic_add_fetch(&all.sealed, 1, __ATOMIC_SEQ_CST);
            if (!wt_keyring_opening(all.ring, key.name, 0, &found) ?
                    before % 2 == 0 && before ==
                        __atomic_load_n(&revocations, __ATOMIC_SEQ_CST)
                    : !same_key(&key, &found))
                wrong();
        }
    }
    return NULL;
}

START_TEST(an_automatic_ring_loses_keys_while_its_generator_fails_in_turn)
{
    pthread_t thread[READERS + 1];
    wolfTicket_KeyInfo infos[LISTED];
    int many = th_many(5000);
    int i, count;

    all.now = START;
    all.ring = wolfTicket_KeyRing_new_ex(shared_time, NULL, shared_random,
        NULL);
    ck_assert_ptr_nonnull(all.ring);
    ring_lifetime(all.ring, 100000000);
    start(thread, READERS, seal_and_open_own);
    await_first();
    start(thread + READERS, 1, look_on);
    for (i = 0; i < many; i++) {
        __atomic_store_n(&all.randomFails, i % 3 == 0, __ATOMIC_SEQ_CST);
        pass_time(1);
        (void)wolfTicket_KeyRing_rotate(all.ring);
        count = wolfTicket_KeyRing_list(all.ring, infos, LISTED);
        ck_assert_int_ge(count, 0);
        if (count > 0) {
            (void)__atomic_add_fetch(&revocations, 1, __ATOMIC_SEQ_CST);
            ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(all.ring,
                infos[(i % 2) ? 0 : count - 1].name), 1);
            (void)__atomic_add_fetch(&revocations, 1, __ATOMIC_SEQ_CST);
        }
    }
    __atomic_store_n(&all.randomFails, 0, __ATOMIC_SEQ_CST);
    finish(thread, READERS + 1);
    pass_time(1);
    ck_assert_int_eq(seals_any(all.ring), 1);
    ck_assert_uint_gt(all.sealed, 0);
    wolfTicket_KeyRing_free(all.ring);
}
END_TEST

/* ---- derived rings ------------------------------------------------------ */

static void* seal_and_open_derived(void* arg)
{
    wt_key key, found;

    (void)arg;
    while (!stopped()) {
        word64 before = __atomic_load_n(&all.now, __ATOMIC_SEQ_CST);

        if (!wt_keyring_sealing(all.ring, &key))
            wrong();
        if ((!wt_keyring_opening(all.ring, key.name, 0, &found) ||
                !same_key(&key, &found)) &&
                __atomic_load_n(&all.now, __ATOMIC_SEQ_CST) - before <= LIFE)
            wrong();
        (void)__atomic_add_fetch(&all.sealed, 1, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

START_TEST(periods_pass_under_threads_and_no_ticket_fails_to_open)
{
    pthread_t thread[READERS + 1];
    int many = th_many(10000);
    int i;

    all.now = START;
    all.ring = wolfTicket_KeyRing_new_derived(shared, SECRET_SZ, PERIOD,
        shared_time, NULL);
    ck_assert_ptr_nonnull(all.ring);
    ring_lifetime(all.ring, LIFE);
    start(thread, READERS, seal_and_open_derived);
    await_first();
    start(thread + READERS, 1, look_on);
    for (i = 0; i < many; i++) {
        pass_time(300);
        (void)wolfTicket_KeyRing_count(all.ring);
        (void)wolfTicket_KeyRing_rotate(all.ring);
        __atomic_store_n(&all.clockFails, i % 50 == 49, __ATOMIC_SEQ_CST);
    }
    finish(thread, READERS + 1);
    ck_assert_uint_gt(all.sealed, 0);
    wolfTicket_KeyRing_free(all.ring);
}
END_TEST

/* ---- real handshakes ---------------------------------------------------- */

/* Each connection resumes the one before, as long as its ticket lives. */
static void* resume_in_turn(void* arg)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session = NULL;
    word64 since = 0;
    th_pair pair;
    unsigned char octet;

    (void)arg;
    while (!stopped()) {
        word64 begun = __atomic_load_n(&all.now, __ATOMIC_SEQ_CST);

        th_open(&pair, all.sc, cc, session, TH_OURS);
        if (th_handshake(&pair) != TH_BOTH_DONE ||
                wolfTicket_write(pair.server, "x", 1) != 1 ||
                th_client_reads(&pair, &octet, 1) != 1)
            wrong();
        if (wolfSSL_session_reused(pair.server))
            (void)__atomic_add_fetch(&all.resumed, 1, __ATOMIC_SEQ_CST);
        else if (session != NULL && __atomic_load_n(&all.now,
                __ATOMIC_SEQ_CST) - since <= all.lifetime)
            wrong();
        wolfSSL_SESSION_free(session);
        session = wolfSSL_get1_session(pair.client);
        since = begun;
        th_close(&pair);
    }
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    th_leave_thread();
    return NULL;
}

START_TEST(clients_resume_while_keys_are_added_and_retired)
{
    pthread_t thread[2];
    wolfTicket_KeyRing* ring = shared_manual();
    long want = th_many(200);
    int n = 0;

    begin(ring, 1000);
    add(ring, n++);
    all.sc = th_server_ctx(TH_TLS13);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(all.sc, 1000), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(all.sc, ring), 1);
    start(thread, 2, resume_in_turn);
    while (__atomic_load_n(&all.resumed, __ATOMIC_SEQ_CST) <
            (unsigned long)want && __atomic_load_n(&all.wrong,
            __ATOMIC_SEQ_CST) == 0) {
        wolfTicket_Key key = key_no(n);
        unsigned long seen = __atomic_load_n(&all.resumed, __ATOMIC_SEQ_CST);

        if (free_name(n) && wolfTicket_KeyRing_add_key(ring, &key,
                all.now + 100, 0, 0))
            n = (n + 1) % KEYS;
        pass_time(100);
        (void)retire_no(ring, (n + KEYS - 2) % KEYS);
        /* A handshake takes a thousand times as long as this round. */
        while (__atomic_load_n(&all.resumed, __ATOMIC_SEQ_CST) == seen &&
                __atomic_load_n(&all.wrong, __ATOMIC_SEQ_CST) == 0)
            (void)wolfTicket_KeyRing_count(ring);
    }
    finish(thread, 2);
    wolfTicket_CTX_free(all.sc);
    wolfTicket_KeyRing_free(ring);
}
END_TEST

static void threads_setup(void)
{
    derived_setup();
    memset(&all, 0, sizeof(all));
    revocations = 0;
}

static Suite* threads_suite(void)
{
    Suite* suite = suite_create("keyring, by hand, threads");
    TCase* tc = tcase_create("threads");

    tcase_add_checked_fixture(tc, threads_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc,
        keys_are_added_and_retired_and_no_ticket_fails_to_open);
    tcase_add_test(tc, a_revoked_key_never_seals_again_under_threads);
    tcase_add_test(tc, a_key_is_found_while_those_in_front_of_it_come_and_go);
    tcase_add_test(tc, sets_are_replaced_and_no_ticket_fails_to_open);
    tcase_add_test(tc,
        an_automatic_ring_loses_keys_while_its_generator_fails_in_turn);
    tcase_add_test(tc,
        periods_pass_under_threads_and_no_ticket_fails_to_open);
    tcase_add_test(tc, clients_resume_while_keys_are_added_and_retired);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(threads_suite());
}
