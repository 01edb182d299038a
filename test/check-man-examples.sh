#!/bin/sh
# check-man-examples.sh
#
# Compiles the C of the man pages: examples and synopses.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# In an EXAMPLES section every ".Bd -literal" display is a source file of its
# own, includes and all; commands and bytes are shown in other displays.  A
# SYNOPSIS is compiled behind the headers it names, so that a prototype or a
# type that differs from the header's is an error.  Every function of the
# headers has to be in one, and every OpenSSL name in wolfticket.7.  Where
# mandoc is installed, it must have no warnings.
#
# usage: check-man-examples.sh [page ...]
# environment: srcdir or top_srcdir (the source tree), CC, CPPFLAGS,
#              WOLFSSL_CFLAGS, WT_LACKS

set -u

top=${top_srcdir:-${srcdir:-$(dirname "$0")/..}}
CC=${CC:-gcc}

[ -d "$top/man" ] || top=$top/..
if [ ! -d "$top/man" ]; then
    echo "check-man-examples: no man pages in $top/man" >&2
    exit 1
fi
flags="-fsyntax-only -Wall -Wextra -Werror -I$top/include"
flags="$flags ${WOLFSSL_CFLAGS-} ${CPPFLAGS-}"
case " ${WT_LACKS-} " in # wolfSSL's headers then forget where pid_t is
    *" threads "*) flags="$flags -include sys/types.h" ;;
esac
if ! command -v "${CC%% *}" >/dev/null 2>&1; then
    echo "check-man-examples: no compiler: $CC" >&2
    exit 77
fi
if [ $# -eq 0 ]; then
    set -- "$top"/man/*.[1-9]
    all=yes
else
    all=no
fi

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# Writes every example of a page to a file: $1.1.c, $1.2.c, ...
examples() {
    awk -v base="$1" '
        /^\.Sh /              { in_examples = ($2 == "EXAMPLES") }
        /^\.Bd -literal/ && in_examples {
            out = base "." ++n ".c"
            printf "" > out
            next
        }
        /^\.Ed/               { if (out != "") close(out); out = ""; next }
        out != "" {
            gsub(/\\&/, ""); gsub(/\\-/, "-"); gsub(/\\\(aq/, "\047")
            gsub(/\\\(dq/, "\""); gsub(/\\[e]/, "\\")
            print > out
        }' "$2"
}

# The declarations of a page, as C.
synopsis() {
    awk '
        function unquote(s) { gsub(/"/, "", s); return s }
        /^\.Sh /              { on = ($2 == "SYNOPSIS"); next }
        !on                   { next }
        /^\.In /              { print "#include <" $2 ">"; next }
        /^\.Fd /              { sub(/^\.Fd /, ""); print unquote($0); next }
        /^\.Ft /              { sub(/^\.Ft /, ""); type = unquote($0); next }
        /^\.Fo /              { sub(/^\.Fo /, ""); name = unquote($0)
                                args = ""; next }
        /^\.Fa /              { sub(/^\.Fa /, "")
                                args = args (args == "" ? "" : ", ") \
                                    unquote($0); next }
        /^\.Fc/               { print type " " name "(" args ");"; next }
                              { print "#error not understood: " $0 }' "$1"
}

# compile FILE NAME STANDARD
compile() {
    # shellcheck disable=SC2086
    if ! $CC -std="$3" $flags "$1" >"$dir/log" 2>&1; then
        echo "check-man-examples: $2 does not compile:" >&2
        sed 's/^/    /' "$dir/log" >&2
        status=1
    fi
}

status=0
examples=0
: >"$dir/declared"

for page in "$@"; do
    name=$(basename "$page")

    examples "$dir/$name" "$page"
    n=0
    for src in "$dir/$name".*.c; do
        [ -e "$src" ] || continue
        n=$((n + 1))
        compile "$src" "example $n of $name" c99
    done
    examples=$((examples + n))

    case $name in
        *.3)
            if [ "$n" -eq 0 ]; then
                echo "check-man-examples: $name has no example" >&2
                status=1
            fi
            # C11 lets a typedef be repeated, if it is the same.
            synopsis "$page" >"$dir/synopsis.c"
            compile "$dir/synopsis.c" "synopsis of $name" gnu11
            cat "$dir/synopsis.c" >>"$dir/declared"
            ;;
    esac
done

if [ "$all" = yes ]; then
    cat "$top"/include/wolfticket/*.h | tr '\n' ' ' |
        grep -o 'WOLFTICKET_API [^;(]*(' |
        grep -o 'wolfTicket_[A-Za-z0-9_]*(' | tr -d '(' >"$dir/functions"
    sed -n 's/^ *#define \(SSL_[A-Za-z0-9_]*[a-z][A-Za-z0-9_]*\).*/\1/p' \
        "$top/include/wolfticket/openssl.h" >"$dir/names"
    if [ ! -s "$dir/functions" ] || [ ! -s "$dir/names" ]; then
        echo "check-man-examples: no functions found in the headers" >&2
        status=1
    fi
    while read -r f; do
        if ! grep -q "[ *]$f(" "$dir/declared"; then
            echo "check-man-examples: $f is in no synopsis" >&2
            status=1
        fi
    done <"$dir/functions"
    while read -r f; do
        if ! grep -q "^\.Fn $f\( \|\$\)" "$top/man/wolfticket.7"; then
            echo "check-man-examples: $f is not in wolfticket.7" >&2
            status=1
        fi
    done <"$dir/names"
fi

lint="linted"
if ! command -v mandoc >/dev/null 2>&1; then
    lint="not linted: mandoc is not installed"
elif ! mandoc -T lint -W warning "$@" >&2; then
    status=1
fi

if [ "$status" -eq 0 ]; then
    echo "$examples examples compile, $# pages agree with the headers, $lint"
fi
exit $status
