/* unit_connection.c
 *
 * Connections made and freed in every way: no data of one on another.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"
#include "port.h"

/* ---- without any call of ours ------------------------------------------- */

START_TEST(plain_new_and_accept_resume_with_data)
{
    WOLFSSL_CTX* sc = th_server_ctx(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session;
    th_app app;
    th_pair pair;

    th_app_init(&app);
    app.genData = "alice";
    app.genDataSz = 5;
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec,
        &app), 1);
    th_open(&pair, sc, cc, NULL, TH_PLAIN);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, th_is_tls13(_i) ? 2 : 1);
    ck_assert_int_eq(app.genCalls, pair.tickets);
    ck_assert(th_has_data(pair.server, "alice"));
    session = wolfSSL_get1_session(pair.client);
    th_close(&pair);

    app.genData = NULL;
    th_open(&pair, sc, cc, session, TH_PLAIN);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 1);
    ck_assert(th_has_data(pair.server, "alice"));
    ck_assert_uint_eq(app.seenSz, 5);
    ck_assert_mem_eq(app.seen, "alice", 5);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(plain_connection_takes_calls_before_the_handshake)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    th_pair pair;

    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    th_open(&pair, sc, cc, NULL, TH_PLAIN);
    ck_assert_int_eq(th_set_data(pair.server, "early"), 0);
    ck_assert_int_eq(wolfTicket_set_num_tickets(pair.server, 3), 1);
    ck_assert_int_eq(th_set_data(pair.server, "early"), 1);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, 3);
    ck_assert(th_has_data(pair.server, "early"));
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- one after the other ------------------------------------------------ */

/* How the first and the second connection are made, and how memory is. */
static const struct {
    int first;
    int second;
    th_mem_mode mem;
    int mode;
} sequence[] = {
    { TH_PLAIN, TH_PLAIN, TH_MEM_SAME,  TH_TLS13 },
    { TH_PLAIN, TH_PLAIN, TH_MEM_SAME,  TH_TLS12 },
    { TH_OURS,  TH_PLAIN, TH_MEM_SAME,  TH_TLS13 },
    { TH_OURS,  TH_OURS,  TH_MEM_SAME,  TH_TLS13 },
    { TH_PLAIN, TH_OURS,  TH_MEM_SAME,  TH_TLS13 },
    { TH_PLAIN, TH_OURS,  TH_MEM_SAME,  TH_TLS12 },
    { TH_PLAIN, TH_PLAIN, TH_MEM_NEVER, TH_TLS13 },
    { TH_PLAIN, TH_OURS,  TH_MEM_NEVER, TH_TLS12 },
    { TH_PLAIN, TH_PLAIN, TH_MEM_COUNT, TH_TLS13 },
    { TH_PLAIN, TH_PLAIN, TH_MEM_COUNT, TH_TLS12_ONLY }
};

/* A connection's data, in full view before it is freed by wolfSSL alone.
 * Returns its address. */
static WOLFSSL* LeaveData(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc, int plain,
    WOLFSSL_SESSION* session, WOLFSSL_SESSION** next)
{
    WOLFSSL* ret;
    th_pair pair;

    th_open(&pair, sc, cc, session, plain);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    if (session == NULL)
        ck_assert_int_eq(th_set_data(pair.server, "secret of alice"), 1);
    ck_assert(th_has_data(pair.server, "secret of alice"));
    th_exchange(&pair);
    if (next != NULL)
        *next = wolfSSL_get1_session(pair.client);
    ret = pair.server;
    pair.plain = TH_PLAIN; /* however it was made */
    th_close(&pair);
    return ret;
}

static void FindsNothing(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc, int plain,
    const WOLFSSL* former)
{
    wolfTicket_Info info;
    th_pair pair;

    th_open(&pair, sc, cc, NULL, plain);
    if (former != NULL)
        ck_assert_ptr_eq(pair.server, former);
    ck_assert(th_has_data(pair.server, ""));
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert(th_has_data(pair.server, ""));
    th_exchange(&pair);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    /* TLS 1.2: the client's empty extension. */
    ck_assert_int_eq(info.presented, info.status == WOLFTICKET_EMPTY);
    ck_assert_int_eq(info.resumed, 0);
    ck_assert_uint_eq(info.key_name_len, 0);
    ck_assert_uint_eq(info.renewals, 0);
    th_close(&pair);
}

START_TEST(freed_connection_leaves_nothing_to_the_next)
{
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    WOLFSSL_SESSION* session = NULL;
    WOLFSSL* former;
    int same = sequence[_i].mem == TH_MEM_SAME;
    int first = sequence[_i].first;
    int second = sequence[_i].second;

    th_mem_use(sequence[_i].mem);
    th_setup();
    sc = th_server_ctx(sequence[_i].mode);
    cc = th_client_ctx(sequence[_i].mode);
    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    /* The handshake's tickets are made before the data is set: one more is
     * needed for data to come back with. */
    former = LeaveData(sc, cc, first, NULL, NULL);
    FindsNothing(sc, cc, second, same ? former : NULL);

    /* Data that came with a ticket. */
    {
        th_app app;

        th_app_init(&app);
        app.genData = "secret of alice";
        app.genDataSz = 15;
        ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, NULL,
            &app), 1);
        session = th_get_session(sc, cc);
        ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, NULL, NULL,
            NULL), 1);
    }
    former = LeaveData(sc, cc, first, session, NULL);
    FindsNothing(sc, cc, second, same ? former : NULL);
    FindsNothing(sc, cc, first, same ? former : NULL);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

/* Made, set and freed without any handshake, at one address. */
START_TEST(data_set_before_a_handshake_dies_with_the_connection)
{
    WOLFSSL_CTX* sc;
    WOLFSSL* former;
    WOLFSSL* ssl;

    th_mem_use(TH_MEM_SAME);
    th_setup();
    sc = th_server_ctx(_i);
    former = wolfTicket_new(sc);
    ck_assert_int_eq(th_set_data(former, "alice"), 1);
    ck_assert_int_eq(wolfTicket_set_num_tickets(former, 9), 1);
    wolfSSL_free(former);
    ssl = wolfSSL_new(sc);
    ck_assert_ptr_eq(ssl, former);
    ck_assert(th_has_data(ssl, ""));
    ck_assert_uint_eq(wolfTicket_get_num_tickets(ssl), 2);
    ck_assert_int_eq(wolfTicket_set_num_tickets(ssl, 4), 1);
    ck_assert(th_has_data(ssl, ""));
    wolfSSL_free(ssl);
    ssl = wolfTicket_new(sc);
    ck_assert_ptr_eq(ssl, former);
    ck_assert(th_has_data(ssl, ""));
    ck_assert_uint_eq(wolfTicket_get_num_tickets(ssl), 2);
    wolfTicket_free(ssl);
    wolfTicket_CTX_free(sc);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

/* A client shows its ticket and stops; its connection is freed by wolfSSL
 * alone, and the next one lies where it was. */
START_TEST(client_that_stops_leaves_nothing_at_its_address)
{
    int mode = _i % TH_MODES;
    int first = (_i / TH_MODES) % 2;
    int second = _i / TH_MODES / 2;
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    WOLFSSL_SESSION* session;
    WOLFSSL* former;
    th_app app;
    th_pair pair;

    th_mem_use(TH_MEM_SAME);
    th_setup();
    sc = th_server_ctx(mode);
    cc = th_client_ctx(mode);
    th_app_init(&app);
    app.genData = "secret of alice";
    app.genDataSz = 15;
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec,
        &app), 1);
    session = th_get_session(sc, cc);
    th_app_init(&app);
    th_open(&pair, sc, cc, session, first);
    ck_assert_int_eq(th_connect(&pair), 0);
    ck_assert_int_eq(th_accept(&pair), 0);
    ck_assert_uint_eq(app.seenSz, 15);
    if (first == TH_OURS)
        ck_assert_int_eq(wolfTicket_set_num_tickets(pair.server, 9), 1);
    former = pair.server;
    pair.plain = TH_PLAIN; /* however it was made */
    th_close(&pair);

    th_open(&pair, sc, cc, NULL, second);
    ck_assert_ptr_eq(pair.server, former);
    ck_assert_uint_eq(wolfTicket_get_num_tickets(pair.server), 2);
    pair.plain = second;
    th_close(&pair);
    FindsNothing(sc, cc, second, former);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

/* ---- a hundred thousand ------------------------------------------------- */

#define OPEN_AT_ONCE 16

/* Connections come and go in no order, with other blocks between them.  The
 * connections that fit into the memory they were in, side by side. */
static long Traffic(WOLFSSL_CTX* sc, int n, int way)
{
    WOLFSSL* open[OPEN_AT_ONCE];
    void* junk[OPEN_AT_ONCE];
    th_random random;
    unsigned char dice[4];
    size_t first = (size_t)-1;
    size_t last = 0;
    int i, place;

    memset(open, 0, sizeof(open));
    memset(junk, 0, sizeof(junk));
    memset(&random, 0, sizeof(random));
    for (i = 0; i < n + OPEN_AT_ONCE; i++) {
        ck_assert_int_eq(th_rand(dice, sizeof(dice), &random), 1);
        place = (i < n) ? dice[0] % OPEN_AT_ONCE : i - n;
        if (way == TH_PLAIN || (way != TH_OURS && dice[1] < 128))
            wolfSSL_free(open[place]);
        else
            wolfTicket_free(open[place]);
        open[place] = NULL;
        free(junk[place]);
        junk[place] = NULL;
        if (i < n) {
            junk[place] = malloc((size_t)dice[2] * 16 + 1);
            open[place] = (way == TH_OURS) ? wolfTicket_new(sc)
                                           : wolfSSL_new(sc);
            ck_assert_ptr_nonnull(open[place]);
            ck_assert_int_eq(wolfTicket_set_num_tickets(open[place], 1), 1);
            ck_assert(th_has_data(open[place], ""));
            ck_assert_int_eq(th_set_data(open[place], "data"), 1);
            if ((size_t)open[place] < first)
                first = (size_t)open[place];
            if ((size_t)open[place] > last)
                last = (size_t)open[place];
        }
    }
    return (long)((last - first) / (size_t)wolfSSL_GetObjectSize() + 1);
}

/* A record and its data; and its session, where that is how it is known. */
#if defined(WT_HAVE_EX_DATA) && defined(OPENSSL_EXTRA)
    #define BLOCKS 2
#else
    #define BLOCKS 3
#endif

START_TEST(hundred_thousand_connections_leave_bounded_memory)
{
    static const struct {
        int way;
        th_mem_mode mem;
        int n;
    } runs[] = {
        { TH_OURS,  TH_MEM_SAME,  100000 },
        { TH_PLAIN, TH_MEM_SAME,  100000 },
        { 2,        TH_MEM_SAME,  20000 },
        { TH_PLAIN, TH_MEM_COUNT, 20000 }
    };
    WOLFSSL_CTX* sc;
    long before, room;
    int n = th_many(th_many(runs[_i].n));

    th_mem_use(runs[_i].mem);
    th_setup();
    sc = th_server_ctx(TH_TLS13);
    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    before = th_mem_live();
    room = Traffic(sc, n, runs[_i].way);
    /* Records stay, each with a block for data, but no more of them than
     * there is room for connections; the C library's memory may be spread
     * wide, by a sanitizer for one. */
    if (runs[_i].mem == TH_MEM_SAME)
        room = OPEN_AT_ONCE;
    ck_assert_int_le(th_mem_live(), before + BLOCKS * room + 8);
    wolfTicket_CTX_free(sc);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

/* ---- sessions that live on ---------------------------------------------- */

START_TEST(session_kept_by_the_application_has_no_data_afterwards)
{
    WOLFSSL_CTX* sc = th_server_ctx(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* kept;
    void* data = NULL;
    size_t sz = 7;
    th_pair pair;
    int plain;

    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    for (plain = 0; plain < 2; plain++) {
        th_open(&pair, sc, cc, NULL, TH_OURS);
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        ck_assert_int_eq(th_set_data(pair.server, "alice"), 1);
        kept = wolfSSL_get1_session(pair.server);
        ck_assert_ptr_nonnull(kept);
        pair.plain = plain;
        th_close(&pair);
        if (!plain) {
            /* Freed by us: known to be gone. */
            ck_assert_int_eq(wolfTicket_SESSION_get0_ticket_appdata(kept,
                &data, &sz), 1);
            ck_assert_ptr_null(data);
            ck_assert_uint_eq(sz, 0);
            ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(kept, "b",
                1), 0);
        }
        FindsNothing(sc, cc, TH_PLAIN, NULL);
        FindsNothing(sc, cc, TH_OURS, NULL);
        wolfSSL_SESSION_free(kept);
        FindsNothing(sc, cc, TH_PLAIN, NULL);
    }
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- cleared and used again --------------------------------------------- */

#ifdef OPENSSL_EXTRA
START_TEST(cleared_connection_knows_nothing_of_its_former_client)
{
    WOLFSSL_CTX* sc = th_server_ctx(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    wolfTicket_Info info;
    th_pair pair, other;

    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(th_set_data(pair.server, "alice"), 1);
    (void)wolfSSL_shutdown(pair.server);
    ck_assert_int_eq(wolfTicket_clear(pair.server), 1);
    ck_assert(th_has_data(pair.server, ""));

    /* The next client, on the same server object. */
    th_open(&other, sc, cc, NULL, TH_OURS);
    wolfTicket_free(other.server);
    other.server = pair.server;
    pair.server = NULL;
    wolfSSL_SetIOReadCtx(other.server, &other.serverIo);
    wolfSSL_SetIOWriteCtx(other.server, &other.serverIo);
    ck_assert_int_eq(th_handshake(&other), TH_BOTH_DONE);
    ck_assert(th_has_data(other.server, ""));
    th_exchange(&other);
    ck_assert_int_eq(other.tickets, th_is_tls13(_i) ? 2 : 1);
    ck_assert_int_eq(wolfTicket_get_info(other.server, &info), 1);
    ck_assert_int_eq(info.presented, info.status == WOLFTICKET_EMPTY);
    th_close(&other);
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST
#endif

/* ---- contexts that go first --------------------------------------------- */

START_TEST(detached_context_leaves_live_connections_what_they_know)
{
    WOLFSSL_CTX* sc = th_server_ctx(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    wolfTicket_Info info;
    th_pair pair;

    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(th_set_data(pair.server, "alice"), 1);
    ck_assert_int_eq(wolfTicket_CTX_detach(sc), 1);
    ck_assert(th_has_data(pair.server, "alice"));
    th_exchange(&pair);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_int_eq((int)info.sent, th_is_tls13(_i) ? 2 : 1);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 0);
    ck_assert_int_eq(wolfTicket_write(pair.server, "x", 1), 1);
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(context_reborn_at_one_address_starts_anew)
{
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    WOLFSSL_CTX* former;
    WOLFSSL_SESSION* session;

    th_mem_use(TH_MEM_SAME);
    th_setup();
    former = th_server_ctx(_i);
    cc = th_client_ctx(_i);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(former, 7), 1);
    session = th_get_session(former, cc);
    wolfSSL_CTX_free(former);
    sc = th_server_ctx(_i);
    ck_assert_ptr_eq(sc, former);
    ck_assert_ptr_null(wolfTicket_CTX_get_key_ring(sc));
    ck_assert_int_eq(wolfTicket_CTX_detach(sc), 0);
    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    ck_assert_uint_eq(wolfTicket_CTX_get_num_tickets(sc), 2);
    if (th_is_tls13(_i))
        ck_assert_int_eq(th_resume(sc, cc, session, TH_OURS), 0);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
    th_teardown();
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("connection");
    TCase* tc = th_case(suite, "plain", 0);
    int sequences = (int)(sizeof(sequence) / sizeof(sequence[0]));

    tcase_add_loop_test(tc, plain_new_and_accept_resume_with_data, 0,
        TH_MODES);
    tcase_add_test(tc, plain_connection_takes_calls_before_the_handshake);
    tcase_add_loop_test(tc,
        session_kept_by_the_application_has_no_data_afterwards, 0, TH_MODES);
#ifdef OPENSSL_EXTRA
    tcase_add_loop_test(tc,
        cleared_connection_knows_nothing_of_its_former_client, 0, TH_MODES);
#endif
    tcase_add_loop_test(tc,
        detached_context_leaves_live_connections_what_they_know, 0, TH_MODES);
    tc = th_case(suite, "memory", 1);
    tcase_add_loop_test(tc, freed_connection_leaves_nothing_to_the_next, 0,
        sequences);
    tcase_add_loop_test(tc, client_that_stops_leaves_nothing_at_its_address, 0,
        4 * TH_MODES);
    tcase_add_loop_test(tc,
        data_set_before_a_handshake_dies_with_the_connection, 0, TH_MODES);
    tcase_add_loop_test(tc, hundred_thousand_connections_leave_bounded_memory,
        0, 4);
    tcase_add_loop_test(tc, context_reborn_at_one_address_starts_anew, 0,
        TH_MODES);
    return th_run(suite);
}
