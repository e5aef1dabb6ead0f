/*
 * The table of `$` keys, and what its rows share with the walk of match.c.
 */
#ifndef SCENARIO_MATCHER_H
#define SCENARIO_MATCHER_H

#include "scenario/compare.h"

struct compare {
    const struct interp *interp;
    struct buf path;           /* where the walk is */
    struct compare_diff *diff; /* gets the first difference; NULL: nobody asks */
};

struct matcher {
    const char *name; /* "$length" */
    const char *text; /* what it means, for the reference */
    bool (*check)(struct scenario_load *load, const struct doc_node *arg);
    bool (*holds)(struct compare *walk, const struct doc_node *arg, const struct cJSON *got);
};

/* Ends with a row without name. */
extern const struct matcher matchers[];

/* Checks, and asks, a map whose keys all begin with `$`. */
bool matcher_check(struct scenario_load *load, const struct doc_node *map);
bool matcher_holds(struct compare *walk, const struct doc_node *map, const struct cJSON *got);

/* ---- of match.c ---- */

/* Holds `got` (NULL: absent) against `want`. With `exact`, objects are closed and `$` means
 * nothing. */
bool compare_node(struct compare *walk, const struct doc_node *want, const struct cJSON *got,
                  bool exact);

/* Notes the difference if it is the first one; takes both strings. Always false. */
bool compare_differs(struct compare *walk, char *expected, char *actual);
bool compare_differs_from(struct compare *walk, const struct doc_node *expected,
                          const struct cJSON *actual);

#endif
