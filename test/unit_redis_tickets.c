/* unit_redis_tickets.c
 *
 * Servers with keys and data in Redis: a ticket of one resumes with another.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "redis_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

#include <wolfticket/singleuse.h>

#define SERVERS 3
#define REFRESH 10u

/* A server, the clock that all have, and the data of its tickets. */
typedef struct {
    wolfTicket_Redis* redis;
    wolfTicket_KeyRing* ring;
    WOLFSSL_CTX* ctx;
} server;

static th_clock theClock;
static server servers[SERVERS];
static unsigned char data[20000];
static size_t dataSz;
static size_t seenSz;
static int seenGood;

static int Gen(WOLFSSL* ssl, void* arg)
{
    (void)arg;
    return dataSz == 0 || wolfTicket_SESSION_set1_ticket_appdata(
        wolfSSL_get_session(ssl), data, dataSz);
}

static wolfTicket_RETURN Dec(WOLFSSL* ssl, WOLFSSL_SESSION* session,
    const unsigned char* name, size_t nameSz, wolfTicket_STATUS status,
    void* arg)
{
    void* seen = NULL;

    (void)ssl;
    (void)name;
    (void)nameSz;
    (void)arg;
    seenSz = 0;
    if (status != WOLFTICKET_SUCCESS && status != WOLFTICKET_SUCCESS_RENEW)
        return WOLFTICKET_RETURN_IGNORE_RENEW;
    seenGood = wolfTicket_SESSION_get0_ticket_appdata(session, &seen,
        &seenSz) == 1 && seenSz == dataSz &&
        (dataSz == 0 || memcmp(seen, data, dataSz) == 0);
    return WOLFTICKET_RETURN_USE;
}

static void Refresh(void)
{
    int i;

    for (i = 0; i < SERVERS; i++)
        (void)wolfTicket_KeyRing_refresh(servers[i].ring, NULL);
}

static void Open(int mode)
{
    wolfTicket_RedisOptions options = redis_options();
    wolfTicket_SourceOptions how;
    size_t i;

    for (i = 0; i < sizeof(data); i++)
        data[i] = (unsigned char)(i * 13 + i / 256);
    memset(&theClock, 0, sizeof(theClock));
    theClock.now = START;
    memset(&how, 0, sizeof(how));
    how.refresh = REFRESH;
    how.time_cb = th_time;
    how.time_arg = &theClock;
    for (i = 0; i < SERVERS; i++) {
        servers[i].redis = redis_with(options);
        servers[i].ring = wolfTicket_KeyRing_new_source(
            wolfTicket_Redis_source(servers[i].redis), servers[i].redis,
            &how);
        ck_assert_ptr_nonnull(servers[i].ring);
        servers[i].ctx = th_server_ctx(mode);
        ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(servers[i].ctx,
            Gen, Dec, NULL), 1);
        ck_assert_int_eq(wolfTicket_CTX_set_key_ring(servers[i].ctx,
            servers[i].ring), 1);
        ck_assert_int_eq(wolfTicket_CTX_set_data_store(servers[i].ctx,
            wolfTicket_Redis_data_store(), servers[i].redis), 1);
    }
    Refresh();
}

static void Close(void)
{
    int i;

    for (i = 0; i < SERVERS; i++) {
        wolfTicket_CTX_free(servers[i].ctx);
        wolfTicket_KeyRing_free(servers[i].ring);
        wolfTicket_Redis_free(servers[i].redis);
    }
}

/* A ticket of every server resumes with every other one. */
static void Crosses(WOLFSSL_CTX* client, const char* when)
{
    int i, j;

    for (i = 0; i < SERVERS; i++) {
        for (j = 0; j < SERVERS; j++) {
            WOLFSSL_SESSION* session = th_get_session(servers[i].ctx, client);

            seenGood = 0;
            ck_assert_msg(th_resume(servers[j].ctx, client, session,
                TH_OURS) == 1, "%s: from %d to %d", when, i, j);
            ck_assert_msg(seenGood, "%s: from %d to %d, data", when, i, j);
            wolfSSL_SESSION_free(session);
        }
    }
}

START_TEST(tickets_cross_with_their_data)
{
    /* Static memory has no larger blocks for what is in the making. */
#ifdef WOLFSSL_STATIC_MEMORY
    static const size_t sizes[] = { 0, 16, 1000, 4000 };
#else
    static const size_t sizes[] = { 0, 16, 1000, 16000 };
#endif
    WOLFSSL_CTX* client;
    size_t i;

    Open(_i);
    client = th_client_ctx(_i);
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        dataSz = sizes[i];
        /* from the reserve key, and then from the one that was made */
        Crosses(client, "before");
        theClock.now += 3 * REFRESH;
        Refresh();
        Crosses(client, "after");
    }
    wolfSSL_CTX_free(client);
    Close();
}
END_TEST

START_TEST(tickets_cross_while_redis_is_away_and_open_afterwards)
{
    WOLFSSL_CTX* client;
    WOLFSSL_SESSION* before;
    WOLFSSL_SESSION* during;
    int round;

    Open(_i);
    client = th_client_ctx(_i);
    dataSz = 16;
    theClock.now += 3 * REFRESH;
    Refresh();
    redis_kill();
    for (round = 0; round < 4; round++) {
        before = th_get_session(servers[0].ctx, client);
        theClock.now += LIFETIME - 600;
        Refresh();
        Crosses(client, "away");
        ck_assert_int_eq(th_resume(servers[1].ctx, client, before, TH_OURS),
            1);
        wolfSSL_SESSION_free(before);
    }
    during = th_get_session(servers[2].ctx, client);
    redis_start();
    Refresh();
    theClock.now += 3 * REFRESH;
    Refresh();
    Crosses(client, "back");
    ck_assert_int_eq(th_resume(servers[0].ctx, client, during, TH_OURS), 1);
    wolfSSL_SESSION_free(during);
    wolfSSL_CTX_free(client);
    Close();
}
END_TEST

START_TEST(a_ticket_under_a_revoked_key_opens_nowhere)
{
    WOLFSSL_CTX* client;
    WOLFSSL_SESSION* session;
    wolfTicket_RedisEntry entry;
    int i;

    Open(_i);
    client = th_client_ctx(_i);
    theClock.now += 3 * REFRESH;
    Refresh();
    session = th_get_session(servers[0].ctx, client);
    ck_assert_int_eq(wolfTicket_Redis_list_keys(servers[0].redis, &entry, 1),
        1);
    ck_assert_int_eq(wolfTicket_Redis_revoke(servers[1].redis, theClock.now,
        entry.name), 1);
    Refresh();
    for (i = 0; i < SERVERS; i++)
        ck_assert_int_eq(th_try(servers[i].ctx, client, session, NULL), 0);
    Crosses(client, "after");
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(client);
    Close();
}
END_TEST

/* ---- tickets that resume once ------------------------------------------- */

static void OpenForOneUse(int mode)
{
    int i;

    Open(mode);
    for (i = 0; i < SERVERS; i++)
        ck_assert_int_eq(wolfTicket_CTX_set_single_use_cb(servers[i].ctx,
            wolfTicket_Redis_claim, servers[i].redis), 1);
    redis_remembers(servers[0].redis, 1000);
    theClock.now += 3 * REFRESH;
    Refresh();
}

/* 1 when the ticket resumed, and why it did not. */
static int Try(int at, WOLFSSL_CTX* client, WOLFSSL_SESSION* session,
    wolfTicket_CAUSE* cause)
{
    wolfTicket_Info info;
    int ret = th_try(servers[at].ctx, client, session, &info);

    *cause = info.cause;
    return ret;
}

/* TLS 1.2 uses a ticket as often as the client likes. */
START_TEST(a_ticket_for_one_use_resumes_once_wherever_it_comes)
{
    int mode = _i / SERVERS;
    int first = _i % SERVERS;
    WOLFSSL_CTX* client;
    WOLFSSL_SESSION* session;
    wolfTicket_CAUSE cause;
    int i;

    if (!th_is_tls13(mode))
        return;
    OpenForOneUse(mode);
    client = th_client_ctx(mode);
    dataSz = 1000;
    session = th_get_session(servers[0].ctx, client);
    ck_assert_int_eq(Try(first, client, session, &cause), 1);
    ck_assert_int_eq(cause, WOLFTICKET_CAUSE_USED);
    ck_assert(seenGood);
    for (i = 0; i < SERVERS; i++) {
        ck_assert_int_eq(Try(i, client, session, &cause), 0);
        ck_assert_int_eq(cause, WOLFTICKET_CAUSE_REPLAYED);
    }
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(client);
    Close();
}
END_TEST

START_TEST(a_ticket_for_one_use_is_refused_while_nobody_can_tell)
{
    WOLFSSL_CTX* client;
    WOLFSSL_SESSION* session;
    wolfTicket_CAUSE cause;
    int i;

    if (!th_is_tls13(_i))
        return;
    OpenForOneUse(_i);
    client = th_client_ctx(_i);
    session = th_get_session(servers[0].ctx, client);
    redis_kill();
    for (i = 0; i < SERVERS; i++) {
        ck_assert_int_eq(Try(i, client, session, &cause), 0);
        ck_assert_int_eq(cause, WOLFTICKET_CAUSE_UNVOUCHED);
    }
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(client);
    Close();
}
END_TEST

/* Nor afterwards, when Redis has forgotten what was used; tickets of some time
 * later are good again. */
START_TEST(a_used_ticket_is_refused_when_redis_has_forgotten_it)
{
    WOLFSSL_CTX* client;
    WOLFSSL_SESSION* session;
    wolfTicket_CAUSE cause;
    int mode = _i % TH_MODES;
    int restart = _i / TH_MODES;
    int i;

    if (!th_is_tls13(mode))
        return;
    OpenForOneUse(mode);
    client = th_client_ctx(mode);
    session = th_get_session(servers[0].ctx, client);
    ck_assert_int_eq(Try(1, client, session, &cause), 1);
    if (restart) {
        redis_kill();
        redis_start();
    }
    else {
        redis_do("FLUSHALL");
    }
    Refresh();
    for (i = 0; i < SERVERS; i++) {
        ck_assert_int_eq(Try(i, client, session, &cause), 0);
        ck_assert(cause == WOLFTICKET_CAUSE_UNVOUCHED ||
            (i > 0 && cause == WOLFTICKET_CAUSE_REPLAYED));
    }
    wolfSSL_SESSION_free(session);
    redis_remembers(servers[2].redis, 200);
    session = th_get_session(servers[0].ctx, client);
    ck_assert_int_eq(Try(1, client, session, &cause), 1);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(client);
    Close();
}
END_TEST

/* One process for each server, which wait for one another. */
static int Race(WOLFSSL_CTX* client, WOLFSSL_SESSION* session)
{
    wolfTicket_CAUSE cause;
    pid_t pids[SERVERS];
    int gate[2];
    int resumed = 0;
    int status, i;
    char byteRead;

    ck_assert_int_eq(pipe(gate), 0);
    for (i = 0; i < SERVERS; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            close(gate[1]);
            (void)!read(gate[0], &byteRead, 1); /* until it is closed */
            _exit(Try(i, client, session, &cause));
        }
        ck_assert_int_gt(pids[i], 0);
    }
    close(gate[0]);
    close(gate[1]);
    for (i = 0; i < SERVERS; i++) {
        ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
        ck_assert(WIFEXITED(status));
        resumed += WEXITSTATUS(status);
    }
    return resumed;
}

START_TEST(servers_that_race_with_a_ticket_resume_it_once)
{
    WOLFSSL_CTX* client;
    WOLFSSL_SESSION* session;
    int mode = _i;
    int n;

    if (!th_is_tls13(mode))
        return;
    OpenForOneUse(mode);
    client = th_client_ctx(mode);
    for (n = 0; n < th_many(50); n++) {
        session = th_get_session(servers[0].ctx, client);
        ck_assert_int_eq(Race(client, session), 1);
        wolfSSL_SESSION_free(session);
    }
    wolfSSL_CTX_free(client);
    Close();
}
END_TEST

static void Setup(void)
{
    redis_setup();
    dataSz = 0;
}

int main(void)
{
    Suite* suite = suite_create("redis_tickets");
    TCase* tc = th_case(suite, "servers", 1);

    tcase_add_checked_fixture(tc, Setup, redis_teardown);
    tcase_add_loop_test(tc, tickets_cross_with_their_data, 0, TH_MODES);
    tcase_add_loop_test(tc,
        tickets_cross_while_redis_is_away_and_open_afterwards, 0, TH_MODES);
    tcase_add_loop_test(tc, a_ticket_under_a_revoked_key_opens_nowhere, 0,
        TH_MODES);
    tcase_add_loop_test(tc,
        a_ticket_for_one_use_resumes_once_wherever_it_comes, 0,
        SERVERS * TH_MODES);
    tcase_add_loop_test(tc,
        a_ticket_for_one_use_is_refused_while_nobody_can_tell, 0, TH_MODES);
    tcase_add_loop_test(tc,
        a_used_ticket_is_refused_when_redis_has_forgotten_it, 0,
        2 * TH_MODES);
    tcase_add_loop_test(tc, servers_that_race_with_a_ticket_resume_it_once, 0,
        TH_MODES);
    return th_run(suite);
}
