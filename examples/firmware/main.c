/* main.c
 *
 * A server and its client in one image: what happens, and that it does.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * Each thing that has to hold is a line "ok" or "FAIL"; the last line counts
 * them, and the status is 0 when all held.
 */

#include "board.h"
#include "flash.h"
#include "power.h"
#include "visit.h"

static unsigned int passed;
static unsigned int failed;

static void Check(int holds, const char* text)
{
    say("%s %s\n", holds ? "ok  " : "FAIL", text);
    if (holds)
        passed++;
    else
        failed++;
}

/* The power fails, and comes back. */
static int Reboot(void)
{
    server_stop();
    flash_power_on();
    return server_start();
}

/* ---- a client comes, and comes again ------------------------------------ */

static void Story(int version)
{
    say("TLS 1.%u\n", (unsigned int)version - 10);
    flash_new();
    Check(client_init(&visitor, version) && server_start(),
        "server and client start");
    Check(visit_new(), "the client is known by its certificate");
    Check(visit_known(), "it is welcomed back by its ticket");
    Check(visit_known(), "and once more");
    Check(Reboot() && visit_known(), "also after the server was off");
    server_stop();
    flash_new();
    Check(server_start() && visit_new(),
        "without the keys in flash memory the ticket opens nothing");
    Check(visit_known(), "and is followed by one that does");
    server_stop();
    client_free(&visitor);
}

/* ---- the power fails ---------------------------------------------------- */

/* TLS 1.2 resumes without public keys: a thousand times is no matter. */
static void Power(void)
{
    unsigned int old, fresh;
    int ret;

    say("Power failures\n");
    flash_new();
    ret = client_init(&visitor, 12) && server_start() && visit_new() &&
        power_torn_save_keeps_keys(&old, &fresh);
    Check(ret, "a save may be cut off at any byte, the client is known");
    say("     cut off: %u times the old keys, %u times the new ones\n", old,
        fresh);
    Check(old > 0 && fresh > 0, "it was the old keys, or the new ones");
    Check(power_newest_keys_are_found(), "the newest keys are found again");
    Check(power_saves_are_few(), "only a new key is written");
    Check(power_one_slot_is_enough(), "one slot may have any byte damaged");
    Check(power_damaged_keys_are_never_used(),
        "when both have, nothing of them is used");
    Check(power_no_flash_stops_nothing(), "a flash that fails stops nothing");
    server_stop();
    client_free(&visitor);
}

int firmware(void)
{
    say("wolfTicket %s on a %s\n", WOLFTICKET_VERSION, board_name());
    Check(visit_begin(), "wolfSSL starts in its pool");
    Story(13);
    Story(12);
    Power();
    visit_end();
    say("%u passed, %u failed\n", passed, failed);
    return (failed == 0 && passed > 0) ? 0 : 1;
}
