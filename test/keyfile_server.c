/* keyfile_server.c
 *
 * A TLS server whose tickets are sealed under the keys of a file: keyfiles.sh
 * has it load what was made for others.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * usage: keyfile_server CERT KEY FILE FORMAT SECONDS
 *
 * It looks at the file every SECONDS, and at once after SIGHUP; tells every
 * client whether it has resumed and the name of the key that seals; and ends
 * after SIGTERM.  When nothing has happened for two minutes it dies.
 */

#ifdef HAVE_CONFIG_H
    #include "config.h"
#endif

#include <wolfticket/keyfile.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE 120

static volatile sig_atomic_t hangup;
static volatile sig_atomic_t terminated;

static void OnSignal(int number)
{
    if (number == SIGHUP)
        hangup = 1;
    else
        terminated = 1;
}

static void OnFailure(const char* text, void* arg)
{
    (void)arg;
    printf("kept the keys: %s\n", text);
}

/* Signals come while we wait for clients, and at no other time. */
static void CatchSignals(sigset_t* waiting)
{
    struct sigaction action;
    sigset_t ours;

    memset(&action, 0, sizeof(action));
    action.sa_handler = OnSignal;
    (void)sigaction(SIGHUP, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigemptyset(&ours);
    (void)sigaddset(&ours, SIGHUP);
    (void)sigaddset(&ours, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &ours, waiting);
    (void)sigdelset(waiting, SIGHUP);
    (void)sigdelset(waiting, SIGTERM);
}

/* The next client, or -1 after a signal. */
static int NextClient(int listener, const sigset_t* waiting)
{
    fd_set set;
    int ret = -1;

    FD_ZERO(&set);
    FD_SET(listener, &set);
    (void)alarm(PATIENCE);
    if (pselect(listener + 1, &set, NULL, NULL, NULL, waiting) == 1)
        ret = accept(listener, NULL, NULL);
    return ret;
}

static int Listen(void)
{
    struct sockaddr_in address;
    socklen_t sz = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr*)&address, sz) != 0 ||
            listen(fd, 5) != 0 ||
            getsockname(fd, (struct sockaddr*)&address, &sz) != 0) {
        perror("listen");
        exit(1);
    }
    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    return fd;
}

/* The client has asked when it has sent an empty line; what is not read would
 * break the connection before it has read the answer. */
static int Asked(WOLFSSL* ssl)
{
    char text[1024];
    int sz = 0;
    int n = 1;

    text[0] = '\0';
    while (n > 0 && strstr(text, "\r\n\r\n") == NULL &&
            sz < (int)sizeof(text) - 1) {
        n = wolfTicket_read(ssl, text + sz, (int)sizeof(text) - 1 - sz);
        if (n > 0)
            sz += n;
        text[sz] = '\0';
    }
    return n > 0;
}

static void Answer(WOLFSSL* ssl, wolfTicket_KeyRing* ring)
{
    wolfTicket_KeyInfo infos[WOLFTICKET_MAX_KEYS];
    char text[80];
    int count = wolfTicket_KeyRing_list(ring, infos, WOLFTICKET_MAX_KEYS);
    int n = snprintf(text, sizeof(text), "%s seals ",
        wolfSSL_session_reused(ssl) ? "resumed" : "full");
    int i, j;

    for (i = 0; i < count; i++) {
        for (j = 0; j < WOLFTICKET_NAME_SZ &&
                infos[i].state == WOLFTICKET_KEY_SEALS; j++)
            n += snprintf(text + n, sizeof(text) - (size_t)n, "%02x",
                infos[i].name[j]);
    }
    n += snprintf(text + n, sizeof(text) - (size_t)n, "\n");
    (void)wolfTicket_write(ssl, text, n);
    (void)wolfSSL_shutdown(ssl);
}

static void Serve(WOLFSSL_CTX* ctx, wolfTicket_KeyRing* ring,
    wolfTicket_KeyFile* file, const sigset_t* waiting)
{
    int listener = Listen();

    while (!terminated) {
        WOLFSSL* ssl;
        int fd = NextClient(listener, waiting);

        if (hangup) {
            hangup = 0;
            if (wolfTicket_KeyFile_reload(file))
                printf("read the keys\n");
            else
                OnFailure(wolfTicket_KeyFile_error(), NULL);
        }
        if (fd < 0)
            continue;
        ssl = wolfTicket_new(ctx);
        if (wolfSSL_set_fd(ssl, fd) == WOLFSSL_SUCCESS &&
                wolfTicket_accept(ssl) == WOLFSSL_SUCCESS && Asked(ssl))
            Answer(ssl, ring);
        wolfTicket_free(ssl);
        (void)close(fd);
    }
    (void)close(listener);
}

int main(int argc, char** argv)
{
    WOLFSSL_CTX* ctx = wolfSSL_CTX_new(wolfSSLv23_server_method());
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new_manual(NULL, NULL, NULL,
        NULL);
    wolfTicket_KeyFile* file = NULL;
    wolfTicket_KEYFILE format;
    sigset_t waiting;
    int ret = 1;

    setvbuf(stdout, NULL, _IOLBF, 0);
    CatchSignals(&waiting);
    if (argc == 6 && wolfTicket_KEYFILE_of_name(argv[4], &format))
        file = wolfTicket_KeyFile_follow(ring, argv[3], format);
    if (file == NULL || !wolfTicket_KeyFile_watch(file,
            (unsigned int)atoi(argv[5]), OnFailure, NULL)) {
        printf("%s\n", wolfTicket_KeyFile_error());
    }
    else if (wolfSSL_CTX_use_certificate_file(ctx, argv[1],
                WOLFSSL_FILETYPE_PEM) == WOLFSSL_SUCCESS &&
            wolfSSL_CTX_use_PrivateKey_file(ctx, argv[2],
                WOLFSSL_FILETYPE_PEM) == WOLFSSL_SUCCESS &&
            wolfTicket_CTX_set_key_ring(ctx, ring)) {
        Serve(ctx, ring, file, &waiting);
        ret = 0;
    }
    wolfTicket_KeyFile_free(file);
    wolfTicket_KeyRing_free(ring);
    wolfTicket_CTX_free(ctx);
    wolfTicket_cleanup();
    wolfSSL_Cleanup();
    return ret;
}
