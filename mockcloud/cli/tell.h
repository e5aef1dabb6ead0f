/*
 * What `mockcloud run` tells of results: to people on standard output, and the journals in a file.
 * Whoever reads is waited for, since no result may be lost; but a signal ends the waiting.
 */
#ifndef CLI_TELL_H
#define CLI_TELL_H

#include "cli/cli.h"
#include "scenario/scenario.h"

struct tell {
    bool quiet; /* only what did not pass, and the end */
    enum strict strict;
    const char *journal_path; /* NULL: none */
    bool several;             /* journals need to say whose they are */
    /* what was told so far */
    size_t passed, failed, flaky;
    bool guessed; /* a scenario has leaned on a guess */
    bool saw[VERDICT_INTERRUPTED + 1];
    int journal_fd;         /* -1: none */
    int journal_reason;     /* why it could not be written; 0: it could */
    int print_reason;       /* the same of standard output */
    int64_t hurry_until_ms; /* for all that is still to be told after an interruption; 0: none */
};

/* Opens the journal's file, if one is wanted. EXIT_PASSED, or the code of a failure that was told.
 */
int tell_begin(struct tell *tell);

/* Tells one. `before` is what went wrong in the first of `tries` when it was played again; NULL:
 * nothing did. */
void tell_result(struct tell *tell, const struct scenario_result *result, const char *before,
                 size_t tries);

/* Tells the counts; `all` is false when some were not run. */
void tell_counts(struct tell *tell, bool all);

/* Closes the journal's file. False, which was told, when it, or standard output, could not be
 * written. */
bool tell_end(struct tell *tell);

#endif
