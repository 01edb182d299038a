/* config.h
 *
 * Settings for sessions that any number of contexts share, as in libtls.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The functions mirror tls_config_set_session_fd(3) and its sisters of
 * LibreSSL's libtls, text for text; they return 0, or -1 with the settings as
 * they were and a text in wolfTicket_config_error().
 *
 * A config may be used by several threads at once, and freed as soon as it
 * has been given to its contexts, or after them.
 */

#ifndef WOLFTICKET_CONFIG_H
#define WOLFTICKET_CONFIG_H

#include <stdint.h>

#include <wolfticket/keys.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a key, of a session id at most; keys that are kept; seconds that a
 * session lives at least and at most: libtls's numbers. */
#define WOLFTICKET_CONFIG_KEY_SZ        48
#define WOLFTICKET_CONFIG_SESSION_ID    32
#define WOLFTICKET_CONFIG_KEYS          4
#define WOLFTICKET_CONFIG_LIFETIME_MIN  4
#define WOLFTICKET_CONFIG_LIFETIME_MAX  86400

typedef struct wolfTicket_config wolfTicket_config;

/* NULL when out of memory, or when no random session id can be had. */
WOLFTICKET_API wolfTicket_config* wolfTicket_config_new(void);

/* Gives back the caller's reference; contexts keep what they were configured
 * with.  NULL is allowed. */
WOLFTICKET_API void wolfTicket_config_free(wolfTicket_config* config);

/* The text of the calling thread's last failure with this config, NULL if
 * there was none; each thread remembers those with 4 configs.  Valid until
 * that thread's next call with any config.  With NULL: of
 * wolfTicket_config_new(), and of calls whose config was NULL. */
WOLFTICKET_API const char* wolfTicket_config_error(wolfTicket_config* config);

/* Client: the regular file, mode 0600 and owned by the effective user, that
 * keeps a session between runs.  Opened for reading and writing; it stays the
 * caller's, to be closed when every context configured with it is gone.  -1
 * switches it off.  See wolfticket/client.h. */
WOLFTICKET_API int wolfTicket_config_set_session_fd(wolfTicket_config* config,
    int session_fd);

/* Server: what tickets are bound to, 0 ... 32 bytes, copied; a random value
 * by default.  Servers that share keys need the same one. */
WOLFTICKET_API int wolfTicket_config_set_session_id(wolfTicket_config* config,
    const unsigned char* session_id, size_t len);

/* Server: seconds that a session lives, 4 ... 86400, or 0, the default: no
 * session is resumed and no ticket sent.  wolfSSL's own session cache is then
 * off too, and cannot be switched on again: after a lifetime of 0 a context
 * resumes by tickets alone. */
WOLFTICKET_API int wolfTicket_config_set_session_lifetime(
    wolfTicket_config* config, int lifetime);

/* Server: adds a key, of 48 bytes, and seals with it from now on, for one
 * lifetime; it opens for another one.  That lifetime is the one set when the
 * key is added.  A key that is added before any server has been configured
 * with a lifetime waits for the first, and takes that, from the addition on;
 * while the lifetime is 0 again, it is the one configured last.
 * Switches automatic keys off for good.  The last 4 added are kept; tickets
 * under earlier ones no longer open.  A keyrev, or a key, that is among them
 * is refused, unless both are the newest's.  Takes effect at once in every
 * context that has been configured already.  The name of the key that
 * callbacks see is keyrev, big-endian, and 12 zeros.  The caller wipes key
 * after use. */
WOLFTICKET_API int wolfTicket_config_add_ticket_key(wolfTicket_config* config,
    uint32_t keyrev, unsigned char* key, size_t keylen);

/* Server: the ring that the contexts get, in place of one that the config
 * makes; it holds a reference of its own.  Call it before the first key is
 * added and the first server configured with a lifetime; otherwise -1. */
WOLFTICKET_API int wolfTicket_config_set_key_ring(wolfTicket_config* config,
    wolfTicket_KeyRing* ring);

/* Applies the settings to a context, server or client, in place of those of
 * an earlier config.  All servers of one config share their keys.  The
 * lifetime governs wolfSSL's timeout, the ticket hint, the life of the keys,
 * and how long after the full handshake a chain of renewed tickets ends.
 * Later changes of the config, keys apart, need another call.  A context for
 * either side is a server.  No handshake may be going on in it. */
WOLFTICKET_API int wolfTicket_CTX_configure(WOLFSSL_CTX* ctx,
    wolfTicket_config* config);

#ifdef __cplusplus
}
#endif

#endif /* WOLFTICKET_CONFIG_H */
