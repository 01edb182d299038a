/* size.c
 *
 * A server that uses what the core has, and one that has bare.c instead: what
 * the first is larger by is wolfTicket's.  Linked, and never run.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "board.h"
#include "certs.h"
#include "flash.h"
#include "wire.h"
#ifdef MEASURE_BARE
    #include "bare.h"
#else
    #include <wolfticket/embedded.h>
#endif

#include <wolfssl/wolfcrypt/memory.h>

static unsigned char pool[1024] __attribute__((aligned(16)));
static wire_end end;

#ifndef MEASURE_BARE

static wolfTicket_Storage storage;

static int Generate(WOLFSSL* ssl, void* arg)
{
    return wolfTicket_SESSION_set1_ticket_appdata(wolfSSL_get_session(ssl),
        arg, 1);
}

static wolfTicket_RETURN Decrypt(WOLFSSL* ssl, WOLFSSL_SESSION* ss,
    const unsigned char* keyname, size_t keyname_len, wolfTicket_STATUS status,
    void* arg)
{
    void* data;
    size_t sz;

    (void)ssl;
    (void)keyname;
    (void)keyname_len;
    (void)arg;
    return (status >= WOLFTICKET_SUCCESS &&
            wolfTicket_SESSION_get0_ticket_appdata(ss, &data, &sz))
        ? WOLFTICKET_RETURN_USE_RENEW : WOLFTICKET_RETURN_IGNORE_RENEW;
}

static int Attach(WOLFSSL_CTX* ctx)
{
    return wolfTicket_CTX_embed(ctx, &storage) &&
        wolfTicket_CTX_set_flash(ctx, flash_save, flash_load, NULL) &&
        wolfTicket_CTX_set_session_ticket_cb(ctx, Generate, Decrypt, ctx) &&
        wolfTicket_CTX_set_num_tickets(ctx, 1) &&
        wolfTicket_CTX_set_lifetime(ctx, 3600);
}

static int Talk(WOLFSSL* ssl)
{
    wolfTicket_Info info;
    char byte1 = 0;

    return wolfTicket_get_info(ssl, &info) &&
        wolfTicket_new_session_ticket(ssl) &&
        wolfTicket_read(ssl, &byte1, 1) == 1 &&
        wolfTicket_write(ssl, &byte1, 1) == 1;
}

#define ATTACH(ctx)  Attach(ctx)
#define NEW(ctx)     wolfTicket_new(ctx)
#define FREE(ssl)    wolfTicket_free(ssl)
#define DETACH(ctx)  wolfTicket_CTX_free(ctx)

#else

static int Talk(WOLFSSL* ssl)
{
    char byte1 = 0;

    return wolfSSL_read(ssl, &byte1, 1) == 1 &&
        wolfSSL_write(ssl, &byte1, 1) == 1;
}

#define ATTACH(ctx)  bare_attach(ctx)
#define NEW(ctx)     wolfSSL_new(ctx)
#define FREE(ssl)    wolfSSL_free(ssl)
#define DETACH(ctx)  (bare_detach(), wolfSSL_CTX_free(ctx))

#endif

int firmware(void)
{
    WOLFSSL_HEAP_HINT* heap = NULL;
    WOLFSSL_CTX* ctx;
    WOLFSSL* ssl;
    int ret = wc_LoadStaticMemory(&heap, pool, sizeof(pool), WOLFMEM_GENERAL,
        1);

    (void)wolfSSL_SetGlobalHeapHint(heap);
    (void)wolfSSL_Init();
    ctx = wolfSSL_CTX_new(wolfSSLv23_server_method());
    (void)wolfSSL_CTX_use_certificate_buffer(ctx, certs_server,
        (long)certs_serverSz, WOLFSSL_FILETYPE_ASN1);
    (void)wolfSSL_CTX_use_PrivateKey_buffer(ctx, certs_serverKey,
        (long)certs_serverKeySz, WOLFSSL_FILETYPE_ASN1);
    wolfSSL_CTX_SetIORecv(ctx, wire_recv);
    wolfSSL_CTX_SetIOSend(ctx, wire_send);
    ret += ATTACH(ctx);
    ssl = NEW(ctx);
    wolfSSL_SetIOReadCtx(ssl, &end);
    wolfSSL_SetIOWriteCtx(ssl, &end);
    ret += wolfSSL_accept(ssl) + Talk(ssl);
    FREE(ssl);
    DETACH(ctx);
    return ret;
}
