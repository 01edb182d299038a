/* settings.h
 *
 * A config from within: what its sources share.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_SRC_SETTINGS_H
#define WOLFTICKET_SRC_SETTINGS_H

#include "port.h"
#include "error.h"
#include "keyring.h"

#include <wolfticket/config.h>
#include <wolfssl/wolfcrypt/sha256.h>

typedef struct {
    word32 rev;
    byte print[WC_SHA256_DIGEST_SIZE];
    byte waits;             /* for a lifetime; it needs the two below */
    wolfTicket_Key key;
    word64 added;           /* by the ring's clock, 0: it did not tell */
} wt_config_key;

struct wolfTicket_config {
#ifndef SINGLE_THREADED
    wolfSSL_Mutex mutex;    /* taken before wt_lock() */
#endif
    word32 number;          /* tells configs at one address apart */
    int sessionFd;
    byte sessionId[WOLFTICKET_CONFIG_SESSION_ID];
    byte sessionIdSz;
    byte ringInUse;
    word32 lifetime;
    word32 applied;         /* the lifetime of the server configured last */
    wolfTicket_KeyRing* ring;
    wt_config_key keys[WOLFTICKET_CONFIG_KEYS]; /* newest first */
    int keyCount;
};

void wt_config_lock(wolfTicket_config* config);
void wt_config_unlock(wolfTicket_config* config);

/* Remember the calling thread's failure with config, or NULL; return -1. */
#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
int wt_config_fail(const wolfTicket_config* config, const char* format, ...);
int wt_config_fail_with(const wolfTicket_config* config, wt_error err);
/* What wt_fail() has been told. */
int wt_config_fail_as_told(const wolfTicket_config* config);

/* With the config locked: the keys that wait go to the ring and seal for its
 * lifetime.  1, or 0 with wt_fail() told. */
int wt_config_put_keys(wolfTicket_config* config);

#endif /* WOLFTICKET_SRC_SETTINGS_H */
