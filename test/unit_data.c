/* unit_data.c
 *
 * What is kept for a ticket, byte for byte, and what it is bound to.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "largestore_fixture.h"
#include "data.h"
#include "aead.h"

#include <wolfssl/wolfcrypt/hmac.h>

#define LARGE       3000
#define CONTENTS_SZ 108

typedef struct {
    ld_world w;
    ld_store store;
    WOLFSSL* ssl;
    wt_conn* conn;
    byte salt[WT_KEY_SALT_SZ];
    byte contents[CONTENTS_SZ];
    byte data[LARGE];
    wt_frame frame;
    wt_ticket ticket;
    wt_piece piece;
} desk;

static void Begin(desk* d)
{
    memset(d, 0, sizeof(*d));
    ld_begin(&d->w, TH_TLS13);
    ld_store_init(&d->store);
    ld_use_store(d->w.sc, &d->store);
    d->ssl = wolfTicket_new(d->w.sc);
    d->conn = wt_conn_of(d->ssl);
    ck_assert_ptr_nonnull(d->conn);
    memset(d->salt, 0x51, sizeof(d->salt));
    memset(d->contents, 0x62, sizeof(d->contents));
    ld_fill(d->data, LARGE, 3);
    d->frame.enc = d->contents;
    d->frame.encSz = CONTENTS_SZ;
}

static void Keep(desk* d)
{
    memset(&d->ticket, 0, sizeof(d->ticket));
    d->ticket.issued = TH_NOW;
    d->ticket.data = d->data;
    d->ticket.dataSz = LARGE;
    ck_assert_int_eq(wt_data_keep(d->conn, d->salt, &d->frame, &d->ticket,
        &d->piece), WT_OK);
    ck_assert_int_eq(d->ticket.kept, 1);
    ck_assert_uint_eq(d->ticket.dataSz, WT_HANDLE_SZ);
}

/* As if the ticket came back, with these. */
static wolfTicket_CAUSE Fetch(desk* d, const byte* salt, const byte* contents,
    const byte* handle)
{
    wt_opened opened;

    memset(&opened, 0, sizeof(opened));
    memcpy(opened.key.salt, salt, WT_KEY_SALT_SZ);
    opened.contents = contents;
    opened.contentsSz = CONTENTS_SZ;
    opened.ticket.kept = 1;
    opened.ticket.data = handle;
    opened.ticket.dataSz = WT_HANDLE_SZ;
    d->conn->fetches = 0;
    return wt_data_fetch(d->conn, &opened);
}

static void End(desk* d)
{
    wolfTicket_free(d->ssl);
    ld_end(&d->w);
    ld_store_free(&d->store);
}

/* ---- the format ---------------------------------------------------------- */

static void Hmac256(const byte* key, word32 keySz, const byte* a, word32 aSz,
    const byte* b, word32 bSz, byte last, int hasLast, byte* out)
{
    Hmac hmac;

    ck_assert_int_eq(wc_HmacInit(&hmac, NULL, INVALID_DEVID), 0);
    ck_assert_int_eq(wc_HmacSetKey(&hmac, WC_SHA256, key, keySz), 0);
    if (aSz > 0)
        ck_assert_int_eq(wc_HmacUpdate(&hmac, a, aSz), 0);
    if (bSz > 0)
        ck_assert_int_eq(wc_HmacUpdate(&hmac, b, bSz), 0);
    if (hasLast)
        ck_assert_int_eq(wc_HmacUpdate(&hmac, &last, 1), 0);
    ck_assert_int_eq(wc_HmacFinal(&hmac, out), 0);
    wc_HmacFree(&hmac);
}

/* By hand, as wolfticket-ticket(5) has it. */
START_TEST(an_entry_is_what_the_manual_says)
{
    static const char label[] = "wolfTicket data 1";
    byte prk[32], okm[64], info[17 + 12], aad[17];
    byte none[16];
    byte* entry;
    desk d;

    memset(none, 0, sizeof(none));
    Begin(&d);
    Keep(&d);
    ck_assert_uint_eq(d.piece.handle[12], LARGE / 256);
    ck_assert_int_eq(d.store.count, 1);
    ck_assert_uint_eq(d.store.entry[0].sz, 1 + 16 + LARGE + 16);

    memcpy(info, label, 17);
    memcpy(info + 17, d.piece.handle, 12);
    Hmac256(d.salt, 16, d.contents, CONTENTS_SZ, NULL, 0, 0, 0, prk);
    Hmac256(prk, 32, info, sizeof(info), NULL, 0, 1, 1, okm);
    Hmac256(prk, 32, okm, 32, info, sizeof(info), 2, 1, okm + 32);
    ck_assert_mem_eq(d.store.entry[0].id, okm + 32, 16);
    ck_assert_mem_eq(d.piece.id, okm + 32, 16);

    entry = d.store.entry[0].mem;
    ck_assert_uint_eq(entry[0], wt_aead_best());
    aad[0] = entry[0];
    memcpy(aad + 1, okm + 32, 16);
    ck_assert_int_eq(wt_aead_open((wt_aead)entry[0], okm, d.piece.handle, aad,
        sizeof(aad), entry + 1, 16 + LARGE, entry + 1 + 16 + LARGE), 1);
    ck_assert_mem_eq(entry + 1, none, 16);
    ck_assert_mem_eq(entry + 17, d.data, LARGE);
    End(&d);
}
END_TEST

/* ---- binding ------------------------------------------------------------- */

START_TEST(an_entry_opens_for_its_ticket_alone)
{
    byte salt[WT_KEY_SALT_SZ];
    byte contents[CONTENTS_SZ];
    byte handle[WT_HANDLE_SZ];
    size_t i;
    desk d;

    Begin(&d);
    Keep(&d);
    ck_assert_int_eq(Fetch(&d, d.salt, d.contents, d.piece.handle),
        WOLFTICKET_CAUSE_USED);
    ck_assert_uint_eq(d.conn->offered.sz, LARGE);
    ck_assert_mem_eq(d.conn->offered.mem, d.data, LARGE);
    for (i = 0; i < sizeof(salt); i++) {
        memcpy(salt, d.salt, sizeof(salt));
        salt[i] ^= 1;
        ck_assert_int_eq(Fetch(&d, salt, d.contents, d.piece.handle),
            WOLFTICKET_CAUSE_DATA_GONE);
        ck_assert_uint_eq(d.conn->offered.sz, 0);
    }
    for (i = 0; i < sizeof(contents); i++) {
        memcpy(contents, d.contents, sizeof(contents));
        contents[i] ^= 0x80;
        ck_assert_int_eq(Fetch(&d, d.salt, contents, d.piece.handle),
            WOLFTICKET_CAUSE_DATA_GONE);
    }
    for (i = 0; i < 12; i++) {
        memcpy(handle, d.piece.handle, sizeof(handle));
        handle[i] ^= 4;
        ck_assert_int_eq(Fetch(&d, d.salt, d.contents, handle),
            WOLFTICKET_CAUSE_DATA_GONE);
    }
    End(&d);
}
END_TEST

START_TEST(the_same_data_never_looks_the_same)
{
    byte first[WOLFTICKET_DATA_ID_SZ];
    int i;
    desk d;

    Begin(&d);
    for (i = 0; i < 10; i++) {
        Keep(&d);
        if (i == 0)
            memcpy(first, d.piece.id, sizeof(first));
        else
            ck_assert_mem_ne(d.piece.id, first, sizeof(first));
        ck_assert_mem_ne(d.store.entry[i].mem + 17, d.data, 16);
        if (i > 0)
            ck_assert_mem_ne(d.store.entry[i].mem + 17,
                d.store.entry[0].mem + 17, 16);
    }
    End(&d);
}
END_TEST

/* Every byte of it counts. */
START_TEST(no_byte_of_an_entry_can_be_changed)
{
    size_t i;
    desk d;

    Begin(&d);
    Keep(&d);
    for (i = 0; i < d.store.entry[0].sz; i += (i < 40) ? 1 : 101) {
        d.store.entry[0].mem[i] ^= 1;
        ck_assert_int_eq(Fetch(&d, d.salt, d.contents, d.piece.handle),
            WOLFTICKET_CAUSE_DATA_BAD);
        ck_assert_uint_eq(d.conn->offered.sz, 0);
        ck_assert_int_eq(d.conn->offeredKept.is, 0);
        d.store.entry[0].mem[i] ^= 1;
    }
    ck_assert_int_eq(Fetch(&d, d.salt, d.contents, d.piece.handle),
        WOLFTICKET_CAUSE_USED);
    End(&d);
}
END_TEST

/* ---- bounds -------------------------------------------------------------- */

START_TEST(a_handshake_fetches_a_few_times_only)
{
    wt_opened opened;
    int i;
    desk d;

    Begin(&d);
    Keep(&d);
    memset(&opened, 0, sizeof(opened));
    memcpy(opened.key.salt, d.salt, WT_KEY_SALT_SZ);
    opened.contents = d.contents;
    opened.contentsSz = CONTENTS_SZ;
    opened.ticket.data = d.piece.handle;
    for (i = 0; i < 100; i++)
        ck_assert_int_eq(wt_data_fetch(d.conn, &opened) ==
            WOLFTICKET_CAUSE_USED, i < 2 * WT_MAX_OFFERS);
    ck_assert_int_eq(d.store.gets, 2 * WT_MAX_OFFERS);
    wt_data_forget(d.conn);
    ck_assert_int_eq(wt_data_fetch(d.conn, &opened), WOLFTICKET_CAUSE_USED);
    End(&d);
}
END_TEST

START_TEST(what_no_ticket_came_of_does_not_stay)
{
    desk d;

    Begin(&d);
    Keep(&d);
    ck_assert_int_eq(d.store.count, 1);
    wt_data_unkeep(d.conn, &d.piece);
    ck_assert_int_eq(d.store.count, 0);
    End(&d);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("data");
    TCase* tc = th_case(suite, "data", 0);

    tcase_add_test(tc, an_entry_is_what_the_manual_says);
    tcase_add_test(tc, an_entry_opens_for_its_ticket_alone);
    tcase_add_test(tc, the_same_data_never_looks_the_same);
    tcase_add_test(tc, no_byte_of_an_entry_can_be_changed);
    tcase_add_test(tc, a_handshake_fetches_a_few_times_only);
    tcase_add_test(tc, what_no_ticket_came_of_does_not_stay);
    return th_run(suite);
}
