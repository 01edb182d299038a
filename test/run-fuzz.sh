#!/bin/sh
# run-fuzz.sh
#
# Lets libFuzzer look for inputs that break a fuzz target.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: run-fuzz.sh SECONDS [NAME ...]
# Builds every target test/fuzz_NAME.c with all of src/ under libFuzzer,
# AddressSanitizer and UndefinedBehaviorSanitizer, in the folder fuzz/ of the
# current one, and runs each for so long, two at a time.  The result is 0 when
# nothing was found.  What was found is shown in hex; what is new in
# fuzz/NAME/corpus goes into test/corpus/NAME by "fuzz/NAME/fuzz_NAME -merge=1
# -use_counters=0 NEW fuzz/NAME/corpus", NEW being an empty folder.
#
# environment: top_srcdir, CLANG, CPPFLAGS, WOLFSSL_CFLAGS, WOLFSSL_LIBS

set -u
LC_ALL=C
export LC_ALL

top_srcdir=$(cd "${top_srcdir:-$(dirname "$0")/..}" && pwd) || exit 1
export top_srcdir
clang=${CLANG:-clang}
work=$PWD/fuzz
flags="-std=gnu99 -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all
    -Wall -Wextra -Wshadow -Wpointer-arith -Wformat=2 -Wvla
    -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
    -Wdeclaration-after-statement -Werror
    -DHAVE_SYS_MMAN_H -DHAVE_UNISTD_H -DHAVE_PTHREAD_ATFORK
    -I$top_srcdir/include -I$top_srcdir/src -I$top_srcdir/test
    ${CPPFLAGS:-} ${WOLFSSL_CFLAGS:-}"
libs="${WOLFSSL_LIBS:--lwolfssl} -lm -lpthread"
redis=
if pkg-config --exists hiredis 2>/dev/null; then
    redis="$top_srcdir/src/redis/*.c"
    flags="$flags $(pkg-config --cflags hiredis)"
    libs="$libs $(pkg-config --libs hiredis)"
fi
sanitize=address,undefined

# ---- the parts, called by xargs ---------------------------------------------

compile()
{
    # shellcheck disable=SC2086
    "$clang" $flags -fsanitize=fuzzer-no-link,$sanitize -c "$1" \
        -o "$work/lib/$(basename "$(dirname "$1")")-$(basename "$1" .c).o"
}

link_target()
{
    # shellcheck disable=SC2086
    "$clang" $flags -fsanitize=fuzzer,$sanitize \
        "$top_srcdir/test/fuzz_$1.c" "$work/lib.a" $libs \
        -o "$work/$1/fuzz_$1"
}

# findings LOG: what libFuzzer kept of them, in hex
findings()
{
    for file in crash-* leak-* timeout-* oom-*; do
        [ -e "$file" ] || continue
        printf 'fuzz_%s: %s: ' "$name" "$file"
        od -An -v -tx1 "$file" | tr -d ' \n'
        echo
    done
}

run_target()
{
    name=$1
    seconds=$2
    cd "$work/$name" || exit 1
    ASAN_OPTIONS=detect_stack_use_after_return=1 \
        UBSAN_OPTIONS=print_stacktrace=1 \
        "./fuzz_$name" -max_total_time="$seconds" -timeout=60 \
        -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 \
        corpus "$top_srcdir/test/corpus/$name" >log 2>&1 </dev/null
    status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: //p' log)
    edges=$(sed -n 's/.*DONE *cov: \([0-9]*\).*/\1/p' log)
    if [ $status -eq 0 ] && [ "${runs:-0}" -gt 1 ] && [ -n "$edges" ]; then
        # In one piece, since two targets may end at once.
        printf '%s\n%s\n' \
            "PASS: fuzz_$name: $runs inputs, $edges edges, no finding" \
            "result: fuzz_$name 1 0"
    else
        printf '%s\n' "$(grep -av -e '^#[0-9]' -e '# Uses' log |
            tail -n 60; findings)" \
            "FAIL: fuzz_$name (status $status, ${runs:-no} inputs)" \
            "result: fuzz_$name 0 1"
        exit 1
    fi
}

case ${1:-} in
    -compile) compile "$2"; exit ;;
    -link)    link_target "$2"; exit ;;
    -run)     run_target "$2" "$3"; exit ;;
esac

# ---- all --------------------------------------------------------------------

seconds=${1:-}
case $seconds in
    '' | *[!0-9]*)
        echo "usage: $0 SECONDS [NAME ...]" >&2
        exit 2
        ;;
esac
shift
if [ $# -eq 0 ]; then
    for file in "$top_srcdir"/test/fuzz_*.c; do
        name=$(basename "$file" .c)
        name=${name#fuzz_}
        case $name in
            replay) ;;
            redis_*)
                if [ -n "$redis" ]; then
                    set -- "$@" "$name"
                else
                    echo "left out: fuzz_$name, hiredis is not installed"
                fi
                ;;
            *) set -- "$@" "$name" ;;
        esac
    done
fi
command -v "$clang" >/dev/null || {
    echo "$clang is missing; it is in the Debian package clang" >&2
    exit 1
}

rm -rf "$work" && mkdir -p "$work/lib" || exit 1
for name in "$@"; do
    mkdir -p "$work/$name/corpus" || exit 1
    if [ ! -d "$top_srcdir/test/corpus/$name" ]; then
        echo "There is no corpus $top_srcdir/test/corpus/$name" >&2
        exit 1
    fi
done

self=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
# shellcheck disable=SC2086
printf '%s\n' "$top_srcdir"/src/*.c $redis |
    xargs -n 1 -P 2 sh "$self" -compile || exit 1
ar rcs "$work/lib.a" "$work"/lib/*.o || exit 1
printf '%s\n' "$@" | xargs -n 1 -P 2 sh "$self" -link || exit 1
status=0
printf '%s\n' "$@" | xargs -P 2 -I '{}' sh "$self" -run '{}' "$seconds" ||
    status=1
exit $status
