/* unit_largedata_store.c
 *
 * A data store that is slow, empty, full, or an enemy's.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "largestore_fixture.h"

#define LARGE 5000

static void Begin(ld_world* w, ld_store* store, int mode)
{
    ld_begin(w, mode);
    ld_store_init(store);
    ld_use_store(w->sc, store);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(w->sc, 1), 1);
}

static void End(ld_world* w, ld_store* store)
{
    ld_end(w);
    ld_store_free(store);
}

/* ---- what it is given ---------------------------------------------------- */

static int Contains(const unsigned char* mem, size_t sz,
    const unsigned char* what, size_t whatSz)
{
    size_t i;

    for (i = 0; i + whatSz <= sz; i++) {
        if (memcmp(mem + i, what, whatSz) == 0)
            return 1;
    }
    return 0;
}

START_TEST(a_store_gets_sealed_data_and_its_time)
{
    unsigned char data[64];
    WOLFSSL_SESSION* session;
    ld_store store;
    ld_world w;

    Begin(&w, &store, _i);
    ck_assert_uint_eq(wolfTicket_CTX_appdata_max(w.sc), WOLFTICKET_MAX_DATA);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(w.sc, 1000), 1);
    session = ld_first(&w, LARGE, 1);
    ck_assert_int_eq(store.count, 1);
    ck_assert_uint_eq(store.entry[0].sz, LARGE + WOLFTICKET_DATA_OVERHEAD);
    ck_assert_uint_eq(store.entry[0].seconds, 1000);
    ld_fill(data, sizeof(data), 1);
    ck_assert(!Contains(store.entry[0].mem, store.entry[0].sz, data, 8));
    ld_resume(&w, &session);
    ck_assert_int_eq(store.gets, 1);
    ck_assert_uint_ge(store.room, LARGE + WOLFTICKET_DATA_OVERHEAD);
    ck_assert_uint_lt(store.room, LARGE + WOLFTICKET_DATA_OVERHEAD + 256);
    wolfSSL_SESSION_free(session);
    /* Nothing of small data reaches it. */
    store.puts = store.gets = 0;
    session = ld_first(&w, 10, 1);
    ld_resume(&w, &session);
    ck_assert_int_eq(store.puts + store.gets, 0);
    wolfSSL_SESSION_free(session);
    ck_assert_uint_eq(ld_stats(w.sc).data_held, 0);
    End(&w, &store);
}
END_TEST

START_TEST(data_lives_no_longer_than_the_chain)
{
    WOLFSSL_SESSION* session;
    ld_store store;
    ld_world w;

    Begin(&w, &store, TH_TLS13);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(w.sc, 1000), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_renewal_limit(w.sc, 1500), 1);
    session = ld_first(&w, LARGE, 1);
    w.clock.now += 900;
    ld_resume(&w, &session);
    ck_assert_int_eq(store.count, 2);
    ck_assert_uint_eq(store.entry[0].seconds, 1000);
    ck_assert_uint_eq(store.entry[1].seconds, 600);
    wolfSSL_SESSION_free(session);
    End(&w, &store);
}
END_TEST

/* Two servers of a fleet, with keys of one secret. */
START_TEST(servers_that_share_keys_and_store_find_the_data)
{
    static const unsigned char secret[] =
        "a secret that the fleet has agreed upon";
    wolfTicket_KeyRing* ring;
    WOLFSSL_SESSION* session;
    WOLFSSL_CTX* other;
    wolfTicket_Info info;
    ld_store store;
    ld_world w;

    Begin(&w, &store, _i);
    ring = wolfTicket_KeyRing_new_derived(secret, sizeof(secret), 7200, NULL,
        NULL);
    ck_assert_ptr_nonnull(ring);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(w.sc, ring), 1);
    wolfTicket_KeyRing_free(ring);
    other = th_server_ctx(_i);
    ring = wolfTicket_KeyRing_new_derived(secret, sizeof(secret), 7200, NULL,
        NULL);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(other, ring), 1);
    wolfTicket_KeyRing_free(ring);
    ld_use_store(other, &store);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(other, ld_gen,
        ld_dec, &w), 1);
    session = ld_first(&w, LARGE, 1);
    ck_assert_int_eq(th_try(other, w.cc, session, NULL), 1);
    ck_assert_int_eq(w.saw, 1);
    ck_assert_int_eq(wolfTicket_CTX_set_data_store(other, NULL, NULL), 1);
    ck_assert_int_eq(th_try(other, w.cc, session, &info), 0);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_DATA_GONE);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(other);
    End(&w, &store);
}
END_TEST

/* ---- what it says -------------------------------------------------------- */

typedef enum {
    GONE,           /* it has nothing */
    AWAY,           /* it cannot be reached */
    ODD_ANSWER,     /* it says something else */
    ODD_NEGATIVE,
    SHORTER,        /* the last byte is missing */
    ONE_BYTE,
    EMPTY,
    OVERHEAD_ALONE,
    SIZE_ZERO,      /* it lies about what it has given */
    SIZE_HUGE,
    SIZE_MORE,
    CHANGED_FIRST,
    CHANGED_FORMER,
    CHANGED_MIDDLE,
    CHANGED_LAST,
    ANOTHERS,       /* another ticket's, of the same size */
    YESTERDAYS,     /* that of the ticket before, with the same data */
    ZEROS,
    CASES
} hostility;

static void Exchange(ld_store* store, int a, int b)
{
    unsigned char* mem = store->entry[a].mem;
    size_t sz = store->entry[a].sz;

    store->entry[a].mem = store->entry[b].mem;
    store->entry[a].sz = store->entry[b].sz;
    store->entry[b].mem = mem;
    store->entry[b].sz = sz;
}

static void Spoil(ld_store* store, hostility how, int at)
{
    unsigned char* mem = store->entry[at].mem;
    size_t* sz = &store->entry[at].sz;

    switch (how) {
        case GONE:           store->getAnswer = 0;          break;
        case AWAY:           store->getAnswer = -1;         break;
        case ODD_ANSWER:     store->getAnswer = 2;          break;
        case ODD_NEGATIVE:   store->getAnswer = -99;        break;
        case SHORTER:        (*sz)--;                       break;
        case ONE_BYTE:       *sz = 1;                       break;
        case EMPTY:          *sz = 0;                       break;
        case OVERHEAD_ALONE: *sz = WOLFTICKET_DATA_OVERHEAD; break;
        case SIZE_ZERO:      store->lie = 1;                break;
        case SIZE_HUGE:      store->lie = (size_t)-1;       break;
        case SIZE_MORE:      store->lie = *sz + 1;          break;
        case CHANGED_FIRST:  mem[0] ^= 3;                   break;
        case CHANGED_FORMER: mem[1] ^= 1;                   break;
        case CHANGED_MIDDLE: mem[*sz / 2] ^= 0x80;          break;
        case CHANGED_LAST:   mem[*sz - 1] ^= 1;             break;
        case ANOTHERS:
        case YESTERDAYS:     Exchange(store, at, !at);      break;
        default:             memset(mem, 0, *sz);           break;
    }
}

static wolfTicket_CAUSE CauseOf(hostility how)
{
    return (how == GONE) ? WOLFTICKET_CAUSE_DATA_GONE
        : (how == AWAY || how == ODD_ANSWER || how == ODD_NEGATIVE)
        ? WOLFTICKET_CAUSE_DATA_AWAY : WOLFTICKET_CAUSE_DATA_BAD;
}

START_TEST(a_hostile_store_gets_a_full_handshake)
{
    hostility how = (hostility)(_i % CASES);
    wolfTicket_CAUSE cause = CauseOf(how);
    WOLFSSL_SESSION* session;
    WOLFSSL_SESSION* another;
    ld_store store;
    ld_world w;

    Begin(&w, &store, _i / CASES);
    session = ld_first(&w, LARGE, 1);
    another = ld_first(&w, LARGE, (how == ANOTHERS) ? 2 : 1);
    ck_assert_int_eq(store.count, 2);
    w.seed = 1;
    Spoil(&store, how, 0);
    w.saw = 0;
    w.decCalls = 0;
    ld_refused(&w, session, cause);
    ck_assert_int_eq(w.decCalls, 1);
    ck_assert_int_eq(w.status, WOLFTICKET_NO_DECRYPT);
    ck_assert_int_eq(store.gets, 1);
    ck_assert_uint_eq(ld_stats(w.sc).presented[cause], 1);
    wolfSSL_SESSION_free(session);
    wolfSSL_SESSION_free(another);
    End(&w, &store);
}
END_TEST

/* ---- when it takes nothing ----------------------------------------------- */

START_TEST(a_ticket_whose_data_is_not_taken_opens_nowhere)
{
    static const int answers[] = { 0, -1, 2 };
    WOLFSSL_SESSION* session;
    wolfTicket_Stats stats;
    wolfTicket_Info info;
    th_pair pair;
    ld_store store;
    ld_world w;

    Begin(&w, &store, _i % TH_MODES);
    store.putAnswer = answers[_i / TH_MODES];
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(ld_set(pair.server, LARGE, 1), 1);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_str_eq(wolfTicket_error(pair.server), "no ticket was made: the "
        "session's application data could not be kept, in memory or in the "
        "data store");
    session = wolfSSL_get1_session(pair.client);
    th_close(&pair);
    stats = ld_stats(w.sc);
    ck_assert_uint_eq(stats.issued, 0);
    ck_assert_uint_eq(stats.withheld, 1);
    ck_assert_uint_eq(stats.data_failed, 1);
    ck_assert_uint_eq(stats.data_kept, 0);
    ck_assert_int_eq(th_try(w.sc, w.cc, session, &info), 0);
    ck_assert_int_ne(info.cause, WOLFTICKET_CAUSE_USED);
    wolfSSL_SESSION_free(session);
    /* And with the next one all is well again. */
    store.putAnswer = 1;
    session = ld_first(&w, LARGE, 1);
    ld_resume(&w, &session);
    wolfSSL_SESSION_free(session);
    End(&w, &store);
}
END_TEST

/* The former ticket is as good as it was. */
START_TEST(a_renewal_that_fails_leaves_the_former_alone)
{
    WOLFSSL_SESSION* session;
    ld_store store;
    ld_world w;

    Begin(&w, &store, TH_TLS13);
    session = ld_first(&w, LARGE, 1);
    store.putAnswer = 0;
    w.decAnswer = WOLFTICKET_RETURN_USE_RENEW;
    ck_assert_int_eq(th_try(w.sc, w.cc, session, NULL), 1);
    ck_assert_int_eq(w.saw, 1);
    store.putAnswer = 1;
    ck_assert_int_eq(store.removes, 0);
    ck_assert_int_eq(th_try(w.sc, w.cc, session, NULL), 1);
    ck_assert_int_eq(w.saw, 1);
    wolfSSL_SESSION_free(session);
    End(&w, &store);
}
END_TEST

START_TEST(a_renewed_ticket_that_comes_back_removes_the_former)
{
    WOLFSSL_SESSION* session;
    ld_store store;
    ld_world w;
    int i;

    Begin(&w, &store, TH_TLS13);
    session = ld_first(&w, LARGE, 1);
    for (i = 0; i < 10; i++)
        ld_resume(&w, &session);
    ck_assert_int_eq(store.puts, 11);
    ck_assert_int_eq(store.gets, 10);
    ck_assert_int_eq(store.removes, 9);
    ck_assert_int_eq(store.count, 2);
    ck_assert_uint_eq(ld_stats(w.sc).data_removed, 9);
    wolfSSL_SESSION_free(session);
    End(&w, &store);
}
END_TEST

/* It is no must. */
START_TEST(a_store_may_be_unable_to_remove)
{
    wolfTicket_DataStore functions = { ld_store_put, ld_store_get, NULL };
    WOLFSSL_SESSION* session;
    ld_store store;
    ld_world w;
    int i;

    Begin(&w, &store, TH_TLS13);
    ck_assert_int_eq(wolfTicket_CTX_set_data_store(w.sc, &functions, &store),
        1);
    session = ld_first(&w, LARGE, 1);
    for (i = 0; i < 5; i++)
        ld_resume(&w, &session);
    ck_assert_int_eq(store.count, 6);
    wolfSSL_SESSION_free(session);
    End(&w, &store);
}
END_TEST

START_TEST(memory_takes_over_where_the_store_is_taken_away)
{
    WOLFSSL_SESSION* session;
    ld_store store;
    ld_world w;

    Begin(&w, &store, _i);
    session = ld_first(&w, LARGE, 1);
    ck_assert_int_eq(wolfTicket_CTX_set_data_store(w.sc, NULL, NULL), 1);
    w.saw = 0;
    ld_refused(&w, session, WOLFTICKET_CAUSE_DATA_GONE);
    wolfSSL_SESSION_free(session);
    session = ld_first(&w, LARGE, 1);
    ld_resume(&w, &session);
    wolfSSL_SESSION_free(session);
    ck_assert_int_eq(store.puts, 1);
    End(&w, &store);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("largedata_store");
    TCase* tc = th_case(suite, "gets", 0);

    tcase_add_loop_test(tc, a_store_gets_sealed_data_and_its_time, 0,
        TH_MODES);
    tcase_add_test(tc, data_lives_no_longer_than_the_chain);
    tcase_add_loop_test(tc, servers_that_share_keys_and_store_find_the_data,
        0, TH_MODES);
    tc = th_case(suite, "says", 0);
    tcase_add_loop_test(tc, a_hostile_store_gets_a_full_handshake, 0,
        TH_MODES * CASES);
    tc = th_case(suite, "fails", 0);
    tcase_add_loop_test(tc, a_ticket_whose_data_is_not_taken_opens_nowhere, 0,
        3 * TH_MODES);
    tcase_add_test(tc, a_renewal_that_fails_leaves_the_former_alone);
    tcase_add_test(tc, a_renewed_ticket_that_comes_back_removes_the_former);
    tcase_add_test(tc, a_store_may_be_unable_to_remove);
    tcase_add_loop_test(tc, memory_takes_over_where_the_store_is_taken_away,
        0, TH_MODES);
    return th_run(suite);
}
