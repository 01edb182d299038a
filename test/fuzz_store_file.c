/* fuzz_store_file.c
 *
 * Any bytes as a store's file, and any bytes under its checksum or seal.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * input: settings[1] | extra[1] | and by the kind of run
 *        SET_FILE     material: the file, or edits of a good one
 *        SET_BODY     material: what is in it, or edits of something good
 *        otherwise    count[1] that the file has too many | entries, each
 *                     peer[1] | session[1] | length[2] | material: the
 *                     session, or edits of a good one
 * (see fz_material())
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE     /* mkdtemp() */
#endif

#include "fuzz_session.h"
#include "aead.h"
#include "store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/hash.h>

const char fz_name[] = "store_file";

enum {
    SET_SEALED  = 1,    /* under a key, not with a checksum */
    SET_AES     = 2,    /* by AES, not ChaCha20 */
    SET_FILE    = 4,
    SET_BODY    = 8,
    SET_CONNECT = 16,   /* sessions are offered in a first message */
    SET_SAVE    = 32,   /* what was loaded is saved */
    SET_SMALL   = 64,   /* the store has little room */
    EXTRA_KEY   = 1,    /* loaded with another key, or with one at all */
    EXTRA_NONE  = 2,    /* loaded without a key */
    EXTRA_END   = 4,    /* the end is wrong */
    EXTRA_BUILD = 8     /* of another build */
};

/* The format, as its description says it. */
#define LABEL        "wolfTicket store 1"
#define HEAD_SZ      (7 + 1 + 1 + 3 + 16 + 32 + 4)
#define ENTRY_SZ     (WT_PEER_SZ + 4)
#define SUM_SZ       32
#define MAX_ENTRIES  6
#define BODY_MAX     (4 + MAX_ENTRIES * (ENTRY_SZ + FZ_SESSION_MAX))
#define KEY_SZ       40

typedef struct {
    byte mem[HEAD_SZ + BODY_MAX + SUM_SZ];
    size_t sz;
} file;

static byte key[KEY_SZ];
static byte otherKey[KEY_SZ];
static const byte kept[WT_PEER_SZ] = { 0x6B, 0x65, 0x70, 0x74 };
static file good[4];        /* by SET_SEALED and SET_AES */
static file goodBody;
static char dir[64];
static char path[96];

/* ---- making files ------------------------------------------------------- */

static void AddEntry(file* body, byte peer, const byte* session, size_t sz)
{
    byte* to = body->mem + body->sz;

    memset(to, peer, WT_PEER_SZ);
    wt_put(to + WT_PEER_SZ, (word32)sz, 4);
    memcpy(to + ENTRY_SZ, session, sz);
    body->sz += ENTRY_SZ + sz;
}

static byte Kind(int set)
{
    byte ret = 0;

    if (set & SET_SEALED)
        ret = (set & SET_AES) ? WT_AEAD_AES256_GCM
                              : WT_AEAD_CHACHA20_POLY1305;
    return ret;
}

static void Close(file* f, int set)
{
    byte okm[WT_AEAD_KEY_SZ + WT_AEAD_NONCE_SZ];

    if (set & SET_SEALED) {
        FZ_CHECK(wc_HKDF(WC_SHA256, key, KEY_SZ, f->mem + 28, 32,
            (const byte*)LABEL, sizeof(LABEL) - 1, okm, sizeof(okm)) == 0);
        FZ_CHECK(wt_aead_seal((wt_aead)Kind(set), okm, okm + WT_AEAD_KEY_SZ,
            f->mem, HEAD_SZ, f->mem + HEAD_SZ, (word32)f->sz - HEAD_SZ,
            f->mem + f->sz) == 1);
        f->sz += WT_AEAD_TAG_SZ;
    }
    else {
        FZ_CHECK(wc_Sha256Hash(f->mem, (word32)f->sz, f->mem + f->sz) == 0);
        f->sz += SUM_SZ;
    }
}

static void MakeFile(file* f, const file* body, int set, int extra)
{
    memset(f->mem, 0, HEAD_SZ);
    memcpy(f->mem, "wtstore", 7);
    f->mem[7] = 1;
    f->mem[8] = Kind(set);
    wt_session_build(f->mem + 12);
    f->mem[12] ^= (extra & EXTRA_BUILD) ? 1 : 0;
    memset(f->mem + 28, 0x5A, 32);
    wt_put(f->mem + 60, (word32)body->sz, 4);
    memcpy(f->mem + HEAD_SZ, body->mem, body->sz);
    f->sz = HEAD_SZ + body->sz;
    Close(f, set);
    f->mem[f->sz - 1] ^= (extra & EXTRA_END) ? 1 : 0;
}

/* ---- the start ---------------------------------------------------------- */

static void RemoveFiles(void)
{
    (void)unlink(path);
    (void)rmdir(dir);
}

static void Start(void)
{
    static const char* const places[] = { "/dev/shm", "/tmp", "." };
    size_t i;

    fz_sessions();
    (void)fz_random(key, KEY_SZ, NULL);
    (void)fz_random(otherKey, KEY_SZ, NULL);
    goodBody.sz = 4;
    for (i = 0; i < FZ_SESSIONS; i++)
        AddEntry(&goodBody, (byte)(i / 2), fzSession[i].mem,
            fzSession[i].sz);
    wt_put(goodBody.mem, FZ_SESSIONS, 4);
    for (i = 0; i < 4; i++)
        MakeFile(&good[i], &goodBody, (int)i, 0);
    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        (void)snprintf(dir, sizeof(dir), "%s/fuzz-XXXXXX", places[i]);
        if (mkdtemp(dir) != NULL)
            break;
    }
    FZ_CHECK(i < sizeof(places) / sizeof(places[0]));
    (void)snprintf(path, sizeof(path), "%s/store", dir);
    FZ_CHECK(atexit(RemoveFiles) == 0);
}

static void Put(const file* f)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    FZ_CHECK(fd >= 0);
    FZ_CHECK(write(fd, f->mem, f->sz) == (ssize_t)f->sz);
    FZ_CHECK(close(fd) == 0);
}

/* ---- what has to come of it --------------------------------------------- */

static int IsGood(const file* f, int sealed)
{
    int ret = 0;
    int i;

    for (i = 0; i < 4; i++)
        ret |= (i & SET_SEALED) == sealed &&
            fz_same(f->mem, f->sz, good[i].mem, good[i].sz);
    return ret;
}

static int Lives(const wt_session_facts* facts)
{
    word64 now = (facts->received > FZ_NOW && facts->received <= FZ_NOW + 60)
        ? facts->received : FZ_NOW;

    return wt_session_lives(facts, now) && (!wt_session_is_tls13(facts) ||
        now - facts->received < WOLFTICKET_MAX_LIFETIME);
}

/* Entries of the input; *lives is how many of them can be in a store.  1 when
 * all are as they should be. */
static int MakeEntries(fz_input* in, file* body, int* lives)
{
    static byte session[FZ_SESSION_MAX];
    word32 count = fz_number(in, 1);
    wt_session_facts facts;
    int ret = count == 0;

    body->sz = 4;
    *lives = 0;
    while (in->sz > 0 && body->sz + ENTRY_SZ + FZ_SESSION_MAX <= BODY_MAX) {
        byte peer = (byte)fz_number(in, 1);
        const fz_session* base = &fzSession[fz_number(in, 1) % FZ_SESSIONS];
        fz_input part = fz_take(in, fz_number(in, 2));
        size_t sz = fz_material(&part, base->mem, base->sz, session,
            sizeof(session));

        AddEntry(body, peer, session, sz);
        count++;
        if (!wt_session_read(session, (word32)sz, &facts) ||
                facts.verify != 0)
            ret = 0;
        else if (Lives(&facts))
            (*lives)++;
    }
    wt_put(body->mem, count, 4);
    return ret;
}

/* ---- what was loaded ---------------------------------------------------- */

static wolfTicket_Store* NewStore(int small)
{
    wolfTicket_Store* store = wolfTicket_Store_new(small ? 2 : 0,
        small ? 2 : 0, small ? 4096 : 0, fz_clock, NULL);

    FZ_CHECK(store != NULL);
    return store;
}

static void Keep(wolfTicket_Store* store)
{
    const unsigned char* p = fzSession[0].mem;
    WOLFSSL_SESSION* session = wolfSSL_d2i_SSL_SESSION(NULL, &p,
        (long)fzSession[0].sz);

    FZ_CHECK(session != NULL && wt_store_put(store, kept, session) == 1);
    wolfSSL_SESSION_free(session);
}

static void Export(wolfTicket_Store* store, wt_blob* out, word32* count)
{
    memset(out, 0, sizeof(*out));
    FZ_CHECK(wt_store_export(store, out, count) == 1);
    FZ_CHECK((int)*count == wolfTicket_Store_count(store, NULL, NULL));
}

static void SameStore(wolfTicket_Store* a, wolfTicket_Store* b)
{
    wt_blob aBytes, bBytes;
    word32 aCount, bCount;

    Export(a, &aBytes, &aCount);
    Export(b, &bBytes, &bCount);
    FZ_CHECK(aCount == bCount);
    FZ_CHECK(fz_same(aBytes.mem, aBytes.sz, bBytes.mem, bBytes.sz));
    wt_session_discard(&aBytes);
    wt_session_discard(&bBytes);
}

static void CopyStore(wolfTicket_Store* store, int small)
{
    wolfTicket_Store* copy = NewStore(small);
    wt_blob bytes;
    word32 count;

    Export(store, &bytes, &count);
    FZ_CHECK(wt_store_import(copy, bytes.mem, bytes.sz, count) == 1);
    SameStore(store, copy);
    wt_session_discard(&bytes);
    wolfTicket_Store_free(copy);
}

static void SaveStore(wolfTicket_Store* store, int set)
{
    wolfTicket_Store* copy = NewStore(set & SET_SMALL);
    const byte* with = (set & SET_SEALED) ? key : NULL;
    size_t sz = (set & SET_SEALED) ? KEY_SZ : 0;

    FZ_CHECK(wolfTicket_Store_save(store, path, with, sz) == 1);
    FZ_CHECK(wolfTicket_Store_load(copy, path, (set & SET_SEALED) ? NULL
        : key, (set & SET_SEALED) ? 0 : KEY_SZ) == 0);
    FZ_CHECK(wolfTicket_Store_count(copy, NULL, NULL) == 0);
    FZ_CHECK(wolfTicket_Store_load(copy, path, with, sz) == 1);
    SameStore(store, copy);
    wolfTicket_Store_free(copy);
}

/* Every session comes out, is what the store says it is, and wolfSSL takes
 * it. */
static void TakeAll(wolfTicket_Store* store, int connect)
{
    WOLFSSL_SESSION* session;
    wt_session_facts facts;
    wt_blob bytes;
    word32 count, at;
    int left;

    Export(store, &bytes, &count);
    for (at = 0; at < bytes.sz;
            at += ENTRY_SZ + wt_get(bytes.mem + at + WT_PEER_SZ, 4)) {
        const byte* peer = bytes.mem + at;

        left = wt_store_left(store, peer);
        session = wt_store_take(store, peer, &facts);
        FZ_CHECK((session != NULL) == (left > 0));
        if (session == NULL)
            continue;
        FZ_CHECK(Lives(&facts) && facts.verify == 0);
        FZ_CHECK(wt_store_left(store, peer) ==
            (wt_session_is_tls13(&facts) ? left - 1 : left));
        fz_offer(session, connect, 0);
        wt_store_refused(store, peer, session);
        wolfSSL_SESSION_free(session);
    }
    FZ_CHECK(wolfTicket_Store_count(store, NULL, NULL) == 0);
    wt_session_discard(&bytes);
}

/* ---- one run ------------------------------------------------------------ */

/* With and without key as the settings say.  *fits: it is the file's. */
static int Load(wolfTicket_Store* store, int set, int extra, int* fits)
{
    const byte* with = (set & SET_SEALED) ? key : NULL;

    if (extra & EXTRA_NONE)
        with = NULL;
    else if (extra & EXTRA_KEY)
        with = otherKey;
    *fits = with == ((set & SET_SEALED) ? key : NULL);
    return wolfTicket_Store_load(store, path, with, (with != NULL) ? KEY_SZ
                                                                   : 0);
}

/* What may come of it: 0 nothing, 1 all, -1 either. */
static int MakeRun(fz_input* in, int set, int extra, file* f, int* lives)
{
    static file body;
    int ret = -1;

    *lives = -1;
    if (set & SET_FILE) {
        f->sz = fz_material(in, good[set & 3].mem, good[set & 3].sz, f->mem,
            sizeof(f->mem));
        ret = IsGood(f, set & SET_SEALED);
    }
    else {
        if (set & SET_BODY)
            body.sz = fz_material(in, goodBody.mem, goodBody.sz, body.mem,
                BODY_MAX);
        else
            ret = MakeEntries(in, &body, lives);
        MakeFile(f, &body, set, extra);
        if ((extra & (EXTRA_END | EXTRA_BUILD)) || body.sz < 4)
            ret = 0;
    }
    return ret;
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static file f;
    fz_input in = { data, size };
    int set = (int)fz_number(&in, 1);
    int extra = (int)fz_number(&in, 1);
    wolfTicket_Store* store;
    int may, lives, fits, ret;

    if (dir[0] == '\0')
        Start();
    may = MakeRun(&in, set, extra, &f, &lives);
    Put(&f);
    store = NewStore(set & SET_SMALL);
    Keep(store);
    ret = Load(store, set, extra, &fits);
    FZ_CHECK(ret == 0 || ret == 1);
    FZ_CHECK(ret == 0 || (fits && may != 0));
    FZ_CHECK(ret == 1 || !fits || may != 1);
    if (ret == 0) {
        FZ_CHECK(wolfTicket_Store_error()[0] != '\0');
        FZ_CHECK(wolfTicket_Store_count(store, NULL, NULL) == 1);
    }
    FZ_CHECK(lives < 0 || wolfTicket_Store_count(store, NULL, NULL) <=
        1 + lives);
    /* What was there is newer than what a file brings. */
    FZ_CHECK(wt_store_left(store, kept) == 1);
    if (ret == 1) {
        CopyStore(store, set & SET_SMALL);
        if (set & SET_SAVE)
            SaveStore(store, set);
    }
    TakeAll(store, (set & SET_CONNECT) != 0);
    wolfTicket_Store_free(store);
    return 0;
}
