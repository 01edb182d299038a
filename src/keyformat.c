/* keyformat.c
 *
 * Ticket keys as bytes of a file, and the texts of what is wrong with them.
 *
 * A key has a name, the secret of a cipher and that of an HMAC, in an order
 * that depends on who made the format:
 *
 *     nginx-48    name[16] | aes[16]  | hmac[16]
 *     nginx-80    name[16] | hmac[32] | aes[32]
 *     apache-48   name[16] | hmac[16] | aes[16]
 *     haproxy-48  name[16] | aes[16]  | hmac[16]
 *     haproxy-80  name[16] | aes[32]  | hmac[32]
 *
 * HAProxy's stand in base64, a line each, the newest last; the others one
 * behind the other, the newest first.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyformat.h"
#include "base64.h"
#include "error.h"
#include "ring.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_SZ    480
/* Of a longer path the end is shown. */
#define PATH_SHOWN 200

/* What 48 and 80 divide. */
#define BOTH_SIZES 240

/* The years 2020 to 2200, in which keys are made. */
#define MADE_FROM  ((word64)1577836800)
#define MADE_UNTIL ((word64)7258118400)

typedef struct {
    const char* name;
    byte secretSz;     /* 0: any format */
    byte hmacFirst;
    byte lines;        /* base64, newest last */
} layout;

static const layout layouts[WOLFTICKET_KEYFILE_COUNT] = {
    { "any",         0, 0, 0 },
    { "nginx-48",   16, 0, 0 },
    { "nginx-80",   32, 1, 0 },
    { "apache-48",  16, 1, 0 },
    { "haproxy-48", 16, 0, 1 },
    { "haproxy-80", 32, 0, 1 }
};

static WT_THREAD_LOCAL char threadText[TEXT_SZ];

/* ---- texts -------------------------------------------------------------- */

int wt_keytext(const char* format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(threadText, sizeof(threadText), format, args);
    va_end(args);
    return 0;
}

int wt_keytext_of(const char* path)
{
    char text[TEXT_SZ];
    size_t sz = XSTRLEN(path);
    const char* cut = "";

    if (sz > PATH_SHOWN) {
        path += sz - PATH_SHOWN;
        cut = "...";
    }
    XMEMCPY(text, threadText, sizeof(text));
    return wt_keytext("%s%.*s: %.*s", cut, PATH_SHOWN, path,
        TEXT_SZ - PATH_SHOWN - 8, text);
}

const char* wolfTicket_KeyFile_error(void)
{
    return (threadText[0] != '\0') ? threadText : wt_error_text(WT_OK);
}

/* ---- names -------------------------------------------------------------- */

static int IsFormat(wolfTicket_KEYFILE format)
{
    return (int)format >= 0 && format < WOLFTICKET_KEYFILE_COUNT;
}

const char* wolfTicket_KEYFILE_name(wolfTicket_KEYFILE format)
{
    return IsFormat(format) ? layouts[format].name : "unknown";
}

int wolfTicket_KEYFILE_of_name(const char* name, wolfTicket_KEYFILE* format)
{
    int i;

    if (name == NULL || format == NULL)
        return wt_keytext("%s", wt_error_text(WT_E_NULL));
    for (i = 0; i < WOLFTICKET_KEYFILE_COUNT; i++) {
        if (XSTRCMP(name, layouts[i].name) == 0) {
            *format = (wolfTicket_KEYFILE)i;
            return 1;
        }
    }
    return wt_keytext("there is no such format: there are any, nginx-48, "
        "nginx-80, apache-48, haproxy-48 and haproxy-80");
}

/* ---- one key ------------------------------------------------------------ */

static word32 KeySize(const layout* form)
{
    return WOLFTICKET_NAME_SZ + 2 * (word32)form->secretSz;
}

static void KeyFrom(const byte* mem, const layout* form, wolfTicket_Key* key)
{
    byte* first = form->hmacFirst ? key->hmac : key->aes;
    byte* second = form->hmacFirst ? key->aes : key->hmac;

    XMEMSET(key, 0, sizeof(*key));
    XMEMCPY(key->name, mem, WOLFTICKET_NAME_SZ);
    XMEMCPY(first, mem + WOLFTICKET_NAME_SZ, form->secretSz);
    XMEMCPY(second, mem + WOLFTICKET_NAME_SZ + form->secretSz,
        form->secretSz);
    key->aes_sz = form->secretSz;
    key->hmac_sz = form->secretSz;
}

static void KeyTo(const wolfTicket_Key* key, const layout* form, byte* mem)
{
    const byte* first = form->hmacFirst ? key->hmac : key->aes;
    const byte* second = form->hmacFirst ? key->aes : key->hmac;

    XMEMCPY(mem, key->name, WOLFTICKET_NAME_SZ);
    XMEMCPY(mem + WOLFTICKET_NAME_SZ, first, form->secretSz);
    XMEMCPY(mem + WOLFTICKET_NAME_SZ + form->secretSz, second,
        form->secretSz);
}

/* Keys are counted as in the file, from 1. */
static int KeyIsGood(const wolfTicket_Key* key, int number)
{
    if (wt_key_check(key) != WT_OK)
        return wt_keytext("key %d is no key: it has a secret that is all zero "
            "or all one byte; take one from wolfticket keygen", number);
    return 1;
}

/* In texts the first key has the number first, the others follow by step. */
static int KeysDiffer(const wolfTicket_Key* keys, int count, int first,
    int step)
{
    int i, j;

    for (i = 1; i < count; i++) {
        for (j = 0; j < i; j++) {
            const wolfTicket_Key* a = &keys[j];
            const wolfTicket_Key* b = &keys[i];

            if (wt_equal(a->name, b->name, sizeof(a->name)))
                return wt_keytext("keys %d and %d have the same name: take "
                    "one of them out", first + j * step, first + i * step);
            if (wt_key_same(a, b))
                return wt_keytext("keys %d and %d have the same secrets: take "
                    "one of them out", first + j * step, first + i * step);
        }
    }
    return 1;
}

/* ---- reading ------------------------------------------------------------ */

typedef struct {
    const byte* mem;
    word32 sz;
    word32 pos;
    const layout* form;
    int number;        /* of the key that was read last, from 1 */
    int line;          /* the same of its line */
} reader;

/* Bytes that lines of base64 consist of. */
static int IsText(const byte* mem, word32 sz)
{
    word32 other = 0;
    word32 i;

    for (i = 0; i < sz; i++) {
        if (!wt_base64_char(mem[i]) && mem[i] != '\r' && mem[i] != '\n')
            other++;
    }
    /* One wrong character makes no raw keys of it: of 48 random bytes a
     * quarter is such text, and seven eighths are once in 2^60 times. */
    return other <= sz / 8;
}

/* Cuts the next line that is not empty off; NULL at the end. */
static const byte* NextLine(reader* in, word32* sz)
{
    const byte* line = NULL;

    *sz = 0;
    while (*sz == 0 && in->pos < in->sz) {
        line = in->mem + in->pos;
        in->line++;
        while (in->pos < in->sz && in->mem[in->pos] != '\n') {
            in->pos++;
            (*sz)++;
        }
        in->pos++;
        if (*sz > 0 && line[*sz - 1] == '\r')
            (*sz)--;
    }
    return (*sz > 0) ? line : NULL;
}

/* How many keys of that size have a name that tells when they were made.  One
 * that was drawn by others does so once in 2^30 times.  Where keys of either
 * size may begin nothing is learnt. */
static int CountMade(const byte* mem, word32 sz, word32 keySz)
{
    int ret = 0;
    word32 i;

    for (i = keySz; i < sz; i += keySz) {
        word64 made = wolfTicket_Key_made(mem + i);

        if (i % BOTH_SIZES != 0 && made >= MADE_FROM && made < MADE_UNTIL)
            ret++;
    }
    return ret;
}

/* The format of a file whose size both 48 and 80 divide. */
static wolfTicket_KEYFILE GuessByNames(const byte* mem, word32 sz)
{
    int of48 = CountMade(mem, sz, 48);
    int of80 = CountMade(mem, sz, 80);
    wolfTicket_KEYFILE ret = WOLFTICKET_KEYFILE_ANY;

    if (of48 > 0 && of80 == 0)
        ret = WOLFTICKET_KEYFILE_NGINX_48;
    else if (of80 > 0 && of48 == 0)
        ret = WOLFTICKET_KEYFILE_NGINX_80;
    else
        (void)wt_keytext("it has %lu bytes, which can be keys of 48 or of 80: "
            "say which format it has", (unsigned long)sz);
    return ret;
}

/* The format of a file that may have any; WOLFTICKET_KEYFILE_ANY with a text
 * when that cannot be told. */
static wolfTicket_KEYFILE Guess(const byte* mem, word32 sz)
{
    wolfTicket_KEYFILE ret = WOLFTICKET_KEYFILE_ANY;
    reader in;
    word32 lineSz;

    if (IsText(mem, sz)) {
        XMEMSET(&in, 0, sizeof(in));
        in.mem = mem;
        in.sz = sz;
        (void)NextLine(&in, &lineSz);
        if (lineSz == wt_base64_size(80))
            ret = WOLFTICKET_KEYFILE_HAPROXY_80;
        else if (lineSz != wt_base64_size(48) || in.pos <= sz)
            ret = WOLFTICKET_KEYFILE_HAPROXY_48;
        else
            (void)wt_keytext("its only line has no end and may be half a key "
                "of 80 bytes: say which format it has");
    }
    else if (sz % BOTH_SIZES == 0) {
        ret = GuessByNames(mem, sz);
    }
    else if (sz % 48 == 0) {
        ret = WOLFTICKET_KEYFILE_NGINX_48;
    }
    else if (sz % 80 == 0) {
        ret = WOLFTICKET_KEYFILE_NGINX_80;
    }
    else {
        (void)wt_keytext("it has %lu bytes, which is no number of keys of 48 "
            "or 80: it is half written, or no key file", (unsigned long)sz);
    }
    return ret;
}

static int NextFromLine(reader* in, wolfTicket_Key* key)
{
    byte mem[WT_KEY_BYTES_MAX];
    word32 keySz = KeySize(in->form);
    word32 lineSz;
    const byte* line = NextLine(in, &lineSz);
    int ret = -1;

    if (line == NULL) {
        ret = 0;
    }
    else if (lineSz != wt_base64_size(keySz)) {
        (void)wt_keytext("line %d has %lu characters, a key of %s has %lu: it "
            "is half written, broken into several lines, or of another "
            "format", in->line, (unsigned long)lineSz, in->form->name,
            (unsigned long)wt_base64_size(keySz));
    }
    else if (!wt_base64_decode(line, mem, keySz)) {
        (void)wt_keytext("line %d is no base64 of %lu bytes", in->line,
            (unsigned long)keySz);
    }
    else {
        KeyFrom(mem, in->form, key);
        ret = 1;
    }
    wt_wipe(mem, sizeof(mem));
    return ret;
}

/* The next key of the file: 1, 0 at the end, -1 with a text. */
static int NextKey(reader* in, wolfTicket_Key* key)
{
    word32 keySz = KeySize(in->form);
    int ret = -1;

    if (in->form->lines) {
        ret = NextFromLine(in, key);
    }
    else if (in->sz % keySz != 0) {
        (void)wt_keytext("it has %lu bytes, which is no number of keys of "
            "%lu: it is half written, or not %s", (unsigned long)in->sz,
            (unsigned long)keySz, in->form->name);
    }
    else if (in->pos == in->sz) {
        ret = 0;
    }
    else {
        KeyFrom(in->mem + in->pos, in->form, key);
        in->pos += keySz;
        ret = 1;
    }
    if (ret == 1) {
        in->number++;
        if (!KeyIsGood(key, in->number))
            ret = -1;
    }
    return ret;
}

static reader ReaderOf(const byte* mem, word32 sz, wolfTicket_KEYFILE format)
{
    reader in;

    XMEMSET(&in, 0, sizeof(in));
    in.mem = mem;
    in.sz = sz;
    in.form = &layouts[format];
    return in;
}

/* How many keys there are, all of them looked at; 0 with a text. */
static int CountKeys(const byte* mem, word32 sz, wolfTicket_KEYFILE format)
{
    reader in = ReaderOf(mem, sz, format);
    wolfTicket_Key key;
    int more;

    do {
        more = NextKey(&in, &key);
    } while (more == 1);
    wt_wipe(&key, sizeof(key));
    if (more == 0 && in.number == 0)
        (void)wt_keytext("it has no key in it");
    return (more == 0) ? in.number : 0;
}

/* Keeps the newest ones of count, max at most.  Returns how many. */
static int KeepKeys(const byte* mem, word32 sz, wolfTicket_KEYFILE format,
    wolfTicket_Key* keys, int count, int max)
{
    reader in = ReaderOf(mem, sz, format);
    int kept = (count < max) ? count : max;
    wolfTicket_Key key;
    int to;

    while (NextKey(&in, &key) == 1) {
        to = in.form->lines ? count - in.number : in.number - 1;
        if (to < kept)
            keys[to] = key;
    }
    wt_wipe(&key, sizeof(key));
    if (!KeysDiffer(keys, kept, in.form->lines ? count : 1,
            in.form->lines ? -1 : 1)) {
        wt_wipe(keys, (size_t)kept * sizeof(*keys));
        kept = 0;
    }
    return kept;
}

/* Which of the keys that were read seals. */
static int SealsOf(wolfTicket_KEYFILE format, int count, int kept)
{
    int seals = (layouts[format].lines && count > 1) ? 1 : 0;

    return (seals < kept) ? seals : -1;
}

int wolfTicket_KeyFile_parse(const unsigned char* mem, size_t sz,
    wolfTicket_KEYFILE* format, wolfTicket_Key* keys, int max, int* seals)
{
    wolfTicket_KEYFILE found;
    int count = 0;
    int ret = 0;

    if ((mem == NULL && sz > 0) || format == NULL || keys == NULL ||
            seals == NULL)
        return wt_keytext("%s", wt_error_text(WT_E_NULL));
    if (!IsFormat(*format) || max < 1)
        return wt_keytext("no such format, or no room for a key");

    found = *format;
    if (sz == 0)
        (void)wt_keytext("it is empty");
    else if (sz > WT_KEYFILE_MAX)
        (void)wt_keytext("it has more than %d bytes: take old keys out",
            WT_KEYFILE_MAX);
    else if (found == WOLFTICKET_KEYFILE_ANY)
        found = Guess(mem, (word32)sz);
    if (sz > 0 && sz <= WT_KEYFILE_MAX && found != WOLFTICKET_KEYFILE_ANY)
        count = CountKeys(mem, (word32)sz, found);
    if (count > 0)
        ret = KeepKeys(mem, (word32)sz, found, keys, count, max);
    if (ret > 0) {
        *format = found;
        *seals = SealsOf(found, count, ret);
    }
    return ret;
}

/* ---- writing ------------------------------------------------------------ */

static int CanPut(wolfTicket_KEYFILE format, const wolfTicket_Key* keys,
    int count)
{
    const layout* form;
    int i;

    if (!IsFormat(format) || format == WOLFTICKET_KEYFILE_ANY)
        return wt_keytext("a file is written in a format of its own, not in "
            "any");
    if (count < 1 || count > WOLFTICKET_MAX_KEYS)
        return wt_keytext("a file is written with 1 to %d keys",
            WOLFTICKET_MAX_KEYS);
    form = &layouts[format];
    for (i = 0; i < count; i++) {
        if (keys[i].aes_sz != form->secretSz ||
                keys[i].hmac_sz != form->secretSz)
            return wt_keytext("key %d does not fit %s, whose secrets have %d "
                "bytes", i + 1, form->name, form->secretSz);
        if (!KeyIsGood(&keys[i], i + 1))
            return 0;
    }
    return KeysDiffer(keys, count, 1, 1);
}

word32 wt_keyformat_put(wolfTicket_KEYFILE format, const wolfTicket_Key* keys,
    int count, byte* out)
{
    const layout* form;
    byte mem[WT_KEY_BYTES_MAX];
    word32 keySz, sz = 0;
    int i;

    if (!CanPut(format, keys, count))
        return 0;
    form = &layouts[format];
    keySz = KeySize(form);
    for (i = 0; i < count; i++) {
        if (form->lines) {
            KeyTo(&keys[count - 1 - i], form, mem);
            wt_base64_encode(mem, keySz, out + sz);
            sz += wt_base64_size(keySz);
            out[sz++] = '\n';
        }
        else {
            KeyTo(&keys[i], form, out + sz);
            sz += keySz;
        }
    }
    wt_wipe(mem, sizeof(mem));
    return sz;
}
