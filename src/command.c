/* command.c
 *
 * The program wolfticket: makes, shows and rotates ticket keys in files, and
 * shows those of a fleet.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifdef HAVE_CONFIG_H
    #include "config.h"
#endif

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "command.h"

static const char usage[] =
"usage: wolfticket keygen [-F] [-f FORMAT] [-n COUNT] FILE\n"
"           writes new keys, 1 (HAProxy's formats: 3) or COUNT, in the format\n"
"           nginx-80 or FORMAT, to a file that is not there; -F: or that is\n"
"       wolfticket show [-s] [-f FORMAT] FILE\n"
"           lists the keys, newest first; -s: with their secrets\n"
"       wolfticket rotate [-f FORMAT] [-n KEEP] FILE\n"
"           adds a key; the oldest go, so that as many as there were stay, 3\n"
"           at least, or KEEP\n"
"       wolfticket fleet [--watch] [-a ADDRESS] [-d DATABASE] [-u USER]\n"
"               [-p PASSWORD-FILE] [-x PREFIX] SECRET-FILE\n"
"           shows what a fleet with this secret has in Redis, its keys and its\n"
"           nodes; --watch or -w: again and again.  ADDRESS is a HOST,\n"
"           HOST:PORT or the path of a unix socket\n"
"       wolfticket -h | --help | --version\n"
"FORMAT is nginx-48, nginx-80, apache-48, haproxy-48 or haproxy-80; COUNT and\n"
"KEEP are 1 to 8.  It ends with 0 when it is done, 1 when it has failed, and\n"
"2 when it was called wrongly.\n";

typedef struct {
    const char* name;
    const char* options;
    int (*run)(const command_request* request);
} subcommand;

static const subcommand subcommands[] = {
    { "keygen", ":Ff:n:", command_keygen },
    { "show",   ":f:s",   command_show },
    { "rotate", ":f:n:",  command_rotate },
    { "fleet",  ":a:d:p:u:wx:", command_fleet }
};

/* ---- what the parts share ----------------------------------------------- */

int command_failed(const char* file, const char* reason)
{
    fprintf(stderr, "wolfticket: %s: %s\n", file, reason);
    return COMMAND_FAILED;
}

int command_keyfile_failed(void)
{
    fprintf(stderr, "wolfticket: %s\n", wolfTicket_KeyFile_error());
    return COMMAND_FAILED;
}

void command_wipe(void* mem, size_t sz)
{
    volatile unsigned char* p = (volatile unsigned char*)mem;

    while (sz-- > 0) {
        *p++ = 0;
    }
}

/* ---- options ------------------------------------------------------------ */

static int Misused(const char* what, const char* value)
{
    fprintf(stderr, "wolfticket: %s%s%s; wolfticket -h tells how to call it\n",
        what, (value != NULL) ? ": " : "", (value != NULL) ? value : "");
    return COMMAND_MISUSED;
}

static int ReadNumber(const char* text, int* number)
{
    char* end = NULL;
    long value;

    errno = 0;
    value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 1 ||
            value > WOLFTICKET_MAX_KEYS) {
        return Misused("-n takes 1 to 8", text);
    }
    *number = (int)value;
    return COMMAND_DONE;
}

#define DATABASE_MAX 16777215L

static int ReadDatabase(const char* text, int* database)
{
    char* end = NULL;
    long value;

    errno = 0;
    value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 0 ||
            value > DATABASE_MAX) {
        return Misused("-d takes the number of a database", text);
    }
    *database = (int)value;
    return COMMAND_DONE;
}

static int ReadOption(int option, command_request* request)
{
    char letter[] = "-?";
    int ret = COMMAND_DONE;

    letter[1] = (char)optopt;
    switch (option) {
        case 'F':
            request->overwrite = 1;
            break;
        case 's':
            request->secrets = 1;
            break;
        case 'n':
            ret = ReadNumber(optarg, &request->number);
            break;
        case 'a':
            request->address = optarg;
            break;
        case 'd':
            ret = ReadDatabase(optarg, &request->database);
            break;
        case 'p':
            request->password = optarg;
            break;
        case 'u':
            request->username = optarg;
            break;
        case 'w':
            request->watch = 1;
            break;
        case 'x':
            request->prefix = optarg;
            break;
        case 'f':
            if (!wolfTicket_KEYFILE_of_name(optarg, &request->format) ||
                    request->format == WOLFTICKET_KEYFILE_ANY) {
                ret = Misused("no such format", optarg);
            }
            break;
        case ':':
            ret = Misused("a value is missing behind", letter);
            break;
        default:
            ret = Misused("no such option here", letter);
            break;
    }
    return ret;
}

static int ReadOptions(int argc, char** argv, const char* options,
    command_request* request)
{
    int ret = COMMAND_DONE;
    int option;

    while (ret == COMMAND_DONE &&
            (option = getopt(argc, argv, options)) != -1) {
        ret = ReadOption(option, request);
    }
    if (ret == COMMAND_DONE && optind >= argc) {
        ret = Misused("which file?", NULL);
    }
    if (ret == COMMAND_DONE && optind + 1 < argc) {
        ret = Misused("one file at a time", argv[optind + 1]);
    }
    if (ret == COMMAND_DONE && argv[optind][0] == '\0') {
        ret = Misused("a file has a name", NULL);
    }
    if (ret == COMMAND_DONE) {
        request->file = argv[optind];
    }
    return ret;
}

/* getopt() knows short options alone. */
static void Shorten(int argc, char** argv)
{
    static char shorter[] = "-w";
    int i;

    for (i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--watch") == 0) {
            argv[i] = shorter;
        }
    }
}

static int Run(int argc, char** argv)
{
    command_request request;
    int ret = COMMAND_DONE;
    size_t i;

    Shorten(argc, argv);
    memset(&request, 0, sizeof(request));
    for (i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]); i++) {
        if (strcmp(argv[1], subcommands[i].name) == 0) {
            ret = ReadOptions(argc - 1, argv + 1, subcommands[i].options,
                &request);
            return (ret == COMMAND_DONE) ? subcommands[i].run(&request) : ret;
        }
    }
    return Misused("no such command", argv[1]);
}

int main(int argc, char** argv)
{
    struct rlimit none = { 0, 0 };
    int ret = COMMAND_DONE;

    /* No secret into a core file. */
    (void)setrlimit(RLIMIT_CORE, &none);
    if (argc < 2) {
        fputs(usage, stderr);
        ret = COMMAND_MISUSED;
    }
    else if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
    }
    else if (strcmp(argv[1], "--version") == 0) {
        printf("wolfticket %s\n", WOLFTICKET_VERSION);
    }
    else {
        ret = Run(argc, argv);
    }
    if (ret == COMMAND_DONE && (fflush(stdout) != 0 || ferror(stdout))) {
        ret = command_failed("standard output", "it cannot be written");
    }
    wolfTicket_cleanup();
    wolfSSL_Cleanup();
    return ret;
}
