/* parallel.h
 *
 * Does something many times at once, and shows what each had to say.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef EXAMPLES_PARALLEL_H
#define EXAMPLES_PARALLEL_H

#include <stdio.h>

#define MAX_AT_ONCE 64

/* What there is to do: returns 1 when it went well, else 0, and says what
 * there is to say to out. */
typedef int (*Work)(void* arg, FILE* out);

/* Does it in count threads, 1 to MAX_AT_ONCE, each with its one of args, of
 * that size each, and shows what they said, one after the other.  1 when all
 * went well. */
int work_at_once(int count, Work work, void* args, size_t size);

#endif /* EXAMPLES_PARALLEL_H */
