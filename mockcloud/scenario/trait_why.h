/*
 * The trait `why`: the cause why a device is not somebody's, with what the answer says besides.
 */
#ifndef SCENARIO_TRAIT_WHY_H
#define SCENARIO_TRAIT_WHY_H

#include "scenario/trait.h"

/* As in a row of trait_rows. */
bool trait_why_check(struct scenario_load *load, const struct doc_node *want);
bool trait_why_holds(const struct scenario_run *run, const struct trait_subject *subject,
                     const struct doc_node *want);
void trait_why_actual(const struct scenario_run *run, const struct trait_subject *subject,
                      const struct doc_node *want, struct buf *out);

#endif
