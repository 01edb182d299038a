#!/bin/sh
# keyfiles.sh
#
# Has nginx and HAProxy use keys that wolfticket wrote, and wolfTicket keys
# that were made for them: sessions outlive a restart if the keys do.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: BUILDDIR or abs_top_builddir (where src/wolfticket and
# test/keyfile_server were built; default: here), srcdir (default: where this
# file is), OPENSSL, NGINX, HAPROXY

set -u
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/sbin:/sbin
umask 077

top=${srcdir:-$(dirname "$0")/..}
built=${BUILDDIR:-${abs_top_builddir:-.}}
wolfticket=$built/src/wolfticket
ours=$built/test/keyfile_server
openssl=${OPENSSL:-openssl}
nginx=${NGINX:-nginx}
haproxy=${HAPROXY:-haproxy}
patience=20
passed=0
failed=0
pid=
port=

for program in "$wolfticket" "$ours" "$openssl" "$nginx" "$haproxy" timeout; do
    if ! command -v "$program" >/dev/null; then
        echo "$0: $program is missing" >&2
        exit 1
    fi
done

dir=$(mktemp -d) || exit 1
trap '[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
sh "$top/test/make-certs.sh" "$dir/certs" || exit 1
certs=$dir/certs
cat "$certs/server.pem" "$certs/server.key" >"$dir/both.pem"
file=$dir/keys

# ---- servers -----------------------------------------------------------------

# stop: ends the server of others, which has nothing to lose
stop()
{
    # The shell's word on it is not for the log.
    kill -KILL "$pid" 2>/dev/null
    { wait "$pid"; } 2>/dev/null
    pid=
}

# stop_ours: which has to come to a clean end, and ends itself when it is stuck
stop_ours()
{
    kill -TERM "$pid"
    wait "$pid"
    status=$?
    pid=
    if [ $status -ne 0 ]; then
        echo "FAIL our server ended with status $status"
        cat "$dir/server"
        failed=$((failed + 1))
    fi
}

# start MAKE-CONFIGURATION PROGRAM...: on a port that happens to be free
start()
{
    configure=$1
    shift
    tries=0
    while [ $tries -lt 20 ]; do
        tries=$((tries + 1))
        port=$((20000 + (0x$("$openssl" rand -hex 2)) % 12000))
        $configure >"$dir/configuration"
        "$@" >"$dir/server" 2>&1 </dev/null &
        pid=$!
        waited=0
        while [ $waited -lt $((patience * 10)) ] && kill -0 "$pid" 2>/dev/null
        do
            if timeout $patience "$openssl" s_client -connect \
                    "127.0.0.1:$port" </dev/null >/dev/null 2>&1; then
                return
            fi
            sleep 0.1
            waited=$((waited + 1))
        done
        stop
        # Somebody else's port; anything else it will say again.
        grep -qi "in use" "$dir/server" || break
    done
    echo "$0: $1 does not start:" >&2
    cat "$dir/server" >&2
    exit 1
}

nginx_configuration()
{
    cat <<END
daemon off;
master_process off;
pid $dir/nginx.pid;
error_log stderr;
events { }
http {
    access_log off;
    client_body_temp_path $dir/body;
    proxy_temp_path $dir/proxy;
    fastcgi_temp_path $dir/fastcgi;
    uwsgi_temp_path $dir/uwsgi;
    scgi_temp_path $dir/scgi;
    server {
        listen 127.0.0.1:$port ssl;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_certificate $certs/server.pem;
        ssl_certificate_key $certs/server.key;
        ssl_session_cache off;
$(for key in $keys; do echo "        ssl_session_ticket_key $key;"; done)
        location / { return 200 "served\n"; }
    }
}
END
}

# start_nginx FILE...: of which each has a key, and the first seals
start_nginx()
{
    keys=$*
    start nginx_configuration "$nginx" -e stderr -p "$dir" \
        -c "$dir/configuration"
}

haproxy_configuration()
{
    cat <<END
global
    tune.ssl.cachesize 0
defaults
    mode http
    timeout connect 10s
    timeout client 10s
    timeout server 10s
frontend all
    bind 127.0.0.1:$port ssl crt $dir/both.pem tls-ticket-keys $file
    http-request return status 200 content-type text/plain string served
END
}

start_haproxy()
{
    start haproxy_configuration "$haproxy" -db -f "$dir/configuration"
}

# start_ours FORMAT [SECONDS]: says its port itself
start_ours()
{
    "$ours" "$certs/server.pem" "$certs/server.key" "$file" "$1" \
        "${2:-86400}" >"$dir/server" 2>&1 </dev/null &
    pid=$!
    waited=0
    port=
    while [ -z "$port" ] && [ $waited -lt $((patience * 10)) ] &&
            kill -0 "$pid" 2>/dev/null; do
        sleep 0.1
        waited=$((waited + 1))
        port=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' "$dir/server")
    done
    if [ -z "$port" ]; then
        echo "$0: $ours does not start:" >&2
        cat "$dir/server" >&2
        exit 1
    fi
}

# ---- clients -----------------------------------------------------------------

# client VERSION OPTION...: asks for a page, and waits for the end
client()
{
    version=$1
    shift
    printf 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n' |
        timeout $patience "$openssl" s_client -connect "127.0.0.1:$port" \
            -servername localhost "-tls1_$version" -CAfile "$certs/ca.pem" \
            -verify_return_error -ign_eof "$@" >"$dir/said" 2>&1
}

# result TEXT PATTERN...: passed if the client said all of them
result()
{
    text=$1
    shift
    missing=
    for pattern in "$@"; do
        grep -q -e "$pattern" "$dir/said" || missing="$missing '$pattern'"
    done
    if [ -z "$missing" ]; then
        echo "ok   $text"
        passed=$((passed + 1))
    else
        echo "FAIL $text: not as expected:$missing"
        sed 's/^/  client: /' "$dir/said"
        sed 's/^/  server: /' "$dir/server"
        failed=$((failed + 1))
    fi
}

# both TEXT NEW-OR-REUSED first-OR-again: in TLS 1.2 and in 1.3, without a
# session, of which one is kept for each version, or with that
both()
{
    for v in 2 3; do
        case $3 in
            first) client $v -sess_out "$dir/session$v" ;;
            again) client $v -sess_in "$dir/session$v" ;;
        esac
        result "$1, TLS 1.$v" "^$2, TLSv1.$v" "$served"
    done
}

# shown FORMAT WHAT: of the key that seals, from what wolfticket shows
shown()
{
    "$wolfticket" show -s -f "$1" "$file" | awk -v what="$2" '
        $3 == "seals"        { seals = 1; if (what == "name") print $2; next }
        $1 ~ /^[0-9]+$/      { seals = 0 }
        seals && $1 == what  { print $2 }'
}

# order FORMAT: the ticket of the TLS 1.2 session, name[16] | iv[16] |
# encrypted | HMAC[32], is of the key that is shown to seal, with the HMAC
# secret that is shown: so we and the server read the fields in one order.
order()
{
    offset=$("$openssl" asn1parse -in "$dir/session2" |
        sed -n '/cont \[ 10 \]/{n;s/^ *\([0-9]*\):.*OCTET STRING.*/\1/p;}')
    "$openssl" asn1parse -in "$dir/session2" -strparse "$offset" -noout \
        -out "$dir/ticket" >/dev/null 2>&1
    length=$(wc -c <"$dir/ticket")
    {
        echo "name $(head -c 16 "$dir/ticket" | od -An -v -tx1 | tr -d ' \n')"
        echo "mac $(tail -c 32 "$dir/ticket" | od -An -v -tx1 | tr -d ' \n')"
    } >"$dir/said"
    mac=$(head -c $((length - 32)) "$dir/ticket" | "$openssl" dgst -sha256 \
        -mac HMAC -macopt "hexkey:$(shown "$1" hmac)" -r | cut -d ' ' -f 1)
    result "$1: its ticket has the name and the HMAC of our key" \
        "^name $(shown "$1" name)\$" "^mac $mac\$"
}

# ---- nginx -------------------------------------------------------------------

served="^served"
for size in 48 80; do
    rm -f "$file"
    "$wolfticket" keygen -f nginx-$size "$file" || exit 1
    start_nginx "$file"
    both "nginx-$size: nginx starts on our key" New first
    stop
    order nginx-$size
    start_nginx "$file"
    both "nginx-$size: nginx resumes after a restart" Reused again
    stop

    cp -p "$file" "$file.old"
    "$wolfticket" rotate -f nginx-$size -n 1 "$file" || exit 1
    start_nginx "$file" "$file.old"
    both "nginx-$size: nginx resumes after a rotation" Reused again
    both "nginx-$size: and makes new sessions" New first
    stop
    start_nginx "$file"
    both "nginx-$size: which are under the new key" Reused again
    stop
    start_nginx "$file.old"
    both "nginx-$size: and not under the old one" New again
    stop

    # The keys of a file are one key for each of nginx's files.
    "$wolfticket" keygen -F -f nginx-$size -n 2 "$file" || exit 1
    keys=$file
    port=1
    nginx_configuration >"$dir/configuration"
    "$nginx" -t -e stderr -p "$dir" -c "$dir/configuration" \
        >"$dir/said" 2>&1
    result "nginx-$size: nginx takes one key a file" "must be 48 or 80 bytes"
done

# ---- HAProxy -----------------------------------------------------------------

for size in 48 80; do
    rm -f "$file"
    "$wolfticket" keygen -f haproxy-$size "$file" || exit 1
    start_haproxy
    both "haproxy-$size: HAProxy starts on our keys" New first
    stop
    order haproxy-$size
    start_haproxy
    both "haproxy-$size: HAProxy resumes after a restart" Reused again
    stop

    # Of three keys the last but one seals: it is the first after one rotation,
    # and gone after two.
    "$wolfticket" rotate "$file" || exit 1
    start_haproxy
    both "haproxy-$size: HAProxy resumes after a rotation" Reused again
    stop
    "$wolfticket" rotate "$file" || exit 1
    start_haproxy
    both "haproxy-$size: the key that had sealed is gone after two" New again
    stop

    "$wolfticket" keygen -F -f haproxy-$size -n 2 "$file" || exit 1
    port=1
    haproxy_configuration >"$dir/configuration"
    "$haproxy" -c -f "$dir/configuration" >"$dir/said" 2>&1
    result "haproxy-$size: HAProxy wants three keys" "at least 3 keys"
done

# ---- ours --------------------------------------------------------------------

# Each as the documentation of the other says that it is made.
make_nginx_48()
{
    "$openssl" rand 48
}

make_nginx_80()
{
    "$openssl" rand 80
}

make_apache_48()
{
    head -c 48 /dev/urandom
}

make_haproxy_48()
{
    for key in 1 2 3; do
        "$openssl" rand -base64 48
    done
}

make_haproxy_80()
{
    for key in 1 2 3; do
        "$openssl" rand 80 | "$openssl" base64 -A | xargs echo
    done
}

for format in nginx-48 nginx-80 apache-48 haproxy-48 haproxy-80; do
    rm -f "$file"
    "make_$(echo $format | tr - _)" >"$file"
    start_ours $format
    served="^full seals $(shown $format name)\$"
    both "$format: we load a foreign file" New first
    stop_ours
    start_ours $format
    served="^resumed seals $(shown $format name)\$"
    both "$format: we resume after a restart" Reused again
    stop_ours
    # That the file matters is seen when it is another one.
    "make_$(echo $format | tr - _)" >"$file"
    start_ours $format
    served="^full seals $(shown $format name)\$"
    both "$format: but not under other keys" New again
    stop_ours
done

# Without a restart, and without a handshake that fails.
rm -f "$file"
"$wolfticket" keygen -f haproxy-80 "$file" || exit 1
start_ours haproxy-80 1
served="^full"
both "ours: a session before a rotation" New first
"$wolfticket" rotate "$file" || exit 1
served="^resumed seals $(shown haproxy-80 name)\$"
waited=0
until client 3 -sess_in "$dir/session3" && grep -q "$served" "$dir/said"; do
    waited=$((waited + 1))
    [ $waited -lt $((patience * 2)) ] || break
    sleep 0.5
done
result "ours: a running server takes a rotation in" "$served"
both "ours: and resumes what was before it" Reused again

"$wolfticket" rotate "$file" || exit 1
kill -HUP "$pid"
served="^full seals $(shown haproxy-80 name)\$"
client 3
result "ours: on a signal it does so at once" "$served"

cp -p "$file" "$file.good"
echo "no key" >"$file"
kill -HUP "$pid"
client 3 -sess_out "$dir/session3"
result "ours: a bad file leaves the running keys alone" "$served"
client 3 -sess_in "$dir/session3"
result "ours: which go on resuming" "^Reused" "^resumed seals"
cp "$dir/server" "$dir/said"
result "ours: and is reported" "^kept the keys: $file: "
stop_ours

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
