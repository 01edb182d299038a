/* unit_offer_hostile.c
 *
 * Tickets that a client has changed, cut or invented.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"
#include "hooks.h"

#include <wolfssl/error-ssl.h>

#define HEAD_SZ  (WOLFSSL_TICKET_NAME_SZ + WOLFSSL_TICKET_IV_SZ + 2)
/* A ticket without data is shorter than one with all there is room for, by as
 * much at the least. */
#define ROOM     32
#define FRAME_SZ (HEAD_SZ + WOLFSSL_TICKET_MAC_SZ)

typedef struct {
    int mode;
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    WOLFSSL_SESSION* session;
    th_app app;
    unsigned char ticket[TH_TICKET_MAX];
    size_t sz;
} fixture;

static fixture f;

static void Begin(int mode)
{
    memset(&f, 0, sizeof(f));
    f.mode = mode;
    f.sc = th_server_ctx(mode);
    f.cc = th_client_ctx(mode);
    th_app_init(&f.app);
    f.app.genData = "secret";
    f.app.genDataSz = 6;
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(f.sc, th_gen,
        th_dec, &f.app), 1);
    f.session = th_get_session(f.sc, f.cc);
    f.app.genData = NULL;
    f.sz = th_ticket_of(f.cc, f.session, f.ticket);
}

static void End(void)
{
    wolfSSL_SESSION_free(f.session);
    wolfTicket_CTX_free(f.sc);
    wolfSSL_CTX_free(f.cc);
}

/* wolfSSL ends the handshake itself for a ticket that is longer than it could
 * have made, in TLS 1.2 unless it was stopped from looking, in TLS 1.3 if
 * that is also more than its room for an identity (of lean builds of 5.9). */
static int TooLong(th_pair* pair, size_t sz)
{
    int ret = sz > f.sz + ROOM;

    if (ret && th_is_tls13(f.mode))
        ret = th_handshake(pair) == 0 &&
            wolfSSL_get_error(pair->server, -1) == BUFFER_E;
    else if (ret && th_handshake(pair) != TH_BOTH_DONE &&
            wolfSSL_get_error(pair->server, -1) != BAD_TICKET_MSG_SZ)
        ck_assert_int_eq(wolfSSL_get_error(pair->client, -1),
            OUT_OF_ORDER_E);
    return ret;
}

/* Newer wolfSSL puts the ticket into the very session that it was given. */
static void OpenWith(th_pair* pair, const unsigned char* ticket, size_t sz)
{
    WOLFSSL_SESSION* own = wolfSSL_SESSION_dup(f.session);

    ck_assert_ptr_nonnull(own);
    th_open(pair, f.sc, f.cc, own, TH_OURS);
    ck_assert_int_eq(wolfSSL_set_SessionTicket(pair->client, ticket,
        (word32)sz), WOLFSSL_SUCCESS);
    wolfSSL_SESSION_free(own);
}

/* A client presents the ticket: no resumption, and no failure that is the
 * server's. */
static void Present(const unsigned char* ticket, size_t sz)
{
    th_pair pair;

    f.app.decCalls = f.app.hadSession = 0;
    f.app.status = WOLFTICKET_NO_DECRYPT;
    OpenWith(&pair, ticket, sz);
    if (!TooLong(&pair, sz))
        ck_assert_int_eq(th_verdict(&pair, NULL), 0);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 0);
    ck_assert_int_le(f.app.decCalls, 1);
    ck_assert_int_eq(f.app.hadSession, 0);
    ck_assert_int_eq(f.app.status, WOLFTICKET_NO_DECRYPT);
    ck_assert(th_has_data(pair.server, ""));
    th_close(&pair);
}

START_TEST(changed_byte_never_resumes_and_never_fails)
{
    size_t i;

    Begin(_i);
    ck_assert_int_eq(th_try(f.sc, f.cc, f.session, NULL), 1);
    for (i = 0; i < f.sz; i += (size_t)th_step()) {
        unsigned char bit = (unsigned char)(1u << (i % 8));

        f.ticket[i] ^= bit;
        Present(f.ticket, f.sz);
        f.ticket[i] ^= bit;
    }
    ck_assert_int_eq(th_try(f.sc, f.cc, f.session, NULL), 1);
    End();
}
END_TEST

START_TEST(cut_ticket_never_resumes_and_never_fails)
{
    size_t sz;

    Begin(_i);
    for (sz = 1; sz < f.sz; sz += (size_t)th_step())
        Present(f.ticket, sz);
    End();
}
END_TEST

/* wolfSSL passes over what stands behind a ticket, and shows it to nobody. */
START_TEST(bytes_behind_a_ticket_fail_nothing)
{
    size_t sz;
    th_pair pair;

    Begin(_i);
    memset(f.ticket + f.sz, 0x5A, 600);
    for (sz = f.sz + 1; sz < f.sz + 600; sz += 23) {
        OpenWith(&pair, f.ticket, sz);
        if (!TooLong(&pair, sz))
            (void)th_verdict(&pair, NULL);
        th_close(&pair);
    }
    End();
}
END_TEST

START_TEST(random_blob_never_resumes_and_never_fails)
{
    unsigned char blob[TH_TICKET_MAX];
    th_random random;
    size_t sz;

    Begin(_i);
    memset(&random, 0, sizeof(random));
    for (sz = 1; sz <= 600; sz += (size_t)(3 * th_step())) {
        ck_assert_int_eq(th_rand(blob, (word32)sz, &random), 1);
        if (sz % 2 == 0 && sz > FRAME_SZ) {
            /* Framed right, under a name that is known. */
            memcpy(blob, f.ticket, HEAD_SZ);
            blob[HEAD_SZ - 2] = (unsigned char)((sz - FRAME_SZ) >> 8);
            blob[HEAD_SZ - 1] = (unsigned char)(sz - FRAME_SZ);
        }
        Present(blob, sz);
    }
    End();
}
END_TEST

/* ---- straight into the callback ------------------------------------------ */

/* Protocols that a connection knows of before its first message. */
static const int known[] = { TH_TLS13, TH_TLS13_ONLY, TH_TLS12_ONLY };
#define KNOWN ((int)(sizeof(known) / sizeof(known[0])))

/* The frame's fields in blocks of exactly their size, for sanitizers. */
typedef struct {
    unsigned char* field[4];
    int sz[4];
} frame;

static void Cut(frame* out, const unsigned char* ticket, size_t sz)
{
    static const int fixed[3] = { WOLFSSL_TICKET_NAME_SZ,
        WOLFSSL_TICKET_IV_SZ, WOLFSSL_TICKET_MAC_SZ };
    size_t from[4];
    int i;

    from[0] = 0;
    from[1] = WOLFSSL_TICKET_NAME_SZ;
    from[2] = sz - WOLFSSL_TICKET_MAC_SZ;
    from[3] = HEAD_SZ;
    for (i = 0; i < 4; i++) {
        out->sz[i] = (i < 3) ? fixed[i] : (int)(sz - FRAME_SZ);
        out->field[i] = (unsigned char*)malloc((size_t)out->sz[i] + 1);
        ck_assert_ptr_nonnull(out->field[i]);
        memcpy(out->field[i], ticket + from[i], (size_t)out->sz[i]);
    }
}

static int Call(const frame* fr)
{
    WOLFSSL* ssl = wolfTicket_new(f.sc);
    int outLen = fr->sz[3];
    int ret;

    ck_assert_ptr_nonnull(ssl);
    ret = wt_hook_ticket(ssl, fr->field[0], fr->field[1], fr->field[2], 0,
        fr->field[3], fr->sz[3], &outLen, wolfSSL_CTX_get_TicketEncCtx(f.sc));
    ck_assert_int_ge(outLen, 0);
    ck_assert_int_le(outLen, fr->sz[3]);
    wolfTicket_free(ssl);
    return ret;
}

static void Drop(frame* fr)
{
    int i;

    for (i = 0; i < 4; i++)
        free(fr->field[i]);
}

START_TEST(callback_refuses_every_changed_byte)
{
    frame fr;
    int i, j, bit, ret;

    Begin(known[_i]);
    Cut(&fr, f.ticket, f.sz);
    for (i = 0; i < 4; i++) {
        for (j = 0; j < fr.sz[i]; j++) {
            for (bit = 0; bit < 8; bit += (th_step() > 1) ? 8 : 1) {
                fr.field[i][j] ^= (unsigned char)(1 << bit);
                ret = Call(&fr);
                ck_assert_int_eq(ret, WOLFSSL_TICKET_RET_REJECT);
                fr.field[i][j] ^= (unsigned char)(1 << bit);
            }
        }
    }
    ck_assert_int_eq(Call(&fr), WOLFSSL_TICKET_RET_OK);
    Drop(&fr);
    End();
}
END_TEST

START_TEST(callback_refuses_every_other_length)
{
    frame fr;
    int whole, sz, ret;

    Begin(known[_i]);
    Cut(&fr, f.ticket, f.sz);
    whole = fr.sz[3];
    for (sz = 0; sz < whole; sz++) {
        frame cut = fr;

        cut.field[3] = (unsigned char*)malloc((size_t)sz + (sz == 0));
        ck_assert_ptr_nonnull(cut.field[3]);
        memcpy(cut.field[3], fr.field[3], (size_t)sz);
        cut.sz[3] = sz;
        ret = Call(&cut);
        ck_assert_int_eq(ret, WOLFSSL_TICKET_RET_REJECT);
        free(cut.field[3]);
    }
    Drop(&fr);
    End();
}
END_TEST

START_TEST(callback_refuses_random_blobs_of_all_lengths)
{
    unsigned char* blob = (unsigned char*)malloc(4096);
    th_random random;
    frame fr;
    int n = th_many(3000);
    int i;

    Begin(known[_i]);
    memset(&random, 0, sizeof(random));
    ck_assert_ptr_nonnull(blob);
    for (i = 0; i < n; i++) {
        word32 sz = FRAME_SZ + (word32)(i * 7) % 3000;

        ck_assert_int_eq(th_rand(blob, sz, &random), 1);
        /* Some of ours: the name, name and iv. */
        if (i % 3 > 0)
            memcpy(blob, f.ticket, (i % 3 == 1) ? 16 : 32);
        Cut(&fr, blob, sz);
        ck_assert_int_eq(Call(&fr), WOLFSSL_TICKET_RET_REJECT);
        Drop(&fr);
    }
    free(blob);
    End();
}
END_TEST

/* A connection that is offered very many. */
START_TEST(many_offers_on_one_connection_are_bounded)
{
    WOLFSSL* ssl;
    frame fr;
    int i;

    Begin(known[_i]);
    Cut(&fr, f.ticket, f.sz);
    f.app.decCalls = 0;
    ssl = wolfTicket_new(f.sc);
    for (i = 0; i < 100; i++) {
        int outLen = fr.sz[3];

        fr.field[2][31] = (unsigned char)(fr.field[2][31] + 1);
        ck_assert_int_eq(wt_hook_ticket(ssl, fr.field[0], fr.field[1],
            fr.field[2], 0, fr.field[3], fr.sz[3], &outLen,
            wolfSSL_CTX_get_TicketEncCtx(f.sc)), WOLFSSL_TICKET_RET_REJECT);
    }
    ck_assert_int_ge(f.app.decCalls, 1);
    ck_assert_int_le(f.app.decCalls, 4);
    wolfTicket_free(ssl);
    Drop(&fr);
    End();
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("offer_hostile");
    TCase* tc = th_case(suite, "handshake", 0);

    tcase_add_loop_test(tc, changed_byte_never_resumes_and_never_fails, 0,
        TH_MODES);
    tcase_add_loop_test(tc, cut_ticket_never_resumes_and_never_fails, 0,
        TH_MODES);
    tcase_add_loop_test(tc, bytes_behind_a_ticket_fail_nothing, 0, TH_MODES);
    tcase_add_loop_test(tc, random_blob_never_resumes_and_never_fails, 0,
        TH_MODES);
    tc = th_case(suite, "callback", 0);
    tcase_add_loop_test(tc, callback_refuses_every_changed_byte, 0, KNOWN);
    tcase_add_loop_test(tc, callback_refuses_every_other_length, 0, KNOWN);
    tcase_add_loop_test(tc, callback_refuses_random_blobs_of_all_lengths, 0,
        KNOWN);
    tcase_add_loop_test(tc, many_offers_on_one_connection_are_bounded, 0,
        KNOWN);
    return th_run(suite);
}
