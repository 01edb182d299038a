/* board.c
 *
 * A bare Cortex-M3 or M4: QEMU's mps2-an385 and mps2-an386.
 *
 * Vectors, C start-up, semihosting for text and the status, a clock, and a
 * seed.  No vendor's files, no operating system, no heap: a call to malloc()
 * would not link.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "board.h"
#include "certs.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

extern uint32_t linkStackTop[];
extern uint32_t linkDataLoad[], linkDataStart[], linkDataEnd[];
extern uint32_t linkBssStart[], linkBssEnd[];

void Reset_Handler(void);

/* ---- semihosting -------------------------------------------------------- */

#define SYS_WRITE0         0x04
#define SYS_EXIT_EXTENDED  0x20
#define APPLICATION_EXIT   0x20026u

static void Semihost(uint32_t operation, const void* argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void* r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
}

void board_exit(int status)
{
    uint32_t block[2];

    block[0] = APPLICATION_EXIT;
    block[1] = (uint32_t)status;
    Semihost(SYS_EXIT_EXTENDED, block);
    for (;;)
        ;
}

/* ---- text --------------------------------------------------------------- */

#define LINE_SZ 160

static char line[LINE_SZ];
static size_t lineSz;

static void Put(char c)
{
    if (lineSz < LINE_SZ - 1)
        line[lineSz++] = c;
}

static void PutNumber(unsigned int n, unsigned int base, int digits)
{
    char text[10];
    int i = 0;

    do {
        text[i++] = "0123456789abcdef"[n % base];
        n /= base;
    } while (n > 0 || i < digits);
    while (i > 0)
        Put(text[--i]);
}

void say(const char* format, ...)
{
    const char* p;
    const char* s;
    va_list args;

    lineSz = 0;
    va_start(args, format);
    for (p = format; *p != '\0'; p++) {
        if (*p != '%') {
            Put(*p);
        }
        else if (*++p == 's') {
            for (s = va_arg(args, const char*); *s != '\0'; s++)
                Put(*s);
        }
        else if (*p == 'u') {
            PutNumber(va_arg(args, unsigned int), 10, 1);
        }
        else if (*p == 'x') {
            PutNumber(va_arg(args, unsigned int), 16, 8);
        }
        else {
            Put(*p);
        }
    }
    va_end(args);
    line[lineSz] = '\0';
    Semihost(SYS_WRITE0, line);
}

const char* board_name(void)
{
#ifdef __ARM_ARCH_7EM__
    return "bare Cortex-M4";
#else
    return "bare Cortex-M3";
#endif
}

/* ---- faults ------------------------------------------------------------- */

#define STATUS_FAULT 99
#define REG_CFSR     ((const volatile uint32_t*)0xE000ED28)
#define REG_BFAR     ((const volatile uint32_t*)0xE000ED38)
#define FRAME_PC     6

__attribute__((used)) static void Report(const uint32_t* frame)
{
    say("fault at %x, status %x, address %x\n", (unsigned int)frame[FRAME_PC],
        (unsigned int)*REG_CFSR, (unsigned int)*REG_BFAR);
    board_exit(STATUS_FAULT);
}

__attribute__((naked)) static void Fault(void)
{
    __asm__ volatile("mov r0, sp\n b Report");
}

/* ---- vectors and start-up ----------------------------------------------- */

typedef union {
    void (*handler)(void);
    uint32_t* stack;
} vector;

__attribute__((section(".vectors"), used))
static const vector vectors[16] = {
    { .stack = linkStackTop }, { Reset_Handler },
    { Fault }, { Fault }, { Fault }, { Fault }, { Fault },
    { NULL }, { NULL }, { NULL }, { NULL },
    { Fault }, { Fault }, { NULL }, { Fault }, { Fault }
};

/* The CMSDK timer 0 counts down at 25 MHz. */
#define TIMER_CTRL    ((volatile uint32_t*)0x40000000)
#define TIMER_VALUE   ((volatile uint32_t*)0x40000004)
#define TIMER_RELOAD  ((volatile uint32_t*)0x40000008)
#define TIMER_HZ      25000000u
#define REG_CPACR     ((volatile uint32_t*)0xE000ED88)
#define CPACR_FPU     (0xFu << 20)

void Reset_Handler(void)
{
    memcpy(linkDataStart, linkDataLoad,
        (size_t)((char*)linkDataEnd - (char*)linkDataStart));
    memset(linkBssStart, 0, (size_t)((char*)linkBssEnd - (char*)linkBssStart));
#ifdef __ARM_FP
    *REG_CPACR |= CPACR_FPU;
    __asm__ volatile("dsb\n isb");
#endif
    *TIMER_RELOAD = 0xFFFFFFFFu;
    *TIMER_VALUE = 0xFFFFFFFFu;
    *TIMER_CTRL = 1;
    board_exit(firmware());
}

uint32_t board_ticks(void)
{
    return 0xFFFFFFFFu - *TIMER_VALUE;
}

/* ---- wolfSSL's hooks: clock and seed ------------------------------------ */

/* A battery-backed clock on a real board. */
static uint32_t waited;

void board_wait(uint32_t seconds)
{
    waited += seconds;
}

time_t board_time(time_t* out);
uint32_t LowResTimer(void);
int64_t TimeNowInMilliseconds(void);
int board_seed(unsigned char* out, unsigned int sz);

time_t board_time(time_t* out)
{
    time_t now = (time_t)CERTS_EPOCH + (time_t)waited +
        (time_t)(board_ticks() / TIMER_HZ);

    if (out != NULL)
        *out = now;
    return now;
}

uint32_t LowResTimer(void)
{
    return (uint32_t)board_time(NULL);
}

int64_t TimeNowInMilliseconds(void)
{
    return ((int64_t)CERTS_EPOCH + waited) * 1000 +
        board_ticks() / (TIMER_HZ / 1000);
}

/* QEMU's board has no generator of true random numbers.  A product puts its
 * own in here: with this one every secret can be foretold. */
int board_seed(unsigned char* out, unsigned int sz)
{
    static uint32_t state = 0x12345678u;
    unsigned int i;

    for (i = 0; i < sz; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        out[i] = (unsigned char)(state >> 11);
    }
    return 0;
}
