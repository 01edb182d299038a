/* record.c
 *
 * What lies in Redis, sealed: keys, tombstones, nodes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Who can write to Redis can put any record into any place: one of another
 * fleet, of another place, of yesterday, or none.  So each is bound to what
 * it is, to its place and to the prefix (aad):
 *
 *     version[1] | kind[1] | length of prefix[1] | prefix | place[0 ... 16]
 *
 * sealed are, numbers big-endian,
 *
 *     K, key, in the place slot[8]
 *        name[16] | bytes of aes[1] | bytes of hmac[1] | flags[1] | 0[1] |
 *        active from[8] | seals until[8] | opens until[8] | aes[32] | hmac[32]
 *     R, tombstone of a revoked key, in the place name[16]
 *        name[16] | revoked at[8] | keep until[8]
 *     N, node, in the place id[8]
 *        heard[8] | state[1] | keys[1] | names[16 * 16] | node, zeros[64]
 *
 * and the head, which is not secret, tells a wrong secret and a newer version
 * from damage.  Reserve keys never lie in Redis:
 *
 *     okm    HKDF-Expand(prk, "r" | period[8] | number[8] | prefix):
 *            name[16] | aes[32] | hmac[32]
 */

#include "redis/record.h"

#include <string.h>

#define VERSION    1
#define AAD_MAX    (3 + WT_REDIS_PREFIX_MAX + 16)
#define FLAGS      (WOLFTICKET_SOURCE_OPENS_ONLY)

typedef struct {
    byte mem[AAD_MAX];
    size_t sz;
} bound;

static void Bind(bound* to, const wt_redis_seals* seals, byte kind,
    const byte* place, size_t placeSz)
{
    size_t sz = strlen(seals->prefix);

    to->mem[0] = VERSION;
    to->mem[1] = kind;
    to->mem[2] = (byte)sz;
    XMEMCPY(to->mem + 3, seals->prefix, sz);
    XMEMCPY(to->mem + 3 + sz, place, placeSz);
    to->sz = 3 + sz + placeSz;
}

int wt_redis_seals_new(wt_redis_seals* seals, const byte* secret, size_t sz,
    const char* prefix)
{
    seals->prefix = prefix;
    return wt_redis_extract(secret, sz, seals->prk) &&
        wt_redis_expand(seals->prk, (const byte*)"id", 2, seals->id,
            sizeof(seals->id));
}

/* ---- any record --------------------------------------------------------- */

static int Seal(const wt_redis_seals* seals, byte kind, const byte* place,
    size_t placeSz, byte* record, size_t sz)
{
    byte* salt = record + 2 + WT_REDIS_ID_SZ;
    bound to;
    int ret = wt_redis_random(salt, WT_REDIS_SALT_SZ);

    Bind(&to, seals, kind, place, placeSz);
    record[0] = VERSION;
    record[1] = kind;
    XMEMCPY(record + 2, seals->id, WT_REDIS_ID_SZ);
    if (ret)
        ret = wt_redis_seal(seals->prk, salt, to.mem, to.sz,
            record + WT_REDIS_HEAD_SZ, sz - WT_REDIS_SEALED(0),
            record + sz - WT_REDIS_TAG_SZ);
    if (!ret)
        wt_redis_wipe(record, sz);
    return ret;
}

/* Copies the record of that size and opens the copy. */
static wt_redis_verdict Open(const wt_redis_seals* seals, byte kind,
    const byte* place, size_t placeSz, const void* from, size_t fromSz,
    byte* record, size_t sz)
{
    const byte* head = (const byte*)from;
    bound to;

    if (fromSz < 2 + WT_REDIS_ID_SZ || head[1] != kind)
        return WT_REDIS_DAMAGED;
    if (head[0] != VERSION)
        return (head[0] > VERSION) ? WT_REDIS_OTHER_VERSION
            : WT_REDIS_DAMAGED;
    if (fromSz != sz)
        return WT_REDIS_DAMAGED;
    if (memcmp(head + 2, seals->id, WT_REDIS_ID_SZ) != 0)
        return WT_REDIS_OTHER_SECRET;
    XMEMCPY(record, from, sz);
    Bind(&to, seals, kind, place, placeSz);
    return wt_redis_open(seals->prk, record + 2 + WT_REDIS_ID_SZ, to.mem,
            to.sz, record + WT_REDIS_HEAD_SZ, sz - WT_REDIS_SEALED(0),
            record + sz - WT_REDIS_TAG_SZ)
        ? WT_REDIS_AUTHENTIC : WT_REDIS_DAMAGED;
}

/* ---- keys --------------------------------------------------------------- */

int wt_redis_key_seal(const wt_redis_seals* seals, word32 slot,
    const wolfTicket_SourceKey* key, byte record[WT_REDIS_KEY_SZ])
{
    byte place[8];
    byte* p = record + WT_REDIS_HEAD_SZ;

    wt_redis_put64(place, slot);
    XMEMSET(record, 0, WT_REDIS_KEY_SZ);
    XMEMCPY(p, key->name, 16);
    p[16] = (byte)key->aes_sz;
    p[17] = (byte)key->hmac_sz;
    p[18] = (byte)(key->flags & FLAGS);
    wt_redis_put64(p + 20, key->active_from);
    wt_redis_put64(p + 28, key->seals_until);
    wt_redis_put64(p + 36, key->opens_until);
    XMEMCPY(p + 44, key->aes, key->aes_sz);
    XMEMCPY(p + 76, key->hmac, key->hmac_sz);
    return Seal(seals, 'K', place, sizeof(place), record, WT_REDIS_KEY_SZ);
}

static int SizeIsGood(size_t sz)
{
    return sz == 16 || sz == 32;
}

wt_redis_verdict wt_redis_key_open(const wt_redis_seals* seals, word32 slot,
    const void* record, size_t sz, wolfTicket_SourceKey* key)
{
    byte copy[WT_REDIS_KEY_SZ];
    const byte* p = copy + WT_REDIS_HEAD_SZ;
    byte place[8];
    wt_redis_verdict ret;

    wt_redis_put64(place, slot);
    ret = Open(seals, 'K', place, sizeof(place), record, sz, copy,
        sizeof(copy));
    if (ret == WT_REDIS_AUTHENTIC && (!SizeIsGood(p[16]) ||
            !SizeIsGood(p[17]) || (p[18] & ~FLAGS) != 0))
        ret = WT_REDIS_DAMAGED;
    if (ret == WT_REDIS_AUTHENTIC) {
        XMEMSET(key, 0, sizeof(*key));
        XMEMCPY(key->name, p, 16);
        key->aes_sz = p[16];
        key->hmac_sz = p[17];
        key->flags = p[18];
        key->active_from = wt_redis_get64(p + 20);
        key->seals_until = wt_redis_get64(p + 28);
        key->opens_until = wt_redis_get64(p + 36);
        XMEMCPY(key->aes, p + 44, key->aes_sz);
        XMEMCPY(key->hmac, p + 76, key->hmac_sz);
    }
    wt_redis_wipe(copy, sizeof(copy));
    return ret;
}

/* ---- tombstones --------------------------------------------------------- */

int wt_redis_tomb_seal(const wt_redis_seals* seals, const wt_redis_tomb* tomb,
    byte record[WT_REDIS_TOMB_SZ])
{
    byte* p = record + WT_REDIS_HEAD_SZ;

    XMEMCPY(p, tomb->name, 16);
    wt_redis_put64(p + 16, tomb->revoked);
    wt_redis_put64(p + 24, tomb->keepUntil);
    return Seal(seals, 'R', tomb->name, 16, record, WT_REDIS_TOMB_SZ);
}

wt_redis_verdict wt_redis_tomb_open(const wt_redis_seals* seals,
    const byte name[16], const void* record, size_t sz, wt_redis_tomb* tomb)
{
    byte copy[WT_REDIS_TOMB_SZ];
    const byte* p = copy + WT_REDIS_HEAD_SZ;
    wt_redis_verdict ret = Open(seals, 'R', name, 16, record, sz, copy,
        sizeof(copy));

    if (ret == WT_REDIS_AUTHENTIC) {
        XMEMCPY(tomb->name, p, 16);
        tomb->revoked = wt_redis_get64(p + 16);
        tomb->keepUntil = wt_redis_get64(p + 24);
    }
    return ret;
}

/* ---- nodes -------------------------------------------------------------- */

#define NAMES_SZ (16 * WOLFTICKET_REDIS_NODE_KEYS)

int wt_redis_node_seal(const wt_redis_seals* seals,
    const byte id[WT_REDIS_NODE_ID_SZ], const wolfTicket_RedisNode* node,
    byte record[WT_REDIS_NODE_SZ])
{
    byte* p = record + WT_REDIS_HEAD_SZ;

    XMEMSET(record, 0, WT_REDIS_NODE_SZ);
    wt_redis_put64(p, node->heard);
    p[8] = (byte)node->state;
    p[9] = (byte)node->key_count;
    XMEMCPY(p + 10, node->keys, (size_t)node->key_count * 16);
    XMEMCPY(p + 10 + NAMES_SZ, node->node, WT_REDIS_NODE_MAX);
    return Seal(seals, 'N', id, WT_REDIS_NODE_ID_SZ, record,
        WT_REDIS_NODE_SZ);
}

wt_redis_verdict wt_redis_node_open(const wt_redis_seals* seals,
    const byte id[WT_REDIS_NODE_ID_SZ], const void* record, size_t sz,
    wolfTicket_RedisNode* node)
{
    byte copy[WT_REDIS_NODE_SZ];
    const byte* p = copy + WT_REDIS_HEAD_SZ;
    wt_redis_verdict ret = Open(seals, 'N', id, WT_REDIS_NODE_ID_SZ, record,
        sz, copy, sizeof(copy));

    if (ret == WT_REDIS_AUTHENTIC && p[9] > WOLFTICKET_REDIS_NODE_KEYS)
        ret = WT_REDIS_DAMAGED;
    if (ret == WT_REDIS_AUTHENTIC) {
        XMEMSET(node, 0, sizeof(*node));
        node->heard = wt_redis_get64(p);
        node->state = p[8];
        node->key_count = p[9];
        XMEMCPY(node->keys, p + 10, (size_t)p[9] * 16);
        XMEMCPY(node->node, p + 10 + NAMES_SZ, WT_REDIS_NODE_MAX);
    }
    return ret;
}

/* ---- reserve keys ------------------------------------------------------- */

int wt_redis_reserve_key(const wt_redis_seals* seals, word32 period,
    word64 number, wolfTicket_SourceKey* key)
{
    byte okm[16 + 32 + 32];
    byte info[17 + WT_REDIS_PREFIX_MAX];
    size_t sz = strlen(seals->prefix);
    int ret;

    info[0] = 'r';
    wt_redis_put64(info + 1, period);
    wt_redis_put64(info + 9, number);
    XMEMCPY(info + 17, seals->prefix, sz);
    ret = wt_redis_expand(seals->prk, info, 17 + sz, okm, sizeof(okm));
    if (ret) {
        XMEMSET(key, 0, sizeof(*key));
        XMEMCPY(key->name, okm, 16);
        XMEMCPY(key->aes, okm + 16, 32);
        XMEMCPY(key->hmac, okm + 48, 32);
        key->aes_sz = key->hmac_sz = 32;
        key->flags = WOLFTICKET_SOURCE_RESERVE;
        key->active_from = number * period;
        key->seals_until = key->active_from + period;
    }
    wt_redis_wipe(okm, sizeof(okm));
    return ret;
}
