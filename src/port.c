/* port.c
 *
 * What the sources need from the platform and from wolfSSL's own layers.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "port.h"
#include "nonce.h"
#include "keyring_shared.h"

#include <wolfssl/wolfcrypt/asn_public.h>

#ifdef HAVE_PTHREAD_ATFORK
    #include <pthread.h>
#endif

enum { PORT_NEW, PORT_BUSY, PORT_READY, PORT_FAILED };

#ifndef SINGLE_THREADED
static wolfSSL_Mutex portMutex;
static wolfSSL_Mutex mutexes[WT_MUTEX_COUNT];
#endif
static int portState = PORT_NEW;

#ifdef WT_HAVE_EX_DATA
static int sslSlot = -1;
static int clientSlot = -1;
static int sessionSlot = -1;
static int ctxSlot[WT_CTX_SLOT_COUNT] = {
#ifdef WT_MARKS_CONTEXTS
    -1,
#endif
    -1, -1, -1
};

/* Slot 0 of every class is the application's: wolfSSL_set_app_data() and many
 * programs use it without asking for it. */
static int SslSlotNew(void)
{
    int idx = wolfSSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);

    return (idx == 0) ? wolfSSL_get_ex_new_index(0, NULL, NULL, NULL, NULL)
                      : idx;
}

static int SessionSlotNew(void)
{
    int idx = wolfSSL_SESSION_get_ex_new_index(0, NULL, NULL, NULL, NULL);

    return (idx == 0)
        ? wolfSSL_SESSION_get_ex_new_index(0, NULL, NULL, NULL, NULL) : idx;
}

static int CtxSlotNew(void)
{
    int idx = wolfSSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);

    return (idx == 0) ? wolfSSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL)
                      : idx;
}
#endif /* WT_HAVE_EX_DATA */

static int SlotsNew(void)
{
    int ret = 1;

#ifdef WT_HAVE_EX_DATA
    int i;

    sslSlot = SslSlotNew();
    clientSlot = SslSlotNew();
    sessionSlot = SessionSlotNew();
    for (i = 0; i < WT_CTX_SLOT_COUNT; i++) {
        ctxSlot[i] = CtxSlotNew();
        if (ctxSlot[i] < 0 || ctxSlot[i] >= MAX_EX_DATA)
            ret = 0;
    }
    if (sslSlot < 0 || sslSlot >= MAX_EX_DATA || clientSlot < 0 ||
            clientSlot >= MAX_EX_DATA || sessionSlot < 0 ||
            sessionSlot >= MAX_EX_DATA)
        ret = 0;
#endif
    return ret;
}

#ifdef HAVE_PTHREAD_ATFORK
#ifdef SINGLE_THREADED
    #define BeforeFork        NULL
    #define AfterForkInParent NULL
    #define AfterForkInChild  wt_nonce_forked
#else
static void BeforeFork(void)
{
    int i;

    for (i = 0; i < WT_MUTEX_COUNT; i++)
        (void)wc_LockMutex(&mutexes[i]);
    wt_lock();
    wt_shared_before_fork();
}

static void AfterForkInParent(void)
{
    int i;

    wt_unlock();
    for (i = WT_MUTEX_COUNT; i > 0; i--)
        (void)wc_UnLockMutex(&mutexes[i - 1]);
}

static void AfterForkInChild(void)
{
    wt_nonce_forked();
    AfterForkInParent();
}
#endif /* SINGLE_THREADED */
#endif /* HAVE_PTHREAD_ATFORK */

static int PortStart(void)
{
    int ret = 1;

#ifndef SINGLE_THREADED
    int i;

    if (wc_InitMutex(&portMutex) != 0)
        ret = 0;
    for (i = 0; i < WT_MUTEX_COUNT; i++) {
        if (wc_InitMutex(&mutexes[i]) != 0)
            ret = 0;
    }
#endif
    if (ret == 1)
        ret = SlotsNew();
#ifdef HAVE_PTHREAD_ATFORK
    /* A thread that rotates keys while another forks must not leave the child
     * a lock that nobody holds.  And no child goes on with its parent's
     * nonces. */
    if (ret == 1 && pthread_atfork(BeforeFork, AfterForkInParent,
            AfterForkInChild) != 0)
        ret = 0;
#endif
    if (ret == 1)
        wt_nonce_init();
    return ret;
}

int wt_port_init(void)
{
#ifdef SINGLE_THREADED
    if (portState == PORT_NEW)
        portState = PortStart() ? PORT_READY : PORT_FAILED;
#else
    int expected = PORT_NEW;

    if (WT_LOAD(&portState) == PORT_NEW &&
            __atomic_compare_exchange_n(&portState, &expected, PORT_BUSY, 0,
                __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        WT_STORE(&portState, PortStart() ? PORT_READY : PORT_FAILED);
    while (WT_LOAD(&portState) == PORT_BUSY)
        ;
#endif
    return WT_LOAD(&portState) == PORT_READY;
}

void wt_lock(void)
{
#ifndef SINGLE_THREADED
    (void)wc_LockMutex(&portMutex);
#endif
}

void wt_unlock(void)
{
#ifndef SINGLE_THREADED
    (void)wc_UnLockMutex(&portMutex);
#endif
}

void wt_enter(wt_mutex which)
{
#ifndef SINGLE_THREADED
    if (wt_port_init())
        (void)wc_LockMutex(&mutexes[which]);
#else
    (void)which;
#endif
}

void wt_leave(wt_mutex which)
{
#ifndef SINGLE_THREADED
    if (wt_port_init())
        (void)wc_UnLockMutex(&mutexes[which]);
#else
    (void)which;
#endif
}

word64 wt_clock(void)
{
    time_t now = wc_Time(NULL);

    return (now > 0) ? (word64)now : 0;
}

word32 wt_thread_number(void)
{
    static word32 threads = 0;
    static WT_THREAD_LOCAL word32 mine = 0;

    if (mine == 0)
        mine = WT_ADD(&threads, 1);
    return mine;
}

/* ---- ex_data ------------------------------------------------------------ */

void* wt_ssl_slot(WOLFSSL* ssl)
{
#ifdef WT_HAVE_EX_DATA
    return (sslSlot < 0) ? NULL : wolfSSL_get_ex_data(ssl, sslSlot);
#else
    (void)ssl;
    return NULL;
#endif
}

int wt_ssl_slot_set(WOLFSSL* ssl, void* value)
{
#ifdef WT_HAVE_EX_DATA
    return wolfSSL_set_ex_data(ssl, sslSlot, value) == WOLFSSL_SUCCESS;
#else
    (void)ssl;
    (void)value;
    return 0;
#endif
}

void* wt_client_slot(WOLFSSL* ssl)
{
#ifdef WT_HAVE_EX_DATA
    return (clientSlot < 0) ? NULL : wolfSSL_get_ex_data(ssl, clientSlot);
#else
    (void)ssl;
    return NULL;
#endif
}

int wt_client_slot_set(WOLFSSL* ssl, void* value)
{
#ifdef WT_HAVE_EX_DATA
    return wolfSSL_set_ex_data(ssl, clientSlot, value) == WOLFSSL_SUCCESS;
#else
    (void)ssl;
    (void)value;
    return 0;
#endif
}

void* wt_session_slot(WOLFSSL_SESSION* session)
{
#ifdef WT_HAVE_EX_DATA
    return (sessionSlot < 0) ? NULL
        : wolfSSL_SESSION_get_ex_data(session, sessionSlot);
#else
    (void)session;
    return NULL;
#endif
}

int wt_session_slot_set(WOLFSSL_SESSION* session, void* value)
{
#ifdef WT_HAVE_EX_DATA
    return wolfSSL_SESSION_set_ex_data(session, sessionSlot, value) ==
        WOLFSSL_SUCCESS;
#else
    (void)session;
    (void)value;
    return 0;
#endif
}

/* A pointer to a function is no void* in C99, but on every platform that has
 * ex_data it fits one. */
wt_function wt_ctx_slot(WOLFSSL_CTX* ctx, wt_ctx_slot_id id)
{
    wt_function ret = NULL;

#ifdef WT_HAVE_EX_DATA
    void* value = NULL;

    if (ctxSlot[id] >= 0)
        value = wolfSSL_CTX_get_ex_data(ctx, ctxSlot[id]);
    XMEMCPY(&ret, &value, sizeof(ret));
#else
    (void)ctx;
    (void)id;
#endif
    return ret;
}

int wt_ctx_slot_set(WOLFSSL_CTX* ctx, wt_ctx_slot_id id, wt_function value)
{
#ifdef WT_HAVE_EX_DATA
    void* stored = NULL;

    XMEMCPY(&stored, &value, sizeof(stored));
    return wolfSSL_CTX_set_ex_data(ctx, ctxSlot[id], stored) ==
        WOLFSSL_SUCCESS;
#else
    (void)ctx;
    (void)id;
    (void)value;
    return 0;
#endif
}
