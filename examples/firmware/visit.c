/* visit.c
 *
 * One connection of the client to the server, from open to close.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "visit.h"
#include "board.h"

#include <wolfssl/wolfcrypt/memory.h>

#include <string.h>

#define TURNS     20
#define HEARD_SZ  64

client visitor;
server_conn served;

static wire joined;
static char heard[HEARD_SZ]; /* what the client got to read */

/* wolfSSL allocates here; there is no malloc(). */
#define POOL_SZ (56 * 1024)
static unsigned char pool[POOL_SZ] __attribute__((aligned(16)));

int visit_begin(void)
{
    WOLFSSL_HEAP_HINT* heap = NULL;
    int ret = wc_LoadStaticMemory(&heap, pool, sizeof(pool), WOLFMEM_GENERAL,
        1) == 0;

    (void)wolfSSL_SetGlobalHeapHint(heap);
    return ret && wolfSSL_Init() == WOLFSSL_SUCCESS;
}

void visit_end(void)
{
    (void)wolfSSL_Cleanup();
}

static int Handshake(void)
{
    int connected = 0;
    int accepted = 0;
    int i;

    for (i = 0; i < TURNS && (connected == 0 || accepted == 0); i++) {
        if (connected == 0)
            connected = client_connect(&visitor);
        if (accepted == 0)
            accepted = server_accept(&served);
    }
    return connected == 1 && accepted == 1;
}

static void Hear(void)
{
    int sz = 0;
    int n;

    do {
        n = client_read(&visitor, heard + sz, HEARD_SZ - 1 - sz);
        if (n > 0)
            sz += n;
    } while (n > 0);
    heard[sz] = '\0';
}

int visit(void)
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

static int Greeted(const char* text, int certificates, int resumed)
{
    int ret = visit() && strcmp(heard, text) == 0 &&
        served.certificates == certificates &&
        served.info.resumed == resumed;

    if (!ret)
        say("     heard '%s', certificates %u, resumed %u, ticket %s\n",
            heard, (unsigned int)served.certificates,
            (unsigned int)served.info.resumed,
            wolfTicket_CAUSE_name(served.info.cause));
    return ret;
}

int visit_new(void)
{
    return Greeted("hello, alice", 1, 0);
}

int visit_known(void)
{
    return Greeted("welcome back, alice", 0, 1) &&
        served.info.cause == WOLFTICKET_CAUSE_USED;
}
