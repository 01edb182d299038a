#!/bin/sh
# peers.sh
#
# Has OpenSSL's and GnuTLS's clients resume against examples/server.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: BUILDDIR or abs_top_builddir (where examples/server was built;
# default: here), srcdir (default: where this file is), OPENSSL, GNUTLS_CLI

set -u
LC_ALL=C
export LC_ALL

top=${srcdir:-$(dirname "$0")/..}
server=${BUILDDIR:-${abs_top_builddir:-.}}/examples/server
openssl=${OPENSSL:-openssl}
gnutls=${GNUTLS_CLI:-gnutls-cli}
patience=20
passed=0
failed=0
pid=

for program in "$server" "$openssl" "$gnutls" timeout; do
    if ! command -v "$program" >/dev/null; then
        echo "$0: $program is missing" >&2
        exit 1
    fi
done

dir=$(mktemp -d) || exit 1
trap '[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
sh "$top/test/make-certs.sh" "$dir/certs" || exit 1
certs=$dir/certs

# start OPTION...: a server, its port in $port
start()
{
    : >"$dir/server"
    "$server" -c "$certs/server.pem" -k "$certs/server.key" \
        -A "$certs/ca.pem" "$@" >"$dir/server" 2>&1 </dev/null &
    pid=$!
    port=
    waited=0
    while [ -z "$port" ] && [ $waited -lt $((patience * 10)) ] &&
            kill -0 "$pid" 2>/dev/null; do
        sleep 0.1
        waited=$((waited + 1))
        port=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' "$dir/server")
    done
    if [ -z "$port" ]; then
        echo "$0: the server does not start:" >&2
        cat "$dir/server" >&2
        exit 1
    fi
}

# stop: ends the server, which has to come to a clean end
stop()
{
    # A server that does not end must not hold us up.
    ( sleep $patience; kill -KILL "$pid" 2>/dev/null ) >/dev/null 2>&1 &
    guard=$!
    kill -TERM "$pid"
    wait "$pid"
    status=$?
    kill "$guard" 2>/dev/null
    wait "$guard" 2>/dev/null
    pid=
    if [ $status -ne 0 ]; then
        echo "FAIL the server ended with status $status"
        cat "$dir/server"
        failed=$((failed + 1))
    fi
}

# s_client VERSION OPTION...: standard input goes to the server
s_client()
{
    version=$1
    shift
    timeout $patience "$openssl" s_client -connect "127.0.0.1:$port" \
        -servername localhost "-tls1_$version" -CAfile "$certs/ca.pem" \
        -verify_return_error -ign_eof "$@" >"$dir/said" 2>&1
}

# with_cert VERSION OPTION...: the same as alice, without a word
with_cert()
{
    s_client "$@" -cert "$certs/client.pem" -key "$certs/client.key" \
        </dev/null
}

gnutls_cli()
{
    timeout $patience "$gnutls" --resume --waitresumption --port "$port" \
        --priority "NORMAL:-VERS-ALL:+VERS-TLS1.$1" \
        --x509cafile "$certs/ca.pem" --x509certfile "$certs/client.pem" \
        --x509keyfile "$certs/client.key" --sni-hostname=localhost \
        --verify-hostname=localhost 127.0.0.1 >"$dir/said" 2>&1 </dev/null
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

for v in 2 3; do
    start -v $v
    rm -f "$dir/session"

    with_cert $v -sess_out "$dir/session"
    result "openssl, TLS 1.$v: full handshake" \
        "^New, TLSv1.$v" "Hello alice, nice to meet you"
    with_cert $v -sess_in "$dir/session" -sess_out "$dir/session"
    result "openssl, TLS 1.$v: resumes" \
        "^Reused, TLSv1.$v" "Hello alice, welcome back"
    with_cert $v -sess_in "$dir/session" -sess_out "$dir/session"
    result "openssl, TLS 1.$v: resumes once more" \
        "^Reused, TLSv1.$v" "Hello alice, welcome back"
    s_client $v -sess_in "$dir/session" </dev/null
    result "openssl, TLS 1.$v: resumes without certificate or word" \
        "^Reused, TLSv1.$v" "Hello alice, welcome back"

    gnutls_cli $v
    result "gnutls, TLS 1.$v: resumes" \
        "This is a resumed session" "Hello alice, welcome back"
    stop

    start -v $v
    with_cert $v -sess_in "$dir/session" -sess_out "$dir/session"
    result "openssl, TLS 1.$v: ticket of another server, full handshake" \
        "^New, TLSv1.$v" "Hello alice, nice to meet you"
    stop

    start -v $v -r abort
    with_cert $v -sess_in "$dir/session"
    result "openssl, TLS 1.$v: told to abort, gets internal_error" \
        "alert internal error" "!Hello"
    stop
done

# Without a certificate the name is said, and a ticket comes on request.
for n in 0 2; do
    start -v 3 -n $n
    echo Bob | s_client 3 -sess_out "$dir/session"
    result "openssl, TLS 1.3: says its name, -n $n" \
        "^New, TLSv1.3" "Who are you" "Hello Bob, nice to meet you"
    s_client 3 -sess_in "$dir/session" </dev/null
    result "openssl, TLS 1.3: resumes without a word, -n $n" \
        "^Reused, TLSv1.3" "Hello Bob, welcome back"
    stop
done

start -v 2
echo Bob | s_client 2
result "openssl, TLS 1.2: says its name, is told to say it again" \
    "^New, TLSv1.2" "Hello Bob, next time I shall have to ask again"
stop

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
