/* scenario_peer.c
 *
 * The two ends of the scenario's connections: client program and server side.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#define WAIT_MS (WAIT_SECONDS * 1000)

int nonBlocking;

static const char* certDir;
static pid_t       child = -1;
static int         toChild = -1;
static int         fromChild = -1;
static int         listener = -1;

/* ------------------------------------------------------------------------ */
/* The client program                                                       */
/* ------------------------------------------------------------------------ */

static int Listen(int* port)
{
    struct sockaddr_in addr;
    socklen_t          len = sizeof(addr);
    int                ret = 0;

    memset(&addr, 0, sizeof(addr));
    addr.sin_family = AF_INET;
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener >= 0 &&
            bind(listener, (struct sockaddr*)&addr, len) == 0 &&
            listen(listener, 4) == 0 &&
            getsockname(listener, (struct sockaddr*)&addr, &len) == 0) {
        (void)fcntl(listener, F_SETFD, FD_CLOEXEC);
        *port = ntohs(addr.sin_port);
        ret = 1;
    }

    return ret;
}

int Peer_start(const char* program, const char* certs)
{
    char portText[16];
    int  down[2] = { -1, -1 };
    int  up[2] = { -1, -1 };
    int  port = 0;
    int  ret = 0;

    certDir = certs;
    (void)signal(SIGPIPE, SIG_IGN);
    if (Listen(&port) && pipe(down) == 0 && pipe(up) == 0) {
        (void)fcntl(down[1], F_SETFD, FD_CLOEXEC);
        (void)fcntl(up[0], F_SETFD, FD_CLOEXEC);
        snprintf(portText, sizeof(portText), "%d", port);
        child = fork();
        if (child == 0) {
            (void)dup2(down[0], STDIN_FILENO);
            (void)dup2(up[1], STDOUT_FILENO);
            close(down[0]);
            close(up[1]);
            execl(program, program, portText, certs, (char*)NULL);
            perror(program);
            _exit(127);
        }
        close(down[0]);
        close(up[1]);
        toChild = down[1];
        fromChild = up[0];
        ret = (child > 0);
    }

    return ret;
}

/* The client ends with its input, and would by itself after that. */
void Peer_stop(void)
{
    if (toChild >= 0) {
        close(toChild);
    }
    if (child > 0) {
        (void)waitpid(child, NULL, 0);
    }
    if (fromChild >= 0) {
        close(fromChild);
    }
    if (listener >= 0) {
        close(listener);
    }
}

static void Tell(const char* format, va_list args) LIKE_PRINTF(1, 0);
static void Tell(const char* format, va_list args)
{
    char   line[MAX_TEXT];
    size_t len;

    vsnprintf(line, sizeof(line) - 1, format, args);
    len = strlen(line);
    line[len++] = '\n';
    if (write(toChild, line, len) != (ssize_t)len) {
        perror("scenario: the client is gone");
        exit(1);
    }
}

void Peer_tell(const char* format, ...)
{
    va_list args;

    va_start(args, format);
    Tell(format, args);
    va_end(args);
}

static int ReadLine(char* line, int sz)
{
    struct pollfd p = { fromChild, POLLIN, 0 };
    int           len = 0;
    int           ret = 0;

    while (!ret && len < sz - 1 && poll(&p, 1, 3 * WAIT_MS) == 1 &&
           read(fromChild, line + len, 1) == 1) {
        if (line[len] == '\n') {
            ret = 1;
        }
        else {
            len++;
        }
    }
    line[len] = '\0';

    return ret;
}

void Peer_answer(Report* report)
{
    char  line[2 * MAX_TEXT];
    char* word;
    char* value;

    memset(report, 0, sizeof(*report));
    if (!ReadLine(line, sizeof(line))) {
        fprintf(stderr, "scenario: no answer from the client\n");
        exit(1);
    }
    for (word = strtok(line, ";"); word != NULL; word = strtok(NULL, ";")) {
        value = strchr(word, '=');
        if (value == NULL) {
            continue;
        }
        *value++ = '\0';
        if (strcmp(word, "ok") == 0) {
            report->ok = atoi(value);
        }
        else if (strcmp(word, "tickets") == 0) {
            report->tickets = atoi(value);
        }
        else if (strcmp(word, "empty") == 0) {
            report->empty = atoi(value);
        }
        else if (strcmp(word, "hellos") == 0) {
            report->hellos = atoi(value);
        }
        else if (strcmp(word, "kind") == 0) {
            snprintf(report->kind, sizeof(report->kind), "%s", value);
        }
        else if (strcmp(word, "data") == 0) {
            snprintf(report->data, sizeof(report->data), "%s", value);
        }
        else if (strcmp(word, "alert") == 0) {
            snprintf(report->alert, sizeof(report->alert), "%s", value);
        }
    }
}

void Peer_ask(Report* report, const char* format, ...)
{
    va_list args;

    va_start(args, format);
    Tell(format, args);
    va_end(args);
    Peer_answer(report);
}

/* ------------------------------------------------------------------------ */
/* The server side                                                          */
/* ------------------------------------------------------------------------ */

static void Fatal(const char* what)
{
    fprintf(stderr, "scenario: %s failed\n", what);
    exit(1);
}

SSL_CTX* Context_new(Pass pass)
{
    char     file[MAX_TEXT];
    SSL_CTX* ctx = SSL_CTX_new(TLS_server_method());

    if (ctx == NULL) {
        Fatal("SSL_CTX_new");
    }
    snprintf(file, sizeof(file), "%s/server.pem", certDir);
    if (SSL_CTX_use_certificate_file(ctx, file, SSL_FILETYPE_PEM) != 1) {
        Fatal("SSL_CTX_use_certificate_file");
    }
    snprintf(file, sizeof(file), "%s/server.key", certDir);
    if (SSL_CTX_use_PrivateKey_file(ctx, file, SSL_FILETYPE_PEM) != 1) {
        Fatal("SSL_CTX_use_PrivateKey_file");
    }
    snprintf(file, sizeof(file), "%s/ca.pem", certDir);
    if (SSL_CTX_load_verify_locations(ctx, file, NULL) != 1) {
        Fatal("SSL_CTX_load_verify_locations");
    }
    /* Nothing but tickets is to resume here. */
    (void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    if (pass == PASS_12MAX &&
            SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION) != 1) {
        Fatal("SSL_CTX_set_max_proto_version");
    }
    if (SSL_CTX_set_session_ticket_cb(ctx, GenCb, DecCb, &watch) != 1) {
        Fatal("SSL_CTX_set_session_ticket_cb");
    }

    return ctx;
}

static int Accept(void)
{
    struct timeval limit = { WAIT_SECONDS, 0 };
    struct pollfd  p = { listener, POLLIN, 0 };
    int            on = 1;
    int            fd = -1;

    if (poll(&p, 1, WAIT_MS) == 1) {
        fd = accept(listener, NULL, NULL);
    }
    if (fd < 0) {
        Fatal("accept");
    }
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (nonBlocking) {
        (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    }

    return fd;
}

SSL* Connection_open(SSL_CTX* ctx, Pass pass, const char* words)
{
    SSL* ssl;

    Peer_tell("connect %s %s", (pass == PASS_13) ? "v13" : "v12", words);
    ssl = SSL_new(ctx);
    if (ssl == NULL || SSL_set_fd(ssl, Accept()) != 1) {
        Fatal("SSL_new");
    }

    return ssl;
}

/* Whether a call that returned ret has to be made again; waits till then. */
static int Again(SSL* ssl, int ret)
{
    struct pollfd p = { -1, 0, 0 };
    int           again = 0;

    if (ret <= 0 && nonBlocking) {
        p.fd = SSL_get_fd(ssl);
        switch (SSL_get_error(ssl, ret)) {
            case SSL_ERROR_WANT_READ:
                p.events = POLLIN;
                break;
            case SSL_ERROR_WANT_WRITE:
                p.events = POLLOUT;
                break;
            default:
                break;
        }
        again = (p.events != 0 && poll(&p, 1, WAIT_MS) == 1);
    }

    return again;
}

int Connection_write(SSL* ssl, const char* text)
{
    int ret;

    do {
        ret = SSL_write(ssl, text, (int)strlen(text));
    } while (Again(ssl, ret));

    return ret;
}

int Connection_read(SSL* ssl, char* text, int sz)
{
    int ret;

    do {
        ret = SSL_read(ssl, text, sz - 1);
    } while (Again(ssl, ret));
    text[(ret > 0) ? ret : 0] = '\0';

    return ret;
}

void Connection_shake(SSL* ssl, Outcome* out)
{
    int ret;

    memset(out, 0, sizeof(*out));
    do {
        ret = SSL_accept(ssl);
    } while (Again(ssl, ret));
    out->ok = (ret == 1);
    if (out->ok) {
        out->reused = SSL_session_reused(ssl);
        if (Connection_write(ssl, "M") != 1) {
            out->ok = 0;
        }
    }
    if (!out->ok) {
        (void)shutdown(SSL_get_fd(ssl), SHUT_WR);
    }
    Peer_answer(&out->client);
}

void Connection_close(SSL* ssl)
{
    Report report;
    int    fd = SSL_get_fd(ssl);

    Peer_ask(&report, "close");
    SSL_free(ssl);
    close(fd);
}

SSL* Connect(SSL_CTX* ctx, Pass pass, Outcome* out, const char* format, ...)
{
    char    words[MAX_TEXT];
    va_list args;
    SSL*    ssl;

    va_start(args, format);
    vsnprintf(words, sizeof(words), format, args);
    va_end(args);
    ssl = Connection_open(ctx, pass, words);
    Connection_shake(ssl, out);

    return ssl;
}

void Visit(SSL_CTX* ctx, Pass pass, Outcome* out, int slot,
    const char* format, ...)
{
    char    words[MAX_TEXT];
    va_list args;
    Report  report;
    SSL*    ssl;

    va_start(args, format);
    vsnprintf(words, sizeof(words), format, args);
    va_end(args);
    ssl = Connect(ctx, pass, out, "%s", words);
    if (slot >= 0) {
        Peer_ask(&report, "save %d 0", slot);
        if (!report.ok) {
            printf("# no ticket to save in slot %d\n", slot);
        }
    }
    Connection_close(ssl);
}
