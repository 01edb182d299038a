/* unit_client_store.c
 *
 * Client connections tied to a store.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "client_fixture.h"
#include "wolfticket/store.h"

#define WAYS    (2 * TH_MODES)
#define MODE(i) ((i) / 2)
#define HOW(i)  ((i) % 2)

static cf_world w;
static wolfTicket_Store* store;
static wolfTicket_Peer peer;

/* No file, but a store. */
static void Begin(int mode)
{
    cf_begin(&w, mode);
    ck_assert_int_eq(wt_client_configure(w.cc, -1), 1);
    store = wolfTicket_Store_new(0, 0, 0, NULL, NULL);
    ck_assert_ptr_nonnull(store);
    memset(&peer, 0, sizeof(peer));
    peer.host = "server.example";
    peer.port = 443;
}

static void End(void)
{
    wolfTicket_Store_free(store);
    cf_end(&w);
}

static void Open(void)
{
    cf_open(&w);
    ck_assert_int_eq(wolfTicket_set_store(w.pair.client, store, &peer), 1);
}

static int Visit(int how)
{
    Open();
    ck_assert_int_eq(cf_handshake(&w.pair, how), TH_BOTH_DONE);
    th_exchange(&w.pair);
    cf_info(&w);
    cf_close(&w);
    return w.info.resumed;
}

static int Count(void)
{
    return wolfTicket_Store_count(store, NULL, NULL);
}

START_TEST(every_ticket_goes_into_the_store_and_comes_out_once)
{
    int tls13 = th_is_tls13(MODE(_i));

    Begin(MODE(_i));
    ck_assert_int_eq(Visit(HOW(_i)), 0);
    ck_assert_int_eq(w.info.offered, 0);
    ck_assert_int_eq(w.info.received, tls13 ? 2 : 1);
    ck_assert_int_eq(w.info.kept, w.info.received);
    ck_assert_int_eq(w.info.left, w.info.received);
    Open();
    cf_info(&w);
    ck_assert_int_eq(w.info.offered, 1);
    ck_assert_uint_eq(w.info.lifetime, 7200);
    ck_assert_int_eq(w.info.left, 1);
    ck_assert_int_eq(cf_handshake(&w.pair, HOW(_i)), TH_BOTH_DONE);
    ck_assert_int_eq(wolfSSL_session_reused(w.pair.server), 1);
    th_exchange(&w.pair);
    cf_info(&w);
    ck_assert_int_eq(w.info.resumed, 1);
    ck_assert_int_eq(w.info.left, tls13 ? 2 : 1);
    cf_close(&w);
    ck_assert_int_eq(Count(), tls13 ? 2 : 1);
    End();
}
END_TEST

START_TEST(connections_at_once_have_a_ticket_each)
{
    th_pair pair[5];
    wolfTicket_Info info;
    int i;

    Begin(TH_TLS13);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(w.sc, 4), 1);
    ck_assert_int_eq(Visit(CF_OURS), 0);
    ck_assert_int_eq(Count(), 4);
    for (i = 0; i < 5; i++) {
        th_open_server(&pair[i], w.sc, TH_OURS);
        cf_join(&pair[i], wolfTicket_new(w.cc));
        ck_assert_int_eq(wolfTicket_set_store(pair[i].client, store, &peer),
            1);
    }
    ck_assert_int_eq(Count(), 0);
    for (i = 0; i < 5; i++) {
        ck_assert_int_eq(cf_handshake(&pair[i], CF_OURS), TH_BOTH_DONE);
        ck_assert_int_eq(wolfSSL_session_reused(pair[i].client), i < 4);
        ck_assert_int_eq(wolfTicket_get_info(pair[i].server, &info), 1);
        ck_assert_int_eq(info.presented, i < 4);
    }
    for (i = 0; i < 5; i++) {
        wolfTicket_free(pair[i].client);
        pair[i].client = NULL;
        th_close(&pair[i]);
    }
    End();
}
END_TEST

START_TEST(session_that_was_not_sent_is_put_back)
{
    int tls13 = th_is_tls13(MODE(_i));
    int all;

    Begin(MODE(_i));
    ck_assert_int_eq(Visit(HOW(_i)), 0);
    all = Count();
    Open();
    ck_assert_int_eq(Count(), tls13 ? all - 1 : all);
    cf_close(&w);
    ck_assert_int_eq(Count(), all);
    /* Tied to it once more, or to another peer. */
    Open();
    ck_assert_int_eq(wolfTicket_set_store(w.pair.client, store, &peer), 1);
    ck_assert_int_eq(Count(), tls13 ? all - 1 : all);
    peer.port++;
    ck_assert_int_eq(wolfTicket_set_store(w.pair.client, store, &peer), 1);
    ck_assert_int_eq(Count(), all);
    cf_info(&w);
    ck_assert_int_eq(w.info.offered, 0);
    ck_assert_int_eq(cf_handshake(&w.pair, HOW(_i)), TH_BOTH_DONE);
    ck_assert_int_eq(wolfSSL_session_reused(w.pair.client), 0);
    cf_close(&w);
    peer.port--;
    /* What has been sent is gone. */
    Open();
    (void)((HOW(_i) == CF_OURS) ? wolfTicket_connect(w.pair.client)
        : wolfSSL_connect(w.pair.client));
    all = Count();
    cf_close(&w);
    ck_assert_int_eq(Count(), all);
    End();
}
END_TEST

START_TEST(refused_session_leaves_the_store)
{
    int done;

    Begin(MODE(_i));
    ck_assert_int_eq(Visit(HOW(_i)), 0);
    th_use_clock(w.sc, &w.clock);
    Open();
    done = cf_handshake(&w.pair, HOW(_i));
    cf_info(&w);
    ck_assert_int_eq(w.info.again, done != TH_BOTH_DONE);
    if (done != TH_BOTH_DONE) {
        ck_assert_int_eq(w.info.left, 0);
        ck_assert_ptr_nonnull(strstr(cf_text(&w), "connect again"));
    }
    cf_close(&w);
    if (done != TH_BOTH_DONE)
        ck_assert_int_eq(Visit(HOW(_i)), 0);
    else
        while (Visit(HOW(_i)) == 0)
            ck_assert_int_le(Count(), 3);
    ck_assert_int_eq(Visit(HOW(_i)), 1);
    End();
}
END_TEST

/* A context with a file as well. */
START_TEST(store_goes_before_the_file)
{
    unsigned char before[8192];
    unsigned char after[8192];
    ssize_t sz;

    Begin(MODE(_i));
    ck_assert_int_eq(wt_client_configure(w.cc, w.fd), 1);
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 0);
    sz = pread(w.fd, before, sizeof(before), 0);
    ck_assert_int_gt(sz, 0);
    /* The file's session is taken back, the store has none yet. */
    ck_assert_int_eq(Visit(HOW(_i)), 0);
    ck_assert_int_eq(w.info.offered, 0);
    ck_assert_int_eq(Visit(HOW(_i)), 1);
    ck_assert_int_eq(pread(w.fd, after, sizeof(after), 0), sz);
    ck_assert_mem_eq(before, after, (size_t)sz);
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 1);
    End();
}
END_TEST

START_TEST(settings_of_the_connection_are_part_of_the_peer)
{
    Begin(TH_TLS13);
    ck_assert_int_eq(Visit(CF_OURS), 0);
    cf_open(&w);
    wolfSSL_set_verify(w.pair.client, WOLFSSL_VERIFY_NONE, NULL);
    ck_assert_int_eq(wolfTicket_set_store(w.pair.client, store, &peer), 1);
    cf_info(&w);
    ck_assert_int_eq(w.info.offered, 0);
    ck_assert_int_eq(w.info.left, 0);
    cf_close(&w);
    ck_assert_int_eq(Visit(CF_OURS), 1);
    End();
}
END_TEST

START_TEST(session_that_the_connection_may_not_speak_stays)
{
    WOLFSSL_CTX* first;

    Begin(TH_TLS12_ONLY);
    ck_assert_int_eq(Visit(CF_OURS), 0);
    first = w.cc;
    w.cc = wolfSSL_CTX_new(wolfTLSv1_3_client_method());
    wolfSSL_CTX_set_verify(w.cc, WOLFSSL_VERIFY_PEER, NULL);
    wolfSSL_CTX_SetIORecv(w.cc, th_recv);
    wolfSSL_CTX_SetIOSend(w.cc, th_send);
    cf_open(&w);
    ck_assert_int_eq(wolfTicket_set_store(w.pair.client, store, &peer), 1);
    cf_info(&w);
    ck_assert_int_eq(w.info.offered, 0);
    cf_close(&w);
    wolfTicket_CTX_free(w.cc);
    w.cc = first;
    ck_assert_int_eq(Count(), 1);
    ck_assert_int_eq(Visit(CF_OURS), 1);
    End();
}
END_TEST

START_TEST(connection_keeps_the_store)
{
    Begin(TH_TLS13);
    Open();
    wolfTicket_Store_free(store);
    ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
    th_exchange(&w.pair);
    cf_info(&w);
    ck_assert_int_eq(w.info.left, 2);
    cf_close(&w);
    store = NULL;
    End();
}
END_TEST

/* Too late to offer anything; what arrives is kept. */
START_TEST(connection_may_be_tied_after_its_handshake)
{
    Begin(TH_TLS13);
    cf_open(&w);
    ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
    ck_assert_int_eq(wolfTicket_set_store(w.pair.client, store, &peer), 1);
    th_exchange(&w.pair);
    cf_info(&w);
    ck_assert_int_eq(w.info.kept, 2);
    cf_close(&w);
    ck_assert_int_eq(Visit(CF_OURS), 1);
    End();
}
END_TEST

START_TEST(bad_calls_tie_nothing)
{
    WOLFSSL* plain;
    wolfTicket_Peer nobody;

    Begin(TH_TLS13);
    memset(&nobody, 0, sizeof(nobody));
    cf_open(&w);
    ck_assert_int_eq(wolfTicket_set_store(NULL, store, &peer), 0);
    ck_assert_int_eq(wolfTicket_set_store(w.pair.client, NULL, &peer), 0);
    ck_assert_int_eq(wolfTicket_set_store(w.pair.client, store, NULL), 0);
    ck_assert_int_eq(wolfTicket_set_store(w.pair.client, store, &nobody), 0);
    ck_assert_ptr_nonnull(strstr(cf_text(&w), "NULL"));
    ck_assert_int_eq(wolfTicket_set_store(w.pair.server, store, &peer), 0);
    plain = wolfSSL_new(w.cc);
    ck_assert_int_eq(wolfTicket_set_store(plain, store, &peer), 0);
    wolfSSL_free(plain);
    ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
    th_exchange(&w.pair);
    cf_close(&w);
    ck_assert_int_eq(Count(), 0);
    End();
}
END_TEST

START_TEST(without_memory_sessions_stay_and_handshakes_succeed)
{
    long fired = 1;
    long n;
    int ret;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    Begin(_i);
    ck_assert_int_eq(Visit(CF_OURS), 0);
    for (n = 1; fired; n++) {
        int before = Count();

        cf_open(&w);
        th_mem_fail_at(n);
        th_mem_arm(1);
        ret = wolfTicket_set_store(w.pair.client, store, &peer);
        fired = th_mem_calls() >= n;
        th_mem_arm(0);
        cf_info(&w);
        /* Only the last puts it back in vain, if ever. */
        if (!ret)
            ck_assert_int_eq(Count(), before);
        ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
        cf_info(&w);
        ck_assert_int_eq(wolfSSL_session_reused(w.pair.client),
            w.info.offered);
        th_exchange(&w.pair);
        cf_close(&w);
        if (Count() == 0)
            ck_assert_int_eq(Visit(CF_OURS), 0);
        ck_assert_int_lt(n, 100);
    }
    ck_assert_int_ge(n, 4);
    End();
    th_teardown();
}
END_TEST

static Suite* Tests(void)
{
    Suite* suite = suite_create("client_store");
    TCase* tc = th_case(suite, "client_store", 0);

    tcase_add_loop_test(tc,
        every_ticket_goes_into_the_store_and_comes_out_once, 0, WAYS);
    tcase_add_test(tc, connections_at_once_have_a_ticket_each);
    tcase_add_loop_test(tc, session_that_was_not_sent_is_put_back, 0, WAYS);
    tcase_add_loop_test(tc, refused_session_leaves_the_store, 0, WAYS);
    tcase_add_loop_test(tc, store_goes_before_the_file, 0, WAYS);
    tcase_add_test(tc, settings_of_the_connection_are_part_of_the_peer);
    tcase_add_test(tc, session_that_the_connection_may_not_speak_stays);
    tcase_add_test(tc, connection_keeps_the_store);
    tcase_add_test(tc, connection_may_be_tied_after_its_handshake);
    tcase_add_test(tc, bad_calls_tie_nothing);
    tc = th_case(suite, "memory", 1);
    tcase_add_loop_test(tc,
        without_memory_sessions_stay_and_handshakes_succeed, 0, TH_MODES);
    return suite;
}

int main(void)
{
    return th_run(Tests());
}
