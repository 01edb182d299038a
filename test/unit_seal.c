/* unit_seal.c
 *
 * The sealed ticket: what goes in comes out, and the format is the one that
 * is written down.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "seal_fixture.h"

#include <wolfssl/wolfcrypt/memory.h>
#include <wolfssl/wolfcrypt/hash.h>

#include <malloc.h>

static const byte nonce[WT_AEAD_NONCE_SZ] = {
    0x44, 0x4B, 0x52, 0x59, 0x60, 0x67, 0x6E, 0x75, 0x7C, 0x83, 0x8A, 0x91
};

static void make_ticket(wt_ticket* ticket, const byte* data, word32 dataSz)
{
    memset(ticket, 0, sizeof(*ticket));
    ticket->issued = 0x65432109;
    ticket->chainAge = 86400;
    ticket->renewals = 42;
    ticket->ticketNonce = 7;
    ticket->single = 0;
    ticket->data = data;
    ticket->dataSz = dataSz;
}

/* Seals data beside contentsSz bytes; the frame is the caller's to free. */
static int seal_data(const byte* data, word32 dataSz, word32 contentsSz,
    word32 encMax, wt_frame* frame)
{
    wt_key key;
    wt_checks checks;
    wt_ticket ticket;

    make_key(&key);
    make_checks(&checks);
    make_ticket(&ticket, data, dataSz);
    frame_new(frame, contentsSz, encMax);
    pattern(frame->enc, contentsSz, 0x55);
    return wt_seal(&key, nonce, &checks, &ticket, frame);
}

/* ---- round trips -------------------------------------------------------- */

static void check_opened(const wt_frame* frame, const byte* data,
    word32 dataSz, word32 contentsSz)
{
    word32 workSz = wt_seal_work_size(frame->encSz);
    byte* work = exact(workSz);
    byte* want = exact(contentsSz);
    const byte* contents = NULL;
    word32 sz = 0;
    word32 i;
    wt_ticket ticket;
    wt_key key;

    make_key(&key);
    pattern(want, contentsSz, 0x55);
    ck_assert_int_eq(wt_open(&key, frame, work, &ticket, &contents, &sz), 1);
    ck_assert_uint_eq(ticket.issued, 0x65432109);
    ck_assert_uint_eq(ticket.chainAge, 86400);
    ck_assert_uint_eq(ticket.renewals, 42);
    ck_assert_uint_eq(ticket.ticketNonce, 7);
    ck_assert_uint_eq(ticket.dataSz, dataSz);
    ck_assert(dataSz == 0 || memcmp(ticket.data, data, dataSz) == 0);
    walk(ticket.data, dataSz, work, workSz);
    ck_assert_uint_ge(sz, contentsSz);
    walk(contents, sz, work, workSz);
    ck_assert_int_eq(memcmp(contents, want, contentsSz), 0);
    for (i = contentsSz; i < sz; i++)
        ck_assert_uint_eq(contents[i], 0);
    free(want);
    free(work);
}

typedef struct {
    word32 contentsSz;
    word32 encMax;
} build;

/* wolfSSL 5.5.4, 5.7.2 and 5.9.2, the last with and without a certificate of
 * the peer, and what no build does. */
static const build builds[] = {
    { 108, 140 }, { 145, 177 }, { 211, 2291 }, { 1200, 2291 }, { 108, 108 },
    { 1, 1 }, { 1, 33 }, { 108, 300 }, { 108, 301 }, { 108, 302 },
    { 108, 364 }
};
#define BUILDS (int)(sizeof(builds) / sizeof(builds[0]))

START_TEST(data_of_every_size_that_fits_comes_back)
{
    word32 contentsSz = builds[_i].contentsSz;
    word32 encMax = builds[_i].encMax;
    word32 room = wt_seal_room(contentsSz, encMax);
    word32 dataSz;
    wt_frame frame, copy;

    for (dataSz = 0; dataSz <= room; dataSz++) {
        byte* data = exact(dataSz);

        pattern(data, dataSz, 0x99);
        ck_assert_int_eq(seal_data(data, dataSz, contentsSz, encMax, &frame),
            1);
        ck_assert_uint_ge(frame.encSz, contentsSz);
        ck_assert_uint_le(frame.encSz, encMax);
        frame_copy(&copy, &frame, frame.encSz);
        check_opened(&copy, data, dataSz, contentsSz);

        /* wolfSSL 5.5 shows the same buffer many times. */
        ck_assert_int_eq(memcmp(copy.enc, frame.enc, frame.encSz), 0);
        ck_assert_int_eq(memcmp(copy.iv, frame.iv, IV_SZ), 0);
        ck_assert_int_eq(memcmp(copy.mac, frame.mac, MAC_SZ), 0);
        ck_assert_int_eq(memcmp(copy.keyName, frame.keyName, NAME_SZ), 0);
        frame_free(&copy);
        frame_free(&frame);
        free(data);
    }
}
END_TEST

static int all_zero(const byte* mem, word32 sz)
{
    byte any = 0;

    while (sz-- > 0)
        any |= *mem++;
    return any == 0;
}

static void check_wiped(const wt_frame* frame)
{
    ck_assert(all_zero(frame->keyName, NAME_SZ));
    ck_assert(all_zero(frame->iv, IV_SZ));
    ck_assert(all_zero(frame->mac, MAC_SZ));
    ck_assert(all_zero(frame->enc, frame->encMax));
}

START_TEST(data_beyond_the_room_is_refused_and_the_frame_wiped)
{
    word32 contentsSz = builds[_i].contentsSz;
    word32 encMax = builds[_i].encMax;
    word32 room = wt_seal_room(contentsSz, encMax);
    word32 more;
    wt_frame frame;

    for (more = 1; more <= 70000; more = more * 3 + 1) {
        byte* data = exact(room + more);

        ck_assert_int_eq(seal_data(data, room + more, contentsSz, encMax,
            &frame), 0);
        check_wiped(&frame);
        frame_free(&frame);
        free(data);
    }
}
END_TEST

START_TEST(the_room_is_all_that_there_is)
{
    static const struct {
        word32 contentsSz;
        word32 encMax;
        word32 room;
    } rooms[] = {
        { 108, 140, 40 }, { 145, 177, 40 }, { 211, 211 + 2080, 2086 },
        { 108, 108, 8 }, { 108, 100, 0 }, { 108, 99, 0 }, { 108, 0, 0 },
        { 0, 0, 8 }, { 100, 345, 253 }, { 100, 346, 254 },
        { 100, 347, 254 }, { 100, 348, 254 }, { 100, 349, 255 },
        { 100, 350, 256 }, { 2048, 4096, 2054 }
    };
    size_t i;

    for (i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++)
        ck_assert_uint_eq(wt_seal_room(rooms[i].contentsSz, rooms[i].encMax),
            rooms[i].room);
}
END_TEST

START_TEST(every_build_has_the_promised_room)
{
    word32 contentsSz;

    for (contentsSz = 1; contentsSz < 3000; contentsSz++)
        ck_assert_uint_ge(wt_seal_room(contentsSz, contentsSz + 32),
            WOLFTICKET_MIN_APPDATA_MAX);
}
END_TEST

START_TEST(the_room_never_shrinks_and_never_overfills)
{
    word32 encMax, former = 0;
    wt_frame frame;

    for (encMax = 108; encMax < 700; encMax++) {
        word32 room = wt_seal_room(108, encMax);
        byte* data = exact(room + 1);

        ck_assert_uint_ge(room, former);
        ck_assert_uint_le(room - former, (encMax == 108) ? room : 1);
        ck_assert_int_eq(seal_data(data, room, 108, encMax, &frame), 1);
        ck_assert_uint_le(frame.encSz, encMax);
        frame_free(&frame);
        ck_assert_int_eq(seal_data(data, room + 1, 108, encMax, &frame), 0);
        frame_free(&frame);
        free(data);
        former = room;
    }
}
END_TEST

START_TEST(numbers_come_back_and_stop_at_their_limits)
{
    static const struct {
        word32 issued, chainAge, renewals;
        word32 wantAge, wantRenewals;
    } rows[] = {
        { 0, 0, 0, 0, 0 },
        { 0xFFFFFFFF, 1, 1, 1, 1 },
        { 1, WT_MAX_CHAIN_AGE, WT_MAX_RENEWALS,
          WT_MAX_CHAIN_AGE, WT_MAX_RENEWALS },
        { 1, WT_MAX_CHAIN_AGE + 1, WT_MAX_RENEWALS + 1,
          WT_MAX_CHAIN_AGE, WT_MAX_RENEWALS },
        { 1, 0xFFFFFFFF, 0xFFFFFFFF, WT_MAX_CHAIN_AGE, WT_MAX_RENEWALS },
        { 1700000000, 604800, 0, 604800, 0 }
    };
    byte work[WT_STACK_WORK];
    const byte* contents;
    word32 sz;
    size_t i;
    int n;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (n = 0; n < 256; n += 51) {
            wt_ticket in, out;
            wt_checks checks;
            wt_frame frame;
            wt_key key;

            make_key(&key);
            make_checks(&checks);
            make_ticket(&in, NULL, 0);
            in.issued = rows[i].issued;
            in.chainAge = rows[i].chainAge;
            in.renewals = rows[i].renewals;
            in.ticketNonce = (byte)n;
            in.single = (byte)(n / 51 % 3);
            frame_new(&frame, 108, 140);
            ck_assert_int_eq(wt_seal(&key, nonce, &checks, &in, &frame), 1);
            ck_assert_int_eq(wt_open(&key, &frame, work, &out, &contents,
                &sz), 1);
            ck_assert_uint_eq(out.issued, rows[i].issued);
            ck_assert_uint_eq(out.chainAge, rows[i].wantAge);
            ck_assert_uint_eq(out.renewals, rows[i].wantRenewals);
            ck_assert_uint_eq(out.ticketNonce, n);
            ck_assert_uint_eq(out.single, n / 51 % 3);
            frame_free(&frame);
        }
    }
}
END_TEST

/* ---- the format --------------------------------------------------------- */

/* Computed with another implementation of both algorithms, from the format's
 * description alone. */
static const struct {
    byte iv[IV_SZ];
    byte mac[MAC_SZ];
    byte encHash[WC_SHA256_DIGEST_SIZE];
} known[] = {
    { { 0x44, 0x4B, 0x52, 0x59, 0x60, 0x67, 0x6E, 0x75, 0x7C, 0x83, 0x8A,
        0x91, 0x11, 0xAB, 0xF6, 0x9C },
      { 0x8A, 0x38, 0xFD, 0x23, 0x7F, 0xBF, 0x87, 0x67, 0x9D, 0xA3, 0x8D,
        0x14, 0x5C, 0xB4, 0xE6, 0xE6,
        0xBE, 0x9B, 0xF4, 0xFD, 0xF4, 0x27, 0x6A, 0x97, 0xA6, 0x05, 0xAC,
        0xA4, 0x88, 0x8A, 0xA6, 0xFE },
      { 0x9C, 0x88, 0x6B, 0x09, 0x48, 0xDE, 0x57, 0x38, 0x12, 0xA9, 0x8E,
        0xB0, 0x77, 0xFB, 0xDF, 0x79, 0x0E, 0x97, 0x54, 0x44, 0xB4, 0xB4,
        0x05, 0xA3, 0xCB, 0x25, 0x7B, 0x85, 0x53, 0xC4, 0x07, 0x50 } },
    { { 0x44, 0x4B, 0x52, 0x59, 0x60, 0x67, 0x6E, 0x75, 0x7C, 0x83, 0x8A,
        0x91, 0x12, 0x2F, 0xE4, 0xD3 },
      { 0x65, 0x7A, 0xC9, 0xF8, 0x9E, 0x10, 0x58, 0x0E, 0x9D, 0x15, 0xFA,
        0x89, 0x82, 0x4F, 0xED, 0xE5,
        0x9F, 0x57, 0x8B, 0xD6, 0xA5, 0xA5, 0xD4, 0x2E, 0xD5, 0x4B, 0x67,
        0x1E, 0x43, 0x04, 0xF0, 0xAC },
      { 0x7D, 0xA8, 0xAA, 0x92, 0x61, 0xCC, 0x76, 0x94, 0x3A, 0xA3, 0xD2,
        0x46, 0x66, 0x44, 0x17, 0x19, 0xFE, 0x7F, 0x5C, 0x8B, 0xFE, 0x54,
        0x76, 0xD9, 0xEF, 0x53, 0xB3, 0x84, 0xE7, 0x59, 0x3F, 0x43 } }
};
static const char knownData[] = "who the client is";

START_TEST(a_ticket_of_known_contents_has_the_known_bytes)
{
    int row = wt_aead_best() - 1;
    byte hash[WC_SHA256_DIGEST_SIZE];
    wt_checks checks, seen;
    wt_frame frame;
    wt_key key;

    make_key(&key);
    make_checks(&checks);
    ck_assert_int_eq(seal_data((const byte*)knownData, 17, 108, 140, &frame),
        1);
    ck_assert_uint_eq(frame.encSz, 117);
    ck_assert_int_eq(wc_Sha256Hash(frame.enc, frame.encSz, hash), 0);
    ck_assert_mem_eq(frame.keyName, key.name, WT_KEY_ID_SZ);
    ck_assert_mem_eq(frame.keyName + WT_KEY_ID_SZ, &checks, sizeof(checks));
    ck_assert_mem_eq(frame.iv, known[row].iv, IV_SZ);
    ck_assert_mem_eq(frame.mac, known[row].mac, MAC_SZ);
    ck_assert_mem_eq(hash, known[row].encHash, sizeof(hash));
    wt_seal_checks(&frame, &seen);
    ck_assert_mem_eq(&seen, &checks, sizeof(checks));
    ck_assert_int_eq(wt_seal_format(&frame), 1);
    frame_free(&frame);
}
END_TEST

START_TEST(a_ticket_of_either_algorithm_opens)
{
    wt_aead alg = (wt_aead)_i;
    byte msg[11 + 17 + 108] = {
        0, 0x65, 0x43, 0x21, 0x09, 0x15, 0x18, 0x00, 0x2A, 7, 17
    };
    wt_frame frame;
    wt_key key;

    make_key(&key);
    memcpy(msg + 11, knownData, 17);
    pattern(msg + 28, 108, 0x55);
    hand_seal(&key, alg, msg, sizeof(msg), &frame);
    ck_assert_mem_eq(frame.iv, known[alg - 1].iv, IV_SZ);
    ck_assert_mem_eq(frame.mac, known[alg - 1].mac, MAC_SZ);
    ck_assert_int_eq(wt_seal_format(&frame), 1);
    check_opened(&frame, (const byte*)knownData, 17, 108);
    frame_free(&frame);
}
END_TEST

START_TEST(what_is_sealed_is_as_described)
{
    static const word32 sizes[] = { 0, 1, 8, 9, 254, 255, 256, 400 };
    size_t i;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        word32 lenSz = (sizes[i] < 255) ? 1 : 3;
        byte* data = exact(sizes[i]);
        wt_frame frame;
        wt_key key;
        byte* msg;

        make_key(&key);
        pattern(data, sizes[i], 0x99);
        ck_assert_int_eq(seal_data(data, sizes[i], 108, 700, &frame), 1);
        msg = hand_open(&key, &frame);
        ck_assert_ptr_nonnull(msg);
        ck_assert_mem_eq(msg, "\x00\x65\x43\x21\x09\x15\x18\x00\x2A\x07", 10);
        if (lenSz == 1)
            ck_assert_uint_eq(msg[10], sizes[i]);
        else
            ck_assert_uint_eq(wt_get(msg + 10, 3), 0xFF0000 | sizes[i]);
        ck_assert_int_eq(memcmp(msg + 10 + lenSz, data, sizes[i]), 0);
        free(msg);
        frame_free(&frame);
        free(data);
    }
}
END_TEST

START_TEST(no_other_version_or_algorithm_is_a_format)
{
    wt_frame frame;
    int i;

    frame_new(&frame, 1, 1);
    for (i = 0; i < 256; i++) {
        frame.iv[WT_AEAD_NONCE_SZ] = (byte)i;
        ck_assert_int_eq(wt_seal_format(&frame), i == 0x11 || i == 0x12);
    }
    frame_free(&frame);
}
END_TEST

START_TEST(nothing_that_was_sealed_is_seen)
{
    byte data[40], contents[108];
    wt_frame frame;
    word32 i;

    pattern(contents, sizeof(contents), 0x55);
    pattern(data, sizeof(data), 0x99);
    ck_assert_int_eq(seal_data(data, sizeof(data), 108, 140, &frame), 1);
    for (i = 0; i + 8 <= frame.encSz; i++) {
        word32 j;

        for (j = 0; j + 8 <= sizeof(contents); j++)
            ck_assert_mem_ne(frame.enc + i, contents + j, 8);
        for (j = 0; j + 8 <= sizeof(data); j++)
            ck_assert_mem_ne(frame.enc + i, data + j, 8);
    }
    frame_free(&frame);
}
END_TEST

/* ---- memory ------------------------------------------------------------- */

START_TEST(a_common_ticket_takes_no_allocation)
{
    byte data[40] = { 0 };
    wt_frame frame;

    th_mem_use(TH_MEM_COUNT);
    th_mem_arm(1);
    th_mem_fail_at(0);
    ck_assert_int_eq(seal_data(data, sizeof(data), 108, 140, &frame), 1);
    check_opened(&frame, data, sizeof(data), 108);
    ck_assert_int_eq(th_mem_calls(), 0);
    frame_free(&frame);
}
END_TEST

START_TEST(without_memory_nothing_is_sealed_and_the_frame_wiped)
{
    byte data[2000] = { 0 };
    wt_frame frame;

    th_mem_use(TH_MEM_COUNT);
    th_mem_arm(1);
    th_mem_fail_at(1);
    ck_assert_int_eq(seal_data(data, sizeof(data), 211, 2291, &frame), 0);
    ck_assert_int_eq(th_mem_calls(), 1);
    check_wiped(&frame);
    frame_free(&frame);

    th_mem_fail_at(0);
    ck_assert_int_eq(seal_data(data, sizeof(data), 211, 2291, &frame), 1);
    ck_assert_int_eq(th_mem_live(), 0);
    frame_free(&frame);
}
END_TEST

/* Looks for the data below in what is freed. */
static byte secret[2000];
static int freed;
static int leaked;

static void watch_free(void* ptr)
{
    size_t i;

    if (ptr != NULL && malloc_usable_size(ptr) >= sizeof(secret)) {
        freed++;
        for (i = 0; i + 8 <= sizeof(secret); i++) {
            if (memcmp((byte*)ptr + i, secret, 8) == 0)
                leaked++;
        }
    }
    free(ptr);
}

START_TEST(a_large_ticket_leaves_no_plaintext_in_freed_memory)
{
    wt_frame frame;

    pattern(secret, sizeof(secret), 0x99);
    ck_assert_int_eq(th_allocators(malloc, watch_free, realloc), 0);
    ck_assert_int_eq(seal_data(secret, sizeof(secret), 211, 2291, &frame), 1);
    ck_assert_int_eq(freed, 1);
    ck_assert_int_eq(leaked, 0);
    frame_free(&frame);
}
END_TEST

static Suite* seal_suite(void)
{
    Suite* suite = suite_create("seal");
    TCase* tc = tcase_create("round trips");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, data_of_every_size_that_fits_comes_back, 0,
        BUILDS);
    tcase_add_loop_test(tc,
        data_beyond_the_room_is_refused_and_the_frame_wiped, 0, BUILDS);
    tcase_add_test(tc, the_room_is_all_that_there_is);
    tcase_add_test(tc, every_build_has_the_promised_room);
    tcase_add_test(tc, the_room_never_shrinks_and_never_overfills);
    tcase_add_test(tc, numbers_come_back_and_stop_at_their_limits);
    suite_add_tcase(suite, tc);

    tc = tcase_create("format");
    tcase_add_test(tc, a_ticket_of_known_contents_has_the_known_bytes);
    tcase_add_loop_test(tc, a_ticket_of_either_algorithm_opens, 1, 3);
    tcase_add_test(tc, what_is_sealed_is_as_described);
    tcase_add_test(tc, no_other_version_or_algorithm_is_a_format);
    tcase_add_test(tc, nothing_that_was_sealed_is_seen);
    suite_add_tcase(suite, tc);

    tc = tcase_create("memory");
    tcase_add_test(tc, a_common_ticket_takes_no_allocation);
    tcase_add_test(tc, a_large_ticket_leaves_no_plaintext_in_freed_memory);
    tcase_add_test(tc, without_memory_nothing_is_sealed_and_the_frame_wiped);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(seal_suite());
}
