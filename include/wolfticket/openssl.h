/* openssl.h
 *
 * OpenSSL's names for wolfTicket, on top of wolfSSL's OpenSSL layer.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Include it after wolfSSL's own <wolfssl/openssl/ssl.h>.  It gives the names,
 * types and values of SSL_CTX_set_session_ticket_cb(3),
 * SSL_set_num_tickets(3) and SSL_CTX_set_tlsext_ticket_key_cb(3), and takes
 * over the calls of wolfSSL's layer that deliver or keep tickets, or that
 * wolfTicket has to know of.  What each does is told in wolfticket/ticket.h
 * and wolfticket/client.h, under the name it stands for.
 *
 * Calls that reach wolfSSL another way than by these names are not seen: an
 * SSL BIO, for one, writes without delivering the tickets asked for, so call
 * SSL_do_handshake() there.
 */

#ifndef WOLFTICKET_OPENSSL_H
#define WOLFTICKET_OPENSSL_H

#include <wolfticket/ticket.h>
#include <wolfticket/client.h>

#ifndef OPENSSL_EXTRA
    #error "wolfticket/openssl.h needs wolfSSL's OpenSSL layer: build wolfSSL \
with --enable-opensslextra, or include wolfticket/ticket.h and use its names"
#endif
#ifdef OPENSSL_COEXIST
    #error "wolfticket/openssl.h gives OpenSSL's own names, which \
OPENSSL_COEXIST leaves to OpenSSL: include wolfticket/ticket.h instead"
#endif

#include <limits.h>

#include <wolfssl/openssl/ssl.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------ */
/* SSL_CTX_set_session_ticket_cb(3)                                         */
/* ------------------------------------------------------------------------ */

typedef wolfTicket_STATUS SSL_TICKET_STATUS;
typedef wolfTicket_RETURN SSL_TICKET_RETURN;

/* Macros, as OpenSSL has them: programs test for them with #ifdef. */
#define SSL_TICKET_FATAL_ERR_MALLOC     WOLFTICKET_FATAL_ERR_MALLOC
#define SSL_TICKET_FATAL_ERR_OTHER      WOLFTICKET_FATAL_ERR_OTHER
#define SSL_TICKET_NONE                 WOLFTICKET_NONE
#define SSL_TICKET_EMPTY                WOLFTICKET_EMPTY
#define SSL_TICKET_NO_DECRYPT           WOLFTICKET_NO_DECRYPT
#define SSL_TICKET_SUCCESS              WOLFTICKET_SUCCESS
#define SSL_TICKET_SUCCESS_RENEW        WOLFTICKET_SUCCESS_RENEW

#define SSL_TICKET_RETURN_ABORT         WOLFTICKET_RETURN_ABORT
#define SSL_TICKET_RETURN_IGNORE        WOLFTICKET_RETURN_IGNORE
#define SSL_TICKET_RETURN_IGNORE_RENEW  WOLFTICKET_RETURN_IGNORE_RENEW
#define SSL_TICKET_RETURN_USE           WOLFTICKET_RETURN_USE
#define SSL_TICKET_RETURN_USE_RENEW     WOLFTICKET_RETURN_USE_RENEW

typedef wolfTicket_CTX_generate_session_ticket_fn
    SSL_CTX_generate_session_ticket_fn;
typedef wolfTicket_CTX_decrypt_session_ticket_fn
    SSL_CTX_decrypt_session_ticket_fn;

#undef  SSL_CTX_set_session_ticket_cb
#define SSL_CTX_set_session_ticket_cb   wolfTicket_CTX_set_session_ticket_cb
#undef  SSL_SESSION_set1_ticket_appdata
#define SSL_SESSION_set1_ticket_appdata wolfTicket_SESSION_set1_ticket_appdata
#undef  SSL_SESSION_get0_ticket_appdata
#define SSL_SESSION_get0_ticket_appdata wolfTicket_SESSION_get0_ticket_appdata

/* ------------------------------------------------------------------------ */
/* SSL_set_num_tickets(3)                                                   */
/* ------------------------------------------------------------------------ */

#undef  SSL_CTX_set_num_tickets
#define SSL_CTX_set_num_tickets         wolfTicket_CTX_set_num_tickets
#undef  SSL_CTX_get_num_tickets
#define SSL_CTX_get_num_tickets         wolfTicket_CTX_get_num_tickets
#undef  SSL_set_num_tickets
#define SSL_set_num_tickets             wolfTicket_set_num_tickets
#undef  SSL_get_num_tickets
#define SSL_get_num_tickets             wolfTicket_get_num_tickets
#undef  SSL_new_session_ticket
#define SSL_new_session_ticket          wolfTicket_new_session_ticket

/* ------------------------------------------------------------------------ */
/* SSL_CTX_set_tlsext_ticket_key_cb(3)                                      */
/* ------------------------------------------------------------------------ */

#undef  SSL_CTX_set_tlsext_ticket_keys
#define SSL_CTX_set_tlsext_ticket_keys  wolfTicket_CTX_set_tlsext_ticket_keys
#undef  SSL_CTX_get_tlsext_ticket_keys
#define SSL_CTX_get_tlsext_ticket_keys  wolfTicket_CTX_get_tlsext_ticket_keys
#undef  SSL_CTX_set_tlsext_ticket_key_cb
#define SSL_CTX_set_tlsext_ticket_key_cb \
                                        wolfTicket_CTX_set_tlsext_ticket_key_cb

/* ------------------------------------------------------------------------ */
/* Calls of wolfSSL's layer that are taken over                             */
/* ------------------------------------------------------------------------ */

/* They deliver tickets. */
#undef  SSL_write
#define SSL_write                       wolfTicket_write
#undef  SSL_read
#define SSL_read                        wolfTicket_read
#undef  SSL_do_handshake
#define SSL_do_handshake                wolfTicket_do_handshake
#ifdef WOLFSSL_POST_HANDSHAKE_AUTH
    #undef  SSL_verify_client_post_handshake
    #define SSL_verify_client_post_handshake \
                                        wolfTicket_verify_client_post_handshake
#endif

/* They keep the tickets of a client. */
#undef  SSL_connect
#define SSL_connect                     wolfTicket_connect
#ifdef HAVE_EXT_CACHE
    #undef  SSL_CTX_sess_set_new_cb
    #define SSL_CTX_sess_set_new_cb     wolfTicket_CTX_sess_set_new_cb
#endif

/* They begin and end what wolfTicket keeps for a connection or a context. */
#undef  SSL_new
#define SSL_new                         wolfTicket_new
#undef  SSL_free
#define SSL_free                        wolfTicket_free
#undef  SSL_clear
#define SSL_clear                       wolfTicket_clear
#undef  SSL_CTX_free
#define SSL_CTX_free                    wolfTicket_CTX_free

/* They change what tickets are bound to, or how long they live. */
#undef  SSL_CTX_set_session_id_context
#define SSL_CTX_set_session_id_context  wolfTicket_CTX_set_session_id_context
#undef  SSL_set_session_id_context
#define SSL_set_session_id_context      wolfTicket_set_session_id_context
#undef  SSL_CTX_set_timeout
#define SSL_CTX_set_timeout             wolfTicket_openssl_set_timeout

/* They set callbacks that wolfTicket needs as well. */
#undef  SSL_CTX_set_msg_callback
#define SSL_CTX_set_msg_callback        wolfTicket_CTX_set_msg_callback
#undef  SSL_set_msg_callback
#define SSL_set_msg_callback            wolfTicket_set_msg_callback

/* Older layers of wolfSSL lack these. */
#undef  SSL_write_ex
#define SSL_write_ex                    wolfTicket_openssl_write_ex
#undef  SSL_read_ex
#define SSL_read_ex                     wolfTicket_openssl_read_ex

/* SSL_CTX_set_timeout(3): returns the former timeout.  Seconds that no ticket
 * can live are brought into range, as OpenSSL refuses none; a client context
 * gets wolfSSL's timeout alone. */
static WC_INLINE long wolfTicket_openssl_set_timeout(WOLFSSL_CTX* ctx,
    long seconds)
{
    long ret = 0;
    int  former;

    if (ctx != NULL) {
        if (seconds < 1) {
            seconds = 1;
        }
        else if (seconds > WOLFTICKET_MAX_LIFETIME) {
            seconds = WOLFTICKET_MAX_LIFETIME;
        }

        (void)wolfTicket_CTX_attach(ctx);
        ret = (long)wolfTicket_CTX_get_lifetime(ctx);
        former = wolfSSL_CTX_set_timeout(ctx, (unsigned int)seconds);
    #ifdef WOLFSSL_ERROR_CODE_OPENSSL
        /* Otherwise wolfSSL only says that it went well. */
        ret = (long)former;
    #else
        (void)former;
    #endif
        (void)wolfTicket_CTX_set_lifetime(ctx, (unsigned int)seconds);
    }

    return ret;
}

/* SSL_write_ex(3) by wolfTicket_write(): at most INT_MAX bytes a call. */
static WC_INLINE int wolfTicket_openssl_write_ex(WOLFSSL* ssl,
    const void* data, size_t sz, size_t* written)
{
    int ret = 0;
    int sent;

    if (written != NULL) {
        *written = 0;
    }
    if (sz <= (size_t)INT_MAX) {
        sent = wolfTicket_write(ssl, data, (int)sz);
        if ((sent > 0) || (sent == 0 && sz == 0)) {
            if (written != NULL) {
                *written = (size_t)sent;
            }
            ret = 1;
        }
    }

    return ret;
}

/* SSL_read_ex(3) by wolfTicket_read(). */
static WC_INLINE int wolfTicket_openssl_read_ex(WOLFSSL* ssl, void* data,
    size_t sz, size_t* readbytes)
{
    int ret = 0;
    int got;

    if (readbytes != NULL) {
        *readbytes = 0;
    }
    got = wolfTicket_read(ssl, data, (sz > (size_t)INT_MAX) ? INT_MAX :
        (int)sz);
    if (got > 0) {
        if (readbytes != NULL) {
            *readbytes = (size_t)got;
        }
        ret = 1;
    }

    return ret;
}

#ifdef __cplusplus
}
#endif

#endif /* WOLFTICKET_OPENSSL_H */
