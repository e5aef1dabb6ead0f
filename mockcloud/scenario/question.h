/*
 * The questions of `expect: {why: …}` that are not about who owns a device:
 *
 *     why: {request: POST /v1/devices, cause: refused}    the last one that was sent
 *     why: {offline: pump, cause: sim-not-active}
 *     why: {not_listed: pump, owner: E, cause: not-owned}  without owner: whoever tried last
 *     why: {no_event: t, client: app, cause: private}      the last stream of that client
 *     why: {no_webhook: t, cause: no-match}
 *     why: {customer: E, cause: token-dead}
 *
 * each with `evidence` and `advice`, as of the question about the owner. A cause of null: there is
 * nothing to explain. The answers are world/why's; nothing here knows a reason.
 */
#ifndef SCENARIO_QUESTION_H
#define SCENARIO_QUESTION_H

#include "scenario/run.h"
#include "world/why/why_questions.h"

/* Whether the value of `why` asks one of these questions, and not for an owner. */
bool question_is(const struct doc_node *why);

/* Checks one; every mistake is added with its position. */
bool question_check(struct scenario_load *load, const struct doc_node *why);

/* Asks; the answer is yours: why_free(). *ret_subject (yours: free()) says what about: "offline
 * pump". */
struct why_answer question_ask(const struct scenario_run *run, const struct doc_node *why,
                               char **ret_subject);

/* What of the answer is not as wanted: "cause", "evidence" or "advice"; NULL: nothing. */
const char *question_differs(const struct scenario_run *run, const struct doc_node *why,
                             const struct why_answer *answer);

/* What all long forms of `why` share: their keys `evidence` and `advice`, if they are there. */
bool question_check_rest(struct scenario_load *load, const struct doc_node *why);
const char *question_rest_differs(const struct scenario_run *run, const struct doc_node *why,
                                  const struct why_answer *answer);

#endif
