/* embed_fixture.h
 *
 * What the suites of the embedded core share: storage, a clock, flash.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * These suites are compiled with the sources of src/embedded.txt and
 * WOLFTICKET_EMBEDDED, without the library.
 */

#ifndef WOLFTICKET_TEST_EMBED_FIXTURE_H
#define WOLFTICKET_TEST_EMBED_FIXTURE_H

#include "harness.h"
#include "embed.h"

#include <wolfssl/wolfcrypt/asn_public.h>

#include <time.h>

static wolfTicket_Storage storage;

/* ---- the clock ---------------------------------------------------------- */

/* wolfSSL's, which also looks at certificates by it: so many seconds ahead of
 * the true time, or none at all. */
static long long clockAhead;
static int clockDead;

static inline time_t eb_time(time_t* t)
{
    time_t now = clockDead ? 0 : time(NULL) + (time_t)clockAhead;

    if (t != NULL)
        *t = now;
    return now;
}

/* ---- flash -------------------------------------------------------------- */

static unsigned char flash[2][WOLFTICKET_FLASH_SZ];
static int flashSaves;
static int flashFails;      /* the next so many saves */
static int flashTear;       /* bytes of the next save that are written, or -1 */

static inline int eb_save(void* arg, unsigned int slot,
    const unsigned char* data, unsigned int sz)
{
    unsigned int n = sz;

    ck_assert_ptr_eq(arg, flash);
    ck_assert_uint_lt(slot, 2);
    ck_assert_uint_eq(sz, WOLFTICKET_FLASH_SZ);
    if (flashFails > 0) {
        flashFails--;
        return 0;
    }
    if (flashTear >= 0 && (unsigned int)flashTear < n)
        n = (unsigned int)flashTear;
    memcpy(flash[slot], data, n);
    flashSaves++;
    return n == sz;
}

static inline int eb_load(void* arg, unsigned int slot, unsigned char* data,
    unsigned int sz)
{
    ck_assert_ptr_eq(arg, flash);
    ck_assert_uint_lt(slot, 2);
    ck_assert_uint_eq(sz, WOLFTICKET_FLASH_SZ);
    memcpy(data, flash[slot], sz);
    return 1;
}

/* ---- contexts ----------------------------------------------------------- */

static inline void eb_setup(void)
{
    th_setup();
    memset(&storage, 0, sizeof(storage));
    memset(flash, 0xFF, sizeof(flash));
    clockAhead = 0;
    clockDead = 0;
    flashSaves = flashFails = 0;
    flashTear = -1;
    ck_assert_int_eq(wc_SetTimeCb(eb_time), 0);
}

static inline WOLFSSL_CTX* eb_server(int mode, wolfTicket_Storage* to)
{
    WOLFSSL_CTX* ctx = th_server_ctx_raw(mode);

    ck_assert_int_eq(wolfTicket_CTX_embed(ctx, to), 1);
    wolfSSL_CTX_SetIORecv(ctx, th_recv);
    wolfTicket_CTX_SetIOSend(ctx, th_send);
    return ctx;
}

static inline TCase* eb_case(Suite* suite, const char* name)
{
    TCase* tc = tcase_create(name);

    tcase_add_checked_fixture(tc, eb_setup, th_teardown);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return tc;
}

/* The keys as they are. */
static inline const wolfTicket_EmbeddedKey* eb_keys(void)
{
    return storage.context.keys.key;
}

#endif /* WOLFTICKET_TEST_EMBED_FIXTURE_H */
