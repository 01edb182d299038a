/* flash.h
 *
 * Two sectors of flash memory, as a part that loses its power has them.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * A product writes its own flash_save() and flash_load() with what its
 * vendor gives, and needs nothing else of this file.
 */

#ifndef FIRMWARE_FLASH_H
#define FIRMWARE_FLASH_H

#define FLASH_SLOTS    2
#define FLASH_SLOT_SZ  256

/* What wolfTicket calls: 1, or 0 when the flash does not do it. */
int flash_save(void* arg, unsigned int slot, const unsigned char* data,
    unsigned int sz);
int flash_load(void* arg, unsigned int slot, unsigned char* data,
    unsigned int sz);

/* ---- the simulation ----------------------------------------------------- */

/* All is as it left the factory. */
void flash_new(void);

/* A save erases byte by byte and then writes byte by byte; the power fails
 * after so many of these steps.  From then on nothing is saved or loaded. */
void flash_cut_after(unsigned int steps);
/* It is back, and stays. */
void flash_power_on(void);
/* Steps since one of the two. */
unsigned int flash_steps(void);

/* For tests that look at it, and damage it. */
unsigned char* flash_bytes(unsigned int slot);

#endif /* FIRMWARE_FLASH_H */
