/* unit_redis_hostile.c
 *
 * Somebody can write to Redis: no key of his is taken, and it is told.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "redis_fixture.h"

#define BIG 1048576

/* ---- single entries ------------------------------------------------------ */

/* What is put beside one good key.  The record is that key's, of slot 1. */
typedef struct {
    const char* what;
    void (*plant)(const redisReply* record);
    int authentic;      /* good keys afterwards */
    const char* said;   /* in the report; NULL: nothing */
} plant_row;

static void Changed(const redisReply* record)
{
    char copy[WT_REDIS_KEY_SZ];

    memcpy(copy, record->str, sizeof(copy));
    copy[60] ^= 1;
    redis_plant("1", copy, sizeof(copy));
}

static void Cut(const redisReply* record)
{
    redis_plant("2", record->str, record->len - 1);
}

static void Empty(const redisReply* record)
{
    redis_plant("2", record->str, 0);
}

static void Longer(const redisReply* record)
{
    char copy[WT_REDIS_KEY_SZ + 1] = { 0 };

    memcpy(copy, record->str, WT_REDIS_KEY_SZ);
    redis_plant("2", copy, sizeof(copy));
}

static void Megabyte(const redisReply* record)
{
    char* mem = (char*)calloc(BIG, 1);

    ck_assert_ptr_nonnull(mem);
    memcpy(mem, record->str, record->len);
    redis_plant("2", mem, BIG);
    free(mem);
}

static void OtherSlot(const redisReply* record)
{
    redis_plant("2", record->str, record->len);
}

static void NoSlot(const redisReply* record)
{
    redis_plant("x", record->str, record->len);
    redis_plant("01", record->str, record->len);
    redis_plant("-1", record->str, record->len);
    redis_plant("1 ", record->str, record->len);
    redis_plant("4294967297", record->str, record->len);
    redis_plant("99999999999999999999", record->str, record->len);
    redis_do("HSET wolfticket:keys %b %b", "", (size_t)0, record->str,
        record->len);
}

static void Text(const redisReply* record)
{
    (void)record;
    redis_do("HSET wolfticket:keys 2 hello 3 0 4 -1");
}

static void Seal(const unsigned char* secret, const char* prefix,
    const wolfTicket_SourceKey* key, const char* slot)
{
    wt_redis_seals seals;
    byte record[WT_REDIS_KEY_SZ];

    ck_assert_int_eq(wt_redis_seals_new(&seals, secret, 32, prefix), 1);
    ck_assert_int_eq(wt_redis_key_seal(&seals, (word32)atoi(slot), key,
        record), 1);
    redis_plant(slot, record, sizeof(record));
}

static void OtherSecret(const redisReply* record)
{
    wolfTicket_SourceKey key = make_key(9, START);

    (void)record;
    Seal(secretB, "wolfticket:", &key, "2");
}

static void OtherPrefix(const redisReply* record)
{
    wolfTicket_SourceKey key = make_key(9, START);

    (void)record;
    Seal(secretA, "wolfticket", &key, "2");
}

static void Newer(const redisReply* record)
{
    char copy[WT_REDIS_KEY_SZ];

    memcpy(copy, record->str, sizeof(copy));
    copy[0] = 2;
    redis_plant("2", copy, sizeof(copy));
}

static void Yesterday(const redisReply* record)
{
    wolfTicket_SourceKey key = make_key(9, START - DAY);

    (void)record;
    Seal(secretA, "wolfticket:", &key, "2");
}

/* A node's, under a key's place. */
static void Tombstone(const redisReply* record)
{
    (void)record;
    redis_do("HSET wolfticket:revoked zz x");
    redis_do("HSET wolfticket:revoked %b %b",
        "01010101010101010101010101010101", (size_t)32, "not sealed",
        (size_t)10);
}

static void Many(const redisReply* record)
{
    char slot[16];
    int i;

    for (i = 2; i < 500; i++) {
        (void)snprintf(slot, sizeof(slot), "%d", i);
        redis_plant(slot, record->str, record->len);
    }
}

static void Nothing(const redisReply* record)
{
    (void)record;
}

static const plant_row plants[] = {
    { "nothing",                 Nothing,     1, NULL },
    { "a bit changed",           Changed,     0, "1 not authentic" },
    { "cut",                     Cut,         1, "1 not authentic" },
    { "empty",                   Empty,       1, "1 not authentic" },
    { "longer",                  Longer,      1, "1 not authentic" },
    { "a megabyte",              Megabyte,    1, "1 not authentic" },
    { "in another slot",         OtherSlot,   1, "1 not authentic" },
    { "in no slot",              NoSlot,      1, "7 not authentic" },
    { "other text",              Text,        1, "3 not authentic" },
    { "of another secret",       OtherSecret, 1, "1 of another secret" },
    { "of another prefix",       OtherPrefix, 1, "1 not authentic" },
    { "of a newer version",      Newer,       1, "1 of a newer version" },
    { "of yesterday",            Yesterday,   1, "1 of another time" },
    { "tombstones",              Tombstone,   1, "2 not authentic" },
    { "many",                    Many,        1, "498 not authentic" }
};

START_TEST(an_entry_that_was_put_there_is_told_and_not_taken)
{
    const plant_row* row = &plants[_i];
    wolfTicket_Redis* maker = redis_with_key(1);
    wolfTicket_Redis* redis = redis_new();
    redisReply* record = redis_record();
    wolfTicket_SourceReport r;
    fetched f;

    row->plant(record);
    f = fetch(redis, START);
    r = report(redis, START);
    ck_assert_msg(f.count == row->authentic, "%s: %d keys", row->what,
        f.count);
    ck_assert(row->authentic == 0 || has_key(&f, 1));
    ck_assert_int_eq(r.state, WOLFTICKET_SOURCE_OK);
    ck_assert_msg((row->said == NULL) ? (r.text[0] == '\0' && r.rejected == 0)
        : (strstr(r.text, row->said) != NULL && r.rejected > 0),
        "%s: %lu, %s", row->what, r.rejected, r.text);
    /* Whatever is in the next slot, a key can be made, and all have it. */
    (void)fetch(maker, START);
    ck_assert_int_eq(propose(maker, START, 2, START + HOUR), 1);
    f = fetch(redis, START);
    ck_assert_msg(has_key(&f, 2), "%s", row->what);
    freeReplyObject(record);
    wolfTicket_Redis_free(maker);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(every_byte_of_a_record_counts)
{
    wolfTicket_Redis* maker = redis_with_key(1);
    wolfTicket_Redis* redis = redis_new();
    redisReply* record = redis_record();
    size_t i;

    for (i = 0; i < record->len; i++) {
        record->str[i] ^= (char)0x80;
        redis_plant("1", record->str, record->len);
        record->str[i] ^= (char)0x80;
        ck_assert_msg(fetch(redis, START).count == 0, "byte %u", (unsigned)i);
    }
    redis_plant("1", record->str, record->len);
    ck_assert_int_eq(fetch(redis, START).count, 1);
    freeReplyObject(record);
    wolfTicket_Redis_free(maker);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(keys_that_changed_places_are_neither)
{
    wolfTicket_Redis* maker = redis_with_key(1);
    wolfTicket_Redis* redis = redis_new();
    redisReply* one;
    redisReply* two;

    ck_assert_int_eq(propose(maker, START, 2, START + HOUR), 1);
    one = redis_record();
    two = redis_say("HGET wolfticket:keys 2");
    redis_plant("1", two->str, two->len);
    redis_plant("2", one->str, one->len);
    ck_assert_int_eq(fetch(redis, START).count, 0);
    /* who had them still has them, and puts them where there is room */
    ck_assert_int_eq(fetch(maker, START).count, 2);
    ck_assert_int_eq(fetch(redis, START).count, 2);
    freeReplyObject(one);
    freeReplyObject(two);
    wolfTicket_Redis_free(maker);
    wolfTicket_Redis_free(redis);
}
END_TEST

/* ---- more than a reply may have ------------------------------------------ */

/* So many entries of so many bytes, behind the one that is there. */
static void Flood(const char* place, int count, int sz)
{
    redis_do("EVAL %s 1 %s %d %d", "for i = 2, ARGV[1] do "
        "redis.call('HSET', KEYS[1], i, string.rep('x', ARGV[2])) end",
        place, count, sz);
}

typedef struct {
    const char* place;
    int count;
    int sz;
    int state;
} flood_row;

static const flood_row floods[] = {
    { "wolfticket:keys",    32768, 1,   WOLFTICKET_SOURCE_OK },
    { "wolfticket:keys",    32769, 1,   WOLFTICKET_SOURCE_AWAY },
    { "wolfticket:keys",    4,     BIG, WOLFTICKET_SOURCE_OK },
    { "wolfticket:keys",    6,     BIG, WOLFTICKET_SOURCE_AWAY },
    { "wolfticket:revoked", 32769, 1,   WOLFTICKET_SOURCE_OK },
    { "wolfticket:revoked", 32770, 1,   WOLFTICKET_SOURCE_AWAY }
};

START_TEST(a_hash_that_is_flooded_is_as_if_redis_were_away)
{
    const flood_row* row = &floods[_i];
    int away = row->state == WOLFTICKET_SOURCE_AWAY;
    wolfTicket_Redis* redis = redis_with_key(1);
    wolfTicket_SourceReport r;
    fetched f;

    Flood(row->place, row->count, row->sz);
    f = fetch(redis, START);
    r = report(redis, START);
    ck_assert_msg(r.state == row->state, "%d, %s", r.state, r.text);
    ck_assert_str_ne(r.text, "");
    ck_assert_int_eq(wolfTicket_Redis_list_keys(redis, NULL, 0) == -1, away);
    /* what it knew, and the reserve, serve on; it makes no key */
    ck_assert_int_eq(f.count, 1);
    ck_assert_int_ge(f.all, 3);
    ck_assert_int_eq(propose(redis, START, 2, START + HOUR), away ? -1 : 1);
    redis_do("DEL %s", row->place);
    ck_assert_int_eq(fetch(redis, START).count, away ? 1 : 2);
    ck_assert_int_eq(report(redis, START).state, WOLFTICKET_SOURCE_OK);
    wolfTicket_Redis_free(redis);
}
END_TEST

/* ---- other things in our place ------------------------------------------- */

static const char* const types[] = {
    "SET wolfticket:keys x", "RPUSH wolfticket:keys x",
    "SADD wolfticket:keys x", "ZADD wolfticket:keys 1 x",
    "SET wolfticket:revoked x"
};

START_TEST(a_value_of_another_type_is_told)
{
    wolfTicket_Redis* redis = redis_new();
    wolfTicket_SourceReport r;

    redis_do(types[_i]);
    ck_assert_int_ge(fetch(redis, START).all, 2);
    r = report(redis, START);
    ck_assert_int_eq(r.state, WOLFTICKET_SOURCE_AWAY);
    ck_assert_ptr_nonnull(strstr(r.text, "WRONGTYPE"));
    ck_assert_int_eq(propose(redis, START, 1, START), -1);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(nodes_that_were_put_there_are_not_shown)
{
    wolfTicket_Redis* redis = redis_with_key(1);
    wolfTicket_RedisNode nodes[4];
    redisReply* ids;
    redisReply* record;
    int rejected = -1;

    (void)fetch(redis, START);
    ck_assert_int_eq(wolfTicket_Redis_list_nodes(redis, nodes, 4, &rejected),
        1);
    ck_assert_int_eq(rejected, 0);
    ids = redis_say("ZRANGE wolfticket:nodes 0 -1");
    record = redis_say("GET wolfticket:node:%s", ids->element[0]->str);
    redis_do("ZADD wolfticket:nodes 1 0102030405060708 2 %s%s", "zz",
        "%s%n../../x");
    redis_do("SET wolfticket:node:0102030405060708 %b", record->str,
        record->len);
    redis_do("SET wolfticket:node:zz%s x", "%s%n../../x");
    ck_assert_int_eq(wolfTicket_Redis_list_nodes(redis, nodes, 4, &rejected),
        1);
    ck_assert_int_eq(rejected, 2);
    freeReplyObject(ids);
    freeReplyObject(record);
    wolfTicket_Redis_free(redis);
}
END_TEST

/* ---- secrets, versions, passwords ---------------------------------------- */

START_TEST(a_wrong_fleet_secret_is_refused_with_a_text)
{
    wolfTicket_RedisOptions options = redis_options();
    wolfTicket_Redis* right = redis_with_key(1);
    wolfTicket_Redis* wrong;
    wolfTicket_SourceReport r;

    options.secret = secretB;
    wrong = redis_with(options);
    ck_assert_int_eq(fetch(wrong, START).count, 0);
    r = report(wrong, START);
    ck_assert_int_eq(r.state, WOLFTICKET_SOURCE_REFUSED);
    ck_assert_ptr_nonnull(strstr(r.text, "secret"));
    ck_assert_int_eq(propose(wrong, START, 2, START), -1);
    /* and it has written nothing */
    ck_assert_int_eq(redis_entries("keys"), 1);
    ck_assert_int_eq(fetch(right, START).count, 1);
    ck_assert_str_eq(report(right, START).text, "");
    /* with a prefix of its own it is another fleet */
    wolfTicket_Redis_free(wrong);
    options.prefix = "other:";
    wrong = redis_with(options);
    (void)fetch(wrong, START);
    ck_assert_int_eq(report(wrong, START).state, WOLFTICKET_SOURCE_OK);
    ck_assert_int_eq(propose(wrong, START, 2, START), 1);
    wolfTicket_Redis_free(right);
    wolfTicket_Redis_free(wrong);
}
END_TEST

START_TEST(keys_of_a_newer_version_are_refused_with_a_text)
{
    wolfTicket_Redis* maker = redis_with_key(1);
    wolfTicket_Redis* redis = redis_new();
    redisReply* record = redis_record();
    wolfTicket_SourceReport r;

    record->str[0] = 2;
    redis_plant("1", record->str, record->len);
    (void)fetch(redis, START);
    r = report(redis, START);
    ck_assert_int_eq(r.state, WOLFTICKET_SOURCE_REFUSED);
    ck_assert_ptr_nonnull(strstr(r.text, "newer"));
    freeReplyObject(record);
    wolfTicket_Redis_free(maker);
    wolfTicket_Redis_free(redis);
}
END_TEST

typedef struct {
    const char* username;
    const char* password;
    unsigned int database;
    int state;
    const char* said;
} login_row;

static const login_row logins[] = {
    { NULL,      "right", 0, WOLFTICKET_SOURCE_OK, "" },
    { "default", "right", 0, WOLFTICKET_SOURCE_OK, "" },
    { NULL,      "right", 3, WOLFTICKET_SOURCE_OK, "" },
    { NULL,      NULL,    0, WOLFTICKET_SOURCE_REFUSED, "password" },
    { NULL,      NULL,    3, WOLFTICKET_SOURCE_REFUSED, "password" },
    { NULL,      "wrong", 0, WOLFTICKET_SOURCE_REFUSED, "password" },
    { "nobody",  "right", 0, WOLFTICKET_SOURCE_REFUSED, "password" },
    { NULL,      "right", 4, WOLFTICKET_SOURCE_REFUSED, "database" }
};

START_TEST(a_login_that_fails_is_refused_with_a_text)
{
    const login_row* row = &logins[_i];
    wolfTicket_RedisOptions options = redis_options();
    wolfTicket_SourceReport r;
    wolfTicket_Redis* redis;

    redis_start_with("right");
    options.username = row->username;
    options.password = row->password;
    options.database = row->database;
    redis = redis_with(options);
    ck_assert_int_ge(fetch(redis, START).all, 2);
    r = report(redis, START);
    ck_assert_msg(r.state == row->state, "%d, %s", r.state, r.text);
    ck_assert_msg(strstr(r.text, row->said) != NULL, "%s", r.text);
    ck_assert_ptr_null(strstr(r.text, "wrong"));
    ck_assert_ptr_null(strstr(r.text, "right\""));
    wolfTicket_Redis_free(redis);
    redis_kill();
}
END_TEST

/* ---- options ------------------------------------------------------------- */

static const unsigned char zeros[32] = { 0 };
static char longText[200];

static wolfTicket_RedisOptions Wrong(int i)
{
    wolfTicket_RedisOptions o = redis_options();

    memset(longText, 'x', sizeof(longText) - 1);
    switch (i) {
        case 0:  o.secret = NULL; break;
        case 1:  o.secret_sz = 31; break;
        case 2:  o.secret = zeros; break;
        case 3:  o.secret_sz = 65536; break;
        case 4:  o.path = longText; break;
        case 5:  o.path = ""; break;
        case 6:  o.port = 65536; break;
        case 7:  o.username = "me"; break;
        case 8:  o.prefix = ""; break;
        case 9:  o.prefix = longText; break;
        case 10: o.node = longText; break;
        case 11: o.connect_ms = 60001; break;
        case 12: o.command_ms = 60001; break;
        case 13: o.handshake_ms = 60001; break;
        case 14: o.lifetime = 604801; break;
        case 15: o.reserve_period = 59; break;
        case 16: o.reserve_period = LIFETIME / 2 - 1; break;
        default: o.reserve_period = 604801; break;
    }
    return o;
}

START_TEST(options_out_of_range_are_refused_with_a_text)
{
    wolfTicket_RedisOptions options = Wrong(_i);

    ck_assert_ptr_null(wolfTicket_Redis_new(&options));
    ck_assert_str_ne(wolfTicket_Redis_error(), "");
}
END_TEST

START_TEST(without_arguments_nothing_happens)
{
    unsigned char name[16] = { 0 };

    ck_assert_ptr_null(wolfTicket_Redis_new(NULL));
    wolfTicket_Redis_free(NULL);
    ck_assert_int_eq(wolfTicket_Redis_revoke(NULL, START, name), 0);
    ck_assert_int_eq(wolfTicket_Redis_claim(name, 0, 1, NULL), -1);
    ck_assert_int_eq(wolfTicket_Redis_get_stats(NULL, NULL), 0);
    ck_assert_int_eq(wolfTicket_Redis_list_keys(NULL, NULL, 0), -1);
    ck_assert_int_eq(wolfTicket_Redis_list_nodes(NULL, NULL, 0, NULL), -1);
}
END_TEST

static void PlaceSetup(void)
{
    th_setup();
    redis_place();
}

int main(void)
{
    Suite* suite = suite_create("redis_hostile");
    TCase* tc = th_case(suite, "entries", 1);
    TCase* bare = th_case(suite, "options", 1);

    tcase_add_checked_fixture(tc, redis_setup, redis_teardown);
    tcase_add_checked_fixture(bare, PlaceSetup, redis_teardown);
    tcase_add_loop_test(tc, an_entry_that_was_put_there_is_told_and_not_taken,
        0, (int)(sizeof(plants) / sizeof(plants[0])));
    tcase_add_test(tc, every_byte_of_a_record_counts);
    tcase_add_test(tc, keys_that_changed_places_are_neither);
    tcase_add_loop_test(tc, a_hash_that_is_flooded_is_as_if_redis_were_away,
        0, (int)(sizeof(floods) / sizeof(floods[0])));
    tcase_add_loop_test(tc, a_value_of_another_type_is_told, 0,
        (int)(sizeof(types) / sizeof(types[0])));
    tcase_add_test(tc, nodes_that_were_put_there_are_not_shown);
    tcase_add_test(tc, a_wrong_fleet_secret_is_refused_with_a_text);
    tcase_add_test(tc, keys_of_a_newer_version_are_refused_with_a_text);
    tcase_add_loop_test(bare, a_login_that_fails_is_refused_with_a_text, 0,
        (int)(sizeof(logins) / sizeof(logins[0])));
    tcase_add_loop_test(bare, options_out_of_range_are_refused_with_a_text, 0,
        18);
    tcase_add_test(bare, without_arguments_nothing_happens);
    return th_run(suite);
}
