/* unit_hello_dtls.c
 *
 * Hello messages of DTLS, in the forms in which wolfSSL shows them.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "hello_fixture.h"

#define RECORD_SZ 13
#define HEAD_SZ   12

typedef int (*reader)(const byte* msg, size_t sz, wt_hello* hello);

/* From a block of exactly that size. */
static int Exact(reader read_it, const byte* mem, word32 sz)
{
    byte* copy = (byte*)malloc((sz > 0) ? sz : 1);
    wt_hello hello;
    int ret;

    ck_assert_ptr_nonnull(copy);
    if (sz > 0)
        memcpy(copy, mem, sz);
    ret = read_it(copy, sz, &hello);
    free(copy);
    return ret;
}

/* What wolfSSL shows of a message that has come in: the last byte of the
 * fragment's offset, its length, and the message. */
static const byte* Received(const message* m, word32* sz)
{
    *sz = m->sz - RECORD_SZ - HEAD_SZ + 4;
    return m->mem + RECORD_SZ + HEAD_SZ - 4;
}

/* ---- sent ---------------------------------------------------------------- */

START_TEST(server_hello_is_read_whatever_stands_in_place_of_the_record_header)
{
    int traits = hellos[_i];
    message m;
    wt_hello hello;

    if (!(traits & DTLS))
        return;
    build(&m, traits);
    memset(m.mem, _i * 7, RECORD_SZ);
    ck_assert_int_eq(wt_hello_read_sent(m.mem, m.sz, &hello),
        (traits & SERVER) != 0);
    if (traits & SERVER) {
        ck_assert_int_eq(hello.type, WT_HS_SERVER_HELLO);
        ck_assert_ptr_eq(hello.random, m.mem + RECORD_SZ + HEAD_SZ + 2);
        ck_assert_int_eq(hello.tls13, (traits & TLS13) != 0);
        ck_assert_int_eq(hello.retry, (traits & RETRY) != 0);
        ck_assert_int_eq(hello.hasTicket, (traits & EMPTY) != 0);
    }
}
END_TEST

static void BuildVerifyRequest(message* m, word32 cookieSz)
{
    memset(m, 0, sizeof(*m));
    m->sz = RECORD_SZ;
    put(m, WT_HS_VERIFY_REQUEST, 1);
    put(m, 3 + cookieSz, 3);
    m->sz += 5;
    put(m, 3 + cookieSz, 3);
    put(m, 0xFEFF, 2);
    put(m, cookieSz, 1);
    memset(m->mem + m->sz, 0x5A, cookieSz);
    m->sz += cookieSz;
}

START_TEST(cookie_of_a_verify_request_is_read)
{
    static const word32 sizes[] = { 0, 1, 32, 255 };
    message m;
    wt_hello hello;
    word32 sz;
    size_t i;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        BuildVerifyRequest(&m, sizes[i]);
        ck_assert_int_eq(wt_hello_read_sent(m.mem, m.sz, &hello), 1);
        ck_assert_int_eq(hello.type, WT_HS_VERIFY_REQUEST);
        ck_assert_uint_eq(hello.cookieSz, sizes[i]);
        ck_assert_ptr_eq(hello.cookie, m.mem + RECORD_SZ + HEAD_SZ + 3);
        for (sz = 0; sz < m.sz; sz++)
            ck_assert_int_eq(Exact(wt_hello_read_sent, m.mem, sz), 0);
    }
}
END_TEST

/* ---- received ------------------------------------------------------------ */

START_TEST(client_hello_is_read_by_its_body)
{
    int traits = hellos[_i];
    const byte* msg;
    message m;
    wt_hello hello;
    word32 sz;

    if (!(traits & DTLS) || (traits & SERVER))
        return;
    build(&m, traits);
    msg = Received(&m, &sz);
    ck_assert_int_eq(wt_hello_read_received(msg, sz, &hello), 1);
    ck_assert_int_eq(hello.type, WT_HS_CLIENT_HELLO);
    ck_assert_ptr_eq(hello.random, msg + 4 + 2);
    ck_assert_uint_eq(hello.cookieSz, (traits & COOKIE) ? 20 : 0);
    ck_assert_int_eq(hello.hasTicket, (traits & (TICKET | EMPTY)) != 0);
    ck_assert_uint_eq(hello.ticketSz, (traits & TICKET) ? 200 : 0);
    ck_assert_int_eq(hello.name != NULL, (traits & NAME) != 0);
    ck_assert_int_eq(hello.alpn != NULL, (traits & ALPN) != 0);
}
END_TEST

START_TEST(client_hello_that_lacks_a_byte_or_has_one_more_is_none)
{
    int traits = hellos[_i];
    const byte* msg;
    message m;
    word32 whole, sz;

    if (!(traits & DTLS) || (traits & SERVER))
        return;
    build(&m, traits);
    msg = Received(&m, &whole);
    ck_assert_int_eq(Exact(wt_hello_read_received, msg, whole), 1);
    for (sz = 0; sz < whole; sz++)
        ck_assert_int_eq(Exact(wt_hello_read_received, msg, sz), 0);
    ck_assert_int_eq(Exact(wt_hello_read_received, msg, whole + 1), 0);
    /* One more that the length knows of. */
    wt_put(m.mem + RECORD_SZ + HEAD_SZ - 3, whole - 4 + 1, 3);
    ck_assert_int_eq(Exact(wt_hello_read_received, msg, whole + 1), 0);
}
END_TEST

/* The type is not shown: these begin as others do. */
START_TEST(other_messages_are_no_client_hello)
{
    static const byte starts[][2] = {
        { 0x00, 0x01 },     /* a certificate's length, an RSA secret's */
        { 0x41, 0x04 },     /* an ECDH point */
        { 0x04, 0x03 },     /* a signature's algorithm */
        { 0x03, 0x03 },     /* TLS */
        { 0xFE, 0xFC }, { 0xFE, 0x00 }, { 0xFF, 0xFD }
    };
    const byte* msg;
    message m;
    wt_hello hello;
    word32 sz;
    size_t i;

    build(&m, CLIENT | DTLS | NAME);
    msg = Received(&m, &sz);
    for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        memcpy(m.mem + RECORD_SZ + HEAD_SZ, starts[i], 2);
        ck_assert_int_eq(wt_hello_read_received(msg, sz, &hello), 0);
    }
    ck_assert_int_eq(wt_hello_read_received(NULL, 0, &hello), 0);
    ck_assert_int_eq(wt_hello_read_sent(NULL, 0, &hello), 0);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("hello_dtls");
    TCase* tc = th_case(suite, "forms", 1);

    tcase_add_loop_test(tc,
        server_hello_is_read_whatever_stands_in_place_of_the_record_header, 0,
        HELLOS);
    tcase_add_test(tc, cookie_of_a_verify_request_is_read);
    tcase_add_loop_test(tc, client_hello_is_read_by_its_body, 0, HELLOS);
    tcase_add_loop_test(tc,
        client_hello_that_lacks_a_byte_or_has_one_more_is_none, 0, HELLOS);
    tcase_add_test(tc, other_messages_are_no_client_hello);
    return th_run(suite);
}
