/* unit_config_keys.c
 *
 * Ticket keys of a config: their names, their time, their ring.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "config_fixture.h"

static th_clock clock_;
static wolfTicket_KeyRing* ring;

/* A config whose ring has a clock of ours and no key. */
static void begin_clock(void)
{
    begin();
    memset(&clock_, 0, sizeof(clock_));
    clock_.now = TH_NOW;
    ring = wolfTicket_KeyRing_new_manual(th_time, &clock_, NULL, NULL);
    ck_assert_ptr_nonnull(ring);
    ck_assert_int_eq(wolfTicket_config_set_key_ring(config, ring), 0);
}

static void end_clock(void)
{
    wolfTicket_KeyRing_free(ring);
    end();
}

/* ---- the names of keys --------------------------------------------------- */

static const uint32_t revs[] = { 0, 1, 0x100, 0x01020304, 0xFFFFFFFF };

START_TEST(a_key_is_named_after_its_rev)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_CTX* sc;
    WOLFSSL_SESSION* session;

    ck_assert_int_eq(add(revs[_i], 1), 0);
    live(LIFE);
    sc = server_of(config, TH_TLS13);
    session = th_get_session(sc, cc);
    ck_assert_int_eq(resumes(sc, cc, session, revs[_i]), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(a_fifth_key_ends_the_first_whose_rev_is_then_as_new)
{
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_CTX* sc;
    WOLFSSL_SESSION* session;
    uint32_t rev;

    live(LIFE);
    ck_assert_int_eq(add(0, 1), 0);
    sc = server_of(config, _i);
    session = th_get_session(sc, cc);
    for (rev = 1; rev < 4; rev++)
        ck_assert_int_eq(add(rev, (unsigned char)(rev + 1)), 0);
    ck_assert_int_eq(resumes(sc, cc, session, 0), 1);
    ck_assert_int_eq(add(4, 5), 0);
    ck_assert_int_eq(resumes(sc, cc, session, 0), 0);
    wolfSSL_SESSION_free(session);

    ck_assert_int_eq(add(0, 1), 0);
    session = th_get_session(sc, cc);
    ck_assert_int_eq(resumes(sc, cc, session, 0), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- the time of keys ---------------------------------------------------- */

START_TEST(a_key_seals_for_one_lifetime_and_opens_for_another)
{
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_CTX* sc;
    WOLFSSL_SESSION* session;

    live(LIFE);
    ck_assert_int_eq(add(3, 1), 0);
    sc = server_of(config, _i);
    clock_.now = TH_NOW + LIFE - 1;
    session = th_get_session(sc, cc);
    clock_.now = TH_NOW + LIFE;
    nothing_is_sealed(sc, cc, _i);
    /* It was sealed in the last second, and lives its whole life. */
    clock_.now = TH_NOW + LIFE - 1 + LIFE;
    ck_assert_int_eq(resumes(sc, cc, session, 3), 1);
    nothing_is_sealed(sc, cc, _i);
    clock_.now++;
    ck_assert_int_eq(resumes(sc, cc, session, 3), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), 0);
    wolfSSL_SESSION_free(session);

    /* A new key, and all is well. */
    ck_assert_int_eq(add(4, 2), 0);
    tickets_are(sc, cc, _i, 1);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(a_new_key_cuts_no_ticket_short)
{
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_CTX* sc;
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;

    live(LIFE);
    ck_assert_int_eq(add(1, 1), 0);
    sc = server_of(config, _i);
    clock_.now = TH_NOW + 60;
    session = th_get_session(sc, cc);
    ck_assert_int_eq(add(2, 2), 0);
    clock_.now = TH_NOW + 60 + LIFE;
    ck_assert_int_eq(th_try(sc, cc, session, &info), 1);
    ck_assert_int_eq(info.status, WOLFTICKET_SUCCESS_RENEW);
    ck_assert_int_eq(info.key_name[3], 1);
    clock_.now++;
    ck_assert_int_eq(th_try(sc, cc, session, &info), 0);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* A key seals from when it is added, also while no lifetime was known. */
static const struct {
    int before;       /* seconds from adding it to configuring */
    int lifeFirst;    /* the lifetime is set before the key is added */
} waits[] = {
    { 0, 0 }, { 0, 1 }, { 30, 0 }, { 30, 1 }, { 99, 0 }, { 99, 1 },
    { 100, 0 }, { 100, 1 }, { 150, 0 }, { 10000, 0 }
};

START_TEST(a_key_waits_for_its_lifetime)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_CTX* sc;

    if (waits[_i].lifeFirst)
        live(LIFE);
    ck_assert_int_eq(add(1, 1), 0);
    clock_.now += (word64)waits[_i].before;
    live(LIFE);
    sc = server_of(config, TH_TLS13);
    if (waits[_i].before < LIFE) {
        tickets_are(sc, cc, TH_TLS13, 1);
        clock_.now = TH_NOW + LIFE - 1;
        tickets_are(sc, cc, TH_TLS13, 1);
        clock_.now++;
    }
    tickets_are(sc, cc, TH_TLS13, 0);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(a_key_added_while_off_has_the_lifetime_before)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_CTX* sc;

    live(LIFE);
    sc = server_of(config, TH_TLS13);
    tickets_are(sc, cc, TH_TLS13, 0);
    live(0);
    ck_assert_int_eq(add(1, 1), 0);
    tickets_are(sc, cc, TH_TLS13, 1);
    clock_.now += LIFE;
    tickets_are(sc, cc, TH_TLS13, 0);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(a_clock_that_went_back_does_not_keep_a_key_waiting)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_CTX* sc;

    ck_assert_int_eq(add(1, 1), 0);
    clock_.now -= 1000;
    live(LIFE);
    sc = server_of(config, TH_TLS13);
    tickets_are(sc, cc, TH_TLS13, 1);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* Of several keys that wait the newest seals, and the last 4 are kept. */
START_TEST(keys_that_wait_keep_their_order)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_CTX* sc;
    WOLFSSL_SESSION* session;
    wolfTicket_KeyInfo info[WOLFTICKET_MAX_KEYS];
    uint32_t rev;
    int i;

    for (rev = 0; rev < 6; rev++) {
        ck_assert_int_eq(add(rev, (unsigned char)(rev + 1)), 0);
        clock_.now += _i ? 7 : 0;
    }
    live(LIFE);
    sc = server_of(config, TH_TLS13);
    ck_assert_int_eq(wolfTicket_KeyRing_list(ring, info, WOLFTICKET_MAX_KEYS),
        WOLFTICKET_CONFIG_KEYS);
    for (i = 0; i < WOLFTICKET_CONFIG_KEYS; i++) {
        ck_assert_int_eq(info[i].name[3], 5 - i);
        ck_assert_int_eq(info[i].state,
            (i == 0) ? WOLFTICKET_KEY_SEALS : WOLFTICKET_KEY_OPENS);
    }
    session = th_get_session(sc, cc);
    ck_assert_int_eq(resumes(sc, cc, session, 5), 1);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* ---- the ring ------------------------------------------------------------ */

/* However often it is renewed. */
START_TEST(a_chain_of_tickets_ends_a_lifetime_after_the_full_handshake)
{
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_CTX* sc;
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;
    uint32_t rev;

    live(LIFE);
    sc = server_of(config, TH_TLS13);
    ck_assert_int_eq(add(0, 1), 0);
    session = th_get_session(sc, cc);
    for (rev = 1; rev < 4; rev++) {
        clock_.now += LIFE / 4;
        ck_assert_int_eq(add(rev, (unsigned char)(rev + 1)), 0);
        th_open(&pair, sc, cc, session, TH_OURS);
        ck_assert_int_eq(th_verdict(&pair, &info), 1);
        wolfSSL_SESSION_free(session);
        session = wolfSSL_get1_session(pair.client);
        th_close(&pair);
    }
    clock_.now = TH_NOW + LIFE;
    ck_assert_int_eq(th_try(sc, cc, session, &info), 1);
    clock_.now++;
    ck_assert_int_eq(th_try(sc, cc, session, &info), 0);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_RENEWAL_LIMIT);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* The ring hears of this lifetime and of no other: automatic keys seal for
 * three quarters of it. */
START_TEST(the_lifetime_rules_automatic_keys)
{
    wolfTicket_KeyRing* own = wolfTicket_KeyRing_new_ex(th_time, &clock_, NULL,
        NULL);
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);

    /* What the context had before does not matter. */
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc, 7200), 1);
    ck_assert_int_eq(wolfTicket_config_set_key_ring(config, own), 0);
    live(LIFE);
    ck_assert_int_eq(wolfTicket_CTX_configure(sc, config), 0);
    clock_.now += LIFE * 3 / 4 - 1;
    ck_assert_int_eq(wolfTicket_KeyRing_count(own), 1);
    clock_.now++;
    ck_assert_int_eq(wolfTicket_KeyRing_count(own), 2);
    clock_.now += LIFE;
    ck_assert_int_eq(wolfTicket_KeyRing_count(own), 2);
    wolfTicket_KeyRing_free(own);
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(a_key_by_hand_ends_automatic_ones_for_good)
{
    wolfTicket_KeyRing* own = wolfTicket_KeyRing_new_ex(th_time, &clock_, NULL,
        NULL);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_CTX* sc;
    WOLFSSL_SESSION* before;
    WOLFSSL_SESSION* after;

    ck_assert_int_eq(wolfTicket_config_set_key_ring(config, own), 0);
    live(LIFE);
    sc = server_of(config, _i);
    before = th_get_session(sc, cc);
    /* At once, in a context that is configured. */
    ck_assert_int_eq(add(9, 1), 0);
    after = th_get_session(sc, cc);
    ck_assert_int_eq(resumes(sc, cc, after, 9), 1);
    clock_.now += LIFE;
    ck_assert_int_eq(th_try(sc, cc, before, NULL), 1);
    nothing_is_sealed(sc, cc, _i);
    clock_.now += LIFE;
    nothing_is_sealed(sc, cc, _i);
    ck_assert_int_eq(wolfTicket_KeyRing_count(own), 0);
    wolfSSL_SESSION_free(before);
    wolfSSL_SESSION_free(after);
    wolfTicket_KeyRing_free(own);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

#define IN_USE "ticket keys are in use already"

static void ring_is_refused(void)
{
    wolfTicket_KeyRing* other = wolfTicket_KeyRing_new();

    ck_assert_int_eq(wolfTicket_config_set_key_ring(config, other), -1);
    says(config, IN_USE);
    wolfTicket_KeyRing_free(other);
}

START_TEST(a_ring_is_given_before_the_first_key)
{
    ck_assert_int_eq(wolfTicket_config_set_key_ring(config, ring), 0);
    ck_assert_int_eq(add(1, 1), 0);
    ring_is_refused();
}
END_TEST

START_TEST(a_ring_is_given_before_the_first_server)
{
    WOLFSSL_CTX* sc = server_of(config, TH_TLS13);

    ck_assert_int_eq(wolfTicket_config_set_key_ring(config, ring), 0);
    live(LIFE);
    ck_assert_int_eq(wolfTicket_CTX_configure(sc, config), 0);
    ck_assert_ptr_eq(wolfTicket_CTX_get_key_ring(sc), ring);
    ring_is_refused();
    wolfTicket_CTX_free(sc);
}
END_TEST

static const unsigned char secret[WOLFTICKET_MIN_SECRET] = "derived from this";

START_TEST(a_derived_ring_takes_no_key_by_hand)
{
    wolfTicket_KeyRing* derived = wolfTicket_KeyRing_new_derived(secret,
        sizeof(secret), 60, th_time, &clock_);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_CTX* sc;

    ck_assert_ptr_nonnull(derived);
    ck_assert_int_eq(wolfTicket_config_set_key_ring(config, derived), 0);
    ck_assert_int_eq(add(1, 1), -1);
    says(config, "this ring gets its keys another way: see "
        "wolfticket/keys.h");
    live(LIFE);
    sc = server_of(config, TH_TLS13);
    ck_assert_int_eq(add(1, 1), -1);
    tickets_are(sc, cc, TH_TLS13, 1);
    wolfTicket_KeyRing_free(derived);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(a_failed_configuring_leaves_the_context_as_it_was)
{
    wolfTicket_KeyRing* derived = wolfTicket_KeyRing_new_derived(secret,
        sizeof(secret), 60, th_time, &clock_);
    wolfTicket_config* bad = wolfTicket_config_new();
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_CTX* sc;
    WOLFSSL_SESSION* session;

    ck_assert_int_eq(wolfTicket_config_set_key_ring(bad, derived), 0);
    ck_assert_int_eq(wolfTicket_config_set_session_lifetime(bad, 86400), 0);
    live(LIFE);
    ck_assert_int_eq(add(1, 1), 0);
    sc = server_of(config, _i);
    session = th_get_session(sc, cc);
    ck_assert_int_eq(wolfTicket_CTX_configure(sc, bad), -1);
    says(bad, "the tickets' lifetime is more than this ring's keys can serve: "
        "make the period longer, or the lifetime shorter");
    ck_assert_int_eq(resumes(sc, cc, session, 1), 1);
    ck_assert_uint_eq(wolfTicket_CTX_get_lifetime(sc), LIFE);
    wolfSSL_SESSION_free(session);
    wolfTicket_config_free(bad);
    wolfTicket_KeyRing_free(derived);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

/* A ring that others have filled, but for one place. */
START_TEST(a_full_ring_takes_no_key)
{
    wolfTicket_Key key;
    WOLFSSL_CTX* sc;
    int i;

    for (i = 0; i < WOLFTICKET_MAX_KEYS - 1; i++) {
        ck_assert_int_eq(wolfTicket_Key_generate(NULL, &key, 32), 1);
        ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0,
            WOLFTICKET_KEY_KEEP), 1);
    }
    ck_assert_int_eq(add(1, 1), 0);
    live(LIFE);
    sc = server_of(config, TH_TLS13);
    ck_assert_int_eq(wolfTicket_KeyRing_count(ring), WOLFTICKET_MAX_KEYS);
    ck_assert_int_eq(add(2, 2), -1);
    says(config, "the ring is full: revoke a key that is no longer needed");
    /* It is as if that had not been. */
    ck_assert_int_eq(add(1, 1), 0);
    ck_assert_int_eq(wolfTicket_KeyRing_revoke_key(ring, key.name), 1);
    ck_assert_int_eq(add(2, 2), 0);
    wolfTicket_CTX_free(sc);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("config_keys");
    TCase* tc = th_case(suite, "names", 1);

    tcase_add_checked_fixture(tc, begin, end);
    ROWS(tc, a_key_is_named_after_its_rev, revs);
    LOOP(tc, a_fifth_key_ends_the_first_whose_rev_is_then_as_new, TH_MODES);

    tc = th_case(suite, "time", 1);
    tcase_add_checked_fixture(tc, begin_clock, end_clock);
    LOOP(tc, a_key_seals_for_one_lifetime_and_opens_for_another, TH_MODES);
    LOOP(tc, a_new_key_cuts_no_ticket_short, TH_MODES);
    ROWS(tc, a_key_waits_for_its_lifetime, waits);
    tcase_add_test(tc, a_key_added_while_off_has_the_lifetime_before);
    tcase_add_test(tc, a_clock_that_went_back_does_not_keep_a_key_waiting);
    LOOP(tc, keys_that_wait_keep_their_order, 2);

    tc = th_case(suite, "ring", 1);
    tcase_add_checked_fixture(tc, begin_clock, end_clock);
    tcase_add_test(tc,
        a_chain_of_tickets_ends_a_lifetime_after_the_full_handshake);
    tcase_add_test(tc, the_lifetime_rules_automatic_keys);
    LOOP(tc, a_key_by_hand_ends_automatic_ones_for_good, TH_MODES);
    tcase_add_test(tc, a_ring_is_given_before_the_first_key);
    tcase_add_test(tc, a_ring_is_given_before_the_first_server);
    tcase_add_test(tc, a_derived_ring_takes_no_key_by_hand);
    LOOP(tc, a_failed_configuring_leaves_the_context_as_it_was, TH_MODES);
    tcase_add_test(tc, a_full_ring_takes_no_key);
    return th_run(suite);
}
