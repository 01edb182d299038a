#!/bin/sh
# peers-client.sh
#
# Has examples/client resume against OpenSSL's, GnuTLS's and our own servers.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: see peers-lib.sh

. "$(dirname "$0")/peers-lib.sh"

# start_openssl VERSION OPTION...
start_openssl()
{
    version=$1
    shift
    must launch '^ACCEPT 127\.0\.0\.1:\([0-9]*\)$' "$openssl" s_server \
        "-tls1_$version" -accept 127.0.0.1:0 -www -cert "$certs/server.pem" \
        -key "$certs/server.key" "$@"
}

# start_gnutls VERSION: it cannot choose a port itself, so that somebody else
# may have taken it meanwhile
start_gnutls()
{
    for try in 1 2 3 4 5; do
        start_openssl 3
        stop_peer
        ! launch '.*listening on IPv4 .* port \([0-9]*\)\.\.\.done$' \
            "$gnutls_serv" --http --port "$port" \
            --priority "NORMAL:-VERS-ALL:+VERS-TLS1.$1" \
            --x509certfile "$certs/server.pem" \
            --x509keyfile "$certs/server.key" || return 0
        stop_peer
    done
    must false
}

# client VERSION OPTION...
client()
{
    version=$1
    shift
    timeout $patience "$client" -v "$version" -p "$port" -A "$certs/ca.pem" \
        "$@" >"$dir/said" 2>&1 </dev/null
    status=$?
    echo "status $status," \
        "$(grep -c ', full handshake' "$dir/said") full," \
        "$(grep -c ', resumed with' "$dir/said") resumed" >>"$dir/said"
}

# as_alice VERSION OPTION...
as_alice()
{
    client "$@" -C "$certs/client.pem" -k "$certs/client.key"
}

# four_at_once COMMAND VERSION [OPTION]: four connections begin with an empty
# store, anew until it has a session for each of the next four: who begins late
# finds the first one's there, resumes, and in TLS 1.3 leaves no more than it
# has taken
four_at_once()
{
    left=0
    for try in 1 2 3 4 5 6 7 8 9 10; do
        rm -f "$dir/store"
        "$1" "$2" ${3+"$3"} -c 1 -j 4 -s "$dir/store"
        left=$(sed -n 's/.* \([0-9]*\) left.*/\1/p' "$dir/said" | sort -n |
            tail -n 1)
        if [ "$2" = 2 ] || [ "${left:-0}" -ge 4 ]; then break; fi
    done
    echo "store: ${left:-0} left" >>"$dir/said"
}

# twice NAME VERSION: two runs against a web server, and many at once
twice()
{
    rm -f "$dir/session"
    client "$2" -w -c 1 -s "$dir/session"
    result "$1, TLS 1.$2: full handshake, the session is kept" \
        "^status 0, 1 full, 0 resumed" " [1-9] kept, 1 left"
    for run in second third; do
        client "$2" -w -c 1 -s "$dir/session"
        result "$1, TLS 1.$2: the $run run resumes" \
            "^TLSv1.$2, resumed with" "^status 0, 0 full, 1 resumed"
    done
    four_at_once client "$2" -w
    result "$1, TLS 1.$2: 4 at once, their sessions are kept" \
        "^status 0, [1-4] full, [0-3] resumed"
    client "$2" -w -c 1 -j 4 -s "$dir/store"
    result "$1, TLS 1.$2: in the next run 4 at once resume" \
        "^status 0, 0 full, 4 resumed"
}

refused="ticket refused, connecting again\|the ticket was not taken"

for v in $versions; do
    start_openssl "$v"
    twice openssl "$v"
    stop_peer
    start_openssl "$v"
    client "$v" -w -c 1 -s "$dir/session"
    result "openssl, TLS 1.$v: refuses a former session, full handshake" \
        "$refused" "^status 0, 1 full, 0 resumed"
    client "$v" -w -c 1 -s "$dir/session"
    result "openssl, TLS 1.$v: and resumes the next" \
        "^status 0, 0 full, 1 resumed"
    stop_peer

    start_gnutls "$v"
    twice gnutls "$v"
    stop_peer
    cp "$dir/server" "$dir/said"
    result "gnutls, TLS 1.$v: says so too" "This is a resumed session"
done

# OpenSSL takes a ticket that can bring early data once only.
if ! lacks tls13; then
    start_openssl 3 -max_early_data 1000
    client 3 -w -c 3 -j 4
    result "openssl, TLS 1.3: each of 4 at once has a ticket of its own" \
        "^status 0, [1-4] full, [189][01]* resumed"
    stop_peer
fi

if lacks server; then
    echo "left out: own server, this wolfSSL has none"
    summary
    exit
fi

"$openssl" rand -out "$dir/keys" 80 && chmod 600 "$dir/keys" || exit 1
for v in $versions; do
    rm -f "$dir/session"
    start -v "$v" -K "$dir/keys"
    as_alice "$v" -c 1 -s "$dir/session"
    result "own server, TLS 1.$v: full handshake, the session is kept" \
        "Hello alice, nice to meet you" "^status 0, 1 full, 0 resumed"
    four_at_once as_alice "$v"
    result "own server, TLS 1.$v: 4 at once, their sessions are kept" \
        "^4: .*Hello alice" "^status 0, [1-4] full, [0-3] resumed"
    stop

    start -v "$v" -p "$port" -K "$dir/keys"
    as_alice "$v" -c 1 -s "$dir/session"
    result "own server, TLS 1.$v: resumes after a restart of both" \
        "Hello alice, welcome back" "^status 0, 0 full, 1 resumed"
    as_alice "$v" -c 2 -j 4 -s "$dir/store"
    result "own server, TLS 1.$v: 4 at once resume, twice" \
        "^4: .*Hello alice, welcome back" "^status 0, 0 full, 8 resumed"
    client "$v" -c 1 -s "$dir/session" -C "$certs/client2.pem" \
        -k "$certs/client2.key"
    result "own server, TLS 1.$v: bob does not get alice's session" \
        "Hello bob, nice to meet you" "^status 0, 1 full, 0 resumed"
    stop

    as_alice "$v" -c 1 -s "$dir/session"
    result "nobody listens, TLS 1.$v: fails" "!^status 0"

    start -v "$v" -p "$port"
    as_alice "$v" -c 1 -j 4 -s "$dir/store"
    # Who comes again may find a new session there already.
    result "own server, TLS 1.$v: refuses 4 at once, all are served" \
        "$refused" "^4: " "^status 0,"
    client "$v" -c 1 -s "$dir/session" -C "$certs/client2.pem" \
        -k "$certs/client2.key"
    result "own server, TLS 1.$v: refuses bob, full handshake" \
        "$refused" "^status 0, 1 full, 0 resumed"

    printf 'not a session' >"$dir/session"
    as_alice "$v" -c 1 -s "$dir/session"
    result "own server, TLS 1.$v: damaged session file, told, full handshake" \
        "damaged" "^status 0, 1 full, 0 resumed"
    as_alice "$v" -c 1 -s "$dir/session"
    result "own server, TLS 1.$v: and resumes the next" \
        "^status 0, 0 full, 1 resumed"
    printf 'not a store' >"$dir/store"
    as_alice "$v" -c 2 -j 2 -s "$dir/store"
    result "own server, TLS 1.$v: damaged store file, told, full handshakes" \
        "store: .*damaged" "^status 0, [12] full, [23] resumed"
    as_alice "$v" -c 1 -j 2 -s "$dir/store"
    result "own server, TLS 1.$v: and resumes the next" \
        "^status 0, 0 full, 2 resumed"

    chmod 644 "$dir/session"
    as_alice "$v" -c 1 -s "$dir/session"
    result "own server, TLS 1.$v: a session file for all to read is refused" \
        "incorrect permissions (644 != 600)" "!^status 0"
    stop
done

summary
