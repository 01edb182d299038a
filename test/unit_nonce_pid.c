/* unit_nonce_pid.c
 *
 * Nonces where the kernel wipes no memory and process numbers come round.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The sources are compiled in once more, under other names: with fork handlers
 * of their own, without MADV_WIPEONFORK, and with process numbers that the
 * test gives.
 */

#ifdef HAVE_CONFIG_H
    #include "config.h"
#endif

#ifdef HAVE_SYS_MMAN_H
    #include <sys/mman.h>
    #undef MADV_WIPEONFORK
#endif
#include <sys/wait.h>
#include <unistd.h>

static pid_t number;
#define getpid() number

#define wt_port_init        copy_port_init
#define wt_lock             copy_lock
#define wt_unlock           copy_unlock
#define wt_enter            copy_enter
#define wt_leave            copy_leave
#define wt_clock            copy_clock
#define wt_thread_number    copy_thread_number
#define wt_ssl_slot         copy_ssl_slot
#define wt_ssl_slot_set     copy_ssl_slot_set
#define wt_client_slot      copy_client_slot
#define wt_client_slot_set  copy_client_slot_set
#define wt_session_slot     copy_session_slot
#define wt_session_slot_set copy_session_slot_set
#define wt_ctx_slot         copy_ctx_slot
#define wt_ctx_slot_set     copy_ctx_slot_set
#define wt_nonce_init       copy_nonce_init
#define wt_nonce_forked     copy_nonce_forked
#define wt_nonce_warm       copy_nonce_warm
#define wt_nonce_next       copy_nonce_next
#define wt_nonce_process    copy_nonce_process
#include "nonce.c"

/* The library has taken the slots that there are. */
#undef WT_HAVE_EX_DATA
#include "port.c"

#include "harness.h"

#define EACH 600

typedef byte nonce_t[WT_NONCE_SZ];

typedef struct {
    nonce_t old[EACH];
    nonce_t young[EACH];
    int ok;
} family;

static wolfTicket_KeyRing* ring;
static family* f;

static void begin(void)
{
    th_setup();
    number = 100;
    ring = wolfTicket_KeyRing_new();
    ck_assert_ptr_nonnull(ring);
    ck_assert_int_eq(wt_port_init(), 1);
    f = (family*)mmap(NULL, sizeof(family), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(f, MAP_FAILED);
}

static void end(void)
{
    (void)munmap(f, sizeof(family));
    wolfTicket_KeyRing_free(ring);
    th_teardown();
}

static int fill(nonce_t* n, int count)
{
    int ret = 1;
    int i;

    for (i = 0; ret && i < count; i++)
        ret = wt_nonce_next(ring, n[i]);
    return ret;
}

static void await(pid_t pid)
{
    int status;

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
}

static void check_apart(void)
{
    int i, k;

    for (i = 0; i < EACH; i++) {
        for (k = 0; k < EACH; k++)
            ck_assert_mem_ne(f->old[i], f->young[k], WT_NONCE_SZ);
    }
}

/* A process takes nonces, forks, takes more and is gone.  Its child takes
 * none, and forks one that has the number of the first. */
START_TEST(a_grandchild_of_the_same_number_repeats_no_nonce)
{
    pid_t pid;
    int status = 1;

    ck_assert_int_eq(wiped, 0);
    ck_assert_int_eq(fill(f->old, 100), 1);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        number = 200;
        pid = fork();
        if (pid == 0) {
            number = 100;
            _exit(!fill(f->young, EACH));
        }
        _exit(pid < 0 || waitpid(pid, &status, 0) != pid || status != 0);
    }
    ck_assert_int_eq(fill(f->old + 100, EACH - 100), 1);
    await(pid);
    check_apart();
}
END_TEST

/* In pid namespaces parent and child can have one number. */
START_TEST(a_child_of_the_same_number_repeats_no_nonce)
{
    pid_t pid;

    ck_assert_int_eq(fill(f->old, 100), 1);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0)
        _exit(wt_nonce_process() != 0 || !fill(f->young, EACH) ||
            wt_nonce_process() == 0);
    ck_assert_int_eq(fill(f->old + 100, EACH - 100), 1);
    await(pid);
    check_apart();
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("nonce, process numbers");
    TCase* tc = th_case(suite, "nonce_pid", 1);

    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, a_grandchild_of_the_same_number_repeats_no_nonce);
    tcase_add_test(tc, a_child_of_the_same_number_repeats_no_nonce);
    return th_run(suite);
}
