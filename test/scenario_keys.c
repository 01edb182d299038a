/* scenario_keys.c
 *
 * Ticket keys in the application's hands, and its cipher and HMAC.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef SCENARIO_WOLFTICKET
    /* For the key callback with an HMAC_CTX. */
    #define OPENSSL_SUPPRESS_DEPRECATED
#endif

#include "scenario.h"

#include <stdio.h>
#include <string.h>

#ifdef SCENARIO_WOLFTICKET
    #include <wolfssl/openssl/evp.h>
    #include <wolfssl/openssl/hmac.h>
    #include <wolfssl/openssl/rand.h>
#else
    #include <openssl/evp.h>
    #include <openssl/hmac.h>
    #include <openssl/rand.h>
#endif

enum { SLOT_FIRST, SLOT_NEXT, SLOT_OTHER };

#define KEYS_SZ 80
#define NAME_SZ 16

/* ------------------------------------------------------------------------ */
/* SSL_CTX_set_tlsext_ticket_keys                                           */
/* ------------------------------------------------------------------------ */

static void FillKeys(unsigned char keys[KEYS_SZ], unsigned char first)
{
    int i;

    for (i = 0; i < KEYS_SZ; i++) {
        keys[i] = (unsigned char)(first + i * 7);
    }
}

static void Calls(void)
{
    unsigned char keys[KEYS_SZ + 1] = { 0 };
    unsigned char read[KEYS_SZ + 1] = { 0 };
    SSL_CTX*      ctx = Context_new(PASS_13);

    FillKeys(keys, 1);
    Say("keys.get.own", "%ld", (long)SSL_CTX_get_tlsext_ticket_keys(ctx, read,
        KEYS_SZ));
    Say("keys.set.null", "%ld", (long)SSL_CTX_set_tlsext_ticket_keys(ctx,
        NULL, 0));
    Say("keys.set.null-80", "%ld", (long)SSL_CTX_set_tlsext_ticket_keys(ctx,
        NULL, KEYS_SZ));
    Say("keys.get.null", "%ld", (long)SSL_CTX_get_tlsext_ticket_keys(ctx,
        NULL, 0));
    Say("keys.set.79", "%ld", (long)SSL_CTX_set_tlsext_ticket_keys(ctx, keys,
        KEYS_SZ - 1));
    Say("keys.set.81", "%ld", (long)SSL_CTX_set_tlsext_ticket_keys(ctx, keys,
        KEYS_SZ + 1));
    Say("keys.set.48", "%ld", (long)SSL_CTX_set_tlsext_ticket_keys(ctx, keys,
        48));
    Say("keys.get.79", "%ld", (long)SSL_CTX_get_tlsext_ticket_keys(ctx, read,
        KEYS_SZ - 1));
    Say("keys.set.80", "%ld", (long)SSL_CTX_set_tlsext_ticket_keys(ctx, keys,
        KEYS_SZ));
    memset(read, 0, sizeof(read));
    Say("keys.get.80", "%ld", (long)SSL_CTX_get_tlsext_ticket_keys(ctx, read,
        KEYS_SZ));
    Say("keys.get.same", "%d", memcmp(read, keys, KEYS_SZ) == 0);
    Say("keys.set.again", "%ld", (long)SSL_CTX_set_tlsext_ticket_keys(ctx,
        keys, KEYS_SZ));
    SSL_CTX_free(ctx);
}

/* Whether dec_cb was given that name. */
static const char* NameOf(const unsigned char* name)
{
    const char* ret = "other";

    if (watch.keynameLen == 0) {
        ret = "none";
    }
    else if (watch.keynameLen == NAME_SZ &&
             memcmp(watch.keyname, name, NAME_SZ) == 0) {
        ret = "given";
    }

    return ret;
}

/* One context's tickets at another with its keys, and after a change. */
static void Shared(Pass pass)
{
    unsigned char keys[KEYS_SZ] = { 0 };
    unsigned char others[KEYS_SZ];
    SSL_CTX*      one = Context_new(pass);
    SSL_CTX*      two = Context_new(pass);
    Outcome       out;

    FillKeys(keys, 1);
    FillKeys(others, 101);
    (void)SSL_CTX_set_tlsext_ticket_keys(one, keys, KEYS_SZ);
    (void)SSL_CTX_set_tlsext_ticket_keys(two, keys, KEYS_SZ);

    Watch_reset(ANSWER_DEFAULT);
    watch.genSets = 1;
    watch.genData = "shared";
    watch.genLen = 6;
    Visit(one, pass, &out, SLOT_FIRST, "new");
    Say_outcome(Key("keys.%s.first", Pass_name(pass)), &out);

    Watch_reset(ANSWER_DEFAULT);
    Visit(two, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("keys.%s.other-context", Pass_name(pass)), &out);
    Say(Key("keys.%s.other-context.name", Pass_name(pass)), "%s data=%s",
        NameOf(keys), watch.data);

    (void)SSL_CTX_set_tlsext_ticket_keys(one, others, KEYS_SZ);
    Watch_reset(SSL_TICKET_RETURN_IGNORE);
    Visit(one, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("keys.%s.changed", Pass_name(pass)), &out);
    Watch_reset(ANSWER_DEFAULT);
    Visit(one, pass, &out, SLOT_NEXT, "new");
    Watch_reset(ANSWER_DEFAULT);
    Visit(one, pass, &out, -1, "sess=%d", SLOT_NEXT);
    Say(Key("keys.%s.changed.name", Pass_name(pass)), "%s", NameOf(others));
    SSL_CTX_free(one);
    SSL_CTX_free(two);

    /* The keys that a context has made for itself, at another. */
    one = Context_new(pass);
    two = Context_new(pass);
    Watch_reset(ANSWER_DEFAULT);
    Visit(one, pass, &out, SLOT_FIRST, "new");
    (void)SSL_CTX_get_tlsext_ticket_keys(one, keys, KEYS_SZ);
    (void)SSL_CTX_set_tlsext_ticket_keys(two, keys, KEYS_SZ);
    Watch_reset(ANSWER_DEFAULT);
    Visit(two, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("keys.%s.exported", Pass_name(pass)), &out);
    SSL_CTX_free(one);
    SSL_CTX_free(two);
}

/* ------------------------------------------------------------------------ */
/* SSL_CTX_set_tlsext_ticket_key_cb                                         */
/* ------------------------------------------------------------------------ */

static const unsigned char keyName[NAME_SZ] = "application key";

/* What the callback says, what it does, and how often it was asked. */
static struct {
    int         sealing;
    int         opening;
    int         setsUp;
    const char* cipher;
    const char* digest;
    int         asked;          /* to seal */
    int         shown;          /* a ticket */
    int         knew;           /* its name */
} keys;

static void Keys_reset(int sealing, int opening)
{
    memset(&keys, 0, sizeof(keys));
    keys.sealing = sealing;
    keys.opening = opening;
    keys.setsUp = 1;
    keys.cipher = "AES-256-CBC";
    keys.digest = "SHA256";
}

static int KeyCb(SSL* ssl, unsigned char* name, unsigned char* iv,
    EVP_CIPHER_CTX* cipher, HMAC_CTX* hmac, int enc)
{
    static const unsigned char aesKey[32] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
    static const unsigned char hmacKey[32] = { 9, 8, 7, 6, 5, 4, 3, 2, 1 };
    int                        known;
    int                        ret = enc ? keys.sealing : keys.opening;

    (void)ssl;
    if (enc) {
        keys.asked++;
        known = 1;
        memcpy(name, keyName, NAME_SZ);
        if (RAND_bytes(iv, 16) != 1) {
            printf("# RAND_bytes failed\n");
        }
    }
    else {
        keys.shown++;
        known = memcmp(name, keyName, NAME_SZ) == 0;
        keys.knew += known;
    }
    if (!known && ret > 0) {
        ret = 0;
    }
    if (ret > 0 && keys.setsUp) {
        if (EVP_CipherInit_ex(cipher, EVP_get_cipherbyname(keys.cipher), NULL,
                aesKey, iv, enc) != 1 || HMAC_Init_ex(hmac, hmacKey,
                sizeof(hmacKey), EVP_get_digestbyname(keys.digest), NULL)
                != 1) {
            printf("# the cipher or the HMAC failed\n");
        }
    }

    return ret;
}

static SSL_CTX* KeyContext(Pass pass)
{
    SSL_CTX* ctx = Context_new(pass);

    (void)SSL_CTX_set_tlsext_ticket_key_cb(ctx, KeyCb);

    return ctx;
}

static void SayKeys(const char* key, int dec)
{
    Say(key, "asked=%d shown=%d knew=%d name=%s data=%s", keys.asked,
        keys.shown, keys.knew, dec ? NameOf(keyName) : "-",
        (watch.data[0] != '\0') ? watch.data : "-");
}

/* A ticket in slot 0. */
static void First(SSL_CTX* ctx, Pass pass)
{
    Outcome out;

    Keys_reset(1, 1);
    Watch_reset(ANSWER_DEFAULT);
    watch.genSets = 1;
    watch.genData = "mine";
    watch.genLen = 4;
    Visit(ctx, pass, &out, SLOT_FIRST, "new");
}

/* What the callback says when it is to seal. */
static void Sealing(Pass pass)
{
    static const int said[] = { -2, -1, 0, 1, 2, 3 };
    SSL_CTX*         ctx = KeyContext(pass);
    Outcome          out;
    size_t           i;

    for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        Keys_reset(said[i], 1);
        Watch_reset(ANSWER_DEFAULT);
        Visit(ctx, pass, &out, -1, "new");
        Say_outcome(Key("keycb.%s.seal.%d", Pass_name(pass), said[i]), &out);
        SayKeys(Key("keycb.%s.seal.%d.keys", Pass_name(pass), said[i]), 0);
    }
    SSL_CTX_free(ctx);
}

/* And when it is to open. */
static void Opening(Pass pass)
{
    static const int said[] = { -2, -1, 0, 1, 2, 3 };
    SSL_CTX*         ctx = KeyContext(pass);
    Outcome          out;
    size_t           i;

    First(ctx, pass);
    for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        Keys_reset(1, said[i]);
        Watch_reset(ANSWER_DEFAULT);
        Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
        Say_outcome(Key("keycb.%s.open.%d", Pass_name(pass), said[i]), &out);
        SayKeys(Key("keycb.%s.open.%d.keys", Pass_name(pass), said[i]), 1);
    }
    SSL_CTX_free(ctx);
}

/* The results once more, without gen_cb and dec_cb. */
static void Alone(Pass pass)
{
    static const int said[] = { -1, 0, 1, 2 };
    SSL_CTX*         ctx = KeyContext(pass);
    Outcome          out;
    size_t           i;

    (void)SSL_CTX_set_session_ticket_cb(ctx, NULL, NULL, NULL);
    First(ctx, pass);
    for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        Keys_reset(1, said[i]);
        Watch_reset(ANSWER_DEFAULT);
        Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
        Say_outcome(Key("keycb.%s.alone.%d", Pass_name(pass), said[i]), &out);
    }
    SSL_CTX_free(ctx);
}

/* No answer of dec_cb but USE brings a resumption. */
static void Decided(Pass pass)
{
    static const struct {
        const char* name;
        int         value;
    } answers[] = {
        { "ABORT",        SSL_TICKET_RETURN_ABORT },
        { "IGNORE",       SSL_TICKET_RETURN_IGNORE },
        { "IGNORE_RENEW", SSL_TICKET_RETURN_IGNORE_RENEW },
        { "USE",          SSL_TICKET_RETURN_USE },
        { "USE_RENEW",    SSL_TICKET_RETURN_USE_RENEW }
    };
    SSL_CTX* ctx = KeyContext(pass);
    Outcome  out;
    size_t   i;
    int      opening;

    First(ctx, pass);
    for (opening = 0; opening <= 2; opening++) {
        for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
            Keys_reset(1, opening);
            Watch_reset(answers[i].value);
            Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
            Say_outcome(Key("keycb.%s.decided.%d.%s", Pass_name(pass),
                opening, answers[i].name), &out);
        }
    }
    SSL_CTX_free(ctx);
}

/* No field can be changed; tickets of others do not open. */
static void Foreign(Pass pass)
{
    static const char* const damages[] = {
        "flip=0", "flip=40", "flip=80", "flip=120", "flip=150", "flip=300",
        "flip=500", "flip=900", "flip=1000"
    };
    SSL_CTX* ctx = KeyContext(pass);
    SSL_CTX* ring = Context_new(pass);
    Outcome  out;
    size_t   i;

    First(ctx, pass);
    for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        Keys_reset(1, 1);
        Watch_reset(SSL_TICKET_RETURN_IGNORE);
        Visit(ctx, pass, &out, -1, "sess=%d %s", SLOT_FIRST, damages[i]);
        Say(Key("keycb.%s.%s", Pass_name(pass), damages[i]),
            "hs=%s kind=%s nst=%d", out.ok ? "ok" : "fail", out.client.kind,
            out.client.tickets);
    }
    Keys_reset(1, 1);
    Watch_reset(SSL_TICKET_RETURN_IGNORE);
    Visit(ring, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say(Key("keycb.%s.at-a-ring", Pass_name(pass)), "kind=%s dec=%s",
        out.client.kind, watch.status);
    Watch_reset(ANSWER_DEFAULT);
    Visit(ring, pass, &out, SLOT_OTHER, "new");
    Keys_reset(1, 1);
    Watch_reset(SSL_TICKET_RETURN_IGNORE);
    Visit(ctx, pass, &out, -1, "sess=%d", SLOT_OTHER);
    Say(Key("keycb.%s.from-a-ring", Pass_name(pass)), "kind=%s dec=%s "
        "shown=%d knew=%d", out.client.kind, watch.status, keys.shown,
        keys.knew);
    SSL_CTX_free(ctx);
    SSL_CTX_free(ring);
}

/* Back from the callback to the keys of the context. */
static void Back(Pass pass)
{
    SSL_CTX* ctx = KeyContext(pass);
    Outcome  out;

    First(ctx, pass);
    (void)SSL_CTX_set_tlsext_ticket_key_cb(ctx, NULL);
    Keys_reset(1, 1);
    Watch_reset(SSL_TICKET_RETURN_IGNORE);
    Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
    Say_outcome(Key("keycb.%s.back.former", Pass_name(pass)), &out);
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, SLOT_NEXT, "new");
    Watch_reset(ANSWER_DEFAULT);
    Visit(ctx, pass, &out, -1, "sess=%d", SLOT_NEXT);
    Say_outcome(Key("keycb.%s.back.new", Pass_name(pass)), &out);
    SayKeys(Key("keycb.%s.back.keys", Pass_name(pass)), 1);
    SSL_CTX_free(ctx);
}

/* Ciphers and digests; OpenSSL fails with those that do not pad. */
static void Kinds(Pass pass)
{
    static const struct {
        const char* cipher;
        const char* digest;
    } kinds[] = {
        { "AES-128-CBC", "SHA1" },
        { "AES-192-CBC", "SHA224" },
        { "AES-256-CBC", "SHA384" },
        { "AES-256-CBC", "SHA512" },
        { "AES-256-CBC", "MD5" }
    };
    SSL_CTX* ctx = KeyContext(pass);
    Outcome  out;
    size_t   i;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        Keys_reset(1, 2);
        keys.cipher = kinds[i].cipher;
        keys.digest = kinds[i].digest;
        Watch_reset(ANSWER_DEFAULT);
        Visit(ctx, pass, &out, SLOT_FIRST, "new");
        Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FIRST);
        Say(Key("keycb.%s.%s.%s", Pass_name(pass), kinds[i].cipher,
            kinds[i].digest), "kind=%s dec=%s", out.client.kind,
            watch.status);
    }
    SSL_CTX_free(ctx);
}

/* A ticket goes out on request, or the callback does not want it. */
static void OnRequest(void)
{
    static const int said[] = { 0, 1, -1 };
    SSL_CTX*         ctx = KeyContext(PASS_13);
    Outcome          out;
    Report           report;
    SSL*             ssl;
    size_t           i;
    int              ret;

    for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        Keys_reset(1, 1);
        Watch_reset(ANSWER_DEFAULT);
        ssl = Connect(ctx, PASS_13, &out, "new");
        Keys_reset(said[i], 1);
        Watch_reset(ANSWER_DEFAULT);
        ret = SSL_new_session_ticket(ssl);
        Say(Key("keycb.13.request.%d", said[i]), "%d then %s", ret,
            (Connection_write(ssl, "w") == 1) ? "written" : "failed");
        if (said[i] >= 0) {
            Peer_ask(&report, "read 1");
            Say(Key("keycb.13.request.%d.read", said[i]), "ok=%d nst=%d "
                "gen=%d asked=%d", report.ok, report.tickets, watch.gen,
                keys.asked);
        }
        Connection_close(ssl);
    }
    SSL_CTX_free(ctx);
}

void Scenario_keys(void)
{
    int pass;

    Calls();
    for (pass = 0; pass < PASS_COUNT; pass++) {
        Shared((Pass)pass);
    }
}

void Scenario_key_cb(void)
{
    int pass;

    for (pass = 0; pass < PASS_COUNT; pass++) {
        Sealing((Pass)pass);
        Opening((Pass)pass);
        Alone((Pass)pass);
        Decided((Pass)pass);
        Foreign((Pass)pass);
        Back((Pass)pass);
        Kinds((Pass)pass);
    }
    OnRequest();
}
