/* crypt.h
 *
 * What is made of the fleet secret: HKDF-SHA256 and AES-256-GCM.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_REDIS_CRYPT_H
#define WOLFTICKET_REDIS_CRYPT_H

#include "redis/base.h"

#define WT_REDIS_PRK_SZ    32
#define WT_REDIS_TAG_SZ    16
#define WT_REDIS_SALT_SZ   16
#define WT_REDIS_INFO_MAX  128

/* RFC 5869; out has 255 * 32 bytes at most, info WT_REDIS_INFO_MAX.  1, or 0
 * when wolfSSL fails. */
int wt_redis_extract(const byte* secret, size_t sz, byte prk[WT_REDIS_PRK_SZ]);
int wt_redis_expand(const byte prk[WT_REDIS_PRK_SZ], const byte* info,
    size_t infoSz, byte* out, size_t outSz);

/* Seals or opens msg in place.  Every salt has a key and a nonce of its own,
 * so that any number of random salts will do; aad, what the message is bound
 * to, goes into them too, WT_REDIS_INFO_MAX - WT_REDIS_SALT_SZ - 1 bytes at
 * most.  1, or 0: wolfSSL failed, or what is to be opened is not authentic;
 * msg is then wiped. */
int wt_redis_seal(const byte prk[WT_REDIS_PRK_SZ], const byte* salt,
    const byte* aad, size_t aadSz, byte* msg, size_t sz,
    byte tag[WT_REDIS_TAG_SZ]);
int wt_redis_open(const byte prk[WT_REDIS_PRK_SZ], const byte* salt,
    const byte* aad, size_t aadSz, byte* msg, size_t sz,
    const byte tag[WT_REDIS_TAG_SZ]);

#endif /* WOLFTICKET_REDIS_CRYPT_H */
