/*
 * Which scenarios are meant: by tag and by name.
 */
#ifndef CLI_SELECTION_H
#define CLI_SELECTION_H

#include "cli/options.h"
#include "scenario/scenario.h"

/* Lists end with NULL; NULL: none was given. */
struct selection {
    const char *const *tags;     /* --tag: one of them has to be there */
    const char *const *not_tags; /* --not-tag: none of them may be there */
    const char *const *filters;  /* --filter: the name holds one of them, whatever the case */
};

/* What the options say. Borrows from them. */
struct selection selection_read(const struct options *options);

/* Whether a scenario is meant. */
bool selection_takes(const struct selection *selection, const struct scenario *scenario);

/* Why nothing was selected, with the tag that is nearest to one that no scenario has. Yours:
 * free(). */
char *selection_nothing_dup(const struct selection *selection,
                            const struct scenario *const *scenarios, size_t count);

#endif
