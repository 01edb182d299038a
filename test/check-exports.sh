#!/bin/sh
# check-exports.sh
#
# Compares what the headers declare, what is listed, and what is exported.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: top_srcdir, top_builddir, CC, CPPFLAGS, WOLFSSL_CFLAGS, NM

set -u
LC_ALL=C
export LC_ALL

top=${top_srcdir:-$(dirname "$0")/..}
built=${top_builddir:-.}/src/.libs
sym=$top/src/wolfticket.sym
NM=${NM:-nm}
status=0

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# The functions behind the word $1 in the text of standard input.
declared()
{
    tr '\n' ' ' | grep -o "$1 [^;(]*(" | grep -o 'wolfTicket_[A-Za-z0-9_]* *(' |
        tr -d ' (' | sort -u
}

# same TEXT LIST LIST
same()
{
    if [ ! -s "$2" ] || [ ! -s "$3" ]; then
        echo "$1: a list is empty"
        status=1
    elif ! diff "$2" "$3" >"$dir/diff"; then
        echo "$1 differ:"
        cat "$dir/diff"
        status=1
    fi
}

# The embedded core is compiled by those who use it: nothing of it is exported.
# Redis has a library of its own, see below.
headers=$(printf '%s\n' "$top"/include/wolfticket/*.h | grep -v -e /embedded.h \
    -e /redis.h)

# Whatever wolfSSL's settings are ...
# shellcheck disable=SC2086
cat $headers | declared WOLFTICKET_API >"$dir/all"
same "headers (<) and src/wolfticket.sym (>)" "$dir/all" "$sym"

# ... and with those of the wolfSSL at hand.
for header in $headers; do
    echo "#include <wolfticket/${header##*/}>"
done | grep -v openssl.h >"$dir/all.c"
# shellcheck disable=SC2086
${CC:-cc} -E -P -DWOLFTICKET_API=WT_PUBLIC -I"$top/include" \
    ${CPPFLAGS-} ${WOLFSSL_CFLAGS-} "$dir/all.c" >"$dir/all.i" || exit 1
declared WT_PUBLIC <"$dir/all.i" >"$dir/here"

if [ -e "$built/libwolfticket.so" ]; then
    $NM -D --defined-only "$built/libwolfticket.so" | awk '{ print $3 }' |
        sort -u >"$dir/shared"
    same "headers (<) and libwolfticket.so (>)" "$dir/here" "$dir/shared"
else
    echo "no shared library was built: its exports are not compared"
fi

# A static library cannot hide what its sources share: prefixes have to do.
if [ -e "$built/libwolfticket.a" ]; then
    $NM -g --defined-only "$built/libwolfticket.a" |
        awk 'NF == 3 { print $3 }' | sort -u >"$dir/static"
    grep -v '^wt_' "$dir/static" >"$dir/static-public"
    same "headers (<) and libwolfticket.a without wt_ (>)" "$dir/here" \
        "$dir/static-public"
fi

declared WOLFTICKET_API <"$top/include/wolfticket/redis.h" >"$dir/redis"
same "redis.h (<) and wolfticket-redis.sym (>)" "$dir/redis" \
    "$top/src/redis/wolfticket-redis.sym"
if [ -e "$built/../redis/.libs/libwolfticket-redis.so" ]; then
    $NM -D --defined-only "$built/../redis/.libs/libwolfticket-redis.so" |
        awk '{ print $3 }' | sort -u >"$dir/shared"
    same "redis.h (<) and libwolfticket-redis.so (>)" "$dir/redis" \
        "$dir/shared"
    # It has a life of its own: nothing of the other library's, but what both
    # link with.
    if $NM -D --undefined-only "$built/../redis/.libs/libwolfticket-redis.so" |
            grep -e ' wt_' -e ' wolfTicket_'; then
        echo "libwolfticket-redis.so needs these of libwolfticket"
        status=1
    fi
else
    echo "no shared libwolfticket-redis was built: its exports are not compared"
fi

if [ $status -eq 0 ]; then
    echo "$(cat "$dir/here" "$dir/redis" | wc -l) functions are declared, listed and exported"
fi
exit $status
