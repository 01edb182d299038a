/* command.h
 *
 * The program wolfticket: what its parts share.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_COMMAND_H
#define WOLFTICKET_COMMAND_H

#include <stddef.h>

#include <wolfticket/keyfile.h>

/* What the program ends with. */
enum { COMMAND_DONE = 0, COMMAND_FAILED = 1, COMMAND_MISUSED = 2 };

/* What was asked for. */
typedef struct {
    const char* file;
    wolfTicket_KEYFILE format;   /* -f, or any */
    int number;                  /* -n, or 0 */
    int overwrite;               /* -F */
    int secrets;                 /* -s */
    int watch;                   /* -w */
    int database;                /* -d */
    const char* address;         /* -a */
    const char* username;        /* -u */
    const char* password;        /* -p, its file */
    const char* prefix;          /* -x */
} command_request;

/* Each returns what the program ends with, and has said why. */
int command_keygen(const command_request* request);
int command_rotate(const command_request* request);
int command_show(const command_request* request);
int command_fleet(const command_request* request);

/* Says what is wrong with a file; returns COMMAND_FAILED. */
int command_failed(const char* file, const char* reason);
/* The same in the words of the library, which name the file. */
int command_keyfile_failed(void);

/* Overwrites secrets. */
void command_wipe(void* mem, size_t sz);

#endif /* WOLFTICKET_COMMAND_H */
