/* storefile_fixture.h
 *
 * A store's file in a directory of its own.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_STOREFILE_FIXTURE_H
#define WOLFTICKET_TEST_STOREFILE_FIXTURE_H

#include "store_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];
static char path[96];
static unsigned char key[40];

/* Without a key and with one. */
#define KEY(i)     ((i) ? key : NULL), ((i) ? sizeof(key) : 0)

#define HEAD_SZ   64

static inline void file_setup(void)
{
    size_t i;

    sf_setup();
    (void)snprintf(dir, sizeof(dir), "storefile.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    (void)snprintf(path, sizeof(path), "%s/store", dir);
    for (i = 0; i < sizeof(key); i++)
        key[i] = (unsigned char)(i * 7 + 1);
}

static inline void counting_setup(void)
{
    th_mem_use(TH_MEM_COUNT);
    file_setup();
}

/* What lies in the directory. */
static inline int files(void)
{
    DIR* d = opendir(dir);
    struct dirent* entry;
    int count = 0;

    ck_assert_ptr_nonnull(d);
    while ((entry = readdir(d)) != NULL)
        count += entry->d_name[0] != '.';
    (void)closedir(d);
    return count;
}

static inline void file_teardown(void)
{
    char name[400];
    struct dirent* entry;
    DIR* d = opendir(dir);

    while (d != NULL && (entry = readdir(d)) != NULL) {
        (void)snprintf(name, sizeof(name), "%s/%s", dir, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            ck_assert_int_eq(remove(name), 0);
    }
    (void)closedir(d);
    ck_assert_int_eq(rmdir(dir), 0);
    sf_teardown();
}

static inline int save(int keyed)
{
    return wolfTicket_Store_save(sf_store, path, KEY(keyed));
}

static inline int load(int keyed)
{
    return wolfTicket_Store_load(sf_store, path, KEY(keyed));
}

static inline size_t slurp(unsigned char* mem, size_t max)
{
    FILE* f = fopen(path, "rb");
    size_t n;

    ck_assert_ptr_nonnull(f);
    n = fread(mem, 1, max, f);
    (void)fclose(f);
    ck_assert_uint_lt(n, max);
    return n;
}

/* In place of what there is, with mode 0600. */
static inline void spill(const unsigned char* mem, size_t sz)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);

    SF_MUST(fd >= 0 && fchmod(fd, 0600) == 0);
    SF_MUST(write(fd, mem, sz) == (ssize_t)sz);
    SF_MUST(ftruncate(fd, (off_t)sz) == 0);
    SF_MUST(close(fd) == 0);
}

/* Three sessions of two peers. */
static inline void fill(void)
{
    ck_assert_int_eq(sf_put_key(1, 1, 11, TH_NOW - 1), 1);
    ck_assert_int_eq(sf_put_key(1, 1, 12, TH_NOW), 1);
    ck_assert_int_eq(sf_put_key(2, 0, 21, TH_NOW), 1);
}

static inline void is_filled(void)
{
    ck_assert_int_eq(sf_count(NULL), 3);
    ck_assert_int_eq(sf_take_key(1), 12);
    ck_assert_int_eq(sf_take_key(1), 11);
    ck_assert_int_eq(sf_take_key(2), 21);
    sf_check_table();
}

static inline void refuses(int keyed, wt_error err)
{
    if (load(keyed) != 0)
        ck_abort_msg("loaded");
    SF_MUST(strcmp(wolfTicket_Store_error(), wt_error_text(err)) == 0);
    SF_MUST(sf_store->table.sessions == 1);
}

/* A store that holds one session, so that it shows when anything changes. */
static inline void one_session(void)
{
    sf_new_store(0, 0, 0);
    ck_assert_int_eq(sf_put_key(9, 1, 99, TH_NOW), 1);
}

#endif /* WOLFTICKET_TEST_STOREFILE_FIXTURE_H */
