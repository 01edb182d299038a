/* flash.c
 *
 * Two sectors of flash memory, as a part that loses its power has them.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "flash.h"

#include <string.h>

#define ERASED  0xFF
#define FOREVER 0xFFFFFFFFu

static unsigned char sectors[FLASH_SLOTS][FLASH_SLOT_SZ];
static unsigned int steps;
static unsigned int limit = FOREVER;

void flash_new(void)
{
    memset(sectors, ERASED, sizeof(sectors));
    flash_power_on();
}

void flash_cut_after(unsigned int count)
{
    steps = 0;
    limit = count;
}

void flash_power_on(void)
{
    steps = 0;
    limit = FOREVER;
}

unsigned int flash_steps(void)
{
    return steps;
}

unsigned char* flash_bytes(unsigned int slot)
{
    return sectors[slot];
}

static int Powered(void)
{
    return steps < limit;
}

/* 1, or 0 when the power fails now; the byte is then half done. */
static int Step(unsigned char* at, unsigned char value)
{
    int ret = Powered();

    if (ret) {
        *at = value;
        steps++;
        if (!Powered())
            *at |= 0x0F & ~value;
    }
    return ret;
}

int flash_save(void* arg, unsigned int slot, const unsigned char* data,
    unsigned int sz)
{
    unsigned int i;
    int ret = slot < FLASH_SLOTS && sz <= FLASH_SLOT_SZ;

    (void)arg;
    for (i = 0; ret && i < FLASH_SLOT_SZ; i++)
        ret = Step(&sectors[slot][i], ERASED);
    for (i = 0; ret && i < sz; i++)
        ret = Step(&sectors[slot][i], data[i]);
    return ret && Powered();
}

int flash_load(void* arg, unsigned int slot, unsigned char* data,
    unsigned int sz)
{
    int ret = slot < FLASH_SLOTS && sz <= FLASH_SLOT_SZ && Powered();

    (void)arg;
    if (ret)
        memcpy(data, sectors[slot], sz);
    return ret;
}
