/* See steps.h. Owns the step `expect`: looks once at how things are now, and never waits. */
#include "base/mem.h"
#include "scenario/clients.h"
#include "scenario/condition.h"
#include "scenario/steps.h"

#include <stdlib.h>

static const struct field expect_fields[] = {
    {.name = "device", .type = FIELD_STRING, .text = "The device that is looked at."},
    TRAIT_DEVICE_FIELDS,
    {.name = "why",
     .type = FIELD_ANY,
     .text = "Why it is not owned by whoever tried last (mockcloud list causes), null: it is; in "
             "full {owner: E, cause: CAUSE, evidence: TEXT, advice: TEXT}."},
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
    {0},
};

bool step_expect_check(struct scenario_load *load, const struct doc_node *step)
{
    return condition_check(load, doc_get(step, "expect"));
}

bool step_expect_run(struct scenario_run *run, const struct doc_node *step)
{
    const struct doc_node *map = doc_get(step, "expect");
    clients_poll(run);
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
