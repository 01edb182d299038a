/* unit_redis_record.c
 *
 * Records: what was not sealed here, for this place, does not open.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "redis_fixture.h"
#include "redis_record.h"

#define SLOT 7

static wt_redis_seals seals;

static void Setup(void)
{
    th_setup();
    ck_assert_int_eq(wt_redis_seals_new(&seals, secretA, sizeof(secretA),
        "p:"), 1);
}

static wolfTicket_RedisNode Node(void)
{
    wolfTicket_RedisNode node;

    memset(&node, 0, sizeof(node));
    (void)snprintf(node.node, sizeof(node.node), "host.example:1");
    node.heard = START;
    node.key_count = 2;
    memset(node.keys[0], 1, 16);
    memset(node.keys[1], 2, 16);
    return node;
}

/* ---- good ones ----------------------------------------------------------- */

START_TEST(a_key_comes_out_as_it_went_in)
{
    static const size_t sizes[] = { 16, 32 };
    byte record[WT_REDIS_KEY_SZ];
    wolfTicket_SourceKey key = make_key(1, START);
    wolfTicket_SourceKey out;

    key.aes_sz = sizes[_i % 2];
    key.hmac_sz = sizes[_i / 2];
    memset(key.aes + key.aes_sz, 0, sizeof(key.aes) - key.aes_sz);
    memset(key.hmac + key.hmac_sz, 0, sizeof(key.hmac) - key.hmac_sz);
    key.flags = WOLFTICKET_SOURCE_OPENS_ONLY;
    ck_assert_int_eq(wt_redis_key_seal(&seals, SLOT, &key, record), 1);
    ck_assert_int_eq(wt_redis_key_open(&seals, SLOT, record, sizeof(record),
        &out), WT_REDIS_AUTHENTIC);
    ck_assert(same_key(&key, &out));
}
END_TEST

START_TEST(a_tombstone_and_a_node_come_out_as_they_went_in)
{
    byte record[WT_REDIS_NODE_SZ];
    byte id[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    wolfTicket_RedisNode node = Node();
    wolfTicket_RedisNode outNode;
    wt_redis_tomb tomb, outTomb;

    memset(&tomb, 0, sizeof(tomb));
    memset(tomb.name, 9, 16);
    tomb.revoked = START;
    tomb.keepUntil = START + DAY;
    ck_assert_int_eq(wt_redis_tomb_seal(&seals, &tomb, record), 1);
    ck_assert_int_eq(wt_redis_tomb_open(&seals, tomb.name, record,
        WT_REDIS_TOMB_SZ, &outTomb), WT_REDIS_AUTHENTIC);
    ck_assert_mem_eq(outTomb.name, tomb.name, 16);
    ck_assert_uint_eq(outTomb.revoked, START);
    ck_assert_uint_eq(outTomb.keepUntil, START + DAY);
    ck_assert_int_eq(wt_redis_node_seal(&seals, id, &node, record), 1);
    ck_assert_int_eq(wt_redis_node_open(&seals, id, record, sizeof(record),
        &outNode), WT_REDIS_AUTHENTIC);
    ck_assert_mem_eq(&outNode, &node, sizeof(node));
}
END_TEST

START_TEST(two_seals_of_one_key_differ_in_salt_and_bytes)
{
    byte a[WT_REDIS_KEY_SZ], b[WT_REDIS_KEY_SZ];
    wolfTicket_SourceKey key = make_key(1, START);
    size_t i;
    int same = 0;

    ck_assert_int_eq(wt_redis_key_seal(&seals, SLOT, &key, a), 1);
    ck_assert_int_eq(wt_redis_key_seal(&seals, SLOT, &key, b), 1);
    ck_assert_mem_ne(a + 10, b + 10, WT_REDIS_SALT_SZ);
    for (i = WT_REDIS_HEAD_SZ; i < sizeof(a); i++)
        same += a[i] == b[i];
    ck_assert_int_lt(same, 20);
}
END_TEST

START_TEST(no_secret_stands_in_a_record)
{
    byte record[WT_REDIS_KEY_SZ];
    wolfTicket_SourceKey key = make_key(1, START);
    size_t i;

    ck_assert_int_eq(wt_redis_key_seal(&seals, SLOT, &key, record), 1);
    for (i = 0; i + 8 <= sizeof(record); i++) {
        ck_assert_mem_ne(record + i, key.aes, 8);
        ck_assert_mem_ne(record + i, key.hmac, 8);
        ck_assert_mem_ne(record + i, key.name, 8);
    }
}
END_TEST

/* ---- bad ones ------------------------------------------------------------ */

START_TEST(a_key_with_any_bit_changed_is_none)
{
    byte record[WT_REDIS_KEY_SZ];
    wolfTicket_SourceKey key = make_key(1, START);
    wolfTicket_SourceKey out;
    size_t bit;

    ck_assert_int_eq(wt_redis_key_seal(&seals, SLOT, &key, record), 1);
    memset(&out, 0x55, sizeof(out));
    for (bit = 0; bit < 8 * sizeof(record); bit++) {
        record[bit / 8] ^= (byte)(1u << bit % 8);
        ck_assert_int_ne(wt_redis_key_open(&seals, SLOT, record,
            sizeof(record), &out), WT_REDIS_AUTHENTIC);
        record[bit / 8] ^= (byte)(1u << bit % 8);
    }
    ck_assert_uint_eq(out.aes[0], 0x55);
}
END_TEST

START_TEST(a_key_that_is_cut_or_longer_is_none)
{
    byte record[WT_REDIS_KEY_SZ + 40];
    wolfTicket_SourceKey key = make_key(1, START);
    wolfTicket_SourceKey out;
    size_t sz;

    memset(record, 0, sizeof(record));
    ck_assert_int_eq(wt_redis_key_seal(&seals, SLOT, &key, record), 1);
    for (sz = 0; sz <= sizeof(record); sz++) {
        /* exactly so much memory, for AddressSanitizer */
        byte* copy = (byte*)malloc((sz > 0) ? sz : 1);

        ck_assert_ptr_nonnull(copy);
        memcpy(copy, record, sz);
        ck_assert_int_eq(wt_redis_key_open(&seals, SLOT, copy, sz, &out) ==
            WT_REDIS_AUTHENTIC, sz == WT_REDIS_KEY_SZ);
        free(copy);
    }
}
END_TEST

typedef struct {
    const char* what;
    word32 slot;
    const unsigned char* secret;
    const char* prefix;
    wt_redis_verdict verdict;
} place_row;

static const place_row places[] = {
    { "its own",       SLOT,     secretA, "p:",  WT_REDIS_AUTHENTIC },
    { "the next slot", SLOT + 1, secretA, "p:",  WT_REDIS_DAMAGED },
    { "slot 0",        0,        secretA, "p:",  WT_REDIS_DAMAGED },
    { "prefix",        SLOT,     secretA, "p",   WT_REDIS_DAMAGED },
    { "prefix",        SLOT,     secretA, "p::", WT_REDIS_DAMAGED },
    { "secret",        SLOT,     secretB, "p:",  WT_REDIS_OTHER_SECRET }
};

START_TEST(a_key_in_another_place_is_none)
{
    const place_row* row = &places[_i];
    byte record[WT_REDIS_KEY_SZ];
    wolfTicket_SourceKey key = make_key(1, START);
    wolfTicket_SourceKey out;
    wt_redis_seals other;

    ck_assert_int_eq(wt_redis_key_seal(&seals, SLOT, &key, record), 1);
    ck_assert_int_eq(wt_redis_seals_new(&other, row->secret, 32, row->prefix),
        1);
    ck_assert_msg(wt_redis_key_open(&other, row->slot, record, sizeof(record),
        &out) == row->verdict, "%s", row->what);
}
END_TEST

START_TEST(a_newer_version_is_told_from_damage)
{
    byte record[WT_REDIS_KEY_SZ];
    wolfTicket_SourceKey key = make_key(1, START);
    wolfTicket_SourceKey out;

    ck_assert_int_eq(wt_redis_key_seal(&seals, SLOT, &key, record), 1);
    record[0] = 2;
    ck_assert_int_eq(wt_redis_key_open(&seals, SLOT, record, sizeof(record),
        &out), WT_REDIS_OTHER_VERSION);
    /* which may be of another size */
    ck_assert_int_eq(wt_redis_key_open(&seals, SLOT, record,
        sizeof(record) - 5, &out), WT_REDIS_OTHER_VERSION);
    record[0] = 0;
    ck_assert_int_eq(wt_redis_key_open(&seals, SLOT, record, sizeof(record),
        &out), WT_REDIS_DAMAGED);
}
END_TEST

START_TEST(a_record_is_of_one_kind)
{
    byte record[WT_REDIS_KEY_SZ];
    byte name[16] = { 0 };
    wolfTicket_SourceKey key = make_key(1, START);
    wt_redis_tomb tomb;
    wolfTicket_RedisNode node;

    ck_assert_int_eq(wt_redis_key_seal(&seals, SLOT, &key, record), 1);
    ck_assert_int_eq(wt_redis_tomb_open(&seals, name, record, sizeof(record),
        &tomb), WT_REDIS_DAMAGED);
    ck_assert_int_eq(wt_redis_node_open(&seals, name, record, sizeof(record),
        &node), WT_REDIS_DAMAGED);
    record[1] = 'R';
    ck_assert_int_eq(wt_redis_key_open(&seals, SLOT, record, sizeof(record),
        (wolfTicket_SourceKey*)&key), WT_REDIS_DAMAGED);
}
END_TEST

START_TEST(a_tombstone_is_of_one_name)
{
    byte record[WT_REDIS_TOMB_SZ];
    byte other[16];
    wt_redis_tomb tomb;

    memset(&tomb, 0, sizeof(tomb));
    memset(tomb.name, 9, 16);
    memset(other, 8, 16);
    tomb.keepUntil = START + DAY;
    ck_assert_int_eq(wt_redis_tomb_seal(&seals, &tomb, record), 1);
    ck_assert_int_eq(wt_redis_tomb_open(&seals, other, record, sizeof(record),
        &tomb), WT_REDIS_DAMAGED);
}
END_TEST

/* ---- reserve keys -------------------------------------------------------- */

START_TEST(reserve_keys_follow_from_secret_prefix_period_and_number)
{
    wolfTicket_SourceKey key, other;
    wt_redis_seals again;

    ck_assert_int_eq(wt_redis_reserve_key(&seals, 7200, 5, &key), 1);
    ck_assert_uint_eq(key.active_from, 36000);
    ck_assert_uint_eq(key.seals_until, 43200);
    ck_assert_uint_eq(key.flags, WOLFTICKET_SOURCE_RESERVE);
    ck_assert_int_eq(wt_redis_seals_new(&again, secretA, 32, "p:"), 1);
    ck_assert_int_eq(wt_redis_reserve_key(&again, 7200, 5, &other), 1);
    ck_assert(same_key(&key, &other));
    ck_assert_int_eq(wt_redis_reserve_key(&seals, 7200, 6, &other), 1);
    ck_assert_mem_ne(key.aes, other.aes, 32);
    ck_assert_mem_ne(key.name, other.name, 16);
    ck_assert_int_eq(wt_redis_reserve_key(&seals, 3600, 5, &other), 1);
    ck_assert_mem_ne(key.aes, other.aes, 32);
    ck_assert_int_eq(wt_redis_seals_new(&again, secretA, 32, "q:"), 1);
    ck_assert_int_eq(wt_redis_reserve_key(&again, 7200, 5, &other), 1);
    ck_assert_mem_ne(key.aes, other.aes, 32);
    ck_assert_int_eq(wt_redis_seals_new(&again, secretB, 32, "p:"), 1);
    ck_assert_int_eq(wt_redis_reserve_key(&again, 7200, 5, &other), 1);
    ck_assert_mem_ne(key.aes, other.aes, 32);
}
END_TEST

/* Nodes of different builds have to agree: these bytes stay. */
START_TEST(reserve_keys_are_these_bytes)
{
    static const byte name[16] = {
        0xa2, 0xc3, 0xb5, 0x95, 0xd2, 0x5c, 0x4e, 0x00,
        0x41, 0x89, 0x85, 0xb1, 0x1e, 0xb8, 0x6d, 0x98
    };
    wolfTicket_SourceKey key;

    ck_assert_int_eq(wt_redis_reserve_key(&seals, 7200, 236111, &key), 1);
    ck_assert_mem_eq(key.name, name, 16);
}
END_TEST

START_TEST(a_record_of_another_build_opens)
{
    wolfTicket_SourceKey key = make_key(1, START);
    wolfTicket_SourceKey out;

    ck_assert_int_eq(wt_redis_key_open(&seals, RECORD_SLOT, record_of_slot_7,
        sizeof(record_of_slot_7), &out), WT_REDIS_AUTHENTIC);
    ck_assert(same_key(&key, &out));
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("redis_record");
    TCase* tc = th_case(suite, "records", 1);

    tcase_add_checked_fixture(tc, Setup, th_teardown);
    tcase_add_loop_test(tc, a_key_comes_out_as_it_went_in, 0, 4);
    tcase_add_test(tc, a_tombstone_and_a_node_come_out_as_they_went_in);
    tcase_add_test(tc, two_seals_of_one_key_differ_in_salt_and_bytes);
    tcase_add_test(tc, no_secret_stands_in_a_record);
    tcase_add_test(tc, a_key_with_any_bit_changed_is_none);
    tcase_add_test(tc, a_key_that_is_cut_or_longer_is_none);
    tcase_add_loop_test(tc, a_key_in_another_place_is_none, 0,
        (int)(sizeof(places) / sizeof(places[0])));
    tcase_add_test(tc, a_newer_version_is_told_from_damage);
    tcase_add_test(tc, a_record_is_of_one_kind);
    tcase_add_test(tc, a_tombstone_is_of_one_name);
    tcase_add_test(tc,
        reserve_keys_follow_from_secret_prefix_period_and_number);
    tcase_add_test(tc, reserve_keys_are_these_bytes);
    tcase_add_test(tc, a_record_of_another_build_opens);
    return th_run(suite);
}
