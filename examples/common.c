/* common.c
 *
 * What the example server and client share: options, certificates, sockets.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE /* getopt() and sigaction() with -std=c99 */
#endif
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "common.h"

#define PATIENCE 10 /* seconds that a peer may say nothing */
#define RUBBISH  64 /* reads until we hang up on a peer that never ends */

const char* opt[256];
int (*await)(int fd, int seconds);

static const char* usage_text = "";
static int listener = -1;

static void bad_usage(void)
{
    fputs(usage_text, stderr);
    exit(2);
}

void get_options(int argc, char** argv, const char* letters,
    const char* needed, const char* usage)
{
    int c;

    usage_text = usage;
    while ((c = getopt(argc, argv, letters)) != -1) {
        if (c == '?') {
            bad_usage();
        }
        opt[c & 0xff] = optarg != NULL ? optarg : "";
    }
    while (*needed != '\0' && opt[(unsigned char)*needed] != NULL) {
        needed++;
    }
    if (*needed != '\0' || optind != argc) {
        bad_usage();
    }
}

long number(char letter, long min, long max, long fallback)
{
    const char* text = opt[(unsigned char)letter];
    char* end = NULL;
    long ret = fallback;

    if (text != NULL) {
        errno = 0;
        ret = strtol(text, &end, 10);
        if (errno != 0 || end == text || *end != '\0' || ret < min ||
                ret > max) {
            bad_usage();
        }
    }
    return ret;
}

int choice(char letter, const char* const* words, int count, int fallback)
{
    const char* text = opt[(unsigned char)letter];
    int ret = fallback;

    if (text != NULL) {
        for (ret = 0; ret < count && strcmp(text, words[ret]) != 0; ret++) {
        }
        if (ret == count) {
            bad_usage();
        }
    }
    return ret;
}

/* Newer wolfSSL gives a connection up when a signal interrupts a read. */
static int receive(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    int got = WOLFSSL_CBIO_ERR_WANT_READ; /* what a socket's own limit gives */

    if (await == NULL || await(wolfSSL_get_fd(ssl), PATIENCE)) {
        do {
            got = EmbedReceive(ssl, buf, sz, arg);
        } while (got == WOLFSSL_CBIO_ERR_ISR);
    }
    return got;
}

int set_up(WOLFSSL_CTX* ctx, const char* cert)
{
    const char* key = opt['k'];
    const char* ca = opt['A'];
#ifndef WOLFSSL_NO_TLS12
    int oldest = WOLFSSL_TLSV1_2;
#else
    int oldest = WOLFSSL_TLSV1_3;
#endif
    int ret = 0;

    wolfSSL_CTX_SetIORecv(ctx, receive);
    if (wolfSSL_CTX_SetMinVersion(ctx, oldest) != WOLFSSL_SUCCESS) {
        fprintf(stderr, "wolfSSL does not speak this version of TLS\n");
    }
    else if (cert != NULL && wolfSSL_CTX_use_certificate_chain_file(ctx,
            cert) != WOLFSSL_SUCCESS) {
        fprintf(stderr, "%s: not a certificate\n", cert);
    }
    else if (key != NULL && (wolfSSL_CTX_use_PrivateKey_file(ctx, key,
            WOLFSSL_FILETYPE_PEM) != WOLFSSL_SUCCESS ||
            wolfSSL_CTX_check_private_key(ctx) != WOLFSSL_SUCCESS)) {
        fprintf(stderr, "%s: not the certificate's key\n", key);
    }
    else if (ca != NULL && wolfSSL_CTX_load_verify_locations(ctx, ca,
            NULL) != WOLFSSL_SUCCESS) {
        fprintf(stderr, "%s: not an authority's certificate\n", ca);
    }
    else {
        ret = 1;
    }
    return ret;
}

static void on_signal(int sig)
{
    int saved = errno;

    (void)sig;
    shutdown(listener, SHUT_RDWR);
    errno = saved;
}

/* Gives the socket back when all went well, else closes it. */
static int checked(int fd, int ok, const char* host, long port)
{
    if (!ok) {
        fprintf(stderr, "%s:%ld: %s\n", host, port, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        fd = -1;
    }
    return fd;
}

int tcp_bind(const char* address, long* port)
{
    static const int on = 1;
    struct sockaddr_in addr;
    struct sockaddr* any = (struct sockaddr*)&addr;
    socklen_t len = sizeof(addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int ok;

    memset(&addr, 0, sizeof(addr));
    addr.sin_family = AF_INET;
    addr.sin_port = htons((unsigned short)*port);
    ok = inet_pton(AF_INET, address, &addr.sin_addr) == 1;
    if (!ok) {
        errno = EADDRNOTAVAIL;
    }
    fd = checked(fd, ok && fd >= 0 &&
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
        bind(fd, any, len) == 0 && listen(fd, SOMAXCONN) == 0 &&
        getsockname(fd, any, &len) == 0, address, *port);
    if (fd >= 0) {
        *port = ntohs(addr.sin_port);
    }
    return fd;
}

int tcp_listen(const char* address, long* port)
{
    struct sigaction quit;
    int fd = tcp_bind(address, port);

    if (fd >= 0) {
        listener = fd;
        memset(&quit, 0, sizeof(quit));
        quit.sa_handler = on_signal;
        sigemptyset(&quit.sa_mask);
        sigaction(SIGINT, &quit, NULL);
        sigaction(SIGTERM, &quit, NULL);
        signal(SIGPIPE, SIG_IGN);
    }
    return fd;
}

int tcp_accept(int fd)
{
    int ret;

    do {
        if (await != NULL) {
            await(fd, -1);
        }
        ret = accept(fd, NULL, NULL);
    } while (ret < 0 && (errno == EINTR || errno == ECONNABORTED));
    return ret;
}

int tcp_connect(const char* host, long port)
{
    struct addrinfo hints;
    struct addrinfo* all = NULL;
    const struct addrinfo* one;
    char service[24];
    int fd = -1, err;

    signal(SIGPIPE, SIG_IGN);
    memset(&hints, 0, sizeof(hints));
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    snprintf(service, sizeof(service), "%ld", port);
    err = getaddrinfo(host, service, &hints, &all);
    if (err != 0) {
        fprintf(stderr, "%s: %s\n", host, gai_strerror(err));
        return -1;
    }
    for (one = all; one != NULL && fd < 0; one = one->ai_next) {
        fd = socket(one->ai_family, one->ai_socktype, one->ai_protocol);
        if (fd >= 0) {
            be_patient(fd);
        }
        if (fd >= 0 && connect(fd, one->ai_addr, one->ai_addrlen) != 0) {
            err = errno;
            close(fd);
            errno = err;
            fd = -1;
        }
    }
    fd = checked(fd, fd >= 0, host, port);
    freeaddrinfo(all);
    return fd;
}

void be_patient(int fd)
{
    struct timeval limit = { PATIENCE, 0 };

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

void hang_up(int fd)
{
    char rubbish[512];
    ssize_t got = 1;
    int i;

    shutdown(fd, SHUT_WR);
    for (i = 0; i < RUBBISH && (got > 0 || (got < 0 && errno == EINTR));
            i++) {
        got = await == NULL || await(fd, PATIENCE) ?
            recv(fd, rubbish, sizeof(rubbish), 0) : 0;
    }
    close(fd);
}
