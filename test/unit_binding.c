/* unit_binding.c
 *
 * What a ticket is bound to: the checks it carries, and that both ways to
 * learn of a client's wishes come to the same.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "binding.h"
#include "harness.h"

static const char hostName[] = "www.example.org";
static const char alpnList[] = "\x02h2\x08http/1.1";
#define ALPN_SZ  12

static void make_key(wt_key* key)
{
    int i;

    memset(key, 0, sizeof(*key));
    for (i = 0; i < WT_KEY_SALT_SZ; i++)
        key->salt[i] = (byte)(0x77 + 7 * i);
}

static void make_hello(wt_hello* hello, const char* name, word32 nameSz,
    const char* alpn, word32 alpnSz)
{
    memset(hello, 0, sizeof(*hello));
    hello->type = WT_HS_CLIENT_HELLO;
    hello->name = (const byte*)name;
    hello->nameSz = nameSz;
    hello->alpn = (const byte*)alpn;
    hello->alpnSz = alpnSz;
}

static void checks_of(const char* name, word32 nameSz, const char* alpn,
    word32 alpnSz, const char* id, wt_checks* checks)
{
    wt_hello hello;
    wt_binding binding;
    wt_key key;

    make_key(&key);
    make_hello(&hello, name, nameSz, alpn, alpnSz);
    ck_assert_int_eq(wt_binding_of_hello(&hello, &binding), 1);
    memset(checks, 0xFF, sizeof(*checks));
    ck_assert_int_eq(wt_binding_checks(&binding, (const byte*)id,
        (word32)strlen(id), &key, checks), 1);
}

/* ---- known answers ------------------------------------------------------ */

/* Computed with another SHA-256, from the description alone. */
static const struct {
    const char* name;
    const char* alpn;
    word32 alpnSz;
    const char* id;
    wt_checks checks;
} known[] = {
    { NULL, NULL, 0, "", { { 0 }, { 0 }, { 0 } } },
    { hostName, NULL, 0, "", { { 0 }, { 0x52, 0x5C, 0x2A, 0xB5 }, { 0 } } },
    { "a-server-name-of-more-than-31-bytes.example.org", NULL, 0, "",
      { { 0 }, { 0x8F, 0x34, 0x55, 0x5A }, { 0 } } },
    { NULL, NULL, 0, "shop", { { 0xB5, 0x49, 0xAF, 0x30 }, { 0 }, { 0 } } },
    { NULL, alpnList, ALPN_SZ, "",
      { { 0 }, { 0 }, { 0xCB, 0xE1, 0xF1, 0x27 } } },
    { hostName, alpnList, ALPN_SZ, "shop",
      { { 0xB5, 0x49, 0xAF, 0x30 }, { 0x52, 0x5C, 0x2A, 0xB5 },
        { 0xCB, 0xE1, 0xF1, 0x27 } } }
};
#define KNOWN (int)(sizeof(known) / sizeof(known[0]))

START_TEST(checks_have_the_known_bytes)
{
    const char* name = known[_i].name;
    wt_checks checks;

    checks_of(name, (name != NULL) ? (word32)strlen(name) : 0,
        known[_i].alpn, known[_i].alpnSz, known[_i].id, &checks);
    ck_assert_mem_eq(checks.sidCtx, known[_i].checks.sidCtx, WT_CHECK_SZ);
    ck_assert_mem_eq(checks.name, known[_i].checks.name, WT_CHECK_SZ);
    ck_assert_mem_eq(checks.alpn, known[_i].checks.alpn, WT_CHECK_SZ);
}
END_TEST

/* ---- differences -------------------------------------------------------- */

/* No two rows have both checks equal. */
static const struct {
    const char* name;
    const char* alpn;
    word32 alpnSz;
    const char* id;
} wishes[] = {
    { NULL, NULL, 0, "" },
    { "a", NULL, 0, "" },
    { "A", NULL, 0, "" },
    { "ab", NULL, 0, "" },
    { "a.", NULL, 0, "" },
    { "www.example.org", NULL, 0, "" },
    { "www.example.com", NULL, 0, "" },
    { NULL, NULL, 0, "a" },
    { NULL, NULL, 0, "b" },
    { NULL, NULL, 0, "ab" },
    { "a", NULL, 0, "a" },
    { "a", NULL, 0, "b" },
    { "b", NULL, 0, "a" },
    { NULL, NULL, 0, "01234567890123456789012345678901" },
    { NULL, NULL, 0, "01234567890123456789012345678902" },
    { NULL, "\x02h2", 3, "" },
    { NULL, "\x02h3", 3, "" },
    { NULL, "\x02h2\x08http/1.1", 12, "" },
    { NULL, "\x08http/1.1\x02h2", 12, "" },
    { NULL, "\x08http/1.1", 9, "" },
    { "h2", NULL, 0, "" },
    { NULL, NULL, 0, "h2" },
    { NULL, "\x03" "abc", 4, "" },
    { NULL, "\x01" "a\x02" "bc", 5, "" },
    { NULL, "\x02" "ab\x01" "c", 5, "" },
    { "a", "\x02h2", 3, "a" },
    /* Up to 31 bytes stand as they are, from 32 on a hash does. */
    { "0123456789012345678901234567890", NULL, 0, "" },
    { "0123456789012345678901234567891", NULL, 0, "" },
    { "01234567890123456789012345678901", NULL, 0, "" },
    { "01234567890123456789012345678902", NULL, 0, "" },
    { "012345678901234567890123456789010", NULL, 0, "" }
};
#define WISHES (sizeof(wishes) / sizeof(wishes[0]))

START_TEST(whatever_differs_has_other_checks)
{
    wt_checks checks[WISHES];
    size_t i, j;

    for (i = 0; i < WISHES; i++) {
        const char* name = wishes[i].name;

        checks_of(name, (name != NULL) ? (word32)strlen(name) : 0,
            wishes[i].alpn, wishes[i].alpnSz, wishes[i].id, &checks[i]);
        for (j = 0; j < i; j++)
            ck_assert_msg(memcmp(&checks[i], &checks[j], sizeof(wt_checks))
                != 0, "%lu and %lu", (unsigned long)i, (unsigned long)j);
    }
}
END_TEST

START_TEST(another_key_makes_other_checks)
{
    wt_hello hello;
    wt_binding binding;
    wt_checks first, other;
    wt_key key;
    int bit;

    make_key(&key);
    make_hello(&hello, hostName, (word32)strlen(hostName),
        alpnList, ALPN_SZ);
    ck_assert_int_eq(wt_binding_of_hello(&hello, &binding), 1);
    ck_assert_int_eq(wt_binding_checks(&binding, NULL, 0, &key, &first), 1);
    for (bit = 0; bit < WT_KEY_SALT_SZ * 8; bit++) {
        key.salt[bit / 8] ^= (byte)(1 << bit % 8);
        ck_assert_int_eq(wt_binding_checks(&binding, NULL, 0, &key, &other),
            1);
        ck_assert_mem_ne(first.name, other.name, WT_CHECK_SZ);
        ck_assert_mem_ne(first.alpn, other.alpn, WT_CHECK_SZ);
        key.salt[bit / 8] ^= (byte)(1 << bit % 8);
    }
}
END_TEST

START_TEST(a_list_of_protocols_that_is_none_is_refused)
{
    static const struct {
        const char* alpn;
        word32 sz;
    } rows[] = {
        { "\x03h2", 3 }, { "\x01", 1 }, { "\xFF", 1 }, { "\x02h2\x01", 4 },
        { "\x02h2\xFFhttp", 8 }, { "", 0 }
    };
    wt_hello hello;
    wt_binding binding;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        byte* copy = (byte*)malloc(rows[i].sz);

        ck_assert_ptr_nonnull(copy);
        memcpy(copy, rows[i].alpn, rows[i].sz);
        make_hello(&hello, NULL, 0, (const char*)copy, rows[i].sz);
        ck_assert_int_eq(wt_binding_of_hello(&hello, &binding), 0);
        free(copy);
    }
}
END_TEST

/* ---- both ways ---------------------------------------------------------- */

#ifdef OPENSSL_EXTRA

static wt_binding heard;
static int helloes;

/* The client's message callback: what it sends is what the server gets. */
static void hear(int isWrite, int version, int contentType, const void* buf,
    size_t sz, WOLFSSL* ssl, void* arg)
{
    wt_hello hello;

    (void)version;
    (void)ssl;
    (void)arg;
    if (isWrite && contentType == 22 &&
            wt_hello_read((const byte*)buf, sz, &hello) &&
            hello.type == WT_HS_CLIENT_HELLO) {
        ck_assert_int_eq(wt_binding_of_hello(&hello, &heard), 1);
        helloes++;
    }
}

static const struct {
    const char* name;
    const char* alpn;   /* as wolfSSL's setter takes it */
} clients[] = {
    { NULL, NULL }, { hostName, NULL }, { NULL, "h2" },
    { hostName, "h2,http/1.1" }, { "a", "a,b,c,d" }
};
#define CLIENTS (int)(sizeof(clients) / sizeof(clients[0]))

static void compare_ways(int mode, int row)
{
    WOLFSSL_CTX* server = th_server_ctx(mode);
    WOLFSSL_CTX* client = th_client_ctx(mode);
    const char* name = clients[row].name;
    const char* alpn = clients[row].alpn;
    wt_binding asked;
    th_pair pair;
    char list[32];

    helloes = 0;
    ck_assert_int_eq(wolfSSL_CTX_set_msg_callback(client, hear),
        WOLFSSL_SUCCESS);
    memset(&pair, 0, sizeof(pair));
    th_open(&pair, server, client, NULL, TH_PLAIN);
    if (name != NULL)
        ck_assert_int_eq(wolfSSL_UseSNI(pair.client, WOLFSSL_SNI_HOST_NAME,
            name, (unsigned short)strlen(name)), WOLFSSL_SUCCESS);
    if (alpn != NULL) {
        strcpy(list, alpn);
        ck_assert_int_eq(wolfSSL_UseALPN(pair.client, list,
            (unsigned)strlen(list), WOLFSSL_ALPN_CONTINUE_ON_MISMATCH),
            WOLFSSL_SUCCESS);
        strcpy(list, alpn);
        ck_assert_int_eq(wolfSSL_UseALPN(pair.server, list,
            (unsigned)strlen(list), WOLFSSL_ALPN_CONTINUE_ON_MISMATCH),
            WOLFSSL_SUCCESS);
    }
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_gt(helloes, 0);
    ck_assert_int_eq(heard.hasName, name != NULL);
    ck_assert_int_eq(heard.hasAlpn, alpn != NULL);
    ck_assert_int_eq(wt_binding_of_ssl(pair.server, &asked), 1);
    ck_assert_mem_eq(&asked, &heard, sizeof(asked));
    th_close(&pair);
    wolfSSL_CTX_free(server);
    wolfSSL_CTX_free(client);
}

START_TEST(the_hello_and_wolfssl_tell_the_same_in_tls_1_3)
{
    compare_ways(TH_TLS13, _i);
}
END_TEST

START_TEST(the_hello_and_wolfssl_tell_the_same_in_tls_1_2)
{
    compare_ways(TH_TLS12, _i);
}
END_TEST

#endif /* OPENSSL_EXTRA */

static Suite* binding_suite(void)
{
    Suite* suite = suite_create("binding");
    TCase* tc = th_case(suite, "checks", 0);

    tcase_add_loop_test(tc, checks_have_the_known_bytes, 0, KNOWN);
    tcase_add_test(tc, whatever_differs_has_other_checks);
    tcase_add_test(tc, another_key_makes_other_checks);
    tcase_add_test(tc, a_list_of_protocols_that_is_none_is_refused);

#ifdef OPENSSL_EXTRA
    tc = th_case(suite, "both ways", 0);
    tcase_add_loop_test(tc, the_hello_and_wolfssl_tell_the_same_in_tls_1_3, 0,
        CLIENTS);
    tcase_add_loop_test(tc, the_hello_and_wolfssl_tell_the_same_in_tls_1_2, 0,
        CLIENTS);
#endif
    return suite;
}

int main(void)
{
    return th_run(binding_suite());
}
