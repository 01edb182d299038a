/* embed_port.c
 *
 * The embedded core's platform: lock, clock, generator.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "embed.h"
#include "nonce.h"

#include <wolfssl/wolfcrypt/asn_public.h>
#include <wolfssl/wolfcrypt/random.h>

#ifdef WOLFTICKET_EMBEDDED

/* Where no memory can be had that a fork wipes, see nonce.c. */
#ifdef WT_HAVE_FORK
    #include <sys/mman.h>
    #ifndef MADV_WIPEONFORK
        #include <pthread.h>
        #define NEEDS_FORK_HANDLER
    #endif
#endif

#ifndef WOLFTICKET_NO_THREADS
static wolfSSL_Mutex mutex;
#endif
static byte started = 0;

int wt_embed_port(void)
{
    if (!started) {
#ifndef WOLFTICKET_NO_THREADS
        started = wc_InitMutex(&mutex) == 0;
#else
        started = 1;
#endif
#ifdef WT_HAVE_FORK
        wt_nonce_init();
#endif
#ifdef NEEDS_FORK_HANDLER
        started = started && pthread_atfork(NULL, NULL, wt_nonce_forked) == 0;
#endif
    }
    return started;
}

#ifndef WOLFTICKET_NO_THREADS
void wt_lock(void)
{
    if (started)
        (void)wc_LockMutex(&mutex);
}

void wt_unlock(void)
{
    if (started)
        (void)wc_UnLockMutex(&mutex);
}
#endif

word64 wt_clock(void)
{
    time_t now = wc_Time(NULL);

    return (now > 0) ? (word64)now : 0;
}

int wt_fresh_random(byte* out, word32 sz)
{
    WC_RNG rng;
    int ret = wc_InitRng(&rng);

    if (ret == 0) {
        ret = wc_RNG_GenerateBlock(&rng, out, sz);
        (void)wc_FreeRng(&rng);
    }
    return ret == 0;
}

int wt_embed_random(WOLFSSL* ssl, byte* out, word32 sz)
{
#ifdef WT_HAVE_FORK
    /* A connection's generator may have been forked with the process. */
    (void)ssl;
    return wt_fresh_random(out, sz);
#else
    WC_RNG* rng = (ssl != NULL) ? wolfSSL_GetRNG(ssl) : NULL;

    return (rng != NULL) ? wc_RNG_GenerateBlock(rng, out, sz) == 0
                         : wt_fresh_random(out, sz);
#endif
}

#ifdef WT_HAVE_FORK
int wt_keyring_random(wolfTicket_KeyRing* ring, byte* out, word32 sz)
{
    (void)ring;
    return wt_fresh_random(out, sz);
}
#endif

#endif /* WOLFTICKET_EMBEDDED */
