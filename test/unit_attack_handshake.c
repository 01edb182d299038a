/* unit_attack_handshake.c
 *
 * Whoever completes a handshake with plain wolfSSL completes it with wolfTicket
 * too: all that a server can set, against clients of many kinds, beside a twin
 * of the server that has no wolfTicket.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "handshake_fixture.h"
#include "openssl_peer.h"

/* ---- clients ------------------------------------------------------------- */

enum {
    PLAIN,
    RETRIED,        /* its key share is not the server's: HelloRetryRequest */
    NAMED,          /* server name and ALPN */
    RENAMED,        /* another server name each time */
    WITHOUT_TICKETS,/* resumes by session id */
    CERTIFIED,      /* client authentication */
    PSK_ALONE,      /* resumes without key exchange */
    TRICKLING,      /* a byte at a time, in both directions */
    OPENSSL,
    OPENSSL_RETRIED,
    OPENSSL_RENAMED,
    OPENSSL_SESSION_ID,
    OPENSSL_PSK_ALONE,
    OPENSSL_TRICKLING,
    KINDS
};

static const char* const kindNames[KINDS] = {
    "plain", "retried", "named", "renamed", "without tickets", "certified",
    "without key exchange", "trickling", "OpenSSL's", "OpenSSL's, retried",
    "OpenSSL's, renamed", "OpenSSL's, by session id",
    "OpenSSL's, without key exchange", "OpenSSL's, trickling"
};

#define INTERNAL_ERROR 80
#define VISITS 5

/* The session of which visit is presented, the first one's where that has
 * none; STRANGE is of another server. */
enum { NONE = -1, STRANGE = VISITS };
static const int presents[VISITS] = { NONE, 0, 1, 0, STRANGE };

static const char* CertPath(const char* name)
{
    static char path[256];
    const char* dir = getenv("WOLFTICKET_TEST_CERTS");

    (void)snprintf(path, sizeof(path), "%s/%s", (dir != NULL) ? dir : "certs",
        name);
    return path;
}

static int IsOpenssl(int kind)
{
    return kind >= OPENSSL;
}

/* Is it another one than the plain one, in this protocol? */
static int IsOfItsOwn(int kind, int mode)
{
    int in13 = kind == RETRIED || kind == OPENSSL_RETRIED ||
        kind == PSK_ALONE || kind == OPENSSL_PSK_ALONE;
    int in12 = kind == WITHOUT_TICKETS || kind == OPENSSL_SESSION_ID;

    return th_is_tls13(mode) ? !in12 : !in13;
}

static int IsRenamed(int kind)
{
    return kind == RENAMED || kind == OPENSSL_RENAMED;
}

/* The server name of a visit, NULL: it sends none. */
static const char* NameOf(int kind, int nth)
{
    static const char* const names[VISITS] = {
        "one.example.org", "two.example.org", "three.example.org",
        "four.example.org", "five.example.org"
    };

    return IsRenamed(kind) ? names[nth]
        : (kind == NAMED) ? "www.example.org" : NULL;
}

/* ---- a transport --------------------------------------------------------- */

typedef struct {
    th_pair pair;
    op_client* peer;        /* OpenSSL's, or NULL */
    int trickles;
} visit;

static int trickling;

/* 1 or 0, as if by chance: what takes turns could do so in step for ever. */
static int Toss(void)
{
    static unsigned int state = 1;

    state = state * 1103515245u + 12345u;
    return (int)((state >> 16) & 1);
}

static int Recv(WOLFSSL* ssl, char* buf, int sz, void* arg)
{
    if (trickling && Toss())
        return WOLFSSL_CBIO_ERR_WANT_READ;
    return th_recv(ssl, buf, trickling ? 1 : sz, arg);
}

static int PeerSend(void* arg, const char* buf, int sz)
{
    int n = th_send(NULL, (char*)(size_t)buf, sz, arg);

    return (n > 0) ? n : 0;
}

static int PeerRecv(void* arg, char* buf, int sz)
{
    int n = th_recv(NULL, buf, sz, arg);

    return (n > 0) ? n : 0;
}

/* ---- contexts ------------------------------------------------------------ */

static WOLFSSL_CTX* ServerCtx(int mode, int kind)
{
    WOLFSSL_CTX* sc = th_server_ctx(mode);

    wolfSSL_CTX_SetIORecv(sc, Recv);
    if (kind == CERTIFIED) {
        ck_assert_int_eq(wolfSSL_CTX_load_verify_locations(sc,
            CertPath("ca.pem"), NULL), WOLFSSL_SUCCESS);
        wolfSSL_CTX_set_verify(sc, WOLFSSL_VERIFY_PEER |
            WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    return sc;
}

static WOLFSSL_CTX* ClientCtx(int mode, int kind)
{
    WOLFSSL_CTX* cc = th_client_ctx(mode);

    if (kind == WITHOUT_TICKETS) {
        wolfSSL_CTX_free(cc);
        cc = wolfSSL_CTX_new(th_is_tls13(mode) ? wolfSSLv23_client_method()
                                               : wolfTLSv1_2_client_method());
        ck_assert_ptr_nonnull(cc);
        ck_assert_int_eq(wolfSSL_CTX_load_verify_locations(cc,
            CertPath("ca.pem"), NULL), WOLFSSL_SUCCESS);
        wolfSSL_CTX_SetIOSend(cc, th_send);
    }
    wolfSSL_CTX_SetIORecv(cc, Recv);
    if (kind == CERTIFIED) {
        ck_assert_int_eq(wolfSSL_CTX_use_certificate_file(cc,
            CertPath("client.pem"), WOLFSSL_FILETYPE_PEM), WOLFSSL_SUCCESS);
        ck_assert_int_eq(wolfSSL_CTX_use_PrivateKey_file(cc,
            CertPath("client.key"), WOLFSSL_FILETYPE_PEM), WOLFSSL_SUCCESS);
    }
    return cc;
}

/* ---- a visit ------------------------------------------------------------- */

static void OpenPeer(visit* v, int mode, int kind, void* session,
    const char* name)
{
    op_net net = { PeerSend, PeerRecv, NULL };
    op_wants wants;

    memset(&wants, 0, sizeof(wants));
    wants.version = th_is_tls13(mode) ? 0x0304 : 0x0303;
    wants.groups = (kind == OPENSSL_RETRIED) ? "X448:P-256" : NULL;
    wants.name = name;
    wants.withoutTicket = kind == OPENSSL_SESSION_ID;
    wants.pskAlone = kind == OPENSSL_PSK_ALONE;
    net.arg = &v->pair.clientIo;
    v->peer = op_new_tls(CertPath("ca.pem"), &net, session, &wants);
    ck_assert_ptr_nonnull(v->peer);
}

/* What a client of wolfSSL's has set. */
static void SetClient(WOLFSSL* client, int kind, const char* name)
{
    (void)client;
    (void)name;
    if (kind == RETRIED)
        ck_assert_int_eq(wolfSSL_NoKeyShares(client), WOLFSSL_SUCCESS);
#ifdef HAVE_SNI
    if (name != NULL)
        ck_assert_int_eq(wolfSSL_UseSNI(client, WOLFSSL_SNI_HOST_NAME, name,
            (unsigned short)strlen(name)), WOLFSSL_SUCCESS);
#endif
#ifdef HAVE_ALPN
    if (kind == NAMED)
        ck_assert_int_eq(wolfSSL_UseALPN(client, (char*)(size_t)"h2", 2,
            WOLFSSL_ALPN_CONTINUE_ON_MISMATCH), WOLFSSL_SUCCESS);
#endif
#ifdef WOLFSSL_TLS13
    if (kind == PSK_ALONE)
        ck_assert_int_eq(wolfSSL_no_dhe_psk(client), 0);
#endif
}

static void OpenClient(visit* v, WOLFSSL_CTX* sc, WOLFSSL_CTX* cc, int mode,
    int kind, void* session, const char* name, int plain)
{
    memset(v, 0, sizeof(*v));
    if (IsOpenssl(kind)) {
        th_open_server(&v->pair, sc, plain);
        ck_assert_ptr_nonnull(v->pair.server);
        OpenPeer(v, mode, kind, session, name);
    }
    else {
        th_open(&v->pair, sc, cc, NULL, plain);
        SetClient(v->pair.client, kind, name);
        /* One without a ticket may be of no use. */
        if (session != NULL)
            (void)wolfSSL_set_session(v->pair.client,
                (WOLFSSL_SESSION*)session);
    }
    v->trickles = trickling = kind == TRICKLING || kind == OPENSSL_TRICKLING;
}

static void CloseVisit(visit* v)
{
    op_free(v->peer);
    th_close(&v->pair);
    trickling = 0;
}

static void* SessionOf(visit* v)
{
    return (v->peer != NULL) ? op_session(v->peer)
                             : (void*)wolfSSL_get1_session(v->pair.client);
}

static void FreeSession(int kind, void* session)
{
    if (IsOpenssl(kind) && session != NULL)
        op_session_free(session);
    else if (session != NULL)
        wolfSSL_SESSION_free((WOLFSSL_SESSION*)session);
}

/* May the side go on?  wolfSSL 5.5 has error 0 where a socket is full. */
static int MayGoOn(WOLFSSL* ssl, int* error)
{
    int err = wolfSSL_get_error(ssl, -1);
    int ret = err == 0 || err == WOLFSSL_ERROR_WANT_READ ||
        err == WOLFSSL_ERROR_WANT_WRITE;

    if (!ret)
        *error = err;
    return ret;
}

static int Connect(visit* v, int* stopped, int* error)
{
    int ret;

    if (v->peer != NULL) {
        ret = op_connect(v->peer);
        if (ret < 0)
            *error = -1;
        *stopped |= ret < 0;
        return ret == 1;
    }
    ret = wolfSSL_connect(v->pair.client) == WOLFSSL_SUCCESS;
    if (!ret && !MayGoOn(v->pair.client, error))
        *stopped = 1;
    return ret;
}

/* way: what the application calls; 0: wolfSSL's own. */
static int Accept(visit* v, int way, int* stopped, int* error)
{
    WOLFSSL* ssl = v->pair.server;
    int ret;

    if (way == 0)
        ret = th_accept(&v->pair);
    else if (way == 1)
        ret = wolfTicket_accept(ssl) == WOLFSSL_SUCCESS;
    else
        ret = wolfTicket_do_handshake(ssl) == WOLFSSL_SUCCESS;
    if (!ret && !MayGoOn(ssl, error))
        *stopped = 1;
    return ret;
}

static void Shake(visit* v, int way, hs_result* r)
{
    long rounds = v->trickles ? 40000 : 24;
    int clientStopped = 0, serverStopped = 0;

    while (rounds-- > 0 && r->done != TH_BOTH_DONE &&
            !(clientStopped && serverStopped)) {
        if (v->trickles)
            v->pair.serverIo.budget = v->pair.clientIo.budget = Toss();
        if (!(r->done & TH_CLIENT_DONE) && !clientStopped &&
                Connect(v, &clientStopped, &r->clientError))
            r->done |= TH_CLIENT_DONE;
        if (!(r->done & TH_SERVER_DONE) && !serverStopped &&
                Accept(v, way, &serverStopped, &r->serverError))
            r->done |= TH_SERVER_DONE;
    }
}

#define PIECE 3000

/* The client sends a piece, the server gets it whole, and the other way
 * round. */
static int Flows(visit* v, int ours)
{
    static char out[PIECE];
    static char in[PIECE];
    WOLFSSL* s = v->pair.server;
    WOLFSSL* c = v->pair.client;
    long rounds = v->trickles ? 40000 : 24;
    int sent, got, n, side;
    int ret = 1;

    memset(out, 'd', sizeof(out));
    for (side = 0; side < 2; side++) {
        sent = got = 0;
        memset(in, 0, sizeof(in));
        while (rounds-- > 0 && got < PIECE) {
            if (v->trickles)
                v->pair.serverIo.budget = v->pair.clientIo.budget = 60;
            if (sent < PIECE) {
                if (side == 0)
                    n = (v->peer != NULL)
                        ? op_write(v->peer, out + sent, PIECE - sent)
                        : wolfSSL_write(c, out + sent, PIECE - sent);
                else
                    n = ours ? wolfTicket_write(s, out + sent, PIECE - sent)
                             : wolfSSL_write(s, out + sent, PIECE - sent);
                sent += (n > 0) ? n : 0;
            }
            else {
                /* What is left in the buffer goes with the next call. */
                v->pair.serverIo.budget = v->pair.clientIo.budget = -1;
            }
            if (side == 1)
                n = (v->peer != NULL)
                    ? op_read(v->peer, in + got, PIECE - got)
                    : wolfSSL_read(c, in + got, PIECE - got);
            else
                n = ours ? wolfTicket_read(s, in + got, PIECE - got)
                         : wolfSSL_read(s, in + got, PIECE - got);
            got += (n > 0) ? n : 0;
        }
        ret = ret && got == PIECE && memcmp(in, out, PIECE) == 0;
    }
    return ret;
}

/* ---- servers ------------------------------------------------------------- */

typedef struct {
    WOLFSSL_CTX* ctx;
    int mode;
    int kind;
    hs_server* ours;        /* NULL: it is a twin */
    hs_twin twin;
    WOLFSSL_CTX* former;    /* of a twin that refuses tickets once */
} server;

static int Lapses(const server* s, int nth)
{
    return nth > 0 && s->ours == NULL && (s->twin == HS_REFUSING ||
        (s->twin == HS_LAPSING && nth == 1));
}

static int IsQuiet(const server* s, int nth)
{
    return Lapses(s, nth) || (s->ours == NULL && s->twin == HS_QUIET);
}

/* A context of its own opens no tickets of others'. */
static void Prepare(server* s, int nth)
{
    if (nth > 0 && s->ours != NULL)
        hs_next(s->ctx, s->ours, nth);
    if (s->former != NULL) {
        wolfSSL_CTX_free(s->ctx);
        s->ctx = s->former;
        s->former = NULL;
    }
    if (Lapses(s, nth)) {
        s->former = s->ctx;
        s->ctx = ServerCtx(s->mode, s->kind);
    }
}

static hs_result Visit(server* s, WOLFSSL_CTX* cc, void* session, int nth,
    void** made)
{
    int ours = s->ours != NULL;
    hs_result r;
    visit v;

    memset(&r, 0, sizeof(r));
    OpenClient(&v, s->ctx, cc, s->mode, s->kind, session,
        NameOf(s->kind, nth), ours ? nth % 2 : TH_PLAIN);
    /* In TLS 1.2 the first of these refuses tickets, too. */
    if (session != NULL && Lapses(s, nth))
        (void)wolfSSL_NoTicketTLSv12(v.pair.server);
    if (session != NULL && IsQuiet(s, nth))
        (void)wolfSSL_no_ticket_TLSv13(v.pair.server);
    /* Lean builds know a plain connection's handshake by these calls. */
    Shake(&v, ours ? nth % 3 : 0, &r);
    if (r.done == TH_BOTH_DONE) {
        v.pair.serverIo.budget = v.pair.clientIo.budget = -1;
        r.data = Flows(&v, ours);
        r.resumed = wolfSSL_session_reused(v.pair.server);
        *made = SessionOf(&v);
    }
    r.clientAlert = (v.peer != NULL) ? op_alert(v.peer)
                                     : th_client_alert(&v.pair);
    CloseVisit(&v);
    return r;
}

static void Open(server* s, int mode, int kind, hs_server* ours, hs_twin twin)
{
    memset(s, 0, sizeof(*s));
    s->mode = mode;
    s->kind = kind;
    s->ours = ours;
    s->twin = twin;
    s->ctx = ServerCtx(mode, kind);
}

static void Visits(server* s, hs_result results[VISITS])
{
    WOLFSSL_CTX* cc = ClientCtx(s->mode, s->kind);
    void* sessions[VISITS + 1] = { NULL };
    server stranger;
    void* session;
    int i;

    Open(&stranger, s->mode, s->kind, NULL, HS_OPEN);
    (void)Visit(&stranger, cc, NULL, 0, &sessions[STRANGE]);
    for (i = 0; i < VISITS; i++) {
        Prepare(s, i);
        session = (presents[i] != NONE) ? sessions[presents[i]] : NULL;
        if (i > 0 && session == NULL)
            session = sessions[0];
        results[i] = Visit(s, cc, session, i, &sessions[i]);
    }
    for (i = 0; i <= VISITS; i++)
        FreeSession(s->kind, sessions[i]);
    wolfSSL_CTX_free(stranger.ctx);
    wolfSSL_CTX_free(cc);
}

static void Twin(int mode, int kind, hs_twin twin, hs_result results[VISITS])
{
    server s;

    Open(&s, mode, kind, NULL, twin);
    Visits(&s, results);
    wolfSSL_CTX_free(s.former);
    wolfSSL_CTX_free(s.ctx);
}

/* 0 where there is no such feature. */
static int Ours(int mode, int kind, int feature, hs_result results[VISITS])
{
    static hs_server ours;
    server s;
    int ret;

    Open(&s, mode, kind, &ours, HS_OPEN);
    ret = hs_set(s.ctx, &ours, feature);
    if (ret)
        Visits(&s, results);
    hs_unset(s.ctx, &ours);
    return ret;
}

/* ---- beside the twins ---------------------------------------------------- */

/* wolfSSL clients of TLS 1.2 give up when a ticket is refused: at servers of
 * wolfSSL's alone, too? */
static int GivesUp(int mode, const hs_result* ours, const hs_result* twin)
{
    return !th_is_tls13(mode) && ours->clientError == OUT_OF_ORDER_E &&
        twin->clientError == OUT_OF_ORDER_E;
}

/* A name that the client sends behind its ticket of TLS 1.2 is known too late
 * for a refusal, where wolfSSL shows no other: so says README. */
static int IsNameTooLate(int mode, int kind, const hs_result* ours)
{
    return LIBWOLFSSL_VERSION_HEX < 0x05009000 && mode == TH_TLS12 &&
        kind == RENAMED && ours->clientAlert == INTERNAL_ERROR;
}

static void Compare(int mode, int kind, int feature,
    hs_result twins[HS_TWINS][VISITS])
{
    const hs_result* twin = twins[hs_twin_of(feature)];
    hs_result ours[VISITS];
    int there = Ours(mode, kind, feature, ours);
    int i;

    for (i = 0; there && i < VISITS; i++) {
        if (hs_complete(&twin[i]) && !hs_complete(&ours[i]) &&
                !GivesUp(mode, &ours[i], &twins[HS_REFUSING][i]) &&
                !IsNameTooLate(mode, kind, &ours[i]))
            ck_abort_msg("%s, mode %d, %s, visit %d: done %d, data %d, "
                "server %d, client %d", kindNames[kind], mode,
                featureNames[feature], i, ours[i].done, ours[i].data,
                ours[i].serverError, ours[i].clientError);
    }
}

START_TEST(who_completes_without_wolfticket_completes_with_it)
{
    int kind = _i % KINDS;
    int mode = _i / KINDS;
    hs_result twins[HS_TWINS][VISITS];
    int i;

    for (i = 0; IsOfItsOwn(kind, mode) && i < HS_TWINS; i++)
        Twin(mode, kind, (hs_twin)i, twins[i]);
    for (i = 0; IsOfItsOwn(kind, mode) && i < FEATURES; i++)
        Compare(mode, kind, i, twins);
}
END_TEST

int main(void)
{
    Suite* suite = suite_create("attack_handshake");
    TCase* tc = th_case(suite, "handshake", 0);

    tcase_add_loop_test(tc, who_completes_without_wolfticket_completes_with_it,
        0, KINDS * TH_MODES);
    return th_run(suite);
}
