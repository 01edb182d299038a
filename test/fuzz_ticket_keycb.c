/* fuzz_ticket_keycb.c
 *
 * Tickets under keys that the application sets up: any bytes as one, and any
 * bytes under a good seal.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * input: settings[1] | callback[1] | material: with SET_OPENED the message,
 * or edits of a good one; without the ticket, or edits of a good one
 * (see fz_material())
 */

#include "fuzz_ticket.h"
#include "keycb.h"

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/hmac.h>

const char fz_name[] = "ticket_keycb";

#ifdef WT_HAVE_KEY_CB

enum {
    SET_TLS12    = 1,
    SET_HELLO    = 2,    /* the ClientHello passes first */
    SET_OPENED   = 4,    /* what is under the seal is the input's */
#ifdef WOLFSSL_AES_COUNTER
    SET_CTR      = 8,    /* AES in CTR mode, not CBC */
#else
    SET_CTR      = 0,
#endif
    SET_PADDING  = 16,   /* of CBC: the padding is the input's as well */
    CB_RESULT    = 7,    /* what it returns, and one less */
    CB_NO_CIPHER = 8,
    CB_NO_HMAC   = 16,
    CB_OTHER     = 32,   /* a cipher that cannot be used */
    CB_ENCRYPTS  = 64,   /* set up in the wrong direction */
    CB_SCRIBBLES = 128   /* writes to name and iv */
};

/* The format, as its description says it. */
#define TAG_LABEL  "wolfTicket key callback 1"
#define CHECKS_SZ  8
#define SPARE_SZ   16
#define TAG_SZ     16
#define BLOCK_SZ   16
#define TICKET_MAX (FZ_FIXED + FZ_MESSAGE_MAX + 2 * BLOCK_SZ)

typedef struct {
    byte mem[TICKET_MAX];
    size_t sz;
} ticket;

static const byte aesKey[32] = { 0x61, 0x65, 0x73 };
static const byte hmacKey[32] = { 0x68, 0x6D, 0x61, 0x63 };
static const byte keyName[WOLFSSL_TICKET_NAME_SZ] = { 0x6E, 0x61, 0x6D };
static const byte iv[WOLFSSL_TICKET_IV_SZ] = { 0x69, 0x76 };

static wolfTicket_KeyRing* ring = NULL;
static fz_message good;
static ticket goodTicket[4];    /* by SET_TLS12, and SET_CTR >> 2 */

/* Of the connection there is. */
static int set, callback;
static int keyAsked, asked;
static wolfTicket_STATUS seen;
static const fz_message* shown;

/* ---- the application ---------------------------------------------------- */

static int Result(void)
{
    return (callback & CB_RESULT) - 1;
}

/* Has it set up what opens the ticket? */
static int SetsUp(void)
{
    return Result() > 0 && !(callback & (CB_NO_CIPHER | CB_NO_HMAC |
        CB_OTHER | CB_ENCRYPTS));
}

static const WOLFSSL_EVP_CIPHER* Cipher(void)
{
    const WOLFSSL_EVP_CIPHER* ret = wolfSSL_EVP_aes_256_cbc();

#ifdef WOLFSSL_AES_COUNTER
    if (set & SET_CTR)
        ret = wolfSSL_EVP_aes_256_ctr();
#endif
    return (callback & CB_OTHER) ? wolfSSL_EVP_aes_256_gcm() : ret;
}

static int SetUp(WOLFSSL* ssl, unsigned char* name, unsigned char* ticketIv,
    WOLFSSL_EVP_CIPHER_CTX* cipher, WOLFSSL_HMAC_CTX* hmac, int enc)
{
    byte at[WOLFSSL_TICKET_IV_SZ];

    (void)ssl;
    /* Newer wolfSSL can follow a refusal with a ticket: may it be promised? */
    if (enc) {
        memcpy(name, keyName, sizeof(keyName));
        memcpy(ticketIv, iv, sizeof(iv));
        return wolfSSL_EVP_CipherInit(cipher, wolfSSL_EVP_aes_256_cbc(),
            aesKey, iv, 1) == WOLFSSL_SUCCESS &&
            wolfSSL_HMAC_Init_ex(hmac, hmacKey, sizeof(hmacKey),
            wolfSSL_EVP_sha256(), NULL) == WOLFSSL_SUCCESS;
    }
    memcpy(at, ticketIv, sizeof(at));
    fz_inside(name, WOLFSSL_TICKET_NAME_SZ, name, WOLFSSL_TICKET_NAME_SZ);
    if (!(callback & CB_NO_CIPHER))
        FZ_CHECK(wolfSSL_EVP_CipherInit(cipher, Cipher(), aesKey, at,
            (callback & CB_ENCRYPTS) != 0) == WOLFSSL_SUCCESS);
    if (!(callback & CB_NO_HMAC))
        FZ_CHECK(wolfSSL_HMAC_Init_ex(hmac, hmacKey, sizeof(hmacKey),
            wolfSSL_EVP_sha256(), NULL) == WOLFSSL_SUCCESS);
    if (callback & CB_SCRIBBLES) {
        memset(name, 0xFF, WOLFSSL_TICKET_NAME_SZ);
        memset(ticketIv, 0xFF, WOLFSSL_TICKET_IV_SZ);
    }
    keyAsked++;
    return Result();
}

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
    if (ss == NULL)
        return WOLFTICKET_RETURN_IGNORE_RENEW;
    FZ_CHECK(memcmp(name, keyName, sizeof(keyName)) == 0);
    FZ_CHECK(wolfTicket_SESSION_get0_ticket_appdata(ss, &data, &sz) == 1);
    FZ_CHECK(shown == NULL || fz_same(data, sz, shown->mem + shown->dataAt,
        shown->dataSz));
    return WOLFTICKET_RETURN_USE;
}

/* ---- sealing by hand ---------------------------------------------------- */

static void Encrypt(int ctr, byte* mem, word32 sz)
{
    Aes aes;

    FZ_CHECK(wc_AesInit(&aes, NULL, INVALID_DEVID) == 0);
    FZ_CHECK(wc_AesSetKey(&aes, aesKey, sizeof(aesKey), iv, AES_ENCRYPTION)
        == 0);
#ifdef WOLFSSL_AES_COUNTER
    if (ctr)
        FZ_CHECK(wc_AesCtrEncrypt(&aes, mem, mem, sz) == 0);
#endif
    if (!ctr)
        FZ_CHECK(wc_AesCbcEncrypt(&aes, mem, mem, sz) == 0);
    wc_AesFree(&aes);
}

static void MakeTag(const wt_frame* frame, byte tag[TAG_SZ])
{
    byte digest[WC_SHA256_DIGEST_SIZE];
    byte lengths[5] = { 0 };
    Hmac hmac;

    wt_put(lengths, frame->encSz, 2);
    wt_put(lengths + 2, frame->version, 2);
    FZ_CHECK(wc_HmacInit(&hmac, NULL, INVALID_DEVID) == 0);
    FZ_CHECK(wc_HmacSetKey(&hmac, WC_SHA256, hmacKey, sizeof(hmacKey)) == 0);
    FZ_CHECK(wc_HmacUpdate(&hmac, (const byte*)TAG_LABEL,
        sizeof(TAG_LABEL) - 1) == 0);
    FZ_CHECK(wc_HmacUpdate(&hmac, frame->keyName, 16) == 0);
    FZ_CHECK(wc_HmacUpdate(&hmac, frame->iv, 16) == 0);
    FZ_CHECK(wc_HmacUpdate(&hmac, lengths, sizeof(lengths)) == 0);
    FZ_CHECK(wc_HmacUpdate(&hmac, frame->mac, SPARE_SZ) == 0);
    FZ_CHECK(wc_HmacUpdate(&hmac, frame->enc, frame->encSz) == 0);
    FZ_CHECK(wc_HmacFinal(&hmac, digest) == 0);
    wc_HmacFree(&hmac);
    memcpy(tag, digest, TAG_SZ);
}

/* mem, of sz bytes and a block of room, is padded in CBC mode unless that is
 * what the input did. */
static void Seal(byte* mem, word32 sz, int how, wt_frame* frame)
{
    word32 more = BLOCK_SZ - sz % BLOCK_SZ;

    if (!(how & SET_CTR) && !(how & SET_PADDING)) {
        memset(mem + sz, (int)more, more);
        sz += more;
    }
    Encrypt(how & SET_CTR, mem, sz);
    fz_frame_new(frame, sz - SPARE_SZ, sz - SPARE_SZ,
        fzVersion[how & SET_TLS12]);
    memcpy(frame->keyName, keyName, sizeof(keyName));
    memcpy(frame->iv, iv, sizeof(iv));
    memcpy(frame->mac, mem, SPARE_SZ);
    memcpy(frame->enc, mem + SPARE_SZ, frame->encSz);
    MakeTag(frame, frame->mac + SPARE_SZ);
}

static void Start(void)
{
    static byte mem[sizeof(good.mem)];
    wt_frame frame;
    int i;

    ring = fz_servers(Decide);
    for (i = 0; i < 2; i++)
        FZ_CHECK(wolfTicket_CTX_set_tlsext_ticket_key_cb(fzServer[i], SetUp)
            == 1);
    fz_good_message(&good, CHECKS_SZ);
    for (i = 0; i < 4; i++) {
        memcpy(mem, good.mem, good.sz);
        Seal(mem, good.sz, (i & 1) | ((i & 2) << 2), &frame);
        goodTicket[i].sz = fz_join(&frame, goodTicket[i].mem);
        fz_frame_free(&frame);
    }
}

/* ---- what has to come of it --------------------------------------------- */

static const ticket* Good(void)
{
    return &goodTicket[(set & SET_TLS12) | ((set & SET_CTR) >> 2)];
}

/* The message itself, walked over in a block of its own. */
static void ReadMessage(const fz_message* m)
{
    byte* msg = fz_copy(m->mem, m->sz);
    const byte* contents = NULL;
    word32 contentsSz = 0;
    wt_checks checks;
    wt_ticket t;

    memset(&t, 0, sizeof(t));
    FZ_CHECK(wt_keycb_read(msg, m->sz, &checks, &t, &contents, &contentsSz)
        == m->makesSense);
    if (m->makesSense) {
        fz_inside(t.data, t.dataSz, msg, m->sz);
        fz_inside(contents, contentsSz, msg, m->sz);
        FZ_CHECK(t.data == msg + m->dataAt && t.dataSz == m->dataSz);
        FZ_CHECK(contents + contentsSz == msg + m->sz);
    }
    else {
        FZ_CHECK(contents == NULL && t.data == NULL);
    }
    free(msg);
}

static int WrongBinding(const fz_message* m)
{
    static const byte none[CHECKS_SZ] = { 0 };
    int known = !(set & SET_TLS12) || (set & SET_HELLO);

    return known && memcmp(m->mem, none, CHECKS_SZ) != 0;
}

/* As often as wolfSSL likes, on what the call before has left: the callbacks
 * are asked once, and the answer is the same.  use: -1 is not foretold. */
static void Present(WOLFSSL* ssl, wt_frame* frame, const fz_message* m,
    int use)
{
    word32 outSz, contentsSz, i;
    const byte* contents;
    int ret;
    int first = -1;

    keyAsked = asked = 0;
    shown = m;
    seen = WOLFTICKET_NONE;
    for (i = 0; i < 3; i++) {
        ret = fz_present(ssl, frame, &outSz) != WOLFSSL_TICKET_RET_REJECT;
        FZ_CHECK(first < 0 || ret == first);
        first = ret;
        FZ_CHECK(keyAsked <= 1 && asked <= 1);
        FZ_CHECK(use < 0 || ret == use);
        FZ_CHECK(!ret || SetsUp());
        FZ_CHECK(!ret || seen == ((Result() == 2) ? WOLFTICKET_SUCCESS_RENEW
                                                  : WOLFTICKET_SUCCESS));
        if (ret && m != NULL) {
            contents = fz_contents(m, &contentsSz);
            if (contentsSz > frame->encSz)
                contentsSz = frame->encSz;
            FZ_CHECK(fz_same(frame->enc, outSz, contents, contentsSz));
        }
    }
    /* Of an error dec_cb hears nothing. */
    FZ_CHECK(Result() >= 0 || keyAsked == 0 || asked == 0);
}

/* ---- one run ------------------------------------------------------------ */

static void RunOpened(fz_input* in, WOLFSSL* ssl)
{
    static byte whole[TICKET_MAX];
    static byte mem[FZ_MESSAGE_MAX + 2 * BLOCK_SZ];
    static fz_message m;
    int padded = !(set & SET_CTR) && (set & SET_PADDING);
    wolfTicket_CAUSE cause;
    wt_frame frame;
    int use = -1;

    m.sz = (word32)fz_material(in, good.mem, good.sz, m.mem, FZ_MESSAGE_MAX);
    /* wolfSSL shows no ticket that is empty. */
    while (m.sz < SPARE_SZ + 1 || (padded && m.sz % BLOCK_SZ != 0) ||
            (padded && m.sz < 2 * BLOCK_SZ))
        m.mem[m.sz++] = 0;
    fz_take_apart(&m, CHECKS_SZ);
    ReadMessage(&m);
    memcpy(mem, m.mem, m.sz);
    Seal(mem, m.sz, set, &frame);
    cause = fz_expected(&m, WrongBinding(&m), !(set & SET_TLS12),
        wolfSSL_get_SSL_CTX(ssl));
    if (!padded)
        use = SetsUp() && cause == WOLFTICKET_CAUSE_USED;
    if (set & SET_HELLO)
        fz_client_hello(ssl, !(set & SET_TLS12), whole,
            fz_join(&frame, whole));
    Present(ssl, &frame, padded ? NULL : &m, use);
    fz_frame_free(&frame);
}

static void RunSealed(fz_input* in, WOLFSSL* ssl)
{
    static byte mem[TICKET_MAX];
    size_t sz = fz_material(in, Good()->mem, Good()->sz, mem, sizeof(mem));
    size_t shownSz;
    wt_frame frame;
    int use;

    fz_split(&frame, mem, sz, fzVersion[set & SET_TLS12]);
    shownSz = FZ_FIXED + frame.encSz;
    if (shownSz > sz)
        shownSz = sz;
    if ((set & SET_HELLO) && sz > 0)
        fz_client_hello(ssl, !(set & SET_TLS12), mem, sz);
    /* What stands behind a ticket is seen in a ClientHello alone. */
    if ((set & SET_HELLO) && (set & SET_TLS12))
        shownSz = sz;
    use = SetsUp() && fz_same(mem, shownSz, Good()->mem, Good()->sz);
    Present(ssl, &frame, use ? &good : NULL, use);
    fz_frame_free(&frame);
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fz_input in = { data, size };
    wolfTicket_Info info;
    WOLFSSL* ssl;

    if (ring == NULL)
        Start();
    set = (int)fz_number(&in, 1);
    callback = (int)fz_number(&in, 1);
    ssl = wolfTicket_new(fzServer[set & SET_TLS12]);
    FZ_CHECK(ssl != NULL);
    if (set & SET_OPENED)
        RunOpened(&in, ssl);
    else
        RunSealed(&in, ssl);
    FZ_CHECK(wolfTicket_get_info(ssl, &info) == 1);
    FZ_CHECK(info.resumed == 0 && info.presented <= 1);
    fz_server_hello(ssl, !(set & SET_TLS12));
    wolfTicket_free(ssl);
    return 0;
}

#else

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    (void)data;
    (void)size;
    return 0;
}

#endif /* WT_HAVE_KEY_CB */
