#!/bin/sh
# run.sh
#
# The library on other processors: 32 bit Arm and big-endian s390x.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: run.sh [TARGET ...]
# TARGET is armhf, s390x or native; default: all three.  On a Debian machine;
# installs what is missing (as root).  Runs, in qemu-user, suites of the
# library as make check has them (native: it has), and the firmware as a
# program; and has every target use the tickets that any has made.  The last
# line counts the checks.
#
# environment: those of examples/firmware/lib.sh; SUITES, others than these

# shellcheck source=examples/firmware/lib.sh
. "$(dirname "$0")/../../examples/firmware/lib.sh"

targets=${*:-native armhf s390x}
suites=${SUITES:-aead binding decide keyderive keyformat nonce seal
    seal_hostile session}
passed=0
failed=0

# What the library needs of wolfSSL beside what the firmware does.
library_wolfssl="$fw_wolfssl wolfcrypt/src/chacha
    wolfcrypt/src/chacha20_poly1305 wolfcrypt/src/coding wolfcrypt/src/error
    wolfcrypt/src/evp wolfcrypt/src/logging wolfcrypt/src/md5
    wolfcrypt/src/poly1305 wolfcrypt/src/sha wolfcrypt/src/sha512
    wolfcrypt/src/wc_encrypt wolfcrypt/src/wolfmath"

# result STATUS TEXT LOG
result()
{
    if [ "$1" -eq 0 ]; then
        echo "ok   $2"
        passed=$((passed + 1))
    else
        echo "FAIL $2"
        sed 's/^/     /' "$3"
        failed=$((failed + 1))
    fi
}

# ---- suites ------------------------------------------------------------------

# counted NAME: Check's counts of a suite that has run; it has to have some
counted()
{
    log=$fw_out/unit_$1.log
    status=$(cat "$fw_out/unit_$1.status")
    counts=$(sed -n 's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\)$/\1 \2 \3/p' "$log")
    # shellcheck disable=SC2086
    set -- "$1" ${counts:-0 0 0}
    if [ "$status" = 0 ] && [ "$2" -gt 0 ]; then
        echo "ok   $fw_name unit_$1: $2 checks"
    else
        echo "FAIL $fw_name unit_$1, status $status"
        sed 's/^/     /' "$log"
        [ $(($3 + $4)) -gt 0 ] || failed=$((failed + 1))
    fi
    passed=$((passed + $2 - $3 - $4))
    failed=$((failed + $3 + $4))
}

# suites NAME...: compiles and links all of them, then runs several at a time
suites()
{
    # shellcheck disable=SC2046
    fw_compile suites "$flags" $(printf "$fw_top/test/unit_%s.c " "$@")
    for suite in "$@"; do
        mkdir "$fw_out/suites/$suite" || exit 1
        mv "$fw_out/suites/unit_$suite.o" "$fw_out/suites/$suite"
        fw_program "unit_$suite" "suites/$suite" harness library
    done
    # shellcheck disable=SC2016
    printf '%s\n' "$@" | xargs -P "$fw_jobs" -I '{}' sh -c \
        'timeout -k 5 "$2" $1 "$3" >"$3.log" 2>&1 </dev/null
        echo $? >"$3.status"' \
        suite "$fw_emulator" "$fw_patience" "$fw_out/unit_{}"
    for suite in "$@"; do
        counted "$suite"
    done
}

# library_for TARGET: what the suites are linked with, in $fw_out/library and
# $fw_out/harness
library_for()
{
    fw_wolfssl=$library_wolfssl
    # The harness has a wolfSSL_Malloc() that goes before wolfSSL's.
    fw_libs="-pthread -Wl,-z,muldefs"
    fw_target "$1" "$fw_top/test/cross" -O1
    # shellcheck disable=SC2046
    with "" $(sed -n 's|^	\(src/[^ ]*\.c\).*|\1|p' "$fw_top/src/include.am" |
        grep -v -e /command -e /redis/)
}

# with FLAGS SOURCE...
with()
{
    flags="-Wall -Wextra -Werror -I$fw_top/src -I$fw_top/test/cross
        -I$fw_top/test $1"
    shift
    # shellcheck disable=SC2046
    fw_compile library "$flags -D_GNU_SOURCE -DHAVE_SYS_MMAN_H
        -DHAVE_UNISTD_H -DHAVE_PTHREAD_ATFORK" \
        $(printf "$fw_top/%s " "$@")
    fw_compile harness "$flags" "$fw_top/test/cross/check.c" \
        "$fw_top/test/harness.c" "$fw_top/test/harness_mem.c"
}

# The embedded core in the library's place.
embedded_suites()
{
    # shellcheck disable=SC2046
    with "-DWOLFTICKET_EMBEDDED -DWOLFTICKET_NO_HEAP" \
        $(grep '^src/' "$fw_top/src/embedded.txt")
    set --
    for file in "$fw_top"/test/unit_embed*.c; do
        name=${file##*/unit_}
        # These settings have no DTLS.
        [ "$name" != embed_dtls.c ] || continue
        set -- "$@" "${name%.c}"
    done
    suites "$@"
}

# ---- tickets that travel -----------------------------------------------------

make_tickets()
{
    fw_compile exchange.o "$flags" "$fw_top/test/cross/exchange.c"
    fw_program exchange exchange.o harness library
    mkdir "$exchange/$fw_name"
    fw_run exchange make "$exchange/$fw_name" >"$fw_out/exchange.log" 2>&1
    result $? "$fw_name makes tickets" "$fw_out/exchange.log"
}

# use_tickets FROM TO
use_tickets()
{
    fw_target "$2" "$fw_top/test/cross" -O1
    fw_run exchange use "$exchange/$1" >"$fw_out/exchange.log" 2>&1
    result $? "$2 knows the tickets of $1" "$fw_out/exchange.log"
}

# ---- the firmware, as a program ----------------------------------------------

firmware_for()
{
    fw_wolfssl=$firmware_wolfssl
    fw_libs=''
    fw_target "$1"
    fw_core ''
    # shellcheck disable=SC2086
    fw_image firmware "" $fw_firmware
    fw_run firmware >"$fw_out/firmware.log"
    result $? "$1 firmware" "$fw_out/firmware.log"
}

"$(dirname "$0")/../install-deps.sh" cross || exit 1
fw_prepare
WOLFTICKET_TEST_CERTS=$fw_build/certs
CK_TIMEOUT_MULTIPLIER=${CK_TIMEOUT_MULTIPLIER:-4}
export WOLFTICKET_TEST_CERTS CK_TIMEOUT_MULTIPLIER
firmware_wolfssl=$fw_wolfssl
exchange=$fw_build/exchange
rm -rf "$exchange"
mkdir -p "$exchange" || exit 1

for target in $targets; do
    firmware_for "$target"
done
for target in $targets; do
    library_for "$target"
    make_tickets
    if [ "$target" != native ]; then
        # shellcheck disable=SC2086
        suites $suites
        embedded_suites
    fi
done
for from in $targets; do
    for to in $targets; do
        use_tickets "$from" "$to"
    done
done

echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
