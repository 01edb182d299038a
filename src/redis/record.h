/* record.h
 *
 * What lies in Redis, sealed: keys, tombstones, nodes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_REDIS_RECORD_H
#define WOLFTICKET_REDIS_RECORD_H

#include "redis/crypt.h"

#include <wolfticket/redis.h>
#include <wolfticket/source.h>

#define WT_REDIS_ID_SZ        8
#define WT_REDIS_PREFIX_MAX   64
#define WT_REDIS_NODE_MAX     63
#define WT_REDIS_NODE_ID_SZ   8

/* version[1] | kind[1] | id of the secret[8] | salt[16] | sealed | tag[16] */
#define WT_REDIS_HEAD_SZ (2 + WT_REDIS_ID_SZ + WT_REDIS_SALT_SZ)
#define WT_REDIS_SEALED(sz) (WT_REDIS_HEAD_SZ + (sz) + WT_REDIS_TAG_SZ)
#define WT_REDIS_KEY_SZ       WT_REDIS_SEALED(16 + 4 + 3 * 8 + 32 + 32)
#define WT_REDIS_TOMB_SZ      WT_REDIS_SEALED(16 + 2 * 8)
#define WT_REDIS_NODE_SZ      WT_REDIS_SEALED(8 + 2 + \
    16 * WOLFTICKET_REDIS_NODE_KEYS + WT_REDIS_NODE_MAX + 1)

/* What records are sealed with, and bound to. */
typedef struct {
    byte prk[WT_REDIS_PRK_SZ];
    byte id[WT_REDIS_ID_SZ];
    const char* prefix;
} wt_redis_seals;

typedef enum {
    WT_REDIS_AUTHENTIC,
    WT_REDIS_DAMAGED,     /* cut, changed, put in another's place, foreign */
    WT_REDIS_OTHER_SECRET,
    WT_REDIS_OTHER_VERSION
} wt_redis_verdict;

typedef struct {
    byte name[16];
    word64 revoked;
    word64 keepUntil;     /* no ticket can live longer */
} wt_redis_tomb;

/* What follows from the secret.  1 or 0. */
int wt_redis_seals_new(wt_redis_seals* seals, const byte* secret, size_t sz,
    const char* prefix);

/* A key, bound to its slot; a tombstone, to the name; a node, to its id.
 * Sealing: 1, or 0 when wolfSSL fails. */
int wt_redis_key_seal(const wt_redis_seals* seals, word32 slot,
    const wolfTicket_SourceKey* key, byte record[WT_REDIS_KEY_SZ]);
wt_redis_verdict wt_redis_key_open(const wt_redis_seals* seals, word32 slot,
    const void* record, size_t sz, wolfTicket_SourceKey* key);

int wt_redis_tomb_seal(const wt_redis_seals* seals, const wt_redis_tomb* tomb,
    byte record[WT_REDIS_TOMB_SZ]);
wt_redis_verdict wt_redis_tomb_open(const wt_redis_seals* seals,
    const byte name[16], const void* record, size_t sz, wt_redis_tomb* tomb);

int wt_redis_node_seal(const wt_redis_seals* seals,
    const byte id[WT_REDIS_NODE_ID_SZ], const wolfTicket_RedisNode* node,
    byte record[WT_REDIS_NODE_SZ]);
wt_redis_verdict wt_redis_node_open(const wt_redis_seals* seals,
    const byte id[WT_REDIS_NODE_ID_SZ], const void* record, size_t sz,
    wolfTicket_RedisNode* node);

/* The key that all nodes use in a period when they have no other. */
int wt_redis_reserve_key(const wt_redis_seals* seals, word32 period,
    word64 number, wolfTicket_SourceKey* key);

#endif /* WOLFTICKET_REDIS_RECORD_H */
