/* unit_embed_ticket.c
 *
 * The embedded core under attack: tickets, records, bindings, nonces.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed_fixture.h"

#include <wolfssl/error-ssl.h>

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static th_app app;

static WOLFSSL_CTX* server(int mode)
{
    WOLFSSL_CTX* sc = eb_server(mode, &storage);

    th_app_init(&app);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec,
        &app), 1);
    return sc;
}

/* ---- one client's data and another's ------------------------------------ */

/* A connection with data is freed in some way, in some state; the next one,
 * at the same address, must not see them, nor send them. */
enum { WRONG_FREE = 1, BEFORE_HANDSHAKE = 2, RESUMING = 4, WAYS = 8 };

START_TEST(data_do_not_pass_to_the_next_connection)
{
    int mode = _i / WAYS;
    int how = _i % WAYS;
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    WOLFSSL_SESSION* session;
    WOLFSSL_SESSION* next;
    th_pair pair;
    int n;

    th_mem_use(TH_MEM_SAME);
    eb_setup();
    sc = server(mode);
    cc = th_client_ctx(mode);
    app.genData = "the first's";
    app.genDataSz = 11;
    session = th_get_session(sc, cc);
    app.genData = NULL;
    for (n = 0; n < 20; n++) {
        th_open(&pair, sc, cc, (how & RESUMING) ? session : NULL, TH_OURS);
        if (!(how & RESUMING))
            ck_assert_int_eq(th_set_data(pair.server, "the first's"), 1);
        if (how & BEFORE_HANDSHAKE)
            (void)(th_connect(&pair) + th_accept(&pair));
        else
            ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        pair.plain = (how & WRONG_FREE) != 0;
        th_close(&pair);

        th_open(&pair, sc, cc, NULL, TH_OURS);
        ck_assert_int_eq(th_has_data(pair.server, ""), 1);
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        ck_assert_int_eq(th_has_data(pair.server, ""), 1);
        th_exchange(&pair);
        next = wolfSSL_get1_session(pair.client);
        th_close(&pair);
        th_open(&pair, sc, cc, next, TH_OURS);
        ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
        ck_assert_int_eq(wolfSSL_session_reused(pair.server), 1);
        ck_assert_int_eq(th_has_data(pair.server, ""), 1);
        th_close(&pair);
        wolfSSL_SESSION_free(next);
    }
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
    th_teardown();
}
END_TEST

/* A ticket that was stolen: its thief does not have its secret. */
START_TEST(stolen_ticket_leaves_no_data)
{
    int mode = _i / 2;
    WOLFSSL_CTX* sc = server(mode);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    unsigned char ticket[TH_TICKET_MAX];
    WOLFSSL_SESSION* victim;
    WOLFSSL_SESSION* thief;
    th_pair pair;
    size_t sz;
    int done;

    app.genData = "the victim's";
    app.genDataSz = 12;
    victim = th_get_session(sc, cc);
    app.genData = NULL;
    thief = th_get_session(sc, cc);
    sz = th_ticket_of(cc, victim, ticket);
    app.decAnswer = _i % 2 ? WOLFTICKET_RETURN_USE_RENEW
                           : WOLFTICKET_RETURN_USE;
    th_open(&pair, sc, cc, thief, TH_OURS);
    ck_assert_int_eq(wolfSSL_set_SessionTicket(pair.client, ticket,
        (word32)sz), WOLFSSL_SUCCESS);
    done = th_handshake(&pair);
    ck_assert_int_eq(app.hadSession, 1);
    /* In TLS 1.3 the age that the client tells does not fit, either. */
    ck_assert(!(done & TH_SERVER_DONE) ||
        (th_is_tls13(mode) && wolfSSL_session_reused(pair.server) == 0));
    ck_assert_int_eq(th_has_data(pair.server, ""), 1);
    th_close(&pair);
    wolfSSL_SESSION_free(victim);
    wolfSSL_SESSION_free(thief);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
}
END_TEST

/* As wolfSSL does with a ticket of a hello: what it is told, and whose data
 * dec_cb has seen. */
static int present(WOLFSSL* ssl, WOLFSSL_CTX* cc, WOLFSSL_SESSION* session)
{
    unsigned char ticket[TH_TICKET_MAX];
    size_t sz = th_ticket_of(cc, session, ticket);
    int encSz = (int)(sz - 2 - WOLFSSL_TICKET_NAME_SZ - WOLFSSL_TICKET_IV_SZ -
        WOLFSSL_TICKET_MAC_SZ);

    return wt_embed_ticket(ssl, ticket, ticket + WOLFSSL_TICKET_NAME_SZ,
        ticket + sz - WOLFSSL_TICKET_MAC_SZ, 0, ticket +
        WOLFSSL_TICKET_NAME_SZ + WOLFSSL_TICKET_IV_SZ + 2, encSz, &encSz,
        &storage);
}

/* wolfSSL keeps every ticket of a hello that was opened for it, resumes by any
 * and does not say by which. */
START_TEST(hello_with_two_tickets_opens_one)
{
    WOLFSSL_CTX* sc = server(TH_TLS13_ONLY);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13_ONLY);
    WOLFSSL_SESSION* victim;
    WOLFSSL_SESSION* thief;
    WOLFSSL* ssl;

    app.genData = "the victim's";
    app.genDataSz = 12;
    victim = th_get_session(sc, cc);
    app.genData = "the thief's";
    app.genDataSz = 11;
    thief = th_get_session(sc, cc);
    app.genData = NULL;
    app.decCalls = 0;
    ssl = wolfTicket_new(sc);
    ck_assert_int_eq(present(ssl, cc, thief), WOLFSSL_TICKET_RET_OK);
    ck_assert_int_eq(present(ssl, cc, victim), WOLFSSL_TICKET_RET_REJECT);
    ck_assert_int_eq(present(ssl, cc, thief), WOLFSSL_TICKET_RET_OK);
    ck_assert_int_eq(app.decCalls, 1);
    ck_assert_uint_eq(app.seenSz, 11);
    wolfTicket_free(ssl);
#if WOLFTICKET_MAX_OFFERS > 1
    /* One that is not used is no obstacle. */
    app.decAnswer = WOLFTICKET_RETURN_IGNORE;
    ssl = wolfTicket_new(sc);
    ck_assert_int_eq(present(ssl, cc, victim), WOLFSSL_TICKET_RET_REJECT);
    app.decAnswer = WOLFTICKET_RETURN_USE;
    ck_assert_int_eq(present(ssl, cc, thief), WOLFSSL_TICKET_RET_OK);
    ck_assert_int_eq(present(ssl, cc, victim), WOLFSSL_TICKET_RET_REJECT);
    ck_assert_uint_eq(app.seenSz, 11);
    wolfTicket_free(ssl);
#endif
    wolfSSL_SESSION_free(victim);
    wolfSSL_SESSION_free(thief);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(connection_of_wolfssl_new_gets_no_ticket)
{
    WOLFSSL_CTX* sc = server(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session = th_get_session(sc, cc);
    th_pair pair;
    int done;

    th_app_init(&app);
    th_open(&pair, sc, cc, session, TH_PLAIN);
    done = th_handshake(&pair);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 0);
    if (done == TH_BOTH_DONE)
        th_exchange(&pair);
    else
        ck_assert_int_eq(wolfSSL_get_error(pair.client, -1), OUT_OF_ORDER_E);
    ck_assert_int_eq(app.decCalls + app.genCalls, 0);
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(records_run_out_and_come_back)
{
    WOLFSSL_CTX* sc = server(TH_TLS13);
    WOLFSSL* ssl[WOLFTICKET_MAX_CONNECTIONS];
    int n;

    for (n = 0; n < WOLFTICKET_MAX_CONNECTIONS; n++) {
        ssl[n] = wolfTicket_new(sc);
        ck_assert_ptr_nonnull(ssl[n]);
    }
    ck_assert_ptr_null(wolfTicket_new(sc));
    ck_assert_str_eq(wolfTicket_CTX_error(sc), wt_error_text(WT_E_RECORDS));
    for (n = 0; n < WOLFTICKET_MAX_CONNECTIONS; n++) {
        wolfTicket_free(ssl[n]);
        ssl[n] = wolfTicket_new(sc);
        ck_assert_ptr_nonnull(ssl[n]);
    }
    for (n = 0; n < WOLFTICKET_MAX_CONNECTIONS; n++)
        wolfTicket_free(ssl[n]);
    wolfTicket_free(NULL);
    wolfTicket_CTX_free(sc);
}
END_TEST

/* ---- storage ------------------------------------------------------------ */

START_TEST(storage_is_for_one_context_and_clean)
{
    static wolfTicket_Storage other;
    static const wolfTicket_Storage none;
    WOLFSSL_CTX* a = th_server_ctx_raw(TH_TLS13);
    WOLFSSL_CTX* b = th_server_ctx_raw(TH_TLS13);

    memset(&other, 0, sizeof(other));
    ck_assert_int_eq(wolfTicket_CTX_embed(NULL, &storage), 0);
    ck_assert_int_eq(wolfTicket_CTX_embed(a, NULL), 0);
    other.record[1].sent = 1;
    ck_assert_int_eq(wolfTicket_CTX_embed(a, &other), 0);
    ck_assert_str_eq(wolfTicket_CTX_error(NULL),
        wt_error_text(WT_E_STORAGE));
    other.record[1].sent = 0;
    ck_assert_int_eq(wolfTicket_CTX_embed(a, &storage), 1);
    ck_assert_int_eq(wolfTicket_CTX_embed(a, &storage), 1);
    ck_assert_int_eq(wolfTicket_CTX_embed(a, &other), 0);
    ck_assert_int_eq(wolfTicket_CTX_embed(b, &storage), 0);
    ck_assert_int_eq(wolfTicket_CTX_embed(b, &other), 1);
    ck_assert_int_eq(wolfTicket_CTX_detach(a), 1);
    ck_assert_int_eq(wolfTicket_CTX_detach(a), 0);
    ck_assert_mem_eq(&storage, &none, sizeof(none));
    wolfTicket_CTX_free(b);
    ck_assert_mem_eq(&other, &none, sizeof(none));
    wolfTicket_CTX_free(a);
    wolfTicket_CTX_free(NULL);
}
END_TEST

#ifdef WOLFTICKET_NO_HEAP
START_TEST(without_a_heap_a_context_needs_storage)
{
    WOLFSSL_CTX* ctx = th_server_ctx_raw(TH_TLS13);

    ck_assert_int_eq(wolfTicket_CTX_attach(ctx), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(ctx, 1), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(ctx, NULL, NULL,
        NULL), 0);
    ck_assert_ptr_null(wolfTicket_new(ctx));
    wolfTicket_CTX_free(ctx);
}
END_TEST
#endif

/* ---- hostile tickets ---------------------------------------------------- */

static void tamper(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc, WOLFSSL_SESSION* session,
    const unsigned char* ticket, size_t sz)
{
    WOLFSSL_SESSION* copy = wolfSSL_SESSION_dup(session);
    wolfTicket_Info info;
    th_pair pair;

    th_open(&pair, sc, cc, copy, TH_OURS);
    wolfSSL_SESSION_free(copy);
    ck_assert_int_eq(wolfSSL_set_SessionTicket(pair.client, ticket,
        (word32)sz), WOLFSSL_SUCCESS);
    ck_assert_int_eq(th_verdict(&pair, &info), 0);
    ck_assert_int_eq(info.resumed, 0);
    ck_assert_int_eq(th_has_data(pair.server, ""), 1);
    th_close(&pair);
}

START_TEST(every_changed_byte_of_a_ticket_is_found)
{
    WOLFSSL_CTX* sc = server(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session;
    unsigned char ticket[TH_TICKET_MAX];
    size_t sz;
    size_t at;

    app.genData = "secret";
    app.genDataSz = 6;
    session = th_get_session(sc, cc);
    app.genData = NULL;
    sz = th_ticket_of(cc, session, ticket);
    for (at = 0; at < sz; at += (size_t)th_step()) {
        /* wolfSSL's own length field: it looks before we do. */
        if (at == 32 || at == 33)
            continue;
        ticket[at] ^= 0x40;
        tamper(sc, cc, session, ticket, sz);
        ticket[at] ^= 0x40;
    }
    ck_assert_int_eq(th_resume(sc, cc, session, TH_OURS), 1);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
}
END_TEST

/* The seal is right, and what is under it is not: who has a key. */
START_TEST(sealed_nonsense_does_not_open)
{
    byte keyName[WOLFSSL_TICKET_NAME_SZ];
    byte iv[WOLFSSL_TICKET_IV_SZ];
    byte mac[WOLFSSL_TICKET_MAC_SZ];
    byte enc[WOLFTICKET_MAX_TICKET + 1];
    WOLFSSL_CTX* sc = server(TH_TLS13);
    WOLFSSL* ssl = wolfTicket_new(sc);
    byte nonce[WT_AEAD_NONCE_SZ] = { 1 };
    wt_ticket ticket;
    wt_checks checks;
    wt_frame frame;
    int outLen;

    memset(&ticket, 0, sizeof(ticket));
    memset(&checks, 0, sizeof(checks));
    memset(enc, 7, sizeof(enc));
    frame.keyName = keyName;
    frame.iv = iv;
    frame.mac = mac;
    frame.enc = enc;
    frame.encSz = (word32)_i;
    frame.encMax = WOLFTICKET_MAX_TICKET;
    frame.work = (byte*)storage.context.work;
    frame.version = (word32)wolfSSL_version(ssl);
    ticket.issued = (word32)wt_clock();
    /* As much data as no record has room for, where that fits. */
    ticket.data = storage.record[0].data;
    ticket.dataSz = (_i % 2) ? WOLFTICKET_MAX_APPDATA : 0;
    if (wt_seal(wt_embed_sealing(&storage.context), nonce, &checks, &ticket,
            &frame)) {
        outLen = (int)frame.encSz;
        (void)wt_embed_ticket(ssl, keyName, iv, mac, 0, enc,
            (int)frame.encSz, &outLen, &storage);
        ck_assert_int_le(outLen, (int)frame.encSz);
    }
    wolfTicket_free(ssl);
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(frames_of_any_length_are_refused_or_opened)
{
    byte mem[WOLFSSL_TICKET_NAME_SZ + WOLFSSL_TICKET_IV_SZ +
        WOLFSSL_TICKET_MAC_SZ];
    WOLFSSL_CTX* sc = server(TH_TLS13);
    WOLFSSL* ssl = wolfTicket_new(sc);
    byte* enc;
    int outLen;
    int sz;

    memset(mem, 0x11, sizeof(mem));
    memcpy(mem, eb_keys()[0].name, 4);
    mem[28] = 0x11;
    for (sz = -3; sz < 700; sz += 1) {
        enc = (byte*)calloc((sz > 0) ? (size_t)sz : 1, 1);
        ck_assert_ptr_nonnull(enc);
        outLen = sz;
        ck_assert_int_eq(wt_embed_ticket(ssl, mem, mem + 16, mem + 32, 0, enc,
            sz, &outLen, &storage), WOLFSSL_TICKET_RET_REJECT);
        free(enc);
    }
    wolfTicket_free(ssl);
    wolfTicket_CTX_free(sc);
}
END_TEST

/* ---- bindings ----------------------------------------------------------- */

START_TEST(ticket_is_bound_to_the_context_id)
{
    WOLFSSL_CTX* sc = server(_i);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    static const unsigned char one[] = { 1, 2, 3 };
    static const unsigned char two[] = { 1, 2, 4 };
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;

    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(sc, one, 33), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(sc, NULL, 3), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(sc, one, 3), 1);
    session = th_get_session(sc, cc);
    ck_assert_int_eq(th_try(sc, cc, session, &info), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(sc, two, 3), 1);
    ck_assert_int_eq(th_try(sc, cc, session, &info), 0);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_BINDING);
    ck_assert_int_eq(wolfTicket_CTX_set_session_id_context(sc, NULL, 0), 1);
    ck_assert_int_eq(th_try(sc, cc, session, &info), 0);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
}
END_TEST

#ifdef HAVE_SNI
static WOLFSSL_SESSION* sessionFor(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    const char* name)
{
    WOLFSSL_SESSION* session;
    th_pair pair;

    th_open(&pair, sc, cc, NULL, TH_OURS);
    if (name != NULL)
        ck_assert_int_eq(wolfSSL_UseSNI(pair.client, WOLFSSL_SNI_HOST_NAME,
            name, (unsigned short)strlen(name)), WOLFSSL_SUCCESS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    th_close(&pair);
    return session;
}

static const struct {
    const char* first;
    const char* then;
    int same;
} names[] = {
    { "a.example", "a.example", 1 },
    { "a.example", "b.example", 0 },
    { "a.example", NULL, 0 },
    { NULL, "b.example", 0 },
    { "a-name-that-is-longer-than-32-bytes.example",
      "a-name-that-is-longer-than-32-bytes.example", 1 },
    { "a-name-that-is-longer-than-32-bytes.example",
      "a-name-that-is-longer-than-32-bytes.exampla", 0 }
};
#define NAMES (int)(sizeof(names) / sizeof(names[0]))

/* Refused, or in TLS 1.2, where it may show late, ended: not resumed, and no
 * data. */
START_TEST(ticket_is_bound_to_the_server_name)
{
    int mode = _i / NAMES % TH_MODES;
    int renew = _i / NAMES / TH_MODES;
    const char* then = names[_i % NAMES].then;
    WOLFSSL_CTX* sc = server(mode);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session;
    th_pair pair;
    int done;

    ck_assert_int_eq(wolfSSL_CTX_UseSNI(sc, WOLFSSL_SNI_HOST_NAME, "x", 1),
        WOLFSSL_SUCCESS);
    wolfSSL_CTX_SNI_SetOptions(sc, WOLFSSL_SNI_HOST_NAME,
        WOLFSSL_SNI_ANSWER_ON_MISMATCH);
    app.genData = "for a";
    app.genDataSz = 5;
    session = sessionFor(sc, cc, names[_i % NAMES].first);
    th_app_init(&app);
    if (renew)
        app.decAnswer = WOLFTICKET_RETURN_USE_RENEW;
    th_open(&pair, sc, cc, session, TH_OURS);
    if (then != NULL)
        ck_assert_int_eq(wolfSSL_UseSNI(pair.client, WOLFSSL_SNI_HOST_NAME,
            then, (unsigned short)strlen(then)), WOLFSSL_SUCCESS);
    done = th_handshake(&pair);
    if (names[_i % NAMES].same) {
        ck_assert_int_eq(done, TH_BOTH_DONE);
        ck_assert_int_eq(wolfSSL_session_reused(pair.server), 1);
        ck_assert_int_eq(th_has_data(pair.server, "for a"), 1);
    }
    else {
        ck_assert(!(done & TH_SERVER_DONE) ||
            wolfSSL_session_reused(pair.server) == 0);
        ck_assert_int_eq(th_has_data(pair.server, "for a"), 0);
        /* Nor did a new ticket take it to the other name. */
        ck_assert_int_eq(app.genCalls, (done == TH_BOTH_DONE) ? 2 : 0);
    }
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
}
END_TEST
#endif

/* ---- nonces ------------------------------------------------------------- */

static int Compare(const void* a, const void* b)
{
    return memcmp(a, b, WT_AEAD_NONCE_SZ);
}

#define NONCES 100000

static void noRepeat(byte (*all)[WT_AEAD_NONCE_SZ], size_t n)
{
    size_t i;

    qsort(all, n, WT_AEAD_NONCE_SZ, Compare);
    for (i = 1; i < n; i++)
        ck_assert_int_ne(memcmp(all[i - 1], all[i], WT_AEAD_NONCE_SZ), 0);
}

/* Four children of one process that was warm, and itself. */
START_TEST(no_nonce_repeats_across_forks)
{
    static byte all[5 * NONCES][WT_AEAD_NONCE_SZ];
    byte nonce[WT_AEAD_NONCE_SZ];
    size_t n = (size_t)th_many(NONCES);
    size_t k;
    int fd[2];
    int i;
    int status;

    ck_assert_int_eq(wt_embed_port(), 1);
    ck_assert_int_eq(wt_embed_nonce(NULL, nonce), 1);
    for (i = 0; i < 4; i++) {
        ck_assert_int_eq(pipe(fd), 0);
        if (fork() == 0) {
            for (k = 0; k < n; k++) {
                if (!wt_embed_nonce(NULL, nonce) || write(fd[1], nonce,
                        sizeof(nonce)) != (ssize_t)sizeof(nonce))
                    _exit(1);
            }
            _exit(0);
        }
        close(fd[1]);
        for (k = 0; k < n; k++) {
            size_t got = 0;

            while (got < sizeof(nonce)) {
                ssize_t r = read(fd[0], all[(size_t)i * n + k] + got,
                    sizeof(nonce) - got);

                ck_assert_int_gt(r, 0);
                got += (size_t)r;
            }
        }
        close(fd[0]);
        ck_assert_int_gt(wait(&status), 0);
        ck_assert_int_eq(status, 0);
    }
    for (k = 0; k < n; k++)
        ck_assert_int_eq(wt_embed_nonce(NULL, all[4 * n + k]), 1);
    noRepeat(all, 5 * n);
}
END_TEST

static Suite* ticket_suite(void)
{
    Suite* suite = suite_create("embedded core, attacked");
    TCase* tc = th_case(suite, "reuse", 1);

    tcase_add_loop_test(tc, data_do_not_pass_to_the_next_connection, 0,
        TH_MODES * WAYS);
    tc = eb_case(suite, "records");
    tcase_add_loop_test(tc, stolen_ticket_leaves_no_data, 0, 2 * TH_MODES);
    tcase_add_test(tc, hello_with_two_tickets_opens_one);
    tcase_add_loop_test(tc, connection_of_wolfssl_new_gets_no_ticket, 0,
        TH_MODES);
    tcase_add_test(tc, records_run_out_and_come_back);
    tc = eb_case(suite, "storage");
    tcase_add_test(tc, storage_is_for_one_context_and_clean);
#ifdef WOLFTICKET_NO_HEAP
    tcase_add_test(tc, without_a_heap_a_context_needs_storage);
#endif
    tc = eb_case(suite, "hostile");
    tcase_add_loop_test(tc, every_changed_byte_of_a_ticket_is_found, 0,
        TH_MODES);
    tcase_add_loop_test(tc, sealed_nonsense_does_not_open, 1, 240);
    tcase_add_test(tc, frames_of_any_length_are_refused_or_opened);
    tc = eb_case(suite, "bindings");
    tcase_add_loop_test(tc, ticket_is_bound_to_the_context_id, 0, TH_MODES);
#ifdef HAVE_SNI
    tcase_add_loop_test(tc, ticket_is_bound_to_the_server_name, 0,
        2 * TH_MODES * NAMES);
#endif
    tc = eb_case(suite, "nonces");
    tcase_add_test(tc, no_nonce_repeats_across_forks);
    return suite;
}

int main(void)
{
    return th_run(ticket_suite());
}
