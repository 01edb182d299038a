/* power.c
 *
 * Keys in flash memory, and a power supply that fails: what may come of it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "power.h"
#include "board.h"
#include "flash.h"
#include "visit.h"

#include <string.h>

/* What the slots hold; it has to fit. */
typedef wolfTicket_EmbeddedKeys record;
typedef char fits[(WOLFTICKET_FLASH_SZ <= FLASH_SLOT_SZ) ? 1 : -1];

/* The server's RAM is lost, its flash memory stays. */
static int Reboot(void)
{
    server_stop();
    flash_power_on();
    return server_start();
}

static int Failed(const char* what, unsigned int at)
{
    say("     %s, at byte %u\n", what, at);
    return 0;
}

/* ---- torn writes -------------------------------------------------------- */

/* Two saves, of which the second one ends after cut bytes; *whole is set when
 * it did not. */
static int Torn(unsigned int cut, int* whole, unsigned int* old,
    unsigned int* fresh)
{
    if (!server_new_key() || !visit_known())
        return Failed("the first key is not saved", cut);
    flash_cut_after(cut);
    *whole = server_new_key();
    if (!Reboot() || !visit_known())
        return Failed("the client is not known", cut);
    /* A ticket whose key no longer seals is to be renewed. */
    if (served.info.status == WOLFTICKET_SUCCESS_RENEW)
        (*fresh)++;
    else
        (*old)++;
    return !*whole || served.info.status == WOLFTICKET_SUCCESS_RENEW;
}

int power_torn_save_keeps_keys(unsigned int* old, unsigned int* fresh)
{
    unsigned int cut;
    int whole = 0;
    int ret = 1;

    *old = *fresh = 0;
    for (cut = 0; ret && !whole; cut++)
        ret = Torn(cut, &whole, old, fresh);
    return ret && cut > FLASH_SLOT_SZ + WOLFTICKET_FLASH_SZ;
}

int power_newest_keys_are_found(void)
{
    unsigned int i;
    int ret = 1;

    for (i = 0; ret && i < 2 * FLASH_SLOTS; i++)
        ret = server_new_key() && visit_known() && Reboot() &&
            visit_known() && served.info.status == WOLFTICKET_SUCCESS;
    return ret;
}

int power_saves_are_few(void)
{
    unsigned int steps = flash_steps();
    int ret = visit_known() && visit_known() && flash_steps() == steps;

    return ret && server_new_key() && visit_known() &&
        flash_steps() == steps + FLASH_SLOT_SZ + WOLFTICKET_FLASH_SZ;
}

/* ---- damage ------------------------------------------------------------- */

/* Each slot in its turn is the newer one. */
int power_one_slot_is_enough(void)
{
    unsigned char bit = 1;
    unsigned int i, slot;

    for (i = 0; i < WOLFTICKET_FLASH_SZ; i++) {
        for (slot = 0; slot < FLASH_SLOTS; slot++) {
            if (!server_new_key())
                return Failed("the new key is not saved", i);
            flash_bytes(slot)[i] ^= bit;
            if (!Reboot() || !visit_known())
                return Failed("the client is not known", i);
        }
        bit = (unsigned char)((bit << 1) | (bit >> 7));
    }
    return 1;
}

/* What the server saved after it found nothing but damage. */
static int Anew(const record* before, const record* after)
{
    int i;

    for (i = 0; i < WOLFTICKET_EMBEDDED_KEYS; i++) {
        if (memcmp(after->key[0].secret, before->key[i].secret,
                    sizeof(before->key[i].secret)) == 0 ||
                memcmp(after->key[0].salt, before->key[i].salt,
                    sizeof(before->key[i].salt)) == 0 ||
                (i > 0 && after->key[i].began != 0))
            return 0;
    }
    return 1;
}

int power_damaged_keys_are_never_used(void)
{
    record before, after;
    unsigned int i, slot;

    for (i = 0; i < WOLFTICKET_FLASH_SZ; i++) {
        if (!server_new_key() || !server_new_key())
            return Failed("the new key is not saved", i);
        memcpy(&before, flash_bytes(0), sizeof(before));
        for (slot = 0; slot < FLASH_SLOTS; slot++)
            flash_bytes(slot)[i] ^= 0x10;
        if (!Reboot() || !server_new_key())
            return Failed("the server does not start", i);
        memcpy(&after, flash_bytes(0), sizeof(after));
        if (!Anew(&before, &after))
            return Failed("damaged keys are used", i);
    }
    return visit_new() && visit_known();
}

int power_no_flash_stops_nothing(void)
{
    int ret;

    server_stop();
    flash_new();
    flash_cut_after(0);
    ret = server_start() && !server_new_key() && visit_new() &&
        visit_known();
    /* It works again: what was not saved is now. */
    flash_power_on();
    return ret && visit_known() && Reboot() && visit_known();
}
