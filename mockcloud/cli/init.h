/*
 * What the parts of `mockcloud init` share: the starts of claiming clients that it can write, each
 * of which plays its part in client.yaml, and needs nothing but what runs it.
 */
#ifndef CLI_INIT_H
#define CLI_INIT_H

#include <stddef.h>

struct init_client {
    const char *name;    /* of the file: "claim.py" */
    const char *program; /* that runs it: "python3" */
    const char *text;
};

/* The client of a language: an index of the words of --client. */
const struct init_client *init_client_at(size_t language);

#endif
