#!/bin/sh
# peers.sh
#
# Has OpenSSL's and GnuTLS's clients resume against examples/server.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: see peers-lib.sh

. "$(dirname "$0")/peers-lib.sh"

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
    if [ $shows_certs = yes ]; then
        s_client "$@" -cert "$certs/client.pem" -key "$certs/client.key" \
            </dev/null
    else
        echo alice | s_client "$@"
    fi
}

gnutls_cli()
{
    timeout $patience "$gnutls" --resume --waitresumption --port "$port" \
        --priority "NORMAL:-VERS-ALL:+VERS-TLS1.$1" \
        --x509cafile "$certs/ca.pem" --x509certfile "$certs/client.pem" \
        --x509keyfile "$certs/client.key" --sni-hostname=localhost \
        --verify-hostname=localhost 127.0.0.1 >"$dir/said" 2>&1 </dev/null
}

# gnutls_restart VERSION: a client that resumes when the server has made room
# for another one with the same options
gnutls_restart()
{
    version=$1
    mkfifo "$dir/typed" || exit 1
    timeout $patience "$gnutls" --inline-commands --waitresumption \
        --port "$port" --priority "NORMAL:-VERS-ALL:+VERS-TLS1.$version" \
        --x509cafile "$certs/ca.pem" --sni-hostname=localhost \
        --verify-hostname=localhost 127.0.0.1 \
        >"$dir/said" 2>&1 <"$dir/typed" &
    fellow=$!
    exec 7>"$dir/typed"
    await "$dir/said" "Who are you"
    # The old server serves on until its client has left, the new one
    # listens.
    kill -TERM "$pid"
    former=$pid
    start -v "$version" -p "$port" -K "$dir/keys"
    echo "^resume^" >&7
    await "$dir/said" "This is a resumed session"
    echo Bob >&7
    exec 7>&-
    wait "$fellow"
    fellow=
    wait "$former"
    rm -f "$dir/typed"
}

# rotate: puts a new key into the file, and tells the server so
rotate()
{
    "$wolfticket" rotate "$dir/keys" && kill -HUP "$(cat "$dir/number")"
}

# keep_rotating: ten times
keep_rotating()
{
    for i in 1 2 3 4 5 6 7 8 9 10; do
        rotate || return 1
        sleep 0.1
    done
}

# Where the server does not see a certificate, alice says her name.  In TLS
# 1.2 that is too late for her ticket.
shows_certs=yes
named=$versions
if lacks msg_cb; then
    shows_certs=no
    named=${versions#2 }
    echo "left out: TLS 1.2 with a name, this wolfSSL shows no certificates"
fi

for v in $named; do
    start -v "$v"
    rm -f "$dir/session"

    with_cert "$v" -sess_out "$dir/session"
    result "openssl, TLS 1.$v: full handshake" \
        "^New, TLSv1.$v" "Hello alice, nice to meet you"
    with_cert "$v" -sess_in "$dir/session" -sess_out "$dir/session"
    result "openssl, TLS 1.$v: resumes" \
        "^Reused, TLSv1.$v" "Hello alice, welcome back"
    with_cert "$v" -sess_in "$dir/session" -sess_out "$dir/session"
    result "openssl, TLS 1.$v: resumes once more" \
        "^Reused, TLSv1.$v" "Hello alice, welcome back"
    s_client "$v" -sess_in "$dir/session" </dev/null
    result "openssl, TLS 1.$v: resumes without certificate or word" \
        "^Reused, TLSv1.$v" "Hello alice, welcome back"

    if [ $shows_certs = yes ]; then
        gnutls_cli "$v"
        result "gnutls, TLS 1.$v: resumes" \
            "This is a resumed session" "Hello alice, welcome back"
    fi
    stop

    start -v "$v"
    with_cert "$v" -sess_in "$dir/session" -sess_out "$dir/session"
    result "openssl, TLS 1.$v: ticket of another server, full handshake" \
        "^New, TLSv1.$v" "Hello alice, nice to meet you"
    stop

    start -v "$v" -r abort
    with_cert "$v" -sess_in "$dir/session"
    result "openssl, TLS 1.$v: told to abort, gets internal_error" \
        "alert internal error" "!Hello"
    stop
done

# Without a certificate the name is said, and a ticket comes on request.
if lacks tls13; then numbers=; else numbers="0 2"; fi
for n in $numbers; do
    start -v 3 -n "$n"
    echo Bob | s_client 3 -sess_out "$dir/session"
    result "openssl, TLS 1.3: says its name, -n $n" \
        "^New, TLSv1.3" "Who are you" "Hello Bob, nice to meet you"
    s_client 3 -sess_in "$dir/session" </dev/null
    result "openssl, TLS 1.3: resumes without a word, -n $n" \
        "^Reused, TLSv1.3" "Hello Bob, welcome back"
    stop
done

if ! lacks tls12; then
    start -v 2
    echo Bob | s_client 2 -sess_out "$dir/session"
    result "openssl, TLS 1.2: says its name, is told to say it again" \
        "^New, TLSv1.2" "Hello Bob, next time I shall have to ask again"
    echo Bob | s_client 2 -sess_in "$dir/session"
    result "openssl, TLS 1.2: resumes without a name, and says it again" \
        "^Reused, TLSv1.2" "Hello Bob, next time I shall have to ask again"
    stop
fi

# Keys in a file outlive the server.
"$openssl" rand -out "$dir/keys" 80 && chmod 600 "$dir/keys" || exit 1
for v in $named; do
    start -v "$v" -K "$dir/keys"
    with_cert "$v" -sess_out "$dir/session"
    result "openssl, TLS 1.$v: full handshake, keys from a file" \
        "^New, TLSv1.$v" "Hello alice, nice to meet you"
    stop
    start -v "$v" -K "$dir/keys"
    with_cert "$v" -sess_in "$dir/session"
    result "openssl, TLS 1.$v: resumes after a restart of the server" \
        "^Reused, TLSv1.$v" "Hello alice, welcome back"
    stop

    start -v "$v" -K "$dir/keys"
    gnutls_restart "$v"
    result "gnutls, TLS 1.$v: resumes after a restart of the server" \
        "This is a resumed session" "Hello Bob"
    stop
done

# They may change while it runs.
for v in $named; do
    rm -f "$dir/keys"
    "$wolfticket" keygen "$dir/keys" || exit 1
    start -v "$v" -K "$dir/keys"
    with_cert "$v" -sess_out "$dir/first"
    rotate || exit 1
    with_cert "$v" -sess_in "$dir/first"
    grep "success, renew" "$dir/server" >>"$dir/said"
    result "openssl, TLS 1.$v: resumes when the key file was rotated" \
        "^Reused, TLSv1.$v" "Hello alice, welcome back" "success, renew"

    keep_rotating >"$dir/rotated" 2>&1 &
    fellow=$!
    bad=0
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        with_cert "$v" -sess_in "$dir/first" -sess_out "$dir/first" ||
            bad=$((bad + 1))
    done
    wait "$fellow"
    status=$?
    fellow=
    cat "$dir/rotated" >>"$dir/said"
    echo "rotating: status $status, $bad clients failed" >>"$dir/said"
    grep "no handshake" "$dir/server" >>"$dir/said"
    result "openssl, TLS 1.$v: no handshake fails while the file is rotated" \
        "rotating: status 0, 0 clients failed" "!no handshake"

    with_cert "$v" -sess_out "$dir/first"
    rotate && rotate && rotate && rotate || exit 1
    with_cert "$v" -sess_in "$dir/first"
    result "openssl, TLS 1.$v: a key that has left the file opens no more" \
        "^New, TLSv1.$v" "Hello alice, nice to meet you"
    stop
done

# It sees for itself that the file has changed, when that is at rest.
last=${versions##* }

"$wolfticket" keygen -F "$dir/keys" || exit 1
start -v "$last" -K "$dir/keys"
with_cert "$last" -sess_out "$dir/first"
"$wolfticket" keygen -F "$dir/keys" || exit 1
tries=0
while with_cert "$last" -sess_in "$dir/first" && [ $tries -lt $patience ] &&
        grep -q "^Reused" "$dir/said"; do
    tries=$((tries + 1))
    sleep 0.5
done
result "openssl, TLS 1.$last: the server takes in another key file by itself" \
    "^New, TLSv1.$last" "Hello alice, nice to meet you"
stop

summary
