/* ticket.h
 *
 * Session tickets under the application's control, for wolfSSL servers.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The functions mirror OpenSSL's SSL_CTX_set_session_ticket_cb(3) and
 * SSL_set_num_tickets(3), name for name and rule for rule; include
 * wolfticket/openssl.h instead to use OpenSSL's own names.
 *
 * Unless a function says otherwise:
 *  - it returns 1 on success and 0 on failure, a failure changes nothing, and
 *    wolfTicket_CTX_error() or wolfTicket_error() then tells what to do;
 *  - a WOLFSSL is used by one thread at a time, as in wolfSSL; a context is
 *    configured before its first handshake and then serves any number of
 *    threads;
 *  - what the embedded core does otherwise (WOLFTICKET_EMBEDDED), or has
 *    not, stands in wolfticket/embedded.h;
 *  - the first call with a server context attaches wolfTicket to it, as
 *    wolfTicket_CTX_attach() does; a client context is accepted and left
 *    alone.
 */

#ifndef WOLFTICKET_TICKET_H
#define WOLFTICKET_TICKET_H

#include <stddef.h>

#include <wolfticket/settings.h>

#ifdef HAVE_GETPID
    #include <sys/types.h> /* pid_t: not every wolfSSL header looks for it */
#endif
#include <wolfssl/ssl.h>
#include <wolfssl/wolfio.h>

#include <wolfticket/version.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef WOLFTICKET_API
    #if defined(__GNUC__) && (__GNUC__ >= 4)
        #define WOLFTICKET_API __attribute__((visibility("default")))
    #else
        #define WOLFTICKET_API
    #endif
#endif

/* ------------------------------------------------------------------------ */
/* Limits                                                                   */
/* ------------------------------------------------------------------------ */

/* Tickets a connection can be told to send, and can send in its life.  The
 * nonce that TLS 1.3 puts into every ticket is one byte in wolfSSL. */
#define WOLFTICKET_MAX_TICKETS          255
/* What a context sends when nobody says otherwise, as in OpenSSL. */
#define WOLFTICKET_DEFAULT_TICKETS      2
/* Application data that every wolfSSL with tickets has room for, in bytes. */
#define WOLFTICKET_MIN_APPDATA_MAX      40
/* The same where a ticket key callback sets up AES-CBC. */
#define WOLFTICKET_MIN_KEY_CB_APPDATA_MAX 13
/* The most application data there can be, kept outside of the ticket: see
 * wolfticket/datastore.h. */
#define WOLFTICKET_MAX_DATA             65535
/* Bytes of a key name. */
#define WOLFTICKET_NAME_SZ              16
/* Bytes of a session id context at most. */
#define WOLFTICKET_SID_CTX_MAX          32
/* Life of a ticket in seconds: default, and the most TLS 1.3 allows. */
#define WOLFTICKET_DEFAULT_LIFETIME     7200
#define WOLFTICKET_MAX_LIFETIME         604800
/* Life of a chain of renewed tickets, counted from the full handshake. */
#define WOLFTICKET_DEFAULT_RENEWAL_LIMIT 604800
#define WOLFTICKET_MAX_RENEWAL_LIMIT    1048575

/* ------------------------------------------------------------------------ */
/* The ticket callbacks: SSL_CTX_set_session_ticket_cb(3)                   */
/* ------------------------------------------------------------------------ */

/* What became of a ticket that a client presented (SSL_TICKET_STATUS).  The
 * first three never reach the application. */
typedef int wolfTicket_STATUS;
enum {
    WOLFTICKET_FATAL_ERR_MALLOC = 0,
    WOLFTICKET_FATAL_ERR_OTHER  = 1,
    WOLFTICKET_NONE             = 2,
    WOLFTICKET_EMPTY            = 3, /* TLS 1.2: an empty ticket extension */
    WOLFTICKET_NO_DECRYPT       = 4, /* it cannot be used */
    WOLFTICKET_SUCCESS          = 5, /* it can, and needs no renewal */
    WOLFTICKET_SUCCESS_RENEW    = 6  /* it can, and should be renewed */
};

/* What the application wants done with it (SSL_TICKET_RETURN).  Any other
 * value is taken as WOLFTICKET_RETURN_ABORT. */
typedef int wolfTicket_RETURN;
enum {
    WOLFTICKET_RETURN_ABORT        = 0, /* end the handshake, internal_error */
    WOLFTICKET_RETURN_IGNORE       = 1, /* full handshake, no new ticket */
    WOLFTICKET_RETURN_IGNORE_RENEW = 2, /* full handshake, new tickets */
    WOLFTICKET_RETURN_USE          = 3, /* resume, no new ticket */
    WOLFTICKET_RETURN_USE_RENEW    = 4  /* resume, one new ticket */
};

/* A ticket is about to be made for ssl: the last moment to call
 * wolfTicket_SESSION_set1_ticket_appdata() on wolfSSL_get_session(ssl).
 * Called once for each ticket that is sent and for no other.  Return 1 to go
 * on, 0 to end the connection with internal_error. */
typedef int (*wolfTicket_CTX_generate_session_ticket_fn)(WOLFSSL* ssl,
    void* arg);

/* A ticket was presented: called once for each, however often wolfSSL looks
 * at it.
 *  ss       the session, with the ticket's application data, or NULL when
 *           status is EMPTY or NO_DECRYPT; valid during the call
 *  keyname  the name of the key the ticket was sealed under; with NO_DECRYPT
 *           possibly the first bytes of whatever the client sent; valid
 *           during the call.  NULL and 0 with EMPTY
 * Over DTLS it is called when the client has brought back the server's cookie.
 * A client may present several tickets in TLS 1.3; from the fifth of one
 * message on they are refused without a call.
 * USE and USE_RENEW are errors unless status is SUCCESS or SUCCESS_RENEW, and
 * abort the handshake. */
typedef wolfTicket_RETURN (*wolfTicket_CTX_decrypt_session_ticket_fn)(
    WOLFSSL* ssl, WOLFSSL_SESSION* ss, const unsigned char* keyname,
    size_t keyname_len, wolfTicket_STATUS status, void* arg);

/* Sets both callbacks; either may be NULL for the default behaviour.  arg is
 * passed to both and stays the caller's. */
WOLFTICKET_API int wolfTicket_CTX_set_session_ticket_cb(WOLFSSL_CTX* ctx,
    wolfTicket_CTX_generate_session_ticket_fn gen_cb,
    wolfTicket_CTX_decrypt_session_ticket_fn dec_cb, void* arg);

/* ------------------------------------------------------------------------ */
/* Application data: SSL_SESSION_set1_ticket_appdata(3)                     */
/* ------------------------------------------------------------------------ */

/* Copies len bytes of data into the session, in place of what it had; the
 * tickets made from then on carry them, or, where they have no room for so
 * much, a handle to it: wolfticket/datastore.h.  len 0 clears (data may be
 * NULL).
 * ss is the session of a server connection, from wolfSSL_get_session(); for a
 * connection made by plain wolfSSL_new() it is known from the moment the
 * client's first message has been answered.  Fails, and keeps the former
 * data, when len is more than wolfTicket_CTX_appdata_max().  The data of a
 * resumed session is inherited by its new tickets. */
WOLFTICKET_API int wolfTicket_SESSION_set1_ticket_appdata(WOLFSSL_SESSION* ss,
    const void* data, size_t len);

/* Sets *data and *len to the session's application data, to NULL and 0 when
 * it has none.  The bytes belong to the session and are valid until the next
 * set1, the next handshake or the end of the connection.  A reference to the
 * session that outlives the connection shows none; after plain wolfSSL_free()
 * it may show what there was, until the memory serves another connection, and
 * must not be used here if the handshake was not done. */
WOLFTICKET_API int wolfTicket_SESSION_get0_ticket_appdata(WOLFSSL_SESSION* ss,
    void** data, size_t* len);

/* The most bytes of application data that can be set for this context:
 * WOLFTICKET_MAX_DATA with a data store, and with data memory unless a quarter
 * of it is less; with neither, and always in the embedded core, what the
 * ticket itself has room for.  0 for NULL. */
WOLFTICKET_API size_t wolfTicket_CTX_appdata_max(WOLFSSL_CTX* ctx);

#ifndef WOLFTICKET_EMBEDDED
/* The most bytes of application data that a ticket of this context has room
 * for; nothing is kept for these on the server.
 * Before the first ticket of the process has been made this is what every
 * build has room for (WOLFTICKET_MIN_APPDATA_MAX, or with a ticket key
 * callback WOLFTICKET_MIN_KEY_CB_APPDATA_MAX), after it what this one really
 * has.  Over DTLS it is never more than makes a ticket of 512 bytes, which has
 * to come back in a datagram.  0 for NULL. */
WOLFTICKET_API size_t wolfTicket_CTX_ticket_room(WOLFSSL_CTX* ctx);
#endif

/* ------------------------------------------------------------------------ */
/* Number of tickets: SSL_set_num_tickets(3)                                */
/* ------------------------------------------------------------------------ */

/* TLS 1.3: tickets sent after a full handshake, 0 ... WOLFTICKET_MAX_TICKETS.
 * After a resumption it is never more than one.  A connection takes over its
 * context's number when it is made (wolfTicket_new()) or when its handshake
 * begins (wolfSSL_new()).  The functions for connections are for servers.
 * Where nothing was set the getters give WOLFTICKET_DEFAULT_TICKETS, for NULL
 * 0. */
WOLFTICKET_API int wolfTicket_CTX_set_num_tickets(WOLFSSL_CTX* ctx,
    size_t num_tickets);
WOLFTICKET_API size_t wolfTicket_CTX_get_num_tickets(const WOLFSSL_CTX* ctx);
WOLFTICKET_API int wolfTicket_set_num_tickets(WOLFSSL* ssl,
    size_t num_tickets);
WOLFTICKET_API size_t wolfTicket_get_num_tickets(const WOLFSSL* ssl);

#ifdef WOLFSSL_TLS13
/* The number 0 for programs that call wolfSSL's functions of these names;
 * they return 0 on success, and wolfSSL's errors. */
WOLFTICKET_API int wolfTicket_CTX_no_ticket_TLSv13(WOLFSSL_CTX* ctx);
WOLFTICKET_API int wolfTicket_no_ticket_TLSv13(WOLFSSL* ssl);
#endif

/* Asks for one more ticket: TLS 1.3, server, after the handshake.  It goes
 * out in front of the next wolfTicket_write(), or at once with
 * wolfTicket_do_handshake().  May be called repeatedly; fails when the
 * connection has used up its WOLFTICKET_MAX_TICKETS. */
WOLFTICKET_API int wolfTicket_new_session_ticket(WOLFSSL* ssl);

/* wolfSSL_write() that first delivers the tickets asked for.  Returns what
 * wolfSSL_write() returns; after WANT_WRITE call it again with the same
 * arguments.  While a write is half done, tickets wait for the next one. */
WOLFTICKET_API int wolfTicket_write(WOLFSSL* ssl, const void* data, int sz);

/* wolfSSL_read(), and afterwards, when the client has authenticated itself on
 * the server's request, the tickets that go with its new identity.  Returns
 * what wolfSSL_read() returns. */
WOLFTICKET_API int wolfTicket_read(WOLFSSL* ssl, void* data, int sz);

/* wolfSSL_accept() that says WANT_WRITE each time the socket has no room for
 * the tickets; wolfSSL 5.5.4 says so once and 0 from then on.  (So it does
 * when the handshake's own messages find no room twice: there wolfTicket
 * cannot help.)  Returns what wolfSSL_accept() returns. */
WOLFTICKET_API int wolfTicket_accept(WOLFSSL* ssl);

#if defined(WOLFSSL_EARLY_DATA) && !defined(WOLFTICKET_EMBEDDED)
/* wolfSSL_read_early_data(), and with the first byte the application data of
 * the ticket that the early data came with is the session's, to be read and
 * set.  dec_cb has answered before: a ticket that is not used brings none, nor
 * does any on a context without single use (wolfticket/singleuse.h), of which
 * wolfTicket_error() then tells.
 * Returns what wolfSSL_read_early_data() returns. */
WOLFTICKET_API int wolfTicket_read_early_data(WOLFSSL* ssl, void* data, int sz,
    int* outSz);
#endif

/* Before the handshake is done: wolfSSL_negotiate().  After it: delivers the
 * tickets asked for.  Returns 1 when all is done, otherwise what wolfSSL
 * returns; wolfSSL_get_error() tells WANT_WRITE and WANT_READ. */
WOLFTICKET_API int wolfTicket_do_handshake(WOLFSSL* ssl);

#if defined(WOLFSSL_POST_HANDSHAKE_AUTH) && !defined(WOLFTICKET_EMBEDDED)
/* wolfSSL_request_certificate(); the request goes out with the next
 * wolfTicket_do_handshake() or wolfTicket_write() if not at once.  When the
 * client has answered, new tickets are sent: as many as the handshake sent,
 * or, after a full one, as many as wolfTicket_set_num_tickets() says by
 * then. */
WOLFTICKET_API int wolfTicket_verify_client_post_handshake(WOLFSSL* ssl);
#endif

/* ------------------------------------------------------------------------ */
/* Contexts and connections                                                 */
/* ------------------------------------------------------------------------ */

/* Hooks wolfTicket into a server context: makes the ticket keys, takes the
 * ticket and message callbacks, and makes the timeout that was set, or else 2
 * hours, the life of tickets.  Calling
 * it again does nothing. */
WOLFTICKET_API int wolfTicket_CTX_attach(WOLFSSL_CTX* ctx);

/* Takes wolfTicket out again; the context then sends no tickets at all.  No
 * handshake may be going on.  Connections that are done keep what they
 * know. */
WOLFTICKET_API int wolfTicket_CTX_detach(WOLFSSL_CTX* ctx);

/* wolfSSL_CTX_free() with all that wolfTicket keeps for the context: at once,
 * or, as the context itself, with the last of its connections that
 * wolfTicket_free() frees.  After plain wolfSSL_CTX_free(), or if a record of
 * a connection freed by plain wolfSSL_free() is left, it is kept until a
 * context at the same address is attached, or wolfTicket_cleanup().  NULL is
 * allowed. */
WOLFTICKET_API void wolfTicket_CTX_free(WOLFSSL_CTX* ctx);

#ifndef WOLFTICKET_EMBEDDED
/* wolfSSL_CTX_up_ref(): one wolfTicket_CTX_free() more is then needed. */
WOLFTICKET_API int wolfTicket_CTX_up_ref(WOLFSSL_CTX* ctx);
#endif

/* wolfSSL_new() and wolfSSL_free() with the connection's record.  Plain
 * wolfSSL_new() works as well: the record is then made when the client's
 * first message is answered, or, without OPENSSL_EXTRA, by
 * wolfTicket_accept() and wolfTicket_do_handshake().  After plain
 * wolfSSL_free() the record is kept, its contents unreachable, until the
 * memory is used for another connection.
 * NULL is allowed in wolfTicket_free(). */
WOLFTICKET_API WOLFSSL* wolfTicket_new(WOLFSSL_CTX* ctx);
WOLFTICKET_API void wolfTicket_free(WOLFSSL* ssl);

/* wolfSSL_clear() that forgets the former connection's data as well.  Fails
 * for a connection that was ended by ABORT or by a gen_cb: free it. */
#if defined(OPENSSL_EXTRA) && !defined(WOLFTICKET_EMBEDDED)
WOLFTICKET_API int wolfTicket_clear(WOLFSSL* ssl);
#endif

/* Releases everything, for leak checkers and firmware: no connection and no
 * attached context may be left.  Waits for the threads of rings that are gone,
 * so wolfSSL_Cleanup() may come next. */
WOLFTICKET_API void wolfTicket_cleanup(void);

/* ------------------------------------------------------------------------ */
/* Lifetimes and binding                                                    */
/* ------------------------------------------------------------------------ */

/* Life of a ticket in seconds, 1 ... WOLFTICKET_MAX_LIFETIME: the hint that
 * clients are told, wolfSSL's own timeout and how long the keys are kept, all
 * at once.  Shortened, it holds for the tickets that are out as well.  A
 * timeout set with wolfSSL_CTX_set_timeout() is taken over, before attaching
 * and after; wolfTicket_CTX_set_TicketHint() is the same function for
 * programs that call wolfSSL's of that name. */
WOLFTICKET_API int wolfTicket_CTX_set_lifetime(WOLFSSL_CTX* ctx,
    unsigned int seconds);
WOLFTICKET_API int wolfTicket_CTX_set_TicketHint(WOLFSSL_CTX* ctx, int hint);
/* The default for a context that is not attached, and for NULL. */
WOLFTICKET_API unsigned int wolfTicket_CTX_get_lifetime(
    const WOLFSSL_CTX* ctx);

/* A ticket is refused when the full handshake at the start of its chain lies
 * more than this many seconds back, however often it was renewed:
 * 1 ... WOLFTICKET_MAX_RENEWAL_LIMIT. */
WOLFTICKET_API int wolfTicket_CTX_set_renewal_limit(WOLFSSL_CTX* ctx,
    unsigned int seconds);
WOLFTICKET_API unsigned int wolfTicket_CTX_get_renewal_limit(
    const WOLFSSL_CTX* ctx);

/* wolfSSL's functions of the same names, which also bind tickets to the
 * context id: a ticket opens only where the same id is set.  0 ...
 * WOLFTICKET_SID_CTX_MAX bytes, copied. */
WOLFTICKET_API int wolfTicket_CTX_set_session_id_context(WOLFSSL_CTX* ctx,
    const unsigned char* sid_ctx, unsigned int sid_ctx_len);
#ifndef WOLFTICKET_EMBEDDED
WOLFTICKET_API int wolfTicket_set_session_id_context(WOLFSSL* ssl,
    const unsigned char* sid_ctx, unsigned int sid_ctx_len);
#endif

#ifndef WOLFTICKET_EMBEDDED

/* ------------------------------------------------------------------------ */
/* Ticket keys: SSL_CTX_set_tlsext_ticket_key_cb(3)                         */
/* ------------------------------------------------------------------------ */

/* Bytes of a key as OpenSSL hands it about: name 16 | HMAC 32 | AES 32. */
#define WOLFTICKET_TICKET_KEYS_SZ       80

/* Makes these keys, WOLFTICKET_TICKET_KEYS_SZ bytes, the only ones of the
 * context's key ring, at once: tickets under any other no longer open, here
 * and in the other contexts of the ring.  wolfTicket_KeyRing_add_key() in
 * wolfticket/keys.h changes keys gently.  Servers with the same keys open each
 * other's tickets.  What that function refuses is refused here.
 * Returns, as OpenSSL does, 1 or 0, and WOLFTICKET_TICKET_KEYS_SZ when keys is
 * NULL. */
WOLFTICKET_API long wolfTicket_CTX_set_tlsext_ticket_keys(WOLFSSL_CTX* ctx,
    const void* keys, long keys_len);

/* Copies the key that seals at this moment, also one that the ring has made
 * itself, and returns as the setter does.  0 when there is none, or none of
 * that form, and for client contexts.  The caller wipes it after use. */
WOLFTICKET_API long wolfTicket_CTX_get_tlsext_ticket_keys(WOLFSSL_CTX* ctx,
    void* keys, long keys_len);

#ifdef OPENSSL_EXTRA
/* Sets up cipher and hmac for one ticket; a key is known by key_name.
 *  enc 1  a ticket is about to be made: fill in key_name and a fresh iv
 *         (WOLFTICKET_NAME_SZ and 16 bytes, neither all zero), and set cipher
 *         and hmac up to seal.  Returns 1; 0: no ticket is sent; -1: the
 *         connection ends with internal_error
 *  enc 0  a ticket of that key_name and iv was presented: set both up to open
 *         it.  Returns 1; 2: and it should be renewed; 0: it does not open
 *         (WOLFTICKET_NO_DECRYPT); -1: as above
 * The cipher is AES in CBC or CTR mode, the HMAC has a digest of 16 bytes or
 * more.  Where the cipher or HMAC is another, or was not set up, no ticket is
 * made, and none opened.  The whole ticket is authenticated, key_name and iv
 * too, and bound as all others are. */
typedef int (*wolfTicket_CTX_tlsext_ticket_key_fn)(WOLFSSL* ssl,
    unsigned char* key_name, unsigned char* iv, WOLFSSL_EVP_CIPHER_CTX* cipher,
    WOLFSSL_HMAC_CTX* hmac, int enc);

/* Makes and opens tickets with what cb sets up, in place of the context's key
 * ring; NULL goes back to the ring.  cb is called once for every ticket made,
 * before gen_cb, and once for every ticket presented, before dec_cb, which
 * gets the ticket's key_name.  There is less room for application data, see
 * wolfTicket_CTX_ticket_room(): what block ciphers pad is lost.  1, also for
 * a client context, or 0. */
WOLFTICKET_API int wolfTicket_CTX_set_tlsext_ticket_key_cb(WOLFSSL_CTX* ctx,
    wolfTicket_CTX_tlsext_ticket_key_fn cb);
#endif

#endif /* !WOLFTICKET_EMBEDDED */

/* ------------------------------------------------------------------------ */
/* Callbacks that the application and wolfTicket share                      */
/* ------------------------------------------------------------------------ */

/* wolfSSL has no getters for these, so wolfTicket has to be told.  They set
 * wolfSSL's callback and make wolfTicket call it in its turn.  A source that
 * includes this header gets them under wolfSSL's own names too (see the end
 * of the file), unless it defines WOLFTICKET_NO_REDIRECT.  Where wolfSSL has
 * no ex_data to remember it in, the first attaches a server's context. */
#if defined(OPENSSL_EXTRA) && !defined(WOLFTICKET_EMBEDDED)
WOLFTICKET_API int wolfTicket_CTX_set_msg_callback(WOLFSSL_CTX* ctx,
    SSL_Msg_Cb cb);
WOLFTICKET_API int wolfTicket_set_msg_callback(WOLFSSL* ssl, SSL_Msg_Cb cb);
#endif
WOLFTICKET_API int wolfTicket_SetHsDoneCb(WOLFSSL* ssl, HandShakeDoneCb cb,
    void* user_ctx);
WOLFTICKET_API void wolfTicket_CTX_SetIOSend(WOLFSSL_CTX* ctx,
    CallbackIOSend cb);
WOLFTICKET_API void wolfTicket_SSLSetIOSend(WOLFSSL* ssl, CallbackIOSend cb);

/* ------------------------------------------------------------------------ */
/* Knowing what happened                                                    */
/* ------------------------------------------------------------------------ */

/* The text of the last failure, never NULL, static.  With NULL, or an object
 * wolfTicket does not know: the last failure of this thread. */
WOLFTICKET_API const char* wolfTicket_CTX_error(const WOLFSSL_CTX* ctx);
WOLFTICKET_API const char* wolfTicket_error(const WOLFSSL* ssl);

/* Why a presented ticket was not used, or that it was. */
typedef enum wolfTicket_CAUSE {
    WOLFTICKET_CAUSE_NONE = 0,       /* no ticket was presented */
    WOLFTICKET_CAUSE_USED,           /* it was accepted */
    WOLFTICKET_CAUSE_EMPTY,          /* an empty one */
    WOLFTICKET_CAUSE_FORMAT,         /* not a ticket of this format */
    WOLFTICKET_CAUSE_UNKNOWN_KEY,    /* its key is not, or no longer, here */
    WOLFTICKET_CAUSE_BAD_SEAL,       /* changed, or sealed by another key */
    WOLFTICKET_CAUSE_EXPIRED,        /* older than the lifetime */
    WOLFTICKET_CAUSE_RENEWAL_LIMIT,  /* its full handshake is too long ago */
    WOLFTICKET_CAUSE_NOT_YET,        /* issued in the future: a clock jumped */
    WOLFTICKET_CAUSE_BINDING,        /* other context id, server name, ALPN */
    WOLFTICKET_CAUSE_CHAIN,          /* its chain has used up its nonces */
    WOLFTICKET_CAUSE_APPLICATION,    /* the application said IGNORE */
    WOLFTICKET_CAUSE_ABORT,          /* the application said ABORT */
    WOLFTICKET_CAUSE_INTERNAL,       /* memory or the clock failed */
#ifndef WOLFTICKET_EMBEDDED
    WOLFTICKET_CAUSE_DATA_GONE,      /* its data is no longer kept */
    WOLFTICKET_CAUSE_DATA_AWAY,      /* the data store cannot be reached */
    WOLFTICKET_CAUSE_DATA_BAD,       /* what it gave is not the ticket's */
    WOLFTICKET_CAUSE_REPLAYED,       /* for one use, and used before */
    WOLFTICKET_CAUSE_UNVOUCHED,      /* for one use, and nobody here knows
                                      * whether it was used */
#endif
    WOLFTICKET_CAUSE_COUNT
} wolfTicket_CAUSE;

/* A word for a cause: "used", "expired", ...; static, never NULL. */
WOLFTICKET_API const char* wolfTicket_CAUSE_name(wolfTicket_CAUSE cause);

typedef struct wolfTicket_Info {
    int presented;           /* tickets the client presented, empty ones too;
                              * TLS 1.3: up to the one that is used */
    wolfTicket_STATUS status; /* of the one that decided, NONE without any */
    wolfTicket_RETURN answer; /* the application's, or the default;
                               * IGNORE_RENEW without any ticket */
    wolfTicket_CAUSE cause;
    int resumed;             /* 1 when the session was resumed */
    unsigned char key_name[WOLFTICKET_NAME_SZ];
    size_t key_name_len;     /* 0 when the ticket did not open */
    unsigned long age;       /* seconds since the ticket was issued */
    unsigned long full_handshake; /* seconds since 1970, of the chain's */
    unsigned int renewals;   /* resumptions since then, 4095: that or more */
    unsigned int sent;       /* tickets sent on this connection */
    unsigned int queued;     /* tickets asked for and not yet sent */
#ifndef WOLFTICKET_EMBEDDED
    int data_kept;           /* 1: the ticket had a handle to its data */
#endif
} wolfTicket_Info;

/* Tells what was presented on a server connection and what became of it; any
 * time from the answer to the client's first message on.  Where several
 * tickets were presented it speaks of the one accepted, else of the last. */
WOLFTICKET_API int wolfTicket_get_info(WOLFSSL* ssl, wolfTicket_Info* info);

#ifndef WOLFTICKET_EMBEDDED

typedef struct wolfTicket_Stats {
    unsigned long issued;    /* tickets sealed, renewed ones included */
    unsigned long renewed;   /* tickets sealed on a resumption */
    unsigned long resumed;   /* handshakes that resumed */
    unsigned long full;      /* handshakes that did not */
    unsigned long withheld;  /* could not be sealed: the client got one that
                              * opens nowhere */
    unsigned long rotations; /* of the key ring, since it was made */
    unsigned long rotation_failures; /* of the ring: the old key served on */
    unsigned long presented[WOLFTICKET_CAUSE_COUNT]; /* tickets by cause */
    unsigned long data_kept;    /* tickets whose data was kept outside */
    unsigned long data_failed;  /* and those for which that failed: these are
                                 * withheld */
    unsigned long data_removed; /* data that gave way to a renewed ticket's */
    /* Of the data memory, together with the contexts that share it. */
    unsigned long data_evicted; /* had to go for lack of room, its ticket still
                                 * alive */
    unsigned long data_held;    /* pieces that are there now ... */
    unsigned long data_bytes;   /* ... and what is allocated for them */
} wolfTicket_Stats;

/* Counts of an attached context since it was attached; does not attach.  Each
 * number is exact; taken during handshakes they need not belong to the same
 * instant. */
WOLFTICKET_API int wolfTicket_CTX_get_stats(WOLFSSL_CTX* ctx,
    wolfTicket_Stats* stats);

#endif /* !WOLFTICKET_EMBEDDED */

#ifdef __cplusplus
}
#endif

/* wolfSSL's names for the calls that wolfTicket has to know of. */
#ifndef WOLFTICKET_NO_REDIRECT
    #ifdef OPENSSL_EXTRA
        #define wolfSSL_CTX_set_session_id_context \
                                         wolfTicket_CTX_set_session_id_context
    #endif
    #if defined(OPENSSL_EXTRA) && !defined(WOLFTICKET_EMBEDDED)
        #define wolfSSL_CTX_set_msg_callback wolfTicket_CTX_set_msg_callback
        #define wolfSSL_set_msg_callback     wolfTicket_set_msg_callback
        #define wolfSSL_set_session_id_context \
                                         wolfTicket_set_session_id_context
        #define wolfSSL_CTX_set_tlsext_ticket_key_cb \
                                       wolfTicket_CTX_set_tlsext_ticket_key_cb
    #endif
    #if defined(WOLFSSL_POST_HANDSHAKE_AUTH) && !defined(WOLFTICKET_EMBEDDED)
        #define wolfSSL_request_certificate \
                                      wolfTicket_verify_client_post_handshake
        #define wolfSSL_verify_client_post_handshake \
                                      wolfTicket_verify_client_post_handshake
    #endif
    #if defined(WOLFSSL_EARLY_DATA) && !defined(WOLFTICKET_EMBEDDED)
        #define wolfSSL_read_early_data wolfTicket_read_early_data
    #endif
    #ifndef WOLFTICKET_EMBEDDED
        #define wolfSSL_CTX_set_tlsext_ticket_keys \
                                         wolfTicket_CTX_set_tlsext_ticket_keys
        #define wolfSSL_CTX_get_tlsext_ticket_keys \
                                         wolfTicket_CTX_get_tlsext_ticket_keys
    #endif
    #define wolfSSL_CTX_set_TicketHint       wolfTicket_CTX_set_TicketHint
    #ifdef WOLFSSL_TLS13
        #define wolfSSL_CTX_no_ticket_TLSv13 wolfTicket_CTX_no_ticket_TLSv13
        #define wolfSSL_no_ticket_TLSv13     wolfTicket_no_ticket_TLSv13
    #endif
    #define wolfSSL_CTX_set_num_tickets      wolfTicket_CTX_set_num_tickets
    #define wolfSSL_CTX_get_num_tickets      wolfTicket_CTX_get_num_tickets
    #define wolfSSL_accept                   wolfTicket_accept
    #define wolfSSL_SetHsDoneCb              wolfTicket_SetHsDoneCb
    #define wolfSSL_CTX_SetIOSend            wolfTicket_CTX_SetIOSend
    #define wolfSSL_SSLSetIOSend             wolfTicket_SSLSetIOSend
#endif

#endif /* WOLFTICKET_TICKET_H */
