/*
 * Files that are named on a command line, directories among them.
 */
#ifndef CLI_PATHS_H
#define CLI_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#define PATHS_MAX       10000
#define PATHS_MAX_DEPTH 16

struct paths {
    struct path {
        char *name;
        bool named; /* by the user; else found in a directory */
    } * items;
    size_t count;
};

/* A zeroed struct paths is empty. */
void paths_free(struct paths *paths);

/* Adds a file as it is, or what stands in a directory and below it: *.yaml and *.yml in the order
 * of their bytes, hidden ones left out. False: it can't be read, *ret_error (yours: free()) tells
 * why. */
bool paths_add(struct paths *paths, const char *name, char **ret_error);

#endif
