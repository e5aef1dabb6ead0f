/*
 * What `mockcloud run` and `exec` tell of results: the reports, the journals in a file, the folders
 * of --output. Whoever reads is waited for, since no result may be lost; but a signal ends the
 * waiting.
 */
#ifndef CLI_TELL_H
#define CLI_TELL_H

#include "cli/artifacts.h"
#include "cli/cli.h"
#include "cli/reports.h"

struct tell {
    const struct options *options;
    bool in_files; /* standard output is somebody else's: there are no reports but those in files */
    bool quiet;    /* only what did not pass, and the end */
    enum strict strict;
    const char *journal_path; /* NULL: none */
    bool several;             /* journals need to say whose they are */
    /* what was told so far */
    struct report_totals totals;
    bool guessed; /* a scenario has leaned on a guess */
    bool saw[VERDICT_INTERRUPTED + 1];
    struct reports reports;
    struct outfile journal;
    struct artifacts artifacts;
    int64_t begun_ms;       /* real time */
    int64_t hurry_until_ms; /* for all that is still to be told after an interruption; 0: none.
                               Given before the first result, it holds for all */
};

/* Opens the reports, and the journal's file if one is wanted. EXIT_PASSED, or the code of a failure
 * that was told. */
int tell_begin(struct tell *tell);

/* Tells one. `before` is what went wrong in the first of `tries` when it was played again; NULL:
 * nothing did. */
void tell_result(struct tell *tell, struct scenario_result *result, const char *before,
                 size_t tries);

/* Tells what became of all; `planned` is how many there were to be. */
void tell_totals(struct tell *tell, size_t planned);

/* Closes all. False, which was told, when something could not be written. */
bool tell_end(struct tell *tell);

#endif
