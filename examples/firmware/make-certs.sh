#!/bin/sh
# make-certs.sh
#
# Makes the firmware's certificates, as C arrays: make-certs.sh DIRECTORY
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: OPENSSL
# DIRECTORY gets certs.c and certs.h: an authority, a server named localhost, a
# client named alice, and CERTS_EPOCH, the time they were made at.  There the
# firmware's clock begins, so they never run out.  What is there already is
# kept.

set -eu
LC_ALL=C
export LC_ALL

if [ $# -ne 1 ]; then
    echo "usage: $0 DIRECTORY" >&2
    exit 2
fi
dir=$1
openssl=${OPENSSL:-openssl}
if [ -f "$dir/certs.h" ]; then
    exit 0
fi

sh "$(dirname "$0")/../../test/make-certs.sh" "$dir"

# array NAME FILE
array()
{
    printf '\nconst unsigned char %s[] = {\n' "$1"
    od -An -v -tx1 -w12 "$2" | sed 's/ \(..\)/ 0x\1,/g; s/^/   /'
    printf '};\nconst unsigned int %sSz = sizeof(%s);\n' "$1" "$1"
}

for name in ca server client; do
    "$openssl" x509 -in "$dir/$name.pem" -outform DER -out "$dir/$name.der"
    "$openssl" ec -in "$dir/$name.key" -outform DER -out "$dir/$name.key.der" \
        2>/dev/null
done

{
    printf '/* certs.c: made by make-certs.sh */\n\n#include "certs.h"\n'
    array certs_ca "$dir/ca.der"
    array certs_server "$dir/server.der"
    array certs_serverKey "$dir/server.key.der"
    array certs_client "$dir/client.der"
    array certs_clientKey "$dir/client.key.der"
} >"$dir/certs.c"

{
    cat <<END
/* certs.h: made by make-certs.sh */

#ifndef FIRMWARE_CERTS_H
#define FIRMWARE_CERTS_H

#define CERTS_EPOCH $(date +%s)u

END
    sed -n 's/^const \(.*\) = .*/extern const \1;/p' "$dir/certs.c"
    printf '\n#endif /* FIRMWARE_CERTS_H */\n'
} >"$dir/certs.h.new"
mv -f "$dir/certs.h.new" "$dir/certs.h"
