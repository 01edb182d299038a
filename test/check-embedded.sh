#!/bin/sh
# check-embedded.sh
#
# Compares the lists of the embedded core's sources.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# src/embedded.txt, CMake's, ESP-IDF's, Zephyr's, and that of the suites have
# to be one and the same.
#
# environment: top_srcdir

set -u
LC_ALL=C
export LC_ALL

top=${top_srcdir:-$(dirname "$0")/..}
status=0

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

grep '^src/' "$top/src/embedded.txt" >"$dir/list"
if ! sort -c -u "$dir/list" 2>/dev/null || [ ! -s "$dir/list" ]; then
    echo "src/embedded.txt is not a sorted list of sources"
    status=1
fi

# same NAME: the list on standard input
same()
{
    grep -o 'src/[a-z0-9_]*\.c' | sort >"$dir/other"
    if ! diff "$dir/list" "$dir/other" >"$dir/diff"; then
        echo "src/embedded.txt (<) and $1 (>) differ:"
        cat "$dir/diff"
        status=1
    fi
}

for file in src/embedded.cmake examples/drop-in/esp-idf/CMakeLists.txt \
        examples/drop-in/zephyr/CMakeLists.txt; do
    sed '/^ *#/d' "$top/$file" | same "$file"
done
sed -n '/^test_libembed_la_SOURCES/,/[^\\]$/p' "$top/test/include.am" |
    same "test/include.am"

# Every source of the core's own is in it.
for file in "$top"/src/embed_*.c; do
    if ! grep -q "^src/${file##*/}\$" "$dir/list"; then
        echo "src/${file##*/} is not in src/embedded.txt"
        status=1
    fi
done

if [ $status -eq 0 ]; then
    echo "$(wc -l <"$dir/list") sources, in 5 lists"
fi
exit $status
