# wt_wolfssl.m4
#
# Finds wolfSSL, and refuses one that wolfTicket cannot work with.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.

# What every source that uses wolfSSL includes, settings first.
m4_define([WT_WOLFSSL_INCLUDES], [
#ifdef WOLFSSL_USER_SETTINGS
    #include <wolfssl/wolfcrypt/settings.h>
#else
    #include <wolfssl/options.h>
#endif
#include <wolfssl/ssl.h>
#include <wolfssl/version.h>
])

# WT_WOLFSSL_PROBE(WHAT, DECLARATIONS, STATEMENTS, IF-YES, IF-NO)
# Links, since a header can promise what a library lacks.
AC_DEFUN([WT_WOLFSSL_PROBE], [
  AC_MSG_CHECKING([whether wolfSSL has $1])
  AC_LINK_IFELSE([AC_LANG_PROGRAM([WT_WOLFSSL_INCLUDES
$2], [$3])],
    [AC_MSG_RESULT([yes])
     $4],
    [AC_MSG_RESULT([no])
     $5])
])

# WT_WOLFSSL_FLAGS
# Sets WOLFSSL_CFLAGS and WOLFSSL_LIBS: what the user says, or --with-wolfssl,
# or pkg-config, or plain -lwolfssl.
AC_DEFUN([WT_WOLFSSL_FLAGS], [
  AC_ARG_WITH([wolfssl],
    [AS_HELP_STRING([--with-wolfssl=DIR],
      [where wolfSSL was installed (its --prefix)])],
    [], [with_wolfssl=])
  AS_CASE([$with_wolfssl],
    [no], [AC_MSG_ERROR([wolfTicket is nothing without wolfSSL])],
    [yes|''],
      [with_wolfssl=
       PKG_CHECK_MODULES([WOLFSSL], [wolfssl],
         [wt_pc_requires=wolfssl],
         [WOLFSSL_LIBS=${WOLFSSL_LIBS--lwolfssl}])],
    [AS_IF([test ! -d "$with_wolfssl/include/wolfssl"],
       [AC_MSG_ERROR([there is no wolfSSL in $with_wolfssl:
--with-wolfssl wants the directory that has include/wolfssl in it.])])
     WOLFSSL_CFLAGS="-I$with_wolfssl/include"
     WOLFSSL_LIBS="-L$with_wolfssl/lib -R$with_wolfssl/lib -lwolfssl"])
  AC_SUBST([WOLFSSL_CFLAGS])
  AC_SUBST([WOLFSSL_LIBS])
  AC_SUBST([with_wolfssl])
  # For wolfticket.pc: a program needs wolfSSL's flags beside ours.
  AS_IF([test "x$wt_pc_requires" = x],
    [wt_pc_cflags=" $WOLFSSL_CFLAGS"
     wt_pc_libs=" $(AS_ECHO(["$WOLFSSL_LIBS"]) | sed 's/ -R[[^ ]]*//')"])
  AC_SUBST([WT_PC_REQUIRES], [$wt_pc_requires])
  AC_SUBST([WT_PC_CFLAGS], [$wt_pc_cflags])
  AC_SUBST([WT_PC_LIBS], [$wt_pc_libs])
])

# WT_OF_SERVERS(STATEMENTS)
# With functions that only a wolfSSL with servers has.
m4_define([WT_OF_SERVERS], [
#ifndef NO_WOLFSSL_SERVER
$1
#endif
])

# WT_WOLFSSL_OFFER(NAME, WHAT, MACROS, STATEMENTS)
# Something that wolfTicket does with or without: sets wt_NAME to yes or no,
# the conditional WT_NAME (in capitals) with it, and adds NAME to wt_lacks if no.
AC_DEFUN([WT_WOLFSSL_OFFER], [
  WT_WOLFSSL_PROBE([$2], [
#if !($3)
    #error "not there"
#endif
  ], [$4],
    [wt_$1=yes],
    [wt_$1=no
     AS_VAR_APPEND([wt_lacks], [" $1"])])
  AM_CONDITIONAL([WT_]m4_toupper([$1]), [test $wt_$1 = yes])
])

# WT_WOLFSSL
# All of it; sets what WT_WOLFSSL_OFFER does, and WT_LACKS.
AC_DEFUN([WT_WOLFSSL], [
  AC_REQUIRE([WT_WOLFSSL_FLAGS])
  wt_save_CPPFLAGS=$CPPFLAGS
  wt_save_LIBS=$LIBS
  CPPFLAGS="$CPPFLAGS $WOLFSSL_CFLAGS"
  # -R is libtool's, and not known to every compiler.
  LIBS="$(AS_ECHO(["$WOLFSSL_LIBS"]) | sed 's/ -R[[^ ]]*//') $LIBS"

  WT_WOLFSSL_PROBE([a library to link with], [],
    [(void)wolfSSL_CTX_new(NULL);], [],
    [AC_MSG_ERROR([wolfSSL was not found.
Install it with its headers (on Debian: apt-get install libwolfssl-dev), or say
where it is with --with-wolfssl=DIR or with WOLFSSL_CFLAGS and WOLFSSL_LIBS.
config.log has what the compiler said.])])

  WT_WOLFSSL_PROBE([session tickets], [
#ifndef HAVE_SESSION_TICKET
    #error "no tickets"
#endif
  ], [
#ifndef NO_WOLFSSL_SERVER
      (void)wolfSSL_CTX_set_TicketEncCb(NULL, NULL);
      (void)wolfSSL_CTX_set_TicketEncCtx(NULL, NULL);
      (void)wolfSSL_CTX_set_TicketHint(NULL, 1);
#else
      (void)wolfSSL_set_SessionTicket(NULL, NULL, 0);
#endif
  ], [],
    [AC_MSG_ERROR([this wolfSSL was built without session tickets.
Configure wolfSSL with --enable-session-ticket (the macro is
HAVE_SESSION_TICKET), install it, and run this configure again.])])

  WT_WOLFSSL_PROBE([session objects], [],
    [(void)wolfSSL_get_session(NULL);
     (void)wolfSSL_get1_session(NULL);], [],
    [AC_MSG_ERROR([this wolfSSL was built without sessions.
Configure wolfSSL without NO_SESSION_CACHE; the cache itself can be switched
off with wolfSSL_CTX_set_session_cache_mode().])])

  WT_WOLFSSL_PROBE([AES-256-GCM or ChaCha20-Poly1305], [
#if !(defined(HAVE_AESGCM) && !defined(NO_AES_256)) && \
    !(defined(HAVE_CHACHA) && defined(HAVE_POLY1305))
    #error "no cipher for tickets"
#endif
  ], [], [],
    [AC_MSG_ERROR([this wolfSSL has no cipher that tickets can be sealed with.
Configure wolfSSL with --enable-aesgcm, or with --enable-chacha and
--enable-poly1305.])])

  WT_WOLFSSL_PROBE([AES-256-GCM], [
#if !(defined(HAVE_AESGCM) && !defined(NO_AES_256))
    #error "no"
#endif
  ], [], [wt_aesgcm=yes], [wt_aesgcm=no])

  wt_lacks=
  WT_WOLFSSL_OFFER([server], [TLS servers],
    [!defined(NO_WOLFSSL_SERVER)], [(void)wolfSSL_accept(NULL);])
  WT_WOLFSSL_OFFER([client], [TLS clients],
    [!defined(NO_WOLFSSL_CLIENT)], [(void)wolfSSL_connect(NULL);])
  WT_WOLFSSL_OFFER([tls13], [TLS 1.3],
    [defined(WOLFSSL_TLS13)], [WT_OF_SERVERS([
     (void)wolfSSL_send_SessionTicket(NULL);])])
  WT_WOLFSSL_OFFER([tls12], [TLS 1.2],
    [!defined(WOLFSSL_NO_TLS12) && !defined(NO_TLS)],
    [WT_OF_SERVERS([
     (void)wolfSSL_NoTicketTLSv12(NULL);])])
  WT_WOLFSSL_OFFER([threads], [locks for threads],
    [!defined(SINGLE_THREADED)], [])
  WT_WOLFSSL_OFFER([msg_cb], [the message callback],
    [defined(OPENSSL_EXTRA)], [(void)wolfSSL_CTX_set_msg_callback(NULL, NULL);])
  WT_WOLFSSL_OFFER([serial], [sessions as bytes],
    [defined(OPENSSL_EXTRA) && defined(HAVE_EXT_CACHE) && \
    defined(HAVE_EX_DATA)],
    [(void)wolfSSL_i2d_SSL_SESSION(NULL, NULL);
     (void)wolfSSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);])
  WT_WOLFSSL_OFFER([ex_data], [extra data on its objects],
    [defined(HAVE_EX_DATA)],
    [(void)wolfSSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
     (void)wolfSSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
     (void)wolfSSL_SESSION_get_ex_new_index(0, NULL, NULL, NULL, NULL);
     (void)wolfSSL_set_ex_data(NULL, 0, NULL);])
  WT_WOLFSSL_OFFER([post_auth], [post-handshake authentication],
    [defined(WOLFSSL_POST_HANDSHAKE_AUTH)],
    [(void)wolfSSL_request_certificate(NULL);])
  WT_WOLFSSL_OFFER([early_data], [early data],
    [defined(WOLFSSL_EARLY_DATA)],
    [(void)wolfSSL_CTX_set_max_early_data(NULL, 0);])
  WT_WOLFSSL_OFFER([dtls12], [DTLS 1.2],
    [defined(WOLFSSL_DTLS) && !defined(WOLFSSL_NO_TLS12)],
    [WT_OF_SERVERS([
     (void)wolfDTLSv1_2_server_method;])])
  WT_WOLFSSL_OFFER([dtls13], [DTLS 1.3],
    [defined(WOLFSSL_DTLS13)], [(void)wolfSSL_dtls13_use_quick_timeout(NULL);])
  AM_CONDITIONAL([WT_DTLS], [test "$wt_dtls12$wt_dtls13" != nono])
  WT_WOLFSSL_OFFER([embed], [what the embedded core is tested with],
    [LIBWOLFSSL_VERSION_HEX >= 0x05007002 && !defined(NO_WOLFSSL_SERVER) && \
     !defined(NO_WOLFSSL_CLIENT) && !defined(WOLFSSL_NO_TLS12) && \
     defined(WOLFSSL_TLS13)], [(void)wolfSSL_GetRNG(NULL);])
  AC_SUBST([WT_LACKS], [$wt_lacks])
  AM_CONDITIONAL([WT_PAIRS], [test "$wt_server$wt_client" = yesyes])

  AS_IF([test "$wt_server$wt_client" = nono],
    [AC_MSG_ERROR([this wolfSSL has neither TLS servers nor TLS clients.
Configure wolfSSL without one of NO_WOLFSSL_SERVER and NO_WOLFSSL_CLIENT.])])
  AS_IF([test "$wt_tls13$wt_tls12" = nono],
    [AC_MSG_ERROR([this wolfSSL has neither TLS 1.3 nor TLS 1.2.
Configure wolfSSL with --enable-tls13 or with --enable-tlsv12.])])

  CPPFLAGS=$wt_save_CPPFLAGS
  LIBS=$wt_save_LIBS
])
