/* storefile.c
 *
 * A store's sessions in a file.
 *
 *   head    "wtstore" | format[1] | kind[1] | 0[3] | build[16] | salt[32] |
 *           size of the body[4]
 *   body    number[4] and entries of storecopy.c, sealed or in clear
 *   end     sealed: the AEAD's tag[16]; in clear: SHA-256[32] of all before
 *
 * The seal's key and nonce are HKDF-SHA256 of the user's key, with the salt,
 * fresh for each file; its additional data is the head.  Nothing is parsed
 * before the whole file is found good.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "store.h"
#include "aead.h"
#include "error.h"
#include "keyring.h"

#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/hash.h>

#if defined(HAVE_UNISTD_H) && !defined(NO_FILESYSTEM)

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef O_CLOEXEC
    #define O_CLOEXEC 0
#endif

#define MAGIC        "wtstore"
#define MAGIC_SZ     7
#define FORMAT       1
#define SALT_SZ      32
#define KEY_LABEL    "wolfTicket store 1"

#define KIND_AT      (MAGIC_SZ + 1)
#define BUILD_AT     (KIND_AT + 4)
#define SALT_AT      (BUILD_AT + WT_SESSION_BUILD_SZ)
#define SIZE_AT      (SALT_AT + SALT_SZ)
#define HEAD_SZ      (SIZE_AT + 4)
#define COUNT_SZ     4
#define END_MAX      WC_SHA256_DIGEST_SIZE
#define FILE_MAX     (HEAD_SZ + COUNT_SZ + WT_EXPORT_MAX + END_MAX)

/* Kinds, besides those of wt_aead. */
#define KIND_CLEAR   0

/* ---- the whole file in memory ------------------------------------------- */

static word32 EndSz(byte kind)
{
    return (kind == KIND_CLEAR) ? WC_SHA256_DIGEST_SIZE : WT_AEAD_TAG_SZ;
}

static int Derive(const byte* key, size_t keySz, const byte salt[SALT_SZ],
    byte out[WT_AEAD_KEY_SZ + WT_AEAD_NONCE_SZ])
{
    return wc_HKDF(WC_SHA256, key, (word32)keySz, salt, SALT_SZ,
        (const byte*)KEY_LABEL, sizeof(KEY_LABEL) - 1, out,
        WT_AEAD_KEY_SZ + WT_AEAD_NONCE_SZ) == 0;
}

/* Puts the end behind sz bytes of head and body, and seals the body. */
static int Close(byte* file, word32 sz, const byte* key, size_t keySz)
{
    byte okm[WT_AEAD_KEY_SZ + WT_AEAD_NONCE_SZ];
    int ret;

    if (file[KIND_AT] == KIND_CLEAR)
        return wc_Sha256Hash(file, sz, file + sz) == 0;
    ret = Derive(key, keySz, file + SALT_AT, okm) &&
        wt_aead_seal((wt_aead)file[KIND_AT], okm, okm + WT_AEAD_KEY_SZ, file,
            HEAD_SZ, file + HEAD_SZ, sz - HEAD_SZ, file + sz);
    wt_wipe(okm, sizeof(okm));
    return ret;
}

static int Open(byte* file, word32 sz, const byte* key, size_t keySz)
{
    byte okm[WT_AEAD_KEY_SZ + WT_AEAD_NONCE_SZ];
    byte hash[WC_SHA256_DIGEST_SIZE];
    int ret;

    if (file[KIND_AT] == KIND_CLEAR)
        return wc_Sha256Hash(file, sz, hash) == 0 &&
            wt_equal(hash, file + sz, sizeof(hash));
    ret = Derive(key, keySz, file + SALT_AT, okm) &&
        wt_aead_open((wt_aead)file[KIND_AT], okm, okm + WT_AEAD_KEY_SZ, file,
            HEAD_SZ, file + HEAD_SZ, sz - HEAD_SZ, file + sz);
    wt_wipe(okm, sizeof(okm));
    return ret;
}

/* NULL and 0 for no key. */
static wt_error CheckKey(const byte* key, size_t keySz)
{
    size_t i;

    if (key == NULL)
        return (keySz == 0) ? WT_OK : WT_E_NULL;
    for (i = 1; i < keySz && key[i] == key[0]; i++)
        ;
    return (keySz < WOLFTICKET_MIN_SECRET || keySz > 0xFFFF || i == keySz)
        ? WT_E_SECRET : WT_OK;
}

static int Head(byte* file, byte kind, word32 bodySz)
{
    XMEMSET(file, 0, HEAD_SZ);
    XMEMCPY(file, MAGIC, MAGIC_SZ);
    file[MAGIC_SZ] = FORMAT;
    file[KIND_AT] = kind;
    wt_session_build(file + BUILD_AT);
    wt_put(file + SIZE_AT, bodySz, 4);
    return wt_fresh_random(file + SALT_AT, SALT_SZ);
}

/* The file as it will be; the caller discards it. */
static wt_error Build(wolfTicket_Store* store, const byte* key, size_t keySz,
    wt_blob* file)
{
    byte kind = (key != NULL) ? (byte)wt_aead_best() : KIND_CLEAR;
    wt_error ret = WT_OK;
    word32 count = 0;
    word32 sz = 0;
    wt_blob entries;

    XMEMSET(&entries, 0, sizeof(entries));
    if (!wt_store_export(store, &entries, &count))
        ret = (wt_error)wt_thread_error();
    else
        sz = COUNT_SZ + entries.sz;
    if (ret == WT_OK && !wt_blob_resize(file, HEAD_SZ + sz + EndSz(kind)))
        ret = WT_E_MEMORY;
    if (ret == WT_OK && !Head(file->mem, kind, sz))
        ret = WT_E_RANDOM;
    if (ret == WT_OK) {
        wt_put(file->mem + HEAD_SZ, count, COUNT_SZ);
        if (entries.sz > 0)
            XMEMCPY(file->mem + HEAD_SZ + COUNT_SZ, entries.mem, entries.sz);
        if (!Close(file->mem, HEAD_SZ + sz, key, keySz))
            ret = WT_E_MEMORY;
    }
    wt_session_discard(&entries);
    return ret;
}

/* Finds out what a file is worth, and opens it. */
static wt_error Judge(wt_blob* file, const byte* key, size_t keySz)
{
    byte build[WT_SESSION_BUILD_SZ];
    wt_error ret = WT_OK;
    byte kind = (file->sz >= HEAD_SZ) ? file->mem[KIND_AT] : KIND_CLEAR;
    word32 endSz = EndSz(kind);

    if (file->sz < HEAD_SZ + COUNT_SZ + endSz ||
            XMEMCMP(file->mem, MAGIC, MAGIC_SZ) != 0 ||
            wt_get(file->mem + SIZE_AT, 4) != file->sz - HEAD_SZ - endSz ||
            (kind == KIND_CLEAR) != (key == NULL) ||
            !Open(file->mem, file->sz - endSz, key, keySz)) {
        ret = WT_E_SESSION_DAMAGED;
    }
    else {
        wt_session_build(build);
        if (file->mem[MAGIC_SZ] != FORMAT ||
                XMEMCMP(file->mem + BUILD_AT, build, sizeof(build)) != 0)
            ret = WT_E_SESSION_FOREIGN;
    }
    return ret;
}

/* ---- reading ------------------------------------------------------------ */

static int ReadAll(int fd, byte* mem, size_t sz)
{
    ssize_t n = 1;

    while (sz > 0 && n > 0) {
        n = read(fd, mem, sz);
        if (n < 0 && errno == EINTR)
            n = 1;
        else if (n > 0) {
            mem += n;
            sz -= (size_t)n;
        }
    }
    return sz == 0;
}

/* Of this user, for no other one, and no larger than it can be. */
static int IsOurs(const struct stat* st)
{
    return S_ISREG(st->st_mode) && st->st_uid == geteuid() &&
        (st->st_mode & 07777) == (S_IRUSR | S_IWUSR) && st->st_size >= 0 &&
        (word64)st->st_size <= FILE_MAX;
}

static wt_error Read(const char* path, wt_blob* file)
{
    wt_error ret = WT_OK;
    struct stat st;
    /* A pipe must not keep us waiting. */
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
        O_CLOEXEC);

    if (fd < 0 || fstat(fd, &st) != 0 || !IsOurs(&st))
        ret = WT_E_SESSION_FILE;
    else if (!wt_blob_resize(file, (word32)st.st_size))
        ret = WT_E_MEMORY;
    else if (!ReadAll(fd, file->mem, file->sz))
        ret = WT_E_SESSION_DAMAGED;
    if (fd >= 0)
        (void)close(fd);
    return ret;
}

/* ---- writing ------------------------------------------------------------ */

#define TEMP_RANDOM  8
#define TEMP_SUFFIX  (1 + 2 * TEMP_RANDOM + sizeof(".tmp"))

/* Where a file is to be: names are looked up in one directory, that cannot be
 * exchanged for another in between. */
typedef struct {
    int dir;
    const char* name;
    char* temp;
} wt_target;

static void TargetClose(wt_target* target)
{
    if (target->dir >= 0)
        (void)close(target->dir);
    XFREE(target->temp, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}

/* The name of the directory at the beginning of path, into mem. */
static const char* DirOf(const char* path, const char* name, char* mem)
{
    size_t sz = (size_t)(name - path);

    if (sz == 0)
        return ".";
    XMEMCPY(mem, path, sz);
    mem[sz] = '\0';
    return mem;
}

/* The caller closes the target in any case. */
static wt_error TargetOpen(wt_target* target, const char* path)
{
    static const char hex[] = "0123456789abcdef";
    const char* slash = strrchr(path, '/');
    byte random[TEMP_RANDOM];
    size_t sz;
    char* p;
    int i;

    target->dir = -1;
    target->name = (slash != NULL) ? slash + 1 : path;
    target->temp = (char*)XMALLOC(XSTRLEN(path) + TEMP_SUFFIX, NULL,
        DYNAMIC_TYPE_TMP_BUFFER);
    if (target->temp == NULL)
        return WT_E_MEMORY;
    if (!wt_fresh_random(random, sizeof(random)))
        return WT_E_RANDOM;
    target->dir = open(DirOf(path, target->name, target->temp),
        O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (target->dir < 0 || target->name[0] == '\0')
        return WT_E_SESSION_WRITE;
    sz = XSTRLEN(target->name);
    XMEMCPY(target->temp, target->name, sz);
    p = target->temp + sz;
    *p++ = '.';
    for (i = 0; i < TEMP_RANDOM; i++) {
        *p++ = hex[random[i] >> 4];
        *p++ = hex[random[i] & 15];
    }
    XMEMCPY(p, ".tmp", sizeof(".tmp"));
    return WT_OK;
}

static int WriteAll(int fd, const byte* mem, size_t sz)
{
    ssize_t n = 0;

    while (sz > 0 && n >= 0) {
        n = write(fd, mem, sz);
        if (n < 0 && errno == EINTR)
            n = 0;
        else if (n > 0) {
            mem += n;
            sz -= (size_t)n;
        }
    }
    return sz == 0;
}

static int Sync(int fd)
{
    int ret;

    do {
        ret = fsync(fd);
    } while (ret != 0 && errno == EINTR);
    return ret == 0;
}

/* The umask may have taken rights away, as of the owner. */
static int WriteTemp(const wt_target* target, const wt_blob* file)
{
    int fd = openat(target->dir, target->temp, O_WRONLY | O_CREAT | O_EXCL |
        O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    int ret;

    if (fd < 0)
        return 0;
    ret = fchmod(fd, S_IRUSR | S_IWUSR) == 0 &&
        WriteAll(fd, file->mem, file->sz) && Sync(fd);
    if (close(fd) != 0 || !ret) {
        (void)unlinkat(target->dir, target->temp, 0);
        ret = 0;
    }
    return ret;
}

static int Rename(const wt_target* target)
{
    int ret = renameat(target->dir, target->temp, target->dir,
        target->name) == 0;

    if (!ret)
        (void)unlinkat(target->dir, target->temp, 0);
    return ret;
}

static wt_error Write(const char* path, const wt_blob* file)
{
    wt_target target;
    wt_error ret = TargetOpen(&target, path);

    if (ret == WT_OK && (!WriteTemp(&target, file) || !Rename(&target)))
        ret = WT_E_SESSION_WRITE;
    /* The new file is there in any case; not every file system can tell when
     * its name is safe as well. */
    if (ret == WT_OK)
        (void)Sync(target.dir);
    TargetClose(&target);
    return ret;
}

/* ---- public ------------------------------------------------------------- */

int wolfTicket_Store_save(wolfTicket_Store* store, const char* path,
    const unsigned char* key, size_t key_sz)
{
    wt_error err;
    wt_blob file;

    if (store == NULL || path == NULL)
        return wt_fail(NULL, WT_E_NULL);
    XMEMSET(&file, 0, sizeof(file));
    err = CheckKey(key, key_sz);
    if (err == WT_OK)
        err = Build(store, key, key_sz, &file);
    if (err == WT_OK)
        err = Write(path, &file);
    wt_session_discard(&file);
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}

int wolfTicket_Store_load(wolfTicket_Store* store, const char* path,
    const unsigned char* key, size_t key_sz)
{
    wt_error err;
    wt_blob file;
    word32 bodySz;

    if (store == NULL || path == NULL)
        return wt_fail(NULL, WT_E_NULL);
    XMEMSET(&file, 0, sizeof(file));
    err = CheckKey(key, key_sz);
    if (err == WT_OK)
        err = Read(path, &file);
    if (err == WT_OK)
        err = Judge(&file, key, key_sz);
    if (err == WT_OK) {
        bodySz = wt_get(file.mem + SIZE_AT, 4);
        if (!wt_store_import(store, file.mem + HEAD_SZ + COUNT_SZ,
                bodySz - COUNT_SZ, wt_get(file.mem + HEAD_SZ, COUNT_SZ)))
            err = (wt_error)wt_thread_error();
    }
    wt_session_discard(&file);
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}

#else

/* Without files the application keeps what wolfSSL serialises itself. */
int wolfTicket_Store_save(wolfTicket_Store* store, const char* path,
    const unsigned char* key, size_t key_sz)
{
    (void)store;
    (void)path;
    (void)key;
    (void)key_sz;
    return wt_fail(NULL, WT_E_SESSION_FILE);
}

int wolfTicket_Store_load(wolfTicket_Store* store, const char* path,
    const unsigned char* key, size_t key_sz)
{
    (void)store;
    (void)path;
    (void)key;
    (void)key_sz;
    return wt_fail(NULL, WT_E_SESSION_FILE);
}

#endif /* HAVE_UNISTD_H && !NO_FILESYSTEM */
