/*
 * Conditions: a map that names a device or a client and says what its traits should be. `expect`
 * asks it of the present, `wait` until it holds. What each trait means is a row of trait.h.
 */
#ifndef SCENARIO_CONDITION_H
#define SCENARIO_CONDITION_H

#include "scenario/trait.h"

/* Checks the subject (`device` or `client`) and the traits of a map that passed its fields. Other
 * keys are passed over. */
bool condition_check(struct scenario_load *load, const struct doc_node *map);

/* The subject that a checked map names. */
struct trait_subject condition_subject(struct scenario_run *run, const struct doc_node *map);

/* The first pair of the map whose trait does not hold; NULL when all do. */
const struct doc_pair *condition_differ(const struct scenario_run *run,
                                        const struct trait_subject *subject,
                                        const struct doc_node *map);

/* Both sides of a pair in words: "owner ada@example.com". Yours: free(). */
char *condition_expected_dup(const struct scenario_run *run, const struct doc_pair *pair);
char *condition_actual_dup(const struct scenario_run *run, const struct trait_subject *subject,
                           const struct doc_pair *pair);

/* Whose ownership the map is about; OWNER_NONE: it doesn't say. */
struct owner condition_owner(const struct scenario_run *run, const struct doc_node *map);

#endif
