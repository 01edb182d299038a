/* largedata_fixture.h
 *
 * Application data of any size, and an application that sets and checks it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_LARGEDATA_FIXTURE_H
#define WOLFTICKET_TEST_LARGEDATA_FIXTURE_H

#include "harness.h"

#include <wolfticket/datastore.h>

/* ---- the data ----------------------------------------------------------- */

/* sz bytes that are others for another seed. */
static inline void ld_fill(unsigned char* mem, size_t sz, unsigned int seed)
{
    size_t i;

    for (i = 0; i < sz; i++)
        mem[i] = (unsigned char)(i * 31 + i / 251 + seed * 101 + 7);
}

static inline int ld_set(WOLFSSL* ssl, size_t sz, unsigned int seed)
{
    unsigned char* mem = (unsigned char*)malloc(sz + 1);
    int ret;

    ck_assert_ptr_nonnull(mem);
    ld_fill(mem, sz, seed);
    ret = wolfTicket_SESSION_set1_ticket_appdata(wolfSSL_get_session(ssl),
        mem, sz);
    free(mem);
    return ret;
}

static inline int ld_is(WOLFSSL_SESSION* session, size_t wantSz,
    unsigned int seed)
{
    unsigned char* want = (unsigned char*)malloc(wantSz + 1);
    void* data = NULL;
    size_t sz = 0;
    int ret;

    ck_assert_ptr_nonnull(want);
    ld_fill(want, wantSz, seed);
    ret = wolfTicket_SESSION_get0_ticket_appdata(session, &data, &sz) == 1 &&
        sz == wantSz && (sz == 0 || memcmp(data, want, sz) == 0);
    free(want);
    return ret;
}

static inline int ld_has(WOLFSSL* ssl, size_t sz, unsigned int seed)
{
    return ld_is(wolfSSL_get_session(ssl), sz, seed);
}

/* wolfSSL's static memory has no block that is large enough. */
static inline void ld_memory(void)
{
    th_mem_use(TH_MEM_COUNT);
}

static inline TCase* ld_case(Suite* suite, const char* name)
{
    TCase* tc = th_case(suite, name, 0);

#ifdef WOLFSSL_STATIC_MEMORY
    tcase_add_unchecked_fixture(tc, ld_memory, NULL);
#endif
    return tc;
}

/* ---- the application ---------------------------------------------------- */

typedef struct {
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    th_clock clock;
    size_t sz;              /* of the data that gen_cb sets ... */
    unsigned int seed;
    int gives;              /* ... if it does */
    int set;                /* what set1 said */
    int decAnswer;          /* TH_DEFAULT_ANSWER: as without dec_cb */
    int decCalls;
    wolfTicket_STATUS status;
    int saw;                /* dec_cb: the data, whole */
} ld_world;

static inline int ld_gen(WOLFSSL* ssl, void* arg)
{
    ld_world* w = (ld_world*)arg;

    if (w->gives)
        w->set = ld_set(ssl, w->sz, w->seed);
    return 1;
}

static inline wolfTicket_RETURN ld_dec(WOLFSSL* ssl, WOLFSSL_SESSION* ss,
    const unsigned char* keyname, size_t keyname_len, wolfTicket_STATUS status,
    void* arg)
{
    ld_world* w = (ld_world*)arg;
    int ret = w->decAnswer;

    (void)ssl;
    (void)keyname;
    (void)keyname_len;
    w->decCalls++;
    w->status = status;
    w->saw = ss != NULL && ld_is(ss, w->sz, w->seed);
    if (ss == NULL || ret == TH_DEFAULT_ANSWER)
        ret = (status == WOLFTICKET_SUCCESS_RENEW)
            ? WOLFTICKET_RETURN_USE_RENEW
            : (status == WOLFTICKET_SUCCESS) ? WOLFTICKET_RETURN_USE
            : WOLFTICKET_RETURN_IGNORE_RENEW;
    return ret;
}

static inline void ld_begin(ld_world* w, int mode)
{
    memset(w, 0, sizeof(*w));
    w->sc = th_server_ctx(mode);
    w->cc = th_client_ctx(mode);
    w->decAnswer = TH_DEFAULT_ANSWER;
    th_use_clock(w->sc, &w->clock);
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(w->sc, ld_gen,
        ld_dec, w), 1);
}

static inline void ld_end(ld_world* w)
{
    wolfTicket_CTX_free(w->sc);
    wolfSSL_CTX_free(w->cc);
}

/* A full handshake whose tickets have sz bytes of data. */
static inline WOLFSSL_SESSION* ld_first(ld_world* w, size_t sz,
    unsigned int seed)
{
    WOLFSSL_SESSION* session;

    w->gives = 1;
    w->sz = sz;
    w->seed = seed;
    session = th_get_session(w->sc, w->cc);
    ck_assert_int_eq(w->set, 1);
    w->gives = 0;
    return session;
}

/* Presents session, which has to be resumed with its data.  The newest
 * session of the client takes its place. */
static inline void ld_resume(ld_world* w, WOLFSSL_SESSION** session)
{
    wolfTicket_Info info;
    th_pair pair;

    th_open(&pair, w->sc, w->cc, *session, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, &info), 1);
    ck_assert_int_eq(info.cause, WOLFTICKET_CAUSE_USED);
    ck_assert_int_eq(w->saw, 1);
    ck_assert(ld_has(pair.server, w->sz, w->seed));
    wolfSSL_SESSION_free(*session);
    *session = wolfSSL_get1_session(pair.client);
    th_close(&pair);
}

/* Presents session, which is not resumed, and for this cause; nothing of its
 * data shows. */
static inline void ld_refused(ld_world* w, WOLFSSL_SESSION* session,
    wolfTicket_CAUSE cause)
{
    wolfTicket_Info info;
    th_pair pair;

    th_open(&pair, w->sc, w->cc, session, TH_OURS);
    ck_assert_int_eq(th_verdict(&pair, &info), 0);
    ck_assert_int_eq(info.cause, cause);
    ck_assert_int_eq(w->saw, 0);
    ck_assert(ld_has(pair.server, 0, 0));
    th_close(&pair);
}

static inline wolfTicket_Stats ld_stats(WOLFSSL_CTX* ctx)
{
    wolfTicket_Stats stats;

    ck_assert_int_eq(wolfTicket_CTX_get_stats(ctx, &stats), 1);
    return stats;
}

#endif /* WOLFTICKET_TEST_LARGEDATA_FIXTURE_H */
