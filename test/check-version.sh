#!/bin/sh
# check-version.sh
#
# Compares the version in the header, in configure.ac and in the change log.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: top_srcdir, PACKAGE_VERSION (what the build was configured as)

set -u

top=${top_srcdir:-$(dirname "$0")/..}
header=$top/include/wolfticket/version.h

text=$(sed -n 's/^#define WOLFTICKET_VERSION *"\(.*\)"$/\1/p' "$header")
hex=$(sed -n 's/^#define WOLFTICKET_VERSION_HEX *\(0x[0-9a-fA-F]*\)$/\1/p' \
    "$header")
configure=$(sed -n 's/^AC_INIT(\[wolfTicket\], \[\([^]]*\)\].*/\1/p' \
    "$top/configure.ac")
log=$(sed -n 's/^## \([0-9][0-9.]*\).*/\1/p' "$top/ChangeLog.md" | head -n 1)
# As wolfSSL packs its own: 8 bits, 12 bits, 12 bits.
packed=$(echo "$text" |
    awk -F. 'NF == 3 { printf "0x%02x%03x%03x", $1, $2, $3 }')

status=0
# same WHAT VALUE WANTED
same()
{
    if [ -z "$2" ] || [ "$2" != "$3" ]; then
        echo "$1 says '$2', version.h says '$3'"
        status=1
    fi
}

same "configure.ac" "$configure" "$text"
same "ChangeLog.md" "$log" "$text"
same "WOLFTICKET_VERSION_HEX" "$hex" "$packed"
same "this build" "${PACKAGE_VERSION-$configure}" "$text"

if [ $status -eq 0 ]; then
    echo "version $text everywhere"
fi
exit $status
