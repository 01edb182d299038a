#!/bin/sh
# demo.sh
#
# Builds wolfTicket and shows a server that knows its clients by their tickets.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: demo.sh
# On a Debian machine with nothing of ours on it: installs what is missing (as
# root), builds in build-demo, makes certificates, and has examples/client meet
# examples/server: in TLS 1.3 and in TLS 1.2, again after both programs have
# ended and begun anew, and four times at once.  The result is 0 only if the
# server greeted every client by name on the resumption.

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
            make -j2 examples/server examples/client src/wolfticket )
}

# serve COUNT OPTION...: starts a server for so many connections
serve()
{
    count=$1
    shift
    : >"$work/server.log"
    timeout 60 "$work/examples/server" -i "$count" \
        -c "$work/certs/server.pem" -k "$work/certs/server.key" \
        -A "$work/certs/ca.pem" "$@" >"$work/server.log" 2>&1 </dev/null &
    pid=$!
    port="" waited=0
    while [ -z "$port" ] && [ $waited -lt 100 ]; do
        sleep 0.1
        waited=$((waited + 1))
        port=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' "$work/server.log")
    done
}

# visit NAME OPTION...: runs a client, and counts the times that it is greeted
# by this name as an old acquaintance
visit()
{
    name=$1
    shift
    timeout 60 "$work/examples/client" -p "${port:-1}" \
        -A "$work/certs/ca.pem" "$@" >"$work/client.log" 2>&1 </dev/null ||
        echo "the client failed" >>"$work/client.log"
    [ -n "$port" ] || kill "$pid" 2>/dev/null || :
    wait "$pid" || echo "the server failed" >>"$work/server.log"
    pid=
    times=$(grep -c "resumed with .*: Hello $name, welcome back" \
        "$work/client.log" || :)
    greeted=$((greeted + times))
    sed 's/^/  client | /' "$work/client.log"
}

# show_server LINES: the last ones of what it said
show_server()
{
    tail -n "$1" "$work/server.log" | sed 's/^/  server | /'
}

mkdir -p "$work"
: >"$log"
step "Installing what is missing" sh test/install-deps.sh build
step "Building in $work" build
step "Making certificates" sh test/make-certs.sh "$work/certs"
step "Making ticket keys" "$work/src/wolfticket" keygen -F "$work/keys"

printf '\nTLS 1.3, a client that says its name once, and comes again:\n'
serve 2 -v 3
visit Ada -N Ada
show_server 20

printf '\nTLS 1.2, a client with a certificate:\n'
serve 2 -v 2
visit alice -C "$work/certs/client.pem" -k "$work/certs/client.key"
show_server 20

printf '\nTicket keys in a file, a session in another:\n'
rm -f "$work/session"
serve 1 -v 3 -K "$work/keys"
visit Ada -c 1 -s "$work/session" -N Ada
show_server 20
printf '\nBoth programs have ended; other processes go on with these files:\n'
serve 1 -v 3 -p "${port:-0}" -K "$work/keys"
visit Ada -c 1 -s "$work/session"
show_server 20

printf '\nFour connections at once, and four more, each with its own ticket:\n'
serve 8 -v 3
visit alice -c 2 -j 4 -C "$work/certs/client.pem" -k "$work/certs/client.key"
show_server 2

echo
if [ $greeted -eq 7 ]; then
    echo "All 7 who came again were greeted by name, before they had said" \
        "anything."
else
    echo "$greeted of 7 were greeted by name on the resumption." >&2
    exit 1
fi
