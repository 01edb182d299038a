/* unit_ring_handshake.c
 *
 * Rings with a source, and shared ones, as clients meet them: sessions that
 * cross from one server to another while keys rotate; and what is told of it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "source_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static key_store store;
static node nodes[2];
static wolfTicket_KeyRing* rings[2];
static WOLFSSL_CTX* servers[2];
static WOLFSSL_CTX* client;

static void begin(int mode)
{
    int i;

    ring_setup();
    memset(&store, 0, sizeof(store));
    for (i = 0; i < 2; i++) {
        node_init(&nodes[i], &store);
        nodes[i].reserve = 1;
        rings[i] = fed_ring(&nodes[i]);
        servers[i] = th_server_ctx(mode);
        ck_assert_int_eq(wolfTicket_CTX_set_key_ring(servers[i], rings[i]), 1);
    }
    client = th_client_ctx(mode);
}

static void end(void)
{
    int i;

    for (i = 0; i < 2; i++) {
        wolfTicket_KeyRing_free(rings[i]);
        ck_assert_int_eq(nodes[i].destroyed, 0);
        wolfTicket_CTX_free(servers[i]);
        ck_assert_int_eq(nodes[i].destroyed, 1);
    }
    wolfSSL_CTX_free(client);
    th_teardown();
}

/* ---- a source ----------------------------------------------------------- */

START_TEST(a_session_crosses_from_one_ring_to_the_other_while_keys_rotate)
{
    WOLFSSL_SESSION* session;
    unsigned long rotated = 0, failures;
    int many = th_many(120);
    int i;

    begin(_i);
    for (i = 0; i < many; i++) {
        /* The one a refresh ahead of the other, and the other way round. */
        refresh(rings[i % 2]);
        session = th_get_session(servers[i % 2], client);
        ringNow += REFRESH;
        refresh(rings[(i + 1) % 2]);
        ringNow += (i % 4 == 0) ? PERIOD / 2 : 3;
        ck_assert_int_eq(th_resume(servers[(i + 1) % 2], client, session,
            TH_OURS), 1);
        wolfSSL_SESSION_free(session);
    }
    wt_keyring_counts(rings[0], &rotated, &failures);
    ck_assert_uint_ge(rotated, (unsigned long)(many / 10));
    ck_assert_uint_eq(failures, 0);
    end();
}
END_TEST

START_TEST(a_session_crosses_under_the_reserve_and_back)
{
    WOLFSSL_SESSION* session;

    begin(_i);
    nodes[0].away = nodes[1].away = 1;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(rings[0], NULL), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(rings[1], NULL), 0);
    session = th_get_session(servers[0], client);
    ringNow += 60;
    ck_assert_int_eq(th_resume(servers[1], client, session, TH_OURS), 1);
    nodes[0].away = nodes[1].away = 0;
    refresh(rings[0]);
    refresh(rings[1]);
    ringNow += LEAD_TIME;
    ck_assert_int_eq(seals_now(rings[1]), store.keys[0].name[0]);
    ck_assert_int_eq(th_resume(servers[1], client, session, TH_OURS), 1);
    wolfSSL_SESSION_free(session);
    end();
}
END_TEST

START_TEST(a_ring_that_has_no_key_yet_fails_no_handshake)
{
    WOLFSSL_SESSION* session;

    begin(_i);
    nodes[0].fetchFails = 1;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(rings[0], NULL), 0);
    session = th_get_session(servers[0], client);
    ck_assert_int_eq(nodes[0].fetches, 1);
    wolfSSL_SESSION_free(session);
    end();
}
END_TEST

START_TEST(a_revoked_key_opens_nowhere_after_a_refresh)
{
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;

    begin(_i);
    refresh(rings[0]);
    ringNow += LEAD_TIME;
    refresh(rings[1]);
    session = th_get_session(servers[0], client);
    ck_assert_int_eq(th_try(servers[1], client, session, &info), 1);
    store_remove(&store, store.keys[0].name);
    refresh(rings[1]);
    ck_assert_int_eq(th_try(servers[1], client, session, &info), 0);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_UNKNOWN_KEY);
    wolfSSL_SESSION_free(session);
    end();
}
END_TEST

/* ---- what is told ------------------------------------------------------- */

#define LINES 16
static char lines[LINES][256];
static int lineCount;
static wolfTicket_KeyRing* toldRing;

static void keep_line(const char* line, void* arg)
{
    ck_assert(arg == &store);
    ck_assert_int_lt(lineCount, LINES);
    ck_assert_ptr_null(strchr(line, '\n'));
    snprintf(lines[lineCount++], sizeof(lines[0]), "%s", line);
    /* No lock is held. */
    wt_lock();
    wt_unlock();
    wt_enter(WT_MUTEX_SOURCES);
    wt_leave(WT_MUTEX_SOURCES);
}

static void expect(const char* text)
{
    ck_assert_int_eq(lineCount, 1);
    ck_assert_msg(strstr(lines[0], text) != NULL, "%s", lines[0]);
    lineCount = 0;
}

START_TEST(a_source_is_told_of_once_until_something_else_happens)
{
    char name[64];

    begin(TH_TLS13);
    nodes[0].reserve = 0;
    ck_assert_int_eq(wolfTicket_KeyRing_set_log_cb(rings[0], keep_line,
        &store), 1);
    lineCount = 0;
    refresh(rings[0]);
    snprintf(name, sizeof(name), "store: key %02x%02x%02x%02x was made, to "
        "seal in 20 seconds", store.keys[0].name[0], store.keys[0].name[1],
        store.keys[0].name[2], store.keys[0].name[3]);
    expect(name);
    refresh(rings[0]);
    ck_assert_int_eq(lineCount, 0);
    ringNow += LEAD_TIME;
    wolfSSL_SESSION_free(th_get_session(servers[0], client));
    expect("seals from now on");
    nodes[0].away = 1;
    nodes[0].since = ringNow;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(rings[0], NULL), 0);
    expect("store: away: pulled the plug");
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(rings[0], NULL), 0);
    ck_assert_int_eq(lineCount, 0);
    nodes[0].away = 0;
    nodes[0].since = ringNow + 77;
    refresh(rings[0]);
    expect("store: in order again, after 77 seconds");
    nodes[0].fetchFails = 2;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(rings[0], NULL), 0);
    expect("gave no keys");
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(rings[0], NULL), 0);
    ck_assert_int_eq(lineCount, 0);
    refresh(rings[0]);
    nodes[0].fetchFails = 1;
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(rings[0], NULL), 0);
    expect("gave no keys");
    ck_assert_int_eq(wolfTicket_KeyRing_set_log_cb(rings[0], NULL, NULL), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(rings[0]), 1);
    ringNow += LEAD_TIME;
    (void)sealing(rings[0]);
    ck_assert_int_eq(lineCount, 0);
    end();
}
END_TEST

START_TEST(an_automatic_ring_tells_of_rotations_and_failures)
{
    wt_key key;
    char name[32];
    int i;

    ring_setup();
    toldRing = ring_new(LIFE);
    ck_assert_int_eq(wolfTicket_KeyRing_set_log_cb(toldRing, keep_line,
        &store), 1);
    lineCount = 0;
    ringNow += PERIOD;
    key = sealing(toldRing);
    snprintf(name, sizeof(name), "automatic: key %02x%02x%02x%02x seals",
        key.name[0], key.name[1], key.name[2], key.name[3]);
    expect(name);
    randomMode = RANDOM_FAILS;
    for (i = 0; i < 5; i++) {
        ringNow += PERIOD;
        key = sealing(toldRing);
    }
    expect("a new key is due and could not be made");
    randomMode = RANDOM_GOOD;
    ringNow++;
    key = sealing(toldRing);
    expect("seals from now on");
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(toldRing, key.name), 1);
    ck_assert_int_eq(lineCount, 2);
    ck_assert_ptr_nonnull(strstr(lines[0], "is revoked"));
    ck_assert_ptr_nonnull(strstr(lines[1], "seals from now on"));
    wolfTicket_KeyRing_free(toldRing);
    th_teardown();
}
END_TEST

START_TEST(a_derived_ring_tells_of_each_period)
{
    byte secret[32];
    int i;

    ring_setup();
    for (i = 0; i < 32; i++)
        secret[i] = (byte)i;
    toldRing = wolfTicket_KeyRing_new_derived(secret, 32, 3600, read_clock,
        NULL);
    ck_assert_ptr_nonnull(toldRing);
    ck_assert_int_eq(wolfTicket_KeyRing_set_log_cb(toldRing, keep_line,
        &store), 1);
    lineCount = 0;
    for (i = 0; i < 3; i++) {
        ringNow += 3600;
        (void)sealing(toldRing);
        expect("derived: key ");
        (void)sealing(toldRing);
        ck_assert_int_eq(lineCount, 0);
    }
    wolfTicket_KeyRing_free(toldRing);
    th_teardown();
}
END_TEST

/* ---- memory ------------------------------------------------------------- */

START_TEST(without_memory_there_is_no_ring_and_the_source_is_left_alone)
{
    wolfTicket_KeyRing* ring = NULL;
    node n;
    int i;

    th_mem_use(TH_MEM_COUNT);
    ring_setup();
    memset(&store, 0, sizeof(store));
    node_init(&n, &store);
    for (i = 1; ring == NULL; i++) {
        th_mem_fail_at(i);
        th_mem_arm(1);
        ring = wolfTicket_KeyRing_new_source(&plainSource, &n, NULL);
        th_mem_arm(0);
        ck_assert_int_eq(n.destroyed, 0);
        if (ring == NULL)
            ck_assert(error_is(WT_E_MEMORY));
    }
    ck_assert_int_eq(i, 4);
    th_mem_fail_at(0);
    store_add(&store, 1, START);
    ck_assert_int_eq(wolfTicket_KeyRing_refresh(ring, NULL), 1);
    wolfTicket_KeyRing_free(ring);
    ck_assert_int_eq(n.destroyed, 1);
    th_teardown();
}
END_TEST

/* Every allocation of a round, wolfSSL's included. */
START_TEST(a_round_without_memory_leaves_what_there_was)
{
    wolfTicket_KeyRing* ring;
    node n;
    int done = 0;
    int i;

    th_mem_use(TH_MEM_COUNT);
    ring_setup();
    memset(&store, 0, sizeof(store));
    node_init(&n, &store);
    ring = fed_ring(&n);
    store_add(&store, 1, START);
    refresh(ring);
    store_add(&store, 2, START + 100);
    for (i = 1; !done; i++) {
        th_mem_fail_at(i);
        th_mem_arm(1);
        (void)wolfTicket_KeyRing_refresh(ring, NULL);
        th_mem_arm(0);
        done = th_mem_calls() < i;
        ck_assert_int_eq(seals_now(ring), 1);
    }
    th_mem_fail_at(0);
    ck_assert(has_key(ring, 2));
    wolfTicket_KeyRing_free(ring);
    th_teardown();
}
END_TEST

/* ---- workers that share a ring ------------------------------------------ */

#define WORKERS 4

typedef struct {
    word64 now;
} control;

static control* common;

static int read_common(word64* now, void* arg)
{
    (void)arg;
    *now = __atomic_load_n(&common->now, __ATOMIC_SEQ_CST);
    return 1;
}

static int listener(struct sockaddr_in* address)
{
    socklen_t sz = sizeof(*address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    memset(address, 0, sizeof(*address));
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr*)address, sz), 0);
    ck_assert_int_eq(listen(fd, 8), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr*)address, &sz), 0);
    return fd;
}

/* Greets whoever comes. */
static void serve(WOLFSSL_CTX* ctx, int listening)
{
    for (;;) {
        int fd = accept(listening, NULL, NULL);
        WOLFSSL* ssl = wolfTicket_new(ctx);
        char octet;

        if (fd < 0 || ssl == NULL || wolfSSL_set_fd(ssl, fd) !=
                WOLFSSL_SUCCESS)
            _exit(1);
        if (wolfTicket_accept(ssl) == WOLFSSL_SUCCESS &&
                wolfSSL_read(ssl, &octet, 1) == 1)
            (void)wolfTicket_write(ssl, "y", 1);
        wolfTicket_free(ssl);
        (void)close(fd);
    }
}

/* 1 when the session, unless that is NULL, was resumed; *session becomes the
 * one that follows. */
static int visit(WOLFSSL_CTX* ctx, const struct sockaddr_in* address,
    WOLFSSL_SESSION** session)
{
    WOLFSSL* ssl = wolfSSL_new(ctx);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    char octet;
    int ret;

    ck_assert_ptr_nonnull(ssl);
    ck_assert_int_eq(connect(fd, (const struct sockaddr*)address,
        sizeof(*address)), 0);
    ck_assert_int_eq(wolfSSL_set_fd(ssl, fd), WOLFSSL_SUCCESS);
    if (*session != NULL)
        ck_assert_int_eq(wolfSSL_set_session(ssl, *session), WOLFSSL_SUCCESS);
    ck_assert_int_eq(wolfSSL_connect(ssl), WOLFSSL_SUCCESS);
    ck_assert_int_eq(wolfSSL_write(ssl, "x", 1), 1);
    ck_assert_int_eq(wolfSSL_read(ssl, &octet, 1), 1);
    ret = wolfSSL_session_reused(ssl);
    wolfSSL_SESSION_free(*session);
    *session = wolfSSL_get1_session(ssl);
    ck_assert_ptr_nonnull(*session);
    wolfSSL_free(ssl);
    (void)close(fd);
    return ret;
}

START_TEST(sessions_cross_between_workers_while_their_ring_rotates)
{
    struct sockaddr_in addresses[WORKERS];
    WOLFSSL_SESSION* session = NULL;
    wolfTicket_KeyRing* ring;
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    pid_t workers[WORKERS];
    unsigned long rotations, failures;
    int many = th_many(200);
    int fds[WORKERS];
    int i;

    ring_setup();
    common = (control*)mmap(NULL, sizeof(*common), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(common != MAP_FAILED);
    common->now = START;
    ring = wolfTicket_KeyRing_new_shared(read_common, NULL, NULL, NULL);
    ck_assert_ptr_nonnull(ring);
    sc = th_server_ctx_raw(_i);
    cc = th_client_ctx_raw(_i);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(sc, ring), 1);
    for (i = 0; i < WORKERS; i++)
        fds[i] = listener(&addresses[i]);
    for (i = 0; i < WORKERS; i++) {
        workers[i] = fork();
        ck_assert_int_ge(workers[i], 0);
        if (workers[i] == 0)
            serve(sc, fds[i]);
    }
    for (i = 0; i < many; i++) {
        /* A client of TLS 1.2 keeps the ticket it has, and that runs out. */
        if (i % 10 == 0) {
            wolfSSL_SESSION_free(session);
            session = NULL;
        }
        ck_assert_msg(visit(cc, &addresses[i % WORKERS], &session) ==
            (i % 10 != 0), "visit %d", i);
        if (i % 5 == 0)
            (void)__atomic_add_fetch(&common->now, PERIOD / 2,
                __ATOMIC_SEQ_CST);
        if (i % 17 == 0) {
            /* One that dies is replaced, and nobody notices. */
            ck_assert_int_eq(kill(workers[1], SIGKILL), 0);
            ck_assert_int_eq(waitpid(workers[1], NULL, 0), workers[1]);
            workers[1] = fork();
            if (workers[1] == 0)
                serve(sc, fds[1]);
        }
    }
    for (i = 0; i < WORKERS; i++) {
        ck_assert_int_eq(kill(workers[i], SIGKILL), 0);
        ck_assert_int_eq(waitpid(workers[i], NULL, 0), workers[i]);
        (void)close(fds[i]);
    }
    wt_keyring_counts(ring, &rotations, &failures);
    ck_assert_uint_ge(rotations, (unsigned long)(many / 10 - 1));
    ck_assert_uint_eq(failures, 0);
    wolfSSL_SESSION_free(session);
    wolfTicket_KeyRing_free(ring);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
    ck_assert_int_eq(munmap(common, sizeof(*common)), 0);
    th_teardown();
}
END_TEST

static Suite* handshake_suite(void)
{
    Suite* suite = suite_create("ring, handshakes");
    TCase* tc = tcase_create("all");

    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc,
        a_session_crosses_from_one_ring_to_the_other_while_keys_rotate, 0,
        TH_MODES);
    tcase_add_loop_test(tc, a_session_crosses_under_the_reserve_and_back, 0,
        TH_MODES);
    tcase_add_loop_test(tc, a_ring_that_has_no_key_yet_fails_no_handshake, 0,
        TH_MODES);
    tcase_add_loop_test(tc, a_revoked_key_opens_nowhere_after_a_refresh, 0,
        TH_MODES);
    tcase_add_test(tc,
        a_source_is_told_of_once_until_something_else_happens);
    tcase_add_test(tc, an_automatic_ring_tells_of_rotations_and_failures);
    tcase_add_test(tc, a_derived_ring_tells_of_each_period);
    tcase_add_test(tc,
        without_memory_there_is_no_ring_and_the_source_is_left_alone);
    tcase_add_test(tc, a_round_without_memory_leaves_what_there_was);
    tcase_add_loop_test(tc,
        sessions_cross_between_workers_while_their_ring_rotates, 0, TH_MODES);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(handshake_suite());
}
