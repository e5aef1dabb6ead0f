/*
 * Matchers: an expected value, as it stands in the scenario, held against actual JSON.
 *
 * Objects are open (extra keys pass), arrays are exact. A map whose keys all begin with `$` is a
 * matcher: all of its rows have to hold. `{$exact: {}}` is the empty object. The first difference
 * is told by its path, a JSON Pointer, with what was expected and what was there.
 */
#ifndef SCENARIO_MATCH_H
#define SCENARIO_MATCH_H

#include "base/buf.h"
#include "scenario/interp.h"

struct cJSON;

struct match_diff {
    char *path; /* JSON Pointer; "" is the whole */
    char *expected;
    char *actual;
};

void match_diff_free(struct match_diff *diff);

/* Checks matchers and their arguments, regular expressions and ${…}. True when all is well. */
bool match_check(struct load *load, const struct doc_node *expected);

/* Holds `actual` (NULL: absent) against `expected`. False: *ret_diff (yours: match_diff_free())
 * tells the first difference. */
bool match_json(const struct interp *interp, const struct doc_node *expected,
                const struct cJSON *actual, struct match_diff *ret_diff);

/* The same for text. A plain string has to be equal. */
bool match_text(const struct interp *interp, const struct doc_node *expected, const char *actual,
                struct match_diff *ret_diff);

/* A value as short text for a report. Yours: free(). */
char *match_show_dup(const struct cJSON *value);

#endif
