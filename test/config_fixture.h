/* config_fixture.h
 *
 * What the suites on configs share.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_CONFIG_FIXTURE_H
#define WOLFTICKET_TEST_CONFIG_FIXTURE_H

#include "harness.h"

#include <wolfticket/config.h>

#include <sys/stat.h>
#include <unistd.h>

static wolfTicket_config* config;

static inline void begin(void)
{
    th_setup();
    config = wolfTicket_config_new();
    ck_assert_ptr_nonnull(config);
    ck_assert_ptr_null(wolfTicket_config_error(config));
}

static inline void end(void)
{
    wolfTicket_config_free(config);
    th_teardown();
}

static inline void says(const wolfTicket_config* of, const char* text)
{
    const char* said = wolfTicket_config_error((wolfTicket_config*)of);

    if (text == NULL) {
        ck_assert_msg(said == NULL, "said: %s", said);
    }
    else {
        ck_assert_ptr_nonnull(said);
        ck_assert_str_eq(said, text);
    }
}

/* Key number seed, of which no byte is like the next. */
static inline unsigned char* key48(unsigned char seed)
{
    static unsigned char key[WOLFTICKET_CONFIG_KEY_SZ];
    size_t i;

    for (i = 0; i < sizeof(key); i++)
        key[i] = (unsigned char)(seed + i * 5);
    return key;
}

static inline int add(uint32_t rev, unsigned char seed)
{
    return wolfTicket_config_add_ticket_key(config, rev, key48(seed),
        WOLFTICKET_CONFIG_KEY_SZ);
}

/* An open file that has no name any more. */
static inline int temp_file(mode_t mode)
{
    char path[] = "session-XXXXXX";
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(fchmod(fd, mode), 0);
    return fd;
}

/* ---- servers ------------------------------------------------------------- */

#define LIFE 100

static inline void live(int lifetime)
{
    ck_assert_int_eq(wolfTicket_config_set_session_lifetime(config, lifetime),
        0);
}

static inline WOLFSSL_CTX* server_of(wolfTicket_config* by, int mode)
{
    WOLFSSL_CTX* sc = th_server_ctx(mode);

    ck_assert_msg(wolfTicket_CTX_configure(sc, by) == 0, "%s",
        wolfTicket_config_error(by));
    return sc;
}

/* Without its OpenSSL layer wolfSSL does not tell but by refusing it. */
static inline int is_resumable(WOLFSSL_CTX* cc, WOLFSSL_SESSION* session)
{
#ifdef OPENSSL_EXTRA
    (void)cc;
    return wolfSSL_SESSION_is_resumable(session);
#else
    WOLFSSL* ssl = wolfSSL_new(cc);
    int ret;

    ck_assert_ptr_nonnull(ssl);
    ret = wolfSSL_set_session(ssl, session) == WOLFSSL_SUCCESS;
    wolfSSL_free(ssl);
    return ret;
#endif
}

/* The session of a full handshake, or NULL when a client has nothing to offer
 * after it; and how many tickets came. */
static inline WOLFSSL_SESSION* session_of(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    int* tickets)
{
    WOLFSSL_SESSION* session;
    th_pair pair;

    th_open(&pair, sc, cc, NULL, TH_OURS);
    ck_assert_int_eq(th_handshake(&pair), TH_BOTH_DONE);
    th_exchange(&pair);
    session = wolfSSL_get1_session(pair.client);
    *tickets = pair.tickets;
    th_close(&pair);
    if (session != NULL && !is_resumable(cc, session)) {
        wolfSSL_SESSION_free(session);
        session = NULL;
    }
    return session;
}

static inline void tickets_are(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc, int mode,
    int any)
{
    int tickets;
    WOLFSSL_SESSION* session = session_of(sc, cc, &tickets);

    ck_assert_int_eq(tickets, !any ? 0 : th_is_tls13(mode) ? 2 : 1);
    wolfSSL_SESSION_free(session);
}

/* A client that offers TLS 1.2 alone to a server of any version: wolfSSL 5.5
 * does not show its hello in time, a lean wolfSSL not at all, and what it then
 * promises is a ticket that opens nowhere. */
static inline void nothing_is_sealed(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc, int mode)
{
    int tickets;
    WOLFSSL_SESSION* session;
    wolfTicket_Stats before, after;

    ck_assert_int_eq(wolfTicket_CTX_get_stats(sc, &before), 1);
    session = session_of(sc, cc, &tickets);
    if (!th_is_tls13(mode) && (mode == TH_TLS12 || !TH_SEES_HELLOS) &&
            tickets == 1)
        ck_assert_int_eq(th_try(sc, cc, session, NULL), 0);
    else
        ck_assert_int_eq(tickets, 0);
    ck_assert_int_eq(wolfTicket_CTX_get_stats(sc, &after), 1);
    ck_assert_uint_eq(after.issued, before.issued);
    wolfSSL_SESSION_free(session);
}

/* Whether a session resumes now, and the name of its key. */
static inline int resumes(WOLFSSL_CTX* sc, WOLFSSL_CTX* cc,
    WOLFSSL_SESSION* session, uint32_t rev)
{
    wolfTicket_Info info;
    unsigned char name[WOLFTICKET_NAME_SZ] = { 0 };
    int ret = th_try(sc, cc, session, &info);

    name[0] = (unsigned char)(rev >> 24);
    name[1] = (unsigned char)(rev >> 16);
    name[2] = (unsigned char)(rev >> 8);
    name[3] = (unsigned char)rev;
    if (ret) {
        ck_assert_uint_eq(info.key_name_len, WOLFTICKET_NAME_SZ);
        ck_assert_mem_eq(info.key_name, name, sizeof(name));
    }
    return ret;
}

/* ---- tables -------------------------------------------------------------- */

#define LOOP(tc, test, n) tcase_add_loop_test(tc, test, 0, n)
#define ROWS(tc, test, table) \
    LOOP(tc, test, (int)(sizeof(table) / sizeof((table)[0])))

#endif /* WOLFTICKET_TEST_CONFIG_FIXTURE_H */
