/* scenario_slot.h
 *
 * Sessions that the scenario's client keeps, and changes on demand.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef SCENARIO_SLOT_H
#define SCENARIO_SLOT_H

#include <openssl/ssl.h>

/* A session as it is kept between connections: serialised, since OpenSSL
 * marks the object of a failed connection as not resumable. */
typedef struct Slot {
    unsigned char* der;
    int            len;
} Slot;

/* Keeps a session that has a ticket; otherwise the slot is empty and the
 * result 0. */
int Slot_save(Slot* slot, SSL_SESSION* session);

/* The session, its ticket changed in the way named: "flip" (a bit at amount
 * per mille of its length), "keep" (the first amount bytes), "cut" (all but
 * the last amount bytes), "blob" (amount invented bytes), NULL (not at all).
 * NULL when there is none or memory fails. */
SSL_SESSION* Slot_load(const Slot* slot, const char* how, size_t amount);

void Slot_free(Slot* slot);

#endif /* SCENARIO_SLOT_H */
