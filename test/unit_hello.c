/* unit_hello.c
 *
 * Hello messages: read right, and read no further than they go.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "hello.h"
#include "harness.h"

/* ---- a builder ---------------------------------------------------------- */

#define MAX_SZ 2048

typedef struct {
    byte mem[MAX_SZ];
    word32 sz;
} message;

static void put(message* m, word32 value, int bytes)
{
    ck_assert_uint_le(m->sz + 4, MAX_SZ);
    wt_put(m->mem + m->sz, value, bytes);
    m->sz += (word32)bytes;
}

static void put_mem(message* m, const void* mem, word32 sz)
{
    ck_assert_uint_le(m->sz + sz, MAX_SZ);
    memcpy(m->mem + m->sz, mem, sz);
    m->sz += sz;
}

/* A part behind its length: begin() leaves room for it, end() fills it in. */
static word32 begin(message* m, int bytes)
{
    put(m, 0, bytes);
    return m->sz;
}

static void end(message* m, word32 start, int bytes)
{
    wt_put(m->mem + start - bytes, m->sz - start, bytes);
}

typedef enum {
    CLIENT      = 0,
    SERVER      = 1,    /* a ServerHello */
    DTLS        = 2,
    RECORD      = 4,    /* with its record header; DTLS always */
    TLS13       = 8,
    NAME        = 16,
    ALPN        = 32,
    TICKET      = 64,
    EMPTY       = 128,  /* an empty ticket extension */
    NO_EXT      = 256,  /* not even their length */
    RETRY       = 512,
    ODD         = 1024, /* extensions of all sizes that nobody knows */
    COOKIE      = 2048
} trait;

static const byte retryRandom[32] = {
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11,
    0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E,
    0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C
};
static const char hostName[] = "www.example.org";
static const char alpnList[] = "\x02h2\x08http/1.1";
#define ALPN_SZ 12

static void put_versions(message* m, int traits)
{
    word32 ext;

    put(m, 43, 2);
    ext = begin(m, 2);
    if (traits & SERVER) {
        put(m, (traits & DTLS) ? 0xFEFC : 0x0304, 2);
    }
    else {
        word32 list = begin(m, 1);

        put(m, 0x7A7A, 2);
        put(m, (traits & DTLS) ? 0xFEFC : 0x0304, 2);
        put(m, (traits & DTLS) ? 0xFEFD : 0x0303, 2);
        end(m, list, 1);
    }
    end(m, ext, 2);
}

static void put_name(message* m)
{
    word32 ext, list;

    put(m, 0, 2);
    ext = begin(m, 2);
    list = begin(m, 2);
    put(m, 0, 1);
    put(m, sizeof(hostName) - 1, 2);
    put_mem(m, hostName, sizeof(hostName) - 1);
    end(m, list, 2);
    end(m, ext, 2);
}

static void put_alpn(message* m)
{
    word32 ext, list;

    put(m, 16, 2);
    ext = begin(m, 2);
    list = begin(m, 2);
    put_mem(m, alpnList, ALPN_SZ);
    end(m, list, 2);
    end(m, ext, 2);
}

static void put_odd(message* m)
{
    word32 sz, ext;

    for (sz = 0; sz < 8; sz++) {
        put(m, 0xFE00 + sz, 2);
        ext = begin(m, 2);
        put_mem(m, retryRandom, sz);
        end(m, ext, 2);
    }
}

static void put_extensions(message* m, int traits)
{
    word32 all = begin(m, 2);

    if (traits & ODD)
        put_odd(m);
    if (traits & NAME)
        put_name(m);
    if (traits & TLS13)
        put_versions(m, traits);
    if (traits & EMPTY) {
        put(m, 35, 2);
        put(m, 0, 2);
    }
    if (traits & TICKET) {
        put(m, 35, 2);
        put(m, 200, 2);
        m->sz += 200;
    }
    if (traits & ALPN)
        put_alpn(m);
    end(m, all, 2);
}

static void put_body(message* m, int traits)
{
    put(m, (traits & DTLS) ? 0xFEFD : 0x0303, 2);
    if (traits & RETRY)
        put_mem(m, retryRandom, 32);
    else
        m->sz += 32;
    put(m, 32, 1);
    m->sz += 32;
    if (traits & SERVER) {
        put(m, 0x1301, 2);
        put(m, 0, 1);
    }
    else {
        if (traits & DTLS) {
            put(m, (traits & COOKIE) ? 20 : 0, 1);
            m->sz += (traits & COOKIE) ? 20 : 0;
        }
        put(m, 4, 2);
        put(m, 0x1301, 2);
        put(m, 0x1302, 2);
        put(m, 1, 1);
        put(m, 0, 1);
    }
    if (!(traits & NO_EXT))
        put_extensions(m, traits);
}

static void build(message* m, int traits)
{
    int type = (traits & SERVER) ? WT_HS_SERVER_HELLO : WT_HS_CLIENT_HELLO;
    word32 record = 0;
    word32 body;

    memset(m, 0, sizeof(*m));
    if (traits & DTLS) {
        put(m, 22, 1);
        put(m, 0xFEFD, 2);
        m->sz += 8;
        record = begin(m, 2);
        put(m, (word32)type, 1);
        body = begin(m, 3);
        m->sz += 8;
        put_body(m, traits);
        wt_put(m->mem + body - 3, m->sz - body - 8, 3);
        wt_put(m->mem + body + 5, m->sz - body - 8, 3);
    }
    else {
        if (traits & RECORD) {
            put(m, 22, 1);
            put(m, 0x0301, 2);
            record = begin(m, 2);
        }
        put(m, (word32)type, 1);
        body = begin(m, 3);
        put_body(m, traits);
        end(m, body, 3);
    }
    if (record > 0)
        end(m, record, 2);
}

/* Reads sz bytes of mem from a block of exactly that size; what the reader
 * points to has to lie in it. */
static int read_exact(const byte* mem, word32 sz, wt_hello* hello)
{
    byte* copy = (byte*)malloc((sz > 0) ? sz : 1);
    int ret;

    ck_assert_ptr_nonnull(copy);
    if (sz > 0)
        memcpy(copy, mem, sz);
    ret = wt_hello_read(copy, sz, hello);
    ck_assert(ret == 0 || ret == 1);
    if (ret == 1) {
        ck_assert(hello->type == WT_HS_CLIENT_HELLO ||
            hello->type == WT_HS_SERVER_HELLO);
        if (hello->name != NULL) {
            ck_assert(hello->name >= copy && hello->name < copy + sz);
            ck_assert_uint_le(hello->nameSz,
                (size_t)(copy + sz - hello->name));
        }
        if (hello->alpn != NULL) {
            ck_assert(hello->alpn >= copy && hello->alpn < copy + sz);
            ck_assert_uint_le(hello->alpnSz,
                (size_t)(copy + sz - hello->alpn));
        }
    }
    free(copy);
    return ret;
}

/* ---- well-formed -------------------------------------------------------- */

static const int hellos[] = {
    CLIENT, CLIENT | RECORD, CLIENT | NO_EXT, CLIENT | NO_EXT | RECORD,
    CLIENT | TLS13, CLIENT | NAME, CLIENT | ALPN, CLIENT | TICKET,
    CLIENT | EMPTY, CLIENT | ODD, CLIENT | TLS13 | NAME | ALPN | ODD,
    CLIENT | RECORD | TLS13 | NAME | ALPN | ODD | TICKET,
    CLIENT | RECORD | NAME | ALPN | EMPTY | ODD,
    CLIENT | DTLS, CLIENT | DTLS | NO_EXT, CLIENT | DTLS | TLS13,
    CLIENT | DTLS | COOKIE | NAME | ALPN | TICKET | ODD,
    CLIENT | DTLS | COOKIE | NAME | TLS13,
    SERVER, SERVER | RECORD, SERVER | NO_EXT, SERVER | TLS13,
    SERVER | EMPTY, SERVER | EMPTY | ODD | RECORD, SERVER | RETRY | TLS13,
    SERVER | RETRY | TLS13 | RECORD, SERVER | DTLS, SERVER | DTLS | EMPTY,
    SERVER | DTLS | TLS13, SERVER | DTLS | RETRY | TLS13
};
#define HELLOS (int)(sizeof(hellos) / sizeof(hellos[0]))

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

/* ---- broken ------------------------------------------------------------- */

START_TEST(a_cut_hello_is_none)
{
    wt_hello hello;
    message m;
    word32 sz;

    build(&m, hellos[_i]);
    for (sz = 0; sz < m.sz; sz++)
        ck_assert_msg(read_exact(m.mem, sz, &hello) == 0, "%u of %u", sz,
            m.sz);
    ck_assert_int_eq(read_exact(m.mem, m.sz, &hello), 1);
}
END_TEST

START_TEST(a_hello_with_any_byte_changed_is_read_within_its_bounds)
{
    wt_hello hello;
    message m;
    word32 i;
    int with;

    build(&m, hellos[_i]);
    for (i = 0; i < m.sz; i++) {
        byte good = m.mem[i];

        /* Every bit, none, all, and the next ones. */
        for (with = 1; with < 256; with *= 2) {
            m.mem[i] = (byte)(good ^ with);
            (void)read_exact(m.mem, m.sz, &hello);
        }
        for (with = -1; with <= 1; with++) {
            m.mem[i] = (byte)with;
            (void)read_exact(m.mem, m.sz, &hello);
            m.mem[i] = (byte)(good + with);
            (void)read_exact(m.mem, m.sz, &hello);
        }
        m.mem[i] = good;
    }
}
END_TEST

START_TEST(a_hello_whose_own_lengths_exceed_it_is_none)
{
    wt_hello hello;
    message m;
    word32 more;

    /* The message, the session id, the suites, the extensions. */
    static const struct {
        word32 at;
        int bytes;
    } lengths[] = { { 1, 3 }, { 38, 1 }, { 71, 2 }, { 79, 2 } };
    size_t i;

    for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        for (more = 1; more < 70; more++) {
            word32 good;

            build(&m, CLIENT);
            good = wt_get(m.mem + lengths[i].at, lengths[i].bytes);
            wt_put(m.mem + lengths[i].at, good + more, lengths[i].bytes);
            /* A longer id or list of suites may end where something else
             * looks well-formed. */
            ck_assert_msg(read_exact(m.mem, m.sz, &hello) == 0 ||
                lengths[i].at == 38 || lengths[i].at == 71,
                "length at %u, %u more", lengths[i].at, more);
        }
        wt_put(m.mem + lengths[i].at, 0xFFFFFF, lengths[i].bytes);
        ck_assert_int_eq(read_exact(m.mem, m.sz, &hello), 0);
    }
}
END_TEST

START_TEST(random_blobs_of_every_length_are_read_within_their_bounds)
{
    static byte blob[2001];
    word64 state = 88172645463325252u + (word64)_i;
    wt_hello hello;
    word32 sz, i;

    for (sz = 0; sz <= 2000; sz++) {
        for (i = 0; i < sz; i++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            /* Small numbers make better lengths. */
            blob[i] = (byte)((_i & 1) ? state >> 24
                                      : (state >> 24) & (state >> 32) & 7);
        }
        if (sz > 4 && (_i & 2)) {
            blob[0] = 1;
            wt_put(blob + 1, sz - 4, 3);
        }
        (void)read_exact(blob, sz, &hello);
    }
}
END_TEST

START_TEST(a_fragment_of_a_dtls_hello_is_none)
{
    wt_hello hello;
    message m;
    word32 sz;

    build(&m, CLIENT | DTLS | COOKIE | NAME);
    for (sz = 25; sz < m.sz; sz += 7) {
        /* Offset 0, and only so many bytes of the whole. */
        wt_put(m.mem + 11, sz - 13, 2);
        wt_put(m.mem + 22, sz - 25, 3);
        ck_assert_int_eq(read_exact(m.mem, sz, &hello), 0);
    }
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

    tc = th_case(suite, "broken", 1);
    tcase_add_loop_test(tc, a_cut_hello_is_none, 0, HELLOS);
    tcase_add_loop_test(tc,
        a_hello_with_any_byte_changed_is_read_within_its_bounds, 0, HELLOS);
    tcase_add_test(tc, a_hello_whose_own_lengths_exceed_it_is_none);
    tcase_add_loop_test(tc,
        random_blobs_of_every_length_are_read_within_their_bounds, 0, 4);
    tcase_add_test(tc, a_fragment_of_a_dtls_hello_is_none);
    return suite;
}

int main(void)
{
    return th_run(hello_suite());
}
