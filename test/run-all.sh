#!/bin/sh
# run-all.sh
#
# Builds wolfTicket in the ways that it is tested in, and runs the tests.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: run-all.sh [STAGE ...]
# Without a stage: gcc, fuzz and firmware, which is the README's test command
# and takes some minutes.  The others: distcheck, asan, tsan, valgrind, builds
# (the suite with every wolfSSL of builds.txt, the packaged one with clang).
# environment: FUZZ_SECONDS, how long each fuzz target runs; default 10
#     BUILDS, names of builds.txt; default all of them
#     WOLFTICKET_CACHE, where wolfSSL's sources and builds are kept; default
#     build/cache
# Installs what is missing first (as root, on Debian).  Works on a copy of the
# tree in build/tests, and leaves the logs there.  The last line counts every
# check of every suite in every stage, and each stage without any as one; the
# result is 0 when none failed.

set -u
LC_ALL=C
export LC_ALL
unset MAKEFLAGS MFLAGS MAKELEVEL
export VERBOSE=1 # what failed is shown once more, at the end

cd "$(dirname "$0")/.." || exit 1
work=$PWD/build/tests
source=$work/source
jobs=2
WOLFTICKET_CACHE=${WOLFTICKET_CACHE:-$PWD/build/cache}
export WOLFTICKET_CACHE
patience=2400 # seconds that a stage may take
fuzz=${FUZZ_SECONDS:-10}
passed=0
failed=0

# The tree without what was built in it.
copy_tree()
{
    rm -rf "$work" && mkdir -p "$source" &&
        tar -cf - --exclude=./build --exclude='./build-*' --exclude=./.git \
            --exclude='*.o' --exclude='*.lo' --exclude='*.la' \
            --exclude=.libs --exclude=.deps . | tar -C "$source" -xf - &&
        cd "$source" && rm -f config.status config.h config.log Makefile
}

# count LOG STATUS: adds up a stage
count()
{
    p=$(awk '$1 == "result:" { n += $3 } END { print n + 0 }' "$1")
    f=$(awk '$1 == "result:" { n += $4 } END { print n + 0 }' "$1")
    # Stages that count for themselves say so in their last line.
    own=$(tail -n 1 "$1" |
        sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p')
    if [ -n "$own" ]; then
        p=${own% *}
        f=${own#* }
    fi
    if [ "$2" -ne 0 ] && [ "$f" -eq 0 ]; then
        f=1
    elif [ "$p" -eq 0 ] && [ "$f" -eq 0 ]; then
        p=1
    fi
    passed=$((passed + p))
    failed=$((failed + f))
}

# stage NAME COMMAND: shows the summaries, and all of it when it fails
stage()
{
    name=$1
    log=$work/$name.log
    began=$(date +%s)
    printf '== %s\n' "$name"
    {
        timeout -k 10 "$patience" sh -c "$2"
        echo $? >"$log.status"
    } 2>&1 </dev/null | tee "$log" |
        grep -E '^([0-9]+%: Checks:|PASS:|FAIL:)|differ|warning:|error:'
    status=$(cat "$log.status")
    count "$log" "$status"
    if [ "$status" -ne 0 ]; then
        if [ "$status" -eq 124 ]; then
            echo "$name took more than $patience seconds"
        fi
        echo "-- the end of $log"
        tail -n 100 "$log"
    fi
    printf '== %s: %s passed, %s failed, %s s\n\n' "$name" "$p" "$f" \
        $(($(date +%s) - began))
}

# as_configured NAME COMMAND: a stage in the folder of gcc's build, which is made once
as_configured()
{
    if [ ! -f "$work/gcc/Makefile" ]; then
        stage configure "cd '$source' && ./autogen.sh && cd '$work/gcc' &&
            '$source/configure' CC=gcc --enable-werror && make -j$jobs"
    fi
    stage "$1" "cd '$work/gcc' && $2"
}

run_stage()
{
    case $1 in
        gcc)
            as_configured gcc "make -j$jobs check" ;;
        # All suites have run; here counts what is released and installed.
        distcheck)
            as_configured distcheck \
                "make -j$jobs distcheck TESTS=test/check-packages.sh" ;;
        asan | tsan | valgrind)
            as_configured "$1" "make -j$jobs check-$1" ;;
        fuzz)
            stage fuzz "mkdir -p '$work/fuzz' && cd '$work/fuzz' &&
                sh '$source/test/run-fuzz.sh' $fuzz" ;;
        firmware)
            stage firmware "FIRMWARE_BUILD='$work/firmware' \
                sh '$source/test/firmware/run.sh'" ;;
        # C99 here, with POSIX; gcc compiles what its default is.
        builds)
            stage builds "WOLFTICKET_BUILDS='$work/builds' \
                PACKAGED_CC='clang -std=gnu99' \
                sh '$source/test/run-builds.sh' ${BUILDS-}"
            sed -n '/^suite . build/,$p' "$work/builds.log" ;;
        *)
            echo "There is no stage $1" >&2
            exit 2 ;;
    esac
}

[ $# -gt 0 ] || set -- gcc fuzz firmware
test/install-deps.sh || exit 1
if ! (copy_tree); then
    echo "The tree cannot be copied to $source" >&2
    exit 1
fi
mkdir -p "$work/gcc"
for name in "$@"; do
    run_stage "$name"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
