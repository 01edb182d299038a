#!/bin/sh
# lib.sh
#
# How the firmware and what belongs to it is built; scripts source it.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: FIRMWARE_BUILD, where all is built; default build/firmware
#     WOLFSSL_SOURCE, the tree of a wolfSSL; default: the newest that Debian
#     has, got by test/get-wolfssl.sh
#     OPENSSL
# A target is one of
#     m3 m4         a bare Cortex-M in QEMU
#     armhf s390x   a program for Linux, 32 bit Arm or big-endian, in QEMU
#     native        a program for this machine

set -u
LC_ALL=C
export LC_ALL
unset MAKEFLAGS MFLAGS MAKELEVEL

fw_top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
fw_here=$fw_top/examples/firmware
fw_build=${FIRMWARE_BUILD:-$fw_top/build/firmware}
fw_jobs=2
fw_patience=300 # seconds that an image may run

fw_warnings="-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Werror"
fw_libs=''
# shellcheck disable=SC2034
fw_firmware="$fw_here/main.c $fw_here/client.c $fw_here/flash.c
    $fw_here/power.c $fw_here/server.c $fw_here/visit.c $fw_here/wire.c"

# What the firmware needs of wolfSSL.
fw_wolfssl="src/internal src/keys src/ssl src/tls src/tls13 src/wolfio
    wolfcrypt/src/aes wolfcrypt/src/asn wolfcrypt/src/ecc wolfcrypt/src/hash
    wolfcrypt/src/hmac wolfcrypt/src/kdf wolfcrypt/src/memory
    wolfcrypt/src/random wolfcrypt/src/sha256 wolfcrypt/src/sp_c32
    wolfcrypt/src/sp_c64 wolfcrypt/src/sp_int wolfcrypt/src/wc_port"

fw_fail()
{
    echo "$0: $1" >&2
    exit 1
}

# fw_quiet COMMAND...: says something only when it fails
fw_quiet()
{
    "$@" >"$fw_build/log" 2>&1 </dev/null || {
        tail -n 40 "$fw_build/log" >&2
        fw_fail "this failed: $*"
    }
}

# fw_prepare: packages, wolfSSL's source in $fw_source, certificates
fw_prepare()
{
    mkdir -p "$fw_build" || exit 1
    "$fw_top/test/install-deps.sh" firmware || exit 1
    fw_source=${WOLFSSL_SOURCE:-}
    if [ -z "$fw_source" ]; then
        tar=$("$fw_top/test/get-wolfssl.sh" newest) ||
            fw_fail "there is no source of wolfSSL"
        fw_source=$fw_build/$(basename "${tar%.orig.tar.*}")
        if [ ! -d "$fw_source" ]; then
            rm -rf "$fw_build/unpacked"
            mkdir "$fw_build/unpacked" || exit 1
            fw_quiet tar -C "$fw_build/unpacked" --strip-components=1 \
                --wildcards --no-wildcards-match-slash -xf "$tar" \
                '*/src' '*/wolfcrypt/src' '*/wolfssl'
            mv "$fw_build/unpacked" "$fw_source" || exit 1
        fi
    fi
    fw_quiet sh "$fw_here/make-certs.sh" "$fw_build/certs"
}

# fw_target TARGET [FOLDER [FLAG...]]: what is built from now on, with the
# user_settings.h of FOLDER, default the firmware's own.  Builds wolfSSL.
fw_target()
{
    fw_name=$1
    fw_settings=${2:-$fw_here}
    shift
    [ $# -eq 0 ] || shift
    fw_emulator=''
    fw_machine=board_hosted.c
    fw_link="-static -Wl,--gc-sections"
    fw_arm=''
    case $fw_name in
        m3) fw_arm="-mthumb -mcpu=cortex-m3" fw_board=mps2-an385 ;;
        m4) fw_arm="-mthumb -mcpu=cortex-m4 -mfpu=fpv4-sp-d16"
            fw_arm="$fw_arm -mfloat-abi=hard" fw_board=mps2-an386 ;;
        armhf) fw_cc=arm-linux-gnueabihf-gcc fw_emulator=qemu-arm ;;
        s390x) fw_cc=s390x-linux-gnu-gcc fw_emulator=qemu-s390x ;;
        native) fw_cc=gcc ;;
        *) fw_fail "$fw_name is no target" ;;
    esac
    if [ -n "$fw_arm" ]; then
        fw_cc=arm-none-eabi-gcc
        fw_machine=board.c
        fw_link="-nostartfiles --specs=nano.specs -Wl,--gc-sections"
        fw_link="$fw_link -T $fw_here/mps2.ld"
    fi
    fw_flags="$fw_arm -std=gnu99 -Os -ffunction-sections -fdata-sections $*
        -DWOLFSSL_USER_SETTINGS -I$fw_settings -I$fw_source
        -I$fw_top/include -I$fw_build/certs"
    fw_out=$fw_build/$fw_name-$({ cat "$fw_settings/user_settings.h"
        "$fw_cc" --version; echo "$fw_source $fw_wolfssl $fw_flags"; } |
        sha256sum | cut -c 1-12)
    mkdir -p "$fw_out" || exit 1
    if [ ! -d "$fw_out/wolfssl" ]; then
        # shellcheck disable=SC2046,SC2086
        fw_compile wolfssl.new -w $(printf "$fw_source/%s.c " $fw_wolfssl)
        mv "$fw_out/wolfssl.new" "$fw_out/wolfssl"
    fi
}

# fw_compile NAME FLAGS SOURCE...: objects in $fw_out/NAME
fw_compile()
{
    folder=$fw_out/$1
    flags=$2
    shift 2
    rm -rf "$folder"
    mkdir -p "$folder" || exit 1
    # shellcheck disable=SC2016
    printf '%s\n' "$@" | xargs -P "$fw_jobs" -n 1 sh -c \
        '$1 $2 -c "$3" -o "$0/$(basename "$3" .c).o"' "$folder" "$fw_cc" \
        "$fw_flags $flags" >"$fw_out/log" 2>&1 || {
        cat "$fw_out/log" >&2
        fw_fail "it cannot be compiled for $fw_name"
    }
    cat "$fw_out/log" >&2
}

# fw_core [FLAG...]: wolfTicket's server core, in $fw_out/core
fw_core()
{
    # shellcheck disable=SC2046
    fw_compile core "$fw_warnings $*" $(sed '/^#/d; s|^|'"$fw_top"'/|' \
        "$fw_top/src/embedded.txt")
}

# fw_image NAME FLAGS SOURCE...: a program from sources, with the board and
# the certificates
fw_image()
{
    image=$1
    flags=$2
    shift 2
    fw_compile "$image.o" "$fw_warnings -I$fw_here $flags" "$@" \
        "$fw_here/$fw_machine" \
        "$fw_build/certs/certs.c"
    fw_program "$image" "$image.o" core
}

# fw_program NAME FOLDER...: links the program $fw_out/NAME from the objects in
# these folders and wolfSSL; its map is NAME.map
fw_program()
{
    image=$1
    shift
    objects=''
    for folder in "$@" wolfssl; do
        objects="$objects $fw_out/$folder/*.o"
    done
    # shellcheck disable=SC2086
    fw_quiet "$fw_cc" $fw_flags $fw_link -Wl,-Map="$fw_out/$image.map" \
        $objects $fw_libs -o "$fw_out/$image"
}

# fw_run NAME ARGUMENT...: runs $fw_out/NAME; its status
fw_run()
{
    image=$fw_out/$1
    shift
    if [ -n "$fw_arm" ]; then
        timeout -k 5 "$fw_patience" qemu-system-arm -M "$fw_board" \
            -nographic -monitor none -serial none -icount shift=0 \
            -chardev stdio,id=console -semihosting-config \
            enable=on,target=native,chardev=console \
            -kernel "$image" </dev/null
    else
        # shellcheck disable=SC2086
        timeout -k 5 "$fw_patience" $fw_emulator "$image" "$@" </dev/null
    fi
}
