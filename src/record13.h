/* record13.h
 *
 * The encrypted internal_error alert of TLS 1.3.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_RECORD13_H
#define WOLFTICKET_RECORD13_H

#include "port.h"

/* Header, alert, content type, tag. */
#define WT_ALERT13_SZ (5 + 2 + 1 + 16)

/* Makes the record that a server, its handshake done, would send next.  The
 * connection must send nothing after it.  1, or 0 where this build of wolfSSL
 * does not show its write key, or for AES-CCM. */
int wt_record13_alert(WOLFSSL* ssl, byte record[WT_ALERT13_SZ]);

#endif /* WOLFTICKET_RECORD13_H */
