/* unit_client.c
 *
 * Clients with a session file: what is offered, what arrives, what is told.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "client_fixture.h"

/* Each protocol, with wolfTicket_connect() and with wolfSSL_connect(). */
#define WAYS    (2 * TH_MODES)
#define MODE(i) ((i) / 2)
#define HOW(i)  ((i) % 2)

static cf_world w;

static size_t FileBytes(unsigned char out[8192])
{
    ssize_t n = pread(w.fd, out, 8192, 0);

    ck_assert_int_ge(n, 0);
    return (size_t)n;
}

static int FileHolds(const unsigned char* mem, size_t sz)
{
    unsigned char now[8192];

    return FileBytes(now) == sz && memcmp(now, mem, sz) == 0;
}

/* ---- resuming ----------------------------------------------------------- */

START_TEST(client_resumes_from_its_file_after_a_restart)
{
    int tls13 = th_is_tls13(MODE(_i));

    cf_begin(&w, MODE(_i));
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 0);
    ck_assert_int_eq(w.info.offered, 0);
    ck_assert_int_eq(w.info.received, tls13 ? 2 : 1);
    ck_assert_int_eq(w.info.kept, w.info.received);
    ck_assert_int_eq(w.info.left, 1);
    ck_assert_int_eq(w.info.again, 0);
    ck_assert_uint_eq(w.info.lifetime, 0);
    cf_restart(&w, MODE(_i));
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 1);
    ck_assert_int_eq(w.info.offered, 1);
    ck_assert_uint_eq(w.info.lifetime, 7200);
    ck_assert_uint_lt(w.info.age, 60);
    ck_assert_int_eq(w.info.received, tls13 ? 1 : 0);
    ck_assert_int_eq(w.info.kept, w.info.received);
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 1);
    ck_assert_int_eq(w.info.left, 1);
    cf_end(&w);
}
END_TEST

START_TEST(every_ticket_is_kept_when_it_arrives)
{
    unsigned char before[8192];
    unsigned char buf[8];
    size_t sz;
    int i;

    cf_begin(&w, TH_TLS13);
    cf_open(&w);
    ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
    cf_info(&w);
    ck_assert_int_eq(w.info.received, 0);
    ck_assert_int_eq(w.info.left, 0);
    sz = FileBytes(before);
    ck_assert_uint_eq(sz, 0);
    /* The two of the handshake are found by a read that has no data. */
    ck_assert_int_le(wolfSSL_read(w.pair.client, buf, sizeof(buf)), 0);
    cf_info(&w);
    ck_assert_int_eq(w.info.received, 2);
    for (i = 0; i < 5; i++) {
        sz = FileBytes(before);
        ck_assert_uint_gt(sz, 0);
        ck_assert_int_eq(wolfTicket_new_session_ticket(w.pair.server), 1);
        ck_assert_int_eq(wolfTicket_write(w.pair.server, "x", 1), 1);
        ck_assert(FileHolds(before, sz));
        ck_assert_int_eq(wolfSSL_read(w.pair.client, buf, sizeof(buf)), 1);
        ck_assert(!FileHolds(before, sz));
        cf_info(&w);
        ck_assert_int_eq(w.info.received, 3 + i);
        ck_assert_int_eq(w.info.kept, 3 + i);
    }
    cf_close(&w);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 1);
    cf_end(&w);
}
END_TEST

/* The server sends no tickets any more. */
START_TEST(session_stays_in_the_file_until_another_arrives)
{
    unsigned char before[8192];
    size_t sz;

    cf_begin(&w, MODE(_i));
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_num_tickets(w.sc, 0), 1);
    sz = FileBytes(before);
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 1);
    ck_assert(FileHolds(before, sz));
    cf_restart(&w, MODE(_i));
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 1);
    ck_assert_int_eq(w.info.received, 0);
    ck_assert_int_eq(w.info.left, 1);
    cf_end(&w);
}
END_TEST

/* The message with the ticket is in clear; anyone can change it. */
START_TEST(ticket_of_an_unfinished_handshake_is_not_kept)
{
    unsigned char none[8192];
    th_queue* q = &w.pair.toClient;
    size_t first;
    size_t all;
    int ret;

    cf_begin(&w, MODE(_i));
    cf_open(&w);
    ck_assert_int_le(wolfTicket_connect(w.pair.client), 0);
    ck_assert_int_eq(th_accept(&w.pair), 0);
    ck_assert_int_le(wolfTicket_connect(w.pair.client), 0);
    ck_assert_int_eq(th_accept(&w.pair), 1);
    /* The ticket's record, and nothing of what follows. */
    all = q->sz;
    ck_assert_uint_gt(all, 5);
    ck_assert_int_eq(q->mem[0], 22);
    ck_assert_int_eq(q->mem[5], 4);
    first = 5 + (((size_t)q->mem[3] << 8) | q->mem[4]);
    q->sz = first;
    memcpy(none, q->mem + first, all - first);
    ck_assert_int_le(wolfTicket_connect(w.pair.client), 0);
    cf_info(&w);
    ck_assert_int_eq(w.info.received, 1);
    ck_assert_int_eq(w.info.kept, 0);
    ck_assert_int_eq(w.info.left, 0);
    none[all - first - 1] ^= (HOW(_i) == 0) ? 0 : 1;
    memcpy(q->mem, none, all - first);
    q->sz = all - first;
    ret = wolfTicket_connect(w.pair.client);
    ck_assert_int_eq(ret == WOLFSSL_SUCCESS, HOW(_i) == 0);
    cf_info(&w);
    ck_assert_int_eq(w.info.kept, HOW(_i) == 0);
    cf_close(&w);
    ck_assert_int_eq(FileBytes(none) > 0, HOW(_i) == 0);
    cf_end(&w);
}
END_TEST

/* ---- refused ------------------------------------------------------------ */

/* Another ring: the server's tickets open nowhere any more. */
START_TEST(refused_ticket_is_dropped_and_the_caller_told_to_come_again)
{
    int done;
    int err;

    cf_begin(&w, MODE(_i));
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 0);
    th_use_clock(w.sc, &w.clock);
    cf_open(&w);
    done = cf_handshake(&w.pair, HOW(_i));
    err = wolfSSL_get_error(w.pair.client, -1);
    cf_info(&w);
    ck_assert_int_eq(w.info.offered, 1);
    ck_assert_int_eq(w.info.resumed, 0);
    if (done == TH_BOTH_DONE) {
        /* TLS 1.3, or a wolfSSL that goes on. */
        ck_assert_int_eq(w.info.again, 0);
        th_exchange(&w.pair);
    }
    else {
        ck_assert(!th_is_tls13(MODE(_i)));
        ck_assert_int_eq(err, OUT_OF_ORDER_E);
        ck_assert_int_eq(w.info.again, 1);
        ck_assert_int_eq(w.info.left, 0);
        ck_assert_ptr_nonnull(strstr(cf_text(&w), "connect again"));
    }
    cf_close(&w);
    if (done != TH_BOTH_DONE) {
        ck_assert_int_eq(cf_visit(&w, HOW(_i)), 0);
        ck_assert_int_eq(w.info.offered, 0);
    }
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 1);
    cf_end(&w);
}
END_TEST

/* Nobody asks what became of it. */
START_TEST(refused_ticket_is_dropped_when_the_connection_is_freed)
{
    int done;

    cf_begin(&w, TH_TLS12);
    ck_assert_int_eq(cf_visit(&w, CF_PLAIN), 0);
    th_use_clock(w.sc, &w.clock);
    cf_open(&w);
    done = cf_handshake(&w.pair, CF_PLAIN);
    cf_close(&w);
    if (done != TH_BOTH_DONE)
        ck_assert_int_eq(cf_visit(&w, CF_PLAIN), 0);
    ck_assert_int_eq(cf_visit(&w, CF_PLAIN), 1);
    cf_end(&w);
}
END_TEST

static int HungUp(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    (void)ssl;
    (void)buf;
    (void)sz;
    (void)arg;
    return WOLFSSL_CBIO_ERR_CONN_CLOSE;
}

/* With a secret that does not belong to its ticket, as older versions leave
 * it, each handshake would fail, for ever. */
START_TEST(session_that_a_handshake_fails_with_is_offered_once)
{
    unsigned char trust[WT_TRUST_SZ];
    wt_blob blob = { NULL, 0, 0 };

    cf_begin(&w, MODE(_i));
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 0);
    cf_open(&w);
    ck_assert_int_eq(wt_trust_print(w.pair.client, trust), 1);
    ck_assert_int_eq(wt_sessionfile_read(w.fd, trust, &blob), WT_OK);
    blob.mem[10 + blob.mem[9]] ^= 1;
    ck_assert_int_eq(wt_sessionfile_write(w.fd, trust, blob.mem, blob.sz),
        WT_OK);
    wt_session_discard(&blob);
    cf_close(&w);
    cf_open(&w);
    ck_assert_int_ne(cf_handshake(&w.pair, HOW(_i)), TH_BOTH_DONE);
    wolfSSL_SSLSetIORecv(w.pair.client, HungUp);
    ck_assert_int_ne(cf_handshake(&w.pair, HOW(_i)), TH_BOTH_DONE);
    cf_info(&w);
    ck_assert_int_eq(w.info.offered, 1);
    cf_close(&w);
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 0);
    ck_assert_int_eq(w.info.offered, 0);
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 1);
    cf_end(&w);
}
END_TEST

/* ---- the file ----------------------------------------------------------- */

static void SpoilFile(int kind)
{
    unsigned char mem[8192];
    size_t sz = FileBytes(mem);
    struct stat st;

    ck_assert_int_eq(fstat(w.fd, &st), 0);
    switch (kind) {
        case 0:
            mem[sz / 2] ^= 1;
            ck_assert_int_eq(pwrite(w.fd, mem, sz, 0), (ssize_t)sz);
            break;
        case 1:
            ck_assert_int_eq(ftruncate(w.fd, (off_t)sz - 1), 0);
            break;
        case 2:
            ck_assert_int_eq(ftruncate(w.fd, 0), 0);
            ck_assert_int_eq(pwrite(w.fd, "-----BEGIN", 10, 0), 10);
            break;
        default:
            ck_assert_int_eq(fchmod(w.fd, 0644), 0);
            break;
    }
}

/* A caller that gives up waiting has learnt nothing about the session. */
START_TEST(session_outlives_a_handshake_that_was_broken_off)
{
    cf_begin(&w, MODE(_i));
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 0);
    cf_open(&w);
    ck_assert_int_le((HOW(_i) == CF_OURS) ? wolfTicket_connect(w.pair.client)
        : wolfSSL_connect(w.pair.client), 0);
    cf_info(&w);
    ck_assert_int_eq(w.info.left, 1);
    cf_close(&w);
    ck_assert_int_eq(cf_visit(&w, HOW(_i)), 1);
    cf_end(&w);
}
END_TEST

START_TEST(bad_file_means_a_full_handshake_and_a_text)
{
    static const char* const texts[] = { "damaged", "damaged", "damaged",
        "mode 0600" };

    cf_begin(&w, TH_TLS13);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 0);
    SpoilFile(_i);
    cf_open(&w);
    ck_assert_ptr_nonnull(strstr(cf_text(&w), texts[_i]));
    ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
    ck_assert_ptr_nonnull(strstr(cf_text(&w), texts[_i]));
    th_exchange(&w.pair);
    cf_info(&w);
    ck_assert_int_eq(w.info.offered, 0);
    ck_assert_int_eq(w.info.received, 2);
    ck_assert_int_eq(w.info.kept, (_i < 3) ? 2 : 0);
    cf_close(&w);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), _i < 3);
    cf_end(&w);
}
END_TEST

/* A private key, say: mode 0600, and the number of the session file. */
START_TEST(another_file_of_the_same_number_is_not_touched)
{
    unsigned char mem[8192];
    int other;

    cf_begin(&w, TH_TLS13);
    cf_open(&w);
    other = cf_file();
    ck_assert_int_eq(write(other, "secret", 6), 6);
    ck_assert_int_eq(dup2(other, w.fd), w.fd);
    ck_assert_int_eq(cf_handshake(&w.pair, CF_OURS), TH_BOTH_DONE);
    th_exchange(&w.pair);
    cf_info(&w);
    ck_assert_int_eq(w.info.received, 2);
    ck_assert_int_eq(w.info.kept, 0);
    ck_assert_uint_eq(FileBytes(mem), 6);
    ck_assert_mem_eq(mem, "secret", 6);
    cf_close(&w);
    (void)close(other);
    cf_end(&w);
}
END_TEST

START_TEST(file_can_be_changed_and_switched_off)
{
    int second = cf_file();
    unsigned char mem[8192];
    size_t sz;

    cf_begin(&w, TH_TLS13);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 0);
    sz = FileBytes(mem);
    ck_assert_int_eq(wt_client_configure(w.cc, second), 1);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 0);
    ck_assert(FileHolds(mem, sz));
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 1);
    ck_assert_int_eq(wt_client_configure(w.cc, -1), 1);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 0);
    ck_assert_int_eq(w.info.received, 0);
    ck_assert_int_eq(wt_client_configure(w.cc, -1), 1);
    ck_assert_int_eq(wt_client_configure(w.cc, w.fd), 1);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 1);
    ck_assert_int_eq(wt_client_configure(NULL, w.fd), 0);
    ck_assert_int_eq(wt_client_configure(w.cc, 9999), 0);
    ck_assert_int_eq(cf_visit(&w, CF_OURS), 1);
    (void)close(second);
    cf_end(&w);
}
END_TEST

/* ---- bad calls ---------------------------------------------------------- */

START_TEST(bad_calls_are_told_apart)
{
    wolfTicket_ClientInfo info;
    WOLFSSL* plain;

    cf_begin(&w, TH_TLS13);
    cf_open(&w);
    ck_assert_int_eq(wolfTicket_get_client_info(NULL, &info), 0);
    ck_assert_ptr_nonnull(strstr(wolfTicket_error(NULL), "NULL"));
    ck_assert_int_eq(wolfTicket_get_client_info(w.pair.client, NULL), 0);
    ck_assert_ptr_nonnull(strstr(cf_text(&w), "NULL"));
    ck_assert_int_eq(wolfTicket_get_client_info(w.pair.server, &info), 0);
    ck_assert_ptr_nonnull(strstr(wolfTicket_error(NULL), "client"));
    plain = wolfSSL_new(w.cc);
    ck_assert_int_eq(wolfTicket_get_client_info(plain, &info), 0);
    ck_assert_ptr_nonnull(strstr(wolfTicket_error(plain), "client"));
    ck_assert_int_le(wolfTicket_connect(NULL), 0);
    wolfTicket_CTX_sess_set_new_cb(NULL, NULL);
    wt_client_new(NULL);
    wt_client_free(NULL);
    wt_client_forget(NULL);
    ck_assert_ptr_null(wt_client_error(NULL));
    ck_assert_ptr_null(wt_client_error(plain));
    wolfSSL_free(plain);
    cf_close(&w);
    cf_end(&w);
}
END_TEST

static Suite* Tests(void)
{
    Suite* suite = suite_create("client");
    TCase* tc = th_case(suite, "client", 0);

    tcase_add_loop_test(tc, client_resumes_from_its_file_after_a_restart, 0,
        WAYS);
    tcase_add_test(tc, every_ticket_is_kept_when_it_arrives);
    tcase_add_loop_test(tc, session_stays_in_the_file_until_another_arrives,
        0, WAYS);
    tcase_add_loop_test(tc, ticket_of_an_unfinished_handshake_is_not_kept,
        2 * TH_TLS12, 2 * TH_TLS12 + 2);
    tcase_add_loop_test(tc,
        refused_ticket_is_dropped_and_the_caller_told_to_come_again, 0, WAYS);
    tcase_add_test(tc,
        refused_ticket_is_dropped_when_the_connection_is_freed);
    tcase_add_loop_test(tc,
        session_that_a_handshake_fails_with_is_offered_once, 0, WAYS);
    tcase_add_loop_test(tc,
        session_outlives_a_handshake_that_was_broken_off, 0, WAYS);
    tcase_add_loop_test(tc, bad_file_means_a_full_handshake_and_a_text, 0, 4);
    tcase_add_test(tc, another_file_of_the_same_number_is_not_touched);
    tcase_add_test(tc, file_can_be_changed_and_switched_off);
    tcase_add_test(tc, bad_calls_are_told_apart);
    return suite;
}

int main(void)
{
    return th_run(Tests());
}
