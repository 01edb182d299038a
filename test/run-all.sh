#!/bin/sh
# run-all.sh
#
# Builds wolfTicket in every way that it is tested in, and runs all tests.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: run-all.sh
# environment: FUZZ_SECONDS, how long each fuzz target runs; default 10
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
patience=1800 # seconds that a stage may take
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

test/install-deps.sh || exit 1
if ! (copy_tree); then
    echo "The tree cannot be copied to $source" >&2
    exit 1
fi
mkdir -p "$work/gcc" "$work/clang"

stage configure "cd '$source' && ./autogen.sh"
stage gcc "cd '$work/gcc' &&
    '$source/configure' CC=gcc --enable-werror &&
    make -j$jobs && make -j$jobs check"
stage distcheck "cd '$work/gcc' && make -j$jobs distcheck"
stage asan "cd '$work/gcc' && make -j$jobs check-asan"
stage tsan "cd '$work/gcc' && make -j$jobs check-tsan"
stage valgrind "cd '$work/gcc' && make -j$jobs check-valgrind"
stage fuzz "mkdir -p '$work/fuzz' && cd '$work/fuzz' &&
    sh '$source/test/run-fuzz.sh' $fuzz"
# C99 here, with POSIX; gcc compiles what its default is.
stage clang "cd '$work/clang' &&
    '$source/configure' CC='clang -std=gnu99' CXX=clang++ --enable-werror &&
    make -j$jobs && make -j$jobs check"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
