/* unit_client_trust.c
 *
 * A session goes round the verification of the peer: it is offered only where
 * that cannot matter.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "client_fixture.h"

#define WAYS    (2 * TH_MODES)
#define MODE(i) ((i) / 2)
#define HOW(i)  ((i) % 2)

static cf_world w;

/* Did the server see a ticket? */
static int Presented(void)
{
    wolfTicket_Info info;

    ck_assert_int_eq(wolfTicket_get_info(w.pair.server, &info), 1);
    return info.presented && info.cause != WOLFTICKET_CAUSE_EMPTY;
}

/* A visit whose connection gets other settings before the handshake. */
static int VisitWith(void (*change)(WOLFSSL* ssl), int how)
{
    int resumed;

    cf_open(&w);
    change(w.pair.client);
    ck_assert_int_eq(cf_handshake(&w.pair, how), TH_BOTH_DONE);
    th_exchange(&w.pair);
    cf_info(&w);
    resumed = wolfSSL_session_reused(w.pair.server);
    ck_assert_int_eq(w.info.resumed, resumed);
    ck_assert_int_eq(Presented(), w.info.offered);
    cf_close(&w);
    return resumed;
}

static void NoChange(WOLFSSL* ssl)
{
    (void)ssl;
}

static void VerifyNone(WOLFSSL* ssl)
{
    wolfSSL_set_verify(ssl, WOLFSSL_VERIFY_NONE, NULL);
}

static void VerifyPeer(WOLFSSL* ssl)
{
    wolfSSL_set_verify(ssl, WOLFSSL_VERIFY_PEER, NULL);
}

static void Stricter(WOLFSSL* ssl)
{
    wolfSSL_set_verify(ssl, WOLFSSL_VERIFY_PEER |
        WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
}

static void OwnCertificate(WOLFSSL* ssl)
{
    const char* dir = getenv("WOLFTICKET_TEST_CERTS");
    char path[256];

    (void)snprintf(path, sizeof(path), "%s/client.pem",
        (dir != NULL) ? dir : "certs");
    ck_assert_int_eq(wolfSSL_use_certificate_file(ssl, path,
        WOLFSSL_FILETYPE_PEM), WOLFSSL_SUCCESS);
    (void)snprintf(path, sizeof(path), "%s/client.key",
        (dir != NULL) ? dir : "certs");
    ck_assert_int_eq(wolfSSL_use_PrivateKey_file(ssl, path,
        WOLFSSL_FILETYPE_PEM), WOLFSSL_SUCCESS);
}

/* ---- settings that change between wolfTicket_new() and the handshake ---- */

static void (* const changes[])(WOLFSSL* ssl) = {
    VerifyNone, Stricter, OwnCertificate
};

#define CHANGES ((int)(sizeof(changes) / sizeof(changes[0])))

START_TEST(session_offered_too_early_is_taken_back)
{
    void (*change)(WOLFSSL* ssl) = changes[_i % CHANGES];

    cf_begin(&w, _i / CHANGES);
    ck_assert_int_eq(VisitWith(NoChange, CF_OURS), 0);
    ck_assert_int_eq(VisitWith(change, CF_OURS), 0);
    ck_assert_int_eq(w.info.offered, 0);
    ck_assert_int_ge(w.info.received, 1);
    /* What came of it is kept under the new settings. */
    ck_assert_int_eq(w.info.left, 1);
    ck_assert_int_eq(VisitWith(change, CF_OURS), 1);
    ck_assert_int_eq(VisitWith(NoChange, CF_OURS), 0);
    ck_assert_int_eq(VisitWith(NoChange, CF_OURS), 1);
    cf_end(&w);
}
END_TEST

START_TEST(session_of_other_settings_is_not_offered_and_told)
{
    cf_begin(&w, MODE(_i));
    ck_assert_int_eq(VisitWith(Stricter, HOW(_i)), 0);
    cf_open(&w);
    ck_assert_int_eq(cf_handshake(&w.pair, HOW(_i)), TH_BOTH_DONE);
    ck_assert_ptr_nonnull(strstr(cf_text(&w), "other settings"));
    ck_assert_int_eq(Presented(), 0);
    cf_close(&w);
    cf_end(&w);
}
END_TEST

/* A connection that does not verify its peer may be about to. */
START_TEST(unverified_session_is_offered_by_our_connect_alone)
{
    cf_begin(&w, MODE(_i));
    wolfSSL_CTX_set_verify(w.cc, WOLFSSL_VERIFY_NONE, NULL);
    ck_assert_int_eq(VisitWith(NoChange, HOW(_i)), 0);
    ck_assert_int_ge(w.info.kept, 1);
    ck_assert_int_eq(VisitWith(NoChange, HOW(_i)), HOW(_i) == CF_OURS);
    ck_assert_int_eq(VisitWith(VerifyPeer, HOW(_i)), 0);
    ck_assert_int_eq(w.info.offered, 0);
    cf_end(&w);
}
END_TEST

/* The context does not verify, each connection does. */
START_TEST(settings_of_the_connection_count)
{
    cf_begin(&w, _i);
    wolfSSL_CTX_set_verify(w.cc, WOLFSSL_VERIFY_NONE, NULL);
    ck_assert_int_eq(VisitWith(VerifyPeer, CF_OURS), 0);
    ck_assert_int_eq(VisitWith(VerifyPeer, CF_OURS), 1);
    ck_assert_int_eq(VisitWith(NoChange, CF_OURS), 0);
    cf_end(&w);
}
END_TEST

/* ---- authorities -------------------------------------------------------- */

/* It signs nothing here. */
static const char anotherAuthority[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBbDCCARGgAwIBAgIBATAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFhbm90aGVy\n"
    "IGF1dGhvcml0eTAgFw0wMDAxMDEwMDAwMDBaGA8yMDk5MTIzMTIzNTk1OVowHDEa\n"
    "MBgGA1UEAwwRYW5vdGhlciBhdXRob3JpdHkwWTATBgcqhkjOPQIBBggqhkjOPQMB\n"
    "BwNCAARvqsZoVFdXh2IH2eZ4NYxixOQB0EcmABxOPqQvq9U7MEpsVvLI3RlzI/Rl\n"
    "b5Gjcm6eMb/LP+p839U0kzAawcG3o0IwQDAPBgNVHRMBAf8EBTADAQH/MA4GA1Ud\n"
    "DwEB/wQEAwICBDAdBgNVHQ4EFgQUToWLodf4hjcDoRGMXnZwDGdRHkQwCgYIKoZI\n"
    "zj0EAwIDSQAwRgIhALF0qMX1dosl9gUhM1AI3bocfBcmszzK7WxKZIkzSFuvAiEA\n"
    "11EjAKW8EggZJIOhuPhPOXLbn6Po/g0KnZrjxvmvtdM=\n"
    "-----END CERTIFICATE-----\n";

static WOLFSSL_CTX* OtherAuthority(int mode)
{
    WOLFSSL_CTX* ctx = cf_client_ctx(mode, w.fd);

    ck_assert_int_eq(wolfSSL_CTX_load_verify_buffer(ctx,
        (const unsigned char*)anotherAuthority,
        (long)sizeof(anotherAuthority) - 1, WOLFSSL_FILETYPE_PEM),
        WOLFSSL_SUCCESS);
    return ctx;
}

START_TEST(session_of_other_authorities_is_not_offered)
{
    WOLFSSL_CTX* first;

    cf_begin(&w, MODE(_i));
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 0);
    first = w.cc;
    w.cc = OtherAuthority(MODE(_i));
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 0);
    ck_assert_int_eq(w.info.offered, 0);
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 1);
    wolfTicket_CTX_free(w.cc);
    w.cc = first;
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 0);
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 1);
    cf_end(&w);
}
END_TEST

static int Overlook(int preverify, WOLFSSL_X509_STORE_CTX* store)
{
    (void)preverify;
    (void)store;
    return 1;
}

START_TEST(session_whose_verification_failed_is_not_kept)
{
    WOLFSSL_CTX* first;

    cf_begin(&w, MODE(_i));
    first = w.cc;
    /* Without authorities, but with a callback that finds nothing bad. */
    w.cc = wolfSSL_CTX_new(th_is_tls13(MODE(_i))
        ? wolfSSLv23_client_method() : wolfTLSv1_2_client_method());
    wolfSSL_CTX_SetIORecv(w.cc, th_recv);
    wolfSSL_CTX_SetIOSend(w.cc, th_send);
    wolfSSL_CTX_set_verify(w.cc, WOLFSSL_VERIFY_PEER, Overlook);
    ck_assert_int_eq(wt_client_configure(w.cc, w.fd), 1);
    cf_open(&w);
    ck_assert_int_eq(cf_handshake(&w.pair, HOW(_i)), TH_BOTH_DONE);
    th_exchange(&w.pair);
    cf_info(&w);
    ck_assert_int_ge(w.info.received, 1);
    ck_assert_int_eq(w.info.kept, 0);
    ck_assert_int_eq(w.info.left, 0);
    ck_assert_ptr_nonnull(strstr(cf_text(&w), "not verified"));
    cf_close(&w);
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 0);
    wolfTicket_CTX_free(w.cc);
    w.cc = first;
    cf_end(&w);
}
END_TEST

/* ---- versions ----------------------------------------------------------- */

static WOLFSSL_CTX* ClientOf(WOLFSSL_METHOD* method)
{
    WOLFSSL_CTX* ctx = wolfSSL_CTX_new(method);
    const char* dir = getenv("WOLFTICKET_TEST_CERTS");
    char path[256];

    ck_assert_ptr_nonnull(ctx);
    (void)snprintf(path, sizeof(path), "%s/ca.pem",
        (dir != NULL) ? dir : "certs");
    ck_assert_int_eq(wolfSSL_CTX_load_verify_locations(ctx, path, NULL),
        WOLFSSL_SUCCESS);
    wolfSSL_CTX_SetIORecv(ctx, th_recv);
    wolfSSL_CTX_SetIOSend(ctx, th_send);
    wolfSSL_CTX_set_verify(ctx, WOLFSSL_VERIFY_PEER, NULL);
    ck_assert_int_eq(wt_client_configure(ctx, w.fd), 1);
    return ctx;
}

/* wolfSSL would go down to the session's version. */
START_TEST(session_never_lowers_the_version)
{
    cf_begin(&w, TH_TLS12_ONLY);
    wolfTicket_CTX_free(w.cc);
    w.cc = ClientOf(wolfSSLv23_client_method());
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 0);
    /* A client of both versions resumes it, */
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 1);
    wolfTicket_CTX_free(w.sc);
    w.sc = th_server_ctx(TH_TLS13);
    wolfTicket_CTX_free(w.cc);
    w.cc = ClientOf(wolfTLSv1_3_client_method());
    /* one of TLS 1.3 alone does not, */
    cf_open(&w);
    ck_assert_int_eq(cf_handshake(&w.pair, HOW(_i)), TH_BOTH_DONE);
    ck_assert_int_eq(wolfSSL_version(w.pair.client), 0x0304);
    th_exchange(&w.pair);
    cf_info(&w);
    ck_assert_int_eq(w.info.offered, 0);
    cf_close(&w);
    /* and neither does one of TLS 1.2 with that of TLS 1.3. */
    wolfTicket_CTX_free(w.cc);
    w.cc = ClientOf(wolfTLSv1_2_client_method());
    cf_open(&w);
    ck_assert_int_eq(cf_handshake(&w.pair, HOW(_i)), TH_BOTH_DONE);
    ck_assert_int_eq(wolfSSL_version(w.pair.client), 0x0303);
    cf_info(&w);
    ck_assert_int_eq(w.info.offered, 0);
    cf_close(&w);
    cf_end(&w);
}
END_TEST

START_TEST(options_of_the_context_count_too)
{
    cf_begin(&w, TH_TLS12_ONLY);
    wolfTicket_CTX_free(w.cc);
    w.cc = ClientOf(wolfSSLv23_client_method());
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 0);
    wolfTicket_CTX_free(w.sc);
    w.sc = th_server_ctx(TH_TLS13);
    (void)wolfSSL_CTX_set_options(w.cc, WOLFSSL_OP_NO_TLSv1_2);
    cf_open(&w);
    ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
    ck_assert_int_eq(wolfSSL_version(w.pair.client), 0x0304);
    cf_close(&w);
    cf_end(&w);
}
END_TEST

/* A session that the application has set itself goes before the file's. */
START_TEST(session_of_the_application_goes_first)
{
    WOLFSSL_SESSION* session;

    cf_begin(&w, MODE(_i));
    wolfSSL_CTX_set_verify(w.cc, WOLFSSL_VERIFY_NONE, NULL);
    session = th_get_session(w.sc, w.cc);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 0);
    cf_open(&w);
    ck_assert_int_eq(wolfSSL_set_session(w.pair.client, session),
        WOLFSSL_SUCCESS);
    ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
    cf_info(&w);
    ck_assert_int_eq(w.info.offered, 0);
    ck_assert_int_eq(w.info.resumed, 1);
    cf_close(&w);
    wolfSSL_SESSION_free(session);
    cf_end(&w);
}
END_TEST

static Suite* Tests(void)
{
    Suite* suite = suite_create("client_trust");
    TCase* tc = th_case(suite, "client_trust", 0);

    tcase_add_loop_test(tc, session_offered_too_early_is_taken_back, 0,
        CHANGES * TH_MODES);
    tcase_add_loop_test(tc, session_of_other_settings_is_not_offered_and_told,
        0, WAYS);
    tcase_add_loop_test(tc,
        unverified_session_is_offered_by_our_connect_alone, 0, WAYS);
    tcase_add_loop_test(tc, settings_of_the_connection_count, 0, TH_MODES);
    tcase_add_loop_test(tc, session_of_other_authorities_is_not_offered, 0,
        WAYS);
    tcase_add_loop_test(tc, session_whose_verification_failed_is_not_kept, 0,
        WAYS);
    tcase_add_loop_test(tc, session_never_lowers_the_version, 0, 2);
    tcase_add_test(tc, options_of_the_context_count_too);
    tcase_add_loop_test(tc, session_of_the_application_goes_first, 0, WAYS);
    return suite;
}

int main(void)
{
    return th_run(Tests());
}
