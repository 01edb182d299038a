/* main.c
 *
 * A server and its client in one image: what happens, and that it does.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Each thing that has to hold is a line "ok" or "FAIL"; the last line counts
 * them, and the status is 0 when all held.
 */

#include "board.h"
#include "client.h"
#include "flash.h"
#include "server.h"

#include <wolfssl/wolfcrypt/memory.h>

#include <string.h>

/* wolfSSL allocates here, for both ends. */
#define POOL_SZ (56 * 1024)
static unsigned char pool[POOL_SZ] __attribute__((aligned(16)));

static wire joined;
static client visitor;
static server_conn served;

static unsigned int passed;
static unsigned int failed;

static void Check(int holds, const char* text)
{
    say("%s %s\n", holds ? "ok  " : "FAIL", text);
    if (holds)
        passed++;
    else
        failed++;
}

/* ---- one connection ----------------------------------------------------- */

/* What the client got to read. */
static char heard[64];

static void Hear(void)
{
    int sz = 0;
    int n;

    do {
        n = client_read(&visitor, heard + sz, (int)sizeof(heard) - 1 - sz);
        if (n > 0)
            sz += n;
    } while (n > 0);
    heard[sz] = '\0';
}

static int Handshake(void)
{
    int connected = 0;
    int accepted = 0;
    int i;

    for (i = 0; i < 20 && (connected == 0 || accepted == 0); i++) {
        if (connected == 0)
            connected = client_connect(&visitor);
        if (accepted == 0)
            accepted = server_accept(&served);
    }
    return connected == 1 && accepted == 1;
}

/* 1 when it came to a greeting. */
static int Visit(void)
{
    int ret;

    heard[0] = '\0';
    wire_join(&joined, &served.wire, &visitor.wire);
    ret = server_open(&served) && client_open(&visitor) && Handshake() &&
        server_greet(&served);
    if (ret)
        Hear();
    client_close(&visitor);
    server_close(&served);
    return ret;
}

static int Greeted(const char* text)
{
    int ret = Visit() && strcmp(heard, text) == 0;

    if (!ret)
        say("     heard '%s', ticket %s\n", heard,
            wolfTicket_CAUSE_name(served.info.cause));
    return ret;
}

/* Known by the certificate, or by the ticket alone. */
static int IsNew(void)
{
    return Greeted("hello, alice") && served.certificates == 1 &&
        !served.info.resumed;
}

static int IsKnown(void)
{
    return Greeted("welcome back, alice") && served.certificates == 0 &&
        served.info.resumed && served.info.cause == WOLFTICKET_CAUSE_USED;
}

/* The power fails and comes back. */
static int Reboot(void)
{
    server_stop();
    flash_power_on();
    return server_start();
}

/* ---- a client comes, and comes again ------------------------------------ */

static void Story(int version)
{
    say("TLS 1.%u\n", (unsigned int)version - 10);
    flash_new();
    Check(client_init(&visitor, version) && server_start(),
        "both ends start");
    Check(IsNew(), "a client is known by its certificate");
    Check(IsKnown(), "it is welcomed back by its ticket");
    Check(IsKnown(), "and once more");
    Check(Reboot() && IsKnown(), "also after the server has been off");
    client_forget(&visitor);
    Check(IsNew(), "without a ticket it is known by its certificate");
    server_stop();
    flash_new();
    Check(server_start() && IsNew(),
        "with other keys its ticket opens nothing");
    Check(IsKnown(), "and is followed by one that does");
    server_stop();
    client_free(&visitor);
}

int firmware(void)
{
    WOLFSSL_HEAP_HINT* heap = NULL;

    say("wolfTicket %s on a %s\n", WOLFTICKET_VERSION, board_name());
    Check(wc_LoadStaticMemory(&heap, pool, sizeof(pool), WOLFMEM_GENERAL, 1)
        == 0 && wolfSSL_SetGlobalHeapHint(heap) == NULL &&
        wolfSSL_Init() == WOLFSSL_SUCCESS, "wolfSSL starts in its pool");
    Story(13);
    Story(12);
    (void)wolfSSL_Cleanup();
    say("%u passed, %u failed\n", passed, failed);
    return (failed == 0 && passed > 0) ? 0 : 1;
}
