/*
 * Which question of world/why fits a failing step, and its answer in words.
 */
#ifndef SCENARIO_FAILURE_WHY_H
#define SCENARIO_FAILURE_WHY_H

#include "scenario/run.h"

/* The answers that fit, the one that the step is about first: several lines. NULL: none fits.
 * Yours: free(). */
char *failure_why_dup(const struct scenario_run *run, const struct step *step);

#endif
