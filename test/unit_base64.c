/* unit_base64.c
 *
 * Base64: one way to write each, and no other is read.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "base64.h"
#include "harness.h"

#include <string.h>

/* The vectors of RFC 4648, section 10, and all the digits. */
static const struct {
    const char* plain;
    const char* line;
} vectors[] = {
    { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
    { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" }
};
#define VECTORS (int)(sizeof(vectors) / sizeof(vectors[0]))

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

START_TEST(known_bytes_have_the_known_characters)
{
    const byte* plain = (const byte*)vectors[_i].plain;
    word32 sz = (word32)strlen(vectors[_i].plain);
    word32 lineSz = (word32)strlen(vectors[_i].line);
    byte line[16], back[16];

    ck_assert_uint_eq(wt_base64_size(sz), lineSz);
    wt_base64_encode(plain, sz, line);
    ck_assert_int_eq(memcmp(line, vectors[_i].line, lineSz), 0);
    ck_assert_int_eq(wt_base64_decode(line, back, sz), 1);
    ck_assert_int_eq(memcmp(back, plain, sz), 0);
}
END_TEST

START_TEST(every_digit_has_its_value)
{
    byte plain[48], line[64];

    ck_assert_int_eq(wt_base64_decode((const byte*)digits, plain, 48), 1);
    wt_base64_encode(plain, 48, line);
    ck_assert_mem_eq(line, digits, 64);
    ck_assert_mem_eq(plain, "\x00\x10\x83\x10\x51\x87\x20\x92\x8B", 9);
    ck_assert_uint_eq(plain[47], 0xBF);
}
END_TEST

START_TEST(no_other_character_is_a_digit)
{
    byte line[4], plain[3];
    int c, at;

    for (c = 0; c < 256; c++) {
        int isDigit = c != 0 && strchr(digits, c) != NULL;

        ck_assert_int_eq(wt_base64_char((byte)c), isDigit || c == '=');
        for (at = 0; at < 4; at++) {
            memcpy(line, "AAAA", 4);
            line[at] = (byte)c;
            ck_assert_int_eq(wt_base64_decode(line, plain, 3), isDigit);
        }
    }
}
END_TEST

/* Bits that are left over, and paddings that are not, or not all, there. */
static const struct {
    const char* line;
    word32 sz;
} wrong[] = {
    { "Zh==", 1 }, { "Z/==", 1 }, { "Zm9=", 2 }, { "Zm+=", 2 },
    { "Zg=A", 1 }, { "ZgA=", 1 }, { "Zg=\0", 1 }, { "ZgAA", 1 },
    { "Zm8A", 2 }, { "Zm==", 2 }, { "Z===", 1 }, { "====", 1 },
    { "Zm9=", 3 }, { "=m9v", 3 }, { " m9v", 3 }, { "Zm\n9", 3 },
    { "Zg==", 3 }
};
#define WRONG (int)(sizeof(wrong) / sizeof(wrong[0]))

START_TEST(what_nobody_writes_is_not_read)
{
    byte plain[3];

    ck_assert_int_eq(wt_base64_decode((const byte*)wrong[_i].line, plain,
        wrong[_i].sz), 0);
}
END_TEST

START_TEST(every_size_comes_back)
{
    byte plain[100], line[136], back[100];
    word32 sz, i;

    for (sz = 0; sz <= sizeof(plain); sz++) {
        for (i = 0; i < sz; i++)
            plain[i] = (byte)(i * 37 + sz * 11);
        memset(line, '!', sizeof(line));
        wt_base64_encode(plain, sz, line);
        ck_assert_uint_eq(wt_base64_size(sz) % 4, 0);
        ck_assert(wt_base64_size(sz) == sizeof(line) ||
            line[wt_base64_size(sz)] == '!');
        ck_assert_int_eq(wt_base64_decode(line, back, sz), 1);
        ck_assert_int_eq(memcmp(plain, back, sz), 0);
    }
}
END_TEST

static Suite* base64_suite(void)
{
    Suite* suite = suite_create("base64");
    TCase* tc = th_case(suite, "base64", 1);

    tcase_add_loop_test(tc, known_bytes_have_the_known_characters, 0,
        VECTORS);
    tcase_add_test(tc, every_digit_has_its_value);
    tcase_add_test(tc, no_other_character_is_a_digit);
    tcase_add_loop_test(tc, what_nobody_writes_is_not_read, 0, WRONG);
    tcase_add_test(tc, every_size_comes_back);
    return suite;
}

int main(void)
{
    return th_run(base64_suite());
}
