/* unit_session.c
 *
 * Sessions as bytes: checked, made and taken apart.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#define WOLFTICKET_NO_REDIRECT
#include "session_fixture.h"

static byte mem[SF_ROOM];
static wt_session_facts facts;

/* ---- real ones ---------------------------------------------------------- */

START_TEST(session_of_a_handshake_survives_the_way_through_bytes)
{
    WOLFSSL_CTX* sc = th_server_ctx(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session = th_get_session(sc, cc);
    WOLFSSL_SESSION* again;
    unsigned char ticket[TH_TICKET_MAX];
    size_t ticketSz = th_ticket_of(cc, session, ticket);
    wt_blob blob = { NULL, 0, 0 };
    wt_blob second = { NULL, 0, 0 };

    ck_assert_int_eq(wt_session_pack(session, &blob), 1);
    ck_assert_int_eq(wt_session_read(blob.mem, blob.sz, &facts), 1);
    ck_assert_int_eq(facts.version, th_is_tls13(_i) ? 0x0304 : 0x0303);
    ck_assert_int_eq(wt_session_is_tls13(&facts), th_is_tls13(_i));
    ck_assert_uint_eq(facts.lifetime, 7200);
    ck_assert_int_eq(facts.verify, 0);
    ck_assert_int_eq(wt_session_lives(&facts, wt_clock()), 1);
    ck_assert_uint_eq(facts.ticketSz, ticketSz);
    ck_assert_mem_eq(blob.mem + facts.ticketAt, ticket, ticketSz);
    again = wt_session_unpack(blob.mem, blob.sz);
    ck_assert_ptr_nonnull(again);
    ck_assert_int_eq(wt_session_pack(again, &second), 1);
    ck_assert_uint_eq(second.sz, blob.sz);
    ck_assert_mem_eq(second.mem, blob.mem, blob.sz);
    ck_assert_int_eq(th_resume(sc, cc, again, TH_OURS), 1);
    wt_session_discard(&blob);
    wt_session_discard(&second);
    wolfSSL_SESSION_free(session);
    wolfSSL_SESSION_free(again);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(session_without_a_ticket_is_not_packed)
{
    WOLFSSL_SESSION* session = wolfSSL_SESSION_new();
    wt_blob blob = { NULL, 0, 0 };

    ck_assert_int_eq(wt_session_pack(session, &blob), 0);
    ck_assert_uint_eq(blob.sz, 0);
    ck_assert_int_eq(wt_session_pack(NULL, &blob), 0);
    wt_session_discard(&blob);
    wolfSSL_SESSION_free(session);
}
END_TEST

/* ---- the limits --------------------------------------------------------- */

#ifdef SESSION_CERTS
    #define CERTS 1
#else
    #define CERTS 0
#endif

enum {
    SIDE, VERSION, ID, ID12, ALT, CHAIN, CERT, SERVER, CONTEXT, NONCE, TICKET
};

static const struct {
    const char* what;
    int part;
    word32 value;
    int good;
} limits[] = {
    { "as it is",                     SIDE,    WOLFSSL_CLIENT_END, 1 },
    { "a server's",                   SIDE,    WOLFSSL_SERVER_END, 0 },
    { "neither's",                    SIDE,    3,      0 },
    { "TLS 1.2",                      VERSION, 0x0303, 1 },
    { "DTLS 1.2",                     VERSION, 0xFEFD, 1 },
    { "SSL 3",                        VERSION, 0x0300, 0 },
    { "a version to come",            VERSION, 0x0305, 0 },
    { "no version",                   VERSION, 0,      0 },
    { "no session id",                ID,      0,      1 },
    { "a short session id, 1.3",      ID,      31,     0 },
    { "one byte of session id, 1.3",  ID,      1,      0 },
    { "a short session id, 1.2",      ID12,    31,     1 },
    { "a long session id",            ID,      33,     0 },
    { "a long session id, 1.2",       ID12,    33,     0 },
    { "the longest session id",       ID,      255,    0 },
    { "another id",                   ALT,     32,     1 },
    { "a short other id",             ALT,     31,     0 },
    { "a long other id",              ALT,     33,     0 },
    { "all certificates",             CHAIN,   9,      1 },
    { "one certificate more",         CHAIN,   10,     !CERTS },
    { "as many as a byte can count",  CHAIN,   255,    !CERTS },
    { "a large certificate",          CERT,    2048,   1 },
    { "too large a certificate",      CERT,    8193,   !CERTS },
    { "a server id",                  SERVER,  20,     1 },
    { "a long server id",             SERVER,  33,     0 },
    { "a very long server id",        SERVER,  60000,  0 },
    { "a context id",                 CONTEXT, 32,     1 },
    { "a long context id",            CONTEXT, 33,     0 },
    { "no nonce",                     NONCE,   0,      1 },
    { "a nonce of 8 bytes",           NONCE,   8,      1 },
    { "no ticket",                    TICKET,  0,      0 },
    { "a ticket of one byte",         TICKET,  1,      1 },
    { "the largest ticket",           TICKET,  1536,   1 },
    { "a ticket no hello can carry",  TICKET,  1537,   0 }
};

static void Change(sf_parts* parts, int part, word32 value)
{
    switch (part) {
        case SIDE:    parts->side = (byte)value;      break;
        case VERSION: parts->version = (word16)value; break;
        case ID:      parts->id = value;              break;
        case ID12:    parts->version = 0x0303;
                      parts->id = value;              break;
        case ALT:     parts->alt = value;             break;
        case CHAIN:   parts->chain = value;
                      parts->cert = 100;              break;
        case CERT:    parts->chain = 2;
                      parts->cert = value;            break;
        case SERVER:  parts->server = value;          break;
        case CONTEXT: parts->context = value;         break;
        case NONCE:   parts->nonce = value;           break;
        default:      parts->ticket = value;          break;
    }
}

START_TEST(what_wolfssl_has_no_room_for_is_refused)
{
    sf_parts parts = sf_good();
    WOLFSSL_SESSION* session;
    word32 sz;

    Change(&parts, limits[_i].part, limits[_i].value);
    sz = sf_make(mem, &parts, sf_tail());
    ck_assert_msg(wt_session_read(mem, sz, &facts) == limits[_i].good, "%s",
        limits[_i].what);
    session = wt_session_unpack(mem, sz);
    ck_assert_msg((session != NULL) == limits[_i].good, "%s",
        limits[_i].what);
    wolfSSL_SESSION_free(session);
}
END_TEST

/* Only where the nonce has a fixed place. */
START_TEST(long_nonce_is_refused)
{
    sf_parts parts = sf_good();
    word32 sz;

    parts.nonce = 9;
    sz = sf_make(mem, &parts, sf_tail());
#if defined(WOLFSSL_TICKET_NONCE_MALLOC) || \
        defined(TLS13_TICKET_NONCE_STATIC_SZ)
    (void)wt_session_read(mem, sz, &facts);
#else
    ck_assert_int_eq(wt_session_read(mem, sz, &facts), 0);
#endif
}
END_TEST

START_TEST(facts_are_those_of_the_bytes)
{
    sf_parts parts = sf_good();
    word32 sz;

    parts.verify = 19;
    parts.chain = 3;
    parts.cert = 700;
    sz = sf_make(mem, &parts, sf_tail());
    ck_assert_int_eq(wt_session_read(mem, sz, &facts), 1);
    ck_assert_uint_eq(facts.received, parts.bornOn);
    ck_assert_uint_eq(facts.lifetime, parts.timeout);
    ck_assert_uint_eq(facts.version, parts.version);
    ck_assert_uint_eq(facts.verify, 19);
    ck_assert_uint_eq(facts.ticketSz, 200);
    ck_assert_uint_eq(mem[facts.ticketAt], 0x42);
    ck_assert_uint_eq(mem[facts.ticketAt + 199], 0x42);
    ck_assert_uint_ne(mem[facts.ticketAt - 1], 0x42);
}
END_TEST

START_TEST(larger_than_the_largest_is_refused_unread)
{
    sf_parts parts = sf_good();

    parts.version = 0x0303;
    parts.ticket = 65535;
    ck_assert_uint_gt(sf_make(mem, &parts, sf_tail()), WT_SESSION_MAX);
    ck_assert_int_eq(wt_session_read(mem, WT_SESSION_MAX + 1, &facts), 0);
    ck_assert_int_eq(wt_session_read(NULL, 10, &facts), 0);
    ck_assert_int_eq(wt_session_read(mem, 0, &facts), 0);
    ck_assert_ptr_null(wt_session_unpack(NULL, 0));
}
END_TEST

/* ---- any bytes ---------------------------------------------------------- */

/* Refused, or wolfSSL takes it and gives back what it got. */
static int RoundTrip(const byte* in, word32 sz)
{
    wt_blob blob = { NULL, 0, 0 };
    WOLFSSL_SESSION* session;
    /* A block of its own, so that reading on is seen. */
    byte* copy = (byte*)malloc(sz > 0 ? sz : 1);
    int good;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, in, sz);
    good = wt_session_read(copy, sz, &facts);
    session = wt_session_unpack(copy, sz);
    ck_assert_int_eq(session != NULL, good);
    if (good) {
        ck_assert_int_eq(wt_session_pack(session, &blob), 1);
        ck_assert_uint_eq(blob.sz, sz);
    }
    wt_session_discard(&blob);
    wolfSSL_SESSION_free(session);
    free(copy);
    return good;
}

START_TEST(every_truncation_and_every_addition_is_refused)
{
    word32 sz = sf_session(mem, 1, 300);
    word32 cut;

    ck_assert_int_eq(RoundTrip(mem, sz), 1);
    for (cut = 0; cut < sz; cut += (word32)th_step())
        ck_assert_int_eq(RoundTrip(mem, cut), 0);
    for (cut = 1; cut < 70; cut++)
        ck_assert_int_eq(RoundTrip(mem, sz + cut), 0);
}
END_TEST

START_TEST(every_changed_byte_is_refused_or_harmless)
{
    static const byte change[] = { 0x01, 0x80, 0xFF, 0x20 };
    sf_parts parts = sf_good();
    word32 sz;
    word32 at;
    size_t i;

    parts.chain = 2;
    parts.cert = 40;
    parts.server = 20;
    parts.context = 5;
    parts.alt = 32;
    sz = sf_make(mem, &parts, sf_tail());
    for (at = 0; at < sz; at += (word32)th_step()) {
        for (i = 0; i < sizeof(change); i++) {
            mem[at] ^= change[i];
            (void)RoundTrip(mem, sz);
            mem[at] ^= change[i];
        }
    }
    ck_assert_int_eq(RoundTrip(mem, sz), 1);
}
END_TEST

START_TEST(random_bytes_are_refused_or_harmless)
{
    th_random random = { 0, 0, 0, 0 };
    byte where[4];
    word32 sz;
    int n;
    int i;

    random.state = 1 + (unsigned long)_i;
    for (n = 0; n < th_many(3000); n++) {
        sz = sf_session(mem, 1, 100);
        if (_i == 0)
            (void)th_rand(mem, sz, &random);
        for (i = 0; i < _i; i++) {
            (void)th_rand(where, sizeof(where), &random);
            mem[wt_get(where, 2) % sz] = where[2];
        }
        (void)RoundTrip(mem, sz);
    }
}
END_TEST

/* ---- the rest ----------------------------------------------------------- */

static const struct {
    word32 received;
    word32 lifetime;
    word64 now;
    int lives;
} lives[] = {
    { 1000, 100, 1000, 1 },
    { 1000, 100, 1099, 1 },
    { 1000, 100, 1100, 0 },
    { 1000, 100, 999, 0 },
    { 1000, 0, 1000, 0 },
    { 0xFFFFFFF0u, 0x7FFFFFFF, 0xFFFFFFFFu, 1 },
    { 0xFFFFFFF0u, 0xFFFFFFFFu, (word64)0x100000010ul, 1 },
    { 1000, 100, 0, 0 }
};

START_TEST(session_lives_from_its_arrival_for_its_lifetime)
{
    facts.received = lives[_i].received;
    facts.lifetime = lives[_i].lifetime;
    ck_assert_int_eq(wt_session_lives(&facts, lives[_i].now),
        lives[_i].lives);
}
END_TEST

START_TEST(blank_session_has_no_ticket_and_a_secret_of_its_own)
{
    WOLFSSL_SESSION* one = wt_session_blank(0x0303);
    WOLFSSL_SESSION* two = wt_session_blank(0x0303);
    unsigned char a[48];
    unsigned char b[48];

    ck_assert_ptr_nonnull(one);
    ck_assert_ptr_nonnull(two);
    ck_assert_int_eq(wolfSSL_SESSION_has_ticket(one), 0);
    ck_assert_int_eq(wolfSSL_SESSION_get_master_key(one, a, 48), 48);
    ck_assert_int_eq(wolfSSL_SESSION_get_master_key(two, b, 48), 48);
    ck_assert_mem_ne(a, b, 48);
    wolfSSL_SESSION_free(one);
    wolfSSL_SESSION_free(two);
}
END_TEST

START_TEST(build_print_is_the_same_each_time)
{
    byte one[WT_SESSION_BUILD_SZ];
    byte two[WT_SESSION_BUILD_SZ];
    byte none[WT_SESSION_BUILD_SZ];

    memset(none, 0, sizeof(none));
    wt_session_build(one);
    wt_session_build(two);
    ck_assert_mem_eq(one, two, sizeof(one));
    ck_assert_mem_ne(one, none, sizeof(one));
}
END_TEST

START_TEST(without_memory_there_is_nothing_and_nothing_leaks)
{
    WOLFSSL_SESSION* session;
    wt_blob blob = { NULL, 0, 0 };
    sf_parts parts = sf_good();
    word32 sz = sf_make(mem, &parts, 0);
    long live;

    th_mem_use(TH_MEM_COUNT);
    th_setup();
    /* What this wolfSSL appends cannot be found out, but later. */
    th_mem_fail_at(1);
    th_mem_arm(1);
    ck_assert_int_eq(wt_session_read(mem, sz, &facts), 0);
    th_mem_arm(0);
    sz = sf_make(mem, &parts, sf_tail());
    ck_assert_int_eq(wt_session_read(mem, sz, &facts), 1);
    live = th_mem_live();
    session = wt_session_unpack(mem, sz);
    ck_assert_ptr_nonnull(session);
    th_mem_fail_at(1);
    th_mem_arm(1);
    ck_assert_int_eq(wt_session_pack(session, &blob), 0);
    th_mem_fail_at(1);
    ck_assert_ptr_null(wt_session_blank(0x0303));
    th_mem_arm(0);
    ck_assert_uint_eq(blob.sz, 0);
    ck_assert_int_eq(wt_session_pack(session, &blob), 1);
    wt_session_discard(&blob);
    wolfSSL_SESSION_free(session);
    ck_assert_int_eq(th_mem_live(), live);
    th_teardown();
}
END_TEST

static Suite* Tests(void)
{
    Suite* suite = suite_create("session");
    TCase* tc = th_case(suite, "session", 0);

    tcase_add_loop_test(tc,
        session_of_a_handshake_survives_the_way_through_bytes, 0, TH_MODES);
    tcase_add_test(tc, session_without_a_ticket_is_not_packed);
    tcase_add_loop_test(tc, what_wolfssl_has_no_room_for_is_refused, 0,
        (int)(sizeof(limits) / sizeof(limits[0])));
    tcase_add_test(tc, long_nonce_is_refused);
    tcase_add_test(tc, facts_are_those_of_the_bytes);
    tcase_add_test(tc, larger_than_the_largest_is_refused_unread);
    tcase_add_test(tc, every_truncation_and_every_addition_is_refused);
    tcase_add_test(tc, every_changed_byte_is_refused_or_harmless);
    tcase_add_loop_test(tc, random_bytes_are_refused_or_harmless, 0, 4);
    tcase_add_loop_test(tc, session_lives_from_its_arrival_for_its_lifetime,
        0, (int)(sizeof(lives) / sizeof(lives[0])));
    tcase_add_test(tc, blank_session_has_no_ticket_and_a_secret_of_its_own);
    tcase_add_test(tc, build_print_is_the_same_each_time);
    tc = th_case(suite, "memory", 1);
    tcase_add_test(tc, without_memory_there_is_nothing_and_nothing_leaks);
    return suite;
}

int main(void)
{
    return th_run(Tests());
}
