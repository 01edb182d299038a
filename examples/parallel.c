/* parallel.c
 *
 * Does something many times at once, and shows what each had to say.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef _GNU_SOURCE
    #define _GNU_SOURCE /* open_memstream() with -std=c99 */
#endif
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/ecc.h>

#include "parallel.h"

typedef struct {
    Work work;
    void* arg;
    pthread_t thread;
    char* said;
    size_t len;
    int ok;
} Worker;

static void* run(void* arg)
{
    Worker* worker = (Worker*)arg;
    FILE* out = open_memstream(&worker->said, &worker->len);

    if (out != NULL) {
        worker->ok = worker->work(worker->arg, out);
        if (fclose(out) != 0) {
            worker->ok = 0;
        }
    }
#if defined(HAVE_ECC) && defined(FP_ECC) && defined(HAVE_THREAD_LS)
    wc_ecc_fp_free(); /* what wolfSSL keeps for this thread: megabytes */
#endif
    return NULL;
}

#ifndef SINGLE_THREADED
static int begin(Worker* worker)
{
    return pthread_create(&worker->thread, NULL, run, worker) == 0;
}

static int end(Worker* worker)
{
    return pthread_join(worker->thread, NULL) == 0;
}
#else
/* This wolfSSL is for one thread: one after the other. */
static int begin(Worker* worker)
{
    run(worker);
    return 1;
}

static int end(Worker* worker)
{
    (void)worker;
    return 1;
}
#endif

int work_at_once(int count, Work work, void* args, size_t size)
{
    Worker workers[MAX_AT_ONCE];
    int started = 0;
    int i, ret;

    memset(workers, 0, sizeof(workers));
    for (i = 0; i < count && started == i; i++) {
        workers[i].work = work;
        workers[i].arg = (char*)args + (size_t)i * size;
        started += begin(&workers[i]);
    }
    ret = started == count;
    for (i = 0; i < started; i++) {
        ret = end(&workers[i]) && workers[i].ok && ret;
        if (count > 1) {
            printf("%d: ", i + 1);
        }
        fputs(workers[i].said != NULL ? workers[i].said : "out of memory\n",
            stdout);
        free(workers[i].said);
    }
    return ret;
}
