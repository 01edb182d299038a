/* bench_ticket.c
 *
 * The ticket callback called by hand, on a resumed TLS 1.3 connection.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The same ticket is opened over and over: a chain would come to its end.
 * To wolfTicket an open after a seal is a new handshake, so each is judged,
 * asked about and inherited from as in a real one.
 */

#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include "hooks.h"

#define HANDSHAKE 22
#define KEY_ID_SZ 4

#ifdef WT_HAVE_MSG_CB

/* A ClientHello with a server name and two protocol names. */
static size_t MakeHello(byte* out)
{
    static const byte head[] = {
        0x01, 0x00, 0x00, 0x00,              /* length: below */
        0x03, 0x03
    };
    static const byte tail[] = {
        0x00,                                /* no session id */
        0x00, 0x02, 0x13, 0x02, 0x01, 0x00,  /* cipher suite, compression */
        0x00, 0x32,                          /* extensions */
        0x00, 0x00, 0x00, 0x15, 0x00, 0x13, 0x00, 0x00, 0x10,
        'w', 'w', 'w', '.', 's', 'e', 'r', 'v', 'e', 'r', '.',
        'n', 'a', 'm', 'e', 's',
        0x00, 0x10, 0x00, 0x0e, 0x00, 0x0c, 0x02, 'h', '2', 0x08,
        'h', 't', 't', 'p', '/', '1', '.', '1',
        0x00, 0x2b, 0x00, 0x03, 0x02, 0x03, 0x04
    };
    size_t sz = sizeof(head);

    memcpy(out, head, sizeof(head));
    memset(out + sz, 0x5A, 32);              /* random */
    sz += 32;
    memcpy(out + sz, tail, sizeof(tail));
    sz += sizeof(tail);
    out[3] = (byte)(sz - 4);
    return sz;
}

static void Hello(bench_desk* desk)
{
    if (desk->helloSz > 0)
        wt_hook_message(0, 0x0303, HANDSHAKE, desk->hello, desk->helloSz,
            desk->conn->server, NULL);
}

#else

/* Without a message callback the names are wolfSSL's, and not ours to set. */
static size_t MakeHello(byte* out)
{
    (void)out;
    return 0;
}

static void Hello(bench_desk* desk)
{
    (void)desk;
}

#endif /* WT_HAVE_MSG_CB */

/* ---- the callback ------------------------------------------------------- */

static int Call(bench_desk* desk, int enc, bench_ticket* ticket, int* sz)
{
    const bench_side* side = desk->side;

    return side->cb(desk->conn->server, ticket->keyName, ticket->iv,
        ticket->mac, enc, ticket->enc, ticket->encSz, sz, side->arg);
}

/* wolfTicket makes tickets that nobody can open where it must not make others;
 * no key's name is theirs. */
static int RealTicket(const bench_desk* desk)
{
    return desk->opened.encSz == 0 || memcmp(desk->sealed.keyName,
        desk->opened.keyName, KEY_ID_SZ) == 0;
}

static int Seal(bench_desk* desk)
{
    bench_ticket* ticket = &desk->sealed;
    int sz = desk->sizes.most;
    int ret;

    memset(ticket->enc, 0xC3, (size_t)desk->sizes.contents);
    ticket->encSz = desk->sizes.contents;
    ret = Call(desk, 1, ticket, &sz) == WOLFSSL_TICKET_RET_OK;
    ticket->encSz = sz;
    return ret && RealTicket(desk);
}

static int Open(bench_desk* desk)
{
    bench_ticket ticket;
    int sz, ret;

    Hello(desk);
    memcpy(ticket.keyName, desk->opened.keyName, sizeof(ticket.keyName));
    memcpy(ticket.iv, desk->opened.iv, sizeof(ticket.iv));
    memcpy(ticket.mac, desk->opened.mac, sizeof(ticket.mac));
    memcpy(ticket.enc, desk->opened.enc, (size_t)desk->opened.encSz);
    ticket.encSz = desk->opened.encSz;
    sz = desk->sizes.most;
    ret = Call(desk, 0, &ticket, &sz);
    return ret == WOLFSSL_TICKET_RET_OK && sz >= desk->sizes.contents &&
        ticket.enc[0] == 0xC3;
}

int bench_open_seal(void* arg)
{
    return Open((bench_desk*)arg) && Seal((bench_desk*)arg);
}

int bench_open_seals(void* arg)
{
    bench_desk* desk = (bench_desk*)arg;
    int ret = Open(desk);
    int i;

    for (i = 0; i < desk->many; i++)
        ret &= Seal(desk);
    return ret;
}

int bench_open_sends(void* arg)
{
    bench_desk* desk = (bench_desk*)arg;
    int ret = Open(desk);
    int i;

    for (i = 0; i < desk->many; i++)
        ret &= wolfSSL_send_SessionTicket(desk->conn->server)
            == WOLFSSL_SUCCESS;
    return ret;
}

/* ---- the desk ----------------------------------------------------------- */

/* The ticket that is opened from now on; it has to carry its data. */
static int FirstTicket(bench_desk* desk)
{
    void* data = NULL;
    size_t dataSz = 0;
    int ret;

    Hello(desk);
    ret = Seal(desk);
    desk->opened = desk->sealed;
    if (ret)
        ret = bench_open_seal(desk);
    if (ret && desk->side->ours)
        ret = wolfTicket_SESSION_get0_ticket_appdata(
            wolfSSL_get_session(desk->conn->server), &data, &dataSz) == 1 &&
            dataSz == (size_t)desk->side->dataSz;
    return ret;
}

int bench_desk_new(bench_desk* desk, const bench_side* side,
    const bench_sizes* sizes, int names)
{
    int ret;

    memset(desk, 0, sizeof(*desk));
    desk->side = side;
    desk->sizes = *sizes;
    desk->many = BENCH_MANY;
    desk->conn = (bench_conn*)calloc(1, sizeof(*desk->conn));
    ret = desk->conn != NULL && sizes->most <= BENCH_ENC_MAX &&
        bench_connect(side, BENCH_TLS13, 1, desk->conn);
    if (ret) {
        bench_mute(desk->conn);
        if (side->ours && names)
            desk->helloSz = MakeHello(desk->hello);
        ret = FirstTicket(desk);
    }
    return ret;
}

void bench_desk_free(bench_desk* desk)
{
    if (desk->conn != NULL && desk->conn->server != NULL)
        bench_disconnect(desk->side, desk->conn);
    free(desk->conn);
    desk->conn = NULL;
}
