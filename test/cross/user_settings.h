/* user_settings.h
 *
 * A wolfSSL for Linux on another processor: what the suites of the library
 * need, compiled from source without autotools.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef CROSS_USER_SETTINGS_H
#define CROSS_USER_SETTINGS_H

/* ---- platform ---- */
#define SIZEOF_LONG __SIZEOF_LONG__
#define SIZEOF_LONG_LONG 8
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    #define BIG_ENDIAN_ORDER
#endif
#define HAVE_SYS_TIME_H
#define WOLFSSL_PTHREADS
#define HAVE_THREAD_LS

/* ---- protocol ---- */
#define WOLFSSL_TLS13
#define NO_OLD_TLS
#define HAVE_TLS_EXTENSIONS
#define HAVE_SUPPORTED_CURVES
#define HAVE_EXTENDED_MASTER
#define HAVE_HKDF
#define HAVE_SNI
#define WOLFSSL_ALWAYS_KEEP_SNI
#define HAVE_ALPN
#define HAVE_SESSION_TICKET
#define WOLFSSL_POST_HANDSHAKE_AUTH
#define OPENSSL_ALL
#define OPENSSL_EXTRA
#define HAVE_EX_DATA
#define HAVE_EXT_CACHE
#define KEEP_PEER_CERT
#define NO_SESSION_CACHE_REF

/* ---- cryptography ---- */
#define NO_RSA
#define NO_DH
#define NO_DSA
#define HAVE_ECC
#define HAVE_COMP_KEY
#define ECC_TIMING_RESISTANT
#define WOLFSSL_SP_MATH_ALL
#define WOLFSSL_HAVE_SP_ECC     /* or a handshake takes a second in QEMU */
#define HAVE_AESGCM
#define GCM_TABLE_4BIT
#define WOLFSSL_AES_COUNTER
#define HAVE_CHACHA
#define HAVE_POLY1305
#define WOLFSSL_SHA384
#define WOLFSSL_SHA512
#define NO_DES3
#define NO_RC4
#define NO_MD4
#define NO_PWDBASED
#define NO_PKCS12
#define WOLFSSL_ASN_TEMPLATE

#endif /* CROSS_USER_SETTINGS_H */
