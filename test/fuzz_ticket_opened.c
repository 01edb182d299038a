/* fuzz_ticket_opened.c
 *
 * Any bytes under a good seal: what one can do who has got hold of a key.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * input: settings[1] | answer[1] | tickets, each
 *        nonce[1] | seal[1] | length[2] | material: the message, or edits of
 *        a good one (see fz_material())
 * All tickets are presented to one connection.  What has to come of each is
 * worked out here once more, from the description of the format.
 */

#include "fuzz_ticket.h"

const char fz_name[] = "ticket_opened";

enum {
    SET_TLS12  = 1,
    SET_HELLO  = 2,      /* the ClientHello passes first */
    SEAL_SID   = 1,      /* the check of a context id, though there is none */
    SEAL_NAME  = 2,
    SEAL_ALPN  = 4,
    SEAL_AES   = 8,      /* not ChaCha20 */
    SEAL_OLDER = 16      /* under the key before the last */
};

#define MAX_TICKETS   6

static wolfTicket_KeyRing* ring = NULL;
static wt_key keys[2];      /* the newest, the one before */
static fz_message good;

/* Of the connection there is. */
static wolfTicket_RETURN answer;
static const fz_message* shown;
static wolfTicket_STATUS seen;
static int asked;

/* Does a ticket carry checks of what is not there?  Not all is known before
 * the ClientHello has passed. */
static int WrongBinding(int set, int seal)
{
    int known = !(set & SET_TLS12) || (set & SET_HELLO);

    return (seal & SEAL_SID) || (known && (seal & (SEAL_NAME | SEAL_ALPN)));
}

/* ---- the application ---------------------------------------------------- */

static wolfTicket_RETURN Decide(WOLFSSL* ssl, WOLFSSL_SESSION* ss,
    const unsigned char* name, size_t nameSz, wolfTicket_STATUS status,
    void* arg)
{
    void* data = NULL;
    size_t sz = 0;

    (void)ssl;
    (void)arg;
    FZ_CHECK((ss != NULL) == (status == WOLFTICKET_SUCCESS ||
        status == WOLFTICKET_SUCCESS_RENEW));
    FZ_CHECK(name != NULL && nameSz == WOLFTICKET_NAME_SZ);
    if (ss != NULL) {
        FZ_CHECK(wolfTicket_SESSION_get0_ticket_appdata(ss, &data, &sz) == 1);
        FZ_CHECK(fz_same(data, sz, shown->mem + shown->dataAt,
            shown->dataSz));
    }
    asked++;
    seen = status;
    return answer;
}

static void Start(void)
{
    ring = fz_servers(Decide);
    FZ_CHECK(wt_keyring_sealing(ring, &keys[1]) == 1);
    FZ_CHECK(wolfTicket_KeyRing_rotate(ring) == 1);
    FZ_CHECK(wt_keyring_sealing(ring, &keys[0]) == 1);
    fz_good_message(&good, 0);
}

/* ---- without wolfSSL ---------------------------------------------------- */

/* Sealed anew it is the same message, save for the zeros that make a short
 * one as long as the frame. */
static void SealAgain(const wt_key* key, const wt_ticket* ticket,
    const byte* contents, word32 contentsSz, const fz_message* m,
    word32 version)
{
    static const byte nonce[WT_AEAD_NONCE_SZ] = { 1 };
    word32 workSz, againSz, i;
    wt_checks checks;
    wt_ticket again;
    const byte* part;
    wt_frame frame;
    byte* work;

    memset(&checks, 0, sizeof(checks));
    fz_frame_new(&frame, contentsSz, m->sz + 2, version);
    if (contentsSz > 0)
        memcpy(frame.enc, contents, contentsSz);
    FZ_CHECK(wt_seal_room(contentsSz, m->sz + 2) >= ticket->dataSz);
    FZ_CHECK(wt_seal(key, nonce, &checks, ticket, &frame) == 1);
    FZ_CHECK(wt_seal_format(&frame) == 1);

    workSz = wt_seal_work_size(frame.encSz);
    work = fz_exact(workSz);
    FZ_CHECK(wt_open(key, &frame, work, &again, &part, &againSz) == 1);
    FZ_CHECK(workSz >= m->sz && memcmp(work, m->mem, m->sz) == 0);
    for (i = m->sz; i < workSz; i++)
        FZ_CHECK(work[i] == 0);
    free(work);
    fz_frame_free(&frame);
}

static void Open(const wt_key* key, const wt_frame* frame, const fz_message* m)
{
    word32 workSz = wt_seal_work_size(frame->encSz);
    byte* work = fz_exact(workSz);
    const byte* contents = NULL;
    word32 contentsSz = 0;
    wt_ticket ticket;

    FZ_CHECK(wt_seal_format(frame) == 1);
    FZ_CHECK(workSz == m->sz);
    memset(&ticket, 0, sizeof(ticket));
    FZ_CHECK(wt_open(key, frame, work, &ticket, &contents, &contentsSz) ==
        m->makesSense);
    if (m->makesSense) {
        fz_inside(ticket.data, ticket.dataSz, work, workSz);
        fz_inside(contents, contentsSz, work, workSz);
        FZ_CHECK(ticket.data == work + m->dataAt);
        FZ_CHECK(ticket.dataSz == m->dataSz);
        FZ_CHECK(contents == ticket.data + ticket.dataSz);
        FZ_CHECK(contents + contentsSz == work + workSz);
        FZ_CHECK(ticket.issued == m->issued);
        FZ_CHECK(ticket.chainAge == m->chainAge);
        FZ_CHECK(ticket.renewals == m->renewals);
        FZ_CHECK(ticket.ticketNonce == m->nonce);
        SealAgain(key, &ticket, contents, contentsSz, m, frame->version);
    }
    else {
        FZ_CHECK(contents == NULL && contentsSz == 0);
        FZ_CHECK(ticket.data == NULL);
    }
    free(work);
}

/* ---- as wolfSSL calls --------------------------------------------------- */

typedef struct {
    WOLFSSL* ssl;
    int set;
    int offers;     /* different tickets so far */
    int aborted;
    int taken;      /* TLS 1.3: wolfSSL has one, and gets no other */
    int clash;      /* two tickets look alike: no more is foretold */
    byte looks[MAX_TICKETS][WOLFSSL_TICKET_NAME_SZ + WOLFSSL_TICKET_IV_SZ + 4];
} connection;

/* 1 when a ticket like this one was there before. */
static int LooksAlike(connection* c, const wt_frame* frame, int number)
{
    byte* look = c->looks[number];
    int ret = 0;
    int i;

    memcpy(look, frame->keyName, WOLFSSL_TICKET_NAME_SZ);
    memcpy(look + WOLFSSL_TICKET_NAME_SZ, frame->iv, WOLFSSL_TICKET_IV_SZ);
    wt_put(look + WOLFSSL_TICKET_NAME_SZ + WOLFSSL_TICKET_IV_SZ,
        frame->encSz, 4);
    for (i = 0; i < number; i++)
        ret |= memcmp(c->looks[i], look, sizeof(c->looks[i])) == 0;
    return ret;
}

static int WillUse(const connection* c, wolfTicket_CAUSE cause)
{
    return !c->aborted && c->offers <= WT_MAX_OFFERS &&
        cause == WOLFTICKET_CAUSE_USED && (answer == WOLFTICKET_RETURN_USE ||
            answer == WOLFTICKET_RETURN_USE_RENEW);
}

static int WillAbort(wolfTicket_CAUSE cause)
{
    return !(answer == WOLFTICKET_RETURN_IGNORE ||
        answer == WOLFTICKET_RETURN_IGNORE_RENEW ||
        (cause == WOLFTICKET_CAUSE_USED && (answer == WOLFTICKET_RETURN_USE ||
            answer == WOLFTICKET_RETURN_USE_RENEW)));
}

/* Three calls for one ticket, the last two on what the one before has left
 * in wolfSSL's buffer, as wolfSSL 5.5 does it. */
static void Present(connection* c, wt_frame* frame, const fz_message* m,
    wolfTicket_CAUSE cause)
{
    int isAsked = !c->aborted && !c->taken && c->offers < WT_MAX_OFFERS;
    const byte* contents;
    word32 outSz, contentsSz;
    int use, i, ret;

    asked = 0;
    shown = m;
    c->offers++;
    use = WillUse(c, cause) && !c->taken;
    if (isAsked && WillAbort(cause))
        c->aborted = 1;
    for (i = 0; i < 3; i++) {
        ret = fz_present(c->ssl, frame, &outSz);
        if (c->clash)
            continue;
        FZ_CHECK(asked == isAsked);
        FZ_CHECK((ret != WOLFSSL_TICKET_RET_REJECT) == use);
        if (use) {
            contents = fz_contents(m, &contentsSz);
            if (contentsSz > frame->encSz)
                contentsSz = frame->encSz;
            FZ_CHECK(fz_same(frame->enc, outSz, contents, contentsSz));
        }
        if (isAsked)
            FZ_CHECK((seen == WOLFTICKET_NO_DECRYPT) ==
                (cause != WOLFTICKET_CAUSE_USED));
    }
    c->taken |= use && !(c->set & SET_TLS12);
}

static void CheckInfo(const connection* c, wolfTicket_CAUSE cause)
{
    wolfTicket_Info info;
    void* data = NULL;
    size_t sz = 0;

    FZ_CHECK(wolfTicket_get_info(c->ssl, &info) == 1);
    FZ_CHECK(info.resumed == 0);
    if (!c->clash && c->offers == 1) {
        if (c->aborted)
            cause = WOLFTICKET_CAUSE_ABORT;
        else if (cause == WOLFTICKET_CAUSE_USED && !WillUse(c, cause))
            cause = WOLFTICKET_CAUSE_APPLICATION;
        FZ_CHECK(info.presented == 1);
        FZ_CHECK(info.cause == cause);
    }
    FZ_CHECK(wolfTicket_SESSION_get0_ticket_appdata(
        wolfSSL_get_session(c->ssl), &data, &sz) == 1);
    FZ_CHECK(sz == 0);
}

/* ---- one run ------------------------------------------------------------ */

static void ReadMessage(fz_input* in, fz_message* m)
{
    fz_input material;

    memset(m->mem, 0, FZ_SPARE);
    material = fz_take(in, fz_number(in, 2));
    m->sz = (word32)fz_material(&material, good.mem, good.sz, m->mem,
        FZ_MESSAGE_MAX);
    if (m->sz < FZ_SPARE) {
        memset(m->mem + m->sz, 0, FZ_SPARE - m->sz);
        m->sz = FZ_SPARE;
    }
    fz_take_apart(m, 0);
}

static void MakeSealing(fz_input* in, int set, fz_sealing* how, int* seal)
{
    memset(how, 0, sizeof(*how));
    how->nonce = (byte)fz_number(in, 1);
    *seal = (int)fz_number(in, 1);
    how->key = &keys[(*seal & SEAL_OLDER) ? 1 : 0];
    how->alg = (*seal & SEAL_AES) ? WT_AEAD_AES256_GCM
                                  : WT_AEAD_CHACHA20_POLY1305;
    how->version = fzVersion[set & SET_TLS12];
    if (*seal & SEAL_SID)
        how->checks.sidCtx[3] = 1;
    if (*seal & SEAL_NAME)
        how->checks.name[0] = 1;
    if (*seal & SEAL_ALPN)
        how->checks.alpn[1] = 1;
}

static void OneTicket(connection* c, fz_input* in, int number)
{
    static byte whole[FZ_FIXED + FZ_MESSAGE_MAX];
    static fz_message m;
    wolfTicket_CAUSE cause;
    fz_sealing how;
    wt_frame frame;
    int seal;

    MakeSealing(in, c->set, &how, &seal);
    ReadMessage(in, &m);
    fz_seal(&how, m.mem, m.sz, &frame);
    Open(how.key, &frame, &m);
    if (frame.encSz > 0) {
        /* TLS 1.2 has one ticket to a ClientHello. */
        if (number == 0 && (c->set & SET_HELLO))
            fz_client_hello(c->ssl, !(c->set & SET_TLS12), whole,
                fz_join(&frame, whole));
        c->clash |= LooksAlike(c, &frame, number) ||
            (number > 0 && (c->set & SET_TLS12) != 0);
        cause = fz_expected(&m, WrongBinding(c->set, seal),
            !(c->set & SET_TLS12), wolfSSL_get_SSL_CTX(c->ssl));
        Present(c, &frame, &m, cause);
        CheckInfo(c, cause);
    }
    fz_frame_free(&frame);
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fz_input in = { data, size };
    connection c;
    int i;

    if (ring == NULL)
        Start();
    memset(&c, 0, sizeof(c));
    c.set = (int)fz_number(&in, 1) & (SET_TLS12 | SET_HELLO);
#ifndef WT_HAVE_MSG_CB
    c.set &= ~SET_HELLO;
#endif
    answer = (wolfTicket_RETURN)(fz_number(&in, 1) & 7);
    c.ssl = wolfTicket_new(fzServer[c.set & SET_TLS12]);
    FZ_CHECK(c.ssl != NULL);
    for (i = 0; i < MAX_TICKETS && in.sz > 0; i++)
        OneTicket(&c, &in, i);
    fz_server_hello(c.ssl, !(c.set & SET_TLS12));
    wolfTicket_free(c.ssl);
    return 0;
}
