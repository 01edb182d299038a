/* client.c
 *
 * A TLS client that resumes: within a run, in the next run, many at once.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wolfticket/store.h>

#include "common.h"
#include "log.h"
#include "parallel.h"
#include "sessions.h"
#include "talk.h"

static const char usage[] =
"usage: client -p port -A ca [options]    is greeted by examples/server\n"
"  -A file  the authority that vouches for the server\n"
"  -C file  show this certificate; with -k, its key\n"
"  -N name  say this name when the server asks; default nobody\n"
"  -b list  host:port,...: connect to the next of these each time, in place\n"
"           of the server, as behind a load balancer; without -j\n"
"  -h host  the server's name or address; default localhost\n"
"  -w       the server is a web server: ask it for a page\n"
"  -v 2|3   TLS 1.2 or TLS 1.3 only; default both\n"
"  -c num   connections, one after the other; default 2\n"
"  -j num   so many at once, each time, with a ticket each; 1 to 64\n"
"  -s file  keep the newest session there for the next run; with -j, every\n"
"           session, in a file of another kind; made if there is none\n";

typedef struct {
    WOLFSSL_CTX* ctx;
    wolfTicket_Store* store; /* NULL: the context has a session file */
    wolfTicket_Peer peer;
} Client;

typedef struct {
    const Client* client;
    int fd;
    WOLFSSL* ssl;
} Call;

static int new_connection(Call* call)
{
    const Client* client = call->client;
    const char* host = client->peer.host;
    WOLFSSL* ssl = wolfTicket_new(client->ctx);
    int ok = ssl != NULL && wolfSSL_set_fd(ssl, call->fd) == WOLFSSL_SUCCESS &&
        wolfSSL_check_domain_name(ssl, host) == WOLFSSL_SUCCESS;

#ifdef HAVE_SNI
    ok = ok && wolfSSL_UseSNI(ssl, WOLFSSL_SNI_HOST_NAME, host,
        (unsigned short)strlen(host)) == WOLFSSL_SUCCESS;
#endif
    /* TLS 1.3 has tickets without it, TLS 1.2 only with it. */
    ok = ok && wolfSSL_UseSessionTicket(ssl) == WOLFSSL_SUCCESS;
    if (!ok) {
        fprintf(stderr, "cannot make a connection\n");
    }
    /* Last, since a session is for a connection of the same settings. */
    else if (client->store != NULL &&
            !wolfTicket_set_store(ssl, client->store, &client->peer)) {
        fprintf(stderr, "without a session: %s\n", wolfTicket_Store_error());
    }
    call->ssl = ssl;
    return ok;
}

/* Connects to the next one of the list. */
static int reach_next(const char* list)
{
    static const char* next;
    const char* colon;
    char host[256];

    if (next == NULL || *next == '\0') {
        next = list;
    }
    colon = next + strcspn(next, ":,");
    snprintf(host, sizeof(host), "%.*s", (int)(colon - next), next);
    next = colon + strcspn(colon, ",");
    printf("at %.*s: ", (int)(next - colon) + (int)strlen(host),
        colon - strlen(host));
    next += *next == ',';
    return tcp_connect(host, *colon == ':' ? atol(colon + 1) : 0);
}

static int reach_server(Call* call)
{
    call->ssl = NULL;
    call->fd = opt['b'] != NULL ? reach_next(opt['b']) :
        tcp_connect(opt['h'] != NULL ? opt['h'] : "127.0.0.1",
        call->client->peer.port);
    return call->fd >= 0 && new_connection(call);
}

static void end_call(Call* call)
{
    wolfTicket_free(call->ssl);
    call->ssl = NULL;
    if (call->fd >= 0) {
        hang_up(call->fd);
    }
    call->fd = -1;
}

/* *again is set when the handshake failed for its ticket alone. */
static int converse(WOLFSSL* ssl, FILE* out, int* again)
{
    wolfTicket_ClientInfo info;
    int ret = wolfTicket_connect(ssl) == WOLFSSL_SUCCESS;

    *again = 0;
    log_offer(ssl, ret, out);
    if (ret) {
        ret = opt['w'] != NULL ? fetch_page(ssl, out) :
            answer_questions(ssl, opt['N'] ? opt['N'] : "nobody", out);
        wolfSSL_shutdown(ssl);
        log_tickets(ssl, out);
    }
    else if (wolfTicket_get_client_info(ssl, &info)) {
        *again = info.again;
    }
    return ret;
}

/* A thread's work.  A server that has lost its keys may refuse one ticket
 * after the other. */
static int make_call(void* arg, FILE* out)
{
    Call* call = (Call*)arg;
    int again, tries = 0;
    int ret = converse(call->ssl, out, &again);

    end_call(call);
    while (again && tries++ < WOLFTICKET_STORE_PER_PEER) {
        again = 0;
        ret = reach_server(call) && converse(call->ssl, out, &again);
        end_call(call);
    }
    return ret;
}

/* So many calls at once.  All have taken their tickets when the first one may
 * get new ones. */
static int make_calls(const Client* client, int count)
{
    Call calls[MAX_AT_ONCE];
    int reached = 0;
    int i, ret = 0;

    for (i = 0; i < count && reached == i; i++) {
        calls[i].client = client;
        reached += reach_server(&calls[i]);
    }
    if (reached == count) {
        ret = work_at_once(count, make_call, calls, sizeof(calls[0]));
    }
    while (i-- > 0) {
        end_call(&calls[i]); /* of those that were not made */
    }
    return ret;
}

int main(int argc, char** argv)
{
    Client client;
    long version, count;
    int at_once, ok, fd = -1;

    get_options(argc, argv, "A:C:N:b:c:h:j:k:p:s:v:w", "pA", usage);
    version = number('v', 2, 3, 0);
    count = number('c', 1, 1000000, 2);
    at_once = (int)number('j', 1, opt['b'] != NULL ? 1 : MAX_AT_ONCE, 1);
    setvbuf(stdout, NULL, _IOLBF, 0);

    memset(&client, 0, sizeof(client));
    client.peer.host = opt['h'] != NULL ? opt['h'] : "localhost";
    client.peer.sni = client.peer.host;
    client.peer.port = (unsigned short)number('p', 1, 65535, 0);
    client.ctx = wolfSSL_CTX_new(
#ifndef WOLFSSL_NO_TLS12
        version == 2 ? wolfTLSv1_2_client_method() :
#endif
#ifdef WOLFSSL_TLS13
        version == 3 ? wolfTLSv1_3_client_method() :
#endif
        wolfSSLv23_client_method());
    ok = client.ctx != NULL && set_up(client.ctx, opt['C']);
    if (ok) {
        wolfSSL_CTX_set_verify(client.ctx, WOLFSSL_VERIFY_PEER, NULL);
        if (opt['s'] != NULL && opt['j'] == NULL) {
            fd = open_session_file(client.ctx, opt['s']);
        }
        else {
            client.store = open_store(opt['s'],
                (size_t)at_once * WOLFTICKET_STORE_PER_PEER);
        }
        ok = fd >= 0 || client.store != NULL;
    }
    while (ok && count-- > 0) {
        ok = make_calls(&client, at_once);
    }
    ok = close_store(client.store, opt['s']) && ok;
    wolfTicket_CTX_free(client.ctx);
    if (fd >= 0) {
        close(fd);
    }
    wolfTicket_cleanup();
    wolfSSL_Cleanup();
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
