/* scenario_table.c
 *
 * The decision table: what was presented, against what dec_cb answers.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "scenario.h"

enum { SLOT_GOOD, SLOT_FRESH };

typedef enum Presented {
    PRESENTED_EMPTY,
    PRESENTED_VALID,
    PRESENTED_WRONG_KEY,
    PRESENTED_COUNT
} Presented;

static const char* const presentedNames[PRESENTED_COUNT] = {
    "empty", "valid", "wrong-key"
};

static const struct {
    const char* name;
    int         value;
} answers[] = {
    { "ABORT",        SSL_TICKET_RETURN_ABORT },
    { "IGNORE",       SSL_TICKET_RETURN_IGNORE },
    { "IGNORE_RENEW", SSL_TICKET_RETURN_IGNORE_RENEW },
    { "USE",          SSL_TICKET_RETURN_USE },
    { "USE_RENEW",    SSL_TICKET_RETURN_USE_RENEW },
    { "5",            5 },
    { "-1",           -1 },
    { "1000",         1000 }
};

#define ANSWERS (sizeof(answers) / sizeof(answers[0]))

/* One cell, and what the client can do with what it got there. */
static void Cell(SSL_CTX* ctx, Pass pass, Presented presented, size_t answer)
{
    const char* key;
    Outcome     out;
    Report      report;
    SSL*        ssl;

    Watch_reset(answers[answer].value);
    if (presented == PRESENTED_EMPTY) {
        ssl = Connect(ctx, pass, &out, "new");
    }
    else {
        ssl = Connect(ctx, pass, &out, "sess=%d", SLOT_GOOD);
    }
    Say_outcome(Key("table.%s.%s.%s", Pass_name(pass),
        presentedNames[presented], answers[answer].name), &out);

    key = Key("table.%s.%s.%s.and-then", Pass_name(pass),
        presentedNames[presented], answers[answer].name);
    if (out.ok && out.client.tickets > 0) {
        Peer_ask(&report, "save %d 0", SLOT_FRESH);
        Connection_close(ssl);
        Watch_reset(ANSWER_DEFAULT);
        Visit(ctx, pass, &out, -1, "sess=%d", SLOT_FRESH);
        Say_outcome(key, &out);
    }
    else {
        Connection_close(ssl);
        Say(key, "no new ticket");
    }
}

void Scenario_table(void)
{
    SSL_CTX* own;
    SSL_CTX* other;
    Outcome  out;
    size_t   answer;
    int      pass;
    int      presented;

    for (pass = 0; pass < PASS_COUNT; pass++) {
        own = Context_new((Pass)pass);
        other = Context_new((Pass)pass);

        Watch_reset(ANSWER_DEFAULT);
        Visit(own, (Pass)pass, &out, SLOT_GOOD, "new");
        Say_outcome(Key("table.%s.first", Pass_name((Pass)pass)), &out);

        for (presented = 0; presented < PRESENTED_COUNT; presented++) {
            /* TLS 1.3 has no empty ticket to present. */
            if (pass == PASS_13 && presented == PRESENTED_EMPTY) {
                continue;
            }
            for (answer = 0; answer < ANSWERS; answer++) {
                Cell((presented == PRESENTED_WRONG_KEY) ? other : own,
                    (Pass)pass, (Presented)presented, answer);
            }
        }
        SSL_CTX_free(own);
        SSL_CTX_free(other);
    }
}
