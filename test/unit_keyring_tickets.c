/* unit_keyring_tickets.c
 *
 * Real tickets under keys by hand: issued, opened to the last second, or none.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keys_fixture.h"

static WOLFSSL_CTX* server(int mode, wolfTicket_KeyRing* ring, word32 lifetime)
{
    WOLFSSL_CTX* ctx = th_server_ctx(mode);

    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(ctx, lifetime), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_key_ring(ctx, ring), 1);
    return ctx;
}

/* A full handshake and an exchange: the tickets that came, and the session
 * unless that is NULL. */
static int tickets_of(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    WOLFSSL_SESSION** session)
{
    th_pair pair;
    int tickets;

    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    tickets = pair.tickets;
    if (session != NULL)
        *session = wolfSSL_get1_session(pair.client);
    th_close(&pair);
    return tickets;
}

/* ---- no key, no ticket -------------------------------------------------- */

/* Why nothing seals. */
enum { EMPTY, WAITING, OPENING_ONLY, TOO_OLD, RETIRED, REVOKED, REASONS };

static void make_silent(wolfTicket_KeyRing* ring, int reason)
{
    wolfTicket_Key key = key_no(0);

    switch (reason) {
        case WAITING:
            add_at(ring, 0, ringNow + 3000);
            break;
        case OPENING_ONLY:
            ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0,
                WOLFTICKET_KEY_OPENS_ONLY), 1);
            break;
        case TOO_OLD:
            ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 500,
                0), 1);
            ringNow += 500;
            break;
        case RETIRED:
            add(ring, 0);
            ck_assert_int_eq(retire_no(ring, 0), 1);
            break;
        case REVOKED:
            add(ring, 0);
            ck_assert_int_eq(revoke_no(ring, 0), 1);
            break;
        default:
            break;
    }
    ck_assert_int_eq(seals_any(ring), 0);
}

START_TEST(when_no_key_seals_there_are_handshakes_and_no_tickets)
{
    int mode = _i / REASONS;
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    WOLFSSL_CTX* sc = server(mode, ring, LIFE);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session = NULL;
    wolfTicket_Stats stats;
    wolfTicket_Info info;
    th_app app;
    int tickets;

    make_silent(ring, _i % REASONS);
    th_app_init(&app);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, th_gen, th_dec,
        &app), 1);
    tickets = tickets_of(sc, cc, &session);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(sc, &stats), 1);
    ck_assert_uint_eq(stats.issued, 0);
    if (th_is_tls13(mode)) {
        ck_assert_int_eq(tickets, 0);
        ck_assert_int_eq(app.genCalls, 0);
    }
    else if (tickets > 0) {
        /* A TLS 1.2 server may have promised one: it opens nowhere. */
        ck_assert_int_eq(th_try(sc, cc, session, &info), 0);
    }
    wolfSSL_SESSION_free(session);

    /* With a key there are tickets again, and they are good. */
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(sc, NULL, NULL,
        NULL), 1);
    add(ring, 9);
    ck_assert_int_eq(tickets_of(sc, cc, &session), th_is_tls13(mode) ? 2 : 1);
    ck_assert_int_eq(th_try(sc, cc, session, &info), 1);
    ck_assert_mem_eq(info.key_name, key_no(9).name, WOLFTICKET_NAME_SZ);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfTicket_KeyRing_free(ring);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(when_no_key_seals_tickets_still_open)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    WOLFSSL_CTX* sc = server(_i, ring, LIFE);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session = NULL;
    wolfTicket_Info info;
    th_pair pair;

    add(ring, 0);
    (void)tickets_of(sc, cc, &session);
    ck_assert_int_eq(retire_no(ring, 0), 1);
    ringNow += LIFE;
    th_open(&pair, sc, cc, session, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, &info), 1);
    ck_assert_int_eq(pair.tickets, 0);
    ck_assert_uint_eq(info.sent, 0);
    th_close(&pair);

    /* Asked for after the handshake, too. */
    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    if (th_is_tls13(_i)) {
        (void)wolfTicket_new_session_ticket(pair.server);
        th_exchange(&pair);
        ck_assert_int_eq(pair.tickets, 0);
    }
    th_close(&pair);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfTicket_KeyRing_free(ring);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- the last second ---------------------------------------------------- */

/* How a key comes to its end, in the second after the ticket was sealed, or,
 * where that is by hand, in the same. */
enum { ROTATED, ROTATED_NOW, OVERTAKEN, OVERTAKEN_NOW, ENDED, RETIRED_NOW,
    TAKEN_OVER, ENDS };

/* A ring whose key has its last second of sealing. */
static wolfTicket_KeyRing* at_last_second(int end)
{
    wolfTicket_KeyRing* ring = (end == ROTATED || end == ROTATED_NOW ||
        end == TAKEN_OVER) ? ring_new(LIFE) : manual_new(LIFE);
    wolfTicket_Key key = key_no(0);

    switch (end) {
        case ROTATED:
            ringNow += 5399;
            break;
        case OVERTAKEN:
            add(ring, 0);
            add_at(ring, 1, ringNow + 100);
            ringNow += 99;
            break;
        case ENDED:
            ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 100,
                0), 1);
            ringNow += 99;
            break;
        case TAKEN_OVER:
            add_at(ring, 1, ringNow + 10000);
            ringNow += 9999;
            break;
        case ROTATED_NOW:
            ringNow += 100;
            break;
        default:
            add(ring, 0);
            ringNow += 100;
            break;
    }
    return ring;
}

static void end_key(wolfTicket_KeyRing* ring, int end)
{
    if (end == ROTATED_NOW)
        ck_assert_int_eq(wolfTicket_KeyRing_rotate(ring), 1);
    else if (end == OVERTAKEN_NOW)
        add(ring, 1);
    else if (end == RETIRED_NOW)
        ck_assert_int_eq(retire_no(ring, 0), 1);
    else
        ringNow++;
}

START_TEST(no_ticket_is_cut_short_by_the_end_of_its_key)
{
    int mode = _i / ENDS;
    int end = _i % ENDS;
    wolfTicket_KeyRing* ring = at_last_second(end);
    WOLFSSL_CTX* sc = server(mode, ring, LIFE);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session = NULL;
    wt_key key = sealing(ring);
    wolfTicket_Info info;
    word64 sealed = ringNow;

    (void)tickets_of(sc, cc, &session);
    ck_assert_int_eq(seals(ring, &key), 1);
    end_key(ring, end);
    ck_assert_int_eq(seals_name(ring, key.name), 0);
    ringNow = sealed + LIFE;
    ck_assert_int_eq(th_try(sc, cc, session, &info), 1);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_USED);
    ck_assert_uint_eq(info.age, LIFE);
    /* A former key's ticket is to be renewed, in TLS 1.2 too. */
    ck_assert_int_eq(info.status, WOLFTICKET_SUCCESS_RENEW);
    ck_assert_mem_eq(info.key_name, key.name, WOLFTICKET_NAME_SZ);

    ringNow = sealed + LIFE + 2;
    ck_assert_int_eq(th_try(sc, cc, session, &info), 0);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_UNKNOWN_KEY);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfTicket_KeyRing_free(ring);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(a_ticket_under_a_revoked_key_is_refused_at_once)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    WOLFSSL_CTX* sc = server(_i, ring, LIFE);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session = NULL;
    wolfTicket_Info info;

    add(ring, 0);
    add(ring, 1);
    (void)tickets_of(sc, cc, &session);
    ck_assert_int_eq(revoke_no(ring, 1), 1);
    ck_assert_int_eq(th_try(sc, cc, session, &info), 0);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_UNKNOWN_KEY);
    wolfSSL_SESSION_free(session);
    (void)tickets_of(sc, cc, &session);
    ck_assert_int_eq(th_try(sc, cc, session, &info), 1);
    ck_assert_mem_eq(info.key_name, key_no(0).name, WOLFTICKET_NAME_SZ);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfTicket_KeyRing_free(ring);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- names -------------------------------------------------------------- */

/* Bytes of the name that two keys have in common; 16: one is all zero, 17: and
 * the other all ones, which tickets show for either. */
static const size_t alikes[] = { 0, 4, 15, 16, 17 };
#define ALIKES (int)(sizeof(alikes) / sizeof(alikes[0]))

START_TEST(tickets_of_keys_with_like_names_open_under_their_own)
{
    int mode = _i / ALIKES;
    size_t alike = alikes[_i % ALIKES];
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    WOLFSSL_CTX* sc = server(mode, ring, LIFE);
    WOLFSSL_CTX* cc = th_client_ctx(mode);
    WOLFSSL_SESSION* session[2];
    wolfTicket_Key key[2];
    wolfTicket_Info info;
    int i;

    key[0] = key_no(0);
    key[1] = key_no(1);
    if (alike < sizeof(key[0].name))
        memcpy(key[1].name, key[0].name, alike);
    else
        memset(key[1].name, 0, sizeof(key[1].name));
    if (alike > sizeof(key[0].name))
        memset(key[0].name, 0xFF, sizeof(key[0].name));
    for (i = 0; i < 2; i++) {
        ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key[i], 0, 0, 0),
            1);
        (void)tickets_of(sc, cc, &session[i]);
    }
    for (i = 0; i < 2; i++) {
        ck_assert_int_eq(th_try(sc, cc, session[i], &info), 1);
        ck_assert_uint_eq(info.key_name_len, WOLFTICKET_NAME_SZ);
        ck_assert_mem_eq(info.key_name, key[i].name, WOLFTICKET_NAME_SZ);
        if (!th_is_tls13(mode))
            ck_assert_int_eq(info.status, (i == 1) ? WOLFTICKET_SUCCESS
                : WOLFTICKET_SUCCESS_RENEW);
        wolfSSL_SESSION_free(session[i]);
    }
    wolfTicket_CTX_free(sc);
    wolfTicket_KeyRing_free(ring);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- more than one server ----------------------------------------------- */

START_TEST(contexts_that_share_a_ring_open_each_other_s_tickets)
{
    wolfTicket_KeyRing* ring = manual_new(1);
    WOLFSSL_CTX* a = server(_i, ring, 100);
    WOLFSSL_CTX* b = server(_i, ring, 400);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session = NULL;
    wolfTicket_Info info;

    add(ring, 0);
    (void)tickets_of(a, cc, &session);
    ck_assert_int_eq(th_try(b, cc, session, &info), 1);
    wolfSSL_SESSION_free(session);

    /* The longer lifetime counts for the keys. */
    (void)tickets_of(b, cc, &session);
    ck_assert_int_eq(retire_no(ring, 0), 1);
    ringNow += 400;
    ck_assert_int_eq(th_try(b, cc, session, &info), 1);
    ck_assert_int_eq(th_try(a, cc, session, &info), 0);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_EXPIRED);
    wolfSSL_SESSION_free(session);

    /* The ring lives as long as one of them. */
    wolfTicket_KeyRing_free(ring);
    wolfTicket_CTX_free(b);
    add(wolfTicket_CTX_get_key_ring(a), 1);
    (void)tickets_of(a, cc, &session);
    ck_assert_int_eq(th_try(a, cc, session, &info), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(a);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* Two processes get a new key, one of them a little late. */
START_TEST(a_key_that_waits_here_and_seals_there_opens_here)
{
    wolfTicket_KeyRing* here = manual_new(LIFE);
    wolfTicket_KeyRing* there = manual_new(LIFE);
    WOLFSSL_CTX* a = server(_i, here, LIFE);
    WOLFSSL_CTX* b = server(_i, there, LIFE);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session = NULL;
    wolfTicket_Info info;

    add(here, 0);
    add(there, 0);
    add_at(here, 1, ringNow + 100);
    add(there, 1);
    (void)tickets_of(b, cc, &session);
    ck_assert_int_eq(th_try(a, cc, session, &info), 1);
    ck_assert_mem_eq(info.key_name, key_no(1).name, WOLFTICKET_NAME_SZ);
    wolfSSL_SESSION_free(session);
    (void)tickets_of(a, cc, &session);
    ck_assert_int_eq(th_try(b, cc, session, &info), 1);
    ck_assert_mem_eq(info.key_name, key_no(0).name, WOLFTICKET_NAME_SZ);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(a);
    wolfTicket_CTX_free(b);
    wolfTicket_KeyRing_free(here);
    wolfTicket_KeyRing_free(there);
    wolfSSL_CTX_free(cc);
}
END_TEST

static Suite* tickets_suite(void)
{
    Suite* suite = suite_create("keyring, tickets");
    TCase* tc = tcase_create("none");

    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc,
        when_no_key_seals_there_are_handshakes_and_no_tickets, 0,
        REASONS * TH_MODES);
    tcase_add_loop_test(tc, when_no_key_seals_tickets_still_open, 0,
        TH_MODES);
    suite_add_tcase(suite, tc);

    tc = tcase_create("life");
    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, no_ticket_is_cut_short_by_the_end_of_its_key, 0,
        ENDS * TH_MODES);
    tcase_add_loop_test(tc, a_ticket_under_a_revoked_key_is_refused_at_once,
        0, TH_MODES);
    tcase_add_loop_test(tc,
        tickets_of_keys_with_like_names_open_under_their_own, 0,
        ALIKES * TH_MODES);
    tcase_add_loop_test(tc,
        contexts_that_share_a_ring_open_each_other_s_tickets, 0, TH_MODES);
    tcase_add_loop_test(tc, a_key_that_waits_here_and_seals_there_opens_here,
        0, TH_MODES);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(tickets_suite());
}
