/* scenario.h
 *
 * The scenario program: servers in OpenSSL's names, watched from outside.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The same sources make two programs, one on OpenSSL and one on wolfSSL with
 * wolfTicket, that differ in the lines below alone.  Each prints one line for
 * each thing it observes, "key: value"; compare-scenario.sh compares them.
 */

#ifndef SCENARIO_H
#define SCENARIO_H

#ifdef SCENARIO_WOLFTICKET
    #include <wolfssl/options.h>
    #include <wolfssl/openssl/ssl.h>
    #include <wolfticket/openssl.h>
    #define SCENARIO_LIBRARY   "wolfSSL"
    #define SCENARIO_VERSION() wolfSSL_lib_version()
    #define SCENARIO_CLEANUP() wolfTicket_cleanup()
#else
    #include <openssl/ssl.h>
    #define SCENARIO_LIBRARY   "OpenSSL"
    #define SCENARIO_VERSION() OpenSSL_version(OPENSSL_VERSION_STRING)
    #define SCENARIO_CLEANUP() (void)0
#endif

#include <stddef.h>

#if defined(__GNUC__)
    #define LIKE_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
    #define LIKE_PRINTF(f, a)
#endif

#define WAIT_SECONDS 10
#define MAX_TEXT     512

/* Which protocol, and how the server is held to it. */
typedef enum Pass {
    PASS_12MAX,             /* server and client do TLS 1.2 at most */
    PASS_12ANY,             /* the server could do TLS 1.3 */
    PASS_13,
    PASS_COUNT
} Pass;

/* The answer for dec_cb that the reference text gives as the default. */
#define ANSWER_DEFAULT (-1000)

/* What the callbacks do, and what they saw. */
typedef struct Watch {
    int         answer;         /* of dec_cb */
    int         genReturn;
    const void* genData;        /* for gen_cb to set, when genSets */
    size_t      genLen;
    int         genSets;
    const void* decData;        /* for dec_cb to set, when decSets */
    size_t      decLen;
    int         decSets;

    int         gen;            /* calls of gen_cb */
    int         dec;            /* calls of dec_cb */
    char        status[MAX_TEXT];
    char        ss[MAX_TEXT];
    char        data[MAX_TEXT]; /* that dec_cb found */
    size_t      keynameLen;
    unsigned char keyname[16];
    int         wrongArg;
} Watch;

/* What the client told. */
typedef struct Report {
    int  ok;
    int  tickets;
    int  empty;
    int  hellos;
    char kind[16];
    char data[MAX_TEXT];
    char alert[128];
} Report;

/* What came of a handshake. */
typedef struct Outcome {
    int    ok;                  /* the server's view */
    int    reused;
    Report client;
} Outcome;

extern Watch watch;             /* the one that contexts pass to callbacks */
extern int   nonBlocking;       /* for the connections to come */

/* scenario_peer.c */

int  Peer_start(const char* program, const char* certs);
void Peer_stop(void);
/* Sends a command; waits for its answer.  Ask does both. */
void Peer_tell(const char* format, ...) LIKE_PRINTF(1, 2);
void Peer_answer(Report* report);
void Peer_ask(Report* report, const char* format, ...) LIKE_PRINTF(2, 3);

/* A server context for the pass, callbacks set, no session cache. */
SSL_CTX* Context_new(Pass pass);

/* Has the client connect with those words and accepts the connection, without
 * a handshake. */
SSL* Connection_open(SSL_CTX* ctx, Pass pass, const char* words);
/* The handshake; afterwards one byte goes to the client. */
void Connection_shake(SSL* ssl, Outcome* out);
void Connection_close(SSL* ssl);
/* SSL_write() and SSL_read() of one connection, to the end. */
int  Connection_write(SSL* ssl, const char* text);
int  Connection_read(SSL* ssl, char* text, int sz);
/* Opens and shakes. */
SSL* Connect(SSL_CTX* ctx, Pass pass, Outcome* out, const char* format, ...)
    LIKE_PRINTF(4, 5);
/* The same, and closes; saves the client's first session when slot >= 0. */
void Visit(SSL_CTX* ctx, Pass pass, Outcome* out, int slot,
    const char* format, ...) LIKE_PRINTF(5, 6);

/* scenario.c */

const char* Pass_name(Pass pass);
void Watch_reset(int answer);
/* Prints an observation. */
void Say(const char* key, const char* format, ...) LIKE_PRINTF(2, 3);
/* Prints what is to be said of any handshake. */
void Say_outcome(const char* key, const Outcome* out);
/* The application data of a session as text, in a static buffer. */
const char* Appdata(SSL_SESSION* session);
/* The key of an observation, in one of four static buffers. */
const char* Key(const char* format, ...) LIKE_PRINTF(1, 2);

int                GenCb(SSL* ssl, void* arg);
SSL_TICKET_RETURN  DecCb(SSL* ssl, SSL_SESSION* ss,
    const unsigned char* keyname, size_t keynameLen, SSL_TICKET_STATUS status,
    void* arg);

/* The parts. */
void Scenario_table(void);      /* scenario_table.c */
void Scenario_callbacks(void);  /* scenario_data.c */
void Scenario_appdata(void);
void Scenario_count(void);      /* scenario_count.c */
void Scenario_request(void);
void Scenario_post_auth(void);  /* scenario_auth.c */
void Scenario_refuse(void);     /* scenario_refuse.c */
void Scenario_binding(void);
void Scenario_sundry(void);
void Scenario_keys(void);       /* scenario_keys.c */
void Scenario_key_cb(void);

#endif /* SCENARIO_H */
