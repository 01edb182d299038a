#!/bin/sh
# metrics.sh
#
# Has examples/server tell its numbers to Prometheus, while clients come.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: see peers-lib.sh; CURL

. "$(dirname "$0")/peers-lib.sh"

curl=${CURL:-curl}
if ! command -v "$curl" >/dev/null; then
    echo "$0: $curl is missing" >&2
    exit 1
fi

# start_metrics OPTION...: a server that tells its numbers, at $page
start_metrics()
{
    start -m 0 "$@"
    page=$(sed -n 's/^metrics at \(http:.*\)$/\1/p' "$dir/server")
}

# fetch OPTION...: the page, or another one
fetch()
{
    "$curl" -sS -m "$patience" "$@" >"$dir/page" 2>&1
    echo "status $?" >"$dir/said"
    cat "$dir/page" >>"$dir/said"
}

# judge TEXT PATTERN...: result, and the text is one that Prometheus reads
judge()
{
    awk -f "$top/test/promtext.awk" "$dir/page" >>"$dir/said" ||
        echo "BAD" >>"$dir/said"
    text=$1
    shift
    result "$text" "!^BAD" "^status 0" "$@"
}

# meet VERSION OPTION...: alice, whose session is kept
meet()
{
    version=$1
    shift
    echo alice | timeout "$patience" "$openssl" s_client -tls1_"$version" \
        -connect "127.0.0.1:$port" -servername localhost \
        -CAfile "$certs/ca.pem" -verify_return_error -ign_eof "$@" \
        >"$dir/met" 2>&1
}

last=${versions##* }
gone='wolfticket_tickets_presented_total{cause='

start_metrics -v "$last"
fetch "$page"
judge "before anybody came all counters are 0" \
    "^wolfticket_handshakes_total{resumed=\"no\"} 0$" \
    "^$gone\"used\"} 0$" "^$gone\"unknown key\"} 0$" \
    "^wolfticket_tickets_issued_total 0$" \
    "^wolfticket_keys{state=\"seals\"} 1$" \
    "^wolfticket_build_info{version=\"[0-9.]*\"} 1$"

meet "$last" -sess_out "$dir/session"
meet "$last" -sess_in "$dir/session"
fetch "$page"
judge "a full handshake and a resumption are counted" \
    "^wolfticket_handshakes_total{resumed=\"no\"} 1$" \
    "^wolfticket_handshakes_total{resumed=\"yes\"} 1$" \
    "^$gone\"used\"} 1$" "^wolfticket_tickets_issued_total [1-9]" \
    "!cause=\"no ticket\""
issued=$(sed -n 's/^wolfticket_tickets_issued_total //p' "$dir/page")
stop

# What the page says is what the server says at its end.
cp "$dir/server" "$dir/said"
result "the page tells what the server counts" \
    "^1 full handshakes, 1 resumed$" "^tickets: ${issued:-none} issued" \
    "1 used"

start_metrics -v "$last"
meet "$last" -sess_in "$dir/session"
fetch "$page"
judge "a ticket of another server has its cause" \
    "^$gone\"used\"} 0$" "^$gone\"unknown key\"} 1$" \
    "^wolfticket_handshakes_total{resumed=\"no\"} 1$"

# Somebody connects and says nothing: neither side waits for the other.
sleep "$patience" 2>/dev/null | "$curl" -s "telnet://127.0.0.1:$port" >/dev/null 2>&1 &
fellow=$!
waited=0
while [ "$waited" -lt 5 ]; do
    waited=$((waited + 1))
    fetch -m 2 "$page"
    sleep 0.1
done
judge "is answered while a TLS client keeps the server waiting" \
    "^wolfticket_handshakes_total{resumed=\"no\"} 1$"
kill "$fellow" 2>/dev/null
wait "$fellow" 2>/dev/null
fellow=
stop

start_metrics -v "$last"
rest=${page#http://}
silent=
while [ "$(echo "$silent" | wc -w)" -lt 4 ]; do
    sleep "$patience" 2>/dev/null | "$curl" -s "telnet://${rest%/metrics}" \
        >/dev/null 2>&1 &
    silent="$silent $!"
done
fellow=$silent
meet "$last"
grep -q "Hello alice" "$dir/met" && echo "greeted" >"$dir/kept"
fetch "$page"
cat "$dir/kept" >>"$dir/said"
result "four readers that ask nothing hold up nobody" \
    "^status 0" "^greeted" "^wolfticket_handshakes_total{resumed=\"no\"} 1$"
# shellcheck disable=SC2086
kill $silent 2>/dev/null
fellow=

fetch -I "$page"
result "HEAD gets the head alone" "200 OK" \
    "^Content-Type: text/plain; version=0.0.4" "!wolfticket_"
fetch -i "$page?x=1"
result "a query is overlooked" "200 OK" "^wolfticket_handshakes_total"
fetch -i "${page%/metrics}/"
result "another page is not found" "404 Not Found" "!wolfticket_"
fetch -i "${page}x"
result "a longer name is not found" "404 Not Found" "!wolfticket_"
fetch -i -d x "$page"
result "POST is not allowed" "405 Method" "Allow: GET" "!wolfticket_"
printf 'x\r\n\r\n' | "$curl" -s -m 5 "telnet://${rest%/metrics}" \
    >"$dir/said" 2>&1
result "what is no request is told so" "400 Bad Request" "!wolfticket_"
fetch -i -H "x: $(printf '%05000d' 0)" "$page"
result "a head without end is cut" "431 Request" "!wolfticket_"
fetch -i "$page"
result "and the next one is answered" "200 OK" "^wolfticket_keys"

# Keys: none of them, nor their names, nor who the client is.
"$wolfticket" keygen "$dir/keys" || exit 1
stop
start_metrics -v "$last" -K "$dir/keys"
meet "$last"
fetch "$page"
"$wolfticket" show "$dir/keys" | grep -oE '[0-9a-f]{8,}' |
    cut -c 1-8 >"$dir/names"
if [ -s "$dir/names" ] && ! grep -q -i -f "$dir/names" "$dir/page"; then
    echo "no name" >>"$dir/said"
fi
judge "with keys from a file: the page has no name of a key or client" \
    "^no name" "!alice" "^wolfticket_keys{state=\"seals\"} 1$" \
    "^wolfticket_sealing_key_active_from_seconds [1-9][0-9]*$"
stop

start -m "$dir/socket"
fetch --unix-socket "$dir/socket" http://localhost/metrics
judge "at a unix socket" "^wolfticket_handshakes_total"
kill -KILL "$(cat "$dir/number")"
wait "$pid" 2>/dev/null
pid=
start -m "$dir/socket"
fetch --unix-socket "$dir/socket" http://localhost/metrics
judge "also where a killed server has left it" "^wolfticket_handshakes_total"
stop
ls "$dir/socket" >"$dir/said" 2>&1
result "it is gone with the server" "No such file"

summary
