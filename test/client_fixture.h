/* client_fixture.h
 *
 * What the suites of the client side share: a server, a client context, the
 * file that keeps its session.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_CLIENT_FIXTURE_H
#define WOLFTICKET_TEST_CLIENT_FIXTURE_H

#define WOLFTICKET_NO_REDIRECT
#include "harness.h"
#include "client.h"
#include "sessionfile.h"

#include <wolfssl/error-ssl.h>

#include <sys/stat.h>
#include <stdio.h>
#include <unistd.h>

typedef struct {
    WOLFSSL_CTX* sc;
    WOLFSSL_CTX* cc;
    int fd;
    th_clock clock;             /* of the server's keys */
    th_pair pair;
    wolfTicket_ClientInfo info;
} cf_world;

/* How the handshake is made. */
enum { CF_OURS, CF_PLAIN };

/* An empty file, mode 0600, that goes with its descriptor. */
static inline int cf_file(void)
{
    char path[] = "/tmp/wolfticket-test-XXXXXX";
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(fchmod(fd, 0600), 0);
    ck_assert_int_eq(unlink(path), 0);
    return fd;
}

/* A client context that verifies its peer and keeps its session in fd. */
static inline WOLFSSL_CTX* cf_client_ctx(int mode, int fd)
{
    WOLFSSL_CTX* ctx = th_client_ctx(mode);

    wolfSSL_CTX_set_verify(ctx, WOLFSSL_VERIFY_PEER, NULL);
    ck_assert_int_eq(wt_client_configure(ctx, fd), 1);
    return ctx;
}

static inline void cf_begin(cf_world* w, int mode)
{
    memset(w, 0, sizeof(*w));
    w->fd = cf_file();
    w->sc = th_server_ctx(mode);
    th_use_clock(w->sc, &w->clock);
    w->cc = cf_client_ctx(mode, w->fd);
}

/* As after a restart of the client. */
static inline void cf_restart(cf_world* w, int mode)
{
    wolfTicket_CTX_free(w->cc);
    w->cc = cf_client_ctx(mode, w->fd);
}

static inline void cf_end(cf_world* w)
{
    wolfTicket_CTX_free(w->cc);
    wolfTicket_CTX_free(w->sc);
    (void)close(w->fd);
}

static inline void cf_join(th_pair* pair, WOLFSSL* client)
{
    pair->client = client;
    ck_assert_ptr_nonnull(client);
    wolfSSL_SetIOReadCtx(client, &pair->clientIo);
    wolfSSL_SetIOWriteCtx(client, &pair->clientIo);
}

static inline void cf_open(cf_world* w)
{
    th_open_server(&w->pair, w->sc, TH_OURS);
    cf_join(&w->pair, wolfTicket_new(w->cc));
}

static inline void cf_close(cf_world* w)
{
    wolfTicket_free(w->pair.client);
    w->pair.client = NULL;
    th_close(&w->pair);
}

/* TH_..._DONE bits; stops when the client has failed. */
static inline int cf_handshake(th_pair* pair, int how)
{
    int done = 0;
    int failed = 0;
    int err;
    int ret;
    int i;

    for (i = 0; i < 12 && done != TH_BOTH_DONE && !failed; i++) {
        if (!(done & TH_CLIENT_DONE)) {
            ret = (how == CF_OURS) ? wolfTicket_connect(pair->client)
                                   : wolfSSL_connect(pair->client);
            err = (ret == WOLFSSL_SUCCESS) ? 0
                : wolfSSL_get_error(pair->client, ret);
            if (ret == WOLFSSL_SUCCESS)
                done |= TH_CLIENT_DONE;
            else
                failed = err != WOLFSSL_ERROR_WANT_READ &&
                    err != WOLFSSL_ERROR_WANT_WRITE;
        }
        if (!(done & TH_SERVER_DONE) && th_accept(pair))
            done |= TH_SERVER_DONE;
    }
    return done;
}

static inline void cf_info(cf_world* w)
{
    memset(&w->info, 0xA5, sizeof(w->info));
    ck_assert_int_eq(wolfTicket_get_client_info(w->pair.client, &w->info), 1);
}

/* One connection from beginning to end, whose handshake has to succeed; 1
 * when it resumed.  w->info tells the rest. */
static inline int cf_visit(cf_world* w, int how)
{
    cf_open(w);
    ck_assert_int_eq(cf_handshake(&w->pair, how), TH_BOTH_DONE);
    th_exchange(&w->pair);
    cf_info(w);
    ck_assert_int_eq(w->info.resumed, wolfSSL_session_reused(w->pair.server));
    cf_close(w);
    return w->info.resumed;
}

static inline const char* cf_text(const cf_world* w)
{
    return wolfTicket_error(w->pair.client);
}

#endif /* WOLFTICKET_TEST_CLIENT_FIXTURE_H */
