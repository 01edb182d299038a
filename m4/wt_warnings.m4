# wt_warnings.m4
#
# Compiler flags that are the project's own.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.

# WT_COMPILER_FLAGS(VARIABLE, FLAGS)
# Puts those FLAGS that the compiler knows into VARIABLE; CFLAGS stay what the
# user made them.
AC_DEFUN([WT_COMPILER_FLAGS], [
  wt_save_CFLAGS=$CFLAGS
  for wt_flag in m4_normalize([$2]); do
    AC_MSG_CHECKING([whether $CC knows $wt_flag])
    # -Werror, since clang only warns of options that it does not know.
    CFLAGS="$wt_save_CFLAGS -Werror $wt_flag"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
      [AC_MSG_RESULT([yes])
       AS_VAR_APPEND([$1], [" $wt_flag"])],
      [AC_MSG_RESULT([no])])
  done
  CFLAGS=$wt_save_CFLAGS
  AC_SUBST([$1])
])
