/* board_hosted.c
 *
 * The firmware's machine on a POSIX system: it runs as a program.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#define _GNU_SOURCE

#include "board.h"
#include "certs.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

void say(const char* format, ...)
{
    va_list args;

    va_start(args, format);
    vprintf(format, args);
    va_end(args);
}

const char* board_name(void)
{
    static const char* names[2][2] = {
        { "32 bit, little-endian", "32 bit, big-endian" },
        { "64 bit, little-endian", "64 bit, big-endian" }
    };
    const uint16_t one = 1;

    return names[sizeof(void*) == 8][*(const unsigned char*)&one == 0];
}

void board_exit(int status)
{
    exit(status);
}

static int64_t Nanoseconds(void)
{
    static int64_t start;
    struct timespec now;
    int64_t ns;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    if (start == 0)
        start = ns;
    return ns - start;
}

uint32_t board_ticks(void)
{
    return (uint32_t)(Nanoseconds() / 40);
}

static uint32_t waited;

void board_wait(uint32_t seconds)
{
    waited += seconds;
}

/* ---- wolfSSL's hooks ---------------------------------------------------- */

time_t board_time(time_t* out);
uint32_t LowResTimer(void);
int64_t TimeNowInMilliseconds(void);
int board_seed(unsigned char* out, unsigned int sz);

int64_t TimeNowInMilliseconds(void)
{
    return ((int64_t)CERTS_EPOCH + waited) * 1000 + Nanoseconds() / 1000000;
}

time_t board_time(time_t* out)
{
    time_t now = (time_t)(TimeNowInMilliseconds() / 1000);

    if (out != NULL)
        *out = now;
    return now;
}

uint32_t LowResTimer(void)
{
    return (uint32_t)board_time(NULL);
}

int board_seed(unsigned char* out, unsigned int sz)
{
    return (getrandom(out, sz, 0) == (ssize_t)sz) ? 0 : -1;
}

int main(void)
{
    return firmware();
}
