/* registry.c
 *
 * Which object lives at which address, and which must be dead.
 *
 * wolfSSL does not tell when a connection is freed.  But memory that has been
 * given to a new connection cannot belong to an old one any more: a new
 * object evicts every place it overlaps with.  So there are never more places
 * than objects that fit side by side into the memory the process has used,
 * whatever the allocator does.
 *
 * Places hang in buckets by address divided by the objects' size, so two that
 * overlap are in the same bucket or in neighbouring ones.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "registry.h"

#define FIRST_BUCKETS 64

static size_t Cell(const wt_registry* reg, const void* start)
{
    return (size_t)start / reg->sz;
}

static wt_place** Bucket(const wt_registry* reg, size_t cell)
{
    return &reg->bucket[cell & (reg->buckets - 1)];
}

static int Overlap(const wt_registry* reg, const void* a, const void* b)
{
    size_t x = (size_t)a;
    size_t y = (size_t)b;

    return ((x > y) ? x - y : y - x) < reg->sz;
}

/* Twice the buckets.  Without memory for them the chains just get longer. */
static int Grow(wt_registry* reg)
{
    wt_registry larger = *reg;
    word32 i;

    larger.buckets = (reg->buckets == 0) ? FIRST_BUCKETS : reg->buckets * 2;
    larger.bucket = (wt_place**)XMALLOC(larger.buckets * sizeof(wt_place*),
        NULL, DYNAMIC_TYPE_TMP_BUFFER);
    if (larger.bucket != NULL) {
        XMEMSET(larger.bucket, 0, larger.buckets * sizeof(wt_place*));
        for (i = 0; i < reg->buckets; i++) {
            wt_place* place = reg->bucket[i];

            while (place != NULL) {
                wt_place* next = place->next;
                wt_place** head = Bucket(&larger, Cell(reg, place->start));

                place->next = *head;
                *head = place;
                place = next;
            }
        }
        XFREE(reg->bucket, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        *reg = larger;
    }
    return reg->buckets > 0;
}

void* wt_registry_evict(wt_registry* reg, const void* start)
{
    size_t cell = Cell(reg, start);
    size_t i;

    for (i = 0; reg->buckets > 0 && i < 3; i++) {
        wt_place* place = *Bucket(reg, cell - 1 + i);

        for (; place != NULL; place = place->next) {
            if (Overlap(reg, place->start, start)) {
                wt_registry_remove(reg, place);
                return place->owner;
            }
        }
    }
    return NULL;
}

int wt_registry_add(wt_registry* reg, wt_place* place, const void* start,
    void* owner)
{
    int ret = 1;

    if (reg->count >= reg->buckets)
        ret = Grow(reg);
    if (ret == 1) {
        wt_place** head = Bucket(reg, Cell(reg, start));

        place->start = start;
        place->owner = owner;
        place->next = *head;
        *head = place;
        reg->count++;
    }
    return ret;
}

void wt_registry_remove(wt_registry* reg, wt_place* place)
{
    wt_place** link;

    if (place->start == NULL || reg->buckets == 0)
        return;
    link = Bucket(reg, Cell(reg, place->start));
    while (*link != NULL && *link != place)
        link = &(*link)->next;
    if (*link == place) {
        *link = place->next;
        reg->count--;
    }
    place->start = NULL;
    place->next = NULL;
}

void* wt_registry_find(const wt_registry* reg, const void* start)
{
    const wt_place* place = NULL;

    if (reg->buckets > 0)
        place = *Bucket(reg, Cell(reg, start));
    while (place != NULL && place->start != start)
        place = place->next;
    return (place != NULL) ? place->owner : NULL;
}

void* wt_registry_any(const wt_registry* reg)
{
    word32 i;

    for (i = 0; i < reg->buckets; i++) {
        if (reg->bucket[i] != NULL)
            return reg->bucket[i]->owner;
    }
    return NULL;
}

void wt_registry_free(wt_registry* reg)
{
    XFREE(reg->bucket, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    reg->bucket = NULL;
    reg->buckets = 0;
    reg->count = 0;
}
