/* fuzz_key_file.c
 *
 * Any bytes as a file of ticket keys, and a ring that takes what is read.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * input: format[1] | max[1] | seals from[1] | source[1] |
 *        material: a file, or edits of a good one (see fz_material())
 */

#include "fuzz.h"
#include "keyformat.h"

#include <wolfticket/keyfile.h>

const char fz_name[] = "key_file";

#define FILE_MAX   4096
#define READ_MAX   12     /* keys asked for at most; a ring has fewer */
#define GOOD_KEYS  3
#define FORMATS    WOLFTICKET_KEYFILE_COUNT

typedef struct {
    byte mem[WT_KEY_PUT_MAX];
    word32 sz;
} file;

static file good[FORMATS];
static wolfTicket_KeyRing* ring = NULL;

static void Start(void)
{
    wolfTicket_Key keys[GOOD_KEYS];
    int i, f;

    FZ_CHECK(wolfSSL_Init() == WOLFSSL_SUCCESS);
    ring = wolfTicket_KeyRing_new_manual(fz_clock, NULL, fz_random, NULL);
    FZ_CHECK(ring != NULL);
    for (f = WOLFTICKET_KEYFILE_NGINX_48; f < FORMATS; f++) {
        int large = f == WOLFTICKET_KEYFILE_NGINX_80 ||
            f == WOLFTICKET_KEYFILE_HAPROXY_80;

        memset(keys, 0, sizeof(keys));
        for (i = 0; i < GOOD_KEYS; i++) {
            memset(keys[i].name, 'A' + i, sizeof(keys[i].name));
            (void)fz_random(keys[i].aes, large ? 32 : 16, NULL);
            (void)fz_random(keys[i].hmac, large ? 32 : 16, NULL);
            keys[i].aes_sz = keys[i].hmac_sz = large ? 32 : 16;
        }
        good[f].sz = wt_keyformat_put((wolfTicket_KEYFILE)f, keys, GOOD_KEYS,
            good[f].mem);
        FZ_CHECK(good[f].sz > 0);
    }
}

/* ---- what has to be true of keys that were read -------------------------- */

static int Lines(wolfTicket_KEYFILE format)
{
    return format == WOLFTICKET_KEYFILE_HAPROXY_48 ||
        format == WOLFTICKET_KEYFILE_HAPROXY_80;
}

static size_t SecretSz(wolfTicket_KEYFILE format)
{
    return (format == WOLFTICKET_KEYFILE_NGINX_80 ||
        format == WOLFTICKET_KEYFILE_HAPROXY_80) ? 32 : 16;
}

static int AllOneByte(const byte* mem, size_t sz)
{
    return memcmp(mem, mem + 1, sz - 1) == 0;
}

static void CheckKeys(const wolfTicket_Key* keys, int count,
    wolfTicket_KEYFILE format)
{
    static const byte zeros[16] = { 0 };
    size_t sz = SecretSz(format);
    int i, j;

    for (i = 0; i < count; i++) {
        FZ_CHECK(keys[i].aes_sz == sz && keys[i].hmac_sz == sz);
        FZ_CHECK(!AllOneByte(keys[i].aes, sz));
        FZ_CHECK(!AllOneByte(keys[i].hmac, sz));
        FZ_CHECK(sz == 32 || memcmp(keys[i].aes + 16, zeros, 16) == 0);
        FZ_CHECK(sz == 32 || memcmp(keys[i].hmac + 16, zeros, 16) == 0);
        for (j = 0; j < i; j++)
            FZ_CHECK(memcmp(keys[i].name, keys[j].name,
                WOLFTICKET_NAME_SZ) != 0);
    }
}

/* A raw key in the file, and where its fields stand. */
static void CheckRaw(const wolfTicket_Key* key, const byte* raw,
    wolfTicket_KEYFILE format)
{
    size_t sz = SecretSz(format);
    int hmacFirst = format == WOLFTICKET_KEYFILE_NGINX_80 ||
        format == WOLFTICKET_KEYFILE_APACHE_48;

    FZ_CHECK(memcmp(key->name, raw, WOLFTICKET_NAME_SZ) == 0);
    raw += WOLFTICKET_NAME_SZ;
    FZ_CHECK(memcmp(hmacFirst ? key->hmac : key->aes, raw, sz) == 0);
    FZ_CHECK(memcmp(hmacFirst ? key->aes : key->hmac, raw + sz, sz) == 0);
}

/* There is one way to write a key: each line that was written is in the file
 * that it was read from. */
static void CheckLines(const byte* out, size_t outSz, const byte* mem,
    size_t sz)
{
    while (outSz > 0) {
        const byte* end = (const byte*)memchr(out, '\n', outSz);
        size_t lineSz, at;

        FZ_CHECK(end != NULL);
        lineSz = (size_t)(end - out);
        for (at = 0; at + lineSz <= sz &&
                memcmp(mem + at, out, lineSz) != 0; at++)
            ;
        FZ_CHECK(at + lineSz <= sz);
        outSz -= lineSz + 1;
        out = end + 1;
    }
}

/* Written again the keys are the same, and so are the bytes of the file. */
static void WriteAgain(const wolfTicket_Key* keys, int count,
    wolfTicket_KEYFILE format, const byte* mem, size_t sz)
{
    byte out[WT_KEY_PUT_MAX];
    wolfTicket_Key again[WOLFTICKET_MAX_KEYS];
    wolfTicket_KEYFILE found = format;
    int put = (count < WOLFTICKET_MAX_KEYS) ? count : WOLFTICKET_MAX_KEYS;
    word32 outSz = wt_keyformat_put(format, keys, put, out);
    int seals, i;
    byte* copy;

    FZ_CHECK(outSz > 0 && outSz <= sizeof(out));
    copy = fz_copy(out, outSz);
    FZ_CHECK(wolfTicket_KeyFile_parse(copy, outSz, &found, again,
        WOLFTICKET_MAX_KEYS, &seals) == put);
    free(copy);
    FZ_CHECK(found == format);
    FZ_CHECK(memcmp(again, keys, (size_t)put * sizeof(*keys)) == 0);
    if (Lines(format)) {
        CheckLines(out, outSz, mem, sz);
    }
    else {
        FZ_CHECK(outSz <= sz && memcmp(out, mem, outSz) == 0);
        for (i = 0; i < count; i++)
            CheckRaw(&keys[i], mem + (size_t)i * (WOLFTICKET_NAME_SZ +
                2 * SecretSz(format)), format);
    }
}

/* ---- the ring ----------------------------------------------------------- */

static void CheckRing(const wolfTicket_Key* keys, int count, int seals)
{
    wolfTicket_KeyInfo infos[WOLFTICKET_MAX_KEYS];
    int i;

    FZ_CHECK(wolfTicket_KeyRing_count(ring) == count);
    FZ_CHECK(wolfTicket_KeyRing_list(ring, infos, WOLFTICKET_MAX_KEYS) ==
        count);
    for (i = 0; i < count; i++) {
        FZ_CHECK(memcmp(infos[i].name, keys[i].name, WOLFTICKET_NAME_SZ)
            == 0);
        FZ_CHECK((infos[i].state == WOLFTICKET_KEY_SEALS) == (i == seals));
    }
}

/* What a file is read for: good keys make a ring, unless they are too many. */
static void SetKeys(const wolfTicket_Key* keys, int count, int from)
{
    int before = wolfTicket_KeyRing_count(ring);
    int fits = count >= 1 && count <= WOLFTICKET_MAX_KEYS && from <= count;

    if (wolfTicket_KeyRing_set_keys(ring, keys, count, from)) {
        FZ_CHECK(fits);
        CheckRing(keys, count, from);
    }
    else {
        FZ_CHECK(!fits);
        FZ_CHECK(wolfTicket_KeyRing_count(ring) == before);
        FZ_CHECK(wolfTicket_CTX_error(NULL)[0] != '\0');
    }
}

/* ---- one run ------------------------------------------------------------ */

static void Refused(const wolfTicket_Key* keys, int max)
{
    const char* text = wolfTicket_KeyFile_error();
    const byte* mem = (const byte*)keys;
    size_t i;

    FZ_CHECK(text != NULL && text[0] != '\0');
    /* Nothing of the file is left where the caller does not look. */
    for (i = 0; i < (size_t)max * sizeof(*keys); i++)
        FZ_CHECK(mem[i] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static byte mem[FILE_MAX];
    fz_input in = { data, size };
    wolfTicket_KEYFILE asked = (wolfTicket_KEYFILE)(fz_number(&in, 1) %
        FORMATS);
    int max = 1 + (int)(fz_number(&in, 1) % READ_MAX);
    int from = (int)(fz_number(&in, 1) % WOLFTICKET_MAX_KEYS);
    int source = 1 + (int)(fz_number(&in, 1) % (FORMATS - 1));
    wolfTicket_KEYFILE format = asked;
    wolfTicket_Key* keys;
    int seals = -2;
    size_t sz;
    byte* copy;
    int count;

    if (ring == NULL)
        Start();
    sz = fz_material(&in, good[source].mem, good[source].sz, mem,
        sizeof(mem));
    copy = fz_copy(mem, sz);
    keys = (wolfTicket_Key*)fz_exact((size_t)max * sizeof(*keys));
    count = wolfTicket_KeyFile_parse(copy, sz, &format, keys, max, &seals);
    FZ_CHECK(count >= 0 && count <= max);
    if (count > 0) {
        FZ_CHECK(format != WOLFTICKET_KEYFILE_ANY && format < FORMATS);
        FZ_CHECK(asked == WOLFTICKET_KEYFILE_ANY || format == asked);
        FZ_CHECK(seals >= -1 && seals < count);
        CheckKeys(keys, count, format);
        WriteAgain(keys, count, format, mem, sz);
        SetKeys(keys, count, (from != 0 || seals < 0) ? from : seals);
    }
    else {
        FZ_CHECK(format == asked && seals == -2);
        Refused(keys, max);
    }
    free(keys);
    free(copy);
    return 0;
}
