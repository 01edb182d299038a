#!/bin/sh
# demo.sh
#
# Builds wolfTicket and shows a server that knows its clients by their tickets.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: demo.sh
# On a Debian machine with nothing of ours on it: installs what is missing (as
# root), builds in build-demo, makes certificates, and has examples/client
# connect twice to examples/server, in TLS 1.3 and in TLS 1.2.  The result is 0
# only if both greeted the client by name on the resumption.

set -eu
LC_ALL=C
export LC_ALL
unset MAKEFLAGS MFLAGS MAKELEVEL

cd "$(dirname "$0")/.."
work=$PWD/build-demo
log=$work/log
pid=
greeted=0

trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || :' EXIT
trap 'exit 1' HUP INT TERM

# step TEXT COMMAND...: quiet, unless it fails
step()
{
    echo "$1 ..."
    shift
    if ! "$@" >>"$log" 2>&1 </dev/null; then
        tail -n 40 "$log" >&2
        echo "This failed: $* (all of it: $log)" >&2
        exit 1
    fi
}

build()
{
    { [ -x configure ] || ./autogen.sh; } &&
        ( cd "$work" && ../configure --disable-shared &&
            make -j2 examples/server examples/client )
}

# meet TITLE VERSION NAME CLIENT-OPTION...
meet()
{
    title=$1 version=$2 name=$3
    shift 3
    printf '\n%s\n' "$title"
    : >"$work/server.log"
    timeout 60 "$work/examples/server" -v "$version" -i 2 \
        -c "$work/certs/server.pem" -k "$work/certs/server.key" \
        -A "$work/certs/ca.pem" >"$work/server.log" 2>&1 </dev/null &
    pid=$!
    port="" waited=0
    while [ -z "$port" ] && [ $waited -lt 100 ]; do
        sleep 0.1
        waited=$((waited + 1))
        port=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' "$work/server.log")
    done
    timeout 60 "$work/examples/client" -v "$version" -p "${port:-1}" -c 2 \
        -A "$work/certs/ca.pem" "$@" >"$work/client.log" 2>&1 </dev/null ||
        echo "the client failed" >>"$work/client.log"
    [ -n "$port" ] || kill "$pid" 2>/dev/null || :
    wait "$pid" || echo "the server failed" >>"$work/server.log"
    pid=
    sed 's/^/  client | /' "$work/client.log"
    sed 's/^/  server | /' "$work/server.log"
    if grep -q "reused: Hello $name, welcome back" "$work/client.log"; then
        greeted=$((greeted + 1))
    fi
}

mkdir -p "$work"
: >"$log"
step "Installing what is missing" sh test/install-deps.sh build
step "Building in $work" build
step "Making certificates" sh test/make-certs.sh "$work/certs"

meet "TLS 1.3, a client that says its name once:" 3 Ada -N Ada
meet "TLS 1.2, a client with a certificate:" 2 alice \
    -C "$work/certs/client.pem" -k "$work/certs/client.key"

echo
if [ $greeted -eq 2 ]; then
    echo "Both were greeted by name before they had said anything."
else
    echo "$greeted of 2 were greeted by name on the resumption." >&2
    exit 1
fi
