/* unit_attack_hello.c
 *
 * A client that offers the ticket of another beside something of its own.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#define WOLFTICKET_NO_REDIRECT
#include "largedata_fixture.h"

#if defined(OPENSSL_EXTRA) && defined(WOLFSSL_TLS13) && defined(HAVE_HKDF) && \
    !defined(NO_SHA256)

#include "twohello_fixture.h"
#include "connection.h"

#define SMALL    20
#define LARGE    6000
#define OF_ALICE 1
#define OF_BOB   2

/* A server takes the first before the second; both have SHA-256. */
#define FIRST_SUITE  "TLS13-AES128-GCM-SHA256"
#define SECOND_SUITE "TLS13-CHACHA20-POLY1305-SHA256"
#define BOTH_SUITES  FIRST_SUITE ":" SECOND_SUITE

/* Bob has seen Alice's ticket pass. */
typedef struct {
    ld_world w;
    size_t sz;
    WOLFSSL_CTX* bobs;      /* his client's context */
    WOLFSSL_SESSION* hers;
    unsigned char stolen[TH_TICKET_MAX];
    size_t stolenSz;
    th_pair pair;
    int early;              /* the application looks before the end */
    int resumed;
} theft;

static void UseSuites(WOLFSSL_CTX* ctx, const char* suites)
{
    ck_assert_int_eq(wolfSSL_CTX_set_cipher_list(ctx, suites),
        WOLFSSL_SUCCESS);
}

static void Begin(theft* t, size_t sz, const char* suite)
{
    ld_begin(&t->w, TH_TLS13);
    t->sz = sz;
    UseSuites(t->w.cc, suite);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(t->w.sc, 1), 1);
    t->bobs = th_client_ctx(TH_TLS13);
    UseSuites(t->bobs, BOTH_SUITES);
    t->hers = ld_first(&t->w, sz, OF_ALICE);
    t->stolenSz = th_ticket_of(t->w.cc, t->hers, t->stolen);
}

/* The server answers, if wolfSSL does not end the handshake.  Bob's client
 * knows nothing of the hello that was sent, and could not go on: that the
 * handshake is over is told to the connection's record alone. */
static void Answer(theft* t)
{
    WOLFSSL* ssl = t->pair.server;
    wolfTicket_Info info;

    ck_assert_int_eq(th_accept(&t->pair), 0);
    ck_assert_uint_gt(t->pair.toClient.sz, 0);
    t->resumed = wolfSSL_want_read(ssl) && wolfSSL_session_reused(ssl) == 1;
    if (t->early)
        ck_assert_int_eq(wolfTicket_get_info(ssl, &info), 1);
    else if (wolfSSL_want_read(ssl))
        wt_conn_settle(wt_conn_of(ssl));
}

/* Bob's hello, to which the server has answered. */
static void Offer(theft* t, const tw_own* own, WOLFSSL_SESSION* session,
    int inFront)
{
    t->w.decCalls = 0;
    th_open(&t->pair, t->w.sc, t->bobs, session, TH_OURS);
    ck_assert_int_eq(th_connect(&t->pair), 0);
    tw_offer_too(&t->pair, own, t->stolen, t->stolenSz, inFront);
    Answer(t);
}

static void End(theft* t)
{
    th_close(&t->pair);
    wolfSSL_SESSION_free(t->hers);
    wolfSSL_CTX_free(t->bobs);
    ld_end(&t->w);
}

/* ---- a ticket of his own ------------------------------------------------- */

static WOLFSSL_SESSION* BeginOwn(theft* t, int i, tw_own* own)
{
    WOLFSSL_SESSION* session;

    Begin(t, (i & 1) ? LARGE : SMALL, (i & 4) ? SECOND_SUITE : FIRST_SUITE);
    t->early = (i & 8) != 0;
    session = ld_first(&t->w, t->sz, OF_BOB);
    tw_own_session(own, t->w.cc, session);
    return session;
}

/* wolfSSL looks at both for the first suite, and takes what fits with the
 * second: from 5.7 on without another word to us. */
START_TEST(ticket_beside_the_own_shows_nothing)
{
    int inFront = (_i & 2) != 0;
    tw_own own;
    theft t;
    WOLFSSL_SESSION* session = BeginOwn(&t, _i, &own);

    Offer(&t, &own, session, inFront);
    ck_assert(!ld_has(t.pair.server, t.sz, OF_ALICE));
    ck_assert_int_eq(t.resumed, !inFront);
    ck_assert_int_eq(t.w.decCalls, 1);
    ck_assert(ld_has(t.pair.server, inFront ? 0 : t.sz, OF_BOB));
    wolfSSL_SESSION_free(session);
    End(&t);
}
END_TEST

/* An application that knows her ticket as stolen. */
static wolfTicket_RETURN IgnoresAlice(WOLFSSL* ssl, WOLFSSL_SESSION* ss,
    const unsigned char* keyname, size_t keyname_len, wolfTicket_STATUS status,
    void* arg)
{
    theft* t = (theft*)arg;

    (void)ssl;
    (void)keyname;
    (void)keyname_len;
    (void)status;
    t->w.decCalls++;
    ck_assert_ptr_nonnull(ss);
    return ld_is(ss, t->sz, OF_ALICE) ? WOLFTICKET_RETURN_IGNORE_RENEW
                                      : WOLFTICKET_RETURN_USE_RENEW;
}

START_TEST(ticket_that_is_ignored_leaves_the_own_its_data)
{
    int inFront = (_i & 2) != 0;
    tw_own own;
    theft t;
    WOLFSSL_SESSION* session = BeginOwn(&t, _i, &own);

    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(t.w.sc, NULL,
        IgnoresAlice, &t), 1);
    Offer(&t, &own, session, inFront);
    ck_assert_int_eq(t.resumed, 1);
    ck_assert_int_eq(t.w.decCalls, inFront ? 2 : 1);
    ck_assert(ld_has(t.pair.server, t.sz, OF_BOB));
    wolfSSL_SESSION_free(session);
    End(&t);
}
END_TEST

/* Whatever fails for lack of memory. */
START_TEST(ticket_beside_the_own_shows_nothing_when_memory_fails)
{
    WOLFSSL_SESSION* session;
    tw_own own;
    theft t;
    int failed = 1;
    long n;

    Begin(&t, LARGE, SECOND_SUITE);
    t.early = 0;
    session = ld_first(&t.w, t.sz, OF_BOB);
    tw_own_session(&own, t.w.cc, session);
    for (n = 1; failed; n++) {
        ck_assert_int_lt(n, 50);
        th_open(&t.pair, t.w.sc, t.bobs, session, TH_OURS);
        ck_assert_int_eq(th_connect(&t.pair), 0);
        tw_offer_too(&t.pair, &own, t.stolen, t.stolenSz, _i);
        th_mem_fail_at(n);
        th_mem_arm(1);
        Answer(&t);
        th_mem_arm(0);
        failed = th_mem_calls() >= n;
        th_mem_fail_at(0);
        ck_assert(ld_has(t.pair.server, t.resumed ? t.sz : 0, OF_BOB));
        if (failed)
            th_close(&t.pair);
    }
    ck_assert_int_gt(n, 2);
    wolfSSL_SESSION_free(session);
    End(&t);
}
END_TEST

/* ---- a session of wolfSSL's cache ---------------------------------------- */

/* From a context of the process that sends the ids of sessions in place of
 * tickets, where wolfSSL does so: 5.7 and later with their OpenSSL layer. */
START_TEST(ticket_beside_a_cached_session_shows_nothing)
{
    WOLFSSL_CTX* other = th_server_ctx(TH_TLS13);
    WOLFSSL_SESSION* session;
    tw_own own;
    theft t;

    Begin(&t, (_i & 1) ? LARGE : SMALL, FIRST_SUITE);
    t.early = (_i & 4) != 0;
    (void)wolfSSL_CTX_set_options(other, WOLFSSL_OP_NO_TICKET);
    session = th_get_session(other, t.w.cc);
    tw_own_session(&own, t.w.cc, session);
    if (own.sz == 32) {
        Offer(&t, &own, session, (_i & 2) != 0);
        ck_assert_int_eq(t.resumed, 1);
        ck_assert_int_eq(t.w.decCalls, (_i & 2) != 0);
        ck_assert(ld_has(t.pair.server, 0, 0));
    }
    else {
        /* Nothing was offered; a hello without any has none. */
        th_open(&t.pair, t.w.sc, t.bobs, NULL, TH_OURS);
    }
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(other);
    End(&t);
}
END_TEST

/* ---- a key that was agreed upon ------------------------------------------ */

#ifndef NO_PSK

#define NAME "bob"

static unsigned int ServerKey(WOLFSSL* ssl, const char* identity,
    unsigned char* key, unsigned int max, const char** suite)
{
    (void)ssl;
    ck_assert_uint_ge(max, TW_HASH_SZ);
    *suite = "TLS13-AES128-GCM-SHA256";
    memset(key, 7, TW_HASH_SZ);
    return (strcmp(identity, NAME) == 0) ? TW_HASH_SZ : 0;
}

static unsigned int ClientKey(WOLFSSL* ssl, const char* hint, char* identity,
    unsigned int maxIdentity, unsigned char* key, unsigned int max,
    const char** suite)
{
    (void)hint;
    ck_assert_uint_gt(maxIdentity, sizeof(NAME));
    memcpy(identity, NAME, sizeof(NAME));
    return ServerKey(ssl, NAME, key, max, suite);
}

START_TEST(ticket_beside_a_shared_key_shows_nothing)
{
    tw_own own;
    theft t;

    Begin(&t, (_i & 1) ? LARGE : SMALL, FIRST_SUITE);
    t.early = (_i & 4) != 0;
    wolfSSL_CTX_set_psk_client_tls13_callback(t.bobs, ClientKey);
    wolfSSL_CTX_set_psk_server_tls13_callback(t.w.sc, ServerKey);
    memcpy(own.identity, NAME, sizeof(NAME));
    own.sz = sizeof(NAME) - 1;
    memset(own.secret, 7, sizeof(own.secret));
    own.label = "ext binder";
    Offer(&t, &own, NULL, (_i & 2) != 0);
    ck_assert_int_eq(t.resumed, 0);
    ck_assert_int_eq(t.w.decCalls, (_i & 2) != 0);
    ck_assert(ld_has(t.pair.server, 0, 0));
    End(&t);
}
END_TEST

#endif

#endif

int main(void)
{
    Suite* suite = suite_create("attack_hello");
    TCase* tc = ld_case(suite, "two identities");

#if defined(OPENSSL_EXTRA) && defined(WOLFSSL_TLS13) && defined(HAVE_HKDF) && \
    !defined(NO_SHA256)
    tcase_add_loop_test(tc, ticket_beside_the_own_shows_nothing, 0, 16);
    tcase_add_loop_test(tc, ticket_that_is_ignored_leaves_the_own_its_data, 0,
        16);
    tcase_add_loop_test(tc,
        ticket_beside_the_own_shows_nothing_when_memory_fails, 0, 2);
    tcase_add_loop_test(tc, ticket_beside_a_cached_session_shows_nothing, 0,
        8);
#ifndef NO_PSK
    tcase_add_loop_test(tc, ticket_beside_a_shared_key_shows_nothing, 0, 8);
#endif
#else
    (void)tc;
#endif
    return th_run(suite);
}
