#!/bin/sh
# check-builds.sh
#
# Compares the README's table of builds with builds.txt.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: top_srcdir
# Names, versions and what is lacking have to be the same, in the same order,
# and each set of flags that a build names must be there.

set -u
LC_ALL=C
export LC_ALL

top=${top_srcdir:-$(dirname "$0")/..}
readme=$top/README.md
table=$top/test/builds.txt

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# "| build | wolfSSL | what it is | it lacks |", two lines of head
awk -F '|' '
/^\| build \| wolfSSL \|/ { inside = 1; getline; next }
!/^\|/ { inside = 0 }
inside {
    gsub(/[ \t]*\|[ \t]*/, "|")
    print $2 "|" $3 "|" ($5 == "nothing" ? "" : $5)
}' "$readme" >"$dir/readme"

awk -F '|' '
/^#/ || /^[ \t]*$/ { next }
{ gsub(/[ \t]*\|[ \t]*/, "|"); sub(/[ \t]+$/, "") }
/^@/ { sets[$1] = 1; next }
{
    if (NF != 5) {
        print "builds.txt:" FNR ": " NF " fields, not 5" >"/dev/stderr"
        exit 1
    }
    n = split($3, flags, " ")
    for (i = 1; i <= n; i++) {
        if (flags[i] ~ /^@/ && !(flags[i] in sets)) {
            print "builds.txt:" FNR ": no set " flags[i] >"/dev/stderr"
            exit 1
        }
    }
    print $1 "|" $2 "|" $5
}' "$table" >"$dir/table" || exit 1

builds=$(wc -l <"$dir/table")
if [ "$builds" -eq 0 ] || ! diff "$dir/readme" "$dir/table"; then
    echo "README.md (<) and test/builds.txt (>) tell of different builds"
    exit 1
fi
echo "$((builds)) builds are in both tables"
