/* unit_seal_hostile.c
 *
 * The sealed ticket in wrong hands: changed, cut, made up, and made by one
 * who has the key.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "seal_fixture.h"

static const word32 dataSizes[] = { 0, 1, 8, 9, 40 };
#define DATA_SIZES (int)(sizeof(dataSizes) / sizeof(dataSizes[0]))

/* A good ticket, in exact memory. */
static void make_good(wt_key* key, word32 dataSz, wt_frame* frame)
{
    byte data[64];
    byte nonce[WT_AEAD_NONCE_SZ];
    wt_frame large;
    wt_checks checks;
    wt_ticket ticket;

    make_key(key);
    make_checks(&checks);
    pattern(data, sizeof(data), 0x99);
    pattern(nonce, sizeof(nonce), 0x44);
    memset(&ticket, 0, sizeof(ticket));
    ticket.issued = 1700000000;
    ticket.data = data;
    ticket.dataSz = dataSz;
    frame_new(&large, 108, 140);
    pattern(large.enc, 108, 0x55);
    ck_assert_int_eq(wt_seal(key, nonce, &checks, &ticket, &large), 1);
    frame_copy(frame, &large, large.encSz);
    frame_free(&large);
    ck_assert_int_eq(opens(key, frame), 1);
}

/* ---- changed ------------------------------------------------------------ */

static void change_every_byte(const wt_key* key, const wt_frame* frame,
    byte* field, word32 sz)
{
    word32 i;
    int with;

    for (i = 0; i < sz; i++) {
        for (with = 1; with < 256; with += (with < 128) ? with : 127) {
            field[i] ^= (byte)with;
            ck_assert_msg(opens(key, frame) == 0, "byte %u ^ %d", i, with);
            field[i] ^= (byte)with;
        }
    }
    ck_assert_int_eq(opens(key, frame), 1);
}

START_TEST(a_ticket_with_any_byte_changed_never_opens)
{
    wt_frame frame;
    wt_key key;

    make_good(&key, dataSizes[_i], &frame);
    change_every_byte(&key, &frame, frame.keyName, NAME_SZ);
    change_every_byte(&key, &frame, frame.iv, IV_SZ);
    change_every_byte(&key, &frame, frame.mac, MAC_SZ);
    change_every_byte(&key, &frame, frame.enc, frame.encSz);
    frame_free(&frame);
}
END_TEST

START_TEST(a_ticket_of_any_other_version_byte_never_opens)
{
    wt_frame frame;
    wt_key key;
    int i;

    make_good(&key, 40, &frame);
    for (i = 0; i < 256; i++) {
        byte good = frame.iv[12];

        frame.iv[12] = (byte)i;
        ck_assert_int_eq(opens(&key, &frame), i == good);
        frame.iv[12] = good;
    }
    frame_free(&frame);
}
END_TEST

START_TEST(a_ticket_of_another_protocol_version_never_opens)
{
    static const word32 versions[] = {
        0, 0x0300, 0x0301, 0x0302, 0x0303, 0x0305, 0x0404, 0xFEFF, 0xFEFD,
        0xFEFC, 0x0403
    };
    wt_frame frame;
    wt_key key;
    size_t i;

    make_good(&key, 40, &frame);
    for (i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        frame.version = versions[i];
        ck_assert_int_eq(opens(&key, &frame), 0);
    }
    frame.version = VERSION_TLS13;
    ck_assert_int_eq(opens(&key, &frame), 1);
    frame_free(&frame);
}
END_TEST

START_TEST(two_bytes_swapped_between_the_fields_never_open)
{
    wt_frame frame;
    wt_key key;
    word32 i, j;

    make_good(&key, 40, &frame);
    for (i = 0; i < MAC_SZ; i++) {
        for (j = 0; j < frame.encSz; j++) {
            byte held = frame.mac[i];

            if (held != frame.enc[j]) {
                frame.mac[i] = frame.enc[j];
                frame.enc[j] = held;
                ck_assert_int_eq(opens(&key, &frame), 0);
                frame.enc[j] = frame.mac[i];
                frame.mac[i] = held;
            }
        }
    }
    frame_free(&frame);
}
END_TEST

START_TEST(a_ticket_cut_or_made_longer_never_opens)
{
    wt_frame frame, other;
    wt_key key;
    word32 sz;

    make_good(&key, dataSizes[_i], &frame);
    for (sz = 0; sz <= frame.encSz + 300; sz++) {
        frame_copy(&other, &frame, sz);
        ck_assert_int_eq(opens(&key, &other), sz == frame.encSz);
        frame_free(&other);
    }
    for (sz = 65535; sz > 60000; sz -= 1023) {
        frame_copy(&other, &frame, sz);
        ck_assert_int_eq(opens(&key, &other), 0);
        frame_free(&other);
    }
    frame_free(&frame);
}
END_TEST

START_TEST(a_ticket_cut_in_front_never_opens)
{
    wt_frame frame, other;
    wt_key key;
    word32 cut;

    make_good(&key, 40, &frame);
    for (cut = 1; cut <= frame.encSz; cut++) {
        frame_copy(&other, &frame, frame.encSz - cut);
        if (cut < frame.encSz)
            memcpy(other.enc, frame.enc + cut, frame.encSz - cut);
        ck_assert_int_eq(opens(&key, &other), 0);
        frame_free(&other);
    }
    frame_free(&frame);
}
END_TEST

START_TEST(a_ticket_opens_under_its_own_key_alone)
{
    wt_frame frame;
    wt_key key, other;
    size_t i;
    int bit;

    make_good(&key, 40, &frame);
    for (i = 0; i < sizeof(key.secret); i++) {
        for (bit = 0; bit < 8; bit++) {
            other = key;
            other.secret[i] ^= (byte)(1 << bit);
            ck_assert_int_eq(opens(&other, &frame), 0);
        }
    }
    /* Neither id nor salt opens anything. */
    other = key;
    memset(other.secret, 0, sizeof(other.secret));
    ck_assert_int_eq(opens(&other, &frame), 0);
    frame_free(&frame);
}
END_TEST

START_TEST(the_parts_of_two_tickets_never_open_together)
{
    wt_frame a, b, mixed;
    wt_key key;
    int i;

    make_good(&key, 40, &a);
    make_good(&key, 39, &b);
    /* The same length, another nonce. */
    frame_free(&b);
    frame_copy(&b, &a, a.encSz);
    {
        byte nonce[WT_AEAD_NONCE_SZ];
        wt_checks checks;
        wt_ticket ticket;
        byte data[40];

        make_checks(&checks);
        pattern(nonce, sizeof(nonce), 0x45);
        memset(&ticket, 0, sizeof(ticket));
        pattern(data, sizeof(data), 0x99);
        ticket.data = data;
        ticket.dataSz = sizeof(data);
        b.encSz = 108;
        b.encMax = a.encSz;
        ck_assert_int_eq(wt_seal(&key, nonce, &checks, &ticket, &b), 1);
        ck_assert_uint_eq(b.encSz, a.encSz);
    }
    for (i = 0; i < 8; i++) {
        frame_copy(&mixed, &a, a.encSz);
        if (i & 1)
            memcpy(mixed.iv, b.iv, IV_SZ);
        if (i & 2)
            memcpy(mixed.mac, b.mac, MAC_SZ);
        if (i & 4)
            memcpy(mixed.enc, b.enc, b.encSz);
        ck_assert_int_eq(opens(&key, &mixed), i == 0 || i == 7);
        frame_free(&mixed);
    }
    frame_free(&a);
    frame_free(&b);
}
END_TEST

/* ---- made up ------------------------------------------------------------ */

START_TEST(random_blobs_of_every_length_never_open)
{
    word64 state = 0x9E3779B97F4A7C15u + (word64)_i;
    wt_frame frame;
    wt_key key;
    word32 sz;

    make_key(&key);
    for (sz = 0; sz <= 400; sz++) {
        frame_new(&frame, sz, sz);
        random_bytes(&state, frame.keyName, NAME_SZ);
        random_bytes(&state, frame.iv, IV_SZ);
        random_bytes(&state, frame.mac, MAC_SZ);
        random_bytes(&state, frame.enc, sz);
        ck_assert_int_eq(opens(&key, &frame), 0);

        /* One that gets as far as the cipher. */
        memcpy(frame.keyName, key.name, WT_KEY_ID_SZ);
        frame.iv[12] = (byte)(VERSION | (1 + (sz + (word32)_i) % 2));
        ck_assert_int_eq(wt_seal_format(&frame), 1);
        ck_assert_int_eq(opens(&key, &frame), 0);
        frame_free(&frame);
    }
}
END_TEST

START_TEST(a_frame_of_zeros_never_opens)
{
    wt_frame frame;
    wt_key key;
    word32 sz;

    make_key(&key);
    for (sz = 0; sz <= 400; sz++) {
        frame_new(&frame, sz, sz);
        ck_assert_int_eq(wt_seal_format(&frame), 0);
        ck_assert_int_eq(opens(&key, &frame), 0);
        frame_free(&frame);
    }
}
END_TEST

/* ---- made by one who has the key ---------------------------------------- */

static const wt_aead algorithms[] = {
    WT_AEAD_AES256_GCM, WT_AEAD_CHACHA20_POLY1305
};

/* Whether a message of msgSz bytes, these the first of it, opens. */
static int accepted(wt_aead alg, const byte* start, word32 startSz,
    word32 msgSz)
{
    byte* msg = exact(msgSz);
    wt_frame frame;
    wt_key key;
    int ret;

    make_key(&key);
    pattern(msg, msgSz, 0x66);
    memcpy(msg, start, (startSz < msgSz) ? startSz : msgSz);
    hand_seal(&key, alg, msg, msgSz, &frame);
    ret = opens(&key, &frame);
    frame_free(&frame);
    free(msg);
    return ret;
}

START_TEST(short_lengths_are_believed_only_as_far_as_the_message_goes)
{
    byte head[HEADER_SZ] = { 0 };
    word32 msgSz, len;

    for (msgSz = SPARE_SZ; msgSz <= 300; msgSz++) {
        for (len = 0; len < 255; len += (msgSz < 30) ? 1 : 11) {
            head[10] = (byte)len;
            ck_assert_int_eq(accepted(algorithms[_i], head, HEADER_SZ, msgSz),
                len <= msgSz - HEADER_SZ);
        }
        /* The border itself. */
        len = msgSz - HEADER_SZ;
        if (len + 1 < 255) {
            head[10] = (byte)len;
            ck_assert_int_eq(accepted(algorithms[_i], head, HEADER_SZ, msgSz),
                1);
            head[10] = (byte)(len + 1);
            ck_assert_int_eq(accepted(algorithms[_i], head, HEADER_SZ, msgSz),
                0);
        }
    }
}
END_TEST

START_TEST(long_lengths_are_believed_only_as_far_as_the_message_goes)
{
    static const word32 sizes[] = {
        SPARE_SZ, 20, 150, 266, 267, 268, 269, 300, 511, 512, 513, 2310
    };
    byte head[HEADER_SZ + 2] = { 0 };
    word32 len;
    size_t i;

    head[10] = 255;
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        word32 left = sizes[i] - sizeof(head);

        for (len = 0; len < 65536; len += (len < 600) ? 1 : 997) {
            wt_put(head + HEADER_SZ, len, 2);
            ck_assert_int_eq(accepted(algorithms[_i], head, sizeof(head),
                sizes[i]), len >= 255 && len <= left);
        }
        for (len = left - 1; len <= left + 1; len++) {
            wt_put(head + HEADER_SZ, len, 2);
            ck_assert_int_eq(accepted(algorithms[_i], head, sizeof(head),
                sizes[i]), len >= 255 && len <= left);
        }
    }
}
END_TEST

START_TEST(unknown_flags_are_refused)
{
    byte head[HEADER_SZ] = { 0 };
    int flags;

    for (flags = 0; flags < 256; flags++) {
        head[0] = (byte)flags;
        ck_assert_int_eq(accepted(algorithms[_i], head, HEADER_SZ, 160),
            flags == 0 || flags == 2 || flags == 4);
    }
}
END_TEST

START_TEST(random_contents_never_lead_out_of_the_message)
{
    word64 state = 0x2545F4914F6CDD1Du + (word64)_i;
    byte start[HEADER_SZ + 2];
    word32 msgSz;
    int n;

    for (msgSz = SPARE_SZ; msgSz <= 420; msgSz++) {
        for (n = 0; n < 8; n++) {
            random_bytes(&state, start, sizeof(start));
            if (n > 1)
                start[0] = 0;
            if (n > 4)
                start[10] = 255;
            if (n > 6)
                start[11] = (byte)(start[11] & 1);
            /* What matters is what opens() looks at. */
            (void)accepted(algorithms[_i % 2], start, sizeof(start), msgSz);
        }
    }
}
END_TEST

START_TEST(an_algorithm_that_is_none_never_opens)
{
    wt_frame frame;
    wt_key key;
    int alg;

    make_good(&key, 40, &frame);
    for (alg = 0; alg < 16; alg++) {
        byte good = frame.iv[12];

        frame.iv[12] = (byte)(VERSION | alg);
        ck_assert_int_eq(opens(&key, &frame), frame.iv[12] == good);
        frame.iv[12] = good;
    }
    frame_free(&frame);
}
END_TEST

/* ---- dead tickets ------------------------------------------------------- */

static int all_zero(const byte* mem, word32 sz)
{
    byte any = 0;

    while (sz-- > 0)
        any |= *mem++;
    return any == 0;
}

START_TEST(dead_tickets_never_open)
{
    wt_frame frame;
    wt_key key;
    word32 sz;

    make_key(&key);
    for (sz = 0; sz <= 400; sz++) {
        frame_new(&frame, sz, sz + 32);
        pattern(frame.enc, sz, 0x55);
        wt_seal_dead(&frame);

        /* No key has this id. */
        ck_assert(all_zero(frame.keyName, WT_KEY_ID_SZ));
        /* wolfSSL fails the handshake for any of these. */
        ck_assert(!all_zero(frame.keyName, NAME_SZ));
        ck_assert(!all_zero(frame.iv, IV_SZ));
        ck_assert(!all_zero(frame.mac, MAC_SZ));
        ck_assert_uint_eq(frame.encSz, sz);
        ck_assert(all_zero(frame.enc, frame.encMax));

        ck_assert_int_eq(opens(&key, &frame), 0);
        memcpy(frame.keyName, key.name, WT_KEY_ID_SZ);
        ck_assert_int_eq(opens(&key, &frame), 0);
        frame.iv[12] = VERSION | WT_AEAD_AES256_GCM;
        ck_assert_int_eq(opens(&key, &frame), 0);
        frame.iv[12] = VERSION | WT_AEAD_CHACHA20_POLY1305;
        ck_assert_int_eq(opens(&key, &frame), 0);
        frame_free(&frame);
    }
}
END_TEST

static Suite* hostile_suite(void)
{
    Suite* suite = suite_create("seal, hostile");
    TCase* tc = tcase_create("changed");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_ticket_with_any_byte_changed_never_opens, 0,
        DATA_SIZES);
    tcase_add_test(tc, a_ticket_of_any_other_version_byte_never_opens);
    tcase_add_test(tc, a_ticket_of_another_protocol_version_never_opens);
    tcase_add_test(tc, two_bytes_swapped_between_the_fields_never_open);
    tcase_add_loop_test(tc, a_ticket_cut_or_made_longer_never_opens, 0,
        DATA_SIZES);
    tcase_add_test(tc, a_ticket_cut_in_front_never_opens);
    tcase_add_test(tc, a_ticket_opens_under_its_own_key_alone);
    tcase_add_test(tc, the_parts_of_two_tickets_never_open_together);
    suite_add_tcase(suite, tc);

    tc = tcase_create("made up");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, random_blobs_of_every_length_never_open, 0, 8);
    tcase_add_test(tc, a_frame_of_zeros_never_opens);
    suite_add_tcase(suite, tc);

    tc = tcase_create("made with the key");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc,
        short_lengths_are_believed_only_as_far_as_the_message_goes, 0, 2);
    tcase_add_loop_test(tc,
        long_lengths_are_believed_only_as_far_as_the_message_goes, 0, 2);
    tcase_add_loop_test(tc, unknown_flags_are_refused, 0, 2);
    tcase_add_loop_test(tc, random_contents_never_lead_out_of_the_message, 0,
        4);
    tcase_add_test(tc, an_algorithm_that_is_none_never_opens);
    tcase_add_test(tc, dead_tickets_never_open);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(hostile_suite());
}
