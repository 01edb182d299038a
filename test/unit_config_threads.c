/* unit_config_threads.c
 *
 * One config, many threads: handshakes while it changes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "config_fixture.h"

#include <pthread.h>

#define CLIENTS 3
#define CHANGES 3

/* Check's assertions are for the main thread: here failures are counted. */
static struct {
    WOLFSSL_CTX* sc[2];
    int rounds;
    int running;
    unsigned long handshakes;
    unsigned long resumed;
    unsigned long wrong;
} shared;

static void wrong_if(int what)
{
    if (what)
        __atomic_add_fetch(&shared.wrong, 1, __ATOMIC_RELAXED);
}

static int running(void)
{
    return __atomic_load_n(&shared.running, __ATOMIC_ACQUIRE) > 0;
}

static void one_connection(WOLFSSL_CTX* cc, int round,
    WOLFSSL_SESSION** session)
{
    th_pair pair;
    unsigned char octet;
    int ok;

    th_open(&pair, shared.sc[round & 1], cc, *session, TH_OURS);
    ok = th_handshake(&pair) == TH_BOTH_DONE &&
        wolfTicket_write(pair.server, "x", 1) == 1 &&
        th_client_reads(&pair, &octet, 1) == 1;
    wrong_if(!ok);
    __atomic_add_fetch(&shared.handshakes, 1, __ATOMIC_RELAXED);
    if (ok && wolfSSL_session_reused(pair.server))
        __atomic_add_fetch(&shared.resumed, 1, __ATOMIC_RELAXED);
    wolfSSL_SESSION_free(*session);
    *session = ok ? wolfSSL_get1_session(pair.client) : NULL;
    th_close(&pair);
}

static void* client(void* arg)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session = NULL;
    int i;

    (void)arg;
    for (i = 0; i < shared.rounds; i++)
        one_connection(cc, i, &session);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    th_leave_thread();
    __atomic_sub_fetch(&shared.running, 1, __ATOMIC_RELEASE);
    return NULL;
}

/* Two threads add the same revs: one of them wins each, with its key. */
static void* add_keys(void* arg)
{
    unsigned char key[WOLFTICKET_CONFIG_KEY_SZ];
    unsigned char seed = (unsigned char)*(int*)arg;
    uint32_t rev = 1;
    const char* text;
    size_t i;

    while (running()) {
        for (i = 0; i < sizeof(key); i++)
            key[i] = (unsigned char)(seed + i * 3 + rev / (i + 1));
        if (wolfTicket_config_add_ticket_key(config, rev, key,
                sizeof(key)) != 0) {
            text = wolfTicket_config_error(config);
            wrong_if(text == NULL ||
                strcmp(text, "ticket key already present") != 0);
        }
        rev++;
    }
    return NULL;
}

/* Fails with a text of its own each time, and configures a context. */
static void* change(void* arg)
{
    int number = *(int*)arg;
    const char* text;
    int i = 0;

    while (running()) {
        WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);

        wrong_if(wolfTicket_config_set_session_lifetime(config,
            (number == 1) ? 3 : 86401) != -1);
        text = wolfTicket_config_error(config);
        wrong_if(text == NULL || strcmp(text, (number == 1)
            ? "session lifetime too small"
            : "session lifetime too large") != 0);
        wrong_if(wolfTicket_config_set_session_lifetime(config,
            1000 + i++ % 10) != 0);
        wrong_if(wolfTicket_config_set_session_id(config,
            (const unsigned char*)"the same", 8) != 0);
        wrong_if(wolfTicket_config_set_session_fd(config, -1) != 0);
        wrong_if(wolfTicket_CTX_configure(sc, config) != 0);
        wolfTicket_CTX_free(sc);
    }
    return NULL;
}

START_TEST(threads_share_a_config_that_changes)
{
    static int number[CHANGES] = { 1, 2, 3 };
    pthread_t clients[CLIENTS];
    pthread_t adders[2];
    pthread_t changers[CHANGES];
    int i;

    memset(&shared, 0, sizeof(shared));
    shared.rounds = 20 + th_many(80);
    shared.running = CLIENTS;
    live(1000);
    for (i = 0; i < 2; i++)
        shared.sc[i] = server_of(config, TH_TLS13);
    for (i = 0; i < CLIENTS; i++)
        ck_assert_int_eq(pthread_create(&clients[i], NULL, client, NULL), 0);
    for (i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&adders[i], NULL, add_keys,
            &number[i]), 0);
    for (i = 0; i < CHANGES; i++)
        ck_assert_int_eq(pthread_create(&changers[i], NULL, change,
            &number[i]), 0);
    for (i = 0; i < CLIENTS; i++)
        ck_assert_int_eq(pthread_join(clients[i], NULL), 0);
    for (i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_join(adders[i], NULL), 0);
    for (i = 0; i < CHANGES; i++)
        ck_assert_int_eq(pthread_join(changers[i], NULL), 0);

    ck_assert_uint_eq(shared.wrong, 0);
    ck_assert_uint_eq(shared.handshakes,
        (unsigned long)(CLIENTS * shared.rounds));
    ck_assert_int_le(wolfTicket_KeyRing_count(
        wolfTicket_CTX_get_key_ring(shared.sc[0])), WOLFTICKET_CONFIG_KEYS +
        1);
    for (i = 0; i < 2; i++)
        wolfTicket_CTX_free(shared.sc[i]);
}
END_TEST

/* Contexts of one config, configured and freed side by side. */
static void* own_contexts(void* arg)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session = NULL;
    int i;

    (void)arg;
    for (i = 0; i < shared.rounds; i++) {
        WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
        th_pair pair;
        unsigned char octet;

        wrong_if(wolfTicket_CTX_configure(sc, config) != 0);
        th_open(&pair, sc, cc, session, TH_OURS);
        wrong_if(th_handshake(&pair) != TH_BOTH_DONE ||
            wolfSSL_session_reused(pair.server) != (session != NULL));
        wrong_if(wolfTicket_write(pair.server, "x", 1) != 1 ||
            th_client_reads(&pair, &octet, 1) != 1);
        if (session == NULL)
            session = wolfSSL_get1_session(pair.client);
        th_close(&pair);
        wolfTicket_CTX_free(sc);
    }
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    th_leave_thread();
    return NULL;
}

START_TEST(threads_configure_contexts_of_their_own)
{
    pthread_t threads[CLIENTS];
    int i;

    memset(&shared, 0, sizeof(shared));
    shared.rounds = 10 + th_many(40);
    live(1000);
    for (i = 0; i < CLIENTS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, own_contexts,
            NULL), 0);
    for (i = 0; i < CLIENTS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert_uint_eq(shared.wrong, 0);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("config_threads");
    TCase* tc = th_case(suite, "threads", 1);

    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, threads_share_a_config_that_changes);
    tcase_add_test(tc, threads_configure_contexts_of_their_own);
    return th_run(suite);
}
