/* command_show.c
 *
 * The program wolfticket: show.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifdef HAVE_CONFIG_H
    #include "config.h"
#endif

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "command.h"

#define MAX_SHOWN  64
#define TIME_SZ    32

static void PrintHex(const unsigned char* mem, size_t sz)
{
    size_t i;

    for (i = 0; i < sz; i++) {
        printf("%02x", mem[i]);
    }
}

/* "-" for the time that is not known. */
static const char* TimeText(time_t when, char text[TIME_SZ])
{
    struct tm parts;

    if (when <= 0 || gmtime_r(&when, &parts) == NULL ||
            strftime(text, TIME_SZ, "%Y-%m-%d %H:%M:%S UTC", &parts) == 0) {
        memcpy(text, "-", 2);
    }
    return text;
}

static const char* StateText(int i, int seals)
{
    return wolfTicket_KEY_STATE_name((i < seals) ? WOLFTICKET_KEY_WAITS :
        (i == seals) ? WOLFTICKET_KEY_SEALS : WOLFTICKET_KEY_OPENS);
}

static void ShowFile(const char* file, const struct stat* status,
    wolfTicket_KEYFILE format, int count)
{
    char text[TIME_SZ];
    const struct passwd* owner = getpwuid(status->st_uid);

    printf("%s: %s, %d key%s, written %s, ", file,
        wolfTicket_KEYFILE_name(format), count, (count == 1) ? "" : "s",
        TimeText(status->st_mtime, text));
    if (owner != NULL) {
        printf("owner %s, ", owner->pw_name);
    }
    else {
        printf("owner %lu, ", (unsigned long)status->st_uid);
    }
    printf("mode %04o\n", (unsigned int)(status->st_mode & 07777));
    if (count == MAX_SHOWN) {
        printf("there may be older keys, which are not shown\n");
    }
}

static void ShowKey(const wolfTicket_Key* key, int number, const char* state,
    int secrets)
{
    char text[TIME_SZ];

    printf("%3d  ", number);
    PrintHex(key->name, sizeof(key->name));
    printf("  %-5s  %s\n", state,
        TimeText((time_t)wolfTicket_Key_made(key->name), text));
    if (secrets) {
        printf("     aes   ");
        PrintHex(key->aes, key->aes_sz);
        printf("\n     hmac  ");
        PrintHex(key->hmac, key->hmac_sz);
        printf("\n");
    }
}

int command_show(const command_request* request)
{
    wolfTicket_Key keys[MAX_SHOWN];
    wolfTicket_KEYFILE format = request->format;
    struct stat status;
    int seals = 0;
    int ret = COMMAND_DONE;
    int count = wolfTicket_KeyFile_read(request->file, &format, keys,
        MAX_SHOWN, &seals);
    int i;

    if (count == 0) {
        ret = command_keyfile_failed();
    }
    else if (stat(request->file, &status) != 0) {
        ret = command_failed(request->file, strerror(errno));
    }
    else {
        ShowFile(request->file, &status, format, count);
        printf(" no  %-32s  state  made\n", "name");
        for (i = 0; i < count; i++) {
            ShowKey(&keys[i], i + 1, StateText(i, seals), request->secrets);
        }
    }
    command_wipe(keys, sizeof(keys));
    return ret;
}
