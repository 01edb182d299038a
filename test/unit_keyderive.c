/* unit_keyderive.c
 *
 * Keys that follow from others: what every version has to agree on.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The answers are known twice: as bytes, so that no version changes them
 * unseen, and from an HKDF of the tests' own, on HMAC alone.
 */

#include "keys_fixture.h"
#include "keyderive.h"

#include <wolfssl/wolfcrypt/hmac.h>

#include <stdio.h>

#define HASH_SZ  32
#define OKM_SZ   (WOLFTICKET_NAME_SZ + 2 * 32)

/* ---- HKDF, RFC 5869 ----------------------------------------------------- */

static void hmac(const byte* key, word32 keySz, const byte* msg, word32 sz,
    byte out[HASH_SZ])
{
    Hmac h;

    ck_assert_int_eq(wc_HmacInit(&h, NULL, INVALID_DEVID), 0);
    ck_assert_int_eq(wc_HmacSetKey(&h, WC_SHA256, key, keySz), 0);
    ck_assert_int_eq(wc_HmacUpdate(&h, msg, sz), 0);
    ck_assert_int_eq(wc_HmacFinal(&h, out), 0);
    wc_HmacFree(&h);
}

static void hkdf(const char* salt, const byte* ikm, word32 ikmSz,
    const byte* info, word32 infoSz, byte* okm, word32 okmSz)
{
    byte prk[HASH_SZ], block[HASH_SZ];
    byte msg[HASH_SZ + 64 + 1];
    word32 done, n, sz = 0;
    byte i = 0;

    ck_assert_uint_le(infoSz, 64);
    hmac((const byte*)salt, (word32)strlen(salt), ikm, ikmSz, prk);
    for (done = 0; done < okmSz; done += n) {
        memcpy(msg + sz, info, infoSz);
        msg[sz + infoSz] = ++i;
        hmac(prk, sizeof(prk), msg, sz + infoSz + 1, block);
        n = (okmSz - done < HASH_SZ) ? okmSz - done : HASH_SZ;
        memcpy(okm + done, block, n);
        memcpy(msg, block, HASH_SZ);
        sz = HASH_SZ;
    }
}

static void unhex(const char* text, byte* out, size_t sz)
{
    size_t i;
    unsigned int value;

    ck_assert_uint_eq(strlen(text), 2 * sz);
    for (i = 0; i < sz; i++) {
        ck_assert_int_eq(sscanf(text + 2 * i, "%2x", &value), 1);
        out[i] = (byte)value;
    }
}

START_TEST(the_hkdf_of_this_test_is_that_of_the_rfc)
{
    /* RFC 5869, A.3: no salt, no info. */
    byte ikm[22], okm[42], want[42];

    memset(ikm, 0x0B, sizeof(ikm));
    unhex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
        "9d201395faa4b61a96c8", want, sizeof(want));
    hkdf("", ikm, sizeof(ikm), ikm, 0, okm, sizeof(okm));
    ck_assert_mem_eq(okm, want, sizeof(want));
}
END_TEST

/* ---- keys by hand ------------------------------------------------------- */

static const struct {
    int no;
    size_t aesSz;
    size_t hmacSz;
    const char* secret;
    const char* salt;
} hands[] = {
    { 0, 32, 32,
      "47f68628cf79b6447ed646b90c5f25f008dc373c6cfa70c64806dfbddeda793a",
      "b7961390eb3756377c3f2b24961b0636" },
    { 1, 16, 16,
      "ae91fd41df1bfe920169cac6b4ee77e6d2d76d435cda47f3e5b89000e8945a3b",
      "9e773739e5c0bb3453eff9edc291cb51" },
    { 2, 16, 32,
      "a6da1fd8f75bd495dd7ac04a67d99c81ac16504b724ddd4294cabdba889c7c8c",
      "4dc3140562dffb266d2a83c20f78d9e6" },
    { 3, 32, 16,
      "141768e2d1643e915051e0a3c76d30582ebd46f36cba9c61e3cec03624fd0d8e",
      "d277aa51dea518a24964a1bd99d632fc" }
};
#define HANDS (int)(sizeof(hands) / sizeof(hands[0]))

static wolfTicket_Key hand(int i)
{
    wolfTicket_Key key = key_no(hands[i].no);

    /* What is behind the secret is no part of the key. */
    key.aes_sz = hands[i].aesSz;
    key.hmac_sz = hands[i].hmacSz;
    return key;
}

START_TEST(a_key_by_hand_seals_with_what_it_always_did)
{
    wolfTicket_KeyRing* ring = manual_new(LIFE);
    wolfTicket_Key key = hand(_i);
    byte secret[WT_AEAD_KEY_SZ], salt[WT_KEY_SALT_SZ];
    byte ikm[64], info[18], okm[48];
    wt_key got;

    ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 0, 0), 1);
    got = sealing(ring);
    unhex(hands[_i].secret, secret, sizeof(secret));
    unhex(hands[_i].salt, salt, sizeof(salt));
    ck_assert_mem_eq(got.name, key.name, sizeof(got.name));
    ck_assert_mem_eq(got.secret, secret, sizeof(secret));
    ck_assert_mem_eq(got.salt, salt, sizeof(salt));

    memcpy(ikm, key.aes, key.aes_sz);
    memcpy(ikm + key.aes_sz, key.hmac, key.hmac_sz);
    memcpy(info, key.name, 16);
    info[16] = (byte)key.aes_sz;
    info[17] = (byte)key.hmac_sz;
    hkdf("wolfTicket key 1", ikm, (word32)(key.aes_sz + key.hmac_sz), info,
        sizeof(info), okm, sizeof(okm));
    ck_assert_mem_eq(okm, secret, sizeof(secret));
    ck_assert_mem_eq(okm + 32, salt, sizeof(salt));
    wolfTicket_KeyRing_free(ring);
}
END_TEST

/* Every bit of name, aes and hmac, and how the two are divided. */
START_TEST(every_bit_of_a_key_by_hand_counts)
{
    wolfTicket_Key key = hand(_i);
    wolfTicket_Key other;
    wt_key base, got;
    unsigned char* part[3];
    size_t sz[3];
    size_t p, bit;

    ck_assert_int_eq(wt_derive_key(&key, &base), 1);
    other = key;
    part[0] = other.name;
    part[1] = other.aes;
    part[2] = other.hmac;
    sz[0] = sizeof(key.name);
    sz[1] = key.aes_sz;
    sz[2] = key.hmac_sz;
    for (p = 0; p < 3; p++) {
        for (bit = 0; bit < 8 * sz[p]; bit += (size_t)th_step()) {
            part[p][bit / 8] ^= (unsigned char)(1 << bit % 8);
            ck_assert_int_eq(wt_derive_key(&other, &got), 1);
            ck_assert_mem_ne(got.secret, base.secret, 16);
            ck_assert_mem_ne(got.secret + 16, base.secret + 16, 16);
            ck_assert_mem_ne(got.salt, base.salt, sizeof(got.salt));
            part[p][bit / 8] ^= (unsigned char)(1 << bit % 8);
        }
    }
    /* What is behind the secret does not. */
    memset(other.aes + key.aes_sz, 0xEE, sizeof(other.aes) - key.aes_sz);
    memset(other.hmac + key.hmac_sz, 0xEE, sizeof(other.hmac) - key.hmac_sz);
    ck_assert_int_eq(wt_derive_key(&other, &got), 1);
    ck_assert_int_eq(same_key(&got, &base), 1);
}
END_TEST

START_TEST(the_same_bytes_divided_another_way_are_another_key)
{
    wolfTicket_Key a, b;
    wt_key one, two;
    byte all[48];
    int i;

    for (i = 0; i < 48; i++)
        all[i] = (byte)(i * 3 + 1);
    memset(&a, 0, sizeof(a));
    memset(&b, 0, sizeof(b));
    memcpy(a.aes, all, 16);
    memcpy(a.hmac, all + 16, 32);
    a.aes_sz = 16;
    a.hmac_sz = 32;
    memcpy(b.aes, all, 32);
    memcpy(b.hmac, all + 32, 16);
    b.aes_sz = 32;
    b.hmac_sz = 16;
    ck_assert_int_eq(wt_derive_key(&a, &one), 1);
    ck_assert_int_eq(wt_derive_key(&b, &two), 1);
    ck_assert_mem_ne(one.secret, two.secret, sizeof(one.secret));
    ck_assert_mem_ne(one.salt, two.salt, sizeof(one.salt));
}
END_TEST

/* ---- keys of a period --------------------------------------------------- */

#define SHORT_SECRET  32   /* 0, 1, 2, ... */
#define LONG_SECRET   100  /* 3, 10, 17, ... */

static const struct {
    size_t secretSz;
    word32 period;
    word64 now;
    const char* name;
    const char* secret;
    const char* salt;
} periods[] = {
    { SHORT_SECRET, 3600, 17, "9cf2360501eebf2f2c0168d6140f108c",
      "d1195a8103b1ac27f7858d6f76f98e8a9bc702142568f399deab06577f7b5ce8",
      "734c2f75265294ec6619b2a053b8252c" },
    { SHORT_SECRET, 3600, START, "fe61a958d5204d8700a879cfd71b2fd8",
      "3bf57dcdc43eaa3d4cbb2563017d6fcfac22e56e0fce78973d594068a392bac7",
      "39558e1d699e29496fc80ae3e394e8b5" },
    { SHORT_SECRET, 60, START, "7f7a33f3d8f967e67cfe1de92c3fd0b1",
      "baf3c7f980b0258fbe6728a0c7e1b1ca2f36e7ba2d6e267a363363ba1d4500bb",
      "00c8ff5c316fb5111fe9ee18a8c00dcf" },
    { LONG_SECRET, 604800, START, "c28aee6e42305918b55d9a2ea725812c",
      "dc50d1e73a7d6ea6bf981582b619b4de1f3055e3afb2092d4b987c7b5ca0d5d8",
      "8825870bc3e1d52ecbe9511479507439" },
    /* A number of more than 32 bits. */
    { SHORT_SECRET, 3600, (((word64)1 << 32) + 5) * 3600,
      "1f00759b92f2a16d4dd40b7ddff8b624",
      "4165075a48652127f3d1ba4b930e0118fbf135d4aec33bb76f29f5ccfd04bc38",
      "5cadfe845bf799212f25f10eaa25c192" }
};
#define PERIODS (int)(sizeof(periods) / sizeof(periods[0]))

static void make_secret(byte* secret, size_t sz)
{
    size_t i;

    for (i = 0; i < sz; i++)
        secret[i] = (byte)((sz == SHORT_SECRET) ? i : i * 7 + 3);
}

static void put_be(byte* out, word64 value, int bytes)
{
    while (bytes-- > 0) {
        out[bytes] = (byte)value;
        value >>= 8;
    }
}

START_TEST(a_shared_secret_gives_the_keys_it_always_did)
{
    wolfTicket_KeyRing* ring;
    byte common[LONG_SECRET];
    byte name[16], secret[32], salt[16], info[18], okm[OKM_SZ];
    byte sealing_okm[WT_AEAD_KEY_SZ + WT_KEY_SALT_SZ];
    wt_key got;

    make_secret(common, periods[_i].secretSz);
    ringNow = periods[_i].now;
    ring = wolfTicket_KeyRing_new_derived(common, periods[_i].secretSz,
        periods[_i].period, read_clock, NULL);
    ck_assert_ptr_nonnull(ring);
    got = sealing(ring);
    unhex(periods[_i].name, name, sizeof(name));
    unhex(periods[_i].secret, secret, sizeof(secret));
    unhex(periods[_i].salt, salt, sizeof(salt));
    ck_assert_mem_eq(got.name, name, sizeof(name));
    ck_assert_mem_eq(got.secret, secret, sizeof(secret));
    ck_assert_mem_eq(got.salt, salt, sizeof(salt));

    put_be(info, periods[_i].period, 4);
    put_be(info + 4, periods[_i].now / periods[_i].period, 8);
    hkdf("wolfTicket secret 2", common, (word32)periods[_i].secretSz, info,
        12, okm, sizeof(okm));
    ck_assert_mem_eq(okm, name, sizeof(name));
    memcpy(info, name, 16);
    info[16] = info[17] = 32;
    hkdf("wolfTicket key 1", okm + 16, 64, info, sizeof(info), sealing_okm,
        sizeof(sealing_okm));
    ck_assert_mem_eq(sealing_okm, secret, sizeof(secret));
    ck_assert_mem_eq(sealing_okm + 32, salt, sizeof(salt));
    wolfTicket_KeyRing_free(ring);
}
END_TEST

START_TEST(no_two_periods_have_a_key_in_common)
{
    enum { NUMBERS = 40 };
    static wolfTicket_Key key[2 * NUMBERS];
    byte common[SHORT_SECRET], prk[WT_PRK_SZ];
    int i, j;

    make_secret(common, sizeof(common));
    ck_assert_int_eq(wt_derive_secret(common, sizeof(common), prk), 1);
    for (i = 0; i < 2 * NUMBERS; i++) {
        /* Numbers beside each other, of two lengths of period. */
        ck_assert_int_eq(wt_derive_period(prk, 60 + (word32)(i / NUMBERS),
            (word64)(i % NUMBERS), &key[i]), 1);
        for (j = 0; j < i; j++) {
            ck_assert_mem_ne(key[i].name, key[j].name, WT_KEY_ID_SZ);
            ck_assert_mem_ne(key[i].aes, key[j].aes, 16);
            ck_assert_mem_ne(key[i].hmac, key[j].hmac, 16);
        }
    }
}
END_TEST

START_TEST(every_bit_of_a_shared_secret_counts)
{
    byte common[LONG_SECRET], base[WT_PRK_SZ], prk[WT_PRK_SZ];
    size_t bit;

    make_secret(common, sizeof(common));
    ck_assert_int_eq(wt_derive_secret(common, sizeof(common), base), 1);
    for (bit = 0; bit < 8 * sizeof(common); bit += (size_t)th_step()) {
        common[bit / 8] ^= (byte)(1 << bit % 8);
        ck_assert_int_eq(wt_derive_secret(common, sizeof(common), prk), 1);
        ck_assert_mem_ne(prk, base, 16);
        common[bit / 8] ^= (byte)(1 << bit % 8);
    }
}
END_TEST

static Suite* keyderive_suite(void)
{
    Suite* suite = suite_create("keyderive");
    TCase* tc = tcase_create("answers");

    tcase_add_checked_fixture(tc, ring_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_hkdf_of_this_test_is_that_of_the_rfc);
    tcase_add_loop_test(tc, a_key_by_hand_seals_with_what_it_always_did, 0,
        HANDS);
    tcase_add_loop_test(tc, every_bit_of_a_key_by_hand_counts, 0, HANDS);
    tcase_add_test(tc, the_same_bytes_divided_another_way_are_another_key);
    tcase_add_loop_test(tc, a_shared_secret_gives_the_keys_it_always_did, 0,
        PERIODS);
    tcase_add_test(tc, no_two_periods_have_a_key_in_common);
    tcase_add_test(tc, every_bit_of_a_shared_secret_counts);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(keyderive_suite());
}
