#!/bin/sh
# fleet-hosts.sh
#
# Four servers on three hosts, Redis on a fourth, clients on a fifth: network
# namespaces that can be cut off from each other.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: fleet-hosts.sh
# Clients come all the time, each with the ticket of another server; keys
# rotate every ten seconds; the hosts' clocks are 30 seconds apart: who is so
# late seals with keys that are three rotations old, and a ring has room for
# eight, reserve keys included.  Not one handshake may fail, and of the tickets
# that come to another server 99 of 100 have to resume, but for the windows that
# are named.  As root; says so and fails where no namespaces can be made.
# environment: BUILDDIR or abs_top_builddir (where the programs were built;
#     default: here), REDIS_SERVER

set -u
umask 077
LC_ALL=C
export LC_ALL

top=${srcdir:-$(dirname "$0")/..}
built=${BUILDDIR:-${abs_top_builddir:-.}}
redis_server=${REDIS_SERVER:-redis-server}
passed=0
failed=0
tag=wt$$
hosts="sw h1 h2 h3 r c"
running=
dir=$(mktemp -d) || exit 1

finish()
{
    # shellcheck disable=SC2086
    kill -KILL $running 2>/dev/null
    wait 2>/dev/null
    for host in $hosts; do
        ip netns del "$tag-$host" 2>/dev/null
    done
    rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

# plug HOST ADDRESS: connects a host with the switch
plug()
{
    ip netns add "$tag-$1" &&
        ip -n "$tag-sw" link add "p-$1" type veth peer name eth0 \
            netns "$tag-$1" &&
        ip -n "$tag-sw" link set "p-$1" master br0 up &&
        ip -n "$tag-$1" link set lo up &&
        ip -n "$tag-$1" addr add "$2/24" dev eth0 &&
        ip -n "$tag-$1" link set eth0 up
}

build_network()
{
    ip netns add "$tag-sw" &&
        ip -n "$tag-sw" link add br0 type bridge &&
        ip -n "$tag-sw" link set br0 up &&
        plug h1 10.99.0.1 && plug h2 10.99.0.2 && plug h3 10.99.0.3 &&
        plug r 10.99.0.4 && plug c 10.99.0.5
}

# await FILE PATTERN
await()
{
    waited=0
    while ! grep -q -e "$2" "$1" 2>/dev/null; do
        if [ $waited -ge 200 ]; then
            echo "$1 does not say '$2':" >&2
            cat "$1" >&2
            exit 1
        fi
        waited=$((waited + 1))
        sleep 0.1
    done
}

start_redis()
{
    ip netns exec "$tag-r" "$redis_server" --bind 10.99.0.4 --port 6379 \
        --protected-mode no --save '' --appendonly no --dir "$dir" \
        >"$dir/redis" 2>&1 </dev/null &
    redis=$!
    running="$running $redis"
    await "$dir/redis" "eady to accept connections"
}

kill_redis()
{
    kill -KILL "$redis"
    wait "$redis" 2>/dev/null
}

# serve NAME: a server; see where below
serve()
{
    place=$(sed -n "s/^$1 //p" "$dir/places")
    host=${place%% *}
    place=${place#* }
    # Not by a function: its number would be that of a shell.
    ip netns exec "$tag-$host" "$built/examples/server" \
        -c "$dir/certs/server.pem" -k "$dir/certs/server.key" -v 3 -l 30 \
        -a "${place%% *}" -p 4433 -m "$dir/metrics-$1" \
        -R "secret=$dir/secret,host=10.99.0.4,node=$1,\
refresh=1,period=10,clock=${place##* }" >"$dir/$1" 2>&1 </dev/null &
    echo $! >"$dir/$1.pid"
    running="$running $!"
    await "$dir/$1" "^listening on"
}

# in_turn NAME...: the servers that clients go to
in_turn()
{
    for name in "$@"; do
        sed -n "s/^$name [^ ]* \([^ ]*\) .*/\1 4433/p" "$dir/places"
    done >"$dir/new" && mv "$dir/new" "$dir/list"
}

# leave_out NAME...: clients go to the others, and nobody is on the way to these
# any more when two more connections of each have come to their end
leave_out()
{
    others=
    for name in a b c d; do
        case " $* " in
            *" $name "*) ;;
            *) others="$others $name" ;;
        esac
    done
    # shellcheck disable=SC2086
    in_turn $others
    for load in 1 2; do
        enough=$(($(wc -l <"$dir/load$load") + 2))
        waited=0
        while [ "$(wc -l <"$dir/load$load")" -lt $enough ] &&
                [ $waited -lt 200 ]; do
            waited=$((waited + 1))
            sleep 0.1
        done
    done
}

# settle: until every server reaches Redis again, and has had time for a round
# and for a key that is new to it to be known for long enough
settle()
{
    for name in a b c d; do
        waited=0
        while grep -a 'redis: away\|redis: in order' "$dir/$name" |
                tail -n 1 | grep -q away && [ $waited -lt 200 ]; do
            waited=$((waited + 1))
            sleep 0.1
        done
    done
    sleep 6
}

# phase: what comes is counted from here on
phase()
{
    for load in 1 2; do
        wc -l <"$dir/load$load" >"$dir/mark$load"
    done
}

# came: what has come since
came()
{
    for load in 1 2; do
        tail -n "+$(($(cat "$dir/mark$load") + 1))" "$dir/load$load"
    done
}

# judge PERCENT TEXT: no handshake failed in the phase, and of those that came
# to another server so many resumed
judge()
{
    if came | awk -v least="$1" '
        NF == 3 { all++ }
        $3 == "failed" { failed++ }
        NF == 3 && $1 != "-:0" && $1 != $2 { crossed++ }
        $3 == "resumed" && $1 != $2 { resumed++ }
        END {
            share = crossed ? 100 * resumed / crossed : 0
            printf "%d handshakes, %d failed; %d with a ticket of another " \
                "server, %.2f %% resumed", all, failed, crossed, share
            exit !(all > 20 && failed == 0 && crossed > 20 && share >= least)
        }' >"$dir/verdict"; then
        echo "ok   $2: $(cat "$dir/verdict")"
        passed=$((passed + 1))
    else
        echo "FAIL $2: $(cat "$dir/verdict"), at least $1 %"
        for name in a b c d; do
            tail -n 5 "$dir/$name" | tr -d "\000" | sed "s/^/  server $name | /"
        done
        cat "$dir/errors"
        failed=$((failed + 1))
    fi
}

for program in ip "$redis_server" "$built/examples/server" \
        "$built/test/fleet_load"; do
    if ! command -v "$program" >/dev/null; then
        echo "$0: $program is missing" >&2
        exit 1
    fi
done
if ! build_network >"$dir/network" 2>&1; then
    cat "$dir/network" >&2
    echo "$0: no network namespaces can be made here (they need root and" \
        "the right to do it): nothing was tested" >&2
    exit 1
fi
sh "$top/test/make-certs.sh" "$dir/certs" || exit 1
head -c 32 /dev/urandom >"$dir/secret"

# name, host, address, seconds that its clock is ahead
cat >"$dir/places" <<EOP
a h1 10.99.0.1 0
b h1 10.99.0.11 0
c h2 10.99.0.2 15
d h3 10.99.0.3 -15
EOP
ip -n "$tag-h1" addr add 10.99.0.11/24 dev eth0 || exit 1

start_redis
for name in a b c d; do
    serve "$name"
done
sleep 3 # until all have keys, whatever their clocks say
in_turn a b c d
for load in 1 2; do
    ip netns exec "$tag-c" "$built/test/fleet_load" \
        -A "$dir/certs/ca.pem" -b "$dir/list" \
        >"$dir/load$load" 2>>"$dir/errors" </dev/null &
    running="$running $!"
done
await "$dir/load2" resumed

phase
sleep 15
judge 99 "keys rotate, clocks are 30 s apart"

phase
for one in a b c d; do
    leave_out "$one"
    kill "$(cat "$dir/$one.pid")"
    wait "$(cat "$dir/$one.pid")" 2>/dev/null
    serve "$one"
    in_turn a b c d
    sleep 2
done
judge 99 "a rolling restart"

phase
leave_out d
ip -n "$tag-sw" link set p-h3 down
sleep 15
judge 99 "one host is cut off, and gets no clients"
phase
ip -n "$tag-sw" link set p-h3 up
settle
in_turn a b c d
sleep 8
judge 99 "and is back"

# What a host that does not reach Redis, and still has clients, does not learn
# in time, it cannot open: that is the window.
phase
ip -n "$tag-r" route add blackhole 10.99.0.3/32
sleep 20
judge 50 "one host does not reach Redis (a window)"
ip -n "$tag-r" route del blackhole 10.99.0.3/32
settle
phase
sleep 8
judge 99 "and does again"

phase
kill_redis
sleep 25
judge 99 "Redis is killed, for longer than a key seals"
phase
start_redis
sleep 12
judge 99 "Redis is back, empty"

phase
times=0
while [ $times -lt 20 ]; do
    kill -STOP "$redis"
    sleep 0.4
    kill -CONT "$redis"
    sleep 0.1
    times=$((times + 1))
done
judge 99 "Redis is slow"

rm -f "$dir/list"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
