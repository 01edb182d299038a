/* settings.c
 *
 * Settings for sessions that any number of contexts share, as in libtls.
 *
 * A context takes over what it is configured with: it holds the ring and has
 * copies of the rest, so that no context points to a config.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "settings.h"
#include "context.h"
#include "client.h"
#include "hooks.h"

#if !defined(NO_FILESYSTEM) && defined(HAVE_UNISTD_H)
    #define HAVE_OWNERS
    #include <errno.h>
    #include <sys/stat.h>
    #include <unistd.h>
#endif
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FILE_MODE   0600
#define MODE_BITS   07777

static word32 configs = 0;

/* ---- failures ----------------------------------------------------------- */

#define TEXT_SZ        128
#define TEXTS_A_THREAD 4

/* A thread's last failures with different configs, newest first. */
typedef struct {
    word32 config;          /* its number, 0 for NULL */
    char text[TEXT_SZ];
} config_failure;

static WT_THREAD_LOCAL config_failure failures[TEXTS_A_THREAD];

static word32 NumberOf(const wolfTicket_config* config)
{
    return (config != NULL) ? config->number : 0;
}

static config_failure* FailureOf(const wolfTicket_config* config)
{
    word32 number = NumberOf(config);
    int i = 0;

    while (i < TEXTS_A_THREAD && (failures[i].config != number ||
            failures[i].text[0] == '\0'))
        i++;
    return (i < TEXTS_A_THREAD) ? &failures[i] : NULL;
}

int wt_config_fail(const wolfTicket_config* config, const char* format, ...)
{
    config_failure* former = FailureOf(config);
    config_failure* at = (former != NULL) ? former
                                          : &failures[TEXTS_A_THREAD - 1];
    va_list args;

    for (; at > failures; at--)
        at[0] = at[-1];
    failures[0].config = NumberOf(config);
    va_start(args, format);
    (void)vsnprintf(failures[0].text, TEXT_SZ, format, args);
    va_end(args);
    return -1;
}

int wt_config_fail_with(const wolfTicket_config* config, wt_error err)
{
    (void)wt_fail(NULL, err);
    return wt_config_fail(config, "%s", wt_error_text(err));
}

int wt_config_fail_as_told(const wolfTicket_config* config)
{
    return wt_config_fail_with(config, (wt_error)wt_thread_error());
}

const char* wolfTicket_config_error(wolfTicket_config* config)
{
    const config_failure* last = FailureOf(config);

    return (last != NULL) ? last->text : NULL;
}

/* ---- made and freed ----------------------------------------------------- */

void wt_config_lock(wolfTicket_config* config)
{
#ifndef SINGLE_THREADED
    (void)wc_LockMutex(&config->mutex);
#else
    (void)config;
#endif
}

void wt_config_unlock(wolfTicket_config* config)
{
#ifndef SINGLE_THREADED
    (void)wc_UnLockMutex(&config->mutex);
#else
    (void)config;
#endif
}

static wt_error Init(wolfTicket_config* config)
{
    wt_error ret = WT_OK;

    XMEMSET(config, 0, sizeof(*config));
    config->sessionFd = -1;
    config->sessionIdSz = WOLFTICKET_CONFIG_SESSION_ID;
    if (!wt_fresh_random(config->sessionId, WOLFTICKET_CONFIG_SESSION_ID))
        ret = WT_E_RANDOM;
#ifndef SINGLE_THREADED
    if (ret == WT_OK && wc_InitMutex(&config->mutex) != 0)
        ret = WT_E_PLATFORM;
#endif
    config->number = WT_ADD(&configs, 1);
    return ret;
}

static void Dispose(wolfTicket_config* config)
{
    wt_wipe(config, sizeof(*config));
    XFREE(config, NULL, DYNAMIC_TYPE_TMP_BUFFER);
}

wolfTicket_config* wolfTicket_config_new(void)
{
    wolfTicket_config* config = NULL;
    wt_error err = WT_OK;

    if (!wt_port_init())
        err = WT_E_PLATFORM;
    if (err == WT_OK) {
        config = (wolfTicket_config*)XMALLOC(sizeof(*config), NULL,
            DYNAMIC_TYPE_TMP_BUFFER);
        err = (config != NULL) ? Init(config) : WT_E_MEMORY;
    }
    if (err != WT_OK) {
        (void)wt_config_fail_with(NULL, err);
        if (config != NULL)
            Dispose(config);
        config = NULL;
    }
    return config;
}

void wolfTicket_config_free(wolfTicket_config* config)
{
    if (config != NULL) {
        wolfTicket_KeyRing_free(config->ring);
#ifndef SINGLE_THREADED
        (void)wc_FreeMutex(&config->mutex);
#endif
        Dispose(config);
    }
}

/* ---- settings ----------------------------------------------------------- */

#ifdef HAVE_OWNERS
static int CheckFile(const wolfTicket_config* config, int fd)
{
    struct stat info;
    int ret = 0;

    if (fstat(fd, &info) != 0) {
        /* Not every strerror() can be called by several threads at once. */
        wt_lock();
        ret = wt_config_fail(config, "failed to stat session file: %s",
            strerror(errno));
        wt_unlock();
    }
    else if (!S_ISREG(info.st_mode)) {
        ret = wt_config_fail(config, "session file is not a regular file");
    }
    else if (info.st_uid != geteuid()) {
        ret = wt_config_fail(config,
            "session file has incorrect owner (uid %lu != %lu)",
            (unsigned long)info.st_uid, (unsigned long)geteuid());
    }
    else if ((info.st_mode & MODE_BITS) != FILE_MODE) {
        ret = wt_config_fail(config,
            "session file has incorrect permissions (%lo != %lo)",
            (unsigned long)(info.st_mode & MODE_BITS),
            (unsigned long)FILE_MODE);
    }
    return ret;
}
#else
static int CheckFile(const wolfTicket_config* config, int fd)
{
    (void)fd;
    return wt_config_fail_with(config, WT_E_SESSION_FILE);
}
#endif /* HAVE_OWNERS */

int wolfTicket_config_set_session_fd(wolfTicket_config* config, int session_fd)
{
    int ret = 0;

    if (config == NULL)
        ret = wt_config_fail_with(NULL, WT_E_NULL);
    else if (session_fd != -1)
        ret = CheckFile(config, session_fd);
    if (ret == 0) {
        wt_config_lock(config);
        config->sessionFd = session_fd;
        wt_config_unlock(config);
    }
    return ret;
}

int wolfTicket_config_set_session_id(wolfTicket_config* config,
    const unsigned char* session_id, size_t len)
{
    int ret = 0;

    if (config == NULL) {
        ret = wt_config_fail_with(NULL, WT_E_NULL);
    }
    else if (len > WOLFTICKET_CONFIG_SESSION_ID) {
        ret = wt_config_fail(config, "session ID too large");
    }
    else if (session_id == NULL && len > 0) {
        ret = wt_config_fail_with(config, WT_E_NULL);
    }
    else {
        wt_config_lock(config);
        if (len > 0)
            XMEMCPY(config->sessionId, session_id, len);
        config->sessionIdSz = (byte)len;
        wt_config_unlock(config);
    }
    return ret;
}

int wolfTicket_config_set_session_lifetime(wolfTicket_config* config,
    int lifetime)
{
    int ret = 0;

    if (config == NULL) {
        ret = wt_config_fail_with(NULL, WT_E_NULL);
    }
    else if (lifetime != 0 && lifetime < WOLFTICKET_CONFIG_LIFETIME_MIN) {
        ret = wt_config_fail(config, "session lifetime too small");
    }
    else if (lifetime > WOLFTICKET_CONFIG_LIFETIME_MAX) {
        ret = wt_config_fail(config, "session lifetime too large");
    }
    else {
        wt_config_lock(config);
        config->lifetime = (word32)lifetime;
        wt_config_unlock(config);
    }
    return ret;
}

int wolfTicket_config_set_key_ring(wolfTicket_config* config,
    wolfTicket_KeyRing* ring)
{
    wolfTicket_KeyRing* former = NULL;
    int ret = 0;

    if (config == NULL || ring == NULL)
        return wt_config_fail_with(config, WT_E_NULL);
    wt_config_lock(config);
    if (config->ringInUse || config->keyCount > 0) {
        ret = wt_config_fail(config, "ticket keys are in use already");
    }
    else {
        wt_lock();
        wt_keyring_hold(ring);
        wt_unlock();
        former = config->ring;
        config->ring = ring;
    }
    wt_config_unlock(config);
    wolfTicket_KeyRing_free(former);
    return ret;
}

/* ---- contexts ----------------------------------------------------------- */

/* All with the config locked. */

/* Makes the ring ready for tickets of this life. */
static int PrepareRing(wolfTicket_config* config)
{
    int ret = 0;

    if (config->ring == NULL)
        config->ring = wolfTicket_KeyRing_new();
    if (config->ring != NULL) {
        wt_lock();
        ret = wt_keyring_lifetime(config->ring, config->lifetime);
        wt_unlock();
    }
    return ret && wt_config_put_keys(config);
}

/* Takes the keys away: nothing is sealed and nothing opens. */
static int TakeKeys(WOLFSSL_CTX* ctx)
{
    wolfTicket_KeyRing* none = wolfTicket_KeyRing_new_manual(NULL, NULL, NULL,
        NULL);
    int ret = none != NULL && wolfTicket_CTX_set_key_ring(ctx, none);

    wolfTicket_KeyRing_free(none);
    return ret;
}

/* Without a ticket callback wolfSSL neither promises nor takes tickets; its
 * own cache, once off, stays off. */
static void SwitchOff(WOLFSSL_CTX* ctx)
{
#ifndef NO_WOLFSSL_SERVER
    (void)wolfSSL_CTX_set_TicketEncCb(ctx, NULL);
#endif
#ifndef NO_SESSION_CACHE
    (void)wolfSSL_CTX_set_session_cache_mode(ctx, WOLFSSL_SESS_CACHE_OFF);
#endif
}

static int SwitchOn(WOLFSSL_CTX* ctx, wolfTicket_config* config)
{
    word32 lifetime = config->lifetime;
    int ret = wolfTicket_CTX_set_lifetime(ctx, lifetime) &&
        wolfTicket_CTX_set_renewal_limit(ctx, lifetime) &&
        wolfTicket_CTX_set_key_ring(ctx, config->ring);

#ifndef NO_WOLFSSL_SERVER
    (void)wolfSSL_CTX_set_TicketEncCb(ctx, wt_hook_ticket);
#endif
    config->applied = lifetime;
    config->ringInUse = 1;
    return ret;
}

/* What can fail comes first.  The keys are taken away in between, so that the
 * ring does not hear of the lifetime that the context had before, and keep
 * its keys for that. */
static int ConfigureServer(WOLFSSL_CTX* ctx, wolfTicket_config* config)
{
    int ret = (config->lifetime == 0 || PrepareRing(config)) &&
        TakeKeys(ctx) && wolfTicket_CTX_set_session_id_context(ctx,
            config->sessionId, config->sessionIdSz);

    if (ret && config->lifetime != 0)
        ret = SwitchOn(ctx, config);
    else if (ret)
        SwitchOff(ctx);
    if (ret)
        wt_context_find(ctx)->off = config->lifetime == 0;
    return ret;
}

int wolfTicket_CTX_configure(WOLFSSL_CTX* ctx, wolfTicket_config* config)
{
    int client = 0;
    int ret;

    if (ctx == NULL || config == NULL)
        return wt_config_fail_with(config, WT_E_NULL);
    wt_config_lock(config);
    if (wt_context_attach(ctx, &client) != NULL)
        ret = ConfigureServer(ctx, config);
    else
        ret = client && wt_client_configure(ctx, config->sessionFd);
    wt_config_unlock(config);
    return ret ? 0 : wt_config_fail_as_told(config);
}
