/* metrics.c
 *
 * The example server's numbers, for Prometheus to fetch: a web server of one
 * page that never waits for anybody.
 *
 * It works while the server waits for its clients: every wait asks poll() for
 * these sockets as well.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE /* open_memstream() with -std=c99 */
#endif
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "common.h"
#include "exposition.h"
#include "metrics.h"

#define MAX_READERS 8    /* more of them wait their turn */
#define MAX_REQUEST 4096
#define PATIENCE    5000 /* ms that a reader may take in all */

typedef struct {
    int fd;              /* -1: nobody */
    long deadline;       /* ms, of the clock below */
    char request[MAX_REQUEST + 1];
    size_t got;
    char* answer;        /* NULL: the request is not complete */
    size_t len;
    size_t sent;
} Reader;

static WOLFSSL_CTX* context;
static int listener = -1;
static const char* path;
static Reader readers[MAX_READERS];

static long clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void leave(Reader* reader)
{
    close(reader->fd);
    free(reader->answer);
    reader->answer = NULL;
    reader->fd = -1;
}

/* ---- the page ----------------------------------------------------------- */

static int is_request(const char* request, const char* method)
{
    size_t len = strlen(method);
    const char* target = request + len + 1;

    return strncmp(request, method, len) == 0 && request[len] == ' ' &&
        strncmp(target, "/metrics", 8) == 0 &&
        (target[8] == ' ' || target[8] == '?');
}

/* Writes what follows the status line. */
static void finish(FILE* out, const char* type, const char* text, size_t len,
    int with_text)
{
    fprintf(out, "Content-Type: %s\r\nContent-Length: %lu\r\n"
        "Connection: close\r\n\r\n", type, (unsigned long)len);
    if (with_text) {
        fwrite(text, 1, len, out);
    }
}

static void write_page(FILE* out, int with_text)
{
    char* text = NULL;
    size_t len = 0;
    FILE* page = open_memstream(&text, &len);

    if (page != NULL) {
        expose(context, page);
    }
    if (page != NULL && fclose(page) == 0) {
        fputs("HTTP/1.1 200 OK\r\n", out);
        finish(out, "text/plain; version=0.0.4; charset=utf-8", text, len,
            with_text);
    }
    else {
        fputs("HTTP/1.1 500 Internal Server Error\r\n", out);
        finish(out, "text/plain", "", 0, 0);
    }
    free(text);
}

static void refuse(FILE* out, const char* status)
{
    fprintf(out, "HTTP/1.1 %s\r\n", status);
    if (status[2] == '5') {
        fputs("Allow: GET, HEAD\r\n", out);
    }
    finish(out, "text/plain", status, strlen(status), 1);
}

static void answer(Reader* reader)
{
    static const char version[] = " HTTP/1."; /* and a digit */
    const char* request = reader->request;
    size_t line = strcspn(request, "\r\n");
    FILE* out = open_memstream(&reader->answer, &reader->len);

    if (out == NULL) {
        leave(reader);
        return;
    }
    if (reader->got == MAX_REQUEST) {
        refuse(out, "431 Request Header Fields Too Large");
    }
    else if (line < sizeof(version) || strncmp(request + line -
            sizeof(version), version, sizeof(version) - 1) != 0) {
        refuse(out, "400 Bad Request");
    }
    else if (is_request(request, "GET")) {
        write_page(out, 1);
    }
    else if (is_request(request, "HEAD")) {
        write_page(out, 0);
    }
    else if (strncmp(request, "GET ", 4) == 0 ||
            strncmp(request, "HEAD ", 5) == 0) {
        refuse(out, "404 Not Found");
    }
    else {
        refuse(out, "405 Method Not Allowed");
    }
    if (fclose(out) != 0) {
        leave(reader);
    }
    reader->sent = 0;
}

/* ---- readers ------------------------------------------------------------ */

static int again(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static void hear(Reader* reader)
{
    ssize_t got = recv(reader->fd, reader->request + reader->got,
        MAX_REQUEST - reader->got, 0);

    if (got > 0) {
        reader->got += (size_t)got;
        reader->request[reader->got] = '\0';
        if (strstr(reader->request, "\r\n\r\n") != NULL ||
                strstr(reader->request, "\n\n") != NULL ||
                reader->got == MAX_REQUEST) {
            answer(reader);
        }
    }
    else if (got == 0 || !again()) {
        leave(reader);
    }
}

/* Sends the answer, and then waits for the reader to close: bytes left unread
 * would take the answer from him. */
static void tell(Reader* reader)
{
    char rubbish[512];
    ssize_t got;

    if (reader->sent < reader->len) {
        got = send(reader->fd, reader->answer + reader->sent,
            reader->len - reader->sent, MSG_NOSIGNAL);
        if (got > 0) {
            reader->sent += (size_t)got;
            if (reader->sent == reader->len) {
                shutdown(reader->fd, SHUT_WR);
            }
        }
    }
    else {
        got = recv(reader->fd, rubbish, sizeof(rubbish), 0);
    }
    if (got == 0 || (got < 0 && !again())) {
        leave(reader);
    }
}

static void welcome(void)
{
    int fd = accept(listener, NULL, NULL);
    int i = 0;

    while (i < MAX_READERS && readers[i].fd >= 0) {
        i++;
    }
    if (fd >= 0 && (i == MAX_READERS ||
            fcntl(fd, F_SETFL, O_NONBLOCK) != 0)) {
        close(fd);
    }
    else if (fd >= 0) {
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        memset(&readers[i], 0, sizeof(readers[i]));
        readers[i].fd = fd;
        readers[i].deadline = clock_ms() + PATIENCE;
    }
}

/* ---- waiting ------------------------------------------------------------ */

/* Fills fds after the first one: a place for each reader, then, if there is
 * room for one more, the listener.  Gives when the next reader runs out of
 * time, or end. */
static long ask_for(struct pollfd* fds, long end)
{
    int i, room = 0;

    for (i = 0; i < MAX_READERS; i++) {
        Reader* reader = &readers[i];

        if (reader->fd >= 0 && reader->deadline <= clock_ms()) {
            leave(reader);
        }
        fds[i].fd = reader->fd; /* -1: poll() overlooks it */
        fds[i].events = reader->answer != NULL &&
            reader->sent < reader->len ? POLLOUT : POLLIN;
        fds[i].revents = 0;
        if (reader->fd < 0) {
            room = 1;
        }
        else if (end < 0 || reader->deadline < end) {
            end = reader->deadline;
        }
    }
    fds[MAX_READERS].fd = room ? listener : -1;
    fds[MAX_READERS].events = POLLIN;
    fds[MAX_READERS].revents = 0;
    return end;
}

static void serve_readers(const struct pollfd* fds)
{
    int i;

    for (i = 0; i < MAX_READERS; i++) {
        if (fds[i].fd >= 0 && fds[i].revents != 0) {
            if (readers[i].answer == NULL) {
                hear(&readers[i]);
            }
            else {
                tell(&readers[i]);
            }
        }
    }
    if (fds[MAX_READERS].revents != 0) {
        welcome();
    }
}

static int wait_and_serve(int fd, int seconds)
{
    struct pollfd fds[MAX_READERS + 2];
    long now = clock_ms();
    long end = seconds < 0 ? -1 : now + seconds * 1000L;
    long next;
    int ret = 0;

    fds[0].fd = fd;
    fds[0].events = POLLIN;
    while (!ret && (end < 0 || now <= end)) {
        next = ask_for(fds + 1, end);
        fds[0].revents = 0;
        if (poll(fds, MAX_READERS + 2, next < 0 ? -1 :
                next > now ? (int)(next - now) : 0) > 0) {
            serve_readers(fds + 1);
            ret = fds[0].revents != 0;
        }
        now = clock_ms();
    }
    return ret;
}

/* ---- beginning and end -------------------------------------------------- */

/* A server that was killed leaves its socket behind. */
static void remove_left_over(const struct sockaddr_un* addr)
{
    struct stat info;
    int fd;

    if (lstat(addr->sun_path, &info) == 0 && S_ISSOCK(info.st_mode)) {
        fd = socket(AF_UNIX, SOCK_STREAM, 0);
        if (fd >= 0 && connect(fd, (const struct sockaddr*)addr,
                sizeof(*addr)) != 0 && errno == ECONNREFUSED) {
            unlink(addr->sun_path);
        }
        if (fd >= 0) {
            close(fd);
        }
    }
}

static int listen_at_path(const char* where)
{
    struct sockaddr_un addr;
    int fd = -1;

    memset(&addr, 0, sizeof(addr));
    addr.sun_family = AF_UNIX;
    if (strlen(where) >= sizeof(addr.sun_path)) {
        errno = ENAMETOOLONG;
    }
    else {
        memcpy(addr.sun_path, where, strlen(where));
        remove_left_over(&addr);
        fd = socket(AF_UNIX, SOCK_STREAM, 0);
    }
    if (fd >= 0 && (bind(fd, (struct sockaddr*)&addr, sizeof(addr)) != 0 ||
            listen(fd, SOMAXCONN) != 0)) {
        close(fd);
        fd = -1;
    }
    if (fd < 0) {
        fprintf(stderr, "%s: %s\n", where, strerror(errno));
    }
    else {
        path = where;
        printf("metrics at %s\n", where);
    }
    return fd;
}

static int listen_at_port(void)
{
    long port = number('m', 0, 65535, 0);
    int fd = tcp_bind("127.0.0.1", &port);

    if (fd >= 0) {
        printf("metrics at http://127.0.0.1:%ld/metrics\n", port);
    }
    return fd;
}

int metrics_open(WOLFSSL_CTX* ctx, const char* where)
{
    int i;

    listener = strchr(where, '/') != NULL ? listen_at_path(where) :
        listen_at_port();
    if (listener >= 0) {
        fcntl(listener, F_SETFL, O_NONBLOCK);
        fcntl(listener, F_SETFD, FD_CLOEXEC);
        for (i = 0; i < MAX_READERS; i++) {
            readers[i].fd = -1;
        }
        context = ctx;
        await = wait_and_serve;
    }
    return listener >= 0;
}

void metrics_close(void)
{
    int i;

    if (listener >= 0) {
        for (i = 0; i < MAX_READERS; i++) {
            if (readers[i].fd >= 0) {
                leave(&readers[i]);
            }
        }
        close(listener);
        listener = -1;
        await = NULL;
        if (path != NULL) {
            unlink(path);
        }
    }
}
