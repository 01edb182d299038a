/* keyfile_fixture.h
 *
 * What the suites of key files share: keys with a pattern, files in a
 * directory of their own, and the bytes of every format.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_KEYFILE_FIXTURE_H
#define WOLFTICKET_TEST_KEYFILE_FIXTURE_H

#include "keyfile.h"
#include "keyformat.h"
#include "harness.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define FORMATS     (int)WOLFTICKET_KEYFILE_COUNT
#define FORMAT_NEW  1   /* the first one that is not "any" */

/* More than any file of a test has. */
#define BYTES_MAX   4096

/* Where the servers have the fields, as nginx's ngx_event_openssl.c, mod_ssl's
 * ssl_engine_init.c and HAProxy's ssl_sock-t.h have it. */
static const struct {
    wolfTicket_KEYFILE format;
    word32 size, aes, hmac;
} orders[] = {
    { WOLFTICKET_KEYFILE_NGINX_48,   48, 16, 32 },
    { WOLFTICKET_KEYFILE_NGINX_80,   80, 48, 16 },
    { WOLFTICKET_KEYFILE_APACHE_48,  48, 32, 16 },
    { WOLFTICKET_KEYFILE_HAPROXY_48, 48, 16, 32 },
    { WOLFTICKET_KEYFILE_HAPROXY_80, 80, 16, 48 }
};
#define ORDERS  (int)(sizeof(orders) / sizeof(orders[0]))

static inline int is_haproxy(wolfTicket_KEYFILE format)
{
    return format == WOLFTICKET_KEYFILE_HAPROXY_48 ||
        format == WOLFTICKET_KEYFILE_HAPROXY_80;
}

static inline size_t secret_size(wolfTicket_KEYFILE format)
{
    return (format == WOLFTICKET_KEYFILE_NGINX_80 ||
        format == WOLFTICKET_KEYFILE_HAPROXY_80) ? 32 : 16;
}

/* Key n of the tests; no two have anything in common. */
static inline void pattern_key(int n, size_t sz, wolfTicket_Key* key)
{
    size_t i;

    memset(key, 0, sizeof(*key));
    key->aes_sz = key->hmac_sz = sz;
    for (i = 0; i < WOLFTICKET_NAME_SZ; i++)
        key->name[i] = (byte)(0x80 + n * 17 + (int)i * 3);
    for (i = 0; i < sz; i++) {
        key->aes[i] = (byte)(n * 31 + (int)i * 7 + 1);
        key->hmac[i] = (byte)(n * 29 + (int)i * 11 + 128);
    }
}

static inline void pattern_keys(int first, int count, size_t sz,
    wolfTicket_Key* keys)
{
    int i;

    for (i = 0; i < count; i++)
        pattern_key(first + i, sz, &keys[i]);
}

static inline int same(const wolfTicket_Key* a, const wolfTicket_Key* b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

/* The file of these keys, newest first. */
static inline word32 bytes_of(wolfTicket_KEYFILE format,
    const wolfTicket_Key* keys, int count, byte out[BYTES_MAX])
{
    word32 sz = wt_keyformat_put(format, keys, count, out);

    ck_assert_uint_gt(sz, 0);
    return sz;
}

/* A copy that ends where it ends, for those who read too far. */
static inline int parse_exact(const byte* mem, size_t sz,
    wolfTicket_KEYFILE* format, wolfTicket_Key* keys, int max, int* seals)
{
    byte* copy = (byte*)malloc(sz);
    int ret;

    if (sz > 0)
        memcpy(copy, mem, sz);
    ret = wolfTicket_KeyFile_parse(copy, sz, format, keys, max, seals);
    free(copy);
    return ret;
}

/* ---- files -------------------------------------------------------------- */

static char directory[64];
static char path[128];

/* Without wolfSSL, for those who replace its allocators. */
static inline void directory_setup(void)
{
    snprintf(directory, sizeof(directory), "/tmp/wolfticket-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/keys", directory);
}

static inline void directory_teardown(void)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -rf %s", directory);
    ck_assert_int_eq(system(command), 0);
}

static inline void files_setup(void)
{
    th_setup();
    directory_setup();
}

static inline void files_teardown(void)
{
    directory_teardown();
    th_teardown();
}

/* Writes to the file as it is, keeping what it is and where. */
static inline void put_file(const char* name, const byte* mem, size_t sz)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq((int)write(fd, mem, sz), (int)sz);
    ck_assert_int_eq(close(fd), 0);
}

static inline void put_keys(const char* name, wolfTicket_KEYFILE format,
    int first, int count)
{
    wolfTicket_Key keys[WOLFTICKET_MAX_KEYS];
    byte mem[BYTES_MAX];

    pattern_keys(first, count, secret_size(format), keys);
    put_file(name, mem, bytes_of(format, keys, count, mem));
}

static inline int names_in_directory(void)
{
    DIR* dir = opendir(directory);
    int n = -2;

    ck_assert_ptr_nonnull(dir);
    while (readdir(dir) != NULL)
        n++;
    ck_assert_int_eq(closedir(dir), 0);
    return n;
}

static inline int error_has(const char* part)
{
    int ret = strstr(wolfTicket_KeyFile_error(), part) != NULL;

    if (!ret)
        fprintf(stderr, "'%s' does not say '%s'\n", wolfTicket_KeyFile_error(),
            part);
    return ret;
}

#endif /* WOLFTICKET_TEST_KEYFILE_FIXTURE_H */
