/* client.c
 *
 * A TLS client that resumes: within a run, in the next run, many at once.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE /* open_memstream() with -std=c99 */
#endif
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wolfticket/store.h>

#include "common.h"
#include "log.h"
#include "sessions.h"
#include "talk.h"

#define MAX_AT_ONCE 64

static const char usage[] =
"usage: client -p port -A ca [options]    is greeted by examples/server\n"
"  -A file  the authority that vouches for the server\n"
"  -C file  show this certificate; with -k, its key\n"
"  -N name  say this name when the server asks; default nobody\n"
"  -h host  the server's name or address; default localhost\n"
"  -w       the server is a web server: ask it for a page\n"
"  -v 2|3   TLS 1.2 or TLS 1.3 only; default both\n"
"  -c num   connections, one after the other; default 2\n"
"  -j num   so many at once, each time, with a ticket each; 1 to 64\n"
"  -s file  keep the newest session there for the next run, or, with -j, all\n"
"           sessions, in a file of another kind; made if there is none\n";

typedef struct {
    WOLFSSL_CTX* ctx;
    wolfTicket_Store* store; /* NULL: the context has a session file */
    wolfTicket_Peer peer;
} Client;

typedef struct {
    const Client* client;
    pthread_t thread;
    char* said;
    size_t len;
    int ok;
} Call;

static WOLFSSL* new_connection(const Client* client, int fd, FILE* out)
{
    const char* host = client->peer.host;
    WOLFSSL* ssl = wolfTicket_new(client->ctx);
    int ok = ssl != NULL && wolfSSL_set_fd(ssl, fd) == WOLFSSL_SUCCESS &&
        wolfSSL_check_domain_name(ssl, host) == WOLFSSL_SUCCESS;

#ifdef HAVE_SNI
    ok = ok && wolfSSL_UseSNI(ssl, WOLFSSL_SNI_HOST_NAME, host,
        (unsigned short)strlen(host)) == WOLFSSL_SUCCESS;
#endif
    /* TLS 1.3 has tickets without it, TLS 1.2 only with it. */
    ok = ok && wolfSSL_UseSessionTicket(ssl) == WOLFSSL_SUCCESS;
    /* Last, since a session is for a connection of the same settings. */
    if (ok && client->store != NULL &&
            !wolfTicket_set_store(ssl, client->store, &client->peer)) {
        fprintf(out, "without a session: %s\n", wolfTicket_Store_error());
    }
    if (!ok) {
        fprintf(out, "cannot make a connection\n");
        wolfTicket_free(ssl);
        ssl = NULL;
    }
    return ssl;
}

/* One connection.  *again is set when it failed for its ticket alone. */
static int converse(const Client* client, FILE* out, int* again)
{
    wolfTicket_ClientInfo info;
    WOLFSSL* ssl = NULL;
    int fd = tcp_connect(opt['h'] != NULL ? opt['h'] : "127.0.0.1",
        client->peer.port);
    int ret = 0;

    *again = 0;
    if (fd >= 0 && (ssl = new_connection(client, fd, out)) != NULL) {
        ret = wolfTicket_connect(ssl) == WOLFSSL_SUCCESS;
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
    }
    wolfTicket_free(ssl);
    if (fd >= 0) {
        hang_up(fd);
    }
    return ret;
}

/* A thread's work.  The server may refuse one ticket after the other. */
static void* make_call(void* arg)
{
    Call* call = (Call*)arg;
    FILE* out = open_memstream(&call->said, &call->len);
    int again = out != NULL;
    int tries;

    for (tries = 0; again && tries <= WOLFTICKET_STORE_PER_PEER; tries++) {
        call->ok = converse(call->client, out, &again);
    }
    if (out != NULL && fclose(out) != 0) {
        call->ok = 0;
    }
    return NULL;
}

/* So many calls at once; what each has to say is shown when it is over. */
static int make_calls(const Client* client, int count)
{
    Call calls[MAX_AT_ONCE];
    int started = 0;
    int i, ret;

    memset(calls, 0, sizeof(calls));
    for (i = 0; i < count && started == i; i++) {
        calls[i].client = client;
        started += pthread_create(&calls[i].thread, NULL, make_call,
            &calls[i]) == 0;
    }
    ret = started == count;
    for (i = 0; i < started; i++) {
        ret = pthread_join(calls[i].thread, NULL) == 0 && calls[i].ok && ret;
        if (count > 1) {
            printf("%d: ", i + 1);
        }
        fputs(calls[i].said != NULL ? calls[i].said : "out of memory\n",
            stdout);
        free(calls[i].said);
    }
    return ret;
}

int main(int argc, char** argv)
{
    Client client;
    long version, count;
    int at_once, ok, fd = -1;

    get_options(argc, argv, "A:C:N:c:h:j:k:p:s:v:w", "pA", usage);
    version = number('v', 2, 3, 0);
    count = number('c', 1, 1000000, 2);
    at_once = (int)number('j', 1, MAX_AT_ONCE, 1);
    setvbuf(stdout, NULL, _IOLBF, 0);

    memset(&client, 0, sizeof(client));
    client.peer.host = opt['h'] != NULL ? opt['h'] : "localhost";
    client.peer.sni = client.peer.host;
    client.peer.port = (unsigned short)number('p', 1, 65535, 0);
    client.ctx = wolfSSL_CTX_new(version == 2 ? wolfTLSv1_2_client_method() :
        version == 3 ? wolfTLSv1_3_client_method() :
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
