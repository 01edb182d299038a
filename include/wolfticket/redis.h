/* redis.h
 *
 * Redis (or Valkey) for a fleet: keys, single use, and large data that many
 * processes and machines share.  In libwolfticket-redis, a library of its own.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * All nodes of a fleet have one secret, the fleet secret, which never leaves
 * them.  Keys lie in Redis encrypted and authenticated under it: who can read
 * Redis opens no ticket, and who can write to it plants no key.  He can take
 * things away, though: keys (nodes that run have them, and put them back),
 * tombstones of revoked keys (nodes that know of them put them back too; one
 * that starts then may take a replayed key in, until it has heard of them),
 * claims, without which a ticket serves a second time, and data, without
 * which it does not serve.  So Redis is to have a password, and the
 * maxmemory-policy noeviction.
 *
 * When Redis is away, slow or answers nonsense, handshakes go on with the
 * keys there are.  When those end, all nodes use keys that follow from the
 * fleet secret and the time, the reserve keys, so that they still agree; these
 * are given as openers at all times.  Nodes whose clocks differ by less than
 * ten minutes (half a reserve period, if that is less) agree.
 *
 * What has ended is taken out of Redis when it has for Redis' clock as well as
 * for the node's (command TIME; nothing is where that is not allowed), so that
 * one clock that is far ahead takes nothing away from the others.
 *
 * A reply of more than 4 MB or 32,768 entries is not read: who can write to
 * Redis and floods the keys, or the tombstones, has it be away for all nodes,
 * so that they make no keys and hear of no revocation until somebody deletes
 * what he wrote.
 *
 * Nothing waits longer than the deadlines of the options say; only the look-up
 * of a host's name takes what the resolver takes: it is done in
 * wolfTicket_Redis_new(), and again by wolfTicket_Source's functions after a
 * connection has failed, never in a handshake.
 *
 * Any thread may call any function at any time.  A process made by fork()
 * goes on with an object of its parent's: it makes connections of its own.
 *
 * There is no TLS in it: a tunnel on the same machine does that.
 */

#ifndef WOLFTICKET_REDIS_H
#define WOLFTICKET_REDIS_H

#include <stddef.h>
#include <stdint.h>

#include <wolfticket/datastore.h>
#include <wolfticket/source.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wolfTicket_Redis wolfTicket_Redis;

/* Bytes of a fleet secret, at least; at most 65535. */
#define WOLFTICKET_REDIS_MIN_SECRET 32

/* Where Redis is, and how to use it.  All zero but for the secret is Redis at
 * 127.0.0.1, port 6379.  Everything is copied. */
typedef struct wolfTicket_RedisOptions {
    const char* path;           /* a unix socket, in place of host and port */
    const char* host;           /* NULL: 127.0.0.1 */
    unsigned int port;          /* 1 ... 65535; 0: 6379 */
    unsigned int database;      /* its number */
    const char* username;       /* NULL: the default user */
    const char* password;       /* NULL: none */
    const char* prefix;         /* of all names in Redis, 1 to 64 bytes; NULL:
                                 * "wolfticket:".  The fleet's: what is sealed
                                 * is bound to it */
    const char* node;           /* what to call this node, up to 63 bytes;
                                 * NULL: host name and process number */
    const unsigned char* secret;/* the fleet secret, WOLFTICKET_REDIS_MIN_SECRET
                                 * bytes or more, random, not all equal */
    size_t secret_sz;
    unsigned int connect_ms;    /* to connect; milliseconds, 0: 1000 */
    unsigned int command_ms;    /* for a source's commands; 0: 1000 */
    unsigned int handshake_ms;  /* for all that a handshake waits for (claims
                                 * and data), connecting included; 0: 5 */
    unsigned int lifetime;      /* the longest of the tickets, seconds; 0:
                                 * WOLFTICKET_DEFAULT_LIFETIME */
    unsigned int reserve_period;/* seconds that a reserve key is for, at least
                                 * 60 and half of lifetime; 0: lifetime.  The
                                 * fleet's: it is part of the keys */
} wolfTicket_RedisOptions;

/* An object for a fleet and a Redis.  Talks to nobody yet, but for the
 * resolver.  NULL when an option is out of range, or without memory:
 * wolfTicket_Redis_error() tells which. */
WOLFTICKET_API wolfTicket_Redis* wolfTicket_Redis_new(
    const wolfTicket_RedisOptions* options);

/* Closes its connections and wipes what it knows: at once, or when the ring is
 * gone that has it as its source, and that ring's thread.  Nobody else may use
 * it any more: free the contexts with claims or data on it before.  NULL is
 * allowed. */
WOLFTICKET_API void wolfTicket_Redis_free(wolfTicket_Redis* redis);

/* Why the last function that failed in this thread did.  Static, never NULL,
 * valid until the next failure of the thread. */
WOLFTICKET_API const char* wolfTicket_Redis_error(void);

/* ---- keys ---------------------------------------------------------------- */

/* For wolfTicket_KeyRing_new_source(), with redis as self; one ring at most in
 * a process.  The ring has its part in redis then, which stays the caller's
 * too; where no ring is made of it, the source's destroy(redis) gives that part
 * back.  News come by pub/sub, and with the next refresh if a message was
 * lost.  It reaches all nodes at once, and each asks Redis at a random moment
 * of the half second after it.  Static; NULL when redis is NULL.
 *
 * Its wait subscribes where there is no connection for that yet: it then takes
 * up to connect_ms longer than it is asked to, and wolfTicket_KeyRing_stop(),
 * which lets it come to an end, as long. */
WOLFTICKET_API const wolfTicket_Source* wolfTicket_Redis_source(
    wolfTicket_Redis* redis);

/* No node opens tickets under the key of this name any more: within a second
 * where Redis is reached and the thread of wolfTicket_KeyRing_start() runs,
 * otherwise with the next refresh.  now is the ring's time.  1; 0 when Redis
 * could not be told: the next fetch of this object tries again. */
WOLFTICKET_API int wolfTicket_Redis_revoke(wolfTicket_Redis* redis,
    uint64_t now, const unsigned char name[16]);

/* ---- single use ---------------------------------------------------------- */

/* For wolfTicket_CTX_set_single_use_cb(), with the wolfTicket_Redis as its
 * argument: 1 when nobody had claimed id, and it is claimed for so many seconds
 * from now on; 0 when somebody had; -1 when Redis did not answer within
 * handshake_ms: it may be claimed then or not.  After three failures one behind
 * the other, or when nobody listens, it is -1 at once for a moment (up to two
 * seconds), so that not every handshake waits.
 *
 * It is also -1 for a ticket that may be older than Redis' memory: a Redis that
 * is new, was emptied, or started anew, with what it had saved or without,
 * vouches for tickets that are made from then on, some two minutes later for
 * the difference of clocks.  This takes commands INFO, GET and TIME, and a
 * policy that evicts no claims. */
WOLFTICKET_API int wolfTicket_Redis_claim(const unsigned char id[16],
    unsigned int age, unsigned int seconds_left, void* redis);

/* ---- large data ---------------------------------------------------------- */

/* For wolfTicket_CTX_set_data_store(), with the wolfTicket_Redis as self.  The
 * deadline is handshake_ms, and what holds for claims holds here.  Static. */
WOLFTICKET_API const wolfTicket_DataStore* wolfTicket_Redis_data_store(void);

/* ---- what people see ----------------------------------------------------- */

/* What lies in Redis under the prefix. */
typedef enum wolfTicket_REDIS_ENTRY {
    WOLFTICKET_REDIS_KEY,           /* a key of this fleet */
    WOLFTICKET_REDIS_REVOKED,       /* one that is revoked */
    WOLFTICKET_REDIS_DAMAGED,       /* no record, or not of this place */
    WOLFTICKET_REDIS_OTHER_SECRET,  /* sealed with another fleet secret */
    WOLFTICKET_REDIS_OTHER_VERSION  /* written by a newer wolfTicket */
} wolfTicket_REDIS_ENTRY;

typedef struct wolfTicket_RedisEntry {
    wolfTicket_REDIS_ENTRY kind;
    unsigned int slot;          /* its number; 0: what is there is no number */
    unsigned char name[16];     /* for the first two kinds, and the times */
    unsigned int flags;         /* WOLFTICKET_SOURCE_OPENS_ONLY */
    uint64_t active_from;
    uint64_t seals_until;
    uint64_t opens_until;
} wolfTicket_RedisEntry;

/* Fills up to max entries with what Redis has now, the latest active_from
 * first, behind keys the rest.  No secrets.  Returns how many there are, which
 * may be more than max, or -1. */
WOLFTICKET_API int wolfTicket_Redis_list_keys(wolfTicket_Redis* redis,
    wolfTicket_RedisEntry* entries, int max);

/* Keys that a node tells of, the newest ones. */
#define WOLFTICKET_REDIS_NODE_KEYS 16

/* What a node has told of itself: when it took in another set of keys, and
 * every 30 seconds.  Forgotten after five minutes of silence. */
typedef struct wolfTicket_RedisNode {
    char node[64];              /* what it is called, with a 0 at the end */
    uint64_t heard;             /* seconds since 1970, by its clock */
    int state;                  /* a wolfTicket_SOURCE_STATE */
    unsigned int key_count;
    unsigned char keys[WOLFTICKET_REDIS_NODE_KEYS][16]; /* names */
} wolfTicket_RedisNode;

/* Fills up to max nodes, those heard of last in front.  Returns how many there
 * are, which may be more than max, or -1.  *rejected (NULL: not wanted) is the
 * number of entries that were not authentic. */
WOLFTICKET_API int wolfTicket_Redis_list_nodes(wolfTicket_Redis* redis,
    wolfTicket_RedisNode* nodes, int max, int* rejected);

/* What an object has done since it was made. */
typedef struct wolfTicket_RedisStats {
    unsigned long connections;      /* made */
    unsigned long connect_failures;
    unsigned long claims;           /* asked for */
    unsigned long claims_used;      /* that were answered with 0 */
    unsigned long claims_unknown;   /* with -1 */
    unsigned long data_calls;       /* of the data store */
    unsigned long data_failures;    /* that Redis did not answer */
    unsigned long pushes;           /* messages that told of news */
} wolfTicket_RedisStats;

/* Copies them.  1, or 0 when an argument is NULL. */
WOLFTICKET_API int wolfTicket_Redis_get_stats(wolfTicket_Redis* redis,
    wolfTicket_RedisStats* stats);

#ifdef __cplusplus
}
#endif

#endif /* WOLFTICKET_REDIS_H */
