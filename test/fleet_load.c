/* fleet_load.c
 *
 * A client that comes again and again, each time to the next server of a list
 * that may change meanwhile, with the ticket of the one before.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * usage: fleet_load -A ca -b file
 * The file has a line "address port" for each server, and is read anew for
 * each connection.  One line is written for each: the server before, this one,
 * and "resumed", "full" or "failed".  Ends when the file is gone.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common.h"
#include "talk.h"

#define MAX_SERVERS 16

typedef struct {
    char host[64];
    long port;
} Server;

/* Their number, 0 when the file is gone. */
static int read_list(const char* path, Server* servers)
{
    FILE* file = fopen(path, "r");
    int count = 0;

    if (file != NULL) {
        while (count < MAX_SERVERS && fscanf(file, "%63s %ld",
                servers[count].host, &servers[count].port) == 2) {
            count++;
        }
        fclose(file);
    }
    return count;
}

/* One connection; the session of the next one takes the place of this one's.
 * "resumed" and so on. */
static const char* meet(WOLFSSL_CTX* ctx, const Server* server,
    WOLFSSL_SESSION** session, FILE* rubbish)
{
    int fd = tcp_connect(server->host, server->port);
    WOLFSSL* ssl = fd >= 0 ? wolfSSL_new(ctx) : NULL;
    const char* ret = "failed";

    if (ssl != NULL && *session != NULL) {
        wolfSSL_set_session(ssl, *session);
    }
    if (ssl != NULL && wolfSSL_set_fd(ssl, fd) == WOLFSSL_SUCCESS &&
            wolfSSL_check_domain_name(ssl, "localhost") == WOLFSSL_SUCCESS &&
            wolfSSL_UseSessionTicket(ssl) == WOLFSSL_SUCCESS &&
            wolfSSL_connect(ssl) == WOLFSSL_SUCCESS &&
            answer_questions(ssl, "Ada", rubbish)) {
        ret = wolfSSL_session_reused(ssl) ? "resumed" : "full";
        wolfSSL_SESSION_free(*session);
        *session = wolfSSL_get1_session(ssl);
        wolfSSL_shutdown(ssl);
    }
    else if (ssl != NULL) {
        fprintf(stderr, "%s:%ld: error %d\n", server->host, server->port,
            wolfSSL_get_error(ssl, 0));
    }
    wolfSSL_free(ssl);
    if (fd >= 0) {
        hang_up(fd);
    }
    return ret;
}

int main(int argc, char** argv)
{
    static const struct timespec pause = { 0, 20000000 };
    Server servers[MAX_SERVERS];
    Server former = { "-", 0 };
    WOLFSSL_CTX* ctx;
    WOLFSSL_SESSION* session = NULL;
    FILE* rubbish = fopen("/dev/null", "w");
    unsigned int turn = 0;
    int count;

    get_options(argc, argv, "A:b:", "Ab", "usage: fleet_load -A ca -b file\n");
    setvbuf(stdout, NULL, _IOLBF, 0);
    ctx = wolfSSL_CTX_new(wolfTLSv1_3_client_method());
    if (ctx == NULL || rubbish == NULL || !set_up(ctx, NULL)) {
        return EXIT_FAILURE;
    }
    wolfSSL_CTX_set_verify(ctx, WOLFSSL_VERIFY_PEER, NULL);
    while ((count = read_list(opt['b'], servers)) > 0) {
        const Server* server = &servers[turn++ % (unsigned int)count];

        printf("%s:%ld %s:%ld ", former.host, former.port, server->host,
            server->port);
        printf("%s\n", meet(ctx, server, &session, rubbish));
        former = *server;
        nanosleep(&pause, NULL);
    }
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(ctx);
    fclose(rubbish);
    return EXIT_SUCCESS;
}
