/*
 * How others learn that a server answers: the port file and the ready descriptor.
 */
#ifndef CLI_ANNOUNCE_H
#define CLI_ANNOUNCE_H

#include "cli/options.h"

#include <stdbool.h>
#include <sys/types.h>

/* A port file that was written; zeroed: none. */
struct announced {
    const char *port_file; /* borrowed from the options */
    dev_t device;
    ino_t inode;
};

/* Does what --port-file and --ready-fd ask for. False: it can't be, *ret_error (yours: free())
 * tells why. */
bool announce(const struct options *options, const char *base_url, uint16_t port,
              struct announced *ret_announced, char **ret_error);

/* Takes the port file away, unless it is another's by now. */
void announce_end(const struct announced *announced);

#endif
