/* unit_embed_keys.c
 *
 * The embedded core's keys: rotation, clocks, and flash that fails.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed_fixture.h"

#define LIFE   ((long long)WOLFTICKET_DEFAULT_LIFETIME)
#define SEALS  (LIFE - LIFE / 4)

static wolfTicket_EmbeddedKey nothing;

static int sealsWith(const unsigned char id[4])
{
    const wt_key* key = wt_embed_sealing(&storage.context);

    return key != NULL && memcmp(key->name, id, 4) == 0;
}

static void idOf(int i, unsigned char id[4])
{
    memcpy(id, eb_keys()[i].name, 4);
}

static int keysAlive(void)
{
    int n = 0;
    int i;

    for (i = 0; i < WOLFTICKET_EMBEDDED_KEYS; i++)
        n += memcmp(&eb_keys()[i], &nothing, sizeof(nothing)) != 0;
    return n;
}

static void maintain(WOLFSSL_CTX* ctx)
{
    ck_assert_msg(wolfTicket_CTX_maintain_keys(ctx, NULL) == 1, "%s",
        wolfTicket_CTX_error(ctx));
}

/* ---- rotation ----------------------------------------------------------- */

START_TEST(key_seals_for_three_quarters_of_the_lifetime)
{
    WOLFSSL_CTX* ctx = eb_server(TH_TLS13, &storage);
    unsigned char first[4];

    maintain(ctx);
    idOf(0, first);
    clockAhead = SEALS - 5;
    maintain(ctx);
    ck_assert_int_eq(sealsWith(first), 1);
    clockAhead = SEALS + 5;
    maintain(ctx);
    ck_assert_int_eq(sealsWith(first), 0);
    ck_assert_ptr_nonnull(wt_embed_opening(&storage.context, first));
    clockAhead = SEALS + 5 + LIFE - 5;
    maintain(ctx);
    ck_assert_ptr_nonnull(wt_embed_opening(&storage.context, first));
    clockAhead = SEALS + 5 + LIFE + 5;
    maintain(ctx);
    ck_assert_ptr_null(wt_embed_opening(&storage.context, first));
    wolfTicket_CTX_free(ctx);
}
END_TEST

/* However the ticks fall: what was sealed opens for its lifetime. */
START_TEST(no_ticket_is_cut_short_by_a_rotation)
{
    WOLFSSL_CTX* ctx = eb_server(TH_TLS13, &storage);
    unsigned char ids[400][4];
    long long step = 211 + _i * 307;
    int n;
    int back;

    for (n = 0; n < 400; n++) {
        clockAhead = n * step;
        maintain(ctx);
        idOf(0, ids[n]);
        for (back = 0; back <= n && back * step <= LIFE - 2; back++)
            ck_assert_ptr_nonnull(wt_embed_opening(&storage.context,
                ids[n - back]));
    }
    wolfTicket_CTX_free(ctx);
}
END_TEST

START_TEST(dead_keys_are_wiped)
{
    WOLFSSL_CTX* ctx = eb_server(TH_TLS13, &storage);

    maintain(ctx);
    ck_assert_int_eq(keysAlive(), 1);
    clockAhead = SEALS + 1;
    maintain(ctx);
    ck_assert_int_eq(keysAlive(), 2);
    clockAhead = 10 * LIFE;
    maintain(ctx);
    /* The one that sealed until a moment ago, and its successor. */
    ck_assert_int_eq(keysAlive(), 2);
    clockAhead = 11 * LIFE + 10;
    maintain(ctx);
    ck_assert_int_eq(keysAlive(), 2);
    ck_assert_uint_eq(eb_keys()[2].began, 0);
    wolfTicket_CTX_free(ctx);
}
END_TEST

static const long long jumps[] = {
    1, 3600, 86400, 86400LL * 400, -1, -3600, -86400, -86400LL * 400
};

START_TEST(no_jump_of_the_clock_stops_the_keys_or_revives_one)
{
    WOLFSSL_CTX* ctx = eb_server(TH_TLS13, &storage);
    unsigned char old[4];

    maintain(ctx);
    idOf(0, old);
    clockAhead = SEALS + 1;
    maintain(ctx);
    clockAhead += LIFE + 1;
    maintain(ctx);
    ck_assert_ptr_null(wt_embed_opening(&storage.context, old));
    clockAhead += jumps[_i];
    maintain(ctx);
    ck_assert_ptr_nonnull(wt_embed_sealing(&storage.context));
    ck_assert_ptr_null(wt_embed_opening(&storage.context, old));
    clockAhead -= jumps[_i];
    maintain(ctx);
    ck_assert_ptr_nonnull(wt_embed_sealing(&storage.context));
    ck_assert_ptr_null(wt_embed_opening(&storage.context, old));
    wolfTicket_CTX_free(ctx);
}
END_TEST

START_TEST(rotate_makes_a_new_key_at_once)
{
    WOLFSSL_CTX* ctx = eb_server(TH_TLS13, &storage);
    unsigned char first[4];

    maintain(ctx);
    idOf(0, first);
    ck_assert_int_eq(wolfTicket_CTX_rotate_keys(ctx, NULL), 1);
    ck_assert_int_eq(sealsWith(first), 0);
    ck_assert_ptr_nonnull(wt_embed_opening(&storage.context, first));
    ck_assert_int_eq(wolfTicket_CTX_rotate_keys(NULL, NULL), 0);
    wolfTicket_CTX_free(ctx);
}
END_TEST

/* ---- clocks that fail --------------------------------------------------- */

START_TEST(without_a_clock_there_are_handshakes_and_no_tickets)
{
    WOLFSSL_CTX* sc = eb_server(_i, &storage);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session = th_get_session(sc, cc);
    wolfTicket_Info info;
    th_pair pair;
    int done;

    /* The client looks at the certificate by the same clock. */
    wolfSSL_CTX_set_verify(cc, WOLFSSL_VERIFY_NONE, NULL);
    clockDead = 1;
    th_open(&pair, sc, cc, session, TH_OURS);
    done = th_handshake(&pair);
    ck_assert_int_eq(wolfSSL_session_reused(pair.server), 0);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_INTERNAL);
    if (th_is_tls13(_i)) {
        ck_assert_int_eq(done, TH_BOTH_DONE);
        th_exchange(&pair);
        ck_assert_int_eq(pair.tickets, 0);
    }
    th_close(&pair);
    clockDead = 0;
    ck_assert_int_eq(th_resume(sc, cc, session, TH_OURS), 1);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
}
END_TEST

/* ---- lifetimes ---------------------------------------------------------- */

START_TEST(ticket_opens_for_its_lifetime_and_no_longer)
{
    WOLFSSL_CTX* sc = eb_server(_i, &storage);
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;

    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc, 0), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc, 604801), 0);
    /* Of what the client was told a longer life, or it would not offer it. */
    session = th_get_session(sc, cc);
    ck_assert_int_eq(wolfTicket_CTX_set_lifetime(sc, 1000), 1);
    ck_assert_uint_eq(wolfTicket_CTX_get_lifetime(sc), 1000);
    clockAhead = 990;
    ck_assert_int_eq(th_try(sc, cc, session, &info), 1);
    ck_assert_uint_ge(info.age, 990);
    clockAhead = 1010;
    ck_assert_int_eq(th_try(sc, cc, session, &info), 0);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_EXPIRED);
    /* The client's certificates are not valid yet. */
    wolfSSL_CTX_set_verify(cc, WOLFSSL_VERIFY_NONE, NULL);
    clockAhead = -100;
    ck_assert_int_eq(th_try(sc, cc, session, &info), 0);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_NOT_YET);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
}
END_TEST

START_TEST(chain_of_renewals_ends_with_the_renewal_limit)
{
    WOLFSSL_CTX* sc = eb_server(TH_TLS13, &storage);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session;
    wolfTicket_Info info;
    th_pair pair;
    unsigned int renewals = 0;

    ck_assert_int_eq(wolfTicket_CTX_set_renewal_limit(sc, 0), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_renewal_limit(sc, 10000), 1);
    session = th_get_session(sc, cc);
    for (;;) {
        clockAhead += 3000;
        th_open(&pair, sc, cc, session, TH_OURS);
        if (!th_verdict(&pair, &info))
            break;
        renewals++;
        ck_assert_uint_eq(info.renewals, renewals - 1);
        wolfSSL_SESSION_free(session);
        session = wolfSSL_get1_session(pair.client);
        th_close(&pair);
    }
    th_close(&pair);
    ck_assert_uint_eq(renewals, 3);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_RENEWAL_LIMIT);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    wolfTicket_CTX_free(sc);
}
END_TEST

/* ---- flash -------------------------------------------------------------- */

/* A start of the device: nothing but the flash is left. */
static WOLFSSL_CTX* boot(int mode)
{
    WOLFSSL_CTX* ctx;

    memset(&storage, 0, sizeof(storage));
    ctx = eb_server(mode, &storage);
    ck_assert_int_eq(wolfTicket_CTX_set_flash(ctx, eb_save, eb_load, flash),
        1);
    return ctx;
}

static void halt(WOLFSSL_CTX* ctx)
{
    wolfTicket_CTX_free(ctx);
}

START_TEST(keys_survive_a_restart)
{
    WOLFSSL_CTX* cc = th_client_ctx(_i);
    WOLFSSL_CTX* sc = boot(_i);
    WOLFSSL_SESSION* session = th_get_session(sc, cc);
    unsigned char first[4];
    wolfTicket_Info info;

    idOf(0, first);
    ck_assert_int_eq(flashSaves, 1);
    halt(sc);
    clockAhead += 60;
    sc = boot(_i);
    ck_assert_int_eq(th_try(sc, cc, session, &info), 1);
    ck_assert_int_eq(flashSaves, 1);
    halt(sc);
    /* Two rotations later, after two restarts. */
    clockAhead += SEALS;
    sc = boot(_i);
    maintain(sc);
    ck_assert_int_eq(flashSaves, 2);
    halt(sc);
    sc = boot(_i);
    ck_assert_int_eq(th_try(sc, cc, session, &info), 1);
    halt(sc);
    /* The time that it is off counts. */
    clockAhead += LIFE + 5;
    sc = boot(_i);
    maintain(sc);
    ck_assert_ptr_null(wt_embed_opening(&storage.context, first));
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(cc);
    halt(sc);
}
END_TEST

/* The save of a new key is cut after _i bytes; the former slot holds. */
START_TEST(torn_write_leaves_the_keys_of_before)
{
    WOLFSSL_CTX* sc = boot(TH_TLS13);
    unsigned char first[4];
    unsigned char second[4];

    maintain(sc);
    idOf(0, first);
    flashTear = _i;
    (void)wolfTicket_CTX_rotate_keys(sc, NULL);
    idOf(0, second);
    flashTear = -1;
    halt(sc);
    sc = boot(TH_TLS13);
    if (_i < (int)WOLFTICKET_FLASH_SZ) {
        ck_assert_int_eq(sealsWith(first), 1);
        ck_assert_ptr_null(wt_embed_opening(&storage.context, second));
    }
    else {
        ck_assert_int_eq(sealsWith(second), 1);
        ck_assert_ptr_nonnull(wt_embed_opening(&storage.context, first));
    }
    /* The next write goes over the torn slot, not over the good one. */
    ck_assert_int_eq(wolfTicket_CTX_rotate_keys(sc, NULL), 1);
    idOf(0, second);
    halt(sc);
    sc = boot(TH_TLS13);
    ck_assert_int_eq(sealsWith(second), 1);
    ck_assert_ptr_nonnull(wt_embed_opening(&storage.context, first));
    halt(sc);
}
END_TEST

/* The very first save is torn: there is nothing, and that is no key. */
START_TEST(torn_first_write_is_no_key)
{
    WOLFSSL_CTX* sc = boot(TH_TLS13);
    unsigned char first[4];

    flashTear = _i;
    (void)wolfTicket_CTX_maintain_keys(sc, NULL);
    idOf(0, first);
    flashTear = -1;
    halt(sc);
    sc = boot(TH_TLS13);
    ck_assert_int_eq(keysAlive(), _i >= (int)WOLFTICKET_FLASH_SZ);
    maintain(sc);
    ck_assert_int_eq(sealsWith(first), _i >= (int)WOLFTICKET_FLASH_SZ);
    halt(sc);
}
END_TEST

/* Every bit of a slot, the other one being empty or good. */
START_TEST(changed_bit_is_found)
{
    WOLFSSL_CTX* sc = boot(TH_TLS13);
    unsigned char first[4];
    int bit;

    maintain(sc);
    idOf(0, first);
    if (_i)
        ck_assert_int_eq(wolfTicket_CTX_rotate_keys(sc, NULL), 1);
    halt(sc);
    for (bit = 0; bit < (int)WOLFTICKET_FLASH_SZ * 8; bit += th_step()) {
        flash[_i][bit / 8] ^= (unsigned char)(1 << bit % 8);
        sc = boot(TH_TLS13);
        ck_assert_int_eq(sealsWith(first), _i);
        ck_assert_int_eq(keysAlive(), _i);
        halt(sc);
        flash[_i][bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
}
END_TEST

START_TEST(save_that_fails_is_told_and_tried_again)
{
    WOLFSSL_CTX* sc = boot(TH_TLS13);
    unsigned char first[4];

    flashFails = 2;
    ck_assert_int_eq(wolfTicket_CTX_maintain_keys(sc, NULL), 0);
    ck_assert_str_eq(wolfTicket_CTX_error(sc), wt_error_text(WT_E_FLASH));
    ck_assert_ptr_nonnull(wt_embed_sealing(&storage.context));
    idOf(0, first);
    ck_assert_int_eq(wolfTicket_CTX_maintain_keys(sc, NULL), 0);
    ck_assert_int_eq(wolfTicket_CTX_maintain_keys(sc, NULL), 1);
    ck_assert_int_eq(flashSaves, 1);
    halt(sc);
    sc = boot(TH_TLS13);
    ck_assert_int_eq(sealsWith(first), 1);
    halt(sc);
}
END_TEST

/* The newer one of two is told also where numbers begin anew. */
START_TEST(numbers_of_slots_may_wrap_round)
{
    WOLFSSL_CTX* sc = boot(TH_TLS13);
    unsigned char id[4];
    int n;

    maintain(sc);
    storage.context.keys.number = 0xFFFFFFF9u;
    ck_assert_int_eq(wolfTicket_CTX_rotate_keys(sc, NULL), 1);
    ck_assert_int_eq(wolfTicket_CTX_rotate_keys(sc, NULL), 1);
    for (n = 0; n < 8; n++) {
        ck_assert_int_eq(wolfTicket_CTX_rotate_keys(sc, NULL), 1);
        idOf(0, id);
        halt(sc);
        sc = boot(TH_TLS13);
        ck_assert_int_eq(sealsWith(id), 1);
    }
    halt(sc);
}
END_TEST

START_TEST(flash_is_asked_of_storage_and_takes_two_callbacks)
{
    WOLFSSL_CTX* plain = th_server_ctx_raw(TH_TLS13);
    WOLFSSL_CTX* sc = boot(TH_TLS13);

    ck_assert_int_eq(wolfTicket_CTX_set_flash(plain, eb_save, eb_load, flash),
        0);
    ck_assert_int_eq(wolfTicket_CTX_set_flash(NULL, eb_save, eb_load, flash),
        0);
    ck_assert_int_eq(wolfTicket_CTX_set_flash(sc, eb_save, NULL, flash), 0);
    ck_assert_int_eq(wolfTicket_CTX_set_flash(sc, NULL, eb_load, flash), 0);
    maintain(sc);
    ck_assert_int_eq(flashSaves, 1);
    ck_assert_int_eq(wolfTicket_CTX_set_flash(sc, NULL, NULL, NULL), 1);
    ck_assert_int_eq(wolfTicket_CTX_rotate_keys(sc, NULL), 1);
    ck_assert_int_eq(flashSaves, 1);
    wolfSSL_CTX_free(plain);
    halt(sc);
}
END_TEST

static Suite* keys_suite(void)
{
    Suite* suite = suite_create("embedded core, keys");
    TCase* tc = eb_case(suite, "rotation");

    tcase_add_test(tc, key_seals_for_three_quarters_of_the_lifetime);
    tcase_add_loop_test(tc, no_ticket_is_cut_short_by_a_rotation, 0, 20);
    tcase_add_test(tc, dead_keys_are_wiped);
    tcase_add_loop_test(tc, no_jump_of_the_clock_stops_the_keys_or_revives_one,
        0, (int)(sizeof(jumps) / sizeof(jumps[0])));
    tcase_add_test(tc, rotate_makes_a_new_key_at_once);
    tcase_add_loop_test(tc, without_a_clock_there_are_handshakes_and_no_tickets,
        0, TH_MODES);
    tc = eb_case(suite, "lifetimes");
    tcase_add_loop_test(tc, ticket_opens_for_its_lifetime_and_no_longer, 0,
        TH_MODES);
    tcase_add_test(tc, chain_of_renewals_ends_with_the_renewal_limit);
    tc = eb_case(suite, "flash");
    tcase_add_loop_test(tc, keys_survive_a_restart, 0, TH_MODES);
    tcase_add_loop_test(tc, torn_write_leaves_the_keys_of_before, 0,
        (int)WOLFTICKET_FLASH_SZ + 1);
    tcase_add_loop_test(tc, torn_first_write_is_no_key, 0,
        (int)WOLFTICKET_FLASH_SZ + 1);
    tcase_add_loop_test(tc, changed_bit_is_found, 0, 2);
    tcase_add_test(tc, save_that_fails_is_told_and_tried_again);
    tcase_add_test(tc, numbers_of_slots_may_wrap_round);
    tcase_add_test(tc, flash_is_asked_of_storage_and_takes_two_callbacks);
    return suite;
}

int main(void)
{
    return th_run(keys_suite());
}
