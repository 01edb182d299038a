#!/bin/sh
# get-wolfssl.sh
#
# Gets the source of a wolfSSL from the Debian archive.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: get-wolfssl.sh VERSION
# VERSION is one of wolfSSL's, as 5.7.2, or "newest": what sid has.  Prints
# the path of the tar file, which stays in the cache: the newest is asked for
# once a day.  Says on standard error what cannot be had, and fails.
#
# environment: WOLFTICKET_CACHE, the folder of the cache; default
#     build/cache under the top of the source
#
# apt-get does it, with the archive's address and key from this machine's own
# entries, and lists of its own: nothing of the system is changed.

set -u
LC_ALL=C
export LC_ALL

suites="bookworm trixie sid"
tries=4

if [ $# -ne 1 ]; then
    echo "usage: $0 VERSION|newest" >&2
    exit 2
fi
want=$1
top=$(cd "$(dirname "$0")/.." && pwd) || exit 1
cache=${WOLFTICKET_CACHE:-$top/build/cache}
apt=$cache/apt

# ---- apt's entries -----------------------------------------------------------

# Those of this release's main archive, made into entries for the source of all
# suites.  An entry for one architecture alone is good for the source of any.
deb822_entries()
{
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null | sed '/^#/d' |
        awk -v codename="$codename" -v suites="$suites" '
        BEGIN { RS = ""; FS = "\n" }
        {
            text = ""; types = suite = main = 0; enabled = 1; keep = 1
            for (i = 1; i <= NF; i++) {
                value = " " $i " "
                gsub(/[ \t]+/, " ", value)
                if ($i ~ /^[^ \t]/) {
                    name = tolower($i)
                    sub(/:.*/, "", name)
                    keep = 0
                    if (name == "types")
                        types = value ~ / deb /
                    else if (name == "suites")
                        suite = index(value, " " codename " ") > 0
                    else if (name == "components")
                        main = value ~ / main /
                    else if (name == "enabled")
                        enabled = value !~ / (no|false|off|0) /
                    else if (name != "architectures")
                        keep = 1
                }
                if (keep)
                    text = text $i "\n"
            }
            if (types && suite && main && enabled)
                printf "%sTypes: deb-src\nSuites: %s\nComponents: main\n\n",
                    text, suites
        }'
}

oneline_entries()
{
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
        awk -v codename="$codename" -v suites="$suites" '
        $1 == "deb" {
            options = ""
            if (match($0, /\[[^]]*\]/)) {
                options = substr($0, RSTART + 1, RLENGTH - 2)
                $0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
                gsub(/arch[+-]?=[^ ]*/, "", options)
            }
            sub(/#.*/, "")
            main = 0
            for (i = 4; i <= NF; i++)
                main = main || $i == "main"
            if ($3 != codename || !main)
                next
            n = split(suites, suite, " ")
            for (i = 1; i <= n; i++)
                printf "deb-src [%s] %s %s main\n", options, $2, suite[i]
        }' | sed 's/ \[ *\]//'
}

# An update may fail for one entry of several; what counts is what is found.
update()
{
    codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null)
    codename=${codename:-sid}
    mkdir -p "$apt/sources" "$apt/lists/partial" "$apt/archives/partial" ||
        return 1
    deb822_entries >"$apt/sources/archive.sources"
    oneline_entries >"$apt/sources/archive.list"
    if [ ! -s "$apt/sources/archive.sources" ] &&
            [ ! -s "$apt/sources/archive.list" ]; then
        echo "no entry for the main archive of $codename in /etc/apt" >&2
        return 1
    fi
    run apt-get -q update >"$apt/update.log" 2>&1 || cat "$apt/update.log" >&2
    touch "$apt/updated"
}

# run TOOL ...: with nothing of the system's entries
run()
{
    tool=$1
    shift
    "$tool" -o Dir::Etc::sourcelist=/dev/null \
        -o Dir::Etc::sourceparts="$apt/sources" \
        -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt" \
        -o Acquire::Retries=3 "$@"
}

# ---- the source --------------------------------------------------------------

# The archive's name of the version that is wanted, such as 5.7.2-0.1+deb13u2.
archive_version()
{
    run apt-cache showsrc --only-source wolfssl 2>/dev/null |
        awk -v want="$want" '
        $1 == "Version:" && (want == "newest" || index($2, want "-") == 1) {
            print $2
        }' | sort -V | tail -n 1
}

# tar_of VERSION: the path of what is in the cache already, if any
tar_of()
{
    for file in "$cache/tar/wolfssl_$1.orig.tar."*; do
        case $file in
            *.asc | *'*') ;;
            *) echo "$file"; return 0 ;;
        esac
    done
    return 1
}

# Whether the lists are of today, and what they were asked for is there.
known()
{
    [ -n "$(find "$apt/updated" -mtime -1 2>/dev/null)" ] &&
        full=$(archive_version) && [ -n "$full" ]
}

download()
{
    known || { update && known; } || return 1
    version=${full%-*}
    version=${version#*:}
    ! tar_of "$version" || return 0
    new=$cache/tar/new.$$
    mkdir -p "$new" && (cd "$new" &&
        run apt-get -q source --download-only --tar-only "wolfssl=$full" \
            >log 2>&1 || { cat log >&2; exit 1; }) &&
        mv "$new"/wolfssl_*.orig.tar.*[!c] "$cache/tar/" &&
        rm -rf "$new" && tar_of "$version"
}

mkdir -p "$cache/tar" || exit 1
if [ "$want" != newest ] && tar_of "$want"; then
    exit 0
fi

try=1
until download; do
    rm -rf "$cache/tar/new.$$" "$apt/updated"
    if [ $try -eq $tries ]; then
        echo "wolfssl $want: its source cannot be fetched" >&2
        exit 1
    fi
    sleep $((try * 3))
    try=$((try + 1))
done
