/* largestore_fixture.h
 *
 * A data store that does as it is told.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_LARGESTORE_FIXTURE_H
#define WOLFTICKET_TEST_LARGESTORE_FIXTURE_H

#include "largedata_fixture.h"

#define LD_ENTRIES 16
#define LD_MAX     (WOLFTICKET_MAX_DATA + WOLFTICKET_DATA_OVERHEAD)

typedef struct {
    struct {
        unsigned char id[WOLFTICKET_DATA_ID_SZ];
        unsigned char* mem;
        size_t sz;
        unsigned int seconds;
    } entry[LD_ENTRIES];
    int count;
    int puts, gets, removes;
    int putAnswer;      /* 1: does it */
    int getAnswer;      /* 1: gives what there is */
    size_t lie;         /* a size that it says, 0: the right one */
    size_t room;        /* that the last get() had */
} ld_store;

static inline void ld_store_init(ld_store* store)
{
    memset(store, 0, sizeof(*store));
    store->putAnswer = store->getAnswer = 1;
}

static inline void ld_store_free(ld_store* store)
{
    while (store->count > 0)
        free(store->entry[--store->count].mem);
}

static inline int ld_store_find(const ld_store* store, const unsigned char* id)
{
    int i = 0;

    while (i < store->count && memcmp(store->entry[i].id, id,
            WOLFTICKET_DATA_ID_SZ) != 0)
        i++;
    return i;
}

static inline int ld_store_put(void* self,
    const unsigned char id[WOLFTICKET_DATA_ID_SZ], const unsigned char* sealed,
    size_t sz, unsigned int seconds)
{
    ld_store* store = (ld_store*)self;
    int i = ld_store_find(store, id);

    store->puts++;
    if (store->putAnswer != 1)
        return store->putAnswer;
    ck_assert_int_lt(i, LD_ENTRIES);
    ck_assert_int_eq(i, store->count);  /* no id comes twice */
    ck_assert_uint_le(sz, LD_MAX);
    store->entry[i].mem = (unsigned char*)malloc(sz);
    ck_assert_ptr_nonnull(store->entry[i].mem);
    memcpy(store->entry[i].mem, sealed, sz);
    memcpy(store->entry[i].id, id, WOLFTICKET_DATA_ID_SZ);
    store->entry[i].sz = sz;
    store->entry[i].seconds = seconds;
    store->count++;
    return 1;
}

static inline int ld_store_get(void* self,
    const unsigned char id[WOLFTICKET_DATA_ID_SZ], unsigned char* sealed,
    size_t* sz)
{
    ld_store* store = (ld_store*)self;
    int i = ld_store_find(store, id);

    store->gets++;
    store->room = *sz;
    if (store->getAnswer != 1)
        return store->getAnswer;
    if (i == store->count || store->entry[i].sz > *sz)
        return 0;
    memcpy(sealed, store->entry[i].mem, store->entry[i].sz);
    *sz = (store->lie != 0) ? store->lie : store->entry[i].sz;
    return 1;
}

static inline void ld_store_remove(void* self,
    const unsigned char id[WOLFTICKET_DATA_ID_SZ])
{
    ld_store* store = (ld_store*)self;
    int i = ld_store_find(store, id);

    store->removes++;
    if (i < store->count) {
        free(store->entry[i].mem);
        store->entry[i] = store->entry[--store->count];
    }
}

static inline void ld_use_store(WOLFSSL_CTX* ctx, ld_store* store)
{
    wolfTicket_DataStore functions;

    functions.put = ld_store_put;
    functions.get = ld_store_get;
    functions.remove = ld_store_remove;
    ck_assert_int_eq(wolfTicket_CTX_set_data_store(ctx, &functions, store), 1);
    memset(&functions, 0, sizeof(functions));   /* it was copied */
}

#endif /* WOLFTICKET_TEST_LARGESTORE_FIXTURE_H */
