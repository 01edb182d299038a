#!/bin/sh
# peers-lib.sh
#
# What peers.sh and peers-client.sh share; they source it.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: WT_LACKS, what the wolfSSL lacks, in the words of configure;
# BUILDDIR or abs_top_builddir (where the programs were built;
# default: here), srcdir (default: the folder above this file), OPENSSL,
# GNUTLS_CLI, GNUTLS_SERV

set -u
umask 077
LC_ALL=C
export LC_ALL

top=${srcdir:-$(dirname "$0")/..}
built=${BUILDDIR:-${abs_top_builddir:-.}}
server=$built/examples/server
client=$built/examples/client
wolfticket=$built/src/wolfticket
openssl=${OPENSSL:-openssl}
gnutls=${GNUTLS_CLI:-gnutls-cli}
gnutls_serv=${GNUTLS_SERV:-gnutls-serv}
patience=20
passed=0
failed=0
pid=
fellow= # a second process

# lacks NAME: does the wolfSSL?
lacks()
{
    case " ${WT_LACKS-} " in
        *" $1 "*) return 0 ;;
    esac
    return 1
}

own="$server $client"
if lacks client; then own=$server; fi
if lacks server; then own=$client; fi
# shellcheck disable=SC2086
for program in $own "$wolfticket" "$openssl" "$gnutls" "$gnutls_serv" \
        timeout; do
    if ! command -v "$program" >/dev/null; then
        echo "$0: $program is missing" >&2
        exit 1
    fi
done

dir=$(mktemp -d) || exit 1
trap '[ -z "$pid$fellow" ] || kill $pid $fellow 2>/dev/null
    rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
sh "$top/test/make-certs.sh" "$dir/certs" || exit 1
certs=$dir/certs

# The last numbers of the protocol versions there are.
versions="2 3"
if lacks tls12; then versions=3; fi
if lacks tls13; then versions=2; fi

# launch PATTERN COMMAND...: a server, its process in $pid, and the port that
# PATTERN finds in what it says in $port; 1 when it does not start
launch()
{
    pattern=$1
    shift
    : >"$dir/server"
    # Passes TERM on, and then waits that long; ends one left behind.
    # shellcheck disable=SC2016
    timeout --foreground -k $patience 600 \
        sh -c 'echo $$ >"$0"; exec "$@"' "$dir/number" "$@" \
        >"$dir/server" 2>&1 </dev/null &
    pid=$!
    port=
    waited=0
    while [ -z "$port" ] && [ $waited -lt $((patience * 10)) ] &&
            kill -0 "$pid" 2>/dev/null; do
        sleep 0.1
        waited=$((waited + 1))
        port=$(sed -n "s/$pattern/\\1/p" "$dir/server")
    done
    [ -n "$port" ]
}

must()
{
    if ! "$@"; then
        echo "$0: the server does not start:" >&2
        cat "$dir/server" >&2
        exit 1
    fi
}

# start OPTION...: examples/server
start()
{
    must launch '^listening on .*:\([0-9]*\)$' "$server" \
        -c "$certs/server.pem" -k "$certs/server.key" -A "$certs/ca.pem" "$@"
}

# await FILE PATTERN: until the file says so
await()
{
    waited=0
    while ! grep -q -e "$2" "$1" && [ $waited -lt $((patience * 10)) ]; do
        sleep 0.1
        waited=$((waited + 1))
    done
}

# stop: ends examples/server, which has to come to a clean end
stop()
{
    kill -TERM "$pid"
    wait "$pid"
    status=$?
    pid=
    if [ $status -ne 0 ]; then
        echo "FAIL the server ended with status $status"
        cat "$dir/server"
        failed=$((failed + 1))
    fi
}

# stop_peer: ends another server
stop_peer()
{
    kill -TERM "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    pid=
}

# result TEXT PATTERN...: passed if the client said all of them; a
# pattern that begins with ! must not be there
result()
{
    text=$1
    shift
    missing=
    for pattern in "$@"; do
        case $pattern in
            !*) ! grep -q -e "${pattern#!}" "$dir/said" ;;
            *)  grep -q -e "$pattern" "$dir/said" ;;
        esac || missing="$missing '$pattern'"
    done
    if [ -z "$missing" ]; then
        echo "ok   $text"
        passed=$((passed + 1))
    else
        echo "FAIL $text: not as expected:$missing"
        sed 's/^/  client: /' "$dir/said"
        sed 's/^/  server: /' "$dir/server"
        failed=$((failed + 1))
    fi
}

# summary: the last line, and the script's result
summary()
{
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ]
}
