/* sizes.c
 *
 * How large things are in memory, for whom reads the symbols' sizes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include <wolfticket/embedded.h>

#include <wolfssl/wolfcrypt/aes.h>

char size_context[sizeof(((wolfTicket_Storage*)0)->context)];
char size_record[sizeof(((wolfTicket_Storage*)0)->record[0])];
char size_data[sizeof(((wolfTicket_Storage*)0)->record[0].data)];
char size_offered[sizeof(((wolfTicket_Storage*)0)->record[0].offered)];
char size_cipher[sizeof(Aes)];
