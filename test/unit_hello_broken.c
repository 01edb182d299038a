/* unit_hello_broken.c
 *
 * Hello messages that are cut, changed or none at all: read no further than
 * they go.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "hello_fixture.h"

START_TEST(a_cut_hello_is_none)
{
    wt_hello hello;
    message m;
    word32 sz;

    build(&m, hellos[_i]);
    for (sz = 0; sz < m.sz; sz++)
        ck_assert_msg(read_exact(m.mem, sz, &hello) == 0, "%u of %u", sz,
            m.sz);
    ck_assert_int_eq(read_exact(m.mem, m.sz, &hello), 1);
}
END_TEST

START_TEST(a_hello_with_any_byte_changed_is_read_within_its_bounds)
{
    wt_hello hello;
    message m;
    word32 i;
    int with;

    build(&m, hellos[_i]);
    for (i = 0; i < m.sz; i++) {
        byte good = m.mem[i];

        /* Every bit, none, all, and the next ones. */
        for (with = 1; with < 256; with *= 2) {
            m.mem[i] = (byte)(good ^ with);
            (void)read_exact(m.mem, m.sz, &hello);
        }
        for (with = -1; with <= 1; with++) {
            m.mem[i] = (byte)with;
            (void)read_exact(m.mem, m.sz, &hello);
            m.mem[i] = (byte)(good + with);
            (void)read_exact(m.mem, m.sz, &hello);
        }
        m.mem[i] = good;
    }
}
END_TEST

START_TEST(a_hello_whose_own_lengths_exceed_it_is_none)
{
    wt_hello hello;
    message m;
    word32 more;

    /* The message, the session id, the suites, the extensions. */
    static const struct {
        word32 at;
        int bytes;
    } lengths[] = { { 1, 3 }, { 38, 1 }, { 71, 2 }, { 79, 2 } };
    size_t i;

    for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        for (more = 1; more < 70; more++) {
            word32 good;

            build(&m, CLIENT);
            good = wt_get(m.mem + lengths[i].at, lengths[i].bytes);
            wt_put(m.mem + lengths[i].at, good + more, lengths[i].bytes);
            /* A longer id or list of suites may end where something else
             * looks well-formed. */
            ck_assert_msg(read_exact(m.mem, m.sz, &hello) == 0 ||
                lengths[i].at == 38 || lengths[i].at == 71,
                "length at %u, %u more", lengths[i].at, more);
        }
        wt_put(m.mem + lengths[i].at, 0xFFFFFF, lengths[i].bytes);
        ck_assert_int_eq(read_exact(m.mem, m.sz, &hello), 0);
    }
}
END_TEST

START_TEST(random_blobs_of_every_length_are_read_within_their_bounds)
{
    static byte blob[2001];
    word64 state = 88172645463325252u + (word64)_i;
    wt_hello hello;
    word32 sz, i;

    for (sz = 0; sz <= 2000; sz++) {
        for (i = 0; i < sz; i++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            /* Small numbers make better lengths. */
            blob[i] = (byte)((_i & 1) ? state >> 24
                                      : (state >> 24) & (state >> 32) & 7);
        }
        if (sz > 4 && (_i & 2)) {
            blob[0] = 1;
            wt_put(blob + 1, sz - 4, 3);
        }
        (void)read_exact(blob, sz, &hello);
    }
}
END_TEST

START_TEST(a_fragment_of_a_dtls_hello_is_none)
{
    wt_hello hello;
    message m;
    word32 sz;

    build(&m, CLIENT | DTLS | COOKIE | NAME);
    for (sz = 25; sz < m.sz; sz += 7) {
        /* Offset 0, and only so many bytes of the whole. */
        wt_put(m.mem + 11, sz - 13, 2);
        wt_put(m.mem + 22, sz - 25, 3);
        ck_assert_int_eq(read_exact(m.mem, sz, &hello), 0);
    }
}
END_TEST

static Suite* broken_suite(void)
{
    Suite* suite = suite_create("hello, broken");
    TCase* tc = th_case(suite, "broken", 1);

    tcase_add_loop_test(tc, a_cut_hello_is_none, 0, HELLOS);
    tcase_add_loop_test(tc,
        a_hello_with_any_byte_changed_is_read_within_its_bounds, 0, HELLOS);
    tcase_add_test(tc, a_hello_whose_own_lengths_exceed_it_is_none);
    tcase_add_loop_test(tc,
        random_blobs_of_every_length_are_read_within_their_bounds, 0, 4);
    tcase_add_test(tc, a_fragment_of_a_dtls_hello_is_none);
    return suite;
}

int main(void)
{
    return th_run(broken_suite());
}
