/* unit_attack_data.c
 *
 * Attacks that mean to see another client's application data.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#define WOLFTICKET_NO_REDIRECT
#include "largestore_fixture.h"
#include "hooks.h"

#define SMALL    20
#define LARGE    6000
#define OF_ALICE 1
#define OF_BOB   2

/* Both sizes in all modes. */
#define EACH         (2 * TH_MODES)
#define MODE_OF(i)   ((i) % TH_MODES)
#define SIZE_OF(i)   (((i) / TH_MODES) % 2 ? LARGE : SMALL)

static void Begin(ld_world* w, int i)
{
    ld_begin(w, MODE_OF(i));
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(w->sc, 1), 1);
}

static void HasNone(WOLFSSL* ssl)
{
    ck_assert(ld_has(ssl, 0, 0));
}

/* The newest ticket of a client that has had a full handshake, if it got one:
 * what it resumes has no data. */
static void TicketHasNone(ld_world* w, th_pair* pair)
{
    WOLFSSL_SESSION* session;
    int answer = w->decAnswer;

    if (pair->tickets == 0)
        return;
    session = wolfSSL_get1_session(pair->client);
    ck_assert_ptr_nonnull(session);
    w->decAnswer = TH_DEFAULT_ANSWER;
    w->sz = 0;
    w->saw = 0;
    if (th_try(w->sc, w->cc, session, NULL) == 1)
        ck_assert_int_eq(w->saw, 1);
    w->decAnswer = answer;
    wolfSSL_SESSION_free(session);
}

/* A handshake that does not resume. */
static void FullHasNone(ld_world* w, th_pair* pair)
{
    wolfTicket_Info info;

    ck_assert_int_eq(th_verdict(pair, &info), 0);
    ck_assert_int_eq(info.resumed, 0);
    HasNone(pair->server);
    TicketHasNone(w, pair);
    HasNone(pair->server);
}

/* ---- memory in other hands ----------------------------------------------- */

/* Alice's connection with her data, done. */
static WOLFSSL* AliceIsBack(ld_world* w, WOLFSSL_SESSION* session, size_t sz,
    int plain)
{
    WOLFSSL* ssl;
    th_pair pair;

    th_open(&pair, w->sc, w->cc, session, plain);
    ck_assert_int_eq(th_verdict(&pair, NULL), 1);
    ck_assert(ld_has(pair.server, sz, OF_ALICE));
    ssl = pair.server;
    pair.server = NULL;
    th_close(&pair);
    return ssl;
}

static void NextOnHerMemory(int i, int hers, int his)
{
    size_t sz = SIZE_OF(i);
    WOLFSSL_SESSION* session;
    WOLFSSL* former;
    th_pair pair;
    ld_world w;

    th_mem_use(TH_MEM_SAME);
    th_setup();
    Begin(&w, i);
    session = ld_first(&w, sz, OF_ALICE);
    former = AliceIsBack(&w, session, sz, hers);
    wolfSSL_free(former);       /* however it was made */
    th_open(&pair, w.sc, w.cc, NULL, his);
    ck_assert_ptr_eq(pair.server, former);
    HasNone(pair.server);
    FullHasNone(&w, &pair);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    ld_end(&w);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}

START_TEST(plainly_freed_connection_leaves_no_data_to_the_next)
{
    int how = _i / EACH;

    NextOnHerMemory(_i % EACH, (how & 1) ? TH_PLAIN : TH_OURS,
        (how & 2) ? TH_PLAIN : TH_OURS);
}
END_TEST

#ifdef OPENSSL_EXTRA
enum { CLEAR_OURS, CLEAR_PLAIN, CLEARS };

START_TEST(cleared_connection_has_no_data_for_the_next)
{
    size_t sz = SIZE_OF(_i);
    WOLFSSL_SESSION* session;
    WOLFSSL* ssl;
    th_pair pair;
    ld_world w;

    Begin(&w, _i);
    session = ld_first(&w, sz, OF_ALICE);
    ssl = AliceIsBack(&w, session, sz, TH_OURS);
    if (_i / EACH == CLEAR_OURS) {
        ck_assert_int_eq(wolfTicket_clear(ssl), 1);
        HasNone(ssl);
    }
    else {
        /* Hers is hers until the next is heard of. */
        ck_assert_int_eq(wolfSSL_clear(ssl), WOLFSSL_SUCCESS);
    }
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    wolfTicket_free(pair.server);
    pair.server = ssl;
    wolfSSL_SetIOReadCtx(ssl, &pair.serverIo);
    wolfSSL_SetIOWriteCtx(ssl, &pair.serverIo);
    FullHasNone(&w, &pair);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    ld_end(&w);
}
END_TEST
#endif

/* ---- sessions in other hands --------------------------------------------- */

/* An application keeps the session of Alice's connection and gives it to
 * Bob's.  wolfSSL 5.5 copies it; later it is the session of both, and what
 * belongs to it is what the last handshake has made of it. */
START_TEST(session_of_one_connection_brings_no_data_to_another)
{
    size_t sz = SIZE_OF(_i);
    WOLFSSL_SESSION* session;
    WOLFSSL_SESSION* kept;
    WOLFSSL* alices;
    th_pair pair;
    ld_world w;
    int shared;

    Begin(&w, _i);
    session = ld_first(&w, sz, OF_ALICE);
    alices = AliceIsBack(&w, session, sz, TH_OURS);
    kept = wolfSSL_get1_session(alices);
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    (void)wolfSSL_set_session(pair.server, kept);
    shared = wolfSSL_get_session(pair.server) == wolfSSL_get_session(alices);
    if (!shared)
        HasNone(pair.server);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    HasNone(pair.server);
    th_exchange(&pair);
    TicketHasNone(&w, &pair);
    HasNone(pair.server);
    if (!shared)
        ck_assert(ld_has(alices, sz, OF_ALICE));
    th_close(&pair);
    wolfTicket_free(alices);
    wolfSSL_SESSION_free(kept);
    wolfSSL_SESSION_free(session);
    ld_end(&w);
}
END_TEST

/* What is set through the session of one connection is that connection's, or
 * when it is gone nobody's. */
START_TEST(kept_session_sets_no_data_for_another)
{
    static unsigned char data[LARGE];
    size_t sz = SIZE_OF(_i);
    WOLFSSL_SESSION* session;
    WOLFSSL_SESSION* kept;
    WOLFSSL* alices;
    th_pair pair;
    ld_world w;

    Begin(&w, _i);
    session = ld_first(&w, sz, OF_ALICE);
    alices = AliceIsBack(&w, session, sz, TH_OURS);
    kept = wolfSSL_get1_session(alices);
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ld_fill(data, sz, OF_ALICE);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(kept, data, sz),
        1);
    HasNone(pair.server);
    wolfTicket_free(alices);
    ck_assert(ld_is(kept, 0, 0));
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(kept, data, sz),
        0);
    FullHasNone(&w, &pair);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(kept, data, sz),
        0);
    HasNone(pair.server);
    th_close(&pair);
    wolfSSL_SESSION_free(kept);
    wolfSSL_SESSION_free(session);
    ld_end(&w);
}
END_TEST

/* ---- a store in other hands ---------------------------------------------- */

enum { SWAPPED, REPLAYED, CUT, FLIPPED, TAKEN_OVER, SPOILS };

static void Put(ld_store* store, int to, const unsigned char* mem, size_t sz)
{
    unsigned char* copy = (unsigned char*)malloc(sz);

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, mem, sz);
    free(store->entry[to].mem);
    store->entry[to].mem = copy;
    store->entry[to].sz = sz;
}

/* first: Alice's or an older one of Bob's, second: that of the ticket which
 * Bob will present. */
static void Spoil(ld_store* store, int how)
{
    unsigned char* first = store->entry[0].mem;
    unsigned char* second = store->entry[1].mem;
    size_t firstSz = store->entry[0].sz;
    size_t secondSz = store->entry[1].sz;

    ck_assert_int_eq(store->count, 2);
    if (how == SWAPPED) {
        store->entry[0].mem = second;
        store->entry[0].sz = secondSz;
        store->entry[1].mem = first;
        store->entry[1].sz = firstSz;
    }
    else if (how == REPLAYED) {
        Put(store, 1, first, firstSz);
    }
    else if (how == CUT) {
        store->entry[1].sz -= 256;
    }
    else if (how == FLIPPED) {
        second[secondSz / 3] ^= 0x10;
    }
    else {
        /* Her data in his frame: all but algorithm, id and tag. */
        memcpy(second + 1, first + 1, secondSz - 1 - 16);
    }
}

START_TEST(spoiled_store_shows_no_data)
{
    int how = _i / TH_MODES;
    WOLFSSL_SESSION* session;
    WOLFSSL_SESSION* former;
    wolfTicket_Info info;
    ld_store store;
    th_pair pair;
    ld_world w;

    Begin(&w, _i % TH_MODES);
    ld_store_init(&store);
    ld_use_store(w.sc, &store);
    former = ld_first(&w, LARGE, (how == REPLAYED) ? OF_BOB : OF_ALICE);
    if (how == REPLAYED && th_is_tls13(MODE_OF(_i))) {
        /* Renewed, of the same chain and with the same data. */
        session = wolfSSL_SESSION_dup(former);
        ld_resume(&w, &session);
    }
    else {
        session = ld_first(&w, LARGE, OF_BOB);
    }
    Spoil(&store, how);
    w.decCalls = 0;
    w.decAnswer = TH_DEFAULT_ANSWER;
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, &info), 0);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_DATA_BAD);
    ck_assert_int_eq(w.decCalls, 1);
    ck_assert_int_eq(w.status, WOLFTICKET_NO_DECRYPT);
    ck_assert_int_eq(w.saw, 0);
    HasNone(pair.server);
    TicketHasNone(&w, &pair);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfSSL_SESSION_free(former);
    ld_end(&w);
    ld_store_free(&store);
}
END_TEST

/* ---- memory that runs out ------------------------------------------------ */

/* 1 when the n-th allocation was made to fail. */
static int FailsAt(ld_world* w, WOLFSSL_SESSION* session, size_t sz, long n)
{
    th_pair pair;
    int resumed, failed, done;

    th_open(&pair, w->sc, w->cc, session, TH_OURS);
    th_mem_fail_at(n);
    done = th_handshake_armed(&pair);
    failed = th_mem_calls() >= n;
    th_mem_fail_at(0);
    resumed = wolfSSL_session_reused(pair.server) == 1;
    if (!resumed) {
        ck_assert_int_eq(failed, 1);
        HasNone(pair.server);
        if (done == TH_BOTH_DONE) {
            th_exchange(&pair);
            TicketHasNone(w, &pair);
            HasNone(pair.server);
        }
    }
    else if (done == TH_BOTH_DONE) {
        ck_assert(ld_has(pair.server, sz, OF_ALICE));
    }
    th_close(&pair);
    return failed;
}

START_TEST(failing_allocation_leaves_no_data_of_a_ticket_that_was_refused)
{
    size_t sz = SIZE_OF(_i);
    WOLFSSL_SESSION* session;
    ld_world w;
    long n = 0;
    int failed;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    Begin(&w, _i);
    do {
        session = ld_first(&w, sz, OF_ALICE);
        failed = FailsAt(&w, session, sz, ++n);
        wolfSSL_SESSION_free(session);
        ck_assert_int_lt(n, 200);
    } while (failed);
    ck_assert_int_gt(n, 1);
    ld_end(&w);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

/* ---- second thoughts ----------------------------------------------------- */

/* Has seen her data, and set it once more, before it says IGNORE. */
static wolfTicket_RETURN Ignores(WOLFSSL* ssl, WOLFSSL_SESSION* ss,
    const unsigned char* keyname, size_t keyname_len, wolfTicket_STATUS status,
    void* arg)
{
    ld_world* w = (ld_world*)arg;
    wolfTicket_RETURN ret = ld_dec(ssl, ss, keyname, keyname_len, status, arg);

    if (ss != NULL && w->decAnswer != TH_DEFAULT_ANSWER) {
        ck_assert_int_eq(w->saw, 1);
        if (w->gives)
            ck_assert_int_eq(ld_set(ssl, w->sz, w->seed), 1);
        w->gives = 0;
    }
    return ret;
}

START_TEST(ignored_ticket_leaves_no_data)
{
    int sets = (_i / EACH) % 2;
    wolfTicket_RETURN answer = (_i / EACH / 2) ? WOLFTICKET_RETURN_IGNORE_RENEW
                                               : WOLFTICKET_RETURN_IGNORE;
    WOLFSSL_SESSION* session;
    th_pair pair;
    ld_world w;

    Begin(&w, _i);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(w.sc, ld_gen,
        Ignores, &w), 1);
    session = ld_first(&w, SIZE_OF(_i), OF_ALICE);
    w.decAnswer = (int)answer;
    w.gives = sets;
    w.decCalls = 0;
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    FullHasNone(&w, &pair);
    ck_assert_int_ge(w.decCalls, 1);
    ck_assert_int_eq(w.gives, 0);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    ld_end(&w);
}
END_TEST

/* ---- two tickets of a hello ---------------------------------------------- */

#ifdef WOLFSSL_TLS13

/* As wolfSSL does; what it is told. */
static int Present(ld_world* w, WOLFSSL* ssl, WOLFSSL_SESSION* session,
    unsigned int seed)
{
    unsigned char ticket[TH_TICKET_MAX];
    size_t sz = th_ticket_of(w->cc, session, ticket);
    unsigned char* enc = ticket + WOLFSSL_TICKET_NAME_SZ +
        WOLFSSL_TICKET_IV_SZ + 2;
    int encSz = (int)(sz - (size_t)(enc - ticket) - WOLFSSL_TICKET_MAC_SZ);

    w->seed = seed;
    return wt_hook_ticket(ssl, ticket, ticket + WOLFSSL_TICKET_NAME_SZ,
        ticket + sz - WOLFSSL_TICKET_MAC_SZ, 0, enc, encSz, &encSz,
        wolfSSL_CTX_get_TicketEncCtx(w->sc));
}

/* From 5.7 on wolfSSL keeps every one that was opened for it, resumes by any
 * and does not say by which. */
START_TEST(hello_with_two_tickets_opens_one)
{
    size_t sz = _i ? LARGE : SMALL;
    WOLFSSL_SESSION* hers;
    WOLFSSL_SESSION* his;
    WOLFSSL* ssl;
    ld_world w;

    Begin(&w, TH_TLS13_ONLY);
    hers = ld_first(&w, sz, OF_ALICE);
    his = ld_first(&w, sz, OF_BOB);
    w.decCalls = 0;
    ssl = wolfTicket_new(w.sc);
    ck_assert_int_eq(Present(&w, ssl, his, OF_BOB), WOLFSSL_TICKET_RET_OK);
    ck_assert_int_eq(w.saw, 1);
    ck_assert_int_eq(Present(&w, ssl, hers, OF_ALICE),
        WOLFSSL_TICKET_RET_REJECT);
    ck_assert_int_eq(Present(&w, ssl, his, OF_BOB), WOLFSSL_TICKET_RET_OK);
    ck_assert_int_eq(w.decCalls, 1);
    wolfTicket_free(ssl);
    /* One that is not used is no obstacle. */
    w.decAnswer = WOLFTICKET_RETURN_IGNORE;
    ssl = wolfTicket_new(w.sc);
    ck_assert_int_eq(Present(&w, ssl, hers, OF_ALICE),
        WOLFSSL_TICKET_RET_REJECT);
    w.decAnswer = WOLFTICKET_RETURN_USE;
    ck_assert_int_eq(Present(&w, ssl, his, OF_BOB), WOLFSSL_TICKET_RET_OK);
    ck_assert_int_eq(w.saw, 1);
    wolfTicket_free(ssl);
    wolfSSL_SESSION_free(hers);
    wolfSSL_SESSION_free(his);
    ld_end(&w);
}
END_TEST

#endif

int main(void)
{
    Suite* suite = suite_create("attack_data");
    TCase* tc = th_case(suite, "memory", 1);

    tcase_add_loop_test(tc,
        plainly_freed_connection_leaves_no_data_to_the_next, 0, 4 * EACH);
    tcase_add_loop_test(tc,
        failing_allocation_leaves_no_data_of_a_ticket_that_was_refused, 0,
        EACH);
    tc = ld_case(suite, "sessions");
#ifdef OPENSSL_EXTRA
    tcase_add_loop_test(tc, cleared_connection_has_no_data_for_the_next, 0,
        CLEARS * EACH);
#endif
    tcase_add_loop_test(tc,
        session_of_one_connection_brings_no_data_to_another, 0, EACH);
    tcase_add_loop_test(tc, kept_session_sets_no_data_for_another, 0, EACH);
    tc = ld_case(suite, "store");
    tcase_add_loop_test(tc, spoiled_store_shows_no_data, 0,
        SPOILS * TH_MODES);
    tc = ld_case(suite, "ignored");
    tcase_add_loop_test(tc, ignored_ticket_leaves_no_data, 0, 4 * EACH);
#ifdef WOLFSSL_TLS13
    tc = ld_case(suite, "hello");
    tcase_add_loop_test(tc, hello_with_two_tickets_opens_one, 0, 2);
#endif
    return th_run(suite);
}
