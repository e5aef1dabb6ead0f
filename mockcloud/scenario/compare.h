/*
 * Matchers: an expected value, as it stands in the scenario, held against actual JSON.
 *
 * Objects are open (extra keys pass), arrays are exact. A map whose keys all begin with `$` is a
 * matcher: all of its rows have to hold. `{$exact: {}}` is the empty object. The first difference
 * is told by its path, a JSON Pointer, with what was expected and what was there.
 */
#ifndef SCENARIO_COMPARE_H
#define SCENARIO_COMPARE_H

#include "base/buf.h"
#include "scenario/interp.h"

struct cJSON;

struct compare_diff {
    char *path; /* JSON Pointer; "" is the whole */
    char *expected;
    char *actual;
};

void compare_diff_free(struct compare_diff *diff);

/* Checks matchers and their arguments, regular expressions and ${…}. True when all is well. */
bool compare_check(struct scenario_load *load, const struct doc_node *expected);

/* Holds `actual` (NULL: absent) against `expected`. False: *ret_diff (yours: compare_diff_free())
 * tells the first difference. */
bool compare_json(const struct interp *interp, const struct doc_node *expected,
                  const struct cJSON *actual, struct compare_diff *ret_diff);

/* The same for text. A plain string has to be equal. */
bool compare_text(const struct interp *interp, const struct doc_node *expected, const char *actual,
                  struct compare_diff *ret_diff);

/* A value as short text for a report. Yours: free(). */
char *compare_show_dup(const struct cJSON *value);

#endif
