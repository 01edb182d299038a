/* scenario_slot.c
 *
 * Sessions that the scenario's client keeps, and changes on demand.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include <string.h>

#include "scenario_slot.h"

#define MAX_TICKET   60000
#define MAX_REST     8192
#define HEADER_ROOM  8

static size_t DerHeader(unsigned char* out, unsigned char tag, size_t len)
{
    size_t sz = 0;

    out[sz++] = tag;
    if (len >= 0x100) {
        out[sz++] = 0x82;
        out[sz++] = (unsigned char)(len >> 8);
    }
    else if (len >= 0x80) {
        out[sz++] = 0x81;
    }
    out[sz++] = (unsigned char)len;

    return sz;
}

/* The place of a ticket in a serialised session, with its two headers. */
static unsigned char* FindTicket(const Slot* slot, const unsigned char* ticket,
    size_t len, size_t* headers)
{
    unsigned char  skip[8];
    unsigned char* ret = NULL;
    int            i;

    *headers = DerHeader(skip, 0x04, len);
    *headers += DerHeader(skip, 0xAA, len + *headers);
    for (i = (int)*headers; i + (int)len <= slot->len; i++) {
        if (memcmp(slot->der + i, ticket, len) == 0) {
            ret = slot->der + i;
            break;
        }
    }

    return ret;
}

/* OpenSSL cannot set the ticket of a session, so it is serialised anew. */
static SSL_SESSION* WithTicket(const Slot* slot, const unsigned char* old,
    size_t oldLen, const unsigned char* ticket, size_t len)
{
    static unsigned char body[MAX_TICKET + MAX_REST];
    static unsigned char out[MAX_TICKET + MAX_REST + HEADER_ROOM];
    unsigned char        inner[8];
    unsigned char        outer[8];
    const unsigned char* end = slot->der + slot->len;
    const unsigned char* next = out;
    const unsigned char* at;
    const unsigned char* start;
    SSL_SESSION*         ret = NULL;
    size_t               headers;
    size_t               innerSz;
    size_t               outerSz;
    size_t               sz = 0;
    size_t               total;

    at = FindTicket(slot, old, oldLen, &headers);
    if (at != NULL && (size_t)slot->len + len < sizeof(body)) {
        start = slot->der + ((slot->der[1] == 0x82) ? 4 :
            (slot->der[1] == 0x81) ? 3 : 2);
        innerSz = DerHeader(inner, 0x04, len);
        outerSz = DerHeader(outer, 0xAA, len + innerSz);

        memcpy(body, start, (size_t)(at - headers - start));
        sz = (size_t)(at - headers - start);
        memcpy(body + sz, outer, outerSz);
        sz += outerSz;
        memcpy(body + sz, inner, innerSz);
        sz += innerSz;
        memcpy(body + sz, ticket, len);
        sz += len;
        memcpy(body + sz, at + oldLen, (size_t)(end - at) - oldLen);
        sz += (size_t)(end - at) - oldLen;

        total = DerHeader(out, 0x30, sz);
        memcpy(out + total, body, sz);
        ret = d2i_SSL_SESSION(NULL, &next, (long)(total + sz));
    }

    return ret;
}

SSL_SESSION* Slot_load(const Slot* slot, const char* how, size_t amount)
{
    static unsigned char ticket[MAX_TICKET];
    const unsigned char* next = slot->der;
    const unsigned char* old;
    SSL_SESSION*         plain;
    SSL_SESSION*         ret = NULL;
    size_t               oldLen;
    size_t               len;
    size_t               i;

    plain = (slot->der == NULL) ? NULL :
        d2i_SSL_SESSION(NULL, &next, slot->len);
    if (plain == NULL || how == NULL) {
        ret = plain;
    }
    else {
        SSL_SESSION_get0_ticket(plain, &old, &oldLen);
        if (oldLen > sizeof(ticket)) {
            oldLen = sizeof(ticket);
        }
        memcpy(ticket, old, oldLen);
        len = oldLen;
        if (strcmp(how, "flip") == 0) {
            ticket[(oldLen - 1) * amount / 1000] ^= 1;
        }
        else if (strcmp(how, "keep") == 0) {
            len = (amount < oldLen) ? amount : oldLen;
        }
        else if (strcmp(how, "cut") == 0) {
            len = (amount < oldLen) ? oldLen - amount : 0;
        }
        else {
            len = (amount < sizeof(ticket)) ? amount : sizeof(ticket);
            for (i = 0; i < len; i++) {
                ticket[i] = (unsigned char)(i * 7 + 1);
            }
        }
        ret = WithTicket(slot, old, oldLen, ticket, len);
        SSL_SESSION_free(plain);
    }

    return ret;
}

int Slot_save(Slot* slot, SSL_SESSION* session)
{
    int ret = 0;

    Slot_free(slot);
    if (session != NULL && SSL_SESSION_has_ticket(session)) {
        slot->len = i2d_SSL_SESSION(session, &slot->der);
        ret = (slot->len > 0);
    }

    return ret;
}

void Slot_free(Slot* slot)
{
    OPENSSL_free(slot->der);
    slot->der = NULL;
    slot->len = 0;
}
