/* who.c
 *
 * Who the client is, and how that gets into its tickets.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include <stdio.h>
#include <string.h>

#include "who.h"

/* Takes note of who this is.  The name goes to terminals, the client's and
 * ours: control characters are refused. */
int keep_name(WOLFSSL* ssl, const char* name)
{
    const char* why = "it is empty or has control characters in it";
    size_t len = 0;
    int ret = 0;

    while ((unsigned char)name[len] >= ' ' && name[len] != 0x7f) {
        len++;
    }
    if (len > 0 && name[len] == '\0') {
        ret = wolfTicket_SESSION_set1_ticket_appdata(wolfSSL_get_session(ssl),
            name, len);
        why = wolfTicket_error(ssl);
    }
    if (!ret) {
        printf("  cannot keep the name: %s\n", why);
    }
    return ret;
}

/* Asks for a name.  Saying one proves nothing: ask for a password here. */
int ask_name(WOLFSSL* ssl)
{
    static const char question[] = "Who are you?\n";
    static const char sorry[] = "Sorry, I cannot keep this name.\n";
    char line[128] = "";
    int len = 0;
    int got = wolfTicket_write(ssl, question, (int)sizeof(question) - 1);

    while (got > 0 && len < (int)sizeof(line) - 1 && !strchr(line, '\n')) {
        got = wolfTicket_read(ssl, line + len, (int)sizeof(line) - 1 - len);
        len += got > 0 ? got : 0;
    }
    len = (int)strcspn(line, "\r\n");
    got = line[len] != '\0';
    line[len] = '\0';
    got = got && keep_name(ssl, line);
    if (!got) {
        wolfTicket_write(ssl, sorry, (int)sizeof(sorry) - 1);
    }
    return got;
}
