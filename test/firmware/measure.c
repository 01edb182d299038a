/* measure.c
 *
 * What tickets cost: handshakes of a plain server, every call of its ticket
 * callback between two looks at the timer.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Compiled twice: with MEASURE_BARE the server has bare.c's callback, without
 * it has wolfTicket's, both as they are with no settings at all.  Linked with
 * --wrap=wolfSSL_CTX_set_TicketEncCb, by which the callback is caught.
 *
 * QEMU counts: with -icount shift=0 an instruction takes a nanosecond, so a
 * tick of 25 MHz is 40 of them, and what one look at it misses the next one
 * makes up for.
 */

#include "board.h"
#include "certs.h"
#include "client.h"
#ifdef MEASURE_BARE
    #include "bare.h"
#else
    #include <wolfticket/embedded.h>
#endif

#include <wolfssl/wolfcrypt/memory.h>

#include <string.h>

#define PER_TICK   40
#define ROUNDS     10
#define POOL_SZ    (56 * 1024)

static unsigned char pool[POOL_SZ] __attribute__((aligned(16)));
static wire joined;

/* ---- the callback, caught ----------------------------------------------- */

int __real_wolfSSL_CTX_set_TicketEncCb(WOLFSSL_CTX* ctx,
    SessionTicketEncCb cb);
int __wrap_wolfSSL_CTX_set_TicketEncCb(WOLFSSL_CTX* ctx,
    SessionTicketEncCb cb);

typedef struct {
    unsigned int calls;
    unsigned int ticks;
    unsigned int sz;    /* of wolfSSL's own contents */
} count;

static SessionTicketEncCb caught;
static count counts[2]; /* opened, sealed */

static int Timed(WOLFSSL* ssl, unsigned char keyName[WOLFSSL_TICKET_NAME_SZ],
    unsigned char iv[WOLFSSL_TICKET_IV_SZ],
    unsigned char mac[WOLFSSL_TICKET_MAC_SZ], int enc, unsigned char* ticket,
    int inLen, int* outLen, void* arg)
{
    count* c = &counts[enc != 0];
    uint32_t start = board_ticks();
    int ret = caught(ssl, keyName, iv, mac, enc, ticket, inLen, outLen, arg);

    c->ticks += board_ticks() - start;
    c->calls++;
    c->sz = (unsigned int)inLen;
    return ret;
}

int __wrap_wolfSSL_CTX_set_TicketEncCb(WOLFSSL_CTX* ctx,
    SessionTicketEncCb cb)
{
    caught = cb;
    return __real_wolfSSL_CTX_set_TicketEncCb(ctx, (cb != NULL) ? Timed
                                                                : NULL);
}

/* ---- the server --------------------------------------------------------- */

#ifdef MEASURE_BARE
    #define ATTACH(ctx)   bare_attach(ctx)
    #define NEW(ctx)      wolfSSL_new(ctx)
    #define FREE(ssl)     wolfSSL_free(ssl)
    #define DETACH(ctx)   (bare_detach(), wolfSSL_CTX_free(ctx))
    #define WHAT          "bare"
#else
    static wolfTicket_Storage storage;
    #define ATTACH(ctx)   wolfTicket_CTX_embed(ctx, &storage)
    #define NEW(ctx)      wolfTicket_new(ctx)
    #define FREE(ssl)     wolfTicket_free(ssl)
    #define DETACH(ctx)   wolfTicket_CTX_free(ctx)
    #define WHAT          "wolfTicket"
#endif

static WOLFSSL_CTX* ServerContext(void)
{
    WOLFSSL_CTX* ctx = wolfSSL_CTX_new(wolfSSLv23_server_method());

    if (ctx == NULL || wolfSSL_CTX_use_certificate_buffer(ctx, certs_server,
                (long)certs_serverSz, WOLFSSL_FILETYPE_ASN1) !=
                WOLFSSL_SUCCESS ||
            wolfSSL_CTX_use_PrivateKey_buffer(ctx, certs_serverKey,
                (long)certs_serverKeySz, WOLFSSL_FILETYPE_ASN1) !=
                WOLFSSL_SUCCESS || !ATTACH(ctx))
        return NULL;
    wolfSSL_CTX_SetIORecv(ctx, wire_recv);
    wolfSSL_CTX_SetIOSend(ctx, wire_send);
    (void)wolfSSL_CTX_set_session_cache_mode(ctx, WOLFSSL_SESS_CACHE_OFF);
    return ctx;
}

/* Ticks of a handshake, its ticket and a byte of the server; 0: it failed. */
static uint32_t Visit(WOLFSSL_CTX* ctx, client* c, int* resumed)
{
    WOLFSSL* ssl = NEW(ctx);
    wire_end end;
    uint32_t ret = board_ticks();
    int rounds, accepted = 0, connected = 0;
    char byte1;

    wire_join(&joined, &end, &c->wire);
    if (ssl == NULL || !client_open(c))
        return 0;
    wolfSSL_SetIOReadCtx(ssl, &end);
    wolfSSL_SetIOWriteCtx(ssl, &end);
    for (rounds = 0; rounds < 10 && !(accepted && connected); rounds++) {
        if (!connected)
            connected = client_connect(c) == 1;
        if (!accepted)
            accepted = wolfSSL_accept(ssl) == WOLFSSL_SUCCESS;
    }
    if (!accepted || !connected || wolfSSL_write(ssl, "x", 1) != 1 ||
            client_read(c, &byte1, 1) != 1)
        ret = 0;
    else
        ret = board_ticks() - ret;
    *resumed = wolfSSL_session_reused(ssl);
    FREE(ssl);
    client_close(c);
    return ret;
}

/* ---- the figures -------------------------------------------------------- */

static unsigned int PerCall(const count* c)
{
    return (c->calls > 0) ? (unsigned int)(
        ((uint64_t)c->ticks * PER_TICK + c->calls / 2) / c->calls) : 0;
}

static int Measure(int version, const char* name)
{
    WOLFSSL_CTX* ctx = ServerContext();
    client c;
    uint64_t all = 0;
    uint32_t ticks;
    int i, resumed;
    int ret = ctx != NULL && client_init(&c, version);

    /* The first one is more than a ticket: it may draw keys. */
    c.serverName = name;
    ret = ret && Visit(ctx, &c, &resumed) > 0 && !resumed;
    memset(counts, 0, sizeof(counts));
    for (i = 0; ret && i < ROUNDS; i++) {
        client_forget(&c);
        ret = Visit(ctx, &c, &resumed) > 0 && !resumed;
        ticks = ret ? Visit(ctx, &c, &resumed) : 0;
        ret = ticks > 0 && resumed;
        all += ticks;
    }
    if (ret)
        say("figure %s %u %s contents %u seal %u open %u handshake %u\n",
            WHAT, (unsigned int)version, (name != NULL) ? "named" : "plain",
            counts[1].sz, PerCall(&counts[1]), PerCall(&counts[0]),
            (unsigned int)(all * PER_TICK / ROUNDS));
    else
        say("FAIL %s, TLS version %u\n", WHAT, (unsigned int)version);
    client_free(&c);
    DETACH(ctx);
    return ret;
}

int firmware(void)
{
    WOLFSSL_HEAP_HINT* heap = NULL;
    int ret = wc_LoadStaticMemory(&heap, pool, sizeof(pool), WOLFMEM_GENERAL,
        1) == 0;

    (void)wolfSSL_SetGlobalHeapHint(heap);
    ret = ret && wolfSSL_Init() == WOLFSSL_SUCCESS;
    ret = ret && Measure(13, NULL) && Measure(12, NULL) &&
        Measure(13, "gateway.example") && Measure(12, "gateway.example");
    (void)wolfSSL_Cleanup();
    return ret ? 0 : 1;
}
