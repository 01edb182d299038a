/* fuzz_replay.c
 *
 * Feeds a fuzz target without a fuzzer.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * usage: fuzz_NAME [FILE ...]
 * Without files: every file of $top_srcdir/test/corpus/NAME, each followed by
 * inputs that are made of it, the same ones in every run; of each there are
 * fewer where CK_TIMEOUT_MULTIPLIER says that the machine is slow.  The input
 * that a target fails with is shown in hex.
 */

#define _DEFAULT_SOURCE /* scandir() */
#include "fuzz.h"

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#define MADE       4000   /* inputs made, of all files together */
#define INPUT_MAX  4096

typedef struct {
    byte mem[INPUT_MAX];
    size_t sz;
} input;

static input* seeds = NULL;
static size_t seedCount = 0;
static input now;

/* ---- when it fails ------------------------------------------------------ */

/* No call here but write(): the program has just broken. */
static void Say(const char* text, size_t sz)
{
    while (sz > 0) {
        ssize_t n = write(STDERR_FILENO, text, sz);

        if (n <= 0)
            break;
        text += n;
        sz -= (size_t)n;
    }
}

static void ShowInput(void)
{
    static const char digits[] = "0123456789abcdef";
    static char text[2 * INPUT_MAX];
    static int shown = 0;
    size_t i;

    if (shown)
        return;
    shown = 1;
    for (i = 0; i < now.sz; i++) {
        text[2 * i] = digits[now.mem[i] >> 4];
        text[2 * i + 1] = digits[now.mem[i] & 15];
    }
    Say("fuzz_", 5);
    Say(fz_name, strlen(fz_name));
    Say(": failed with the input ", 24);
    Say(text, 2 * now.sz);
    Say("\n", 1);
}

static void OnSignal(int number)
{
    ShowInput();
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* Sanitizers end a program in their own way. */
extern void __sanitizer_set_death_callback(void (*callback)(void))
    __attribute__((weak));

static void WatchForEnd(void)
{
    static const int signals[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL,
        SIGALRM };
    size_t i;

    if (__sanitizer_set_death_callback != NULL)
        __sanitizer_set_death_callback(ShowInput);
    for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        (void)signal(signals[i], OnSignal);
}

/* ---- inputs ------------------------------------------------------------- */

static void Run(const byte* mem, size_t sz)
{
    byte* copy;

    if (mem != now.mem && sz > 0)
        memcpy(now.mem, mem, sz);
    now.sz = sz;
    copy = fz_copy(now.mem, sz);
    (void)LLVMFuzzerTestOneInput(copy, sz);
    free(copy);
}

static int ReadSeed(const char* path)
{
    FILE* file = fopen(path, "rb");
    input* more = (input*)realloc(seeds, (seedCount + 1) * sizeof(*seeds));
    int ret = file != NULL && more != NULL;

    if (more != NULL)
        seeds = more;
    if (ret) {
        input* seed = &seeds[seedCount];

        seed->sz = fread(seed->mem, 1, INPUT_MAX, file);
        ret = !ferror(file) && fgetc(file) == EOF;
        seedCount += (size_t)ret;
    }
    if (!ret)
        (void)fprintf(stderr, "%s cannot be read, or has more than %d "
            "bytes\n", path, INPUT_MAX);
    if (file != NULL)
        (void)fclose(file);
    return ret;
}

static int Visible(const struct dirent* entry)
{
    return entry->d_name[0] != '.';
}

/* In the order of their names, so that each run is as the one before. */
static int ReadCorpus(void)
{
    const char* top = getenv("top_srcdir");
    struct dirent** names = NULL;
    char dir[1024];
    char path[2048];
    int i, n;
    int ret = 1;

    (void)snprintf(dir, sizeof(dir), "%s/test/corpus/%s",
        (top != NULL) ? top : ".", fz_name);
    n = scandir(dir, &names, Visible, alphasort);
    for (i = 0; i < n; i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
        ret &= ReadSeed(path);
        free(names[i]);
    }
    free(names);
    if (n <= 0) {
        (void)fprintf(stderr, "There is no corpus in %s\n", dir);
        ret = 0;
    }
    return ret;
}

/* ---- inputs made of others ---------------------------------------------- */

static word32 Draw(word32 below)
{
    unsigned char mem[4];

    (void)fz_random(mem, sizeof(mem), NULL);
    return wt_get(mem, 4) % ((below > 0) ? below : 1);
}

static void Insert(void)
{
    size_t at = Draw((word32)now.sz + 1);
    size_t more = 1 + Draw(16);
    byte value = (byte)Draw(256);

    if (more > INPUT_MAX - now.sz)
        more = INPUT_MAX - now.sz;
    memmove(now.mem + at + more, now.mem + at, now.sz - at);
    memset(now.mem + at, value, more);
    now.sz += more;
}

/* The start of this one and the end of another. */
static void Splice(void)
{
    const input* other = &seeds[Draw((word32)seedCount)];
    size_t at = Draw((word32)now.sz + 1);
    size_t from = Draw((word32)other->sz + 1);
    size_t more = other->sz - from;

    if (more > INPUT_MAX - at)
        more = INPUT_MAX - at;
    memcpy(now.mem + at, other->mem + from, more);
    now.sz = at + more;
}

static void Remove(void)
{
    size_t at = Draw((word32)now.sz);
    size_t less = 1 + Draw(8);

    if (at < now.sz) {
        if (less > now.sz - at)
            less = now.sz - at;
        memmove(now.mem + at, now.mem + at + less, now.sz - at - less);
        now.sz -= less;
    }
}

static void Change(void)
{
    static const byte borders[] = { 0, 1, 0x7F, 0x80, 0xFE, 0xFF };
    size_t at = Draw((word32)now.sz);

    if (at >= now.sz)
        return;
    switch (Draw(3)) {
        case 0:
            now.mem[at] ^= (byte)(1u << Draw(8));
            break;
        case 1:
            now.mem[at] = borders[Draw(sizeof(borders))];
            break;
        default:
            now.mem[at] = (byte)Draw(256);
            break;
    }
}

static void Mutate(void)
{
    word32 times = 1 + Draw(4);

    while (times-- > 0) {
        switch (Draw(8)) {
            case 0:  now.sz = Draw((word32)now.sz + 1); break;
            case 1:  Insert(); break;
            case 2:  Splice(); break;
            case 3:  Remove(); break;
            default: Change(); break;
        }
    }
}

/* ---- all ---------------------------------------------------------------- */

static int RunCorpus(void)
{
    const char* text = getenv("CK_TIMEOUT_MULTIPLIER");
    int slower = (text != NULL) ? atoi(text) : 1;
    size_t made = MADE / (size_t)((slower > 1) ? slower : 1);
    size_t i, n;

    if (!ReadCorpus())
        return 0;
    made /= seedCount;
    Run(NULL, 0);
    for (i = 0; i < seedCount; i++) {
        Run(seeds[i].mem, seeds[i].sz);
        for (n = 0; n < made; n++) {
            memcpy(now.mem, seeds[i].mem, seeds[i].sz);
            now.sz = seeds[i].sz;
            Mutate();
            Run(now.mem, now.sz);
        }
    }
    printf("fuzz_%s: the empty input, %u of the corpus, %u made of each\n",
        fz_name, (unsigned)seedCount, (unsigned)made);
    printf("100%%: Checks: %u, Failures: 0, Errors: 0\n",
        (unsigned)seedCount + 1);
    return 1;
}

static int RunFiles(int count, char** paths)
{
    int ret = 1;
    size_t n;
    int i;

    for (i = 0; i < count; i++)
        ret &= ReadSeed(paths[i]);
    for (n = 0; n < seedCount; n++)
        Run(seeds[n].mem, seeds[n].sz);
    return ret;
}

int main(int argc, char** argv)
{
    int ret;

    WatchForEnd();
    ret = (argc > 1) ? RunFiles(argc - 1, argv + 1) : RunCorpus();
    free(seeds);
    return ret ? EXIT_SUCCESS : EXIT_FAILURE;
}
