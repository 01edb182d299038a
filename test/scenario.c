/* scenario.c
 *
 * The scenario program's callbacks, printing and main.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * scenario CLIENT-PROGRAM CERT-DIRECTORY [PART...] runs all parts, or those
 * named.
 */

#include "scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The whole run takes seconds; this is for what no other limit catches. */
#define MAX_RUN_SECONDS 240

Watch watch;

const char* Pass_name(Pass pass)
{
    static const char* const names[PASS_COUNT] = { "12max", "12any", "13" };

    return names[pass];
}

void Watch_reset(int answer)
{
    memset(&watch, 0, sizeof(watch));
    watch.answer = answer;
    watch.genReturn = 1;
}

/* ------------------------------------------------------------------------ */
/* Printing                                                                 */
/* ------------------------------------------------------------------------ */

const char* Key(const char* format, ...)
{
    static char text[4][MAX_TEXT];
    static int  turn;
    va_list     args;

    turn = (turn + 1) % 4;
    va_start(args, format);
    vsnprintf(text[turn], sizeof(text[turn]), format, args);
    va_end(args);

    return text[turn];
}

void Say(const char* key, const char* format, ...)
{
    va_list args;

    printf("%s: ", key);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    fflush(stdout);
}

void Say_outcome(const char* key, const Outcome* out)
{
    const char* kind = "-";

    if (out->ok && out->client.ok) {
        kind = out->reused ? "resumed" : "full";
        if (strcmp(kind, out->client.kind) != 0) {
            kind = "disputed";
        }
    }
    Say(key, "hs=%s%s kind=%s nst=%d%s gen=%d dec=%s ss=%s keyname=%u%s "
        "alert=%s", out->ok ? "ok" : "fail",
        (out->ok == out->client.ok) ? "" : "/client-disagrees", kind,
        out->client.tickets, (out->client.empty > 0) ? "+empty" : "",
        watch.gen, (watch.dec > 0) ? watch.status : "-",
        (watch.dec > 0) ? watch.ss : "-", (unsigned)watch.keynameLen,
        watch.wrongArg ? " WRONG-ARG" : "", out->client.alert);
}

/* Longer data is shown by its beginning and a sum. */
#define LONG 40

/* Printable bytes stand for themselves, others as hex. */
static void Printable(const unsigned char* data, size_t len, char* out,
    size_t sz)
{
    size_t i;
    size_t at = 0;

    for (i = 0; i < len && at + 4 < sz; i++) {
        if (data[i] > 0x20 && data[i] < 0x7f) {
            out[at++] = (char)data[i];
        }
        else {
            at += (size_t)snprintf(out + at, sz - at, "\\%02x", data[i]);
        }
    }
    out[at] = '\0';
}

/* What is not shown. */
static unsigned Sum(const unsigned char* data, size_t len)
{
    unsigned sum = 0;
    size_t   i;

    for (i = 0; i < len; i++) {
        sum = sum * 31 + data[i];
    }
    return sum & 0xffffffff;
}

const char* Appdata(SSL_SESSION* session)
{
    static char text[MAX_TEXT];
    size_t      at;
    char        bytes[MAX_TEXT / 2];
    void*       data = text;    /* neither NULL nor 0, to see them set */
    size_t      len = 77;
    int         ret;

    if (session == NULL) {
        snprintf(text, sizeof(text), "no-session");
    }
    else {
        ret = SSL_SESSION_get0_ticket_appdata(session, &data, &len);
        if (ret != 1) {
            snprintf(text, sizeof(text), "error-%d", ret);
        }
        else if (data == NULL) {
            snprintf(text, sizeof(text), "NULL/%u", (unsigned)len);
        }
        else {
            Printable((const unsigned char*)data, (len > LONG) ? LONG : len,
                bytes, sizeof(bytes));
            at = (size_t)snprintf(text, sizeof(text), "\"%s\"/%u", bytes,
                (unsigned)len);
            if (len > LONG) {
                snprintf(text + at, sizeof(text) - at, "/%08x",
                    Sum((const unsigned char*)data, len));
            }
        }
    }

    return text;
}

/* ------------------------------------------------------------------------ */
/* The ticket callbacks                                                     */
/* ------------------------------------------------------------------------ */

static void Append(char* list, const char* word)
{
    size_t at = strlen(list);

    snprintf(list + at, MAX_TEXT - at, "%s%s", (at > 0) ? "," : "", word);
}

int GenCb(SSL* ssl, void* arg)
{
    Watch* w = (Watch*)arg;

    watch.wrongArg |= (w != &watch);
    watch.gen++;
    if (watch.genSets && SSL_SESSION_set1_ticket_appdata(
            SSL_get_session(ssl), watch.genData, watch.genLen) != 1) {
        printf("# gen_cb: set1 failed\n");
    }

    return watch.genReturn;
}

static const char* StatusName(SSL_TICKET_STATUS status)
{
    const char* ret = "?";

    switch (status) {
        case SSL_TICKET_FATAL_ERR_MALLOC:
            ret = "FATAL_ERR_MALLOC";
            break;
        case SSL_TICKET_FATAL_ERR_OTHER:
            ret = "FATAL_ERR_OTHER";
            break;
        case SSL_TICKET_NONE:
            ret = "NONE";
            break;
        case SSL_TICKET_EMPTY:
            ret = "EMPTY";
            break;
        case SSL_TICKET_NO_DECRYPT:
            ret = "NO_DECRYPT";
            break;
        case SSL_TICKET_SUCCESS:
            ret = "SUCCESS";
            break;
        case SSL_TICKET_SUCCESS_RENEW:
            ret = "SUCCESS_RENEW";
            break;
        default:
            break;
    }

    return ret;
}

static SSL_TICKET_RETURN DefaultAnswer(SSL_TICKET_STATUS status)
{
    SSL_TICKET_RETURN ret = SSL_TICKET_RETURN_IGNORE_RENEW;

    if (status == SSL_TICKET_SUCCESS) {
        ret = SSL_TICKET_RETURN_USE;
    }
    else if (status == SSL_TICKET_SUCCESS_RENEW) {
        ret = SSL_TICKET_RETURN_USE_RENEW;
    }

    return ret;
}

SSL_TICKET_RETURN DecCb(SSL* ssl, SSL_SESSION* ss,
    const unsigned char* keyname, size_t keynameLen, SSL_TICKET_STATUS status,
    void* arg)
{
    Watch*            w = (Watch*)arg;
    SSL_TICKET_RETURN ret = (SSL_TICKET_RETURN)watch.answer;

    watch.wrongArg |= (w != &watch || ssl == NULL);
    watch.wrongArg |= (keynameLen > 0 && keyname == NULL);
    watch.dec++;
    watch.keynameLen = keynameLen;
    if (keynameLen == sizeof(watch.keyname)) {
        memcpy(watch.keyname, keyname, keynameLen);
    }
    Append(watch.status, StatusName(status));
    Append(watch.ss, (ss == NULL) ? "null" : "set");
    if (ss != NULL) {
        Append(watch.data, Appdata(ss));
        if (watch.decSets && SSL_SESSION_set1_ticket_appdata(ss,
                watch.decData, watch.decLen) != 1) {
            printf("# dec_cb: set1 failed\n");
        }
    }
    if (watch.answer == ANSWER_DEFAULT) {
        ret = DefaultAnswer(status);
    }

    return ret;
}

/* ------------------------------------------------------------------------ */

int main(int argc, char** argv)
{
    static const struct {
        const char* name;
        void        (*run)(void);
    } parts[] = {
        { "table",     Scenario_table },
        { "callbacks", Scenario_callbacks },
        { "appdata",   Scenario_appdata },
        { "count",     Scenario_count },
        { "request",   Scenario_request },
        { "post-auth", Scenario_post_auth },
        { "refuse",    Scenario_refuse },
        { "binding",   Scenario_binding },
        { "sundry",    Scenario_sundry },
        { "keys",      Scenario_keys },
        { "key-cb",    Scenario_key_cb }
    };
    size_t i;
    int    a;
    int    wanted;
    int    ret = 1;

    (void)alarm(MAX_RUN_SECONDS);
    if (argc < 3) {
        fprintf(stderr, "usage: %s CLIENT-PROGRAM CERT-DIRECTORY [PART...]\n",
            argv[0]);
    }
    else if (Peer_start(argv[1], argv[2])) {
        printf("# %s %s\n", SCENARIO_LIBRARY, SCENARIO_VERSION());
        for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
            wanted = (argc == 3);
            for (a = 3; a < argc; a++) {
                wanted |= (strcmp(argv[a], parts[i].name) == 0);
            }
            if (wanted) {
                parts[i].run();
            }
        }
        printf("# complete\n");
        ret = 0;
    }
    Peer_stop();
    SCENARIO_CLEANUP();

    return ret;
}
