/* bench_instr.c
 *
 * Counts the instructions that a function takes.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * With the processor's counter if the kernel gives it to us; virtual machines
 * often have none.  Else a child takes the function in single steps, which is
 * exact as well, but counts every repetition of a string instruction.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE
#endif

#include "bench.h"

#ifdef __linux__
    #include <linux/perf_event.h>
    #include <signal.h>
    #include <string.h>
    #include <sys/ioctl.h>
    #include <sys/ptrace.h>
    #include <sys/syscall.h>
    #include <sys/wait.h>
    #include <unistd.h>
#endif

#define WARM_UP    20
#define RUNS       100
#define STEPS_MAX  10000000L

#ifdef __linux__

static const char* how = "cannot be counted: no processor counter, and no "
    "single steps allowed";

static int OpenCounter(void)
{
    struct perf_event_attr attr;

    memset(&attr, 0, sizeof(attr));
    attr.size = sizeof(attr);
    attr.type = PERF_TYPE_HARDWARE;
    attr.config = PERF_COUNT_HW_INSTRUCTIONS;
    attr.exclude_kernel = 1;
    attr.exclude_hv = 1;
    return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

static double ByCounter(int counter, int (*op)(void*), void* arg)
{
    long long count = 0;
    double ret = -1;
    int i;

    for (i = 0; i < WARM_UP; i++)
        (void)op(arg);
    (void)ioctl(counter, PERF_EVENT_IOC_RESET, 0);
    for (i = 0; i < RUNS; i++)
        (void)op(arg);
    if (read(counter, &count, sizeof(count)) == (ssize_t)sizeof(count))
        ret = (double)count / RUNS;
    return ret;
}

/* The child: stops itself, runs op, and sends itself a signal. */
static void Stepped(int (*op)(void*), void* arg)
{
    int i;

    for (i = 0; i < WARM_UP; i++)
        (void)op(arg);
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 && raise(SIGSTOP) == 0) {
        (void)op(arg);
        (void)raise(SIGUSR1);
    }
    _exit(0);
}

static double BySteps(int (*op)(void*), void* arg)
{
    long steps = 0;
    double ret = -1;
    int status = 0;
    pid_t child = fork();

    if (child == 0)
        Stepped(op, arg);
    if (child > 0) {
        if (waitpid(child, &status, 0) == child && WIFSTOPPED(status) &&
                WSTOPSIG(status) == SIGSTOP) {
            do {
                if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) != 0 ||
                        waitpid(child, &status, 0) != child)
                    break;
                steps++;
            } while (WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP &&
                steps < STEPS_MAX);
            if (WIFSTOPPED(status) && WSTOPSIG(status) == SIGUSR1)
                ret = (double)steps;
        }
        if (!WIFEXITED(status) && !WIFSIGNALED(status)) {
            (void)kill(child, SIGKILL);
            (void)waitpid(child, &status, 0);
        }
    }
    return ret;
}

static int Nothing(void* arg)
{
    (void)arg;
    return 1;
}

double bench_instructions(int (*op)(void*), void* arg)
{
    int counter = OpenCounter();
    double empty, ret;

    if (counter >= 0) {
        empty = ByCounter(counter, Nothing, NULL);
        ret = ByCounter(counter, op, arg);
        how = "counted by the processor";
        (void)close(counter);
    }
    else {
        empty = BySteps(Nothing, NULL);
        ret = BySteps(op, arg);
        if (empty >= 0 && ret >= 0)
            how = "counted in single steps: the kernel gives no counter";
    }
    return (empty < 0 || ret < 0) ? -1 : ret - empty;
}

#else

static const char* how = "cannot be counted on this system";

double bench_instructions(int (*op)(void*), void* arg)
{
    (void)op;
    (void)arg;
    return -1;
}

#endif /* __linux__ */

const char* bench_instructions_how(void)
{
    return how;
}
