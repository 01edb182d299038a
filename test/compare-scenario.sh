#!/bin/sh
# compare-scenario.sh
#
# Runs the scenario on OpenSSL and on wolfTicket and compares, line by line.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: compare-scenario.sh [EXCEPTIONS...]
#
# Run in the build directory, where the programs are in test/; top_srcdir,
# SCENARIO_PROGRAMS and WOLFTICKET_TEST_CERTS name other places.
#
# Lines that a wolfSSL version cannot match are in scenario-exceptions-*.txt,
# in groups:
#
#   reason: why; goes on
#     on lines that begin with more space
#   wolfssl: FIRST - LAST        versions that it holds for, inclusive; LAST
#                                may be "any"
#   KEY: what wolfTicket prints  a * in KEY stands for anything
#
# A line that differs and is not listed fails the test.  So does one that is
# listed and does not differ, or differs in another way, and an entry that no
# line belongs to: take it off the list.

set -u

srcdir=${top_srcdir:-$(dirname "$0")/..}
programs=${SCENARIO_PROGRAMS:-test}
limit=120

work=$(mktemp -d "${TMPDIR:-/tmp}/scenario.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

certs=${WOLFTICKET_TEST_CERTS:-$work/certs}
sh "$srcdir/test/make-certs.sh" "$certs" || exit 99

# Not OpenSSL's own leaks: 3.0.20 has one.
echo 'leak:libcrypto.so' >"$work/leaks"
LSAN_OPTIONS=${LSAN_OPTIONS:+$LSAN_OPTIONS:}suppressions=$work/leaks
LSAN_OPTIONS=$LSAN_OPTIONS:print_suppressions=0
export LSAN_OPTIONS

for library in openssl wolfticket; do
    timeout $limit "$programs/scenario_$library" "$programs/scenario_client" \
        "$certs" >"$work/$library" 2>"$work/$library.err"
    status=$?
    if [ $status -ne 0 ] || [ -s "$work/$library.err" ]; then
        echo "scenario_$library: status $status; it said last:"
        tail -n 3 "$work/$library"
        cat "$work/$library.err"
        exit 1
    fi
done

if [ $# -eq 0 ]; then
    set -- "$srcdir"/test/scenario-exceptions-*.txt
fi

awk '
function fail(text)
{
    print text
    failures++
}

# 5.5.4 as 50504; "any" is above all.
function number(version,    part)
{
    if (version == "any")
        return 999999
    split(version, part, ".")
    return part[1] * 10000 + part[2] * 100 + part[3]
}

# Whether text fits a pattern whose only special sign is the star.
function fits(text, pattern,    piece, n, i, at)
{
    n = split(pattern, piece, "*")
    if (n < 2)
        return text == pattern
    if (substr(text, 1, length(piece[1])) != piece[1])
        return 0
    text = substr(text, length(piece[1]) + 1)
    for (i = 2; i < n; i++) {
        at = index(text, piece[i])
        if (at == 0 && piece[i] != "")
            return 0
        if (piece[i] != "")
            text = substr(text, at + length(piece[i]))
    }
    return length(text) >= length(piece[n]) &&
        substr(text, length(text) - length(piece[n]) + 1) == piece[n]
}

# "KEY: VALUE" of the two programs.
function observe(library,    at, key)
{
    if (/^# complete$/)
        complete[library] = 1
    else if (/^# (OpenSSL|wolfSSL) /)
        version[library] = $3
    else if (/^#/)
        note[library] = note[library] "\n  " $0
    else {
        at = index($0, ": ")
        key = substr($0, 1, at - 1)
        if (at == 0)
            fail(library " printed a line without a key: " $0)
        else if ((library, key) in seen)
            fail(library " printed a key twice: " key)
        seen[library, key] = substr($0, at + 2)
        if (!(key in known)) {
            known[key] = 1
            order[++keys] = key
        }
    }
}

function said(library, key)
{
    return ((library, key) in seen) ? seen[library, key] : "(nothing)"
}

FILENAME == ARGV[1] { observe("OpenSSL"); next }
FILENAME == ARGV[2] { observe("wolfTicket"); next }

/^[ \t]*#/ || /^[ \t]*$/ { next }
/^reason: / { reason = substr($0, 9); inReason = 1; next }
/^wolfssl: / {
    if (NF != 4 || $3 != "-")
        fail(FILENAME ":" FNR ": not wolfssl: FIRST - LAST")
    holds = number(version["wolfTicket"]) >= number($2) &&
        number(version["wolfTicket"]) <= number($4)
    inReason = 0
    next
}
inReason && /^[ \t]/ { reason = reason " " $0; next }
{
    at = index($0, ": ")
    if (at == 0 || reason == "")
        fail(FILENAME ":" FNR ": no entry, or one without a reason")
    if (holds) {
        pattern[++entries] = substr($0, 1, at - 1)
        value[entries] = substr($0, at + 2)
        where[entries] = FILENAME ":" FNR
    }
}

END {
    if (!complete["OpenSSL"] || !complete["wolfTicket"])
        fail("a program did not come to its end")
    if (keys < 100)
        fail("there is hardly anything to compare")
    for (library in note)
        fail(library " had something to say:" note[library])
    for (k = 1; k <= keys; k++) {
        key = order[k]
        one = said("OpenSSL", key)
        two = said("wolfTicket", key)
        listed = 0
        excused = 0
        for (e = 1; e <= entries; e++) {
            if (fits(key, pattern[e])) {
                used[e] = 1
                listed = e
                if (two == value[e])
                    excused = 1
            }
        }
        if (one == two && listed)
            fail("matches now, take it off (" where[listed] "): " key)
        else if (one != two && listed && !excused)
            fail("differs, but not as listed (" where[listed] "): " key \
                "\n  OpenSSL:    " one "\n  wolfTicket: " two)
        else if (one != two && !listed)
            fail("differs: " key "\n  OpenSSL:    " one \
                "\n  wolfTicket: " two)
        else if (one != two)
            excuses++
    }
    for (e = 1; e <= entries; e++) {
        if (!used[e])
            fail("nothing to except (" where[e] "): " pattern[e])
    }
    printf "%d observations on OpenSSL %s and wolfSSL %s: %d listed as " \
        "different, %d failures\n", keys, version["OpenSSL"],
        version["wolfTicket"], excuses, failures
    exit failures > 0
}
' "$work/openssl" "$work/wolfticket" "$@"
