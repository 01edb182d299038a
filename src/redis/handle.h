/* handle.h
 *
 * What a wolfTicket_Redis has.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * base.c (platform), reply.c, and crypt.c, record.c (what is sealed) know
 * nothing of it.  conn.c is one connection, pool.c has those that are not in
 * use.  known.c keeps the keys and tombstones that this node knows of; fetch.c
 * brings them and Redis together, propose.c adds to them, push.c tells and
 * hears of news; claim.c and data.c are for handshakes, list.c for people.
 *
 * In Redis, behind the prefix:
 *   keys     hash, number of a slot: record of a key; HSETNX decides whose
 *   revoked  hash, name of a key in hex: tombstone
 *   news     channel; a message says that there is something to fetch
 *   nodes    sorted set, when heard: id of a node in hex
 *   node:ID  record of a node
 *   use:ID   a ticket that is used; data:ID, data of a ticket
 *   used     since when no claim is missing, and in which run of Redis'
 */

#ifndef WOLFTICKET_REDIS_HANDLE_H
#define WOLFTICKET_REDIS_HANDLE_H

#include "redis/conn.h"
#include "redis/record.h"

#include <sys/types.h>

#define WT_REDIS_KNOWN   32   /* keys that a node keeps */
#define WT_REDIS_TOMBS   64
#define WT_REDIS_IDLE    8    /* connections that are kept */
#define WT_REDIS_TEXT_SZ 160

/* Room for a name in Redis. */
#define WT_REDIS_PLACE_SZ (WT_REDIS_PREFIX_MAX + 48)

typedef struct {
    wolfTicket_SourceKey key;
    word32 slot;
    byte record[WT_REDIS_KEY_SZ];   /* as it lies there, to put it back */
} wt_redis_known;

typedef struct {
    wt_redis_known keys[WT_REDIS_KNOWN];    /* newest first */
    int keyCount;
    wt_redis_tomb tombs[WT_REDIS_TOMBS];
    int tombCount;
} wt_redis_memory;

struct wolfTicket_Redis {
    /* the options, which do not change */
    wt_redis_address address;
    char* prefix;
    char* node;
    wt_redis_seals seals;
    unsigned int connectMs, commandMs, handshakeMs;
    word32 lifetime, reservePeriod;

    int refs;   /* under the lock: the owner's, and its ring's */

    /* under the lock: connections */
    wt_redis_conn* idle[WT_REDIS_IDLE];
    int idleCount;
    pid_t pid;                  /* of the process that they belong to */
    int failuresInRow;
    word64 quietUntil;          /* no attempts of handshakes before, ms */

    /* under the lock: what is known */
    wt_redis_memory memory;
    word32 nextSlot;            /* that nothing is in, as far as is known */
    int state;                  /* a wolfTicket_SOURCE_STATE, 0: unknown yet */
    word64 since;
    unsigned long rejected;
    char text[WT_REDIS_TEXT_SZ];
    wolfTicket_RedisStats stats;

    /* of fetch and propose, which never overlap */
    byte nodeId[WT_REDIS_NODE_ID_SZ];
    pid_t nodePid;
    word64 nodeTold;            /* ms, 0: not yet */
    word32 nodePrint;           /* of what it told */
    char wrote[WT_REDIS_TEXT_SZ]; /* what is wrong with writing */

    /* of wait */
    wt_redis_conn* push;
    pid_t pushPid;              /* whose process the connection is */
    word64 pushNext, pushHeard, pushNews;   /* ms */
    word64 pushDue;             /* when to fetch what has come, 0: nothing */
    unsigned int pushPause;
    int pushAsked;
    pid_t pushOwner;            /* under the lock: whose it is, and whether */
    int pushBusy;               /* somebody waits */
};

/* Its destroy gives back a reference. */
extern const wolfTicket_Source wt_redis_source;

/* prefix, what, and id unless that is NULL. */
void wt_redis_place(const wolfTicket_Redis* redis, const char* what,
    const char* id, char place[WT_REDIS_PLACE_SZ]);

#endif /* WOLFTICKET_REDIS_HANDLE_H */
