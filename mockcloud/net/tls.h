/*
 * Who a server that speaks TLS is: a key, and a certificate that is its own authority, both made
 * for one run. Beside this, libmicrohttpd and GnuTLS do all of it.
 *
 * The key stays in memory. Clients that are to believe the server are given the certificate, which
 * is public.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stdbool.h>
#include <stddef.h>

struct tls_identity {
    char *key;         /* PEM */
    char *certificate; /* PEM */
};

/*
 * Makes one for "localhost", 127.0.0.1, ::1 and `names` (names and numeric addresses,
 * NULL-terminated; NULL: no others). Takes some milliseconds. Yours: tls_identity_free(). NULL when
 * GnuTLS refuses, with the reason in *ret_error (yours: free()).
 */
struct tls_identity *tls_identity_new(const char *const *names, char **ret_error);

/* Wipes the key. NULL is passed over. */
void tls_identity_free(struct tls_identity *identity);

/* Sends all of it over a session (a gnutls_session_t), past libmicrohttpd. False when it did not
 * fit into the socket: what was begun then spoils the connection. */
bool tls_send(void *session, const char *text, size_t len);

#endif
