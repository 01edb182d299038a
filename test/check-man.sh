#!/bin/sh
# check-man.sh
#
# Compares the man pages with the public headers, name for name.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# Every public function stands in the SYNOPSIS of exactly one page of section
# 3, word for word as in the header, and in the NAME section of the same page.
# No page speaks of a function, type or constant of wolfTicket that the
# headers do not have, or of a page that does not exist.  What is C in the
# pages, and how they are marked up, is check-man-examples.sh's business.
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

# One spelling for prototypes: no blank around * ( ) and one after a comma.
spell()
{
    sed 's/[[:space:]][[:space:]]*/ /g; s/ *\([*(),;]\) */\1/g
        s/,/, /g; s/\*\([A-Za-z]\)/* \1/g; s/^ //; s/;$//'
}

# The prototypes of the headers.
prototypes()
{
    cat "$top"/include/wolfticket/*.h | sed '/^ *#/d' | tr '\n' ' ' |
        grep -o 'WOLFTICKET_API [^;]*;' | sed 's/^WOLFTICKET_API //' |
        spell | sort
}

# The prototypes in the SYNOPSIS of a page.
synopsis()
{
    awk '
        function text(s) { sub(/^\.[A-Z][a-z] */, "", s); gsub(/"/, "", s)
                           return s }
        /^\.Sh /                  { on = ($2 == "SYNOPSIS"); next }
        !on                       { next }
        /^\.Ft /                  { type = text($0) }
        /^\.Fo /                  { name = text($0); args = "" }
        /^\.Fa / && name != ""    { args = args (args == "" ? "" : ", ") \
                                        text($0) }
        /^\.Fc/                   { if (type !~ /^typedef/)
                                        print type " " name "(" args ");"
                                    name = "" }
        /^\.Fn /                  { print "not understood: " $0 }' "$1" | spell
}

# The functions that the NAME section of a page lists.
names()
{
    awk '/^\.Sh / { on = ($2 == "NAME") } on && /^\.Nm / { print $2 }' "$1" |
        sort
}

# differ TEXT LIST LIST
differ()
{
    if ! diff "$2" "$3" >"$dir/diff"; then
        echo "$1 differ:"
        cat "$dir/diff"
        status=1
    fi
}

prototypes >"$dir/headers"
if [ ! -s "$dir/headers" ]; then
    echo "no prototype found in the headers"
    status=1
fi

: >"$dir/pages"
for page in "$top"/man/*.3; do
    synopsis "$page" >"$dir/synopsis"
    cat "$dir/synopsis" >>"$dir/pages"
    grep -o 'wolfTicket_[A-Za-z0-9_]*(' "$dir/synopsis" | tr -d '(' |
        sort >"$dir/functions"
    names "$page" >"$dir/names"
    differ "NAME (<) and SYNOPSIS (>) of ${page##*/}" "$dir/names" \
        "$dir/functions"
done
sort "$dir/pages" >"$dir/pages.sorted"
differ "headers (<) and man pages (>)" "$dir/headers" "$dir/pages.sorted"

# Names that the headers do not have.  Pages are called after functions, in
# capitals in their titles.
cat "$top"/include/wolfticket/*.h |
    grep -o '\(wolfTicket\|WOLFTICKET\)_[A-Za-z0-9_]*' | sort -u >"$dir/known"
for page in "$top"/man/*.[1-9]; do
    sed '/^\.Dt /d; /^\.\\"/d' "$page" |
        grep -o '\(wolfTicket\|WOLFTICKET\)_[A-Za-z0-9_]*' | sort -u |
        comm -23 - "$dir/known" | sed "s|^|${page##*/} names |; s|\$|,|"
    sed -n 's/^\.Xr \(wolf[Tt]icket[^ ]*\) \([1-9]\).*/\1.\2/p' "$page" |
        sort -u | while read -r other; do
            [ -e "$top/man/$other" ] || echo "${page##*/} refers to $other,"
        done
done >"$dir/unknown"
if [ -s "$dir/unknown" ]; then
    cat "$dir/unknown"
    echo "which does not exist"
    status=1
fi

if [ $status -eq 0 ]; then
    echo "$(wc -l <"$dir/headers") prototypes and all names agree"
fi
exit $status
