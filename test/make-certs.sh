#!/bin/sh
# make-certs.sh
#
# Makes the certificates that the tests use: make-certs.sh DIRECTORY
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# DIRECTORY gets NAME.pem and NAME.key for NAME in
#   ca      signs the others
#   server  for localhost, 127.0.0.1 and the names *.example
#   client  of one named alice
#   client2 of one named bob
# all P-256 and good for 20 years.  What is there already is kept, so that
# several tests can share a directory.

set -eu
umask 077

if [ $# -ne 1 ]; then
    echo "usage: $0 DIRECTORY" >&2
    exit 2
fi

dir=$1
days=7300
openssl=${OPENSSL:-openssl}

mkdir -p "$dir"
if [ -f "$dir/complete" ]; then
    exit 0
fi

# Two tests may start at once: one makes, the other waits for it.
work=$dir/making
tries=0
until mkdir "$work" 2>/dev/null; do
    if [ -f "$dir/complete" ]; then
        exit 0
    fi
    tries=$((tries + 1))
    if [ $tries -gt 60 ]; then
        echo "$0: $work is in the way" >&2
        exit 1
    fi
    sleep 1
done
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
if [ -f "$dir/complete" ]; then
    exit 0
fi

run()
{
    if ! "$openssl" "$@" >"$work/log" 2>&1; then
        echo "$0: openssl $1 failed:" >&2
        cat "$work/log" >&2
        exit 1
    fi
}

# authority COMMON-NAME
authority()
{
    cat >"$work/ca.cnf" <<END
[req]
distinguished_name = dn
x509_extensions = ext
prompt = no
[dn]
O = wolfTicket tests
CN = $1
[ext]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
END
    run ecparam -name prime256v1 -genkey -noout -out "$work/ca.key"
    run req -new -x509 -sha256 -days $days -key "$work/ca.key" \
        -config "$work/ca.cnf" -out "$work/ca.pem"
}

# leaf NAME COMMON-NAME USAGE ALTERNATIVE-NAMES
leaf()
{
    name=$1
    cat >"$work/$name.cnf" <<END
[req]
distinguished_name = dn
prompt = no
[dn]
O = wolfTicket tests
CN = $2
[ext]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = $3
subjectAltName = $4
authorityKeyIdentifier = keyid
END
    run ecparam -name prime256v1 -genkey -noout -out "$work/$name.key"
    run req -new -sha256 -key "$work/$name.key" -config "$work/$name.cnf" \
        -out "$work/$name.csr"
    run x509 -req -sha256 -days $days -in "$work/$name.csr" \
        -CA "$work/ca.pem" -CAkey "$work/ca.key" \
        -set_serial "0x$("$openssl" rand -hex 8 | sed 's/^./1/')" \
        -extfile "$work/$name.cnf" -extensions ext -out "$work/$name.pem"
}

authority "test authority"
leaf server localhost serverAuth \
    "DNS:localhost,DNS:*.example,IP:127.0.0.1"
leaf client alice clientAuth DNS:alice.example
leaf client2 bob clientAuth DNS:bob.example

for name in ca server client client2; do
    mv -f "$work/$name.key" "$work/$name.pem" "$dir/"
done
: >"$dir/complete"
