/* unit_context.c
 *
 * Contexts: bad calls, both sides, shared key rings, a change in mid-flight.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"

/* ---- bad calls ----------------------------------------------------------- */

#define IS_NULL      "an argument is NULL that must not be"
#define NOT_ATTACHED "wolfTicket is not attached to this context: call " \
                     "wolfTicket_CTX_attach()"
#define IS_CLIENT    "this is for servers: the connection is a client's"
#define THREAD_SAYS(text) ck_assert_str_eq(wolfTicket_CTX_error(NULL), text)

START_TEST(null_is_refused_with_a_text)
{
    wolfTicket_Info info;
    wolfTicket_Stats stats;
    void* data = &info;
    size_t len = 3;
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL* ssl = wolfTicket_new(sc);
    wolfTicket_KeyRing* own = wolfTicket_CTX_get_key_ring(sc);

    ck_assert_int_eq(wolfTicket_CTX_attach(NULL), 0);
    THREAD_SAYS(IS_NULL);
    ck_assert_int_eq(wolfTicket_CTX_detach(NULL), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(NULL, NULL, NULL,
        NULL), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(NULL, 1), 0);
    ck_assert_uint_eq(wolfTicket_CTX_get_num_tickets(NULL), 0);
    ck_assert_int_eq(wolfTicket_set_num_tickets(NULL, 1), 0);
    ck_assert_uint_eq(wolfTicket_get_num_tickets(NULL), 0);
    ck_assert_int_eq(wolfTicket_new_session_ticket(NULL), 0);
    THREAD_SAYS(IS_NULL);
    ck_assert_int_lt(wolfTicket_write(NULL, "x", 1), 0);
    ck_assert_int_lt(wolfTicket_read(NULL, &info, 1), 0);
    ck_assert_int_eq(wolfTicket_do_handshake(NULL), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(NULL, 100), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_renewal_limit(NULL, 100), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(NULL,
        (const unsigned char*)"a", 1), 0);
    ck_assert_int_eq(wolfTicket_set_session_id_context(NULL,
        (const unsigned char*)"a", 1), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(sc, NULL, 1), 0);
    ck_assert_int_eq(wolfTicket_set_session_id_context(ssl, NULL, 1), 0);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(NULL, "a", 1), 0);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(
        wolfSSL_get_session(ssl), NULL, 1), 0);
    ck_assert_int_eq(wolfTicket_SESSION_get0_ticket_appdata(NULL, &data,
        &len), 0);
    ck_assert_int_eq(wolfTicket_SESSION_get0_ticket_appdata(
        wolfSSL_get_session(ssl), NULL, &len), 0);
    ck_assert_int_eq(wolfTicket_SESSION_get0_ticket_appdata(
        wolfSSL_get_session(ssl), &data, NULL), 0);
    ck_assert_uint_eq(wolfTicket_CTX_appdata_max(NULL), 0);
    ck_assert_int_eq(wolfTicket_get_info(NULL, &info), 0);
    ck_assert_int_eq(wolfTicket_get_info(ssl, NULL), 0);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(NULL, &stats), 0);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(sc, NULL), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(sc, NULL), 0);
    ck_assert_ptr_eq(wolfTicket_CTX_get_key_ring(sc), own);
    ck_assert_ptr_null(wolfTicket_CTX_get_key_ring(NULL));
    ck_assert_ptr_null(wolfTicket_new(NULL));
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(NULL), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_count(NULL), 0);
    ck_assert_int_eq(wolfTicket_SetHsDoneCb(NULL, NULL, NULL), 0);
#ifdef OPENSSL_EXTRA
    ck_assert_int_eq(wolfTicket_CTX_set_msg_callback(NULL, NULL), 0);
    ck_assert_int_eq(wolfTicket_set_msg_callback(NULL, NULL), 0);
    ck_assert_int_eq(wolfTicket_clear(NULL), 0);
#endif
    THREAD_SAYS(IS_NULL);
    wolfTicket_CTX_SetIOSend(NULL, th_send);
    wolfTicket_SSLSetIOSend(NULL, th_send);
    wolfTicket_KeyRing_free(NULL);
    wolfTicket_free(NULL);
    wolfTicket_CTX_free(NULL);
    ck_assert_ptr_nonnull(wolfTicket_error(NULL));
    wolfTicket_free(ssl);
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(numbers_out_of_range_change_nothing)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL* ssl = wolfTicket_new(sc);
    unsigned char id[33];

    memset(id, 7, sizeof(id));
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc, 0), 0);
    ck_assert_str_eq(wolfTicket_CTX_error(sc),
        "the lifetime has to be 1 to 604800 seconds");
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc, 604801), 0);
    ck_assert_uint_eq(wolfTicket_CTX_get_lifetime(sc), 7200);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc, 604800), 1);
    ck_assert_uint_eq(wolfTicket_CTX_get_lifetime(sc), 604800);
    ck_assert_int_eq(wolfTicket_CTX_set_renewal_limit(sc, 0), 0);
    ck_assert_str_eq(wolfTicket_CTX_error(sc),
        "the renewal limit has to be 1 to 1048575 seconds");
    ck_assert_int_eq(wolfTicket_CTX_set_renewal_limit(sc, 1048576), 0);
    ck_assert_uint_eq(wolfTicket_CTX_get_renewal_limit(sc), 604800);
    ck_assert_int_eq(wolfTicket_CTX_set_renewal_limit(sc, 1048575), 1);
    ck_assert_uint_eq(wolfTicket_CTX_get_renewal_limit(sc), 1048575);
    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(sc, id, 33), 0);
    ck_assert_str_eq(wolfTicket_CTX_error(sc),
        "a session id context has 0 to 32 bytes");
    ck_assert_int_eq(wolfTicket_set_session_id_context(ssl, id, 33), 0);
    ck_assert_str_eq(wolfTicket_error(ssl),
        "a session id context has 0 to 32 bytes");
    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(sc, id, 32), 1);
    ck_assert_int_eq(wolfTicket_set_session_id_context(ssl, id, 32), 1);
    ck_assert_int_eq(wolfTicket_set_session_id_context(ssl, NULL, 0), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(sc, 256), 0);
    ck_assert_str_eq(wolfTicket_CTX_error(sc),
        "too many tickets: 0 to 255 can be sent on a connection");
    wolfTicket_free(ssl);
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(context_that_is_not_attached_says_so)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    wolfTicket_Stats stats;

    ck_assert_int_eq(wolfTicket_CTX_detach(sc), 0);
    THREAD_SAYS(NOT_ATTACHED);
    ck_assert_str_eq(wolfTicket_CTX_error(sc), NOT_ATTACHED);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(sc, &stats), 0);
    ck_assert_ptr_null(wolfTicket_CTX_get_key_ring(sc));
    ck_assert_uint_eq(wolfTicket_CTX_get_num_tickets(sc), 2);
    ck_assert_uint_eq(wolfTicket_CTX_get_lifetime(sc), 7200);
    ck_assert_uint_eq(wolfTicket_CTX_get_renewal_limit(sc), 604800);
    ck_assert_uint_ge(wolfTicket_CTX_appdata_max(sc), 40);
    wolfTicket_CTX_free(sc);
}
END_TEST

/* ---- the client's side --------------------------------------------------- */

START_TEST(client_context_is_accepted_and_left_alone)
{
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_CTX* sc = th_server_ctx(_i);
    WOLFSSL* ssl;
    wolfTicket_Info info;
    th_app app;
    th_pair pair;

    th_app_init(&app);
    ck_assert_int_gt(wolfSSL_CTX_set_timeout(cc, 1234), 0);
    ck_assert_int_eq(wolfTicket_CTX_attach(cc), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(cc, th_gen, th_dec,
        &app), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(cc, 3), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(cc, 77), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_renewal_limit(cc, 77), 1);
#ifdef OPENSSL_EXTRA
    ck_assert_int_eq((int)wolfSSL_SSL_CTX_get_timeout(cc), 1234);
#endif
    ck_assert_ptr_null(wolfTicket_CTX_get_key_ring(cc));
    ck_assert_int_eq(wolfTicket_CTX_detach(cc), 0);

    ssl = wolfTicket_new(cc);
    ck_assert_ptr_nonnull(ssl);
    ck_assert_int_eq(wolfTicket_set_num_tickets(ssl, 1), 0);
    THREAD_SAYS(IS_CLIENT);
    ck_assert_int_eq(wolfTicket_get_info(ssl, &info), 0);
    THREAD_SAYS(IS_CLIENT);
    ck_assert_int_eq(wolfTicket_SESSION_set1_ticket_appdata(
        wolfSSL_get_session(ssl), "x", 1), 0);
    wolfTicket_free(ssl);

    th_open(&pair, sc, cc, NULL, TH_PLAIN);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(wolfTicket_set_num_tickets(pair.client, 1), 0);
    ck_assert_int_eq(wolfTicket_get_info(pair.client, &info), 0);
    ck_assert_int_eq(wolfTicket_write(pair.client, "y", 1), 1);
    ck_assert_int_eq(wolfTicket_do_handshake(pair.client), 1);
    th_exchange(&pair);
    ck_assert_int_eq(app.genCalls + app.decCalls, 0);
    th_close(&pair);
    wolfTicket_CTX_free(cc);
    wolfTicket_CTX_free(sc);
}
END_TEST

/* ---- memory of its own --------------------------------------------------- */

#if defined(WOLFSSL_STATIC_MEMORY) && !defined(OPENSSL_EXTRA)

#include <wolfssl/wolfcrypt/memory.h>

/* The session that a record refers to would outlive its connection's hint. */
START_TEST(context_with_a_heap_hint_is_refused_with_a_text)
{
    static unsigned char pool[4 * 1024 * 1024];
    WOLFSSL_HEAP_HINT* hint = NULL;
    WOLFSSL_CTX* sc;

    ck_assert_int_eq(wc_LoadStaticMemory(&hint, pool, sizeof(pool),
        WOLFMEM_GENERAL, 1), 0);
    sc = wolfSSL_CTX_new_ex(wolfSSLv23_server_method_ex(hint), hint);
    ck_assert_ptr_nonnull(sc);
    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 0);
    THREAD_SAYS("a context with a heap hint of its own cannot be attached in "
        "this build: give wolfSSL a global hint (wolfSSL_SetGlobalHeapHint()), "
        "or build it with --enable-opensslextra");
    wolfTicket_CTX_free(sc);
}
END_TEST

#endif

/* ---- attached and detached ----------------------------------------------- */

START_TEST(second_attach_does_nothing)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    wolfTicket_KeyRing* ring;

    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    ring = wolfTicket_CTX_get_key_ring(sc);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(sc, 9), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc, 99), 1);
    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    ck_assert_ptr_eq(wolfTicket_CTX_get_key_ring(sc), ring);
    ck_assert_uint_eq(wolfTicket_CTX_get_num_tickets(sc), 9);
    ck_assert_uint_eq(wolfTicket_CTX_get_lifetime(sc), 99);
#ifdef OPENSSL_EXTRA
    ck_assert_int_eq((int)wolfSSL_SSL_CTX_get_timeout(sc), 99);
#endif
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(detached_context_sends_no_tickets)
{
    WOLFSSL_CTX* sc = th_server_ctx(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    th_pair pair;

    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    ck_assert_int_eq(wolfTicket_CTX_detach(sc), 1);
    ck_assert_int_eq(wolfTicket_CTX_detach(sc), 0);
    th_open(&pair, sc, cc, NULL, TH_PLAIN);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, 0);
    th_close(&pair);
    /* And back again. */
    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    th_open(&pair, sc, cc, NULL, TH_PLAIN);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(pair.tickets, th_is_tls13(_i) ? 2 : 1);
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- two contexts -------------------------------------------------------- */

START_TEST(contexts_that_share_a_ring_share_tickets)
{
    WOLFSSL_CTX* first = th_server_ctx(_i);
    WOLFSSL_CTX* second = th_server_ctx(_i);
    WOLFSSL_CTX* third = th_server_ctx(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new();
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;

    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(first, ring), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(second, ring), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(second, ring), 1);
    ck_assert_ptr_eq(wolfTicket_CTX_get_key_ring(second), ring);
    wolfTicket_KeyRing_free(ring);
    ck_assert_int_eq(wolfTicket_CTX_attach(third), 1);
    session = th_get_session(first, cc);
    ck_assert_int_eq(th_try(second, cc, session, NULL), 1);
    ck_assert_int_eq(th_try(third, cc, session, &info), 0);
    ck_assert_int_eq((int)info.cause, WOLFTICKET_CAUSE_UNKNOWN_KEY);
    /* The ring outlives the context that it came to first. */
    wolfTicket_CTX_free(first);
    ck_assert_int_eq(th_try(second, cc, session, NULL), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(second);
    wolfTicket_CTX_free(third);
    wolfSSL_CTX_free(cc);
}
END_TEST

#ifdef OPENSSL_EXTRA /* wolfSSL_set_SSL_CTX() is there then */

static WOLFSSL_CTX* other;

static int SwitchContext(WOLFSSL* ssl, int* alert, void* arg)
{
    (void)alert;
    (void)arg;
    ck_assert_ptr_nonnull(wolfSSL_set_SSL_CTX(ssl, other));
    return 0;
}

START_TEST(context_changed_by_an_sni_callback_keeps_tickets_working)
{
    int mode = _i % TH_MODES;
    int plain = _i / TH_MODES;
    WOLFSSL_CTX* sc = th_server_ctx(mode);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new();
    WOLFSSL_SESSION* session;
    th_app app;
    th_pair pair;
    int i;

    th_app_init(&app);
    app.genData = "alice";
    app.genDataSz = 5;
    other = th_server_ctx(mode);
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec, &app));
    ck_assert(wolfTicket_CTX_set_session_ticket_cb(other, th_gen, th_dec,
        &app));
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(sc, ring), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(other, ring), 1);
    wolfSSL_CTX_set_servername_callback(sc, SwitchContext);
    session = NULL;
    for (i = 0; i < 3; i++) {
        th_open(&pair, sc, cc, session, plain);
        ck_assert_int_eq(wolfSSL_UseSNI(pair.client, WOLFSSL_SNI_HOST_NAME,
            "other.example", 13), WOLFSSL_SUCCESS);
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        ck_assert_ptr_eq(wolfSSL_get_SSL_CTX(pair.server), other);
        th_exchange(&pair);
        ck_assert_int_eq(wolfSSL_session_reused(pair.server), i > 0);
        ck_assert(th_has_data(pair.server, "alice"));
        if (i == 0)
            session = wolfSSL_get1_session(pair.client);
        th_close(&pair);
    }
    ck_assert_uint_eq(app.seenSz, 5);
    wolfSSL_SESSION_free(session);
    wolfTicket_KeyRing_free(ring);
    wolfTicket_CTX_free(sc);
    wolfTicket_CTX_free(other);
    wolfSSL_CTX_free(cc);
}
END_TEST

#endif /* OPENSSL_EXTRA */

/* As wolfSSL's context, ours lives on with its connections. */
START_TEST(context_freed_first_serves_its_connections)
{
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    long before;
    th_pair pair;
    unsigned char octet;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    cc = th_client_ctx(TH_TLS13);
    before = th_mem_live();
    sc = th_server_ctx(TH_TLS13);
    th_open(&pair, sc, cc, NULL, TH_OURS);
    if (_i == 0)
        wolfTicket_CTX_free(sc);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(th_set_data(pair.server, "alice"), 1);
    if (_i == 1)
        wolfTicket_CTX_free(sc);
    ck_assert(th_has_data(pair.server, "alice"));
    th_exchange(&pair);
    ck_assert_int_eq(wolfTicket_new_session_ticket(pair.server), 1);
    ck_assert_int_eq(wolfTicket_write(pair.server, "x", 1), 1);
    ck_assert_int_eq(th_client_reads(&pair, &octet, 1), 1);
    ck_assert_int_eq(pair.tickets, 3);
    th_close(&pair);
    wolfSSL_CTX_free(cc);
    th_teardown();
    ck_assert_int_le(th_mem_live(), before);
    ck_assert_int_eq(th_mem_live(), 0);
}
END_TEST

#if defined(OPENSSL_EXTRA) || defined(WOLFSSL_EXTRA)
START_TEST(context_referred_to_twice_is_freed_twice)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session = th_get_session(sc, cc);

    ck_assert_int_eq(wolfTicket_CTX_up_ref(NULL), 0);
    ck_assert_int_eq(wolfTicket_CTX_up_ref(sc), 1);
    wolfTicket_CTX_free(sc);
    ck_assert_int_eq(th_try(sc, cc, session, NULL), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST
#endif

int main(void)
{
    Suite* suite = suite_create("context");
    TCase* tc = th_case(suite, "bad calls", 0);

    tcase_add_test(tc, null_is_refused_with_a_text);
    tcase_add_test(tc, numbers_out_of_range_change_nothing);
    tcase_add_test(tc, context_that_is_not_attached_says_so);
    tcase_add_loop_test(tc, client_context_is_accepted_and_left_alone, 0,
        TH_MODES);
    tc = th_case(suite, "attach", 0);
#if defined(WOLFSSL_STATIC_MEMORY) && !defined(OPENSSL_EXTRA)
    tcase_add_test(tc, context_with_a_heap_hint_is_refused_with_a_text);
#endif
    tcase_add_test(tc, second_attach_does_nothing);
    tcase_add_loop_test(tc, detached_context_sends_no_tickets, 0, TH_MODES);
    tcase_add_loop_test(tc, contexts_that_share_a_ring_share_tickets, 0,
        TH_MODES);
#ifdef OPENSSL_EXTRA
    tcase_add_loop_test(tc,
        context_changed_by_an_sni_callback_keeps_tickets_working, 0,
        2 * TH_MODES);
#endif
#if defined(OPENSSL_EXTRA) || defined(WOLFSSL_EXTRA)
    tcase_add_test(tc, context_referred_to_twice_is_freed_twice);
#endif
    tc = th_case(suite, "memory", 1);
    tcase_add_loop_test(tc, context_freed_first_serves_its_connections, 0, 2);
    return th_run(suite);
}
