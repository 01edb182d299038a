#!/bin/sh
# fleet.sh
#
# Calls "wolfticket fleet", with a redis-server of its own and nodes.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: BUILDDIR or abs_top_builddir (where src/wolfticket was built;
# default: here), REDIS_SERVER

set -u
LC_ALL=C
export LC_ALL

built=${BUILDDIR:-${abs_top_builddir:-.}}
command=$built/src/wolfticket
node=$built/test/redis_node
server=${REDIS_SERVER:-redis-server}
passed=0
failed=0
pid=

for program in "$command" "$node" "$server" timeout; do
    if ! command -v "$program" >/dev/null; then
        echo "$0: $program is missing" >&2
        exit 1
    fi
done

dir=$(mktemp -d) || exit 1
trap '[ -z "$pid" ] || kill "$pid"; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
socket=$dir/socket
secret=$dir/secret

# run ARGUMENT...: what it says in $dir/out and $dir/err, its end in $status
run()
{
    timeout 60 "$command" fleet "$@" >"$dir/out" 2>"$dir/err" </dev/null
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

# failed STATUS PATTERN: with one line that says so
failed()
{
    [ "$status" -eq "$1" ] && [ ! -s "$dir/out" ] &&
        [ "$(wc -l <"$dir/err")" -eq 1 ] &&
        grep -q "^wolfticket: .*$2" "$dir/err"
}

# says PATTERN: and has ended well
says()
{
    [ "$status" -eq 0 ] && [ ! -s "$dir/err" ] && grep -q -e "$1" "$dir/out"
}

start()
{
    "$server" --port 0 --unixsocket "$socket" --save '' --appendonly no \
        --dir "$dir" --logfile log "$@" >/dev/null &
    pid=$!
    tries=0
    until [ -S "$socket" ] || [ $tries -ge 500 ]; do
        sleep 0.02
        tries=$((tries + 1))
    done
}

stop()
{
    kill -9 "$pid"
    wait "$pid" 2>/dev/null
    pid=
    rm -f "$socket"
}

umask 077
head -c 32 /dev/urandom >"$secret"
head -c 32 /dev/urandom >"$dir/other"
printf 'sesame\n' >"$dir/password"
printf 'wrong\n' >"$dir/wrong"

# ---- without a Redis ---------------------------------------------------------

run -a "$socket" "$secret"
failed 1 "cannot be reached"
verdict "a Redis that is not there is told"
run -a "$socket" "$dir/nothing"
failed 1 "No such file"
verdict "a secret that is not there is told"
: >"$dir/empty"
run -a "$socket" "$dir/empty"
failed 1 "empty"
verdict "an empty secret is told"
printf 'short' >"$dir/short"
run -a "$socket" "$dir/short"
failed 1 "32 to 65535"
verdict "a short secret is told"
cp "$secret" "$dir/open" && chmod 644 "$dir/open"
run -a "$socket" "$dir/open"
failed 1 "others can read"
verdict "a secret that others can read is refused"
for address in "" : host: :7 host:0 host:65536 host:x; do
    run -a "$address" "$secret"
    failed 1 ""
    verdict "an address that is none is told: '$address'"
done
for wrong in "-d x $secret" "-d -1 $secret" "-F $secret" "-a" "" "--watch"; do
    # shellcheck disable=SC2086
    run $wrong
    failed 2 ""
    verdict "wrong use: fleet ${wrong%"$secret"}"
done

# ---- with one ----------------------------------------------------------------

start
run -a "$socket" "$secret"
says "0 entries, 0 nodes"
verdict "an empty fleet is empty"

"$node" "$socket" "$secret" anna && "$node" "$socket" "$secret" bert
verdict "two nodes come"
run -a "$socket" "$secret"
says "1 entry, 2 nodes" && says "\(waits\|seals\) .*2 of 2" && says "^anna .*ok *1\$" &&
    says "^bert .*ok *1\$"
verdict "two nodes have the key that one of them made"
says "|#*-*\$" && says "waits  # seals  - opens"
verdict "the time line has now, sealing and opening"
! grep -q "$(od -An -v -tx1 "$secret" | tr -d ' \n' | cut -c1-16)" "$dir/out"
verdict "the secret is not shown"

name=$("$node" "$socket" "$secret" bert revoke)
verdict "a node revokes the key"
run -a "$socket" "$secret"
says "$name  revoked" && says "^anna .*ok *-\$"
verdict "a revoked key is told, and anna does not have the new one"
"$node" "$socket" "$secret" anna
run -a "$socket" "$secret"
says "2 entries, 4 nodes" && says "\(waits\|seals\) .*2 of 4"
verdict "a node that comes again has the new one"

run -a "$socket" "$dir/other"
says "sealed with another fleet secret" && says "4 nodes are not authentic"
verdict "with another secret it is told"
run -a "$socket" -x "else:" "$secret"
says "0 entries, 0 nodes"
verdict "another prefix is another fleet"
run -a "$socket" -d 1 "$secret"
says "0 entries, 0 nodes"
verdict "another database is another fleet"

timeout 5 "$command" fleet --watch -a "$socket" "$secret" >"$dir/out" \
    2>"$dir/err"
[ $? -eq 124 ] && [ "$(grep -c "2 entries, 4 nodes" "$dir/out")" -ge 2 ] &&
    [ ! -s "$dir/err" ]
verdict "--watch shows it again and again"
stop

start --requirepass sesame
run -a "$socket" "$secret"
failed 1 "password"
verdict "without the password it is told"
run -a "$socket" -p "$dir/wrong" "$secret"
failed 1 "password"
verdict "with a wrong one too"
run -a "$socket" -p "$dir/password" "$secret"
says "0 entries, 0 nodes"
verdict "with the right one it works"
run -a "$socket" -u default -p "$dir/password" "$secret"
says "0 entries, 0 nodes"
verdict "with a user, too"
stop

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
