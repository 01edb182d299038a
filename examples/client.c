/* client.c
 *
 * A TLS client that keeps its session from one connection to the next.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>
#include <wolfssl/error-ssl.h>

#include "common.h"

#define HOST "localhost"

static const char usage[] =
"usage: client -p port -A ca [options]    is greeted by examples/server\n"
"  -A file  the authority that vouches for the server\n"
"  -C file  show this certificate; with -k, its key\n"
"  -N name  say this name when the server asks; default nobody\n"
"  -c num   connections, one after the other; default 2\n"
"  -v 2|3   TLS 1.2 or TLS 1.3 only; default both\n";

static WOLFSSL* new_connection(WOLFSSL_CTX* ctx, int fd,
    WOLFSSL_SESSION* session)
{
    WOLFSSL* ssl = wolfSSL_new(ctx);
    int ok = ssl != NULL && wolfSSL_set_fd(ssl, fd) == WOLFSSL_SUCCESS &&
        wolfSSL_check_domain_name(ssl, HOST) == WOLFSSL_SUCCESS;

#ifdef HAVE_SNI
    ok = ok && wolfSSL_UseSNI(ssl, WOLFSSL_SNI_HOST_NAME, HOST,
        (unsigned short)strlen(HOST)) == WOLFSSL_SUCCESS;
#endif
    /* TLS 1.3 has tickets without it, TLS 1.2 only with it. */
    ok = ok && wolfSSL_UseSessionTicket(ssl) == WOLFSSL_SUCCESS;
    if (ok && session != NULL &&
            wolfSSL_set_session(ssl, session) != WOLFSSL_SUCCESS) {
        printf("the session is too old to be offered\n");
    }
    if (!ok) {
        wolfSSL_free(ssl);
        ssl = NULL;
    }
    return ssl;
}

/* Shows what the server says, and answers when a line is a question.
 * Returns 1 when the server has ended the connection properly. */
static int listen_to_server(WOLFSSL* ssl, const char* name)
{
    char said[256];
    char last = '\0';
    int got, i, ok = 1;

    while (ok && (got = wolfSSL_read(ssl, said, (int)sizeof(said))) > 0) {
        fwrite(said, 1, (size_t)got, stdout);
        for (i = 0; i < got; i++) {
            if (said[i] == '\n' && last == '?') {
                ok = (*name == '\0' ||
                    wolfSSL_write(ssl, name, (int)strlen(name)) > 0) &&
                    wolfSSL_write(ssl, "\n", 1) > 0;
            }
            last = said[i];
        }
    }
    return ok && wolfSSL_get_error(ssl, got) == WOLFSSL_ERROR_ZERO_RETURN;
}

/* One connection.  *session is offered, and replaced by the newest. */
static int converse(WOLFSSL_CTX* ctx, long port, const char* name,
    WOLFSSL_SESSION** session)
{
    WOLFSSL* ssl = NULL;
    int fd = tcp_connect(port);
    int err = 0, ret = 0;

    if (fd >= 0 && (ssl = new_connection(ctx, fd, *session)) != NULL) {
        ret = wolfSSL_connect(ssl) == WOLFSSL_SUCCESS;
        err = ret ? 0 : wolfSSL_get_error(ssl, 0);
    }
    if (ret) {
        printf("%s, %s: ", wolfSSL_get_version(ssl),
            wolfSSL_session_reused(ssl) ? "session reused" : "new session");
        ret = listen_to_server(ssl, name);
        wolfSSL_shutdown(ssl);
        /* In TLS 1.3 tickets come after the handshake, with what is read. */
        wolfSSL_SESSION_free(*session);
        *session = wolfSSL_get1_session(ssl);
    }
    wolfSSL_free(ssl);
    if (fd >= 0) {
        hang_up(fd);
    }
    if (err == OUT_OF_ORDER_E && *session != NULL) {
        /* Some wolfSSL clients cannot go on when a TLS 1.2 ticket is refused:
         * come again without it. */
        printf("ticket refused, connecting again\n");
        wolfSSL_SESSION_free(*session);
        *session = NULL;
        ret = converse(ctx, port, name, session);
    }
    else if (err != 0) {
        printf("handshake failed: error %d\n", err);
    }
    return ret;
}

int main(int argc, char** argv)
{
    WOLFSSL_CTX* ctx;
    WOLFSSL_SESSION* session = NULL;
    const char* name;
    long version, port, count;
    int ret = EXIT_FAILURE;

    get_options(argc, argv, "A:C:N:c:k:p:v:", "pA", usage);
    version = number('v', 2, 3, 0);
    port = number('p', 1, 65535, 0);
    count = number('c', 1, 1000000, 2);
    name = opt['N'] != NULL ? opt['N'] : "nobody";
    setvbuf(stdout, NULL, _IOLBF, 0);

    ctx = wolfSSL_CTX_new(version == 2 ? wolfTLSv1_2_client_method() :
        version == 3 ? wolfTLSv1_3_client_method() :
        wolfSSLv23_client_method());
    if (ctx != NULL && set_up(ctx, opt['C'])) {
        wolfSSL_CTX_set_verify(ctx, WOLFSSL_VERIFY_PEER, NULL);
        while (count > 0 && converse(ctx, port, name, &session)) {
            count--;
        }
        ret = count == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    wolfSSL_SESSION_free(session);
    wolfSSL_CTX_free(ctx);
    wolfSSL_Cleanup();
    return ret;
}
