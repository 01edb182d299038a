/* fuzz_redis_record.c
 *
 * Any bytes as a record in Redis, and as what Redis says of all of them.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * input: what[1] | slot[1] | material: edits of a good record (see
 *        fz_material()), or, when what is 3, of two replies
 */

#include "fuzz.h"
#include "redis_record.h"
#include "redis/known.h"
#include "redis/view.h"

const char fz_name[] = "redis_record";

#define MATERIAL_MAX 4096

static const byte secret[32] = "the secret of the first fleet..";
static wt_redis_seals seals;

static void Start(void)
{
    FZ_CHECK(wolfSSL_Init() == WOLFSSL_SUCCESS);
    FZ_CHECK(wt_redis_seals_new(&seals, secret, sizeof(secret), "p:"));
}

/* ---- records ------------------------------------------------------------- */

/* The good one opens in its slot, and nothing else anywhere. */
static void Key(word32 slot, const byte* mem, size_t sz)
{
    wolfTicket_SourceKey key;
    wt_redis_verdict verdict = wt_redis_key_open(&seals, slot, mem, sz, &key);
    int good = slot == RECORD_SLOT && fz_same(mem, sz, record_of_slot_7,
        sizeof(record_of_slot_7));

    FZ_CHECK((verdict == WT_REDIS_AUTHENTIC) == good);
    if (good)
        FZ_CHECK(key.aes_sz == 32 && key.hmac_sz == 32 && key.name[0] == 1);
}

static void Others(int what, word32 slot, const byte* mem, size_t sz)
{
    wolfTicket_RedisNode node;
    wt_redis_tomb tomb;
    byte id[16];

    memset(id, (int)slot, sizeof(id));
    if (what == 1)
        FZ_CHECK(wt_redis_tomb_open(&seals, id, mem, sz, &tomb) !=
            WT_REDIS_AUTHENTIC);
    else
        FZ_CHECK(wt_redis_node_open(&seals, id, mem, sz, &node) !=
            WT_REDIS_AUTHENTIC);
}

/* ---- replies ------------------------------------------------------------- */

static void Seen(const redisReply* keys, const redisReply* revoked)
{
    static wt_redis_view view;
    word32 next;
    int i;

    /* any array may be what TIME says */
    wt_redis_view_read(&seals, FZ_NOW, keys, revoked, keys, &view);
    FZ_CHECK(view.authentic <= keys->elements / 2);
    FZ_CHECK(view.memory.keyCount <= 1 && view.memory.tombCount == 0);
    FZ_CHECK(view.authentic + view.damaged + view.otherSecret +
        view.otherVersion == keys->elements / 2 + revoked->elements / 2);
    next = wt_redis_view_free(&view, 1);
    FZ_CHECK(next > view.lastSlot);
    for (i = 0; i < view.slotCount; i++)
        FZ_CHECK(view.slots[i] != next);
}

static void Replies(const byte* mem, size_t sz)
{
    redisReader* reader = redisReaderCreate();
    void* reply[2] = { NULL, NULL };

    FZ_CHECK(reader != NULL);
    if (redisReaderFeed(reader, (const char*)mem, sz) == REDIS_OK &&
            redisReaderGetReply(reader, &reply[0]) == REDIS_OK &&
            reply[0] != NULL)
        (void)redisReaderGetReply(reader, &reply[1]);
    if (reply[1] != NULL && ((redisReply*)reply[0])->type ==
            REDIS_REPLY_ARRAY && ((redisReply*)reply[1])->type ==
            REDIS_REPLY_ARRAY)
        Seen((redisReply*)reply[0], (redisReply*)reply[1]);
    if (reply[0] != NULL)
        freeReplyObject(reply[0]);
    if (reply[1] != NULL)
        freeReplyObject(reply[1]);
    redisReaderFree(reader);
}

/* hiredis makes room for as many elements as it is told of. */
static int IsModest(const byte* mem, size_t sz)
{
    size_t i, digits;

    for (i = 0; i < sz; i++) {
        for (digits = 0; mem[i] == '*' && i + 1 + digits < sz &&
                mem[i + 1 + digits] >= '0' && mem[i + 1 + digits] <= '9';)
            digits++;
        if (digits > 4)
            return 0;
    }
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static byte mem[MATERIAL_MAX];
    fz_input in = { data, size };
    int what = (int)(fz_number(&in, 1) % 4);
    word32 slot = fz_number(&in, 1);
    size_t sz;
    byte* copy;

    if (seals.prefix == NULL)
        Start();
    sz = fz_material(&in, record_of_slot_7, sizeof(record_of_slot_7), mem,
        sizeof(mem));
    copy = fz_copy(mem, sz);
    if (what == 0)
        Key(slot, copy, sz);
    else if (what < 3)
        Others(what, slot, copy, sz);
    else if (IsModest(copy, sz))
        Replies(copy, sz);
    free(copy);
    return 0;
}
