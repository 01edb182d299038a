/* view.c
 *
 * What Redis has, as one fetch saw it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * A key that has ended is taken out by whoever sees it first, a while later,
 * so that nodes whose clocks are behind do not put it back.  It has when Redis'
 * clock says so too, so that one node whose clock is wrong takes nothing away
 * from the others.  One that is still there an hour after that was put there by
 * nobody of the fleet.
 */

#include "redis/view.h"
#include "redis/known.h"
#include "redis/reply.h"

#define LEFT_FOR   600      /* seconds after the end */
#define STALE      4200
#define DIGITS_MAX 9

word32 wt_redis_slot(const char* text, size_t sz)
{
    word32 slot = 0;
    size_t i;

    if (sz == 0 || sz > DIGITS_MAX || text[0] == '0')
        return 0;
    for (i = 0; i < sz; i++) {
        if (text[i] < '0' || text[i] > '9')
            return 0;
        slot = 10 * slot + (word32)(text[i] - '0');
    }
    return slot;
}

static void Count(wt_redis_view* view, wt_redis_verdict verdict)
{
    switch (verdict) {
        case WT_REDIS_AUTHENTIC:     view->authentic++; break;
        case WT_REDIS_OTHER_SECRET:  view->otherSecret++; break;
        case WT_REDIS_OTHER_VERSION: view->otherVersion++; break;
        default:                     view->damaged++; break;
    }
}

/* By the node's clock and by Redis', and for a while.  One that Redis does not
 * tell has nothing end. */
static int IsOver(const wt_redis_view* view, word64 now, word64 end)
{
    word64 time = (view->time < now) ? view->time : now;

    return time >= end && time - end >= LEFT_FOR;
}

static word32 SlotOf(const redisReply* field)
{
    return wt_redis_is_string(field) ? wt_redis_slot(field->str, field->len)
                                     : 0;
}

static void ReadKey(const wt_redis_seals* seals, word64 now,
    const redisReply* field, const redisReply* value, wt_redis_view* view)
{
    wt_redis_known known;
    word64 end;
    wt_redis_verdict verdict = WT_REDIS_DAMAGED;

    XMEMSET(&known, 0, sizeof(known));
    known.slot = SlotOf(field);
    if (known.slot != 0 && view->slotCount < WT_REDIS_VIEW_SLOTS)
        view->slots[view->slotCount++] = known.slot;
    if (known.slot != 0 && wt_redis_is_string(value))
        verdict = wt_redis_key_open(seals, known.slot, value->str, value->len,
            &known.key);
    Count(view, verdict);
    if (verdict != WT_REDIS_AUTHENTIC)
        return;
    if (known.slot > view->lastSlot)
        view->lastSlot = known.slot;
    end = known.key.opens_until;
    if (end == 0 || end > now) {
        XMEMCPY(known.record, value->str, WT_REDIS_KEY_SZ);
        wt_redis_known_add(&view->memory, &known);
    }
    else {
        view->stale += now - end >= STALE;
        if (IsOver(view, now, end) && view->deadCount < WT_REDIS_VIEW_DEAD)
            view->dead[view->deadCount++] = known.slot;
    }
    wt_redis_wipe(&known, sizeof(known));
}

static void ReadTomb(const wt_redis_seals* seals, word64 now,
    const redisReply* field, const redisReply* value, wt_redis_view* view)
{
    wt_redis_tomb tomb;
    byte name[16];
    wt_redis_verdict verdict = WT_REDIS_DAMAGED;

    XMEMSET(name, 0, sizeof(name));
    if (wt_redis_is_string(field) && wt_redis_is_string(value) &&
            wt_redis_unhex(field->str, field->len, name, sizeof(name)))
        verdict = wt_redis_tomb_open(seals, name, value->str, value->len,
            &tomb);
    Count(view, verdict);
    if (verdict != WT_REDIS_AUTHENTIC)
        return;
    if (tomb.keepUntil > now)
        wt_redis_known_bury(&view->memory, &tomb);
    else if (IsOver(view, now, tomb.keepUntil) &&
            view->deadTombCount < WT_REDIS_VIEW_DEAD)
        XMEMCPY(view->deadTombs[view->deadTombCount++], name, 16);
}

/* Who plants an entry in front of each new key shall not keep it from being
 * made. */
static void Mark(const redisReply* field, wt_redis_view* view)
{
    word32 slot = SlotOf(field);
    word32 n = slot - view->lastSlot - 1;

    if (slot > view->lastSlot && n < WT_REDIS_ENTRIES_MAX)
        view->above[n / 8] |= (byte)(1u << n % 8);
}

void wt_redis_view_read(const wt_redis_seals* seals, word64 now,
    const redisReply* keys, const redisReply* revoked, const redisReply* time,
    wt_redis_view* view)
{
    size_t i;

    XMEMSET(view, 0, sizeof(*view));
    view->time = wt_redis_time(time);
    for (i = 0; i + 1 < revoked->elements; i += 2)
        ReadTomb(seals, now, revoked->element[i], revoked->element[i + 1],
            view);
    for (i = 0; i + 1 < keys->elements; i += 2)
        ReadKey(seals, now, keys->element[i], keys->element[i + 1], view);
    for (i = 0; i + 1 < keys->elements; i += 2)
        Mark(keys->element[i], view);
}

int wt_redis_view_has(const wt_redis_view* view, word32 slot)
{
    int i;

    for (i = 0; i < view->slotCount; i++) {
        if (view->slots[i] == slot)
            return 1;
    }
    return view->slotCount == WT_REDIS_VIEW_SLOTS;
}

word32 wt_redis_view_free(const wt_redis_view* view, word32 from)
{
    word32 n = (from > view->lastSlot) ? from - view->lastSlot - 1 : 0;

    while (n < WT_REDIS_ENTRIES_MAX && (view->above[n / 8] >> n % 8 & 1))
        n++;
    return view->lastSlot + 1 + n;
}
