/* unit_redis_ring.c
 *
 * Key rings on Redis: rotations, outages, revocation, tickets that cross.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "redis_fixture.h"
#include "keyring.h"

#define NODES    4
#define MANY     16
#define REFRESH  10u
#define PERIOD   120u
#define SHORT    160u     /* lifetime */

typedef struct {
    wolfTicket_Redis* redis;
    wolfTicket_KeyRing* ring;
    word64 now;
    word64 next;          /* refresh */
} node;

static int Clock(word64* now, void* arg)
{
    *now = ((const node*)arg)->now;
    return 1;
}

static void Open(node* n, long ahead, unsigned int period, unsigned int life)
{
    wolfTicket_RedisOptions options = redis_options();
    wolfTicket_SourceOptions how;

    options.lifetime = life;
    memset(n, 0, sizeof(*n));
    n->now = START + (word64)ahead;
    n->redis = redis_with(options);
    memset(&how, 0, sizeof(how));
    how.refresh = REFRESH;
    how.period = period;
    how.time_cb = Clock;
    how.time_arg = n;
    n->ring = wolfTicket_KeyRing_new_source(
        wolfTicket_Redis_source(n->redis), n->redis, &how);
    ck_assert_ptr_nonnull(n->ring);
    wt_lock();
    wt_keyring_lifetime(n->ring, life);
    wt_unlock();
}

static void Close(node* n)
{
    wolfTicket_KeyRing_free(n->ring);
    wolfTicket_Redis_free(n->redis);
}

static int Opens(node* n, const wt_key* key)
{
    wt_key found;
    int i;

    for (i = 0; wt_keyring_opening(n->ring, key->name, i, &found); i++) {
        if (memcmp(found.name, key->name, sizeof(key->name)) == 0 &&
                memcmp(found.secret, key->secret, sizeof(key->secret)) == 0)
            return 1;
    }
    return 0;
}

/* What one seals all open. */
static void AllAgree(node* nodes, const char* when)
{
    wt_key key;
    int i, j;

    for (i = 0; i < NODES; i++) {
        ck_assert_msg(wt_keyring_sealing(nodes[i].ring, &key) == 1,
            "%s: node %d has no key", when, i);
        for (j = 0; j < NODES; j++)
            ck_assert_msg(Opens(&nodes[j], &key),
                "%s: node %d seals with what node %d does not have", when, i,
                j);
    }
}

static unsigned long Proposed(node* nodes)
{
    wolfTicket_SourceReport r;
    unsigned long sum = 0;
    int i;

    for (i = 0; i < NODES; i++) {
        ck_assert_int_eq(wolfTicket_KeyRing_get_report(nodes[i].ring, &r), 1);
        sum += r.proposed;
    }
    return sum;
}

/* Lets so many seconds pass; each node comes when its time has come. */
static void Pass(node* nodes, unsigned int seconds, const char* when)
{
    unsigned int next;
    int i;

    while (seconds-- > 0) {
        for (i = 0; i < NODES; i++) {
            nodes[i].now++;
            if (nodes[i].now >= nodes[i].next) {
                (void)wolfTicket_KeyRing_refresh(nodes[i].ring, &next);
                nodes[i].next = nodes[i].now + (next + 999) / 1000;
            }
        }
        AllAgree(nodes, when);
    }
}

static void OpenAll(node* nodes, unsigned int period, unsigned int life)
{
    static const long ahead[NODES] = { 0, 30, -30, 7 };
    int i;

    for (i = 0; i < NODES; i++)
        Open(&nodes[i], ahead[i], period, life);
    for (i = 0; i < NODES; i++)
        (void)wolfTicket_KeyRing_refresh(nodes[i].ring, NULL);
}

static void CloseAll(node* nodes)
{
    int i;

    for (i = 0; i < NODES; i++)
        Close(&nodes[i]);
}

/* ---- rotations ----------------------------------------------------------- */

START_TEST(one_node_makes_each_key_and_all_have_it_before_it_seals)
{
    node nodes[NODES];

    OpenAll(nodes, PERIOD, SHORT);
    Pass(nodes, 10 * PERIOD, "rotations");
    /* one at the beginning, then one a period */
    ck_assert_uint_ge(Proposed(nodes), 10);
    ck_assert_uint_le(Proposed(nodes), 11);
    CloseAll(nodes);
}
END_TEST

START_TEST(without_redis_all_agree_and_afterwards_too)
{
    node nodes[NODES];
    wolfTicket_SourceReport r;
    unsigned long before;

    OpenAll(nodes, PERIOD, SHORT);
    Pass(nodes, PERIOD, "before");
    before = Proposed(nodes);
    redis_kill();
    Pass(nodes, 8 * PERIOD, "away");
    ck_assert_uint_eq(Proposed(nodes), before);
    ck_assert_int_eq(wolfTicket_KeyRing_get_report(nodes[0].ring, &r), 1);
    ck_assert_int_eq(r.state, WOLFTICKET_SOURCE_AWAY);
    ck_assert_uint_gt(r.failures, 0);
    ck_assert_uint_lt(r.since, nodes[0].now - 7 * PERIOD);
    redis_start();
    Pass(nodes, 3 * PERIOD, "back, empty");
    ck_assert_uint_gt(Proposed(nodes), before);
    ck_assert_int_eq(wolfTicket_KeyRing_get_report(nodes[0].ring, &r), 1);
    ck_assert_int_eq(r.state, WOLFTICKET_SOURCE_OK);
    CloseAll(nodes);
}
END_TEST

START_TEST(a_redis_that_loses_all_now_and_then_costs_nothing)
{
    node nodes[NODES];
    int i;

    OpenAll(nodes, PERIOD, SHORT);
    for (i = 0; i < 12; i++) {
        Pass(nodes, PERIOD / 3 + 7, "between");
        redis_do("FLUSHALL");
    }
    Pass(nodes, PERIOD, "after");
    CloseAll(nodes);
}
END_TEST

/* Processes, in step by pipes; all come at once. */
static void Child(int go, int done, long ahead)
{
    node n;
    char step;
    wolfTicket_SourceReport r;

    Open(&n, ahead, PERIOD, 1200);
    while (read(go, &step, 1) == 1 && step != 'e') {
        n.now += 5;
        (void)wolfTicket_KeyRing_refresh(n.ring, NULL);
        if (write(done, &step, 1) != 1)
            _exit(255);
    }
    if (!wolfTicket_KeyRing_get_report(n.ring, &r) || r.state !=
            WOLFTICKET_SOURCE_OK)
        _exit(254);
    Close(&n);
    _exit((int)r.proposed);
}

START_TEST(of_processes_one_makes_each_key)
{
    int go[NODES][2], done[2];
    pid_t child[NODES];
    unsigned int t;
    char step = 's';
    int i, status;
    int sum = 0;

    ck_assert_int_eq(pipe(done), 0);
    for (i = 0; i < NODES; i++) {
        ck_assert_int_eq(pipe(go[i]), 0);
        child[i] = fork();
        ck_assert_int_ge(child[i], 0);
        if (child[i] == 0)
            Child(go[i][0], done[1], i * 3);
    }
    for (t = 0; t < 5 * PERIOD + 10; t += 5) {
        for (i = 0; i < NODES; i++)
            ck_assert_int_eq(write(go[i][1], &step, 1), 1);
        for (i = 0; i < NODES; i++)
            ck_assert_int_eq(read(done[0], &step, 1), 1);
    }
    step = 'e';
    for (i = 0; i < NODES; i++) {
        ck_assert_int_eq(write(go[i][1], &step, 1), 1);
        ck_assert_int_eq(waitpid(child[i], &status, 0), child[i]);
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) < 250);
        sum += WEXITSTATUS(status);
    }
    ck_assert_int_ge(sum, 5);
    ck_assert_int_le(sum, 6);
    ck_assert_int_eq(redis_entries("keys"), sum);
}
END_TEST

/* ---- news ---------------------------------------------------------------- */

/* Nodes that have subscribed and fetched. */
static void Subscribe(wolfTicket_Redis** many)
{
    int i;

    for (i = 0; i < MANY; i++) {
        many[i] = redis_new();
        ck_assert_int_eq(await_news(many[i]), 1);
        (void)fetch(many[i], START);
    }
}

static void FreeAll(wolfTicket_Redis** many)
{
    int i;

    for (i = 0; i < MANY; i++)
        wolfTicket_Redis_free(many[i]);
}

START_TEST(after_a_push_each_node_asks_at_a_moment_of_its_own)
{
    wolfTicket_Redis* many[MANY];
    word64 began, at, first = 0, last = 0;
    int told[MANY] = { 0 };
    int early = 0;
    int i, count = 0;

    Subscribe(many);
    redis_do("PUBLISH wolfticket:news x");
    began = wt_redis_ms();
    while (count < MANY && wt_redis_ms() - began < 5000) {
        for (i = 0; i < MANY; i++) {
            if (told[i] || !wt_redis_source.wait(many[i], 1))
                continue;
            at = wt_redis_ms() - began;
            told[i] = 1;
            first = (count == 0) ? at : first;
            last = at;
            early += at < 100;
            count++;
        }
    }
    ck_assert_int_eq(count, MANY);
    ck_assert_msg(last < 1000 && last - first >= 200 && early <= MANY / 2,
        "%d nodes, from %lu to %lu ms, %d before 100", MANY,
        (unsigned long)first, (unsigned long)last, early);
    FreeAll(many);
}
END_TEST

/* Whatever has come, and many messages are one. */
START_TEST(who_waits_waits_no_longer_than_he_has_said)
{
    wolfTicket_Redis* many[MANY];
    wolfTicket_RedisStats stats;
    word64 began;
    int late = 0;
    int i, n;

    Subscribe(many);
    for (n = 0; n < 20; n++)
        redis_do("PUBLISH wolfticket:news x");
    for (i = 0; i < MANY; i++) {
        began = wt_redis_ms();
        (void)wt_redis_source.wait(many[i], 5);
        late += wt_redis_ms() - began > 50;
    }
    ck_assert_int_le(late, MANY / 4);
    for (i = 0; i < MANY; i++)
        ck_assert(wolfTicket_Redis_get_stats(many[i], &stats) &&
            (stats.pushes == 1 || await_news(many[i])));
    for (i = 0; i < MANY; i++)
        ck_assert_int_eq(wt_redis_source.wait(many[i], 1), 0);
    FreeAll(many);
}
END_TEST

/* ---- revocation ---------------------------------------------------------- */

#ifndef SINGLE_THREADED

static long long Subscribers(void)
{
    redisReply* reply = redis_say("PUBSUB NUMSUB wolfticket:news");
    long long n = reply->element[1]->integer;

    freeReplyObject(reply);
    return n;
}

static int Has(wolfTicket_KeyRing* ring, const unsigned char* name)
{
    wolfTicket_KeyInfo infos[WOLFTICKET_MAX_KEYS];
    int count = wolfTicket_KeyRing_list(ring, infos, WOLFTICKET_MAX_KEYS);
    int i;

    for (i = 0; i < count && i < WOLFTICKET_MAX_KEYS; i++) {
        if (memcmp(infos[i].name, name, 16) == 0)
            return 1;
    }
    return 0;
}

static int Becomes(wolfTicket_KeyRing* ring, const unsigned char* name,
    int there)
{
    int tries;

    for (tries = 0; tries < 2000 && Has(ring, name) != there; tries++)
        (void)poll(NULL, 0, 5);
    return Has(ring, name) == there;
}

/* The next refresh is an hour away: what comes, comes by push. */
START_TEST(keys_and_revocations_come_by_push_to_a_ring_whose_thread_runs)
{
    wolfTicket_Redis* one = redis_new();
    wolfTicket_Redis* other = redis_new();
    wolfTicket_RedisStats stats;
    wolfTicket_SourceOptions how;
    wolfTicket_KeyRing* ring;
    word64 now = (word64)time(NULL);
    wolfTicket_SourceKey key = make_key(1, now + 20);
    wolfTicket_SourceReport r;
    int tries;

    (void)fetch(one, now);
    memset(&how, 0, sizeof(how));
    how.refresh = 3600;
    how.period = 4 * 3600;
    ring = wolfTicket_KeyRing_new_source(wolfTicket_Redis_source(other),
        other, &how);
    ck_assert_ptr_nonnull(ring);
    ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
    /* at once, and when it has subscribed */
    for (tries = 0, memset(&r, 0, sizeof(r)); tries < 2000 && r.fetches < 3;
            tries++) {
        (void)poll(NULL, 0, 5);
        ck_assert_int_eq(wolfTicket_KeyRing_get_report(ring, &r), 1);
    }
    (void)fetch(one, now);
    ck_assert_int_eq(wt_redis_source.propose(one, now, &key), 1);
    ck_assert(Becomes(ring, key.name, 1));
    ck_assert_int_eq(wolfTicket_Redis_revoke(one, now, key.name), 1);
    ck_assert(Becomes(ring, key.name, 0));
    ck_assert_int_eq(wolfTicket_Redis_get_stats(other, &stats), 1);
    ck_assert_uint_ge(stats.pushes, 2);
    ck_assert_int_eq(wolfTicket_KeyRing_stop(ring), 1);
    wolfTicket_KeyRing_free(ring);
    wolfTicket_Redis_free(one);
    wolfTicket_Redis_free(other);
}
END_TEST

static int Connections(void)
{
    redisReply* list = redis_say("CLIENT LIST");
    const char* at;
    int n = 0;

    for (at = list->str; (at = strstr(at, "addr=")) != NULL; at++)
        n++;
    freeReplyObject(list);
    return n;
}

/* The thread of a ring waits in the source for a moment after the ring has
 * gone; whichever of the two is freed first, the object outlives that, and
 * then goes with its connections. */
START_TEST(an_object_outlives_the_thread_of_its_ring)
{
    enum { ROUNDS = 12 };
    wolfTicket_KeyRing* ring;
    wolfTicket_Redis* redis;
    int before = Connections();
    int i, tries;

    for (i = 0; i < ROUNDS; i++) {
        redis = redis_new();
        ring = wolfTicket_KeyRing_new_source(wolfTicket_Redis_source(redis),
            redis, NULL);
        ck_assert_ptr_nonnull(ring);
        ck_assert_int_eq(wolfTicket_KeyRing_start(ring), 1);
        (void)poll(NULL, 0, 17 * i);
        if (i % 2 == 0)
            wolfTicket_Redis_free(redis);
        if (i % 4 < 2)
            ck_assert_int_eq(wolfTicket_KeyRing_refresh(ring, NULL), 1);
        wolfTicket_KeyRing_free(ring);
        if (i % 2 != 0)
            wolfTicket_Redis_free(redis);
    }
    for (tries = 0; tries < 1000 && Connections() > before; tries++)
        (void)poll(NULL, 0, 10);
    ck_assert_int_eq(Connections(), before);
}
END_TEST

/* Rings whose threads run; the slowest, in milliseconds. */
START_TEST(a_revocation_is_everywhere_within_a_second)
{
    wolfTicket_Redis* many[MANY];
    wolfTicket_KeyRing* rings[MANY];
    wolfTicket_Redis* one = redis_new();
    wolfTicket_SourceOptions how;
    word64 now = (word64)time(NULL);
    wolfTicket_SourceKey key = make_key(1, now + 20);
    word64 began, took;
    int i;

    (void)fetch(one, now);
    ck_assert_int_eq(wt_redis_source.propose(one, now, &key), 1);
    memset(&how, 0, sizeof(how));
    how.refresh = 3600;
    how.period = 4 * 3600;
    for (i = 0; i < MANY; i++) {
        many[i] = redis_new();
        rings[i] = wolfTicket_KeyRing_new_source(
            wolfTicket_Redis_source(many[i]), many[i], &how);
        ck_assert_ptr_nonnull(rings[i]);
        ck_assert_int_eq(wolfTicket_KeyRing_start(rings[i]), 1);
    }
    for (i = 0; i < MANY; i++)
        ck_assert(Becomes(rings[i], key.name, 1));
    while (Subscribers() < MANY)
        (void)poll(NULL, 0, 5);
    (void)poll(NULL, 0, 200);   /* until they have fetched for that */
    began = wt_redis_ms();
    ck_assert_int_eq(wolfTicket_Redis_revoke(one, now, key.name), 1);
    for (i = 0; i < MANY; i++)
        ck_assert(Becomes(rings[i], key.name, 0));
    took = wt_redis_ms() - began;
    ck_assert_msg(took < 1000, "%lu ms", (unsigned long)took);
    for (i = 0; i < MANY; i++) {
        ck_assert_int_eq(wolfTicket_KeyRing_stop(rings[i]), 1);
        wolfTicket_KeyRing_free(rings[i]);
    }
    FreeAll(many);
    wolfTicket_Redis_free(one);
}
END_TEST

#endif

/* Where no ring is made, or the ring's part is given back. */
START_TEST(an_object_that_a_source_was_asked_of_goes_with_its_last_part)
{
    wolfTicket_SourceOptions how;
    const wolfTicket_Source* source;
    wolfTicket_Redis* redis = redis_new();

    ck_assert_ptr_null(wolfTicket_Redis_source(NULL));
    source = wolfTicket_Redis_source(redis);
    memset(&how, 0, sizeof(how));
    how.refresh = 3601;
    ck_assert_ptr_null(wolfTicket_KeyRing_new_source(source, redis, &how));
    source->destroy(redis);
    ck_assert_int_ge(fetch(redis, START).all, 1);
    wolfTicket_Redis_free(redis);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("redis_ring");
    TCase* tc = th_case(suite, "rings", 1);

    tcase_add_checked_fixture(tc, redis_setup, redis_teardown);
    tcase_add_test(tc,
        one_node_makes_each_key_and_all_have_it_before_it_seals);
    tcase_add_test(tc, without_redis_all_agree_and_afterwards_too);
    tcase_add_test(tc, a_redis_that_loses_all_now_and_then_costs_nothing);
    tcase_add_test(tc, of_processes_one_makes_each_key);
    tcase_add_test(tc, after_a_push_each_node_asks_at_a_moment_of_its_own);
    tcase_add_test(tc, who_waits_waits_no_longer_than_he_has_said);
#ifndef SINGLE_THREADED
    tcase_add_test(tc, a_revocation_is_everywhere_within_a_second);
    tcase_add_test(tc,
        keys_and_revocations_come_by_push_to_a_ring_whose_thread_runs);
    tcase_add_test(tc, an_object_outlives_the_thread_of_its_ring);
#endif
    tcase_add_test(tc,
        an_object_that_a_source_was_asked_of_goes_with_its_last_part);
    return th_run(suite);
}
