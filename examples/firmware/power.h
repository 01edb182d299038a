/* power.h
 *
 * Keys in flash memory, and a power supply that fails: what may come of it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef FIRMWARE_POWER_H
#define FIRMWARE_POWER_H

/* All for a client that has a ticket; each returns 1 when its name holds at
 * every byte. */

/* The power fails while new keys are saved: they, or the old ones, are found,
 * and the client is known.  *old and *fresh count which it was. */
int power_torn_save_keeps_keys(unsigned int* old, unsigned int* fresh);

/* Of two whole slots the newer one counts, whichever it is. */
int power_newest_keys_are_found(void);

/* Flash memory wears out: it is written once for each new key, and not for a
 * ticket. */
int power_saves_are_few(void);

/* One slot is damaged: the other one's keys are found. */
int power_one_slot_is_enough(void);

/* Both are: the server begins anew, with nothing of what it found. */
int power_damaged_keys_are_never_used(void);

/* Flash memory that takes nothing: the server works, and says so. */
int power_no_flash_stops_nothing(void);

#endif /* FIRMWARE_POWER_H */
