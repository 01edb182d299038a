/* unit_hello.c
 *
 * Hello messages, read right.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "hello_fixture.h"

/* ---- well-formed -------------------------------------------------------- */

START_TEST(a_well_formed_hello_is_read)
{
    int traits = hellos[_i];
    message m;
    wt_hello hello;

    build(&m, traits);
    memset(&hello, 0xFF, sizeof(hello));
    ck_assert_int_eq(wt_hello_read(m.mem, m.sz, &hello), 1);
    ck_assert_int_eq(hello.type, (traits & SERVER) ? WT_HS_SERVER_HELLO
                                                   : WT_HS_CLIENT_HELLO);
    ck_assert_ptr_eq(hello.random, m.mem + ((traits & DTLS) ? 27
        : (traits & RECORD) ? 11 : 6));
    ck_assert_int_eq(hello.tls13, (traits & TLS13) != 0);
    ck_assert_int_eq(hello.retry, (traits & RETRY) != 0);
    ck_assert_int_eq(hello.hasTicket, (traits & (TICKET | EMPTY)) != 0);
    ck_assert_uint_eq(hello.ticketSz, (traits & TICKET) ? 200 : 0);
    if (traits & NAME) {
        ck_assert_uint_eq(hello.nameSz, sizeof(hostName) - 1);
        ck_assert_mem_eq(hello.name, hostName, hello.nameSz);
    }
    else {
        ck_assert_ptr_null(hello.name);
    }
    if (traits & ALPN) {
        ck_assert_uint_eq(hello.alpnSz, ALPN_SZ);
        ck_assert_mem_eq(hello.alpn, alpnList, ALPN_SZ);
    }
    else {
        ck_assert_ptr_null(hello.alpn);
    }
}
END_TEST

START_TEST(a_retry_is_one_only_with_all_of_its_random)
{
    message m;
    wt_hello hello;
    int i;

    build(&m, SERVER | RETRY | TLS13);
    for (i = 0; i < 32; i++) {
        m.mem[6 + i] ^= 1;
        ck_assert_int_eq(wt_hello_read(m.mem, m.sz, &hello), 1);
        ck_assert_int_eq(hello.retry, 0);
        m.mem[6 + i] ^= 1;
    }
    ck_assert_int_eq(wt_hello_read(m.mem, m.sz, &hello), 1);
    ck_assert_int_eq(hello.retry, 1);

    /* Of a client it says nothing. */
    build(&m, CLIENT | RETRY);
    ck_assert_int_eq(wt_hello_read(m.mem, m.sz, &hello), 1);
    ck_assert_int_eq(hello.retry, 0);
}
END_TEST

START_TEST(another_message_is_no_hello)
{
    message m;
    wt_hello hello;
    int type;

    build(&m, CLIENT | NAME);
    for (type = 0; type < 256; type++) {
        m.mem[0] = (byte)type;
        if (type != WT_HS_CLIENT_HELLO && type != WT_HS_SERVER_HELLO)
            ck_assert_int_eq(wt_hello_read(m.mem, m.sz, &hello), 0);
    }
    ck_assert_int_eq(wt_hello_read(NULL, 0, &hello), 0);
    ck_assert_int_eq(wt_hello_read(NULL, 100, &hello), 0);
    ck_assert_int_eq(wt_hello_read(m.mem, 0, &hello), 0);
}
END_TEST

/* ---- names and lists that are none -------------------------------------- */

/* A ClientHello with one extension of these contents. */
static void build_with(message* m, word32 type, const char* ext, word32 sz)
{
    word32 body, all;

    build(m, CLIENT | NO_EXT);
    all = begin(m, 2);
    put(m, type, 2);
    put(m, sz, 2);
    put_mem(m, ext, sz);
    end(m, all, 2);
    body = m->sz - 4;
    wt_put(m->mem + 1, body, 3);
}

START_TEST(what_is_no_name_is_not_taken_for_one)
{
    static const struct {
        const char* ext;
        word32 sz;
        word32 nameSz;
    } rows[] = {
        { "", 0, 0 }, { "\x00", 1, 0 }, { "\x00\x00", 2, 0 },
        { "\x00\x01\x00", 3, 0 }, { "\x00\x03\x00\x00\x00", 5, 0 },
        { "\x00\x04\x00\x00\x01" "a", 6, 1 },
        { "\x00\x04\x01\x00\x01" "a", 6, 0 },    /* not a host name */
        { "\x00\x04\x00\x00\x02" "a", 6, 0 },    /* longer than its list */
        { "\x00\x05\x00\x00\x01" "a", 6, 0 },    /* a list longer than all */
        { "\x00\x04\x00\xFF\xFF" "a", 6, 0 },
        { "\xFF\xFF\x00\x00\x01" "a", 6, 0 },
        { "\x00\x03\x00\x00\x01" "a", 6, 0 },    /* cut by its list */
        { "\x00\x09\x00\x00\x01" "a" "\x01\x00\x02" "bc", 11, 1 }
    };
    wt_hello hello;
    message m;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        build_with(&m, 0, rows[i].ext, rows[i].sz);
        ck_assert_int_eq(read_exact(m.mem, m.sz, &hello), 1);
        ck_assert_int_eq(hello.name != NULL, rows[i].nameSz > 0);
        ck_assert_uint_eq(hello.nameSz, rows[i].nameSz);
    }
}
END_TEST

START_TEST(what_is_no_list_of_protocols_is_not_taken_for_one)
{
    static const struct {
        const char* ext;
        word32 sz;
        word32 alpnSz;
    } rows[] = {
        { "", 0, 0 }, { "\x00", 1, 0 }, { "\x00\x00", 2, 0 },
        { "\x00\x03\x02h2", 5, 3 }, { "\x00\x04\x02h2", 5, 0 },
        { "\xFF\xFF\x02h2", 5, 0 }
    };
    wt_hello hello;
    message m;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        build_with(&m, 16, rows[i].ext, rows[i].sz);
        ck_assert_int_eq(read_exact(m.mem, m.sz, &hello), 1);
        ck_assert_int_eq(hello.alpn != NULL, rows[i].alpnSz > 0);
        ck_assert_uint_eq(hello.alpnSz, rows[i].alpnSz);
    }
}
END_TEST

START_TEST(versions_other_than_1_3_are_not_taken_for_it)
{
    static const struct {
        const char* ext;
        word32 sz;
        int tls13;
    } rows[] = {
        { "", 0, 0 }, { "\x00", 1, 0 }, { "\x02\x03\x03", 3, 0 },
        { "\x02\x03\x04", 3, 1 }, { "\x04\x03\x03\x03\x04", 5, 1 },
        { "\x04\x04\x03\x04\x03", 5, 0 }, { "\x03\x04\x03\x04", 4, 0 },
        { "\x01\x03\x04", 3, 0 }, { "\xFF\x03\x04", 3, 0 }
    };
    wt_hello hello;
    message m;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        build_with(&m, 43, rows[i].ext, rows[i].sz);
        ck_assert_int_eq(read_exact(m.mem, m.sz, &hello), 1);
        ck_assert_int_eq(hello.tls13, rows[i].tls13);
    }
}
END_TEST

START_TEST(the_servers_name_and_protocols_are_not_the_clients)
{
    wt_hello hello;
    message m;

    build(&m, SERVER | NAME | ALPN);
    ck_assert_int_eq(read_exact(m.mem, m.sz, &hello), 1);
    ck_assert_ptr_null(hello.name);
    ck_assert_ptr_null(hello.alpn);
}
END_TEST

static Suite* hello_suite(void)
{
    Suite* suite = suite_create("hello");
    TCase* tc = th_case(suite, "well-formed", 1);

    tcase_add_loop_test(tc, a_well_formed_hello_is_read, 0, HELLOS);
    tcase_add_test(tc, a_retry_is_one_only_with_all_of_its_random);
    tcase_add_test(tc, another_message_is_no_hello);
    tcase_add_test(tc, what_is_no_name_is_not_taken_for_one);
    tcase_add_test(tc, what_is_no_list_of_protocols_is_not_taken_for_one);
    tcase_add_test(tc, versions_other_than_1_3_are_not_taken_for_it);
    tcase_add_test(tc, the_servers_name_and_protocols_are_not_the_clients);
    return suite;
}

int main(void)
{
    return th_run(hello_suite());
}
