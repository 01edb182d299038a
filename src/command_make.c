/* command_make.c
 *
 * The program wolfticket: keygen and rotate.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifdef HAVE_CONFIG_H
    #include "config.h"
#endif

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "command.h"

#define HAPROXY_KEYS   3   /* without them HAProxy does not start */
#define LEAST_KEPT     3
#define PATIENCE       100 /* tenths of a second */

static int IsHaproxy(wolfTicket_KEYFILE format)
{
    return format == WOLFTICKET_KEYFILE_HAPROXY_48 ||
        format == WOLFTICKET_KEYFILE_HAPROXY_80;
}

static size_t SecretSize(wolfTicket_KEYFILE format)
{
    return (format == WOLFTICKET_KEYFILE_NGINX_80 ||
        format == WOLFTICKET_KEYFILE_HAPROXY_80) ? 32 : 16;
}

/* ---- keygen ------------------------------------------------------------- */

/* The name is ours from here on, if it was nobody's. */
static int Claim(const char* file)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOCTTY, 0600);

    if (fd < 0) {
        return command_failed(file, (errno == EEXIST)
            ? "it is there already: -F replaces it" : strerror(errno));
    }
    (void)close(fd);
    return COMMAND_DONE;
}

static int WriteNew(const command_request* request, wolfTicket_KEYFILE format,
    const wolfTicket_Key* keys, int count)
{
    int ret = COMMAND_DONE;

    if (!request->overwrite) {
        ret = Claim(request->file);
    }
    if (ret == COMMAND_DONE &&
            !wolfTicket_KeyFile_write(request->file, format, keys, count)) {
        ret = command_keyfile_failed();
        if (!request->overwrite) {
            (void)unlink(request->file);
        }
    }
    return ret;
}

int command_keygen(const command_request* request)
{
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];
    wolfTicket_KEYFILE format = request->format;
    int count = request->number;
    int ret = COMMAND_DONE;
    int i;

    if (format == WOLFTICKET_KEYFILE_ANY) {
        format = WOLFTICKET_KEYFILE_NGINX_80;
    }
    if (count == 0) {
        count = IsHaproxy(format) ? HAPROXY_KEYS : 1;
    }
    for (i = 0; i < count && ret == COMMAND_DONE; i++) {
        if (!wolfTicket_Key_generate(NULL, &keys[i], SecretSize(format))) {
            ret = command_failed(request->file, wolfTicket_CTX_error(NULL));
        }
    }
    if (ret == COMMAND_DONE) {
        ret = WriteNew(request, format, keys, count);
    }
    command_wipe(keys, sizeof(keys));
    return ret;
}

/* ---- rotate ------------------------------------------------------------- */

/* Whether the open file is still the one of that name. */
static int IsCurrent(int fd, const char* file)
{
    struct stat opened, named;

    return fstat(fd, &opened) == 0 && stat(file, &named) == 0 &&
        opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* Opens the file and locks it against other rotations, each of which puts a
 * new file in its place.  -1, and it has been said why. */
static int Lock(const char* file)
{
    const struct timespec tenth = { 0, 100000000 };
    int fd = -1;
    int tries;

    for (tries = 0; tries < PATIENCE; tries++) {
        fd = open(file, O_RDONLY | O_NONBLOCK | O_NOCTTY);
        if (fd < 0) {
            (void)command_failed(file, strerror(errno));
            return -1;
        }
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK && errno != EINTR) {
                (void)command_failed(file, strerror(errno));
                (void)close(fd);
                return -1;
            }
            (void)nanosleep(&tenth, NULL);
        }
        else if (IsCurrent(fd, file)) {
            return fd;
        }
        (void)close(fd);
    }
    (void)command_failed(file, "it is being rotated by another process: try "
        "again");
    return -1;
}

static int RotateLocked(const command_request* request)
{
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS + 1];
    wolfTicket_KEYFILE format = request->format;
    int seals = 0;
    int ret = COMMAND_DONE;
    int count = wolfTicket_KeyFile_read(request->file, &format, keys + 1,
        WOLFTICKET_MAX_KEYS, &seals);
    int keep = request->number;

    if (keep == 0) {
        keep = (count > LEAST_KEPT) ? count : LEAST_KEPT;
    }
    if (count == 0) {
        ret = command_keyfile_failed();
    }
    else if (!wolfTicket_Key_generate(NULL, &keys[0], SecretSize(format))) {
        ret = command_failed(request->file, wolfTicket_CTX_error(NULL));
    }
    else if (!wolfTicket_KeyFile_write(request->file, format, keys,
            (count + 1 < keep) ? count + 1 : keep)) {
        ret = command_keyfile_failed();
    }
    command_wipe(keys, sizeof(keys));
    return ret;
}

int command_rotate(const command_request* request)
{
    int fd = Lock(request->file);
    int ret = COMMAND_FAILED;

    if (fd >= 0) {
        ret = RotateLocked(request);
        (void)close(fd);
    }
    return ret;
}
