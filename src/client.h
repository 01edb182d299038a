/* client.h
 *
 * What wolfTicket keeps for client contexts and connections.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_SRC_CLIENT_H
#define WOLFTICKET_SRC_CLIENT_H

#include "port.h"

#include <wolfticket/client.h>

/* Makes the connections of a client context keep their session in the file
 * fd, or, with -1, in none.  1, or 0 with wt_fail() told. */
int wt_client_configure(WOLFSSL_CTX* ctx, int fd);

/* A client context has one more owner; loses one by wolfTicket_CTX_free(). */
void wt_client_up_ref(WOLFSSL_CTX* ctx);
void wt_client_forget(WOLFSSL_CTX* ctx);

/* A connection of a client context was made by wolfTicket_new(); is about to
 * be freed by wolfTicket_free().  Neither fails: without memory the
 * connection does without. */
void wt_client_new(WOLFSSL* ssl);
void wt_client_free(WOLFSSL* ssl);

/* wolfTicket_SetHsDoneCb() for a client connection: 1 when it has a record
 * that calls cb in its turn, 0 when cb is wolfSSL's to keep. */
int wt_client_set_done_cb(WOLFSSL* ssl, HandShakeDoneCb cb, void* arg);

/* wolfSSL_clear() for a client connection: what belongs to the former
 * handshake goes, the application's done callback stays. */
int wt_client_clear(WOLFSSL* ssl);

/* The last failure of a client connection, NULL when it has no record. */
const char* wt_client_error(const WOLFSSL* ssl);

/* Everything goes, at wolfTicket_cleanup(). */
void wt_client_cleanup(void);

#endif /* WOLFTICKET_SRC_CLIENT_H */
