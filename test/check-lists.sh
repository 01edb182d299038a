#!/bin/sh
# check-lists.sh
#
# Fails for every file that no include.am names: not built, or not released.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: top_srcdir

set -u

top=${top_srcdir:-$(dirname "$0")/..}
cd "$top" || exit 1
files=0
status=0

for file in include/wolfticket/*.h src/*.[ch] src/*.sym src/*/*.[ch] src/*/*.sym man/*.[1-9] \
        test/*.[ch] test/*.sh test/*.txt test/*/*.[ch] test/*/*.sh \
        test/*/*.awk examples/*.[ch] examples/*.sh examples/*/*.[ch] \
        examples/*/*.sh examples/*/*.ld; do
    [ -e "$file" ] || continue
    files=$((files + 1))
    # A suite is listed as the program that it becomes.
    case $file in
        test/unit_*.c) name=${file%.c} ;;
        *)             name=$file ;;
    esac
    if ! cat Makefile.am ./*/include.am |
            grep -qE "(^|[[:space:]/])$name([[:space:]]|\$)"; then
        echo "$file is in no list of the build"
        status=1
    fi
done

if [ $status -eq 0 ]; then
    echo "$files files are listed"
fi
exit $status
