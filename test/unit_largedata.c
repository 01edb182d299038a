/* unit_largedata.c
 *
 * Application data that does not fit a ticket, in the memory of the process.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "largedata_fixture.h"

#define LARGE 5000

static const size_t sizes[] = {
    0, 1, 40, 255, 256, 1000, 4096, 16000, 60000, 65535
};
#define SIZES ((int)(sizeof(sizes) / sizeof(sizes[0])))

/* ---- round trips --------------------------------------------------------- */

START_TEST(every_size_travels_and_is_inherited)
{
    int mode = _i % TH_MODES;
    size_t sz = sizes[_i / TH_MODES];
    WOLFSSL_SESSION* session;
    ld_world w;
    int i;

    ld_begin(&w, mode);
    session = ld_first(&w, sz, 1);
    for (i = 0; i < 5; i++)
        ld_resume(&w, &session);
    w.decAnswer = WOLFTICKET_RETURN_USE_RENEW;
    for (i = 0; i < 3; i++)
        ld_resume(&w, &session);
    w.decAnswer = WOLFTICKET_RETURN_USE;
    for (i = 0; i < 3; i++) {
        ck_assert_int_eq(th_try(w.sc, w.cc, session, NULL), 1);
        ck_assert_int_eq(w.saw, 1);
    }
    wolfSSL_SESSION_free(session);
    ck_assert_uint_eq(ld_stats(w.sc).withheld, 0);
    ld_end(&w);
}
END_TEST

START_TEST(one_ticket_serves_again_and_again)
{
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    ld_world w;
    int i;

    ld_begin(&w, _i);
    w.decAnswer = WOLFTICKET_RETURN_USE;
    session = ld_first(&w, LARGE, 2);
    for (i = 0; i < 5; i++) {
        ck_assert_int_eq(th_try(w.sc, w.cc, session, &info), 1);
        ck_assert_int_eq(w.saw, 1);
        ck_assert_int_eq(info.data_kept, 1);
    }
    wolfSSL_SESSION_free(session);
    ld_end(&w);
}
END_TEST

/* Plain wolfSSL_new(), and without callbacks. */
START_TEST(data_travels_without_callbacks)
{
    WOLFSSL_SESSION* session;
    th_pair pair;
    ld_world w;

    ld_begin(&w, _i);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(w.sc, NULL, NULL,
        NULL), 1);
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(ld_set(pair.server, LARGE, 1), 1);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    th_close(&pair);
    th_open(&pair, w.sc, w.cc, session, TH_PLAIN);
    ck_assert_int_eq(th_verdict(&pair, NULL), 1);
    ck_assert(ld_has(pair.server, LARGE, 1));
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    ld_end(&w);
}
END_TEST

/* Small and large take turns on one chain. */
START_TEST(other_data_takes_the_place_of_a_chains)
{
    static const size_t turns[] = { LARGE, 3, 60000, 0, 256, LARGE };
    WOLFSSL_SESSION* session;
    th_pair pair;
    ld_world w;
    size_t i;

    ld_begin(&w, TH_TLS13);
    session = ld_first(&w, 10, 1);
    for (i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
        th_open(&pair, w.sc, w.cc, session, TH_OURS);
        w.decAnswer = WOLFTICKET_RETURN_USE_RENEW;
        w.gives = 0;
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        th_exchange(&pair);
        wolfSSL_SESSION_free(session);
        /* One more ticket, with the new data. */
        w.sz = turns[i];
        w.seed = (unsigned int)i + 2;
        ck_assert_int_eq(ld_set(pair.server, w.sz, w.seed), 1);
        ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
        ck_assert_int_eq(wolfTicket_write(pair.server, "hello", 5), 5);
        {
            unsigned char buf[16];

            ck_assert_int_eq(th_client_reads(&pair, buf, sizeof(buf)), 5);
        }
        session = wolfSSL_get1_session(pair.client);
        th_close(&pair);
        ld_resume(&w, &session);
    }
    wolfSSL_SESSION_free(session);
    ld_end(&w);
}
END_TEST

/* ---- what can be set ----------------------------------------------------- */

START_TEST(what_is_too_large_is_refused_and_changes_nothing)
{
    th_pair pair;
    ld_world w;

    ld_begin(&w, _i);
    ck_assert_uint_eq(wolfTicket_CTX_appdata_max(w.sc), 65535);
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(ld_set(pair.server, 65535, 1), 1);
    ck_assert_int_eq(ld_set(pair.server, 65536, 2), 0);
    ck_assert_str_eq(wolfTicket_error(pair.server), "application data has "
        "65535 bytes at most, and a quarter of the data memory: see "
        "wolfTicket_CTX_appdata_max()");
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(
        wolfSSL_get_session(pair.server), "x", (size_t)-1), 0);
    ck_assert(ld_has(pair.server, 65535, 1));
    th_close(&pair);
    ld_end(&w);
}
END_TEST

START_TEST(the_most_that_can_be_set_follows_the_memory)
{
    static const struct { size_t memory; size_t least; size_t most; } rows[] =
    {
        { 0, WOLFTICKET_MIN_APPDATA_MAX, 4200 },
        { 100, WOLFTICKET_MIN_APPDATA_MAX, 4200 },
        { 40000, 9800, 9999 },
        { 300000, 65535, 65535 },
        { (size_t)-1, 65535, 65535 }
    };
    WOLFSSL_SESSION* session;
    size_t max, room, i;
    th_pair pair;
    ld_world w;

    ld_begin(&w, _i);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ck_assert_int_eq(wolfTicket_CTX_set_data_memory(w.sc, rows[i].memory),
            1);
        max = wolfTicket_CTX_appdata_max(w.sc);
        room = wolfTicket_CTX_ticket_room(w.sc);
        ck_assert_uint_ge(room, WOLFTICKET_MIN_APPDATA_MAX);
        ck_assert_uint_ge(max, rows[i].least);
        ck_assert_uint_le(max, rows[i].most);
        ck_assert_uint_ge(max, room);
        session = ld_first(&w, max, 1);
        ld_resume(&w, &session);
        wolfSSL_SESSION_free(session);
        th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
        max = wolfTicket_CTX_appdata_max(w.sc);
        ck_assert_int_eq(ld_set(pair.server, max + 1, 1), 0);
        ck_assert_int_eq(ld_set(pair.server, max, 1), 1);
        th_close(&pair);
    }
    ck_assert_uint_eq(ld_stats(w.sc).withheld, 0);
    ld_end(&w);
}
END_TEST

START_TEST(setters_take_what_they_should)
{
    wolfTicket_DataStore store;
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);

    memset(&store, 0, sizeof(store));
    ck_assert_int_eq(wolfTicket_CTX_set_data_memory(NULL, 1), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_data_store(NULL, NULL, NULL), 0);
    ck_assert_uint_eq(wolfTicket_CTX_ticket_room(NULL), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_data_memory(cc, 1), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_data_store(cc, NULL, NULL), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_data_store(cc, &store, NULL), 0);
    ck_assert_str_eq(wolfTicket_CTX_error(NULL),
        "a data store needs put and get");
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- life ---------------------------------------------------------------- */

START_TEST(data_goes_with_the_life_of_its_ticket)
{
    WOLFSSL_SESSION* session;
    ld_world w;

    ld_begin(&w, _i);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(w.sc, 100), 1);
    session = ld_first(&w, LARGE, 1);
    ck_assert_uint_ge(ld_stats(w.sc).data_held, 1);
    w.clock.now += 100;
    ck_assert_int_eq(th_try(w.sc, w.cc, session, NULL), 1);
    ck_assert_int_eq(w.saw, 1);
    wolfSSL_SESSION_free(session);
    /* Any ticket will do to see it off. */
    w.clock.now += 101;
    session = ld_first(&w, 5, 1);
    wolfSSL_SESSION_free(session);
    ck_assert_uint_eq(ld_stats(w.sc).data_held, 0);
    ck_assert_uint_eq(ld_stats(w.sc).data_evicted, 0);
    ld_end(&w);
}
END_TEST

START_TEST(the_oldest_goes_first_when_memory_is_full)
{
    WOLFSSL_SESSION* session[20];
    wolfTicket_Stats stats;
    wolfTicket_Info info;
    ld_world w;
    int i, gone = 0;

    ld_begin(&w, TH_TLS12);
    ck_assert_int_eq(wolfTicket_CTX_set_data_memory(w.sc, 60000), 1);
    for (i = 0; i < 20; i++) {
        session[i] = ld_first(&w, LARGE, (unsigned int)i);
        ck_assert_uint_le(ld_stats(w.sc).data_bytes, 60000);
    }
    stats = ld_stats(w.sc);
    ck_assert_uint_eq(stats.data_held, 11);
    ck_assert_uint_eq(stats.data_evicted, 9);
    w.decAnswer = WOLFTICKET_RETURN_USE;
    for (i = 0; i < 20; i++) {
        w.seed = (unsigned int)i;
        if (th_try(w.sc, w.cc, session[i], &info)) {
            ck_assert_int_eq(w.saw, 1);
            ck_assert_int_ge(i, 9);
        }
        else {
            ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_DATA_GONE);
            ck_assert_int_eq(w.status, WOLFTICKET_NO_DECRYPT);
            ck_assert_int_lt(i, 9);
            gone++;
        }
        wolfSSL_SESSION_free(session[i]);
    }
    ck_assert_int_eq(gone, 9);
    ck_assert_uint_eq(ld_stats(w.sc).presented[WOLFTICKET_CAUSE_DATA_GONE],
        9);
    ck_assert_str_eq(wolfTicket_CAUSE_name(WOLFTICKET_CAUSE_DATA_GONE),
        "data gone");
    ld_end(&w);
}
END_TEST

START_TEST(data_that_is_gone_is_a_ticket_that_does_not_decrypt)
{
    WOLFSSL_SESSION* session;
    ld_world w;

    ld_begin(&w, _i);
    session = ld_first(&w, LARGE, 1);
    w.decCalls = 0;
    ck_assert_int_eq(wolfTicket_CTX_set_data_memory(w.sc, 0), 1);
    ck_assert_uint_eq(ld_stats(w.sc).data_bytes, 0);
    ld_refused(&w, session, WOLFTICKET_CAUSE_DATA_GONE);
    ck_assert_int_eq(w.status, WOLFTICKET_NO_DECRYPT);
    ck_assert_int_eq(w.decCalls, 1);
    wolfSSL_SESSION_free(session);
    ld_end(&w);
}
END_TEST

/* ---- renewal ------------------------------------------------------------- */

/* The tickets of one handshake, in TLS 1.3. */
static void FirstTwo(ld_world* w, WOLFSSL_SESSION* session[2])
{
    unsigned char buf[16];
    th_pair pair;

    w->gives = 1;
    w->sz = LARGE;
    w->seed = 1;
    th_open(&pair, w->sc, w->cc, NULL, TH_OURS);
    ck_assert_int_eq(wolfTicket_set_num_tickets(pair.server, 1), 1);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    session[1] = wolfSSL_get1_session(pair.client);
    session[0] = wolfSSL_SESSION_dup(session[1]);
    wolfSSL_SESSION_free(session[1]);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_eq(wolfTicket_write(pair.server, "x", 1), 1);
    ck_assert_int_eq(th_client_reads(&pair, buf, sizeof(buf)), 1);
    session[1] = wolfSSL_get1_session(pair.client);
    w->gives = 0;
    th_close(&pair);
}

START_TEST(a_renewed_ticket_deletes_the_former_when_it_comes_back)
{
    WOLFSSL_SESSION* former;
    WOLFSSL_SESSION* renewed;
    th_pair pair;
    ld_world w;

    ld_begin(&w, TH_TLS13);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(w.sc, 1), 1);
    former = ld_first(&w, LARGE, 1);
    ck_assert_uint_eq(ld_stats(w.sc).data_held, 1);

    /* The new ticket does not arrive, three times: the former serves on. */
    w.decAnswer = WOLFTICKET_RETURN_USE_RENEW;
    ck_assert_int_eq(th_try(w.sc, w.cc, former, NULL), 1);
    ck_assert_int_eq(th_try(w.sc, w.cc, former, NULL), 1);
    ck_assert_int_eq(th_try(w.sc, w.cc, former, NULL), 1);
    ck_assert_int_eq(w.saw, 1);
    ck_assert_uint_eq(ld_stats(w.sc).data_held, 4);

    th_open(&pair, w.sc, w.cc, former, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, NULL), 1);
    renewed = wolfSSL_get1_session(pair.client);
    th_close(&pair);
    ck_assert_uint_eq(ld_stats(w.sc).data_removed, 0);
    w.decAnswer = WOLFTICKET_RETURN_USE;
    ck_assert_int_eq(th_try(w.sc, w.cc, renewed, NULL), 1);
    ck_assert_int_eq(w.saw, 1);
    ck_assert_uint_eq(ld_stats(w.sc).data_removed, 1);
    ck_assert_uint_eq(ld_stats(w.sc).data_held, 4);
    ld_refused(&w, former, WOLFTICKET_CAUSE_DATA_GONE);
    ck_assert_int_eq(th_try(w.sc, w.cc, renewed, NULL), 1);
    wolfSSL_SESSION_free(former);
    wolfSSL_SESSION_free(renewed);
    ld_end(&w);
}
END_TEST

START_TEST(tickets_of_one_handshake_serve_independently)
{
    WOLFSSL_SESSION* session[2];
    ld_world w;
    int i;

    ld_begin(&w, TH_TLS13);
    FirstTwo(&w, session);
    for (i = 0; i < 3; i++)
        ld_resume(&w, &session[0]);
    for (i = 0; i < 3; i++)
        ld_resume(&w, &session[1]);
    ld_resume(&w, &session[0]);
    wolfSSL_SESSION_free(session[0]);
    wolfSSL_SESSION_free(session[1]);
    ld_end(&w);
}
END_TEST

/* However long a chain of renewals, there are two pieces of it. */
START_TEST(a_chain_of_renewals_does_not_fill_the_memory)
{
    WOLFSSL_SESSION* session;
    ld_world w;
    int i;

    ld_begin(&w, TH_TLS13);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(w.sc, 1), 1);
    session = ld_first(&w, 16000, 1);
    for (i = 0; i < 20; i++)
        ld_resume(&w, &session);
    ck_assert_uint_le(ld_stats(w.sc).data_held, 2);
    ck_assert_uint_eq(ld_stats(w.sc).data_removed, 19);
    wolfSSL_SESSION_free(session);
    ld_end(&w);
}
END_TEST

/* Who has seen a TLS 1.2 ticket pass can present it, and has no secret. */
START_TEST(a_stolen_ticket_shows_and_deletes_nothing)
{
    unsigned char ticket[TH_TICKET_MAX];
    WOLFSSL_SESSION* session;
    WOLFSSL_SESSION* thiefs;
    th_pair pair;
    ld_world w;
    size_t sz;

    ld_begin(&w, _i);
    session = ld_first(&w, LARGE, 1);
    ld_resume(&w, &session);
    thiefs = ld_first(&w, 3, 9);
    sz = th_ticket_of(w.cc, session, ticket);
    th_open(&pair, w.sc, w.cc, thiefs, TH_OURS);
    ck_assert_int_eq(wolfSSL_set_SessionTicket(pair.client, ticket,
        (word32)sz), WOLFSSL_SUCCESS);
    ck_assert_int_ne(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert(!ld_has(pair.server, LARGE, 1));
    th_close(&pair);
    ck_assert_uint_eq(ld_stats(w.sc).data_removed, 0);
    w.sz = LARGE;
    w.seed = 1;
    ld_resume(&w, &session);
    wolfSSL_SESSION_free(session);
    wolfSSL_SESSION_free(thiefs);
    ld_end(&w);
}
END_TEST

START_TEST(an_ignored_ticket_brings_nothing)
{
    WOLFSSL_SESSION* session;
    ld_world w;

    ld_begin(&w, _i);
    session = ld_first(&w, LARGE, 1);
    w.decAnswer = WOLFTICKET_RETURN_IGNORE;
    {
        th_pair pair;
        wolfTicket_Info info;

        th_open(&pair, w.sc, w.cc, session, TH_OURS);
        ck_assert_int_eq(th_verdict(&pair, &info), 0);
        ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_APPLICATION);
        ck_assert_int_eq(w.saw, 1);
        ck_assert(ld_has(pair.server, 0, 0));
        th_close(&pair);
    }
    w.decAnswer = TH_DEFAULT_ANSWER;
    ld_resume(&w, &session);
    wolfSSL_SESSION_free(session);
    ld_end(&w);
}
END_TEST

/* ---- contexts ------------------------------------------------------------ */

START_TEST(contexts_that_share_a_ring_find_each_others_data)
{
    WOLFSSL_CTX* other;
    WOLFSSL_SESSION* session;
    ld_world w;
    int first = _i / TH_MODES;

    ld_begin(&w, _i % TH_MODES);
    other = th_server_ctx(_i % TH_MODES);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(other, ld_gen,
        ld_dec, &w), 1);
    if (first)
        ck_assert_int_eq(wolfTicket_CTX_set_key_ring(other,
            wolfTicket_CTX_get_key_ring(w.sc)), 1);
    session = ld_first(&w, LARGE, 1);
    if (!first)
        ck_assert_int_eq(wolfTicket_CTX_set_key_ring(other,
            wolfTicket_CTX_get_key_ring(w.sc)), 1);
    ck_assert_int_eq(th_try(other, w.cc, session, NULL), 1);
    ck_assert_int_eq(w.saw, 1);
    /* The new one of a restart without a pause: the first one goes. */
    wolfTicket_CTX_free(w.sc);
    w.sc = other;
    ck_assert_int_eq(th_try(other, w.cc, session, NULL), 1);
    ck_assert_int_eq(w.saw, 1);
    wolfSSL_SESSION_free(session);
    ld_end(&w);
}
END_TEST

START_TEST(contexts_of_different_rings_share_nothing)
{
    WOLFSSL_CTX* other;
    wolfTicket_KeyRing* ring;
    WOLFSSL_SESSION* session;
    ld_world w;

    ld_begin(&w, TH_TLS13);
    other = th_server_ctx(TH_TLS13);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(other,
        wolfTicket_CTX_get_key_ring(w.sc)), 1);
    session = ld_first(&w, LARGE, 1);
    ck_assert_uint_eq(ld_stats(other).data_held, ld_stats(w.sc).data_held);
    ring = wolfTicket_KeyRing_new();
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(other, ring), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(other, ring), 1);
    wolfTicket_KeyRing_free(ring);
    ck_assert_uint_eq(ld_stats(other).data_held, 0);
    ck_assert_uint_gt(ld_stats(w.sc).data_held, 0);
    wolfTicket_CTX_free(other);
    ld_resume(&w, &session);
    wolfSSL_SESSION_free(session);
    ld_end(&w);
}
END_TEST

/* A lower bound of one context takes nothing from the others. */
START_TEST(contexts_keep_to_their_own_bounds)
{
    WOLFSSL_CTX* other;
    WOLFSSL_SESSION* session;
    ld_world w;

    ld_begin(&w, TH_TLS13);
    other = th_server_ctx(TH_TLS13);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(other,
        wolfTicket_CTX_get_key_ring(w.sc)), 1);
    session = ld_first(&w, LARGE, 1);
    ck_assert_int_eq(wolfTicket_CTX_set_data_memory(other, 0), 1);
    ck_assert_int_eq(th_try(other, w.cc, session, NULL), 1);
    ld_resume(&w, &session);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(other);
    ld_end(&w);
}
END_TEST

/* What was inherited in one context and cannot be kept in another. */
START_TEST(data_that_can_no_longer_be_kept_is_withheld_and_told)
{
    th_pair pair;
    ld_world w;

    ld_begin(&w, _i);
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(ld_set(pair.server, LARGE, 1), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_data_memory(w.sc, 0), 1);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_uint_ge(ld_stats(w.sc).withheld, 1);
    ck_assert_uint_eq(ld_stats(w.sc).issued, 0);
    ck_assert_str_eq(wolfTicket_error(pair.server), "no ticket was made: the "
        "session's application data does not fit it");
    th_close(&pair);
    ld_end(&w);
}
END_TEST

/* A connection that goes takes its data's memory with it. */
START_TEST(connections_give_large_memory_back)
{
    th_pair pair;
    ld_world w;
    long before;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    ld_begin(&w, TH_TLS13);
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    th_close(&pair);
    before = th_mem_live();
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(ld_set(pair.server, 60000, 1), 1);
    th_close(&pair);
    ck_assert_int_eq(th_mem_live(), before);
    ld_end(&w);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("largedata");
    TCase* tc = ld_case(suite, "travel");

    tcase_add_loop_test(tc, every_size_travels_and_is_inherited, 0,
        TH_MODES * SIZES);
    tcase_add_loop_test(tc, one_ticket_serves_again_and_again, 0, TH_MODES);
    tcase_add_loop_test(tc, data_travels_without_callbacks, 0, TH_MODES);
    tcase_add_test(tc, other_data_takes_the_place_of_a_chains);
    tc = ld_case(suite, "set");
    tcase_add_loop_test(tc, what_is_too_large_is_refused_and_changes_nothing,
        0, TH_MODES);
    tcase_add_loop_test(tc, the_most_that_can_be_set_follows_the_memory, 0,
        TH_MODES);
    tcase_add_test(tc, setters_take_what_they_should);
    tc = ld_case(suite, "life");
    tcase_add_loop_test(tc, data_goes_with_the_life_of_its_ticket, 0,
        TH_MODES);
    tcase_add_test(tc, the_oldest_goes_first_when_memory_is_full);
    tcase_add_loop_test(tc,
        data_that_is_gone_is_a_ticket_that_does_not_decrypt, 0, TH_MODES);
    tc = ld_case(suite, "renewal");
    tcase_add_test(tc, a_renewed_ticket_deletes_the_former_when_it_comes_back);
    tcase_add_test(tc, tickets_of_one_handshake_serve_independently);
    tcase_add_test(tc, a_chain_of_renewals_does_not_fill_the_memory);
    tcase_add_loop_test(tc, a_stolen_ticket_shows_and_deletes_nothing,
        TH_TLS12, TH_MODES);
    tcase_add_loop_test(tc, an_ignored_ticket_brings_nothing, 0, TH_MODES);
    tc = ld_case(suite, "contexts");
    tcase_add_loop_test(tc, contexts_that_share_a_ring_find_each_others_data,
        0, 2 * TH_MODES);
    tcase_add_test(tc, contexts_of_different_rings_share_nothing);
    tcase_add_test(tc, contexts_keep_to_their_own_bounds);
    tcase_add_loop_test(tc,
        data_that_can_no_longer_be_kept_is_withheld_and_told, 0, TH_MODES);
    tc = th_case(suite, "memory", 1);
    tcase_add_test(tc, connections_give_large_memory_back);
    return th_run(suite);
}
