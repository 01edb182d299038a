/* nonce_fixture.h
 *
 * What the suites of nonces and of used tickets share: forks that the C
 * library knows of, and one that it does not.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_NONCE_FIXTURE_H
#define WOLFTICKET_TEST_NONCE_FIXTURE_H

#include "nonce.h"
#include "harness.h"

#include <wolfticket/singleuse.h>

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LEAST  WOLFTICKET_MIN_SINGLE_USE_TICKETS

typedef byte nonce_t[WT_NONCE_SZ];

/* fork() as the kernel knows it: no handler of the C library runs. */
static inline pid_t raw_clone(long flags)
{
#ifdef __s390__
    return (pid_t)syscall(SYS_clone, 0L, flags, 0L, 0L, 0L);
#else
    return (pid_t)syscall(SYS_clone, flags, 0L, 0L, 0L, 0L);
#endif
}

static inline pid_t raw_fork(void)
{
    return raw_clone(SIGCHLD);
}

#endif /* WOLFTICKET_TEST_NONCE_FIXTURE_H */
