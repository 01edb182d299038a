#!/bin/sh
# command-lib.sh
#
# What the tests of the command share: command.sh and fleet.sh source it.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: BUILDDIR or abs_top_builddir (where src/wolfticket was built;
# default: here)

set -u
LC_ALL=C
export LC_ALL

built=${BUILDDIR:-${abs_top_builddir:-.}}
command=$built/src/wolfticket
passed=0
failed=0
pid= # of a server

# need PROGRAM...
need()
{
    for program in "$@"; do
        if ! command -v "$program" >/dev/null; then
            echo "$0: $program is missing" >&2
            exit 1
        fi
    done
}

need "$command" timeout
dir=$(mktemp -d) || exit 1
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# run ARGUMENT...: what it says in $dir/out and $dir/err, its end in $status
run()
{
    timeout 60 "$command" "$@" >"$dir/out" 2>"$dir/err" </dev/null
    status=$?
}

# verdict TEXT: passed if the command before it was good
verdict()
{
    if [ $? -eq 0 ]; then
        echo "ok   $1"
        passed=$((passed + 1))
    else
        echo "FAIL $1"
        sed 's/^/  out: /' "$dir/out"
        sed 's/^/  err: /' "$dir/err"
        failed=$((failed + 1))
    fi
}

# ended STATUS [PATTERN]: with that, having said that where it belongs, or
# nothing; what has failed says so in one line that begins with our name
ended()
{
    [ "$status" -eq "$1" ] || return 1
    if [ "$1" -ne 0 ]; then
        [ ! -s "$dir/out" ] && [ "$(wc -l <"$dir/err")" -eq 1 ] &&
            grep -q -e "^wolfticket: .*${2-}" "$dir/err"
    elif [ $# -gt 1 ]; then
        [ ! -s "$dir/err" ] && grep -q -e "$2" "$dir/out"
    else
        [ ! -s "$dir/err" ] && [ ! -s "$dir/out" ]
    fi
}

summary()
{
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
