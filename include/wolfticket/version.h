/* version.h
 *
 * The version of these headers.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_VERSION_H
#define WOLFTICKET_VERSION_H

#define WOLFTICKET_VERSION      "0.3.0"
#define WOLFTICKET_VERSION_HEX  0x00003000

#endif /* WOLFTICKET_VERSION_H */
