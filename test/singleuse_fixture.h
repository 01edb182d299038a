/* singleuse_fixture.h
 *
 * A server whose tickets resume once, and its client.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_SINGLEUSE_FIXTURE_H
#define WOLFTICKET_TEST_SINGLEUSE_FIXTURE_H

#include "harness.h"

#include <wolfticket/singleuse.h>

static const int su_modes[] = { TH_TLS13, TH_TLS13_ONLY };
#define SU_MODES ((int)(sizeof(su_modes) / sizeof(su_modes[0])))

typedef struct {
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    th_app app;
} su_world;

/* Keys that all servers of a test have, also after a restart. */
static inline void su_same_keys(WOLFSSL_CTX* ctx)
{
    unsigned char keys[WOLFTICKET_TICKET_KEYS_SZ];
    size_t i;

    for (i = 0; i < sizeof(keys); i++)
        keys[i] = (unsigned char)(i * 7 + 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(ctx, keys,
        sizeof(keys)), 1);
}

static inline WOLFSSL_CTX* su_server(int mode, th_app* app)
{
    WOLFSSL_CTX* ctx = th_server_ctx(mode);

    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(ctx, th_gen, th_dec,
        app), 1);
    su_same_keys(ctx);
    return ctx;
}

static inline void su_begin(su_world* w, int mode)
{
    th_app_init(&w->app);
    w->app.genData = "alice";
    w->app.genDataSz = 5;
    w->sc = su_server(mode, &w->app);
    w->cc = th_client_ctx(mode);
}

static inline void su_end(su_world* w)
{
    wolfTicket_CTX_free(w->sc);
    wolfSSL_CTX_free(w->cc);
}

/* A full handshake's session. */
static inline WOLFSSL_SESSION* su_session(su_world* w)
{
    WOLFSSL_SESSION* ret = th_get_session(w->sc, w->cc);

    w->app.decCalls = w->app.genCalls = 0;
    return ret;
}

/* Presents it; what became of it. */
static inline wolfTicket_CAUSE su_try(su_world* w, WOLFSSL_SESSION* session)
{
    wolfTicket_Info info;
    int resumed;

    w->app.decCalls = w->app.genCalls = 0;
    resumed = th_try(w->sc, w->cc, session, &info);
    ck_assert_int_eq(resumed, info.cause == WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(info.presented, 1);
    return info.cause;
}

static inline unsigned long su_count(WOLFSSL_CTX* ctx, wolfTicket_CAUSE cause)
{
    wolfTicket_Stats stats;

    ck_assert_int_eq(wolfTicket_CTX_get_stats(ctx, &stats), 1);
    return stats.presented[cause];
}

#endif /* WOLFTICKET_TEST_SINGLEUSE_FIXTURE_H */
