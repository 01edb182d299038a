#!/bin/sh
# build-wolfssl.sh
#
# Builds wolfSSL as a line of builds.txt says.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: build-wolfssl.sh NAME
# Prints the prefix it was installed in, for --with-wolfssl; nothing for the
# packaged one.  It stays in the cache, found again by version, flags and
# compiler.  Says on standard error what failed, with the end of the log.
#
# environment: WOLFTICKET_CACHE, the folder of the cache; default
#     build/cache under the top of the source
# environment: CC, default cc; JOBS, how many make runs at once, default 2

set -u
LC_ALL=C
export LC_ALL
unset MAKEFLAGS MFLAGS MAKELEVEL

if [ $# -ne 1 ]; then
    echo "usage: $0 NAME" >&2
    exit 2
fi
name=$1
test=$(cd "$(dirname "$0")" && pwd) || exit 1
cache=${WOLFTICKET_CACHE:-$test/../build/cache}
mkdir -p "$cache" && cache=$(cd "$cache" && pwd) || exit 1
WOLFTICKET_CACHE=$cache
export WOLFTICKET_CACHE
cc=${CC:-cc}

# Shared library alone, no programs; -O1 takes half the time of -O2.
base_flags="--disable-static --disable-examples --disable-crypttests
    --disable-dependency-tracking"
base_cflags="-O1 -w"

# field NUMBER: of the build's line, with its sets in place
field()
{
    awk -F '|' -v name="$name" -v number="$1" '
    function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
    /^#/ { next }
    /^@/ { set[trim($1)] = trim($2); next }
    trim($1) == name {
        n = split(trim($number), word, /[ \t]+/)
        for (i = 1; i <= n; i++)
            printf "%s%s", (i > 1 ? " " : ""),
                ((word[i] in set) ? set[word[i]] : word[i])
    }' "$test/builds.txt"
}

fail()
{
    echo "$name: $1" >&2
    if [ $# -gt 1 ]; then
        tail -n 40 "$2" >&2
    fi
    exit 1
}

# into DIRECTORY: puts $new there in one step; another one may have been first
into()
{
    mkdir -p "$(dirname "$1")"
    mv -T "$new" "$1" 2>/dev/null || [ -d "$1" ]
}

# unpack TAR: the source with its configure, in $source
unpack()
{
    source=$(basename "$1")
    source=$cache/source/${source%.orig.tar.*}
    if [ -d "$source" ]; then
        return 0
    fi
    new=$work/source
    mkdir "$new" && tar -C "$new" --strip-components=1 -xf "$1" &&
        (cd "$new" && autoreconf -i) >"$work/log" 2>&1 && into "$source"
}

build()
{
    new=$work/installed$prefix
    # shellcheck disable=SC2086
    mkdir "$work/build" && cd "$work/build" &&
        "$source/configure" --prefix="$prefix" $base_flags $flags \
            CC="$cc" CFLAGS="$base_cflags $cflags" &&
        make -j"${JOBS:-2}" && make install DESTDIR="$work/installed" &&
        into "$prefix"
}

version=$(field 2)
case $version in
    '') fail "there is no such build" ;;
    packaged) exit 0 ;;
esac
flags=$(field 3)
cflags=$(field 4)

tar=$("$test/get-wolfssl.sh" "$version") || fail "no source"
key=$({ basename "$tar"; echo "$base_flags $flags $base_cflags $cflags"
        "$cc" --version; } | sha256sum | cut -c 1-12)
prefix=$cache/prefix/$name-$key
if [ ! -d "$prefix" ]; then
    work=$(mktemp -d "$cache/work.XXXXXX") || exit 1
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    unpack "$tar" || fail "the source cannot be prepared" "$work/log"
    (build) >"$work/log" 2>&1 </dev/null ||
        fail "wolfSSL cannot be built" "$work/log"
fi
echo "$prefix"
