#!/bin/sh
# run.sh
#
# All tests of the firmware and of other processors than this one.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: run.sh
# The firmware on a Cortex-M3 and an M4, its figures, the core in a project of
# CMake's, and the suites on 32 bit Arm and s390x.  The last line counts the
# checks of all.
#
# environment: those of examples/firmware/lib.sh

set -u
LC_ALL=C
export LC_ALL

cd "$(dirname "$0")/../.." || exit 1
passed=0
failed=0
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
trap 'exit 1' HUP INT TERM

# part COMMAND...: its last line counts
part()
{
    echo "== $*"
    {
        sh "$@" 2>&1 </dev/null
        echo "status $?"
    } | tee "$log" | grep -v '^status '
    counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log" |
        tail -n 1)
    counts=${counts:-0 0}
    if ! grep -q '^status 0$' "$log" && [ "${counts#* }" -eq 0 ]; then
        echo "$1 has failed"
        counts="${counts% *} 1"
    fi
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
}

part examples/firmware/run.sh m3
part examples/firmware/run.sh m4
part test/firmware/measure.sh
part test/firmware/drop-in.sh
part test/cross/run.sh

echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
