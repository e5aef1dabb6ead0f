/*
 * Occurrences: a request of a client, an event that was published, what came of a webhook, as the
 * journal tells it.
 *
 * The oldest matching entry after the one that the last wait of the same subject took; each is
 * taken once. A request is met when its reply is ready, too. A wait that would need an entry that
 * has fallen out of the journal's ring is lost.
 */
#ifndef SCENARIO_OCCURRENCE_H
#define SCENARIO_OCCURRENCE_H

#include "scenario/run.h"

struct occurrence;

/* Whether a wait is for one of them. */
bool occurrence_is_waited_for(const struct doc_node *map);

/* Checks `request` and `from`, `event`, `data` and `device`, or `webhook`, `result` and `status` of
 * such a wait. */
bool occurrence_check(struct scenario_load *load, const struct doc_node *map);

/* Of a step that waits for no occurrence: whether none of its keys belongs to one. */
bool occurrence_check_stray(struct scenario_load *load, const struct doc_node *map);

/* Begins to look. Both are borrowed. Yours: occurrence_free(). */
struct occurrence *occurrence_new(struct scenario_run *run, const struct doc_node *map);
void occurrence_free(struct occurrence *occurrence);

/* Looks on from where it was; true once it is there. */
bool occurrence_met(struct occurrence *occurrence);

/* Whether an entry that it would have to look at is gone. */
bool occurrence_lost(const struct occurrence *occurrence);

/* Remembers the entry as taken. */
void occurrence_take(struct occurrence *occurrence);

/* What is looked for ("POST /v1/devices from app"), and what was there instead. Yours: free(). */
char *occurrence_subject_dup(const struct occurrence *occurrence);
char *occurrence_actual_dup(const struct occurrence *occurrence);

#endif
