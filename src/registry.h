/* registry.h
 *
 * Which object lives at which address, and which must be dead.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_REGISTRY_H
#define WOLFTICKET_REGISTRY_H

#include "port.h"

/* The place of one object.  It is part of its owner's structure. */
typedef struct wt_place {
    const void* start;
    void* owner;
    struct wt_place* next;
} wt_place;

/* Places of objects of one kind, each of which takes at least sz bytes. */
typedef struct {
    size_t sz;
    word32 count;
    word32 buckets;
    wt_place** bucket;
} wt_registry;

/* All with the lock held. */

/* Takes out and returns the owner of a place that overlaps with a new object
 * at start, NULL when there is none (left). */
void* wt_registry_evict(wt_registry* reg, const void* start);

/* Enters a place.  1, or 0 when out of memory. */
int   wt_registry_add(wt_registry* reg, wt_place* place, const void* start,
    void* owner);
void  wt_registry_remove(wt_registry* reg, wt_place* place);

/* The owner of the object at start, or NULL. */
void* wt_registry_find(const wt_registry* reg, const void* start);

/* Any owner, for taking all out one by one; NULL when empty. */
void* wt_registry_any(const wt_registry* reg);
void  wt_registry_free(wt_registry* reg);

#endif /* WOLFTICKET_REGISTRY_H */
