/* opened.c
 *
 * A presented ticket opened, the first time and again.
 *
 * wolfSSL may ask about one ticket many times, and 5.5 overwrites it each
 * time.  A ticket under a key of the ring is kept as it came in and opened
 * again.  For one under an application's key that would mean to ask its
 * callback again: there what was sealed is kept, and wiped with the end of
 * the handshake.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "opened.h"
#include "keycb.h"

int wt_opened_begin(wt_opened* opened, byte stack[WT_STACK_WORK],
    word32 encSz)
{
    XMEMSET(opened, 0, sizeof(*opened));
    opened->stack = stack;
    opened->work = stack;
    opened->workSz = wt_seal_work_size(encSz);
    if (opened->workSz > WT_STACK_WORK)
        opened->work = (byte*)XMALLOC(opened->workSz, NULL,
            DYNAMIC_TYPE_TMP_BUFFER);
    return opened->work != NULL;
}

void wt_opened_end(wt_opened* opened)
{
    if (opened->work != NULL)
        wt_wipe(opened->work, opened->workSz);
    if (opened->work != opened->stack)
        XFREE(opened->work, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    wt_wipe(opened, sizeof(*opened));
}

void wt_opened_drop(wt_offer* offer)
{
    if (offer->plain != NULL) {
        wt_wipe(offer->plain, offer->plainCap);
        XFREE(offer->plain, NULL, DYNAMIC_TYPE_TMP_BUFFER);
        offer->plain = NULL;
        offer->plainSz = offer->plainCap = 0;
    }
}

void wt_opened_forget(wt_conn* conn)
{
    int i;

    for (i = 0; i < WT_MAX_OFFERS; i++) {
        wt_opened_drop(&conn->offer[i]);
        wt_wipe(conn->offer[i].salt, sizeof(conn->offer[i].salt));
    }
}

/* ---- under a key of the ring -------------------------------------------- */

/* Finds the key and opens: there may be several keys of one id. */
static wolfTicket_CAUSE ByRing(wt_conn* conn, const wt_frame* frame,
    wt_opened* opened)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_UNKNOWN_KEY;
    wolfTicket_KeyRing* ring = conn->context->ring;
    word32 generation;
    int n;

    if (!wt_seal_format(frame))
        return WOLFTICKET_CAUSE_FORMAT;
    do {
        generation = (ring != NULL) ? wt_keyring_generation(ring) : 0;
        for (n = 0; ret != WOLFTICKET_CAUSE_USED && ring != NULL &&
                wt_keyring_opening(ring, frame->keyName, n, &opened->key);
                n++) {
            ret = wt_open(&opened->key, frame, opened->work, &opened->ticket,
                &opened->contents, &opened->contentsSz)
                ? WOLFTICKET_CAUSE_USED : WOLFTICKET_CAUSE_BAD_SEAL;
        }
    } while (ret == WOLFTICKET_CAUSE_BAD_SEAL &&
        generation != wt_keyring_generation(ring));
    wt_seal_checks(frame, &opened->checks);
    opened->renew = !opened->key.current || wt_is_tls13(conn->ssl);
    return ret;
}

/* The ticket accepted last, as it came in.
 *     keyName | iv | mac | enc */
#define KEPT_ENC (WOLFSSL_TICKET_NAME_SZ + WOLFSSL_TICKET_IV_SZ + \
                  WOLFSSL_TICKET_MAC_SZ)

static int KeptFrame(wt_conn* conn, wt_frame* frame)
{
    byte* mem = conn->sealed.mem;
    int ret = conn->sealed.sz > KEPT_ENC;

    if (ret) {
        frame->keyName = mem;
        frame->iv = mem + WOLFSSL_TICKET_NAME_SZ;
        frame->mac = frame->iv + WOLFSSL_TICKET_IV_SZ;
        frame->enc = mem + KEPT_ENC;
        frame->encSz = frame->encMax = conn->sealed.sz - KEPT_ENC;
        frame->version = (word32)wolfSSL_version(conn->ssl);
    }
    return ret;
}

static int KeepFrame(wt_conn* conn, const wt_frame* frame)
{
    wt_frame kept;
    int ret = wt_blob_resize(&conn->sealed, KEPT_ENC + frame->encSz) &&
        KeptFrame(conn, &kept);

    if (ret) {
        XMEMCPY(kept.keyName, frame->keyName, WOLFSSL_TICKET_NAME_SZ);
        XMEMCPY(kept.iv, frame->iv, WOLFSSL_TICKET_IV_SZ);
        XMEMCPY(kept.mac, frame->mac, WOLFSSL_TICKET_MAC_SZ);
        XMEMCPY(kept.enc, frame->enc, frame->encSz);
    }
    return ret;
}

/* ---- under a key of the application's ----------------------------------- */

#ifdef WT_HAVE_KEY_CB

static wolfTicket_CAUSE CauseOf(wt_keycb_result result)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_INTERNAL;

    if (result == WT_KEYCB_OK || result == WT_KEYCB_RENEW)
        ret = WOLFTICKET_CAUSE_USED;
    else if (result == WT_KEYCB_NONE)
        ret = WOLFTICKET_CAUSE_UNKNOWN_KEY;
    else if (result == WT_KEYCB_ERROR)
        ret = WOLFTICKET_CAUSE_ABORT;
    return ret;
}

static int ReadPlain(const wt_offer* offer, wt_opened* opened)
{
    int ret = offer->plain != NULL && wt_keycb_read(offer->plain,
        offer->plainSz, &opened->checks, &opened->ticket, &opened->contents,
        &opened->contentsSz);

    if (ret) {
        XMEMCPY(opened->checks.sidCtx, offer->checks.sidCtx, WT_CHECK_SZ);
        XMEMCPY(opened->key.name, offer->wireName, WOLFTICKET_NAME_SZ);
        XMEMCPY(opened->key.salt, offer->salt, WT_KEY_SALT_SZ);
        opened->renew = offer->keyRenews;
    }
    return ret;
}

/* The tag has vouched for the context id; the check is for a later look. */
static int CheckOfSidCtx(wt_offer* offer, const wt_sid_ctx* sidCtx)
{
    wt_binding none;
    wt_key key;
    int ret;

    XMEMSET(&none, 0, sizeof(none));
    XMEMCPY(key.salt, offer->salt, WT_KEY_SALT_SZ);
    ret = wt_binding_checks(&none, sidCtx->id, sidCtx->sz, &key,
        &offer->checks);
    wt_wipe(&key, sizeof(key));
    return ret;
}

static wolfTicket_CAUSE OpenPlain(wt_conn* conn, wt_offer* offer,
    const wt_frame* frame, wt_keycb* key)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_INTERNAL;
    wt_sid_ctx sidCtx;

    sidCtx.id = wt_conn_sid_ctx(conn, &sidCtx.sz);
    offer->plainCap = wt_keycb_open_size(frame);
    offer->plain = (byte*)XMALLOC(offer->plainCap, NULL,
        DYNAMIC_TYPE_TMP_BUFFER);
    if (offer->plain != NULL) {
        XMEMCPY(offer->salt, key->salt, WT_KEY_SALT_SZ);
        offer->keyRenews = key->result == WT_KEYCB_RENEW;
        offer->plainSz = wt_keycb_open(key, &sidCtx, frame, offer->plain);
        if (offer->plainSz == 0)
            ret = WOLFTICKET_CAUSE_BAD_SEAL;
        else if (CheckOfSidCtx(offer, &sidCtx))
            ret = WOLFTICKET_CAUSE_USED;
    }
    if (ret != WOLFTICKET_CAUSE_USED)
        wt_opened_drop(offer);
    return ret;
}

static wolfTicket_CAUSE ByKeyCb(wt_conn* conn, wt_offer* offer,
    const wt_frame* frame, wt_opened* opened)
{
    wt_conn* former = wt_conn_enter(conn);
    wt_keycb* key = wt_keycb_ask(conn->context->keyCb, conn->ssl,
        frame->keyName, frame->iv);
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_INTERNAL;

    wt_conn_leave(former);
    if (key != NULL)
        ret = CauseOf(key->result);
    if (ret == WOLFTICKET_CAUSE_USED)
        ret = OpenPlain(conn, offer, frame, key);
    if (ret == WOLFTICKET_CAUSE_USED && !ReadPlain(offer, opened))
        ret = WOLFTICKET_CAUSE_BAD_SEAL;
    wt_keycb_free(key);
    return ret;
}

#define HAS_KEY_CB(conn) ((conn)->context->keyCb != NULL)
#else
#define HAS_KEY_CB(conn) 0
#define ByKeyCb(conn, offer, frame, opened) WOLFTICKET_CAUSE_INTERNAL
#define ReadPlain(offer, opened) 0
#endif /* WT_HAVE_KEY_CB */

/* ---- either ------------------------------------------------------------- */

/* wolfSSL overlooks what a client appends to a ticket; so do we where the
 * ClientHello did not pass. */
static int WholeTicket(const wt_conn* conn, const wt_frame* frame)
{
    return conn->helloTicket == 0 || conn->helloTicket ==
        frame->encSz + WOLFSSL_TICKET_NAME_SZ + WOLFSSL_TICKET_IV_SZ + 2 +
        WOLFSSL_TICKET_MAC_SZ;
}

wolfTicket_CAUSE wt_opened_first(wt_conn* conn, wt_offer* offer,
    const wt_frame* frame, wt_opened* opened)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_FORMAT;

    if (WholeTicket(conn, frame)) {
        ret = HAS_KEY_CB(conn) ? ByKeyCb(conn, offer, frame, opened)
                               : ByRing(conn, frame, opened);
    }
    (void)offer;
    return ret;
}

wolfTicket_CAUSE wt_opened_peek(wt_conn* conn, const wt_frame* frame,
    wt_opened* opened)
{
    return HAS_KEY_CB(conn) ? WOLFTICKET_CAUSE_UNKNOWN_KEY
                            : ByRing(conn, frame, opened);
}

wolfTicket_CAUSE wt_opened_again(wt_conn* conn, wt_offer* offer,
    const wt_frame* frame, wt_opened* opened)
{
    wolfTicket_CAUSE ret = WOLFTICKET_CAUSE_INTERNAL;
    wt_frame kept;
    int isLast = conn->current == (byte)(offer - conn->offer + 1);

    if (offer->plain != NULL)
        ret = ReadPlain(offer, opened) ? WOLFTICKET_CAUSE_USED
                                       : WOLFTICKET_CAUSE_INTERNAL;
    else if (isLast && KeptFrame(conn, &kept))
        ret = ByRing(conn, &kept, opened);
    else if (frame != NULL)
        ret = ByRing(conn, frame, opened);
    return ret;
}

int wt_opened_keep(wt_conn* conn, const wt_offer* offer, const wt_frame* frame)
{
    return offer->plain != NULL ||
        conn->current == (byte)(offer - conn->offer + 1) ||
        KeepFrame(conn, frame);
}
