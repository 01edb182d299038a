/* unit_port.c
 *
 * Numbers, comparing, wiping, threads, and the places in wolfSSL's objects.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "port.h"
#include "error.h"
#include "harness.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- numbers ------------------------------------------------------------ */

START_TEST(numbers_of_all_sizes_are_big_endian)
{
    static const word32 values[] = {
        0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x1234, 0xFFFF, 0x10000, 0x123456,
        0xFFFFFF, 0x1000000, 0x12345678, 0x80000000, 0xFFFFFFFF
    };
    byte mem[6];
    size_t i;
    int bytes;

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        for (bytes = 1; bytes <= 4; bytes++) {
            word32 cut = (bytes == 4) ? values[i]
                : values[i] & ((1u << 8 * bytes) - 1);

            memset(mem, 0xAA, sizeof(mem));
            wt_put(mem + 1, values[i], bytes);
            ck_assert_uint_eq(wt_get(mem + 1, bytes), cut);
            ck_assert_uint_eq(mem[0], 0xAA);
            ck_assert_uint_eq(mem[1], cut >> 8 * (bytes - 1));
            ck_assert_uint_eq(mem[bytes], values[i] & 0xFF);
            ck_assert_uint_eq(mem[bytes + 1], 0xAA);
        }
    }
    wt_put(mem, 1, 0);
    ck_assert_uint_eq(wt_get(mem, 0), 0);
}
END_TEST

START_TEST(equal_is_every_bit)
{
    byte a[33], b[33];
    size_t sz, bit;

    memset(a, 0x5A, sizeof(a));
    memset(b, 0x5A, sizeof(b));
    for (sz = 0; sz <= 32; sz++) {
        ck_assert_int_eq(wt_equal(a, b, sz), 1);
        for (bit = 0; bit < sz * 8; bit++) {
            b[bit / 8] ^= (byte)(1 << bit % 8);
            ck_assert_int_eq(wt_equal(a, b, sz), 0);
            b[bit / 8] ^= (byte)(1 << bit % 8);
        }
        /* And nothing behind. */
        b[sz] ^= 1;
        ck_assert_int_eq(wt_equal(a, b, sz), 1);
        b[sz] ^= 1;
    }
}
END_TEST

START_TEST(wiping_wipes_all_and_nothing_else)
{
    byte mem[66];
    size_t sz, i;

    for (sz = 0; sz <= 64; sz++) {
        memset(mem, 0xAA, sizeof(mem));
        wt_wipe(mem + 1, sz);
        ck_assert_uint_eq(mem[0], 0xAA);
        for (i = 0; i < sz; i++)
            ck_assert_uint_eq(mem[1 + i], 0);
        ck_assert_uint_eq(mem[sz + 1], 0xAA);
    }
}
END_TEST

START_TEST(the_clock_tells_the_time)
{
    word64 now = wt_clock();

    ck_assert_uint_ge(now, 1600000000);
    ck_assert_uint_ge(wt_clock(), now);
    ck_assert_uint_le(wt_clock(), (word64)time(NULL) + 1);
}
END_TEST

/* ---- threads ------------------------------------------------------------ */

#define THREADS 8

static word32 guarded;

#ifndef SINGLE_THREADED
static int inited[THREADS];
static word32 numbers[THREADS];

static void* start_thread(void* arg)
{
    int* mine = (int*)arg;
    int i;

    *mine = wt_port_init();
    numbers[mine - inited] = wt_thread_number();
    for (i = 0; i < 2000; i++) {
        wt_lock();
        guarded++;
        wt_unlock();
    }
    if (wt_thread_number() != numbers[mine - inited])
        *mine = 0;
    return NULL;
}

START_TEST(threads_start_all_at_once_and_share_the_lock)
{
    pthread_t thread[THREADS];
    int i, j;

    for (i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, start_thread,
            &inited[i]), 0);
    for (i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
        ck_assert_int_eq(inited[i], 1);
    }
    ck_assert_uint_eq(guarded, THREADS * 2000);
    for (i = 0; i < THREADS; i++) {
        ck_assert_uint_ne(numbers[i], 0);
        for (j = 0; j < i; j++)
            ck_assert_uint_ne(numbers[i], numbers[j]);
    }
}
END_TEST
#endif

static int stop;

static void* hold_lock(void* arg)
{
    (void)arg;
    while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
        wt_lock();
        guarded++;
        wt_unlock();
    }
    return NULL;
}

START_TEST(a_child_finds_the_lock_free)
{
    pthread_t thread;
    int i, status;

    ck_assert_int_eq(wt_port_init(), 1);
    ck_assert_int_eq(pthread_create(&thread, NULL, hold_lock, NULL), 0);
    for (i = 0; i < th_many(300); i++) {
        pid_t pid = fork();

        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
            /* A child that waits for ever fails by the test's time limit. */
            wt_lock();
            wt_unlock();
            _exit(0);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

/* ---- slots -------------------------------------------------------------- */

#ifdef WT_HAVE_EX_DATA

/* Of either side; not every wolfSSL makes a server's connection without a
 * certificate. */
static WOLFSSL_CTX* new_context(void)
{
    WOLFSSL_CTX* ctx;

#ifndef NO_WOLFSSL_SERVER
    ctx = wolfSSL_CTX_new(wolfSSLv23_server_method());
    th_server_certs(ctx);
#else
    ctx = wolfSSL_CTX_new(wolfSSLv23_client_method());
#endif
    return ctx;
}

static void one_function(void)
{
    guarded++;
}

static void other_function(void)
{
    guarded--;
}

START_TEST(slots_hold_what_they_are_given_and_start_empty)
{
    WOLFSSL_CTX* ctx = new_context();
    WOLFSSL* ssl;
    WOLFSSL_SESSION* session;
    int c, d;
    int round;

    /* Before the start there are none, and asking does no harm. */
    ck_assert_ptr_nonnull(ctx);
    ck_assert(wt_ctx_slot(ctx, WT_CTX_SLOT_IO_SEND) == NULL);
    ck_assert_int_eq(wt_port_init(), 1);
    ck_assert_int_eq(wt_port_init(), 1);

    ck_assert(wt_ctx_slot(ctx, WT_CTX_SLOT_IO_SEND) == NULL);
    ck_assert(wt_ctx_slot(ctx, WT_CTX_SLOT_MSG_CB) == NULL);
    ck_assert_int_eq(wt_ctx_slot_set(ctx, WT_CTX_SLOT_IO_SEND,
        one_function), 1);
    ck_assert_int_eq(wt_ctx_slot_set(ctx, WT_CTX_SLOT_MSG_CB,
        other_function), 1);
    ck_assert(wt_ctx_slot(ctx, WT_CTX_SLOT_IO_SEND) == one_function);
    ck_assert(wt_ctx_slot(ctx, WT_CTX_SLOT_MSG_CB) == other_function);
    ck_assert_int_eq(wt_ctx_slot_set(ctx, WT_CTX_SLOT_MSG_CB, NULL), 1);
    ck_assert(wt_ctx_slot(ctx, WT_CTX_SLOT_IO_SEND) == one_function);
    ck_assert(wt_ctx_slot(ctx, WT_CTX_SLOT_MSG_CB) == NULL);
    for (round = 0; round < 3; round++) {
        ssl = wolfSSL_new(ctx);
        ck_assert_ptr_nonnull(ssl);
        session = wolfSSL_get_session(ssl);
        ck_assert_ptr_nonnull(session);
        ck_assert_ptr_null(wt_ssl_slot(ssl));
        ck_assert_ptr_null(wt_session_slot(session));
        ck_assert_int_eq(wt_ssl_slot_set(ssl, &c), 1);
        ck_assert_int_eq(wt_session_slot_set(session, &d), 1);
        ck_assert_ptr_eq(wt_ssl_slot(ssl), &c);
        ck_assert_ptr_eq(wt_session_slot(session), &d);
        wolfSSL_free(ssl);
    }
    wolfSSL_CTX_free(ctx);
}
END_TEST

START_TEST(the_applications_own_slot_is_left_alone)
{
    WOLFSSL_CTX* ctx = new_context();
    WOLFSSL* ssl = wolfSSL_new(ctx);
    int ours, theirs;

    ck_assert_int_eq(wt_port_init(), 1);
    ck_assert_int_eq(wolfSSL_set_ex_data(ssl, 0, &theirs), WOLFSSL_SUCCESS);
    ck_assert_int_eq(wolfSSL_CTX_set_ex_data(ctx, 0, &theirs),
        WOLFSSL_SUCCESS);
    ck_assert_int_eq(wt_ssl_slot_set(ssl, &ours), 1);
    ck_assert_int_eq(wt_ctx_slot_set(ctx, WT_CTX_SLOT_IO_SEND,
        one_function), 1);
    ck_assert_int_eq(wt_ctx_slot_set(ctx, WT_CTX_SLOT_MSG_CB,
        other_function), 1);
    ck_assert_ptr_eq(wolfSSL_get_ex_data(ssl, 0), &theirs);
    ck_assert_ptr_eq(wolfSSL_CTX_get_ex_data(ctx, 0), &theirs);
    wolfSSL_free(ssl);
    wolfSSL_CTX_free(ctx);
}
END_TEST

/* The application has taken all slots of one kind of object. */
START_TEST(without_a_slot_nothing_is_attached_and_the_error_says_so)
{
    WOLFSSL_CTX* ctx = new_context();
    int i;

    for (i = 0; i < 10; i++) {
        if (_i == 0)
            (void)wolfSSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
        else if (_i == 1)
            (void)wolfSSL_SESSION_get_ex_new_index(0, NULL, NULL, NULL, NULL);
        else
            (void)wolfSSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    }
    ck_assert_int_eq(wt_port_init(), 0);
    ck_assert_int_eq(wt_port_init(), 0);
    ck_assert_int_eq(wolfTicket_CTX_attach(ctx), 0);
    ck_assert_str_eq(wolfTicket_CTX_error(ctx), wt_error_text(WT_E_PLATFORM));
    ck_assert_ptr_null(wolfTicket_KeyRing_new());
    ck_assert_str_eq(wolfTicket_CTX_error(NULL),
        wt_error_text(WT_E_PLATFORM));
    wolfSSL_CTX_free(ctx);
}
END_TEST

#endif /* WT_HAVE_EX_DATA */

static Suite* port_suite(void)
{
    Suite* suite = suite_create("port");
    TCase* tc = th_case(suite, "numbers", 1);

    tcase_add_test(tc, numbers_of_all_sizes_are_big_endian);
    tcase_add_test(tc, equal_is_every_bit);
    tcase_add_test(tc, wiping_wipes_all_and_nothing_else);
    tcase_add_test(tc, the_clock_tells_the_time);

    tc = th_case(suite, "threads", 0);
#ifndef SINGLE_THREADED
    tcase_add_test(tc, threads_start_all_at_once_and_share_the_lock);
#endif
    tcase_add_test(tc, a_child_finds_the_lock_free);

#ifdef WT_HAVE_EX_DATA
    tc = th_case(suite, "slots", 0);
    tcase_add_test(tc, slots_hold_what_they_are_given_and_start_empty);
    tcase_add_test(tc, the_applications_own_slot_is_left_alone);
    tcase_add_loop_test(tc,
        without_a_slot_nothing_is_attached_and_the_error_says_so, 0, 3);
#endif
    return suite;
}

int main(void)
{
    return th_run(port_suite());
}
