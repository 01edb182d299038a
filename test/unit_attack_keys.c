/* unit_attack_keys.c
 *
 * What attackers, and applications with bad habits, have tried with the keys
 * of a server.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"

#ifdef OPENSSL_EXTRA

#include "keycb_fixture.h"

#include <wolfticket/config.h>

/* As much as there is room for in any build. */
#define SECRET "victim"

static WOLFSSL_CTX* sc;
static WOLFSSL_CTX* cc;
static th_app app;

static void Begin(int mode, wolfTicket_CTX_tlsext_ticket_key_fn cb)
{
    sc = th_server_ctx(mode);
    cc = th_client_ctx(mode);
    th_app_init(&app);
    keys_init(&app);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec,
        &app), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(sc, cb), 1);
}

static void End(void)
{
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}

/* ---- a context that is not what it was ----------------------------------- */

START_TEST(a_connection_outlives_that_its_context_is_detached)
{
    int again = _i / TH_MODES;
    WOLFSSL_SESSION* session;
    th_pair pair;

    Begin(_i % TH_MODES, keys_cb);
    session = th_get_session(sc, cc);
    th_open(&pair, sc, cc, session, TH_OURS);
    ck_assert_int_eq(wolfTicket_CTX_detach(sc), 1);
    if (again)
        ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(sc, keys_cb),
            1);
    /* In TLS 1.2 the client may give up. */
    (void)th_handshake(&pair);
    ck_assert_int_eq(wolfSSL_is_init_finished(pair.server) &&
        wolfSSL_session_reused(pair.server) && !th_has_data(pair.server, ""),
        0);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    End();
}
END_TEST

/* ---- a callback with bad habits ------------------------------------------ */

static int depth, deepest;

static int DetachesCb(WOLFSSL* ssl, unsigned char* name, unsigned char* iv,
    WOLFSSL_EVP_CIPHER_CTX* cipher, WOLFSSL_HMAC_CTX* hmac, int enc)
{
    int ret = keys_cb(ssl, name, iv, cipher, hmac, enc);

    if (!enc)
        (void)wolfTicket_CTX_detach(sc);
    return ret;
}

START_TEST(a_callback_may_detach_its_context)
{
    WOLFSSL_SESSION* session;
    th_pair pair;

    Begin(_i, DetachesCb);
    session = th_get_session(sc, cc);
    th_open(&pair, sc, cc, session, TH_OURS);
    (void)th_handshake(&pair);
    ck_assert_int_eq(keys.shown, 1);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    End();
}
END_TEST

static int WritesCb(WOLFSSL* ssl, unsigned char* name, unsigned char* iv,
    WOLFSSL_EVP_CIPHER_CTX* cipher, WOLFSSL_HMAC_CTX* hmac, int enc)
{
    int ret = keys_cb(ssl, name, iv, cipher, hmac, enc);

    if (++depth > deepest)
        deepest = depth;
    if (depth < 5)
        (void)wolfTicket_do_handshake(ssl);
    depth--;
    return ret;
}

START_TEST(a_callback_that_goes_on_with_the_handshake_is_not_asked_in_itself)
{
    th_pair pair;

    depth = deepest = 0;
    Begin(_i, WritesCb);
    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(deepest, 1);
    ck_assert_int_eq(pair.tickets, th_is_tls13(_i) ? 2 : 1);
    th_close(&pair);
    End();
}
END_TEST

/* Fills in an iv and does not give it to the cipher. */
static int NoIvCb(WOLFSSL* ssl, unsigned char* name, unsigned char* iv,
    WOLFSSL_EVP_CIPHER_CTX* cipher, WOLFSSL_HMAC_CTX* hmac, int enc)
{
    const char* kind = keys.cipher;
    unsigned char secret[32];
    int ret;

    keys.cipher = NULL;
    ret = keys_cb(ssl, name, iv, cipher, hmac, enc);
    keys.cipher = kind;
    memset(secret, 3, sizeof(secret));
    ck_assert_int_eq(wolfSSL_EVP_CipherInit(cipher,
        wolfSSL_EVP_get_cipherbyname(kind), secret, NULL, enc), 1);
    return ret;
}

START_TEST(a_cipher_that_was_given_no_iv_seals_nothing)
{
    static const char* const kinds[] = { "AES-256-CTR", "AES-256-CBC" };
    wolfTicket_Stats stats;
    th_pair pair;

    Begin(_i % TH_MODES, NoIvCb);
    keys.cipher = kinds[_i / TH_MODES];
    if (wolfSSL_EVP_get_cipherbyname(keys.cipher) != NULL) {
        th_open(&pair, sc, cc, NULL, TH_OURS);
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        th_exchange(&pair);
        ck_assert_int_eq(wolfTicket_CTX_get_stats(sc, &stats), 1);
        ck_assert_uint_eq(stats.issued, 0);
        ck_assert_uint_gt(stats.withheld, 0);
        th_close(&pair);
    }
    End();
}
END_TEST

/* ---- a ticket that was changed on its way -------------------------------- */

/* A callback that takes any name for its own. */
static int AnyNameCb(WOLFSSL* ssl, unsigned char* name, unsigned char* iv,
    WOLFSSL_EVP_CIPHER_CTX* cipher, WOLFSSL_HMAC_CTX* hmac, int enc)
{
    if (enc && keys.serial == 255)
        keys.serial = 0;
    memcpy(name, KEY_NAME, WOLFTICKET_NAME_SZ);
    return keys_cb(ssl, name, iv, cipher, hmac, enc);
}

/* Whether the server resumed by the ticket.  Its data is then there, and
 * never else. */
static int Resumes(WOLFSSL_SESSION* session, const unsigned char* ticket,
    size_t sz)
{
    th_pair pair;
    int done, ret;

    th_open(&pair, sc, cc, session, TH_OURS);
    ck_assert_int_eq(wolfSSL_set_SessionTicket(pair.client, ticket,
        (word32)sz), WOLFSSL_SUCCESS);
    done = th_handshake(&pair);
    ret = done == TH_BOTH_DONE && wolfSSL_session_reused(pair.server);
    if (done == TH_BOTH_DONE)
        ck_assert_int_eq(th_has_data(pair.server, ret ? SECRET : ""), 1);
    th_close(&pair);
    return ret;
}

/* The ticket's enc_len, behind its key_name and iv. */
static size_t ClaimedSize(const unsigned char* ticket)
{
    return ((size_t)ticket[32] << 8) | ticket[33];
}

/* One that claims to be longer has a test of its own. */
START_TEST(no_byte_of_a_ticket_can_be_changed_or_cut_off)
{
    unsigned char ticket[TH_TICKET_MAX], bad[TH_TICKET_MAX];
    WOLFSSL_SESSION* session;
    th_pair pair;
    size_t sz, i;

    Begin(_i, AnyNameCb);
    wolfSSL_CTX_set_session_cache_mode(sc, WOLFSSL_SESS_CACHE_OFF);
    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(th_set_data(pair.server, SECRET), 1);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    th_close(&pair);
    sz = th_ticket_of(cc, session, ticket);

    ck_assert_int_eq(Resumes(session, ticket, sz), 1);
    for (i = 0; i < sz; i += (size_t)th_step()) {
        memcpy(bad, ticket, sz);
        bad[i] ^= 1;
        if (ClaimedSize(bad) <= ClaimedSize(ticket))
            ck_assert_int_eq(Resumes(session, bad, sz), 0);
        if (i > 0 && i < WOLFSSL_TICKET_NAME_SZ)
            ck_assert_int_eq(Resumes(session, ticket, i), 0);
    }
    memcpy(bad, ticket, sz);
    memcpy(bad, ticket + 16, 16);
    memcpy(bad + 16, ticket, 16);
    ck_assert_int_eq(Resumes(session, bad, sz), 0);
    ck_assert_int_eq(Resumes(session, ticket, sz), 1);
    wolfSSL_SESSION_free(session);
    End();
}
END_TEST

/* wolfSSL 5.5 hands it over as long as it claims to be.  Only a server that
 * sees the ClientHello can know better. */
START_TEST(a_ticket_that_claims_to_be_longer_is_not_read_beyond_its_end)
{
    unsigned char ticket[TH_TICKET_MAX];
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;
    size_t sz, enc, more;

    Begin(TH_TLS12_ONLY, (_i & 1) ? AnyNameCb : NULL);
    session = th_get_session(sc, cc);
    sz = th_ticket_of(cc, session, ticket);
    enc = ClaimedSize(ticket);
    for (more = 1; more < 64; more++) {
        size_t cut = (more & 1) ? more / 2 + 1 : 0;
        size_t claim = cut ? enc : enc + more;

        ticket[32] = (unsigned char)(claim >> 8);
        ticket[33] = (unsigned char)claim;
        th_open(&pair, sc, cc, session, TH_OURS);
        ck_assert_int_eq(wolfSSL_set_SessionTicket(pair.client, ticket,
            (word32)(sz - cut)), WOLFSSL_SUCCESS);
        (void)th_handshake(&pair);
        ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
        ck_assert_int_ne((int)info.cause, WOLFTICKET_CAUSE_USED);
        th_close(&pair);
    }
    wolfSSL_SESSION_free(session);
    End();
}
END_TEST

/* ---- a transport that blocks at every byte ------------------------------- */

static const int answers[][3] = {
    { 1, 0, 1 }, { 0, 0, 1 }, { 0, 1, 0 }, { 0, 0, 0 }, { 1, 1, 1 }
};

static int MixedCb(WOLFSSL* ssl, unsigned char* name, unsigned char* iv,
    WOLFSSL_EVP_CIPHER_CTX* cipher, WOLFSSL_HMAC_CTX* hmac, int enc)
{
    if (enc && keys.serial == 255)
        keys.serial = 0;
    if (enc)
        keys.sealing = answers[keys.key][keys.asked % 3];
    return keys_cb(ssl, name, iv, cipher, hmac, enc);
}

START_TEST(a_blocking_transport_loses_no_ticket_whatever_the_answers)
{
    int row = _i;
    int n = answers[row][0] + answers[row][1] + answers[row][2];
    th_pair pair;
    long k;
    int calls, client, server;

    Begin(TH_TLS13, MixedCb);
    keys.key = (unsigned char)row;
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(sc, 3), 1);
    for (k = 1; k < 1200; k += (k < 20) ? 1 : 59) {
        keys.asked = client = server = 0;
        th_open(&pair, sc, cc, NULL, (k & 1) ? TH_PLAIN : TH_OURS);
        for (calls = 0; calls < 8000 && !(client && server); calls++) {
            pair.serverIo.budget = k;
            if (!client)
                client = th_connect(&pair);
            if (!server)
                server = th_accept(&pair);
        }
        ck_assert_int_eq(client && server, 1);
        pair.serverIo.budget = -1;
        th_exchange(&pair);
        ck_assert_int_eq(pair.tickets, n);
        ck_assert_int_eq(keys.asked, 3);
        th_close(&pair);
    }
    End();
}
END_TEST

/* ---- keys that go in the midst of a handshake ---------------------------- */

static wolfTicket_RETURN RevokesDec(WOLFSSL* ssl, WOLFSSL_SESSION* ss,
    const unsigned char* name, size_t sz, wolfTicket_STATUS status, void* arg)
{
    wolfTicket_KeyRing* ring = wolfTicket_CTX_get_key_ring(sc);
    int good = status == WOLFTICKET_SUCCESS ||
        status == WOLFTICKET_SUCCESS_RENEW;

    (void)ssl;
    (void)ss;
    (void)sz;
    (void)arg;
    if (good)
        ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, name), 1);
    return good ? WOLFTICKET_RETURN_USE_RENEW : WOLFTICKET_RETURN_IGNORE_RENEW;
}

/* wolfSSL 5.5 looks at the ticket again after a HelloRetryRequest. */
START_TEST(a_key_revoked_in_the_midst_means_a_full_handshake_that_says_why)
{
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;

    Begin(TH_TLS13, NULL);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, NULL,
        RevokesDec, NULL), 1);
    session = th_get_session(sc, cc);
    th_open(&pair, sc, cc, session, TH_OURS);
    if (_i)
        ck_assert_int_eq(wolfSSL_NoKeyShares(pair.client), WOLFSSL_SUCCESS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_int_eq(info.cause == WOLFTICKET_CAUSE_USED,
        wolfSSL_session_reused(pair.server));
    ck_assert_int_eq(wolfSSL_session_reused(pair.client),
        wolfSSL_session_reused(pair.server));
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    End();
}
END_TEST

/* ---- lifetimes under live connections ------------------------------------ */

/* One ticket more, if there may be any. */
static void AskForOne(th_pair* pair, int expected)
{
    unsigned char buf[16];
    int before = pair->tickets;

    (void)wolfTicket_new_session_ticket(pair->server);
    ck_assert_int_eq(wolfTicket_write(pair->server, "hello", 5), 5);
    ck_assert_int_eq(th_client_reads(pair, buf, sizeof(buf)), 5);
    ck_assert_int_eq(pair->tickets - before, expected);
}

START_TEST(a_lifetime_goes_to_0_and_back_under_live_connections)
{
    static const int lives[] = { 0, 100, 0, 50, 0, 86400 };
    enum { STEPS = sizeof(lives) / sizeof(lives[0]) };
    th_pair live[STEPS];
    wolfTicket_config* config = wolfTicket_config_new();
    unsigned char key[WOLFTICKET_CONFIG_KEY_SZ];
    int i, n;

    ck_assert_ptr_nonnull(config);
    Begin(_i & 1 ? TH_TLS13 : TH_TLS13_ONLY, (_i & 2) ? keys_cb : NULL);
    for (i = 0; i < STEPS; i++) {
        for (n = 0; n < (int)sizeof(key); n++)
            key[n] = (unsigned char)(n * 7 + i);
        ck_assert_int_eq(wolfTicket_config_add_ticket_key(config,
            (uint32_t)i, key, sizeof(key)), 0);
        ck_assert_int_eq(wolfTicket_config_set_session_lifetime(config,
            lives[i]), 0);
        ck_assert_int_eq(wolfTicket_CTX_configure(sc, config), 0);
        th_open(&live[i], sc, cc, NULL, TH_OURS);
        ck_assert_int_eq(th_handshake(&live[i]), TH_BOTH_DONE);
        th_exchange(&live[i]);
        ck_assert_int_eq(live[i].tickets, (lives[i] > 0) ? 2 : 0);
        for (n = 0; n <= i; n++)
            AskForOne(&live[n], lives[i] > 0);
        if (_i & 4) {
            wolfTicket_config_free(config);
            config = wolfTicket_config_new();
        }
    }
    wolfTicket_config_free(config);
    wolfTicket_CTX_free(sc);
    for (i = 0; i < STEPS; i++)
        th_close(&live[i]);
    wolfSSL_CTX_free(cc);
}
END_TEST

#endif /* OPENSSL_EXTRA */

int main(void)
{
    Suite* suite = suite_create("attack_keys");
    TCase* tc = th_case(suite, "keys", 0);

    tcase_set_timeout(tc, 60);
#ifdef OPENSSL_EXTRA
    tcase_add_loop_test(tc, a_connection_outlives_that_its_context_is_detached,
        0, 2 * TH_MODES);
    tcase_add_loop_test(tc, a_callback_may_detach_its_context, 0, TH_MODES);
    tcase_add_loop_test(tc,
        a_callback_that_goes_on_with_the_handshake_is_not_asked_in_itself, 0,
        TH_MODES);
    tcase_add_loop_test(tc, a_cipher_that_was_given_no_iv_seals_nothing, 0,
        2 * TH_MODES);
    tcase_add_loop_test(tc, no_byte_of_a_ticket_can_be_changed_or_cut_off, 0,
        TH_MODES);
    tcase_add_loop_test(tc,
        a_ticket_that_claims_to_be_longer_is_not_read_beyond_its_end, 0, 2);
    tcase_add_loop_test(tc,
        a_blocking_transport_loses_no_ticket_whatever_the_answers, 0,
        (int)(sizeof(answers) / sizeof(answers[0])));
    tcase_add_loop_test(tc,
        a_key_revoked_in_the_midst_means_a_full_handshake_that_says_why, 0, 2);
    tcase_add_loop_test(tc,
        a_lifetime_goes_to_0_and_back_under_live_connections, 0, 8);
#endif
    return th_run(suite);
}
