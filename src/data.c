/* data.c
 *
 * Application data that does not fit a ticket: sealed, kept, fetched.
 *
 * The ticket has the flag for it, see seal.c, and as its data a handle
 *
 *     nonce[12]     of nonce.c: it never repeats
 *     size[1]       that of the data, divided by 256
 *
 * which stands inside of its seal.  The rest is at one place of a store, made
 * of
 *
 *     HKDF-Extract, SHA-256      salt: the salt of the ticket's key[16]
 *                                key:  wolfSSL's contents of the ticket
 *     HKDF-Expand to 48 bytes    info: "wolfTicket data 1" | nonce
 *                                = key[32] | id[16]
 *
 * and kept under id as
 *
 *     algorithm[1]
 *     sealed[16 + n]   AEAD under key and nonce, additional data
 *                      algorithm | id, of
 *         former[16]   the id of the ticket that this one renews, or zeros
 *         data[n]      the application's
 *     tag[16]
 *
 * So an entry opens for one ticket alone.  Who reads the store has neither the
 * salt nor the session's secret, which is in the contents, and the client, who
 * has that one, has no salt.  A key seals once.
 *
 * Each ticket has an entry of its own.  It is deleted when the ticket's life
 * ends, and when a ticket that renewed it comes back: TLS 1.3 does not say
 * that a ticket has arrived, and a client that has not got the new one still
 * has the former.  In TLS 1.2 anybody may present what he has seen pass by, so
 * it counts when the client has proven that the ticket is its own.  Of two
 * tickets that renew the same one, the first that comes back deletes it; the
 * other has data of its own.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "data.h"
#include "aead.h"
#include "kdf.h"
#include "nonce.h"

#define LABEL       "wolfTicket data 1"
#define LABEL_SZ    (sizeof(LABEL) - 1)
#define ID_SZ       WOLFTICKET_DATA_ID_SZ
#define INFO_SZ     (LABEL_SZ + WT_NONCE_SZ)
#define OFF_FORMER  1
#define OFF_DATA    (OFF_FORMER + ID_SZ)
#define OVERHEAD    (OFF_DATA + WT_AEAD_TAG_SZ)
#define UNIT        256

/* wolfSSL 5.5 asks about each ticket once for every cipher suite, and a client
 * that offers several, none of which fits, must not make us fetch as often. */
#define MAX_FETCHES (2 * WT_MAX_OFFERS)

typedef struct {
    byte key[WT_AEAD_KEY_SZ];
    byte id[ID_SZ];
} wt_place_of;

#if OVERHEAD != WOLFTICKET_DATA_OVERHEAD
    #error WOLFTICKET_DATA_OVERHEAD
#endif

/* ---- where they are kept ------------------------------------------------ */

static int HasStore(const wt_context* context)
{
    return context->store.get != NULL;
}

static int Put(wt_context* context, const byte* id, const byte* sealed,
    word32 sz, word32 now, word32 seconds)
{
    int ret = 0;

    if (HasStore(context))
        ret = context->store.put(context->storeSelf, id, sealed, sz, seconds)
            == 1;
    else if (context->pool != NULL)
        ret = wt_pool_put(context->pool, id, sealed, sz, now, seconds,
            context->dataMemory);
    return ret;
}

static int Get(wt_context* context, const byte* id, byte* sealed, size_t* sz,
    word32 now)
{
    int ret = 0;

    if (HasStore(context))
        ret = context->store.get(context->storeSelf, id, sealed, sz);
    else if (context->pool != NULL)
        ret = wt_pool_get(context->pool, id, sealed, sz, now);
    return ret;
}

static int Remove(wt_context* context, const byte* id)
{
    int ret = 0;

    if (!HasStore(context)) {
        ret = context->pool != NULL && wt_pool_remove(context->pool, id);
    }
    else if (context->store.remove != NULL) {
        context->store.remove(context->storeSelf, id);
        ret = 1;
    }
    return ret;
}

void wt_data_sweep(const wt_context* context, word64 now)
{
    if (context->pool != NULL)
        wt_pool_sweep(context->pool, (word32)now);
}

size_t wt_appdata_max(const wt_context* context)
{
    size_t room = wt_appdata_room(context);
    size_t ret = WOLFTICKET_MAX_DATA;

    if (context != NULL && !HasStore(context)) {
        ret = wt_pool_largest(context->dataMemory);
        ret = (ret > OVERHEAD) ? ret - OVERHEAD : 0;
        if (ret > WOLFTICKET_MAX_DATA)
            ret = WOLFTICKET_MAX_DATA;
    }
    return (ret > room) ? ret : room;
}

/* ---- sealing ------------------------------------------------------------ */

static int FindPlace(const byte* salt, const byte* contents, word32 sz,
    const byte* handle, wt_place_of* place)
{
    byte prk[WT_PRK_SZ];
    byte info[INFO_SZ];
    int ret;

    XMEMCPY(info, LABEL, LABEL_SZ);
    XMEMCPY(info + LABEL_SZ, handle, WT_NONCE_SZ);
    ret = wt_kdf_extract(salt, WT_KEY_SALT_SZ, contents, sz, prk) &&
        wt_kdf_expand(prk, info, sizeof(info), (byte*)place, sizeof(*place));
    wt_wipe(prk, sizeof(prk));
    wt_wipe(info, sizeof(info));
    return ret;
}

static void MakeAad(byte alg, const byte* id, byte aad[1 + ID_SZ])
{
    aad[0] = alg;
    XMEMCPY(aad + 1, id, ID_SZ);
}

/* entry: OVERHEAD bytes more than the data. */
static int SealEntry(const wt_place_of* place, const byte* nonce,
    const byte* former, const wt_ticket* ticket, byte* entry)
{
    byte aad[1 + ID_SZ];
    word32 sz = ID_SZ + ticket->dataSz;

    entry[0] = (byte)wt_aead_best();
    XMEMCPY(entry + OFF_FORMER, former, ID_SZ);
    XMEMCPY(entry + OFF_DATA, ticket->data, ticket->dataSz);
    MakeAad(entry[0], place->id, aad);
    return wt_aead_seal((wt_aead)entry[0], place->key, nonce, aad, sizeof(aad),
        entry + OFF_FORMER, sz, entry + OFF_FORMER + sz);
}

/* In place; sz: all of the entry's. */
static int OpenEntry(const wt_place_of* place, const byte* nonce, byte* entry,
    word32 sz)
{
    byte aad[1 + ID_SZ];
    word32 sealedSz = sz - 1 - WT_AEAD_TAG_SZ;

    MakeAad(entry[0], place->id, aad);
    return wt_aead_open((wt_aead)entry[0], place->key, nonce, aad, sizeof(aad),
        entry + OFF_FORMER, sealedSz, entry + OFF_FORMER + sealedSz);
}

/* ---- a ticket goes out -------------------------------------------------- */

/* The ticket that a new one takes the place of: that of the data which it
 * inherits. */
static const byte* Former(const wt_conn* conn)
{
    static const byte none[ID_SZ] = { 0 };
    const wt_kept* kept = conn->inOffer ? &conn->offeredKept : &conn->kept;

    return kept->is ? kept->id : none;
}

/* Seconds that the ticket will live. */
static word32 LifeOf(const wt_context* context, const wt_ticket* ticket)
{
    word32 ret = WT_LOAD(&context->lifetime);
    word32 left = (ticket->chainAge < context->renewalLimit)
        ? context->renewalLimit - ticket->chainAge : 1;

    return (left < ret) ? left : ret;
}

static int KeepEntry(wt_conn* conn, const wt_place_of* place,
    const wt_ticket* ticket, const byte* nonce)
{
    word32 sz = OVERHEAD + ticket->dataSz;
    byte* entry = (byte*)XMALLOC(sz, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    int ret = 0;

    if (entry != NULL) {
        ret = SealEntry(place, nonce, Former(conn), ticket, entry) &&
            Put(conn->context, place->id, entry, sz, ticket->issued,
                LifeOf(conn->context, ticket));
        wt_wipe(entry, sz);
        XFREE(entry, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    }
    return ret;
}

wt_error wt_data_keep(wt_conn* conn, const byte salt[WT_KEY_SALT_SZ],
    const wt_frame* frame, wt_ticket* ticket, wt_piece* piece)
{
    wt_place_of place;
    wt_error ret = WT_E_DATA_KEPT;

    if (!wt_nonce_next(conn->context->ring, piece->handle)) {
        ret = WT_E_RANDOM;
    }
    else if (ticket->dataSz <= WOLFTICKET_MAX_DATA &&
            FindPlace(salt, frame->enc, frame->encSz, piece->handle, &place)) {
        piece->handle[WT_NONCE_SZ] = (byte)(ticket->dataSz / UNIT);
        if (KeepEntry(conn, &place, ticket, piece->handle)) {
            XMEMCPY(piece->id, place.id, ID_SZ);
            ticket->data = piece->handle;
            ticket->dataSz = WT_HANDLE_SZ;
            ticket->kept = 1;
            ret = WT_OK;
        }
    }
    wt_wipe(&place, sizeof(place));
    wt_context_count(conn->context, (ret == WT_OK) ? WT_COUNT_DATA_KEPT
                                                   : WT_COUNT_DATA_FAILED);
    return ret;
}

void wt_data_unkeep(wt_conn* conn, const wt_piece* piece)
{
    (void)Remove(conn->context, piece->id);
}

/* ---- a ticket comes in -------------------------------------------------- */

static wolfTicket_CAUSE GetEntry(wt_conn* conn, const wt_place_of* place,
    byte* entry, size_t room, size_t* sz)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_DATA_AWAY;
    int got;

    *sz = room;
    got = Get(conn->context, place->id, entry, sz, conn->seenAt);
    if (got == 0)
        ret = WOLFTICKET_CAUSE_DATA_GONE;
    else if (got == 1)
        ret = (*sz >= OVERHEAD && *sz <= room) ? WOLFTICKET_CAUSE_USED
                                               : WOLFTICKET_CAUSE_DATA_BAD;
    return ret;
}

/* Into conn->offered, where it is opened. */
static wolfTicket_CAUSE Fetch(wt_conn* conn, const byte* handle,
    const wt_place_of* place)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_INTERNAL;
    size_t room = OVERHEAD + (handle[WT_NONCE_SZ] + 1u) * UNIT - 1;
    size_t sz = 0;
    byte* entry;

    if (wt_blob_resize(&conn->offered, (word32)room)) {
        entry = conn->offered.mem;
        ret = GetEntry(conn, place, entry, room, &sz);
        if (ret == WOLFTICKET_CAUSE_USED &&
                !OpenEntry(place, handle, entry, (word32)sz))
            ret = WOLFTICKET_CAUSE_DATA_BAD;
        if (ret == WOLFTICKET_CAUSE_USED) {
            conn->offeredKept.is = 1;
            XMEMCPY(conn->offeredKept.id, place->id, ID_SZ);
            XMEMCPY(conn->offeredKept.former, entry + OFF_FORMER, ID_SZ);
            XMEMMOVE(entry, entry + OFF_DATA, sz - OVERHEAD);
            (void)wt_blob_resize(&conn->offered, (word32)(sz - OVERHEAD));
        }
        else {
            wt_blob_clear(&conn->offered);
        }
    }
    return ret;
}

wolfTicket_CAUSE wt_data_fetch(wt_conn* conn, const wt_opened* opened)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_INTERNAL;
    wt_place_of place;

    wt_wipe(&conn->offeredKept, sizeof(conn->offeredKept));
    if (conn->fetches < MAX_FETCHES && FindPlace(opened->key.salt,
            opened->contents, opened->contentsSz, opened->ticket.data,
            &place)) {
        conn->fetches++;
        ret = Fetch(conn, opened->ticket.data, &place);
    }
    wt_wipe(&place, sizeof(place));
    return ret;
}

void wt_data_proven(wt_conn* conn)
{
    byte any = 0;
    int i;

    conn->kept = conn->offeredKept;
    wt_wipe(&conn->offeredKept, sizeof(conn->offeredKept));
    for (i = 0; i < ID_SZ; i++)
        any |= conn->kept.former[i];
    if (conn->kept.is && any != 0 && Remove(conn->context, conn->kept.former))
        wt_context_count(conn->context, WT_COUNT_DATA_REMOVED);
}

void wt_data_forget(wt_conn* conn)
{
    wt_wipe(&conn->kept, sizeof(conn->kept));
    wt_wipe(&conn->offeredKept, sizeof(conn->offeredKept));
    conn->fetches = 0;
}

/* ---- what the application sets ------------------------------------------ */

int wolfTicket_CTX_set_data_memory(WOLFSSL_CTX* ctx, size_t bytes)
{
    int client;
    wt_context* context = wt_context_attach(ctx, &client);
    int shared;

    if (context != NULL) {
        context->dataMemory = bytes;
        wt_lock();
        shared = wt_pool_shared(context->pool);
        wt_unlock();
        /* The others may have a higher bound. */
        if (!shared)
            wt_pool_trim(context->pool, bytes);
    }
    return context != NULL || client;
}

int wolfTicket_CTX_set_data_store(WOLFSSL_CTX* ctx,
    const wolfTicket_DataStore* store, void* self)
{
    int client;
    wt_context* context = wt_context_attach(ctx, &client);
    int ret = context != NULL || client;

    if (ret && store != NULL && (store->put == NULL || store->get == NULL)) {
        ret = wt_fail((context != NULL) ? &context->error : NULL,
            WT_E_DATA_STORE);
    }
    else if (context != NULL) {
        XMEMSET(&context->store, 0, sizeof(context->store));
        if (store != NULL)
            context->store = *store;
        context->storeSelf = self;
    }
    return ret;
}
