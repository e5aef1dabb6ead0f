/*
 * --tls: who the servers of this run are, and how clients come to believe them.
 *
 * The certificate is in a file, which goes with us; clients of many kinds find its name in the
 * variables that they ask. The key is in no file.
 */
#ifndef CLI_SECURE_H
#define CLI_SECURE_H

#include "cli/announce.h"
#include "net/tls.h"

/* Zeroed: no TLS. */
struct secure {
    struct tls_identity *identity; /* NULL: no TLS */
    char *path;                    /* of the certificate's file */
    struct announced file;
};

/* Does what --tls and --ca-file ask for, with `names` as in tls_identity_new(). EXIT_PASSED, or the
 * code of a mistake or a failure that was told; yours in both cases: secure_end(). */
int secure_begin(struct secure *secure, const struct options *options, const char *const *names);

/* Hands `set` the variables that clients find the certificate by, if there is one. */
void secure_variables(const struct secure *secure,
                      void (*set)(void *arg, const char *name, const char *value), void *arg);

/* "https" or "http". */
const char *secure_scheme(const struct secure *secure);

/* Takes the file away, and forgets the key. */
void secure_end(struct secure *secure);

#endif
