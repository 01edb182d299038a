# wt_redis.m4
#
# Finds hiredis, for libwolfticket-redis.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.

# WT_REDIS
# Sets wt_redis to yes or no, with the conditional WT_REDIS and the macro
# HAVE_REDIS, and HIREDIS_CFLAGS and HIREDIS_LIBS.  After WT_WOLFSSL.
AC_DEFUN([WT_REDIS], [
  AC_ARG_WITH([redis],
    [AS_HELP_STRING([--with-redis],
      [build libwolfticket-redis: yes, no, or auto, that is when hiredis is
       there (default)])],
    [], [with_redis=auto])
  wt_redis=no
  wt_redis_why="not asked for"
  AS_IF([test "x$with_redis" != xno],
    [PKG_CHECK_MODULES([HIREDIS], [hiredis >= 0.14],
       [wt_redis=$wt_aesgcm
        wt_redis_why="this wolfSSL has no AES-256-GCM"],
       [wt_redis_why="hiredis was not found (libhiredis-dev)"])])
  AS_IF([test $wt_redis = yes],
    [wt_redis_why=$HIREDIS_LIBS
     AC_DEFINE([HAVE_REDIS], [1],
       [Define to 1 if libwolfticket-redis is built.])],
    [test "x$with_redis" = xyes],
    [AC_MSG_ERROR([libwolfticket-redis cannot be built: $wt_redis_why.
Install what is missing, or configure with --without-redis.])])
  AM_CONDITIONAL([WT_REDIS], [test $wt_redis = yes])
])
