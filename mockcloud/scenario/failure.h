/*
 * From a run to the one result model: what the report of a failure needs, gathered at the moment at
 * which it happened.
 */
#ifndef SCENARIO_FAILURE_H
#define SCENARIO_FAILURE_H

#include "scenario/run.h"

/* The step as written, without its indentation, `max_lines` at most. Yours: free(). */
char *failure_statement_dup(const struct scenario *scenario, const struct step *step,
                            int max_lines);

/* Fills the result of a run that has ended; `step` is the one that failed, NULL: none. */
void failure_fill(struct scenario_run *run, const struct step *step,
                  struct scenario_result *ret_result);

#endif
