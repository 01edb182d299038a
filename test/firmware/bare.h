/* bare.h
 *
 * The least that an application can do for tickets by itself: what wolfTicket
 * is measured against.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef FIRMWARE_BARE_H
#define FIRMWARE_BARE_H

#include <wolfssl/wolfcrypt/settings.h>
#include <wolfssl/ssl.h>

/* Gives ctx a ticket callback: AES-256-GCM under one key that is drawn here,
 * no application data, no rotation.  1 or 0. */
int bare_attach(WOLFSSL_CTX* ctx);
void bare_detach(void);

#endif /* FIRMWARE_BARE_H */
