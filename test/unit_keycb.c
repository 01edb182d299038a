/* unit_keycb.c
 *
 * Tickets under an application's cipher and HMAC: sealed, opened, refused.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "harness.h"
#include "keycb.h"

#ifdef WT_HAVE_KEY_CB

#define CONTENTS_SZ 108
#define ENC_ROOM    32
#define FRAME_MAX   4096
#define VERSION     0x0304u

/* ---- the application ----------------------------------------------------- */

/* What its callback does; in a static, for it has no argument. */
static struct {
    const char* cipher;        /* NULL: sets none up */
    const char* digest;
    int result;
    int noCipherKey;
    int wrongWay;
    int noName;
    int noIv;
    int meddles;               /* with what it is given */
    int padOff;
    int calls;
} app;

static const byte aesKey[32] = "the cipher's key, 32 bytes of it";
static const byte hmacKey[32] = "the HMAC's key, of as many bytes";

static void AppInit(void)
{
    memset(&app, 0, sizeof(app));
    app.cipher = "AES-256-CBC";
    app.digest = "SHA256";
    app.result = 1;
}

static void SetCipher(WOLFSSL_EVP_CIPHER_CTX* cipher, const byte* iv, int enc)
{
    const WOLFSSL_EVP_CIPHER* kind = (strcmp(app.cipher, "NULL") == 0)
        ? wolfSSL_EVP_enc_null() : wolfSSL_EVP_get_cipherbyname(app.cipher);

    ck_assert_ptr_nonnull(kind);
    if (app.wrongWay)
        enc = !enc;
    ck_assert_int_eq(wolfSSL_EVP_CipherInit(cipher, kind,
        app.noCipherKey ? NULL : (byte*)(size_t)aesKey,
        app.noCipherKey ? NULL : (byte*)(size_t)iv, enc), 1);
    if (app.padOff)
        (void)wolfSSL_EVP_CIPHER_CTX_set_padding(cipher, 0);
}

static int Cb(WOLFSSL* ssl, unsigned char* name, unsigned char* iv,
    WOLFSSL_EVP_CIPHER_CTX* cipher, WOLFSSL_HMAC_CTX* hmac, int enc)
{
    byte seen[16];
    int i;

    (void)ssl;
    app.calls++;
    for (i = 0; enc && i < 16; i++) {
        name[i] = app.noName ? 0 : (byte)('a' + i);
        iv[i] = app.noIv ? 0 : (byte)(100 + i);
    }
    memcpy(seen, iv, sizeof(seen));
    if (app.cipher != NULL)
        SetCipher(cipher, seen, enc);
    if (app.digest != NULL)
        ck_assert_int_eq(wolfSSL_HMAC_Init_ex(hmac, hmacKey, sizeof(hmacKey),
            wolfSSL_EVP_get_digestbyname(app.digest), NULL), 1);
    if (app.meddles) {
        (void)wolfSSL_HMAC_Update(hmac, (const byte*)"of its own", 10);
        if (!enc) {
            memset(name, 'x', 16);
            memset(iv, 'y', 16);
        }
    }
    return app.result;
}

/* ---- a ticket ------------------------------------------------------------ */

typedef struct {
    byte name[WOLFSSL_TICKET_NAME_SZ];
    byte iv[WOLFSSL_TICKET_IV_SZ];
    byte mac[WOLFSSL_TICKET_MAC_SZ];
    byte enc[FRAME_MAX];
    byte contents[FRAME_MAX];
    byte data[FRAME_MAX];
    byte plain[FRAME_MAX + 64];
    word32 plainSz;
    wt_checks checks;
    wt_ticket ticket;
    wt_sid_ctx sidCtx;
    wt_frame frame;
} desk;

static void DeskInit(desk* d, word32 contentsSz, word32 room, word32 dataSz)
{
    word32 i;

    memset(d, 0, sizeof(*d));
    for (i = 0; i < FRAME_MAX; i++) {
        d->contents[i] = (byte)(i * 29 + 3);
        d->data[i] = (byte)(i * 31 + 7);
    }
    memcpy(d->enc, d->contents, contentsSz);
    memcpy(d->checks.name, "name", WT_CHECK_SZ);
    memcpy(d->checks.alpn, "alpn", WT_CHECK_SZ);
    d->ticket.issued = 1700000000;
    d->ticket.chainAge = 4711;
    d->ticket.renewals = 12;
    d->ticket.ticketNonce = 77;
    d->ticket.data = d->data;
    d->ticket.dataSz = dataSz;
    d->sidCtx.id = (const byte*)"a context";
    d->sidCtx.sz = 9;
    d->frame.keyName = d->name;
    d->frame.iv = d->iv;
    d->frame.mac = d->mac;
    d->frame.enc = d->enc;
    d->frame.encSz = contentsSz;
    d->frame.encMax = contentsSz + room;
    d->frame.version = VERSION;
}

static int SealOn(desk* d)
{
    wt_keycb* key = wt_keycb_ask(Cb, NULL, NULL, NULL);
    int ret = 0;

    ck_assert_ptr_nonnull(key);
    if (key->result == WT_KEYCB_OK || key->result == WT_KEYCB_RENEW)
        ret = wt_keycb_seal(key, &d->sidCtx, &d->checks, &d->ticket,
            &d->frame);
    wt_keycb_free(key);
    return ret;
}

static int OpenOn(desk* d)
{
    wt_keycb* key = wt_keycb_ask(Cb, NULL, d->name, d->iv);

    ck_assert_ptr_nonnull(key);
    d->plainSz = 0;
    ck_assert_uint_le(wt_keycb_open_size(&d->frame), sizeof(d->plain));
    if (key->result == WT_KEYCB_OK || key->result == WT_KEYCB_RENEW)
        d->plainSz = wt_keycb_open(key, &d->sidCtx, &d->frame, d->plain);
    wt_keycb_free(key);
    return d->plainSz > 0;
}

static void IsWhatWasSealed(desk* d, word32 contentsSz)
{
    wt_checks checks;
    wt_ticket ticket;
    const byte* contents = NULL;
    word32 sz = 0;

    ck_assert_int_eq(wt_keycb_read(d->plain, d->plainSz, &checks, &ticket,
        &contents, &sz), 1);
    ck_assert_mem_eq(&checks, &d->checks, sizeof(checks));
    ck_assert_uint_eq(ticket.issued, d->ticket.issued);
    ck_assert_uint_eq(ticket.chainAge, d->ticket.chainAge);
    ck_assert_uint_eq(ticket.renewals, d->ticket.renewals);
    ck_assert_uint_eq(ticket.ticketNonce, d->ticket.ticketNonce);
    ck_assert_uint_eq(ticket.dataSz, d->ticket.dataSz);
    if (ticket.dataSz > 0)
        ck_assert_mem_eq(ticket.data, d->data, ticket.dataSz);
    ck_assert_uint_eq(sz, contentsSz);
    ck_assert_mem_eq(contents, d->contents, sz);
}

static void IsWiped(const desk* d)
{
    word32 i;

    for (i = 0; i < d->frame.encMax; i++)
        ck_assert_int_eq(d->enc[i], 0);
    for (i = 0; i < sizeof(d->mac); i++)
        ck_assert_int_eq(d->mac[i], 0);
}

/* ---- in and out ---------------------------------------------------------- */

static const struct {
    const char* cipher;
    const char* digest;
    word32 block;
} kinds[] = {
    { "AES-128-CBC", "SHA256", 16 },
    { "AES-192-CBC", "SHA1",   16 },
    { "AES-256-CBC", "SHA256", 16 },
    { "AES-256-CBC", "SHA512", 16 },
    { "AES-256-CBC", "MD5",    16 },
    { "AES-256-CBC", "SHA384", 16 },
    { "AES-128-CTR", "SHA256", 1 },
    { "AES-256-CTR", "SHA224", 1 }
};

#define KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

START_TEST(what_goes_in_comes_out_up_to_the_room)
{
    static const word32 rooms[] = { 32, 33, 47, 48, 300, 2048 };
    static desk d;
    word32 room, sz;
    size_t r;

    AppInit();
    app.cipher = kinds[_i].cipher;
    app.digest = kinds[_i].digest;
    for (r = 0; r < sizeof(rooms) / sizeof(rooms[0]); r++) {
        room = wt_keycb_room(CONTENTS_SZ, CONTENTS_SZ + rooms[r],
            kinds[_i].block);
        for (sz = 0; sz <= room; sz += (sz < 40 || sz + 97 > room) ? 1 : 97) {
            DeskInit(&d, CONTENTS_SZ, rooms[r], sz);
            ck_assert_int_eq(SealOn(&d), 1);
            ck_assert_uint_ge(d.frame.encSz, CONTENTS_SZ);
            ck_assert_uint_le(d.frame.encSz, d.frame.encMax);
            ck_assert_int_eq(OpenOn(&d), 1);
            IsWhatWasSealed(&d, CONTENTS_SZ);
        }
        DeskInit(&d, CONTENTS_SZ, rooms[r], room + 1);
        ck_assert_int_eq(SealOn(&d), 0);
        IsWiped(&d);
    }
}
END_TEST

START_TEST(every_build_has_the_room_that_is_promised)
{
    word32 contentsSz;

    for (contentsSz = 64; contentsSz < 2400; contentsSz++) {
        ck_assert_uint_ge(wt_keycb_room(contentsSz, contentsSz + ENC_ROOM,
            16), WOLFTICKET_MIN_KEY_CB_APPDATA_MAX);
    }
    ck_assert_uint_eq(wt_keycb_room(111, 111 + ENC_ROOM, 16),
        WOLFTICKET_MIN_KEY_CB_APPDATA_MAX);
    ck_assert_uint_eq(wt_keycb_room(108, 140, 16), 16);
    ck_assert_uint_eq(wt_keycb_room(108, 140, 1), 29);
}
END_TEST

START_TEST(before_the_first_ticket_that_is_what_is_told)
{
    WOLFSSL_CTX* sc = th_server_ctx(TH_TLS13);

    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(sc, Cb), 1);
    ck_assert_uint_eq(wolfTicket_CTX_ticket_room(sc),
        WOLFTICKET_MIN_KEY_CB_APPDATA_MAX);
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(sc, NULL), 1);
    ck_assert_uint_eq(wolfTicket_CTX_ticket_room(sc),
        WOLFTICKET_MIN_APPDATA_MAX);
    wolfTicket_CTX_free(sc);
}
END_TEST

/* By hand, with wolfCrypt's own functions. */
START_TEST(a_ticket_is_as_described)
{
    static desk d;
    byte sealed[FRAME_MAX];
    byte mac[WC_SHA256_DIGEST_SIZE];
    byte lengths[5] = { 0, 0, 0x03, 0x04, 9 };
    word32 sz;
    Aes aes;
    Hmac hmac;

    AppInit();
    DeskInit(&d, CONTENTS_SZ, ENC_ROOM, 5);
    ck_assert_int_eq(SealOn(&d), 1);
    ck_assert_mem_eq(d.name, "abcdefghijklmnop", 16);
    ck_assert_int_eq(d.iv[0], 100);
    sz = 16 + d.frame.encSz;
    memcpy(sealed, d.mac, 16);
    memcpy(sealed + 16, d.enc, d.frame.encSz);

    lengths[1] = (byte)d.frame.encSz;
    ck_assert_int_eq(wc_HmacInit(&hmac, NULL, INVALID_DEVID), 0);
    ck_assert_int_eq(wc_HmacSetKey(&hmac, WC_SHA256, hmacKey,
        sizeof(hmacKey)), 0);
    (void)wc_HmacUpdate(&hmac, (const byte*)"wolfTicket key callback 1", 25);
    (void)wc_HmacUpdate(&hmac, d.name, 16);
    (void)wc_HmacUpdate(&hmac, d.iv, 16);
    (void)wc_HmacUpdate(&hmac, lengths, sizeof(lengths));
    (void)wc_HmacUpdate(&hmac, (const byte*)"a context", 9);
    (void)wc_HmacUpdate(&hmac, sealed, sz);
    ck_assert_int_eq(wc_HmacFinal(&hmac, mac), 0);
    wc_HmacFree(&hmac);
    ck_assert_mem_eq(d.mac + 16, mac, 16);

    ck_assert_int_eq(wc_AesInit(&aes, NULL, INVALID_DEVID), 0);
    ck_assert_int_eq(wc_AesSetKey(&aes, aesKey, sizeof(aesKey), d.iv,
        AES_DECRYPTION), 0);
    ck_assert_int_eq(wc_AesCbcDecrypt(&aes, sealed, sealed, sz), 0);
    wc_AesFree(&aes);
    ck_assert_mem_eq(sealed, "namealpn", 8);
    ck_assert_int_eq(sealed[8], 0);                 /* flags */
    ck_assert_int_eq(sealed[8 + 10], 5);            /* data_len */
    ck_assert_mem_eq(sealed + 8 + 11, d.data, 5);
    ck_assert_mem_eq(sealed + 8 + 16, d.contents, CONTENTS_SZ);
    ck_assert_int_eq(sealed[sz - 1], (int)(sz - 8 - 16 - CONTENTS_SZ));
}
END_TEST

START_TEST(the_salt_follows_from_key_name_and_iv)
{
    byte name[16] = "a name";
    byte iv[16] = "an iv";
    byte mac[WC_SHA256_DIGEST_SIZE];
    wt_keycb* key;
    Hmac hmac;

    AppInit();
    key = wt_keycb_ask(Cb, NULL, name, iv);
    ck_assert_ptr_nonnull(key);
    ck_assert_int_eq(wc_HmacInit(&hmac, NULL, INVALID_DEVID), 0);
    ck_assert_int_eq(wc_HmacSetKey(&hmac, WC_SHA256, hmacKey,
        sizeof(hmacKey)), 0);
    (void)wc_HmacUpdate(&hmac, (const byte*)"wolfTicket binding", 18);
    (void)wc_HmacUpdate(&hmac, name, 16);
    (void)wc_HmacUpdate(&hmac, iv, 16);
    ck_assert_int_eq(wc_HmacFinal(&hmac, mac), 0);
    wc_HmacFree(&hmac);
    ck_assert_mem_eq(key->salt, mac, WT_KEY_SALT_SZ);
    wt_keycb_free(key);
}
END_TEST

START_TEST(nothing_that_was_sealed_is_seen)
{
    static desk d;
    word32 i;

    AppInit();
    app.cipher = kinds[_i].cipher;
    app.digest = kinds[_i].digest;
    DeskInit(&d, CONTENTS_SZ, ENC_ROOM, 12);
    ck_assert_int_eq(SealOn(&d), 1);
    for (i = 0; i + 4 <= d.frame.encSz; i++) {
        ck_assert_mem_ne(d.enc + i, d.contents + i, 4);
        ck_assert_mem_ne(d.enc + i, "name", 4);
        if (i + 4 <= CONTENTS_SZ)
            ck_assert_mem_ne(d.enc + 20, d.contents + i, 4);
    }
}
END_TEST

/* ---- changed ------------------------------------------------------------- */

START_TEST(no_bit_of_a_ticket_can_be_changed)
{
    static desk d;
    struct { byte* mem; size_t sz; } fields[4];
    size_t f, bit;

    AppInit();
    app.cipher = kinds[_i].cipher;
    app.digest = kinds[_i].digest;
    DeskInit(&d, CONTENTS_SZ, ENC_ROOM, 9);
    ck_assert_int_eq(SealOn(&d), 1);
    fields[0].mem = d.name;
    fields[1].mem = d.iv;
    fields[2].mem = d.mac;
    fields[3].mem = d.enc;
    fields[0].sz = fields[1].sz = 16;
    fields[2].sz = 32;
    fields[3].sz = d.frame.encSz;
    for (f = 0; f < 4; f++) {
        for (bit = 0; bit < fields[f].sz * 8; bit++) {
            fields[f].mem[bit / 8] ^= (byte)(1 << (bit % 8));
            ck_assert_msg(!OpenOn(&d), "field %d bit %d", (int)f, (int)bit);
            fields[f].mem[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
    ck_assert_int_eq(OpenOn(&d), 1);
    IsWhatWasSealed(&d, CONTENTS_SZ);
}
END_TEST

START_TEST(no_length_version_or_context_can_be_changed)
{
    static desk d;
    word32 sz, whole;

    AppInit();
    app.cipher = kinds[_i].cipher;
    DeskInit(&d, CONTENTS_SZ, ENC_ROOM, 9);
    ck_assert_int_eq(SealOn(&d), 1);
    whole = d.frame.encSz;
    for (sz = 0; sz < whole + 40; sz++) {
        d.frame.encSz = sz;
        ck_assert_int_eq(OpenOn(&d), sz == whole);
    }
    d.frame.encSz = whole;
    d.frame.version = 0x0303;
    ck_assert_int_eq(OpenOn(&d), 0);
    d.frame.version = VERSION;
    d.sidCtx.sz = 8;
    ck_assert_int_eq(OpenOn(&d), 0);
    d.sidCtx.sz = 0;
    ck_assert_int_eq(OpenOn(&d), 0);
    d.sidCtx.sz = 9;
    d.sidCtx.id = (const byte*)"b context";
    ck_assert_int_eq(OpenOn(&d), 0);
}
END_TEST

START_TEST(another_digest_or_cipher_opens_nothing)
{
    static desk d;
    int i;

    AppInit();
    app.cipher = kinds[_i].cipher;
    app.digest = kinds[_i].digest;
    DeskInit(&d, CONTENTS_SZ, ENC_ROOM, 3);
    ck_assert_int_eq(SealOn(&d), 1);
    for (i = 0; i < KINDS; i++) {
        app.digest = kinds[i].digest;
        ck_assert_int_eq(OpenOn(&d), strcmp(app.digest, kinds[_i].digest)
            == 0);
    }
}
END_TEST

/* ---- what cannot be used ------------------------------------------------- */

typedef struct {
    const char* cipher;
    const char* digest;
    int noCipherKey;
    int wrongWay;
    int noName;
    int noIv;
} setup;

static const setup useless[] = {
    { NULL,          "SHA256", 0, 0, 0, 0 },
    { "AES-256-CBC", NULL,     0, 0, 0, 0 },
    { NULL,          NULL,     0, 0, 0, 0 },
    { "AES-256-CBC", "SHA256", 1, 0, 0, 0 },
    { "AES-128-CTR", "SHA256", 1, 0, 0, 0 },
    { "AES-256-CTR", "SHA256", 1, 0, 0, 0 },
    { "AES-256-CBC", "SHA256", 0, 1, 0, 0 },
    { "AES-256-CTR", "SHA256", 0, 1, 0, 0 },
    { "NULL",        "SHA256", 0, 0, 0, 0 },
#ifdef HAVE_AESGCM
    { "AES-256-GCM", "SHA256", 0, 0, 0, 0 },
    { "AES-128-GCM", "SHA256", 1, 0, 0, 0 },
#endif
#ifdef HAVE_AES_ECB
    { "AES-256-ECB", "SHA256", 0, 0, 0, 0 },
#endif
#ifndef NO_DES3
    { "DES-EDE3-CBC", "SHA256", 0, 0, 0, 0 },
    { "DES-CBC",     "SHA256", 0, 0, 0, 0 },
#endif
#if defined(HAVE_CHACHA) && defined(HAVE_POLY1305)
    { "CHACHA20-POLY1305", "SHA256", 0, 0, 0, 0 },
#endif
    { "AES-256-CBC", "SHA256", 0, 0, 1, 0 },
    { "AES-256-CBC", "SHA256", 0, 0, 0, 1 }
};

#define USELESS ((int)(sizeof(useless) / sizeof(useless[0])))

static void Use(const setup* s)
{
    AppInit();
    app.cipher = s->cipher;
    app.digest = s->digest;
    app.noCipherKey = s->noCipherKey;
    app.wrongWay = s->wrongWay;
    app.noName = s->noName;
    app.noIv = s->noIv;
}

START_TEST(a_setup_of_no_use_is_refused_at_once)
{
    byte name[16] = "a name";
    byte iv[16] = "an iv";
    wt_keycb* key;

    Use(&useless[_i]);
    key = wt_keycb_ask(Cb, NULL, NULL, NULL);
    ck_assert_ptr_nonnull(key);
    ck_assert_int_eq(key->result, WT_KEYCB_FAILED);
    wt_keycb_free(key);
    if (!app.noName && !app.noIv) {
        key = wt_keycb_ask(Cb, NULL, name, iv);
        ck_assert_ptr_nonnull(key);
        ck_assert_int_eq(key->result, WT_KEYCB_FAILED);
        wt_keycb_free(key);
    }
}
END_TEST

START_TEST(results_are_taken_as_openssl_takes_them)
{
    static const struct { int said; int taken; } table[] = {
        { -1000, WT_KEYCB_ERROR }, { -1, WT_KEYCB_ERROR },
        { 0, WT_KEYCB_NONE }, { 1, WT_KEYCB_OK }, { 2, WT_KEYCB_RENEW },
        { 3, WT_KEYCB_OK }, { 1000, WT_KEYCB_OK }
    };
    byte name[16] = "a name";
    byte iv[16] = "an iv";
    size_t i;
    wt_keycb* key;

    for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        AppInit();
        app.result = table[i].said;
        key = wt_keycb_ask(Cb, NULL, NULL, NULL);
        ck_assert_ptr_nonnull(key);
        ck_assert_int_eq(key->result, table[i].taken);
        wt_keycb_free(key);
        key = wt_keycb_ask(Cb, NULL, name, iv);
        ck_assert_ptr_nonnull(key);
        ck_assert_int_eq(key->result, table[i].taken);
        wt_keycb_free(key);
        ck_assert_int_eq(app.calls, 2);
        /* Nothing set up is no matter then. */
        app.cipher = app.digest = NULL;
        if (table[i].taken <= 0) {
            key = wt_keycb_ask(Cb, NULL, NULL, NULL);
            ck_assert_ptr_nonnull(key);
            ck_assert_int_eq(key->result, table[i].taken);
            wt_keycb_free(key);
        }
    }
}
END_TEST

START_TEST(what_the_callback_does_beside_is_no_matter)
{
    static desk d;
    byte name[16] = "a name";
    byte iv[16] = "an iv";
    wt_keycb* one;
    wt_keycb* two;

    AppInit();
    one = wt_keycb_ask(Cb, NULL, name, iv);
    app.meddles = 1;
    two = wt_keycb_ask(Cb, NULL, name, iv);
    ck_assert_ptr_nonnull(one);
    ck_assert_ptr_nonnull(two);
    ck_assert_mem_eq(one->salt, two->salt, WT_KEY_SALT_SZ);
    wt_keycb_free(one);
    wt_keycb_free(two);
    DeskInit(&d, CONTENTS_SZ, ENC_ROOM, 3);
    ck_assert_int_eq(SealOn(&d), 1);
    ck_assert_int_eq(OpenOn(&d), 1);
    IsWhatWasSealed(&d, CONTENTS_SZ);
    app.meddles = 0;
    ck_assert_int_eq(OpenOn(&d), 1);
    ck_assert_mem_eq(d.name, "abcdefghijklmnop", 16);
}
END_TEST

START_TEST(without_padding_only_whole_blocks_are_sealed)
{
    static desk d;
    word32 sz;
    int sealed;

    AppInit();
    app.padOff = 1;
    for (sz = 0; sz <= 16; sz++) {
        DeskInit(&d, CONTENTS_SZ, ENC_ROOM, sz);
        sealed = SealOn(&d);
        ck_assert_int_eq(sealed, (8 + 11 + CONTENTS_SZ + sz) % 16 == 0);
        if (sealed) {
            ck_assert_int_eq(OpenOn(&d), 1);
            IsWhatWasSealed(&d, CONTENTS_SZ);
        }
        else {
            IsWiped(&d);
        }
    }
}
END_TEST

/* ---- hostile, and failures ----------------------------------------------- */

START_TEST(what_makes_no_sense_is_not_read)
{
    byte msg[64];
    wt_checks checks;
    wt_ticket ticket;
    const byte* contents;
    word32 contentsSz, sz;
    int len;

    memset(msg, 0, sizeof(msg));
    for (sz = 0; sz < 8 + 13; sz++)
        ck_assert_int_eq(wt_keycb_read(msg, sz, &checks, &ticket, &contents,
            &contentsSz), 0);
    for (len = 0; len < 256; len++) {
        int read;

        msg[8 + 10] = (byte)len;
        read = wt_keycb_read(msg, sizeof(msg), &checks, &ticket, &contents,
            &contentsSz);
        ck_assert_int_eq(read, len <= (int)sizeof(msg) - 8 - 11);
        if (read) {
            ck_assert_ptr_eq(ticket.data, msg + 8 + 11);
            ck_assert_uint_eq(ticket.dataSz, (unsigned)len);
            ck_assert_ptr_eq(contents + contentsSz, msg + sizeof(msg));
        }
    }
    msg[8 + 10] = 0;
    msg[8] = 8;     /* flags of a later version */
    ck_assert_int_eq(wt_keycb_read(msg, sizeof(msg), &checks, &ticket,
        &contents, &contentsSz), 0);
}
END_TEST

START_TEST(without_memory_nothing_is_sealed_and_the_frame_wiped)
{
    static desk d;
    long n, calls;
    int ok = 0;
    wt_keycb* key;

    AppInit();
    for (n = 1; !ok && n < 50; n++) {
        DeskInit(&d, CONTENTS_SZ, ENC_ROOM, 3);
        th_mem_fail_at(n);
        th_mem_arm(1);
        key = wt_keycb_ask(Cb, NULL, NULL, NULL);
        if (key != NULL && key->result == WT_KEYCB_OK) {
            ok = wt_keycb_seal(key, &d.sidCtx, &d.checks, &d.ticket,
                &d.frame);
            if (!ok)
                IsWiped(&d);
        }
        th_mem_arm(0);
        calls = th_mem_calls();
        wt_keycb_free(key);
        ck_assert_int_eq(ok, calls < n);
    }
    ck_assert_int_gt(n, 2);
    ck_assert_int_eq(OpenOn(&d), 1);
}
END_TEST

START_TEST(what_was_set_up_is_freed)
{
    long live = th_mem_live();
    static desk d;
    int i;

    for (i = 0; i < KINDS; i++) {
        AppInit();
        app.cipher = kinds[i].cipher;
        app.digest = kinds[i].digest;
        DeskInit(&d, CONTENTS_SZ, ENC_ROOM, 3);
        ck_assert_int_eq(SealOn(&d), 1);
        ck_assert_int_eq(OpenOn(&d), 1);
    }
    for (i = 0; i < USELESS; i++) {
        Use(&useless[i]);
        DeskInit(&d, CONTENTS_SZ, ENC_ROOM, 3);
        ck_assert_int_eq(SealOn(&d), 0);
    }
    wt_keycb_free(NULL);
    ck_assert_int_eq(th_mem_live(), live);
}
END_TEST

static void CountedSetup(void)
{
    th_mem_use(TH_MEM_COUNT);
    th_setup();
}

int main(void)
{
    Suite* suite = suite_create("keycb");
    TCase* tc = th_case(suite, "sealing and opening", 0);
    TCase* mem = th_case(suite, "memory", 1);

    tcase_add_loop_test(tc, what_goes_in_comes_out_up_to_the_room, 0, KINDS);
    tcase_add_test(tc, every_build_has_the_room_that_is_promised);
    tcase_add_test(tc, before_the_first_ticket_that_is_what_is_told);
    tcase_add_test(tc, a_ticket_is_as_described);
    tcase_add_test(tc, the_salt_follows_from_key_name_and_iv);
    tcase_add_loop_test(tc, nothing_that_was_sealed_is_seen, 0, KINDS);
    tcase_add_loop_test(tc, no_bit_of_a_ticket_can_be_changed, 0, KINDS);
    tcase_add_loop_test(tc, no_length_version_or_context_can_be_changed, 0,
        KINDS);
    tcase_add_loop_test(tc, another_digest_or_cipher_opens_nothing, 0, KINDS);
    tcase_add_loop_test(tc, a_setup_of_no_use_is_refused_at_once, 0, USELESS);
    tcase_add_test(tc, results_are_taken_as_openssl_takes_them);
    tcase_add_test(tc, what_the_callback_does_beside_is_no_matter);
    tcase_add_test(tc, without_padding_only_whole_blocks_are_sealed);
    tcase_add_test(tc, what_makes_no_sense_is_not_read);
    tcase_add_checked_fixture(mem, CountedSetup, th_teardown);
    tcase_add_test(mem, without_memory_nothing_is_sealed_and_the_frame_wiped);
    tcase_add_test(mem, what_was_set_up_is_freed);
    return th_run(suite);
}

#else

/* Without wolfSSL's OpenSSL layer there is no such callback. */
int main(void)
{
    return th_run(suite_create("keycb"));
}

#endif /* WT_HAVE_KEY_CB */
