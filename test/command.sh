#!/bin/sh
# command.sh
#
# Calls the program wolfticket in every way, wrong ones too.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: BUILDDIR or abs_top_builddir (where src/wolfticket was built;
# default: here), top_srcdir (default: where this file is), OPENSSL

# shellcheck source=test/command-lib.sh
. "$(dirname "$0")/command-lib.sh"

top=${top_srcdir:-$(dirname "$0")/..}
openssl=${OPENSSL:-openssl}
need "$openssl" od stat
file=$dir/keys

hex()
{
    od -An -v -tx1 "$1" | tr -d ' \n'
}

size()
{
    wc -c <"$1" | tr -d ' '
}

mode()
{
    stat -c %a "$1"
}

# names FILE: of its keys, newest first; states FILE: theirs, in one line
names()
{
    "$command" show "$1" | sed -n 's/^ *[0-9][0-9]*  \([0-9a-f]*\)  .*/\1/p'
}

states()
{
    "$command" show "$1" | sed -n 's/^ *[0-9].*  \([a-z]*\)  *[-0-9].*/\1/p' |
        tr '\n' ' '
}

# ---- what it is called with --------------------------------------------------

version=$(sed -n 's/^#define WOLFTICKET_VERSION  *"\(.*\)"/\1/p' \
    "$top/include/wolfticket/version.h")
run --version
ended 0 "^wolfticket $version\$"
verdict "--version says the version"
for option in -h --help; do
    run $option
    ended 0 "^usage: wolfticket keygen"
    verdict "$option says how it is called"
done
run
[ $status -eq 2 ] && [ ! -s "$dir/out" ] && grep -q "^usage:" "$dir/err"
verdict "nothing at all is wrong use"

# misused ARGUMENT...
misused()
{
    run "$@"
    ended 2 && [ ! -e "$file" ]
    verdict "wrong use: wolfticket $*"
}

misused frobnicate "$file"
misused -x
misused ""
for name in keygen show rotate; do
    misused $name
    misused $name "$file" "$file.2"
    misused $name ""
    misused $name -x "$file"
    misused $name -f "$file"
    misused $name -f
    misused $name -f any "$file"
    misused $name -f nginx "$file"
    misused $name -f NGINX-80 "$file"
done
for name in keygen rotate; do
    for number in 0 9 -1 3x x "" 1.5 99999999999999999999; do
        misused $name -n "$number" "$file"
    done
done
misused fleet
misused fleet -n 3 "$file"
run fleet "$dir/nothing"
ended 1
verdict "fleet: without a secret, or built without hiredis, it says so"
misused show -n 3 "$file"
misused show -F "$file"
misused rotate -F "$file"
misused rotate -s "$file"
misused keygen -s "$file"

# ---- keygen ------------------------------------------------------------------

for format in nginx-48 nginx-80 apache-48 haproxy-48 haproxy-80; do
    case $format in
        nginx-80)   one=80 several=1 ;;
        haproxy-48) one=65 several=3 ;;
        haproxy-80) one=109 several=3 ;;
        *)          one=48 several=1 ;;
    esac
    rm -f "$file"
    run keygen -f $format "$file"
    ended 0 && [ "$(size "$file")" -eq $((one * several)) ] &&
        [ "$(mode "$file")" = 600 ]
    verdict "keygen $format: $several of $one bytes, for nobody else"
    for count in 1 2 8; do
        run keygen -F -n $count -f $format "$file"
        ended 0 && [ "$(size "$file")" -eq $((one * count)) ]
        verdict "keygen $format: $count keys"
    done
    run show -f $format "$file"
    ended 0 "$format, 8 keys, "
    verdict "keygen $format: is shown"
done

rm -f "$file"
run keygen "$file"
ended 0 && [ "$(size "$file")" -eq 80 ]
verdict "keygen: without a format it is nginx-80"
for mask in 000 022 777; do
    rm -f "$file"
    (umask $mask; exec "$command" keygen "$file") >"$dir/out" 2>"$dir/err"
    [ "$(mode "$file")" = 600 ]
    verdict "keygen: mode 0600 under umask $mask"
done

before=$(hex "$file")
run keygen "$file"
ended 1 "$file: it is there already: -F replaces it" &&
    [ "$(hex "$file")" = "$before" ]
verdict "keygen: overwrites nothing"
run keygen -F "$file"
ended 0 && [ "$(hex "$file")" != "$before" ] && [ "$(size "$file")" -eq 80 ]
verdict "keygen: overwrites with -F"
run keygen -F "$dir/new"
ended 0
verdict "keygen: -F needs no file to overwrite"
ln -s "$dir/nothing" "$dir/dangling"
run keygen "$dir/dangling"
ended 1 && [ ! -e "$dir/nothing" ]
verdict "keygen: does not follow a link to nothing"
run keygen "$dir/no/keys"
ended 1 "$dir/no/keys: "
verdict "keygen: a directory that is not there"
run keygen -F "$dir"
ended 1 "$dir: " && [ -d "$dir" ]
verdict "keygen: a directory is no file"
run keygen -- "$dir/-n"
ended 0 && [ "$(size "$dir/-n")" -eq 80 ]
verdict "keygen: a name that looks like an option"
rm -f "$dir/-n" "$dir/new" "$dir/dangling"
[ "$(find "$dir" -type f | wc -l)" -eq 3 ]
verdict "keygen: no other file is left"

# ---- show --------------------------------------------------------------------

rm -f "$file"
run keygen -n 4 "$file"
name1=$(hex "$file" | cut -c 1-32)
hmac1=$(hex "$file" | cut -c 33-96)
aes1=$(hex "$file" | cut -c 97-160)
run show "$file"
ended 0 "^$file: nginx-80, 4 keys, written 20.* UTC, owner .*, mode 0600\$" &&
    grep -q "^  1  $name1  seals  20[0-9-]* [0-9:]* UTC\$" "$dir/out" &&
    [ "$(states "$file")" = "seals opens opens opens " ]
verdict "show: names, states and times"
! grep -q -e "$aes1" -e "$hmac1" "$dir/out"
verdict "show: no secrets"
run show -s "$file"
ended 0 "aes   $aes1\$" && grep -q "hmac  $hmac1\$" "$dir/out"
verdict "show: secrets with -s"
run keygen -F -n 4 -f haproxy-80 "$file"
[ "$(states "$file")" = "waits seals opens opens " ] &&
    [ "$(names "$file" | head -n 1)" = \
        "$(tail -n 1 "$file" | "$openssl" base64 -d -A | od -An -v -tx1 |
            tr -d ' \n' | cut -c 1-32)" ]
verdict "show: HAProxy's newest key waits"
(umask 077; "$openssl" rand 48 >"$dir/foreign")
run show "$dir/foreign"
ended 0 "  seals  -\$"
verdict "show: nobody knows when another program's key was made"
for number in 1 2 3 4 5 6 7 8 9 10 11 12; do
    "$openssl" rand 80 | "$openssl" base64 -A
    echo
done >"$dir/many"
chmod 600 "$dir/many"
run show "$dir/many"
ended 0 "haproxy-80, 12 keys" && grep -q "^ 12  " "$dir/out"
verdict "show: as many keys as there are"

# refused TEXT PATTERN: by show and rotate, which leaves the file alone
refused()
{
    before=$(hex "$file")
    run show "$file"
    ended 1 "$file: .*$2"
    verdict "show: $1"
    run rotate "$file"
    ended 1 "$file: .*$2" && [ "$(hex "$file")" = "$before" ]
    verdict "rotate: $1"
}

chmod 640 "$file"
refused "others may read the file" "it has mode 0640"
chmod 600 "$file"
: >"$file"
refused "an empty file" "it is empty"
echo nonsense >"$file"
refused "a file of something else" "line 1 has 8 characters"
head -c 79 /dev/zero >"$file"
refused "half a key" "79 bytes"
head -c 80 /dev/zero >"$file"
refused "a key that is all zero" "key 1 is no key"
"$openssl" rand 48 >"$file"
cat "$file" "$file" >"$dir/twice"
cat "$dir/twice" >"$file"
refused "the same key twice" "keys 1 and 2 have the same name"
"$openssl" rand 240 >"$file"
refused "a size that can be two formats" "say which format"
run show -f nginx-48 "$file"
ended 0 "nginx-48, 5 keys"
verdict "show: until it is said which"
run show -f nginx-80 "$file"
ended 0 "nginx-80, 3 keys"
verdict "show: or the other"
rm -f "$file"
run show "$file"
ended 1 "$file: .*no such file"
verdict "show: no file"
run rotate "$file"
ended 1 "$file: " && [ ! -e "$file" ]
verdict "rotate: no file, and none is made"
mkfifo "$file"
run show "$file"
ended 1 "not a regular file"
verdict "show: a pipe without a writer"
run rotate "$file"
ended 1 "not a regular file"
verdict "rotate: a pipe without a writer"
rm -f "$file"
if [ -w /dev/full ]; then
    run keygen "$file"
    timeout 60 "$command" show "$file" >/dev/full 2>"$dir/err"
    [ $? -eq 1 ] && grep -q "^wolfticket: standard output" "$dir/err"
    verdict "show: says so when nobody gets to read it"
fi

# ---- rotate ------------------------------------------------------------------

for format in nginx-48 nginx-80 apache-48 haproxy-48 haproxy-80; do
    rm -f "$file"
    "$command" keygen -f $format -n 2 "$file"
    names "$file" >"$dir/before"
    cp -p "$file" "$dir/copy"
    run rotate -f $format "$file"
    names "$file" >"$dir/after"
    ended 0 && [ "$(wc -l <"$dir/after")" -eq 3 ] &&
        tail -n 2 "$dir/after" | cmp -s - "$dir/before"
    verdict "rotate $format: a new key in front of the others"
    run rotate -f $format "$file"
    names "$file" >"$dir/third"
    ended 0 && [ "$(wc -l <"$dir/third")" -eq 3 ] &&
        [ "$(tail -n 2 "$dir/third")" = "$(head -n 2 "$dir/after")" ]
    verdict "rotate $format: three stay"
    run rotate -n 1 -f $format "$file"
    ended 0 && [ "$(names "$file" | wc -l)" -eq 1 ] &&
        ! grep -q "$(names "$file")" "$dir/third"
    verdict "rotate $format: one stays"
    case $format in
        haproxy-*)
            cp -p "$dir/copy" "$file"
            run rotate "$file"
            head -n 2 "$file" | cmp -s - "$dir/copy"
            verdict "rotate $format: the former lines are as they were" ;;
        *)
            cp -p "$dir/copy" "$file"
            run rotate -f $format "$file"
            tail -c "$(size "$dir/copy")" "$file" | cmp -s - "$dir/copy"
            verdict "rotate $format: the former bytes are as they were" ;;
    esac
done

rm -f "$file"
"$command" keygen -f haproxy-80 -n 5 "$file"
run rotate "$file"
ended 0 && [ "$(wc -l <"$file")" -eq 5 ]
verdict "rotate: as many stay as there were"
run rotate -n 3 "$file"
ended 0 && [ "$(wc -l <"$file")" -eq 3 ]
verdict "rotate: fewer stay when asked for"
cat "$dir/many" >"$file"
run rotate "$file"
ended 0 && [ "$(wc -l <"$file")" -eq 8 ] &&
    [ "$(sed -n 7p "$file")" = "$(tail -n 1 "$dir/many")" ]
verdict "rotate: 8 at most"

chmod 400 "$file"
other=$(id -G | tr ' ' '\n' | tail -n 1)
[ "$(id -u)" -ne 0 ] || other=12345
chgrp "$other" "$file"
run rotate "$file"
ended 0 && [ "$(stat -c '%a %g %u' "$file")" = "400 $other $(id -u)" ]
verdict "rotate: owner, group and mode are kept"
chmod 600 "$file"
mkdir "$dir/sub"
mv "$file" "$dir/sub/keys"
ln -s sub/keys "$file"
newest=$(names "$file" | head -n 1)
run rotate "$file"
ended 0 && [ -L "$file" ] && [ "$(names "$dir/sub/keys" | sed -n 2p)" = \
    "$newest" ] && [ "$(find "$dir/sub" -type f | wc -l)" -eq 1 ]
verdict "rotate: a link goes on pointing to the file"
rm -rf "$dir/sub" "$file"

# Each of those who come at once adds its key to the file that the one before
# it has left.
"$command" keygen -n 1 "$file"
first=$(names "$file")
pids=
for number in 1 2 3 4 5 6; do
    timeout 60 "$command" rotate -n 8 "$file" &
    pids="$pids $!"
done
bad=0
for pid in $pids; do
    wait "$pid" || bad=$((bad + 1))
done
[ $bad -eq 0 ] && [ "$(names "$file" | sort -u | wc -l)" -eq 7 ] &&
    [ "$(names "$file" | tail -n 1)" = "$first" ]
verdict "rotate: six at once add six keys"

# Killed at whatever moment, the file is the old one or the new one.
killed=0
old=0
new=0
neither=0
number=0
while [ $number -lt 100 ]; do
    number=$((number + 1))
    before=$(names "$file" | head -n 7)
    "$command" rotate -n 8 "$file" &
    pid=$!
    sleep "0.00$((number % 4))$((number % 10))"
    # The shell's word on those it has seen killed is not for the log.
    kill -KILL $pid 2>/dev/null
    { wait $pid; } 2>/dev/null
    [ $? -ne 137 ] || killed=$((killed + 1))
    if [ "$(names "$file" | head -n 7)" = "$before" ]; then
        old=$((old + 1))
    elif [ "$(names "$file" | tail -n +2 | head -n 7)" = "$before" ]; then
        new=$((new + 1))
    else
        neither=$((neither + 1))
    fi
done
: >"$dir/out"
echo "$killed of 100 killed: $old old files, $new new ones, $neither others" \
    >"$dir/err"
[ $neither -eq 0 ]
verdict "rotate: $(cat "$dir/err")"
! find "$dir" -name 'keys.*' -perm /077 | grep -q .
verdict "rotate: what a killed one leaves is for nobody else"
run rotate "$file"
ended 0
verdict "rotate: and stands in nobody's way"

summary
