#!/bin/sh
# driver.sh
#
# Runs one test for make, and shows everything that it said.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# Automake calls it as a test driver (LOG_DRIVER).  Beside what automake asks
# for it prints one line "result: NAME PASSED FAILED" for each test, where a
# Check suite counts as many as it has checks, a test whose last line is
# "N passed, M failed" counts these, and any other test counts one.
# A test that wants to be skipped has failed: the build names what it needs.

set -u

name="" log="" trs=""
while [ $# -gt 0 ]; do
    case $1 in
        --test-name) name=$2; shift 2 ;;
        --log-file)  log=$2; shift 2 ;;
        --trs-file)  trs=$2; shift 2 ;;
        --)          shift; break ;;
        --*)         shift 2 ;;
        *)           break ;;
    esac
done
if [ -z "$name" ] || [ -z "$log" ] || [ -z "$trs" ] || [ $# -eq 0 ]; then
    echo "$0: this is called by make check" >&2
    exit 2
fi

"$@" >"$log" 2>&1 </dev/null
status=$?
if [ $status -eq 77 ]; then
    echo "$name must not be skipped" >>"$log"
fi

# "97%: Checks: 40, Failures: 1, Errors: 0"
counts=$(sed -n 's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\)$/\1 \2 \3/p' "$log" |
    awk '{ n += $1; bad += $2 + $3 } END { if (NR) print n - bad, bad }')
if [ -z "$counts" ]; then
    counts=$(tail -n 1 "$log" |
        sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p')
fi
if [ -z "$counts" ]; then
    counts="0 0"
    case $name in
        *unit_* | *fuzz_*)
            if [ $status -eq 0 ]; then
                echo "$name ended without a summary of its checks" >>"$log"
                status=1
            fi
            ;;
        *)
            [ $status -ne 0 ] || counts="1 0"
            ;;
    esac
fi
passed=${counts% *}
failed=${counts#* }
if [ $status -ne 0 ] && [ "$failed" -eq 0 ]; then
    failed=1
fi

if [ "$failed" -eq 0 ]; then
    word=PASS global=PASS again=no
else
    word=FAIL global=FAIL again=yes
fi
{
    echo ":test-result: $word"
    echo ":global-test-result: $global"
    echo ":recheck: $again"
    echo ":copy-in-global-log: $again"
} >"$trs"

# In one piece, since several tests may end at once.
printf '%s\n%s: %s (status %s)\nresult: %s %s %s\n' "$(cat "$log")" \
    "$word" "$name" "$status" "$name" "$passed" "$failed"
