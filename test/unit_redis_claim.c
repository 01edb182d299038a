/* unit_redis_claim.c
 *
 * Claims and data in Redis, while it answers and while it does not.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "redis_fixture.h"

#ifndef SINGLE_THREADED
    #include <pthread.h>
#endif

#define RACERS 8
#define ROUNDS 50

static const unsigned char id[16] = "an id of sixteen";

static unsigned char* Id(int n)
{
    static WT_THREAD_LOCAL unsigned char mem[16];

    memset(mem, 0, sizeof(mem));
    memcpy(mem, &n, sizeof(n));
    return mem;
}

/* ---- claims -------------------------------------------------------------- */

START_TEST(a_claim_is_good_once)
{
    wolfTicket_Redis* one = redis_new();
    wolfTicket_Redis* other = redis_new();
    wolfTicket_RedisStats stats;

    ck_assert_int_eq(wolfTicket_Redis_claim(id, 0, 100, one), 1);
    ck_assert_int_eq(wolfTicket_Redis_claim(id, 0, 100, one), 0);
    ck_assert_int_eq(wolfTicket_Redis_claim(id, 0, 100, other), 0);
    ck_assert_int_eq(wolfTicket_Redis_claim(Id(1), 0, 100, other), 1);
    ck_assert_int_eq(wolfTicket_Redis_get_stats(one, &stats), 1);
    ck_assert_uint_eq(stats.claims, 2);
    ck_assert_uint_eq(stats.claims_used, 1);
    ck_assert_uint_eq(stats.claims_unknown, 0);
    ck_assert_uint_eq(stats.connections, 1);
    wolfTicket_Redis_free(one);
    wolfTicket_Redis_free(other);
}
END_TEST

START_TEST(a_claim_lasts_as_long_as_the_ticket)
{
    wolfTicket_Redis* redis = redis_new();
    redisReply* reply;
    long long left;

    ck_assert_int_eq(wolfTicket_Redis_claim(id, 0, 100, redis), 1);
    reply = redis_say("KEYS wolfticket:use:*");
    ck_assert_uint_eq(reply->elements, 1);
    left = redis_number(redis_say("PTTL %s", reply->element[0]->str));
    ck_assert(left > 0 && left <= 100000);
    freeReplyObject(reply);
    /* of a ticket in its last second too */
    ck_assert_int_eq(wolfTicket_Redis_claim(Id(2), 0, 0, redis), 1);
    ck_assert_int_eq(wolfTicket_Redis_claim(Id(3), 0, 0xFFFFFFFFu, redis), 1);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(processes_that_race_for_a_claim_have_one_winner)
{
    wolfTicket_Redis* redis = redis_new();
    pid_t child[4];
    int start[2], i, n, status;
    int won = 0;
    char go[4] = { 0 };

    ck_assert_int_eq(wolfTicket_Redis_claim(id, 0, 9, redis), 1);
    ck_assert_int_eq(pipe(start), 0);
    for (i = 0; i < 4; i++) {
        child[i] = fork();
        ck_assert_int_ge(child[i], 0);
        if (child[i] == 0) {
            int mine = 0;

            if (read(start[0], go, 1) != 1)
                _exit(200);
            for (n = 0; n < ROUNDS; n++) {
                int ret = wolfTicket_Redis_claim(Id(n), 0, 100, redis);

                if (ret < 0)
                    _exit(201);
                mine += ret;
            }
            _exit(mine);
        }
    }
    ck_assert_int_eq(write(start[1], go, 4), 4);
    for (i = 0; i < 4; i++) {
        ck_assert_int_eq(waitpid(child[i], &status, 0), child[i]);
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) < 200);
        won += WEXITSTATUS(status);
    }
    ck_assert_int_eq(won, ROUNDS);
    /* the parent's connection is its own */
    ck_assert_int_eq(wolfTicket_Redis_claim(id, 0, 9, redis), 0);
    wolfTicket_Redis_free(redis);
}
END_TEST

#ifndef SINGLE_THREADED
typedef struct {
    wolfTicket_Redis* redis;
    pthread_barrier_t* barrier;
    int won, failed;
} racer;

static void* Race(void* arg)
{
    racer* r = (racer*)arg;
    unsigned char mem[64];
    size_t sz;
    int n, ret;

    (void)pthread_barrier_wait(r->barrier);
    for (n = 0; n < ROUNDS; n++) {
        ret = wolfTicket_Redis_claim(Id(n), 0, 100, r->redis);
        r->won += ret == 1;
        r->failed += ret < 0;
        sz = sizeof(mem);
        if (wolfTicket_Redis_data_store()->put(r->redis, Id(n), id,
                sizeof(id), 100) != 1 ||
                wolfTicket_Redis_data_store()->get(r->redis, Id(n), mem,
                    &sz) != 1 || sz != sizeof(id))
            r->failed++;
    }
    return NULL;
}

START_TEST(threads_that_race_for_a_claim_have_one_winner)
{
    wolfTicket_Redis* redis = redis_new();
    pthread_barrier_t barrier;
    pthread_t threads[RACERS];
    racer racers[RACERS];
    int i;
    int won = 0, failed = 0;

    ck_assert_int_eq(pthread_barrier_init(&barrier, NULL, RACERS), 0);
    for (i = 0; i < RACERS; i++) {
        memset(&racers[i], 0, sizeof(racers[i]));
        racers[i].redis = redis;
        racers[i].barrier = &barrier;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, Race, &racers[i]),
            0);
    }
    for (i = 0; i < RACERS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        won += racers[i].won;
        failed += racers[i].failed;
    }
    ck_assert_int_eq(won, ROUNDS);
    ck_assert_int_eq(failed, 0);
    (void)pthread_barrier_destroy(&barrier);
    wolfTicket_Redis_free(redis);
}
END_TEST
#endif

START_TEST(a_claim_that_redis_does_not_answer_is_none)
{
    wolfTicket_Redis* redis = redis_with(redis_hasty());
    wolfTicket_RedisStats stats;
    int i;

    ck_assert_int_eq(wolfTicket_Redis_claim(id, 0, 100, redis), 1);
    redis_stop();
    for (i = 0; i < 20; i++)
        ck_assert_int_eq(wolfTicket_Redis_claim(Id(i), 0, 100, redis), -1);
    ck_assert_str_ne(wolfTicket_Redis_error(), "");
    ck_assert_int_eq(wolfTicket_Redis_get_stats(redis, &stats), 1);
    ck_assert_uint_eq(stats.claims_unknown, 20);
    redis_go_on();
    /* a source's success ends the pause */
    (void)fetch(redis, START);
    ck_assert_int_eq(wolfTicket_Redis_claim(id, 0, 100, redis), 0);
    ck_assert_int_eq(wolfTicket_Redis_claim(Id(99), 0, 100, redis), 1);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(while_redis_is_away_a_claim_fails_without_trying)
{
    wolfTicket_Redis* redis = redis_new();
    wolfTicket_RedisStats stats;
    int i;

    ck_assert_int_eq(wolfTicket_Redis_claim(id, 0, 100, redis), 1);
    redis_kill();
    for (i = 0; i < 1000; i++)
        ck_assert_int_eq(wolfTicket_Redis_claim(Id(i), 0, 100, redis), -1);
    ck_assert_int_eq(wolfTicket_Redis_get_stats(redis, &stats), 1);
    ck_assert_uint_eq(stats.claims_unknown, 1000);
    ck_assert_uint_lt(stats.connect_failures, 100);
    redis_start();
    (void)fetch(redis, START);
    ck_assert_int_eq(wolfTicket_Redis_claim(Id(1), 0, 100, redis), 1);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(claims_come_back_by_themselves)
{
    wolfTicket_Redis* redis = redis_new();
    int tries, ret = -1;

    redis_kill();
    ck_assert_int_eq(wolfTicket_Redis_claim(id, 0, 100, redis), -1);
    redis_start();
    for (tries = 0; tries < 2000 && ret < 0; tries++) {
        ret = wolfTicket_Redis_claim(id, 0, 100, redis);
        (void)poll(NULL, 0, 5);
    }
    ck_assert_int_eq(ret, 1);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(a_restarted_redis_costs_no_claim)
{
    wolfTicket_Redis* redis = redis_new();

    ck_assert_int_eq(wolfTicket_Redis_claim(id, 0, 100, redis), 1);
    redis_kill();
    redis_start();
    /* the connection that it has is dead, which shows before it is used */
    ck_assert_int_eq(wolfTicket_Redis_claim(Id(1), 0, 100, redis), 1);
    wolfTicket_Redis_free(redis);
}
END_TEST

/* What Redis is asked for the claim of a ticket that is 5 seconds old. */
static int OldClaim(wolfTicket_Redis* redis, int n)
{
    return wolfTicket_Redis_claim(Id(n), 5, 100, redis);
}

START_TEST(what_redis_may_have_forgotten_is_claimed_by_nobody)
{
    wolfTicket_Redis* redis = redis_new();
    redisReply* former;

    /* a new one knows of nothing */
    ck_assert_int_eq(OldClaim(redis, 1), -1);
    ck_assert_ptr_nonnull(strstr(wolfTicket_Redis_error(), "started anew"));
    redis_remembers(redis, 10);
    ck_assert_int_eq(OldClaim(redis, 2), 1);
    ck_assert_int_eq(OldClaim(redis, 2), 0);
    /* an emptied one no more */
    redis_do("FLUSHALL");
    ck_assert_int_eq(OldClaim(redis, 2), -1);
    redis_remembers(redis, 10);
    ck_assert_int_eq(OldClaim(redis, 3), 1);
    /* one that has come back with what it had at some time */
    former = redis_say("GET wolfticket:used");
    redis_kill();
    redis_start();
    redis_do("SET wolfticket:used %s", former->str);
    freeReplyObject(former);
    ck_assert_int_eq(OldClaim(redis, 3), -1);
    redis_remembers(redis, 10);
    ck_assert_int_eq(OldClaim(redis, 4), 1);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(a_memory_that_makes_no_sense_is_none)
{
    /* "@" is the run of Redis'. */
    static const char* const lies[] = { "", "x", " 1", "@", "@ ", "@ x",
        "@ 0", "@ -5", "@ 1x", "@ 99999999999999", "@1 1",
        "0123456789012345678901234567890123456789 1" };
    int withRun = lies[_i][0] == '@';
    wolfTicket_Redis* redis = redis_new();
    redisReply* good;
    char value[128];

    redis_remembers(redis, 10);
    good = redis_say("GET wolfticket:used");
    good->str[40] = '\0';
    (void)snprintf(value, sizeof(value), "%s%s", withRun ? good->str : "",
        lies[_i] + withRun);
    redis_do("SET wolfticket:used %b", value, strlen(value));
    ck_assert_msg(OldClaim(redis, 1) == -1, "%s", value);
    freeReplyObject(good);
    /* and is put right */
    good = redis_say("GET wolfticket:used");
    ck_assert_str_ne(good->str, value);
    freeReplyObject(good);
    redis_do("DEL wolfticket:used");
    redis_do("RPUSH wolfticket:used x");
    ck_assert_int_eq(OldClaim(redis, 2), -1);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(a_key_of_another_type_claims_nothing)
{
    wolfTicket_Redis* redis = redis_new();
    char hex[33];

    wt_redis_hex(id, 16, hex);
    redis_do("RPUSH wolfticket:use:%s x", hex);
    ck_assert_int_eq(wolfTicket_Redis_claim(id, 0, 100, redis), 0);
    wolfTicket_Redis_free(redis);
}
END_TEST

/* ---- data ---------------------------------------------------------------- */

static unsigned char data[80000];
static unsigned char out[80000];

static const size_t sizes[] = { 0, 1, 255, 256, 1000, 16000, 60000, 65535,
    65536 + 33 };

START_TEST(data_comes_back_as_it_was)
{
    const wolfTicket_DataStore* store = wolfTicket_Redis_data_store();
    wolfTicket_Redis* redis = redis_new();
    wolfTicket_Redis* other = redis_new();
    size_t sz = sizes[_i];
    size_t i, got;

    for (i = 0; i < sz; i++)
        data[i] = (unsigned char)(i * 7 + i / 251);
    ck_assert_int_eq(store->put(redis, id, data, sz, 100), 1);
    got = sz;
    ck_assert_int_eq(store->get(other, id, out, &got), 1);
    ck_assert_uint_eq(got, sz);
    ck_assert_mem_eq(out, data, sz);
    if (sz > 0) {
        got = sz - 1;
        ck_assert_int_eq(store->get(other, id, out, &got), 0);
    }
    ck_assert_int_eq(store->put(redis, id, (const unsigned char*)"new", 3,
        100), 1);
    got = sizeof(out);
    ck_assert_int_eq(store->get(other, id, out, &got), 1);
    ck_assert_uint_eq(got, 3);
    store->remove(other, id);
    got = sizeof(out);
    ck_assert_int_eq(store->get(redis, id, out, &got), 0);
    wolfTicket_Redis_free(redis);
    wolfTicket_Redis_free(other);
}
END_TEST

START_TEST(data_ends_with_its_ticket)
{
    wolfTicket_Redis* redis = redis_new();
    redisReply* reply;
    long long left;

    ck_assert_int_eq(wolfTicket_Redis_data_store()->put(redis, id, data, 9,
        50), 1);
    reply = redis_say("KEYS wolfticket:data:*");
    ck_assert_uint_eq(reply->elements, 1);
    left = redis_number(redis_say("PTTL %s", reply->element[0]->str));
    ck_assert(left > 0 && left <= 50000);
    freeReplyObject(reply);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(data_that_is_too_much_is_not_taken)
{
    wolfTicket_Redis* redis = redis_new();
    size_t got = sizeof(out);

    ck_assert_int_eq(wolfTicket_Redis_data_store()->put(redis, id, data,
        65536 + 1025, 100), 0);
    ck_assert_int_eq(wolfTicket_Redis_data_store()->get(redis, id, out, &got),
        0);
    wolfTicket_Redis_free(redis);
}
END_TEST

static void PutMegabyte(const char* hex)
{
    char* mem = (char*)calloc(1048576, 1);

    ck_assert_ptr_nonnull(mem);
    redis_do("SET wolfticket:data:%s %b", hex, mem, (size_t)1048576);
    free(mem);
}

START_TEST(data_that_somebody_made_a_megabyte_is_not_read)
{
    wolfTicket_Redis* redis = redis_new();
    size_t got = sizeof(out);
    char hex[33];

    wt_redis_hex(id, 16, hex);
    PutMegabyte(hex);
    ck_assert_int_eq(wolfTicket_Redis_data_store()->get(redis, id, out, &got),
        -1);
    /* the rest of it is not taken for the next answer */
    ck_assert_int_eq(wolfTicket_Redis_claim(id, 0, 9, redis), 1);
    redis_do("DEL wolfticket:data:%s", hex);
    redis_do("RPUSH wolfticket:data:%s x", hex);
    ck_assert_int_eq(wolfTicket_Redis_data_store()->get(redis, id, out, &got),
        -1);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(data_that_redis_does_not_answer_for_is_away)
{
    const wolfTicket_DataStore* store = wolfTicket_Redis_data_store();
    wolfTicket_Redis* redis = redis_with(redis_hasty());
    wolfTicket_RedisStats stats;
    size_t got = sizeof(out);

    ck_assert_int_eq(store->put(redis, id, data, 9, 100), 1);
    redis_stop();
    ck_assert_int_eq(store->get(redis, id, out, &got), -1);
    ck_assert_int_eq(store->put(redis, id, data, 60000, 100), 0);
    store->remove(redis, id);
    redis_go_on();
    ck_assert_int_eq(wolfTicket_Redis_get_stats(redis, &stats), 1);
    ck_assert_uint_eq(stats.data_calls, 4);
    ck_assert_uint_eq(stats.data_failures, 3);
    wolfTicket_Redis_free(redis);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("redis_claim");
    TCase* tc = th_case(suite, "handshakes", 1);

    tcase_add_checked_fixture(tc, redis_setup, redis_teardown);
    tcase_add_test(tc, a_claim_is_good_once);
    tcase_add_test(tc, a_claim_lasts_as_long_as_the_ticket);
    tcase_add_test(tc, processes_that_race_for_a_claim_have_one_winner);
#ifndef SINGLE_THREADED
    tcase_add_test(tc, threads_that_race_for_a_claim_have_one_winner);
#endif
    tcase_add_test(tc, a_claim_that_redis_does_not_answer_is_none);
    tcase_add_test(tc, while_redis_is_away_a_claim_fails_without_trying);
    tcase_add_test(tc, claims_come_back_by_themselves);
    tcase_add_test(tc, a_restarted_redis_costs_no_claim);
    tcase_add_test(tc, what_redis_may_have_forgotten_is_claimed_by_nobody);
    tcase_add_loop_test(tc, a_memory_that_makes_no_sense_is_none, 0, 12);
    tcase_add_test(tc, a_key_of_another_type_claims_nothing);
    tcase_add_loop_test(tc, data_comes_back_as_it_was, 0,
        (int)(sizeof(sizes) / sizeof(sizes[0])));
    tcase_add_test(tc, data_ends_with_its_ticket);
    tcase_add_test(tc, data_that_is_too_much_is_not_taken);
    tcase_add_test(tc, data_that_somebody_made_a_megabyte_is_not_read);
    tcase_add_test(tc, data_that_redis_does_not_answer_for_is_away);
    return th_run(suite);
}
