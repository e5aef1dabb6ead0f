/*
 * An expected value, as a scenario or the body of a control call has it, held against actual JSON.
 *
 * Objects are open (extra keys pass), arrays are exact. A map whose keys all begin with `$` is a
 * matcher: all of its rows have to hold. `{$exact: {}}` is the empty object. The first difference
 * is told by its path, a JSON Pointer, with what was expected and what was there.
 *
 * Text may be filled in by whoever owns the variables (scenario/interp.h); here nobody knows any.
 */
#ifndef MATCH_COMPARE_H
#define MATCH_COMPARE_H

#include "base/buf.h"
#include "base/doc.h"
#include "base/jsonw.h"

struct cJSON;

/* Who fills in the ${…} of expected text; the first member of what it needs for that. A NULL
 * pointer to it: text stands for itself. */
struct compare_vars {
    char *(*fill_dup)(const struct compare_vars *vars, const char *text); /* yours: free() */
};

/* Where mistakes in expected values go; the first member of what `text` needs. */
struct compare_check {
    struct doc *doc;
    struct diags *diags;
    /* Checks the ${…} of a scalar; NULL: every text is fine. */
    bool (*text)(const struct compare_check *check, const struct doc_node *node);
};

struct compare_diff {
    char *path; /* JSON Pointer; "" is the whole */
    char *expected;
    char *actual;
};

void compare_diff_free(struct compare_diff *diff);

/* Checks matchers and their arguments, regular expressions and ${…}. True when all is well. */
bool compare_check(const struct compare_check *check, const struct doc_node *expected);

/* The ${…} of all strings of a tree alone: `$` keys mean themselves, as in $exact. */
bool compare_check_tree(const struct compare_check *check, const struct doc_node *node);

/* Holds `actual` (NULL: absent) against `expected`. False: *ret_diff (yours: compare_diff_free())
 * tells the first difference. */
bool compare_json(const struct compare_vars *vars, const struct doc_node *expected,
                  const struct cJSON *actual, struct compare_diff *ret_diff);

/* The same for text. A plain string has to be equal. */
bool compare_text(const struct compare_vars *vars, const struct doc_node *expected,
                  const char *actual, struct compare_diff *ret_diff);

/* A value as short text for a report. Yours: free(). */
char *compare_show_dup(const struct cJSON *value);

/* `text` filled in. Yours: free(). */
char *compare_text_dup(const struct compare_vars *vars, const char *text);

/* Writes a tree as JSON with its strings filled in; plain scalars follow YAML 1.2's core schema. */
void compare_write_json(const struct compare_vars *vars, const struct doc_node *node,
                        struct jsonw *w);

/* The same as text, of at most `max` bytes, cut with "…". Yours: free(). */
char *compare_json_dup(const struct compare_vars *vars, const struct doc_node *node, size_t max);

#endif
