/* unit_tlsext.c
 *
 * Ticket keys as OpenSSL's programs set them, and their key callback.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"

#define KEYS_SZ WOLFTICKET_TICKET_KEYS_SZ

static void FillKeys(unsigned char out[KEYS_SZ], int first)
{
    int i;

    for (i = 0; i < KEYS_SZ; i++)
        out[i] = (unsigned char)(first + i * 7);
}

/* ---- 80 bytes ------------------------------------------------------------ */

START_TEST(the_calls_return_what_openssl_returns)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    unsigned char in[KEYS_SZ + 1], out[KEYS_SZ + 1];
    long len;

    FillKeys(in, 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(sc, NULL, 0), 80);
    ck_assert_int_eq(wolfTicket_CTX_get_tlsext_ticket_keys(sc, NULL, 80), 80);
    for (len = -1; len <= 81; len++) {
        ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(sc, in, len),
            len == 80);
        ck_assert_int_eq(wolfTicket_CTX_get_tlsext_ticket_keys(sc, out, len),
            len == 80);
    }
    ck_assert_str_eq(wolfTicket_CTX_error(sc), "ticket keys have 80 bytes: "
        "a name of 16, an HMAC key of 32, an AES key of 32");
    ck_assert_mem_eq(out, in, KEYS_SZ);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(sc, in, 80), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(NULL, in, 80), 0);
    ck_assert_int_eq(wolfTicket_CTX_get_tlsext_ticket_keys(NULL, out, 80), 0);
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(a_client_context_takes_keys_and_has_none)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    unsigned char buf[KEYS_SZ];

    FillKeys(buf, 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(cc, buf, 80), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(cc, buf, 79), 0);
    ck_assert_int_eq(wolfTicket_CTX_get_tlsext_ticket_keys(cc, buf, 80), 0);
    ck_assert_ptr_null(wolfTicket_CTX_get_key_ring(cc));
    wolfTicket_CTX_free(cc);
}
END_TEST

START_TEST(keys_that_are_none_are_refused)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    unsigned char good[KEYS_SZ], bad[KEYS_SZ], out[KEYS_SZ];
    int i;

    FillKeys(good, 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(sc, good, 80), 1);
    for (i = 0; i < 4; i++) {
        FillKeys(bad, 9);
        memset(bad + ((i & 1) ? 16 : 48), (i & 2) ? 0 : 5, 32);
        ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(sc, bad, 80),
            0);
        ck_assert_str_ne(wolfTicket_CTX_error(sc), "no error");
    }
    ck_assert_int_eq(wolfTicket_CTX_get_tlsext_ticket_keys(sc, out, 80), 1);
    ck_assert_mem_eq(out, good, KEYS_SZ);
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(a_derived_ring_has_no_such_keys)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    unsigned char secret[32], buf[KEYS_SZ];
    wolfTicket_KeyRing* ring;
    size_t i;

    for (i = 0; i < sizeof(secret); i++)
        secret[i] = (unsigned char)i;
    FillKeys(buf, 1);
    ring = wolfTicket_KeyRing_new_derived(secret, sizeof(secret), 3600, NULL,
        NULL);
    ck_assert_ptr_nonnull(ring);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(sc, ring), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(sc, buf, 80), 0);
    ck_assert_int_eq(wolfTicket_CTX_get_tlsext_ticket_keys(sc, buf, 80), 0);
    ck_assert_str_ne(wolfTicket_CTX_error(sc), "no error");
    wolfTicket_KeyRing_free(ring);
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(the_order_is_openssls)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    unsigned char in[KEYS_SZ], out[KEYS_SZ];
    wolfTicket_KeyInfo info[WOLFTICKET_MAX_KEYS];
    wolfTicket_Key key;

    memset(&key, 0, sizeof(key));
    FillKeys(in, 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(sc, in, 80), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_list(wolfTicket_CTX_get_key_ring(sc),
        info, WOLFTICKET_MAX_KEYS), 1);
    ck_assert_mem_eq(info[0].name, in, WOLFTICKET_NAME_SZ);

    memcpy(key.name, "the name of 16 b", 16);
    memset(key.hmac, 'h', 32);
    memset(key.aes, 'a', 32);
    key.hmac[0] = key.aes[0] = '0';
    key.hmac_sz = key.aes_sz = 32;
    ck_assert_int_eq(wolfTicket_KeyRing_set_keys(
        wolfTicket_CTX_get_key_ring(sc), &key, 1, 0), 1);
    ck_assert_int_eq(wolfTicket_CTX_get_tlsext_ticket_keys(sc, out, 80), 1);
    ck_assert_mem_eq(out, "the name of 16 b0hhh", 20);
    ck_assert_mem_eq(out + 16, key.hmac, 32);
    ck_assert_mem_eq(out + 48, key.aes, 32);
    wolfTicket_CTX_free(sc);
}
END_TEST

static void UseKeys(WOLFSSL_CTX* ctx, int first)
{
    unsigned char buf[KEYS_SZ];

    FillKeys(buf, first);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(ctx, buf, 80), 1);
}

START_TEST(contexts_with_the_same_keys_open_each_others_tickets)
{
    WOLFSSL_CTX* one = th_server_ctx(_i);
    WOLFSSL_CTX* two = th_server_ctx(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    unsigned char buf[KEYS_SZ];

    UseKeys(one, 1);
    UseKeys(two, 1);
    session = th_get_session(one, cc);
    ck_assert_int_eq(th_try(two, cc, session, &info), 1);
    FillKeys(buf, 1);
    ck_assert_mem_eq(info.key_name, buf, WOLFTICKET_NAME_SZ);

    UseKeys(two, 2);
    ck_assert_int_eq(th_try(two, cc, session, &info), 0);
    ck_assert_int_eq((int)info.cause, WOLFTICKET_CAUSE_UNKNOWN_KEY);
    ck_assert_int_eq(th_try(one, cc, session, NULL), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(one);
    wolfTicket_CTX_free(two);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(a_key_that_the_ring_made_can_be_carried_elsewhere)
{
    WOLFSSL_CTX* one = th_server_ctx(_i);
    WOLFSSL_CTX* two = th_server_ctx(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    unsigned char buf[KEYS_SZ];
    WOLFSSL_SESSION* session = th_get_session(one, cc);

    ck_assert_int_eq(wolfTicket_CTX_get_tlsext_ticket_keys(one, buf, 80), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(two, buf, 80), 1);
    ck_assert_int_eq(th_try(two, cc, session, NULL), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(one);
    wolfTicket_CTX_free(two);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- the callback -------------------------------------------------------- */

#ifdef OPENSSL_EXTRA

#include "keycb_fixture.h"

typedef struct {
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    th_app app;
    int mode;
    int tls13;
} world;

static void Begin(world* w, int mode)
{
    memset(w, 0, sizeof(*w));
    w->mode = mode;
    w->tls13 = th_is_tls13(mode);
    w->sc = th_server_ctx(mode);
    w->cc = th_client_ctx(mode);
    th_app_init(&w->app);
    keys_init(&w->app);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(w->sc, th_gen,
        th_dec, &w->app), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(w->sc, keys_cb),
        1);
}

static void End(world* w)
{
    wolfTicket_CTX_free(w->sc);
    wolfSSL_CTX_free(w->cc);
}

/* A session with that data; all counts begin anew. */
static WOLFSSL_SESSION* Session(world* w, const char* data)
{
    WOLFSSL_SESSION* session;

    w->app.genData = data;
    w->app.genDataSz = strlen(data);
    session = th_get_session(w->sc, w->cc);
    th_app_init(&w->app);
    keys_init(&w->app);
    return session;
}

START_TEST(a_ticket_carries_data_and_tells_the_keys_name)
{
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    world w;

    Begin(&w, _i);
    session = Session(&w, "thirteen b...");
    ck_assert_int_eq(th_try(w.sc, w.cc, session, &info), 1);
    ck_assert_uint_eq(w.app.seenSz, 13);
    ck_assert_mem_eq(w.app.seen, "thirteen b...", 13);
    ck_assert_int_eq((int)w.app.status, WOLFTICKET_SUCCESS);
    ck_assert_uint_eq(w.app.keyNameSz, WOLFTICKET_NAME_SZ);
    ck_assert_mem_eq(w.app.keyName, KEY_NAME, WOLFTICKET_NAME_SZ);
    ck_assert_mem_eq(info.key_name, KEY_NAME, WOLFTICKET_NAME_SZ);
    ck_assert_uint_eq(info.key_name_len, WOLFTICKET_NAME_SZ);
    ck_assert_int_eq((int)info.cause, WOLFTICKET_CAUSE_USED);
    ck_assert_uint_eq(info.sent, 0);
    ck_assert_int_eq(keys.asked, 0);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

START_TEST(the_callback_is_asked_once_for_each_ticket)
{
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;
    world w;

    Begin(&w, _i);
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(keys.asked, w.tls13 ? 2 : 1);
    ck_assert_int_eq(w.app.genCalls, keys.asked);
    ck_assert_int_eq(keys.genCallsSeen, keys.asked - 1);
    ck_assert_int_eq(keys.shown, 0);
    session = wolfSSL_get1_session(pair.client);
    th_close(&pair);

    keys.opening = 2;
    ck_assert_int_eq(th_try(w.sc, w.cc, session, &info), 1);
    ck_assert_int_eq(keys.shown, 1);
    /* The ticket that was refused is asked about for every cipher suite. */
    keys.key++;
    keys.shown = w.app.decCalls = 0;
    ck_assert_int_eq(th_try(w.sc, w.cc, session, &info), 0);
    ck_assert_int_eq((int)info.cause, WOLFTICKET_CAUSE_BAD_SEAL);
    ck_assert_int_eq(keys.shown, 1);
    ck_assert_int_eq(w.app.decCalls, 1);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

/* A suite that is not the server's first. */
START_TEST(a_ticket_of_any_suite_is_opened_once)
{
    static const char* const suites[] = {
        "TLS13-AES128-GCM-SHA256", "TLS13-CHACHA20-POLY1305-SHA256",
        "TLS13-AES256-GCM-SHA384"
    };
    WOLFSSL_SESSION* session;
    th_pair pair;
    size_t i;
    world w;

    Begin(&w, TH_TLS13);
    for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
        if (wolfSSL_CTX_set_cipher_list(w.cc, suites[i]) != WOLFSSL_SUCCESS)
            continue;
        session = Session(&w, "suite");
        th_open(&pair, w.sc, w.cc, session, (i & 1) ? TH_PLAIN : TH_OURS);
        (void)th_verdict(&pair, NULL);
        ck_assert_int_eq(keys.shown, 1);
        ck_assert_int_eq(w.app.decCalls, 1);
        th_close(&pair);
        wolfSSL_SESSION_free(session);
    }
    End(&w);
}
END_TEST

static const struct {
    int said;
    int sent;       /* in TLS 1.3 and 1.2; -1: the handshake fails */
    int cause;
    int status;
} opened[] = {
    { -1, -1, WOLFTICKET_CAUSE_ABORT,       0 },
    { 0,   0, WOLFTICKET_CAUSE_UNKNOWN_KEY, WOLFTICKET_NO_DECRYPT },
    { 1,   1, WOLFTICKET_CAUSE_USED,        WOLFTICKET_SUCCESS },
    { 2,   1, WOLFTICKET_CAUSE_USED,        WOLFTICKET_SUCCESS_RENEW },
    { 3,   1, WOLFTICKET_CAUSE_USED,        WOLFTICKET_SUCCESS }
};

START_TEST(each_result_for_a_presented_ticket_is_heeded)
{
    int mode = _i % TH_MODES;
    int row = _i / TH_MODES;
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;
    world w;

    Begin(&w, mode);
    session = Session(&w, "data");
    keys.opening = opened[row].said;
    th_open(&pair, w.sc, w.cc, session, TH_OURS);
    if (opened[row].said < 0) {
        ck_assert_int_eq(th_handshake(&pair), 0);
        ck_assert_int_eq(th_client_alert(&pair), 80);
        ck_assert_int_eq(w.app.decCalls, 0);
        ck_assert_str_eq(wolfTicket_error(pair.server), "the ticket key "
            "callback returned an error: the handshake was ended");
        ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    }
    else {
        ck_assert_int_eq(th_verdict(&pair, &info), opened[row].sent);
        ck_assert_int_eq(w.app.decCalls, 1);
        ck_assert_int_eq((int)w.app.status, opened[row].status);
        ck_assert_mem_eq(w.app.keyName, KEY_NAME, WOLFTICKET_NAME_SZ);
        if (w.tls13 && opened[row].said != 0)
            ck_assert_uint_eq(info.sent, opened[row].said == 2);
    }
    ck_assert_int_eq((int)info.cause, opened[row].cause);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    End(&w);
}
END_TEST

START_TEST(each_result_for_a_new_ticket_is_heeded)
{
    int mode = _i % TH_MODES;
    int said = _i / TH_MODES - 1;
    int promised = th_promises(mode) && said == 0;
    unsigned char buf[16];
    wolfTicket_Stats stats;
    th_pair pair;
    world w;

    Begin(&w, mode);
    keys.sealing = said;
    th_open(&pair, w.sc, w.cc, NULL, TH_OURS);
    if (said < 0) {
        ck_assert_int_ne(th_handshake(&pair), TH_BOTH_DONE);
        (void)th_client_reads(&pair, buf, sizeof(buf));
        ck_assert_int_eq(th_client_alert(&pair), 80);
        ck_assert_int_eq(w.app.genCalls, 0);
        ck_assert_str_eq(wolfTicket_error(pair.server), "the ticket key "
            "callback returned an error: the handshake was ended");
    }
    else {
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        th_exchange(&pair);
        ck_assert_int_eq(w.app.genCalls, (said == 0) ? 0 : w.tls13 ? 2 : 1);
        ck_assert_int_eq(pair.tickets, (said == 0) ? promised
                                                   : w.tls13 ? 2 : 1);
        ck_assert_int_eq(keys.asked, w.tls13 ? 2 : 1);
    }
    ck_assert_int_eq(wolfTicket_CTX_get_stats(w.sc, &stats), 1);
    ck_assert_uint_eq(stats.withheld, 0);
    th_close(&pair);
    End(&w);
}
END_TEST

START_TEST(null_goes_back_to_the_ring)
{
    WOLFSSL_SESSION* session;
    WOLFSSL_SESSION* other;
    wolfTicket_Info info;
    world w;

    Begin(&w, _i);
    session = Session(&w, "data");
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(w.sc, NULL), 1);
    ck_assert_int_eq(th_try(w.sc, w.cc, session, &info), 0);
    ck_assert_int_eq(keys.shown, 0);
    other = Session(&w, "forty bytes of data, which is room here.");
    ck_assert_int_eq(th_try(w.sc, w.cc, other, NULL), 1);
    ck_assert_uint_eq(w.app.seenSz, 40);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(w.sc, keys_cb),
        1);
    ck_assert_int_eq(th_try(w.sc, w.cc, session, NULL), 1);
    ck_assert_int_eq(th_try(w.sc, w.cc, other, &info), 0);
    ck_assert_int_eq((int)info.cause, WOLFTICKET_CAUSE_UNKNOWN_KEY);
    ck_assert_int_eq(keys.shownOther, 1);
    wolfSSL_SESSION_free(session);
    wolfSSL_SESSION_free(other);
    End(&w);
}
END_TEST

START_TEST(the_callback_is_for_servers)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);

    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(cc, keys_cb), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(NULL, keys_cb),
        0);
    wolfTicket_CTX_free(cc);
}
END_TEST

static void AddCallback(Suite* suite)
{
    TCase* tc = th_case(suite, "callback", 0);

    tcase_add_loop_test(tc, a_ticket_carries_data_and_tells_the_keys_name, 0,
        TH_MODES);
    tcase_add_loop_test(tc, the_callback_is_asked_once_for_each_ticket, 0,
        TH_MODES);
    tcase_add_test(tc, a_ticket_of_any_suite_is_opened_once);
    tcase_add_loop_test(tc, each_result_for_a_presented_ticket_is_heeded, 0,
        TH_MODES * (int)(sizeof(opened) / sizeof(opened[0])));
    tcase_add_loop_test(tc, each_result_for_a_new_ticket_is_heeded, 0,
        TH_MODES * 5);
    tcase_add_loop_test(tc, null_goes_back_to_the_ring, 0, TH_MODES);
    tcase_add_test(tc, the_callback_is_for_servers);
}
#else
static void AddCallback(Suite* suite)
{
    (void)suite;
}
#endif /* OPENSSL_EXTRA */

int main(void)
{
    Suite* suite = suite_create("tlsext");
    TCase* tc = th_case(suite, "80 bytes", 0);

    tcase_add_test(tc, the_calls_return_what_openssl_returns);
    tcase_add_test(tc, a_client_context_takes_keys_and_has_none);
    tcase_add_test(tc, keys_that_are_none_are_refused);
    tcase_add_test(tc, a_derived_ring_has_no_such_keys);
    tcase_add_test(tc, the_order_is_openssls);
    tcase_add_loop_test(tc,
        contexts_with_the_same_keys_open_each_others_tickets, 0, TH_MODES);
    tcase_add_loop_test(tc, a_key_that_the_ring_made_can_be_carried_elsewhere,
        0, TH_MODES);
    AddCallback(suite);
    return th_run(suite);
}
