#!/bin/sh
# run.sh
#
# Three servers as one: ticket keys that they share through Redis.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: run.sh
# On a Debian machine with nothing of ours on it: installs what is missing (as
# root), builds in build-demo, starts Redis (at a unix socket, in a folder that
# goes away with it), three of examples/server, and an examples/client that
# goes from one to the next, in TLS 1.3 and 1.2: with the keys rotating every
# six seconds, one server restarted, Redis killed, and started again empty.
# The result is 0 only if every connection but the first resumed, wherever its
# ticket came from, and was greeted by name.
# environment: FLEET_BUILT, where the programs have been built: then nothing is
#     installed or built.  REDIS_SERVER, default redis-server.  WT_LACKS, what
#     the wolfSSL lacks, in the words of configure

set -u
umask 077
LC_ALL=C
export LC_ALL
unset MAKEFLAGS MFLAGS MAKELEVEL

cd "$(dirname "$0")/../.." || exit 1
redis_server=${REDIS_SERVER:-redis-server}
passed=0
failed=0
redis=
servers=
dir=$(mktemp -d) || exit 1
# shellcheck disable=SC2086
trap 'kill $servers $redis 2>/dev/null; wait; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# step TEXT COMMAND...: quiet, unless it fails
step()
{
    echo "$1 ..."
    shift
    if ! "$@" >>"$dir/log" 2>&1 </dev/null; then
        tail -n 40 "$dir/log" >&2
        echo "This failed: $*" >&2
        exit 1
    fi
}

build()
{
    mkdir -p build-demo && { [ -x configure ] || ./autogen.sh; } &&
        ( cd build-demo && ../configure --disable-shared --with-redis &&
            make -j2 examples/server examples/client )
}

# await FILE PATTERN: until the file says so; 1 when it does not
await()
{
    waited=0
    while ! grep -q -e "$2" "$1" 2>/dev/null; do
        [ $waited -lt 150 ] || return 1
        waited=$((waited + 1))
        sleep 0.1
    done
}

start_redis()
{
    rm -f "$dir/redis.sock"
    "$redis_server" --port 0 --unixsocket "$dir/redis.sock" --save '' \
        --appendonly no --dir "$dir" >"$dir/redis" 2>&1 </dev/null &
    redis=$!
    await "$dir/redis" "eady to accept connections" || {
        cat "$dir/redis" >&2
        echo "Redis does not start" >&2
        exit 1
    }
}

# serve NAME VERSION PORT: a server, whose port is in $port
serve()
{
    : >"$dir/$1"
    "$built/examples/server" -c "$dir/certs/server.pem" \
        -k "$dir/certs/server.key" -A "$dir/certs/ca.pem" -p "$3" -v "$2" \
        -l 20 -m "$dir/metrics-$1" \
        -R "secret=$dir/secret,path=$dir/redis.sock,node=$1,refresh=1,period=6" \
        >"$dir/$1" 2>&1 </dev/null &
    echo $! >"$dir/$1.pid"
    servers="$servers $!"
    await "$dir/$1" "^listening on" || {
        cat "$dir/$1" >&2
        echo "server $1 does not start" >&2
        exit 1
    }
    port=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' "$dir/$1")
}

# end NAME: ends a server
end()
{
    kill "$(cat "$dir/$1.pid")" && wait "$(cat "$dir/$1.pid")"
}

# visit VERSION COUNT RESUMED TEXT: a client that goes from server to server;
# so many of its connections have to resume
visit()
{
    # shellcheck disable=SC2086
    timeout 60 "$built/examples/client" -p 443 -b "$backends" -v "$1" \
        -c "$2" -s "$dir/session" -A "$dir/certs/ca.pem" $who \
        >"$dir/client" 2>&1 </dev/null
    status=$?
    sed 's/^/  client | /' "$dir/client"
    times=$(grep -c 'resumed with .*: Hello .*, welcome back' "$dir/client")
    if [ $status -eq 0 ] && [ "$times" -eq "$3" ]; then
        echo "ok   TLS 1.$1: $4: $times of $2 resumed"
        passed=$((passed + 1))
    else
        echo "FAIL TLS 1.$1: $4: $times of $2 resumed, and $3 have to;" \
            "the client's status is $status"
        for name in a b c; do
            sed "s/^/  server $name | /" "$dir/$name"
        done
        failed=$((failed + 1))
    fi
}

# says FILE PATTERN TEXT: a server's log has to say so
says()
{
    if await "$dir/$1" "$2"; then
        echo "ok   $3"
        grep -e "$2" "$dir/$1" | tail -n 1 | sed "s/^ */  server $1 | /"
        passed=$((passed + 1))
    else
        echo "FAIL $3: server $1 does not say '$2'"
        sed "s/^/  server $1 | /" "$dir/$1"
        failed=$((failed + 1))
    fi
}

# counts NAME PATTERN TEXT: a server's page for Prometheus has to say so
counts()
{
    curl -sS -m 10 --unix-socket "$dir/metrics-$1" http://localhost/metrics \
        >"$dir/page" 2>&1
    if grep -q -e "$2" "$dir/page"; then
        echo "ok   $3"
        grep -e "$2" "$dir/page" | sed "s/^/  metrics of $1 | /"
        passed=$((passed + 1))
    else
        echo "FAIL $3: no '$2' among the metrics of server $1"
        sed "s/^/  metrics of $1 | /" "$dir/page"
        failed=$((failed + 1))
    fi
}

if [ -n "${FLEET_BUILT-}" ]; then
    built=$FLEET_BUILT
else
    built=$PWD/build-demo
    step "Installing what is missing" sh test/install-deps.sh fleet
    step "Building in $built" build
fi
step "Making certificates" sh test/make-certs.sh "$dir/certs"
step "Drawing the fleet secret" \
    sh -c "head -c 32 /dev/urandom >'$dir/secret'"

versions="3 2"
case " ${WT_LACKS-} " in *" tls13 "*) versions=2 ;; esac
case " ${WT_LACKS-} " in *" tls12 "*) versions=3 ;; esac
# In TLS 1.2 a name has to be known before the ticket is made; a wolfSSL
# without its OpenSSL layer shows the server no certificate.
case " ${WT_LACKS-} " in *" msg_cb "*) versions=3 ;; esac

for version in $versions; do
    rm -f "$dir/session"
    start_redis
    serve a "$version" 0; backends=127.0.0.1:$port
    serve b "$version" 0; backends=$backends,127.0.0.1:$port; second=$port
    serve c "$version" 0; backends=$backends,127.0.0.1:$port
    who="-N Ada"
    if [ "$version" = 2 ]; then
        who="-C $dir/certs/client.pem -k $dir/certs/client.key"
    fi

    printf '\nTLS 1.%s, from server to server:\n' "$version"
    visit "$version" 6 5 "one fleet, the first ticket comes from server a"

    printf '\nWhile the keys rotate:\n'
    for i in 1 2 3 4; do
        sleep 2
        visit "$version" 3 3 "$((i * 2)) seconds later"
    done
    says a "key .* was made\|seals" "server a tells of its keys"

    printf '\nServer b is restarted, and knows nobody but from tickets:\n'
    end b
    serve b "$version" "$second"
    visit "$version" 3 3 "after a restart of server b"

    printf '\nRedis is killed:\n'
    kill -KILL "$redis"
    wait "$redis" 2>/dev/null
    redis=
    says a "redis: away" "server a notices"
    visit "$version" 3 3 "without Redis"
    counts a '^wolfticket_source_state{state="away"} 1$' \
        "server a counts Redis as away"

    printf '\nRedis is back, and has lost everything:\n'
    start_redis
    says a "redis: in order again" "server a notices"
    visit "$version" 3 3 "Redis is back"
    counts a '^wolfticket_source_state{state="ok"} 1$' \
        "and now as there"
    counts c '^wolfticket_tickets_presented_total{cause="unknown key"} 0$' \
        "server c has met no ticket that it could not open"

    for name in a b c; do
        end "$name"
    done
    servers=
    kill "$redis"
    wait "$redis" 2>/dev/null
    redis=
done

echo
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
