/*
 * The table of `$` keys, and what its rows share with the walk of compare.c.
 */
#ifndef MATCH_MATCHER_H
#define MATCH_MATCHER_H

#include "match/compare.h"

struct compare {
    const struct compare_vars *vars; /* NULL: text stands for itself */
    struct buf path;                 /* where the walk is */
    struct compare_diff *diff;       /* gets the first difference; NULL: nobody asks */
};

struct matcher {
    const char *name; /* "$length" */
    const char *text; /* what it means, for the reference */
    bool (*check)(const struct compare_check *check, const struct doc_node *arg);
    bool (*holds)(struct compare *walk, const struct doc_node *arg, const struct cJSON *got);
};

/* Ends with a row without name. */
extern const struct matcher matchers[];

/* The index-th row, for the reference; false behind the last. */
bool matcher_info(size_t index, const char **ret_name, const char **ret_text);

/* Checks, and asks, a map whose keys all begin with `$`. */
bool matcher_check(const struct compare_check *check, const struct doc_node *map);
bool matcher_holds(struct compare *walk, const struct doc_node *map, const struct cJSON *got);

/* ---- of compare.c ---- */

/* Holds `got` (NULL: absent) against `want`. With `exact`, objects are closed and `$` means
 * nothing. */
bool compare_node(struct compare *walk, const struct doc_node *want, const struct cJSON *got,
                  bool exact);

/* Notes the difference if it is the first one; takes both strings. Always false. */
bool compare_differs(struct compare *walk, char *expected, char *actual);
bool compare_differs_from(struct compare *walk, const struct doc_node *expected,
                          const struct cJSON *actual);

#endif
