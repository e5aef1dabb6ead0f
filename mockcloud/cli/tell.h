/*
 * What `mockcloud run` tells of results: to people on standard output, and the journals in a file.
 */
#ifndef CLI_TELL_H
#define CLI_TELL_H

#include "cli/cli.h"
#include "scenario/scenario.h"

#include <stdio.h>

struct tell {
    bool quiet; /* only what did not pass, and the end */
    enum strict strict;
    const char *journal_path; /* NULL: none */
    bool several;             /* journals need to say whose they are */
    /* what was told so far */
    size_t passed, failed, flaky;
    bool guessed; /* a scenario has leaned on a guess */
    bool saw[VERDICT_INTERRUPTED + 1];
    FILE *journal;
    int journal_reason; /* why it could not be written; 0: it could */
};

/* Opens the journal's file, if one is wanted. EXIT_PASSED, or the code of a failure that was told.
 */
int tell_begin(struct tell *tell);

/* Tells one. `before` is what went wrong in the first of `tries` when it was played again; NULL:
 * nothing did. */
void tell_result(struct tell *tell, const struct scenario_result *result, const char *before,
                 size_t tries);

/* Tells the counts; `all` is false when some were not run. */
void tell_counts(const struct tell *tell, bool all);

/* Closes the journal's file. False, which was told, when it could not be written. */
bool tell_end(struct tell *tell);

#endif
