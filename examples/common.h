/* common.h
 *
 * What the example server and client share: options, certificates, sockets.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef EXAMPLES_COMMON_H
#define EXAMPLES_COMMON_H

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

/* The arguments of the options given, each under its letter; "" for one that
 * takes none. */
extern const char* opt[256];

/* Fills opt.  letters is as for getopt(), needed are the letters that have to
 * be there.  Ends the program with the usage text when something is wrong, as
 * the next two do. */
void get_options(int argc, char** argv, const char* letters,
    const char* needed, const char* usage);

/* The number an option has, min to max; fallback without the option. */
long number(char letter, long min, long max, long fallback);

/* Which of count words an option has; fallback without the option. */
int choice(char letter, const char* const* words, int count, int fallback);

/* Gives a context its certificate (file or NULL), the key of option -k and
 * the authority of -A, and nothing older than TLS 1.2.  Returns 0 after
 * having said what is wrong. */
int set_up(WOLFSSL_CTX* ctx, const char* cert);

/* A socket that listens on an address of this host, in numbers; port 0 becomes
 * the one it got.  -1 after having said what is wrong. */
int tcp_bind(const char* address, long* port);

/* The same, and SIGINT and SIGTERM shut it down, so that tcp_accept() fails
 * from then on, however early they come. */
int tcp_listen(const char* address, long* port);

/* What to do until a socket has something to read: called before every accept
 * and read, with the most seconds it may wait, -1 for no limit.  Gives 0 when
 * they are over.  NULL, the default: nothing, the reads wait themselves. */
extern int (*await)(int fd, int seconds);

/* The next client's socket, -1 when the listener was shut down. */
int tcp_accept(int fd);

/* A socket connected to host, -1 after having said what is wrong. */
int tcp_connect(const char* host, long port);

/* Keeps a peer that says nothing from holding us for ever. */
void be_patient(int fd);

/* Closes a socket when the peer has closed its own: bytes left unread would
 * take from the peer what it has not read yet. */
void hang_up(int fd);

#endif /* EXAMPLES_COMMON_H */
