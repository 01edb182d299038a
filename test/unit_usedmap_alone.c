/* unit_usedmap_alone.c
 *
 * Which tickets have been used, where processes can be forked and cannot
 * share what the map needs.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The source is compiled in once more, under other names, without anonymous
 * memory to share.
 */

#ifdef HAVE_CONFIG_H
    #include "config.h"
#endif

#ifdef HAVE_SYS_MMAN_H
    #include <sys/mman.h>
    #undef MAP_ANONYMOUS
    #undef MAP_ANON
#endif

#include "usedmap_fixture.h"
#include "nonce_fixture.h"

#define EACH   1000

static wolfTicket_KeyRing* ring;

static void begin(void)
{
    th_setup();
    ring = wolfTicket_KeyRing_new();
    ck_assert_ptr_nonnull(ring);
}

static void end(void)
{
    wt_used_cleanup();
    wolfTicket_KeyRing_free(ring);
    th_teardown();
}

/* The numbers, as far as there are some. */
static int fill(nonce_t* n)
{
    int count = 0;

    while (count < EACH && wt_used_nonce(ring, n[count]))
        count++;
    return count;
}

static void exchange(int fd, int writes, void* mem, size_t sz)
{
    byte* p = (byte*)mem;
    ssize_t n = 1;

    while (sz > 0 && n > 0) {
        n = writes ? write(fd, p, sz) : read(fd, p, sz);
        if (n > 0) {
            p += n;
            sz -= (size_t)n;
        }
    }
    if (sz > 0)
        _exit(1);
}

/* What a child has: whether a ticket of its parent's is good there, how many
 * numbers it could take and which, before and after it asked for a map. */
typedef struct {
    wt_used parents;
    wt_error began;
    int count[2];
    nonce_t nonces[2][EACH];
    wt_used own;
} report;

static void child(int fd, const nonce_t common)
{
    static report r;

    r.parents = wt_used_look(common);
    if (r.parents != WT_USED_UNKNOWN)
        r.parents = wt_used_claim(common);
    r.count[0] = fill(r.nonces[0]);
    r.began = wt_used_begin(ring, 2 * LEAST);
    if (wt_used_claim(common) != WT_USED_UNKNOWN)
        r.parents = WT_USED_FRESH;
    r.count[1] = fill(r.nonces[1]);
    r.own = (r.count[1] > 0) ? wt_used_claim(r.nonces[1][0])
                             : WT_USED_UNKNOWN;
    wt_used_cleanup();
    exchange(fd, 1, &r, sizeof(r));
    _exit(0);
}

/* Forks, and hears of it while the child's parent goes on. */
static void run_child(const nonce_t common, nonce_t* mine, report* r)
{
    int pipes[2];
    pid_t pid;
    int i, k, part;
    int status;

    ck_assert_int_eq(pipe(pipes), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0)
        child(pipes[1], common);
    ck_assert_int_eq(fill(mine), EACH);
    exchange(pipes[0], 0, r, sizeof(*r));
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    for (part = 0; part < 2; part++) {
        for (i = 0; i < EACH; i++) {
            for (k = 0; k < r->count[part]; k++)
                ck_assert_mem_ne(mine[i], r->nonces[part][k], WT_NONCE_SZ);
        }
    }
    (void)close(pipes[0]);
    (void)close(pipes[1]);
}

/* No number is given in two processes, and no ticket is good in both; who
 * asks for a map after the fork has one. */
START_TEST(a_map_that_a_fork_copies_is_its_makers_alone)
{
    static nonce_t mine[EACH];
    static report r;
    nonce_t common, later;

    ck_assert_int_eq(wt_used_begin(ring, LEAST), WT_OK);
    ck_assert_int_eq(wt_used_nonce(ring, common), 1);
    run_child(common, mine, &r);
    ck_assert_int_eq(r.parents, WT_USED_UNKNOWN);
    ck_assert_int_eq(r.count[0], 0);
    ck_assert_int_eq(r.began, WT_OK);
    ck_assert_int_eq(r.count[1], EACH);
    ck_assert_int_eq(r.own, WT_USED_FRESH);
    /* And its maker has it still. */
    ck_assert_int_eq(wt_used_claim(r.nonces[1][1]), WT_USED_UNKNOWN);
    ck_assert_int_eq(wt_used_begin(ring, LEAST), WT_OK);
    ck_assert_int_eq(wt_used_begin(ring, 2 * LEAST), WT_E_SINGLE_SIZE);
    ck_assert_int_eq(wt_used_nonce(ring, later), 1);
    ck_assert_mem_eq(later, common, WT_NONCE_PREFIX_SZ);
    ck_assert_int_eq(wt_used_claim(common), WT_USED_FRESH);
    ck_assert_int_eq(wt_used_claim(common), WT_USED_BEFORE);
}
END_TEST

/* Where nothing has been forked it works as anywhere, with no ticket made
 * before, and no number drawn. */
START_TEST(who_does_not_fork_has_a_map_as_anywhere)
{
    static nonce_t n[2 * LEAST];
    int i;

    ck_assert_int_eq(wt_used_begin(ring, LEAST), WT_OK);
    for (i = 0; i < (int)(2 * LEAST); i++) {
        ck_assert_int_eq(wt_used_nonce(ring, n[i]), 1);
        ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_FRESH);
        ck_assert_int_eq(wt_used_claim(n[i]), WT_USED_BEFORE);
    }
    wt_used_cleanup();
    ck_assert_int_eq(wt_used_nonce(ring, n[0]), 0);
    ck_assert_int_eq(wt_used_claim(n[1]), WT_USED_UNKNOWN);
    ck_assert_int_eq(wt_used_begin(ring, LEAST), WT_OK);
    ck_assert_int_eq(wt_used_claim(n[1]), WT_USED_UNKNOWN);
    ck_assert_int_eq(wt_used_nonce(ring, n[0]), 1);
}
END_TEST

START_TEST(without_random_bytes_there_is_no_map)
{
    wolfTicket_KeyRing* other;
    th_random random;

    memset(&random, 0, sizeof(random));
    other = wolfTicket_KeyRing_new_ex(NULL, NULL, th_rand, &random);
    ck_assert_ptr_nonnull(other);
    random.failAll = 1;
    random.failAt = random.calls + 1;
    ck_assert_int_eq(wt_used_begin(other, LEAST), WT_E_RANDOM);
    random.failAt = 0;
    ck_assert_int_eq(wt_used_begin(other, LEAST), WT_OK);
    wolfTicket_KeyRing_free(other);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("usedmap, alone");
    TCase* tc = th_case(suite, "usedmap_alone", 1);

    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, a_map_that_a_fork_copies_is_its_makers_alone);
    tcase_add_test(tc, who_does_not_fork_has_a_map_as_anywhere);
    tcase_add_test(tc, without_random_bytes_there_is_no_map);
    return th_run(suite);
}
