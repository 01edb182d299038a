/* unit_offer_binding.c
 *
 * Tickets open only for the name, protocols and context they were made for.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"

/* What a handshake is about; NULL is not there. */
typedef struct {
    const char* name;
    const char* alpn;
    const char* id;
} about;

static const struct {
    about made;
    about presented;
    int resumes;
} table[] = {
    { { NULL, NULL, NULL },          { NULL, NULL, NULL },          1 },
    { { "a.example", NULL, NULL },   { "a.example", NULL, NULL },   1 },
    { { "a.example", NULL, NULL },   { "b.example", NULL, NULL },   0 },
    { { "a.example", NULL, NULL },   { NULL, NULL, NULL },          0 },
    { { NULL, NULL, NULL },          { "a.example", NULL, NULL },   0 },
    { { "a.example", NULL, NULL },   { "a.exampl", NULL, NULL },    0 },
    { { NULL, "h2", NULL },          { NULL, "h2", NULL },          1 },
    { { NULL, "h2", NULL },          { NULL, "http/1.1", NULL },    0 },
    { { NULL, "h2", NULL },          { NULL, NULL, NULL },          0 },
    { { NULL, NULL, NULL },          { NULL, "h2", NULL },          0 },
    { { NULL, "h2,http/1.1", NULL }, { NULL, "h2,http/1.1", NULL }, 1 },
    { { NULL, "h2,http/1.1", NULL }, { NULL, "h2", NULL },          0 },
    { { NULL, "h2,http/1.1", NULL }, { NULL, "http/1.1,h2", NULL }, 0 },
    { { NULL, NULL, "one" },         { NULL, NULL, "one" },         1 },
    { { NULL, NULL, "one" },         { NULL, NULL, "two" },         0 },
    { { NULL, NULL, "one" },         { NULL, NULL, NULL },          0 },
    { { NULL, NULL, NULL },          { NULL, NULL, "one" },         0 },
    { { NULL, NULL, "one" },         { NULL, NULL, "on" },          0 },
    { { "a.example", "h2", "one" },  { "a.example", "h2", "one" },  1 },
    { { "a.example", "h2", "one" },  { "b.example", "h2", "one" },  0 },
    { { "a.example", "h2", "one" },  { "a.example", "h3", "one" },  0 },
    { { "a.example", "h2", "one" },  { "a.example", "h2", "two" },  0 },
    { { "a", NULL, "b" },            { "ab", NULL, NULL },          0 }
};

#define ROWS ((int)(sizeof(table) / sizeof(table[0])))

/* Where the id is set, and where ALPN is asked for. */
enum { ID_OF_CTX = 1, SERVER_ALPN = 2, PLAIN = 4, WAYS = 8 };

#ifndef OPENSSL_EXTRA
static int AnyName(WOLFSSL* ssl, int* alert, void* arg)
{
    (void)ssl;
    (void)alert;
    (void)arg;
    return 0;
}
#endif

/* Without its OpenSSL layer wolfSSL keeps the names of a ClientHello for
 * servers that ask for them. */
static int AsksForNames(WOLFSSL_CTX* sc)
{
#ifndef OPENSSL_EXTRA
    wolfSSL_CTX_set_servername_callback(sc, AnyName);
    return 1;
#else
    (void)sc;
    return 0;
#endif
}

static void Open(th_pair* pair, WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    WOLFSSL_SESSION* session, const about* what, int way)
{
    const char* id = (what->id != NULL) ? what->id : "";
    char list[32];

    if (way & ID_OF_CTX)
        ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(sc,
            (const unsigned char*)id, (unsigned int)strlen(id)), 1);
    th_open(pair, sc, cc, session, (way & PLAIN) ? TH_PLAIN : TH_OURS);
    if (!(way & ID_OF_CTX) && what->id != NULL)
        ck_assert_int_eq(wolfTicket_set_session_id_context(pair->server,
            (const unsigned char*)id, (unsigned int)strlen(id)), 1);
    if (what->name != NULL)
        ck_assert_int_eq(wolfSSL_UseSNI(pair->client, WOLFSSL_SNI_HOST_NAME,
            what->name, (word16)strlen(what->name)), WOLFSSL_SUCCESS);
    if (what->alpn != NULL) {
        strcpy(list, what->alpn);
        ck_assert_int_eq(wolfSSL_UseALPN(pair->client, list,
            (unsigned int)strlen(list), WOLFSSL_ALPN_CONTINUE_ON_MISMATCH),
            WOLFSSL_SUCCESS);
    }
    if (AsksForNames(sc) || (way & SERVER_ALPN)) {
        strcpy(list, "http/1.1,h2");
        ck_assert_int_eq(wolfSSL_UseALPN(pair->server, list,
            (unsigned int)strlen(list), WOLFSSL_ALPN_CONTINUE_ON_MISMATCH),
            WOLFSSL_SUCCESS);
    }
}

static void OneRow(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc, int row, int way,
    int mode)
{
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;
    int done, resumed;

    Open(&pair, sc, cc, NULL, &table[row].made, way);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    ck_assert_int_eq(th_set_data(pair.server, "secret"), 1);
    th_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    th_close(&pair);

    Open(&pair, sc, cc, session, &table[row].presented, way);
    done = th_handshake(&pair);
    resumed = done == TH_BOTH_DONE && wolfSSL_session_reused(pair.server);
    ck_assert_msg(resumed == table[row].resumes, "row %d, way %d, mode %d",
        row, way, mode);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_int_eq((int)info.cause, table[row].resumes
        ? WOLFTICKET_CAUSE_USED : WOLFTICKET_CAUSE_BINDING);
    /* TLS 1.3 goes on in full; see th_verdict() for the client of 1.2. */
    if (table[row].resumes || th_is_tls13(mode))
        ck_assert_int_eq(done, TH_BOTH_DONE);
    if (!table[row].resumes)
        ck_assert(th_has_data(pair.server, ""));
    th_close(&pair);
    wolfSSL_SESSION_free(session);
}

START_TEST(ticket_opens_only_where_it_belongs)
{
    int mode = _i % TH_MODES;
    int way = _i / TH_MODES;
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    int row;

    for (row = _i % th_step(); row < ROWS; row += th_step()) {
        WOLFSSL_CTX* sc = th_server_ctx(mode);

        ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
        OneRow(sc, cc, row, way, mode);
        wolfTicket_CTX_free(sc);
    }
    wolfSSL_CTX_free(cc);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("offer_binding");

    tcase_add_loop_test(th_case(suite, "binding", 0),
        ticket_opens_only_where_it_belongs, 0, WAYS * TH_MODES);
    return th_run(suite);
}
