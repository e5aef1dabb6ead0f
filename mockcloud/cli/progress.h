/*
 * One line at the foot of a terminal that says how far a run is. Without a terminal it is nothing.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    bool wanted; /* standard error is a terminal, and nobody has asked for quiet */
    bool shown;
    int64_t at_ms; /* when it was drawn last */
};

void progress_begin(struct progress *progress, bool quiet);

/* Draws it, ten times a second at most. `playing` is the name of one that is under way. */
void progress_show(struct progress *progress, size_t done, size_t count, size_t failed,
                   const char *playing);

/* Takes it away, before something else is printed and in the end. */
void progress_hide(struct progress *progress);

#endif
