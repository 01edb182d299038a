#!/bin/sh
# fleet.sh
#
# Calls "wolfticket fleet", with a redis-server of its own and nodes.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: BUILDDIR or abs_top_builddir (where src/wolfticket was built;
# default: here), REDIS_SERVER

# shellcheck source=test/command-lib.sh
. "$(dirname "$0")/command-lib.sh"

node=$built/test/redis_node
server=${REDIS_SERVER:-redis-server}
need "$node" "$server"
socket=$dir/socket
secret=$dir/secret

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

run fleet -a "$socket" "$secret"
ended 1 "cannot be reached"
verdict "a Redis that is not there is told"
run fleet -a "$socket" "$dir/nothing"
ended 1 "No such file"
verdict "a secret that is not there is told"
: >"$dir/empty"
run fleet -a "$socket" "$dir/empty"
ended 1 "empty"
verdict "an empty secret is told"
printf 'short' >"$dir/short"
run fleet -a "$socket" "$dir/short"
ended 1 "32 to 65535"
verdict "a short secret is told"
cp "$secret" "$dir/open" && chmod 644 "$dir/open"
run fleet -a "$socket" "$dir/open"
ended 1 "others can read"
verdict "a secret that others can read is refused"
for address in "" : host: :7 host:0 host:65536 host:x; do
    run fleet -a "$address" "$secret"
    ended 1 ""
    verdict "an address that is none is told: '$address'"
done
for wrong in "-d x $secret" "-d -1 $secret" "-F $secret" "-a" "" "--watch"; do
    # shellcheck disable=SC2086
    run fleet $wrong
    ended 2 ""
    verdict "wrong use: fleet ${wrong%"$secret"}"
done

# ---- with one ----------------------------------------------------------------

start
run fleet -a "$socket" "$secret"
ended 0 "0 entries, 0 nodes"
verdict "an empty fleet is empty"

"$node" "$socket" "$secret" anna && "$node" "$socket" "$secret" bert
verdict "two nodes come"
run fleet -a "$socket" "$secret"
ended 0 "1 entry, 2 nodes" && ended 0 "\(waits\|seals\) .*2 of 2" &&
    ended 0 "^anna .*ok *1\$" && ended 0 "^bert .*ok *1\$"
verdict "two nodes have the key that one of them made"
ended 0 "|#*-*\$" && ended 0 "waits  # seals  - opens"
verdict "the time line has now, sealing and opening"
! grep -q "$(od -An -v -tx1 "$secret" | tr -d ' \n' | cut -c1-16)" "$dir/out"
verdict "the secret is not shown"

name=$("$node" "$socket" "$secret" bert revoke)
verdict "a node revokes the key"
run fleet -a "$socket" "$secret"
ended 0 "$name  revoked" && ended 0 "^anna .*ok *-\$"
verdict "a revoked key is told, and anna does not have the new one"
"$node" "$socket" "$secret" anna
run fleet -a "$socket" "$secret"
ended 0 "2 entries, 4 nodes" && ended 0 "\(waits\|seals\) .*2 of 4"
verdict "a node that comes again has the new one"

run fleet -a "$socket" "$dir/other"
ended 0 "sealed with another fleet secret" &&
    ended 0 "4 nodes are not authentic"
verdict "with another secret it is told"
run fleet -a "$socket" -x "else:" "$secret"
ended 0 "0 entries, 0 nodes"
verdict "another prefix is another fleet"
run fleet -a "$socket" -d 1 "$secret"
ended 0 "0 entries, 0 nodes"
verdict "another database is another fleet"

timeout 5 "$command" fleet --watch -a "$socket" "$secret" >"$dir/out" \
    2>"$dir/err"
[ $? -eq 124 ] && [ "$(grep -c "2 entries, 4 nodes" "$dir/out")" -ge 2 ] &&
    [ ! -s "$dir/err" ]
verdict "--watch shows it again and again"
stop

start --requirepass sesame
run fleet -a "$socket" "$secret"
ended 1 "password"
verdict "without the password it is told"
run fleet -a "$socket" -p "$dir/wrong" "$secret"
ended 1 "password"
verdict "with a wrong one too"
run fleet -a "$socket" -p "$dir/password" "$secret"
ended 0 "0 entries, 0 nodes"
verdict "with the right one it works"
run fleet -a "$socket" -u default -p "$dir/password" "$secret"
ended 0 "0 entries, 0 nodes"
verdict "with a user, too"
stop

summary
