#!/bin/sh
# check-install.sh
#
# Builds and runs a program with the installed library, as a user does.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# Called by make installcheck.
# environment: DESTDIR, prefix, libdir, pkgconfigdir, PKG_CONFIG, CC

set -eu
: "${libdir:?}" "${pkgconfigdir:?}"

PKG_CONFIG=${PKG_CONFIG:-pkg-config}
PKG_CONFIG_PATH=${DESTDIR-}$pkgconfigdir${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
export PKG_CONFIG_PATH
if [ -n "${DESTDIR-}" ]; then
    PKG_CONFIG="$PKG_CONFIG --define-variable=prefix=$DESTDIR${prefix:?}"
fi

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

cat >"$dir/program.c" <<'END'
#include <stdio.h>
#include <wolfticket/keys.h>

int main(void)
{
    WOLFSSL_CTX* ctx = NULL;
    int ret = 1;

    if (wolfSSL_Init() == WOLFSSL_SUCCESS) {
        ctx = wolfSSL_CTX_new(wolfSSLv23_server_method());
    }
    if (wolfTicket_CTX_attach(ctx) == 1 &&
            wolfTicket_CTX_get_num_tickets(ctx) == WOLFTICKET_DEFAULT_TICKETS) {
        printf("installed: %s\n", WOLFTICKET_VERSION);
        ret = 0;
    }
    else {
        printf("%s\n", wolfTicket_CTX_error(ctx));
    }
    wolfTicket_CTX_free(ctx);
    wolfTicket_cleanup();
    (void)wolfSSL_Cleanup();
    return ret;
}
END

# shellcheck disable=SC2046,SC2086
${CC:-cc} $($PKG_CONFIG --cflags wolfticket) -o "$dir/program" \
    "$dir/program.c" $($PKG_CONFIG --libs wolfticket)
LD_LIBRARY_PATH=${DESTDIR-}$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} \
    "$dir/program"

# The library for Redis, where it was installed.
if ! $PKG_CONFIG --exists wolfticket-redis; then
    echo "libwolfticket-redis is not installed"
    exit 0
fi
cat >"$dir/redis.c" <<'END'
#include <stdio.h>
#include <string.h>
#include <wolfticket/redis.h>

int main(void)
{
    wolfTicket_RedisOptions options;
    wolfTicket_Redis* redis;

    memset(&options, 0, sizeof(options));
    options.secret = (const unsigned char*)"of 32 bytes, and they differ ...";
    options.secret_sz = 32;
    redis = wolfTicket_Redis_new(&options);
    printf("installed: %s\n", (redis != NULL) ? "redis"
        : wolfTicket_Redis_error());
    wolfTicket_Redis_free(redis);
    return redis == NULL;
}
END
# shellcheck disable=SC2046,SC2086
${CC:-cc} $($PKG_CONFIG --cflags wolfticket-redis) -o "$dir/redis" \
    "$dir/redis.c" $($PKG_CONFIG --libs wolfticket-redis)
LD_LIBRARY_PATH=${DESTDIR-}$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} \
    "$dir/redis"
