/* keyfile.h
 *
 * Ticket keys in files, as nginx, HAProxy and others keep them.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The formats differ in the order of a key's fields, and in which key seals:
 *
 *   nginx-48    name[16] aes[16] hmac[16]    the first key of the file seals
 *   nginx-80    name[16] hmac[32] aes[32]    the first; this is OpenSSL's
 *                                            order as well
 *   apache-48   name[16] hmac[16] aes[16]    the first
 *   haproxy-48  name[16] aes[16] hmac[16]    a line of base64 for each key,
 *   haproxy-80  name[16] aes[32] hmac[32]    newest last: the last but one
 *                                            seals, so that the last can be
 *                                            known everywhere before it does
 *
 * All of them can hold several keys, newest first except HAProxy's.  nginx
 * itself takes one key a file, and as many files as it is given, the first of
 * which seals; Apache reads one key; HAProxy wants three or more and uses the
 * last three.
 *
 * A file has to be regular (a symbolic link to one will do), of 256 KiB at
 * most, owned by the effective user or root, and without any right for group
 * and others.  Keys are refused that are all zero or all one byte, that are in
 * the file twice, or that have the name of another.  Files need a POSIX
 * system; elsewhere wolfTicket_KeyFile_parse() works, and what takes a path
 * fails.
 *
 * Functions return 1, or 0 with nothing changed and a text that
 * wolfTicket_KeyFile_error() gives in the same thread, unless they say
 * otherwise.  A relative path starts from where the process is when it is
 * used.
 */

#ifndef WOLFTICKET_KEYFILE_H
#define WOLFTICKET_KEYFILE_H

#include <wolfticket/keys.h>
#include <wolfticket/source.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum wolfTicket_KEYFILE {
    WOLFTICKET_KEYFILE_ANY,         /* reading: whichever it is; 48 bytes are
                                     * taken for nginx's, and a multiple of
                                     * both 48 and 80 is refused unless the
                                     * names tell, as generated ones do.  Part
                                     * of a file can look like another format:
                                     * say which where it is known */
    WOLFTICKET_KEYFILE_NGINX_48,
    WOLFTICKET_KEYFILE_NGINX_80,
    WOLFTICKET_KEYFILE_APACHE_48,
    WOLFTICKET_KEYFILE_HAPROXY_48,
    WOLFTICKET_KEYFILE_HAPROXY_80,
    WOLFTICKET_KEYFILE_COUNT
} wolfTicket_KEYFILE;

/* "any", "nginx-48", ...; static, never NULL.  And back: 1, or 0 for a word
 * that is none of them. */
WOLFTICKET_API const char* wolfTicket_KEYFILE_name(wolfTicket_KEYFILE format);
WOLFTICKET_API int wolfTicket_KEYFILE_of_name(const char* name,
    wolfTicket_KEYFILE* format);

/* The text of the calling thread's last failure with a key file: which file,
 * what is wrong with it, and what to do.  Never a secret. */
WOLFTICKET_API const char* wolfTicket_KeyFile_error(void);

/* Reads the keys of a file, newest first whatever the format, up to max of
 * them (older ones are left out).  *format says which format is expected, and
 * then which it was.  *seals is set to the index of the one that seals, -1 if
 * it is not among those read: HAProxy's with a max of 1.  Returns the number
 * of keys read; the caller wipes them.  0 on failure, with keys wiped. */
WOLFTICKET_API int wolfTicket_KeyFile_read(const char* path,
    wolfTicket_KEYFILE* format, wolfTicket_Key* keys, int max, int* seals);

/* Writes count keys, newest first, 1 ... WOLFTICKET_MAX_KEYS, to a file of
 * mode 0600, in place of what it was by an atomic rename: at any moment, and
 * after a crash, the file is the old one or the new one.  It belongs to the
 * effective user; where there was a file its group is kept, if the process
 * may, so is mode 0400, and a symbolic link goes on pointing to it.  The sizes
 * of the keys' secrets have to be those of the format. */
WOLFTICKET_API int wolfTicket_KeyFile_write(const char* path,
    wolfTicket_KEYFILE format, const wolfTicket_Key* keys, int count);

/* The same from and to memory: what a file holds. */
WOLFTICKET_API int wolfTicket_KeyFile_parse(const unsigned char* mem,
    size_t sz, wolfTicket_KEYFILE* format, wolfTicket_Key* keys, int max,
    int* seals);

/* ---- a ring that follows a file ------------------------------------------ */

typedef struct wolfTicket_KeyFile wolfTicket_KeyFile;

/* Fills ring with the keys of a file and keeps the two together; the ring is
 * held.  A key that is taken out of the file is gone from the ring.  NULL
 * when the file cannot be used. */
WOLFTICKET_API wolfTicket_KeyFile* wolfTicket_KeyFile_follow(
    wolfTicket_KeyRing* ring, const char* path, wolfTicket_KEYFILE format);

/* Looks whether the file has changed, at the cost of one look at its status,
 * and takes the change in once the file has been at rest for 2 seconds, by its
 * own time or as found by two calls that far apart: nobody should be writing
 * it then.  Call it now and then from the application's loop.  0 when the file
 * cannot be used: the running keys serve on, the text says why, and the next
 * call tries again.  1 otherwise, also when nothing has changed.  Any thread
 * may call it, and wolfTicket_KeyFile_reload(), at any time; handshakes go on
 * meanwhile. */
WOLFTICKET_API int wolfTicket_KeyFile_refresh(wolfTicket_KeyFile* file);

/* The same without waiting for the file to rest: for a signal that says that
 * it has been written.  (Not to be called by the signal's handler itself.) */
WOLFTICKET_API int wolfTicket_KeyFile_reload(wolfTicket_KeyFile* file);

/* Starts a thread that calls wolfTicket_KeyFile_refresh() every so many
 * seconds, 1 ... 86400, and on_failure (NULL: nothing) with the text when that
 * fails, once for as long as the text is the same; on_failure must not call
 * wolfTicket_KeyFile_free().  The thread takes no signals.  A process made by
 * fork() has no such thread and may start one.  Fails where the platform has
 * no threads, and when there is one already. */
WOLFTICKET_API int wolfTicket_KeyFile_watch(wolfTicket_KeyFile* file,
    unsigned int seconds, void (*on_failure)(const char* text, void* arg),
    void* arg);

/* A file as the source of a ring, for wolfTicket_KeyRing_new_source(), to which
 * *self is to be given as well: the ring then has what the file has, refreshed
 * and reported like any other source.  Keys are made elsewhere; a key that is
 * new to the ring waits a refresh period before it seals, so that the file can
 * be brought to all.  The path is copied, and the file is looked at with the
 * first refresh.  NULL when memory has run out, or where there are no files. */
WOLFTICKET_API const wolfTicket_Source* wolfTicket_KeyFile_source(
    const char* path, wolfTicket_KEYFILE format, void** self);

/* Ends the thread, if there is one, and lets go of the ring, which keeps its
 * keys.  NULL is allowed. */
WOLFTICKET_API void wolfTicket_KeyFile_free(wolfTicket_KeyFile* file);

#ifdef __cplusplus
}
#endif

#endif /* WOLFTICKET_KEYFILE_H */
