/* unit_keyformat.c
 *
 * Ticket keys as bytes: every format's order, and bad calls.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "keyfile_fixture.h"
#include "base64.h"

/* ---- orders ------------------------------------------------------------- */

START_TEST(every_format_has_its_order_of_fields)
{
    wolfTicket_KEYFILE format = orders[_i].format;
    size_t secretSz = secret_size(format);
    byte file[BYTES_MAX], mem[80];
    wolfTicket_Key key;
    word32 sz;

    pattern_key(1, secretSz, &key);
    sz = bytes_of(format, &key, 1, file);
    if (is_haproxy(format)) {
        ck_assert_uint_eq(sz, wt_base64_size(orders[_i].size) + 1);
        ck_assert_uint_eq(file[sz - 1], '\n');
        ck_assert_int_eq(wt_base64_decode(file, mem, orders[_i].size), 1);
    }
    else {
        ck_assert_uint_eq(sz, orders[_i].size);
        memcpy(mem, file, sz);
    }
    ck_assert_mem_eq(mem, key.name, WOLFTICKET_NAME_SZ);
    ck_assert_mem_eq(mem + orders[_i].aes, key.aes, secretSz);
    ck_assert_mem_eq(mem + orders[_i].hmac, key.hmac, secretSz);
}
END_TEST

/* `printf 'name............aes.............hmac............' | base64` and
 * its like, made by other programs. */
START_TEST(a_line_of_haproxy_is_what_openssl_writes)
{
    static const char line[] = "bmFtZS4uLi4uLi4uLi4uLmFlcy4uLi4uLi4uLi4uLi5obW"
        "FjLi4uLi4uLi4uLi4u\n";
    wolfTicket_KEYFILE format = WOLFTICKET_KEYFILE_ANY;
    wolfTicket_Key key;
    int seals = -2;

    ck_assert_int_eq(parse_exact((const byte*)line, sizeof(line) - 1, &format,
        &key, 1, &seals), 1);
    ck_assert_int_eq(format, WOLFTICKET_KEYFILE_HAPROXY_48);
    ck_assert_int_eq(seals, 0);
    ck_assert_mem_eq(key.name, "name............", 16);
    ck_assert_mem_eq(key.aes, "aes.............", 16);
    ck_assert_mem_eq(key.hmac, "hmac............", 16);
    ck_assert_uint_eq(key.aes_sz, 16);
    ck_assert_uint_eq(key.hmac_sz, 16);
}
END_TEST

static int seals_of(wolfTicket_KEYFILE format, int count)
{
    return (is_haproxy(format) && count > 1) ? 1 : 0;
}

START_TEST(keys_come_back_newest_first)
{
    wolfTicket_KEYFILE format = (wolfTicket_KEYFILE)_i;
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS], back[WOLFTICKET_MAX_KEYS];
    byte file[BYTES_MAX];
    int count, i, seals;
    word32 sz;

    for (count = 1; count <= WOLFTICKET_MAX_KEYS; count++) {
        pattern_keys(0, count, secret_size(format), keys);
        sz = bytes_of(format, keys, count, file);
        seals = -2;
        ck_assert_int_eq(parse_exact(file, sz, &format, back, 8, &seals),
            count);
        for (i = 0; i < count; i++)
            ck_assert(same(&keys[i], &back[i]));
        ck_assert_int_eq(seals, seals_of(format, count));
    }
}
END_TEST

START_TEST(any_finds_the_format_or_says_that_it_cannot)
{
    wolfTicket_KEYFILE format = (wolfTicket_KEYFILE)_i;
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS], back[WOLFTICKET_MAX_KEYS];
    byte file[BYTES_MAX];
    int count, seals;

    for (count = 1; count <= WOLFTICKET_MAX_KEYS; count++) {
        wolfTicket_KEYFILE found = WOLFTICKET_KEYFILE_ANY;
        word32 sz;
        int ret;

        pattern_keys(0, count, secret_size(format), keys);
        sz = bytes_of(format, keys, count, file);
        ret = parse_exact(file, sz, &found, back, 8, &seals);
        if (!is_haproxy(format) && sz % 240 == 0) {
            ck_assert_int_eq(ret, 0);
            ck_assert(error_has("say which format it has"));
            ck_assert_int_eq(found, WOLFTICKET_KEYFILE_ANY);
        }
        else {
            ck_assert_int_eq(ret, count);
            ck_assert_int_eq(found, (format == WOLFTICKET_KEYFILE_APACHE_48)
                ? WOLFTICKET_KEYFILE_NGINX_48 : format);
        }
    }
}
END_TEST

START_TEST(names_that_tell_their_time_tell_the_size)
{
    static const struct {
        wolfTicket_KEYFILE format;
        int count;
    } rows[] = {
        { WOLFTICKET_KEYFILE_NGINX_48, 5 }, { WOLFTICKET_KEYFILE_NGINX_80, 3 },
        { WOLFTICKET_KEYFILE_NGINX_80, 6 }
    };
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS], made, back[8];
    byte file[BYTES_MAX];
    int told, i, seals;

    /* One name will do that does not stand where keys of the other size may
     * begin as well. */
    for (told = 0; told < rows[_i].count; told++) {
        wolfTicket_KEYFILE format = rows[_i].format;
        wolfTicket_KEYFILE found = WOLFTICKET_KEYFILE_ANY;
        int tells = told % ((secret_size(format) == 32) ? 3 : 5) != 0;
        word32 sz;

        pattern_keys(0, rows[_i].count, secret_size(format), keys);
        ck_assert_int_eq(wolfTicket_Key_generate(NULL, &made, 32), 1);
        memcpy(keys[told].name, made.name, WOLFTICKET_NAME_SZ);
        sz = bytes_of(format, keys, rows[_i].count, file);
        i = parse_exact(file, sz, &found, back, 8, &seals);
        ck_assert_int_eq(i, tells ? rows[_i].count : 0);
        ck_assert(!tells || found == format);
    }
}
END_TEST

START_TEST(the_oldest_are_left_out)
{
    wolfTicket_KEYFILE format = (wolfTicket_KEYFILE)_i;
    wolfTicket_Key keys[6], back[6];
    byte file[BYTES_MAX];
    word32 sz;
    int max, i, seals;

    pattern_keys(0, 6, secret_size(format), keys);
    sz = bytes_of(format, keys, 6, file);
    for (max = 1; max <= 6; max++) {
        memset(back, 0x5A, sizeof(back));
        ck_assert_int_eq(parse_exact(file, sz, &format, back, max, &seals),
            max);
        for (i = 0; i < max; i++)
            ck_assert(same(&keys[i], &back[i]));
        for (; i < 6; i++)
            ck_assert_uint_eq(back[i].name[0], 0x5A);
        ck_assert_int_eq(seals, (is_haproxy(format) && max == 1) ? -1
            : seals_of(format, 6));
    }
}
END_TEST

START_TEST(a_long_file_of_haproxy_is_read_to_its_end)
{
    wolfTicket_KEYFILE format = (wolfTicket_KEYFILE)_i;
    word32 keySz = 16 + 2 * (word32)secret_size(format);
    word32 lineSz = wt_base64_size(keySz) + 1;
    word32 lines = WT_KEYFILE_MAX / lineSz;
    byte* file = (byte*)malloc((lines + 1) * lineSz);
    wolfTicket_Key back[3];
    byte mem[80];
    word32 i, j;
    int seals;

    for (i = 0; i <= lines; i++) {
        for (j = 0; j < keySz; j++)
            mem[j] = (byte)(j * 7 + ((j % 3 == 0) ? i : i >> 8));
        wt_base64_encode(mem, keySz, file + i * lineSz);
        file[(i + 1) * lineSz - 1] = '\n';
    }
    ck_assert_int_eq(parse_exact(file, lines * lineSz, &format, back, 3,
        &seals), 3);
    ck_assert_uint_eq(back[0].name[0], (byte)(lines - 1));
    ck_assert_uint_eq(back[1].name[0], (byte)(lines - 2));
    ck_assert_uint_eq(back[2].name[0], (byte)(lines - 3));
    ck_assert_int_eq(parse_exact(file, (lines + 1) * lineSz, &format, back, 3,
        &seals), 0);
    ck_assert(error_has("more than 262144 bytes"));
    free(file);
}
END_TEST

/* ---- lines -------------------------------------------------------------- */

/* Joins three keys' lines with ends of lines of one's own. */
static size_t with_ends(wolfTicket_KEYFILE format, const char* before,
    const char* between, const char* after, char* out)
{
    wolfTicket_Key keys[3];
    byte file[BYTES_MAX];
    int lineSz, i;

    pattern_keys(0, 3, secret_size(format), keys);
    lineSz = (int)bytes_of(format, keys, 3, file) / 3;
    out += sprintf(out, "%s", before);
    for (i = 0; i < 3; i++)
        out += sprintf(out, "%.*s%s", lineSz - 1, (char*)file + i * lineSz,
            (i < 2) ? between : after);
    return strlen(out);
}

static const struct {
    const char* before;
    const char* between;
    const char* after;
    int keys;
} ends[] = {
    { "", "\n", "\n", 3 }, { "", "\n", "", 3 }, { "", "\r\n", "\r\n", 3 },
    { "", "\r\n", "\r", 3 }, { "", "\n", "\n\n\n", 3 },
    { "\n", "\n\n", "", 3 }, { "\r\n", "\n\r\n", "\r\n\r\n", 3 },
    { "", "\r", "\n", 0 }, { "", "", "\n", 0 }, { " ", "\n", "\n", 0 },
    { "", " \n", "\n", 0 }, { "", "\n", " \n", 0 }, { "", "\n ", "\n", 0 },
    { "", "\r\r\n", "\n", 0 }, { "", "\n", "\n#\n", 0 },
    { "", "\n", "\n=", 0 }, { "", "=\n", "=\n", 0 }, { "", "\n", "A\n", 0 },
    { "\xEF\xBB\xBF", "\n", "\n", 0 }
};
#define ENDS (int)(sizeof(ends) / sizeof(ends[0]))

START_TEST(lines_end_in_one_of_two_ways)
{
    static const wolfTicket_KEYFILE formats[] = {
        WOLFTICKET_KEYFILE_HAPROXY_48, WOLFTICKET_KEYFILE_HAPROXY_80
    };
    char file[BYTES_MAX];
    wolfTicket_Key keys[8], want[3];
    int i, any, seals;

    for (i = 0; i < 2; i++) {
        pattern_keys(0, 3, secret_size(formats[i]), want);
        with_ends(formats[i], ends[_i].before, ends[_i].between,
            ends[_i].after, file);
        for (any = 0; any < 2; any++) {
            wolfTicket_KEYFILE format = any ? WOLFTICKET_KEYFILE_ANY
                                            : formats[i];

            memset(keys, 0, sizeof(keys));
            ck_assert_int_eq(parse_exact((byte*)file, strlen(file), &format,
                keys, 8, &seals), ends[_i].keys);
            ck_assert(ends[_i].keys == 0 || (same(&keys[0], &want[0]) &&
                same(&keys[2], &want[2])));
        }
    }
}
END_TEST

/* ---- calls -------------------------------------------------------------- */

START_TEST(bad_calls_fail_and_change_nothing)
{
    wolfTicket_KEYFILE format = WOLFTICKET_KEYFILE_NGINX_48;
    wolfTicket_KEYFILE none = WOLFTICKET_KEYFILE_COUNT;
    wolfTicket_Key key, copy;
    byte file[BYTES_MAX];
    int seals = 7;
    word32 sz;

    pattern_key(1, 16, &key);
    sz = bytes_of(format, &key, 1, file);
    copy = key;
    ck_assert_int_eq(wolfTicket_KeyFile_parse(NULL, sz, &format, &key, 1,
        &seals), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_parse(file, sz, NULL, &key, 1,
        &seals), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_parse(file, sz, &format, NULL, 1,
        &seals), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_parse(file, sz, &format, &key, 1,
        NULL), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_parse(file, sz, &format, &key, 0,
        &seals), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_parse(file, sz, &format, &key, -1,
        &seals), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_parse(file, sz, &none, &key, 1,
        &seals), 0);
    none = (wolfTicket_KEYFILE)-1;
    ck_assert_int_eq(wolfTicket_KeyFile_parse(file, sz, &none, &key, 1,
        &seals), 0);
    ck_assert_int_eq(wolfTicket_KeyFile_parse(NULL, 0, &format, &key, 1,
        &seals), 0);
    ck_assert(error_has("it is empty"));
    ck_assert(same(&key, &copy));
    ck_assert_int_eq(seals, 7);
    ck_assert_int_eq(format, WOLFTICKET_KEYFILE_NGINX_48);
}
END_TEST

START_TEST(what_cannot_be_read_back_is_not_written)
{
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS + 1];
    byte file[BYTES_MAX];
    int f;

    pattern_keys(0, WOLFTICKET_MAX_KEYS + 1, 16, keys);
    ck_assert_uint_eq(wt_keyformat_put(WOLFTICKET_KEYFILE_ANY, keys, 1, file),
        0);
    ck_assert_uint_eq(wt_keyformat_put(WOLFTICKET_KEYFILE_COUNT, keys, 1,
        file), 0);
    for (f = FORMAT_NEW; f < FORMATS; f++) {
        wolfTicket_KEYFILE format = (wolfTicket_KEYFILE)f;
        size_t good = secret_size(format);
        size_t other = 48 - good;

        pattern_keys(0, WOLFTICKET_MAX_KEYS + 1, good, keys);
        ck_assert_uint_eq(wt_keyformat_put(format, keys, 0, file), 0);
        ck_assert_uint_eq(wt_keyformat_put(format, keys, -1, file), 0);
        ck_assert_uint_eq(wt_keyformat_put(format, keys,
            WOLFTICKET_MAX_KEYS + 1, file), 0);
        keys[1].aes_sz = other;
        ck_assert_uint_eq(wt_keyformat_put(format, keys, 2, file), 0);
        ck_assert(error_has("key 2 does not fit"));
        keys[1].aes_sz = good;
        keys[1].hmac_sz = other;
        ck_assert_uint_eq(wt_keyformat_put(format, keys, 2, file), 0);
        keys[1].hmac_sz = good;
        ck_assert_uint_gt(wt_keyformat_put(format, keys, 2, file), 0);
    }
}
END_TEST

START_TEST(names_of_formats_go_both_ways)
{
    static const char* const names[] = { "any", "nginx-48", "nginx-80",
        "apache-48", "haproxy-48", "haproxy-80" };
    wolfTicket_KEYFILE format = WOLFTICKET_KEYFILE_COUNT;
    int i;

    for (i = 0; i < FORMATS; i++) {
        ck_assert_str_eq(wolfTicket_KEYFILE_name((wolfTicket_KEYFILE)i),
            names[i]);
        ck_assert_int_eq(wolfTicket_KEYFILE_of_name(names[i], &format), 1);
        ck_assert_int_eq(format, i);
    }
    ck_assert_str_eq(wolfTicket_KEYFILE_name(WOLFTICKET_KEYFILE_COUNT),
        "unknown");
    ck_assert_str_eq(wolfTicket_KEYFILE_name((wolfTicket_KEYFILE)-1),
        "unknown");
    ck_assert_int_eq(wolfTicket_KEYFILE_of_name("nginx", &format), 0);
    ck_assert_int_eq(wolfTicket_KEYFILE_of_name("", &format), 0);
    ck_assert_int_eq(wolfTicket_KEYFILE_of_name(NULL, &format), 0);
    ck_assert_int_eq(wolfTicket_KEYFILE_of_name("any", NULL), 0);
    ck_assert_int_eq(format, FORMATS - 1);
}
END_TEST

START_TEST(texts_are_bounded_and_never_secret)
{
    char name[2000];
    wolfTicket_KEYFILE format = WOLFTICKET_KEYFILE_ANY;
    wolfTicket_Key key;
    int seals;

    memset(name, 'x', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    ck_assert_str_eq(wolfTicket_KeyFile_error(), "no error");
    ck_assert_int_eq(parse_exact((const byte*)"S3cretS3cret", 12, &format,
        &key, 1, &seals), 0);
    ck_assert(!strstr(wolfTicket_KeyFile_error(), "S3cret"));
    ck_assert_int_eq(wt_keytext_of(name), 0);
    ck_assert_uint_lt(strlen(wolfTicket_KeyFile_error()), 480);
    ck_assert(error_has("..."));
    ck_assert(error_has("12 characters"));
}
END_TEST

static Suite* keyformat_suite(void)
{
    Suite* suite = suite_create("keyformat");
    TCase* tc = th_case(suite, "formats", 1);

    tcase_add_loop_test(tc, every_format_has_its_order_of_fields, 0, ORDERS);
    tcase_add_test(tc, a_line_of_haproxy_is_what_openssl_writes);
    tcase_add_loop_test(tc, keys_come_back_newest_first, FORMAT_NEW, FORMATS);
    tcase_add_loop_test(tc, any_finds_the_format_or_says_that_it_cannot,
        FORMAT_NEW, FORMATS);
    tcase_add_loop_test(tc, names_that_tell_their_time_tell_the_size, 0, 3);
    tcase_add_loop_test(tc, the_oldest_are_left_out, FORMAT_NEW, FORMATS);
    tcase_add_loop_test(tc, a_long_file_of_haproxy_is_read_to_its_end,
        WOLFTICKET_KEYFILE_HAPROXY_48, FORMATS);
    tcase_add_loop_test(tc, lines_end_in_one_of_two_ways, 0, ENDS);

    tc = th_case(suite, "calls", 1);
    tcase_add_test(tc, bad_calls_fail_and_change_nothing);
    tcase_add_test(tc, what_cannot_be_read_back_is_not_written);
    tcase_add_test(tc, names_of_formats_go_both_ways);
    tcase_add_test(tc, texts_are_bounded_and_never_secret);
    return suite;
}

int main(void)
{
    return th_run(keyformat_suite());
}
