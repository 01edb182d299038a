#!/bin/sh
# install-deps.sh
#
# Installs the Debian packages that wolfTicket is built and tested with.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: install-deps.sh [build|fleet|firmware|cross]
# With "build" only those that the library and its examples need, with "fleet"
# those of examples/fleet too; with "firmware" those of examples/firmware on a
# bare Cortex-M, and with "cross" of the other processors too.  Says nothing and
# does nothing when all of them are there.

set -eu

packages="gcc libc6-dev make autoconf automake libtool pkg-config
    libwolfssl-dev libhiredis-dev openssl"
firmware="gcc libc6-dev openssl make cmake gcc-arm-none-eabi
    libnewlib-arm-none-eabi qemu-system-arm"
case ${1-} in
    build) ;;
    fleet) packages="$packages redis-server curl" ;;
    firmware) packages=$firmware ;;
    cross)
        packages="$firmware qemu-user gcc-s390x-linux-gnu
    libc6-dev-s390x-cross gcc-arm-linux-gnueabihf libc6-dev-armhf-cross"
        ;;
    *)
        packages="$packages g++ clang check libssl-dev gnutls-bin mandoc
    valgrind libclang-rt-dev nginx-light haproxy curl redis-server"
        ;;
esac

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is no Debian: see to it that there is what Debian calls" >&2
    echo "    $packages" >&2
    exit 0
fi

missing=""
for package in $packages; do
    # pkg-config is a name that another package may provide.
    if [ "$package" = pkg-config ] && command -v pkg-config >/dev/null; then
        continue
    fi
    case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
        installed) ;;
        *) missing="$missing $package" ;;
    esac
done
if [ -z "$missing" ]; then
    exit 0
fi

if [ "$(id -u)" -ne 0 ]; then
    echo "Packages are missing; as root, run: apt-get install$missing" >&2
    exit 1
fi

echo "installing$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 1' HUP INT TERM
export DEBIAN_FRONTEND=noninteractive
export RUNLEVEL=1 # servers among them are not started
# shellcheck disable=SC2086
if ! { apt-get -qq update &&
       apt-get -qq -y --no-install-recommends install $missing; } \
        >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "These packages could not be installed:$missing" >&2
    exit 1
fi
