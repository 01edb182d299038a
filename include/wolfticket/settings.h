/* settings.h
 *
 * What a build of wolfTicket can be told, and what follows from it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Every setting is a macro with a default.  Define it for wolfTicket's
 * sources and for the application's alike: beside wolfSSL's own settings, in
 * user_settings.h, or on the compiler's command line.
 *
 * WOLFTICKET_EMBEDDED
 *      Builds the embedded core: the server side in a few sources that need
 *      no configure (src/embedded.txt lists them), with all that it keeps in
 *      storage of the application's.  See wolfticket/embedded.h.  Without it
 *      the sources are the whole library, which configure sets up.
 *
 * The rest is for the embedded core.
 *
 * WOLFTICKET_MAX_CONNECTIONS    1 ... 65535, default 4
 *      Connections at a time in one wolfTicket_Storage.
 * WOLFTICKET_MAX_APPDATA        1 ... 1000, default 32
 *      Bytes of application data that a connection has room for, twice: what
 *      a ticket brings counts only once its client has proven it.
 * WOLFTICKET_MAX_OFFERS         1 ... 4, default 1
 *      Tickets of one ClientHello that are looked at; more are refused
 *      unseen.  Clients offer one, as a rule.
 * WOLFTICKET_MAX_TICKET         64 ... 4096, default 256
 *      Bytes of a ticket's sealed part, without its frame.  The storage has
 *      as many to work in.  wolfSSL's part is 76 to 220 bytes by its version
 *      and settings, what the application's data need more than 8 bytes comes
 *      on top.
 * WOLFTICKET_NO_HEAP
 *      Nothing is ever allocated: every context is given its storage with
 *      wolfTicket_CTX_embed().  Otherwise a context that has none when it is
 *      first configured gets it from wolfSSL's XMALLOC.
 * WOLFTICKET_NO_THREADS
 *      One thread uses wolfTicket.  Follows from wolfSSL's SINGLE_THREADED.
 *      Otherwise wolfSSL's mutex is held while a ticket is sealed or opened.
 * WOLFTICKET_NO_FLASH
 *      Without wolfTicket_CTX_set_flash(): keys live in memory alone.
 * WOLFTICKET_NO_ERROR_TEXTS
 *      wolfTicket_error() and wolfTicket_CTX_error() give a number in place of
 *      a text, which takes 5 KB less of flash: its place among those of
 *      src/error.h.  It stays until the next call.
 *
 * The embedded core has no file system and no client side; these two follow
 * from it, and say so where a source asks:
 *
 * WOLFTICKET_NO_FILESYSTEM, WOLFTICKET_NO_CLIENT
 */

#ifndef WOLFTICKET_SETTINGS_H
#define WOLFTICKET_SETTINGS_H

#ifdef WOLFSSL_USER_SETTINGS
    #include <wolfssl/wolfcrypt/settings.h>
#else
    #include <wolfssl/options.h>
    #include <wolfssl/wolfcrypt/settings.h>
#endif

/* ---- defaults ----------------------------------------------------------- */

#ifdef WOLFTICKET_EMBEDDED
    #ifndef WOLFTICKET_MAX_CONNECTIONS
        #define WOLFTICKET_MAX_CONNECTIONS 4
    #endif
    #ifndef WOLFTICKET_MAX_APPDATA
        #define WOLFTICKET_MAX_APPDATA 32
    #endif
    #ifndef WOLFTICKET_MAX_OFFERS
        #define WOLFTICKET_MAX_OFFERS 1
    #endif
    #ifndef WOLFTICKET_MAX_TICKET
        #define WOLFTICKET_MAX_TICKET 256
    #endif
    #if defined(SINGLE_THREADED) && !defined(WOLFTICKET_NO_THREADS)
        #define WOLFTICKET_NO_THREADS
    #endif
    #ifndef WOLFTICKET_NO_FILESYSTEM
        #define WOLFTICKET_NO_FILESYSTEM
    #endif
    #ifndef WOLFTICKET_NO_CLIENT
        #define WOLFTICKET_NO_CLIENT
    #endif
#endif

/* ---- contradictions ----------------------------------------------------- */

#ifdef WOLFTICKET_EMBEDDED
    #ifndef HAVE_SESSION_TICKET
        #error wolfTicket needs tickets: add HAVE_SESSION_TICKET to the settings
    #endif
    #if !defined(HAVE_TLS_EXTENSIONS)
        #error tickets are a TLS extension: add HAVE_TLS_EXTENSIONS
    #endif
    #ifdef NO_WOLFSSL_SERVER
        #error the embedded core is for servers: remove NO_WOLFSSL_SERVER
    #endif
    #ifdef NO_SHA256
        #error wolfTicket needs SHA-256: remove NO_SHA256
    #endif
    #ifdef WC_NO_RNG
        #error wolfTicket draws its keys: remove WC_NO_RNG
    #endif
    #if defined(NO_ASN_TIME) && !defined(USER_TIME)
        #error tickets have a lifetime: give wolfSSL a clock, not NO_ASN_TIME
    #endif
    #if WOLFTICKET_MAX_CONNECTIONS < 1 || WOLFTICKET_MAX_CONNECTIONS > 65535
        #error WOLFTICKET_MAX_CONNECTIONS has to be 1 to 65535
    #endif
    #if WOLFTICKET_MAX_APPDATA < 1 || WOLFTICKET_MAX_APPDATA > 1000
        #error WOLFTICKET_MAX_APPDATA has to be 1 to 1000
    #endif
    #if WOLFTICKET_MAX_OFFERS < 1 || WOLFTICKET_MAX_OFFERS > 4
        #error WOLFTICKET_MAX_OFFERS has to be 1 to 4
    #endif
    #if WOLFTICKET_MAX_TICKET < 64 || WOLFTICKET_MAX_TICKET > 4096
        #error WOLFTICKET_MAX_TICKET has to be 64 to 4096
    #endif
    #if WOLFTICKET_MAX_APPDATA + 11 > WOLFTICKET_MAX_TICKET
        #error WOLFTICKET_MAX_APPDATA does not fit into WOLFTICKET_MAX_TICKET
    #endif
#else
    #ifdef WOLFTICKET_NO_HEAP
        #error WOLFTICKET_NO_HEAP is for the embedded core: WOLFTICKET_EMBEDDED
    #endif
    #if defined(WOLFTICKET_NO_THREADS) && !defined(SINGLE_THREADED)
        #error WOLFTICKET_NO_THREADS is for the embedded core, or has wolfSSL \
               built with SINGLE_THREADED
    #endif
#endif

#endif /* WOLFTICKET_SETTINGS_H */
