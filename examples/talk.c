/* talk.c
 *
 * What the example client says to a server, and hears from it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include <string.h>
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "talk.h"

/* Tells whether the server has ended the connection properly, or somebody has
 * cut it short. */
static int ended(WOLFSSL* ssl, int got)
{
    return got <= 0 && wolfSSL_get_error(ssl, got) ==
        WOLFSSL_ERROR_ZERO_RETURN;
}

int answer_questions(WOLFSSL* ssl, const char* name, FILE* out)
{
    char said[256];
    char last = '\0';
    int got, i, ok = 1;

    while (ok && (got = wolfSSL_read(ssl, said, (int)sizeof(said))) > 0) {
        fwrite(said, 1, (size_t)got, out);
        for (i = 0; i < got; i++) {
            if (said[i] == '\n' && last == '?') {
                ok = (*name == '\0' ||
                    wolfSSL_write(ssl, name, (int)strlen(name)) > 0) &&
                    wolfSSL_write(ssl, "\n", 1) > 0;
            }
            last = said[i];
        }
    }
    return ok && ended(ssl, got);
}

int fetch_page(WOLFSSL* ssl, FILE* out)
{
    static const char request[] = "GET / HTTP/1.0\r\n\r\n";
    char said[1024];
    unsigned long size = 0;
    int got = wolfSSL_write(ssl, request, (int)sizeof(request) - 1);

    while (got > 0 && (got = wolfSSL_read(ssl, said, (int)sizeof(said))) > 0) {
        size += (unsigned long)got;
    }
    fprintf(out, "a page of %lu bytes\n", size);
    return size > 0 && ended(ssl, got);
}
