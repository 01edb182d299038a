/* unit_singleuse_mixed.c
 *
 * Contexts and processes that have one ring and do not agree on who counts
 * the uses of a ticket: none is accepted twice.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "singleuse_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY, FILTER, CALLBACK, KINDS };

#define IDS 64

/* What the claim callback knows; a child of a fork has a copy. */
typedef struct {
    unsigned char id[IDS][WOLFTICKET_CLAIM_ID_SZ];
    int count;
    int calls;
} store;

typedef struct {
    su_world w;
    wolfTicket_KeyRing* ring;
    WOLFSSL_CTX* ctx[KINDS];
    store claims;
} world;

static int Claim(const unsigned char id[16], unsigned int age,
    unsigned int seconds_left, void* arg)
{
    store* s = (store*)arg;
    int ret = 1;
    int i;

    (void)age;
    (void)seconds_left;
    s->calls++;
    for (i = 0; i < s->count; i++) {
        if (memcmp(s->id[i], id, WOLFTICKET_CLAIM_ID_SZ) == 0)
            ret = 0;
    }
    if (ret && s->count < IDS)
        memcpy(s->id[s->count++], id, WOLFTICKET_CLAIM_ID_SZ);
    return ret;
}

static WOLFSSL_CTX* server(world* m, int mode, int kind)
{
    WOLFSSL_CTX* ret = th_server_ctx(mode);

    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(ret, m->ring), 1);
    if (kind == FILTER)
        ck_assert_int_eq(wolfTicket_CTX_set_single_use(ret, 1), 1);
    else if (kind == CALLBACK)
        ck_assert_int_eq(wolfTicket_CTX_set_single_use_cb(ret, Claim,
            &m->claims), 1);
    return ret;
}

static void begin(world* m, int mode)
{
    int kind;

    memset(m, 0, sizeof(*m));
    th_app_init(&m->w.app);
    m->ring = wolfTicket_KeyRing_new();
    ck_assert_ptr_nonnull(m->ring);
    for (kind = 0; kind < KINDS; kind++)
        m->ctx[kind] = server(m, mode, kind);
    m->w.cc = th_client_ctx(mode);
}

static void end(world* m)
{
    int kind;

    for (kind = 0; kind < KINDS; kind++)
        wolfTicket_CTX_free(m->ctx[kind]);
    wolfSSL_CTX_free(m->w.cc);
    wolfTicket_KeyRing_free(m->ring);
}

static WOLFSSL_SESSION* session_of(world* m, int kind)
{
    m->w.sc = m->ctx[kind];
    return su_session(&m->w);
}

static wolfTicket_CAUSE show(world* m, int kind, WOLFSSL_SESSION* session)
{
    m->w.sc = m->ctx[kind];
    return su_try(&m->w, session);
}

/* ---- contexts ----------------------------------------------------------- */

/* In the order of every way to go through them, and round again. */
static const int orders[][KINDS] = {
    { NOBODY, FILTER, CALLBACK }, { NOBODY, CALLBACK, FILTER },
    { FILTER, NOBODY, CALLBACK }, { FILTER, CALLBACK, NOBODY },
    { CALLBACK, NOBODY, FILTER }, { CALLBACK, FILTER, NOBODY }
};
#define ORDERS ((int)(sizeof(orders) / sizeof(orders[0])))

START_TEST(a_ticket_for_one_use_resumes_once_whoever_it_is_shown_to)
{
    int maker = (_i / SU_MODES) % 2 ? FILTER : CALLBACK;
    const int* order = orders[_i / SU_MODES / 2];
    WOLFSSL_SESSION* session;
    wolfTicket_CAUSE cause;
    int resumed = 0;
    world m;
    int i;

    begin(&m, su_modes[_i % SU_MODES]);
    session = session_of(&m, maker);
    for (i = 0; i < 3 * KINDS; i++) {
        cause = show(&m, order[i % KINDS], session);
        if (order[i % KINDS] != maker)
            ck_assert_int_eq(cause, WOLFTICKET_CAUSE_UNVOUCHED);
        else
            ck_assert_int_eq(cause, (resumed == 0)
                ? WOLFTICKET_CAUSE_USED : WOLFTICKET_CAUSE_REPLAYED);
        resumed += cause == WOLFTICKET_CAUSE_USED;
    }
    ck_assert_int_eq(resumed, 1);
    /* Nobody outside heard of a ticket that the filter counts. */
    ck_assert_int_eq(m.claims.calls, (maker == CALLBACK) ? 3 : 0);
    wolfSSL_SESSION_free(session);
    end(&m);
}
END_TEST

/* A ticket of the filter, then of the callback, of one context that changes
 * its mind. */
START_TEST(a_context_that_changes_its_mind_accepts_none_twice)
{
    WOLFSSL_SESSION* byFilter;
    WOLFSSL_SESSION* byCallback;
    world m;

    begin(&m, su_modes[_i]);
    byFilter = session_of(&m, FILTER);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_cb(m.ctx[FILTER], Claim,
        &m.claims), 1);
    ck_assert_int_eq(show(&m, FILTER, byFilter), WOLFTICKET_CAUSE_UNVOUCHED);
    byCallback = session_of(&m, FILTER);
    ck_assert_int_eq(show(&m, FILTER, byCallback), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use_cb(m.ctx[FILTER], NULL,
        NULL), 1);
    ck_assert_int_eq(show(&m, FILTER, byCallback),
        WOLFTICKET_CAUSE_UNVOUCHED);
    ck_assert_int_eq(show(&m, FILTER, byFilter), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(show(&m, FILTER, byFilter), WOLFTICKET_CAUSE_REPLAYED);
    ck_assert_int_eq(wolfTicket_CTX_set_single_use(m.ctx[FILTER], 0), 1);
    ck_assert_int_eq(show(&m, FILTER, byFilter), WOLFTICKET_CAUSE_UNVOUCHED);
    ck_assert_int_eq(show(&m, FILTER, byCallback),
        WOLFTICKET_CAUSE_UNVOUCHED);
    wolfSSL_SESSION_free(byFilter);
    wolfSSL_SESSION_free(byCallback);
    end(&m);
}
END_TEST

/* The filter is freed and made anew while the ring stays. */
START_TEST(a_new_filter_under_the_same_ring_knows_nothing_of_the_former)
{
    int mode = su_modes[_i];
    WOLFSSL_SESSION* used;
    WOLFSSL_SESSION* unused;
    WOLFSSL_SESSION* later;
    world m;
    int i;

    begin(&m, mode);
    used = session_of(&m, FILTER);
    unused = session_of(&m, FILTER);
    ck_assert_int_eq(show(&m, FILTER, used), WOLFTICKET_CAUSE_USED);
    for (i = 0; i < KINDS; i++)
        wolfTicket_CTX_free(m.ctx[i]);
    wolfTicket_cleanup();
    for (i = 0; i < KINDS; i++)
        m.ctx[i] = server(&m, mode, i);
    later = session_of(&m, FILTER);
    for (i = 0; i < KINDS; i++) {
        ck_assert_int_eq(show(&m, i, used), WOLFTICKET_CAUSE_UNVOUCHED);
        ck_assert_int_eq(show(&m, i, unused), WOLFTICKET_CAUSE_UNVOUCHED);
    }
    ck_assert_int_eq(show(&m, FILTER, later), WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(show(&m, FILTER, later), WOLFTICKET_CAUSE_REPLAYED);
    wolfSSL_SESSION_free(used);
    wolfSSL_SESSION_free(unused);
    wolfSSL_SESSION_free(later);
    end(&m);
}
END_TEST

/* ---- processes ---------------------------------------------------------- */

/* What a child says that has come to its end, with its resumptions added. */
#define DONE 50

static int resumptions(world* m, WOLFSSL_SESSION* session)
{
    int ret = 0;
    int i;

    for (i = 0; i < 2 * KINDS; i++)
        ret += show(m, i % KINDS, session) == WOLFTICKET_CAUSE_USED;
    return ret;
}

/* A worker's filter is its parent's or, begun anew, its own; and the worker
 * has a worker.  What resumed anywhere is added up. */
static int family(world* m, int mode, WOLFSSL_SESSION* session, int depth,
    int anew)
{
    int status;
    int ret = 0;
    int i;
    pid_t pid;

    if (anew) {
        for (i = 0; i < KINDS; i++)
            wolfTicket_CTX_free(m->ctx[i]);
        wolfTicket_cleanup();
        for (i = 0; i < KINDS; i++)
            m->ctx[i] = server(m, mode, i);
    }
    if (depth > 0) {
        pid = fork();
        if (pid == 0)
            _exit(DONE + family(m, mode, session, depth - 1,
                (depth & 1) == 0));
        if (pid < 0 || waitpid(pid, &status, 0) != pid ||
                !WIFEXITED(status) || WEXITSTATUS(status) < DONE)
            return 100;
        ret = WEXITSTATUS(status) - DONE;
    }
    return ret + resumptions(m, session);
}

/* Its maker has a filter of its own too, or the one that all begin with. */
START_TEST(of_a_family_of_workers_one_accepts_a_ticket)
{
    int mode = su_modes[_i % SU_MODES];
    WOLFSSL_SESSION* session;
    world m;
    int status;
    pid_t pid;

    begin(&m, mode);
    session = session_of(&m, FILTER);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0)
        _exit(DONE + family(&m, mode, session, 4, _i / SU_MODES));
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status) - DONE + resumptions(&m, session),
        1);
    wolfSSL_SESSION_free(session);
    end(&m);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("singleuse_mixed");
    TCase* tc = th_case(suite, "singleuse_mixed", 0);

    tcase_add_loop_test(tc,
        a_ticket_for_one_use_resumes_once_whoever_it_is_shown_to, 0,
        SU_MODES * 2 * ORDERS);
    tcase_add_loop_test(tc,
        a_context_that_changes_its_mind_accepts_none_twice, 0, SU_MODES);
    tcase_add_loop_test(tc,
        a_new_filter_under_the_same_ring_knows_nothing_of_the_former, 0,
        SU_MODES);
    tcase_add_loop_test(tc, of_a_family_of_workers_one_accepts_a_ticket, 0,
        SU_MODES * 2);
    return th_run(suite);
}
