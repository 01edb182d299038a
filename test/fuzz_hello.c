/* fuzz_hello.c
 *
 * Any bytes as a hello message: read, and followed by a connection.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * input: settings[1] | length[2], message | length[2], message ...
 * The messages of one input pass one connection after the other.
 */

#include "fuzz.h"
#include "binding.h"
#include "hello.h"
#include "hooks.h"

const char fz_name[] = "hello";

enum {
    SET_TLS12  = 1,
    SET_ANSWER = 0x0E   /* of dec_cb, shifted by one: 7 is none */
};

#define CONTENT_HANDSHAKE 22
#define MAX_MESSAGES      8

static WOLFSSL_CTX* contexts[2];
static wolfTicket_RETURN answer;
static int asked;

/* ---- the reader --------------------------------------------------------- */

static void CheckParts(const wt_hello* hello, const byte* msg, size_t sz)
{
    FZ_CHECK(hello->type == WT_HS_CLIENT_HELLO ||
        hello->type == WT_HS_SERVER_HELLO);
    FZ_CHECK(hello->random != NULL);
    fz_inside(hello->random, 32, msg, sz);
    if (hello->name != NULL) {
        FZ_CHECK(hello->nameSz > 0);
        fz_inside(hello->name, hello->nameSz, msg, sz);
    }
    if (hello->alpn != NULL) {
        FZ_CHECK(hello->alpnSz > 0);
        fz_inside(hello->alpn, hello->alpnSz, msg, sz);
    }
    FZ_CHECK(hello->hasTicket == (hello->ticket != NULL));
    if (hello->ticket != NULL)
        fz_inside(hello->ticket, hello->ticketSz, msg, sz);
}

static int SameHello(const wt_hello* a, const byte* aMsg, const wt_hello* b,
    const byte* bMsg)
{
    return a->type == b->type && a->retry == b->retry &&
        a->tls13 == b->tls13 && a->random - aMsg == b->random - bMsg &&
        a->hasTicket == b->hasTicket && a->ticketSz == b->ticketSz &&
        fz_same(a->name, a->nameSz, b->name, b->nameSz) &&
        fz_same(a->alpn, a->alpnSz, b->alpn, b->alpnSz);
}

/* What was a hello is one with a record header in front, and none when its
 * last byte is missing. */
static void CheckVariants(const wt_hello* hello, const byte* msg, size_t sz)
{
    static const byte record[5] = { 22, 3, 1, 0, 0 };
    size_t whole = 4 + (size_t)wt_get(msg + 1, 3);
    byte* other = fz_exact(sizeof(record) + sz);
    wt_hello again;

    memcpy(other, record, sizeof(record));
    memcpy(other + sizeof(record), msg, sz);
    FZ_CHECK(wt_hello_read(other, sizeof(record) + sz, &again) == 1);
    FZ_CHECK(SameHello(hello, msg, &again, other + sizeof(record)));
    free(other);

    FZ_CHECK(whole <= sz);
    other = fz_copy(msg, whole - 1);
    FZ_CHECK(wt_hello_read(other, whole - 1, &again) == 0);
    free(other);
}

static void CheckBinding(const wt_hello* hello)
{
    wt_binding binding, again;

    if (wt_binding_of_hello(hello, &binding)) {
        FZ_CHECK(binding.hasName == (hello->name != NULL));
        FZ_CHECK(binding.hasAlpn == (hello->alpn != NULL));
        FZ_CHECK(wt_binding_of_hello(hello, &again) == 1);
        FZ_CHECK(memcmp(&binding, &again, sizeof(binding)) == 0);
    }
    else {
        FZ_CHECK(hello->alpn != NULL);
    }
}

static void Read(const fz_input* message)
{
    byte* msg = fz_copy(message->p, message->sz);
    wt_hello hello;
    int ret = wt_hello_read(msg, message->sz, &hello);

    FZ_CHECK(ret == 0 || ret == 1);
    if (ret == 1) {
        CheckParts(&hello, msg, message->sz);
        CheckBinding(&hello);
        if (msg[0] != CONTENT_HANDSHAKE)
            CheckVariants(&hello, msg, message->sz);
    }
    free(msg);
}

/* ---- the connection ----------------------------------------------------- */

/* No ticket ever gets here: whatever is asked is asked without a session. */
static wolfTicket_RETURN Decide(WOLFSSL* ssl, WOLFSSL_SESSION* ss,
    const unsigned char* name, size_t nameSz, wolfTicket_STATUS status,
    void* arg)
{
    (void)ssl;
    (void)arg;
    FZ_CHECK(ss == NULL);
    FZ_CHECK(status == WOLFTICKET_EMPTY || status == WOLFTICKET_NO_DECRYPT);
    FZ_CHECK((name == NULL) == (nameSz == 0));
    FZ_CHECK(nameSz <= WOLFTICKET_NAME_SZ);
    if (name != NULL)
        fz_inside(name, nameSz, name, nameSz);
    asked++;
    return answer;
}

static int Send(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    (void)ssl;
    (void)arg;
    fz_inside((const byte*)buf, (size_t)sz, (const byte*)buf, (size_t)sz);
    return sz;
}

static void Start(void)
{
    int i;

    FZ_CHECK(wolfSSL_Init() == WOLFSSL_SUCCESS);
    contexts[0] = wolfSSL_CTX_new(wolfTLSv1_3_server_method());
    contexts[1] = wolfSSL_CTX_new(wolfTLSv1_2_server_method());
    for (i = 0; i < 2; i++) {
        FZ_CHECK(contexts[i] != NULL);
        fz_give_certificate(contexts[i]);
        wolfTicket_CTX_SetIOSend(contexts[i], Send);
        FZ_CHECK(wolfTicket_CTX_set_session_ticket_cb(contexts[i], NULL,
            Decide, NULL) == 1);
    }
}

static void Pass(WOLFSSL* ssl, const fz_input* message, int isWrite)
{
    byte* msg = fz_copy(message->p, message->sz);
    wolfTicket_Info info;

    asked = 0;
#ifdef WT_HAVE_MSG_CB
    wt_hook_message(isWrite, wolfSSL_version(ssl), CONTENT_HANDSHAKE, msg,
        message->sz, ssl, NULL);
#else
    (void)isWrite;
#endif
    FZ_CHECK(asked <= 1);
    FZ_CHECK(wolfTicket_get_info(ssl, &info) == 1);
    FZ_CHECK(info.resumed == 0 && info.sent == 0);
    FZ_CHECK(info.cause != WOLFTICKET_CAUSE_USED);
    free(msg);
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fz_input in = { data, size };
    fz_input message;
    word32 set = fz_number(&in, 1);
    WOLFSSL* ssl;
    int i;

    if (contexts[0] == NULL)
        Start();
    answer = (wolfTicket_RETURN)((set & SET_ANSWER) >> 1);
    ssl = wolfTicket_new(contexts[set & SET_TLS12]);
    FZ_CHECK(ssl != NULL);
    for (i = 0; i < MAX_MESSAGES && in.sz > 0; i++) {
        word32 sz = fz_number(&in, 2);

        message = fz_take(&in, sz & 0x7FFF);
        Read(&message);
        Pass(ssl, &message, (sz & 0x8000) != 0);
    }
    wolfTicket_free(ssl);
    return 0;
}
