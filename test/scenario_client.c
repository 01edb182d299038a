/* scenario_client.c
 *
 * The client of the scenario program: OpenSSL's own, whatever the server is.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * scenario_client PORT CERT-DIRECTORY takes one command a line from standard
 * input, answers each with one line of name=value words, and ends with its
 * input.  Connections go to PORT on loopback, one at a time.
 *
 *   connect WORD...  handshakes and reads the server's first byte
 *       v12, v13         the one version that is offered
 *       new              for connections that offer no session
 *       noext            no ticket extension in TLS 1.2
 *       sess=SLOT        offers the session saved there, its ticket
 *       flip=PERMILLE      with a bit changed at that place
 *       keep=LEN, cut=LEN  as its first LEN bytes, all but the last LEN
 *       blob=LEN           replaced by an invented one
 *       sni=NAME alpn=PROTOCOL
 *       cert=NAME        has that certificate to show, also when it is asked
 *                        for after the handshake
 *   save SLOT INDEX  keeps the INDEXth session of this connection (TLS 1.3),
 *                    or its session (TLS 1.2)
 *   read LEN         reads until LEN bytes have come
 *   await COUNT      reads until COUNT tickets have come since the last answer
 *   write TEXT       writes
 *   close            ends the connection
 */

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "scenario_slot.h"

#define WAIT_SECONDS 10
#define MAX_SLOTS    32
#define MAX_SESSIONS 300
#define MAX_LINE     512

typedef struct Connection {
    SSL*         ssl;
    int          fd;
    int          tickets;          /* since the last answer */
    int          empty;            /* tickets of no length */
    int          hellos;
    const char*  alert;
    SSL_SESSION* session[MAX_SESSIONS];
    int          sessions;
    char         data[MAX_LINE];
} Connection;

static Slot        slots[MAX_SLOTS];
static Connection  conn;
static SSL_CTX*    ctx;
static const char* certDir;
static int         port;

/* ------------------------------------------------------------------------ */
/* What the connection tells                                                */
/* ------------------------------------------------------------------------ */

static int NewSession(SSL* ssl, SSL_SESSION* session)
{
    int ret = 0;

    (void)ssl;
    if (conn.sessions < MAX_SESSIONS) {
        conn.session[conn.sessions++] = session;
        ret = 1;
    }

    return ret;
}

static void SeeMessage(int sent, int version, int type, const void* buf,
    size_t len, SSL* ssl, void* arg)
{
    const unsigned char* msg = (const unsigned char*)buf;
    size_t               at;
    size_t               ticketLen = 0;

    (void)version;
    (void)arg;
    if (type == SSL3_RT_HANDSHAKE && len > 10) {
        if (sent && msg[0] == SSL3_MT_CLIENT_HELLO) {
            conn.hellos++;
        }
        if (!sent && msg[0] == SSL3_MT_NEWSESSION_TICKET) {
            at = (SSL_version(ssl) < TLS1_3_VERSION) ? 8 :
                13 + (size_t)msg[12];
            if (at + 2 <= len) {
                ticketLen = ((size_t)msg[at] << 8) | msg[at + 1];
            }
            if (ticketLen > 0) {
                conn.tickets++;
            }
            else {
                conn.empty++;
            }
        }
    }
    else if (type == SSL3_RT_HANDSHAKE && !sent && len == 10 &&
             msg[0] == SSL3_MT_NEWSESSION_TICKET) {
        conn.empty++;
    }
}

static void SeeInfo(const SSL* ssl, int where, int value)
{
    (void)ssl;
    if (where == SSL_CB_READ_ALERT &&
        (value >> 8) == SSL3_AL_FATAL) {
        conn.alert = SSL_alert_desc_string_long(value);
    }
}

/* What ended a call that should have gone on. */
static void NoteFailure(int ret)
{
    int error = SSL_get_error(conn.ssl, ret);

    if (conn.alert == NULL) {
        if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
            conn.alert = "none, time is up";
        }
        else if (error == SSL_ERROR_ZERO_RETURN) {
            conn.alert = "close notify";
        }
        else if (error == SSL_ERROR_SYSCALL || ERR_GET_REASON(
                     ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
            conn.alert = "none, end of file";
        }
        else {
            conn.alert = ERR_reason_error_string(ERR_peek_error());
        }
    }
    ERR_clear_error();
}

static void Answer(int ok)
{
    const char* kind = "-";

    if (ok && conn.ssl != NULL) {
        kind = SSL_session_reused(conn.ssl) ? "resumed" : "full";
    }
    printf("ok=%d;kind=%s;tickets=%d;empty=%d;hellos=%d;data=%s;"
        "version=%s;alert=%s\n", ok, kind, conn.tickets, conn.empty,
        conn.hellos, conn.data, (conn.ssl == NULL) ? "-" :
        SSL_get_version(conn.ssl), (conn.alert == NULL) ? "-" : conn.alert);
    fflush(stdout);
    conn.tickets = 0;
    conn.empty = 0;
    conn.data[0] = '\0';
}

/* ------------------------------------------------------------------------ */
/* Commands                                                                 */
/* ------------------------------------------------------------------------ */

static void Close(void)
{
    int i;

    if (conn.ssl != NULL) {
        SSL_shutdown(conn.ssl);
        SSL_free(conn.ssl);
    }
    if (conn.fd >= 0) {
        close(conn.fd);
    }
    for (i = 0; i < conn.sessions; i++) {
        SSL_SESSION_free(conn.session[i]);
    }
    memset(&conn, 0, sizeof(conn));
    conn.fd = -1;
    ERR_clear_error();
}

static int Dial(void)
{
    struct timeval     limit = { WAIT_SECONDS, 0 };
    struct sockaddr_in addr;
    int                on = 1;
    int                fd;

    memset(&addr, 0, sizeof(addr));
    addr.sin_family = AF_INET;
    addr.sin_port = htons((unsigned short)port);
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd >= 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        if (connect(fd, (struct sockaddr*)&addr, sizeof(addr)) != 0) {
            close(fd);
            fd = -1;
        }
    }

    return fd;
}

static int UseCert(const char* name)
{
    char file[1024];
    int  ret = 0;

    snprintf(file, sizeof(file), "%s/%s.pem", certDir, name);
    if (SSL_use_certificate_file(conn.ssl, file, SSL_FILETYPE_PEM) == 1) {
        snprintf(file, sizeof(file), "%s/%s.key", certDir, name);
        ret = SSL_use_PrivateKey_file(conn.ssl, file, SSL_FILETYPE_PEM);
    }
    SSL_set_post_handshake_auth(conn.ssl, 1);

    return ret == 1;
}

static int SetAlpn(const char* name)
{
    unsigned char list[MAX_LINE];
    size_t        len = strlen(name);

    list[0] = (unsigned char)len;
    memcpy(list + 1, name, len);

    return SSL_set_alpn_protos(conn.ssl, list, (unsigned int)len + 1) == 0;
}

/* Sets the connection up from the words of the command. */
static int Prepare(char* words)
{
    SSL_SESSION* session;
    const char*  how = NULL;
    char*        word;
    char*        value;
    size_t       amount = 0;
    int          slot = -1;
    int          ret = 1;

    for (word = strtok(words, " "); ret && word != NULL;
         word = strtok(NULL, " ")) {
        value = strchr(word, '=');
        if (value != NULL) {
            *value++ = '\0';
        }
        if (strcmp(word, "v12") == 0) {
            ret = SSL_set_max_proto_version(conn.ssl, TLS1_2_VERSION) == 1;
        }
        else if (strcmp(word, "v13") == 0) {
            ret = SSL_set_min_proto_version(conn.ssl, TLS1_3_VERSION) == 1;
        }
        else if (strcmp(word, "noext") == 0) {
            SSL_set_options(conn.ssl, SSL_OP_NO_TICKET);
        }
        else if (value == NULL) {
            ret = (strcmp(word, "new") == 0);
        }
        else if (strcmp(word, "sess") == 0) {
            slot = atoi(value);
        }
        else if (strcmp(word, "sni") == 0) {
            ret = SSL_set_tlsext_host_name(conn.ssl, value) == 1;
        }
        else if (strcmp(word, "alpn") == 0) {
            ret = SetAlpn(value);
        }
        else if (strcmp(word, "cert") == 0) {
            ret = UseCert(value);
        }
        else {
            how = word;
            amount = (size_t)atol(value);
        }
    }
    if (ret && slot >= 0) {
        ret = (slot < MAX_SLOTS);
        session = ret ? Slot_load(&slots[slot], how, amount) : NULL;
        ret = session != NULL && SSL_set_session(conn.ssl, session) == 1;
        SSL_SESSION_free(session);
    }

    return ret;
}

/* Reads len bytes, or until count tickets have come. */
static int Read(int len, int count)
{
    int got = 0;
    int n = 1;

    SSL_clear_mode(conn.ssl, SSL_MODE_AUTO_RETRY);
    while (n > 0 && (got < len || conn.tickets < count)) {
        struct pollfd p = { conn.fd, POLLIN, 0 };

        n = SSL_read(conn.ssl, conn.data + got,
            (int)sizeof(conn.data) - 1 - got);
        if (n > 0) {
            got += n;
        }
        else if (SSL_get_error(conn.ssl, n) == SSL_ERROR_WANT_READ &&
                 (SSL_has_pending(conn.ssl) ||
                  (got >= len && conn.tickets >= count) ||
                  poll(&p, 1, WAIT_SECONDS * 1000) == 1)) {
            n = 1;
        }
    }
    conn.data[got] = '\0';
    if (n <= 0) {
        NoteFailure(n);
    }

    return n > 0;
}

static void Connect(char* words)
{
    int ret = 0;
    int n;

    Close();
    conn.ssl = SSL_new(ctx);
    if (conn.ssl != NULL && Prepare(words)) {
        conn.fd = Dial();
        if (conn.fd >= 0 && SSL_set_fd(conn.ssl, conn.fd) == 1) {
            n = SSL_connect(conn.ssl);
            if (n == 1) {
                ret = Read(1, 0);
            }
            else {
                NoteFailure(n);
                /* As any client does; some servers wait for it. */
                (void)shutdown(conn.fd, SHUT_WR);
            }
        }
    }
    else {
        conn.alert = "none, the command is wrong";
    }
    Answer(ret);
}

static int Save(int index, int which)
{
    SSL_SESSION* session = NULL;
    int          ret = 0;

    if (conn.ssl != NULL && index >= 0 && index < MAX_SLOTS) {
        if (SSL_version(conn.ssl) < TLS1_3_VERSION) {
            session = SSL_get_session(conn.ssl);
        }
        else if (which >= 0 && which < conn.sessions) {
            session = conn.session[which];
        }
        ret = Slot_save(&slots[index], session);
    }

    return ret;
}

static void Obey(char* line)
{
    int a = 0;
    int b = 0;

    if (strncmp(line, "connect ", 8) == 0) {
        Connect(line + 8);
    }
    else if (sscanf(line, "save %d %d", &a, &b) == 2) {
        Answer(Save(a, b));
    }
    else if (strcmp(line, "close") == 0) {
        Close();
        Answer(1);
    }
    else if (conn.ssl == NULL) {
        Answer(0);
    }
    else if (sscanf(line, "read %d", &a) == 1) {
        Answer(Read(a, 0));
    }
    else if (sscanf(line, "await %d", &a) == 1) {
        Answer(Read(0, a));
    }
    else if (strncmp(line, "write ", 6) == 0) {
        Answer(SSL_write(conn.ssl, line + 6, (int)strlen(line + 6)) > 0);
    }
    else {
        Answer(0);
    }
}

int main(int argc, char** argv)
{
    char line[MAX_LINE];
    char file[1024];
    int  ret = 1;
    int  i;

    conn.fd = -1;
    (void)signal(SIGPIPE, SIG_IGN);
    if (argc == 3) {
        port = atoi(argv[1]);
        certDir = argv[2];
        snprintf(file, sizeof(file), "%s/ca.pem", certDir);
        ctx = SSL_CTX_new(TLS_client_method());
        if (ctx != NULL && SSL_CTX_load_verify_locations(ctx, file, NULL)) {
            SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
            SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT |
                SSL_SESS_CACHE_NO_INTERNAL);
            SSL_CTX_sess_set_new_cb(ctx, NewSession);
            SSL_CTX_set_msg_callback(ctx, SeeMessage);
            SSL_CTX_set_info_callback(ctx, SeeInfo);
            while (fgets(line, sizeof(line), stdin) != NULL) {
                line[strcspn(line, "\n")] = '\0';
                Obey(line);
            }
            ret = 0;
        }
        Close();
        for (i = 0; i < MAX_SLOTS; i++) {
            Slot_free(&slots[i]);
        }
        SSL_CTX_free(ctx);
    }
    else {
        fprintf(stderr, "usage: %s PORT CERT-DIRECTORY\n", argv[0]);
    }

    return ret;
}
