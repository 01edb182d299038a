# wt_tests.m4
#
# Finds what only the tests need, and remembers what is missing.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.

# WT_TEST_TOOL(VARIABLE, PROGRAMS, DEBIAN-PACKAGE)
# A program that "make check" calls.
AC_DEFUN([WT_TEST_TOOL], [
  AC_CHECK_PROGS([$1], [$2])
  AS_IF([test "x$$1" = x], [AS_VAR_APPEND([wt_missing], [" $3"])])
])

# WT_TESTS
# Sets CHECK_* and LIBSSL_*, the programs' names, and WT_MISSING: the Debian
# packages without which "make check" says what is missing, and fails.
AC_DEFUN([WT_TESTS], [
  wt_missing=
  PKG_CHECK_MODULES([CHECK], [check >= 0.10], [],
    [AS_VAR_APPEND([wt_missing], [" check"])])
  PKG_CHECK_MODULES([LIBSSL], [libssl >= 1.1.1 libcrypto], [],
    [AS_VAR_APPEND([wt_missing], [" libssl-dev"])])
  WT_TEST_TOOL([OPENSSL], [openssl], [openssl])
  WT_TEST_TOOL([GNUTLS_CLI], [gnutls-cli], [gnutls-bin])
  WT_TEST_TOOL([CURL], [curl], [curl])
  WT_TEST_TOOL([MANDOC], [mandoc], [mandoc])
  WT_TEST_TOOL([WT_CXX], [${CXX-c++} g++ clang++], [g++])
  AS_IF([test $wt_redis = yes],
    [WT_TEST_TOOL([REDIS_SERVER], [redis-server valkey-server],
      [redis-server])])
  # Not for "make check", but for targets of their own, which say the same.
  AC_CHECK_PROGS([VALGRIND], [valgrind])
  AC_CHECK_PROGS([SETARCH], [setarch])
  AC_SUBST([WT_MISSING], [$wt_missing])
  AM_CONDITIONAL([WT_CAN_TEST], [test "x$wt_missing" = x])
])
