/* user_settings.h
 *
 * The firmware's wolfSSL: TLS 1.3 and 1.2, ECDHE-ECDSA on P-256, AES-GCM and
 * SHA-256, session tickets; no files, no sockets, no threads, no heap.  And its
 * wolfTicket, see wolfticket/settings.h.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef FIRMWARE_USER_SETTINGS_H
#define FIRMWARE_USER_SETTINGS_H

#include <stdint.h>
#include <time.h>

/* ---- platform ---- */
#define SINGLE_THREADED
#define WOLFSSL_NO_ATOMICS
#define WOLFSSL_USER_IO
#define WOLFSSL_NO_SOCK         /* or wolfio.h includes <sys/socket.h> */
#define NO_FILESYSTEM
#define NO_WRITEV
#define NO_MAIN_DRIVER
#define NO_ERROR_STRINGS
#define WOLFSSL_SMALL_STACK     /* what is big lies in the pool */
#define WOLFSSL_GENERAL_ALIGNMENT 4
#define SIZEOF_LONG __SIZEOF_LONG__
#define SIZEOF_LONG_LONG 8
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    #define BIG_ENDIAN_ORDER
#endif

/* ---- memory: one pool, and never malloc() ---- */
#define WOLFSSL_STATIC_MEMORY
#define WOLFSSL_NO_MALLOC
#define WOLFMEM_MAX_BUCKETS 8
#define WOLFMEM_DEF_BUCKETS 8
#define WOLFMEM_BUCKETS 64,128,256,512,1024,1536,2048,4096
#define WOLFMEM_DIST    24,16,16,12,12,2,2,1

/* ---- clock and seed: board.c ---- */
#define USER_TICKS              /* LowResTimer(), TimeNowInMilliseconds() */
#define XTIME(t) board_time(t)
extern time_t board_time(time_t* out);
#define WOLFSSL_GMTIME
#define NO_DEV_RANDOM
#define HAVE_HASHDRBG
#define CUSTOM_RAND_GENERATE_SEED board_seed
extern int board_seed(unsigned char* out, unsigned int sz);

/* ---- protocol ---- */
#define WOLFSSL_TLS13
#define NO_OLD_TLS
#define HAVE_TLS_EXTENSIONS
#define HAVE_SUPPORTED_CURVES
#define HAVE_EXTENDED_MASTER
#define HAVE_HKDF
#ifdef FIRMWARE_NAMES
    #define HAVE_SNI            /* tickets are bound to the name, too */
    #define WOLFSSL_ALWAYS_KEEP_SNI
#endif
#define HAVE_SESSION_TICKET
#define WOLFSSL_NO_DEF_TICKET_ENC_CB
#define MICRO_SESSION_CACHE
#define NO_PSK                  /* others than tickets */
#define WOLFSSL_AEAD_ONLY
#define WOLFSSL_ALWAYS_VERIFY_CB /* tells the server who the client is */

/* ---- cryptography ---- */
#define NO_RSA
#define NO_DH
#define NO_DSA
#define HAVE_ECC
#define ECC_USER_CURVES         /* with nothing else: P-256 */
#define ECC_TIMING_RESISTANT
#define WOLFSSL_SP_MATH
#define WOLFSSL_HAVE_SP_ECC
#define WOLFSSL_SP_SMALL
#define HAVE_AESGCM             /* AES-128 for TLS, AES-256 for tickets */
#ifndef GCM_SMALL
    #define GCM_TABLE_4BIT      /* six times as fast, and 0.5 KB a cipher */
#endif
#define NO_AES_CBC
#define NO_AES_192
#define NO_DES3
#define NO_RC4
#define NO_MD4
#define NO_MD5
#define NO_SHA
#define USE_SLOW_SHA256
#define NO_PWDBASED
#define NO_PKCS8
#define NO_PKCS12
#define WOLFSSL_NO_PEM
#define WOLFSSL_ASN_TEMPLATE

/* ---- wolfTicket ---- */
#define WOLFTICKET_EMBEDDED
#define WOLFTICKET_NO_HEAP
#define WOLFTICKET_NO_ERROR_TEXTS
#define WOLFTICKET_MAX_TICKET   112

#endif /* FIRMWARE_USER_SETTINGS_H */
