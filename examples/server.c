/* server.c
 *
 * A TLS server that keeps what it knows of its clients in their tickets.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE /* asprintf() with -std=c99 */
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wolfticket/ticket.h>

#include "common.h"
#include "fleet.h"
#include "keys.h"
#include "log.h"
#include "metrics.h"
#include "who.h"

static const char usage[] =
"usage: server -c cert -k key [options]    greets its clients by name\n"
"  -a addr  listen there; default 127.0.0.1\n"
"  -A file  ask clients for a certificate from this authority\n"
"  -K file  ticket keys, as the command wolfticket makes and rotates them;\n"
"           SIGHUP makes haste; default: keys that end with the server\n"
"  -f what  its format: any, nginx-80, haproxy-80 ...; default any\n"
"  -R what  share ticket keys with a fleet through Redis, see fleet.h:\n"
"           secret=FILE[,host=...][,port=...] ...\n"
"  -l secs  life of a ticket; default 7200\n"
"  -p port  to listen on; 0, the default, is any, and printed\n"
"  -v 2|3   TLS 1.2 or TLS 1.3 only; default both\n"
"  -m where answer GET /metrics at this port of 127.0.0.1, 0 for any, or at\n"
"           this path (with a slash in it) of a unix socket: Prometheus' text\n"
"           of what it counts\n"
"  -n num   tickets after a full TLS 1.3 handshake, 0 to 255; default 2\n"
"  -r what  answer every ticket, TLS 1.2's empty one too, with abort, ignore,\n"
"           ignore-renew, use or use-renew; default: as suits the ticket\n"
"  -i num   connections to serve; default: until SIGINT or SIGTERM\n";

static const char* const answers[] = { "abort", "ignore", "ignore-renew",
    "use", "use-renew" };

/* A ticket is about to be made: whom the certificate names goes into it.  A
 * resumed connection has no certificate, and its name already; and a wolfSSL
 * without its OpenSSL layer does not show any. */
static int gen_cb(WOLFSSL* ssl, void* arg)
{
#ifdef OPENSSL_EXTRA
    WOLFSSL_X509* cert = wolfSSL_get_peer_certificate(ssl);
    const char* name = wolfSSL_X509_get_subjectCN(cert);

    if (name != NULL) {
        keep_name(ssl, name);
    }
    wolfSSL_X509_free(cert);
#endif
    (void)ssl; (void)arg;
    return 1;
}

/* A ticket was presented: what shall become of it? */
static wolfTicket_RETURN dec_cb(WOLFSSL* ssl, WOLFSSL_SESSION* ss,
    const unsigned char* keyname, size_t keyname_len, wolfTicket_STATUS status,
    void* arg)
{
    int always = *(const int*)arg;

    (void)ssl; (void)ss; (void)keyname; (void)keyname_len;
    return always >= 0 ? always :
        status == WOLFTICKET_SUCCESS ? WOLFTICKET_RETURN_USE :
        status == WOLFTICKET_SUCCESS_RENEW ? WOLFTICKET_RETURN_USE_RENEW :
        WOLFTICKET_RETURN_IGNORE_RENEW;
}

/* Greets the client, who may not have said anything yet. */
static void talk(WOLFSSL* ssl)
{
    WOLFSSL_SESSION* ss = wolfSSL_get_session(ssl);
    const char* rest = wolfSSL_session_reused(ssl) ? "welcome back" :
        "nice to meet you";
    void* name = NULL;
    char* text = NULL;
    size_t len = 0;

    gen_cb(ssl, NULL); /* with -n 0 nobody has called it */
    wolfTicket_SESSION_get0_ticket_appdata(ss, &name, &len);
    if (len == 0 && ask_name(ssl)) {
        wolfTicket_SESSION_get0_ticket_appdata(ss, &name, &len);
        if (!wolfTicket_new_session_ticket(ssl)) {
            printf("  no ticket for the name: %s\n", wolfTicket_error(ssl));
            rest = "next time I shall have to ask again";
        }
    }
    if (len > 0 && asprintf(&text, "Hello %.*s, %s.\n", (int)len, (char*)name,
            rest) > 0) {
        if (wolfTicket_write(ssl, text, (int)strlen(text)) > 0) {
            printf("  %s", text);
        }
        free(text);
    }
}

static void serve(WOLFSSL_CTX* ctx, int fd)
{
    WOLFSSL* ssl = wolfTicket_new(ctx);

    be_patient(fd);
    if (wolfSSL_set_fd(ssl, fd) == WOLFSSL_SUCCESS &&
            wolfSSL_accept(ssl) == WOLFSSL_SUCCESS) {
        log_handshake(ssl, 1);
        talk(ssl);
        wolfSSL_shutdown(ssl);
    }
    else {
        log_handshake(ssl, 0);
    }
    wolfTicket_free(ssl);
    hang_up(fd);
}

/* What the options say of tickets, and whose keys they are under. */
static int set_up_tickets(WOLFSSL_CTX* ctx, int* always,
    wolfTicket_KeyFile** keys)
{
    size_t tickets = (size_t)number('n', 0, WOLFTICKET_MAX_TICKETS,
        WOLFTICKET_DEFAULT_TICKETS);
    unsigned int lifetime = (unsigned int)number('l', 1,
        WOLFTICKET_MAX_LIFETIME, WOLFTICKET_DEFAULT_LIFETIME);
    int ret = 1;

    if (!wolfTicket_CTX_set_session_ticket_cb(ctx, gen_cb, dec_cb, always) ||
            !wolfTicket_CTX_set_num_tickets(ctx, tickets) ||
            !wolfTicket_CTX_set_lifetime(ctx, lifetime)) {
        fprintf(stderr, "%s\n", wolfTicket_CTX_error(ctx));
        ret = 0;
    }
    else if (opt['R'] != NULL) {
        ret = join_fleet(ctx, opt['R'], lifetime);
    }
    else if (opt['K'] != NULL) {
        *keys = follow_keys(ctx, opt['K'], opt['f'] ? opt['f'] : "any");
        ret = *keys != NULL;
    }
    return ret;
}

int main(int argc, char** argv)
{
    WOLFSSL_CTX* ctx;
    wolfTicket_KeyFile* keys = NULL;
    const char* address;
    long version, port, count;
    int always, listener, fd;
    int ret = EXIT_FAILURE;

    get_options(argc, argv, "A:K:R:a:c:f:i:k:l:m:n:p:r:v:", "ck", usage);
    version = number('v', 2, 3, 0);
    port = number('p', 0, 65535, 0);
    address = opt['a'] != NULL ? opt['a'] : "127.0.0.1";
    count = number('i', 1, 1000000, -1);
    always = choice('r', answers, WOLFTICKET_RETURN_USE_RENEW + 1, -1);
    setvbuf(stdout, NULL, _IOLBF, 0);

    ctx = wolfSSL_CTX_new(
#ifndef WOLFSSL_NO_TLS12
        version == 2 ? wolfTLSv1_2_server_method() :
#endif
#ifdef WOLFSSL_TLS13
        version == 3 ? wolfTLSv1_3_server_method() :
#endif
        wolfSSLv23_server_method());
    if (set_up(ctx, opt['c']) && set_up_tickets(ctx, &always, &keys) &&
            (opt['m'] == NULL || metrics_open(ctx, opt['m'])) &&
            (listener = tcp_listen(address, &port)) >= 0) {
        if (opt['A'] != NULL) { /* asks for a certificate, needs none */
            wolfSSL_CTX_set_verify(ctx, WOLFSSL_VERIFY_PEER, NULL);
        }
        printf("listening on %s:%ld\n", address, port);
        while (count-- != 0 && (fd = tcp_accept(listener)) >= 0) {
            renew_keys(keys);
            ask_fleet();
            serve(ctx, fd);
        }
        log_stats(ctx);
        close(listener);
        ret = EXIT_SUCCESS;
    }
    metrics_close();
    wolfTicket_KeyFile_free(keys);
    wolfTicket_CTX_free(ctx);
    leave_fleet();
    wolfTicket_cleanup();
    wolfSSL_Cleanup();
    return ret;
}
