/* unit_redis_source.c
 *
 * The source on a real redis-server: one makes each key, all have it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "redis_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#define NODES 4

/* ---- keys ---------------------------------------------------------------- */

START_TEST(an_empty_redis_gives_the_reserve_alone)
{
    wolfTicket_Redis* redis = redis_new();
    fetched f = fetch(redis, START);
    wolfTicket_SourceReport r = report(redis, START);
    int i;

    ck_assert_int_eq(f.count, 0);
    ck_assert_int_ge(f.all, 2);
    for (i = 0; i < f.all; i++) {
        ck_assert_uint_eq(f.keys[i].flags, WOLFTICKET_SOURCE_RESERVE);
        ck_assert_uint_gt(f.keys[i].opens_until, START);
    }
    ck_assert_int_eq(r.state, WOLFTICKET_SOURCE_OK);
    ck_assert_uint_eq(r.since, START);
    ck_assert_str_eq(r.text, "");
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(before_the_first_fetch_it_says_so)
{
    wolfTicket_Redis* redis = redis_new();
    wolfTicket_SourceReport r = report(redis, START);

    ck_assert_int_eq(r.state, WOLFTICKET_SOURCE_AWAY);
    ck_assert_str_ne(r.text, "");
    /* and it makes no key of which it does not know whether it is due */
    ck_assert_int_eq(propose(redis, START, 1, START), -1);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(a_proposed_key_is_there_for_all)
{
    wolfTicket_Redis* one = redis_with_key(1);
    wolfTicket_Redis* other = redis_new();
    wolfTicket_SourceKey key = make_key(1, START + 20);
    fetched f = fetch(one, START);

    ck_assert_int_eq(f.count, 1);
    ck_assert(same_key(&f.keys[0], &key));
    f = fetch(other, START);
    ck_assert_int_eq(f.count, 1);
    ck_assert(same_key(&f.keys[0], &key));
    wolfTicket_Redis_free(one);
    wolfTicket_Redis_free(other);
}
END_TEST

START_TEST(of_those_who_saw_the_same_one_makes_the_key)
{
    wolfTicket_Redis* nodes[NODES];
    int round, i, taken;

    for (i = 0; i < NODES; i++)
        nodes[i] = redis_new();
    for (round = 0; round < 5; round++) {
        taken = 0;
        for (i = 0; i < NODES; i++)
            (void)fetch(nodes[i], START);
        for (i = 0; i < NODES; i++) {
            int ret = propose(nodes[(i + round) % NODES], START,
                10 * round + i + 1, START + (word32)round * HOUR);

            ck_assert_int_ge(ret, 0);
            taken += ret;
        }
        ck_assert_int_eq(taken, 1);
        for (i = 0; i < NODES; i++) {
            fetched f = fetch(nodes[i], START);

            ck_assert_int_eq(f.count, round + 1);
            /* the winner's, newest first */
            ck_assert(has_key(&f, 10 * round + 1));
            ck_assert_uint_eq(f.keys[0].active_from,
                START + (word32)round * HOUR);
        }
    }
    for (i = 0; i < NODES; i++)
        wolfTicket_Redis_free(nodes[i]);
}
END_TEST

/* Processes that start at once: pipes tell that all have fetched, and go. */
START_TEST(of_processes_that_race_one_makes_the_key)
{
    wolfTicket_Redis* redis = redis_new();
    int start[2], ready[2];
    int taken = 0;
    int i, status;
    char go[NODES] = { 0 };
    pid_t child[NODES];

    /* with a connection that they inherit */
    (void)fetch(redis, START);
    ck_assert_int_eq(pipe(start), 0);
    ck_assert_int_eq(pipe(ready), 0);
    for (i = 0; i < NODES; i++) {
        child[i] = fork();
        ck_assert_int_ge(child[i], 0);
        if (child[i] == 0) {
            (void)fetch(redis, START);
            if (write(ready[1], go, 1) != 1 || read(start[0], go, 1) != 1)
                _exit(9);
            _exit(propose(redis, START, i + 1, START));
        }
    }
    for (i = 0; i < NODES; i++)
        ck_assert_int_eq(read(ready[0], go, 1), 1);
    ck_assert_int_eq(write(start[1], go, NODES), NODES);
    for (i = 0; i < NODES; i++) {
        ck_assert_int_eq(waitpid(child[i], &status, 0), child[i]);
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
        taken += WEXITSTATUS(status);
    }
    ck_assert_int_eq(taken, 1);
    ck_assert_int_eq(fetch(redis, START).count, 1);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(a_child_has_connections_of_its_own)
{
    wolfTicket_Redis* redis = redis_with_key(1);
    int status;
    pid_t child = fork();
    int i;

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        for (i = 0; i < 50; i++) {
            if (fetch(redis, START).count != 1)
                _exit(1);
        }
        _exit(0);
    }
    for (i = 0; i < 50; i++)
        ck_assert_int_eq(fetch(redis, START).count, 1);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(what_lies_in_redis_shows_no_secret)
{
    wolfTicket_Redis* redis = redis_with_key(1);
    wolfTicket_SourceKey key = make_key(1, START + 20);
    redisReply* reply = redis_say("HGETALL wolfticket:keys");
    size_t i;

    ck_assert_uint_eq(reply->elements, 2);
    ck_assert_uint_eq(reply->element[1]->len, WT_REDIS_KEY_SZ);
    for (i = 0; i + 8 <= reply->element[1]->len; i++) {
        ck_assert_mem_ne(reply->element[1]->str + i, key.aes, 8);
        ck_assert_mem_ne(reply->element[1]->str + i, key.hmac, 8);
    }
    freeReplyObject(reply);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(keys_end_and_are_taken_out)
{
    wolfTicket_Redis* redis = redis_with_key(1);
    word64 end = make_key(1, START + 20).opens_until;

    ck_assert_int_eq(fetch(redis, end - 1).count, 1);
    ck_assert_int_eq(fetch(redis, end).count, 0);
    /* clocks that are behind still have it, whatever Redis' says */
    ck_assert_int_eq(redis_entries("keys"), 1);
    ck_assert_int_eq(fetch(redis, end + 600).count, 0);
    ck_assert_int_eq(redis_entries("keys"), 0);
    ck_assert_uint_eq(report(redis, end).rejected, 0);
    wolfTicket_Redis_free(redis);
}
END_TEST

/* One node believes that it is 40 days later. */
START_TEST(a_clock_that_is_far_ahead_takes_nothing_away)
{
    word64 now = (word64)time(NULL);
    wolfTicket_SourceKey key = make_key(1, now + 20);
    wolfTicket_Redis* one = redis_new();
    wolfTicket_Redis* ahead = redis_new();
    wolfTicket_Redis* fresh = redis_new();
    wolfTicket_RedisNode nodes[4];

    (void)fetch(one, now);
    ck_assert_int_eq(wt_redis_source.propose(one, now, &key), 1);
    ck_assert_int_eq(propose(one, now, 2, now + 30), 1);
    ck_assert_int_eq(wolfTicket_Redis_revoke(one, now, make_key(2, 0).name),
        1);
    (void)fetch(one, now);
    ck_assert_int_eq(fetch(ahead, now + 40 * DAY).count, 0);
    ck_assert_int_eq(fetch(ahead, now + 40 * DAY + 10).count, 0);
    ck_assert_int_eq(redis_entries("keys"), 1);
    ck_assert_int_eq(redis_entries("revoked"), 1);
    ck_assert_int_eq(fetch(fresh, now).count, 1);
    ck_assert_int_eq(wolfTicket_Redis_list_nodes(fresh, nodes, 4, NULL), 3);
    wolfTicket_Redis_free(one);
    wolfTicket_Redis_free(ahead);
    wolfTicket_Redis_free(fresh);
}
END_TEST

START_TEST(a_redis_that_does_not_tell_the_time_has_nothing_end)
{
    word64 end = make_key(1, START + 20).opens_until;
    wolfTicket_RedisOptions options = redis_options();
    wolfTicket_Redis* redis;

    redis_do("ACL SETUSER node on >word ~* &* +@all -time");
    options.username = "node";
    options.password = "word";
    redis = redis_with(options);
    (void)fetch(redis, START);
    ck_assert_int_eq(propose(redis, START, 1, START + 20), 1);
    ck_assert_int_eq(fetch(redis, START).count, 1);
    ck_assert_int_eq(fetch(redis, end + 600).count, 0);
    ck_assert_int_eq(report(redis, end).state, WOLFTICKET_SOURCE_OK);
    ck_assert_ptr_nonnull(strstr(report(redis, end).text, "TIME"));
    ck_assert_int_eq(redis_entries("keys"), 1);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(what_a_fleet_leaves_behind_expires)
{
    wolfTicket_Redis* redis = redis_with_key(1);

    (void)fetch(redis, START);
    ck_assert_int_gt(redis_number(redis_say("TTL wolfticket:keys")), 0);
    ck_assert_int_gt(redis_number(redis_say("TTL wolfticket:nodes")), 0);
    ck_assert_int_eq(wolfTicket_Redis_revoke(redis, START,
        make_key(1, 0).name), 1);
    (void)fetch(redis, START);
    ck_assert_int_gt(redis_number(redis_say("TTL wolfticket:revoked")), 0);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(more_keys_than_asked_for_are_the_newest_and_the_reserve)
{
    wolfTicket_Redis* redis = redis_new();
    wolfTicket_SourceKey keys[4];
    int i;

    (void)fetch(redis, START);
    for (i = 1; i <= 6; i++)
        ck_assert_int_eq(propose(redis, START, i, START + (word32)i), 1);
    ck_assert_int_eq(wt_redis_source.fetch(redis, START, keys, 4),
        4);
    ck_assert_uint_eq(keys[0].name[0], 6);
    ck_assert_uint_eq(keys[3].flags, WOLFTICKET_SOURCE_RESERVE);
    wolfTicket_Redis_free(redis);
}
END_TEST

/* ---- revocation ---------------------------------------------------------- */

START_TEST(a_revoked_key_reaches_others_by_push)
{
    wolfTicket_Redis* one = redis_with_key(1);
    wolfTicket_Redis* other = redis_new();
    wolfTicket_SourceKey key = make_key(1, 0);
    wolfTicket_RedisStats stats;
    fetched f;

    ck_assert_int_eq(fetch(other, START).count, 1);
    /* it has subscribed, and fetches for what it may have missed */
    ck_assert_int_eq(await_news(other), 1);
    ck_assert_int_eq(fetch(other, START).count, 1);
    ck_assert_int_eq(wt_redis_source.wait(other, 100), 0);
    ck_assert_int_eq(wolfTicket_Redis_revoke(one, START, key.name), 1);
    ck_assert_int_eq(await_news(other), 1);
    ck_assert_int_eq(wolfTicket_Redis_get_stats(other, &stats), 1);
    ck_assert_uint_eq(stats.pushes, 1);
    f = fetch(other, START);
    ck_assert_int_eq(f.count, 0);
    ck_assert_int_ge(f.all, 2);
    ck_assert_int_eq(fetch(one, START).count, 0);
    wolfTicket_Redis_free(one);
    wolfTicket_Redis_free(other);
}
END_TEST

START_TEST(a_new_key_is_pushed_too)
{
    wolfTicket_Redis* one = redis_with_key(1);
    wolfTicket_Redis* other = redis_new();

    (void)fetch(other, START);
    ck_assert_int_eq(await_news(other), 1);
    ck_assert_int_eq(wt_redis_source.wait(other, 50), 0);
    ck_assert_int_eq(propose(one, START, 2, START + HOUR), 1);
    ck_assert_int_eq(await_news(other), 1);
    ck_assert_int_eq(fetch(other, START).count, 2);
    wolfTicket_Redis_free(one);
    wolfTicket_Redis_free(other);
}
END_TEST

START_TEST(a_tombstone_wins_over_a_replayed_record)
{
    wolfTicket_Redis* one = redis_with_key(1);
    wolfTicket_Redis* fresh = redis_new();
    redisReply* record = redis_record();

    ck_assert_int_eq(wolfTicket_Redis_revoke(one, START,
        make_key(1, 0).name), 1);
    ck_assert_int_eq(redis_entries("keys"), 0);
    redis_plant("1", record->str, record->len);
    ck_assert_int_eq(fetch(fresh, START).count, 0);
    ck_assert_int_eq(fetch(one, START).count, 0);
    freeReplyObject(record);
    wolfTicket_Redis_free(one);
    wolfTicket_Redis_free(fresh);
}
END_TEST

START_TEST(a_tombstone_that_was_taken_away_is_put_back)
{
    wolfTicket_Redis* one = redis_with_key(1);
    wolfTicket_Redis* fresh = redis_new();
    redisReply* record = redis_record();

    ck_assert_int_eq(wolfTicket_Redis_revoke(one, START,
        make_key(1, 0).name), 1);
    redis_do("DEL wolfticket:revoked");
    redis_plant("1", record->str, record->len);
    ck_assert_int_eq(fetch(one, START).count, 0);
    ck_assert_int_eq(redis_entries("revoked"), 1);
    ck_assert_int_eq(fetch(fresh, START).count, 0);
    freeReplyObject(record);
    wolfTicket_Redis_free(one);
    wolfTicket_Redis_free(fresh);
}
END_TEST

START_TEST(a_revocation_that_redis_was_away_for_is_made_up_for)
{
    wolfTicket_Redis* one = redis_with_key(1);
    wolfTicket_Redis* other = redis_new();

    ck_assert_int_eq(fetch(other, START).count, 1);
    redis_kill();
    ck_assert_int_eq(wolfTicket_Redis_revoke(one, START,
        make_key(1, 0).name), 0);
    ck_assert_str_ne(wolfTicket_Redis_error(), "");
    ck_assert_int_eq(fetch(one, START).count, 0);
    ck_assert_int_eq(fetch(other, START).count, 1);
    redis_start();
    ck_assert_int_eq(fetch(one, START).count, 0);
    ck_assert_int_eq(fetch(other, START).count, 0);
    wolfTicket_Redis_free(one);
    wolfTicket_Redis_free(other);
}
END_TEST

START_TEST(a_reserve_key_can_be_revoked)
{
    wolfTicket_Redis* redis = redis_new();
    fetched f = fetch(redis, START);
    int all = f.all;

    ck_assert_int_eq(wolfTicket_Redis_revoke(redis, START, f.keys[0].name),
        1);
    f = fetch(redis, START);
    ck_assert_int_eq(f.all, all - 1);
    wolfTicket_Redis_free(redis);
}
END_TEST

/* ---- away ---------------------------------------------------------------- */

START_TEST(without_redis_all_give_what_they_knew_and_the_same_reserve)
{
    wolfTicket_Redis* one = redis_with_key(1);
    wolfTicket_Redis* other = redis_new();
    wolfTicket_SourceReport r;
    fetched a, b;
    int i;

    (void)fetch(other, START);
    redis_kill();
    a = fetch(one, START + 60);
    b = fetch(other, START + 60);
    ck_assert_int_eq(a.count, 1);
    ck_assert_int_eq(a.all, b.all);
    for (i = 0; i < a.all; i++)
        ck_assert(same_key(&a.keys[i], &b.keys[i]));
    r = report(one, START + 90);
    ck_assert_int_eq(r.state, WOLFTICKET_SOURCE_AWAY);
    ck_assert_uint_eq(r.since, START + 60);
    ck_assert_str_ne(r.text, "");
    ck_assert_int_eq(propose(one, START + 60, 2, START + HOUR), -1);
    (void)fetch(one, START + 120);
    ck_assert_uint_eq(report(one, START + 120).since, START + 60);
    redis_start();
    ck_assert_int_eq(fetch(one, START + 180).count, 1);
    r = report(one, START + 180);
    ck_assert_int_eq(r.state, WOLFTICKET_SOURCE_OK);
    ck_assert_uint_eq(r.since, START + 180);
    wolfTicket_Redis_free(one);
    wolfTicket_Redis_free(other);
}
END_TEST

START_TEST(a_redis_that_was_restarted_empty_gets_all_back)
{
    wolfTicket_Redis* one = redis_with_key(1);
    wolfTicket_Redis* fresh;

    ck_assert_int_eq(propose(one, START, 2, START + HOUR), 1);
    redis_kill();
    redis_start();
    ck_assert_int_eq(fetch(one, START).count, 2);
    fresh = redis_new();
    ck_assert_int_eq(fetch(fresh, START).count, 2);
    /* and the next key is made by one */
    (void)fetch(one, START);
    ck_assert_int_eq(propose(fresh, START, 3, START + 2 * HOUR), 1);
    ck_assert_int_eq(propose(one, START, 4, START + 2 * HOUR), 0);
    wolfTicket_Redis_free(one);
    wolfTicket_Redis_free(fresh);
}
END_TEST

START_TEST(keys_that_others_made_in_an_empty_redis_and_old_ones_converge)
{
    wolfTicket_Redis* one = redis_with_key(1);
    wolfTicket_Redis* two = redis_new();
    wolfTicket_Redis* fresh = redis_new();
    fetched f;

    (void)fetch(two, START);
    ck_assert_int_eq(propose(two, START, 2, START + HOUR), 1);
    (void)fetch(one, START);
    redis_kill();
    redis_start();
    /* takes slot 1, in which the others have another key */
    (void)fetch(fresh, START);
    ck_assert_int_eq(propose(fresh, START, 3, START + 40), 1);
    (void)fetch(one, START);
    (void)fetch(two, START);
    (void)fetch(one, START);
    f = fetch(fresh, START);
    ck_assert_int_eq(f.count, 3);
    ck_assert_int_eq(fetch(one, START).count, 3);
    ck_assert_int_eq(fetch(two, START).count, 3);
    ck_assert_int_eq(redis_entries("keys"), 3);
    wolfTicket_Redis_free(one);
    wolfTicket_Redis_free(two);
    wolfTicket_Redis_free(fresh);
}
END_TEST

START_TEST(a_redis_that_stands_still_is_away)
{
    wolfTicket_Redis* redis = redis_with(redis_hasty());

    (void)fetch(redis, START);
    ck_assert_int_eq(propose(redis, START, 1, START + 20), 1);
    redis_stop();
    ck_assert_int_eq(fetch(redis, START).count, 1);
    ck_assert_int_eq(report(redis, START).state, WOLFTICKET_SOURCE_AWAY);
    redis_go_on();
    ck_assert_int_eq(fetch(redis, START).count, 1);
    ck_assert_int_eq(report(redis, START).state, WOLFTICKET_SOURCE_OK);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(who_waits_for_news_comes_back_after_a_restart)
{
    wolfTicket_Redis* redis = redis_new();

    ck_assert_int_eq(await_news(redis), 1);
    redis_kill();
    ck_assert_int_eq(wt_redis_source.wait(redis, 50), 0);
    redis_start();
    /* it has subscribed anew, and says so */
    ck_assert_int_eq(await_news(redis), 1);
    redis_do("PUBLISH wolfticket:news x");
    ck_assert_int_eq(await_news(redis), 1);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(a_child_waits_with_a_connection_of_its_own)
{
    wolfTicket_Redis* redis = redis_new();
    int ready[2], go[2], status;
    char c = 0;
    pid_t child;

    ck_assert_int_eq(await_news(redis), 1);
    ck_assert_int_eq(pipe(ready), 0);
    ck_assert_int_eq(pipe(go), 0);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        /* it has subscribed itself, before it gets the message */
        if (!await_news(redis) || write(ready[1], &c, 1) != 1 ||
                read(go[0], &c, 1) != 1)
            _exit(2);
        _exit(await_news(redis) ? 0 : 1);
    }
    ck_assert_int_eq(read(ready[0], &c, 1), 1);
    redis_do("PUBLISH wolfticket:news x");
    ck_assert_int_eq(write(go[1], &c, 1), 1);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    ck_assert_int_eq(await_news(redis), 1);
    wolfTicket_Redis_free(redis);
}
END_TEST

/* A port that nobody uses. */
static unsigned int FreePort(void)
{
    struct sockaddr_in at;
    socklen_t sz = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    memset(&at, 0, sizeof(at));
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(fd, (struct sockaddr*)&at, sizeof(at)), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr*)&at, &sz), 0);
    (void)close(fd);
    return ntohs(at.sin_port);
}

START_TEST(by_port_it_is_as_by_socket)
{
    static const char* const hosts[] = { NULL, "127.0.0.1", "localhost" };
    wolfTicket_RedisOptions options = redis_options();
    wolfTicket_Redis* redis;
    wolfTicket_SourceReport r;
    unsigned char id[16] = { 3 };

    options.path = NULL;
    options.host = hosts[_i];
    options.port = FreePort();
    redis = redis_with(options);
    (void)fetch(redis, START);
    r = report(redis, START);
    ck_assert_int_eq(r.state, WOLFTICKET_SOURCE_AWAY);
    ck_assert_ptr_nonnull(strstr(r.text, "cannot be reached"));
    redis_kill();
    (void)snprintf(redisPort, sizeof(redisPort), "%u", options.port);
    redis_start();
    (void)fetch(redis, START);
    ck_assert_int_eq(report(redis, START).state, WOLFTICKET_SOURCE_OK);
    ck_assert_int_eq(propose(redis, START, 1, START), 1);
    ck_assert_int_eq(wolfTicket_Redis_claim(id, 0, 9, redis), 1);
    ck_assert_int_eq(await_news(redis), 1);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(near_the_end_of_a_period_the_next_reserve_key_opens)
{
    wolfTicket_Redis* redis = redis_new();
    word64 end = (START / LIFETIME + 1) * LIFETIME;
    fetched before = fetch(redis, end - 30);
    fetched after = fetch(redis, end + 30);
    int i, both = 0;

    /* a node that is a minute ahead seals with what others open, and the
     * other way round */
    ck_assert_uint_eq(before.keys[0].active_from, end);
    for (i = 0; i < after.all; i++)
        both += memcmp(after.keys[i].name, before.keys[0].name, 16) == 0 ||
            memcmp(after.keys[i].name, before.keys[1].name, 16) == 0;
    ck_assert_int_eq(both, 2);
    /* a ticket made in the last moment of a period lives on */
    ck_assert_uint_ge(after.keys[after.all - 1].opens_until, end + 30);
    wolfTicket_Redis_free(redis);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("redis_source");
    TCase* tc = th_case(suite, "source", 1);

    tcase_add_checked_fixture(tc, redis_setup, redis_teardown);
    tcase_add_test(tc, an_empty_redis_gives_the_reserve_alone);
    tcase_add_test(tc, before_the_first_fetch_it_says_so);
    tcase_add_test(tc, a_proposed_key_is_there_for_all);
    tcase_add_test(tc, of_those_who_saw_the_same_one_makes_the_key);
    tcase_add_test(tc, of_processes_that_race_one_makes_the_key);
    tcase_add_test(tc, a_child_has_connections_of_its_own);
    tcase_add_test(tc, what_lies_in_redis_shows_no_secret);
    tcase_add_test(tc, keys_end_and_are_taken_out);
    tcase_add_test(tc, a_clock_that_is_far_ahead_takes_nothing_away);
    tcase_add_test(tc, a_redis_that_does_not_tell_the_time_has_nothing_end);
    tcase_add_test(tc, what_a_fleet_leaves_behind_expires);
    tcase_add_test(tc,
        more_keys_than_asked_for_are_the_newest_and_the_reserve);
    tcase_add_test(tc, a_revoked_key_reaches_others_by_push);
    tcase_add_test(tc, a_new_key_is_pushed_too);
    tcase_add_test(tc, a_tombstone_wins_over_a_replayed_record);
    tcase_add_test(tc, a_tombstone_that_was_taken_away_is_put_back);
    tcase_add_test(tc, a_revocation_that_redis_was_away_for_is_made_up_for);
    tcase_add_test(tc, a_reserve_key_can_be_revoked);
    tcase_add_test(tc,
        without_redis_all_give_what_they_knew_and_the_same_reserve);
    tcase_add_test(tc, a_redis_that_was_restarted_empty_gets_all_back);
    tcase_add_test(tc,
        keys_that_others_made_in_an_empty_redis_and_old_ones_converge);
    tcase_add_test(tc, a_redis_that_stands_still_is_away);
    tcase_add_test(tc, who_waits_for_news_comes_back_after_a_restart);
    tcase_add_test(tc, a_child_waits_with_a_connection_of_its_own);
    tcase_add_loop_test(tc, by_port_it_is_as_by_socket, 0, 3);
    tcase_add_test(tc, near_the_end_of_a_period_the_next_reserve_key_opens);
    return th_run(suite);
}
