/* board.h
 *
 * What the firmware needs from the machine it runs on.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * board.c is a bare Cortex-M; board_hosted.c gives the same on a POSIX system,
 * so that the firmware also runs as a program.
 */

#ifndef FIRMWARE_BOARD_H
#define FIRMWARE_BOARD_H

#include <stdint.h>

/* Writes text; knows %s, %u (unsigned int), %x (the same, 8 digits), %%. */
void say(const char* format, ...);

/* What machine this is. */
const char* board_name(void);

/* Ticks of 25 MHz since the start, modulo 2^32. */
uint32_t board_ticks(void);

/* Lets the clock, seconds since 1970, go forward. */
void board_wait(uint32_t seconds);

/* Ends the run with this status. */
void board_exit(int status);

/* The firmware itself: returns the status. */
int firmware(void);

#endif /* FIRMWARE_BOARD_H */
