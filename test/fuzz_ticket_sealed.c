/* fuzz_ticket_sealed.c
 *
 * Any bytes as a ticket: without the key nobody makes one that opens.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * input: settings[1] | material: a ticket, or edits of a good one
 * (see fz_material())
 */

#include "fuzz_ticket.h"

const char fz_name[] = "ticket_sealed";

enum {
    SET_TLS12 = 1,
    SET_HELLO = 2,   /* the ClientHello passes first */
    SET_OLDER = 4,   /* the good ticket is under the key before the last */
    SET_AEAD  = 8    /* and sealed by AES, not by ChaCha20 */
};

#define TICKET_MAX   8192

typedef struct {
    byte mem[TICKET_MAX];
    size_t sz;
} ticket;

static wolfTicket_KeyRing* ring = NULL;
static wt_key keys[2];      /* the newest, the one before */
static ticket good[16];     /* by the settings above */
static wolfTicket_STATUS seen;
static int asked;
static int dataSeen;

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
    FZ_CHECK((name == NULL) == (nameSz == 0));
    asked++;
    seen = status;
    if (ss != NULL) {
        FZ_CHECK(wolfTicket_SESSION_get0_ticket_appdata(ss, &data, &sz) == 1);
        dataSeen = fz_same(data, sz, FZ_DATA, FZ_DATA_SZ);
    }
    return (ss != NULL) ? WOLFTICKET_RETURN_USE
                        : WOLFTICKET_RETURN_IGNORE_RENEW;
}

/* ---- good tickets ------------------------------------------------------- */

static void MakeGood(int set)
{
    static fz_message m;
    fz_sealing how;
    wt_frame frame;

    memset(&how, 0, sizeof(how));
    how.key = &keys[(set & SET_OLDER) ? 1 : 0];
    how.alg = (set & SET_AEAD) ? WT_AEAD_AES256_GCM
                               : WT_AEAD_CHACHA20_POLY1305;
    how.nonce = 0x4E;
    how.version = fzVersion[set & SET_TLS12];
    fz_good_message(&m, 0);
    /* No two alike. */
    m.mem[m.sz - 1] = (byte)set;
    fz_seal(&how, m.mem, m.sz, &frame);
    good[set].sz = fz_join(&frame, good[set].mem);
    fz_frame_free(&frame);
}

static void Start(void)
{
    int set;

    ring = fz_servers(Decide);
    FZ_CHECK(wt_keyring_sealing(ring, &keys[1]) == 1);
    FZ_CHECK(wolfTicket_KeyRing_rotate(ring) == 1);
    FZ_CHECK(wt_keyring_sealing(ring, &keys[0]) == 1);
    for (set = 0; set < 16; set++)
        MakeGood(set);
}

/* The ticket must open under its own key and settings alone. */
static int IsGood(const byte* mem, size_t sz, int set, int key)
{
    int ret = 0;
    int i;

    for (i = 0; i < 16; i++) {
        if ((i & SET_TLS12) == (set & SET_TLS12) && (key < 0 ||
                ((i & SET_OLDER) != 0) == (key == 1)))
            ret |= fz_same(mem, sz, good[i].mem, good[i].sz);
    }
    return ret;
}

/* ---- without wolfSSL ---------------------------------------------------- */

/* What opens is good; what does not gives nothing. */
static void Open(const wt_frame* frame, const byte* mem, size_t sz, int set)
{
    word32 workSz = wt_seal_work_size(frame->encSz);
    int i;

    for (i = 0; i < 2; i++) {
        byte* work = fz_exact(workSz);
        const byte* contents = NULL;
        word32 contentsSz = 0;
        wt_ticket opened;

        memset(&opened, 0, sizeof(opened));
        if (wt_open(&keys[i], frame, work, &opened, &contents,
                &contentsSz)) {
            FZ_CHECK(wt_seal_format(frame));
            FZ_CHECK(IsGood(mem, sz, set, i));
            fz_inside(opened.data, opened.dataSz, work, workSz);
            fz_inside(contents, contentsSz, work, workSz);
            FZ_CHECK(fz_same(opened.data, opened.dataSz, FZ_DATA, FZ_DATA_SZ));
            FZ_CHECK(contentsSz == FZ_CONTENTS_SZ);
        }
        else {
            FZ_CHECK(!IsGood(mem, sz, set, i));
            FZ_CHECK(contents == NULL && contentsSz == 0);
            FZ_CHECK(opened.data == NULL && opened.dataSz == 0);
        }
        free(work);
    }
}

/* ---- as wolfSSL calls --------------------------------------------------- */

/* wolfSSL asks as often as it likes: one decision, the same answer. */
static void Present(WOLFSSL* ssl, const wt_frame* frame, int isGood)
{
    wt_frame copy;
    word32 outSz;
    int ret, i;

    asked = dataSeen = 0;
    seen = WOLFTICKET_NONE;
    for (i = 0; i < 3; i++) {
        copy = *frame;
        copy.enc = fz_copy(frame->enc, frame->encSz);
        ret = fz_present(ssl, &copy, &outSz);
        FZ_CHECK((ret != WOLFSSL_TICKET_RET_REJECT) == isGood);
        FZ_CHECK(asked == (frame->encSz > 0));
        if (isGood) {
            FZ_CHECK(outSz == FZ_CONTENTS_SZ && dataSeen);
            FZ_CHECK(seen == WOLFTICKET_SUCCESS ||
                seen == WOLFTICKET_SUCCESS_RENEW);
        }
        else {
            FZ_CHECK(seen == ((frame->encSz > 0) ? WOLFTICKET_NO_DECRYPT
                                                 : WOLFTICKET_NONE));
            FZ_CHECK(fz_same(copy.enc, outSz, frame->enc, frame->encSz));
        }
        free(copy.enc);
    }
}

static void CheckInfo(WOLFSSL* ssl, int isGood, int wasAsked)
{
    wolfTicket_Info info;
    void* data = NULL;
    size_t sz = 0;

    FZ_CHECK(wolfTicket_get_info(ssl, &info) == 1);
    FZ_CHECK((info.cause == WOLFTICKET_CAUSE_USED) == isGood);
    FZ_CHECK(info.presented == wasAsked);
    FZ_CHECK(info.resumed == 0);
    /* Nothing is resumed yet, so the data is nobody's. */
    FZ_CHECK(wolfTicket_SESSION_get0_ticket_appdata(
        wolfSSL_get_session(ssl), &data, &sz) == 1);
    FZ_CHECK(sz == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fz_input in = { data, size };
    int set = (int)fz_number(&in, 1) & 15;
    static byte mem[TICKET_MAX];
    wt_frame frame;
    size_t sz;
    WOLFSSL* ssl;
    int isGood;

    if (ring == NULL)
        Start();
    sz = fz_material(&in, good[set].mem, good[set].sz, mem, sizeof(mem));
    fz_split(&frame, mem, sz, fzVersion[set & SET_TLS12]);

    /* wolfSSL overlooks what a client appends, wt_open() never sees it. */
    Open(&frame, mem, (sz < FZ_FIXED + frame.encSz) ? sz
        : FZ_FIXED + frame.encSz, set);

    ssl = wolfTicket_new(fzServer[set & SET_TLS12]);
    FZ_CHECK(ssl != NULL);
    isGood = IsGood(mem, (sz < FZ_FIXED + frame.encSz) ? sz
        : FZ_FIXED + frame.encSz, set, -1);
#ifdef WT_HAVE_MSG_CB
    if ((set & SET_HELLO) && sz > 0) {
        fz_client_hello(ssl, !(set & SET_TLS12), mem, sz);
        if (set & SET_TLS12)
            isGood = IsGood(mem, sz, set, -1);
    }
#endif
    Present(ssl, &frame, isGood);
    CheckInfo(ssl, isGood, asked);
    wolfTicket_free(ssl);
    fz_frame_free(&frame);
    return 0;
}
