/*
 * Mistakes of a user, with their position: what was found, what was expected, where.
 *
 * A list keeps at most DIAG_MAX mistakes (the rest is counted), so that a broken file of megabytes
 * gives a readable answer.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

#define DIAG_MAX 20

struct diag {
    char *file;    /* as the user named it; "<request body>" and the like for text without a file */
    int line;      /* from 1; 0: the mistake has no position in the file */
    int column;    /* from 1, in characters (not bytes) */
    char *message; /* what was found, what was expected; one line, no full stop */
    char *hint;    /* the nearest known word, or NULL */
    char *source;  /* the source line as it is shown, or NULL */
    int caret;     /* which character of `source` is meant, from 1 */
};

struct diags {
    struct diag items[DIAG_MAX];
    size_t count;   /* of `items` */
    size_t dropped; /* mistakes that did not fit */
};

/* A zeroed struct diags is an empty list. */
void diags_free(struct diags *diags);

/* Adds a mistake; all strings are copied. `hint` and `source` may be NULL. `source` may be any
 * text: it is cut at its first line break, and shortened around `column` when it is long. What a
 * terminal could take for a command is made visible; a message of thousands of bytes is cut. */
void diags_add(struct diags *diags, const char *file, int line, int column, const char *source,
               const char *hint, const char *message);

/* Writes all of them, each as
 *
 *     scenarios/a.yaml:12:5: unknown step "requst"
 *        12 |   - requst: GET /v1/devices
 *           |     ^ did you mean "request"?
 *
 * followed by "… and N more" when some were dropped. With `colour`, ANSI bold and red. A hint
 * without a source line follows its message in brackets. */
void diags_write(const struct diags *diags, struct buf *out, bool colour);

#endif
