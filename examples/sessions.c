/* sessions.c
 *
 * Where the example client keeps its sessions, from one run to the next.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE /* O_CLOEXEC with -std=c99 */
#endif
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wolfticket/config.h>

#include "sessions.h"

int open_session_file(WOLFSSL_CTX* ctx, const char* path)
{
    wolfTicket_config* config = NULL;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    int ok = 0;

    if (fd < 0) {
        perror(path);
    }
    else if ((config = wolfTicket_config_new()) == NULL) {
        fprintf(stderr, "out of memory\n");
    }
    else if (wolfTicket_config_set_session_fd(config, fd) != 0 ||
            wolfTicket_CTX_configure(ctx, config) != 0) {
        fprintf(stderr, "%s: %s\n", path, wolfTicket_config_error(config));
    }
    else {
        ok = 1;
    }
    wolfTicket_config_free(config); /* the context has what it needs */
    if (!ok && fd >= 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

wolfTicket_Store* open_store(const char* path, size_t per_peer)
{
    wolfTicket_Store* store = wolfTicket_Store_new(0, per_peer, 0, NULL,
        NULL);

    if (store == NULL) {
        fprintf(stderr, "%s\n", wolfTicket_Store_error());
    }
    else if (path != NULL && access(path, F_OK) == 0 &&
            !wolfTicket_Store_load(store, path, NULL, 0)) {
        /* No reason not to connect. */
        fprintf(stderr, "%s: %s\n", path, wolfTicket_Store_error());
    }
    return store;
}

int close_store(wolfTicket_Store* store, const char* path)
{
    int ret = store == NULL || path == NULL ||
        wolfTicket_Store_save(store, path, NULL, 0);

    if (!ret) {
        fprintf(stderr, "%s: %s\n", path, wolfTicket_Store_error());
    }
    wolfTicket_Store_free(store);
    return ret;
}
