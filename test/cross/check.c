/* check.c
 *
 * As much of the Check library as the suites use, for processors that there
 * is no package for.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE
#endif

#include "check.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_TESTS  256
#define MAX_CASES  32

typedef struct {
    const cross_test* test;
    int from;
    int to;
} entry;

struct TCase {
    const char* name;
    double timeout;
    cross_fixture_fn setup;
    cross_fixture_fn teardown;
    entry tests[MAX_TESTS];
    int count;
};

struct Suite {
    const char* name;
    TCase* cases[MAX_CASES];
    int count;
};

struct SRunner {
    Suite* suite;
    int checks;
    int failures;   /* asserted */
    int errors;     /* died otherwise */
};

static void* New(size_t sz)
{
    void* mem = calloc(1, sz);

    if (mem == NULL)
        abort();
    return mem;
}

Suite* suite_create(const char* name)
{
    Suite* suite = (Suite*)New(sizeof(*suite));

    suite->name = name;
    return suite;
}

void suite_add_tcase(Suite* suite, TCase* tc)
{
    if (suite->count == MAX_CASES)
        abort();
    suite->cases[suite->count++] = tc;
}

TCase* tcase_create(const char* name)
{
    TCase* tc = (TCase*)New(sizeof(*tc));

    tc->name = name;
    tc->timeout = 4;
    return tc;
}

void tcase_set_timeout(TCase* tc, double seconds)
{
    tc->timeout = seconds;
}

void tcase_add_checked_fixture(TCase* tc, cross_fixture_fn setup,
    cross_fixture_fn teardown)
{
    tc->setup = setup;
    tc->teardown = teardown;
}

void cross_add(TCase* tc, const cross_test* test, int from, int to)
{
    if (tc->count == MAX_TESTS)
        abort();
    tc->tests[tc->count].test = test;
    tc->tests[tc->count].from = from;
    tc->tests[tc->count].to = to;
    tc->count++;
}

/* ---- one test, in a child ----------------------------------------------- */

void cross_failed(const char* file, int line, const char* format, ...)
{
    va_list args;

    printf("%s:%d: ", file, line);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    fflush(stdout);
    _exit(EXIT_FAILURE);
}

static void Child(const TCase* tc, const cross_test* test, int i)
{
    const char* slower = getenv("CK_TIMEOUT_MULTIPLIER");

    /* What the test has forked ends with it. */
    (void)setpgid(0, 0);
    (void)alarm((unsigned int)(tc->timeout *
        ((slower != NULL) ? atoi(slower) : 1)));
    if (tc->setup != NULL)
        tc->setup();
    test->run(i);
    if (tc->teardown != NULL)
        tc->teardown();
    fflush(stdout);
    _exit(EXIT_SUCCESS);
}

static void Run(SRunner* runner, const TCase* tc, const cross_test* test,
    int i)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0)
        Child(tc, test, i);
    runner->checks++;
    if (pid < 0 || waitpid(pid, &status, 0) != pid) {
        runner->errors++;
    }
    else {
        (void)kill(-pid, SIGKILL);
        if (WIFSIGNALED(status)) {
            runner->errors++;
            printf("%s: %s[%d]: signal %d\n", tc->name, test->name, i,
                WTERMSIG(status));
        }
        else if (WEXITSTATUS(status) != EXIT_SUCCESS) {
            runner->failures++;
            printf("%s: %s[%d]\n", tc->name, test->name, i);
        }
    }
    fflush(stdout);
}

/* ---- all of them -------------------------------------------------------- */

SRunner* srunner_create(Suite* suite)
{
    SRunner* runner = (SRunner*)New(sizeof(*runner));

    runner->suite = suite;
    return runner;
}

void srunner_run_all(SRunner* runner, int mode)
{
    const Suite* suite = runner->suite;
    int c, t, i, bad;

    (void)mode;
    printf("Running suite(s): %s\n", suite->name);
    fflush(stdout);
    for (c = 0; c < suite->count; c++)
        for (t = 0; t < suite->cases[c]->count; t++) {
            const entry* e = &suite->cases[c]->tests[t];

            for (i = e->from; i < e->to; i++)
                Run(runner, suite->cases[c], e->test, i);
        }
    bad = runner->failures + runner->errors;
    printf("%d%%: Checks: %d, Failures: %d, Errors: %d\n",
        (runner->checks > 0) ? 100 * (runner->checks - bad) / runner->checks
                             : 0,
        runner->checks, runner->failures, runner->errors);
    fflush(stdout);
}

int srunner_ntests_failed(SRunner* runner)
{
    return runner->failures + runner->errors;
}

void srunner_free(SRunner* runner)
{
    int c;

    for (c = 0; c < runner->suite->count; c++)
        free(runner->suite->cases[c]);
    free(runner->suite);
    free(runner);
}
