/*
 * How others learn of a server: the port file, the ready descriptor, and other files that are there
 * for as long as it is.
 */
#ifndef CLI_ANNOUNCE_H
#define CLI_ANNOUNCE_H

#include "cli/options.h"

#include <stdbool.h>
#include <sys/types.h>

/* A file that was written; zeroed: none. */
struct announced {
    const char *path; /* borrowed */
    dev_t device;
    ino_t inode;
};

/* Writes a file, which appears as a whole, in place of what is there. False, and errno. */
bool announce_file(const char *path, const char *text, struct announced *ret_announced);

/* Does what --port-file and --ready-fd ask for. False: it can't be, *ret_error (yours: free())
 * tells why. */
bool announce(const struct options *options, const char *base_url, uint16_t port,
              struct announced *ret_announced, char **ret_error);

/* Takes the file away, unless it is another's by now. */
void announce_end(const struct announced *announced);

/* Where to listen, by --listen and --port. */
struct address announce_address(const struct options *options);

/* The URL of what listens there. Yours: free(). */
char *announce_url_dup(const char *scheme, const char *address, uint16_t port);

#endif
