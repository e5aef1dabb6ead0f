/* See steps.h. Owns the step `expect`: looks once at how things are now, and never waits. */
#include "base/mem.h"
#include "scenario/clients.h"
#include "scenario/condition.h"
#include "scenario/question.h"
#include "scenario/steps.h"

#include <stdlib.h>
#include <string.h>

#define EXPECT_SHOWN 400

static const struct field expect_fields[] = {
    {.name = "device", .type = FIELD_STRING, .text = "The device that is looked at."},
    TRAIT_DEVICE_FIELDS,
    {.name = "why",
     .type = FIELD_ANY,
     .text =
         "Why it is not owned by whoever tried last (mockcloud list causes), null: it is; in "
         "full {owner: E, cause: CAUSE, evidence: TEXT, advice: TEXT}. Without a device, "
         "another question (mockcloud list causes): {request: POST /v1/devices, cause: "
         "REASON, …}, or offline: DEVICE; not_listed: DEVICE, owner: E; no_event: NAME, client: "
         "CLIENT; no_webhook: NAME; customer: E."},
    {.name = "client", .type = FIELD_STRING, .text = "The client that is looked at."},
    TRAIT_CLIENT_FIELDS,
    {0},
};

const struct field step_expect_fields[] = {
    {.name = "expect",
     .type = FIELD_OBJECT,
     .required = true,
     .fields = expect_fields,
     .text = "A device or a client, and what has to be true of it now."},
    STEP_AS,
    {0},
};

/* A question that names whom it is about stands alone. */
static bool check_question(struct scenario_load *load, const struct doc_node *map,
                           const struct doc_node *why)
{
    for (size_t i = 0; i < map->count; i++)
        if (map->pairs[i].value != why) {
            doc_fail(load->doc, map->pairs[i].key, load->diags, NULL,
                     "the question of \"why\" stands alone: a step of its own for \"%s\"",
                     map->pairs[i].key->text);
            return false;
        }
    return question_check(load, why);
}

bool step_expect_check(struct scenario_load *load, const struct doc_node *step)
{
    const struct doc_node *map = doc_get(step, "expect");
    const struct doc_node *why = doc_get(map, "why");
    return why && question_is(why) ? check_question(load, map, why) : condition_check(load, map);
}

static bool run_question(struct scenario_run *run, const struct doc_node *why)
{
    char *subject;
    struct why_answer answer = question_ask(run, why, &subject);
    const char *differs = question_differs(run, why, &answer);
    if (differs) {
        char *expected = interp_json_dup(&run->interp, doc_get(why, differs), EXPECT_SHOWN);
        char *actual =
            mem_printf_dup("%s", strcmp(differs, "cause") == 0 && answer.cause ? answer.cause
                                 : strcmp(differs, "cause") == 0               ? "null"
                                                                               : "another");
        run_fail(run, "why %s: %s %s, expected %s", subject, differs, actual, expected);
        run_fail_take(run, expected, actual, NULL);
    }
    why_free(&answer);
    free(subject);
    return !differs;
}

bool step_expect_run(struct scenario_run *run, const struct doc_node *step)
{
    const struct doc_node *map = doc_get(step, "expect");
    const struct doc_node *why = doc_get(map, "why");
    clients_poll(run);
    if (why && question_is(why))
        return run_question(run, why);
    struct trait_subject subject = condition_subject(run, map);
    const struct doc_pair *pair = condition_differ(run, &subject, map);
    if (!pair)
        return true;
    const char *name = subject.device ? subject.device->name : subject.client->spec->name;
    char *expected = condition_expected_dup(run, pair);
    char *actual = condition_actual_dup(run, &subject, pair);
    run_fail(run, "%s: %s, expected %s", name, actual, expected);
    run_fail_take(run, expected, actual, NULL);
    run_fail_trait(run, pair->key->text);
    if (subject.device)
        run_fail_device(run, subject.device->name, condition_owner(run, map));
    return false;
}
