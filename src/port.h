/* port.h
 *
 * What the sources need from the platform and from wolfSSL's own layers:
 * settings, atomics, thread-local storage, the one lock, wiping.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_PORT_H
#define WOLFTICKET_PORT_H

#ifdef HAVE_CONFIG_H
    #include "config.h"
#endif

/* The sources call the wolfSSL functions that ticket.h redirects. */
#define WOLFTICKET_NO_REDIRECT

#include <wolfticket/ticket.h>
#include <wolfssl/version.h>
#include <wolfssl/wolfcrypt/types.h>
#include <wolfssl/wolfcrypt/wc_port.h>

/* The message callback is part of wolfSSL's OpenSSL layer. */
#ifdef OPENSSL_EXTRA
    #define WT_HAVE_MSG_CB
#endif

/* Processes can be forked. */
#if (defined(HAVE_SYS_MMAN_H) && defined(HAVE_UNISTD_H)) || \
        (defined(WOLFTICKET_EMBEDDED) && \
         (defined(__unix__) || defined(__APPLE__)))
    #define WT_HAVE_FORK
#endif

/* A place for us on wolfSSL's objects.  Newer wolfSSL can have the places
 * without the function that gives them out. */
#if defined(HAVE_EX_DATA) && (defined(HAVE_EX_DATA_CRYPTO) || \
        LIBWOLFSSL_VERSION_HEX < 0x05007004)
    #define WT_HAVE_EX_DATA
#endif

/* The ticket callback's argument is not always that of its context. */
#if defined(WOLFSSL_HAPROXY) && defined(WT_HAVE_EX_DATA)
    #define WT_MARKS_CONTEXTS
#endif

/* Where wolfSSL shows neither what hangs on an object nor its secret, a
 * connection is known by its session, to which its record keeps a
 * reference; see connection.c. */
#if !defined(WT_HAVE_EX_DATA) || !defined(OPENSSL_EXTRA)
    #define WT_HOLDS_SESSIONS
#endif

/* Relaxed, acquire and release are enough everywhere; one-threaded builds
 * need none of it, nor does the embedded core, which has its lock for all,
 * but for nonces where processes can be forked. */
#if defined(SINGLE_THREADED) || defined(WOLFTICKET_NO_THREADS) || \
        (defined(WOLFTICKET_EMBEDDED) && !defined(WT_HAVE_FORK))
    #define WT_LOAD(p)        (*(p))
    #define WT_STORE(p, v)    (*(p) = (v))
    #define WT_ADD(p, v)      (*(p) += (v))
    #define WT_THREAD_LOCAL
#else
    #define WT_LOAD(p)        __atomic_load_n((p), __ATOMIC_ACQUIRE)
    #define WT_STORE(p, v)    __atomic_store_n((p), (v), __ATOMIC_RELEASE)
    #define WT_ADD(p, v)      __atomic_add_fetch((p), (v), __ATOMIC_ACQ_REL)
    #define WT_THREAD_LOCAL   __thread
#endif

/* For wolfSSL's getters, which take no const. */
#define WT_UNCONST(type, p) ((type)(size_t)(p))

/* Any function's pointer. */
typedef void (*wt_function)(void);

/* Makes the lock and the slots of wolfSSL's ex_data, once per process.
 * Returns 1, or 0 when the platform has no mutex or no slot left. */
int  wt_port_init(void);

/* The one lock: connections made and freed, contexts, key rotation.  Never
 * taken for a ticket in the steady state, never held during a callback of
 * the application other than clock and random generator.  Held across fork,
 * so that a child finds it free. */
#if defined(WOLFTICKET_EMBEDDED) && defined(WOLFTICKET_NO_THREADS)
    #define wt_lock()
    #define wt_unlock()
#else
void wt_lock(void);
void wt_unlock(void);
#endif

/* Mutexes for what takes longer.  A fork takes them all: a child finds them
 * free, and nothing half done by a thread that it does not have.  Who holds
 * one may take those behind it and the one lock, not the other way round. */
typedef enum {
    WT_MUTEX_SOURCES,
    WT_MUTEX_KEY_FILES,
    WT_MUTEX_SESSION_FILES,
    WT_MUTEX_STORES,
    WT_MUTEX_DATA,
    WT_MUTEX_COUNT
} wt_mutex;
void wt_enter(wt_mutex which);
void wt_leave(wt_mutex which);

/* Seconds since 1970 from wolfSSL's clock; 0 when it has none. */
word64 wt_clock(void);

/* Overwrites secrets; the compiler cannot drop it. */
void wt_wipe(void* mem, size_t sz);

/* 1 when the sz bytes are equal, in constant time. */
int  wt_equal(const byte* a, const byte* b, size_t sz);

/* Big-endian numbers of up to 4 bytes. */
void   wt_put(byte* out, word32 value, int bytes);
word32 wt_get(const byte* in, int bytes);

/* Is TLS 1.3 (or DTLS 1.3) what the connection speaks? */
int wt_is_tls13(WOLFSSL* ssl);

/* A small number of the calling thread, for striped counters. */
word32 wt_thread_number(void);

/* The slots.  Values are zero on every new object and go with it. */
void* wt_ssl_slot(WOLFSSL* ssl);
int   wt_ssl_slot_set(WOLFSSL* ssl, void* value);
void* wt_client_slot(WOLFSSL* ssl);
int   wt_client_slot_set(WOLFSSL* ssl, void* value);
void* wt_session_slot(WOLFSSL_SESSION* session);
int   wt_session_slot_set(WOLFSSL_SESSION* session, void* value);

typedef enum {
    WT_CTX_SLOT_IO_SEND,
    WT_CTX_SLOT_MSG_CB,
    WT_CTX_SLOT_NEW_SESSION,
#ifdef WT_MARKS_CONTEXTS
    WT_CTX_SLOT_RECORD,
#endif
    WT_CTX_SLOT_COUNT
} wt_ctx_slot_id;
wt_function wt_ctx_slot(WOLFSSL_CTX* ctx, wt_ctx_slot_id id);
int wt_ctx_slot_set(WOLFSSL_CTX* ctx, wt_ctx_slot_id id, wt_function value);

#endif /* WOLFTICKET_PORT_H */
