/* storepeer.c
 *
 * Whom a session is for, and under which settings, in short.
 *
 * A peer's key is SHA-256 over
 *
 *   label | host in lower case | port | SNI | ALPN | trust bytes | trust print
 *
 * each field behind one byte that tells whether it is there, and four of its
 * size, so that nothing moves from one to the next unnoticed.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "store.h"
#include "error.h"
#include "trust.h"

#include <wolfssl/wolfcrypt/hash.h>

#define LABEL "wolfTicket peer 1"

static int AddHead(wc_Sha256* sha, int there, size_t sz)
{
    byte head[5];

    head[0] = (byte)there;
    wt_put(head + 1, (word32)sz, 4);
    return sz <= 0xFFFFFFFFu && wc_Sha256Update(sha, head, sizeof(head)) == 0;
}

static int AddField(wc_Sha256* sha, const byte* mem, size_t sz)
{
    return AddHead(sha, mem != NULL, sz) &&
        (sz == 0 || wc_Sha256Update(sha, mem, (word32)sz) == 0);
}

/* Not tolower(): what it does depends on the locale. */
static int AddHost(wc_Sha256* sha, const char* host)
{
    size_t sz = XSTRLEN(host);
    int ret = AddHead(sha, 1, sz);
    size_t i;

    for (i = 0; ret == 1 && i < sz; i++) {
        byte c = (byte)host[i];

        if (c >= 'A' && c <= 'Z')
            c = (byte)(c - 'A' + 'a');
        ret = wc_Sha256Update(sha, &c, 1) == 0;
    }
    return ret;
}

static int AddPeer(wc_Sha256* sha, const wolfTicket_Peer* peer)
{
    byte port[2];

    wt_put(port, peer->port, 2);
    return wc_Sha256Update(sha, (const byte*)LABEL, sizeof(LABEL)) == 0 &&
        AddHost(sha, peer->host) && AddField(sha, port, sizeof(port)) &&
        AddField(sha, (const byte*)peer->sni,
            (peer->sni != NULL) ? XSTRLEN(peer->sni) : 0) &&
        AddField(sha, peer->alpn, peer->alpn_len) &&
        AddField(sha, peer->trust, peer->trust_len);
}

int wt_store_whom(const wolfTicket_Peer* peer, byte whom[WT_PEER_SZ])
{
    wc_Sha256 sha;
    int ret;

    if (peer == NULL || peer->host == NULL ||
            (peer->alpn == NULL && peer->alpn_len > 0) ||
            (peer->trust == NULL && peer->trust_len > 0))
        return wt_fail(NULL, WT_E_NULL);
    if (wc_InitSha256_ex(&sha, NULL, INVALID_DEVID) != 0)
        return wt_fail(NULL, WT_E_MEMORY);
    ret = AddPeer(&sha, peer) && wc_Sha256Final(&sha, whom) == 0;
    wc_Sha256Free(&sha);
    return ret ? 1 : wt_fail(NULL, WT_E_MEMORY);
}

int wt_store_key(const byte whom[WT_PEER_SZ], const byte trust[WT_TRUST_SZ],
    byte key[WT_PEER_SZ])
{
    byte both[WT_PEER_SZ + WT_TRUST_SZ];

    XMEMCPY(both, whom, WT_PEER_SZ);
    XMEMCPY(both + WT_PEER_SZ, trust, WT_TRUST_SZ);
    return (wc_Sha256Hash(both, sizeof(both), key) == 0) ? 1
        : wt_fail(NULL, WT_E_MEMORY);
}

int wt_store_peer(WOLFSSL* ssl, const wolfTicket_Peer* peer,
    byte key[WT_PEER_SZ])
{
    byte trust[WT_TRUST_SZ];
    byte whom[WT_PEER_SZ];
    int ret = 0;

    if (ssl == NULL)
        (void)wt_fail(NULL, WT_E_NULL);
    else if (!wt_store_whom(peer, whom))
        ret = 0;
    else if (!wt_trust_print(ssl, trust))
        (void)wt_fail(NULL, WT_E_MEMORY);
    else
        ret = wt_store_key(whom, trust, key);
    return ret;
}
