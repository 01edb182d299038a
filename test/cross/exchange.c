/* exchange.c
 *
 * Tickets made on one processor and used on another.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * usage: exchange make FOLDER    full handshakes in TLS 1.3 and 1.2; leaves
 *                                the clients' sessions in FOLDER
 *        exchange use FOLDER     goes on with these sessions: the server has
 *                                to find, in tickets that it has never seen,
 *                                what that one has put into them
 *
 * Both have the same key, as the servers of a fleet do.
 */

#include "harness.h"

#include <stdio.h>

#define DATA        "alice, from another machine"
#define SESSION_MAX 4096

static const char* folder;
static th_app app;

static WOLFSSL_CTX* Server(int mode)
{
    WOLFSSL_CTX* ctx = th_server_ctx(mode);
    unsigned char keys[WOLFTICKET_TICKET_KEYS_SZ];
    size_t i;

    for (i = 0; i < sizeof(keys); i++)
        keys[i] = (unsigned char)(0x5A + i * 7);
    th_app_init(&app);
    app.genData = DATA;
    app.genDataSz = sizeof(DATA) - 1;
    ck_assert_int_eq(wolfTicket_CTX_set_session_ticket_cb(ctx, th_gen, th_dec,
        &app), 1);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_keys(ctx, keys,
        sizeof(keys)), 1);
    return ctx;
}

static FILE* Open(int mode, const char* how)
{
    char path[512];
    FILE* file;

    (void)snprintf(path, sizeof(path), "%s/session-%d", folder, mode);
    file = fopen(path, how);
    ck_assert_msg(file != NULL, "cannot open %s", path);
    return file;
}

static void Save(WOLFSSL_SESSION* session, int mode)
{
    unsigned char data[SESSION_MAX];
    unsigned char* p = data;
    FILE* file = Open(mode, "wb");
    int sz = wolfSSL_i2d_SSL_SESSION(session, NULL);

    ck_assert_int_gt(sz, 0);
    ck_assert_int_le(sz, SESSION_MAX);
    ck_assert_int_eq(wolfSSL_i2d_SSL_SESSION(session, &p), sz);
    ck_assert_uint_eq(fwrite(data, 1, (size_t)sz, file), (size_t)sz);
    ck_assert_int_eq(fclose(file), 0);
}

static WOLFSSL_SESSION* Load(int mode)
{
    unsigned char data[SESSION_MAX];
    const unsigned char* p = data;
    FILE* file = Open(mode, "rb");
    size_t sz = fread(data, 1, sizeof(data), file);
    WOLFSSL_SESSION* session = wolfSSL_d2i_SSL_SESSION(NULL, &p, (long)sz);

    ck_assert_ptr_nonnull(session);
    ck_assert_int_eq(fclose(file), 0);
    return session;
}

static void Make(int mode)
{
    WOLFSSL_CTX* server = Server(mode);
    WOLFSSL_CTX* client = th_client_ctx(mode);
    WOLFSSL_SESSION* session = th_get_session(server, client);

    ck_assert_int_gt(app.genCalls, 0);
    ck_assert_int_eq(app.genSet, 1);
    Save(session, mode);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(client);
    wolfTicket_CTX_free(server);
}

static void Use(int mode)
{
    WOLFSSL_CTX* server = Server(mode);
    WOLFSSL_CTX* client = th_client_ctx(mode);
    WOLFSSL_SESSION* session = Load(mode);

    ck_assert_int_eq(th_resume(server, client, session, TH_OURS), 1);
    ck_assert_int_ge(app.decCalls, 1);
    ck_assert_uint_eq(app.seenSz, sizeof(DATA) - 1);
    ck_assert_mem_eq(app.seen, DATA, sizeof(DATA) - 1);
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(client);
    wolfTicket_CTX_free(server);
}

int main(int argc, char** argv)
{
    static const int modes[] = { TH_TLS13, TH_TLS12 };
    int make = argc == 3 && strcmp(argv[1], "make") == 0;
    size_t i;

    if (argc != 3 || (!make && strcmp(argv[1], "use") != 0))
        return 2;
    folder = argv[2];
    th_setup();
    for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (make)
            Make(modes[i]);
        else
            Use(modes[i]);
    }
    th_teardown();
    return 0;
}
