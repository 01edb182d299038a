/* seal.c
 *
 * The sealed ticket: its format, written and read.
 *
 * wolfSSL frames a ticket as
 *
 *     key_name[16] | iv[16] | enc_len[2] | enc[enc_len] | mac[32]
 *
 * and of that we make format 1, numbers big-endian:
 *
 *     key_name   key id[4], see wt_key_id() |
 *                context id check[4] | server name check[4] |
 *                alpn check[4]
 *     iv         nonce[12] | version and algorithm[1] | sealed[3]
 *     enc        sealed[enc_len]
 *     mac        sealed[16] | tag[16]
 *
 * The sealed bytes, in the order iv, mac, enc, are the AEAD ciphertext of
 *
 *     flags[1]        a sum of 1: data is a handle to it, see data.c; and 2:
 *                     for one use that a callback claims, or 4: that its
 *                     maker's filter claims, see singleuse.c
 *     issued[4]       seconds since 1970
 *     chain[4]        20 bits: seconds from the chain's full handshake to the
 *                     issue; 12 bits: renewals, stopping at 4095
 *     nonce[1]        the ticket nonce of TLS 1.3
 *     data_len[1]     below 255, or 255 and 2 bytes more
 *     data[data_len]  the application's
 *     contents[]      wolfSSL's own
 *     zeros           only where enc would be shorter than wolfSSL allows
 *
 * under the additional data key_name | version and algorithm | enc_len |
 * protocol version[2]; the nonce is the cipher's own.  So no field and no
 * length of the frame can be changed.  The protocol version is there because
 * wolfSSL drops a ticket of another one after we have opened it, and may then
 * resume some other session of that client.  The frame's spare bytes, 3 of iv
 * and 16 of mac, carry sealed data because on a common build enc has room for
 * 32 bytes only.
 *
 * The checks stand in clear, so that a ticket whose server name is not known
 * yet, because wolfSSL hands over the ticket first, can be opened and checked
 * a moment later.  They are keyed and say no more than that two tickets of
 * one key have the same name; to hit a given check by chance takes 2^32
 * handshakes within the life of a key.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "seal.h"

#define VERSION     1
#define IV_SPARE    (WOLFSSL_TICKET_IV_SZ - WT_AEAD_NONCE_SZ - 1)
#define MAC_SPARE   (WOLFSSL_TICKET_MAC_SZ - WT_AEAD_TAG_SZ)
#define SPARE       (IV_SPARE + MAC_SPARE)
#define AAD_SZ      (WOLFSSL_TICKET_NAME_SZ + 1 + 2 + 2)

/* The sealed header. */
#define OFF_FLAGS   0
#define OFF_ISSUED  1
#define OFF_CHAIN   5
#define OFF_NONCE   9
#define OFF_LEN     10
#define HEADER_SZ   11
#define LONG_LEN    255
#define LONG_LEN_SZ 2
#define FLAG_KEPT   1
#define FLAG_SINGLE 2
#define FLAG_FILTER 4
#if !defined(WOLFTICKET_EMBEDDED) || WOLFTICKET_MAX_APPDATA >= LONG_LEN
    #define HAVE_LONG_LEN
#endif

/* Flags of a later version are refused; the embedded core keeps no data outside
 * of tickets, and would use tickets more than once that are for one use. */
#ifdef WOLFTICKET_EMBEDDED
    #define HIGHEST_FLAGS 0
#else
    #define HIGHEST_FLAGS (FLAG_KEPT | FLAG_FILTER)
#endif

#define DEAD_BYTE   0xDD

word32 wt_message_room(word32 contentsSz, word32 all)
{
    word32 room = 0;

    if (all > HEADER_SZ + contentsSz)
        room = all - HEADER_SZ - contentsSz;
    if (room >= LONG_LEN)
        room = (room < LONG_LEN + LONG_LEN_SZ) ? LONG_LEN - 1
                                               : room - LONG_LEN_SZ;
    return room;
}

word32 wt_seal_room(word32 contentsSz, word32 encMax)
{
    return wt_message_room(contentsSz, SPARE + encMax);
}

word32 wt_message_max(const wt_ticket* ticket, word32 contentsSz)
{
    return HEADER_SZ + LONG_LEN_SZ + ticket->dataSz + contentsSz;
}

word32 wt_seal_work_size(word32 encSz)
{
    return SPARE + encSz;
}

static void MakeAad(const wt_frame* frame, word32 encSz, byte aad[AAD_SZ])
{
    byte* p = aad + WOLFSSL_TICKET_NAME_SZ;

    XMEMCPY(aad, frame->keyName, WOLFSSL_TICKET_NAME_SZ);
    p[0] = frame->iv[WT_AEAD_NONCE_SZ];
    wt_put(p + 1, encSz, 2);
    wt_put(p + 3, frame->version, 2);
}

/* The frame's sealed bytes to or from one contiguous message. */
static void Scatter(const byte* msg, wt_frame* frame, word32 encSz)
{
    XMEMCPY(frame->iv + WT_AEAD_NONCE_SZ + 1, msg, IV_SPARE);
    XMEMCPY(frame->mac, msg + IV_SPARE, MAC_SPARE);
    XMEMCPY(frame->enc, msg + SPARE, encSz);
}

static void Gather(byte* msg, const wt_frame* frame)
{
    XMEMCPY(msg, frame->iv + WT_AEAD_NONCE_SZ + 1, IV_SPARE);
    XMEMCPY(msg + IV_SPARE, frame->mac, MAC_SPARE);
    XMEMCPY(msg + SPARE, frame->enc, frame->encSz);
}

/* Returns the header's size. */
static word32 WriteHeader(byte* msg, const wt_ticket* ticket)
{
    word32 sz = HEADER_SZ;
    word32 age = ticket->chainAge;
    word32 renewals = ticket->renewals;

    if (age > WT_MAX_CHAIN_AGE)
        age = WT_MAX_CHAIN_AGE;
    if (renewals > WT_MAX_RENEWALS)
        renewals = WT_MAX_RENEWALS;
    msg[OFF_FLAGS] = 0;
#ifndef WOLFTICKET_EMBEDDED
    if (ticket->kept)
        msg[OFF_FLAGS] |= FLAG_KEPT;
    if (ticket->single == WT_SINGLE_CB)
        msg[OFF_FLAGS] |= FLAG_SINGLE;
    else if (ticket->single == WT_SINGLE_FILTER)
        msg[OFF_FLAGS] |= FLAG_FILTER;
#endif
    wt_put(msg + OFF_ISSUED, ticket->issued, 4);
    wt_put(msg + OFF_CHAIN, (age << 12) | renewals, 4);
    msg[OFF_NONCE] = ticket->ticketNonce;
    msg[OFF_LEN] = (byte)ticket->dataSz;
#ifdef HAVE_LONG_LEN
    if (ticket->dataSz >= LONG_LEN) {
        msg[OFF_LEN] = LONG_LEN;
        wt_put(msg + HEADER_SZ, ticket->dataSz, LONG_LEN_SZ);
        sz += LONG_LEN_SZ;
    }
#endif
    return sz;
}

word32 wt_message_write(const wt_ticket* ticket, const byte* contents,
    word32 contentsSz, byte* msg)
{
    word32 sz = WriteHeader(msg, ticket);

    if (ticket->dataSz > 0)
        XMEMCPY(msg + sz, ticket->data, ticket->dataSz);
    sz += ticket->dataSz;
    XMEMCPY(msg + sz, contents, contentsSz);
    return sz + contentsSz;
}

void wt_seal_wipe(wt_frame* frame)
{
    wt_wipe(frame->keyName, WOLFSSL_TICKET_NAME_SZ);
    wt_wipe(frame->iv, WOLFSSL_TICKET_IV_SZ);
    wt_wipe(frame->mac, WOLFSSL_TICKET_MAC_SZ);
    wt_wipe(frame->enc, frame->encMax);
}

/* A message's place: the stack, the heap for a long one; the embedded core
 * has neither. */
#ifdef WOLFTICKET_EMBEDDED
    #define WORK(frame)    ((frame)->work)
    #define LargeWork(sz)  NULL
    #define FreeWork(work, frame)
#else
    #define WORK(frame)    stack
    #define LargeWork(sz)  (byte*)XMALLOC(sz, NULL, DYNAMIC_TYPE_TMP_BUFFER)
    #define FreeWork(work, frame) \
        if ((work) != stack) \
            XFREE(work, NULL, DYNAMIC_TYPE_TMP_BUFFER)
#endif

int wt_seal(const wt_key* key, const byte nonce[WT_AEAD_NONCE_SZ],
    const wt_checks* checks, const wt_ticket* ticket, wt_frame* frame)
{
#ifndef WOLFTICKET_EMBEDDED
    byte stack[WT_STACK_WORK];
#endif
    byte aad[AAD_SZ];
    byte* msg = WORK(frame);
    wt_aead alg = wt_aead_best();
    word32 encSz = frame->encSz;
    word32 workSz = wt_message_max(ticket, encSz) + SPARE;
    word32 msgSz, sz;
    int ret = 0;

    if (ticket->dataSz > wt_seal_room(frame->encSz, frame->encMax))
        msg = NULL;
    else if (workSz > WT_STACK_WORK)
        msg = LargeWork(workSz);

    if (msg != NULL) {
        sz = wt_message_write(ticket, frame->enc, encSz, msg);
        msgSz = (sz > SPARE + encSz) ? sz : SPARE + encSz;
        XMEMSET(msg + sz, 0, msgSz - sz);
        encSz = msgSz - SPARE;

        wt_key_id(key->name, frame->keyName);
        XMEMCPY(frame->keyName + WT_KEY_ID_SZ, checks, sizeof(*checks));
        XMEMCPY(frame->iv, nonce, WT_AEAD_NONCE_SZ);
        frame->iv[WT_AEAD_NONCE_SZ] = (byte)((VERSION << 4) | alg);
        MakeAad(frame, encSz, aad);
        ret = wt_aead_seal(alg, key->secret, nonce, aad, AAD_SZ, msg, msgSz,
            frame->mac + MAC_SPARE);
        if (ret == 1) {
            Scatter(msg, frame, encSz);
            frame->encSz = encSz;
        }
    }

#ifndef WOLFTICKET_EMBEDDED /* its only caller makes it a dead one */
    if (ret != 1)
        wt_seal_wipe(frame);
#endif
    if (msg != NULL)
        wt_wipe(msg, workSz);
    FreeWork(msg, frame);
    return ret;
}

void wt_seal_dead(wt_frame* frame)
{
    /* Key id 0 is no key's.  wolfSSL insists on a name, an iv and a mac that
     * are not all zero, and on changed contents. */
    wt_wipe(frame->enc, frame->encMax);
    XMEMSET(frame->keyName, 0, WT_KEY_ID_SZ);
    XMEMSET(frame->keyName + WT_KEY_ID_SZ, DEAD_BYTE,
        WOLFSSL_TICKET_NAME_SZ - WT_KEY_ID_SZ);
    XMEMSET(frame->iv, DEAD_BYTE, WOLFSSL_TICKET_IV_SZ);
    XMEMSET(frame->mac, DEAD_BYTE, WOLFSSL_TICKET_MAC_SZ);
}

void wt_seal_checks(const wt_frame* frame, wt_checks* checks)
{
    XMEMCPY(checks, frame->keyName + WT_KEY_ID_SZ, sizeof(*checks));
}

int wt_seal_format(const wt_frame* frame)
{
    byte version = frame->iv[WT_AEAD_NONCE_SZ];

    return (version >> 4) == VERSION &&
        ((version & 0x0F) == WT_AEAD_AES256_GCM ||
         (version & 0x0F) == WT_AEAD_CHACHA20_POLY1305);
}

/* A key that leaked must not give its finder more than forged tickets, so
 * every length is checked again. */
int wt_message_read(const byte* msg, word32 msgSz, wt_ticket* ticket,
    const byte** contents, word32* contentsSz)
{
    word32 sz = HEADER_SZ;
    word32 chain;
    int ret = 1;

    if (msgSz < HEADER_SZ + LONG_LEN_SZ || msg[OFF_FLAGS] > HIGHEST_FLAGS)
        return 0;
#ifndef WOLFTICKET_EMBEDDED
    ticket->single = WT_SINGLE_NOT;
    if (msg[OFF_FLAGS] & FLAG_SINGLE)
        ticket->single = WT_SINGLE_CB;
    else if (msg[OFF_FLAGS] & FLAG_FILTER)
        ticket->single = WT_SINGLE_FILTER;
#endif
    ticket->issued = wt_get(msg + OFF_ISSUED, 4);
    chain = wt_get(msg + OFF_CHAIN, 4);
    ticket->chainAge = chain >> 12;
    ticket->renewals = chain & WT_MAX_RENEWALS;
    ticket->ticketNonce = msg[OFF_NONCE];
    ticket->dataSz = msg[OFF_LEN];
#ifdef HAVE_LONG_LEN
    if (ticket->dataSz == LONG_LEN) {
        ticket->dataSz = wt_get(msg + HEADER_SZ, LONG_LEN_SZ);
        sz += LONG_LEN_SZ;
        if (ticket->dataSz < LONG_LEN)
            ret = 0;
    }
#endif
    if (ret == 1 && ticket->dataSz > msgSz - sz)
        ret = 0;
#ifndef WOLFTICKET_EMBEDDED
    ticket->kept = (msg[OFF_FLAGS] & FLAG_KEPT) != 0;
    if (ticket->kept && ticket->dataSz != WT_HANDLE_SZ)
        ret = 0;
#endif
    if (ret == 1) {
        ticket->data = msg + sz;
        *contents = msg + sz + ticket->dataSz;
        *contentsSz = msgSz - sz - ticket->dataSz;
    }
    return ret;
}

int wt_open(const wt_key* key, const wt_frame* frame, byte* work,
    wt_ticket* ticket, const byte** contents, word32* contentsSz)
{
    byte aad[AAD_SZ];
    word32 msgSz = wt_seal_work_size(frame->encSz);
    wt_aead alg = (wt_aead)(frame->iv[WT_AEAD_NONCE_SZ] & 0x0F);
    int ret;

    Gather(work, frame);
    MakeAad(frame, frame->encSz, aad);
    ret = wt_aead_open(alg, key->secret, frame->iv, aad, AAD_SZ, work, msgSz,
        frame->mac + MAC_SPARE);
    if (ret == 1)
        ret = wt_message_read(work, msgSz, ticket, contents, contentsSz);
    return ret;
}
