/* redis_node.c
 *
 * A node of a fleet, for fleet.sh: comes, takes keys in, makes one if it has
 * to, and goes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * usage: redis_node SOCKET SECRET-FILE NAME [revoke]
 * With "revoke" it revokes the newest key, and writes its name.
 */

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <wolfticket/redis.h>

static int Revoke(wolfTicket_Redis* redis)
{
    wolfTicket_RedisEntry entry;

    if (wolfTicket_Redis_list_keys(redis, &entry, 1) < 1 ||
            entry.kind != WOLFTICKET_REDIS_KEY)
        return 0;
    printf("%02x%02x%02x%02x\n", entry.name[0], entry.name[1], entry.name[2],
        entry.name[3]);
    return wolfTicket_Redis_revoke(redis, (uint64_t)time(NULL), entry.name);
}

int main(int argc, char** argv)
{
    static unsigned char secret[1024];
    wolfTicket_RedisOptions options;
    wolfTicket_Redis* redis;
    wolfTicket_KeyRing* ring = NULL;
    FILE* file;
    int ret = 0;

    memset(&options, 0, sizeof(options));
    file = (argc >= 4) ? fopen(argv[2], "rb") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: redis_node SOCKET SECRET-FILE NAME "
            "[revoke]\n");
        return 2;
    }
    options.path = argv[1];
    options.node = argv[3];
    options.secret = secret;
    options.secret_sz = fread(secret, 1, sizeof(secret), file);
    (void)fclose(file);
    redis = wolfTicket_Redis_new(&options);
    if (redis != NULL)
        ring = wolfTicket_KeyRing_new_source(
            wolfTicket_Redis_source(redis), redis, NULL);
    ret = ring != NULL && wolfTicket_KeyRing_refresh(ring, NULL);
    if (ret && argc > 4)
        ret = Revoke(redis);
    if (ret)
        ret = wolfTicket_KeyRing_refresh(ring, NULL);
    if (!ret)
        fprintf(stderr, "%s\n", wolfTicket_Redis_error());
    wolfTicket_KeyRing_free(ring);
    wolfTicket_Redis_free(redis);
    wolfTicket_cleanup();
    (void)wolfSSL_Cleanup();
    return ret ? 0 : 1;
}
