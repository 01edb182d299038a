#!/bin/sh
# run-builds.sh
#
# Runs the whole test suite with every wolfSSL of builds.txt.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: run-builds.sh [NAME ...]
# NAME is a build of builds.txt; all of them without.  Installs what is missing
# first (as root, on Debian), gets and builds each wolfSSL (build-wolfssl.sh),
# and wolfTicket with it from a copy of the tree in build/builds, where the
# logs stay.  Ends with a table of suite and build.  A suite that a build has
# no use for is shown with what that wolfSSL lacks: configure finds out, and
# builds.txt says what it must find.  libwolfticket-redis, which knows wolfSSL's
# cryptography alone, is built with some of them.  Repetitions are a quarter of
# what make check has, but for the packaged wolfSSL.  The last line counts every
# check of every suite; the result is 0 when none failed.
#
# environment: WOLFTICKET_CACHE, where wolfSSL's sources and builds are kept,
#     see build-wolfssl.sh; WOLFTICKET_BUILDS, the folder of the work, default
#     build/builds; CC, and PACKAGED_CC for the packaged wolfSSL; JOBS, how
#     many builds run side by side, default 3: suites sleep now and then

set -u
LC_ALL=C
export LC_ALL
unset MAKEFLAGS MFLAGS MAKELEVEL
export VERBOSE=1 # what failed is shown once more, at the end

top=$(cd "$(dirname "$0")/.." && pwd) || exit 1
table=$top/test/builds.txt
work=${WOLFTICKET_BUILDS:-$top/build/builds}
source=$work/source
WOLFTICKET_CACHE=${WOLFTICKET_CACHE:-$top/build/cache}
CC=${CC:-cc}
export WOLFTICKET_CACHE CC
patience=1200 # seconds that a build may take
with_redis="packaged all lean"

# column NUMBER [NAME]: a field of a build's line, or of every build's
column()
{
    awk -F '|' -v number="$1" -v name="${2-}" '/^[^#@]/ {
        gsub(/[ \t]*\|[ \t]*/, "|")
        if (name == "" || $1 == name)
            print $number
    }' "$table"
}

# ---- one build, called by xargs ----------------------------------------------

sorted()
{
    tr -s ' ' '\n' | sort | tr '\n' ' ' | sed 's/^ *//'
}

# What configure has found missing, against what the table says.
check_lacks()
{
    want=$(column 5 "$1" | sorted)
    have=$(sed -n "s/^WT_LACKS='\(.*\)'\$/\1/p" config.log | sorted)
    [ "$want" = "$have" ] || {
        echo "error: $1 lacks, as builds.txt says: $want"
        echo "error: $1 lacks, by configure:       $have"
        return 1
    }
}

# Goes on after a difference: what the suites say is worth knowing as well.
steps()
{
    prefix=$(JOBS=1 "$top/test/build-wolfssl.sh" "$1") || return 1
    status=0
    if [ -n "$prefix" ]; then
        export CK_TIMEOUT_MULTIPLIER=10 # th_many() of the harness knows it
        cflags=-O0
    else
        CC=${PACKAGED_CC:-$CC}
        cflags=-O1
    fi
    case " $with_redis " in
        *" $1 "*) redis=yes ;;
        *)        redis=no ;;
    esac
    # shellcheck disable=SC2086
    mkdir "$work/$1" && cd "$work/$1" &&
        "$source/configure" ${prefix:+--with-wolfssl="$prefix"} \
            --with-redis=$redis --enable-werror --disable-static CC="$CC" \
            CFLAGS=$cflags || return 1
    check_lacks "$1" || status=1
    make -s left-out >"$work/$1.left" || return 1
    make && make check || status=1
    return $status
}

if [ "${1-}" = --one ]; then
    began=$(date +%s)
    log=$work/$2.log
    timeout -k 10 $patience sh "$0" --steps "$2" >"$log" 2>&1 </dev/null
    status=$?
    [ $status -ne 124 ] || echo "error: more than $patience seconds" >>"$log"
    echo $status >"$work/$2.status"
    printf '== %s: status %s, %s s\n' "$2" $status $(($(date +%s) - began))
    exit 0
elif [ "${1-}" = --steps ]; then
    steps "$2"
    exit
fi

# ---- all of them -------------------------------------------------------------

# The tree without what was built in it.
copy_tree()
{
    rm -rf "$work" && mkdir -p "$source" && cd "$top" &&
        tar -cf - --exclude=./build --exclude='./build-*' --exclude=./.git \
            --exclude='*.o' --exclude='*.lo' --exclude='*.la' \
            --exclude=.libs --exclude=.deps . | tar -C "$source" -xf - &&
        cd "$source" && rm -f config.status config.h config.log Makefile &&
        { ./autogen.sh >"$work/autogen.log" 2>&1 ||
            { cat "$work/autogen.log"; false; }; }
}

# Before anything is built, one after the other: apt has one lock.
fetch()
{
    for name in $names; do
        column 2 "$name"
    done | sort -u | while read -r version; do
        [ "$version" = packaged ] ||
            "$top/test/get-wolfssl.sh" "$version" >/dev/null || exit 1
    done
}

# Of a build that failed: its end, and each suite that did.
show_failures()
{
    for name in $names; do
        [ "$(cat "$work/$name.status")" -ne 0 ] || continue
        echo "-- $work/$name.log"
        grep -E '^(error|FAIL):|^configure: error|differ|Error [0-9]' \
            "$work/$name.log"
        tail -n 60 "$work/$name.log"
    done
}

# Reads every build's status, log and left-out suites; awk prints the table.
summary()
{
    for name in $names; do
        echo "build $name $(cat "$work/$name.status")"
        sed 's/^/left /' "$work/$name.left" 2>/dev/null
        grep '^result: ' "$work/$name.log"
    done | awk -f "$top/test/run-builds.awk"
}

names=${*:-$(column 1)}
for name in $names; do
    if [ -z "$(column 2 "$name")" ]; then
        echo "$name: there is no such build in $table" >&2
        exit 2
    fi
done

if ! { "$top/test/install-deps.sh" && (copy_tree) && fetch; }; then
    echo "0 passed, 1 failed"
    exit 1
fi
echo "$names" | tr -s ' ' '\n' | xargs -P "${JOBS:-3}" -n 1 sh "$0" --one
show_failures
summary
