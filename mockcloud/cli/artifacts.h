/*
 * --output: a folder for each scenario that did not pass, with what one looks at then.
 *
 * Its name is that of the scenario as it stands in URLs, so that it is the same in each run; the
 * second of a name in one run has -2 behind it. What an earlier run has left of a scenario goes
 * when it is played again: no folder tells of a failure that is none any more. Other files are
 * never touched.
 */
#ifndef CLI_ARTIFACTS_H
#define CLI_ARTIFACTS_H

#include "base/map.h"
#include "scenario/report.h"

struct artifacts {
    const char *folder; /* NULL: none is wanted */
    bool all;           /* also of those that passed */
    char *path;         /* of the folder of the scenario that is told of */
    struct map names;   /* of folders of this run -> a mark */
    bool failed;        /* something could not be written, which was told */
};

/* Makes the folder, whose parent has to be there. EXIT_PASSED, or the code of a failure that was
 * told. */
int artifacts_begin(struct artifacts *artifacts, const char *folder, bool all);

/* Where the tape of a scenario is to end, and what is told of it: its result's `moment`. Before it
 * is told, and before artifacts_add(). */
void artifacts_tape(struct artifacts *artifacts, struct scenario_result *result);

void artifacts_add(struct artifacts *artifacts, const struct report_case *one);

/* False when something could not be written. */
bool artifacts_end(struct artifacts *artifacts);

#endif
