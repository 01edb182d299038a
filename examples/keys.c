/* keys.c
 *
 * Ticket keys that the example server takes from a file.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE /* SIGHUP with -std=c99 */
#endif
#include <signal.h>
#include <stdio.h>

#include "keys.h"

static volatile sig_atomic_t written;

static void on_hangup(int sig)
{
    (void)sig;
    written = 1;
}

wolfTicket_KeyFile* follow_keys(WOLFSSL_CTX* ctx, const char* path,
    const char* name)
{
    wolfTicket_KeyFile* keys = NULL;
    wolfTicket_KEYFILE format;
    wolfTicket_KeyRing* ring = wolfTicket_KeyRing_new_manual(NULL, NULL, NULL,
        NULL);

    if (!wolfTicket_KEYFILE_of_name(name, &format)) {
        fprintf(stderr, "%s: no format of key files\n", name);
    }
    else if (ring == NULL || !wolfTicket_CTX_set_key_ring(ctx, ring)) {
        fprintf(stderr, "%s\n", wolfTicket_CTX_error(NULL));
    }
    else if ((keys = wolfTicket_KeyFile_follow(ring, path, format)) == NULL) {
        fprintf(stderr, "%s\n", wolfTicket_KeyFile_error());
    }
    else {
        signal(SIGHUP, on_hangup);
    }
    wolfTicket_KeyRing_free(ring); /* context and keys hold it */
    return keys;
}

void renew_keys(wolfTicket_KeyFile* keys)
{
    int now = written;

    written = 0;
    if (keys != NULL && !(now ? wolfTicket_KeyFile_reload(keys) :
            wolfTicket_KeyFile_refresh(keys))) {
        printf("  the former keys serve on: %s\n",
            wolfTicket_KeyFile_error());
    }
}
