/*
 * What a step expects of a reply, and what it saves of it.
 */
#ifndef SCENARIO_ANSWER_H
#define SCENARIO_ANSWER_H

#include "base/fields.h"
#include "scenario/run.h"

/* The fields of `reply:`, of the API's and of a service's, and the row of `save:`. */
extern const struct field answer_fields[];
extern const struct field answer_called_fields[];
extern const struct field answer_save_item;

/* Checks `reply` and `save` of a step (either may be absent), and notes the names that are saved.
 */
bool answer_check(struct scenario_load *load, const struct doc_node *step);

/* Holds a reply against `reply` of the step; without it, a status of 400 or more fails. Then saves
 * what `save` names. */
bool answer_take(struct scenario_run *run, const struct doc_node *step,
                 const struct api_reply *reply);

#endif
