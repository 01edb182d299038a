#!/bin/sh
# check-headers.sh
#
# Compiles every public header alone, as C99 and as C++, without a warning.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: top_srcdir, CC, CXX, CPPFLAGS, WOLFSSL_CFLAGS, WT_LACKS

set -u

top=${top_srcdir:-$(dirname "$0")/..}
flags="-fsyntax-only -Wall -Wextra -Wpedantic -Wshadow -Werror -I$top/include"
flags="$flags ${CPPFLAGS-} $(echo " ${WOLFSSL_CFLAGS-}" |
    sed 's/ -I/ -isystem /g')" # what wolfSSL's own have is not ours to mend
compiled=0
status=0

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# compile COMPILER-AND-FLAGS FILE TEXT
compile()
{
    # shellcheck disable=SC2086
    if $1 $flags "$2" >"$dir/log" 2>&1; then
        compiled=$((compiled + 1))
    else
        echo "$3 does not compile with $1:"
        sed 's/^/    /' "$dir/log"
        status=1
    fi
}

# Twice in a file, for the include guard.
for header in "$top"/include/wolfticket/*.h; do
    name=${header##*/}
    case "$name ${WT_LACKS-} " in
        openssl.h*" msg_cb "*)
            echo "left out: $name, this wolfSSL lacks its OpenSSL layer"
            continue
            ;;
    esac
    printf '#include <wolfticket/%s>\n#include <wolfticket/%s>\n%s\n' \
        "$name" "$name" "extern int nothing_else;" >"$dir/alone.c"
    cp "$dir/alone.c" "$dir/alone.cc"
    compile "${CC:-cc} -std=c99" "$dir/alone.c" "$name"
    compile "${CXX:-c++} -std=c++11" "$dir/alone.cc" "$name"
done

if [ $compiled -eq 0 ]; then
    echo "no header was compiled"
    status=1
elif [ $status -eq 0 ]; then
    echo "$compiled compilations without a warning"
fi
exit $status
