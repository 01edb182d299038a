/* handshake_fixture.h
 *
 * Servers of wolfTicket's with all that can be set.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_HANDSHAKE_FIXTURE_H
#define WOLFTICKET_TEST_HANDSHAKE_FIXTURE_H

#define WOLFTICKET_NO_REDIRECT
#include "harness.h"

#include <wolfticket/datastore.h>
#include <wolfticket/singleuse.h>
#include <wolfticket/source.h>
#ifdef OPENSSL_EXTRA
    #include <wolfssl/openssl/evp.h>
    #include <wolfssl/openssl/hmac.h>
#endif

#define LARGE 5000  /* bytes of data, more than a ticket has room for */

/* ---- what a server may have set ----------------------------------------- */

enum {
    NOTHING,        /* attached, and that is all */
    SOME_DATA,
    NO_TICKETS,
    MANY_TICKETS,
    IGNORES,        /* dec_cb */
    IGNORES_RENEW,
    IGNORES_ONCE,   /* at the visit after the first, as what hiccups */
    USES,
    SINGLE,
    SINGLE_LARGE,
    CLAIMS_GOOD,
    CLAIMS_USED,    /* the callback says so of each */
    CLAIMS_UNKNOWN,
    LARGE_DATA,     /* in memory */
    LARGE_TINY,     /* in memory that has no room for it */
    STORED,
    STORE_FAILS,
    STORE_FULL,     /* after the first visit */
    STORE_LIES,
    STORE_AWAY,
    NO_KEY,
    NEW_SOURCE,     /* never asked for keys yet */
    SHARED,
    REVOKES,        /* the keys, in dec_cb */
    REVOKES_LATE,   /* in gen_cb */
    KEYS_SET,       /* in OpenSSL's way */
    CONTEXT_ID,
    CONTEXT_IDS,    /* another one each time */
    SHORT_LIFE,
    ROTATES,        /* the clock goes on by 40 minutes */
    LATER,          /* by two days */
    CLOCK_FAILS,    /* after the first visit, as what follows */
    RANDOM_FAILS,
    CLOCK_HICCUPS,
    STOPS,          /* no tickets any more */
    SEALS_NO_MORE,  /* what keys there are open only */
    DETACHED,
    KEY_CB,
    KEY_CB_RENEWS,
    KEY_CB_NONE,    /* has no key */
    FEATURES
};

static const char* const featureNames[FEATURES] = {
    [NOTHING] = "nothing",
    [SOME_DATA] = "data",
    [NO_TICKETS] = "no tickets",
    [MANY_TICKETS] = "many tickets",
    [IGNORES] = "ignores",
    [IGNORES_RENEW] = "ignores, renews",
    [IGNORES_ONCE] = "ignores once",
    [USES] = "uses",
    [SINGLE] = "single use",
    [SINGLE_LARGE] = "single use, large data",
    [CLAIMS_GOOD] = "claims good",
    [CLAIMS_USED] = "claims used",
    [CLAIMS_UNKNOWN] = "claims unknown",
    [LARGE_DATA] = "large data",
    [LARGE_TINY] = "no memory for data",
    [STORED] = "stored data",
    [STORE_FAILS] = "store fails",
    [STORE_FULL] = "store is full",
    [STORE_LIES] = "store lies",
    [STORE_AWAY] = "store is away",
    [NO_KEY] = "no key",
    [NEW_SOURCE] = "new source",
    [SHARED] = "shared ring",
    [REVOKES] = "revokes",
    [REVOKES_LATE] = "revokes late",
    [KEYS_SET] = "keys set",
    [CONTEXT_ID] = "context id",
    [CONTEXT_IDS] = "context ids",
    [SHORT_LIFE] = "short life",
    [ROTATES] = "rotates",
    [LATER] = "later",
    [CLOCK_FAILS] = "clock fails",
    [RANDOM_FAILS] = "random generator fails",
    [CLOCK_HICCUPS] = "clock hiccups",
    [STOPS] = "stops",
    [SEALS_NO_MORE] = "seals no more",
    [DETACHED] = "detached",
    [KEY_CB] = "key callback",
    [KEY_CB_RENEWS] = "key callback, renews",
    [KEY_CB_NONE] = "key callback without key"
};

typedef struct {
    int feature;
    int nth;                    /* visit */
    th_app app;
    th_clock clock;
    th_random random;
    wolfTicket_KeyRing* ring;   /* NULL: the context's own */
    unsigned char kept[16][16 + LARGE + WOLFTICKET_DATA_OVERHEAD];
    size_t keptSz[16];
    int keptCount;
} hs_server;

/* A server without wolfTicket that gives and takes the same tickets. */
typedef enum {
    HS_OPEN,        /* all */
    HS_QUIET,       /* none is new for whom presents one */
    HS_REFUSING,    /* and none opens */
    HS_LAPSING,     /* but both at the visit after the first only */
    HS_TWINS
} hs_twin;

static inline hs_twin hs_twin_of(int feature)
{
    hs_twin ret = HS_OPEN;

    if (feature == USES || feature == STOPS || feature == SEALS_NO_MORE ||
            feature == KEY_CB)
        ret = HS_QUIET;
    else if (feature == IGNORES_ONCE)
        ret = HS_LAPSING;
    return ret;
}

static inline int hs_is_large(int feature)
{
    return feature == SINGLE_LARGE ||
        (feature >= LARGE_DATA && feature <= STORE_AWAY);
}

static inline int hs_has_clock(int feature)
{
    return feature >= ROTATES && feature <= SEALS_NO_MORE;
}

static inline void hs_revoke_all(wolfTicket_KeyRing* ring)
{
    wolfTicket_KeyInfo infos[WOLFTICKET_MAX_KEYS];
    int n = wolfTicket_KeyRing_list(ring, infos, WOLFTICKET_MAX_KEYS);
    int i;

    for (i = 0; i < n; i++)
        (void)wolfTicket_KeyRing_revoke_key(ring, infos[i].name);
}

static inline wolfTicket_RETURN hs_dec(WOLFSSL* ssl, WOLFSSL_SESSION* ss,
    const unsigned char* keyname, size_t keyname_len,
    wolfTicket_STATUS status, void* arg)
{
    hs_server* s = (hs_server*)arg;
    int good = status == WOLFTICKET_SUCCESS ||
        status == WOLFTICKET_SUCCESS_RENEW;

    if (s->feature == IGNORES)
        s->app.decAnswer = WOLFTICKET_RETURN_IGNORE;
    if (s->feature == IGNORES_RENEW)
        s->app.decAnswer = WOLFTICKET_RETURN_IGNORE_RENEW;
    if (s->feature == IGNORES_ONCE)
        s->app.decAnswer = (s->nth == 1) ? WOLFTICKET_RETURN_IGNORE
                                         : TH_DEFAULT_ANSWER;
    if (s->feature == USES)
        s->app.decAnswer = good ? WOLFTICKET_RETURN_USE
                                : WOLFTICKET_RETURN_IGNORE;
    if (s->feature == REVOKES && good)
        hs_revoke_all(s->ring);
    return th_dec(ssl, ss, keyname, keyname_len, status, &s->app);
}

static inline int hs_gen(WOLFSSL* ssl, void* arg)
{
    static const unsigned char large[LARGE] = { 7, 8, 9 };
    hs_server* s = (hs_server*)arg;

    if (hs_is_large(s->feature))
        (void)wolfTicket_SESSION_set1_ticket_appdata(
            wolfSSL_get_session(ssl), large, sizeof(large));
    if (s->feature == REVOKES_LATE)
        hs_revoke_all(s->ring);
    return th_gen(ssl, &s->app);
}

static inline int hs_claim(const unsigned char id[16], unsigned int age,
    unsigned int left, void* arg)
{
    hs_server* s = (hs_server*)arg;

    (void)id;
    (void)age;
    (void)left;
    return (s->feature == CLAIMS_GOOD) ? 1
        : (s->feature == CLAIMS_USED) ? 0 : -1;
}

static inline int hs_put(void* self, const unsigned char id[16],
    const unsigned char* sealed, size_t sz, unsigned int seconds)
{
    hs_server* s = (hs_server*)self;
    unsigned char* place = s->kept[s->keptCount % 16];

    (void)seconds;
    ck_assert_uint_le(sz, LARGE + WOLFTICKET_DATA_OVERHEAD);
    if (s->feature == STORE_FAILS || (s->feature == STORE_FULL && s->nth > 0))
        return 0;
    memcpy(place, id, 16);
    memcpy(place + 16, sealed, sz);
    s->keptSz[s->keptCount++ % 16] = sz;
    return 1;
}

static inline int hs_get(void* self, const unsigned char id[16],
    unsigned char* sealed, size_t* sz)
{
    hs_server* s = (hs_server*)self;
    int i;

    if (s->feature == STORE_AWAY)
        return -1;
    if (s->feature == STORE_LIES) {
        memset(sealed, 0x5A, *sz);
        *sz += (size_t)s->keptCount % 3;
        return 1;
    }
    for (i = 0; i < 16; i++) {
        if (s->keptSz[i] > 0 && memcmp(s->kept[i], id, 16) == 0) {
            memcpy(sealed, s->kept[i] + 16, s->keptSz[i]);
            *sz = s->keptSz[i];
            return 1;
        }
    }
    return 0;
}

static inline int hs_no_fetch(void* self, uint64_t now,
    wolfTicket_SourceKey* keys, int max)
{
    (void)self;
    (void)now;
    (void)keys;
    (void)max;
    ck_abort_msg("a handshake has asked the source");
    return -1;
}

#if defined(OPENSSL_EXTRA)
static int hsKeyAnswer;

static inline int hs_key_cb(WOLFSSL* ssl, unsigned char* name,
    unsigned char* iv, WOLFSSL_EVP_CIPHER_CTX* cipher, WOLFSSL_HMAC_CTX* hmac,
    int enc)
{
    static const unsigned char key[32] = { 1, 2, 3, 4 };
    static unsigned char count;

    (void)ssl;
    if (hsKeyAnswer == 0)
        return 0;
    if (enc) {
        memset(name, 'k', 16);
        memset(iv, ++count, 16);
    }
    if (wolfSSL_EVP_CipherInit_ex(cipher, wolfSSL_EVP_aes_256_cbc(), NULL,
            key, iv, enc) != WOLFSSL_SUCCESS ||
            wolfSSL_HMAC_Init_ex(hmac, key, sizeof(key), wolfSSL_EVP_sha256(),
                NULL) != WOLFSSL_SUCCESS)
        return -1;
    return enc ? 1 : hsKeyAnswer;
}
#endif

static inline int hs_has_ring(int feature)
{
    return feature == NO_KEY || feature == NEW_SOURCE || feature == SHARED ||
        feature == REVOKES || feature == REVOKES_LATE ||
        hs_has_clock(feature);
}

/* NULL where there are no such rings. */
static inline wolfTicket_KeyRing* hs_ring(hs_server* s)
{
    static const wolfTicket_Source source = {
        "none", hs_no_fetch, NULL, NULL, NULL, NULL
    };
    static const wolfTicket_Key key = {
        "handshakes", { 1, 2, 3 }, { 4, 5, 6 }, 32, 32
    };
    wolfTicket_KeyRing* ring;

    s->clock.now = TH_NOW;
    if (s->feature == NO_KEY)
        ring = wolfTicket_KeyRing_new_manual(NULL, NULL, NULL, NULL);
    else if (s->feature == NEW_SOURCE)
        ring = wolfTicket_KeyRing_new_source(&source, NULL, NULL);
    else if (s->feature == SHARED)
        ring = wolfTicket_KeyRing_new_shared(NULL, NULL, NULL, NULL);
    else if (s->feature == SEALS_NO_MORE)
        ring = wolfTicket_KeyRing_new_manual(th_time, &s->clock, NULL, NULL);
    else if (hs_has_clock(s->feature))
        ring = wolfTicket_KeyRing_new_ex(th_time, &s->clock, th_rand,
            &s->random);
    else
        ring = wolfTicket_KeyRing_new();
    ck_assert_msg(ring != NULL || s->feature == SHARED, "%s: %s",
        featureNames[s->feature], wolfTicket_CTX_error(NULL));
    if (s->feature == SEALS_NO_MORE)
        ck_assert_int_eq(wolfTicket_KeyRing_add_key(ring, &key, 0, 100, 0), 1);
    return ring;
}

/* 1, or 0 where this build has no such thing. */
static inline int hs_set_key_cb(WOLFSSL_CTX* sc, int feature)
{
#ifdef OPENSSL_EXTRA
    hsKeyAnswer = (feature == KEY_CB) ? 1 : (feature == KEY_CB_RENEWS) ? 2 : 0;
    ck_assert_int_eq(wolfTicket_CTX_set_tlsext_ticket_key_cb(sc, hs_key_cb),
        1);
    return 1;
#else
    (void)sc;
    (void)feature;
    return 0;
#endif
}

static inline int hs_set(WOLFSSL_CTX* sc, hs_server* s, int feature)
{
    static const wolfTicket_DataStore store = { hs_put, hs_get, NULL };
    unsigned char keys[80];
    int ok = 1;
    int ret = 1;
    size_t i;

    memset(s, 0, sizeof(*s));
    s->feature = feature;
    th_app_init(&s->app);
    s->app.genData = (feature == NOTHING || hs_is_large(feature)) ? NULL
                                                                  : "alice";
    s->app.genDataSz = 5;
    for (i = 0; i < sizeof(keys); i++)
        keys[i] = (unsigned char)(i * i + 3);
    if (feature == NOTHING)
        ok = wolfTicket_CTX_attach(sc);
    else
        ok = wolfTicket_CTX_set_session_ticket_cb(sc, hs_gen, hs_dec, s);
    if (hs_has_ring(feature)) {
        s->ring = hs_ring(s);
        ret = s->ring != NULL;
        ok = ok && (!ret || wolfTicket_CTX_set_key_ring(sc, s->ring));
    }
    if (feature == NO_TICKETS)
        ok = ok && wolfTicket_CTX_set_num_tickets(sc, 0);
    else if (feature == MANY_TICKETS)
        ok = ok && wolfTicket_CTX_set_num_tickets(sc, 9);
    else if (feature == SINGLE || feature == SINGLE_LARGE)
        ok = ok && wolfTicket_CTX_set_single_use(sc, 1);
    else if (feature >= CLAIMS_GOOD && feature <= CLAIMS_UNKNOWN)
        ok = ok && wolfTicket_CTX_set_single_use_cb(sc, hs_claim, s);
    else if (feature == LARGE_TINY)
        ok = ok && wolfTicket_CTX_set_data_memory(sc, 4 * LARGE + 4000);
    else if (feature >= STORED && feature <= STORE_AWAY)
        ok = ok && wolfTicket_CTX_set_data_store(sc, &store, s);
    else if (feature == KEYS_SET)
        ok = ok && wolfTicket_CTX_set_tlsext_ticket_keys(sc, keys,
            (int)wolfTicket_CTX_set_tlsext_ticket_keys(sc, NULL, 0)) == 1;
    else if (feature == CONTEXT_ID || feature == CONTEXT_IDS)
        ok = ok && wolfTicket_CTX_set_session_id_context(sc,
            (const unsigned char*)"this", 4);
    else if (feature == SHORT_LIFE)
        ok = ok && wolfTicket_CTX_set_lifetime(sc, 2);
    else if (feature >= KEY_CB)
        ret = hs_set_key_cb(sc, feature);
    ck_assert_msg(ok, "%s: %s", featureNames[feature],
        wolfTicket_CTX_error(sc));
    return ret;
}

/* Before the nth visit, from 1. */
static inline void hs_next(WOLFSSL_CTX* sc, hs_server* s, int nth)
{
    unsigned char id = (unsigned char)nth;
    int ok = 1;

    s->nth = nth;
    if (s->feature == CONTEXT_IDS)
        ok = wolfTicket_CTX_set_session_id_context(sc, &id, 1);
    else if (s->feature == ROTATES)
        s->clock.now += 2400;
    else if (s->feature == LATER)
        s->clock.now += 2 * 86400;
    else if (s->feature == SEALS_NO_MORE)
        s->clock.now += 200;
    else if (s->feature == CLOCK_FAILS)
        s->clock.failAll = s->clock.failAt = 1;
    else if (s->feature == RANDOM_FAILS)
        s->random.failAll = s->random.failAt = 1;
    else if (s->feature == CLOCK_HICCUPS)
        s->clock.failAll = s->clock.failAt = nth == 1;
    else if (s->feature == STOPS)
        ok = wolfTicket_CTX_set_num_tickets(sc, 0);
    else if (s->feature == DETACHED && nth == 1)
        ok = wolfTicket_CTX_detach(sc);
    ck_assert_msg(ok, "%s: %s", featureNames[s->feature],
        wolfTicket_CTX_error(sc));
}

static inline void hs_unset(WOLFSSL_CTX* sc, hs_server* s)
{
    wolfTicket_KeyRing_free(s->ring);
    wolfTicket_CTX_free(sc);
}

#endif /* WOLFTICKET_TEST_HANDSHAKE_FIXTURE_H */
