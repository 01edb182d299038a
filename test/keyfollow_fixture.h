/* keyfollow_fixture.h
 *
 * What the suites of followed key files share: a clock that is told how old
 * the file is, and what a ring has.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_KEYFOLLOW_FIXTURE_H
#define WOLFTICKET_TEST_KEYFOLLOW_FIXTURE_H

#include "keyfile_fixture.h"

#define REST  2000   /* milliseconds */

/* The clock of followed files. */
static word64 wallNow;
static word64 steadyNow;

static inline void told(word64* wall, word64* steady, void* arg)
{
    (void)arg;
    *wall = wallNow;
    *steady = steadyNow;
}

/* The file has last changed so many milliseconds ago, or will. */
static inline void file_age(long millis)
{
    wt_keyfile_mark mark;

    ck_assert_int_eq(wt_keyfile_look(path, &mark), 1);
    wallNow = (word64)((long)(mark.changed / 1000000) + millis);
}

static inline wolfTicket_KeyRing* manual_ring(void)
{
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new_manual(NULL, NULL, NULL,
        NULL);

    ck_assert_ptr_nonnull(ring);
    return ring;
}

static inline wolfTicket_KeyFile* follow(wolfTicket_KeyRing* ring,
    wolfTicket_KEYFILE format)
{
    wolfTicket_KeyFile* file = wolfTicket_KeyFile_follow(ring, path, format);

    ck_assert_ptr_nonnull(file);
    wt_keyfile_set_clock(file, told, NULL);
    steadyNow = 1000000;
    file_age(REST);
    ck_assert_int_eq(wolfTicket_KeyFile_refresh(file), 1);
    return file;
}

/* Whether the ring's keys are those from first on, count of them, and which
 * seals. */
static inline int ring_has(wolfTicket_KeyRing* ring, int first, int count,
    int seals)
{
    wolfTicket_KeyInfo infos[WOLFTICKET_MAX_KEYS];
    wolfTicket_Key want;
    int ret = wolfTicket_KeyRing_list(ring, infos, WOLFTICKET_MAX_KEYS) ==
        count;
    int i;

    for (i = 0; i < count && ret; i++) {
        pattern_key(first + i, 32, &want);
        ret = memcmp(infos[i].name, want.name, WOLFTICKET_NAME_SZ) == 0 &&
            (infos[i].state == WOLFTICKET_KEY_SEALS) == (i == seals);
    }
    return ret;
}

#endif /* WOLFTICKET_TEST_KEYFOLLOW_FIXTURE_H */
