/* unit_keyformat_bad.c
 *
 * Ticket keys as bytes: what is half written, damaged, or no key at all.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyfile_fixture.h"
#include "base64.h"

START_TEST(a_file_cut_at_any_byte_has_whole_keys_or_none)
{
    wolfTicket_KEYFILE format = (wolfTicket_KEYFILE)_i;
    wolfTicket_Key keys[3], back[8];
    byte file[BYTES_MAX];
    word32 sz, cut, keySz;
    wolfTicket_KEYFILE found;
    int seals;

    pattern_keys(0, 3, secret_size(format), keys);
    sz = bytes_of(format, keys, 3, file);
    keySz = sz / 3;
    for (cut = 0; cut < sz; cut++) {
        int want = (int)(cut / keySz);

        /* The last end of line need not be there. */
        if (is_haproxy(format) && cut % keySz == keySz - 1)
            want++;
        else if (cut % keySz != 0)
            want = 0;
        found = format;
        ck_assert_int_eq(parse_exact(file, cut, &found, back, 8, &seals),
            want);
        if (want > 0)
            ck_assert(same(&back[0],
                &keys[is_haproxy(format) ? 3 - want : 0]));
        else
            ck_assert_str_ne(wolfTicket_KeyFile_error(), "no error");
        /* 80 bytes of raw keys look like one of 80 whatever they were. */
        found = WOLFTICKET_KEYFILE_ANY;
        if (is_haproxy(format) && cut != 64)
            ck_assert_int_eq(parse_exact(file, cut, &found, back, 8, &seals),
                want);
        if (is_haproxy(format) && cut == 64)
            ck_assert_int_eq(parse_exact(file, cut, &found, back, 8, &seals),
                0);
    }
}
END_TEST

START_TEST(no_byte_of_a_line_can_be_another_kind_of_byte)
{
    wolfTicket_KEYFILE format = (wolfTicket_KEYFILE)_i;
    static const char odd[] = { '\0', '\n', ' ', '-', '_', '=', '@', '[', '`',
        '{', '*', ':', (char)0x80, (char)0xFF };
    wolfTicket_Key keys[3], back[8];
    byte file[BYTES_MAX];
    word32 sz, at;
    size_t i;
    int seals;

    pattern_keys(0, 3, secret_size(format), keys);
    sz = bytes_of(format, keys, 3, file);
    for (at = 0; at < sz; at++) {
        byte was = file[at];

        for (i = 0; i < sizeof(odd); i++) {
            wolfTicket_KEYFILE any = WOLFTICKET_KEYFILE_ANY;

            file[at] = (byte)odd[i];
            if (was == file[at])
                continue;
            ck_assert_int_eq(parse_exact(file, sz, &any, back, 8, &seals), 0);
            ck_assert(error_has("line "));
            ck_assert_int_eq(any, WOLFTICKET_KEYFILE_ANY);
        }
        file[at] = was;
    }
}
END_TEST

START_TEST(a_size_that_is_no_number_of_keys_is_refused)
{
    byte file[400];
    wolfTicket_KEYFILE format;
    wolfTicket_Key keys[8];
    size_t sz, i;
    int f, seals;

    for (i = 0; i < sizeof(file); i++)
        file[i] = (byte)(i * i + 200);
    for (sz = 0; sz <= sizeof(file); sz++) {
        for (f = 0; f < FORMATS; f++) {
            size_t unit = (f == WOLFTICKET_KEYFILE_NGINX_80) ? 80 : 48;
            int fits = sz > 0 && sz % unit == 0;

            if (f == WOLFTICKET_KEYFILE_ANY)
                fits = sz > 0 && (sz % 48 == 0) != (sz % 80 == 0);
            if (is_haproxy((wolfTicket_KEYFILE)f))
                fits = 0;
            format = (wolfTicket_KEYFILE)f;
            ck_assert_int_eq(parse_exact(file, sz, &format, keys, 8, &seals)
                > 0, fits);
        }
    }
}
END_TEST

START_TEST(a_size_of_the_other_kind_is_named)
{
    wolfTicket_KEYFILE format = WOLFTICKET_KEYFILE_HAPROXY_48;
    wolfTicket_Key key;
    byte file[BYTES_MAX];
    word32 sz;
    int seals;

    pattern_key(1, 32, &key);
    sz = bytes_of(WOLFTICKET_KEYFILE_HAPROXY_80, &key, 1, file);
    ck_assert_int_eq(parse_exact(file, sz, &format, &key, 1, &seals), 0);
    ck_assert(error_has("line 1 has 108 characters, a key of haproxy-48 has "
        "64"));
    format = WOLFTICKET_KEYFILE_NGINX_48;
    ck_assert_int_eq(parse_exact(file, 80, &format, &key, 1, &seals), 0);
    ck_assert(error_has("80 bytes, which is no number of keys of 48"));
    format = WOLFTICKET_KEYFILE_ANY;
    ck_assert_int_eq(parse_exact((const byte*)"", 0, &format, &key, 1,
        &seals), 0);
    ck_assert(error_has("it is empty"));
    ck_assert_int_eq(parse_exact((const byte*)"\n\r\n\n", 4, &format, &key, 1,
        &seals), 0);
    ck_assert(error_has("no key in it"));
}
END_TEST

/* openssl rand -base64 80 breaks its line behind 64 characters, which are 48
 * bytes. */
START_TEST(a_key_in_two_lines_is_no_key)
{
    wolfTicket_KEYFILE format = WOLFTICKET_KEYFILE_ANY;
    wolfTicket_Key key;
    byte file[BYTES_MAX], broken[BYTES_MAX];
    word32 sz;
    int seals;

    pattern_key(1, 32, &key);
    sz = bytes_of(WOLFTICKET_KEYFILE_HAPROXY_80, &key, 1, file);
    memcpy(broken, file, 64);
    broken[64] = '\n';
    memcpy(broken + 65, file + 64, sz - 64);
    ck_assert_int_eq(parse_exact(broken, sz + 1, &format, &key, 1, &seals), 0);
    ck_assert(error_has("line 2 has 44 characters"));
    ck_assert(error_has("broken into several lines"));
}
END_TEST

/* What is done to key 3 of 4 in the file. */
typedef enum { ZERO_AES, ZERO_HMAC, ONE_BYTE, TWICE, SAME_NAME, SAME_SECRETS }
    fault;

static const struct {
    fault what;
    const char* text;    /* with the numbers as the file has them */
} faults[] = {
    { ZERO_AES,     "key 3 is no key" },
    { ZERO_HMAC,    "key 3 is no key" },
    { ONE_BYTE,     "key 3 is no key" },
    { TWICE,        "have the same name" },
    { SAME_NAME,    "have the same name" },
    { SAME_SECRETS, "have the same secrets" }
};
#define FAULTS (int)(sizeof(faults) / sizeof(faults[0]))

static void spoil(wolfTicket_Key* key, const wolfTicket_Key* other, fault what)
{
    switch (what) {
        case ZERO_AES:
            memset(key->aes, 0, key->aes_sz);
            break;
        case ZERO_HMAC:
            memset(key->hmac, 0, key->hmac_sz);
            break;
        case ONE_BYTE:
            memset(key->aes, 0x77, key->aes_sz);
            memset(key->hmac, 0x77, key->hmac_sz);
            break;
        case TWICE:
            *key = *other;
            break;
        case SAME_NAME:
            memcpy(key->name, other->name, sizeof(key->name));
            break;
        case SAME_SECRETS:
            memcpy(key->aes, other->aes, sizeof(key->aes));
            memcpy(key->hmac, other->hmac, sizeof(key->hmac));
            break;
    }
}

/* Writes the four, which wt_keyformat_put() would not do at once. */
static word32 put_one_by_one(wolfTicket_KEYFILE format,
    const wolfTicket_Key* inFileOrder, byte* file)
{
    word32 keySz = 16 + 2 * (word32)secret_size(format);
    word32 sz = 0;
    int i, n;

    for (i = 0; i < 4; i++) {
        byte mem[80];

        for (n = 0; n < ORDERS; n++) {
            if (orders[n].format == format) {
                memcpy(mem, inFileOrder[i].name, 16);
                memcpy(mem + orders[n].aes, inFileOrder[i].aes,
                    secret_size(format));
                memcpy(mem + orders[n].hmac, inFileOrder[i].hmac,
                    secret_size(format));
            }
        }
        if (is_haproxy(format)) {
            wt_base64_encode(mem, keySz, file + sz);
            sz += wt_base64_size(keySz);
            file[sz++] = '\n';
        }
        else {
            memcpy(file + sz, mem, keySz);
            sz += keySz;
        }
    }
    return sz;
}

START_TEST(a_key_that_is_none_is_named_by_its_number)
{
    wolfTicket_Key keys[4], back[4];
    byte file[BYTES_MAX];
    int f, seals;

    for (f = FORMAT_NEW; f < FORMATS; f++) {
        wolfTicket_KEYFILE format = (wolfTicket_KEYFILE)f;
        word32 sz;

        pattern_keys(0, 4, secret_size(format), keys);
        spoil(&keys[2], &keys[0], faults[_i].what);
        sz = put_one_by_one(format, keys, file);
        memset(back, 0x5A, sizeof(back));
        ck_assert_int_eq(parse_exact(file, sz, &format, back, 4, &seals), 0);
        ck_assert(error_has(faults[_i].text));
        if (faults[_i].what >= TWICE) {
            ck_assert(error_has("1"));
            ck_assert(error_has("3"));
            ck_assert(!strstr(wolfTicket_KeyFile_error(), "2"));
            ck_assert(!strstr(wolfTicket_KeyFile_error(), "4"));
        }
        ck_assert_int_eq(wolfTicket_KeyFile_write("/nowhere/at/all", format,
            keys, 4), 0);
        ck_assert(error_has(faults[_i].text));
    }
}
END_TEST

static Suite* keyformat_bad_suite(void)
{
    Suite* suite = suite_create("keyformat_bad");
    TCase* tc = th_case(suite, "refused", 1);

    tcase_add_loop_test(tc, a_file_cut_at_any_byte_has_whole_keys_or_none,
        FORMAT_NEW, FORMATS);
    tcase_add_loop_test(tc, no_byte_of_a_line_can_be_another_kind_of_byte,
        WOLFTICKET_KEYFILE_HAPROXY_48, FORMATS);
    tcase_add_test(tc, a_size_that_is_no_number_of_keys_is_refused);
    tcase_add_test(tc, a_size_of_the_other_kind_is_named);
    tcase_add_test(tc, a_key_in_two_lines_is_no_key);
    tcase_add_loop_test(tc, a_key_that_is_none_is_named_by_its_number, 0,
        FAULTS);
    return suite;
}

int main(void)
{
    return th_run(keyformat_bad_suite());
}
