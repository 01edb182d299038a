/* unit_info.c
 *
 * Knowing what happened: info and counts for every cause.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"

/* How each cause comes about; the ticket is presented after this. */
static const struct {
    wolfTicket_CAUSE cause;
    const char* word;
    int only12;
} table[] = {
    { WOLFTICKET_CAUSE_NONE,          "no ticket",        0 },
    { WOLFTICKET_CAUSE_USED,          "used",             0 },
    { WOLFTICKET_CAUSE_EMPTY,         "empty",            1 },
    { WOLFTICKET_CAUSE_FORMAT,        "bad format",       0 },
    { WOLFTICKET_CAUSE_UNKNOWN_KEY,   "unknown key",      0 },
    { WOLFTICKET_CAUSE_BAD_SEAL,      "bad seal",         0 },
    { WOLFTICKET_CAUSE_EXPIRED,       "expired",          0 },
    { WOLFTICKET_CAUSE_RENEWAL_LIMIT, "renewal limit",    0 },
    { WOLFTICKET_CAUSE_NOT_YET,       "from the future",  0 },
    { WOLFTICKET_CAUSE_BINDING,       "bound elsewhere",  0 },
    { WOLFTICKET_CAUSE_APPLICATION,   "ignored",          0 },
    { WOLFTICKET_CAUSE_ABORT,         "aborted",          0 },
    { WOLFTICKET_CAUSE_INTERNAL,      "internal failure", 0 }
};

#define ROWS ((int)(sizeof(table) / sizeof(table[0])))

typedef struct {
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    WOLFSSL_SESSION* session;
    th_clock clock;
    th_app app;
    th_pair pair;
} world;

/* Changes a byte of the ticket that the client is about to present. */
static void ChangeTicket(world* w, size_t at)
{
    unsigned char ticket[TH_TICKET_MAX];
    size_t sz = th_ticket_of(w->cc, w->session, ticket);

    ticket[at] ^= 0xFF;
    ck_assert_int_eq(wolfSSL_set_SessionTicket(w->pair.client, ticket,
        (word32)sz), WOLFSSL_SUCCESS);
}

/* Sees to it that the cause comes about. */
static void Provoke(world* w, wolfTicket_CAUSE cause)
{
    switch (cause) {
        case WOLFTICKET_CAUSE_FORMAT:
            ChangeTicket(w, 16 + 12); /* the version */
            break;
        case WOLFTICKET_CAUSE_UNKNOWN_KEY:
            ChangeTicket(w, 0);
            break;
        case WOLFTICKET_CAUSE_BAD_SEAL:
            ChangeTicket(w, 40);
            break;
        case WOLFTICKET_CAUSE_EXPIRED:
            /* The ring does not see that the ticket is old. */
            ck_assert_int_eq(wolfTicket_CTX_set_lifetime(w->sc, 10), 1);
            w->clock.now += 11;
            break;
        case WOLFTICKET_CAUSE_RENEWAL_LIMIT:
            ck_assert_int_eq(wolfTicket_CTX_set_renewal_limit(w->sc, 10), 1);
            w->clock.now += 11;
            break;
        case WOLFTICKET_CAUSE_NOT_YET:
            w->clock.now -= 1000;
            break;
        case WOLFTICKET_CAUSE_BINDING:
            ck_assert_int_eq(wolfTicket_set_session_id_context(w->pair.server,
                (const unsigned char*)"other", 5), 1);
            break;
        case WOLFTICKET_CAUSE_APPLICATION:
            w->app.decAnswer = WOLFTICKET_RETURN_IGNORE;
            break;
        case WOLFTICKET_CAUSE_ABORT:
            w->app.decAnswer = WOLFTICKET_RETURN_ABORT;
            break;
        case WOLFTICKET_CAUSE_INTERNAL:
            w->clock.calls = 0;
            w->clock.failAt = 1;
            w->clock.failAll = 1;
            break;
        default:
            break;
    }
}

static int Opens(wolfTicket_CAUSE cause)
{
    return cause != WOLFTICKET_CAUSE_NONE && cause != WOLFTICKET_CAUSE_EMPTY &&
        cause != WOLFTICKET_CAUSE_FORMAT &&
        cause != WOLFTICKET_CAUSE_UNKNOWN_KEY &&
        cause != WOLFTICKET_CAUSE_BAD_SEAL;
}

static void CheckInfo(world* w, wolfTicket_CAUSE cause)
{
    wolfTicket_Info info;
    int presented = cause != WOLFTICKET_CAUSE_NONE;

    ck_assert_int_eq(wolfTicket_get_info(w->pair.server, &info), 1);
    ck_assert_int_eq((int)info.cause, (int)cause);
    ck_assert_int_eq(info.presented, presented);
    ck_assert_int_eq(info.resumed, cause == WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(info.status, presented ? w->app.status : WOLFTICKET_NONE);
    ck_assert_int_eq(w->app.decCalls, presented);
    ck_assert_uint_eq(info.key_name_len, Opens(cause) ? 16 : 0);
    if (Opens(cause)) {
        ck_assert_uint_eq(info.full_handshake, TH_NOW);
        ck_assert_uint_eq(info.renewals, 0);
        ck_assert_mem_eq(info.key_name, w->app.keyName, 16);
    }
    if (cause == WOLFTICKET_CAUSE_EXPIRED ||
            cause == WOLFTICKET_CAUSE_RENEWAL_LIMIT)
        ck_assert_uint_eq(info.age, 11);
    if (cause == WOLFTICKET_CAUSE_APPLICATION)
        ck_assert_int_eq(info.answer, WOLFTICKET_RETURN_IGNORE);
    if (cause == WOLFTICKET_CAUSE_ABORT)
        ck_assert_int_eq(info.answer, WOLFTICKET_RETURN_ABORT);
    ck_assert_uint_eq(info.queued, 0);
}

static void CheckStats(world* w, const wolfTicket_Stats* before,
    wolfTicket_CAUSE cause)
{
    wolfTicket_Stats after;
    int i;

    ck_assert_int_eq(wolfTicket_CTX_get_stats(w->sc, &after), 1);
    for (i = 1; i < WOLFTICKET_CAUSE_COUNT; i++)
        ck_assert_uint_eq(after.presented[i] - before->presented[i],
            i == (int)cause);
    ck_assert_uint_eq(after.presented[0], 0);
    ck_assert_uint_eq(after.resumed - before->resumed,
        cause == WOLFTICKET_CAUSE_USED);
}

START_TEST(every_cause_shows_in_info_and_stats)
{
    wolfTicket_CAUSE cause = table[_i % ROWS].cause;
    int mode = _i / ROWS;
    wolfTicket_Stats before;
    world w;
    int fresh = cause == WOLFTICKET_CAUSE_NONE ||
        cause == WOLFTICKET_CAUSE_EMPTY;

    if ((table[_i % ROWS].only12 && th_is_tls13(mode)) ||
            (cause == WOLFTICKET_CAUSE_NONE && !th_is_tls13(mode)))
        return; /* the other protocol's: there is no such thing here */
    memset(&w, 0, sizeof(w));
    w.sc = th_server_ctx(mode);
    w.cc = th_client_ctx(mode);
    th_use_clock(w.sc, &w.clock);
    th_app_init(&w.app);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(w.sc, th_gen, th_dec,
        &w.app), 1);
    w.session = th_get_session(w.sc, w.cc);
    th_app_init(&w.app);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(w.sc, &before), 1);
    th_open(&w.pair, w.sc, w.cc, fresh ? NULL : w.session, TH_OURS);
    Provoke(&w, cause);
    if (cause == WOLFTICKET_CAUSE_ABORT)
        ck_assert_int_eq(th_handshake(&w.pair), 0);
    else
        ck_assert_int_eq(th_verdict(&w.pair, NULL),
            cause == WOLFTICKET_CAUSE_USED);
    CheckInfo(&w, cause);
    CheckStats(&w, &before, cause);
    th_close(&w.pair);
    wolfSSL_SESSION_free(w.session);
    wolfTicket_CTX_free(w.sc);
    wolfSSL_CTX_free(w.cc);
}
END_TEST

START_TEST(causes_have_words)
{
    int i;

    for (i = 0; i < ROWS; i++)
        ck_assert_str_eq(wolfTicket_CAUSE_name(table[i].cause),
            table[i].word);
    ck_assert_str_eq(wolfTicket_CAUSE_name(WOLFTICKET_CAUSE_CHAIN),
        "chain too long");
    ck_assert_ptr_nonnull(wolfTicket_CAUSE_name((wolfTicket_CAUSE)99));
    ck_assert_ptr_nonnull(wolfTicket_CAUSE_name((wolfTicket_CAUSE)-1));
}
END_TEST

START_TEST(stats_count_every_handshake_and_ticket)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    WOLFSSL_SESSION* session;
    wolfTicket_Stats stats;
    int i;

    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(sc, &stats), 1);
    ck_assert_uint_eq(stats.issued + stats.renewed + stats.resumed +
        stats.full + stats.withheld + stats.rotations +
        stats.rotation_failures, 0);
    session = th_get_session(sc, cc);
    for (i = 0; i < 3; i++)
        ck_assert_int_eq(th_resume(sc, cc, session, i & 1), 1);
    ck_assert_int_eq(wolfTicket_KeyRing_rotate(wolfTicket_CTX_get_key_ring(
        sc)), 1);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(sc, &stats), 1);
    ck_assert_uint_eq(stats.full, 1);
    ck_assert_uint_eq(stats.resumed, 3);
    ck_assert_uint_eq(stats.issued, 5);
    ck_assert_uint_eq(stats.renewed, 3);
    ck_assert_uint_eq(stats.withheld, 0);
    ck_assert_uint_eq(stats.rotations, 1);
    ck_assert_uint_eq(stats.presented[WOLFTICKET_CAUSE_USED], 3);
    wolfSSL_SESSION_free(session);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

START_TEST(info_needs_a_connection_that_is_known)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);
    WOLFSSL_CTX* cc = th_client_ctx(TH_TLS13);
    wolfTicket_Info info;
    th_pair pair;

    ck_assert_int_eq(wolfTicket_CTX_attach(sc), 1);
    memset(&info, 0x55, sizeof(info));
    th_open(&pair, sc, cc, NULL, TH_PLAIN);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 0);
    ck_assert_str_ne(wolfTicket_error(pair.server), "no error");
    ck_assert_uint_eq(info.sent, 0x55555555u);
    ck_assert_int_eq(wolfTicket_get_info(pair.client, &info), 0);
    th_close(&pair);
    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(wolfTicket_get_info(pair.server, &info), 1);
    ck_assert_int_eq(info.presented, 0);
    ck_assert_int_eq(info.status, WOLFTICKET_NONE);
    th_close(&pair);
    wolfTicket_CTX_free(sc);
    wolfSSL_CTX_free(cc);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("info");
    TCase* tc = th_case(suite, "info", 0);

    tcase_add_loop_test(tc, every_cause_shows_in_info_and_stats, 0,
        ROWS * TH_MODES);
    tcase_add_test(tc, causes_have_words);
    tcase_add_test(tc, stats_count_every_handshake_and_ticket);
    tcase_add_test(tc, info_needs_a_connection_that_is_known);
    return th_run(suite);
}
